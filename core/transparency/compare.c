/* compare.c - see compare.h. */
#include "core/transparency/compare.h"
#include "foundation/base/lang.h"

const char *const rep_pair_codes[RP_N] = { "trusted_flagger", "article_16", "own_initiative" };
const char *const rep_pair_words[RP_N] = { N_("Acted on notices of trusted flaggers"), N_("Acted on article 16 notices, those of trusted flaggers included"), N_("Measures at the platform's own initiative") };
const char *const rep_cannot_compare[] = {
    N_("How many notices came in: the database holds only what was restricted. A notice that was refused leaves no statement."),
    N_("Orders of authorities: the database puts them under other notifications, together with notices of other kinds."),
    N_("Median times: the database has no day of notice."),
    N_("Keywords: they are optional in the database, and a report counts each action under one of them only when the platform filled it in."),
    N_("One notice can lead to several statements, and one measure to several restrictions: a ratio that is not 1 has to be explained, and proves nothing by itself."),
    N_("A report can correct what the database was sent, and the other way round; both are the platform's own counts."),
    NULL,
};

static bool fits(RepPair p, Str source) {
    if (p == RP_OWN) return str_eq(source, S("SOURCE_VOLUNTARY"));
    if (str_eq(source, S("SOURCE_TRUSTED_FLAGGER"))) return true;
    return p == RP_NOTICES && str_eq(source, S("SOURCE_ARTICLE_16"));
}

/* Two figures that together are what is compared: known when one of them is. A platform that acts on the law only leaves the other empty. */
static bool both(const Report *r, RepSection s1, const char *m1, RepSection s2, const char *m2, Str category, int64_t *out) {
    int64_t x = 0, y = 0;
    bool a = reported_get(r, s1, m1, category, STR_NONE, STR_NONE, &x), b = reported_get(r, s2, m2, category, STR_NONE, STR_NONE, &y);
    *out = (a ? x / 1000 : 0) + (b ? y / 1000 : 0);
    return a || b;
}

static RepBeside beside(const Report *r, const RepCount *v, size_t n, RepPair p, Str category) {
    RepBeside x = { .category = category, .pair = p };
    bool all = str_eq(category, S("TOTAL"));
    for (size_t i = 0; i < n; i++)
        if (fits(p, v[i].source) && (all || str_eq(v[i].category, category))) x.statements += v[i].rows;
    if (p == RP_TRUSTED) x.reported_known = both(r, REP_NOTICES, "law_tf", REP_NOTICES, "terms_tf", category, &x.reported);
    if (p == RP_NOTICES) x.reported_known = both(r, REP_NOTICES, "law", REP_NOTICES, "terms", category, &x.reported);
    if (p == RP_OWN) x.reported_known = both(r, REP_OWN_LAW, "measures", REP_OWN_TERMS, "measures", category, &x.reported);
    x.ratio_known = x.reported_known && x.reported > 0;
    if (x.ratio_known) x.ratio = (double)x.statements / (double)x.reported;
    return x;
}

static bool listed(const Str *v, size_t n, Str s) {
    for (size_t i = 0; i < n; i++)
        if (str_eq(v[i], s)) return true;
    return false;
}

void reported_beside(Arena *a, const Report *r, const RepCount *v, size_t n, RepBeside **out, size_t *out_n) {
    Str *c = ARENA_ARRAY(a, Str, n + r->figures_n + 1);
    size_t k = 0, rows = 0;
    c[k++] = S("TOTAL");
    for (size_t i = 0; i < r->figures_n; i++) {
        const RepFigure *f = &r->figures[i];
        bool table = f->section >= REP_NOTICES && f->section <= REP_OWN_TERMS && f->keyword.n == 0;
        if (table && k < 200 && !listed(c, k, f->category)) c[k++] = f->category;
    }
    for (size_t i = 0; i < n; i++)
        if (k < 200 && !listed(c, k, v[i].category)) c[k++] = v[i].category;
    *out = ARENA_ARRAY(a, RepBeside, k * RP_N + 1);
    for (size_t i = 0; i < k; i++)
        for (int p = 0; p < RP_N; p++) {
            RepBeside x = beside(r, v, n, (RepPair)p, c[i]);
            if (i == 0 || x.statements > 0 || (x.reported_known && x.reported > 0)) (*out)[rows++] = x;
        }
    *out_n = rows;
}

static RepOwnState own_state(const Report *r, const char *measure, int64_t ours, bool flagger, int64_t *out_reported) {
    int64_t v = 0;
    bool given = reported_get(r, REP_NOTICES, measure, STR_NONE, STR_NONE, STR_NONE, &v);
    *out_reported = given ? v / 1000 : 0;
    if (!flagger || ours == 0) return RO_NO_FLAGGER;
    if (!given) return RO_NOT_GIVEN;
    return *out_reported < ours ? RO_SHORT : RO_FITS;
}

RepOwnBeside reported_beside_own(const Report *r, bool flagger, RepOwn own) {
    RepOwnBeside x;
    x.notices = own_state(r, "notices_tf", own.notices, flagger, &x.notices_reported);
    x.items = own_state(r, "items_tf", own.items, flagger, &x.items_reported);
    return x;
}
