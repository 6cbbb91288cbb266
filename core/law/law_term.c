/* law_term.c - one term: from its trigger to its last day, with the reason of every step. Sources: Awb 4:13-4:18, 6:7-6:12, 7:10;
 * Algemene termijnenwet; Reg. 1182/71. The articles themselves stand in the rows; here is only how a row is read. */
#include "core/law/law_in.h"

enum { PAUSES_MAX = 32, WHY_MAX = 64, ALARMS_MAX = 16, NORM_MAX = 10000, HOURS_MAX = 24 * 36600 };

typedef struct Work {
    const Law *law;
    Arena *a;
    const TermQuery *q;
    TermResult *out;
    const LawTermRow *t;
    bool bare;                  /* t is no row of the table: nothing hangs on it */
    const LawCountry *country;
    UnixMs trigger;
    int64_t n;
    LawUnit unit;
    LawCount count;
    Span spans[PAUSES_MAX];
    const LawRow *kinds[PAUSES_MAX];
    size_t spans_n;
    bool late;
    LawReason why[WHY_MAX];
    size_t why_n;
} Work;
typedef struct End { Date plain, due; UnixMs due_at; LawCounted counted; Span used[PAUSES_MAX]; size_t used_n; bool moves; } End;

static void because(Work *w, Ph ph, LawReason r) {
    must(w->why_n < WHY_MAX);
    r.phrase = w->law->ph[ph];
    w->why[w->why_n++] = r;
}

/* Days that arithmetic around them cannot take outside the years of a Date. */
static bool day_ok(Date d) {
    Date same = { 0 };
    return law_add(d, 0, UNIT_DAY, &same) == OK;
}

static Err refuse(Work *w, Err e, Ph ph, LawReason r) { return law_refuse(w->law, w->out->problem, w->a, e, ph, &r); }

static void used(Work *w, const LawRow *r) {
    if (!r->verified) w->out->verified = false;
}

static Str clock_time(Work *w, UnixMs t) {
    Civil c = civil_at(w->country->z, t);
    return str_fmt(w->a, "%02d:%02d:%02d (" STR_FMT ")", c.hh, c.mm, c.ss, STR_ARG(w->country->zone));
}

/* What the tables hang on the term. */
static const TermIx *hangs_on(const Work *w) {
    static const TermIx none = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
    return w->bare ? &none : &w->law->terms[law_row_index(w->law, &w->t->r)];
}

/* ---- what is asked ---- */

static Err find(Work *w) {
    const TermQuery *q = w->q;
    const LawRow *newest = w->bare ? &w->t->r : law_get_known(w->law, LAW_TERMS, q->rule, DATE_NONE, q->known);
    if (newest == NULL) return refuse(w, E_MISSING, PH_X_RULE, (LawReason){ .word = q->rule });
    const LawTermRow *t = (const LawTermRow *)(const void *)newest;
    Str code = q->country.n > 0 ? q->country : t->country;
    w->country = law_country(w->law, code, DATE_NONE);
    if (w->country == NULL) return refuse(w, E_INPUT, PH_X_COUNTRY, (LawReason){ .word = code });
    if (!when_ok(q->from) || (q->received != 0 && !when_ok(q->received)) || (q->at != 0 && !when_ok(q->at))) return refuse(w, E_INPUT, PH_X_INSTANT, (LawReason){ 0 });
    if (!day_ok(civil_at(w->country->z, q->from).date) || (q->received != 0 && !day_ok(civil_at(w->country->z, q->received).date))) return refuse(w, E_LIMIT, PH_X_RANGE, (LawReason){ 0 });
    if (q->received != 0 && q->received < q->from)
        return refuse(w, E_INPUT, PH_X_BEFORE, (LawReason){ .date = civil_at(w->country->z, q->received).date, .other = civil_at(w->country->z, q->from).date });
    bool received = str_eq(t->starts, S("received"));
    w->trigger = received && q->received != 0 ? q->received : q->from;
    Date day = civil_at(w->country->z, w->trigger).date;
    if (!w->bare) w->t = (const LawTermRow *)(const void *)law_get_known(w->law, LAW_TERMS, q->rule, day, q->known);
    if (w->t == NULL) return refuse(w, E_MISSING, PH_X_THEN, (LawReason){ .word = q->rule, .date = day });
    w->out->term = w->t;
    w->out->start = day;
    w->out->country = w->country->r.id;
    w->out->zone = w->country->z;
    w->out->kind = w->t->kind;
    used(w, &w->t->r);
    if (received) because(w, q->received != 0 ? PH_RECEIVED : PH_UNPROVEN, (LawReason){ .date = day });
    else if (q->received != 0) because(w, PH_RECEIVED_IDLE, (LawReason){ .date = civil_at(w->country->z, q->received).date });
    return OK;
}

