/* The loader and the checker: what they refuse, with file, line and column; and how long it takes. */
#include "core/law/testlaw.h"

#include <time.h>

typedef struct Wrong { const char *table, *csv; size_t line, col; const char *what; } Wrong;
#define C_ HEAD_ "name_nl,name_en,eu,zone,calendar_from\n"
#define T_HEAD HEAD_ "name_nl,name_en,holder_class,country,starts,kind,n,unit,count\n"
static const Wrong wrongs[] = {
    { "countries", "", 1, 1, "an empty file" },
    { "countries", "id,colour\nNL,red\n", 1, 4, "a column that the table does not have" },
    { "countries", "id,eu,id\nNL,yes,NL\n", 1, 7, "a column that stands twice" },
    { "countries", "eu,zone\nyes,Europe/Amsterdam\n", 1, 1, "no ids" },
    { "countries", C_ R_("NL") "Nederland,Netherlands,perhaps,Europe/Amsterdam,\n", 2, 44, "neither yes nor no" },
    { "countries", C_ R_("NL") "Nederland,Netherlands,yes\n", 2, 1, "a row with too few fields" },
    { "countries", C_ R_("NL") "Nederland,Netherlands,yes,Europe/Nowhere,\n", 2, 48, "a zone that does not exist" },
    { "countries", C_ "NL,2026-13-01,,,M,,,,Nederland,Netherlands,yes,Europe/Amsterdam,\n", 2, 4, "a month that does not exist" },
    { "countries", C_ "NL,2026-02-01,2026-01-01,,M,,,,Nederland,Netherlands,yes,Europe/Amsterdam,\n", 2, 15, "an interval that ends before it begins" },
    { "countries", C_ "N L,,,,M,,,,Nederland,Netherlands,yes,Europe/Amsterdam,\n", 2, 1, "a blank in an id" },
    { "countries", C_ R_("NL") "\"Neder\nland\",Netherlands,yes,Europe/Amsterdam,\n" R_("BE") "\"Belg\"ie,,,,\n", 4, 28, "text after a closing quote, counted past a line break inside a field" },
    { "countries", C_ R_("NL") "Nederl\xff,Netherlands,yes,Europe/Amsterdam,\n", 2, 22, "bytes that are not UTF-8" },
    { "terms", T_HEAD R_("C1") "a,b,x,NL,sent,law,8,,awt\n", 2, 42, "a number without a unit" },
    { "terms", T_HEAD R_("C1") "a,b,x,NL,sent,law,-8,week,awt\n", 2, 40, "a number below one" },
    { "terms", T_HEAD R_("C1") "a,b,x,NL,sent,law,8,fortnight,awt\n", 2, 42, "a unit that does not exist" },
    { "terms", T_HEAD R_("C1") "a,b,x,NL,sent,habit,8,week,awt\n", 2, 36, "a kind that does not exist" },
    { "terms", T_HEAD R_("C1") "a,b,x,NL,sent,law,8,hour,backward\n", 2, 47, "hours counted backward" },
    { "holidays", HEAD_ "country,kind,month,day,name_nl,name_en\n" R_("NL.x") "NL,fixed,13,1,a,b\n", 2, 33, "a thirteenth month" },
    { "competence", HEAD_ "rank,body,seats,outcome,step\n" R_("x") "1,ACM,nowhere,no,seat\n", 2, 27, "a seat that is no word of the column" },
    { "competence", HEAD_ "rank,body,offences,outcome,step\n" R_("x") "1,ACM,NOTHING,no,seat\n", 2, 27, "an offence that does not exist" },
    { "competence", HEAD_ "rank,body,needs,outcome,step\n" R_("x") "1,ACM,QQ,no,seat\n", 2, 27, "a tag that does not exist" },
    { "baselines", HEAD_ "name_nl,name_en,year,sign,unit,value\n" R_("x") "a,b,2024,=,cases,1e9\n", 2, 38, "a number in a form of its own" },
};

static void refused(Arena *a) {
    for (size_t i = 0; i < LEN(wrongs); i++) {
        const LawFile files[] = { { wrongs[i].table, str_c(wrongs[i].csv) }, { NULL, { NULL, 0 } } };
        const Law *law = NULL;
        LawProblem p = { .text = STR_NONE };
        Err e = law_new(a, files, test_zone, NULL, &law, &p);
        bool there = p.line == wrongs[i].line && p.col == wrongs[i].col && p.text.n > 0 && str_eq(p.file, str_fmt(a, "law/%s.csv", wrongs[i].table));
        if (e != E_INPUT || !there) printf("# " STR_FMT ":%zu:%zu: " STR_FMT "\n", STR_ARG(p.file), p.line, p.col, STR_ARG(p.text));
        check(e == E_INPUT && there && law == NULL, "refused at its line and column: %s", wrongs[i].what);
    }
}

