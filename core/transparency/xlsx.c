/* xlsx.c - a workbook (ECMA-376, SpreadsheetML): a zip of XML files. Which sheets there are, the shared texts, which number formats are days.
 * XML is read event by event; a document type is refused, so there are no entities to explode. */
#include "core/transparency/reported_in.h"
#include "foundation/base/when.h"

#include "core/sor/sor.h"

#include <expat.h>

/* ---- XML ---- */
typedef struct Walk { const Xml *x; XML_Parser p; bool refused; int depth; } Walk;

static const char *local(const char *name) {
    const char *colon = strrchr(name, ':');
    return colon == NULL ? name : colon + 1;
}
static void XMLCALL on_open(void *data, const XML_Char *name, const XML_Char **attrs) {
    Walk *w = data;
    if (++w->depth > 64) {
        w->refused = true;
        (void)XML_StopParser(w->p, XML_FALSE);
        return;
    }
    w->x->open(w->x->ctx, local(name), attrs);
}
static void XMLCALL on_close(void *data, const XML_Char *name) {
    Walk *w = data;
    w->depth--;
    w->x->close(w->x->ctx, local(name));
}
static void XMLCALL on_text(void *data, const XML_Char *p, int n) {
    Walk *w = data;
    w->x->text(w->x->ctx, p, n);
}
static void XMLCALL on_type(void *data, const XML_Char *name, const XML_Char *place, const XML_Char *key, int internal) {
    (void)name, (void)place, (void)key, (void)internal;
    Walk *w = data;
    w->refused = true;
    (void)XML_StopParser(w->p, XML_FALSE);
}

bool xml_walk(Str xml, const Xml *x) {
    enum { PIECE = 1 << 20 };
    Walk w = { .x = x, .p = XML_ParserCreate(NULL) };
    bool good = w.p != NULL;
    if (!good) return false;
    XML_SetUserData(w.p, &w);
    XML_SetElementHandler(w.p, on_open, on_close);
    XML_SetCharacterDataHandler(w.p, on_text);
    XML_SetStartDoctypeDeclHandler(w.p, on_type);
    for (size_t at = 0; good && at <= xml.n; at += PIECE) {
        Str part = str_sub(xml, at, PIECE);
        bool last = at + PIECE > xml.n;
        good = XML_Parse(w.p, part.n > 0 ? part.p : "", (int)part.n, last) == XML_STATUS_OK && !w.refused;
    }
    XML_ParserFree(w.p);
    return good;
}

const char *xml_attr(const char **attrs, const char *name) {
    for (size_t i = 0; attrs[i] != NULL; i += 2)
        if (strcmp(local(attrs[i]), name) == 0) return attrs[i + 1];
    return NULL;
}
static void ignore_text(void *ctx, const char *p, int n) { (void)ctx, (void)p, (void)n; }
static void ignore_close(void *ctx, const char *name) { (void)ctx, (void)name; }

/* ---- shared texts ---- */
typedef struct Texts { Reading *r; Book *b; Buf one; bool in_t; int phonetic; } Texts;
static void texts_open(void *ctx, const char *name, const char **attrs) {
    (void)attrs;
    Texts *t = ctx;
    if (strcmp(name, "si") == 0) buf_clear(&t->one);
    if (strcmp(name, "rPh") == 0) t->phonetic++;
    t->in_t = strcmp(name, "t") == 0 && t->phonetic == 0;
}
static void texts_close(void *ctx, const char *name) {
    Texts *t = ctx;
    t->in_t = false;
    if (strcmp(name, "rPh") == 0 && t->phonetic > 0) t->phonetic--;
    if (strcmp(name, "si") != 0) return;
    if (t->b->shared_n >= SHARED_MAX) {
        t->r->over = true;
        return;
    }
    t->b->shared = ARENA_ROOM(t->r->a, t->b->shared, t->b->shared_n, &t->b->shared_cap);
    t->b->shared[t->b->shared_n++] = str_dup(t->r->a, str_utf8_cut(buf_str(&t->one), REP_CELL_MAX));
}
static void texts_text(void *ctx, const char *p, int n) {
    Texts *t = ctx;
    if (t->in_t && t->one.n < REP_CELL_MAX) buf_put(&t->one, (Str){ p, (size_t)n });
}

