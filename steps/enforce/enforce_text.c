/* enforce_text.c - what the record can already say in a filing, in the letter's language. What it cannot say stays "[...]" until a
 * person writes it; nothing is guessed. No name of the reporter ever comes from here. */
#include "core/case/holder.h"
#include "core/case/platform.h"
#include "steps/enforce/enforce_in.h"

enum { TEXT_MAX = 30000, LINES_MAX = 40 };

typedef struct Facts {
    Ctx *c;
    const FilingNew *n;
    UiCtx ui;
    CaseRow k;
    RequestRow *requests;
    size_t requests_n;
    SilenceRow *silences;
    size_t silences_n;
    ClockRow *clocks;
    size_t clocks_n;
    LocationRow *locations;
    size_t locations_n;
    FilingRow about;
    RequestRow about_request;
    bool has_about;
} Facts;

Str filing_holder_name(Ctx *c, Str authority, Lang lang) {
    const LawAuthority *b = law_authority(c->app->law, authority, enforce_today(c));
    return b != NULL ? b->name[lang] : authority;
}
Str filing_form_name(Ctx *c, Str form, Lang lang) {
    const LawForm *f = law_form(c->app->law, form, enforce_today(c));
    return f != NULL ? f->name[lang] : form;
}
/* As a title: the law data writes names of forms as they stand in a sentence. */
Str filing_form_title(Ctx *c, Str form, Lang lang) {
    char *s = str_z(c->arena, filing_form_name(c, form, lang));
    if (s[0] >= 'a' && s[0] <= 'z') s[0] = (char)(s[0] - 'a' + 'A');
    return str_c(s);
}

static Err gather(Ctx *c, const FilingNew *n, Facts *f) {
    f->c = c;
    f->n = n;
    f->ui = ui_plain(c->arena, lang_from(n->lang, LANG_NL), c->now);
    f->ui.zone = c->app->zone;
    TRY(case_by_id(c, n->case_id, &f->k));
    TRY(request_of_case(c, n->case_id, &f->requests, &f->requests_n));
    TRY(silence_of_case(c, n->case_id, &f->silences, &f->silences_n));
    TRY(clock_of_case(c, n->case_id, &f->clocks, &f->clocks_n));
    TRY(location_of_case(c, n->case_id, 0, LINES_MAX, &f->locations, &f->locations_n));
    TRY(location_open(c, f->locations, f->locations_n));
    f->has_about = !id_none(n->about) && filing_by_id(c, n->about, &f->about) == OK && !id_none(f->about.request) && request_by_id(c, f->about.request, &f->about_request) == OK;
    return OK;
}

static Str day(const Facts *f, UnixMs t) { return ui_day(&f->ui, civil_at(f->c->app->zone, t).date); }

static Str holder_word(const Facts *f, const RequestRow *r) {
    Date today = enforce_today(f->c);
    const LawPlatform *p = platform_row(f->c, r->holder);
    const LawAuthority *b = law_authority(f->c->app->law, r->holder, today);
    const LawRung *rung = law_rung(f->c->app->law, r->rung, today);
    Str name = holder_registered(f->c, r->holder);
    if (name.n > 0) return name;
    return p != NULL ? p->name : b != NULL ? b->name[f->ui.lang] : rung != NULL ? rung->name[f->ui.lang] : r->rung;
}

static void provider(const Facts *f, Buf *b) {
    const LawPlatform *p = platform_row(f->c, f->n->platform);
    if (p == NULL) {
        buf_z(b, "[...]");
        return;
    }
    buf_put(b, p->operator_name.n > 0 ? p->operator_name : p->name);
    if (p->seat.n == 2) buf_put(b, TRF(&f->ui, N_(", established in {country}"), UA_S("country", p->seat)));
    else if (p->representative.n == 2) buf_put(b, TRF(&f->ui, N_(", legal representative in {country}"), UA_S("country", p->representative)));
    if (p->representative_name.n > 0) buf_printf(b, " (" STR_FMT ")", STR_ARG(p->representative_name));
}
static void service(const Facts *f, Buf *b) {
    const LawPlatform *p = platform_row(f->c, f->n->platform);
    if (p == NULL) buf_z(b, "[...]");
    else buf_printf(b, STR_FMT " (" STR_FMT ")", STR_ARG(p->name), STR_ARG(p->domains));
}

