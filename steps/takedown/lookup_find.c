/* lookup_find.c - the questions: names, networks, the domain, the site's own word. */
#include "core/case/url.h"
#include "core/seal/cert.h"
#include "core/seal/seal.h"
#include "foundation/net/rdap.h"
#include "foundation/net/sectxt.h"
#include "foundation/net/whois.h"
#include "steps/takedown/lookup.h"

enum { SECONDS = 8, SLOW_MAX = 3 /* that did not answer in time; then nobody else is asked */, REFERS_MAX = 2, SERVER_URLS = 2, FAMILY_MAX = LOOKUP_ADDRESSES_MAX / 2 };

typedef struct Finder { const LookupHow *h; Arena *a; Lookup *l; int slow; } Finder;

/* ---- keeping what was said ---- */
static void keep(Finder *f, const char *what, Str asked, Str raw, Str error, int status, bool cut) {
    Lookup *l = f->l;
    if (l->answers == LOOKUP_ANSWERS_MAX) {
        l->more_answers = true;
        return;
    }
    LookupAnswer *k = &l->answer[l->answers++];
    *k = (LookupAnswer){ .what = str_c(what), .asked = asked, .raw = str_sub(raw, 0, LOOKUP_RAW_MAX), .error = error, .status = status, .at = f->h->now, .cut = cut || raw.n > LOOKUP_RAW_MAX };
    seal_sha256(raw, k->sha256);
}

/* One host that keeps everybody waiting is not waited for again and again: what was not asked is said (cut_short). */
static bool tired(Finder *f) {
    if (f->slow < SLOW_MAX) return false;
    f->l->cut_short = true;
    return true;
}
static void waited(Finder *f, Str error) { f->slow += str_eq(error, S("timeout")) || str_eq(error, S("connect_timeout")) || str_eq(error, S("dns_failed")); }

/* A document over HTTP; body p NULL when there is none. A redirect from one registry to another is followed by the fetch process, which
 * counts them and checks every address. */
static Err get(Finder *f, const char *what, Str url, const char *accept, size_t most, Str *out_body, int *out_status) {
    Str header = str_fmt(f->a, "Accept: %s", accept);
    NetAsk ask = { .url = url, .headers = &header, .headers_n = 1, .bytes_max = most, .seconds_max = SECONDS, .redirects_max = 4 };
    NetGot got;
    *out_body = STR_NONE;
    *out_status = 0;
    if (tired(f)) return OK;
    TRY(net_get(f->h->net, f->a, &ask, &got));
    waited(f, got.error);
    const NetHop *last = got.hops_n > 0 ? &got.hops[got.hops_n - 1] : NULL;
    *out_status = last != NULL ? last->status : 0;
    *out_body = got.error.n == 0 && last != NULL ? last->body : STR_NONE;
    keep(f, what, url, last != NULL ? last->body : STR_NONE, got.error, *out_status, last != NULL && last->cut);
    return OK;
}

/* "host", "host:port", "[address]:port" */
static void server_port(Str text, Str *out_host, int *out_port) {
    size_t colon = text.n;
    int64_t port = 0;
    while (colon > 0 && text.p[colon - 1] != ':') colon--;
    *out_host = text;
    *out_port = 0;
    if (colon == 0 || str_i64(str_sub(text, colon, text.n), 1, 65535, &port) != OK) return;
    *out_host = str_sub(text, 0, colon - 1);
    *out_port = (int)port;
}

static Err ask_whois(Finder *f, Str server, Str query, WhoisAnswer *out, bool *out_has) {
    NetWhois q = { .query = query, .seconds_max = SECONDS };
    NetWhoisGot got;
    server_port(server, &q.server, &q.port);
    *out_has = false;
    if (tired(f)) return OK;
    TRY(net_whois(f->h->net, f->a, &q, &got));
    waited(f, got.error);
    keep(f, "whois", str_fmt(f->a, STR_FMT " " STR_FMT, STR_ARG(server), STR_ARG(query)), got.text, got.error, 0, got.cut);
    *out_has = got.text.n > 0 && whois_read(f->a, got.text, out) == OK && !out->none;
    return OK;
}

