/* testlaw.h - a small law for the tests of this room: Dutch and Belgian days, a few terms. Header only. */
#ifndef KETEN_TESTLAW_H
#define KETEN_TESTLAW_H
#include "core/law/law.h"
#include "foundation/base/tap.h"

#define HEAD_ "id,valid_from,valid_to,known_from,source,verified_on,verified_by,note,"
#define R_(id) id ",,,2026-11-23,M,,,,"
static const char test_countries[] = HEAD_ "name_nl,name_en,eu,zone,calendar_from,role\n"
    R_("NL") "Nederland,Netherlands,yes,Europe/Amsterdam,1990-01-01,awt home\n" R_("BE") "België,Belgium,yes,Europe/Brussels,1990-01-01,\n"
    R_("US") "Verenigde Staten,United States,no,America/New_York,,\n";
static const char test_holidays[] = HEAD_ "country,kind,month,day,offset,weekday,shift,name_nl,name_en\n"
    R_("NL.newyear") "NL,fixed,1,1,,,,Nieuwjaarsdag,New Year's Day\n" R_("NL.goodfriday") "NL,easter,,,-2,,,Goede Vrijdag,Good Friday\n"
    R_("NL.easter2") "NL,easter,,,1,,,tweede paasdag,Easter Monday\n" R_("NL.king") "NL,fixed,4,27,,,sun-1,Koningsdag,King's Day\n"
    R_("NL.freedom") "NL,fixed,5,5,,,,Bevrijdingsdag,Liberation Day\n" R_("NL.ascension") "NL,easter,,,39,,,Hemelvaartsdag,Ascension Day\n"
    R_("NL.whit2") "NL,easter,,,50,,,tweede pinksterdag,Whit Monday\n" R_("NL.xmas1") "NL,fixed,12,25,,,,eerste kerstdag,Christmas Day\n"
    R_("NL.xmas2") "NL,fixed,12,26,,,,tweede kerstdag,second Christmas day\n"
    "NL.decreed,2026-05-15,2026-05-15,2026-11-23,L,2026-11-25,test,,NL,decreed,5,15,,,,aangewezen dag,decreed day\n"
    "NL.heard,2027-05-07,2027-05-07,2026-11-23,M,,,,NL,decreed,5,7,,,,dag van horen zeggen,hearsay day\n"
    R_("BE.national") "BE,fixed,7,21,,,,nationale feestdag,National Day\n" R_("BE.mids") "BE,on,6,20,,6,,proef,trial of on\n"
    R_("BE.last") "BE,last,5,,,1,,proef,trial of last\n" R_("BE.nth") "BE,nth,9,1,,1,,proef,trial of nth\n";

static const char test_terms[] = HEAD_ "name_nl,name_en,trigger_nl,trigger_en,holder_nl,holder_en,lapse_nl,lapse_en,article,holder_class,country,"
    "starts,pauses,alarms,kind,n,unit,count,ext_n,ext_unit,base,promise,recurs,needs_prior,late_n,late_unit\n"
