/* pdq_lanes.c - PDQ on vectors: built once for each width (LANES of 4, 8 or 16 floats), the same bits as pdq_plain.c from each.
 *
 * A filter's sum runs along a line and cannot be split, so lines go side by side in the lanes: a tile of LANES x LANES is turned over
 * and the row filter becomes vertical additions. One strip of rows at a time: first row filter into a ring of lines; column filter,
 * turning and second row filter tile by tile in registers; of its result only the 64 columns that are picked stay. Before and
 * behind a line stand zeros, and adding or taking off zero changes no sum.
 * Grey pictures: the first row filter sums whole numbers, exactly, in any order, so it needs no turning.
 * Where a window is no power of two, x / n is x * (1/n) with one step of correction by two fused operations, which gives the rounded
 * quotient for every float and every n up to 128 (the test goes through them); without such operations it is divided.
 */
#ifndef LANES
#define LANES 4
#endif
#if LANES > 4
#include <immintrin.h>
#endif
#include "core/fingerprint/pdq_in.h"

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif
#define NAME2(a, b) a##b
#define NAME1(a, b) NAME2(a, b)
#define INLINE static inline __attribute__((always_inline))

typedef float V __attribute__((vector_size(LANES * 4)));
typedef int32_t I __attribute__((vector_size(LANES * 4)));
typedef float VU __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef uint16_t H __attribute__((vector_size(LANES * 4)));
typedef uint16_t HU __attribute__((vector_size(LANES * 4), aligned(2), may_alias));
typedef uint16_t HalfU __attribute__((vector_size(LANES * 2), aligned(2), may_alias));
typedef uint8_t BU __attribute__((vector_size(LANES * 2), aligned(1), may_alias));
enum { HL = 2 * LANES, PER_GRID = PDQ_GRID / LANES, OVER = 64 /* what a load may read past what it needs */ };

INLINE V load(const float *p) { return *(const VU *)p; }
INLINE void store(float *p, V v) { *(VU *)p = v; }
INLINE V all(float x) { return (V){ 0 } + x; }

/* ---- exact quotients ---- */

typedef struct Div { V n, r; } Div;
INLINE V divide(V x, Div d) {
#if LANES == 16
    __m512 q = _mm512_mul_ps((__m512)x, (__m512)d.r);
    return (V)_mm512_fmadd_ps(_mm512_fnmadd_ps(q, (__m512)d.n, (__m512)x), (__m512)d.r, q);
#elif LANES == 8
    __m256 q = _mm256_mul_ps((__m256)x, (__m256)d.r);
    return (V)_mm256_fmadd_ps(_mm256_fnmadd_ps(q, (__m256)d.n, (__m256)x), (__m256)d.r, q);
#else
    return x / d.n;
#endif
}
INLINE Div div_all(float n) { return (Div){ all(n), all(1.0f / n) }; }

/* ---- turning a tile over ---- */

#if LANES == 4
#define LOW32(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH32(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define LOW64(a, b) __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define HIGH64(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7)
#elif LANES == 8
#define LOW32(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define HIGH32(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define LOW64(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define HIGH64(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#else
#define LOW32(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define HIGH32(a, b) __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define LOW64(a, b) __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define HIGH64(a, b) __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#endif

