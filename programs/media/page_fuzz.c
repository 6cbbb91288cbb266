/* Whatever a page is made of, what is told of it is well-formed text within its limits. */
#include "programs/media/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const Str sets[] = { { "", 0 }, { "utf-8", 5 }, { "iso-8859-1", 10 }, { "utf-16le", 8 }, { "utf-16be", 8 }, { "klingon", 7 } };
    if (size == 0 || size > 20000) return 0;
    Arena *a = arena_new(64 << 20);
    MediaPage p;
    Err e = page_read(a, str_bytes(data + 1, size - 1), sets[data[0] % LEN(sets)], &p);
    if (e == OK) {
        Buf b = buf_new(4 << 20);
        MediaPage again;
        media_put_page(&b, &p);
        Wire w = { .rest = buf_str(&b) };
        must(media_read_page(&w, &again) == OK && str_eq(again.text, p.text));
        buf_free(&b);
    }
    arena_free(a);
    return 0;
}
