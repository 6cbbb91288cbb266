/* line.c - opening a line to a mail server, and reading and writing it. */
#include "programs/fetch/line.h"

#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

enum { LINE_TEXT_MAX = 1 << 20 };

/* Commands hold addresses and passwords: only their first word is looked at, nothing is kept. */
static int on_debug(CURL *curl, curl_infotype type, char *data, size_t n, void *ctx) {
    Line *l = ctx;
    Str s = str_bytes(data, n);
    struct curl_tlssessioninfo *tls = NULL;
    (void)curl;
    if (type == CURLINFO_HEADER_OUT && l->to->again != NULL && l->to->heard != NULL && str_starts(s, str_c(l->to->again))) l->to->heard(l->to->ctx, STR_NONE);
    if (type == CURLINFO_HEADER_IN && l->to->heard != NULL && s.n > 4) l->to->heard(l->to->ctx, str_trim(s));
    if (type == CURLINFO_HEADER_IN && l->tls.n == 0 && curl_easy_getinfo(l->curl, CURLINFO_TLS_SSL_PTR, &tls) == CURLE_OK && tls != NULL && tls->backend == CURLSSLBACKEND_OPENSSL && tls->internals != NULL)
        l->tls = str_dup(l->f->a, str_c(SSL_get_version(tls->internals)));
    return 0;
}

static struct curl_slist *pinned(Fetch *f, const LineTo *to, const Resolved *r) {
    NetAddress at;
    if (net_address_parse(to->host, &at)) return NULL;
    Buf b = buf_new(4096);
    buf_printf(&b, STR_FMT ":%d:", STR_ARG(to->host), to->port);
    for (size_t i = 0; i < r->n; i++) buf_printf(&b, r->at[i].v6 ? "%s[" STR_FMT "]" : "%s" STR_FMT, i > 0 ? "," : "", STR_ARG(net_address_text(f->a, &r->at[i])));
    struct curl_slist *list = curl_slist_append(NULL, str_z(f->a, buf_str(&b)));
    buf_free(&b);
    must(list != NULL);
    return list;
}

static void settings(Line *l, const LineTo *to, const Resolved *at) {
    Fetch *f = l->f;
    CURL *c = l->curl;
    struct curl_blob ca = { .data = (void *)(uintptr_t)f->ca.p, .len = f->ca.n, .flags = CURL_BLOB_NOCOPY };
    l->pins = pinned(f, to, at);
    curl_easy_setopt(c, CURLOPT_URL, str_fmt(f->a, "%s://" STR_FMT ":%d/" STR_FMT, to->scheme, STR_ARG(to->host), to->port, STR_ARG(to->path)).p);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps,imap,imaps");
    curl_easy_setopt(c, CURLOPT_USE_SSL, to->tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &ca);
    curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
    if (to->user.n > 0) {
        curl_easy_setopt(c, CURLOPT_USERNAME, str_z(f->a, to->user));
        curl_easy_setopt(c, CURLOPT_PASSWORD, str_z(f->a, to->password));
    }
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)(FETCH_CONNECT_MS + 2000 * f->mail_answer_s)); /* up to the sign-in */
    curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)f->mail_answer_s);
    curl_easy_setopt(c, CURLOPT_RESOLVE, l->pins);
    curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(c, CURLOPT_DEBUGDATA, l);
}

Err line_open(Line *l, const LineTo *to, const Resolved *at) {
    char *ip = NULL;
    long code = 0;
    l->curl = curl_easy_init();
    l->to = to;
    l->fd = CURL_SOCKET_BAD;
    l->text = buf_new(LINE_TEXT_MAX);
    must(l->curl != NULL);
    settings(l, to, at);
    CURLcode rc = curl_easy_perform(l->curl);
    curl_easy_setopt(l->curl, CURLOPT_VERBOSE, 0L);
    (void)curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &code);
    l->code = (int)code;
    if (curl_easy_getinfo(l->curl, CURLINFO_PRIMARY_IP, &ip) == CURLE_OK && ip != NULL) l->server = str_dup(l->f->a, str_c(ip));
    l->why = str_c(curl_easy_strerror(rc));
    l->to = NULL;
    if (rc != CURLE_OK) return E_OUTSIDE;
    return curl_easy_getinfo(l->curl, CURLINFO_ACTIVESOCKET, &l->fd) == CURLE_OK && l->fd != CURL_SOCKET_BAD ? OK : E_OUTSIDE;
}

static bool wait_for(const Line *l, short events, int64_t deadline) {
    int64_t left = deadline - sys_mono_ms();
    struct pollfd p = { .fd = l->fd, .events = events };
    return left > 0 && poll(&p, 1, (int)left) > 0;
}

Err line_send(Line *l, Str bytes, int64_t ms) {
    int64_t deadline = sys_mono_ms() + ms;
    while (bytes.n > 0) {
        size_t n = 0;
        CURLcode rc = curl_easy_send(l->curl, bytes.p, bytes.n, &n);
        if (rc == CURLE_OK) bytes = str_sub(bytes, n, bytes.n);
        else if (rc != CURLE_AGAIN) return E_OUTSIDE;
        else if (!wait_for(l, POLLOUT, deadline)) return E_OUTSIDE;
    }
    return OK;
}

static Err more(Line *l, int64_t deadline) {
    for (;;) {
        size_t n = 0;
        CURLcode rc = curl_easy_recv(l->curl, l->in, sizeof l->in, &n);
        if (rc == CURLE_OK && n == 0) return E_OUTSIDE;
        if (rc == CURLE_OK) {
            l->in_at = 0;
            l->in_n = n;
            return OK;
        }
        if (rc != CURLE_AGAIN) return E_OUTSIDE;
        if (!wait_for(l, POLLIN, deadline)) return E_CONFLICT;
    }
}

bool line_waits(const Line *l) { return l->in_at < l->in_n; }

/* What came of a line that is not whole yet stays for the next time. */
Err line_read(Line *l, int64_t ms, Str *out) {
    int64_t deadline = sys_mono_ms() + ms;
    if (l->text.n > 0 && l->text.p[l->text.n - 1] == '\n') buf_clear(&l->text);
    for (;;) {
        if (l->in_at == l->in_n) TRY(more(l, deadline));
        Str have = str_bytes(l->in + l->in_at, l->in_n - l->in_at);
        size_t at = 0;
        bool whole = str_chr(have, '\n', &at);
        size_t take = whole ? at + 1 : have.n;
        buf_put(&l->text, str_sub(have, 0, take));
        l->in_at += take;
        if (l->text.over) return E_LIMIT;
        if (whole) break;
    }
    Str line = str_sub(buf_str(&l->text), 0, l->text.n - 1);
    if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
    *out = line;
    return OK;
}

Err line_read_bytes(Line *l, size_t n, int64_t ms, Buf *out) {
    int64_t deadline = sys_mono_ms() + ms;
    while (n > 0) {
        if (l->in_at == l->in_n) TRY(more(l, deadline));
        size_t have = l->in_n - l->in_at, take = have < n ? have : n;
        buf_put(out, str_bytes(l->in + l->in_at, take));
        l->in_at += take;
        n -= take;
    }
    return OK;
}

/* The socket is shut before curl lets go of it, or it would wait for a goodbye. */
void line_close(Line *l) {
    if (l->curl == NULL) return;
    if (l->fd != CURL_SOCKET_BAD) (void)shutdown(l->fd, SHUT_RDWR);
    curl_easy_cleanup(l->curl);
    curl_slist_free_all(l->pins);
    buf_wipe(&l->text);
    *l = (Line){ .f = l->f };
}
