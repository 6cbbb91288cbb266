/* ask_beside.c - what stands beside a share: what OTHER measures are in the platform's words, how long accounts stay suspended, and how often a
 * keyword is given at all. Each from files that know it; older ones are left out, and that is said. */
#include "core/sorask/ask_in.h"

#include <stdlib.h>

enum { OTHERS_SHOWN = 40, CATEGORIES_MAX = 60 };

/* Slots of parts, with the files that know it only. Says how many days do not. */
static void slots_of(const Plan *p, bool (*knows)(const RollFile *f), const char *lacking, Slots *out) {
    int64_t without = 0;
    plan_slots(p, SLOT_PART, out);
    for (size_t r = 0; r < p->in->rolls_n; r++)
        for (size_t i = 0; i < p->in->rolls[r].files_n; i++) {
            if (out->of[r][i] == 0 || knows(&p->in->rolls[r].files[i])) continue;
            out->of[r][i] = 0;
            without++;
        }
    if (without > 0) ask_say(p->a, p->x, SAY(lacking, AS_I("n", without)));
}

/* ---- 11: what OTHER is ---- */
typedef struct Other { Str text; int64_t rows; size_t platforms, last; } Other;
static int by_rows(const void *x, const void *y) {
    const Other *a = x, *b = y;
    return a->rows != b->rows ? (a->rows < b->rows ? 1 : -1) : str_cmp(a->text, b->text);
}
static int by_text(const void *x, const void *y) { return str_cmp(((const Other *)x)->text, ((const Other *)y)->text); }
static bool knows_others(const RollFile *f) { return f->others || f->rows == 0; }

/* Texts of all year files in one order, each once. */
static size_t texts_of(const Plan *p, Other **out) {
    size_t n = 0, k = 0;
    for (size_t r = 0; r < p->in->rolls_n; r++) n += p->in->rolls[r].others_n;
    Other *v = ARENA_ARRAY(p->a, Other, n + 1);
    n = 0;
    for (size_t r = 0; r < p->in->rolls_n; r++)
        for (uint32_t i = 1; i < p->in->rolls[r].others_n; i++) v[n++] = (Other){ .text = p->in->rolls[r].others[i] };
    if (n > 0) qsort(v, n, sizeof *v, by_text);
    for (size_t i = 0; i < n; i++)
        if (k == 0 || !str_eq(v[k - 1].text, v[i].text)) v[k++] = v[i];
    *out = v;
    return k;
}

static void others_add(const Plan *p, const Slots *s, size_t slot, Str name, size_t who, Other *v, size_t n) {
    for (size_t r = 0; r < p->in->rolls_n; r++) {
        const Roll *roll = &p->in->rolls[r];
        uint32_t platform = roll_platform(roll, name);
        for (size_t i = roll->index[RT_OTHERS][platform]; platform != 0 && i < roll->index[RT_OTHERS][platform + 1]; i++) {
            const RollEntry *e = &roll_entries(roll, RT_OTHERS)[i];
            uint32_t id = (uint32_t)e->a << 8 | e->b;
            if (e->file >= roll->files_n || s->of[r][e->file] != slot || id == 0 || id >= roll->others_n) continue;
            Other key = { .text = roll->others[id] }, *o = bsearch(&key, v, n, sizeof *v, by_text);
            if (o == NULL) continue;
            o->rows += e->rows;
            o->platforms += o->last != who;
            o->last = who;
        }
    }
}

static const AskCol other_cols[] = { { "text", N_("In the platform's words"), AU_TEXT }, { "statements", N_("Statements"), AU_COUNT }, { "share", N_("Share of those with such a text"), AU_SHARE }, { "platforms", N_("Platforms"), AU_COUNT } };

bool beside_others(Plan *p, const char **out_why) {
    Slots s;
    Other *v = NULL;
    Str *names = NULL;
    if (!plan_tables(p, RT_OTHERS, out_why)) return false;
    slots_of(p, knows_others, N_("Of {n} days it was not kept what other measures are; they are left out of that table."), &s);
    size_t n = texts_of(p, &v), names_n = p->single ? p->in->who.n : ask_platforms(p->a, p->in->rolls, p->in->rolls_n, &names);
    for (size_t slot = 1; slot < s.n; slot++) {
        AskPart *part = plan_part(p, s.part[slot]);
        Other *sum = ARENA_ARRAY(p->a, Other, n + 1);
        int64_t all = 0;
        memcpy(sum, v, n * sizeof *v);
        for (size_t k = 0; k < names_n; k++) others_add(p, &s, slot, p->single ? p->in->who.names[k] : names[k], k + 1, sum, n);
        if (n > 0) qsort(sum, n, sizeof *sum, by_rows);
        for (size_t i = 0; i < n; i++) all += sum[i].rows;
        AskTable *t = ask_table(p->a, part, "others", N_("What other measures are, in the platform's words"), other_cols, LEN(other_cols), OTHERS_SHOWN);
        for (size_t i = 0; i < n && i < OTHERS_SHOWN && sum[i].rows > 0; i++) {
            AskValue *c = ask_row(t);
            c[0] = av_text(sum[i].text);
            c[1] = av_count(sum[i].rows);
            c[2] = av_share(sum[i].rows, all);
            c[3] = av_count((int64_t)sum[i].platforms);
        }
        if (n > OTHERS_SHOWN && sum[OTHERS_SHOWN].rows > 0) ask_part_say(p->a, part, SAY(N_("Of the texts for other measures the {n} most frequent stand here."), AS_I("n", OTHERS_SHOWN)));
    }
    return true;
}

