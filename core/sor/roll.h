/* roll.h - the day cubes of one year in one file, laid out for questions: a small table for each thing that is asked, in columns of eight
 * bytes, by platform and day. Mapped and read in place; a year of 150 platforms is some tens of megabytes, of which a question reads one table.
 *
 * Nothing in it is new: it can be made again out of the cubes and extracts, and the same cubes give the same bytes in whatever order they
 * came (save for a column that has more different values in a year than are told apart). Each figure made of it can name the cubes, by their SHA-256.
 * Pure: bytes come in, bytes go out. Nothing in a file is believed: the head has a SHA-256, each table a checksum that is checked at its
 * first use, and an entry that names a file or value that is not there counts nowhere.
 */
#ifndef KETEN_ROLL_H
#define KETEN_ROLL_H
#include "core/sor/sor.h"

typedef enum RollTable {
    RT_CATEGORY,    /* a family, b category */
    RT_SOURCE,      /* a category, b source */
    RT_DETECTION,   /* a family, b source and detection: roll_low, roll_high */
    RT_DECISION,    /* a family, b ... */
    RT_VISIBILITY, RT_SCOPE, RT_ACCOUNT, RT_GROUND,
    RT_DISCLOSURE,  /* a family, b class of days */
    RT_AGE,         /* a family, b class of days and source */
    RT_TERMS,       /* a family, b field 19 of rows against the terms: 0 empty, 1 yes, 2 no; from the extract */
    RT_ENDS,        /* a family, b class of days (roll_end_days) that an account is suspended: 0 no end; from the extract */
    RT_OTHERS,      /* a and b together: which text (others) stands for OTHER among the measures; from the extract */
    RT_TEXTS,       /* RollText */
    RT_N
} RollTable;
typedef struct RollEntry { uint32_t rows; uint16_t file; uint8_t a, b; } RollEntry;
/* Explanations of our families: of each platform and day the ROLL_TEXTS with the smallest hashes, which is all of them when there are fewer. */
typedef struct RollText { uint32_t hash; uint16_t file, rows; } RollText;
enum { ROLL_TEXTS = 1024, ROLL_FILES_MAX = 65000, ROLL_MAX = 1 << 30, ROLL_KEYS = 65536 };
extern const int32_t roll_end_days[8];
enum { ROLL_END_BINS = 2 + 8 + 1, ROLL_OTHERS_MAX = 65535 };
static inline uint32_t roll_low(uint32_t b) { return b & 15; }
static inline uint32_t roll_high(uint32_t b) { return b >> 4; }

/* One day cube that is in it. cube: its SHA-256. order: which of two files for a day is the newer one (when it was read), 0: not known. */
typedef struct RollFile { Str stem, day, slug, kind, cube; int64_t rows, order; uint8_t coarse; bool texts, keywords /* it tells rows without any keyword */, others; int32_t day_n; } RollFile;
typedef struct Roll {
    Str bytes;
    int year;
    RollFile *files;
    size_t files_n;
    Str *dict[SD_DICTS];
    uint32_t dict_n[SD_DICTS];
    Str *others;                   /* texts of RT_OTHERS; the first is empty */
    uint32_t others_n;
    const uint32_t *index[RT_N];   /* of platform p: entries index[p] .. index[p + 1] */
    const uint8_t *entries[RT_N];
    size_t n[RT_N];
    uint64_t sum[RT_N];
    uint8_t checked[RT_N];         /* 0 not yet, 1 sound, 2 damaged */
} Roll;
/* E_INPUT with *out_why (a static sentence). bytes must be aligned to eight and outlive it. */
Err roll_open(Arena *a, Str bytes, Roll *out, const char **out_why) NODISCARD;
bool roll_sound(Roll *r, RollTable t);             /* checks the table's checksum once */
static inline const RollEntry *roll_entries(const Roll *r, RollTable t) { return (const RollEntry *)(const void *)r->entries[t]; }
static inline const RollText *roll_texts(const Roll *r) { return (const RollText *)(const void *)r->entries[RT_TEXTS]; }
uint32_t roll_platform(const Roll *r, Str name);   /* 0: not in it */
bool roll_has(const Roll *r, Str stem);
/* Adds up the entries of one platform: acc[slot_of[file] * classes + class_of[a << 8 | b]]. Slot 0 and class 0 are for what does not count.
 * slot_of and class_of have ROLL_KEYS places. */
void roll_add_up(const Roll *r, RollTable t, uint32_t platform, const uint16_t *slot_of, const uint8_t *class_of, size_t classes, int64_t *acc);

/* ---- making one ---- */
typedef struct RollMaker RollMaker;
RollMaker *roll_maker(Arena *a, int year, const Roll *old);   /* old may be NULL; it stays open until roll_write is done */
/* extract: the day's .rows.csv.gz, or empty. E_CONFLICT: a file of that name is in it; E_LIMIT: ROLL_FILES_MAX; E_INPUT: the cube is of
 * another year, or the extract is damaged. Of what is refused nothing stays. */
Err roll_add(RollMaker *m, const SorCube *cube, Str stem, Str cube_sha256, int64_t order, Str extract) NODISCARD;
typedef Err RollPut(void *ctx, Str bytes);
Err roll_write(RollMaker *m, RollPut *put, void *ctx) NODISCARD;

/* ---- the extract's rows (also fuzzed) ---- */
typedef struct ExtractRow { Str platform, family, illegal /* field 19 */, ground, explanation /* 32 hex digits, or empty */, account, applied, account_end, other; bool other_known /* an older extract has no such column */; } ExtractRow;
typedef void ExtractTake(void *ctx, const ExtractRow *row);
/* Every row of a .rows.csv.gz. E_INPUT: no gzip, cut off, no such columns. Views live for the call only. */
Err extract_read(Str gz, ExtractTake *take, void *ctx) NODISCARD;
#endif
