/* law_load.c - from the bytes of a table to its rows. What the columns mean stands in law_tables.c. A malformed row stops the load
 * with file, line and column: a law with a hole in it would answer wrongly without a sound. */
#include "core/law/law_in.h"
#include "foundation/base/csv.h"

enum { COLS_MAX = 64, ROWS_MAX = 65536, FILE_MAX = 8 << 20 };

/* Where the field-th field of the row on `line` begins. Walks the text: only when there is something to report. */
void law_place(Str csv, size_t line, size_t field, size_t *out_line, size_t *out_col) {
    if (str_starts(csv, S("\xef\xbb\xbf"))) csv = str_sub(csv, 3, csv.n);
    size_t l = 1, c = 1, i = 0;
    bool quoted = false;
    for (; l < line && i < csv.n; i++)
        if (csv.p[i] == '\n') l++;
    for (; field > 0 && i < csv.n; i++) {
        if (csv.p[i] == '"') quoted = !quoted;
        if (csv.p[i] == ',' && !quoted) field--;
        c++;
        if (csv.p[i] != '\n') continue;
        l++;
        c = 1;
    }
    *out_line = l;
    *out_col = c;
}

static Err bad_at(Loader *l, LawTable t, size_t line, size_t col, Str text) {
    l->problem->file = str_fmt(l->a, "law/%s.csv", law_defs[t].name);
    l->problem->line = line;
    l->problem->col = col;
    l->problem->text = text;
    return E_INPUT;
}

/* Index of a column in the file's own order. */
static size_t file_field(Arena *a, Str csv, const char *column) {
    CsvReader r = csv_reader(csv, ',');
    Str *names = NULL;
    size_t n = 0;
    if (csv_row(a, &r, &names, &n) != OK) return 0;
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_trim(names[i]), str_c(column))) return i;
    return 0;
}

Err law_bad(Loader *l, const LawRow *row, const char *column, const char *fmt, ...) {
    must(fmt != NULL);
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    Str csv = l->law->t[row->table].csv;
    size_t line = 0, col = 0;
    law_place(csv, row->line, file_field(l->a, csv, column), &line, &col);
    return bad_at(l, (LawTable)row->table, line, col, str_fmt(l->a, STR_FMT ": %s: %s", STR_ARG(row->id), column, text));
}

/* ---- one cell ---- */

static bool code_of(Str cell, const char *const *codes, size_t n, int *out) {
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(cell, str_c(codes[i]))) continue;
        *out = (int)i;
        return true;
    }
    return false;
}

static bool code_cell(ColKind kind, Str cell, int *out) {
    static const char *const units[] = { "", "hour", "day", "week", "month", "year" };
    static const char *const kinds[] = { "law", "policy", "court", "promised" };
    static const char *const counts[] = { "none", "awt", "eu", "hours", "calendar", "backward" };
    static const char *const bools[] = { "no", "yes" };
    if (kind == COL_UNIT) return code_of(cell, units, LEN(units), out);
    if (kind == COL_KIND) return code_of(cell, kinds, LEN(kinds), out);
    *out = 0;
    if (cell.n == 0) return true;
    return kind == COL_COUNT ? code_of(cell, counts, LEN(counts), out) : code_of(cell, bools, LEN(bools), out);
}

/* Decimal number without exponent: "0.33", "12206". */
static bool real_cell(Str cell, double *out) {
    double v = 0, scale = 1;
    bool point = false;
    if (cell.n > 15) return false;
    for (size_t i = 0; i < cell.n; i++) {
        char c = cell.p[i];
        if (c == '.' && !point && i > 0 && i + 1 < cell.n) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9') return false;
        v = v * 10 + (c - '0');
        if (point) scale *= 10;
    }
    *out = v / scale;
    return true;
}

