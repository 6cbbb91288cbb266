/* The questions against a second, plain count. A made world of cubes with planted answers: what is planted is found, and every figure is what
 * a loop over the cubes' own cells says. The arithmetic against values worked out elsewhere and against slow definitions. */
#include "core/law/testlaw.h"
#include "core/sorask/ask.h"
#include "core/sorask/stats.h"
#include "foundation/base/tap.h"

#include <math.h>
#include <zlib.h>

static bool near(double a, double b, double by) { return fabs(a - b) <= by; }

/* ---- arithmetic ---- */
static double slow_break(const double *x, size_t n, size_t *at) { /* Pettitt's U by its definition: signs of all pairs */
    double most = -1;
    for (size_t t = 1; t < n; t++) {
        double u = 0;
        for (size_t i = 0; i < t; i++)
            for (size_t j = t; j < n; j++) u += (x[i] > x[j]) - (x[i] < x[j]);
        if (fabs(u) > most) {
            most = fabs(u);
            *at = t;
        }
    }
    double nn = (double)n, p = 2 * exp(-6 * most * most / (nn * nn * nn + nn * nn));
    return p < 1 ? p : 1;
}

static uint64_t roll_die(uint64_t *s, uint64_t below) {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return (*s >> 11) % below;
}

static void arithmetic(Arena *a) {
    double low = 0, high = 0, x[120], z[4], q[4];
    size_t at = 0, slow = 0;
    uint64_t s = 42;
    stat_share(8, 10, &low, &high);
    check(near(low, 0.4902, 0.0001) && near(high, 0.9433, 0.0001), "eight of ten: 49.0 to 94.3 per cent (Wilson)");
    check(near(stat_zero_upper(300), 0.01, 1e-12) && near(stat_zero_upper(2), 1, 1e-12), "none in 300: at most one per cent; none in two says nothing");
    check(fabs(pow(1 - stat_zero_upper(1000), 1000) - 0.05) < 0.001, "the rule of three is the 95%% bound");
    const int64_t classes[5] = { 0, 5, 3, 1, 1 };
    check(stat_class_quantile(classes, 5, 0.5) == 1 && stat_class_quantile(classes, 5, 0.9) == 3 && stat_class_quantile(classes, 5, 1) == 4, "the median is the fifth of ten, nine of ten the ninth");
    check(stat_class_quantile((const int64_t[]){ 0, 0 }, 2, 0.5) == -1, "nothing has no median");
    bool same = true;
    for (int k = 0; k < 40; k++) {
        size_t n = 20 + (size_t)roll_die(&s, 100);
        for (size_t i = 0; i < n; i++) x[i] = (double)roll_die(&s, 9) + (i >= n / 3 ? (double)(k % 5) : 0);
        double fast = stat_break(a, x, n, &at), plain = slow_break(x, n, &slow);
        same = same && near(fast, plain, 1e-9) && at == slow;
    }
    check(same, "breaks by ranks are those of Pettitt's definition by pairs, in forty series with equal values");
    for (size_t i = 0; i < 120; i++) x[i] = 100 + (double)roll_die(&s, 21) + (i >= 70 ? 60 : 0);
    StatBreak b[STAT_BREAKS];
    size_t n = stat_breaks(a, x, 120, NULL, 0, b);
    check(n == 1 && b[0].at == 70 && b[0].after - b[0].before > 50, "a step that was planted at day 70 is found there, and no other");
    check(stat_breaks(a, x, 120, (const size_t[]){ 70 }, 1, b) == 0, "when that day is a known break it is not found again");
    for (size_t i = 0; i < 120; i++) x[i] = 100 + (double)roll_die(&s, 21);
    check(stat_breaks(a, x, 120, NULL, 0, b) == 0, "noise has none");
    const int64_t events[4] = { 100, 400, 90, 10 };
    const double exposure[4] = { 1e6, 4e6, 1e6, 0 };
    StatFunnel f;
    stat_funnel(a, events, exposure, 4, z, &f);
    check(f.n == 3 && near(f.target, 590.0 / 6e6, 1e-12) && near(z[0], 2 * (10 - sqrt(590.0 / 6)), 1e-9) && near(z[3], 0, 1e-12), "the funnel's mean and deviations; who has no exposure is not in it");
    stat_funnel_limits(&f, 1e6, 1.959963984540054, &low, &high);
    check(near(f.phi, 1, 1e-12) && low < 590.0 / 6e6 && high > 590.0 / 6e6 && near(sqrt(high * 1e6) - sqrt(590.0 / 6), 0.979982, 0.0001), "limits about the mean, on the root scale half of 1.96 wide");
    stat_fdr(a, (const double[]){ 0.01, 0.04, 0.03, 0.5 }, 4, q);
    check(near(q[0], 0.04, 1e-12) && near(q[1], 0.16 / 3, 1e-9) && near(q[2], 0.16 / 3, 1e-9) && near(q[3], 0.5, 1e-12), "Benjamini and Hochberg's example by hand");
}

/* Interval coverage in simulation, as it says on the figures. */
static void coverage(void) {
    uint64_t s = 7;
    int held = 0, all = 4000;
    for (int k = 0; k < all; k++) {
        int64_t n = 20 + (int64_t)roll_die(&s, 200), part = 0;
        double p = 0.05 + 0.9 * (double)roll_die(&s, 1000) / 1000, low = 0, high = 0;
        for (int64_t i = 0; i < n; i++) part += (double)roll_die(&s, 1000000) / 1e6 < p;
        stat_share(part, n, &low, &high);
        held += low <= p && p <= high;
    }
    check(held > all * 93 / 100 && held < all * 97 / 100, "of 4,000 invented shares the 95%% interval held %d", held);
}

