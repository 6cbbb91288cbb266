/* teststamp.h - a small time-stamp authority inside a test. Header only. */
#ifndef KETEN_TESTSTAMP_H
#define KETEN_TESTSTAMP_H
#include "core/seal/stamp.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <time.h>

typedef struct Tsa { EVP_PKEY *key; X509 *cert; long at; } Tsa; /* at: what its clock shows, in seconds; 0: the real time */

static inline int tsa_clock(struct TS_resp_ctx *ctx, void *data, long *sec, long *usec) {
    const Tsa *t = data;
    (void)ctx;
    *sec = t->at != 0 ? t->at : (long)time(NULL);
    *usec = 0;
    return 1;
}

static inline ASN1_INTEGER *tsa_serial(struct TS_resp_ctx *ctx, void *data) {
    (void)ctx, (void)data;
    ASN1_INTEGER *n = ASN1_INTEGER_new();
    ASN1_INTEGER_set(n, 42);
    return n;
}

static inline Tsa tsa_with(EVP_PKEY *key, const char *eku) {
    Tsa t = { .key = key, .cert = X509_new() };
    X509_set_version(t.cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(t.cert), 7);
    X509_gmtime_adj(X509_getm_notBefore(t.cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(t.cert), 3600);
    X509_set_pubkey(t.cert, t.key);
    X509_NAME *name = X509_get_subject_name(t.cert);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"Stamps Example", -1, -1, 0);
    X509_set_issuer_name(t.cert, name);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, eku);
    X509_add_ext(t.cert, e, -1);
    X509_EXTENSION_free(e);
    must(X509_sign(t.cert, t.key, EVP_sha256()) > 0);
    return t;
}

static inline Tsa tsa_new(const char *eku) { return tsa_with(EVP_RSA_gen(2048), eku); }
/* One whose certificate holds between these two times, in seconds. */
static inline Tsa tsa_between(const char *eku, time_t from, time_t to) {
    Tsa t = tsa_with(EVP_EC_gen("P-256"), eku);
    char cn[64];
    snprintf(cn, sizeof cn, "Stamps until %lld", (long long)to); /* two of one name would be taken for one another */
    X509_NAME *name = X509_NAME_new();
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)cn, -1, -1, 0);
    X509_set_subject_name(t.cert, name);
    X509_set_issuer_name(t.cert, name);
    X509_NAME_free(name);
    ASN1_TIME_set(X509_getm_notBefore(t.cert), from);
    ASN1_TIME_set(X509_getm_notAfter(t.cert), to);
    must(X509_sign(t.cert, t.key, EVP_sha256()) > 0);
    return t;
}
static inline Tsa tsa_ec(const char *eku) { return tsa_with(EVP_EC_gen("P-256"), eku); }

static inline Str tsa_stamp(Arena *a, const Tsa *t, Str ask) {
    TS_RESP_CTX *ctx = TS_RESP_CTX_new();
    ASN1_OBJECT *policy = OBJ_txt2obj("1.2.3.4.1", 1);
    unsigned char *der = NULL;
    BIO *in = BIO_new_mem_buf(ask.p, (int)ask.n);
    TS_RESP_CTX_set_serial_cb(ctx, tsa_serial, NULL);
    TS_RESP_CTX_set_time_cb(ctx, tsa_clock, (void *)(uintptr_t)t);
    must(TS_RESP_CTX_set_signer_cert(ctx, t->cert) == 1 && TS_RESP_CTX_set_signer_key(ctx, t->key) == 1 && TS_RESP_CTX_set_def_policy(ctx, policy) == 1 && TS_RESP_CTX_add_md(ctx, EVP_sha256()) == 1 &&
         TS_RESP_CTX_set_signer_digest(ctx, EVP_sha256()) == 1 && TS_RESP_CTX_set_ess_cert_id_digest(ctx, EVP_sha256()) == 1);
    TS_RESP *resp = TS_RESP_create_response(ctx, in);
    must(resp != NULL);
    int n = i2d_TS_RESP(resp, &der);
    must(n > 0);
    Str out = str_dup(a, str_bytes(der, (size_t)n));
    OPENSSL_free(der);
    BIO_free(in);
    TS_RESP_free(resp);
    ASN1_OBJECT_free(policy);
    TS_RESP_CTX_free(ctx);
    return out;
}

static inline Str tsa_pem(Arena *a, X509 *cert) {
    BIO *out = BIO_new(BIO_s_mem());
    char *p = NULL;
    must(PEM_write_bio_X509(out, cert) == 1);
    long n = BIO_get_mem_data(out, &p);
    Str s = str_dup(a, str_bytes(p, (size_t)n));
    BIO_free(out);
    return s;
}
static inline void tsa_free(Tsa *t) {
    X509_free(t->cert);
    EVP_PKEY_free(t->key);
}
#endif
