/* ask_report.c - questions that need transparency reports: report against database, complaints, languages, and how many recipients a platform has.
 *
 * A report counts over its own period. It is set beside the statements of exactly those days, and only when the window holds all of them. */
#include "core/sorask/ask_in.h"

#include <stdlib.h>

/* ---- which reports ---- */
static bool same_who(const AskWho *x, const AskWho *y) {
    for (size_t i = 0; i < x->n; i++)
        for (size_t k = 0; k < y->n; k++)
            if (str_ieq(x->names[i], y->names[k])) return true;
    return false;
}

size_t ask_reports(Arena *a, const AskInput *in, AskAnswer *x, const AskReport ***out) {
    size_t n = 0, all = in->reports != NULL ? in->reports->n : 0;
    const AskReport **v = ARENA_ARRAY(a, const AskReport *, all + 1);
    for (size_t i = 0; i < all; i++) {
        const AskReport *r = &in->reports->v[i];
        if (date_cmp(r->from, in->to) > 0 || date_cmp(r->to, in->from) < 0) continue;
        if (in->who.n == 0 || same_who(&in->who, &r->who)) v[n++] = r;
    }
    x->reports = v;
    x->reports_n = n;
    *out = v;
    return n;
}

static bool figure_of(const AskReport *x, RepSection s, const char *measure, Str scope, int64_t *out) {
    int64_t milli = 0;
    bool given = reported_get(x->r, s, measure, STR_NONE, STR_NONE, scope, &milli);
    *out = milli / 1000;
    return given;
}
static AskValue count_of(const AskReport *x, RepSection s, const char *measure, Str scope) {
    int64_t n = 0;
    return figure_of(x, s, measure, scope, &n) ? av_count(n) : av_missing(AU_COUNT);
}

int64_t recipients_of(const Plan *p, Str name) {
    const AskWho who = { &name, 1 };
    int64_t n = 0;
    for (size_t i = 0; i < p->x->reports_n; i++) /* the newest first */
        if (same_who(&who, &p->x->reports[i]->who) && figure_of(p->x->reports[i], REP_RECIPIENTS, "recipients", STR_NONE, &n) && n > 0) return n;
    return 0;
}

void recipients_open(Plan *p, const char *none) {
    const AskReport **r = NULL, *newest = NULL;
    int64_t n = 0;
    size_t all = ask_reports(p->a, &(AskInput){ .reports = p->in->reports, .from = date_add(p->in->from, -RECIPIENTS_OLD), .to = p->in->to }, p->x, &r);
    for (size_t i = 0; i < all && newest == NULL; i++)
        if (figure_of(r[i], REP_RECIPIENTS, "recipients", STR_NONE, &n) && n > 0) newest = r[i];
    if (newest == NULL) ask_say(p->a, p->x, SAY0(none));
    else ask_say(p->a, p->x, SAY(N_("Recipients are those of the newest report of each platform that is at most {n} days older than these days."), AS_I("n", RECIPIENTS_OLD)));
}

static bool no_report(Plan *p, size_t n) {
    if (n > 0) return false;
    p->x->state = ASK_MISSING;
    ask_say(p->a, p->x, p->in->reports == NULL ? SAY0(N_("No transparency reports are at hand: this question needs those of an instance, or a file.")) : SAY0(N_("No transparency report over these days was read. That is missing, not zero.")));
    return true;
}

/* ---- 19: report against database ---- */
enum { CATEGORIES_MAX = 50, SOURCES = 5 };
static const char *const source_codes[SOURCES] = { "SOURCE_VOLUNTARY", "SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION", "" };
typedef struct Categories { Str v[CATEGORIES_MAX]; size_t n; } Categories;
static uint8_t category_class(const void *ctx, const Roll *r, uint32_t a, uint32_t b) {
    const Categories *c = ctx;
    Str v = a < r->dict_n[SD_CATEGORY] ? r->dict[SD_CATEGORY][a] : S(""), s = b < r->dict_n[SD_SOURCE] ? r->dict[SD_SOURCE][b] : S("");
    size_t k = str_has(s, "VOLUNTARY") ? 0 : str_has(s, "ARTICLE_16") ? 1 : str_has(s, "TRUSTED_FLAGGER") ? 2 : str_has(s, "OTHER_NOTIFICATION") ? 3 : 4, at = 0;
    for (size_t i = 0; i < c->n; i++)
        if (str_eq(c->v[i], v)) at = i + 1;
    return at == 0 ? 0 : (uint8_t)((at - 1) * SOURCES + k + 1);
}

