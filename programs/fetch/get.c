/* get.c - one page, hop by hop. Redirects are followed here and not by curl, so that each hop is a request and a response of its
 * own, on a connection whose address was checked: after the name was resolved, and again where curl opens the socket. */
#include "programs/fetch/fetch.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/timex.h>

enum { CHAIN_CERTS_MAX = 20 };

/* ---- the address ---- */

static bool target_part(CURLU *u, CURLUPart part, Arena *a, Str *out) {
    char *z = NULL;
    if (curl_url_get(u, part, &z, part == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) != CURLUE_OK) return false;
    *out = str_dup(a, str_c(z));
    curl_free(z);
    return true;
}

/* base empty: url stands alone. curl's own reader decides what a host is, so that nothing is checked here and reached there differently. */
static bool target_read(Arena *a, Str base, Str url, GetTarget *out) {
    CURLU *u = curl_url();
    Str scheme = STR_NONE, port = STR_NONE;
    int64_t number = 0;
    GetTarget t = { 0 };
    bool good = u != NULL && url.n <= NET_URL_MAX;
    if (good && base.n > 0) good = curl_url_set(u, CURLUPART_URL, str_z(a, base), 0) == CURLUE_OK;
    if (good) good = curl_url_set(u, CURLUPART_URL, str_z(a, url), CURLU_DISALLOW_USER | (base.n > 0 ? CURLU_URLENCODE : 0)) == CURLUE_OK;
    if (good) (void)curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
    good = good && target_part(u, CURLUPART_URL, a, &t.url) && target_part(u, CURLUPART_SCHEME, a, &scheme) && target_part(u, CURLUPART_HOST, a, &t.host) && target_part(u, CURLUPART_PORT, a, &port);
    good = good && t.url.n <= NET_URL_MAX && net_line_ok(t.url, NET_URL_MAX) && (str_eq(scheme, S("http")) || str_eq(scheme, S("https"))) && str_i64(port, 1, 65535, &number) == OK;
    if (u != NULL) curl_url_cleanup(u);
    if (!good) return false;
    if (t.host.n >= 2 && t.host.p[0] == '[') t.host = str_sub(t.host, 1, t.host.n - 2);
    while (t.host.n > 1 && t.host.p[t.host.n - 1] == '.') t.host.n--; /* "localhost." is localhost */
    t.port = (int)number;
    t.tls = str_eq(scheme, S("https"));
    *out = t;
    return true;
}

