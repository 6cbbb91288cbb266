/* ask_days.c - questions about days: does it publish, is it silent, did the number of statements break. */
#include "core/sorask/ask_in.h"

#include <math.h>

static uint8_t any_row(const void *ctx, const Roll *r, uint32_t a, uint32_t b) {
    (void)ctx, (void)r, (void)a, (void)b;
    return 1;
}

/* Statements by slot of one platform (or the one asked for), classes of two: all, and those wanted. */
static uint8_t **lut(const Plan *p, RollTable t, ClassOf *f, const void *ctx) {
    uint8_t **v = ARENA_ARRAY(p->a, uint8_t *, p->in->rolls_n + 1);
    for (size_t r = 0; r < p->in->rolls_n; r++) v[r] = classes_make(p, &p->in->rolls[r], t, f, ctx);
    return v;
}

static void bucket_series(const Plan *p, size_t i, const int64_t *by_day, const char *title) {
    Slots b;
    Str *labels;
    double *y;
    size_t n = 0;
    plan_slots(p, SLOT_BUCKET, &b);
    labels = ARENA_ARRAY(p->a, Str, b.n);
    y = ARENA_ARRAY(p->a, double, b.n);
    size_t slot = 0, day = 0;
    for (size_t d = 0; d < p->days; d++) { /* buckets are in the order of days: a label is the first day of one */
        Str iso = date_str(p->a, date_from_days(p->from + (int32_t)d));
        if (slot + 1 < b.n && str_eq(b.label[slot + 1], iso)) {
            slot++;
            day = 0;
            if (p->part[d] == i) {
                labels[n] = b.label[slot];
                y[n++] = (double)NAN;
            }
        }
        day++;
        if (p->part[d] != i || !p->read[d]) continue;
        y[n - 1] = (isnan(y[n - 1]) ? 0 : y[n - 1]) + (double)by_day[d + 1];
    }
    plan_part(p, i)->series = (AskSeries){ .title = title, .name = N_("statements"), .unit = AU_COUNT, .labels = labels, .y = y, .n = n };
}

/* ---- 1: does it publish at all ---- */
static const AskCol quiet_cols[] = { { "from", N_("From"), AU_DATE }, { "to", N_("Up to and including"), AU_DATE }, { "days", N_("Days"), AU_COUNT } };
static const AskCol publishing_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "statements", N_("Statements"), AU_COUNT }, { "days_read", N_("Days read"), AU_COUNT }, { "share", N_("Days without"), AU_SHARE },
    { "last", N_("Last day with one"), AU_DATE }, { "longest", N_("Longest run without"), AU_COUNT } };

typedef struct Run { int64_t rows, read, without, longest; int32_t last; bool any; } Run;
static Run run_of(const Plan *p, size_t part, const int64_t *by_day) {
    Run r = { 0 };
    int64_t now = 0;
    for (size_t d = 0; d < p->days; d++) {
        if (p->part[d] != part || !p->read[d]) continue;
        r.read++;
        r.rows += by_day[d + 1];
        if (by_day[d + 1] > 0) {
            r.last = p->from + (int32_t)d;
            r.any = true;
        }
        now = by_day[d + 1] > 0 ? 0 : now + 1;
        r.without += by_day[d + 1] == 0;
        r.longest = now > r.longest ? now : r.longest;
    }
    return r;
}

/* Runs of days that were read and had no statement. */
static void quiet_table(const Plan *p, AskPart *part, size_t i, const int64_t *by_day) {
    enum { RUNS_MAX = 100 };
    AskTable *t = ask_table(p->a, part, "quiet", N_("Days without a statement"), quiet_cols, LEN(quiet_cols), RUNS_MAX);
    for (size_t d = 0; d < p->days && t->rows < RUNS_MAX;) {
        size_t from = d;
        while (d < p->days && p->part[d] == i && p->read[d] && by_day[d + 1] == 0) d++;
        if (d == from) {
            d++;
            continue;
        }
        AskValue *v = ask_row(t);
        v[0] = av_date(p->a, date_from_days(p->from + (int32_t)from));
        v[1] = av_date(p->a, date_from_days(p->from + (int32_t)d - 1));
        v[2] = av_count((int64_t)(d - from));
    }
}

