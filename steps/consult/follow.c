/* follow.c - commitments: one followed up, and all of them. */
#include "steps/consult/consult_in.h"
#include "steps/consult/consult_page.h"

enum { PAGE_ROWS = 50, ACTS_MAX = 500 };

static Err commitment_at(Ctx *ctx, const Request *req, const char *action, ConsultRow *k, CommitmentRow *m) {
    Id consult = ID_NONE, id = ID_NONE;
    TRY(req_id(req, "consult", &consult));
    TRY(req_id(req, "commitment", &id));
    TRY(consult_may(ctx, action, consult));
    TRY(consult_by_id(ctx, consult, k));
    TRY(commitment_by_id(ctx, id, m));
    return id_eq(m->consult, consult) ? OK : E_MISSING;
}
static const char *path_of(Arena *a, const CommitmentRow *m) {
    return str_z(a, str_fmt(a, "/consult/" STR_FMT "/commitment/" STR_FMT, STR_ARG(id_hex(a, m->consult)), STR_ARG(id_hex(a, m->id))));
}
static Err owner_of(Ctx *ctx, Lang lang, const CommitmentRow *m, Str *out) {
    SeatRow *s = NULL;
    size_t n = 0;
    TRY(seat_list(ctx, m->consult, &s, &n));
    for (size_t i = 0; i < n; i++)
        if (id_eq(s[i].id, m->seat)) *out = seat_name(ctx, &s[i], lang);
    return OK;
}

/* Its life from the record: made, moved, past its day, decided. */
static Err history(Ctx *ctx, const Request *req, const CommitmentRow *m, TplConsultFollow *t) {
    Event *e = NULL;
    size_t n = 0, k = 0;
    TRY(journal_subject_events(ctx, m->consult, ACTS_MAX, true, &e, &n));
    UiTime *rows = ARENA_ARRAY(req->a, UiTime, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (e[i].def == NULL || e[i].act == NULL || !str_starts(e[i].kind, S("commitment.")) || !id_eq(act_get_id(e[i].act, "commitment"), m->id)) continue;
        bool late = e[i].def == &act_commitment_overdue, moved = e[i].def == &act_commitment_moved, decided = e[i].def == &act_commitment_decided;
        const char *word = late ? N_("The day passed without a word") : moved ? N_("It got another day") : decided ? N_("It was followed up") : N_("It was promised");
        Str detail = moved || decided ? act_get_text(e[i].act, "note") : STR_NONE;
        rows[k++] = (UiTime){ .at = e[i].at, .sign = late ? S("!") : S("·"), .text = tr(req->ui, word), .detail = detail, .state = late ? STATE_LATE : STATE_NONE };
    }
    t->history = rows;
    t->history_n = k;
    return OK;
}

Err consult_follow_page(Ctx *ctx, const Request *req, Response *res) {
    static const struct { const char *value, *word; } ways[] = { { "kept", N_("It was kept") }, { "not_kept", N_("It was not kept") }, { "later", N_("It gets another day") }, { "dropped", N_("It is no longer asked") } };
    ConsultRow k;
    CommitmentRow m;
    Str owner = STR_NONE;
    TRY(commitment_at(ctx, req, "consult.read", &k, &m));
    TRY(owner_of(ctx, req->ui->lang, &m, &owner));
    TplConsultFollow t = { .title = tr(req->ui, N_("Commitment")), .state = commitment_state(ctx, &m), .word = commitment_word(ctx, &m), .open = str_eq(m.state, S("open")),
        .form = form_page(req, consult_follow_form, FOLLOW_FORM_N), .action = url_path(req->a, "%s", path_of(req->a, &m)) };
    UiCrumb *c = ARENA_ARRAY(req->a, UiCrumb, 3);
    c[0] = (UiCrumb){ .word = tr(req->ui, N_("Consultations")), .href = url_path(req->a, "/consults") };
    c[1] = (UiCrumb){ .word = k.title, .href = url_path(req->a, "/consult/" STR_FMT, STR_ARG(id_hex(req->a, k.id))) };
    c[2] = (UiCrumb){ .word = t.title };
    t.crumbs = c;
    t.crumbs_n = 3;
    UiItem *f = ARENA_ARRAY(req->a, UiItem, 5);
    f[0] = (UiItem){ .label = tr(req->ui, N_("What is promised")), .text = m.text };
    f[1] = (UiItem){ .label = tr(req->ui, N_("Who")), .text = owner };
    f[2] = (UiItem){ .label = tr(req->ui, N_("Before")), .text = ui_date(req->ui, civil_at(ctx->app->zone, m.due).date) };
    t.facts_n = 3;
    if (m.due != m.first_due) f[t.facts_n++] = (UiItem){ .label = tr(req->ui, N_("First day named")), .text = ui_day(req->ui, civil_at(ctx->app->zone, m.first_due).date) };
    if (m.note.n > 0) f[t.facts_n++] = (UiItem){ .label = tr(req->ui, N_("Remark")), .text = m.note };
    t.facts = f;
    UiOption *o = ARENA_ARRAY(req->a, UiOption, LEN(ways));
    for (size_t i = 0; i < LEN(ways); i++) o[i] = (UiOption){ .value = str_c(ways[i].value), .label = tr(req->ui, ways[i].word) };
    t.ways = o;
    t.ways_n = LEN(ways);
    TRY(history(ctx, req, &m, &t));
    tpl_consult_follow(&res->body, req->ui, &t);
    return OK;
}

