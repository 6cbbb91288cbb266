/* law_route.c - which bodies are competent. No body, country or article is named here: the rows of table competence are tried in
 * order for every body, against facts that are worked out once a question. */
#include "core/law/law_in.h"

enum { SEAT_HERE = 1, SEAT_REP = 2, SEAT_EU = 4, SEAT_EUREP = 8, SEAT_NONE = 16, SEAT_UNKNOWN = 32 };
enum { PLACE_HERE = 1, PLACE_EU = 2, PLACE_OUTSIDE = 4, PLACE_UNKNOWN = 8 };
enum { LANE_ADULT = 1, LANE_MINOR = 2, STEPS_N = 7 };
static const char *const reporters[] = { "victim", "supporter", "flagger", "ngo", "mandated", "authority" };
static const char *const outcomes[] = { [OUTCOME_NO] = "no", [OUTCOME_COMPETENT] = "competent", [OUTCOME_SHARED] = "shared", [OUTCOME_RECEIVES] = "receives",
    [OUTCOME_CONCERNED] = "concerned", [OUTCOME_FIND_OUT] = "find_out" };

const char *law_outcome_code(LawOutcome o) { return (size_t)o < LEN(outcomes) ? outcomes[o] : ""; }

typedef struct Place { Str code; const LawRow *row; bool known, none, eu; uint32_t bit; } Place; /* none: known to be nowhere */
typedef struct Facts {
    const Law *law;
    const RouteQuery *q;
    Arena *a;
    RouteResult *out;
    uint64_t offence;
    uint32_t lane, tags, reporter;
    Str tag_words;
    Place seat, rep, host, home;
    struct Asked { const LawContent *const *v; size_t n; bool done; } *asked; /* by row of forms: a form is asked for by many bodies */
} Facts;

static Err refuse(const Facts *f, Err e, Ph ph, Str word) { return law_refuse(f->law, f->out->problem, f->a, e, ph, &(LawReason){ .word = word, .date = f->q->at }); }

/* ---- the facts ---- */

static Err place(const Facts *f, Str code, Place *out) {
    Place p = { .code = code };
    *out = p;
    if (code.n == 0) return OK;
    p.known = true;
    p.none = str_eq(code, S("-"));
    const LawCountry *c = p.none ? NULL : law_country(f->law, code, f->q->at);
    if (c == NULL && !p.none) return refuse(f, E_INPUT, PH_X_COUNTRY, code); /* a slip of the pen would be a seat outside the Union */
    p.eu = c != NULL && c->eu;
    p.row = c != NULL ? &c->r : NULL;
    p.bit = law_seat_word(f->law, code);
    *out = p;
    return OK;
}

static Err find_reporter(Facts *f) {
    for (size_t i = 0; i < LEN(reporters); i++)
        if (str_eq(f->q->reporter, str_c(reporters[i]))) f->reporter = 1u << i;
    return f->reporter != 0 ? OK : refuse(f, E_INPUT, PH_X_REPORTER, f->q->reporter);
}

static Err find_offence(Facts *f) {
    static const char *const ages[] = { "adult", "minor", "unknown", "<12", "12-15", "16-17", "18+" };
    const RouteQuery *q = f->q;
    bool known = false;
    Date on = date_none(q->offence_date) ? q->at : q->offence_date;
    f->out->offence = (const LawOffence *)(const void *)law_get_known(f->law, LAW_OFFENCES, q->offence, on, q->known);
    if (f->out->offence == NULL) return refuse(f, E_MISSING, PH_X_OFFENCE, q->offence);
    for (size_t i = 0; i < LEN(ages); i++) known = known || str_eq(q->depicted, str_c(ages[i]));
    if (!known) return refuse(f, E_INPUT, PH_X_AGE, q->depicted);
    f->offence = f->out->offence->bit | f->out->offence->group_bits;
    f->out->lane = law_lane(f->law, q->offence, q->depicted, on);
    f->lane = str_eq(f->out->lane, S("adult")) ? LANE_ADULT : LANE_MINOR;
    return OK;
}

