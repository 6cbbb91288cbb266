/* names.c - names to addresses, through ldns, with every record that said so. */
#include "programs/fetch/fetch.h"

#include <sys/stat.h>

enum { QUERY_S = 3, RETRIES = 2, RECORDS_MAX = 128, SIGNATURE_MAX = 1200, RECORD_LINE = 255 + SIGNATURE_MAX + 40, HOSTS_MAX = 1 << 20 };
static const char resolv_conf[] = "/etc/resolv.conf", hosts_file[] = "/etc/hosts";

/* ---- start ---- */

static int64_t stamp_of(const char *path) {
    struct stat st = { 0 };
    if (stat(path, &st) != 0) return 1;
    return (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000 + (int64_t)st.st_ino;
}

bool names_stale(const Fetch *f) { return f->resolver_stamp != 0 && stamp_of(resolv_conf) != f->resolver_stamp; }

/* "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:5353" */
static Err named_resolver(Fetch *f, Str text, Str *out_why) {
    NetAddress at = { 0 };
    int64_t port = 53;
    size_t end = text.n;
    Str host = text;
    if (text.n > 0 && text.p[0] == '[' && str_chr(text, ']', &end)) {
        host = str_sub(text, 1, end - 1);
        end++;
    } else if (!net_address_parse(text, &at) && str_chr(text, ':', &end)) {
        host = str_sub(text, 0, end);
    }
    bool good = net_address_parse(host, &at);
    if (good && end < text.n) good = text.p[end] == ':' && str_i64(str_sub(text, end + 1, text.n), 1, 65535, &port) == OK;
    ldns_rdf *rdf = good ? ldns_rdf_new_frm_str(at.v6 ? LDNS_RDF_TYPE_AAAA : LDNS_RDF_TYPE_A, str_z(f->p.life, host)) : NULL;
    f->resolver = rdf != NULL ? ldns_resolver_new() : NULL;
    if (f->resolver == NULL || ldns_resolver_push_nameserver(f->resolver, rdf) != LDNS_STATUS_OK) {
        *out_why = S("[net] resolver: must be an address, or address:port");
        return E_INPUT;
    }
    ldns_rdf_deep_free(rdf);
    ldns_resolver_set_port(f->resolver, (uint16_t)port);
    return OK;
}

static Err system_resolver(Fetch *f) {
    f->resolver_stamp = stamp_of(resolv_conf);
    if (ldns_resolver_new_frm_file(&f->resolver, NULL) == LDNS_STATUS_OK && ldns_resolver_nameserver_count(f->resolver) > 0) return OK;
    if (f->resolver != NULL) ldns_resolver_deep_free(f->resolver);
    f->resolver = ldns_resolver_new(); /* as resolv.conf(5): without the file, this machine is asked */
    ldns_rdf *here = ldns_rdf_new_frm_str(LDNS_RDF_TYPE_A, "127.0.0.1");
    bool good = f->resolver != NULL && here != NULL && ldns_resolver_push_nameserver(f->resolver, here) == LDNS_STATUS_OK;
    if (here != NULL) ldns_rdf_deep_free(here);
    return good ? OK : E_OUTSIDE;
}

static void local_line(Fetch *f, Str line) {
    size_t hash = 0;
    NetAddress at = { 0 };
    bool have = false;
    if (str_chr(line, '#', &hash)) line = str_sub(line, 0, hash);
    while (line.n > 0 && f->local_n < FETCH_LOCAL_NAMES_MAX) {
        size_t end = 0;
        line = str_trim(line);
        while (end < line.n && line.p[end] != ' ' && line.p[end] != '\t') end++;
        Str word = str_sub(line, 0, end);
        line = str_sub(line, end, line.n);
        if (word.n == 0) return;
        if (!have && !net_address_parse(word, &at)) return;
        if (have) f->local[f->local_n++] = (LocalName){ str_dup(f->p.life, word), at };
        have = true;
    }
}

static void local_names(Fetch *f) {
    Arena *a = arena_new(4 << 20);
    Str text = STR_NONE, line = STR_NONE;
    f->local = ARENA_ARRAY(f->p.life, LocalName, FETCH_LOCAL_NAMES_MAX);
    if (file_read(a, hosts_file, HOSTS_MAX, &text) == OK)
        while (str_split(&text, '\n', &line)) local_line(f, line);
    arena_free(a);
}

Err names_open(Fetch *f, Str *out_why) {
    Str named = conf_text(&f->p.in.conf, "net", "resolver");
    TRY(named.n > 0 ? named_resolver(f, named, out_why) : system_resolver(f));
    ldns_resolver_set_timeout(f->resolver, (struct timeval){ .tv_sec = QUERY_S });
    ldns_resolver_set_retry(f->resolver, RETRIES);
    ldns_resolver_set_recursive(f->resolver, true);
    ldns_resolver_set_random(f->resolver, false);
    ldns_resolver_set_ip6(f->resolver, LDNS_RESOLV_INETANY);
    local_names(f);
    return OK;
}

/* ---- asking ---- */

struct Records { NetName rows[RECORDS_MAX]; size_t n; bool failed; };

static Str owner_text(Arena *a, const ldns_rdf *rdf) {
    char *z = ldns_rdf2str(rdf);
    Str s = z != NULL ? str_lower(a, str_c(z)) : STR_NONE;
    LDNS_FREE(z);
    if (s.n > 1 && s.p[s.n - 1] == '.') s.n--;
    return s;
}

static const char *type_name(ldns_rr_type t) {
    static const struct { ldns_rr_type t; const char *name; } names[] = { { LDNS_RR_TYPE_A, "A" }, { LDNS_RR_TYPE_AAAA, "AAAA" }, { LDNS_RR_TYPE_CNAME, "CNAME" }, { LDNS_RR_TYPE_PTR, "PTR" },
        { LDNS_RR_TYPE_MX, "MX" }, { LDNS_RR_TYPE_NS, "NS" } };
    for (size_t i = 0; i < LEN(names); i++)
        if (names[i].t == t) return names[i].name;
    return NULL;
}

static bool known_already(const Records *all, const NetName *one) {
    for (size_t i = 0; i < all->n; i++)
        if (str_eq(all->rows[i].name, one->name) && str_eq(all->rows[i].type, one->type) && str_eq(all->rows[i].value, one->value)) return true;
    return false;
}

/* A signature over records (RFC 4034 3) is kept as it came: whoever has the zone's key can check the answer by it years later. */
static void take_signature(Fetch *f, const ldns_rr *rr, Records *all) {
    Buf b = buf_new(SIGNATURE_MAX);
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        char *z = ldns_rdf2str(ldns_rr_rdf(rr, i));
        buf_printf(&b, "%s%s", i > 0 ? " " : "", z != NULL ? z : "");
        LDNS_FREE(z);
    }
    NetName one = { owner_text(f->a, ldns_rr_owner(rr)), S("RRSIG"), str_dup(f->a, buf_str(&b)), ldns_rr_ttl(rr) };
    if (buf_err(&b) == OK && net_line_ok(one.name, 255) && net_line_ok(one.value, SIGNATURE_MAX) && !known_already(all, &one) && all->n < RECORDS_MAX) all->rows[all->n++] = one;
    buf_free(&b);
}