/* ---- what curl calls ---- */

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to) {
    Hop *h = ctx;
    NetAddress at = { .v6 = to->family == AF_INET6 };
    if (purpose != CURLSOCKTYPE_IPCXN || (to->family != AF_INET && to->family != AF_INET6)) return CURL_SOCKET_BAD;
    if (at.v6) memcpy(at.b, &((const struct sockaddr_in6 *)(const void *)&to->addr)->sin6_addr, 16);
    else memcpy(at.b, &((const struct sockaddr_in *)(const void *)&to->addr)->sin_addr, 4);
    if (h->proxy.n == 0 && !h->allowed && !net_address_public(&at)) { /* of a proxy the address is the operator's choice; where it goes was judged by name before */
        h->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static int on_debug(CURL *curl, curl_infotype type, char *data, size_t n, void *ctx) {
    Hop *h = ctx;
    (void)curl;
    bool ours = h->proxy.n == 0 || !str_starts(str_bytes(data, n), S("CONNECT ")); /* what the proxy is told is no part of the request */
    if (type == CURLINFO_HEADER_OUT && h->request.n == 0 && ours) buf_put(&h->request, str_bytes(data, n));
    return 0;
}

static bool texty(Str type) {
    static const char *const whole[] = { "application/json", "application/xhtml+xml", "application/xml", "application/ld+json", "application/problem+json" };
    for (size_t i = 0; i < LEN(whole); i++)
        if (str_eq(type, str_c(whole[i]))) return true;
    return str_starts(type, S("text/"));
}

/* "Text/HTML; charset=UTF-8" apart. */
static void content_type(Hop *h, Str value) {
    size_t semi = value.n, at = 0;
    Arena *a = h->f->a;
    (void)str_chr(value, ';', &semi);
    Str type = str_lower(a, str_trim(str_sub(value, 0, semi))), rest = str_lower(a, str_sub(value, semi, value.n));
    if (!net_line_ok(type, 200) || !net_line_ok(rest, 200)) return;
    h->row->type = type;
    if (!str_find(rest, S("charset="), &at)) return;
    Str set = str_sub(rest, at + 8, rest.n);
    size_t end = set.n;
    (void)str_chr(set, ';', &end);
    set = str_trim(str_sub(set, 0, end));
    if (set.n >= 2 && set.p[0] == '"' && set.p[set.n - 1] == '"') set = str_sub(set, 1, set.n - 2);
    if (set.n <= 40) h->row->charset = set;
}

static void connection_facts(Hop *h) {
    struct curl_tlssessioninfo *tls = NULL;
    if (h->row->tls_version.n > 0 || curl_easy_getinfo(h->curl, CURLINFO_TLS_SSL_PTR, &tls) != CURLE_OK || tls == NULL || tls->backend != CURLSSLBACKEND_OPENSSL || tls->internals == NULL) return;
    h->row->tls_version = str_dup(h->f->a, str_c(SSL_get_version(tls->internals)));
}

static size_t on_header(char *data, size_t one, size_t n, void *ctx) {
    Hop *h = ctx;
    Str line = str_bytes(data, one * n), bare = str_trim(line);
    long status = 0;
    if (h->head_done) return line.n; /* a trailer */
    if (h->response.n + line.n > NET_HEAD_MAX) {
        h->head_over = true;
        return 0;
    }
    connection_facts(h);
    if (str_starts(line, S("HTTP/"))) { /* the first line, or the one after an interim response */
        buf_clear(&h->response);
        h->location = STR_NONE;
        h->row->type = h->row->charset = STR_NONE;
    }
    buf_put(&h->response, line);
    Str name = str_sub(bare, 0, 13);
    if (str_ieq(name, S("content-type:"))) content_type(h, str_trim(str_sub(bare, 13, bare.n)));
    if (str_ieq(str_sub(bare, 0, 9), S("location:"))) h->location = str_dup(h->f->a, str_trim(str_sub(bare, 9, bare.n)));
    if (bare.n == 0 && curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status >= 200) {
        h->head_done = true;
        h->keep = !h->ask->hash_only && (!h->ask->text_only || texty(h->row->type));
    }
    return line.n;
}

static size_t on_body(char *data, size_t one, size_t n, void *ctx) {
    Hop *h = ctx;
    Str bytes = str_bytes(data, one * n);
    size_t left = h->bytes_max - (size_t)h->row->length;
    h->over = bytes.n > left;
    if (h->over) bytes.n = left;
    must(EVP_DigestUpdate(h->digest, bytes.p, bytes.n) == 1);
    if (h->keep) buf_put(&h->body, bytes);
    h->row->length += (int64_t)bytes.n;
    return h->over ? 0 : one * n;
}

/* Verifies as ever; when that fails, what the server showed is still a fact about it. */
static int on_chain(X509_STORE_CTX *x, void *ctx) {
    Hop *h = ctx;
    int good = X509_verify_cert(x);
    STACK_OF(X509) *shown = X509_STORE_CTX_get0_untrusted(x);
    BIO *bio = good == 1 ? NULL : BIO_new(BIO_s_mem());
    for (int i = 0; bio != NULL && i < sk_X509_num(shown) && i < CHAIN_CERTS_MAX; i++) (void)!PEM_write_bio_X509(bio, sk_X509_value(shown, i));
    char *pem = NULL;
    long n = bio != NULL ? BIO_get_mem_data(bio, &pem) : 0;
    buf_clear(&h->unbelieved);
    if (n > 0) buf_put(&h->unbelieved, str_bytes(pem, (size_t)n));
    BIO_free(bio);
    return good;
}

static CURLcode on_tls(CURL *curl, void *ssl_ctx, void *ctx) {
    (void)curl;
    SSL_CTX_set_cert_verify_callback(ssl_ctx, on_chain, ctx);
    return CURLE_OK;
}

/* ---- one hop ---- */

static struct curl_slist *header_lines(const Hop *h, bool post) {
    Arena *a = h->f->a;
    struct curl_slist *list = NULL;
    const NetAsk *q = h->ask;
    list = curl_slist_append(list, str_fmt(a, "Accept-Language: " STR_FMT, STR_ARG(q->accept_language.n > 0 ? q->accept_language : S("nl,en"))).p);
    list = curl_slist_append(list, "Accept-Encoding: identity"); /* what still comes compressed is kept as it came */
    list = curl_slist_append(list, "Expect:");
    if (post) list = curl_slist_append(list, str_fmt(a, "Content-Type: " STR_FMT, STR_ARG(q->body_type.n > 0 ? q->body_type : S("application/octet-stream"))).p);
    for (size_t i = 0; i < q->headers_n; i++) list = curl_slist_append(list, str_z(a, q->headers[i]));
    must(list != NULL);
    return list;
}

/* host:port:address,address - curl asks no resolver of its own. A host that is an address needs none (NULL). */
static struct curl_slist *pinned(const Hop *h, const GetTarget *t, const Resolved *r) {
    NetAddress at;
    if (net_address_parse(t->host, &at)) return NULL;
    Buf b = buf_new(4096);
    buf_printf(&b, STR_FMT ":%d:", STR_ARG(t->host), t->port);
    for (size_t i = 0; i < r->n; i++) buf_printf(&b, r->at[i].v6 ? "%s[" STR_FMT "]" : "%s" STR_FMT, i > 0 ? "," : "", STR_ARG(net_address_text(h->f->a, &r->at[i])));
    struct curl_slist *list = curl_slist_append(NULL, str_z(h->f->a, buf_str(&b)));
    buf_free(&b);
    must(list != NULL);
    return list;
}

static void set_connection(Hop *h, int64_t left_ms) {
    CURL *c = h->curl;
    struct curl_blob ca = { .data = (void *)(uintptr_t)h->f->ca.p, .len = h->f->ca.n, .flags = CURL_BLOB_NOCOPY };
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, h->ask->http2 ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c, CURLOPT_PROXY, h->proxy.n > 0 ? str_z(h->f->a, h->proxy) : "");
    if (h->proxy.n > 0) curl_easy_setopt(c, CURLOPT_HTTPPROXYTUNNEL, 1L); /* the request is the site's, not the proxy's */
    curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &ca);
    curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(c, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, on_tls);
    curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, h);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)left_ms);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)(left_ms < FETCH_CONNECT_MS ? left_ms : FETCH_CONNECT_MS));
    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, h);
}

