/* stamp.c - see stamp.h. OpenSSL's TS and PKCS#7 do the reading. */
#include "core/seal/stamp.h"
#include "foundation/base/enc.h"
#include "foundation/base/lang.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

static ASN1_INTEGER *number_of(const uint8_t nonce[8]) {
    uint8_t positive[8];
    memcpy(positive, nonce, 8);
    positive[0] = (uint8_t)((positive[0] & 0x7f) | 0x01); /* top bit clear, and never zero */
    BIGNUM *bn = BN_bin2bn(positive, 8, NULL);
    ASN1_INTEGER *n = bn != NULL ? BN_to_ASN1_INTEGER(bn, NULL) : NULL;
    BN_free(bn);
    must(n != NULL);
    return n;
}

Err stamp_ask(Arena *a, const uint8_t sha256[32], const uint8_t nonce[8], Str *out_der) {
    TS_REQ *req = TS_REQ_new();
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algo = X509_ALGOR_new();
    ASN1_INTEGER *n = number_of(nonce);
    unsigned char *der = NULL, digest[32];
    must(req != NULL && imprint != NULL && algo != NULL);
    memcpy(digest, sha256, 32);
    bool good = X509_ALGOR_set0(algo, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 && TS_MSG_IMPRINT_set_algo(imprint, algo) == 1 && TS_MSG_IMPRINT_set_msg(imprint, digest, 32) == 1 &&
                TS_REQ_set_version(req, 1) == 1 && TS_REQ_set_msg_imprint(req, imprint) == 1 && TS_REQ_set_nonce(req, n) == 1 && TS_REQ_set_cert_req(req, 1) == 1;
    int len = good ? i2d_TS_REQ(req, &der) : -1;
    if (len > 0) *out_der = str_dup(a, str_bytes(der, (size_t)len));
    OPENSSL_free(der);
    ASN1_INTEGER_free(n);
    X509_ALGOR_free(algo);
    TS_MSG_IMPRINT_free(imprint);
    TS_REQ_free(req);
    return len > 0 ? OK : E_OUTSIDE;
}

/* "20261125021752.25Z" of a token: seconds always, fractions perhaps (RFC 3161 §2.4.2). */
static Err time_of(const ASN1_GENERALIZEDTIME *t, UnixMs *out) {
    int64_t v[6] = { 0 };
    static const size_t width[6] = { 4, 2, 2, 2, 2, 2 };
    Str s = str_bytes(ASN1_STRING_get0_data(t), (size_t)ASN1_STRING_length(t));
    size_t at = 0;
    if (s.n < 15 || s.p[s.n - 1] != 'Z') return E_INPUT;
    for (size_t i = 0; i < 6; at += width[i++])
        if (str_i64(str_sub(s, at, width[i]), 0, 9999, &v[i]) != OK) return E_INPUT;
    int64_t ms = 0;
    if (s.p[at] == '.')
        for (size_t i = 0; i < 3; i++) ms = ms * 10 + (at + 1 + i < s.n - 1 ? s.p[at + 1 + i] - '0' : 0);
    Date d = { (int16_t)v[0], (uint8_t)v[1], (uint8_t)v[2] };
    if (!date_ok(d) || v[3] > 23 || v[4] > 59 || v[5] > 60 || ms < 0 || ms > 999) return E_INPUT;
    *out = ((int64_t)date_days(d) * 86400 + v[3] * 3600 + v[4] * 60 + v[5]) * 1000 + ms;
    return OK;
}

static const char *info_wrong(TS_TST_INFO *info, const uint8_t sha256[32], const uint8_t nonce[8], UnixMs *out_at) {
    TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
    X509_ALGOR *algo = imprint != NULL ? TS_MSG_IMPRINT_get_algo(imprint) : NULL;
    ASN1_OCTET_STRING *msg = imprint != NULL ? TS_MSG_IMPRINT_get_msg(imprint) : NULL;
    const ASN1_OBJECT *oid = NULL;
    if (algo == NULL || msg == NULL) return N_("the time stamp cannot be read");
    X509_ALGOR_get0(&oid, NULL, NULL, algo);
    if (OBJ_obj2nid(oid) != NID_sha256 || ASN1_STRING_length(msg) != 32 || memcmp(ASN1_STRING_get0_data(msg), sha256, 32) != 0) return N_("the time stamp is of something else");
    if (nonce != NULL) {
        ASN1_INTEGER *n = number_of(nonce);
        bool same = TS_TST_INFO_get_nonce(info) != NULL && ASN1_INTEGER_cmp(TS_TST_INFO_get_nonce(info), n) == 0;
        ASN1_INTEGER_free(n);
        if (!same) return N_("the time stamp answers another question");
    }
    return time_of(TS_TST_INFO_get_time(info), out_at) == OK ? NULL : N_("the time stamp cannot be read");
}

/* The signer's certificate must say that it is for stamping, and its signature must fit. */
static const char *signature_wrong(Arena *a, PKCS7 *token, X509_STORE *store, Stamp *out) {
    STACK_OF(X509) *signers = PKCS7_get0_signers(token, NULL, 0);
    X509 *cert = signers != NULL && sk_X509_num(signers) == 1 ? sk_X509_value(signers, 0) : NULL;
    BIO *content = BIO_new(BIO_s_mem());
    const char *why = NULL;
    char name[256] = "";
    must(content != NULL);
    if (cert == NULL) why = N_("the time stamp carries no certificate");
    else if (X509_check_purpose(cert, X509_PURPOSE_TIMESTAMP_SIGN, 0) != 1) why = N_("the certificate of the time stamp is not one for stamping");
    else if (PKCS7_verify(token, NULL, NULL, NULL, content, PKCS7_NOVERIFY) != 1) why = N_("the signature of the time stamp does not fit");
    if (why == NULL) {
        X509_NAME_oneline(X509_get_subject_name(cert), name, sizeof name);
        out->authority = str_dup(a, str_c(name));
        struct tm end = { 0 };
        if (ASN1_TIME_to_tm(X509_get0_notAfter(cert), &end) == 1) {
            Date d = { (int16_t)(end.tm_year + 1900), (uint8_t)(end.tm_mon + 1), (uint8_t)end.tm_mday };
            if (date_ok(d)) out->ends = ((int64_t)date_days(d) * 86400 + end.tm_hour * 3600 + end.tm_min * 60 + end.tm_sec) * 1000;
        }
        out->checked = true;
        out->trusted = store != NULL && TS_RESP_verify_signature(token, NULL, store, NULL) == 1;
    }
    BIO_free(content);
    sk_X509_free(signers);
    return why;
}

/* Certificates of the reader, judged at the stamp's own time and for stamping. */
static X509_STORE *store_of(Str cas, UnixMs at) {
    if (cas.n == 0 || cas.n > INT32_MAX) return NULL;
    X509_STORE *store = X509_STORE_new();
    X509_VERIFY_PARAM *param = X509_VERIFY_PARAM_new();
    BIO *in = BIO_new_mem_buf(cas.p, (int)cas.n);
    must(store != NULL && param != NULL && in != NULL);
    for (int i = 0; i < 500; i++) {
        X509 *x = PEM_read_bio_X509(in, NULL, NULL, NULL);
        if (x == NULL) break;
        X509_STORE_add_cert(store, x);
        X509_free(x);
    }
    X509_VERIFY_PARAM_set_time(param, (time_t)(at / 1000));
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_TIMESTAMP_SIGN);
    X509_STORE_set1_param(store, param);
    X509_VERIFY_PARAM_free(param);
    BIO_free(in);
    return store;
}

