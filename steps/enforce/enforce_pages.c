/* enforce_pages.c - what a worker sees: who can act and why, the filing being prepared, what came of it. */
#include "core/case/platform.h"
#include "steps/enforce/enforce_in.h"
#include "steps/enforce/enforce_page.h"

enum { ROWS_MAX = 200, OPTIONS_MAX = 120, FILE_BYTES_MAX = 64 << 20 };

/* ---- words ---- */
const char *filing_what_word(Str code) {
    for (const FilingWhat *w = filing_whats; w->code != NULL; w++)
        if (str_eq(code, str_c(w->code))) return w->word;
    return "";
}
typedef struct Word { const char *code, *word; } Word;
static const char *word_of(const Word *w, size_t n, Str code) {
    for (size_t i = 0; i < n; i++)
        if (str_eq(code, str_c(w[i].code))) return w[i].word;
    return N_("not known");
}
const char *filing_outcome_word(Str code) {
    static const Word w[] = { { "granted", N_("granted") }, { "refused", N_("refused") }, { "inadmissible", N_("not taken up (inadmissible)") }, { "no_action", N_("no action") }, { "transferred", N_("passed on") },
        { "removed", N_("removed") }, { "blocked", N_("blocked in part") }, { "kept", N_("left online") }, { "not_found", N_("not found") }, { "need_more", N_("more was asked") }, { "withdrawn", N_("withdrawn") } };
    return word_of(w, LEN(w), code);
}
const char *filing_reason_word(Str code) {
    static const Word w[] = { { "not_competent", N_("not competent") }, { "no_priority", N_("no priority") }, { "provider_unlikely_to_comply", N_("the provider is unlikely to comply") }, { "not_enough_evidence", N_("not enough evidence") },
        { "no_interested_party", N_("not an interested party") }, { "not_unlawful", N_("not unlawful") }, { "already_handled", N_("already handled") }, { "other", N_("another reason") } };
    return word_of(w, LEN(w), code);
}
UiState filing_state(const FilingRow *f, const RequestRow *r) {
    if (str_eq(f->state, S("draft"))) return STATE_INFO;
    if (r == NULL || str_eq(f->state, S("signed"))) return STATE_WAITING;
    if (str_eq(r->outcome, S("refused")) || str_eq(r->outcome, S("inadmissible"))) return STATE_REFUSED;
    if (r->decided != 0) return STATE_DONE;
    return r->acted != 0 ? STATE_WAITING : STATE_SILENT;
}
const char *filing_state_word(const FilingRow *f, const RequestRow *r) {
    if (str_eq(f->state, S("draft"))) return N_("being prepared");
    if (str_eq(f->state, S("withdrawn"))) return N_("withdrawn");
    if (str_eq(f->state, S("signed"))) return N_("signed, not sent yet");
    if (r == NULL) return N_("not known");
    if (r->decided != 0 || r->outcome.n > 0) return filing_outcome_word(r->outcome);
    if (r->acted != 0) return N_("being dealt with");
    return r->received != 0 ? N_("only a receipt") : N_("no sign yet");
}

/* ---- small things ---- */
static Url case_url(Ctx *c, Id case_id) { return url_path(c->arena, "/case/%s", str_z(c->arena, id_hex(c->arena, case_id))); }
Url filing_url(Ctx *c, const FilingRow *f) { return url_path(c->arena, "/case/%s/filing/%s", str_z(c->arena, id_hex(c->arena, f->case_id)), str_z(c->arena, id_hex(c->arena, f->id))); }
const char *filing_hex_z(Ctx *c, Id id) { return str_z(c->arena, id_hex(c->arena, id)); }

static Url sub_url(Ctx *c, const FilingRow *f, const char *act) { return url_path(c->arena, "/case/%s/filing/%s/%s", filing_hex_z(c, f->case_id), filing_hex_z(c, f->id), act); }

Err filing_of_request(Ctx *c, const Request *req, FilingRow *out) {
    Id id = ID_NONE, case_id = ID_NONE;
    TRY(req_id(req, "case", &case_id));
    TRY(req_id(req, "filing", &id));
    TRY(filing_by_id(c, id, out));
    return id_eq(out->case_id, case_id) ? OK : E_MISSING; /* the case was checked by the house, the filing must be of it */
}

Err filing_request(Ctx *c, const FilingRow *f, RequestRow *r, const RequestRow **out) {
    *out = NULL;
    if (id_none(f->request)) return OK;
    TRY(request_by_id(c, f->request, r));
    *out = r;
    return OK;
}

