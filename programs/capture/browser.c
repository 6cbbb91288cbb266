/* browser.c - a browser of its own for one capture: profile in memory, no cache, no way out; and the pipe it is driven over. */
#include "foundation/sandbox/sandbox.h"
#include "programs/capture/capture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>

enum { TMPFS = 0x01021994, RAMFS = (int)0x858458f6, MESSAGE_MAX = 96 << 20, CHUNK = 65536, WRITE_MS = 10000, ARGS_MAX = 64, DEPTH = 16 };
static const char profile_name[] = "keten-capture-";

bool browser_find(const char *wanted, const char **out) {
    static const char *const usual[] = { "/usr/lib/chromium/chromium", "/usr/lib64/chromium-browser/chromium-browser", "/usr/bin/chromium-browser", "/usr/bin/chromium" };
    *out = wanted;
    if (wanted[0] != '\0') return access(wanted, X_OK) == 0;
    for (size_t i = 0; i < LEN(usual); i++) {
        *out = usual[i];
        if (access(usual[i], X_OK) == 0) return true;
    }
    return false;
}

bool browser_tmpfs(const char *dir) {
    struct statfs s;
    return statfs(dir, &s) == 0 && (s.f_type == TMPFS || (int)s.f_type == RAMFS);
}

/* ---- the profile ---- */

static int drop_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st, (void)kind, (void)at;
    (void)remove(path);
    return 0;
}

static void drop(const char *dir) { (void)nftw(dir, drop_one, DEPTH, FTW_DEPTH | FTW_PHYS); }

/* The lock of a profile whose process lives is held; all others were left by one that was killed. */
static void sweep(const char *tmpfs) {
    DIR *d = opendir(tmpfs);
    char path[320];
    for (const struct dirent *e = d != NULL ? readdir(d) : NULL; e != NULL; e = readdir(d)) {
        if (strncmp(e->d_name, profile_name, sizeof profile_name - 1) != 0) continue;
        snprintf(path, sizeof path, "%s/%s", tmpfs, e->d_name);
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        struct stat st;
        bool left = fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0;
        if (left) drop(path);
        if (fd >= 0) close(fd);
    }
    if (d != NULL) closedir(d);
}

static Err profile_make(const char *tmpfs, Browser *b) {
    int n = snprintf(b->profile, sizeof b->profile, "%s/%sXXXXXX", tmpfs, profile_name);
    if (n < 0 || (size_t)n >= sizeof b->profile || mkdtemp(b->profile) == NULL) return E_OUTSIDE;
    b->lock = open(b->profile, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return b->lock >= 0 && flock(b->lock, LOCK_EX | LOCK_NB) == 0 ? OK : E_OUTSIDE;
}

/* The sandbox allows no way to the folder above, and a process that is killed cleans nothing up: another one waits for the end of this one, then takes
 * the profile away. It holds nothing but the end of a pipe, and the lock. */
static Err janitor(Browser *b) {
    int line[2];
    if (pipe2(line, O_CLOEXEC) != 0) return E_OUTSIDE;
    pid_t pid = fork();
    if (pid < 0) return E_OUTSIDE;
    if (pid > 0) {
        close(line[0]);
        b->line = line[1];
        return OK;
    }
    char ch = 0;
    (void)setsid();
    for (int fd = 0; fd < 1024; fd++)
        if (fd != line[0] && fd != b->lock) close(fd);
    while (read(line[0], &ch, 1) < 0 && errno == EINTR) continue;
    for (int i = 0; i < 50 && access(b->profile, F_OK) == 0; i++) { /* the browser's last process may still write */
        drop(b->profile);
        if (access(b->profile, F_OK) == 0) sys_sleep_ms(100);
    }
    _exit(0);
}

/* ---- the process ---- */

Err browser_start(Arena *a, const char *path, const char *tmpfs, bool no_sandbox, Browser *out) {
    int down[2], up[2], null = open("/dev/null", O_RDWR | O_CLOEXEC);
    *out = (Browser){ .lock = -1, .line = -1, .in = -1, .out = -1, .read = buf_new(MESSAGE_MAX) };
    sweep(tmpfs);
    TRY(profile_make(tmpfs, out));
    TRY(janitor(out));
    if (null < 0 || pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0) return E_OUTSIDE;
    const char *argv[] = { "keten-capture", "--browser", out->profile, path, no_sandbox ? "--no-sandbox" : "--", NULL };
    const char *home = str_fmt(a, "HOME=%s", out->profile).p, *tmp = str_fmt(a, "TMPDIR=%s", out->profile).p, *config = str_fmt(a, "XDG_CONFIG_HOME=%s", out->profile).p, *cache = str_fmt(a, "XDG_CACHE_HOME=%s", out->profile).p;
    const char *env[] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", home, tmp, config, cache, NULL };
    SpawnFd fds[] = { { null, 0 }, { null, 1 }, { null, 2 }, { down[0], 3 }, { up[1], 4 } }; /* what it would say on its error stream are addresses: no log has them */
    Err e = sys_spawn(&(Spawn){ .path = "/proc/self/exe", .argv = argv, .env = env, .fds = fds, .fds_n = LEN(fds), .own_group = true }, &out->pid);
    close(null);
    close(down[0]);
    close(up[1]);
    out->in = down[1];
    out->out = up[0];
    (void)fcntl(out->out, F_SETFL, O_NONBLOCK);
    (void)fcntl(out->in, F_SETFL, O_NONBLOCK);
    return e;
}

void browser_stop(Browser *b, int wait_ms) {
    if (b->in >= 0) close(b->in);
    if (b->out >= 0) close(b->out);
    b->in = b->out = -1;
    if (b->pid > 0) {
        pid_t gone = 0;
        for (int64_t until = sys_mono_ms() + wait_ms; gone == 0 && sys_mono_ms() < until; sys_sleep_ms(20)) gone = waitpid(b->pid, NULL, WNOHANG);
        if (gone == 0) (void)kill(-b->pid, SIGKILL); /* behind the sandbox this is refused; the end of this process ends it then */
        if (gone == 0) (void)waitpid(b->pid, NULL, WNOHANG);
    }
    b->pid = 0;
    buf_wipe(&b->read);
    if (b->profile[0] != '\0') drop(b->profile);
    if (b->lock >= 0) close(b->lock);
    if (b->line >= 0) close(b->line);
    b->lock = b->line = -1;
}

_Noreturn void browser_become(int argc, char **argv) {
    static const char *const flags[] = { "--headless", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-default-apps", "--disable-extensions", "--disk-cache-dir=/dev/null", "--media-cache-size=1", "--disable-gpu", "--disable-3d-apis", "--disable-dev-shm-usage", "--disable-breakpad", "--disable-crash-reporter",
        "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pings", "--mute-audio", "--password-store=basic", "--hide-scrollbars", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--disable-site-isolation-trials",
        "--disable-features=IsolateOrigins,site-per-process,Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,AutofillServerCommunication,PaintHolding", "--window-size=1280,1600", "--force-color-profile=srgb",
        "--blink-settings=imagesEnabled=true" };
    char *args[ARGS_MAX];
    char dir[96];
    size_t n = 0;
    SandboxLevel level = { 0 };
    if (argc != 5) _exit(2);
    snprintf(dir, sizeof dir, "--user-data-dir=%s/p", argv[2]);
    const SandboxPath paths[] = { { argv[2], true, true }, { "/usr", false, true }, { "/lib", false, true }, { "/lib64", false, true }, { "/bin", false, true }, { "/opt", false, true }, { "/etc", false, false },
        { "/var/cache/fontconfig", false, false }, { "/proc", true, false }, { "/sys", false, false }, { "/dev/null", true, false }, { "/dev/zero", false, false }, { "/dev/urandom", false, false }, { "/dev/random", false, false }, { "/dev/full", false, false } };
    if (sandbox_close(SANDBOX_BROWSER, paths, LEN(paths), &level) != OK || !level.seccomp) _exit(3);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) _exit(3);
    args[n++] = argv[3];
    for (size_t i = 0; i < LEN(flags); i++) args[n++] = (char *)(uintptr_t)flags[i];
    args[n++] = dir;
    if (strcmp(argv[4], "--no-sandbox") == 0) args[n++] = argv[4];
    char blank[] = "about:blank";
    args[n++] = blank;
    args[n] = NULL;
    execv(argv[3], args);
    _exit(126);
}

