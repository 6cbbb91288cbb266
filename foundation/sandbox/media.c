/* media.c - the asking side of the media process. */
#include "foundation/sandbox/media_wire.h"
#include "foundation/sys/sys.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

struct Media { const char *path; int control_fd; pid_t pid; }; /* path NULL: a reader of our own */

Err media_open(Arena *a, const char *socket_path, Media **out) {
    Media *m = ARENA_NEW(a, Media);
    m->path = str_z(a, str_c(socket_path));
    m->control_fd = -1;
    *out = m;
    return OK;
}

Err media_alone(Arena *a, const char *program, Media **out) {
    int pair[2];
    pid_t pid = 0;
    const char *name = strrchr(program, '/'), *argv[] = { name != NULL ? name + 1 : program, "--alone", NULL }, *env[] = { NULL };
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return E_OUTSIDE;
    SpawnFd fds[] = { { pair[1], 3 } };
    Err e = sys_spawn(&(Spawn){ .path = program, .argv = argv, .env = env, .fds = fds, .fds_n = LEN(fds) }, &pid);
    close(pair[1]);
    if (e != OK) {
        close(pair[0]);
        return e;
    }
    Media *m = ARENA_NEW(a, Media);
    *m = (Media){ .control_fd = pair[0], .pid = pid };
    *out = m;
    return OK;
}

void media_close(Media *m) {
    if (m == NULL || m->path != NULL || m->control_fd < 0) return;
    close(m->control_fd);
    m->control_fd = -1;
    (void)kill(m->pid, SIGTERM);
    (void)waitpid(m->pid, NULL, 0);
}

Err media_connect(const Media *m, int64_t deadline, int *out_fd) {
    int pair[2];
    if (m == NULL) return E_OUTSIDE;
    if (m->path != NULL) return unix_connect(m->path, deadline, out_fd) == OK ? OK : E_OUTSIDE;
    if (m->control_fd < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return E_OUTSIDE;
    Err e = media_hand_over(m->control_fd, pair[1]);
    close(pair[1]);
    if (e == OK) *out_fd = pair[0];
    else close(pair[0]);
    return e;
}

/* E_INPUT when the reader said so, or when it ended without an answer: it died of what it was given, or of its limits. */
static Err ask(Media *m, Arena *a, Buf *question, Wire *out) {
    Buf answer = buf_new(MEDIA_ANSWER_MAX);
    int64_t deadline = sys_mono_ms() + MEDIA_SECONDS_MAX * 1000;
    int fd = -1;
    Err e = buf_err(question);
    if (e == OK) e = media_connect(m, deadline, &fd);
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

Err media_mail(Media *m, Arena *a, Str bytes, MediaMail *out) {
    Buf b = buf_new(MEDIA_ASK_MAX);
    Wire w;
    if (bytes.n > MEDIA_MAIL_MAX) return E_LIMIT;
    put_u8(&b, MEDIA_ASK_MAIL);
    put_str(&b, bytes);
    TRY(ask(m, a, &b, &w));
    return media_read_mail(&w, out);
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

Err media_picture_ask(Media *m, Str bytes, bool small, bool all, int *out_fd) {
    Buf b = buf_new(MEDIA_ASK_MAX);
    int64_t deadline = sys_mono_ms() + MEDIA_SECONDS_MAX * 1000;
    int fd = -1;
    put_u8(&b, MEDIA_ASK_PICTURE);
    media_put_picture_ask(&b, bytes, small, all);
    Err e = buf_err(&b);
    if (e == OK) e = media_connect(m, deadline, &fd);
    /* A reader that dies early leaves the question unsent: that shows when its answer is fetched. */
    if (e == OK) (void)!frame_send(fd, buf_str(&b), deadline);
    buf_wipe(&b);
    if (e == OK) *out_fd = fd;
    return e;
}

Err media_picture_answer(int fd, MediaPicture *out) {
    Buf b = buf_new(4096);
    int64_t deadline = sys_mono_ms() + MEDIA_SECONDS_MAX * 1000;
    Err e = frame_recv(fd, 4096, deadline, &b);
    close(fd);
    Wire w = { .rest = buf_str(&b) };
    uint8_t said = e == OK ? wire_u8(&w) : 1;
    *out = (MediaPicture){ .why = PICTURE_DIED };
    if (said == OK && media_read_picture(&w, out) != OK) *out = (MediaPicture){ .why = PICTURE_DIED };
    buf_free(&b);
    return OK;
}

Err media_picture(Media *m, Str bytes, bool small, bool all, MediaPicture *out) {
    int fd = -1;
    if (bytes.n > PICTURE_BYTES_MAX) {
        *out = (MediaPicture){ .why = PICTURE_LARGE };
        return OK;
    }
    TRY(media_picture_ask(m, bytes, small, all, &fd));
    return media_picture_answer(fd, out);
}