static int norm_fit(const Work *w, const LawNorm *norm, const LawOffence *o) {
    int fit = 1;
    if (!law_any(norm->lane)) {
        if (!str_eq(norm->lane, w->q->lane)) return 0;
        fit += 1;
    }
    if (law_any(norm->offence)) return fit;
    uint64_t bits = 0;
    if (o == NULL || !law_bits_of(w->law, norm->offence, &bits) || ((o->bit | o->group_bits) & bits) == 0) return 0;
    return fit + ((o->bit & bits) != 0 ? 4 : 2);
}

/* The norm of the table that fits most closely: a code before a group before any; then a lane before any. */
static const LawNorm *find_norm(const Work *w) {
    const TermIx *ix = hangs_on(w);
    const LawOffence *o = law_offence(w->law, w->q->offence, w->out->start);
    const LawNorm *best = NULL;
    int best_fit = 0;
    for (size_t i = 0; i < ix->norms.n; i++) {
        const LawNorm *norm = (const LawNorm *)(const void *)ix->norms.v[i];
        int fit = norm_fit(w, norm, o) * 2 + (str_eq(norm->term, w->t->r.id) ? 1 : 0); /* its own before its base's */
        if (fit < 2 || fit <= best_fit || !law_holds(w->law, &norm->r, w->out->start, w->q->known)) continue;
        best = norm;
        best_fit = fit;
    }
    return best;
}

/* A norm is policy: it is counted in plain hours or days, no law moves it. */
static void take_norm(Work *w, int64_t n, LawUnit unit) {
    w->n = n;
    w->unit = unit;
    w->count = unit == UNIT_HOUR ? COUNT_HOURS : COUNT_CALENDAR;
    w->out->kind = KIND_POLICY;
}

static Err find_number(Work *w) {
    const TermQuery *q = w->q;
    if (w->t->n > 0) {
        w->n = w->t->n;
        w->unit = w->t->unit;
        w->count = w->t->count;
        because(w, w->bare ? PH_LENGTH_BARE : PH_LENGTH, (LawReason){ .n = w->n, .unit = w->unit, .row = w->bare ? NULL : &w->t->r });
    } else if (q->norm_unit != UNIT_NONE) {
        if (q->norm_n < 1 || q->norm_n > NORM_MAX) return refuse(w, E_INPUT, PH_X_RANGE, (LawReason){ 0 });
        take_norm(w, q->norm_n, q->norm_unit);
        because(w, PH_OWN_NORM, (LawReason){ .n = w->n, .unit = w->unit, .row = &w->t->r });
    } else {
        const LawNorm *norm = find_norm(w);
        if (norm == NULL) return OK;
        take_norm(w, norm->n, norm->unit);
        w->out->norm = norm;
        used(w, &norm->r);
        because(w, PH_NORM, (LawReason){ .n = w->n, .unit = w->unit, .row = &norm->r });
    }
    return OK;
}

/* ---- pauses ---- */

