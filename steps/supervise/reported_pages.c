/* reported_pages.c - the transparency reports of a platform: which were read, and what one of them says. */
#include "core/transparency/compare.h"
#include "foundation/base/csv.h"
#include "foundation/base/enc.h"
#include "steps/supervise/reported_in.h"
#include "steps/supervise/supervise_in.h"
#include "steps/supervise/supervise_page.h"

enum { PAGE_ROWS = 50 };

static Str not_given(const Request *req) { return tr(req->ui, N_("not given")); }
static Str amount(const Request *req, bool known, RepKind kind, int64_t milli) {
    if (!known) return not_given(req);
    if (kind == REP_HOURS) return TRF(req->ui, "{n} hours", UA_S("n", ui_dec(req->ui, (double)milli / 1000.0, milli % 1000 == 0 ? 0 : 1)));
    if (kind == REP_SHARE) return ui_percent(req->ui, (double)milli / 100000.0, 1);
    return milli % 1000 == 0 ? ui_int(req->ui, milli / 1000) : ui_dec(req->ui, (double)milli / 1000.0, 3);
}

static UiCrumb *crumbs(const Request *req, const PlatformView *p, Str here, bool deep, size_t *out_n) {
    UiCrumb *c = ARENA_ARRAY(req->a, UiCrumb, 4);
    size_t n = 0;
    c[n++] = (UiCrumb){ .word = tr(req->ui, N_("Platforms")), .href = url_path(req->a, "/platforms") };
    c[n++] = (UiCrumb){ .word = p->f.name, .href = url_path(req->a, "/platform/" STR_FMT, STR_ARG(p->code)) };
    if (deep) c[n++] = (UiCrumb){ .word = tr(req->ui, N_("Transparency reports")), .href = url_path(req->a, "/platform/" STR_FMT "/reports", STR_ARG(p->code)) };
    c[n++] = (UiCrumb){ .word = here };
    *out_n = n;
    return c;
}

static Str day_words(const Request *req, Str iso) {
    Date d;
    return date_parse(iso, &d) == OK ? ui_day(req->ui, d) : not_given(req);
}
static Str period(const Request *req, const ReportedRow *r) { return TRF(req->ui, "{from} to {to}", UA_S("from", day_words(req, r->from)), UA_S("to", day_words(req, r->to))); }

/* ---- the list ---- */
Err supervise_reports_page(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    ReportedRow *all = NULL;
    size_t n = 0;
    TRY(platform_of(ctx, req, &p));
    TRY(reported_rows(ctx, p.code, true, &all, &n));
    int64_t pages = n == 0 ? 1 : (int64_t)((n + PAGE_ROWS - 1) / PAGE_ROWS), page = req_query_int(req, "page", 1, pages, 1);
    size_t from = (size_t)(page - 1) * PAGE_ROWS, rows_n = n - from < PAGE_ROWS ? n - from : PAGE_ROWS;
    TplSuperviseReportsRows *rows = ARENA_ARRAY(req->a, TplSuperviseReportsRows, rows_n + 1);
    for (size_t i = 0; i < rows_n; i++) {
        const ReportedRow *r = &all[from + i], *above = from + i > 0 ? r - 1 : NULL;
        rows[i] = (TplSuperviseReportsRows){ .period = period(req, r), .href = url_path(req->a, "/platform/" STR_FMT "/report/" STR_FMT, STR_ARG(p.code), STR_ARG(id_hex(req->a, r->id))), .form = r->form, .read = r->at, .figures = r->figures,
            .devs = r->devs, .lost = r->lost, .older = above != NULL && str_eq(above->from, r->from) && str_eq(above->to, r->to) };
    }
    TplSuperviseReports t = { .title = TRF(req->ui, "Transparency reports of {name}", UA_S("name", p.f.name)), .rows = rows, .rows_n = rows_n, .total = (int64_t)n, .page = page, .pages = pages, .code = p.code,
        .before = page > 1 ? url_path(req->a, "/platform/" STR_FMT "/reports?page=%lld", STR_ARG(p.code), (long long)page - 1) : (Url){ STR_NONE },
        .after = page < pages ? url_path(req->a, "/platform/" STR_FMT "/reports?page=%lld", STR_ARG(p.code), (long long)page + 1) : (Url){ STR_NONE } };
    t.crumbs = crumbs(req, &p, tr(req->ui, N_("Transparency reports")), false, &t.crumbs_n);
    tpl_supervise_reports(&res->body, req->ui, &t);
    return OK;
}

