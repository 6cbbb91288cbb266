/* sor.h - the statements of reasons of the DSA Transparency Database, as the Commission publishes them a day at a time (DSA article 24(5)).
 *
 * Pure: bytes come in (a mapped file), counts, a cube, an extract and a list of lines come out. No I/O, no clock, no threads of its
 * own: one SorPart belongs to one thread, a SorDay to whoever holds its lock. Memory comes from the arenas that are given.
 *
 * The dialect is not RFC 4180. It is what the database's own writer makes:
 *   - an LF ends a record, always; quote state never crosses it (LF inside a field became a blank on export). Parts of the first
 *     schema may hold LF inside fields nevertheless: there a record begins with a uuid, and a line that does not is joined to the last.
 *   - a quote inside a quoted field is doubled, except after a backslash: there it stands alone.
 * So every record is read by doubled quotes first; when the number of fields is wrong or a quote stays open, by the backslash rule;
 * when that fails, by every way of reading its few backslash quotes, if exactly one of them gives a sound record.
 *
 * Must hold: each physical line is counted once, as header, parsed, repaired (with the rule) or quarantined (with the reason).
 * A part whose checksum is wrong is not counted at all: its lines are quarantined.
 */
#ifndef KETEN_SOR_H
#define KETEN_SOR_H
#include "foundation/base/base.h"

/* ---- zip: a view into mapped bytes (APPNOTE 6.3.x; Zip64 read, nothing written) ---- */
typedef struct SorEntry {
    Str name;
    Str data;               /* the compressed bytes, a view */
    uint64_t size;          /* as the directory says */
    uint32_t crc;
    uint16_t method;        /* 0 stored, 8 deflate */
    const char *wrong;      /* why it must not be read, or NULL: encrypted, path, method, overlap, bomb, local header differs */
} SorEntry;
enum { SOR_ENTRIES_MAX = 65536, SOR_NAME_MAX = 255 };
/* Reads the directory. E_INPUT with *out_why (a static sentence) when it is no whole zip file. */
Err sor_zip_entries(Arena *a, Str bytes, SorEntry **out, size_t *out_n, const char **out_why) NODISCARD;
Err sor_zip_tree(Arena *a, Str bytes, SorEntry **out, size_t *out_n, const char **out_why) NODISCARD; /* the same, but names may have folders in front */

/* ---- inflate: from a view into a window, a piece at a time ---- */
typedef enum SorEngine { SOR_ZLIB = 1, SOR_ISAL } SorEngine;
bool sor_engine_here(SorEngine e);
const char *sor_engine_name(SorEngine e);
SorEngine sor_engine_best(void);
uint32_t sor_crc(uint32_t crc, const void *p, size_t n);
typedef struct SorInflate { SorEngine engine; void *state; Str rest; uint16_t method; bool done; } SorInflate;
void sor_inflate_new(Arena *a, SorEngine e, SorInflate *out);    /* must be closed before its arena goes */
Err sor_inflate_open(SorInflate *z, const SorEntry *entry) NODISCARD;
/* Up to cap bytes; *out_n 0 at the end. E_INPUT: damaged, or it ends too early. */
Err sor_inflate_read(SorInflate *z, uint8_t *out, size_t cap, size_t *out_n) NODISCARD;
void sor_inflate_close(SorInflate *z);

/* ---- scanning: where fields and records end ---- */
/* Each mark is a position with flags. A comma inside quotes is no mark. SOR_OPEN: a quote was open at that LF. SOR_ODD: the record
 * holds a byte that is zero or above 127, and must be looked at again. SOR_AT: the position's bits. */
#define SOR_LF (1u << 31)
#define SOR_OPEN (1u << 30)
#define SOR_ODD (1u << 29)
#define SOR_AT ((1u << 29) - 1)
typedef struct SorScan {                                          /* carried from block to block */
    bool inside, odd;
    uint64_t *odds;                                              /* a bit for each byte that is zero or above 127; may be NULL. Then from is a multiple of 64 */
} SorScan;
typedef enum SorWidth { SOR_SCALAR = 1, SOR_AVX2, SOR_AVX512 } SorWidth;
bool sor_width_here(SorWidth w);                                 /* does this processor have it? */
SorWidth sor_width_best(void);
const char *sor_width_name(SorWidth w);
/* Marks of p[from..to), which are at most to - from; every width gives the same. */
size_t sor_scan(SorWidth w, SorScan *s, const uint8_t *p, size_t from, size_t to, uint32_t *out);

