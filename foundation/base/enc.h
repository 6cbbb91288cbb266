/* enc.h - hex (RFC 4648 §8), base64 (§4), base64url (§5, no padding), base32 (§6), Crockford base32. */
#ifndef KETEN_ENC_H
#define KETEN_ENC_H
#include "foundation/base/base.h"

Str hex_enc(Arena *a, Str bytes);                                /* lower case */
Err hex_dec(Arena *a, Str hex, Str *out) NODISCARD;
Str b64_enc(Arena *a, Str bytes);
Err b64_dec(Arena *a, Str text, Str *out) NODISCARD;             /* canonical only: right padding, no blanks */
Str b64url_enc(Arena *a, Str bytes);
Err b64url_dec(Arena *a, Str text, Str *out) NODISCARD;
Str b32_enc(Arena *a, Str bytes);                                /* padded, upper case */
Err b32_dec(Arena *a, Str text, Str *out) NODISCARD;             /* padding optional, either case */
Str crock_enc(Arena *a, Str bytes);                              /* Crockford alphabet, upper case, no padding */
/* Lower case, O as 0, I and L as 1, blanks and hyphens skipped; yields the normal form (alphabet characters only). */
Err crock_normal(Arena *a, Str text, Str *out) NODISCARD;
int crock_value(char c);                                         /* 0..31 of a normal character, -1 otherwise */
char crock_char(int value);                                      /* value 0..31 */
#endif
