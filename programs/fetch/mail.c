/* mail.c - one message to the mail server of [mail]. What the server said decides: a refusal of this message, its sender or its
 * recipient is final; everything else (not reached, hangs, no sign-in, 4xx) is tried again later by whoever asked. RFC 5321. */
#include "programs/fetch/fetch.h"

#include <curl/curl.h>
#include <openssl/ssl.h>

enum { REPLY_MAX = 1000 };

typedef enum Stage { BEFORE, ENVELOPE, CONTENT } Stage; /* what the last command was about */
typedef struct Post {
    Fetch *f;
    CURL *curl;
    Str left;                  /* of the message */
    Buf reply;                 /* the last reply's lines */
    Stage stage;
    bool last_line;            /* the reply is whole: the next line begins another */
    bool parting;
    Str tls;
} Post;

static size_t give(char *to, size_t one, size_t n, void *ctx) {
    Post *p = ctx;
    Str part = str_sub(p->left, 0, one * n);
    if (part.n > 0) memcpy(to, part.p, part.n);
    p->left = str_sub(p->left, part.n, p->left.n);
    p->stage = CONTENT;
    return part.n;
}

static void heard(Post *p, Str line) {
    struct curl_tlssessioninfo *tls = NULL;
    bool reply = line.n >= 4 && line.p[0] >= '2' && line.p[0] <= '5';
    if (!reply) return;
    if (p->last_line) buf_clear(&p->reply);
    p->last_line = line.p[3] != '-';
    if (p->reply.n > 0) buf_ch(&p->reply, ' ');
    buf_put(&p->reply, str_trim(str_sub(line, 4, line.n)));
    if (p->tls.n == 0 && curl_easy_getinfo(p->curl, CURLINFO_TLS_SSL_PTR, &tls) == CURLE_OK && tls != NULL && tls->backend == CURLSSLBACKEND_OPENSSL && tls->internals != NULL)
        p->tls = str_dup(p->f->a, str_c(SSL_get_version(tls->internals)));
}

/* Commands hold addresses and passwords: only their first word is looked at, nothing is kept. */
static int on_debug(CURL *curl, curl_infotype type, char *data, size_t n, void *ctx) {
    Post *p = ctx;
    Str s = str_bytes(data, n);
    (void)curl;
    if (type == CURLINFO_HEADER_OUT && (str_starts(s, S("MAIL ")) || str_starts(s, S("RCPT ")))) p->stage = ENVELOPE;
    if (type == CURLINFO_HEADER_OUT && str_starts(s, S("DATA"))) p->stage = CONTENT;
    if (type == CURLINFO_HEADER_OUT && str_starts(s, S("QUIT"))) p->parting = true; /* what is said after that decides nothing */
    if (type == CURLINFO_HEADER_IN && !p->parting) heard(p, s);
    return 0;
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

static void set_server(Post *p) {
    Fetch *f = p->f;
    CURL *c = p->curl;
    struct curl_blob ca = { .data = (void *)(uintptr_t)f->ca.p, .len = f->ca.n, .flags = CURL_BLOB_NOCOPY };
    curl_easy_setopt(c, CURLOPT_URL, str_fmt(f->a, "%s://" STR_FMT ":%d/" STR_FMT, f->mail_tls == MAIL_TLS ? "smtps" : "smtp", STR_ARG(f->mail_host), f->mail_port, STR_ARG(f->mail_helo)).p);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(c, CURLOPT_USE_SSL, f->mail_tls == MAIL_PLAIN ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &ca);
    curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    if (f->mail_user.n > 0) {
        curl_easy_setopt(c, CURLOPT_USERNAME, str_z(f->a, f->mail_user));
        curl_easy_setopt(c, CURLOPT_PASSWORD, str_z(f->a, f->mail_password));
    }
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)FETCH_CONNECT_MS);
    curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)f->mail_answer_s);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)NET_MAIL_SECONDS * 1000);
}

