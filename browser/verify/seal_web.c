/* seal_web.c - core/seal for the browser, where there is neither OpenSSL nor libsodium: hashing, and checking signatures. Nothing secret is
 * ever handled here, so nothing needs to run in constant time. A native test compares all of it with the libraries.
 * Sources: FIPS 180-4, RFC 2104, RFC 8032 §5.1; keys and points of small order are refused as libsodium does. */
#include "core/seal/seal.h"

void seal_start(void) {}

/* ---- SHA-2 ---- */

typedef struct Sha { uint64_t h[8]; uint8_t block[128]; size_t have; uint64_t all; bool wide; } Sha;

static const uint64_t k512[80] = {
    0x428a2f98d728ae22u, 0x7137449123ef65cdu, 0xb5c0fbcfec4d3b2fu, 0xe9b5dba58189dbbcu, 0x3956c25bf348b538u, 0x59f111f1b605d019u, 0x923f82a4af194f9bu, 0xab1c5ed5da6d8118u, 0xd807aa98a3030242u, 0x12835b0145706fbeu,
    0x243185be4ee4b28cu, 0x550c7dc3d5ffb4e2u, 0x72be5d74f27b896fu, 0x80deb1fe3b1696b1u, 0x9bdc06a725c71235u, 0xc19bf174cf692694u, 0xe49b69c19ef14ad2u, 0xefbe4786384f25e3u, 0x0fc19dc68b8cd5b5u, 0x240ca1cc77ac9c65u,
    0x2de92c6f592b0275u, 0x4a7484aa6ea6e483u, 0x5cb0a9dcbd41fbd4u, 0x76f988da831153b5u, 0x983e5152ee66dfabu, 0xa831c66d2db43210u, 0xb00327c898fb213fu, 0xbf597fc7beef0ee4u, 0xc6e00bf33da88fc2u, 0xd5a79147930aa725u,
    0x06ca6351e003826fu, 0x142929670a0e6e70u, 0x27b70a8546d22ffcu, 0x2e1b21385c26c926u, 0x4d2c6dfc5ac42aedu, 0x53380d139d95b3dfu, 0x650a73548baf63deu, 0x766a0abb3c77b2a8u, 0x81c2c92e47edaee6u, 0x92722c851482353bu,
    0xa2bfe8a14cf10364u, 0xa81a664bbc423001u, 0xc24b8b70d0f89791u, 0xc76c51a30654be30u, 0xd192e819d6ef5218u, 0xd69906245565a910u, 0xf40e35855771202au, 0x106aa07032bbd1b8u, 0x19a4c116b8d2d0c8u, 0x1e376c085141ab53u,
    0x2748774cdf8eeb99u, 0x34b0bcb5e19b48a8u, 0x391c0cb3c5c95a63u, 0x4ed8aa4ae3418acbu, 0x5b9cca4f7763e373u, 0x682e6ff3d6b2b8a3u, 0x748f82ee5defb2fcu, 0x78a5636f43172f60u, 0x84c87814a1f0ab72u, 0x8cc702081a6439ecu,
    0x90befffa23631e28u, 0xa4506cebde82bde9u, 0xbef9a3f7b2c67915u, 0xc67178f2e372532bu, 0xca273eceea26619cu, 0xd186b8c721c0c207u, 0xeada7dd6cde0eb1eu, 0xf57d4f7fee6ed178u, 0x06f067aa72176fbau, 0x0a637dc5a2c898a6u,
    0x113f9804bef90daeu, 0x1b710b35131c471bu, 0x28db77f523047d84u, 0x32caab7b40c72493u, 0x3c9ebe0a15c9bebcu, 0x431d67c49c100d4cu, 0x4cc5d4becb3e42b6u, 0x597f299cfc657e2au, 0x5fcb6fab3ad6faecu, 0x6c44198c4a475817u };

static uint32_t r32(uint32_t x, int n) { return x >> n | x << (32 - n); }
static uint64_t r64(uint64_t x, int n) { return x >> n | x << (64 - n); }

