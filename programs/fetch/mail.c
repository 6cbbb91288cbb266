/* mail.c - one message to the mail server of [mail]. curl connects, closes the line with TLS and signs in; the dialogue of the message itself is spoken
 * here, since each of its steps must be known: whoever asks is told when everything but the end is there, and says that the end may follow.
 * What the server said decides: a refusal of this message, its sender or its recipient is final; everything else before the end (not reached,
 * hangs, no sign-in, 4xx) is tried again later by whoever asked; no answer after the end is unclear. RFC 5321, 3461, 1870. */
#include "programs/fetch/line.h"

enum { REPLY_MAX = 1000, END_FACTOR = 4, END_S_MAX = 120 };

typedef struct Post { Line line; bool dsn, size; bool envelope; NetMailGot *out; } Post;

/* What the server offers, in its last answer to EHLO. */
static void heard(void *ctx, Str line) {
    Post *p = ctx;
    if (line.n == 0) p->dsn = p->size = false;
    Str rest = str_trim(str_sub(line, 4, line.n)), word = STR_NONE;
    if (!str_starts(line, S("250")) || !str_split(&rest, ' ', &word)) word = rest;
    if (!str_starts(line, S("250"))) return;
    p->dsn = p->dsn || str_ieq(word, S("DSN"));
    p->size = p->size || str_ieq(word, S("SIZE"));
}

static Str clean(Arena *a, Str s) {
    char *z = str_z(a, str_sub(s, 0, REPLY_MAX));
    size_t n = s.n < REPLY_MAX ? s.n : REPLY_MAX;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)z[i] < 0x20 || z[i] == 0x7F) z[i] = ' ';
    while (n > 0 && !str_utf8_ok((Str){ z, n })) { /* a server may say anything; what is no text is not passed on */
        size_t k = 0;
        for (; k < n && (unsigned char)z[k] < 0x80; k++) {}
        if (k == n) break;
        z[k] = '?';
    }
    return (Str){ z, n };
}

/* A reply of one or more lines; 0: none came whole. */
static int reply(Post *p, int64_t ms) {
    enum { LINES_MAX = 200 };
    Buf b = buf_new(64 * 1024);
    int code = 0;
    bool last = false;
    for (int i = 0; i < LINES_MAX && !last; i++) {
        Str line = STR_NONE;
        if (line_read(&p->line, ms, &line) != OK) break;
        bool good = line.n >= 3 && line.p[0] >= '2' && line.p[0] <= '5' && line.p[1] >= '0' && line.p[1] <= '9' && line.p[2] >= '0' && line.p[2] <= '9';
        if (!good) break;
        last = line.n == 3 || line.p[3] != '-';
        if (b.n > 0) buf_ch(&b, ' ');
        buf_put(&b, str_trim(str_sub(line, 4, line.n)));
        if (last) code = (line.p[0] - '0') * 100 + (line.p[1] - '0') * 10 + (line.p[2] - '0');
    }
    p->out->code = code;
    p->out->reply = code != 0 ? clean(p->line.f->a, buf_str(&b)) : S("The server did not answer in time, or not as a mail server does.");
    buf_wipe(&b);
    return code;
}

static void judge(Post *p) { p->out->outcome = p->out->code / 100 == 5 && p->envelope ? S("refused") : S("deferred"); }

static bool say(Post *p, Str command, int want) {
    int64_t ms = (int64_t)p->line.f->mail_answer_s * 1000;
    p->out->code = 0;
    p->out->reply = S("The connection broke.");
    bool good = line_send(&p->line, command, ms) == OK && reply(p, ms) / 100 == want;
    if (!good) judge(p);
    return good;
}

/* RFC 3461 §4: "+", "=" and what is not printable as +XX. */
static Str xtext(Arena *a, Str s) {
    Buf b = buf_new(4096);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c > ' ' && c <= '~' && c != '+' && c != '=') buf_ch(&b, (char)c);
        else buf_printf(&b, "+%02X", c);
    }
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static bool envelope(Post *p, const NetMail *m) {
    Arena *a = p->line.f->a;
    bool reports = p->dsn && m->envid.n > 0;
    Str size = p->size ? str_fmt(a, " SIZE=%zu", m->message.n) : STR_NONE;
    Str ret = reports ? str_fmt(a, " RET=HDRS ENVID=" STR_FMT, STR_ARG(m->envid)) : STR_NONE;
    Str notify = reports ? str_fmt(a, " NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;" STR_FMT, STR_ARG(xtext(a, m->to))) : STR_NONE;
    p->envelope = true;
    p->out->reports = reports;
    return say(p, str_fmt(a, "MAIL FROM:<" STR_FMT ">" STR_FMT STR_FMT "\r\n", STR_ARG(m->from), STR_ARG(size), STR_ARG(ret)), 2) &&
           say(p, str_fmt(a, "RCPT TO:<" STR_FMT ">" STR_FMT "\r\n", STR_ARG(m->to), STR_ARG(notify)), 2) && say(p, S("DATA\r\n"), 3);
}

