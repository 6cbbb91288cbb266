/* keep.c - figures and deviations as text, one a line, fields between tabs; "=" is "as in the line above". And what is asked of them. */
#include "core/transparency/reported_in.h"

#include <zlib.h>

static void put(Buf *b, Str s, Str *last) {
    if (last != NULL && str_eq(s, *last)) {
        buf_ch(b, '=');
    } else {
        if (s.n > 0 && s.p[0] == '=') buf_ch(b, ' ');
        for (size_t i = 0; i < s.n; i++) buf_ch(b, s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i]);
        if (last != NULL) *last = s;
    }
    buf_ch(b, '\t');
}

void reported_figures_put(const Report *r, Buf *out) {
    Str category = S(""), keyword = S(""), other = S(""), scope = S(""), measure = S("");
    for (size_t i = 0; i < r->figures_n; i++) {
        const RepFigure *f = &r->figures[i];
        buf_printf(out, "%d\t%d\t", (int)f->section, (int)f->kind);
        put(out, f->measure, &measure);
        put(out, f->category, &category);
        put(out, f->keyword, &keyword);
        put(out, f->other, &other);
        put(out, f->scope, &scope);
        buf_printf(out, "%lld\t%u\t%u\t%u\n", (long long)f->milli, f->file, f->row, f->col);
    }
}

void reported_devs_put(const Report *r, Buf *out) {
    for (size_t i = 0; i < r->devs_n; i++) {
        const RepDeviation *d = &r->devs[i];
        put(out, str_c(rep_dev_codes[d->dev]), NULL);
        buf_printf(out, "%d\t%u\t%u\t%u\t%u\t", (int)d->section, d->file, d->row, d->col, d->rows);
        put(out, d->what, NULL);
        put(out, d->expected, NULL);
        buf_ch(out, '\n');
    }
}

typedef struct Taker { Str rest; bool bad; } Taker;
static Str word(Taker *t, char end) {
    Str s;
    if (t->rest.p == NULL || !str_split(&t->rest, end, &s)) {
        t->bad = true;
        return S("");
    }
    return s;
}
static int64_t number(Taker *t, int64_t max) {
    int64_t v = 0;
    if (str_i64(word(t, '\t'), 0, max, &v) != OK) t->bad = true;
    return v;
}
static Str as_above(Arena *a, Taker *t, Str *last) {
    Str s = word(t, '\t');
    if (str_eq(s, S("="))) return *last;
    *last = str_dup(a, s);
    return *last;
}
static size_t lines_in(Str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += s.p[i] == '\n';
    return n;
}

Err reported_figures_take(Arena *a, Str text, Report *r) {
    size_t n = lines_in(text), k = 0;
    Str category = S(""), keyword = S(""), other = S(""), scope = S(""), measure = S(""), line;
    RepFigure *f = ARENA_ARRAY(a, RepFigure, n + 1);
    if (n > REP_FIGURES_MAX) return E_INPUT;
    for (; k < n && str_split(&text, '\n', &line); k++) {
        Taker t = { line, false };
        f[k].section = (RepSection)number(&t, REP_SECTIONS - 1);
        f[k].kind = (RepKind)number(&t, REP_KINDS - 1);
        f[k].measure = as_above(a, &t, &measure);
        f[k].category = as_above(a, &t, &category);
        f[k].keyword = as_above(a, &t, &keyword);
        f[k].other = as_above(a, &t, &other);
        f[k].scope = as_above(a, &t, &scope);
        f[k].milli = number(&t, INT64_MAX);
        f[k].file = (uint32_t)number(&t, UINT32_MAX);
        f[k].row = (uint32_t)number(&t, UINT32_MAX);
        int64_t col = 0;
        if (t.bad || str_i64(t.rest, 0, UINT32_MAX, &col) != OK) return E_INPUT;
        f[k].col = (uint32_t)col;
    }
    r->figures = f;
    r->figures_n = k;
    return OK;
}

/* Of a code of the record; kept reports of earlier versions call no_value by another name. */
static RepDev dev_of(Str code) {
    if (str_eq(code, S("placeholder"))) return RD_NO_VALUE;
    for (int i = 1; i < RD_N; i++)
        if (str_eq(code, str_c(rep_dev_codes[i]))) return (RepDev)i;
    return RD_NONE;
}

