/* whois.c - one question on port 43 (RFC 3912): a line out, then all that comes until the server hangs up, the limit or the deadline.
 * The address is checked after the name is resolved, as for pages, and the socket is made here to that very address. */
#include "programs/fetch/fetch.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

enum { WHOIS_PORT = 43, WHOIS_SECONDS = 15 };

static int left_ms(int64_t deadline) {
    int64_t left = deadline - sys_mono_ms();
    return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static bool wait_for(int fd, short events, int64_t deadline) {
    for (int i = 0; i < 1000; i++) {
        struct pollfd p = { .fd = fd, .events = events };
        int n = poll(&p, 1, left_ms(deadline));
        if (n > 0) return true;
        if (n == 0 || errno != EINTR) return false;
    }
    return false;
}

/* A connected socket, or -1 with the reason. */
static int reach(const NetAddress *at, int port, int64_t deadline, Str *out_why) {
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
    memcpy(&v4.sin_addr, at->b, 4);
    memcpy(&v6.sin6_addr, at->b, 16);
    int fd = socket(at->v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), problem = 0;
    socklen_t n = sizeof problem;
    *out_why = S("connect_refused");
    if (fd < 0) return -1;
    int rc = at->v6 ? connect(fd, (const struct sockaddr *)(const void *)&v6, sizeof v6) : connect(fd, (const struct sockaddr *)(const void *)&v4, sizeof v4);
    if (rc != 0 && errno == EINPROGRESS) {
        bool ready = wait_for(fd, POLLOUT, deadline);
        if (!ready) *out_why = S("connect_timeout");
        rc = ready && getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &n) == 0 && problem == 0 ? 0 : -1;
    }
    if (rc == 0) return fd;
    close(fd);
    return -1;
}

static bool say(int fd, Str line, int64_t deadline) {
    while (line.n > 0) {
        if (!wait_for(fd, POLLOUT, deadline)) return false;
        ssize_t n = send(fd, line.p, line.n, MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (n <= 0) return false;
        line = str_sub(line, (size_t)n, line.n);
    }
    return true;
}

/* Empty: the server hung up after it had said all. */
static Str hear(int fd, Buf *text, int64_t deadline, bool *out_cut) {
    char some[8192];
    while (text->n < NET_WHOIS_MAX) {
        if (!wait_for(fd, POLLIN, deadline)) return S("timeout");
        ssize_t n = recv(fd, some, sizeof some, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (n < 0) return S("closed");
        if (n == 0) return text->n > 0 ? STR_NONE : S("closed");
        size_t room = NET_WHOIS_MAX - text->n;
        buf_put(text, str_bytes(some, (size_t)n < room ? (size_t)n : room));
    }
    *out_cut = true;
    return STR_NONE;
}

static void talk(Fetch *f, const NetWhois *q, int fd, int64_t deadline, NetWhoisGot *out) {
    Buf text = buf_new(NET_WHOIS_MAX);
    Str line = str_fmt(f->a, STR_FMT "\r\n", STR_ARG(q->query));
    out->error = say(fd, line, deadline) ? hear(fd, &text, deadline, &out->cut) : S("closed");
    out->text = str_dup(f->a, buf_str(&text));
    buf_free(&text);
    close(fd);
}

void fetch_whois(Fetch *f, const NetWhois *q, NetWhoisGot *out) {
    int port = q->port > 0 ? q->port : WHOIS_PORT;
    bool allowed = net_allowed(f->allow, q->server, port);
    int64_t deadline = sys_mono_ms() + (q->seconds_max > 0 ? q->seconds_max : WHOIS_SECONDS) * 1000;
    Resolved r;
    *out = (NetWhoisGot){ .error = S("refused_address") };
    if (!allowed && port != WHOIS_PORT) return;
    names_resolve(f, q->server, false, &r);
    if (r.error.n > 0) {
        out->error = r.error;
        out->temporary = str_eq(r.error, S("dns_failed"));
        return;
    }
    for (size_t i = 0; i < r.n; i++) {
        if (!allowed && !net_address_public(&r.at[i])) continue;
        int fd = reach(&r.at[i], port, deadline, &out->error);
        out->temporary = true;
        if (fd < 0) continue;
        out->ip = net_address_text(f->a, &r.at[i]);
        talk(f, q, fd, deadline, out);
        return;
    }
}
