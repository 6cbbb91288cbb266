/* law.c - the law, by the time this thread was given: loading all tables, a million terms beside the same million walked day by day, a route; each against its goal.
 * usage: bench_law [TERMS] */
#include "bench/bench.h"
#include "core/law/slowlaw.h"

enum { ASKS = 1000, LOADS = 99, REST = 64 };

static void figure(const char *what, double us, double goal, const char *more) { printf("law, %-28s %10.2f us, %5.2f of the goal of %.0f us%s\n", what, us, us / goal, goal, more); }

static const Law *load(Arena *a) {
    double v[LOADS];
    const Law *law = NULL;
    for (int i = 0; i < LOADS; i++) {
        arena_reset(a);
        double from = bench_cpu();
        law = test_house_law(a);
        v[i] = (bench_cpu() - from) * 1e6;
    }
    figure("loading all tables", bench_at(v, LOADS, 0.5), 10000, "");
    return law;
}

static double engine(const Slow *s, const Ask *asks, int terms, Arena *scratch, int64_t *sum) {
    double from = bench_cpu();
    for (int i = 0; i < terms; i++) {
        TermResult r = { .term = NULL };
        must(law_term(s->law, &asks[i % ASKS].q, scratch, &r) == OK);
        *sum += r.due_at / 1000;
        if (i % REST == 0) arena_reset(scratch);
    }
    return (bench_cpu() - from) / terms * 1e6;
}

static double walked(const Slow *s, const Ask *asks, int terms, int64_t *sum) {
    double from = bench_cpu();
    for (int i = 0; i < terms; i++) *sum += walk(s, &asks[i % ASKS], asks[i % ASKS].q.from).due_at / 1000;
    return (bench_cpu() - from) / terms * 1e6;
}

static double routes(const Law *law, Arena *a, Arena *scratch, int n) {
    static const char *const platforms[] = { "telegram", "pornhub", "xhamster", "x", "" }, *const who[] = { "victim", "flagger", "ngo", "mandated" };
    const LawOffence *const *offences = NULL;
    size_t all = law_offence_list(law, (Date){ 2026, 3, 2 }, a, &offences);
    double from = bench_cpu();
    for (int i = 0; i < n; i++) {
        RouteQuery q = { .offence = offences[(size_t)i % all]->r.id, .depicted = i % 3 == 0 ? S("unknown") : S("adult"), .platform = str_c(platforms[i % 5]), .reporter = str_c(who[i % 4]), .at = { 2026, 3, 2 } };
        RouteResult r = { .lane = STR_NONE };
        must(law_route(law, &q, scratch, &r) == OK);
        if (i % REST == 0) arena_reset(scratch);
    }
    return (bench_cpu() - from) / n * 1e6;
}

int main(int argc, char **argv) {
    int terms = argc > 1 ? number(argv[1]) : 1000000;
    Arena *a = arena_new(256 << 20), *days = arena_new(64 << 20), *scratch = arena_new(64 << 20);
    Slow s = { .law = load(a) };
    const LawTermRow *counted[128];
    size_t n = counted_terms(s.law, days, counted, LEN(counted));
    static Ask asks[ASKS];
    look_at_days(&s, days);
    for (size_t i = 0; i < ASKS; i++) draw_ask(&asks[i], &s, counted[i % n]);
    int64_t sum = 0, slow = 0;
    double fast_us = engine(&s, asks, terms, scratch, &sum), slow_us = walked(&s, asks, terms, &slow);
    must(sum == slow); /* the same ends, to the second */
    char more[100];
    snprintf(more, sizeof more, ", %.1f times the walk day by day", slow_us / fast_us);
    figure("a term", fast_us, 5, more);
    figure("a route", routes(s.law, days, scratch, terms / 10 + 1), 5, "");
    arena_free(scratch);
    arena_free(days);
    arena_free(a);
    return 0;
}
