/* file.c - whole files, atomically. */
#include "foundation/sys/sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/mman.h>
#include <sys/stat.h>

static Err err_of(int no) {
    if (no == ENOENT || no == ENOTDIR) return E_MISSING;
    if (no == EEXIST) return E_CONFLICT;
    return no == EACCES || no == EPERM ? E_DENIED : E_OUTSIDE;
}

static ssize_t read_again(int fd, void *p, size_t n) {
    ssize_t got = 0;
    do got = read(fd, p, n);
    while (got < 0 && errno == EINTR);
    return got;
}

static bool write_whole(int fd, Str bytes) {
    while (bytes.n > 0) {
        ssize_t put = write(fd, bytes.p, bytes.n);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes = str_sub(bytes, (size_t)put, bytes.n);
    }
    return true;
}

Err file_read(Arena *a, const char *path, size_t max, Str *out) {
    struct stat st = { 0 };
    Err e = OK;
    size_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return err_of(errno);
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) { e = E_OUTSIDE; goto done; }
    if ((uintmax_t)st.st_size > max) { e = E_LIMIT; goto done; }
    char *p = arena_alloc(a, (size_t)st.st_size + 1);
    while (n <= (size_t)st.st_size) { /* one byte more, to see a file that grew */
        ssize_t got = read_again(fd, p + n, (size_t)st.st_size + 1 - n);
        if (got < 0) { e = E_OUTSIDE; goto done; }
        if (got == 0) break;
        n += (size_t)got;
    }
    if (n > (size_t)st.st_size) { e = E_CONFLICT; goto done; }
    p[n] = '\0';
    *out = (Str){ p, n };
done:
    close(fd);
    return e;
}

Err file_map(const char *path, size_t max, Str *out) {
    struct stat st = { 0 };
    void *p = NULL;
    Err e = OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return err_of(errno);
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) e = E_OUTSIDE;
    else if ((uintmax_t)st.st_size > max) e = E_LIMIT;
    if (e == OK && st.st_size > 0) p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) e = E_OUTSIDE;
    if (e == OK) *out = (Str){ p, (size_t)st.st_size };
    close(fd);
    return e;
}

void file_unmap(Str bytes) {
    if (bytes.n > 0) munmap((void *)(uintptr_t)bytes.p, bytes.n);
}

Err dir_sync(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return err_of(errno);
    Err e = fsync(fd) == 0 ? OK : E_OUTSIDE;
    close(fd);
    return e;
}

static Err parent_sync(const char *path) {
    char copy[4096];
    int n = snprintf(copy, sizeof copy, "%s", path);
    if (n < 0 || (size_t)n >= sizeof copy) return E_LIMIT;
    return dir_sync(dirname(copy));
}

/* Writes and closes fd; mode is set here because umask took part of it away at open. */
static Err fill(int fd, Str bytes, mode_t mode) {
    bool good = write_whole(fd, bytes) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
    int no = errno;
    if (close(fd) != 0) good = false;
    errno = no;
    return good ? OK : E_OUTSIDE;
}

Err file_write_new(const char *path, Str bytes, mode_t mode) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return err_of(errno);
    Err e = fill(fd, bytes, mode);
    if (e == OK) e = parent_sync(path);
    if (e != OK) unlink(path);
    return e;
}

Err file_write(const char *path, Str bytes, mode_t mode) {
    char temp[4096];
    uint64_t salt = 0;
    sys_random(&salt, sizeof salt);
    int n = snprintf(temp, sizeof temp, "%s.%016llx.tmp", path, (unsigned long long)salt);
    if (n < 0 || (size_t)n >= sizeof temp) return E_LIMIT;
    int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return err_of(errno);
    Err e = fill(fd, bytes, mode);
    if (e == OK && rename(temp, path) != 0) e = err_of(errno);
    if (e != OK) {
        unlink(temp);
        return e;
    }
    return parent_sync(path);
}

bool file_exists(const char *path) {
    struct stat st = { 0 };
    return lstat(path, &st) == 0;
}

Err dir_make(const char *path, mode_t mode) {
    struct stat st = { 0 };
    if (mkdir(path, 0700) == 0) return chmod(path, mode) == 0 ? OK : E_OUTSIDE;
    if (errno != EEXIST) return err_of(errno);
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? OK : E_CONFLICT;
}

Err dir_empty(const char *path, bool *out_empty) {
    DIR *d = opendir(path);
    if (d == NULL) return err_of(errno);
    bool empty = true;
    for (struct dirent *e = readdir(d); e != NULL && empty; e = readdir(d)) empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    closedir(d);
    *out_empty = empty;
    return OK;
}

Err file_copy(const char *from, const char *to, mode_t mode) {
    enum { CHUNK = 64 * 1024 };
    char chunk[CHUNK];
    Err e = OK;
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0) return err_of(errno);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (out < 0) {
        e = err_of(errno);
        close(in);
        return e;
    }
    ssize_t n = 1;
    while (n > 0 && e == OK) {
        n = read_again(in, chunk, sizeof chunk);
        if (n < 0 || (n > 0 && !write_whole(out, (Str){ chunk, (size_t)n }))) e = E_OUTSIDE;
    }
    if (e == OK) e = fill(out, STR_NONE, mode);
    else close(out);
    close(in);
    if (e == OK) e = parent_sync(to);
    if (e != OK) unlink(to);
    return e;
}

Str path_join(Arena *a, const char *dir, const char *name) {
    Str s = str_fmt(a, "%s/%s", dir, name); /* str_fmt leaves a NUL behind the text */
    return s;
}

/* ---- descriptors with a deadline ---- */

/* OK when ready, E_OUTSIDE when the deadline passes first. */
static Err ready(int fd, short events, int64_t deadline_ms) {
    for (;;) {
        int64_t left = deadline_ms - sys_mono_ms();
        struct pollfd p = { .fd = fd, .events = events };
        int n = poll(&p, 1, left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left);
        if (n > 0) return OK;
        if (n < 0 && errno != EINTR) return E_OUTSIDE;
        if (sys_mono_ms() >= deadline_ms) return E_OUTSIDE;
    }
}

Err fd_write_all(int fd, Str bytes, int64_t deadline_ms) {
    while (bytes.n > 0) {
        TRY(ready(fd, POLLOUT, deadline_ms));
        /* A blocking socket would hold on to the whole rest once one byte fits; files and pipes know no such flag. */
        ssize_t put = send(fd, bytes.p, bytes.n, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put < 0 && errno == ENOTSOCK) put = write(fd, bytes.p, bytes.n);
        if (put < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (put <= 0) return E_OUTSIDE;
        bytes = str_sub(bytes, (size_t)put, bytes.n);
    }
    return OK;
}

Err fd_read_some(int fd, void *p, size_t n, int64_t deadline_ms, size_t *out_n) {
    for (;;) {
        TRY(ready(fd, POLLIN, deadline_ms));
        ssize_t got = read(fd, p, n);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got < 0) return E_OUTSIDE;
        *out_n = (size_t)got;
        return OK;
    }
}
