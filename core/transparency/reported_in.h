/* reported_in.h - inside core/transparency only. */
#ifndef KETEN_REPORTED_IN_H
#define KETEN_REPORTED_IN_H
#include "core/transparency/reported.h"

/* ---- grids: what a sheet or a CSV holds ---- */
typedef enum CellKind { CELL_TEXT, CELL_NUMBER, CELL_PERCENT, CELL_DAY, CELL_ERROR, CELL_FORMULA } CellKind;
typedef struct Cell { Str s; CellKind kind; } Cell;      /* a number as it stands in the file ("0.9727"), a day as ISO */
typedef struct GridRow { uint32_t at, n; Cell *v; } GridRow;
typedef struct Grid { Str name; uint32_t file; GridRow *rows; size_t n, cap; bool hidden, localised; } Grid;

/* ---- what is being read ---- */
typedef struct Reading {
    Arena *a;
    const RepTemplate *t;
    Str service;
    RepFigure *figures;
    size_t figures_n, figures_cap;
    RepDeviation *devs;
    size_t devs_n, devs_cap;
    int64_t devs_more, blank;
    size_t bytes_left, cells_left;                       /* of what may be unpacked, of cells */
    Grid *grids;
    size_t grids_n, grids_cap;
    Str provider, published, previous, from, to, form;
    RepService services[REP_SERVICES_MAX];
    size_t services_n;
    bool *seen_category[REP_SECTIONS], *seen_line[REP_SECTIONS];
    uint32_t sections, file;
    bool over;                                           /* a limit was met: E_LIMIT */
} Reading;
typedef struct At { RepSection section; uint32_t file, row, col; } At;
/* Another one of the same kind in the row below, in the same column, lengthens the last. */
void deviates(Reading *r, RepDev dev, At at, Str what, Str expected);
Grid *rep_grid_new(Reading *r, Str name, uint32_t file);
bool rep_grid_row(Reading *r, Grid *g, uint32_t at, const Cell *v, size_t n); /* copies the array, not the texts; false: a limit was met */
Str utf8_of(Reading *r, Str bytes, At at);               /* decoded, without a mark, NULs or anything that is no UTF-8; each told */

void grid_csv(Reading *r, const RepFile *f, uint32_t file);
Err xlsx_read(Reading *r, Str bytes, uint32_t file, const char **out_why); /* E_MISSING: a zip, but no workbook */
Err zip_csvs(Reading *r, Str bytes, uint32_t file, const char **out_why);
typedef struct SorEntry SorEntry;
bool entry_bytes(Reading *r, const SorEntry *e, Str *out); /* unpacked and its checksum right */

/* ---- the inside of a workbook ---- */
enum { SHARED_MAX = 400000, STYLES_MAX = 4096, MERGES_MAX = 4000, SHEETS_MAX = 64 };
typedef struct Merge { uint32_t c1, r1, c2, r2; } Merge;
typedef struct Book { Str *shared; size_t shared_n, shared_cap; uint8_t *styles; size_t styles_n; bool from_1904; } Book; /* styles: CellKind of a number */
bool sheet_read(Reading *r, const Book *b, Str xml, Grid *g);
typedef struct Xml { void *ctx; void (*open)(void *ctx, const char *name, const char **attrs); void (*close)(void *ctx, const char *name); void (*text)(void *ctx, const char *p, int n); } Xml;
bool xml_walk(Str xml, const Xml *x);                    /* false: not well formed, or it has a document type */
const char *xml_attr(const char **attrs, const char *name);
Str day_of_serial(Reading *r, Str number, bool from_1904); /* empty when it is no day */

/* ---- matching ---- */
typedef struct Match { RepSection section; size_t head; int16_t *column; size_t columns; bool by_place; } Match; /* column: place in the grid of each template column, -1 */
bool match_grid(Reading *r, const Grid *g, Match *out);
Str plain_title(Arena *a, Str s);                        /* lower case, one blank, straight quotes: for comparing */
Cell cell_at(const GridRow *row, int at);

/* ---- values ---- */
bool value_read(Reading *r, Cell c, RepKind kind, At at, int64_t *out_milli); /* false: none */
bool day_read(Reading *r, Cell c, At at, Str *out);
Str text_of(Reading *r, Cell c, At at);                  /* trimmed; blanks told */

void section_read(Reading *r, const Grid *g, const Match *m);
void judge_all(Reading *r);                              /* missing, double, sums */
void figure_add(Reading *r, RepFigure f);
Str cut(Arena *a, Str s, size_t max);
#endif
