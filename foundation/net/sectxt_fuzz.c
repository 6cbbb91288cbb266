/* Whatever stands at /.well-known/security.txt: valid only with an end and somebody to write to, and no address could end a line. */
#include "foundation/net/net_wire.h"
#include "foundation/net/sectxt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena *a = arena_new(16 << 20);
    SecTxt t;
    if (sectxt_read(a, str_bytes(data, size), 1772442000000, &t) == OK) {
        must(!t.valid || (t.expires > 1772442000000 && t.mails + t.pages > 0));
        must(t.mails <= SECTXT_CONTACTS_MAX && t.pages <= SECTXT_CONTACTS_MAX && (!t.is_html || t.mails == 0));
        for (size_t i = 0; i < t.mails; i++) must(net_line_ok(t.mail[i], 254) && t.mail[i].n >= 3);
        for (size_t i = 0; i < t.pages; i++) must(net_line_ok(t.page[i], 300));
    }
    arena_free(a);
    return 0;
}
