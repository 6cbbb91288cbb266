/* share_store.c - SQL of consent, shares, parties, notes and messages. */
#include "core/case/case_in.h"

Err apply_consent_given(Db *db, const Act *a) {
    TRY(db_run(db, "INSERT INTO consent(id, case_id, purpose, given_ms, said_by) VALUES($1,$2,$3,$4,$5)",
        P(PID(a->subject), PID(a->case_id), PT(act_get_code(a, "purpose")), PI(a->at), PT(act_get_code(a, "said_by")))));
    return touch_case(db, a);
}
Err apply_consent_withdrawn(Db *db, const Act *a) {
    return db_run(db, "UPDATE consent SET withdrawn_ms=$3 WHERE id=$1 AND case_id=$2 AND withdrawn_ms=0", P(PID(a->subject), PID(a->case_id), PI(a->at)));
}

/* A yes to a purpose covers its parts: "filing" covers "filing:ACM". */
Err consent_holds(Ctx *c, Id case_id, Str purpose, bool *out) {
    int64_t n = 0;
    TRY(db_int(c->db, "SELECT count(*) FROM consent WHERE case_id=$1 AND withdrawn_ms=0 AND (purpose=$2 OR substr($2, 1, length(purpose)+1)=purpose||':')", P(PID(case_id), PT(purpose)), &n));
    *out = n > 0;
    return OK;
}

