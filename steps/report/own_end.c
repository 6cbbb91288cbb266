/* own_end.c - what a person can take back, allow, erase, read again and take along, and how they may be reached. */
#include "steps/report/report_in.h"
#include "foundation/base/enc.h"

static const char *const withdraw_codes[] = { "notices", "filing", "all", NULL };
static const char *const allow_codes[] = { "notices", "captures", "filing", "referral", NULL };
const Param report_withdraw_form[1] = { { .name = "what", .kind = P_CHOICE, .required = true, .choices = withdraw_codes, .label = N_("What do you take back?") } };
const Param report_allow_form[1] = { { .name = "allow", .kind = P_CHOICE, .many = true, .choices = allow_codes, .label = N_("Tick what we may do") } };
const Param report_erase_form[2] = { { .name = "sure", .kind = P_BOOL, .required = true, .label = N_("Yes, I want everything to be erased") },
    { .name = "last", .kind = P_CODE, .required = true, .max = 16, .label = N_("Type the first four signs of your code") } };

static const char *const contact_codes[] = { "none", "code", "safe", NULL };
const Param report_contact_form[4] = { { .name = "contact", .kind = P_CHOICE, .required = true, .choices = contact_codes, .label = N_("Choose what feels safe") },
    { .name = "way", .kind = P_TEXT, .label = N_("How can we reach you?") }, { .name = "hours", .kind = P_TEXT, .label = N_("When is it safe?") },
    { .name = "cover", .kind = P_TEXT, .max = 100, .label = N_("What name should we say?") } };

static const Choice withdraw_choices[] = {
    { "notices", N_("The requests to sites"), N_("We tell the sites that we stop. What they removed stays removed."), NULL, NULL },
    { "filing", N_("The letters to authorities"), N_("We tell them that we stop. They may go on by themselves."), NULL, NULL },
    { "all", N_("Everything"), N_("We stop everything and share nothing any more. You can still read and write messages here."), NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL } };

Err report_own_withdraw(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    TRY(report_own_case(c, "report.withdraw", &k));
    TplReportOwnWithdraw t = { .form = form_page(req, report_withdraw_form, LEN(report_withdraw_form)) };
    t.options = report_options(req->ui, withdraw_choices, false, NULL, &t.options_n);
    tpl_report_own_withdraw(&res->body, req->ui, &t);
    return OK;
}

Err report_own_withdraw_send(Ctx *c, const Request *req, Response *res) {
    enum { TELL_MS = 48 * 3600 * 1000 };
    CaseRow k;
    Act **acts = NULL;
    size_t n = 0;
    if (req->form->errors > 0) {
        res_again(res, "/own/withdraw");
        return OK;
    }
    Str what = form_text(req->form, "what");
    TRY(case_withdraw_acts(c, c->person.case_id, what, S("victim"), &acts, &n));
    if (!str_eq(what, S("all"))) { /* a colleague looks what is left to do, and writes to the authorities */
        Act **more = ARENA_ARRAY(c->arena, Act *, n + 1);
        memcpy(more, acts, n * sizeof *acts);
        TRY(report_own_case(c, "report.withdraw", &k));
        more[n++] = case_turn(c, k.id, S("us"), S("withdrawn_in_part"), str_eq(k.turn, S("us")) && k.next_due < c->now + TELL_MS ? k.next_due : c->now + TELL_MS);
        acts = more;
    }
    TRY(journal_commit(c, acts, n));
    res_said(res, "Taken back. We stop.");
    res_redirect(res, "/own");
    return OK;
}