static void publishing_one(const Plan *p, const int64_t *by_day) {
    for (size_t i = 0; i < p->x->parts_n; i++) {
        AskPart *part = plan_part(p, i);
        Run r = run_of(p, i, by_day);
        ask_figure(p->a, part, "without", N_("Days without a statement, of the days that were read"), av_share(r.without, r.read));
        ask_figure(p->a, part, "statements", N_("Statements"), r.read > 0 ? av_count(r.rows) : av_missing(AU_COUNT));
        ask_figure(p->a, part, "last", N_("Last day with a statement"), r.any ? av_date(p->a, date_from_days(r.last)) : av_missing(AU_DATE));
        ask_figure(p->a, part, "longest", N_("Longest run of days without"), r.read > 0 ? av_count(r.longest) : av_missing(AU_COUNT));
        if (r.without > 0) quiet_table(p, part, i, by_day);
        bucket_series(p, i, by_day, N_("Statements"));
    }
}

Err answer_publishing(Plan *p, const char **out_why) {
    Slots days;
    if (!plan_tables(p, RT_CATEGORY, out_why)) return E_OUTSIDE;
    uint8_t **classes = lut(p, RT_CATEGORY, any_row, NULL);
    plan_slots(p, SLOT_DAY, &days);
    int64_t *acc = ARENA_ARRAY(p->a, int64_t, days.n * 2), *by_day = ARENA_ARRAY(p->a, int64_t, days.n);
    Str *names = NULL;
    size_t n = p->single ? 1 : ask_platforms(p->a, p->in->rolls, p->in->rolls_n, &names);
    for (size_t i = 0; i < p->x->parts_n && !p->single; i++) (void)ask_table(p->a, plan_part(p, i), "platforms", N_("Days without a statement"), publishing_cols, LEN(publishing_cols), n);
    for (size_t k = 0; k < n; k++) {
        memset(acc, 0, days.n * 2 * sizeof *acc);
        plan_add_up(p, RT_CATEGORY, &days, classes, 2, p->single ? p->in->who.names : &names[k], p->single ? p->in->who.n : 1, acc);
        for (size_t d = 0; d < days.n; d++) by_day[d] = acc[2 * d + 1];
        if (p->single) break;
        for (size_t i = 0; i < p->x->parts_n; i++) {
            Run r = run_of(p, i, by_day);
            if (!r.any) continue;
            AskValue *v = ask_row(&plan_part(p, i)->tables[0]);
            v[0] = av_text(names[k]);
            v[1] = av_count(r.rows);
            v[2] = av_count(r.read);
            v[3] = av_share(r.without, r.read);
            v[4] = av_date(p->a, date_from_days(r.last));
            v[5] = av_count(r.longest);
        }
    }
    if (p->single) publishing_one(p, by_day);
    return OK;
}

/* ---- 2: silence ---- */
enum { GROUPS = 3, SILENCE_CLASSES = 2 + (1 << GROUPS) };
static const char *const group_codes[GROUPS] = { "NCII", "DEEPFAKE", "CSAM" };

/* 1: none of these; 2 + bits: which of the groups the family names. Every statement has one class. */
static uint8_t silence_class(const void *ctx, const Roll *r, uint32_t a, uint32_t b) {
    uint8_t bits = 0;
    (void)ctx, (void)b;
    if (a < r->dict_n[SD_FAMILY])
        for (int g = 0; g < GROUPS; g++) bits |= (uint8_t)(family_in(r->dict[SD_FAMILY][a], str_c(group_codes[g])) ? 1 << g : 0);
    return bits == 0 ? 1 : (uint8_t)(2 + bits);
}

typedef struct Silence { int64_t all, ours, group[GROUPS]; } Silence;
static Silence silence_of(const int64_t *acc) {
    Silence s = { .all = acc[1] };
    for (int bits = 1; bits < 1 << GROUPS; bits++) {
        s.all += acc[2 + bits];
        s.ours += acc[2 + bits];
        for (int g = 0; g < GROUPS; g++) s.group[g] += (bits >> g & 1) != 0 ? acc[2 + bits] : 0;
    }
    return s;
}
static AskValue upper(int64_t n) { return (AskValue){ .unit = AU_SHARE, .known = n > 0, .interval = n > 0, .value = 0, .low = 0, .high = stat_zero_upper(n), .part = 0, .whole = n }; }

static const AskCol group_cols[] = { { "family", N_("Family"), AU_TEXT }, { "statements", N_("Statements"), AU_COUNT }, { "share", N_("Share of all, or upper bound"), AU_SHARE } };
static const AskCol silence_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "statements", N_("All statements"), AU_COUNT }, { "ours", N_("In these families"), AU_COUNT }, { "share", N_("Share of all, or upper bound"), AU_SHARE },
    { "per_million", N_("Per million active recipients"), AU_RATE } };

