/* read.c - acts read back as events, with what may be opened. */
#include "core/journal/journal_in.h"
#include "core/vault/vault.h"

Err act_from_row(Ctx *c, const ActRow *row, Act *out) {
    const ActDef *def = act_def(c->app, row->kind);
    if (def == NULL) return E_MISSING;
    *out = (Act){ .def = def, .seq = row->seq, .case_seq = row->case_seq, .at = row->at_ms, .zone = row->zone };
    const struct { Str from; Id *to; } ids[] = { { row->id, &out->id }, { row->org, &out->org }, { row->case_id, &out->case_id },
        { row->subject, &out->subject }, { row->scope, &out->scope }, { row->actor, &out->actor } };
    for (size_t i = 0; i < LEN(ids); i++)
        if (ids[i].from.n == sizeof(Id)) memcpy(ids[i].to->b, ids[i].from.p, sizeof(Id));
    for (uint32_t bit = R_PUBLIC; bit <= R_SYSTEM; bit <<= 1)
        if (str_eq(str_c(role_name(bit)), row->actor_kind)) out->actor_role = bit;
    return act_body_read(c->arena, def, row->body, out);
}

static void event_from(Ctx *c, const ActRow *row, Event *e) {
    Act *act = ARENA_NEW(c->arena, Act);
    Err err = act_from_row(c, row, act);
    *e = (Event){ .seq = row->seq, .kind = row->kind, .def = err == OK ? act->def : NULL, .actor_kind = row->actor_kind, .at = row->at_ms, .case_seq = row->case_seq, .act = act };
    if (row->id.n == 16) memcpy(e->id.b, row->id.p, 16);
    if (row->case_id.n == 16) memcpy(e->case_id.b, row->case_id.p, 16);
    if (row->subject.n == 16) memcpy(e->subject.b, row->subject.p, 16);
    if (row->actor.n == 16) memcpy(e->actor.b, row->actor.p, 16);
}

/* Opens the sealed fields of all events in one call to the key holder; what cannot be opened stays empty. */
static Err open_events(Ctx *c, Event *events, size_t n) {
    size_t max = 0, k = 0;
    for (size_t i = 0; i < n; i++)
        if (events[i].def != NULL) max += ACT_FIELDS_MAX;
    OpenItem *items = ARENA_ARRAY(c->arena, OpenItem, max + 1);
    ActVal **to = ARENA_ARRAY(c->arena, ActVal *, max + 1);
    for (size_t i = 0; i < n; i++) {
        if (events[i].def == NULL) continue;
        Act *a = (Act *)(uintptr_t)events[i].act; /* the event was made here, its act is ours to fill */
        for (int f = 0; a->def->fields[f].kind != F_END; f++) {
            if (a->vals[f].sealed.p == NULL) continue;
            items[k] = (OpenItem){ .org = a->org, .scope = a->scope, .cls = a->def->fields[f].cls, .item = a->subject, .field = a->def->fields[f].name, .sealed = a->vals[f].sealed };
            if (items[k].cls != STORE) items[k].scope = a->case_id;
            to[k++] = &a->vals[f];
        }
    }
    TRY(journal_open_many(c, items, k));
    for (size_t i = 0; i < k; i++)
        if (items[i].err == OK) to[i]->s = items[i].plain;
    return OK;
}

static Err collect(Ctx *c, Rows *r, size_t limit, bool open_text, Event **out, size_t *out_n) {
    Event *events = ARENA_ARRAY(c->arena, Event, limit);
    size_t n = 0;
    while (n < limit && rows_next(r)) {
        ActRow row;
        store_row_read(r, c->arena, &row);
        event_from(c, &row, &events[n++]);
    }
    TRY(rows_end(r));
    if (open_text) TRY(open_events(c, events, n));
    *out = events;
    *out_n = n;
    return OK;
}

Err journal_case_events(Ctx *c, Id case_id, int64_t after, size_t limit, bool oldest_first, bool open_text, Event **out, size_t *out_n) {
    Rows r;
    TRY(store_case_rows(c->db, case_id, after, limit, oldest_first, &r));
    return collect(c, &r, limit, open_text, out, out_n);
}

Err journal_subject_events(Ctx *c, Id subject, size_t limit, bool open_text, Event **out, size_t *out_n) {
    Rows r;
    TRY(store_subject_rows(c->db, subject, limit, &r));
    return collect(c, &r, limit, open_text, out, out_n);
}

Err journal_event(Ctx *c, Id act_id, bool open_text, Event *out) {
    int64_t seq = 0;
    TRY(store_act_known(c->db, act_id, &seq));
    ActRow row;
    TRY(store_row(c->db, c->arena, seq, &row));
    event_from(c, &row, out);
    return open_text ? open_events(c, out, 1) : OK;
}

Err journal_canonical(Ctx *c, int64_t seq, Str *out_event, Str *out_salt, Str *out_commitment) {
    ActRow row;
    TRY(store_row(c->db, c->arena, seq, &row));
    Event e;
    event_from(c, &row, &e);
    Id org = ID_NONE, chain = e.case_id;
    memcpy(org.b, row.org.p, row.org.n == 16 ? 16 : 0);
    if (id_none(chain)) chain = org;
    Buf event = buf_new(2 * BODY_MAX);
    act_canonical(&row, &event);
    *out_event = str_dup(c->arena, buf_str(&event));
    buf_free(&event);
    *out_commitment = row.commitment;
    return journal_open(c, org, chain, STORE, e.id, "salt", row.salt, out_salt);
}
