/* serve.c - the master's loop: start, watch, restart with back-off, stop in order. */
#include "programs/keten/serve.h"
#include "foundation/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { CHILDREN_MAX = 80, BACKLOG = 512, BACKOFF_MS_MIN = 100, BACKOFF_MS_MAX = 30000, STEADY_MS = 10000, READY_MS = 10000, EARLY_DEATHS_MAX = 3, ENV_MAX = 64, LOOKS_MAX = 2 /* browsers at once */ };

/* Children stop in the order of their phase: first what brings work in, last what everyone leans on. They start in the order of plan(). */
typedef enum Phase { STOP_FRONT, STOP_WORKERS, STOP_KEYS, STOP_PHASES } Phase;

typedef struct Child {
    const char *name, *path;
    const char *argv[12];
    const char *cwd;
    int fd;                 /* handed over as descriptor 3; -1: none */
    Phase phase;
    int stop_signal;
    pid_t pid;              /* 0: not running */
    int64_t started_ms, again_ms, backoff_ms;
    int deaths;
} Child;

typedef struct Master {
    Arena *a;
    const Instance *in;
    Child child[CHILDREN_MAX];
    size_t n;
    int signals, metrics_fd, capture_fd;
    const char *capture;    /* started for each connection to capture_fd, and ends with it */
    pid_t look[LOOKS_MAX];
    Metrics metrics;
    const char *env[ENV_MAX + 1];
    bool stopping;
} Master;

extern char **environ;

/* ---- finding the programs ---- */

Err programs_find(Arena *a, Programs *out, Str *out_why) {
    static const char *const nginx_at[] = { "/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx" };
    Programs p = { 0 };
    const struct { const char *name, *room; const char **to; } wanted[] = { { "keten-web", "web", &p.web }, { "keten-jobs", "jobs", &p.jobs }, { "keten-watch", "watch", &p.watch },
        { "keten-fetch", "fetch", &p.fetch }, { "keten-keys", "keys", &p.keys }, { "keten-media", "media", &p.media }, { "keten-gate", "gate", &p.gate } };
    p.capture = program_beside(a, "keten-capture", "capture"); /* without it text is captured, undrawn */
    for (size_t i = 0; i < LEN(wanted); i++) {
        *wanted[i].to = program_beside(a, wanted[i].name, wanted[i].room);
        if (*wanted[i].to != NULL) continue;
        *out_why = str_fmt(a, "%s is not beside keten, nor in ../libexec/keten", wanted[i].name);
        return E_MISSING;
    }
    for (size_t i = 0; i < LEN(nginx_at) && p.nginx == NULL; i++)
        if (access(nginx_at[i], X_OK) == 0) p.nginx = nginx_at[i];
    if (p.nginx == NULL) {
        *out_why = S("nginx is not installed (package nginx-light)");
        return E_MISSING;
    }
    *out = p;
    return OK;
}

Err serve_lock(Arena *a, const Instance *in, int *out_fd) {
    TRY(dir_make(instance_path(a, in, INSTANCE_RUN), 0700));
    int fd = open(instance_path(a, in, INSTANCE_RUN "/lock"), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return E_OUTSIDE;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        Err e = errno == EWOULDBLOCK ? E_CONFLICT : E_OUTSIDE;
        close(fd);
        return e;
    }
    Str pid = str_fmt(a, "%d\n", (int)getpid());
    if (ftruncate(fd, 0) != 0 || fd_write_all(fd, pid, sys_mono_ms() + 1000) != OK) {
        close(fd);
        return E_OUTSIDE;
    }
    *out_fd = fd;
    return OK;
}

static Err migrate_one(Arena *a, const char *path, const Migration *list, int *out_applied, Str *out_why) {
    Db *db = NULL;
    const char *why = "";
    int applied = 0;
    Err e = db_open(path, DB_WRITE, &db, &why);
    if (e == OK) e = db_migrate(db, list, &applied, &why);
    /* It opens for writing also when it cannot be written: known now, not when the first report comes in. */
    if (e == OK && access(path, W_OK) != 0) {
        e = E_OUTSIDE;
        why = "the database is read-only";
    }
    db_close(db);
    if (e != OK) *out_why = str_fmt(a, "%s: %s", path, why);
    *out_applied += applied;
    return e;
}

