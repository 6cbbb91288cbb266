/* desk_export.c - the form, the act, and the file made from the record when it is fetched. */
#include "core/desk/desk_export.h"
#include "core/case/formkit.h"
#include "foundation/base/csv.h"
#include "foundation/base/when.h"

#define END { NULL, F_END, CLEAR, false, 0 }
enum { FETCH_MS = 10 * 60 * 1000, SHOWN = 50, FILE_BYTES = 64 << 20 };
static const char *const states[] = { "all", "open", "closed", NULL }, *const lanes[] = { "any", "adult", "minor", "unknown", NULL };

/* A column is a bit of the act: new ones come at the end. The last word: does it point at a case, a link or a person. */
#define COLS(X) \
    X(REF, "reference", N_("Reference"), true) X(URL, "link", N_("Link"), true) X(HOST, "host", N_("Host"), true) X(OPENED, "opened", N_("Day it came in"), false) \
    X(SOURCE, "source", N_("Who reported"), false) X(LANE, "lane", N_("Age lane"), false) X(RISK, "risk", N_("Risk"), false) X(OFFENCES, "offences", N_("Offences"), false) \
    X(PLATFORM, "platform", N_("Platform"), false) X(KIND, "kind", N_("Kind of link"), false) X(ADDED, "added", N_("Day the link was added"), false) \
    X(NOTICES, "notices", N_("Notices"), false) X(FIRST, "first_notice", N_("First notice"), false) X(LAST, "last_notice", N_("Last notice"), false) \
    X(ANSWERED, "answered", N_("Notices with an answer"), false) X(VERDICT, "verdict", N_("Last verdict"), false) X(LOOKED, "looked", N_("Last look"), false) \
    X(LOOKS, "looks", N_("Looks"), false) X(GONE, "gone", N_("Proven gone since"), false) X(RETURNED, "returned", N_("Times it came back"), false) \
    X(CLOSED, "closed", N_("Day the case was closed"), false) X(WHY, "close_reason", N_("Why it was closed"), false)
#define COL_CODE(code, id, word, points) X_##code,
#define COL_ROW(code, id, word, points) { id, word, points },
#define COL_ID(code, id, word, points) id,
typedef enum Col { COLS(COL_CODE) X_COLS } Col;
static const struct { const char *id, *word; bool points; } cols[X_COLS] = { COLS(COL_ROW) };
static const char *const col_ids[X_COLS + 1] = { COLS(COL_ID) NULL };

const Param export_form[6] = { { .name = "from", .kind = P_DATE, .label = N_("Came in from") }, { .name = "until", .kind = P_DATE, .label = N_("Up to and including") },
    { .name = "state", .kind = P_CHOICE, .required = true, .choices = states, .label = N_("Which cases") }, { .name = "lane", .kind = P_CHOICE, .required = true, .choices = lanes, .label = N_("Age lane") },
    { .name = "columns", .kind = P_CHOICE, .required = true, .many = true, .choices = col_ids, .label = N_("Columns") }, { .name = "anonymous", .kind = P_BOOL, .label = N_("Without references, links and hosts") } };

/* ---- the act ---- */
static const FieldDef made_fields[] = { { "from", F_TIME, CLEAR, false, 0 }, { "until", F_TIME, CLEAR, false, 0 }, { "state", F_CODE, CLEAR, true, 0 }, { "lane", F_CODE, CLEAR, false, 0 }, { "columns", F_INT, CLEAR, true, INT32_MAX }, { "anonymous", F_INT, CLEAR, true, 1 }, END };

static bool sees_all(const Ctx *c) { return (c->person.roles & (R_WORKER | R_LEAD)) != 0; }

static Err check_made(Ctx *c, const Act *a) {
    int64_t mask = act_get_int(a, "columns");
    bool anonymous = act_get_int(a, "anonymous") != 0;
    if (mask <= 0 || mask >= (INT64_C(1) << X_COLS)) return ctx_refuse(c, E_INPUT, "columns", "This choice is not known.");
    for (int i = 0; anonymous && i < X_COLS; i++)
        if ((mask >> i & 1) != 0 && cols[i].points) return ctx_refuse(c, E_INPUT, "columns", N_("An anonymous list has no references, links or hosts."));
    if (!anonymous && !sees_all(c)) return ctx_refuse(c, E_INPUT, "anonymous", N_("You do not work on cases, so your list is an anonymous one."));
    return OK;
}
const ActDef act_export_made = { "export.made", 1, OBJ_NONE, "export.make", false, true, made_fields, check_made, apply_export_made, NULL, N_("A list was taken out") };

/* ---- the file ---- */
static void put_day(const Ctx *c, Buf *b, UnixMs at, bool first) {
    Date d = civil_at(c->app->zone, at).date;
    csv_field(b, at == 0 ? STR_NONE : str_fmt(c->arena, "%04d-%02d-%02d", d.y, d.m, d.d), ',', first);
}

