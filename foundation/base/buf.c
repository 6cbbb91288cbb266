/* buf.c - output buffer with a maximum given at birth. */
#include "foundation/base/base.h"

#include <stdio.h>

Buf buf_new(size_t max_bytes) { return (Buf){ .max = max_bytes }; }

void buf_free(Buf *b) {
    free(b->p);
    *b = (Buf){ .max = b->max };
}

void buf_wipe(Buf *b) {
    if (b->p != NULL) explicit_bzero(b->p, b->cap);
    buf_free(b);
}

void buf_clear(Buf *b) {
    b->n = 0;
    b->over = false;
}

/* Room for n more bytes; false (and over set) when that would pass the maximum. */
static bool buf_room(Buf *b, size_t n) {
    size_t need = 0;
    if (b->over || !size_add(b->n, n, &need) || need > b->max) {
        b->over = true;
        return false;
    }
    if (need <= b->cap) return true;
    size_t cap = b->cap < 512 ? 512 : b->cap;
    while (cap < need) cap = cap > b->max / 2 ? b->max : cap * 2;
    char *p = malloc(cap);
    must(p != NULL);
    if (b->n > 0) memcpy(p, b->p, b->n);
    if (b->p != NULL) explicit_bzero(b->p, b->cap); /* plaintext may have been in it */
    free(b->p);
    b->p = p;
    b->cap = cap;
    return true;
}

void buf_put(Buf *b, Str s) {
    if (s.n == 0 || !buf_room(b, s.n)) return;
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
}

void buf_z(Buf *b, const char *z) { buf_put(b, str_c(z)); }
void buf_ch(Buf *b, char c) { buf_put(b, (Str){ &c, 1 }); }

void buf_printf(Buf *b, const char *fmt, ...) {
    must(fmt != NULL);
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    must(n >= 0);
    if (buf_room(b, (size_t)n + 1)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void buf_i64(Buf *b, int64_t v) {
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)v);
    must(n > 0);
    buf_put(b, (Str){ digits, (size_t)n });
}

void buf_be(Buf *b, uint64_t v, int bytes) {
    must(bytes >= 1 && bytes <= 8);
    char out[8];
    for (int i = 0; i < bytes; i++) out[i] = (char)(v >> (8 * (bytes - 1 - i)) & 0xFF);
    buf_put(b, (Str){ out, (size_t)bytes });
}

Err buf_err(const Buf *b) { return b->over ? E_LIMIT : OK; }