static Str serial_of(Arena *a, TS_TST_INFO *info) {
    BIGNUM *bn = ASN1_INTEGER_to_BN(TS_TST_INFO_get_serial(info), NULL);
    char *hex = bn != NULL ? BN_bn2hex(bn) : NULL;
    Str s = hex != NULL ? str_dup(a, str_c(hex)) : S("");
    OPENSSL_free(hex);
    BN_free(bn);
    return s;
}

Err stamp_check(Arena *a, Str reply, const uint8_t sha256[32], const uint8_t nonce[8], Str cas, Stamp *out, const char **out_why) {
    const unsigned char *p = (const unsigned char *)reply.p;
    Stamp s = { 0 };
    *out_why = N_("the time stamp cannot be read");
    if (reply.n == 0 || reply.n > STAMP_REPLY_MAX) return E_INPUT;
    TS_RESP *resp = d2i_TS_RESP(NULL, &p, (long)reply.n);
    if (resp != NULL && p == (const unsigned char *)reply.p + reply.n) {
        int64_t status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(resp)));
        TS_TST_INFO *info = TS_RESP_get_tst_info(resp);
        PKCS7 *token = TS_RESP_get_token(resp);
        if (status != 0 && status != 1) *out_why = N_("the authority refused to stamp");
        else if (info != NULL && token != NULL && PKCS7_type_is_signed(token)) {
            *out_why = info_wrong(info, sha256, nonce, &s.at);
            X509_STORE *store = *out_why == NULL ? store_of(cas, s.at) : NULL;
            if (*out_why == NULL) *out_why = signature_wrong(a, token, store, &s);
            if (*out_why == NULL) s.serial = serial_of(a, info);
            X509_STORE_free(store);
        }
    }
    TS_RESP_free(resp);
    ERR_clear_error();
    if (*out_why != NULL) return E_INPUT;
    *out = s;
    return OK;
}

Err stamp_chain(Arena *a, Str reply, Str *out) {
    const unsigned char *p = (const unsigned char *)reply.p;
    if (reply.n == 0 || reply.n > STAMP_REPLY_MAX) return E_INPUT;
    TS_RESP *resp = d2i_TS_RESP(NULL, &p, (long)reply.n);
    PKCS7 *token = resp != NULL ? TS_RESP_get_token(resp) : NULL;
    bool good = token != NULL && PKCS7_type_is_signed(token);
    STACK_OF(X509) *certs = good ? token->d.sign->cert : NULL;
    BIO *b = BIO_new(BIO_s_mem());
    char *pem = NULL;
    must(b != NULL);
    for (int i = 0; certs != NULL && i < sk_X509_num(certs) && i < 16; i++) must(PEM_write_bio_X509(b, sk_X509_value(certs, i)) == 1);
    long n = BIO_get_mem_data(b, &pem);
    if (good) *out = n > 0 ? str_dup(a, str_bytes(pem, (size_t)n)) : S("");
    BIO_free(b);
    TS_RESP_free(resp);
    ERR_clear_error();
    return good ? OK : E_INPUT;
}

Err stamp_token(Arena *a, Str reply, Str *out) {
    const unsigned char *p = (const unsigned char *)reply.p;
    unsigned char *der = NULL;
    if (reply.n == 0 || reply.n > STAMP_REPLY_MAX) return E_INPUT;
    TS_RESP *resp = d2i_TS_RESP(NULL, &p, (long)reply.n);
    PKCS7 *token = resp != NULL ? TS_RESP_get_token(resp) : NULL;
    int n = token != NULL ? i2d_PKCS7(token, &der) : 0;
    if (n > 0) *out = str_dup(a, str_bytes(der, (size_t)n));
    OPENSSL_free(der);
    TS_RESP_free(resp);
    ERR_clear_error();
    return n > 0 ? OK : E_INPUT;
}
