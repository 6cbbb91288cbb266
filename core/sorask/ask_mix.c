/* ask_mix.c - questions that are a share: which part of the statements is of this kind, what the others are, and how it went over time. */
#include "core/sorask/ask_in.h"

#include <math.h>

enum { KINDS_MAX = 8, FAMILIES_MAX = 24 };
typedef struct Mix {
    const char *id;
    RollTable t;
    size_t kinds;
    uint32_t part, whole;                        /* bits of kinds that are counted */
    uint8_t (*kind)(const Roll *r, uint32_t a, uint32_t b); /* from 1; 0: not counted */
    const char *headline;
    const char *codes[KINDS_MAX], *words[KINDS_MAX];
} Mix;

static Str of_dict(const Roll *r, SorDim d, uint32_t v) { return v < r->dict_n[d] ? r->dict[d][v] : S("?"); }

static uint8_t kind_detection(const Roll *r, uint32_t a, uint32_t b) {
    Str source = of_dict(r, SD_SOURCE, roll_low(b)), found = of_dict(r, SD_DETECTION, roll_high(b));
    (void)a;
    if (str_has(source, "VOLUNTARY")) return str_eq(found, S("Yes")) ? 1 : str_eq(found, S("No")) ? 2 : 6;
    return str_has(source, "ARTICLE_16") ? 3 : str_has(source, "TRUSTED_FLAGGER") ? 4 : str_has(source, "OTHER_NOTIFICATION") ? 5 : 6;
}
static uint8_t kind_decision(const Roll *r, uint32_t a, uint32_t b) {
    Str v = of_dict(r, SD_DECISION, b);
    (void)a;
    return str_has(v, "NOT_AUTOMATED") ? 3 : str_has(v, "PARTIALLY") ? 2 : str_has(v, "FULLY") ? 1 : 4;
}
static uint8_t kind_visibility(const Roll *r, uint32_t a, uint32_t b) {
    static const char *const in_order[] = { "CONTENT_REMOVED", "CONTENT_DISABLED", "CONTENT_DEMOTED", "CONTENT_AGE_RESTRICTED", "CONTENT_INTERACTION_RESTRICTED", "CONTENT_LABELLED" };
    Str v = of_dict(r, SD_VISIBILITY, b);
    (void)a;
    for (size_t i = 0; i < LEN(in_order); i++)
        if (str_has(v, in_order[i])) return (uint8_t)(i < 2 ? 1 : i);
    return v.n > 0 ? 6 : 7;
}
static uint8_t kind_scope(const Roll *r, uint32_t a, uint32_t b) {
    (void)r, (void)a;
    switch (b) {
    case SCOPE_HOME: return 1;
    case SCOPE_ONE_OTHER: return 2;
    case SCOPE_SEVERAL_HOME: return 3;
    case SCOPE_SEVERAL: return 4;
    case SCOPE_EU: return 5;
    case SCOPE_EEA: return 6;
    default: return b == SCOPE_NONE ? 7 : 8;
    }
}
static uint8_t kind_account(const Roll *r, uint32_t a, uint32_t b) {
    Str v = of_dict(r, SD_ACCOUNT, b);
    (void)a;
    return str_has(v, "TERMINATED") ? 1 : str_has(v, "SUSPENDED") ? 2 : v.n == 0 ? 3 : 4;
}
static uint8_t kind_ground(const Roll *r, uint32_t a, uint32_t b) {
    Str v = of_dict(r, SD_GROUND, b);
    (void)a;
    return str_has(v, "INCOMPATIBLE") ? 1 : str_has(v, "ILLEGAL") ? 2 : 3;
}
static uint8_t kind_category(const Roll *r, uint32_t a, uint32_t b) {
    if (!str_starts(of_dict(r, SD_FAMILY, a), S("~"))) return 3;
    return str_has(of_dict(r, SD_CATEGORY, b), "OTHER_VIOLATION_TC") ? 1 : 2;
}

