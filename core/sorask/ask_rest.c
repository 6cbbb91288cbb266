/* ask_rest.c - outliers, statements against the own log, boilerplate, and the past. */
#include "core/sorask/ask_in.h"

#include <math.h>
#include <stdlib.h>

static uint8_t **lut(const Plan *p, RollTable t, ClassOf *f, const void *ctx) {
    uint8_t **v = ARENA_ARRAY(p->a, uint8_t *, p->in->rolls_n + 1);
    for (size_t r = 0; r < p->in->rolls_n; r++) v[r] = classes_make(p, &p->in->rolls[r], t, f, ctx);
    return v;
}

/* The window as a whole, where parts of it mean nothing. */
static AskPart *one_part(Plan *p) {
    AskPart *part = plan_part(p, 0);
    p->x->parts_n = 1;
    *part = (AskPart){ .from = p->in->from, .to = p->in->to, .days = (int64_t)p->days };
    for (size_t d = 0; d < p->days; d++) {
        p->part[d] = 0;
        part->days_read += p->read[d];
    }
    return part;
}

/* ---- 18: outliers ---- */
static uint8_t ours_class(const void *ctx, const Roll *r, uint32_t a, uint32_t b) {
    (void)b;
    return a < r->dict_n[SD_FAMILY] && family_in(r->dict[SD_FAMILY][a], *(const Str *)ctx) ? 2 : 1;
}

static const AskCol funnel_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "statements", N_("In these families"), AU_COUNT }, { "rate", N_("Per million"), AU_RATE }, { "low", N_("Lower limit"), AU_NUMBER },
    { "high", N_("Upper limit"), AU_NUMBER }, { "z", N_("z"), AU_NUMBER },
    { "q", N_("False discovery rate"), AU_NUMBER }, { "band", N_("Against the peers"), AU_TEXT } };

static const char *band_of(double z, double phi, double q) { return q >= 0.05 || fabs(z) < 1.959963984540054 * sqrt(phi) ? N_("as the peers") : z > 0 ? N_("more than the peers") : N_("fewer than the peers"); }

static void funnel_part(const Plan *p, AskPart *part, const char *code, const char *title, const Str *names, const int64_t *events, const double *exposure, size_t n) {
    double *z = ARENA_ARRAY(p->a, double, n + 1), *ps = ARENA_ARRAY(p->a, double, n + 1), *q = ARENA_ARRAY(p->a, double, n + 1);
    StatFunnel f;
    stat_funnel(p->a, events, exposure, n, z, &f);
    for (size_t i = 0; i < n; i++) ps[i] = exposure[i] > 0 ? stat_two_sided(z[i] / sqrt(f.phi)) : 1;
    stat_fdr(p->a, ps, n, q);
    ask_figure(p->a, part, "mean", N_("Mean of all, per million"), f.n > 0 ? av_number(f.target * 1e6) : av_missing(AU_NUMBER));
    ask_figure(p->a, part, "overdispersion", N_("Overdispersion"), f.n > 1 ? av_number(f.phi) : av_missing(AU_NUMBER));
    AskTable *t = ask_table(p->a, part, code, title, funnel_cols, LEN(funnel_cols), n);
    for (size_t i = 0; i < n; i++) {
        bool asked = !p->single;
        double low = 0, high = 0;
        for (size_t k = 0; k < p->in->who.n; k++) asked = asked || str_eq(p->in->who.names[k], names[i]);
        if (exposure[i] <= 0 || !asked) continue;
        AskValue *v = ask_row(t);
        v[0] = av_text(names[i]);
        v[1] = av_count(events[i]);
        v[2] = av_rate((double)events[i] / exposure[i] * 1e6, events[i], (int64_t)exposure[i]);
        stat_funnel_limits(&f, exposure[i], 1.959963984540054, &low, &high);
        v[3] = av_number(low * 1e6);
        v[4] = av_number(high * 1e6);
        v[5] = av_number(z[i]);
        v[6] = av_number(q[i]);
        v[7] = av_word(band_of(z[i], f.phi, q[i]));
    }
}

