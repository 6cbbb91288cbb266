/* desk_share.c - letting another organisation on this server read a case: who, what, why and until when, with the names of the
 * people before anything is shared. Identity, story, messages and care are never part of it. */
#include "core/desk/desk_in.h"

enum { DAY = 86400000, DAYS_DEFAULT = 90, DAYS_MAX = 731, THINGS_MAX = 60 };
static const char *const purposes[] = { "investigation", "filing", "care", "coordination", NULL };
const Param share_form[4] = { { .name = "to", .kind = P_ID, .required = true, .label = N_("Organisation") }, { .name = "what", .kind = P_TEXT, .required = true, .max = 40, .label = N_("What") },
    { .name = "purpose", .kind = P_CHOICE, .required = true, .choices = purposes, .label = N_("Purpose") }, { .name = "until", .kind = P_DATE, .required = true, .label = N_("Until") } };
const Param share_end_form[1] = { { .name = "share", .kind = P_ID, .required = true } };

/* What is chosen: "facts", "chain", or the id of a dossier or filing of this case. */
typedef struct Thing { Id object; const char *scope; Str label; } Thing;

static Err thing_of(Ctx *c, const UiCtx *ui, const CaseRow *k, Str what, Thing *out) {
    ObjectRow *rows = NULL;
    size_t n = 0;
    Id id = ID_NONE;
    if (str_eq(what, S("facts")) || str_eq(what, S("chain"))) {
        *out = (Thing){ k->id, str_eq(what, S("facts")) ? "facts" : "chain", desk_say(ui, "scope", what) };
        return OK;
    }
    if (id_parse(what, &id) != OK) return E_MISSING;
    TRY(desk_objects(c, k->id, THINGS_MAX, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (!id_eq(rows[i].id, id)) continue;
        bool dossier = rows[i].kind == OBJ_DOSSIER;
        *out = (Thing){ id, dossier ? "dossier" : "filing", str_fmt(ui->a, STR_FMT " · " STR_FMT, STR_ARG(desk_say(ui, "scope", dossier ? S("dossier") : S("filing"))), STR_ARG(ui_when_short(ui, rows[i].at))) };
        return OK;
    }
    return E_MISSING;
}

static Err choices(Ctx *c, const UiCtx *ui, const CaseRow *k, const Request *req, TplDeskShare *t) {
    OrgRow *orgs = NULL;
    ObjectRow *objects = NULL;
    size_t n = 0, objects_n = 0, things = 0;
    TRY(org_list(c, &orgs, &n));
    TRY(desk_objects(c, k->id, THINGS_MAX, &objects, &objects_n));
    DeskOption *o = ARENA_ARRAY(ui->a, DeskOption, n + 1), *w = ARENA_ARRAY(ui->a, DeskOption, objects_n + 2), *p = ARENA_ARRAY(ui->a, DeskOption, LEN(purposes));
    for (size_t i = 0; i < n; i++)
        if (!id_eq(orgs[i].id, k->org)) o[t->orgs_n++] = (DeskOption){ id_hex(ui->a, orgs[i].id), orgs[i].name, str_eq(req_query(req, "to"), id_hex(ui->a, orgs[i].id)) };
    static const char *const scopes[] = { "facts", "chain" };
    for (size_t i = 0; i < LEN(scopes); i++) w[things++] = (DeskOption){ str_c(scopes[i]), desk_say(ui, "scope", str_c(scopes[i])), str_eq(req_query(req, "what"), str_c(scopes[i])) };
    for (size_t i = 0; i < objects_n; i++) {
        Thing th = { 0 };
        Str hex = id_hex(ui->a, objects[i].id);
        TRY(thing_of(c, ui, k, hex, &th));
        w[things++] = (DeskOption){ hex, th.label, str_eq(req_query(req, "what"), hex) };
    }
    for (size_t i = 0; purposes[i] != NULL; i++) p[t->purposes_n++] = (DeskOption){ str_c(purposes[i]), desk_say(ui, "share_purpose", str_c(purposes[i])), str_eq(req_query(req, "purpose"), str_c(purposes[i])) };
    t->orgs = o;
    t->things = w;
    t->things_n = things;
    t->purposes = p;
    return OK;
}

/* People of that organisation who could read it: the roles that the rights table admits. */
static Err readers(Ctx *c, const UiCtx *ui, Id org, TplDeskShare *t) {
    static const struct { uint32_t role; const char *word; } roles[] = { { R_INSPECTOR, N_("inspector") }, { R_LEAD, N_("lead") }, { R_WORKER, N_("case worker") }, { R_ANALYST, N_("analyst") } };
    UserRow *u = NULL;
    size_t n = 0;
    TRY(user_list(c, org, &u, &n));
    TplDeskShareReaders *r = ARENA_ARRAY(c->arena, TplDeskShareReaders, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *word = NULL;
        for (size_t k = 0; k < LEN(roles) && word == NULL; k++)
            if (u[i].roles & roles[k].role) word = roles[k].word;
        if (u[i].active && word != NULL) r[t->readers_n++] = (TplDeskShareReaders){ u[i].name, tr(ui, word) };
    }
    t->readers = r;
    return OK;
}

static void reach(const UiCtx *ui, Str scope, TplDeskShare *t) {
    static const struct { const char *scope, *word; bool in; } lines[] = {
        { "facts", N_("reference, dates, offence codes and facets"), true }, { "facts", N_("links and whether they are online"), true }, { "facts", N_("what was asked, what came, silence and clocks"), true },
        { "chain", N_("reference, dates, offence codes and facets"), true }, { "chain", N_("what was asked, what came, silence and clocks"), true }, { "chain", N_("links"), false },
        { "dossier", N_("the dossier as it was made, with its exhibits"), true }, { "filing", N_("the letter and its dossier"), true } };
    static const char *const never[] = { N_("who the person is, and how to reach them"), N_("the person's own account, and messages"), N_("notes and care") };
    UiOption *in = ARENA_ARRAY(ui->a, UiOption, LEN(lines)), *out = ARENA_ARRAY(ui->a, UiOption, LEN(lines) + LEN(never));
    for (size_t i = 0; i < LEN(lines); i++) {
        if (!str_eq(scope, str_c(lines[i].scope))) continue;
        if (lines[i].in) in[t->contains_n++] = (UiOption){ .label = tr(ui, lines[i].word) };
        else out[t->holds_back_n++] = (UiOption){ .label = tr(ui, lines[i].word) };
    }
    bool paper = str_eq(scope, S("dossier")) || str_eq(scope, S("filing"));
    for (size_t i = 0; i < LEN(never) && !(paper && i == 1); i++) out[t->holds_back_n++] = (UiOption){ .label = tr(ui, never[i]) };
    t->contains = in;
    t->holds_back = out;
}

static Err shown_rows(Ctx *c, const UiCtx *ui, const CaseRow *k, TplDeskShare *t) {
    ShareRow *rows = NULL;
    size_t n = 0;
    TRY(desk_shares(c, k->id, &rows, &n));
    TplDeskShareRows *r = ARENA_ARRAY(c->arena, TplDeskShareRows, n + 1);
    for (size_t i = 0; i < n; i++)
        r[i] = (TplDeskShareRows){ .org = rows[i].org_name, .what = desk_say(ui, "scope", rows[i].scope), .purpose = desk_say(ui, "share_purpose", rows[i].purpose), .from = rows[i].from, .until = rows[i].until,
            .ended = rows[i].ended != 0 || rows[i].until <= c->now, .id = id_hex(ui->a, rows[i].id) };
    t->rows = r;
    t->rows_n = n;
    return OK;
}

/* The preview: everything chosen is known, and the end is a day within two years. */
static Err picked(Ctx *c, const Request *req, const CaseRow *k, TplDeskShare *t) {
    const UiCtx *ui = req->ui;
    OrgRow org;
    Thing th = { 0 };
    Date day = { 0 };
    Id to = ID_NONE;
    if (id_parse(req_query(req, "to"), &to) != OK || date_parse(req_query(req, "until"), &day) != OK || desk_word("share_purpose", req_query(req, "purpose")) == NULL) return OK;
    if (id_eq(to, k->org) || org_by_id(c, to, &org) != OK || thing_of(c, ui, k, req_query(req, "what"), &th) != OK) return OK;
    Date today = civil_at(c->app->zone, c->now).date;
    if (date_cmp(day, today) <= 0 || date_cmp(day, date_add(today, DAYS_MAX)) > 0) return OK;
    t->picked = true;
    t->org = org.name;
    t->org_id = id_hex(ui->a, to);
    t->thing_id = req_query(req, "what");
    t->what = th.label;
    t->scope = str_c(th.scope);
    t->purpose = req_query(req, "purpose");
    t->purpose_word = desk_say(ui, "share_purpose", t->purpose);
    t->until = ui_day(ui, day);
    reach(ui, t->scope, t);
    TRY(consent_holds(c, k->id, str_eq(t->purpose, S("filing")) ? S("filing") : S("referral"), &t->consent));
    return readers(c, ui, to, t);
}

Err share_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    Date day = { 0 };
    TRY(desk_case_of(c, req, &k));
    TplDeskShare t = { .form = form_page(req, share_form, LEN(share_form)), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/share"), .end = desk_url(ui, &k, "/share/end"),
        .may = k.active && k.closed == 0 && k.withdrawn == 0 && k.paused == 0 && k.erased == 0 };
    bool given = date_parse(req_query(req, "until"), &day) == OK;
    t.last = date_str(ui->a, given ? day : date_add(civil_at(c->app->zone, c->now).date, DAYS_DEFAULT));
    TRY(choices(c, ui, &k, req, &t));
    TRY(shown_rows(c, ui, &k, &t));
    if (t.may) TRY(picked(c, req, &k, &t));
    tpl_desk_share(&res->body, ui, &t);
    return OK;
}

