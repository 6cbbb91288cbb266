/* match.c - which section a sheet or file is, and which of its columns is which. */
#include "core/transparency/reported_in.h"

/* Lower case, one blank between words, straight quotes, no blanks around: so that titles that look alike are alike. */
Str plain_title(Arena *a, Str s) {
    Buf b = buf_new(REP_CELL_MAX + 16);
    bool blank = false;
    s = str_utf8_cut(s, 4096);
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = (uint8_t)s.p[i];
        if (i + 2 < s.n && c == 0xE2 && (uint8_t)s.p[i + 1] == 0x80 && ((uint8_t)s.p[i + 2] & 0xFC) == 0x98) { /* U+2018..U+201B */
            i += 2;
            c = '\'';
        } else if (i + 2 < s.n && c == 0xE2 && (uint8_t)s.p[i + 1] == 0x80 && ((uint8_t)s.p[i + 2] & 0xFC) == 0x9C) { /* U+201C..U+201F */
            i += 2;
            c = '"';
        } else if (i + 1 < s.n && c == 0xC2 && (uint8_t)s.p[i + 1] == 0xA0) {
            i += 1;
            c = ' ';
        }
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            blank = b.n > 0;
            continue;
        }
        if (blank) buf_ch(&b, ' ');
        blank = false;
        buf_ch(&b, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
    }
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* "…CSV_Part_4_notices.csv", "04 Notices (EU)" -> "notices_eu" with 4. */
static Str name_words(Arena *a, Str name, int64_t *out_number) {
    static const char *const ends[] = { ".csv", ".xlsx", ".txt", ".tsv" };
    Str s = str_lower(a, name), part = STR_NONE;
    size_t at = 0, n = 0;
    for (size_t i = 0; i < LEN(ends); i++)
        if (str_ends(s, str_c(ends[i]))) s = str_sub(s, 0, s.n - strlen(ends[i]));
    if (str_find(s, S("_part_"), &at)) s = str_sub(s, at + 6, s.n);
    char *p = arena_alloc(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (uint8_t)c >= 0x80;
        if (word) p[n++] = c;
        else if (n > 0 && p[n - 1] != '_') p[n++] = '_';
    }
    while (n > 0 && p[n - 1] == '_') n--;
    s = (Str){ p, n };
    *out_number = 0;
    Str rest = s;
    if (str_split(&rest, '_', &part) && part.n > 0 && part.n <= 2 && str_i64(part, 1, 99, out_number) == OK) s = rest.p == NULL ? S("") : rest;
    return s;
}

/* As a whole word of the name: "notices" in "notices_eu", but not in "denotices". */
static bool holds(Str words, Str slug) {
    for (size_t from = 0, at = 0; from < words.n; from += at + 1) {
        Str rest = str_sub(words, from, words.n);
        if (slug.n == 0 || !str_find(rest, slug, &at)) return false;
        size_t end = at + slug.n;
        if ((at == 0 ? from == 0 || words.p[from - 1] == '_' : rest.p[at - 1] == '_') && (end == rest.n || rest.p[end] == '_')) return true;
    }
    return false;
}

/* 3 the name of the template, 2 it holds it, 1 another name that means it, 0 none. */
static int by_name(Reading *r, Str words, RepSection *out) {
    int best = 0;
    for (int s = 1; s < REP_SECTIONS; s++) {
        Str slug = str_lower(r->a, r->t->slug[s]), rest = r->t->aliases[s], alias;
        int rank = str_eq(words, slug) ? 3 : holds(words, slug) ? 2 : 0;
        while (rank == 0 && str_split(&rest, '|', &alias)) rank = holds(words, alias) ? 1 : 0;
        if (rank > best) {
            best = rank;
            *out = (RepSection)s;
        }
    }
    return best;
}

static size_t titles_in(Reading *r, const GridRow *row, RepSection s) {
    size_t n = 0;
    for (uint32_t i = 0; i < row->n; i++) {
        Str t = plain_title(r->a, row->v[i].s);
        for (size_t k = 0; t.n > 0 && k < r->t->columns_n[s]; k++)
            if (str_eq(t, plain_title(r->a, r->t->columns[s][k].title))) {
                n++;
                break;
            }
    }
    return n;
}

/* The row of titles among the first ones, for this section; how many of them fit. */
static size_t head_of(Reading *r, const Grid *g, RepSection s, size_t *out_row) {
    enum { LOOK = 10 };
    size_t best = 0;
    for (size_t i = 0; i < g->n && i < LOOK; i++) {
        size_t n = titles_in(r, &g->rows[i], s);
        if (n > best) {
            best = n;
            *out_row = i;
        }
    }
    return best;
}

