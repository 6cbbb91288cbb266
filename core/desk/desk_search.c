/* desk_search.c - finding a case by reference, link, host, platform or offence; only what this person may see. What people
 * wrote cannot be searched: it is sealed, and links are found through a blind index of their canonical form. */
#include "core/desk/desk_in.h"
#include "core/vault/vault.h"

enum { FOUND_MAX = 100 };
typedef struct Hits { CaseRow *rows; const char **why; size_t n; bool more; } Hits;

static void add(Hits *h, const CaseRow *k, const char *why) {
    for (size_t i = 0; i < h->n; i++)
        if (id_eq(h->rows[i].id, k->id)) return;
    h->more = h->more || h->n == FOUND_MAX;
    if (h->n == FOUND_MAX) return;
    h->rows[h->n] = *k;
    h->why[h->n++] = why;
}

/* "K-2026-000123", "k-2026-123", "2026-123", or "123" of this year; without letters it is a case of the person's own organisation. */
static Err reference(Ctx *c, Str q, Str *out) {
    char own[ORG_MARK];
    Str part[3] = { { 0 } };
    size_t n = 0;
    int64_t year = civil_at(c->app->zone, c->now).date.y, number = 0;
    while (n < 3 && str_split(&q, '-', &part[n])) n++;
    *out = STR_NONE;
    if (n == 0 || q.n > 0 || str_i64(part[n - 1], 1, 99999999, &number) != OK) return OK;
    if (n > 1 && str_i64(part[n - 2], 2000, 9999, &year) != OK) return OK;
    TRY(org_mark(c->db, c->person.org, own));
    Str letters = n == 3 ? part[0] : str_fmt(c->arena, "K%s", own);
    char *up = str_z(c->arena, letters);
    for (size_t i = 0; i < letters.n; i++)
        if (up[i] >= 'a' && up[i] <= 'z') up[i] = (char)(up[i] - 32);
    *out = str_fmt(c->arena, "%s-%lld-%06lld", up, (long long)year, (long long)number);
    return OK;
}

static Err by_reference(Ctx *c, Str q, Hits *h) {
    CaseRow k;
    Str ref = STR_NONE;
    TRY(reference(c, q, &ref));
    if (ref.n == 0) return OK;
    Err err = case_by_ref(c, ref, &k);
    if (err == E_MISSING) return OK;
    TRY(err);
    if (access_case(c, "case.read", k.id) == OK) add(h, &k, N_("reference"));
    c->fail = (Fail){ 0 };
    return OK;
}

static Err by_index(Ctx *c, const char *label, Str text, const char *why, Hits *h) {
    Id key = ID_NONE, *cases = NULL;
    size_t n = 0;
    bool url = strcmp(label, "url") == 0;
    TRY(vault_blind(c->vault, str_c(label), &text, 1, &key));
    TRY(url ? desk_cases_of_url(c, key, FOUND_MAX + 1, &cases, &n) : desk_cases_of_host(c, key, FOUND_MAX + 1, &cases, &n));
    for (size_t i = 0; i < n; i++) {
        CaseRow k;
        TRY(case_by_id(c, cases[i], &k));
        add(h, &k, why);
    }
    return OK;
}

static Err by_link(Ctx *c, Str q, Hits *h, const char **out_wrong) {
    WebUrl u = { 0 };
    UrlWrong wrong = URL_GOOD;
    size_t dot = 0;
    if (!str_chr(q, '.', &dot)) return OK;
    if (url_parse(c->arena, q, c->app->net_allow, &u, &wrong) != OK) {
        if (wrong != URL_NO_LINK && wrong != URL_EMPTY) *out_wrong = url_wrong_msgid(wrong);
        return OK;
    }
    TRY(by_index(c, "url", u.text, N_("this link"), h));
    return by_index(c, "host", u.host, N_("another link on this site"), h);
}

static bool inside(Arena *a, Str text, Str low) {
    size_t at = 0;
    return low.n >= 2 && str_find(str_lower(a, text), low, &at);
}

static void by_law(Ctx *c, const UiCtx *ui, Str q, TplDeskSearch *t) {
    const LawPlatform *const *p = NULL;
    const LawOffence *const *o = NULL;
    if (c->app->law == NULL) return;
    size_t pn = law_platform_list(c->app->law, DATE_NONE, c->arena, &p), on = law_offence_list(c->app->law, DATE_NONE, c->arena, &o);
    UiItem *pi = ARENA_ARRAY(ui->a, UiItem, pn + 1), *oi = ARENA_ARRAY(ui->a, UiItem, on + 1);
    Str low = str_lower(c->arena, q);
    for (size_t i = 0; i < pn; i++)
        if (inside(c->arena, p[i]->name, low) || inside(c->arena, p[i]->r.id, low) || inside(c->arena, p[i]->operator_name, low) || inside(c->arena, p[i]->domains, low))
            pi[t->platforms_n++] = (UiItem){ .label = p[i]->name, .text = p[i]->operator_name, .href = url_with(ui->a, url_path(ui->a, "/desk"), "platform", p[i]->r.id) };
    for (size_t i = 0; i < on; i++)
        if (inside(c->arena, o[i]->r.id, low) || inside(c->arena, o[i]->name[LANG_NL], low) || inside(c->arena, o[i]->name[LANG_EN], low))
            oi[t->offences_n++] = (UiItem){ .label = desk_text(ui, o[i]->name), .text = o[i]->r.id, .href = url_with(ui->a, url_path(ui->a, "/desk"), "offence", o[i]->r.id) };
    t->platforms = pi;
    t->offences = oi;
}

Err search_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    Str q = str_trim(req_query(req, "q"));
    const char *wrong = NULL;
    Hits h = { ARENA_ARRAY(c->arena, CaseRow, FOUND_MAX), ARENA_ARRAY(c->arena, const char *, FOUND_MAX), 0, false };
    if (q.n > URL_TEXT_MAX || !str_utf8_ok(q)) q = STR_NONE;
    TplDeskSearch t = { .q = q, .asked = q.n > 0 };
    if (q.n > 0) {
        TRY(by_reference(c, q, &h));
        TRY(by_link(c, q, &h, &wrong));
        by_law(c, ui, q, &t);
    }
    TplDeskSearchCases *r = ARENA_ARRAY(c->arena, TplDeskSearchCases, h.n + 1);
    for (size_t i = 0; i < h.n; i++) {
        const CaseRow *k = &h.rows[i];
        r[i] = (TplDeskSearchCases){ .href = desk_url(ui, k, ""), .ref = k->ref, .why = tr(ui, h.why[i]), .risk = k->risk, .risk_word = desk_say(ui, "risk", str_fmt(ui->a, "%lld", (long long)k->risk)),
            .turn = desk_say(ui, "turn", k->turn), .due = k->active ? k->next_due : 0, .closed = !k->active };
    }
    t.cases = r;
    t.cases_n = h.n;
    t.found = (int64_t)h.n;
    t.more = h.more;
    t.link_wrong = tr(ui, wrong != NULL ? wrong : N_("Search by the whole reference, the whole link, or a part of a platform's or offence's name."));
    tpl_desk_search(&res->body, ui, &t);
    return OK;
}
