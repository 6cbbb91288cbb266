/* zone.c - TZif files (RFC 8536) and the POSIX rule in their footer. */
#include "foundation/base/when.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { FILE_MAX = 128 * 1024, TRANSITIONS_MAX = 4096, TYPES_MAX = 256, NAME_MAX_BYTES = 64, DAY_S = 86400 };

/* A day of the year: month.week.weekday, or a number with (0) or without (1..365) 29 February; and the second of that day. */
typedef enum RuleKind { RULE_MONTH = 1, RULE_JULIAN, RULE_DAY } RuleKind;
typedef struct Rule { RuleKind kind; int m, w, d; int32_t at_s; } Rule;

struct Zone {
    Str name;
    size_t n;                 /* transitions */
    const int64_t *at_s;      /* ascending */
    const uint8_t *type;
    const int32_t *offsets_s; /* by type */
    bool has_rule, has_dst;   /* what holds after the last transition */
    int32_t std_s, dst_s;
    Rule start, end;
};

static const int32_t NO_OFFSET[1] = { 0 };
static const Zone UTC = { .name = { "UTC", 3 }, .offsets_s = NO_OFFSET };

const Zone *zone_utc(void) { return &UTC; }
Str zone_name(const Zone *z) { return z->name; }

/* ---- the rule ---- */

/* The footer's cursor: text is consumed from the front. */
static bool take(Str *s, char c) {
    if (s->n == 0 || s->p[0] != c) return false;
    *s = str_sub(*s, 1, s->n);
    return true;
}

static bool number(Str *s, int max, int *out) {
    int v = 0;
    size_t n = 0;
    for (; n < s->n && n < 3 && s->p[n] >= '0' && s->p[n] <= '9'; n++) v = v * 10 + (s->p[n] - '0');
    if (n == 0 || v > max) return false;
    *s = str_sub(*s, n, s->n);
    *out = v;
    return true;
}

/* [+-]hh[:mm[:ss]], hours to 167 (RFC 8536 §3.3.1). */
static bool hms(Str *s, int32_t *out) {
    int h = 0, m = 0, sec = 0;
    bool minus = take(s, '-');
    if (!minus) (void)take(s, '+');
    if (!number(s, 167, &h)) return false;
    if (take(s, ':') && !number(s, 59, &m)) return false;
    if (m >= 0 && take(s, ':') && !number(s, 59, &sec)) return false;
    int32_t v = h * 3600 + m * 60 + sec;
    *out = minus ? -v : v;
    return true;
}

/* Letters, or anything of letters, digits and signs between angle brackets; at least three. */
static bool abbreviation(Str *s) {
    bool bracket = take(s, '<');
    size_t n = 0;
    for (; n < s->n; n++) {
        char c = s->p[n], l = (char)(c | 32);
        if (!(l >= 'a' && l <= 'z') && !(bracket && ((c >= '0' && c <= '9') || c == '+' || c == '-'))) break;
    }
    *s = str_sub(*s, n, s->n);
    return n >= 3 && (!bracket || take(s, '>'));
}

static bool rule(Str *s, Rule *out) {
    Rule r = { .at_s = 2 * 3600 };
    if (take(s, 'M')) {
        r.kind = RULE_MONTH;
        if (!number(s, 12, &r.m) || r.m < 1 || !take(s, '.') || !number(s, 5, &r.w) || r.w < 1 || !take(s, '.') || !number(s, 6, &r.d)) return false;
    } else if (take(s, 'J')) {
        r.kind = RULE_JULIAN;
        if (!number(s, 365, &r.d) || r.d < 1) return false;
    } else {
        r.kind = RULE_DAY;
        if (!number(s, 365, &r.d)) return false;
    }
    if (take(s, '/') && !hms(s, &r.at_s)) return false;
    *out = r;
    return true;
}

/* POSIX counts offsets west of Greenwich; here they are east. */
static bool footer(Str s, Zone *z) {
    if (s.n == 0) return true; /* nothing is known after the last transition */
    int32_t west = 0;
    if (!abbreviation(&s) || !hms(&s, &west) || west < -26 * 3600 || west > 26 * 3600) return false;
    z->has_rule = true;
    z->std_s = -west;
    if (s.n == 0) return true;
    z->dst_s = z->std_s + 3600;
    if (!abbreviation(&s)) return false;
    if (s.n > 0 && s.p[0] != ',') {
        if (!hms(&s, &west) || west < -26 * 3600 || west > 26 * 3600) return false;
        z->dst_s = -west;
    }
    z->has_dst = true;
    return take(&s, ',') && rule(&s, &z->start) && take(&s, ',') && rule(&s, &z->end) && s.n == 0;
}

