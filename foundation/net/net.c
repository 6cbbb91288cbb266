/* net.c - the asking side of the fetch process. */
#include "foundation/net/net_wire.h"
#include "foundation/sys/sys.h"

#include <poll.h>

enum { SEND_MS = 30000, MARGIN_MS = 15000 };
struct Net { Arena *life; const char *path; int fd; };

Err net_connect(const char *socket_path, Net **out) {
    int fd = -1;
    TRY(unix_connect(socket_path, sys_mono_ms() + SEND_MS, &fd));
    Arena *life = arena_new(65536);
    Net *n = ARENA_NEW(life, Net);
    *n = (Net){ .life = life, .path = str_z(life, str_c(socket_path)), .fd = fd };
    *out = n;
    return OK;
}

void net_close(Net *n) {
    if (n == NULL) return;
    if (n->fd >= 0) close(n->fd);
    arena_free(n->life);
}

/* The fetch process may have been started again since: a connection that is over is replaced before the question, never after
 * it, since a mail asked for twice would be sent twice. */
static Err ready(Net *n) {
    struct pollfd p = { .fd = n->fd, .events = POLLIN };
    if (n->fd >= 0 && poll(&p, 1, 0) == 0) return OK;
    if (n->fd >= 0) close(n->fd);
    n->fd = -1;
    Err e = unix_connect(n->path, sys_mono_ms() + SEND_MS, &n->fd);
    return e == OK ? OK : E_OUTSIDE;
}

/* Sends the question, gives the answer in the arena; its first byte is an Err. */
static Err ask(Net *n, Arena *a, Buf *question, int64_t seconds, Wire *out) {
    Buf answer = buf_new(NET_ANSWER_MAX);
    Err e = n == NULL ? E_OUTSIDE : buf_err(question);
    if (e == OK) e = ready(n);
    if (e == OK) e = frame_send(n->fd, buf_str(question), sys_mono_ms() + SEND_MS);
    if (e == OK) e = frame_recv(n->fd, NET_ANSWER_MAX, sys_mono_ms() + seconds * 1000 + MARGIN_MS, &answer);
    if (e != OK && e != E_LIMIT && n != NULL && n->fd >= 0) {
        close(n->fd);
        n->fd = -1;
    }
    if (e == OK) *out = (Wire){ .rest = str_dup(a, buf_str(&answer)) };
    buf_free(question);
    buf_free(&answer);
    if (e != OK) return e == E_LIMIT ? E_LIMIT : E_OUTSIDE;
    uint8_t said = wire_u8(out);
    if (out->bad || said > E_OUTSIDE) return E_OUTSIDE;
    return (Err)said;
}

Err net_get(Net *n, Arena *a, const NetAsk *q, NetGot *out) {
    Buf b = buf_new(NET_ASK_MAX);
    Wire w;
    put_u8(&b, NET_ASK_GET);
    net_put_ask(&b, q);
    TRY(ask(n, a, &b, q->seconds_max > 0 && q->seconds_max <= NET_SECONDS_MAX ? q->seconds_max : NET_SECONDS_MAX, &w));
    return net_read_got(a, &w, out);
}

Err net_mail_begin(Net *n, Arena *a, const NetMail *mail, NetMailGot *out) {
    Buf b = buf_new(NET_ASK_MAX);
    Wire w;
    put_u8(&b, NET_ASK_MAIL);
    net_put_mail(&b, mail);
    TRY(ask(n, a, &b, NET_MAIL_SECONDS, &w));
    return net_read_mail_got(&w, out);
}

/* From the moment the word goes out that the end may be sent, only an answer says that it was not taken. The connection is not made anew here. */
Err net_mail_end(Net *n, Arena *a, NetMailGot *out) {
    static const char go[] = { NET_MAIL_GO };
    Buf answer = buf_new(65536);
    *out = (NetMailGot){ .outcome = S("unclear"), .reply = S("no answer came after the end of the message") };
    if (n == NULL || n->fd < 0) return E_OUTSIDE;
    Err e = frame_send(n->fd, str_bytes(go, 1), sys_mono_ms() + SEND_MS);
    if (e == OK) e = frame_recv(n->fd, 65536, sys_mono_ms() + NET_MAIL_SECONDS * 1000 + MARGIN_MS, &answer);
    if (e == OK) {
        Wire w = { .rest = str_dup(a, buf_str(&answer)) };
        NetMailGot got;
        if (wire_u8(&w) == OK && net_read_mail_got(&w, &got) == OK) *out = got;
    } else {
        net_mail_leave(n);
    }
    buf_free(&answer);
    return OK;
}

void net_mail_leave(Net *n) {
    if (n == NULL || n->fd < 0) return;
    close(n->fd);
    n->fd = -1;
}

Err net_mail(Net *n, Arena *a, const NetMail *mail, NetMailGot *out) {
    TRY(net_mail_begin(n, a, mail, out));
    return str_eq(out->outcome, S("ready")) ? net_mail_end(n, a, out) : OK;
}

Err net_names(Net *n, Arena *a, Str host, NetName **out, size_t *out_n, Str *out_error) {
    Buf b = buf_new(4096);
    Wire w;
    put_u8(&b, NET_ASK_NAMES);
    put_str(&b, host);
    TRY(ask(n, a, &b, NET_SECONDS_MAX, &w));
    return net_read_names(a, &w, out, out_n, out_error);
}

Err net_whois(Net *n, Arena *a, const NetWhois *q, NetWhoisGot *out) {
    Buf b = buf_new(4096);
    Wire w;
    put_u8(&b, NET_ASK_WHOIS);
    net_put_whois(&b, q);
    TRY(ask(n, a, &b, NET_SECONDS_MAX, &w));
    return net_read_whois_got(&w, out);
}
