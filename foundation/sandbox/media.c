/* media.c - the asking side of the media process. */
#include "foundation/sandbox/media_wire.h"
#include "foundation/sys/sys.h"

struct Media { const char *path; };

Err media_open(Arena *a, const char *socket_path, Media **out) {
    Media *m = ARENA_NEW(a, Media);
    m->path = str_z(a, str_c(socket_path));
    *out = m;
    return OK;
}

/* E_INPUT when the reader said so, or when it ended without an answer: it died of what it was given, or of its limits. */
static Err ask(Media *m, Arena *a, Buf *question, Wire *out) {
    Buf answer = buf_new(MEDIA_ANSWER_MAX);
    int64_t deadline = sys_mono_ms() + MEDIA_SECONDS_MAX * 1000;
    int fd = -1;
    Err e = m == NULL ? E_OUTSIDE : buf_err(question);
    if (e == OK && unix_connect(m->path, deadline, &fd) != OK) e = E_OUTSIDE;
    if (e == OK) e = frame_send(fd, buf_str(question), deadline);
    if (e == OK) {
        e = frame_recv(fd, MEDIA_ANSWER_MAX, deadline, &answer);
        if (e != OK) e = E_INPUT;
    }
    if (fd >= 0) close(fd);
    if (e == OK) *out = (Wire){ .rest = str_dup(a, buf_str(&answer)) };
    buf_wipe(question);
    buf_wipe(&answer);
    TRY(e);
    uint8_t said = wire_u8(out);
    return out->bad || said > E_OUTSIDE ? E_INPUT : (Err)said;
}

Err media_page(Media *m, Arena *a, Str html, Str charset, MediaPage *out) {
    Buf b = buf_new(MEDIA_ASK_MAX);
    Wire w;
    put_u8(&b, MEDIA_ASK_PAGE);
    media_put_page_ask(&b, html, charset.n <= 64 ? charset : STR_NONE);
    TRY(ask(m, a, &b, &w));
    return media_read_page(&w, out);
}

Err media_pdf(Media *m, Arena *a, const Doc *doc, Str *out_pdf) {
    Buf b = buf_new(MEDIA_ASK_MAX);
    Wire w;
    put_u8(&b, MEDIA_ASK_PDF);
    media_put_doc(&b, doc);
    TRY(ask(m, a, &b, &w));
    Str pdf = wire_str(&w);
    if (w.bad || !str_starts(pdf, S("%PDF-"))) return E_INPUT;
    *out_pdf = pdf;
    return OK;
}
