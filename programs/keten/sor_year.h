/* sor_year.h - year files (core/sor/roll.h) made of the day cubes in a folder, and cubes opened without an instance. Inside programs/keten only. */
#ifndef KETEN_SOR_YEAR_H
#define KETEN_SOR_YEAR_H
#include "steps/supervise/official.h"
#include "steps/supervise/years.h"

/* A day cube on the disk. cube: its SHA-256, when an act says it. */
typedef struct YearCube { Str stem, path, cube, extract_path; int64_t order; int year; } YearCube;
/* Cubes that acts name, of these years. E_OUTSIDE: the record does not answer. */
Err year_cubes_of(Ctx *c, Arena *a, const char *dir, int from, int to, YearCube **out, size_t *out_n) NODISCARD;
/* Every .cube in a folder and in the folders in it, in the order of their names. E_MISSING: no such folder; E_LIMIT. */
Err year_cubes_in(Arena *a, const char *dir, YearCube **out, size_t *out_n) NODISCARD;
typedef struct YearBad { Str path; const char *why; } YearBad;
enum { YEAR_BAD_MAX = 100 };
typedef struct YearBads { YearBad v[YEAR_BAD_MAX]; size_t n, more; } YearBads;
/* Brings DIR/YEAR.year up to date for these years: what is missing is added, a file that holds what is not in the list, or is damaged, is made
 * anew. Cubes that cannot be read are in bads, and their days are not in it. E_OUTSIDE: it cannot be written. */
Err years_update(Arena *a, const char *dir, const YearCube *v, size_t n, YearBads *bads) NODISCARD;
/* The same in memory: for a folder without an instance, or when the instance cannot be written. The rolls live in a. */
Err years_in_memory(Arena *a, const YearCube *v, size_t n, Years *out, YearBads *bads) NODISCARD;
bool years_current(const Years *y, const YearCube *v, size_t n);
#endif