/* ---- names ---- */
static void add_name(Str *list, size_t *n, Str name) {
    for (size_t i = 0; i < *n; i++)
        if (str_ieq(list[i], name)) return;
    if (*n < LOOKUP_NAMES_MAX && name.n > 0) list[(*n)++] = name;
}

static void add_address(Finder *f, Str ip) {
    NetAddress at;
    size_t same = 0;
    if (!net_address_parse(ip, &at)) return;
    for (size_t i = 0; i < f->l->addresses; i++) {
        NetAddress other;
        if (str_eq(f->l->address[i].ip, ip)) return;
        if (net_address_parse(f->l->address[i].ip, &other) && other.v6 == at.v6) same++;
    }
    if (same == FAMILY_MAX || f->l->addresses == LOOKUP_ADDRESSES_MAX) f->l->more_addresses = true;
    else f->l->address[f->l->addresses++] = (LookupAddress){ .ip = ip };
}

/* The name under which the way back from an address is kept (RFC 1035 §3.5, RFC 3596 §2.5). */
static Str backwards(Arena *a, const NetAddress *at) {
    static const char hex[] = "0123456789abcdef";
    char z[80];
    size_t n = 0;
    if (!at->v6) return str_fmt(a, "%d.%d.%d.%d.in-addr.arpa", at->b[3], at->b[2], at->b[1], at->b[0]);
    for (int i = 15; i >= 0; i--) {
        z[n++] = hex[at->b[i] & 15];
        z[n++] = '.';
        z[n++] = hex[at->b[i] >> 4];
        z[n++] = '.';
    }
    return str_fmt(a, "%.*sip6.arpa", (int)n, z);
}

static Err ask_names(Finder *f, Str name, NetName **rows, size_t *n, Str *out_error) {
    TRY(net_names(f->h->net, f->a, name, rows, n, out_error));
    waited(f, *out_error);
    Buf b = buf_new(LOOKUP_RAW_MAX);
    for (size_t i = 0; i < *n; i++) buf_printf(&b, STR_FMT " %lld " STR_FMT " " STR_FMT "\n", STR_ARG((*rows)[i].name), (long long)(*rows)[i].ttl, STR_ARG((*rows)[i].type), STR_ARG((*rows)[i].value));
    keep(f, "dns", name, str_dup(f->a, buf_str(&b)), *out_error, 0, b.over);
    buf_free(&b);
    return OK;
}

static Err names(Finder *f) {
    Lookup *l = f->l;
    NetName *rows = NULL;
    size_t n = 0;
    Str ignored = STR_NONE;
    NetAddress at;
    bool bare = net_address_parse(l->host, &at);
    TRY(ask_names(f, l->host, &rows, &n, &l->error));
    if (bare) {
        l->error = STR_NONE;
        add_address(f, l->host);
    }
    for (size_t i = 0; i < n; i++) {
        if (str_eq(rows[i].type, S("A")) || str_eq(rows[i].type, S("AAAA"))) add_address(f, rows[i].value);
        if (str_eq(rows[i].type, S("CNAME"))) add_name(l->alias, &l->aliases, rows[i].value);
        if (str_eq(rows[i].type, S("NS")) && str_ieq(rows[i].name, l->domain)) add_name(l->ns, &l->nss, rows[i].value);
    }
    for (size_t i = 0; i < l->addresses; i++) {
        must(net_address_parse(l->address[i].ip, &at));
        Str back = backwards(f->a, &at);
        for (size_t k = 0; k < n; k++)
            if (str_eq(rows[k].type, S("PTR")) && str_ieq(rows[k].name, back)) l->address[i].ptr = rows[k].value;
    }
    if (l->domain.n == 0 || str_ieq(l->domain, l->host)) return OK;
    TRY(ask_names(f, l->domain, &rows, &n, &ignored));
    for (size_t i = 0; i < n; i++)
        if (str_eq(rows[i].type, S("NS"))) add_name(l->ns, &l->nss, rows[i].value);
    return OK;
}