static void put_int(const Ctx *c, Buf *b, int64_t v, bool first) { csv_field(b, str_fmt(c->arena, "%lld", (long long)v), ',', first); }

static Str host_of(Str url) {
    size_t at = 0;
    if (str_find(url, S("://"), &at)) url = str_sub(url, at + 3, url.n);
    for (at = 0; at < url.n && strchr("/?#", url.p[at]) == NULL; at++) continue;
    return str_sub(url, 0, at);
}

static void put_cell(const Ctx *c, Buf *b, const ExportLine *l, Col col, bool first) {
    const LocationRow *p = &l->location;
    const Str texts[X_COLS] = { [X_REF] = l->ref, [X_URL] = p->url, [X_HOST] = host_of(p->url), [X_SOURCE] = l->source, [X_LANE] = l->lane, [X_OFFENCES] = l->offences, [X_PLATFORM] = p->platform, [X_KIND] = p->kind, [X_VERDICT] = p->verdict, [X_WHY] = l->close_why };
    const UnixMs days[X_COLS] = { [X_OPENED] = l->opened, [X_ADDED] = l->added, [X_FIRST] = l->first_notice, [X_LAST] = l->last_notice, [X_LOOKED] = p->verdict_at, [X_GONE] = p->gone, [X_CLOSED] = l->closed };
    const int64_t counts[X_COLS] = { [X_RISK] = l->risk, [X_NOTICES] = l->notices, [X_ANSWERED] = l->answered, [X_LOOKS] = p->checks, [X_RETURNED] = p->returned };
    const uint64_t day = 1u << X_OPENED | 1u << X_ADDED | 1u << X_FIRST | 1u << X_LAST | 1u << X_LOOKED | 1u << X_GONE | 1u << X_CLOSED, count = 1u << X_RISK | 1u << X_NOTICES | 1u << X_ANSWERED | 1u << X_LOOKS | 1u << X_RETURNED;
    if ((day >> col & 1) != 0) put_day(c, b, days[col], first);
    else if ((count >> col & 1) != 0) put_int(c, b, counts[col], first);
    else csv_field_safe(b, texts[col], ',', first);
}

static void put_head(Buf *b, const ExportRow *e) {
    bool first = true;
    for (int i = 0; i < X_COLS; i++)
        if ((e->columns >> i & 1) != 0) {
            csv_field(b, str_c(cols[i].id), ',', first);
            first = false;
        }
    csv_end(b);
}

static Err write_file(Ctx *c, const ExportRow *e, Str *out) {
    ExportLine *l = NULL;
    size_t n = 0;
    TRY(export_lines(c, e, &l, &n));
    if (n > EXPORT_LINES_MAX) return ctx_refuse(c, E_LIMIT, "from", N_("This is more than 20,000 links. Take a shorter time."));
    LocationRow *rows = ARENA_ARRAY(c->arena, LocationRow, n + 1);
    for (size_t i = 0; i < n; i++) rows[i] = l[i].location;
    bool opens = (e->columns & (1 << X_URL | 1 << X_HOST)) != 0;
    if (opens) TRY(location_open(c, rows, n));
    Buf b = buf_new(FILE_BYTES);
    put_head(&b, e);
    for (size_t i = 0; i < n; i++) {
        bool first = true;
        l[i].location = rows[i];
        for (int k = 0; k < X_COLS; k++)
            if ((e->columns >> k & 1) != 0) {
                put_cell(c, &b, &l[i], (Col)k, first);
                first = false;
            }
        csv_end(&b);
    }
    Err err = buf_err(&b);
    if (err == OK) *out = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    return err;
}

/* ---- pages ---- */
static UiOption *words(const UiCtx *ui, const char *const *codes, const char *const *list, size_t *out_n) {
    size_t n = 0;
    while (codes[n] != NULL) n++;
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, n);
    for (size_t i = 0; i < n; i++) o[i] = (UiOption){ .value = str_c(codes[i]), .label = tr(ui, list[i]) };
    *out_n = n;
    return o;
}

static Str span_of(Ctx *c, const UiCtx *ui, const ExportRow *e) {
    Str from = e->from == 0 ? tr(ui, N_("the beginning")) : ui_day(ui, civil_at(c->app->zone, e->from).date), until = e->until == 0 ? tr(ui, N_("today")) : ui_day(ui, civil_at(c->app->zone, e->until).date);
    return str_fmt(ui->a, STR_FMT " – " STR_FMT, STR_ARG(from), STR_ARG(until));
}

