/* What the media process is asked, and what comes out of a reader that may have been taken over: read whole or refused. */
#include "foundation/sandbox/media_wire.h"
#include "foundation/sandbox/video.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0 || size > 100000) return 0;
    Arena *a = arena_new(64 << 20);
    Buf again = buf_new(1 << 20);
    Wire w = { .rest = str_bytes(data + 1, size - 1) };
    Str whole = w.rest, html = STR_NONE, charset = STR_NONE;
    MediaPage page;
    Doc doc;
    if (data[0] == 1 && media_read_page_ask(&w, &html, &charset) == OK) {
        media_put_page_ask(&again, html, charset);
        must(str_eq(buf_str(&again), whole));
    }
    if (data[0] == 2 && media_read_page(&w, &page) == OK) {
        media_put_page(&again, &page);
        must(str_eq(buf_str(&again), whole) && str_utf8_ok(page.text));
    }
    if (data[0] == 3 && media_read_doc(a, &w, &doc) == OK) {
        media_put_doc(&again, &doc);
        must(str_eq(buf_str(&again), whole));
    }
    bool small = false, all = false;
    MediaPicture picture;
    if (data[0] == 4 && media_read_picture_ask(&w, &html, &small, &all) == OK) {
        media_put_picture_ask(&again, html, small, all);
        must(str_eq(buf_str(&again), whole));
    }
    if (data[0] == 5 && media_read_picture(&w, &picture) == OK) {
        media_put_picture(&again, &picture);
        must(str_eq(buf_str(&again), whole));
    }
    static VideoPart part;
    if (data[0] == 6 && video_read_part(whole, &part) == OK) {
        video_put_part(&again, &part);
        must(str_eq(buf_str(&again), whole));
    }
    if (data[0] == 7) (void)video_kind(whole);
    buf_free(&again);
    arena_free(a);
    return 0;
}