Err migrate(Arena *a, const Instance *in, int *out_applied, Str *out_why) {
    TRY(migrate_one(a, instance_path(a, in, INSTANCE_DB), keten_migrations, out_applied, out_why));
    return migrate_one(a, instance_path(a, in, INSTANCE_KEYS_DB), keys_migrations, out_applied, out_why);
}

/* ---- the children ---- */

static Child *add(Master *m, const char *name, const char *path, int fd, Phase phase) {
    must(m->n < CHILDREN_MAX);
    Child *c = &m->child[m->n++];
    *c = (Child){ .name = name, .path = path, .argv = { name, "--data", m->in->dir }, .fd = fd, .phase = phase, .stop_signal = SIGTERM, .backoff_ms = BACKOFF_MS_MIN };
    return c;
}

static Err listen_on(Master *m, const char *name, int *out_fd) { return unix_listen(instance_path(m->a, m->in, name), BACKLOG, 0600, out_fd); }

/* Sockets are made here and handed down, so a worker that is being restarted loses no caller. */
static Err plan(Master *m, const Programs *p) {
    int web = -1, keys = -1, fetch = -1, media = -1, gate = -1;
    TRY(listen_on(m, INSTANCE_KEYS_SOCKET, &keys));
    TRY(listen_on(m, INSTANCE_MEDIA_SOCKET, &media));
    TRY(listen_on(m, INSTANCE_FETCH_SOCKET, &fetch));
    TRY(listen_on(m, INSTANCE_GATE_SOCKET, &gate));
    TRY(listen_on(m, INSTANCE_WEB_SOCKET, &web));
    if (p->capture != NULL) TRY(listen_on(m, INSTANCE_CAPTURE_SOCKET, &m->capture_fd));
    m->capture = p->capture;
    add(m, "keten-keys", p->keys, keys, STOP_KEYS);
    add(m, "keten-media", p->media, media, STOP_WORKERS);
    add(m, "keten-fetch", p->fetch, fetch, STOP_WORKERS);
    add(m, "keten-jobs", p->jobs, -1, STOP_FRONT);
    add(m, "keten-watch", p->watch, -1, STOP_FRONT);
    add(m, "keten-gate", p->gate, gate, STOP_WORKERS);
    for (int64_t i = conf_int(&m->in->conf, "web", "workers"); i > 0; i--) add(m, "keten-web", p->web, web, STOP_WORKERS);
    Child *c = add(m, "nginx", p->nginx, -1, STOP_FRONT);
    const char *argv[] = { "nginx", "-e", "stderr", "-p", m->in->dir, "-c", "run/nginx.conf", "-g", "daemon off;", NULL };
    memcpy(c->argv, argv, sizeof argv);
    c->cwd = m->in->dir;
    c->stop_signal = SIGQUIT;
    return OK;
}

