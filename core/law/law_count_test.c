/* Counting, against the vectors of the brief, published Easter dates and slow definitions. */
#include "core/law/easter_table.h"
#include "core/law/testlaw.h"

static const LawFile files[] = { { "countries", { test_countries, sizeof test_countries - 1 } }, { "holidays", { test_holidays, sizeof test_holidays - 1 } }, { NULL, { NULL, 0 } } };

static bool is(Date d, const char *iso) { return date_cmp(d, test_day(iso)) == 0; }

static bool awt(const Law *law, const char *from, int64_t n, LawUnit u, const char *raw, const char *end) {
    LawCounted c = { 0 };
    return law_count_awt(law, test_day(from), n, u, 0, &c) == OK && is(c.raw, raw) && is(c.end, end);
}

static void vectors(const Law *law) {
    LawCounted c = { 0 };
    Date d = { 0 };
    check(awt(law, "2026-03-02", 8, UNIT_WEEK, "2026-04-27", "2026-04-28"), "eight weeks from 2 March 2026 end on King's Day and go to the 28th");
    check(awt(law, "2026-10-30", 8, UNIT_WEEK, "2026-12-25", "2026-12-28"), "eight weeks from 30 October 2026 end on Christmas Day and go to Monday the 28th");
    check(awt(law, "2027-01-31", 1, UNIT_MONTH, "2027-02-28", "2027-03-01"), "a month from 31 January 2027 ends on Sunday 28 February and goes to Monday");
    check(awt(law, "2026-04-02", 3, UNIT_DAY, "2026-04-05", "2026-04-08"), "three days from the Thursday before Easter 2026 hold two ordinary days only on the Wednesday after");
    check(awt(law, "2026-05-01", 2, UNIT_WEEK, "2026-05-15", "2026-05-18"), "a decreed day moves the end as well");
    check(awt(law, "2027-04-23", 2, UNIT_WEEK, "2027-05-07", "2027-05-07"), "one whose decree nobody has seen does not");
    check(awt(law, "2024-05-01", 2, UNIT_WEEK, "2024-05-15", "2024-05-15"), "a day decreed for one year is ordinary in another");
    check(law_count_awt(law, test_day("2026-04-02"), 3, UNIT_DAY, 0, &c) == OK && c.rule == 2, "and the reason is the two ordinary days");
    check(law_count_awt(law, test_day("2026-03-02"), 8, UNIT_WEEK, 0, &c) == OK && c.rule == 1 && c.moved_by != NULL && str_eq(c.moved_by->r.id, S("NL.king")), "the holiday that moved the end is named");
    check(awt(law, "2026-01-31", 91, UNIT_DAY, "2026-05-02", "2026-05-02"), "more than 90 days: a Saturday stays the end");
    check(awt(law, "2026-02-01", 90, UNIT_DAY, "2026-05-02", "2026-05-04"), "90 days: the Saturday moves");
    check(awt(law, "2026-01-31", 13, UNIT_WEEK, "2026-05-02", "2026-05-02"), "more than 12 weeks is not moved");
    check(awt(law, "2026-02-07", 12, UNIT_WEEK, "2026-05-02", "2026-05-04"), "12 weeks are moved");
    check(awt(law, "2025-12-25", 4, UNIT_MONTH, "2026-04-25", "2026-04-25"), "more than 3 months is not moved");
    check(awt(law, "2026-01-25", 3, UNIT_MONTH, "2026-04-25", "2026-04-28"), "3 months are moved, over the weekend and King's Day");
    check(awt(law, "2025-04-25", 1, UNIT_YEAR, "2026-04-25", "2026-04-25"), "a term in years is not moved");
    check(awt(law, "2028-01-31", 1, UNIT_MONTH, "2028-02-29", "2028-02-29"), "a month from 31 January ends on 29 February in a leap year");
    check(law_count_eu(law, S("BE"), test_day("2026-06-21"), 1, UNIT_MONTH, 0, &c) == OK && is(c.end, "2026-07-22"), "a month that ends on the Belgian national day goes to the day after");
    check(law_count_eu(law, S("NL"), test_day("2026-06-21"), 1, UNIT_MONTH, 0, &c) == OK && is(c.end, "2026-07-21"), "in the Netherlands that day is a working day");
    check(law_count_eu(law, S("NL"), test_day("2026-04-02"), 2, UNIT_DAY, 0, &c) == OK && is(c.end, "2026-04-08") && c.rule == 2, "a Union term of two days holds two working days");
    check(law_count_calendar(test_day("2026-05-15"), 42, UNIT_DAY, 0, &c) == OK && is(c.end, "2026-06-26"), "42 calendar days from 15 May end on 26 June");
    check(law_count_backward(test_day("2026-03-31"), 1, UNIT_MONTH, &d) == OK && is(d, "2026-02-28"), "a month before 31 March is the last of February");
    check(law_count_hours(1772442000000, 48) == 1772442000000 + 48 * 3600000LL, "48 hours are 48 hours");
    check(law_count_eu_hours(1772442000000 + 1, 1) == 1772442000000 + 2 * 3600000LL, "the hour of the event is not counted under the Regulation");
    check(law_count_awt(law, test_day("2026-03-02"), 0, UNIT_WEEK, 0, &c) == E_INPUT && law_count_awt(law, test_day("2026-03-02"), 1, UNIT_HOUR, 0, &c) == E_INPUT, "no number or hours: refused");
    check(law_count_awt(law, test_day("8999-12-30"), 8, UNIT_WEEK, 0, &c) == E_LIMIT, "beyond the years that are counted: refused");
}

