/* request_store.c - SQL of requests, silences and checks. */
#include "core/case/case_in.h"
#include "core/case/request_in.h"

Err apply_request_made(Db *db, const Act *a) {
    Id of = act_get_id(a, "of"), location = act_get_id(a, "location");
    return db_run(db, "INSERT INTO request(id, case_id, org, subject, location, kind, rung, holder, form, offence, country, asked_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)",
        P(PID(a->subject), PID(a->case_id), PID(a->org), PID(of), PIDN(location), PT(act_get_code(a, "kind")), PT(act_get_code(a, "rung")), PT(act_get_code(a, "holder")),
          PT(act_get_code(a, "form")), PT(act_get_code(a, "offence")), PT(act_get_code(a, "country")), PI(a->at)));
}

/* One fact each; the first receipt, the first visible act and the first decision keep their time. A decision is also an act. */
Err apply_request_event(Db *db, const Act *a) {
    Str what = act_get_code(a, "what"), outcome = act_get_code(a, "outcome"), reason = act_get_code(a, "reason");
    int64_t on = act_get_int(a, "on");
    if (str_eq(what, S("delivered"))) return db_run(db, "UPDATE request SET delivery='delivered', delivered_ms=$2 WHERE id=$1 AND delivered_ms=0", P(PID(a->subject), PI(on)));
    if (str_eq(what, S("failed"))) return db_run(db, "UPDATE request SET delivery='failed' WHERE id=$1 AND (delivery<>'delivered' OR (received_ms=0 AND outcome=''))", P(PID(a->subject)));
    if (str_eq(what, S("received"))) return db_run(db, "UPDATE request SET received_ms=$2 WHERE id=$1 AND received_ms=0", P(PID(a->subject), PI(on)));
    if (str_eq(what, S("acted"))) return db_run(db, "UPDATE request SET acted_ms=$2 WHERE id=$1 AND acted_ms=0", P(PID(a->subject), PI(on)));
    if (str_eq(what, S("withdrawn"))) return db_run(db, "UPDATE request SET outcome='withdrawn', reason=$2 WHERE id=$1", P(PID(a->subject), PT(reason)));
    if (str_eq(what, S("transferred"))) return db_run(db, "UPDATE request SET acted_ms=CASE WHEN acted_ms=0 THEN $2 ELSE acted_ms END, answers=answers+1, outcome='transferred', reason=$3 WHERE id=$1", P(PID(a->subject), PI(on), PT(reason)));
    if (str_eq(what, S("answered"))) return db_run(db, "UPDATE request SET answers=answers+1, received_ms=CASE WHEN received_ms=0 THEN $2 ELSE received_ms END, acted_ms=CASE WHEN acted_ms=0 THEN $2 ELSE acted_ms END,"
        " outcome=CASE WHEN $3='' THEN outcome ELSE $3 END, reason=CASE WHEN $3='' THEN reason ELSE $4 END,"
        " decided_ms=CASE WHEN $3 IN ('removed','blocked','kept','refused','not_found') AND decided_ms=0 THEN $2 ELSE decided_ms END WHERE id=$1", P(PID(a->subject), PI(on), PT(outcome), PT(reason)));
    return db_run(db, "UPDATE request SET decided_ms=CASE WHEN decided_ms=0 THEN $2 ELSE decided_ms END, acted_ms=CASE WHEN acted_ms=0 THEN $2 ELSE acted_ms END, answers=answers+1, outcome=$3, reason=$4 WHERE id=$1",
        P(PID(a->subject), PI(on), PT(outcome), PT(reason)));
}

#define REQUEST_COLUMNS "id, case_id, org, subject, location, kind, rung, holder, form, offence, country, delivery, outcome, reason, asked_ms, delivered_ms, received_ms, acted_ms, decided_ms, answers"
static RequestRow request_read(const Rows *r, Arena *a) {
    return (RequestRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .org = row_id(r, 2), .subject = row_id(r, 3), .location = row_id(r, 4), .kind = row_text_dup(r, 5, a), .rung = row_text_dup(r, 6, a),
        .holder = row_text_dup(r, 7, a), .form = row_text_dup(r, 8, a), .offence = row_text_dup(r, 9, a), .country = row_text_dup(r, 10, a), .delivery = row_text_dup(r, 11, a), .outcome = row_text_dup(r, 12, a),
        .reason = row_text_dup(r, 13, a), .asked = row_int(r, 14), .delivered = row_int(r, 15), .received = row_int(r, 16), .acted = row_int(r, 17), .decided = row_int(r, 18), .answers = row_int(r, 19) };
}

enum { REQUESTS_MAX = 5000 };
static Err request_rows(Ctx *c, Rows *r, RequestRow **out, size_t *out_n) {
    size_t n = 0, cap = 32;
    RequestRow *rows = ARENA_ARRAY(c->arena, RequestRow, cap);
    while (n < REQUESTS_MAX && rows_next(r)) {
        rows = ARENA_ROOM(c->arena, rows, n, &cap);
        rows[n++] = request_read(r, c->arena);
    }
    *out = rows;
    *out_n = n;
    return rows_end(r);
}

