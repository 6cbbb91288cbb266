/* bodies.c - the directory: every body of the law data, how it is reached, what was agreed, and where nobody is known. */
#include "core/case/holder.h"
#include "foundation/base/csv.h"
#include "steps/consult/consult_in.h"
#include "steps/consult/consult_page.h"

enum { PAGE_ROWS = 50 };
static const int64_t half_year_ms = 183LL * 86400000;

static const struct { const char *code, *word; } kinds[] = { { "dsc", N_("digital services coordinator") }, { "dpa", N_("data protection authority") }, { "media", N_("media authority") },
    { "enforcer", N_("enforcement body") }, { "police", N_("police") }, { "prosecution", N_("public prosecutor") }, { "eu", N_("European body") }, { "hotline", N_("hotline") }, { "foreign", N_("foreign authority") },
    { "court", N_("court") }, { "ods", N_("dispute settlement body") }, { "ombudsman", N_("ombudsman") }, { "observer", N_("observer") }, { "ai", N_("AI supervisor") } };
static Str kind_word(const Request *req, Str code) {
    for (size_t i = 0; i < LEN(kinds); i++)
        if (str_eq(code, str_c(kinds[i].code))) return tr(req->ui, kinds[i].word);
    return code;
}
static Str country_word(Ctx *ctx, const Request *req, Str code) {
    if (str_eq(code, S("EU"))) return tr(req->ui, N_("European Union"));
    if (str_eq(code, S("*"))) return tr(req->ui, N_("none in particular"));
    const LawCountry *k = law_country(ctx->app->law, code, consult_today(ctx));
    return k != NULL ? k->name[req->ui->lang] : code;
}

/* One body with what is known of its contact points. Courts have a registry for everybody: that is no gap. */
typedef struct Entry { const LawAuthority *b; const ContactRow *first; int64_t contacts, tiers; bool gap, here; } Entry;
static bool is_gap(const LawAuthority *b, int64_t contacts) { return contacts == 0 && b->acts && !str_eq(b->kind, S("court")); }

static Err entries(Ctx *ctx, Str kind, bool gaps_only, Entry **out, size_t *out_n, int64_t *out_gaps) {
    const LawAuthority *const *rows = NULL;
    ContactRow *k = NULL;
    OrgRow *orgs = NULL;
    size_t n = law_authority_list(ctx->app->law, consult_today(ctx), ctx->arena, &rows), k_n = 0, orgs_n = 0, kept = 0;
    TRY(contact_list(ctx, S("body"), STR_NONE, false, &k, &k_n));
    TRY(org_list(ctx, &orgs, &orgs_n));
    Entry *e = ARENA_ARRAY(ctx->arena, Entry, n + 1);
    *out_gaps = 0;
    for (size_t i = 0; i < n; i++) {
        Entry x = { .b = rows[i] };
        for (size_t j = 0; j < k_n; j++) {
            if (!str_eq(k[j].holder, rows[i]->r.id)) continue;
            if (x.first == NULL) x.first = &k[j]; /* by tier, newest first */
            if (k[j].tier > x.tiers) x.tiers = k[j].tier;
            x.contacts++;
        }
        for (size_t j = 0; j < orgs_n; j++) x.here = x.here || str_eq(orgs[j].authority, rows[i]->r.id);
        x.gap = is_gap(rows[i], x.contacts);
        *out_gaps += x.gap;
        if ((kind.n == 0 || str_eq(kind, rows[i]->kind)) && (!gaps_only || x.gap)) e[kept++] = x;
    }
    *out = e;
    *out_n = kept;
    return OK;
}

static Str best_words(const Request *req, const ContactRow *k) {
    return str_fmt(req->a, STR_FMT ": " STR_FMT, STR_ARG(tr(req->ui, contact_channel_word(k->channel))), STR_ARG(k->address));
}
static Str response_words(const Request *req, const ContactRow *k) { return k->response_h == 0 ? STR_NONE : TRF(req->ui, "answer promised within {n} hours", UA_I("n", k->response_h)); }

