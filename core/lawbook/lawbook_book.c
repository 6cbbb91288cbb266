/* lawbook_book.c - the tables, a row with its versions, and what changed. */
#include "core/lawbook/lawbook_in.h"
#include "foundation/base/csv.h"

enum { PAGE_ROWS = 50, COMMON = 8, SEARCH_WORDS = 8 };

static Date today(const Ctx *c) { return civil_at(c->app->zone, c->now).date; }

static bool table_of(const Request *req, LawTable *out) {
    Str name = req_arg(req, "table");
    for (size_t t = 0; t < LAW_TABLE_N; t++) {
        if (!str_eq(name, str_c(law_table_name((LawTable)t)))) continue;
        *out = (LawTable)t;
        return true;
    }
    return false;
}

Url book_row_url(Arena *a, LawTable t, Str id) { return url_with(a, url_path(a, "/law/row/%s", law_table_name(t)), "id", id); }

/* Index of a column by its name; SIZE_MAX when the table has none. */
static size_t column_at(LawTable t, const char *name) {
    for (size_t i = 0; i < law_columns(t); i++)
        if (strcmp(law_column(t, i), name) == 0) return i;
    return SIZE_MAX;
}

Str book_name(const Law *law, const LawRow *r, Lang lang) {
    static const char *const names[][LANG_COUNT] = { { "name_nl", "name_en" }, { "name", "name" }, { "must_nl", "must_en" }, { "word_nl", "word_en" }, { "reason_nl", "reason_en" }, { "text_nl", "text_en" } };
    for (size_t i = 0; i < LEN(names); i++) {
        size_t at = column_at((LawTable)r->table, names[i][lang]);
        if (at != SIZE_MAX && law_cell(law, r, at).n > 0) return law_cell(law, r, at);
    }
    return r->id;
}

Str book_valid(const UiCtx *ui, const LawRow *r) {
    bool from = !date_none(r->valid_from), to = !date_none(r->valid_to);
    if (from && to) return TRF(ui, "{from} up to and including {to}", UA_S("from", ui_day(ui, r->valid_from)), UA_S("to", ui_day(ui, r->valid_to)));
    if (from) return TRF(ui, "From {from}", UA_S("from", ui_day(ui, r->valid_from)));
    if (to) return TRF(ui, "Up to and including {to}", UA_S("to", ui_day(ui, r->valid_to)));
    return tr(ui, "Always");
}

/* ---- the index ---- */

Err book_index(Ctx *c, const Request *req, Response *res) {
    const Law *law = c->app->law;
    TplLawbookIndexRows *rows = ARENA_ARRAY(req->a, TplLawbookIndexRows, LAW_TABLE_N);
    TplLawbookIndex t = { .rows = rows, .rows_n = LAW_TABLE_N };
    for (size_t i = 0; i < LAW_TABLE_N; i++) {
        const LawRow **list = NULL;
        size_t n = law_list(law, (LawTable)i, DATE_NONE, req->a, &list), verified = 0;
        for (size_t k = 0; k < n; k++) verified += list[k]->verified ? 1 : 0;
        rows[i] = (TplLawbookIndexRows){ .href = url_path(req->a, "/law/table/%s", law_table_name((LawTable)i)), .name = tr(req->ui, book_table_word((LawTable)i)),
            .about = tr(req->ui, book_table_about((LawTable)i)), .things = (int64_t)n, .open = (int64_t)(n - verified) };
        t.things += (int64_t)n;
        t.verified += (int64_t)verified;
    }
    t.open = t.things - t.verified;
    tpl_lawbook_index(&res->body, req->ui, &t);
    return OK;
}

/* ---- one table ---- */

/* Every word somewhere in the row, letters without case. */
static bool holds_word(const Law *law, const LawRow *r, Str word) {
    for (size_t i = 0; i < law_columns((LawTable)r->table); i++) {
        Str cell = law_cell(law, r, i);
        for (size_t k = 0; k + word.n <= cell.n; k++)
            if (str_ieq(str_sub(cell, k, word.n), word)) return true;
    }
    return false;
}

static bool matches(const Law *law, const LawRow *r, Str q) {
    Str word = STR_NONE;
    for (int i = 0; i < SEARCH_WORDS && str_split(&q, ' ', &word); i++)
        if (word.n > 0 && !holds_word(law, r, word)) return false;
    return true;
}

