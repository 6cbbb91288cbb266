/* Whatever bytes stand in a part: every line is accounted for, every scanner and both inflaters say the same. */
#include "core/sor/sor.h"

static void same_scan(const uint8_t *data, size_t size) {
    uint32_t *want = malloc(sizeof *want * (size + 1)), *got = malloc(sizeof *got * (size + 1));
    must(want != NULL && got != NULL);
    SorScan a = { 0 }, b;
    size_t n = sor_scan(SOR_SCALAR, &a, data, 0, size, want);
    for (SorWidth w = SOR_AVX2; w <= SOR_AVX512; w++) {
        if (!sor_width_here(w)) continue;
        b = (SorScan){ 0 };
        must(sor_scan(w, &b, data, 0, size, got) == n && (n == 0 || memcmp(want, got, n * sizeof *got) == 0) && a.inside == b.inside && a.odd == b.odd);
    }
    free(want);
    free(got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const SorPair pairs[] = { { { "STATEMENT_CATEGORY_CYBER_VIOLENCE", 33 }, { "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING", 36 }, { "NCII", 4 } } };
    if (size > 1 << 20) return 0;
    same_scan(data, size);
    SorSpec spec = { .day = S("2025-09-01"), .pairs = pairs, .pairs_n = 1, .home = S("NL"), .engine = SOR_ZLIB, .width = sor_width_best() };
    static Arena *life; /* one reader for all inputs: what a part leaves behind must not matter to the next */
    static SorPart *p;
    static SorSpec kept;
    if (life == NULL) {
        kept = spec;
        life = arena_new(256 << 20);
        p = sor_part_new(life, &kept);
    }
    SorEntry e = { .name = S("a.csv"), .data = str_bytes(data, size), .size = size, .method = 0 };
    e.crc = sor_crc(0, data, size);
    const SorCounts *c = sor_part_counts(p);
    sor_part_read(p, &e);
    int64_t lines = 0;
    for (size_t i = 0; i < size; i++) lines += data[i] == '\n';
    lines += size > 0 && data[size - 1] != '\n';
    must(c->lines == lines && c->bytes == (int64_t)size && c->rows <= c->lines && c->rows >= c->parsed);
    e.method = 8; /* the same bytes as packed data */
    e.size = 1 << 20;
    sor_part_read(p, &e);
    must(c->rows == 0 || c->header == 1);
    return 0;
}