/* ---- number formats: a day, a percentage, or just a number ---- */
typedef struct Styles { Reading *r; Book *b; struct { int64_t id; CellKind kind; } own[STYLES_MAX]; size_t own_n; bool in_xfs; } Styles;

static CellKind kind_of_code(const char *code) {
    bool quoted = false, bracket = false;
    for (const char *p = code; *p != '\0'; p++) {
        if (*p == '"') quoted = !quoted;
        else if (*p == '[') bracket = true;
        else if (*p == ']') bracket = false;
        else if (*p == '\\' && p[1] != '\0') p++;
        else if (!quoted && !bracket && *p == '%') return CELL_PERCENT;
        else if (!quoted && !bracket && (*p == 'y' || *p == 'Y' || *p == 'd' || *p == 'D')) return CELL_DAY;
    }
    return CELL_NUMBER;
}
static CellKind kind_of_id(const Styles *s, int64_t id) {
    for (size_t i = 0; i < s->own_n; i++)
        if (s->own[i].id == id) return s->own[i].kind;
    if (id == 9 || id == 10) return CELL_PERCENT;
    return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58) ? CELL_DAY : CELL_NUMBER; /* ECMA-376 part 1, 18.8.30 */
}
static void styles_open(void *ctx, const char *name, const char **attrs) {
    Styles *s = ctx;
    const char *id = xml_attr(attrs, "numFmtId"), *code = xml_attr(attrs, "formatCode");
    int64_t n = 0;
    if (strcmp(name, "cellXfs") == 0) s->in_xfs = true;
    if (id == NULL || str_i64(str_c(id), 0, INT32_MAX, &n) != OK) n = 0;
    if (strcmp(name, "numFmt") == 0 && code != NULL && s->own_n < STYLES_MAX) {
        s->own[s->own_n].id = n;
        s->own[s->own_n++].kind = kind_of_code(code);
    }
    if (strcmp(name, "xf") == 0 && s->in_xfs && s->b->styles_n < STYLES_MAX) s->b->styles[s->b->styles_n++] = (uint8_t)kind_of_id(s, n);
}
static void styles_close(void *ctx, const char *name) {
    Styles *s = ctx;
    if (strcmp(name, "cellXfs") == 0) s->in_xfs = false;
}

Str day_of_serial(Reading *r, Str number, bool from_1904) {
    size_t dot = 0;
    int64_t days = 0;
    Str whole = str_chr(number, '.', &dot) ? str_sub(number, 0, dot) : number;
    if (str_i64(whole, 1, 2000000, &days) != OK) return STR_NONE;
    Date first = from_1904 ? (Date){ 1904, 1, 1 } : (Date){ 1899, 12, 30 };
    return date_str(r->a, date_add(first, (int32_t)days));
}

/* ---- the workbook ---- */
typedef struct Sheet { Str name, id, path; bool hidden; } Sheet;
typedef struct Sheets { Reading *r; Book *b; Sheet v[SHEETS_MAX]; size_t n; } Sheets;

static void book_open(void *ctx, const char *name, const char **attrs) {
    Sheets *s = ctx;
    const char *title = xml_attr(attrs, "name"), *id = xml_attr(attrs, "id"), *state = xml_attr(attrs, "state"), *old = xml_attr(attrs, "date1904");
    if (strcmp(name, "workbookPr") == 0) s->b->from_1904 = old != NULL && (strcmp(old, "1") == 0 || strcmp(old, "true") == 0);
    if (strcmp(name, "sheet") != 0 || title == NULL || s->n >= SHEETS_MAX) return;
    s->v[s->n++] = (Sheet){ .name = cut(s->r->a, str_c(title), 120), .id = cut(s->r->a, str_c(id), 60), .hidden = state != NULL && strcmp(state, "visible") != 0 };
}
static void rels_open(void *ctx, const char *name, const char **attrs) {
    Sheets *s = ctx;
    const char *id = xml_attr(attrs, "Id"), *target = xml_attr(attrs, "Target");
    if (strcmp(name, "Relationship") != 0 || id == NULL || target == NULL) return;
    Str path = str_c(target);
    path = str_starts(path, S("/")) ? cut(s->r->a, str_sub(path, 1, path.n), SOR_NAME_MAX) : str_fmt(s->r->a, "xl/" STR_FMT, STR_ARG(str_sub(path, 0, 200)));
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(s->v[i].id, str_c(id))) s->v[i].path = path;
}