static Str house_csv(const char *table) {
    for (size_t i = 0; law_files[i].name != NULL; i++)
        if (strcmp(law_files[i].name, table) == 0) return law_files[i].csv;
    return STR_NONE;
}

/* The house's own table with one row more, laid out by the names of its columns. */
typedef struct Cell { const char *column, *value; } Cell;
static Str with_row(Arena *a, const char *table, const Cell *cells, size_t n) {
    Str csv = house_csv(table), head = csv, name = STR_NONE;
    size_t end = 0;
    must(str_chr(csv, '\n', &end));
    head = str_trim(str_sub(csv, 0, end));
    Buf b = buf_new(4 << 20);
    buf_put(&b, csv);
    for (bool first = true; str_split(&head, ',', &name); first = false) {
        if (!first) buf_ch(&b, ',');
        for (size_t i = 0; i < n; i++)
            if (str_eq(name, str_c(cells[i].column))) buf_z(&b, cells[i].value);
    }
    buf_ch(&b, '\n');
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

static bool found(Arena *a, const char *table, const Cell *cells, size_t n, const char *words) {
    const LawFile files[] = { { table, with_row(a, table, cells, n) }, { NULL, { NULL, 0 } } };
    const Law *law = NULL;
    LawProblem p = { .text = STR_NONE };
    const LawProblem *list = NULL;
    bool hit = false;
    if (law_new(a, files, test_zone, NULL, &law, &p) != OK) {
        printf("# " STR_FMT ":%zu:%zu: " STR_FMT "\n", STR_ARG(p.file), p.line, p.col, STR_ARG(p.text));
        return false;
    }
    size_t k = law_check(law, a, &list), at = 0, lines = 0;
    for (size_t i = 0; i < files[0].csv.n; i++) lines += files[0].csv.p[i] == '\n' ? 1 : 0;
    for (size_t i = 0; i < k; i++) hit = hit || (str_find(list[i].text, str_c(words), &at) && list[i].line == lines && list[i].col > 0);
    if (!hit) printf("# %zu problems, none says \"%s\" on line %zu\n", k, words, lines);
    return hit;
}
#define FOUND(table, words, ...) found(a, table, (const Cell[]){ __VA_ARGS__ }, sizeof((const Cell[]){ __VA_ARGS__ }) / sizeof(Cell), words)
#define BASE_ { "known_from", "2026-11-23" }, { "source", "L" }

static void unsound(Arena *a) {
    check(FOUND("tags", "stands twice", { "id", "V" }, BASE_, { "name_nl", "a" }, { "name_en", "b" }), "an id that stands twice is found");
    check(FOUND("tags", "is missing", { "id", "Q1" }, BASE_, { "name_nl", "a" }), "a language that is missing is found");
    check(FOUND("tags", "is not there", { "id", "Q1" }, { "known_from", "2026-11-23" }, { "source", "nosuch" }, { "name_nl", "a" }, { "name_en", "b" }), "a source that does not exist is found");
    check(FOUND("tags", "from memory", { "id", "Q1" }, { "known_from", "2026-11-23" }, { "source", "M" }, { "verified_on", "2026-11-25" }, { "verified_by", "x" }, { "name_nl", "a" }, { "name_en", "b" }),
        "a row from memory that says it is verified is found");
    check(FOUND("tags", "known_from: is empty", { "id", "Q1" }, { "source", "L" }, { "name_nl", "a" }, { "name_en", "b" }), "a row without the day it was learnt is found");
    check(FOUND("tags", "who and when", { "id", "Q1" }, BASE_, { "verified_on", "2026-11-25" }, { "name_nl", "a" }, { "name_en", "b" }), "a verification by nobody is found");
    check(FOUND("terms", "no next step", { "id", "Q1" }, BASE_, { "name_nl", "a" }, { "name_en", "b" }, { "holder_class", "x" }, { "country", "NL" }, { "starts", "sent" }, { "kind", "law" }), "a term without a next step is found");
    check(FOUND("offences", "is empty", { "id", "Q1" }, BASE_, { "name_nl", "a" }, { "name_en", "b" }, { "groups", "image" }, { "lane_adult", "adult" }, { "lane_minor", "minor" }), "an offence without a lane for unknown age is found");
    check(FOUND("offences", "lane for minors", { "id", "Q1" }, BASE_, { "name_nl", "a" }, { "name_en", "b" }, { "groups", "image" }, { "lane_adult", "adult" }, { "lane_minor", "adult" }, { "lane_unknown", "minor" }), "a minor in a lane for adults is found");
    check(FOUND("obligations", "is empty", { "id", "Q1" }, BASE_, { "tiers", "I" }, { "must_nl", "a" }, { "must_en", "b" }), "an obligation that cannot be observed is found");
    check(FOUND("authorities", "fits everything", { "id", "Q1" }, BASE_, { "code", "Q1" }, { "country", "NL" }, { "kind", "court" }, { "name_nl", "a" }, { "name_en", "b" }), "a body that no rule speaks of is found");
    check(FOUND("next", "is not there", { "id", "Q1" }, BASE_, { "term", "C999" }, { "code", "x" }, { "name_nl", "a" }, { "name_en", "b" }), "a step after a term that does not exist is found");
    check(FOUND("changes", "is not there", { "id", "Q1" }, BASE_, { "on", "2026-01-01" }, { "text_nl", "a" }, { "text_en", "b" }, { "touches", "terms:C999" }), "a change of something that does not exist is found");
    check(FOUND("platforms", "is also of", { "id", "Q1" }, BASE_, { "name", "Q" }, { "domains", "t.me" }), "a domain of two platforms is found");
    check(FOUND("phrases", "differ", { "id", "Q1" }, BASE_, { "text_nl", "op {date}" }, { "text_en", "on" }), "a sentence that lost its date in one language is found");
}

static void versions(Arena *a) {
    static const char tags[] = HEAD_ "name_nl,name_en\n" "A,2026-03-01,,2026-11-23,L,,,,nieuw,new\n" "A,,2025-12-31,2026-11-23,L,,,,oud,old\n" "B,,2025-12-31,2026-11-23,L,,,,oud,old\n" "B,2025-12-31,,2026-11-23,L,,,,nieuw,new\n"
        "C,,,2026-01-01,L,,,,eerst,first\n" "C,,,2026-06-01,L,,,,verbeterd,corrected\n";
    static const LawFile files[] = { { "tags", { tags, sizeof tags - 1 } }, { NULL, { NULL, 0 } } };
    const Law *law = NULL;
    LawProblem p = { .text = STR_NONE };
    const LawProblem *list = NULL;
    const LawRow **rows = NULL;
    const LawDiff *diff = NULL;
    size_t at = 0, holes = 0, overlaps = 0;
    must(test_law_of(a, files, &law, &p) == OK);
    size_t n = law_check(law, a, &list);
    for (size_t i = 0; i < n; i++) {
        holes += str_find(list[i].text, S("hole"), &at) && list[i].line == 2 ? 1 : 0;
        overlaps += str_find(list[i].text, S("overlaps"), &at) && list[i].line == 5 ? 1 : 0;
    }
    check(holes == 1 && overlaps == 1, "a hole and an overlap between versions are found; a correction learnt later is neither");
    check(str_eq(law_tag(law, S("A"), test_day("2025-12-31"))->name[LANG_EN], S("old")) && law_tag(law, S("A"), test_day("2026-01-01")) == NULL && str_eq(law_tag(law, S("A"), DATE_NONE)->name[LANG_EN], S("new")),
        "versions by day: the last day of the old, none in the hole, the newest without a day");
    check(str_eq(law_tag(law, S("C"), test_day("2026-02-01"))->name[LANG_EN], S("corrected")), "of two versions for one day the one learnt last holds");
    check(law_versions(law, LAW_TAGS, S("A"), a, &rows) == 2 && rows[0]->line == 3 && rows[0]->next == rows[1], "versions come oldest first, whatever the order of the file");
    check(law_list(law, LAW_TAGS, test_day("2026-02-01"), a, &rows) == 2, "a list has each thing once, and only what holds that day");
    n = law_diff(law, test_day("2025-12-01"), test_day("2026-03-01"), a, &diff);
    check(n == 2 && diff[0].before != NULL && diff[0].after != NULL, "two days differ in what changed between them");
    const LawTag *t = law_tag(law, S("A"), DATE_NONE);
    check(law_tag(law, S("A"), test_day("2025-01-01"))->bit == t->bit && str_eq(law_cell(law, &t->r, 0), S("A")) && strcmp(law_mark(&t->r), "not verified") == 0, "versions share their bit; cells are as in the file; what is not verified says so");
}

static int64_t now_us(void) {
    struct timespec t = { 0 };
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void speed(void) {
    int64_t best = INT64_MAX;
    for (int i = 0; i < 5; i++) {
        Arena *a = arena_new(256 << 20);
        int64_t from = now_us();
        must(test_house_law(a) != NULL);
        int64_t took = now_us() - from;
        if (took < best) best = took;
        arena_free(a);
    }
    printf("# loading all tables took %lld us\n", (long long)best);
    check(best < 200000, "the law loads in a blink, even in a checked build on a busy machine");
}

int main(void) {
    Arena *a = arena_new((size_t)1 << 30);
    refused(a);
    versions(a);
    unsound(a);
    speed();
    arena_free(a);
    return tap_end();
}
