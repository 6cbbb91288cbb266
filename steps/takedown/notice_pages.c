/* notice_pages.c - composing a notice: choose, see exactly what will be sent to whom, send. */
#include "steps/takedown/pages_in.h"
#include "steps/takedown/plan_in.h"
#include "steps/takedown/takedown_page.h"

enum { LOCATIONS_SHOWN = 200, RECIPIENTS_SHOWN = 300 };
#define LINK_WORDS N_("[answer link: made when it is sent, only the recipient gets it]")

static const char *const scopes[] = { "chosen", "open", NULL };
const char *const notice_actions[NOTICE_CHOICES + 1] = { "remove", "disable", NULL };
const char *const notice_action_words[NOTICE_CHOICES] = { N_("Remove it, and known copies"), N_("Make it impossible to reach") };
const char *const notice_territories[NOTICE_CHOICES + 1] = { "eu", "world", NULL };
const char *const notice_territory_words[NOTICE_CHOICES] = { N_("At least the European Union"), N_("Everywhere") };
static const char *const goes[] = { "look", "send", NULL };
const Param notice_form[17] = {
    { .name = "form", .kind = P_TEXT, .max = 40 }, { .name = "proposal", .kind = P_ID }, { .name = "earlier", .kind = P_ID }, { .name = "seed", .kind = P_ID }, { .name = "shown", .kind = P_TEXT, .max = 64 },
    { .name = "scope", .kind = P_CHOICE, .choices = scopes, .required = true, .label = N_("Which locations") },
    { .name = "location", .kind = P_ID, .many = true, .max = 3000, .label = N_("Locations") },
    { .name = "recipient", .kind = P_CHOICE, .many = true, .max = 300, .label = N_("Recipients of this notice") },
    { .name = "offence", .kind = P_TEXT, .required = true, .max = 40, .label = N_("Offence") },
    NOTICE_PARAMS,
    { .name = "go", .kind = P_CHOICE, .choices = goes },
};

static Date today(const Ctx *c) { return civil_at(c->app->zone, c->now).date; }

/* ---- options ---- */
static Str chosen_text(const Ctx *c, const UiCtx *ui, const LocationRow *l) {
    return str_fmt(c->arena, STR_FMT "%s" STR_FMT, STR_ARG(tr(ui, location_verdict_word(l->verdict))), l->verdict_at != 0 ? " · " : "", STR_ARG(l->verdict_at != 0 ? ui_when_short(ui, l->verdict_at) : STR_NONE));
}
static UiOption *location_options(const Compose *p, const UiCtx *ui, const Form *f, size_t *out_n, int64_t *out_open) {
    UiOption *o = ARENA_ARRAY(p->c->arena, UiOption, LOCATIONS_SHOWN);
    size_t n = 0;
    *out_open = 0;
    for (int pass = 0; pass < 3; pass++) { /* what is chosen stands first, then what is still open */
        for (size_t i = 0; i < p->locations_n; i++) {
            const LocationRow *l = &p->locations[i];
            int at = form_has(f, "location", id_hex(p->c->arena, l->id)) ? 0 : location_open_still(l) ? 1 : 2;
            if (l->url_err != OK || at != pass) continue;
            *out_open += location_open_still(l);
            if (n < LOCATIONS_SHOWN) o[n++] = (UiOption){ .value = id_hex(p->c->arena, l->id), .label = l->url, .hint = chosen_text(p->c, ui, l) };
        }
    }
    *out_n = n;
    return o;
}

/* Services of this case first, then the rest by rung. */
static bool for_case(const Compose *p, const RecipientRow *r) {
    for (size_t i = 0; i < p->locations_n && r->platform.n > 0; i++)
        if (str_eq(p->locations[i].platform, r->platform)) return true;
    return false;
}
UiOption *recipient_options(const Compose *p, const UiCtx *ui, const Form *f, Id wanted, size_t *out_n, int64_t *out_more) {
    UiOption *o = ARENA_ARRAY(p->c->arena, UiOption, RECIPIENTS_SHOWN);
    size_t n = 0;
    *out_more = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < p->recipients_n; i++) {
            const RecipientRow *r = &p->recipients[i];
            bool first = for_case(p, r) || id_eq(r->id, wanted) || form_has(f, "recipient", recipient_value(p, r));
            if (first != (pass == 0)) continue;
            if (n == RECIPIENTS_SHOWN) {
                ++*out_more;
                continue;
            }
            Str hint = str_fmt(p->c->arena, STR_FMT " · " STR_FMT "%s" STR_FMT, STR_ARG(rung_name(p->c, ui->lang, r->rung)), STR_ARG(r->mail), recipient_is_seed(r) || r->bounces > 0 ? " · " : "",
                STR_ARG(recipient_is_seed(r) ? tr(ui, r->found.n > 0 ? N_("found by looking it up; comes into the register when you ask it") : N_("from the law data; comes into the register when you ask it")) : r->bounces > 0 ? tr(ui, "mail came back") : STR_NONE));
            o[n++] = (UiOption){ .value = recipient_value(p, r), .label = r->name, .hint = hint };
        }
    }
    *out_n = n;
    return o;
}

