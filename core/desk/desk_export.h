/* desk_export.h - lists for a spreadsheet: one line for each link of each case, with chosen columns, with or without what points at
 * anything or anybody. Who took what out is an act; inside the desk only. */
#ifndef KETEN_DESK_EXPORT_H
#define KETEN_DESK_EXPORT_H
#include "core/desk/desk_in.h"

enum { EXPORT_LINES_MAX = 20000 };
extern const ActDef act_export_made;
typedef struct ExportRow { Id id, org, by; UnixMs from, until, at; Str state, lane; int64_t columns; bool anonymous; } ExportRow;
Err apply_export_made(Db *db, const Act *a) NODISCARD;
Err export_by_id(Ctx *c, Id id, ExportRow *out) NODISCARD;
Err export_list(Ctx *c, size_t limit, ExportRow **out, size_t *out_n) NODISCARD; /* newest first */

typedef struct ExportLine { LocationRow location; Str ref, source, lane, offences, close_why, kind; int64_t risk, notices, answered; UnixMs opened, added, closed, first_notice, last_notice; } ExportLine;
/* At most EXPORT_LINES_MAX + 1 lines, oldest case first: of the teams of this person, or for an anonymous list of the whole organisation. */
Err export_lines(Ctx *c, const ExportRow *e, ExportLine **out, size_t *out_n) NODISCARD;

extern const Param export_form[6];
Err export_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err export_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err export_file(Ctx *c, const Request *req, Response *res) NODISCARD;
#endif
