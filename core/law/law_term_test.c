/* The term engine: the vectors of the brief and everything it refuses. law_slow_test.c walks every term day by day. */
#include "core/law/testlaw.h"

static const LawFile files[] = { FILE_OF(countries), FILE_OF(holidays), FILE_OF(terms), FILE_OF(offences), FILE_OF(norms), FILE_OF(next), FILE_OF(pauses), FILE_OF(penalties), { NULL, { NULL, 0 } } };
static const Zone *ams;

static bool is(Date d, const char *iso) { return date_cmp(d, test_day(iso)) == 0; }
static UnixMs at(const char *s) {
    UnixMs t = 0;
    must(when_parse(ams, str_c(s), &t) == OK);
    return t;
}

static TermResult term(const Law *law, Arena *a, TermQuery q) {
    TermResult r = { 0 };
    Err e = law_term(law, &q, a, &r);
    if (e != OK) printf("# " STR_FMT ": " STR_FMT "\n", STR_ARG(q.rule), STR_ARG(r.problem[LANG_EN]));
    must(e == OK);
    return r;
}

static Err refused(const Law *law, Arena *a, TermQuery q) {
    TermResult r = { 0 };
    Err e = law_term(law, &q, a, &r);
    return e != OK && r.problem[LANG_NL].n > 0 && r.problem[LANG_EN].n > 0 ? e : OK;
}

