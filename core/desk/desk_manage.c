/* desk_manage.c - acts that change a whole case: close, open again, pause, resume, withdraw for the person, erase; and a new
 * code for a lost one. Each is a page of its own that says what it does before the button is pressed. */
#include "core/case/intake.h"
#include "core/desk/desk_in.h"

static const char *const closes[] = { "resolved", "handed_over", "not_ours", "no_longer_reachable", "withdrawn", "spam", NULL };
static const char *const reopens[] = { "returned", "new_facts", "mistake", NULL };
static const char *const withdraws[] = { "all", "notices", "filing", NULL };
static const char *const erases[] = { "asked", "unlawful", "retention", NULL };

const Param close_form[1] = { { .name = "why", .kind = P_CHOICE, .required = true, .choices = closes, .label = N_("Why") } };
const Param reopen_form[1] = { { .name = "why", .kind = P_CHOICE, .required = true, .choices = reopens, .label = N_("Why") } };
const Param withdraw_form[1] = { { .name = "why", .kind = P_CHOICE, .required = true, .choices = withdraws, .label = N_("What the person withdraws") } };
const Param erase_form[2] = { { .name = "why", .kind = P_CHOICE, .required = true, .choices = erases, .label = N_("Why") }, { .name = "ref", .kind = P_TEXT, .required = true, .max = 40, .label = N_("Type the reference of the case") } };
const Param code_form[5] = { { .name = "knows", .kind = P_BOOL, .required = true, .label = N_("The person told something that only they know from this case.") },
    { .name = "reached", .kind = P_BOOL, .required = true, .label = N_("I reached them by the safe contact they left, or they stand before me.") }, { .name = "alone", .kind = P_BOOL, .required = true, .label = N_("They say that nobody listens in or makes them ask.") },
    { .name = "same", .kind = P_BOOL, .required = true, .label = N_("Nothing points to somebody else: no partner, parent or guardian in a conflict.") },
    { .name = "how", .kind = P_LONGTEXT, .required = true, .min = 3, .max = 2000, .label = N_("How you made sure") } };

typedef struct Deed {
    const char *name;          /* last part of the path */
    const char *title, *text, *warn, *word, *said;
    const Param *spec;
    size_t spec_n;
    const char *list;          /* words of the reasons */
    const char *const *reasons;
    bool danger;
} Deed;
static const Deed deeds[] = {
    { "close", N_("Close the case"), N_("A closed case leaves the queue. It can be opened again."), NULL, N_("Close the case"), N_("The case is closed."), close_form, 1, "close", closes, false },
    { "reopen", N_("Open the case again"), N_("It goes back into the queue, and it is our turn."), NULL, N_("Open the case again"), N_("The case is open again."), reopen_form, 1, "close", reopens, false },
    { "pause", N_("Pause for the person"), N_("For when the person asks you to wait. Nothing is sent until the case is resumed; clocks of others run on."), NULL, N_("Pause this case"), N_("The case is paused."), desk_button, 1, NULL, NULL, false },
    { "resume", N_("Resume the case"), N_("For when the person says that it may go on."), NULL, N_("Resume this case"), N_("The case goes on."), desk_button, 1, NULL, NULL, false },
    { "withdraw", N_("Withdraw for the person"), N_("For when the person tells you. Open requests are taken back and the recipients are told; clocks stop."), N_("What was sent cannot be unsent."), N_("Withdraw"), N_("Withdrawn, as the person asked."), withdraw_form, 1, "withdrawn", withdraws, true },
    { "erase", N_("Erase the case"), N_("Everything people wrote in this case becomes unreadable for ever, for us as well. What was done, and when, stays in the record without it."),
        N_("This cannot be undone. A dossier that was exported before is not erased by this."), N_("Erase this case for ever"), N_("The case is erased."), erase_form, 2, "ground", erases, true },
};

