/* card.c - one platform: who it is, who is competent and why, contact points, and three panels that are never mixed. */
#include "core/case/contact.h"
#include "core/case/holder.h"
#include "foundation/base/csv.h"
#include "steps/supervise/reported_state.h"
#include "steps/supervise/supervise_in.h"
#include "steps/supervise/supervise_page.h"

#include <math.h>

static Str num(const Request *req, int64_t v) { return ui_int(req->ui, v); }

static Str country(Ctx *ctx, const Request *req, Str code) {
    if (code.n == 0) return tr(req->ui, N_("not known"));
    if (str_eq(code, S("-"))) return tr(req->ui, N_("none"));
    const LawCountry *k = law_country(ctx->app->law, code, supervise_today(ctx));
    return k == NULL ? code : k->name[req->ui->lang];
}

static Str sources(Ctx *ctx, const Request *req, Str keys) {
    Buf b = buf_new(8192);
    Str rest = keys, part;
    while (rest.n > 0 && str_split(&rest, ' ', &part)) {
        const LawSource *s = law_source(ctx->app->law, part, supervise_today(ctx));
        if (b.n > 0) buf_z(&b, " · ");
        buf_put(&b, s == NULL ? part : s->text[req->ui->lang]);
    }
    Str out = str_dup(req->a, buf_str(&b));
    buf_free(&b);
    return out;
}

static void facts(Ctx *ctx, const Request *req, const PlatformView *p, TplSuperviseCard *t) {
    UiItem *f = ARENA_ARRAY(req->a, UiItem, 9);
    size_t n = 0;
    Buf tags = buf_new(4096);
    Str rest = p->f.tags, part;
    while (rest.n > 0 && str_split(&rest, ' ', &part)) {
        const LawTag *tag = law_tag(ctx->app->law, part, supervise_today(ctx));
        if (tags.n > 0) buf_z(&tags, ", ");
        buf_put(&tags, tag == NULL ? part : tag->name[req->ui->lang]);
    }
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Company")), .text = p->f.operator_name.n > 0 ? p->f.operator_name : tr(req->ui, N_("not known")) };
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Domains")), .text = p->f.domains.n > 0 ? p->f.domains : tr(req->ui, N_("not known")) };
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Kind of service")), .text = tags.n > 0 ? str_dup(req->a, buf_str(&tags)) : tr(req->ui, N_("not known")) };
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Main establishment")), .text = country(ctx, req, p->f.seat) };
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Legal representative")), .text = p->f.representative_name.n == 0 ? country(ctx, req, p->f.representative)
        : str_fmt(req->a, STR_FMT " (" STR_FMT ")", STR_ARG(p->f.representative_name), STR_ARG(country(ctx, req, p->f.representative))) };
    f[n++] = (UiItem){ .label = tr(req->ui, N_("Files hosted in")), .text = country(ctx, req, p->f.host) };
    if (p->law != NULL && p->law->text[req->ui->lang].n > 0) f[n++] = (UiItem){ .label = tr(req->ui, N_("Remark")), .text = p->law->text[req->ui->lang] };
    if (p->law != NULL && p->law->r.source.n > 0) f[n++] = (UiItem){ .label = tr(req->ui, N_("Source of the law data")), .text = sources(ctx, req, p->law->r.source) };
    t->facts = f;
    t->facts_n = n;
    buf_free(&tags);
}

/* ---- who is competent ---- */
static const char *outcome_word(LawOutcome o) {
    static const char *const words[] = { N_("not competent"), N_("competent"), N_("shares competence"), N_("takes it and passes it on"), N_("wants to know"), N_("find out first") };
    return words[o];
}
static UiState outcome_state(LawOutcome o) {
    static const UiState states[] = { STATE_NONE, STATE_DONE, STATE_DONE, STATE_INFO, STATE_INFO, STATE_WAITING };
    return states[o];
}

static void route_options(Ctx *ctx, const Request *req, TplSuperviseCard *t) {
    static const struct { const char *value, *word; } ages[] = { { "adult", N_("18 or older") }, { "minor", N_("under 18") }, { "unknown", N_("not known") } };
    const LawOffence *const *rows = NULL;
    size_t n = law_offence_list(ctx->app->law, supervise_today(ctx), req->a, &rows);
    UiOption *o = ARENA_ARRAY(req->a, UiOption, n + 1), *d = ARENA_ARRAY(req->a, UiOption, LEN(ages));
    for (size_t i = 0; i < n; i++) o[i] = (UiOption){ .value = rows[i]->r.id, .label = rows[i]->name[req->ui->lang] };
    for (size_t i = 0; i < LEN(ages); i++) d[i] = (UiOption){ .value = str_c(ages[i].value), .label = tr(req->ui, ages[i].word) };
    t->offences = o;
    t->offences_n = n;
    t->depicteds = d;
    t->depicteds_n = LEN(ages);
}

