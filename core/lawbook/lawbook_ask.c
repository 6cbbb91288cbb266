/* lawbook_ask.c - count a term, find the competent body. A question is a GET: it can be linked to and changes nothing. */
#include "core/lawbook/lawbook_in.h"
#include "core/lawbook/lawbook.h"

enum { PAUSES_MAX = 32 };

void book_form(const Request *req, const Param *spec, size_t n, Form *out, bool *out_asked) {
    Pair *pairs = ARENA_ARRAY(req->a, Pair, req->query_n + 1);
    Request r = { .a = req->a, .posted = pairs, .posted_n = req->query_n + 1, .ui = req->ui };
    *out_asked = false;
    for (size_t i = 0; i < req->query_n; i++) {
        pairs[i] = req->query[i];
        for (size_t k = 0; k < n; k++) *out_asked = *out_asked || str_eq(req->query[i].name, str_c(spec[k].name));
    }
    pairs[req->query_n] = (Pair){ S("act"), S("00000000000000000000000000000001") }; /* nothing happens here, so nothing can happen twice */
    if (*out_asked) form_read(&r, spec, n, out);
    else *out = (Form){ .spec = spec, .n = n };
}

typedef struct Options { UiOption *v; size_t n; } Options;

/* Rows of a table as choices; the hint is the code. */
static Options options(const Law *law, const Request *req, LawTable t, Date at, bool coded) {
    const LawRow **rows = NULL;
    Options o = { .n = law_list(law, t, at, req->a, &rows) };
    o.v = ARENA_ARRAY(req->a, UiOption, o.n + 1);
    for (size_t i = 0; i < o.n; i++) {
        Str name = book_name(law, rows[i], req->ui->lang);
        o.v[i] = (UiOption){ .value = rows[i]->id, .label = coded ? str_fmt(req->a, STR_FMT " · " STR_FMT, STR_ARG(rows[i]->id), STR_ARG(name)) : name };
    }
    return o;
}

/* ---- a term ---- */

static const Param term_form[] = {
    { "rule", P_TEXT, .required = true, .label = N_("Term") },
    { "from", P_DATE, .required = true, .label = N_("Day of sending or of the event") },
    { "time", P_TEXT, .min = 0, .max = 5, .label = N_("Time, for terms in hours") },
    { "received", P_DATE, .label = N_("Day on which receipt is proven") },
    { "prior", P_DATE, .label = N_("Last day of the term before this one") },
    { "pause", P_LONGTEXT, .min = 0, .max = 800, .label = N_("Days on which the term stood still") },
    { "extended", P_DATE, .label = N_("Day of the letter in which they extend it, or promise a day") },
    { "promised", P_DATE, .label = N_("Day that they promised in a letter") },
    { "at", P_DATE, .label = N_("Look from this day") },
    { "country", P_TEXT, .label = N_("Country of who must act") },
    { "offence", P_TEXT, .label = N_("Offence, for norms of policy") },
};

static Date day_of(const Form *f, const char *name) { return form_at(f, name)->given ? form_date(f, name) : DATE_NONE; }

static void read_pauses(Form *f, LawPause *out, size_t *out_n) {
    Str rest = form_text(f, "pause"), line = STR_NONE;
    *out_n = 0;
    while (rest.n > 0 && str_split(&rest, '\n', &line)) {
        LawPause p = { .kind = STR_NONE };
        line = str_trim(line);
        if (line.n == 0) continue;
        if (*out_n == PAUSES_MAX || law_pause_parse(line, &p) != OK) {
            form_fail(f, "pause", N_("Write each pause on its own line as two days, like 2026-03-10..2026-03-20."));
            return;
        }
        out[(*out_n)++] = p;
    }
}

/* The first instant of a day, or a time on it, in the zone of who must act. */
static void read_from(Form *f, const Zone *z, UnixMs *out) {
    Str s = form_text(f, "time");
    int64_t hh = 0, mm = 0;
    size_t at = 0;
    Date d = form_date(f, "from");
    *out = day_start(z, d);
    if (s.n == 0) return;
    bool good = str_chr(s, ':', &at) && str_i64(str_sub(s, 0, at), 0, 23, &hh) == OK && str_i64(str_sub(s, at + 1, s.n), 0, 59, &mm) == OK;
    if (!good) form_fail(f, "time", N_("Write the time like 10:00."));
    else if (civil_instant(z, d, (int)hh, (int)mm, 0, out) != OK) form_fail(f, "time", N_("This time does not exist on that day: the clocks went forward."));
}

