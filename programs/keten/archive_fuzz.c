/* Whatever an archive holds, only names of the known forms come out. */
#include "programs/keten/archive.h"

static Err take(void *ctx, void *p, size_t n) {
    Str *left = ctx;
    if (left->n < n) return E_INPUT;
    memcpy(p, left->p, n);
    *left = (Str){ left->p + n, left->n - n };
    return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena *a = arena_new(16 << 20);
    Str left = str_bytes(data, size), name = STR_NONE;
    uint64_t bytes = 0;
    size_t at = 0;
    while (archive_head_read((Source){ take, &left }, a, &name, &bytes) == OK) {
        must(archive_name_ok(name) && !str_find(name, S(".."), &at) && name.p[0] != '/');
        if (bytes > left.n) break;
        left = (Str){ left.p + bytes, left.n - bytes };
    }
    arena_free(a);
    return 0;
}
