/* make.c - the template filled in: as CSV parts, or as a workbook. The same wish makes the same bytes. */
#include "core/sor/sor.h"
#include "core/transparency/reported_in.h"
#include "foundation/base/csv.h"

typedef struct Maker { Arena *a; RepTemplate t; const RepWish *w; uint64_t state; Str period; Buf b; bool xlsx, first; uint32_t row, col; Str *sums; } Maker;

static uint64_t next(Maker *m) {
    m->state ^= m->state << 13;
    m->state ^= m->state >> 7;
    m->state ^= m->state << 17;
    return m->state * UINT64_C(0x2545F4914F6CDD1D) >> 33;
}

/* ---- one cell after the other, in either form ---- */
static void xml_text(Buf *b, Str s) {
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '&') buf_z(b, "&amp;");
        else if (s.p[i] == '<') buf_z(b, "&lt;");
        else if (s.p[i] == '>') buf_z(b, "&gt;");
        else buf_ch(b, s.p[i]);
    }
}
static Str letters(Maker *m) { return rep_place(m->a, &(RepDeviation){ .row = m->row, .col = m->col, .rows = 1 }); }
static void cell(Maker *m, Str s, bool numeric) {
    m->col++;
    if (!m->xlsx) {
        csv_field(&m->b, s, ',', m->first);
    } else if (s.n > 0) {
        buf_printf(&m->b, numeric ? "<c r=\"" STR_FMT "\"><v>" : "<c r=\"" STR_FMT "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">", STR_ARG(letters(m)));
        xml_text(&m->b, s);
        buf_z(&m->b, numeric ? "</v></c>" : "</t></is></c>");
    }
    m->first = false;
}
static void row_opens(Maker *m) {
    m->row++;
    m->col = 0;
    m->first = true;
    if (m->xlsx) buf_printf(&m->b, "<row r=\"%u\">", m->row);
}
static void row_closes(Maker *m) {
    if (m->xlsx) buf_z(&m->b, "</row>");
    else csv_end(&m->b);
}

static Str amount(Maker *m, char kind, int64_t v) {
    if (m->w->seed == 0) return S("");
    if (kind == 'h') return str_fmt(m->a, "%lld.%lld", (long long)(v % 400), (long long)(v % 9 + 1));
    if (kind == 's') return str_fmt(m->a, "%lld.%lld", (long long)(80 + v % 20), (long long)(v % 9 + 1));
    return str_fmt(m->a, "%lld", (long long)v);
}

static void titles(Maker *m, RepSection s) {
    row_opens(m);
    for (size_t k = 0; k < m->t.columns_n[s]; k++) cell(m, m->t.columns[s][k].title, false);
    row_closes(m);
}

/* ---- sections ---- */
static void identity(Maker *m) {
    for (size_t i = 0; i < m->t.lines_n[REP_IDENTITY]; i++) {
        const RepLine *l = &m->t.lines[REP_IDENTITY][i];
        bool blank = m->w->seed == 0;
        Str v = str_eq(l->code, S("provider")) ? str_fmt(m->a, STR_FMT " B.V.", STR_ARG(m->w->service)) : str_eq(l->code, S("published")) ? m->w->published : str_eq(l->code, S("from")) ? m->w->from : str_eq(l->code, S("to")) ? m->w->to : S("2025-02-27");
        row_opens(m);
        cell(m, l->applies, false);
        cell(m, m->w->service, false);
        cell(m, l->title, false);
        cell(m, blank ? (l->kind == 't' ? S("Text") : S("YYYY-MM-DD")) : v, false);
        row_closes(m);
    }
}

static void names(Maker *m) {
    row_opens(m);
    cell(m, S("TOTAL"), false);
    cell(m, S("All the entries"), false);
    cell(m, S("TOTAL"), false);
    cell(m, S(""), false);
    row_closes(m);
    for (size_t i = 0; i < m->t.categories_n; i++) {
        const RepCategory *c = &m->t.categories[i];
        row_opens(m);
        cell(m, c->label, false);
        cell(m, c->title, false);
        cell(m, c->code, false);
        cell(m, S(""), false);
        row_closes(m);
    }
}

/* A value for each number column: parts are smaller than their whole, and the total is the sum of the categories. */
static void invent(Maker *m, RepSection s, int64_t *v, bool keyword) {
    for (size_t k = 0; k < m->t.columns_n[s]; k++) {
        const RepColumn *c = &m->t.columns[s][k];
        v[k] = (int64_t)(next(m) % (keyword ? 40 : 4000));
        if (str_ends(c->code, S("_tf")) || str_eq(c->code, S("automated"))) v[k] = k > 0 ? v[k - 1] / 7 : 0;
    }
}

static void table_row(Maker *m, RepSection s, Str category, Str other, Str scope, const int64_t *v) {
    row_opens(m);
    for (size_t k = 0; k < m->t.columns_n[s]; k++) {
        const RepColumn *c = &m->t.columns[s][k];
        bool number = c->kind == 'c' || c->kind == 'h';
        Str text = str_eq(c->code, S("applies")) ? (s == REP_NOTICES ? S("Only for providers of hosting services, including online platforms") : S("All")) : str_eq(c->code, S("service")) ? m->w->service : c->kind == 'p' ? m->period : c->kind == 'g' ? category : c->kind == 'o' ? scope : str_eq(c->code, S("other")) ? other : S("");
        cell(m, number ? amount(m, c->kind, v[k]) : text, number);
    }
    row_closes(m);
}

static void table(Maker *m, RepSection s) {
    enum { ROWS = 200, COLS = 64 };
    int64_t(*v)[COLS] = arena_array(m->a, ROWS, sizeof *v);
    int64_t total[COLS] = { 0 };
    must(m->t.categories_n < ROWS && m->t.columns_n[s] <= COLS);
    for (size_t i = 0; i < m->t.categories_n; i++) {
        invent(m, s, v[i], m->t.categories[i].keyword);
        for (size_t k = 0; k < COLS && !m->t.categories[i].keyword && (m->t.categories[i].sections & 1u << s) != 0; k++) total[k] += v[i][k];
    }
    table_row(m, s, S("TOTAL"), S(""), S("TOTAL"), total);
    for (size_t i = 0; i < m->t.categories_n; i++) {
        const RepCategory *c = &m->t.categories[i];
        if ((c->sections & 1u << s) == 0) continue;
        table_row(m, s, c->code, str_eq(c->code, S("KEYWORD_OTHER")) && m->w->seed != 0 ? S("something else") : S(""), S("TOTAL"), v[i]);
    }
}

static void lines(Maker *m, RepSection s) {
    static const char *const languages[] = { "bg", "de", "en", "nl" }, *const states[] = { "AT", "DE", "NL", "SE" };
    for (size_t i = 0; i < m->t.lines_n[s]; i++) {
        const RepLine *l = &m->t.lines[s][i];
        bool star = l->scope.n > 0 && l->scope.p[0] == '*';
        for (size_t k = 0; k < (star ? LEN(languages) : 1); k++) {
            Str scope = !star ? l->scope : str_c(str_eq(l->scope, S("*language")) ? languages[k] : states[k]);
            row_opens(m);
            for (size_t c = 0; c < m->t.columns_n[s]; c++) {
                const RepColumn *x = &m->t.columns[s][c];
                bool value = str_eq(x->code, S("value"));
                Str text = str_eq(x->code, S("applies")) ? l->applies : str_eq(x->code, S("service")) ? m->w->service : x->kind == 'p' ? m->period : str_eq(x->code, S("part")) ? l->part : str_eq(x->code, S("indicator")) ? l->title : x->kind == 'o' ? scope : S("");
                if (value && s == REP_TEXT) cell(m, m->w->seed == 0 ? S("Free text") : str_fmt(m->a, "We look at what is reported, and decide within %llu hours.", (unsigned long long)(next(m) % 90)), false);
                else cell(m, value ? amount(m, l->kind, (int64_t)(next(m) % 90000)) : text, value);
            }
            row_closes(m);
        }
    }
}

static Str section(Maker *m, RepSection s) {
    buf_clear(&m->b);
    m->row = 0;
    if (m->xlsx) buf_z(&m->b, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>");
    titles(m, s);
    if (s == REP_IDENTITY) identity(m);
    else if (s == REP_NAMES) names(m);
    else if (s <= REP_OWN_TERMS) table(m, s);
    else lines(m, s);
    if (m->xlsx) buf_z(&m->b, "</sheetData></worksheet>");
    return str_dup(m->a, buf_str(&m->b));
}

/* ---- a zip of stored entries (APPNOTE 4.3) ---- */
static void le(Buf *b, uint64_t v, int bytes) {
    for (int i = 0; i < bytes; i++) buf_ch(b, (char)(uint8_t)(v >> (8 * i)));
}
static void head(Buf *b, const RepFile *f) {
    le(b, 20, 2);
    le(b, 0, 4);
    le(b, 0, 2);
    le(b, 0x5A21, 2); /* 2025-01-01 */
    le(b, sor_crc(0, f->bytes.p, f->bytes.n), 4);
    le(b, f->bytes.n, 4);
    le(b, f->bytes.n, 4);
    le(b, f->name.n, 2);
}
static Str zip(Arena *a, const RepFile *f, size_t n) {
    Buf b = buf_new((size_t)REP_BYTES_MAX);
    size_t at[REP_SECTIONS + 8] = { 0 };
    must(n < LEN(at));
    for (size_t i = 0; i < n; i++) {
        at[i] = b.n;
        le(&b, 0x04034b50, 4);
        head(&b, &f[i]);
        le(&b, 0, 2);
        buf_put(&b, f[i].name);
        buf_put(&b, f[i].bytes);
    }
    size_t directory = b.n;
    for (size_t i = 0; i < n; i++) {
        le(&b, 0x02014b50, 4);
        le(&b, 20, 2);
        head(&b, &f[i]);
        le(&b, 0, 8);
        le(&b, 0, 4);
        le(&b, at[i], 4);
        buf_put(&b, f[i].name);
    }
    size_t end = b.n;
    le(&b, 0x06054b50, 4);
    le(&b, 0, 4);
    le(&b, n, 2);
    le(&b, n, 2);
    le(&b, end - directory, 4);
    le(&b, directory, 4);
    le(&b, 0, 2);
    must(buf_err(&b) == OK);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static Str workbook(Maker *m, const RepFile *sheets) {
    static const char xml[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n", main_[] = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", office[] = "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                      type[] = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    RepFile f[REP_SECTIONS + 4];
    Buf types = buf_new(65536), book = buf_new(65536), rels = buf_new(65536);
    size_t n = 4;
    buf_printf(&types, "%s<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"%s.sheet.main+xml\"/>", xml, type);
    buf_printf(&book, "%s<workbook xmlns=\"%s\" xmlns:r=\"%s\"><sheets>", xml, main_, office);
    buf_printf(&rels, "%s<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">", xml);
    for (int s = 1; s < REP_SECTIONS; s++) {
        buf_printf(&types, "<Override PartName=\"/xl/worksheets/sheet%d.xml\" ContentType=\"%s.worksheet+xml\"/>", s, type);
        buf_printf(&book, "<sheet name=\"%d_%s\" sheetId=\"%d\" r:id=\"rId%d\"/>", s, rep_section_slug((RepSection)s), s, s);
        buf_printf(&rels, "<Relationship Id=\"rId%d\" Type=\"%s/worksheet\" Target=\"worksheets/sheet%d.xml\"/>", s, office, s);
        f[n++] = (RepFile){ str_fmt(m->a, "xl/worksheets/sheet%d.xml", s), sheets[s].bytes };
    }
    buf_z(&types, "</Types>");
    buf_z(&book, "</sheets></workbook>");
    buf_z(&rels, "</Relationships>");
    f[0] = (RepFile){ S("[Content_Types].xml"), buf_str(&types) };
    f[1] = (RepFile){ S("_rels/.rels"), str_fmt(m->a, "%s<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"%s/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>", xml, office) };
    f[2] = (RepFile){ S("xl/workbook.xml"), buf_str(&book) };
    f[3] = (RepFile){ S("xl/_rels/workbook.xml.rels"), buf_str(&rels) };
    Str out = zip(m->a, f, n);
    buf_free(&types);
    buf_free(&book);
    buf_free(&rels);
    return out;
}

void reported_make(Arena *a, const RepWish *w, bool xlsx, RepFile **out, size_t *out_n) {
    Maker m = { .a = a, .w = w, .state = w->seed * UINT64_C(0x9E3779B97F4A7C15) + 0x1234567, .xlsx = xlsx, .b = buf_new((size_t)REP_BYTES_MAX) };
    RepFile *f = ARENA_ARRAY(a, RepFile, REP_SECTIONS);
    rep_template(a, &m.t);
    m.period = w->seed == 0 ? S("YYYY-MM-DD/YYYY-MM-DD") : str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(w->from), STR_ARG(w->to));
    for (int s = 1; s < REP_SECTIONS; s++) f[s] = (RepFile){ str_fmt(a, "%d_%s.csv", s, rep_section_slug((RepSection)s)), section(&m, (RepSection)s) };
    buf_free(&m.b);
    if (xlsx) f[1] = (RepFile){ S("report.xlsx"), workbook(&m, f) };
    *out = f + 1;
    *out_n = xlsx ? 1 : REP_SECTIONS - 1;
}
