/* slowlaw.h - a second reckoning of terms, day by day and hour by hour, for tests and the benchmark. Header only. It shares no counting
 * with the engine: its Easter is the published table, its orthodox Easter the table of paschal moons, its holidays are found by looking at
 * each day anew. Questions are drawn at random over every rule with a number, every member state, pauses of every kind. */
#ifndef KETEN_SLOWLAW_H
#define KETEN_SLOWLAW_H
#include "core/law/easter_table.h"
#include "core/law/testlaw.h"

enum { YEAR_A = 2024, YEAR_B = 2052, DAYS_N = (YEAR_B - YEAR_A + 1) * 366, COUNTRIES_N = 40, PAUSES_N = 3 };

static inline int64_t draw(int64_t below) {
    static uint64_t seed = 88172645463325252u;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int64_t)(seed % (uint64_t)below);
}

/* ---- days off, looked at one by one ---- */

typedef struct Days { Str code; bool off[DAYS_N]; } Days;
typedef struct Slow { const Law *law; Days *countries; size_t n; Date first; } Slow;

static inline Date west(int y) {
    int md = easter_table[y - EASTER_FROM];
    return (Date){ (int16_t)y, (uint8_t)(md / 100), (uint8_t)(md % 100) };
}

/* The full moon of the old calendar by golden number, moved to ours, and on to the next Sunday. */
static inline Date east(int y) {
    static const int moons[19] = { 405, 325, 413, 402, 322, 410, 330, 418, 407, 327, 415, 404, 324, 412, 401, 321, 409, 329, 417 };
    int md = moons[y % 19];
    Date d = date_add((Date){ (int16_t)y, (uint8_t)(md / 100), (uint8_t)(md % 100) }, 13); /* 1900-2099 */
    do d = date_add(d, 1);
    while (date_weekday(d) != 7);
    return d;
}

static inline bool is_last(Date d) { return date_add(d, 7).m != d.m; }

/* Whether the row names this day, before it is shifted. */
static inline bool names_day(const LawHoliday *h, Date d) {
    int wd = date_weekday(d);
    Date on = { (int16_t)d.y, (uint8_t)h->month, (uint8_t)h->day };
    if (str_eq(h->kind, S("easter"))) return date_days(d) - date_days(west(d.y)) == h->offset;
    if (str_eq(h->kind, S("orthodox"))) return date_days(d) - date_days(east(d.y)) == h->offset;
    if (str_eq(h->kind, S("nth"))) return d.m == h->month && wd == h->weekday && (d.d + 6) / 7 == h->day;
    if (str_eq(h->kind, S("last"))) return d.m == h->month && wd == h->weekday && is_last(d);
    if (str_eq(h->kind, S("on"))) return wd == h->weekday && date_cmp(on, d) <= 0 && date_days(d) - date_days(on) < 7;
    return d.m == h->month && d.d == h->day;
}

static inline int shift(Str list, int wd) {
    static const char *const names[] = { "", "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    size_t at = 0;
    if (!str_find(list, str_c(names[wd]), &at)) return 0;
    return (list.p[at + 3] == '-' ? -1 : 1) * (list.p[at + 4] - '0');
}

static inline bool off(const Slow *s, Str country, Date d) {
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

static inline void look_at_days(Slow *s, Arena *a) {
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

static inline bool free_day(const Slow *s, Str country, Date d) {
    int k = date_days(d) - date_days(s->first);
    must(k >= 0 && k < DAYS_N - 14);
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(s->countries[i].code, country)) return s->countries[i].off[k];
    return date_weekday(d) >= 6; /* no list of that country */
}

/* ---- one term, walked ---- */

typedef struct Walk { Date raw, due; UnixMs due_at; bool moves; } Walk;
typedef struct Ask { int64_t extra; TermQuery q; LawPause given[PAUSES_N], still[PAUSES_N]; size_t n; int64_t len; LawUnit unit; LawCount count; Str country; Date start; const Zone *zone; } Ask;

static inline bool stands_still(const Ask *k, Date d) {
    for (size_t i = 0; i < k->n; i++)
        if (date_cmp(k->still[i].from, d) <= 0 && date_cmp(d, k->still[i].to) <= 0) return true;
    return false;
}

/* How many days from the start to the plain end: months are walked over one by one, to the same number or the last day. */
static inline int plain_days(Date start, int64_t len, LawUnit unit) {
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

/* By the lengths that the law describes: the term, and its extension. */
static inline bool excluded(int64_t len, LawUnit unit) {
    return unit == UNIT_YEAR || (unit == UNIT_DAY && len > 90) || (unit == UNIT_WEEK && len > 12) || (unit == UNIT_MONTH && len > 3);
}

static inline Walk walk_days(const Slow *s, const Ask *k) {
    Walk w = { .raw = k->start };
    int left = plain_days(k->start, k->len, k->unit), length = left;
    while (left > 0) {
        w.raw = date_add(w.raw, 1);
        if (!stands_still(k, w.raw)) left--;
    }
    w.due = w.raw;
    w.moves = k->count == COUNT_EU || (k->count == COUNT_AWT && !excluded(k->len - k->extra, k->unit) && !excluded(k->extra, k->unit));
    Str country = k->count == COUNT_AWT ? S("NL") : k->country;
    int two = k->count == COUNT_AWT ? 3 : 2, ordinary = 0;
    for (Date d = date_add(k->start, 1); w.moves; d = date_add(d, 1)) { /* the first ordinary day from the raw end on that makes two */
        bool off_then = free_day(s, country, d);
        if (!off_then && (date_cmp(d, w.raw) > 0 || !stands_still(k, d))) ordinary++; /* a pause that begins after the raw end finds no term that runs */
        if (date_cmp(d, w.raw) < 0 || off_then || (length >= two && ordinary < 2)) continue;
        w.due = d;
        break;
    }
    return w;
}

static inline Walk walk(const Slow *s, const Ask *k, UnixMs trigger) {
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

static inline void draw_pauses(Ask *k, const LawTermRow *t, const Law *law) {
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

static inline void draw_ask(Ask *k, const Slow *s, const LawTermRow *t) {
    bool anywhere = t->count == COUNT_EU || t->count == COUNT_HOURS;
    *k = (Ask){ .len = t->n, .unit = t->unit, .count = t->count, .country = anywhere ? s->countries[draw((int64_t)s->n)].code : t->country };
    k->zone = law_country(s->law, k->country, DATE_NONE)->z;
    Date day = date_add((Date){ 2027, 7, 1 }, (int32_t)draw(22 * 365));
    k->q = (TermQuery){ .rule = t->r.id, .country = k->country, .from = day_start(k->zone, day) + draw(86400000 - 7200000) };
    k->start = civil_at(k->zone, k->q.from).date;
    draw_pauses(k, t, s->law);
}

/* The rules with a number; how many. */
static inline size_t counted_terms(const Law *law, Arena *a, const LawTermRow **out, size_t max) {
    const LawTermRow *const *terms = NULL;
    size_t all = law_term_row_list(law, (Date){ 2028, 1, 1 }, a, &terms), n = 0;
    for (size_t i = 0; i < all; i++)
        if (terms[i]->n > 0 && n < max) out[n++] = terms[i];
    return n;
}
#endif
