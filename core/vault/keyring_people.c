/* keyring_people.c - the requests of people: workers' passwords and teams, one-time codes, receipt codes. */
#include "core/vault/keyring_in.h"
#include "foundation/base/enc.h"

static void put_cost(Buf *out, SealCost c, const uint8_t salt[16]) {
    put_u8(out, c.passes);
    put_u32(out, c.mib);
    buf_put(out, str_bytes(salt, 16));
}

/* Costs come back from a row that an attacker may have changed: bounded. */
static SealCost wire_cost(Wire *in, Str *out_salt) {
    SealCost c = { wire_u8(in), wire_u32(in) };
    *out_salt = wire_raw(in, 16);
    if (c.passes == 0 || c.passes > 16 || c.mib < 1 || c.mib > 512) in->bad = true;
    return c;
}

/* Password wrap: cost, salt, and the private key sealed under the stretched password; the public key is its place. */
static Err password_wrap(Keyring *k, Str password, const uint8_t pub[32], const uint8_t priv[32], Buf *out) {
    uint8_t salt[16], key[64];
    k->rnd.fn(k->rnd.ctx, salt, 16);
    TRY(seal_stretch(password, salt, k->password_cost, key));
    Buf wrap = buf_new(1024);
    put_cost(&wrap, k->password_cost, salt);
    put_str(&wrap, seal_aead(k->arena, key, 1, str_bytes(pub, 32), str_bytes(priv, 32), k->rnd));
    put_str(out, buf_str(&wrap));
    buf_free(&wrap);
    seal_wipe(key, sizeof key);
    return OK;
}

static Err password_open(Keyring *k, Str password, const uint8_t pub[32], Str wrap, uint8_t out_priv[32]) {
    Wire w = { .rest = wrap };
    Str salt = STR_NONE, priv = STR_NONE;
    SealCost cost = wire_cost(&w, &salt);
    Str blob = wire_str(&w);
    uint8_t key[64], none[16] = { 0 };
    if (w.bad) cost = k->password_cost; /* the same work for nobody as for somebody */
    TRY(seal_stretch(password, w.bad ? none : (const uint8_t *)salt.p, cost, key));
    Err err = w.bad ? E_DENIED : seal_aead_open(k->arena, key, str_bytes(pub, 32), blob, &priv);
    seal_wipe(key, sizeof key);
    if (err != OK || priv.n != 32) return E_DENIED;
    memcpy(out_priv, priv.p, 32);
    return OK;
}

Err op_user_enrol(Keyring *k, Wire *in, Buf *out) {
    Str password = wire_str(in);
    uint8_t pub[32], priv[32];
    if (in->bad) return E_INPUT;
    seal_pair(k->rnd, pub, priv);
    buf_put(out, str_bytes(pub, 32));
    Err err = password_wrap(k, password, pub, priv, out);
    seal_wipe(priv, sizeof priv);
    return err;
}

static Str member_place(Arena *a, Id team, Id user) { return str_fmt(a, "ketenm1" STR_FMT STR_FMT, STR_ARG(id_hex(a, team)), STR_ARG(id_hex(a, user))); }

Err op_login(Keyring *k, Wire *in, Buf *out) {
    Id user = wire_id(in);
    Str password = wire_str(in), pub = wire_raw(in, 32), wrap = wire_str(in);
    int64_t now = wire_i64(in);
    uint32_t teams = wire_u32(in);
    uint8_t priv[32];
    if (in->bad || teams > SESSION_TEAMS) return E_INPUT;
    TRY(password_open(k, password, (const uint8_t *)pub.p, wrap, priv));
    KeySession *s = key_session_new(k, SESSION_WORKER, now);
    s->user = user;
    memcpy(s->user_pub, pub.p, 32);
    memcpy(s->user_priv, priv, 32);
    seal_wipe(priv, sizeof priv);
    for (uint32_t t = 0; t < teams; t++) {
        Id team = wire_id(in);
        Str team_pub = wire_raw(in, 32), sealed = wire_str(in), key = STR_NONE;
        if (in->bad) return E_INPUT;
        if (seal_box_open(k->arena, s->user_pub, s->user_priv, member_place(k->arena, team, user), sealed, &key) != OK || key.n != 32) continue;
        s->team[s->teams].id = team;
        memcpy(s->team[s->teams].pub, team_pub.p, 32);
        memcpy(s->team[s->teams++].priv, key.p, 32);
    }
    buf_put(out, str_bytes(s->handle, HANDLE));
    return OK;
}

Err op_repassword(Keyring *k, Wire *in, Buf *out) {
    KeySession *s = key_session_find(k, wire_str(in));
    Str password = wire_str(in);
    if (in->bad || s == NULL || s->kind != SESSION_WORKER) return E_DENIED;
    return password_wrap(k, password, s->user_pub, s->user_priv, out);
}

Err op_logout(Keyring *k, Wire *in, Buf *out) {
    (void)out;
    key_session_drop(k, wire_str(in));
    return OK;
}

