#include "foundation/base/tap.h"
#include "foundation/sys/config.h"
#include "foundation/sys/metrics.h"
#include "foundation/sys/sys.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char dir[] = "/tmp/keten-sys-test-XXXXXX";

static const char *at(Arena *a, const char *name) { return path_join(a, dir, name).p; }

static void files(Arena *a) {
    Str s = STR_NONE;
    struct stat st = { 0 };
    check(file_write_new(at(a, "one"), S("first"), 0400) == OK && stat(at(a, "one"), &st) == 0 && (st.st_mode & 0777) == 0400, "a new file has the mode asked for");
    check(file_write_new(at(a, "one"), S("again"), 0400) == E_CONFLICT, "a new file never replaces one");
    check(file_write(at(a, "one"), S("second"), 0600) == OK && file_read(a, at(a, "one"), 100, &s) == OK && str_eq(s, S("second")), "a file is replaced whole");
    check(file_read(a, at(a, "one"), 5, &s) == E_LIMIT, "a file above the limit is not read");
    check(file_read(a, at(a, "none"), 5, &s) == E_MISSING && file_read(a, dir, 5, &s) == E_OUTSIDE, "a missing file and a folder are told apart");
    check(file_copy(at(a, "one"), at(a, "two"), 0600) == OK && file_copy(at(a, "one"), at(a, "two"), 0600) == E_CONFLICT, "a copy never replaces a file");
    bool empty = true;
    check(dir_empty(dir, &empty) == OK && !empty && dir_make(at(a, "sub"), 0700) == OK && dir_empty(at(a, "sub"), &empty) == OK && empty, "an empty folder is told from a full one");
    check(dir_make(at(a, "sub"), 0700) == OK && dir_make(at(a, "one"), 0700) == E_CONFLICT, "making a folder twice is fine, over a file it is not");
}

static void clocks(void) {
    SysClock c = { 0 };
    check(sys_clock_open(dir, &c) == OK && c.offset_ms == NULL, "without a clock file time is the kernel's");
    check(sys_clock_move(dir, 1000) == E_MISSING, "and it cannot be moved");
    UnixMs before = sys_now(&c);
    check(sys_clock_make(dir) == OK && sys_clock_open(dir, &c) == OK, "a demo instance has a clock file");
    check(sys_clock_move(dir, 86400000) == OK && sys_now(&c) >= before + 86400000, "moving it moves every process that has it open");
    check(sys_clock_move(dir, -1) == E_INPUT && sys_clock_move(dir, INT64_MAX) == E_LIMIT, "it never goes back, nor out of the calendar");
    sys_clock_close(&c);
    Id x = sys_new_id(), y = sys_new_id();
    check(!id_eq(x, y) && !id_none(x), "identifiers are random");
}

static void sockets(Arena *a) {
    char deep[160];
    memset(deep, 'd', sizeof deep);
    deep[150] = '\0';
    must(dir_make(at(a, deep), 0700) == OK);
    const char *path = path_join(a, at(a, deep), "sock").p;
    int server = -1, again = -1, here = -1, there = -1;
    int64_t soon = sys_mono_ms() + 2000;
    Peer who = { 0 };
    check(unix_connect(path, soon, &here) == E_MISSING, "a socket nobody listens on is missing");
    check(unix_listen(path, 4, 0600, &server) == OK, "a socket path may be longer than sun_path");
    check(unix_listen(path, 4, 0600, &again) == E_CONFLICT, "a socket in use is not taken over");
    check(unix_connect(path, soon, &here) == OK && unix_accept(server, soon, &there, NULL) == OK, "a caller is heard");
    close(there);
    close(here);
    int drained = -1; /* the probe of the second unix_listen waits in the queue too */
    while (unix_accept(server, sys_mono_ms(), &drained, NULL) == OK) close(drained);
    check(unix_connect(path, soon, &here) == OK && unix_accept(server, soon, &there, &who) == OK && who.pid == getpid() && who.uid == getuid(), "the kernel says who calls");
    check(frame_send(here, S("hello"), soon) == OK, "a frame goes");
    Buf b = buf_new(1 << 20);
    check(frame_recv(there, 5, soon, &b) == OK && str_eq(buf_str(&b), S("hello")), "and comes whole");
    check(frame_send(here, S("sixsix"), soon) == OK && frame_recv(there, 5, soon, &b) == E_LIMIT, "a frame above the limit is refused before it is read");
    close(here);
    close(there);
    must(unix_connect(path, soon, &here) == OK && unix_accept(server, soon, &there, NULL) == OK);
    check(frame_recv(there, 5, sys_mono_ms() + 30, &b) == E_OUTSIDE, "a silent peer is left at the deadline");
    must(fd_write_all(here, str_bytes("\0\0\0\5ab", 6), soon) == OK);
    close(here);
    check(frame_recv(there, 5, soon, &b) == E_OUTSIDE, "a frame cut short is an error");
    check(frame_recv(there, 5, soon, &b) == E_MISSING, "the end between frames is the end");
    close(there);
    close(server);
    check(unix_listen(path, 4, 0600, &server) == OK, "a socket left behind is replaced");
    check(unix_accept(server, sys_mono_ms() + 20, &there, NULL) == E_MISSING, "waiting for a caller ends at the deadline");
    close(server);
    buf_free(&b);
}

