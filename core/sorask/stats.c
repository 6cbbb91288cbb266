#include "core/sorask/stats.h"

#include <math.h>
#include <stdlib.h>

static const double z95 = 1.959963984540054;

void stat_share(int64_t part, int64_t whole, double *out_low, double *out_high) {
    *out_low = 0;
    *out_high = 1;
    if (whole <= 0) return;
    double n = (double)whole, p = (double)part / n, zz = z95 * z95;
    double mid = (p + zz / (2 * n)) / (1 + zz / n), half = z95 / (1 + zz / n) * sqrt(p * (1 - p) / n + zz / (4 * n * n));
    *out_low = mid - half > 0 && part > 0 ? mid - half : 0;
    *out_high = mid + half < 1 && part < whole ? mid + half : 1;
}

double stat_zero_upper(int64_t n) { return n <= 3 ? 1 : 3 / (double)n; }

int stat_class_quantile(const int64_t *counts, size_t n, double q) {
    int64_t all = 0, seen = 0;
    for (size_t i = 0; i < n; i++) all += counts[i];
    int64_t rank = (int64_t)ceil(q * (double)all - 1e-9);
    for (size_t i = 0; i < n && all > 0; i++) {
        seen += counts[i];
        if (seen >= (rank > 0 ? rank : 1)) return (int)i;
    }
    return -1;
}

/* ---- breaks ---- */
typedef struct Placed { double v; size_t at; } Placed;
static int by_value(const void *x, const void *y) {
    double a = ((const Placed *)x)->v, b = ((const Placed *)y)->v;
    return a < b ? -1 : a > b;
}
static int by_double(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return a < b ? -1 : a > b;
}

/* With equal values at the mean of their ranks, U of Pettitt is 2 sum of ranks - t (n + 1). */
double stat_break(Arena *scratch, const double *x, size_t n, size_t *out_at) {
    *out_at = 0;
    if (n < 4) return 1;
    Placed *v = ARENA_ARRAY(scratch, Placed, n);
    double *rank = ARENA_ARRAY(scratch, double, n), sum = 0, most = -1, nn = (double)n;
    for (size_t i = 0; i < n; i++) v[i] = (Placed){ x[i], i };
    qsort(v, n, sizeof *v, by_value);
    for (size_t i = 0; i < n;) {
        size_t k = i;
        while (k < n && v[k].v <= v[i].v) k++;
        for (size_t j = i; j < k; j++) rank[v[j].at] = (double)(i + k + 1) / 2;
        i = k;
    }
    for (size_t t = 1; t < n; t++) {
        sum += rank[t - 1];
        double u = fabs(2 * sum - (double)t * (nn + 1));
        if (u <= most) continue;
        most = u;
        *out_at = t;
    }
    double p = 2 * exp(-6 * most * most / (nn * nn * nn + nn * nn));
    return p < 1 ? p : 1;
}