static const Mix mixes[] = {
    { "detection", RT_DETECTION, 6, 1 << 0, 0x3F, kind_detection, N_("Found by the platform itself, by machine"),
        { "own_machine", "own_people", "article_16", "trusted_flagger", "other_notice", "unknown" },
        { N_("found by itself, by machine"), N_("found by itself, by people"), N_("after a notice (article 16)"), N_("after a trusted flagger"), N_("after another notice"), N_("not said") } },
    { "automation", RT_DECISION, 4, 1 << 0, 0x07, kind_decision, N_("Decided by machine alone"),
        { "fully", "partially", "not", "unknown" }, { N_("fully automated"), N_("partly automated"), N_("decided by people"), N_("not said") } },
    { "softness", RT_VISIBILITY, 7, 0x3E, 0x3F, kind_visibility, N_("Restricted without removal"),
        { "removed", "demoted", "age_restricted", "interaction", "labelled", "other", "none" },
        { N_("removed or disabled"), N_("demoted"), N_("age limit"), N_("interaction restricted"), N_("labelled"), N_("other"), N_("visibility not restricted") } },
    { "territory", RT_SCOPE, 8, 0x03, 0x3F, kind_scope, N_("Holds in one state only"),
        { "home", "one_other", "several_home", "several", "eu", "eea", "none", "unknown" },
        { N_("the own country only"), N_("one other state"), N_("several states with the own country"), N_("several states without the own country"), N_("the whole Union"), N_("the whole Union and the EEA"), N_("no state named"), N_("not in the file") } },
    { "accounts", RT_ACCOUNT, 4, 0x03, 0x0F, kind_account, N_("The account was touched too"),
        { "terminated", "suspended", "none", "unknown" }, { N_("account terminated"), N_("account suspended"), N_("account not touched"), N_("not said") } },
    { "ground", RT_GROUND, 3, 0x01, 0x03, kind_ground, N_("Against the terms only"),
        { "terms", "illegal", "unknown" }, { N_("against the terms"), N_("illegal content"), N_("not said") } },
    { "catchall", RT_CATEGORY, 3, 0x03, 0x07, kind_category, N_("Under a category where it does not belong"),
        { "catch_all", "elsewhere", "own" }, { N_("other breach of the terms (catch-all)"), N_("another category"), N_("its own category") } },
};

/* ---- classes: family x kind ---- */
typedef struct Families { Str v[FAMILIES_MAX + 1]; size_t n; } Families; /* the last place is for all beyond */
typedef struct MixCtx { const Mix *m; const Families *f; uint8_t place[ROLL_KEYS / 256]; } MixCtx;

static void families_of(const Plan *p, Families *f) {
    *f = (Families){ 0 };
    for (size_t r = 0; r < p->in->rolls_n; r++)
        for (uint32_t i = 1; i < p->in->rolls[r].dict_n[SD_FAMILY] && f->n < FAMILIES_MAX; i++) {
            Str s = p->in->rolls[r].dict[SD_FAMILY][i];
            bool there = !family_in(s, p->in->q->families);
            for (size_t k = 0; k < f->n; k++) there = there || str_eq(f->v[k], s);
            if (!there) f->v[f->n++] = s;
        }
}

static uint8_t class_of(const void *ctx, const Roll *r, uint32_t a, uint32_t b) {
    const MixCtx *c = ctx;
    if (c->place[a] == 0) return 0;
    uint8_t kind = c->m->kind(r, a, b);
    return kind == 0 ? 0 : (uint8_t)((c->place[a] - 1u) * c->m->kinds + kind);
}

typedef struct Counted { const Plan *p; const Mix *m; const Families *f; size_t classes; uint8_t **class_of; Slots parts, buckets; int64_t *acc; } Counted;

static void classes_of(Counted *c) {
    const Plan *p = c->p;
    c->class_of = ARENA_ARRAY(p->a, uint8_t *, p->in->rolls_n + 1);
    c->classes = (FAMILIES_MAX + 1) * c->m->kinds + 1;
    must(c->classes <= 256);
    for (size_t r = 0; r < p->in->rolls_n; r++) {
        const Roll *roll = &p->in->rolls[r];
        MixCtx ctx = { .m = c->m, .f = c->f };
        for (uint32_t a = 1; a < roll->dict_n[SD_FAMILY]; a++) {
            if (!family_in(roll->dict[SD_FAMILY][a], p->in->q->families)) continue;
            ctx.place[a] = FAMILIES_MAX + 1;
            for (size_t k = 0; k < c->f->n; k++)
                if (str_eq(c->f->v[k], roll->dict[SD_FAMILY][a])) ctx.place[a] = (uint8_t)(k + 1);
        }
        c->class_of[r] = classes_make(p, roll, c->m->t, class_of, &ctx);
    }
}

