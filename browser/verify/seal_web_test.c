/* What the browser checks with, against the libraries that the command checks with: the same digests, the same yes and no. */
#include "core/seal/seal.h"
#include "foundation/base/tap.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

static uint64_t state = 88172645463325252u;
static uint8_t any(void) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (uint8_t)(state >> 24);
}

static void digests(void) {
    enum { MAX = 700 };
    uint8_t in[MAX], mine[64], theirs[64], key[100];
    size_t wrong = 0;
    unsigned n = 0;
    SealSums *s = seal_sums_new();
    for (size_t i = 0; i < MAX; i++) in[i] = any();
    for (size_t len = 0; len <= MAX; len++) {
        seal_sha256(str_bytes(in, len), mine);
        wrong += EVP_Digest(in, len, theirs, &n, EVP_sha256(), NULL) != 1 || memcmp(mine, theirs, 32) != 0;
        seal_sha512(str_bytes(in, len), mine);
        wrong += EVP_Digest(in, len, theirs, &n, EVP_sha512(), NULL) != 1 || memcmp(mine, theirs, 64) != 0;
        seal_sums_start(s);
        for (size_t at = 0; at < len;) {
            size_t k = (size_t)any() % 150 < len - at ? (size_t)any() % 150 : len - at;
            if (k > len - at) k = len - at;
            seal_sums_put(s, str_bytes(in + at, k));
            at += k;
        }
        uint8_t narrow[32];
        seal_sums_end(s, narrow, mine);
        wrong += memcmp(mine, theirs, 64) != 0;
        for (size_t i = 0; i < sizeof key; i++) key[i] = any();
        seal_hmac_sha256(str_bytes(key, len % 100), str_bytes(in, len), mine);
        wrong += HMAC(EVP_sha256(), key, (int)(len % 100), in, len, theirs, &n) == NULL || memcmp(mine, theirs, 32) != 0;
    }
    seal_sums_free(s);
    check(wrong == 0, "SHA-256, SHA-512, both in pieces, and HMAC of every length up to %d are those of OpenSSL", MAX);
}

static bool theirs(const uint8_t pub[32], Str msg, const uint8_t sig[64]) { return crypto_sign_verify_detached(sig, (const unsigned char *)msg.p, msg.n, pub) == 0; }

static void signatures(void) {
    size_t good = 0, differ = 0, tried = 0;
    for (int i = 0; i < 60; i++) {
        uint8_t pub[32], priv[64], sig[64], msg[200];
        size_t n = any() % 200u;
        crypto_sign_keypair(pub, priv);
        for (size_t k = 0; k < n; k++) msg[k] = any();
        crypto_sign_detached(sig, NULL, msg, n, priv);
        good += seal_signed(pub, str_bytes(msg, n), str_bytes(sig, 64));
        for (int k = 0; k < 6; k++, tried++) { /* a bit of signature, key or text */
            uint8_t s2[64], p2[32];
            memcpy(s2, sig, 64);
            memcpy(p2, pub, 32);
            if (k < 3) s2[any() % 64u] ^= (uint8_t)(1 << (any() % 8u));
            else if (k < 5) p2[any() % 32u] ^= (uint8_t)(1 << (any() % 8u));
            else if (n > 0) msg[any() % n] ^= 1;
            differ += seal_signed(p2, str_bytes(msg, n), str_bytes(s2, 64)) != theirs(p2, str_bytes(msg, n), s2);
        }
    }
    check(good == 60, "signatures of libsodium hold");
    check(differ == 0, "of %zu changed ones each gets the answer that libsodium gives", tried);
}

/* Keys and points that say yes to anything, numbers that are too large, points written in two ways. */
static void hostile(void) {
    static const char *const points[] = { "0000000000000000000000000000000000000000000000000000000000000000", "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "0100000000000000000000000000000000000000000000000000000000000080",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" };
    size_t differ = 0, said_yes = 0, tried = 0;
    for (size_t p = 0; p < LEN(points); p++)
        for (size_t r = 0; r < LEN(points); r++)
            for (int s = 0; s < 3; s++, tried++) {
                uint8_t pub[32], sig[64] = { 0 };
                size_t n = 0;
                must(sodium_hex2bin(pub, 32, points[p], 64, NULL, &n, NULL) == 0 && sodium_hex2bin(sig, 32, points[r], 64, NULL, &n, NULL) == 0);
                if (s == 1) memset(sig + 32, 0xff, 32);
                if (s == 2) must(sodium_hex2bin(sig + 32, 32, "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", 64, NULL, &n, NULL) == 0);
                bool mine = seal_signed(pub, S("anything"), str_bytes(sig, 64));
                differ += mine != theirs(pub, S("anything"), sig);
                said_yes += mine;
            }
    check(differ == 0 && said_yes == 0, "none of %zu keys and points of small order, or written in another way, says yes to anything", tried);
}

int main(void) {
    must(sodium_init() >= 0);
    digests();
    signatures();
    hostile();
    return tap_end();
}
