/* read.c - from grids to figures: one section after the other, identification first, since the others are about its period. */
#include "core/transparency/reported_in.h"
#include "foundation/base/when.h"

typedef struct Line { Reading *r; const Grid *g; const Match *m; const GridRow *row; size_t index; /* among the rows below the titles */ } Line;

static int place_of(const Line *l, const char *code) {
    for (size_t k = 0; k < l->m->columns; k++)
        if (str_eq(l->r->t->columns[l->m->section][k].code, str_c(code))) return l->m->column[k];
    return -1;
}
static At at_of(const Line *l, int place) { return (At){ l->m->section, l->g->file, l->row->at, place < 0 ? 0 : (uint32_t)place + 1 }; }
static Str text_in(const Line *l, const char *code, At *out_at) {
    int place = place_of(l, code);
    At at = at_of(l, place);
    if (out_at != NULL) *out_at = at;
    return text_of(l->r, cell_at(l->row, place), at);
}

/* ---- service and period ---- */
static bool of_service(const Line *l) {
    Reading *r = l->r;
    Str name = text_in(l, "service", NULL);
    if (name.n == 0) return true;
    for (size_t i = 0; i < r->services_n; i++)
        if (str_ieq(r->services[i].name, name)) {
            r->services[i].rows++;
            return r->service.n == 0 || str_ieq(name, r->service);
        }
    if (r->services_n < REP_SERVICES_MAX) r->services[r->services_n++] = (RepService){ cut(r->a, name, 200), 1 };
    return r->service.n == 0 || str_ieq(name, r->service);
}

static void period(const Line *l) {
    Reading *r = l->r;
    Date from, to;
    At at;
    Str s = text_in(l, "period", &at);
    if (s.n == 0) return;
    if (str_starts(s, S("YYYY"))) {
        deviates(r, RD_SAMPLE, at, s, STR_NONE);
        return;
    }
    bool good = s.n == 21 && s.p[10] == '/' && date_parse(str_sub(s, 0, 10), &from) == OK && date_parse(str_sub(s, 11, 10), &to) == OK && date_cmp(from, to) <= 0;
    Str expected = r->from.n > 0 && r->to.n > 0 ? str_fmt(r->a, STR_FMT "/" STR_FMT, STR_ARG(r->from), STR_ARG(r->to)) : S("2025-07-01/2025-12-31");
    if (!good || (r->from.n > 0 && r->to.n > 0 && !str_eq(s, expected))) deviates(r, RD_PERIOD, at, s, expected);
    if (good && r->from.n == 0 && r->to.n == 0) {
        r->from = cut(r->a, str_sub(s, 0, 10), 10);
        r->to = cut(r->a, str_sub(s, 11, 10), 10);
    }
}

/* ---- which line of the template ---- */
static bool language(Str s) { return (s.n == 2 || s.n == 3) && s.p[0] >= 'a' && s.p[0] <= 'z' && s.p[1] >= 'a' && s.p[1] <= 'z'; }
static bool state(Str s) { return s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' && s.p[1] <= 'Z'; }

/* The line with this title and scope; title only: *out_scope_known false. -1: no line has the title. */
static int line_of(const Line *l, Str title, Str scope, bool *out_scope_known) {
    Reading *r = l->r;
    const RepLine *v = r->t->lines[l->m->section];
    size_t n = r->t->lines_n[l->m->section];
    Str t = plain_title(r->a, title), sc = plain_title(r->a, scope);
    int found = -1;
    *out_scope_known = true;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(plain_title(r->a, v[i].title), t)) continue;
        if (str_eq(plain_title(r->a, v[i].scope), sc)) return (int)i;
        if (str_eq(v[i].scope, S("*language")) && language(scope)) return (int)i;
        if (str_eq(v[i].scope, S("*state")) && state(scope)) return (int)i;
        found = found < 0 ? (int)i : found;
    }
    if (found < 0 && l->m->by_place && l->index < n && l->g->n - l->m->head - 1 == n) return (int)l->index; /* another language: the lines stand in order */
    *out_scope_known = false;
    return found;
}

static RepKind kind_of(char c) { return c == 'h' ? REP_HOURS : c == 's' ? REP_SHARE : REP_COUNT; }