static void set_request(Hop *h, const GetTarget *t, bool post, bool head) {
    CURL *c = h->curl;
    curl_easy_setopt(c, CURLOPT_URL, str_z(h->f->a, t->url));
    curl_easy_setopt(c, CURLOPT_USERAGENT, str_z(h->f->a, h->f->user_agent));
    if (head) curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    if (post) {
        curl_easy_setopt(c, CURLOPT_POST, 1L);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)h->ask->body.n);
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, h->ask->body.n > 0 ? h->ask->body.p : "");
    }
    curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(c, CURLOPT_DEBUGDATA, h);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, h);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, h);
}

static int64_t time_of(CURL *c, CURLINFO what) {
    curl_off_t us = 0;
    return curl_easy_getinfo(c, what, &us) == CURLE_OK && us > 0 ? us / 1000 : -1;
}

/* The chain as PEM, leaf first. */
static Str chain_of(Hop *h) {
    struct curl_certinfo *info = NULL;
    Buf b = buf_new(NET_CHAIN_MAX);
    if (curl_easy_getinfo(h->curl, CURLINFO_CERTINFO, &info) != CURLE_OK || info == NULL) return STR_NONE;
    for (int i = 0; i < info->num_of_certs; i++)
        for (const struct curl_slist *l = info->certinfo[i]; l != NULL; l = l->next) {
            Str line = str_c(l->data);
            if (!str_starts(line, S("Cert:"))) continue;
            buf_put(&b, str_sub(line, 5, line.n));
            if (!str_ends(line, S("\n"))) buf_ch(&b, '\n');
        }
    Str s = buf_err(&b) == OK ? str_dup(h->f->a, buf_str(&b)) : STR_NONE;
    buf_free(&b);
    return s;
}

static void collect(Hop *h) {
    NetHop *r = h->row;
    Arena *a = h->f->a;
    char *ip = NULL;
    long status = 0, port = 0;
    unsigned int n = 0;
    if (h->proxy.n == 0 && curl_easy_getinfo(h->curl, CURLINFO_PRIMARY_IP, &ip) == CURLE_OK && ip != NULL) r->ip = str_dup(a, str_c(ip));
    if (curl_easy_getinfo(h->curl, CURLINFO_PRIMARY_PORT, &port) == CURLE_OK && r->ip.n > 0) r->port = (int)port;
    if (h->head_done && curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK) r->status = (int)status;
    r->connect_ms = time_of(h->curl, CURLINFO_CONNECT_TIME_T);
    r->first_byte_ms = time_of(h->curl, CURLINFO_STARTTRANSFER_TIME_T);
    r->total_ms = time_of(h->curl, CURLINFO_TOTAL_TIME_T);
    r->request_head = str_dup(a, buf_str(&h->request));
    r->response_head = str_dup(a, buf_str(&h->response));
    r->tls_chain = chain_of(h);
    if (r->tls_chain.n == 0 && buf_err(&h->unbelieved) == OK) r->tls_chain = str_dup(a, buf_str(&h->unbelieved));
    if (h->keep && h->head_done) r->body = h->body.n > 0 ? str_dup(a, buf_str(&h->body)) : (Str){ "", 0 };
    must(EVP_DigestFinal_ex(h->digest, r->sha256, &n) == 1 && n == 32);
}

