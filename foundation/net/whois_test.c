#include "foundation/base/tap.h"
#include "foundation/net/whois.h"

static void shapes(Arena *a) {
    WhoisAnswer w;
    must(whois_read(a, S("   Domain Name: SITE.TEST\r\n   Registrar WHOIS Server: whois.naam.test\r\n   Registrar URL: https://naam.test\r\n   Registrar: Naam BV\r\n   Registrar IANA ID: 292\r\n"
        "   Registrar Abuse Contact Email: abuse@naam.test\r\n   Name Server: NS1.DNS.TEST\r\n   Name Server: ns2.dns.test.\r\n>>> Last update <<<\r\n"), &w) == OK);
    check(str_eq(w.registrar, S("Naam BV")) && str_eq(w.iana_id, S("292")) && str_eq(w.abuse_mail, S("abuse@naam.test")) && str_eq(w.refer, S("whois.naam.test")) && w.nameservers == 2 && str_eq(w.nameserver[1], S("ns2.dns.test")) && !w.none,
        "a registry of the large kind: registrar, abuse address, who answers more, name servers");
    must(whois_read(a, S("Domain name: voorbeeld.test\nStatus:      active\n\nRegistrar:\n   Registrar BV\n   Straat 1\n\nAbuse Contact:\n   +31.201234567\n   abuse@registrar.test\n\nDomain nameservers:\n   ns1.a.test\n   ns2.a.test 192.0.2.1\n"), &w) == OK);
    check(str_eq(w.registrar, S("Registrar BV")) && w.nameservers == 2 && str_eq(w.nameserver[1], S("ns2.a.test")), "one that sets its answers in under a label");
    must(whois_read(a, S("% This is the RIPE Database query service.\n\n% Abuse contact for '203.0.113.0 - 203.0.113.255' is 'abuse@hoster.test'\n\ninetnum:        203.0.113.0 - 203.0.113.255\nnetname:        HOST-NET\ncountry:        NL\norg-name:       Hoster NV\n"
        "route:          203.0.113.0/24\norigin:         AS64500\n"), &w) == OK);
    check(str_eq(w.abuse_mail, S("abuse@hoster.test")) && str_eq(w.netname, S("HOST-NET")) && str_eq(w.country, S("NL")) && w.asn == 64500 && str_eq(w.range, S("203.0.113.0 - 203.0.113.255")), "a registry of networks: range, holder, abuse address in the remark, origin");
    must(whois_read(a, S("% IANA WHOIS server\nrefer:        whois.nic.test\n\ndomain:       TEST\n"), &w) == OK);
    check(str_eq(w.refer, S("whois.nic.test")), "IANA says who to ask");
    must(whois_read(a, S("No match for \"NONE.TEST\".\r\n"), &w) == OK);
    check(w.none, "no such domain");
    must(whois_read(a, S("registrar: Caf\xe9 S.A.\n"), &w) == OK);
    check(str_eq(w.registrar, S("Caf\xc3\xa9 S.A.")), "words that are not UTF-8 are read as Latin");
}

static void hostile(Arena *a) {
    static const char *const refers[] = { "refer: http://127.0.0.1/", "refer: rwhois://x.test:4321/", "whois: a..", "refer: -x.test", "refer: localhost", "refer: a b.test", "ReferralServer: rwhois://rwhois.x.test:4321", "refer: x.test:25" };
    WhoisAnswer w;
    for (size_t i = 0; i < LEN(refers); i++) {
        must(whois_read(a, str_c(refers[i]), &w) == OK);
        check(w.refer.n == 0, "'%s' is no server to ask", refers[i]);
    }
    must(whois_read(a, S("ReferralServer: whois://whois.x.test:43\n"), &w) == OK);
    check(str_eq(w.refer, S("whois.x.test")), "an address of the right protocol is one");
    must(whois_read(a, S("abuse-mailbox: @\nabuse-mailbox: a@b\nabuse-mailbox: @x.test\nabuse-mailbox: x@.test\nnserver: ../../etc\nregistrar: a\001b\norigin: AS99999999999\nabuse: please write to <abuse@free.test>.\n"), &w) == OK);
    check(str_eq(w.abuse_mail, S("abuse@free.test")) && w.nameservers == 0 && w.registrar.n == 0 && w.asn == 0, "half addresses, paths, control characters and numbers that are none give nothing; an address in free words does");
    Buf b = buf_new(1 << 20);
    for (int i = 0; i < 20000; i++) buf_z(&b, "a: b\n");
    buf_z(&b, "registrar: too late\n");
    check(whois_read(a, buf_str(&b), &w) == OK && w.registrar.n == 0, "lines without end are left after some thousands");
    while (b.n <= WHOIS_BYTES_MAX) buf_z(&b, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    check(whois_read(a, buf_str(&b), &w) == E_LIMIT, "an answer larger than any is not read");
    buf_free(&b);
}

int main(void) {
    Arena *a = arena_new(64 << 20);
    shapes(a);
    hostile(a);
    arena_free(a);
    return tap_end();
}