/* ---- the pipe: JSON, each message ended by a zero byte ---- */

static bool put_all(Browser *b, Str s) {
    int64_t until = sys_mono_ms() + WRITE_MS;
    while (s.n > 0 && sys_mono_ms() < until) {
        ssize_t n = write(b->in, s.p, s.n);
        if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
        if (n > 0) s = str_sub(s, (size_t)n, s.n);
        struct pollfd p = { .fd = b->in, .events = POLLOUT };
        if (s.n > 0 && n <= 0) (void)poll(&p, 1, 1000);
    }
    return s.n == 0;
}

int cdp_send(Browser *b, Str session, const char *method, Str params) {
    Buf m = buf_new(params.n + 4096);
    if (b->ended) return 0;
    buf_printf(&m, "{\"id\":%d,\"method\":\"%s\"", ++b->last_id, method);
    if (session.n > 0) buf_printf(&m, ",\"sessionId\":\"" STR_FMT "\"", STR_ARG(session));
    buf_z(&m, ",\"params\":");
    buf_put(&m, params.n > 0 ? params : S("{}"));
    buf_ch(&m, '}');
    buf_ch(&m, '\0');
    b->ended = buf_err(&m) != OK || !put_all(b, buf_str(&m));
    buf_free(&m);
    return b->ended ? 0 : b->last_id;
}

static bool take(Browser *b, Arena *a, const JVal **out) {
    Str have = str_bytes(b->read.p + b->taken, b->read.n - b->taken);
    const char *end = have.n > 0 ? memchr(have.p, '\0', have.n) : NULL;
    if (end == NULL) {
        if (b->taken > 0) {
            memmove(b->read.p, have.p, have.n);
            b->read.n = have.n;
            b->taken = 0;
        }
        return false;
    }
    Str text = str_sub(have, 0, (size_t)(end - have.p));
    b->taken += text.n + 1;
    if (json_read(a, text, MESSAGE_MAX, out, NULL, NULL) != OK) *out = NULL; /* one that is not well formed is passed over */
    return true;
}

Err cdp_next(Browser *b, Arena *a, int wait_ms, const JVal **out) {
    char chunk[CHUNK];
    if (take(b, a, out)) return *out != NULL ? OK : E_MISSING;
    struct pollfd p = { .fd = b->out, .events = POLLIN };
    if (b->ended) return E_OUTSIDE;
    if (poll(&p, 1, wait_ms) <= 0) return E_MISSING;
    for (int i = 0; i < 64; i++) {
        ssize_t n = read(b->out, chunk, sizeof chunk);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) break;
        if (n <= 0) {
            b->ended = true;
            return E_OUTSIDE;
        }
        buf_put(&b->read, str_bytes(chunk, (size_t)n));
    }
    if (buf_err(&b->read) != OK) {
        b->ended = true;
        return E_OUTSIDE;
    }
    return take(b, a, out) && *out != NULL ? OK : E_MISSING;
}
