/* template_pages.c - the organisation's own words around notices: the list, one with its preview and its versions, saving, going back to the words of the house. */
#include "steps/takedown/pages_in.h"
#include "steps/takedown/takedown_page.h"
#include "steps/takedown/template.h"
#include "steps/takedown/text_in.h"

static const char *const goes[] = { "look", "save", NULL };
const Param template_form[TEMPLATE_FORM_N] = { { .name = "body", .kind = P_LONGTEXT, .max = TEMPLATE_MAX, .required = true, .label = N_("The words") }, { .name = "go", .kind = P_CHOICE, .choices = goes } };

static bool may_edit(Ctx *c) { return access_can(c, "template.edit", NO_OBJECT); }
static Str type_word(const Ctx *c, const UiCtx *ui, Str type) {
    if (str_eq(type, S("any"))) return tr(ui, N_("Every recipient without words of its own"));
    if (str_eq(type, S("reminder"))) return tr(ui, N_("Reminders"));
    return rung_name(c, ui->lang, type);
}
static Url page_url(Arena *a, Str type, Str lang) { return url_path(a, "/templates/" STR_FMT "/" STR_FMT, STR_ARG(type), STR_ARG(lang)); }

Err template_list_page(Ctx *c, const Request *req, Response *res) {
    TplTakedownTemplates t = { .rows_n = 0 };
    size_t max = 0;
    while (template_types[max] != NULL) max++;
    TplTakedownTemplatesRows *rows = ARENA_ARRAY(c->arena, TplTakedownTemplatesRows, max + 1);
    for (size_t i = 0; i < max; i++) {
        TemplateRow nl = { .version = 0 }, en = { .version = 0 };
        Err a = template_newest(c, str_c(template_types[i]), S("nl"), &nl), b = template_newest(c, str_c(template_types[i]), S("en"), &en);
        if ((a != OK && a != E_MISSING) || (b != OK && b != E_MISSING)) return a != OK && a != E_MISSING ? a : b;
        rows[t.rows_n++] = (TplTakedownTemplatesRows){ .name = type_word(c, req->ui, str_c(template_types[i])), .nl = page_url(c->arena, str_c(template_types[i]), S("nl")), .en = page_url(c->arena, str_c(template_types[i]), S("en")),
            .nl_version = a == OK ? nl.version : 0, .en_version = b == OK ? en.version : 0 };
    }
    t.rows = rows;
    tpl_takedown_templates(&res->body, req->ui, &t);
    return OK;
}

static Err which(const Request *req, Str *type, Str *lang) {
    *type = req_arg(req, "type");
    *lang = req_arg(req, "lang");
    bool known = false;
    for (size_t i = 0; template_types[i] != NULL; i++) known = known || str_eq(*type, str_c(template_types[i]));
    return known && (str_eq(*lang, S("nl")) || str_eq(*lang, S("en"))) ? OK : E_MISSING;
}

/* Real data where this person may read it: the newest notice to such a recipient in one of their cases. Otherwise places that do not exist. */
static Err preview_of(Ctx *c, Str type, Str lang, Str body, TplTakedownTemplate *t) {
    NoticeRow rows[20];
    size_t n = 0;
    Str rung = str_eq(type, S("reminder")) ? S("any") : type;
    TRY(template_notice(c, rung, lang, rows, LEN(rows), &n));
    for (size_t i = 0; i < n; i++) {
        bool minor = !str_eq(rows[i].lane, S("adult"));
        if (minor != str_eq(type, S("hotline")) || !access_can(c, "notice.read", OBJ(OBJ_CASE, rows[i].case_id))) continue;
        t->of = notice_ref(c->arena, rows[i].id);
        return notice_text_with(c, &rows[i], body, &t->preview);
    }
    return notice_text_example(c, type, lang, body, &t->preview);
}

