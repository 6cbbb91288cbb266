/* main.c - keten-web: one worker. usage: keten-web --data DIR (listening SCGI socket on descriptor 3) | --limits | --check */
#include "programs/common/program.h"
#include "programs/web/web.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { QUIET_S = 10 };
static volatile sig_atomic_t stopping;

static void on_stop(int sig) {
    (void)sig;
    stopping = 1;
}

/* A request that takes too long ends the worker: nginx answers for it, the master starts another. */
static void on_alarm(int sig) {
    static const char line[] = "<3>event=request_too_long\n";
    (void)sig;
    if (write(STDERR_FILENO, line, sizeof line - 1) < 0) _exit(76);
    _exit(75);
}

static void signals(void) {
    struct sigaction stop = { .sa_handler = on_stop }, late = { .sa_handler = on_alarm }; /* no SA_RESTART: accept must return */
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGALRM, &late, NULL);
}

static int print_limits(const RouteTable *t) {
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < t->counts[i]; k++) {
            const Route *r = &t->lists[i][k];
            if (r->method == POST) printf("%zu %s\n", r->body_max, r->path);
        }
    }
    return 0;
}

static int print_check(const RouteTable *t) {
    const Route *row = NULL;
    const char *why = house_routes_wrong(t, &row);
    if (why == NULL) return 0;
    fprintf(stderr, "route %s: %s\n", row != NULL && row->path != NULL ? row->path : "?", why);
    return 1;
}

static Err open_all(Web *w, const char *dir, Str *out_why) {
    const char *why = "";
    TRY(instance_open(w->life, dir, &w->in, out_why));
    Conf *c = &w->in.conf;
    Err e = db_open(instance_path(w->life, &w->in, INSTANCE_DB), DB_WRITE, &w->db, &why);
    if (e == OK) e = db_open(instance_path(w->life, &w->in, INSTANCE_KEYS_DB), DB_WRITE, &w->keys_db, &why);
    if (e == OK) e = limits_open(instance_path(w->life, &w->in, INSTANCE_RUN "/limits"), &w->limits);
    if (e != OK) {
        *out_why = str_c(why[0] != '\0' ? why : "the record or the limits page cannot be opened");
        return e;
    }
    TRY(app_open(w->life, &w->in, &w->app, out_why));
    e = app_org(w->db, w->life, &w->app.org, &w->org_name);
    if (e != OK) {
        *out_why = e == E_MISSING ? S("there is no organisation in this instance yet") : str_c(db_why(w->db));
        return e;
    }
    w->bank = bank_join(w->life, instance_bank(w->life, &w->in), false);
    metrics_join(w->life, &w->in, &w->metrics);
    w->nav = web_nav(w->life);
    w->secure = str_starts(conf_text(c, "web", "base_url"), S("https://"));
    w->dev = conf_bool(c, "web", "dev");
    w->exit_url = conf_text(c, "web", "exit_url");
    return OK;
}

/* Plain http is for this machine only: cookies without Secure must not cross a network. */
static bool address_safe(const Web *w) {
    Str b = w->app.base_url;
    return w->secure || str_starts(b, S("http://localhost")) || str_starts(b, S("http://127.0.0.1")) || str_starts(b, S("http://[::1]"));
}

/* A quiet worker looks up now and then, and gives back what it read into memory. */
static void quiet_after(int seconds) {
    struct timeval wait = { .tv_sec = seconds };
    if (setsockopt(WEB_SOCKET_FD, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) != 0) log_line(LOG_NOTE, "event=no_quiet_time");
}

static void loop(Web *w) {
    Arena *a = arena_new(WEB_ARENA_MAX);
    bool rested = false;
    for (int served = 0; !stopping && served < WEB_RECYCLE; served++) {
        int fd = accept4(WEB_SOCKET_FD, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) { /* nobody came for a while, a signal, or the caller was gone */
            if (errno == EAGAIN && !rested) {
                db_rest(w->db);
                sys_rest();
            }
            rested = rested || errno == EAGAIN;
            continue;
        }
        rested = false;
        Turn t = { .web = w, .req = { .a = a } };
        alarm(WEB_SECONDS_MAX);
        turn_run(&t, fd);
        alarm(0);
        must(!db_in_tx(w->db));
        close(fd);
        arena_reset(a);
    }
    arena_free(a);
}

/* No network, no programs, no processes, no file but the record, its folders and what the system keeps for all to read. */
static void close_sandbox(Web *w) {
    SandboxPath paths[WEB_PATHS_MAX];
    SandboxLevel level = { 0 };
    Err e = sandbox_close(SANDBOX_WEB, paths, instance_paths(w->life, &w->in, paths, WEB_PATHS_MAX), &level);
    log_line(e == OK ? LOG_INFO : LOG_WARN, "event=start seccomp=%d landlock=%d", level.seccomp, level.landlock);
}

static int run(Web *w, int argc, char **argv) {
    Str why = STR_NONE;
    w->routes = house_routes(w->life);
    if (argc == 2 && strcmp(argv[1], "--limits") == 0) return print_limits(&w->routes);
    if (argc == 2 && strcmp(argv[1], "--check") == 0) return print_check(&w->routes);
    const char *probe = argc == 5 && strcmp(argv[3], "--sandbox-test") == 0 ? argv[4] : NULL;
    if ((argc != 3 && probe == NULL) || strcmp(argv[1], "--data") != 0) {
        fprintf(stderr, "usage: keten-web --data DIR [--sandbox-test THING] (socket on descriptor 3) | --limits | --check\n");
        return 2;
    }
    if (print_check(&w->routes) != 0) return 3;
    Err e = open_all(w, argv[2], &why);
    if (e == OK && !address_safe(w)) {
        e = E_INPUT;
        why = S("[web] base_url: plain http is for localhost only; use https behind TLS");
    }
    if (e != OK) {
        log_line(LOG_FATAL, "event=start_failed program=web err=%s why=\"" STR_FMT "\"", err_name(e), STR_ARG(why));
        return 3;
    }
    signals();
    quiet_after(QUIET_S);
    close_sandbox(w);
    if (probe != NULL) return sandbox_probe(str_c(probe), instance_path(w->life, &w->in, INSTANCE_STORAGE_KEY));
    loop(w);
    log_line(LOG_INFO, "event=stop");
    return 0;
}

int main(int argc, char **argv) {
    Web w = { .life = arena_new(64 << 20) };
    sys_start();
    must(sodium_init() >= 0);
    int code = run(&w, argc, argv);
    bank_join_close(w.bank);
    vault_close(w.vault);
    db_close(w.keys_db);
    db_close(w.db);
    arena_free(w.life);
    return code;
}
