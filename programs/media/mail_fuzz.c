/* Whatever a mail is made of, what is told of it is well-formed text within its limits. */
#include "programs/media/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static bool ready;
    if (!ready) mail_ready();
    ready = true;
    if (size > 40000) return 0;
    Arena *a = arena_new(64 << 20);
    MediaMail m;
    if (mail_read(a, str_bytes(data, size), &m) == OK) {
        Buf b = buf_new(4 << 20);
        MediaMail again;
        media_put_mail(&b, &m);
        Wire w = { .rest = buf_str(&b) };
        must(media_read_mail(&w, &again) == OK && str_eq(again.text, m.text) && str_eq(again.about, m.about));
        buf_free(&b);
    }
    arena_free(a);
    return 0;
}
