/* socket.c - Unix sockets and frames. */
#include "foundation/sys/sys.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* sun_path holds 107 bytes; a longer path is reached through a descriptor of its folder, which *out_dir keeps open. */
static Err address(const char *path, struct sockaddr_un *out, int *out_dir) {
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    size_t n = strlen(path);
    const char *slash = strrchr(path, '/');
    if (n < sizeof out->sun_path) {
        memcpy(out->sun_path, path, n);
        return OK;
    }
    if (slash == NULL || n > 4095) return E_LIMIT;
    char dir[4096] = "";
    memcpy(dir, path, (size_t)(slash - path));
    *out_dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*out_dir < 0) return E_MISSING;
    int put = snprintf(out->sun_path, sizeof out->sun_path, "/proc/self/fd/%d/%s", *out_dir, slash + 1);
    return put > 0 && (size_t)put < sizeof out->sun_path ? OK : E_LIMIT;
}

static int stream_socket(void) { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

static Err connect_now(const struct sockaddr_un *at, int64_t deadline_ms, int *out_fd) {
    int fd = stream_socket();
    if (fd < 0) return E_OUTSIDE;
    for (;;) { /* a full backlog answers EAGAIN when it may not block */
        int flags = fcntl(fd, F_GETFL);
        must(flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0);
        int rc = connect(fd, (const struct sockaddr *)at, sizeof *at), no = errno;
        must(fcntl(fd, F_SETFL, flags) == 0);
        if (rc == 0) {
            *out_fd = fd;
            return OK;
        }
        if ((no != EAGAIN && no != EINTR) || sys_mono_ms() >= deadline_ms) {
            close(fd);
            return no == ENOENT || no == ECONNREFUSED || no == ENOTDIR ? E_MISSING : no == EACCES ? E_DENIED : E_OUTSIDE;
        }
        sys_sleep_ms(5);
    }
}

Err unix_connect(const char *path, int64_t deadline_ms, int *out_fd) {
    struct sockaddr_un at;
    int dir = -1;
    Err e = address(path, &at, &dir);
    if (e == OK) e = connect_now(&at, deadline_ms, out_fd);
    if (dir >= 0) close(dir);
    return e;
}

static Err listen_at(const char *path, const struct sockaddr_un *at, int backlog, mode_t mode, int *out_fd) {
    int fd = -1;
    Err e = connect_now(at, sys_mono_ms(), &fd);
    if (e == OK) close(fd);
    if (e != E_MISSING) return e == OK ? E_CONFLICT : e;
    struct stat st = { 0 };
    if (lstat(path, &st) == 0 && (!S_ISSOCK(st.st_mode) || unlink(path) != 0)) return E_CONFLICT;
    fd = stream_socket();
    if (fd < 0) return E_OUTSIDE;
    mode_t before = umask(0177);
    bool good = bind(fd, (const struct sockaddr *)at, sizeof *at) == 0;
    umask(before);
    if (!good || chmod(path, mode) != 0 || listen(fd, backlog) != 0) {
        close(fd);
        return E_OUTSIDE;
    }
    *out_fd = fd;
    return OK;
}

Err unix_listen(const char *path, int backlog, mode_t mode, int *out_fd) {
    struct sockaddr_un at;
    int dir = -1;
    Err e = address(path, &at, &dir);
    if (e == OK) e = listen_at(path, &at, backlog, mode, out_fd);
    if (dir >= 0) close(dir);
    return e;
}

Err unix_accept(int listen_fd, int64_t deadline_ms, int *out_fd, Peer *out_peer) {
    for (;;) {
        int64_t left = deadline_ms - sys_mono_ms();
        struct pollfd p = { .fd = listen_fd, .events = POLLIN };
        int n = poll(&p, 1, left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left);
        if (n == 0 && sys_mono_ms() >= deadline_ms) return E_MISSING;
        if (n < 0 && errno != EINTR) return E_OUTSIDE;
        if (n <= 0) continue;
        int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0 && (errno == EINTR || errno == EAGAIN || errno == ECONNABORTED)) continue;
        if (fd < 0) return E_OUTSIDE;
        struct ucred who = { 0 };
        socklen_t size = sizeof who;
        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) {
            close(fd);
            return E_OUTSIDE;
        }
        *out_fd = fd;
        if (out_peer != NULL) *out_peer = (Peer){ .pid = who.pid, .uid = who.uid, .gid = who.gid };
        return OK;
    }
}

Err loopback_listen(uint16_t port, int *out_fd, uint16_t *out_port) {
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return E_OUTSIDE;
    bool good = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
                listen(fd, 16) == 0 && getsockname(fd, (struct sockaddr *)&at, &size) == 0;
    if (!good) {
        Err e = errno == EADDRINUSE ? E_CONFLICT : E_OUTSIDE;
        close(fd);
        return e;
    }
    *out_fd = fd;
    *out_port = ntohs(at.sin_port);
    return OK;
}

/* ---- frames ---- */

Err frame_send(int fd, Str bytes, int64_t deadline_ms) {
    if (bytes.n > UINT32_MAX) return E_LIMIT;
    unsigned char head[4] = { (unsigned char)(bytes.n >> 24), (unsigned char)(bytes.n >> 16), (unsigned char)(bytes.n >> 8), (unsigned char)bytes.n };
    if (bytes.n <= 4092) { /* small frames in one call, so that the peer wakes once */
        char whole[4096];
        memcpy(whole, head, 4);
        if (bytes.n > 0) memcpy(whole + 4, bytes.p, bytes.n);
        Err e = fd_write_all(fd, (Str){ whole, bytes.n + 4 }, deadline_ms);
        explicit_bzero(whole, bytes.n + 4); /* keys travel in frames */
        return e;
    }
    TRY(fd_write_all(fd, (Str){ (char *)head, 4 }, deadline_ms));
    return fd_write_all(fd, bytes, deadline_ms);
}

/* Exactly n bytes; *out_got tells how many came when it fails. */
static Err recv_whole(int fd, char *p, size_t n, int64_t deadline_ms, size_t *out_got) {
    for (size_t got = 0, more = 0; got < n; got += more) {
        TRY(fd_read_some(fd, p + got, n - got, deadline_ms, &more));
        if (more == 0) {
            *out_got = got;
            return E_MISSING;
        }
    }
    return OK;
}

Err frame_recv(int fd, size_t max, int64_t deadline_ms, Buf *out) {
    enum { CHUNK = 16384 };
    unsigned char head[4] = { 0 };
    size_t got = 0;
    Err e = recv_whole(fd, (char *)head, 4, deadline_ms, &got);
    if (e != OK) return e == E_MISSING && got > 0 ? E_OUTSIDE : e;
    size_t left = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    if (left > max) return E_LIMIT;
    char chunk[CHUNK]; /* memory follows what arrives, not what the head promises */
    while (left > 0 && e == OK) {
        size_t n = left < CHUNK ? left : CHUNK;
        e = recv_whole(fd, chunk, n, deadline_ms, &got);
        if (e == OK) buf_put(out, (Str){ chunk, n });
        left -= n;
    }
    explicit_bzero(chunk, sizeof chunk);
    if (e != OK) return E_OUTSIDE;
    return buf_err(out);
}
