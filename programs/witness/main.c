/* main.c - keten-witness: answers for a witness over HTTP. usage: keten-witness DIR (a listening socket on descriptor 3)
 *
 * libmicrohttpd in one thread. Behind its sandbox it opens no socket, starts nothing, and reaches its own folder only. A connection that
 * takes longer than CONNECTION_S seconds over anything is closed; a question larger than WITNESS_BODY_MAX is not read.
 */
#include "core/seal/seal.h"
#include "programs/common/program.h"
#include "programs/witness/witness.h"

#include <microhttpd.h>
#include <poll.h>
#include <signal.h>

enum { CONNECTIONS_MAX = 256, PER_ADDRESS_MAX = 32, CONNECTION_S = 15, CONNECTION_BYTES = 32 << 10, WAIT_MS = 500, TALK_MAX = 8 << 20 };
typedef struct Talk { Arena *a; Buf body; } Talk;
static const char add_path[] = "/add-checkpoint";

static volatile sig_atomic_t stopping;
static void on_stop(int sig) {
    (void)sig;
    stopping = 1;
}

static int64_t now_s(void) {
    SysClock clock = { 0 };
    return sys_now(&clock) / 1000;
}

static enum MHD_Result answer(struct MHD_Connection *c, const WitnessReply *r) {
    struct MHD_Response *x = MHD_create_response_from_buffer(r->body.n, (void *)(uintptr_t)r->body.p, MHD_RESPMEM_MUST_COPY);
    if (x == NULL) return MHD_NO;
    (void)MHD_add_response_header(x, "Content-Type", r->type);
    (void)MHD_add_response_header(x, "Cache-Control", "no-store");
    enum MHD_Result done = MHD_queue_response(c, (unsigned)r->status, x);
    MHD_destroy_response(x);
    return done;
}

static enum MHD_Result answer_text(struct MHD_Connection *c, int status, const char *text) { return answer(c, &(WitnessReply){ status, "text/plain; charset=utf-8", str_c(text) }); }

/* GET /<64 hex digits>/checkpoint */
static enum MHD_Result show(const Witness *w, struct MHD_Connection *c, Str path) {
    Arena *a = arena_new(TALK_MAX);
    WitnessReply r = { 404, "text/plain; charset=utf-8", S("there is nothing here\n") };
    if (path.n == 1 + 64 + 11 && str_ends(path, S("/checkpoint"))) r = witness_show(a, w, str_sub(path, 1, 64));
    else if (str_eq(path, S("/"))) r = (WitnessReply){ 200, "text/plain; charset=utf-8", str_fmt(a, STR_FMT "\n", STR_ARG(cosign_vkey(a, w->name, w->pub))) };
    enum MHD_Result done = answer(c, &r);
    arena_free(a);
    return done;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *path, const char *method, const char *version, const char *bytes, size_t *n, void **mine) {
    const Witness *w = cls;
    Talk *t = *mine;
    (void)version;
    if (t == NULL) {
        bool post = strcmp(method, "POST") == 0;
        if (!post && strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) return answer_text(c, 405, "GET and POST only\n");
        if (!post) return show(w, c, str_c(path));
        if (strcmp(path, add_path) != 0) return answer_text(c, 404, "questions go to POST /add-checkpoint\n");
        int64_t length = 0;
        Str said = str_c(MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length"));
        if (said.n > 0 && (str_i64(said, 0, INT64_MAX, &length) != OK || length > WITNESS_BODY_MAX)) return answer_text(c, 413, "a question is smaller than this\n");
        t = calloc(1, sizeof *t);
        must(t != NULL);
        *t = (Talk){ arena_new(TALK_MAX), buf_new(WITNESS_BODY_MAX + 1) };
        *mine = t;
        return MHD_YES;
    }
    if (*n > 0) {
        buf_put(&t->body, (Str){ bytes, *n });
        *n = 0;
        return buf_err(&t->body) == OK ? MHD_YES : MHD_NO;
    }
    WitnessReply r = witness_add(t->a, w, buf_str(&t->body), now_s());
    return answer(c, &r);
}

static void on_completed(void *cls, struct MHD_Connection *c, void **mine, enum MHD_RequestTerminationCode how) {
    Talk *t = *mine;
    (void)cls, (void)c, (void)how;
    if (t == NULL) return;
    arena_free(t->a);
    buf_free(&t->body);
    free(t);
    *mine = NULL;
}

static Err close_sandbox(const char *dir) {
    SandboxPath paths[] = { { dir, true }, { "/dev/null", false }, { SANITIZED_BUILD ? "/proc" : "/dev/null", false } };
    SandboxLevel level = { 0 };
    Err e = sandbox_close(SANDBOX_WITNESS, paths, LEN(paths), &level);
    log_line(e == OK ? LOG_INFO : LOG_FATAL, "event=%s kind=witness seccomp=%d landlock=%d", e == OK ? "start" : "sandbox_open", level.seccomp, level.landlock);
    return e;
}

static int serve(Witness *w) {
    struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_TURBO, 0, NULL, NULL, on_request, w, MHD_OPTION_LISTEN_SOCKET, PROGRAM_SOCKET_FD, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)PER_ADDRESS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, NULL, MHD_OPTION_END);
    const union MHD_DaemonInfo *i = d != NULL ? MHD_get_daemon_info(d, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    if (i == NULL) {
        log_line(LOG_FATAL, "event=start_failed why=\"descriptor 3 is no socket that listens\"");
        return 3;
    }
    if (close_sandbox(w->dir) != OK) return 3;
    while (stopping == 0) {
        struct pollfd p = { .fd = i->epoll_fd, .events = POLLIN };
        (void)poll(&p, 1, WAIT_MS);
        (void)MHD_run(d);
    }
    MHD_stop_daemon(d);
    return 0;
}

int main(int argc, char **argv) {
    struct sigaction stop = { .sa_handler = on_stop };
    Witness w;
    const char *why = NULL;
    sys_start();
    seal_start();
    if (argc != 2) {
        fprintf(stderr, "usage: keten-witness DIR (a listening socket on descriptor 3)\n");
        return 2;
    }
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    Arena *a = arena_new(1 << 20);
    if (witness_open(a, argv[1], true, &w, &why) != OK) {
        log_line(LOG_FATAL, "event=start_failed why=\"%s\"", why);
        return 3;
    }
    int code = serve(&w);
    witness_close(&w);
    arena_free(a);
    _exit(code); /* a leak check at exit would do what the sandbox forbids */
}