static const char *cell_into(const Col *c, Str cell, char *row) {
    void *to = row + c->at;
    int code = 0;
    switch (c->kind) {
    case COL_STR:
        memcpy(to, &cell, sizeof cell);
        return str_utf8_ok(cell) ? NULL : "is not UTF-8";
    case COL_INT:
        if (cell.n == 0) return NULL;
        return str_i64(cell, -1000000000000, 1000000000000, (int64_t *)to) == OK ? NULL : "is not a number";
    case COL_REAL:
        return real_cell(cell, (double *)to) ? NULL : "is not a number";
    case COL_DATE:
        if (cell.n == 0) return NULL;
        return date_parse(cell, (Date *)to) == OK ? NULL : "is not a date like 2026-03-02";
    case COL_BOOL:
        if (!code_cell(c->kind, cell, &code)) return "is neither yes nor no";
        *(bool *)to = code == 1;
        return NULL;
    case COL_UNIT:
    case COL_KIND:
    case COL_COUNT:
        break;
    }
    if (!code_cell(c->kind, cell, &code)) return c->kind == COL_UNIT ? "is not one of hour day week month year" : c->kind == COL_KIND ? "is not one of law policy court promised" : "is not one of none awt eu hours calendar backward";
    unsigned value = (unsigned)code;
    memcpy(to, &value, sizeof value); /* the enums of law.h are unsigned int here; asserted below */
    return NULL;
}
_Static_assert(sizeof(LawUnit) == sizeof(unsigned) && sizeof(LawKind) == sizeof(unsigned) && sizeof(LawCount) == sizeof(unsigned), "size of the enums of law.h");

static bool id_ok(Str id) {
    if (id.n == 0 || id.n > 64) return false;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        if (!ok && !(id.n == 1 && c == '?')) return false;
    }
    return true;
}

/* ---- a table ---- */

typedef struct Reading { LawTable t; const TableDef *def; CsvReader csv; int map[COLS_MAX]; size_t fields; } Reading; /* map: field of the file -> column */

static Err csv_bad(Loader *l, Reading *r) { return bad_at(l, r->t, r->csv.line, r->csv.col, str_c(r->csv.why == NULL ? "cannot be read" : r->csv.why)); }

static Err read_head(Loader *l, Reading *r) {
    Str *names = NULL;
    size_t n = 0;
    Err e = csv_row(l->a, &r->csv, &names, &n);
    if (e == E_MISSING) return bad_at(l, r->t, 1, 1, S("the first line must name the columns"));
    if (e != OK) return csv_bad(l, r);
    if (n > COLS_MAX) return bad_at(l, r->t, 1, 1, S("too many columns"));
    bool seen[COLS_MAX] = { false };
    for (size_t i = 0; i < n; i++) {
        size_t line = 0, col = 0;
        law_place(l->law->t[r->t].csv, 1, i, &line, &col);
        r->map[i] = -1;
        for (size_t k = 0; k < r->def->cols_n; k++)
            if (str_eq(str_trim(names[i]), str_c(law_column(r->t, k)))) r->map[i] = (int)k;
        if (r->map[i] < 0) return bad_at(l, r->t, line, col, str_fmt(l->a, "unknown column \"" STR_FMT "\"", STR_ARG(str_sub(names[i], 0, 60))));
        if (seen[r->map[i]]) return bad_at(l, r->t, line, col, str_fmt(l->a, "column \"%s\" stands twice", law_column(r->t, (size_t)r->map[i])));
        seen[r->map[i]] = true;
    }
    r->fields = n;
    return seen[0] ? OK : bad_at(l, r->t, 1, 1, S("column \"id\" is missing"));
}

static Err read_row(Loader *l, Reading *r, LawTab *tab, const Str *fields) {
    char *bytes = tab->rows + tab->n * r->def->size;
    Str *cells = tab->cells + tab->n * r->def->cols_n;
    LawRow *row = (LawRow *)(void *)bytes;
    row->table = (uint16_t)r->t;
    row->line = (uint32_t)r->csv.line;
    for (size_t i = 0; i < r->fields; i++) {
        const Col *c = &r->def->cols[r->map[i]];
        const char *why = cell_into(c, fields[i], bytes);
        cells[r->map[i]] = fields[i];
        if (why != NULL) return law_bad(l, row, law_column(r->t, (size_t)r->map[i]), "\"" STR_FMT "\" %s", STR_ARG(str_sub(fields[i], 0, 60)), why);
    }
    if (!id_ok(row->id)) return law_bad(l, row, "id", "letters, digits and . _ - only");
    if (!date_none(row->valid_to) && !date_none(row->valid_from) && date_cmp(row->valid_to, row->valid_from) < 0) return law_bad(l, row, "valid_to", "ends before it begins");
    row->verified = !date_none(row->verified_on);
    tab->n++;
    return OK;
}

