/* question_pages.c - the questions as pages: the list, and each with choice of platform and days, chart, tables, CSV, and what stands beside it. */
#include "foundation/base/enc.h"
#include "steps/supervise/asked_in.h"
#include "steps/supervise/official.h"
#include "steps/supervise/question_pages.h"
#include "steps/supervise/supervise_page.h"

#include <math.h>

enum { ROWS_PAGE = 50, SPAN_DAYS = 30, SOURCES_SHOWN = 400, BARS_MAX = 25 };

static const char *data_words(Str data) {
    return str_eq(data, S("S")) ? N_("statements") : str_eq(data, S("S N")) ? N_("statements and own log") : str_eq(data, S("N")) ? N_("own log") : str_eq(data, S("N R")) ? N_("own log and reports") :
        str_eq(data, S("S R")) ? N_("statements and reports") : N_("reports");
}

/* ---- the list ---- */
Err questions_page(Ctx *ctx, const Request *req, Response *res) {
    const LawQuestion *const *q = NULL;
    Str newest = STR_NONE, platform = str_sub(req_query(req, "platform"), 0, 200);
    TplSuperviseQuestions t = { .platform = platform };
    TRY(access_may(ctx, "official.ask", NO_OBJECT));
    TRY(sor_newest_day(ctx, &newest));
    t.has_newest = date_parse(newest, &t.newest) == OK;
    size_t n = ask_questions(ctx->app->law, req->a, &q);
    TplSuperviseQuestionsRows *rows = ARENA_ARRAY(req->a, TplSuperviseQuestionsRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        Url to = url_path(req->a, "/question/" STR_FMT, STR_ARG(q[i]->r.id));
        rows[i] = (TplSuperviseQuestionsRows){ .number = q[i]->number, .name = q[i]->name[req->ui->lang], .text = q[i]->text[req->ui->lang], .formula = q[i]->formula[req->ui->lang], .from = data_words(q[i]->data),
            .href = platform.n > 0 ? url_with(req->a, to, "platform", platform) : to, .unverified = !q[i]->r.verified };
    }
    t.rows = rows;
    t.rows_n = n;
    tpl_supervise_questions(&res->body, req->ui, &t);
    return OK;
}

/* ---- what is asked ---- */
typedef struct Asking { const LawQuestion *q; Str platform; Date from, to; const char *problem; Str detail; Years years; AskedWho who; AskAnswer x; int64_t behind; } Asking;

/* Without days: the thirty before the newest day that was read, or before today; of a question about reports the period of the newest one. */
static Err window_of(Ctx *ctx, const Request *req, Asking *k) {
    Str newest = STR_NONE, from = req_query(req, "from"), to = req_query(req, "to");
    TRY(sor_newest_day(ctx, &newest));
    if (date_parse(newest, &k->to) != OK || !str_starts(k->q->data, S("S"))) k->to = supervise_today(ctx);
    k->from = date_add(k->to, -(SPAN_DAYS - 1));
    bool period = str_ends(k->q->data, S("R")) && (!str_starts(k->q->data, S("S")) || str_eq(k->q->r.id, S("reconcile")));
    if (period && from.n + to.n == 0) { /* a report is of its own period */
        Err e = asked_report_period(ctx, k->platform, &k->from, &k->to);
        if (e != OK && e != E_MISSING) return e;
    }
    if (to.n > 0 && date_parse(to, &k->to) != OK) k->problem = N_("The last day is no date.");
    if (from.n == 0 && to.n > 0 && k->problem == NULL) k->from = date_add(k->to, -(SPAN_DAYS - 1));
    if (from.n > 0 && date_parse(from, &k->from) != OK) k->problem = N_("The first day is no date.");
    if (k->problem == NULL && date_cmp(k->from, k->to) > 0) k->problem = N_("The first day lies after the last.");
    if (k->problem == NULL && date_days(k->to) - date_days(k->from) >= ASK_DAYS_MAX) k->problem = N_("A window is at most ten years.");
    return OK;
}

