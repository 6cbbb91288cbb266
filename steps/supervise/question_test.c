/* The questions as pages and over the own log: a made day beside a real record, asked in both languages by everybody on the staff. */
#include "core/case/request.h"
#include "core/step/pagekit.h"
#include "foundation/sys/sys.h"
#include "steps/supervise/asked_in.h"
#include "steps/supervise/official.h"
#include "steps/supervise/reported_state.h"

#include <math.h>

enum { DAY = 86400000, HOUR = 3600000 };
static const ActDef *all[130];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; supervise_step.acts[i] != NULL; i++) all[n++] = supervise_step.acts[i];
    all[n] = NULL;
}
static void as_analyst(Kit *k) { kit_person(k, R_ANALYST, k->lead, k->org, NULL); }

/* Three days of March 2026 in a year file, and an act for each; the fourth act has no cube in it. */
static const char *const words[SD_DICTS][3] = { { "", "Stilplein", "Voorbeeldplein" }, { "", "STATEMENT_CATEGORY_CYBER_VIOLENCE" }, { "", "NCII" }, { "", "SOURCE_TRUSTED_FLAGGER", "SOURCE_VOLUNTARY" }, { "", "DECISION_GROUND_ILLEGAL_CONTENT" },
    { "", "[\"DECISION_VISIBILITY_CONTENT_REMOVED\"]" }, { "" }, { "", "No" }, { "", "AUTOMATED_DECISION_FULLY" } };
static Err into(void *ctx, Str s) {
    buf_put(ctx, s);
    return buf_err(ctx);
}
static Str sum_of(Arena *a, uint8_t c) {
    char *p = arena_alloc(a, 32);
    memset(p, c, 32);
    return (Str){ p, 32 };
}
static void act_of(Kit *k, Str day, uint8_t c) {
    SorFile f = { .slug = S("global"), .day = day, .kind = S("full"), .form = S("V2"), .sha256 = sum_of(k->c.arena, c), .sha1_state = S("none"), .bytes = 1, .parts = 1, .lines = 100, .rows = 60, .published = -1, .cube = sum_of(k->c.arena, 1),
        .extract = sum_of(k->c.arena, 2), .line_list = sum_of(k->c.arena, 3), .quality = sum_of(k->c.arena, 4), .crosswalk = sum_of(k->c.arena, 5) };
    kit_as_system(k);
    must(journal_one(&k->c, sor_read_act(&k->c, &f)) == OK);
}
static void days_make(Kit *k) {
    Arena *a = k->c.arena;
    RollMaker *m = roll_maker(a, 2026, NULL);
    Buf b = buf_new(16 << 20);
    for (int d = 0; d < 3; d++) {
        SorCell cells[3] = { { .key = 0 } };
        for (int i = 0; i < 3; i++) { /* Stilplein: nothing of ours; Voorbeeldplein: two by a trusted flagger, fifty of its own */
            uint64_t key = (i == 0 ? 1u : 2u) | 1u << 12 | (i == 0 ? 0u : UINT64_C(1) << 20) | (uint64_t)(i == 1 ? 1 : 2) << 28 | UINT64_C(1) << 32 | UINT64_C(1) << 35 | UINT64_C(1) << 47 | UINT64_C(1) << 50 | UINT64_C(2) << 53 | UINT64_C(3) << 56;
            cells[i] = (SorCell){ .key = key, .rows = i == 0 ? 8 : i == 1 ? 2 : 50 };
        }
        SorCube c = { .day = date_str(a, (Date){ 2026, 3, (uint8_t)(1 + d) }), .slug = S("global"), .kind = S("full"), .rows = 60, .cells = cells, .cells_n = 3 };
        for (int i = 0; i < SD_DICTS; i++) {
            c.dict[i] = ARENA_ARRAY(a, Str, 3);
            for (c.dict_n[i] = 1; c.dict_n[i] < 3 && words[i][c.dict_n[i]] != NULL; c.dict_n[i]++) c.dict[i][c.dict_n[i]] = str_c(words[i][c.dict_n[i]]);
        }
        must(roll_add(m, &c, str_fmt(a, STR_FMT "/global-full-%02x%02x%02x%02x%02x%02x%02x%02x", STR_ARG(c.day), 16 + d, 16 + d, 16 + d, 16 + d, 16 + d, 16 + d, 16 + d, 16 + d), sum_of(a, 1), 0, STR_NONE) == OK);
        act_of(k, c.day, (uint8_t)(16 + d));
    }
    must(roll_write(m, into, &b) == OK);
    must(dir_make(str_fmt(a, "%s/official", k->dir).p, 0700) == OK && dir_make(str_fmt(a, "%s/official/sor", k->dir).p, 0700) == OK);
    must(file_write(str_fmt(a, "%s/official/sor/2026.year", k->dir).p, buf_str(&b), 0600) == OK);
    buf_free(&b);
    act_of(k, S("2026-03-04"), 0x40);
}