/* Row r, column c becomes row c, column r. */
INLINE void turn(V *t) {
    UNROLL for (int q = 0; q < LANES; q += 4) {
        V a = LOW32(t[q], t[q + 1]), b = HIGH32(t[q], t[q + 1]), c = LOW32(t[q + 2], t[q + 3]), d = HIGH32(t[q + 2], t[q + 3]);
        t[q] = LOW64(a, c);
        t[q + 1] = HIGH64(a, c);
        t[q + 2] = LOW64(b, d);
        t[q + 3] = HIGH64(b, d);
    }
#if LANES == 8
    UNROLL for (int k = 0; k < 4; k++) {
        V a = t[k], b = t[k + 4];
        t[k] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
        t[k + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    }
#elif LANES == 16
    UNROLL for (int k = 0; k < 4; k++) {
        __m512 a = (__m512)t[k], b = (__m512)t[k + 4], c = (__m512)t[k + 8], d = (__m512)t[k + 12];
        __m512 ab = _mm512_shuffle_f32x4(a, b, 0x44), AB = _mm512_shuffle_f32x4(a, b, 0xEE), cd = _mm512_shuffle_f32x4(c, d, 0x44), CD = _mm512_shuffle_f32x4(c, d, 0xEE);
        t[k] = (V)_mm512_shuffle_f32x4(ab, cd, 0x88);
        t[k + 4] = (V)_mm512_shuffle_f32x4(ab, cd, 0xDD);
        t[k + 8] = (V)_mm512_shuffle_f32x4(AB, CD, 0x88);
        t[k + 12] = (V)_mm512_shuffle_f32x4(AB, CD, 0xDD);
    }
#endif
}

/* ---- the memory of one picture ---- */

typedef struct Run {
    uint32_t width, height, wx, hx, wy, hy;
    uint32_t rows, mask;       /* lines in the ring; size of a history less one */
    size_t pad, span;          /* floats before a line's first, and of a line in all */
    bool shift_x, shift_y;     /* the window is a power of two: a quotient is a product, exactly */
    float *ring, *zero, *sum;  /* lines after the first row filter; a line of zeros; running sums of the columns */
    float *nx, *rx;            /* terms at each output of a row, and one over that; from -pad on */
    float *small;              /* height lines of the 64 columns */
    V *history, *picked;
    uint16_t *part, *whole;    /* grey: sums of neighbours */
    size_t part_pad, part_n;
    uint8_t *copy;             /* rows at the end of the picture, with room behind */
    size_t copy_n;
} Run;

static size_t whole_lines(size_t n) { return (n + 63) / 64 * 64; }
/* Takes n bytes at *at, when there is a base. */
static void *carve(uint8_t *base, size_t *at, size_t n) {
    void *p = base != NULL ? base + *at : NULL;
    *at += whole_lines(n);
    return p;
}

static size_t plan(Run *g, uint32_t width, uint32_t height, uint8_t *base) {
    size_t at = 0;
    *g = (Run){ .width = width, .height = height, .wx = pdq_window(width), .hx = pdq_ahead(width), .wy = pdq_window(height), .hy = pdq_ahead(height) };
    g->shift_x = (g->wx & (g->wx - 1)) == 0;
    g->shift_y = (g->wy & (g->wy - 1)) == 0;
    g->rows = (g->wy + 4 * LANES - 1) / LANES * LANES;
    g->mask = 1;
    while (g->mask < g->wx + LANES) g->mask *= 2;
    g->mask--;
    g->pad = (g->hx + 15) / 16 * 16;
    g->span = g->pad + whole_lines(width + g->hx) + 2 * LANES;
    g->part_pad = (g->wx + HL - 1) / HL * HL;
    g->part_n = g->part_pad + whole_lines(width) + HL;
    g->copy_n = whole_lines((size_t)width * 3) + OVER;
    g->ring = carve(base, &at, g->rows * g->span * sizeof(float));
    g->zero = carve(base, &at, g->span * sizeof(float));
    g->sum = carve(base, &at, g->span * sizeof(float));
    g->nx = carve(base, &at, g->span * sizeof(float));
    g->rx = carve(base, &at, g->span * sizeof(float));
    g->small = carve(base, &at, ((size_t)height + LANES) * PDQ_GRID * sizeof(float));
    g->history = carve(base, &at, (g->mask + 1) * sizeof(V));
    g->picked = carve(base, &at, PDQ_GRID * sizeof(V));
    g->part = carve(base, &at, (g->part_n + g->wx + 2 * HL) * sizeof(uint16_t));
    g->whole = carve(base, &at, (g->part_n + 2 * HL) * sizeof(uint16_t));
    g->copy = carve(base, &at, LANES * g->copy_n);
    return at;
}

static size_t work(uint32_t width, uint32_t height) {
    Run g;
    return plan(&g, width, height, NULL) + 64;
}

static void prepare(Run *g) {
    memset(g->ring, 0, g->rows * g->span * sizeof(float));
    memset(g->zero, 0, g->span * sizeof(float));
    memset(g->sum, 0, g->span * sizeof(float));
    memset(g->part, 0, (g->part_n + g->wx + 2 * HL) * sizeof(uint16_t));
    memset(g->whole, 0, (g->part_n + 2 * HL) * sizeof(uint16_t));
    memset(g->copy, 0, LANES * g->copy_n);
    for (size_t i = 0; i < g->span; i++) {
        bool inside = i >= g->pad && i - g->pad < g->width;
        g->nx[i] = inside ? (float)pdq_terms(g->width, (uint32_t)(i - g->pad)) : 1.0f;
        g->rx[i] = 1.0f / g->nx[i];
    }
}

INLINE float *line(const Run *g, uint32_t y) { return g->ring + (size_t)(y % g->rows) * g->span; }

/* ---- first row filter ---- */

/* Outputs from o on, as they stand in the line (o counted from the line's first float, pad included). */
INLINE void finish(const Run *g, float *to, size_t at, V sum) {
    bool inside = at >= g->pad + g->wx && at + LANES + g->hx <= g->pad + g->width;
    store(to + at, inside && g->shift_x ? sum * load(g->rx + at) : divide(sum, (Div){ load(g->nx + at), load(g->rx + at) }));
}

/* Sums of neighbours by doubling: part holds the sums of 1, 2, 4 ... values, whole those of wx. */
static void grey_row(const Run *g, const uint8_t *p, float *to) {
    uint16_t *part = g->part;
    const uint16_t *sums = part;
    memset(part, 0, g->part_pad * sizeof(uint16_t));
    for (size_t x = 0; x < g->width; x += HL) *(HU *)(part + g->part_pad + x) = __builtin_convertvector(*(const BU *)(p + x), H);
    memset(part + g->part_pad + g->width, 0, (HL + g->wx) * sizeof(uint16_t));
    for (uint32_t k = 1, have = 0; k <= g->wx; k *= 2) {
        if ((g->wx & k) != 0 && k != g->wx) {
            for (size_t q = 0; q < g->part_n; q += HL) {
                H before = { 0 };
                if (have > 0) before = *(const HU *)(g->whole + q);
                *(HU *)(g->whole + q) = before + *(const HU *)(part + q + have);
            }
            have += k;
            sums = g->whole;
        }
        if (2 * k > g->wx) break;
        for (size_t q = 0; q < g->part_n; q += HL) *(HU *)(part + q) += *(const HU *)(part + q + k);
    }
    sums += g->part_pad + g->hx - g->wx;
    for (size_t x = 0; x < g->width; x += LANES) finish(g, to, g->pad + x, __builtin_convertvector(__builtin_convertvector(*(const HalfU *)(sums + x), I), V));
}

/* LANES pixels; reads up to OVER bytes. */
INLINE V luma(const uint8_t *p) {
#if LANES == 16
    const __m512i b = _mm512_loadu_si512(p), three = _mm512_set_epi32(45, 42, 39, 36, 33, 30, 27, 24, 21, 18, 15, 12, 9, 6, 3, 0), one = _mm512_set1_epi32(1);
    const __mmask64 first = UINT64_C(0x1111111111111111);
    const __m512i g_at = _mm512_add_epi32(three, one), b_at = _mm512_add_epi32(g_at, one);
    V red = (V)_mm512_cvtepi32_ps(_mm512_maskz_permutexvar_epi8(first, three, b));
    V green = (V)_mm512_cvtepi32_ps(_mm512_maskz_permutexvar_epi8(first, g_at, b));
    V blue = (V)_mm512_cvtepi32_ps(_mm512_maskz_permutexvar_epi8(first, b_at, b));
#elif LANES == 8
    const __m256i b = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)p)), _mm_loadu_si128((const __m128i *)(const void *)(p + 12)), 1);
    const __m256i r_at = _mm256_broadcastsi128_si256(_mm_set_epi32((int)0x80808009u, (int)0x80808006u, (int)0x80808003u, (int)0x80808000u)), one = _mm256_set1_epi32(1);
    const __m256i g_at = _mm256_add_epi32(r_at, one), b_at = _mm256_add_epi32(g_at, one);
    V red = (V)_mm256_cvtepi32_ps(_mm256_shuffle_epi8(b, r_at)), green = (V)_mm256_cvtepi32_ps(_mm256_shuffle_epi8(b, g_at)), blue = (V)_mm256_cvtepi32_ps(_mm256_shuffle_epi8(b, b_at));