/* ---- networks ---- */
static bool rdap_good(const RdapAnswer *r, const char *object) { return r->error == 0 && str_ieq(r->object, str_c(object)); }

static Err ask_rdap(Finder *f, Str url, const char *object, RdapAnswer *out, bool *out_has) {
    Str body = STR_NONE;
    int status = 0;
    *out_has = false;
    TRY(get(f, "rdap", url, "application/rdap+json, application/json", RDAP_BYTES_MAX, &body, &status));
    *out_has = status == 200 && body.p != NULL && rdap_read(f->a, body, out) == OK && rdap_good(out, object);
    return OK;
}

static bool in_range(const LookupAddress *known, const NetAddress *at) {
    size_t dash = 0;
    NetAddress from, to;
    if (!str_find(known->range, S(" - "), &dash) || !net_address_parse(str_sub(known->range, 0, dash), &from) || !net_address_parse(str_sub(known->range, dash + 3, known->range.n), &to)) return false;
    return from.v6 == at->v6 && to.v6 == at->v6 && memcmp(from.b, at->b, 16) <= 0 && memcmp(at->b, to.b, 16) <= 0;
}

static void from_rdap(Finder *f, const RdapAnswer *r, LookupAddress *d) {
    const RdapEntity *abuse = rdap_abuse(r, 0), *holder = rdap_role(r, RDAP_REGISTRANT);
    d->how = S("rdap");
    d->range = r->start.n > 0 ? str_fmt(f->a, STR_FMT " - " STR_FMT, STR_ARG(r->start), STR_ARG(r->end)) : STR_NONE;
    d->net_name = r->name;
    d->country = r->country.n > 0 ? r->country : holder != NULL ? holder->country : STR_NONE;
    if (holder != NULL) d->org = holder->name.n > 0 ? holder->name : holder->org;
    if (d->org.n == 0 && abuse != NULL) d->org = abuse->name;
    if (abuse != NULL) {
        d->mail = abuse->mail;
        d->page = abuse->page;
    }
    if (d->asn == 0) d->asn = r->asn;
}

static void from_whois(const WhoisAnswer *w, LookupAddress *d) {
    d->how = S("whois");
    d->range = w->range;
    d->net_name = w->netname;
    d->org = w->org;
    d->country = w->country;
    d->mail = w->abuse_mail.n > 0 ? w->abuse_mail : w->mail;
    if (d->asn == 0) d->asn = w->asn;
}

Str lookup_url_host(Str url) {
    size_t at = 0, end = 0;
    if (!str_find(url, S("://"), &at)) return STR_NONE;
    Str rest = str_sub(url, at + 3, url.n);
    if (rest.n > 0 && rest.p[0] == '[') return str_chr(rest, ']', &end) ? str_sub(rest, 1, end - 1) : STR_NONE;
    while (end < rest.n && rest.p[end] != '/' && rest.p[end] != ':' && rest.p[end] != '?' && rest.p[end] != '#') end++;
    return str_sub(rest, 0, end);
}

static Err whois_network(Finder *f, const RegistryUrls *urls, LookupAddress *d) {
    Str server = f->h->whois.n > 0 ? f->h->whois : urls->n > 0 ? registry_whois_of_rdap(f->h->registry, lookup_url_host(urls->url[0])) : STR_NONE;
    WhoisAnswer w;
    bool has = false;
    if (server.n == 0) return OK;
    TRY(ask_whois(f, server, d->ip, &w, &has));
    if (has && w.refer.n > 0 && w.netname.n == 0 && f->h->whois.n == 0) TRY(ask_whois(f, w.refer, d->ip, &w, &has));
    if (has) from_whois(&w, d);
    return OK;
}

