/* An instant that is read is written and read again the same. */
#include "foundation/base/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const Zone *zone;
    static Arena *keep __attribute__((used)); /* else it is optimised away, and its memory looks lost */
    if (zone == NULL) {
        keep = arena_new(1 << 20);
        if (zone_load(keep, S("Europe/Amsterdam"), &zone) != OK) zone = zone_utc();
    }
    Arena *a = arena_new(1 << 20);
    Str in = str_bytes(data, size);
    UnixMs t = 0, u = 0;
    Date d = { 0 };
    if (when_parse(zone, in, &t) == OK) {
        must(when_ok(t));
        must(when_parse(NULL, when_rfc3339(a, t), &u) == OK || t < 0 || t > INT64_C(253300000000000));
        must(u == 0 || u == t);
        (void)when_civil(a, zone, t);
    }
    if (date_parse(in, &d) == OK) {
        must(str_eq(date_str(a, d), in) && date_cmp(date_from_days(date_days(d)), d) == 0);
        if (d.y > 1600 && d.y < 9998) must(day_start(zone, d) < day_end(zone, d));
    }
    arena_free(a);
    return 0;
}
