/* testlaw.h - a small law for the tests of this room: Dutch and Belgian days, a few terms. Header only. */
#ifndef KETEN_TESTLAW_H
#define KETEN_TESTLAW_H
#include "core/law/law.h"
#include "foundation/base/tap.h"

#define HEAD_ "id,valid_from,valid_to,known_from,source,verified_on,verified_by,note,"
#define R_(id) id ",,,2026-11-23,M,,,,"
static const char test_countries[] = HEAD_ "name_nl,name_en,eu,zone,calendar_from\n"
    R_("NL") "Nederland,Netherlands,yes,Europe/Amsterdam,1990-01-01\n" R_("BE") "België,Belgium,yes,Europe/Brussels,1990-01-01\n"
    R_("US") "Verenigde Staten,United States,no,America/New_York,\n";
static const char test_holidays[] = HEAD_ "country,kind,month,day,offset,weekday,shift,name_nl,name_en\n"
    R_("NL.newyear") "NL,fixed,1,1,,,,Nieuwjaarsdag,New Year's Day\n" R_("NL.goodfriday") "NL,easter,,,-2,,,Goede Vrijdag,Good Friday\n"
    R_("NL.easter2") "NL,easter,,,1,,,tweede paasdag,Easter Monday\n" R_("NL.king") "NL,fixed,4,27,,,sun-1,Koningsdag,King's Day\n"
    R_("NL.freedom") "NL,fixed,5,5,,,,Bevrijdingsdag,Liberation Day\n" R_("NL.ascension") "NL,easter,,,39,,,Hemelvaartsdag,Ascension Day\n"
    R_("NL.whit2") "NL,easter,,,50,,,tweede pinksterdag,Whit Monday\n" R_("NL.xmas1") "NL,fixed,12,25,,,,eerste kerstdag,Christmas Day\n"
    R_("NL.xmas2") "NL,fixed,12,26,,,,tweede kerstdag,second Christmas day\n"
    "NL.decreed,2026-05-15,2026-05-15,2026-11-23,M,,,,NL,fixed,5,15,,,,aangewezen dag,decreed day\n"
    R_("BE.national") "BE,fixed,7,21,,,,nationale feestdag,National Day\n" R_("BE.mids") "BE,on,6,20,,6,,proef,trial of on\n"
    R_("BE.last") "BE,last,5,,,1,,proef,trial of last\n" R_("BE.nth") "BE,nth,9,1,,1,,proef,trial of nth\n";

static inline const Zone *test_zone(void *arg, Arena *a, Str name) {
    const Zone *z = NULL;
    (void)arg;
    return zone_load(a, name, &z) == OK ? z : NULL;
}

static inline Date test_day(const char *iso) {
    Date d = { 0 };
    must(date_parse(str_c(iso), &d) == OK);
    return d;
}

/* The law as compiled in. */
static inline const Law *test_house_law(Arena *a) {
    const Law *law = NULL;
    LawProblem p = { 0 };
    if (law_new(a, NULL, test_zone, NULL, &law, &p) != OK) {
        printf("# " STR_FMT ":%zu:%zu: " STR_FMT "\n", STR_ARG(p.file), p.line, p.col, STR_ARG(p.text));
        must(law != NULL);
    }
    return law;
}

static inline Err test_law_of(Arena *a, const LawFile *files, const Law **out, LawProblem *p) { return law_new(a, files, test_zone, NULL, out, p); }
#endif
