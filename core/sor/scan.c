/* scan.c - where fields and records end: byte by byte, which is the reference, and 64 bytes at a time, which gives the same. */
#include "core/sor/sor.h"

static size_t scan_scalar(SorScan *s, const uint8_t *p, size_t from, size_t to, uint32_t *out) {
    size_t n = 0;
    bool inside = s->inside, odd = s->odd;
    for (size_t i = from; i < to; i++) {
        uint8_t c = p[i];
        if (s->odds != NULL && (i == from || (i & 63) == 0)) s->odds[i >> 6] = i == from && (i & 63) != 0 ? s->odds[i >> 6] : 0;
        if (c == '\n') {
            out[n++] = (uint32_t)i | SOR_LF | (inside ? SOR_OPEN : 0) | (odd ? SOR_ODD : 0);
            inside = odd = false;
        } else if (c == '"') {
            inside = !inside;
        } else if (c == ',' && !inside) {
            out[n++] = (uint32_t)i;
        } else if (c == 0 || c >= 0x80) {
            odd = true;
            if (s->odds != NULL) s->odds[i >> 6] |= UINT64_C(1) << (i & 63);
        }
    }
    *s = (SorScan){ inside, odd, s->odds };
    return n;
}

#if defined(__x86_64__)
#include <immintrin.h>

typedef struct Masks { uint64_t quote, comma, lf, odd; } Masks;

/* Positions of the bits. Some more may be written than there are: what is too much is written over next, and there is room for 64. */
typedef void Put(uint32_t *out, uint32_t at, uint64_t ends);
static inline __attribute__((always_inline)) void put_four(uint32_t *out, uint32_t at, uint64_t ends) {
    size_t n = 0;
    for (; n < 4; n++, ends &= ends - 1) out[n] = at + (uint32_t)__builtin_ctzll(ends | UINT64_C(1) << 63);
    for (; __builtin_expect(ends != 0, 0); n++, ends &= ends - 1) out[n] = at + (uint32_t)__builtin_ctzll(ends);
}

/* From the masks of 64 bytes to marks. inside: all ones when a quote is open before the block. */
static inline __attribute__((always_inline)) size_t marks(Masks m, uint64_t parity, uint64_t *inside, bool *odd, uint32_t at, uint32_t *out, Put *put) {
    uint64_t in = parity ^ *inside, open = m.lf & in, lf_open = 0;
    size_t n = 0;
    while (__builtin_expect(open != 0, 0)) { /* a quote open at the end of a record: forgotten from there on */
        uint64_t bit = open & (~open + 1);
        lf_open |= bit;
        in ^= ~(bit | (bit - 1)); /* zero above the last bit */
        open = m.lf & in & ~(bit | (bit - 1));
    }
    uint64_t ends = (m.comma & ~in) | m.lf, odds = m.odd;
    put(out, at, ends);
    n = (size_t)__builtin_popcountll(ends);
    for (uint64_t lf = m.lf; __builtin_expect(lf != 0, 0); lf &= lf - 1) {
        uint64_t bit = lf & (~lf + 1);
        uint32_t *mark = &out[__builtin_popcountll(ends & (bit - 1))];
        *mark |= SOR_LF;
        if ((lf_open & bit) != 0) *mark |= SOR_OPEN;
        if (*odd || (odds & (bit - 1)) != 0) *mark |= SOR_ODD;
        odds &= ~(bit | (bit - 1));
        *odd = false;
    }
    *odd = *odd || odds != 0;
    /* Whether a quote is open after the block: what the last byte left. A quote as the last byte is in the parity already; an LF that
     * closed an open quote is not. */
    *inside = (uint64_t)((int64_t)in >> 63);
    if ((lf_open >> 63) != 0) *inside = 0;
    return n;
}

__attribute__((target("avx2,pclmul"))) static inline Masks masks_avx2(const uint8_t *p) {
    __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)p), b = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32)), zero = _mm256_setzero_si256();