static Err take_pause(Work *w, const LawPause *p) {
    Span s = { 0 };
    const LawPauseKind *kind = NULL;
    if (!day_ok(p->from)) return refuse(w, E_INPUT, PH_X_RANGE, (LawReason){ 0 });
    if (date_none(p->to)) return refuse(w, E_INPUT, PH_X_PAUSE_OPEN, (LawReason){ .date = p->from });
    if (!day_ok(p->to)) return refuse(w, E_INPUT, PH_X_RANGE, (LawReason){ 0 });
    if (date_cmp(p->to, p->from) < 0) return refuse(w, E_INPUT, PH_X_PAUSE_ORDER, (LawReason){ .date = p->from, .other = p->to });
    if (p->kind.n > 0) {
        kind = (const LawPauseKind *)(const void *)law_get_known(w->law, LAW_PAUSES, p->kind, w->out->start, w->q->known);
        if (kind == NULL || !law_list_has(w->t->pauses, p->kind)) return refuse(w, E_INPUT, PH_X_PAUSE_KIND, (LawReason){ .word = p->kind });
        used(w, &kind->r);
    }
    s.first = date_days(p->from) + (kind != NULL ? (int32_t)kind->first_add : 0);
    s.last = date_days(p->to) + (kind != NULL ? (int32_t)kind->last_add : 0);
    if (s.last < s.first) return OK; /* completed before the first day that would have been paused */
    size_t k = w->spans_n++;
    for (; k > 0 && w->spans[k - 1].first > s.first; k--) {
        w->spans[k] = w->spans[k - 1];
        w->kinds[k] = w->kinds[k - 1];
    }
    w->spans[k] = s;
    w->kinds[k] = kind != NULL ? &kind->r : NULL;
    return OK;
}

static Err take_pauses(Work *w) {
    const TermQuery *q = w->q;
    if (q->pauses_n == 0) return OK;
    if (q->pauses_n > PAUSES_MAX) return refuse(w, E_LIMIT, PH_X_RANGE, (LawReason){ 0 });
    if (str_eq(w->t->pauses, S("-")) || w->unit == UNIT_HOUR || w->unit == UNIT_NONE || w->count == COUNT_BACKWARD) return refuse(w, E_INPUT, PH_X_PAUSE_NOT, (LawReason){ 0 });
    for (size_t i = 0; i < q->pauses_n; i++) TRY(take_pause(w, &q->pauses[i]));
    for (size_t i = 1; i < w->spans_n; i++) {
        if (w->spans[i].first > w->spans[i - 1].last) continue;
        return refuse(w, E_INPUT, PH_X_PAUSE_OVERLAP, (LawReason){ .date = date_from_days(w->spans[i].first), .other = date_from_days(w->spans[i - 1].last) });
    }
    return OK;
}

/* Days that stand still: only while the term runs, from the day after the start up to its plain end so far. */
static int64_t use_pauses(const Work *w, End *e) {
    int64_t sum = 0, plain = date_days(e->plain), first_day = date_days(w->out->start) + 1;
    e->used_n = 0;
    for (size_t i = 0; i < w->spans_n; i++) {
        Span s = w->spans[i];
        if (s.first < first_day) s.first = (int32_t)first_day;
        if (s.last < s.first || s.first > plain + sum) continue;
        e->used[e->used_n++] = s;
        sum += s.last - s.first + 1;
    }
    return sum;
}

/* ---- the end ---- */

static Err end_hours(const Work *w, int64_t plus, End *e) {
    int64_t hours = w->n + plus;
    if (w->unit != UNIT_HOUR) {
        Date last = { 0 };
        TRY(law_add(w->out->start, w->n, w->unit, &last));
        hours = (int64_t)(date_days(last) - date_days(w->out->start)) * 24 + plus;
    }
    if (hours > HOURS_MAX) return E_LIMIT;
    e->due_at = w->count == COUNT_EU ? law_count_eu_hours(w->trigger, hours) : law_count_hours(w->trigger, hours);
    if (!when_ok(e->due_at)) return E_LIMIT;
    e->due = e->plain = civil_at(w->country->z, e->due_at).date;
    e->counted.raw = e->counted.end = e->due;
    return OK;
}

