/* notice_text.c - the words of a notice, in the recipient's language: all four elements of DSA 16(2), the legal ground for the
 * recipient's country, what is asked, and where to answer. No word in it can name the person: the writer is given none. */
#include "steps/takedown/takedown_in.h"

typedef struct Writer { Ctx *c; UiCtx ui; const NoticePlan *p; OrgRow org; Date day; Buf *out; int part; } Writer;

static Date day_of(const Ctx *c, UnixMs t) { return civil_at(c->app->zone, t).date; }
static void line(Writer *w, Str s) {
    buf_put(w->out, s);
    buf_ch(w->out, '\n');
}
static void blank(Writer *w) { buf_ch(w->out, '\n'); }
/* "kennisgeving" becomes "Kennisgeving": names in the law data begin small. */
static Str capital(Arena *a, Str s) {
    char *p = str_z(a, s);
    if (s.n > 0 && p[0] >= 'a' && p[0] <= 'z') p[0] = (char)(p[0] - 'a' + 'A');
    return (Str){ p, s.n };
}

static void head(Writer *w, Str title) {
    blank(w);
    line(w, str_fmt(w->c->arena, "%d. " STR_FMT, ++w->part, STR_ARG(capital(w->c->arena, title))));
}
/* A row that nobody has verified says so, in letters too. */
static Str marked(const Writer *w, Str text, const LawRow *r) {
    const char *mark = law_mark(r);
    return mark[0] == '\0' ? text : str_fmt(w->c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(text), STR_ARG(tr(&w->ui, mark)));
}
static bool minor(const NoticePlan *p) { return !str_eq(p->lane, S("adult")); }

/* Title of an element as the law data names it ("reasoned explanation of illegality"); otherwise the words given. */
static Str element(const Writer *w, const char *code, const char *otherwise) {
    const LawContent *const *rows = NULL;
    size_t n = law_contents(w->c->app->law, w->p->form, w->day, w->c->arena, &rows);
    if (n == 0) n = law_contents(w->c->app->law, S("art16"), w->day, w->c->arena, &rows);
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(rows[i]->element, str_c(code))) continue;
        Str name = marked(w, rows[i]->name[w->ui.lang], &rows[i]->r);
        return rows[i]->ground.n > 0 ? str_fmt(w->c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(name), STR_ARG(rows[i]->ground)) : name;
    }
    return tr(&w->ui, otherwise);
}

static void locations(Writer *w) {
    head(w, element(w, "url", N_("Where it is")));
    for (size_t i = 0; i < w->p->locations_n; i++) line(w, str_fmt(w->c->arena, "[%zu] " STR_FMT, i + 1, STR_ARG(w->p->locations[i].url)));
    if (!minor(w->p) && w->p->extra.n > 0) {
        blank(w);
        line(w, w->p->extra);
    }
}

static void offence(Writer *w) {
    const LawOffence *o = law_offence(w->c->app->law, w->p->offence, w->day);
    head(w, tr(&w->ui, N_("What it is")));
    if (o != NULL) line(w, str_fmt(w->c->arena, STR_FMT " [" STR_FMT "]", STR_ARG(marked(w, o->name[w->ui.lang], &o->r)), STR_ARG(w->p->offence)));
    else line(w, w->p->offence);
    if (!minor(w->p)) line(w, tr(&w->ui, N_("The notifier is not the person shown. The identity of that person is not needed to decide and is not given.")));
}

static void ground_line(Writer *w, const LawCross *x) {
    Str scheme = str_eq(x->scheme, S("SR")) ? tr(&w->ui, N_("Dutch Criminal Code, article")) : str_eq(x->scheme, S("TDB2")) ? tr(&w->ui, N_("Category of the DSA Transparency Database:"))
        : str_eq(x->scheme, S("DIR1385")) ? tr(&w->ui, N_("Directive (EU) 2024/1385, article")) : str_eq(x->scheme, S("DIR2011")) ? tr(&w->ui, N_("Directive 2011/93/EU, articles")) : STR_NONE;
    Str text = x->text[w->ui.lang], tail = x->sub.n > 0 ? str_fmt(w->c->arena, " / " STR_FMT, STR_ARG(x->sub)) : STR_NONE;
    if (scheme.n == 0 || str_eq(x->value, S("-"))) return;
    Str s = str_fmt(w->c->arena, STR_FMT " " STR_FMT STR_FMT, STR_ARG(scheme), STR_ARG(x->value), STR_ARG(tail));
    if (text.n > 0) s = str_fmt(w->c->arena, STR_FMT ": " STR_FMT, STR_ARG(s), STR_ARG(text));
    line(w, str_fmt(w->c->arena, "- " STR_FMT, STR_ARG(marked(w, s, &x->r))));
}