static Err origin(Finder *f, LookupAddress *d) {
    WhoisAnswer w;
    bool has = false;
    if (d->asn != 0 || f->h->origin_whois.n == 0) return OK;
    TRY(ask_whois(f, f->h->origin_whois, d->ip, &w, &has));
    if (has) d->asn = w.asn;
    return OK;
}

/* The registry of the network points on when the number is another region's. */
static Err autnum(Finder *f, const RegistryUrls *net_urls, LookupAddress *d) {
    RegistryUrls urls;
    RdapAnswer *r = ARENA_NEW(f->a, RdapAnswer);
    bool has = false;
    if (d->asn == 0) return OK;
    for (size_t i = 0; i < f->l->addresses; i++)
        if (f->l->address[i].asn == d->asn && f->l->address[i].as_name.n > 0) {
            d->as_name = f->l->address[i].as_name;
            d->as_mail = f->l->address[i].as_mail;
            return OK;
        }
    registry_of_asn(f->h->registry, (uint32_t)d->asn, &urls);
    if (urls.n == 0) urls = *net_urls;
    if (urls.n == 0) return OK;
    TRY(ask_rdap(f, str_fmt(f->a, STR_FMT "autnum/%lld", STR_ARG(urls.url[0]), (long long)d->asn), "autnum", r, &has));
    if (!has) return OK;
    const RdapEntity *abuse = rdap_abuse(r, 0);
    d->as_name = r->name;
    if (abuse != NULL) d->as_mail = abuse->mail;
    return OK;
}

static Err network(Finder *f, LookupAddress *d) {
    RegistryUrls urls;
    NetAddress at;
    RdapAnswer *r = ARENA_NEW(f->a, RdapAnswer);
    bool has = false;
    must(net_address_parse(d->ip, &at));
    for (const LookupAddress *k = f->l->address; k < d; k++)
        if (k->how.n > 0 && in_range(k, &at)) { /* the same network: the registry said it already */
            Str ip = d->ip, ptr = d->ptr;
            *d = *k;
            d->ip = ip;
            d->ptr = ptr;
            return OK;
        }
    registry_of_address(f->h->registry, &at, &urls);
    if (urls.n == 0 && !net_address_public(&at)) return OK; /* inside a network: no registry knows it */
    for (size_t i = 0; i < urls.n && i < SERVER_URLS && !has; i++) TRY(ask_rdap(f, str_fmt(f->a, STR_FMT "ip/" STR_FMT, STR_ARG(urls.url[i]), STR_ARG(d->ip)), "ip network", r, &has));
    if (has) from_rdap(f, r, d);
    if (!has || (d->mail.n == 0 && d->page.n == 0)) TRY(whois_network(f, &urls, d));
    TRY(origin(f, d));
    return autnum(f, &urls, d);
}

/* ---- the domain ---- */
static void registrar_from(Finder *f, const RdapAnswer *r) {
    const RdapEntity *e = rdap_role(r, RDAP_REGISTRAR), *abuse = rdap_abuse(r, RDAP_REGISTRAR);
    Lookup *l = f->l;
    if (e == NULL) return;
    l->registrar_how = S("rdap");
    l->registrar = e->name.n > 0 ? e->name : e->org.n > 0 ? e->org : l->registrar;
    if (e->iana_id.n > 0) l->registrar_iana = e->iana_id;
    if (abuse != NULL && abuse->mail.n > 0) l->registrar_mail = abuse->mail;
    if (abuse != NULL && abuse->page.n > 0) l->registrar_page = abuse->page;
}

