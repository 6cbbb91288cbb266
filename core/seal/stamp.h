/* stamp.h - time stamps of RFC 3161: the question for an authority, and checking its answer.
 *
 * A stamp says that these bytes existed when the authority's clock showed that time. Checked are status, imprint, nonce, the
 * signature by the certificate in the token, and that this certificate is one for stamping (RFC 3161 §2.3). Whether the authority
 * is to be trusted is a question for whoever reads it: a file of certificates can be given, and is judged at the stamp's own time,
 * since certificates end and stamps do not (RFC 3161 appendix B).
 */
#ifndef KETEN_STAMP_H
#define KETEN_STAMP_H
#include "foundation/base/when.h"

enum { STAMP_REPLY_MAX = 64 * 1024 };
typedef struct Stamp { UnixMs at, ends; Str authority, serial; bool checked, trusted; } Stamp; /* authority: subject of the certificate, which ends then; checked: its signature holds (always, but in the browser); trusted: only with cas */
/* DER of a TimeStampReq over that digest; certificates are asked for. */
Err stamp_ask(Arena *a, const uint8_t sha256[32], const uint8_t nonce[8], Str *out_der) NODISCARD;
/* nonce: NULL when the question is not at hand; cas: PEM of authorities, or empty. E_INPUT with *out_why (msgid). */
Err stamp_check(Arena *a, Str reply_der, const uint8_t sha256[32], const uint8_t nonce[8], Str cas, Stamp *out, const char **out_why) NODISCARD;
/* The token in the answer, without the status around it, as DER: what containers hold. E_INPUT: there is none. */
Err stamp_token(Arena *a, Str reply_der, Str *out_der) NODISCARD;
/* The certificates that the answer carries, as PEM: what openssl wants as -untrusted. Empty when it has none. E_INPUT: no stamp. */
Err stamp_chain(Arena *a, Str reply_der, Str *out_pem) NODISCARD;
#endif