/* ---- a world of cubes ---- */
enum { P_N = 6, DAYS = 150, CELLS = 40 };
static const char *const platforms[P_N] = { "App Store", "Facebook", "Luidplein", "Stilplein", "Traagplein", "Wisselplein" };
static const char *const families[] = { "", "AGE-ACCESS", "CSAM+NCII", "NCII+SEXTORTION", "~DEEPFAKE", "-" };
static const char *const sources[] = { "", "SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY" };
static const char *const categories[] = { "", "STATEMENT_CATEGORY_CYBER_VIOLENCE", "STATEMENT_CATEGORY_OTHER_VIOLATION_TC", "STATEMENT_CATEGORY_SCAMS_AND_FRAUD" };
static const char *const grounds[] = { "", "DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT" };
static const char *const seen[] = { "", "[\"DECISION_VISIBILITY_CONTENT_DEMOTED\"]", "[\"DECISION_VISIBILITY_CONTENT_REMOVED\"]" };
static const char *const accounts[] = { "", "DECISION_ACCOUNT_SUSPENDED" };
static const char *const yesno[] = { "", "No", "Yes" };
static const char *const decisions[] = { "", "AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_NOT_AUTOMATED" };

typedef struct World { Arena *a; const Law *law; SorCube *cubes; size_t n; Str file; Roll roll; int32_t first; } World;

static void dict(SorCube *c, Arena *a, SorDim d, const char *const *v, size_t n) {
    Str *s = ARENA_ARRAY(a, Str, n);
    for (size_t i = 0; i < n; i++) s[i] = str_c(v[i]);
    c->dict[d] = s;
    c->dict_n[d] = (uint32_t)n;
}

static int by_key(const void *x, const void *y) {
    uint64_t a = ((const SorCell *)x)->key, b = ((const SorCell *)y)->key;
    return a < b ? -1 : a > b;
}

/* Planted: Stilplein has nothing in our families; Traagplein publishes late; Wisselplein doubles from the 100th day; nobody publishes on day 20; Luidplein has ten times the share of the others. */
static void day_make(World *w, SorCube *c, size_t day, uint64_t *s) {
    const char *names[P_N + 1] = { "" };
    SorCell *cells = ARENA_ARRAY(w->a, SorCell, P_N * CELLS);
    size_t n = 0;
    for (size_t i = 0; i < P_N; i++) names[i + 1] = platforms[i];
    *c = (SorCube){ .day = date_str(w->a, date_from_days(w->first + (int32_t)day)), .slug = S("global"), .kind = S("full"), .keywords = day != 70 };
    dict(c, w->a, SD_PLATFORM, names, P_N + 1);
    dict(c, w->a, SD_CATEGORY, categories, LEN(categories));
    dict(c, w->a, SD_FAMILY, families, LEN(families));
    dict(c, w->a, SD_SOURCE, sources, LEN(sources));
    dict(c, w->a, SD_GROUND, grounds, LEN(grounds));
    dict(c, w->a, SD_VISIBILITY, seen, LEN(seen));
    dict(c, w->a, SD_ACCOUNT, accounts, LEN(accounts));
    dict(c, w->a, SD_DETECTION, yesno, LEN(yesno));
    dict(c, w->a, SD_DECISION, decisions, LEN(decisions));
    for (size_t p = 1; p <= P_N && day != 20; p++)
        for (size_t k = 0; k < CELLS; k++) {
            uint64_t family = k >= 12 || p == 4 ? (k % 4 == 3 ? 5 : 0) : 1 + roll_die(s, 4);
            uint64_t key = p | (1 + roll_die(s, 3)) << 12 | family << 20 | (1 + roll_die(s, 4)) << 28 | (1 + roll_die(s, 2)) << 32 | roll_die(s, 3) << 35 | roll_die(s, 2) << 43 | roll_die(s, 3) << 47 | roll_die(s, 3) << 50 |
                roll_die(s, SCOPE_N) << 53 | (p == 5 ? 7 + roll_die(s, 4) : roll_die(s, 5)) << 56 | roll_die(s, AGE_BINS) << 60;
            int64_t rows = 10 + (int64_t)roll_die(s, 5) + (family > 0 && family < 5 && p == 3 ? 300 : 0);
            if (p == 6 && day >= 100) rows *= 2;
            cells[n++] = (SorCell){ .key = key, .rows = rows };
            c->rows += rows;
        }
    if (n > 0) qsort(cells, n, sizeof *cells, by_key);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        if (k > 0 && cells[k - 1].key == cells[i].key) cells[k - 1].rows += cells[i].rows;
        else cells[k++] = cells[i];
    }
    c->cells = cells;
    c->cells_n = k;
}

static Err into(void *ctx, Str s) {
    buf_put(ctx, s);
    return buf_err(ctx);
}

static Str written(Arena *a, RollMaker *m) {
    Buf b = buf_new(64 << 20);
    must(roll_write(m, into, &b) == OK);
    char *p = arena_alloc(a, b.n + 8);
    memcpy(p, b.p, b.n);
    Str s = { p, b.n };
    buf_free(&b);
    return s;
}

static void add(World *w, RollMaker *m, const SorCube *c) {
    must(roll_add(m, c, str_fmt(w->a, STR_FMT "/" STR_FMT "-" STR_FMT "-0011223344556677", STR_ARG(c->day), STR_ARG(c->slug), STR_ARG(c->kind)), S("0123456789abcdef0123456789abcdef"), 0, STR_NONE) == OK);
}

static World world(Arena *a) {
    World w = { .a = a, .law = test_house_law(a), .n = DAYS, .cubes = ARENA_ARRAY(a, SorCube, DAYS), .first = date_days((Date){ 2025, 5, 1 }) };
    uint64_t s = 99;
    const char *why = "";
    RollMaker *m = roll_maker(a, 2025, NULL);
    for (size_t d = 0; d < DAYS; d++) day_make(&w, &w.cubes[d], d, &s);
    for (size_t d = 0; d < DAYS; d++)
        if (d != 30) add(&w, m, &w.cubes[d]); /* day 30 is not read */
    w.file = written(a, m);
    must(roll_open(a, w.file, &w.roll, &why) == OK);
    return w;
}