static void categories_of(const Plan *p, Categories *c) {
    for (size_t r = 0; r < p->in->rolls_n; r++)
        for (uint32_t i = 1; i < p->in->rolls[r].dict_n[SD_CATEGORY] && c->n < CATEGORIES_MAX; i++) {
            bool there = false;
            for (size_t k = 0; k < c->n; k++) there = there || str_eq(c->v[k], p->in->rolls[r].dict[SD_CATEGORY][i]);
            if (!there) c->v[c->n++] = p->in->rolls[r].dict[SD_CATEGORY][i];
        }
}

/* The statements of the platform between two days of the window. */
static void counts_between(const Plan *p, Date from, Date to, AskCounts *out) {
    Categories c = { .n = 0 };
    int32_t first = date_days(from), last = date_days(to);
    Slots s = { .of = ARENA_ARRAY(p->a, uint16_t *, p->in->rolls_n + 1), .n = 2 };
    uint8_t **classes = ARENA_ARRAY(p->a, uint8_t *, p->in->rolls_n + 1);
    categories_of(p, &c);
    *out = (AskCounts){ .days = (int64_t)last - first + 1 };
    for (size_t r = 0; r < p->in->rolls_n; r++) {
        const Roll *roll = &p->in->rolls[r];
        s.of[r] = ARENA_ARRAY(p->a, uint16_t, ROLL_KEYS);
        for (size_t i = 0; i < roll->files_n; i++) s.of[r][i] = p->used[r][i] != 0 && roll->files[i].day_n >= first && roll->files[i].day_n <= last;
        classes[r] = classes_make(p, roll, RT_SOURCE, category_class, &c);
    }
    for (int32_t d = first; d <= last; d++) out->days_read += d >= p->from && d <= p->last && p->read[d - p->from];
    size_t width = c.n * SOURCES + 1;
    int64_t *acc = ARENA_ARRAY(p->a, int64_t, 2 * width);
    plan_add_up(p, RT_SOURCE, &s, classes, width, p->in->who.names, p->in->who.n, acc);
    out->v = ARENA_ARRAY(p->a, RepCount, width);
    for (size_t k = 1; k < width; k++)
        if (acc[width + k] > 0) out->v[out->n++] = (RepCount){ .category = c.v[(k - 1) / SOURCES], .source = str_c(source_codes[(k - 1) % SOURCES]), .rows = acc[width + k] };
}

Err ask_counts(Arena *a, const AskInput *in, AskCounts *out, const char **out_why) {
    AskAnswer x = { 0 };
    Plan p = { .a = a, .in = in, .x = &x, .single = true };
    *out = (AskCounts){ 0 };
    *out_why = "the first day lies after the last";
    if (date_cmp(in->from, in->to) > 0 || in->who.n == 0) return E_INPUT;
    *out_why = "a window is at most ten years";
    if (date_days(in->to) - date_days(in->from) >= ASK_DAYS_MAX) return E_LIMIT;
    TRY(plan_make(&p, false, out_why));
    if (!plan_tables(&p, RT_SOURCE, out_why)) return E_OUTSIDE;
    counts_between(&p, in->from, in->to, out);
    return OK;
}

/* What keeps a period from being compared as one: a break of schema in it, or days that a registered defect touches. */
static const char *spoiled(const Plan *p, Date from, Date to, bool *out_break) {
    const char *why = NULL;
    *out_break = false;
    for (size_t i = 0; i < p->x->defects_n; i++) {
        const LawDefect *d = p->x->defects[i];
        bool crossed = str_eq(d->effect, S("break")) && date_cmp(from, d->r.valid_from) < 0 && date_cmp(d->r.valid_from, to) <= 0;
        bool touched = str_eq(d->effect, S("exclude")) && (date_none(d->r.valid_from) || date_cmp(d->r.valid_from, to) <= 0) && (date_none(d->r.valid_to) || date_cmp(from, d->r.valid_to) <= 0);
        if (touched && why == NULL) why = N_("a registered defect touches these days");
        if (crossed) *out_break = true;
    }
    return *out_break ? N_("not compared: a hard break lies in this period") : why;
}