static const SorEntry *entry_of(const SorEntry *e, size_t n, Str name) {
    for (size_t i = 0; i < n; i++)
        if (str_ieq(e[i].name, name)) return &e[i];
    return NULL;
}

/* One of the XML files: unpacked, decoded and walked. 0 it is not there, 1 good, -1 damaged. */
static int walk_entry(Reading *r, const SorEntry *e, size_t n, const char *name, uint32_t file, const Xml *x) {
    Str xml = STR_NONE;
    const SorEntry *one = entry_of(e, n, str_c(name));
    if (one == NULL) return 0;
    if (entry_bytes(r, one, &xml) && xml_walk(xml, x)) return 1;
    deviates(r, RD_UNREADABLE, (At){ REP_NONE, file, 0, 0 }, str_c(name), one->wrong == NULL ? STR_NONE : str_c(one->wrong));
    return -1;
}

static void one_sheet(Reading *r, const Book *b, const Sheet *s, const SorEntry *e, size_t n, uint32_t file) {
    Str xml = STR_NONE;
    const SorEntry *one = entry_of(e, n, s->path);
    Grid *g = rep_grid_new(r, s->name, file);
    size_t place = r->grids_n - 1;
    g->hidden = s->hidden;
    if (one == NULL || !entry_bytes(r, one, &xml) || !sheet_read(r, b, xml, &r->grids[place])) deviates(r, RD_UNREADABLE, (At){ REP_NONE, file, 0, 0 }, s->name, one == NULL || one->wrong == NULL ? STR_NONE : str_c(one->wrong));
}

Err xlsx_read(Reading *r, Str bytes, uint32_t file, const char **out_why) {
    SorEntry *e = NULL;
    size_t n = 0;
    Book *b = ARENA_NEW(r->a, Book);
    Texts texts = { .r = r, .b = b, .one = buf_new((size_t)REP_CELL_MAX + (2 << 20)) };
    Styles *styles = ARENA_NEW(r->a, Styles);
    Sheets *sheets = ARENA_NEW(r->a, Sheets);
    Xml x_book = { sheets, book_open, ignore_close, ignore_text }, x_rels = { sheets, rels_open, ignore_close, ignore_text }, x_texts = { &texts, texts_open, texts_close, texts_text },
        x_styles = { styles, styles_open, styles_close, ignore_text };
    b->styles = ARENA_ARRAY(r->a, uint8_t, STYLES_MAX);
    styles->r = sheets->r = r;
    styles->b = sheets->b = b;
    if (sor_zip_tree(r->a, bytes, &e, &n, out_why) != OK) return E_INPUT;
    const SorEntry *book = entry_of(e, n, S("xl/workbook.xml"));
    if (book == NULL) return E_MISSING;
    *out_why = book->wrong != NULL ? book->wrong : "its workbook is damaged";
    if (entry_of(e, n, S("xl/vbaProject.bin")) != NULL) deviates(r, RD_MACRO, (At){ REP_NONE, file, 0, 0 }, S("xl/vbaProject.bin"), STR_NONE);
    if (walk_entry(r, e, n, "xl/workbook.xml", file, &x_book) != 1 || walk_entry(r, e, n, "xl/_rels/workbook.xml.rels", file, &x_rels) != 1) return E_INPUT;
    bool good = walk_entry(r, e, n, "xl/sharedStrings.xml", file, &x_texts) >= 0 && walk_entry(r, e, n, "xl/styles.xml", file, &x_styles) >= 0;
    buf_free(&texts.one);
    for (size_t i = 0; good && i < sheets->n && !r->over; i++) one_sheet(r, b, &sheets->v[i], e, n, file);
    return good ? OK : E_INPUT;
}