static void route(Ctx *ctx, const Request *req, const PlatformView *p, TplSuperviseCard *t) {
    RouteResult r = { 0 };
    Lang lang = req->ui->lang;
    Str offence = req_query(req, "offence"), depicted = req_query(req, "depicted");
    t->offence = law_offence(ctx->app->law, offence, supervise_today(ctx)) != NULL ? offence : S("NCII");
    t->depicted = str_eq(depicted, S("minor")) || str_eq(depicted, S("unknown")) ? depicted : S("adult");
    route_options(ctx, req, t);
    RouteQuery q = platform_route(ctx, p, t->offence, t->depicted, route_reporter(ctx, ctx->person.org));
    if (law_route(ctx->app->law, &q, req->a, &r) != OK) {
        t->problem = r.problem[lang].n > 0 ? r.problem[lang] : tr(req->ui, N_("The facts of this platform are not enough."));
        return;
    }
    t->lane = str_eq(r.lane, S("minor")) ? N_("The minor's way: address and class only, never images.") : NULL;
    TplSuperviseCardBodies *b = ARENA_ARRAY(req->a, TplSuperviseCardBodies, r.bodies_n + 1);
    TplSuperviseCardOthers *no = ARENA_ARRAY(req->a, TplSuperviseCardOthers, r.bodies_n + 1);
    for (size_t i = 0; i < r.bodies_n; i++) {
        const RouteBody *x = &r.bodies[i];
        Str name = x->body->name[lang], why = x->why != NULL ? x->why->reason[lang] : STR_NONE;
        if (x->outcome == OUTCOME_NO) {
            no[t->others_n++] = (TplSuperviseCardOthers){ .name = name, .reason = why };
            continue;
        }
        b[t->bodies_n++] = (TplSuperviseCardBodies){ .name = name, .outcome = outcome_word(x->outcome), .state = outcome_state(x->outcome), .reason = why,
            .article = x->why != NULL ? x->why->article : STR_NONE, .form = x->form != NULL ? x->form->name[lang] : tr(req->ui, N_("none")), .expect = x->why != NULL ? x->why->expect[lang] : STR_NONE,
            .unverified = x->why == NULL || !x->why->r.verified };
    }
    t->bodies = b;
    t->others = no;
    t->no_bodies = (int64_t)t->others_n;
    t->route_unverified = !r.verified;
}

/* ---- contact points ---- */
static Err contacts(Ctx *ctx, const Request *req, const PlatformView *p, TplSuperviseCard *t) {
    ContactRow *k = NULL;
    size_t n = 0;
    TRY(contact_list(ctx, S("platform"), p->code, false, &k, &n));
    TplSuperviseCardContacts *rows = ARENA_ARRAY(req->a, TplSuperviseCardContacts, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *base = str_z(req->a, str_fmt(req->a, "/platform/" STR_FMT "/contact/" STR_FMT, STR_ARG(p->code), STR_ARG(id_hex(req->a, k[i].id))));
        Url to = str_eq(k[i].channel, S("mail")) ? url_mail(req->a, k[i].address) : str_eq(k[i].channel, S("phone")) ? url_tel(req->a, k[i].address) : url_web(k[i].address);
        rows[i] = (TplSuperviseCardContacts){ .purpose = contact_purpose_word(k[i].purpose), .channel = contact_channel_word(k[i].channel), .address = k[i].address, .href = to, .name = k[i].name,
            .tier = k[i].tier, .response = k[i].response_h == 0 ? STR_NONE : TRF(req->ui, "answer promised within {n} hours", UA_I("n", k[i].response_h)), .agreed = k[i].agreed > 0 ? civil_at(ctx->app->zone, k[i].agreed).date : DATE_NONE, .is_agreed = k[i].agreed > 0, .checked = k[i].checked,
            .right = url_path(req->a, "%s/right", base), .stop = url_path(req->a, "%s/end", base) };
    }
    t->contacts = rows;
    t->contacts_n = n;
    return OK;
}