UiOption *offence_options(const Compose *p, const UiCtx *ui, size_t *out_n) {
    const LawOffence *const *rows = NULL;
    size_t n = law_offence_list(p->c->app->law, today(p->c), p->c->arena, &rows), k = 0;
    UiOption *o = ARENA_ARRAY(p->c->arena, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *mark = law_mark(&rows[i]->r);
        Str label = mark[0] != '\0' ? str_fmt(p->c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(rows[i]->name[ui->lang]), STR_ARG(tr(ui, mark))) : rows[i]->name[ui->lang];
        o[k++] = (UiOption){ .value = rows[i]->r.id, .label = label };
    }
    *out_n = k;
    return o;
}

static void needs(const Compose *p, const UiCtx *ui, TplTakedownCompose *t) {
    const LawContent *const *rows = NULL;
    size_t n = law_contents(p->c->app->law, S("art16"), today(p->c), p->c->arena, &rows);
    TplTakedownComposeNeeds *out = ARENA_ARRAY(p->c->arena, TplTakedownComposeNeeds, n + 1);
    for (size_t i = 0; i < n; i++)
        if (!str_eq(rows[i]->need, S("no"))) out[t->needs_n++] = (TplTakedownComposeNeeds){ .name = rows[i]->name[ui->lang], .ground = rows[i]->ground, .mark = law_mark(&rows[i]->r)[0] != '\0' ? law_mark(&rows[i]->r) : NULL };
    t->needs = out;
}

/* ---- what the page starts from ---- */
/* Whether a place of the case is on a platform of the register. */
static bool known_platform(const Compose *p) {
    for (size_t i = 0; i < p->locations_n; i++)
        if (p->locations[i].platform.n > 0) return true;
    return false;
}

/* A reminder goes to whom it reminds; a step up the ladder to that rung; else to the platforms of the case. */
static size_t preset_recipients(const Compose *p, const Request *req, Str *out) {
    Id wanted = ID_NONE;
    size_t n = 0;
    if (id_parse(req_query(req, "recipient"), &wanted) != OK) wanted = ID_NONE;
    bool to_holder = p->has_earlier && (!p->has_proposal || !str_starts(p->proposal.target, S("rung:")));
    Str rung = p->has_proposal && str_starts(p->proposal.target, S("rung:")) ? str_sub(p->proposal.target, 5, p->proposal.target.n) : STR_NONE;
    for (size_t i = 0; i < p->recipients_n; i++) {
        const RecipientRow *r = &p->recipients[i];
        bool platform = id_none(wanted) && for_case(p, r) && str_eq(r->rung, S("platform"));
        bool looked = id_none(wanted) && r->found.n > 0 && recipient_is_seed(r) && (str_eq(r->rung, S("platform")) || str_eq(r->rung, S("host"))) && !p->has_proposal && !known_platform(p);
        platform = platform || looked; /* on a site that nobody knows: those who were found for it */
        bool pick = to_holder ? id_eq(r->id, p->earlier.recipient) : rung.n > 0 ? str_eq(r->rung, rung) && for_case(p, r) : id_eq(r->id, wanted) || platform;
        if (pick) out[n++] = recipient_value(p, r);
    }
    return n;
}

/* Those of the chosen platforms, when there are any; of an earlier notice those that it is still about. */
static size_t preset_locations(const Compose *p, const Form *f, Str *out) {
    RequestRow *rows = NULL;
    size_t rows_n = 0, n = 0;
    bool only = p->has_earlier && request_of_subject(p->c, p->earlier.id, &rows, &rows_n) == OK;
    for (int pass = 0; pass < 2 && n == 0; pass++) {
        for (size_t i = 0; i < p->locations_n; i++) {
            const LocationRow *l = &p->locations[i];
            bool asked = false, fits = pass == 1;
            for (size_t k = 0; only && k < rows_n; k++) asked = asked || (id_eq(rows[k].location, l->id) && (rows[k].decided == 0 || l->returned > 0));
            for (size_t k = 0; k < p->recipients_n && !fits; k++)
                fits = l->platform.n > 0 && str_eq(l->platform, p->recipients[k].platform) && form_has(f, "recipient", recipient_value(p, &p->recipients[k]));
            if (location_open_still(l) && (only ? asked : fits)) out[n++] = id_hex(p->c->arena, l->id);
        }
    }
    return n;
}