static void take(Fetch *f, const ldns_rr *rr, Records *all) {
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG) {
        take_signature(f, rr, all);
        return;
    }
    const char *type = type_name(ldns_rr_get_type(rr));
    size_t last = ldns_rr_rd_count(rr);
    if (type == NULL || last == 0 || all->n == RECORDS_MAX) return;
    NetName one = { owner_text(f->a, ldns_rr_owner(rr)), str_c(type), owner_text(f->a, ldns_rr_rdf(rr, last - 1)), ldns_rr_ttl(rr) };
    if (net_line_ok(one.name, 255) && net_line_ok(one.value, 255) && one.value.n > 0 && !known_already(all, &one)) all->rows[all->n++] = one;
}

/* Takes what an answer says, and the answer. NULL: there was none. */
static void read_answer(Fetch *f, ldns_pkt *answer, Records *all) {
    ldns_pkt_rcode code = answer != NULL ? ldns_pkt_get_rcode(answer) : LDNS_RCODE_SERVFAIL;
    if (code != LDNS_RCODE_NOERROR && code != LDNS_RCODE_NXDOMAIN) all->failed = true;
    const ldns_rr_list *rows = code == LDNS_RCODE_NOERROR ? ldns_pkt_answer(answer) : NULL;
    for (size_t i = 0; rows != NULL && i < ldns_rr_list_rr_count(rows); i++) take(f, ldns_rr_list_rr(rows, i), all);
    if (answer != NULL) ldns_pkt_free(answer);
}

