/* web_store.c - the SQL of the web worker itself. Sealed drafts and kept forms: a row can be opened only with the secret in
 * the visitor's cookie. */
#include "programs/web/web.h"

Err visit_store_get(Db *db, Arena *a, Id id, UnixMs now, Str *out_sealed) {
    Rows r = { 0 };
    bool found = false;
    TRY(db_query(db, "SELECT sealed FROM draft WHERE id = $1 AND until_ms > $2", P(PID(id), PI(now)), &r));
    if (rows_next(&r)) {
        found = true;
        *out_sealed = row_blob_dup(&r, 0, a);
    }
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err visit_store_put(Db *db, Id id, Str sealed, UnixMs until) {
    return db_run(db, "INSERT INTO draft(id, sealed, until_ms) VALUES($1, $2, $3) ON CONFLICT(id) DO UPDATE SET sealed = excluded.sealed, until_ms = excluded.until_ms",
        P(PID(id), PB(sealed), PI(until)));
}

Err visit_store_drop(Db *db, Id id) { return db_run(db, "DELETE FROM draft WHERE id = $1", P(PID(id))); }
