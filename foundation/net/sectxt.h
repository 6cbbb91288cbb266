/* sectxt.h - reading /.well-known/security.txt (RFC 9116). Pure; views into the arena.
 *
 * A file without exactly one Expires field is not valid (§2.5.5), one that is past it is stale: what stands in either is told apart,
 * since an address there may still be the only one, but nobody is written to on its word alone.
 */
#ifndef KETEN_SECTXT_H
#define KETEN_SECTXT_H
#include "foundation/base/when.h"

enum { SECTXT_BYTES_MAX = 32 * 1024, SECTXT_CONTACTS_MAX = 8 };
typedef struct SecTxt {
    Str mail[SECTXT_CONTACTS_MAX], page[SECTXT_CONTACTS_MAX]; /* in order of preference */
    size_t mails, pages;
    Str langs;                 /* Preferred-Languages */
    UnixMs expires;            /* 0: not said, not readable, or said twice */
    bool valid;                /* has one Expires, in the future of now, and at least one contact */
    bool is_html;              /* a page, not a file of this form: a site that answers everything */
} SecTxt;
/* E_LIMIT above SECTXT_BYTES_MAX; E_INPUT when it is no text. An OpenPGP cleartext signature around it is passed over, not judged. */
Err sectxt_read(Arena *a, Str bytes, UnixMs now, SecTxt *out) NODISCARD;
#endif
