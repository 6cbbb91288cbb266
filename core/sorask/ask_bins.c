/* ask_bins.c - days in classes: how late a statement was published, how old an image was when it was restricted. */
#include "core/sorask/ask_in.h"

#include <math.h>

enum { CLASSES = 16, SOURCES = 5, UNKNOWN = 0, BINS_MAX = 16 };
static const char *const source_words[SOURCES] = { N_("found by itself"), N_("after a notice (article 16)"), N_("after a trusted flagger"), N_("after another notice"), N_("not said") };

typedef struct Bins { const char *headline, *over_word; RollTable t; const int32_t *days; size_t days_n; int32_t over; } Bins;
static const Bins kinds[2] = {
    { N_("Days from the restriction to publication"), N_("Published more than 7 days after the restriction"), RT_DISCLOSURE, sor_disclosure_days, LEN(sor_disclosure_days), 7 },
    { N_("Age of the content when it was restricted, in days"), N_("Older than 30 days when restricted"), RT_AGE, sor_age_days, LEN(sor_age_days), 30 },
};

typedef struct BinCtx { Str families; const Bins *b; } BinCtx;
static uint8_t class_of(const void *ctx, const Roll *r, uint32_t a, uint32_t b) {
    const BinCtx *c = ctx;
    if (c->b->t == RT_DISCLOSURE) return b < c->b->days_n + 3 ? (uint8_t)(b + 1) : 0; /* every statement, with a keyword or not */
    if (a >= r->dict_n[SD_FAMILY] || !family_in(r->dict[SD_FAMILY][a], c->families) || roll_low(b) >= c->b->days_n + 3) return 0;
    uint32_t s = roll_high(b);
    Str v = s < r->dict_n[SD_SOURCE] ? r->dict[SD_SOURCE][s] : S("");
    uint32_t source = str_has(v, "VOLUNTARY") ? 0 : str_has(v, "ARTICLE_16") ? 1 : str_has(v, "TRUSTED_FLAGGER") ? 2 : str_has(v, "OTHER_NOTIFICATION") ? 3 : 4;
    return (uint8_t)(source * CLASSES + roll_low(b) + 1);
}

/* Class i of the known ones (0: negative), as days: low..high, both included. */
static AskValue days_value(const Bins *b, int i) {
    AskValue v = { .unit = AU_DAYS, .known = i >= 0 };
    if (i < 0) return v;
    v.low = i == 0 ? -1 : i == 1 ? 0 : b->days[i - 2] + 1;
    v.high = i == 0 ? -1 : (size_t)i <= b->days_n ? b->days[i - 1] : -1;
    return v;
}

static int64_t over_of(const Bins *b, const int64_t *known) {
    int64_t n = 0;
    for (size_t i = 1; i < b->days_n + 2; i++)
        if (days_value(b, (int)i).low > b->over) n += known[i];
    return n;
}

/* Counts of one platform and part: known classes (negative first) and how many are unknown. */
typedef struct Set { int64_t known[BINS_MAX], all, unknown; } Set;
static void set_add(Set *s, const Bins *b, const int64_t *acc, size_t from) {
    s->unknown += acc[from + 1];
    for (size_t i = 0; i < b->days_n + 2; i++) {
        s->known[i] += acc[from + i + 2];
        s->all += acc[from + i + 2];
    }
}

static const AskCol bin_cols[] = { { "days", N_("Days"), AU_DAYS }, { "statements", N_("Statements"), AU_COUNT }, { "share", N_("Share"), AU_SHARE } };
static const AskCol source_cols[] = { { "source", N_("Source"), AU_TEXT }, { "statements", N_("Statements"), AU_COUNT }, { "median", N_("Median"), AU_DAYS }, { "p90", N_("9 of 10"), AU_DAYS }, { "share", N_("Share above"), AU_SHARE } };
static const AskCol all_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "statements", N_("Statements"), AU_COUNT }, { "median", N_("Median"), AU_DAYS }, { "p90", N_("9 of 10"), AU_DAYS }, { "share", N_("Share above"), AU_SHARE },
    { "remark", N_("Remark"), AU_TEXT } };

static void row_put(AskValue *v, const Bins *b, const Set *s) {
    v[1] = av_count(s->all);
    v[2] = days_value(b, stat_class_quantile(s->known, b->days_n + 2, 0.5));
    v[3] = days_value(b, stat_class_quantile(s->known, b->days_n + 2, 0.9));
    v[4] = av_share(over_of(b, s->known), s->all);
}

