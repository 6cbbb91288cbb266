/* warc_read.h - reading what others bring: WARC files (1.0 and 1.1) record by record, and whole web archives (WACZ 1.1.1), held against what they say
 * of themselves. Everything is hostile until it is checked; nothing is written, nothing grows beyond its bound, nothing recurses.
 *
 * Pure. The report says what does not hold, and where; it never says who made the archive or whether what it shows is true.
 */
#ifndef KETEN_WARC_READ_H
#define KETEN_WARC_READ_H
#include "foundation/base/base.h"

enum { WARC_RECORD_MAX = 64 << 20, WARC_PLAIN_MAX = 512 << 20 /* of one file, unpacked */, WARC_HEAD_MAX = 128 * 1024, WARC_RECORDS_MAX = 200000, WACZ_FILE_MAX = 256 << 20, WACZ_FINDINGS_MAX = 50 };

typedef struct WarcRecord {
    size_t offset, length;     /* in the file as it lies there */
    Str type, uri, id, date, block_digest, payload_digest; /* views into head */
    bool truncated;
    Str head, block;           /* good until the next record is read */
} WarcRecord;
typedef struct WarcReader { Str file; size_t at, plain; int64_t records; Buf buf; const char *wrong; /* why it stopped early, or NULL */ } WarcReader;
WarcReader warc_reader(Str file);
/* False at the end, or when r->wrong says why there is no more. */
bool warc_next(WarcReader *r, WarcRecord *out);
void warc_reader_end(WarcReader *r);
/* "sha256:..." in base 16 or 32, "sha1:..." in base 32 or 16. *out_known: whether it is a digest that can be computed here. */
bool warc_digest_fits(Str digest, Str bytes, bool *out_known);

typedef struct WaczFinding { const char *why; Str where; } WaczFinding;
typedef struct WaczReport {
    int64_t files, records, responses, digests, index_lines, pages;
    Str version, software, created;   /* as it says; cleaned of control bytes */
    WaczFinding finding[WACZ_FINDINGS_MAX];
    size_t n;
    size_t more;
} WaczReport;
/* OK also when there are findings. E_INPUT: no ZIP at all, with the reason as the only finding. */
Err wacz_check(Arena *a, Str bytes, WaczReport *out) NODISCARD;
#endif
