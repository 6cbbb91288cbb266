/* clock_store.c - SQL of clocks, silences and proposals. */
#include "core/case/case_in.h"

Err running_clocks(Ctx *c, Id case_id, int64_t *out) { return db_int(c->db, "SELECT count(*) FROM clock WHERE case_id=$1 AND state IN ('running','paused')", P(PID(case_id)), out); }

Err apply_clock_started(Db *db, const Act *a) {
    Id of = act_get_id(a, "of"), location = act_get_id(a, "location");
    return db_run(db, "INSERT INTO clock(id, case_id, org, duty, kind, subject, location, holder, from_ms, due_ms, zone, law_date, state) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,'running')",
        P(PID(a->subject), PID(a->case_id), PID(a->org), PT(act_get_code(a, "duty")), PT(act_get_code(a, "kind")), PID(of), PIDN(location), PT(act_get_code(a, "holder")),
          PI(act_get_int(a, "from")), PI(act_get_int(a, "due")), PT(a->zone), PT(act_get_code(a, "law_date"))));
}
Err apply_clock_paused(Db *db, const Act *a) {
    return db_run(db, "UPDATE clock SET state='paused', paused_from=$2, why=$3 WHERE id=$1", P(PID(a->subject), PI(a->at), PT(act_get_code(a, "why"))));
}
Err apply_clock_resumed(Db *db, const Act *a) {
    TRY(db_run(db, "INSERT INTO clock_pause(clock, from_ms, to_ms, why) SELECT id, paused_from, $2, why FROM clock WHERE id=$1", P(PID(a->subject), PI(a->at))));
    return db_run(db, "UPDATE clock SET state='running', paused_from=0, due_ms=$2 WHERE id=$1", P(PID(a->subject), PI(act_get_int(a, "due"))));
}
Err apply_clock_moved(Db *db, const Act *a) {
    return db_run(db, "UPDATE clock SET due_ms=$2, why=$3 WHERE id=$1", P(PID(a->subject), PI(act_get_int(a, "due")), PT(act_get_code(a, "why"))));
}
Err apply_clock_met(Db *db, const Act *a) {
    return db_run(db, "UPDATE clock SET met_ms=$2, state=CASE WHEN state='lapsed' THEN 'lapsed' ELSE 'met' END WHERE id=$1", P(PID(a->subject), PI(a->at)));
}
Err apply_clock_lapsed(Db *db, const Act *a) { return db_run(db, "UPDATE clock SET state='lapsed', lapsed_ms=$2 WHERE id=$1", P(PID(a->subject), PI(a->at))); }
Err apply_clock_stopped(Db *db, const Act *a) {
    return db_run(db, "UPDATE clock SET state='stopped', why=$2 WHERE id=$1", P(PID(a->subject), PT(act_get_code(a, "why"))));
}

Err apply_silence(Db *db, const Act *a) {
    Id clock = act_get_id(a, "clock"), location = act_get_id(a, "location");
    return db_run(db, "INSERT INTO silence(id, case_id, clock, duty, holder, location, sent_ms, delivered_ms, delivery, answers, checks, online, last_verdict, due_ms, at_ms)"
        " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)",
        P(PID(a->subject), PID(a->case_id), PID(clock), PT(act_get_code(a, "duty")), PT(act_get_code(a, "holder")), PIDN(location), PI(act_get_int(a, "sent")), PI(act_get_int(a, "delivered")),
          PT(act_get_code(a, "delivery")), PI(act_get_int(a, "answers")), PI(act_get_int(a, "checks")), PI(act_get_int(a, "online")), PT(act_get_code(a, "last_verdict")), PI(act_get_int(a, "due")), PI(a->at)));
}

Err apply_proposal_made(Db *db, const Act *a) {
    Id clock = act_get_id(a, "clock");
    return db_run(db, "INSERT INTO proposal(id, case_id, clock, step, target, ground, not_before, made_ms, state) VALUES($1,$2,$3,$4,$5,$6,$7,$8,'open')",
        P(PID(a->subject), PID(a->case_id), PID(clock), PT(act_get_code(a, "step")), PT(act_get_code(a, "target")), PT(act_get_code(a, "ground")), PI(act_get_int(a, "not_before")), PI(a->at)));
}
Err apply_proposal_decided(Db *db, const Act *a) {
    return db_run(db, "UPDATE proposal SET state=CASE WHEN $2=1 THEN 'taken' ELSE 'dismissed' END, decided_by=$3, decided_ms=$4 WHERE id=$1",
        P(PID(a->subject), PI(act_get_int(a, "take")), PIDN(a->actor), PI(a->at)));
}