#define T_ ",,,,,,,1,authority,NL,"
    R_("C2") "beslissing,decision" T_ "sent,,,law,,,none,,,,no,no,,,\n"
    R_("C2.x") "beslissing,decision" T_ "sent,,,law,,,none,,,C2,no,no,,,\n"
    R_("C10") "klacht,complaint" T_ "sent,,,law,,,none,,,,no,no,,,\n"
    R_("C15") "verzoek,request" T_ "received,-,,law,1,month,eu,2,month,,no,no,,,\n"
    "C20,2010-01-01,2025-12-31,2026-11-23,M,,,,aanvraag,application" T_ "received,4-5,14 7 2,law,9,week,awt,,,,yes,no,,,\n"
    "C20,2026-01-01,,2026-11-23,M,,,,aanvraag,application" T_ "received,4-5 4-15,14 7 2,law,8,week,awt,,,,yes,no,,,\n"
    R_("C22") "ingebrekestelling,notice of default" T_ "received,-,,law,2,week,awt,,,,no,no,C20,1,year\n"
    R_("C23") "dwangsom,penalty" T_ "event,-,,law,42,day,calendar,,,,no,no,C22,,\n"
    R_("C26") "bezwaar,objection" T_ "event,,,law,6,week,awt,6,week,,no,no,,,\n"
    R_("C26.c") "bezwaar,objection" T_ "event,,,law,12,week,awt,6,week,,no,no,,,\n"
    R_("C29") "aanwijzing,direction" T_ "sent,-,,law,12,hour,hours,,,,no,no,,,\n"
    R_("C33") "bevel,order" T_ "sent,-,,law,8,hour,eu,,,,no,no,,,\n"
    R_("B1") "terug,back" T_ "event,-,,law,10,day,backward,,,,no,no,,,\n"
    R_("LONG") "lang,long" T_ "event,,,law,13,week,awt,,,,no,no,,,\n";
static const char test_offences[] = HEAD_ "name_nl,name_en,text_nl,text_en,groups,lane_adult,lane_minor,lane_unknown,weight\n"
    R_("NCII") "ncii,ncii,,,image,adult,minor,minor,5\n" R_("CSAM") "csam,csam,,,image csam,minor,minor,minor,9\n" R_("HARASS") "harass,harass,,,speech,adult,minor,minor,2\n";
static const char test_norms[] = HEAD_ "term,offence,lane,n,unit,text_nl,text_en\n"
    R_("n1") "C2,*,*,7,day,week,week\n" R_("n2") "C2,image,*,48,hour,twee dagen,two days\n" R_("n3") "C2,image,minor,24,hour,een dag,a day\n" R_("n4") "C2,HARASS,*,3,day,drie,three\n";
static const char test_next[] = HEAD_ "term,code,via,form,target,ground,name_nl,name_en,rank\n"
    R_("x1") "C20,default_notice,after,,holder,4:17,in gebreke stellen,give notice of default,1\n" R_("x2") "C20,silence_appeal,C22,,,6:12,beroep,appeal,2\n"
    R_("x3") "C2,complaint53,now,,ACM,53,klacht,complaint,1\n" R_("x4") "C29,fine,after,,ATKM,,boete,fine,1\n" R_("x5") "C22,silence_appeal,after,,,6:12,beroep,appeal,1\n";
static const char test_pauses[] = HEAD_ "name_nl,name_en,ground,first_add,last_add\n" R_("4-5") "aanvullen,complete,4:15,1,0\n" R_("4-15") "uitstel,delay,4:15,0,0\n" R_("7-10") "anders,other,7:10,0,0\n";
static const char test_penalties[] = HEAD_ "term,rank,days,cents,text_nl,text_en\n" R_("p3") "C22,3,14,4500,,\n" R_("p1") "C22,1,14,2300,,\n" R_("p2") "C22,2,14,3500,,\n";
#define FILE_OF(name) { #name, { test_##name, sizeof test_##name - 1 } }

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

/* These tables and no others, but for the words of the engine. */
static inline Err test_law_of(Arena *a, const LawFile *files, const Law **out, LawProblem *p) {
    LawFile *all = ARENA_ARRAY(a, LawFile, LAW_TABLE_N + 1);
    size_t n = 0;
    for (size_t t = 0; t < LAW_TABLE_N; t++) {
        LawFile f = { law_table_name((LawTable)t), S("id\n") };
        for (size_t i = 0; files[i].name != NULL; i++)
            if (strcmp(files[i].name, f.name) == 0) f = files[i];
        if (t != LAW_PHRASES) all[n++] = f;
    }
    Err e = law_new(a, all, test_zone, NULL, out, p);
    if (e != OK) printf("# " STR_FMT ":%zu:%zu: " STR_FMT "\n", STR_ARG(p->file), p->line, p->col, STR_ARG(p->text));
    return e;
}
#endif