/* ---- what we may do ---- */
Err report_own_allow(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    ConsentRow *rows = NULL;
    Str now[INTAKE_CONSENTS_MAX];
    size_t n = 0, now_n = 0;
    TRY(report_own_case(c, "report.consent", &k));
    TRY(consent_list(c, k.id, &rows, &n));
    for (size_t i = 0; i < n && now_n < LEN(now); i++)
        if (rows[i].withdrawn == 0) now[now_n++] = rows[i].purpose;
    TplReportOwnAllow t = { .form = form_page(req, report_allow_form, LEN(report_allow_form)) };
    form_set_many(req->a, (Form *)t.form, "allow", now, now_n);
    t.options = report_options(req->ui, allow_choices, false, str_eq(k.lane, S("adult")) ? NULL : "captures", &t.options_n);
    tpl_report_own_allow(&res->body, req->ui, &t);
    return OK;
}

/* Taking a tick away is withdrawing it: the clocks and requests of that purpose stop with it. */
static Err allow_acts(Ctx *c, const CaseRow *k, const Form *f, Act ***out, size_t *out_n) {
    enum { MOST = 64 };
    ConsentRow *rows = NULL;
    size_t n = 0, acts_n = 0;
    Act **acts = ARENA_ARRAY(c->arena, Act *, MOST);
    TRY(consent_list(c, k->id, &rows, &n));
    for (int p = 0; allow_codes[p] != NULL; p++) {
        bool had = false, wants = form_has(f, "allow", str_c(allow_codes[p]));
        if (wants && strcmp(allow_codes[p], "captures") == 0 && !str_eq(k->lane, S("adult"))) continue;
        for (size_t i = 0; i < n; i++) {
            if (rows[i].withdrawn != 0 || !str_eq(rows[i].purpose, str_c(allow_codes[p]))) continue;
            had = true;
            if (!wants && acts_n < MOST) acts[acts_n++] = consent_withdraw(c, k->id, rows[i].id);
        }
        if (wants && !had && acts_n < MOST) acts[acts_n++] = consent_give(c, k->id, str_c(allow_codes[p]), str_eq(k->source, S("supporter")) ? S("supporter") : S("victim"));
    }
    *out = acts;
    *out_n = acts_n;
    return OK;
}

static Err withdrew(Ctx *c, Act *const *acts, size_t n, Id case_id, const char *purpose, bool *out) {
    ConsentRow *rows = NULL;
    size_t rows_n = 0;
    *out = false;
    TRY(consent_list(c, case_id, &rows, &rows_n));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < rows_n; k++)
            if (acts[i]->def == &act_consent_withdrawn && id_eq(acts[i]->subject, rows[k].id) && str_eq(rows[k].purpose, str_c(purpose))) *out = true;
    return OK;
}

Err report_own_allow_send(Ctx *c, const Request *req, Response *res) {
    static const char *const stops[] = { "notices", "filing" };
    CaseRow k;
    Act **acts = NULL, **more = NULL;
    size_t n = 0, more_n = 0;
    TRY(report_own_case(c, "report.consent", &k));
    if (req->form->errors > 0) {
        res_again(res, "/own/allow");
        return OK;
    }
    TRY(allow_acts(c, &k, req->form, &acts, &n));
    for (size_t s = 0; s < LEN(stops); s++) {
        bool stop = false;
        TRY(withdrew(c, acts, n, k.id, stops[s], &stop));
        if (!stop || !report_own_may(c, "report.withdraw")) continue;
        TRY(case_withdraw_acts(c, k.id, str_c(stops[s]), S("victim"), &more, &more_n));
        TRY(journal_commit(c, more, more_n));
    }
    c->fail = (Fail){ 0 };
    TRY(journal_commit(c, acts, n));
    res_said(res, "Kept. This is what we may do from now on.");
    res_redirect(res, "/own");
    return OK;
}

/* ---- how the person may be reached ---- */
Err report_own_contact(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    TRY(report_own_case(c, "report.contact", &k));
    TplReportOwnContact t = { .form = form_page(req, report_contact_form, LEN(report_contact_form)), .young = !str_eq(k.lane, S("adult")) };
    form_set((Form *)t.form, "contact", k.contact_mode);
    t.options = report_options(req->ui, contact_choices, false, t.young ? "safe" : NULL, &t.options_n);
    tpl_report_own_contact(&res->body, req->ui, &t);
    return OK;
}