static Url page_url(Arena *a, LawTable t, Str q, Str at, int64_t page) {
    Url u = url_path(a, "/law/table/%s", law_table_name(t));
    if (q.n > 0) u = url_with(a, u, "q", q);
    if (at.n > 0) u = url_with(a, u, "at", at);
    return page > 1 ? url_with(a, u, "page", str_fmt(a, "%lld", (long long)page)) : u;
}

static void fill_rows(const Law *law, const Request *req, const LawRow *const *list, size_t n, TplLawbookTable *t) {
    TplLawbookTableRows *rows = ARENA_ARRAY(req->a, TplLawbookTableRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        const LawRow *r = list[i];
        rows[i] = (TplLawbookTableRows){ .href = book_row_url(req->a, (LawTable)r->table, r->id), .id = r->id, .text = book_name(law, r, req->ui->lang), .valid = book_valid(req->ui, r), .source = r->source,
            .state = book_mark_state(r->verified), .word = book_mark_word(r->verified) };
    }
    t->rows = rows;
    t->rows_n = n;
}

Err book_table(Ctx *c, const Request *req, Response *res) {
    const Law *law = c->app->law;
    const LawRow **list = NULL;
    LawTable table = LAW_OFFENCES;
    Date at = DATE_NONE;
    if (!table_of(req, &table)) return E_MISSING;
    Str q = str_sub(str_trim(req_query(req, "q")), 0, 200), day = str_trim(req_query(req, "at"));
    if (!str_utf8_ok(q)) q = STR_NONE;
    bool wrong = day.n > 0 && date_parse(day, &at) != OK;
    if (wrong) day = STR_NONE;
    size_t all = law_list(law, table, at, req->a, &list), n = 0;
    for (size_t i = 0; i < all; i++)
        if (matches(law, list[i], q)) list[n++] = list[i];
    int64_t pages = n == 0 ? 1 : (int64_t)((n + PAGE_ROWS - 1) / PAGE_ROWS), page = req_query_int(req, "page", 1, pages, 1);
    size_t from = (size_t)(page - 1) * PAGE_ROWS, k = n - from < PAGE_ROWS ? n - from : PAGE_ROWS;
    TplLawbookTable t = { .name = tr(req->ui, book_table_word(table)), .about = tr(req->ui, book_table_about(table)), .action = page_url(req->a, table, STR_NONE, STR_NONE, 1),
        .file = url_path(req->a, "/law/csv/%s", law_table_name(table)), .q = q, .at = day, .at_wrong = wrong, .total = (int64_t)n, .page = page, .pages = pages };
    if (page > 1) t.before = page_url(req->a, table, q, day, page - 1);
    if (page < pages) t.after = page_url(req->a, table, q, day, page + 1);
    fill_rows(law, req, (const LawRow *const *)list + from, k, &t);
    tpl_lawbook_table(&res->body, req->ui, &t);
    return OK;
}

Err book_csv(Ctx *c, const Request *req, Response *res) {
    const Law *law = c->app->law;
    const LawRow **list = NULL, **versions = NULL;
    LawTable t = LAW_OFFENCES;
    if (!table_of(req, &t)) return E_MISSING;
    res_download(res, "text/csv; charset=utf-8", str_fmt(req->a, "%s.csv", law_table_name(t)));
    for (size_t i = 0; i < law_columns(t); i++) csv_field(&res->body, str_c(law_column(t, i)), ',', i == 0);
    csv_end(&res->body);
    size_t n = law_list(law, t, DATE_NONE, req->a, &list);
    for (size_t i = 0; i < n; i++) {
        size_t all = law_versions(law, t, list[i]->id, req->a, &versions);
        for (size_t v = 0; v < all; v++) {
            for (size_t k = 0; k < law_columns(t); k++) csv_field(&res->body, law_cell(law, versions[v], k), ',', k == 0);
            csv_end(&res->body);
        }
    }
    return OK;
}

/* ---- one row ---- */

static bool with_language(Str column, Lang lang) { return str_ends(column, lang == LANG_NL ? S("_nl") : S("_en")); }

static Str label_of(const Request *req, Str column) {
    if (with_language(column, LANG_NL) || with_language(column, LANG_EN)) column = str_sub(column, 0, column.n - 3);
    const char *word = book_column_word(column);
    return word != NULL ? tr(req->ui, word) : column;
}