static Err end_of(const Work *w, int64_t plus, LawUnit plus_unit, End *e) {
    if (w->unit == UNIT_HOUR || w->count == COUNT_HOURS) return end_hours(w, plus, e);
    if (w->count == COUNT_BACKWARD) {
        TRY(law_count_backward(w->out->start, w->n, w->unit, &e->plain));
        e->counted.raw = e->counted.end = e->plain;
    } else {
        bool same = plus == 0 || plus_unit == w->unit;
        TRY(law_add(w->out->start, same ? w->n + plus : w->n, w->unit, &e->plain));
        if (!same) TRY(law_add(e->plain, plus, plus_unit, &e->plain));
        int64_t still = use_pauses(w, e);
        TRY(law_add(e->plain, still, UNIT_DAY, &e->counted.raw));
        bool awt = w->count == COUNT_AWT;
        /* Art. 4 Awt looks at the lengths that the law describes, the term and its extension each by itself: not at their sum. The later end is also
         * the careful one: a notice of default that comes too early is void. */
        e->moves = w->count == COUNT_EU || (awt && law_awt_moves(w->n, w->unit) && (plus == 0 || law_awt_moves(plus, plus_unit)));
        Count c = { .law = w->law, .country = awt ? w->law->awt : w->country->r.id, .from = w->out->start, .spans = e->used, .spans_n = e->used_n, .awt = awt };
        TRY(law_roll(&c, e->counted.raw, e->moves, &e->counted));
    }
    e->due = e->counted.end;
    e->due_at = day_end(w->country->z, e->due);
    return OK;
}

/* ---- the reasons of the end ---- */

static void say_pauses(Work *w, const End *e) {
    for (size_t i = 0; i < w->spans_n; i++) {
        const Span *u = NULL;
        for (size_t k = 0; k < e->used_n && u == NULL; k++)
            if (e->used[k].last == w->spans[i].last) u = &e->used[k];
        LawReason r = { .date = date_from_days(u != NULL ? u->first : w->spans[i].first), .other = date_from_days(w->spans[i].last), .row = w->kinds[i], .unit = UNIT_DAY };
        r.n = u != NULL ? u->last - u->first + 1 : 0;
        because(w, u != NULL ? PH_PAUSE : PH_PAUSE_IDLE, r);
    }
    if (e->used_n > 0) because(w, PH_RAW_PAUSED, (LawReason){ .date = e->counted.raw });
}

static void say_moves(Work *w, const End *e, int64_t n, LawUnit unit) {
    bool awt = w->count == COUNT_AWT;
    const LawCounted *c = &e->counted;
    if (!e->moves) {
        because(w, PH_AWT_NOT, (LawReason){ .n = n, .unit = unit });
        return;
    }
    Str country = awt ? w->law->awt : w->country->r.id;
    if (!law_has_calendar(w->law, country, e->due)) {
        const LawCountry *there = law_country(w->law, country, DATE_NONE);
        w->out->verified = false;
        because(w, PH_NO_CALENDAR, (LawReason){ .word = country, .row = there != NULL ? &there->r : NULL });
    }
    /* That a day is ordinary rests on the whole list, not only on the day that moved the end. */
    if (!law_calendar_verified(w->law, country)) w->out->verified = false;
    const LawHoliday *by = NULL;
    LawReason doubt;
    bool doubted = law_doubt(w->law, country, c->end, &doubt);
    Date to = c->raw;
    bool moved = law_free_day(w->law, country, c->raw, &by);
    for (const LawHoliday *h = NULL; law_free_day(w->law, country, to, &h);) to = date_add(to, 1);
    LawReason r = { .date = c->raw, .other = to, .row = by != NULL ? &by->r : NULL };
    if (moved && by != NULL) because(w, awt ? PH_AWT_HOLIDAY : PH_EU_HOLIDAY, r);
    else if (moved) because(w, awt ? PH_AWT_WEEKEND : PH_EU_WEEKEND, r);
    else if (!doubted || c->rule == 2) because(w, awt ? PH_AWT_STAYS : PH_EU_STAYS, r);
    if (c->rule == 2) because(w, awt ? PH_AWT_TWO : PH_EU_TWO, (LawReason){ .date = to, .other = c->end });
    if (!doubted) return;
    w->out->verified = false;
    because(w, PH_DECREED, doubt);
}

static void say_end(Work *w, const End *e, int64_t n, LawUnit unit) {
    if (w->unit == UNIT_HOUR || w->count == COUNT_HOURS) {
        because(w, w->count == COUNT_EU ? PH_EU_HOURS : PH_HOURS, (LawReason){ .n = n, .unit = unit });
        return;
    }
    if (w->count == COUNT_BACKWARD) {
        because(w, PH_BACKWARD, (LawReason){ .date = e->plain, .other = w->out->start, .n = n, .unit = unit });
        return;
    }
    because(w, PH_RAW, (LawReason){ .date = e->plain, .other = w->out->start, .n = n, .unit = unit });
    say_pauses(w, e);
    if (w->count == COUNT_CALENDAR) because(w, PH_CALENDAR, (LawReason){ 0 });
    else say_moves(w, e, n, unit);
}

