/* Whatever a server shows as its certificate: names that are host names, or none. */
#include "core/seal/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena *a = arena_new(16 << 20);
    CertFacts f;
    if (cert_read(a, str_bytes(data, size), &f) == OK) {
        must(f.names <= CERT_NAMES_MAX && str_utf8_ok(f.issuer) && str_utf8_ok(f.subject));
        for (size_t i = 0; i < f.names; i++)
            for (size_t k = 0; k < f.name[i].n; k++) must(f.name[i].p[k] > ' ' && f.name[i].p[k] <= '~');
    }
    arena_free(a);
    return 0;
}