static Str reason(const Hop *h, CURLcode rc, bool *out_temporary) {
    *out_temporary = true;
    if (h->over || h->head_over) {
        *out_temporary = false;
        return S("too_large");
    }
    if (h->refused) {
        *out_temporary = false;
        return S("refused_address");
    }
    if (rc != CURLE_OK && h->proxy.n > 0 && !h->head_done) return S("place_failed"); /* whose fault it was, nobody can tell from here */
    switch (rc) {
    case CURLE_OK: return STR_NONE;
    case CURLE_OPERATION_TIMEDOUT: return h->row->connect_ms < 0 ? S("connect_timeout") : S("timeout");
    case CURLE_COULDNT_CONNECT: return S("connect_refused");
    case CURLE_SSL_CONNECT_ERROR: case CURLE_PEER_FAILED_VERIFICATION: case CURLE_SSL_CERTPROBLEM: case CURLE_SSL_CIPHER: case CURLE_SSL_ISSUER_ERROR: case CURLE_SSL_CACERT_BADFILE: return S("tls_failed");
    case CURLE_GOT_NOTHING: case CURLE_PARTIAL_FILE: case CURLE_RECV_ERROR: case CURLE_SEND_ERROR: return S("closed");
    case CURLE_URL_MALFORMAT: *out_temporary = false; return S("bad_url");
    default: return S("protocol");
    }
}

/* Keeps the addresses that may be reached. */
static void keep_public(Resolved *r) {
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (net_address_public(&r->at[i])) r->at[n++] = r->at[i];
    r->n = n;
}

/* Ready for curl: pinned to the addresses that were checked. */
static void hop_open(Get *g, const Resolved *r, int64_t left_ms) {
    Hop *h = &g->hop;
    g->pins = h->proxy.n > 0 ? NULL : pinned(h, &g->target, r); /* a proxy asks its own names: what is seen there may differ, which is the point */
    g->lines = header_lines(h, g->post);
    h->curl = curl_easy_init();
    must(h->curl != NULL);
    set_connection(h, left_ms);
    set_request(h, &g->target, g->post, str_eq(g->ask->method, S("HEAD")));
    curl_easy_setopt(h->curl, CURLOPT_RESOLVE, g->pins);
    curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, g->lines);
}

static Str hop_close(Get *g, CURLcode rc) {
    Hop *h = &g->hop;
    collect(h);
    Str why = reason(h, rc, &g->got.temporary);
    h->row->cut = why.n > 0 && h->head_done;
    h->row->hashed = h->head_done && why.n == 0;
    curl_easy_cleanup(h->curl);
    h->curl = NULL;
    curl_slist_free_all(g->pins);
    curl_slist_free_all(g->lines);
    return why;
}