/* ---- the file ---- */
static void file(World *w) {
    const char *why = "";
    Roll r, half;
    RollMaker *m = roll_maker(w->a, 2025, NULL);
    for (size_t d = DAYS; d-- > 60;) add(w, m, &w->cubes[d]); /* the later ones first, the rest in a second go */
    Str first = written(w->a, m);
    must(roll_open(w->a, first, &half, &why) == OK);
    m = roll_maker(w->a, 2025, &half);
    for (size_t d = 0; d < 60; d++)
        if (d != 30) add(w, m, &w->cubes[d]);
    check(str_eq(written(w->a, m), w->file), "the same cubes give the same bytes, in whatever order and however many times they came");
    m = roll_maker(w->a, 2025, &w->roll);
    check(roll_add(m, &w->cubes[0], w->roll.files[0].stem, S("0123456789abcdef0123456789abcdef"), 0, STR_NONE) == E_CONFLICT, "a file that is in it is not added twice");
    m = roll_maker(w->a, 2024, NULL);
    check(roll_add(m, &w->cubes[0], S("x"), S("0123456789abcdef0123456789abcdef"), 0, STR_NONE) == E_INPUT, "nor one of another year");
    char *bad = arena_alloc(w->a, w->file.n + 8);
    size_t refused = 0, found = 0, tried = 0;
    for (size_t i = 0; i < w->file.n; i += 1 + w->file.n / 400) {
        memcpy(bad, w->file.p, w->file.n);
        bad[i] = (char)(bad[i] ^ 0x20);
        tried++;
        if (roll_open(w->a, (Str){ bad, w->file.n }, &r, &why) != OK) {
            refused++;
            continue;
        }
        bool sound = true;
        for (int t = 0; t < RT_N; t++) sound = roll_sound(&r, (RollTable)t) && sound;
        found += !sound;
    }
    check(refused > 0 && found > 0 && refused + found >= tried - 1, "of %zu places where one bit was turned, %zu were refused at opening and %zu at first use", tried, refused, found); /* what fills up a head to eight bytes is in no sum */
    memcpy(bad, w->file.p, w->file.n);
    bad[8] = 9;
    check(roll_open(w->a, (Str){ bad, w->file.n }, &r, &why) == E_INPUT && strstr(why, "version") != NULL, "another version is named");
    size_t cut_off = 0;
    for (size_t n = 0; n < w->file.n; n += 1 + w->file.n / 100) {
        memcpy(bad, w->file.p, n);
        cut_off += roll_open(w->a, (Str){ bad, n }, &r, &why) == E_INPUT;
    }
    check(cut_off == (w->file.n + w->file.n / 100) / (1 + w->file.n / 100), "a file that was cut off anywhere is refused");
}

/* ---- the plain count ---- */
typedef bool Wanted(const SorCube *c, uint64_t key);
static int64_t count(const World *w, const char *platform, Date from, Date to, Wanted *f) {
    int64_t n = 0;
    for (size_t d = 0; d < DAYS; d++) {
        int32_t day = w->first + (int32_t)d;
        if (d == 30 || day < date_days(from) || day > date_days(to)) continue;
        const SorCube *c = &w->cubes[d];
        for (size_t i = 0; i < c->cells_n; i++)
            if (str_eq(c->dict[SD_PLATFORM][sor_key_get(c->cells[i].key, SD_PLATFORM)], str_c(platform)) && f(c, c->cells[i].key)) n += c->cells[i].rows;
    }
    return n;
}
#define V(d) c->dict[d][sor_key_get(key, d)]
static bool ours(const SorCube *c, uint64_t key) { return V(SD_FAMILY).n > 1; }
static bool image(const SorCube *c, uint64_t key) { return sor_key_get(key, SD_FAMILY) >= 2 && V(SD_FAMILY).n > 1; }
static bool own_machine(const SorCube *c, uint64_t key) { return ours(c, key) && str_eq(V(SD_SOURCE), S("SOURCE_VOLUNTARY")) && str_eq(V(SD_DETECTION), S("Yes")); }
static bool fully(const SorCube *c, uint64_t key) { return image(c, key) && str_ends(V(SD_DECISION), S("_FULLY")); }
static bool decided(const SorCube *c, uint64_t key) { return image(c, key) && V(SD_DECISION).n > 0; }
static bool softer(const SorCube *c, uint64_t key) { return ours(c, key) && sor_key_get(key, SD_VISIBILITY) == 1; }
static bool visible(const SorCube *c, uint64_t key) { return ours(c, key) && sor_key_get(key, SD_VISIBILITY) > 0; }
static bool one_state(const SorCube *c, uint64_t key) { return ours(c, key) && (sor_key_get(key, SD_SCOPE) == SCOPE_HOME || sor_key_get(key, SD_SCOPE) == SCOPE_ONE_OTHER); }
static bool states(const SorCube *c, uint64_t key) { return ours(c, key) && sor_key_get(key, SD_SCOPE) > SCOPE_NONE; }
static bool touched(const SorCube *c, uint64_t key) { return ours(c, key) && sor_key_get(key, SD_ACCOUNT) > 0; }
static bool terms(const SorCube *c, uint64_t key) { return ours(c, key) && sor_key_get(key, SD_GROUND) == 2; }
static bool elsewhere(const SorCube *c, uint64_t key) { return str_starts(V(SD_FAMILY), S("~")); }
static bool any(const SorCube *c, uint64_t key) { return c->rows > 0 && key > 0; }
static bool late(const SorCube *c, uint64_t key) { return any(c, key) && sor_key_get(key, SD_DISCLOSURE) >= 7; } /* classes above 7 days */
static bool dated(const SorCube *c, uint64_t key) { return any(c, key) && sor_key_get(key, SD_DISCLOSURE) >= 1; }
static bool flagged(const SorCube *c, uint64_t key) { return any(c, key) && sor_key_get(key, SD_SOURCE) == 2; }

static AskAnswer ask(World *w, const char *question, const char *platform, Date from, Date to, const AskLog *log) {
    AskAnswer x;
    Str near_names[3];
    size_t near_n = 0;
    const char *why = "";
    AskInput in = { .law = w->law, .q = ask_question(w->law, str_c(question)), .rolls = &w->roll, .rolls_n = 1, .platform = str_c(platform), .from = from, .to = to, .log = log };
    must(in.q != NULL);
    if (platform[0] != '\0') must(ask_platform(w->a, w->law, &w->roll, 1, str_c(platform), &in.who, near_names, 3, &near_n) == OK);
    must(ask_run(w->a, &in, &x, &why) == OK);
    return x;
}

static const AskValue *figure(const AskPart *p, const char *code) {
    for (size_t i = 0; i < p->figures_n; i++)
        if (strcmp(p->figures[i].code, code) == 0) return &p->figures[i].v;
    static const AskValue none = { .known = false };
    return &none;
}

