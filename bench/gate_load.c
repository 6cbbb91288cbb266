/* gate_load.c - see gate_load.h. */
#include "bench/gate_load.h"

#include "bench/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { CALLERS_MAX = 256, TIMES_MAX = 1 << 22, EVENTS = 64 };
typedef struct LoadCaller {
    const LoadQuestion *q, *now;
    size_t n, at, sent;
    int fd, kind;
    double asked;
    Buf in;
} LoadCaller;
typedef struct Load { int epoll; LoadCaller caller[CALLERS_MAX]; size_t n; double *times; size_t times_n; int64_t answers[2], bad; bool check; } Load;

static void send_more(LoadCaller *c) {
    while (c->sent < c->now->request.n) {
        ssize_t k = send(c->fd, c->now->request.p + c->sent, c->now->request.n - c->sent, MSG_NOSIGNAL);
        if (k < 0 && (errno == EAGAIN || errno == EINTR)) { /* hardly ever: the kernel holds a whole question */
            struct pollfd p = { .fd = c->fd, .events = POLLOUT };
            (void)poll(&p, 1, 10);
            continue;
        }
        must(k > 0);
        c->sent += (size_t)k;
    }
}
static void ask(LoadCaller *c) {
    c->now = &c->q[c->at];
    c->at = (c->at + 1) % c->n;
    c->sent = 0;
    c->asked = bench_now();
    buf_clear(&c->in);
    send_more(c);
}

/* Each answer between two of its marks: known with that entry, or unknown. */
static int64_t wrong_in(const LoadQuestion *q, Str body) {
    int64_t wrong = 0;
    const char *at = memmem(body.p, body.n, "\"known\":", 8), *end = body.p + body.n;
    for (size_t i = 0; i < q->n; i++) {
        if (at == NULL) return wrong + (int64_t)(q->n - i);
        const char *from = at + 8, *next = memmem(from, (size_t)(end - from), "\"known\":", 8);
        Str one = { from, (size_t)((next != NULL ? next : end) - from) };
        bool known = str_starts(one, S("true"));
        wrong += q->expect[i].n > 0 ? !known || memmem(one.p, one.n, q->expect[i].p, q->expect[i].n) == NULL : known;
        at = next;
    }
    return wrong;
}

/* The answer when it is whole; only of a server that says Content-Length. */
static bool whole(const Buf *in, Str *out_head, Str *out_body) {
    static const char name[] = "Content-Length: ";
    const char *end = memmem(in->p, in->n, "\r\n\r\n", 4), *length = end != NULL ? memmem(in->p, (size_t)(end - in->p), name, sizeof name - 1) : NULL;
    if (length == NULL) return false;
    size_t n = (size_t)strtoul(length + sizeof name - 1, NULL, 10), head = (size_t)(end - in->p) + 4;
    *out_head = (Str){ in->p, head };
    *out_body = (Str){ in->p + head, n };
    return in->n >= head + n;
}

static void hear(Load *l, LoadCaller *c) {
    static char piece[1 << 18];
    Str head = STR_NONE, body = STR_NONE;
    ssize_t k = recv(c->fd, piece, sizeof piece, 0);
    if (k < 0 && (errno == EAGAIN || errno == EINTR)) return;
    must(k > 0);
    buf_put(&c->in, (Str){ piece, (size_t)k });
    if (!whole(&c->in, &head, &body)) return;
    bool good = str_starts(head, S("HTTP/1.1 200 "));
    l->bad += !good ? (int64_t)c->now->n : l->check ? wrong_in(c->now, body) : 0;
    l->answers[c->kind]++;
    if (c->kind == 0 && l->times_n < TIMES_MAX) l->times[l->times_n++] = bench_now() - c->asked;
    ask(c);
}

static void more_callers(Load *l, uint16_t port, const LoadQuestion *q, size_t n, size_t callers, int kind) {
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int on = 1;
    for (size_t i = 0; i < callers; i++) {
        must(l->n < CALLERS_MAX);
        LoadCaller *c = &l->caller[l->n++];
        *c = (LoadCaller){ .q = q, .n = n, .at = i * n / callers, .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .kind = kind, .in = buf_new(4 << 20) };
        must(c->fd >= 0 && connect(c->fd, (struct sockaddr *)&at, sizeof at) == 0 && fcntl(c->fd, F_SETFL, O_NONBLOCK) == 0);
        (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
        must(epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &e) == 0);
    }
}

static double go(Load *l, double seconds) {
    double began = bench_now();
    for (size_t i = 0; i < l->n; i++) ask(&l->caller[i]);
    while (bench_now() - began < seconds) {
        struct epoll_event e[EVENTS];
        int k = epoll_wait(l->epoll, e, EVENTS, 100);
        for (int i = 0; i < k; i++) {
            hear(l, e[i].data.ptr);
        }
    }
    double took = bench_now() - began;
    for (size_t i = 0; i < l->n; i++) {
        close(l->caller[i].fd);
        buf_free(&l->caller[i].in);
    }
    return took;
}

static LoadFigures run(uint16_t port, const LoadQuestion *q, size_t n, size_t callers, const LoadQuestion *other, size_t other_n, size_t other_callers, double seconds, bool check) {
    Load *l = calloc(1, sizeof *l);
    must(l != NULL);
    l->times = malloc(TIMES_MAX * sizeof *l->times);
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    l->check = check;
    must(l->times != NULL && l->epoll >= 0);
    more_callers(l, port, q, n, callers, 0);
    if (other != NULL) more_callers(l, port, other, other_n, other_callers, 1);
    double took = go(l, seconds);
    LoadFigures f = { .rate = (double)l->answers[0] / took, .other_rate = (double)l->answers[1] / took, .answers = l->answers[0], .bad = l->bad };
    if (l->times_n > 0) {
        f.p50 = bench_at(l->times, l->times_n, 0.5);
        f.p99 = bench_at(l->times, l->times_n, 0.99);
        f.longest = l->times[l->times_n - 1];
    }
    close(l->epoll);
    free(l->times);
    free(l);
    return f;
}

LoadFigures load_run(uint16_t port, const LoadQuestion *q, size_t n, size_t callers, double seconds, bool check) { return run(port, q, n, callers, NULL, 0, 0, seconds, check); }
LoadFigures load_mixed(uint16_t port, const LoadQuestion *q, size_t n, size_t callers, const LoadQuestion *other, size_t other_n, size_t other_callers, double seconds) {
    return run(port, q, n, callers, other, other_n, other_callers, seconds, true);
}