/* Files that the record names and the year files do not have. */
static Err behind_of(Ctx *ctx, Asking *k) {
    SorFile *f = NULL;
    size_t n = 0;
    TRY(sor_files(ctx, date_str(ctx->arena, k->from), date_str(ctx->arena, k->to), &f, &n));
    for (size_t i = 0; i < n; i++) {
        bool there = false;
        Str stem = str_fmt(ctx->arena, STR_FMT "/" STR_FMT "-" STR_FMT "-" STR_FMT, STR_ARG(f[i].day), STR_ARG(f[i].slug), STR_ARG(f[i].kind), STR_ARG(hex_enc(ctx->arena, str_sub(f[i].sha256, 0, 8))));
        for (size_t r = 0; r < k->years.n && !there; r++) there = roll_has(&k->years.rolls[r], stem);
        k->behind += !there;
    }
    return OK;
}

static Err ask(Ctx *ctx, const Request *req, Asking *k) {
    const char *why = "";
    Str near[3];
    size_t near_n = 0;
    TRY(access_may(ctx, "official.ask", NO_OBJECT));
    k->q = law_question(ctx->app->law, req_arg(req, "question"), DATE_NONE);
    if (k->q == NULL) return E_MISSING;
    k->platform = str_sub(req_query(req, "platform"), 0, 200);
    TRY(window_of(ctx, req, k));
    if (k->problem != NULL) return OK;
    years_open(req->a, str_fmt(req->a, STR_FMT "/official/sor", STR_ARG(ctx->app->instance_dir)).p, k->from.y, k->to.y + 1, &k->years);
    TRY(behind_of(ctx, k));
    Err e = asked_who(ctx, req->a, ctx->app->law, &k->years, k->platform, &k->who, near, LEN(near), &near_n);
    if (e == E_MISSING) {
        k->problem = N_("Neither the register nor the data have a platform of that name.");
        for (size_t i = 0; i < near_n; i++) k->detail = str_fmt(req->a, STR_FMT "%s\"" STR_FMT "\"", STR_ARG(k->detail), i == 0 ? " " : ", ", STR_ARG(near[i]));
        return OK;
    }
    TRY(e);
    e = asked_run(ctx, req->a, ctx->app->law, &k->years, k->q, &k->who, k->from, k->to, NULL, &k->x, &why);
    if (e == E_OUTSIDE) k->problem = N_("The files that this is answered from are damaged. They are made again by keten sor ask.");
    return e == E_OUTSIDE ? OK : e;
}

/* ---- the page ---- */
static Err platform_options(Ctx *ctx, const Request *req, const Asking *k, TplSuperviseQuestion *t) {
    Str *names = NULL;
    PlatformView *p = NULL;
    bool own = !str_starts(k->q->data, S("S"));
    size_t n = own ? 0 : ask_platforms(req->a, k->years.rolls, k->years.n, &names), codes = 0, all = 0;
    if (own || n == 0) TRY(platform_list(ctx, STR_NONE, STR_NONE, &p, &codes));
    UiOption *o = ARENA_ARRAY(req->a, UiOption, n + codes + 2);
    bool there = k->platform.n == 0;
    for (size_t i = 0; i < n; i++) o[all++] = (UiOption){ .value = names[i], .label = names[i] };
    for (size_t i = 0; i < codes; i++) o[all++] = (UiOption){ .value = p[i].code, .label = p[i].f.name.n > 0 ? p[i].f.name : p[i].code };
    for (size_t i = 0; i < all; i++) there = there || str_eq(o[i].value, k->platform);
    if (!there) o[all++] = (UiOption){ .value = k->platform, .label = k->platform };
    t->platforms = o;
    t->platforms_n = all;
    return OK;
}

static size_t lines(const Request *req, const AskSay *s, size_t n, QuestionLine **out) {
    QuestionLine *v = ARENA_ARRAY(req->a, QuestionLine, n + 1);
    for (size_t i = 0; i < n; i++) v[i] = (QuestionLine){ .text = asked_say(req->ui, &s[i]) };
    *out = v;
    return n;
}

static QuestionCell cell_of(const Request *req, const AskValue *v) { return (QuestionCell){ .text = asked_value(req->ui, v), .number = v->unit != AU_TEXT && v->unit != AU_DATE }; }