static void say_start(Work *w) {
    bool hours = w->unit == UNIT_HOUR || w->count == COUNT_HOURS;
    because(w, hours ? PH_START_TIME : PH_START, (LawReason){ .date = w->out->start, .word = hours ? clock_time(w, w->trigger) : STR_NONE });
    bool lands = w->q->country.n == 0 && w->count == COUNT_EU;
    if (lands) because(w, PH_COUNTRY, (LawReason){ .word = w->country->r.id, .row = &w->country->r });
}

/* ---- promise, extension, the term before ---- */

/* false: void, nothing more to count. */
static Err after_prior(Work *w, bool *out_goes_on) {
    Date prior = w->q->prior_due, limit = { 0 };
    *out_goes_on = true;
    if (w->t->needs_prior.n == 0 || str_eq(w->t->needs_prior, S("-"))) return OK;
    if (date_none(prior)) {
        because(w, PH_PRIOR_UNKNOWN, (LawReason){ 0 });
        return OK;
    }
    if (!day_ok(prior)) return refuse(w, E_INPUT, PH_X_RANGE, (LawReason){ 0 });
    because(w, PH_PRIOR, (LawReason){ .date = prior });
    if (str_eq(w->t->starts, S("received"))) {
        if (date_cmp(w->out->start, prior) <= 0) {
            because(w, PH_VOID, (LawReason){ .date = w->out->start, .other = prior });
            w->out->is_void = true;
            *out_goes_on = false;
            return OK;
        }
    } else if (date_cmp(prior, w->out->start) > 0) {
        w->out->start = prior;
        w->trigger = day_end(w->country->z, prior);
        because(w, PH_PRIOR_FROM, (LawReason){ .date = prior });
    }
    if (w->t->late_n == 0) return OK;
    if (law_add(prior, w->t->late_n, w->t->late_unit, &limit) != OK) return refuse(w, E_LIMIT, PH_X_RANGE, (LawReason){ 0 });
    w->late = date_cmp(w->out->start, limit) > 0;
    if (w->late) because(w, PH_LATE, (LawReason){ .date = w->out->start, .other = prior, .n = w->t->late_n, .unit = w->t->late_unit });
    return OK;
}

static Err extend(Work *w, End *e, int64_t *n, LawUnit *unit) {
    Date on = w->q->extended_on;
    if (date_none(on)) return OK;
    if (!day_ok(on)) return refuse(w, E_INPUT, PH_X_RANGE, (LawReason){ 0 });
    if (w->t->promise && !date_none(w->q->promised)) return date_cmp(on, w->out->start) < 0 ? refuse(w, E_INPUT, PH_X_EXTEND_EARLY, (LawReason){ .date = on, .other = w->out->start }) : OK;
    if (w->t->ext_n == 0 || w->unit == UNIT_NONE || w->count == COUNT_BACKWARD || (w->unit == UNIT_HOUR) != (w->t->ext_unit == UNIT_HOUR)) return refuse(w, E_INPUT, PH_X_EXTEND, (LawReason){ 0 });
    if (date_cmp(on, w->out->start) < 0) return refuse(w, E_INPUT, PH_X_EXTEND_EARLY, (LawReason){ .date = on, .other = w->out->start });
    if (date_cmp(on, e->due) > 0) {
        because(w, PH_EXTENDED_LATE, (LawReason){ .date = on, .other = e->due });
        return OK;
    }
    because(w, PH_EXTENDED, (LawReason){ .date = on, .n = w->t->ext_n, .unit = w->t->ext_unit });
    if (w->t->ext_unit == *unit) *n += w->t->ext_n;
    if (end_of(w, w->t->ext_n, w->t->ext_unit, e) != OK) return refuse(w, E_LIMIT, PH_X_RANGE, (LawReason){ 0 });
    return OK;
}