static bool is_share(const AskValue *v, int64_t part, int64_t whole) { return v->known && v->part == part && v->whole == whole && near(v->value, (double)part / (double)whole, 1e-12); }

static const Date JUL = { 2025, 7, 1 }, SEP = { 2025, 9, 27 }, MAY = { 2025, 5, 1 }, JUN_END = { 2025, 6, 30 };

static void shares(World *w) {
    static const struct { const char *question; Wanted *part, *whole; } mixes[] = { { "detection", own_machine, ours }, { "automation", fully, decided }, { "softness", softer, visible }, { "territory", one_state, states },
        { "accounts", touched, ours }, { "ground", terms, ours }, { "catchall", elsewhere, ours } };
    for (size_t i = 0; i < LEN(mixes); i++) {
        bool one = true, all = true;
        AskAnswer table = ask(w, mixes[i].question, "", JUL, SEP, NULL);
        for (size_t p = 1; p < P_N; p++) { /* the first has a defect of its own */
            AskAnswer x = ask(w, mixes[i].question, platforms[p], JUL, SEP, NULL);
            int64_t part = count(w, platforms[p], JUL, SEP, mixes[i].part), whole = count(w, platforms[p], JUL, SEP, mixes[i].whole);
            const AskValue *v = figure(&x.parts[0], "share");
            one = one && x.parts_n == 1 && (whole == 0 ? !v->known : is_share(v, part, whole));
            const AskTable *t = &table.parts[0].tables[0];
            bool there = whole == 0;
            for (size_t r = 0; r < t->rows; r++)
                if (str_eq(t->cells[r * t->cols_n].text, str_c(platforms[p]))) there = is_share(&t->cells[r * t->cols_n + 2], part, whole);
            all = all && there;
        }
        check(one && all, "%s: every share is what a plain count says, of one platform and in the table of all", mixes[i].question);
    }
}

static void planted(World *w) {
    AskAnswer x = ask(w, "silence", "Stilplein", JUL, SEP, NULL);
    int64_t all = count(w, "Stilplein", JUL, SEP, any);
    const AskValue *v = figure(&x.parts[0], "share");
    check(figure(&x.parts[0], "ours")->part == 0 && v->known && v->whole == all && near(v->high, 3 / (double)all, 1e-12), "the silent platform is found, with 3/n as its bound");
    x = ask(w, "silence", "Luidplein", JUL, SEP, NULL);
    check(is_share(figure(&x.parts[0], "share"), count(w, "Luidplein", JUL, SEP, image), count(w, "Luidplein", JUL, SEP, any)), "another's statements in these families are counted, also under another category");
    x = ask(w, "disclosure", "Traagplein", JUL, SEP, NULL);
    v = figure(&x.parts[0], "over");
    check(is_share(v, count(w, "Traagplein", JUL, SEP, late), count(w, "Traagplein", JUL, SEP, dated)) && figure(&x.parts[0], "median")->low >= 8, "who publishes late is found, in a class of days and no finer");
    x = ask(w, "publishing", "Luidplein", MAY, JUN_END, NULL);
    v = figure(&x.parts[0], "without");
    check(v->part == 1 && v->whole == 60 && x.gaps_n == 1 && date_cmp(x.gaps[0].from, (Date){ 2025, 5, 31 }) == 0, "the day without statements is a day without; the day that was not read is named and is none");
    x = ask(w, "change", "Wisselplein", JUL, SEP, NULL);
    const AskTable *t = x.parts[0].tables_n > 0 ? &x.parts[0].tables[0] : NULL;
    check(t != NULL && t->rows == 1 && str_eq(t->cells[0].text, S("2025-08-09")), "the step that was planted is found on its day, and no other");
    x = ask(w, "change", "", JUL, SEP, NULL);
    check(x.parts[0].tables[0].rows == 1 && str_eq(x.parts[0].tables[0].cells[0].text, S("Wisselplein")), "of all platforms only that one");
    x = ask(w, "outliers", "", JUL, SEP, NULL);
    t = &x.parts[0].tables[0];
    bool loud = false, missing = false;
    for (size_t r = 0; r < t->rows; r++) loud = loud || (str_eq(t->cells[r * t->cols_n].text, S("Luidplein")) && t->cells[r * t->cols_n + 5].value > 0);
    for (size_t i = 0; i < x.says_n; i++) missing = missing || strstr(x.says[i].msgid, "number of recipients was read") != NULL;
    check(loud && missing && !figure(&x.parts[0], "by_recipients")->known, "the funnel stands without recipients and says that they are missing");
}

static void from_memory(World *w) {
    const LawDefect *const *d = NULL;
    size_t n = law_defect_list(w->law, DATE_NONE, w->a, &d), named = 0, marked = 0;
    for (size_t i = 0; i < n; i++) {
        if (str_eq(d[i]->names, S("*"))) continue;
        named++;
        marked += !d[i]->r.verified && strstr(str_z(w->a, d[i]->text[LANG_EN]), "was not checked") != NULL && strstr(str_z(w->a, d[i]->text[LANG_NL]), "niet nagekeken") != NULL;
    }
    check(named > 0 && named == marked, "each of the %zu defects that names a platform from memory is not verified, and its own words say so in both languages", named);
    AskAnswer x = ask(w, "silence", "Facebook", JUL, SEP, NULL);
    bool said = false;
    for (size_t i = 0; i < x.says_n; i++) said = said || strstr(x.says[i].msgid, "from memory") != NULL;
    check(said, "that a platform's name in the database is from memory stands in its answer");
}

