/* Whatever is fetched as a bootstrap file: taken whole or refused; every address that comes out of it is one of http or https. */
#include "foundation/net/registry.h"

static void urls(const RegistryUrls *u) {
    must(u->n <= REGISTRY_URLS_MAX);
    for (size_t i = 0; i < u->n; i++) must((str_starts(u->url[i], S("https://")) || str_starts(u->url[i], S("http://"))) && str_ends(u->url[i], S("/")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || size > 60000) return 0;
    Arena *a = arena_new(64 << 20);
    const NetRegistry *r = NULL;
    RegistryFile f = { str_c(registry_bootstrap_names[data[0] % 4]), str_bytes(data + 1, size - 1) };
    Str why = STR_NONE, published = STR_NONE;
    if (registry_file_check(a, f.name, f.text, &published, &why) == OK && data[0] < 8) {
        RegistryUrls u;
        NetAddress at = { .b = { data[1], data[size - 1] }, .v6 = (data[0] & 4) != 0 };
        must(registry_new(a, &f, 1, &r, &why) == OK);
        registry_of_domain(r, S("a.nl"), &u);
        urls(&u);
        registry_of_address(r, &at, &u);
        urls(&u);
        registry_of_asn(r, data[size - 1] * 257u, &u);
        urls(&u);
    }
    arena_free(a);
    return 0;
}
