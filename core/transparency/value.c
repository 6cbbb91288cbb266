/* value.c - what stands in a cell: a number of things, hours, a share, a day. Understood where that is possible, and what is unusual about it told. */
#include "core/transparency/reported_in.h"
#include "foundation/base/when.h"

Str text_of(Reading *r, Cell c, At at) {
    Str s = str_trim(c.s);
    while (str_starts(s, S("\xC2\xA0"))) s = str_trim(str_sub(s, 2, s.n));
    while (str_ends(s, S("\xC2\xA0"))) s = str_trim(str_sub(s, 0, s.n - 2));
    if (s.n != c.s.n && s.n > 0) deviates(r, RD_BLANKS, at, s, STR_NONE);
    return s;
}

/* "no value", in the ways people write it. */
static bool no_value(Arena *a, Str s) {
    static const char *const words[] = { "/", "-", "--", "\xE2\x80\x93", "\xE2\x80\x94", "n/a", "na", "n.a.", "n.a", "n/d", "nd", "none", "null", "nan", "not applicable", "not available", "nvt", "n.v.t.", "tbd", ".", "x", "k.a.", "s/o", "unknown" };
    Str low = plain_title(a, s);
    for (size_t i = 0; i < LEN(words); i++)
        if (str_eq(low, str_c(words[i]))) return true;
    return false;
}

typedef struct Number { int64_t milli; bool groups, comma, exact; /* exact: nothing beyond thousandths was cut */ } Number;
static bool digit(char c) { return c >= '0' && c <= '9'; }

/* Where the fraction begins: the last of . or , unless what follows shows that it separates thousands. n: none. A number of things has no
 * thousandths, so "1.234" of them is 1234. */
static size_t fraction_at(Str s, RepKind kind) {
    size_t dots = 0, commas = 0, dot = s.n, comma = s.n;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.') dots++, dot = i;
        if (s.p[i] == ',') commas++, comma = i;
    }
    if (dots > 0 && commas > 0) return dot > comma ? dot : comma;
    if (dots > 1 || commas > 1) return s.n;
    if (commas == 1) return s.n - comma - 1 == 3 && comma <= 3 ? s.n : comma; /* "1,234": thousands; "1,5": a decimal comma */
    if (dots == 1 && kind == REP_COUNT && s.n - dot - 1 == 3 && dot >= 1 && dot <= 3) return s.n;
    return dots == 1 ? dot : s.n;
}

/* Digits with separators of thousands (blank, no-break blank, apostrophe, comma, dot), and a fraction. */
static bool number(Arena *a, Str s, RepKind kind, Number *out) {
    Buf b = buf_new(256);
    bool good = s.n > 0 && s.n < 60;
    *out = (Number){ .exact = true };
    for (size_t i = 0; good && i < s.n; i++) { /* one byte for each separator */
        bool gap = (s.p[i] == ' ' || s.p[i] == '\'') && i > 0 && i + 1 < s.n && digit(s.p[i - 1]);
        bool hard = s.n - i > 2 && ((memcmp(s.p + i, "\xC2\xA0", 2) == 0) || (s.n - i > 3 && memcmp(s.p + i, "\xE2\x80\xAF", 3) == 0));
        if (hard) i += s.p[i] == '\xC2' ? 1 : 2;
        if (gap || hard) out->groups = true;
        else if (digit(s.p[i]) || s.p[i] == '.' || s.p[i] == ',') buf_ch(&b, s.p[i]);
        else good = false;
    }
    Str d = str_dup(a, buf_str(&b));
    buf_free(&b);
    size_t point = good ? fraction_at(d, kind) : 0, whole_n = 0, digits_n = 0;
    int64_t v = 0, scale = 100;
    out->comma = point < d.n && d.p[point] == ',';
    for (size_t i = 0; good && i < d.n; i++) {
        if (i < point && !digit(d.p[i])) {
            size_t run = 0;
            while (i + 1 + run < point && digit(d.p[i + 1 + run])) run++;
            good = run == 3 && whole_n > 0;
            out->groups = true;
        } else if (i < point) {
            good = v < INT64_C(9000000000000);
            v = v * 10 + (d.p[i] - '0');
            whole_n++, digits_n++;
        } else if (i > point) {
            good = digit(d.p[i]);
            if (i == point + 1) v *= 1000;
            v += scale > 0 ? (d.p[i] - '0') * scale : (scale == 0 && i == point + 4 && d.p[i] >= '5');
            out->exact = out->exact && (scale > 0 || d.p[i] == '0');
            scale /= 10;
            digits_n++;
        }
    }
    out->milli = point + 1 < d.n ? v : v * 1000;
    return good && digits_n > 0;
}