/* A letter that names a date after the term has run out changes nothing any more (Awb 4:14(3): "within this term"). */
static bool promise_late(Work *w, const End *e) {
    Date on = w->q->extended_on;
    if (date_none(on) || date_cmp(on, e->due) <= 0) return false;
    because(w, PH_PROMISED_LATE, (LawReason){ .date = on, .other = e->due });
    return true;
}

static Err promise(Work *w, const End *e) {
    TermResult *out = w->out;
    Date p = w->q->promised;
    if (!w->t->promise) return refuse(w, E_INPUT, PH_X_PROMISE, (LawReason){ 0 });
    if (!day_ok(p)) return refuse(w, E_INPUT, PH_X_RANGE, (LawReason){ 0 });
    if (date_cmp(p, out->start) < 0) return refuse(w, E_INPUT, PH_X_PROMISE_EARLY, (LawReason){ .date = p, .other = out->start });
    if (e != NULL) because(w, PH_PROMISED, (LawReason){ .date = p, .other = e->due });
    else because(w, PH_PROMISED_ONLY, (LawReason){ .date = p });
    out->has_due = true;
    out->kind = KIND_PROMISED;
    out->raw = e != NULL ? e->counted.raw : p;
    out->due = p;
    out->due_at = day_end(w->country->z, p);
    return OK;
}

static Err finish_due(Work *w) {
    TermResult *out = w->out;
    End e = { 0 };
    if (w->unit == UNIT_NONE) {
        if (!date_none(w->q->promised)) return promise(w, NULL);
        because(w, PH_NO_NUMBER, (LawReason){ .row = &w->t->r });
        return OK;
    }
    if (end_of(w, 0, UNIT_NONE, &e) != OK) return refuse(w, E_LIMIT, PH_X_RANGE, (LawReason){ 0 });
    int64_t n = w->n;
    LawUnit unit = w->unit;
    TRY(extend(w, &e, &n, &unit));
    say_end(w, &e, n, unit);
    if (!date_none(w->q->promised) && !(w->t->promise && promise_late(w, &e))) return promise(w, &e);
    out->has_due = true;
    out->raw = e.counted.raw;
    out->due = e.due;
    out->due_at = e.due_at;
    return OK;
}

/* ---- what follows ---- */

/* End of a term of the table counted plainly from a day: how long a step via that term takes at least. */
static bool via_end(const Work *w, Str via, Date from, Date *out) {
    const LawTermRow *v = (const LawTermRow *)(const void *)law_get_known(w->law, LAW_TERMS, via, from, w->q->known);
    Work sub = { .law = w->law, .q = w->q, .out = &(TermResult){ .start = from }, .t = v, .country = w->country };
    End e = { 0 };
    if (v == NULL || v->n == 0 || v->unit == UNIT_HOUR || v->count == COUNT_BACKWARD) return false;
    sub.n = v->n;
    sub.unit = v->unit;
    sub.count = v->count;
    if (end_of(&sub, 0, UNIT_NONE, &e) != OK) return false;
    *out = e.due;
    return true;
}

static LawOpen open_of(const Work *w, const LawNext *x) {
    const TermResult *r = w->out;
    LawOpen o = { .next = x };
    Date until = { 0 };
    if (str_eq(x->via, S("now"))) {
        o.first = r->start;
        o.first_at = w->trigger;
    } else if (r->has_due) {
        o.first_at = r->due_at + 1;
        o.first = civil_at(w->country->z, o.first_at).date;
        if (x->via.n > 0 && !str_eq(x->via, S("after")) && via_end(w, x->via, o.first, &until)) {
            o.first = date_add(until, 1);
            o.first_at = day_start(w->country->z, o.first);
        }
    }
    o.open_now = w->q->at != 0 && o.first_at != 0 && w->q->at >= o.first_at;
    return o;
}

static void list_opens(Work *w) {
    const RowList *rows = &hangs_on(w)->next;
    LawOpen *list = ARENA_ARRAY(w->a, LawOpen, rows->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < rows->n && !w->out->is_void; i++)
        if (law_holds(w->law, rows->v[i], w->out->start, w->q->known)) list[n++] = open_of(w, (const LawNext *)(const void *)rows->v[i]);
    w->out->opens = list;
    w->out->opens_n = n;
}