static const char *verdict_of(const RepBeside *b, const char *spoilt, bool all_read) {
    if (!all_read) return N_("not compared: not every day was read");
    if (spoilt != NULL) return spoilt;
    if (!b->reported_known) return N_("the report gives no such figure");
    if (b->reported == b->statements) return N_("the same");
    return b->statements < b->reported ? N_("to explain: fewer statements than reported") : N_("to explain: more statements than reported");
}

static const AskCol reconcile_cols[] = { { "category", N_("Category"), AU_TEXT }, { "what", N_("What is compared"), AU_TEXT }, { "statements", N_("In the database"), AU_COUNT }, { "report", N_("In the report"), AU_COUNT },
    { "ratio", N_("Database / report"), AU_NUMBER }, { "verdict", N_("Says"), AU_TEXT } };
static const AskCol source_cols[] = { { "category", N_("Category"), AU_TEXT }, { "source", N_("Source"), AU_TEXT }, { "statements", N_("In the database"), AU_COUNT } };
static const char *source_word(Str code) {
    static const char *const words[SOURCES] = { N_("found by itself"), N_("after a notice (article 16)"), N_("after a trusted flagger"), N_("after another notice"), N_("not said") };
    for (size_t i = 0; i < SOURCES; i++)
        if (str_eq(code, str_c(source_codes[i]))) return words[i];
    return words[SOURCES - 1];
}

static void by_source(const Plan *p, AskPart *part, const AskCounts *c) {
    AskTable *t = ask_table(p->a, part, "statements", N_("Statements by category and source"), source_cols, LEN(source_cols), c->n);
    for (size_t i = 0; i < c->n; i++) {
        AskValue *v = ask_row(t);
        v[0] = av_text(c->v[i].category);
        v[1] = av_word(source_word(c->v[i].source));
        v[2] = av_count(c->v[i].rows);
    }
}

static const char *own_word(RepOwnState s) {
    switch (s) {
    case RO_SHORT: return N_("short: the report counts fewer than we alone sent");
    case RO_FITS: return N_("ours fit in what the report counts");
    case RO_NOT_GIVEN: return N_("the report gives no such figure");
    case RO_NO_FLAGGER: break;
    }
    return N_("nothing to set against it: no notice as trusted flagger");
}

static void own_figures(const Plan *p, AskPart *part, const AskReport *r) {
    if (!r->own_known) {
        ask_figure(p->a, part, "own_notices", N_("Own notices as trusted flagger"), av_missing(AU_COUNT));
        return;
    }
    RepOwnBeside b = reported_beside_own(r->r, r->flagger, r->own);
    ask_figure(p->a, part, "own_notices", N_("Own notices as trusted flagger"), av_count(r->flagger ? r->own.notices : 0));
    ask_figure(p->a, part, "notices_reported", N_("Notices of all trusted flaggers, in the report"), count_of(r, REP_NOTICES, "notices_tf", STR_NONE));
    ask_figure(p->a, part, "own_items", N_("Own items as trusted flagger"), av_count(r->flagger ? r->own.items : 0));
    ask_figure(p->a, part, "items_reported", N_("Items of all trusted flaggers, in the report"), count_of(r, REP_NOTICES, "items_tf", STR_NONE));
    ask_figure(p->a, part, "own_verdict", N_("What it says"), av_word(own_word(b.notices == RO_SHORT || b.items == RO_SHORT ? RO_SHORT : b.notices)));
}

static void reconcile_one(Plan *p, const AskReport *r) {
    AskCounts c;
    RepBeside *b = NULL;
    size_t n = 0;
    bool crossed = false;
    counts_between(p, r->from, r->to, &c);
    AskPart *part = ask_part(p->a, p->x, r->from, r->to);
    const char *spoilt = spoiled(p, r->from, r->to, &crossed);
    bool all = c.days_read == c.days;
    part->days = c.days;
    part->days_read = c.days_read;
    reported_beside(p->a, r->r, c.v, c.n, &b, &n);
    own_figures(p, part, r);
    AskTable *t = ask_table(p->a, part, "categories", N_("Report against database"), reconcile_cols, LEN(reconcile_cols), n);
    for (size_t i = 0; i < n; i++) {
        AskValue *v = ask_row(t);
        v[0] = str_eq(b[i].category, S("TOTAL")) ? av_word(N_("All together")) : av_text(b[i].category);
        v[1] = av_word(rep_pair_words[b[i].pair]);
        v[2] = c.days_read > 0 ? av_count(b[i].statements) : av_missing(AU_COUNT);
        v[3] = b[i].reported_known ? av_count(b[i].reported) : av_missing(AU_COUNT);
        v[4] = all && !crossed && b[i].ratio_known ? av_number(b[i].ratio) : av_missing(AU_NUMBER);
        v[5] = av_word(verdict_of(&b[i], spoilt, all));
    }
    by_source(p, part, &c);
}