/* ---- 13: until when ---- */
static uint8_t end_class(const void *ctx, const Roll *r, uint32_t a, uint32_t b) {
    return a < r->dict_n[SD_FAMILY] && family_in(r->dict[SD_FAMILY][a], *(const Str *)ctx) && b < ROLL_END_BINS ? (uint8_t)(b + 1) : 0;
}
static AskValue end_value(int i) { /* class i of those with an end */
    AskValue v = { .unit = AU_DAYS, .known = i >= 0 };
    if (i < 0) return v;
    v.low = i == 0 ? -1 : i == 1 ? 0 : roll_end_days[i - 2] + 1;
    v.high = i == 0 ? -1 : (size_t)i <= LEN(roll_end_days) ? roll_end_days[i - 1] : -1;
    return v;
}
static const AskCol end_cols[] = { { "days", N_("Suspended for"), AU_DAYS }, { "statements", N_("Statements"), AU_COUNT }, { "share", N_("Share of those with an end"), AU_SHARE } };
static bool knows_ends(const RollFile *f) { return f->texts || f->rows == 0; }
static const AskCol end_all_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "suspended", N_("Accounts suspended"), AU_COUNT }, { "end", N_("With a day on which it ends"), AU_SHARE }, { "median", N_("Half within"), AU_DAYS } };

static void ends_part(const Plan *p, AskPart *part, const int64_t *n) {
    int64_t with = 0;
    for (size_t i = 1; i < ROLL_END_BINS; i++) with += n[i];
    ask_figure(p->a, part, "ends", N_("Suspended accounts with a day on which it ends"), av_share(with, with + n[0]))->how = SAY0(N_("No day means that the suspension has no end."));
    ask_figure(p->a, part, "end_median", N_("Suspended for, half within"), end_value(stat_class_quantile(&n[1], ROLL_END_BINS - 1, 0.5)));
    if (with == 0) return;
    AskTable *t = ask_table(p->a, part, "ends", N_("How long accounts are suspended"), end_cols, LEN(end_cols), ROLL_END_BINS);
    for (int i = 0; i < ROLL_END_BINS - 1; i++) {
        AskValue *v = ask_row(t);
        v[0] = end_value(i);
        v[1] = av_count(n[i + 1]);
        v[2] = av_share(n[i + 1], with);
    }
    if (n[1] > 0) ask_part_say(p->a, part, SAY(N_("{n} suspensions end before they begin; they count as before day 0."), AS_I("n", n[1])));
}

bool beside_ends(Plan *p, const char **out_why) {
    Slots s;
    Str *names = NULL;
    if (!plan_tables(p, RT_ENDS, out_why)) return false;
    uint8_t **classes = ARENA_ARRAY(p->a, uint8_t *, p->in->rolls_n + 1);
    for (size_t r = 0; r < p->in->rolls_n; r++) classes[r] = classes_make(p, &p->in->rolls[r], RT_ENDS, end_class, &p->in->q->families);
    slots_of(p, knows_ends, N_("Of {n} days there is no extract, so the ends of suspensions are missing."), &s);
    size_t width = ROLL_END_BINS + 1, n = p->single ? 1 : ask_platforms(p->a, p->in->rolls, p->in->rolls_n, &names);
    AskTable **t = ARENA_ARRAY(p->a, AskTable *, s.n + 1);
    for (size_t k = 1; k < s.n && !p->single; k++) t[k] = ask_table(p->a, plan_part(p, s.part[k]), "ends", N_("How long accounts are suspended"), end_all_cols, LEN(end_all_cols), n);
    for (size_t i = 0; i < n; i++) {
        int64_t *acc = ARENA_ARRAY(p->a, int64_t, s.n * width);
        plan_add_up(p, RT_ENDS, &s, classes, width, p->single ? p->in->who.names : &names[i], p->single ? p->in->who.n : 1, acc);
        for (size_t k = 1; k < s.n; k++) {
            const int64_t *c = &acc[k * width + 1];
            int64_t with = 0;
            for (size_t j = 1; j < ROLL_END_BINS; j++) with += c[j];
            if (p->single) ends_part(p, plan_part(p, s.part[k]), c);
            else if (with + c[0] > 0) {
                AskValue *v = ask_row(t[k]);
                v[0] = av_text(names[i]);
                v[1] = av_count(with + c[0]);
                v[2] = av_share(with, with + c[0]);
                v[3] = end_value(stat_class_quantile(&c[1], ROLL_END_BINS - 1, 0.5));
            }
        }
    }
    return true;
}

