/* media_wire.h - what a Media and the media process say to each other: one connection, one question, one answer.
 * Reading gives views into the frame. */
#ifndef KETEN_MEDIA_WIRE_H
#define KETEN_MEDIA_WIRE_H
#include "foundation/base/wire.h"
#include "foundation/sandbox/media.h"

enum { MEDIA_ASK_PAGE = 1, MEDIA_ASK_PDF, MEDIA_ASK_PICTURE, MEDIA_ASK_MAIL };
enum {
    MEDIA_ASK_MAX = PICTURE_BYTES_MAX + 64, MEDIA_ANSWER_MAX = 64 << 20, MEDIA_SECONDS_MAX = 20,
    MEDIA_HTML_MAX = 4 << 20,      /* what is read of a page; the rest is left unread */
    MEDIA_TEXT_MAX = 256 * 1024, MEDIA_FIELD_MAX = 8192, MEDIA_BLOCKS_MAX = 20000, MEDIA_CELLS_MAX = 8
};

void media_put_page_ask(Buf *b, Str html, Str charset);
Err media_read_page_ask(Wire *w, Str *out_html, Str *out_charset) NODISCARD;
void media_put_page(Buf *b, const MediaPage *page);
Err media_read_page(Wire *w, MediaPage *out) NODISCARD;
void media_put_mail(Buf *b, const MediaMail *m);
Err media_read_mail(Wire *w, MediaMail *out) NODISCARD;
void media_put_doc(Buf *b, const Doc *doc);
Err media_read_doc(Arena *a, Wire *w, Doc *out) NODISCARD;
void media_put_picture_ask(Buf *b, Str bytes, bool small, bool all);
Err media_read_picture_ask(Wire *w, Str *out_bytes, bool *out_small, bool *out_all) NODISCARD;
void media_put_picture(Buf *b, const MediaPicture *p);
Err media_read_picture(Wire *w, MediaPicture *out) NODISCARD;

/* A connection of its own for one question. E_OUTSIDE: out of reach. */
Err media_connect(const Media *m, int64_t deadline, int *out_fd) NODISCARD;
/* A reader of our own is handed each connection over the one it was started with. */
Err media_hand_over(int control_fd, int fd) NODISCARD;
Err media_take_over(int control_fd, int *out_fd) NODISCARD;      /* E_MISSING: nobody is there any more */
#endif
