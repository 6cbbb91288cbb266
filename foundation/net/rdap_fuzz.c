/* Whatever a registry answers: read whole or refused, and no address comes out of it that could end a line. */
#include "foundation/net/net_wire.h"
#include "foundation/net/rdap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 200000) return 0;
    Arena *a = arena_new(64 << 20);
    RdapAnswer r;
    if (rdap_read(a, str_bytes(data, size), &r) == OK) {
        must(r.entities <= RDAP_ENTITIES_MAX && r.nameservers <= RDAP_LIST_MAX && r.statuses <= RDAP_LIST_MAX && r.asn >= 0);
        for (size_t i = 0; i < r.entities; i++) must(net_line_ok(r.entity[i].mail, 254) && net_line_ok(r.entity[i].page, RDAP_TEXT_MAX) && net_line_ok(r.entity[i].name, RDAP_TEXT_MAX));
        const RdapEntity *e = rdap_abuse(&r, 0);
        must(e == NULL || e->mail.n > 0 || e->page.n > 0);
        must(net_line_ok(r.related, RDAP_TEXT_MAX));
    }
    arena_free(a);
    return 0;
}