Err answer_reconcile(Plan *p, const char **out_why) {
    const AskReport **r = NULL;
    size_t n = 0, whole = 0;
    AskCounts c;
    if (!plan_tables(p, RT_SOURCE, out_why)) return E_OUTSIDE;
    if (!p->single) {
        ask_say(p->a, p->x, SAY0(N_("Choose one platform: a report is of one platform.")));
        p->x->state = ASK_MISSING;
        return OK;
    }
    n = ask_reports(p->a, p->in, p->x, &r);
    for (size_t i = 0; i < n; i++) {
        bool in = date_cmp(r[i]->from, p->in->from) >= 0 && date_cmp(r[i]->to, p->in->to) <= 0;
        if (in && whole++ == 0) p->x->parts_n = 0; /* the periods of the reports are the parts */
        if (in) reconcile_one(p, r[i]);
        else ask_say(p->a, p->x, SAY(N_("The report over {from} to {to} lies partly outside these days: choose its whole period to compare it."), AS_S("from", date_str(p->a, r[i]->from)), AS_S("to", date_str(p->a, r[i]->to))));
    }
    for (size_t i = 0; rep_cannot_compare[i] != NULL && whole > 0; i++) ask_say(p->a, p->x, SAY0(rep_cannot_compare[i]));
    if (whole > 0) return OK;
    if (n == 0) ask_say(p->a, p->x, SAY0(N_("No transparency report of this platform over these days was read: only what the database says stands here; the side of the report is missing.")));
    for (size_t i = 0; i < p->x->parts_n; i++) {
        AskPart *part = plan_part(p, i);
        counts_between(p, part->from, part->to, &c);
        by_source(p, part, &c);
    }
    return OK;
}

/* ---- 20: complaints ---- */
static const struct { const char *measure, *word; } complaint_kinds[] = { { "complaints", N_("All internal complaints") }, { "complaints_visibility", N_("about removal, blocking or less visibility") },
    { "complaints_service", N_("about the end of a service") }, { "complaints_account", N_("about an account") }, { "complaints_money", N_("about money") }, { "complaints_no_action", N_("about no action on a notice") },
    { "complaints_no_action_tf", N_("about no action on a notice of a trusted flagger") }, { "disputes", N_("Disputes before an out-of-court body") } };
static const AskCol complaint_cols[] = { { "kind", N_("Kind"), AU_TEXT }, { "submitted", N_("Submitted"), AU_COUNT }, { "upheld", N_("Upheld"), AU_COUNT }, { "partly", N_("Reversed in part"), AU_COUNT }, { "reversed", N_("Reversed"), AU_COUNT },
    { "share", N_("Reversed, whole or in part"), AU_SHARE }, { "median", N_("Median time, days"), AU_NUMBER } };
typedef struct Decided { AskValue upheld, partly, reversed, share; } Decided;

/* A rate needs all three: what was not given is not zero. */
static Decided decided_of(const AskReport *r, const char *measure) {
    Decided d = { count_of(r, REP_APPEALS, measure, S("Decisions upheld")), count_of(r, REP_APPEALS, measure, S("Decisions partially reversed")), count_of(r, REP_APPEALS, measure, S("Decisions reversed")), av_missing(AU_SHARE) };
    int64_t won = d.partly.part + d.reversed.part;
    if (d.upheld.known && d.partly.known && d.reversed.known) d.share = av_share(won, won + d.upheld.part);
    return d;
}

