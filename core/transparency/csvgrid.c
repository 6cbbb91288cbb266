/* csvgrid.c - a CSV as it comes: RFC 4180 where it keeps to that, and the nearest reading where it does not. */
#include "core/transparency/reported_in.h"

typedef struct In {
    Reading *r;
    Str s;
    size_t at;
    uint32_t file, row;
    char sep;
    bool plain;             /* quotes are letters: one was opened and never closed */
    Buf room;
    Cell cells[REP_COLS_MAX];
    size_t n;
    bool wide;
} In;

/* Which of four stands most often in the first line, outside of quotes. */
static char separator(Str s) {
    static const char may[] = { ',', ';', '\t', '|' };
    size_t count[4] = { 0 }, best = 0;
    bool inside = false;
    for (size_t i = 0; i < s.n && (inside || (s.p[i] != '\n' && s.p[i] != '\r')); i++) {
        if (s.p[i] == '"') inside = !inside;
        for (size_t k = 0; !inside && k < LEN(may); k++) count[k] += s.p[i] == may[k];
    }
    for (size_t k = 1; k < LEN(may); k++)
        if (count[k] > count[best]) best = k;
    return may[best];
}

static bool ends(const In *in, size_t i) { return i >= in->s.n || in->s.p[i] == in->sep || in->s.p[i] == '\n' || in->s.p[i] == '\r'; }

static Str bare(In *in, At at) {
    size_t i = in->at;
    while (!ends(in, i)) i++;
    Str f = str_sub(in->s, in->at, i - in->at);
    size_t quote = 0;
    if (!in->plain && str_chr(f, '"', &quote)) deviates(in->r, RD_QUOTE, at, f, STR_NONE);
    in->at = i;
    return f;
}

/* The field after an opening quote; false: it is never closed. */
static bool quoted(In *in, At at, Str *out) {
    Str s = in->s;
    size_t i = in->at + 1;
    buf_clear(&in->room);
    for (; i < s.n; i++) {
        if (s.p[i] != '"') {
            buf_ch(&in->room, s.p[i]);
        } else if (i + 1 < s.n && s.p[i + 1] == '"') {
            buf_ch(&in->room, s.p[i++]);
        } else {
            size_t behind = ++i;
            while (!ends(in, i)) i++;
            if (i > behind) deviates(in->r, RD_QUOTE, at, str_sub(s, behind, i - behind), STR_NONE);
            buf_put(&in->room, str_sub(s, behind, i - behind));
            in->at = i;
            *out = str_dup(in->r->a, buf_str(&in->room));
            return true;
        }
    }
    return false;
}

/* One field from in->at; leaves in->at on what ended it. */
static Str field(In *in) {
    Str f = STR_NONE;
    At at = { REP_NONE, in->file, in->row, (uint32_t)in->n + 1 };
    if (!in->plain && in->at < in->s.n && in->s.p[in->at] == '"') {
        if (quoted(in, at, &f)) return f;
        deviates(in->r, RD_QUOTE, at, str_sub(in->s, in->at, 60), STR_NONE);
        in->plain = true; /* the rest of the file is not one field: from here a quote is a letter */
    }
    return bare(in, at);
}

static void record(In *in) {
    in->n = 0;
    in->wide = false;
    for (;;) {
        Str f = field(in);
        if (f.n > REP_CELL_MAX) {
            deviates(in->r, RD_TOO_LARGE, (At){ REP_NONE, in->file, in->row, (uint32_t)in->n + 1 }, str_sub(f, 0, 60), STR_NONE);
            f = str_utf8_cut(f, REP_CELL_MAX);
        }
        if (in->n < REP_COLS_MAX) in->cells[in->n++] = (Cell){ .s = f };
        else in->wide = true;
        if (in->at >= in->s.n || in->s.p[in->at] != in->sep) break;
        in->at++;
    }
    if (in->at < in->s.n && in->s.p[in->at] == '\r') in->at++;
    if (in->at < in->s.n && in->s.p[in->at] == '\n') in->at++;
}

void grid_csv(Reading *r, const RepFile *f, uint32_t file) {
    In *in = ARENA_NEW(r->a, In);
    At whole = { REP_NONE, file, 0, 0 };
    size_t fields = 0;
    *in = (In){ .r = r, .file = file, .s = utf8_of(r, f->bytes, whole), .room = buf_new((size_t)REP_BYTES_MAX + 16) };
    Grid *g = rep_grid_new(r, f->name, file);
    size_t place = r->grids_n - 1;
    if (str_starts(in->s, S("sep=")) && in->s.n > 5) { /* a hint that one spreadsheet program writes for itself */
        deviates(r, RD_LATE_HEAD, (At){ REP_NONE, file, 1, 0 }, str_sub(in->s, 0, 5), STR_NONE);
        in->sep = in->s.p[4];
        in->row = 1;
        in->at = in->s.n > 6 && in->s.p[5] == '\r' ? 7 : 6;
    } else {
        in->sep = separator(in->s);
    }
    if (in->sep != ',') deviates(r, RD_SEPARATOR, whole, in->sep == '\t' ? S("tab") : (Str){ &in->sep, 1 }, S(","));
    while (in->at < in->s.n && !r->over) {
        in->row++;
        record(in);
        if (fields == 0) fields = in->n;
        bool empty = in->n == 1 && in->cells[0].s.n == 0;
        if (!empty && (in->n != fields || in->wide)) deviates(r, RD_WIDTH, (At){ REP_NONE, file, in->row, 0 }, str_fmt(r->a, "%zu", in->n), str_fmt(r->a, "%zu", fields));
        if (in->wide || !rep_grid_row(r, g, in->row, in->cells, in->n)) break;
        g = &r->grids[place];
    }
    r->over = r->over || buf_err(&in->room) != OK;
    buf_free(&in->room);
}
