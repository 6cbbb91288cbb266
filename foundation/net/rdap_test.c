#include "foundation/base/tap.h"
#include "foundation/net/rdap.h"

static const char domain[] = "{\"objectClassName\":\"domain\",\"handle\":\"1-X\",\"ldhName\":\"SITE.TEST\",\"status\":[\"active\",5,\"client hold\"],\"links\":[{\"rel\":\"self\",\"href\":\"https://a.test/\"},"
    "{\"rel\":\"related\",\"type\":\"application/rdap+json\",\"href\":\"https://registrar.test/rdap/domain/SITE.TEST\"}],\"nameservers\":[{\"ldhName\":\"NS1.DNS.TEST.\"},{\"ldhName\":7},{}],\"entities\":["
    "{\"roles\":[\"registrant\"],\"handle\":\"R\",\"vcardArray\":[\"vcard\",[[\"version\",{},\"text\",\"4.0\"],[\"fn\",{},\"text\",\"REDACTED\"],[\"email\",{},\"text\",\"owner@site.test\"]]]},"
    "{\"roles\":[\"registrar\"],\"handle\":\"292\",\"publicIds\":[{\"type\":\"IANA Registrar ID\",\"identifier\":\"292\"}],\"vcardArray\":[\"vcard\",[[\"fn\",{},\"text\",\"Naam BV\"],[\"url\",{},\"uri\",\"https://naam.test/\"]]],"
    "\"entities\":[{\"roles\":[\"abuse\"],\"vcardArray\":[\"vcard\",[[\"fn\",{},\"text\",\"\"],[\"tel\",{\"type\":\"voice\"},\"uri\",\"tel:+31.201234567\"],[\"email\",{},\"text\",\"abuse@naam.test\"]]]}]}]}";
static const char network[] = "{\"objectClassName\":\"ip network\",\"startAddress\":\"203.0.113.0\",\"endAddress\":\"203.0.113.255\",\"name\":\"HOST-NET\",\"country\":\"NL\",\"port43\":\"whois.ripe.test\",\"arin_originas0_originautnums\":[64500],"
    "\"entities\":[{\"roles\":[\"registrant\"],\"vcardArray\":[\"vcard\",[[\"fn\",{},\"text\",\"Hoster NV\"],[\"org\",{},\"text\",[\"Hoster\",\"Unit\"]],[\"adr\",{\"cc\":\"NL\",\"label\":\"x\"},\"text\",[\"\",\"\",\"\",\"\",\"\",\"\",\"\"]]]],"
    "\"entities\":[{\"roles\":[\"technical\"],\"vcardArray\":[\"vcard\",[[\"email\",{},\"text\",\"noc@hoster.test\"]]],\"entities\":[{\"roles\":[\"abuse\"],\"vcardArray\":[\"vcard\",[[\"email\",{},\"text\",\"mailto:abuse@hoster.test\"]]]}]}]}]}";

static void facts(Arena *a) {
    RdapAnswer r;
    check(rdap_read(a, str_c(domain), &r) == OK && str_eq(r.name, S("SITE.TEST")) && r.statuses == 2 && r.nameservers == 1 && str_eq(r.nameserver[0], S("NS1.DNS.TEST")), "a domain: its name, states and name servers; what has another type is absent");
    check(str_eq(r.related, S("https://registrar.test/rdap/domain/SITE.TEST")), "where its registrar answers more");
    const RdapEntity *e = rdap_role(&r, RDAP_REGISTRAR), *abuse = rdap_abuse(&r, RDAP_REGISTRAR);
    check(e != NULL && str_eq(e->name, S("Naam BV")) && str_eq(e->iana_id, S("292")) && str_eq(e->page, S("https://naam.test/")), "the registrar with its number");
    check(abuse != NULL && str_eq(abuse->mail, S("abuse@naam.test")) && str_eq(abuse->phone, S("+31.201234567")), "and who takes reports there, inside it");
    check(rdap_read(a, str_c(network), &r) == OK && str_eq(r.start, S("203.0.113.0")) && str_eq(r.country, S("NL")) && r.asn == 64500 && r.entities == 3, "a network: its range, country, origin");
    abuse = rdap_abuse(&r, 0);
    check(abuse != NULL && str_eq(abuse->mail, S("abuse@hoster.test")) && (abuse->above & RDAP_REGISTRANT) != 0 && str_eq(rdap_role(&r, RDAP_REGISTRANT)->org, S("Hoster")) && str_eq(rdap_role(&r, RDAP_REGISTRANT)->country, S("NL")),
        "its abuse address, two levels down");
    check(rdap_abuse(&r, RDAP_REGISTRAR) == NULL, "there is no registrar, so nobody within it");
    check(rdap_read(a, S("{\"errorCode\":404,\"rdapConformance\":[\"rdap_level_0\"]}"), &r) == OK && r.error == 404, "an answer that there is no such thing");
}

