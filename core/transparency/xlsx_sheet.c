/* xlsx_sheet.c - one sheet of a workbook: rows, cells, merged cells. */
#include "core/transparency/reported_in.h"

typedef struct In {
    Reading *r;
    const Book *b;
    Grid *g;
    Cell cells[REP_COLS_MAX];
    size_t n;              /* cells of this row, gaps included */
    uint32_t row, col;     /* where the reader is, from 1 */
    char type[16];
    uint8_t style;
    Buf value, text;
    bool in_v, in_t, in_f, has_v, has_f, full;
    Merge merges[MERGES_MAX];
    size_t merges_n, work;  /* work: cells of merged ranges that may still be looked at */
} In;

/* "BC12" */
static bool place(const char *ref, uint32_t *col, uint32_t *row) {
    uint32_t c = 0, r = 0;
    const char *p = ref;
    for (; *p >= 'A' && *p <= 'Z' && c < 100000; p++) c = c * 26 + (uint32_t)(*p - 'A') + 1;
    for (; *p >= '0' && *p <= '9' && r < 100000000; p++) r = r * 10 + (uint32_t)(*p - '0');
    *col = c;
    *row = r;
    return c > 0 && r > 0 && (*p == '\0' || *p == ':');
}

static void row_ends(In *in) {
    if (in->n > 0 && !rep_grid_row(in->r, in->g, in->row, in->cells, in->n)) in->full = true;
    memset(in->cells, 0, in->n * sizeof *in->cells);
    in->n = 0;
}

static void cell_opens(In *in, const char **attrs) {
    const char *ref = xml_attr(attrs, "r"), *type = xml_attr(attrs, "t"), *style = xml_attr(attrs, "s");
    uint32_t col = 0, row = 0;
    int64_t n = 0;
    in->col = ref != NULL && place(ref, &col, &row) ? col : in->col + 1;
    snprintf(in->type, sizeof in->type, "%s", type == NULL ? "n" : type);
    in->style = style != NULL && str_i64(str_c(style), 0, STYLES_MAX - 1, &n) == OK && (size_t)n < in->b->styles_n ? in->b->styles[n] : (uint8_t)CELL_NUMBER;
    in->has_v = in->has_f = false;
    buf_clear(&in->value);
    buf_clear(&in->text);
}

static Cell cell_of(In *in) {
    Arena *a = in->r->a;
    Str v = buf_str(&in->value), t = buf_str(&in->text);
    int64_t i = 0;
    if (strcmp(in->type, "s") == 0) return (Cell){ .s = str_i64(str_trim(v), 0, SHARED_MAX, &i) == OK && (size_t)i < in->b->shared_n ? in->b->shared[i] : S("") };
    if (strcmp(in->type, "inlineStr") == 0) return (Cell){ .s = cut(a, t, REP_CELL_MAX) };
    if (strcmp(in->type, "e") == 0) return (Cell){ .s = cut(a, v, 40), .kind = CELL_ERROR };
    if (in->has_f && v.n == 0) return (Cell){ .s = S("="), .kind = CELL_FORMULA };
    if (strcmp(in->type, "str") == 0) return (Cell){ .s = cut(a, v, REP_CELL_MAX) };
    if (strcmp(in->type, "b") == 0) return (Cell){ .s = str_eq(str_trim(v), S("1")) ? S("TRUE") : S("FALSE") };
    if (strcmp(in->type, "d") == 0) return (Cell){ .s = cut(a, v, 10), .kind = CELL_DAY };
    if (v.n == 0) return (Cell){ .s = S("") };
    Str day = in->style == CELL_DAY ? day_of_serial(in->r, v, in->b->from_1904) : STR_NONE;
    return day.n > 0 ? (Cell){ .s = day, .kind = CELL_DAY } : (Cell){ .s = cut(a, v, 60), .kind = in->style == CELL_PERCENT ? CELL_PERCENT : CELL_NUMBER };
}

static void cell_closes(In *in) {
    Cell c = cell_of(in);
    if (c.s.n == 0) return;
    if (in->col > REP_COLS_MAX) {
        deviates(in->r, RD_TOO_LARGE, (At){ REP_NONE, in->g->file, in->row, in->col }, in->g->name, STR_NONE);
        return;
    }
    in->cells[in->col - 1] = c;
    if (in->col > in->n) in->n = in->col;
}

