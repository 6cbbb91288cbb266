/* scart.c - line by line: values, columns by name, what is left to do. */
#include "programs/keten/scart.h"

enum { FIELDS_MAX = 400, VALUE_MAX = 8192 };
typedef enum Col { C_URL, C_NUMBER, C_NOTICE, C_STATUS, C_CLASS, C_SOURCE, C_SEEN, C_ASKED, C_LAST, C_HOLDER, C_COUNTRY, C_MAIL, C_POLICE, C_SENT, COLS } Col;

/* Names in small letters, with blanks for underscores. */
static const struct { Col col; const char *name; } names[] = {
    { C_URL, "url" }, { C_NUMBER, "filenumber" }, { C_NOTICE, "ntd filenumber" }, { C_STATUS, "status" }, { C_STATUS, "status code" }, { C_CLASS, "classification" }, { C_CLASS, "grade code" },
    { C_SOURCE, "source" }, { C_SOURCE, "source code" }, { C_SEEN, "first seen" }, { C_SEEN, "firstseen at" }, { C_ASKED, "first ntd" }, { C_ASKED, "firstntd at" }, { C_ASKED, "hoster first ntd at" },
    { C_LAST, "last seen" }, { C_LAST, "lastseen at" }, { C_HOLDER, "hoster owner" }, { C_HOLDER, "host owner" }, { C_HOLDER, "abuse owner" }, { C_COUNTRY, "hoster country" }, { C_COUNTRY, "host country" },
    { C_COUNTRY, "abuse country" }, { C_MAIL, "hoster abuse email" }, { C_MAIL, "host abusecustom" }, { C_MAIL, "abuse email" }, { C_MAIL, "hoster contact" }, { C_POLICE, "police" }, { C_SENT, "ntd status time" },
};

typedef struct Lines { Str rest; size_t line, next; const char *why; Str field[FIELDS_MAX]; size_t n; } Lines;

/* A value in quotes; its end may be lines further. */
static bool quoted(Arena *a, Lines *l, Str *out) {
    Buf b = buf_new(VALUE_MAX);
    size_t at = 1;
    bool closed = false;
    for (; at < l->rest.n && !closed; at++) {
        char ch = l->rest.p[at];
        if (ch == '"') closed = true;
        else if (ch == '\n') l->next++;
        if (ch == '\\' && at + 1 < l->rest.n) ch = l->rest.p[++at];
        if (!closed) buf_ch(&b, ch);
    }
    bool good = closed && buf_err(&b) == OK;
    if (good) *out = str_dup(a, buf_str(&b));
    l->why = closed ? "a value is too long" : "a quote is never closed";
    buf_free(&b);
    l->rest = str_sub(l->rest, at, l->rest.n);
    return good;
}

static void to_next_line(Lines *l) {
    size_t end = l->rest.n;
    bool found = str_chr(l->rest, '\n', &end);
    l->rest = str_sub(l->rest, found ? end + 1 : l->rest.n, l->rest.n);
}

static bool bare(Lines *l, Str *out) {
    size_t at = 0;
    while (at < l->rest.n && l->rest.p[at] != ';' && l->rest.p[at] != '\n') at++;
    *out = str_trim(str_sub(l->rest, 0, at));
    l->rest = str_sub(l->rest, at, l->rest.n);
    l->why = "a value is too long";
    return out->n <= VALUE_MAX;
}

/* The values of one line; false at the end. A line that cannot be read has why set. */
static bool next_line(Arena *a, Lines *l) {
    bool more = true;
    l->line = l->next;
    l->n = 0;
    l->why = NULL;
    if (l->rest.n == 0) return false;
    while (more) {
        Str *v = &l->field[l->n];
        *v = STR_NONE;
        bool good = l->rest.n > 0 && l->rest.p[0] == '"' ? quoted(a, l, v) : bare(l, v);
        if (!good) {
            to_next_line(l);
            l->next++;
            return true;
        }
        l->why = NULL;
        while (l->rest.n > 0 && (l->rest.p[0] == ' ' || l->rest.p[0] == '\r')) l->rest = str_sub(l->rest, 1, l->rest.n);
        more = l->rest.n > 0 && l->rest.p[0] == ';';
        if (more) l->rest = str_sub(l->rest, 1, l->rest.n);
        l->n++;
        if (more && l->n == FIELDS_MAX) l->why = "there are too many values";
        if (l->why != NULL) break;
    }
    if (l->why == NULL && l->rest.n > 0 && l->rest.p[0] != '\n') l->why = "something follows a value in quotes";
    if (l->n > 0 && l->field[l->n - 1].n == 0) l->n--; /* behind the last semicolon */
    to_next_line(l);
    l->next++;
    return true;
}

