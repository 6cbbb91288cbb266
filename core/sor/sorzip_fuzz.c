/* Whatever bytes call themselves a zip file: what is given out lies inside them; a cube is read or refused. */
#include "core/sor/sor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 20) return 0;
    Arena *a = arena_new(64 << 20);
    SorEntry *e = NULL;
    size_t n = 0;
    const char *why = NULL;
    SorCube cube = { 0 };
    Str bytes = str_bytes(data, size);
    if (sor_zip_entries(a, bytes, &e, &n, &why) == OK) {
        for (size_t i = 0; i < n; i++) {
            must(e[i].wrong != NULL || e[i].data.n == 0 || (e[i].data.p >= bytes.p && e[i].data.n <= (size_t)(bytes.p + bytes.n - e[i].data.p)));
            must(e[i].wrong != NULL || (e[i].name.n > 0 && memchr(e[i].name.p, '/', e[i].name.n) == NULL));
        }
    } else {
        must(why != NULL && why[0] != '\0');
    }
    if (sor_cube_read(a, bytes, &cube, &why) == OK) {
        Buf b = buf_new(SOR_CUBE_MAX);
        must(sor_cube_write(a, &cube, &b) == OK || cube.coarse > 0);
        buf_free(&b);
    }
    arena_free(a);
    return 0;
}
