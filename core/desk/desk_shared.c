/* desk_shared.c - a case that another organisation on this server shared with ours: coded facts and the chain, and links when
 * the share says so; nothing that a person wrote. Opening it is an act that the sharer sees. */
#include "core/desk/desk_in.h"

enum { LINKS_MAX = 500, DAY_MS = 86400000 };

static const FieldDef nothing[] = { { NULL, F_END, CLEAR, false, 0 } };
const ActDef act_share_opened = { "share.opened", 1, OBJ_NONE, "share.read", true, true, nothing, NULL, apply_share_opened, NULL, N_("Read by an organisation it was shared with") };

Err shared_list(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    SharedRow *rows = NULL;
    size_t n = 0;
    TRY(desk_shared(c, ID_NONE, &rows, &n));
    TplDeskSharedListRows *r = ARENA_ARRAY(c->arena, TplDeskSharedListRows, n + 1);
    for (size_t i = 0; i < n; i++)
        r[i] = (TplDeskSharedListRows){ .href = url_path(ui->a, "/shared/%s", id_hex(ui->a, rows[i].case_id).p), .ref = rows[i].ref, .from = rows[i].from, .purpose = desk_say(ui, "share_purpose", rows[i].purpose),
            .scope = desk_say(ui, "scope", rows[i].scope), .since = rows[i].since, .until = rows[i].until };
    tpl_desk_shared_list(&res->body, ui, &(TplDeskSharedList){ .rows = r, .rows_n = n });
    return OK;
}

/* The widest of the shares of this case that run now. */
static Err share_now(Ctx *c, Id case_id, SharedRow *out) {
    SharedRow *rows = NULL;
    size_t n = 0, best = 0;
    TRY(desk_shared(c, case_id, &rows, &n));
    if (n == 0) return E_MISSING;
    for (size_t i = 0; i < n; i++)
        if (str_eq(rows[i].scope, S("facts"))) best = i;
    *out = rows[best];
    return OK;
}

/* Opened by this person within the last day, says the record. */
static Err opened(Ctx *c, Id case_id, bool *out) {
    enum { LOOK_BACK = 500 };
    Event *e = NULL;
    size_t n = 0;
    *out = false;
    TRY(journal_case_events(c, case_id, 0, LOOK_BACK, false, false, &e, &n));
    for (size_t i = 0; i < n && e[i].at > c->now - DAY_MS; i++) *out = *out || (e[i].def == &act_share_opened && id_eq(e[i].actor, c->person.user));
    return OK;
}

static Err offences(Ctx *c, const UiCtx *ui, Id case_id, TplDeskShared *t) {
    IncidentRow *rows = NULL;
    size_t n = 0;
    TRY(incident_list(c, case_id, &rows, &n));
    UiItem *items = ARENA_ARRAY(c->arena, UiItem, n + 1);
    for (size_t i = 0; i < n; i++)
        items[i] = (UiItem){ .label = str_fmt(ui->a, STR_FMT " (" STR_FMT ")", STR_ARG(desk_offence(c, ui, rows[i].offence)), STR_ARG(rows[i].offence)), .text = desk_facets(c, ui, &rows[i]) };
    t->offences = items;
    t->offences_n = n;
    return OK;
}

static Err links(Ctx *c, const UiCtx *ui, const CaseRow *k, TplDeskShared *t) {
    LocationRow *l = NULL;
    size_t n = 0;
    TRY(location_of_case(c, k->id, 0, LINKS_MAX, &l, &n));
    TRY(location_open(c, l, n));
    TplDeskSharedLinks *r = ARENA_ARRAY(c->arena, TplDeskSharedLinks, n + 1);
    for (size_t i = 0; i < n; i++)
        r[i] = (TplDeskSharedLinks){ .text = desk_url_words(&l[i]), .kind = desk_say(ui, "location_kind", l[i].kind), .platform = desk_platform(c, ui, l[i].platform), .verdict = desk_say(ui, "verdict", l[i].verdict),
            .state = desk_verdict_state(l[i].verdict), .at = l[i].verdict_at, .gone = l[i].url_err != OK };
    t->links = r;
    t->links_n = n;
    t->links_all = k->locations;
    return OK;
}

static Err silences(Ctx *c, const UiCtx *ui, Id case_id, TplDeskShared *t) {
    SilenceRow *s = NULL;
    size_t n = 0;
    TRY(silence_of_case(c, case_id, &s, &n));
    UiItem *items = ARENA_ARRAY(c->arena, UiItem, n + 1);
    for (size_t i = 0; i < n; i++) {
        int64_t days = ui_days_between(ui, s[i].due, c->now);
        items[i] = (UiItem){ .label = str_fmt(ui->a, STR_FMT ": " STR_FMT, STR_ARG(desk_holder(c, ui, s[i].holder)), STR_ARG(desk_duty(c, ui, s[i].duty))),
            .text = str_fmt(ui->a, STR_FMT " · " STR_FMT, STR_ARG(trn(ui, days, "One day silent", "{n} days silent", (UiArg[]){ UA_I("n", days) }, 1)), STR_ARG(ui_when_short(ui, s[i].due))) };
    }
    t->silences = items;
    t->silences_n = n;
    return OK;
}

static void facts(const UiCtx *ui, const CaseRow *k, TplDeskShared *t) {
    UiItem *i = ARENA_ARRAY(ui->a, UiItem, 6);
    i[t->facts_n++] = (UiItem){ .label = tr(ui, N_("Reference")), .text = k->ref };
    i[t->facts_n++] = (UiItem){ .label = tr(ui, N_("Came in")), .text = ui_when(ui, k->opened) };
    i[t->facts_n++] = (UiItem){ .label = tr(ui, N_("Age lane")), .text = desk_say(ui, "lane", k->lane) };
    i[t->facts_n++] = (UiItem){ .label = tr(ui, N_("Age in the image")), .text = desk_say(ui, "age", k->age_depicted) };
    i[t->facts_n++] = (UiItem){ .label = tr(ui, N_("Whose turn")), .text = desk_say(ui, "turn", k->turn) };
    t->facts = i;
}

Err shared_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    SharedRow s;
    TRY(desk_case_of(c, req, &k));
    TRY(share_now(c, k.id, &s));
    TplDeskShared t = { .ref = k.ref, .back = url_path(ui->a, "/shared"), .act = url_path(ui->a, "/shared/%s/open", id_hex(ui->a, k.id).p), .form = form_page(req, desk_button, 1), .from = s.from,
        .purpose = desk_say(ui, "share_purpose", s.purpose), .until = s.until, .chain_only = !str_eq(s.scope, S("facts")), .minor = !str_eq(k.lane, S("adult")) };
    TRY(opened(c, k.id, &t.open));
    if (t.open) {
        facts(ui, &k, &t);
        TRY(offences(c, ui, k.id, &t));
        TRY(desk_chain(c, ui, &k, !t.chain_only, &t.chain));
        TRY(silences(c, ui, k.id, &t));
        if (!t.chain_only) TRY(links(c, ui, &k, &t));
    }
    tpl_desk_shared(&res->body, ui, &t);
    return OK;
}

Err shared_open(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    Act *a = act_new(c, &act_share_opened, req->form->act, k.id, ctx_new_id(c));
    a->org = k.org; /* it stands in the record of the case, which is the sharer's */
    TRY(journal_one(c, a));
    res_redirect(res, "/shared/%s", id_hex(req->a, k.id).p);
    return OK;
}
