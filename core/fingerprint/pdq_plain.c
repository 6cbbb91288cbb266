/* pdq_plain.c - PDQ as it is written down, one number at a time. What the other paths are compared with, in tests and in figures. */
#include "core/fingerprint/pdq_in.h"

static size_t work(uint32_t width, uint32_t height) { return 2 * sizeof(float) * (size_t)width * height + 64; }

static void luma(const PdqPixels *px, float *out) {
    for (uint32_t y = 0; y < px->height; y++) {
        const uint8_t *p = px->p + y * px->stride;
        for (uint32_t x = 0; x < px->width; x++) {
            if (px->channels == 1) {
                *out++ = (float)p[x];
                continue;
            }
            float r = 0.299f * (float)p[3 * x], g = 0.587f * (float)p[3 * x + 1], b = 0.114f * (float)p[3 * x + 2];
            *out++ = (r + g) + b;
        }
    }
}

/* One line of n numbers, `step` apart. First adding, then taking off, with the rounding carried along: it is part of the result. */
static void box(const float *in, float *out, uint32_t n, size_t step) {
    uint32_t w = pdq_window(n), h = pdq_ahead(n);
    float sum = 0.0f;
    for (uint32_t i = 0; i + 1 < h; i++) sum += in[i * step];
    for (uint32_t o = 0; o < n; o++) {
        if (o + h - 1 < n) sum += in[(o + h - 1) * step];
        if (o + h > w) sum -= in[(o + h - 1 - w) * step];
        out[o * step] = sum / (float)pdq_terms(n, o);
    }
}

static void reduce(const PdqPixels *px, void *memory, float *grid) {
    uint32_t width = px->width, height = px->height;
    float *a = memory, *b = a + (size_t)width * height;
    luma(px, a);
    for (int turn = 0; turn < 2; turn++) {
        for (uint32_t y = 0; y < height; y++) box(a + (size_t)y * width, b + (size_t)y * width, width, 1);
        for (uint32_t x = 0; x < width; x++) box(b + x, a + x, height, width);
    }
    for (uint32_t i = 0; i < PDQ_GRID; i++)
        for (uint32_t j = 0; j < PDQ_GRID; j++) grid[i * PDQ_GRID + j] = a[(size_t)pdq_pick(height, i) * width + pdq_pick(width, j)];
}

static int step(float u, float v) {
    int d = (int)(((u - v) * 100.0f) / 255.0f);
    return d < 0 ? -d : d;
}

static int quality(const float *grid) {
    int sum = 0;
    for (int i = 0; i < PDQ_GRID; i++) {
        for (int j = 0; j < PDQ_GRID; j++) {
            float here = grid[i * PDQ_GRID + j];
            if (i + 1 < PDQ_GRID) sum += step(here, grid[(i + 1) * PDQ_GRID + j]);
            if (j + 1 < PDQ_GRID) sum += step(here, grid[i * PDQ_GRID + j + 1]);
        }
    }
    return sum / 90 > 100 ? 100 : sum / 90;
}

static void transform(const float *grid, float *out) {
    float t[PDQ_FREQ][PDQ_GRID];
    for (int i = 0; i < PDQ_FREQ; i++) {
        for (int j = 0; j < PDQ_GRID; j++) {
            float sum = 0.0f;
            for (int k = 0; k < PDQ_GRID; k++) sum += pdq_dct[i][k] * grid[k * PDQ_GRID + j];
            t[i][j] = sum;
        }
    }
    for (int i = 0; i < PDQ_FREQ; i++) {
        for (int j = 0; j < PDQ_FREQ; j++) {
            float sum = 0.0f;
            for (int k = 0; k < PDQ_GRID; k++) sum += t[i][k] * pdq_dct[j][k];
            out[i * PDQ_FREQ + j] = sum;
        }
    }
}

/* Halving the values by their bits: the order of floats is that of their bits, once negative ones are turned over. */
static float median(const float *values) {
    uint32_t key[PDQ_BITS], found = 0;
    for (int i = 0; i < PDQ_BITS; i++) {
        memcpy(&key[i], &values[i], 4);
        key[i] = key[i] >> 31 != 0 ? ~key[i] : key[i] | UINT32_C(0x80000000);
    }
    for (int bit = 31; bit >= 0; bit--) {
        uint32_t with = found | UINT32_C(1) << bit;
        int below = 0;
        for (int i = 0; i < PDQ_BITS; i++) below += key[i] < with;
        if (below < PDQ_BITS / 2) found = with;
    }
    uint32_t bits = found >> 31 != 0 ? found & UINT32_C(0x7FFFFFFF) : ~found;
    float out = 0.0f;
    memcpy(&out, &bits, 4);
    return out;
}

const PdqKernel pdq_kernel_plain = { work, reduce, quality, transform, median };
