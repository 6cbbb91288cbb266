/* list_fuzz.c - answers of somebody else's server: any bytes. The first says how to split the rest into pages of one run. */
#include "core/bank/list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena *a = arena_new(64 << 20);
    NciiRun run = { .seen = ARENA_ARRAY(a, uint64_t, 2 * NCII_PAGES + 2), .start = 1000 };
    Str rest = size > 0 ? str_bytes(data + 1, size - 1) : STR_NONE, page = STR_NONE, token = STR_NONE;
    for (int i = 0; i < 8 && str_split(&rest, size > 0 ? (char)data[0] : '\n', &page); i++) {
        NciiPage p;
        const char *why = NULL;
        if (ncii_page(a, page, &p, &why) != OK) {
            must(why != NULL);
            continue;
        }
        for (size_t k = 0; k < p.n; k++) must(p.rows[k].signal.n == 3 && p.rows[k].at >= 0);
        if (ncii_judge(&run, token, &p) != NULL) break;
        must(run.n <= 24 && run.last_set >= 0);
        token = p.token;
    }
    arena_free(a);
    return 0;
}
