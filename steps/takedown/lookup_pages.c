/* lookup_pages.c - who can remove what stands at a location, as people see it. */
#include "steps/takedown/lookup_rule.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/takedown_page.h"

enum { HISTORY = 20, JSON_SHOWN_MAX = LOOKUP_JSON_MAX };
static const struct { const char *code, *word; } whys[] = { { "asked", N_("somebody asked, or the link was added") }, { "sending", N_("at the moment of sending") }, { "again", N_("the daily look") } };

static const char *why_word(Str why) {
    for (size_t i = 0; i < LEN(whys); i++)
        if (str_eq(why, str_c(whys[i].code))) return whys[i].word;
    return NULL;
}

/* The location of this case, opened. E_MISSING: of another one. */
static Err here(Ctx *c, const Request *req, CaseRow *k, LocationRow *loc) {
    Id case_id = ID_NONE, location = ID_NONE, *cases = NULL;
    size_t n = 0;
    TRY(req_id(req, "case", &case_id));
    TRY(req_id(req, "location", &location));
    TRY(case_by_id(c, case_id, k));
    TRY(location_by_id(c, location, loc));
    TRY(location_cases(c, location, &cases, &n));
    for (size_t i = 0; i < n; i++)
        if (id_eq(cases[i], case_id)) return location_open(c, loc, 1);
    return E_MISSING;
}

static void state_of(const LookupRung *r, UiState *state, const char **word) {
    *state = r->never ? STATE_REFUSED : r->missing ? STATE_SILENT : STATE_DONE;
    *word = r->never ? "do not contact" : r->missing ? N_("no address known") : N_("can be asked");
}

static Str joined(Arena *a, const Str *v, size_t n) {
    Buf b = buf_new(16384);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) buf_z(&b, ", ");
        buf_put(&b, v[i]);
    }
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

static void ladder(Ctx *c, const UiCtx *ui, const Lookup *l, TplTakedownWho *t) {
    TplTakedownWhoRows *rows = ARENA_ARRAY(c->arena, TplTakedownWhoRows, l->rungs + 1);
    for (size_t i = 0; i < l->rungs; i++) {
        const LookupRung *r = &l->rung[i];
        const char *word = NULL;
        rows[i] = (TplTakedownWhoRows){ .role = lookup_role_word(r->role), .name = r->name, .contact = r->mail.n > 0 ? r->mail : r->page, .country = r->country, .how = lookup_how_word(r->how), .detail = r->detail };
        const LawRung *law = c->app->law != NULL && r->missing && r->detail.n == 0 ? law_rung(c->app->law, r->rung, civil_at(c->app->zone, c->now).date) : NULL;
        if (law != NULL) rows[i].detail = law->condition[ui->lang];
        if (r->rule.n > 0) rows[i].rule = url_path(ui->a, "/rule/" STR_FMT, STR_ARG(r->rule));
        rows[i].rule_word = N_("changed by this rule");
        state_of(r, &rows[i].state, &word);
        rows[i].word = tr(ui, word);
    }
    t->rows = rows;
    t->rows_n = l->rungs;
}

static void facts(Ctx *c, const Lookup *l, TplTakedownWho *t) {
    TplTakedownWhoAddresses *rows = ARENA_ARRAY(c->arena, TplTakedownWhoAddresses, l->addresses + 1);
    for (size_t i = 0; i < l->addresses; i++) {
        const LookupAddress *x = &l->address[i];
        rows[i] = (TplTakedownWhoAddresses){ .ip = x->ip, .ptr = x->ptr, .range = x->range, .org = x->org.n > 0 ? x->org : x->net_name, .as = x->asn != 0 ? str_fmt(c->arena, "AS%lld " STR_FMT, (long long)x->asn, STR_ARG(x->as_name)) : STR_NONE };
    }
    const NetOperator *front = c->app->registry != NULL && l->op.n > 0 ? registry_operator(c->app->registry, l->op) : NULL, *dns = c->app->registry != NULL && l->ns_op.n > 0 ? registry_operator(c->app->registry, l->ns_op) : NULL;
    t->addresses = rows;
    t->addresses_n = l->addresses;
    t->front = front != NULL ? front->name : l->op;
    t->front_why = l->op_why;
    t->aliases = joined(c->arena, l->alias, l->aliases);
    t->tls = joined(c->arena, l->tls_name, l->tls_names);
    t->issuer = l->tls_issuer;
    t->ns = joined(c->arena, l->ns, l->nss);
    t->dns = dns != NULL ? dns->name : l->ns_op;
    t->registrar = l->registrar;
    t->registry = l->registry;
    t->cut_short = l->cut_short;
    t->error = str_eq(l->error, S("dns_none")) ? N_("The name has no address now.") : l->error.n > 0 ? N_("The name servers did not answer.") : NULL;
}