static Err contact_acts(Ctx *c, const CaseRow *k, const Form *f, Act **acts, size_t *out_n) {
    static const char *const kinds[][2] = { { "way", "contact_way" }, { "hours", "contact_hours" }, { "cover", "contact_cover" } };
    Str mode = form_text(f, "contact");
    acts[(*out_n)++] = case_contact(c, f->act, k->id, mode);
    for (size_t i = 0; str_eq(mode, S("safe")) && i < LEN(kinds); i++)
        if (form_text(f, kinds[i][0]).n > 0) acts[(*out_n)++] = note_contact(c, k->id, str_c(kinds[i][1]), form_text(f, kinds[i][0]));
    return OK;
}

Err report_own_contact_send(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Event before;
    Act *acts[4];
    size_t n = 0;
    Form *f = req->form;
    TRY(report_own_case(c, "report.contact", &k));
    if (f->errors == 0 && str_eq(form_text(f, "contact"), S("safe")) && form_text(f, "way").n == 0) form_fail(f, "way", "Fill in how we can reach you, or choose another answer.");
    Err kept = journal_event(c, f->act, false, &before);
    if (kept != OK && kept != E_MISSING) return kept;
    if (f->errors == 0 && kept == E_MISSING) { /* the same form sent twice: kept once */
        TRY(contact_acts(c, &k, f, acts, &n));
        Err err = journal_commit(c, acts, n);
        if (err == E_INPUT && c->fail.msgid != NULL) form_fail(f, "contact", c->fail.msgid);
        else TRY(err);
    }
    if (f->errors > 0) {
        res_again(res, "/own/contact");
        return OK;
    }
    res_said(res, "Kept. This is how we reach you from now on.");
    res_redirect(res, "/own");
    return OK;
}

/* ---- erasing: two steps, and then nobody can read it ---- */
Err report_own_erase(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    RequestRow *r = NULL;
    size_t n = 0;
    TRY(report_own_case(c, "report.erase", &k));
    TRY(request_of_case(c, k.id, &r, &n));
    tpl_report_own_erase(&res->body, req->ui, &(TplReportOwnErase){ .form = form_page(req, report_erase_form, LEN(report_erase_form)), .sent = (int64_t)n });
    return OK;
}

Err report_own_erase_send(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Act **acts = NULL;
    size_t n = 0;
    Str typed = STR_NONE;
    Form *f = req->form;
    TRY(report_own_case(c, "report.erase", &k));
    if (!form_bool(f, "sure")) form_fail(f, "sure", "Tick this when you are sure.");
    bool same = crock_normal(req->a, form_text(f, "last"), &typed) == OK && str_starts(typed, k.locator) && k.locator.n > 0;
    if (form_at(f, "last")->error == NULL && !same) form_fail(f, "last", "This is not the beginning of your code.");
    if (f->errors > 0) {
        res_again(res, "/own/erase");
        return OK;
    }
    TRY(case_withdraw_acts(c, k.id, S("erase"), S("victim"), &acts, &n));
    TRY(journal_commit(c, acts, n));
    if (c->vault != NULL && case_shred_run(c, k.id) != OK) c->fail = (Fail){ 0 }; /* the job that follows does it again */
    if (c->vault != NULL && c->session != NULL) vault_logout(c->vault, c->session);
    res->session_end = true;
    res_draft_drop(res);
    res_redirect(res, "/own-erased");
    return OK;
}

Err report_own_gone(Ctx *c, const Request *req, Response *res) {
    (void)c;
    tpl_report_own_gone(&res->body, req->ui, &(TplReportOwnGone){ 0 });
    return OK;
}