/* ---- choosing a body ---- */
static size_t offence_options(Ctx *c, Id case_id, Lang lang, UiOption *out, size_t max, Err *err) {
    IncidentRow *rows = NULL;
    size_t n = 0, k = 0;
    *err = incident_list(c, case_id, &rows, &n);
    for (size_t i = 0; *err == OK && i < n && k < max; i++) {
        bool seen = false;
        for (size_t j = 0; j < k; j++) seen = seen || str_eq(out[j].value, rows[i].offence);
        const LawOffence *o = law_offence(c->app->law, rows[i].offence, enforce_today(c));
        if (!seen) out[k++] = (UiOption){ .value = rows[i].offence, .label = o != NULL ? o->name[lang] : rows[i].offence };
    }
    return k;
}

static size_t platform_options(Ctx *c, Id case_id, UiOption *out, size_t max, Err *err) {
    LocationRow *rows = NULL;
    size_t n = 0, k = 0;
    *err = location_of_case(c, case_id, 0, 500, &rows, &n);
    for (size_t i = 0; *err == OK && i < n && k < max; i++) {
        bool seen = rows[i].platform.n == 0;
        for (size_t j = 0; j < k; j++) seen = seen || str_eq(out[j].value, rows[i].platform);
        const LawPlatform *p = platform_row(c, rows[i].platform);
        if (!seen && p != NULL) out[k++] = (UiOption){ .value = rows[i].platform, .label = p->name };
    }
    return k;
}

static const char *outcome_word(LawOutcome o) {
    static const char *const words[] = { [OUTCOME_NO] = N_("cannot act"), [OUTCOME_COMPETENT] = N_("competent"), [OUTCOME_SHARED] = N_("competent, with others"), [OUTCOME_RECEIVES] = N_("receives it and passes it on"),
        [OUTCOME_CONCERNED] = N_("wants to know"), [OUTCOME_FIND_OUT] = N_("first find out") };
    return words[o];
}

static void put_body(TplEnforceChoose *t, const RouteBody *b, Lang lang, Str target, TplEnforceChooseBodies *bodies, TplEnforceChooseOthers *others) {
    if (b->outcome == OUTCOME_NO || b->outcome == OUTCOME_CONCERNED) {
        others[t->others_n++] = (TplEnforceChooseOthers){ .name = b->body->name[lang], .reason = b->why->reason[lang], .mark = law_mark(&b->why->r) };
        return;
    }
    bool first = target.n > 0 ? str_eq(target, b->body->r.id) : t->bodies_n == 0;
    bodies[t->bodies_n++] = (TplEnforceChooseBodies){ .name = b->body->name[lang], .code = b->body->r.id, .outcome = outcome_word(b->outcome), .state = b->outcome == OUTCOME_COMPETENT || b->outcome == OUTCOME_SHARED ? STATE_DONE : STATE_WAITING,
        .reason = b->why->reason[lang], .article = b->why->article, .mark = law_mark(&b->why->r), .form_name = b->form != NULL ? b->form->name[lang] : STR_NONE, .form_code = b->form != NULL ? b->form->r.id : STR_NONE,
        .effect = b->form != NULL ? b->form->effect[lang] : STR_NONE, .first = first };
}

static void route_into(Ctx *c, const CaseRow *k, Lang lang, Str target, TplEnforceChoose *t) {
    RouteResult res;
    RouteQuery q = { .offence = t->offence, .depicted = str_eq(k->lane, S("adult")) ? S("adult") : k->age_depicted, .tags = S("?"), .reporter = route_reporter(c, k->org), .at = enforce_today(c) };
    PlatformView p;
    if (t->platform.n > 0 && platform_get(c, t->platform, &p) == OK) q = platform_route(c, &p, q.offence, q.depicted, q.reporter);
    t->asked = true;
    Err err = law_route(c->app->law, &q, c->arena, &res);
    if (err != OK) {
        t->problem = res.problem[lang];
        return;
    }
    TplEnforceChooseBodies *bodies = ARENA_ARRAY(c->arena, TplEnforceChooseBodies, res.bodies_n + 1);
    TplEnforceChooseOthers *others = ARENA_ARRAY(c->arena, TplEnforceChooseOthers, res.bodies_n + 1);
    UiItem *steps = ARENA_ARRAY(c->arena, UiItem, res.steps_n + 1);
    for (size_t i = 0; i < res.bodies_n; i++) put_body(t, &res.bodies[i], lang, target, bodies, others);
    for (size_t i = 0; i < res.steps_n; i++) {
        LawReason reason = { .phrase = res.steps[i].phrase, .word = res.steps[i].value, .row = res.steps[i].row };
        steps[i] = (UiItem){ .text = law_reason_text(c->app->law, &reason, lang, c->arena) };
    }
    t->bodies = bodies;
    t->others = others;
    t->steps = steps;
    t->steps_n = res.steps_n;
}

