/* warc.h - writing WARC/1.1 (ISO 28500:2017), one gzip member a record, digests in the form "sha256:" and Base16.
 *
 * Pure: bytes in, bytes out; identifiers and times come from the caller. What one capture saw is given as NetHop and becomes
 * warcinfo, dns resource, request, response, metadata and conversion records; what was not asked for, and why, is a metadata record
 * of its own. A body that may not be kept is left out: its response record holds the head only, says so (WARC-Truncated), and
 * carries the digest of the whole body as it went over the wire, which the standard allows (payload digest of bytes that are not in
 * the record).
 */
#ifndef KETEN_CAPTURE_WARC_H
#define KETEN_CAPTURE_WARC_H
#include "foundation/net/net.h"

typedef struct WarcHop {
    const NetHop *hop;
    const char *withheld;      /* why the body is not in the file: imagery hash_only coded inline_media not_text blurred too_large; NULL means it is */
    Str text;                  /* visible text, for a conversion record; p NULL: none */
    Str fact;                  /* one further line of the facts about it, "pdq: ..."; may be empty */
    Str instead, instead_type; /* what stands for a withheld body, for a conversion record: the blurred picture */
} WarcHop;
/* What was made beside the exchange: a screenshot, the text as it was drawn. uri: "urn:fullPage:https://..." */
typedef struct WarcExtra { Str uri, type, bytes; UnixMs at; } WarcExtra;
/* What the page asked for and did not get. kind: "image", "media", ...; why: a code. */
typedef struct WarcLeft { Str url, kind, why; } WarcLeft;
typedef struct WarcNew {
    Str software, operator_name, vantage, mode, note;  /* one line each */
    Str clock;                 /* how sure the clock is, as the fetch process said; may be empty */
    Str config;                /* one line: bounds, browser */
    UnixMs at;
    Str error;                 /* of the whole capture, or empty */
    Str url;                   /* of the page, for what is about all of it */
    const WarcHop *hops;
    size_t hops_n;
    const WarcExtra *extras;
    size_t extras_n;
    const WarcLeft *left;
    size_t left_n;
    Id (*new_id)(void *ctx);   /* for record ids */
    void *new_id_ctx;
} WarcNew;
/* Where a record stands in the file. */
typedef struct WarcRow { const char *type; Str uri, mime, digest; int status; UnixMs at; size_t offset, length; bool whole; } WarcRow;
typedef struct WarcIndex { WarcRow *rows; size_t n, cap; } WarcIndex;
/* Appends the whole file. index may be NULL. E_LIMIT when out is too small. */
Err warc_write(Arena *a, const WarcNew *w, Buf *out, WarcIndex *index) NODISCARD;

/* Whether a text body may be kept: no imagery in it, and it is text. NULL when it may, otherwise the code of why not. */
const char *warc_body_withheld(const NetHop *h, bool hash_only);
const char *warc_withheld_words(const char *code);
#endif