static void list_alarms(Work *w) {
    Str list = w->t->alarms, one = STR_NONE;
    Date *days = ARENA_ARRAY(w->a, Date, ALARMS_MAX);
    size_t n = 0;
    while (w->out->has_due && n < ALARMS_MAX && law_split(&list, &one)) {
        int64_t before = 0;
        Date d = { 0 };
        if (str_i64(one, 0, 3660, &before) != OK || law_add(w->out->due, -before, UNIT_DAY, &d) != OK || date_cmp(d, w->out->start) <= 0) continue;
        size_t k = n++;
        for (; k > 0 && date_cmp(days[k - 1], d) > 0; k--) days[k] = days[k - 1];
        days[k] = d;
    }
    w->out->alarms = days;
    w->out->alarms_n = n;
}

static int64_t penalty_days(const Work *w, const RowList *rows) {
    int64_t days = 0;
    for (size_t i = 0; i < rows->n; i++)
        if (law_holds(w->law, rows->v[i], w->out->start, w->q->known)) days += ((const LawPenalty *)(const void *)rows->v[i])->days;
    return days;
}

/* The money runs from the day after this term; or this term is itself the running of it (its days are those of a term before it). */
static const RowList *penalty_rows(const Work *w, Date *out_first) {
    const RowList *own = &hangs_on(w)->penalties;
    if (penalty_days(w, own) > 0) {
        *out_first = date_add(w->out->due, 1);
        return own;
    }
    Str list = w->t->needs_prior, id = STR_NONE;
    while (w->unit == UNIT_DAY && law_split(&list, &id)) {
        const LawRow *prior = law_head(w->law, LAW_TERMS, id);
        if (prior == NULL) continue;
        const RowList *rows = &w->law->terms[law_row_index(w->law, prior)].penalties;
        *out_first = date_add(w->out->start, 1);
        if (rows->n > 0 && penalty_days(w, rows) == w->n) return rows;
    }
    return NULL;
}

static void count_penalty(Work *w) {
    TermPenalty p = { .has = true };
    const RowList *rows = w->out->has_due && !w->late ? penalty_rows(w, &p.first) : NULL;
    if (rows == NULL) return;
    int64_t total = penalty_days(w, rows), gone = 0;
    if (law_add(p.first, total - 1, UNIT_DAY, &p.last) != OK) return;
    if (w->q->at != 0) gone = date_days(civil_at(w->country->z, w->q->at).date) - date_days(p.first) + 1;
    p.day_now = gone < 0 ? 0 : gone > total ? total : gone;
    int64_t left = p.day_now;
    Date day = p.first;
    for (size_t i = 0; i < rows->n; i++) {
        const LawPenalty *row = (const LawPenalty *)(const void *)rows->v[i];
        if (!law_holds(w->law, &row->r, w->out->start, w->q->known)) continue;
        int64_t days = left < row->days ? left : row->days;
        used(w, &row->r);
        p.cents_max += row->days * row->cents;
        p.cents_now += days * row->cents;
        left -= days;
        if (p.bands_n < PENALTY_BANDS) p.bands[p.bands_n++] = (PenaltyBand){ .row = row, .first = day, .last = date_add(day, (int32_t)row->days - 1) };
        day = date_add(day, (int32_t)row->days);
    }
    w->out->penalty = p;
    because(w, PH_PENALTY, (LawReason){ .date = p.first, .other = p.last, .n = p.cents_max });
    for (size_t i = 0; i < p.bands_n; i++) because(w, PH_PENALTY_BAND, (LawReason){ .date = p.bands[i].first, .other = p.bands[i].last, .row = &p.bands[i].row->r });
}

static void look(Work *w) {
    TermResult *r = w->out;
    r->state = LAW_UNASKED;
    if (w->q->at == 0) return;
    r->state = !r->has_due ? LAW_OPEN_ENDED : w->q->at > r->due_at ? LAW_LAPSED : LAW_RUNNING;
    if (r->has_due) r->days_left = date_days(r->due) - date_days(civil_at(w->country->z, w->q->at).date);
}

