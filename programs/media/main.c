/* main.c - keten-media: reads hostile bytes and draws letters. usage: keten-media --data DIR (listening socket on descriptor 3), or
 * keten-media --alone (descriptor 3 hands over connections, for pages and pictures; ends when nobody holds its other end)
 *
 * The parent loads the fonts, closes its sandbox and accepts; each question is answered by a process that closes a narrower one
 * before it looks at what it was given. When that process dies, the asker sees a connection that ends: that is the answer.
 */
#include "programs/common/program.h"
#include "programs/media/picture.h"
#include "programs/media/reader.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { READERS_MAX = 4, READER_ARENA_MAX = 192 << 20, QUIET_MS = 3000 };

/* ---- the reader ---- */

static Err answer(const Fonts *fonts, Arena *a, uint8_t op, Wire *w, Buf *out) {
    Str bytes = STR_NONE, charset = STR_NONE, pdf = STR_NONE;
    MediaPage page;
    MediaPicture picture;
    MediaMail mail;
    bool small = false, all = false;
    Doc doc;
    if (op == MEDIA_ASK_PICTURE) {
        TRY(media_read_picture_ask(w, &bytes, &small, &all));
        picture_hash(bytes, small, all, &picture);
        media_put_picture(out, &picture);
    } else if (op == MEDIA_ASK_PAGE) {
        TRY(media_read_page_ask(w, &bytes, &charset));
        TRY(page_read(a, bytes, charset, &page));
        media_put_page(out, &page);
    } else if (op == MEDIA_ASK_MAIL) {
        bytes = wire_str(w);
        if (w->bad || w->rest.n > 0 || bytes.n > MEDIA_MAIL_MAX) return E_INPUT;
        TRY(mail_read(a, bytes, &mail));
        media_put_mail(out, &mail);
    } else {
        TRY(media_read_doc(a, w, &doc));
        TRY(draw_pdf(fonts, a, &doc, &pdf));
        put_str(out, pdf);
    }
    return buf_err(out);
}

static _Noreturn void reader(const Fonts *fonts, int fd) {
    SandboxLevel level = { 0 };
    Buf question = buf_new(MEDIA_ASK_MAX), out = buf_new(MEDIA_ANSWER_MAX);
    int64_t deadline = sys_mono_ms() + MEDIA_SECONDS_MAX * 1000;
    (void)signal(SIGTERM, SIG_DFL);
    (void)signal(SIGINT, SIG_DFL);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) _exit(1);
    alarm(MEDIA_SECONDS_MAX);
    if (frame_recv(fd, MEDIA_ASK_MAX, deadline, &question) != OK) _exit(1);
    Wire w = { .rest = buf_str(&question) };
    uint8_t op = wire_u8(&w);
    static const SandboxKind kinds[] = { [MEDIA_ASK_PAGE] = SANDBOX_MEDIA_ONE, [MEDIA_ASK_PDF] = SANDBOX_MEDIA_DRAW, [MEDIA_ASK_PICTURE] = SANDBOX_MEDIA_PICTURE, [MEDIA_ASK_MAIL] = SANDBOX_MEDIA_ONE };
    if (op >= LEN(kinds) || kinds[op] == SANDBOX_INVALID || (fonts == NULL && (op == MEDIA_ASK_PDF || op == MEDIA_ASK_MAIL))) _exit(1);
    if (sandbox_close(kinds[op], NULL, 0, &level) != OK) _exit(1);
    put_u8(&out, OK);
    Err e = answer(fonts, arena_new(READER_ARENA_MAX), op, &w, &out);
    if (e != OK) {
        buf_clear(&out);
        out.over = false;
        put_u8(&out, (uint8_t)e);
    }
    _exit(frame_send(fd, buf_str(&out), deadline) == OK ? 0 : 1);
}

/* ---- the parent ---- */

static size_t reap(size_t running) {
    int status = 0;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); running > 0 && pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
        running--;
        if (WIFSIGNALED(status)) log_line(LOG_WARN, "event=reader_died signal=%d", WTERMSIG(status));
    }
    return running;
}

static void loop(const Fonts *fonts, int listen_fd) {
    size_t running = 0;
    SysIdle rest = { 0 };
    while (!program_stopping()) {
        struct pollfd p = { .fd = listen_fd, .events = POLLIN };
        running = reap(running);
        bool room = running < READERS_MAX;
        int n = poll(&p, room ? 1 : 0, running > 0 ? 50 : 1000);
        int fd = -1;
        if (n > 0 && program_caller(listen_fd, &running, &fd)) reader(fonts, fd);
        sys_idle(&rest, running == 0);
    }
    log_line(LOG_INFO, "event=stop");
}

/* pango looks for fonts in threads that end by themselves; a sandbox holds the thread that closes it, and a fork copies only one. */
static bool quiet(void) {
    for (int64_t until = sys_mono_ms() + QUIET_MS; sys_mono_ms() < until; sys_sleep_ms(5)) {
        DIR *dir = opendir("/proc/self/task");
        int n = 0;
        for (const struct dirent *e = dir != NULL ? readdir(dir) : NULL; e != NULL; e = readdir(dir)) n += e->d_name[0] != '.';
        if (dir != NULL) closedir(dir);
        if (n <= 1) return true;
    }
    return false;
}

static int run(Program *p) {
    Fonts *fonts = NULL;
    int fd = -1;
    if (program_listen(p, INSTANCE_MEDIA_SOCKET, &fd) != OK) return 3;
    Err e = draw_fonts(p->life, &fonts);
    if (e != OK || !quiet()) {
        log_line(LOG_FATAL, "event=start_failed err=%s why=\"%s\"", err_name(e), e == E_MISSING ? "the fonts are not installed (package fonts-dejavu-core)" : "nothing can be drawn here");
        return 3;
    }
    mail_ready();
    if (program_close(p, SANDBOX_MEDIA, NULL, 0, true) != OK) return 3; /* hostile bytes are never read without it */
    loop(fonts, fd);
    return 0;
}

/* ---- for one caller, without an instance: nothing is drawn ---- */

static int alone_with(int control_fd) {
    SandboxLevel level = { 0 };
    size_t running = 0;
    sys_start();
    if (geteuid() == 0 && sys_become("nobody") != OK) return 3;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || sandbox_close(SANDBOX_MEDIA, NULL, 0, &level) != OK || !level.seccomp) return 3;
    for (;;) {
        int fd = -1;
        running = reap(running);
        if (running >= READERS_MAX) {
            (void)wait(NULL);
            running--;
            continue;
        }
        Err e = media_take_over(control_fd, &fd);
        if (e != OK) return e == E_MISSING ? 0 : 3;
        pid_t pid = fork();
        if (pid == 0) {
            close(control_fd);
            reader(NULL, fd);
        }
        close(fd);
        running += pid > 0;
    }
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--alone") == 0) _exit(alone_with(PROGRAM_SOCKET_FD));
    Program p = { 0 };
    int code = 0;
    if (!program_begin(&p, "media", argc, argv, &code)) return code;
    _exit(run(&p)); /* a leak check at exit would do what the sandbox forbids */
}