/* ---- towards our notices ---- */
static Str days(const Request *req, double d) { return TRF(req->ui, "{n} days", UA_S("n", ui_dec(req->ui, d, 1))); }
static Str quantile(const Request *req, const KmQuantile *q) { return q->reached ? days(req, q->days) : TRF(req->ui, "longer than {time}", UA_S("time", days(req, q->days))); }
static Str quantile_band(const Request *req, const KmQuantile *q) {
    if (!q->reached && q->low <= 0) return STR_NONE;
    Str low = q->low > 0 ? ui_dec(req->ui, q->low, 1) : S("0"), high = q->high_known ? ui_dec(req->ui, q->high, 1) : tr(req->ui, N_("not known"));
    return str_fmt(req->a, STR_FMT " - " STR_FMT, STR_ARG(low), STR_ARG(high));
}
typedef struct Line { const char *label, *how; int64_t part, whole; } Line;
static TplSuperviseCardFigures line_of(const Request *req, const Line *l) {
    double low = 0, high = 1;
    share_interval(l->part, l->whole, &low, &high);
    return (TplSuperviseCardFigures){ .label = tr(req->ui, l->label), .value = num(req, l->part), .of = num(req, l->whole),
        .interval = l->whole == 0 ? STR_NONE : str_fmt(req->a, STR_FMT " - " STR_FMT, STR_ARG(ui_percent(req->ui, low, 0)), STR_ARG(ui_percent(req->ui, high, 0))), .how = tr(req->ui, l->how) };
}

static void figure_rows(const Request *req, const Figures *f, TplSuperviseCard *t) {
    const Line lines[] = {
        { N_("Answered"), N_("At least one answer of any kind came back."), f->answered, f->asked },
        { N_("A decision came"), N_("Removed, kept, refused or not found: a decision on this item."), f->decided, f->asked },
        { N_("Removed, by their own word"), N_("They say that it was removed or blocked. Whether it is gone is for the watch to prove."), f->removed, f->asked },
        { N_("Refused"), N_("They keep it or refuse."), f->refused, f->asked },
        { N_("Silent"), N_("A term has passed and there is no answer at all; each one stands in the record as a silence."), f->silent, f->asked },
        { N_("Still open"), N_("No decision yet, silent or not."), f->open, f->asked },
        { N_("Not delivered"), N_("The message could not be delivered; left out of the times."), f->undelivered, f->asked },
        { N_("Returned"), N_("Locations that were proven gone and came back."), f->returned, f->locations },
    };
    TplSuperviseCardFigures *rows = ARENA_ARRAY(req->a, TplSuperviseCardFigures, LEN(lines) + 3);
    size_t n = 0;
    rows[n++] = (TplSuperviseCardFigures){ .label = tr(req->ui, N_("Asked")), .value = num(req, f->asked), .of = STR_NONE,
        .how = TRF(req->ui, "Requests about one item each; {n} withdrawn ones are left out.", UA_I("n", f->withdrawn)) };
    for (size_t i = 0; i < LEN(lines); i++) rows[n++] = line_of(req, &lines[i]);
    rows[n++] = (TplSuperviseCardFigures){ .label = tr(req->ui, N_("Time to a decision, median")), .value = quantile(req, &f->km.median), .of = num(req, (int64_t)f->km.n), .interval = quantile_band(req, &f->km.median),
        .how = TRF(req->ui, "Half was decided within this time. {n} decisions; the open ones are counted.", UA_I("n", (int64_t)f->km.events)) };
    rows[n++] = (TplSuperviseCardFigures){ .label = tr(req->ui, N_("Time to a decision, 9 of 10")), .value = quantile(req, &f->km.p90), .of = num(req, (int64_t)f->km.n), .interval = quantile_band(req, &f->km.p90),
        .how = tr(req->ui, N_("Nine of ten were decided within this time; the open ones are counted.")) };
    t->figures = rows;
    t->figures_n = n;
}