static Err proposal_text(Ctx *c, Id case_id, Str hex, Lang lang, TplEnforceChoose *t, Str *out_target) {
    ProposalRow p;
    Id id = ID_NONE;
    if (hex.n == 0) return OK;
    if (id_parse(hex, &id) != OK || proposal_by_id(c, id, &p) != OK || !id_eq(p.case_id, case_id)) return E_MISSING;
    const LawNext *row = law_next(c->app->law, p.ground, enforce_today(c));
    t->proposal = hex;
    t->proposal_text = row != NULL ? str_fmt(c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(row->name[lang]), STR_ARG(row->ground)) : p.step;
    *out_target = p.target;
    return OK;
}

static Err filing_rows(Ctx *c, Id case_id, Lang lang, TplEnforceChooseFilings **out, size_t *out_n) {
    FilingRow *rows = NULL;
    size_t n = 0;
    TRY(filing_of_case(c, case_id, &rows, &n));
    TplEnforceChooseFilings *t = ARENA_ARRAY(c->arena, TplEnforceChooseFilings, n + 1);
    for (size_t i = 0; i < n; i++) {
        RequestRow r;
        const RequestRow *have = NULL;
        TRY(filing_request(c, &rows[i], &r, &have));
        t[i] = (TplEnforceChooseFilings){ .ref = rows[i].ref, .href = filing_url(c, &rows[i]), .body = filing_holder_name(c, rows[i].authority, lang), .form_name = filing_form_title(c, rows[i].form, lang),
            .state = filing_state(&rows[i], have), .word = filing_state_word(&rows[i], have), .silent = filing_days_silent(c, &rows[i], have) };
    }
    *out = t;
    *out_n = n;
    return OK;
}

Err filing_choose_page(Ctx *c, const Request *req, Response *res) {
    Id case_id = ID_NONE;
    CaseRow k;
    Err err = OK;
    Lang lang = req->ui->lang;
    Str target = STR_NONE;
    TRY(req_id(req, "case", &case_id));
    TRY(case_by_id(c, case_id, &k));
    UiOption *offences = ARENA_ARRAY(c->arena, UiOption, OPTIONS_MAX), *platforms = ARENA_ARRAY(c->arena, UiOption, OPTIONS_MAX);
    TplEnforceChoose t = { .case_ref = k.ref, .case_url = case_url(c, case_id), .choose_url = url_path(c->arena, "/case/%s/filing", filing_hex_z(c, case_id)), .new_url = url_path(c->arena, "/case/%s/filing/new", filing_hex_z(c, case_id)), .minor = !str_eq(k.lane, S("adult")), .consent_url = case_url(c, case_id) };
    t.offences_n = offence_options(c, case_id, lang, offences, OPTIONS_MAX, &err);
    TRY(err);
    t.platforms_n = platform_options(c, case_id, platforms, OPTIONS_MAX - 1, &err);
    TRY(err);
    platforms[t.platforms_n++] = (UiOption){ .value = STR_NONE, .label = tr(req->ui, N_("Another service, or not known")) };
    t.offences = offences;
    t.platforms = platforms;
    t.offence = req_query(req, "offence").n > 0 ? req_query(req, "offence") : t.offences_n > 0 ? offences[0].value : STR_NONE;
    t.platform = req->query_n > 0 && req_query(req, "offence").n > 0 ? req_query(req, "platform") : platforms[0].value;
    TRY(consent_holds(c, case_id, S("filing"), &t.consent));
    TRY(proposal_text(c, case_id, req_query(req, "proposal"), lang, &t, &target));
    if (t.offence.n > 0) route_into(c, &k, lang, target, &t);
    else t.problem = tr(req->ui, N_("Classify the case first: the offence decides which body can act."));
    TRY(filing_rows(c, case_id, lang, (TplEnforceChooseFilings **)(void *)&t.filings, &t.filings_n));
    tpl_enforce_choose(&res->body, req->ui, &t);
    return OK;
}

/* ---- a new draft ---- */
const Param filing_new_form[6] = {
    { .name = "authority", .kind = P_CODE, .required = true, .max = 40, .label = N_("Body") }, { .name = "form", .kind = P_CHOICE, .required = true, .label = N_("Form") },
    { .name = "offence", .kind = P_CODE, .max = 40, .label = N_("Offence") }, { .name = "platform", .kind = P_CHOICE, .label = N_("Platform") }, { .name = "about", .kind = P_ID, .label = N_("Earlier filing") },
    { .name = "proposal", .kind = P_ID, .label = N_("Proposed step") },
};