static Err domain_rdap(Finder *f) {
    RegistryUrls urls;
    RdapAnswer *r = ARENA_NEW(f->a, RdapAnswer);
    bool has = false;
    Str asked[SERVER_URLS + REFERS_MAX], next = STR_NONE;
    size_t n = 0;
    registry_of_domain(f->h->registry, f->l->domain, &urls);
    if (urls.n > 0) f->l->registry = lookup_url_host(urls.url[0]);
    for (size_t i = 0; i < urls.n && i < SERVER_URLS && !has; i++) {
        asked[n] = str_fmt(f->a, STR_FMT "domain/" STR_FMT, STR_ARG(urls.url[i]), STR_ARG(f->l->domain));
        TRY(ask_rdap(f, asked[n++], "domain", r, &has));
    }
    /* A registry of the thin kind knows the registrar's name; who takes reports there, only the registrar says. */
    for (int hop = 0; hop < REFERS_MAX && has; hop++) {
        for (size_t i = 0; i < r->nameservers; i++) add_name(f->l->ns, &f->l->nss, str_lower(f->a, r->nameserver[i]));
        registrar_from(f, r);
        next = r->related;
        for (size_t i = 0; i < n; i++)
            if (str_ieq(asked[i], next)) next = STR_NONE; /* it points back: a loop of registries */
        if (next.n == 0 || f->l->registrar_mail.n > 0) return OK;
        asked[n++] = next;
        TRY(ask_rdap(f, next, "domain", r, &has));
        if (has && hop + 1 == REFERS_MAX) registrar_from(f, r);
    }
    return OK;
}

/* Names that nobody registers (RFC 6761, RFC 7686). */
static bool set_aside(Str domain) {
    static const char *const ends[] = { ".test", ".example", ".invalid", ".localhost", ".local", ".onion" };
    for (size_t i = 0; i < LEN(ends); i++)
        if (str_ends(domain, str_c(ends[i]))) return true;
    return false;
}

static Err domain_whois(Finder *f) {
    Lookup *l = f->l;
    Str server = f->h->whois.n > 0 ? f->h->whois : registry_whois(f->h->registry, l->domain), asked[REFERS_MAX + 1];
    if (server.n == 0 && set_aside(l->domain)) return OK;
    if (server.n == 0) server = S("whois.iana.org");
    for (int hop = 0; hop <= REFERS_MAX; hop++) {
        WhoisAnswer w;
        bool has = false;
        asked[hop] = server;
        TRY(ask_whois(f, server, l->domain, &w, &has));
        if (!has) return OK;
        if (l->registry.n == 0 && !str_eq(server, S("whois.iana.org"))) l->registry = server;
        for (size_t i = 0; i < w.nameservers; i++) add_name(l->ns, &l->nss, str_lower(f->a, w.nameserver[i]));
        if (w.registrar.n > 0) {
            if (l->registrar.n == 0) l->registrar = w.registrar;
            if (l->registrar_how.n == 0) l->registrar_how = S("whois");
        }
        if (l->registrar_mail.n == 0 && w.abuse_mail.n > 0) {
            l->registrar_mail = w.abuse_mail;
            l->registrar_how = S("whois");
        }
        if (l->registrar_iana.n == 0) l->registrar_iana = w.iana_id;
        server = f->h->whois.n > 0 ? STR_NONE : w.refer;
        for (int i = 0; i <= hop; i++)
            if (str_ieq(asked[i], server)) server = STR_NONE;
        if (server.n == 0 || l->registrar_mail.n > 0) return OK;
    }
    return OK;
}

/* ---- the site's own word ---- */
static Str origin_of(Arena *a, const WebUrl *u) {
    size_t colon = 0;
    bool six = str_chr(u->host, ':', &colon);
    Str port = u->port != 0 ? str_fmt(a, ":%d", u->port) : STR_NONE;
    return str_fmt(a, "%s://%s" STR_FMT "%s" STR_FMT, u->https ? "https" : "http", six ? "[" : "", STR_ARG(u->host), six ? "]" : "", STR_ARG(port));
}

