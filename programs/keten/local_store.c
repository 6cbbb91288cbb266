/* local_store.c - what commands ask the record themselves: cases by what is coded about them. */
#include "programs/keten/local.h"

Err fsck_store_cases(Db *db, Arena *a, Id after, CaseKeyRow *out, size_t *out_n) {
    Rows r;
    size_t n = 0;
    TRY(db_query(db, "SELECT id, ref FROM case_file WHERE id > $1 AND erased_ms = 0 ORDER BY id LIMIT 500", P(PID(after)), &r));
    while (n < CASES_AT_ONCE && rows_next(&r)) out[n++] = (CaseKeyRow){ row_id(&r, 0), row_text_dup(&r, 1, a) };
    *out_n = n;
    return rows_end(&r);
}

Err local_store_cases(Ctx *c, const CaseWish *w, int64_t limit, Str *out_refs, size_t *out_n) {
    Rows r;
    size_t n = 0;
    TRY(db_query(c->db, "SELECT ref FROM case_file WHERE ($1 = '' OR lane = $1) AND ($2 = '' OR turn = $2)"
        " AND ($3 = 'all' OR ($3 = 'open' AND active = 1) OR ($3 = 'closed' AND active = 0)) AND ($4 = 0 OR year = $4) ORDER BY active DESC, next_due = 0, next_due, ref LIMIT $5",
        P(PT(w->lane), PT(w->turn), PT(w->state), PI(w->year), PI(limit)), &r));
    while ((int64_t)n < limit && rows_next(&r)) out_refs[n++] = row_text_dup(&r, 0, c->arena);
    *out_n = n;
    return rows_end(&r);
}
