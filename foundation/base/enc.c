/* enc.c - text encodings of bytes. Decoders accept one spelling only, so that two texts never mean the same bytes. */
#include "foundation/base/enc.h"

static const char HEX[] = "0123456789abcdef";
static const char B64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char B64URL[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char B32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char CROCK[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* no I, L, O, U */

static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 32) : c; }

/* Value of c in an alphabet of n characters, -1 when it is not one of them. */
static int value_of(const char *alphabet, size_t n, char c) {
    const char *at = memchr(alphabet, c, n);
    return at == NULL ? -1 : (int)(at - alphabet);
}

Str hex_enc(Arena *a, Str bytes) {
    char *p = arena_array(a, bytes.n, 2);
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        p[2 * i] = HEX[c >> 4];
        p[2 * i + 1] = HEX[c & 15];
    }
    return (Str){ p, bytes.n * 2 };
}

static int hex_value(char c) { return value_of(HEX, 16, c >= 'A' && c <= 'F' ? (char)(c + 32) : c); }

Err hex_dec(Arena *a, Str hex, Str *out) {
    if (hex.n % 2 != 0) return E_INPUT;
    char *p = arena_alloc(a, hex.n / 2);
    for (size_t i = 0; i < hex.n / 2; i++) {
        int hi = hex_value(hex.p[2 * i]), lo = hex_value(hex.p[2 * i + 1]);
        if (hi < 0 || lo < 0) return E_INPUT;
        p[i] = (char)(hi * 16 + lo);
    }
    *out = (Str){ p, hex.n / 2 };
    return OK;
}

/* Bits of the input, most significant first, in groups of `bits`; the last group is filled up with zeros. */
static size_t groups_enc(char *p, const char *alphabet, unsigned bits, Str bytes) {
    uint32_t hold = 0;
    unsigned have = 0;
    size_t n = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        hold = hold << 8 | (unsigned char)bytes.p[i];
        for (have += 8; have >= bits; have -= bits) p[n++] = alphabet[hold >> (have - bits) & ((1u << bits) - 1)];
        hold &= (1u << have) - 1;
    }
    if (have > 0) p[n++] = alphabet[hold << (bits - have) & ((1u << bits) - 1)];
    return n;
}

/* The reverse. Refuses a foreign character, a last group that carries no whole byte, and bits set in the filling. */
static Err groups_dec(char *p, const char *alphabet, unsigned bits, bool fold, Str text, size_t *out_n) {
    uint32_t hold = 0;
    unsigned have = 0;
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        int v = value_of(alphabet, (size_t)1 << bits, fold ? upper(text.p[i]) : text.p[i]);
        if (v < 0) return E_INPUT;
        hold = hold << bits | (unsigned)v;
        have += bits;
        if (have < 8) continue;
        have -= 8;
        p[n++] = (char)(hold >> have & 0xFF);
        hold &= (1u << have) - 1;
    }
    if (have >= bits || hold != 0) return E_INPUT;
    *out_n = n;
    return OK;
}

/* Room for the text of n bytes: two characters a byte is enough for groups of five and six bits with padding. */
static char *room_enc(Arena *a, size_t n) {
    size_t bytes = 0;
    must(size_mul(n, 2, &bytes) && size_add(bytes, 8, &bytes));
    return arena_alloc(a, bytes);
}

static Str pad(char *p, size_t n, size_t unit) {
    while (n % unit != 0) p[n++] = '=';
    return (Str){ p, n };
}

Str b64_enc(Arena *a, Str bytes) {
    char *p = room_enc(a, bytes.n);
    return pad(p, groups_enc(p, B64, 6, bytes), 4);
}

Str b64url_enc(Arena *a, Str bytes) {
    char *p = room_enc(a, bytes.n);
    return (Str){ p, groups_enc(p, B64URL, 6, bytes) };
}

Str b32_enc(Arena *a, Str bytes) {
    char *p = room_enc(a, bytes.n);
    return pad(p, groups_enc(p, B32, 5, bytes), 8);
}

Str crock_enc(Arena *a, Str bytes) {
    char *p = room_enc(a, bytes.n);
    return (Str){ p, groups_enc(p, CROCK, 5, bytes) };
}

/* Takes at most `most` padding characters off the end. */
static Str unpad(Str text, size_t most) {
    for (size_t i = 0; i < most && text.n > 0 && text.p[text.n - 1] == '='; i++) text.n--;
    return text;
}

static Err dec(Arena *a, const char *alphabet, unsigned bits, bool fold, Str text, Str *out) {
    char *p = arena_alloc(a, text.n);
    size_t n = 0;
    TRY(groups_dec(p, alphabet, bits, fold, text, &n));
    *out = (Str){ p, n };
    return OK;
}

Err b64_dec(Arena *a, Str text, Str *out) {
    if (text.n % 4 != 0) return E_INPUT;
    return dec(a, B64, 6, false, unpad(text, 2), out);
}

Err b64url_dec(Arena *a, Str text, Str *out) { return dec(a, B64URL, 6, false, text, out); }

Err b32_dec(Arena *a, Str text, Str *out) {
    Str bare = unpad(text, 6);
    if (bare.n != text.n && text.n % 8 != 0) return E_INPUT;
    return dec(a, B32, 5, true, bare, out);
}

int crock_value(char c) { return value_of(CROCK, 32, c); }

char crock_char(int value) {
    must(value >= 0 && value < 32);
    return CROCK[value];
}

Err crock_normal(Arena *a, Str text, Str *out) {
    char *p = arena_alloc(a, text.n);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = upper(text.p[i]);
        if (c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        if (c == 'O') c = '0';
        if (c == 'I' || c == 'L') c = '1';
        if (crock_value(c) < 0) return E_INPUT;
        p[n++] = c;
    }
    *out = (Str){ p, n };
    return OK;
}
