/* grid.c - sheets and CSVs as rows of cells, and the list of what deviates. */
#include "core/transparency/reported_in.h"

#include "core/sor/sor.h"

Str cut(Arena *a, Str s, size_t max) { return str_dup(a, str_utf8_cut(s, max)); }

void deviates(Reading *r, RepDev dev, At at, Str what, Str expected) {
    enum { WHAT_MAX = 200, LOOK_BACK = 40 };
    for (size_t i = 0; i < LOOK_BACK && i < r->devs_n && at.row > 1; i++) {
        RepDeviation *d = &r->devs[r->devs_n - 1 - i];
        if (d->dev != dev || d->section != at.section || d->file != at.file || d->col != at.col || d->row == 0 || d->row + d->rows != at.row) continue;
        if (dev == RD_CATEGORY || dev == RD_UNKNOWN_LINE || dev == RD_NO_NUMBER || dev == RD_MERGED) continue; /* what stands there matters */
        d->rows++;
        return;
    }
    if (r->devs_n >= REP_DEVS_MAX) {
        r->devs_more++;
        return;
    }
    r->devs = ARENA_ROOM(r->a, r->devs, r->devs_n, &r->devs_cap);
    r->devs[r->devs_n++] = (RepDeviation){ .dev = dev, .section = at.section, .file = at.file, .row = at.row, .col = at.col, .rows = 1, .what = cut(r->a, what, WHAT_MAX), .expected = cut(r->a, expected, WHAT_MAX) };
}

void figure_add(Reading *r, RepFigure f) {
    if (r->figures_n >= REP_FIGURES_MAX) {
        r->over = true;
        return;
    }
    r->figures = ARENA_ROOM(r->a, r->figures, r->figures_n, &r->figures_cap);
    r->figures[r->figures_n++] = f;
}

Grid *rep_grid_new(Reading *r, Str name, uint32_t file) {
    r->grids = ARENA_ROOM(r->a, r->grids, r->grids_n, &r->grids_cap);
    Grid *g = &r->grids[r->grids_n++];
    *g = (Grid){ .name = cut(r->a, name, 120), .file = file };
    return g;
}

bool rep_grid_row(Reading *r, Grid *g, uint32_t at, const Cell *v, size_t n) {
    while (n > 0 && v[n - 1].s.n == 0 && v[n - 1].kind == CELL_TEXT) n--;
    if (n == 0) return true;
    if (g->n >= REP_ROWS_MAX || n > REP_COLS_MAX || n > r->cells_left) {
        deviates(r, RD_TOO_LARGE, (At){ REP_NONE, g->file, at, 0 }, g->name, STR_NONE);
        return false;
    }
    g->rows = ARENA_ROOM(r->a, g->rows, g->n, &g->cap);
    GridRow *row = &g->rows[g->n++];
    *row = (GridRow){ .at = at, .n = (uint32_t)n, .v = ARENA_ARRAY(r->a, Cell, n) };
    memcpy(row->v, v, n * sizeof *v);
    r->cells_left -= n;
    return true;
}

Cell cell_at(const GridRow *row, int at) { return at < 0 || (uint32_t)at >= row->n ? (Cell){ .s = S("") } : row->v[at]; }