/* Dutch criminal law, since the harm is here; the directives where the recipient is in the Union; the category platforms themselves use. */
static void grounds(Writer *w) {
    static const char *const schemes[] = { "SR", "DIR1385", "DIR2011", "TDB2" };
    const LawCountry *country = law_country(w->c->app->law, w->p->to->country, w->day);
    bool in_union = country != NULL && country->eu, unknown = w->p->to->country.n == 0;
    head(w, element(w, "legal_ground", N_("Legal ground")));
    for (size_t s = 0; s < LEN(schemes); s++) {
        const LawCross *const *rows = NULL;
        bool directive = schemes[s][0] == 'D';
        if (directive && !in_union && !unknown) continue;
        size_t n = law_cross_to(w->c->app->law, w->p->offence, str_c(schemes[s]), minor(w->p) ? S("minor") : S("adult"), STR_NONE, w->day, w->c->arena, &rows);
        for (size_t i = 0; i < n; i++) ground_line(w, rows[i]);
    }
}

/* Short norms in hours, as the law data gives them. */
static Str span(const Writer *w, int64_t ms) {
    int64_t hours = ms / HOUR_MS;
    if (hours > 96) return ui_span(&w->ui, ms);
    return trn(&w->ui, hours, "{n} hour", "{n} hours", (const UiArg[]){ UA_I("n", hours) }, 1);
}

static void duties(Writer *w) {
    Str ids[8];
    size_t n = 0;
    if (terms_of_form(w->c, w->p->form, w->org.flagger_id.n > 0, w->p->to->platform, ids, LEN(ids), &n) != OK || n == 0) return;
    blank(w);
    line(w, tr(&w->ui, N_("The law asks of you:")));
    for (size_t i = 0; i < n; i++) {
        TermResult t;
        RequestRow r = { .country = w->p->to->country, .offence = w->p->offence };
        if (duty_term(w->c, ids[i], &r, w->p->lane, w->c->now, 0, &t) != OK) continue;
        Str s = str_fmt(w->c->arena, "- " STR_FMT " (" STR_FMT ")", STR_ARG(t.term->name[w->ui.lang]), STR_ARG(t.term->article));
        line(w, marked(w, s, &t.term->r));
        if (!t.has_due) continue;
        Str within = span(w, t.due_at - w->c->now);
        if (t.kind == KIND_POLICY) line(w, TRF(&w->ui, N_("  We look for it within {within}. That is our own norm; the law names no number."), UA_S("within", within)));
        else line(w, TRF(&w->ui, N_("  Within {within}."), UA_S("within", within)));
    }
}

static void asked(Writer *w) {
    bool block = str_eq(w->p->action, S("disable")), world = str_eq(w->p->territory, S("world")), delist = str_eq(w->p->form, S("delist"));
    head(w, tr(&w->ui, N_("What we ask")));
    line(w, delist ? tr(&w->ui, N_("Take these results out of the search results.")) : block ? tr(&w->ui, N_("Make this impossible to reach.")) : tr(&w->ui, N_("Remove this, and known copies of it on your service.")));
    line(w, world ? tr(&w->ui, N_("Territory: everywhere.")) : tr(&w->ui, N_("Territory: at least the European Union.")));
    duties(w);
}

static void sender(Writer *w) {
    Str title = element(w, "name", N_("Who sends this"));
    head(w, title);
    if (!w->p->named) {
        line(w, tr(&w->ui, N_("Name and e-mail address are left out, as the law allows for this offence.")));
    } else {
        line(w, w->org.name);
        line(w, w->c->app->org_mail_from);
    }
    if (w->org.flagger_id.n > 0 && w->p->named) line(w, TRF(&w->ui, N_("Trusted flagger, number {id}"), UA_S("id", w->org.flagger_id)));
}

static void good_faith(Writer *w) {
    head(w, element(w, "good_faith", N_("Good faith")));
    line(w, tr(&w->ui, N_("We state in good faith that what this notice says is accurate and complete.")));
}

