/* cert.c - through OpenSSL. */
#include "core/seal/cert.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

static bool name_ok(Str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '*' || c == '_')) return false;
    }
    return s.n > 0 && s.n <= 253;
}

static Str words_of(Arena *a, X509_NAME *name) {
    static const int which[] = { NID_organizationName, NID_commonName };
    for (size_t i = 0; i < LEN(which); i++) {
        char z[256] = "";
        int n = X509_NAME_get_text_by_NID(name, which[i], z, sizeof z);
        if (n <= 0 || !str_utf8_ok(str_c(z)) || str_has_bidi(str_c(z))) continue;
        bool plain = true;
        for (const char *p = z; *p != '\0'; p++) plain = plain && (unsigned char)*p >= ' ' && *p != 0x7F;
        if (plain) return str_dup(a, str_c(z));
    }
    return STR_NONE;
}

Err cert_read(Arena *a, Str pem, CertFacts *out) {
    *out = (CertFacts){ .names = 0 };
    if (pem.n == 0) return E_MISSING;
    if (pem.n > CERT_PEM_MAX) return E_INPUT;
    BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    X509 *cert = bio != NULL ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    if (cert == NULL) return E_INPUT;
    out->issuer = words_of(a, X509_get_issuer_name(cert));
    out->subject = words_of(a, X509_get_subject_name(cert));
    GENERAL_NAMES *all = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
        const GENERAL_NAME *g = sk_GENERAL_NAME_value(all, i);
        if (g->type != GEN_DNS) continue;
        Str s = str_bytes(ASN1_STRING_get0_data(g->d.dNSName), (size_t)ASN1_STRING_length(g->d.dNSName));
        if (!name_ok(s)) continue;
        if (out->names == CERT_NAMES_MAX) {
            out->more = true;
            break;
        }
        out->name[out->names++] = str_lower(a, s);
    }
    GENERAL_NAMES_free(all);
    X509_free(cert);
    return OK;
}