/* Statements of a slot that are of one of the kinds; family: FAMILIES_MAX + 1: all. */
static int64_t of_kinds(const Counted *c, const int64_t *acc, size_t slot, size_t family, uint32_t kinds) {
    int64_t n = 0;
    for (size_t f = 0; f <= FAMILIES_MAX; f++)
        for (size_t k = 0; k < c->m->kinds; k++)
            if ((family > FAMILIES_MAX || f == family) && (kinds >> k & 1) != 0) n += acc[slot * c->classes + f * c->m->kinds + k + 1];
    return n;
}

static const AskCol mix_cols[] = { { "kind", N_("Kind"), AU_TEXT }, { "statements", N_("Statements"), AU_COUNT }, { "share", N_("Share"), AU_SHARE } };
static const AskCol family_cols[] = { { "family", N_("Family"), AU_TEXT }, { "statements", N_("Statements"), AU_COUNT }, { "share", N_("Share"), AU_SHARE } };

static void part_fill(const Counted *c, size_t i) {
    const Plan *p = c->p;
    AskPart *part = plan_part(p, i);
    int64_t *acc = ARENA_ARRAY(p->a, int64_t, c->classes);
    for (size_t s = 1; s < c->buckets.n; s++)
        for (size_t k = 0; k < c->classes && c->buckets.part[s] == i; k++) acc[k] += c->acc[s * c->classes + k];
    int64_t whole = of_kinds(c, acc, 0, FAMILIES_MAX + 1, c->m->whole), all = of_kinds(c, acc, 0, FAMILIES_MAX + 1, UINT32_MAX);
    ask_figure(p->a, part, "share", c->m->headline, av_share(of_kinds(c, acc, 0, FAMILIES_MAX + 1, c->m->part), whole));
    ask_figure(p->a, part, "statements", N_("Statements in these families"), part->days_read > 0 ? av_count(all) : av_missing(AU_COUNT));
    if (all == 0 && part->days_read > 0) ask_part_say(p->a, part, SAY0(N_("No statement in these families in the days that were read; a share cannot be made of nothing.")));
    if (whole < 10 && whole > 0) ask_part_say(p->a, part, SAY0(N_("Fewer than ten: the interval says more than the share.")));
    if (all == 0) return;
    AskTable *t = ask_table(p->a, part, "mix", N_("By kind"), mix_cols, LEN(mix_cols), c->m->kinds);
    for (size_t k = 0; k < c->m->kinds; k++) {
        AskValue *v = ask_row(t);
        int64_t n = of_kinds(c, acc, 0, FAMILIES_MAX + 1, 1u << k);
        v[0] = av_word(c->m->words[k]);
        v[1] = av_count(n);
        v[2] = av_share(n, all);
    }
    t = ask_table(p->a, part, "families", N_("By family"), family_cols, LEN(family_cols), FAMILIES_MAX + 1);
    for (size_t f = 0; f <= FAMILIES_MAX; f++) {
        int64_t n = of_kinds(c, acc, 0, f, c->m->whole);
        if (n == 0) continue;
        AskValue *v = ask_row(t);
        v[0] = f < c->f->n ? av_text(c->f->v[f]) : av_word(N_("other families"));
        v[1] = av_count(n);
        v[2] = av_share(of_kinds(c, acc, 0, f, c->m->part), n);
    }
}

static void series_fill(const Counted *c, size_t i) {
    const Plan *p = c->p;
    AskPart *part = plan_part(p, i);
    Str *labels = ARENA_ARRAY(p->a, Str, c->buckets.n);
    double *y = ARENA_ARRAY(p->a, double, c->buckets.n);
    size_t n = 0;
    for (size_t s = 1; s < c->buckets.n; s++) {
        if (c->buckets.part[s] != i) continue;
        int64_t whole = of_kinds(c, c->acc, s, FAMILIES_MAX + 1, c->m->whole);
        labels[n] = c->buckets.label[s];
        y[n++] = whole > 0 ? (double)of_kinds(c, c->acc, s, FAMILIES_MAX + 1, c->m->part) / (double)whole : (double)NAN;
    }
    part->series = (AskSeries){ .title = c->m->headline, .name = N_("share"), .unit = AU_SHARE, .labels = labels, .y = y, .n = n };
}

