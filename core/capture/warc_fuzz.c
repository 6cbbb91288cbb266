/* Any bytes as a WARC file, and as a web archive: every record lies inside the file, and a report comes. */
#include "core/capture/warc_read.h"
#include "core/seal/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    Arena *a = arena_new((size_t)1 << 30);
    Str bytes = str_bytes(data, n);
    WarcReader r = warc_reader(bytes);
    WarcRecord rec;
    WaczReport *report = ARENA_NEW(a, WaczReport);
    size_t at = 0;
    bool known = false;
    while (warc_next(&r, &rec)) {
        must(rec.offset == at && rec.length > 0 && rec.offset + rec.length <= n);
        at = rec.offset + rec.length;
        (void)warc_digest_fits(rec.block_digest, rec.block, &known);
    }
    warc_reader_end(&r);
    Err e = wacz_check(a, bytes, report);
    must(e == OK || (e == E_INPUT && report->n > 0));
    arena_free(a);
    return 0;
}
