/* commit.c - from a list of acts to one durable transaction. */
#include "core/journal/journal_in.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"

#include <stdlib.h>

/* Ids and digests: 33 bytes at most. A damaged row may hold more; cut at twice that, its commitment does not hold either. */
static void hex_kv(Json *j, const char *key, Str bytes) {
    static const char digits[] = "0123456789abcdef";
    char hex[2 * 64];
    bytes = str_sub(bytes, 0, sizeof hex / 2);
    for (size_t i = 0; i < bytes.n; i++) {
        uint8_t b = (uint8_t)bytes.p[i];
        hex[2 * i] = digits[b >> 4];
        hex[2 * i + 1] = digits[b & 15];
    }
    if (bytes.n > 0) json_kv_str(j, key, str_bytes(hex, 2 * bytes.n));
}

void act_canonical(const ActRow *row, Buf *out) {
    Json j = json_to(out, false);
    json_obj(&j);
    hex_kv(&j, "act", row->id);
    json_kv_str(&j, "kind", row->kind);
    json_kv_i64(&j, "version", row->version);
    hex_kv(&j, "org", row->org);
    hex_kv(&j, "case", row->case_id);
    hex_kv(&j, "subject", row->subject);
    hex_kv(&j, "scope", row->scope);
    json_kv_str(&j, "actor_kind", row->actor_kind);
    hex_kv(&j, "actor", row->actor);
    json_kv_i64(&j, "at", row->at_ms);
    json_kv_str(&j, "zone", row->zone);
    json_kv_i64(&j, "case_seq", row->case_seq);
    hex_kv(&j, "prev", row->prev);
    json_kv_str(&j, "body", row->body);
    json_end_obj(&j);
}

/* One tag byte for the kind of leaf (1: an act), then the keyed commitment; nothing else ever enters the tree. */
void act_commitment(Str event, Str salt, uint8_t out[COMMITMENT]) {
    out[0] = 1;
    seal_hmac_sha256(salt, event, out + 1);
}

/* Whoever opens a case in this very list of acts may also put its first facts into it. */
static bool opened_here(Act *const *acts, size_t upto, Id case_id) {
    for (size_t i = 0; i < upto; i++)
        if (acts[i]->def->makes && acts[i]->def->subject == OBJ_CASE && id_eq(acts[i]->subject, case_id)) return true;
    return false;
}

static Err may_one(Ctx *c, Act *const *acts, size_t i) {
    const Act *a = acts[i];
    bool opens = a->def->makes && a->def->subject == OBJ_CASE;
    if (!id_none(a->case_id) && !opens && opened_here(acts, i, a->case_id)) return OK;
    if (opens) return access_may(c, a->def->action, NO_OBJECT);
    if (a->def->on_case || (a->def->makes && !id_none(a->case_id))) return access_case(c, a->def->action, a->case_id);
    if (!a->def->makes && a->def->subject != OBJ_NONE) return access_may(c, a->def->action, OBJ(a->def->subject, a->subject));
    return access_may(c, a->def->action, NO_OBJECT);
}

static Err may_all(Ctx *c, Act *const *acts, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const Act *a = acts[i], *last = i > 0 ? acts[i - 1] : NULL;
        bool same = last != NULL && a->def == last->def && id_eq(a->case_id, last->case_id) && (a->def->on_case || a->def->makes);
        if (!same) TRY(may_one(c, acts, i)); /* ten thousand links of one paste need one answer */
    }
    return OK;
}

/* What a list of acts needs again and again inside its transaction: the end of the record, the end of the chain of the act before, room to
 * write. Nobody else can write meanwhile, so what was read once holds. */
typedef struct Tail { int64_t seq; bool has_chain; Id org, case_id; int64_t n; uint8_t prev[COMMITMENT]; Buf body, event; } Tail;

static Err tail_chain(Ctx *c, Tail *t, const Act *a) {
    bool same = t->has_chain && id_eq(t->case_id, a->case_id) && (!id_none(a->case_id) || id_eq(t->org, a->org));
    if (same) return OK;
    t->has_chain = false;
    TRY(store_chain_head(c->db, a->org, a->case_id, &t->n, t->prev));
    t->has_chain = true;
    t->org = a->org;
    t->case_id = a->case_id;
    return OK;
}

static Err append_one(Ctx *c, Tail *t, Act *a, Str salt_plain, Str salt_sealed, uint8_t commitment[COMMITMENT]) {
    Buf *body = &t->body, *event = &t->event;
    buf_clear(body);
    buf_clear(event);
    TRY(tail_chain(c, t, a));
    a->case_seq = t->n + 1;
    a->zone = zone_name(c->app->zone);
    act_body(a, body);
    ActRow row = { .seq = a->seq, .id = id_str(&a->id), .kind = str_c(a->def->kind), .version = a->def->version, .org = id_str(&a->org),
        .case_id = id_none(a->case_id) ? STR_NONE : id_str(&a->case_id), .subject = id_str(&a->subject), .scope = id_str(&a->scope),
        .actor_kind = str_c(role_name(a->actor_role)), .actor = id_none(a->actor) ? STR_NONE : id_str(&a->actor), .at_ms = a->at,
        .zone = a->zone, .case_seq = a->case_seq, .prev = str_bytes(t->prev, COMMITMENT), .body = buf_str(body) };
    act_canonical(&row, event);
    if (buf_err(body) != OK || buf_err(event) != OK) return ctx_refuse(c, E_LIMIT, NULL, "This is too much for one act.");
    act_commitment(buf_str(event), salt_plain, commitment);
    TRY(store_act_append(c->db, a, buf_str(body), row.prev, salt_sealed, str_bytes(commitment, COMMITMENT)));
    t->n = a->case_seq;
    memcpy(t->prev, commitment, COMMITMENT);
    return OK;
}

