/* Every term of the law as it is compiled in, a hundred thousand times at random, beside a second reckoning that walks day by day and
 * hour by hour. It shares no counting with the engine: its Easter is the published table, its orthodox Easter the table of paschal moons,
 * its holidays are found by looking at each day anew. */
#include "core/law/easter_table.h"
#include "core/law/testlaw.h"

enum { YEAR_A = 2024, YEAR_B = 2052, DAYS_N = (YEAR_B - YEAR_A + 1) * 366, COUNTRIES_N = 40, TRIALS = 100000, PAUSES_N = 3 };

static uint64_t seed = 88172645463325252u;
static int64_t draw(int64_t below) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int64_t)(seed % (uint64_t)below);
}

/* ---- days off, looked at one by one ---- */

typedef struct Days { Str code; bool off[DAYS_N]; } Days;
typedef struct Slow { const Law *law; Days *countries; size_t n; Date first; } Slow;

static Date west(int y) {
    int md = easter_table[y - EASTER_FROM];
    return (Date){ (int16_t)y, (uint8_t)(md / 100), (uint8_t)(md % 100) };
}

/* The full moon of the old calendar by golden number, moved to ours, and on to the next Sunday. */
static Date east(int y) {
    static const int moons[19] = { 405, 325, 413, 402, 322, 410, 330, 418, 407, 327, 415, 404, 324, 412, 401, 321, 409, 329, 417 };
    int md = moons[y % 19];
    Date d = date_add((Date){ (int16_t)y, (uint8_t)(md / 100), (uint8_t)(md % 100) }, 13); /* 1900-2099 */
    do d = date_add(d, 1);
    while (date_weekday(d) != 7);
    return d;
}

static bool is_last(Date d) { return date_add(d, 7).m != d.m; }

/* Whether the row names this day, before it is shifted. */
static bool names_day(const LawHoliday *h, Date d) {
    int wd = date_weekday(d);
    Date on = { (int16_t)d.y, (uint8_t)h->month, (uint8_t)h->day };
    if (str_eq(h->kind, S("easter"))) return date_days(d) - date_days(west(d.y)) == h->offset;
    if (str_eq(h->kind, S("orthodox"))) return date_days(d) - date_days(east(d.y)) == h->offset;
    if (str_eq(h->kind, S("nth"))) return d.m == h->month && wd == h->weekday && (d.d + 6) / 7 == h->day;
    if (str_eq(h->kind, S("last"))) return d.m == h->month && wd == h->weekday && is_last(d);
    if (str_eq(h->kind, S("on"))) return wd == h->weekday && date_cmp(on, d) <= 0 && date_days(d) - date_days(on) < 7;
    return d.m == h->month && d.d == h->day;
}

static int shift(Str list, int wd) {
    static const char *const names[] = { "", "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    size_t at = 0;
    if (!str_find(list, str_c(names[wd]), &at)) return 0;
    return (list.p[at + 3] == '-' ? -1 : 1) * (list.p[at + 4] - '0');
}

static bool off(const Slow *s, Str country, Date d) {
    const LawHoliday *const *rows = NULL;
    if (date_weekday(d) >= 6) return true;
    Arena *a = arena_new(1 << 20);
    size_t n = law_holiday_list(s->law, d, a, &rows);
    bool found = false;
    for (size_t i = 0; i < n && !found; i++) {
        if (!str_eq(rows[i]->country, country) || (str_eq(rows[i]->kind, S("decreed")) && !rows[i]->r.verified)) continue;
        for (int by = -7; by <= 7 && !found; by++) {
            Date o = date_add(d, -by);
            found = names_day(rows[i], o) && shift(rows[i]->shift, date_weekday(o)) == by;
        }
    }
    arena_free(a);
    return found;
}

static void look_at_days(Slow *s, Arena *a) {
    const LawCountry *const *rows = NULL;
    size_t n = law_country_list(s->law, DATE_NONE, a, &rows);
    s->countries = ARENA_ARRAY(a, Days, COUNTRIES_N);
    s->first = (Date){ YEAR_A, 1, 1 };
    for (size_t i = 0; i < n; i++) {
        if (!rows[i]->eu) continue;
        Days *c = &s->countries[s->n++];
        c->code = rows[i]->r.id;
        for (int k = 0; k < DAYS_N - 14; k++) c->off[k] = off(s, c->code, date_add(s->first, k));
    }
}

static bool free_day(const Slow *s, Str country, Date d) {
    int k = date_days(d) - date_days(s->first);
    must(k >= 0 && k < DAYS_N - 14);
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(s->countries[i].code, country)) return s->countries[i].off[k];
    return date_weekday(d) >= 6; /* no list of that country */
}

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

/* ---- one term, walked ---- */

typedef struct Walk { Date raw, due; UnixMs due_at; bool moves; } Walk;
typedef struct Ask { TermQuery q; LawPause given[PAUSES_N], still[PAUSES_N]; size_t n; int64_t len; LawUnit unit; LawCount count; Str country; Date start; const Zone *zone; } Ask;

static bool stands_still(const Ask *k, Date d) {
    for (size_t i = 0; i < k->n; i++)
        if (date_cmp(k->still[i].from, d) <= 0 && date_cmp(d, k->still[i].to) <= 0) return true;
    return false;
}

/* How many days from the start to the plain end: months are walked over one by one, to the same number or the last day. */
static int plain_days(Date start, int64_t len, LawUnit unit) {
    Date d = start;
    int days = 0, passed = 0;
    if (unit == UNIT_DAY || unit == UNIT_WEEK) return (int)len * (unit == UNIT_WEEK ? 7 : 1);
    for (; passed < len * (unit == UNIT_YEAR ? 12 : 1); days++) {
        d = date_add(d, 1);
        if (d.d == 1) passed++;
    }
    for (; d.d < start.d && date_add(d, 1).m == d.m; days++) d = date_add(d, 1);
    return days;
}

