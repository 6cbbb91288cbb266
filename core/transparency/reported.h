/* reported.h - the transparency reports that platforms must publish, in the harmonised template (Implementing Regulation (EU) 2024/2835, annexes I
 * and II; DSA articles 15, 24 and 42): an XLSX file, or CSV parts one a section, alone or in a zip.
 *
 * Pure: bytes come in; figures, and every deviation from the template with its file, row and column, come out. No I/O, no clock. All memory comes
 * from the arena that is given; sizes are limited (REP_*_MAX), so no file can take more than about 300 MB.
 *
 * The template is data (template.csv: sections, columns, categories, lines, as the regulation prints them). A section is found by its name, else by
 * its columns, else by its number with the right number of columns. What differs is read nevertheless when it can be understood, and reported either
 * way: how a report is made up is a finding of its own.
 *
 * Must hold: a figure that was not given is not there. An empty field, "N/A" or text is never zero.
 */
#ifndef KETEN_REPORTED_H
#define KETEN_REPORTED_H
#include "foundation/base/base.h"

/* ---- figures ---- */
typedef enum RepSection { REP_NONE, REP_IDENTITY, REP_NAMES, REP_ORDERS, REP_NOTICES, REP_OWN_LAW, REP_OWN_TERMS, REP_APPEALS, REP_AUTOMATED, REP_PEOPLE, REP_RECIPIENTS, REP_TEXT, REP_SECTIONS } RepSection;
/* Unit of a figure's value, which is an integer of thousandths: 1,000 is one item, one hour, one percent. */
typedef enum RepKind { REP_COUNT, REP_HOURS, REP_SHARE, REP_KINDS } RepKind;
typedef struct RepFigure {
    RepSection section;
    RepKind kind;
    Str measure;      /* code of template.csv: "notices_tf", "median", "measures", "complaints", "recipients" */
    Str category;     /* "TOTAL", "STATEMENT_CATEGORY_..."; empty in sections without categories. Unknown ones as they stand */
    Str keyword;      /* "KEYWORD_..." under that category; empty: the category as a whole */
    Str other;        /* what KEYWORD_OTHER stands for, in the platform's words */
    Str scope;        /* orders and recipients: "TOTAL" or a state; appeals, automated, people: "Total number", "Decisions reversed", a language; else empty */
    int64_t milli;
    uint32_t file, row, col; /* where it was read: from 1; 0 when it was not read from a file */
} RepFigure;

/* ---- deviations from the template ---- */
typedef enum RepDev {
    RD_NONE,
    /* the file */
    RD_KIND, RD_ENCODING, RD_BOM, RD_NUL, RD_SEPARATOR, RD_QUOTE, RD_WIDTH, RD_TOO_LARGE, RD_UNREADABLE,
    /* sections */
    RD_NAME, RD_NUMBER, RD_BY_COLUMNS, RD_BY_NUMBER, RD_MISSING_SECTION, RD_TWICE_SECTION, RD_UNKNOWN_SHEET, RD_HIDDEN,
    /* columns */
    RD_LATE_HEAD, RD_TITLE, RD_MISSING_COLUMN, RD_UNKNOWN_COLUMN, RD_TWICE_COLUMN, RD_ORDER_COLUMN,
    /* cells */
    RD_MERGED, RD_BLANKS, RD_UNIT, RD_GROUPS, RD_COMMA, RD_FRACTION, RD_NEGATIVE, RD_PERCENT, RD_NO_VALUE, RD_NO_NUMBER, RD_ERROR, RD_FORMULA, RD_DATE, RD_PERIOD, RD_SCOPE, RD_CATEGORY, RD_PLACE, RD_SAMPLE, RD_SERVICE,
    /* lines */
    RD_MISSING_LINE, RD_TWICE_LINE, RD_UNKNOWN_LINE,
    /* what does not agree with itself */
    RD_SUM, RD_MORE, RD_IDENTITY,
    /* later ones, at the end */
    RD_MACRO, RD_N
} RepDev;
extern const char *const rep_dev_codes[RD_N], *const rep_dev_words[RD_N]; /* words: an English sentence, a msgid */
/* Was something lost by it: a figure that is not there, a section that could not be read? Else it was read all the same. */
bool rep_dev_lost(RepDev d);
typedef struct RepDeviation {
    RepDev dev;
    RepSection section;      /* REP_NONE: of the file */
    uint32_t file, row, col; /* from 1; 0: of the whole file, sheet, row or column. Rows are counted as a spreadsheet counts them */
    uint32_t rows;           /* so many rows in a line, the first of which is row; at least 1 */
    Str what;                /* what stands there, or is missing; cut to 200 bytes */
    Str expected;            /* empty when that is plain */
} RepDeviation;

