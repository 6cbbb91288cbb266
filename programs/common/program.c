/* program.c - see program.h. */
#include "programs/common/program.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

static volatile sig_atomic_t stopping;

static void on_stop(int sig) {
    (void)sig;
    stopping = 1;
}

bool program_stopping(void) { return stopping != 0; }

bool program_peer_ok(const Peer *peer) { return peer->uid == geteuid(); }

bool program_caller(int listen_fd, size_t *running, int *out_fd) {
    Peer peer = { 0 };
    int fd = -1;
    if (unix_accept(listen_fd, sys_mono_ms(), &fd, &peer) != OK) return false;
    pid_t pid = program_peer_ok(&peer) ? fork() : -1;
    if (pid == 0) {
        close(listen_fd);
        *out_fd = fd;
        return true;
    }
    close(fd);
    if (pid < 0) log_line(LOG_WARN, "event=caller_refused uid=%d", (int)peer.uid);
    if (pid > 0) ++*running;
    return false;
}

bool program_begin(Program *p, const char *name, int argc, char **argv, int *out_code) {
    struct sigaction stop = { .sa_handler = on_stop }; /* no SA_RESTART: what waits must return */
    Str why = STR_NONE;
    *p = (Program){ .name = name, .life = arena_new(64 << 20) };
    sys_start();
    *out_code = 2;
    bool probe = argc == 5 && strcmp(argv[3], "--sandbox-test") == 0;
    if ((argc != 3 && !probe) || strcmp(argv[1], "--data") != 0) {
        fprintf(stderr, "usage: keten-%s --data DIR [--sandbox-test tcp|udp|unix|listen|open|write|exec|fork|signal|trace|mount]\n", name);
        arena_free(p->life);
        return false;
    }
    if (probe) p->probe = str_c(argv[4]);
    Err e = instance_open(p->life, argv[2], &p->in, &why);
    if (e != OK) {
        log_line(LOG_FATAL, "event=start_failed err=%s why=\"" STR_FMT "\"", err_name(e), STR_ARG(why));
        *out_code = 3;
        arena_free(p->life);
        return false;
    }
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    *out_code = 0;
    return true;
}

Err program_listen(Program *p, const char *socket, int *out_fd) {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (getsockopt(PROGRAM_SOCKET_FD, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0) {
        *out_fd = PROGRAM_SOCKET_FD;
        return OK;
    }
    TRY(dir_make(instance_path(p->life, &p->in, INSTANCE_RUN), 0700));
    Err e = unix_listen(instance_path(p->life, &p->in, socket), 64, 0600, out_fd);
    if (e != OK) log_line(LOG_FATAL, "event=start_failed err=%s why=\"%s cannot be listened on\"", err_name(e), socket);
    return e;
}

int sandbox_probe(Str what, const char *path) {
    printf("tried\n");
    fflush(stdout);
    bool happened = sandbox_try(what, path);
    printf("%s\n", happened ? "happened" : "refused");
    fflush(stdout);
    return happened ? 1 : 0;
}

Err program_close(Program *p, SandboxKind kind, const SandboxPath *paths, size_t n, bool must_seccomp) {
    SandboxLevel level = { 0 };
    Err e = sandbox_close(kind, paths, n, &level);
    if (e != OK) log_line(must_seccomp ? LOG_FATAL : LOG_WARN, "event=sandbox_open kind=%s seccomp=%d landlock=%d", sandbox_name(kind), level.seccomp, level.landlock);
    else log_line(LOG_INFO, "event=start seccomp=1 landlock=%d", level.landlock);
    if (p->probe.n > 0) _exit(sandbox_probe(p->probe, instance_path(p->life, &p->in, INSTANCE_STORAGE_KEY)));
    return must_seccomp ? e : OK;
}

/* Every folder of the instance; of the files beside them only the record and the key store with what SQLite keeps next to them. */
size_t instance_paths(Arena *a, const Instance *in, SandboxPath *out, size_t max) {
    static const char *const files[] = { INSTANCE_DB, INSTANCE_DB "-wal", INSTANCE_DB "-shm", INSTANCE_KEYS_DB, INSTANCE_KEYS_DB "-wal", INSTANCE_KEYS_DB "-shm" };
    static const char *const read_only[] = { "/usr", "/etc", "/lib", "/lib64", "/dev/null", "/dev/urandom", SANITIZED_BUILD ? "/proc" : "/dev/zero" /* a leak check reads about itself */ };
    size_t n = 0;
    (void)!dir_make(instance_path(a, in, INSTANCE_BLOBS), 0700); /* what does not exist now could not be reached later */
    (void)!dir_make(instance_path(a, in, "official"), 0700);
    (void)!dir_make(instance_bank(a, in), 0700);
    if (n < max) out[n++] = (SandboxPath){ instance_bank(a, in), true };
    for (size_t i = 0; i < LEN(files) && n < max; i++) out[n++] = (SandboxPath){ instance_path(a, in, files[i]), true };
    for (size_t i = 0; i < LEN(read_only) && n < max; i++) out[n++] = (SandboxPath){ read_only[i], false };
    DIR *dir = opendir(in->dir);
    for (const struct dirent *e = dir != NULL ? readdir(dir) : NULL; e != NULL && n < max; e = readdir(dir)) {
        struct stat st = { 0 };
        const char *path = instance_path(a, in, e->d_name);
        if (e->d_name[0] != '.' && lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) out[n++] = (SandboxPath){ path, true };
    }
    if (dir != NULL) closedir(dir);
    return n;
}
