/* desk_merge.c - cases that are about the same links, and joining two of them: first what would happen, then the act of a lead. */
#include "core/desk/desk_in.h"

enum { TWINS_SHOWN = 8 };
const Param merge_form[1] = { { .name = "into", .kind = P_ID, .required = true } };

Err twins_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    Twin *rows = NULL;
    size_t n = 0;
    TRY(desk_twins(c, k, TWINS_SHOWN, &rows, &n));
    if (n == 0) return OK;
    TplDeskPTwinsRows *r = ARENA_ARRAY(c->arena, TplDeskPTwinsRows, n);
    for (size_t i = 0; i < n; i++) r[i] = (TplDeskPTwinsRows){ .ref = rows[i].ref, .href = url_path(ui->a, "/case/%s", id_hex(ui->a, rows[i].id).p), .shared = rows[i].shared };
    tpl_desk_p_twins(out, ui, &(TplDeskPTwins){ .rows = r, .rows_n = n, .merge = desk_url(ui, k, "/merge"), .may = (c->person.roles & R_LEAD) != 0 && k->active });
    return OK;
}

static Str offences(Ctx *c, const UiCtx *ui, const CaseRow *k) {
    Str *codes = NULL;
    size_t n = 0;
    if (case_offences(c, k->id, &codes, &n) != OK || n == 0) return tr(ui, N_("none yet"));
    Buf b = buf_new(2048);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) buf_z(&b, ", ");
        buf_put(&b, desk_offence(c, ui, codes[i]));
    }
    Str s = str_dup(ui->a, buf_str(&b));
    buf_free(&b);
    return s;
}

static void compare(Ctx *c, const UiCtx *ui, const CaseRow *a, const CaseRow *b, TplDeskMerge *t) {
    TplDeskMergeTable *r = ARENA_ARRAY(c->arena, TplDeskMergeTable, 8);
    size_t n = 0;
    r[n++] = (TplDeskMergeTable){ tr(ui, N_("Came in")), ui_when(ui, a->opened), ui_when(ui, b->opened) };
    r[n++] = (TplDeskMergeTable){ tr(ui, N_("Age lane")), desk_say(ui, "lane", a->lane), desk_say(ui, "lane", b->lane) };
    r[n++] = (TplDeskMergeTable){ tr(ui, N_("Risk")), desk_say_all(ui, "risk_why", a->risk_why), desk_say_all(ui, "risk_why", b->risk_why) };
    r[n++] = (TplDeskMergeTable){ tr(ui, N_("Offences")), offences(c, ui, a), offences(c, ui, b) };
    r[n++] = (TplDeskMergeTable){ tr(ui, N_("Links")), ui_int(ui, a->locations), ui_int(ui, b->locations) };
    r[n++] = (TplDeskMergeTable){ tr(ui, N_("For whom")), desk_say(ui, "for_whom", a->for_whom), desk_say(ui, "for_whom", b->for_whom) };
    t->table = r;
    t->table_n = n;
}

/* The same rules as the act's own check, said before anybody presses. */
static const char *why_not(Ctx *c, const CaseRow *a, const CaseRow *b, Err *out) {
    ClockRow *k = NULL;
    size_t n = 0;
    if (id_eq(a->id, b->id)) return "A case cannot be joined with itself.";
    if (!id_eq(a->team, b->team)) return "Both cases must be with the same team.";
    if (!id_none(b->merged_into)) return "That case was itself joined with another.";
    if (!b->active) return N_("That case is closed; open it again first.");
    if (!str_eq(a->lane, b->lane)) return "The age lanes differ; decide on them first.";
    *out = clock_of_case(c, a->id, &k, &n);
    for (size_t i = 0; *out == OK && i < n; i++)
        if (str_eq(k[i].state, S("running")) || str_eq(k[i].state, S("paused"))) return "Clocks run in this case. Join the other case into this one instead.";
    return NULL;
}

static Err preview(Ctx *c, const UiCtx *ui, const CaseRow *k, const CaseRow *into, TplDeskMerge *t) {
    Sealed s = { 0 };
    Err err = OK;
    t->picked = true;
    t->into = id_hex(ui->a, into->id);
    t->into_ref = into->ref;
    compare(c, ui, k, into, t);
    TRY(desk_shared_links(c, k->id, into->id, &t->doubles));
    t->moves = k->locations - t->doubles;
    TRY(desk_sealed(c, k->id, &s));
    t->notes = s.notes;
    t->messages = s.messages;
    t->has_code = k->locator.n > 0;
    t->why_not = why_not(c, k, into, &err);
    return err;
}

Err merge_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k, into;
    Twin *twins = NULL;
    size_t n = 0;
    TRY(desk_case_of(c, req, &k));
    TRY(desk_twins(c, &k, TWINS_SHOWN, &twins, &n));
    TplDeskMergeTwins *r = ARENA_ARRAY(c->arena, TplDeskMergeTwins, n + 1);
    Url self = desk_url(ui, &k, "/merge");
    for (size_t i = 0; i < n; i++) r[i] = (TplDeskMergeTwins){ .ref = twins[i].ref, .shared = twins[i].shared, .href = url_with(ui->a, self, "with", twins[i].ref) };
    TplDeskMerge t = { .form = form_page(req, merge_form, LEN(merge_form)), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = self, .twins = r, .twins_n = n, .typed = str_sub(str_trim(req_query(req, "with")), 0, 40) };
    if (t.typed.n > 0) {
        Err err = case_by_ref(c, t.typed, &into);
        if (err == OK) err = access_case(c, "case.read", into.id);
        t.missing = err == E_MISSING || err == E_DENIED;
        c->fail = (Fail){ 0 };
        if (err == OK) TRY(preview(c, ui, &k, &into, &t));
        else if (!t.missing) return err;
    }
    tpl_desk_merge(&res->body, ui, &t);
    return OK;
}

Err merge_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    if (req->form->errors > 0) return desk_again(req, res);
    Act *acts[] = { case_merge(c, k.id, form_id(req->form, "into")) };
    desk_name_acts(req->form->act, acts, 1);
    TRY(journal_commit(c, acts, 1));
    res_said(res, N_("The cases are joined."));
    res_redirect(res, "/case/%s", id_hex(req->a, form_id(req->form, "into")).p);
    return OK;
}
