/* supervise_pages.c - the register as a page and as a file; what this room gives to the house. */
#include "core/case/contact_form.h"
#include "core/case/home.h"
#include "foundation/base/csv.h"
#include "steps/supervise/official.h"
#include "steps/supervise/question_pages.h"
#include "steps/supervise/reported_state.h"
#include "steps/supervise/supervise_in.h"
#include "steps/supervise/supervise_page.h"

enum { PAGE_ROWS = 50 };

Err platform_of(Ctx *ctx, const Request *req, PlatformView *out) {
    TRY(access_may(ctx, "platform.read", NO_OBJECT));
    return platform_get(ctx, req_arg(req, "platform"), out);
}

/* The tier that decides (a very large platform is also a platform and a host), then what is special; the card names all. */
static Str tag_names(Ctx *ctx, Str tags, Lang lang) {
    static const char *const tiers[] = { "V", "P", "H", "I" }, *const implied[] = { "I", "H", "P", "V", "C" };
    Buf b = buf_new(4096);
    Str rest = tags, part, tier = STR_NONE;
    for (size_t i = 0; i < LEN(tiers) && tier.n == 0; i++)
        if (supervise_tag_in(tags, str_c(tiers[i]))) tier = str_c(tiers[i]);
    while (rest.n > 0 && str_split(&rest, ' ', &part)) {
        bool left_out = false;
        for (size_t i = 0; i < LEN(implied); i++) left_out = left_out || (str_eq(part, str_c(implied[i])) && !str_eq(part, tier));
        const LawTag *t = left_out ? NULL : law_tag(ctx->app->law, part, supervise_today(ctx));
        if (t == NULL) continue;
        if (b.n > 0) buf_z(&b, ", ");
        buf_put(&b, t->name[lang]);
    }
    Str out = str_dup(ctx->arena, buf_str(&b));
    buf_free(&b);
    return out;
}

static Str country_name(Ctx *ctx, Str code, Lang lang) {
    const LawCountry *k = code.n == 0 ? NULL : law_country(ctx->app->law, code, supervise_today(ctx));
    return k == NULL ? code : k->name[lang];
}

/* "Ierland", "vertegenwoordigd in België", "niet bekend". */
static Str seat_words(Ctx *ctx, const UiCtx *ui, const PlatformFacts *f) {
    if (f->seat.n > 0 && !str_eq(f->seat, S("-"))) return country_name(ctx, f->seat, ui->lang);
    if (f->representative.n > 0 && !str_eq(f->representative, S("-"))) return TRF(ui, "represented in {country}", UA_S("country", country_name(ctx, f->representative, ui->lang)));
    return str_eq(f->seat, S("-")) && str_eq(f->representative, S("-")) ? tr(ui, N_("nowhere in the EU")) : tr(ui, N_("not known"));
}

/* The body that supervises the duties of the DSA for this platform; the card has every body with its reason. */
static Str dsc_of(Ctx *ctx, const UiCtx *ui, const PlatformView *p) {
    RouteQuery q = platform_route(ctx, p, S("NCII"), S("adult"), S("flagger"));
    RouteResult r = { 0 };
    if (law_route(ctx->app->law, &q, ctx->arena, &r) != OK) return tr(ui, N_("not known"));
    Buf b = buf_new(2048);
    for (size_t i = 0; i < r.bodies_n; i++) {
        const RouteBody *x = &r.bodies[i];
        bool dsa = str_eq(x->body->kind, S("dsc")) || str_eq(x->body->kind, S("eu"));
        if (!dsa || (x->outcome != OUTCOME_COMPETENT && x->outcome != OUTCOME_SHARED)) continue;
        if (b.n > 60) {
            buf_z(&b, ", ...");
            break;
        }
        if (b.n > 0) buf_z(&b, ", ");
        buf_put(&b, x->body->code);
    }
    Str out = b.n == 0 ? tr(ui, N_("not known")) : str_dup(ctx->arena, buf_str(&b));
    buf_free(&b);
    return out;
}

typedef struct Counts { HolderCount *h; ResultCount *r; size_t h_n, r_n; } Counts;
static Err counts(Ctx *ctx, Counts *out) {
    TRY(holder_counts(ctx, &out->h, &out->h_n));
    return result_counts(ctx, &out->r, &out->r_n);
}
static HolderCount holder_of(const Counts *k, Str code) {
    for (size_t i = 0; i < k->h_n; i++)
        if (str_eq(k->h[i].holder, code)) return k->h[i];
    return (HolderCount){ 0 };
}
static ResultCount results_of(const Counts *k, Str code) {
    for (size_t i = 0; i < k->r_n; i++)
        if (str_eq(k->r[i].platform, code)) return k->r[i];
    return (ResultCount){ 0 };
}

static Url list_url(const Request *req, const char *path, Str q, Str tag, int64_t page) {
    Url u = url_path(req->a, "%s", path);
    if (q.n > 0) u = url_with(req->a, u, "q", q);
    if (tag.n > 0) u = url_with(req->a, u, "tag", tag);
    return page > 1 ? url_with(req->a, u, "page", str_fmt(req->a, "%lld", (long long)page)) : u;
}

