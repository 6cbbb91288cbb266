/* wraps_store.c - SQL of the key store. */
#include "core/vault/vault_in.h"

const char *compartment_name(uint8_t compartment) {
    static const char *const names[] = { "store", "identity", "story", "facts", "care", "evidence" };
    must(compartment < LEN(names));
    return names[compartment];
}

/* Everything that makes the row what it is, each part with its length. */
static void wrap_sum(const WrapNew *w, uint8_t out[16]) {
    Buf b = buf_new(w->blob.n + 4096);
    put_id(&b, w->scope);
    put_str(&b, str_c(w->compartment));
    put_str(&b, str_c(w->holder_kind));
    put_id(&b, w->holder);
    put_str(&b, w->blob);
    must(buf_err(&b) == OK);
    seal_blake(STR_NONE, buf_str(&b), out, 16);
    buf_free(&b);
}

static Err wrap_put(Db *keys, const WrapNew *w, UnixMs now) {
    uint8_t sum[16];
    wrap_sum(w, sum);
    return db_run(keys, "INSERT INTO wrap(scope, compartment, epoch, holder_kind, holder, blob, made_ms, sum) VALUES($1,$2,1,$3,$4,$5,$6,$7)"
        " ON CONFLICT(scope, compartment, epoch, holder_kind, holder) DO UPDATE SET blob=excluded.blob, made_ms=excluded.made_ms, sum=excluded.sum",
        P(PID(w->scope), PT(str_c(w->compartment)), PT(str_c(w->holder_kind)), PID(w->holder), PB(w->blob), PI(now), PB(str_bytes(sum, sizeof sum))));
}

Err wraps_keep(Vault *v, const WrapNew *wraps, size_t n, UnixMs now) {
    TRY(db_begin(v->keys));
    Err err = OK;
    for (size_t i = 0; err == OK && i < n; i++) err = wrap_put(v->keys, &wraps[i], now);
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

Err wraps_narrow_code(Vault *v, Id scope) {
    return db_run(v->keys, "DELETE FROM wrap WHERE scope=$1 AND holder_kind='code' AND compartment<>'story'", P(PID(scope)));
}
Err wraps_drop_all(Vault *v, Id scope, const char *compartment) {
    return db_run(v->keys, "DELETE FROM wrap WHERE scope=$1 AND compartment=$2", P(PID(scope), PT(str_c(compartment))));
}

static Err rename_in_tx(Vault *v, Arena *a, Id scope, const char *from, const char *to) {
    Rows r;
    WrapNew w = { .scope = scope, .compartment = to };
    UnixMs made = 0;
    TRY(db_query(v->keys, "SELECT holder_kind, holder, blob, made_ms FROM wrap WHERE scope=$1 AND compartment=$2 LIMIT 1", P(PID(scope), PT(str_c(from))), &r));
    if (rows_next(&r)) {
        w.holder_kind = str_z(a, row_text(&r, 0));
        w.holder = row_id(&r, 1);
        w.blob = row_blob_dup(&r, 2, a);
        made = row_int(&r, 3);
    }
    TRY(rows_end(&r));
    TRY(wraps_drop_all(v, scope, to));
    if (w.holder_kind != NULL) TRY(wrap_put(v->keys, &w, made));
    return wraps_drop_all(v, scope, from);
}

Err wraps_rename(Vault *v, Id scope, const char *from, const char *to) {
    Arena *a = arena_new(1 << 16);
    Err err = db_begin(v->keys);
    if (err == OK) {
        err = rename_in_tx(v, a, scope, from, to);
        if (err == OK) err = db_commit(v->keys);
        else db_rollback(v->keys);
    }
    arena_free(a);
    return err;
}

/* ---- checking ---- */

Err wraps_check_some(Vault *v, Arena *a, WrapAt *at, WrapSeen *out, size_t max, size_t *out_n) {
    Rows r;
    size_t n = 0;
    TRY(db_query(v->keys, "SELECT scope, compartment, holder_kind, holder, blob, sum FROM wrap WHERE (scope, compartment, epoch, holder_kind, holder) > ($1, $2, 1, $3, $4)"
        " ORDER BY scope, compartment, epoch, holder_kind, holder LIMIT $5",
        P(PID(at->scope), PT(at->compartment), PT(at->holder_kind), PID(at->holder), PI((int64_t)max)), &r));
    while (n < max && rows_next(&r)) {
        uint8_t sum[16];
        WrapSeen *w = &out[n++];
        *w = (WrapSeen){ .scope = row_id(&r, 0), .compartment = row_text_dup(&r, 1, a), .holder_kind = row_text_dup(&r, 2, a), .holder = row_id(&r, 3) };
        wrap_sum(&(WrapNew){ w->scope, str_z(a, w->compartment), str_z(a, w->holder_kind), w->holder, row_blob(&r, 4) }, sum);
        w->good = str_eq(row_blob(&r, 5), str_bytes(sum, sizeof sum));
        *at = (WrapAt){ w->scope, w->compartment, w->holder_kind, w->holder };
    }
    *out_n = n;
    return rows_end(&r);
}

Err wraps_count(Vault *v, int64_t *out) { return db_int(v->keys, "SELECT count(*) FROM wrap", P0, out); }

Err vault_team_opens(Vault *v, Id scope, unsigned *out_mask) {
    Rows r;
    *out_mask = 0;
    TRY(db_query(v->keys, "SELECT DISTINCT compartment FROM wrap WHERE scope=$1 AND (holder_kind='team' OR compartment='store')", P(PID(scope)), &r));
    while (rows_next(&r)) {
        for (uint8_t k = 0; k < COMP_COUNT; k++)
            if (str_eq(row_text(&r, 0), str_c(compartment_name(k)))) *out_mask |= 1u << k;
    }
    return rows_end(&r);
}

Err vault_shred_scopes(Vault *v, const Id *scopes, size_t n) {
    TRY(db_overwrite(v->keys));
    TRY(db_begin(v->keys));
    for (size_t i = 0; i < n; i++) {
        Err err = db_run(v->keys, "DELETE FROM wrap WHERE scope=$1", P(PID(scopes[i])));
        if (err == OK) continue;
        db_rollback(v->keys);
        return err;
    }
    return db_commit(v->keys);
}

Err vault_shred_settle(Vault *v) { return db_log_empty(v->keys); }

Err vault_shred_scope(Vault *v, Id scope) {
    TRY(vault_shred_scopes(v, &scope, 1));
    return vault_shred_settle(v);
}
