/* law_count.c - counting: days off, the rule of the Algemene termijnenwet (Stb. 1964, 314), that of Regulation (EEC, Euratom) 1182/71,
 * hours, calendar days, and backward. The day of the event is never counted; the term ends with its last day. */
#include "core/law/law_in.h"

enum { YEAR_FIRST = 1700, YEAR_LAST = 9000, N_MAX = 100000, MOVES_MAX = 400 };

/* ---- calendars ---- */

/* Gregorian computus (Meeus/Jones/Butcher). */
Date law_easter(int y) {
    must(y >= 1583 && y <= 9999);
    int a = y % 19, b = y / 100, c = y % 100, d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;
    return (Date){ .y = (int16_t)y, .m = (uint8_t)(n / 31), .d = (uint8_t)(n % 31 + 1) };
}

/* Julian computus (Meeus), moved to the Gregorian calendar: 13 days in 1900-2099. */
Date law_easter_orthodox(int y) {
    must(y >= 1583 && y <= 9999);
    int d = (19 * (y % 19) + 15) % 30, e = (2 * (y % 4) + 4 * (y % 7) - d + 34) % 7, n = d + e + 114;
    Date julian = { .y = (int16_t)y, .m = (uint8_t)(n / 31), .d = (uint8_t)(n % 31 + 1) }; /* March or April: valid in both calendars */
    return date_add(julian, y / 100 - y / 400 - 2);
}

static Date nth_weekday(int y, int m, int from_day, int weekday, int nth) {
    Date d = { .y = (int16_t)y, .m = (uint8_t)m, .d = (uint8_t)from_day };
    return date_add(d, (weekday - date_weekday(d) + 7) % 7 + 7 * (nth - 1));
}

static Date last_weekday(int y, int m, int weekday) {
    Date d = date_add((Date){ .y = (int16_t)(m == 12 ? y + 1 : y), .m = (uint8_t)(m == 12 ? 1 : m + 1), .d = 1 }, -1);
    return date_add(d, -((date_weekday(d) - weekday + 7) % 7));
}

/* "sun-1 sat+2": what it is moved by when it falls on that weekday. */
static int shift_of(Str shift, int weekday) {
    static const char names[] = "montuewedthufrisatsun";
    Str w = STR_NONE;
    while (law_split(&shift, &w)) {
        int64_t by = 0;
        if (w.n < 5 || memcmp(w.p, names + 3 * (weekday - 1), 3) != 0) continue;
        if (str_i64(str_sub(w, w.p[3] == '+' ? 4 : 3, w.n), -31, 31, &by) == OK) return (int)by;
    }
    return 0;
}

/* The day on which the holiday is kept in a year; false when that year has no such day (29 February, a fifth Monday). */
static bool kept_on(const LawHoliday *h, int y, Date *out) {
    Date d = { .y = (int16_t)y, .m = (uint8_t)h->month, .d = (uint8_t)h->day };
    if (str_eq(h->kind, S("easter"))) {
        d = law_easter(y);
    } else if (str_eq(h->kind, S("orthodox"))) {
        d = law_easter_orthodox(y);
    } else if (str_eq(h->kind, S("nth"))) {
        d = nth_weekday(y, (int)h->month, 1, (int)h->weekday, (int)h->day);
        if (d.m != h->month) return false;
    } else if (str_eq(h->kind, S("last"))) {
        d = last_weekday(y, (int)h->month, (int)h->weekday);
    } else if (!date_ok(d)) {
        return false;
    } else if (str_eq(h->kind, S("on"))) {
        d = nth_weekday(y, (int)h->month, (int)h->day, (int)h->weekday, 1);
    }
    d = date_add(d, (int32_t)h->offset);
    *out = date_add(d, h->shift.n == 0 ? 0 : shift_of(h->shift, date_weekday(d)));
    return true;
}

static bool row_covers(const LawRow *r, Date d) {
    return (date_none(r->valid_from) || date_cmp(r->valid_from, d) <= 0) && (date_none(r->valid_to) || date_cmp(d, r->valid_to) <= 0);
}

/* A day that one decree adds (art. 3(3) Awt) counts once that decree has been seen: until then it is a doubt that is told. */
static bool is_doubt(const LawHoliday *h) { return !h->r.verified && str_eq(h->kind, S("decreed")); }

static bool falls_on(const LawHoliday *h, Date d) {
    Date on = DATE_NONE;
    if (!row_covers(&h->r, d)) return false;
    if (kept_on(h, d.y, &on) && date_cmp(on, d) == 0) return true;
    if (d.m == 12 && kept_on(h, d.y + 1, &on) && date_cmp(on, d) == 0) return true; /* moved over the turn of the year */
    return d.m == 1 && kept_on(h, d.y - 1, &on) && date_cmp(on, d) == 0;
}

static bool is_kept(const LawHoliday *h, Date d) { return !is_doubt(h) && falls_on(h, d); }