static void part_fill(const Plan *p, const Bins *b, AskPart *part, const int64_t *acc) {
    Set all = { .all = 0 }, by[SOURCES] = { { .all = 0 } };
    size_t sources = b->t == RT_AGE ? SOURCES : 1;
    for (size_t s = 0; s < sources; s++) {
        set_add(&by[s], b, acc, s * CLASSES);
        set_add(&all, b, acc, s * CLASSES);
    }
    ask_figure(p->a, part, "median", N_("Half within"), days_value(b, stat_class_quantile(all.known, b->days_n + 2, 0.5)));
    ask_figure(p->a, part, "p90", N_("Nine of ten within"), days_value(b, stat_class_quantile(all.known, b->days_n + 2, 0.9)));
    ask_figure(p->a, part, "over", b->over_word, av_share(over_of(b, all.known), all.all));
    ask_figure(p->a, part, "statements", N_("Statements with both dates"), part->days_read > 0 ? av_count(all.all) : av_missing(AU_COUNT));
    if (all.unknown > 0) ask_part_say(p->a, part, SAY(N_("{n} statements have no known date and are left out."), AS_I("n", all.unknown)));
    if (all.known[0] > 0) ask_part_say(p->a, part, SAY(N_("{n} statements have the dates the wrong way round; they count as before day 0."), AS_I("n", all.known[0])));
    if (all.all == 0) return;
    AskTable *t = ask_table(p->a, part, "classes", b->headline, bin_cols, LEN(bin_cols), b->days_n + 2);
    for (size_t i = 0; i < b->days_n + 2; i++) {
        AskValue *v = ask_row(t);
        v[0] = days_value(b, (int)i);
        v[1] = av_count(all.known[i]);
        v[2] = av_share(all.known[i], all.all);
    }
    if (sources == 1) return;
    t = ask_table(p->a, part, "sources", N_("By source"), source_cols, LEN(source_cols), SOURCES);
    for (size_t s = 0; s < SOURCES; s++) {
        if (by[s].all == 0) continue;
        AskValue *v = ask_row(t);
        v[0] = av_word(source_words[s]);
        row_put(v, b, &by[s]);
    }
}

static void series_fill(const Plan *p, const Bins *b, const Slots *buckets, const int64_t *acc, size_t i) {
    Str *labels = ARENA_ARRAY(p->a, Str, buckets->n);
    double *y = ARENA_ARRAY(p->a, double, buckets->n);
    size_t n = 0;
    for (size_t s = 1; s < buckets->n; s++) {
        Set set = { .all = 0 };
        if (buckets->part[s] != i) continue;
        for (size_t k = 0; k < (b->t == RT_AGE ? (size_t)SOURCES : 1); k++) set_add(&set, b, acc, s * (SOURCES * CLASSES + 1) + k * CLASSES);
        labels[n] = buckets->label[s];
        y[n++] = set.all > 0 ? (double)over_of(b, set.known) / (double)set.all : (double)NAN;
    }
    plan_part(p, i)->series = (AskSeries){ .title = b->over_word, .name = N_("share"), .unit = AU_SHARE, .labels = labels, .y = y, .n = n };
}

static void all_fill(const Plan *p, const Bins *b, const Slots *parts, uint8_t *const *classes) {
    Str *names = NULL;
    size_t n = ask_platforms(p->a, p->in->rolls, p->in->rolls_n, &names), width = SOURCES * CLASSES + 1;
    int64_t *acc = ARENA_ARRAY(p->a, int64_t, parts->n * width);
    for (size_t i = 0; i < p->x->parts_n; i++) (void)ask_table(p->a, plan_part(p, i), "platforms", b->headline, all_cols, LEN(all_cols), n);
    for (size_t k = 0; k < n; k++) {
        Slots slots;
        bool cut = false;
        memset(acc, 0, parts->n * width * sizeof *acc);
        plan_slots_for(p, parts, names[k], &slots, &cut);
        plan_add_up(p, b->t, &slots, classes, width, &names[k], 1, acc);
        for (size_t s = 1; s < parts->n; s++) {
            Set set = { .all = 0 };
            for (size_t i = 0; i < (b->t == RT_AGE ? (size_t)SOURCES : 1); i++) set_add(&set, b, acc, s * width + i * CLASSES);
            if (set.all + set.unknown == 0) continue;
            AskValue *v = ask_row(&plan_part(p, parts->part[s])->tables[0]);
            v[0] = av_text(names[k]);
            row_put(v, b, &set);
            v[5] = cut ? av_word(N_("without the days of a registered defect")) : set.all < 10 ? av_word(N_("too few")) : av_text(S(""));
        }
    }
}

Err answer_bins(Plan *p, const char **out_why) {
    const Bins *b = &kinds[str_eq(p->in->q->r.id, S("age"))];
    BinCtx ctx = { p->in->q->families, b };
    uint8_t **classes = ARENA_ARRAY(p->a, uint8_t *, p->in->rolls_n + 1);
    size_t width = SOURCES * CLASSES + 1;
    Slots slots;
    if (!plan_tables(p, b->t, out_why)) return E_OUTSIDE;
    for (size_t r = 0; r < p->in->rolls_n; r++) classes[r] = classes_make(p, &p->in->rolls[r], b->t, class_of, &ctx);
    plan_slots(p, p->single ? SLOT_BUCKET : SLOT_PART, &slots);
    if (!p->single) {
        all_fill(p, b, &slots, classes);
        return OK;
    }
    int64_t *acc = ARENA_ARRAY(p->a, int64_t, slots.n * width);
    plan_add_up(p, b->t, &slots, classes, width, p->in->who.names, p->in->who.n, acc);
    for (size_t i = 0; i < p->x->parts_n; i++) {
        int64_t *sum = ARENA_ARRAY(p->a, int64_t, width);
        for (size_t s = 1; s < slots.n; s++)
            for (size_t k = 0; k < width && slots.part[s] == i; k++) sum[k] += acc[s * width + k];
        part_fill(p, b, plan_part(p, i), sum);
        series_fill(p, b, &slots, acc, i);
    }
    return OK;
}