/* The constants of SHA-256 are the upper halves of the first 64 of SHA-512: both are roots of the same primes. */
static void block256(uint64_t h[8], const uint8_t *p) {
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++) w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 64; i++) w[i] = w[i - 16] + (r32(w[i - 15], 7) ^ r32(w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 7] + (r32(w[i - 2], 17) ^ r32(w[i - 2], 19) ^ w[i - 2] >> 10);
    for (int i = 0; i < 8; i++) s[i] = (uint32_t)h[i];
    for (int i = 0; i < 64; i++) {
        uint32_t t = s[7] + (r32(s[4], 6) ^ r32(s[4], 11) ^ r32(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + (uint32_t)(k512[i] >> 32) + w[i];
        uint32_t u = (r32(s[0], 2) ^ r32(s[0], 13) ^ r32(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        s[7] = s[6], s[6] = s[5], s[5] = s[4], s[4] = s[3] + t, s[3] = s[2], s[2] = s[1], s[1] = s[0], s[0] = t + u;
    }
    for (int i = 0; i < 8; i++) h[i] = (uint32_t)((uint32_t)h[i] + s[i]);
}

static void block512(uint64_t h[8], const uint8_t *p) {
    uint64_t w[80], s[8];
    for (int i = 0; i < 16; i++) {
        w[i] = 0;
        for (int k = 0; k < 8; k++) w[i] = w[i] << 8 | p[8 * i + k];
    }
    for (int i = 16; i < 80; i++) w[i] = w[i - 16] + (r64(w[i - 15], 1) ^ r64(w[i - 15], 8) ^ w[i - 15] >> 7) + w[i - 7] + (r64(w[i - 2], 19) ^ r64(w[i - 2], 61) ^ w[i - 2] >> 6);
    memcpy(s, h, sizeof s);
    for (int i = 0; i < 80; i++) {
        uint64_t t = s[7] + (r64(s[4], 14) ^ r64(s[4], 18) ^ r64(s[4], 41)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + k512[i] + w[i];
        uint64_t u = (r64(s[0], 28) ^ r64(s[0], 34) ^ r64(s[0], 39)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        s[7] = s[6], s[6] = s[5], s[5] = s[4], s[4] = s[3] + t, s[3] = s[2], s[2] = s[1], s[1] = s[0], s[0] = t + u;
    }
    for (int i = 0; i < 8; i++) h[i] += s[i];
}

static void sha_start(Sha *s, bool wide) {
    static const uint64_t first[8] = { 0x6a09e667f3bcc908u, 0xbb67ae8584caa73bu, 0x3c6ef372fe94f82bu, 0xa54ff53a5f1d36f1u, 0x510e527fade682d1u, 0x9b05688c2b3e6c1fu, 0x1f83d9abfb41bd6bu, 0x5be0cd19137e2179u };
    *s = (Sha){ .wide = wide };
    for (int i = 0; i < 8; i++) s->h[i] = wide ? first[i] : first[i] >> 32;
}

static void sha_put(Sha *s, Str in) {
    size_t size = s->wide ? 128 : 64, at = 0;
    s->all += in.n;
    while (at < in.n) {
        if (s->have == 0 && in.n - at >= size) {
            if (s->wide) block512(s->h, (const uint8_t *)in.p + at);
            else block256(s->h, (const uint8_t *)in.p + at);
            at += size;
            continue;
        }
        size_t k = size - s->have < in.n - at ? size - s->have : in.n - at;
        memcpy(s->block + s->have, in.p + at, k);
        s->have += k;
        at += k;
        if (s->have < size) return;
        if (s->wide) block512(s->h, s->block);
        else block256(s->h, s->block);
        s->have = 0;
    }
}

static void sha_end(Sha *s, uint8_t *out) {
    size_t size = s->wide ? 128 : 64, word = s->wide ? 8 : 4;
    uint64_t bits = s->all * 8;
    uint8_t pad[256] = { 0x80 }, tail = (uint8_t)(s->wide ? 16 : 8);
    size_t n = (s->have < size - tail ? size : 2 * size) - s->have;
    for (size_t i = 0; i < 8; i++) pad[n - 1 - i] = (uint8_t)(bits >> (8 * i));
    sha_put(s, str_bytes(pad, n));
    for (size_t i = 0; i < 8; i++)
        for (size_t k = 0; k < word; k++) out[i * word + k] = (uint8_t)(s->h[i] >> (8 * (word - 1 - k)));
}

static void sha(bool wide, Str bytes, uint8_t *out) {
    Sha s;
    sha_start(&s, wide);
    sha_put(&s, bytes);
    sha_end(&s, out);
}
void seal_sha256(Str bytes, uint8_t out[32]) { sha(false, bytes, out); }
void seal_sha512(Str bytes, uint8_t out[64]) { sha(true, bytes, out); }

struct SealSums { Sha narrow, wide; };
SealSums *seal_sums_new(void) {
    static SealSums only; /* one walk at a time, one thread */
    return &only;
}
void seal_sums_start(SealSums *s) {
    sha_start(&s->narrow, false);
    sha_start(&s->wide, true);
}
void seal_sums_put(SealSums *s, Str piece) {
    sha_put(&s->narrow, piece);
    sha_put(&s->wide, piece);
}
void seal_sums_end(SealSums *s, uint8_t out256[32], uint8_t out512[64]) {
    sha_end(&s->narrow, out256);
    sha_end(&s->wide, out512);
}
void seal_sums_free(SealSums *s) { (void)s; }

void seal_hmac_sha256(Str key, Str msg, uint8_t out[32]) {
    uint8_t pad[64] = { 0 };
    Sha s;
    must(key.n <= 1024);
    if (key.n > 64) seal_sha256(key, pad);
    else if (key.n > 0) memcpy(pad, key.p, key.n);
    for (int i = 0; i < 64; i++) pad[i] ^= 0x36;
    sha_start(&s, false);
    sha_put(&s, str_bytes(pad, 64));
    sha_put(&s, msg);
    sha_end(&s, out);
    for (int i = 0; i < 64; i++) pad[i] ^= 0x36 ^ 0x5c;
    sha_start(&s, false);
    sha_put(&s, str_bytes(pad, 64));
    sha_put(&s, str_bytes(out, 32));
    sha_end(&s, out);
}

/* ---- the field of 2^255 - 19: sixteen limbs of sixteen bits, in more room than they need ---- */

typedef struct Fe { int64_t v[16]; } Fe;

static Fe carried(Fe x) {
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < 16; i++) {
            int64_t c = x.v[i] >> 16;
            x.v[i] -= c * 65536;
            if (i < 15) x.v[i + 1] += c;
            else x.v[0] += 38 * c; /* 2^256 is 38 */
        }
    return x;
}
static Fe fe_add(Fe a, Fe b) {
    for (int i = 0; i < 16; i++) a.v[i] += b.v[i];
    return a;
}
static Fe fe_sub(Fe a, Fe b) {
    for (int i = 0; i < 16; i++) a.v[i] -= b.v[i];
    return a;
}
static Fe fe_mul(Fe a, Fe b) {
    int64_t t[32] = { 0 };
    Fe r;
    for (int i = 0; i < 16; i++)
        for (int k = 0; k < 16; k++) t[i + k] += a.v[i] * b.v[k];
    for (int i = 0; i < 16; i++) r.v[i] = t[i] + 38 * t[i + 16];
    return carried(r);
}
static Fe fe_hex(const char *big_endian) { /* 64 digits */
    Fe r = { { 0 } };
    for (int i = 0; i < 64; i++) {
        char c = big_endian[63 - i];
        int64_t d = c <= '9' ? c - '0' : c - 'a' + 10;
        r.v[i / 4] += d << (4 * (i % 4));
    }
    return r;
}
static Fe fe_read(const uint8_t b[32]) { /* without the sign bit */
    Fe r;
    for (int i = 0; i < 16; i++) r.v[i] = b[2 * i] + ((int64_t)b[2 * i + 1] << 8);
    r.v[15] &= 0x7fff;
    return r;
}
static void fe_write(Fe x, uint8_t out[32]) {
    x = carried(carried(x));
    for (int turn = 0; turn < 3; turn++) { /* less than 2^256: at most twice the prime too much, and a wrap below zero */
        Fe less = x;
        less.v[0] -= 0xffed;
        for (int i = 1; i < 15; i++) less.v[i] -= 0xffff;
        less.v[15] -= 0x7fff;
        for (int i = 0; i < 15; i++) {
            int64_t c = less.v[i] >> 16;
            less.v[i] -= c * 65536;
            less.v[i + 1] += c;
        }
        if (less.v[15] >= 0) x = less;
    }
    for (int i = 0; i < 16; i++) {
        out[2 * i] = (uint8_t)x.v[i];
        out[2 * i + 1] = (uint8_t)(x.v[i] >> 8);
    }
}
static bool fe_same(Fe a, Fe b) {
    uint8_t x[32], y[32];
    fe_write(a, x);
    fe_write(b, y);
    return memcmp(x, y, 32) == 0;
}
static bool fe_odd(Fe a) {
    uint8_t x[32];
    fe_write(a, x);
    return x[0] & 1;
}
/* To the power of 2^n - less, where the low bits of that number are given: all others are ones. */
static Fe fe_pow(Fe x, int bits, int low) {
    Fe r = { { 1 } };
    for (int i = bits - 1; i >= 0; i--) {
        r = fe_mul(r, r);
        if (i >= 5 || (low >> i & 1)) r = fe_mul(r, x);
    }
    return r;
}
static Fe fe_inverse(Fe x) { return fe_pow(x, 255, 0x0b); }       /* 2^255 - 21 ends with ...01011 */

/* ---- the curve ---- */

typedef struct Pt { Fe x, y, z, t; } Pt;
static Pt pt_add(Pt p, Pt q) {
    Fe d2 = fe_hex("2406d9dc56dffce7198e80f2eef3d13000e0149a8283b156ebd69b9426b2f159");
    Fe a = fe_mul(fe_sub(p.y, p.x), fe_sub(q.y, q.x)), b = fe_mul(fe_add(p.y, p.x), fe_add(q.y, q.x)), c = fe_mul(fe_mul(p.t, q.t), d2), d = fe_mul(p.z, q.z);
    d = fe_add(d, d);
    Fe e = fe_sub(b, a), f = fe_sub(d, c), g = fe_add(d, c), h = fe_add(b, a);
    return (Pt){ fe_mul(e, f), fe_mul(g, h), fe_mul(f, g), fe_mul(e, h) };
}
static Pt pt_zero(void) { return (Pt){ { { 0 } }, { { 1 } }, { { 1 } }, { { 0 } } }; }

static void pt_write(Pt p, uint8_t out[32]) {
    Fe i = fe_inverse(p.z);
    fe_write(fe_mul(p.y, i), out);
    out[31] = (uint8_t)(out[31] | (fe_odd(fe_mul(p.x, i)) ? 0x80 : 0));
}

/* False: no point, or one written in another way than the one way. */
static bool pt_read(const uint8_t b[32], Pt *out) {
    uint8_t again[32], plain[32];
    Fe one = { { 1 } }, y = fe_read(b), yy = fe_mul(y, y), u = fe_sub(yy, one), v = fe_add(fe_mul(yy, fe_hex("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3")), one);
    fe_write(y, again);
    memcpy(plain, b, 32);
    plain[31] &= 0x7f;
    if (memcmp(again, plain, 32) != 0) return false;
    Fe v3 = fe_mul(fe_mul(v, v), v), v7 = fe_mul(fe_mul(v3, v3), v);
    Fe x = fe_mul(fe_mul(u, v3), fe_pow(fe_mul(u, v7), 252, 0x1d)); /* 2^252 - 3 ends with ...11101 */
    Fe vxx = fe_mul(v, fe_mul(x, x)), minus = fe_sub((Fe){ { 0 } }, u);
    if (fe_same(vxx, minus)) x = fe_mul(x, fe_hex("2b8324804fc1df0b2b4d00993dfbd7a72f431806ad2fe478c4ee1b274a0ea0b0"));
    else if (!fe_same(vxx, u)) return false;
    bool zero = fe_same(x, (Fe){ { 0 } }), sign = b[31] >> 7;
    if (zero && sign) return false;
    if (fe_odd(x) != sign) x = carried(fe_sub((Fe){ { 0 } }, x));
    *out = (Pt){ x, y, one, fe_mul(x, y) };
    return true;
}

static bool pt_small(Pt p) { /* eight times it is nothing */
    uint8_t a[32], b[32];
    for (int i = 0; i < 3; i++) p = pt_add(p, p);
    pt_write(p, a);
    pt_write(pt_zero(), b);
    return memcmp(a, b, 32) == 0;
}

/* ---- numbers below the order of the group ---- */

static const uint32_t order[8] = { 0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de, 0, 0, 0, 0x10000000 };

static bool not_below(const uint32_t x[8]) {
    for (int i = 7; i >= 0; i--)
        if (x[i] != order[i]) return x[i] > order[i];
    return true;
}

/* Bit by bit from the top: doubled, one more, and the order taken off when it fits. */
static void below_order(const uint8_t wide[64], uint32_t out[8]) {
    uint32_t r[8] = { 0 };
    for (int bit = 511; bit >= 0; bit--) {
        uint32_t in = wide[bit / 8] >> (bit % 8) & 1;
        for (int i = 0; i < 8; i++) {
            uint32_t top = r[i] >> 31;
            r[i] = r[i] << 1 | in;
            in = top;
        }
        if (!not_below(r)) continue;
        int64_t borrow = 0;
        for (int i = 0; i < 8; i++) {
            int64_t d = (int64_t)r[i] - order[i] + borrow;
            r[i] = (uint32_t)d;
            borrow = d >> 32;
        }
    }
    memcpy(out, r, sizeof r);
}

static bool bit_of(const uint32_t x[8], int i) { return x[i / 32] >> (i % 32) & 1; }

static bool signed_anew(const uint8_t pub[32], Str msg, Str sig) {
    uint8_t digest[64], got[32];
    uint32_t s[8] = { 0 }, h[8];
    Pt a, r, base, sum = pt_zero();
    Sha sha_h;
    if (sig.n != 64) return false;
    for (size_t i = 0; i < 32; i++) s[i / 4] |= (uint32_t)(uint8_t)sig.p[32 + i] << (8 * (i % 4));
    if (not_below(s) || !pt_read(pub, &a) || pt_small(a) || !pt_read((const uint8_t *)sig.p, &r) || pt_small(r)) return false;
    sha_start(&sha_h, true);
    sha_put(&sha_h, str_sub(sig, 0, 32));
    sha_put(&sha_h, str_bytes(pub, 32));
    sha_put(&sha_h, msg);
    sha_end(&sha_h, digest);
    below_order(digest, h);
    base.x = fe_hex("216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a");
    base.y = fe_hex("6666666666666666666666666666666666666666666666666666666666666658");
    base.z = (Fe){ { 1 } };
    base.t = fe_mul(base.x, base.y);
    a.x = carried(fe_sub((Fe){ { 0 } }, a.x)); /* minus the key */
    a.t = carried(fe_sub((Fe){ { 0 } }, a.t));
    Pt both = pt_add(base, a);
    for (int i = 255; i >= 0; i--) {
        bool x = bit_of(s, i), y = bit_of(h, i);
        sum = pt_add(sum, sum);
        if (x || y) sum = pt_add(sum, x && y ? both : x ? base : a);
    }
    pt_write(sum, got);
    return memcmp(got, sig.p, 32) == 0;
}

/* One signed tree stands under all the proofs of a dossier: what held last is not counted out again. */
bool seal_signed(const uint8_t pub[32], Str msg, Str sig) {
    static uint8_t held[32 + 32 + 64];
    static bool any;
    uint8_t now[sizeof held];
    if (sig.n != 64) return false;
    memcpy(now, pub, 32);
    seal_sha256(msg, now + 32);
    memcpy(now + 64, sig.p, 64);
    if (any && memcmp(now, held, sizeof held) == 0) return true;
    if (!signed_anew(pub, msg, sig)) return false;
    memcpy(held, now, sizeof held);
    any = true;
    return true;
}
