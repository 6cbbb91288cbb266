/* desk_chain.c - the chain picture of a case: one lane for each location and recipient, from what was asked and what came, with
 * silence as a fact. Locations that were looked at and that nobody was asked about yet have a lane too. */
#include "core/desk/desk_in.h"

enum { EVENTS_MAX = 120, CHECKS_MAX = 200, MARKS_MAX = 60, LOOSE_MAX = 12 };

typedef struct Draw {
    Ctx *c;
    const UiCtx *ui;
    const CaseRow *k;
    bool links; /* false: lanes say which kind of place, never where */
    ClockRow *clocks;
    size_t clocks_n;
    SilenceRow *silences;
    size_t silences_n;
    LocationRow *places; /* of the lanes, opened */
    size_t places_n;
} Draw;

static const LocationRow *place_of(const Draw *d, Id location) {
    for (size_t i = 0; i < d->places_n; i++)
        if (id_eq(d->places[i].id, location)) return &d->places[i];
    return NULL;
}

static Str place_words(const Draw *d, Id location) {
    const LocationRow *l = place_of(d, location);
    if (id_none(location)) return tr(d->ui, N_("the whole case"));
    if (!d->links) return l != NULL ? desk_say(d->ui, "location_kind", l->kind) : STR_NONE;
    if (l == NULL || l->url.n == 0) return tr(d->ui, N_("link that cannot be read any more"));
    return desk_url_words(l);
}

static void add(ChainEvent *e, size_t *n, UnixMs at, ChainMark mark, Str word) {
    if (*n < EVENTS_MAX && at != 0) e[(*n)++] = (ChainEvent){ .at = at, .mark = mark, .word = word };
}

static ChainMark mark_of(Str what) {
    static const struct { const char *code; ChainMark mark; } map[] = { { "received", MARK_RECEIPT }, { "acted", MARK_ACT }, { "answered", MARK_ANSWER }, { "decided", MARK_DECISION }, { "transferred", MARK_DECISION } };
    for (size_t i = 0; i < LEN(map); i++)
        if (str_eq(what, str_c(map[i].code))) return map[i].mark;
    return MARK_NONE;
}

/* What came, from the acts themselves: a later answer stands beside the earlier one. */
static Err what_came(Draw *d, const RequestRow *r, ChainEvent *e, size_t *n) {
    Event *acts = NULL;
    size_t acts_n = 0;
    TRY(journal_subject_events(d->c, r->id, 60, false, &acts, &acts_n));
    add(e, n, r->asked, MARK_NOTICE, desk_form(d->c, d->ui, r->form));
    for (size_t i = 0; i < acts_n; i++) {
        if (acts[i].def != &act_request_event) continue;
        Str what = act_get_code(acts[i].act, "what"), outcome = act_get_code(acts[i].act, "outcome");
        ChainMark mark = mark_of(what);
        Str word = str_trim(str_fmt(d->ui->a, STR_FMT " " STR_FMT, STR_ARG(desk_say(d->ui, "request", what)), STR_ARG(outcome.n > 0 ? desk_say(d->ui, "outcome", outcome) : S(""))));
        if (mark != MARK_NONE) add(e, n, act_get_int(acts[i].act, "on"), mark, word);
    }
    return OK;
}

/* First thing that followed after an instant; 0 when nothing did. */
static UnixMs followed(const ChainEvent *e, size_t n, UnixMs after) {
    UnixMs first = 0;
    for (size_t i = 0; i < n; i++) {
        bool counts = e[i].mark == MARK_ANSWER || e[i].mark == MARK_ACT || e[i].mark == MARK_DECISION;
        if (counts && e[i].at > after && (first == 0 || e[i].at < first)) first = e[i].at;
    }
    return first;
}

static const ClockRow *clock_named(const Draw *d, Id id) {
    for (size_t i = 0; i < d->clocks_n; i++)
        if (id_eq(d->clocks[i].id, id)) return &d->clocks[i];
    return NULL;
}

/* Several duties of one recipient can be silent at once: the lane is silent from the first to the last, counted once. */
static size_t overlap(ChainSilence *s, size_t n) {
    size_t kept = 0;
    for (size_t i = 1; i < n; i++) /* few, and nearly in order */
        for (size_t k = i; k > 0 && s[k].from < s[k - 1].from; k--) {
            ChainSilence t = s[k];
            s[k] = s[k - 1];
            s[k - 1] = t;
        }
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && s[i].from <= s[kept - 1].to) {
            if (s[i].to > s[kept - 1].to) s[kept - 1].to = s[i].to;
            s[kept - 1].open = s[kept - 1].open || s[i].open;
        } else {
            s[kept++] = s[i];
        }
    }
    return kept;
}

static void silence_of(Draw *d, const RequestRow *r, ChainLane *lane, ChainEvent *e, size_t *n) {
    ChainSilence *bands = ARENA_ARRAY(d->c->arena, ChainSilence, d->silences_n + 1);
    UnixMs end = d->k->closed != 0 ? d->k->closed : d->c->now;
    for (size_t i = 0; i < d->silences_n; i++) {
        const ClockRow *k = clock_named(d, d->silences[i].clock);
        if (k == NULL || !id_eq(k->subject, r->id)) continue;
        UnixMs due = d->silences[i].due, to = followed(e, *n, due);
        bands[lane->silences_n++] = (ChainSilence){ .from = due, .to = to != 0 ? to : end > due ? end : due, .open = to == 0 };
        add(e, n, due, MARK_LAPSE, desk_duty(d->c, d->ui, d->silences[i].duty));
    }
    for (size_t i = 0; i < d->clocks_n; i++) {
        const ClockRow *k = &d->clocks[i];
        if (id_eq(k->subject, r->id) && str_eq(k->state, S("running")) && (lane->due == 0 || k->due < lane->due)) lane->due = k->due;
    }
    lane->silences = bands;
    lane->silences_n = overlap(bands, lane->silences_n);
}

