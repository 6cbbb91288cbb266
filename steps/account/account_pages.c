/* account_pages.c - the account as pages, and what bodies answered for it. */
#include "core/case/formkit.h"
#include "steps/account/account_in.h"
#include "steps/account/account_page.h"

enum { YEARS_MAX = 30, BARS_MAX = 30, FILE_OUT_MAX = 16 << 20 };

static Err year_of(const Request *req, int *out) {
    int64_t y = 0;
    if (str_i64(req_arg(req, "year"), ACCOUNT_YEAR_FIRST, ACCOUNT_YEAR_LAST, &y) != OK) return E_MISSING;
    *out = (int)y;
    return OK;
}

static Str cell_text(const UiCtx *ui, const AccountCol *col, const AccountCell *cell) {
    if (cell->hidden) return tr(ui, N_("hidden"));
    if (!cell->known) return tr(ui, N_("missing"));
    if (col->kind == COL_COUNT) return ui_int(ui, (int64_t)cell->value);
    return TRF(ui, N_("{days} (of {n})"), UA_S("days", ui_dec(ui, cell->value, 1)), UA_I("n", cell->behind));
}

static int64_t figure(const Account *acc, const char *table, const char *key, const char *col, bool *out_known) {
    const AccountFigures *f = account_table(acc, table);
    *out_known = false;
    for (size_t k = 0; f != NULL && k < f->table->cols_n; k++) {
        if (strcmp(f->table->cols[k].id, col) != 0) continue;
        const AccountCell *cell = strcmp(key, "=total") == 0 ? &f->total.cell[k] : NULL;
        for (size_t i = 0; cell == NULL && i < f->n; i++)
            if (str_eq(f->rows[i].key, str_c(key))) cell = &f->rows[i].cell[k];
        if (cell == NULL || !cell->known || cell->hidden) return 0;
        *out_known = true;
        return (int64_t)cell->value;
    }
    return 0;
}

static Str sentence(const UiCtx *ui, const Account *acc) {
    bool a = false, b = false;
    int64_t asked = figure(acc, "filings_by_body", "=total", "asked", &a), late = figure(acc, "filings_by_body", "=total", "late", &b);
    if (a && asked == 0) return TRF(ui, N_("In {year} nothing was filed at a body that can act."), UA_S("year", str_fmt(ui->a, "%d", acc->year)));
    if (!a) return TRF(ui, N_("In {year} too few filings were made at bodies that can act to show their number."), UA_S("year", str_fmt(ui->a, "%d", acc->year)));
    if (!b) return TRF(ui, N_("In {year} {asked} filings were made at bodies that can act."), UA_S("year", str_fmt(ui->a, "%d", acc->year)), UA_I("asked", asked));
    return TRF(ui, N_("In {year} {asked} filings were made at bodies that can act. On {late} no decision came within the term."), UA_S("year", str_fmt(ui->a, "%d", acc->year)), UA_I("asked", asked), UA_I("late", late));
}
static Str second(const UiCtx *ui, const Account *acc) {
    bool a = false, b = false, c = false;
    int64_t asked = figure(acc, "notices_by_holder", "=total", "asked", &a), removed = figure(acc, "notices_by_holder", "=total", "removed", &b), silent = figure(acc, "notices_by_holder", "=total", "silent", &c);
    if (!a || asked == 0) return tr(ui, N_("Too few notices went to platforms and hosts to show their number."));
    if (!b || !c) return TRF(ui, N_("{asked} notices went to platforms and hosts."), UA_I("asked", asked));
    return TRF(ui, N_("{asked} notices went to platforms and hosts; {removed} led to removal according to the recipient, {silent} were met with silence."), UA_I("asked", asked), UA_I("removed", removed), UA_I("silent", silent));
}

static Html funnel(const UiCtx *ui, const Account *acc) {
    static const struct { const char *col; const char *word; UiState state; } steps[] = { { "asked", N_("Filed"), STATE_INFO }, { "received", N_("Receipt"), STATE_DONE }, { "acted", N_("Visible act"), STATE_DONE }, { "decided", N_("Decided"), STATE_DONE } };
    ChartStep *s = ARENA_ARRAY(ui->a, ChartStep, LEN(steps));
    size_t n = 0;
    for (size_t i = 0; i < LEN(steps); i++) {
        bool known = false;
        int64_t count = figure(acc, "filings_by_body", "=total", steps[i].col, &known);
        if (known) s[n++] = (ChartStep){ .label = tr(ui, steps[i].word), .count = count, .state = steps[i].state };
    }
    return n == 0 || s[0].count == 0 ? (Html){ STR_NONE } : chart_funnel(ui, tr(ui, N_("What came of filings")), s, n);
}

