/* law_check.c - everything that a reader of the tables relies on beyond their form. Every problem names file, line and column. */
#include "core/law/law_in.h"

enum { PROBLEMS_MAX = 2000 };
typedef struct Checker { const Law *law; Loader l; LawProblem *list; size_t n; } Checker;

#define BAD(c, r, column, ...) do { if ((c)->n < PROBLEMS_MAX) { (c)->l.problem = &(c)->list[(c)->n++]; Err bad_ = law_bad(&(c)->l, (r), (column), __VA_ARGS__); (void)bad_; } } while (0)
#define EACH(c, TABLE, T, var) for (size_t var##_i = 0; var##_i < (c)->law->t[LAW_##TABLE].n; var##_i++) \
    for (const T *var = (const T *)(const void *)law_row((c)->law, LAW_##TABLE, var##_i); var != NULL; var = NULL)

static bool exists(const Checker *c, LawTable t, Str id) { return law_head(c->law, t, id) != NULL; }

static bool kind_exists(const Checker *c, Str kind) {
    EACH(c, AUTHORITIES, LawAuthority, b) if (str_eq(b->kind, kind)) return true;
    return false;
}

static bool body_ok(const Checker *c, Str w) { return str_starts(w, S("kind:")) ? kind_exists(c, str_sub(w, 5, w.n)) : exists(c, LAW_AUTHORITIES, w); }

static bool touches_ok(const Checker *c, Str w) {
    size_t at = 0;
    if (!str_chr(w, ':', &at)) return false;
    for (size_t t = 0; t < LAW_TABLE_N; t++)
        if (str_eq(str_sub(w, 0, at), str_c(law_defs[t].name))) return exists(c, (LawTable)t, str_sub(w, at + 1, w.n));
    return false;
}

static bool word_ok(const Checker *c, const Col *col, Str w) {
    uint64_t bits = 0;
    bool known = col->words != NULL && law_list_has(str_c(col->words), w);
    switch (col->ref) {
    case REF_NONE: return col->words == NULL || known;
    case REF_IDS: return known || (col->to == LAW_COUNTRIES && str_eq(w, S("EU"))) || exists(c, col->to, w);
    case REF_OFFENCES: return law_bits_of(c->law, w, &bits);
    case REF_BODY: return body_ok(c, w);
    case REF_TARGET: return str_eq(w, S("holder")) || (str_starts(w, S("rung:")) ? exists(c, LAW_LADDER, str_sub(w, 5, w.n)) : body_ok(c, w));
    case REF_TOUCHES: return touches_ok(c, w);
    case REF_SEATS: case REF_HOSTS: case REF_HOMES: return true; /* read when the law was loaded */
    }
    return false;
}

static void check_cell(Checker *c, LawTable t, const LawRow *r, size_t i) {
    const Col *col = &law_defs[t].cols[i];
    const char *name = law_column(t, i);
    Str cell = law_cell(c->law, r, i), list = cell, w = STR_NONE;
    if (col->needed && cell.n == 0) BAD(c, r, name, "is empty");
    if (cell.n > 0 && (cell.p[0] == ' ' || cell.p[cell.n - 1] == ' ')) BAD(c, r, name, "begins or ends with a blank");
    if (str_eq(cell, S("*")) || str_eq(cell, S("-")) || (col->words == NULL && col->ref == REF_NONE)) return;
    while (law_split(&list, &w))
        if (!word_ok(c, col, w)) BAD(c, r, name, "\"" STR_FMT "\" %s", STR_ARG(w), col->ref == REF_NONE ? "is not a word of this column" : "is not there");
}

/* A text in one language has its other. */
static void check_languages(Checker *c, LawTable t, const LawRow *r) {
    for (size_t i = 0; i + 1 < law_defs[t].cols_n; i++) {
        const char *name = law_column(t, i);
        size_t n = strlen(name);
        if (n < 4 || strcmp(name + n - 3, "_nl") != 0) continue;
        bool nl = law_cell(c->law, r, i).n > 0, en = law_cell(c->law, r, i + 1).n > 0;
        if (nl != en) BAD(c, r, law_column(t, nl ? i + 1 : i), "the text in this language is missing");
    }
}

static bool memory(const LawRow *r) { return law_list_has(r->source, S("M")); }

static void check_row(Checker *c, LawTable t, const LawRow *r) {
    for (size_t i = 0; i < law_defs[t].cols_n; i++) check_cell(c, t, r, i);
    check_languages(c, t, r);
    if (date_none(r->known_from)) BAD(c, r, "known_from", "is empty");
    if (r->verified != (r->verified_by.n > 0)) BAD(c, r, r->verified ? "verified_by" : "verified_on", "who and when go together");
    if (r->verified && memory(r)) BAD(c, r, "verified_on", "a row from memory is not verified");
}

/* Versions of one id: no two for one day (unless one was learnt later), no day between them without one. */
static void check_versions(Checker *c, const LawRow *head) {
    for (const LawRow *r = head; r->next != NULL; r = r->next) {
        const LawRow *n = r->next;
        bool later = date_cmp(n->known_from, r->known_from) != 0;
        if (date_cmp(r->valid_from, n->valid_from) == 0 && !later) {
            BAD(c, n, "id", "stands twice (also on line %u)", r->line);
        } else if (!date_none(n->valid_from) && (date_none(r->valid_to) || date_cmp(n->valid_from, r->valid_to) <= 0)) {
            if (!later) BAD(c, n, "valid_from", "overlaps the version of line %u", r->line);
        } else if (!date_none(n->valid_from) && date_cmp(date_add(r->valid_to, 1), n->valid_from) != 0) {
            BAD(c, n, "valid_from", "leaves a hole after the version of line %u", r->line);
        }
    }
}

static void check_columns(Checker *c, LawTable t) {
    Str csv = c->law->t[t].csv;
    size_t end = 0;
    Str first = str_chr(csv, '\n', &end) ? str_sub(csv, 0, end) : csv;
    for (size_t i = 0; i < law_defs[t].cols_n && c->n < PROBLEMS_MAX; i++) {
        Str rest = str_trim(first), name = STR_NONE;
        bool found = false;
        while (str_split(&rest, ',', &name)) found = found || str_eq(str_trim(name), str_c(law_column(t, i)));
        if (found) continue;
        c->list[c->n++] = (LawProblem){ str_fmt(c->l.a, "law/%s.csv", law_defs[t].name), 1, 1, str_fmt(c->l.a, "column \"%s\" is missing", law_column(t, i)) };
    }
}

static void check_tables(Checker *c) {
    for (size_t t = 0; t < LAW_TABLE_N; t++) {
        check_columns(c, (LawTable)t);
        for (size_t i = 0; i < c->law->t[t].n; i++) {
            const LawRow *r = law_row(c->law, (LawTable)t, i);
            check_row(c, (LawTable)t, r);
            if (law_head(c->law, (LawTable)t, r->id) == r) check_versions(c, r);
        }
    }
}

/* ---- what the engine relies on ---- */

static void check_terms(Checker *c) {
    EACH(c, TERMS, LawTermRow, t) {
        Str list = t->alarms, w = STR_NONE;
        int64_t days = 0;
        if (c->law->terms[t_i].next.n == 0) BAD(c, &t->r, "id", "no next step in table next");
        while (law_split(&list, &w))
            if (str_i64(w, 0, 3660, &days) != OK) BAD(c, &t->r, "alarms", "\"" STR_FMT "\" is not a number of days", STR_ARG(w));
        if (t->late_n > 0 && t->needs_prior.n == 0) BAD(c, &t->r, "needs_prior", "late_n says nothing without it");
        if (str_eq(t->base, t->r.id)) BAD(c, &t->r, "base", "is the term itself");
        if (t->count == COUNT_AWT && !str_eq(t->country, c->law->awt)) BAD(c, &t->r, "country", "the Awt is counted only in the country with that role");
    }
    EACH(c, OFFENCES, LawOffence, o) {
        if (!str_eq(o->lane_minor, S("minor"))) BAD(c, &o->r, "lane_minor", "a minor is in the lane for minors");
        if (!str_eq(o->lane_unknown, S("minor")) && str_eq(o->lane_minor, S("minor")) && law_list_has(o->groups, S("image"))) BAD(c, &o->r, "lane_unknown", "unknown age is treated as minor");
    }
}

static bool takes_all(const LawCompetence *x) {
    return x->need_bits == 0 && x->lack_bits == 0 && x->offence_bits == UINT64_MAX && x->lane_bits == UINT32_MAX && x->seat_bits == UINT32_MAX && x->host_bits == UINT32_MAX &&
        x->home_bits == UINT32_MAX && x->reporter_bits == UINT32_MAX;
}

static void check_bodies(Checker *c) {
    EACH(c, AUTHORITIES, LawAuthority, b) {
        const RowList *rules = &c->law->rules[b_i];
        bool ends = false;
        for (size_t i = 0; i < rules->n; i++) {
            const LawRow *r = rules->v[i];
            bool always = date_none(r->valid_to) && (date_none(r->valid_from) || (!date_none(b->r.valid_from) && date_cmp(r->valid_from, b->r.valid_from) <= 0));
            ends = ends || (always && takes_all((const LawCompetence *)(const void *)r));
        }
        if (!ends) BAD(c, &b->r, "id", "table competence has no row for this body that fits everything on every day");
    }
    EACH(c, PLATFORMS, LawPlatform, p) {
        Str list = p->domains, w = STR_NONE;
        while (law_split(&list, &w)) {
            EACH(c, PLATFORMS, LawPlatform, other)
                if (other_i < p_i && !str_eq(other->r.id, p->r.id) && law_list_has(other->domains, w)) BAD(c, &p->r, "domains", "\"" STR_FMT "\" is also of " STR_FMT, STR_ARG(w), STR_ARG(other->r.id));
        }
    }
}

static bool same_places(Str one, Str two) {
    size_t open = 0, close = 0, at = 0;
    while (str_chr(one, '{', &open)) {
        one = str_sub(one, open, one.n);
        if (!str_chr(one, '}', &close)) return false;
        Str place = str_sub(one, 0, close + 1);
        Str small = { place.p + 1, place.n - 1 };
        bool found = str_find(two, place, &at);
        for (size_t i = 0; !found && i + place.n <= two.n; i++) found = two.p[i] == '{' && str_ieq(str_sub(two, i + 1, small.n), small); /* {date} and {Date} */
        if (!found) return false;
        one = str_sub(one, close + 1, one.n);
    }
    return true;
}

static void check_phrases(Checker *c) {
    for (size_t i = 0; i < PH_N && c->n < PROBLEMS_MAX; i++)
        if (c->law->ph[i] == NULL) c->list[c->n++] = (LawProblem){ S("law/phrases.csv"), 1, 1, str_fmt(c->l.a, "phrase \"%s\" is missing", law_phrase_ids[i]) };
    EACH(c, PHRASES, LawPhrase, p)
        if (!same_places(p->text[LANG_NL], p->text[LANG_EN]) || !same_places(p->text[LANG_EN], p->text[LANG_NL])) BAD(c, &p->r, "text_en", "the places {...} differ between the languages");
}

size_t law_check(const Law *law, Arena *a, const LawProblem **out) {
    Checker c = { .law = law, .l = { .law = (Law *)(uintptr_t)law, .a = a }, .list = ARENA_ARRAY(a, LawProblem, PROBLEMS_MAX) };
    check_tables(&c);
    check_terms(&c);
    check_bodies(&c);
    check_phrases(&c);
    *out = c.list;
    return c.n;
}
