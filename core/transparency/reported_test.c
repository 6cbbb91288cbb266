/* Transparency reports in the harmonised template: the template goes through and comes back; what deviates is read all the same, and told with its place. */
#include "core/transparency/compare.h"
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
/* The line it is told of; 0: it is not told. */
static size_t dev_row(const Report *r, RepDev d) {
    const RepDeviation *found = dev(r, d);
    return found != NULL ? (size_t)found->row : 0;
}
static Str dev_what(const Report *r, RepDev d) {
    const RepDeviation *found = dev(r, d);
    return found != NULL ? found->what : STR_NONE;
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
    check(!reported_get(&r, REP_NOTICES, "notices_tf", S("STATEMENT_CATEGORY_VIOLENCE"), STR_NONE, STR_NONE, &v) && at(&r, RD_NO_VALUE, 3, 7, "N/A"), "\"N/A\" is no figure, and not zero");
    check(reported_get(&r, REP_NOTICES, "notices", S("STATEMENT_CATEGORY_VIOLENCE"), S("KEYWORD_HUMAN_TRAFFICKING"), STR_NONE, &v) && v == 12345000, "a blank may separate thousands");
    check(reported_get(&r, REP_NOTICES, "median", S("STATEMENT_CATEGORY_VIOLENCE"), S("KEYWORD_HUMAN_TRAFFICKING"), STR_NONE, &v) && v == 17750 && at(&r, RD_COMMA, 4, 8, "17,75"), "a decimal comma is read and told");
    check(!reported_get(&r, REP_NOTICES, "notices_tf", S("STATEMENT_CATEGORY_VIOLENCE"), S("KEYWORD_HUMAN_TRAFFICKING"), STR_NONE, &v) && at(&r, RD_NEGATIVE, 4, 7, "-3"), "nothing is less than none");
    check(at(&r, RD_NO_NUMBER, 5, 6, "many") && at(&r, RD_BLANKS, 5, 8, "2.5"), "a word is no number; blanks around a value are told");
    check(!reported_get(&r, REP_NOTICES, "notices", S("STATEMENT_CATEGORY_SELF_HARM"), STR_NONE, STR_NONE, &v), "an empty field is no figure");
    check(reported_get(&r, REP_NOTICES, "notices_tf", S("STATEMENT_CATEGORY_VIOLENCE"), S("KEYWORD_COORDINATED_HARM"), STR_NONE, &v) && v == 0, "a zero that was given is one");
    check(str_eq(r.published, S("2026-02-28")) && str_eq(r.to, S("2025-12-31")) && at(&r, RD_DATE, 3, 4, "2026/2/28") && at(&r, RD_DATE, 5, 4, "31.12.2025"), "days in other forms are read and told");
    check(devs(&r, RD_MISSING_COLUMN) == 17 && devs(&r, RD_MISSING_SECTION) == 6 && dev(&r, RD_MISSING_LINE) != NULL, "columns, sections and lines that are missing are named");
}

