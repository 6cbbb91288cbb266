/* age.c - see age.h. */
#include "core/seal/age.h"
#include "foundation/base/enc.h"

#include <sodium.h>

enum { FILE_KEY = 16, NONCE = 12, TAG = 16, SALT = 64 };

/* ---- keys as people see them: Bech32 (BIP 173) with the prefix "age" ---- */

static uint32_t bech32_step(uint32_t sum, uint32_t value) {
    static const uint32_t poly[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
    uint32_t top = sum >> 25;
    sum = (sum & 0x1ffffff) << 5 ^ value;
    for (int i = 0; i < 5; i++)
        if (top >> i & 1) sum ^= poly[i];
    return sum;
}

static int bech32_value(char ch) {
    static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    if (ch == 0) return -1;
    const char *at = strchr(digits, ch);
    return at == NULL ? -1 : (int)(at - digits);
}

Err age_key_parse(Str text, AgeKey *out) {
    enum { PREFIX = 4, DATA = 52, SUM = 6 };
    static const uint8_t prefix[] = { 3, 3, 3, 0, 'a' & 31, 'g' & 31, 'e' & 31 };
    uint32_t sum = 1, bits = 0, held = 0;
    size_t n = 0;
    uint8_t pub[32], shared[32];
    static const uint8_t one[32] = { 1 };
    if (text.n != PREFIX + DATA + SUM || !str_starts(text, S("age1"))) return E_INPUT;
    for (size_t i = 0; i < LEN(prefix); i++) sum = bech32_step(sum, prefix[i]);
    for (size_t i = PREFIX; i < text.n; i++) {
        int v = bech32_value(text.p[i]);
        if (v < 0) return E_INPUT;
        sum = bech32_step(sum, (uint32_t)v);
        if (i >= PREFIX + DATA) continue;
        bits = (bits << 5 | (uint32_t)v) & 0xfff;
        held += 5;
        if (held < 8) continue;
        held -= 8;
        if (n < sizeof pub) pub[n++] = (uint8_t)(bits >> held);
    }
    if (sum != 1 || n != sizeof pub || (bits & ((1u << held) - 1)) != 0) return E_INPUT;
    if (crypto_scalarmult(shared, one, pub) != 0) return E_INPUT; /* a point of small order: everybody would know the secret */
    memcpy(out->pub, pub, sizeof pub);
    return OK;
}

/* ---- the header: the key of the file, wrapped for each recipient ---- */

static void hkdf(Str secret, Str salt, Str info, uint8_t out[32]) {
    uint8_t prk[32], text[96];
    must(info.n < sizeof text);
    memcpy(text, info.p, info.n);
    text[info.n] = 1;
    seal_hmac_sha256(salt, secret, prk);
    seal_hmac_sha256(str_bytes(prk, 32), str_bytes(text, info.n + 1), out);
    seal_wipe(prk, sizeof prk);
}

/* Base64 without padding, as all of this format. */
static void put_b64(Str bytes, Buf *out) {
    char text[128];
    must(sodium_bin2base64(text, sizeof text, (const unsigned char *)bytes.p, bytes.n, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != NULL);
    buf_z(out, text);
}

static Err put_recipient(const AgeKey *to, const uint8_t file_key[FILE_KEY], Rand rnd, Buf *out) {
    uint8_t secret[32], share[32], shared[32], wrap[32], salt[SALT], body[FILE_KEY + TAG];
    static const uint8_t nonce[NONCE];
    unsigned long long n = 0;
    rnd.fn(rnd.ctx, secret, sizeof secret);
    must(crypto_scalarmult_base(share, secret) == 0);
    Err e = crypto_scalarmult(shared, secret, to->pub) == 0 ? OK : E_INPUT;
    memcpy(salt, share, 32);
    memcpy(salt + 32, to->pub, 32);
    hkdf(str_bytes(shared, 32), str_bytes(salt, SALT), S("age-encryption.org/v1/X25519"), wrap);
    must(crypto_aead_chacha20poly1305_ietf_encrypt(body, &n, file_key, FILE_KEY, NULL, 0, NULL, nonce, wrap) == 0 && n == sizeof body); /* the wrap key is used once */
    if (e == OK) {
        buf_z(out, "-> X25519 ");
        put_b64(str_bytes(share, 32), out);
        buf_ch(out, '\n');
        put_b64(str_bytes(body, sizeof body), out);
        buf_ch(out, '\n');
    }
    seal_wipe(secret, sizeof secret);
    seal_wipe(shared, sizeof shared);
    seal_wipe(wrap, sizeof wrap);
    return e;
}

Err age_begin(AgeWriter *w, const AgeKey *to, size_t to_n, Rand rnd, Buf *out) {
    uint8_t file_key[FILE_KEY], mac_key[32], mac[32], nonce[16];
    static const uint8_t none[32];
    Buf head = buf_new(AGE_HEAD_MAX);
    Err e = OK;
    must(to_n > 0 && to_n <= AGE_RECIPIENTS_MAX);
    *w = (AgeWriter){ 0 };
    rnd.fn(rnd.ctx, file_key, sizeof file_key);
    rnd.fn(rnd.ctx, nonce, sizeof nonce);
    buf_z(&head, "age-encryption.org/v1\n");
    for (size_t i = 0; i < to_n && e == OK; i++) e = put_recipient(&to[i], file_key, rnd, &head);
    buf_z(&head, "---");
    hkdf(str_bytes(file_key, FILE_KEY), str_bytes(none, 32), S("header"), mac_key);
    seal_hmac_sha256(str_bytes(mac_key, 32), buf_str(&head), mac);
    hkdf(str_bytes(file_key, FILE_KEY), str_bytes(nonce, sizeof nonce), S("payload"), w->key);
    buf_ch(&head, ' ');
    put_b64(str_bytes(mac, 32), &head);
    buf_ch(&head, '\n');
    must(buf_err(&head) == OK);
    if (e == OK) {
        buf_put(out, buf_str(&head));
        buf_put(out, str_bytes(nonce, sizeof nonce));
    }
    buf_free(&head);
    seal_wipe(file_key, sizeof file_key);
    seal_wipe(mac_key, sizeof mac_key);
    return e;
}

/* ---- the content: STREAM in pieces of 64 KiB, each with its number and whether it is the last ---- */

void age_piece(AgeWriter *w, Str piece, bool last, Buf *out) {
    uint8_t nonce[NONCE] = { 0 }, sealed[AGE_CHUNK + TAG];
    unsigned long long n = 0;
    must(!w->done && piece.n <= AGE_CHUNK && (last || piece.n == AGE_CHUNK) && (piece.n > 0 || w->n == 0));
    for (int i = 0; i < 8; i++) nonce[10 - i] = (uint8_t)(w->n >> 8 * i);
    nonce[11] = last;
    must(crypto_aead_chacha20poly1305_ietf_encrypt(sealed, &n, (const unsigned char *)piece.p, piece.n, NULL, 0, NULL, nonce, w->key) == 0);
    buf_put(out, str_bytes(sealed, (size_t)n));
    w->n++;
    w->done = last;
    if (last) seal_wipe(w->key, sizeof w->key);
}

Err age_seal(const AgeKey *to, size_t to_n, Str plain, Rand rnd, Buf *out) {
    AgeWriter w;
    TRY(age_begin(&w, to, to_n, rnd, out));
    size_t at = 0;
    do {
        Str piece = str_sub(plain, at, AGE_CHUNK);
        at += piece.n;
        age_piece(&w, piece, at >= plain.n, out);
    } while (at < plain.n);
    return buf_err(out);
}
