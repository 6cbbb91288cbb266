/* dkim.c - the signature of a mail. */
#include "foundation/net/dkim.h"
#include "foundation/base/enc.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

enum { BITS = 2048, FOLD = 72 };
struct DkimKey { EVP_PKEY *pkey; };

/* Signed when there; From is named once more, so that nobody adds another. */
static const char *const signed_fields[] = { "from", "from", "to", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "mime-version", "content-type", "content-transfer-encoding", "content-language", "auto-submitted" };

/* ---- keys ---- */
static Str from_bio(Arena *a, BIO *b) {
    char *p = NULL;
    long n = BIO_get_mem_data(b, &p);
    return n > 0 ? str_dup(a, str_bytes(p, (size_t)n)) : STR_NONE;
}

Err dkim_key_make(Arena *a, Str *out_pem) {
    EVP_PKEY *k = EVP_RSA_gen(BITS);
    BIO *b = BIO_new(BIO_s_mem());
    bool good = k != NULL && b != NULL && PEM_write_bio_PKCS8PrivateKey(b, k, NULL, NULL, 0, NULL, NULL) == 1;
    if (good) *out_pem = from_bio(a, b);
    BIO_free(b);
    EVP_PKEY_free(k);
    return good && out_pem->n > 0 ? OK : E_OUTSIDE;
}

Err dkim_key_open(Arena *a, Str pem, DkimKey **out) {
    BIO *b = pem.n > 0 && pem.n < 65536 ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
    EVP_PKEY *k = b != NULL ? PEM_read_bio_PrivateKey(b, NULL, NULL, NULL) : NULL;
    BIO_free(b);
    if (k == NULL || EVP_PKEY_base_id(k) != EVP_PKEY_RSA || EVP_PKEY_bits(k) < 1024 || EVP_PKEY_bits(k) > 4096) {
        EVP_PKEY_free(k);
        return E_INPUT;
    }
    *out = ARENA_NEW(a, DkimKey);
    (*out)->pkey = k;
    return OK;
}

void dkim_key_close(DkimKey *k) {
    if (k != NULL) EVP_PKEY_free(k->pkey);
}

Err dkim_record(Arena *a, const DkimKey *k, Str *out) {
    unsigned char *der = NULL;
    int n = i2d_PUBKEY(k->pkey, &der);
    if (n <= 0) return E_OUTSIDE;
    *out = str_fmt(a, "v=DKIM1; k=rsa; p=" STR_FMT, STR_ARG(b64_enc(a, str_bytes((const char *)der, (size_t)n))));
    OPENSSL_free(der);
    return OK;
}

/* ---- canonical forms: RFC 6376 §3.4.2, §3.4.4 ---- */
static bool blank(char c) { return c == ' ' || c == '\t'; }

/* Runs of blanks and line ends become one blank, at both ends none. */
static void put_folded(Buf *b, Str s) {
    size_t from = b->n;
    bool space = false;
    for (size_t i = 0; i < s.n; i++) {
        bool gap = blank(s.p[i]) || s.p[i] == '\r' || s.p[i] == '\n';
        if (!gap && space && b->n > from) buf_ch(b, ' ');
        if (!gap) buf_ch(b, s.p[i]);
        space = gap;
    }
}

static void put_header(Buf *b, Arena *a, Str field) {
    size_t colon = 0;
    must(str_chr(field, ':', &colon));
    buf_put(b, str_lower(a, str_trim(str_sub(field, 0, colon))));
    buf_ch(b, ':');
    put_folded(b, str_sub(field, colon + 1, field.n));
}

static void body_hash(Str body, uint8_t out[32]) {
    Buf b = buf_new(body.n + 64);
    unsigned n = 0;
    size_t end = 0; /* of the last line that is not empty */
    for (size_t i = 0; i < body.n;) {
        size_t eol = i;
        bool space = false;
        while (eol < body.n && body.p[eol] != '\n') eol++;
        size_t stop = eol > i && body.p[eol - 1] == '\r' ? eol - 1 : eol, from = b.n;
        for (size_t k = i; k < stop; k++) {
            if (!blank(body.p[k]) && space) buf_ch(&b, ' ');
            space = blank(body.p[k]);
            if (!space) buf_ch(&b, body.p[k]);
        }
        bool empty = b.n == from;
        buf_z(&b, "\r\n");
        if (!empty) end = b.n;
        i = eol + 1;
    }
    must(EVP_Digest(b.p != NULL ? b.p : "", end, out, &n, EVP_sha256(), NULL) == 1 && n == 32);
    buf_free(&b);
}

