/* figures_store.c - SQL of figures. */
#include "steps/takedown/figures.h"

Err figures_quality(Ctx *c, UnixMs since, Quality *out) {
    RequestTally *rows = NULL;
    size_t n = 0;
    *out = (Quality){ .notices = 0 };
    TRY(request_tally(c, S("notice"), since, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        const char *q = figures_quality_of(rows[i].outcome, rows[i].reason);
        if (rows[i].outcome.n == 0 || str_eq(rows[i].outcome, S("withdrawn"))) continue;
        out->notices += rows[i].n;
        out->imprecise += strcmp(q, "imprecise") == 0 ? rows[i].n : 0;
        out->unsubstantiated += strcmp(q, "unsubstantiated") == 0 ? rows[i].n : 0;
        out->inaccurate += strcmp(q, "inaccurate") == 0 ? rows[i].n : 0;
    }
    return OK;
}
