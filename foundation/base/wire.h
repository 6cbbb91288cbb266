/* wire.h - the few words that our own processes exchange inside a frame: big-endian numbers and length-prefixed bytes.
 * Reading never goes past the end: after a short message every read gives zero or empty, and `bad` is set. */
#ifndef KETEN_WIRE_H
#define KETEN_WIRE_H
#include "foundation/base/base.h"

typedef struct Wire { Str rest; bool bad; } Wire;

static inline Str wire_raw(Wire *w, size_t n) {
    if (w->bad || w->rest.n < n) {
        w->bad = true;
        return STR_NONE;
    }
    Str s = { w->rest.p, n };
    w->rest = (Str){ w->rest.p + n, w->rest.n - n };
    return s;
}
static inline uint64_t wire_be(Wire *w, int bytes) {
    Str s = wire_raw(w, (size_t)bytes);
    uint64_t v = 0;
    for (size_t i = 0; i < s.n; i++) v = v << 8 | (uint8_t)s.p[i];
    return v;
}
static inline uint8_t wire_u8(Wire *w) { return (uint8_t)wire_be(w, 1); }
static inline uint32_t wire_u32(Wire *w) { return (uint32_t)wire_be(w, 4); }
static inline int64_t wire_i64(Wire *w) { return (int64_t)wire_be(w, 8); }
static inline Str wire_str(Wire *w) { return wire_raw(w, wire_u32(w)); }
static inline Id wire_id(Wire *w) {
    Str s = wire_raw(w, 16);
    Id id = ID_NONE;
    if (s.n == 16) memcpy(id.b, s.p, 16);
    return id;
}
static inline void put_u8(Buf *b, uint8_t v) { buf_be(b, v, 1); }
static inline void put_u32(Buf *b, uint32_t v) { buf_be(b, v, 4); }
static inline void put_i64(Buf *b, int64_t v) { buf_be(b, (uint64_t)v, 8); }
static inline void put_str(Buf *b, Str s) {
    must(s.n <= UINT32_MAX);
    put_u32(b, (uint32_t)s.n);
    buf_put(b, s);
}
static inline void put_id(Buf *b, Id id) { buf_put(b, id_str(&id)); }
#endif
