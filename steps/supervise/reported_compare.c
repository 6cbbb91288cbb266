/* reported_compare.c - the statements of a report's platform in a report's period, by category and source, out of the year files. */
#include "core/case/platform.h"
#include "steps/supervise/asked.h"
#include "steps/supervise/reported_in.h"

/* The question's words for a source, back to the code that the database has for it. */
static Str source_of(const char *word) {
    static const struct { const char *word, *code; } sources[] = { { "found by itself", "SOURCE_VOLUNTARY" }, { "after a notice (article 16)", "SOURCE_ARTICLE_16" }, { "after a trusted flagger", "SOURCE_TRUSTED_FLAGGER" },
        { "after another notice", "SOURCE_TYPE_OTHER_NOTIFICATION" } };
    for (size_t i = 0; word != NULL && i < LEN(sources); i++)
        if (strcmp(word, sources[i].word) == 0) return str_c(sources[i].code);
    return S("");
}

static void take(Arena *a, const AskAnswer *x, ReportedStatements *out) {
    size_t cap = 0;
    for (size_t p = 0; p < x->parts_n; p++) {
        out->days += x->parts[p].days;
        out->days_read += x->parts[p].days_read;
        for (size_t t = 0; t < x->parts[p].tables_n; t++) {
            const AskTable *v = &x->parts[p].tables[t];
            for (size_t i = 0; i < v->rows && v->cols_n >= 3; i++) {
                const AskValue *cell = &v->cells[i * v->cols_n];
                out->v = ARENA_ROOM(a, out->v, out->n, &cap);
                out->v[out->n++] = (RepCount){ .category = str_dup(a, cell[0].text), .source = source_of(cell[1].word), .rows = cell[2].part };
            }
        }
    }
}

Err reported_statements(Ctx *c, const ReportedRow *row, ReportedStatements *out) {
    Arena *a = c->arena;
    const LawQuestion *q = ask_question(c->app->law, S("reconcile"));
    Years *y = ARENA_NEW(a, Years);
    AskAnswer *x = ARENA_NEW(a, AskAnswer);
    AskedWho who;
    Date from, to;
    Str near = STR_NONE;
    size_t near_n = 0;
    const char *why = "";
    *out = (ReportedStatements){ .v = NULL };
    if (q == NULL || date_parse(row->from, &from) != OK || date_parse(row->to, &to) != OK) return E_OUTSIDE;
    years_open(a, str_z(a, str_fmt(a, STR_FMT "/official/sor", STR_ARG(c->app->instance_dir))), from.y, to.y, y);
    Err e = asked_who(c, a, c->app->law, y, row->platform, &who, &near, 1, &near_n);
    if (e == OK) e = asked_run(c, a, c->app->law, y, q, &who, from, to, x, &why);
    if (e == OK) take(a, x, out);
    out->days = date_days(to) - date_days(from) + 1;
    out->damaged = y->damaged;
    years_close(y);
    return e == E_MISSING || e == E_LIMIT ? OK : e; /* the database has nobody of that name: no day of this platform was read */
}