static void identity(const Line *l) {
    Reading *r = l->r;
    bool known = false;
    At at;
    Str title = text_in(l, "indicator", NULL), value = text_in(l, "value", &at), day = STR_NONE;
    int line = line_of(l, title, STR_NONE, &known);
    if (line < 0) {
        if (title.n > 0) deviates(r, RD_UNKNOWN_LINE, at_of(l, place_of(l, "indicator")), title, STR_NONE);
        return;
    }
    r->seen_line[REP_IDENTITY][line] = true;
    if (str_starts(value, S("YYYY")) || str_eq(value, S("Text"))) {
        deviates(r, RD_SAMPLE, at, value, STR_NONE);
        return;
    }
    const RepLine *x = &r->t->lines[REP_IDENTITY][line];
    if (x->kind == 't') {
        if (r->provider.n == 0) r->provider = cut(r->a, value, 300);
        return;
    }
    if (!day_read(r, cell_at(l->row, place_of(l, "value")), at, &day)) return;
    Str *into = str_eq(x->code, S("published")) ? &r->published : str_eq(x->code, S("previous")) ? &r->previous : str_eq(x->code, S("from")) ? &r->from : &r->to;
    if (into->n == 0) *into = day;
}

static void of_indicator(const Line *l) {
    Reading *r = l->r;
    bool known = false;
    int64_t milli = 0;
    int value = place_of(l, "value");
    At at = at_of(l, value), scope_at;
    Str title = text_in(l, "indicator", NULL), scope = text_in(l, "scope", &scope_at);
    if (title.n == 0) return;
    if (str_eq(scope, S("[...]"))) {
        deviates(r, RD_SAMPLE, scope_at, scope, STR_NONE);
        return;
    }
    int line = line_of(l, title, scope, &known);
    const RepLine *x = line < 0 ? NULL : &r->t->lines[l->m->section][line];
    if (x == NULL) deviates(r, RD_UNKNOWN_LINE, at_of(l, place_of(l, "indicator")), title, STR_NONE);
    else if (!known) deviates(r, RD_SCOPE, scope_at, scope, x->scope);
    else r->seen_line[l->m->section][line] = true;
    if (x != NULL && known && x->scope.p[0] != '*') scope = x->scope;
    RepKind kind = x == NULL ? REP_COUNT : kind_of(x->kind);
    if (!value_read(r, cell_at(l->row, value), kind, at, &milli)) return;
    figure_add(r, (RepFigure){ .section = l->m->section, .kind = kind, .measure = x == NULL ? cut(r->a, title, 200) : x->code, .category = S(""), .keyword = S(""), .other = S(""), .scope = cut(r->a, scope, 100), .milli = milli, .file = at.file, .row = at.row, .col = at.col });
}

static void of_text(const Line *l) {
    Reading *r = l->r;
    bool known = false;
    At at;
    Str title = text_in(l, "indicator", NULL), value = text_in(l, "value", &at);
    int line = line_of(l, title, STR_NONE, &known);
    if (line < 0 && title.n > 0) deviates(r, RD_UNKNOWN_LINE, at_of(l, place_of(l, "indicator")), title, STR_NONE);
    if (line < 0) return;
    if (str_eq(value, S("Free text"))) deviates(r, RD_SAMPLE, at, value, STR_NONE);
    else if (value.n > 0) r->seen_line[REP_TEXT][line] = true;
}

/* ---- tables by category ---- */
typedef struct Table { Str category, scope; int last; } Table;

/* By its code; else by its description. -1: neither. parent: of the category above, since some keywords stand under several. */
static int category_of(Reading *r, Str s, Str parent) {
    Str plain = plain_title(r->a, s);
    int any = -1;
    for (size_t i = 0; i < r->t->categories_n; i++) {
        const RepCategory *c = &r->t->categories[i];
        if (!str_ieq(c->code, s) && !str_eq(plain, plain_title(r->a, c->title))) continue;
        if (!c->keyword || str_eq(c->parent, parent)) return (int)i;
        any = any < 0 ? (int)i : any;
    }
    return any;
}