/* The silent share of each body or recipient; hidden ones are left out of the picture and stand in the table. */
static Html silent_bars(Ctx *c, const UiCtx *ui, const Account *acc, const char *table, const char *title) {
    const AccountFigures *f = account_table(acc, table);
    ChartBar *bars = ARENA_ARRAY(ui->a, ChartBar, BARS_MAX);
    size_t n = 0;
    for (size_t i = 0; i < f->n && n < BARS_MAX; i++) {
        bool known = false;
        int64_t silent = figure(acc, table, str_z(c->arena, f->rows[i].key), "silent", &known);
        if (known && silent > 0) bars[n++] = (ChartBar){ .label = account_key_word(c, ui, f->table, f->rows[i].key), .value = (double)silent, .state = STATE_SILENT };
    }
    return n > 0 ? chart_bars(ui, tr(ui, title), tr(ui, N_("silent")), bars, n) : (Html){ STR_NONE };
}

static UiCell *row_cells(const UiCtx *ui, const AccountFigures *f, const AccountRow *row) {
    UiCell *cells = ARENA_ARRAY(ui->a, UiCell, f->table->cols_n);
    for (size_t k = 0; k < f->table->cols_n; k++) {
        bool no_sum = row == &f->total && f->table->cols[k].kind == COL_MEDIAN; /* medians add up to nothing */
        cells[k] = (UiCell){ .text = no_sum ? S("–") : cell_text(ui, &f->table->cols[k], &row->cell[k]), .number = true };
    }
    return cells;
}

static TplAccountYearTables table_of(Ctx *c, const UiCtx *ui, int year, const AccountFigures *f) {
    const AccountTable *t = f->table;
    UiCell *head = ARENA_ARRAY(ui->a, UiCell, t->cols_n + 1);
    TplAccountYearTablesRows *rows = ARENA_ARRAY(ui->a, TplAccountYearTablesRows, f->n + 1);
    size_t n = 0;
    head[0] = (UiCell){ .text = tr(ui, t->key_word) };
    for (size_t k = 0; k < t->cols_n; k++) head[k + 1] = (UiCell){ .text = tr(ui, t->cols[k].word), .href = url_path(ui->a, "/account/%d/table/%s#%s", year, t->id, t->cols[k].id), .number = true };
    for (size_t i = 0; i < f->n; i++) rows[n++] = (TplAccountYearTablesRows){ .key = account_key_word(c, ui, t, f->rows[i].key), .cells = row_cells(ui, f, &f->rows[i]), .cells_n = t->cols_n };
    if (t->total && f->n > 0) rows[n++] = (TplAccountYearTablesRows){ .key = tr(ui, N_("Total")), .cells = row_cells(ui, f, &f->total), .cells_n = t->cols_n };
    return (TplAccountYearTables){ .id = str_c(t->id), .title = t->title, .query_url = url_path(ui->a, "/account/%d/table/%s", year, t->id), .head = head, .head_n = t->cols_n + 1, .rows = rows, .rows_n = n, .empty = f->n == 0 };
}

/* ---- what bodies say themselves ---- */
static size_t reply_elements(Ctx *c, const LawContent **out, size_t max) {
    static const char *const asked[] = { "result", "means", "priority", "promises", "care" }; /* what only the body itself can tell; the rest we count */
    const LawContent *const *rows = NULL;
    size_t n = law_contents(c->app->law, S("account"), civil_at(c->app->zone, c->now).date, c->arena, &rows), k = 0;
    for (size_t i = 0; i < n && k < max; i++)
        for (size_t a = 0; a < LEN(asked); a++)
            if (str_eq(rows[i]->element, str_c(asked[a]))) out[k++] = rows[i];
    return k;
}