static bool years_ok(Form *f) {
    static const char *const days[] = { "from", "received", "prior", "extended", "promised", "at" };
    for (size_t i = 0; i < LEN(days); i++) {
        Date d = day_of(f, days[i]);
        if (!date_none(d) && (d.y < 1900 || d.y > 2999)) form_fail(f, days[i], N_("Choose a day between 1900 and 2999."));
    }
    return f->errors == 0;
}

static void read_term(const Law *law, Form *f, LawPause *pauses, TermQuery *q) {
    q->rule = form_text(f, "rule");
    q->country = form_text(f, "country");
    q->offence = form_text(f, "offence");
    const LawTermRow *t = law_term_row(law, q->rule, DATE_NONE);
    const LawCountry *there = law_country(law, q->country.n > 0 || t == NULL ? q->country : t->country, DATE_NONE);
    const Zone *z = there != NULL ? there->z : zone_utc();
    if (f->errors > 0 || !years_ok(f)) return;
    read_from(f, z, &q->from);
    read_pauses(f, pauses, &q->pauses_n);
    q->pauses = pauses;
    q->prior_due = day_of(f, "prior");
    q->extended_on = day_of(f, "extended");
    q->promised = day_of(f, "promised");
    Date received = day_of(f, "received"), at = day_of(f, "at");
    if (!date_none(received)) { /* a day, not an instant: on the day of sending it is not before it */
        q->received = day_start(z, received);
        if (date_cmp(received, form_date(f, "from")) == 0 && q->received < q->from) q->received = q->from;
    }
    if (!date_none(at)) q->at = day_end(z, at);
}

static Str penalty_text(const UiCtx *ui, const TermPenalty *p, bool looked) {
    if (!p->has || !looked) return STR_NONE;
    return TRF(ui, "Penalty so far: {sum} euro, day {day}", UA_S("sum", ui_dec(ui, (double)p->cents_now / 100, 2)), UA_I("day", p->day_now));
}

static void fill_term(const Law *law, const Request *req, const TermQuery *q, const TermResult *r, TplLawbookTerm *t) {
    TplLawbookTermWhy *why = ARENA_ARRAY(req->a, TplLawbookTermWhy, r->derivation_n + 1);
    for (size_t i = 0; i < r->derivation_n; i++) why[i].text = law_reason_text(law, &r->derivation[i], req->ui->lang, req->a);
    TplLawbookTermOpens *opens = ARENA_ARRAY(req->a, TplLawbookTermOpens, r->opens_n + 1);
    for (size_t i = 0; i < r->opens_n; i++) {
        const LawOpen *o = &r->opens[i];
        opens[i] = (TplLawbookTermOpens){ .first = o->first, .name = o->next->name[req->ui->lang], .ground = o->next->ground, .open = o->open_now,
            .word = book_mark_word(o->next->r.verified), .state = book_mark_state(o->next->r.verified) };
    }
    TplLawbookTermAlarms *alarms = ARENA_ARRAY(req->a, TplLawbookTermAlarms, r->alarms_n + 1);
    for (size_t i = 0; i < r->alarms_n; i++) alarms[i].day = r->alarms[i];
    t->asked = true;
    t->name = r->term->name[req->ui->lang];
    t->article = r->term->article;
    t->kind = tr(req->ui, book_kind_word(r->kind));
    t->state = book_mark_state(r->verified);
    t->word = book_mark_word(r->verified);
    t->has_due = r->has_due;
    t->is_void = r->is_void;
    t->due = r->due;
    t->due_at = r->due_at;
    t->penalty = penalty_text(req->ui, &r->penalty, q->at != 0);
    t->why = why;
    t->why_n = r->derivation_n;
    t->opens = opens;
    t->opens_n = r->opens_n;
    t->alarms = alarms;
    t->alarms_n = r->alarms_n;
}

Err book_term(Ctx *c, const Request *req, Response *res) {
    const Law *law = c->app->law;
    LawPause pauses[PAUSES_MAX];
    Form form = { .n = 0 };
    bool asked = false;
    memset(pauses, 0, sizeof pauses);
    book_form(req, term_form, LEN(term_form), &form, &asked);
    Options terms = options(law, req, LAW_TERMS, DATE_NONE, true), countries = options(law, req, LAW_COUNTRIES, DATE_NONE, false), offences = options(law, req, LAW_OFFENCES, DATE_NONE, false);
    TplLawbookTerm t = { .form = &form, .terms = terms.v, .terms_n = terms.n, .countries = countries.v, .countries_n = countries.n, .offences = offences.v, .offences_n = offences.n };
    TermQuery q = { .rule = STR_NONE };
    TermResult r = { .term = NULL };
    if (asked) read_term(law, &form, pauses, &q);
    if (asked && form.errors == 0) {
        if (law_term(law, &q, req->a, &r) == OK) fill_term(law, req, &q, &r, &t);
        else t.problem = r.problem[req->ui->lang];
    }
    tpl_lawbook_term(&res->body, req->ui, &t);
    return OK;
}

