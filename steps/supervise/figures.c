/* figures.c - figures of a platform towards our notices, and whether two groups waited equally long. */
#include "core/sorask/stats.h"
#include "steps/supervise/asked_in.h"

#include <math.h>
#include <stdlib.h>

void share_interval(int64_t part, int64_t whole, double *out_low, double *out_high) { stat_share(part, whole, out_low, out_high); }

Err platform_figures(Ctx *c, Str code, bool km, Figures *out) {
    Figures f = { 0 };
    TRY(figures_counts(c, code, &f));
    if (km) {
        KmObs *obs = NULL;
        size_t n = 0;
        TRY(figures_waits(c, code, &obs, &n));
        km_compute(c->arena, obs, n, &f.km);
    }
    *out = f;
    return OK;
}

/* ---- two groups ---- */
static int by_wait(const void *x, const void *y) {
    const LogRankObs *a = x, *b = y;
    return a->ms < b->ms ? -1 : a->ms > b->ms;
}

void logrank_add(LogRankObs *o, size_t n, LogRank *sum) {
    size_t first = 0;
    if (n == 0) return;
    qsort(o, n, sizeof *o, by_wait);
    for (size_t i = 0; i < n; i++) first += o[i].first ? 1 : 0;
    if (first == 0 || first == n) return; /* one group only: no comparison */
    for (size_t i = 0; i < n;) {
        double at_risk = (double)(n - i), in_first = (double)first, events = 0, of_first = 0;
        int64_t ms = o[i].ms;
        for (; i < n && o[i].ms == ms; i++) {
            events += o[i].event ? 1 : 0;
            of_first += o[i].event && o[i].first ? 1 : 0;
            first -= o[i].first ? 1 : 0;
        }
        sum->observed += of_first;
        sum->expected += events * in_first / at_risk;
        if (at_risk > 1) sum->variance += events * in_first * (at_risk - in_first) * (at_risk - events) / (at_risk * at_risk * (at_risk - 1));
    }
}

double logrank_p(const LogRank *r) { return r->variance > 0 ? stat_two_sided((r->observed - r->expected) / sqrt(r->variance)) : 1; }
