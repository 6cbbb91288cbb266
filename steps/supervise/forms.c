/* forms.c - what an analyst types: facts of a platform, a result of a check, a reply, a contact point. */
#include "core/case/contact_form.h"
#include "steps/supervise/supervise_in.h"
#include "steps/supervise/supervise_page.h"

static const char *const results[] = { "pass", "partial", "fail", "not_applicable", "not_observable", "not_tested", NULL };
static const char *const ways[] = { "a", "t", "q", "d", NULL };
static const char *const gates[] = { "none", "click", "birthdate", "real", "not_observed", NULL };

const Param supervise_facts_form[FACTS_FORM_N] = {
    { .name = "name", .kind = P_TEXT, .required = true, .max = 200, .label = N_("Name of the service") },
    { .name = "operator", .kind = P_TEXT, .max = 200, .label = N_("Company") },
    { .name = "domains", .kind = P_LONGTEXT, .max = 3000, .label = N_("Domains") },
    { .name = "tags", .kind = P_CHOICE, .many = true, .label = N_("Kind of service") },
    { .name = "seat", .kind = P_CHOICE, .label = N_("Main establishment") },
    { .name = "representative", .kind = P_CHOICE, .label = N_("Legal representative") },
    { .name = "representative_name", .kind = P_TEXT, .max = 200, .label = N_("Name of the representative") },
    { .name = "host", .kind = P_CHOICE, .label = N_("Files hosted in") },
    { .name = "why", .kind = P_LONGTEXT, .required = true, .max = 2000, .label = N_("Where this is known from") },
};
const Param supervise_check_form[CHECK_FORM_N] = {
    { .name = "result", .kind = P_CHOICE, .required = true, .choices = results, .label = N_("Result") },
    { .name = "on", .kind = P_DATE, .required = true, .label = N_("Day") },
    { .name = "see", .kind = P_CHOICE, .required = true, .choices = ways, .label = N_("How it was looked at") },
    { .name = "age_gate", .kind = P_CHOICE, .choices = gates, .label = N_("Kind of age check that was met") },
    { .name = "method", .kind = P_LONGTEXT, .required = true, .max = 2000, .label = N_("Method") },
    { .name = "evidence", .kind = P_LONGTEXT, .max = 10000, .label = N_("What was seen") },
};
const Param supervise_reply_form[REPLY_FORM_N] = {
    { .name = "on", .kind = P_DATE, .required = true, .label = N_("Day of the reply") },
    { .name = "reply", .kind = P_LONGTEXT, .required = true, .max = 10000, .label = N_("Reply") },
};
#define AGAIN(res, ...) do { res_again(res, __VA_ARGS__); return OK; } while (0)

static UiCrumb *crumbs(const Request *req, const PlatformView *p, Str here, size_t *out_n) {
    UiCrumb *c = ARENA_ARRAY(req->a, UiCrumb, 3);
    c[0] = (UiCrumb){ .word = tr(req->ui, N_("Platforms")), .href = url_path(req->a, "/platforms") };
    c[1] = (UiCrumb){ .word = p->f.name, .href = url_path(req->a, "/platform/" STR_FMT, STR_ARG(p->code)) };
    c[2] = (UiCrumb){ .word = here };
    *out_n = 3;
    return c;
}

