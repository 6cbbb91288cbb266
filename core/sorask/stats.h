/* stats.h - the arithmetic of the questions, each with its source. Pure; no memory but what is given.
 *
 *   share        Wilson's interval, 95% (J. Am. Stat. Assoc. 22, 1927)
 *   zero events  rule of three: with none in n, the 95% upper bound is 3/n (Hanley and Lippman-Hand, JAMA 249, 1983)
 *   quantile     of counts in classes: the class in which the nearest rank lies; never a number within a class
 *   break        Pettitt's test on ranks (J. R. Stat. Soc. C 28, 1979), again in both halves while p < 0.01 and both are long enough
 *   funnel       Spiegelhalter (Stat. Med. 24, 2005): z of each, overdispersion from winsorised z, limits widened by its root
 *   many tests   Benjamini and Hochberg's false discovery rate (J. R. Stat. Soc. B 57, 1995)
 */
#ifndef KETEN_STATS_H
#define KETEN_STATS_H
#include "foundation/base/base.h"

void stat_share(int64_t part, int64_t whole, double *out_low, double *out_high);
double stat_zero_upper(int64_t n);                       /* 3/n, at most 1 */
/* Class (from 0) that holds the q-quantile, nearest rank; -1 when there is nothing. */
int stat_class_quantile(const int64_t *counts, size_t n, double q);
/* The single most likely break in x: it lies before x[*out_at]. p by Pettitt's approximation, at most 1. work: room for n. n below 4: no break, p 1. */
double stat_break(Arena *scratch, const double *x, size_t n, size_t *out_at);
typedef struct StatBreak { size_t at; double p, before, after; } StatBreak; /* medians on both sides, until the next break */
enum { STAT_BREAKS = 32, STAT_SIDE = 14 /* days that must lie on each side */ };
/* All breaks in x, in order. fixed: places (in order) that are breaks already: nothing is looked for across them. */
size_t stat_breaks(Arena *scratch, const double *x, size_t n, const size_t *fixed, size_t fixed_n, StatBreak out[STAT_BREAKS]);
double stat_median(Arena *scratch, const double *x, size_t n); /* NAN when n is 0 */
/* events of exposure each. z: on the root scale, 0 where exposure is 0. */
typedef struct StatFunnel { double target, phi; size_t n; } StatFunnel;
void stat_funnel(Arena *scratch, const int64_t *events, const double *exposure, size_t n, double *out_z, StatFunnel *out);
/* Limits of the rate at an exposure, k standard errors wide (1.96, 3.09), widened by the overdispersion. */
void stat_funnel_limits(const StatFunnel *f, double exposure, double k, double *out_low, double *out_high);
double stat_two_sided(double z);                         /* p of a normal deviate */
void stat_fdr(Arena *scratch, const double *p, size_t n, double *out_q);
#endif
