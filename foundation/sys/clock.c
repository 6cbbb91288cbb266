/* clock.c - time, randomness, the start of a program. */
#include "foundation/sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>

void sys_start(void) {
    const struct rlimit none = { 0, 0 };
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    must(sigaction(SIGPIPE, &ignore, NULL) == 0);
    must(setrlimit(RLIMIT_CORE, &none) == 0);
    umask(077);
    for (int fd = 0; fd <= 2; fd++) /* a closed stderr must not become a database file */
        if (fcntl(fd, F_GETFD) < 0) must(open("/dev/null", O_RDWR) == fd);
}

/* The path of the clock file in a caller's buffer. */
static bool clock_path(const char *dir, char *out, size_t size) {
    int n = snprintf(out, size, "%s/clock", dir);
    return n > 0 && (size_t)n < size;
}

static Err clock_map(const char *dir, bool write, void **out) {
    char path[4096];
    struct stat st = { 0 };
    if (!clock_path(dir, path, sizeof path)) return E_LIMIT;
    int fd = open(path, (write ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return errno == ENOENT ? E_MISSING : E_OUTSIDE;
    bool good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == sizeof(int64_t);
    void *p = good ? mmap(NULL, sizeof(int64_t), write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    close(fd);
    if (p == MAP_FAILED) return E_OUTSIDE;
    *out = p;
    return OK;
}

Err sys_clock_open(const char *instance_dir, SysClock *out) {
    void *p = NULL;
    Err e = clock_map(instance_dir, false, &p);
    if (e == E_MISSING) {
        *out = (SysClock){ NULL };
        return OK;
    }
    TRY(e);
    *out = (SysClock){ p };
    return OK;
}

void sys_clock_close(SysClock *c) {
    if (c->offset_ms != NULL) munmap((void *)(uintptr_t)c->offset_ms, sizeof(int64_t));
    *c = (SysClock){ NULL };
}

UnixMs sys_now(const SysClock *c) {
    struct timespec t = { 0 };
    must(clock_gettime(CLOCK_REALTIME, &t) == 0);
    UnixMs now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    if (c != NULL && c->offset_ms != NULL) now += __atomic_load_n(c->offset_ms, __ATOMIC_RELAXED);
    must(when_ok(now));
    return now;
}

Err sys_clock_make(const char *instance_dir) {
    char path[4096];
    int64_t zero = 0;
    if (!clock_path(instance_dir, path, sizeof path)) return E_LIMIT;
    return file_write_new(path, str_bytes(&zero, sizeof zero), 0640);
}

Err sys_clock_move(const char *instance_dir, int64_t by_ms) {
    void *p = NULL;
    int64_t now = 0;
    if (by_ms < 0) return E_INPUT;
    TRY(clock_map(instance_dir, true, &p));
    SysClock c = { p };
    bool fits = i64_add(sys_now(&c), by_ms, &now) && when_ok(now);
    if (fits) __atomic_add_fetch((int64_t *)p, by_ms, __ATOMIC_RELAXED);
    sys_clock_close(&c);
    return fits ? OK : E_LIMIT;
}

int64_t sys_mono_ms(void) {
    struct timespec t = { 0 };
    must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void sys_sleep_ms(int64_t ms) {
    struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
    while (ms > 0 && nanosleep(&left, &left) != 0 && errno == EINTR) {}
}

void sys_random(void *out, size_t n) {
    char *p = out;
    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);
        must(got > 0 || errno == EINTR);
        if (got <= 0) continue;
        p += got;
        n -= (size_t)got;
    }
}

void sys_random_fn(void *ctx_unused, uint8_t *out, size_t n) {
    (void)ctx_unused;
    sys_random(out, n);
}

Id sys_new_id(void) {
    Id id = ID_NONE;
    sys_random(id.b, sizeof id.b);
    return id;
}