/* Of none the upper bound of the count is three. */
static AskValue per_million(int64_t statements, int64_t recipients) {
    AskValue v = av_rate(recipients > 0 ? 1e6 * (double)statements / (double)recipients : 0, statements, recipients);
    v.interval = v.known && statements == 0;
    if (v.interval) v.high = 3e6 / (double)recipients;
    return v;
}

/* Against the other platforms whose recipients are known: size is what keeps a small one from standing out. */
static void silence_peers(const Plan *p, AskPart *part, int64_t ours, const Str *names, size_t n, const int64_t *acc, size_t width) {
    double *rates = ARENA_ARRAY(p->a, double, n + 1);
    int64_t mine = 0;
    size_t peers = 0, silent = 0;
    for (size_t i = 0; i < p->in->who.n && mine == 0; i++) mine = recipients_of(p, p->in->who.names[i]);
    for (size_t k = 0; k < n; k++) {
        bool self = false;
        int64_t people = recipients_of(p, names[k]), got = silence_of(&acc[k * width]).ours;
        for (size_t i = 0; i < p->in->who.n; i++) self = self || str_ieq(p->in->who.names[i], names[k]);
        if (self || people == 0 || silence_of(&acc[k * width]).all == 0) continue;
        silent += got == 0;
        rates[peers++] = 1e6 * (double)got / (double)people;
    }
    ask_figure(p->a, part, "per_million", N_("Per million active recipients"), part->days_read > 0 ? per_million(ours, mine) : av_missing(AU_RATE));
    AskFigure *f = ask_figure(p->a, part, "peers", N_("The same of its peers, median"), peers > 0 ? av_number(stat_median(p->a, rates, peers)) : av_missing(AU_NUMBER));
    if (peers > 0) f->how = SAY(N_("{n} other platforms with statements and a number of recipients; {none} of them have none in these families."), AS_I("n", (int64_t)peers), AS_I("none", (int64_t)silent));
}

static void silence_part(const Plan *p, AskPart *part, const int64_t *acc) {
    Silence s = silence_of(acc);
    ask_figure(p->a, part, "ours", N_("Statements in these families"), part->days_read > 0 ? av_count(s.ours) : av_missing(AU_COUNT));
    ask_figure(p->a, part, "statements", N_("All statements"), part->days_read > 0 ? av_count(s.all) : av_missing(AU_COUNT));
    if (s.ours == 0 && part->days_read > 0) {
        ask_figure(p->a, part, "share", N_("Share of all statements: none, at most"), upper(s.all))->how = SAY0(N_("Rule of three: with none in n, the upper bound is 3/n (95%)."));
        AskFigure *f = ask_figure(p->a, part, "per_day", N_("Statements a day: none, at most"), (AskValue){ .unit = AU_NUMBER, .known = true, .interval = true, .high = 3 / (double)part->days_read });
        f->how = SAY(N_("3 divided by the {n} days that were read."), AS_I("n", part->days_read));
    } else {
        ask_figure(p->a, part, "share", N_("Share of all statements"), av_share(s.ours, s.all));
    }
    AskTable *t = ask_table(p->a, part, "groups", N_("By family"), group_cols, LEN(group_cols), GROUPS);
    for (int g = 0; g < GROUPS; g++) {
        AskValue *v = ask_row(t);
        v[0] = av_text(str_c(group_codes[g]));
        v[1] = part->days_read > 0 ? av_count(s.group[g]) : av_missing(AU_COUNT);
        v[2] = s.group[g] == 0 ? upper(s.all) : av_share(s.group[g], s.all);
    }
}