static void say_due(Work *w) {
    TermResult *r = w->out;
    bool hours = (w->unit == UNIT_HOUR || w->count == COUNT_HOURS) && r->kind != KIND_PROMISED;
    if (r->has_due) because(w, hours ? PH_DUE_TIME : PH_DUE, (LawReason){ .date = r->due, .word = hours ? clock_time(w, r->due_at) : STR_NONE });
    if (w->t->recurs) because(w, PH_RECURS, (LawReason){ 0 });
}

static Err term_of(const Law *law, const LawTermRow *bare, const TermQuery *q, Arena *a, TermResult *out) {
    must(law != NULL && q != NULL && out != NULL);
    bool goes_on = true;
    *out = (TermResult){ .verified = true };
    Work w = { .law = law, .a = a, .q = q, .out = out, .t = bare, .bare = bare != NULL };
    TRY(find(&w));
    TRY(after_prior(&w, &goes_on));
    if (goes_on) {
        size_t before = w.why_n;
        TRY(find_number(&w));
        LawReason length = w.why[before]; /* the start is said before the length */
        w.why_n = before;
        say_start(&w);
        if (w.unit != UNIT_NONE) w.why[w.why_n++] = length;
        TRY(take_pauses(&w));
        TRY(finish_due(&w));
        count_penalty(&w);
        say_due(&w);
    }
    list_opens(&w);
    list_alarms(&w);
    look(&w);
    LawReason *why = ARENA_ARRAY(a, LawReason, w.why_n + 1);
    memcpy(why, w.why, w.why_n * sizeof *why);
    out->derivation = why;
    out->derivation_n = w.why_n;
    return OK;
}

Err law_term(const Law *law, const TermQuery *q, Arena *a, TermResult *out) { return term_of(law, NULL, q, a, out); }

Err law_count_term(const Law *law, LawCount how, int64_t n, LawUnit unit, const TermQuery *q, Arena *a, TermResult *out) {
    LawTermRow *row = ARENA_NEW(a, LawTermRow);
    *row = (LawTermRow){ .r = { .id = q->rule, .verified = true, .table = LAW_TERMS }, .country = law->home, .kind = KIND_LAW, .n = n, .unit = unit, .count = how };
    if (n < 1 || n > NORM_MAX || unit == UNIT_NONE || how == COUNT_NONE || (how == COUNT_BACKWARD && unit == UNIT_HOUR)) {
        *out = (TermResult){ .verified = true };
        return law_refuse(law, out->problem, a, E_INPUT, PH_X_RANGE, &(LawReason){ 0 });
    }
    return term_of(law, row, q, a, out);
}

Err law_next_steps(const Law *law, Str duty, UnixMs due, const Zone *zone, Arena *a, LawStep **out, size_t *out_n) {
    *out = NULL;
    *out_n = 0;
    const LawTermRow *t = law_term_row(law, duty, DATE_NONE);
    if (t == NULL) return OK;
    if (!when_ok(due) || !when_ok(due + 1)) return E_INPUT;
    const LawCountry *country = law_country(law, t->country, DATE_NONE);
    if (country == NULL) return E_MISSING;
    LawCountry there = *country;
    if (zone != NULL) there.z = zone;
    Date day = civil_at(there.z, due).date;
    const LawTermRow *then = law_term_row(law, duty, day);
    if (then != NULL) t = then;
    TermQuery q = { .rule = duty };
    TermResult r = { .has_due = true, .due = day, .due_at = due, .start = DATE_NONE };
    Work w = { .law = law, .a = a, .q = &q, .out = &r, .t = t, .country = &there };
    const RowList *rows = &law->terms[law_row_index(law, &t->r)].next;
    LawStep *steps = ARENA_ARRAY(a, LawStep, rows->n + 1);
    for (size_t i = 0; i < rows->n; i++) {
        const LawNext *x = (const LawNext *)(const void *)rows->v[i];
        if (!law_holds(law, &x->r, day, DATE_NONE)) continue;
        LawOpen o = open_of(&w, x);
        steps[(*out_n)++] = (LawStep){ .id = x->r.id, .code = x->code, .form = x->form, .ground = x->ground, .target = x->target, .text = { x->name[LANG_NL], x->name[LANG_EN] },
            .first = o.first, .not_before = o.first_at, .verified = x->r.verified };
    }
    *out = steps;
    return OK;
}
