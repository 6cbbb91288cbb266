/* keyring_in.h - shared inside the keyring only. */
#ifndef KETEN_KEYRING_IN_H
#define KETEN_KEYRING_IN_H
#include "core/vault/keyring.h"
#include "foundation/base/wire.h"

#include <sodium.h>

enum { HANDLE = 32, SESSIONS_MAX = 512, SESSION_TEAMS = 16, SESSION_IDLE_MS = 15 * 60 * 1000, SESSION_HARD_MS = 8 * 3600 * 1000, SESSION_WORKER = 1, SESSION_CODE = 2 };
typedef struct KeySession {
    int kind;
    uint8_t handle[HANDLE];
    int64_t made, seen;
    Id user;                                              /* worker */
    uint8_t user_pub[32], user_priv[32];
    size_t teams;
    struct { Id id; uint8_t pub[32], priv[32]; } team[SESSION_TEAMS];
    uint8_t code_key[32];                                 /* receipt code: wraps the compartments of its one case */
} KeySession;

struct Keyring {
    uint8_t wrap_key[32], blind_key[32], totp_key[32], fake_key[32], sign_pub[32], sign_priv[64];
    char origin[256];
    size_t origin_n;
    Rand rnd;
    SealCost code_cost, password_cost;
    int64_t now;
    Arena *arena;
    KeySession sessions[SESSIONS_MAX];
};

KeySession *key_session_new(Keyring *k, int kind, int64_t now);
KeySession *key_session_find(Keyring *k, Str handle);          /* NULL when there is none (any more) */
void key_session_drop(Keyring *k, Str handle);

Err op_store_keys(Keyring *k, Wire *in, Buf *out);
Err op_blind(Keyring *k, Wire *in, Buf *out);
Err op_seal(Keyring *k, Wire *in, Buf *out);
Err op_open(Keyring *k, Wire *in, Buf *out);
Err op_scope_new(Keyring *k, Wire *in, Buf *out);
Err op_user_enrol(Keyring *k, Wire *in, Buf *out);
Err op_login(Keyring *k, Wire *in, Buf *out);
Err op_logout(Keyring *k, Wire *in, Buf *out);
Err op_team_new(Keyring *k, Wire *in, Buf *out);
Err op_team_add(Keyring *k, Wire *in, Buf *out);
Err op_totp_new(Keyring *k, Wire *in, Buf *out);
Err op_totp_check(Keyring *k, Wire *in, Buf *out);
Err op_code_new(Keyring *k, Wire *in, Buf *out);
Err op_code_login(Keyring *k, Wire *in, Buf *out);
Err op_code_wrap(Keyring *k, Wire *in, Buf *out);
Err op_note(Keyring *k, Wire *in, Buf *out);
Err op_sign(Keyring *k, Wire *in, Buf *out);
Err op_public(Keyring *k, Wire *in, Buf *out);
Err op_repassword(Keyring *k, Wire *in, Buf *out);
#endif