static void query(Fetch *f, const ldns_rdf *name, ldns_rr_type type, Records *all) {
    ldns_pkt *answer = NULL;
    ldns_status s = ldns_resolver_query_status(&answer, f->resolver, name, type, LDNS_RR_CLASS_IN, LDNS_RD);
    if (s != LDNS_STATUS_OK && answer != NULL) {
        ldns_pkt_free(answer);
        answer = NULL;
    }
    read_answer(f, answer, all);
}

/* A name as DNS writes it; NULL when it is none. */
static ldns_rdf *dns_name(Fetch *f, Str host) {
    ldns_rdf *name = NULL;
    if (host.n == 0 || host.n > 253 || !net_line_ok(host, 253)) return NULL;
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] == ' ' || host.p[i] == '\\' || host.p[i] == '/') return NULL;
    return ldns_str2rdf_dname(&name, str_z(f->a, host)) == LDNS_STATUS_OK ? name : NULL;
}

/* This machine's own table, and the name that always is this machine (RFC 6761 6.3). */
static void ask_local(Fetch *f, Str host, Records *all) {
    for (size_t i = 0; i < f->local_n && all->n < RECORDS_MAX; i++) {
        const LocalName *l = &f->local[i];
        if (str_ieq(l->name, host)) all->rows[all->n++] = (NetName){ str_lower(f->a, host), l->at.v6 ? S("AAAA") : S("A"), net_address_text(f->a, &l->at), 0 };
    }
    bool here = str_ieq(host, S("localhost")) || str_ends(str_lower(f->a, host), S(".localhost"));
    if (!here || all->n > 0) return;
    all->rows[all->n++] = (NetName){ str_lower(f->a, host), S("A"), S("127.0.0.1"), 0 };
    all->rows[all->n++] = (NetName){ str_lower(f->a, host), S("AAAA"), S("::1"), 0 };
}

static void ask_addresses(Fetch *f, Str host, Records *all) {
    ask_local(f, host, all);
    if (all->n > 0) return;
    ldns_rdf *name = dns_name(f, host);
    if (name == NULL) return;
    query(f, name, LDNS_RR_TYPE_A, all);
    query(f, name, LDNS_RR_TYPE_AAAA, all);
    ldns_rdf_deep_free(name);
}

static bool is_address(const NetName *n) { return str_eq(n->type, S("A")) || str_eq(n->type, S("AAAA")); }

static void conclude(Fetch *f, const Records *all, Resolved *out) {
    Buf lines = buf_new((size_t)RECORDS_MAX * RECORD_LINE);
    *out = (Resolved){ 0 };
    for (size_t i = 0; i < all->n; i++) {
        const NetName *r = &all->rows[i];
        buf_printf(&lines, STR_FMT " %lld " STR_FMT " " STR_FMT "\n", STR_ARG(r->name), (long long)r->ttl, STR_ARG(r->type), STR_ARG(r->value));
        if (is_address(r) && out->n < FETCH_ADDRESSES_MAX && net_address_parse(r->value, &out->at[out->n])) out->n++;
    }
    out->dns = str_dup(f->a, buf_str(&lines));
    buf_free(&lines);
    if (out->n == 0) out->error = all->failed ? S("dns_failed") : S("dns_none");
}

void names_resolve(Fetch *f, Str host, bool signatures, Resolved *out) {
    ldns_resolver_set_dnssec(f->resolver, signatures); /* whether they hold is for whoever reads them */
    Records *all = ARENA_NEW(f->a, Records);
    *out = (Resolved){ 0 };
    if (net_address_parse(host, &out->at[0])) { /* no name: nothing to ask */
        out->n = 1;
        return;
    }
    ask_addresses(f, host, all);
    conclude(f, all, out);
}

