/* main.c - keten-demo --data DIR [--no-serve] [--port N] --keten PATH: makes a new demonstration instance, plays the story, and then
 * keeps everything running so that one can click through it. Exit codes as the command's: 0 every step held, 1 one did not, 2, 3. */
#include "programs/demo/demo.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Wish { const char *dir, *keten; bool serve; int port; } Wish;

static volatile sig_atomic_t stopping;
static void on_stop(int sig) {
    (void)sig;
    stopping = 1;
}

static bool wishes(int argc, char **argv, Wish *w) {
    *w = (Wish){ .serve = true };
    for (int i = 1; i < argc; i++) {
        int64_t port = 0;
        if (strcmp(argv[i], "--no-serve") == 0) w->serve = false;
        else if (strcmp(argv[i], "--data") == 0 && i + 1 < argc) w->dir = argv[++i];
        else if (strcmp(argv[i], "--keten") == 0 && i + 1 < argc) w->keten = argv[++i];
        else if (strcmp(argv[i], "--port") == 0 && i + 1 < argc && str_i64(str_c(argv[i + 1]), 1024, 65000, &port) == OK) w->port = (int)port, i++;
        else return false;
    }
    return w->dir != NULL && w->keten != NULL;
}

static int run_wait(const char *const *argv) {
    pid_t pid = -1;
    int status = 0;
    Spawn s = { .path = argv[0], .argv = argv, .fds = (const SpawnFd[]){ { 1, 1 } }, .fds_n = 1 };
    if (sys_spawn(&s, &pid) != OK) return 3;
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) return 3;
    return WEXITSTATUS(status);
}

static Err set(Arena *a, Str *text, const char *section, const char *key, Str value) { return conf_set(a, keten_conf_keys, keten_conf_keys_n, *text, section, key, value, text); }

/* The instance's configuration names the demo's own mail, names and site; nothing else outside is reachable. */
static Err configure(Story *s) {
    Arena *a = s->a;
    World *w = &s->world;
    const char *path = path_join(a, s->dir, INSTANCE_CONF).p;
    struct stat st;
    Str text = STR_NONE;
    TRY(file_read(a, path, 1 << 20, &text));
    TRY(set(a, &text, "mail", "host", S("127.0.0.1")));
    TRY(set(a, &text, "mail", "port", str_fmt(a, "%u", w->mail_port)));
    TRY(set(a, &text, "mail", "tls", S("none")));
    TRY(set(a, &text, "mail", "from", S("meldpunt@keten.example")));
    TRY(set(a, &text, "net", "resolver", str_fmt(a, "127.0.0.1:%u", w->name_port)));
    TRY(set(a, &text, "net", "allow", str_fmt(a, "voorbeeldplein.test:%u", w->site_port)));
    TRY(set(a, &text, "watch", "host_pause_ms", S("0"))); /* its own site needs no manners */
    if (stat(path, &st) != 0) return E_OUTSIDE;
    TRY(file_write(path, text, st.st_mode & 0777));
    return chown(path, st.st_uid, st.st_gid) == 0 ? OK : E_OUTSIDE;
}

static Err server_start(Story *s, const char *keten, const char *command) {
    const char *const argv[] = { keten, command, "--data", s->dir, NULL };
    const char *log = path_join(s->a, s->world.dir, "server.log").p;
    FILE *f = fopen(log, "a");
    if (f == NULL) return E_OUTSIDE;
    SpawnFd fds[] = { { fileno(f), 2 }, { strcmp(command, "run") == 0 ? 1 : fileno(f), 1 } };
    Spawn spawn = { .path = keten, .argv = argv, .fds = fds, .fds_n = 2, .own_group = true };
    Err e = sys_spawn(&spawn, &s->server);
    fclose(f);
    return e;
}

static void server_stop(Story *s) {
    if (s->server > 0) {
        kill(s->server, SIGTERM);
        waitpid(s->server, NULL, 0);
    }
    s->server = -1;
}

static bool answers(Story *s, int64_t wait_ms) {
    Browser *b = browser_new(s->a, s->base, S("nl"));
    bool good = false;
    for (int64_t until = sys_mono_ms() + wait_ms; !good && sys_mono_ms() < until; sys_sleep_ms(50)) good = browser_get(b, S("/health")) == OK && browser_status(b) == 200;
    browser_free(b);
    return good;
}

static int say(int code, const char *what) {
    fprintf(stderr, "keten demo: %s\n", what);
    return code;
}

static int made(Story *s, const Wish *w) {
    char port[16];
    Str why = STR_NONE;
    snprintf(port, sizeof port, "%d", w->port);
    const char *const with[] = { w->keten, "init", "--data", w->dir, "--demo", "--port", port, NULL }, *const without[] = { w->keten, "init", "--data", w->dir, "--demo", NULL };
    int code = run_wait(w->port != 0 ? with : without);
    if (code != 0) return code;
    if (sys_become_owner(w->dir) != OK) return say(3, "the instance belongs to somebody else");
    if (world_ports(s->a, w->dir, &s->world) != OK || configure(s) != OK) return say(3, "the demonstration's folder cannot be written");
    if (instance_open(s->a, w->dir, &s->in, &why) != OK) return say(3, str_z(s->a, why));
    s->base = conf_text(&s->in.conf, "web", "base_url");
    return 0;
}

/* What stays for a person to click through: the same world, and the server with fresh links. */
static void stay(Story *s, const char *keten) {
    struct sigaction stop = { .sa_handler = on_stop };
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    server_stop(s);
    if (server_start(s, keten, "run") != OK) return;
    printf("\nThe demonstration goes on at " STR_FMT " until you press Ctrl-C. Mail that was sent lies in %s/mail.\n", STR_ARG(s->base), s->world.dir);
    fflush(stdout);
    while (!stopping && waitpid(s->server, NULL, WNOHANG) == 0) sys_sleep_ms(200);
}

int main(int argc, char **argv) {
    Wish w;
    Story s = { .a = arena_new((size_t)2 << 30), .server = -1 };
    Str why = STR_NONE;
    sys_start();
    if (!wishes(argc, argv, &w)) return say(2, "usage: keten-demo --data DIR --keten PATH [--port N] [--no-serve]");
    s.dir = w.dir;
    int code = made(&s, &w);
    if (code == 0 && world_start(&s.world, &why) != OK) code = say(3, str_z(s.a, why));
    if (code == 0 && server_start(&s, w.keten, "serve") != OK) code = say(3, "the server cannot be started");
    if (code == 0 && !answers(&s, 20000)) code = say(3, "the server does not answer; see world/server.log");
    if (code == 0) code = story_play(&s);
    if (code == 0 && w.serve) stay(&s, w.keten);
    server_stop(&s);
    world_stop(&s.world);
    arena_free(s.a);
    return code;
}
