/* near.h - every hash within a distance of a given one, exactly, among up to hundreds of millions.
 *
 * A hash is 16 words of 16 bits. When two hashes differ in at most r bits and sixteen thresholds t add up to r + 1, then on the circle of
 * words some word i differs in fewer than t[i] bits, and it and the next together in fewer than t[i] + t[i+1] (the cycle lemma on d - t).
 * So for each word there is a table of buckets by that word, and a bucket holds the next word of its members: a look-up goes through
 * the buckets within t[i] - 1 bits of its own word (17 a table at 31), keeps what the second word lets through, and compares those
 * in full. No hash within the distance can be missed; none beyond it is given.
 * Before all this the bits change places (words of a natural picture's hash are alike; columns turned against each other are not).
 *
 * Pure: no I/O, no allocation, no state. The memory is the caller's: built once it can be written to a file, mapped by many processes
 * and only read; a smaller one beside it takes what was added since. Withdrawn ones are the caller's bitmap.
 * Source of the lemma: Dvoretzky and Motzkin 1947; of its use for this search: Qin and Xiao, "Pigeonring", 2018.
 */
#ifndef KETEN_NEAR_H
#define KETEN_NEAR_H
#include "core/fingerprint/pdq.h"

enum { NEAR_WORDS = 16, NEAR_KEYS = 1 << 16, NEAR_LINE = 32, NEAR_RADIUS_MAX = 63, NEAR_MAX = 400000000, NEAR_VERSION = 1 };

/* At the start of the memory. Numbers are in the byte order of the machine that made it; `order` shows which. */
typedef struct NearHead {
    char magic[8];
    uint32_t version, order;
    uint64_t count;          /* hashes in it, numbered 1 .. count in the order they came */
    uint64_t capacity;       /* hashes it has room for */
    uint64_t units;          /* of 64 bytes, taken by buckets */
    uint64_t units_max;
    uint64_t mark[4];        /* the caller's: how far it had come in its own record, and the like */
    uint64_t sum;            /* of all that stands above and behind, set by near_seal */
} NearHead;
typedef struct NearBucket { uint32_t at, n; } NearBucket;
typedef struct Near {
    NearHead *head;
    NearBucket *dir;         /* NEAR_WORDS * NEAR_KEYS */
    Pdq *hash;               /* capacity + 1; the first is not used */
    uint8_t *area;           /* buckets: lines of 32 second words, then the numbers of the hashes */
} Near;

typedef struct NearHit { uint32_t id; uint16_t distance; } NearHit;

/* How the lines of a bucket are gone through; the hits are the same. */
typedef enum NearPath { NEAR_PLAIN, NEAR_AVX2, NEAR_AVX512, NEAR_PATHS } NearPath;
bool near_path_here(NearPath path);
NearPath near_path_best(void);
const char *near_path_name(NearPath path);

/* Bytes for `capacity` hashes. spare: also room for buckets to grow one by one (near_add); without, exactly enough to build so many at once. 0: too many. */
size_t near_bytes(uint64_t capacity, bool spare);
size_t near_bytes_used(const Near *n);                           /* of what was made: the rest can be cut off */
/* Empty, in zeroed memory of near_bytes(capacity, spare), aligned to 64. */
void near_make(void *memory, uint64_t capacity, bool spare, Near *out);
/* Looks at the head only: E_INPUT with *out_why when it is none, of another version, byte order or length. memory is only read when it is only read afterwards. */
Err near_view(void *memory, size_t bytes, Near *out, const char **out_why) NODISCARD;
void near_seal(Near *n);                                         /* sets the sum: nothing may be added afterwards */
bool near_whole(const Near *n);                                  /* the sum fits: any single changed bit is seen */
/* All buckets point inside, every number stands once in each table in its own bucket. Slower; for what the sum cannot say. */
bool near_sound(const Near *n);

/* Fills an empty one with all at once. work: NEAR_BUILD_WORK bytes. n <= capacity. */
enum { NEAR_BUILD_WORK = NEAR_KEYS * 4 };
void near_build(Near *n, const Pdq *hashes, uint64_t count, void *work);
/* One more; it is found at once. E_LIMIT: full, make a larger one (nothing changed). */
Err near_add(Near *n, const Pdq *hash, uint32_t *out_id) NODISCARD;
Pdq near_hash(const Near *n, uint32_t id);                       /* as it was given */

/* Memory for looking up; one for each look-up under way. near_start once. */
enum { NEAR_LIST = 4096 };
typedef struct NearLook {
    uint32_t at[NEAR_LIST + 8], ids[NEAR_LIST + 8], found[NEAR_LIST + 8], mask[NEAR_LIST + 8], who[NEAR_LIST + 8], id[NEAR_LIST], whose[NEAR_LIST];
    uint16_t want[NEAR_LIST + 8], most[NEAR_LIST + 8], distance[NEAR_LIST];
    uint8_t of_table[NEAR_LIST + 8], table[NEAR_LIST + 8], of[NEAR_LIST];
    uint16_t flips[1 + 16 + 120 + 560];
    uint32_t flips_to[5];
    uint64_t lines, candidates; /* counted over all look-ups, for figures */
} NearLook;
void near_start(NearLook *look);
/* All within radius (0..63), in no order: the first `max` of them into hits; *out_n counts all. dead: bit `id` set for one that is not to be given; NULL: none. */
void near_find(const Near *n, NearPath path, NearLook *look, const Pdq *hash, int radius, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n);
/* The same by parts, for threads: each of 1..16 parts goes through tables of its own and gives hits of its own; all parts together give each hit once. The index is only
 * read, each part has a NearLook (and hits) of its own. What a look-up takes is then shared out, and so is what near_bulk_part takes. */
void near_find_part(const Near *n, int part, int parts, NearPath path, NearLook *look, const Pdq *hash, int radius, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n);
/* Many questions at once, bucket by bucket instead of question by question: the index is read through once for all. For going through a whole collection again.
 * radius at most 31. work: near_bulk_work(count) bytes. The first `max` matches are kept, *out_n counts all; `query` is the place in hashes. */
typedef struct NearMatch { uint32_t query, id; uint16_t distance; } NearMatch;
size_t near_bulk_work(size_t count);
void near_bulk(const Near *n, NearPath path, NearLook *look, void *work, const Pdq *hashes, size_t count, int radius, const uint64_t *dead, NearMatch *matches, size_t max, size_t *out_n);
void near_bulk_part(const Near *n, int part, int parts, NearPath path, NearLook *look, void *work, const Pdq *hashes, size_t count, int radius, const uint64_t *dead, NearMatch *matches, size_t max, size_t *out_n);
/* The same by comparing with each: what the search is checked against. */
void near_scan(const Near *n, NearPath path, const Pdq *hash, int radius, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n);
#endif