Err filing_new_post(Ctx *c, const Request *req, Response *res) {
    Id case_id = ID_NONE;
    FilingPart *parts = NULL;
    size_t n = 0, acts_n = 0;
    Act *acts[2];
    TRY(req_id(req, "case", &case_id));
    if (req->form->errors > 0) return E_INPUT;
    const LawAuthority *b = law_authority(c->app->law, form_text(req->form, "authority"), enforce_today(c));
    if (b == NULL) return ctx_refuse(c, E_INPUT, NULL, "This body is not in the law data.");
    FilingNew in = { .case_id = case_id, .about = form_id(req->form, "about"), .authority = b->r.id, .form = form_text(req->form, "form"), .offence = form_text(req->form, "offence"),
        .platform = form_text(req->form, "platform"), .country = law_country(c->app->law, b->country, DATE_NONE) != NULL ? b->country : STR_NONE, .lang = law_letters(c->app->law, b->country), .mail = b->mail };
    FilingRow shape = { .case_id = case_id, .form = in.form, .offence = in.offence };
    TRY(filing_parts(c, &shape, &parts, &n));
    TRY(filing_prefill(c, &in, parts, n));
    Buf body = buf_new(FILING_BODY_MAX);
    filing_body_write(parts, n, &body);
    in.body = str_dup(c->arena, buf_str(&body));
    Err err = buf_err(&body);
    buf_wipe(&body);
    TRY(err);
    acts[acts_n++] = filing_draft(c, req->form->act, &in);
    if (form_at(req->form, "proposal")->given) {
        ProposalRow p;
        TRY(proposal_by_id(c, form_id(req->form, "proposal"), &p));
        if (!id_eq(p.case_id, case_id)) return E_MISSING;
        if (str_eq(p.state, S("open"))) acts[acts_n++] = proposal_decide(c, &p, true, STR_NONE);
    }
    TRY(journal_commit(c, acts, acts_n));
    res_redirect(res, "/case/%s/filing/%s", filing_hex_z(c, case_id), filing_hex_z(c, acts[0]->subject));
    return OK;
}

/* ---- the draft ---- */
#define PART(i) { .name = "p" #i, .kind = P_LONGTEXT, .max = 20000, .label = N_("Part of the letter") }
const Param filing_draft_form[26] = { PART(0), PART(1), PART(2), PART(3), PART(4), PART(5), PART(6), PART(7), PART(8), PART(9), PART(10), PART(11), PART(12), PART(13), PART(14), PART(15), PART(16), PART(17), PART(18), PART(19),
    PART(20), PART(21), PART(22), PART(23), { .name = "dossier", .kind = P_ID, .label = N_("Dossier") }, { .name = "mail", .kind = P_EMAIL, .label = N_("Mail address of the body") } };
static const char *const channels[] = { "inbox", "mail", "hand", NULL };
const Param filing_sign_form[1] = { { .name = "channel", .kind = P_CHOICE, .required = true, .choices = channels, .label = N_("How it goes") } };

static Str part_name(Arena *a, size_t i) { return str_fmt(a, "p%zu", i); }

static void draft_parts(Ctx *c, const Request *req, const FilingPart *parts, size_t n, Form *f, TplEnforceDraft *t) {
    TplEnforceDraftParts *rows = ARENA_ARRAY(c->arena, TplEnforceDraftParts, n + 1);
    for (size_t i = 0; i < n; i++) {
        Str name = part_name(c->arena, i);
        bool filled = parts[i].text.n > 0 && parts[i].text.p[0] != '[';
        form_set(f, name.p, parts[i].text);
        rows[i] = (TplEnforceDraftParts){ .name = name, .label = parts[i].content != NULL ? parts[i].content->name[req->ui->lang] : tr(req->ui, N_("Text")), .needed = parts[i].needed, .filled = filled, .rows = parts[i].text.n > 400 ? 12 : 4 };
        t->missing += parts[i].needed && !filled;
    }
    t->parts = rows;
    t->parts_n = n;
}

static Err dossier_options(Ctx *c, const UiCtx *ui, Id case_id, UiOption **out, size_t *out_n) {
    BlobRow *rows = NULL;
    size_t n = 0;
    TRY(blob_of_case(c, case_id, S("dossier"), &rows, &n));
    *out = ARENA_ARRAY(c->arena, UiOption, n + 1);
    *out_n = 0;
    for (size_t i = 0; i < n; i++) {
        bool replaced = false;
        TRY(filing_dossier_replaced(c, rows[i].id, &replaced));
        if (!replaced) (*out)[(*out_n)++] = (UiOption){ .value = id_hex(c->arena, rows[i].id), .label = TRF(ui, N_("Dossier of {day}, {size}"), UA_S("day", ui_when(ui, rows[i].made)), UA_S("size", ui_bytes(ui, rows[i].size))) };
    }
    return OK;
}

