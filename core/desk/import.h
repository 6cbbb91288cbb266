/* import.h - links in bulk: a paste, or a file of a hotline tool with the columns url;referer;worker;reference;source;type.
 *
 * Pure. Nothing is lost: every line that holds something becomes one row, and a line that is no link says what is wrong with it.
 * Separator ; or , by what the file uses; a heading row is known by its first cell; columns may be missing at the end. Text in,
 * views into the arena out. Inside core/desk.
 */
#ifndef KETEN_DESK_IMPORT_H
#define KETEN_DESK_IMPORT_H
#include "core/case/url.h"

typedef struct ImportRow {
    size_t line;
    Str text;          /* what stood there */
    UrlWrong wrong;    /* URL_GOOD: url holds */
    bool torn;         /* a quote that does not close: the columns could not be read */
    bool again;        /* the same address stood higher */
    WebUrl url;
    Str kind;          /* page image video profile list group, from the column type */
    Str note;          /* the other columns, "referer: ...; worker: ..." */
} ImportRow;
typedef struct Import { ImportRow *rows; size_t n, good, wrong, again; bool too_many; } Import;

enum { IMPORT_BYTES_MAX = 2000000 };
/* At most URL_LINES_MAX rows; too_many when there would have been more. allow: as url_parse. */
void import_paste(Arena *a, Str text, Str allow, Import *out);
void import_file(Arena *a, Str text, Str allow, Import *out);
#endif
