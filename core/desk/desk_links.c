/* desk_links.c - the links of a case, and links in bulk: what was pasted waits sealed under the visitor's cookie while the page
 * shows what would happen; adding reads it again with the same functions, so that what was shown is what is done. */
#include "core/case/platform.h"
#include "core/desk/desk_in.h"
#include "core/desk/import.h"

enum { CHECK_PAGE = 200, TEXT_SHOWN = 300 };

const Param links_form[2] = { { .name = "links", .kind = P_LONGTEXT, .max = IMPORT_BYTES_MAX, .label = N_("Links") }, { .name = "file", .kind = P_FILE, .max = IMPORT_BYTES_MAX, .label = N_("Or a file of a hotline tool") } };

/* ---- the list ---- */
Err links_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    LocationRow *l = NULL;
    size_t n = 0;
    TRY(desk_case_of(c, req, &k));
    int64_t pages = (k.locations + LINKS_PAGE - 1) / LINKS_PAGE, page = req_query_int(req, "page", 1, pages > 1 ? pages : 1, 1);
    TRY(location_of_case(c, k.id, (size_t)(page - 1) * LINKS_PAGE, LINKS_PAGE, &l, &n));
    TRY(location_open(c, l, n));
    TplDeskLinksRows *r = ARENA_ARRAY(c->arena, TplDeskLinksRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        r[i] = (TplDeskLinksRows){ .text = str_utf8_cut(desk_url_words(&l[i]), TEXT_SHOWN), .who = desk_url(ui, &k, str_fmt(ui->a, "/location/" STR_FMT, STR_ARG(id_hex(ui->a, l[i].id))).p), .gone = l[i].url_err != OK, .kind = desk_say(ui, "location_kind", l[i].kind), .platform = desk_platform(c, ui, l[i].platform),
            .verdict = desk_say(ui, "verdict", l[i].verdict), .state = desk_verdict_state(l[i].verdict), .at = l[i].verdict_at, .added = l[i].added, .returned = l[i].returned };
        TRY(desk_also(c, &k, l[i].id, &r[i].also));
    }
    TplDeskLinks t = { .ref = k.ref, .back = desk_url(ui, &k, ""), .add = desk_url(ui, &k, "/links/add"), .count = k.locations, .may = k.active && k.withdrawn == 0, .rows = r, .rows_n = n, .page = page, .pages = pages };
    if (page > 1) t.before = url_with(ui->a, desk_url(ui, &k, "/links"), "page", str_fmt(ui->a, "%lld", (long long)page - 1));
    if (page < pages) t.after = url_with(ui->a, desk_url(ui, &k, "/links"), "page", str_fmt(ui->a, "%lld", (long long)page + 1));
    tpl_desk_links(&res->body, ui, &t);
    return OK;
}

/* ---- what waits: "links ", the case, p or f, the text ---- */
static const char waits[] = "links ";
enum { WAIT_HEAD = sizeof waits - 1 + 16 + 1 };

static Str wait_make(Arena *a, Id case_id, bool file, Str text) {
    char *p = arena_alloc(a, WAIT_HEAD + text.n);
    memcpy(p, waits, sizeof waits - 1);
    memcpy(p + sizeof waits - 1, case_id.b, 16);
    p[WAIT_HEAD - 1] = file ? 'f' : 'p';
    if (text.n > 0) memcpy(p + WAIT_HEAD, text.p, text.n);
    return str_bytes(p, WAIT_HEAD + text.n);
}

static bool wait_read(const Request *req, Id case_id, bool *out_file, Str *out_text) {
    Str d = req->draft;
    if (d.n < WAIT_HEAD || !str_starts(d, str_c(waits)) || memcmp(d.p + sizeof waits - 1, case_id.b, 16) != 0) return false;
    *out_file = d.p[WAIT_HEAD - 1] == 'f';
    *out_text = str_sub(d, WAIT_HEAD, d.n);
    return true;
}

