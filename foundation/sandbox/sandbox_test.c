/* For each kind of process: what it may no longer do. Every try runs in a child of its own, behind the row of its kind. */
#include "foundation/sandbox/sandbox.h"
#include "foundation/base/tap.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

typedef enum Outcome { HAPPENED, REFUSED, KILLED, STRANGE } Outcome;
static char dir[] = "/tmp/keten-sandbox-XXXXXX", inside[64], secret[64];

static int behind(SandboxKind kind, const char *what, const char *path) {
    SandboxPath open_here[] = { { inside, true } };
    bool files = kind == SANDBOX_JOBS || kind == SANDBOX_WEB || kind == SANDBOX_GATE || kind == SANDBOX_WITNESS;
    if (kind == SANDBOX_GATE) open_here[0].write = false;
    SandboxLevel level;
    if (sandbox_close(kind, open_here, files ? 1 : 0, &level) != OK || !level.seccomp) return 99;
    return sandbox_try(str_c(what), path) ? 10 : 11;
}

static Outcome outcome(SandboxKind kind, const char *what, const char *path) {
    int status = 0;
    fflush(NULL);
    pid_t pid = fork();
    must(pid >= 0);
    if (pid == 0) _exit(behind(kind, what, path));
    must(waitpid(pid, &status, 0) == pid);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) return KILLED;
    if (!WIFEXITED(status)) return STRANGE;
    return WEXITSTATUS(status) == 10 ? HAPPENED : WEXITSTATUS(status) == 11 ? REFUSED : STRANGE;
}

#define NO(kind, what, path, say) do { Outcome o_ = outcome(kind, what, path); check(o_ == REFUSED || o_ == KILLED, "%s: " say, sandbox_name(kind)); } while (0)
#define YES(kind, what, path, say) check(outcome(kind, what, path) == HAPPENED, "%s: " say, sandbox_name(kind))

static void control(void) { /* each thing tried does happen where nothing forbids it: otherwise the refusals below would prove nothing */
    check(sandbox_try(S("tcp"), NULL) && sandbox_try(S("udp"), NULL) && sandbox_try(S("listen"), NULL) && sandbox_try(S("unix"), NULL), "without a sandbox sockets open");
    check(sandbox_try(S("open"), secret) && sandbox_try(S("write"), inside) == false && sandbox_try(S("fork"), NULL) && sandbox_try(S("signal"), NULL), "files open, processes begin");
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        (void)sandbox_try(S("exec"), NULL);
        _exit(77);
    }
    must(waitpid(pid, &status, 0) == pid);
    check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "and programs start");
}

int main(void) {
    must(mkdtemp(dir) != NULL);
    snprintf(inside, sizeof inside, "%s/in", dir);
    snprintf(secret, sizeof secret, "%s/storage.key", dir);
    must(mkdir(inside, 0700) == 0);
    int fd = open(secret, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    must(fd >= 0);
    close(fd);
    char own[80];
    snprintf(own, sizeof own, "%s/record", inside);
    control();
    for (SandboxKind k = SANDBOX_INVALID + 1; k < SANDBOX_KINDS; k++) {
        bool outward = k == SANDBOX_FETCH || k == SANDBOX_FETCH_ONE;
        bool sanitized = SANITIZED_BUILD, files = k == SANDBOX_JOBS || k == SANDBOX_WEB;
        NO(k, "exec", NULL, "starts no program");
        NO(k, "listen", NULL, "listens on no port");
        NO(k, "open", secret, "does not open the storage key");
        NO(k, "open", "/etc/passwd", "does not open a system file");
        NO(k, "write", "/tmp/keten-sandbox-escape", "writes no file elsewhere");
        NO(k, "mount", NULL, "mounts nothing");
        if (!sanitized) NO(k, "trace", NULL, "traces nobody");
        if (outward) YES(k, "tcp", NULL, "reaches out, which is its duty");
        else NO(k, "tcp", NULL, "opens no TCP socket");
        if (!outward) NO(k, "udp", NULL, "opens no UDP socket");
        bool foreign = k == SANDBOX_BROWSER; /* pairs and processes it needs; it connects to nobody */
        if (!files && !foreign) NO(k, "unix", NULL, "opens no further Unix socket");
        else if (!foreign) YES(k, "unix", NULL, "asks its neighbours");
        if (files || k == SANDBOX_WITNESS) YES(k, "write", own, "writes in its own folder");
        else NO(k, "write", own, "writes no file at all");
        if (k == SANDBOX_FETCH || k == SANDBOX_MEDIA || foreign) YES(k, "fork", NULL, "makes processes, as it has to");
        else if (!(sanitized && files)) NO(k, "fork", NULL, "makes no process");
        if (k != SANDBOX_FETCH && k != SANDBOX_MEDIA && !(sanitized && !files)) NO(k, "signal", NULL, "signals nobody");
    }
    unlink(own);
    rmdir(inside);
    unlink(secret);
    rmdir(dir);
    return tap_end();
}
