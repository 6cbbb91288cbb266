/* bench.h - what the benchmarks share: time, figures, and the two lines each prints: the figure, and its ratio to a floor that was
 * measured in the same run. Figures are only worth something on a quiet machine; nothing here is a test. */
#ifndef KETEN_BENCH_H
#define KETEN_BENCH_H
#include "foundation/sys/sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double bench_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
/* Time that this thread was given: on a machine that others use too, what it would have had alone, but for caches and memory. */
static inline double bench_cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
static inline int number(const char *text) {
    int64_t v = 0;
    must(str_i64(str_c(text), 1, 10000000, &v) == OK);
    return (int)v;
}
static int bench_order(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}
/* Sorts; part 0.5 is the median, 0.99 the 99th percentile. */
static inline double bench_at(double *v, size_t n, double part) {
    must(n > 0);
    qsort(v, n, sizeof *v, bench_order);
    size_t i = (size_t)(part * (double)(n - 1) + 0.5);
    return v[i];
}
#endif
