/* consult_pages.c - consultations as pages: the list, the table, the agenda, minutes. */
#include "steps/consult/consult_in.h"
#include "steps/consult/consult_page.h"

enum { PAGE_ROWS = 50, WHO_MAX = 400 };

static const char *path_of(const Request *req, Id consult) { return str_z(req->a, str_fmt(req->a, "/consult/" STR_FMT, STR_ARG(id_hex(req->a, consult)))); }
/* The consultation in the path, when the person may do this to it. */
static Err consult_of(Ctx *ctx, const Request *req, const char *action, ConsultRow *out) {
    Id id = ID_NONE;
    TRY(req_id(req, "consult", &id));
    TRY(consult_may(ctx, action, id));
    return consult_by_id(ctx, id, out);
}
/* Several forms stand on one page: what was typed belongs to the one that has its fields. */
static Form *own_form(const Request *req, const Param *spec, size_t n) {
    Form *f = form_page(req, spec, n);
    bool mine = false;
    for (size_t k = 0; req->kept != NULL && k < req->kept->values_n + req->kept->errors_n; k++) {
        Str name = k < req->kept->values_n ? req->kept->values[k].name : req->kept->errors[k - req->kept->values_n].name;
        for (size_t i = 0; i < n; i++) mine = mine || str_eq(name, str_c(spec[i].name));
    }
    if (mine) return f;
    f->error = NULL;
    f->errors = 0;
    f->filled = false;
    return f;
}
static Str org_name(Ctx *ctx, Id id) {
    OrgRow o;
    return org_by_id(ctx, id, &o) == OK ? o.name : STR_NONE;
}

static Url page_url(const Request *req, const char *path, Str state, int64_t page) {
    Url u = url_path(req->a, "%s", path);
    if (state.n > 0) u = url_with(req->a, u, "state", state);
    return page > 1 ? url_with(req->a, u, "page", str_fmt(req->a, "%lld", (long long)page)) : u;
}

/* ---- the list ---- */
Err consults_page(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow *k = NULL;
    CommitmentRow *m = NULL;
    size_t n = 0, m_n = 0;
    int64_t all = 0, open = 0;
    TRY(access_may(ctx, "consult.list", NO_OBJECT));
    TRY(consult_list(ctx, 0, 0, &k, &n, &all));
    int64_t pages = all == 0 ? 1 : (all + PAGE_ROWS - 1) / PAGE_ROWS, page = req_query_int(req, "page", 1, pages, 1);
    TRY(consult_list(ctx, (size_t)(page - 1) * PAGE_ROWS, PAGE_ROWS, &k, &n, &all));
    TRY(commitment_list(ctx, S("open"), 0, 0, &m, &m_n, &open));
    TplConsultConsultsRows *rows = ARENA_ARRAY(req->a, TplConsultConsultsRows, n + 1);
    for (size_t i = 0; i < n; i++)
        rows[i] = (TplConsultConsultsRows){ .title = k[i].title.n > 0 ? k[i].title : tr(req->ui, N_("cannot be read")), .href = url_path(req->a, "%s", path_of(req, k[i].id)), .kind = consult_kind_word(k[i].kind), .on = k[i].on,
            .coming = k[i].on > ctx->now, .cancelled = k[i].cancelled != 0, .minutes = k[i].minutes_at != 0, .by = org_name(ctx, k[i].org) };
    TplConsultConsults t = { .may_make = (ctx->person.roles & MAKERS) != 0, .total = all, .rows = rows, .rows_n = n, .open_count = open, .page = page, .pages = pages,
        .before = page > 1 ? page_url(req, "/consults", STR_NONE, page - 1) : (Url){ STR_NONE }, .after = page < pages ? page_url(req, "/consults", STR_NONE, page + 1) : (Url){ STR_NONE } };
    TRY(commitment_list(ctx, S("overdue"), 0, 0, &m, &m_n, &t.overdue_count));
    tpl_consult_consults(&res->body, req->ui, &t);
    return OK;
}