Err answer_outliers(Plan *p, const char **out_why) {
    Slots parts;
    Str *names = NULL;
    if (!plan_tables(p, RT_CATEGORY, out_why)) return E_OUTSIDE;
    uint8_t **classes = lut(p, RT_CATEGORY, ours_class, &p->in->q->families);
    size_t n = ask_platforms(p->a, p->in->rolls, p->in->rolls_n, &names);
    plan_slots(p, SLOT_PART, &parts);
    int64_t *acc = ARENA_ARRAY(p->a, int64_t, parts.n * 3 * (n + 1)), *events = ARENA_ARRAY(p->a, int64_t, n + 1);
    double *all = ARENA_ARRAY(p->a, double, n + 1), *people = ARENA_ARRAY(p->a, double, n + 1);
    for (size_t k = 0; k < n; k++) plan_add_up(p, RT_CATEGORY, &parts, classes, 3, &names[k], 1, &acc[k * parts.n * 3]);
    recipients_open(p, N_("No transparency report with a number of recipients was read. What stands here is set against all statements of the platform, which is no measure of size."));
    size_t reports_n = p->x->reports_n;
    for (size_t s = 1; s < parts.n; s++) {
        AskPart *part = plan_part(p, parts.part[s]);
        int64_t without = 0;
        for (size_t k = 0; k < n; k++) {
            const int64_t *v = &acc[(k * parts.n + s) * 3];
            events[k] = v[2];
            all[k] = (double)(v[1] + v[2]);
            people[k] = all[k] > 0 ? (double)recipients_of(p, names[k]) : 0;
            without += all[k] > 0 && people[k] <= 0;
        }
        if (reports_n > 0 && without > 0) ask_part_say(p->a, part, SAY(N_("{n} platforms have statements here and no report with a number of recipients: they are not in the first table."), AS_I("n", without)));
        if (reports_n > 0) funnel_part(p, part, "by_recipients", N_("Per million active recipients"), names, events, people, n);
        else ask_figure(p->a, part, "by_recipients", N_("Per million active recipients"), av_missing(AU_RATE));
        funnel_part(p, part, "by_statements", N_("Per million statements of the platform"), names, events, all, n);
    }
    return OK;
}

/* ---- 3, 4: against the own log ---- */
static uint8_t source_class(const void *ctx, const Roll *r, uint32_t a, uint32_t b) {
    Str s = b < r->dict_n[SD_SOURCE] ? r->dict[SD_SOURCE][b] : S("");
    (void)ctx, (void)a;
    return str_has(s, "TRUSTED_FLAGGER") ? 2 : str_has(s, "ARTICLE_16") || str_has(s, "OTHER_NOTIFICATION") ? 3 : 1;
}

static const AskCol log_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "items", N_("Own items it said it restricted"), AU_COUNT }, { "statements", N_("Its statements with that source"), AU_COUNT }, { "deficit", N_("Deficit"), AU_COUNT },
    { "verdict", N_("Says"), AU_TEXT } };

/* A deficit proves something only when every day was read, also those after the window on which a late statement would have come. */
static const char *verdict_of(const Plan *p, bool strict, int64_t deficit, bool touched) {
    if (deficit <= 0) return N_("nothing proven: there are at least as many statements");
    if (p->x->gaps_n > 0) return N_("not proven: not every day was read");
    if (touched) return N_("not proven: a registered defect touches these days");
    return strict ? N_("proven: statements are missing or wrongly labelled") : N_("an indication: ask the platform");
}