Err answer_silence(Plan *p, const char **out_why) {
    Slots parts;
    Str *names = NULL;
    if (!plan_tables(p, RT_CATEGORY, out_why)) return E_OUTSIDE;
    uint8_t **classes = lut(p, RT_CATEGORY, silence_class, NULL);
    plan_slots(p, SLOT_PART, &parts);
    int64_t *acc = ARENA_ARRAY(p->a, int64_t, parts.n * SILENCE_CLASSES);
    recipients_open(p, N_("No transparency report with a number of recipients was read: statements per million recipients cannot be compared with peers."));
    size_t n = ask_platforms(p->a, p->in->rolls, p->in->rolls_n, &names);
    if (p->single) {
        plan_add_up(p, RT_CATEGORY, &parts, classes, SILENCE_CLASSES, p->in->who.names, p->in->who.n, acc);
        int64_t *peers = ARENA_ARRAY(p->a, int64_t, parts.n * SILENCE_CLASSES * (n + 1));
        for (size_t k = 0; k < n; k++) plan_add_up(p, RT_CATEGORY, &parts, classes, SILENCE_CLASSES, &names[k], 1, &peers[k * parts.n * SILENCE_CLASSES]);
        for (size_t s = 1; s < parts.n; s++) {
            silence_part(p, plan_part(p, parts.part[s]), &acc[s * SILENCE_CLASSES]);
            silence_peers(p, plan_part(p, parts.part[s]), silence_of(&acc[s * SILENCE_CLASSES]).ours, names, n, &peers[s * SILENCE_CLASSES], parts.n * SILENCE_CLASSES);
        }
        return OK;
    }
    for (size_t i = 0; i < p->x->parts_n; i++) (void)ask_table(p->a, plan_part(p, i), "platforms", N_("Statements in these families"), silence_cols, LEN(silence_cols), n);
    for (size_t k = 0; k < n; k++) {
        memset(acc, 0, parts.n * SILENCE_CLASSES * sizeof *acc);
        plan_add_up(p, RT_CATEGORY, &parts, classes, SILENCE_CLASSES, &names[k], 1, acc);
        for (size_t s = 1; s < parts.n; s++) {
            Silence x = silence_of(&acc[s * SILENCE_CLASSES]);
            if (x.all == 0) continue;
            AskValue *v = ask_row(&plan_part(p, parts.part[s])->tables[0]);
            v[0] = av_text(names[k]);
            v[1] = av_count(x.all);
            v[2] = av_count(x.ours);
            v[3] = x.ours == 0 ? upper(x.all) : av_share(x.ours, x.all);
            v[4] = per_million(x.ours, recipients_of(p, names[k]));
        }
    }
    return OK;
}

/* ---- 17: breaks ---- */
static const AskCol break_cols[] = { { "day", N_("First day of the new level"), AU_DATE }, { "before", N_("Median a day before"), AU_NUMBER }, { "after", N_("Median a day after"), AU_NUMBER }, { "p", N_("p"), AU_NUMBER } };
static const AskCol breaks_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "day", N_("First day of the new level"), AU_DATE }, { "before", N_("Median a day before"), AU_NUMBER }, { "after", N_("Median a day after"), AU_NUMBER },
    { "q", N_("False discovery rate"), AU_NUMBER } };

typedef struct Line { double *x; size_t *day, *fixed, n, fixed_n; } Line; /* days that were read, one after the other; fixed: where a part begins */
static void line_of(const Plan *p, const int64_t *by_day, Line *l) {
    l->n = l->fixed_n = 0;
    for (size_t d = 0; d < p->days; d++) {
        if (!p->read[d]) continue;
        if (l->n > 0 && p->part[d] != p->part[l->day[l->n - 1]]) l->fixed[l->fixed_n++] = l->n;
        l->x[l->n] = (double)by_day[d + 1];
        l->day[l->n++] = d;
    }
}

static void change_one(const Plan *p, const Line *l, const int64_t *by_day) {
    StatBreak b[STAT_BREAKS];
    size_t n = stat_breaks(p->a, l->x, l->n, l->fixed, l->fixed_n, b);
    for (size_t i = 0; i < p->x->parts_n; i++) {
        AskPart *part = plan_part(p, i);
        size_t here = 0;
        for (size_t k = 0; k < n; k++) here += p->part[l->day[b[k].at]] == i;
        ask_figure(p->a, part, "breaks", N_("Breaks that were not known"), part->days_read >= 2 * STAT_SIDE ? av_count((int64_t)here) : av_missing(AU_COUNT));
        if (part->days_read < 2 * STAT_SIDE) ask_part_say(p->a, part, SAY(N_("Fewer than {n} days were read: too few to look for a break."), AS_I("n", 2 * STAT_SIDE)));
        bucket_series(p, i, by_day, N_("Statements"));
        if (here == 0) continue;
        AskTable *t = ask_table(p->a, part, "breaks", N_("Breaks that were not known"), break_cols, LEN(break_cols), here);
        for (size_t k = 0; k < n; k++) {
            if (p->part[l->day[b[k].at]] != i) continue;
            AskValue *v = ask_row(t);
            v[0] = av_date(p->a, date_from_days(p->from + (int32_t)l->day[b[k].at]));
            v[1] = av_number(b[k].before);
            v[2] = av_number(b[k].after);
            v[3] = av_number(b[k].p);
        }
    }
}

