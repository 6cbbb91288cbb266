/* warc.h - writing WARC/1.1 (ISO 28500:2017), one gzip member a record, digests in the form "sha256:" and Base16.
 *
 * Pure: bytes in, bytes out; identifiers and times come from the caller. What one capture saw is given as NetHop and becomes
 * warcinfo, dns resource, request, response, metadata and conversion records. A body that may not be kept is left out: its
 * response record holds the head only, says so (WARC-Truncated), and carries the digest of the whole body as it went over the
 * wire, which the standard allows (payload digest of bytes that are not in the record).
 */
#ifndef KETEN_WARC_H
#define KETEN_WARC_H
#include "foundation/net/net.h"

/* Why a body is not in the file; NULL means it is. */
typedef struct WarcHop {
    const NetHop *hop;
    const char *withheld;      /* code: imagery hash_only coded inline_media not_text cut none */
    Str text;                  /* visible text, for a conversion record; p NULL: none */
} WarcHop;
typedef struct WarcNew {
    Str software, operator_name, vantage, mode, note;  /* one line each */
    UnixMs at;
    Str error;                 /* of the whole capture, or empty */
    const WarcHop *hops;
    size_t hops_n;
    Id (*new_id)(void *ctx);   /* for record ids */
    void *new_id_ctx;
} WarcNew;
/* Appends the whole file. E_LIMIT when out is too small. */
Err warc_write(Arena *a, const WarcNew *w, Buf *out) NODISCARD;

/* Whether a text body may be kept: no imagery in it, and it is text. NULL when it may, otherwise the code of why not. */
const char *warc_body_withheld(const NetHop *h, bool hash_only);
#endif
