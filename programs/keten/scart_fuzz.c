/* Whatever the file holds: rows lie in the lines they say, and no row without an address comes from a file that has them. */
#include "programs/keten/scart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena *a = arena_new(64 << 20);
    ScartFile f;
    const char *why = NULL;
    size_t lines = 1, last = 1;
    for (size_t i = 0; i < size; i++) lines += data[i] == '\n';
    Err e = scart_read(a, str_bytes(data, size), &f, &why);
    must(e == OK ? why == NULL : why != NULL);
    for (size_t i = 0; e == OK && i < f.n; i++) {
        must(f.rows[i].line > last && f.rows[i].line <= lines && (!f.addresses || f.rows[i].url.n > 0) && f.rows[i].fate < SCART_FATES);
        last = f.rows[i].line;
    }
    arena_free(a);
    return 0;
}
