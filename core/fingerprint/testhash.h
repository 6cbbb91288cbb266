/* testhash.h - hashes and questions for tests and figures, from a seed: even bits, or with the likeness that hashes of natural pictures have. */
#ifndef KETEN_TESTHASH_H
#define KETEN_TESTHASH_H
#include "core/fingerprint/testpix.h"

static inline Pdq hash_make(uint64_t seed) {
    Pdq h;
    for (uint64_t i = 0; i < 4; i++) h.q[i] = pix_mix(seed * 4 + i);
    return h;
}
/* n different bits turned over. */
static inline Pdq hash_near(Pdq h, int n, uint64_t seed) {
    uint64_t used[4] = { 0 };
    for (int done = 0; done < n; seed++) {
        uint64_t bit = pix_mix(seed) & 255, one = UINT64_C(1) << (bit & 63);
        if ((used[bit >> 6] & one) != 0) continue;
        used[bit >> 6] |= one;
        h.q[bit >> 6] ^= one;
        done++;
    }
    return h;
}
/* 31 bits, spread over the words as thinly as can be: the hardest for a search by words. */
static inline Pdq hash_hard(Pdq h, uint64_t seed) {
    uint64_t spared = pix_mix(seed) & 15;
    for (uint64_t w = 0; w < 16; w++) {
        uint64_t a = pix_mix(seed + 100 + w) & 15, b = (a + 1 + pix_mix(seed + 200 + w) % 15) & 15;
        h.q[w / 4] ^= UINT64_C(1) << (16 * (w % 4) + a);
        if (w != spared) h.q[w / 4] ^= UINT64_C(1) << (16 * (w % 4) + b);
    }
    return h;
}
/* Half near ones of the bank (0 to 31 bits), a quarter hard ones, a quarter of none. */
static inline Pdq hash_question(uint64_t i, uint64_t bank, uint64_t (*seed_of)(uint64_t), uint64_t *out_planted) {
    uint64_t of = pix_mix(i ^ 0xABCDEF) % bank;
    *out_planted = i % 4 == 3 ? 0 : of + 1;
    if (i % 4 == 3) return hash_make(UINT64_C(1) << 60 | i);
    Pdq h = hash_make(seed_of(of));
    return i % 4 == 2 ? hash_hard(h, i) : hash_near(h, (int)(pix_mix(i + 5) % 32), i * 1000);
}
#endif
