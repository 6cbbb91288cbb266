/* seal.c - see seal.h. */
#include "core/seal/seal.h"
#include "foundation/base/enc.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

const SealCost seal_cost_code = { 3, 64 }, seal_cost_password = { 3, 128 }, seal_cost_test = { 1, 8 };
enum { NONCE = 24, COMMIT = 16, TAG = 16, HEAD = 2 + NONCE + COMMIT };

void seal_start(void) { must(sodium_init() >= 0); }
void seal_wipe(void *p, size_t n) { sodium_memzero(p, n); }
bool seal_same(Str a, Str b) { return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0); }

void seal_hmac_sha256(Str key, Str msg, uint8_t out[32]) {
    unsigned n = 0;
    must(key.n <= 1024 && HMAC(EVP_sha256(), key.p, (int)key.n, (const unsigned char *)msg.p, msg.n, out, &n) != NULL && n == 32);
}

void seal_blake(Str key, Str msg, uint8_t *out, size_t n) {
    must(crypto_generichash(out, n, (const unsigned char *)msg.p, msg.n, (const unsigned char *)key.p, key.n) == 0);
}

void seal_subkey(const uint8_t key[32], const char *label, uint8_t out[32]) { seal_blake(str_bytes(key, 32), str_c(label), out, 32); }

static void commitment(const uint8_t key[32], const uint8_t *nonce, uint8_t out[COMMIT]) {
    uint8_t text[8 + NONCE] = "ketenkc1";
    memcpy(text + 8, nonce, NONCE);
    seal_blake(str_bytes(key, 32), str_bytes(text, sizeof text), out, COMMIT);
}

Str seal_aead(Arena *a, const uint8_t key[32], uint8_t epoch, Str aad, Str plain, Rand rnd) {
    size_t n = 0;
    must(size_add(plain.n, HEAD + TAG, &n));
    uint8_t *p = arena_alloc(a, n);
    p[0] = 1;
    p[1] = epoch;
    rnd.fn(rnd.ctx, p + 2, NONCE);
    commitment(key, p + 2, p + 2 + NONCE);
    unsigned long long made = 0;
    must(crypto_aead_xchacha20poly1305_ietf_encrypt(p + HEAD, &made, (const unsigned char *)plain.p, plain.n, (const unsigned char *)aad.p, aad.n, NULL, p + 2, key) == 0);
    must(made == plain.n + TAG);
    return str_bytes(p, n);
}

Err seal_aead_open(Arena *a, const uint8_t key[32], Str aad, Str blob, Str *out) {
    const uint8_t *p = (const uint8_t *)blob.p;
    uint8_t want[COMMIT];
    if (blob.n < HEAD + TAG || p[0] != 1) return E_INPUT;
    commitment(key, p + 2, want);
    if (sodium_memcmp(want, p + 2 + NONCE, COMMIT) != 0) return E_INPUT;
    uint8_t *plain = arena_alloc(a, blob.n - HEAD - TAG);
    unsigned long long n = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &n, NULL, p + HEAD, blob.n - HEAD, (const unsigned char *)aad.p, aad.n, p + 2, key) != 0) return E_INPUT;
    *out = str_bytes(plain, (size_t)n);
    return OK;
}

Str seal_pad(Arena *a, Str text) {
    static const size_t steps[] = { 256, 1024, 4096, 16384, 65536 };
    size_t need = 0, size = 0;
    must(text.n <= UINT32_MAX && size_add(text.n, 4, &need));
    for (size_t i = 0; i < LEN(steps) && size == 0; i++)
        if (need <= steps[i]) size = steps[i];
    if (size == 0) size = (need + 65535) / 65536 * 65536;
    uint8_t *p = arena_alloc(a, size);
    for (int i = 0; i < 4; i++) p[i] = (uint8_t)(text.n >> (24 - 8 * i));
    if (text.n > 0) memcpy(p + 4, text.p, text.n);
    return str_bytes(p, size);
}

Err seal_unpad(Str padded, Str *out) {
    const uint8_t *p = (const uint8_t *)padded.p;
    if (padded.n < 4) return E_INPUT;
    size_t n = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
    if (n > padded.n - 4) return E_INPUT;
    *out = str_sub(padded, 4, n);
    return OK;
}

void seal_pair(Rand rnd, uint8_t out_pub[32], uint8_t out_priv[32]) {
    rnd.fn(rnd.ctx, out_priv, 32);
    must(crypto_scalarmult_base(out_pub, out_priv) == 0);
}

static bool box_key(const uint8_t priv[32], const uint8_t their_pub[32], const uint8_t epk[32], const uint8_t rpk[32], Str context, uint8_t out[32]) {
    uint8_t shared[32];
    crypto_generichash_state st;
    if (crypto_scalarmult(shared, priv, their_pub) != 0) return false; /* a key of small order */
    crypto_generichash_init(&st, shared, 32, 32);
    crypto_generichash_update(&st, epk, 32);
    crypto_generichash_update(&st, rpk, 32);
    crypto_generichash_update(&st, (const unsigned char *)context.p, context.n);
    crypto_generichash_final(&st, out, 32);
    sodium_memzero(shared, sizeof shared);
    return true;
}

