/* How long the law takes: loading, a term, a route, and a million terms beside a walk day by day. */
#include "core/law/testlaw.h"

#include <time.h>

static double seconds(void) {
    struct timespec t = { 0 };
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static Date walk(const Law *law, Date d, int days) {
    const LawHoliday *h = NULL;
    for (int i = 0; i < days; i++) d = date_add(d, 1);
    while (law_free_day(law, S("NL"), d, &h)) d = date_add(d, 1);
    return d;
}

int main(void) {
    Arena *a = arena_new(256 << 20), *scratch = arena_new(64 << 20);
    double from = seconds();
    const Law *law = test_house_law(a);
    printf("load           %8.2f ms\n", (seconds() - from) * 1e3);
    enum { TERMS = 1000000, ROUTES = 100000 };
    UnixMs first = 1772442000000;
    from = seconds();
    int64_t sum = 0, slow = 0;
    for (int i = 0; i < TERMS; i++) {
        TermQuery q = { .rule = S("C20"), .from = first + (int64_t)(i % 7300) * 86400000 };
        TermResult r = { .problem = { { NULL, 0 } } };
        must(law_term(law, &q, scratch, &r) == OK);
        sum += date_days(r.due);
        if (i % 16 == 0) arena_reset(scratch);
    }
    printf("term           %8.2f us\n", (seconds() - from) / TERMS * 1e6);
    const Zone *z = law_country(law, S("NL"), DATE_NONE)->z;
    from = seconds();
    for (int i = 0; i < TERMS; i++) slow += date_days(walk(law, civil_at(z, first + (int64_t)(i % 7300) * 86400000).date, 56));
    printf("day by day     %8.2f us\n", (seconds() - from) / TERMS * 1e6);
    must(sum == slow);
    from = seconds();
    for (int i = 0; i < ROUTES; i++) {
        RouteQuery q = { .offence = S("NCII"), .depicted = S("adult"), .platform = S("telegram"), .reporter = S("flagger"), .at = { 2026, 3, 2 } };
        RouteResult r = { .lane = STR_NONE };
        must(law_route(law, &q, scratch, &r) == OK);
        arena_reset(scratch);
    }
    printf("route          %8.2f us\n", (seconds() - from) / ROUTES * 1e6);
    arena_free(scratch);
    arena_free(a);
    return 0;
}