enum { REP_FILES_MAX = 64, REP_BYTES_MAX = 32 << 20, REP_ROWS_MAX = 20000, REP_COLS_MAX = 256, REP_CELLS_MAX = 2000000, REP_CELL_MAX = 32 << 10, REP_FIGURES_MAX = 60000, REP_DEVS_MAX = 2000, REP_SERVICES_MAX = 16 };

typedef struct RepFile { Str name, bytes; } RepFile;         /* name without folders */
typedef struct RepService { Str name; int64_t rows; } RepService;
typedef struct Report {
    Str form;                                                /* "xlsx", "zip", "csv" */
    Str provider, published, previous, from, to;             /* days as ISO, empty when not given or not readable */
    const RepService *services;                              /* names in the column Service, most rows first */
    size_t services_n;
    uint32_t sections;                                       /* bit 1 << RepSection: was found */
    const RepFigure *figures;                                /* in the order of the files */
    size_t figures_n;
    const RepDeviation *devs;
    size_t devs_n;
    int64_t devs_more;                                       /* beyond REP_DEVS_MAX */
    int64_t blank;                                           /* fields for figures that were left empty */
} Report;

/* Reads what one platform published for one period: one XLSX, one zip of CSVs, or the CSVs. service (may be empty): only the rows of that service, when
 * a file holds several. OK also when there are deviations; E_INPUT with *out_why (a static sentence) when no section could be read at all;
 * E_LIMIT when it is larger than is read. */
Err reported_read(Arena *a, const RepFile *files, size_t n, Str service, Report *out, const char **out_why) NODISCARD;

/* ---- asking ---- */
/* The figure with these names; empty category means "TOTAL" in sections that have categories; empty scope the total. False: it was not given. */
bool reported_get(const Report *r, RepSection s, const char *measure, Str category, Str keyword, Str scope, int64_t *out_milli);
const char *rep_section_slug(RepSection s);
bool rep_section_needed(RepSection s, bool very_large);      /* must a report have it? */
/* "4_notices, row 12, column 7 (G)" */
Str rep_place(Arena *a, const RepDeviation *d);

/* ---- keeping: text of the figures and of the deviations, as the record holds them, and back ---- */
void reported_figures_put(const Report *r, Buf *out);
void reported_devs_put(const Report *r, Buf *out);
Err reported_figures_take(Arena *a, Str text, Report *r) NODISCARD;    /* E_INPUT: not such a text */
Err reported_devs_take(Arena *a, Str text, Report *r) NODISCARD;
enum { REP_KEPT_MAX = 8 << 20 };
Err reported_pack(Arena *a, Str text, Str *out) NODISCARD;             /* smaller; E_LIMIT above REP_KEPT_MAX */
Err reported_unpack(Arena *a, Str packed, Str *out) NODISCARD;         /* E_INPUT: damaged */

/* ---- the template ---- */
typedef struct RepColumn { Str code, title; char kind; /* t text, c count, h hours, v value (kind of its line), p period, g category, s scope, x context */ } RepColumn;
typedef struct RepLine { Str code, title, part, scope, applies; char kind; /* c h s(hare) t d(ate) */ } RepLine;
typedef struct RepCategory { Str code, title, label, parent; /* parent: of a keyword */ uint32_t sections; bool keyword; } RepCategory;
typedef struct RepTemplate {
    Str slug[REP_SECTIONS], aliases[REP_SECTIONS], applies[REP_SECTIONS];
    const RepColumn *columns[REP_SECTIONS];
    size_t columns_n[REP_SECTIONS];
    const RepLine *lines[REP_SECTIONS];
    size_t lines_n[REP_SECTIONS];
    const RepCategory *categories;
    size_t categories_n;
} RepTemplate;
void rep_template(Arena *a, RepTemplate *out);
/* The template with invented figures, as a very large platform would hand it in: seed 0 leaves every figure empty. Names as the regulation's files have them. */
typedef struct RepWish { uint64_t seed; Str service, from, to, published; } RepWish;
void reported_make(Arena *a, const RepWish *w, bool xlsx, RepFile **out, size_t *out_n);
#endif