/* ---- a route ---- */

static const char *const age_codes[] = { "unknown", "adult", "minor", "<12", "12-15", "16-17" };
static const char *const age_words[] = { N_("not known"), N_("18 or older"), N_("younger than 18"), N_("younger than 12"), N_("12 to 15"), N_("16 or 17") };
static const char *const who_codes[] = { "victim", "supporter", "flagger", "ngo", "mandated", "authority" };
static const char *const who_words[] = { N_("the victim"), N_("somebody close to the victim"), N_("a trusted flagger"), N_("an organisation with a stake of its own"), N_("somebody with a mandate of the victim"), N_("an authority") };
static const Param route_form[] = {
    { "offence", P_TEXT, .required = true, .label = N_("What happened") },
    { "depicted", P_TEXT, .label = N_("Age of the person in the image, at that time") },
    { "platform", P_TEXT, .label = N_("Platform") },
    { "tags", P_TEXT, .label = N_("Kind of service, when it is another") },
    { "seat", P_TEXT, .label = N_("Country where it is established") },
    { "representative", P_TEXT, .label = N_("Country of its legal representative") },
    { "host", P_TEXT, .label = N_("Country where the files stand") },
    { "reporter", P_TEXT, .label = N_("Who files") },
    { "at", P_DATE, .label = N_("Day of the question") },
    { "offence_date", P_DATE, .label = N_("Day of the offence") },
};

static Options choices(const Request *req, const char *const *codes, const char *const *words, size_t n) {
    Options o = { ARENA_ARRAY(req->a, UiOption, n), n };
    for (size_t i = 0; i < n; i++) o.v[i] = (UiOption){ .value = str_c(codes[i]), .label = tr(req->ui, words[i]) };
    return o;
}

/* The countries, and before them "none": what is known to be nowhere is not the same as what is not known. */
static Options places(const Law *law, const Request *req) {
    Options o = options(law, req, LAW_COUNTRIES, DATE_NONE, false);
    UiOption *v = ARENA_ARRAY(req->a, UiOption, o.n + 1);
    v[0] = (UiOption){ .value = S("-"), .label = tr(req->ui, "none: known to be nowhere in the Union") };
    memcpy(v + 1, o.v, o.n * sizeof *v);
    return (Options){ v, o.n + 1 };
}

static void fill_contents(const Law *law, const Request *req, const RouteQuery *q, const RouteBody *b, TplLawbookRouteBodies *out) {
    TplLawbookRouteBodiesContents *list = ARENA_ARRAY(req->a, TplLawbookRouteBodiesContents, b->contents_n + 1);
    for (size_t i = 0; i < b->contents_n; i++)
        list[i] = (TplLawbookRouteBodiesContents){ .text = b->contents[i]->name[req->ui->lang], .needed = law_content_needed(law, b->contents[i], q->offence, q->at) };
    out->contents = list;
    out->contents_n = b->contents_n;
}

static TplLawbookRouteBodies body_of(const Law *law, const Request *req, const RouteQuery *q, const RouteBody *b) {
    Lang lang = req->ui->lang;
    bool verified = b->body->r.verified && b->why->r.verified;
    TplLawbookRouteBodies out = { .name = b->body->name[lang], .code = b->body->code, .href = book_row_url(req->a, LAW_AUTHORITIES, b->body->r.id), .outcome = book_outcome_word(b->outcome),
        .state = book_outcome_state(b->outcome), .reason = b->why->reason[lang], .article = b->why->article, .expect = b->why->expect[lang], .alone = !b->parallel,
        .word = book_mark_word(verified), .mark = book_mark_state(verified) };
    if (b->form == NULL) return out;
    out.form_name = b->form->name[lang];
    out.form_href = book_row_url(req->a, LAW_FORMS, b->form->r.id);
    out.clock = b->form->clock;
    out.clock_href = book_row_url(req->a, LAW_TERMS, b->form->clock);
    fill_contents(law, req, q, b, &out);
    return out;
}