static const Deed *deed_of(const Request *req) {
    for (size_t i = 0; i < LEN(deeds); i++)
        if (str_ends(req->path, str_fmt(req->a, "/%s", deeds[i].name))) return &deeds[i];
    must(!"every such route has a row");
    return NULL;
}

static Err facts_of(Ctx *c, const UiCtx *ui, const CaseRow *k, UiItem *items, size_t *n) {
    ClockRow *clocks = NULL;
    Sealed s = { 0 };
    size_t clocks_n = 0;
    int64_t running = 0;
    TRY(clock_of_case(c, k->id, &clocks, &clocks_n));
    TRY(desk_sealed(c, k->id, &s));
    for (size_t i = 0; i < clocks_n; i++) running += str_eq(clocks[i].state, S("running")) || str_eq(clocks[i].state, S("paused"));
    const struct { const char *label; int64_t v; } f[] = { { N_("Links"), k->locations }, { N_("Notes"), s.notes }, { N_("Messages"), s.messages }, { N_("Clocks that run"), running } };
    for (size_t i = 0; i < LEN(f); i++) items[(*n)++] = (UiItem){ .label = tr(ui, f[i].label), .text = ui_int(ui, f[i].v) };
    return OK;
}

Err decide_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    const Deed *d = deed_of(req);
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    UiItem *items = ARENA_ARRAY(c->arena, UiItem, 6);
    TplDeskDecide t = { .form = form_page(req, d->spec, d->spec_n), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = url_path(ui->a, STR_FMT, STR_ARG(req->path)), .title = d->title, .text = d->text, .warn = d->warn,
        .word = d->word, .danger = d->danger, .typed = d->spec == erase_form, .facts = items };
    if (d->danger || d->spec == close_form) TRY(facts_of(c, ui, &k, items, &t.facts_n));
    if (d->reasons != NULL) t.reasons = desk_options(ui, d->list, d->reasons, &t.reasons_n);
    tpl_desk_decide(&res->body, ui, &t);
    return OK;
}

static Err deed_acts(Ctx *c, const Deed *d, const CaseRow *k, const Form *f, Act ***out, size_t *out_n) {
    Act **one = ARENA_ARRAY(c->arena, Act *, 1);
    *out = one;
    *out_n = 1;
    if (strcmp(d->name, "withdraw") == 0) return case_withdraw_acts(c, k->id, form_text(f, "why"), S("worker"), out, out_n);
    if (strcmp(d->name, "erase") == 0) {
        TRY(case_withdraw_acts(c, k->id, S("erase"), S("lead"), out, out_n));
        act_code((*out)[*out_n - 1], "ground", form_text(f, "why"));
        return OK;
    }
    if (strcmp(d->name, "close") == 0) *one = case_close(c, k->id, form_text(f, "why"));
    else if (strcmp(d->name, "reopen") == 0) *one = case_reopen(c, k->id, form_text(f, "why"));
    else *one = strcmp(d->name, "pause") == 0 ? case_pause(c, k->id) : case_resume(c, k->id);
    return OK;
}

Err decide_post(Ctx *c, const Request *req, Response *res) {
    const Deed *d = deed_of(req);
    CaseRow k;
    Form *f = req->form;
    Act **acts = NULL;
    size_t n = 0;
    TRY(desk_case_of(c, req, &k));
    if (d->spec == erase_form && f->errors == 0 && !str_ieq(form_text(f, "ref"), k.ref)) form_fail(f, "ref", N_("This is not the reference of this case."));
    if (strcmp(d->name, "pause") == 0 && k.paused != 0) form_fail(f, NULL, N_("This case is paused already."));
    if (strcmp(d->name, "resume") == 0 && k.paused == 0) form_fail(f, NULL, N_("This case is not paused."));
    if (f->errors > 0) return desk_again(req, res);
    TRY(deed_acts(c, d, &k, f, &acts, &n));
    desk_name_acts(f->act, acts, n);
    TRY(journal_commit(c, acts, n)); /* the lease is not renewed: the case may have left everybody's hands */
    res_said(res, d->said);
    res_redirect(res, "/case/%s", id_hex(req->a, k.id).p);
    return OK;
}

