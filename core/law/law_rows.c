/* law_rows.c - looking up: by id and day, lists, hosts, contents, referrals, cells, and what differs between two days. */
#include "core/law/law_in.h"

uint32_t law_hash(Str s) {
    uint32_t h = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < s.n; i++) h = (h ^ (uint8_t)s.p[i]) * 16777619u;
    return h;
}

bool law_split(Str *list, Str *out_word) {
    while (list->n > 0 && list->p[0] == ' ') *list = str_sub(*list, 1, list->n);
    size_t n = 0;
    while (n < list->n && list->p[n] != ' ') n++;
    *out_word = str_sub(*list, 0, n);
    *list = str_sub(*list, n, list->n);
    return n > 0;
}

bool law_list_has(Str list, Str word) {
    Str w = STR_NONE;
    while (law_split(&list, &w))
        if (str_eq(w, word)) return true;
    return false;
}

const LawRow *law_row(const Law *law, LawTable t, size_t i) {
    must(i < law->t[t].n);
    return (const LawRow *)(const void *)(law->t[t].rows + i * law_defs[t].size);
}

size_t law_row_index(const Law *law, const LawRow *r) {
    must(r->table < LAW_TABLE_N);
    return (size_t)((const char *)r - law->t[r->table].rows) / law_defs[r->table].size;
}

const LawRow *law_head(const Law *law, LawTable t, Str id) {
    const LawTab *tab = &law->t[t];
    if (tab->slots_n == 0) return NULL;
    for (size_t at = law_hash(id) & (tab->slots_n - 1); tab->slots[at] != 0; at = (at + 1) & (tab->slots_n - 1)) {
        const LawRow *r = law_row(law, t, tab->slots[at] - 1);
        if (str_eq(r->id, id)) return r;
    }
    return NULL;
}

static bool covers(const LawRow *r, Date at, Date known) {
    if (!date_none(known) && !date_none(r->known_from) && date_cmp(r->known_from, known) > 0) return false;
    if (date_none(at)) return true;
    return (date_none(r->valid_from) || date_cmp(r->valid_from, at) <= 0) && (date_none(r->valid_to) || date_cmp(at, r->valid_to) <= 0);
}

/* Of the versions that hold on a day, what was learnt last; without a day the newest version, learnt last. */
static const LawRow *choose(const LawRow *head, Date at, Date known) {
    const LawRow *best = NULL;
    for (const LawRow *r = head; r != NULL; r = r->next) {
        if (!covers(r, at, known)) continue;
        if (best == NULL || date_none(at) || date_cmp(r->known_from, best->known_from) >= 0) best = r;
    }
    return best;
}

const LawRow *law_get_known(const Law *law, LawTable t, Str id, Date at, Date known) { return choose(law_head(law, t, id), at, known); }
const LawRow *law_get(const Law *law, LawTable t, Str id, Date at) { return law_get_known(law, t, id, at, DATE_NONE); }

bool law_holds(const Law *law, const LawRow *r, Date at, Date known) {
    if (law->t[r->table].alone[law_row_index(law, r)]) return covers(r, at, known);
    return law_get_known(law, (LawTable)r->table, r->id, at, known) == r;
}

size_t law_list(const Law *law, LawTable t, Date at, Arena *a, const LawRow ***out) {
    const LawRow **rows = ARENA_ARRAY(a, const LawRow *, law->t[t].n + 1);
    size_t n = 0;
    for (size_t i = 0; i < law->t[t].n; i++) {
        const LawRow *r = law_row(law, t, i);
        if (law_holds(law, r, at, DATE_NONE)) rows[n++] = r;
    }
    *out = rows;
    return n;
}

size_t law_versions(const Law *law, LawTable t, Str id, Arena *a, const LawRow ***out) {
    size_t n = 0;
    for (const LawRow *r = law_head(law, t, id); r != NULL; r = r->next) n++;
    const LawRow **rows = ARENA_ARRAY(a, const LawRow *, n + 1);
    n = 0;
    for (const LawRow *r = law_head(law, t, id); r != NULL; r = r->next) rows[n++] = r;
    *out = rows;
    return n;
}

const char *law_mark(const LawRow *r) { return r->verified ? "" : N_("not verified"); }

Str law_cell(const Law *law, const LawRow *r, size_t i) {
    must(i < law_defs[r->table].cols_n);
    return law->t[r->table].cells[law_row_index(law, r) * law_defs[r->table].cols_n + i];
}