static void parts(World *w) {
    AskAnswer x = ask(w, "softness", "Luidplein", (Date){ 2025, 6, 1 }, (Date){ 2025, 7, 31 }, NULL);
    check(x.parts_n == 2 && date_cmp(x.parts[0].to, JUN_END) == 0 && date_cmp(x.parts[1].from, JUL) == 0, "a window over the hard break is answered in two parts");
    check(is_share(figure(&x.parts[0], "share"), count(w, "Luidplein", (Date){ 2025, 6, 1 }, JUN_END, softer), count(w, "Luidplein", (Date){ 2025, 6, 1 }, JUN_END, visible)) &&
        is_share(figure(&x.parts[1], "share"), count(w, "Luidplein", JUL, (Date){ 2025, 7, 31 }, softer), count(w, "Luidplein", JUL, (Date){ 2025, 7, 31 }, visible)), "each with its own days");
    bool names_break = false;
    for (size_t i = 0; i < x.defects_n; i++) names_break = names_break || str_eq(x.defects[i]->r.id, S("schema2"));
    check(names_break, "and the break is named");
    x = ask(w, "automation", "App Store", JUL, SEP, NULL);
    check(x.parts_n == 1 && x.parts[0].apart != NULL && str_eq(x.parts[0].apart->r.id, S("appstore.automation")) && !x.parts[0].apart->r.verified, "days of a registered defect are apart, by name, and it is said that nobody verified the row");
    x = ask(w, "accounts", "App Store", JUL, SEP, NULL);
    check(x.parts[0].apart == NULL, "a question that the defect does not touch is answered as ever");
    x = ask(w, "automation", "", JUL, SEP, NULL);
    const AskTable *t = &x.parts[0].tables[0];
    bool left_out = false;
    for (size_t r = 0; r < t->rows; r++)
        if (str_eq(t->cells[r * t->cols_n].text, S("App Store"))) left_out = !t->cells[r * t->cols_n + 2].known && t->cells[r * t->cols_n + 3].word != NULL;
    check(left_out, "in the table of all its days are left out, and the row says so");
    x = ask(w, "softness", "Luidplein", (Date){ 2024, 3, 1 }, (Date){ 2024, 3, 31 }, NULL);
    check(x.state == ASK_MISSING && x.gaps_n == 1 && x.says_n > 0, "a window of which nothing was read has no answer: missing, not zero");
    x = ask(w, "complaints", "Luidplein", JUL, SEP, NULL);
    check(x.state == ASK_MISSING, "what needs a report says that there is none");
}

static void deficits(World *w) {
    Str names[2] = { S("Luidplein"), S("Facebook") };
    Date from = JUL, to = { 2025, 8, 20 }, last = { 2025, 9, 19 };
    int64_t rows = count(w, "Luidplein", from, last, flagged), face = count(w, "Facebook", from, last, flagged);
    AskLogItem items[2] = { { .name = names[0], .who = { &names[0], 1 }, .items = rows + 50, .flagger = rows + 7 }, { .name = names[1], .who = { &names[1], 1 }, .items = face + 9, .flagger = face + 9 } };
    AskLog log = { items, 2, true };
    AskAnswer x = ask(w, "deficit", "Luidplein", from, to, &log);
    check(figure(&x.parts[0], "deficit")->part == 7 && strstr(figure(&x.parts[0], "verdict")->word, "proven: statements are missing") == figure(&x.parts[0], "verdict")->word, "seven more items than statements with that source until thirty days later: proven");
    items[0].flagger = rows;
    x = ask(w, "deficit", "Luidplein", from, to, &log);
    check(figure(&x.parts[0], "deficit")->part == 0 && strncmp(figure(&x.parts[0], "verdict")->word, "nothing proven", 14) == 0, "as many: nothing is proven");
    items[0].flagger = rows + 1000000;
    x = ask(w, "deficit", "Luidplein", (Date){ 2025, 5, 25 }, to, &log);
    check(strncmp(figure(&x.parts[0], "verdict")->word, "not proven: not every day", 25) == 0, "with a day that was not read nothing is proven, however large it is");
    x = ask(w, "deficit", "Facebook", from, to, &log);
    check(strncmp(figure(&x.parts[0], "verdict")->word, "not proven: a registered defect", 31) == 0, "nor when a registered defect touches the days");
    log.flagger = false;
    x = ask(w, "deficit", "", from, to, &log);
    check(x.state == ASK_MISSING, "who is no trusted flagger has nothing to set against them");
    x = ask(w, "published", "", from, to, NULL);
    check(x.state == ASK_MISSING, "without a log the question has no answer");
}

static void names(World *w) {
    Str out[5];
    AskWho who;
    size_t n = 0;
    check(ask_platform(w->a, w->law, &w->roll, 1, S("luidPLEIN"), &who, out, 5, &n) == OK && who.n == 1 && str_eq(who.names[0], S("Luidplein")), "letters small or large");
    check(ask_platform(w->a, w->law, &w->roll, 1, S("facebook"), &who, out, 5, &n) == OK && str_eq(who.names[0], S("Facebook")), "a code of the register");
    check(ask_platform(w->a, w->law, &w->roll, 1, S("x"), &who, out, 5, &n) == OK && who.n == 2, "one that was renamed has both names");
    check(ask_platform(w->a, w->law, &w->roll, 1, S("Luitplijn"), &who, out, 5, &n) == E_MISSING && n > 0 && str_eq(out[0], S("Luidplein")), "a name that is nearly right is told");
    check(ask_question(w->law, S("17")) == ask_question(w->law, S("change")) && ask_question(w->law, S("0")) == NULL && ask_question(w->law, S("25")) == NULL, "questions by code or number, and no others");
    const LawQuestion *const *q = NULL;
    bool in_order = ask_questions(w->law, w->a, &q) == 24;
    for (size_t i = 0; in_order && i < 24; i++) in_order = q[i]->number == (int64_t)i + 1 && q[i]->text[LANG_NL].n > 0 && q[i]->text[LANG_EN].n > 0 && q[i]->formula[LANG_NL].n > 0;
    check(in_order, "all twenty-four, in order, in both languages");
    AskAnswer x;
    const char *why = "";
    AskInput in = { .law = w->law, .q = q[0], .rolls = &w->roll, .rolls_n = 1, .from = SEP, .to = JUL };
    check(ask_run(w->a, &in, &x, &why) == E_INPUT, "days the wrong way round are refused");
    in.from = (Date){ 2000, 1, 1 };
    check(ask_run(w->a, &in, &x, &why) == E_LIMIT, "and more than ten years");
}