/* Of the rows of a long table one page. */
static void table_of(const Request *req, const AskTable *x, size_t page, QuestionTable *out) {
    QuestionCell *head = ARENA_ARRAY(req->a, QuestionCell, x->cols_n + 1);
    size_t from = (page - 1) * ROWS_PAGE, n = x->rows <= from ? 0 : x->rows - from < ROWS_PAGE ? x->rows - from : ROWS_PAGE;
    QuestionRow *rows = ARENA_ARRAY(req->a, QuestionRow, n + 1);
    for (size_t k = 0; k < x->cols_n; k++) head[k] = (QuestionCell){ .text = tr(req->ui, x->cols[k].label), .number = x->cols[k].unit != AU_TEXT && x->cols[k].unit != AU_DATE };
    for (size_t i = 0; i < n; i++) {
        QuestionCell *cells = ARENA_ARRAY(req->a, QuestionCell, x->cols_n + 1);
        for (size_t k = 0; k < x->cols_n; k++) cells[k] = cell_of(req, &x->cells[(from + i) * x->cols_n + k]);
        rows[i] = (QuestionRow){ .cells = cells, .cells_n = x->cols_n };
    }
    *out = (QuestionTable){ .title = tr(req->ui, x->title), .head = head, .head_n = x->cols_n, .rows = rows, .rows_n = n };
}

/* The first column that is a share, or else a number, of the rows that are shown. */
static Html bars_of(const Request *req, const AskTable *x, size_t page) {
    size_t col = x->cols_n, from = (page - 1) * ROWS_PAGE, n = 0;
    for (size_t k = x->cols_n; k-- > 1;)
        if (x->cols[k].unit == AU_COUNT && col == x->cols_n) col = k;
    for (size_t k = x->cols_n; k-- > 1;)
        if (x->cols[k].unit == AU_SHARE || x->cols[k].unit == AU_RATE) col = k;
    if (col == x->cols_n || x->rows <= from) return (Html){ STR_NONE };
    ChartBar *b = ARENA_ARRAY(req->a, ChartBar, BARS_MAX);
    bool share = x->cols[col].unit == AU_SHARE;
    for (size_t i = from; i < x->rows && i < from + ROWS_PAGE && n < BARS_MAX; i++) {
        const AskValue *v = &x->cells[i * x->cols_n + col];
        double value = x->cols[col].unit == AU_COUNT ? (double)v->part : v->value;
        if (!v->known) continue;
        b[n++] = (ChartBar){ .label = asked_value(req->ui, &x->cells[i * x->cols_n]), .value = share ? 100 * value : value, .state = STATE_INFO, .interval = v->interval, .low = share ? 100 * v->low : v->low, .high = share ? 100 * v->high : v->high };
    }
    return n == 0 ? (Html){ STR_NONE } : chart_bars(req->ui, str_fmt(req->a, STR_FMT ": " STR_FMT, STR_ARG(tr(req->ui, x->title)), STR_ARG(tr(req->ui, x->cols[col].label))), share ? S("%") : tr(req->ui, x->cols[col].label), b, n);
}

static Html chart_of(const Request *req, const AskPart *p, size_t page) {
    const AskSeries *s = &p->series;
    bool any = false, share = s->unit == AU_SHARE;
    double *y = ARENA_ARRAY(req->a, double, s->n + 1);
    for (size_t i = 0; i < s->n; i++) {
        y[i] = share ? 100 * s->y[i] : s->y[i];
        any = any || !isnan(y[i]);
    }
    if (!any || s->n < 2) return p->tables_n > 0 ? bars_of(req, &p->tables[0], page) : (Html){ STR_NONE };
    ChartSeries one = { .name = tr(req->ui, s->name), .y = y, .state = STATE_INFO };
    return chart_lines(req->ui, tr(req->ui, s->title), share ? S("%") : STR_NONE, s->labels, s->n, &one, 1);
}