#else
    V red = { (float)p[0], (float)p[3], (float)p[6], (float)p[9] }, green = { (float)p[1], (float)p[4], (float)p[7], (float)p[10] }, blue = { (float)p[2], (float)p[5], (float)p[8], (float)p[11] };
#endif
    return (0.299f * red + 0.587f * green) + 0.114f * blue;
}

/* LANES steps of a running sum: t comes in as the next values and goes out as the sums after each. */
INLINE V slide(const Run *g, uint32_t i, V sum, V *t) {
    UNROLL for (uint32_t k = 0; k < LANES; k++) {
        g->history[(i + k) & g->mask] = t[k];
        sum += t[k];
        sum -= g->history[(i + k - g->wx) & g->mask];
        t[k] = sum;
    }
    return sum;
}

/* What is past the end of the line is zero. */
INLINE void cut(const Run *g, uint32_t i, V *t) {
    if (i + LANES <= g->width) return;
    for (uint32_t k = 0; k < LANES; k++)
        if (i + k >= g->width) t[k] = (V){ 0 };
}

static void colour_rows(const Run *g, const uint8_t *const *src, uint32_t y) {
    V sum = { 0 };
    memset(g->history, 0, (g->mask + 1) * sizeof(V));
    for (uint32_t i = 0; i < g->width + g->hx - 1; i += LANES) {
        V t[LANES];
        UNROLL for (int r = 0; r < LANES; r++) t[r] = i < g->width ? luma(src[r] + (size_t)i * 3) : (V){ 0 };
        turn(t);
        cut(g, i, t);
        sum = slide(g, i, sum, t);
        turn(t);
        UNROLL for (uint32_t r = 0; r < LANES; r++) finish(g, line(g, y + r), g->pad + i - (g->hx - 1), t[r]);
    }
}