static size_t tag_options(Ctx *ctx, const Request *req, UiOption **out) {
    const LawTag *const *tags = NULL;
    size_t n = law_tag_list(ctx->app->law, supervise_today(ctx), req->a, &tags);
    UiOption *o = ARENA_ARRAY(req->a, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) o[i] = (UiOption){ .value = tags[i]->r.id, .label = tags[i]->name[req->ui->lang] };
    *out = o;
    return n;
}

Err supervise_list_page(Ctx *ctx, const Request *req, Response *res) {
    PlatformView *all = NULL;
    size_t n = 0;
    Counts k = { 0 };
    Str q = str_sub(req_query(req, "q"), 0, 200), tag = req_query(req, "tag");
    TRY(access_may(ctx, "platform.read", NO_OBJECT));
    TRY(platform_list(ctx, q, tag, &all, &n));
    TRY(counts(ctx, &k));
    int64_t pages = n == 0 ? 1 : (int64_t)((n + PAGE_ROWS - 1) / PAGE_ROWS), page = req_query_int(req, "page", 1, pages, 1);
    size_t from = (size_t)(page - 1) * PAGE_ROWS, rows_n = n - from < PAGE_ROWS ? n - from : PAGE_ROWS;
    TplSuperviseListRows *rows = ARENA_ARRAY(req->a, TplSuperviseListRows, rows_n + 1);
    for (size_t i = 0; i < rows_n; i++) {
        const PlatformView *p = &all[from + i];
        HolderCount h = holder_of(&k, p->code);
        ResultCount r = results_of(&k, p->code);
        rows[i] = (TplSuperviseListRows){ .name = p->f.name.n > 0 ? p->f.name : p->code, .href = url_path(req->a, "/platform/" STR_FMT, STR_ARG(p->code)), .operator = p->f.operator_name,
            .tiers = tag_names(ctx, p->f.tags, req->ui->lang), .seat = seat_words(ctx, req->ui, &p->f), .body = dsc_of(ctx, req->ui, p), .by_hand = !id_none(p->hand) && p->ended == 0,
            .unverified = p->law != NULL && !p->law->r.verified && (id_none(p->hand) || p->ended != 0), .ended = p->law == NULL && p->ended != 0,
            .asked = h.asked, .answered = h.answered, .silent = h.silent, .checked = r.all, .failed = r.fail };
    }
    TplSuperviseList t = { .q = q, .tag = tag, .rows = rows, .rows_n = rows_n, .total = (int64_t)n, .page = page, .pages = pages, .csv = list_url(req, "/platforms.csv", q, tag, 1),
        .before = page > 1 ? list_url(req, "/platforms", q, tag, page - 1) : (Url){ STR_NONE }, .after = page < pages ? list_url(req, "/platforms", q, tag, page + 1) : (Url){ STR_NONE },
        .may_edit = (ctx->person.roles & (R_ANALYST | R_ADMIN)) != 0 };
    UiOption *tags = NULL;
    t.tags_n = tag_options(ctx, req, &tags);
    t.tags = tags;
    TRY(home_waits(ctx, req->ui, &t.waits));
    tpl_supervise_list(&res->body, req->ui, &t);
    return OK;
}

static void csv_line(Buf *b, const Str *cells, size_t n) {
    for (size_t i = 0; i < n; i++) csv_field_safe(b, cells[i], ',', i == 0);
    csv_end(b);
}

Err supervise_list_csv(Ctx *ctx, const Request *req, Response *res) {
    PlatformView *all = NULL;
    size_t n = 0;
    Counts k = { 0 };
    TRY(access_may(ctx, "platform.read", NO_OBJECT));
    TRY(platform_list(ctx, str_sub(req_query(req, "q"), 0, 200), req_query(req, "tag"), &all, &n));
    TRY(counts(ctx, &k));
    res_download(res, "text/csv; charset=utf-8", S("platforms.csv"));
    static const Str head[] = { { "code", 4 }, { "name", 4 }, { "operator", 8 }, { "domains", 7 }, { "tags", 4 }, { "seat", 4 }, { "representative", 14 }, { "host", 4 }, { "by_hand", 7 }, { "verified", 8 },
        { "asked", 5 }, { "answered", 8 }, { "silent", 6 }, { "duties_checked", 14 }, { "not_or_partly_met", 17 } };
    csv_line(&res->body, head, LEN(head));
    for (size_t i = 0; i < n; i++) {
        const PlatformView *p = &all[i];
        HolderCount h = holder_of(&k, p->code);
        ResultCount r = results_of(&k, p->code);
        bool hand = !id_none(p->hand) && p->ended == 0;
        Str cells[] = { p->code, p->f.name, p->f.operator_name, p->f.domains, p->f.tags, p->f.seat, p->f.representative, p->f.host, hand ? S("yes") : S("no"),
            p->law != NULL && p->law->r.verified && !hand ? S("yes") : S("no"), str_fmt(req->a, "%lld", (long long)h.asked), str_fmt(req->a, "%lld", (long long)h.answered),
            str_fmt(req->a, "%lld", (long long)h.silent), str_fmt(req->a, "%lld", (long long)r.all), str_fmt(req->a, "%lld", (long long)r.fail) };
        csv_line(&res->body, cells, LEN(cells));
    }
    return OK;
}

