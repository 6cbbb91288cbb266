/* playbook.h - what may go by itself, and what a person signs. Private to this room.
 *
 * An organisation's playbook is data: a row for each kind of step. First notices, the next rung and filings are always signed by a person (a notice states good
 * faith, DSA art. 16(2)(d); nobody can state that by machine), whatever a row says. Reminders may go by themselves, and so may the same words to whoever holds a place
 * now. Reminders are gathered for each recipient and leave together, at most once in the hours that the row names and so many times for one case; a recipient's
 * working hours are waited for only where its row in the register has them, and never for hotlines and material of minors.
 */
#ifndef KETEN_TAKEDOWN_PLAYBOOK_H
#define KETEN_TAKEDOWN_PLAYBOOK_H
#include "foundation/http/http.h"
#include "steps/takedown/takedown_in.h"

enum { PLAYBOOK_FORM_N = 4 };
typedef struct PlayRow { Str step; bool self; int64_t most, every_h; UnixMs changed; } PlayRow;
typedef struct PlayStep { const char *code, *word, *why; bool may_self, self; int64_t most, every_h; } PlayStep;
extern const PlayStep play_steps[];                                      /* as the house begins; ended by code NULL */
Err playbook_row(Ctx *c, Str step, PlayRow *out) NODISCARD;              /* of the person's organisation */
Act *playbook_set(Ctx *c, const PlayRow *r);
extern const ActDef act_playbook_set;
Err apply_playbook_set(Db *db, const Act *a);
Err playbook_stored(Ctx *c, Str step, PlayRow *out) NODISCARD;           /* E_MISSING: no row */

/* Working hours: "mf:9-17" is Monday to Friday from nine to seventeen in our own time, "all:8-20" every day; empty: none are said. */
bool hours_known(Str hours);
bool hours_open(Str hours, const Zone *zone, UnixMs now);
Err remind_counts(Ctx *c, Id recipient, Id case_id, UnixMs *out_last, int64_t *out_of_case) NODISCARD;
Err playbook_orgs(Ctx *c, Str step, Id **out, size_t *out_n) NODISCARD;  /* who lets that step go by itself */
Err remind_run(Ctx *c, Id any, UnixMs due, UnixMs *out_again) NODISCARD; /* job "remind.gather", always in the queue */

extern const Param playbook_form[PLAYBOOK_FORM_N];
Err playbook_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err playbook_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err owed_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out);     /* who was asked what, and what is owed by when: owed_panel.c */
#endif