static void slow_reader(void) {
    int pair[2];
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    static char big[4 << 20];
    check(frame_send(pair[0], str_bytes(big, sizeof big), sys_mono_ms() + 50) == E_OUTSIDE, "a peer that does not read holds nobody beyond the deadline");
    close(pair[0]);
    close(pair[1]);
}

/* Runs sh -c script with its output on a pipe. */
static Str run(Arena *a, const char *script, const SpawnFd *extra, size_t extra_n) {
    int out[2];
    must(pipe(out) == 0);
    SpawnFd fds[4] = { { out[1], 1 } };
    for (size_t i = 0; i < extra_n; i++) fds[i + 1] = extra[i];
    const char *argv[] = { "sh", "-c", script, NULL }, *env[] = { "PATH=/usr/bin:/bin", NULL };
    pid_t pid = 0;
    must(sys_spawn(&(Spawn){ .path = "/bin/sh", .argv = argv, .env = env, .fds = fds, .fds_n = extra_n + 1 }, &pid) == OK);
    close(out[1]);
    char *p = arena_alloc(a, 4096);
    size_t n = 0, more = 1;
    while (more > 0 && n < 4096) {
        must(fd_read_some(out[0], p + n, 4096 - n, sys_mono_ms() + 5000, &more) == OK);
        n += more;
    }
    close(out[0]);
    must(waitpid(pid, NULL, 0) == pid);
    return (Str){ p, n };
}

static void children(Arena *a) {
    int leak = dup(1), three = dup(1);
    SpawnFd swap[] = { { three, 3 } };
    Str seen = run(a, "ls /proc/self/fd | tr '\\n' ' '; ls -l /proc/self/fd/0 | grep -c /dev/null; grep NoNewPrivs /proc/self/status; ulimit -c", swap, 1);
    size_t n = 0;
    check(str_starts(seen, S("0 1 2 3 ")) && str_find(seen, S("\n"), &n) && n < 14, "a child has the descriptors it was given and no other (" STR_FMT ")", STR_ARG(str_sub(seen, 0, 8)));
    check(str_find(seen, S("NoNewPrivs:\t1"), &n), "a child can gain no privileges");
    check(str_ends(seen, S("\n0\n")), "a child leaves no core file");
    close(leak);
    close(three);
    pid_t pid = 0;
    const char *argv[] = { "none", NULL };
    check(sys_spawn(&(Spawn){ .path = "/nonexistent/none", .argv = argv }, &pid) == E_MISSING && pid == 0, "a program that is not there is told at once");
    check(str_eq(run(a, "echo ${HOME:-empty}", NULL, 0), S("empty\n")), "a child has only the environment it was given");
}

static const ConfKey keys[] = {
    { "web", "workers", CONF_INT, "2", .min = 1, .max = 64, .help = "Worker processes." },
    { "web", "url", CONF_TEXT, "", .help = "Address.\nSecond line." },
    { "mail", "tls", CONF_CHOICE, "none", .choices = "none starttls tls", .help = "How." },
    { "mail", "on", CONF_BOOL, "no", .help = "Whether." },
    { "net", "allow", CONF_LIST, "", .help = "Which." },
};

static void config(Arena *a) {
    Conf c = { 0 };
    Str why = STR_NONE, text = STR_NONE, item = STR_NONE;
    char *env[] = { (char[]){ "KETEN_WEB_WORKERS=7" }, (char[]){ "OTHER=1" }, NULL };
    check(conf_read(a, keys, LEN(keys), S("# x\n[web]\nurl = https://a.example ; note\n[net]\nallow = a:1  b:2\n"), NULL, &c, &why) == OK, "a configuration is read");
    check(conf_int(&c, "web", "workers") == 2 && str_eq(conf_text(&c, "web", "url"), S("https://a.example")) && !conf_bool(&c, "mail", "on"), "with defaults for what it leaves out");
    Str rest = conf_list(&c, "net", "allow");
    check(conf_list_next(&rest, &item) && str_eq(item, S("a:1")) && conf_list_next(&rest, &item) && str_eq(item, S("b:2")) && !conf_list_next(&rest, &item), "a list is split at blanks");
    check(conf_read(a, keys, LEN(keys), S("[web]\nworkers = 3\n"), env, &c, &why) == OK && conf_int(&c, "web", "workers") == 7, "the environment goes before the file");
    static const struct { const char *text, *why; } bad[] = {
        { "[web]\n\nworkerz = 3\n", "line 3: unknown key [web] workerz" },
        { "[web]\nworkers = 0\n", "line 2: [web] workers must be a number from 1 to 64" },
        { "[mail]\ntls = maybe\n", "line 2: [mail] tls must be one of: none starttls tls" },
        { "[mail]\non = perhaps\n", "line 2: [mail] on must be yes or no" },
        { "[web]\nworkers = 1\nworkers = 2\n", "line 3: [web] workers is set twice" },
        { "[web]\nurl = a\n  b\n", "line 3: begins with a blank" },
        { "[web]\nnonsense\n", "line 2: neither [section] nor key = value" },
        { "workers = 1\n", "line 1: unknown key [] workers" },
    };
    for (size_t i = 0; i < LEN(bad); i++) {
        Err e = conf_read(a, keys, LEN(keys), str_c(bad[i].text), NULL, &c, &why);
        check(e == E_INPUT && str_eq(why, str_c(bad[i].why)), STR_FMT, STR_ARG(why));
    }
    env[0] = (char[]){ "KETEN_WEB_WORKERS=many" };
    check(conf_read(a, keys, LEN(keys), S(""), env, &c, &why) == E_INPUT && str_starts(why, S("environment: KETEN_WEB_WORKERS must")), "a wrong value in the environment is named");
    Buf b = buf_new(10000);
    conf_default(keys, LEN(keys), &b);
    check(conf_read(a, keys, LEN(keys), buf_str(&b), NULL, &c, &why) == OK && conf_int(&c, "web", "workers") == 2, "the default file is a configuration");
    check(conf_set(a, keys, LEN(keys), buf_str(&b), "web", "workers", S("9"), &text) == OK && conf_read(a, keys, LEN(keys), text, NULL, &c, &why) == OK && conf_int(&c, "web", "workers") == 9,
          "one line of it can be set");
    check(conf_set(a, keys, LEN(keys), buf_str(&b), "web", "url", S("a\nworkers = 4"), &text) == E_INPUT, "a value cannot bring a line of its own");
    buf_free(&b);
}