static UiCrumb *crumbs(const Request *req, const ConsultRow *k, Str here, size_t *out_n) {
    UiCrumb *c = ARENA_ARRAY(req->a, UiCrumb, 3);
    size_t n = 0;
    c[n++] = (UiCrumb){ .word = tr(req->ui, N_("Consultations")), .href = url_path(req->a, "/consults") };
    if (k != NULL) c[n++] = (UiCrumb){ .word = k->title, .href = here.n > 0 ? url_path(req->a, "%s", path_of(req, k->id)) : (Url){ STR_NONE } };
    if (here.n > 0) c[n++] = (UiCrumb){ .word = here };
    *out_n = n;
    return c;
}

/* ---- planning ---- */
/* A day without an hour begins at nine: so that today's is not over before it began. */
static UnixMs nine_o_clock(const Ctx *ctx, Date d) {
    UnixMs t = 0;
    return civil_instant(ctx->app->zone, d, 9, 0, 0, &t) == OK ? t : day_start(ctx->app->zone, d);
}
/* What it follows on: the same subject and rhythm, the same table. Empty when it is the first, or not the person's to call. */
static Err follows_on(Ctx *ctx, Str after, ConsultRow *k, SeatRow **s, size_t *n) {
    Id id = ID_NONE;
    if (id_parse(after, &id) != OK || consult_may(ctx, "consult.edit", id) != OK) return OK;
    TRY(consult_by_id(ctx, id, k));
    return seat_list(ctx, id, s, n);
}
static void preset_after(Ctx *ctx, const Request *req, Form *f, const ConsultRow *k) {
    form_set(f, "title", k->title);
    form_set(f, "kind", k->kind);
    form_set(f, "place", k->place);
    if (k->every_d <= 0) return;
    form_set(f, "every_d", str_fmt(req->a, "%lld", (long long)k->every_d));
    form_set(f, "on", date_str(req->a, date_add(civil_at(ctx->app->zone, k->on).date, (int32_t)k->every_d)));
}
/* The same places at the new table; organisations of this server become parties again. */
static Err ask_again(Ctx *ctx, const Request *req, Id consult, const SeatRow *s, size_t n) {
    Act **acts = ARENA_ARRAY(req->a, Act *, 2 * n + 1);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        Id org = ID_NONE;
        acts[k++] = seat_invite(ctx, ID_NONE, consult, s[i].kind, s[i].who, s[i].name);
        if (str_eq(s[i].kind, S("org")) && id_parse(s[i].who, &org) == OK) acts[k++] = party_add(ctx, consult, org);
    }
    return journal_commit(ctx, acts, k);
}

Err consult_new_page(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k = { 0 };
    SeatRow *s = NULL;
    size_t n = 0;
    TRY(access_may(ctx, "consult.make", NO_OBJECT));
    Form *f = form_page(req, consult_plan_form, PLAN_FORM_N);
    Str after = f->filled ? form_text(f, "after") : req_query(req, "after");
    TRY(follows_on(ctx, after, &k, &s, &n));
    if (!id_none(k.id)) preset_after(ctx, req, f, &k);
    TplConsultPlan t = { .form = f, .after = id_none(k.id) ? STR_NONE : after, .seats_again = (int64_t)n };
    t.crumbs = crumbs(req, NULL, tr(req->ui, N_("Plan a consultation")), &t.crumbs_n);
    t.kinds = form_options(req, consult_kinds, consult_kind_word, &t.kinds_n);
    tpl_consult_plan(&res->body, req->ui, &t);
    return OK;
}
Err consult_new_post(Ctx *ctx, const Request *req, Response *res) {
    const Form *f = req->form;
    Err err = E_INPUT;
    Act *a = NULL;
    ConsultRow before = { 0 };
    SeatRow *s = NULL;
    size_t s_n = 0;
    TRY(access_may(ctx, "consult.make", NO_OBJECT));
    TRY(follows_on(ctx, form_text(f, "after"), &before, &s, &s_n));
    if (f->errors == 0) {
        ConsultNew n = { .kind = form_text(f, "kind"), .on = nine_o_clock(ctx, form_date(f, "on")), .every_d = form_at(f, "every_d")->given ? form_int(f, "every_d") : 0, .title = form_text(f, "title"), .place = form_text(f, "place") };
        a = consult_plan(ctx, f->act, &n);
        err = journal_one(ctx, a);
        if (err != OK) TRY(form_refused(ctx, req, err));
    }
    if (err != OK) {
        res_again(res, "/consults/new");
        return OK;
    }
    if (!a->already && s_n > 0) TRY(ask_again(ctx, req, a->subject, s, s_n));
    res_said(res, "The consultation is planned.");
    res_redirect(res, "%s", path_of(req, a->subject));
    return OK;
}

