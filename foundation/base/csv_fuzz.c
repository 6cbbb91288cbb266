/* What is read and written again reads the same. */
#include "foundation/base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 65536) return 0;
    static const char seps[] = { ',', ';', '\t' };
    Arena *a = arena_new(64 << 20);
    CsvReader r = csv_reader(str_bytes(data, size), seps[size % 3]);
    Str *f = NULL, *g = NULL;
    size_t n = 0, m = 0;
    while (csv_row(a, &r, &f, &n) == OK) {
        Buf b = buf_new(1 << 20);
        for (size_t i = 0; i < n; i++) csv_field(&b, f[i], r.sep, i == 0);
        csv_end(&b);
        CsvReader again = csv_reader(buf_str(&b), r.sep);
        bool mark = str_starts(buf_str(&b), S("\xef\xbb\xbf"));
        must(csv_row(a, &again, &g, &m) == OK && m == n);
        for (size_t i = 0; i < n; i++) must(str_eq(f[i], g[i]) || (mark && i == 0));
        buf_free(&b);
    }
    must(r.line >= 1 && r.col >= 1);
    arena_free(a);
    return 0;
}