/* The next LANES lines of the ring. Rows so near the end that a load would read past the picture are copied first. */
static void fill(const Run *g, const PdqPixels *px, uint32_t y) {
    const uint8_t *src[LANES];
    size_t bytes = (size_t)px->width * (size_t)px->channels, all_bytes = px->stride * (px->height - 1) + bytes;
    for (uint32_t r = 0; r < LANES; r++) {
        uint32_t row = y + r < px->height ? y + r : px->height - 1;
        src[r] = px->p + row * px->stride;
        if (row * px->stride + whole_lines(bytes) + OVER <= all_bytes) continue;
        memcpy(g->copy + r * g->copy_n, src[r], bytes);
        src[r] = g->copy + r * g->copy_n;
    }
    if (px->channels == 3) colour_rows(g, src, y);
    for (uint32_t r = 0; px->channels == 1 && r < LANES && y + r < px->height; r++) grey_row(g, src[r], line(g, y + r));
}

/* ---- column filter and second row filter, LANES rows of output at a time ---- */

typedef struct Strip { const float *add[LANES], *sub[LANES]; float n[LANES]; bool shift; } Strip;

static Strip strip_of(const Run *g, uint32_t o) {
    Strip s = { .shift = g->shift_y && o >= g->wy && o + LANES + g->hy <= g->height };
    for (uint32_t r = 0; r < LANES; r++) {
        uint32_t y = o + r + g->hy - 1;
        s.add[r] = (y < g->height ? line(g, y) : g->zero) + g->pad;
        s.sub[r] = (y >= g->wy && y - g->wy < g->height ? line(g, y - g->wy) : g->zero) + g->pad;
        s.n[r] = o + r < g->height ? (float)pdq_terms(g->height, o + r) : 1.0f;
    }
    return s;
}

