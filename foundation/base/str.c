/* str.c - string views and identifiers. */
#include "foundation/base/base.h"

#include <stdio.h>

Str str_c(const char *z) { return z == NULL ? STR_NONE : (Str){ z, strlen(z) }; }
Str str_bytes(const void *p, size_t n) { return (Str){ p, n }; }

Str str_dup(Arena *a, Str s) {
    if (s.n == 0) return (Str){ "", 0 };
    char *p = arena_alloc(a, s.n);
    memcpy(p, s.p, s.n);
    return (Str){ p, s.n };
}

char *str_z(Arena *a, Str s) {
    size_t n = 0;
    must(size_add(s.n, 1, &n));
    char *p = arena_alloc(a, n);
    if (s.n > 0) memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

Str str_fmt(Arena *a, const char *fmt, ...) {
    must(fmt != NULL);
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    must(n >= 0);
    char *p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (Str){ p, (size_t)n };
}

bool str_eq(Str a, Str b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

bool str_ieq(Str a, Str b) {
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i])) return false;
    return true;
}

int str_cmp(Str a, Str b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n == 0 ? 0 : memcmp(a.p, b.p, n);
    if (c != 0) return c;
    return a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(Str s, Str prefix) { return s.n >= prefix.n && str_eq((Str){ s.p, prefix.n }, prefix); }
bool str_ends(Str s, Str x) { return s.n >= x.n && (x.n == 0 || str_eq((Str){ s.p + (s.n - x.n), x.n }, x)); }

bool str_find(Str s, Str needle, size_t *out_at) {
    if (needle.n == 0) { *out_at = 0; return true; }
    if (s.n < needle.n) return false;
    const char *hit = memmem(s.p, s.n, needle.p, needle.n);
    if (hit == NULL) return false;
    *out_at = (size_t)(hit - s.p);
    return true;
}

bool str_chr(Str s, char c, size_t *out_at) {
    const char *hit = s.n == 0 ? NULL : memchr(s.p, c, s.n);
    if (hit == NULL) return false;
    *out_at = (size_t)(hit - s.p);
    return true;
}

Str str_sub(Str s, size_t from, size_t n) {
    if (from >= s.n) return (Str){ "", 0 };
    size_t left = s.n - from;
    return (Str){ s.p + from, n < left ? n : left };
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'; }

Str str_trim(Str s) {
    while (s.n > 0 && blank(s.p[0])) { s.p++; s.n--; }
    while (s.n > 0 && blank(s.p[s.n - 1])) s.n--;
    return s;
}

Str str_lower(Arena *a, Str s) {
    char *p = arena_alloc(a, s.n);
    for (size_t i = 0; i < s.n; i++) p[i] = lower(s.p[i]);
    return (Str){ p, s.n };
}

bool str_split(Str *rest, char sep, Str *out_part) {
    if (rest->p == NULL) return false;
    size_t at = 0;
    if (!str_chr(*rest, sep, &at)) {
        *out_part = *rest;
        *rest = STR_NONE;
        return true;
    }
    *out_part = (Str){ rest->p, at };
    *rest = (Str){ rest->p + at + 1, rest->n - at - 1 };
    return true;
}

/* Length of the well-formed sequence at the front, 0 when there is none (RFC 3629 table). */
static size_t utf8_step(const unsigned char *p, size_t n, uint32_t *out) {
    if (p[0] < 0x80) { *out = p[0]; return 1; }
    size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || n < len) return 0;
    uint32_t c = p[0] & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
    *out = c;
    return len;
}

bool str_utf8_ok(Str s) {
    uint32_t c = 0;
    for (size_t i = 0; i < s.n;) {
        size_t step = utf8_step((const unsigned char *)s.p + i, s.n - i, &c);
        if (step == 0) return false;
        i += step;
    }
    return true;
}

bool str_has_bidi(Str s) {
    uint32_t c = 0;
    for (size_t i = 0; i < s.n;) {
        size_t step = utf8_step((const unsigned char *)s.p + i, s.n - i, &c);
        if (step == 0) { i++; continue; }
        i += step;
        if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C) return true;
    }
    return false;
}

Str str_utf8_cut(Str s, size_t max) {
    if (s.n <= max) return s;
    while (max > 0 && ((unsigned char)s.p[max] & 0xC0) == 0x80) max--;
    return str_sub(s, 0, max);
}

size_t str_utf8_len(Str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

Err str_i64(Str s, int64_t min, int64_t max, int64_t *out) {
    bool minus = s.n > 0 && s.p[0] == '-';
    Str digits = str_sub(s, minus ? 1 : 0, s.n);
    if (digits.n == 0) return E_INPUT;
    int64_t v = 0;
    for (size_t i = 0; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9') return E_INPUT;
        if (!i64_mul(v, 10, &v) || !i64_add(v, digits.p[i] - '0', &v)) return E_LIMIT;
    }
    if (minus) v = -v;
    if (v < min || v > max) return E_LIMIT;
    *out = v;
    return OK;
}

bool id_eq(Id a, Id b) { return memcmp(a.b, b.b, sizeof a.b) == 0; }
bool id_none(Id a) { return id_eq(a, ID_NONE); }

Str id_hex(Arena *a, Id id) {
    static const char digits[] = "0123456789abcdef";
    char *p = arena_alloc(a, ID_HEX + 1); /* a NUL behind it: many build paths from it */
    for (size_t i = 0; i < sizeof id.b; i++) {
        p[2 * i] = digits[id.b[i] >> 4];
        p[2 * i + 1] = digits[id.b[i] & 15];
    }
    return (Str){ p, ID_HEX };
}

static int nibble(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    char l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

Err id_parse(Str hex, Id *out) {
    if (hex.n != ID_HEX) return E_INPUT;
    Id id = ID_NONE;
    for (size_t i = 0; i < sizeof id.b; i++) {
        int hi = nibble(hex.p[2 * i]), lo = nibble(hex.p[2 * i + 1]);
        if (hi < 0 || lo < 0) return E_INPUT;
        id.b[i] = (uint8_t)(hi * 16 + lo);
    }
    *out = id;
    return OK;
}