static Str reply_text(Ctx *c, const UiCtx *ui, const ReplyRow *rows, size_t n, Str authority, Str element, bool *out_known) {
    *out_known = false;
    for (size_t i = 0; i < n; i++) {
        Str text = STR_NONE;
        if (!str_eq(rows[i].authority, authority) || !str_eq(rows[i].element, element)) continue;
        if (journal_open(c, rows[i].org, rows[i].org, STORE, rows[i].id, "text", rows[i].text_sealed, &text) != OK) return tr(ui, N_("cannot be read now"));
        *out_known = true;
        return text;
    }
    return tr(ui, N_("missing"));
}

static Err replies_into(Ctx *c, const UiCtx *ui, const Account *acc, TplAccountYear *t) {
    enum { ELEMENTS_MAX = 12 };
    const LawContent *elements[ELEMENTS_MAX];
    const AccountFigures *f = account_table(acc, "filings_by_body");
    ReplyRow *rows = NULL;
    size_t n = 0, elements_n = reply_elements(c, elements, ELEMENTS_MAX);
    TRY(account_replies(c, acc->year, &rows, &n));
    TplAccountYearReplies *out = ARENA_ARRAY(c->arena, TplAccountYearReplies, f->n + 1);
    for (size_t i = 0; i < f->n; i++) {
        UiItem *items = ARENA_ARRAY(c->arena, UiItem, elements_n + 1);
        out[i] = (TplAccountYearReplies){ .body = account_key_word(c, ui, f->table, f->rows[i].key), .elements = items, .elements_n = elements_n };
        for (size_t k = 0; k < elements_n; k++) {
            bool known = false;
            items[k] = (UiItem){ .label = elements[k]->name[ui->lang], .text = reply_text(c, ui, rows, n, f->rows[i].key, elements[k]->element, &known) };
            out[i].missing += !known;
        }
    }
    t->replies = out;
    t->replies_n = f->n;
    return OK;
}

static Err fill(Ctx *c, const UiCtx *ui, const Account *acc, TplAccountYear *t) {
    TplAccountYearTables *tables = ARENA_ARRAY(c->arena, TplAccountYearTables, acc->n + 1);
    t->year = str_fmt(c->arena, "%d", acc->year);
    t->counted = true;
    t->acts = acc->acts;
    t->sentence = sentence(ui, acc);
    t->second = second(ui, acc);
    t->funnel = funnel(ui, acc);
    t->bodies = silent_bars(c, ui, acc, "filings_by_body", N_("Filings without any visible act, by body"));
    t->platforms = silent_bars(c, ui, acc, "notices_by_holder", N_("Notices met with silence, by recipient"));
    for (size_t i = 0; i < acc->n; i++) tables[i] = table_of(c, ui, acc->year, &acc->tables[i]);
    t->filings_query = url_path(c->arena, "/account/%d/table/filings_by_body", acc->year);
    t->notices_query = url_path(c->arena, "/account/%d/table/notices_by_holder", acc->year);
    t->tables = tables;
    t->tables_n = acc->n;
    const char *whole = t->whole ? "/whole" : "";
    t->csv_url = url_path(c->arena, "/account/%d/file%s/csv", acc->year, whole);
    t->json_url = url_path(c->arena, "/account/%d/file%s/json", acc->year, whole);
    t->dictionary_url = url_path(c->arena, "/account/%d/file/dictionary", acc->year);
    t->public_url = url_path(c->arena, "/account/%d", acc->year);
    t->replies_url = url_path(c->arena, "/account/%d/replies", acc->year);
    return replies_into(c, ui, acc, t);
}

void account_html(Ctx *c, const UiCtx *ui, const Account *acc, Buf *out) {
    TplAccountYear t = { 0 };
    if (fill(c, ui, acc, &t) == OK) tpl_account_year(out, ui, &t);
}

/* For the public: as last counted, or counted now when it never was. */
static Err public_account(Ctx *c, int year, Account *out) {
    Err err = account_load(c, year, out);
    if (err != E_MISSING) return err;
    TRY(account_count(c, year, out));
    account_hide(out);
    return OK;
}

