#include "foundation/base/tap.h"
#include "foundation/net/registry.h"

static Str first(const RegistryUrls *u) { return u->n > 0 ? u->url[0] : STR_NONE; }
static NetAddress at(const char *text) {
    NetAddress a = { .v6 = false };
    must(net_address_parse(str_c(text), &a));
    return a;
}
static Str rdap_of(const NetRegistry *r, const char *ip) {
    RegistryUrls u;
    NetAddress a = at(ip);
    registry_of_address(r, &a, &u);
    return first(&u);
}

static void where_to_ask(const NetRegistry *r) {
    RegistryUrls u;
    registry_of_domain(r, S("example.com"), &u);
    check(str_eq(first(&u), S("https://rdap.verisign.com/com/v1/")), "a .com domain is asked about at its registry");
    registry_of_domain(r, S("voorbeeld.nl"), &u);
    check(str_eq(first(&u), S("https://rdap.sidn.nl/")), "a country that IANA's file leaves out has its registry from our own table");
    registry_of_domain(r, S("no-such-domain.zzzz"), &u);
    check(u.n == 0 && registry_whois(r, S("x.zzzz")).n == 0, "of an unknown top-level domain nothing is made up");
    check(str_eq(registry_whois(r, S("a.b.io")), S("whois.nic.io")), "WHOIS stands by for those without RDAP");
    check(str_eq(rdap_of(r, "193.0.6.139"), S("https://rdap.db.ripe.net/")) && str_eq(rdap_of(r, "8.8.8.8"), S("https://rdap.arin.net/registry/")) && str_eq(rdap_of(r, "2a02:898::1"), S("https://rdap.db.ripe.net/")) &&
          str_eq(rdap_of(r, "2800:1::1"), S("https://rdap.lacnic.net/rdap/")) && rdap_of(r, "10.0.0.1").n == 0, "networks of both families have their region's registry");
    registry_of_asn(r, 37000, &u);
    check(str_eq(first(&u), S("https://rdap.afrinic.net/rdap/")), "so have AS numbers");
    check(str_eq(registry_published(r, S("rdap-ipv4.json")), S("2019-06-07T19:00:02Z")), "each file says when it was published");
}

static void operators(const NetRegistry *r) {
    Str prefix = STR_NONE, source = STR_NONE, seen = STR_NONE, mark = STR_NONE;
    NetAddress cf = at("104.21.3.4"), cf6 = at("2606:4700:3030::1"), other = at("193.0.6.139");
    const NetOperator *o = registry_operator_of_address(r, &cf, &prefix, &source, &seen);
    check(o != NULL && str_eq(o->code, S("cloudflare")) && str_eq(prefix, S("104.16.0.0/13")) && source.n > 0 && seen.n == 10, "a delivery network is known by its addresses, with the range, its source and its day");
    o = registry_operator_of_address(r, &cf6, &prefix, &source, &seen);
    check(o != NULL && str_eq(o->code, S("cloudflare")), "over IPv6 as well");
    check(registry_operator_of_address(r, &other, &prefix, &source, &seen) == NULL, "an address of somebody else is nobody's range");
    o = registry_operator_of_head(r, S("HTTP/1.1 200 OK\r\nServer: nginx\r\nCF-Ray: 8a1-AMS\r\n\r\n"), &mark);
    check(o != NULL && str_eq(o->code, S("cloudflare")) && str_eq(mark, S("CF-Ray: 8a1-AMS")), "by the marks in a response's head");
    o = registry_operator_of_head(r, S("HTTP/1.1 200 OK\r\nserver: AkamaiGHost\r\n\r\n"), &mark);
    check(o != NULL && str_eq(o->code, S("akamai")), "by the server's name");
    check(registry_operator_of_head(r, S("HTTP/1.1 200 OK\r\nX-Served-By: mycache-1\r\nServer: my cloudflare clone\r\n\r\n"), &mark) == NULL, "likeness is no mark");
    o = registry_operator_of_name(r, S("d111.cloudfront.net"));
    check(o != NULL && str_eq(o->code, S("cloudfront")) && registry_operator_of_name(r, S("notcloudfront.net")) == NULL, "by the alias a host stands under");
    o = registry_operator_of_ns(r, S("ns-12.awsdns-34.org"));
    check(o != NULL && str_eq(o->code, S("route53")) && registry_operator_of_ns(r, S("ns1.example.nl")) == NULL, "who runs the name servers is known by their names");
}

