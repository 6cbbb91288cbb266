/* vault.c - asking the key holder. */
#include "core/vault/vault_in.h"
#include "foundation/sys/sys.h"

#include <sodium.h>
#include <sys/stat.h>

static void random_fn(void *ctx, uint8_t *out, size_t n) {
    (void)ctx;
    randombytes_buf(out, n);
}

static Vault *vault_base(Db *keys_db) {
    Arena *life = arena_new(sizeof(Vault) + 4096);
    Vault *v = ARENA_NEW(life, Vault);
    v->life = life;
    v->fd = -1;
    v->keys = keys_db;
    v->ask = buf_new(KEYRING_MAX);
    v->answer = buf_new(KEYRING_MAX);
    return v;
}

Vault *vault_with(const uint8_t storage_key[32], const uint8_t signing_seed[32], Str log_origin, Db *keys_db, bool light) {
    Vault *v = vault_base(keys_db);
    v->local = keyring_new(storage_key, signing_seed, log_origin, (Rand){ random_fn, NULL }, light);
    return v;
}

static Err read_key(const char *dir, const char *name, uint8_t out[32]) {
    char path[4096];
    Arena *a = arena_new(1 << 20);
    Str bytes = STR_NONE;
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    Err err = n > 0 && (size_t)n < sizeof path ? file_read(a, path, 64, &bytes) : E_LIMIT;
    if (err == OK && bytes.n != 32) err = E_INPUT;
    if (err == OK) memcpy(out, bytes.p, 32);
    arena_reset(a);
    arena_free(a);
    return err;
}

Err vault_read_keys(const char *instance_dir, uint8_t out_storage[32], uint8_t out_signing[32]) {
    TRY(read_key(instance_dir, "storage.key", out_storage));
    return read_key(instance_dir, "signing.key", out_signing);
}

Err vault_open_local(const char *instance_dir, Db *keys_db, Str log_origin, bool light, Vault **out) {
    uint8_t storage[32], signing[32];
    TRY(vault_read_keys(instance_dir, storage, signing));
    *out = vault_with(storage, signing, log_origin, keys_db, light);
    seal_wipe(storage, sizeof storage);
    seal_wipe(signing, sizeof signing);
    return OK;
}

static Err make_key(const char *dir, const char *name) {
    char path[4096];
    uint8_t key[32];
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof path) return E_LIMIT;
    randombytes_buf(key, sizeof key);
    Err err = file_write_new(path, str_bytes(key, sizeof key), 0400);
    seal_wipe(key, sizeof key);
    return err;
}

Err vault_make_keys(const char *instance_dir) {
    seal_start();
    TRY(make_key(instance_dir, "storage.key"));
    return make_key(instance_dir, "signing.key");
}

Err vault_connect(const char *socket_path, Db *keys_db, const char *peer, Vault **out) {
    int fd = -1;
    TRY(unix_connect(socket_path, sys_mono_ms() + VAULT_WAIT_MS, &fd));
    Vault *v = vault_base(keys_db);
    v->fd = fd;
    Err err = frame_send(fd, str_c(peer), sys_mono_ms() + VAULT_WAIT_MS);
    if (err != OK) {
        vault_close(v);
        return err;
    }
    *out = v;
    return OK;
}

void vault_close(Vault *v) {
    if (v == NULL) return;
    if (v->fd >= 0) close(v->fd);
    keyring_free(v->local);
    buf_wipe(&v->ask);
    buf_wipe(&v->answer);
    arena_free(v->life);
}

Buf *vault_ask(Vault *v, uint8_t op) {
    buf_clear(&v->ask);
    put_u8(&v->ask, op);
    return &v->ask;
}

Err vault_send(Vault *v, Wire *out) {
    TRY(buf_err(&v->ask));
    if (v->local != NULL) {
        keyring_answer(v->local, PEER_LOCAL, buf_str(&v->ask), &v->answer);
    } else {
        int64_t deadline = sys_mono_ms() + VAULT_WAIT_MS;
        TRY(frame_send(v->fd, buf_str(&v->ask), deadline));
        buf_clear(&v->answer);
        TRY(frame_recv(v->fd, KEYRING_MAX, deadline, &v->answer));
    }
    *out = (Wire){ .rest = buf_str(&v->answer) };
    uint8_t err = wire_u8(out);
    if (v->ask.p != NULL && v->ask.n < 4096) explicit_bzero(v->ask.p, v->ask.n); /* passwords and codes do not stay */
    if (out->bad) return E_OUTSIDE;
    return err <= E_OUTSIDE ? (Err)err : E_OUTSIDE;
}

void put_session(Buf *b, const VaultSession *s) { put_str(b, s == NULL ? STR_NONE : str_bytes(s->handle, sizeof s->handle)); }

/* ---- sealing ---- */
typedef struct Place { Id scope; uint8_t compartment; } Place;