/* Field 19 of statements against the terms: may say that it is illegal as well. */
static uint8_t terms_class(const void *ctx, const Roll *r, uint32_t a, uint32_t b) {
    return family_in(of_dict(r, SD_FAMILY, a), *(const Str *)ctx) && b < 3 ? (uint8_t)(b + 1) : 0;
}
static void terms_fill(const Counted *c) {
    const Plan *p = c->p;
    uint8_t **classes = ARENA_ARRAY(p->a, uint8_t *, p->in->rolls_n + 1);
    int64_t *acc = ARENA_ARRAY(p->a, int64_t, c->parts.n * 4);
    for (size_t r = 0; r < p->in->rolls_n; r++) classes[r] = classes_make(p, &p->in->rolls[r], RT_TERMS, terms_class, &p->in->q->families);
    plan_add_up(p, RT_TERMS, &c->parts, classes, 4, p->in->who.names, p->in->who.n, acc);
    for (size_t s = 1; s < c->parts.n; s++) {
        const int64_t *n = &acc[s * 4];
        ask_figure(p->a, plan_part(p, c->parts.part[s]), "terms_and_illegal", N_("Against the terms, and said to be illegal too (field 19)"), av_share(n[2], n[1] + n[2] + n[3]));
    }
}

static const AskCol all_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "statements", N_("Statements"), AU_COUNT }, { "share", N_("Share"), AU_SHARE }, { "remark", N_("Remark"), AU_TEXT } };

static void all_fill(const Counted *c) {
    const Plan *p = c->p;
    Str *names = NULL;
    size_t n = ask_platforms(p->a, p->in->rolls, p->in->rolls_n, &names);
    AskTable **tables = ARENA_ARRAY(p->a, AskTable *, p->x->parts_n + 1);
    int64_t *acc = ARENA_ARRAY(p->a, int64_t, c->parts.n * c->classes);
    for (size_t i = 0; i < p->x->parts_n; i++) {
        plan_part(p, i)->tables = NULL;
        tables[i] = ask_table(p->a, plan_part(p, i), "platforms", c->m->headline, all_cols, LEN(all_cols), n);
    }
    for (size_t k = 0; k < n; k++) {
        Slots slots;
        bool cut = false;
        memset(acc, 0, c->parts.n * c->classes * sizeof *acc);
        plan_slots_for(p, &c->parts, names[k], &slots, &cut);
        plan_add_up(p, c->m->t, &slots, c->class_of, c->classes, &names[k], 1, acc);
        for (size_t s = 1; s < c->parts.n; s++) {
            int64_t all = of_kinds(c, acc, s, FAMILIES_MAX + 1, UINT32_MAX), whole = of_kinds(c, acc, s, FAMILIES_MAX + 1, c->m->whole);
            if (all == 0 && !cut) continue;
            AskValue *v = ask_row(tables[c->parts.part[s]]);
            v[0] = av_text(names[k]);
            v[1] = av_count(all);
            v[2] = av_share(of_kinds(c, acc, s, FAMILIES_MAX + 1, c->m->part), whole);
            v[3] = cut ? av_word(N_("without the days of a registered defect")) : whole > 0 && whole < 10 ? av_word(N_("too few")) : av_text(S(""));
        }
    }
}

static bool beside(Plan *p, const char **out_why) {
    Str id = p->in->q->r.id;
    if (str_eq(id, S("softness"))) return beside_others(p, out_why);
    if (str_eq(id, S("accounts"))) return beside_ends(p, out_why);
    return !str_eq(id, S("catchall")) || beside_keywords(p, out_why);
}

Err answer_mix(Plan *p, const char **out_why) {
    Families families;
    Counted c = { .p = p, .f = &families };
    for (size_t i = 0; i < LEN(mixes); i++)
        if (str_eq(p->in->q->r.id, str_c(mixes[i].id))) c.m = &mixes[i];
    must(c.m != NULL);
    if (!plan_tables(p, c.m->t, out_why) || (str_eq(p->in->q->r.id, S("ground")) && !plan_tables(p, RT_TERMS, out_why))) return E_OUTSIDE;
    families_of(p, &families);
    classes_of(&c);
    plan_slots(p, SLOT_PART, &c.parts);
    if (!p->single) {
        all_fill(&c);
        return beside(p, out_why) ? OK : E_OUTSIDE;
    }
    plan_slots(p, SLOT_BUCKET, &c.buckets);
    c.acc = ARENA_ARRAY(p->a, int64_t, c.buckets.n * c.classes);
    plan_add_up(p, c.m->t, &c.buckets, c.class_of, c.classes, p->in->who.names, p->in->who.n, c.acc);
    for (size_t i = 0; i < p->x->parts_n; i++) {
        part_fill(&c, i);
        series_fill(&c, i);
    }
    if (str_eq(p->in->q->r.id, S("ground"))) terms_fill(&c);
    return beside(p, out_why) ? OK : E_OUTSIDE;
}
