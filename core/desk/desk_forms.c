/* desk_forms.c - what a worker decides about a case: age lane, risk, offences with their facets, what the person agrees with. */
#include "core/desk/desk_in.h"

static const char *const ages[] = { "18+", "16-17", "12-15", "<12", "unknown", NULL };
static const char *const levels[] = { "1", "2", "3", "4", NULL };
static const char *const reasons[] = { "unsafe_now", "not_sure_safe", "child_under_12", "child_12_15", "child_16_17", "live_now", "threatened", "money_asked", "spread", "list", "deepfake", "age_unknown", "worker", NULL };
static const char *const purposes[] = { "notices", "captures", "filing", "referral", "police", NULL };
static const char *const answers[] = { "yes", "no", NULL };
static const char *const sayers[] = { "victim", "supporter", "phone", NULL };
static const char *const genders[] = { "unknown", "women", "men", "other", NULL };

const Param lane_form[3] = { { .name = "age", .kind = P_CHOICE, .required = true, .choices = ages, .label = N_("Age in the image") },
    { .name = "why", .kind = P_LONGTEXT, .required = true, .min = 3, .max = 2000, .label = N_("What you base this on") }, { .name = "seen", .kind = P_TEXT } };
const Param risk_form[3] = { { .name = "risk", .kind = P_CHOICE, .required = true, .choices = levels, .label = N_("Risk") },
    { .name = "why", .kind = P_CHOICE, .many = true, .required = true, .choices = reasons, .label = N_("Why") }, { .name = "seen", .kind = P_TEXT } };
const Param classify_form[13] = { { .name = "offence", .kind = P_TEXT, .required = true, .max = 40, .label = N_("Offence") }, { .name = "online", .kind = P_TEXT, .max = 20, .label = N_("Online or not") },
    { .name = "age_depicted", .kind = P_TEXT, .max = 20, .label = N_("Age in the image") }, { .name = "age_now", .kind = P_TEXT, .max = 20, .label = N_("Age now") }, { .name = "synthetic", .kind = P_TEXT, .max = 20, .label = N_("Real or made up") },
    { .name = "consent_made", .kind = P_TEXT, .max = 20, .label = N_("Making of the image") }, { .name = "consent_shared", .kind = P_TEXT, .max = 20, .label = N_("Sharing of the image") }, { .name = "threat", .kind = P_TEXT, .max = 20, .label = N_("Threat") },
    { .name = "money", .kind = P_TEXT, .max = 20, .label = N_("What is demanded") }, { .name = "group", .kind = P_TEXT, .max = 20, .label = N_("List or group") }, { .name = "live", .kind = P_TEXT, .max = 20, .label = N_("Live") },
    { .name = "gender", .kind = P_CHOICE, .choices = genders, .label = N_("Gender, as the person says") }, { .name = "date", .kind = P_DATE, .label = N_("Day of the offence") } };
const Param incident_form[1] = { { .name = "incident", .kind = P_ID, .required = true } };
const Param consent_form[3] = { { .name = "purpose", .kind = P_CHOICE, .required = true, .choices = purposes, .label = N_("For what") }, { .name = "answer", .kind = P_CHOICE, .required = true, .choices = answers, .label = N_("Answer") },
    { .name = "by", .kind = P_CHOICE, .required = true, .choices = sayers, .label = N_("Said by") } };

UiOption *desk_options(const UiCtx *ui, const char *list, const char *const *codes, size_t *out_n) {
    size_t n = 0;
    while (codes[n] != NULL) n++;
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) o[i] = (UiOption){ .value = str_c(codes[i]), .label = desk_say(ui, list, str_c(codes[i])) };
    *out_n = n;
    return o;
}

Url desk_url(const UiCtx *ui, const CaseRow *k, const char *rest) { return url_path(ui->a, "/case/%s%s", id_hex(ui->a, k->id).p, rest); }

static const char changed_meanwhile[] = N_("A colleague changed this in the meantime. Look at what it is now and decide again.");
static const char e_choice[] = N_("This choice is not known.");

