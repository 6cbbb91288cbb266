/* km.h - how long it takes, with those still waiting counted.
 *
 * Kaplan and Meier, J. Am. Stat. Assoc. 53, 1958: with d_i decided out of n_i still waiting after t_i days, the share still open is S(t) = product over t_i <= t of
 * (1 - d_i/n_i); variance by Greenwood (1926), the band on the log(-log) scale so that it stays within 0..1. Pure; memory from the arena given.
 */
#ifndef KETEN_KM_H
#define KETEN_KM_H
#include "foundation/base/base.h"

typedef struct KmObs { int64_t ms; bool event; } KmObs;             /* time from asking to the decision, or (no event) until now, still open */
typedef struct KmPoint { double day, open, low, high; } KmPoint;    /* share still without a decision after `day` days, with its 95% band */
/* Those still open count for as long as they waited. A quantile that the curve does not reach is a lower bound. */
typedef struct KmQuantile { bool reached; double days, low, high; bool high_known; } KmQuantile; /* not reached: days is the longest wait seen */
typedef struct Km { size_t n, events; KmQuantile median, p90; const KmPoint *curve; size_t curve_n; } Km;
void km_compute(Arena *a, KmObs *obs /* sorted in place */, size_t n, Km *out);
#endif