static void complaints_row(const AskReport *r, const char *measure, AskValue *v) {
    int64_t milli = 0;
    Decided d = decided_of(r, measure);
    v[0] = count_of(r, REP_APPEALS, measure, STR_NONE);
    v[1] = d.upheld;
    v[2] = d.partly;
    v[3] = d.reversed;
    v[4] = d.share;
    v[5] = reported_get(r->r, REP_APPEALS, measure, STR_NONE, STR_NONE, S("Median time"), &milli) ? av_number((double)milli / 24000) : av_missing(AU_NUMBER);
}

static AskPart *report_part(Plan *p, const AskReport *r) { return ask_part(p->a, p->x, r->from, r->to); }
static const AskCol complaint_all_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "period", N_("Report over"), AU_TEXT }, { "submitted", N_("Submitted"), AU_COUNT }, { "upheld", N_("Upheld"), AU_COUNT }, { "partly", N_("Reversed in part"), AU_COUNT },
    { "reversed", N_("Reversed"), AU_COUNT }, { "share", N_("Reversed, whole or in part"), AU_SHARE }, { "median", N_("Median time, days"), AU_NUMBER } };
static Str period_of(const Plan *p, const AskReport *r) { return str_fmt(p->a, STR_FMT " – " STR_FMT, STR_ARG(date_str(p->a, r->from)), STR_ARG(date_str(p->a, r->to))); }

Err answer_complaints(Plan *p, const char **out_why) {
    const AskReport **r = NULL;
    size_t n = ask_reports(p->a, p->in, p->x, &r);
    (void)out_why;
    p->x->parts_n = 0;
    if (no_report(p, n)) return OK;
    if (!p->single) {
        AskTable *t = ask_table(p->a, ask_part(p->a, p->x, p->in->from, p->in->to), "platforms", N_("Complaints that succeeded"), complaint_all_cols, LEN(complaint_all_cols), n);
        for (size_t i = 0; i < n; i++) {
            AskValue *v = ask_row(t);
            v[0] = av_text(r[i]->name);
            v[1] = av_text(period_of(p, r[i]));
            complaints_row(r[i], "complaints", &v[2]);
        }
        return OK;
    }
    for (size_t i = 0; i < n; i++) {
        AskPart *part = report_part(p, r[i]);
        Decided d = decided_of(r[i], "complaints");
        ask_figure(p->a, part, "share", N_("Reversed, whole or in part, of the complaints that were decided"), d.share);
        if (d.share.known && d.share.whole < 10) ask_part_say(p->a, part, SAY0(N_("Fewer than ten: the interval says more than the share.")));
        ask_figure(p->a, part, "submitted", N_("Complaints"), count_of(r[i], REP_APPEALS, "complaints", STR_NONE));
        ask_figure(p->a, part, "omitted", N_("Complaints without a decision"), count_of(r[i], REP_APPEALS, "complaints", S("Decision omitted")));
        AskTable *t = ask_table(p->a, part, "kinds", N_("By kind of complaint"), complaint_cols, LEN(complaint_cols), LEN(complaint_kinds));
        for (size_t k = 0; k < LEN(complaint_kinds); k++) {
            AskValue *v = ask_row(t);
            v[0] = av_word(complaint_kinds[k].word);
            complaints_row(r[i], complaint_kinds[k].measure, &v[1]);
        }
    }
    return OK;
}

/* ---- 21: languages ---- */
static const AskCol language_cols[] = { { "language", N_("Language"), AU_TEXT }, { "people", N_("People"), AU_COUNT } };
static const AskCol state_cols[] = { { "state", N_("State"), AU_TEXT }, { "recipients", N_("Active recipients"), AU_COUNT }, { "per_million", N_("Moderators who read Dutch, per million of them"), AU_RATE } };
static const AskCol language_all_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "period", N_("Report over"), AU_TEXT }, { "people", N_("Moderators who read Dutch"), AU_COUNT }, { "recipients", N_("Active recipients in the Netherlands"), AU_COUNT },
    { "rate", N_("People per million recipients"), AU_RATE }, { "all", N_("Moderators in all languages"), AU_COUNT } };
enum { SCOPES_MAX = 200 };

/* A language or a state as reports write it: by its code, or by its English name. */
static bool scope_of(const AskReport *r, RepSection s, const char *measure, const char *code, const char *name, int64_t *out) { return figure_of(r, s, measure, str_c(code), out) || figure_of(r, s, measure, str_c(name), out); }
static AskValue per_million(bool known, int64_t people, bool recipients_known, int64_t recipients) { return known && recipients_known && recipients > 0 ? av_rate((double)people / (double)recipients * 1e6, people, recipients) : av_missing(AU_RATE); }

