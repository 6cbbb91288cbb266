/* net_many.c - the asking side of many questions at once. Neither side waits for the other to read: what cannot be sent now is kept. */
#include "foundation/net/net_wire.h"
#include "foundation/sys/sys.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

enum { OPEN_MS = 5000, OUT_MAX = 4 << 20, IN_MAX = NET_ANSWER_MAX, CHUNK = 65536 };
struct NetMany { int fd; size_t under_way; Buf out, in; size_t sent, taken; };

Err net_many_with(int fd, NetMany **out) {
    Buf hello = buf_new(16);
    put_u8(&hello, NET_ASK_MANY);
    Err e = frame_send(fd, buf_str(&hello), sys_mono_ms() + OPEN_MS);
    buf_free(&hello);
    if (e != OK) {
        close(fd);
        return E_OUTSIDE;
    }
    NetMany *m = calloc(1, sizeof *m);
    must(m != NULL);
    *m = (NetMany){ .fd = fd, .out = buf_new(OUT_MAX), .in = buf_new(IN_MAX) };
    *out = m;
    return OK;
}

Err net_many_open(const char *socket_path, NetMany **out) {
    int fd = -1;
    if (unix_connect(socket_path, sys_mono_ms() + OPEN_MS, &fd) != OK) return E_OUTSIDE;
    return net_many_with(fd, out);
}

void net_many_close(NetMany *m) {
    if (m == NULL) return;
    close(m->fd);
    buf_free(&m->out);
    buf_free(&m->in);
    free(m);
}

size_t net_many_under_way(const NetMany *m) { return m->under_way; }

/* What was used up at the front is let go when it is most of it. */
static void shrink(Buf *b, size_t *used) {
    if (*used < b->n && *used < CHUNK) return;
    memmove(b->p, b->p + *used, b->n - *used);
    b->n -= *used;
    *used = 0;
}

Err net_many_ask(NetMany *m, uint32_t id, const NetAsk *ask) {
    Buf q = buf_new(NET_ASK_MAX);
    if (m->under_way >= NET_MANY_MAX) return E_LIMIT;
    put_u32(&q, id);
    net_put_ask(&q, ask);
    Err e = buf_err(&q);
    if (e == OK && q.n > UINT32_MAX) e = E_LIMIT;
    if (e == OK) {
        put_u32(&m->out, (uint32_t)q.n); /* a frame, as frame_send writes it */
        buf_put(&m->out, buf_str(&q));
        e = buf_err(&m->out);
        m->under_way += e == OK;
    }
    buf_free(&q);
    return e;
}

static Err send_some(NetMany *m) {
    while (m->sent < m->out.n) {
        ssize_t n = send(m->fd, m->out.p + m->sent, m->out.n - m->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? OK : E_OUTSIDE;
        m->sent += (size_t)n;
    }
    if (m->sent > 0) shrink(&m->out, &m->sent);
    return OK;
}

static Err take_some(NetMany *m) {
    char chunk[CHUNK];
    for (int i = 0; i < 16; i++) { /* then the answers that came are looked at */
        ssize_t n = recv(m->fd, chunk, sizeof chunk, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? OK : E_OUTSIDE;
        if (n == 0) return E_OUTSIDE;
        buf_put(&m->in, str_bytes(chunk, (size_t)n));
        TRY(buf_err(&m->in));
    }
    return OK;
}

Err net_many_turn(NetMany *m, int wait_ms) {
    TRY(send_some(m));
    struct pollfd p = { .fd = m->fd, .events = (short)(POLLIN | (m->sent < m->out.n ? POLLOUT : 0)) };
    int n = poll(&p, 1, wait_ms);
    if (n < 0) return errno == EINTR ? OK : E_OUTSIDE;
    if (n == 0) return OK;
    if ((p.revents & POLLOUT) != 0) TRY(send_some(m));
    return (p.revents & (POLLIN | POLLHUP | POLLERR)) != 0 ? take_some(m) : OK;
}

bool net_many_ready(const NetMany *m, uint32_t *out_id) {
    Wire head = { .rest = str_bytes(m->in.p + m->taken, m->in.n - m->taken) };
    uint32_t n = wire_u32(&head);
    bool whole = !head.bad && n >= 4 && head.rest.n >= n;
    if (whole) *out_id = wire_u32(&head);
    return whole;
}

Err net_many_next(NetMany *m, Arena *a, uint32_t *out_id, NetGot *out) {
    Wire head = { .rest = str_bytes(m->in.p + m->taken, m->in.n - m->taken) };
    uint32_t n = wire_u32(&head);
    if (head.bad || head.rest.n < n) {
        if (m->taken > 0) shrink(&m->in, &m->taken);
        return E_MISSING;
    }
    Wire w = { .rest = str_dup(a, str_sub(head.rest, 0, n)) };
    m->taken += 4 + (size_t)n;
    *out_id = wire_u32(&w);
    if (w.bad || m->under_way == 0) return E_OUTSIDE;
    m->under_way--;
    return net_read_got(a, &w, out);
}

Err net_many_alone(const char *program, const char *const *env, NetMany **out, pid_t *out_pid) {
    int pair[2];
    const char *argv[] = { "keten-fetch", "--alone", NULL };
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return E_OUTSIDE;
    SpawnFd fds[] = { { pair[1], 3 } };
    Err e = sys_spawn(&(Spawn){ .path = program, .argv = argv, .env = env, .fds = fds, .fds_n = LEN(fds) }, out_pid);
    close(pair[1]);
    if (e == OK) return net_many_with(pair[0], out);
    close(pair[0]);
    return e;
}
