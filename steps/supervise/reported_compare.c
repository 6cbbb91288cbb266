/* reported_compare.c - reports beside what else is known: the statements of a report's days out of the year files, and all reports that a question needs. */
#include "core/case/platform.h"
#include "steps/supervise/asked_in.h"
#include "foundation/base/enc.h"
#include "steps/supervise/reported_in.h"

Err reported_statements(Ctx *c, const ReportedRow *row, ReportedStatements *out) {
    Arena *a = c->arena;
    Years *y = ARENA_NEW(a, Years);
    AskCounts counts = { 0 };
    AskInput in = { .law = c->app->law, .q = ask_question(c->app->law, S("reconcile")) };
    AskedWho who;
    Str near = STR_NONE;
    size_t near_n = 0;
    const char *why = "";
    *out = (ReportedStatements){ .v = NULL };
    if (in.q == NULL || date_parse(row->from, &in.from) != OK || date_parse(row->to, &in.to) != OK) return E_OUTSIDE;
    years_open(a, str_z(a, str_fmt(a, STR_FMT "/official/sor", STR_ARG(c->app->instance_dir))), in.from.y, in.to.y, y);
    Err e = asked_who(c, a, c->app->law, y, row->platform, &who, &near, 1, &near_n);
    in.rolls = y->rolls;
    in.rolls_n = y->n;
    in.who = who.who;
    if (e == OK) e = ask_counts(a, &in, &counts, &why);
    for (size_t i = 0; i < counts.n; i++) counts.v[i].category = str_dup(a, counts.v[i].category); /* the file is closed below */
    *out = (ReportedStatements){ .v = counts.v, .n = counts.n, .days = date_days(in.to) - date_days(in.from) + 1, .days_read = counts.days_read, .damaged = y->damaged };
    years_close(y);
    return e == E_MISSING || e == E_LIMIT ? OK : e; /* the database has nobody of that name: no day of this platform was read */
}

/* ---- for the questions ---- */
/* Of many reports only what a table of all platforms shows is kept: figures of no category, or of all together. */
static void shorten(Arena *a, const Report *full, Report *out) {
    RepFigure *v = ARENA_ARRAY(a, RepFigure, full->figures_n + 1);
    *out = (Report){ .sections = full->sections, .figures = v };
    for (size_t i = 0; i < full->figures_n; i++) {
        const RepFigure *f = &full->figures[i];
        if (f->keyword.n > 0 || (f->category.n > 0 && !str_eq(f->category, S("TOTAL")))) continue;
        v[out->figures_n] = *f;
        v[out->figures_n].measure = str_dup(a, f->measure);
        v[out->figures_n].scope = str_dup(a, f->scope);
        v[out->figures_n].category = f->category.n > 0 ? S("TOTAL") : S("");
        v[out->figures_n++].other = S("");
    }
}

/* A report's figures, in short when there are many: then what was read besides is let go at once. */
static Err open_one(Ctx *c, Arena *a, Arena *scratch, const ReportedRow *row, bool whole, Report *out) {
    Report full;
    Arena *was = c->arena;
    if (whole) return reported_open(c, row, out, NULL);
    arena_reset(scratch);
    c->arena = scratch;
    Err e = reported_open(c, row, &full, NULL);
    c->arena = was;
    if (e == OK) shorten(a, &full, out);
    return e;
}

Err asked_reports(Ctx *c, Arena *a, const Law *law, Str code, Date from, Date to, AskReports *out) {
    ReportedRow *rows = NULL;
    size_t n = 0, k = 0;
    Str first = date_str(a, from), last = date_str(a, to);
    TRY(reported_rows(c, code, false, &rows, &n));
    AskReport *v = ARENA_ARRAY(a, AskReport, n + 1);
    Arena *scratch = arena_new((size_t)256 << 20);
    Err e = OK;
    for (size_t i = 0; i < n && e == OK && k < ASKED_REPORTS_MAX; i++) {
        PlatformView p;
        if (str_cmp(rows[i].from, last) > 0 || str_cmp(rows[i].to, first) < 0) continue;
        Report *r = ARENA_NEW(a, Report);
        AskReport x = { .sha256 = hex_enc(a, rows[i].sha256), .r = r, .own_known = true };
        if (date_parse(rows[i].from, &x.from) != OK || date_parse(rows[i].to, &x.to) != OK) e = E_OUTSIDE;
        if (e == OK) e = open_one(c, a, scratch, &rows[i], code.n > 0, r);
        if (e == OK) e = reported_own(c, &rows[i], &x.own, &x.flagger);
        Err known = platform_get(c, rows[i].platform, &p);
        x.code = rows[i].platform;
        x.name = known == OK && p.f.name.n > 0 ? p.f.name : rows[i].platform;
        x.who = ask_names(a, law, rows[i].platform, x.name);
        v[k++] = x;
    }
    arena_free(scratch);
    *out = (AskReports){ v, k };
    return e;
}

Err asked_report_period(Ctx *c, Str code, Date *out_from, Date *out_to) {
    ReportedRow *rows = NULL;
    size_t n = 0;
    const ReportedRow *best = NULL;
    TRY(reported_rows(c, code, false, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (best == NULL || str_cmp(rows[i].to, best->to) > 0) best = &rows[i];
    return best != NULL && date_parse(best->from, out_from) == OK && date_parse(best->to, out_to) == OK ? OK : E_MISSING;
}
