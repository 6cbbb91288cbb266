/* desk_clocks.c - every clock of a case with the way its date was reached, and the decision on a proposed step. */
#include "core/desk/desk_in.h"

const Param proposal_form[2] = { { .name = "reason", .kind = P_LONGTEXT, .required = true, .min = 3, .max = 2000, .label = N_("Reason") }, { .name = "take", .kind = P_INT, .required = true, .min = 0, .max = 1 } };

/* The derivation, computed anew from the law of the clock's own day. */
static const UiOption *derivation(Ctx *c, const UiCtx *ui, const ClockRow *k, const LawTermRow **out_term, bool *out_norm, size_t *out_n) {
    TermResult r = { 0 };
    TermQuery q = { .rule = k->duty, .from = k->from };
    *out_n = 0;
    if (c->app->law == NULL) return NULL;
    Date day = civil_at(c->app->zone, k->from).date;
    *out_term = law_term_row(c->app->law, k->duty, day);
    if (law_term(c->app->law, &q, c->arena, &r) != OK) return NULL;
    *out_norm = r.kind == KIND_POLICY || str_eq(k->kind, S("policy"));
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, r.derivation_n + 1);
    for (size_t i = 0; i < r.derivation_n; i++) o[i] = (UiOption){ .label = law_reason_text(c->app->law, &r.derivation[i], ui->lang, c->arena) };
    *out_n = r.derivation_n;
    return o;
}

Err clocks_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    ClockRow *rows = NULL;
    size_t n = 0;
    TRY(desk_case_of(c, req, &k));
    TRY(clock_of_case(c, k.id, &rows, &n));
    if (n > CLOCKS_ON_PAGE) n = CLOCKS_ON_PAGE;
    TplDeskClocksRows *r = ARENA_ARRAY(c->arena, TplDeskClocksRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        const LawTermRow *term = NULL;
        r[i] = (TplDeskClocksRows){ .id = id_hex(ui->a, rows[i].id), .duty = desk_duty(c, ui, rows[i].duty), .who = desk_holder(c, ui, rows[i].holder), .kind = desk_say(ui, "kind", rows[i].kind), .state = desk_clock_state(c, &rows[i]),
            .word = desk_say(ui, "clock", rows[i].state), .from = rows[i].from, .due = rows[i].due, .met = rows[i].met, .moved = rows[i].why.n > 0 && !str_eq(rows[i].state, S("stopped")) ? desk_say(ui, "clock_why", rows[i].why) : STR_NONE };
        r[i].steps = derivation(c, ui, &rows[i], &term, &r[i].norm, &r[i].steps_n);
        if (term == NULL) continue;
        r[i].article = term->article;
        r[i].lapse = desk_text(ui, term->lapse);
        if (law_mark(&term->r)[0] != '\0') r[i].mark = law_mark(&term->r);
    }
    tpl_desk_clocks(&res->body, ui, &(TplDeskClocks){ .ref = k.ref, .back = desk_url(ui, &k, ""), .rows = r, .rows_n = n });
    return OK;
}

/* The proposal named in the path, of this very case. */
static Err proposal_of(Ctx *c, const Request *req, CaseRow *k, ProposalRow *p) {
    Id id = ID_NONE;
    TRY(desk_case_of(c, req, k));
    TRY(req_id(req, "proposal", &id));
    TRY(proposal_by_id(c, id, p));
    return id_eq(p->case_id, k->id) ? OK : E_MISSING;
}

Err proposal_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    ProposalRow p;
    ClockRow clock = { 0 };
    TRY(proposal_of(c, req, &k, &p));
    TRY(clock_by_id(c, p.clock, &clock));
    const LawNext *next = desk_next(c, clock.duty, p.step);
    TplDeskProposal t = { .form = form_page(req, proposal_form, LEN(proposal_form)), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = url_path(ui->a, STR_FMT, STR_ARG(req->path)), .from = p.not_before, .early = p.not_before > c->now };
    t.word = next != NULL ? desk_text(ui, next->name) : desk_say(ui, "step", p.step);
    t.ground = next != NULL ? next->ground : STR_NONE;
    t.target = desk_holder(c, ui, str_eq(p.target, S("holder")) ? clock.holder : p.target);
    if (next != NULL && law_mark(&next->r)[0] != '\0') t.mark = law_mark(&next->r);
    if (c->app->law != NULL) t.doubt = law_due_doubt(c->app->law, clock.duty, civil_at(c->app->zone, clock.due).date, ui->lang, ui->a);
    if (!t.early && k.active && k.paused == 0) t.go = desk_step_url(c, ui, &p, next);
    if (str_eq(p.state, S("taken"))) t.decided = N_("This step was taken.");
    if (str_eq(p.state, S("dismissed"))) t.decided = N_("This step was not taken.");
    t.when = p.decided;
    tpl_desk_proposal(&res->body, ui, &t);
    return OK;
}

Err proposal_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    ProposalRow p;
    Form *f = req->form;
    TRY(proposal_of(c, req, &k, &p));
    if (f->errors == 0 && form_int(f, "take") == 1 && p.not_before > c->now) form_fail(f, NULL, N_("This step may not be taken yet."));
    if (f->errors > 0) return desk_again(req, res);
    Act *acts[] = { proposal_decide(c, &p, form_int(f, "take") == 1, form_text(f, "reason")) };
    TRY(desk_commit(c, &k, f->act, acts, 1)); /* decided by a colleague meanwhile: said on this page */
    res_said(res, form_int(f, "take") == 1 ? N_("Recorded as done.") : N_("Recorded: not now."));
    res_redirect(res, "/case/%s", id_hex(req->a, k.id).p);
    return OK;
}