/* Gregorian Easter beside the published table of every year from 1900 to 2299, and beside the canon's own reckoning. */
static void easter(void) {
    static const struct { int y, md; } east[] = { { 2000, 430 }, { 2010, 404 }, { 2016, 501 }, { 2017, 416 }, { 2021, 502 }, { 2024, 505 }, { 2025, 420 }, { 2026, 412 }, { 2027, 502 } };
    bool west_ok = true, east_ok = true, sundays = true;
    for (int i = 0; i < EASTER_N; i++) west_ok = west_ok && law_easter(EASTER_FROM + i).m * 100 + law_easter(EASTER_FROM + i).d == easter_table[i];
    for (size_t i = 0; i < LEN(east); i++) east_ok = east_ok && law_easter_orthodox(east[i].y).m * 100 + law_easter_orthodox(east[i].y).d == east[i].md;
    /* By definition: the Sunday after the church's full moon (golden number and epact, as printed in the 1582 canon). */
    for (int y = 1900; y <= 2299; y++) {
        int golden = y % 19 + 1, century = y / 100 + 1, solar = 3 * century / 4 - 12, lunar = (8 * century + 5) / 25 - 5;
        int sunday = 5 * y / 4 - solar - 10, epact = ((11 * golden + 20 + lunar - solar) % 30 + 30) % 30;
        if ((epact == 25 && golden > 11) || epact == 24) epact++;
        int moon = 44 - epact;
        if (moon < 21) moon += 30;
        moon = moon + 7 - (sunday + moon) % 7;
        Date d = moon > 31 ? (Date){ (int16_t)y, 4, (uint8_t)(moon - 31) } : (Date){ (int16_t)y, 3, (uint8_t)moon };
        west_ok = west_ok && date_cmp(d, law_easter(y)) == 0;
        sundays = sundays && date_weekday(law_easter(y)) == 7 && date_weekday(law_easter_orthodox(y)) == 7 && date_cmp(law_easter(y), law_easter_orthodox(y)) <= 0;
    }
    check(west_ok, "Easter of 1900 to 2299 is that of the published table and of the canon's own reckoning");
    check(east_ok, "orthodox Easter is that of the published table");
    check(sundays, "both are Sundays, the orthodox never earlier");
}

