/* km.c - see km.h. */
#include "core/sorask/km.h"

#include <math.h>
#include <stdlib.h>

static const double z95 = 1.959963984540054;
enum { DAY_MS = 86400000 };

/* Decisions before waits of the same length: who was decided on that day was still waiting until then. */
static int by_time(const void *x, const void *y) {
    const KmObs *a = x, *b = y;
    if (a->ms != b->ms) return a->ms < b->ms ? -1 : 1;
    return (int)b->event - (int)a->event;
}

/* Band on the log(-log) scale, so that it stays within 0..1. */
static void band(double open, double greenwood, double *low, double *high) {
    *low = *high = open;
    if (open <= 0 || open >= 1) return;
    double width = z95 * sqrt(greenwood) / fabs(log(open));
    *low = pow(open, exp(width));
    *high = pow(open, exp(-width));
}

static KmQuantile quantile(const KmPoint *curve, size_t n, double share_open, double longest) {
    KmQuantile q = { .days = longest };
    for (size_t i = 0; i < n; i++) {
        if (!q.reached && curve[i].open <= share_open + 1e-9) {
            q.reached = true;
            q.days = curve[i].day;
        }
        if (q.low <= 0 && curve[i].low <= share_open + 1e-9) q.low = curve[i].day;
        if (!q.high_known && curve[i].high <= share_open + 1e-9) {
            q.high_known = true;
            q.high = curve[i].day;
        }
    }
    return q;
}

void km_compute(Arena *a, KmObs *obs, size_t n, Km *out) {
    Km km = { .n = n };
    if (n == 0) {
        *out = km;
        return;
    }
    qsort(obs, n, sizeof *obs, by_time);
    KmPoint *curve = ARENA_ARRAY(a, KmPoint, n + 1);
    double open = 1, greenwood = 0;
    size_t i = 0, points = 0;
    while (i < n) {
        size_t at_risk = n - i, events = 0;
        int64_t ms = obs[i].ms;
        while (i < n && obs[i].ms == ms) events += obs[i++].event ? 1 : 0;
        if (events == 0) continue;
        km.events += events;
        open *= 1.0 - (double)events / (double)at_risk;
        if (at_risk > events) greenwood += (double)events / ((double)at_risk * (double)(at_risk - events));
        KmPoint p = { .day = (double)ms / DAY_MS, .open = open };
        band(open, greenwood, &p.low, &p.high);
        curve[points++] = p;
    }
    double longest = (double)obs[n - 1].ms / DAY_MS;
    km.curve = curve;
    km.curve_n = points;
    km.median = quantile(curve, points, 0.5, longest);
    km.p90 = quantile(curve, points, 0.1, longest);
    *out = km;
}
