/* csv.h - CSV (RFC 4180) reader and writer, any single-byte separator.
 * Reader: quoted fields may hold separators and line breaks; CRLF or LF; reports line and column of what is wrong. */
#ifndef KETEN_CSV_H
#define KETEN_CSV_H
#include "foundation/base/base.h"

/* line, col: where the row just read starts, or of the last problem. Columns count bytes. After a problem the reader gives no more rows. */
typedef struct CsvReader { Str rest; char sep; size_t line, col, next_line; const char *why; } CsvReader;
CsvReader csv_reader(Str text, char sep);                        /* skips a UTF-8 byte order mark */
/* Next row into arena memory. OK; E_MISSING at the end; E_INPUT with r->line, r->col, r->why; E_LIMIT above 1,024 fields. */
Err csv_row(Arena *a, CsvReader *r, Str **out_fields, size_t *out_n) NODISCARD;
void csv_field(Buf *b, Str field, char sep, bool first);         /* writes sep (unless first) and the field, quoted if needed */
void csv_end(Buf *b);                                            /* CRLF */
/* As csv_field, but a field starting with = + - @ tab or CR gets a leading apostrophe (for files people open in a spreadsheet). */
void csv_field_safe(Buf *b, Str field, char sep, bool first);
#endif