/* What the form page showed, so that a colleague's change in between is noticed. */
static Str lane_seen(Arena *a, const CaseRow *k) { return str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(k->lane), STR_ARG(k->age_depicted)); }
static Str risk_seen(Arena *a, const CaseRow *k) { return str_fmt(a, "%lld/" STR_FMT, (long long)k->risk, STR_ARG(k->risk_why)); }

/* Errors of a form page: shown there again, filled as it was. */
Err desk_again(const Request *req, Response *res) {
    res_again(res, "%s", str_z(req->a, http_path_escape(req->a, req->path)));
    return OK;
}

/* ---- age lane ---- */
Err lane_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    TplDeskLane t = { .form = form_page(req, lane_form, LEN(lane_form)), .seen = lane_seen(req->a, &k), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/lane") };
    t.now = str_fmt(req->a, STR_FMT " (" STR_FMT ")", STR_ARG(desk_say(ui, "lane", k.lane)), STR_ARG(desk_say(ui, "age", k.age_depicted)));
    t.ages = desk_options(ui, "age", ages, &t.ages_n);
    tpl_desk_lane(&res->body, ui, &t);
    return OK;
}

Err lane_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Form *f = req->form;
    TRY(desk_case_of(c, req, &k));
    if (f->errors == 0 && !str_eq(form_text(f, "seen"), lane_seen(req->a, &k))) form_fail(f, NULL, changed_meanwhile);
    if (f->errors > 0) return desk_again(req, res);
    Str age = form_text(f, "age");
    Act *acts[] = { case_set_lane(c, k.id, case_lane(age), age), note_add(c, k.id, FACTS, S("lane"), form_text(f, "why")) };
    TRY(desk_commit(c, &k, req->form->act, acts, LEN(acts)));
    res_said(res, N_("The age lane is decided."));
    res_redirect(res, "/case/%s", id_hex(req->a, k.id).p);
    return OK;
}

/* ---- risk ---- */
Err risk_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    TplDeskRiskSet t = { .form = form_page(req, risk_form, LEN(risk_form)), .seen = risk_seen(req->a, &k), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/risk") };
    t.now = str_fmt(req->a, STR_FMT ": " STR_FMT, STR_ARG(desk_say(ui, "risk", str_fmt(req->a, "%lld", (long long)k.risk))), STR_ARG(desk_say_all(ui, "risk_why", k.risk_why)));
    t.levels = desk_options(ui, "risk", levels, &t.levels_n);
    t.reasons = desk_options(ui, "risk_why", reasons, &t.reasons_n);
    tpl_desk_risk_set(&res->body, ui, &t);
    return OK;
}

static Str joined(Arena *a, const Value *v) {
    Buf b = buf_new(1024);
    for (size_t i = 0; i < v->n; i++) {
        if (i > 0) buf_ch(&b, ',');
        buf_put(&b, v->all[i]);
    }
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

Err risk_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Form *f = req->form;
    int64_t risk = 0;
    TRY(desk_case_of(c, req, &k));
    if (f->errors == 0 && !str_eq(form_text(f, "seen"), risk_seen(req->a, &k))) form_fail(f, NULL, changed_meanwhile);
    if (f->errors > 0 || str_i64(form_text(f, "risk"), 1, 4, &risk) != OK) return desk_again(req, res);
    Act *acts[] = { case_set_risk(c, k.id, risk, joined(req->a, form_at(f, "why"))) };
    TRY(desk_commit(c, &k, req->form->act, acts, 1));
    res_said(res, N_("The risk is set."));
    res_redirect(res, "/case/%s", id_hex(req->a, k.id).p);
    return OK;
}

/* ---- offences ---- */
static const UiOption *facet_options(Ctx *c, const UiCtx *ui, const char *facet, size_t *out_n) {
    const LawFacet *const *rows = NULL;
    size_t n = law_facet_list(c->app->law, DATE_NONE, c->arena, &rows), k = 0;
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, n + 1);
    for (int pass = 0; pass < 2; pass++) /* unknown stands first: it is the honest beginning */
        for (size_t i = 0; i < n; i++) {
            bool unknown = str_eq(rows[i]->value, S("unknown"));
            if (str_eq(rows[i]->facet, str_c(facet)) && unknown == (pass == 0)) o[k++] = (UiOption){ .value = rows[i]->value, .label = desk_text(ui, rows[i]->name) };
        }
    *out_n = k;
    return o;
}