/* What was sent before about the same places, and what came back: the reminder quotes its own silence. */
static Err earlier(Writer *w) {
    NoticeRow n;
    AnswerRow *answers = NULL;
    size_t answers_n = 0;
    if (id_none(w->p->earlier)) return OK;
    TRY(notice_by_id(w->c, w->p->earlier, &n));
    TRY(answers_of_notice(w->c, n.id, &answers, &answers_n));
    head(w, element(w, "prior_notices", N_("Earlier notices")));
    Str ref = notice_ref(w->c->arena, n.id), when = ui_day(&w->ui, day_of(w->c, n.sent != 0 ? n.sent : n.made));
    line(w, TRF(&w->ui, N_("Notice {ref}, sent on {when}."), UA_S("ref", ref), UA_S("when", when)));
    int64_t days = n.sent != 0 ? ui_days_between(&w->ui, n.sent, w->c->now) : 0;
    if (answers_n == 0) line(w, trn(&w->ui, days, N_("Since then one day has passed without any answer."), N_("Since then {days} days have passed without any answer."), (const UiArg[]){ UA_I("days", days) }, 1));
    else line(w, TRF(&w->ui, N_("Last answer: on {when}."), UA_S("when", ui_day(&w->ui, day_of(w->c, answers[0].at)))));
    for (size_t i = 0; i < w->p->locations_n; i++) {
        const LocationRow *l = &w->p->locations[i];
        if (l->returned == 0 || l->gone != 0) continue;
        line(w, TRF(&w->ui, N_("[{n}] had been removed and is online again; seen on {when}."), UA_I("n", (int64_t)i + 1), UA_S("when", ui_day(&w->ui, day_of(w->c, l->seen)))));
    }
    if (n.opened != 0) line(w, TRF(&w->ui, N_("The notice was opened on {when}."), UA_S("when", ui_day(&w->ui, day_of(w->c, n.opened)))));
    return OK;
}

static void reason(Writer *w) {
    if (minor(w->p) || w->p->why.n == 0) return;
    head(w, element(w, "reason", N_("Why it is illegal")));
    line(w, w->p->why);
}

static void answer_here(Writer *w) {
    blank(w);
    line(w, tr(&w->ui, N_("Answer here, without an account. Opening the page changes nothing; the button on it confirms receipt and shows the list:")));
    line(w, S(LINK_MARK));
    blank(w);
    line(w, tr(&w->ui, N_("Or reply to this mail and leave the reference in the subject.")));
}

static Str title_of(const Writer *w) {
    const LawForm *f = law_form(w->c->app->law, w->p->form, w->day);
    return f != NULL ? marked(w, f->name[w->ui.lang], &f->r) : tr(&w->ui, N_("notice of illegal content"));
}

static Err body(Writer *w) {
    Str title = capital(w->c->arena, title_of(w));
    line(w, title);
    line(w, TRF(&w->ui, N_("Reference: {ref}"), UA_S("ref", notice_ref(w->c->arena, w->p->id))));
    line(w, TRF(&w->ui, N_("To: {who}"), UA_S("who", w->p->to->name)));
    line(w, TRF(&w->ui, N_("Date: {when}"), UA_S("when", ui_day(&w->ui, w->day))));
    if (!id_none(w->p->earlier)) TRY(earlier(w));
    locations(w);
    offence(w);
    if (minor(w->p)) { /* address and class, nothing else */
        sender(w);
        answer_here(w);
        return OK;
    }
    grounds(w);
    reason(w);
    if (w->p->good_faith) good_faith(w);
    sender(w);
    asked(w);
    answer_here(w);
    return OK;
}

Err notice_write(Ctx *c, NoticePlan *p) {
    Buf out = buf_new(NOTICE_BODY_MAX);
    Writer w = { .c = c, .p = p, .day = day_of(c, c->now), .out = &out };
    must(c->app->law != NULL);
    TRY(org_by_id(c, c->person.org, &w.org));
    p->lang = lang_from(p->to->lang, LANG_EN);
    w.ui = ui_plain(c->arena, p->lang, c->now);
    w.ui.zone = c->app->zone;
    Err err = body(&w);
    if (err == OK) err = buf_err(&out);
    if (err == OK) {
        Str title = capital(c->arena, title_of(&w)), ref = notice_ref(c->arena, p->id);
        Str items = trn(&w.ui, (int64_t)p->locations_n, N_("one location"), N_("{n} locations"), (const UiArg[]){ UA_I("n", (int64_t)p->locations_n) }, 1);
        p->body = str_dup(c->arena, buf_str(&out));
        p->subject = str_fmt(c->arena, STR_FMT " · " STR_FMT " · " STR_FMT, STR_ARG(ref), STR_ARG(title), STR_ARG(items));
    }
    buf_free(&out);
    return err == E_LIMIT ? ctx_refuse(c, err, "location", N_("These are too many locations for one mail.")) : err;
}