typedef struct LogSum { int64_t items, flagger; } LogSum;
static LogSum items_of(const Plan *p, const Str *names, size_t n) {
    LogSum s = { 0 };
    for (size_t i = 0; i < p->in->log->n; i++)
        for (size_t k = 0; k < p->in->log->v[i].who.n; k++) {
            bool same = false;
            for (size_t j = 0; j < n; j++) same = same || str_ieq(p->in->log->v[i].who.names[k], names[j]);
            if (!same) continue;
            s.items += p->in->log->v[i].items;
            s.flagger += p->in->log->v[i].flagger;
            break; /* one item of the log is one platform, by whatever name */
        }
    return s;
}

static bool defect_of(const Plan *p, const Str *names, size_t n) {
    for (size_t k = 0; k < p->apart_n; k++)
        for (Str rest = p->apart[k]->names, one; str_split(&rest, '|', &one);)
            for (size_t i = 0; i < n; i++)
                if (str_ieq(one, names[i])) return true;
    return false;
}

static void log_one(const Plan *p, bool strict, LogSum s, int64_t rows) {
    AskPart *part = plan_part(p, 0);
    int64_t own = strict ? s.flagger : s.items;
    AskFigure *f = ask_figure(p->a, part, "deficit", strict ? N_("Strict deficit") : N_("Deficit"), p->x->sources_n > 0 ? av_count(own - rows) : av_missing(AU_COUNT));
    f->how = SAY(N_("{items} own items, less {rows} statements of the platform with that source, in all categories, until {n} days after the window."), AS_I("items", own), AS_I("rows", rows), AS_I("n", EXTRA_DAYS));
    ask_figure(p->a, part, "items", strict ? N_("Own items as trusted flagger that it said it restricted") : N_("Own items that it said it restricted"), av_count(own));
    ask_figure(p->a, part, "statements", N_("Its statements with that source"), p->x->sources_n > 0 ? av_count(rows) : av_missing(AU_COUNT));
    if (p->x->sources_n > 0) ask_figure(p->a, part, "verdict", N_("What it says"), av_word(verdict_of(p, strict, own - rows, defect_of(p, p->in->who.names, p->in->who.n))));
}

static void log_all(const Plan *p, bool strict, const Slots *slots, uint8_t *const *classes) {
    AskTable *t = ask_table(p->a, plan_part(p, 0), "platforms", strict ? N_("Strict deficit") : N_("Deficit"), log_cols, LEN(log_cols), p->in->log->n);
    for (size_t i = 0; i < p->in->log->n; i++) {
        const AskLogItem *x = &p->in->log->v[i];
        int64_t *acc = ARENA_ARRAY(p->a, int64_t, slots->n * 4), rows = 0, own = strict ? x->flagger : x->items;
        if (own == 0) continue;
        plan_add_up(p, RT_SOURCE, slots, classes, 4, x->who.names, x->who.n, acc);
        for (size_t s = 1; s < slots->n; s++) rows += acc[s * 4 + 2] + (strict ? 0 : acc[s * 4 + 3]);
        AskValue *v = ask_row(t);
        v[0] = av_text(x->name);
        v[1] = av_count(own);
        v[2] = p->x->sources_n > 0 ? av_count(rows) : av_missing(AU_COUNT);
        v[3] = p->x->sources_n > 0 ? av_count(own - rows) : av_missing(AU_COUNT);
        v[4] = p->x->sources_n > 0 ? av_word(verdict_of(p, strict, own - rows, defect_of(p, x->who.names, x->who.n))) : av_word(N_("no daily file was read"));
    }
}