static const struct { const char *field, *facet; } facet_fields[] = { { "online", "online" }, { "age_depicted", "age_at_depiction" }, { "age_now", "age_now" }, { "synthetic", "synthetic" }, { "consent_made", "consent_made" },
    { "consent_shared", "consent_shared" }, { "threat", "threat" }, { "money", "money_or_more_images" }, { "group", "list_or_group" }, { "live", "livestream" } };

static const UiOption *offence_options(Ctx *c, const UiCtx *ui, size_t *out_n) {
    const LawOffence *const *rows = NULL;
    size_t n = law_offence_list(c->app->law, DATE_NONE, c->arena, &rows);
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *mark = law_mark(&rows[i]->r);
        Str text = desk_text(ui, rows[i]->text);
        o[i] = (UiOption){ .value = rows[i]->r.id, .label = desk_text(ui, rows[i]->name), .hint = mark[0] != '\0' ? str_fmt(ui->a, STR_FMT " · " STR_FMT, STR_ARG(text), STR_ARG(tr(ui, mark))) : text };
    }
    *out_n = n;
    return o;
}

Err classify_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    Form *f = form_page(req, classify_form, LEN(classify_form));
    TplDeskClassify t = { .form = f, .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/classify"), .no_law = c->app->law == NULL };
    if (!t.no_law) {
        const UiOption **lists[] = { &t.online, &t.age_depicted, &t.age_now, &t.synthetic, &t.consent_made, &t.consent_shared, &t.threat, &t.money, &t.group, &t.live };
        size_t *counts[] = { &t.online_n, &t.age_depicted_n, &t.age_now_n, &t.synthetic_n, &t.consent_made_n, &t.consent_shared_n, &t.threat_n, &t.money_n, &t.group_n, &t.live_n };
        for (size_t i = 0; i < LEN(facet_fields); i++) *lists[i] = facet_options(c, ui, facet_fields[i].facet, counts[i]);
        t.offences = offence_options(c, ui, &t.offences_n);
        t.gender = desk_options(ui, "gender", genders, &t.gender_n);
        form_set(f, "online", S("online"));
        form_set(f, "age_depicted", k.age_depicted);
    }
    tpl_desk_classify(&res->body, ui, &t);
    return OK;
}

static bool facet_known(Ctx *c, const char *facet, Str value) {
    const LawFacet *const *rows = NULL;
    size_t n = law_facet_list(c->app->law, DATE_NONE, c->arena, &rows);
    for (size_t i = 0; i < n; i++)
        if (str_eq(rows[i]->facet, str_c(facet)) && str_eq(rows[i]->value, value)) return true;
    return false;
}

static void check_facets(Ctx *c, Form *f) {
    if (f->errors == 0 && law_offence(c->app->law, form_text(f, "offence"), DATE_NONE) == NULL) form_fail(f, "offence", e_choice);
    for (size_t i = 0; i < LEN(facet_fields); i++) {
        Str v = form_text(f, facet_fields[i].field);
        if (v.n > 0 && !facet_known(c, facet_fields[i].facet, v)) form_fail(f, facet_fields[i].field, e_choice);
    }
    if (form_at(f, "date")->given && form_at(f, "date")->error == NULL && date_cmp(form_date(f, "date"), civil_at(c->app->zone, c->now).date) > 0) form_fail(f, "date", N_("This day has not come yet."));
}

Err classify_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Form *f = req->form;
    TRY(desk_case_of(c, req, &k));
    if (c->app->law == NULL) return E_MISSING;
    check_facets(c, f);
    if (f->errors > 0) return desk_again(req, res);
    IncidentRow i = { .id = ID_NONE, .offence = form_text(f, "offence"), .online = form_text(f, "online"), .age_depicted = form_text(f, "age_depicted"), .age_now = form_text(f, "age_now"),
        .synthetic = form_text(f, "synthetic"), .consent_made = form_text(f, "consent_made"), .consent_shared = form_text(f, "consent_shared"), .threat = form_text(f, "threat"), .money = form_text(f, "money"),
        .list_or_group = form_text(f, "group"), .livestream = form_text(f, "live"), .gender_stated = form_text(f, "gender") };
    if (form_at(f, "date")->given) i.offence_date = date_str(req->a, form_date(f, "date"));
    Act *acts[] = { incident_add(c, k.id, &i) };
    TRY(desk_commit(c, &k, req->form->act, acts, 1));
    res_said(res, N_("The offence stands in the case under its own code."));
    res_redirect(res, "/case/%s#offences", id_hex(req->a, k.id).p);
    return OK;
}

