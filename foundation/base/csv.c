/* csv.c - RFC 4180. */
#include "foundation/base/csv.h"

enum { FIELDS_MAX = 1024 };

CsvReader csv_reader(Str text, char sep) {
    if (str_starts(text, S("\xef\xbb\xbf"))) text = str_sub(text, 3, text.n);
    return (CsvReader){ .rest = text, .sep = sep, .line = 1, .col = 1, .next_line = 1 };
}

typedef struct Cursor { Str s; size_t at, line, col; } Cursor;

static void step(Cursor *c) {
    if (c->s.p[c->at] == '\n') {
        c->line++;
        c->col = 1;
    } else {
        c->col++;
    }
    c->at++;
}

static bool more(const Cursor *c) { return c->at < c->s.n; }
static char here(const Cursor *c) { return c->s.p[c->at]; }

/* At the end of a row: end of text, LF, or CR before LF. */
static bool row_end(const Cursor *c) {
    if (!more(c) || here(c) == '\n') return true;
    return here(c) == '\r' && c->at + 1 < c->s.n && c->s.p[c->at + 1] == '\n';
}

static Err refuse(CsvReader *r, const Cursor *c, const char *why, Err e) {
    r->line = c->line;
    r->col = c->col;
    r->why = why;
    r->rest = STR_NONE; /* a reader that has stumbled gives no more rows */
    return e;
}

static Err quoted(Arena *a, CsvReader *r, Cursor *c, Str *out) {
    Cursor opened = *c;
    step(c);
    size_t from = c->at, doubled = 0;
    for (;;) {
        if (!more(c)) return refuse(r, &opened, "a quoted field is not closed", E_INPUT);
        if (here(c) == '\0') return refuse(r, c, "a zero byte", E_INPUT);
        if (here(c) != '"') { step(c); continue; }
        if (c->at + 1 < c->s.n && c->s.p[c->at + 1] == '"') {
            doubled++;
            step(c);
            step(c);
            continue;
        }
        break;
    }
    Str raw = { c->s.p + from, c->at - from };
    step(c);
    if (!row_end(c) && here(c) != r->sep) return refuse(r, c, "text after the closing quote of a field", E_INPUT);
    if (doubled == 0) {
        *out = raw;
        return OK;
    }
    char *p = arena_alloc(a, raw.n - doubled);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        p[n++] = raw.p[i];
        if (raw.p[i] == '"') i++;
    }
    *out = (Str){ p, n };
    return OK;
}

static Err bare(CsvReader *r, Cursor *c, Str *out) {
    size_t from = c->at;
    while (!row_end(c) && here(c) != r->sep) {
        if (here(c) == '"') return refuse(r, c, "a quote inside a field that does not begin with one", E_INPUT);
        if (here(c) == '\0') return refuse(r, c, "a zero byte", E_INPUT);
        step(c);
    }
    *out = (Str){ c->s.p + from, c->at - from };
    return OK;
}

/* Fields of the row at the cursor into `fields`, which has room for FIELDS_MAX. */
static Err row(Arena *a, CsvReader *r, Cursor *c, Str *fields, size_t *out_n) {
    for (size_t n = 0;;) {
        if (n == FIELDS_MAX) return refuse(r, c, "more than 1,024 fields in a row", E_LIMIT);
        if (more(c) && here(c) == '"') TRY(quoted(a, r, c, &fields[n]));
        else TRY(bare(r, c, &fields[n]));
        n++;
        if (!row_end(c)) {
            step(c); /* the separator */
            continue;
        }
        if (more(c) && here(c) == '\r') step(c);
        if (more(c)) step(c);
        *out_n = n;
        return OK;
    }
}

Err csv_row(Arena *a, CsvReader *r, Str **out_fields, size_t *out_n) {
    must(r->line >= 1 && r->sep != '"' && r->sep != '\n' && r->sep != '\r');
    if (r->rest.n == 0) return r->why == NULL ? E_MISSING : E_INPUT;
    Cursor c = { .s = r->rest, .line = r->next_line, .col = 1 };
    r->line = r->next_line;
    r->col = 1;
    Str fields[FIELDS_MAX];
    size_t n = 0;
    TRY(row(a, r, &c, fields, &n));
    Str *kept = ARENA_ARRAY(a, Str, n);
    memcpy(kept, fields, n * sizeof *kept);
    r->rest = str_sub(r->rest, c.at, r->rest.n);
    r->next_line = c.line;
    *out_fields = kept;
    *out_n = n;
    return OK;
}

static void field(Buf *b, Str f, char sep, bool first, bool guard) {
    if (!first) buf_ch(b, sep);
    bool quote = guard || (f.n > 0 && (f.p[0] == ' ' || f.p[f.n - 1] == ' '));
    for (size_t i = 0; i < f.n && !quote; i++) quote = f.p[i] == sep || f.p[i] == '"' || f.p[i] == '\n' || f.p[i] == '\r';
    if (!quote) {
        buf_put(b, f);
        return;
    }
    buf_ch(b, '"');
    if (guard) buf_ch(b, '\'');
    for (size_t i = 0; i < f.n; i++) {
        if (f.p[i] == '"') buf_ch(b, '"');
        buf_ch(b, f.p[i]);
    }
    buf_ch(b, '"');
}

void csv_field(Buf *b, Str f, char sep, bool first) { field(b, f, sep, first, false); }
void csv_end(Buf *b) { buf_z(b, "\r\n"); }

void csv_field_safe(Buf *b, Str f, char sep, bool first) {
    /* A spreadsheet takes such a field for a formula (CWE-1236). */
    size_t at = 0;
    field(b, f, sep, first, f.n > 0 && str_chr(S("=+-@\t\r"), f.p[0], &at));
}