static void metrics(Arena *a) {
    static const MetricDef defs[] = {
        { "keten_requests_total", "code=\"200\"", "Requests answered.", METRIC_COUNTER },
        { "keten_requests_total", "code=\"500\"", "Requests answered.", METRIC_COUNTER },
        { "keten_queue", NULL, "Jobs waiting.", METRIC_GAUGE },
    };
    Metrics m = { 0 }, other = { 0 };
    check(metrics_open(at(a, "metrics"), defs, 3, true, &m) == OK && metrics_open(at(a, "metrics"), defs, 3, false, &other) == OK, "the counter page is shared");
    check(metrics_open(at(a, "metrics"), defs, 2, false, &(Metrics){ 0 }) == E_INPUT, "a program with another table does not write in it");
    metric_add(&other, 0, 2);
    metric_add(&m, 0, 1);
    metric_set(&m, 2, -4);
    Buf b = buf_new(10000);
    metrics_text(&m, &b);
    check(str_eq(buf_str(&b), S("# HELP keten_requests_total Requests answered.\n# TYPE keten_requests_total counter\nketen_requests_total{code=\"200\"} 3\n"
          "keten_requests_total{code=\"500\"} 0\n# HELP keten_queue Jobs waiting.\n# TYPE keten_queue gauge\nketen_queue -4\n")), "it is written as Prometheus text");
    buf_free(&b);
    metrics_close(&m);
    metrics_close(&other);
    metric_add(&m, 0, 1);
}

static void logs(Arena *a) {
    int out[2], saved = dup(2);
    must(pipe(out) == 0 && dup2(out[1], 2) == 2);
    log_line(LOG_INFO, "event=test path=%s", "a\nlevel=fatal\x1b[31m");
    must(dup2(saved, 2) == 2);
    close(out[1]);
    close(saved);
    char *p = arena_alloc(a, 4096);
    size_t n = 0;
    must(fd_read_some(out[0], p, 4096, sys_mono_ms() + 1000, &n) == OK);
    close(out[0]);
    Str line = { p, n };
    size_t where = 0;
    check(str_starts(line, S("<6>level=info program=sys_test pid=")) && str_ends(line, S("event=test path=a\\x0alevel=fatal\\x1b[31m\n")) && str_chr(line, '\n', &where) && where == n - 1,
          "a value cannot begin a log line of its own");
}

/* Of what is mapped from files: in pages. */
static long file_pages(void) {
    long all = 0, held = 0, shared = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    must(f != NULL);
    must(fscanf(f, "%ld %ld %ld", &all, &held, &shared) == 3);
    must(fclose(f) == 0);
    return shared;
}

static void rests(void) {
    SysIdle idle = { 0 };
    long before = file_pages();
    sys_rest();
    long after = file_pages();
    check(after < before, "who rests holds less of what lies in files: %ld pages, then %ld", before, after);
    sys_idle(&idle, true);
    check(idle.since_ms > 0 && !idle.rested, "who is idle for a moment does not rest yet");
    idle.since_ms -= 6000;
    sys_idle(&idle, true);
    check(idle.rested, "after some seconds it does");
    sys_idle(&idle, false);
    check(!idle.rested, "and is up again when something is to be done");
}

int main(void) {
    sys_start();
    must(mkdtemp(dir) != NULL);
    Arena *a = arena_new(16 << 20);
    files(a);
    clocks();
    sockets(a);
    slow_reader();
    children(a);
    config(a);
    metrics(a);
    logs(a);
    rests();
    run(a, str_fmt(a, "rm -rf %s", dir).p, NULL, 0);
    arena_free(a);
    return tap_end();
}