Err reported_devs_take(Arena *a, Str text, Report *r) {
    size_t n = lines_in(text), k = 0;
    Str line;
    RepDeviation *d = ARENA_ARRAY(a, RepDeviation, n + 1);
    if (n > REP_DEVS_MAX) return E_INPUT;
    for (; k < n && str_split(&text, '\n', &line); k++) {
        Taker t = { line, false };
        d[k].dev = dev_of(word(&t, '\t'));
        d[k].section = (RepSection)number(&t, REP_SECTIONS - 1);
        d[k].file = (uint32_t)number(&t, UINT32_MAX);
        d[k].row = (uint32_t)number(&t, UINT32_MAX);
        d[k].col = (uint32_t)number(&t, UINT32_MAX);
        d[k].rows = (uint32_t)number(&t, UINT32_MAX);
        d[k].what = str_dup(a, word(&t, '\t'));
        d[k].expected = str_dup(a, word(&t, '\t'));
        if (t.bad || d[k].dev == RD_NONE) return E_INPUT;
    }
    r->devs = d;
    r->devs_n = k;
    return OK;
}

/* ---- asking ---- */
bool reported_get(const Report *r, RepSection s, const char *measure, Str category, Str keyword, Str scope, int64_t *out_milli) {
    bool table = s >= REP_ORDERS && s <= REP_OWN_TERMS;
    if (table && category.n == 0) category = S("TOTAL");
    if (scope.n == 0 && (s == REP_ORDERS || s == REP_RECIPIENTS)) scope = S("TOTAL");
    if (scope.n == 0 && !table) scope = S("Total number");
    if (s >= REP_NOTICES && s <= REP_OWN_TERMS) scope = S("");
    int64_t sum = 0;
    bool found = false;
    for (size_t i = 0; i < r->figures_n; i++) {
        const RepFigure *f = &r->figures[i];
        if (f->section != s || !str_eq(f->measure, str_c(measure)) || !str_eq(f->keyword, keyword) || !str_eq(f->scope, scope) || !str_eq(f->category, table ? category : S(""))) continue;
        if (found && f->kind != REP_COUNT) break; /* several KEYWORD_OTHER: medians do not add up, the first is given */
        if (!i64_add(sum, f->milli, &sum)) break;
        found = true;
    }
    *out_milli = sum;
    return found;
}

Str rep_place(Arena *a, const RepDeviation *d) {
    char letters[8] = "";
    size_t n = 0;
    uint32_t c = d->col;
    for (; c > 0 && n < 4; c = (c - 1) / 26) letters[n++] = (char)('A' + (c - 1) % 26);
    for (size_t i = 0; i < n / 2; i++) {
        char x = letters[i];
        letters[i] = letters[n - 1 - i];
        letters[n - 1 - i] = x;
    }
    letters[n] = '\0';
    if (d->row == 0) return d->col == 0 ? S("") : str_dup(a, str_c(letters));
    if (d->rows > 1) return str_fmt(a, "%s%u-%u", letters, d->row, d->row + d->rows - 1);
    return str_fmt(a, "%s%u", letters, d->row);
}

/* ---- packed, for the record ---- */
Err reported_pack(Arena *a, Str text, Str *out) {
    uLongf n = compressBound(text.n);
    if (text.n > REP_KEPT_MAX) return E_LIMIT;
    uint8_t *p = arena_alloc(a, n + 4);
    for (int i = 0; i < 4; i++) p[i] = (uint8_t)(text.n >> (8 * i));
    if (compress2(p + 4, &n, (const Bytef *)(text.n > 0 ? text.p : ""), text.n, 9) != Z_OK) return E_LIMIT;
    *out = str_bytes(p, n + 4);
    return OK;
}

Err reported_unpack(Arena *a, Str packed, Str *out) {
    uLongf n = 0;
    if (packed.n < 4) return E_INPUT;
    for (int i = 0; i < 4; i++) n |= (uLongf)(uint8_t)packed.p[i] << (8 * i);
    uLongf want = n;
    if (n > REP_KEPT_MAX) return E_INPUT;
    uint8_t *p = arena_alloc(a, n + 1);
    if (uncompress(p, &n, (const Bytef *)packed.p + 4, packed.n - 4) != Z_OK || n != want) return E_INPUT;
    *out = str_bytes(p, n);
    return OK;
}