static void known_terms(const Law *law, Arena *a) {
    TermResult r = term(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02T10:00"), .received = at("2026-03-02T10:01") });
    check(is(r.raw, "2026-04-27") && is(r.due, "2026-04-28") && r.due_at == day_end(ams, r.due), "eight weeks from 2 March 2026 end on 28 April, at the last moment of that day");
    check(r.alarms_n == 3 && is(r.alarms[0], "2026-04-14") && is(r.alarms[2], "2026-04-26"), "alarms 14, 7 and 2 days before");
    check(r.opens_n == 2 && is(r.opens[0].first, "2026-04-29") && is(r.opens[1].first, "2026-05-14"), "notice of default from the 29th; appeal after two more weeks");
    check(!r.verified, "a term from memory says so");
    r = term(law, a, (TermQuery){ .rule = S("C20"), .from = at("2025-10-30") });
    check(is(r.due, "2026-01-01") == false && is(r.raw, "2026-01-01") && is(r.due, "2026-01-02"), "a trigger in 2025 keeps the law of 2025: nine weeks, and New Year moves it");
    r = term(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-10-30") });
    check(is(r.due, "2026-12-28"), "eight weeks from 30 October end on 28 December");
    r = term(law, a, (TermQuery){ .rule = S("C15"), .from = at("2027-01-31") });
    check(is(r.raw, "2027-02-28") && is(r.due, "2027-03-01"), "a month from 31 January 2027 ends on 1 March");
    r = term(law, a, (TermQuery){ .rule = S("C15"), .from = at("2027-01-31"), .extended_on = test_day("2027-03-01") });
    check(is(r.due, "2027-04-30"), "extended in time: three months in all");
    r = term(law, a, (TermQuery){ .rule = S("C15"), .from = at("2027-01-31"), .extended_on = test_day("2027-03-02") });
    check(is(r.due, "2027-03-01"), "an extension after the end does not count");
    r = term(law, a, (TermQuery){ .rule = S("C22"), .from = at("2026-04-30"), .received = at("2026-05-01T09:00"), .prior_due = test_day("2026-04-28"), .at = at("2026-06-01T12:00") });
    /* 15 May 2026 is a decreed day in the tables of this test. */
    check(is(r.raw, "2026-05-15") && is(r.due, "2026-05-18"), "two weeks after the notice of default of 1 May");
    r = term(law, a, (TermQuery){ .rule = S("C22"), .from = at("2027-05-03"), .prior_due = test_day("2027-04-28"), .at = at("2027-06-03T12:00") });
    check(is(r.due, "2027-05-18") && r.penalty.has && is(r.penalty.first, "2027-05-19") && is(r.penalty.last, "2027-06-29"), "then the penalty runs 42 days");
    check(r.penalty.cents_max == 144200 && r.penalty.day_now == 16 && r.penalty.cents_now == 14 * 2300 + 2 * 3500, "at most 1,442 euro; by its sixteenth day 392");
    check(r.state == LAW_LAPSED && r.days_left == -16, "and the two weeks are over");
    r = term(law, a, (TermQuery){ .rule = S("C23"), .from = at("2026-05-15"), .prior_due = test_day("2026-05-15") });
    check(is(r.due, "2026-06-26") && r.penalty.has && is(r.penalty.first, "2026-05-16") && is(r.penalty.last, "2026-06-26"), "the penalty after two weeks that end on 15 May runs from 16 May to 26 June");
    r = term(law, a, (TermQuery){ .rule = S("C22"), .from = at("2026-04-20"), .received = at("2026-04-28T23:00"), .prior_due = test_day("2026-04-28") });
    check(r.is_void && !r.has_due && r.opens_n == 0, "a notice of default received on the last day is premature and void");
    r = term(law, a, (TermQuery){ .rule = S("C22"), .from = at("2027-05-03"), .prior_due = test_day("2026-04-28") });
    check(r.has_due && !r.penalty.has, "more than a year late: the term runs, the money is lost");
    r = term(law, a, (TermQuery){ .rule = S("LONG"), .from = at("2026-01-31") });
    check(is(r.due, "2026-05-02"), "a term beyond article 4 ends on a Saturday");
    r = term(law, a, (TermQuery){ .rule = S("B1"), .from = at("2026-05-15") });
    check(is(r.due, "2026-05-05"), "a term counted back ends on a holiday and stays there");
}

static void other_kinds(const Law *law, Arena *a) {
    TermResult r = term(law, a, (TermQuery){ .rule = S("C29"), .from = at("2026-04-04T20:30") });
    check(r.due_at == at("2026-04-05T08:30") && is(r.opens[0].first, "2026-04-05") && r.opens[0].first_at == r.due_at + 1, "twelve hours run through Easter night");
    r = term(law, a, (TermQuery){ .rule = S("C33"), .from = at("2026-04-04T20:30") });
    check(r.due_at == at("2026-04-05T05:00"), "eight hours of the Regulation begin with the next full hour");
    r = term(law, a, (TermQuery){ .rule = S("C29"), .from = at("2026-03-28T20:00") });
    check(r.due_at == at("2026-03-29T09:00"), "twelve hours over the change to summer time are twelve hours");
    r = term(law, a, (TermQuery){ .rule = S("C2"), .from = at("2026-03-02T10:00") });
    check(r.kind == KIND_POLICY && r.norm != NULL && is(r.due, "2026-03-09") && r.opens_n == 1 && is(r.opens[0].first, "2026-03-02"), "no legal number: the norm, labelled policy; a lane that is open at once");
    r = term(law, a, (TermQuery){ .rule = S("C2"), .from = at("2026-03-02T10:00"), .offence = S("NCII"), .lane = S("adult") });
    check(r.due_at == at("2026-03-04T10:00"), "the norm of the group for images");
    r = term(law, a, (TermQuery){ .rule = S("C2.x"), .from = at("2026-03-02T10:00"), .offence = S("NCII"), .lane = S("minor") });
    check(r.due_at == at("2026-03-03T10:00") && r.opens_n == 1, "a variant has its base's norms and steps; a minor's lane is stricter");
    r = term(law, a, (TermQuery){ .rule = S("C2"), .from = at("2026-03-02T10:00"), .offence = S("HARASS") });
    check(is(r.due, "2026-03-05"), "a norm for the code goes before one for all");
    r = term(law, a, (TermQuery){ .rule = S("C2"), .from = at("2026-03-02T10:00"), .norm_n = 36, .norm_unit = UNIT_HOUR });
    check(r.kind == KIND_POLICY && r.norm == NULL && r.due_at == at("2026-03-03T22:00"), "the organisation's own norm");
    r = term(law, a, (TermQuery){ .rule = S("C10"), .from = at("2026-03-02T10:00"), .at = at("2026-03-09") });
    check(!r.has_due && r.state == LAW_OPEN_ENDED && r.derivation_n == 2, "neither number nor norm: no end is made up");
    r = term(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02"), .promised = test_day("2026-06-06"), .at = at("2026-06-06T12:00") });
    check(r.kind == KIND_PROMISED && is(r.due, "2026-06-06") && r.state == LAW_RUNNING && r.days_left == 0, "a promised Saturday is not rolled");
    r = term(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02"), .promised = test_day("2026-06-06"), .at = at("2026-06-07T00:00") });
    check(r.state == LAW_LAPSED && r.opens[0].open_now && !r.opens[1].open_now, "the day after it is over: the notice of default is open, the appeal not yet");
    r = term(law, a, (TermQuery){ .rule = S("C26"), .from = at("2026-03-02"), .extended_on = test_day("2026-04-01") });
    check(is(r.raw, "2026-05-25") && is(r.due, "2026-05-26"), "six and six weeks are twelve: still moved over Whit Monday");
    r = term(law, a, (TermQuery){ .rule = S("C26.c"), .from = at("2026-03-30"), .extended_on = test_day("2026-04-01") });
    check(is(r.raw, "2026-08-03") && is(r.due, "2026-08-03"), "twelve weeks extended by six");
    r = term(law, a, (TermQuery){ .rule = S("C26.c"), .from = at("2026-04-04"), .extended_on = test_day("2026-04-07") });
    check(is(r.raw, "2026-08-08") && is(r.due, "2026-08-10"), "and moved on a Saturday: neither of the two lengths of the law is more than twelve weeks");
    r = term(law, a, (TermQuery){ .rule = S("C15"), .from = at("2026-06-21"), .country = S("BE") });
    check(is(r.due, "2026-07-22"), "a Belgian controller has the Belgian days off");
    r = term(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02T23:30"), .country = S("US") });
    check(is(r.start, "2026-03-02"), "half past eleven at night here is afternoon in New York, the same day");
}

static void pauses(const Law *law, Arena *a) {
    LawPause one = { S("4-5"), test_day("2026-03-10"), test_day("2026-03-20") };
    TermResult r = term(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02"), .pauses = &one, .pauses_n = 1 });
    check(is(r.raw, "2026-05-07"), "invited on the 10th, completed on the 20th: ten days, from the 11th");
    LawPause two[] = { { STR_NONE, test_day("2026-05-05"), test_day("2026-05-06") }, { S("4-5"), test_day("2026-03-10"), test_day("2026-03-20") } };
    r = term(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02"), .pauses = two, .pauses_n = 2 });
    check(is(r.raw, "2026-05-09") && is(r.due, "2026-05-11"), "pauses in any order; the second counts because the first made the term longer");
    LawPause after[] = { { STR_NONE, test_day("2026-05-05"), test_day("2026-05-06") } };
    r = term(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02"), .pauses = after, .pauses_n = 1 });
    check(is(r.raw, "2026-04-27") && is(r.due, "2026-04-28"), "a pause after the end does not count");
    LawPause early[] = { { STR_NONE, test_day("2026-02-01"), test_day("2026-03-03") } };
    r = term(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02"), .pauses = early, .pauses_n = 1 });
    check(is(r.raw, "2026-04-28"), "of a pause from before the start only the days of the term count");
    LawPause overlap[] = { { STR_NONE, test_day("2026-03-10"), test_day("2026-03-20") }, { STR_NONE, test_day("2026-03-20"), test_day("2026-03-22") } };
    LawPause endless = { S("4-5"), test_day("2026-03-10"), DATE_NONE }, back = { STR_NONE, test_day("2026-03-10"), test_day("2026-03-09") }, strange = { S("7-10"), test_day("2026-03-10"), test_day("2026-03-12") };
    TermQuery q = { .rule = S("C20"), .from = at("2026-03-02"), .pauses = overlap, .pauses_n = 2 };
    check(refused(law, a, q) == E_INPUT, "overlapping pauses are refused");
    q.pauses_n = 1;
    check((q.pauses = &endless, refused(law, a, q)) == E_INPUT && (q.pauses = &back, refused(law, a, q)) == E_INPUT && (q.pauses = &strange, refused(law, a, q)) == E_INPUT,
        "so are a pause without end, one that ends before it begins, and one of a kind that the term does not know");
    q = (TermQuery){ .rule = S("C29"), .from = at("2026-03-02"), .pauses = &one, .pauses_n = 1 };
    check(refused(law, a, q) == E_INPUT, "a term in hours is not paused");
}

static void refusals(const Law *law, Arena *a) {
    check(refused(law, a, (TermQuery){ .rule = S("C999"), .from = at("2026-03-02") }) == E_MISSING, "an unknown term is refused");
    check(refused(law, a, (TermQuery){ .rule = S("C20"), .from = at("2009-03-02") }) == E_MISSING, "a day on which no version holds is refused");
    check(refused(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02"), .received = at("2026-03-01") }) == E_INPUT, "receipt before sending is refused");
    check(refused(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02"), .country = S("XX") }) == E_INPUT, "an unknown country is refused");
    check(refused(law, a, (TermQuery){ .rule = S("C22"), .from = at("2026-03-02"), .promised = test_day("2026-04-01") }) == E_INPUT, "a promise where the law knows none is refused");
    check(refused(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02"), .promised = test_day("2026-03-01") }) == E_INPUT, "a promised day before the start is refused");
    check(refused(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02"), .extended_on = test_day("2026-03-05") }) == E_INPUT, "an extension that the law does not know is refused");
    check(refused(law, a, (TermQuery){ .rule = S("C26"), .from = at("2026-03-02"), .extended_on = test_day("2026-03-01") }) == E_INPUT, "an extension from before the start is refused");
    check(refused(law, a, (TermQuery){ .rule = S("C20"), .from = INT64_MAX }) == E_INPUT, "an instant outside all years is refused");
    check(refused(law, a, (TermQuery){ .rule = S("C2"), .from = at("2026-03-02"), .norm_n = -1, .norm_unit = UNIT_DAY }) == E_INPUT, "a norm of less than one is refused");
    check(refused(law, a, (TermQuery){ .rule = S("C20"), .from = at("1600-03-02"), .known = test_day("2020-01-01") }) == E_MISSING, "what was not known yet does not hold");
}

static void words(const Law *law, Arena *a) {
    TermResult r = term(law, a, (TermQuery){ .rule = S("C20"), .from = at("2026-03-02T10:00") });
    bool raw = false, moved = false;
    for (size_t i = 0; i < r.derivation_n; i++) {
        Str en = law_reason_text(law, &r.derivation[i], LANG_EN, a);
        raw = raw || str_eq(en, S("Raw end: Monday 27 April 2026, 8 weeks after 2 March 2026."));
        moved = moved || str_eq(law_reason_text(law, &r.derivation[i], LANG_NL, a),
            S("Maandag 27 april 2026 is een feestdag: Koningsdag. Het einde gaat naar dinsdag 28 april 2026 (Algemene termijnenwet, artikel 1 en 3)."));
    }
    check(raw, "the raw end is told in English");
    check(moved, "and in Dutch why it moved");
}

static bool says(const Law *law, Arena *a, const TermResult *r, const char *en) {
    for (size_t i = 0; i < r->derivation_n; i++)
        if (str_starts(law_reason_text(law, &r->derivation[i], LANG_EN, a), str_c(en))) return true;
    return false;
}

static void doubts(const Law *law, Arena *a) {
    TermResult r = term(law, a, (TermQuery){ .rule = S("C22"), .from = at("2027-04-23"), .prior_due = test_day("2027-04-20") });
    check(is(r.due, "2027-05-07") && !r.verified && says(law, a, &r, "Friday 7 May 2027 is, by one source, equated with a holiday by decree (hearsay day).") && !says(law, a, &r, "Friday 7 May 2027 is an ordinary day"),
        "a day decreed by hearsay does not move the end, and the derivation says what it would be if it is true");
    bool monday = false;
    for (size_t i = 0; i < r.derivation_n; i++) monday = monday || (r.derivation[i].row != NULL && str_eq(r.derivation[i].row->id, S("NL.heard")) && is(r.derivation[i].other, "2027-05-10"));
    check(monday, "then Monday the 10th is the last day");
    size_t where = 0;
    check(str_find(law_due_doubt(law, S("C22"), test_day("2027-05-07"), LANG_EN, a), S("Monday 10 May 2027"), &where) && law_due_doubt(law, S("C22"), test_day("2027-05-06"), LANG_EN, a).n == 0 && law_due_doubt(law, S("C2"), test_day("2027-05-07"), LANG_EN, a).n == 0,
        "who acts upon that end is told to wait; other days and other countings are in no doubt");
    r = term(law, a, (TermQuery){ .rule = S("C2"), .from = at("2026-03-02T10:00"), .received = at("2026-03-05") });
    check(is(r.start, "2026-03-02") && says(law, a, &r, "The receipt on Thursday 5 March 2026 does not count here"), "a receipt that a term does not run from is told, not silently left out");
    r = term(law, a, (TermQuery){ .rule = S("C22"), .from = at("2026-05-01"), .prior_due = test_day("2026-04-28") });
    check(is(r.due, "2026-05-18") && says(law, a, &r, "Friday 15 May 2026 is a holiday: decreed day."), "a decreed day that has been checked is a holiday");
    check(r.penalty.bands_n == 3 && is(r.penalty.bands[0].first, "2026-05-19") && is(r.penalty.bands[1].first, "2026-06-02") && is(r.penalty.bands[2].last, "2026-06-29") && r.penalty.bands[1].row->cents == 3500,
        "the three amounts of the penalty have their first and last days");
    TermQuery q = { .rule = S("C20"), .from = at("2026-03-02"), .promised = test_day("2026-06-06"), .extended_on = test_day("2026-04-28") };
    check((r = term(law, a, q), is(r.due, "2026-06-06")), "a letter on the last day still brings the promised date");
    q.extended_on = test_day("2026-04-29");
    check((r = term(law, a, q), is(r.due, "2026-04-28") && r.kind == KIND_LAW && says(law, a, &r, "The letter with a new date came on 29 April 2026")), "a letter after the end does not");
}

static void steps(const Law *law, Arena *a) {
    LawStep *s = NULL;
    size_t n = 0;
    check(law_next_steps(law, S("C20"), day_end(ams, test_day("2026-04-28")), ams, a, &s, &n) == OK && n == 2 && str_eq(s[0].code, S("default_notice")) && is(s[0].first, "2026-04-29") &&
        s[0].not_before == day_start(ams, test_day("2026-04-29")), "what the lapse of a clock opens, and from when");
    check(is(s[1].first, "2026-05-14"), "a step via another term only after that one");
    check(law_next_steps(law, S("nothing"), at("2026-04-28"), ams, a, &s, &n) == OK && n == 0, "a duty without next steps opens none");
}

int main(void) {
    Arena *a = arena_new(64 << 20);
    const Law *law = NULL;
    LawProblem p = { 0 };
    must(zone_load(a, S("Europe/Amsterdam"), &ams) == OK);
    if (!check(test_law_of(a, files, &law, &p) == OK, "the tables of the test load")) return tap_end();
    known_terms(law, a);
    other_kinds(law, a);
    pauses(law, a);
    refusals(law, a);
    words(law, a);
    doubts(law, a);
    steps(law, a);
    arena_free(a);
    return tap_end();
}