static void days(const Law *law) {
    const LawHoliday *h = NULL;
    check(law_free_day(law, S("NL"), test_day("2025-04-26"), &h) && h == NULL, "King's Day 2025 is kept on Saturday the 26th, a weekend anyhow");
    check(!law_free_day(law, S("NL"), test_day("2025-04-28"), &h), "and the Monday after is ordinary");
    check(law_free_day(law, S("NL"), test_day("2026-04-03"), &h) && str_eq(h->r.id, S("NL.goodfriday")), "Good Friday counts as a holiday");
    check(law_free_day(law, S("NL"), test_day("2027-05-05"), &h), "5 May is a holiday every year");
    check(law_free_day(law, S("BE"), test_day("2026-05-25"), &h) && str_eq(h->r.id, S("BE.last")), "the last Monday of a month is found");
    check(law_free_day(law, S("BE"), test_day("2026-09-07"), &h) && str_eq(h->r.id, S("BE.nth")), "the first Monday of a month is found");
    check(law_free_day(law, S("BE"), test_day("2026-06-20"), &h) && !law_free_day(law, S("BE"), test_day("2026-06-22"), &h), "the first Saturday from the 20th is found");
    check(!law_free_day(law, S("NL"), test_day("2026-07-21"), &h) && law_free_day(law, S("BE"), test_day("2026-07-21"), &h), "each country has its own days");
}

static uint64_t seed = 88172645463325252u;
static int64_t draw(int64_t below) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int64_t)(seed % (uint64_t)below);
}

static void properties(const Law *law) {
    static const struct { int64_t max; LawUnit unit; } lengths[] = { { 90, UNIT_DAY }, { 12, UNIT_WEEK }, { 3, UNIT_MONTH } };
    bool never_free = true, monotone = true, pause_shifts = true, never_shorter = true, two = true;
    const LawHoliday *h = NULL;
    for (int i = 0; i < 100000; i++) {
        size_t k = (size_t)draw(3);
        int64_t n = 1 + draw(lengths[k].max), p = draw(60);
        Date from = date_add((Date){ 1990, 1, 1 }, (int32_t)draw(60 * 365));
        LawCounted c = { 0 }, later = { 0 }, paused = { 0 };
        must(law_count_awt(law, from, n, lengths[k].unit, 0, &c) == OK && law_count_awt(law, date_add(from, 1), n, lengths[k].unit, 0, &later) == OK);
        must(law_count_awt(law, from, n, lengths[k].unit, p, &paused) == OK);
        never_free = never_free && !law_free_day(law, S("NL"), c.end, &h) && !law_free_day(law, S("NL"), paused.end, &h);
        monotone = monotone && date_cmp(c.end, later.end) <= 0;
        pause_shifts = pause_shifts && date_days(paused.raw) - date_days(c.raw) == p;
        never_shorter = never_shorter && date_cmp(c.end, paused.end) <= 0 && date_cmp(c.raw, c.end) <= 0;
        int ordinary = 0;
        for (Date d = date_add(from, 1); date_cmp(d, c.end) <= 0; d = date_add(d, 1)) ordinary += law_free_day(law, S("NL"), d, &h) ? 0 : 1;
        two = two && (ordinary >= 2 || date_days(c.raw) - date_days(from) < 3);
    }
    check(never_free, "a Dutch term never ends on a free day (100,000 random triggers)");
    check(monotone, "a later start never ends earlier");
    check(pause_shifts, "a pause of n days shifts the raw end by n");
    check(never_shorter, "a pause never shortens, and no rule moves an end back");
    check(two, "a term of three days or more holds two ordinary days");
}

int main(void) {
    Arena *a = arena_new(64 << 20);
    const Law *law = NULL;
    LawProblem p = { 0 };
    if (!check(test_law_of(a, files, &law, &p) == OK, "the tables of the test load")) return tap_end();
    vectors(law);
    easter();
    days(law);
    properties(law);
    arena_free(a);
    return tap_end();
}