/* The message with its dots doubled, without the line that ends it. It ends with CRLF (net_read_mail). */
static bool content(Post *p, Str message) {
    Buf b = buf_new(2 * message.n + 65536);
    int64_t ms = (int64_t)p->line.f->mail_answer_s * 1000;
    for (size_t i = 0; i < message.n; i++) {
        if (message.p[i] == '.' && (i == 0 || message.p[i - 1] == '\n')) buf_ch(&b, '.');
        buf_ch(&b, message.p[i]);
    }
    Err e = buf_err(&b);
    for (size_t at = 0; e == OK && at < b.n; at += 65536) e = line_send(&p->line, str_sub(buf_str(&b), at, 65536), ms);
    buf_wipe(&b);
    if (e != OK) *p->out = (NetMailGot){ .outcome = S("deferred"), .reply = S("The connection broke within the message."), .server = p->out->server, .tls_version = p->out->tls_version };
    return e == OK;
}

static void end(Post *p) {
    int64_t ms = (int64_t)p->line.f->mail_answer_s * END_FACTOR * 1000;
    Err e = line_send(&p->line, S(".\r\n"), ms);
    int code = e == OK ? reply(p, ms < END_S_MAX * 1000 ? ms : END_S_MAX * 1000) : 0;
    if (code == 0) {
        p->out->code = 0;
        p->out->outcome = S("unclear");
        p->out->reply = S("The end of the message was sent; the server did not answer.");
    } else if (code / 100 == 2) {
        p->out->outcome = S("delivered");
    } else {
        judge(p);
    }
}

static bool reach(Post *p) {
    Fetch *f = p->line.f;
    Resolved r;
    names_resolve(f, f->mail_host, false, &r);
    p->out->outcome = S("deferred");
    p->out->reply = r.error;
    if (r.error.n > 0) return false;
    if (f->mail_tls == MAIL_PLAIN && !net_allowed(f->allow, f->mail_host, f->mail_port) && !names_here(&r)) {
        p->out->reply = S("mail without TLS goes to this machine only");
        return false;
    }
    LineTo to = { .scheme = f->mail_tls == MAIL_TLS ? "smtps" : "smtp", .host = f->mail_host, .port = f->mail_port, .tls = f->mail_tls != MAIL_PLAIN, .path = f->mail_helo, .user = f->mail_user, .password = f->mail_password,
        .again = "EHLO ", .heard = heard, .ctx = p };
    Err e = line_open(&p->line, &to, &r);
    p->out->server = p->line.server;
    p->out->tls_version = p->line.tls;
    p->out->code = p->line.code;
    if (e != OK) p->out->reply = clean(f->a, p->line.why);
    return e == OK;
}

/* With the signature of our domain before it, when there is a key. */
static bool signed_message(Post *p, const NetMail *m, NetMail *out) {
    Fetch *f = p->line.f;
    Str field = STR_NONE;
    *out = *m;
    if (f->dkim == NULL) return true;
    if (dkim_sign(f->a, f->dkim, f->dkim_domain, f->dkim_selector, m->message, &field) != OK) {
        p->out->outcome = S("deferred");
        p->out->reply = S("The mail could not be signed.");
        return false;
    }
    char *whole = arena_alloc(f->a, field.n + m->message.n);
    memcpy(whole, field.p, field.n);
    memcpy(whole + field.n, m->message.p, m->message.n);
    out->message = str_bytes(whole, field.n + m->message.n);
    return true;
}

/* hold: called when all but the end is there; true: the end may follow. */
void fetch_mail(Fetch *f, const NetMail *mail, bool (*hold)(void *ctx, const NetMailGot *got), void *ctx, NetMailGot *out) {
    *out = (NetMailGot){ .outcome = S("unset") };
    if (f->mail_host.n == 0) return;
    Post p = { .line = { .f = f }, .out = out };
    NetMail whole;
    if (signed_message(&p, mail, &whole) && reach(&p) && envelope(&p, &whole) && content(&p, whole.message)) {
        NetMailGot ready = *out;
        ready.outcome = S("ready");
        if (hold(ctx, &ready)) {
            end(&p);
            if (str_eq(out->outcome, S("delivered"))) (void)!line_send(&p.line, S("QUIT\r\n"), 200);
        } else {
            out->outcome = S("deferred");
            out->reply = S("It was not to go.");
        }
    }
    line_close(&p.line);
}