Err links_add_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    Str text = STR_NONE;
    bool file = false;
    TRY(desk_case_of(c, req, &k));
    Form *f = form_page(req, links_form, LEN(links_form));
    if (wait_read(req, k.id, &file, &text) && !file) form_set(f, "links", text); /* what was pasted before is still there to mend */
    tpl_desk_links_add(&res->body, ui, &(TplDeskLinksAdd){ .form = f, .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/links/add"), .minor = !str_eq(k.lane, S("adult")) });
    return OK;
}

Err links_add_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Form *f = req->form;
    TRY(desk_case_of(c, req, &k));
    const Value *file = form_at(f, "file");
    Str text = form_text(f, "links");
    if (f->errors == 0 && file->file != NULL && text.n > 0) form_fail(f, "file", N_("Paste links or choose a file, not both at once."));
    if (f->errors == 0 && file->file == NULL && text.n == 0) form_fail(f, "links", N_("Paste at least one link, or choose a file."));
    if (f->errors > 0) return desk_again(req, res);
    res_draft(res, wait_make(req->a, k.id, file->file != NULL, file->file != NULL ? file->file->bytes : text));
    res_redirect(res, "/case/%s/links/check", id_hex(req->a, k.id).p);
    return OK;
}

/* ---- what will happen ---- */
typedef struct Plan { Import in; LocationNew *add; size_t *of /* row of each */; LocationResult *res; size_t n; bool file, minor; } Plan;

static void read_in(Ctx *c, Str text, Plan *p) {
    if (p->file) import_file(c->arena, text, c->app->net_allow, &p->in);
    else import_paste(c->arena, text, c->app->net_allow, &p->in);
    p->add = ARENA_ARRAY(c->arena, LocationNew, p->in.good + 1);
    p->of = ARENA_ARRAY(c->arena, size_t, p->in.good + 1);
    p->res = ARENA_ARRAY(c->arena, LocationResult, p->in.good + 1);
    PlatformHosts hosts;
    if (platform_hosts(c, &hosts) != OK) hosts = (PlatformHosts){ .law = c->app->law };
    for (size_t i = 0; i < p->in.n; i++) {
        const ImportRow *r = &p->in.rows[i];
        if (r->wrong != URL_GOOD || r->again) continue;
        p->add[p->n] = (LocationNew){ .url_canonical = r->url.text, .host = r->url.host, .platform = platform_of_host(&hosts, r->url.host), .kind = r->kind, .source = p->file ? S("import") : S("worker"),
            .note = p->minor ? STR_NONE : r->note };
        p->of[p->n++] = i;
    }
}

static Err plan_of(Ctx *c, const Request *req, const CaseRow *k, Plan *p, bool *out_any) {
    Str text = STR_NONE;
    *p = (Plan){ .minor = !str_eq(k->lane, S("adult")) };
    *out_any = wait_read(req, k->id, &p->file, &text);
    if (!*out_any) return OK;
    read_in(c, text, p);
    return location_look_many(c, k->id, p->add, p->n, p->res);
}

static TplDeskLinksCheckRows row_words(const UiCtx *ui, const ImportRow *r, const LocationResult *known) {
    TplDeskLinksCheckRows row = { .line = (int64_t)r->line, .text = str_utf8_ok(r->text) ? str_utf8_cut(r->text, TEXT_SHOWN) : tr(ui, N_("(not readable)")) };
    if (r->torn) {
        row.word = tr(ui, N_("not readable"));
        row.state = STATE_REFUSED;
        row.detail = tr(ui, N_("A quote opens in this line and does not close."));
    } else if (r->wrong != URL_GOOD) {
        row.word = tr(ui, N_("no link"));
        row.state = STATE_REFUSED;
        row.detail = tr(ui, url_wrong_msgid(r->wrong));
    } else if (r->again) {
        row.word = tr(ui, N_("twice"));
        row.state = STATE_WAITING;
    } else if (known->known_here) {
        row.word = tr(ui, N_("here already"));
        row.state = STATE_WAITING;
    } else if (!id_none(known->location)) {
        row.word = tr(ui, N_("joins"));
        row.state = STATE_INFO;
        row.detail = known->other_cases > 0 ? trn(ui, (int64_t)known->other_cases, "in one other case", "in {also} other cases", (UiArg[]){ UA_I("also", (int64_t)known->other_cases) }, known->other_cases > 1 ? 1 : 0) : STR_NONE;
    } else {
        row.word = tr(ui, N_("new"));
        row.state = STATE_DONE;
    }
    return row;
}

