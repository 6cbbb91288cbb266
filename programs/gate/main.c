/* main.c - keten-gate: says whether a hash is looked for. usage: keten-gate --bank DIR --keys FILE [--lists FILE] (listening socket on descriptor 3)
 *
 * One process, one thread that answers; a second one only opens a bank that came anew. Behind its sandbox it opens no socket, starts
 * nothing, reads the bank's folder and the folder of the keys, and writes one file: the counts of matches.
 */
#include "core/seal/seal.h"
#include "programs/common/program.h"
#include "programs/gate/gate_http.h"

#include <fcntl.h>
#include <signal.h>

enum { WAIT_MS = 200, DRAIN_MS = 4000 };

typedef struct Said { const char *bank, *keys, *lists, *probe; } Said;

static volatile sig_atomic_t stopping;
static void on_stop(int sig) {
    (void)sig;
    stopping = 1;
}

static bool arguments(int argc, char **argv, Said *out) {
    *out = (Said){ .bank = NULL };
    for (int i = 1; i + 1 < argc; i += 2) {
        const char **to = strcmp(argv[i], "--bank") == 0 ? &out->bank : strcmp(argv[i], "--keys") == 0 ? &out->keys : strcmp(argv[i], "--lists") == 0 ? &out->lists : strcmp(argv[i], "--sandbox-test") == 0 ? &out->probe : NULL;
        if (to == NULL) return false;
        *to = argv[i + 1];
    }
    return argc % 2 == 1 && out->bank != NULL && out->keys != NULL;
}

static const char *folder_of(Arena *a, const char *path) {
    size_t n = strlen(path);
    while (n > 0 && path[n - 1] != '/') n--;
    return n == 0 ? "." : str_z(a, (Str){ path, n });
}

/* Everything it will ever reach. The counts are made first: what does not exist now could not be reached later. */
static Err close_sandbox(Arena *a, const Said *s) {
    const char *counts = path_join(a, s->bank, "counts").p;
    (void)!dir_make(s->bank, 0700);
    int fd = open(counts, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) close(fd);
    SandboxPath paths[] = { { s->bank, false }, { counts, true }, { folder_of(a, s->keys), false }, { s->lists != NULL ? folder_of(a, s->lists) : s->bank, false },
        { "/dev/null", false }, { SANITIZED_BUILD ? "/proc" : "/dev/null", false } };
    SandboxLevel level = { 0 };
    Err e = sandbox_close(SANDBOX_GATE, paths, LEN(paths), &level);
    if (e != OK) log_line(LOG_FATAL, "event=sandbox_open kind=gate seccomp=%d landlock=%d", level.seccomp, level.landlock);
    else log_line(LOG_INFO, "event=start seccomp=1 landlock=%d", level.landlock);
    return e;
}

static void serve(GateHttp *h, Desk *d) {
    while (stopping == 0 && !d->moved) gate_http_round(h, WAIT_MS);
    int64_t end = sys_mono_ms() + DRAIN_MS;
    while (!gate_http_drain(h) && sys_mono_ms() < end) gate_http_round(h, 10);
    log_line(LOG_INFO, "event=stop asked=%llu known=%llu", (unsigned long long)d->gate.asked, (unsigned long long)d->gate.known);
}

static int run(Arena *a, const Said *s) {
    Desk d;
    GateHttp *h = NULL;
    SysClock clock = { 0 };
    Str why = STR_NONE;
    const char *lists = s->lists != NULL ? s->lists : path_join(a, s->bank, "lists.csv").p;
    if (desk_open(&d, s->bank, s->keys, lists, &why) != OK) {
        log_line(LOG_FATAL, "event=start_failed why=\"%s: " STR_FMT "\"", s->keys, STR_ARG(why));
        return 3;
    }
    if (gate_http_open(&d, PROGRAM_SOCKET_FD, clock, &h) != OK) {
        log_line(LOG_FATAL, "event=start_failed why=\"descriptor 3 is no socket that listens\"");
        return 3;
    }
    if (close_sandbox(a, s) != OK) return 3;
    serve(h, &d);
    gate_http_close(h);
    desk_close(&d);
    return 0;
}

int main(int argc, char **argv) {
    struct sigaction stop = { .sa_handler = on_stop };
    Said said;
    sys_start();
    seal_start();
    if (!arguments(argc, argv, &said)) {
        fprintf(stderr, "usage: keten-gate --bank DIR --keys FILE [--lists FILE] [--sandbox-test THING] (a listening socket on descriptor 3)\n");
        return 2;
    }
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    Arena *a = arena_new(1 << 20);
    if (said.probe != NULL) return close_sandbox(a, &said) != OK ? 3 : sandbox_probe(str_c(said.probe), "/etc/passwd");
    int code = run(a, &said);
    arena_free(a);
    _exit(code); /* a leak check at exit would do what the sandbox forbids */
}