enum { EDIT = R_ANALYST | R_ADMIN, CONTACT = R_ANALYST | R_LEAD | R_ADMIN, BODY_MAX_FORM = 128 * 1024, BODY_MAX_ACT = 8 * 1024 };
static const Param no_form[] = { { .name = "why", .kind = P_CHOICE, .label = N_("Why") } };
static const Route routes[] = {
    { GET, "/platforms", R_STAFF, "platform.read", LEVEL_STAFF, 0, supervise_list_page },
    { GET, "/platforms.csv", R_STAFF, "platform.read", LEVEL_STAFF, 0, supervise_list_csv },
    { GET, "/questions", R_STAFF, "official.ask", LEVEL_STAFF, 0, questions_page },
    { GET, "/question/{question}", R_STAFF, "official.ask", LEVEL_STAFF, 0, question_page },
    { GET, "/question/{question}/figures.csv", R_STAFF, "official.ask", LEVEL_STAFF, 0, question_csv },
    { GET, "/platforms/new", EDIT, "platform.edit", LEVEL_STAFF, 0, supervise_new_page },
    { POST, "/platforms/new", EDIT, "platform.edit", LEVEL_STAFF, BODY_MAX_FORM, supervise_new_post, .form = supervise_facts_form, .form_n = FACTS_FORM_N },
    { GET, "/platform/{platform}", R_STAFF, "platform.read", LEVEL_STAFF, 0, supervise_card_page },
    { GET, "/platform/{platform}/figures.csv", R_STAFF, "platform.read", LEVEL_STAFF, 0, supervise_card_csv },
    { GET, "/platform/{platform}/reports", R_STAFF, "platform.read", LEVEL_STAFF, 0, supervise_reports_page },
    { GET, "/platform/{platform}/report/{report}", R_STAFF, "platform.read", LEVEL_STAFF, 0, supervise_reported_page },
    { GET, "/platform/{platform}/report/{report}/figures.csv", R_STAFF, "platform.read", LEVEL_STAFF, 0, supervise_reported_csv },
    { GET, "/platform/{platform}/report/{report}/deviations.csv", R_STAFF, "platform.read", LEVEL_STAFF, 0, supervise_devs_csv },
    { GET, "/platform/{platform}/edit", EDIT, "platform.edit", LEVEL_STAFF, 0, supervise_edit_page },
    { POST, "/platform/{platform}/edit", EDIT, "platform.edit", LEVEL_STAFF, BODY_MAX_FORM, supervise_edit_post, .form = supervise_facts_form, .form_n = FACTS_FORM_N },
    { POST, "/platform/{platform}/end", EDIT, "platform.edit", LEVEL_STAFF, BODY_MAX_ACT, supervise_end_post, ROUTE_FORM(no_form) },
    { GET, "/platform/{platform}/check/{duty}", R_STAFF, "platform.read", LEVEL_STAFF, 0, supervise_duty_page },
    { POST, "/platform/{platform}/check/{duty}", EDIT, "platform.edit", LEVEL_STAFF, BODY_MAX_FORM, supervise_duty_post, .form = supervise_check_form, .form_n = CHECK_FORM_N },
    { GET, "/platform/{platform}/check/{duty}/reply/{check}", EDIT, "platform.edit", LEVEL_STAFF, 0, supervise_reply_page },
    { POST, "/platform/{platform}/check/{duty}/reply/{check}", EDIT, "platform.edit", LEVEL_STAFF, BODY_MAX_FORM, supervise_reply_post, .form = supervise_reply_form, .form_n = REPLY_FORM_N },
    { GET, "/platform/{platform}/contact", CONTACT, "contact.edit", LEVEL_STAFF, 0, supervise_contact_page },
    { POST, "/platform/{platform}/contact", CONTACT, "contact.edit", LEVEL_STAFF, BODY_MAX_FORM, supervise_contact_post, .form = contact_form, .form_n = CONTACT_FORM_N },
    { POST, "/platform/{platform}/contact/{contact}/right", CONTACT, "contact.edit", LEVEL_STAFF, BODY_MAX_ACT, supervise_contact_right_post, ROUTE_FORM(no_form) },
    { POST, "/platform/{platform}/contact/{contact}/end", CONTACT, "contact.edit", LEVEL_STAFF, BODY_MAX_ACT, supervise_contact_end_post, ROUTE_FORM(no_form) },
};
static const NavItem nav[] = { { N_("Platforms"), "/platforms", R_STAFF, "4" } };
const Step supervise_step = { .name = "supervise", .acts = (const ActDef *const[]){ &act_check_recorded, &act_check_replied, &act_sor_read, &act_reported_read, NULL },
    .routes = routes, .routes_n = LEN(routes), .nav = nav, .nav_n = LEN(nav) };