#define CLOCK_COLUMNS "id, case_id, org, subject, location, duty, kind, holder, state, law_date, why, from_ms, due_ms, met_ms, lapsed_ms, paused_from"
static ClockRow clock_read(const Rows *r, Arena *a) {
    return (ClockRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .org = row_id(r, 2), .subject = row_id(r, 3), .location = row_id(r, 4), .duty = row_text_dup(r, 5, a), .kind = row_text_dup(r, 6, a),
        .holder = row_text_dup(r, 7, a), .state = row_text_dup(r, 8, a), .law_date = row_text_dup(r, 9, a), .why = row_text_dup(r, 10, a), .from = row_int(r, 11), .due = row_int(r, 12),
        .met = row_int(r, 13), .lapsed = row_int(r, 14), .paused_from = row_int(r, 15) };
}

enum { CLOCKS_MAX = 5000, PROPOSALS_MAX = 1000 };
static Err clock_rows(Ctx *c, Rows *r, ClockRow **out, size_t *out_n) {
    size_t n = 0, cap = 64;
    ClockRow *rows = ARENA_ARRAY(c->arena, ClockRow, cap);
    while (n < CLOCKS_MAX && rows_next(r)) {
        rows = ARENA_ROOM(c->arena, rows, n, &cap);
        rows[n++] = clock_read(r, c->arena);
    }
    *out = rows;
    *out_n = n;
    return rows_end(r);
}

Err clock_by_id(Ctx *c, Id id, ClockRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " CLOCK_COLUMNS " FROM clock WHERE id=$1", P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = clock_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}
Err clock_of_case(Ctx *c, Id case_id, ClockRow **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT " CLOCK_COLUMNS " FROM clock WHERE case_id=$1 ORDER BY due_ms, id LIMIT 5000", P(PID(case_id)), &r));
    return clock_rows(c, &r, out, out_n);
}
Err clock_of_subject(Ctx *c, Id subject, ClockRow **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT " CLOCK_COLUMNS " FROM clock WHERE subject=$1 ORDER BY from_ms, id LIMIT 5000", P(PID(subject)), &r));
    return clock_rows(c, &r, out, out_n);
}

#define PROPOSAL_COLUMNS "id, case_id, clock, step, target, ground, state, not_before, made_ms, decided_ms"
static ProposalRow proposal_read(const Rows *r, Arena *a) {
    return (ProposalRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .clock = row_id(r, 2), .step = row_text_dup(r, 3, a), .target = row_text_dup(r, 4, a), .ground = row_text_dup(r, 5, a),
        .state = row_text_dup(r, 6, a), .not_before = row_int(r, 7), .made = row_int(r, 8), .decided = row_int(r, 9) };
}

Err proposal_of_case(Ctx *c, Id case_id, bool open_only, ProposalRow **out, size_t *out_n) {
    ProposalRow *rows = ARENA_ARRAY(c->arena, ProposalRow, PROPOSALS_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " PROPOSAL_COLUMNS " FROM proposal WHERE case_id=$1 AND ($2=0 OR state='open') ORDER BY made_ms DESC, id LIMIT 1000", P(PID(case_id), PI(open_only)), &r));
    while (n < PROPOSALS_MAX && rows_next(&r)) rows[n++] = proposal_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
Err proposal_open_of_step(Ctx *c, Id org, Str step, size_t limit, ProposalRow **out, size_t *out_n) {
    ProposalRow *rows = ARENA_ARRAY(c->arena, ProposalRow, limit + 1);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT p.id, p.case_id, p.clock, p.step, p.target, p.ground, p.state, p.not_before, p.made_ms, p.decided_ms FROM proposal p JOIN case_file k ON k.id=p.case_id WHERE p.step=$1 AND p.state='open' AND k.org=$2"
        " ORDER BY p.made_ms, p.id LIMIT $3", P(PT(step), PID(org), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = proposal_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
Err proposal_by_id(Ctx *c, Id id, ProposalRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " PROPOSAL_COLUMNS " FROM proposal WHERE id=$1", P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = proposal_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err thing_kind(Ctx *c, Id id, int64_t *out) { return db_int(c->db, "SELECT kind FROM thing WHERE id=$1", P(PID(id)), out); }