/* ---- one report ---- */
typedef struct Open { PlatformView p; ReportedRow row; Report r; ReportedAbout about; } Open;
static Err open_one(Ctx *ctx, const Request *req, Open *o) {
    Id id;
    TRY(platform_of(ctx, req, &o->p));
    if (id_parse(req_arg(req, "report"), &id) != OK) return E_MISSING;
    TRY(reported_row(ctx, id, &o->row));
    if (!str_eq(o->row.platform, o->p.code)) return E_MISSING;
    return reported_open(ctx, &o->row, &o->r, &o->about);
}

static Str cell(const Request *req, const Open *o, RepSection s, const char *measure, Str category, Str keyword, RepKind kind) {
    int64_t v = 0;
    bool known = reported_get(&o->r, s, measure, category, keyword, STR_NONE, &v);
    return amount(req, known, kind, v);
}

/* Law and terms together, or the one that was given. */
static Str cells(const Request *req, const Open *o, const char *measure, Str category, Str keyword) {
    int64_t x = 0, y = 0;
    bool a = reported_get(&o->r, REP_OWN_LAW, measure, category, keyword, STR_NONE, &x), b = reported_get(&o->r, REP_OWN_TERMS, measure, category, keyword, STR_NONE, &y);
    return amount(req, a || b, REP_COUNT, (a ? x : 0) + (b ? y : 0));
}

static TplSuperviseReportedRows line(const Request *req, const Open *o, Str label, Str category, Str keyword) {
    return (TplSuperviseReportedRows){ .category = label, .keyword = keyword.n > 0, .notices = cell(req, o, REP_NOTICES, "notices", category, keyword, REP_COUNT), .notices_tf = cell(req, o, REP_NOTICES, "notices_tf", category, keyword, REP_COUNT),
        .items_tf = cell(req, o, REP_NOTICES, "items_tf", category, keyword, REP_COUNT), .median = cell(req, o, REP_NOTICES, "median", category, keyword, REP_HOURS), .median_tf = cell(req, o, REP_NOTICES, "median_tf", category, keyword, REP_HOURS),
        .law = cell(req, o, REP_NOTICES, "law", category, keyword, REP_COUNT), .terms = cell(req, o, REP_NOTICES, "terms", category, keyword, REP_COUNT), .own = cells(req, o, "measures", category, keyword), .automated = cells(req, o, "automated", category, keyword) };
}

/* The total, and the categories and keywords that the crosswalk of the law data has, in the template's order. */
static void table(Ctx *ctx, const Request *req, const Open *o, TplSuperviseReported *t) {
    RepTemplate tpl;
    const LawCross *const *x = NULL;
    Date day;
    must(date_parse(o->row.to, &day) == OK);
    size_t n = law_cross_list(ctx->app->law, day, req->a, &x), k = 0;
    rep_template(req->a, &tpl);
    TplSuperviseReportedRows *rows = ARENA_ARRAY(req->a, TplSuperviseReportedRows, tpl.categories_n + 1);
    rows[k++] = line(req, o, tr(req->ui, N_("All categories")), S("TOTAL"), STR_NONE);
    for (size_t i = 0; i < tpl.categories_n; i++) {
        const RepCategory *c = &tpl.categories[i];
        bool ours = false;
        for (size_t j = 0; j < n && !ours; j++) ours = str_eq(x[j]->scheme, S("TDB2")) && (c->keyword ? str_eq(x[j]->sub, c->code) && str_eq(x[j]->value, c->parent) : str_eq(x[j]->value, c->code));
        if (ours) rows[k++] = line(req, o, c->title, c->keyword ? c->parent : c->code, c->keyword ? c->code : STR_NONE);
    }
    t->rows = rows;
    t->rows_n = k;
}