/* One act of a small form on the consultation's page. */
static Err done(Ctx *ctx, const Request *req, Response *res, Id consult, Err err, const char *said, const char *anchor) {
    if (err != OK) {
        TRY(form_refused(ctx, req, err));
        res_again(res, "%s", path_of(req, consult));
        return OK;
    }
    res_said(res, said);
    res_redirect(res, "%s%s", path_of(req, consult), anchor);
    return OK;
}
#define BACK_WHEN_WRONG(k) do { if (req->form->errors > 0) { res_again(res, "%s", path_of(req, (k).id)); return OK; } } while (0)

Err consult_move_post(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k;
    TRY(consult_of(ctx, req, "consult.edit", &k));
    BACK_WHEN_WRONG(k);
    return done(ctx, req, res, k.id, journal_one(ctx, consult_move(ctx, req->form->act, k.id, nine_o_clock(ctx, form_date(req->form, "on")))), N_("The consultation is moved."), "");
}
Err consult_cancel_post(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k;
    TRY(consult_of(ctx, req, "consult.edit", &k));
    TRY(journal_one(ctx, consult_cancel(ctx, k.id)));
    res_said(res, "The consultation is cancelled.");
    res_redirect(res, "%s", path_of(req, k.id));
    return OK;
}

/* ---- seats ---- */
/* Choices carry small letters: b- and the id of a body, o- and the id of an organisation. */
static Err who_options(Ctx *ctx, const Request *req, UiOption **out, size_t *out_n) {
    const LawAuthority *const *bodies = NULL;
    OrgRow *orgs = NULL;
    size_t b_n = law_authority_list(ctx->app->law, consult_today(ctx), req->a, &bodies), o_n = 0, n = 0;
    TRY(org_list(ctx, &orgs, &o_n));
    UiOption *o = ARENA_ARRAY(req->a, UiOption, b_n + o_n + 1);
    for (size_t i = 0; i < o_n; i++)
        o[n++] = (UiOption){ .value = str_fmt(req->a, "o-" STR_FMT, STR_ARG(id_hex(req->a, orgs[i].id))), .label = str_fmt(req->a, STR_FMT " (" STR_FMT ")", STR_ARG(orgs[i].name), STR_ARG(tr(req->ui, N_("works on this server")))) };
    for (size_t i = 0; i < b_n; i++)
        o[n++] = (UiOption){ .value = str_fmt(req->a, "b-" STR_FMT, STR_ARG(str_lower(req->a, bodies[i]->r.id))), .label = str_fmt(req->a, STR_FMT " - " STR_FMT, STR_ARG(bodies[i]->code), STR_ARG(bodies[i]->name[req->ui->lang])) };
    *out = o;
    *out_n = n;
    return OK;
}
static Str body_code(Ctx *ctx, Str small) {
    const LawAuthority *const *bodies = NULL;
    size_t n = law_authority_list(ctx->app->law, consult_today(ctx), ctx->arena, &bodies);
    for (size_t i = 0; i < n; i++)
        if (str_ieq(bodies[i]->r.id, small)) return bodies[i]->r.id;
    return small;
}
/* An organisation of this server that is asked also becomes a party: from then on its staff can read this consultation. */
Err consult_invite_post(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k;
    Act *acts[2] = { NULL };
    size_t n = 0;
    TRY(consult_of(ctx, req, "consult.edit", &k));
    BACK_WHEN_WRONG(k);
    Str who = form_text(req->form, "who"), name = form_text(req->form, "name"), rest = str_sub(who, 2, who.n);
    Id org = ID_NONE;
    if (str_starts(who, S("o-"))) {
        acts[n++] = seat_invite(ctx, req->form->act, k.id, S("org"), rest, STR_NONE);
        if (id_parse(rest, &org) == OK) acts[n++] = party_add(ctx, k.id, org);
    } else if (str_starts(who, S("b-"))) {
        acts[n++] = seat_invite(ctx, req->form->act, k.id, S("body"), body_code(ctx, rest), STR_NONE);
    } else {
        acts[n++] = seat_invite(ctx, req->form->act, k.id, S("guest"), STR_NONE, name);
    }
    return done(ctx, req, res, k.id, journal_commit(ctx, acts, n), N_("Invited."), "#seats");
}
Err consult_attend_post(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k;
    TRY(consult_of(ctx, req, "consult.edit", &k));
    if (req->form->errors > 0) return E_INPUT;
    TRY(journal_one(ctx, seat_attend(ctx, req->form->act, k.id, form_id(req->form, "seat"), form_text(req->form, "state"))));
    res_said(res, "The attendance is recorded.");
    res_redirect(res, "%s#seats", path_of(req, k.id));
    return OK;
}