INLINE void column_tile(const Run *g, const Strip *s, uint32_t x, V *t) {
    V sum = load(g->sum + x);
    if (s->shift) {
        V r = all(1.0f / (float)g->wy);
        UNROLL for (int k = 0; k < LANES; k++) {
            sum += load(s->add[k] + x);
            sum -= load(s->sub[k] + x);
            t[k] = sum * r;
        }
    } else {
        UNROLL for (int k = 0; k < LANES; k++) {
            sum += load(s->add[k] + x);
            sum -= load(s->sub[k] + x);
            t[k] = divide(sum, div_all(s->n[k]));
        }
    }
    store(g->sum + x, sum);
}

/* Writes LANES lines of `small`, from line o on. at: where the sum of each picked column is complete. */
static void strip(const Run *g, uint32_t o, const uint32_t *at) {
    Strip s = strip_of(g, o);
    V sum = { 0 }, steps[LANES], zero[LANES] = { { 0 } };
    uint32_t next = 0;
    memset(g->history, 0, (g->mask + 1) * sizeof(V));
    for (uint32_t i = 0; next < PDQ_GRID; i += LANES) {
        V t[LANES];
        if (i < g->width) column_tile(g, &s, i, t);
        else memcpy(t, zero, sizeof t);
        turn(t);
        cut(g, i, t);
        sum = slide(g, i, sum, t);
        UNROLL for (int k = 0; k < LANES; k++) steps[k] = t[k];
        for (; next < PDQ_GRID && at[next] < i + LANES; next++) {
            uint32_t terms = pdq_terms(g->width, at[next] + 1 - g->hx);
            g->picked[next] = divide(steps[at[next] - i], div_all((float)terms));
        }
    }
    for (uint32_t c = 0; c < PDQ_GRID; c += LANES) {
        V t[LANES];
        UNROLL for (int k = 0; k < LANES; k++) t[k] = g->picked[c + (uint32_t)k];
        turn(t);
        UNROLL for (uint32_t r = 0; r < LANES; r++) store(g->small + ((size_t)o + r) * PDQ_GRID + c, t[r]);
    }
}

/* Second column filter, of the 64 columns; of its lines the 64 picked ones. */
static void last_columns(const Run *g, float *grid) {
    V sum[PER_GRID] = { { 0 } };
    for (uint32_t y = 0, next = 0; next < PDQ_GRID; y++) {
        const float *add = y < g->height ? g->small + (size_t)y * PDQ_GRID : g->zero, *sub = y >= g->wy ? g->small + (size_t)(y - g->wy) * PDQ_GRID : g->zero;
        UNROLL for (int c = 0; c < PER_GRID; c++) {
            sum[c] += load(add + c * LANES);
            sum[c] -= load(sub + c * LANES);
        }
        for (; next < PDQ_GRID && y + 1 >= g->hy && pdq_pick(g->height, next) == y + 1 - g->hy; next++) {
            Div d = div_all((float)pdq_terms(g->height, y + 1 - g->hy));
            UNROLL for (int c = 0; c < PER_GRID; c++) store(grid + next * PDQ_GRID + c * LANES, divide(sum[c], d));
        }
    }
}

static void reduce(const PdqPixels *px, void *memory, float *grid) {
    Run g;
    uint32_t at[PDQ_GRID], have = 0;
    uint8_t *base = (uint8_t *)memory + (64 - (uintptr_t)memory % 64) % 64;
    (void)plan(&g, px->width, px->height, base);
    prepare(&g);
    for (uint32_t j = 0; j < PDQ_GRID; j++) at[j] = pdq_pick(px->width, j) + g.hx - 1;
    for (uint32_t o = 0; o < px->height; o += LANES) {
        for (; have < px->height && have < o + LANES + g.hy - 1; have += LANES) fill(&g, px, have);
        for (uint32_t y = 0; o == 0 && y + 1 < g.hy; y++)
            for (size_t x = 0; x < g.width; x += LANES) store(g.sum + x, load(g.sum + x) + load(line(&g, y) + g.pad + x));
        strip(&g, o, at);
    }
    last_columns(&g, grid);
}

