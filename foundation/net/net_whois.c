/* net_whois.c - the WHOIS question and its answer as bytes. */
#include "foundation/net/net_wire.h"

enum { QUERY_MAX = 300, SECONDS_WHOIS = 60 };

void net_put_whois(Buf *b, const NetWhois *q) {
    put_str(b, q->server);
    put_i64(b, q->port);
    put_str(b, q->query);
    put_i64(b, q->seconds_max);
}

Err net_read_whois(Wire *w, NetWhois *out) {
    NetWhois q = { .server = wire_str(w) };
    int64_t port = wire_i64(w);
    q.query = wire_str(w);
    int64_t seconds = wire_i64(w);
    bool lines = q.server.n > 0 && net_line_ok(q.server, 253) && q.query.n > 0 && net_line_ok(q.query, QUERY_MAX);
    if (w->bad || w->rest.n > 0 || !lines || port < 0 || port > 65535 || seconds < 0 || seconds > SECONDS_WHOIS) return E_INPUT;
    q.port = (int)port;
    q.seconds_max = (int)seconds;
    *out = q;
    return OK;
}

void net_put_whois_got(Buf *b, const NetWhoisGot *got) {
    put_str(b, got->text);
    put_str(b, got->ip);
    put_str(b, got->error);
    put_u8(b, (uint8_t)((got->temporary ? 1 : 0) | (got->cut ? 2 : 0)));
}

Err net_read_whois_got(Wire *w, NetWhoisGot *out) {
    NetWhoisGot g = { .text = wire_str(w), .ip = wire_str(w), .error = wire_str(w) };
    uint8_t flags = wire_u8(w);
    if (w->bad || w->rest.n > 0 || flags > 3 || g.text.n > NET_WHOIS_MAX) return E_OUTSIDE;
    g.temporary = (flags & 1) != 0;
    g.cut = (flags & 2) != 0;
    *out = g;
    return OK;
}
