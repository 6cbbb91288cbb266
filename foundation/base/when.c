/* when.c - civil dates, instants and their texts. Zones themselves are in zone.c. */
#include "foundation/base/when.h"

enum { DAY_S = 86400 };

static bool leap(int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; }

static int month_days(int y, int m) {
    static const int days[] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return m == 2 && leap(y) ? 29 : days[m];
}

bool date_ok(Date d) { return d.y >= 1583 && d.y <= 9999 && d.m >= 1 && d.m <= 12 && d.d >= 1 && d.d <= month_days(d.y, d.m); }

/* Days by counting from 1 March of year 0, in eras of 400 years (146,097 days), so that the leap day is each year's last. */
int32_t date_days(Date d) {
    must(date_ok(d));
    int32_t y = d.m <= 2 ? d.y - 1 : d.y;
    int32_t era = y / 400, year = y - era * 400;
    int32_t day = (153 * (d.m > 2 ? d.m - 3 : d.m + 9) + 2) / 5 + d.d - 1;
    return era * 146097 + year * 365 + year / 4 - year / 100 + day - 719468;
}

enum { DAYS_MIN = -141349, DAYS_MAX = 2932896 }; /* 1583-01-01, 9999-12-31 */

Date date_from_days(int32_t days) {
    must(days >= DAYS_MIN && days <= DAYS_MAX);
    int32_t n = days + 719468;
    int32_t era = n / 146097, of_era = n - era * 146097;
    int32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int32_t mp = (5 * of_year + 2) / 153;
    int32_t m = mp < 10 ? mp + 3 : mp - 9;
    int32_t y = year + era * 400 + (m <= 2);
    return (Date){ .y = (int16_t)y, .m = (uint8_t)m, .d = (uint8_t)(of_year - (153 * mp + 2) / 5 + 1) };
}

Date date_add(Date d, int32_t days) {
    int64_t sum = (int64_t)date_days(d) + days;
    must(sum >= DAYS_MIN && sum <= DAYS_MAX);
    return date_from_days((int32_t)sum);
}

int date_cmp(Date a, Date b) {
    int32_t x = a.y * 10000 + a.m * 100 + a.d, y = b.y * 10000 + b.m * 100 + b.d;
    return x < y ? -1 : x > y;
}

int date_weekday(Date d) {
    int32_t days = date_days(d); /* day 0 was a Thursday, 4 */
    return (int)(((days + 3) % 7 + 7) % 7) + 1;
}

bool when_ok(UnixMs t) { return t >= (int64_t)(DAYS_MIN + 2) * DAY_S * 1000 && t < (int64_t)(DAYS_MAX - 1) * DAY_S * 1000; }

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

Civil civil_at(const Zone *z, UnixMs t) {
    must(z != NULL && when_ok(t));
    int64_t s = floor_div(t, 1000);
    int32_t offset = zone_offset_s(z, s);
    int64_t local = s + offset, days = floor_div(local, DAY_S), rest = local - days * DAY_S;
    return (Civil){ .date = date_from_days((int32_t)days), .hh = (uint8_t)(rest / 3600), .mm = (uint8_t)(rest / 60 % 60),
        .ss = (uint8_t)(rest % 60), .ms = (uint16_t)(t - s * 1000), .offset_s = offset };
}

/* The earliest instant whose civil time is `local` (seconds as if UTC). Tried are the offsets a day before, then and a day after. */
static bool instant_of(const Zone *z, int64_t local, int64_t *out) {
    bool found = false;
    int64_t best = 0;
    for (int k = -1; k <= 1; k++) {
        int64_t s = local - zone_offset_s(z, local + k * (int64_t)DAY_S);
        if (s + zone_offset_s(z, s) != local || (found && s >= best)) continue;
        best = s;
        found = true;
    }
    if (found) *out = best;
    return found;
}

static bool time_ok(int hh, int mm, int ss) { return hh >= 0 && hh <= 23 && mm >= 0 && mm <= 59 && ss >= 0 && ss <= 59; }

Err civil_instant(const Zone *z, Date d, int hh, int mm, int ss, UnixMs *out) {
    if (!date_ok(d) || !time_ok(hh, mm, ss)) return E_INPUT;
    int64_t s = 0;
    if (!instant_of(z, (int64_t)date_days(d) * DAY_S + hh * 3600 + mm * 60 + ss, &s)) return E_INPUT;
    *out = s * 1000;
    return OK;
}

UnixMs day_start(const Zone *z, Date d) {
    int64_t local = (int64_t)date_days(d) * DAY_S, s = 0;
    if (instant_of(z, local, &s)) return s * 1000;
    /* Midnight was skipped. The transition lies between these two, and civil time only jumps forward across it. */
    int64_t lo = local - 2 * (int64_t)DAY_S, hi = local + 2 * (int64_t)DAY_S;
    while (hi - lo > 1) {
        int64_t mid = lo + (hi - lo) / 2;
        if (mid + zone_offset_s(z, mid) >= local) hi = mid;
        else lo = mid;
    }
    return hi * 1000;
}