static void fill_route(const Law *law, const Request *req, const RouteQuery *q, const RouteResult *r, TplLawbookRoute *t) {
    Lang lang = req->ui->lang;
    TplLawbookRouteSteps *steps = ARENA_ARRAY(req->a, TplLawbookRouteSteps, r->steps_n + 1);
    for (size_t i = 0; i < r->steps_n; i++) {
        LawReason reason = { .phrase = r->steps[i].phrase, .word = r->steps[i].value, .row = r->steps[i].row };
        steps[i].text = law_reason_text(law, &reason, lang, req->a);
    }
    TplLawbookRouteBodies *bodies = ARENA_ARRAY(req->a, TplLawbookRouteBodies, r->bodies_n + 1);
    TplLawbookRouteOthers *others = ARENA_ARRAY(req->a, TplLawbookRouteOthers, r->bodies_n + 1);
    for (size_t i = 0; i < r->bodies_n; i++) {
        const RouteBody *b = &r->bodies[i];
        if (b->why != NULL && b->outcome != OUTCOME_NO) bodies[t->bodies_n++] = body_of(law, req, q, b);
        else others[t->others_n++] = (TplLawbookRouteOthers){ .name = b->body->name[lang], .reason = b->why != NULL ? b->why->reason[lang] : tr(req->ui, "Not on this day."), .article = b->why != NULL ? b->why->article : STR_NONE };
    }
    TplLawbookRouteLadder *ladder = ARENA_ARRAY(req->a, TplLawbookRouteLadder, r->ladder_n + 1);
    for (size_t i = 0; i < r->ladder_n; i++) ladder[i] = (TplLawbookRouteLadder){ .name = r->ladder[i]->name[lang], .found = r->ladder[i]->found[lang] };
    TplLawbookRouteHash *hash = ARENA_ARRAY(req->a, TplLawbookRouteHash, r->hash_n + 1);
    for (size_t i = 0; i < r->hash_n; i++) hash[i].text = r->hash[i]->text[lang].n > 0 ? r->hash[i]->text[lang] : r->hash[i]->value;
    t->asked = true;
    t->steps = steps;
    t->steps_n = r->steps_n;
    t->bodies = bodies;
    t->others = others;
    t->ladder = ladder;
    t->ladder_n = r->ladder_n;
    t->hash = hash;
    t->hash_n = r->hash_n;
}

static void read_route(const Ctx *c, const Form *f, RouteQuery *q) {
    Date at = day_of(f, "at"), today = civil_at(c->app->zone, c->now).date;
    *q = (RouteQuery){ .offence = form_text(f, "offence"), .depicted = form_text(f, "depicted"), .platform = form_text(f, "platform"), .tags = form_text(f, "tags"), .seat = form_text(f, "seat"),
        .representative = form_text(f, "representative"), .host = form_text(f, "host"), .reporter = form_text(f, "reporter"), .at = date_none(at) ? today : at, .offence_date = day_of(f, "offence_date") };
    if (q->depicted.n == 0) q->depicted = S("unknown");
    if (q->reporter.n == 0) q->reporter = S("victim");
}

Err book_route(Ctx *c, const Request *req, Response *res) {
    const Law *law = c->app->law;
    Form form = { .n = 0 };
    bool asked = false;
    book_form(req, route_form, LEN(route_form), &form, &asked);
    Options offences = options(law, req, LAW_OFFENCES, DATE_NONE, false), platforms = options(law, req, LAW_PLATFORMS, DATE_NONE, false), countries = places(law, req);
    Options ages = choices(req, age_codes, age_words, LEN(age_codes)), who = choices(req, who_codes, who_words, LEN(who_codes));
    TplLawbookRoute t = { .form = &form, .offences = offences.v, .offences_n = offences.n, .platforms = platforms.v, .platforms_n = platforms.n, .countries = countries.v, .countries_n = countries.n,
        .ages = ages.v, .ages_n = ages.n, .reporters = who.v, .reporters_n = who.n };
    if (asked && form.errors == 0) {
        RouteQuery q = { .at = DATE_NONE };
        RouteResult r = { .lane = STR_NONE };
        read_route(c, &form, &q);
        if (law_route(law, &q, req->a, &r) == OK) fill_route(law, req, &q, &r, &t);
        else t.problem = r.problem[req->ui->lang];
    }
    tpl_lawbook_route(&res->body, req->ui, &t);
    return OK;
}

static const Route routes[] = {
    { GET, "/law", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, book_index },
    { GET, "/law/table/{table}", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, book_table },
    { GET, "/law/row/{table}", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, book_row },
    { GET, "/law/csv/{table}", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, book_csv },
    { GET, "/law/changes", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, book_changes },
    { GET, "/law/term", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, book_term },
    { GET, "/law/route", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, book_route },
};
const Step lawbook_step = { .name = "lawbook", .routes = routes, .routes_n = LEN(routes) };