Err answer_against_log(Plan *p, const char **out_why) {
    bool strict = str_eq(p->in->q->r.id, S("deficit"));
    Slots slots;
    if (!plan_tables(p, RT_SOURCE, out_why)) return E_OUTSIDE;
    if (p->in->log == NULL) {
        p->x->state = ASK_MISSING;
        ask_say(p->a, p->x, SAY0(N_("No own log is at hand: this question needs the record of an instance.")));
        return OK;
    }
    if (strict && !p->in->log->flagger) {
        p->x->state = ASK_MISSING;
        ask_say(p->a, p->x, SAY0(N_("This organisation is no trusted flagger in the record, so there is nothing to set against statements with that source.")));
        return OK;
    }
    one_part(p); /* own items are one number over the window: parts of it cannot be told */
    uint8_t **classes = lut(p, RT_SOURCE, source_class, NULL);
    plan_slots(p, SLOT_PART, &slots);
    if (!p->single) {
        log_all(p, strict, &slots, classes);
        return OK;
    }
    int64_t *acc = ARENA_ARRAY(p->a, int64_t, slots.n * 4), rows = 0;
    plan_add_up(p, RT_SOURCE, &slots, classes, 4, p->in->who.names, p->in->who.n, acc);
    for (size_t s = 1; s < slots.n; s++) rows += acc[s * 4 + 2] + (strict ? 0 : acc[s * 4 + 3]);
    log_one(p, strict, items_of(p, p->in->who.names, p->in->who.n), rows);
    return OK;
}

/* ---- 16: boilerplate ---- */
static int by_hash(const void *x, const void *y) {
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return a < b ? -1 : a > b;
}

typedef struct Distinct { int64_t n, rows; bool estimated; } Distinct;
/* Different hashes of one platform in a slot. Of a day with more than ROLL_TEXTS the smallest are there: then the number follows from how
 * small they are (Bar-Yossef and others, RANDOM 2002), with a spread of about 3%. */
static Distinct distinct_of(const Plan *p, Arena *scratch, const Slots *s, size_t slot, const Str *names, size_t names_n) {
    Distinct d = { 0 };
    uint32_t *v = NULL;
    size_t n = 0, cap = 0, different = 0;
    for (size_t r = 0; r < p->in->rolls_n; r++)
        for (size_t k = 0; k < names_n; k++) {
            const Roll *roll = &p->in->rolls[r];
            uint32_t platform = roll_platform(roll, names[k]);
            size_t of_file = 0;
            for (size_t i = roll->index[RT_TEXTS][platform]; platform != 0 && i < roll->index[RT_TEXTS][platform + 1]; i++) {
                const RollText *x = &roll_texts(roll)[i];
                of_file = i > roll->index[RT_TEXTS][platform] && x[-1].file == x->file ? of_file + 1 : 1;
                if (x->file >= roll->files_n || s->of[r][x->file] != slot) continue;
                d.estimated = d.estimated || of_file == ROLL_TEXTS;
                v = ARENA_ROOM(scratch, v, n, &cap);
                v[n++] = x->hash;
            }
        }
    if (n > 0) qsort(v, n, sizeof *v, by_hash);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && v[i] == v[i - 1]) continue;
        v[different++] = v[i];
    }
    d.n = (int64_t)different;
    if (d.estimated && different >= ROLL_TEXTS) d.n = (int64_t)((ROLL_TEXTS - 1) * 4294967296.0 / ((double)v[ROLL_TEXTS - 1] + 1));
    return d;
}

static const AskCol text_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "statements", N_("Statements with an extract"), AU_COUNT }, { "different", N_("Different explanations"), AU_COUNT }, { "per_1000", N_("Per 1,000 statements"), AU_RATE } };

