/* The fetch process for real, against a small hostile internet (test/net/outside.py). Use: fetch_test KETEN-FETCH OUTSIDE.PY */
#include "foundation/base/tap.h"
#include "foundation/net/net_wire.h"
#include "foundation/sys/sys.h"
#include "programs/common/conf.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { PORTS_MAX = 40 };
typedef struct World {
    Arena *a;
    const char *fetch, *outside;
    char dir[64];
    pid_t outside_pid, fetch_pid;
    int outside_in;
    struct { Str name; int port; } port[PORTS_MAX];
    size_t ports;
    Net *net;
    Metrics metrics;
} World;

static int port(World *w, const char *name) {
    for (size_t i = 0; i < w->ports; i++)
        if (str_eq(w->port[i].name, str_c(name))) return w->port[i].port;
    must(!"a port of that name");
    return 0;
}

static void outside_start(World *w) {
    int in[2], out[2];
    must(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    const char *argv[] = { "python3", w->outside, w->dir, NULL }, *env[] = { "PATH=/usr/bin:/bin", NULL };
    SpawnFd fds[] = { { in[0], 0 }, { out[1], 1 } };
    must(sys_spawn(&(Spawn){ .path = "/usr/bin/python3", .argv = argv, .env = env, .fds = fds, .fds_n = 2 }, &w->outside_pid) == OK);
    close(in[0]);
    close(out[1]);
    w->outside_in = in[1];
    Buf b = buf_new(65536);
    int64_t deadline = sys_mono_ms() + 60000;
    while (!str_ends(buf_str(&b), S("ready 0\n"))) {
        char c[512];
        size_t n = 0;
        must(fd_read_some(out[0], c, sizeof c, deadline, &n) == OK && n > 0);
        buf_put(&b, str_bytes(c, n));
    }
    Str rest = str_dup(w->a, buf_str(&b)), line = STR_NONE;
    while (str_split(&rest, '\n', &line)) {
        size_t at = 0;
        int64_t p = 0;
        if (!str_chr(line, ' ', &at) || w->ports == PORTS_MAX) continue;
        must(str_i64(str_sub(line, at + 1, line.n), 0, 65535, &p) == OK);
        w->port[w->ports].name = str_sub(line, 0, at);
        w->port[w->ports++].port = (int)p;
    }
    buf_free(&b);
    close(out[0]);
}

static void fetch_stop(World *w) {
    net_close(w->net);
    w->net = NULL;
    if (w->fetch_pid > 0) {
        kill(w->fetch_pid, SIGTERM);
        must(waitpid(w->fetch_pid, NULL, 0) == w->fetch_pid);
    }
    w->fetch_pid = 0;
}

/* A fetch process with these settings of its mail server; NULL: none. */
static void fetch_start(World *w, const char *mail, const char *tls, const char *user) {
    Str text = str_fmt(w->a, "[net]\nallow = site.test:%d localhost:%d site.test:%d site.test:%d 127.0.0.1:%d site.test:%d alias.test:%d [::1]:%d\nresolver = 127.0.0.1:%d\ntimeout_s = 3\nbytes_max_mb = 1\nredirects_max = 5\nca_file = %s/ca.pem\n"
        "[watch]\nplaces = de=http://127.0.0.1:%d shut=http://127.0.0.1:1\n[mail]\nhost = %s\nport = %d\ntls = %s\nuser = %s\nanswer_s = 1\n", port(w, "web"), port(w, "tls"), port(w, "tls"), port(w, "whois"), port(w, "last_mail"), port(w, "badtls"), port(w, "web"), port(w, "web6") > 0 ? port(w, "web6") : 1, port(w, "dns"), w->dir, port(w, "proxy"),
        mail != NULL ? "site.test" : "", mail != NULL ? port(w, mail) : 25, tls, user);
    const char *path = str_fmt(w->a, "%s/keten.conf", w->dir).p, *socket = str_fmt(w->a, "%s/run/fetch.sock", w->dir).p;
    fetch_stop(w);
    must(file_write(path, text, 0600) == OK);
    const char *argv[] = { "keten-fetch", "--data", w->dir, NULL };
    must(sys_spawn(&(Spawn){ .path = w->fetch, .argv = argv }, &w->fetch_pid) == OK);
    for (int i = 0; i < 400 && net_connect(socket, &w->net) != OK; i++) sys_sleep_ms(25);
    must(w->net != NULL);
}

static NetGot get(World *w, NetAsk ask) {
    NetGot g = { 0 };
    must(net_get(w->net, w->a, &ask, &g) == OK && (g.hops_n > 0 || g.error.n > 0));
    return g;
}
static NetGot page(World *w, const char *host, const char *name, const char *path) { return get(w, (NetAsk){ .url = str_fmt(w->a, "http://%s:%d%s", host, port(w, name), path), .redirects_max = -1 }); }
static NetGot site(World *w, const char *path) { return page(w, "site.test", "web", path); }
static bool failed(NetGot g, const char *why) { return str_eq(g.error, str_c(why)); }
static NetHop last(NetGot g) { return g.hops[g.hops_n - 1]; }

static void facts(World *w) {
    size_t at = 0;
    uint8_t want[32];
    NetHop h = last(site(w, "/ok"));
    check(h.status == 200 && str_eq(h.body, S("<title>Here</title><p>still here")) && str_eq(h.type, S("text/html")) && str_eq(h.charset, S("utf-8")), "a page comes as it is, with its type");
    check(str_starts(h.request_head, S("GET /ok HTTP/1.1\r\nHost: site.test")) && str_ends(h.request_head, S("\r\n\r\n")) && str_find(h.request_head, S("Accept-Language: nl,en\r\n"), &at), "the request is kept as it went out");
    check(str_starts(h.response_head, S("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\n")) && str_ends(h.response_head, S("\r\n\r\n")), "the response's head as it came in");
    check(str_eq(h.ip, S("127.0.0.1")) && h.port == port(w, "web") && str_eq(h.dns, S("site.test 60 A 127.0.0.1\n")), "with the address and the record that named it");
    must(EVP_Digest(h.body.p, h.body.n, want, NULL, EVP_sha256(), NULL) == 1);
    check(h.hashed && memcmp(want, h.sha256, 32) == 0 && h.length == (int64_t)h.body.n && !h.cut, "and the hash of its bytes");
    check(h.began > 0 && h.connect_ms >= 0 && h.total_ms >= h.connect_ms && h.tls_version.n == 0, "and its times");
    h = last(page(w, "alias.test", "web", "/ok"));
    check(h.status == 200 && str_eq(h.dns, S("alias.test 60 CNAME site.test\nsite.test 60 A 127.0.0.1\n")), "an alias is recorded as one");
    h = last(site(w, "/interim"));
    check(h.status == 200 && str_eq(h.body, S("abc")) && str_starts(h.response_head, S("HTTP/1.1 200 OK")) && !str_find(h.response_head, S("X-End: 1"), &at), "an interim answer and a trailer are no part of the head; chunks are joined");
    if (port(w, "web6") > 0) {
        h = last(get(w, (NetAsk){ .url = str_fmt(w->a, "http://[::1]:%d/ok", port(w, "web6")), .redirects_max = -1 }));
        check(h.status == 200 && str_eq(h.ip, S("::1")) && h.dns.n == 0, "an address of the sixth version is reached as it is written");
    }
    h = last(get(w, (NetAsk){ .url = str_fmt(w->a, "http://127.0.0.1:%d/", port(w, "last_mail")), .redirects_max = -1 }));
    check(h.status == 200 && str_eq(h.ip, S("127.0.0.1")) && h.dns.n == 0, "so is one of the fourth");
    NetGot g = get(w, (NetAsk){ .url = str_fmt(w->a, "http://site.test:%d/echo", port(w, "web")), .method = S("POST"), .body = S("a=1"), .body_type = S("text/plain"), .redirects_max = -1 });
    check(str_eq(last(g).body, S("POST a=1")), "a form is sent");
    g = get(w, (NetAsk){ .url = str_fmt(w->a, "http://site.test:%d/ok", port(w, "web")), .method = S("HEAD"), .redirects_max = -1 });
    check(last(g).status == 200 && last(g).length == 0 && g.error.n == 0, "a head is asked for alone");
    check(last(site(w, "/gone")).status == 410 && site(w, "/gone").error.n == 0, "gone is an answer, not a failure");
}

static void modes(World *w) {
    NetGot g = get(w, (NetAsk){ .url = str_fmt(w->a, "http://site.test:%d/image", port(w, "web")), .text_only = true, .redirects_max = -1 });
    check(last(g).body.p == NULL && last(g).hashed && last(g).length == 5004 && str_eq(last(g).type, S("image/png")), "of a picture only the hash comes in, when text was asked for");
    g = get(w, (NetAsk){ .url = str_fmt(w->a, "http://site.test:%d/untyped", port(w, "web")), .text_only = true, .redirects_max = -1 });
    check(last(g).body.p == NULL && last(g).hashed, "nor what does not say what it is");
    g = get(w, (NetAsk){ .url = str_fmt(w->a, "http://site.test:%d/ok", port(w, "web")), .hash_only = true, .redirects_max = -1 });
    check(last(g).body.p == NULL && last(g).hashed && last(g).length == 32, "nor anything in hash-only mode");
    g = site(w, "/bomb");
    check(g.error.n == 0 && last(g).length < 200000 && last(g).hashed, "a compression bomb stays packed (%lld bytes)", (long long)last(g).length);
}

static void redirects(World *w) {
    NetGot g = site(w, "/hop/2");
    check(g.error.n == 0 && g.hops_n == 4 && g.hops[0].status == 302 && str_eq(g.hops[0].body, S("moved")) && last(g).status == 200, "every hop of a redirect is a record of its own");
    g = site(w, "/loop");
    check(failed(g, "too_many_redirects") && g.hops_n == 6, "a redirect without end is left after five");
    g = get(w, (NetAsk){ .url = str_fmt(w->a, "http://site.test:%d/hop/2", port(w, "web")), .redirects_max = 0 });
    check(g.hops_n == 1 && g.error.n == 0 && last(g).status == 302, "none is followed when none was asked for");
    g = get(w, (NetAsk){ .url = str_fmt(w->a, "http://site.test:%d/after", port(w, "web")), .method = S("POST"), .body = S("x"), .redirects_max = -1 });
    check(str_starts(last(g).body, S("GET ")), "see-other turns a form into a question");
    static const char *const away[] = { "http://127.0.0.1:1/", "http://inside.test/", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://0x7f.1/", "http://2130706433/", "//loop.test/", "http://localhost.:9/" };
    for (size_t i = 0; i < LEN(away); i++) {
        Buf hex = buf_new(1000);
        for (const char *p = away[i]; *p != '\0'; p++) buf_printf(&hex, "%02x", (unsigned char)*p);
        g = site(w, str_fmt(w->a, "/to/" STR_FMT, STR_ARG(buf_str(&hex))).p);
        check(failed(g, "refused_address") && g.hops_n == 2 && last(g).ip.n == 0, "a redirect to %s is not followed", away[i]);
        buf_free(&hex);
    }
    g = site(w, "/to/66696c653a2f2f2f6574632f706173737764");
    check(failed(g, "bad_url") && g.hops_n == 1, "nor one to a file");
}

static void refused(World *w) {
    static const char *const inside[] = { "http://127.0.0.1:%d/seen", "http://localhost:%d/seen", "http://[::1]:%d/seen", "http://loop.test:%d/seen", "http://mapped.test:%d/seen", "http://2130706433:%d/seen",
        "http://127.1:%d/seen", "http://0177.0.0.1:%d/seen", "http://[::ffff:127.0.0.1]:%d/seen", "http://inside.test:%d/seen", "http://cloud.test:%d/seen", "http://six.test:%d/seen", "http://closed.test:%d/", "http://0.0.0.0:%d/seen" };
    Str before = last(site(w, "/seen")).body;
    for (size_t i = 0; i < LEN(inside); i++) {
        char url[200];
        size_t at = 0;
        must(str_find(str_c(inside[i]), S("%d"), &at));
        snprintf(url, sizeof url, "%.*s%d%s", (int)at, inside[i], port(w, "web"), inside[i] + at + 2);
        NetGot g = get(w, (NetAsk){ .url = str_c(url), .redirects_max = -1 });
        check(failed(g, "refused_address") && !g.temporary && g.hops[0].ip.n == 0, "%s is refused", inside[i]);
    }
    int64_t one = 0, two = 0;
    must(str_i64(before, 0, 1 << 20, &one) == OK && str_i64(last(site(w, "/seen")).body, 0, 1 << 20, &two) == OK);
    check(two == one + 1, "and not one connection was made for it");
    check(failed(page(w, "site.test", "mail_good", "/"), "refused_address"), "another port of an allowed host is refused too");
    static const char *const no[] = { "ftp://site.test/", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "http://", "http://user:pw@site.test/", "site.test", "", "gopher://127.0.0.1:25/x" };
    for (size_t i = 0; i < LEN(no); i++) check(failed(get(w, (NetAsk){ .url = str_c(no[i]), .redirects_max = -1 }), "bad_url"), "'%s' is no address of a page", no[i]);
    NetGot g = { 0 };
    Str bad[] = { S("X-A: b\r\nHost: other") }, host[] = { S("Host: other") };
    check(net_get(w->net, w->a, &(NetAsk){ .url = S("http://site.test/\r\nX: y"), .redirects_max = -1 }, &g) == E_INPUT, "a line break in an address is a malformed question");
    check(net_get(w->net, w->a, &(NetAsk){ .url = S("http://site.test/"), .headers = bad, .headers_n = 1, .redirects_max = -1 }, &g) == E_INPUT &&
          net_get(w->net, w->a, &(NetAsk){ .url = S("http://site.test/"), .headers = host, .headers_n = 1, .redirects_max = -1 }, &g) == E_INPUT, "so is one in a header, or a header that is not the asker's to set");
    check(failed(get(w, (NetAsk){ .url = S("http://none.test/"), .redirects_max = -1 }), "dns_none") && failed(get(w, (NetAsk){ .url = S("http://broken.test/"), .redirects_max = -1 }), "dns_failed"), "no such name, and no answer about a name, are told apart");
}

static void hostile(World *w) {
    int64_t began = sys_mono_ms();
    NetGot g = site(w, "/endless");
    check(failed(g, "too_large") && last(g).cut && last(g).length == 1 << 20 && last(g).body.n == 1 << 20 && !last(g).hashed, "a page without end is cut at the limit, and says so");
    g = get(w, (NetAsk){ .url = str_fmt(w->a, "http://site.test:%d/endless", port(w, "web")), .bytes_max = 5000, .redirects_max = -1 });
    check(last(g).length == 5000 && last(g).cut, "at the asker's limit when that is lower");
    g = site(w, "/endlesshead");
    check(failed(g, "too_large") && last(g).status == 0, "a head without end is left");
    check(sys_mono_ms() - began < 8000, "none of which takes long");
    g = site(w, "/claimsmore");
    check(failed(g, "closed") && last(g).cut && str_eq(last(g).body, S("ten bytes.")), "fewer bytes than promised is an answer cut short");
    g = site(w, "/claimsless");
    check(g.error.n == 0 && last(g).length == 10, "more than promised is not read");
    check(failed(site(w, "/nonsense"), "protocol") && failed(site(w, "/nothing"), "closed"), "nonsense and nothing are told apart");
    began = sys_mono_ms();
    check(failed(site(w, "/slowhead"), "timeout") && sys_mono_ms() - began < 5000, "a head that trickles for ever ends at the deadline");
    g = site(w, "/slowbody");
    check(failed(g, "timeout") && last(g).cut && last(g).status == 200 && g.temporary, "so does a body");
    g = get(w, (NetAsk){ .url = str_fmt(w->a, "http://site.test:%d/silence", port(w, "web")), .seconds_max = 1, .redirects_max = -1 });
    check(failed(g, "timeout") && last(g).status == 0, "and a silence, at the asker's deadline when that is earlier");
}

static void secure(World *w) {
    size_t at = 0;
    NetGot g = get(w, (NetAsk){ .url = str_fmt(w->a, "https://site.test:%d/ok", port(w, "tls")), .redirects_max = -1 });
    NetHop h = last(g);
    check(h.status == 200 && str_starts(h.tls_version, S("TLSv1.")), "TLS with an authority that is believed (" STR_FMT ")", STR_ARG(h.tls_version));
    Str leaf = STR_NONE, whole = STR_NONE;
    must(file_read(w->a, str_fmt(w->a, "%s/leaf.pem", w->dir).p, 65536, &leaf) == OK && file_read(w->a, str_fmt(w->a, "%s/chain.pem", w->dir).p, 65536, &whole) == OK);
    check(str_starts(h.tls_chain, str_trim(leaf)) && str_eq(h.tls_chain, whole), "the chain of that connection is kept, leaf first");
    check(str_find(h.request_head, S("GET /ok HTTP/1.1"), &at) && !str_find(h.response_head, S("certificate"), &at), "and nothing of the handshake is in the heads");
    g = get(w, (NetAsk){ .url = str_fmt(w->a, "https://site.test:%d/ok", port(w, "badtls")), .redirects_max = -1 });
    check(failed(g, "tls_failed") && last(g).status == 0 && last(g).response_head.n == 0, "an authority that is not believed is a failure");
    must(file_read(w->a, str_fmt(w->a, "%s/other.pem", w->dir).p, 65536, &whole) == OK);
    check(str_eq(last(g).tls_chain, whole), "and what that server showed is kept all the same");
    g = get(w, (NetAsk){ .url = str_fmt(w->a, "https://site.test:%d/ok", port(w, "web")), .redirects_max = -1 });
    check(failed(g, "tls_failed"), "so is a server that speaks no TLS");
}

static void names(World *w) {
    NetName *n = NULL;
    size_t k = 0;
    Str error = STR_NONE;
    must(net_names(w->net, w->a, S("alias.test"), &n, &k, &error) == OK);
    check(k == 3 && str_eq(n[0].type, S("CNAME")) && str_eq(n[0].value, S("site.test")) && str_eq(n[1].value, S("127.0.0.1")) && n[1].ttl == 60 && str_eq(n[2].type, S("PTR")) && str_eq(n[2].value, S("host.site.test")), "a host's alias, address and the name that address goes by");
    must(net_names(w->net, w->a, S("none.test"), &n, &k, &error) == OK);
    check(k == 0 && str_eq(error, S("dns_none")), "no such name");
    must(net_names(w->net, w->a, S("broken.test"), &n, &k, &error) == OK);
    check(k == 0 && str_eq(error, S("dns_failed")), "no answer about one");
    check(net_names(w->net, w->a, S("a\nb"), &n, &k, &error) == E_INPUT, "what is no name is a malformed question");
}

static NetWhoisGot ask_whois(World *w, const char *server, int at, const char *query, int seconds) {
    NetWhoisGot g = { .cut = false };
    must(net_whois(w->net, w->a, &(NetWhois){ .server = str_c(server), .port = at, .query = str_c(query), .seconds_max = seconds }, &g) == OK);
    return g;
}

static void whois(World *w) {
    int at = port(w, "whois");
    NetWhoisGot g = ask_whois(w, "site.test", at, "voorbeeld.test", 0);
    check(g.error.n == 0 && str_eq(g.text, S("% asked: voorbeeld.test\r\ndomain: voorbeeld.test\r\n")) && str_eq(g.ip, S("127.0.0.1")) && !g.cut, "a WHOIS server is asked one line, and all it says comes back");
    g = ask_whois(w, "site.test", at, "endless", 0);
    check(g.error.n == 0 && g.cut && g.text.n == NET_WHOIS_MAX, "one that never stops is cut at the limit, and the answer says so");
    int64_t began = sys_mono_ms();
    g = ask_whois(w, "site.test", at, "silent", 1);
    check(str_eq(g.error, S("timeout")) && g.temporary && g.text.n == 0, "one that says nothing is left at the deadline");
    g = ask_whois(w, "site.test", at, "trickle", 1);
    check(str_eq(g.error, S("timeout")) && g.text.n > 2 && sys_mono_ms() - began < 4000, "one that trickles too; what came is kept");
    check(str_eq(ask_whois(w, "site.test", at, "nothing", 0).error, S("closed")), "one that hangs up without a word has not answered");
    check(str_eq(ask_whois(w, "inside.test", 0, "x", 0).error, S("refused_address")) && str_eq(ask_whois(w, "closed.test", at, "x", 0).error, S("refused_address")) && str_eq(ask_whois(w, "127.0.0.1", 0, "x", 0).error, S("refused_address")),
        "private addresses and other ports are refused, as for pages");
    check(str_eq(ask_whois(w, "none.test", 0, "x", 0).error, S("dns_none")), "no such server");
    NetWhoisGot bad;
    check(net_whois(w->net, w->a, &(NetWhois){ .server = S("site.test"), .query = S("a\r\nb") }, &bad) == E_INPUT && net_whois(w->net, w->a, &(NetWhois){ .server = S("site.test") }, &bad) == E_INPUT, "a second line in a question, or none, is a malformed question");
}

/* From elsewhere: over a proxy of the operator's. */
static void place(World *w) {
    Str url = str_fmt(w->a, "http://site.test:%d/ok", port(w, "web"));
    NetGot g = get(w, (NetAsk){ .url = url, .place = S("de"), .redirects_max = -1 });
    size_t at = 0;
    check(g.error.n == 0 && last(g).status == 200 && str_eq(last(g).body, S("<title>Here</title><p>still here")) && last(g).ip.n == 0, "a page seen from another place comes over its proxy; no address of the proxy is taken for the site's");
    check(str_starts(last(g).request_head, S("GET /ok HTTP/1.1")) && !str_find(last(g).request_head, S("CONNECT"), &at) && str_starts(last(g).response_head, S("HTTP/1.1 200 OK")), "and nothing of the proxy is in the heads");
    check(failed(get(w, (NetAsk){ .url = url, .place = S("us"), .redirects_max = -1 }), "place_unknown"), "a place that the configuration does not know is not replaced by another");
    g = get(w, (NetAsk){ .url = url, .place = S("shut"), .redirects_max = -1 });
    check(failed(g, "place_failed") && last(g).status == 0 && g.temporary, "a proxy that is away says nothing about the site");
    check(failed(get(w, (NetAsk){ .url = str_fmt(w->a, "http://inside.test:%d/seen", port(w, "web")), .place = S("de"), .redirects_max = -1 }), "refused_address"), "private addresses are refused over a proxy too");
}

/* ---- many at once ---- */

static NetMany *many_open(World *w) {
    NetMany *m = NULL;
    must(net_many_open(str_fmt(w->a, "%s/run/fetch.sock", w->dir).p, &m) == OK);
    return m;
}

/* The next answer, or false at the deadline. */
static bool many_next(World *w, NetMany *m, int64_t deadline, uint32_t *id, NetGot *g) {
    Err e = net_many_next(m, w->a, id, g);
    while (e == E_MISSING && sys_mono_ms() < deadline) {
        must(net_many_turn(m, 100) == OK);
        e = net_many_next(m, w->a, id, g);
    }
    must(e == OK || e == E_MISSING);
    return e == OK;
}

static void many_same(World *w) {
    static const char *const paths[] = { "/ok", "/gone", "/image", "/untyped", "/bomb", "/hop/2", "/loop", "/endless", "/endlesshead", "/claimsmore", "/claimsless", "/nonsense", "/nothing", "/slowhead", "/slowbody", "/interim" };
    static const char *const elsewhere[] = { "http://127.0.0.1:1/", "http://none.test/", "http://broken.test/", "http://inside.test/", "ftp://site.test/", "", "http://localhost:9/", "http://alias.test:9/", "http://user:pw@site.test/" };
    NetMany *m = many_open(w);
    Str url[LEN(paths) + LEN(elsewhere) + 2];
    size_t n = 0, same = 0, seen = 0;
    for (size_t i = 0; i < LEN(paths); i++) url[n++] = str_fmt(w->a, "http://site.test:%d%s", port(w, "web"), paths[i]);
    for (size_t i = 0; i < LEN(elsewhere); i++) url[n++] = str_c(elsewhere[i]);
    url[n++] = str_fmt(w->a, "https://site.test:%d/ok", port(w, "tls"));
    url[n++] = str_fmt(w->a, "https://site.test:%d/ok", port(w, "badtls"));
    int64_t began = sys_mono_ms();
    for (uint32_t i = 0; i < n; i++) must(net_many_ask(m, i, &(NetAsk){ .url = url[i], .text_only = true, .redirects_max = -1 }) == OK);
    uint32_t id = 0;
    NetGot g;
    while (seen < n && many_next(w, m, began + 20000, &id, &g)) {
        NetGot alone = get(w, (NetAsk){ .url = url[id], .text_only = true, .redirects_max = -1 });
        bool like = str_eq(alone.error, g.error) && alone.hops_n == g.hops_n && alone.temporary == g.temporary;
        for (size_t i = 0; like && i < g.hops_n; i++) {
            const NetHop *x = &alone.hops[i], *y = &g.hops[i];
            like = x->status == y->status && str_eq(x->url, y->url) && str_eq(x->dns, y->dns) && str_eq(x->ip, y->ip) && (x->cut || str_eq(x->body, y->body)) && str_eq(x->request_head, y->request_head) && x->hashed == y->hashed && x->cut == y->cut && str_eq(x->tls_chain, y->tls_chain);
        }
        if (!like) printf("# " STR_FMT ": " STR_FMT "/%zu against " STR_FMT "/%zu alone\n", STR_ARG(url[id]), STR_ARG(g.error), g.hops_n, STR_ARG(alone.error), alone.hops_n);
        same += like;
        seen++;
    }
    check(seen == n && same == n && net_many_under_way(m) == 0, "whether asked alone or among many, each of %zu addresses gives the same answer (%zu)", n, same);
    net_many_close(m);
}

static void many_slow(World *w) {
    enum { SLOW = 200, QUICK = 40 };
    NetMany *m = many_open(w);
    uint32_t id = 0;
    NetGot g;
    size_t quick = 0, slow = 0;
    Str hang = str_fmt(w->a, "http://site.test:%d/silence", port(w, "web")), ok = str_fmt(w->a, "http://site.test:%d/ok", port(w, "web"));
    int64_t began = sys_mono_ms();
    for (uint32_t i = 0; i < SLOW; i++) must(net_many_ask(m, i, &(NetAsk){ .url = hang, .redirects_max = -1, .seconds_max = 3 }) == OK);
    for (uint32_t i = 0; i < QUICK; i++) must(net_many_ask(m, SLOW + i, &(NetAsk){ .url = ok, .redirects_max = -1 }) == OK);
    bool first = true;
    while (quick < QUICK && many_next(w, m, began + 20000, &id, &g)) {
        first = first && id >= SLOW;
        quick += id >= SLOW && g.error.n == 0;
    }
    check(quick == QUICK && first, "two hundred hosts that say nothing hold up none of the forty that answer");
    for (uint32_t i = 0; i < NET_MANY_MAX - SLOW; i++) must(net_many_ask(m, 1000 + i, &(NetAsk){ .url = ok, .redirects_max = -1 }) == OK);
    check(net_many_ask(m, 9, &(NetAsk){ .url = ok, .redirects_max = -1 }) == E_LIMIT, "more than may be under way is refused, not queued without end");
    while (net_many_under_way(m) > 0 && many_next(w, m, began + 20000, &id, &g)) slow += id < SLOW && failed(g, "timeout");
    check(slow == SLOW && sys_mono_ms() - began < 9000, "and all of those end at their deadline together (%zu, %lld ms)", slow, (long long)(sys_mono_ms() - began));
    must(net_many_ask(m, 7, &(NetAsk){ .url = S("http://site.test/\r\nX: y"), .redirects_max = -1 }) == OK);
    Err e = OK;
    for (int i = 0; i < 50 && e == OK; i++) e = net_many_turn(m, 100);
    check(e == E_OUTSIDE, "a malformed question ends the connection: the two sides no longer agree");
    net_many_close(m);
}

static NetMailGot mail(World *w, const char *server, const char *tls, const char *user) {
    NetMailGot g = { 0 };
    fetch_start(w, server, tls, user);
    NetMail m = { S("desk@site.test"), S("abuse@platform.test"), S("From: desk@site.test\r\nTo: abuse@platform.test\r\nSubject: notice\r\n\r\nline\r\n.dot\r\n..two\r\n") };
    must(net_mail(w->net, w->a, &m, &g) == OK);
    return g;
}

static bool last_mail_is(World *w, const char *end) {
    NetGot got = get(w, (NetAsk){ .url = str_fmt(w->a, "http://127.0.0.1:%d/", port(w, "last_mail")), .redirects_max = -1 });
    return str_ends(last(got).body, str_c(end));
}

/* The moment between all but the end and the end is the caller's. */
static void two_steps(World *w) {
    NetMail m = { S("desk@site.test"), S("abuse@platform.test"), S("Subject: held\r\n\r\nheld\r\n"), S("") };
    NetMailGot g = { 0 };
    fetch_start(w, "mail_good", "none", "");
    must(net_mail_begin(w->net, w->a, &m, &g) == OK);
    check(str_eq(g.outcome, S("ready")), "a message is there but for its end");
    net_mail_leave(w->net);
    fetch_start(w, "mail_good", "none", "");
    check(!last_mail_is(w, "\r\n\r\nheld\r\n"), "who leaves then has sent nothing");
    must(net_mail_begin(w->net, w->a, &m, &g) == OK && str_eq(g.outcome, S("ready")));
    check(net_mail_end(w->net, w->a, &g) == OK && str_eq(g.outcome, S("delivered")) && last_mail_is(w, "\r\n\r\nheld\r\n"), "who says so sends it");
    must(net_mail_begin(w->net, w->a, &m, &g) == OK && str_eq(g.outcome, S("ready")));
    kill(w->fetch_pid, SIGTERM);
    must(waitpid(w->fetch_pid, NULL, 0) == w->fetch_pid);
    w->fetch_pid = 0;
    check(net_mail_end(w->net, w->a, &g) == OK && str_eq(g.outcome, S("unclear")), "when the fetch process is gone by then, it is unclear, never an error that would send it twice");
}

static void mail_all(World *w) {
    static const char *const hangs[] = { "mail_greeting", "mail_ehlo", "mail_mail", "mail_rcpt", "mail_data", "mail_end" };
    NetMailGot g = mail(w, NULL, "none", "");
    check(str_eq(g.outcome, S("unset")) && g.code == 0, "without a mail server, that is the answer");
    g = mail(w, "mail_good", "none", "");
    check(str_eq(g.outcome, S("delivered")) && g.code == 250 && str_eq(g.reply, S("2.0.0 queued as 17")) && str_eq(g.server, S("127.0.0.1")), "a message is delivered, and what the server said is kept");
    NetGot got = get(w, (NetAsk){ .url = str_fmt(w->a, "http://127.0.0.1:%d/", port(w, "last_mail")), .redirects_max = -1 });
    check(str_ends(last(got).body, S("\r\n\r\nline\r\n.dot\r\n..two\r\n")), "dots at the start of a line arrive as they were");
    for (size_t i = 0; i < LEN(hangs) - 1; i++) {
        int64_t began = sys_mono_ms();
        g = mail(w, hangs[i], "none", "");
        check(str_eq(g.outcome, S("deferred")) && sys_mono_ms() - began < 9000, "a server that hangs (%s): tried again later (%lld ms)", hangs[i], (long long)(sys_mono_ms() - began));
    }
    int64_t hung = sys_mono_ms();
    g = mail(w, hangs[LEN(hangs) - 1], "none", "");
    check(str_eq(g.outcome, S("unclear")) && sys_mono_ms() - hung < 15000, "one that hangs after the end of the message: nobody knows, and that is said (%lld ms)", (long long)(sys_mono_ms() - hung));
    two_steps(w);
    g = mail(w, "mail_quit", "none", "");
    check(str_eq(g.outcome, S("delivered")), "one that hangs after it took the message has taken it");
    g = mail(w, "mail_no_such", "none", "");
    check(str_eq(g.outcome, S("refused")) && g.code == 550 && str_eq(g.reply, S("5.1.1 no such user here")), "no such user: refused for good");
    g = mail(w, "mail_full", "none", "");
    check(str_eq(g.outcome, S("deferred")) && g.code == 452, "mailbox full: later");
    g = mail(w, "mail_spam", "none", "");
    check(str_eq(g.outcome, S("refused")) && g.code == 554, "not wanted: refused for good");
    g = mail(w, "mail_closed", "none", "");
    check(str_eq(g.outcome, S("deferred")), "a server that takes nothing now says nothing about the message");
    g = mail(w, "mail_auth", "none", "desk");
    check(str_eq(g.outcome, S("deferred")), "nor does one that does not know us");
    g = mail(w, "mail_starttls", "starttls", "");
    check(str_eq(g.outcome, S("delivered")) && str_starts(g.tls_version, S("TLSv1.")), "STARTTLS (" STR_FMT ")", STR_ARG(g.tls_version));
    g = mail(w, "mail_good", "starttls", "");
    check(str_eq(g.outcome, S("deferred")), "a server without it gets nothing");
    g = mail(w, "mail_tls", "tls", "");
    check(str_eq(g.outcome, S("delivered")) && str_starts(g.tls_version, S("TLSv1.")), "TLS from the start");
    NetMail bad = { S("a@b.test\r\nRCPT TO:<x@y.test>"), S("c@d.test"), S("x\r\n") }, naked = { S("a@b.test"), S("c@d.test"), S("x\n.\r\n") };
    check(net_mail(w->net, w->a, &bad, &g) == E_INPUT && net_mail(w->net, w->a, &naked, &g) == E_INPUT, "a second command in an address, a bare line feed in a message: malformed questions");
}

int main(int argc, char **argv) {
    World w = { .a = arena_new(1u << 30), .dir = "/tmp/keten-fetch-XXXXXX" };
    must(argc == 3);
    sys_start();
    w.fetch = argv[1];
    w.outside = argv[2];
    must(mkdtemp(w.dir) != NULL);
    if (geteuid() == 0) must(chown(w.dir, 65534, 65534) == 0 && sys_become_owner(w.dir) == OK); /* nothing here runs as root */
    must(dir_make(str_fmt(w.a, "%s/run", w.dir).p, 0700) == OK && metrics_open(str_fmt(w.a, "%s/run/metrics", w.dir).p, keten_metrics, METRICS_N, true, &w.metrics) == OK);
    outside_start(&w);
    fetch_start(&w, NULL, "none", "");
    facts(&w);
    modes(&w);
    redirects(&w);
    refused(&w);
    hostile(&w);
    secure(&w);
    names(&w);
    whois(&w);
    place(&w);
    many_same(&w);
    many_slow(&w);
    mail_all(&w);
    check(metric_get(&w.metrics, M_FETCH_DONE) > 15 && metric_get(&w.metrics, M_FETCH_REFUSED) > 20 && metric_get(&w.metrics, M_FETCH_FAILED) > 20 && metric_get(&w.metrics, M_MAIL_SENT) == 5 && metric_get(&w.metrics, M_MAIL_FAILED) == 12,
        "all of it was counted (%lld %lld %lld %lld %lld)", (long long)metric_get(&w.metrics, M_FETCH_DONE), (long long)metric_get(&w.metrics, M_FETCH_REFUSED), (long long)metric_get(&w.metrics, M_FETCH_FAILED),
        (long long)metric_get(&w.metrics, M_MAIL_SENT), (long long)metric_get(&w.metrics, M_MAIL_FAILED));
    metrics_close(&w.metrics);
    fetch_stop(&w);
    close(w.outside_in);
    must(waitpid(w.outside_pid, NULL, 0) == w.outside_pid);
    arena_free(w.a);
    return tap_end();
}