/* ---- agenda ---- */
Err consult_item_post(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k;
    TRY(consult_of(ctx, req, "consult.edit", &k));
    BACK_WHEN_WRONG(k);
    ItemRow i = { .consult = k.id, .kind = S("own"), .text = form_text(req->form, "point") };
    return done(ctx, req, res, k.id, journal_one(ctx, item_add(ctx, req->form->act, &i)), N_("The point is on the agenda."), "#agenda");
}
/* What happened since the last consultation; before the first one, in the last half year. */
static Err since(Ctx *ctx, const ConsultRow *k, UnixMs *out) {
    UnixMs last = 0;
    const int64_t half_year = 183LL * 86400000;
    TRY(consult_last(ctx, k->on, &last));
    *out = last > 0 && last < ctx->now ? last : ctx->now - half_year;
    return OK;
}
Err consult_fill_post(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k;
    ItemRow *i = NULL;
    UnixMs from = 0;
    size_t n = 0;
    TRY(consult_of(ctx, req, "consult.edit", &k));
    TRY(since(ctx, &k, &from));
    TRY(agenda_from_record(ctx, k.id, from, &i, &n));
    Act **acts = ARENA_ARRAY(req->a, Act *, n + 1);
    for (size_t j = 0; j < n; j++) acts[j] = item_add(ctx, j == 0 ? req->form->act : ID_NONE, &i[j]);
    TRY(journal_commit(ctx, acts, n));
    res_said(res, "The agenda is filled from the record.");
    res_redirect(res, "%s#agenda", path_of(req, k.id));
    return OK;
}
Err consult_item_remove_post(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k;
    Id item = ID_NONE;
    TRY(consult_of(ctx, req, "consult.edit", &k));
    TRY(req_id(req, "item", &item));
    TRY(journal_one(ctx, item_remove(ctx, k.id, item)));
    res_said(res, "The point is off the agenda.");
    res_redirect(res, "%s#agenda", path_of(req, k.id));
    return OK;
}

/* ---- minutes ---- */
Err consult_minutes_page(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k;
    TRY(consult_of(ctx, req, "consult.edit", &k));
    Form *f = form_page(req, consult_minutes_form, MINUTES_FORM_N);
    form_set(f, "minutes", k.minutes);
    TplConsultMinutes t = { .title = tr(req->ui, N_("Minutes")), .form = f, .action = url_path(req->a, "%s/minutes", path_of(req, k.id)) };
    t.crumbs = crumbs(req, &k, t.title, &t.crumbs_n);
    tpl_consult_minutes(&res->body, req->ui, &t);
    return OK;
}
Err consult_minutes_post(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k;
    Err err = E_INPUT;
    TRY(consult_of(ctx, req, "consult.edit", &k));
    if (req->form->errors == 0) {
        err = journal_one(ctx, consult_minutes(ctx, req->form->act, k.id, form_text(req->form, "minutes")));
        if (err != OK) TRY(form_refused(ctx, req, err));
    }
    if (err != OK) {
        res_again(res, "%s/minutes", path_of(req, k.id));
        return OK;
    }
    res_said(res, "The minutes are recorded.");
    res_redirect(res, "%s#minutes", path_of(req, k.id));
    return OK;
}