Err op_team_new(Keyring *k, Wire *in, Buf *out) {
    Id team = wire_id(in);
    uint32_t n = wire_u32(in);
    uint8_t pub[32], priv[32];
    seal_pair(k->rnd, pub, priv);
    buf_put(out, str_bytes(pub, 32));
    for (uint32_t i = 0; i < n && !in->bad; i++) {
        Id user = wire_id(in);
        Str user_pub = wire_raw(in, 32);
        if (!in->bad) put_str(out, seal_box(k->arena, (const uint8_t *)user_pub.p, member_place(k->arena, team, user), str_bytes(priv, 32), k->rnd));
    }
    seal_wipe(priv, sizeof priv);
    return OK;
}

Err op_team_add(Keyring *k, Wire *in, Buf *out) {
    KeySession *s = key_session_find(k, wire_str(in));
    Id team = wire_id(in), user = wire_id(in);
    Str pub = wire_raw(in, 32);
    if (in->bad || s == NULL || s->kind != SESSION_WORKER) return E_DENIED;
    for (size_t t = 0; t < s->teams; t++)
        if (id_eq(s->team[t].id, team)) {
            put_str(out, seal_box(k->arena, (const uint8_t *)pub.p, member_place(k->arena, team, user), str_bytes(s->team[t].priv, 32), k->rnd));
            return OK;
        }
    return E_DENIED;
}

Err op_totp_new(Keyring *k, Wire *in, Buf *out) {
    Id user = wire_id(in);
    uint8_t secret[20];
    if (in->bad) return E_INPUT;
    k->rnd.fn(k->rnd.ctx, secret, sizeof secret);
    put_str(out, b32_enc(k->arena, str_bytes(secret, sizeof secret)));
    put_str(out, seal_aead(k->arena, k->totp_key, 1, id_str(&user), str_bytes(secret, sizeof secret), k->rnd));
    seal_wipe(secret, sizeof secret);
    return OK;
}

Err op_totp_check(Keyring *k, Wire *in, Buf *out) {
    Id user = wire_id(in);
    Str sealed = wire_str(in), typed = wire_str(in), secret = STR_NONE;
    int64_t now = wire_i64(in), last = wire_i64(in), step = 0;
    if (in->bad || seal_aead_open(k->arena, k->totp_key, id_str(&user), sealed, &secret) != OK) return E_DENIED;
    if (!seal_totp_ok(secret, typed, now, last, &step)) return E_DENIED;
    put_i64(out, step);
    return OK;
}

/* ---- receipt codes: the secret part stretched gives what proves the code (its hash is kept) and what wraps keys ---- */
static Err code_keys(Keyring *k, Str secret, const uint8_t salt[16], SealCost cost, uint8_t proof[32], uint8_t wrap[32]) {
    uint8_t root[64];
    (void)k;
    TRY(seal_stretch(secret, salt, cost, root));
    seal_subkey(root, "keten code proof 1", proof);
    seal_subkey(root + 32, "keten code wrap 1", wrap);
    seal_wipe(root, sizeof root);
    return OK;
}

Err op_code_new(Keyring *k, Wire *in, Buf *out) {
    int64_t now = wire_i64(in);
    char code[CODE_CHARS];
    uint8_t salt[16], proof[32], kept[32], wrap[32];
    if (in->bad) return E_INPUT;
    code_make(k->rnd, code);
    k->rnd.fn(k->rnd.ctx, salt, 16);
    TRY(code_keys(k, str_bytes(code + CODE_LOCATOR, CODE_CHARS - CODE_LOCATOR), salt, k->code_cost, proof, wrap));
    seal_sha256(str_bytes(proof, 32), kept);
    KeySession *s = key_session_new(k, SESSION_CODE, now);
    memcpy(s->code_key, wrap, 32);
    Buf record = buf_new(256);
    put_cost(&record, k->code_cost, salt);
    buf_put(&record, str_bytes(kept, 32));
    put_str(out, str_bytes(code, CODE_CHARS));
    put_str(out, buf_str(&record));
    buf_put(out, str_bytes(s->handle, HANDLE));
    buf_free(&record);
    seal_wipe(code, sizeof code);
    seal_wipe(wrap, sizeof wrap);
    seal_wipe(proof, sizeof proof);
    return OK;
}

/* The same work and the same answer whether the locator is known or not (a salt made from the locator stands in). */
Err op_code_login(Keyring *k, Wire *in, Buf *out) {
    Str code = wire_str(in), record = wire_str(in), salt = STR_NONE;
    int64_t now = wire_i64(in);
    Wire w = { .rest = record };
    uint8_t fake[16], proof[32], kept[32], wrap[32];
    if (in->bad || code.n != CODE_CHARS) return E_DENIED;
    SealCost cost = wire_cost(&w, &salt);
    Str want = wire_raw(&w, 32);
    seal_blake(str_bytes(k->fake_key, 32), str_sub(code, 0, CODE_LOCATOR), fake, 16);
    TRY(code_keys(k, str_sub(code, CODE_LOCATOR, CODE_CHARS), w.bad ? fake : (const uint8_t *)salt.p, w.bad ? k->code_cost : cost, proof, wrap));
    seal_sha256(str_bytes(proof, 32), kept);
    bool good = !w.bad && seal_same(str_bytes(kept, 32), want);
    if (good) {
        KeySession *s = key_session_new(k, SESSION_CODE, now);
        memcpy(s->code_key, wrap, 32);
        buf_put(out, str_bytes(s->handle, HANDLE));
    }
    seal_wipe(wrap, sizeof wrap);
    seal_wipe(proof, sizeof proof);
    return good ? OK : E_DENIED;
}
