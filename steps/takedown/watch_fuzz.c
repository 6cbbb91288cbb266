/* watch_fuzz.c - hostile pages and damaged proofs: sketching, siblings, the decision, facts read back. */
#include "steps/takedown/watch_verdict.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 8 || size > 65536) return 0;
    Arena *a = arena_new(8 << 20);
    static const char *const types[] = { "text/html", "image/png", "", "application/json" }, *const errors[] = { "", "timeout", "too_large", "dns_none" };
    Str all = str_bytes(data + 4, size - 4), title = str_sub(all, 0, all.n / 8), text = str_sub(all, all.n / 8, all.n / 2);
    WatchFacts f = { .status = (int)(data[0] | data[1] << 8) % 700, .url = S("https://site.test/v/1"), .final_url = (data[2] & 1) ? S("https://site.test/v/1") : str_sub(all, 0, 300), .type = str_c(types[data[2] >> 6]), .error = str_c(errors[(data[3] >> 1) & 3]),
        .headers = str_sub(all, all.n / 2, all.n), .readable = (data[3] & 1) != 0, .title = title, .text = text, .images = data[2] & 7, .videos = data[3] >> 6, .password_fields = (data[3] >> 5) & 1, .length = (int64_t)size };
    watch_marks(&f);
    WatchFacts before = f, sibling = f, read;
    const JVal *root = NULL;
    sketch_of(text, &f.sketch);
    sketch_of(str_sub(all, all.n / 3, all.n), &before.sketch);
    before.title_digest = S("aa");
    Verdict one = watch_verdict(&f, NULL, NULL, NULL), two = watch_verdict(&f, &before, &sibling, &before), three = watch_verdict(&f, &f, NULL, &sibling);
    if (one.code == NULL || two.code == NULL || three.code == NULL || one.why == NULL) abort();
    if (sketch_alike(&f.sketch, &before.sketch) > 100) abort();
    (void)watch_sibling_url(a, all, S("0011223344"));
    if (json_read(a, all, 65536, &root, NULL, NULL) == OK && watch_facts_read(a, root, &read) == OK && read.sketch.n > SKETCH_N) abort();
    arena_free(a);
    return 0;
}