/* ---- columns ---- */
typedef enum SorCol {
    SC_UUID, SC_VISIBILITY, SC_VISIBILITY_OTHER, SC_VISIBILITY_END, SC_MONETARY, SC_MONETARY_OTHER, SC_MONETARY_END, SC_PROVISION, SC_PROVISION_END, SC_ACCOUNT, SC_ACCOUNT_END,
    SC_ACCOUNT_TYPE, SC_GROUND, SC_GROUND_URL, SC_ILLEGAL_GROUND, SC_ILLEGAL_TEXT, SC_TERMS_GROUND, SC_TERMS_TEXT, SC_TERMS_ILLEGAL, SC_CATEGORY, SC_ADDITION, SC_KEYWORDS,
    SC_KEYWORD_OTHER, SC_CONTENT_TYPE, SC_CONTENT_OTHER, SC_LANGUAGE, SC_CONTENT_DATE, SC_EAN, SC_SCOPE, SC_APPLIED, SC_FACTS, SC_SOURCE, SC_SOURCE_WHO, SC_DETECTION, SC_DECISION,
    SC_PLATFORM, SC_PLATFORM_UID, SC_CREATED, SC_N
} SorCol;
extern const char *const sor_col_names[SC_N];

/* ---- the cube ---- */
/* Dimensions, in the order of the key's bits. The last three are classes that are computed; the others are dictionaries of what was met. */
typedef enum SorDim { SD_PLATFORM, SD_CATEGORY, SD_FAMILY, SD_SOURCE, SD_GROUND, SD_VISIBILITY, SD_ACCOUNT, SD_DETECTION, SD_DECISION, SD_SCOPE, SD_DISCLOSURE, SD_AGE, SD_N } SorDim;
#define SOR_NO_FAMILY "-"                                        /* in the place of a family: keywords, none of which is ours. Empty: no keyword at all */
enum { SD_DICTS = SD_SCOPE };                                    /* dimensions before this one have a dictionary */
extern const char *const sor_dim_names[SD_N];
extern const uint8_t sor_dim_bits[SD_N];
typedef enum SorScope { SCOPE_UNKNOWN, SCOPE_NONE, SCOPE_EU, SCOPE_EEA, SCOPE_HOME, SCOPE_ONE_OTHER, SCOPE_SEVERAL_HOME, SCOPE_SEVERAL, SCOPE_N } SorScope;
extern const char *const sor_scope_names[SCOPE_N];
/* Days: bin 0 unknown, bin 1 negative, then up to and including these many days, the last bin beyond. */
extern const int32_t sor_disclosure_days[9], sor_age_days[12];
enum { DISCLOSURE_BINS = 2 + 9 + 1, AGE_BINS = 2 + 12 + 1 };

typedef struct SorDict { Str *v; int64_t *rows; uint32_t n, max; int64_t beyond; uint32_t *slots; uint32_t slots_n; } SorDict; /* v[0] is empty; beyond: rows with values that found no room */
typedef struct SorCell { uint64_t key; int64_t rows, disclosure_days, age_days; } SorCell;
typedef struct SorCells { SorCell *v; size_t n, cap; } SorCells; /* open addressing; rows 0: free */
uint32_t sor_key_get(uint64_t key, SorDim d);
uint64_t sor_key_set(uint64_t key, SorDim d, uint32_t v);

typedef struct SorCube {
    Str day, slug, kind;        /* "2025-09-01" "global" "full" */
    int64_t rows;
    Str *dict[SD_DICTS];
    uint32_t dict_n[SD_DICTS];
    const SorCell *cells;       /* by key */
    size_t cells_n;
    uint8_t coarse;             /* 1: without content age, 2: without disclosure too, since it would not have fitted */
    bool keywords;              /* does it tell rows without a keyword (family empty) from those with none of ours? Not in version 1 */
} SorCube;
enum { SOR_CUBE_MAX = 8 << 20 };
Err sor_cube_write(Arena *scratch, const SorCube *c, Buf *out) NODISCARD;         /* E_LIMIT above SOR_CUBE_MAX even when coarse */
/* E_INPUT with *out_why: other file, other version, damaged. */
Err sor_cube_read(Arena *a, Str bytes, SorCube *out, const char **out_why) NODISCARD;