static void hostile(Arena *a) {
    static const char *const not[] = { "", "nothing", "[]", "[1]", "{}", "{\"x\":1}", "{\"objectClassName\":7}", "{\"objectClassName\":\"domain\",\"objectClassName\":\"domain\"}", "<html>" };
    static const char *const odd[] = { "{\"objectClassName\":\"domain\",\"entities\":{},\"nameservers\":7,\"links\":[[]],\"status\":\"x\"}", "{\"objectClassName\":\"domain\",\"entities\":[null,5,[],{\"roles\":5,\"vcardArray\":[]},{\"vcardArray\":[\"vcard\",[[],[1,2,3,4],[\"email\"],[\"email\",[],\"text\",\"a@b.test\"],[\"email\",{},\"text\",{}],[\"email\",{},\"text\",[]]]]}]}",
        "{\"objectClassName\":\"ip network\",\"country\":\"Netherlands\",\"arin_originas0_originautnums\":[-1],\"startAddress\":5}" };
    static const char *const mails[] = { "a@b.test\\r\\nBcc: x@y.test", "a b@c.test", "<a@b.test>", "@b.test", "a@", "a@b@c", "a@b.test,c@d.test", "\\u202ea@b.test" };
    RdapAnswer r;
    for (size_t i = 0; i < LEN(not); i++) check(rdap_read(a, str_c(not[i]), &r) == E_INPUT, "'%s' is no answer", not[i]);
    for (size_t i = 0; i < LEN(odd); i++) check(rdap_read(a, str_c(odd[i]), &r) == OK && rdap_abuse(&r, 0) == NULL && r.asn == 0 && r.country.n == 0, "members of the wrong type give nothing (%zu)", i);
    for (size_t i = 0; i < LEN(mails); i++) {
        Str json = str_fmt(a, "{\"objectClassName\":\"domain\",\"entities\":[{\"roles\":[\"abuse\"],\"vcardArray\":[\"vcard\",[[\"email\",{},\"text\",\"%s\"]]]}]}", mails[i]);
        check(rdap_read(a, json, &r) == OK && rdap_abuse(&r, 0) == NULL, "'%s' is nobody's address", mails[i]);
    }
    Buf b = buf_new(4 << 20);
    buf_z(&b, "{\"objectClassName\":\"domain\",\"entities\":[{\"roles\":[\"registrar\"]}");
    for (int i = 0; i < 3000; i++) buf_z(&b, ",{\"roles\":[\"abuse\"]}");
    buf_z(&b, "]}");
    check(rdap_read(a, buf_str(&b), &r) == OK && r.entities == RDAP_ENTITIES_MAX && r.more, "of three thousand contacts the first few are read, and it says so");
    buf_clear(&b);
    buf_z(&b, "{\"objectClassName\":\"domain\"");
    for (int i = 0; i < 200; i++) buf_z(&b, ",\"entities\":[{\"roles\":[\"abuse\"]");
    for (int i = 0; i < 200; i++) buf_z(&b, "}]");
    buf_z(&b, "}");
    check(rdap_read(a, buf_str(&b), &r) == E_LIMIT, "contacts in contacts without end are not read");
    buf_clear(&b);
    buf_z(&b, "{\"objectClassName\":\"domain\",\"x\":\"");
    for (int i = 0; i < RDAP_BYTES_MAX / 8; i++) buf_z(&b, "xxxxxxxx");
    buf_z(&b, "\"}");
    check(rdap_read(a, buf_str(&b), &r) == E_LIMIT, "nor an answer of more than a megabyte");
    buf_free(&b);
}

int main(void) {
    Arena *a = arena_new(256 << 20);
    facts(a);
    hostile(a);
    arena_free(a);
    return tap_end();
}
