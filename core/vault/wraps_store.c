/* wraps_store.c - SQL of the key store. */
#include "core/vault/vault_in.h"

const char *compartment_name(uint8_t compartment) {
    static const char *const names[] = { "store", "identity", "story", "facts", "care", "evidence" };
    must(compartment < LEN(names));
    return names[compartment];
}

Err wraps_keep(Vault *v, const WrapNew *wraps, size_t n, UnixMs now) {
    TRY(db_begin(v->keys));
    Err err = OK;
    for (size_t i = 0; err == OK && i < n; i++)
        err = db_run(v->keys, "INSERT INTO wrap(scope, compartment, epoch, holder_kind, holder, blob, made_ms) VALUES($1,$2,1,$3,$4,$5,$6)"
            " ON CONFLICT(scope, compartment, epoch, holder_kind, holder) DO UPDATE SET blob=excluded.blob, made_ms=excluded.made_ms",
            P(PID(wraps[i].scope), PT(str_c(wraps[i].compartment)), PT(str_c(wraps[i].holder_kind)), PID(wraps[i].holder), PB(wraps[i].blob), PI(now)));
    if (err != OK) {
        db_rollback(v->keys);
        return err;
    }
    return db_commit(v->keys);
}

Err wraps_put(Vault *v, Buf *b, Id scope, uint8_t compartment, bool *out_erased) {
    enum { WAYS_MAX = 16 };
    Buf ways = buf_new(65536);
    uint32_t n = 0;
    Rows r;
    TRY(db_query(v->keys, "SELECT holder_kind, holder, blob FROM wrap WHERE scope=$1 AND compartment=$2 ORDER BY epoch DESC LIMIT 16", P(PID(scope), PT(str_c(compartment_name(compartment)))), &r));
    while (n < WAYS_MAX && rows_next(&r)) {
        Str kind = row_text(&r, 0);
        put_u8(&ways, str_eq(kind, S("team")) ? 1 : str_eq(kind, S("code")) ? 2 : 0);
        put_id(&ways, row_id(&r, 1));
        put_str(&ways, row_blob(&r, 2));
        n++;
    }
    put_u32(b, n);
    buf_put(b, buf_str(&ways));
    buf_free(&ways);
    *out_erased = n == 0;
    return rows_end(&r);
}

Err wrap_get(Vault *v, Arena *a, Id scope, const char *compartment, const char *holder_kind, Id holder, Str *out) {
    return db_text(v->keys, "SELECT blob FROM wrap WHERE scope=$1 AND compartment=$2 AND holder_kind=$3 AND holder=$4 ORDER BY epoch DESC LIMIT 1",
        P(PID(scope), PT(str_c(compartment)), PT(str_c(holder_kind)), PID(holder)), a, out);
}

Err wraps_drop(Vault *v, Id scope, const char *holder_kind, Id holder) {
    return db_run(v->keys, "DELETE FROM wrap WHERE scope=$1 AND holder_kind=$2 AND holder=$3", P(PID(scope), PT(str_c(holder_kind)), PID(holder)));
}

Err wraps_drop_all(Vault *v, Id scope, const char *compartment) {
    return db_run(v->keys, "DELETE FROM wrap WHERE scope=$1 AND compartment=$2", P(PID(scope), PT(str_c(compartment))));
}

Err wraps_rename(Vault *v, Id scope, const char *from, const char *to) {
    TRY(db_begin(v->keys));
    Err err = db_run(v->keys, "DELETE FROM wrap WHERE scope=$1 AND compartment=$2", P(PID(scope), PT(str_c(to))));
    if (err == OK) err = db_run(v->keys, "UPDATE wrap SET compartment=$3 WHERE scope=$1 AND compartment=$2", P(PID(scope), PT(str_c(from)), PT(str_c(to))));
    if (err == OK) return db_commit(v->keys);
    db_rollback(v->keys);
    return err;
}

Err vault_shred_scope(Vault *v, Id scope) {
    TRY(db_run(v->keys, "PRAGMA secure_delete=ON", P0));
    TRY(db_run(v->keys, "DELETE FROM wrap WHERE scope=$1", P(PID(scope))));
    return db_run(v->keys, "PRAGMA wal_checkpoint(TRUNCATE)", P0);
}
