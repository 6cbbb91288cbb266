/* media_wire.h - what a Media and the media process say to each other: one connection, one question, one answer.
 * Reading gives views into the frame. */
#ifndef KETEN_MEDIA_WIRE_H
#define KETEN_MEDIA_WIRE_H
#include "foundation/base/wire.h"
#include "foundation/sandbox/media.h"

enum { MEDIA_ASK_PAGE = 1, MEDIA_ASK_PDF };
enum {
    MEDIA_ASK_MAX = 24 << 20, MEDIA_ANSWER_MAX = 64 << 20, MEDIA_SECONDS_MAX = 20,
    MEDIA_HTML_MAX = 4 << 20,      /* what is read of a page; the rest is left unread */
    MEDIA_TEXT_MAX = 256 * 1024, MEDIA_FIELD_MAX = 8192, MEDIA_BLOCKS_MAX = 20000, MEDIA_CELLS_MAX = 8
};

void media_put_page_ask(Buf *b, Str html, Str charset);
Err media_read_page_ask(Wire *w, Str *out_html, Str *out_charset) NODISCARD;
void media_put_page(Buf *b, const MediaPage *page);
Err media_read_page(Wire *w, MediaPage *out) NODISCARD;
void media_put_doc(Buf *b, const Doc *doc);
Err media_read_doc(Arena *a, Wire *w, Doc *out) NODISCARD;
#endif
