/* sim_store.c - what the simulation asks the record, with questions of its own: not through the code that it is checking. */
#include "programs/keten/sim.h"

Err sim_store_newest(Db *db, int64_t *out_seq, Id *out_act) {
    Rows r;
    *out_seq = 0;
    *out_act = ID_NONE;
    TRY(db_query(db, "SELECT seq, id FROM act ORDER BY seq DESC LIMIT 1", P0, &r));
    if (rows_next(&r)) {
        *out_seq = row_int(&r, 0);
        *out_act = row_id(&r, 1);
    }
    return rows_end(&r);
}

Err sim_store_act_at(Db *db, int64_t seq, Id *out) { return db_id(db, "SELECT id FROM act WHERE seq=$1", P(PI(seq)), out); }

Err sim_store_count(Db *db, SimCount what, UnixMs now, int64_t *out) {
    static const char *const sql[COUNTS] = {
        [COUNT_ACTS] = "SELECT count(*) FROM act WHERE $1=$1",
        [COUNT_LEAVES] = "SELECT coalesce(max(size),0) FROM ledger_edge WHERE $1=$1",
        [COUNT_LAPSED] = "SELECT count(*) FROM clock WHERE lapsed_ms>0 AND $1=$1",
        [COUNT_LAPSED_NO_SILENCE] = "SELECT count(*) FROM clock k WHERE k.lapsed_ms>0 AND $1=$1 AND (SELECT count(*) FROM silence s WHERE s.clock=k.id)<>1",
        [COUNT_SILENCE_NO_LAPSE] = "SELECT count(*) FROM silence s WHERE $1=$1 AND NOT EXISTS(SELECT 1 FROM clock k WHERE k.id=s.clock AND k.lapsed_ms>0)",
        [COUNT_OVERDUE] = "SELECT count(*) FROM clock WHERE state='running' AND due_ms<$1",
        [COUNT_RUNNING] = "SELECT count(*) FROM clock WHERE state='running' AND $1=$1",
        [COUNT_STUCK] = "SELECT count(*) FROM job WHERE state='stuck' AND $1=$1",
        [COUNT_LOOSE_ENDS] = "SELECT count(*) FROM clock k WHERE k.state='running' AND $1=$1 AND NOT EXISTS(SELECT 1 FROM job j WHERE j.kind='clock.lapse' AND j.subject=k.id)",
    };
    must(what < COUNTS);
    return db_int(db, sql[what], P(PI(now)), out);
}

Err sim_store_lapsed(Db *db, Arena *a, Id after, size_t max, SimLapsed *out, size_t *out_n) {
    Rows r;
    size_t n = 0;
    TRY(db_query(db, "SELECT k.id, k.duty, k.due_ms, (SELECT count(*) FROM proposal p WHERE p.clock=k.id) FROM clock k WHERE k.id>$1 AND k.lapsed_ms>0 ORDER BY k.id LIMIT $2", P(PID(after), PI((int64_t)max)), &r));
    while (n < max && rows_next(&r)) out[n++] = (SimLapsed){ row_id(&r, 0), row_text_dup(&r, 1, a), row_int(&r, 2), row_int(&r, 3) };
    *out_n = n;
    return rows_end(&r);
}

Err sim_store_cases(Db *db, Id after, size_t max, SimCaseKey *out, size_t *out_n) {
    Rows r;
    size_t n = 0;
    TRY(db_query(db, "SELECT id, org, team, erased_ms FROM case_file WHERE id>$1 ORDER BY id LIMIT $2", P(PID(after), PI((int64_t)max)), &r));
    while (n < max && rows_next(&r)) out[n++] = (SimCaseKey){ row_id(&r, 0), row_id(&r, 1), row_id(&r, 2), row_int(&r, 3) != 0 };
    *out_n = n;
    return rows_end(&r);
}

Err sim_store_shares(Db *db, Id case_id, UnixMs now, Id *out, size_t max, size_t *out_n) {
    Rows r;
    size_t n = 0;
    TRY(db_query(db, "SELECT DISTINCT to_org FROM share WHERE object=$1 AND from_ms<=$2 AND until_ms>$2 AND ended_ms=0 LIMIT $3", P(PID(case_id), PI(now), PI((int64_t)max)), &r));
    while (n < max && rows_next(&r)) out[n++] = row_id(&r, 0);
    *out_n = n;
    return rows_end(&r);
}

/* Filings, each with the organisations that it is shared with at that moment. */
Err sim_store_filings(Db *db, Id after, UnixMs now, size_t max, SimFiled *out, size_t *out_n) {
    Rows r;
    size_t n = 0;
    TRY(db_query(db, "SELECT f.id, f.case_id, s.to_org FROM (SELECT id, case_id FROM filing WHERE id>$1 ORDER BY id LIMIT $3) f"
        " LEFT JOIN share s ON s.object=f.id AND s.from_ms<=$2 AND s.until_ms>$2 AND s.ended_ms=0 ORDER BY f.id", P(PID(after), PI(now), PI((int64_t)max)), &r));
    while (rows_next(&r)) {
        Id id = row_id(&r, 0);
        if (n == 0 || !id_eq(out[n - 1].id, id)) {
            if (n == max) break;
            out[n++] = (SimFiled){ .id = id, .case_id = row_id(&r, 1) };
        }
        SimFiled *f = &out[n - 1];
        if (!row_null(&r, 2) && f->shared_n < LEN(f->shared)) f->shared[f->shared_n++] = row_id(&r, 2);
    }
    *out_n = n;
    return rows_end(&r);
}

Err sim_store_codes(Db *keys, int64_t *out_codes, int64_t *out_wide) {
    TRY(db_int(keys, "SELECT count(DISTINCT scope) FROM wrap WHERE holder_kind='code'", P0, out_codes));
    return db_int(keys, "SELECT count(*) FROM wrap WHERE holder_kind='code' AND compartment IN ('identity','facts','care','evidence')", P0, out_wide);
}