bool lookup_begin(Fetch *f, Str host, Lookup *l, Resolved *out) {
    *l = (Lookup){ .f = f, .all = ARENA_NEW(f->a, Records) };
    *out = (Resolved){ 0 };
    if (net_address_parse(host, &out->at[0])) {
        out->n = 1;
        return true;
    }
    ask_local(f, host, l->all);
    ldns_rdf *name = l->all->n > 0 ? NULL : dns_name(f, host);
    if (name != NULL) {
        char *z = ldns_rdf2str(name);
        l->name = z != NULL ? str_z(f->a, str_c(z)) : NULL;
        LDNS_FREE(z);
        ldns_rdf_deep_free(name);
        if (l->name != NULL) return false;
    }
    conclude(f, l->all, out);
    return true;
}

/* A question as lookup_begin's, with the bit that asks for signatures (RFC 3225), as bytes of ldns; NULL: none. Free with free(3). */
uint8_t *lookup_question(const Lookup *l, bool v6, size_t *out_n) {
    ldns_rdf *name = NULL;
    uint8_t *bytes = NULL;
    if (ldns_str2rdf_dname(&name, l->name) != LDNS_STATUS_OK) return NULL;
    ldns_pkt *p = ldns_pkt_query_new(name, v6 ? LDNS_RR_TYPE_AAAA : LDNS_RR_TYPE_A, LDNS_RR_CLASS_IN, LDNS_RD); /* takes the name */
    if (p == NULL) return NULL;
    ldns_pkt_set_random_id(p);
    ldns_pkt_set_edns_udp_size(p, 1232);
    ldns_pkt_set_edns_do(p, true);
    if (ldns_pkt2wire(&bytes, p, out_n) != LDNS_STATUS_OK) bytes = NULL;
    ldns_pkt_free(p);
    return bytes;
}

void lookup_answer(Lookup *l, const uint8_t *packet, size_t n) {
    ldns_pkt *answer = NULL;
    if (packet != NULL && ldns_wire2pkt(&answer, packet, n) != LDNS_STATUS_OK) answer = NULL;
    read_answer(l->f, answer, l->all);
}

void lookup_end(Lookup *l, Resolved *out) { conclude(l->f, l->all, out); }

static void ask_backwards(Fetch *f, const NetAddress *at, Records *all) {
    ldns_rdf *rdf = ldns_rdf_new_frm_str(at->v6 ? LDNS_RDF_TYPE_AAAA : LDNS_RDF_TYPE_A, str_z(f->a, net_address_text(f->a, at)));
    ldns_rdf *name = rdf != NULL ? ldns_rdf_address_reverse(rdf) : NULL;
    if (name != NULL) query(f, name, LDNS_RR_TYPE_PTR, all);
    if (name != NULL) ldns_rdf_deep_free(name);
    if (rdf != NULL) ldns_rdf_deep_free(rdf);
}

void names_list(Fetch *f, Str host, NetName **out, size_t *out_n, Str *out_error) {
    enum { BACKWARDS_MAX = 4 };
    ldns_resolver_set_dnssec(f->resolver, false);
    Records *all = ARENA_NEW(f->a, Records);
    NetAddress at = { 0 };
    if (net_address_parse(host, &at)) {
        ask_backwards(f, &at, all);
    } else {
        ask_addresses(f, host, all);
        size_t addresses = all->n, asked = 0;
        ldns_rdf *name = addresses > 0 ? dns_name(f, host) : NULL;
        if (name != NULL) {
            query(f, name, LDNS_RR_TYPE_MX, all);
            query(f, name, LDNS_RR_TYPE_NS, all);
            ldns_rdf_deep_free(name);
        }
        for (size_t i = 0; i < addresses && asked < BACKWARDS_MAX; i++)
            if (is_address(&all->rows[i]) && net_address_parse(all->rows[i].value, &at)) {
                ask_backwards(f, &at, all);
                asked++;
            }
    }
    *out = all->rows;
    *out_n = all->n;
    *out_error = all->n > 0 ? STR_NONE : all->failed ? S("dns_failed") : S("dns_none");
}

bool names_here(const Resolved *r) {
    for (size_t i = 0; i < r->n; i++) {
        static const uint8_t one[16] = { [15] = 1 };
        if (r->at[i].v6 ? memcmp(r->at[i].b, one, 16) != 0 : r->at[i].b[0] != 127) return false;
    }
    return true;
}