/* ---- facts ---- */
/* Choices of the law data have capitals; forms carry them in small letters. */
static size_t country_options(Ctx *ctx, const Request *req, UiOption **out) {
    const LawCountry *const *rows = NULL;
    size_t n = law_country_list(ctx->app->law, supervise_today(ctx), req->a, &rows), k = 0;
    UiOption *o = ARENA_ARRAY(req->a, UiOption, n + 2);
    o[k++] = (UiOption){ .value = S("-"), .label = tr(req->ui, N_("none: known not to be there")) };
    for (size_t i = 0; i < n; i++) o[k++] = (UiOption){ .value = str_lower(req->a, rows[i]->r.id), .label = rows[i]->name[req->ui->lang] };
    *out = o;
    return k;
}
static size_t tag_choices(Ctx *ctx, const Request *req, UiOption **out) {
    const LawTag *const *rows = NULL;
    size_t n = law_tag_list(ctx->app->law, supervise_today(ctx), req->a, &rows), k = 0;
    UiOption *o = ARENA_ARRAY(req->a, UiOption, n + 1);
    for (size_t i = 0; i < n; i++)
        if (!str_eq(rows[i]->r.id, S("?"))) o[k++] = (UiOption){ .value = str_lower(req->a, rows[i]->r.id), .label = rows[i]->name[req->ui->lang] };
    *out = o;
    return k;
}
static Str country_code(Ctx *ctx, Str typed) {
    const LawCountry *const *rows = NULL;
    size_t n = law_country_list(ctx->app->law, supervise_today(ctx), ctx->arena, &rows);
    for (size_t i = 0; i < n; i++)
        if (str_ieq(rows[i]->r.id, typed)) return rows[i]->r.id;
    return typed;
}
static Str tag_codes(Ctx *ctx, const Value *v) {
    const LawTag *const *rows = NULL;
    size_t n = law_tag_list(ctx->app->law, supervise_today(ctx), ctx->arena, &rows);
    Buf b = buf_new(1024);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < v->n; j++)
            if (str_ieq(rows[i]->r.id, v->all[j])) {
                if (b.n > 0) buf_ch(&b, ' ');
                buf_put(&b, rows[i]->r.id);
            }
    Str out = str_dup(ctx->arena, buf_str(&b));
    buf_free(&b);
    return out;
}
/* Lines, commas and blanks all part one domain from the next. */
static Str domain_list(Arena *a, Str typed) {
    char *p = arena_alloc(a, typed.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < typed.n; i++) {
        char ch = typed.p[i];
        bool part = ch == '\n' || ch == '\r' || ch == ',' || ch == ';' || ch == ' ' || ch == '\t';
        if (!part) p[n++] = ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch;
        else if (n > 0 && p[n - 1] != ' ') p[n++] = ' ';
    }
    while (n > 0 && p[n - 1] == ' ') n--;
    return (Str){ p, n };
}
static PlatformFacts typed_facts(Ctx *ctx, const Form *f) {
    return (PlatformFacts){ .name = form_text(f, "name"), .operator_name = form_text(f, "operator"), .domains = domain_list(ctx->arena, form_text(f, "domains")), .tags = tag_codes(ctx, form_at(f, "tags")),
        .seat = country_code(ctx, form_text(f, "seat")), .representative = country_code(ctx, form_text(f, "representative")), .representative_name = form_text(f, "representative_name"),
        .host = country_code(ctx, form_text(f, "host")), .why = form_text(f, "why") };
}

static void facts_page(Ctx *ctx, const Request *req, Response *res, const PlatformView *p, Form *f, Url action) {
    UiOption *tags = NULL, *countries = NULL;
    Str title = p == NULL ? tr(req->ui, N_("Add a platform")) : TRF(req->ui, "Facts of {name}", UA_S("name", p->f.name));
    TplSuperviseEdit t = { .title = title, .form = f, .action = action, .new = p == NULL };
    UiCrumb *c = ARENA_ARRAY(req->a, UiCrumb, 2);
    c[0] = (UiCrumb){ .word = tr(req->ui, N_("Platforms")), .href = url_path(req->a, "/platforms") };
    c[1] = (UiCrumb){ .word = title };
    t.crumbs = c;
    t.crumbs_n = 2;
    if (p != NULL) t.crumbs = crumbs(req, p, title, &t.crumbs_n);
    t.tags_n = tag_choices(ctx, req, &tags);
    t.countries_n = country_options(ctx, req, &countries);
    t.tags = tags;
    t.countries = countries;
    tpl_supervise_edit(&res->body, req->ui, &t);
}

Err supervise_new_page(Ctx *ctx, const Request *req, Response *res) {
    TRY(access_may(ctx, "platform.edit", NO_OBJECT));
    facts_page(ctx, req, res, NULL, form_page(req, supervise_facts_form, FACTS_FORM_N), url_path(req->a, "/platforms/new"));
    return OK;
}
Err supervise_new_post(Ctx *ctx, const Request *req, Response *res) {
    Str code = STR_NONE;
    TRY(access_may(ctx, "platform.edit", NO_OBJECT));
    if (req->form->errors > 0) AGAIN(res, "/platforms/new");
    PlatformFacts f = typed_facts(ctx, req->form);
    Err err = journal_one(ctx, platform_add(ctx, req->form->act, &f, &code));
    if (err != OK) {
        TRY(form_refused(ctx, req, err));
        AGAIN(res, "/platforms/new");
    }
    res_said(res, "The platform is in the register.");
    res_redirect(res, "/platform/" STR_FMT, STR_ARG(code));
    return OK;
}

