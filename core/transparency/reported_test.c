/* Transparency reports in the harmonised template: the template goes through and comes back; what deviates is read all the same, and told with its place. */
#include "core/transparency/reported.h"
#include "core/sor/testzip.h"
#include "foundation/base/tap.h"

static Arena *a;

static bool same(const Report *x, const Report *y) {
    if (x->figures_n != y->figures_n) return false;
    for (size_t i = 0; i < x->figures_n; i++) {
        const RepFigure *p = &x->figures[i], *q = &y->figures[i];
        if (p->section != q->section || p->kind != q->kind || p->milli != q->milli || !str_eq(p->measure, q->measure) || !str_eq(p->category, q->category) || !str_eq(p->keyword, q->keyword) || !str_eq(p->other, q->other) || !str_eq(p->scope, q->scope)) return false;
    }
    return true;
}
static const RepDeviation *dev(const Report *r, RepDev d) {
    for (size_t i = 0; i < r->devs_n; i++)
        if (r->devs[i].dev == d) return &r->devs[i];
    return NULL;
}
static size_t devs(const Report *r, RepDev d) {
    size_t n = 0;
    for (size_t i = 0; i < r->devs_n; i++) n += r->devs[i].dev == d;
    return n;
}
static bool at(const Report *r, RepDev d, uint32_t row, uint32_t col, const char *what) {
    for (size_t i = 0; i < r->devs_n; i++)
        if (r->devs[i].dev == d && r->devs[i].row == row && r->devs[i].col == col && (what == NULL || str_eq(r->devs[i].what, str_c(what)))) return true;
    return false;
}
static void say(const Report *r) {
    for (size_t i = 0; i < r->devs_n && i < 30; i++) {
        const RepDeviation *d = &r->devs[i];
        printf("# %s section %d file %u %.*s: %.*s (%.*s)\n", rep_dev_codes[d->dev], (int)d->section, d->file, STR_ARG(rep_place(a, d)), STR_ARG(d->what), STR_ARG(d->expected));
    }
}

static const RepWish wish = { .seed = 7, .service = { "Voorbeeld", 9 }, .from = { "2025-07-01", 10 }, .to = { "2025-12-31", 10 }, .published = { "2026-02-20", 10 } };

static void round_trip(void) {
    RepFile *csv = NULL, *xlsx = NULL, *blank = NULL;
    size_t csv_n = 0, xlsx_n = 0, blank_n = 0;
    Report x, y, z, e;
    const char *why = "";
    reported_make(a, &wish, false, &csv, &csv_n);
    reported_make(a, &wish, true, &xlsx, &xlsx_n);
    Err err = reported_read(a, csv, csv_n, STR_NONE, &x, &why);
    check(err == OK && x.devs_n == 0 && x.blank == 0, "the filled template as eleven CSVs: every figure is read, nothing deviates (%zu figures, %zu deviations)", x.figures_n, x.devs_n);
    say(&x);
    check(reported_read(a, xlsx, xlsx_n, STR_NONE, &y, &why) == OK && y.devs_n == 0 && str_eq(y.form, S("xlsx")), "and as a workbook (%s)", why);
    say(&y);
    check(same(&x, &y) && x.figures_n > 4000, "both give the same figures");
    check(str_eq(x.provider, S("Voorbeeld B.V.")) && str_eq(x.published, S("2026-02-20")) && str_eq(x.from, S("2025-07-01")) && str_eq(x.to, S("2025-12-31")) && x.services_n == 1 && str_eq(x.services[0].name, S("Voorbeeld")), "who, when and about what is read");
    int64_t total = 0, tf = 0, sum = 0, one = 0;
    check(reported_get(&x, REP_NOTICES, "notices", STR_NONE, STR_NONE, STR_NONE, &total) && reported_get(&x, REP_NOTICES, "notices_tf", S("STATEMENT_CATEGORY_CYBER_VIOLENCE"), STR_NONE, STR_NONE, &tf) && tf > 0 && total > tf, "a figure is found by its names");
    for (size_t i = 0; i < x.figures_n; i++) sum += x.figures[i].section == REP_NOTICES && str_eq(x.figures[i].measure, S("notices")) && x.figures[i].keyword.n == 0 && !str_eq(x.figures[i].category, S("TOTAL")) ? x.figures[i].milli : 0;
    check(sum == total, "the categories add up to the total");
    check(reported_get(&x, REP_RECIPIENTS, "recipients", STR_NONE, STR_NONE, S("NL"), &one) && reported_get(&x, REP_APPEALS, "complaints", STR_NONE, STR_NONE, S("Decisions reversed"), &one), "also by state, and by outcome");
    check(!reported_get(&x, REP_RECIPIENTS, "recipients", STR_NONE, STR_NONE, S("MT"), &one), "a state that is not in it has no figure");
    Buf f = buf_new(8 << 20);
    Str packed = STR_NONE, text = STR_NONE;
    reported_figures_put(&x, &f);
    check(reported_pack(a, buf_str(&f), &packed) == OK && reported_unpack(a, packed, &text) == OK && str_eq(text, buf_str(&f)) && reported_figures_take(a, text, &z) == OK && same(&x, &z), "kept as text they come back the same (%zu bytes, packed %zu)", f.n, packed.n);
    check(reported_unpack(a, str_sub(packed, 0, packed.n / 2), &text) == E_INPUT && reported_figures_take(a, S("4\t0\tx\n"), &z) == E_INPUT, "a damaged text is refused");
    reported_make(a, &(RepWish){ .service = S("") }, false, &blank, &blank_n);
    check(reported_read(a, blank, blank_n, STR_NONE, &e, &why) == OK && e.figures_n == 0 && e.blank > 4000 && devs(&e, RD_SAMPLE) > 3 && dev(&e, RD_IDENTITY) != NULL, "the template with nothing filled in has no figure at all, and says that sample texts were left in");
    buf_free(&f);
}