/* ---- to UTF-8 ---- */
static void put_point(Buf *b, uint32_t c) {
    if (c < 0x80) {
        buf_ch(b, (char)c);
    } else if (c < 0x800) {
        buf_ch(b, (char)(0xC0 | c >> 6));
        buf_ch(b, (char)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        buf_ch(b, (char)(0xE0 | c >> 12));
        buf_ch(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_ch(b, (char)(0x80 | (c & 0x3F)));
    } else {
        buf_ch(b, (char)(0xF0 | c >> 18));
        buf_ch(b, (char)(0x80 | (c >> 12 & 0x3F)));
        buf_ch(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_ch(b, (char)(0x80 | (c & 0x3F)));
    }
}

static void from_utf16(Buf *b, Str s, bool big) {
    uint32_t high = 0;
    for (size_t i = 0; i + 1 < s.n; i += 2) {
        uint32_t x = (uint8_t)s.p[i], y = (uint8_t)s.p[i + 1], u = big ? x << 8 | y : y << 8 | x;
        if (u >= 0xD800 && u < 0xDC00) {
            high = u;
        } else if (u >= 0xDC00 && u < 0xE000) {
            put_point(b, high != 0 ? 0x10000 + ((high - 0xD800) << 10) + (u - 0xDC00) : 0xFFFD);
            high = 0;
        } else {
            put_point(b, u);
            high = 0;
        }
    }
}

/* Windows-1252, which is what a spreadsheet in Europe saves when nobody asks. */
static void from_1252(Buf *b, Str s) {
    static const uint16_t high[32] = { 0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC,
        0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178 };
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = (uint8_t)s.p[i];
        put_point(b, c >= 0x80 && c < 0xA0 ? high[c - 0x80] : c);
    }
}

static size_t line_of(Str s, size_t at) {
    size_t n = 1;
    for (size_t i = 0; i < at && i < s.n; i++) n += s.p[i] == '\n';
    return n;
}

Str utf8_of(Reading *r, Str s, At at) {
    size_t zero = 0;
    Buf b = buf_new((size_t)REP_BYTES_MAX * 3 + 16);
    if (s.n >= 2 && (memcmp(s.p, "\xFF\xFE", 2) == 0 || memcmp(s.p, "\xFE\xFF", 2) == 0)) {
        from_utf16(&b, str_sub(s, 2, s.n), s.p[0] == '\xFE');
        deviates(r, RD_ENCODING, at, S("UTF-16"), S("UTF-8"));
        s = str_dup(r->a, buf_str(&b));
    } else if (str_starts(s, S("\xEF\xBB\xBF"))) {
        deviates(r, RD_BOM, at, STR_NONE, STR_NONE);
        s = str_sub(s, 3, s.n);
    }
    if (str_chr(s, '\0', &zero)) {
        deviates(r, RD_NUL, (At){ at.section, at.file, (uint32_t)line_of(s, zero), 0 }, STR_NONE, STR_NONE);
        buf_clear(&b);
        for (size_t i = 0; i < s.n; i++)
            if (s.p[i] != '\0') buf_ch(&b, s.p[i]);
        s = str_dup(r->a, buf_str(&b));
    }
    if (!str_utf8_ok(s)) {
        size_t good = str_utf8_cut(s, s.n).n, from = 0;
        for (size_t step = s.n / 2; step > 0; step /= 2) /* the longest sound beginning, to say where it goes wrong */
            while (from + step <= s.n && str_utf8_ok(str_utf8_cut(str_sub(s, 0, from + step), from + step))) from += step;
        good = from < good ? from : good;
        buf_clear(&b);
        from_1252(&b, s);
        deviates(r, RD_ENCODING, (At){ at.section, at.file, (uint32_t)line_of(s, good), 0 }, S("Windows-1252"), S("UTF-8"));
        s = str_dup(r->a, buf_str(&b));
    }
    r->over = r->over || buf_err(&b) != OK;
    buf_free(&b);
    return s;
}

/* ---- out of a zip ---- */
bool entry_bytes(Reading *r, const SorEntry *e, Str *out) {
    SorInflate z;
    size_t n = 0, got = 0;
    *out = STR_NONE;
    if (e->wrong != NULL || e->size > r->bytes_left) {
        r->over = r->over || (e->wrong == NULL && e->size > r->bytes_left);
        return false;
    }
    char *p = arena_alloc(r->a, (size_t)e->size + 1);
    sor_inflate_new(r->a, SOR_ZLIB, &z);
    Err err = sor_inflate_open(&z, e);
    while (err == OK && n <= e->size) {
        err = sor_inflate_read(&z, (uint8_t *)p + n, (size_t)e->size + 1 - n, &got);
        if (got == 0) break;
        n += got;
    }
    bool whole = err == OK && n == e->size && z.done && sor_crc(0, p, n) == e->crc;
    sor_inflate_close(&z);
    r->bytes_left -= (size_t)e->size;
    *out = (Str){ p, n };
    return whole;
}

Err zip_csvs(Reading *r, Str bytes, uint32_t file, const char **out_why) {
    SorEntry *e = NULL;
    size_t n = 0, taken = 0;
    if (sor_zip_tree(r->a, bytes, &e, &n, out_why) != OK) return E_INPUT;
    for (size_t i = 0; i < n && taken < REP_FILES_MAX; i++) {
        size_t at = 0;
        Str base = e[i].name, data = STR_NONE;
        while (str_chr(base, '/', &at)) base = str_sub(base, at + 1, base.n);
        if (base.n == 0 || base.p[0] == '.' || str_starts(e[i].name, S("__MACOSX/"))) continue;
        At here = { REP_NONE, file, 0, 0 };
        if (!str_ends(str_lower(r->a, base), S(".csv"))) {
            deviates(r, RD_UNKNOWN_SHEET, here, base, STR_NONE);
            continue;
        }
        taken++;
        if (!entry_bytes(r, &e[i], &data)) deviates(r, RD_UNREADABLE, here, base, e[i].wrong == NULL ? STR_NONE : str_c(e[i].wrong));
        else grid_csv(r, &(RepFile){ base, data }, file);
    }
    *out_why = "there is no CSV in it";
    return taken > 0 ? OK : E_INPUT;
}