static Err channel_options(Ctx *c, const UiCtx *ui, const FilingRow *f, UiOption *out, size_t *out_n) {
    OrgRow org;
    Err err = org_by_authority(c, f->authority, &org);
    size_t n = 0;
    if (err != OK && err != E_MISSING) return err;
    if (err == OK) out[n++] = (UiOption){ S("inbox"), tr(ui, N_("To their inbox on this server")), tr(ui, N_("They see it at once; opening it confirms receipt.")) };
    out[n++] = (UiOption){ S("mail"), tr(ui, N_("By mail")), tr(ui, N_("The letter and the dossier are attached; delivery is recorded.")) };
    out[n++] = (UiOption){ S("hand"), tr(ui, N_("I send it myself")), tr(ui, N_("By their web form, secure mail or post. You record the date.")) };
    *out_n = n;
    return OK;
}

static Err draft_page(Ctx *c, const Request *req, Response *res, FilingRow *f) {
    FilingPart *parts = NULL;
    size_t n = 0;
    const char *field = NULL;
    Lang lang = req->ui->lang;
    TplEnforceDraft t = { .case_url = case_url(c, f->case_id), .ref = f->ref, .body = filing_holder_name(c, f->authority, lang), .form_name = filing_form_title(c, f->form, lang), .save_url = sub_url(c, f, "save"),
        .sign_url = sub_url(c, f, "sign") };
    const LawForm *form = law_form(c->app->law, f->form, enforce_today(c));
    UiOption *ways = ARENA_ARRAY(c->arena, UiOption, 3);
    Form *ff = form_page(req, filing_draft_form, LEN(filing_draft_form));
    TRY(filing_case_ref(c, f->case_id, &t.case_ref));
    TRY(filing_parts(c, f, &parts, &n));
    if (form != NULL) {
        t.effect = form->effect[lang];
        t.mark = law_mark(&form->r);
    }
    t.doubt = filing_doubt(c, f, lang);
    draft_parts(c, req, parts, n, ff, &t);
    if (!id_none(f->dossier)) form_set(ff, "dossier", id_hex(c->arena, f->dossier));
    form_set(ff, "mail", f->mail);
    t.form = ff;
    t.sign = form_page(req, filing_sign_form, LEN(filing_sign_form));
    t.wrong = filing_wrong(c, f, parts, n, &field);
    TRY(dossier_options(c, req->ui, f->case_id, (UiOption **)(void *)&t.dossiers, &t.dossiers_n));
    TRY(channel_options(c, req->ui, f, ways, &t.channels_n));
    t.channels = ways;
    tpl_enforce_draft(&res->body, req->ui, &t);
    return OK;
}

Err filing_save_post(Ctx *c, const Request *req, Response *res) {
    FilingRow f;
    FilingPart *parts = NULL;
    size_t n = 0;
    TRY(filing_of_request(c, req, &f));
    TRY(filing_open(c, &f));
    TRY(filing_parts(c, &f, &parts, &n));
    if (req->form->errors == 0) {
        for (size_t i = 0; i < n; i++) parts[i].text = form_text(req->form, part_name(c->arena, i).p);
        Buf body = buf_new(FILING_BODY_MAX);
        filing_body_write(parts, n, &body);
        Str text = str_dup(c->arena, buf_str(&body));
        Err err = buf_err(&body);
        buf_wipe(&body);
        if (err != OK) return ctx_refuse(c, err, NULL, N_("The letter is too long."));
        Act *a = filing_edit(c, &f, text, form_text(req->form, "mail"), form_at(req->form, "dossier")->given ? form_id(req->form, "dossier") : ID_NONE);
        a->id = req->form->act;
        TRY(journal_one(c, a));
        res_said(res, N_("Saved."));
        res_redirect(res, "/case/%s/filing/%s", filing_hex_z(c, f.case_id), filing_hex_z(c, f.id));
    } else {
        res_again(res, "/case/%s/filing/%s", filing_hex_z(c, f.case_id), filing_hex_z(c, f.id));
    }
    return OK;
}

Err filing_back(Ctx *c, const Request *req, Response *res, const FilingRow *f, Err err, const char *field, const char *anchor) {
    if (field != NULL) c->fail.field = field;
    TRY(form_refused(c, req, err));
    res_again(res, "/case/%s/filing/%s#%s", filing_hex_z(c, f->case_id), filing_hex_z(c, f->id), anchor);
    return OK;
}

Err filing_sign_post(Ctx *c, const Request *req, Response *res) {
    FilingRow f;
    Act **acts = NULL;
    size_t n = 0;
    TRY(filing_of_request(c, req, &f));
    if (req->form->errors > 0) {
        res_again(res, "/case/%s/filing/%s#sign", filing_hex_z(c, f.case_id), filing_hex_z(c, f.id));
        return OK;
    }
    Err err = filing_sign(c, &f, form_text(req->form, "channel"), &acts, &n);
    if (err == OK) err = journal_commit(c, acts, n);
    if (err != OK) return filing_back(c, req, res, &f, err, NULL, "sign");
    res_said(res, N_("Signed. The letter is being made and goes its way."));
    res_redirect(res, "/case/%s/filing/%s", filing_hex_z(c, f.case_id), filing_hex_z(c, f.id));
    return OK;
}