/* A number as a workbook stores it: a point, perhaps an exponent, as many digits as a double has. */
static bool stored(Str s, Number *out) {
    char z[64];
    char *end = NULL;
    if (s.n == 0 || s.n >= sizeof z) return false;
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    double v = strtod(z, &end); /* programs run in the C locale; stored numbers have a point */
    if (*end != '\0' || !(v > -9e12 && v < 9e12)) return false;
    double m = v * 1000.0;
    out->milli = (int64_t)(m < 0 ? m - 0.5 : m + 0.5);
    double off = m - (double)out->milli;
    *out = (Number){ .milli = out->milli, .exact = off < 1e-6 && off > -1e-6 };
    return true;
}

static Str unit_of(Str s, Str *out_number) {
    size_t n = s.n;
    while (n > 0 && !digit(s.p[n - 1]) && s.p[n - 1] != '.' && s.p[n - 1] != ',') n--;
    *out_number = str_trim(str_sub(s, 0, n));
    return str_trim(str_sub(s, n, s.n));
}

static bool unit_fits(Arena *a, Str unit, RepKind kind, int64_t *milli) {
    static const struct { const char *word; int64_t minutes; } units[] = { { "h", 60 }, { "hr", 60 }, { "hrs", 60 }, { "hour", 60 }, { "hours", 60 }, { "uur", 60 }, { "stunden", 60 }, { "min", 1 }, { "mins", 1 }, { "minutes", 1 }, { "m", 1 },
        { "d", 1440 }, { "day", 1440 }, { "days", 1440 } };
    Str low = plain_title(a, unit);
    if (kind == REP_SHARE) return str_eq(low, S("%"));
    for (size_t i = 0; kind == REP_HOURS && i < LEN(units); i++)
        if (str_eq(low, str_c(units[i].word))) {
            *milli = *milli * units[i].minutes / 60;
            return true;
        }
    return false;
}

/* A share is kept as a number of percent. "97.27%", 97.27, and a cell that is formatted as a percentage are plain; a bare 0.97 can be two things. */
static void share(Reading *r, Cell c, bool percent_sign, At at, Str s, Number *n) {
    char z[64];
    bool formatted = c.kind == CELL_PERCENT, small = !percent_sign && n->milli <= 1000 && n->milli > 0 && s.n > 1;
    if (!formatted && !small) return;
    if (!formatted) deviates(r, RD_PERCENT, at, s, STR_NONE);
    if (s.n >= sizeof z) return;
    for (size_t i = 0; i < s.n; i++) z[i] = s.p[i] == ',' ? '.' : s.p[i];
    z[s.n] = '\0';
    double v = strtod(z, NULL); /* once more, with two digits more than thousandths */
    if (v >= 0 && v <= 9e9) n->milli = (int64_t)(v * 100000.0 + 0.5);
}

