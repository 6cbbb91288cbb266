/* pdq.h - PDQ, the perceptual hash of a picture: 256 bits that stay near each other (Hamming distance) when the picture is scaled,
 * recompressed or lightly edited. Bit for bit what the public C++ reference makes of the same pixels.
 *
 * Pure: no I/O, no clock, no allocation, no state; the caller lends the memory. Every path gives the same bits; all arithmetic is IEEE
 * binary32 with one rounding an operation (built without contraction), which is part of the result.
 * Two front ends exist in the field and differ by up to ten bits: a hash always says which one made it.
 * A match is a distance of at most PDQ_RADIUS; hashes of quality below PDQ_QUALITY_MIN say too little to be kept.
 * Source: D. Wu and others, "PDQ reference implementation" (facebook/ThreatExchange, pdq/); test/pdq has its answers.
 */
#ifndef KETEN_PDQ_H
#define KETEN_PDQ_H
#include "foundation/base/base.h"

enum {
    PDQ_BITS = 256, PDQ_HEX = 64, PDQ_FORMS = 8, PDQ_RADIUS = 31, PDQ_QUALITY_MIN = 50,
    PDQ_SIDE_MIN = 5,       /* a shorter side: all zero, quality 0 */
    PDQ_SIDE_MAX = 16384,
    PDQ_SMALL = 512         /* what PDQ_FRONT_512 makes of a larger picture */
};

/* Bit k of the hash (row k / 16, column k % 16 of the transform) is bit k % 64 of q[k / 64]. */
typedef struct Pdq { uint64_t q[4]; } Pdq;

typedef enum PdqFront {
    PDQ_FRONT_FULL,         /* the picture as it is: what the Python binding does, and everything built on it */
    PDQ_FRONT_512           /* first to 512x512 by nearest neighbour when a side is longer: what the command-line tool does */
} PdqFront;
Str pdq_front_name(PdqFront front);                              /* "full", "512" */
Err pdq_front_parse(Str name, PdqFront *out) NODISCARD;

/* How it is computed; the bits are the same. */
typedef enum PdqPath { PDQ_PLAIN, PDQ_LANES_4, PDQ_LANES_8, PDQ_LANES_16, PDQ_PATHS } PdqPath;
bool pdq_path_here(PdqPath path);                                /* this build has it and this processor can run it */
PdqPath pdq_path_best(void);
const char *pdq_path_name(PdqPath path);                         /* "plain", "4 lanes", "8 lanes (AVX2)", ... */

/* Pixels from the top left, rows `stride` bytes apart. channels 1: grey, taken as it is. 3: red, green, blue; luma is
 * 0.299 R + 0.587 G + 0.114 B. */
typedef struct PdqPixels { const uint8_t *p; uint32_t width, height; size_t stride; int channels; } PdqPixels;

/* The order of the forms is the reference's: as it is, turned 90, 180, 270 degrees, mirrored (x, y, both diagonals). */
typedef struct PdqForms { Pdq form[PDQ_FORMS]; int n, quality; } PdqForms;
const char *pdq_form_name(int form);                             /* "original", "rotate90", ... as the reference's table has them */

/* Bytes of memory that pdq_hash needs for a picture of that size. 0: larger than PDQ_SIDE_MAX or than memory can hold. */
size_t pdq_work(PdqPath path, PdqFront front, uint32_t width, uint32_t height);
/* all: the eight forms, else the first only. E_INPUT: no pixels, or a row longer than the stride; E_LIMIT: a side above PDQ_SIDE_MAX, or work_n below pdq_work.
 * A picture of exactly 64x64 is not filtered when one form is asked, and is when eight are, as in the reference. */
Err pdq_hash(PdqPath path, PdqFront front, const PdqPixels *pixels, bool all, void *work, size_t work_n, PdqForms *out) NODISCARD;

static inline int pdq_distance(const Pdq *a, const Pdq *b) {
    int d = 0;
    for (int i = 0; i < 4; i++) d += __builtin_popcountll(a->q[i] ^ b->q[i]);
    return d;
}
static inline bool pdq_same(const Pdq *a, const Pdq *b) { return memcmp(a, b, sizeof *a) == 0; }
void pdq_hex(const Pdq *h, char out[PDQ_HEX + 1]);               /* 64 lower-case digits, most significant first, and a NUL */
Err pdq_parse(Str hex, Pdq *out) NODISCARD;                      /* exactly 64 digits, either case */
#endif
