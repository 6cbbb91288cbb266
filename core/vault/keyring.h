/* keyring.h - who holds the keys: the storage key, the signing key, and what is unlocked while people are signed in.
 *
 * One Keyring lives in the keys process; tests and offline commands hold one in their own. It answers requests (bytes in,
 * bytes out) and does nothing else: no file, no database, no network, no clock (time comes in from its keeper and in
 * requests, and can only move forward). Every request kind stands in one table with who may ask it and how large it may be.
 */
#ifndef KETEN_KEYRING_H
#define KETEN_KEYRING_H
#include "core/seal/seal.h"

typedef struct Keyring Keyring;

/* storage_key and signing_seed are copied and locked in memory; the caller wipes its own. light: cheap password stretching, tests and demo worlds only. */
Keyring *keyring_new(const uint8_t storage_key[32], const uint8_t signing_seed[32], Str log_origin, Rand rnd, bool light);
void keyring_free(Keyring *k);                                     /* wipes */

enum { KEYRING_MAX = 96 * 1024 * 1024 };                           /* one message */
typedef enum KeyOp {
    OP_STORE_KEYS = 1, OP_BLIND, OP_SEAL, OP_OPEN, OP_SCOPE_NEW, OP_USER_ENROL, OP_LOGIN, OP_LOGOUT, OP_TEAM_NEW, OP_TEAM_ADD, OP_TOTP_NEW, OP_TOTP_CHECK,
    OP_CODE_NEW, OP_CODE_LOGIN, OP_CODE_WRAP, OP_NOTE, OP_SIGN, OP_PUBLIC, OP_REPASSWORD, OP_COUNT
} KeyOp;
enum { PEER_WEB = 1, PEER_JOBS = 2, PEER_LOCAL = 4 };
/* The first byte of a request is its KeyOp, the first of an answer its Err. Never fails: an answer is always written. */
void keyring_answer(Keyring *k, int peer, Str request, Buf *answer);
/* The keeper's own clock, forward only: sessions end by it even when nobody asks anything. */
void keyring_tick(Keyring *k, int64_t now);
/* Whether it stretches a password or a code: a tenth of a second and 64 MiB. */
bool keyring_is_slow(Str request);
size_t keyring_sessions(const Keyring *k);
#endif
