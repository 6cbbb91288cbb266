/* lookup_store.c - SQL of lookups and rules. */
#include "core/case/opening.h"
#include "steps/takedown/lookup_rule.h"
#include "steps/takedown/takedown_in.h"

Err apply_rule_added(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO lookup_rule(id, org, kind, rung, country, domain, name, mail, page, why, from_ms, until_ms, by_user, made_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)",
        P(PID(a->subject), PID(a->org), PT(act_get_code(a, "kind")), PT(act_get_code(a, "rung")), PT(act_get_code(a, "country")), PB(act_sealed(a, "domain")), PB(act_sealed(a, "name")), PB(act_sealed(a, "mail")), PB(act_sealed(a, "page")),
          PB(act_sealed(a, "why")), PI(act_get_int(a, "from")), PI(act_get_int(a, "until")), PIDN(a->actor), PI(a->at)));
}
Err apply_rule_ended(Db *db, const Act *a) {
    return db_run(db, "UPDATE lookup_rule SET ended_ms=$2 WHERE id=$1 AND org=$3", P(PID(a->subject), PI(act_get_int(a, "on") != 0 ? 0 : a->at), PID(a->org)));
}
Err apply_lookup_made(Db *db, const Act *a) {
    Id location = act_get_id(a, "location"), proof = act_get_id(a, "proof");
    return db_run(db, "INSERT INTO lookup(id, case_id, org, location, at_ms, why, found, changed, proof, result) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        P(PID(a->subject), PID(a->case_id), PID(a->org), PID(location), PI(a->at), PT(act_get_code(a, "why")), PI(act_get_int(a, "found")), PI(act_get_int(a, "changed")), PID(proof), PB(act_sealed(a, "result"))));
}
Err apply_lookup_asked(Db *db, const Act *a) {
    Id location = act_get_id(a, "location");
    return db_run(db, "INSERT INTO lookup_asked(location, at_ms) VALUES($1,$2) ON CONFLICT(location) DO UPDATE SET at_ms=excluded.at_ms", P(PID(location), PI(a->at)));
}
Err lookup_asked_at(Ctx *c, Id location, UnixMs *out) { return db_int(c->db, "SELECT coalesce((SELECT at_ms FROM lookup_asked WHERE location=$1), 0)", P(PID(location)), out); }

enum { TEXTS = 5 };
#define RULE_COLUMNS "id, org, kind, rung, country, domain, name, mail, page, why, from_ms, until_ms, by_user, made_ms, ended_ms"
static RuleRow rule_read(const Rows *r, Arena *a) {
    return (RuleRow){ .id = row_id(r, 0), .org = row_id(r, 1), .kind = row_text_dup(r, 2, a), .rung = row_text_dup(r, 3, a), .country = row_text_dup(r, 4, a), .domain = row_blob_dup(r, 5, a),
        .name = row_null(r, 6) ? STR_NONE : row_blob_dup(r, 6, a), .mail = row_null(r, 7) ? STR_NONE : row_blob_dup(r, 7, a), .page = row_null(r, 8) ? STR_NONE : row_blob_dup(r, 8, a), .why = row_blob_dup(r, 9, a),
        .from = row_int(r, 10), .until = row_int(r, 11), .by = row_null(r, 12) ? ID_NONE : row_id(r, 12), .made = row_int(r, 13), .ended = row_int(r, 14) };
}
static Err rules_open(Ctx *c, RuleRow *rows, size_t n) {
    Opening o = opening_new(c->arena, TEXTS * n + 1);
    for (size_t i = 0; i < n; i++) {
        RuleRow *r = &rows[i];
        opening_add(&o, r->org, r->id, "domain", &r->domain, &r->err);
        opening_add(&o, r->org, r->id, "name", &r->name, &r->err);
        opening_add(&o, r->org, r->id, "mail", &r->mail, &r->err);
        opening_add(&o, r->org, r->id, "page", &r->page, &r->err);
        opening_add(&o, r->org, r->id, "why", &r->why, &r->err);
    }
    return opening_run(c, &o);
}
Err rule_by_id(Ctx *c, Id id, RuleRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " RULE_COLUMNS " FROM lookup_rule WHERE id=$1 AND org=$2", P(PID(id), PID(c->person.org)), &r));
    bool found = rows_next(&r);
    if (found) *out = rule_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? rules_open(c, out, 1) : E_MISSING;
}
Err rule_any_checker(Ctx *c, bool *out) {
    int64_t n = 0;
    TRY(db_int(c->db, "SELECT count(*) FROM (SELECT 1 FROM lookup_rule WHERE org=$1 AND kind='checker' AND ended_ms=0 LIMIT 1) x", P(PID(c->person.org)), &n));
    *out = n > 0;
    return OK;
}
Err rule_list(Ctx *c, bool ended_too, RuleRow **out, size_t *out_n) {
    Id org = id_none(c->person.org) ? c->app->org : c->person.org;
    size_t n = 0, cap = 0;
    RuleRow *rows = NULL;
    Rows r;
    TRY(db_query(c->db, "SELECT " RULE_COLUMNS " FROM lookup_rule WHERE org=$1 AND ($2=1 OR ended_ms=0) ORDER BY made_ms DESC, id LIMIT 2000", P(PID(org), PI(ended_too)), &r));
    while (n < RULES_MAX && rows_next(&r)) {
        rows = ARENA_ROOM(c->arena, rows, n, &cap);
        rows[n++] = rule_read(&r, c->arena);
    }
    TRY(rows_end(&r));
    *out = rows;
    *out_n = n;
    return rules_open(c, rows, n);
}

#define LOOKUP_COLUMNS "k.id, k.case_id, k.org, k.location, k.at_ms, k.why, k.found, k.changed, k.proof, k.result"
static LookupRow lookup_row(const Rows *r, Arena *a) {
    return (LookupRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .org = row_id(r, 2), .location = row_id(r, 3), .at = row_int(r, 4), .why = row_text_dup(r, 5, a), .found = row_int(r, 6), .changed = row_int(r, 7) != 0, .proof = row_id(r, 8),
        .result_sealed = row_blob_dup(r, 9, a) };
}

/* The newest of another place on the same host, looked up for a case that holds this place too. */
Err lookup_of_host(Ctx *c, Id location, LookupRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " LOOKUP_COLUMNS " FROM location me JOIN location l ON l.org=me.org AND l.host_key=me.host_key JOIN lookup k ON k.location=l.id JOIN case_location cl ON cl.case_id=k.case_id AND cl.location=me.id"
        " WHERE me.id=$1 ORDER BY k.at_ms DESC, k.id LIMIT 1", P(PID(location)), &r));
    bool found = rows_next(&r);
    if (found) *out = lookup_row(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

/* Whether other work is due: a lookup waits for it, since many may come at once and somebody may be waiting for a mail. */
Err lookup_others_due(Ctx *c, bool *out) {
    int64_t n = 0;
    TRY(db_int(c->db, "SELECT EXISTS(SELECT 1 FROM job WHERE lane=0 AND state='due' AND due_ms<=$1 AND kind<>'lookup.find')", P(PI(c->now)), &n));
    *out = n != 0;
    return OK;
}

Err lookup_rows(Ctx *c, Id location, size_t limit, LookupRow **out, size_t *out_n) {
    LookupRow *rows = ARENA_ARRAY(c->arena, LookupRow, limit + 1);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " LOOKUP_COLUMNS " FROM lookup k WHERE k.location=$1 ORDER BY k.at_ms DESC, k.id LIMIT $2", P(PID(location), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r))
        rows[n++] = lookup_row(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