Err unclassify_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    IncidentRow *rows = NULL;
    size_t n = 0;
    TRY(desk_case_of(c, req, &k));
    if (req->form->errors > 0) return E_INPUT;
    TRY(incident_list(c, k.id, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (!id_eq(rows[i].id, form_id(req->form, "incident"))) continue;
        Act *acts[] = { incident_remove(c, k.id, rows[i].id) };
        acts[0]->id = req->form->act;
        return desk_back(c, req, res, k.id, desk_commit(c, &k, req->form->act, acts, 1), N_("Taken back. The record keeps that it stood there."));
    }
    return desk_back(c, req, res, k.id, ctx_refuse(c, E_CONFLICT, NULL, "This offence was taken back already."), NULL);
}

/* ---- consent ---- */
Err consent_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    ConsentRow *rows = NULL;
    size_t n = 0;
    TRY(desk_case_of(c, req, &k));
    TRY(consent_list(c, k.id, &rows, &n));
    TplDeskConsentRows *r = ARENA_ARRAY(c->arena, TplDeskConsentRows, n + 1);
    for (size_t i = 0; i < n; i++)
        r[i] = (TplDeskConsentRows){ .purpose = desk_say(ui, "purpose", rows[i].purpose), .by = desk_say(ui, "said_by", rows[i].said_by), .given = rows[i].given, .withdrawn = rows[i].withdrawn };
    TplDeskConsent t = { .form = form_page(req, consent_form, LEN(consent_form)), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/consent"), .rows = r, .rows_n = n };
    t.purposes = desk_options(ui, "purpose", purposes, &t.purposes_n);
    t.answers = desk_options(ui, "answer", answers, &t.answers_n);
    t.sayers = desk_options(ui, "said_by", sayers, &t.sayers_n);
    tpl_desk_consent(&res->body, ui, &t);
    return OK;
}

/* A no withdraws every yes to that purpose and its parts. */
static Err consent_acts(Ctx *c, const CaseRow *k, Str purpose, bool yes, Str by, Act **acts, size_t max, size_t *n) {
    ConsentRow *rows = NULL;
    size_t rows_n = 0;
    if (yes) {
        acts[(*n)++] = consent_give(c, k->id, purpose, by);
        return OK;
    }
    TRY(consent_list(c, k->id, &rows, &rows_n));
    for (size_t i = 0; i < rows_n && *n < max; i++) {
        bool part = str_starts(rows[i].purpose, purpose) && (rows[i].purpose.n == purpose.n || rows[i].purpose.p[purpose.n] == ':');
        if (part && rows[i].withdrawn == 0) acts[(*n)++] = consent_withdraw(c, k->id, rows[i].id);
    }
    return OK;
}

Err consent_post(Ctx *c, const Request *req, Response *res) {
    enum { ACTS_MAX = 64 };
    CaseRow k;
    Act *acts[ACTS_MAX];
    size_t n = 0;
    bool holds = false;
    Form *f = req->form;
    TRY(desk_case_of(c, req, &k));
    if (f->errors > 0) return desk_again(req, res);
    bool yes = str_eq(form_text(f, "answer"), S("yes"));
    TRY(consent_holds(c, k.id, form_text(f, "purpose"), &holds));
    if (yes && holds) form_fail(f, "answer", N_("The person agreed with this already."));
    TRY(consent_acts(c, &k, form_text(f, "purpose"), yes, form_text(f, "by"), acts, ACTS_MAX, &n));
    if (n == 0) form_fail(f, "answer", N_("There is no yes to this that could be withdrawn."));
    if (f->errors > 0) return desk_again(req, res);
    TRY(desk_commit(c, &k, req->form->act, acts, n));
    res_said(res, N_("The answer is recorded."));
    res_redirect(res, "/case/%s/consent", id_hex(req->a, k.id).p);
    return OK;
}
