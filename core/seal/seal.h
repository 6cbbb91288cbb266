/* seal.h - the cryptographic pieces of the house, each one a library's; what is ours is how they are put together.
 *
 * Pure: no I/O, no clock; randomness comes in as a function. Hashes and HMAC by OpenSSL, the rest by libsodium.
 * Secrets given out are the caller's to wipe. Sources: RFC 8439 and the XChaCha draft, RFC 7693 (BLAKE2), RFC 9106 (Argon2),
 * RFC 8032 (Ed25519), RFC 7748 (X25519), RFC 6238 (TOTP).
 */
#ifndef KETEN_SEAL_H
#define KETEN_SEAL_H
#include "foundation/base/base.h"

enum { SEAL_KEY = 32, SEAL_OVERHEAD = 2 + 24 + 16 + 16 /* version and epoch, nonce, key commitment, tag */, SEAL_BOX_OVERHEAD = 1 + 32 + SEAL_OVERHEAD };
typedef void (*RandFn)(void *ctx, uint8_t *out, size_t n);
typedef struct Rand { RandFn fn; void *ctx; } Rand;

void seal_start(void);                                                       /* once per process */
void seal_sha256(Str bytes, uint8_t out[32]);
void seal_sha512(Str bytes, uint8_t out[64]);
/* SHA-256 and SHA-512 of the same bytes, which come in pieces; one object for many, started anew for each. */
typedef struct SealSums SealSums;
SealSums *seal_sums_new(void);                                               /* free with seal_sums_free */
void seal_sums_start(SealSums *s);
void seal_sums_put(SealSums *s, Str piece);
void seal_sums_end(SealSums *s, uint8_t out256[32], uint8_t out512[64]);
void seal_sums_free(SealSums *s);                                            /* accepts NULL */
void seal_hmac_sha256(Str key, Str msg, uint8_t out[32]);
void seal_blake(Str key /* 0 or 16..64 bytes */, Str msg, uint8_t *out, size_t n /* 16..64 */);
void seal_subkey(const uint8_t key[32], const char *label, uint8_t out[32]);  /* keyed BLAKE2b over the label */
bool seal_same(Str a, Str b);                                                /* constant time in the content */
void seal_wipe(void *p, size_t n);

/* Authenticated encryption: version 1, epoch, random nonce, commitment to the key, ciphertext with tag. aad binds it to its place. */
Str seal_aead(Arena *a, const uint8_t key[32], uint8_t epoch, Str aad, Str plain, Rand rnd);
/* E_INPUT: not such a blob, other key, other place, or a changed byte; nothing tells which. */
Err seal_aead_open(Arena *a, const uint8_t key[32], Str aad, Str blob, Str *out_plain) NODISCARD;
/* Text gains a length and zeros up to 256 B, 1, 4, 16, 64 KiB, then multiples of 64 KiB, so that size says little. */
Str seal_pad(Arena *a, Str text);
Err seal_unpad(Str padded, Str *out_text) NODISCARD;

/* To a public key: suite 1, ephemeral X25519, key = BLAKE2b(shared, ephemeral | recipient | context), then the AEAD above. */
void seal_pair(Rand rnd, uint8_t out_pub[32], uint8_t out_priv[32]);
Str seal_box(Arena *a, const uint8_t pub[32], Str context, Str plain, Rand rnd);
Err seal_box_open(Arena *a, const uint8_t pub[32], const uint8_t priv[32], Str context, Str blob, Str *out_plain) NODISCARD;

/* Argon2id, one lane. The cost is stored with what it protects. */
typedef struct SealCost { uint8_t passes; uint32_t mib; } SealCost;
extern const SealCost seal_cost_code, seal_cost_password, seal_cost_test; /* 64 MiB x 3, 128 MiB x 3, 8 MiB x 1 */
Err seal_stretch(Str secret, const uint8_t salt[16], SealCost cost, uint8_t out[64]) NODISCARD; /* E_LIMIT: no memory */

void seal_sign_pair(const uint8_t seed[32], uint8_t out_pub[32], uint8_t out_priv[64]);
void seal_sign(const uint8_t priv[64], Str msg, uint8_t out_sig[64]);
bool seal_signed(const uint8_t pub[32], Str msg, Str sig);

/* TOTP, SHA-1, 30 s, 6 digits. The step that fitted is returned, so that it is used once: it must be later than last_step. */
uint32_t seal_totp(Str secret, uint64_t step);
bool seal_totp_ok(Str secret, Str typed, int64_t now_ms, int64_t last_step, int64_t *out_step);

/* Receipt code: 16 Crockford characters = 4 locator (20 bits) + 11 secret (55 bits) + 1 check character. The check is the sum of
 * value x weight modulo 31 with distinct weights, so each single wrong character and each swap of neighbours shows. */
enum { CODE_CHARS = 16, CODE_LOCATOR = 4 };
void code_make(Rand rnd, char out[CODE_CHARS]);
Err code_parse(Arena *a, Str typed, Str *out_normal) NODISCARD;              /* tolerant; E_INPUT when it cannot be a code */
Str code_show(Arena *a, Str normal);                                         /* ABCD-EFGH-JKMN-PQRS */
#endif