/* ---- workbooks ---- */
#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
static Str workbook(const char *name1, const char *sheet1, const char *name2, const char *sheet2) {
    TestZip z = { 0 };
    tz_add(&z, "xl/workbook.xml", str_fmt(a, "<workbook " MAIN " xmlns:r=\"r\"><sheets><sheet name=\"%s\" r:id=\"rId1\"/><sheet name=\"%s\" state=\"hidden\" r:id=\"rId2\"/></sheets></workbook>", name1, name2), 8);
    tz_add(&z, "xl/_rels/workbook.xml.rels", S("<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>"), 8);
    tz_add(&z, "xl/sharedStrings.xml", S("<sst " MAIN "><si><t>Applicability</t></si><si><r><t>Ser</t></r><r><t>vice</t></r></si><si><t>Indicator</t></si><si><t>Value</t></si><si><t>Starting date of reporting period</t></si>"
        "<si><t>Ending date of reporting period</t></si><si><t>Name of the service provider</t></si><si><t>Voorbeeld &amp; Zoon</t><rPh><t>no</t></rPh></si></sst>"), 8);
    tz_add(&z, "xl/styles.xml", S("<styleSheet " MAIN "><numFmts><numFmt numFmtId=\"164\" formatCode=\"[$-413]d&quot; van &quot;mmmm yyyy\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"10\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"), 8);
    tz_add(&z, "xl/worksheets/sheet1.xml", str_c(sheet1), 8);
    tz_add(&z, "xl/worksheets/sheet2.xml", str_c(sheet2), 0);
    Str s = str_dup(a, tz_end(&z));
    tz_free(&z);
    return s;
}
static Err read_book(Str bytes, Report *r, const char **why) {
    RepFile f = { S("report.xlsx"), bytes };
    return reported_read(a, &f, 1, STR_NONE, r, why);
}

#define SHEET(rows, rest) "<worksheet " MAIN "><sheetData>" rows "</sheetData>" rest "</worksheet>"
#define TEXT(at, s) "<c r=\"" at "\" t=\"inlineStr\"><is><t>" s "</t></is></c>"
#define SHARED(at, n) "<c r=\"" at "\" t=\"s\"><v>" n "</v></c>"
#define IDENTITY_SHEET SHEET("<row r=\"1\">" SHARED("A1", "0") SHARED("B1", "1") SHARED("C1", "2") SHARED("D1", "3") "</row><row r=\"2\">" SHARED("C2", "4") "<c r=\"D2\" s=\"1\"><v>45839</v></c></row>" \
    "<row r=\"3\">" SHARED("C3", "5") "<c r=\"D3\" s=\"3\"><v>46022</v></c></row><row r=\"4\">" SHARED("B4", "1") SHARED("C4", "6") SHARED("D4", "7") "</row>", "")
#define PEOPLE_TITLES "<row r=\"3\">" TEXT("A3", "Applicability") TEXT("B3", "Service") TEXT("C3", "Reporting  period") TEXT("D3", "Section") TEXT("E3", "Indicator") TEXT("F3", "Scope") TEXT("G3", "VALUE") TEXT("H3", "Contextual Information") "</row>"

static void workbooks(void) {
    Report r;
    const char *why = "";
    int64_t v = 0;
    Str book = workbook("1_report_identification", IDENTITY_SHEET, "Mensen", SHEET("<row r=\"1\">" TEXT("A1", "Our people") "</row>" PEOPLE_TITLES
        "<row r=\"4\">" TEXT("B4", "Voorbeeld") TEXT("C4", "2025-07-01/2025-12-31") TEXT("E4", "Number of internal moderators employed by the provider") TEXT("F4", "Total number") "<c r=\"G4\"><v>111</v></c></row>"
        "<row r=\"5\">" TEXT("C5", "2025-07-01/2025-12-32") TEXT("E5", "Number of external moderators contracted by the provider") TEXT("F5", "Total number") "<c r=\"G5\"><f>A1+B1</f></c></row>"
        "<row r=\"6\">" TEXT("C6", "2025-07-01/2025-12-33") TEXT("E6", "Number of total moderators with sufficient linguistic expertise") TEXT("F6", "nl") "<c r=\"G6\" t=\"e\"><v>#REF!</v></c></row>",
        "<mergeCells><mergeCell ref=\"B4:B6\"/></mergeCells>"));
    check(read_book(book, &r, &why) == OK && str_eq(r.form, S("xlsx")), "a workbook as people make them is read (%s)", why);
    say(&r);
    check(str_eq(r.from, S("2025-07-01")) && str_eq(r.to, S("2025-12-31")) && str_eq(r.provider, S("Voorbeeld & Zoon")), "days that a spreadsheet keeps as numbers, texts that are shared, and texts in pieces");
    check(dev(&r, RD_BY_COLUMNS) != NULL && dev(&r, RD_HIDDEN) != NULL && dev_row(&r, RD_LATE_HEAD) == 3, "a sheet of another name is found by its columns, though it is hidden and lines stand above them");
    check(at(&r, RD_TITLE, 3, 7, "VALUE") && at(&r, RD_TITLE, 3, 3, "Reporting  period"), "titles in other letters or with other blanks are read and told");
    check(reported_get(&r, REP_PEOPLE, "moderators_own", STR_NONE, STR_NONE, STR_NONE, &v) && v == 111000, "a number is read");
    check(at(&r, RD_FORMULA, 5, 7, NULL) && at(&r, RD_ERROR, 6, 7, "#REF!") && !reported_get(&r, REP_PEOPLE, "moderators_hired", STR_NONE, STR_NONE, STR_NONE, &v), "a formula without a result, and one that went wrong, are no figures");
    check(at(&r, RD_MERGED, 4, 2, "Voorbeeld") && r.services_n > 0 && str_eq(r.services[r.services_n - 1].name, S("Voorbeeld")) && r.services[r.services_n - 1].rows == 3, "what stands in merged cells is taken for each of them");
    const RepDeviation *p = dev(&r, RD_PERIOD);
    check(p != NULL && p->row == 5 && p->col == 3 && p->rows == 2 && str_eq(p->what, S("2025-12-32")) == false, "a period that was dragged down is told once, with how many rows it is in");
    check(rep_dev_lost(RD_FORMULA) && !rep_dev_lost(RD_MERGED), "what was lost is told apart from what was understood");
    Str kraut = workbook("1_report_identification", IDENTITY_SHEET, "10_aktive_Nutzer", SHEET("<row r=\"1\">" TEXT("A1", "Anwendbarkeit") TEXT("B1", "Dienst") TEXT("C1", "Zeitraum") TEXT("D1", "Abschnitt") TEXT("E1", "Indikator") TEXT("F1", "Umfang") TEXT("G1", "Wert") "</row>"
        "<row r=\"2\">" TEXT("B2", "Voorbeeld") TEXT("C2", "2025-07-01/2025-12-31") TEXT("E2", "Number of average monthly active recipients during the reporting period") TEXT("F2", "NL") TEXT("G2", "11.822.047") "</row>", ""));
    check(read_book(kraut, &r, &why) == OK && reported_get(&r, REP_RECIPIENTS, "recipients", STR_NONE, STR_NONE, S("NL"), &v) && v == INT64_C(11822047000) && dev(&r, RD_BY_NUMBER) != NULL, "columns in another language are taken by their place, when the number says which section it is");
    check(read_book(workbook("x", "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">]><worksheet>&a;</worksheet>", "1_report_identification", IDENTITY_SHEET), &r, &why) == OK && dev(&r, RD_UNREADABLE) != NULL, "a document type is refused, so no entity explodes; the other sheets are read");
    check(read_book(workbook("x", "<worksheet><sheetData>", "y", "no xml"), &r, &why) == E_INPUT && why[0] != '\0', "a workbook without any section is refused (%s)", why);
    Str cut_off = str_sub(book, 0, book.n / 2);
    check(read_book(cut_off, &r, &why) == E_INPUT, "a workbook that is cut off is refused (%s)", why);
    check(read_book(S("%PDF-1.7 ..."), &r, &why) == E_INPUT && read_book(S("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), &r, &why) == E_INPUT && read_book(S(""), &r, &why) == E_INPUT, "a PDF, an old XLS and nothing at all are refused");
}

/* ---- files in other ways ---- */
static void files(void) {
    Report r;
    const char *why = "";
    int64_t v = 0;
    Str semicolons = S("Applicability;Service;Reporting period;Section;Indicator;Scope;Value\r\nOnly for VLOPs;Voorbeeld;2025-07-01/2025-12-31;AMAR;Number of average monthly active recipients during the reporting period;TOTAL;\"1 234 567\"\r\nx;y\r\n");
    check(read_two("10_AMAR.csv", semicolons, &r) == OK && reported_get(&r, REP_RECIPIENTS, "recipients", STR_NONE, STR_NONE, STR_NONE, &v) && v == INT64_C(1234567000), "semicolons separate as well");
    check(str_eq(dev_what(&r, RD_SEPARATOR), S(";")) && at(&r, RD_WIDTH, 3, 0, "2"), "and are told; so is a row with too few fields");
    RepFile two[2] = { { S("1_report_identification.csv"), S(IDENTITY) }, { S("report_identification copy.csv"), S(IDENTITY) } };
    check(reported_read(a, two, 2, STR_NONE, &r, &why) == OK && dev(&r, RD_TWICE_SECTION) != NULL, "a section that is there twice is read once");
    check(read_two("9_human_resources.csv", S("Applicability,Service,Reporting period,Section,Indicator,Scope,Value,Contextual Information\nx,\"Voor\"beeld,2025-07-01/2025-12-31,s,\"Number of internal moderators employed by the provider,Total number,5,\n"), &r) == OK && devs(&r, RD_QUOTE) == 2, "quotes that do not fit are told; one that is never closed does not swallow the file");
    check(read_two("9_human_resources.csv", S("Applicability,Service,Reporting period,Section,Indicator,Scope,Value,Contextual Information\nx,Caf\xe9,2025-07-01/2025-12-31,s,Number of internal moderators employed by the provider,Total number,5\0,\n"), &r) == OK
        && reported_get(&r, REP_PEOPLE, "moderators_own", STR_NONE, STR_NONE, STR_NONE, &v) && v == 5000 && dev_row(&r, RD_NUL) == 2 && dev_row(&r, RD_ENCODING) == 2, "zero bytes and another encoding are read and told, with the line");
    TestZip z = { 0 };
    tz_add(&z, "report/1_report_identification.csv", S(IDENTITY), 8);
    tz_add(&z, "report/readme.txt", S("hello"), 8);
    tz_add(&z, "../escape.csv", S(IDENTITY), 8);
    RepFile zip = { S("report.zip"), tz_end(&z) };
    check(reported_read(a, &zip, 1, STR_NONE, &r, &why) == OK && str_eq(r.form, S("zip")) && dev(&r, RD_UNKNOWN_SHEET) != NULL && dev(&r, RD_UNREADABLE) != NULL, "a zip of CSVs is read; a name that leaves its folder is not");
    tz_free(&z);
    Str two_services = S(NOTICES "x,Een,2025-07-01/2025-12-31,TOTAL,,7,1,2\nx,Twee,2025-07-01/2025-12-31,TOTAL,,9,1,2\n");
    RepFile f[2] = { { S("1_report_identification.csv"), S(IDENTITY) }, { S("4_notices.csv"), two_services } };
    check(reported_read(a, f, 2, S("Twee"), &r, &why) == OK && reported_get(&r, REP_NOTICES, "notices", STR_NONE, STR_NONE, STR_NONE, &v) && v == 9000, "of several services the one that was asked for is read");
    check(reported_read(a, f, 2, STR_NONE, &r, &why) == OK && dev(&r, RD_SERVICE) != NULL && dev(&r, RD_TWICE_LINE) != NULL, "unasked it is told that there are several");
}

/* ---- against statements and our own notices ---- */
static void comparing(void) {
    Report r;
    RepBeside *b = NULL;
    size_t n = 0;
    Str text = S("Applicability,Service,Reporting period,Category of illegal content,Number of notices received from Trusted flaggers,Number of actions taken on the basis of the law,Number of actions taken on the basis of the law (Trusted Flagger notices),"
        "Number of actions taken on the basis of the terms and conditions of the service (Trusted Flagger notices)\nx,Voorbeeld,2025-07-01/2025-12-31,TOTAL,30,,12,8\nx,Voorbeeld,2025-07-01/2025-12-31,STATEMENT_CATEGORY_CYBER_VIOLENCE,,5,10,\n");
    RepCount v[] = { { S("STATEMENT_CATEGORY_CYBER_VIOLENCE"), S("SOURCE_TRUSTED_FLAGGER"), 5 }, { S("STATEMENT_CATEGORY_VIOLENCE"), S("SOURCE_TRUSTED_FLAGGER"), 3 }, { S("STATEMENT_CATEGORY_VIOLENCE"), S("SOURCE_VOLUNTARY"), 70 } };
    check(read_two("4_notices.csv", text, &r) == OK, "a report about notices");
    reported_beside(a, &r, v, LEN(v), &b, &n);
    check(n >= 3 && b[0].pair == RP_TRUSTED && b[0].reported == 20 && b[0].statements == 8 && b[0].ratio_known && b[0].ratio > 0.399 && b[0].ratio < 0.401, "what was acted on after trusted flaggers stands beside their statements: 8 of 20");
    check(b[1].pair == RP_NOTICES && !b[1].reported_known && !b[1].ratio_known && b[1].statements == 8 && b[2].pair == RP_OWN && !b[2].reported_known && b[2].statements == 70, "what the report does not give is missing, not zero");
    bool category = false;
    for (size_t i = 3; i < n; i++) category = category || (str_eq(b[i].category, S("STATEMENT_CATEGORY_CYBER_VIOLENCE")) && b[i].pair == RP_TRUSTED && b[i].reported == 10 && b[i].statements == 5);
    check(category, "also by category");
    RepOwnBeside own = reported_beside_own(&r, true, (RepOwn){ .items = 9, .notices = 31 });
    check(own.notices == RO_SHORT && own.notices_reported == 30 && own.items == RO_NOT_GIVEN, "a report that counts fewer notices of all trusted flaggers than we alone sent is short");
    own = reported_beside_own(&r, true, (RepOwn){ .items = 9, .notices = 4 });
    check(own.notices == RO_FITS && reported_beside_own(&r, false, (RepOwn){ 9, 4 }).notices == RO_NO_FLAGGER, "fewer of ours fit in it; who is no trusted flagger proves nothing");
}

/* What was kept is read again, also as earlier versions wrote it. */
static void kept(void) {
    Report r, again = { 0 }, older = { 0 };
    Buf b = buf_new(1 << 20);
    RepDeviation one = { .dev = RD_NO_VALUE, .section = (RepSection)3, .file = 1, .row = 7, .col = 4, .what = S("N/A"), .expected = S("") };
    r = (Report){ .devs = &one, .devs_n = 1 };
    reported_devs_put(&r, &b);
    Str text = buf_str(&b);
    check(reported_devs_take(a, text, &again) == OK && again.devs_n == 1 && again.devs[0].dev == RD_NO_VALUE && again.devs[0].row == 7 && str_eq(again.devs[0].what, S("N/A")), "a deviation that was kept is read again");
    Str before = str_fmt(a, "placeholder" STR_FMT, STR_ARG(str_sub(text, strlen(rep_dev_codes[RD_NO_VALUE]), text.n)));
    check(reported_devs_take(a, before, &older) == OK && older.devs[0].dev == RD_NO_VALUE && older.devs[0].col == 4, "so is one under the name that it had before");
    check(reported_devs_take(a, S("no_such_code\t3\t1\t7\t4\t0\tN/A\t\t\n"), &older) == E_INPUT, "a name that there never was is refused");
    buf_free(&b);
}

int main(void) {
    a = arena_new((size_t)2 << 30);
    round_trip();
    numbers();
    workbooks();
    files();
    comparing();
    kept();
    arena_free(a);
    return tap_end();
}