/* What children may know of the environment: our own settings, and what the sanitizers of a test build read. */
static void environment(Master *m) {
    static const char *const kept[] = { "KETEN_", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS=" };
    size_t n = 0;
    m->env[n++] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    m->env[n++] = "LC_ALL=C.UTF-8";
    for (char **e = environ; *e != NULL && n < ENV_MAX; e++)
        for (size_t i = 0; i < LEN(kept); i++)
            if (str_starts(str_c(*e), str_c(kept[i]))) m->env[n++] = *e;
    m->env[n] = NULL;
}

static Err start(Master *m, Child *c) {
    SpawnFd three = { c->fd, 3 };
    pid_t pid = 0;
    Err e = sys_spawn(&(Spawn){ .path = c->path, .argv = c->argv, .env = m->env, .fds = &three, .fds_n = c->fd >= 0 ? 1 : 0, .cwd = c->cwd, .own_group = true }, &pid);
    c->started_ms = sys_mono_ms();
    if (e != OK) {
        log_line(LOG_BAD, "event=start_failed child=%s err=%s", c->name, err_name(e));
        c->again_ms = c->started_ms + c->backoff_ms;
        c->deaths++;
        return e;
    }
    c->pid = pid;
    metric_add(&m->metrics, M_CHILDREN, 1);
    log_line(LOG_INFO, "event=started child=%s child_pid=%d", c->name, (int)pid);
    return OK;
}

static void ended(Master *m, Child *c, int status) {
    int64_t now = sys_mono_ms(), lived = now - c->started_ms;
    c->pid = 0;
    metric_add(&m->metrics, M_CHILDREN, -1);
    if (m->stopping) return;
    bool by_signal = WIFSIGNALED(status);
    /* A worker that has served its number of requests ends with 0 and is simply replaced. */
    bool retired = !by_signal && WEXITSTATUS(status) == 0 && lived > 1000;
    log_line(retired ? LOG_INFO : LOG_BAD, "event=ended child=%s child_pid_lived_ms=%lld %s=%d", c->name, (long long)lived, by_signal ? "signal" : "code",
             by_signal ? WTERMSIG(status) : WEXITSTATUS(status));
    if (lived >= STEADY_MS || retired) c->backoff_ms = BACKOFF_MS_MIN;
    c->deaths = lived >= STEADY_MS ? 0 : c->deaths + 1;
    c->again_ms = retired ? now : now + c->backoff_ms;
    if (!retired) {
        c->backoff_ms = c->backoff_ms * 2 > BACKOFF_MS_MAX ? BACKOFF_MS_MAX : c->backoff_ms * 2;
        metric_add(&m->metrics, M_CHILD_RESTARTS, 1);
    }
}

static void reap(Master *m) {
    int status = 0;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
        for (size_t i = 0; i < m->n; i++)
            if (m->child[i].pid == pid) ended(m, &m->child[i], status);
        for (size_t i = 0; i < LOOKS_MAX; i++)
            if (m->look[i] == pid) m->look[i] = 0;
    }
}

static pid_t *free_look(Master *m) {
    for (size_t i = 0; i < LOOKS_MAX; i++)
        if (m->look[i] == 0) return &m->look[i];
    return NULL;
}

/* A caller waits: a capture process is started for it, with the connection. Not a byte of it is read here. */
static void begin_look(Master *m) {
    Peer peer = { 0 };
    int fd = -1;
    pid_t *pid = free_look(m);
    if (pid == NULL || unix_accept(m->capture_fd, sys_mono_ms(), &fd, &peer) != OK) return;
    const char *argv[] = { "keten-capture", "--data", m->in->dir, NULL };
    SpawnFd three = { fd, 3 };
    if (peer.uid == geteuid() && sys_spawn(&(Spawn){ .path = m->capture, .argv = argv, .env = m->env, .fds = &three, .fds_n = 1, .own_group = true }, pid) != OK) log_line(LOG_BAD, "event=start_failed child=keten-capture");
    close(fd);
}

/* Starts what is due; returns ms until the next is, at most a second. */
static int restart_due(Master *m) {
    int64_t now = sys_mono_ms(), wait = 1000;
    for (size_t i = 0; i < m->n; i++) {
        Child *c = &m->child[i];
        if (c->pid != 0) continue;
        if (c->again_ms <= now) (void)start(m, c);
        else if (c->again_ms - now < wait) wait = c->again_ms - now;
    }
    return (int)wait;
}

/* Whoever connects gets the numbers; what they send is read away and never looked at. */
static void answer_metrics(Master *m) {
    int64_t deadline = sys_mono_ms() + 200;
    char request[2048];
    size_t n = 0;
    int fd = accept4(m->metrics_fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) return;
    Buf b = buf_new(65536), head = buf_new(512);
    metrics_text(&m->metrics, &b);
    buf_printf(&head, "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", b.n);
    if (fd_read_some(fd, request, sizeof request, deadline, &n) == OK && fd_write_all(fd, buf_str(&head), deadline) == OK) (void)!fd_write_all(fd, buf_str(&b), deadline);
    shutdown(fd, SHUT_RDWR);
    close(fd);
    buf_free(&b);
    buf_free(&head);
}

/* ---- readiness ---- */