static void part_of(const Request *req, const AskPart *p, size_t page, QuestionPart *out) {
    QuestionFigure *f = ARENA_ARRAY(req->a, QuestionFigure, p->figures_n + 1);
    QuestionTable *t = ARENA_ARRAY(req->a, QuestionTable, p->tables_n + 1);
    QuestionLine *says = NULL;
    for (size_t i = 0; i < p->figures_n; i++) {
        const AskValue *v = &p->figures[i].v;
        bool of = v->known && v->whole > 0;
        f[i] = (QuestionFigure){ .label = tr(req->ui, p->figures[i].label), .value = asked_value(req->ui, v), .how = asked_say(req->ui, &p->figures[i].how),
            .of = of ? str_fmt(req->a, STR_FMT " / " STR_FMT, STR_ARG(ui_int(req->ui, v->part)), STR_ARG(ui_int(req->ui, v->whole))) : STR_NONE };
    }
    for (size_t i = 0; i < p->tables_n; i++) table_of(req, &p->tables[i], page, &t[i]);
    *out = (QuestionPart){ .days = asked_days(req->ui, p), .read = p->days > 0 ? TRF(req->ui, "{n} of {all} days read", UA_I("n", p->days_read), UA_I("all", p->days)) : STR_NONE,
        .apart = p->apart != NULL ? p->apart->text[req->ui->lang] : STR_NONE, .apart_unverified = p->apart != NULL && !p->apart->r.verified, .figures = f, .figures_n = p->figures_n, .tables = t, .tables_n = p->tables_n,
        .chart = chart_of(req, p, page) };
    out->says_n = lines(req, p->says, p->says_n, &says);
    out->says = says;
}

static Str defect_days(const Request *req, const LawDefect *d) {
    return str_fmt(req->a, STR_FMT " – " STR_FMT, STR_ARG(date_none(d->r.valid_from) ? S("…") : date_str(req->a, d->r.valid_from)), STR_ARG(date_none(d->r.valid_to) ? S("…") : date_str(req->a, d->r.valid_to)));
}

static void beside(const Request *req, const AskAnswer *x, TplSuperviseQuestion *t) {
    TplSuperviseQuestionGaps *g = ARENA_ARRAY(req->a, TplSuperviseQuestionGaps, x->gaps_n + 1);
    TplSuperviseQuestionDefects *d = ARENA_ARRAY(req->a, TplSuperviseQuestionDefects, x->defects_n + 1);
    TplSuperviseQuestionCaveats *c = ARENA_ARRAY(req->a, TplSuperviseQuestionCaveats, x->caveats_n + 1);
    TplSuperviseQuestionSources *s = ARENA_ARRAY(req->a, TplSuperviseQuestionSources, SOURCES_SHOWN + 1);
    for (size_t i = 0; i < x->gaps_n; i++) {
        g[i] = (TplSuperviseQuestionGaps){ .from = x->gaps[i].from, .to = x->gaps[i].to, .one = date_cmp(x->gaps[i].from, x->gaps[i].to) == 0 };
        t->gaps_n_days += date_days(x->gaps[i].to) - date_days(x->gaps[i].from) + 1;
    }
    for (size_t i = 0; i < x->defects_n; i++)
        d[i] = (TplSuperviseQuestionDefects){ .text = x->defects[i]->text[req->ui->lang], .days = defect_days(req, x->defects[i]), .apart = str_eq(x->defects[i]->effect, S("exclude")), .unverified = !x->defects[i]->r.verified };
    for (size_t i = 0; i < x->caveats_n; i++) c[i] = (TplSuperviseQuestionCaveats){ .text = x->caveats[i]->text[req->ui->lang], .unverified = !x->caveats[i]->r.verified };
    for (size_t i = 0; i < x->sources_n + x->unused_n && t->sources_n < SOURCES_SHOWN; i++) {
        const RollFile *f = i < x->unused_n ? x->unused[i] : x->sources[i - x->unused_n];
        s[t->sources_n++] = (TplSuperviseQuestionSources){ .file = f->stem, .rows = f->rows, .cube = hex_enc(req->a, f->cube), .counts = i >= x->unused_n };
    }
    TplSuperviseQuestionReports *r = ARENA_ARRAY(req->a, TplSuperviseQuestionReports, x->reports_n + 1);
    for (size_t i = 0; i < x->reports_n; i++) r[i] = (TplSuperviseQuestionReports){ .name = x->reports[i]->name, .from = x->reports[i]->from, .to = x->reports[i]->to, .sha256 = x->reports[i]->sha256 };
    t->reports = r;
    t->reports_n = x->reports_n;
    t->sources_all = (int64_t)(x->sources_n + x->unused_n);
    t->gaps = g;
    t->gaps_n = x->gaps_n;
    t->defects = d;
    t->defects_n = x->defects_n;
    t->caveats = c;
    t->caveats_n = x->caveats_n;
    t->sources = s;
}

