/* stamp_web.c - core/seal/stamp.h for the browser: which digest a stamp is over, when, and the certificates it carries. Whether its
 * signature holds is not checked here, and is said so (Stamp.checked). Source: RFC 3161 §2.4, RFC 5652 §5, X.690 (DER). */
#include "core/seal/stamp.h"
#include "foundation/base/enc.h"
#include "foundation/base/lang.h"

typedef struct Tlv { int tag; Str in, whole; } Tlv;

/* The next element of a list; its length must be written the shortest way (DER). */
static bool next(Str *rest, Tlv *out) {
    const uint8_t *p = (const uint8_t *)rest->p;
    size_t n = 0, head = 2;
    if (rest->n < 2 || (p[0] & 0x1f) == 0x1f) return false;
    n = p[1];
    if (n >= 0x80) {
        size_t k = n & 0x7f;
        if (k == 0 || k > 3 || rest->n < 2 + k || p[2] == 0) return false;
        n = 0;
        for (size_t i = 0; i < k; i++) n = n << 8 | p[2 + i];
        head = 2 + k;
        if (n < 0x80) return false;
    }
    if (n > rest->n - head) return false;
    *out = (Tlv){ p[0], str_sub(*rest, head, n), str_sub(*rest, 0, head + n) };
    *rest = str_sub(*rest, head + n, rest->n);
    return true;
}
static bool want(Str *rest, int tag, Tlv *out) { return next(rest, out) && out->tag == tag; }

typedef struct Parts { int64_t status; Str info, certs; } Parts; /* info: the TSTInfo; certs: certificates, one behind the other */

static bool signed_data(Str s, Parts *out) {
    static const char id_signed[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", id_tst[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04";
    Tlv x, y;
    if (!want(&s, 0x06, &x) || !str_eq(x.in, str_c(id_signed)) || !want(&s, 0xa0, &x)) return false;
    s = x.in;
    if (!want(&s, 0x30, &x)) return false;
    s = x.in;
    if (!want(&s, 0x02, &x) || !want(&s, 0x31, &x) || !want(&s, 0x30, &x)) return false;
    Str content = x.in;
    if (!want(&content, 0x06, &y) || !str_eq(y.in, str_c(id_tst)) || !want(&content, 0xa0, &y)) return false;
    content = y.in;
    if (!want(&content, 0x04, &y)) return false;
    out->info = y.in;
    if (next(&s, &x) && x.tag == 0xa0) out->certs = x.in;
    return true;
}

static bool parts_of(Str reply, Parts *out) {
    Tlv x, y;
    *out = (Parts){ .status = -1 };
    if (reply.n > STAMP_REPLY_MAX || !want(&reply, 0x30, &x) || reply.n != 0) return false;
    Str s = x.in;
    if (!want(&s, 0x30, &x)) return false;
    Str status = x.in;
    if (!want(&status, 0x02, &y) || y.in.n != 1) return false;
    out->status = (uint8_t)y.in.p[0];
    if (out->status > 1) return true;
    return want(&s, 0x30, &x) && signed_data(x.in, out);
}

/* "20261125021752.25Z" */
static bool time_of(Str t, UnixMs *out) {
    int64_t v[6] = { 0 }, ms = 0;
    static const size_t width[6] = { 4, 2, 2, 2, 2, 2 };
    size_t at = 0;
    if (t.n < 15 || t.p[t.n - 1] != 'Z') return false;
    for (size_t i = 0; i < 6; at += width[i++])
        if (str_i64(str_sub(t, at, width[i]), 0, 9999, &v[i]) != OK) return false;
    if (t.p[at] == '.')
        for (size_t i = 0; i < 3; i++) ms = ms * 10 + (at + 1 + i < t.n - 1 ? t.p[at + 1 + i] - '0' : 0);
    Date d = { (int16_t)v[0], (uint8_t)v[1], (uint8_t)v[2] };
    if (!date_ok(d) || v[3] > 23 || v[4] > 59 || v[5] > 60 || ms < 0 || ms > 999) return false;
    *out = ((int64_t)date_days(d) * 86400 + v[3] * 3600 + v[4] * 60 + v[5]) * 1000 + ms;
    return true;
}

static const char *info_wrong(Str info, const uint8_t sha256[32], UnixMs *out) {
    static const char id_sha256[] = "\x60\x86\x48\x01\x65\x03\x04\x02\x01";
    Tlv x, imprint, algo, oid, hash;
    if (!want(&info, 0x30, &x)) return N_("the time stamp cannot be read");
    Str s = x.in;
    if (!want(&s, 0x02, &x) || !want(&s, 0x06, &x) || !want(&s, 0x30, &imprint)) return N_("the time stamp cannot be read");
    Str i = imprint.in;
    if (!want(&i, 0x30, &algo) || !want(&i, 0x04, &hash)) return N_("the time stamp cannot be read");
    Str a = algo.in;
    if (!want(&a, 0x06, &oid) || !str_eq(oid.in, str_c(id_sha256)) || !str_eq(hash.in, str_bytes(sha256, 32))) return N_("the time stamp is of something else");
    if (!want(&s, 0x02, &x) || !want(&s, 0x18, &x) || !time_of(x.in, out)) return N_("the time stamp cannot be read");
    return NULL;
}

Err stamp_check(Arena *a, Str reply, const uint8_t sha256[32], const uint8_t nonce[8], Str cas, Stamp *out, const char **out_why) {
    Parts p;
    Stamp s = { .authority = S("") };
    (void)a, (void)nonce, (void)cas;
    *out_why = N_("the time stamp cannot be read");
    if (!parts_of(reply, &p)) return E_INPUT;
    *out_why = p.status > 1 ? N_("the authority refused to stamp") : info_wrong(p.info, sha256, &s.at);
    if (*out_why != NULL) return E_INPUT;
    *out = s;
    return OK;
}

Err stamp_chain(Arena *a, Str reply, Str *out) {
    Parts p;
    Tlv x;
    Buf b = buf_new(2 * STAMP_REPLY_MAX);
    if (!parts_of(reply, &p) || p.status > 1) return E_INPUT;
    for (int i = 0; i < 16 && next(&p.certs, &x); i++) {
        Str text = b64_enc(a, x.whole);
        buf_z(&b, "-----BEGIN CERTIFICATE-----\n");
        for (size_t at = 0; at < text.n; at += 64) {
            buf_put(&b, str_sub(text, at, 64));
            buf_ch(&b, '\n');
        }
        buf_z(&b, "-----END CERTIFICATE-----\n");
    }
    *out = str_dup(a, buf_str(&b));
    if (out->p == NULL) *out = S("");
    buf_free(&b);
    return OK;
}