static size_t place_at(Place *places, size_t *n, Id scope, uint8_t compartment) {
    size_t from = *n > 64 ? *n - 64 : 0; /* neighbours share their scope; an extra entry costs little */
    for (size_t i = *n; i > from; i--)
        if (places[i - 1].compartment == compartment && id_eq(places[i - 1].scope, scope)) return i - 1;
    places[*n] = (Place){ scope, compartment };
    return (*n)++;
}

static Err items_do(Vault *v, Arena *a, const VaultSession *s, SealItem *items, size_t n, uint8_t op) {
    Place *places = ARENA_ARRAY(a, Place, n + 1);
    size_t *at = ARENA_ARRAY(a, size_t, n + 1), places_n = 0;
    for (size_t i = 0; i < n; i++) at[i] = place_at(places, &places_n, items[i].scope, items[i].compartment);
    Buf *b = vault_ask(v, op);
    put_session(b, s);
    put_u32(b, (uint32_t)places_n);
    bool *erased = ARENA_ARRAY(a, bool, places_n + 1);
    for (size_t i = 0; i < places_n; i++) {
        put_id(b, places[i].scope);
        put_u8(b, places[i].compartment);
        TRY(wraps_put(v, b, places[i].scope, places[i].compartment, &erased[i]));
    }
    put_u32(b, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        put_u32(b, (uint32_t)at[i]);
        put_id(b, items[i].org);
        put_id(b, items[i].item);
        put_str(b, str_c(items[i].field));
        put_str(b, items[i].data);
    }
    Wire w;
    TRY(vault_send(v, &w));
    for (size_t i = 0; i < n; i++) {
        uint8_t err = wire_u8(&w);
        items[i].result = str_dup(a, wire_str(&w));
        items[i].err = erased[at[i]] ? E_MISSING : err <= E_OUTSIDE ? (Err)err : E_OUTSIDE;
    }
    return w.bad ? E_OUTSIDE : OK;
}

enum { ITEMS_AT_ONCE = 4096 };
static Err items_all(Vault *v, Arena *a, const VaultSession *s, SealItem *items, size_t n, uint8_t op) {
    for (size_t i = 0; i < n; i += ITEMS_AT_ONCE) TRY(items_do(v, a, s, items + i, n - i < ITEMS_AT_ONCE ? n - i : ITEMS_AT_ONCE, op));
    return OK;
}
Err vault_seal(Vault *v, Arena *a, const VaultSession *s, SealItem *items, size_t n) { return items_all(v, a, s, items, n, OP_SEAL); }
Err vault_open(Vault *v, Arena *a, const VaultSession *s, SealItem *items, size_t n) { return items_all(v, a, s, items, n, OP_OPEN); }

Err vault_blind(Vault *v, Str label, const Str *texts, size_t n, Id *out) {
    if (n == 0) return OK;
    Buf *b = vault_ask(v, OP_BLIND);
    put_str(b, label);
    put_u32(b, (uint32_t)n);
    for (size_t i = 0; i < n; i++) put_str(b, texts[i]);
    Wire w;
    TRY(vault_send(v, &w));
    for (size_t i = 0; i < n; i++) out[i] = wire_id(&w);
    return w.bad ? E_OUTSIDE : OK;
}

/* ---- signatures ---- */
Err vault_checkpoint(Vault *v, Arena *a, int64_t size, const uint8_t root[32], Str *out_note) {
    Buf *b = vault_ask(v, OP_NOTE);
    put_i64(b, size);
    buf_put(b, str_bytes(root, 32));
    Wire w;
    TRY(vault_send(v, &w));
    *out_note = str_dup(a, wire_str(&w));
    return w.bad ? E_OUTSIDE : OK;
}

Err vault_feed_checkpoint(Vault *v, Arena *a, Str lane, int64_t size, const uint8_t root[32], Str *out_note) {
    Buf *b = vault_ask(v, OP_NOTE);
    put_i64(b, size);
    buf_put(b, str_bytes(root, 32));
    put_str(b, lane);
    Wire w;
    TRY(vault_send(v, &w));
    *out_note = str_dup(a, wire_str(&w));
    return w.bad ? E_OUTSIDE : OK;
}

Err vault_sign(Vault *v, Arena *a, Str label, Str bytes, Str *out_sig64) {
    Buf *b = vault_ask(v, OP_SIGN);
    put_str(b, label);
    put_str(b, bytes);
    Wire w;
    TRY(vault_send(v, &w));
    *out_sig64 = str_dup(a, wire_raw(&w, 64));
    return w.bad ? E_OUTSIDE : OK;
}

Err vault_public(Vault *v, Arena *a, Str *out_pub32, Str *out_origin) {
    vault_ask(v, OP_PUBLIC);
    Wire w;
    TRY(vault_send(v, &w));
    *out_pub32 = str_dup(a, wire_raw(&w, 32));
    *out_origin = str_dup(a, wire_str(&w));
    return w.bad ? E_OUTSIDE : OK;
}
