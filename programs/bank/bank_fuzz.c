/* Lists that others hand over, and lines of a record that something happened to: read whole or refused, and what was read is written as it was. */
#include "programs/bank/bank_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 50000) return 0;
    BankLine otherwise = { .lane = LANE_MINOR, .quality = BANK_QUALITY_UNKNOWN, .at = 1772442000000, .source = "a" }, l;
    Arena *a = arena_new(64 << 20);
    BankText t;
    const char *why = NULL;
    Err e = OK;
    bank_text_open(a, str_bytes(data, size), &t);
    for (size_t rows = 0; rows < 1000 && (e = bank_text_next(a, &t, &otherwise, &l, &why)) != E_MISSING; rows++) {
        must((e == OK) == (why == NULL));
        if (e != OK || bank_refusal(&l) != NULL) continue;
        uint8_t bytes[LINE_BYTES], again[LINE_BYTES];
        BankLine back;
        l.kind = BANK_ADD;
        line_put(&l, rows, bytes);
        must(line_read(bytes, rows, &back) == OK && memcmp(back.hash, l.hash, 32) == 0 && strcmp(back.source, l.source) == 0);
        line_put(&back, rows, again);
        must(memcmp(bytes, again, LINE_BYTES) == 0);
    }
    if (size >= LINE_BYTES) {
        uint64_t committed = 0;
        if (line_read(data, 0, &l) == OK) (void)bank_refusal(&l);
        (void)!head_read(data, &committed, &why);
    }
    arena_free(a);
    return 0;
}