/* Proven online from the first look that saw it to the last; gone ends it, returned begins it again. Unknown proves nothing. */
static Err online_of(Draw *d, Id location, ChainLane *lane, ChainEvent *e, size_t *n) {
    CheckRow *rows = NULL;
    size_t k = 0;
    if (id_none(location)) return OK;
    TRY(check_of_location(d->c, location, CHECKS_MAX, &rows, &k));
    ChainOnline *spans = ARENA_ARRAY(d->c->arena, ChainOnline, k + 1);
    bool on = false, was_gone = false;
    for (size_t i = k; i-- > 0;) {
        if (str_eq(rows[i].verdict, S("still_online"))) {
            if (!on) spans[lane->online_n++] = (ChainOnline){ rows[i].at, rows[i].at };
            spans[lane->online_n - 1].to = rows[i].at;
            if (was_gone) add(e, n, rows[i].at, MARK_RETURNED, tr(d->ui, N_("online again")));
            on = true;
            was_gone = false;
        } else if (rows[i].removed) {
            if (on) spans[lane->online_n - 1].to = rows[i].at;
            if (!was_gone) add(e, n, rows[i].at, MARK_GONE, desk_say(d->ui, "verdict", rows[i].verdict));
            was_gone = true;
            on = false;
        }
        if (i < MARKS_MAX) add(e, n, rows[i].at, MARK_CHECK, desk_say(d->ui, "verdict", rows[i].verdict));
    }
    lane->online = spans;
    return OK;
}

/* A name in a register is ciphertext: opened once for each holder, not for each lane. */
static Str who_of(Draw *d, const RequestRow *all, size_t i, const ChainLane *lanes) {
    for (size_t k = 0; k < i; k++)
        if (str_eq(all[k].holder, all[i].holder)) return lanes[k].who;
    return desk_holder(d->c, d->ui, all[i].holder);
}

static Err lane_of(Draw *d, const RequestRow *r, Str who, ChainLane *lane) {
    ChainEvent *e = ARENA_ARRAY(d->c->arena, ChainEvent, EVENTS_MAX);
    size_t n = 0;
    *lane = (ChainLane){ .rung = desk_rung(d->c, d->ui, r->rung), .who = who, .what = place_words(d, r->location) };
    TRY(what_came(d, r, e, &n));
    silence_of(d, r, lane, e, &n);
    TRY(online_of(d, r->location, lane, e, &n));
    lane->events = e;
    lane->events_n = n;
    return OK;
}

static Err loose_lane(Draw *d, const LocationRow *l, ChainLane *lane, bool *out_any) {
    ChainEvent *e = ARENA_ARRAY(d->c->arena, ChainEvent, EVENTS_MAX);
    size_t n = 0;
    *lane = (ChainLane){ .rung = tr(d->ui, N_("Nobody asked yet")), .who = desk_platform(d->c, d->ui, l->platform), .what = place_words(d, l->id) };
    TRY(online_of(d, l->id, lane, e, &n));
    lane->events = e;
    lane->events_n = n;
    *out_any = n > 0;
    return OK;
}

/* Locations of the lanes, and the first ones of the case; opened together. */
static Err gather_places(Draw *d, const RequestRow *r, size_t n) {
    LocationRow *first = NULL;
    size_t first_n = 0;
    d->places = ARENA_ARRAY(d->c->arena, LocationRow, n + LOOSE_MAX + 1);
    for (size_t i = 0; i < n; i++) {
        if (id_none(r[i].location) || place_of(d, r[i].location) != NULL) continue;
        if (location_by_id(d->c, r[i].location, &d->places[d->places_n]) == OK) d->places_n++;
    }
    TRY(location_of_case(d->c, d->k->id, 0, LOOSE_MAX, &first, &first_n));
    for (size_t i = 0; i < first_n; i++)
        if (place_of(d, first[i].id) == NULL) d->places[d->places_n++] = first[i];
    return d->links ? location_open(d->c, d->places, d->places_n) : OK;
}

static bool asked_about(const RequestRow *r, size_t n, Id location) {
    for (size_t i = 0; i < n; i++)
        if (id_eq(r[i].location, location)) return true;
    return false;
}

Err desk_chain(Ctx *c, const UiCtx *ui, const CaseRow *k, bool links, Html *out) {
    Draw d = { .c = c, .ui = ui, .k = k, .links = links };
    RequestRow *r = NULL;
    size_t n = 0, lanes_n = 0;
    TRY(request_of_case(c, k->id, &r, &n));
    if (n > LANES_MAX) n = LANES_MAX; /* the page of requests has them all */
    TRY(clock_of_case(c, k->id, &d.clocks, &d.clocks_n));
    TRY(silence_of_case(c, k->id, &d.silences, &d.silences_n));
    TRY(gather_places(&d, r, n));
    ChainLane *lanes = ARENA_ARRAY(c->arena, ChainLane, n + LOOSE_MAX + 1);
    for (size_t i = 0; i < n; i++) TRY(lane_of(&d, &r[i], who_of(&d, r, i, lanes), &lanes[lanes_n++]));
    for (size_t i = 0; i < d.places_n && lanes_n < n + LOOSE_MAX; i++) {
        bool any = false;
        if (asked_about(r, n, d.places[i].id)) continue;
        TRY(loose_lane(&d, &d.places[i], &lanes[lanes_n], &any));
        lanes_n += any;
    }
    *out = lanes_n > 0 ? chart_chain(ui, tr(ui, N_("What was asked, and what came")), 0, 0, lanes, lanes_n) : (Html){ STR_NONE };
    return OK;
}