/* ---- the 64x64 ---- */

static int quality(const float *grid) {
    I total = { 0 }, keep[PER_GRID] = { { 0 } };
    int sum = 0;
    for (int c = 0; c < PER_GRID; c++) keep[c] = ~keep[c];
    keep[PER_GRID - 1][LANES - 1] = 0; /* the last of a row has no neighbour to the right */
    for (int i = 0; i < PDQ_GRID; i++) {
        for (int c = 0; c < PER_GRID; c++) {
            const float *p = grid + i * PDQ_GRID + c * LANES;
            I d = __builtin_convertvector(((load(p) - load(p + 1)) * 100.0f) / 255.0f, I) & keep[c];
            total += (d ^ d >> 31) - (d >> 31);
            if (i + 1 == PDQ_GRID) continue;
            d = __builtin_convertvector(((load(p) - load(p + PDQ_GRID)) * 100.0f) / 255.0f, I);
            total += (d ^ d >> 31) - (d >> 31);
        }
    }
    for (int k = 0; k < LANES; k++) sum += total[k];
    return sum / 90 > 100 ? 100 : sum / 90;
}

/* Sums over k upward, each product rounded before it is added. */
static void transform(const float *grid, float *out) {
    float t[PDQ_FREQ * PDQ_GRID];
    for (int i = 0; i < PDQ_FREQ; i += 2) {
        for (int c = 0; c < PDQ_GRID; c += LANES * 4 > PDQ_GRID ? PDQ_GRID : LANES * 4) {
            V a[4] = { { 0 } }, b[4] = { { 0 } };
            for (int k = 0; k < PDQ_GRID; k++) {
                float x = pdq_dct[i][k], y = pdq_dct[i + 1][k];
                UNROLL for (int v = 0; v < 4; v++) {
                    a[v] += x * load(grid + k * PDQ_GRID + c + v * LANES);
                    b[v] += y * load(grid + k * PDQ_GRID + c + v * LANES);
                }
            }
            UNROLL for (int v = 0; v < 4; v++) {
                store(t + i * PDQ_GRID + c + v * LANES, a[v]);
                store(t + (i + 1) * PDQ_GRID + c + v * LANES, b[v]);
            }
        }
    }
    for (int i = 0; i < PDQ_FREQ; i += 4) {
        for (int c = 0; c < PDQ_FREQ; c += LANES) {
            V a[4] = { { 0 } };
            for (int k = 0; k < PDQ_GRID; k++) {
                V d = load(&pdq_dct_t[k][c]);
                UNROLL for (int v = 0; v < 4; v++) a[v] += t[(i + v) * PDQ_GRID + k] * d;
            }
            UNROLL for (int v = 0; v < 4; v++) store(out + (i + v) * PDQ_FREQ + c, a[v]);
        }
    }
}

/* Halving by bits, as in pdq_plain.c; whole numbers in the order of the floats. */
static float median(const float *values) {
    I key[PDQ_BITS / LANES];
    int32_t found = INT32_MIN;
    float out = 0.0f;
    for (int i = 0; i < PDQ_BITS / LANES; i++) {
        I bits = (I)load(values + i * LANES);
        key[i] = bits ^ ((bits >> 31) & INT32_MAX);
    }
    for (int bit = 31; bit >= 0; bit--) {
        int32_t with = (int32_t)((uint32_t)found ^ UINT32_C(1) << bit);
        I below = { 0 };
        int n = 0;
        for (int i = 0; i < PDQ_BITS / LANES; i++) below -= key[i] < with;
        for (int k = 0; k < LANES; k++) n += below[k];
        if (n < PDQ_BITS / 2) found = with;
    }
    int32_t bits = found ^ ((found >> 31) & INT32_MAX);
    memcpy(&out, &bits, 4);
    return out;
}

const PdqKernel NAME1(pdq_kernel_, LANES) = { work, reduce, quality, transform, median };