/* ---- what was written: only after a second press ---- */
static Err words_page(Ctx *c, const Request *req, Response *res, bool shown) {
    CaseRow k;
    NoteRow *n = NULL;
    size_t all = 0, kept = 0;
    TRY(report_own_case(c, "report.track", &k));
    TRY(note_list(c, k.id, &n, &all));
    UiTime *items = ARENA_ARRAY(req->a, UiTime, all + 1);
    for (size_t i = 0; shown && i < all; i++)
        if (n[i].cls == STORY && !note_is_contact(n[i].kind) && id_none(n[i].by) && n[i].err == OK) items[kept++] = (UiTime){ .at = n[i].at, .sign = S("●"), .text = n[i].text };
    tpl_report_own_words(&res->body, req->ui, &(TplReportOwnWords){ .shown = shown, .notes = items, .notes_n = kept });
    return OK;
}
Err report_own_words(Ctx *c, const Request *req, Response *res) { return words_page(c, req, res, false); }
Err report_own_words_shown(Ctx *c, const Request *req, Response *res) { return words_page(c, req, res, true); }

/* ---- a paper: that a report was made, of what kind, and what was asked; nothing that was written ---- */
typedef struct Proof { UiItem items[10]; size_t n; Str text, sign, key, origin; } Proof;

static void fact(const UiCtx *ui, Proof *p, const char *label, Str text) {
    if (text.n > 0) p->items[p->n++] = (UiItem){ .label = tr(ui, label), .text = text };
}

static Err proof_of(Ctx *c, const UiCtx *ui, Proof *p) {
    CaseRow k;
    OrgRow org;
    RequestRow *r = NULL;
    size_t n = 0;
    int64_t notices = 0, filings = 0;
    Str sig = STR_NONE, key = STR_NONE;
    TRY(report_own_case(c, "report.track", &k));
    TRY(org_by_id(c, k.org, &org));
    TRY(request_of_case(c, k.id, &r, &n));
    for (size_t i = 0; i < n; i++) {
        if (str_eq(r[i].kind, S("notice"))) notices++;
        else filings++;
    }
    fact(ui, p, N_("Received by"), org.name);
    fact(ui, p, N_("Reference"), k.ref);
    fact(ui, p, N_("Received on"), ui_when(ui, k.opened));
    fact(ui, p, N_("Made on"), ui_when(ui, c->now));
    fact(ui, p, N_("What is going on?"), report_words(ui, what_choices, k.what, false));
    fact(ui, p, N_("The links"), ui_int(ui, k.locations));
    fact(ui, p, N_("Requests to remove"), ui_int(ui, notices));
    fact(ui, p, N_("Letters to authorities"), ui_int(ui, filings));
    Buf b = buf_new(16384);
    for (size_t i = 0; i < p->n; i++) buf_printf(&b, STR_FMT ": " STR_FMT "\n", STR_ARG(p->items[i].label), STR_ARG(p->items[i].text));
    p->text = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    if (c->vault == NULL || vault_sign(c->vault, c->arena, S("report-proof"), p->text, &sig) != OK || vault_public(c->vault, c->arena, &key, &p->origin) != OK) return OK; /* unsigned is still a paper */
    p->sign = b64_enc(c->arena, sig);
    p->key = b64_enc(c->arena, key);
    return OK;
}

Err report_own_proof(Ctx *c, const Request *req, Response *res) {
    Proof p = { .n = 0 };
    TRY(proof_of(c, req->ui, &p));
    tpl_report_own_proof(&res->body, req->ui, &(TplReportOwnProof){ .items = p.items, .items_n = p.n, .sign = p.sign, .key = p.key, .origin = p.origin });
    return OK;
}

/* The signed lines first, as they were signed; then the signature over "keten/report-proof", a line feed, and those lines. */
Err report_own_proof_file(Ctx *c, const Request *req, Response *res) {
    Proof p = { .n = 0 };
    TRY(proof_of(c, req->ui, &p));
    res_download(res, "text/plain; charset=utf-8", S("bewijs.txt"));
    buf_put(&res->body, p.text);
    if (p.sign.n > 0) buf_printf(&res->body, "--\ned25519 " STR_FMT "\nkey " STR_FMT " " STR_FMT "\n", STR_ARG(p.sign), STR_ARG(p.key), STR_ARG(p.origin));
    return OK;
}