/* A socket for one item of [web] listen, and its address; -1 when it is none. */
static int front_socket(Str one, bool reach, struct sockaddr_storage *out, socklen_t *out_n) {
    char host[256] = "127.0.0.1", port[16] = "";
    size_t colon = one.n;
    while (colon > 0 && one.p[colon - 1] != ':' && one.p[colon - 1] != ']') colon--;
    bool has = colon > 0 && one.p[colon - 1] == ':';
    Str h = str_sub(one, 0, has ? colon - 1 : 0), p = str_sub(one, has ? colon : 0, one.n);
    if (h.n >= 2 && h.p[0] == '[') h = str_sub(h, 1, h.n - 2);
    if (h.n >= sizeof host || p.n >= sizeof port) return -1;
    if (str_eq(h, S("*")) || h.n == 0) h = S("0.0.0.0");
    bool any = str_eq(h, S("0.0.0.0")) || str_eq(h, S("::"));
    if (!any || !reach) snprintf(host, sizeof host, STR_FMT, STR_ARG(h));
    snprintf(port, sizeof port, STR_FMT, STR_ARG(p));
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV }, *list = NULL;
    if (getaddrinfo(host, port, &hints, &list) != 0 || list == NULL) return -1;
    int fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memcpy(out, list->ai_addr, list->ai_addrlen);
    *out_n = list->ai_addrlen;
    freeaddrinfo(list);
    return fd;
}

/* Whether something answers at the first address nginx was told to listen on. */
static bool front_answers(const Conf *c) {
    Str rest = conf_list(c, "web", "listen"), one = STR_NONE;
    struct sockaddr_storage at;
    socklen_t n = 0;
    int fd = conf_list_next(&rest, &one) ? front_socket(one, true, &at, &n) : -1;
    bool yes = fd >= 0 && connect(fd, (struct sockaddr *)&at, n) == 0;
    if (fd >= 0) close(fd);
    return yes;
}

static Err metrics_free(Arena *a, const Conf *conf, Str *out_why) {
    int64_t port = conf_int(conf, "metrics", "port");
    uint16_t got = 0;
    int fd = -1;
    if (port == 0) return OK;
    Err e = loopback_listen((uint16_t)port, &fd, &got);
    if (fd >= 0) close(fd);
    if (e != OK) *out_why = str_fmt(a, "[metrics] port: 127.0.0.1:%lld is taken by another program, or needs a right this user has not", (long long)port);
    return e;
}

/* nginx tries for seconds when a port is taken, and someone else's answer would look like ours: so this is known before. */
Err front_free(Arena *a, const Instance *in, Str *out_why) {
    Str rest = conf_list(&in->conf, "web", "listen"), one = STR_NONE;
    struct sockaddr_storage at;
    socklen_t n = 0;
    int on = 1;
    while (conf_list_next(&rest, &one)) {
        int fd = front_socket(one, false, &at, &n);
        if (fd >= 0) (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        bool good = fd >= 0 && bind(fd, (struct sockaddr *)&at, n) == 0;
        int no = errno;
        if (fd >= 0) close(fd);
        if (good) continue;
        const char *reason = fd < 0 ? "is no address" : no == EADDRINUSE ? "is taken by another program" : no == EACCES ? "needs a right this user has not (a port below 1024)" : "is not an address of this machine";
        *out_why = str_fmt(a, "[web] listen: " STR_FMT " %s", STR_ARG(one), reason);
        return E_CONFLICT;
    }
    return metrics_free(a, &in->conf, out_why);
}

static bool all_run(const Master *m) {
    for (size_t i = 0; i < m->n; i++)
        if (m->child[i].pid == 0) return false;
    return true;
}

static const Child *dying(const Master *m) {
    for (size_t i = 0; i < m->n; i++)
        if (m->child[i].deaths >= EARLY_DEATHS_MAX) return &m->child[i];
    return NULL;
}

/* Starts everything and waits until the front answers. A child that cannot stay up is a failed start, not a loop. */
static Err bring_up(Master *m) {
    int64_t deadline = sys_mono_ms() + READY_MS;
    while (sys_mono_ms() < deadline) {
        (void)restart_due(m);
        sys_sleep_ms(10);
        reap(m);
        const Child *bad = dying(m);
        if (bad != NULL) {
            log_line(LOG_FATAL, "event=start_given_up child=%s deaths=%d", bad->name, bad->deaths);
            return E_OUTSIDE;
        }
        if (all_run(m) && front_answers(&m->in->conf)) return OK;
    }
    log_line(LOG_FATAL, "event=start_given_up reason=front_does_not_answer");
    return E_OUTSIDE;
}

/* ---- the end ---- */

static bool phase_left(const Master *m, Phase p) {
    for (size_t i = 0; i < m->n; i++)
        if (m->child[i].phase == p && m->child[i].pid != 0) return true;
    return false;
}

static void stop_all(Master *m) {
    static const int64_t grace_ms[STOP_PHASES] = { [STOP_FRONT] = 5000, [STOP_WORKERS] = 5000, [STOP_KEYS] = 2000 };
    m->stopping = true;
    sys_notify("STOPPING=1");
    for (Phase p = STOP_FRONT; p < STOP_PHASES; p++) {
        int64_t deadline = sys_mono_ms() + grace_ms[p];
        for (size_t i = 0; i < m->n; i++)
            if (m->child[i].phase == p && m->child[i].pid != 0) kill(m->child[i].pid, m->child[i].stop_signal);
        for (reap(m); phase_left(m, p); reap(m)) {
            sys_sleep_ms(5);
            if (sys_mono_ms() < deadline) continue;
            for (size_t i = 0; i < m->n; i++)
                if (m->child[i].phase == p && m->child[i].pid != 0) kill(-m->child[i].pid, SIGKILL); /* its group: what it started itself ends with it */
            deadline = INT64_MAX;
        }
    }
    log_line(LOG_NOTE, "event=stopped");
}

static void reload_front(Master *m) {
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->child[i].name, "nginx") == 0 && m->child[i].pid != 0) kill(m->child[i].pid, SIGHUP);
}

