/* inflate.c - raw deflate (RFC 1951) from a view into a window, by zlib or, where it is built in, by ISA-L. */
#include "core/sor/sor.h"

#include <zlib.h>
#ifdef KETEN_ISAL
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#endif

bool sor_engine_here(SorEngine e) {
#ifdef KETEN_ISAL
    return e == SOR_ZLIB || e == SOR_ISAL;
#else
    return e == SOR_ZLIB;
#endif
}
const char *sor_engine_name(SorEngine e) { return e == SOR_ISAL ? "isal" : "zlib"; }
SorEngine sor_engine_best(void) { return sor_engine_here(SOR_ISAL) ? SOR_ISAL : SOR_ZLIB; }

uint32_t sor_crc(uint32_t crc, const void *p, size_t n) {
#ifdef KETEN_ISAL
    return crc32_gzip_refl(crc, p, n); /* several times as quick, whichever inflates */
#else
    return (uint32_t)crc32_z(crc, p, n);
#endif
}

void sor_inflate_new(Arena *a, SorEngine e, SorInflate *out) {
    must(sor_engine_here(e));
    *out = (SorInflate){ .engine = e, .done = true };
#ifdef KETEN_ISAL
    if (e == SOR_ISAL) {
        out->state = ARENA_NEW(a, struct inflate_state);
        return;
    }
#endif
    z_stream *z = ARENA_NEW(a, z_stream);
    must(inflateInit2(z, -MAX_WBITS) == Z_OK); /* fails only without memory */
    out->state = z;
}

void sor_inflate_close(SorInflate *z) {
    if (z->state != NULL && z->engine == SOR_ZLIB) inflateEnd(z->state);
    z->state = NULL;
}

Err sor_inflate_open(SorInflate *z, const SorEntry *e) {
    must(e->wrong == NULL);
    z->rest = e->data;
    z->method = e->method;
    z->done = false;
#ifdef KETEN_ISAL
    if (z->engine == SOR_ISAL) {
        isal_inflate_init(z->state);
        ((struct inflate_state *)z->state)->crc_flag = ISAL_DEFLATE;
        return OK;
    }
#endif
    return inflateReset(z->state) == Z_OK ? OK : E_INPUT;
}

static Err read_zlib(SorInflate *z, uint8_t *out, size_t cap, size_t *out_n) {
    z_stream *s = z->state;
    size_t give = z->rest.n < ((size_t)1 << 30) ? z->rest.n : (size_t)1 << 30;
    s->next_in = (Bytef *)(uintptr_t)z->rest.p; /* the library reads only */
    s->avail_in = (uInt)give;
    s->next_out = out;
    s->avail_out = (uInt)cap;
    int r = inflate(s, Z_NO_FLUSH);
    z->rest = str_sub(z->rest, give - s->avail_in, z->rest.n);
    *out_n = cap - s->avail_out;
    z->done = r == Z_STREAM_END;
    return r == Z_STREAM_END || (r == Z_OK && *out_n > 0) ? OK : E_INPUT;
}

#ifdef KETEN_ISAL
static Err read_isal(SorInflate *z, uint8_t *out, size_t cap, size_t *out_n) {
    struct inflate_state *s = z->state;
    size_t give = z->rest.n < ((size_t)1 << 30) ? z->rest.n : (size_t)1 << 30;
    s->next_in = (uint8_t *)(uintptr_t)z->rest.p; /* the library reads only */
    s->avail_in = (uint32_t)give;
    s->next_out = out;
    s->avail_out = (uint32_t)cap;
    int r = isal_inflate(s);
    z->rest = str_sub(z->rest, give - s->avail_in, z->rest.n);
    *out_n = cap - s->avail_out;
    z->done = r == ISAL_DECOMP_OK && s->block_state == ISAL_BLOCK_FINISH;
    return r == ISAL_DECOMP_OK && (z->done || *out_n > 0) ? OK : E_INPUT;
}
#endif

Err sor_inflate_read(SorInflate *z, uint8_t *out, size_t cap, size_t *out_n) {
    *out_n = 0;
    if (z->done) return OK;
    must(cap > 0 && cap < ((size_t)1 << 30));
    if (z->method == 0) {
        Str part = str_sub(z->rest, 0, cap);
        if (part.n > 0) memcpy(out, part.p, part.n);
        z->rest = str_sub(z->rest, part.n, z->rest.n);
        z->done = z->rest.n == 0;
        *out_n = part.n;
        return OK;
    }
#ifdef KETEN_ISAL
    if (z->engine == SOR_ISAL) return read_isal(z, out, cap, out_n);
#endif
    return read_zlib(z, out, cap, out_n);
}