/* ---- two files for a day ---- */
static void twice(World *w) {
    SorCube other = w->cubes[80], light = w->cubes[80];
    const char *why = "";
    RollMaker *m = roll_maker(w->a, 2025, NULL);
    Roll r, keep = w->roll;
    SorCell *cells = ARENA_ARRAY(w->a, SorCell, other.cells_n);
    memcpy(cells, other.cells, other.cells_n * sizeof *cells);
    cells[0].rows += 1000;
    other.cells = cells;
    other.rows += 1000;
    light.kind = S("light");
    must(roll_add(m, &w->cubes[80], S("2025-07-20/global-full-a"), S("0123456789abcdef0123456789abcdef"), 1000, STR_NONE) == OK);
    must(roll_add(m, &other, S("2025-07-20/global-full-b"), S("0123456789abcdef0123456789abcdef"), 2000, STR_NONE) == OK);
    must(roll_add(m, &light, S("2025-07-20/global-light-c"), S("0123456789abcdef0123456789abcdef"), 3000, STR_NONE) == OK);
    must(roll_open(w->a, written(w->a, m), &r, &why) == OK);
    w->roll = r;
    Date day = { 2025, 7, 20 };
    AskAnswer x = ask(w, "history", "", day, day, NULL);
    check(x.sources_n == 1 && str_eq(x.sources[0]->stem, S("2025-07-20/global-full-b")) && x.unused_n == 2, "of three files for a day the newest full one counts, and the others are named");
    check(figure(&x.parts[0], "altered")->part == 1 && x.parts[0].tables[0].rows == 1 && x.parts[0].tables[0].cells[4].part == -1000, "that the day was published twice is found, with the difference; full and light are two things");
    w->roll = keep;
}

/* ---- transparency reports ---- */
static RepFigure number(RepSection s, const char *measure, const char *category, const char *scope, int64_t n) {
    return (RepFigure){ .section = s, .kind = REP_COUNT, .measure = str_c(measure), .category = str_c(category), .scope = str_c(scope), .milli = n * 1000 };
}
static bool violence(const SorCube *c, uint64_t key) { return str_eq(c->dict[SD_CATEGORY][sor_key_get(key, SD_CATEGORY)], S("STATEMENT_CATEGORY_CYBER_VIOLENCE")); }
static bool of_flagger(const SorCube *c, uint64_t key) { return violence(c, key) && str_eq(c->dict[SD_SOURCE][sor_key_get(key, SD_SOURCE)], S("SOURCE_TRUSTED_FLAGGER")); }
static bool own_of(const SorCube *c, uint64_t key) { return violence(c, key) && str_eq(c->dict[SD_SOURCE][sor_key_get(key, SD_SOURCE)], S("SOURCE_VOLUNTARY")); }
static const AskValue *cell(const AskTable *t, const char *first, size_t skip, const char *col) {
    static const AskValue none = { .known = false };
    for (size_t r = 0; r < t->rows; r++) {
        const AskValue *v = &t->cells[r * t->cols_n];
        if ((!str_eq(v->text, str_c(first)) && (v->word == NULL || strcmp(v->word, first) != 0)) || skip-- > 0) continue;
        for (size_t k = 0; k < t->cols_n; k++)
            if (strcmp(t->cols[k].code, col) == 0) return &v[k];
    }
    return &none;
}
static bool says(const AskAnswer *x, const char *what) {
    for (size_t i = 0; i < x->says_n; i++)
        if (strstr(x->says[i].msgid, what) != NULL) return true;
    return false;
}
static bool word_is(const AskValue *v, const char *what) { return v->known && v->word != NULL && strstr(v->word, what) != NULL; }
static AskAnswer ask_with(World *w, const char *question, const char *platform, Date from, Date to, const AskReports *r) {
    AskAnswer x;
    Str name = str_c(platform);
    const char *why = "";
    AskInput in = { .law = w->law, .q = ask_question(w->law, str_c(question)), .rolls = &w->roll, .rolls_n = 1, .platform = name, .who = { &name, *platform != '\0' }, .from = from, .to = to, .reports = r };
    must(in.q != NULL && ask_run(w->a, &in, &x, &why) == OK);
    return x;
}

static void reconciled(World *w, const AskReports *r) {
    const char *vio = "STATEMENT_CATEGORY_CYBER_VIOLENCE";
    int64_t tf = count(w, "Luidplein", JUL, (Date){ 2025, 8, 31 }, of_flagger), mine = count(w, "Luidplein", JUL, (Date){ 2025, 8, 31 }, own_of);
    AskAnswer x = ask_with(w, "reconcile", "Luidplein", JUL, SEP, r);
    const AskTable *t = &x.parts[0].tables[0];
    check(x.parts_n == 1 && x.reports_n == 1 && date_cmp(x.parts[0].to, (Date){ 2025, 8, 31 }) == 0 && x.parts[0].days == 62 && x.parts[0].days_read == 62, "a report is set beside the statements of exactly its own days");
    check(cell(t, vio, 0, "statements")->part == tf && cell(t, vio, 0, "report")->part == 2 * tf && near(cell(t, vio, 0, "ratio")->value, 0.5, 1e-12) && word_is(cell(t, vio, 0, "verdict"), "fewer statements"),
        "half as many statements after trusted flaggers as it reports is a ratio of a half, to explain");
    check(cell(t, vio, 2, "statements")->part == mine && near(cell(t, vio, 2, "ratio")->value, 1, 1e-12) && word_is(cell(t, vio, 2, "verdict"), "the same"), "as many by itself, law and terms together, is the same");
    check(!cell(t, vio, 1, "report")->known && !cell(t, vio, 1, "ratio")->known && word_is(cell(t, vio, 1, "verdict"), "no such figure"), "what the report does not give is missing, not zero");
    check(figure(&x.parts[0], "own_notices")->part == 9 && figure(&x.parts[0], "notices_reported")->part == 4 && word_is(figure(&x.parts[0], "own_verdict"), "short"), "a report with fewer notices of all trusted flaggers than we alone sent is short");
    x = ask_with(w, "reconcile", "Luidplein", JUL, (Date){ 2025, 7, 31 }, r);
    check(says(&x, "lies partly outside") && x.parts[0].tables_n == 1, "a window that cuts a report in two compares nothing, and says which days to choose");
    x = ask_with(w, "reconcile", "Stilplein", MAY, SEP, r);
    check(x.parts_n == 1 && !cell(&x.parts[0].tables[0], "All together", 0, "ratio")->known && word_is(cell(&x.parts[0].tables[0], "All together", 0, "verdict"), "not every day was read"), "with a day that was not read no ratio is given");
    x = ask_with(w, "reconcile", "Traagplein", MAY, SEP, r);
    check(!cell(&x.parts[0].tables[0], "All together", 0, "ratio")->known && word_is(cell(&x.parts[0].tables[0], "All together", 0, "verdict"), "hard break"), "nor over the hard break");
    x = ask_with(w, "reconcile", "Wisselplein", JUL, SEP, r);
    check(says(&x, "No transparency report of this platform") && x.state == ASK_ANSWERED && x.parts[0].tables[0].rows > 3, "without a report the statements stand alone, and it says so");
    x = ask_with(w, "reconcile", "", JUL, SEP, r);
    check(x.state == ASK_MISSING, "a report is of one platform: of all of them nothing is compared");
}