static bool leap(int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; }

/* Local second (as if UTC) at which the rule strikes in year y. */
static int64_t rule_local_s(const Rule *r, int y) {
    int32_t jan1 = date_days((Date){ .y = (int16_t)y, .m = 1, .d = 1 }), day = 0;
    if (r->kind == RULE_DAY) {
        day = jan1 + r->d;
    } else if (r->kind == RULE_JULIAN) { /* 60 is 1 March in every year */
        day = jan1 + r->d - 1 + (r->d >= 60 && leap(y));
    } else {
        int32_t first = date_days((Date){ .y = (int16_t)y, .m = (uint8_t)r->m, .d = 1 });
        int32_t next = r->m == 12 ? jan1 + 365 + leap(y) : date_days((Date){ .y = (int16_t)y, .m = (uint8_t)(r->m + 1), .d = 1 });
        int32_t weekday = ((first + 4) % 7 + 7) % 7; /* 0 is Sunday; day 0 was a Thursday */
        day = first + (r->d - weekday + 7) % 7 + (r->w - 1) * 7;
        while (day >= next) day -= 7; /* week 5 means the last one */
    }
    return (int64_t)day * DAY_S + r->at_s;
}

static int32_t rule_offset_s(const Zone *z, int64_t unix_s) {
    if (!z->has_dst) return z->std_s;
    int64_t days = unix_s / DAY_S, last = date_days((Date){ .y = 9999, .m = 12, .d = 31 });
    Date d = date_from_days((int32_t)(days > last ? last : days < 0 ? 0 : days)); /* no zone has a rule and nothing else before 1970 */
    int64_t start = rule_local_s(&z->start, d.y) - z->std_s, end = rule_local_s(&z->end, d.y) - z->dst_s;
    bool summer = start < end ? unix_s >= start && unix_s < end : unix_s >= start || unix_s < end;
    return summer ? z->dst_s : z->std_s;
}

int32_t zone_offset_s(const Zone *z, int64_t unix_s) {
    if (z->n == 0 || unix_s < z->at_s[0]) return z->n == 0 && z->has_rule ? rule_offset_s(z, unix_s) : z->offsets_s[0];
    if (unix_s >= z->at_s[z->n - 1] && z->has_rule) return rule_offset_s(z, unix_s);
    size_t lo = 0, hi = z->n; /* at_s[lo] <= unix_s < at_s[hi] */
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (z->at_s[mid] <= unix_s) lo = mid;
        else hi = mid;
    }
    return z->offsets_s[z->type[lo]];
}

/* ---- the file ---- */

typedef struct Counts { uint32_t isut, isstd, leap, time, type, chars; char version; } Counts;

/* Takes n bytes off the front; false when there are fewer. */
static bool bytes(Str *s, size_t n, Str *out) {
    if (s->n < n) return false;
    *out = str_sub(*s, 0, n);
    *s = (Str){ s->p + n, s->n - n };
    return true;
}

static uint64_t be(Str s, size_t at, size_t n) {
    uint64_t v = 0;
    must(at + n <= s.n);
    for (size_t i = 0; i < n; i++) v = v << 8 | (unsigned char)s.p[at + i];
    return v;
}

static bool counts(Str *s, Counts *out) {
    Str h = STR_NONE;
    if (!bytes(s, 44, &h) || !str_starts(h, S("TZif"))) return false;
    Counts c = { .isut = (uint32_t)be(h, 20, 4), .isstd = (uint32_t)be(h, 24, 4), .leap = (uint32_t)be(h, 28, 4),
        .time = (uint32_t)be(h, 32, 4), .type = (uint32_t)be(h, 36, 4), .chars = (uint32_t)be(h, 40, 4), .version = h.p[4] };
    if (c.time > TRANSITIONS_MAX || c.type < 1 || c.type > TYPES_MAX || c.chars > 4096 || c.leap != 0) return false; /* "right/" zones count leap seconds */
    if ((c.isut != 0 && c.isut != c.type) || (c.isstd != 0 && c.isstd != c.type)) return false;
    *out = c;
    return true;
}