bool value_read(Reading *r, Cell c, RepKind kind, At at, int64_t *out_milli) {
    Str s = text_of(r, c, at), body = s, unit = STR_NONE;
    Number n = { .exact = true };
    bool negative = false;
    if (s.n == 0) {
        r->blank++;
        return false;
    }
    if (c.kind == CELL_ERROR || c.kind == CELL_FORMULA) {
        deviates(r, c.kind == CELL_ERROR ? RD_ERROR : RD_FORMULA, at, s, STR_NONE);
        return false;
    }
    if (c.kind == CELL_TEXT && no_value(r->a, s)) {
        deviates(r, RD_NO_VALUE, at, s, STR_NONE);
        return false;
    }
    bool good = false;
    if (c.kind == CELL_NUMBER || c.kind == CELL_PERCENT) {
        good = stored(s, &n);
        negative = n.milli < 0;
    } else if (c.kind == CELL_TEXT) {
        negative = s.p[0] == '-' && s.n > 1;
        if (negative) body = str_trim(str_sub(s, 1, s.n));
        unit = unit_of(body, &body);
        good = number(r->a, body, kind, &n) && (unit.n == 0 || unit_fits(r->a, unit, kind, &n.milli));
    }
    if (!good || negative) {
        deviates(r, good ? RD_NEGATIVE : RD_NO_NUMBER, at, s, STR_NONE);
        return false;
    }
    if (n.groups) deviates(r, RD_GROUPS, at, s, STR_NONE);
    if (n.comma) deviates(r, RD_COMMA, at, s, STR_NONE);
    if (unit.n > 0 && kind != REP_SHARE) deviates(r, RD_UNIT, at, s, STR_NONE);
    if (kind == REP_SHARE) share(r, c, unit.n > 0, at, body, &n);
    if (kind == REP_COUNT && (n.milli % 1000 != 0 || !n.exact || (c.kind == CELL_TEXT && str_chr(body, '.', &(size_t){ 0 }) && !n.groups))) deviates(r, RD_FRACTION, at, s, STR_NONE);
    *out_milli = n.milli;
    return true;
}

/* ---- days ---- */
static bool day_try(int64_t y, int64_t m, int64_t d, Arena *a, Str *out) {
    if (y < 1990 || y > 2100 || m < 1 || m > 12 || d < 1 || d > 31) return false;
    Date date = { (int16_t)y, (uint8_t)m, (uint8_t)d };
    if (!date_ok(date)) return false;
    *out = date_str(a, date);
    return true;
}

bool day_read(Reading *r, Cell c, At at, Str *out) {
    int64_t v[3] = { 0 };
    size_t n = 0, digits[3] = { 0 };
    Date iso;
    Str s = text_of(r, c, at);
    *out = STR_NONE;
    if (s.n == 0) return false;
    if (c.kind == CELL_DAY || c.kind == CELL_NUMBER) {
        Str day = c.kind == CELL_DAY ? s : day_of_serial(r, s, false);
        bool good = day.n == 10 && date_parse(day, &iso) == OK;
        if (good && c.kind == CELL_DAY) { *out = day; return true; } /* a spreadsheet keeps a day as a number, and shows it as one */
        if (good) *out = day;
        deviates(r, RD_DATE, at, s, good ? day : S("2025-07-01"));
        return good;
    }
    if (date_parse(s, &iso) == OK && s.n == 10) {
        *out = s;
        return true;
    }
    Str head = str_sub(s, 0, 10);
    for (size_t i = 0; i < head.n && n < 3; i++) {
        if (digit(head.p[i])) {
            v[n] = v[n] * 10 + (head.p[i] - '0');
            digits[n]++;
        } else if (digits[n] > 0) {
            n++;
        }
    }
    bool good = n >= 2 && digits[2] > 0;
    if (good && digits[0] == 4) good = day_try(v[0], v[1], v[2], r->a, out);
    else if (good && digits[2] == 4 && v[1] > 12) good = day_try(v[2], v[0], v[1], r->a, out);
    else if (good && digits[2] == 4 && (v[0] > 12 || v[0] == v[1] || str_chr(head, '.', &(size_t){ 0 }))) good = day_try(v[2], v[1], v[0], r->a, out);
    else good = false; /* 03/04/2025 is two days */
    deviates(r, RD_DATE, at, s, good ? *out : S("2025-07-01"));
    return good;
}