static void others(Ctx *ctx, const Request *req, const Open *o, TplSuperviseReported *t) {
    OrgRow org;
    Str home = org_by_id(ctx, ctx->app->org, &org) == OK ? org.country : law_home(ctx->app->law), language = law_letters(ctx->app->law, home);
    const struct { const char *label; RepSection s; const char *measure; Str scope; } list[] = {
        { N_("Complaints of users"), REP_APPEALS, "complaints", S("Total number") }, { N_("Decisions reversed after a complaint"), REP_APPEALS, "complaints", S("Decisions reversed") },
        { N_("Disputes before an out-of-court body"), REP_APPEALS, "disputes", S("Total number") }, { N_("Suspended for manifestly illegal content"), REP_APPEALS, "suspended_content", S("Total number") },
        { N_("Moderators, own"), REP_PEOPLE, "moderators_own", S("Total number") }, { N_("Moderators, hired"), REP_PEOPLE, "moderators_hired", S("Total number") },
        { N_("Moderators for the language {language}"), REP_PEOPLE, "moderators_language", language }, { N_("Recipients a month in the EU"), REP_RECIPIENTS, "recipients", S("TOTAL") }, { N_("Recipients a month in {country}"), REP_RECIPIENTS, "recipients", home } };
    TplSuperviseReportedOthers *v = ARENA_ARRAY(req->a, TplSuperviseReportedOthers, LEN(list));
    for (size_t i = 0; i < LEN(list); i++) {
        int64_t milli = 0;
        bool known = reported_get(&o->r, list[i].s, list[i].measure, STR_NONE, STR_NONE, list[i].scope, &milli);
        Str label = i == 6 ? TRF(req->ui, "Moderators for the language {language}", UA_S("language", language)) : i == 8 ? TRF(req->ui, "Recipients a month in {country}", UA_S("country", home)) : tr(req->ui, list[i].label);
        v[i] = (TplSuperviseReportedOthers){ .label = label, .value = amount(req, known, REP_COUNT, milli) };
    }
    t->others = v;
    t->others_n = LEN(list);
}

static Err own(Ctx *ctx, const Request *req, const Open *o, TplSuperviseReported *t) {
    RepOwn ours;
    bool flagger = false;
    TRY(reported_own(ctx, &o->row, &ours, &flagger));
    RepOwnBeside b = reported_beside_own(&o->r, flagger, ours);
    UiArg args[] = { UA_S("ours", ui_int(req->ui, ours.notices)), UA_S("items", ui_int(req->ui, ours.items)), UA_S("theirs", b.notices == RO_NOT_GIVEN ? not_given(req) : ui_int(req->ui, b.notices_reported)),
        UA_S("their_items", b.items == RO_NOT_GIVEN ? not_given(req) : ui_int(req->ui, b.items_reported)) };
    bool is_short = b.notices == RO_SHORT || b.items == RO_SHORT, none = b.notices == RO_NO_FLAGGER && b.items == RO_NO_FLAGGER;
    t->own_state = is_short ? STATE_LATE : none ? STATE_NONE : STATE_INFO;
    t->own_title = tr(req->ui, is_short ? N_("The report counts fewer than we alone sent") : none ? N_("Nothing to compare") : N_("Ours fit in what the report counts"));
    if (!flagger) t->own_text = tr(req->ui, N_("This organisation is no trusted flagger, so its notices are not among those that the report counts apart."));
    else if (none) t->own_text = tr(req->ui, N_("No notice was sent to this platform from here in this period."));
    else t->own_text = trf(req->ui, N_("Sent from here as a trusted flagger: {ours} notices about {items} items. Reported for all trusted flaggers together: {theirs} notices about {their_items} items."), args, LEN(args));
    return OK;
}

static void facts(const Request *req, const Open *o, TplSuperviseReported *t) {
    UiItem *f = ARENA_ARRAY(req->a, UiItem, 10);
    size_t n = 0;
    Buf b = buf_new(65536);
    for (int s = 1; s < REP_SECTIONS; s++)
        if ((o->row.sections >> s & 1) != 0) buf_printf(&b, "%s%s", b.n > 0 ? ", " : "", rep_section_slug((RepSection)s));
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Provider, as the report says")), .text = o->about.provider.n > 0 ? o->about.provider : not_given(req) };
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Period")), .text = period(req, &o->row) };
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Published, as the report says")), .text = day_words(req, o->about.published) };
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Sections found")), .text = str_dup(req->a, buf_str(&b)) };
    buf_clear(&b);
    for (size_t i = 0; i < o->about.files_n; i++) buf_printf(&b, "%s" STR_FMT " (" STR_FMT ")", i > 0 ? ", " : "", STR_ARG(o->about.files[i].name), STR_ARG(hex_enc(req->a, o->about.files[i].sha256)));
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Files and their SHA-256")), .text = str_dup(req->a, buf_str(&b)) };
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Read")), .text = ui_when(req->ui, o->row.at) };
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Figures")), .text = TRF(req->ui, "{n}; {m} fields were left empty", UA_I("n", o->row.figures), UA_I("m", o->row.blank)) };
    buf_free(&b);
    t->facts = f;
    t->facts_n = n;
}