Err consent_list(Ctx *c, Id case_id, ConsentRow **out, size_t *out_n) {
    enum { CONSENTS_MAX = 200 };
    ConsentRow *rows = ARENA_ARRAY(c->arena, ConsentRow, CONSENTS_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT id, purpose, said_by, given_ms, withdrawn_ms FROM consent WHERE case_id=$1 ORDER BY given_ms, id LIMIT 200", P(PID(case_id)), &r));
    while (n < CONSENTS_MAX && rows_next(&r))
        rows[n++] = (ConsentRow){ .id = row_id(&r, 0), .purpose = row_text_dup(&r, 1, c->arena), .said_by = row_text_dup(&r, 2, c->arena), .given = row_int(&r, 3), .withdrawn = row_int(&r, 4) };
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err apply_share_made(Db *db, const Act *a) {
    Id object = act_get_id(a, "object"), to = act_get_id(a, "to_org");
    return db_run(db, "INSERT INTO share(id, case_id, object, to_org, purpose, scope, from_ms, until_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8)",
        P(PID(a->subject), PID(a->case_id), PID(object), PID(to), PT(act_get_code(a, "purpose")), PT(act_get_code(a, "scope")), PI(a->at), PI(act_get_int(a, "until"))));
}
Err apply_share_ended(Db *db, const Act *a) { return db_run(db, "UPDATE share SET ended_ms=$3 WHERE id=$1 AND case_id=$2 AND ended_ms=0", P(PID(a->subject), PID(a->case_id), PI(a->at))); }
Err apply_party_added(Db *db, const Act *a) {
    Id org = act_get_id(a, "org");
    return db_run(db, "INSERT INTO party(object, org) VALUES($1,$2) ON CONFLICT(object, org) DO NOTHING", P(PID(a->subject), PID(org)));
}

static Str compartment_of(const Act *a) { return str_sub(str_c(a->def->kind), 5, 20); } /* after "note." */
Err apply_note_added(Db *db, const Act *a) {
    TRY(db_run(db, "INSERT INTO note(id, case_id, compartment, kind, by_user, at_ms, text) VALUES($1,$2,$3,$4,$5,$6,$7)",
        P(PID(a->subject), PID(a->case_id), PT(compartment_of(a)), PT(act_get_code(a, "kind")), PIDN(a->actor), PI(a->at), PB(act_sealed(a, "text")))));
    return touch_case(db, a);
}
Err apply_message_sent(Db *db, const Act *a) {
    TRY(db_run(db, "INSERT INTO message(id, case_id, from_victim, by_user, at_ms, text) VALUES($1,$2,$3,$4,$5,$6)",
        P(PID(a->subject), PID(a->case_id), PI(act_get_int(a, "from_victim")), PIDN(a->actor), PI(a->at), PB(act_sealed(a, "text")))));
    return touch_case(db, a);
}
Err apply_message_read(Db *db, const Act *a) { return db_run(db, "UPDATE message SET read_ms=$2 WHERE id=$1 AND read_ms=0", P(PID(a->subject), PI(a->at))); }

enum { LIST_MAX = 2000 };

static Err message_rows(Ctx *c, Id case_id, MessageRow *rows, OpenItem *items, size_t *out_n) {
    size_t n = 0;
    Rows r;
    CaseRow k;
    TRY(case_by_id(c, case_id, &k));
    TRY(db_query(c->db, "SELECT id, from_victim, at_ms, read_ms, text FROM message WHERE case_id=$1 ORDER BY at_ms, id LIMIT 2000", P(PID(case_id)), &r));
    while (n < LIST_MAX && rows_next(&r)) {
        rows[n] = (MessageRow){ .id = row_id(&r, 0), .from_victim = row_int(&r, 1) != 0, .at = row_int(&r, 2), .read = row_int(&r, 3) };
        if (items != NULL) items[n] = (OpenItem){ .org = k.org, .scope = case_id, .cls = STORY, .item = rows[n].id, .field = "text", .sealed = row_blob_dup(&r, 4, c->arena) };
        n++;
    }
    *out_n = n;
    return rows_end(&r);
}

Err message_heads(Ctx *c, Id case_id, MessageRow **out, size_t *out_n) {
    *out = ARENA_ARRAY(c->arena, MessageRow, LIST_MAX);
    return message_rows(c, case_id, *out, NULL, out_n);
}

Err message_list(Ctx *c, Id case_id, MessageRow **out, size_t *out_n) {
    MessageRow *rows = ARENA_ARRAY(c->arena, MessageRow, LIST_MAX);
    OpenItem *items = ARENA_ARRAY(c->arena, OpenItem, LIST_MAX);
    size_t n = 0;
    TRY(message_rows(c, case_id, rows, items, &n));
    TRY(journal_open_many(c, items, n));
    for (size_t i = 0; i < n; i++) {
        rows[i].text = items[i].plain;
        rows[i].err = items[i].err;
    }
    *out = rows;
    *out_n = n;
    return OK;
}

Err note_own(Ctx *c, Id case_id, bool *out) {
    int64_t n = 0;
    TRY(db_int(c->db, "SELECT count(*) FROM note WHERE case_id=$1 AND compartment='story' AND by_user IS NULL", P(PID(case_id)), &n));
    *out = n > 0;
    return OK;
}

static FieldClass class_of(Str compartment) {
    static const struct { const char *name; FieldClass cls; } map[] = { { "facts", FACTS }, { "care", CARE }, { "identity", IDENTITY }, { "evidence", EVIDENCE }, { "story", STORY }, { "contact", STORY } };
    for (size_t i = 0; i < LEN(map); i++)
        if (str_eq(compartment, str_c(map[i].name))) return map[i].cls;
    return FACTS;
}

Err note_list(Ctx *c, Id case_id, NoteRow **out, size_t *out_n) {
    NoteRow *rows = ARENA_ARRAY(c->arena, NoteRow, LIST_MAX);
    OpenItem *items = ARENA_ARRAY(c->arena, OpenItem, LIST_MAX);
    size_t n = 0;
    Rows r;
    CaseRow k;
    TRY(case_by_id(c, case_id, &k));
    TRY(db_query(c->db, "SELECT id, compartment, kind, by_user, at_ms, text FROM note WHERE case_id=$1 ORDER BY at_ms DESC, id LIMIT 2000", P(PID(case_id)), &r));
    while (n < LIST_MAX && rows_next(&r)) {
        rows[n] = (NoteRow){ .id = row_id(&r, 0), .cls = class_of(row_text(&r, 1)), .kind = row_text_dup(&r, 2, c->arena), .by = row_id(&r, 3), .at = row_int(&r, 4) };
        items[n] = (OpenItem){ .org = k.org, .scope = case_id, .cls = rows[n].cls, .item = rows[n].id, .field = "text", .sealed = row_blob_dup(&r, 5, c->arena) };
        n++;
    }
    TRY(rows_end(&r));
    TRY(journal_open_many(c, items, n));
    for (size_t i = 0; i < n; i++) {
        rows[i].text = items[i].plain;
        rows[i].err = items[i].err;
    }
    *out = rows;
    *out_n = n;
    return OK;
}
