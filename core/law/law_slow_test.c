/* Every term of the law as it is compiled in, a hundred thousand times at random, beside the second reckoning of slowlaw.h. */
#include "core/law/slowlaw.h"

enum { TRIALS = 100000 };

static void same_days(const Slow *s) {
    size_t asked = 0, differ = 0;
    const LawHoliday *h = NULL;
    for (size_t i = 0; i < s->n; i++)
        for (int k = 0; k < DAYS_N - 14; k++) {
            Date d = date_add(s->first, k);
            asked++;
            if (law_free_day(s->law, s->countries[i].code, d, &h) == s->countries[i].off[k]) continue;
            if (differ++ == 0) printf("# " STR_FMT " %d-%d-%d\n", STR_ARG(s->countries[i].code), d.y, d.m, d.d);
        }
    printf("# %zu days of %zu member states\n", asked, s->n);
    check(s->n == 27 && differ == 0, "each day of %d to %d is free or not in each member state as looking at it anew says", YEAR_A, YEAR_B);
}

static bool moved_here(const LawReason *r) {
    static const char *const ids[] = { "awt.weekend", "awt.holiday", "awt.two", "eu.weekend", "eu.holiday", "eu.two" };
    for (size_t i = 0; i < LEN(ids); i++)
        if (str_eq(r->phrase->r.id, str_c(ids[i]))) return true;
    return false;
}

/* The derivation itself, step after step: from the raw end each move begins where the one before ended, and the last step is the end. */
static bool replays(const TermResult *r) {
    Date at = r->raw;
    for (size_t i = 0; i < r->derivation_n; i++) {
        const LawReason *x = &r->derivation[i];
        if (!moved_here(x)) continue;
        if (date_cmp(x->date, at) != 0 || date_cmp(x->other, at) <= 0) return false;
        at = x->other;
    }
    return date_cmp(at, r->due) == 0;
}

typedef struct Seen { size_t terms, paused, extended, moved, wrong, replay, shorter, back, shift, free_end; } Seen;

static void compare(const Slow *s, const Ask *k, const TermResult *r, Seen *seen) {
    Walk w = walk(s, k, k->q.from);
    bool same = date_cmp(w.due, r->due) == 0 && date_cmp(w.raw, r->raw) == 0 && w.due_at == r->due_at;
    if (!same && seen->wrong == 0)
        printf("# " STR_FMT " " STR_FMT " start %d-%d-%d: %d-%d-%d, walked %d-%d-%d\n", STR_ARG(k->q.rule), STR_ARG(k->country), k->start.y, k->start.m, k->start.d, r->due.y, r->due.m, r->due.d, w.due.y, w.due.m, w.due.d);
    seen->wrong += same ? 0 : 1;
    seen->replay += replays(r) ? 0 : 1;
    seen->moved += date_cmp(w.raw, w.due) != 0 ? 1 : 0;
    seen->free_end += w.moves && free_day(s, k->count == COUNT_AWT ? S("NL") : k->country, r->due) ? 1 : 0;
}

static TermResult ask(const Slow *s, const TermQuery *q, Arena *a) {
    TermResult r = { .term = NULL };
    Err e = law_term(s->law, q, a, &r);
    if (e != OK) printf("# " STR_FMT ": " STR_FMT "\n", STR_ARG(q->rule), STR_ARG(r.problem[LANG_EN]));
    must(e == OK);
    return r;
}

/* The same question with less, later, and with a pause of so many days right after the start. */
static void properties(const Slow *s, const Ask *k, const LawTermRow *t, const TermResult *r, Seen *seen, Arena *a) {
    TermQuery q = k->q;
    q.pauses_n = 0;
    TermResult plain = ask(s, &q, a);
    seen->shorter += r->due_at < plain.due_at ? 1 : 0;
    q.from += draw(86400000) * (1 + draw(3));
    seen->back += ask(s, &q, a).due_at < plain.due_at ? 1 : 0;
    q.from = k->q.from;
    if (str_eq(t->pauses, S("-")) || k->unit == UNIT_HOUR || k->count == COUNT_HOURS) return;
    int32_t days = 1 + (int32_t)draw(60);
    LawPause one = { .kind = STR_NONE, .from = date_add(k->start, 1), .to = date_add(k->start, days) };
    q.pauses = &one;
    q.pauses_n = 1;
    seen->shift += date_days(ask(s, &q, a).raw) - date_days(plain.raw) != days ? 1 : 0;
}

static void extended(const Slow *s, Ask *k, const LawTermRow *t, const TermResult *r, Seen *seen, Arena *a) {
    if (t->ext_n == 0 || t->ext_unit != t->unit) return;
    k->q.extended_on = draw(2) == 0 ? r->due : k->start;
    k->extra = t->ext_n;
    k->len += t->ext_n;
    TermResult longer = ask(s, &k->q, a);
    compare(s, k, &longer, seen);
    seen->extended++;
}