static Err year_items(Ctx *c, TplAccountYear *t, bool whole) {
    int years[YEARS_MAX];
    size_t n = 0;
    TRY(account_years(c, years, YEARS_MAX, &n));
    UiItem *items = ARENA_ARRAY(c->arena, UiItem, n + 1);
    for (size_t i = 0; i < n; i++) items[i] = (UiItem){ .label = str_fmt(c->arena, "%d", years[i]), .href = url_path(c->arena, "/account/%d%s", years[i], whole ? "/whole" : "") };
    t->years = items;
    t->years_n = n;
    return OK;
}

static Err show(Ctx *c, const Request *req, Response *res, bool whole) {
    TplAccountYear t = { .whole = whole };
    Account acc;
    int year = 0;
    TRY(year_of(req, &year));
    TRY(year_items(c, &t, whole));
    TRY(whole ? account_count(c, year, &acc) : public_account(c, year, &acc));
    TRY(fill(c, req->ui, &acc, &t));
    if (!whole) t.whole_url = url_path(c->arena, "/account/%d/whole", year);
    t.may_reply = whole;
    t.may_list = whole && access_can(c, "export.make", NO_OBJECT);
    tpl_account_year(&res->body, req->ui, &t);
    return OK;
}
static Err year_page(Ctx *c, const Request *req, Response *res) { return show(c, req, res, false); }
static Err whole_page(Ctx *c, const Request *req, Response *res) { return show(c, req, res, true); }

/* The newest year that has something, or this one. */
static Err newest(Ctx *c, const Request *req, Response *res) {
    int year = civil_at(c->app->zone, c->now).date.y;
    size_t n = 0;
    (void)req;
    int found[1];
    TRY(account_years(c, found, 1, &n));
    res_redirect(res, "/account/%d", n > 0 ? found[0] : year);
    return OK;
}

static Err query_page(Ctx *c, const Request *req, Response *res) {
    int year = 0;
    UnixMs from = 0, to = 0;
    const AccountTable *t = account_tables;
    TRY(year_of(req, &year));
    while (t->id != NULL && !str_eq(req_arg(req, "table"), str_c(t->id))) t++;
    if (t->id == NULL) return E_MISSING;
    account_bounds(c, year, &from, &to);
    TplAccountQueryColumns *items = ARENA_ARRAY(c->arena, TplAccountQueryColumns, t->cols_n);
    for (size_t i = 0; i < t->cols_n; i++) items[i] = (TplAccountQueryColumns){ .id = str_c(t->cols[i].id), .word = t->cols[i].word, .meaning = t->cols[i].meaning };
    tpl_account_query(&res->body, req->ui, &(TplAccountQuery){ .year = str_fmt(c->arena, "%d", year), .title = t->title, .back = url_path(c->arena, "/account/%d", year), .sql = str_c(t->sql),
        .from = str_fmt(c->arena, "%lld", (long long)from), .to = str_fmt(c->arena, "%lld", (long long)to), .columns = items, .columns_n = t->cols_n });
    return OK;
}

static Err file_out(Ctx *c, const Request *req, Response *res, const Account *acc) {
    Str kind = req_arg(req, "kind");
    (void)c;
    if (str_eq(kind, S("csv"))) {
        res_download(res, "text/csv; charset=utf-8", str_fmt(req->a, "account-%d.csv", acc->year));
        account_csv(acc, &res->body);
    } else if (str_eq(kind, S("json"))) {
        res_download(res, "application/json", str_fmt(req->a, "account-%d.json", acc->year));
        account_json(acc, &res->body);
    } else if (str_eq(kind, S("dictionary"))) {
        res_download(res, "text/csv; charset=utf-8", S("account-dictionary.csv"));
        account_dictionary(req->ui, &res->body);
    } else {
        return E_MISSING;
    }
    return OK;
}
static Err public_file(Ctx *c, const Request *req, Response *res) {
    Account acc;
    int year = 0;
    TRY(year_of(req, &year));
    TRY(public_account(c, year, &acc));
    return file_out(c, req, res, &acc);
}
static Err whole_file(Ctx *c, const Request *req, Response *res) {
    Account acc;
    int year = 0;
    TRY(year_of(req, &year));
    TRY(account_count(c, year, &acc));
    return file_out(c, req, res, &acc);
}

/* ---- recording an answer ---- */
static const Param reply_form[] = { { .name = "authority", .kind = P_CODE, .required = true, .max = 40, .label = N_("Body") }, { .name = "element", .kind = P_CHOICE, .required = true, .label = N_("What it is about") },
    { .name = "text", .kind = P_LONGTEXT, .required = true, .max = 4000, .label = N_("What they answered") } };

