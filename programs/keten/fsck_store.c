/* fsck_store.c - which cases should still be readable. */
#include "programs/keten/local.h"

Err fsck_store_cases(Db *db, Arena *a, Id after, CaseKeyRow *out, size_t *out_n) {
    Rows r;
    size_t n = 0;
    TRY(db_query(db, "SELECT id, ref FROM case_file WHERE id > $1 AND erased_ms = 0 ORDER BY id LIMIT 500", P(PID(after)), &r));
    while (n < CASES_AT_ONCE && rows_next(&r)) out[n++] = (CaseKeyRow){ row_id(&r, 0), row_text_dup(&r, 1, a) };
    *out_n = n;
    return rows_end(&r);
}