static int column(Arena *a, Str title) {
    Buf b = buf_new(200);
    int found = -1;
    if (title.n < 200)
        for (size_t i = 0; i < title.n; i++) buf_ch(&b, title.p[i] == '_' ? ' ' : title.p[i]);
    Str name = str_lower(a, buf_str(&b));
    for (size_t i = 0; i < LEN(names) && found < 0; i++)
        if (str_eq(name, str_c(names[i].name))) found = (int)names[i].col;
    buf_free(&b);
    return found;
}

static const char *kind_of(const int at[COLS]) {
    if (at[C_NOTICE] >= 0) return "ntd";
    if (at[C_URL] < 0) return "all";
    if (at[C_MAIL] >= 0) return at[C_CLASS] < 0 ? "ntdclosed" : at[C_POLICE] >= 0 ? "whois" : "report";
    return "classified";
}

static bool is(Str s, const char *list) {
    Str rest = str_c(list), one = STR_NONE;
    while (str_split(&rest, ' ', &one))
        if (str_eq(s, one)) return true;
    return false;
}

static ScartFate fate_of(const ScartFile *f, const ScartRow *r) {
    bool closed = is(r->status, "close_offline close_offline_manual");
    if (strcmp(f->kind, "ntd") == 0) return SCART_FOLLOW;                      /* there the status is the notice's */
    if (is(r->classification, "not_illegal ignore") || is(r->status, "close close_double")) return SCART_DROP;
    if (closed || strcmp(f->kind, "ntdclosed") == 0) return SCART_GONE;
    if (str_eq(r->classification, S("illegal"))) return SCART_FOLLOW;
    return SCART_JUDGE;
}

static Str value(const Lines *l, const int at[COLS], Col c) {
    Str s = at[c] >= 0 && (size_t)at[c] < l->n ? str_trim(l->field[at[c]]) : STR_NONE;
    return s.n > 0 && s.p[0] == '(' ? STR_NONE : s; /* "(unknown)", "(not set)" */
}

static ScartRow row_of(const ScartFile *f, const Lines *l, const int at[COLS]) {
    ScartRow r = { .line = l->line, .url = value(l, at, C_URL), .number = value(l, at, C_NUMBER), .status = value(l, at, C_STATUS), .classification = value(l, at, C_CLASS), .source = value(l, at, C_SOURCE),
        .seen_first = value(l, at, C_SEEN), .asked_first = value(l, at, C_ASKED), .seen_last = value(l, at, C_LAST), .holder = value(l, at, C_HOLDER), .country = value(l, at, C_COUNTRY), .mail = value(l, at, C_MAIL) };
    if (r.number.n == 0) r.number = value(l, at, C_NOTICE);
    if (r.asked_first.n == 0) r.asked_first = value(l, at, C_SENT);
    r.fate = fate_of(f, &r);
    return r;
}

static void wrong(Arena *a, ScartFile *f, size_t *cap, size_t line, const char *why) {
    if (f->lines_wrong++ >= SCART_WRONG_MAX) return;
    f->wrong = ARENA_ROOM(a, f->wrong, f->wrong_n, cap);
    f->wrong[f->wrong_n++] = (ScartWrong){ line, why };
}

Err scart_read(Arena *a, Str text, ScartFile *out, const char **out_why) {
    Lines *l = ARENA_NEW(a, Lines);
    int at[COLS];
    size_t cap = 0, wrong_cap = 0, known = 0;
    *out = (ScartFile){ .kind = "" };
    *out_why = "the first line names no columns of a SCART export (filenumber;url;status;...)";
    if (str_starts(text, S("\xEF\xBB\xBF"))) text = str_sub(text, 3, text.n);
    *l = (Lines){ .rest = text, .next = 1 };
    for (size_t i = 0; i < COLS; i++) at[i] = -1;
    if (!next_line(a, l) || l->why != NULL) return E_INPUT;
    for (size_t i = 0; i < l->n; i++) {
        int c = column(a, str_trim(l->field[i]));
        if (c < 0 || at[c] >= 0) continue;
        at[c] = (int)i;
        known++;
    }
    if (known < 3 || (at[C_STATUS] < 0 && at[C_NOTICE] < 0)) return E_INPUT;
    out->kind = kind_of(at);
    out->addresses = at[C_URL] >= 0;
    while (next_line(a, l)) {
        if (l->why != NULL) {
            wrong(a, out, &wrong_cap, l->line, l->why);
            continue;
        }
        if (l->n == 0) continue;
        ScartRow r = row_of(out, l, at);
        if (out->addresses && r.url.n == 0) wrong(a, out, &wrong_cap, l->line, "there is no address in it");
        else {
            out->rows = ARENA_ROOM(a, out->rows, out->n, &cap);
            out->rows[out->n++] = r;
        }
    }
    *out_why = NULL;
    return OK;
}
