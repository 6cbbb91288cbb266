/* roll_in.h - inside core/sor only: what writer and reader of the year file agree on. */
#ifndef KETEN_ROLL_IN_H
#define KETEN_ROLL_IN_H
#include "core/sor/roll.h"

enum { ROLL_VERSION = 2, ROLL_SUM = 32, ROLL_FIXED = 8 + 2 + 2 + 4 + 4 + 4, ROLL_NAME_MAX = 512 };
extern const char roll_magic[8];
#define ROLL_ORDER 0x01020304u
/* Which dictionaries a table's a and b are of; SD_N: none. high: of the upper four bits of b. */
typedef struct RollDef { SorDim a, b, high; } RollDef;
extern const RollDef roll_defs[RT_N];
typedef struct RollSum { uint64_t a, b; } RollSum;   /* Fletcher's sum over words of eight bytes */
static inline void roll_sum_add(RollSum *s, uint64_t w) {
    s->a += w;
    s->b += s->a;
}
static inline uint64_t roll_sum_end(const RollSum *s) { return s->a ^ (s->b << 21 | s->b >> 43); }
static inline size_t roll_pad(size_t n) { return (n + 7) & ~(size_t)7; }
#endif