static Err find_service(Facts *f) {
    const RouteQuery *q = f->q;
    const LawPlatform *p = NULL;
    Str list = q->tags, w = STR_NONE;
    if (q->platform.n > 0) {
        p = (const LawPlatform *)(const void *)law_get_known(f->law, LAW_PLATFORMS, q->platform, q->at, q->known);
        if (p == NULL) return refuse(f, E_MISSING, PH_X_PLATFORM, q->platform);
        f->out->platform = p;
        list = p->tags;
    }
    f->tag_words = list;
    while (law_split(&list, &w)) {
        const LawTag *t = law_tag(f->law, w, DATE_NONE);
        if (t == NULL) return refuse(f, E_INPUT, PH_X_TAG, w);
        f->tags |= t->bit;
    }
    if (f->tags == 0) f->tags = f->law->unknown_tag;
    TRY(place(f, q->seat.n > 0 || p == NULL ? q->seat : p->seat, &f->seat));
    TRY(place(f, q->representative.n > 0 || p == NULL ? q->representative : p->representative, &f->rep));
    TRY(place(f, q->host.n > 0 || p == NULL ? q->host : p->host, &f->host));
    return place(f, q->home.n > 0 ? q->home : f->law->home, &f->home);
}

static bool is_here(const LawAuthority *b, const Place *p) { return p->known && !p->none && (str_eq(p->code, b->country) || (p->eu && str_eq(b->country, S("EU")))); }

/* Main establishment, else representative (Reg. 2022/2065 art. 56(1), (6), (7)), seen from the body's own country. */
static uint32_t seat_of(const Facts *f, const LawAuthority *b) {
    const Place *s = &f->seat, *r = &f->rep;
    if (is_here(b, s)) return SEAT_HERE | s->bit;
    if (s->eu) return SEAT_EU | s->bit;
    if (is_here(b, r)) return SEAT_REP | s->bit;
    if (r->eu) return SEAT_EUREP | s->bit;
    if (s->known && r->known) return SEAT_NONE | s->bit;
    return SEAT_UNKNOWN | s->bit;
}

static uint32_t place_of(const LawAuthority *b, const Place *p) {
    if (!p->known || p->none) return PLACE_UNKNOWN;
    return (is_here(b, p) ? PLACE_HERE : p->eu ? PLACE_EU : PLACE_OUTSIDE) | p->bit;
}

/* ---- the bodies ---- */

static const LawCompetence *first_fit(const Facts *f, const LawAuthority *b, const RowList *rules) {
    uint32_t seat = seat_of(f, b), host = place_of(b, &f->host), home = place_of(b, &f->home);
    for (size_t i = 0; i < rules->n; i++) {
        const LawCompetence *c = (const LawCompetence *)(const void *)rules->v[i];
        if ((c->lane_bits & f->lane) == 0 || (c->offence_bits & f->offence) == 0 || (c->need_bits & ~f->tags) != 0 || (c->lack_bits & f->tags) != 0) continue;
        if ((c->seat_bits & seat) == 0 || (c->host_bits & host) == 0 || (c->home_bits & home) == 0 || (c->reporter_bits & f->reporter) == 0) continue;
        if (law_holds(f->law, &c->r, f->q->at, f->q->known)) return c;
    }
    return NULL;
}

static void take_form(Facts *f, RouteBody *b) {
    const LawForm *form = f->law->rule_form[law_row_index(f->law, &b->why->r)];
    if (form == NULL) return;
    if (!law_holds(f->law, &form->r, f->q->at, f->q->known)) form = (const LawForm *)(const void *)law_get_known(f->law, LAW_FORMS, b->why->form, f->q->at, f->q->known);
    if (form == NULL) return;
    size_t ix = law_row_index(f->law, &form->r);
    struct Asked *asked = &f->asked[ix];
    if (!asked->done) {
        const RowList *rows = &f->law->asks[ix];
        const LawContent **list = ARENA_ARRAY(f->a, const LawContent *, rows->n + 1);
        for (size_t i = 0; i < rows->n; i++)
            if (law_holds(f->law, rows->v[i], f->q->at, f->q->known)) list[asked->n++] = (const LawContent *)(const void *)rows->v[i];
        asked->v = list;
        asked->done = true;
    }
    b->form = form;
    b->contents = asked->v;
    b->contents_n = asked->n;
}