static void preset(Compose *p, const Request *req, Form *f) {
    Arena *a = p->c->arena;
    Str *ids = ARENA_ARRAY(a, Str, p->locations_n + p->recipients_n + 1), offence = p->has_earlier ? p->earlier.offence : STR_NONE;
    size_t n = 0;
    if (p->incidents_n > 0 && offence.n == 0) offence = p->incidents[0].offence;
    if (p->minor && offence.n == 0) offence = S("CSAM");
    form_set(f, "scope", p->locations_n > LOCATIONS_SHOWN ? S("open") : S("chosen"));
    form_set(f, "offence", offence);
    form_set(f, "action", S("remove"));
    form_set(f, "territory", S("eu"));
    form_set(f, "why_nl", default_why(p, LANG_NL, offence));
    form_set(f, "why_en", default_why(p, LANG_EN, offence));
    n = preset_recipients(p, req, ids);
    form_set_many(a, f, "recipient", ids, n);
    n = preset_locations(p, f, ids);
    form_set_many(a, f, "location", ids, n);
}

static void languages(const Compose *p, TplTakedownCompose *t) {
    for (size_t i = 0; i < p->recipients_n; i++) {
        t->ask_nl = t->ask_nl || lang_from(p->recipients[i].lang, LANG_EN) == LANG_NL;
        t->ask_en = t->ask_en || lang_from(p->recipients[i].lang, LANG_EN) == LANG_EN;
    }
}

Str notice_shown_words(const Ctx *c, const UiCtx *ui, Str body) {
    size_t at = 0;
    if (!str_find(body, S(LINK_MARK), &at)) return body;
    Str after = str_sub(body, at + sizeof LINK_MARK - 1, body.n);
    return str_fmt(c->arena, STR_FMT STR_FMT STR_FMT, STR_ARG(str_sub(body, 0, at)), STR_ARG(tr(ui, LINK_WORDS)), STR_ARG(after));
}

static Err previews(Compose *p, const UiCtx *ui, Form *f, TplTakedownCompose *t) {
    NoticePlan *plans = NULL;
    size_t n = 0;
    TRY(compose_plan(p, f, &plans, &n, &t->f_shown));
    if (t->f_shown.n == 0) return OK;
    TplTakedownComposePreviews *out = ARENA_ARRAY(p->c->arena, TplTakedownComposePreviews, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = (TplTakedownComposePreviews){ .who = plans[i].to->name, .mail = plans[i].to->mail, .lang = str_c(lang_code(plans[i].lang)), .subject = plans[i].subject, .body = notice_shown_words(p->c, ui, plans[i].body),
            .items = (int64_t)plans[i].locations_n };
    t->previews = out;
    t->previews_n = n;
    return OK;
}

static Id query_id(const Request *req, const Form *f, const char *name) {
    Id id = ID_NONE;
    if (f->filled) return form_at(f, name)->given && id_parse(form_text(f, name), &id) == OK ? id : ID_NONE;
    return id_parse(req_query(req, name), &id) == OK ? id : ID_NONE;
}
static Str id_text(Arena *a, Id id) { return id_none(id) ? STR_NONE : id_hex(a, id); }

static const UiOption *words(const UiCtx *ui, const char *const *values, const char *const *labels, size_t n) {
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, n);
    for (size_t i = 0; i < n; i++) o[i] = (UiOption){ .value = str_c(values[i]), .label = tr(ui, labels[i]) };
    return o;
}

static void static_options(const UiCtx *ui, TplTakedownCompose *t) {
    static const char *const scope_words[] = { N_("The ones ticked below"), N_("All that are not proven gone") };
    t->scopes = words(ui, scopes, scope_words, 2);
    t->actions = words(ui, notice_actions, notice_action_words, NOTICE_CHOICES);
    t->territories = words(ui, notice_territories, notice_territory_words, NOTICE_CHOICES);
    t->scopes_n = t->actions_n = t->territories_n = 2;
}