static void reports(World *w) {
    int64_t tf = count(w, "Luidplein", JUL, (Date){ 2025, 8, 31 }, of_flagger), mine = count(w, "Luidplein", JUL, (Date){ 2025, 8, 31 }, own_of);
    const char *vio = "STATEMENT_CATEGORY_CYBER_VIOLENCE";
    const RepFigure loud[] = { number(REP_NOTICES, "law_tf", vio, "", 2 * tf - 1), number(REP_NOTICES, "terms_tf", vio, "", 1), number(REP_OWN_LAW, "measures", vio, "", 7), number(REP_OWN_TERMS, "measures", vio, "", mine - 7),
        number(REP_NOTICES, "notices_tf", "TOTAL", "", 4), number(REP_APPEALS, "complaints", "", "Total number", 1000), number(REP_APPEALS, "complaints", "", "Decisions upheld", 600), number(REP_APPEALS, "complaints", "", "Decisions partially reversed", 50),
        number(REP_APPEALS, "complaints", "", "Decisions reversed", 150), number(REP_APPEALS, "disputes", "", "Decisions reversed", 3), number(REP_PEOPLE, "moderators_language", "", "nl", 12), number(REP_PEOPLE, "moderators_language", "", "de", 40),
        number(REP_RECIPIENTS, "recipients", "", "TOTAL", 20000000), number(REP_RECIPIENTS, "recipients", "", "NL", 3000000) };
    const RepFigure quiet[] = { number(REP_RECIPIENTS, "recipients", "", "TOTAL", 30000000), number(REP_OWN_LAW, "measures", "TOTAL", "", 5) };
    Report r1 = { .figures = loud, .figures_n = LEN(loud) }, r2 = { .figures = quiet, .figures_n = LEN(quiet) };
    static const Str who[] = { { "Luidplein", 9 }, { "Stilplein", 9 }, { "Traagplein", 10 }, { "Facebook", 8 } };
    const AskReport v[] = { { .name = who[0], .who = { &who[0], 1 }, .from = JUL, .to = { 2025, 8, 31 }, .sha256 = S("aa"), .r = &r1, .own_known = true, .flagger = true, .own = { 12, 9 } },
        { .name = who[1], .who = { &who[1], 1 }, .from = { 2025, 5, 20 }, .to = { 2025, 6, 10 }, .sha256 = S("bb"), .r = &r2 }, { .name = who[2], .who = { &who[2], 1 }, .from = { 2025, 6, 20 }, .to = { 2025, 7, 10 }, .sha256 = S("cc"), .r = &r2 },
        { .name = who[3], .who = { &who[3], 1 }, .from = JUL, .to = { 2025, 7, 31 }, .sha256 = S("dd"), .r = &r2 } };
    const AskReports all = { v, LEN(v) }, none = { v, 0 };
    reconciled(w, &all);
    AskAnswer x = ask_with(w, "reconcile", "Facebook", JUL, SEP, &all);
    check(word_is(cell(&x.parts[0].tables[0], "All together", 2, "verdict"), "registered defect") && x.defects_n > 0, "days that a registered defect touches are said so in each row");
    x = ask_with(w, "complaints", "Luidplein", JUL, SEP, &all);
    check(is_share(figure(&x.parts[0], "share"), 200, 800) && figure(&x.parts[0], "share")->interval && x.gaps_n == 0, "200 of 800 decided complaints were reversed, whole or in part, with an interval");
    check(cell(&x.parts[0].tables[0], "Disputes before an out-of-court body", 0, "reversed")->part == 3 && !cell(&x.parts[0].tables[0], "Disputes before an out-of-court body", 0, "share")->known, "with the upheld ones not given there is no share");
    x = ask_with(w, "complaints", "", JUL, SEP, &all);
    check(x.parts[0].tables[0].rows == 3 && is_share(cell(&x.parts[0].tables[0], "Luidplein", 0, "share"), 200, 800) && !cell(&x.parts[0].tables[0], "Facebook", 0, "share")->known, "of all platforms a row for each report that touches the window");
    x = ask_with(w, "complaints", "Luidplein", (Date){ 2025, 9, 1 }, SEP, &all);
    check(x.state == ASK_MISSING && says(&x, "missing, not zero"), "outside its period a report says nothing");
    x = ask_with(w, "languages", "Luidplein", JUL, SEP, &all);
    check(near(figure(&x.parts[0], "rate")->value, 4, 1e-12) && x.parts[0].tables[0].rows == 2 && x.parts[0].tables[1].rows == 1, "twelve people who read Dutch for three million recipients are four per million");
    x = ask_with(w, "outliers", "", JUL, SEP, &all);
    const AskTable *t = &x.parts[0].tables[0];
    check(strcmp(t->code, "by_recipients") == 0 && t->rows == 4 && cell(t, "Luidplein", 0, "rate")->whole == 20000000, "the funnel is set against the recipients that reports give");
    x = ask_with(w, "silence", "Stilplein", JUL, SEP, &all);
    const AskValue *m = figure(&x.parts[0], "per_million");
    check(m->known && near(m->high, 0.1, 1e-12) && m->part == 0 && figure(&x.parts[0], "peers")->value > 1, "silence of thirty million recipients is at most a tenth per million, beside the median of its peers");
    x = ask_with(w, "silence", "Stilplein", JUL, SEP, &none);
    check(!figure(&x.parts[0], "per_million")->known && says(&x, "cannot be compared with peers"), "without a report that is missing, and said");
}