static bool excluded(int64_t len, LawUnit unit) {
    return unit == UNIT_YEAR || (unit == UNIT_DAY && len > 90) || (unit == UNIT_WEEK && len > 12) || (unit == UNIT_MONTH && len > 3);
}

static Walk walk_days(const Slow *s, const Ask *k) {
    Walk w = { .raw = k->start };
    int left = plain_days(k->start, k->len, k->unit), length = left;
    while (left > 0) {
        w.raw = date_add(w.raw, 1);
        if (!stands_still(k, w.raw)) left--;
    }
    w.due = w.raw;
    w.moves = k->count == COUNT_EU || (k->count == COUNT_AWT && !excluded(k->len, k->unit));
    Str country = k->count == COUNT_AWT ? S("NL") : k->country;
    int two = k->count == COUNT_AWT ? 3 : 2, ordinary = 0;
    for (Date d = date_add(k->start, 1); w.moves; d = date_add(d, 1)) { /* the first ordinary day from the raw end on that makes two */
        bool off_then = free_day(s, country, d);
        if (!off_then && !stands_still(k, d)) ordinary++;
        if (date_cmp(d, w.raw) < 0 || off_then || (length >= two && ordinary < 2)) continue;
        w.due = d;
        break;
    }
    return w;
}

static Walk walk(const Slow *s, const Ask *k, UnixMs trigger) {
    Walk w = { 0 };
    if (k->unit == UNIT_HOUR || k->count == COUNT_HOURS) {
        w.due_at = trigger;
        if (k->count == COUNT_EU)
            do w.due_at++;
            while (w.due_at % 3600000 != 0);
        for (int64_t i = 0; i < k->len; i++) w.due_at += 3600000;
        w.due = w.raw = civil_at(k->zone, w.due_at).date;
        return w;
    }
    w = walk_days(s, k);
    for (w.due_at = day_start(k->zone, w.due); date_cmp(civil_at(k->zone, w.due_at + 3600000).date, w.due) == 0;) w.due_at += 3600000; /* hour by hour to the last one */
    while (date_cmp(civil_at(k->zone, w.due_at + 60000).date, w.due) == 0) w.due_at += 60000;
    w.due_at += 59999;
    return w;
}

/* ---- questions ---- */

static void draw_pauses(Ask *k, const LawTermRow *t, const Law *law) {
    bool may = !str_eq(t->pauses, S("-")) && k->unit != UNIT_HOUR && k->count != COUNT_HOURS && t->count != COUNT_NONE;
    Date from = date_add(k->start, (int32_t)draw(30) - 4);
    for (int64_t i = may ? draw(PAUSES_N + 1) : 0; i > 0; i--) {
        LawPause *p = &k->given[k->n], *still = &k->still[k->n];
        Str list = t->pauses, kind = STR_NONE, rest = STR_NONE;
        *p = *still = (LawPause){ .kind = STR_NONE, .from = from, .to = date_add(from, 1 + (int32_t)draw(25)) };
        if (list.n > 0 && draw(2) == 0) {
            rest = list;
            for (int64_t skip = draw(4); skip >= 0 && rest.n > 0;) skip -= str_split(&rest, ' ', &kind) ? 1 : 0;
            const LawPauseKind *x = law_pause_kind(law, kind, DATE_NONE);
            p->kind = kind;
            still->from = date_add(p->from, (int32_t)x->first_add);
            still->to = date_add(p->to, (int32_t)x->last_add);
        }
        k->n++;
        from = date_add(still->to, 1 + (int32_t)draw(20));
    }
    k->q.pauses = k->given;
    k->q.pauses_n = k->n;
}

static void draw_ask(Ask *k, const Slow *s, const LawTermRow *t) {
    bool anywhere = t->count == COUNT_EU || t->count == COUNT_HOURS;
    *k = (Ask){ .len = t->n, .unit = t->unit, .count = t->count, .country = anywhere ? s->countries[draw((int64_t)s->n)].code : t->country };
    k->zone = law_country(s->law, k->country, DATE_NONE)->z;
    Date day = date_add((Date){ 2027, 7, 1 }, (int32_t)draw(22 * 365));
    k->q = (TermQuery){ .rule = t->r.id, .country = k->country, .from = day_start(k->zone, day) + draw(86400000 - 7200000) };
    k->start = civil_at(k->zone, k->q.from).date;
    draw_pauses(k, t, s->law);
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
    k->len += t->ext_n;
    TermResult longer = ask(s, &k->q, a);
    compare(s, k, &longer, seen);
    seen->extended++;
}

static void every_term(const Slow *s, Arena *a, Arena *scratch) {
    const LawTermRow *const *terms = NULL, *counted[128];
    size_t all = law_term_row_list(s->law, (Date){ 2028, 1, 1 }, a, &terms), n = 0;
    Seen seen = { 0 };
    for (size_t i = 0; i < all; i++)
        if (terms[i]->n > 0 && n < LEN(counted)) counted[n++] = terms[i];
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

int main(void) {
    Arena *a = arena_new(256 << 20), *scratch = arena_new(64 << 20);
    Slow s = { .law = test_house_law(a) };
    look_at_days(&s, a);
    same_days(&s);
    every_term(&s, a, scratch);
    arena_free(scratch);
    arena_free(a);
    return tap_end();
}