Err request_by_id(Ctx *c, Id id, RequestRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " REQUEST_COLUMNS " FROM request WHERE id=$1", P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = request_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}
Err request_of_case(Ctx *c, Id case_id, RequestRow **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT " REQUEST_COLUMNS " FROM request WHERE case_id=$1 ORDER BY asked_ms, id LIMIT 5000", P(PID(case_id)), &r));
    return request_rows(c, &r, out, out_n);
}
Err request_of_subject(Ctx *c, Id subject, RequestRow **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT " REQUEST_COLUMNS " FROM request WHERE subject=$1 ORDER BY asked_ms, id LIMIT 5000", P(PID(subject)), &r));
    return request_rows(c, &r, out, out_n);
}
Err request_of_location(Ctx *c, Id location, RequestRow **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT " REQUEST_COLUMNS " FROM request WHERE location=$1 ORDER BY asked_ms, id LIMIT 5000", P(PID(location)), &r));
    return request_rows(c, &r, out, out_n);
}

enum { SILENCES_MAX = 2000 };
Err silence_of_case(Ctx *c, Id case_id, SilenceRow **out, size_t *out_n) {
    int64_t count = 0;
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM silence WHERE case_id=$1", P(PID(case_id)), &count));
    size_t max = count < SILENCES_MAX ? (size_t)count : SILENCES_MAX;
    SilenceRow *rows = ARENA_ARRAY(c->arena, SilenceRow, max + 1);
    TRY(db_query(c->db, "SELECT id, case_id, clock, location, duty, holder, delivery, last_verdict, sent_ms, delivered_ms, due_ms, at_ms, answers, checks, online FROM silence WHERE case_id=$1 ORDER BY at_ms, id LIMIT 2000", P(PID(case_id)), &r));
    while (n < max && rows_next(&r))
        rows[n++] = (SilenceRow){ .id = row_id(&r, 0), .case_id = row_id(&r, 1), .clock = row_id(&r, 2), .location = row_id(&r, 3), .duty = row_text_dup(&r, 4, c->arena), .holder = row_text_dup(&r, 5, c->arena),
            .delivery = row_text_dup(&r, 6, c->arena), .last_verdict = row_text_dup(&r, 7, c->arena), .sent = row_int(&r, 8), .delivered = row_int(&r, 9), .due = row_int(&r, 10), .at = row_int(&r, 11),
            .answers = row_int(&r, 12), .checks = row_int(&r, 13), .online = row_int(&r, 14) };
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

/* Returned: seen online after it was proven removed. */
Err apply_location_checked(Db *db, const Act *a) {
    Id location = act_get_id(a, "location"), proof = act_get_id(a, "proof");
    Str verdict = act_get_code(a, "verdict");
    int64_t online = str_eq(verdict, S("still_online")), removed = act_get_int(a, "removed");
    TRY(db_run(db, "INSERT INTO location_check(id, location, case_id, at_ms, verdict, why, vantage, proof, removed) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9)",
        P(PID(a->subject), PID(location), PID(a->case_id), PI(a->at), PT(verdict), PT(act_get_code(a, "why")), PT(act_get_code(a, "vantage")), PIDN(proof), PI(removed))));
    return db_run(db, "UPDATE location SET verdict=$2, verdict_ms=$3, verdict_why=$4, checks=checks+1, seen_ms=CASE WHEN $5=1 THEN $3 ELSE seen_ms END,"
        " returned=returned+CASE WHEN $5=1 AND gone_ms>0 THEN 1 ELSE 0 END,"
        " gone_ms=CASE WHEN $5=1 THEN 0 WHEN $6=1 AND gone_ms=0 THEN $3 ELSE gone_ms END WHERE id=$1",
        P(PID(location), PT(verdict), PI(a->at), PT(act_get_code(a, "why")), PI(online), PI(removed)));
}

Err check_of_location(Ctx *c, Id location, size_t limit, CheckRow **out, size_t *out_n) {
    int64_t count = 0;
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM location_check WHERE location=$1", P(PID(location)), &count));
    size_t max = (size_t)count < limit ? (size_t)count : limit;
    CheckRow *rows = ARENA_ARRAY(c->arena, CheckRow, max + 1);
    TRY(db_query(c->db, "SELECT id, location, case_id, proof, verdict, why, vantage, at_ms, removed FROM location_check WHERE location=$1 ORDER BY at_ms DESC, id LIMIT $2", P(PID(location), PI((int64_t)limit)), &r));
    while (n < max && rows_next(&r))
        rows[n++] = (CheckRow){ .id = row_id(&r, 0), .location = row_id(&r, 1), .case_id = row_id(&r, 2), .proof = row_id(&r, 3), .verdict = row_text_dup(&r, 4, c->arena), .why = row_text_dup(&r, 5, c->arena),
            .vantage = row_text_dup(&r, 6, c->arena), .at = row_int(&r, 7), .removed = row_int(&r, 8) != 0 };
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err request_results(Ctx *c, RequestResults *out) {
    const int64_t day = 86400000;
    Rows r;
    TRY(db_query(c->db, "SELECT count(*), coalesce(sum(CASE WHEN q.outcome='removed' OR EXISTS(SELECT 1 FROM location l WHERE l.id=q.location AND l.gone_ms>0) THEN 1 ELSE 0 END), 0)"
        " FROM (SELECT outcome, location FROM request WHERE kind='notice' AND asked_ms>$1 AND asked_ms<$2 AND outcome<>'withdrawn' ORDER BY asked_ms DESC LIMIT 1000) q",
        P(PI(c->now - 365 * day), PI(c->now - 30 * day)), &r));
    if (rows_next(&r)) *out = (RequestResults){ .asked = row_int(&r, 0), .gone = row_int(&r, 1) };
    return rows_end(&r);
}

Err request_of_holder(Ctx *c, Str kind, Str holder, size_t limit, RequestRow **out, size_t *out_n) {
    RequestRow *rows = ARENA_ARRAY(c->arena, RequestRow, limit + 1);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT id, location, form, delivery, outcome, reason, asked_ms, delivered_ms, received_ms, decided_ms, answers FROM request WHERE holder=$1 AND org=$2 AND kind=$3 ORDER BY asked_ms DESC, id LIMIT $4",
        P(PT(holder), PID(c->person.org), PT(kind), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r))
        rows[n++] = (RequestRow){ .id = row_id(&r, 0), .location = row_id(&r, 1), .kind = kind, .holder = holder, .form = row_text_dup(&r, 2, c->arena), .delivery = row_text_dup(&r, 3, c->arena), .outcome = row_text_dup(&r, 4, c->arena),
            .reason = row_text_dup(&r, 5, c->arena), .asked = row_int(&r, 6), .delivered = row_int(&r, 7), .received = row_int(&r, 8), .decided = row_int(&r, 9), .answers = row_int(&r, 10) };
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err request_tally(Ctx *c, Str kind, UnixMs since, RequestTally **out, size_t *out_n) {
    enum { MOST = 400 };
    RequestTally *rows = ARENA_ARRAY(c->arena, RequestTally, MOST);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT outcome, reason, count(*) FROM request WHERE kind=$1 AND org=$2 AND asked_ms>=$3 GROUP BY outcome, reason LIMIT 400", P(PT(kind), PID(c->person.org), PI(since)), &r));
    while (n < MOST && rows_next(&r)) rows[n++] = (RequestTally){ row_text_dup(&r, 0, c->arena), row_text_dup(&r, 1, c->arena), row_int(&r, 2) };
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

/* Which of its terms runs out next; how many have. */
static Err owed_next(Ctx *c, RequestOwed *o) {
    Rows r;
    TRY(db_query(c->db, "SELECT k.duty, k.due_ms FROM request q JOIN clock k ON k.subject=q.id WHERE q.subject=$1 AND k.state='running' ORDER BY k.due_ms LIMIT 1", P(PID(o->subject)), &r));
    if (rows_next(&r)) {
        o->next_duty = row_text_dup(&r, 0, c->arena);
        o->next_due = row_int(&r, 1);
    }
    TRY(rows_end(&r));
    return db_int(c->db, "SELECT count(*) FROM request q JOIN clock k ON k.subject=q.id WHERE q.subject=$1 AND k.state='lapsed' AND k.met_ms=0", P(PID(o->subject)), &o->lapsed);
}

Err request_owed(Ctx *c, Id case_id, size_t limit, RequestOwed **out, size_t *out_n) {
    enum { LOOKED_AT = 2000 /* requests whose clocks a page asks for */ };
    RequestOwed *rows = ARENA_ARRAY(c->arena, RequestOwed, limit + 1);
    size_t n = 0;
    int64_t looked = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT subject, min(kind), min(holder), min(form), min(asked_ms), max(delivered_ms), count(*), sum(CASE WHEN outcome='' OR outcome='need_more' THEN 1 ELSE 0 END) FROM request WHERE case_id=$1 AND outcome<>'withdrawn'"
        " GROUP BY subject ORDER BY min(asked_ms) DESC, subject LIMIT $2", P(PID(case_id), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r))
        rows[n++] = (RequestOwed){ .subject = row_id(&r, 0), .kind = row_text_dup(&r, 1, c->arena), .holder = row_text_dup(&r, 2, c->arena), .form = row_text_dup(&r, 3, c->arena), .asked = row_int(&r, 4), .delivered = row_int(&r, 5),
            .items = row_int(&r, 6), .open = row_int(&r, 7) };
    TRY(rows_end(&r));
    for (size_t i = 0; i < n && looked < LOOKED_AT; i++) {
        looked += rows[i].items;
        TRY(owed_next(c, &rows[i]));
    }
    *out = rows;
    *out_n = n;
    return OK;
}