/* Bit of a day in Calendar.kept; false outside its years. */
static bool kept_bit(Date d, size_t *out) {
    if (d.y < KEPT_FROM || d.y >= KEPT_FROM + KEPT_YEARS) return false;
    *out = (size_t)(date_days(d) - date_days((Date){ KEPT_FROM, 1, 1 }));
    return true;
}

void law_calendar_fill(Calendar *c) {
    c->verified = c->n > 0;
    for (size_t i = 0; i < c->n; i++) c->verified = c->verified && (c->v[i]->r.verified || is_doubt(c->v[i]));
    for (size_t i = 0; i < c->n; i++) {
        for (int y = KEPT_FROM - 1; y <= KEPT_FROM + KEPT_YEARS; y++) {
            Date d = DATE_NONE;
            size_t bit = 0;
            if (!is_doubt(c->v[i]) && kept_on(c->v[i], y, &d) && kept_bit(d, &bit) && row_covers(&c->v[i]->r, d)) c->kept[bit / 8] |= (uint8_t)(1u << bit % 8);
        }
    }
}

static const Calendar *calendar_of(const Law *law, Str country) {
    for (size_t i = 0; i < law->calendars_n; i++)
        if (str_eq(law->calendars[i].code, country)) return &law->calendars[i];
    return NULL;
}

bool law_free_day(const Law *law, Str country, Date d, const LawHoliday **out) {
    size_t bit = 0;
    *out = NULL;
    must(d.y > 1583 && d.y < 9999);
    if (date_weekday(d) >= 6) return true;
    const Calendar *c = calendar_of(law, country);
    if (c == NULL || (kept_bit(d, &bit) && (c->kept[bit / 8] >> bit % 8 & 1) == 0)) return false;
    for (size_t i = 0; i < c->n; i++) {
        if (!is_kept(c->v[i], d)) continue;
        *out = c->v[i];
        return true;
    }
    return false;
}

const LawHoliday *law_doubtful_day(const Law *law, Str country, Date d) {
    const Calendar *c = calendar_of(law, country);
    for (size_t i = 0; c != NULL && i < c->n; i++)
        if (is_doubt(c->v[i]) && falls_on(c->v[i], d)) return c->v[i];
    return NULL;
}

bool law_doubt(const Law *law, Str country, Date end, LawReason *out) {
    const LawHoliday *doubt = law_doubtful_day(law, country, end);
    if (doubt == NULL) return false;
    Date then = date_add(end, 1);
    for (const LawHoliday *h = NULL; law_free_day(law, country, then, &h);) then = date_add(then, 1);
    *out = (LawReason){ .date = end, .other = then, .row = &doubt->r };
    return true;
}

const LawHoliday *law_kept_day(const Law *law, Str country, Date d, bool *out_counts) {
    const Calendar *c = calendar_of(law, country);
    must(d.y > 1583 && d.y < 9999);
    *out_counts = true;
    for (size_t i = 0; c != NULL && i < c->n; i++)
        if (is_kept(c->v[i], d)) return c->v[i];
    const LawHoliday *h = law_doubtful_day(law, country, d);
    *out_counts = h == NULL;
    return h;
}

bool law_calendar_verified(const Law *law, Str country) {
    const Calendar *c = calendar_of(law, country);
    return c != NULL && c->verified;
}

bool law_has_calendar(const Law *law, Str country, Date at) {
    const LawCountry *c = law_country(law, country, at);
    return c != NULL && !date_none(c->calendar_from) && date_cmp(c->calendar_from, at) <= 0;
}

/* ---- adding ---- */

static int month_days(int y, int m) {
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return m == 2 && ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0) ? 29 : days[m - 1];
}

/* The same day number so many months on, or the last day of that month. */
static Err add_months(Date from, int64_t n, Date *out) {
    int64_t months = from.y * 12 + from.m - 1 + n;
    if (months < YEAR_FIRST * 12 || months >= YEAR_LAST * 12) return E_LIMIT;
    int y = (int)(months / 12), m = (int)(months % 12) + 1, last = month_days(y, m);
    *out = (Date){ .y = (int16_t)y, .m = (uint8_t)m, .d = (uint8_t)(from.d < last ? from.d : last) };
    return OK;
}

Err law_add(Date from, int64_t n, LawUnit unit, Date *out) {
    if (!date_ok(from) || from.y < YEAR_FIRST || from.y >= YEAR_LAST || n < -N_MAX || n > N_MAX) return E_LIMIT;
    switch (unit) {
    case UNIT_MONTH: return add_months(from, n, out);
    case UNIT_YEAR: return add_months(from, n * 12, out);
    case UNIT_DAY: case UNIT_WEEK: {
        int64_t days = date_days(from) + (unit == UNIT_WEEK ? n * 7 : n);
        Date d = { 0 };
        if (days < date_days((Date){ YEAR_FIRST, 1, 1 }) || days >= date_days((Date){ YEAR_LAST, 1, 1 })) return E_LIMIT;
        d = date_from_days((int32_t)days);
        *out = d;
        return OK;
    }
    case UNIT_NONE: case UNIT_HOUR: break;
    }
    return E_INPUT;
}

