/* testzip.h - a zip file in memory for the tests of this room: stored or deflated members. Header only; tests include it. */
#ifndef KETEN_TESTZIP_H
#define KETEN_TESTZIP_H
#include "core/sor/sor.h"

#include <zlib.h>

typedef struct TestZip { Buf b, dir; uint16_t n; } TestZip;
static inline void tz_le(Buf *b, uint64_t v, int bytes) {
    for (int i = 0; i < bytes; i++) buf_ch(b, (char)(uint8_t)(v >> (8 * i)));
}
static inline void tz_add(TestZip *z, const char *name, Str data, int method) {
    Buf packed = buf_new(64 << 20);
    uint32_t crc = (uint32_t)crc32_z(0, (const Bytef *)data.p, data.n);
    if (method == 0) buf_put(&packed, data);
    if (method == 8) {
        z_stream s = { 0 };
        static uint8_t piece[65536];
        must(deflateInit2(&s, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
        s.next_in = (Bytef *)(uintptr_t)data.p;
        s.avail_in = (uInt)data.n;
        for (int code = Z_OK; code == Z_OK;) {
            s.next_out = piece;
            s.avail_out = sizeof piece;
            code = deflate(&s, Z_FINISH);
            buf_put(&packed, str_bytes(piece, sizeof piece - s.avail_out));
        }
        deflateEnd(&s);
    }
    if (z->n == 0) {
        z->b = buf_new(64 << 20);
        z->dir = buf_new(1 << 20);
    }
    uint64_t at = z->b.n;
    tz_le(&z->b, 0x04034b50, 4);
    for (int local = 1; local >= 0; local--) {
        Buf *b = local ? &z->b : &z->dir;
        if (!local) tz_le(b, 0x02014b50, 4);
        if (!local) tz_le(b, 20, 2);
        tz_le(b, 20, 2);
        tz_le(b, 0, 2);
        tz_le(b, (uint64_t)method, 2);
        tz_le(b, 0, 4);
        tz_le(b, crc, 4);
        tz_le(b, packed.n, 4);
        tz_le(b, data.n, 4);
        tz_le(b, strlen(name), 2);
        tz_le(b, 0, 2);
        if (!local) tz_le(b, 0, 8);
        if (!local) tz_le(b, 0, 2);
        if (!local) tz_le(b, at, 4);
        buf_z(b, name);
    }
    buf_put(&z->b, buf_str(&packed));
    buf_free(&packed);
    z->n++;
}
static inline Str tz_end(TestZip *z) {
    uint64_t at = z->b.n;
    buf_put(&z->b, buf_str(&z->dir));
    tz_le(&z->b, 0x06054b50, 4);
    tz_le(&z->b, 0, 4);
    tz_le(&z->b, z->n, 2);
    tz_le(&z->b, z->n, 2);
    tz_le(&z->b, z->dir.n, 4);
    tz_le(&z->b, at, 4);
    tz_le(&z->b, 0, 2);
    must(buf_err(&z->b) == OK && buf_err(&z->dir) == OK);
    return buf_str(&z->b);
}
static inline void tz_free(TestZip *z) {
    buf_free(&z->b);
    buf_free(&z->dir);
}
#endif