/* The section that most titles fit and few are missing of; lines decide between those that have the same titles. */
static RepSection by_columns(Reading *r, const Grid *g) {
    RepSection best = REP_NONE;
    size_t most = 2, row = 0;
    for (int s = 1; s < REP_SECTIONS; s++) {
        size_t n = head_of(r, g, (RepSection)s, &row), lines = 0;
        if (n * 3 < r->t->columns_n[s] * 2) continue;
        for (size_t i = 0; i < g->n && i < 12; i++)
            for (uint32_t k = 0; k < g->rows[i].n && k < 8; k++)
                for (size_t l = 0; l < r->t->lines_n[s] && l < 60; l++) lines += str_eq(plain_title(r->a, g->rows[i].v[k].s), plain_title(r->a, r->t->lines[s][l].title));
        if (r->t->lines_n[s] > 0 && lines == 0) continue;
        if (n * 4 + (lines > 0) > most) {
            most = n * 4 + (lines > 0);
            best = (RepSection)s;
        }
    }
    return best;
}

static void columns_of(Reading *r, const Grid *g, Match *m) {
    const GridRow *head = &g->rows[m->head];
    RepSection s = m->section;
    int last = -1;
    bool *used = ARENA_ARRAY(r->a, bool, head->n + 1);
    for (size_t k = 0; k < m->columns; k++) {
        const RepColumn *c = &r->t->columns[s][k];
        Str want = plain_title(r->a, c->title);
        At at = { s, g->file, head->at, 0 };
        m->column[k] = -1;
        for (uint32_t i = 0; i < head->n; i++) {
            if (!str_eq(plain_title(r->a, head->v[i].s), want)) continue;
            at.col = i + 1;
            if (m->column[k] >= 0) {
                deviates(r, RD_TWICE_COLUMN, at, head->v[i].s, STR_NONE);
                used[i] = true;
                continue;
            }
            used[i] = true;
            m->column[k] = (int16_t)i;
            if (!str_eq(str_trim(head->v[i].s), str_trim(c->title))) deviates(r, RD_TITLE, at, head->v[i].s, c->title);
            if ((int)i < last) deviates(r, RD_ORDER_COLUMN, at, head->v[i].s, STR_NONE);
            last = (int)i;
        }
        at.col = 0;
        if (m->column[k] < 0) deviates(r, RD_MISSING_COLUMN, at, c->title, STR_NONE);
    }
    for (uint32_t i = 0; i < head->n; i++)
        if (!used[i] && str_trim(head->v[i].s).n > 0) deviates(r, RD_UNKNOWN_COLUMN, (At){ s, g->file, head->at, i + 1 }, head->v[i].s, STR_NONE);
}

/* In another language: the template has as many columns, so each is where the template has it. */
static bool by_number(Reading *r, const Grid *g, int64_t number, Match *m) {
    if (number < 1 || number >= REP_SECTIONS || g->n == 0) return false;
    for (size_t i = 0; i < g->n && i < 3; i++) {
        if (g->rows[i].n != r->t->columns_n[number]) continue;
        m->section = (RepSection)number;
        m->head = i;
        return true;
    }
    return false;
}

bool match_grid(Reading *r, const Grid *g, Match *m) {
    int64_t number = 0;
    size_t row = 0;
    Str words = name_words(r->a, g->name, &number);
    At at = { REP_NONE, g->file, 0, 0 };
    *m = (Match){ 0 };
    int named = by_name(r, words, &m->section);
    bool fits = named > 0 && head_of(r, g, m->section, &m->head) >= 2, place = false;
    if (!fits) {
        RepSection s = by_columns(r, g);
        if (s != REP_NONE) {
            (void)head_of(r, g, s, &row);
            *m = (Match){ .section = s, .head = row };
            fits = true;
            named = -1;
        } else {
            place = fits = by_number(r, g, named > 0 ? (int64_t)m->section : number, m);
        }
    }
    if (!fits) {
        deviates(r, RD_UNKNOWN_SHEET, at, g->name, STR_NONE);
        return false;
    }
    at.section = m->section;
    if (place) deviates(r, RD_BY_NUMBER, at, g->name, r->t->slug[m->section]);
    else if (named < 0) deviates(r, RD_BY_COLUMNS, at, g->name, r->t->slug[m->section]);
    else if (named < 3) deviates(r, RD_NAME, at, g->name, r->t->slug[m->section]);
    if (!place && number != 0 && number != (int64_t)m->section) deviates(r, RD_NUMBER, at, g->name, str_fmt(r->a, "%d", (int)m->section));
    if (g->hidden) deviates(r, RD_HIDDEN, at, g->name, STR_NONE);
    if (m->head > 0 || g->rows[0].at > 1) deviates(r, RD_LATE_HEAD, (At){ m->section, g->file, g->rows[m->head].at, 0 }, STR_NONE, STR_NONE);
    m->by_place = place;
    m->columns = r->t->columns_n[m->section];
    m->column = ARENA_ARRAY(r->a, int16_t, m->columns);
    if (!place) columns_of(r, g, m);
    for (size_t k = 0; place && k < m->columns; k++) m->column[k] = (int16_t)k;
    return true;
}