static bool acts_on(LawOutcome o) { return o == OUTCOME_COMPETENT || o == OUTCOME_SHARED || o == OUTCOME_RECEIVES; }

static bool shuts_out(const RouteBody *one, const RouteBody *other) {
    if (one == other || !one->exclusive || !acts_on(one->outcome)) return false;
    Str list = one->why->exclusive, w = STR_NONE;
    if (law_any(list)) return true;
    while (law_split(&list, &w))
        if (str_eq(w, other->body->r.id) || (str_starts(w, S("kind:")) && str_eq(str_sub(w, 5, w.n), other->body->kind))) return true;
    return false;
}

static void find_parallel(RouteBody *v, size_t n) {
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        v[i].parallel = true;
        any = any || v[i].exclusive;
    }
    for (size_t i = 0; i < n && any; i++) {
        if (v[i].exclusive && law_any(v[i].why->exclusive)) v[i].parallel = false;
        for (size_t k = 0; k < n; k++)
            if (shuts_out(&v[i], &v[k])) v[k].parallel = false;
    }
}

static void find_bodies(Facts *f) {
    static const LawOutcome order[] = { OUTCOME_COMPETENT, OUTCOME_SHARED, OUTCOME_RECEIVES, OUTCOME_CONCERNED, OUTCOME_FIND_OUT, OUTCOME_NO };
    RouteResult *out = f->out;
    size_t all = f->law->t[LAW_AUTHORITIES].n, n = 0, sorted = 0;
    RouteBody *found = ARENA_ARRAY(f->a, RouteBody, all + 1), *list = ARENA_ARRAY(f->a, RouteBody, all + 1);
    for (size_t i = 0; i < all; i++) {
        const LawRow *row = law_row(f->law, LAW_AUTHORITIES, i);
        if (!law_holds(f->law, row, f->q->at, f->q->known)) continue;
        RouteBody *b = &found[n++];
        b->body = (const LawAuthority *)(const void *)row;
        b->why = first_fit(f, b->body, &f->law->rules[i]);
        if (b->why == NULL) continue;
        b->outcome = (LawOutcome)b->why->outcome_n;
        b->exclusive = b->why->exclusive.n > 0;
        if (b->why->form.n > 0) take_form(f, b);
        if (acts_on(b->outcome) && (!b->why->r.verified || !row->verified)) out->verified = false;
    }
    find_parallel(found, n);
    for (size_t k = 0; k < LEN(order); k++) {
        for (size_t i = 0; i < n; i++)
            if (found[i].outcome == order[k]) list[sorted++] = found[i];
        if (order[k] == OUTCOME_SHARED) out->competent_n = sorted;
    }
    out->bodies = list;
    out->bodies_n = sorted;
}

/* ---- the steps, in words ---- */

static Str clocks_of(const Facts *f) {
    Buf b = buf_new(2000);
    for (size_t i = 0; i < f->out->bodies_n; i++) {
        const LawForm *form = f->out->bodies[i].form;
        bool seen = form == NULL || form->clock.n == 0 || !acts_on(f->out->bodies[i].outcome);
        for (size_t k = 0; k < i && !seen; k++) seen = f->out->bodies[k].form == form && acts_on(f->out->bodies[k].outcome);
        if (seen) continue;
        if (b.n > 0) buf_ch(&b, ' ');
        buf_put(&b, form->r.id);
    }
    Str s = str_dup(f->a, buf_str(&b));
    buf_free(&b);
    return s;
}