Err share_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Thing th = { 0 };
    Form *f = req->form;
    TRY(desk_case_of(c, req, &k));
    Date today = civil_at(c->app->zone, c->now).date;
    if (f->errors == 0 && thing_of(c, req->ui, &k, form_text(f, "what"), &th) != OK) form_fail(f, "what", N_("This is not part of the case."));
    if (f->errors == 0 && id_eq(form_id(f, "to"), k.org)) form_fail(f, "to", N_("This is your own organisation."));
    if (f->errors == 0 && date_cmp(form_date(f, "until"), today) <= 0) form_fail(f, "until", "The end lies in the past.");
    if (f->errors == 0 && date_cmp(form_date(f, "until"), date_add(today, DAYS_MAX)) > 0) form_fail(f, "until", N_("At most two years from now."));
    if (f->errors > 0) return desk_again(req, res);
    Act *acts[] = { share_make(c, k.id, th.object, form_id(f, "to"), form_text(f, "purpose"), str_c(th.scope), day_end(c->app->zone, form_date(f, "until"))) };
    TRY(desk_commit(c, &k, f->act, acts, 1));
    res_said(res, N_("Shared. Ending it stays possible at any time."));
    res_redirect(res, "/case/%s/share", id_hex(req->a, k.id).p);
    return OK;
}

Err share_end_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    ShareRow *rows = NULL;
    size_t n = 0;
    TRY(desk_case_of(c, req, &k));
    TRY(desk_shares(c, k.id, &rows, &n));
    for (size_t i = 0; i < n && req->form->errors == 0; i++) {
        if (!id_eq(rows[i].id, form_id(req->form, "share")) || rows[i].ended != 0) continue;
        Act *acts[] = { share_end(c, k.id, rows[i].id) };
        return desk_back(c, req, res, k.id, desk_commit(c, &k, req->form->act, acts, 1), N_("The share has ended."));
    }
    return desk_back(c, req, res, k.id, ctx_refuse(c, E_CONFLICT, NULL, "This share has ended already."), NULL);
}
