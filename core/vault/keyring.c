/* keyring.c - see keyring.h. Sessions and the request table; the handlers stand in keyring_ops.c. */
#include "core/vault/keyring_in.h"

Keyring *keyring_new(const uint8_t storage_key[32], const uint8_t signing_seed[32], Str log_origin, Rand rnd, bool light) {
    seal_start();
    Keyring *k = sodium_malloc(sizeof *k); /* guarded and locked pages */
    must(k != NULL);
    memset(k, 0, sizeof *k);
    seal_subkey(storage_key, "keten wrap 1", k->wrap_key);
    seal_subkey(storage_key, "keten blind 1", k->blind_key);
    seal_subkey(storage_key, "keten totp 1", k->totp_key);
    seal_subkey(storage_key, "keten fake salt 1", k->fake_key);
    seal_sign_pair(signing_seed, k->sign_pub, k->sign_priv);
    k->rnd = rnd;
    k->code_cost = light ? seal_cost_test : seal_cost_code;
    k->password_cost = light ? seal_cost_test : seal_cost_password;
    must(log_origin.n > 0 && log_origin.n < sizeof k->origin);
    memcpy(k->origin, log_origin.p, log_origin.n);
    k->origin_n = log_origin.n;
    k->arena = arena_new((size_t)2 * KEYRING_MAX);
    return k;
}

void keyring_free(Keyring *k) {
    if (k == NULL) return;
    arena_reset(k->arena);
    arena_free(k->arena);
    sodium_free(k); /* wipes */
}

/* Idle 15 minutes or 8 hours in all, by the asking side's clock, which here only moves forward. */
static void expire(Keyring *k) {
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        KeySession *s = &k->sessions[i];
        bool over = s->kind != 0 && (k->now - s->seen > SESSION_IDLE_MS || k->now - s->made > SESSION_HARD_MS);
        if (over) seal_wipe(s, sizeof *s);
    }
}

void keyring_tick(Keyring *k, int64_t now) {
    if (now > k->now) k->now = now;
    expire(k);
}

KeySession *key_session_new(Keyring *k, int kind, int64_t now) {
    if (now > k->now) k->now = now;
    expire(k);
    KeySession *oldest = &k->sessions[0];
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        KeySession *s = &k->sessions[i];
        if (s->kind == 0) { oldest = s; break; }
        if (s->seen < oldest->seen) oldest = s;
    }
    seal_wipe(oldest, sizeof *oldest);
    oldest->kind = kind;
    oldest->made = oldest->seen = k->now;
    k->rnd.fn(k->rnd.ctx, oldest->handle, sizeof oldest->handle);
    return oldest;
}

KeySession *key_session_find(Keyring *k, Str handle) {
    KeySession *found = NULL;
    if (handle.n != HANDLE) return NULL;
    for (size_t i = 0; i < SESSIONS_MAX; i++)
        if (k->sessions[i].kind != 0 && seal_same(str_bytes(k->sessions[i].handle, HANDLE), handle)) found = &k->sessions[i];
    if (found != NULL) found->seen = k->now;
    return found;
}

void key_session_drop(Keyring *k, Str handle) {
    KeySession *s = key_session_find(k, handle);
    if (s != NULL) seal_wipe(s, sizeof *s);
}

size_t keyring_sessions(const Keyring *k) {
    size_t n = 0;
    for (size_t i = 0; i < SESSIONS_MAX; i++) n += k->sessions[i].kind != 0;
    return n;
}

static const struct { Err (*run)(Keyring *, Wire *, Buf *); int peers; uint32_t max; } ops[OP_COUNT] = {
    [OP_STORE_KEYS] = { op_store_keys, PEER_WEB | PEER_JOBS | PEER_LOCAL, 4u << 20 },
    [OP_BLIND] = { op_blind, PEER_WEB | PEER_JOBS | PEER_LOCAL, 96u << 20 },
    [OP_SEAL] = { op_seal, PEER_WEB | PEER_JOBS | PEER_LOCAL, 96u << 20 },
    [OP_OPEN] = { op_open, PEER_WEB | PEER_JOBS | PEER_LOCAL, 96u << 20 },
    [OP_SCOPE_NEW] = { op_scope_new, PEER_WEB | PEER_JOBS | PEER_LOCAL, 1u << 20 },
    [OP_USER_ENROL] = { op_user_enrol, PEER_WEB | PEER_LOCAL, 8192 },
    [OP_LOGIN] = { op_login, PEER_WEB | PEER_LOCAL, 1u << 20 },
    [OP_LOGOUT] = { op_logout, PEER_WEB | PEER_LOCAL, 4096 },
    [OP_TEAM_NEW] = { op_team_new, PEER_WEB | PEER_LOCAL, 1u << 20 },
    [OP_TEAM_ADD] = { op_team_add, PEER_WEB | PEER_LOCAL, 8192 },
    [OP_TOTP_NEW] = { op_totp_new, PEER_WEB | PEER_LOCAL, 4096 },
    [OP_TOTP_CHECK] = { op_totp_check, PEER_WEB | PEER_LOCAL, 4096 },
    [OP_CODE_NEW] = { op_code_new, PEER_WEB | PEER_LOCAL, 4096 },
    [OP_CODE_LOGIN] = { op_code_login, PEER_WEB | PEER_LOCAL, 4096 },
    [OP_CODE_WRAP] = { op_code_wrap, PEER_WEB | PEER_LOCAL, 1u << 20 },
    [OP_NOTE] = { op_note, PEER_WEB | PEER_JOBS | PEER_LOCAL, 4096 },
    [OP_SIGN] = { op_sign, PEER_WEB | PEER_JOBS | PEER_LOCAL, 1u << 20 },
    [OP_PUBLIC] = { op_public, PEER_WEB | PEER_JOBS | PEER_LOCAL, 64 },
    [OP_REPASSWORD] = { op_repassword, PEER_WEB | PEER_LOCAL, 8192 },
};

bool keyring_is_slow(Str request) {
    static const uint8_t slow[] = { OP_USER_ENROL, OP_LOGIN, OP_CODE_NEW, OP_CODE_LOGIN, OP_REPASSWORD };
    for (size_t i = 0; i < LEN(slow); i++)
        if (request.n > 0 && (uint8_t)request.p[0] == slow[i]) return true;
    return false;
}

void keyring_answer(Keyring *k, int peer, Str request, Buf *answer) {
    Wire w = { .rest = request };
    uint8_t op = wire_u8(&w);
    Err err = E_INPUT;
    buf_clear(answer);
    put_u8(answer, OK);
    if (op > 0 && op < OP_COUNT && ops[op].run != NULL) {
        if ((ops[op].peers & peer) == 0) err = E_DENIED;
        else if (request.n > ops[op].max) err = E_LIMIT;
        else err = ops[op].run(k, &w, answer);
    }
    if (err == OK && w.bad) err = E_INPUT;
    if (err == OK && buf_err(answer) != OK) err = E_LIMIT;
    if (err != OK) {
        buf_clear(answer);
        put_u8(answer, (uint8_t)err);
    }
    arena_reset(k->arena);
}
