/* recipient_pages.c - the register of recipients as people see it. */
#include "steps/takedown/takedown_in.h"
#include "steps/takedown/takedown_page.h"
#include "steps/takedown/pages_in.h"

enum { PAGE_ROWS = 50 };

static const char *const langs[] = { "nl", "en", NULL };
const Param recipient_form[7] = {
    { .name = "name", .kind = P_TEXT, .required = true, .max = 120, .label = N_("Name") },
    { .name = "mail", .kind = P_EMAIL, .required = true, .label = N_("Mail address") },
    { .name = "rung", .kind = P_CHOICE, .required = true, .label = N_("Rung") },
    { .name = "platform", .kind = P_CHOICE, .label = N_("Service in the law data") },
    { .name = "lang", .kind = P_CHOICE, .required = true, .choices = langs, .label = N_("Language") },
    { .name = "country", .kind = P_CODE, .min = 2, .max = 2, .label = N_("Country") },
    { .name = "note", .kind = P_LONGTEXT, .max = 2000, .label = N_("Note") },
};

static bool may_edit(Ctx *c) { return access_may(c, "recipient.edit", NO_OBJECT) == OK; }

static void chip_of(const RecipientRow *r, UiState *state, const char **word) {
    *state = r->ended != 0 ? STATE_INFO : r->bounces > 0 ? STATE_LATE : STATE_DONE;
    *word = r->ended != 0 ? N_("no longer used") : r->bounces > 0 ? N_("mail came back") : r->found.n > 0 && r->confirmed == 0 ? N_("found, not confirmed") : N_("in use");
    if (r->ended == 0 && r->bounces == 0 && r->found.n > 0 && r->confirmed == 0) *state = STATE_WAITING;
}

Err recipient_list_page(Ctx *c, const Request *req, Response *res) {
    RecipientRow *rows = NULL;
    size_t n = 0, k = 0;
    Str q = req_query(req, "q");
    bool found = req_query_int(req, "found", 0, 1, 0) == 1;
    TRY(recipient_list(c, c->person.org, true, &rows, &n));
    TRY(recipient_open(c, rows, n));
    for (size_t i = 0; i < n; i++)
        if ((q.n == 0 || recipient_matches(c, &rows[i], q)) && (!found || (rows[i].found.n > 0 && rows[i].confirmed == 0 && rows[i].ended == 0))) rows[k++] = rows[i];
    int64_t pages = ((int64_t)k + PAGE_ROWS - 1) / PAGE_ROWS, page = req_query_int(req, "p", 1, pages > 0 ? pages : 1, 1);
    size_t from = (size_t)(page - 1) * PAGE_ROWS, shown = k - from < PAGE_ROWS ? k - from : PAGE_ROWS;
    TplTakedownRecipientsRows *out = ARENA_ARRAY(c->arena, TplTakedownRecipientsRows, shown + 1);
    for (size_t i = 0; i < shown; i++) {
        const RecipientRow *r = &rows[from + i];
        UiState state = STATE_NONE;
        const char *word = NULL;
        chip_of(r, &state, &word);
        out[i] = (TplTakedownRecipientsRows){ .name = r->name, .mail = r->mail, .rung = rung_name(c, c->lang, r->rung), .country = r->country, .lang = r->lang,
            .href = url_path(c->arena, "/recipient/" STR_FMT, STR_ARG(id_hex(c->arena, r->id))), .state = state, .word = tr(req->ui, word) };
    }
    Url base = q.n > 0 ? url_with(c->arena, url_path(c->arena, "/recipients"), "q", q) : url_path(c->arena, "/recipients");
    TplTakedownRecipients t = { .query = q, .total = (int64_t)k, .rows = out, .rows_n = shown, .may_edit = may_edit(c), .page = page, .pages = pages };
    if (found) base = url_with(c->arena, base, "found", S("1"));
    if (page > 1) t.before = url_with(c->arena, base, "p", str_fmt(c->arena, "%lld", (long long)page - 1));
    if (page < pages) t.after = url_with(c->arena, base, "p", str_fmt(c->arena, "%lld", (long long)page + 1));
    tpl_takedown_recipients(&res->body, req->ui, &t);
    return OK;
}

/* Rungs a mail can be sent to: whoever takes notices, not courts or parliaments, which are filings. */
size_t rung_options(const Ctx *c, const UiCtx *ui, UiOption *out, size_t max) {
    static const char *const mail_rungs[] = { "uploader", "platform", "flagger", "art20", "host", "cdn", "registrar", "search", "appstore", "payment" };
    size_t n = 0;
    for (size_t i = 0; i < LEN(mail_rungs) && n < max; i++) {
        Str id = str_c(mail_rungs[i]);
        if (rung_known(c, id)) out[n++] = (UiOption){ .value = id, .label = rung_name(c, ui->lang, id) };
    }
    if (n < max) out[n++] = (UiOption){ .value = RUNG_HOTLINE, .label = rung_name(c, ui->lang, RUNG_HOTLINE) };
    return n;
}