static bool redirects(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

static void hop_end(Hop *h) {
    EVP_MD_CTX_free(h->digest);
    buf_free(&h->request);
    buf_free(&h->response);
    buf_free(&h->body);
    buf_free(&h->unbelieved);
}

static bool over(Get *g, Str why) {
    hop_end(&g->hop);
    g->got.error = why;
    g->state = GET_OVER;
    return false;
}

static bool place_of(const Fetch *f, Str name, Str *out) {
    Str rest = f->places, one = STR_NONE;
    size_t at = 0;
    while (conf_list_next(&rest, &one))
        if (str_chr(one, '=', &at) && str_eq(str_sub(one, 0, at), name) && at + 1 < one.n) {
            *out = str_sub(one, at + 1, one.n);
            return true;
        }
    return false;
}

/* The next request on its way: its name is to be looked up, unless its port is none that is asked. */
static void hop_begin(Get *g) {
    Fetch *f = &g->f;
    Hop *h = &g->hop;
    NetHop *row = &g->got.hops[g->got.hops_n++];
    *row = (NetHop){ .url = g->target.url, .port = g->target.port, .began = sys_now(&f->p.in.clock), .connect_ms = -1, .first_byte_ms = -1, .total_ms = -1 };
    *h = (Hop){ .f = f, .ask = g->ask, .row = row, .request = buf_new(NET_HEAD_MAX + NET_URL_MAX), .response = buf_new(NET_HEAD_MAX), .body = buf_new(NET_BODIES_MAX), .unbelieved = buf_new(NET_CHAIN_MAX), .digest = EVP_MD_CTX_new() };
    h->allowed = net_allowed(f->allow, g->target.host, g->target.port);
    h->bytes_max = g->ask->bytes_max > 0 && g->ask->bytes_max < f->bytes_max ? g->ask->bytes_max : f->bytes_max;
    if (h->bytes_max > g->budget) h->bytes_max = g->budget;
    must(h->digest != NULL && EVP_DigestInit_ex(h->digest, EVP_sha256(), NULL) == 1);
    g->state = GET_NAME;
    g->got.temporary = false;
    bool known = g->ask->place.n == 0 || place_of(f, g->ask->place, &h->proxy);
    if (!known) {
        (void)over(g, S("place_unknown"));
        return;
    }
    if (!h->allowed && !net_port_ok(g->target.port)) (void)over(g, S("refused_address"));
}

/* How sure the kernel is of its clock: what disciplines it (NTP, chrony) writes the estimate there. */
static Str clock_said(Arena *a) {
    struct timex t = { .modes = 0 };
    int state = adjtimex(&t);
    if (state < 0) return STR_NONE;
    if (state == TIME_ERROR || (t.status & STA_UNSYNC) != 0) return S("not_synchronised");
    return str_fmt(a, "synchronised:%ldus", t.esterror);
}

void get_begin(Get *g, const Fetch *f, Arena *a, const NetAsk *ask) {
    *g = (Get){ .f = *f, .ask = ask, .post = str_eq(ask->method, S("POST")), .budget = NET_BODIES_MAX, .state = GET_OVER };
    g->f.a = a;
    int seconds = ask->seconds_max > 0 ? ask->seconds_max : f->timeout_s;
    g->most = ask->redirects_max >= 0 ? ask->redirects_max : f->redirects_max;
    g->deadline = sys_mono_ms() + (int64_t)seconds * 1000;
    g->got = (NetGot){ .hops = ARENA_ARRAY(a, NetHop, NET_HOPS_MAX), .clock = clock_said(a) };
    if (target_read(a, STR_NONE, ask->url, &g->target)) hop_begin(g);
    else g->got.error = S("bad_url");
}

bool get_named(Get *g, Resolved *r) {
    Str why = r->error;
    g->hop.row->dns = r->dns;
    g->got.temporary = str_eq(why, S("dns_failed"));
    if (why.n == 0 && !g->hop.allowed) {
        keep_public(r);
        if (r->n == 0) why = S("refused_address");
    }
    int64_t left = g->deadline - sys_mono_ms();
    if (why.n == 0 && left <= 0) {
        why = S("timeout");
        g->got.temporary = true;
    }
    if (why.n > 0) return over(g, why);
    hop_open(g, r, left);
    g->state = GET_ASKED;
    return true;
}

void get_answered(Get *g, CURLcode rc) {
    Str why = hop_close(g, rc), location = g->hop.location;
    const NetHop *row = g->hop.row;
    GetTarget next = { 0 };
    g->budget -= row->body.n;
    bool on = why.n == 0 && redirects(row->status) && location.n > 0;
    if (on && (g->got.hops_n > (size_t)g->most || g->got.hops_n == NET_HOPS_MAX)) {
        on = false;
        why = g->most == 0 ? STR_NONE : S("too_many_redirects"); /* none wanted: the redirect is the answer */
    }
    if (on && !target_read(g->f.a, g->target.url, location, &next)) {
        on = false;
        why = S("bad_url");
    }
    (void)over(g, why);
    if (!on) return;
    g->target = next;
    if (row->status == 303 || (row->status <= 302 && g->post)) g->post = false;
    hop_begin(g);
}

void fetch_get(Fetch *f, const NetAsk *ask, NetGot *out) {
    Resolved r;
    Get g;
    get_begin(&g, f, f->a, ask);
    while (g.state != GET_OVER) {
        names_resolve(f, g.target.host, ask->signatures, &r);
        if (get_named(&g, &r)) get_answered(&g, curl_easy_perform(g.hop.curl));
    }
    *out = g.got;
}
