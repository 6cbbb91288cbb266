/* spawn.c - children, and becoming another user. */
#include "foundation/sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

enum { EXEC_FD = 63, HIGH_FD = 64 };

/* Puts the descriptors where the child wants them. First all move out of the way, so that no target overwrites a source. */
static bool place(const Spawn *s) {
    int high[SPAWN_FDS_MAX];
    bool has_in = false;
    for (size_t i = 0; i < s->fds_n; i++) {
        high[i] = fcntl(s->fds[i].from, F_DUPFD, HIGH_FD);
        if (high[i] < 0) return false;
    }
    for (size_t i = 0; i < s->fds_n; i++) {
        if (dup2(high[i], s->fds[i].to) < 0) return false;
        has_in = has_in || s->fds[i].to == 0;
    }
    if (!has_in) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (null < 0 || dup2(null, 0) < 0) return false;
    }
    return true;
}

static bool wanted(const Spawn *s, int fd) {
    if (fd <= 2) return true;
    for (size_t i = 0; i < s->fds_n; i++)
        if (s->fds[i].to == fd) return true;
    return false;
}

/* After fork: only calls that are safe there; returns only when something failed. */
static void child(const Spawn *s, pid_t parent) {
    static const char *const no_env[] = { NULL };
    sigset_t none;
    sigemptyset(&none);
    for (int i = 1; i < 32; i++)
        if (i != SIGPIPE) (void)signal(i, SIG_DFL);
    if (sigprocmask(SIG_SETMASK, &none, NULL) != 0) return;
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent) return;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
    if (s->own_group && setpgid(0, 0) != 0) return;
    if (!place(s)) return;
    if (s->cwd != NULL && chdir(s->cwd) != 0) return;
    for (int fd = 3; fd < EXEC_FD; fd++)
        if (!wanted(s, fd)) close(fd);
    if (close_range(EXEC_FD + 1, ~0U, 0) != 0) return;
    /* execve takes pointers to non-const for old reasons and does not write through them */
    execve(s->path, (char *const *)(uintptr_t)s->argv, (char *const *)(uintptr_t)(s->env != NULL ? s->env : no_env));
}

Err sys_spawn(const Spawn *s, pid_t *out_pid) {
    int report[2];
    must(s->fds_n <= SPAWN_FDS_MAX && s->path != NULL && s->argv != NULL);
    for (size_t i = 0; i < s->fds_n; i++) must(s->fds[i].from >= 0 && s->fds[i].to >= 0 && s->fds[i].to < EXEC_FD);
    if (pipe2(report, O_CLOEXEC) != 0) return E_OUTSIDE;
    fflush(NULL);
    pid_t parent = getpid(), pid = fork();
    if (pid < 0) {
        close(report[0]);
        close(report[1]);
        return E_OUTSIDE;
    }
    if (pid == 0) {
        if (dup3(report[1], EXEC_FD, O_CLOEXEC) == EXEC_FD) child(s, parent);
        int no = errno;
        ssize_t put = write(EXEC_FD, &no, sizeof no);
        _exit(put == (ssize_t)sizeof no ? 126 : 127);
    }
    close(report[1]);
    int no = 0;
    ssize_t got = 0;
    do got = read(report[0], &no, sizeof no);
    while (got < 0 && errno == EINTR);
    close(report[0]);
    if (got == 0) { /* exec closed it */
        *out_pid = pid;
        return OK;
    }
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    errno = no;
    return no == ENOENT ? E_MISSING : E_OUTSIDE;
}

Err sys_exe_dir(Arena *a, Str *out) {
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    if (n <= 0 || (size_t)n >= sizeof path) return E_OUTSIDE;
    size_t end = (size_t)n;
    while (end > 1 && path[end - 1] != '/') end--;
    *out = str_fmt(a, STR_FMT, (int)(end > 1 ? end - 1 : 1), path);
    return OK;
}

static Err user_find(const char *user, uid_t *out_uid, gid_t *out_gid) {
    errno = 0;
    const struct passwd *who = getpwnam(user);
    if (who == NULL) return errno == 0 || errno == ENOENT ? E_MISSING : E_OUTSIDE;
    *out_uid = who->pw_uid;
    *out_gid = who->pw_gid;
    return OK;
}

static Err become(uid_t uid, gid_t gid) {
    if (uid == 0) return E_DENIED;
    if (setgroups(1, &gid) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0) return E_OUTSIDE;
    must(getuid() == uid && geteuid() == uid && getgid() == gid && setuid(0) != 0);
    return OK;
}

Err sys_become(const char *user) {
    uid_t uid = 0;
    gid_t gid = 0;
    TRY(user_find(user, &uid, &gid));
    return become(uid, gid);
}

Err sys_become_owner(const char *dir) {
    struct stat st = { 0 };
    if (geteuid() != 0) return OK;
    if (stat(dir, &st) != 0) return errno == ENOENT ? E_MISSING : E_OUTSIDE;
    return become(st.st_uid, st.st_gid);
}

Err sys_give(const char *dir, const char *user) {
    uid_t uid = 0;
    gid_t gid = 0;
    TRY(user_find(user, &uid, &gid));
    return chown(dir, uid, gid) == 0 ? OK : E_OUTSIDE;
}

void sys_notify(const char *state) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    if (path == NULL || (path[0] != '/' && path[0] != '@')) return;
    size_t n = strlen(path);
    if (n >= sizeof at.sun_path) return;
    memcpy(at.sun_path, path, n);
    if (path[0] == '@') at.sun_path[0] = '\0'; /* an abstract socket */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
    (void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&at, size);
    close(fd);
}
