/* app_store.c - the one question programs ask the record before anything else. */
#include "programs/common/app.h"

Err app_org(Db *db, Arena *a, Id *out_org, Str *out_name) {
    Rows r = { 0 };
    bool found = false;
    TRY(db_query(db, "SELECT id, name FROM org WHERE id=(SELECT org FROM act ORDER BY seq LIMIT 1)", P0, &r));
    if (rows_next(&r)) {
        found = true;
        *out_org = row_id(&r, 0);
        *out_name = row_text_dup(&r, 1, a);
    }
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}