/* ---- what a reader needs to know beforehand ---- */
/* One row of the crosswalk: this keyword under this category may be this offence. */
typedef struct SorPair { Str category, keyword, offence; } SorPair;
/* A published value of an enumerated column, and in which of the two schemas it stands. wide: a keyword that every category has. */
typedef struct SorValue { Str column, value; bool v1, v2, wide; } SorValue;
size_t sor_values(Arena *a, const SorValue **out);
bool sor_value_listed(const SorValue *v, size_t n, Str column);   /* has the table values of that column at all? */
bool sor_value_known(const SorValue *v, size_t n, Str column, Str value);
typedef struct SorSpec {
    Str day;                    /* of the file, ISO */
    const SorPair *pairs;
    size_t pairs_n;
    const Str *wide;            /* keywords that every category has: they say nothing under another category than their own */
    size_t wide_n;
    const Str *eu;              /* member states */
    size_t eu_n;
    Str home;                   /* the instance's own country: "NL" */
    uint8_t uid_key[32];        /* the platform's own ids are hashed with it in the extract */
    SorEngine engine;
    SorWidth width;
} SorSpec;

/* ---- one part: a CSV inside the zip ---- */
typedef enum SorWhy {
    SW_NONE,
    /* repaired */
    SW_BACKSLASH, SW_MIXED, SW_JOINED, SW_CRLF,
    /* quarantined */
    SW_FIELDS, SW_QUOTE, SW_LONG, SW_NUL, SW_UTF8, SW_UUID, SW_REQUIRED, SW_DATE, SW_EMPTY, SW_HEADER, SW_DAMAGED, SW_CRC, SW_SIZE, SW_ROOM, SW_ENTRY, SW_N
} SorWhy;
extern const char *const sor_why_codes[SW_N], *const sor_why_words[SW_N];
static inline bool sor_why_repair(SorWhy w) { return w >= SW_BACKSLASH && w <= SW_CRLF; }
typedef struct SorLine { uint64_t line, lines; SorWhy why; SorCol col; } SorLine; /* col: for SW_REQUIRED and SW_DATE */
typedef struct SorCounts {
    int64_t bytes, lines;                     /* physical lines: header + parsed + repaired + quarantined, always */
    int64_t header, parsed, repaired, quarantined;
    int64_t rows, why[SW_N];                  /* rows: records counted; why: lines for each reason */
    int64_t odd_rows, extract_rows;
} SorCounts;
enum { SOR_LINES_MAX = 2000, SOR_RECORD_MAX = 256 << 10, SOR_WINDOW = 128 << 10, SOR_JOIN_MAX = 32, SOR_UNKNOWN_MAX = 32, SOR_VALUE_MAX = 4096 /* bytes of a learned value; longer ones are counted as one */ };

typedef struct SorPart SorPart;
/* Everything a thread needs; lives in life. */
SorPart *sor_part_new(Arena *life, const SorSpec *spec);
void sor_part_close(SorPart *p);
/* Reads one entry. Always OK unless memory limits are met: what is wrong with the entry is in the counts and lines. The results
 * stand until the next call. progress (may be NULL) is told of compressed bytes as they are read. */
void sor_part_read(SorPart *p, const SorEntry *e);
const SorCounts *sor_part_counts(const SorPart *p);
size_t sor_part_lines(const SorPart *p, const SorLine **out, int64_t *out_more); /* repaired and quarantined, in order; more: lines beyond SOR_LINES_MAX */
Str sor_part_extract(const SorPart *p);                          /* a gzip member with CSV rows, without a head; empty when there are none */
Str sor_part_header(const SorPart *p);                           /* "V2 full", or what differs; empty for a damaged part */

/* ---- the day: parts added up ---- */
/* Columns whose values are learned: each value met is in a dictionary with its rows. The first SOR_DIMS are dimensions of the cube. */
enum { SOR_LEARN_N = 17 };
extern const SorCol sor_learn_cols[SOR_LEARN_N];
typedef struct SorDay { Arena *a; SorDict learn[SOR_LEARN_N], family, heads, ignored; SorCells cells; SorCounts sum; int64_t parts, damaged, empty; } SorDay;
void sor_day_new(Arena *a, SorDay *out);
void sor_day_add(SorDay *d, const SorPart *p);                   /* not thread safe: hold a lock */
/* The same day gives the same cube whatever the order in which parts came, as long as no column has more different values than are told
 * apart (sor_learn_max): of those, which ones have a name of their own depends on who came first. */
void sor_day_cube(Arena *a, const SorDay *d, Str day, Str slug, Str kind, SorCube *out);
/* The words of a dictionary of JSON arrays, each with the rows it stands in. */
void sor_words(Arena *a, const SorDict *sets, SorDict *out);
enum { SOR_CLUSTER_MAX = 160 };
Str sor_cluster(char room[SOR_CLUSTER_MAX], Str text);           /* as the extract keeps what OTHER stands for */
Str sor_extract_head(Arena *a);                                  /* the extract's first line, as a gzip member */

#endif
