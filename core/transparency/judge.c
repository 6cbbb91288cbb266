/* judge.c - what a report as a whole lacks, has twice, or contradicts. */
#include "core/transparency/reported_in.h"

#include <stdlib.h>

/* ---- lines that are there twice ---- */
static int order(const RepFigure *x, const RepFigure *y) {
    int k = (int)x->section - (int)y->section;
    if (k == 0) k = str_cmp(x->measure, y->measure);
    if (k == 0) k = str_cmp(x->scope, y->scope);
    if (k == 0) k = str_cmp(x->category, y->category);
    if (k == 0) k = str_cmp(x->keyword, y->keyword);
    return k == 0 ? str_cmp(x->other, y->other) : k;
}
static int by_key(const void *a, const void *b) {
    const RepFigure *x = *(const RepFigure *const *)a, *y = *(const RepFigure *const *)b;
    int k = order(x, y);
    return k != 0 ? k : x < y ? -1 : x > y;
}

static void twice(Reading *r) {
    const RepFigure **v = ARENA_ARRAY(r->a, const RepFigure *, r->figures_n + 1);
    bool *drop = ARENA_ARRAY(r->a, bool, r->figures_n + 1);
    size_t n = 0;
    for (size_t i = 0; i < r->figures_n; i++) v[i] = &r->figures[i];
    qsort(v, r->figures_n, sizeof *v, by_key);
    for (size_t i = 1, first = 0; i < r->figures_n; i++) {
        if (order(v[first], v[i]) == 0) drop[v[i] - r->figures] = true;
        else first = i;
    }
    for (size_t i = 0; i < r->figures_n; i++) {
        const RepFigure *f = &r->figures[i];
        if (drop[i]) deviates(r, RD_TWICE_LINE, (At){ f->section, f->file, f->row, f->col }, f->keyword.n > 0 ? f->keyword : f->category.n > 0 ? f->category : f->measure, STR_NONE);
        else r->figures[n++] = *f;
    }
    r->figures_n = n;
}

/* ---- sums ---- */
static bool in_total(const RepFigure *f) { return f->scope.n == 0 || str_eq(f->scope, S("TOTAL")); }

static void sums(Reading *r, RepSection s) {
    for (size_t k = 0; k < r->t->columns_n[s]; k++) {
        const RepColumn *c = &r->t->columns[s][k];
        const RepFigure *total = NULL;
        int64_t sum = 0;
        size_t have = 0, want = 0;
        if (c->kind != 'c') continue;
        for (size_t i = 0; i < r->t->categories_n; i++) want += !r->t->categories[i].keyword && (r->t->categories[i].sections & 1u << s) != 0;
        for (size_t i = 0; i < r->figures_n; i++) {
            const RepFigure *f = &r->figures[i];
            if (f->section != s || f->keyword.n > 0 || !in_total(f) || !str_eq(f->measure, c->code)) continue;
            if (str_eq(f->category, S("TOTAL"))) {
                total = f;
            } else if (i64_add(sum, f->milli, &sum)) {
                have++;
            }
        }
        bool off = total != NULL && have > 0 && (sum > total->milli || (have >= want && sum != total->milli));
        if (off) deviates(r, RD_SUM, (At){ s, total->file, total->row, total->col }, str_fmt(r->a, "%lld", (long long)(total->milli / 1000)), str_fmt(r->a, "%lld", (long long)(sum / 1000)));
    }
}

static const RepFigure *beside(const Reading *r, const RepFigure *f, const char *measure) {
    enum { NEAR = 40 };
    size_t at = (size_t)(f - r->figures), from = at > NEAR ? at - NEAR : 0;
    for (size_t i = from; i < r->figures_n && i < at + NEAR; i++) {
        const RepFigure *x = &r->figures[i];
        if (x->section == f->section && x->file == f->file && x->row == f->row && str_eq(x->measure, str_c(measure))) return x;
    }
    return NULL;
}

static void parts(Reading *r) {
    static const char *const pairs[][2] = { { "notices_tf", "notices" }, { "items_tf", "items" }, { "law_tf", "law" }, { "terms_tf", "terms" }, { "automated", "measures" } };
    for (size_t i = 0; i < r->figures_n; i++)
        for (size_t k = 0; k < LEN(pairs); k++) {
            const RepFigure *f = &r->figures[i];
            if (f->section < REP_NOTICES || f->section > REP_OWN_TERMS || !str_eq(f->measure, str_c(pairs[k][0]))) continue;
            const RepFigure *whole = beside(r, f, pairs[k][1]);
            if (whole != NULL && f->milli > whole->milli) deviates(r, RD_MORE, (At){ f->section, f->file, f->row, f->col }, str_fmt(r->a, "%lld", (long long)(f->milli / 1000)), str_fmt(r->a, "%lld", (long long)(whole->milli / 1000)));
        }
}

/* ---- what is missing ---- */
static uint32_t file_of(const Reading *r, RepSection s) {
    for (size_t i = 0; i < r->figures_n; i++)
        if (r->figures[i].section == s) return r->figures[i].file;
    return 0;
}

static void missing(Reading *r) {
    bool very_large = (r->sections & (1u << REP_PEOPLE | 1u << REP_RECIPIENTS)) != 0;
    for (int s = 1; s < REP_SECTIONS; s++) {
        At at = { (RepSection)s, file_of(r, (RepSection)s), 0, 0 };
        if ((r->sections & 1u << s) == 0) {
            if (rep_section_needed((RepSection)s, very_large)) deviates(r, RD_MISSING_SECTION, (At){ (RepSection)s, 0, 0, 0 }, r->t->slug[s], STR_NONE);
            continue;
        }
        for (size_t i = 0; s >= REP_ORDERS && s <= REP_OWN_TERMS && i < r->t->categories_n; i++) {
            const RepCategory *c = &r->t->categories[i];
            if ((c->sections & 1u << s) != 0 && !r->seen_category[s][i] && !str_eq(c->code, S("KEYWORD_OTHER"))) deviates(r, RD_MISSING_LINE, at, c->code, STR_NONE);
        }
        for (size_t i = 0; i < r->t->lines_n[s]; i++) {
            const RepLine *l = &r->t->lines[s][i];
            bool special = str_starts(l->applies, S("Only for VLOPs"));
            if (r->seen_line[s][i] || (special && !very_large)) continue;
            deviates(r, RD_MISSING_LINE, at, l->scope.n > 0 ? str_fmt(r->a, STR_FMT " / " STR_FMT, STR_ARG(l->title), STR_ARG(l->scope)) : l->title, STR_NONE);
        }
    }
    if (r->provider.n == 0 || r->published.n == 0 || r->from.n == 0 || r->to.n == 0)
        deviates(r, RD_IDENTITY, (At){ REP_IDENTITY, 0, 0, 0 }, r->provider.n == 0 ? S("Name of the service provider") : r->published.n == 0 ? S("Date of the publication of the report") : r->from.n == 0 ? S("Starting date of reporting period") : S("Ending date of reporting period"), STR_NONE);
    if (r->services_n > 1 && r->service.n == 0) deviates(r, RD_SERVICE, (At){ 0 }, r->services[1].name, r->services[0].name);
}

void judge_all(Reading *r) {
    twice(r);
    for (int s = REP_ORDERS; s <= REP_OWN_TERMS; s++) sums(r, (RepSection)s);
    parts(r);
    missing(r);
}