static Url with_window(const Request *req, const Asking *k, const char *path, int64_t page) {
    Url u = url_path(req->a, "%s", path);
    if (k->platform.n > 0) u = url_with(req->a, u, "platform", k->platform);
    u = url_with(req->a, u, "from", date_str(req->a, k->from));
    u = url_with(req->a, u, "to", date_str(req->a, k->to));
    return page > 1 ? url_with(req->a, u, "page", str_fmt(req->a, "%lld", (long long)page)) : u;
}

static void answer_of(const Request *req, const Asking *k, const char *base, TplSuperviseQuestion *t) {
    const AskAnswer *x = &k->x;
    QuestionLine *says = NULL;
    size_t most = 0;
    t->missing = x->state == ASK_MISSING;
    t->answered = !t->missing;
    t->says_n = lines(req, x->says, x->says_n, &says);
    t->says = says;
    for (size_t i = 0; i < x->parts_n; i++)
        for (size_t j = 0; j < x->parts[i].tables_n; j++) most = x->parts[i].tables[j].rows > most ? x->parts[i].tables[j].rows : most;
    t->pages = most == 0 || t->missing ? 1 : (int64_t)((most + ROWS_PAGE - 1) / ROWS_PAGE);
    t->page = req_query_int(req, "page", 1, t->pages, 1);
    if (t->page > 1) t->before = with_window(req, k, base, t->page - 1);
    if (t->page < t->pages) t->after = with_window(req, k, base, t->page + 1);
    QuestionPart *parts = ARENA_ARRAY(req->a, QuestionPart, x->parts_n + 1);
    for (size_t i = 0; i < x->parts_n && t->answered; i++) part_of(req, &x->parts[i], (size_t)t->page, &parts[t->parts_n++]);
    t->parts = parts;
    beside(req, x, t);
}

Err question_page(Ctx *ctx, const Request *req, Response *res) {
    Asking k = { 0 };
    Err e = ask(ctx, req, &k);
    if (e != OK) {
        years_close(&k.years);
        return e;
    }
    const char *base = str_fmt(req->a, "/question/" STR_FMT, STR_ARG(k.q->r.id)).p;
    UiCrumb *c = ARENA_ARRAY(req->a, UiCrumb, 2);
    c[0] = (UiCrumb){ .word = tr(req->ui, N_("Questions over official data")), .href = url_path(req->a, "/questions") };
    c[1] = (UiCrumb){ .word = k.q->name[req->ui->lang] };
    TplSuperviseQuestion t = { .crumbs = c, .crumbs_n = 2, .name = k.q->name[req->ui->lang], .text = k.q->text[req->ui->lang], .formula = k.q->formula[req->ui->lang], .unverified = !k.q->r.verified, .self = url_path(req->a, "%s", base),
        .csv = with_window(req, &k, str_fmt(req->a, "%s/figures.csv", base).p, 1), .platform = k.platform, .from = date_str(req->a, k.from), .to = date_str(req->a, k.to), .behind = k.behind, .page = 1, .pages = 1 };
    if (k.problem != NULL) t.problem = str_fmt(req->a, STR_FMT STR_FMT, STR_ARG(tr(req->ui, k.problem)), STR_ARG(k.detail));
    else answer_of(req, &k, base, &t);
    e = platform_options(ctx, req, &k, &t);
    if (e == OK) tpl_supervise_question(&res->body, req->ui, &t);
    years_close(&k.years);
    return e;
}

Err question_csv(Ctx *ctx, const Request *req, Response *res) {
    Asking k = { 0 };
    Err e = ask(ctx, req, &k);
    if (e == OK && k.problem != NULL) e = E_INPUT;
    if (e == OK) {
        res_download(res, "text/csv; charset=utf-8", str_fmt(req->a, "question-" STR_FMT ".csv", STR_ARG(k.q->r.id)));
        asked_csv(req->a, &k.x, &res->body);
    }
    years_close(&k.years);
    return e;
}