static void preset(const Request *req, Form *f, const PlatformFacts *p) {
    Str all[32], rest = str_lower(req->a, p->tags), part;
    size_t n = 0;
    while (rest.n > 0 && n < LEN(all) && str_split(&rest, ' ', &part)) all[n++] = part;
    form_set_many(req->a, f, "tags", all, n);
    form_set(f, "name", p->name);
    form_set(f, "operator", p->operator_name);
    char *lines = str_z(req->a, p->domains);
    for (size_t i = 0; i < p->domains.n; i++)
        if (lines[i] == ' ') lines[i] = '\n';
    form_set(f, "domains", (Str){ lines, p->domains.n });
    form_set(f, "seat", str_lower(req->a, p->seat));
    form_set(f, "representative", str_lower(req->a, p->representative));
    form_set(f, "representative_name", p->representative_name);
    form_set(f, "host", str_lower(req->a, p->host));
    form_set(f, "why", p->why);
}
Err supervise_edit_page(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    TRY(access_may(ctx, "platform.edit", NO_OBJECT));
    TRY(platform_of(ctx, req, &p));
    Form *f = form_page(req, supervise_facts_form, FACTS_FORM_N);
    preset(req, f, &p.f);
    facts_page(ctx, req, res, &p, f, url_path(req->a, "/platform/" STR_FMT "/edit", STR_ARG(p.code)));
    return OK;
}
Err supervise_edit_post(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    TRY(access_may(ctx, "platform.edit", NO_OBJECT));
    TRY(platform_of(ctx, req, &p));
    if (req->form->errors > 0) AGAIN(res, "/platform/" STR_FMT "/edit", STR_ARG(p.code));
    PlatformFacts f = typed_facts(ctx, req->form);
    Err err = journal_one(ctx, platform_change(ctx, req->form->act, &p, &f));
    if (err != OK) {
        TRY(form_refused(ctx, req, err));
        AGAIN(res, "/platform/" STR_FMT "/edit", STR_ARG(p.code));
    }
    res_said(res, "The facts are recorded.");
    res_redirect(res, "/platform/" STR_FMT, STR_ARG(p.code));
    return OK;
}
Err supervise_end_post(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    TRY(access_may(ctx, "platform.edit", NO_OBJECT));
    TRY(platform_of(ctx, req, &p));
    if (id_none(p.hand)) return E_MISSING;
    TRY(journal_one(ctx, platform_end(ctx, &p)));
    res_said(res, "What was recorded by hand has ended.");
    res_redirect(res, "/platform/" STR_FMT, STR_ARG(p.code));
    return OK;
}

/* ---- checks ---- */
static const LawObligation *duty_of(Ctx *ctx, const Request *req) { return law_obligation(ctx->app->law, req_arg(req, "duty"), supervise_today(ctx)); }

static const char *way_of_small(Str code) {
    char c = code.n == 1 && code.p[0] >= 'a' && code.p[0] <= 'z' ? (char)(code.p[0] - 32) : ' ';
    return check_way_word((Str){ &c, 1 });
}
static Str see_words(const Request *req, Str see) {
    Buf b = buf_new(1024);
    Str rest = see, part;
    while (rest.n > 0 && str_split(&rest, ' ', &part)) {
        if (b.n > 0) buf_z(&b, " · ");
        buf_put(&b, tr(req->ui, check_way_word(part)));
    }
    Str out = str_dup(req->a, buf_str(&b));
    buf_free(&b);
    return out;
}