UnixMs day_end(const Zone *z, Date d) { return day_start(z, date_add(d, 1)) - 1; }

/* ---- text ---- */

Str date_str(Arena *a, Date d) {
    must(date_ok(d));
    return str_fmt(a, "%04d-%02d-%02d", d.y, d.m, d.d);
}

Str when_rfc3339(Arena *a, UnixMs t) {
    Civil c = civil_at(zone_utc(), t);
    Str day = date_str(a, c.date);
    if (c.ms == 0) return str_fmt(a, STR_FMT "T%02d:%02d:%02dZ", STR_ARG(day), c.hh, c.mm, c.ss);
    return str_fmt(a, STR_FMT "T%02d:%02d:%02d.%03dZ", STR_ARG(day), c.hh, c.mm, c.ss, c.ms);
}

Str when_civil(Arena *a, const Zone *z, UnixMs t) {
    Civil c = civil_at(z, t);
    return str_fmt(a, STR_FMT " %02d:%02d", STR_ARG(date_str(a, c.date)), c.hh, c.mm);
}

/* Takes exactly n digits off the front of *s. */
static bool digits(Str *s, size_t n, int *out) {
    if (s->n < n) return false;
    int v = 0;
    for (size_t i = 0; i < n; i++) {
        if (s->p[i] < '0' || s->p[i] > '9') return false;
        v = v * 10 + (s->p[i] - '0');
    }
    *s = str_sub(*s, n, s->n);
    *out = v;
    return true;
}

static bool take(Str *s, char c) {
    if (s->n == 0 || s->p[0] != c) return false;
    *s = str_sub(*s, 1, s->n);
    return true;
}

static bool take_date(Str *s, Date *out) {
    int y = 0, m = 0, d = 0;
    if (!digits(s, 4, &y) || !take(s, '-') || !digits(s, 2, &m) || !take(s, '-') || !digits(s, 2, &d)) return false;
    *out = (Date){ .y = (int16_t)y, .m = (uint8_t)m, .d = (uint8_t)d };
    return date_ok(*out);
}

Err date_parse(Str iso, Date *out) {
    Date d = { 0 };
    if (!take_date(&iso, &d) || iso.n != 0) return E_INPUT;
    *out = d;
    return OK;
}

typedef struct Clock { int hh, mm, ss, ms; } Clock;

/* hh:mm, optionally :ss, optionally a fraction of 1 to 9 digits, of which the first three count. */
static bool take_clock(Str *s, Clock *out) {
    Clock c = { 0 };
    if (!digits(s, 2, &c.hh) || !take(s, ':') || !digits(s, 2, &c.mm)) return false;
    if (take(s, ':')) {
        if (!digits(s, 2, &c.ss)) return false;
        if (take(s, '.')) {
            int digit = 0, unit = 100, n = 0;
            for (; n < 9 && digits(s, 1, &digit); n++, unit /= 10) c.ms += digit * unit;
            if (n == 0) return false;
        }
    }
    *out = c;
    return time_ok(c.hh, c.mm, c.ss);
}

/* Z or +hh:mm; *out_none when there is neither. */
static bool take_offset(Str *s, int32_t *out_s, bool *out_none) {
    *out_none = s->n == 0;
    if (s->n == 0 || take(s, 'Z')) return true;
    bool minus = take(s, '-');
    int hh = 0, mm = 0;
    if (!minus && !take(s, '+')) return false;
    if (!digits(s, 2, &hh) || !take(s, ':') || !digits(s, 2, &mm) || hh > 23 || mm > 59) return false;
    *out_s = (minus ? -1 : 1) * (hh * 3600 + mm * 60);
    return true;
}

Err when_parse(const Zone *z, Str s, UnixMs *out) {
    Date d = { 0 };
    Clock c = { 0 };
    int32_t offset = 0;
    bool none = true;
    UnixMs t = 0;
    if (!take_date(&s, &d)) return E_INPUT;
    if (d.y > 9998 || d.y < 1584) return E_LIMIT; /* keeps every sum below within when_ok */
    if (s.n == 0) {
        if (z == NULL) return E_INPUT;
        *out = day_start(z, d);
        return OK;
    }
    if (!take(&s, 'T') || !take_clock(&s, &c) || !take_offset(&s, &offset, &none) || s.n != 0) return E_INPUT;
    if (none && z == NULL) return E_INPUT;
    if (none) TRY(civil_instant(z, d, c.hh, c.mm, c.ss, &t));
    else t = ((int64_t)date_days(d) * DAY_S + c.hh * 3600 + c.mm * 60 + c.ss - offset) * 1000;
    *out = t + c.ms;
    return OK;
}