static void tell(Facts *f) {
    const Law *law = f->law;
    const RouteQuery *q = f->q;
    RouteStep *s = ARENA_ARRAY(f->a, RouteStep, STEPS_N);
    const LawOffence *o = f->out->offence;
    bool unknown = str_eq(q->depicted, S("unknown")) && f->lane == LANE_MINOR && str_eq(o->lane_adult, S("adult"));
    s[0] = (RouteStep){ law->ph[unknown ? PH_R_LANE_UNKNOWN : f->lane == LANE_ADULT ? PH_R_LANE_ADULT : PH_R_LANE_MINOR], f->out->lane, &o->r };
    bool service = f->tags != law->unknown_tag && f->tags != 0;
    s[1] = (RouteStep){ law->ph[service ? PH_R_SERVICE : PH_R_SERVICE_UNKNOWN], f->tag_words, f->out->platform != NULL ? &f->out->platform->r : NULL };
    bool seat = f->seat.known && !f->seat.none, rep = f->rep.known && !f->rep.none;
    if (seat && (f->seat.eu || !rep)) s[2] = (RouteStep){ law->ph[PH_R_SEAT], f->seat.code, f->seat.row };
    else if (rep) s[2] = (RouteStep){ law->ph[PH_R_SEAT_REP], f->rep.code, f->rep.row };
    else s[2] = (RouteStep){ law->ph[f->seat.known && f->rep.known ? PH_R_SEAT_NONE : PH_R_SEAT_UNKNOWN], S("-"), NULL };
    s[3] = (RouteStep){ law->ph[PH_R_MANDATE], o->groups, &o->r };
    s[4] = (RouteStep){ law->ph[PH_R_WHO_VICTIM + __builtin_ctz(f->reporter)], q->reporter, NULL };
    Str clocks = clocks_of(f);
    s[5] = (RouteStep){ law->ph[clocks.n > 0 ? PH_R_FORM : PH_R_FORM_NONE], clocks, NULL };
    s[6] = (RouteStep){ law->ph[PH_R_PARALLEL], STR_NONE, NULL };
    for (size_t i = 0; i < f->out->bodies_n; i++)
        if (f->out->bodies[i].exclusive && acts_on(f->out->bodies[i].outcome)) s[6] = (RouteStep){ law->ph[PH_R_EXCLUSIVE], f->out->bodies[i].body->code, &f->out->bodies[i].body->r };
    f->out->steps = s;
    f->out->steps_n = STEPS_N;
}

static void find_ladder(Facts *f) {
    const LawTab *t = &f->law->t[LAW_LADDER];
    const LawRung **list = ARENA_ARRAY(f->a, const LawRung *, t->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        const LawRow *r = law_row(f->law, LAW_LADDER, i);
        if (!law_holds(f->law, r, f->q->at, f->q->known)) continue;
        const LawRung *rung = (const LawRung *)(const void *)r;
        size_t k = n++;
        for (; k > 0 && list[k - 1]->rank > rung->rank; k--) list[k] = list[k - 1];
        list[k] = rung;
    }
    f->out->ladder = list;
    f->out->ladder_n = n;
}

Err law_route(const Law *law, const RouteQuery *q, Arena *a, RouteResult *out) {
    must(law != NULL && q != NULL && out != NULL);
    *out = (RouteResult){ .verified = true };
    Facts f = { .law = law, .q = q, .a = a, .out = out };
    if (!date_ok(q->at)) return refuse(&f, E_INPUT, PH_X_DAY, STR_NONE);
    TRY(find_offence(&f));
    TRY(find_reporter(&f));
    TRY(find_service(&f));
    f.asked = arena_array(a, law->t[LAW_FORMS].n + 1, sizeof *f.asked);
    if (!out->offence->r.verified || (out->platform != NULL && !out->platform->r.verified)) out->verified = false;
    find_bodies(&f);
    tell(&f);
    find_ladder(&f);
    Date on = date_none(q->offence_date) ? q->at : q->offence_date;
    out->hash_n = law_cross_to(law, q->offence, S("HASH"), out->lane, STR_NONE, on, a, &out->hash);
    return OK;
}