/* ---- header fields ---- */
enum { FIELDS_MAX = 64 };
static size_t fields_of(Str head, Str out[FIELDS_MAX]) {
    size_t n = 0, from = 0;
    for (size_t i = 0; i + 1 < head.n && n < FIELDS_MAX; i++) {
        bool ends = head.p[i] == '\r' && head.p[i + 1] == '\n' && (i + 2 >= head.n || !blank(head.p[i + 2]));
        if (!ends) continue;
        size_t colon = 0;
        if (str_chr(str_sub(head, from, i - from), ':', &colon)) out[n++] = str_sub(head, from, i - from);
        from = i + 2;
    }
    return n;
}

/* The count-th field of a name, from the last upwards; NULL p: there is none. */
static Str field_named(Arena *a, const Str *fields, size_t n, const char *name, size_t count) {
    for (size_t i = n; i > 0; i--) {
        size_t colon = 0;
        if (!str_chr(fields[i - 1], ':', &colon) || !str_ieq(str_trim(str_sub(fields[i - 1], 0, colon)), str_c(name))) continue;
        if (count == 0) return fields[i - 1];
        count--;
    }
    (void)a;
    return STR_NONE;
}

static Err sign(Arena *a, const DkimKey *k, Str bytes, Str *out_b64) {
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char sig[1024];
    size_t n = sizeof sig;
    bool good = ctx != NULL && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, k->pkey) == 1 && EVP_DigestSign(ctx, sig, &n, (const unsigned char *)bytes.p, bytes.n) == 1;
    EVP_MD_CTX_free(ctx);
    if (good) *out_b64 = b64_enc(a, str_bytes((const char *)sig, n));
    return good ? OK : E_OUTSIDE;
}

Err dkim_sign(Arena *a, const DkimKey *k, Str domain, Str selector, Str message, Str *out_field) {
    Str fields[FIELDS_MAX], sig = STR_NONE;
    uint8_t hash[32];
    size_t at = 0;
    if (!str_find(message, S("\r\n\r\n"), &at)) return E_INPUT;
    size_t n = fields_of(str_sub(message, 0, at + 2), fields);
    if (field_named(a, fields, n, "from", 0).p == NULL) return E_INPUT;
    Buf names = buf_new(4096), to_sign = buf_new(1 << 20), field = buf_new(16384);
    for (size_t i = 0; i < LEN(signed_fields); i++) {
        size_t before = 0;
        for (size_t j = 0; j < i; j++) before += strcmp(signed_fields[j], signed_fields[i]) == 0;
        Str f = field_named(a, fields, n, signed_fields[i], before);
        if (f.p == NULL && strcmp(signed_fields[i], "from") != 0) continue;
        buf_printf(&names, "%s%s", names.n > 0 ? ":" : "", signed_fields[i]);
        if (f.p == NULL) continue; /* named, and not there: nobody may add it */
        put_header(&to_sign, a, f);
        buf_z(&to_sign, "\r\n");
    }
    body_hash(str_sub(message, at + 4, message.n), hash);
    buf_printf(&field, "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=" STR_FMT "; s=" STR_FMT ";\r\n\th=" STR_FMT ";\r\n\tbh=" STR_FMT ";\r\n\tb=", STR_ARG(domain), STR_ARG(selector), STR_ARG(buf_str(&names)),
        STR_ARG(b64_enc(a, str_bytes((const char *)hash, sizeof hash))));
    put_header(&to_sign, a, buf_str(&field));
    Err e = buf_err(&to_sign);
    if (e == OK) e = sign(a, k, buf_str(&to_sign), &sig);
    for (size_t i = 0; i < sig.n; i += FOLD) buf_printf(&field, "%s" STR_FMT, i > 0 ? "\r\n\t" : "", STR_ARG(str_sub(sig, i, FOLD)));
    buf_z(&field, "\r\n");
    if (e == OK) *out_field = str_dup(a, buf_str(&field));
    buf_free(&names);
    buf_free(&to_sign);
    buf_free(&field);
    return e;
}