static Err history(Ctx *c, const UiCtx *ui, const CaseRow *k, Id location, TplTakedownWho *t) {
    LookupRow *rows = NULL;
    size_t n = 0;
    TRY(lookup_rows(c, location, HISTORY, &rows, &n));
    TplTakedownWhoHistory *out = ARENA_ARRAY(c->arena, TplTakedownWhoHistory, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = (TplTakedownWhoHistory){ .at = rows[i].at, .why = why_word(rows[i].why), .found = rows[i].found, .changed = rows[i].changed,
            .proof = url_path(ui->a, "/case/" STR_FMT "/location/" STR_FMT "/lookup/" STR_FMT, STR_ARG(id_hex(ui->a, k->id)), STR_ARG(id_hex(ui->a, location)), STR_ARG(id_hex(ui->a, rows[i].id))) };
    t->history = out;
    t->history_n = n;
    t->changed = n > 0 && rows[0].changed;
    return OK;
}

/* The same page on other names of a site: known copies that stand in this case. */
static Err family(Ctx *c, const UiCtx *ui, const CaseRow *k, Id location, TplTakedownWho *t) {
    enum { MOST = 50 };
    LocationRow *rows = NULL;
    size_t n = 0;
    TRY(location_family(c, k->id, location, MOST, &rows, &n, &t->elsewhere));
    TRY(location_open(c, rows, n));
    TplTakedownWhoFamily *out = ARENA_ARRAY(c->arena, TplTakedownWhoFamily, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (rows[i].url_err != OK) continue;
        out[t->family_n++] = (TplTakedownWhoFamily){ .url = rows[i].url, .verdict = location_verdict_word(rows[i].verdict), .at = rows[i].verdict_at,
            .href = url_path(ui->a, "/case/" STR_FMT "/location/" STR_FMT, STR_ARG(id_hex(ui->a, k->id)), STR_ARG(id_hex(ui->a, rows[i].id))) };
    }
    t->family = out;
    return OK;
}

Err lookup_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    LocationRow loc;
    LookupRow row;
    Lookup *l = ARENA_NEW(c->arena, Lookup);
    TRY(here(c, req, &k, &loc));
    Str case_hex = id_hex(ui->a, k.id), hex = id_hex(ui->a, loc.id);
    UiCrumb crumbs[] = { { .word = k.ref, .href = url_path(ui->a, "/case/" STR_FMT, STR_ARG(case_hex)) }, { .word = tr(ui, N_("Links")), .href = url_path(ui->a, "/case/" STR_FMT "/links", STR_ARG(case_hex)) }, { .word = tr(ui, "Who can remove it") } };
    TplTakedownWho t = { .ref = k.ref, .crumbs = crumbs, .crumbs_n = LEN(crumbs), .text = loc.url, .gone = loc.url_err != OK, .minor = !str_eq(k.lane, S("adult")), .may = access_may(c, "lookup.ask", (Object){ OBJ_CASE, k.id }) == OK,
        .ask_post = url_path(ui->a, "/case/" STR_FMT "/location/" STR_FMT "/lookup", STR_ARG(case_hex), STR_ARG(hex)), .notice = url_path(ui->a, "/case/" STR_FMT "/notice", STR_ARG(case_hex)) };
    Err e = lookup_latest(c, loc.id, &row, l);
    if (e == OK) {
        t.when = row.at;
        ladder(c, ui, l, &t);
        facts(c, l, &t);
        TRY(history(c, ui, &k, loc.id, &t));
    } else if (e != E_MISSING && e != E_INPUT) {
        return e;
    }
    TRY(family(c, ui, &k, loc.id, &t));
    tpl_takedown_who(&res->body, ui, &t);
    return OK;
}

Err lookup_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    LocationRow loc;
    TRY(here(c, req, &k, &loc));
    Act *a = lookup_ask(c, k.id, loc.id);
    TRY(journal_one(c, a));
    res_said(res, N_("It is being looked up."));
    res_redirect(res, "/case/" STR_FMT "/location/" STR_FMT, STR_ARG(id_hex(c->arena, k.id)), STR_ARG(id_hex(c->arena, loc.id)));
    return OK;
}

/* The kept file: every answer as it came. */
Err lookup_proof(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    LocationRow loc;
    LookupRow *rows = NULL;
    size_t n = 0;
    Id id = ID_NONE;
    Str bytes = STR_NONE;
    TRY(here(c, req, &k, &loc));
    TRY(req_id(req, "lookup", &id));
    TRY(lookup_rows(c, loc.id, 1000, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (!id_eq(rows[i].id, id)) continue;
        TRY(blob_get(c, rows[i].proof, JSON_SHOWN_MAX, &bytes));
        res_download(res, "application/json", str_fmt(req->a, STR_FMT "-lookup.json", STR_ARG(k.ref)));
        buf_put(&res->body, bytes);
        return OK;
    }
    return E_MISSING;
}