static void count_plan(const Plan *p, TplDeskLinksCheck *t) {
    for (size_t i = 0; i < p->n; i++) {
        if (p->res[i].known_here) t->here++;
        else if (!id_none(p->res[i].location)) t->joins++;
        else t->fresh++;
    }
    t->total = (int64_t)p->in.n;
    t->again = (int64_t)p->in.again;
    t->wrong = (int64_t)p->in.wrong;
    t->sum = t->fresh + t->joins;
    t->too_many = p->in.too_many;
}

static void check_rows(Arena *a, const UiCtx *ui, const Plan *p, bool wrong_only, TplDeskLinksCheck *t) {
    TplDeskLinksCheckRows *rows = ARENA_ARRAY(a, TplDeskLinksCheckRows, CHECK_PAGE);
    size_t skip = (size_t)(t->page - 1) * CHECK_PAGE, next = 0, at = 0;
    for (size_t i = 0; i < p->in.n; i++) {
        bool good = p->in.rows[i].wrong == URL_GOOD && !p->in.rows[i].again;
        const LocationResult *known = good ? &p->res[next++] : NULL;
        if (wrong_only && p->in.rows[i].wrong == URL_GOOD) continue;
        if (at++ >= skip && t->rows_n < CHECK_PAGE) rows[t->rows_n++] = row_words(ui, &p->in.rows[i], known);
    }
    t->rows = rows;
    t->pages = (int64_t)((at + CHECK_PAGE - 1) / CHECK_PAGE);
}

Err links_check_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    Plan p;
    bool any = false, wrong_only = req_query_int(req, "wrong", 0, 1, 0) == 1;
    TRY(desk_case_of(c, req, &k));
    TRY(plan_of(c, req, &k, &p, &any));
    Url self = desk_url(ui, &k, "/links/check"), here = wrong_only ? url_with(ui->a, self, "wrong", S("1")) : self;
    TplDeskLinksCheck t = { .form = form_page(req, desk_button, LEN(desk_button)), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = self, .edit = desk_url(ui, &k, "/links/add"), .empty = !any, .page = req_query_int(req, "page", 1, 1000, 1) };
    if (any) {
        count_plan(&p, &t);
        check_rows(c->arena, ui, &p, wrong_only, &t);
        t.add_word = trn(ui, t.sum, "Add one link", "Add {n} links", (UiArg[]){ UA_I("n", t.sum) }, t.sum == 1 ? 0 : 1);
        if (wrong_only) t.everything = self;
        else if (t.wrong > 0) t.only_wrong = url_with(ui->a, self, "wrong", S("1"));
        if (t.page > 1) t.before = url_with(ui->a, here, "page", str_fmt(ui->a, "%lld", (long long)t.page - 1));
        if (t.page < t.pages) t.after = url_with(ui->a, here, "page", str_fmt(ui->a, "%lld", (long long)t.page + 1));
    }
    tpl_desk_links_check(&res->body, ui, &t);
    return OK;
}

/* All in one transaction: either every line of the preview, or none. */
Err links_check_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Plan p;
    bool any = false;
    Act **acts = NULL;
    size_t n = 0;
    TRY(desk_case_of(c, req, &k));
    TRY(plan_of(c, req, &k, &p, &any));
    if (any) TRY(location_add_many(c, k.id, p.add, p.n, p.res, &acts, &n));
    if (n == 0) {
        res_said(res, N_("There was nothing to add."));
        res_redirect(res, "/case/%s/links", id_hex(req->a, k.id).p);
        return OK;
    }
    TRY(desk_commit(c, &k, req->form->act, acts, n));
    res_draft_drop(res);
    res_said(res, N_("The links stand in the case."));
    res_redirect(res, "/case/%s/links", id_hex(req->a, k.id).p);
    return OK;
}