static void newer(Arena *a) {
    static const char good[] = "{\"version\":\"1.0\",\"publication\":\"2030-01-02T03:04:05Z\",\"services\":[[[\"NL\"],[\"http://a.test/rdap\",\"https://a.test/rdap\"]],[[\"x\"],[\"ftp://a.test/\"]],[5],[[\"com\"],[]]]}";
    static const char old[] = "{\"version\":\"1.0\",\"publication\":\"2001-01-02T03:04:05Z\",\"services\":[[[\"nl\"],[\"https://old.test/\"]]]}";
    static const char *const bad[] = { "", "[]", "{}", "{\"version\":\"2.0\"}", "{\"version\":\"1.0\",\"publication\":\"soon\",\"services\":[]}", "{\"version\":\"1.0\",\"publication\":\"2030-01-02T03:04:05Z\",\"services\":{}}",
        "{\"version\":\"1.0\",\"publication\":\"2030-01-02T03:04:05Z\",\"services\":[[[\"nl\"],[\"javascript:x\"]]]}" };
    const NetRegistry *r = NULL;
    Str why = STR_NONE, published = STR_NONE;
    RegistryUrls u;
    RegistryFile f = { S("rdap-dns.json"), str_c(good) }, o = { S("rdap-dns.json"), str_c(old) };
    check(registry_new(a, &f, 1, &r, &why) == OK, "a newer file lies over ours");
    registry_of_domain(r, S("a.b.nl"), &u);
    check(u.n == 2 && str_eq(u.url[0], S("https://a.test/rdap/")) && str_eq(u.url[1], S("http://a.test/rdap/")), "the safe address first, each with its slash");
    registry_of_domain(r, S("a.com"), &u);
    check(u.n == 0, "what the newer file does not name is not there any more");
    check(registry_new(a, &o, 1, &r, &why) == OK, "an older one");
    registry_of_domain(r, S("a.nl"), &u);
    check(str_eq(first(&u), S("https://rdap.sidn.nl/")), "is left aside");
    for (size_t i = 0; i < LEN(bad); i++) {
        RegistryFile b = { S("rdap-dns.json"), str_c(bad[i]) };
        check(registry_new(a, &b, 1, &r, &why) == E_INPUT && str_starts(why, S("rdap-dns.json: ")) && registry_file_check(a, b.name, b.text, &published, &why) == E_INPUT, "'%s' is no bootstrap file", bad[i]);
    }
    check(registry_file_check(a, S("rdap-ipv4.json"), str_c(good), &published, &why) == E_INPUT, "names are no networks");
}

static void prefixes(void) {
    static const char *const bad[] = { "", "1.2.3.4", "1.2.3.4/33", "1.2.3.4/24", "1.2.3.0/-1", "::/129", "2001:db8::1/64", "a/8", "1.2.3.0/ 24" };
    NetPrefix p;
    NetAddress in = at("203.0.113.255"), out = at("203.0.114.0"), six = at("::");
    for (size_t i = 0; i < LEN(bad); i++) check(!net_prefix_parse(str_c(bad[i]), &p), "'%s' is no prefix", bad[i]);
    check(net_prefix_parse(S("203.0.112.0/23"), &p) && net_prefix_has(&p, &in) && !net_prefix_has(&p, &out) && !net_prefix_has(&p, &six), "a prefix holds its addresses and no others");
    check(net_prefix_parse(S("0.0.0.0/0"), &p) && net_prefix_has(&p, &in) && !net_prefix_has(&p, &six), "the widest holds all of its family");
}

int main(void) {
    Arena *a = arena_new(64 << 20);
    const NetRegistry *r = NULL;
    Str why = STR_NONE;
    check(registry_new(a, NULL, 0, &r, &why) == OK, "the tables that are compiled in can be read (" STR_FMT ")", STR_ARG(why));
    where_to_ask(r);
    operators(r);
    newer(a);
    prefixes();
    arena_free(a);
    return tap_end();
}