static Err shown(Ctx *c, const Request *req, Response *res, Form *form) {
    static const char *const state_words[] = { N_("all cases"), N_("open cases"), N_("closed cases") }, *const lane_words[] = { N_("any"), N_("adult"), N_("minor"), N_("age not known") };
    const UiCtx *ui = req->ui;
    ExportRow *e = NULL;
    size_t n = 0, k = 0;
    bool all = sees_all(c);
    TplDeskExport t = { .form = form, .self = url_path(ui->a, "/desk/export"), .worker = all };
    t.states = words(ui, states, state_words, &t.states_n);
    t.lanes = words(ui, lanes, lane_words, &t.lanes_n);
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, X_COLS);
    for (int i = 0; i < X_COLS; i++)
        if (all || !cols[i].points) o[k++] = (UiOption){ .value = str_c(cols[i].id), .label = tr(ui, cols[i].word) };
    t.columns = o;
    t.columns_n = k;
    TRY(export_list(c, SHOWN, &e, &n));
    TplDeskExportRows *rows = ARENA_ARRAY(ui->a, TplDeskExportRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        size_t count = 0;
        for (int j = 0; j < X_COLS; j++) count += (e[i].columns >> j & 1) != 0;
        bool fetch = id_eq(e[i].by, c->person.user) && e[i].at + FETCH_MS > c->now;
        rows[i] = (TplDeskExportRows){ .at = e[i].at, .who = desk_user(c, e[i].by), .span = span_of(c, ui, &e[i]), .count = (int64_t)count, .anonymous = e[i].anonymous };
        if (fetch) rows[i].href = url_path(ui->a, "/desk/export/%s/file", id_hex(ui->a, e[i].id).p);
    }
    t.rows = rows;
    t.rows_n = n;
    tpl_desk_export(&res->body, ui, &t);
    return OK;
}

Err export_page(Ctx *c, const Request *req, Response *res) {
    static const Col first[] = { X_OPENED, X_LANE, X_OFFENCES, X_PLATFORM, X_NOTICES, X_FIRST, X_VERDICT, X_GONE };
    Str usual[LEN(first)];
    for (size_t i = 0; i < LEN(first); i++) usual[i] = str_c(cols[first[i]].id);
    Form *f = form_page(req, export_form, LEN(export_form));
    form_set(f, "state", S("all"));
    form_set(f, "lane", S("any"));
    form_set_many(req->a, f, "columns", usual, LEN(usual));
    if (!sees_all(c)) form_set(f, "anonymous", S("1"));
    return shown(c, req, res, f);
}

static Act *made_act(Ctx *c, const Form *f, Id id) {
    Act *a = act_new(c, &act_export_made, f->act, ID_NONE, id);
    int64_t mask = 0;
    Str lane = form_text(f, "lane");
    for (int i = 0; i < X_COLS; i++)
        if (form_has(f, "columns", str_c(cols[i].id))) mask |= INT64_C(1) << i;
    if (form_at(f, "from")->given) act_time(a, "from", day_start(c->app->zone, form_date(f, "from")));
    if (form_at(f, "until")->given) act_time(a, "until", day_end(c->app->zone, form_date(f, "until")));
    act_code(a, "state", form_text(f, "state"));
    if (!str_eq(lane, S("any"))) act_code(a, "lane", lane);
    act_int(a, "columns", mask);
    act_int(a, "anonymous", form_bool(f, "anonymous"));
    return a;
}

Err export_post(Ctx *c, const Request *req, Response *res) {
    Form *f = req->form;
    Str text = STR_NONE;
    Id id = f->act;
    if (f->errors == 0 && form_at(f, "from")->given && form_at(f, "until")->given && date_cmp(form_date(f, "until"), form_date(f, "from")) < 0) form_fail(f, "until", N_("This day lies before the first one."));
    Err err = f->errors > 0 ? E_INPUT : OK;
    if (err == OK) {
        Act *a = made_act(c, f, id);
        ExportRow e = { .from = act_get_int(a, "from"), .until = act_get_int(a, "until"), .state = act_get_code(a, "state"), .lane = act_get_code(a, "lane"), .columns = act_get_int(a, "columns"), .anonymous = form_bool(f, "anonymous") };
        err = write_file(c, &e, &text); /* too much is said here, not at the download */
        if (err == OK) err = journal_one(c, a);
        if (err == E_CONFLICT) err = OK; /* the same form sent twice */
        else if (err != OK) TRY(form_refused(c, req, err));
    }
    if (err != OK) {
        res_again(res, "/desk/export");
        return OK;
    }
    res_said(res, N_("The list is ready. That it is taken out stands in the record."));
    res_redirect(res, "/desk/export");
    return OK;
}

Err export_file(Ctx *c, const Request *req, Response *res) {
    ExportRow e;
    Id id;
    Str text = STR_NONE;
    TRY(req_id(req, "export", &id));
    TRY(export_by_id(c, id, &e));
    if (!id_eq(e.by, c->person.user)) return E_MISSING;
    if (e.at + FETCH_MS < c->now || (!e.anonymous && !sees_all(c))) return E_MISSING;
    TRY(write_file(c, &e, &text));
    Date d = civil_at(c->app->zone, e.at).date;
    res_download(res, "text/csv; charset=utf-8", str_fmt(req->a, "keten-%04d-%02d-%02d.csv", d.y, d.m, d.d));
    res_pieces(res, text);
    return OK;
}
