#include "foundation/net/address.h"
#include "foundation/base/tap.h"

static bool reachable(const char *text) {
    NetAddress at = { 0 };
    must(net_address_parse(str_c(text), &at));
    return net_address_public(&at);
}

int main(void) {
    static const char *const inside[] = { "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.7",
        "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "3fff::1" };
    static const char *const outside[] = { "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "172.15.255.255", "172.32.0.0", "192.167.255.255", "198.17.255.255",
        "198.20.0.0", "223.255.255.255", "2a00:1450::1", "2606:4700::1", "2001:200::1", "64:ff9b::808:808" };
    for (size_t i = 0; i < LEN(inside); i++) check(!reachable(inside[i]), "%s is not reached", inside[i]);
    for (size_t i = 0; i < LEN(outside); i++) check(reachable(outside[i]), "%s is", outside[i]);
    NetAddress at;
    check(!net_address_parse(S("127.1"), &at) && !net_address_parse(S("a.example"), &at) && !net_address_parse(S("::1%lo"), &at) && !net_address_parse((Str){ "1.1.1.1\0x", 9 }, &at), "what is no whole address is none");
    Str list = S("site.test:8080 [::1]:81 127.0.0.1:9000");
    check(net_allowed(list, S("SITE.test"), 8080) && net_allowed(list, S("::1"), 81) && net_allowed(list, S("127.0.0.1"), 9000), "what the configuration names may be reached");
    Str under = S("*.lab.test:81");
    check(net_allowed(under, S("a.lab.test"), 81) && net_allowed(under, S("B.A.Lab.test"), 81) && !net_allowed(under, S("lab.test"), 81) && !net_allowed(under, S("xlab.test"), 81) && !net_allowed(under, S(".lab.test"), 81) && !net_allowed(under, S("a.lab.test"), 80),
        "a star stands for the names under one, not for itself or for what only ends like it");
    check(!net_allowed(list, S("site.test"), 80) && !net_allowed(list, S("xsite.test"), 8080) && !net_allowed(STR_NONE, S("site.test"), 8080), "another port, another name may not");
    check(net_port_ok(80) && net_port_ok(8443) && !net_port_ok(25) && !net_port_ok(0) && !net_port_ok(70000), "mail and shell ports hold no pages");
    return tap_end();
}