/* ---- platforms ---- */

static bool domain_holds(Str domains, Str host) {
    Str d = STR_NONE;
    while (law_split(&domains, &d))
        if (host.n == d.n && str_ieq(host, d)) return true;
    return false;
}

const LawPlatform *law_platform_of_host(const Law *law, Str host, Date at) {
    size_t dot = 0;
    if (host.n > 253) return NULL;
    if (host.n > 0 && host.p[host.n - 1] == '.') host.n--;
    while (host.n > 0) {
        for (size_t i = 0; i < law->t[LAW_PLATFORMS].n; i++) {
            const LawPlatform *p = (const LawPlatform *)(const void *)law_row(law, LAW_PLATFORMS, i);
            if (domain_holds(p->domains, host) && law_holds(law, &p->r, at, DATE_NONE)) return p;
        }
        if (!str_chr(host, '.', &dot)) break;
        host = str_sub(host, dot + 1, host.n);
    }
    return NULL;
}

bool law_has_tag(const LawPlatform *p, const Law *law, Str tag) {
    const LawTag *t = law_tag(law, tag, DATE_NONE);
    return p != NULL && t != NULL && (p->tag_bits & t->bit) != 0;
}

/* ---- contents, referrals ---- */

/* Stable: rows of equal rank stay in file order. */
static void by_rank(const LawRow **rows, size_t n, int64_t (*rank)(const LawRow *)) {
    for (size_t i = 1; i < n; i++) {
        const LawRow *r = rows[i];
        size_t k = i;
        for (; k > 0 && rank(rows[k - 1]) > rank(r); k--) rows[k] = rows[k - 1];
        rows[k] = r;
    }
}
static int64_t content_rank(const LawRow *r) { return ((const LawContent *)(const void *)r)->rank; }
static int64_t referral_rank(const LawRow *r) { return ((const LawReferral *)(const void *)r)->rank; }

size_t law_contents(const Law *law, Str artefact, Date at, Arena *a, const LawContent *const **out) {
    const LawRow **rows = NULL;
    size_t all = law_list(law, LAW_CONTENTS, at, a, &rows), n = 0;
    for (size_t i = 0; i < all; i++)
        if (law_list_has(((const LawContent *)(const void *)rows[i])->artefact, artefact)) rows[n++] = rows[i];
    by_rank(rows, n, content_rank);
    *out = (const LawContent *const *)(const void *)rows;
    return n;
}

bool law_content_needed(const Law *law, const LawContent *c, Str offence, Date at) {
    if (!str_eq(c->need, S("waived"))) return str_eq(c->need, S("yes"));
    const LawOffence *o = law_offence(law, offence, at);
    return o == NULL || ((o->bit | o->group_bits) & c->waive_bits) == 0;
}

size_t law_referrals(const Law *law, Str lane, Str topic, Date at, Arena *a, const LawReferral *const **out) {
    const LawRow **rows = NULL;
    size_t all = law_list(law, LAW_REFERRALS, at, a, &rows), n = 0;
    for (size_t i = 0; i < all; i++) {
        const LawReferral *r = (const LawReferral *)(const void *)rows[i];
        bool lane_fits = lane.n == 0 || law_any(r->lanes) || law_list_has(r->lanes, lane);
        bool topic_fits = topic.n == 0 || law_any(r->topics) || law_list_has(r->topics, topic);
        if (r->shown && lane_fits && topic_fits) rows[n++] = rows[i];
    }
    by_rank(rows, n, referral_rank);
    *out = (const LawReferral *const *)(const void *)rows;
    return n;
}

/* ---- two dates ---- */

size_t law_diff(const Law *law, Date one, Date two, Arena *a, const LawDiff **out) {
    size_t all = 0, n = 0;
    for (size_t t = 0; t < LAW_TABLE_N; t++) all += law->t[t].n;
    LawDiff *list = ARENA_ARRAY(a, LawDiff, all + 1);
    for (size_t t = 0; t < LAW_TABLE_N; t++) {
        for (size_t i = 0; i < law->t[t].n; i++) {
            const LawRow *r = law_row(law, (LawTable)t, i);
            if (law_head(law, (LawTable)t, r->id) != r) continue; /* each id once */
            LawDiff d = { choose(r, one, DATE_NONE), choose(r, two, DATE_NONE) };
            if (d.before != d.after) list[n++] = d;
        }
    }
    *out = list;
    return n;
}