double stat_median(Arena *scratch, const double *x, size_t n) {
    if (n == 0) return (double)NAN;
    double *v = ARENA_ARRAY(scratch, double, n);
    memcpy(v, x, n * sizeof *v);
    qsort(v, n, sizeof *v, by_double);
    return n % 2 == 1 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static int by_place(const void *x, const void *y) {
    size_t a = ((const StatBreak *)x)->at, b = ((const StatBreak *)y)->at;
    return a < b ? -1 : a > b;
}

size_t stat_breaks(Arena *scratch, const double *x, size_t n, const size_t *fixed, size_t fixed_n, StatBreak out[STAT_BREAKS]) {
    typedef struct Piece { size_t from, to; } Piece;
    Piece todo[STAT_BREAKS * 2 + 2];
    size_t todo_n = 0, found = 0, last = 0, cut[STAT_BREAKS * 2 + 2], cuts = 0;
    for (size_t i = 0; i <= fixed_n && i <= STAT_BREAKS; i++) { /* the parts between known breaks */
        size_t to = i < fixed_n && i < STAT_BREAKS ? fixed[i] : n;
        if (to > last && to <= n) todo[todo_n++] = (Piece){ last, to };
        if (to > last && to <= n) cut[cuts++] = to;
        last = to > last ? to : last;
    }
    while (todo_n > 0 && found < STAT_BREAKS) {
        Piece p = todo[--todo_n];
        size_t at = 0;
        if (p.to - p.from < 2 * STAT_SIDE) continue;
        double chance = stat_break(scratch, x + p.from, p.to - p.from, &at);
        if (chance >= 0.01 || at < STAT_SIDE || p.to - p.from - at < STAT_SIDE) continue;
        out[found++] = (StatBreak){ .at = p.from + at, .p = chance };
        if (todo_n + 2 > LEN(todo)) break;
        todo[todo_n++] = (Piece){ p.from, p.from + at };
        todo[todo_n++] = (Piece){ p.from + at, p.to };
    }
    qsort(out, found, sizeof *out, by_place);
    for (size_t i = 0; i < found; i++) {
        size_t from = i > 0 ? out[i - 1].at : 0, to = i + 1 < found ? out[i + 1].at : n;
        for (size_t k = 0; k < cuts; k++) {
            if (cut[k] <= out[i].at && cut[k] > from) from = cut[k];
            if (cut[k] > out[i].at && cut[k] < to) to = cut[k];
        }
        out[i].before = stat_median(scratch, x + from, out[i].at - from);
        out[i].after = stat_median(scratch, x + out[i].at, to - out[i].at);
    }
    return found;
}

/* ---- funnel ---- */
void stat_funnel(Arena *scratch, const int64_t *events, const double *exposure, size_t n, double *out_z, StatFunnel *out) {
    double all = 0, over = 0, sum = 0;
    double *z = ARENA_ARRAY(scratch, double, n + 1);
    *out = (StatFunnel){ .phi = 1 };
    for (size_t i = 0; i < n; i++) {
        if (exposure[i] <= 0) continue;
        all += (double)events[i];
        over += exposure[i];
        out->n++;
    }
    if (over > 0) out->target = all / over;
    for (size_t i = 0, k = 0; i < n; i++) { /* the root makes the variance of a count about a quarter, whatever its size */
        out_z[i] = exposure[i] > 0 && out->target > 0 ? 2 * (sqrt((double)events[i]) - sqrt(out->target * exposure[i])) : 0;
        if (exposure[i] > 0) z[k++] = out_z[i];
    }
    if (out->n < 2) return;
    qsort(z, out->n, sizeof *z, by_double);
    size_t tail = out->n / 10; /* the outer tenth on each side is drawn in */
    for (size_t i = 0; i < out->n; i++) {
        double v = i < tail ? z[tail] : i >= out->n - tail ? z[out->n - 1 - tail] : z[i];
        sum += v * v;
    }
    double phi = sum / (double)out->n;
    if (phi > 1) out->phi = phi;
}

void stat_funnel_limits(const StatFunnel *f, double exposure, double k, double *out_low, double *out_high) {
    double root = sqrt(f->target * exposure), half = k * sqrt(f->phi) / 2, low = root - half > 0 ? root - half : 0;
    *out_low = exposure > 0 ? low * low / exposure : 0;
    *out_high = exposure > 0 ? (root + half) * (root + half) / exposure : 0;
}

double stat_two_sided(double z) { return erfc(fabs(z) / sqrt(2)); }

void stat_fdr(Arena *scratch, const double *p, size_t n, double *out_q) {
    Placed *v = ARENA_ARRAY(scratch, Placed, n + 1);
    double least = 1;
    for (size_t i = 0; i < n; i++) v[i] = (Placed){ p[i], i };
    qsort(v, n, sizeof *v, by_value);
    for (size_t i = n; i-- > 0;) {
        double q = v[i].v * (double)n / (double)(i + 1);
        if (q < least) least = q;
        out_q[v[i].at] = least;
    }
}
