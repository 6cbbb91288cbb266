/* near_lines.c - going through lines of a bucket, and through all hashes one by one; built for each processor it can be (NEAR_FOR: 0 any,
 * 2 with AVX2, 5 with AVX-512). Each says how a line of 32 words is compared with one; the rest is the same. */
#ifndef NEAR_FOR
#define NEAR_FOR 0
#endif
#if NEAR_FOR > 0
#include <immintrin.h>
#endif
#include "core/fingerprint/near_in.h"

/* Word: what is looked for, prepared; within: a bit for each of the 32 words that differs from it in at most `most` bits. */
#if NEAR_FOR == 5
#define NAME(x) near_##x##_avx512

typedef struct Word { __m512i want, most; } Word;
static inline Word prepare(uint16_t want, uint16_t most) { return (Word){ _mm512_set1_epi16((short)want), _mm512_set1_epi16((short)most) }; }
static inline uint32_t within(const uint8_t *line, Word w) { return _mm512_cmple_epu16_mask(_mm512_popcnt_epi16(_mm512_xor_si512(_mm512_load_si512(line), w.want)), w.most); }

#elif NEAR_FOR == 2
#define NAME(x) near_##x##_avx2

typedef struct Word { __m256i want, most; } Word;
static inline Word prepare(uint16_t want, uint16_t most) { return (Word){ _mm256_set1_epi16((short)want), _mm256_set1_epi16((short)most) }; }
static inline __m256i counts(__m256i x) {
    const __m256i low = _mm256_set1_epi8(15), table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    __m256i c = _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(x, low)), _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
    return _mm256_and_si256(_mm256_add_epi8(c, _mm256_srli_epi16(c, 8)), _mm256_set1_epi16(255));
}
static inline uint32_t within(const uint8_t *line, Word w) {
    const __m256i *p = (const __m256i *)(const void *)line;
    __m256i a = _mm256_cmpgt_epi16(counts(_mm256_xor_si256(_mm256_load_si256(p), w.want)), w.most), b = _mm256_cmpgt_epi16(counts(_mm256_xor_si256(_mm256_load_si256(p + 1), w.want)), w.most);
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_permute4x64_epi64(_mm256_packs_epi16(a, b), 0xD8));
}

#else
#define NAME(x) near_##x##_plain

typedef uint16_t Eight __attribute__((vector_size(16), may_alias));
enum { EIGHTS = NEAR_UNIT / 16 };
typedef struct Word { Eight want, most; } Word;
static inline Word prepare(uint16_t want, uint16_t most) { return (Word){ (Eight){ 0 } + want, (Eight){ 0 } + most }; }
/* Eight words at a time, with nothing but additions and shifts. Every bit of a word is set where it lies within. */
static inline Eight eight(Eight x, Word w) {
    x ^= w.want;
    x -= x >> 1 & 0x5555;
    x = (x & 0x3333) + (x >> 2 & 0x3333);
    x = (x + (x >> 4)) & 0x0F0F;
    x = (x + (x >> 8)) & 0x001F;
    return (Eight)(x <= w.most);
}
static inline uint32_t within(const uint8_t *line, Word w) {
    const Eight *p = (const Eight *)(const void *)line;
    Eight in[EIGHTS];
    for (int k = 0; k < EIGHTS; k++) in[k] = eight(p[k], w);
    Eight any = in[0] | in[1] | in[2] | in[3];
    uint64_t some[2];
    uint32_t mask = 0;
    memcpy(some, &any, sizeof any);
    if ((some[0] | some[1]) == 0) return 0;
    for (uint32_t k = 0; k < NEAR_LINE; k++) mask |= (uint32_t)(in[k / 8][k % 8] & 1) << k;
    return mask;
}
#endif

size_t NAME(lines)(NearLook *look, const uint8_t *area, size_t n) {
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t mask = within(area + (size_t)look->at[i] * NEAR_UNIT, prepare(look->want[i], look->most[i]));
        look->found[found] = look->ids[i];
        look->mask[found] = mask;
        look->table[found] = look->of_table[i];
        found += mask != 0;
    }
    return found;
}

size_t NAME(runs)(NearLook *look, const uint8_t *area, size_t found, uint32_t at, uint32_t ids, uint32_t lines, const NearWho *who, size_t n) {
    for (uint32_t l = 0; l < lines; l++) {
        const uint8_t *line = area + ((size_t)at + l) * NEAR_UNIT;
        for (size_t i = 0; i < n; i++) {
            uint32_t mask = within(line, prepare(who[i].want, who[i].most));
            look->found[found] = ids + 2 * l;
            look->mask[found] = mask;
            look->who[found] = who[i].who;
            found += mask != 0;
        }
    }
    return found;
}

size_t NAME(close)(NearLook *look, const Pdq *hashes, const Pdq *one, const Pdq *many, size_t n, int radius) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) { /* with AVX2 and better built with the instruction that counts bits */
        uint32_t id = look->id[i], who = look->whose[i];
        uint8_t of = look->of[i];
        int distance = pdq_distance(&hashes[id], many != NULL ? &many[who] : one);
        look->id[kept] = id;
        look->whose[kept] = who;
        look->of[kept] = of;
        look->distance[kept] = (uint16_t)distance;
        kept += distance <= radius;
    }
    return kept;
}

void NAME(flat)(const Pdq *hashes, uint64_t from, uint64_t to, const Pdq *hash, int radius, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n) {
    uint64_t i = from;
#if NEAR_FOR == 5
    const __m512i two = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)(const void *)hash->q)), most = _mm512_set1_epi64(radius);
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
#endif
    for (; i < to; i++) {
        int distance = pdq_distance(&hashes[i], hash);
        if (distance <= radius) near_give(i, distance, dead, hits, max, out_n);
    }
}
