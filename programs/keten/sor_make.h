/* sor_make.h - a day of statements as the database would publish it, out of a seed: for tests, for the bench, and for whoever wants
 * to see what the reader does. Inside programs/keten only. */
#ifndef KETEN_SOR_MAKE_H
#define KETEN_SOR_MAKE_H
#include "core/sor/sor.h"

typedef struct SorWish {
    uint64_t seed;
    int64_t rows, part_rows /* a CSV */, every /* rows between planted defects */;
    bool v1, light, hostile;         /* hostile: also defects that no reader can mend */
    Str day, slug;
    int level;                       /* of deflate, 1 to 9 */
} SorWish;
typedef enum SorPlant { PLANT_NONE, PLANT_BACKSLASH, PLANT_MIXED, PLANT_JOINED, PLANT_TRAILING, PLANT_CR, PLANT_NUL, PLANT_UTF8, PLANT_FIELDS, PLANT_UUID, PLANT_DATE, PLANT_REQUIRED, PLANT_EMPTY, PLANT_LONG, PLANT_QUOTE, PLANT_N } SorPlant;
extern const char *const sor_plant_codes[PLANT_N];

typedef struct SorMaker SorMaker;
SorMaker *sor_maker(Arena *a, const SorWish *w);
void sor_make_head(const SorMaker *m, Buf *out);                 /* first line of a part, with its LF */
/* The next record, with the LF before it (an official part has none at its end). out_lines: physical lines it takes. */
SorPlant sor_make_row(SorMaker *m, Buf *out, int *out_lines);

/* Writes NAME.zip, NAME.zip.sha1 and NAME.truth.json into the folder; *out_name is NAME. progress may be NULL. */
Err sor_make_files(Arena *a, const SorWish *w, const char *dir, void (*progress)(void *, int64_t, int64_t), void *progress_ctx, Str *out_name, Str *out_why) NODISCARD;
#endif