/* ---- after signing ---- */
static const char *const whats[] = { "received", "accepted", "declined", "acted", "asked", "completed", "promised", "decided", "transferred", NULL };
static const char *const outcomes[] = { "granted", "refused", "inadmissible", "no_action", NULL };
static const char *const reasons[] = { "not_competent", "no_priority", "provider_unlikely_to_comply", "not_enough_evidence", "no_interested_party", "not_unlawful", "already_handled", "other", NULL };
const Param filing_event_form[7] = {
    { .name = "what", .kind = P_CHOICE, .required = true, .choices = whats, .label = N_("What happened") }, { .name = "on", .kind = P_DATE, .required = true, .label = N_("On which day") },
    { .name = "outcome", .kind = P_CHOICE, .choices = outcomes, .label = N_("Decision") }, { .name = "reason", .kind = P_CHOICE, .choices = reasons, .label = N_("Reason given") },
    { .name = "target", .kind = P_CODE, .max = 40, .label = N_("Passed on to") }, { .name = "until", .kind = P_DATE, .label = N_("Promised date") }, { .name = "text", .kind = P_LONGTEXT, .max = 10000, .label = N_("In their words, or yours") },
};
const Param filing_sent_form[1] = { { .name = "sent_on", .kind = P_DATE, .required = true, .label = N_("Day it was sent") } };

/* A day that a person names: noon, or this very moment when it is today. */
UnixMs filing_day_instant(Ctx *c, Date d) { return date_cmp(d, enforce_today(c)) == 0 ? c->now : day_start(c->app->zone, d) + 12 * 3600000LL; }

Err filing_event_from(Ctx *c, Form *f, FilingEvent *out) {
    Str what = form_text(f, "what");
    bool decided = str_eq(what, S("decided")), moved = str_eq(what, S("transferred")), declined = str_eq(what, S("declined"));
    *out = (FilingEvent){ .what = what, .outcome = declined ? S("inadmissible") : decided ? form_text(f, "outcome") : STR_NONE, .reason = decided || declined ? form_text(f, "reason") : moved ? form_text(f, "target") : STR_NONE, .text = form_text(f, "text"),
        .on = filing_day_instant(c, form_date(f, "on")) };
    if (str_eq(what, S("promised")) && form_at(f, "until")->given) out->until = day_end(c->app->zone, form_date(f, "until"));
    return OK;
}

const char *filing_kind_word(Str kind) {
    static const Word w[] = { { "law", N_("law") }, { "policy", N_("norm") }, { "promised", N_("promised") }, { "court", N_("court") } };
    return word_of(w, LEN(w), kind);
}
const char *filing_clock_word(Str state) {
    static const Word w[] = { { "running", N_("runs") }, { "paused", N_("stands still") }, { "met", N_("met") }, { "lapsed", N_("over, nothing came in time") }, { "stopped", N_("ended") } };
    return word_of(w, LEN(w), state);
}
UiState filing_clock_state(Str state) { return str_eq(state, S("met")) ? STATE_DONE : str_eq(state, S("lapsed")) ? STATE_SILENT : STATE_WAITING; }

static Err clock_rows(Ctx *c, const FilingRow *f, Lang lang, TplEnforceFilingClocks **out, size_t *out_n) {
    ClockRow *rows = NULL;
    size_t n = 0;
    if (!id_none(f->request)) TRY(clock_of_subject(c, f->request, &rows, &n));
    TplEnforceFilingClocks *t = ARENA_ARRAY(c->arena, TplEnforceFilingClocks, n + 1);
    for (size_t i = 0; i < n; i++) {
        const LawTermRow *row = law_term_row(c->app->law, rows[i].duty, enforce_today(c));
        t[i] = (TplEnforceFilingClocks){ .duty = row != NULL ? row->name[lang] : rows[i].duty, .due = rows[i].due, .kind = filing_kind_word(rows[i].kind), .state = filing_clock_state(rows[i].state), .unverified = row != NULL && !row->r.verified,
            .word = filing_clock_word(rows[i].state) };
    }
    *out = t;
    *out_n = n;
    return OK;
}

static Str event_text(Ctx *c, const UiCtx *ui, const FilingActRow *a) {
    Str s = tr(ui, filing_what_word(a->what));
    if (a->outcome.n > 0) s = str_fmt(c->arena, STR_FMT ": " STR_FMT, STR_ARG(s), STR_ARG(tr(ui, filing_outcome_word(a->outcome))));
    if (a->reason.n > 0 && str_eq(a->what, S("transferred"))) s = str_fmt(c->arena, STR_FMT ": " STR_FMT, STR_ARG(s), STR_ARG(filing_holder_name(c, a->reason, ui->lang)));
    else if (a->reason.n > 0) s = str_fmt(c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(s), STR_ARG(tr(ui, filing_reason_word(a->reason))));
    if (a->until != 0) s = str_fmt(c->arena, STR_FMT ": " STR_FMT, STR_ARG(s), STR_ARG(ui_day(ui, civil_at(c->app->zone, a->until).date)));
    return s;
}