/* The curve on a grid of days, so that ten and ten thousand requests read alike. */
static Html curve_of(const Request *req, const Km *km) {
    enum { POINTS = 25 };
    Str *labels = ARENA_ARRAY(req->a, Str, POINTS);
    double *y = ARENA_ARRAY(req->a, double, POINTS), longest = km->median.reached && km->p90.reached ? km->p90.days * 1.5 : 0, open = 100;
    for (size_t i = 0; i < km->curve_n; i++)
        if (km->curve[i].day > longest && !(km->p90.reached)) longest = km->curve[i].day;
    if (!km->p90.reached && km->p90.days > longest) longest = km->p90.days;
    if (longest < 1) longest = 1;
    size_t at = 0;
    for (size_t i = 0; i < POINTS; i++) {
        double day = longest * (double)i / (POINTS - 1);
        while (at < km->curve_n && km->curve[at].day <= day) open = 100 * km->curve[at++].open;
        labels[i] = ui_dec(req->ui, day, longest < 20 ? 1 : 0);
        y[i] = open;
    }
    ChartSeries s = { .name = tr(req->ui, N_("without a decision")), .y = y, .state = STATE_LATE };
    return chart_lines(req->ui, tr(req->ui, N_("Share of requests still without a decision, by days since asking")), S("%"), labels, POINTS, &s, 1);
}

static Err notices(Ctx *ctx, const Request *req, const PlatformView *p, TplSuperviseCard *t) {
    Figures f;
    OrgRow o = { 0 };
    TRY(platform_figures(ctx, p->code, true, &f));
    Err err = org_by_id(ctx, ctx->person.org, &o);
    if (err != OK && err != E_MISSING) return err;
    t->org = o.name.n > 0 ? o.name : tr(req->ui, N_("your organisation"));
    t->asked = f.asked;
    if (f.asked == 0) return OK;
    figure_rows(req, &f, t);
    ChartStep steps[] = { { .label = tr(req->ui, N_("Asked")), .count = f.asked }, { .label = tr(req->ui, N_("Answered")), .count = f.answered, .state = STATE_INFO },
        { .label = tr(req->ui, N_("A decision came")), .count = f.decided, .state = STATE_INFO }, { .label = tr(req->ui, N_("Removed, by their own word")), .count = f.removed, .state = STATE_DONE } };
    t->funnel = chart_funnel(req->ui, tr(req->ui, N_("From asking to removal")), steps, LEN(steps));
    if (f.km.n > 0) t->curve = curve_of(req, &f.km);
    return holder_chain(ctx, req->ui, S("notice"), p->code, &t->chain);
}

/* ---- checks ---- */
static Err duties(Ctx *ctx, const Request *req, const PlatformView *p, TplSuperviseCard *t) {
    const LawObligation *const *o = NULL;
    PlatformCheck *k = NULL;
    size_t all = 0, n = law_obligation_list(ctx->app->law, supervise_today(ctx), req->a, &o);
    TRY(check_list(ctx, p->code, STR_NONE, &k, &all));
    TplSuperviseCardDuties *d = ARENA_ARRAY(req->a, TplSuperviseCardDuties, n + 1);
    TplSuperviseCardNotFor *out = ARENA_ARRAY(req->a, TplSuperviseCardNotFor, n + 1);
    int64_t by_result[8] = { 0 };
    for (size_t i = 0; i < n; i++) {
        const PlatformCheck *last = NULL;
        int64_t times = 0;
        for (size_t j = 0; j < all; j++) {
            if (!str_eq(k[j].f.duty, o[i]->r.id)) continue;
            if (last == NULL) last = &k[j]; /* newest first */
            times++;
        }
        if (last == NULL && !duty_applies(o[i], p->f.tags)) {
            out[t->not_for_n++] = (TplSuperviseCardNotFor){ .id = o[i]->r.id, .must = o[i]->must[req->ui->lang], .why = TRF(req->ui, "for kinds {tiers}", UA_S("tiers", o[i]->tiers)) };
            continue;
        }
        Str result = last != NULL ? last->f.result : S("not_tested");
        for (size_t r = 0; check_results[r] != NULL && r < LEN(by_result); r++) by_result[r] += str_eq(result, str_c(check_results[r]));
        d[t->duties_n++] = (TplSuperviseCardDuties){ .id = o[i]->r.id, .must = o[i]->must[req->ui->lang], .article = o[i]->article, .result = check_result_word(result), .state = check_result_state(result),
            .href = url_path(req->a, "/platform/" STR_FMT "/check/" STR_FMT, STR_ARG(p->code), STR_ARG(o[i]->r.id)), .on = last != NULL ? civil_at(ctx->app->zone, last->f.on).date : DATE_NONE, .way = last != NULL ? check_way_word(last->f.see) : NULL,
            .times = times, .reply = last != NULL && last->reply.n > 0, .unverified = !o[i]->r.verified };
    }
    t->duties = d;
    t->not_for = out;
    ChartBar *bars = ARENA_ARRAY(req->a, ChartBar, LEN(by_result));
    size_t bars_n = 0;
    for (size_t r = 0; check_results[r] != NULL && r < LEN(by_result); r++)
        bars[bars_n++] = (ChartBar){ .label = tr(req->ui, check_result_word(str_c(check_results[r]))), .value = (double)by_result[r], .state = check_result_state(str_c(check_results[r])) };
    t->results = chart_bars(req->ui, tr(req->ui, N_("Newest result of each duty")), tr(req->ui, N_("duties")), bars, bars_n);
    return OK;
}