/* Articles of the duties whose clocks lapsed in this case, each once. */
static void provision(const Facts *f, Buf *b) {
    for (size_t i = 0; i < f->clocks_n; i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++) seen = seen || (str_eq(f->clocks[k].duty, f->clocks[i].duty) && str_eq(f->clocks[k].state, S("lapsed")));
        const LawTermRow *t = law_term_row(f->c->app->law, f->clocks[i].duty, enforce_today(f->c));
        if (seen || t == NULL || !str_eq(f->clocks[i].state, S("lapsed")) || str_eq(t->holder_class, S("authority"))) continue;
        buf_printf(b, "%s" STR_FMT " (" STR_FMT ")", b->n > 0 ? "\n" : "", STR_ARG(t->article), STR_ARG(t->name[f->ui.lang]));
    }
    if (b->n == 0) buf_z(b, "[...]");
}

static void one_request(const Facts *f, const RequestRow *r, Buf *b) {
    const UiCtx *ui = &f->ui;
    buf_put(b, TRF(ui, N_("- {day}: asked of {who} ({form})."), UA_S("day", day(f, r->asked)), UA_S("who", holder_word(f, r)), UA_S("form", filing_form_name(f->c, r->form, ui->lang))));
    if (r->delivered != 0) buf_put(b, TRF(ui, N_(" Delivered {day}."), UA_S("day", day(f, r->delivered))));
    else buf_put(b, str_eq(r->delivery, S("failed")) ? tr(ui, N_(" Could not be delivered.")) : tr(ui, N_(" Delivery not yet known.")));
    if (r->received != 0) buf_put(b, TRF(ui, N_(" Receipt confirmed {day}."), UA_S("day", day(f, r->received))));
    if (r->answers == 0) buf_put(b, tr(ui, N_(" No answer on record.")));
    else if (r->outcome.n > 0) buf_put(b, TRF(ui, N_(" Answer: {outcome}."), UA_S("outcome", tr(ui, filing_outcome_word(r->outcome)))));
    else buf_put(b, tr(ui, N_(" An answer came without a decision.")));
    buf_ch(b, '\n');
}
static void notices(const Facts *f, Buf *b) {
    size_t shown = 0;
    for (size_t i = 0; i < f->requests_n && shown < LINES_MAX; i++) {
        if (!str_eq(f->requests[i].kind, S("notice"))) continue;
        one_request(f, &f->requests[i], b);
        shown++;
    }
    if (shown == 0) buf_z(b, "[...]");
}

static void silences(const Facts *f, Buf *b) {
    for (size_t i = 0; i < f->silences_n && i < LINES_MAX; i++) {
        const SilenceRow *s = &f->silences[i];
        const LawTermRow *t = law_term_row(f->c->app->law, s->duty, enforce_today(f->c));
        Str duty = t != NULL ? str_fmt(f->c->arena, "‘" STR_FMT "’", STR_ARG(t->name[f->ui.lang])) : s->duty;
        int64_t days = (s->at - (s->delivered != 0 ? s->delivered : s->sent)) / 86400000;
        buf_put(b, TRF(&f->ui, N_("- Silence recorded on {day}: the duty {duty} ended on {due}, {days} days after sending, with {answers} answers; looked {checks} times, still online {online} times."),
            UA_S("day", day(f, s->at)), UA_S("duty", duty), UA_S("due", day(f, s->due)), UA_I("days", days), UA_I("answers", s->answers), UA_I("checks", s->checks), UA_I("online", s->online)));
        buf_ch(b, '\n');
    }
}
static void facts(const Facts *f, Buf *b) {
    int64_t online = 0, gone = 0, unknown = 0;
    for (size_t i = 0; i < f->locations_n; i++) {
        online += str_eq(f->locations[i].verdict, S("still_online"));
        gone += f->locations[i].gone != 0;
    }
    unknown = (int64_t)f->locations_n - online - gone;
    buf_put(b, TRF(&f->ui, N_("The report of {day} concerns {n} locations on the internet. At the last look {online} were still online, {gone} were proven removed and of {unknown} this is not known."),
        UA_S("day", day(f, f->k.opened)), UA_I("n", (int64_t)f->k.locations), UA_I("online", online), UA_I("gone", gone), UA_I("unknown", unknown < 0 ? 0 : unknown)));
    buf_ch(b, '\n');
    notices(f, b);
    silences(f, b);
    if (!id_none(f->n->dossier)) buf_put(b, tr(&f->ui, N_("The attached dossier holds the captures, the custody of each exhibit and the proofs.")));
}

