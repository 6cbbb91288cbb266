/* opening.h - sealed texts of many rows, opened in one go.
 *
 * A store reads its rows with the sealed bytes standing in the text fields, names each with opening_add, and opening_run puts
 * the readable text in its place. The rows and their fields must stay where they are until then. Part of core/case.
 */
#ifndef KETEN_OPENING_H
#define KETEN_OPENING_H
#include "core/journal/journal.h"

typedef struct Opening { OpenItem *items; Str **to; Err **err; size_t n, max; } Opening;
/* Room for at most max texts, in the arena. */
Opening opening_new(Arena *a, size_t max);
/* *text: sealed bytes in the arena (class STORE, under the organisation); without any (p NULL) there is nothing to open and it stays
 * empty. *err: of the row; set only when the text cannot be read (E_MISSING: erased), so that one lost text does not hide the row. */
void opening_add(Opening *o, Id org, Id item, const char *field, Str *text, Err *err);
Err opening_run(Ctx *c, Opening *o) NODISCARD;
#endif