Err template_page(Ctx *c, const Request *req, Response *res) {
    Str type = STR_NONE, lang = STR_NONE, what = STR_NONE;
    TemplateRow *rows = NULL, now;
    size_t n = 0;
    const char *wrong = NULL;
    TRY(which(req, &type, &lang));
    TRY(template_versions(c, type, lang, &rows, &n));
    Form *f = form_page(req, template_form, TEMPLATE_FORM_N);
    bool own = n > 0 && rows[0].ended == 0;
    int64_t shown = req_query_int(req, "version", 1, 100000, own ? rows[0].version : 0);
    Str body = template_default(str_eq(type, S("hotline")));
    for (size_t i = 0; i < n; i++) {
        if (rows[i].version != shown) continue;
        now = rows[i];
        TRY(template_open(c, &now));
        body = now.body;
    }
    form_set(f, "body", body);
    UiCrumb crumbs[] = { { .word = tr(req->ui, "Recipients"), .href = url_path(c->arena, "/recipients") }, { .word = tr(req->ui, N_("Words of notices")), .href = url_path(c->arena, "/templates") }, { .word = type_word(c, req->ui, type) } };
    TplTakedownTemplate t = { .title = str_fmt(c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(crumbs[2].word), STR_ARG(lang)), .crumbs = crumbs, .crumbs_n = LEN(crumbs), .form = f, .post = page_url(c->arena, type, lang), .lang = lang,
        .own = own, .may_edit = may_edit(c) };
    t.end_post = url_path(c->arena, STR_FMT "/end", STR_ARG(t.post.s));
    TplTakedownTemplateVersions *v = ARENA_ARRAY(c->arena, TplTakedownTemplateVersions, n + 1);
    for (size_t i = 0; i < n; i++) {
        UserRow u;
        v[i] = (TplTakedownTemplateVersions){ .version = rows[i].version, .at = rows[i].made, .ended = rows[i].ended, .href = url_with(c->arena, t.post, "version", str_fmt(c->arena, "%lld", (long long)rows[i].version)) };
        if (!id_none(rows[i].by) && user_by_id(c, rows[i].by, &u) == OK) v[i].by = u.name;
    }
    t.versions = v;
    t.versions_n = n;
    if (template_check(c, type, form_text(f, "body"), &wrong, &what) == OK) TRY(preview_of(c, type, lang, form_text(f, "body"), &t));
    tpl_takedown_template(&res->body, req->ui, &t);
    return OK;
}

Err template_post(Ctx *c, const Request *req, Response *res) {
    Str type = STR_NONE, lang = STR_NONE, what = STR_NONE;
    TemplateRow *rows = NULL;
    Event before;
    size_t n = 0;
    const char *wrong = NULL;
    Form *f = req->form;
    TRY(which(req, &type, &lang));
    TRY(template_versions(c, type, lang, &rows, &n));
    Str path = page_url(c->arena, type, lang).s;
    if (f->errors == 0 && template_check(c, type, form_text(f, "body"), &wrong, &what) != OK) form_fail(f, "body", str_z(c->arena, TRF(req->ui, wrong, UA_S("what", what))));
    if (f->errors > 0 || !str_eq(form_text(f, "go"), S("save"))) {
        res_again(res, STR_FMT "#preview", STR_ARG(path));
        return OK;
    }
    if (journal_event(c, f->act, false, &before) != OK) {
        Act *a = template_save(c, type, lang, (n > 0 ? rows[0].version : 0) + 1, form_text(f, "body"));
        a->id = f->act;
        TRY(journal_one(c, a));
    }
    res_said(res, N_("Saved. Notices that are made from now on use these words."));
    res_redirect(res, STR_FMT, STR_ARG(path));
    return OK;
}

Err template_end_post(Ctx *c, const Request *req, Response *res) {
    Str type = STR_NONE, lang = STR_NONE;
    TemplateRow now;
    TRY(which(req, &type, &lang));
    Err e = template_newest(c, type, lang, &now);
    if (e == OK) e = journal_one(c, template_end(c, &now));
    if (e != OK && e != E_MISSING) return e;
    res_said(res, N_("The words of the house are used again."));
    res_redirect(res, STR_FMT, STR_ARG(page_url(c->arena, type, lang).s));
    return OK;
}
