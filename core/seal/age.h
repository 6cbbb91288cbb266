/* age.h - files sealed to a recipient's public key in the format that the public tool `age` opens (c2sp.org/age, version 1, X25519 recipients).
 *
 * Pure; randomness comes in. Whoever has the private key opens it with `age -d -i KEY FILE`: no software of ours is needed. Only writing is
 * here: this house opens nothing that comes to it sealed. No library in C is packaged; the primitives are libsodium's and OpenSSL's.
 * Sources: c2sp.org/age (format), BIP 173 (the spelling of keys), RFC 7748 (X25519), RFC 5869 (HKDF), RFC 8439 (ChaCha20-Poly1305).
 */
#ifndef KETEN_AGE_H
#define KETEN_AGE_H
#include "core/seal/seal.h"

enum { AGE_RECIPIENTS_MAX = 20, AGE_HEAD_MAX = 4096, AGE_CHUNK = 65536 };
typedef struct AgeKey { uint8_t pub[32]; } AgeKey;
/* "age1..." as age-keygen prints it. E_INPUT: not such a key, a mistyped character, or a point that gives no secret. */
Err age_key_parse(Str text, AgeKey *out) NODISCARD;

/* In pieces: begin gives what stands in front of the content; then every piece but the last is AGE_CHUNK bytes, the last one is 0 (only
 * when it is the first as well) to AGE_CHUNK bytes. end wipes the key. */
typedef struct AgeWriter { uint8_t key[32]; uint64_t n; bool done; } AgeWriter;
Err age_begin(AgeWriter *w, const AgeKey *to, size_t to_n, Rand rnd, Buf *out) NODISCARD;
void age_piece(AgeWriter *w, Str piece, bool last, Buf *out);
/* All at once. */
Err age_seal(const AgeKey *to, size_t to_n, Str plain, Rand rnd, Buf *out) NODISCARD;
#endif
