/* law_join.c - once, after all tables are read: words become bits, and every row gets the rows that a question about it will need. */
#include "core/law/law_in.h"

#define ROW(T, r) ((T *)(void *)(uintptr_t)(r)) /* the loader owns the rows until the law is given out */
#define EACH(l, TABLE, T, var) for (size_t var##_i = 0; var##_i < (l)->law->t[LAW_##TABLE].n; var##_i++) \
    for (T *var = ROW(T, law_row((l)->law, LAW_##TABLE, var##_i)); var != NULL; var = NULL)

/* ---- words and their bits ---- */

static bool word_bit(const Law *law, Str w, uint64_t *out) {
    for (size_t i = 0; i < law->words_n; i++) {
        if (!str_eq(law->words[i], w)) continue;
        *out |= (uint64_t)1 << i;
        return true;
    }
    return false;
}

static bool word_add(Law *law, Str w) {
    uint64_t bit = 0;
    if (word_bit(law, w, &bit)) return true;
    if (law->words_n == WORD_BITS) return false;
    law->words[law->words_n++] = w;
    return true;
}

bool law_bits_of(const Law *law, Str list, uint64_t *out) {
    Str w = STR_NONE;
    *out = 0;
    if (law_any(list)) {
        *out = UINT64_MAX;
        return true;
    }
    if (str_eq(list, S("-"))) return true;
    while (law_split(&list, &w))
        if (!word_bit(law, w, out)) return false;
    return true;
}

static Err join_offences(Loader *l) {
    EACH(l, OFFENCES, LawOffence, o)
        if (!word_add(l->law, o->r.id)) return law_bad(l, &o->r, "id", "more than %d offences and groups", WORD_BITS);
    EACH(l, OFFENCES, LawOffence, o) {
        Str list = o->groups, w = STR_NONE;
        while (law_split(&list, &w))
            if (!word_add(l->law, w)) return law_bad(l, &o->r, "groups", "more than %d offences and groups", WORD_BITS);
        (void)word_bit(l->law, o->r.id, &o->bit);
        for (list = o->groups; law_split(&list, &w);) (void)word_bit(l->law, w, &o->group_bits);
    }
    return OK;
}

static Err join_tags(Loader *l) {
    uint32_t bit = 1;
    EACH(l, TAGS, LawTag, t) {
        const LawRow *head = law_head(l->law, LAW_TAGS, t->r.id); /* versions share a bit */
        t->bit = ((const LawTag *)(const void *)head)->bit;
        if (t->bit != 0) continue;
        if (bit == 0) return law_bad(l, &t->r, "id", "more than 32 tags");
        ROW(LawTag, head)->bit = t->bit = bit;
        bit <<= 1;
        if (str_eq(t->r.id, S("?"))) l->law->unknown_tag = t->bit;
    }
    return OK;
}

static Err tag_bits(Loader *l, const LawRow *r, const char *column, Str list, uint32_t *out) {
    Str w = STR_NONE;
    *out = 0;
    if (str_eq(list, S("*")) || str_eq(list, S("-"))) return OK;
    while (law_split(&list, &w)) {
        const LawTag *t = law_tag(l->law, w, DATE_NONE);
        if (t == NULL) return law_bad(l, r, column, "no tag \"" STR_FMT "\" in table tags", STR_ARG(w));
        *out |= t->bit;
    }
    return OK;
}

/* Bits of a closed list of words; `*` and empty are all of them. Words that are country codes get bits of their own when places is set. */
static Err closed_bits(Loader *l, const LawRow *r, const char *column, Str list, const char *const *words, size_t n, bool places, uint32_t *out) {
    Str w = STR_NONE;
    *out = UINT32_MAX;
    if (law_any(list)) return OK;
    *out = 0;
    while (law_split(&list, &w)) {
        uint32_t bit = 0;
        for (size_t i = 0; i < n; i++)
            if (str_eq(w, str_c(words[i]))) bit = 1u << i;
        if (bit == 0 && places && law_head(l->law, LAW_COUNTRIES, w) != NULL) {
            if (law_seat_word(l->law, w) == 0) {
                if (l->law->places_n == 32 - PLACE_FIXED) return law_bad(l, r, column, "more than %d countries named in table competence", 32 - PLACE_FIXED);
                l->law->places[l->law->places_n++] = w;
            }
            bit = law_seat_word(l->law, w);
        }
        if (bit == 0) return law_bad(l, r, column, "\"" STR_FMT "\" is not a word of this column", STR_ARG(w));
        *out |= bit;
    }
    return OK;
}

uint32_t law_seat_word(const Law *law, Str country) {
    for (size_t i = 0; i < law->places_n; i++)
        if (str_eq(law->places[i], country)) return 1u << (PLACE_FIXED + i);
    return 0;
}

static Err join_competence(Loader *l) {
    static const char *const lanes[] = { "adult", "minor" };
    static const char *const seats[] = { "here", "rep", "eu", "eurep", "none", "unknown" };
    static const char *const hosts[] = { "here", "eu", "outside", "unknown" };
    static const char *const reporters[] = { "victim", "supporter", "flagger", "ngo", "mandated", "authority" };
    static const char *const outcomes[] = { "no", "competent", "shared", "receives", "concerned", "find_out" };
    EACH(l, COMPETENCE, LawCompetence, c) {
        const LawRow *r = &c->r;
        uint32_t outcome = 0;
        if (!law_bits_of(l->law, c->offences, &c->offence_bits)) return law_bad(l, r, "offences", "a word that is neither offence nor group");
        TRY(tag_bits(l, r, "needs", c->needs, &c->need_bits));
        TRY(tag_bits(l, r, "lacks", c->lacks, &c->lack_bits));
        TRY(closed_bits(l, r, "lanes", c->lanes, lanes, LEN(lanes), false, &c->lane_bits));
        TRY(closed_bits(l, r, "seats", c->seats, seats, LEN(seats), true, &c->seat_bits));
        TRY(closed_bits(l, r, "hosts", c->hosts, hosts, LEN(hosts), true, &c->host_bits));
        TRY(closed_bits(l, r, "homes", c->homes, hosts, LEN(hosts) - 1, true, &c->home_bits));
        TRY(closed_bits(l, r, "reporters", c->reporters, reporters, LEN(reporters), false, &c->reporter_bits));
        TRY(closed_bits(l, r, "outcome", c->outcome, outcomes, LEN(outcomes), false, &outcome));
        if (law_any(c->outcome) || (outcome & (outcome - 1)) != 0) return law_bad(l, r, "outcome", "one word");
        c->outcome_n = (uint8_t)__builtin_ctz(outcome);
    }
    return OK;
}

/* ---- lists of rows ---- */

static void push(Arena *a, RowList *list, const LawRow *r) {
    if ((list->n & (list->n - 1)) == 0) { /* grows at 0, 1, 2, 4 ... */
        const LawRow **more = ARENA_ARRAY(a, const LawRow *, list->n == 0 ? 1 : list->n * 2);
        if (list->n > 0) memcpy(more, list->v, list->n * sizeof *more);
        list->v = more;
    }
    list->v[list->n++] = r;
}

static void sort_rows(RowList *list, bool (*after)(const LawRow *, const LawRow *)) {
    for (size_t i = 1; i < list->n; i++) {
        const LawRow *r = list->v[i];
        size_t k = i;
        for (; k > 0 && after(list->v[k - 1], r); k--) list->v[k] = list->v[k - 1];
        list->v[k] = r;
    }
}

#define AFTER(name, T) static bool name(const LawRow *a, const LawRow *b) { return ROW(const T, a)->rank > ROW(const T, b)->rank; }
AFTER(next_after, LawNext)
AFTER(penalty_after, LawPenalty)
AFTER(content_after, LawContent)
static bool rule_after(const LawRow *a, const LawRow *b) {
    const LawCompetence *x = ROW(const LawCompetence, a), *y = ROW(const LawCompetence, b);
    if (x->rank != y->rank) return x->rank > y->rank;
    return str_starts(x->body, S("kind:")) && !str_starts(y->body, S("kind:"));
}

static bool names(const LawTermRow *t, Str term) { return str_eq(t->r.id, term) || (t->base.n > 0 && str_eq(t->base, term)); }

static void join_terms(Loader *l) {
    l->law->terms = ARENA_ARRAY(l->a, TermIx, l->law->t[LAW_TERMS].n + 1);
    EACH(l, TERMS, LawTermRow, t) {
        TermIx *ix = &l->law->terms[t_i];
        EACH(l, NEXT, LawNext, x) if (names(t, x->term)) push(l->a, &ix->next, &x->r);
        EACH(l, NORMS, LawNorm, x) if (names(t, x->term)) push(l->a, &ix->norms, &x->r);
        EACH(l, PENALTIES, LawPenalty, x) if (names(t, x->term)) push(l->a, &ix->penalties, &x->r);
        sort_rows(&ix->next, next_after);
        sort_rows(&ix->penalties, penalty_after);
    }
}

static void join_bodies(Loader *l) {
    l->law->rules = ARENA_ARRAY(l->a, RowList, l->law->t[LAW_AUTHORITIES].n + 1);
    l->law->rule_form = ARENA_ARRAY(l->a, const LawForm *, l->law->t[LAW_COMPETENCE].n + 1);
    l->law->asks = ARENA_ARRAY(l->a, RowList, l->law->t[LAW_FORMS].n + 1);
    l->law->crosses = ARENA_ARRAY(l->a, RowList, l->law->t[LAW_OFFENCES].n + 1);
    EACH(l, CROSSWALK, LawCross, x) {
        const LawRow *o = law_head(l->law, LAW_OFFENCES, x->offence);
        if (o != NULL) push(l->a, &l->law->crosses[law_row_index(l->law, o)], &x->r);
    }
    EACH(l, AUTHORITIES, LawAuthority, b) {
        EACH(l, COMPETENCE, LawCompetence, c) {
            bool kind = str_starts(c->body, S("kind:")) && str_eq(str_sub(c->body, 5, c->body.n), b->kind);
            if (kind || str_eq(c->body, b->r.id)) push(l->a, &l->law->rules[b_i], &c->r);
        }
        sort_rows(&l->law->rules[b_i], rule_after);
    }
    EACH(l, COMPETENCE, LawCompetence, c) l->law->rule_form[c_i] = law_form(l->law, c->form, DATE_NONE);
    EACH(l, FORMS, LawForm, f) {
        EACH(l, CONTENTS, LawContent, c) if (law_list_has(c->artefact, f->r.id)) push(l->a, &l->law->asks[f_i], &c->r);
        sort_rows(&l->law->asks[f_i], content_after);
    }
}

/* ---- the rest ---- */

static Err join_countries(Loader *l, LawZoneOf *zone_of, void *arg) {
    l->law->calendars = ARENA_ARRAY(l->a, Calendar, l->law->t[LAW_COUNTRIES].n + 1);
    EACH(l, COUNTRIES, LawCountry, c) {
        EACH(l, COUNTRIES, LawCountry, other) { /* one zone, one reading */
            if (other == c) break;
            if (str_eq(other->zone, c->zone)) c->z = other->z;
        }
        if (c->z == NULL) c->z = zone_of(arg, l->a, c->zone);
        if (c->z == NULL) return law_bad(l, &c->r, "zone", "no zone \"" STR_FMT "\"", STR_ARG(str_sub(c->zone, 0, 60)));
        if (law_list_has(c->role, S("awt"))) l->law->awt = c->r.id;
        if (law_list_has(c->role, S("home"))) l->law->home = c->r.id;
        if (law_head(l->law, LAW_COUNTRIES, c->r.id) != &c->r) continue;
        Calendar *cal = &l->law->calendars[l->law->calendars_n++];
        RowList days = { 0 };
        EACH(l, HOLIDAYS, LawHoliday, h) if (str_eq(h->country, c->r.id)) push(l->a, &days, &h->r);
        cal->code = c->r.id;
        cal->v = (const LawHoliday **)(const void *)days.v;
        cal->n = days.n;
    }
    EACH(l, HOLIDAYS, LawHoliday, h) {
        bool fixed = str_eq(h->kind, S("fixed")) || str_eq(h->kind, S("decreed")), month = fixed || str_eq(h->kind, S("nth")) || str_eq(h->kind, S("last")) || str_eq(h->kind, S("on"));
        if (month && (h->month < 1 || h->month > 12)) return law_bad(l, &h->r, "month", "1 to 12");
        if (month && !str_eq(h->kind, S("last")) && (h->day < 1 || h->day > 31)) return law_bad(l, &h->r, "day", "1 to 31");
        if (month && !fixed && (h->weekday < 1 || h->weekday > 7)) return law_bad(l, &h->r, "weekday", "1 (Monday) to 7 (Sunday)");
        if (h->offset < -366 || h->offset > 366) return law_bad(l, &h->r, "offset", "-366 to 366");
    }
    for (size_t i = 0; i < l->law->calendars_n; i++) law_calendar_fill(&l->law->calendars[i]);
    return OK;
}

static Err join_numbers(Loader *l) {
    EACH(l, TERMS, LawTermRow, t) {
        bool none = t->n == 0 && t->unit == UNIT_NONE;
        if (!none && (t->n < 1 || t->n > 10000)) return law_bad(l, &t->r, "n", "a number from 1 to 10000, with a unit");
        if (!none && t->unit == UNIT_NONE) return law_bad(l, &t->r, "unit", "a number needs a unit");
        if (!none && t->count == COUNT_NONE) return law_bad(l, &t->r, "count", "a number needs a counting rule");
        if (t->count == COUNT_BACKWARD && t->unit == UNIT_HOUR) return law_bad(l, &t->r, "count", "hours are not counted backward");
        if (t->ext_n < 0 || t->ext_n > 10000 || (t->ext_n > 0) != (t->ext_unit != UNIT_NONE)) return law_bad(l, &t->r, "ext_n", "a number with a unit");
        if (t->late_n < 0 || t->late_n > 10000 || (t->late_n > 0) != (t->late_unit != UNIT_NONE)) return law_bad(l, &t->r, "late_n", "a number with a unit");
        if (t->n > 0 && t->ext_n > 0 && (t->unit == UNIT_HOUR) != (t->ext_unit == UNIT_HOUR)) return law_bad(l, &t->r, "ext_unit", "hours and days do not add up");
    }
    EACH(l, NORMS, LawNorm, x) if (x->n < 1 || x->n > 10000 || x->unit == UNIT_NONE) return law_bad(l, &x->r, "n", "a number from 1 to 10000, with a unit");
    EACH(l, PENALTIES, LawPenalty, x) if (x->days < 1 || x->days > 1000 || x->cents < 0 || x->cents > 1000000000) return law_bad(l, &x->r, "days", "1 to 1000 days, with cents");
    EACH(l, PAUSES, LawPauseKind, x) if (x->first_add < -366 || x->first_add > 366 || x->last_add < -366 || x->last_add > 366) return law_bad(l, &x->r, "first_add", "-366 to 366 days");
    return OK;
}

Err law_join(Loader *l, LawZoneOf *zone_of, void *arg) {
    TRY(join_offences(l));
    TRY(join_tags(l));
    TRY(join_countries(l, zone_of, arg));
    TRY(join_numbers(l));
    TRY(join_competence(l));
    EACH(l, CONTENTS, LawContent, c) {
        bool waived = c->waive.n > 0;
        if (waived && !law_bits_of(l->law, c->waive, &c->waive_bits)) return law_bad(l, &c->r, "waive", "a word that is neither offence nor group");
    }
    EACH(l, PLATFORMS, LawPlatform, p) TRY(tag_bits(l, &p->r, "tags", p->tags, &p->tag_bits));
    EACH(l, OBLIGATIONS, LawObligation, o) {
        TRY(tag_bits(l, &o->r, "tiers", o->tiers, &o->tier_bits));
        TRY(tag_bits(l, &o->r, "lacks", o->lacks, &o->lack_bits));
        if (law_any(o->tiers)) o->tier_bits = UINT32_MAX;
    }
    join_terms(l);
    join_bodies(l);
    for (size_t i = 0; i < PH_N; i++) l->law->ph[i] = law_phrase(l->law, str_c(law_phrase_ids[i]), DATE_NONE);
    return OK;
}
