#include "foundation/base/tap.h"
#include "foundation/base/when.h"

static Date day(int y, int m, int d) { return (Date){ .y = (int16_t)y, .m = (uint8_t)m, .d = (uint8_t)d }; }

static const Zone *zone(Arena *a, const char *name) {
    const Zone *z = NULL;
    must(zone_load(a, str_c(name), &z) == OK);
    return z;
}

/* The civil time in the zone at a UTC instant, as text with the offset in minutes. */
static Str at(Arena *a, const Zone *z, const char *utc) {
    UnixMs t = 0;
    must(when_parse(NULL, str_c(utc), &t) == OK);
    return str_fmt(a, STR_FMT " %+d", STR_ARG(when_civil(a, z, t)), civil_at(z, t).offset_s / 60);
}

static void dates(Arena *a) {
    check(date_days(day(1970, 1, 1)) == 0 && date_days(day(2000, 3, 1)) == 11017 && date_days(day(1969, 12, 31)) == -1, "days are counted from 1970");
    check(date_weekday(day(2026, 3, 2)) == 1 && date_weekday(day(1969, 12, 28)) == 7, "2 March 2026 is a Monday; 28 December 1969 was a Sunday");
    check(date_ok(day(2024, 2, 29)) && !date_ok(day(2025, 2, 29)) && date_ok(day(2000, 2, 29)) && !date_ok(day(1900, 2, 29)), "leap days follow the Gregorian rule");
    check(!date_ok(day(2026, 4, 31)) && !date_ok(day(2026, 0, 1)) && !date_ok(day(2026, 13, 1)) && !date_ok(day(1582, 12, 31)), "days that do not exist are refused");
    check(date_cmp(date_add(day(2023, 12, 31), 1), day(2024, 1, 1)) == 0 && date_cmp(date_add(day(2024, 3, 1), -1), day(2024, 2, 29)) == 0, "adding crosses years and leap days");
    bool all = true;
    Date d = day(1583, 1, 1);
    for (int32_t n = date_days(d); d.y < 9999 && all; n++) {
        all = date_days(d) == n && date_cmp(date_from_days(n), d) == 0;
        if (n < date_days(day(9999, 1, 1))) d = date_add(d, 1);
    }
    check(all, "every day from 1583 to 9999 survives the count");
    Date p = { 0 };
    check(date_parse(S("2026-03-02"), &p) == OK && date_cmp(p, day(2026, 3, 2)) == 0 && str_eq(date_str(a, p), S("2026-03-02")), "a date is read and written");
    static const char *const bad[] = { "", "2026-3-2", "2026-02-30", "02-03-2026", "2026-03-02 ", "2026/03/02", "+026-03-02", "0001-01-01" };
    for (size_t i = 0; i < LEN(bad); i++) check(date_parse(str_c(bad[i]), &p) == E_INPUT, "\"%s\" is no date", bad[i]);
}

static void amsterdam(Arena *a) {
    const Zone *z = zone(a, "Europe/Amsterdam");
    check(str_eq(zone_name(z), S("Europe/Amsterdam")), "a zone knows its name");
    check(str_eq(at(a, z, "2026-03-29T00:59:59Z"), S("2026-03-29 01:59 +60")) && str_eq(at(a, z, "2026-03-29T01:00:00Z"), S("2026-03-29 03:00 +120")), "summer time begins on the last Sunday of March at 01:00 UTC");
    check(str_eq(at(a, z, "2026-10-25T00:59:59Z"), S("2026-10-25 02:59 +120")) && str_eq(at(a, z, "2026-10-25T01:00:00Z"), S("2026-10-25 02:00 +60")), "and ends on the last Sunday of October");
    check(str_eq(at(a, z, "2099-03-29T01:00:00Z"), S("2099-03-29 03:00 +120")) && str_eq(at(a, z, "2099-12-31T23:30:00Z"), S("2100-01-01 00:30 +60")), "the footer rule holds after the table ends");
    check(str_eq(at(a, z, "2025-12-31T22:59:59Z"), S("2025-12-31 23:59 +60")) && str_eq(at(a, z, "2025-12-31T23:00:00Z"), S("2026-01-01 00:00 +60")), "the year begins an hour before UTC");
    UnixMs t = 0, u = 0;
    check(civil_instant(z, day(2026, 3, 29), 2, 30, 0, &t) == E_INPUT && t == 0, "02:30 on the spring Sunday does not exist");
    check(civil_instant(z, day(2026, 10, 25), 2, 30, 0, &t) == OK && when_parse(NULL, S("2026-10-25T00:30Z"), &u) == OK && t == u, "02:30 on the autumn Sunday is taken as the first of the two");
    check(civil_instant(z, day(2060, 7, 1), 12, 0, 0, &t) == OK && civil_at(z, t).offset_s == 7200 && civil_at(z, t).hh == 12, "a civil time far ahead is found");
    check(civil_instant(z, day(2026, 2, 29), 12, 0, 0, &t) == E_INPUT && civil_instant(z, day(2026, 2, 1), 24, 0, 0, &t) == E_INPUT, "a day or hour that does not exist is refused");
    int64_t spring = day_end(z, day(2026, 3, 29)) - day_start(z, day(2026, 3, 29)) + 1, autumn = day_end(z, day(2026, 10, 25)) - day_start(z, day(2026, 10, 25)) + 1;
    check(spring == 23 * 3600000LL && autumn == 25 * 3600000LL, "those days have 23 and 25 hours");
}