/* What may be done with the case as it stands; on its page. */
Err manage_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    bool lead = (c->person.roles & R_LEAD) != 0, kept = k->erased == 0, own = id_none(k->merged_into), open = kept && k->closed == 0 && (own || k->active), live = open && own && k->withdrawn == 0;
    const struct { bool show; const char *word, *rest, *key; } all[] = {
        { live, N_("Hand over"), "/refer", "h" }, { kept, N_("Give a new code for a lost one"), "/code", "w" }, { live && k->paused == 0, N_("Pause for the person"), "/pause", "p" }, { live && k->paused != 0, N_("Resume the case"), "/resume", "p" },
        { live, N_("Withdraw for the person"), "/withdraw", NULL }, { open, N_("Close the case"), "/close", "x" }, { kept && k->closed != 0 && own, N_("Open the case again"), "/reopen", "x" },
        { live && lead, N_("Join with another case"), "/merge", "u" }, { kept && lead, N_("Erase the case"), "/erase", NULL } };
    TplDeskPManageItems *items = ARENA_ARRAY(c->arena, TplDeskPManageItems, LEN(all));
    size_t n = 0;
    for (size_t i = 0; i < LEN(all); i++)
        if (all[i].show) items[n++] = (TplDeskPManageItems){ .word = all[i].word, .href = desk_url(ui, k, all[i].rest), .key = str_c(all[i].key) };
    if (n > 0) tpl_desk_p_manage(out, ui, &(TplDeskPManage){ .items = items, .items_n = n });
    return OK;
}

/* ---- a new code for a lost one ---- */
Err code_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    tpl_desk_code(&res->body, ui, &(TplDeskCode){ .form = form_page(req, code_form, LEN(code_form)), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/code"), .has = k.locator.n > 0 });
    return OK;
}

static const char given[] = "given ";
enum { GIVEN_HEAD = sizeof given - 1 + 16 };

Err code_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Str code = STR_NONE;
    Form *f = req->form;
    TRY(desk_case_of(c, req, &k));
    for (size_t i = 0; i < 4; i++)
        if (f->v[i].error != NULL) f->v[i].error = N_("Without this no code is given.");
    if (f->errors > 0) return desk_again(req, res);
    Act *note[] = { note_add(c, k.id, IDENTITY, S("safe_contact"), form_text(f, "how")) };
    TRY(desk_commit(c, &k, f->act, note, 1)); /* the check is on record before there is a code */
    if (note[0]->already) return ctx_refuse(c, E_CONFLICT, NULL, "This form was sent before. If the person has no code, begin anew.");
    TRY(intake_reissue(c, k.id, &code));
    char *wait = arena_alloc(req->a, GIVEN_HEAD + code.n);
    memcpy(wait, given, sizeof given - 1);
    memcpy(wait + sizeof given - 1, k.id.b, 16);
    memcpy(wait + GIVEN_HEAD, code.p, code.n);
    res_draft(res, str_bytes(wait, GIVEN_HEAD + code.n));
    res_redirect(res, "/case/%s/code/given", id_hex(req->a, k.id).p);
    return OK;
}

Err code_given_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    bool ours = req->draft.n > GIVEN_HEAD && str_starts(req->draft, str_c(given)) && memcmp(req->draft.p + sizeof given - 1, k.id.b, 16) == 0;
    tpl_desk_code_given(&res->body, ui, &(TplDeskCodeGiven){ .form = form_page(req, desk_button, 1), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/code/given"),
        .code = ours ? code_show(ui->a, str_sub(req->draft, GIVEN_HEAD, req->draft.n)) : STR_NONE });
    return OK;
}

Err code_given_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    res_draft_drop(res);
    res_redirect(res, "/case/%s", id_hex(req->a, k.id).p);
    return OK;
}