static bool body(Arena *a, Str *s, Counts c, size_t width, Zone *z) {
    Str times = STR_NONE, idx = STR_NONE, types = STR_NONE, skipped = STR_NONE;
    if (!bytes(s, c.time * width, &times) || !bytes(s, c.time, &idx) || !bytes(s, (size_t)c.type * 6, &types)) return false;
    if (!bytes(s, (size_t)c.chars + c.isstd + c.isut, &skipped)) return false;
    int64_t *at = ARENA_ARRAY(a, int64_t, c.time);
    uint8_t *type = ARENA_ARRAY(a, uint8_t, c.time);
    int32_t *offsets = ARENA_ARRAY(a, int32_t, c.type);
    for (size_t i = 0; i < c.time; i++) {
        uint64_t raw = be(times, i * width, width);
        at[i] = width == 4 ? (int64_t)(int32_t)raw : (int64_t)raw;
        type[i] = (uint8_t)idx.p[i];
        if (type[i] >= c.type || (i > 0 && at[i] <= at[i - 1])) return false;
    }
    for (size_t i = 0; i < c.type; i++) {
        offsets[i] = (int32_t)be(types, i * 6, 4);
        if (offsets[i] < -26 * 3600 || offsets[i] > 26 * 3600) return false;
    }
    z->n = c.time;
    z->at_s = at;
    z->type = type;
    z->offsets_s = offsets;
    return true;
}

static Err parse(Arena *a, Arena *shortly, Str name, Str tzif, const Zone **out) {
    Counts c = { 0 };
    Zone *z = ARENA_NEW(a, Zone);
    z->name = str_dup(a, name);
    if (!counts(&tzif, &c) || !body(c.version >= '2' ? shortly : a, &tzif, c, 4, z)) return E_INPUT;
    if (c.version >= '2') { /* the second block, with 64-bit times, replaces the first */
        Str foot = STR_NONE;
        if (!counts(&tzif, &c) || !body(a, &tzif, c, 8, z) || !take(&tzif, '\n')) return E_INPUT;
        if (!str_split(&tzif, '\n', &foot) || tzif.p == NULL || !footer(foot, z)) return E_INPUT;
    }
    *out = z;
    return OK;
}

/* The law holds dozens of zones for good: of each only what is asked is kept. */
Err zone_parse(Arena *a, Str name, Str tzif, const Zone **out) {
    if (tzif.n > FILE_MAX) return E_LIMIT;
    Arena *shortly = arena_new(2 * FILE_MAX);
    Err e = parse(a, shortly, name, tzif, out);
    arena_free(shortly);
    return e;
}

/* "Europe/Amsterdam": letters, digits, _ + - in parts between slashes; so never a way out of the folder. */
static bool name_ok(Str name) {
    if (name.n == 0 || name.n > NAME_MAX_BYTES) return false;
    char before = '/';
    for (size_t i = 0; i < name.n; before = name.p[i++]) {
        char c = name.p[i], l = (char)(c | 32);
        bool plain = (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
        if (!plain && !(c == '/' && before != '/')) return false;
    }
    return before != '/';
}

static Err file_of(Arena *a, Str name, Str *out) {
    int fd = open(str_z(a, str_fmt(a, "/usr/share/zoneinfo/" STR_FMT, STR_ARG(name))), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT || errno == ENOTDIR ? E_MISSING : E_OUTSIDE;
    struct stat st = { 0 };
    bool fits = fstat(fd, &st) == 0 && st.st_size >= 0 && st.st_size <= FILE_MAX;
    size_t n = 0, size = fits ? (size_t)st.st_size : 0;
    char *p = arena_alloc(a, size);
    ssize_t got = fits ? 1 : -1;
    while (got > 0 && n < size) {
        got = read(fd, p + n, size - n);
        if (got > 0) n += (size_t)got;
        else if (got < 0 && errno == EINTR) got = 1;
    }
    close(fd);
    *out = (Str){ p, n };
    return got < 0 ? E_OUTSIDE : OK;
}

Err zone_load(Arena *a, Str name, const Zone **out) {
    Str text = STR_NONE;
    if (!name_ok(name)) return E_INPUT;
    Arena *shortly = arena_new(2 * FILE_MAX);
    Err e = file_of(shortly, name, &text);
    if (e == OK) e = zone_parse(a, name, text, out);
    arena_free(shortly);
    return e;
}