/* ---- beside a share ---- */
static bool keyworded(const SorCube *c, uint64_t key) { return V(SD_FAMILY).n > 0; }
static void gz_put(Buf *b, Str text) {
    uint8_t room[8192];
    z_stream z = { 0 };
    must(deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    z.next_in = (Bytef *)(uintptr_t)text.p; /* the library reads only */
    z.avail_in = (uInt)text.n;
    z.next_out = room;
    z.avail_out = sizeof room;
    must(deflate(&z, Z_FINISH) == Z_STREAM_END);
    buf_put(b, str_bytes(room, sizeof room - z.avail_out));
    deflateEnd(&z);
}

static void beside(World *w) {
    Roll keep = w->roll, r;
    const char *why = "";
    RollMaker *m = roll_maker(w->a, 2025, NULL);
    Buf gz = buf_new(1 << 20), old = buf_new(1 << 20);
    AskAnswer x = ask(w, "catchall", "Luidplein", JUL, SEP, NULL);
    int64_t all = count(w, "Luidplein", JUL, SEP, any) - count(w, "Luidplein", (Date){ 2025, 7, 10 }, (Date){ 2025, 7, 10 }, any), with = count(w, "Luidplein", JUL, SEP, keyworded) - count(w, "Luidplein", (Date){ 2025, 7, 10 }, (Date){ 2025, 7, 10 }, keyworded);
    check(is_share(figure(&x.parts[0], "keywords"), with, all) && says(&x, "older kind"), "how many statements have a keyword at all, without the one day whose cube does not tell");
    x = ask(w, "catchall", "", JUL, SEP, NULL);
    check(x.parts[0].tables_n == 2 && is_share(cell(&x.parts[0].tables[1], "Luidplein", 0, "share"), with, all), "the same in the table of all");
    gz_put(&gz, S("platform_name,family,incompatible_content_illegal,decision_ground,explanation_hash,decision_account,application_date,end_date_account_restriction,visibility_other\n"));
    gz_put(&gz, S("Luidplein,CSAM+NCII,,DECISION_GROUND_ILLEGAL_CONTENT,,DECISION_ACCOUNT_SUSPENDED,2025-07-01 00:00:00,2025-07-08 00:00:00,hidden from search\nLuidplein,CSAM+NCII,,DECISION_GROUND_ILLEGAL_CONTENT,,DECISION_ACCOUNT_SUSPENDED,2025-07-01 00:00:00,,hidden from search\n"
        "Luidplein,CSAM+NCII,,DECISION_GROUND_ILLEGAL_CONTENT,,DECISION_ACCOUNT_SUSPENDED,2025-07-01 00:00:00,2025-06-01 00:00:00,no comments\nTraagplein,AGE-ACCESS,,DECISION_GROUND_ILLEGAL_CONTENT,,DECISION_ACCOUNT_TERMINATED,2025-07-01 00:00:00,,hidden from search\n"));
    gz_put(&old, S("platform_name,family,incompatible_content_illegal,decision_ground,explanation_hash,decision_account,application_date,end_date_account_restriction\nLuidplein,CSAM+NCII,,DECISION_GROUND_ILLEGAL_CONTENT,,DECISION_ACCOUNT_SUSPENDED,2025-07-01 00:00:00,2025-07-01 00:00:00\n"));
    must(roll_add(m, &w->cubes[80], S("2025-07-20/global-full-a"), S("0123456789abcdef0123456789abcdef"), 0, buf_str(&gz)) == OK);
    Str first = written(w->a, m);
    must(roll_open(w->a, first, &r, &why) == OK);
    m = roll_maker(w->a, 2025, &r); /* a second go over the first, as every day's is */
    must(roll_add(m, &w->cubes[81], S("2025-07-21/global-full-b"), S("0123456789abcdef0123456789abcdef"), 0, buf_str(&old)) == OK);
    must(roll_open(w->a, written(w->a, m), &w->roll, &why) == OK);
    x = ask(w, "softness", "Luidplein", (Date){ 2025, 7, 20 }, (Date){ 2025, 7, 21 }, NULL);
    const AskTable *t = &x.parts[0].tables[2];
    check(strcmp(t->code, "others") == 0 && t->rows == 2 && is_share(cell(t, "hidden from search", 0, "share"), 2, 3) && is_share(cell(t, "no comments", 0, "share"), 1, 3) && says(&x, "not kept what other measures are"),
        "what other measures are, by text, and that one day did not keep it");
    x = ask(w, "softness", "", (Date){ 2025, 7, 20 }, (Date){ 2025, 7, 21 }, NULL);
    check(cell(&x.parts[0].tables[1], "hidden from search", 0, "statements")->part == 3 && cell(&x.parts[0].tables[1], "hidden from search", 0, "platforms")->part == 2, "of all platforms the same text is counted once, with the number of platforms");
    x = ask(w, "accounts", "Luidplein", (Date){ 2025, 7, 20 }, (Date){ 2025, 7, 21 }, NULL);
    check(is_share(figure(&x.parts[0], "ends"), 3, 4) && near(figure(&x.parts[0], "end_median")->low, 0, 0.1) && near(figure(&x.parts[0], "end_median")->high, 1, 0.1), "three of four suspensions have an end; half of them within a day");
    bool early = false;
    for (size_t i = 0; i < x.parts[0].says_n; i++) early = early || strstr(x.parts[0].says[i].msgid, "end before they begin") != NULL;
    x = ask(w, "accounts", "", (Date){ 2025, 7, 20 }, (Date){ 2025, 7, 21 }, NULL);
    check(early && x.parts[0].tables[1].rows == 1 && is_share(cell(&x.parts[0].tables[1], "Luidplein", 0, "end"), 3, 4), "one that ends before it begins is told; who terminates accounts suspends none");
    w->roll = keep;
    buf_free(&gz);
    buf_free(&old);
}

int main(void) {
    Arena *a = arena_new((size_t)2 << 30);
    arithmetic(a);
    coverage();
    World w = world(a);
    file(&w);
    shares(&w);
    planted(&w);
    from_memory(&w);
    parts(&w);
    deficits(&w);
    names(&w);
    twice(&w);
    reports(&w);
    beside(&w);
    arena_free(a);
    return tap_end();
}