static Url list_url(const Request *req, const char *path, Str kind, bool gaps, int64_t page) {
    Url u = url_path(req->a, "%s", path);
    if (kind.n > 0) u = url_with(req->a, u, "kind", kind);
    if (gaps) u = url_with(req->a, u, "gaps", S("1"));
    return page > 1 ? url_with(req->a, u, "page", str_fmt(req->a, "%lld", (long long)page)) : u;
}

Err consult_bodies_page(Ctx *ctx, const Request *req, Response *res) {
    Entry *e = NULL;
    size_t n = 0;
    int64_t gaps = 0;
    Str kind = req_query(req, "kind");
    bool only = str_eq(req_query(req, "gaps"), S("1"));
    TRY(access_may(ctx, "contact.read", NO_OBJECT));
    TRY(entries(ctx, kind, only, &e, &n, &gaps));
    int64_t pages = n == 0 ? 1 : (int64_t)((n + PAGE_ROWS - 1) / PAGE_ROWS), page = req_query_int(req, "page", 1, pages, 1);
    size_t from = (size_t)(page - 1) * PAGE_ROWS, rows_n = n - from < PAGE_ROWS ? n - from : PAGE_ROWS;
    TplConsultBodiesRows *rows = ARENA_ARRAY(req->a, TplConsultBodiesRows, rows_n + 1);
    for (size_t i = 0; i < rows_n; i++) {
        const Entry *x = &e[from + i];
        rows[i] = (TplConsultBodiesRows){ .code = x->b->code, .name = x->b->name[req->ui->lang], .href = url_path(req->a, "/body/" STR_FMT, STR_ARG(x->b->r.id)), .kind = kind_word(req, x->b->kind),
            .country = country_word(ctx, req, x->b->country), .contacts = x->contacts, .gap = x->gap, .here = x->here, .unverified = !x->b->r.verified };
        if (x->first == NULL) continue;
        rows[i].best = best_words(req, x->first);
        rows[i].response = response_words(req, x->first);
        rows[i].tiers = ui_int(req->ui, x->tiers);
        rows[i].checked = x->first->checked;
        rows[i].old = ctx->now - x->first->checked > half_year_ms;
    }
    UiOption *o = ARENA_ARRAY(req->a, UiOption, LEN(kinds));
    for (size_t i = 0; i < LEN(kinds); i++) o[i] = (UiOption){ .value = str_c(kinds[i].code), .label = tr(req->ui, kinds[i].word) };
    TplConsultBodies t = { .kind = kind, .kinds = o, .kinds_n = LEN(kinds), .gaps_only = only, .rows = rows, .rows_n = rows_n, .total = (int64_t)n, .gaps = gaps, .page = page, .pages = pages,
        .before = page > 1 ? list_url(req, "/bodies", kind, only, page - 1) : (Url){ STR_NONE }, .after = page < pages ? list_url(req, "/bodies", kind, only, page + 1) : (Url){ STR_NONE },
        .csv = list_url(req, "/bodies.csv", kind, only, 1) };
    tpl_consult_bodies(&res->body, req->ui, &t);
    return OK;
}

Err consult_bodies_csv(Ctx *ctx, const Request *req, Response *res) {
    Entry *e = NULL;
    size_t n = 0;
    int64_t gaps = 0;
    TRY(access_may(ctx, "contact.read", NO_OBJECT));
    TRY(entries(ctx, req_query(req, "kind"), str_eq(req_query(req, "gaps"), S("1")), &e, &n, &gaps));
    res_download(res, "text/csv; charset=utf-8", S("bodies.csv"));
    static const char *const head[] = { "id", "code", "name", "kind", "country", "contact_points", "gap", "channel", "address", "response_h", "steps", "last_looked_at" };
    for (size_t i = 0; i < LEN(head); i++) csv_field(&res->body, str_c(head[i]), ',', i == 0);
    csv_end(&res->body);
    for (size_t i = 0; i < n; i++) {
        const ContactRow *k = e[i].first;
        Str cells[] = { e[i].b->r.id, e[i].b->code, e[i].b->name[req->ui->lang], e[i].b->kind, e[i].b->country, str_fmt(req->a, "%lld", (long long)e[i].contacts), e[i].gap ? S("yes") : S("no"),
            k != NULL ? k->channel : STR_NONE, k != NULL ? k->address : STR_NONE, k != NULL && k->response_h > 0 ? str_fmt(req->a, "%lld", (long long)k->response_h) : STR_NONE,
            k != NULL ? str_fmt(req->a, "%lld", (long long)e[i].tiers) : STR_NONE, k != NULL ? date_str(req->a, civil_at(ctx->app->zone, k->checked).date) : STR_NONE };
        for (size_t j = 0; j < LEN(cells); j++) csv_field_safe(&res->body, cells[j], ',', j == 0);
        csv_end(&res->body);
    }
    return OK;
}

