/* rule_pages.c - the rules as people see them: list, add, end, let hold again. */
#include "steps/takedown/lookup_rule.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/takedown_page.h"

enum { PAGE_ROWS = 50 };
static const char *const kind_choices[] = { "origin", "channel", "never", "checker", NULL };
const Param rule_form[9] = {
    { .name = "domain", .kind = P_TEXT, .required = true, .max = 253, .label = N_("Domain") },
    { .name = "kind", .kind = P_CHOICE, .required = true, .choices = kind_choices, .label = N_("Kind") },
    { .name = "rung", .kind = P_CHOICE, .label = N_("Rung") },
    { .name = "name", .kind = P_TEXT, .max = 120, .label = N_("Name") },
    { .name = "mail", .kind = P_EMAIL, .label = N_("Mail address") },
    { .name = "page", .kind = P_URL, .label = N_("Page") },
    { .name = "country", .kind = P_CODE, .min = 2, .max = 2, .label = N_("Country") },
    { .name = "until", .kind = P_DATE, .label = N_("Until") },
    { .name = "why", .kind = P_LONGTEXT, .required = true, .max = 1500, .label = N_("Reason") },
};

static bool may_edit(Ctx *c) { return access_may(c, "rule.edit", NO_OBJECT) == OK; }

static void chip_of(const Ctx *c, const RuleRow *r, UiState *state, const char **word) {
    bool over = r->until != 0 && c->now >= r->until;
    *state = r->ended != 0 || over ? STATE_INFO : STATE_DONE;
    *word = r->ended != 0 ? N_("ended") : over ? N_("its time is over") : N_("holds");
}

Err rule_list_page(Ctx *c, const Request *req, Response *res) {
    RuleRow *rows = NULL;
    size_t n = 0;
    TRY(rule_list(c, true, &rows, &n));
    int64_t pages = ((int64_t)n + PAGE_ROWS - 1) / PAGE_ROWS, page = req_query_int(req, "p", 1, pages > 0 ? pages : 1, 1);
    size_t from = (size_t)(page - 1) * PAGE_ROWS, shown = n - from < PAGE_ROWS ? n - from : PAGE_ROWS;
    TplTakedownRulesRows *out = ARENA_ARRAY(c->arena, TplTakedownRulesRows, shown + 1);
    for (size_t i = 0; i < shown; i++) {
        const RuleRow *r = &rows[from + i];
        const char *word = NULL;
        out[i] = (TplTakedownRulesRows){ .domain = r->domain, .kind = rule_kind_word(r->kind), .to = r->mail.n > 0 ? r->mail : r->page, .until = r->until, .href = url_path(c->arena, "/rule/" STR_FMT, STR_ARG(id_hex(c->arena, r->id))) };
        chip_of(c, r, &out[i].state, &word);
        out[i].word = tr(req->ui, word);
    }
    TplTakedownRules t = { .rows = out, .rows_n = shown, .total = (int64_t)n, .may_edit = may_edit(c), .page = page, .pages = pages };
    Url base = url_path(c->arena, "/rules");
    if (page > 1) t.before = url_with(c->arena, base, "p", str_fmt(c->arena, "%lld", (long long)page - 1));
    if (page < pages) t.after = url_with(c->arena, base, "p", str_fmt(c->arena, "%lld", (long long)page + 1));
    tpl_takedown_rules(&res->body, req->ui, &t);
    return OK;
}

Err rule_new_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    UiOption rungs[16], kinds[4];
    UiCrumb crumbs[] = { { .word = tr(ui, "Rules for finding recipients"), .href = url_path(ui->a, "/rules") }, { .word = tr(ui, "Add a rule") } };
    Form *f = form_page(req, rule_form, LEN(rule_form));
    for (size_t i = 0; i < LEN(kinds); i++) kinds[i] = (UiOption){ .value = str_c(kind_choices[i]), .label = tr(ui, rule_kind_word(str_c(kind_choices[i]))) };
    form_set(f, "domain", req_query(req, "domain"));
    TplTakedownRule t = { .form = f, .is_new = true, .title = crumbs[1].word, .crumbs = crumbs, .crumbs_n = LEN(crumbs), .post = url_path(ui->a, "/rules/new"), .kinds = kinds, .kinds_n = LEN(kinds), .rungs = rungs,
        .rungs_n = rung_options(c, ui, rungs, LEN(rungs)), .may_edit = true };
    tpl_takedown_rule(&res->body, ui, &t);
    return OK;
}