/* ---- CSVs as platforms really publish them ---- */
#define NOTICES "Applicability,Service,Reporting period,Category of illegal content,\"Description of the sub-category \"\"Other\"\"\",Number of notices received ,Number of notices received from Trusted flaggers,Median time to take action\n"
#define ROW "Only,Voorbeeld,2025-07-01/2025-12-31,"
#define IDENTITY "Applicability,Service,Indicator,Value\nAll,Voorbeeld,Name of the service provider,Voorbeeld B.V.\nAll,Voorbeeld,Date of the publication of the report,2026/2/28\nAll,Voorbeeld,Starting date of reporting period,2025-07-01\nAll,Voorbeeld,Ending date of reporting period,31.12.2025\n"

static Err read_two(const char *name, Str notices, Report *r) {
    const char *why = "";
    RepFile f[2] = { { S("1_report_identification.csv"), S(IDENTITY) }, { str_c(name), notices } };
    return reported_read(a, f, 2, STR_NONE, r, &why);
}

static void numbers(void) {
    Report r;
    int64_t v = 0;
    check(read_two("4_notices.csv", S(NOTICES ROW "TOTAL,,\"1.234\",\"1,234\",1.3hrs\n" ROW "STATEMENT_CATEGORY_VIOLENCE,,50236.0,N/A,90 min\n" ROW "KEYWORD_HUMAN_TRAFFICKING,,12 345,-3,\"17,75\"\n" ROW "KEYWORD_COORDINATED_HARM,,many,0, 2.5 \n"
        ROW "STATEMENT_CATEGORY_SELF_HARM,,,,\n"), &r) == OK, "a CSV with numbers in many ways is read");
    say(&r);
    check(reported_get(&r, REP_NOTICES, "notices_tf", STR_NONE, STR_NONE, STR_NONE, &v) && v == 1234000 && at(&r, RD_GROUPS, 2, 7, "1,234"), "thousands separators are read and told");
    check(reported_get(&r, REP_NOTICES, "notices", STR_NONE, STR_NONE, STR_NONE, &v) && v == 1234000 && at(&r, RD_GROUPS, 2, 6, "1.234"), "a number of things has no thousandths: 1.234 of them is 1234");
    check(reported_get(&r, REP_NOTICES, "median", STR_NONE, STR_NONE, STR_NONE, &v) && v == 1300 && at(&r, RD_UNIT, 2, 8, "1.3hrs"), "a unit is read and told");
    check(reported_get(&r, REP_NOTICES, "median", S("STATEMENT_CATEGORY_VIOLENCE"), STR_NONE, STR_NONE, &v) && v == 1500, "minutes become hours");
    check(reported_get(&r, REP_NOTICES, "notices", S("STATEMENT_CATEGORY_VIOLENCE"), STR_NONE, STR_NONE, &v) && v == 50236000 && at(&r, RD_FRACTION, 3, 6, "50236.0"), "a count with a fraction is told");
    check(!reported_get(&r, REP_NOTICES, "notices_tf", S("STATEMENT_CATEGORY_VIOLENCE"), STR_NONE, STR_NONE, &v) && at(&r, RD_PLACEHOLDER, 3, 7, "N/A"), "\"N/A\" is no figure, and not zero");
    check(reported_get(&r, REP_NOTICES, "notices", S("STATEMENT_CATEGORY_VIOLENCE"), S("KEYWORD_HUMAN_TRAFFICKING"), STR_NONE, &v) && v == 12345000, "a blank may separate thousands");
    check(reported_get(&r, REP_NOTICES, "median", S("STATEMENT_CATEGORY_VIOLENCE"), S("KEYWORD_HUMAN_TRAFFICKING"), STR_NONE, &v) && v == 17750 && at(&r, RD_COMMA, 4, 8, "17,75"), "a decimal comma is read and told");
    check(!reported_get(&r, REP_NOTICES, "notices_tf", S("STATEMENT_CATEGORY_VIOLENCE"), S("KEYWORD_HUMAN_TRAFFICKING"), STR_NONE, &v) && at(&r, RD_NEGATIVE, 4, 7, "-3"), "nothing is less than none");
    check(at(&r, RD_NO_NUMBER, 5, 6, "many") && at(&r, RD_BLANKS, 5, 8, "2.5"), "a word is no number; blanks around a value are told");
    check(!reported_get(&r, REP_NOTICES, "notices", S("STATEMENT_CATEGORY_SELF_HARM"), STR_NONE, STR_NONE, &v), "an empty field is no figure");
    check(reported_get(&r, REP_NOTICES, "notices_tf", S("STATEMENT_CATEGORY_VIOLENCE"), S("KEYWORD_COORDINATED_HARM"), STR_NONE, &v) && v == 0, "a zero that was given is one");
    check(str_eq(r.published, S("2026-02-28")) && str_eq(r.to, S("2025-12-31")) && at(&r, RD_DATE, 3, 4, "2026/2/28") && at(&r, RD_DATE, 5, 4, "31.12.2025"), "days in other forms are read and told");
    check(devs(&r, RD_MISSING_COLUMN) == 17 && devs(&r, RD_MISSING_SECTION) == 6 && dev(&r, RD_MISSING_LINE) != NULL, "columns, sections and lines that are missing are named");
}

int main(void) {
    a = arena_new((size_t)2 << 30);
    round_trip();
    numbers();
    arena_free(a);
    return tap_end();
}