Err consult_follow_post(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k;
    CommitmentRow m;
    Form *f = req->form;
    Err err = E_INPUT;
    TRY(commitment_at(ctx, req, "commitment.follow", &k, &m));
    bool later = str_eq(form_text(f, "state"), S("later"));
    if (f->errors == 0 && later && !form_at(f, "due")->given) form_fail(f, "due", "Name the other day.");
    if (f->errors == 0) {
        Act *a = later ? commitment_move(ctx, f->act, &m, day_end(ctx->app->zone, form_date(f, "due")), form_text(f, "note")) : commitment_decide(ctx, f->act, &m, form_text(f, "state"), form_text(f, "note"));
        err = journal_one(ctx, a);
        if (err != OK) TRY(form_refused(ctx, req, err));
    }
    if (err != OK) {
        res_again(res, "%s", path_of(req->a, &m));
        return OK;
    }
    res_said(res, "Recorded what came of it.");
    res_redirect(res, "%s", path_of(req->a, &m));
    return OK;
}

Err consult_commitments_page(Ctx *ctx, const Request *req, Response *res) {
    static const struct { const char *value, *word; } states[] = { { "overdue", N_("overdue") }, { "open", N_("open") }, { "kept", N_("was kept") }, { "not_kept", N_("not kept") }, { "dropped", N_("no longer asked") } };
    CommitmentRow *m = NULL;
    size_t n = 0;
    TplConsultCommitments t = { .state = req_query(req, "state") };
    TRY(access_may(ctx, "consult.list", NO_OBJECT));
    TRY(commitment_list(ctx, t.state, 0, 0, &m, &n, &t.total));
    TRY(commitment_list(ctx, S("kept"), 0, 0, &m, &n, &t.kept));
    TRY(commitment_list(ctx, S("not_kept"), 0, 0, &m, &n, &t.not_kept));
    TRY(commitment_list(ctx, S("overdue"), 0, 0, &m, &n, &t.overdue));
    t.pages = t.total == 0 ? 1 : (t.total + PAGE_ROWS - 1) / PAGE_ROWS;
    t.page = req_query_int(req, "page", 1, t.pages, 1);
    TRY(commitment_list(ctx, t.state, (size_t)(t.page - 1) * PAGE_ROWS, PAGE_ROWS, &m, &n, &t.total));
    TplConsultCommitmentsRows *rows = ARENA_ARRAY(req->a, TplConsultCommitmentsRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        ConsultRow k;
        TRY(consult_by_id(ctx, m[i].consult, &k));
        rows[i] = (TplConsultCommitmentsRows){ .text = m[i].text, .href = url_path(req->a, "%s", path_of(req->a, &m[i])), .consult = k.title, .consult_href = url_path(req->a, "/consult/" STR_FMT, STR_ARG(id_hex(req->a, k.id))),
            .due = civil_at(ctx->app->zone, m[i].due).date, .state = commitment_state(ctx, &m[i]), .word = commitment_word(ctx, &m[i]) };
        TRY(owner_of(ctx, req->ui->lang, &m[i], &rows[i].owner));
    }
    t.rows = rows;
    t.rows_n = n;
    UiOption *o = ARENA_ARRAY(req->a, UiOption, LEN(states));
    for (size_t i = 0; i < LEN(states); i++) o[i] = (UiOption){ .value = str_c(states[i].value), .label = tr(req->ui, states[i].word) };
    t.states = o;
    t.states_n = LEN(states);
    Url base = url_path(req->a, "/commitments");
    if (t.state.n > 0) base = url_with(req->a, base, "state", t.state);
    if (t.page > 1) t.before = url_with(req->a, base, "page", str_fmt(req->a, "%lld", (long long)t.page - 1));
    if (t.page < t.pages) t.after = url_with(req->a, base, "page", str_fmt(req->a, "%lld", (long long)t.page + 1));
    tpl_consult_commitments(&res->body, req->ui, &t);
    return OK;
}

/* On top of the queue, the inbox and the register: whose promise is past its day, and since when. */
static Err waits_html(Ctx *ctx, const UiCtx *ui, Buf *out) {
    enum { WAITING_SHOWN = 5 };
    CommitmentRow *m = NULL;
    size_t n = 0, shown = 0;
    TRY(commitment_waiting(ctx, WAITING_SHOWN + 1, &m, &n));
    TplConsultWaitsRows *rows = ARENA_ARRAY(ui->a, TplConsultWaitsRows, n + 1);
    for (size_t i = 0; i < n && i < WAITING_SHOWN; i++) {
        if (access_may(ctx, "consult.read", OBJ(OBJ_CONSULT, m[i].consult)) != OK) { /* an administrator, for one */
            ctx->fail = (Fail){ 0 };
            continue;
        }
        rows[shown] = (TplConsultWaitsRows){ .text = m[i].text.n > 0 ? m[i].text : tr(ui, N_("cannot be read")), .due = civil_at(ctx->app->zone, m[i].due).date, .href = url_path(ui->a, "%s", path_of(ui->a, &m[i])) };
        TRY(owner_of(ctx, ui->lang, &m[i], &rows[shown++].owner));
    }
    if (shown > 0) tpl_consult_waits(out, ui, &(TplConsultWaits){ .rows = rows, .rows_n = shown, .more = n > WAITING_SHOWN });
    return OK;
}
const HomePart consult_home = { waits_html };
