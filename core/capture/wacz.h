/* wacz.h - a capture as one file that public players open: WACZ 1.1.1, that is a ZIP of a WARC, its index, its pages and their digests.
 *
 * Pure. The ZIP is of the one shape that zip.h writes: members stored, sorted by name, one fixed time, so that the same capture gives the same
 * bytes. Inside: archive/data.warc.gz, indexes/index.cdx (CDXJ), pages/pages.jsonl, datapackage.json, datapackage-digest.json, and beside
 * them screenshots or texts for whoever has no player.
 * Sources: specs.webrecorder.net/wacz/1.1.1, CDXJ 0.1.0, ISO 28500:2017.
 */
#ifndef KETEN_CAPTURE_WACZ_H
#define KETEN_CAPTURE_WACZ_H
#include "core/capture/warc.h"

typedef struct WaczNew {
    WarcNew warc;
    Str title;                 /* of the page, as far as it is known */
    Str text;                  /* visible text, for the list of pages; may be empty */
    Id page;                   /* of the entry in it */
} WaczNew;
enum { WACZ_MAX = 64 << 20 };
/* Appends the whole file. E_LIMIT: too large for out. */
Err wacz_write(Arena *a, const WaczNew *w, Buf *out) NODISCARD;
/* The same; when it does not fit, once more with the digests of bodies only. hops: those of w, which may be changed. */
Err wacz_fit(Arena *a, const WaczNew *w, WarcHop *hops, Buf *out) NODISCARD;
/* "http://Www.X.example/A?b" -> "example,x)/a?b": the key that indexes sort by. Of what is no http address, the text itself. */
Str wacz_surt(Arena *a, Str url);
/* Record ids that follow from what they are about and their number, so that the same capture has the same ones. */
typedef struct WaczIds { Id base; uint64_t n; } WaczIds;
Id wacz_next_id(void *ids);
#endif