Err filing_timeline(Ctx *c, const UiCtx *ui, const FilingRow *f, UiTime **out, size_t *out_n) {
    FilingActRow *rows = NULL;
    size_t n = 0;
    TRY(filing_acts(c, f->id, &rows, &n));
    UiTime *t = ARENA_ARRAY(c->arena, UiTime, n + 1);
    for (size_t i = 0; i < n; i++) {
        OrgRow org = { 0 };
        Str detail = STR_NONE;
        if (rows[i].text_sealed.p != NULL && journal_open(c, rows[i].by_org, f->case_id, STORE, f->id, "text", rows[i].text_sealed, &detail) != OK) detail = tr(ui, N_("(erased)"));
        if (org_by_id(c, rows[i].by_org, &org) != OK) org.name = STR_NONE;
        t[i] = (UiTime){ .at = rows[i].on, .sign = rows[i].by_authority ? S("⚑") : S("●"), .who = org.name, .text = event_text(c, ui, &rows[i]), .detail = detail,
            .state = str_eq(rows[i].outcome, S("refused")) ? STATE_REFUSED : STATE_DONE };
    }
    *out = t;
    *out_n = n;
    return OK;
}

Err filing_facts(Ctx *c, const UiCtx *ui, const FilingRow *f, const RequestRow *r, UiItem **out, size_t *out_n) {
    const struct { const char *word; UnixMs at; } rows[] = { { N_("Signed"), f->signed_at }, { N_("Sent"), f->sent }, { N_("Delivered"), r != NULL ? r->delivered : 0 }, { N_("Receipt confirmed"), r != NULL ? r->received : 0 },
        { N_("First visible act"), r != NULL ? r->acted : 0 }, { N_("Decision"), r != NULL ? r->decided : 0 } };
    UiItem *t = ARENA_ARRAY(c->arena, UiItem, LEN(rows));
    for (size_t i = 0; i < LEN(rows); i++) t[i] = (UiItem){ .label = tr(ui, rows[i].word), .text = rows[i].at != 0 ? ui_day(ui, civil_at(c->app->zone, rows[i].at).date) : tr(ui, N_("not yet")) };
    *out = t;
    *out_n = LEN(rows);
    return OK;
}

Err filing_letter_items(Ctx *c, const UiCtx *ui, const FilingRow *f, UiItem **out, size_t *out_n) {
    FilingPart *parts = NULL;
    size_t n = 0, k = 0;
    TRY(filing_parts(c, f, &parts, &n));
    UiItem *t = ARENA_ARRAY(c->arena, UiItem, n + 1);
    for (size_t i = 0; i < n; i++)
        if (parts[i].text.n > 0) t[k++] = (UiItem){ .label = parts[i].content != NULL ? parts[i].content->name[ui->lang] : tr(ui, N_("Text")), .text = parts[i].text };
    *out = t;
    *out_n = k;
    return OK;
}

/* Choices of a select from a list of codes and their words. */
static UiOption *choices(Ctx *c, const UiCtx *ui, const char *const *codes, const char *(*word)(Str), bool authority, size_t *out_n) {
    UiOption *o = ARENA_ARRAY(c->arena, UiOption, 16);
    size_t n = 0;
    for (size_t i = 0; codes[i] != NULL && n < 16; i++) {
        const FilingWhat *w = filing_whats;
        while (codes == whats && w->code != NULL && strcmp(w->code, codes[i]) != 0) w++;
        if (codes == whats && !(authority ? w->authority : w->desk)) continue;
        o[n++] = (UiOption){ .value = str_c(codes[i]), .label = tr(ui, word(str_c(codes[i]))) };
    }
    *out_n = n;
    return o;
}

UiOption *filing_targets(Ctx *c, const UiCtx *ui, size_t *out_n) {
    const LawAuthority *const *rows = NULL;
    size_t n = law_authority_list(c->app->law, enforce_today(c), c->arena, &rows);
    UiOption *o = ARENA_ARRAY(c->arena, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) o[i] = (UiOption){ .value = rows[i]->r.id, .label = rows[i]->name[ui->lang] };
    *out_n = n;
    return o;
}
UiOption *filing_what_options(Ctx *c, const UiCtx *ui, bool authority, size_t *out_n) { return choices(c, ui, whats, filing_what_word, authority, out_n); }
UiOption *filing_outcome_options(Ctx *c, const UiCtx *ui, size_t *out_n) { return choices(c, ui, outcomes, filing_outcome_word, false, out_n); }
UiOption *filing_reason_options(Ctx *c, const UiCtx *ui, size_t *out_n) { return choices(c, ui, reasons, filing_reason_word, false, out_n); }