static void merged(In *in, const char *ref) {
    Merge m = { 0 };
    const char *colon = ref == NULL ? NULL : strchr(ref, ':');
    if (colon == NULL || in->merges_n >= MERGES_MAX || !place(ref, &m.c1, &m.r1) || !place(colon + 1, &m.c2, &m.r2) || m.c2 < m.c1 || m.r2 < m.r1) return;
    in->merges[in->merges_n++] = m;
}

static void on_open(void *ctx, const char *name, const char **attrs) {
    In *in = ctx;
    int64_t n = 0;
    if (in->full) return;
    if (strcmp(name, "row") == 0) {
        const char *r = xml_attr(attrs, "r");
        row_ends(in);
        in->row = r != NULL && str_i64(str_c(r), 1, 10000000, &n) == OK && n > in->row ? (uint32_t)n : in->row + 1;
        in->col = 0;
    } else if (strcmp(name, "c") == 0) {
        cell_opens(in, attrs);
    } else if (strcmp(name, "mergeCell") == 0) {
        merged(in, xml_attr(attrs, "ref"));
    }
    in->in_v = strcmp(name, "v") == 0;
    in->in_t = strcmp(name, "t") == 0;
    in->in_f = strcmp(name, "f") == 0;
    in->has_f = in->has_f || in->in_f;
}
static void on_close(void *ctx, const char *name) {
    In *in = ctx;
    in->in_v = in->in_t = in->in_f = false;
    if (!in->full && strcmp(name, "c") == 0) cell_closes(in);
    if (!in->full && strcmp(name, "sheetData") == 0) row_ends(in);
}
static void on_text(void *ctx, const char *p, int n) {
    In *in = ctx;
    Buf *b = in->in_v ? &in->value : in->in_t ? &in->text : NULL;
    if (b != NULL && b->n < REP_CELL_MAX) buf_put(b, (Str){ p, (size_t)n });
}

static GridRow *row_at(Grid *g, uint32_t at) {
    size_t low = 0, high = g->n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (g->rows[mid].at < at) low = mid + 1;
        else high = mid;
    }
    return low < g->n && g->rows[low].at == at ? &g->rows[low] : NULL;
}

/* The value of a merged range stands in its first cell only: it is taken for all of them, in the rows that have other cells too. */
static void spread(In *in, const Merge *m) {
    GridRow *first = row_at(in->g, m->r1);
    Cell c = first == NULL ? (Cell){ 0 } : cell_at(first, (int)m->c1 - 1);
    size_t cells = (size_t)(m->r2 - m->r1 + 1) * (m->c2 - m->c1 + 1);
    if (c.s.n == 0 || m->c2 > REP_COLS_MAX || m->r2 - m->r1 > REP_ROWS_MAX || cells > in->work) return;
    in->work -= cells;
    deviates(in->r, RD_MERGED, (At){ REP_NONE, in->g->file, m->r1, m->c1 }, c.s, str_fmt(in->r->a, "%u x %u", m->r2 - m->r1 + 1, m->c2 - m->c1 + 1));
    for (uint32_t r = m->r1; r <= m->r2; r++) {
        GridRow *row = row_at(in->g, r);
        if (row == NULL) continue;
        if (row->n < m->c2) {
            if (m->c2 > in->r->cells_left) return;
            Cell *more = ARENA_ARRAY(in->r->a, Cell, m->c2);
            memcpy(more, row->v, row->n * sizeof *more);
            in->r->cells_left -= m->c2;
            row->v = more;
            row->n = m->c2;
        }
        for (uint32_t k = m->c1; k <= m->c2; k++)
            if (row->v[k - 1].s.n == 0) row->v[k - 1] = c;
    }
}

bool sheet_read(Reading *r, const Book *b, Str xml, Grid *g) {
    In *in = ARENA_NEW(r->a, In);
    Xml x = { in, on_open, on_close, on_text };
    *in = (In){ .r = r, .b = b, .g = g, .work = 1000000, .value = buf_new((size_t)REP_CELL_MAX + (2 << 20)), .text = buf_new((size_t)REP_CELL_MAX + (2 << 20)) };
    bool good = xml_walk(xml, &x);
    for (size_t i = 0; good && i < in->merges_n; i++) spread(in, &in->merges[i]);
    buf_free(&in->value);
    buf_free(&in->text);
    return good;
}