/* The chain of one exhibit, filled in where no other act can come between. */
static Err name_before(Ctx *c, Act *a) {
    ActVal *before = act_before(a);
    if (before == NULL) return OK;
    must(a->def->version >= 2);
    TRY(store_subject_before(c->db, c->arena, a->subject, a->seq, &before->s));
    before->set = before->s.p != NULL;
    return OK;
}

/* One act inside the transaction. A repeated id is the same act again, unless it is another person's or another kind. */
static Err do_one(Ctx *c, Tail *t, Act *a, Str salt_plain, Str salt_sealed, uint8_t commitment[COMMITMENT]) {
    int64_t seq = 0;
    Err err = store_act_known(c->db, a->id, &seq);
    if (err == OK) {
        ActRow row;
        TRY(store_row(c->db, c->arena, seq, &row));
        if (!str_eq(row.kind, str_c(a->def->kind)) || !str_eq(row.subject, id_str(&a->subject))) return ctx_refuse(c, E_CONFLICT, NULL, "This was sent before as something else.");
        a->already = true;
        a->seq = seq;
        return OK;
    }
    if (err != E_MISSING) return err;
    if (a->def->check != NULL) TRY(a->def->check(c, a));
    if (t->seq == 0) TRY(store_next_seq(c->db, &t->seq));
    a->seq = t->seq++;
    TRY(name_before(c, a));
    TRY(append_one(c, t, a, salt_plain, salt_sealed, commitment));
    TRY(store_thing(c->db, a));
    TRY(a->def->apply(c->db, a));
    return OK;
}

static Err in_transaction(Ctx *c, Act *const *acts, size_t n, const uint8_t (*salts)[32], const Str *sealed) {
    uint8_t (*leaves)[COMMITMENT] = arena_array(c->arena, n, sizeof *leaves);
    size_t leaf_n = 0;
    Tail t = { .body = buf_new(BODY_MAX), .event = buf_new(2 * BODY_MAX) };
    Err err = OK;
    for (size_t i = 0; i < n && err == OK; i++) {
        err = do_one(c, &t, acts[i], str_bytes(salts[i], 32), sealed[i], leaves[leaf_n]);
        if (err == OK && !acts[i]->already) leaf_n++;
    }
    buf_free(&t.body);
    buf_free(&t.event);
    TRY(err);
    TRY(tree_append(c->db, (const uint8_t (*)[COMMITMENT])leaves, leaf_n));
    for (size_t i = 0; i < n; i++)
        if (!acts[i]->already && acts[i]->def->follow != NULL) TRY(acts[i]->def->follow(c, acts[i]));
    return OK;
}

static Err commit_all(Ctx *c, Act *const *acts, size_t n, Str *out_note) {
    TRY(may_all(c, acts, n));
    for (size_t i = 0; i < n; i++) TRY(act_validate(c, acts[i]));
    uint8_t (*salts)[32] = arena_array(c->arena, n, sizeof *salts);
    for (size_t i = 0; i < n; i++) c->app->random(c->app->random_ctx, salts[i], 32);
    Str *sealed = ARENA_ARRAY(c->arena, Str, n);
    TRY(acts_seal(c, acts, n, (const uint8_t (*)[32])salts, sealed));
    TRY(db_begin(c->db));
    Err err = in_transaction(c, acts, n, (const uint8_t (*)[32])salts, sealed);
    if (err == OK && out_note != NULL) err = journal_checkpoint(c, out_note); /* signed and stored with them, given out when all of it is durable */
    if (err != OK) {
        db_rollback(c->db);
        return err == E_OUTSIDE ? ctx_refuse(c, err, NULL, "This could not be saved. Nothing was changed.") : err;
    }
    err = db_commit(c->db);
    if (err == OK && c->app->committed != NULL) c->app->committed(c, acts, n);
    return err == OK ? OK : ctx_refuse(c, err, NULL, "This could not be saved. Nothing was changed.");
}

Err journal_commit(Ctx *c, Act *const *acts, size_t n) { return n == 0 ? OK : commit_all(c, acts, n, NULL); }
Err journal_commit_signed(Ctx *c, Act *const *acts, size_t n, Str *out_note) {
    Str note = STR_NONE;
    TRY(commit_all(c, acts, n, &note));
    *out_note = note;
    return OK;
}

Err journal_one(Ctx *c, Act *a) { return journal_commit(c, &a, 1); }
