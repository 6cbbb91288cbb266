/* Whatever a WHOIS server sends: facts that are single lines, and a next server that is a host name. */
#include "foundation/net/net_wire.h"
#include "foundation/net/whois.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 100000) return 0;
    Arena *a = arena_new(64 << 20);
    WhoisAnswer w;
    must(whois_read(a, str_bytes(data, size), &w) == OK);
    const Str lines[] = { w.registrar, w.abuse_mail, w.mail, w.org, w.netname, w.country, w.range, w.refer };
    for (size_t i = 0; i < LEN(lines); i++) must(net_line_ok(lines[i], 400) && str_utf8_ok(lines[i]));
    size_t at = 0;
    must(w.abuse_mail.n == 0 || str_chr(w.abuse_mail, '@', &at));
    must(!str_chr(w.refer, '/', &at) && !str_chr(w.refer, ':', &at) && !str_chr(w.refer, ' ', &at));
    must(w.nameservers <= WHOIS_NS_MAX && w.asn >= 0 && w.asn <= UINT32_MAX);
    arena_free(a);
    return 0;
}