static struct curl_slist *pinned(Fetch *f, const Resolved *r) {
    NetAddress at;
    if (net_address_parse(f->mail_host, &at)) return NULL;
    Buf b = buf_new(4096);
    buf_printf(&b, STR_FMT ":%d:", STR_ARG(f->mail_host), f->mail_port);
    for (size_t i = 0; i < r->n; i++) buf_printf(&b, r->at[i].v6 ? "%s[" STR_FMT "]" : "%s" STR_FMT, i > 0 ? "," : "", STR_ARG(net_address_text(f->a, &r->at[i])));
    struct curl_slist *list = curl_slist_append(NULL, str_z(f->a, buf_str(&b)));
    buf_free(&b);
    must(list != NULL);
    return list;
}

static void judge(Post *p, CURLcode rc, NetMailGot *out) {
    Arena *a = p->f->a;
    char *ip = NULL;
    long code = 0;
    (void)curl_easy_getinfo(p->curl, CURLINFO_RESPONSE_CODE, &code);
    out->code = (int)code;
    out->reply = clean(a, p->reply.n > 0 ? buf_str(&p->reply) : rc == CURLE_OK ? STR_NONE : str_c(curl_easy_strerror(rc)));
    out->tls_version = p->tls;
    if (curl_easy_getinfo(p->curl, CURLINFO_PRIMARY_IP, &ip) == CURLE_OK && ip != NULL) out->server = str_dup(a, str_c(ip));
    /* A server that hangs after it took the message has taken it. */
    bool taken = rc == CURLE_OK || (p->stage == CONTENT && p->left.n == 0 && p->last_line && code / 100 == 2 && code != 354);
    if (taken) out->outcome = S("delivered");
    else out->outcome = code / 100 == 5 && p->stage != BEFORE ? S("refused") : S("deferred");
}

static void send_one(Fetch *f, const NetMail *mail, const Resolved *r, NetMailGot *out) {
    Post p = { .f = f, .curl = curl_easy_init(), .left = mail->message, .reply = buf_new(64 * 1024), .last_line = true };
    struct curl_slist *pins = pinned(f, r), *to = curl_slist_append(NULL, str_fmt(f->a, "<" STR_FMT ">", STR_ARG(mail->to)).p);
    must(p.curl != NULL && to != NULL);
    set_server(&p);
    curl_easy_setopt(p.curl, CURLOPT_RESOLVE, pins);
    curl_easy_setopt(p.curl, CURLOPT_MAIL_FROM, str_fmt(f->a, "<" STR_FMT ">", STR_ARG(mail->from)).p);
    curl_easy_setopt(p.curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(p.curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(p.curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(p.curl, CURLOPT_READDATA, &p);
    curl_easy_setopt(p.curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(p.curl, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(p.curl, CURLOPT_DEBUGDATA, &p);
    judge(&p, curl_easy_perform(p.curl), out);
    curl_easy_cleanup(p.curl);
    curl_slist_free_all(pins);
    curl_slist_free_all(to);
    buf_wipe(&p.reply);
}

static bool all_here(const Resolved *r) {
    for (size_t i = 0; i < r->n; i++) {
        static const uint8_t one[16] = { [15] = 1 };
        if (r->at[i].v6 ? memcmp(r->at[i].b, one, 16) != 0 : r->at[i].b[0] != 127) return false;
    }
    return true;
}

void fetch_mail(Fetch *f, const NetMail *mail, NetMailGot *out) {
    Resolved r;
    *out = (NetMailGot){ .outcome = S("unset") };
    if (f->mail_host.n == 0) return;
    names_resolve(f, f->mail_host, &r);
    if (r.error.n > 0) {
        out->outcome = S("deferred");
        out->reply = r.error;
        return;
    }
    if (f->mail_tls == MAIL_PLAIN && !net_allowed(f->allow, f->mail_host, f->mail_port) && !all_here(&r)) {
        out->outcome = S("deferred");
        out->reply = S("mail without TLS goes to this machine only");
        return;
    }
    send_one(f, mail, &r, out);
}