/* ---- the loop ---- */

static bool one_signal(Master *m) {
    struct signalfd_siginfo s = { 0 };
    if (read(m->signals, &s, sizeof s) != (ssize_t)sizeof s) return true;
    if (s.ssi_signo == SIGHUP) reload_front(m); /* a renewed certificate */
    return s.ssi_signo != SIGTERM && s.ssi_signo != SIGINT;
}

static void watch(Master *m) {
    SysIdle rest = { 0 };
    for (bool go = true; go;) {
        int wait = restart_due(m);
        struct pollfd fds[] = { { .fd = m->signals, .events = POLLIN }, { .fd = m->metrics_fd, .events = POLLIN }, { .fd = free_look(m) != NULL ? m->capture_fd : -1, .events = POLLIN } };
        int n = poll(fds, 3, wait);
        if (n < 0 && errno != EINTR) return;
        if (fds[0].revents != 0) go = one_signal(m);
        if (fds[1].revents != 0) answer_metrics(m);
        if (fds[2].revents != 0) begin_look(m);
        reap(m);
        sys_idle(&rest, n <= 0);
    }
}

static Err open_master(Master *m, const Programs *p) {
    int64_t port = conf_int(&m->in->conf, "metrics", "port");
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return E_OUTSIDE;
    m->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (m->signals < 0) return E_OUTSIDE;
    TRY(metrics_open(instance_path(m->a, m->in, INSTANCE_METRICS), keten_metrics, METRICS_N, true, &m->metrics));
    uint16_t got = 0;
    if (port != 0) {
        Err e = loopback_listen((uint16_t)port, &m->metrics_fd, &got);
        if (e != OK) log_line(LOG_FATAL, "event=metrics_port_taken port=%lld err=%s", (long long)port, err_name(e));
        TRY(e);
    }
    environment(m);
    return plan(m, p);
}

Err serve(Arena *a, const Instance *in, const Programs *p) {
    Master *m = ARENA_NEW(a, Master);
    *m = (Master){ .a = a, .in = in, .signals = -1, .metrics_fd = -1, .capture_fd = -1 };
    Err e = open_master(m, p);
    if (e == OK) e = bring_up(m);
    if (e == OK) {
        Str url = conf_text(&in->conf, "web", "base_url");
        log_line(LOG_NOTE, "event=ready children=%zu", m->n);
        sys_notify("READY=1");
        printf("Keten: " STR_FMT "\n", STR_ARG(url));
        fflush(stdout);
        watch(m);
    }
    stop_all(m);
    metrics_close(&m->metrics);
    if (m->signals >= 0) close(m->signals);
    if (m->metrics_fd >= 0) close(m->metrics_fd);
    if (m->capture_fd >= 0) close(m->capture_fd);
    int closed = -1;
    for (size_t i = 0; i < m->n; i++) { /* the web workers share one */
        if (m->child[i].fd >= 0 && m->child[i].fd != closed) close(m->child[i].fd);
        closed = m->child[i].fd;
    }
    return e;
}
