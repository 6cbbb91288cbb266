/* net_post.c - the asking side of the mailbox. */
#include "foundation/net/net_wire.h"
#include "foundation/sys/sys.h"

#include <poll.h>

enum { FRAME_MS = 60000 };
struct NetPost { Arena *life; int fd; };

Err net_post_open(const char *socket_path, NetPost **out) {
    static const char ask[] = { NET_ASK_POST };
    int fd = -1;
    if (unix_connect(socket_path, sys_mono_ms() + FRAME_MS, &fd) != OK) return E_OUTSIDE;
    if (frame_send(fd, str_bytes(ask, 1), sys_mono_ms() + FRAME_MS) != OK) {
        close(fd);
        return E_OUTSIDE;
    }
    Arena *life = arena_new(4096);
    NetPost *p = ARENA_NEW(life, NetPost);
    *p = (NetPost){ life, fd };
    *out = p;
    return OK;
}

Err net_post_next(NetPost *p, Arena *a, int wait_ms, NetPostGot *out) {
    struct pollfd waits = { .fd = p->fd, .events = POLLIN };
    if (poll(&waits, 1, wait_ms) <= 0) return E_MISSING;
    Buf b = buf_new((size_t)NET_POST_MAX + 65536);
    Err e = frame_recv(p->fd, (size_t)NET_POST_MAX + 65536, sys_mono_ms() + FRAME_MS, &b) == OK ? OK : E_OUTSIDE;
    if (e == OK) {
        Wire w = { .rest = str_dup(a, buf_str(&b)) };
        e = net_read_post(&w, out);
    }
    buf_wipe(&b);
    return e;
}

Err net_post_taken(NetPost *p) { return frame_send(p->fd, S("taken"), sys_mono_ms() + FRAME_MS) == OK ? OK : E_OUTSIDE; }

void net_post_close(NetPost *p) {
    if (p == NULL) return;
    close(p->fd);
    arena_free(p->life);
}