/* ---- the own log ---- */
static Id request(Kit *k, Id case_id, const char *holder) {
    RequestNew n = { .case_id = case_id, .subject = ctx_new_id(&k->c), .kind = S("notice"), .rung = S("platform"), .holder = str_c(holder), .form = S("art16"), .offence = S("NCII"), .country = S("NL") };
    Act *a = request_make(&k->c, ID_NONE, &n);
    must(journal_one(&k->c, a) == OK);
    return a->subject;
}
static void answered(Kit *k, Id id, const char *outcome) {
    RequestRow r;
    must(request_by_id(&k->c, id, &r) == OK && journal_one(&k->c, request_event(&k->c, &r, REQ_ANSWERED, str_c(outcome), STR_NONE, k->c.now)) == OK);
}

static const AskValue *figure(const AskAnswer *x, const char *code) {
    static const AskValue none = { .known = false };
    for (size_t i = 0; x->parts_n > 0 && i < x->parts[0].figures_n; i++)
        if (strcmp(x->parts[0].figures[i].code, code) == 0) return &x->parts[0].figures[i].v;
    return &none;
}
static AskAnswer asked(Kit *k, const char *question, const char *platform, Date from, Date to) {
    Years y;
    AskedWho who;
    AskAnswer x;
    Str near_names[3];
    size_t n = 0;
    const char *why = "";
    years_open(k->c.arena, str_fmt(k->c.arena, "%s/official/sor", k->dir).p, 2026, 2026, &y);
    must(asked_who(&k->c, k->c.arena, k->app.law, &y, str_c(platform), &who, near_names, 3, &n) == OK);
    must(asked_run(&k->c, k->c.arena, k->app.law, &y, ask_question(k->app.law, str_c(question)), &who, from, to, NULL, &x, &why) == OK);
    years_close(&y); /* texts of an answer about statements lie in the mapped file: none is looked at after this */
    return x;
}

static void the_log(Kit *k) {
    Date from = { 2026, 3, 1 }, to = { 2026, 3, 31 };
    kit_as_worker(k);
    Id case_id = kit_case(k, "18+", "spread", NULL), id[20];
    for (size_t i = 0; i < 20; i++) id[i] = request(k, case_id, "demoplein");
    kit_later(k, 12 * HOUR);
    kit_as_worker(k);
    for (size_t i = 0; i < 5; i++) answered(k, id[i], "removed"); /* five within a day */
    kit_later(k, 30 * HOUR);
    kit_as_worker(k);
    for (size_t i = 5; i < 13; i++) answered(k, id[i], "removed"); /* eight more within two days, the other seven still open */
    as_analyst(k);
    AskAnswer x = asked(k, "response", "demoplein", from, to);
    check(figure(&x, "asked")->part == 20 && figure(&x, "decided")->part == 13 && fabs(figure(&x, "h24")->value - 0.25) < 1e-9 && fabs(figure(&x, "h48")->value - 0.65) < 1e-9 && fabs(figure(&x, "median")->value - 1.75) < 1e-9,
        "a quarter within a day, 65%% within two, half at 42 hours: as planted, with seven open");
    x = asked(k, "response", "Voorbeeldplein", from, to);
    check(figure(&x, "asked")->part == 20, "the same by its name in the database");
    x = asked(k, "deficit", "demoplein", from, to);
    check(figure(&x, "items")->part == 13 && figure(&x, "statements")->part == 6 && figure(&x, "deficit")->part == 7 && strncmp(figure(&x, "verdict")->word, "not proven: not every day", 25) == 0,
        "thirteen own items against six statements is a deficit of seven, and not proven while days are missing");
    x = asked(k, "claimed", "demoplein", from, to);
    check(!figure(&x, "reported")->known && figure(&x, "median")->known, "what the platform reports is missing, ours is there");
    x = asked(k, "channels", "demoplein", from, to);
    check(!figure(&x, "p")->known && x.parts[0].tables[0].rows == 1, "with victims' notices alone there is nothing to compare, and it says so");
    kit_as_inspector(k);
    x = asked(k, "response", "demoplein", from, to);
    check(figure(&x, "asked")->part == 0 && !figure(&x, "median")->known, "another organisation's log is not in it");
}