static Err history(Ctx *ctx, const Request *req, const PlatformView *p, const LawObligation *o, TplSuperviseDuty *t) {
    PlatformCheck *k = NULL;
    size_t n = 0;
    TRY(check_list(ctx, p->code, o->r.id, &k, &n));
    TplSuperviseDutyRows *rows = ARENA_ARRAY(req->a, TplSuperviseDutyRows, n + 1);
    for (size_t i = 0; i < n; i++)
        rows[i] = (TplSuperviseDutyRows){ .on = civil_at(ctx->app->zone, k[i].f.on).date, .result = check_result_word(k[i].f.result), .state = check_result_state(k[i].f.result), .way = check_way_word(k[i].f.see),
            .gate = k[i].f.age_gate.n > 0 ? check_age_gate_word(k[i].f.age_gate) : NULL, .method = k[i].f.method, .evidence = k[i].f.evidence, .reply = k[i].reply, .reply_on = k[i].reply_on > 0 ? civil_at(ctx->app->zone, k[i].reply_on).date : DATE_NONE, .at = k[i].at,
            .href = url_path(req->a, "/platform/" STR_FMT "/check/" STR_FMT "/reply/" STR_FMT, STR_ARG(p->code), STR_ARG(o->r.id), STR_ARG(id_hex(req->a, k[i].id))) };
    t->rows = rows;
    t->rows_n = n;
    return OK;
}

Err supervise_duty_page(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    TRY(platform_of(ctx, req, &p));
    const LawObligation *o = duty_of(ctx, req);
    if (o == NULL) return E_MISSING;
    Str title = TRF(req->ui, "Check {duty} of {name}", UA_S("duty", o->r.id), UA_S("name", p.f.name));
    Form *f = form_page(req, supervise_check_form, CHECK_FORM_N);
    form_set(f, "on", date_str(req->a, supervise_today(ctx)));
    TplSuperviseDuty t = { .title = title, .must = o->must[req->ui->lang], .evidence = o->evidence[req->ui->lang], .article = o->article, .see = see_words(req, o->see), .unverified = !o->r.verified,
        .fits = duty_applies(o, p.f.tags), .form = f, .action = url_path(req->a, "/platform/" STR_FMT "/check/" STR_FMT, STR_ARG(p.code), STR_ARG(o->r.id)),
        .age = str_eq(o->r.id, S("K17")) || str_eq(o->r.id, S("K25")), .may_edit = (ctx->person.roles & (R_ANALYST | R_ADMIN)) != 0 };
    t.crumbs = crumbs(req, &p, o->r.id, &t.crumbs_n);
    t.results = form_options(req, results, check_result_word, &t.results_n);
    t.ways = form_options(req, ways, way_of_small, &t.ways_n);
    t.gates = form_options(req, gates, check_age_gate_word, &t.gates_n);
    TRY(history(ctx, req, &p, o, &t));
    tpl_supervise_duty(&res->body, req->ui, &t);
    return OK;
}

Err supervise_duty_post(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    TRY(access_may(ctx, "platform.edit", NO_OBJECT));
    TRY(platform_of(ctx, req, &p));
    const LawObligation *o = duty_of(ctx, req);
    if (o == NULL) return E_MISSING;
    if (req->form->errors > 0) AGAIN(res, "/platform/" STR_FMT "/check/" STR_FMT, STR_ARG(p.code), STR_ARG(o->r.id));
    const Form *f = req->form;
    char way[1] = { (char)(form_text(f, "see").p[0] - 32) };
    CheckFacts k = { .platform = p.code, .duty = o->r.id, .result = form_text(f, "result"), .see = { way, 1 }, .age_gate = form_text(f, "age_gate"), .method = form_text(f, "method"),
        .evidence = form_text(f, "evidence"), .on = form_day_moment(ctx, form_date(f, "on")) };
    Err err = journal_one(ctx, check_record(ctx, f->act, &k));
    if (err != OK) {
        TRY(form_refused(ctx, req, err));
        AGAIN(res, "/platform/" STR_FMT "/check/" STR_FMT, STR_ARG(p.code), STR_ARG(o->r.id));
    }
    res_said(res, "The result is recorded.");
    res_redirect(res, "/platform/" STR_FMT "/check/" STR_FMT, STR_ARG(p.code), STR_ARG(o->r.id));
    return OK;
}