static void elsewhere(Arena *a) {
    const Zone *sp = zone(a, "America/Sao_Paulo"), *apia = zone(a, "Pacific/Apia"), *syd = zone(a, "Australia/Sydney"), *nuuk = zone(a, "America/Nuuk");
    check(str_eq(when_rfc3339(a, day_start(sp, day(2018, 11, 4))), S("2018-11-04T03:00:00Z")) && civil_at(sp, day_start(sp, day(2018, 11, 4))).hh == 1, "where midnight was skipped the day starts at one");
    check(day_start(apia, day(2011, 12, 30)) == day_start(apia, day(2011, 12, 31)) && day_end(apia, day(2011, 12, 29)) + 1 == day_start(apia, day(2011, 12, 31)), "a day that a zone skipped has no length");
    check(str_eq(at(a, syd, "2090-01-15T00:00:00Z"), S("2090-01-15 11:00 +660")) && str_eq(at(a, syd, "2090-07-15T00:00:00Z"), S("2090-07-15 10:00 +600")), "south of the equator summer spans the new year");
    check(str_eq(at(a, nuuk, "2050-07-01T12:00:00Z"), S("2050-07-01 11:00 -60")), "a rule with a negative hour is understood");
    check(str_eq(at(a, zone(a, "Asia/Kolkata"), "2050-07-01T12:00:00Z"), S("2050-07-01 17:30 +330")), "a zone without summer time keeps its half hour");
    check(str_eq(at(a, zone_utc(), "1969-12-31T23:59:59.999Z"), S("1969-12-31 23:59 +0")), "UTC is there without a file, also before 1970");
}

static void texts(Arena *a) {
    const Zone *z = zone(a, "Europe/Amsterdam");
    static const struct { const char *in, *utc; } good[] = {
        { "2026-03-02T10:00", "2026-03-02T09:00:00Z" }, { "2026-03-02T10:00:30", "2026-03-02T09:00:30Z" },
        { "2026-07-02T10:00:30.5", "2026-07-02T08:00:30.500Z" }, { "2026-03-02T10:00Z", "2026-03-02T10:00:00Z" },
        { "2026-03-02T10:00:00.123456789+05:30", "2026-03-02T04:30:00.123Z" }, { "2026-01-01T00:30:00-11:00", "2026-01-01T11:30:00Z" },
        { "2026-03-02", "2026-03-01T23:00:00Z" }, { "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z" }, { "2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z" },
    };
    UnixMs t = 0;
    for (size_t i = 0; i < LEN(good); i++) {
        Err e = when_parse(z, str_c(good[i].in), &t);
        check(e == OK && str_eq(when_rfc3339(a, t), str_c(good[i].utc)), "%s is %s", good[i].in, good[i].utc);
    }
    static const char *const bad[] = { "", "2026-03-02T", "2026-03-02T10", "2026-03-02T10:0", "2026-03-02T24:00", "2026-03-02T23:60", "2026-03-02T23:59:60Z",
        "2026-03-02T10:00:00.Z", "2026-03-02T10:00:00.1234567890Z", "2026-03-02T10:00+5:30", "2026-03-02T10:00+24:00", "2026-03-02T10:00z", "2026-03-02 10:00", "2026-03-29T02:30", "2026-03-02T10:00Zx" };
    for (size_t i = 0; i < LEN(bad); i++) check(when_parse(z, str_c(bad[i]), &t) == E_INPUT, "\"%s\" is no instant", bad[i]);
    check(when_parse(NULL, S("2026-03-02T10:00"), &t) == E_INPUT && when_parse(NULL, S("2026-03-02"), &t) == E_INPUT, "without a zone an offset is required");
    check(when_parse(z, S("1583-01-01T00:00Z"), &t) == E_LIMIT && !when_ok(INT64_MAX) && !when_ok(INT64_MIN) && when_ok(0), "instants outside the calendar are refused");
}

static void files(Arena *a) {
    const Zone *z = NULL;
    static const char *const bad[] = { "", "../../etc/passwd", "/etc/passwd", "Europe/", "Europe//Amsterdam", "Europe/Amster dam", "Europe/../UTC" };
    for (size_t i = 0; i < LEN(bad); i++) check(zone_load(a, str_c(bad[i]), &z) == E_INPUT, "\"%s\" is no zone name", bad[i]);
    check(zone_load(a, S("Europe/Nowhere"), &z) == E_MISSING, "an unknown zone is missing");
    check(zone_load(a, S("right/Europe/Amsterdam"), &z) != OK, "a zone that counts leap seconds is refused");
    check(zone_parse(a, S("X"), S("TZif2 too short"), &z) == E_INPUT && z == NULL, "a file cut short is refused");
}

int main(void) {
    Arena *a = arena_new(16 << 20);
    dates(a);
    amsterdam(a);
    elsewhere(a);
    texts(a);
    files(a);
    arena_free(a);
    return tap_end();
}