Err answer_texts(Plan *p, const char **out_why) {
    Slots parts;
    Str *names = NULL;
    if (!plan_tables(p, RT_TEXTS, out_why) || !plan_tables(p, RT_CATEGORY, out_why)) return E_OUTSIDE;
    plan_slots(p, SLOT_PART, &parts);
    for (size_t r = 0; r < p->in->rolls_n; r++) /* light files have no explanations */
        for (size_t i = 0; i < p->in->rolls[r].files_n; i++)
            if (!p->in->rolls[r].files[i].texts || !str_eq(p->in->rolls[r].files[i].kind, S("full"))) parts.of[r][i] = 0;
    uint8_t **classes = lut(p, RT_CATEGORY, ours_class, &p->in->q->families);
    size_t n = p->single ? 1 : ask_platforms(p->a, p->in->rolls, p->in->rolls_n, &names);
    for (size_t i = 0; i < p->x->parts_n && !p->single; i++) (void)ask_table(p->a, plan_part(p, i), "platforms", N_("Per 1,000 statements"), text_cols, LEN(text_cols), n);
    Arena *scratch = arena_new((size_t)1 << 30);
    int64_t *acc = ARENA_ARRAY(p->a, int64_t, parts.n * 3);
    bool estimated = false;
    for (size_t k = 0; k < n; k++) {
        const Str *who = p->single ? p->in->who.names : &names[k];
        size_t who_n = p->single ? p->in->who.n : 1;
        memset(acc, 0, parts.n * 3 * sizeof *acc);
        plan_add_up(p, RT_CATEGORY, &parts, classes, 3, who, who_n, acc);
        for (size_t s = 1; s < parts.n; s++) {
            AskPart *part = plan_part(p, parts.part[s]);
            int64_t rows = acc[s * 3 + 2];
            Distinct d = distinct_of(p, scratch, &parts, s, who, who_n);
            AskValue rate = av_rate(rows > 0 ? 1000 * (double)d.n / (double)rows : 0, d.n, rows);
            estimated = estimated || d.estimated;
            arena_reset(scratch);
            if (p->single) {
                ask_figure(p->a, part, "per_1000", N_("Different explanations for each 1,000 statements"), rate);
                ask_figure(p->a, part, "different", N_("Different explanations"), part->days_read > 0 ? av_count(d.n) : av_missing(AU_COUNT));
                ask_figure(p->a, part, "statements", N_("Statements in these families"), part->days_read > 0 ? av_count(rows) : av_missing(AU_COUNT));
            } else if (rows > 0) {
                AskValue *v = ask_row(&part->tables[0]);
                v[0] = av_text(names[k]);
                v[1] = av_count(rows);
                v[2] = av_count(d.n);
                v[3] = rate;
            }
        }
    }
    if (estimated) ask_say(p->a, p->x, SAY0(N_("Some days have more than 1,024 different explanations; their number is an estimate with a spread of about 3%.")));
    arena_free(scratch);
    return OK;
}

/* ---- 22: the past ---- */
static const AskCol history_cols[] = { { "day", N_("Day"), AU_TEXT }, { "file", N_("File"), AU_TEXT }, { "counts", N_("Counts"), AU_TEXT }, { "statements", N_("Statements"), AU_COUNT }, { "difference", N_("Difference with what counts"), AU_COUNT } };

Err answer_history(Plan *p, const char **out_why) {
    const AskAnswer *x = p->x;
    (void)out_why;
    int64_t altered = 0;
    AskPart *part = one_part(p); /* whole files: a break of schema does not matter here */
    int64_t days = part->days_read;
    size_t most = x->sources_n + x->unused_n;
    AskTable *t = ask_table(p->a, part, "days", N_("Days with different files"), history_cols, LEN(history_cols), most);
    for (size_t i = 0; i < x->sources_n; i++) {
        bool twice = false;
        for (size_t k = 0; k < x->unused_n; k++) {
            const RollFile *f = x->sources[i], *o = x->unused[k];
            if (!str_eq(f->day, o->day) || !str_eq(f->slug, o->slug) || !str_eq(f->kind, o->kind)) continue;
            AskValue *v = ask_row(t);
            v[0] = av_text(o->day);
            v[1] = av_text(o->stem);
            v[2] = av_text(f->stem);
            v[3] = av_count(o->rows);
            v[4] = av_count(o->rows - f->rows);
            twice = true;
        }
        altered += twice;
    }
    ask_figure(p->a, part, "altered", N_("Days with two or more different files"), av_share(altered, days));
    ask_figure(p->a, part, "files", N_("Files read"), av_count((int64_t)most));
    return OK;
}