/* ---- 15: is there a keyword? ---- */
typedef struct Categories { Str v[CATEGORIES_MAX]; size_t n; } Categories;
static uint8_t keyword_class(const void *ctx, const Roll *r, uint32_t a, uint32_t b) {
    const Categories *c = ctx;
    Str v = b < r->dict_n[SD_CATEGORY] ? r->dict[SD_CATEGORY][b] : S("");
    for (size_t i = 0; i < c->n; i++)
        if (str_eq(c->v[i], v)) return (uint8_t)(1 + i * 2 + (a < r->dict_n[SD_FAMILY] && r->dict[SD_FAMILY][a].n > 0));
    return 0;
}
static bool knows_keywords(const RollFile *f) { return f->keywords; }
static const AskCol keyword_cols[] = { { "category", N_("Category"), AU_TEXT }, { "statements", N_("Statements"), AU_COUNT }, { "share", N_("With a keyword"), AU_SHARE } };
static const AskCol keyword_all_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "statements", N_("Statements"), AU_COUNT }, { "share", N_("With a keyword"), AU_SHARE } };

static void keywords_part(const Plan *p, AskPart *part, const Categories *c, const int64_t *acc) {
    int64_t with = 0, all = 0;
    AskTable *t = ask_table(p->a, part, "keywords", N_("With a keyword, by category"), keyword_cols, LEN(keyword_cols), c->n);
    for (size_t i = 0; i < c->n; i++) {
        int64_t none = acc[1 + i * 2], some = acc[2 + i * 2];
        with += some;
        all += none + some;
        if (none + some == 0) continue;
        AskValue *v = ask_row(t);
        v[0] = av_text(c->v[i]);
        v[1] = av_count(none + some);
        v[2] = av_share(some, none + some);
    }
    ask_figure(p->a, part, "keywords", N_("Statements with any keyword at all"), av_share(with, all))->how = SAY0(N_("Of all statements, of every family and none. What has no keyword cannot be found as ours."));
}

bool beside_keywords(Plan *p, const char **out_why) {
    Slots s;
    Str *names = NULL;
    Categories c = { .n = 0 };
    if (!plan_tables(p, RT_CATEGORY, out_why)) return false;
    for (size_t r = 0; r < p->in->rolls_n; r++)
        for (uint32_t i = 1; i < p->in->rolls[r].dict_n[SD_CATEGORY] && c.n < CATEGORIES_MAX; i++) {
            bool there = false;
            for (size_t k = 0; k < c.n; k++) there = there || str_eq(c.v[k], p->in->rolls[r].dict[SD_CATEGORY][i]);
            if (!there) c.v[c.n++] = p->in->rolls[r].dict[SD_CATEGORY][i];
        }
    uint8_t **classes = ARENA_ARRAY(p->a, uint8_t *, p->in->rolls_n + 1);
    for (size_t r = 0; r < p->in->rolls_n; r++) classes[r] = classes_make(p, &p->in->rolls[r], RT_CATEGORY, keyword_class, &c);
    slots_of(p, knows_keywords, N_("{n} day cubes are of an older kind that does not tell which statements have no keyword; they are left out there."), &s);
    size_t width = c.n * 2 + 1, n = p->single ? 1 : ask_platforms(p->a, p->in->rolls, p->in->rolls_n, &names);
    AskTable **t = ARENA_ARRAY(p->a, AskTable *, s.n + 1);
    for (size_t k = 1; k < s.n && !p->single; k++) t[k] = ask_table(p->a, plan_part(p, s.part[k]), "keywords", N_("With a keyword"), keyword_all_cols, LEN(keyword_all_cols), n);
    for (size_t i = 0; i < n; i++) {
        int64_t *acc = ARENA_ARRAY(p->a, int64_t, s.n * width);
        plan_add_up(p, RT_CATEGORY, &s, classes, width, p->single ? p->in->who.names : &names[i], p->single ? p->in->who.n : 1, acc);
        for (size_t k = 1; k < s.n; k++) {
            int64_t with = 0, all = 0;
            for (size_t j = 1; j < width; j++) {
                all += acc[k * width + j];
                with += j % 2 == 0 ? acc[k * width + j] : 0;
            }
            if (p->single) keywords_part(p, plan_part(p, s.part[k]), &c, &acc[k * width]);
            else if (all > 0) {
                AskValue *v = ask_row(t[k]);
                v[0] = av_text(names[i]);
                v[1] = av_count(all);
                v[2] = av_share(with, all);
            }
        }
    }
    return true;
}
