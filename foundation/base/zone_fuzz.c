/* Whatever file is taken for a zone, every instant has an offset and every day a start. */
#include "foundation/base/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const int64_t times_s[] = { -11670000000, -1, 0, 951782400, 1774746000, 1792890000, 4102444800, 40000000000, 253402000000 };
    Arena *a = arena_new(4 << 20);
    const Zone *z = NULL;
    if (zone_parse(a, S("Test/Zone"), str_bytes(data, size), &z) == OK) {
        for (size_t i = 0; i < LEN(times_s); i++) {
            Civil c = civil_at(z, times_s[i] * 1000);
            UnixMs t = 0;
            must(date_ok(c.date) && c.hh < 24 && c.mm < 60 && c.ss < 60);
            (void)day_start(z, c.date);
            if (civil_instant(z, c.date, c.hh, c.mm, c.ss, &t) == OK) must(t <= times_s[i] * 1000);
        }
    }
    arena_free(a);
    return 0;
}