static bool category(const Line *l, Table *t, RepFigure *f) {
    Reading *r = l->r;
    At at;
    Str s = text_in(l, "category", &at);
    RepSection sec = l->m->section;
    if (s.n == 0) return false;
    if (str_ieq(s, S("TOTAL"))) {
        t->category = f->category = S("TOTAL");
        return true;
    }
    int i = category_of(r, s, t->category);
    if (i < 0) {
        bool keyword = str_starts(s, S("KEYWORD_"));
        deviates(r, RD_CATEGORY, at, s, STR_NONE);
        f->category = keyword ? t->category : cut(r->a, s, 120);
        f->keyword = keyword ? cut(r->a, s, 120) : S("");
        if (!keyword) t->category = f->category;
        return true;
    }
    const RepCategory *c = &r->t->categories[i];
    bool other = str_eq(c->code, S("KEYWORD_OTHER"));
    if (!str_eq(c->code, s)) deviates(r, RD_CATEGORY, at, s, c->code);
    if ((c->sections & 1u << sec) == 0 || (c->keyword && !other && !str_eq(c->parent, t->category))) deviates(r, RD_PLACE, at, s, c->keyword ? c->parent : STR_NONE);
    if (!c->keyword) t->category = c->code;
    f->category = c->keyword && !other ? c->parent : t->category;
    f->keyword = c->keyword ? c->code : S("");
    r->seen_category[sec][i] = true;
    return true;
}

static Str scope_of(const Line *l) {
    At at;
    Str s = text_in(l, "scope", &at);
    if (l->m->section != REP_ORDERS) return S("");
    if (s.n == 0 || str_ieq(s, S("TOTAL"))) return S("TOTAL");
    if (!state(s)) deviates(l->r, RD_SCOPE, at, s, S("NL"));
    return cut(l->r->a, s, 100);
}

static void of_table(const Line *l, Table *t) {
    Reading *r = l->r;
    RepFigure f = { .section = l->m->section, .category = S(""), .keyword = S(""), .other = S("") };
    At at;
    if (!category(l, t, &f)) return;
    f.scope = scope_of(l);
    Str other = text_in(l, "other", &at);
    if (str_starts(other, S("Text to detail"))) deviates(r, RD_SAMPLE, at, other, STR_NONE);
    else f.other = cut(r->a, other, 200);
    for (size_t k = 0; k < l->m->columns; k++) {
        const RepColumn *c = &r->t->columns[l->m->section][k];
        if ((c->kind != 'c' && c->kind != 'h') || l->m->column[k] < 0) continue;
        f.kind = kind_of(c->kind);
        f.measure = c->code;
        at = at_of(l, l->m->column[k]);
        f.file = at.file, f.row = at.row, f.col = at.col;
        if (value_read(r, cell_at(l->row, l->m->column[k]), f.kind, at, &f.milli)) figure_add(r, f);
    }
}

static void of_names(const Line *l, Table *t) {
    At at;
    Str s = text_in(l, "category", &at);
    int i = s.n == 0 || str_ieq(s, S("TOTAL")) ? -1 : category_of(l->r, s, t->category);
    if (i < 0 && s.n > 0 && !str_ieq(s, S("TOTAL"))) deviates(l->r, RD_CATEGORY, at, s, STR_NONE);
    if (i >= 0 && !l->r->t->categories[i].keyword) t->category = l->r->t->categories[i].code;
}

void section_read(Reading *r, const Grid *g, const Match *m) {
    Table t = { .category = S("") };
    for (size_t i = m->head + 1; i < g->n && !r->over; i++) {
        Line l = { r, g, m, &g->rows[i], i - m->head - 1 };
        if (m->section == REP_NAMES) {
            of_names(&l, &t);
            continue;
        }
        if (!of_service(&l)) continue;
        if (m->section != REP_IDENTITY) period(&l);
        if (m->section == REP_IDENTITY) identity(&l);
        else if (m->section == REP_TEXT) of_text(&l);
        else if (m->section >= REP_ORDERS && m->section <= REP_OWN_TERMS) of_table(&l, &t);
        else of_indicator(&l);
    }
}