/* ---- a report beside it ---- */
static void report_read(Kit *k, uint64_t seed) {
    Arena *a = k->c.arena;
    RepWish w = { .seed = seed, .service = S("Voorbeeldplein"), .from = S("2026-03-01"), .to = S("2026-03-03"), .published = S("2026-04-01") };
    RepFile *f = NULL;
    Report r;
    Act *act = NULL;
    size_t n = 0;
    const char *why = "";
    reported_make(a, &w, true, &f, &n);
    must(reported_read(a, f, n, STR_NONE, &r, &why) == OK);
    kit_as_system(k);
    ReportedFile kept = { f[0].name, sum_of(a, 0x77), (int64_t)f[0].bytes.n };
    must(reported_act(&k->c, S("demoplein"), &r, &kept, 1, ID_NONE, &act) == OK && journal_one(&k->c, act) == OK);
}

static void reports(Kit *k) {
    Date from = { 2026, 3, 1 }, to = { 2026, 3, 31 };
    report_read(k, 5);
    as_analyst(k);
    AskAnswer x = asked(k, "claimed", "demoplein", from, to);
    check(figure(&x, "reported")->known && x.reports_n == 1 && x.parts[0].tables[0].rows == 1 && x.parts[0].tables[0].cells[6].word != NULL, "what the platform says of its own time stands beside what we saw in the same period");
    x = asked(k, "reconcile", "demoplein", from, to);
    check(x.reports_n == 1 && x.parts[0].tables[0].cells[2].known && x.parts[0].tables[0].cells[3].known && x.parts[0].tables[0].cells[4].known && figure(&x, "own_notices")->known, "the report is set beside the statements, a ratio in each row, and beside our own notices");
    k->c.lang = LANG_EN;
    Asked a = kit_ask(k, &supervise_step, "/question/complaints?platform=demoplein", NULL);
    check(page_has(&a, "Reversed, whole or in part, of the complaints") && page_has(&a, "Reports that were looked into") && page_has(&a, "777777"), "complaints that succeeded are answered from the report, which is named with its hash");
    check(page_has(&a, "2026-03-01"), "and without days asked it is asked over the period of the newest report");
    a = kit_ask(k, &supervise_step, "/question/languages", NULL);
    check(page_has(&a, "Moderators who read Dutch") && page_has(&a, "<svg"), "people who read Dutch of all platforms, with a chart");
    a = kit_ask(k, &supervise_step, "/question/outliers?from=2026-03-01&to=2026-03-03", NULL);
    check(page_has(&a, "Per million active recipients") && page_has(&a, "Recipients are those of the newest report"), "outliers are set against the recipients of the report");
    kit_as_inspector(k);
    x = asked(k, "complaints", "demoplein", from, to);
    check(x.state == ASK_MISSING && x.reports_n == 0, "another organisation's report is not looked into");
}

/* Peto's worked example has no place here: two groups of four by hand. */
static void two_groups(void) {
    LogRankObs o[8] = { { 1, true, true }, { 2, true, true }, { 3, true, true }, { 4, true, true }, { 5, true, false }, { 6, true, false }, { 7, false, false }, { 8, false, false } };
    LogRank r = { 0 };
    logrank_add(o, 8, &r);
    double expected = 4.0 / 8 + 3.0 / 7 + 2.0 / 6 + 1.0 / 5, variance = 4.0 * 4 / 64 + 3.0 * 4 / 49 + 2.0 * 4 / 36 + 1.0 * 4 / 25;
    check(fabs(r.observed - 4) < 1e-12 && fabs(r.expected - expected) < 1e-12 && fabs(r.variance - variance) < 1e-12 && logrank_p(&r) < 0.01, "the log-rank test of two small groups is what it is by hand");
    LogRankObs one[2] = { { 1, true, true }, { 2, true, true } };
    LogRank none = { 0 };
    logrank_add(one, 2, &none);
    check(none.variance <= 0 && fabs(logrank_p(&none) - 1) < 1e-12, "one group alone says nothing");
}