/* ---- moving the end ---- */

static bool paused_on(const Count *c, int32_t day) {
    for (size_t i = 0; i < c->spans_n; i++)
        if (day >= c->spans[i].first && day <= c->spans[i].last) return true;
    return false;
}

static bool ordinary(const Count *c, Date d) {
    const LawHoliday *h = NULL;
    return !law_free_day(c->law, c->country, d, &h);
}

static Err next_ordinary(const Count *c, Date *d) {
    for (int i = 0; i < MOVES_MAX; i++) {
        if (ordinary(c, *d)) return OK;
        *d = date_add(*d, 1);
    }
    return E_LIMIT;
}

/* At least two ordinary days after `from`, up to and including `end`, that are not paused. */
static bool two_ordinary(const Count *c, Date end) {
    int found = 0;
    for (Date d = end; date_cmp(d, c->from) > 0 && found < 2; d = date_add(d, -1))
        if (!paused_on(c, date_days(d)) && ordinary(c, d)) found++;
    return found == 2;
}

/* From the plain end to the end. The two ordinary days are asked of a term of three days or more in the Awt (art. 2), of two or more in
 * the Regulation (art. 3(5)). */
Err law_roll(const Count *c, Date raw, bool moves, LawCounted *out) {
    LawCounted r = { .raw = raw, .end = raw };
    if (moves) {
        int32_t length = date_days(raw) - date_days(c->from);
        for (size_t i = 0; i < c->spans_n; i++) length -= c->spans[i].last - c->spans[i].first + 1;
        const LawHoliday *by = NULL;
        if (law_free_day(c->law, c->country, raw, &by)) r.rule = 1;
        r.moved_by = by;
        TRY(next_ordinary(c, &r.end));
        for (int i = 0; length >= (c->awt ? 3 : 2) && !two_ordinary(c, r.end) && i < 3; i++) {
            r.rule = 2;
            r.end = date_add(r.end, 1);
            TRY(next_ordinary(c, &r.end));
        }
    }
    *out = r;
    return OK;
}

/* Art. 4 Awt: not for terms in hours, of more than 90 days, 12 weeks or 3 months, or in years. */
bool law_awt_moves(int64_t n, LawUnit unit) {
    switch (unit) {
    case UNIT_DAY: return n <= 90;
    case UNIT_WEEK: return n <= 12;
    case UNIT_MONTH: return n <= 3;
    case UNIT_NONE: case UNIT_HOUR: case UNIT_YEAR: break;
    }
    return false;
}

static Err count(const Law *law, Str country, bool awt, Date from, int64_t n, LawUnit unit, int64_t paused_days, LawCounted *out) {
    Date plain = { 0 }, raw = { 0 };
    if (n < 1 || paused_days < 0 || unit == UNIT_NONE || unit == UNIT_HOUR) return E_INPUT;
    TRY(law_add(from, n, unit, &plain));
    TRY(law_add(plain, paused_days, UNIT_DAY, &raw));
    Span pause = { date_days(from) + 1, date_days(from) + (int32_t)paused_days };
    Count c = { .law = law, .country = country, .from = from, .n = n, .unit = unit, .spans = &pause, .spans_n = paused_days > 0, .awt = awt };
    return law_roll(&c, raw, awt ? law_awt_moves(n, unit) : true, out);
}

Err law_count_awt(const Law *law, Date from, int64_t n, LawUnit unit, int64_t paused_days, LawCounted *out) {
    return count(law, law->awt, true, from, n, unit, paused_days, out);
}

Err law_count_eu(const Law *law, Str country, Date from, int64_t n, LawUnit unit, int64_t paused_days, LawCounted *out) {
    return count(law, country, false, from, n, unit, paused_days, out);
}

Err law_count_calendar(Date from, int64_t n, LawUnit unit, int64_t paused_days, LawCounted *out) {
    LawCounted r = { 0 };
    if (n < 1 || paused_days < 0) return E_INPUT;
    TRY(law_add(from, n, unit, &r.raw));
    TRY(law_add(r.raw, paused_days, UNIT_DAY, &r.end));
    r.raw = r.end;
    *out = r;
    return OK;
}

Err law_count_backward(Date event, int64_t n, LawUnit unit, Date *out) {
    if (n < 1) return E_INPUT;
    return law_add(event, -n, unit, out);
}

enum { HOUR_MS = 3600000 };

UnixMs law_count_hours(UnixMs from, int64_t hours) {
    must(when_ok(from) && hours >= 0 && hours <= N_MAX * 24);
    return from + hours * HOUR_MS;
}

/* Art. 3(1) and (2)(a): the hour in which the event falls is not counted. */
UnixMs law_count_eu_hours(UnixMs from, int64_t hours) {
    int64_t rest = ((from % HOUR_MS) + HOUR_MS) % HOUR_MS;
    return law_count_hours(from - rest + HOUR_MS, hours);
}
