/* net_wire.c - questions and answers as bytes. */
#include "foundation/net/net_wire.h"

bool net_line_ok(Str s, size_t max) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F) return false;
    return s.n <= max;
}

void net_put_ask(Buf *b, const NetAsk *ask) {
    put_str(b, ask->url);
    put_str(b, ask->method);
    put_str(b, ask->body);
    put_str(b, ask->body_type);
    put_str(b, ask->accept_language);
    put_u32(b, (uint32_t)ask->headers_n);
    for (size_t i = 0; i < ask->headers_n; i++) put_str(b, ask->headers[i]);
    put_i64(b, (int64_t)ask->bytes_max);
    put_u8(b, (uint8_t)((ask->text_only ? 1 : 0) | (ask->hash_only ? 2 : 0) | (ask->http2 ? 4 : 0) | (ask->signatures ? 8 : 0)));
    put_str(b, ask->place);
    put_i64(b, ask->seconds_max);
    put_i64(b, ask->redirects_max);
}

/* "Name: value" with a token for a name; the fetch process writes the rest of the head itself. */
static bool header_ok(Str line) {
    static const char *const ours[] = { "host", "connection", "content-length", "transfer-encoding", "expect", "upgrade", "te", "trailer" };
    size_t colon = 0;
    if (!net_line_ok(line, 4096) || !str_chr(line, ':', &colon) || colon == 0) return false;
    Str name = str_sub(line, 0, colon);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!word) return false;
    }
    for (size_t i = 0; i < LEN(ours); i++)
        if (str_ieq(name, str_c(ours[i]))) return false;
    return true;
}

Err net_read_ask(Arena *a, Wire *w, NetAsk *out) {
    NetAsk ask = { .url = wire_str(w), .method = wire_str(w), .body = wire_str(w), .body_type = wire_str(w), .accept_language = wire_str(w) };
    uint32_t n = wire_u32(w);
    if (w->bad || n > NET_HEADERS_MAX) return E_INPUT;
    Str *headers = ARENA_ARRAY(a, Str, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        headers[i] = wire_str(w);
        if (!header_ok(headers[i])) return E_INPUT;
    }
    int64_t bytes_max = wire_i64(w);
    uint8_t flags = wire_u8(w);
    Str place = wire_str(w);
    int64_t seconds = wire_i64(w), redirects = wire_i64(w);
    bool method = ask.method.n == 0 || str_eq(ask.method, S("GET")) || str_eq(ask.method, S("HEAD")) || str_eq(ask.method, S("POST"));
    if (w->bad || w->rest.n > 0 || !method || flags > 15 || bytes_max < 0 || seconds < 0 || seconds > NET_SECONDS_MAX || redirects < -1 || redirects >= NET_HOPS_MAX) return E_INPUT;
    if (!net_line_ok(ask.url, NET_URL_MAX) || !net_line_ok(ask.body_type, 200) || !net_line_ok(ask.accept_language, 200) || !net_line_ok(place, 40)) return E_INPUT;
    if (ask.body.n > 0 && !str_eq(ask.method, S("POST"))) return E_INPUT;
    ask.headers = headers;
    ask.headers_n = n;
    ask.bytes_max = (size_t)bytes_max;
    ask.text_only = (flags & 1) != 0;
    ask.place = place;
    ask.hash_only = (flags & 2) != 0;
    ask.http2 = (flags & 4) != 0;
    ask.signatures = (flags & 8) != 0;
    ask.seconds_max = (int)seconds;
    ask.redirects_max = (int)redirects;
    *out = ask;
    return OK;
}

static void put_hop(Buf *b, const NetHop *h) {
    put_str(b, h->url);
    put_str(b, h->ip);
    put_i64(b, h->port);
    put_i64(b, h->status);
    put_str(b, h->request_head);
    put_str(b, h->response_head);
    put_str(b, h->tls_version);
    put_str(b, h->tls_chain);
    put_str(b, h->dns);
    put_i64(b, h->began);
    put_i64(b, h->connect_ms);
    put_i64(b, h->first_byte_ms);
    put_i64(b, h->total_ms);
    put_str(b, h->type);
    put_str(b, h->charset);
    put_u8(b, h->body.p != NULL);
    put_str(b, h->body);
    buf_put(b, str_bytes(h->sha256, 32));
    put_u8(b, h->hashed);
    put_i64(b, h->length);
    put_u8(b, h->cut);
}

static void read_hop(Wire *w, NetHop *h) {
    *h = (NetHop){ .url = wire_str(w), .ip = wire_str(w), .port = (int)(wire_i64(w) & 0xFFFF), .status = (int)(wire_i64(w) & 0xFFF) };
    h->request_head = wire_str(w);
    h->response_head = wire_str(w);
    h->tls_version = wire_str(w);
    h->tls_chain = wire_str(w);
    h->dns = wire_str(w);
    h->began = wire_i64(w);
    h->connect_ms = wire_i64(w);
    h->first_byte_ms = wire_i64(w);
    h->total_ms = wire_i64(w);
    h->type = wire_str(w);
    h->charset = wire_str(w);
    bool handed_over = wire_u8(w) != 0;
    h->body = wire_str(w);
    if (!handed_over) h->body = STR_NONE;
    Str digest = wire_raw(w, 32);
    if (digest.n == 32) memcpy(h->sha256, digest.p, 32);
    h->hashed = wire_u8(w) != 0;
    h->length = wire_i64(w);
    h->cut = wire_u8(w) != 0;
}

