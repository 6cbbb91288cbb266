/* What the fetch process is asked, and what it answers: whatever the bytes, a message is read whole or refused; what was read
 * and written again is the same message. The first byte says which of the messages it is. */
#include "foundation/net/net_wire.h"

static void ask(Arena *a, Wire w, Buf *again) {
    NetAsk q;
    Str whole = w.rest;
    if (net_read_ask(a, &w, &q) != OK) return;
    net_put_ask(again, &q);
    must(str_eq(buf_str(again), whole));
    must(q.url.n <= NET_URL_MAX && q.headers_n <= NET_HEADERS_MAX);
}

static void got(Arena *a, Wire w, Buf *again) {
    NetGot g;
    if (net_read_got(a, &w, &g) != OK) return;
    must(g.hops_n > 0 || g.error.n > 0);
    net_put_got(again, &g);
    Wire w2 = { .rest = buf_str(again) };
    NetGot g2;
    must(net_read_got(a, &w2, &g2) == OK && g2.hops_n == g.hops_n);
}

static void whois(Wire w, Buf *again) {
    NetWhois q;
    NetWhoisGot g;
    Wire same = w;
    if (net_read_whois(&w, &q) == OK) {
        net_put_whois(again, &q);
        must(str_eq(buf_str(again), same.rest) && net_line_ok(q.query, 300));
    } else if (net_read_whois_got(&same, &g) == OK) {
        must(g.text.n <= NET_WHOIS_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0 || size > 100000) return 0;
    Arena *a = arena_new(64 << 20);
    Buf again = buf_new(1 << 20);
    Wire w = { .rest = str_bytes(data + 1, size - 1) };
    NetMail mail;
    NetMailGot mail_got;
    NetName *names = NULL;
    size_t n = 0;
    Str error = STR_NONE;
    switch (data[0]) {
    case 1: ask(a, w, &again); break;
    case 2: got(a, w, &again); break;
    case 3:
        if (net_read_mail(&w, &mail) == OK) must(mail.to.n > 2 && str_ends(mail.message, S("\r\n")));
        break;
    case 4:
        if (net_read_mail_got(&w, &mail_got) == OK) must(mail_got.outcome.n > 0);
        break;
    case 6: whois(w, &again); break;
    default:
        if (net_read_names(a, &w, &names, &n, &error) == OK) must(n <= NET_NAMES_MAX);
    }
    buf_free(&again);
    arena_free(a);
    return 0;
}