static Err check_of(Ctx *ctx, const Request *req, PlatformView *p, PlatformCheck *k) {
    Id id = ID_NONE;
    TRY(access_may(ctx, "platform.edit", NO_OBJECT));
    TRY(platform_of(ctx, req, p));
    TRY(req_id(req, "check", &id));
    TRY(check_by_id(ctx, id, k));
    return str_eq(k->f.platform, p->code) && str_eq(k->f.duty, req_arg(req, "duty")) ? OK : E_MISSING;
}
static const char *reply_path(const Request *req, const PlatformCheck *k) {
    return str_z(req->a, str_fmt(req->a, "/platform/" STR_FMT "/check/" STR_FMT "/reply/" STR_FMT, STR_ARG(k->f.platform), STR_ARG(k->f.duty), STR_ARG(id_hex(req->a, k->id))));
}
Err supervise_reply_page(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    PlatformCheck k;
    TRY(check_of(ctx, req, &p, &k));
    TplSuperviseReply t = { .title = TRF(req->ui, "Reply of {name} to check {duty}", UA_S("name", p.f.name), UA_S("duty", k.f.duty)), .result = check_result_word(k.f.result),
        .state = check_result_state(k.f.result), .on = civil_at(ctx->app->zone, k.f.on).date, .evidence = k.f.evidence, .form = form_page(req, supervise_reply_form, REPLY_FORM_N), .action = url_path(req->a, "%s", reply_path(req, &k)) };
    t.crumbs = crumbs(req, &p, k.f.duty, &t.crumbs_n);
    tpl_supervise_reply(&res->body, req->ui, &t);
    return OK;
}
Err supervise_reply_post(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    PlatformCheck k;
    TRY(check_of(ctx, req, &p, &k));
    if (req->form->errors > 0) AGAIN(res, "%s", reply_path(req, &k));
    Err err = journal_one(ctx, check_reply(ctx, req->form->act, k.id, form_text(req->form, "reply"), form_day_moment(ctx, form_date(req->form, "on"))));
    if (err != OK) {
        TRY(form_refused(ctx, req, err));
        AGAIN(res, "%s", reply_path(req, &k));
    }
    res_said(res, "The reply stands beside the finding.");
    res_redirect(res, "/platform/" STR_FMT "/check/" STR_FMT, STR_ARG(p.code), STR_ARG(k.f.duty));
    return OK;
}

/* ---- contact points ---- */
Err supervise_contact_page(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    size_t n = 0;
    TRY(access_may(ctx, "contact.edit", NO_OBJECT));
    TRY(platform_of(ctx, req, &p));
    Str title = TRF(req->ui, "Contact point of {name}", UA_S("name", p.f.name));
    const UiCrumb *c = crumbs(req, &p, title, &n);
    contact_form_page(req, res, title, c, n, url_path(req->a, "/platform/" STR_FMT "/contact", STR_ARG(p.code)));
    return OK;
}
Err supervise_contact_post(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    bool done = false;
    TRY(access_may(ctx, "contact.edit", NO_OBJECT));
    TRY(platform_of(ctx, req, &p));
    TRY(contact_form_post(ctx, req, S("platform"), p.code, &done));
    if (!done) AGAIN(res, "/platform/" STR_FMT "/contact", STR_ARG(p.code));
    res_said(res, "The contact point is recorded.");
    res_redirect(res, "/platform/" STR_FMT "#contacts", STR_ARG(p.code));
    return OK;
}
static Err contact_of(Ctx *ctx, const Request *req, PlatformView *p, ContactRow *k) {
    Id id = ID_NONE;
    TRY(access_may(ctx, "contact.edit", NO_OBJECT));
    TRY(platform_of(ctx, req, p));
    TRY(req_id(req, "contact", &id));
    TRY(contact_by_id(ctx, id, k));
    return str_eq(k->of, S("platform")) && str_eq(k->holder, p->code) ? OK : E_MISSING;
}
Err supervise_contact_right_post(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    ContactRow k;
    TRY(contact_of(ctx, req, &p, &k));
    TRY(journal_one(ctx, contact_still_right(ctx, k.id)));
    res_said(res, "Recorded that this is still right.");
    res_redirect(res, "/platform/" STR_FMT "#contacts", STR_ARG(p.code));
    return OK;
}
Err supervise_contact_end_post(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    ContactRow k;
    TRY(contact_of(ctx, req, &p, &k));
    Str why = form_text(req->form, "why");
    TRY(journal_one(ctx, contact_end(ctx, k.id, why.n > 0 ? why : S("wrong"))));
    res_said(res, "The contact point has ended; the record keeps it.");
    res_redirect(res, "/platform/" STR_FMT "#contacts", STR_ARG(p.code));
    return OK;
}