typedef struct Strongest { bool tested; size_t at; double p, before, after; } Strongest;
static Strongest strongest(const Plan *p, Arena *scratch, const Line *l, size_t part) {
    Strongest s = { .p = 1 };
    size_t from = l->n, to = 0, at = 0;
    for (size_t i = 0; i < l->n; i++) {
        if (p->part[l->day[i]] != part) continue;
        from = i < from ? i : from;
        to = i + 1;
    }
    if (to <= from || to - from < 2 * STAT_SIDE) return s;
    s.p = stat_break(scratch, l->x + from, to - from, &at);
    s.tested = true;
    s.at = from + at;
    s.before = stat_median(scratch, l->x + from, at);
    s.after = stat_median(scratch, l->x + s.at, to - s.at);
    return s;
}

static void change_table(const Plan *p, size_t part, const Str *names, const Strongest *s, const double *ps, size_t n, const Line *l) {
    double *q = ARENA_ARRAY(p->a, double, n + 1);
    size_t shown = 0, tested = 0;
    stat_fdr(p->a, ps, n, q);
    for (size_t k = 0; k < n; k++) {
        shown += s[k].tested && q[k] < 0.01;
        tested += s[k].tested;
    }
    AskTable *t = ask_table(p->a, plan_part(p, part), "platforms", N_("The strongest break of each platform, false discovery rate below 1%"), breaks_cols, LEN(breaks_cols), shown);
    for (size_t k = 0; k < n; k++) {
        if (!s[k].tested || q[k] >= 0.01) continue;
        AskValue *v = ask_row(t);
        v[0] = av_text(names[k]);
        v[1] = av_date(p->a, date_from_days(p->from + (int32_t)l->day[s[k].at]));
        v[2] = av_number(s[k].before);
        v[3] = av_number(s[k].after);
        v[4] = av_number(q[k]);
    }
    ask_figure(p->a, plan_part(p, part), "platforms", N_("Platforms with a break"), av_share((int64_t)shown, (int64_t)tested));
    if (tested == 0) ask_part_say(p->a, plan_part(p, part), SAY(N_("Fewer than {n} days were read: too few to look for a break."), AS_I("n", 2 * STAT_SIDE)));
}

Err answer_change(Plan *p, const char **out_why) {
    Slots days;
    Str *names = NULL;
    if (!plan_tables(p, RT_CATEGORY, out_why)) return E_OUTSIDE;
    uint8_t **classes = lut(p, RT_CATEGORY, any_row, NULL);
    plan_slots(p, SLOT_DAY, &days);
    int64_t *acc = ARENA_ARRAY(p->a, int64_t, days.n * 2), *by_day = ARENA_ARRAY(p->a, int64_t, days.n);
    Line l = { ARENA_ARRAY(p->a, double, p->days + 1), ARENA_ARRAY(p->a, size_t, p->days + 1), ARENA_ARRAY(p->a, size_t, p->days + 1), 0, 0 };
    size_t n = p->single ? 1 : ask_platforms(p->a, p->in->rolls, p->in->rolls_n, &names), parts = p->x->parts_n;
    Strongest *s = ARENA_ARRAY(p->a, Strongest, n * parts + 1);
    double *ps = ARENA_ARRAY(p->a, double, n * parts + 1);
    Arena *scratch = arena_new(64 << 20);
    for (size_t k = 0; k < n; k++) {
        memset(acc, 0, days.n * 2 * sizeof *acc);
        plan_add_up(p, RT_CATEGORY, &days, classes, 2, p->single ? p->in->who.names : &names[k], p->single ? p->in->who.n : 1, acc);
        for (size_t d = 0; d < days.n; d++) by_day[d] = acc[2 * d + 1];
        line_of(p, by_day, &l);
        for (size_t i = 0; i < parts && !p->single; i++) {
            s[i * n + k] = strongest(p, scratch, &l, i);
            ps[i * n + k] = s[i * n + k].p;
            arena_reset(scratch);
        }
    }
    if (p->single) change_one(p, &l, by_day);
    else
        for (size_t i = 0; i < parts; i++) change_table(p, i, names, &s[i * n], &ps[i * n], n, &l);
    arena_free(scratch);
    return OK;
}
