/* notice_text.c - the words of a notice, in the recipient's language: all four elements of DSA 16(2), the legal ground for the
 * recipient's country, what is asked, and where to answer. No word in it can name the person: the writer is given none. */
#include "steps/takedown/profile.h"
#include "steps/takedown/template.h"
#include "steps/takedown/text_in.h"

typedef struct Writer { Ctx *c; UiCtx ui; const NoticePlan *p; OrgRow org; Date day; Buf *out; int part; bool bare; /* no headings */ } Writer;

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
    if (w->bare) return;
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

static Err locations(Writer *w) {
    head(w, element(w, "url", N_("Where it is")));
    for (size_t i = 0; i < w->p->locations_n; i++) line(w, w->bare ? w->p->locations[i].url : str_fmt(w->c->arena, "[%zu] " STR_FMT, i + 1, STR_ARG(w->p->locations[i].url)));
    if (!minor(w->p) && w->p->extra.n > 0) {
        blank(w);
        line(w, w->p->extra);
    }
    return OK;
}

static Err offence(Writer *w) {
    const LawOffence *o = law_offence(w->c->app->law, w->p->offence, w->day);
    head(w, tr(&w->ui, N_("What it is")));
    if (o != NULL) line(w, str_fmt(w->c->arena, STR_FMT " [" STR_FMT "]", STR_ARG(marked(w, o->name[w->ui.lang], &o->r)), STR_ARG(w->p->offence)));
    else line(w, w->p->offence);
    if (!minor(w->p)) line(w, tr(&w->ui, N_("The notifier is not the person shown. The identity of that person is not needed to decide and is not given.")));
    return OK;
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
static Err grounds(Writer *w) {
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
    return OK;
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

static Err asked(Writer *w) {
    bool block = str_eq(w->p->action, S("disable")), world = str_eq(w->p->territory, S("world")), delist = str_eq(w->p->form, S("delist"));
    head(w, tr(&w->ui, N_("What we ask")));
    line(w, delist ? tr(&w->ui, N_("Take these results out of the search results.")) : block ? tr(&w->ui, N_("Make this impossible to reach.")) : tr(&w->ui, N_("Remove this, and known copies of it on your service.")));
    line(w, world ? tr(&w->ui, N_("Territory: everywhere.")) : tr(&w->ui, N_("Territory: at least the European Union.")));
    duties(w);
    return OK;
}

static Err sender(Writer *w) {
    Str title = element(w, "name", N_("Who sends this"));
    head(w, title);
    if (!w->p->named) {
        line(w, tr(&w->ui, N_("Name and e-mail address are left out, as the law allows for this offence.")));
    } else {
        line(w, w->org.name);
        line(w, w->c->app->org_mail_from);
    }
    if (w->org.flagger_id.n > 0 && w->p->named) line(w, TRF(&w->ui, N_("Trusted flagger, number {id}"), UA_S("id", w->org.flagger_id)));
    if (w->org.flagger_id.n > 0 && w->p->named && w->c->app->flagger_area.n > 0) line(w, TRF(&w->ui, N_("Designated area of expertise: {area}"), UA_S("area", w->c->app->flagger_area)));
    return OK;
}

static Err good_faith(Writer *w) {
    if (!w->p->good_faith) return OK;
    head(w, element(w, "good_faith", N_("Good faith")));
    line(w, tr(&w->ui, N_("We state in good faith that what this notice says is accurate and complete.")));
    return OK;
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

static Err reason(Writer *w) {
    if (minor(w->p) || w->p->why.n == 0) return OK;
    head(w, element(w, "reason", N_("Why it is illegal")));
    line(w, w->p->why);
    return OK;
}

static Err answer_here(Writer *w) {
    blank(w);
    line(w, tr(&w->ui, N_("Answer here, without an account. Opening the page changes nothing; the button on it confirms receipt and shows the list:")));
    line(w, S(LINK_MARK));
    blank(w);
    line(w, tr(&w->ui, N_("Or reply to this mail and leave the reference in the subject.")));
    return OK;
}

static Str title_of(const Writer *w) {
    const LawForm *f = law_form(w->c->app->law, w->p->form, w->day);
    return f != NULL ? marked(w, f->name[w->ui.lang], &f->r) : tr(&w->ui, N_("notice of illegal content"));
}

/* ---- the blocks of a template: template.h ---- */
static Str when_words(const Writer *w) { return ui_day(&w->ui, w->day); }
static Err title(Writer *w) {
    line(w, capital(w->c->arena, title_of(w)));
    return OK;
}
static Err reference(Writer *w) {
    line(w, TRF(&w->ui, N_("Reference: {ref}"), UA_S("ref", notice_ref(w->c->arena, w->p->id))));
    return OK;
}
static Err to(Writer *w) {
    line(w, TRF(&w->ui, N_("To: {who}"), UA_S("who", w->p->to->name)));
    return OK;
}
static Err date(Writer *w) {
    line(w, TRF(&w->ui, N_("Date: {when}"), UA_S("when", when_words(w))));
    return OK;
}
static const struct Block { const char *name; Err (*write)(Writer *w); bool adult_only; } blocks[] = { { "title", title, false }, { "reference", reference, false }, { "to", to, false }, { "date", date, false }, { "earlier", earlier, false },
    { "locations", locations, false }, { "offence", offence, false }, { "grounds", grounds, true }, { "reason", reason, true }, { "good_faith", good_faith, true }, { "sender", sender, false }, { "asked", asked, true }, { "answer", answer_here, false } };

static const struct Block *block_of(Str text) {
    for (size_t i = 0; i < LEN(blocks); i++)
        if (text.n == strlen(blocks[i].name) + 2 && text.p[0] == '{' && text.p[text.n - 1] == '}' && str_eq(str_sub(text, 1, text.n - 2), str_c(blocks[i].name))) return &blocks[i];
    return NULL;
}

static Str replaced(Arena *a, Str in, const char *mark, Str by) {
    size_t at = 0;
    for (int i = 0; i < 20 && str_find(in, str_c(mark), &at); i++)
        in = str_fmt(a, STR_FMT STR_FMT STR_FMT, STR_ARG(str_sub(in, 0, at)), STR_ARG(by), STR_ARG(str_sub(in, at + strlen(mark), in.n)));
    return in;
}

/* {when} comes last: a name that holds such a mark is not looked into again for the others. */
static Str own_line(const Writer *w, Str s) {
    Arena *a = w->c->arena;
    return replaced(a, replaced(a, replaced(a, s, "{ref}", notice_ref(a, w->p->id)), "{when}", when_words(w)), "{who}", str_find(w->p->to->name, S("{"), &(size_t){ 0 }) ? STR_NONE : w->p->to->name);
}

static Err body(Writer *w, Str words) {
    Str rest = words, one = STR_NONE;
    for (int i = 0; i < 2000 && str_split(&rest, '\n', &one); i++) {
        const struct Block *b = block_of(str_trim(one));
        if (b == NULL && (one.n > 0 || rest.n > 0)) line(w, own_line(w, str_trim(one).n == 0 ? STR_NONE : one));
        if (b == NULL || (b->adult_only && minor(w->p))) continue; /* of a minor: address and class, nothing else */
        TRY(b->write(w));
    }
    return OK;
}

static Err writer_for(Ctx *c, const NoticePlan *p, Lang lang, Buf *out, Writer *w) {
    *w = (Writer){ .c = c, .p = p, .day = day_of(c, c->now), .out = out };
    must(c->app->law != NULL);
    TRY(org_by_id(c, c->person.org, &w->org));
    w->ui = ui_plain(c->arena, lang, c->now);
    w->ui.zone = c->app->zone;
    return OK;
}

/* The organisation's own words where it has some that still hold what the law wants; otherwise those of the house. */
static Err words_for(Ctx *c, NoticePlan *p, Str *out) {
    TemplateRow t;
    const char *wrong = NULL;
    Str what = STR_NONE;
    *out = template_default(minor(p));
    p->template = ID_NONE;
    Err e = template_for(c, p->form, p->to->rung, str_c(lang_code(p->lang)), &t);
    if (e == E_MISSING) return OK;
    TRY(e);
    if (template_check(c, t.type, t.body, &wrong, &what) != OK) return OK; /* the law data asks for more since it was saved */
    *out = t.body;
    p->template = t.id;
    return OK;
}

Err notice_write(Ctx *c, NoticePlan *p) {
    Buf out = buf_new(NOTICE_BODY_MAX);
    Writer w;
    Str words = STR_NONE;
    p->lang = lang_from(p->to->lang, LANG_EN);
    Err err = writer_for(c, p, p->lang, &out, &w);
    if (err == OK) err = words_for(c, p, &words);
    if (err == OK) err = body(&w, words);
    if (err == OK) err = buf_err(&out);
    if (err == OK) {
        Str named = capital(c->arena, title_of(&w)), ref = notice_ref(c->arena, p->id);
        Str items = trn(&w.ui, (int64_t)p->locations_n, N_("one location"), N_("{n} locations"), (const UiArg[]){ UA_I("n", (int64_t)p->locations_n) }, 1);
        p->body = str_dup(c->arena, buf_str(&out));
        p->subject = str_fmt(c->arena, STR_FMT " · " STR_FMT " · " STR_FMT, STR_ARG(ref), STR_ARG(named), STR_ARG(items));
    }
    buf_free(&out);
    return err == E_LIMIT ? ctx_refuse(c, err, "location", N_("These are too many locations for one mail.")) : err;
}

/* ---- shown outside of sending ---- */
static Err plan_again(Ctx *c, const NoticeRow *n, size_t most, RecipientRow *who, NoticePlan *p) {
    RequestRow *rows = NULL;
    size_t rows_n = 0, k = 0;
    TRY(recipient_by_id(c, n->recipient, who));
    TRY(recipient_open(c, who, 1));
    TRY(request_of_subject(c, n->id, &rows, &rows_n));
    LocationRow *l = ARENA_ARRAY(c->arena, LocationRow, rows_n + 1);
    for (size_t i = 0; i < rows_n && k < most; i++) TRY(location_by_id(c, rows[i].location, &l[k++]));
    TRY(location_open(c, l, k));
    size_t live = 0;
    for (size_t i = 0; i < k; i++)
        if (l[i].url_err == OK) l[live++] = l[i];
    *p = (NoticePlan){ .case_id = n->case_id, .to = who, .locations = l, .locations_n = live, .form = n->form, .offence = n->offence, .lane = n->lane, .action = n->action, .territory = n->territory, .named = n->named, .good_faith = true,
        .earlier = n->earlier, .id = n->id, .lang = lang_from(n->lang, LANG_EN) };
    return notice_words(c, n, &p->why, &p->extra);
}

static Err given(Ctx *c, const NoticePlan *p, Str words, Str *out) {
    Buf b = buf_new(NOTICE_BODY_MAX);
    Writer w;
    Err e = writer_for(c, p, p->lang, &b, &w);
    if (e == OK) e = body(&w, words);
    if (e == OK) e = buf_err(&b);
    if (e == OK) *out = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    return e;
}

Err notice_text_with(Ctx *c, const NoticeRow *n, Str words, Str *out) {
    enum { SHOWN = 5 };
    RecipientRow who;
    NoticePlan p;
    TRY(plan_again(c, n, SHOWN, &who, &p));
    return given(c, &p, words, out);
}

Err notice_text_example(Ctx *c, Str type, Str lang, Str words, Str *out) {
    bool child = str_eq(type, RUNG_HOTLINE), rung = !str_eq(type, S("any")) && !str_eq(type, S("reminder"));
    Lang l = lang_from(lang, LANG_EN);
    UiCtx ui = ui_plain(c->arena, l, c->now);
    RecipientRow who = { .rung = rung ? type : S("platform"), .lang = lang, .country = S("NL"), .name = tr(&ui, N_("Example platform")), .mail = S("notices@example.test") };
    LocationRow places[2] = { { .url = S("https://voorbeeld.example/video/1") }, { .url = S("https://voorbeeld.example/video/2") } };
    NoticePlan p = { .to = &who, .locations = places, .locations_n = 2, .form = child ? S("hotline") : str_eq(type, S("search")) ? S("delist") : S("art16"), .offence = child ? S("CSAM") : S("NCII"), .lane = child ? S("minor") : S("adult"),
        .why = tr(&ui, N_("Here stands why it is illegal, as the worker explains it.")), .action = S("remove"), .territory = S("eu"), .named = true, .good_faith = true, .lang = l };
    return given(c, &p, words, out);
}

Err notice_part_text(Ctx *c, const NoticeRow *n, const char *part, Str *out) {
    RecipientRow who;
    NoticePlan p;
    Writer w;
    Buf b = buf_new(NOTICE_BODY_MAX);
    Err e = plan_again(c, n, NOTICE_ITEMS_MAX, &who, &p);
    *out = STR_NONE;
    if (e == OK) e = writer_for(c, &p, p.lang, &b, &w);
    w.bare = true;
    for (size_t i = 0; e == OK && i < LEN(blocks); i++)
        if (strcmp(blocks[i].name, part) == 0 && !(blocks[i].adult_only && minor(&p)) && !(strcmp(part, "earlier") == 0 && id_none(p.earlier))) e = blocks[i].write(&w);
    if (e == OK) e = buf_err(&b);
    if (e == OK) *out = str_dup(c->arena, str_trim(buf_str(&b)));
    buf_free(&b);
    return e;
}
