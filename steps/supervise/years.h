/* years.h - the year files of an instance, opened for asking: official/sor/YEAR.year, mapped. Making them is `keten sor ingest` and `keten sor ask`. */
#ifndef KETEN_YEARS_H
#define KETEN_YEARS_H
#include "core/sorask/ask.h"

enum { YEARS_MAX = 16 };
typedef struct Years { Roll rolls[YEARS_MAX]; size_t n; Str mapped[YEARS_MAX]; bool damaged; Str why; } Years;
/* dir: the folder official/sor. A year without a file is left out. A damaged one too: damaged, and why says which. */
void years_open(Arena *a, const char *dir, int from, int to, Years *out);
void years_close(Years *y);
#endif
