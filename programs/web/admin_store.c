/* admin_store.c - the SQL of the administration's own pages: numbers only. */
#include "programs/web/admin.h"

static Err one(Db *db, const char *sql, const DbVal *p, size_t n, int64_t *out) {
    Err e = db_int(db, sql, p, n, out);
    return e == E_MISSING ? OK : e;
}

Err admin_store_facts(Db *db, Id org, SystemFacts *out) {
    *out = (SystemFacts){ 0 };
    TRY(one(db, "SELECT coalesce(max(seq), 0) FROM act", P0, &out->acts));
    TRY(one(db, "SELECT size FROM ledger_edge WHERE one=1", P0, &out->leaves));
    TRY(one(db, "SELECT size FROM checkpoint ORDER BY size DESC LIMIT 1", P0, &out->checkpoint_size));
    TRY(one(db, "SELECT at_ms FROM checkpoint ORDER BY size DESC LIMIT 1", P0, &out->checkpoint_at));
    TRY(one(db, "SELECT count(*) FROM user_account WHERE org=$1 AND active=1", P(PID(org)), &out->users));
    TRY(one(db, "SELECT count(*) FROM user_account WHERE org=$1 AND active=1 AND enrolled_ms=0", P(PID(org)), &out->waiting));
    return one(db, "SELECT count(*) FROM team WHERE org=$1", P(PID(org)), &out->teams);
}