typedef struct Dutch { bool people_known, there_known; int64_t people, there; } Dutch;
static Dutch dutch_of(const AskReport *r) {
    Dutch d = { 0 };
    d.people_known = scope_of(r, REP_PEOPLE, "moderators_language", "nl", "Dutch", &d.people) || figure_of(r, REP_PEOPLE, "moderators_language", S("NL"), &d.people);
    d.there_known = scope_of(r, REP_RECIPIENTS, "recipients", "NL", "Netherlands", &d.there);
    return d;
}

static void scopes(const Plan *p, AskPart *part, const AskReport *r, RepSection s, const char *measure, const Dutch *d) {
    bool people = s == REP_PEOPLE;
    size_t max = r->r->figures_n < SCOPES_MAX ? r->r->figures_n : SCOPES_MAX;
    AskTable *t = people ? ask_table(p->a, part, "languages", N_("People by language"), language_cols, LEN(language_cols), max) : ask_table(p->a, part, "states", N_("Recipients by state"), state_cols, LEN(state_cols), max);
    for (size_t i = 0; i < r->r->figures_n && t->rows < max; i++) {
        const RepFigure *f = &r->r->figures[i];
        if (f->section != s || !str_eq(f->measure, str_c(measure)) || str_eq(f->scope, S("Total number")) || str_eq(f->scope, S("TOTAL"))) continue;
        AskValue *v = ask_row(t);
        v[0] = av_text(f->scope);
        v[1] = av_count(f->milli / 1000);
        bool reads = !people && (str_ieq(f->scope, S("NL")) || str_ieq(f->scope, S("BE")) || str_ieq(f->scope, S("Netherlands")) || str_ieq(f->scope, S("Belgium")));
        if (!people) v[2] = per_million(d->people_known && reads, d->people, true, f->milli / 1000);
    }
}

Err answer_languages(Plan *p, const char **out_why) {
    const AskReport **r = NULL;
    size_t n = ask_reports(p->a, p->in, p->x, &r);
    (void)out_why;
    p->x->parts_n = 0;
    if (no_report(p, n)) return OK;
    AskTable *t = p->single ? NULL : ask_table(p->a, ask_part(p->a, p->x, p->in->from, p->in->to), "platforms", N_("Moderators who read Dutch"), language_all_cols, LEN(language_all_cols), n);
    for (size_t i = 0; i < n; i++) {
        Dutch d = dutch_of(r[i]);
        AskValue people = d.people_known ? av_count(d.people) : av_missing(AU_COUNT), there = d.there_known ? av_count(d.there) : av_missing(AU_COUNT), rate = per_million(d.people_known, d.people, d.there_known, d.there);
        if (t != NULL) {
            AskValue *v = ask_row(t);
            v[0] = av_text(r[i]->name);
            v[1] = av_text(period_of(p, r[i]));
            v[2] = people;
            v[3] = there;
            v[4] = rate;
            v[5] = count_of(r[i], REP_PEOPLE, "moderators_language", STR_NONE);
            continue;
        }
        AskPart *part = report_part(p, r[i]);
        ask_figure(p->a, part, "rate", N_("Moderators who read Dutch, for each million active recipients in the Netherlands"), rate);
        ask_figure(p->a, part, "people", N_("Moderators who read Dutch"), people);
        ask_figure(p->a, part, "recipients", N_("Active recipients in the Netherlands"), there);
        ask_figure(p->a, part, "own", N_("Moderators employed by the provider"), count_of(r[i], REP_PEOPLE, "moderators_own", STR_NONE));
        ask_figure(p->a, part, "hired", N_("Moderators contracted from others"), count_of(r[i], REP_PEOPLE, "moderators_hired", STR_NONE));
        scopes(p, part, r[i], REP_PEOPLE, "moderators_language", &d);
        scopes(p, part, r[i], REP_RECIPIENTS, "recipients", &d);
    }
    ask_say(p->a, p->x, SAY0(N_("Only very large platforms and search engines have to give people by language and recipients by state; of others they are missing.")));
    return OK;
}
