/* Facts and a list of fields from anybody, with a zero byte between: whatever they are, an answer comes; and what fields_make made is taken. */
#include "core/dossier/fields.h"
#include "core/seal/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void fill(void *ctx, uint8_t *out, size_t n) {
    (void)ctx;
    memset(out, 7, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    size_t at = 0;
    Str all = str_bytes(data, n), facts = all, lines = S("");
    FieldsRoot root, again;
    int64_t closed = 0;
    const char *why = NULL;
    if (n > 65536) return 0;
    seal_start();
    Arena *a = arena_new(64u << 20);
    if (str_chr(all, '\0', &at)) {
        facts = str_sub(all, 0, at);
        lines = str_sub(all, at + 1, n);
    }
    (void)!fields_check(a, facts, lines, &root, &closed, &why);
    Buf out = buf_new(16 << 20);
    if (fields_make(a, facts, fill, NULL, &out, &root) == OK && root.n > 0) {
        Err e = fields_check(a, facts, buf_str(&out), &again, &closed, &why);
        must(e == OK || e == E_INPUT); /* null at a place of its own is no field of ours */
        must(e != OK || memcmp(root.root, again.root, 32) == 0);
    }
    buf_free(&out);
    arena_free(a);
    return 0;
}