static Err reply_page(Ctx *c, const Request *req, Response *res) {
    enum { ELEMENTS_MAX = 12 };
    const LawContent *elements[ELEMENTS_MAX];
    const LawAuthority *const *rows = NULL;
    int year = 0;
    TRY(year_of(req, &year));
    size_t n = law_authority_list(c->app->law, civil_at(c->app->zone, c->now).date, c->arena, &rows), k = reply_elements(c, elements, ELEMENTS_MAX);
    UiOption *bodies = ARENA_ARRAY(c->arena, UiOption, n + 1), *about = ARENA_ARRAY(c->arena, UiOption, k + 1);
    for (size_t i = 0; i < n; i++) bodies[i] = (UiOption){ .value = rows[i]->r.id, .label = rows[i]->name[req->ui->lang] };
    for (size_t i = 0; i < k; i++) about[i] = (UiOption){ .value = elements[i]->element, .label = elements[i]->name[req->ui->lang] };
    tpl_account_reply(&res->body, req->ui, &(TplAccountReply){ .year = str_fmt(c->arena, "%d", year), .form = form_page(req, reply_form, LEN(reply_form)), .action = url_path(c->arena, "/account/%d/replies", year), .bodies = bodies, .bodies_n = n,
        .elements = about, .elements_n = k, .back = url_path(c->arena, "/account/%d/whole", year) });
    return OK;
}

static Err reply_post(Ctx *c, const Request *req, Response *res) {
    int year = 0;
    TRY(year_of(req, &year));
    Err err = req->form->errors > 0 ? E_INPUT : OK;
    if (err == OK) {
        Act *a = act_new(c, &act_account_reply, req->form->act, ID_NONE, ctx_new_id(c));
        act_int(a, "year", year);
        act_code(a, "authority", form_text(req->form, "authority"));
        act_code(a, "element", form_text(req->form, "element"));
        act_text(a, "text", form_text(req->form, "text"));
        err = journal_one(c, a);
        if (err != OK) TRY(form_refused(c, req, err));
    }
    if (err != OK) {
        res_again(res, "/account/%d/replies", year);
        return OK;
    }
    res_said(res, N_("Recorded."));
    res_redirect(res, "/account/%d/whole", year);
    return OK;
}

enum { QUERY = R_WORKER | R_LEAD | R_ANALYST | R_ADMIN, REPLY_BYTES = 64 * 1024 };
static const Route routes[] = {
    { GET, "/account", WHO_ANYBODY, "account.read", LEVEL_OPEN, 0, newest },
    { GET, "/account/{year}", WHO_ANYBODY, "account.read", LEVEL_OPEN, 0, year_page },
    { GET, "/account/{year}/whole", QUERY, "account.query", LEVEL_STAFF, 0, whole_page },
    { GET, "/account/{year}/table/{table}", WHO_ANYBODY, "account.read", LEVEL_OPEN, 0, query_page },
    { GET, "/account/{year}/file/{kind}", WHO_ANYBODY, "account.read", LEVEL_OPEN, 0, public_file },
    { GET, "/account/{year}/file/whole/{kind}", QUERY, "account.query", LEVEL_STAFF, 0, whole_file },
    { GET, "/account/{year}/replies", R_ANALYST | R_LEAD, "account.query", LEVEL_STAFF, 0, reply_page },
    { POST, "/account/{year}/replies", R_ANALYST | R_LEAD, "account.query", LEVEL_STAFF, REPLY_BYTES, reply_post, ROUTE_FORM(reply_form) },
};
static const ActDef *const acts[] = { &act_account_reply, NULL };
static const JobKind jobs[] = { { "account.count", account_count_job, 120, 5 } };
static const char *const daily[] = { "account.count", NULL };
static const NavItem nav[] = { { N_("Account"), "/account", QUERY | R_INSPECTOR, "9" } };
const Step account_step = { .name = "account", .acts = acts, .routes = routes, .routes_n = LEN(routes), .jobs = jobs, .jobs_n = LEN(jobs), .daily = daily, .nav = nav, .nav_n = LEN(nav) };