static Err head_of_site(Finder *f, const WebUrl *u) {
    Lookup *l = f->l;
    Str url = str_fmt(f->a, STR_FMT "/", STR_ARG(origin_of(f->a, u))), mark = STR_NONE;
    NetAsk ask = { .url = url, .method = S("HEAD"), .seconds_max = SECONDS, .redirects_max = 0, .hash_only = true };
    NetGot got;
    CertFacts cert;
    if (tired(f)) return OK;
    TRY(net_get(f->h->net, f->a, &ask, &got));
    waited(f, got.error);
    if (got.hops_n == 0) return OK;
    const NetHop *h = &got.hops[0];
    keep(f, "head", url, h->response_head, got.error, h->status, false);
    if (cert_read(f->a, h->tls_chain, &cert) == OK) {
        l->tls_issuer = cert.issuer;
        for (size_t i = 0; i < cert.names; i++) add_name(l->tls_name, &l->tls_names, cert.name[i]);
    }
    const NetOperator *op = registry_operator_of_head(f->h->registry, h->response_head, &mark);
    if (op != NULL && l->op.n == 0) {
        l->op = op->code;
        l->op_why = str_fmt(f->a, "head: " STR_FMT, STR_ARG(str_utf8_ok(mark) ? mark : S("-")));
    }
    return OK;
}

static Err security_txt(Finder *f, const WebUrl *u) {
    Str url = str_fmt(f->a, STR_FMT "/.well-known/security.txt", STR_ARG(origin_of(f->a, u))), body = STR_NONE;
    int status = 0;
    SecTxt t;
    TRY(get(f, "security_txt", url, "text/plain", SECTXT_BYTES_MAX, &body, &status));
    if (status != 200 || body.p == NULL || sectxt_read(f->a, body, f->h->now, &t) != OK || t.is_html) return OK;
    f->l->site_mail = t.mails > 0 ? t.mail[0] : STR_NONE;
    f->l->site_page = t.pages > 0 ? t.page[0] : STR_NONE;
    f->l->site_valid = t.valid;
    return OK;
}

/* ---- delivery networks ---- */
static void operators(Finder *f) {
    Lookup *l = f->l;
    const NetRegistry *r = f->h->registry;
    for (size_t i = 0; i < l->addresses; i++) {
        NetAddress at;
        Str prefix = STR_NONE, source = STR_NONE, seen = STR_NONE;
        must(net_address_parse(l->address[i].ip, &at));
        const NetOperator *op = registry_operator_of_address(r, &at, &prefix, &source, &seen);
        if (op == NULL) continue;
        l->address[i].op = op->code;
        l->address[i].op_why = str_fmt(f->a, "range: " STR_FMT " (" STR_FMT ", " STR_FMT ")", STR_ARG(prefix), STR_ARG(source), STR_ARG(seen));
        if (l->op.n > 0) continue;
        l->op = op->code;
        l->op_why = l->address[i].op_why;
    }
    for (size_t i = 0; i < l->aliases && l->op.n == 0; i++) {
        const NetOperator *op = registry_operator_of_name(r, l->alias[i]);
        if (op == NULL) continue;
        l->op = op->code;
        l->op_why = str_fmt(f->a, "alias: " STR_FMT, STR_ARG(l->alias[i]));
    }
}

static void dns_operator(Finder *f) {
    for (size_t i = 0; i < f->l->nss && f->l->ns_op.n == 0; i++) {
        const NetOperator *op = registry_operator_of_ns(f->h->registry, f->l->ns[i]);
        if (op != NULL) f->l->ns_op = op->code;
    }
}

Err lookup_find(const LookupHow *how, Str url, Lookup *out) {
    WebUrl u;
    UrlWrong wrong = URL_GOOD;
    NetAddress at;
    TRY(url_parse(how->arena, url, how->allow, &u, &wrong));
    *out = (Lookup){ .url = u.text, .host = u.host, .domain = net_address_parse(u.host, &at) ? STR_NONE : u.domain, .at = how->now };
    Finder f = { how, how->arena, out, 0 };
    TRY(names(&f));
    operators(&f);
    for (size_t i = 0; i < out->addresses; i++) TRY(network(&f, &out->address[i]));
    if (out->domain.n > 0) {
        TRY(domain_rdap(&f));
        if (out->registrar_mail.n == 0) TRY(domain_whois(&f));
    }
    dns_operator(&f);
    if (out->addresses == 0) return OK;
    TRY(head_of_site(&f, &u));
    return security_txt(&f, &u);
}