static Str upper(Arena *a, Str s) {
    char *p = str_z(a, s);
    for (size_t i = 0; i < s.n; i++)
        if (p[i] >= 'a' && p[i] <= 'z') p[i] = (char)(p[i] - 'a' + 'A');
    return (Str){ p, s.n };
}

Err rule_new_post(Ctx *c, const Request *req, Response *res) {
    const Form *f = req->form;
    if (f->errors > 0) {
        res_again(res, "/rules/new");
        return OK;
    }
    RuleNew n = { .kind = form_text(f, "kind"), .rung = form_text(f, "rung"), .country = upper(c->arena, form_text(f, "country")), .domain = str_lower(c->arena, form_text(f, "domain")), .name = form_text(f, "name"),
        .mail = form_text(f, "mail"), .page = form_text(f, "page"), .why = form_text(f, "why") };
    if (form_at(f, "until")->given) { /* the whole last day */
        UnixMs at = 0;
        TRY(civil_instant(c->app->zone, date_add(form_date(f, "until"), 1), 0, 0, 0, &at));
        n.until = at;
    }
    Act *a = rule_add(c, f->act, &n);
    TRY(journal_one(c, a));
    res_said(res, N_("The rule was added. It counts from the next lookup on."));
    res_redirect(res, "/rule/" STR_FMT, STR_ARG(id_hex(c->arena, a->subject)));
    return OK;
}

static Err one(Ctx *c, const Request *req, RuleRow *out) {
    Id id = ID_NONE;
    TRY(req_id(req, "id", &id));
    return rule_by_id(c, id, out);
}

Err rule_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    RuleRow r;
    UserRow by;
    const char *word = NULL;
    TRY(one(c, req, &r));
    UiCrumb crumbs[] = { { .word = tr(ui, "Rules for finding recipients"), .href = url_path(ui->a, "/rules") }, { .word = r.domain } };
    TplTakedownRule t = { .title = r.domain, .crumbs = crumbs, .crumbs_n = LEN(crumbs), .domain = r.domain, .kind = rule_kind_word(r.kind), .rung = r.rung.n > 0 ? rung_name(c, ui->lang, r.rung) : STR_NONE, .name = r.name, .mail = r.mail,
        .page = r.page, .country = r.country, .why = r.why, .from = r.from, .until = r.until, .made = r.made, .ended = r.ended, .may_edit = may_edit(c),
        .switch_post = url_path(ui->a, "/rule/" STR_FMT "/%s", STR_ARG(id_hex(ui->a, r.id)), r.ended != 0 ? "restore" : "end") };
    if (!id_none(r.by) && user_by_id(c, r.by, &by) == OK) t.by = by.name;
    chip_of(c, &r, &t.state, &word);
    t.word = tr(ui, word);
    tpl_takedown_rule(&res->body, ui, &t);
    return OK;
}

static Err back(Ctx *c, Response *res, Id id, const char *said) {
    res_said(res, said);
    res_redirect(res, "/rule/" STR_FMT, STR_ARG(id_hex(c->arena, id)));
    return OK;
}
Err rule_end_post(Ctx *c, const Request *req, Response *res) {
    RuleRow r;
    TRY(one(c, req, &r));
    TRY(journal_one(c, rule_end(c, r.id)));
    return back(c, res, r.id, N_("The rule holds no longer."));
}
Err rule_restore_post(Ctx *c, const Request *req, Response *res) {
    RuleRow r;
    TRY(one(c, req, &r));
    TRY(journal_one(c, rule_restore(c, r.id)));
    return back(c, res, r.id, N_("The rule holds again."));
}
