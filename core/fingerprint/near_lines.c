/* near_lines.c - going through lines of a bucket, and through all hashes one by one; built for each processor it can be (NEAR_FOR: 0 any,
 * 2 with AVX2, 5 with AVX-512). */
#ifndef NEAR_FOR
#define NEAR_FOR 0
#endif
#if NEAR_FOR > 0
#include <immintrin.h>
#endif
#include "core/fingerprint/near_in.h"

#if NEAR_FOR == 5

size_t near_lines_avx512(NearLook *look, const uint8_t *area, size_t n) {
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        __m512i d = _mm512_popcnt_epi16(_mm512_xor_si512(_mm512_load_si512(area + (size_t)look->at[i] * NEAR_UNIT), _mm512_set1_epi16((short)look->want[i])));
        uint32_t mask = _mm512_cmple_epu16_mask(d, _mm512_set1_epi16((short)look->most[i]));
        look->found[found] = (uint32_t)i;
        look->mask[found] = mask;
        found += mask != 0;
    }
    return found;
}

void near_flat_avx512(const Pdq *hashes, uint64_t from, uint64_t to, const Pdq *hash, int radius, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n) {
    __m512i two = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)(const void *)hash->q));
    const __m512i most = _mm512_set1_epi64(radius);
    uint64_t i = from;
    for (; i + 8 <= to; i += 8) { /* eight hashes: sums of their quarters side by side */
        const uint8_t *p = (const uint8_t *)&hashes[i];
        __m512i a = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(p), two)), b = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(p + 64), two));
        __m512i c = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(p + 128), two)), d = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(p + 192), two));
        __m512i ab = _mm512_add_epi64(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b)), cd = _mm512_add_epi64(_mm512_unpacklo_epi64(c, d), _mm512_unpackhi_epi64(c, d));
        ab = _mm512_add_epi64(ab, _mm512_permutex_epi64(ab, 0x4E));
        cd = _mm512_add_epi64(cd, _mm512_permutex_epi64(cd, 0x4E));
        if ((_mm512_cmple_epu64_mask(ab, most) | _mm512_cmple_epu64_mask(cd, most)) == 0) continue;
        for (uint64_t k = i; k < i + 8; k++) {
            int distance = pdq_distance(&hashes[k], hash);
            if (distance <= radius) near_give(k, distance, dead, hits, max, out_n);
        }
    }
    for (; i < to; i++) {
        int distance = pdq_distance(&hashes[i], hash);
        if (distance <= radius) near_give(i, distance, dead, hits, max, out_n);
    }
}

#elif NEAR_FOR == 2

static inline __m256i counts(__m256i x) {
    const __m256i low = _mm256_set1_epi8(15), table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    __m256i c = _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(x, low)), _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
    return _mm256_and_si256(_mm256_add_epi8(c, _mm256_srli_epi16(c, 8)), _mm256_set1_epi16(255));
}

size_t near_lines_avx2(NearLook *look, const uint8_t *area, size_t n) {
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        const __m256i *p = (const __m256i *)(const void *)(area + (size_t)look->at[i] * NEAR_UNIT);
        __m256i want = _mm256_set1_epi16((short)look->want[i]), most = _mm256_set1_epi16((short)look->most[i]);
        __m256i a = _mm256_cmpgt_epi16(counts(_mm256_xor_si256(_mm256_load_si256(p), want)), most), b = _mm256_cmpgt_epi16(counts(_mm256_xor_si256(_mm256_load_si256(p + 1), want)), most);
        uint32_t mask = ~(uint32_t)_mm256_movemask_epi8(_mm256_permute4x64_epi64(_mm256_packs_epi16(a, b), 0xD8));
        look->found[found] = (uint32_t)i;
        look->mask[found] = mask;
        found += mask != 0;
    }
    return found;
}

void near_flat_avx2(const Pdq *hashes, uint64_t from, uint64_t to, const Pdq *hash, int radius, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n) {
    for (uint64_t i = from; i < to; i++) { /* built with the instruction that counts bits */
        int distance = pdq_distance(&hashes[i], hash);
        if (distance <= radius) near_give(i, distance, dead, hits, max, out_n);
    }
}

#else

typedef uint16_t Eight __attribute__((vector_size(16), may_alias));
enum { EIGHTS = NEAR_UNIT / 16 };

/* Eight words at a time, with nothing but additions and shifts. Every bit of a word is set where it lies within. */
static inline Eight within(Eight x, Eight want, Eight most) {
    x ^= want;
    x -= x >> 1 & 0x5555;
    x = (x & 0x3333) + (x >> 2 & 0x3333);
    x = (x + (x >> 4)) & 0x0F0F;
    x = (x + (x >> 8)) & 0x001F;
    return (Eight)(x <= most);
}

size_t near_lines_plain(NearLook *look, const uint8_t *area, size_t n) {
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        const Eight *p = (const Eight *)(const void *)(area + (size_t)look->at[i] * NEAR_UNIT);
        Eight want = (Eight){ 0 } + look->want[i], most = (Eight){ 0 } + look->most[i], in[EIGHTS];
        for (int k = 0; k < EIGHTS; k++) in[k] = within(p[k], want, most);
        Eight any = in[0] | in[1] | in[2] | in[3];
        uint64_t some[2];
        memcpy(some, &any, sizeof any);
        if ((some[0] | some[1]) == 0) continue;
        uint32_t mask = 0;
        for (uint32_t k = 0; k < NEAR_LINE; k++) mask |= (uint32_t)(in[k / 8][k % 8] & 1) << k;
        look->found[found] = (uint32_t)i;
        look->mask[found] = mask;
        found++;
    }
    return found;
}

void near_flat_plain(const Pdq *hashes, uint64_t from, uint64_t to, const Pdq *hash, int radius, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n) {
    for (uint64_t i = from; i < to; i++) {
        int distance = pdq_distance(&hashes[i], hash);
        if (distance <= radius) near_give(i, distance, dead, hits, max, out_n);
    }
}

#endif