void net_put_got(Buf *b, const NetGot *got) {
    put_u32(b, (uint32_t)got->hops_n);
    for (size_t i = 0; i < got->hops_n; i++) put_hop(b, &got->hops[i]);
    put_str(b, got->error);
    put_u8(b, got->temporary);
    put_str(b, got->clock);
}

Err net_read_got(Arena *a, Wire *w, NetGot *out) {
    uint32_t n = wire_u32(w);
    if (w->bad || n > NET_HOPS_MAX) return E_OUTSIDE;
    NetGot got = { .hops = ARENA_ARRAY(a, NetHop, n + 1), .hops_n = n };
    for (uint32_t i = 0; i < n; i++) read_hop(w, &got.hops[i]);
    got.error = wire_str(w);
    got.temporary = wire_u8(w) != 0;
    got.clock = wire_str(w);
    if (w->bad || w->rest.n > 0 || (n == 0 && got.error.n == 0)) return E_OUTSIDE;
    *out = got;
    return OK;
}

void net_put_mail(Buf *b, const NetMail *mail) {
    put_str(b, mail->from);
    put_str(b, mail->to);
    put_str(b, mail->message);
    put_str(b, mail->envid);
}

/* An address of an envelope: local@domain, nothing that could end the line or the angle brackets. */
static bool mailbox_ok(Str s) {
    size_t at = 0;
    if (!net_line_ok(s, 254) || !str_chr(s, '@', &at) || at == 0 || at + 1 >= s.n) return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ' ' || s.p[i] == '<' || s.p[i] == '>' || s.p[i] == ',' || s.p[i] == '\\') return false;
    return true;
}

Err net_read_mail(Wire *w, NetMail *out) {
    NetMail m = { .from = wire_str(w), .to = wire_str(w), .message = wire_str(w), .envid = wire_str(w) };
    bool ends = str_ends(m.message, S("\r\n")), envid = m.envid.n <= 100;
    for (size_t i = 0; i < m.envid.n; i++) {
        char c = m.envid.p[i];
        envid = envid && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-');
    }
    if (w->bad || w->rest.n > 0 || !mailbox_ok(m.from) || !mailbox_ok(m.to) || !ends || !envid) return E_INPUT;
    for (size_t i = 0; i < m.message.n; i++) /* a bare CR or LF could end a message early on some servers (smuggling) */
        if ((m.message.p[i] == '\n' && (i == 0 || m.message.p[i - 1] != '\r')) || (m.message.p[i] == '\r' && m.message.p[i + 1] != '\n') || m.message.p[i] == '\0') return E_INPUT;
    *out = m;
    return OK;
}

void net_put_mail_got(Buf *b, const NetMailGot *got) {
    put_str(b, got->outcome);
    put_i64(b, got->code);
    put_str(b, got->reply);
    put_str(b, got->server);
    put_str(b, got->tls_version);
    put_u8(b, got->reports);
}

Err net_read_mail_got(Wire *w, NetMailGot *out) {
    static const char *const outcomes[] = { "delivered", "deferred", "refused", "unset", "unclear", "ready" };
    NetMailGot g = { .outcome = wire_str(w), .code = (int)(wire_i64(w) & 0xFFF), .reply = wire_str(w), .server = wire_str(w), .tls_version = wire_str(w) };
    bool known = false;
    g.reports = wire_u8(w) != 0;
    for (size_t i = 0; i < LEN(outcomes); i++) known = known || str_eq(g.outcome, str_c(outcomes[i]));
    if (w->bad || w->rest.n > 0 || !known) return E_OUTSIDE;
    *out = g;
    return OK;
}

void net_put_post(Buf *b, const NetPostGot *got) {
    put_str(b, got->what);
    put_str(b, got->detail);
    put_str(b, got->bytes);
    put_u8(b, got->cut);
}

Err net_read_post(Wire *w, NetPostGot *out) {
    static const char *const whats[] = { "unset", "open", "mail", "failed" };
    NetPostGot g = { .what = wire_str(w), .detail = wire_str(w), .bytes = wire_str(w) };
    bool known = false;
    g.cut = wire_u8(w) != 0;
    for (size_t i = 0; i < LEN(whats); i++) known = known || str_eq(g.what, str_c(whats[i]));
    if (w->bad || w->rest.n > 0 || !known || !str_utf8_ok(g.detail) || g.bytes.n > NET_POST_MAX) return E_OUTSIDE;
    *out = g;
    return OK;
}

void net_put_names(Buf *b, const NetName *names, size_t n, Str error) {
    put_u32(b, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        put_str(b, names[i].name);
        put_str(b, names[i].type);
        put_str(b, names[i].value);
        put_i64(b, names[i].ttl);
    }
    put_str(b, error);
}

Err net_read_names(Arena *a, Wire *w, NetName **out, size_t *out_n, Str *out_error) {
    uint32_t n = wire_u32(w);
    if (w->bad || n > NET_NAMES_MAX) return E_OUTSIDE;
    NetName *names = ARENA_ARRAY(a, NetName, n + 1);
    for (uint32_t i = 0; i < n; i++) names[i] = (NetName){ .name = wire_str(w), .type = wire_str(w), .value = wire_str(w), .ttl = wire_i64(w) };
    Str error = wire_str(w);
    if (w->bad || w->rest.n > 0) return E_OUTSIDE;
    *out = names;
    *out_n = n;
    *out_error = error;
    return OK;
}