static void urls(const Facts *f, Buf *b) {
    for (size_t i = 0; i < f->locations_n; i++)
        if (f->locations[i].url_err == OK) buf_printf(b, STR_FMT "\n", STR_ARG(f->locations[i].url));
    if (b->n == 0) buf_z(b, "[...]");
}
static void offence(const Facts *f, Buf *b) {
    const LawOffence *o = law_offence(f->c->app->law, f->n->offence, enforce_today(f->c));
    if (o == NULL) buf_z(b, "[...]");
    else buf_printf(b, STR_FMT " (" STR_FMT ")", STR_ARG(o->name[f->ui.lang]), STR_ARG(f->n->offence));
}
static void our_name(const Facts *f, Buf *b) {
    OrgRow org;
    if (org_by_id(f->c, f->k.org, &org) == OK) buf_put(b, org.name);
    else buf_z(b, "[...]");
}
static void flagger(const Facts *f, Buf *b) {
    OrgRow org;
    if (org_by_id(f->c, f->k.org, &org) == OK && org.flagger_id.n > 0) buf_put(b, TRF(&f->ui, N_("Trusted flagger {id}"), UA_S("id", org.flagger_id)));
}
static void mandate(const Facts *f, Buf *b) { buf_put(b, tr(&f->ui, N_("The person concerned agreed to this filing; the consent is on record. Her or his name is not given."))); }
static void today(const Facts *f, Buf *b) { buf_put(b, day(f, f->c->now)); }
static void signature(const Facts *f, Buf *b) {
    our_name(f, b);
    if (f->c->person.name.n > 0) buf_printf(b, "\n" STR_FMT, STR_ARG(f->c->person.name));
}
static void decision(const Facts *f, Buf *b) {
    buf_put(b, TRF(&f->ui, N_("We ask {who} to establish the infringement, to order the provider to remove the material and keep it removed, and to attach a penalty to that order."),
        UA_S("who", filing_holder_name(f->c, f->n->authority, f->ui.lang))));
}
/* How long, and what follows, from the term that the form starts (law data). */
static void demand(const Facts *f, Buf *b) {
    const LawForm *form = law_form(f->c->app->law, f->n->form, enforce_today(f->c));
    const LawTermRow *t = form != NULL ? law_term_row(f->c->app->law, form->clock, enforce_today(f->c)) : NULL;
    if (t == NULL || (t->unit != UNIT_WEEK && t->unit != UNIT_DAY)) {
        buf_z(b, "[...]");
        return;
    }
    UiArg args[] = { UA_I("n", t->n), UA_S("article", t->article) };
    buf_put(b, t->unit == UNIT_WEEK ? trn(&f->ui, t->n, "Decide within one week after receipt of this letter ({article}).", "Decide within {n} weeks after receipt of this letter ({article}).", args, LEN(args))
                                    : trn(&f->ui, t->n, "Decide within one day after receipt of this letter ({article}).", "Decide within {n} days after receipt of this letter ({article}).", args, LEN(args)));
    buf_ch(b, ' ');
    buf_put(b, t->lapse[f->ui.lang]);
}
static void about_request(const Facts *f, Buf *b) {
    if (!f->has_about) buf_z(b, "[...]");
    else buf_put(b, TRF(&f->ui, N_("{form}, our reference {ref}, sent on {day}."), UA_S("form", filing_form_name(f->c, f->about.form, f->ui.lang)), UA_S("ref", f->about.ref), UA_S("day", day(f, f->about.sent))));
}
static void about_receipt(const Facts *f, Buf *b) {
    if (!f->has_about) buf_z(b, "[...]");
    else if (f->about_request.received != 0) buf_put(b, TRF(&f->ui, N_("Receipt was confirmed on {day}."), UA_S("day", day(f, f->about_request.received))));
    else if (f->about_request.delivered != 0) buf_put(b, TRF(&f->ui, N_("Delivered on {day}; no confirmation of receipt is on record."), UA_S("day", day(f, f->about_request.delivered))));
    else buf_put(b, tr(&f->ui, N_("No proof of delivery is on record.")));
}
static void about_term(const Facts *f, Buf *b) {
    for (size_t i = 0; f->has_about && i < f->clocks_n; i++) {
        const ClockRow *k = &f->clocks[i];
        if (!id_eq(k->subject, f->about.request) || !str_eq(k->state, S("lapsed")) || str_eq(k->duty, S("C19"))) continue;
        const LawTermRow *t = law_term_row(f->c->app->law, k->duty, enforce_today(f->c));
        buf_put(b, TRF(&f->ui, N_("The term ({article}) ended on {day} without a decision."), UA_S("article", t != NULL ? t->article : k->duty), UA_S("day", day(f, k->due))));
        return;
    }
    buf_z(b, "[...]");
}
static void status_text(const Facts *f, Buf *b) {
    if (f->has_about)
        buf_put(b, TRF(&f->ui, N_("On {day} we sent you {form}, our reference {ref}. Please tell us in writing what you have done with it and when you will decide."), UA_S("day", day(f, f->about.sent)),
            UA_S("form", filing_form_name(f->c, f->about.form, f->ui.lang)), UA_S("ref", f->about.ref)));
    else buf_z(b, "[...]");
}