/* ---- the page of one consultation ---- */
static const char *item_kind_word(Str kind) {
    static const struct { const char *code, *word; } words[] = { { "lapsed", N_("terms that lapsed") }, { "stalls", N_("silence") }, { "refused", N_("refusals") }, { "gaps", N_("gap") },
        { "overdue", N_("commitments") }, { "own", N_("own point") } };
    for (size_t i = 0; i < LEN(words); i++)
        if (str_eq(kind, str_c(words[i].code))) return words[i].word;
    return "";
}
static const char *seat_kind_word(Str kind) { return str_eq(kind, S("org")) ? N_("organisation on this server") : str_eq(kind, S("body")) ? N_("body") : N_("guest"); }

static void consult_facts(Ctx *ctx, const Request *req, const ConsultRow *k, TplConsultConsult *t) {
    UiItem *f = ARENA_ARRAY(req->a, UiItem, 6);
    size_t n = 0;
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Day")), .text = ui_when(req->ui, k->on) };
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Kind")), .text = tr(req->ui, consult_kind_word(k->kind)) };
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Called by")), .text = org_name(ctx, k->org) };
    if (k->place.n > 0) f[n++] = (UiItem){ .label = tr(req->ui, N_("Where")), .text = k->place };
    if (k->every_d > 0) f[n++] = (UiItem){ .label = tr(req->ui, N_("Comes back")), .text = TRF(req->ui, "after {n} days", UA_I("n", k->every_d)) };
    if (k->moved > 0) f[n++] = (UiItem){ .label = tr(req->ui, N_("Moved")), .text = ui_when_short(req->ui, k->moved) };
    t->facts = f;
    t->facts_n = n;
}
static Err seats_of(Ctx *ctx, const Request *req, const ConsultRow *k, TplConsultConsult *t) {
    SeatRow *s = NULL;
    size_t n = 0;
    UiOption *who = NULL;
    TRY(seat_list(ctx, k->id, &s, &n));
    TplConsultConsultSeats *rows = ARENA_ARRAY(req->a, TplConsultConsultSeats, n + 1);
    UiOption *owners = ARENA_ARRAY(req->a, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) {
        Str name = seat_name(ctx, &s[i], req->ui->lang), id = id_hex(req->a, s[i].id);
        rows[i] = (TplConsultConsultSeats){ .name = name, .what = seat_kind_word(s[i].kind), .state = seat_state_state(s[i].state), .word = seat_state_word(s[i].state), .id = id };
        owners[i] = (UiOption){ .value = id, .label = name };
    }
    t->seats = rows;
    t->owners = owners;
    t->seats_n = t->owners_n = n;
    if (t->edit) TRY(who_options(ctx, req, &who, &t->who_n));
    t->who = who;
    return OK;
}
static Err agenda_of(Ctx *ctx, const Request *req, const ConsultRow *k, TplConsultConsult *t) {
    ItemRow *i = NULL, *more = NULL;
    size_t n = 0, more_n = 0;
    UnixMs from = 0;
    TRY(item_list(ctx, k->id, &i, &n));
    TplConsultConsultItems *rows = ARENA_ARRAY(req->a, TplConsultConsultItems, n + 1);
    for (size_t j = 0; j < n; j++)
        rows[j] = (TplConsultConsultItems){ .kind = item_kind_word(i[j].kind), .words = item_words(ctx, req->ui, &i[j]), .at = i[j].at,
            .remove = url_path(req->a, "%s/item/" STR_FMT "/remove", path_of(req, k->id), STR_ARG(id_hex(req->a, i[j].id))) };
    t->items = rows;
    t->items_n = n;
    if (!t->edit) return OK;
    TRY(since(ctx, k, &from));
    TRY(agenda_from_record(ctx, k->id, from, &more, &more_n));
    t->fill_n = (int64_t)more_n;
    return OK;
}
static Err promises_of(Ctx *ctx, const Request *req, const ConsultRow *k, TplConsultConsult *t) {
    CommitmentRow *m = NULL;
    SeatRow *s = NULL;
    size_t n = 0, s_n = 0;
    TRY(commitment_of_consult(ctx, k->id, &m, &n));
    TRY(seat_list(ctx, k->id, &s, &s_n));
    TplConsultConsultCommitments *rows = ARENA_ARRAY(req->a, TplConsultConsultCommitments, n + 1);
    for (size_t i = 0; i < n; i++) {
        rows[i] = (TplConsultConsultCommitments){ .text = m[i].text, .due = civil_at(ctx->app->zone, m[i].due).date, .moved = m[i].due != m[i].first_due, .state = commitment_state(ctx, &m[i]), .word = commitment_word(ctx, &m[i]),
            .note = m[i].note, .href = url_path(req->a, "%s/commitment/" STR_FMT, path_of(req, k->id), STR_ARG(id_hex(req->a, m[i].id))) };
        for (size_t j = 0; j < s_n; j++)
            if (id_eq(s[j].id, m[i].seat)) rows[i].owner = seat_name(ctx, &s[j], req->ui->lang);
    }
    t->commitments = rows;
    t->commitments_n = n;
    return OK;
}