/* ---- pages ---- */
static void pages(Kit *k) {
    const LawQuestion *const *q = NULL;
    size_t n = ask_questions(k->app.law, k->c.arena, &q), good = 0, csv = 0, beside = 0;
    as_analyst(k);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        k->c.lang = (Lang)lang;
        Asked a = kit_ask(k, &supervise_step, "/questions", NULL);
        check(a.err == OK && page_has(&a, str_z(k->c.arena, q[23]->name[lang])), "the list has all questions, in %s", lang_code((Lang)lang));
        for (size_t i = 0; i < n; i++) {
            const char *base = str_fmt(k->c.arena, "/question/" STR_FMT, STR_ARG(q[i]->r.id)).p;
            a = kit_ask(k, &supervise_step, str_fmt(k->c.arena, "%s?from=2026-03-01&to=2026-03-03", base).p, NULL);
            Asked one = kit_ask(k, &supervise_step, str_fmt(k->c.arena, "%s?from=2026-03-01&to=2026-03-03&platform=demoplein", base).p, NULL);
            good += a.err == OK && one.err == OK;
            const LawCaveat *c = law_caveat(k->app.law, q[i]->caveats.n > 0 ? str_sub(q[i]->caveats, 0, strcspn(q[i]->caveats.p, " ,")) : S(""), DATE_NONE);
            Str words_of = c != NULL ? str_sub(c->text[lang], 0, 30) : STR_NONE;
            beside += c != NULL && page_has(&one, str_z(k->c.arena, words_of));
            a = kit_ask(k, &supervise_step, str_fmt(k->c.arena, "%s/figures.csv?from=2026-03-01&to=2026-03-03", base).p, NULL);
            csv += a.err == OK && str_starts(a.body, S("question,platform,from"));
        }
    }
    check(good == 2 * n && csv == 2 * n, "each has its page of all platforms and of one, and its file, in both languages");
    check(beside == 2 * n, "and its caveat beside the answer");
    k->c.lang = LANG_EN;
    Asked a = kit_ask(k, &supervise_step, "/question/silence?from=2026-03-01&to=2026-03-05&platform=Stilplein", NULL);
    check(page_has(&a, "none, at most") && page_has(&a, "Days that were not read") && page_has(&a, "0101010101"), "silence has its upper bound, the days that were not read, and the hash of each cube");
    check(page_has(&a, "Daily files were read that the year file does not hold yet"), "a file that the year file does not have is told");
    a = kit_ask(k, &supervise_step, "/question/detection?from=2026-03-01&to=2026-03-03", NULL);
    check(page_has(&a, "<svg") && page_has(&a, "Voorbeeldplein"), "a chart and its table");
    a = kit_ask(k, &supervise_step, "/question/detection?from=2026-03-05&to=2026-03-01", NULL);
    check(a.err == OK && page_has(&a, "The first day lies after the last."), "days the wrong way round are told on the page");
    a = kit_ask(k, &supervise_step, "/question/detection?from=yesterday&to=2026-03-01", NULL);
    check(a.err == OK && page_has(&a, "The first day is no date."), "and what is no date");
    a = kit_ask(k, &supervise_step, "/question/detection?from=2026-03-01&to=2026-03-03&platform=Stilplien", NULL);
    check(page_has(&a, "have a platform of that name") && page_has(&a, "&quot;Stilplein&quot;"), "a name that is nearly right is told");
    a = kit_ask(k, &supervise_step, "/question/complaints", NULL);
    check(page_has(&a, "There is no answer: what it needs was not read."), "what needs a report has no answer while none was read, and says so");
    a = kit_ask(k, &supervise_step, "/question/nothing", NULL);
    check(a.err == E_MISSING, "there are no other questions");
    kit_as_public(k);
    a = kit_ask(k, &supervise_step, "/questions", NULL);
    check(a.err == E_DENIED, "they are for the staff");
}

static void damaged(Kit *k) {
    as_analyst(k);
    Str path = str_fmt(k->c.arena, "%s/official/sor/2026.year", k->dir), bytes = STR_NONE;
    must(file_read(k->c.arena, path.p, 16 << 20, &bytes) == OK);
    ((char *)(uintptr_t)bytes.p)[bytes.n - 3] ^= 1; /* ours: the arena's */
    ((char *)(uintptr_t)bytes.p)[bytes.n / 2] ^= 1;
    must(file_write(path.p, bytes, 0600) == OK);
    Asked a = kit_ask(k, &supervise_step, "/question/boilerplate?from=2026-03-01&to=2026-03-03", NULL);
    Asked b = kit_ask(k, &supervise_step, "/question/age?from=2026-03-01&to=2026-03-03", NULL);
    check(a.err == OK && b.err == OK && (page_has(&a, "are damaged") || page_has(&b, "are damaged") || page_has(&a, "There is no answer")), "from a damaged year file no figure is given");
}

int main(void) {
    static Kit k;
    join();
    kit_open(&k, all, NULL);
    k.app.law = kit_law(k.c.arena);
    k.c.lang = LANG_EN;
    days_make(&k);
    two_groups();
    the_log(&k);
    pages(&k);
    reports(&k);
    damaged(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