/* ---- the whole ---- */
static Err grids(Reading *r, const RepFile *f, uint32_t file, const char **out_why) {
    static const struct { const char *bytes; size_t n; const char *what; } others[] = { { "\xD0\xCF\x11\xE0", 4, "XLS" }, { "%PDF", 4, "PDF" }, { "<", 1, "HTML" }, { "{", 1, "JSON" } };
    At at = { REP_NONE, file, 0, 0 };
    for (size_t i = 0; i < LEN(others); i++)
        if (f->bytes.n >= others[i].n && memcmp(f->bytes.p, others[i].bytes, others[i].n) == 0) {
            deviates(r, RD_KIND, at, str_c(others[i].what), S("CSV, XLSX"));
            *out_why = i == 0 ? "it is neither CSV nor XLSX, but an old XLS or a workbook with a password" : "it is neither CSV nor XLSX";
            return E_INPUT;
        }
    if (!str_starts(f->bytes, S("PK"))) {
        if (r->form.n == 0) r->form = S("csv");
        grid_csv(r, f, file);
        return OK;
    }
    Err e = xlsx_read(r, f->bytes, file, out_why);
    if (e == OK) r->form = S("xlsx");
    if (e != E_MISSING) return e;
    r->form = S("zip");
    return zip_csvs(r, f->bytes, file, out_why);
}

static void sections(Reading *r) {
    Match *m = ARENA_ARRAY(r->a, Match, r->grids_n + 1);
    for (size_t i = 0; i < r->grids_n; i++) {
        const Grid *g = &r->grids[i];
        if (g->n == 0 || !match_grid(r, g, &m[i])) {
            if (g->n == 0) deviates(r, RD_UNKNOWN_SHEET, (At){ REP_NONE, g->file, 0, 0 }, g->name, STR_NONE);
            m[i].section = REP_NONE;
        } else if ((r->sections & 1u << m[i].section) != 0) {
            deviates(r, RD_TWICE_SECTION, (At){ m[i].section, g->file, 0, 0 }, g->name, STR_NONE);
            m[i].section = REP_NONE;
        } else {
            r->sections |= 1u << m[i].section;
        }
    }
    for (int s = 1; s < REP_SECTIONS; s++)
        for (size_t i = 0; i < r->grids_n && !r->over; i++)
            if ((int)m[i].section == s) section_read(r, &r->grids[i], &m[i]);
}

Err reported_read(Arena *a, const RepFile *files, size_t n, Str service, Report *out, const char **out_why) {
    Reading *r = ARENA_NEW(a, Reading);
    RepTemplate *t = ARENA_NEW(a, RepTemplate);
    size_t all = 0;
    rep_template(a, t);
    *r = (Reading){ .a = a, .t = t, .service = service, .bytes_left = REP_BYTES_MAX, .cells_left = REP_CELLS_MAX };
    for (int s = 0; s < REP_SECTIONS; s++) {
        r->seen_category[s] = ARENA_ARRAY(a, bool, t->categories_n + 1);
        r->seen_line[s] = ARENA_ARRAY(a, bool, t->lines_n[s] + 1);
    }
    *out_why = "it is larger than is read";
    for (size_t i = 0; i < n; i++) all += files[i].bytes.n;
    if (n > REP_FILES_MAX || all > REP_BYTES_MAX) return E_LIMIT;
    for (size_t i = 0; i < n; i++) {
        const char *why = NULL;
        if (grids(r, &files[i], (uint32_t)i + 1, &why) == OK) continue;
        *out_why = why;
        deviates(r, RD_UNREADABLE, (At){ REP_NONE, (uint32_t)i + 1, 0, 0 }, files[i].name, str_c(why));
    }
    if (!r->over) sections(r);
    if (r->over) {
        *out_why = "it is larger than is read";
        return E_LIMIT;
    }
    if (r->sections == 0 && r->grids_n > 0) *out_why = "no section of the template was found in it";
    if (r->sections != 0) judge_all(r);
    *out = (Report){ .form = r->form, .provider = r->provider, .published = r->published, .previous = r->previous, .from = r->from, .to = r->to, .services = r->services, .services_n = r->services_n, .sections = r->sections,
        .figures = r->figures, .figures_n = r->figures_n, .devs = r->devs, .devs_n = r->devs_n, .devs_more = r->devs_more, .blank = r->blank };
    return r->sections == 0 ? E_INPUT : OK;
}