Str seal_box(Arena *a, const uint8_t pub[32], Str context, Str plain, Rand rnd) {
    uint8_t epk[32], esk[32], key[32];
    seal_pair(rnd, epk, esk);
    must(box_key(esk, pub, epk, pub, context, key));
    Str inner = seal_aead(a, key, 1, context, plain, rnd);
    uint8_t *p = arena_alloc(a, 33 + inner.n);
    p[0] = 1; /* suite */
    memcpy(p + 1, epk, 32);
    memcpy(p + 33, inner.p, inner.n);
    sodium_memzero(esk, sizeof esk);
    sodium_memzero(key, sizeof key);
    return str_bytes(p, 33 + inner.n);
}

Err seal_box_open(Arena *a, const uint8_t pub[32], const uint8_t priv[32], Str context, Str blob, Str *out) {
    uint8_t key[32], epk[32];
    if (blob.n < SEAL_BOX_OVERHEAD || blob.p[0] != 1) return E_INPUT;
    memcpy(epk, blob.p + 1, 32);
    if (!box_key(priv, epk, epk, pub, context, key)) return E_INPUT;
    Err err = seal_aead_open(a, key, context, str_sub(blob, 33, blob.n), out);
    sodium_memzero(key, sizeof key);
    return err;
}

Err seal_stretch(Str secret, const uint8_t salt[16], SealCost cost, uint8_t out[64]) {
    int rc = crypto_pwhash(out, 64, secret.p != NULL ? secret.p : "", secret.n, salt, cost.passes, (size_t)cost.mib << 20, crypto_pwhash_ALG_ARGON2ID13);
    return rc == 0 ? OK : E_LIMIT;
}

void seal_sign_pair(const uint8_t seed[32], uint8_t out_pub[32], uint8_t out_priv[64]) { must(crypto_sign_seed_keypair(out_pub, out_priv, seed) == 0); }
void seal_sign(const uint8_t priv[64], Str msg, uint8_t out_sig[64]) { must(crypto_sign_detached(out_sig, NULL, (const unsigned char *)msg.p, msg.n, priv) == 0); }
bool seal_signed(const uint8_t pub[32], Str msg, Str sig) {
    return sig.n == 64 && crypto_sign_verify_detached((const unsigned char *)sig.p, (const unsigned char *)msg.p, msg.n, pub) == 0;
}

uint32_t seal_totp(Str secret, uint64_t step) {
    uint8_t counter[8], mac[20];
    unsigned n = 0;
    for (int i = 0; i < 8; i++) counter[i] = (uint8_t)(step >> (56 - 8 * i));
    must(HMAC(EVP_sha1(), secret.p, (int)secret.n, counter, 8, mac, &n) != NULL && n == 20);
    unsigned at = mac[19] & 15;
    uint32_t bin = (uint32_t)(mac[at] & 0x7F) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    return bin % 1000000;
}

bool seal_totp_ok(Str secret, Str typed, int64_t now_ms, int64_t last_step, int64_t *out_step) {
    int64_t now = now_ms / 30000, code = 0;
    bool found = false;
    if (typed.n != 6 || str_i64(typed, 0, 999999, &code) != OK) return false;
    for (int64_t step = now - 1; step <= now + 1; step++)
        if (step > last_step && seal_totp(secret, (uint64_t)step) == (uint32_t)code && !found) {
            *out_step = step;
            found = true;
        }
    return found;
}

/* Weights are distinct modulo 31 and so are their neighbours' differences' inverses: 1..15 times a generator. A character stands
 * for 0..31; 31 (Z) falls together with 0 in the sum, so no code of ours holds Z outside the check's own reach. */
static int check_of(const char *fifteen) {
    int sum = 0;
    for (int i = 0; i < CODE_CHARS - 1; i++) sum += (i + 2) * crock_value(fifteen[i]);
    return sum % 31;
}

void code_make(Rand rnd, char out[CODE_CHARS]) {
    for (int i = 0; i < CODE_CHARS - 1; i++) {
        uint8_t b = 0;
        do rnd.fn(rnd.ctx, &b, 1); while ((b & 31) == 31); /* Z is left out, see check_of */
        out[i] = crock_char(b & 31);
    }
    out[CODE_CHARS - 1] = crock_char(check_of(out));
}

Err code_parse(Arena *a, Str typed, Str *out) {
    Str normal = STR_NONE;
    if (typed.n > 64 || crock_normal(a, typed, &normal) != OK || normal.n != CODE_CHARS) return E_INPUT;
    for (size_t i = 0; i < CODE_CHARS; i++)
        if (crock_value(normal.p[i]) == 31) return E_INPUT;
    if (crock_char(check_of(normal.p)) != normal.p[CODE_CHARS - 1]) return E_INPUT;
    *out = normal;
    return OK;
}

Str code_show(Arena *a, Str n) { return str_fmt(a, "%.4s-%.4s-%.4s-%.4s", n.p, n.p + 4, n.p + 8, n.p + 12); }