Err supervise_card_page(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    TRY(platform_of(ctx, req, &p));
    UiCrumb *c = ARENA_ARRAY(req->a, UiCrumb, 2);
    c[0] = (UiCrumb){ .word = tr(req->ui, N_("Platforms")), .href = url_path(req->a, "/platforms") };
    c[1] = (UiCrumb){ .word = p.f.name };
    const char *base = str_z(req->a, str_fmt(req->a, "/platform/" STR_FMT, STR_ARG(p.code)));
    bool by_hand = !id_none(p.hand) && p.ended == 0;
    TplSuperviseCard t = { .name = p.f.name.n > 0 ? p.f.name : p.code, .crumbs = c, .crumbs_n = 2, .unverified = p.law != NULL && !p.law->r.verified && !by_hand, .by_hand = by_hand, .why = p.f.why, .changed = p.changed,
        .ended = p.law == NULL && p.ended != 0, .lost = p.err != OK, .may_edit = (ctx->person.roles & (R_ANALYST | R_ADMIN)) != 0, .may_contact = (ctx->person.roles & (R_ANALYST | R_LEAD | R_ADMIN)) != 0,
        .edit = url_path(req->a, "%s/edit", base), .end = url_path(req->a, "%s/end", base), .csv = url_path(req->a, "%s/figures.csv", base), .self = url_path(req->a, "%s", base),
        .questions = url_with(req->a, url_path(req->a, "/questions"), "platform", p.code),
        .contact_new = url_path(req->a, "%s/contact", base) };
    facts(ctx, req, &p, &t);
    route(ctx, req, &p, &t);
    TRY(contacts(ctx, req, &p, &t));
    TRY(notices(ctx, req, &p, &t));
    TRY(duties(ctx, req, &p, &t));
    TRY(reported_count(ctx, p.code, &t.reports));
    t.reports_href = url_path(req->a, "%s/reports", base);
    tpl_supervise_card(&res->body, req->ui, &t);
    return OK;
}

/* One line for each figure and each check, with the panel that it belongs to. */
Err supervise_card_csv(Ctx *ctx, const Request *req, Response *res) {
    PlatformView p;
    TplSuperviseCard t = { 0 };
    PlatformCheck *k = NULL;
    size_t n = 0;
    TRY(platform_of(ctx, req, &p));
    TRY(notices(ctx, req, &p, &t));
    TRY(check_list(ctx, p.code, STR_NONE, &k, &n));
    res_download(res, "text/csv; charset=utf-8", str_fmt(req->a, "platform-" STR_FMT ".csv", STR_ARG(p.code)));
    Buf *b = &res->body;
    static const char *const head[] = { "panel", "what", "value", "of", "interval", "day", "how", "method", "evidence", "reply" };
    for (size_t i = 0; i < LEN(head); i++) csv_field(b, str_c(head[i]), ',', i == 0);
    csv_end(b);
    for (size_t i = 0; i < t.figures_n; i++) {
        Str cells[] = { S("notices"), t.figures[i].label, t.figures[i].value, t.figures[i].of, t.figures[i].interval, STR_NONE, t.figures[i].how, STR_NONE, STR_NONE, STR_NONE };
        for (size_t j = 0; j < LEN(cells); j++) csv_field_safe(b, cells[j], ',', j == 0);
        csv_end(b);
    }
    for (size_t i = 0; i < n; i++) {
        Str day = date_str(req->a, civil_at(ctx->app->zone, k[i].f.on).date);
        Str cells[] = { S("checks"), k[i].f.duty, k[i].f.result, STR_NONE, STR_NONE, day, k[i].f.see, k[i].f.method, k[i].f.evidence, k[i].reply };
        for (size_t j = 0; j < LEN(cells); j++) csv_field_safe(b, cells[j], ',', j == 0);
        csv_end(b);
    }
    return OK;
}