static void deviations(const Request *req, const Open *o, TplSuperviseReported *t) {
    Str only = req_query(req, "section");
    const RepDeviation **v = ARENA_ARRAY(req->a, const RepDeviation *, o->r.devs_n + 1);
    UiOption *options = ARENA_ARRAY(req->a, UiOption, REP_SECTIONS + 1);
    size_t n = 0, k = 0;
    for (size_t i = 0; i < o->r.devs_n; i++)
        if (only.n == 0 || str_eq(only, str_c(rep_section_slug(o->r.devs[i].section)))) v[n++] = &o->r.devs[i];
    for (int s = 1; s < REP_SECTIONS; s++) options[k++] = (UiOption){ .value = str_c(rep_section_slug((RepSection)s)), .label = str_c(rep_section_slug((RepSection)s)) };
    int64_t pages = n == 0 ? 1 : (int64_t)((n + PAGE_ROWS - 1) / PAGE_ROWS), page = req_query_int(req, "page", 1, pages, 1);
    size_t from = (size_t)(page - 1) * PAGE_ROWS, rows_n = n - from < PAGE_ROWS ? n - from : PAGE_ROWS;
    TplSuperviseReportedDevs *rows = ARENA_ARRAY(req->a, TplSuperviseReportedDevs, rows_n + 1);
    for (size_t i = 0; i < rows_n; i++) {
        const RepDeviation *d = v[from + i];
        rows[i] = (TplSuperviseReportedDevs){ .section = str_c(rep_section_slug(d->section)), .file = d->file > 0 && d->file <= o->about.files_n ? o->about.files[d->file - 1].name : S(""), .place = rep_place(req->a, d),
            .what = tr(req->ui, rep_dev_words[d->dev]), .found = d->what, .expected = d->expected, .lost = rep_dev_lost(d->dev) };
    }
    Url base = only.n > 0 ? url_with(req->a, t->self, "section", only) : t->self;
    t->devs = rows;
    t->devs_n = rows_n;
    t->devs_total = o->row.devs;
    t->devs_more = o->about.devs_more;
    t->page = page;
    t->pages = pages;
    t->before = page > 1 ? url_with(req->a, base, "page", str_fmt(req->a, "%lld", (long long)page - 1)) : (Url){ STR_NONE };
    t->after = page < pages ? url_with(req->a, base, "page", str_fmt(req->a, "%lld", (long long)page + 1)) : (Url){ STR_NONE };
    t->only = only;
    t->sections = options;
    t->sections_n = k;
}

static void cannot(const Request *req, TplSuperviseReported *t) {
    TplSuperviseReportedCannot *v = ARENA_ARRAY(req->a, TplSuperviseReportedCannot, 16);
    size_t n = 0;
    for (; rep_cannot_compare[n] != NULL; n++) v[n] = (TplSuperviseReportedCannot){ .text = tr(req->ui, rep_cannot_compare[n]) };
    t->cannot = v;
    t->cannot_n = n;
}

/* A ratio only when every day was read: else it is about other days than the report is. */
static Err statements(Ctx *ctx, const Request *req, const Open *o, TplSuperviseReported *t) {
    ReportedStatements s;
    RepBeside *b = NULL;
    size_t n = 0;
    TRY(reported_statements(ctx, &o->row, &s));
    t->compare_none = tr(req->ui, s.damaged ? N_("A file of the statements is damaged; keten sor ask makes it anew.") : N_("No statements of this platform and period were read here."));
    if (s.days_read == 0) return OK;
    reported_beside(req->a, &o->r, s.v, s.n, &b, &n);
    TplSuperviseReportedBeside *rows = ARENA_ARRAY(req->a, TplSuperviseReportedBeside, n + 1);
    for (size_t i = 0; i < n; i++)
        rows[i] = (TplSuperviseReportedBeside){ .category = str_eq(b[i].category, S("TOTAL")) ? tr(req->ui, N_("All categories")) : b[i].category, .pair = rep_pair_words[b[i].pair], .reported = b[i].reported_known ? ui_int(req->ui, b[i].reported) : not_given(req),
            .statements = ui_int(req->ui, b[i].statements), .ratio = s.days_read < s.days ? tr(req->ui, N_("not all days were read")) : b[i].ratio_known ? ui_dec(req->ui, b[i].ratio, 2) : S("") };
    t->compared = true;
    t->beside = rows;
    t->beside_n = n;
    t->days = TRF(req->ui, "{read} of the {all} days of the period were read.", UA_I("read", s.days_read), UA_I("all", s.days));
    return OK;
}