/* Codes of closed lists as words in the reader's language. */
static Str coded(const Request *req, Str column, Str cell) {
    Str rest = cell, code = STR_NONE;
    Buf b = buf_new(4000);
    bool first = true;
    while (str_split(&rest, ' ', &code)) {
        const char *word = book_code_word(column, code);
        if (word == NULL) { /* one word that is not of a list: the cell is no list */
            buf_free(&b);
            return cell;
        }
        if (!first) buf_z(&b, ", ");
        buf_put(&b, tr(req->ui, word));
        first = false;
    }
    Str out = str_dup(req->a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* Words of a cell that are rows of another table become links. */
static void fill_links(const Law *law, const Request *req, LawTable to, Str cell, TplLawbookRowVersionsFacts *f) {
    Str rest = cell, word = STR_NONE;
    size_t n = 1, k = 0;
    for (size_t i = 0; i < cell.n; i++) n += cell.p[i] == ' ' ? 1 : 0;
    TplLawbookRowVersionsFactsLinks *links = ARENA_ARRAY(req->a, TplLawbookRowVersionsFactsLinks, n);
    while (k < n && str_split(&rest, ' ', &word)) {
        if (word.n == 0) continue;
        links[k++] = (TplLawbookRowVersionsFactsLinks){ .word = word, .href = law_get(law, to, word, DATE_NONE) != NULL ? book_row_url(req->a, to, word) : (Url){ STR_NONE } };
    }
    f->links = links;
    f->links_n = k;
}

static void fill_facts(const Law *law, const Request *req, const LawRow *r, TplLawbookRowVersions *v) {
    LawTable t = (LawTable)r->table, to = LAW_OFFENCES;
    size_t n = 0;
    TplLawbookRowVersionsFacts *facts = ARENA_ARRAY(req->a, TplLawbookRowVersionsFacts, law_columns(t));
    for (size_t i = COMMON; i < law_columns(t); i++) {
        Str column = str_c(law_column(t, i)), cell = law_cell(law, r, i);
        TplLawbookRowVersionsFacts f = { .label = label_of(req, column) };
        if (with_language(column, LANG_EN)) continue; /* said beside the Dutch */
        if (with_language(column, LANG_NL)) {
            f.nl = cell;
            f.en = law_cell(law, r, i + 1);
            if (f.nl.n == 0 && f.en.n == 0) continue;
        } else if (cell.n == 0) {
            continue;
        } else if (law_column_refers(t, i, &to) && book_code_word(column, cell) == NULL) {
            fill_links(law, req, to, cell, &f);
        } else {
            f.one = coded(req, column, cell);
        }
        facts[n++] = f;
    }
    v->facts = facts;
    v->facts_n = n;
}

static void fill_sources(const Law *law, const Request *req, const LawRow *r, TplLawbookRowVersions *v) {
    Str rest = r->source, word = STR_NONE;
    size_t n = 1, k = 0;
    for (size_t i = 0; i < r->source.n; i++) n += r->source.p[i] == ' ' ? 1 : 0;
    TplLawbookRowVersionsSources *list = ARENA_ARRAY(req->a, TplLawbookRowVersionsSources, n);
    while (k < n && str_split(&rest, ' ', &word)) {
        const LawSource *s = law_source(law, word, DATE_NONE);
        if (s != NULL) list[k++] = (TplLawbookRowVersionsSources){ .word = word, .text = s->text[req->ui->lang], .href = book_row_url(req->a, LAW_SOURCES, word) };
    }
    v->sources = list;
    v->sources_n = k;
}

Err book_row(Ctx *c, const Request *req, Response *res) {
    const Law *law = c->app->law;
    const LawRow **versions = NULL;
    LawTable t = LAW_OFFENCES;
    if (!table_of(req, &t)) return E_MISSING;
    size_t n = law_versions(law, t, req_query(req, "id"), req->a, &versions);
    if (n == 0) return E_MISSING;
    const LawRow *now = law_get(law, t, versions[0]->id, today(c));
    TplLawbookRowVersions *list = ARENA_ARRAY(req->a, TplLawbookRowVersions, n);
    for (size_t i = 0; i < n; i++) {
        const LawRow *r = versions[n - 1 - i]; /* newest first */
        TplLawbookRowVersions v = { .valid = book_valid(req->ui, r), .now = r == now, .state = book_mark_state(r->verified), .word = book_mark_word(r->verified), .note = r->note };
        if (r->verified) v.by = TRF(req->ui, "by {who} on {day}", UA_S("who", r->verified_by), UA_S("day", ui_day(req->ui, r->verified_on)));
        if (!date_none(r->known_from)) v.known = TRF(req->ui, "known since {day}", UA_S("day", ui_day(req->ui, r->known_from)));
        fill_facts(law, req, r, &v);
        fill_sources(law, req, r, &v);
        list[i] = v;
    }
    TplLawbookRow page = { .id = versions[0]->id, .name = book_name(law, versions[n - 1], req->ui->lang), .table = tr(req->ui, book_table_word(t)), .table_href = url_path(req->a, "/law/table/%s", law_table_name(t)),
        .versions = list, .versions_n = n };
    tpl_lawbook_row(&res->body, req->ui, &page);
    return OK;
}

/* ---- two days ---- */

static const Param change_form[] = {
    { "one", P_DATE, .required = true, .label = N_("First day") },
    { "two", P_DATE, .required = true, .label = N_("Second day") },
};

static void fill_change(const Law *law, const Request *req, const LawDiff *d, TplLawbookChangesRows *out) {
    const LawRow *r = d->after != NULL ? d->after : d->before;
    LawTable t = (LawTable)r->table;
    TplLawbookChangesRowsCells *cells = ARENA_ARRAY(req->a, TplLawbookChangesRowsCells, law_columns(t));
    size_t n = 0;
    bool both = d->before != NULL && d->after != NULL;
    if (!both) { /* what is new or gone is named; its page tells the rest */
        Str name = book_name(law, r, req->ui->lang);
        cells[n++] = (TplLawbookChangesRowsCells){ .label = tr(req->ui, "Name"), .before = d->before != NULL ? name : STR_NONE, .after = d->after != NULL ? name : STR_NONE };
    }
    for (size_t i = COMMON; both && i < law_columns(t); i++) {
        Str column = str_c(law_column(t, i)), one = d->before != NULL ? law_cell(law, d->before, i) : STR_NONE, two = d->after != NULL ? law_cell(law, d->after, i) : STR_NONE;
        bool other_lang = with_language(column, req->ui->lang == LANG_NL ? LANG_EN : LANG_NL);
        if (other_lang || str_eq(one, two)) continue;
        cells[n++] = (TplLawbookChangesRowsCells){ .label = label_of(req, column), .before = one, .after = two };
    }
    *out = (TplLawbookChangesRows){ .href = book_row_url(req->a, t, r->id), .table = tr(req->ui, book_table_word(t)), .id = r->id, .cells = cells, .cells_n = n,
        .what = d->before == NULL ? N_("new") : d->after == NULL ? N_("ended") : N_("changed"), .state = d->before == NULL ? STATE_DONE : d->after == NULL ? STATE_REFUSED : STATE_INFO };
}

Err book_changes(Ctx *c, const Request *req, Response *res) {
    const Law *law = c->app->law;
    Form form = { .n = 0 };
    bool asked = false;
    book_form(req, change_form, LEN(change_form), &form, &asked);
    TplLawbookChanges t = { .form = &form, .asked = asked && form.errors == 0 };
    if (t.asked) {
        const LawDiff *diff = NULL;
        size_t n = law_diff(law, form_date(&form, "one"), form_date(&form, "two"), req->a, &diff);
        TplLawbookChangesRows *rows = ARENA_ARRAY(req->a, TplLawbookChangesRows, n + 1);
        for (size_t i = 0; i < n; i++) fill_change(law, req, &diff[i], &rows[i]);
        t.rows = rows;
        t.rows_n = n;
        t.total = (int64_t)n;
    }
    const LawChange *const *changes = NULL;
    size_t n = law_change_list(law, DATE_NONE, req->a, &changes);
    TplLawbookChangesDated *dated = ARENA_ARRAY(req->a, TplLawbookChangesDated, n + 1);
    for (size_t i = 0; i < n; i++)
        dated[i] = (TplLawbookChangesDated){ .on = changes[i]->on, .text = changes[i]->text[req->ui->lang], .word = book_mark_word(changes[i]->r.verified), .state = book_mark_state(changes[i]->r.verified) };
    t.dated = dated;
    t.dated_n = n;
    tpl_lawbook_changes(&res->body, req->ui, &t);
    return OK;
}
