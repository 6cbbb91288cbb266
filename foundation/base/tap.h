/* tap.h - the test harness: TAP on stdout, one line a statement that must hold, in the words of the domain.
 * Use: int main(void) { check(x == 1, "a notice has four elements"); return tap_end(); } */
#ifndef KETEN_TAP_H
#define KETEN_TAP_H
#include "foundation/base/base.h"

static int tap_run, tap_bad;
/* fflush after every line: a test may die, and its last words count. */
#define check(cond, ...) tap_check((cond), __FILE__, __LINE__, #cond, __VA_ARGS__)
PRINTF_LIKE(5, 6) static inline bool tap_check(bool ok, const char *file, int line, const char *what, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    printf("%s %d - ", ok ? "ok" : "not ok", ++tap_run);
    vprintf(fmt, ap);
    printf("\n");
    va_end(ap);
    if (!ok) {
        tap_bad++;
        printf("# %s:%d: %s\n", file, line, what);
    }
    fflush(stdout);
    return ok;
}
static inline int tap_end(void) {
    printf("1..%d\n", tap_run);
    return tap_bad == 0 && tap_run > 0 ? 0 : 1;
}
#endif
