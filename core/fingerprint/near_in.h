/* near_in.h - between the search and what goes through its lines. Private to core/fingerprint. */
#ifndef KETEN_NEAR_IN_H
#define KETEN_NEAR_IN_H
#include "core/fingerprint/near.h"

enum { NEAR_UNIT = 64 };
/* The lines at look->at[0..n), on their way already: which of the 32 words differ from want in at most `most` bits, as a mask. Of those with any, the place of their
 * numbers goes to found, the mask to mask, the table to table; how many. */
typedef size_t NearLines(NearLook *look, const uint8_t *area, size_t n);
/* Of many questions: one bucket's lines (from `at`, their numbers from `ids`) with each of n of them. Goes on at found; gives the new found. n * lines + found <= NEAR_LIST. */
typedef struct NearWho { uint32_t who; uint16_t want, most; } NearWho;
typedef size_t NearRuns(NearLook *look, const uint8_t *area, size_t found, uint32_t at, uint32_t ids, uint32_t lines, const NearWho *who, size_t n);
/* Of the n candidates at look->id: those within radius of their question (many[look->whose], or one) move to the front, with their distance; how many. */
typedef size_t NearClose(NearLook *look, const Pdq *hashes, const Pdq *one, const Pdq *many, size_t n, int radius);
/* Adds to *out_n all of hashes[from..to) within radius. */
typedef void NearFlat(const Pdq *hashes, uint64_t from, uint64_t to, const Pdq *hash, int radius, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n);
NearLines near_lines_plain, near_lines_avx2, near_lines_avx512;
NearRuns near_runs_plain, near_runs_avx2, near_runs_avx512;
NearClose near_close_plain, near_close_avx2, near_close_avx512;
NearFlat near_flat_plain, near_flat_avx2, near_flat_avx512;

static inline uint16_t near_word(const Pdq *h, int i) { return (uint16_t)(h->q[(i & 15) >> 2] >> (16 * (i & 3))); }
static inline void near_give(uint64_t id, int distance, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n) {
    if (dead != NULL && (dead[id / 64] >> (id % 64) & 1) != 0) return;
    if (*out_n < max) hits[*out_n] = (NearHit){ (uint32_t)id, (uint16_t)distance };
    ++*out_n;
}
#endif
