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

/* The organisation the instance was made for is the first one that was made in it. */
Err web_store_org(Db *db, Arena *a, Id *out_org, Str *out_name) {
    Rows r = { 0 };
    bool found = false;
    TRY(db_query(db, "SELECT id, name FROM org ORDER BY made_ms, id LIMIT 1", P0, &r));
    if (rows_next(&r)) {
        found = true;
        *out_org = row_id(&r, 0);
        *out_name = row_text_dup(&r, 1, a);
    }
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}