static Err body_of(Ctx *ctx, const Request *req, const char *action, const LawAuthority **out) {
    TRY(access_may(ctx, action, NO_OBJECT));
    *out = law_authority(ctx->app->law, req_arg(req, "body"), consult_today(ctx));
    return *out != NULL ? OK : E_MISSING;
}
static UiCrumb *crumbs(const Request *req, const LawAuthority *b, Str here, size_t *out_n) {
    UiCrumb *c = ARENA_ARRAY(req->a, UiCrumb, 3);
    size_t n = 0;
    c[n++] = (UiCrumb){ .word = tr(req->ui, N_("Bodies and contact points")), .href = url_path(req->a, "/bodies") };
    c[n++] = (UiCrumb){ .word = b->code, .href = here.n > 0 ? url_path(req->a, "/body/" STR_FMT, STR_ARG(b->r.id)) : (Url){ STR_NONE } };
    if (here.n > 0) c[n++] = (UiCrumb){ .word = here };
    *out_n = n;
    return c;
}

static void body_facts(Ctx *ctx, const Request *req, const LawAuthority *b, TplConsultBody *t) {
    Lang l = req->ui->lang;
    const struct { const char *label; Str text; } all[] = { { N_("Kind"), kind_word(req, b->kind) }, { N_("Country"), country_word(ctx, req, b->country) }, { N_("What it deals with"), b->mandate[l] },
        { N_("What it can do"), b->powers[l] }, { N_("How to file"), b->file[l] }, { N_("Terms"), b->terms[l] }, { N_("Across the border"), b->abroad[l] }, { N_("Website"), b->url }, { N_("Phone"), b->phone },
        { N_("Source of the law data"), b->r.source } };
    UiItem *f = ARENA_ARRAY(req->a, UiItem, LEN(all));
    size_t n = 0;
    for (size_t i = 0; i < LEN(all); i++)
        if (all[i].text.n > 0) f[n++] = (UiItem){ .label = tr(req->ui, all[i].label), .text = all[i].text, .href = strcmp(all[i].label, "Website") == 0 ? url_web(all[i].text) : (Url){ STR_NONE } };
    t->facts = f;
    t->facts_n = n;
}

