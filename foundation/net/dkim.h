/* dkim.h - signing a mail for its domain: RFC 6376, rsa-sha256, relaxed/relaxed. Pure, over OpenSSL.
 *
 * The one library that is packaged, libopendkim, has been without a maintainer since 2018 and brings a resolver, threads and tables for what is two hashes
 * and one signature here. That others read ours is tested with one of theirs.
 */
#ifndef KETEN_DKIM_H
#define KETEN_DKIM_H
#include "foundation/base/base.h"

typedef struct DkimKey DkimKey;
Err dkim_key_make(Arena *a, Str *out_pem) NODISCARD;                     /* 2048 bits, PKCS #8 */
Err dkim_key_open(Arena *a, Str pem, DkimKey **out) NODISCARD;           /* E_INPUT: not a private RSA key of 1024 to 4096 bits. dkim_key_close it */
void dkim_key_close(DkimKey *k);                                         /* accepts NULL */
Err dkim_record(Arena *a, const DkimKey *k, Str *out) NODISCARD;         /* "v=DKIM1; k=rsa; p=..." for the DNS */
/* The header field to put before the message, with its CRLF. message: as message_write writes it. The same message gives the same field. E_INPUT: no header. */
Err dkim_sign(Arena *a, const DkimKey *k, Str domain, Str selector, Str message, Str *out_field) NODISCARD;
#endif