Err notice_compose_page(Ctx *c, const Request *req, Response *res) {
    Id case_id = ID_NONE, seed = ID_NONE, wanted = ID_NONE;
    Compose p;
    CaseRow k;
    TRY(req_id(req, "case", &case_id));
    TRY(case_by_id(c, case_id, &k));
    if (k.locations > NOTICE_ITEMS_MAX && req_query(req, "proposal").n == 0 && req_query(req, "earlier").n == 0) { /* more than fit in one mail: many at once have a page of their own */
        res_redirect(res, "/case/" STR_FMT "/bulk", STR_ARG(id_hex(c->arena, case_id)));
        return OK;
    }
    Form *f = form_page(req, notice_form, LEN(notice_form));
    if (!f->filled || id_parse(form_text(f, "seed"), &seed) != OK) seed = ctx_new_id(c);
    TRY(compose_load(c, case_id, seed, query_id(req, f, "proposal"), query_id(req, f, "earlier"), f->filled ? form_text(f, "form") : req_query(req, "form"), &p));
    if (!f->filled) preset(&p, req, f);
    UiCrumb crumbs[] = { { .word = p.k.ref, .href = url_path(c->arena, "/case/" STR_FMT, STR_ARG(id_hex(c->arena, case_id))) }, { .word = tr(req->ui, "Ask for removal") } };
    TplTakedownCompose t = { .form = f, .crumbs = crumbs, .crumbs_n = LEN(crumbs), .post = url_path(c->arena, "/case/" STR_FMT "/notice", STR_ARG(id_hex(c->arena, case_id))), .minor = p.minor,
        .reminder = str_eq(p.form, S("reminder")) && p.has_earlier, .f_form = p.form, .f_proposal = p.has_proposal ? id_hex(c->arena, p.proposal.id) : STR_NONE,
        .f_earlier = id_text(c->arena, p.has_earlier ? p.earlier.id : ID_NONE), .f_seed = id_hex(c->arena, seed), .org_name = p.org.name, .org_mail = c->app->org_mail_from, .flagger_id = p.org.flagger_id,
        .locations_all = (int64_t)p.locations_n, .ground = p.ground };
    if (!p.agreed) t.stop = "The person has not agreed to removal requests. Ask first; nothing was sent.";
    if (p.has_earlier) t.earlier_ref = notice_ref(c->arena, p.earlier.id);
    if (id_parse(req_query(req, "recipient"), &wanted) != OK) wanted = p.has_earlier ? p.earlier.recipient : ID_NONE;
    t.locations = location_options(&p, req->ui, f, &t.locations_n, &t.locations_open);
    t.recipients = recipient_options(&p, req->ui, f, wanted, &t.recipients_n, &t.recipients_more);
    t.offences = offence_options(&p, req->ui, &t.offences_n);
    static_options(req->ui, &t);
    needs(&p, req->ui, &t);
    languages(&p, &t);
    if (f->filled && f->errors == 0 && f->error == NULL) TRY(previews(&p, req->ui, f, &t));
    tpl_takedown_compose(&res->body, req->ui, &t);
    return OK;
}

Err notice_compose_post(Ctx *c, const Request *req, Response *res) {
    Id case_id = ID_NONE, seed = ID_NONE;
    Form *f = req->form;
    Compose p;
    NoticePlan *plans = NULL;
    size_t n = 0, requests = 0;
    Str shown = STR_NONE, hex = STR_NONE;
    NoticeRow there;
    TRY(req_id(req, "case", &case_id));
    hex = id_hex(c->arena, case_id);
    seed = form_at(f, "seed")->given ? form_id(f, "seed") : ctx_new_id(c);
    TRY(compose_load(c, case_id, seed, form_id(f, "proposal"), form_id(f, "earlier"), form_text(f, "form"), &p));
    TRY(compose_plan(&p, f, &plans, &n, &shown));
    bool send = str_eq(form_text(f, "go"), S("send")) && shown.n > 0;
    if (send && notice_by_id(c, plans[0].id, &there) == OK) { /* pressed twice */
        res_redirect(res, "/case/" STR_FMT "#notices", STR_ARG(hex));
        return OK;
    }
    if (!send || !str_eq(shown, form_text(f, "shown"))) {
        if (send) form_fail(f, NULL, N_("Something changed since you saw it. Look at it again, then send it."));
        res_again(res, "/case/" STR_FMT "/notice#preview", STR_ARG(hex));
        return OK;
    }
    Err err = compose_send(&p, plans, n, &requests);
    if (err == E_INPUT || err == E_LIMIT || err == E_CONFLICT) {
        form_fail(f, NULL, c->fail.msgid != NULL ? c->fail.msgid : "This could not be saved. Nothing was changed.");
        res_again(res, "/case/" STR_FMT "/notice", STR_ARG(hex));
        return OK;
    }
    TRY(err);
    res_said(res, N_("The notices are in the outbox. They go at once; what becomes of them stands here."));
    res_redirect(res, "/case/" STR_FMT "#notices", STR_ARG(hex));
    return OK;
}