Err filing_letter_of(Ctx *c, const FilingRow *f, Id *out) {
    BlobRow *rows = NULL;
    size_t n = 0;
    *out = f->letter;
    if (!id_none(f->letter)) return OK;
    TRY(blob_of_case(c, f->case_id, S("letter"), &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (id_eq(rows[i].of, f->id)) *out = rows[i].id;
    return OK;
}

/* Whether the term that a notice of default starts is one that builds on this duty, or on the one that this duty is a kind of. */
static bool may_default(Ctx *c, Str duty) {
    const LawForm *form = law_form(c->app->law, S("default_notice"), enforce_today(c));
    const LawTermRow *then = form != NULL ? law_term_row(c->app->law, form->clock, enforce_today(c)) : NULL, *t = law_term_row(c->app->law, duty, enforce_today(c));
    return then != NULL && t != NULL && (law_list_has(then->needs_prior, duty) || law_list_has(then->needs_prior, t->base));
}

static bool term_over(Ctx *c, const FilingRow *f) {
    ClockRow *rows = NULL;
    size_t n = 0;
    if (id_none(f->request) || clock_of_subject(c, f->request, &rows, &n) != OK) return false;
    for (size_t i = 0; i < n; i++) {
        if (may_default(c, rows[i].duty) && str_eq(rows[i].state, S("lapsed")) && rows[i].met == 0) return true;
    }
    return false;
}

static Err sent_page(Ctx *c, const Request *req, Response *res, FilingRow *f) {
    RequestRow r;
    const RequestRow *have = NULL;
    Id letter = ID_NONE;
    Lang lang = req->ui->lang;
    bool yes = false;
    TRY(filing_request(c, f, &r, &have));
    TRY(filing_letter_of(c, f, &letter));
    TRY(filing_yes(c, f, &yes));
    bool sent = str_eq(f->state, S("sent")), open = sent && (have == NULL || have->decided == 0);
    TplEnforceFiling t = { .case_url = case_url(c, f->case_id), .ref = f->ref, .body = filing_holder_name(c, f->authority, lang), .form_name = filing_form_title(c, f->form, lang), .sent_url = sub_url(c, f, "sent"), .record_url = sub_url(c, f, "record"),
        .withdraw_url = sub_url(c, f, "withdraw"), .new_url = url_path(c->arena, "/case/%s/filing/new", filing_hex_z(c, f->case_id)), .filing_hex = id_hex(c->arena, f->id), .state = filing_state(f, have), .word = filing_state_word(f, have), .silent = filing_days_silent(c, f, have), .wait_letter = yes && id_none(letter),
        .by_hand = str_eq(f->state, S("signed")) && !id_none(letter), .taken_back = !yes && str_eq(f->state, S("signed")),
        .can_withdraw = !str_eq(f->state, S("withdrawn")), .can_record = sent, .can_default = open && term_over(c, f), .authority = f->authority, .failed = have != NULL && str_eq(have->delivery, S("failed")) };
    if (!id_none(letter)) t.letter_url = url_path(c->arena, "/case/%s/filing/%s/letter", filing_hex_z(c, f->case_id), filing_hex_z(c, f->id));
    t.sent_form = form_page(req, filing_sent_form, LEN(filing_sent_form));
    t.record = form_page(req, filing_event_form, LEN(filing_event_form));
    t.whats = filing_what_options(c, req->ui, false, &t.whats_n);
    t.outcomes = filing_outcome_options(c, req->ui, &t.outcomes_n);
    t.reasons = filing_reason_options(c, req->ui, &t.reasons_n);
    t.targets = filing_targets(c, req->ui, &t.targets_n);
    TRY(filing_case_ref(c, f->case_id, &t.case_ref));
    TRY(filing_facts(c, req->ui, f, have, (UiItem **)(void *)&t.facts, &t.facts_n));
    TRY(clock_rows(c, f, lang, (TplEnforceFilingClocks **)(void *)&t.clocks, &t.clocks_n));
    TRY(filing_timeline(c, req->ui, f, (UiTime **)(void *)&t.acts, &t.acts_n));
    TRY(filing_letter_items(c, req->ui, f, (UiItem **)(void *)&t.parts, &t.parts_n));
    tpl_enforce_filing(&res->body, req->ui, &t);
    return OK;
}

Err filing_show_page(Ctx *c, const Request *req, Response *res) {
    FilingRow f;
    TRY(filing_of_request(c, req, &f));
    TRY(filing_open(c, &f));
    return str_eq(f.state, S("draft")) ? draft_page(c, req, res, &f) : sent_page(c, req, res, &f);
}