#define BOTH(x, y) ((uint64_t)(uint32_t)_mm256_movemask_epi8(x) | (uint64_t)(uint32_t)_mm256_movemask_epi8(y) << 32)
#define EQUAL(v) BOTH(_mm256_cmpeq_epi8(a, v), _mm256_cmpeq_epi8(b, v))
    return (Masks){ EQUAL(_mm256_set1_epi8('"')), EQUAL(_mm256_set1_epi8(',')), EQUAL(_mm256_set1_epi8('\n')), EQUAL(zero) | BOTH(a, b) };
#undef EQUAL
#undef BOTH
}

__attribute__((target("avx512f,avx512bw,pclmul"))) static inline Masks masks_avx512(const uint8_t *p) {
    __m512i a = _mm512_loadu_si512((const void *)p);
    return (Masks){ _mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8('"')), _mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8(',')), _mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8('\n')),
        _mm512_testn_epi8_mask(a, a) | _mm512_movepi8_mask(a) };
}

#define WIDE "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,pclmul,popcnt,bmi,bmi2"
__attribute__((target(WIDE), always_inline)) static inline void put_sixteen(uint32_t *out, uint32_t at, uint64_t ends) {
    static const uint8_t numbers[64] __attribute__((aligned(64))) = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42,
        43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63 };
    __m512i all = _mm512_maskz_compress_epi8(ends, _mm512_load_si512((const void *)numbers)), base = _mm512_set1_epi32((int)at);
    _mm512_storeu_si512((void *)out, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(all))));
    if (__builtin_expect(__builtin_popcountll(ends) > 16, 0)) {
        _mm512_storeu_si512((void *)(out + 16), _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(all, 1))));
        _mm512_storeu_si512((void *)(out + 32), _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(all, 2))));
        _mm512_storeu_si512((void *)(out + 48), _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(all, 3))));
    }
}

/* Bit i: an odd number of quotes up to and including i. */
#define PARITY(q) ((uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t)(q)), _mm_set1_epi8((char)0xFF), 0)))

#define BLOCKS(MASKS, PUT) \
    uint64_t inside = s->inside ? ~UINT64_C(0) : 0, *odds = s->odds; \
    bool odd = s->odd; \
    size_t n = 0, i = from; \
    for (; i + 64 <= to; i += 64) { \
        Masks m = MASKS(p + i); \
        if (odds != NULL) odds[i >> 6] = m.odd; \
        n += marks(m, PARITY(m.quote), &inside, &odd, (uint32_t)i, out + n, PUT); \
    } \
    *s = (SorScan){ inside != 0, odd, odds }; \
    return n + scan_scalar(s, p, i, to, out + n)

__attribute__((target("avx2,pclmul,popcnt,bmi"))) static size_t scan_avx2(SorScan *s, const uint8_t *p, size_t from, size_t to, uint32_t *out) { BLOCKS(masks_avx2, put_four); }
__attribute__((target(WIDE))) static size_t scan_avx512(SorScan *s, const uint8_t *p, size_t from, size_t to, uint32_t *out) { BLOCKS(masks_avx512, put_sixteen); }

bool sor_width_here(SorWidth w) {
    if (w == SOR_AVX2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi");
    if (w == SOR_AVX512) return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2") &&
        __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    return w == SOR_SCALAR;
}
#else
bool sor_width_here(SorWidth w) { return w == SOR_SCALAR; }
#endif

SorWidth sor_width_best(void) { return sor_width_here(SOR_AVX512) ? SOR_AVX512 : sor_width_here(SOR_AVX2) ? SOR_AVX2 : SOR_SCALAR; }
const char *sor_width_name(SorWidth w) { return w == SOR_AVX512 ? "avx512" : w == SOR_AVX2 ? "avx2" : "scalar"; }

size_t sor_scan(SorWidth w, SorScan *s, const uint8_t *p, size_t from, size_t to, uint32_t *out) {
    must(from <= to && to <= SOR_AT && sor_width_here(w) && (s->odds == NULL || (from & 63) == 0));
#if defined(__x86_64__)
    if (w == SOR_AVX512) return scan_avx512(s, p, from, to, out);
    if (w == SOR_AVX2) return scan_avx2(s, p, from, to, out);
#endif
    return scan_scalar(s, p, from, to, out);
}
