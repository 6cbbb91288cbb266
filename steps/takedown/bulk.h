/* bulk.h - many places of one case at once: up to 10,000 in one act, with what became of each. Private to this room.
 *
 * A person chooses the places by what they have in common and sees what would happen; one act (bulk.made) writes down what is done about which. For 30
 * seconds nothing is done, and the same person or a colleague can undo it: then nothing ever was. After that job "bulk.run" works through it, some
 * hundreds in one transaction, each with its result (bulk.settled); what goes wrong with some holds up no other, and a crash repeats nothing.
 */
#ifndef KETEN_TAKEDOWN_BULK_H
#define KETEN_TAKEDOWN_BULK_H
#include "foundation/http/http.h"
#include "steps/takedown/takedown_in.h"

enum { BULK_UNDO_MS = 30 * 1000, BULK_CHUNK = NOTICE_ITEMS_MAX, BULK_FORM_N = 17, BULK_ASKED_MAX = 64000 };

extern const ActDef act_bulk_made, act_bulk_undone, act_bulk_settled;
extern const Param bulk_form[BULK_FORM_N];

typedef struct BulkRow { Id id, case_id, org, by; Str kind, state, asked_sealed; int64_t items, settled; UnixMs made, go, ended; } BulkRow;
/* asked: for "ask", the form as it was posted (bulk_asked), sealed in the act. */
Act *bulk_make(Ctx *c, Id id, Id case_id, Str kind, const Id *ids, size_t n, Str asked);
Act *bulk_undo(Ctx *c, const BulkRow *b);
/* The form as text and back: what was previewed is planned again, place by place, when it goes. */
Str bulk_asked(Arena *a, const Form *f, const Str *recipients, size_t recipients_n);
Err bulk_asked_read(Arena *a, Str text, Form **out) NODISCARD;

Err bulk_by_id(Ctx *c, Id id, BulkRow *out) NODISCARD;
Err bulk_of_case(Ctx *c, Id case_id, BulkRow **out, size_t *out_n) NODISCARD;          /* newest first, at most 100 */
Err bulk_ids(Ctx *c, Id bulk, int64_t from, size_t limit, Id **out, size_t *out_n) NODISCARD;
typedef struct BulkCount { Str result; int64_t n; } BulkCount;
Err bulk_counts(Ctx *c, Id bulk, BulkCount *out, size_t max, size_t *out_n) NODISCARD;
Err bulk_result(Ctx *c, Id bulk, Id location, Str *out) NODISCARD;                     /* empty: not done yet */
Err bulk_with_result(Ctx *c, Id bulk, Str result, int64_t from, size_t limit, Id **out, size_t *out_n) NODISCARD;

const char *bulk_kind_word(Str kind);                                                  /* msgid */
const char *bulk_result_word(Str result);

Err apply_bulk_made(Db *db, const Act *a);
Err apply_bulk_undone(Db *db, const Act *a);
Err apply_bulk_settled(Db *db, const Act *a);
Err bulk_run(Ctx *c, Id bulk, UnixMs due, UnixMs *out_again) NODISCARD;                /* job "bulk.run" */
Err bulk_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err bulk_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err bulk_one_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err bulk_undo_post(Ctx *c, const Request *req, Response *res) NODISCARD;
#endif
