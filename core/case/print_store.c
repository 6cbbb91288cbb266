/* print_store.c - fingerprints in the state tables. */
#include "core/case/case_in.h"
#include "core/case/print.h"

Err apply_print_given(Db *db, const Act *a) {
    TRY(db_run(db, "INSERT INTO print(id, org, case_id, front, quality, forms, hash, uses, said_by, given_ms, until_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
        P(PID(a->subject), PID(a->org), PID(a->case_id), PT(act_get_code(a, "front")), PI(act_get_int(a, "quality")), PI(act_get_int(a, "forms")), PB(act_sealed(a, "hash")), PT(act_get_code(a, "uses")),
            PT(act_get_code(a, "said_by")), PI(a->at), PI(act_get_int(a, "until")))));
    return touch_case(db, a);
}

Err apply_print_ended(Db *db, const Act *a) {
    TRY(db_run(db, "UPDATE print SET ended_ms=$2, why=$3, hash=NULL WHERE id=$1 AND ended_ms=0", P(PID(a->subject), PI(a->at), PT(act_get_code(a, "why")))));
    return touch_case(db, a);
}

Err print_store_end_all(Db *db, const Act *a, Str why) {
    return db_run(db, "UPDATE print SET ended_ms=$2, why=$3, hash=NULL WHERE case_id=$1 AND ended_ms=0", P(PID(a->case_id), PI(a->at), PT(why)));
}

Err print_store_count(Ctx *c, Id case_id, int64_t *out) { return db_int(c->db, "SELECT count(*) FROM print WHERE case_id=$1", P(PID(case_id)), out); }

#define PRINT_COLUMNS "p.id, p.case_id, p.org, p.front, p.uses, p.said_by, p.why, p.quality, p.forms, p.given_ms, p.until_ms, p.ended_ms, p.hash"

static PrintRow print_read(const Rows *r, Arena *a) {
    return (PrintRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .org = row_id(r, 2), .front = row_text_dup(r, 3, a), .uses = row_text_dup(r, 4, a), .said_by = row_text_dup(r, 5, a), .why = row_text_dup(r, 6, a),
        .quality = row_int(r, 7), .forms = row_int(r, 8), .given = row_int(r, 9), .until = row_int(r, 10), .ended = row_int(r, 11), .sealed = row_blob_dup(r, 12, a), .err = E_MISSING };
}

Err print_by_id(Ctx *c, Id print, PrintRow *out) {
    Rows r;
    Err err = E_MISSING;
    TRY(db_query(c->db, "SELECT " PRINT_COLUMNS " FROM print p WHERE p.id=$1", P(PID(print)), &r));
    if (rows_next(&r)) {
        *out = print_read(&r, c->arena);
        err = OK;
    }
    Err end = rows_end(&r);
    return end != OK ? end : err;
}

Err print_of_case(Ctx *c, Id case_id, PrintRow **out, size_t *out_n) {
    enum { MOST = 4 * PRINTS_OF_CASE };
    PrintRow *rows = ARENA_ARRAY(c->arena, PrintRow, MOST);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " PRINT_COLUMNS " FROM print p WHERE p.case_id=$1 OR p.case_id IN (SELECT k.id FROM case_file k WHERE k.merged_into=$1) ORDER BY p.given_ms DESC, p.id LIMIT 800",
        P(PID(case_id)), &r));
    while (n < MOST && rows_next(&r)) rows[n++] = print_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
