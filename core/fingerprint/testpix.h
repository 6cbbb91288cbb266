/* testpix.h - pictures for tests and figures, made from a seed: those of test/pdq/README.md, and some with the spectrum of photographs. */
#ifndef KETEN_TESTPIX_H
#define KETEN_TESTPIX_H
#include "core/fingerprint/pdq.h"

static inline uint64_t pix_mix(uint64_t z) {
    z += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}
static inline uint64_t pix_wave(uint64_t s, uint64_t x, uint64_t y, uint64_t c) {
    uint64_t a = pix_mix(16 * s + 4 * c) % 7 + 1, b = pix_mix(16 * s + 4 * c + 1) % 7 + 1, p = pix_mix(16 * s + 4 * c + 2) % 97 + 16, o = pix_mix(16 * s + 4 * c + 3) % 1000;
    uint64_t v = (a * x + b * y + o) % (2 * p);
    return (v < p ? v : 2 * p - v) * 255 / p;
}
static inline uint64_t pix_blocks(uint64_t s, uint64_t x, uint64_t y, uint64_t c) {
    uint64_t k = pix_mix(s) % 29 + 3;
    return pix_mix(s ^ (x / k) << 32 ^ (y / k) << 8 ^ c) & 255;
}
/* Patches of many sizes on each other, the large ones strongest: the spectrum falls as that of a photograph does. */
static inline uint64_t pix_patches(uint64_t s, uint64_t x, uint64_t y, uint64_t c) {
    static const uint64_t side[] = { 77, 41, 23, 11, 5 };
    uint64_t sum = 0;
    for (uint64_t i = 0; i < 5; i++) sum += (pix_mix(s + i * 1000003 + (x / side[i] << 32 | y / side[i] << 8 | (i > 2 ? c : 0))) & 255) << (4 - i);
    return sum / 31;
}
/* 0..3 as in the README; 4: patches, with a little noise. */
static inline uint8_t pix_value(int generator, uint64_t s, uint64_t w, uint64_t x, uint64_t y, uint64_t c) {
    if (generator == 0) return (uint8_t)pix_mix(s + (y * w + x) * 3 + c);
    if (generator == 1) return (uint8_t)pix_wave(s, x, y, c);
    if (generator == 2) return (uint8_t)pix_blocks(s, x, y, c);
    if (generator == 3) return (uint8_t)((pix_blocks(s, x, y, c) + 3 * (x * 255 / (w > 1 ? w - 1 : 1))) / 4);
    return (uint8_t)((15 * pix_patches(s, x, y, c) + (pix_mix(s + (y * w + x) * 3 + c) & 255)) / 16);
}
/* Rows of w * channels bytes, `stride` apart. */
static inline void pix_make(uint8_t *out, int generator, uint64_t s, uint32_t w, uint32_t h, int channels, size_t stride) {
    for (uint32_t y = 0; y < h; y++)
        for (uint32_t x = 0; x < w; x++)
            for (int c = 0; c < channels; c++) out[y * stride + (size_t)x * (size_t)channels + (size_t)c] = pix_value(generator, s, w, x, y, (uint64_t)c);
}
#endif