static size_t platform_options(const Ctx *c, UiOption **out) {
    const LawPlatform *const *rows = NULL;
    size_t n = c->app->law != NULL ? law_platform_list(c->app->law, civil_at(c->app->zone, c->now).date, c->arena, &rows) : 0;
    *out = ARENA_ARRAY(c->arena, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) (*out)[i] = (UiOption){ .value = rows[i]->r.id, .label = rows[i]->name };
    return n;
}

static Err form_shown(Ctx *c, const Request *req, Response *res, const RecipientRow *r) {
    UiOption rungs[16], *platforms = NULL, lang_options[] = { { S("nl"), S("Nederlands"), STR_NONE }, { S("en"), S("English"), STR_NONE } };
    Form *f = form_page(req, recipient_form, LEN(recipient_form));
    TplTakedownRecipient t = { .form = f, .is_new = r == NULL, .rungs = rungs, .rungs_n = rung_options(c, req->ui, rungs, LEN(rungs)), .langs = lang_options, .langs_n = LEN(lang_options), .may_edit = may_edit(c) };
    UiCrumb crumbs[] = { { .word = tr(req->ui, "Recipients"), .href = url_path(c->arena, "/recipients") }, { .word = r != NULL ? r->name : tr(req->ui, "Add a recipient") } };
    t.platforms_n = platform_options(c, &platforms);
    t.platforms = platforms;
    t.title = crumbs[1].word;
    t.crumbs = crumbs;
    t.crumbs_n = LEN(crumbs);
    t.post = r != NULL ? url_path(c->arena, "/recipient/" STR_FMT, STR_ARG(id_hex(c->arena, r->id))) : url_path(c->arena, "/recipients/new");
    if (r != NULL) {
        const struct { const char *name; Str v; } fields[] = { { "name", r->name }, { "mail", r->mail }, { "rung", r->rung }, { "platform", r->platform }, { "lang", r->lang }, { "country", r->country }, { "note", r->note } };
        for (size_t i = 0; i < LEN(fields); i++) form_set(f, fields[i].name, fields[i].v);
        TRY(notice_count_of_recipient(c, r->id, &t.asked));
        t.ended = r->ended;
        t.bounces = r->bounces;
        t.bounce_code = r->bounce_code;
        TRY(recipient_register(c, req, r, &t));
        t.end_post = url_path(c->arena, "/recipient/" STR_FMT "/end", STR_ARG(id_hex(c->arena, r->id)));
    }
    tpl_takedown_recipient(&res->body, req->ui, &t);
    return OK;
}

Err recipient_new_page(Ctx *c, const Request *req, Response *res) { return form_shown(c, req, res, NULL); }

static Err one(Ctx *c, const Request *req, RecipientRow *out) {
    Id id = ID_NONE;
    TRY(req_id(req, "id", &id));
    TRY(recipient_by_id(c, id, out));
    return recipient_open(c, out, 1);
}

Err recipient_page(Ctx *c, const Request *req, Response *res) {
    RecipientRow r;
    TRY(one(c, req, &r));
    return form_shown(c, req, res, &r);
}

static RecipientNew from_form(Ctx *c, const Form *f) {
    Str country = form_text(f, "country");
    char *upper = str_z(c->arena, country);
    for (size_t i = 0; i < country.n; i++)
        if (upper[i] >= 'a' && upper[i] <= 'z') upper[i] = (char)(upper[i] - 'a' + 'A');
    return (RecipientNew){ .rung = form_text(f, "rung"), .platform = form_text(f, "platform"), .lang = form_text(f, "lang"), .country = { upper, country.n }, .name = form_text(f, "name"),
        .mail = form_text(f, "mail"), .note = form_text(f, "note") };
}

Err recipient_new_post(Ctx *c, const Request *req, Response *res) {
    RecipientNew n = from_form(c, req->form);
    if (req->form->errors > 0) {
        res_again(res, "/recipients/new");
        return OK;
    }
    Act *a = recipient_add(c, req->form->act, &n); /* the form's act id names the recipient too: sent twice, it is one */
    a->id = req->form->act;
    TRY(journal_one(c, a));
    res_said(res, N_("The recipient was added."));
    res_redirect(res, "/recipient/" STR_FMT, STR_ARG(id_hex(c->arena, a->subject)));
    return OK;
}

Err recipient_post(Ctx *c, const Request *req, Response *res) {
    RecipientRow r;
    TRY(one(c, req, &r));
    RecipientNew n = from_form(c, req->form);
    if (req->form->errors > 0) {
        res_again(res, "/recipient/" STR_FMT, STR_ARG(id_hex(c->arena, r.id)));
        return OK;
    }
    Act *a = recipient_change(c, r.id, &n);
    a->id = req->form->act;
    TRY(journal_one(c, a));
    res_said(res, N_("The changes were saved."));
    res_redirect(res, "/recipient/" STR_FMT, STR_ARG(id_hex(c->arena, r.id)));
    return OK;
}

Err recipient_end_post(Ctx *c, const Request *req, Response *res) {
    RecipientRow r;
    TRY(one(c, req, &r));
    TRY(journal_one(c, recipient_end(c, r.id, S("by_hand"))));
    res_said(res, N_("Taken out of use."));
    res_redirect(res, "/recipient/" STR_FMT, STR_ARG(id_hex(c->arena, r.id)));
    return OK;
}
