/* main.c - keten-gate: says whether a hash is looked for. usage: keten-gate --data DIR, or by itself
 * keten-gate --bank DIR --keys FILE [--lists FILE] [--trust FILE] [--revoked FILE] (listening socket on descriptor 3, either way)
 *
 * One process, one thread that answers; a second one only opens a bank that came anew. Behind its sandbox it opens no socket, starts
 * nothing, reads the bank's folder and the folder of the keys, and writes one file: the counts of matches. Of an instance it never
 * sees the record: keten-jobs writes down what it needs (programs/jobs/gate_files.h).
 */
#include "core/seal/seal.h"
#include "programs/common/program.h"
#include "programs/gate/gate_http.h"

#include <fcntl.h>
#include <signal.h>

enum { WAIT_MS = 200, DRAIN_MS = 4000 };

static volatile sig_atomic_t stopping;
static void on_stop(int sig) {
    (void)sig;
    stopping = 1;
}

static bool arguments(int argc, char **argv, DeskFiles *out, const char **out_probe) {
    const struct { const char *name, **to; } known[] = { { "--bank", &out->bank }, { "--keys", &out->keys }, { "--lists", &out->lists }, { "--trust", &out->trust }, { "--revoked", &out->revoked }, { "--sandbox-test", out_probe } };
    for (int i = 1; i + 1 < argc; i += 2) {
        size_t k = 0;
        while (k < LEN(known) && strcmp(argv[i], known[k].name) != 0) k++;
        if (k == LEN(known)) return false;
        *known[k].to = argv[i + 1];
    }
    return argc % 2 == 1 && out->bank != NULL && out->keys != NULL;
}

static const char *folder_of(Arena *a, const char *path) {
    size_t n = strlen(path);
    while (n > 0 && path[n - 1] != '/') n--;
    return n == 0 ? "." : str_z(a, (Str){ path, n });
}

/* What was not named stands beside what was. */
static void complete(Arena *a, DeskFiles *f) {
    const char *folder = folder_of(a, f->keys);
    if (f->lists == NULL) f->lists = path_join(a, f->bank, "lists.csv").p;
    if (f->trust == NULL) f->trust = path_join(a, folder, "trust.txt").p;
    if (f->revoked == NULL) f->revoked = path_join(a, folder, "revoked.txt").p;
}

/* Everything it will ever reach. The counts are made first: what does not exist now could not be reached later. */
static size_t reachable(Arena *a, const DeskFiles *f, SandboxPath *out) {
    const char *counts = path_join(a, f->bank, "counts").p, *folders[] = { f->bank, folder_of(a, f->keys), folder_of(a, f->lists), folder_of(a, f->trust), folder_of(a, f->revoked), "/dev/null", SANITIZED_BUILD ? "/proc" : "/dev/null" };
    size_t n = 0;
    int fd = open(counts, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) close(fd);
    out[n++] = (SandboxPath){ counts, true };
    for (size_t i = 0; i < LEN(folders); i++) out[n++] = (SandboxPath){ folders[i], false };
    return n;
}

static void serve(GateHttp *h, Desk *d) {
    SysIdle rest = { 0 };
    for (uint64_t before = 0; stopping == 0 && !program_stopping() && !d->moved; before = d->gate.asked) {
        gate_http_round(h, WAIT_MS);
        sys_idle(&rest, d->gate.asked == before);
    }
    int64_t end = sys_mono_ms() + DRAIN_MS;
    while (!gate_http_drain(h) && sys_mono_ms() < end) gate_http_round(h, 10);
    log_line(LOG_INFO, "event=stop asked=%llu known=%llu", (unsigned long long)d->gate.asked, (unsigned long long)d->gate.known);
}

static int run(Program *p, const DeskFiles *f, int listen_fd) {
    SandboxPath paths[16];
    Desk d;
    GateHttp *h = NULL;
    Str why = STR_NONE;
    (void)!dir_make(f->bank, 0700); /* a bank that comes later comes into this folder */
    if (desk_open(&d, f, &why) != OK) {
        log_line(LOG_FATAL, "event=start_failed why=\"" STR_FMT "\"", STR_ARG(why));
        return 3;
    }
    if (gate_http_open(&d, listen_fd, p->in.clock, &h) != OK) {
        log_line(LOG_FATAL, "event=start_failed why=\"descriptor %d is no socket that listens\"", listen_fd);
        return 3;
    }
    if (program_close(p, SANDBOX_GATE, paths, reachable(p->life, f, paths), true) != OK) return 3;
    serve(h, &d);
    gate_http_close(h);
    desk_close(&d);
    return 0;
}

static int run_instance(Program *p) {
    int fd = -1;
    const char *folder = instance_path(p->life, &p->in, INSTANCE_GATE);
    DeskFiles f = { .bank = instance_bank(p->life, &p->in), .keys = path_join(p->life, folder, "keys.csv").p, .keys_later = true };
    (void)!dir_make(folder, 0700);
    complete(p->life, &f);
    return program_listen(p, INSTANCE_GATE_SOCKET, &fd) == OK ? run(p, &f, fd) : 3;
}

int main(int argc, char **argv) {
    struct sigaction stop = { .sa_handler = on_stop };
    Program p = { .name = "gate" };
    DeskFiles f = { .bank = NULL };
    const char *probe = NULL;
    int code = 0;
    seal_start();
    if (argc > 1 && strcmp(argv[1], "--data") == 0) {
        if (!program_begin(&p, "gate", argc, argv, &code)) return code;
        _exit(run_instance(&p)); /* a leak check at exit would do what the sandbox forbids */
    }
    sys_start();
    if (!arguments(argc, argv, &f, &probe)) {
        fprintf(stderr, "usage: keten-gate --data DIR, or --bank DIR --keys FILE [--lists FILE] [--trust FILE] [--revoked FILE] (a listening socket on descriptor 3) [--sandbox-test THING]\n");
        return 2;
    }
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    p.life = arena_new(1 << 20);
    p.in.dir = f.bank;
    p.probe = str_c(probe);
    complete(p.life, &f);
    _exit(run(&p, &f, PROGRAM_SOCKET_FD));
}