static size_t count_lines(Str s) {
    size_t n = 1;
    for (const char *p = s.p; p != NULL && (p = memchr(p, '\n', (size_t)(s.p + s.n - p))) != NULL; p++) n++;
    return n;
}

static int version_cmp(const LawRow *a, const LawRow *b) {
    int c = date_cmp(a->valid_from, b->valid_from);
    return c != 0 ? c : date_cmp(a->known_from, b->known_from);
}

/* Rows of one id become a chain, oldest first; the slot names the first. */
static void chain(LawTab *tab, size_t size, size_t i) {
    LawRow *row = (LawRow *)(void *)(tab->rows + i * size);
    size_t at = law_hash(row->id) & (tab->slots_n - 1);
    tab->alone[i] = true;
    for (; tab->slots[at] != 0; at = (at + 1) & (tab->slots_n - 1)) {
        LawRow *head = (LawRow *)(void *)(tab->rows + (tab->slots[at] - 1) * size);
        if (!str_eq(head->id, row->id)) continue;
        tab->alone[i] = tab->alone[tab->slots[at] - 1] = false;
        if (version_cmp(row, head) < 0) break;
        LawRow *before = head;
        while (before->next != NULL && version_cmp(before->next, row) <= 0) before = (LawRow *)(void *)(tab->rows + ((const char *)before->next - tab->rows));
        row->next = before->next;
        before->next = row;
        return;
    }
    if (tab->slots[at] != 0) row->next = (const LawRow *)(const void *)(tab->rows + (tab->slots[at] - 1) * size);
    tab->slots[at] = (uint32_t)i + 1;
}

static Err read_table(Loader *l, LawTable t, Str csv) {
    LawTab *tab = &l->law->t[t];
    Reading r = { .t = t, .def = &law_defs[t] };
    if (csv.n > FILE_MAX) return bad_at(l, t, 1, 1, S("the file is too large"));
    size_t lines = count_lines(csv);
    if (lines > ROWS_MAX) return bad_at(l, t, 1, 1, S("the file has too many lines"));
    tab->csv = str_dup(l->a, csv);
    r.csv = csv_reader(tab->csv, ',');
    tab->rows = arena_array(l->a, lines, r.def->size);
    tab->cells = ARENA_ARRAY(l->a, Str, lines * r.def->cols_n);
    tab->alone = ARENA_ARRAY(l->a, bool, lines);
    for (tab->slots_n = 4; tab->slots_n < lines * 2;) tab->slots_n *= 2;
    tab->slots = ARENA_ARRAY(l->a, uint32_t, tab->slots_n);
    TRY(read_head(l, &r));
    for (size_t i = 0; i < lines; i++) {
        Str *fields = NULL;
        size_t n = 0;
        Err e = csv_row(l->a, &r.csv, &fields, &n);
        if (e == E_MISSING) break;
        if (e != OK) return csv_bad(l, &r);
        if (n == 1 && fields[0].n == 0) continue; /* an empty line */
        if (n != r.fields) return bad_at(l, t, r.csv.line, 1, str_fmt(l->a, "%zu fields where the first line names %zu columns", n, r.fields));
        TRY(read_row(l, &r, tab, fields));
    }
    for (size_t i = 0; i < tab->n; i++) chain(tab, r.def->size, i);
    return OK;
}

static Str file_of(const LawFile *files, const char *name, bool *out_found) {
    for (size_t i = 0; files != NULL && files[i].name != NULL; i++) {
        if (strcmp(files[i].name, name) != 0) continue;
        *out_found = true;
        return files[i].csv;
    }
    return STR_NONE;
}

Err law_new(Arena *a, const LawFile *files, LawZoneOf *zone_of, void *arg, const Law **out, LawProblem *out_problem) {
    must(a != NULL && zone_of != NULL && out_problem != NULL);
    Loader l = { .law = ARENA_NEW(a, Law), .a = a, .problem = out_problem };
    for (size_t t = 0; t < LAW_TABLE_N; t++) {
        bool found = false;
        Str csv = file_of(files, law_defs[t].name, &found);
        if (!found) csv = file_of(law_files, law_defs[t].name, &found);
        if (!found) csv = S("id\n");
        TRY(read_table(&l, (LawTable)t, csv));
    }
    TRY(law_join(&l, zone_of, arg));
    *out = l.law;
    return OK;
}