Err consult_page(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k;
    TRY(consult_of(ctx, req, "consult.read", &k));
    const char *base = path_of(req, k.id);
    bool own = id_eq(k.org, ctx->person.org) && (ctx->person.roles & MAKERS) != 0;
    TplConsultConsult t = { .title = k.title.n > 0 ? k.title : tr(req->ui, N_("Consultation")), .on = k.on, .coming = k.on > ctx->now, .cancelled = k.cancelled != 0, .lost = k.err != OK, .edit = own && k.cancelled == 0,
        .self = url_path(req->a, "%s", base), .move_form = own_form(req, consult_move_form, MOVE_FORM_N), .move = url_path(req->a, "%s/move", base), .cancel = url_path(req->a, "%s/cancel", base),
        .attend = url_path(req->a, "%s/attend", base), .invite_form = own_form(req, consult_invite_form, INVITE_FORM_N), .invite = url_path(req->a, "%s/invite", base),
        .item_form = own_form(req, consult_item_form, ITEM_FORM_N), .item = url_path(req->a, "%s/item", base), .fill = url_path(req->a, "%s/fill", base), .minutes = k.minutes, .minutes_at = k.minutes_at,
        .minutes_edit = url_path(req->a, "%s/minutes", base), .commit_form = own_form(req, consult_commit_form, COMMIT_FORM_N), .commit = url_path(req->a, "%s/commitment", base),
        .again = k.every_d > 0 ? url_with(req->a, url_path(req->a, "/consults/new"), "after", id_hex(req->a, k.id)) : (Url){ STR_NONE } };
    t.crumbs = crumbs(req, &k, STR_NONE, &t.crumbs_n);
    consult_facts(ctx, req, &k, &t);
    TRY(seats_of(ctx, req, &k, &t));
    TRY(agenda_of(ctx, req, &k, &t));
    TRY(promises_of(ctx, req, &k, &t));
    tpl_consult_consult(&res->body, req->ui, &t);
    return OK;
}

/* ---- commitments ---- */
Err consult_commitment_post(Ctx *ctx, const Request *req, Response *res) {
    ConsultRow k;
    TRY(consult_of(ctx, req, "consult.edit", &k));
    BACK_WHEN_WRONG(k);
    const Form *f = req->form;
    Act *a = commitment_make(ctx, f->act, k.id, form_id(f, "owner"), day_end(ctx->app->zone, form_date(f, "due")), form_text(f, "commitment"));
    return done(ctx, req, res, k.id, journal_one(ctx, a), N_("The commitment is recorded."), "#commitments");
}