static void every_term(const Slow *s, Arena *a, Arena *scratch) {
    const LawTermRow *counted[128];
    size_t n = counted_terms(s->law, a, counted, LEN(counted));
    Seen seen = { 0 };
    for (int i = 0; i < TRIALS; i++) {
        Ask k;
        const LawTermRow *t = counted[(size_t)i % n];
        draw_ask(&k, s, t);
        TermResult r = ask(s, &k.q, scratch);
        compare(s, &k, &r, &seen);
        properties(s, &k, t, &r, &seen, scratch);
        extended(s, &k, t, &r, &seen, scratch);
        seen.paused += k.n > 0 ? 1 : 0;
        arena_reset(scratch);
    }
    printf("# %d random terms of %zu rules: %zu with pauses, %zu extended, %zu moved\n", TRIALS, n, seen.paused, seen.extended, seen.moved);
    check(n > 30 && seen.moved > TRIALS / 10 && seen.paused > TRIALS / 10 && seen.extended > TRIALS / 20, "every rule with a number is asked often, paused, extended and moved");
    check(seen.wrong == 0, "raw end, last day and instant are those of the walk day by day");
    check(seen.replay == 0, "and each derivation leads from its raw end, move after move, to its last day");
    check(seen.free_end == 0, "a term that moves never ends on a free day of who must act");
    check(seen.back == 0, "a later start never ends earlier");
    check(seen.shorter == 0, "adding a pause never shortens");
    check(seen.shift == 0, "a pause of n days shifts the raw end by n");
}

/* ---- lengths that no rule of the law has: short ones, and those at the bounds of article 4 of the Awt ---- */

static void draw_count(Ask *k, const Slow *s, LawCount how) {
    static const struct { LawUnit unit; int64_t max; } lengths[] = { { UNIT_DAY, 4 }, { UNIT_DAY, 95 }, { UNIT_WEEK, 14 }, { UNIT_MONTH, 5 }, { UNIT_YEAR, 2 } };
    size_t l = (size_t)draw(LEN(lengths));
    *k = (Ask){ .len = 1 + draw(lengths[l].max), .unit = lengths[l].unit, .count = how, .country = how == COUNT_AWT ? S("NL") : s->countries[draw((int64_t)s->n)].code };
    k->zone = law_country(s->law, k->country, DATE_NONE)->z;
    k->q = (TermQuery){ .rule = S("count"), .country = k->country, .from = day_start(k->zone, date_add((Date){ 2027, 7, 1 }, (int32_t)draw(22 * 365))) + draw(80000000) };
    k->start = civil_at(k->zone, k->q.from).date;
    draw_pauses(k, &(LawTermRow){ .count = how }, s->law);
}

static Date walk_back(Date event, int64_t len, LawUnit unit) {
    Date d = event;
    int64_t days = unit == UNIT_DAY ? len : unit == UNIT_WEEK ? 7 * len : 0, months = unit == UNIT_MONTH ? len : unit == UNIT_YEAR ? 12 * len : 0;
    for (; days > 0; days--) d = date_add(d, -1);
    for (; months > 0; months--) /* to the last day of the month before */
        do d = date_add(d, -1);
        while (date_add(d, 1).d != 1);
    while (d.d > event.d && unit != UNIT_DAY && unit != UNIT_WEEK) d = date_add(d, -1);
    return d;
}

static void every_count(const Slow *s, Arena *scratch) {
    static const LawCount ways[] = { COUNT_AWT, COUNT_EU, COUNT_CALENDAR };
    Seen seen = { 0 };
    size_t back = 0, two = 0;
    for (int i = 0; i < TRIALS; i++) {
        Ask k;
        TermResult r = { .term = NULL };
        draw_count(&k, s, ways[i % 3]);
        must(law_count_term(s->law, k.count, k.len, k.unit, &k.q, scratch, &r) == OK);
        compare(s, &k, &r, &seen);
        for (size_t w = 0; w < r.derivation_n; w++) two += str_ends(r.derivation[w].phrase->r.id, S(".two")) ? 1 : 0;
        k.q.pauses_n = 0;
        must(law_count_term(s->law, COUNT_BACKWARD, k.len, k.unit, &k.q, scratch, &r) == OK);
        back += date_cmp(r.due, walk_back(k.start, k.len, k.unit)) != 0 ? 1 : 0;
        arena_reset(scratch);
    }
    printf("# %d random lengths: %zu moved, %zu for want of two working days\n", TRIALS, seen.moved, two);
    check(two > TRIALS / 100 && seen.wrong == 0 && seen.replay == 0 && seen.free_end == 0, "any length by the Awt, the Regulation or the calendar ends where the walk ends, also for want of two working days");
    check(back == 0, "counted back it is the day that walking back comes to");
}

int main(void) {
    Arena *a = arena_new(256 << 20), *scratch = arena_new(64 << 20);
    Slow s = { .law = test_house_law(a) };
    look_at_days(&s, a);
    same_days(&s);
    every_term(&s, a, scratch);
    every_count(&s, scratch);
    arena_free(scratch);
    arena_free(a);
    return tap_end();
}