Err consult_body_page(Ctx *ctx, const Request *req, Response *res) {
    const LawAuthority *b = NULL;
    ContactRow *k = NULL;
    size_t n = 0;
    TRY(body_of(ctx, req, "contact.read", &b));
    TRY(contact_list(ctx, S("body"), b->r.id, true, &k, &n));
    TplConsultBody t = { .title = b->name[req->ui->lang], .unverified = !b->r.verified, .no_power = !b->acts, .may_contact = (ctx->person.roles & CONTACT_KEEPERS) != 0,
        .contact_new = url_path(req->a, "/body/" STR_FMT "/contact", STR_ARG(b->r.id)) };
    TplConsultBodyContacts *rows = ARENA_ARRAY(req->a, TplConsultBodyContacts, n + 1);
    TplConsultBodyEnded *ended = ARENA_ARRAY(req->a, TplConsultBodyEnded, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (k[i].ended != 0) {
            ended[t.ended_n++] = (TplConsultBodyEnded){ .purpose = contact_purpose_word(k[i].purpose), .address = k[i].address, .on = k[i].ended };
            continue;
        }
        const char *base = str_z(req->a, str_fmt(req->a, "/body/" STR_FMT "/contact/" STR_FMT, STR_ARG(b->r.id), STR_ARG(id_hex(req->a, k[i].id))));
        Url to = str_eq(k[i].channel, S("mail")) ? url_mail(req->a, k[i].address) : str_eq(k[i].channel, S("phone")) ? url_tel(req->a, k[i].address) : url_web(k[i].address);
        rows[t.contacts_n++] = (TplConsultBodyContacts){ .purpose = contact_purpose_word(k[i].purpose), .channel = contact_channel_word(k[i].channel), .address = k[i].address, .href = to, .name = k[i].name,
            .lang = k[i].lang, .tier = k[i].tier, .response = response_words(req, &k[i]), .terms = k[i].terms, .agreed = k[i].agreed > 0 ? civil_at(ctx->app->zone, k[i].agreed).date : DATE_NONE, .is_agreed = k[i].agreed > 0, .checked = k[i].checked, .right = url_path(req->a, "%s/right", base),
            .stop = url_path(req->a, "%s/end", base) };
    }
    t.contacts = rows;
    t.ended = ended;
    t.gap = is_gap(b, (int64_t)t.contacts_n);
    t.crumbs = crumbs(req, b, STR_NONE, &t.crumbs_n);
    body_facts(ctx, req, b, &t);
    OrgRow org = { 0 };
    Err err = org_by_id(ctx, ctx->person.org, &org);
    if (err != OK && err != E_MISSING) return err;
    t.org = org.name.n > 0 ? org.name : tr(req->ui, N_("your organisation"));
    TRY(holder_chain(ctx, req->ui, S("filing"), b->r.id, &t.chain));
    tpl_consult_body(&res->body, req->ui, &t);
    return OK;
}

Err consult_body_contact_page(Ctx *ctx, const Request *req, Response *res) {
    const LawAuthority *b = NULL;
    size_t n = 0;
    TRY(body_of(ctx, req, "contact.edit", &b));
    Str title = TRF(req->ui, "Contact point of {name}", UA_S("name", b->code));
    const UiCrumb *c = crumbs(req, b, title, &n);
    contact_form_page(req, res, title, c, n, url_path(req->a, "/body/" STR_FMT "/contact", STR_ARG(b->r.id)));
    return OK;
}
Err consult_body_contact_post(Ctx *ctx, const Request *req, Response *res) {
    const LawAuthority *b = NULL;
    bool done = false;
    TRY(body_of(ctx, req, "contact.edit", &b));
    TRY(contact_form_post(ctx, req, S("body"), b->r.id, &done));
    if (!done) {
        res_again(res, "/body/" STR_FMT "/contact", STR_ARG(b->r.id));
        return OK;
    }
    res_said(res, "The contact point is recorded.");
    res_redirect(res, "/body/" STR_FMT, STR_ARG(b->r.id));
    return OK;
}
static Err contact_of(Ctx *ctx, const Request *req, const LawAuthority **b, ContactRow *k) {
    Id id = ID_NONE;
    TRY(body_of(ctx, req, "contact.edit", b));
    TRY(req_id(req, "contact", &id));
    TRY(contact_by_id(ctx, id, k));
    return str_eq(k->of, S("body")) && str_eq(k->holder, (*b)->r.id) ? OK : E_MISSING;
}
Err consult_body_contact_right(Ctx *ctx, const Request *req, Response *res) {
    const LawAuthority *b = NULL;
    ContactRow k;
    TRY(contact_of(ctx, req, &b, &k));
    TRY(journal_one(ctx, contact_still_right(ctx, k.id)));
    res_said(res, "Recorded that this is still right.");
    res_redirect(res, "/body/" STR_FMT, STR_ARG(b->r.id));
    return OK;
}
Err consult_body_contact_end(Ctx *ctx, const Request *req, Response *res) {
    const LawAuthority *b = NULL;
    ContactRow k;
    TRY(contact_of(ctx, req, &b, &k));
    Str why = form_text(req->form, "why");
    TRY(journal_one(ctx, contact_end(ctx, k.id, why.n > 0 ? why : S("wrong"))));
    res_said(res, "The contact point has ended; the record keeps it.");
    res_redirect(res, "/body/" STR_FMT, STR_ARG(b->r.id));
    return OK;
}
