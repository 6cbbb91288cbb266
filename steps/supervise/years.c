#include "steps/supervise/years.h"
#include "foundation/sys/sys.h"

void years_open(Arena *a, const char *dir, int from, int to, Years *out) {
    *out = (Years){ .n = 0 };
    for (int y = from; y <= to && out->n < YEARS_MAX; y++) {
        const char *why = "it cannot be read";
        Str bytes = STR_NONE;
        Err e = file_map(str_fmt(a, "%s/%d.year", dir, y).p, ROLL_MAX, &bytes);
        if (e == E_MISSING) continue;
        if (e == OK) e = roll_open(a, bytes, &out->rolls[out->n], &why);
        if (e == OK) {
            out->mapped[out->n++] = bytes;
            continue;
        }
        file_unmap(bytes);
        out->damaged = true;
        out->why = str_fmt(a, "%s/%d.year: %s", dir, y, why);
    }
}

void years_close(Years *y) {
    for (size_t i = 0; i < y->n; i++) file_unmap(y->mapped[i]);
    y->n = 0;
}
