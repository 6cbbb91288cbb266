/* pdq_in.h - between the front of PDQ and the paths that compute it. Private to core/fingerprint. */
#ifndef KETEN_PDQ_IN_H
#define KETEN_PDQ_IN_H
#include "core/fingerprint/pdq.h"

enum { PDQ_GRID = 64, PDQ_FREQ = 16, PDQ_CELLS = PDQ_GRID * PDQ_GRID, PDQ_GRID_PAD = PDQ_CELLS + 64 };

extern const float pdq_dct[PDQ_FREQ][PDQ_GRID], pdq_dct_t[PDQ_GRID][PDQ_FREQ];

/* What a path has. grid: 64x64 floats (with room for one vector behind it), row by row. */
typedef struct PdqKernel {
    size_t (*work)(uint32_t width, uint32_t height);             /* bytes, for pictures of side >= PDQ_SIDE_MIN */
    void (*reduce)(const PdqPixels *px, void *work, float *grid); /* luma, two filters of rows and columns, every n-th */
    int (*quality)(const float *grid);
    void (*transform)(const float *grid, float *out);            /* 16x16 */
    float (*median)(const float *values);                        /* the 128th smallest of 256 */
} PdqKernel;
extern const PdqKernel pdq_kernel_plain, pdq_kernel_4, pdq_kernel_8, pdq_kernel_16; /* the last two on x86-64 only */

/* The window of the filter for a line of n, and how far it looks ahead. */
static inline uint32_t pdq_window(uint32_t n) { return (n + 127) / 128; }
static inline uint32_t pdq_ahead(uint32_t n) { return (pdq_window(n) + 2) / 2; }
/* How many terms the window has at output o of a line of n: fewer at both ends. */
static inline uint32_t pdq_terms(uint32_t n, uint32_t o) {
    uint32_t w = pdq_window(n), h = pdq_ahead(n), end = o + h < n ? o + h : n;
    return end - (o + h > w ? o + h - w : 0);
}
/* Which of n lines stands for line i of the 64. */
static inline uint32_t pdq_pick(uint32_t n, uint32_t i) { return (uint32_t)((((double)i + 0.5) * (double)n) / 64.0); }
#endif
