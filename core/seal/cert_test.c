#include "core/seal/cert.h"
#include "foundation/base/tap.h"

#include <stdio.h>

int main(int argc, char **argv) {
    static const char *const not[] = { "nothing", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" };
    Arena *a = arena_new(16 << 20);
    CertFacts f;
    char text[8192];
    must(argc == 2);
    FILE *in = fopen(argv[1], "rb");
    must(in != NULL);
    size_t n = fread(text, 1, sizeof text, in);
    fclose(in);
    Str pem = str_bytes(text, n);
    check(cert_read(a, pem, &f) == OK && f.names == 2 && str_eq(f.name[0], S("site.test")) && str_eq(f.name[1], S("*.other.test")), "the names of hosts in a certificate, in small letters; addresses and mail are none");
    check(str_eq(f.issuer, S("Voorbeeldhost BV")) && str_eq(f.subject, S("Voorbeeldhost BV")), "who gave it, and to whom");
    Str twice = str_fmt(a, STR_FMT STR_FMT, STR_ARG(pem), STR_ARG(pem));
    check(cert_read(a, twice, &f) == OK && f.names == 2, "of a chain the first is read");
    check(cert_read(a, STR_NONE, &f) == E_MISSING, "where there was no certificate there are no names");
    for (size_t i = 0; i < LEN(not); i++) check(cert_read(a, str_c(not[i]), &f) == E_INPUT && f.names == 0, "what is no certificate is not read (%zu)", i);
    arena_free(a);
    return tap_end();
}