/* One writer for each element of table contents that the record can speak about. */
static const struct { const char *element; void (*write)(const Facts *, Buf *); } writers[] = {
    { "provider", provider }, { "controller", provider }, { "service", service }, { "provision", provision }, { "facts", facts }, { "infringement", facts }, { "notices", notices }, { "prior_contact", notices },
    { "mandate", mandate }, { "flagger_award", flagger }, { "applicant", our_name }, { "appellant", our_name }, { "date", today }, { "signature", signature }, { "decision", decision }, { "url", urls }, { "where", urls },
    { "location", urls }, { "data", urls }, { "class", offence }, { "offence", offence }, { "request", about_request }, { "receipt", about_receipt }, { "term", about_term }, { "demand", demand }, { "grounds", about_term },
    { "default_notice", about_request }, { "text", status_text },
};

Err filing_prefill(Ctx *c, const FilingNew *n, FilingPart *parts, size_t parts_n) {
    Facts *f = ARENA_NEW(c->arena, Facts);
    TRY(gather(c, n, f));
    for (size_t i = 0; i < parts_n; i++) {
        Buf b = buf_new(TEXT_MAX);
        bool known = false;
        for (size_t w = 0; w < LEN(writers); w++) {
            if (!str_eq(parts[i].element, str_c(writers[w].element))) continue;
            writers[w].write(f, &b);
            known = true;
        }
        if (!known && parts[i].needed) buf_z(&b, "[...]");
        parts[i].text = str_dup(c->arena, str_trim(buf_str(&b)));
        Err err = buf_err(&b);
        buf_wipe(&b);
        TRY(err);
    }
    return OK;
}