Err supervise_reported_page(Ctx *ctx, const Request *req, Response *res) {
    Open *o = ARENA_NEW(req->a, Open);
    ReportedRow newest;
    TRY(open_one(ctx, req, o));
    Str base = str_fmt(req->a, "/platform/" STR_FMT "/report/" STR_FMT, STR_ARG(o->p.code), STR_ARG(id_hex(req->a, o->row.id)));
    TplSuperviseReported t = { .title = TRF(req->ui, "Transparency report of {name}", UA_S("name", o->p.f.name)), .self = url_path(req->a, STR_FMT, STR_ARG(base)), .figures_csv = url_path(req->a, STR_FMT "/figures.csv", STR_ARG(base)),
        .devs_csv = url_path(req->a, STR_FMT "/deviations.csv", STR_ARG(base)) };
    TRY(reported_newest(ctx, o->p.code, o->row.from, o->row.to, &newest));
    t.older = !id_eq(newest.id, o->row.id);
    t.crumbs = crumbs(req, &o->p, period(req, &o->row), true, &t.crumbs_n);
    facts(req, o, &t);
    table(ctx, req, o, &t);
    others(ctx, req, o, &t);
    TRY(own(ctx, req, o, &t));
    TRY(statements(ctx, req, o, &t));
    cannot(req, &t);
    deviations(req, o, &t);
    tpl_supervise_reported(&res->body, req->ui, &t);
    return OK;
}

/* ---- files ---- */
static Str milli_text(Arena *a, int64_t milli) {
    if (milli % 1000 == 0) return str_fmt(a, "%lld", (long long)(milli / 1000));
    return str_fmt(a, "%lld.%03lld", (long long)(milli / 1000), (long long)(milli % 1000));
}

static void row_of(Buf *b, const Str *v, size_t n) {
    for (size_t i = 0; i < n; i++) csv_field_safe(b, v[i], ',', i == 0);
    csv_end(b);
}

Err supervise_reported_csv(Ctx *ctx, const Request *req, Response *res) {
    static const char *const units[REP_KINDS] = { "number", "hours", "percent" };
    static const Str head[] = { { "section", 7 }, { "measure", 7 }, { "category", 8 }, { "keyword", 7 }, { "other", 5 }, { "scope", 5 }, { "unit", 4 }, { "value", 5 }, { "file", 4 }, { "row", 3 }, { "column", 6 } };
    Open *o = ARENA_NEW(req->a, Open);
    TRY(open_one(ctx, req, o));
    res_download(res, "text/csv; charset=utf-8", str_fmt(req->a, "report-" STR_FMT "-" STR_FMT "-figures.csv", STR_ARG(o->p.code), STR_ARG(o->row.to)));
    row_of(&res->body, head, LEN(head));
    for (size_t i = 0; i < o->r.figures_n; i++) {
        const RepFigure *f = &o->r.figures[i];
        Str v[] = { str_c(rep_section_slug(f->section)), f->measure, f->category, f->keyword, f->other, f->scope, str_c(units[f->kind]), milli_text(req->a, f->milli),
            f->file > 0 && f->file <= o->about.files_n ? o->about.files[f->file - 1].name : S(""), str_fmt(req->a, "%u", f->row), str_fmt(req->a, "%u", f->col) };
        row_of(&res->body, v, LEN(v));
    }
    return OK;
}

Err supervise_devs_csv(Ctx *ctx, const Request *req, Response *res) {
    static const Str head[] = { { "code", 4 }, { "section", 7 }, { "file", 4 }, { "row", 3 }, { "rows", 4 }, { "column", 6 }, { "what", 4 }, { "expected", 8 }, { "lost", 4 } };
    Open *o = ARENA_NEW(req->a, Open);
    TRY(open_one(ctx, req, o));
    res_download(res, "text/csv; charset=utf-8", str_fmt(req->a, "report-" STR_FMT "-" STR_FMT "-deviations.csv", STR_ARG(o->p.code), STR_ARG(o->row.to)));
    row_of(&res->body, head, LEN(head));
    for (size_t i = 0; i < o->r.devs_n; i++) {
        const RepDeviation *d = &o->r.devs[i];
        Str v[] = { str_c(rep_dev_codes[d->dev]), str_c(rep_section_slug(d->section)), d->file > 0 && d->file <= o->about.files_n ? o->about.files[d->file - 1].name : S(""), d->row > 0 ? str_fmt(req->a, "%u", d->row) : S(""),
            str_fmt(req->a, "%u", d->rows), d->col > 0 ? str_fmt(req->a, "%u", d->col) : S(""), d->what, d->expected, rep_dev_lost(d->dev) ? S("yes") : S("no") };
        row_of(&res->body, v, LEN(v));
    }
    return OK;
}
