/* consult.h - bodies work together: the directory with its gaps, consultations, and commitments that are followed up.
 *
 * A consultation belongs to the organisation that called it and is open to every organisation of this server that takes part
 * (party of core/case). Its agenda is filled from the record: counts and codes, never a case, a link or a person. A commitment
 * has an owner at the table and a day; when the day passes without a word that is written down as an act of the server.
 * Contact points of bodies: core/case/contact.h.
 */
#ifndef KETEN_CONSULT_H
#define KETEN_CONSULT_H
#include "core/law/law.h"
#include "core/step/step.h"
extern const Step consult_step;

extern const ActDef act_consult_planned, act_consult_moved, act_consult_cancelled, act_consult_minutes, act_seat_invited, act_seat_attended, act_item_added, act_item_removed,
    act_commitment_made, act_commitment_moved, act_commitment_decided, act_commitment_overdue;

/* ---- consultations ---- */
typedef struct ConsultNew { Str kind /* meeting call letter round_table */; UnixMs on; int64_t every_d; Str title, place; } ConsultNew;
typedef struct ConsultRow { Id id, org; Str kind, title, place, minutes; UnixMs on, made, moved, cancelled, minutes_at; int64_t every_d; Err err; } ConsultRow;
extern const char *const consult_kinds[];
const char *consult_kind_word(Str code);
Act *consult_plan(Ctx *c, Id act_id, const ConsultNew *n);
Act *consult_move(Ctx *c, Id act_id, Id consult, UnixMs on);
Act *consult_cancel(Ctx *c, Id consult);
Act *consult_minutes(Ctx *c, Id act_id, Id consult, Str text);   /* again: the later text stands, the record keeps both */
Err consult_by_id(Ctx *c, Id id, ConsultRow *out) NODISCARD;
/* Those of the person's organisation and those it takes part in: coming ones first (soonest first), then past ones (latest first). */
Err consult_list(Ctx *c, size_t skip, size_t limit, ConsultRow **out, size_t *out_n, int64_t *out_all) NODISCARD;

/* ---- who is asked and who comes ---- */
typedef struct SeatRow { Id id, consult; Str kind /* org body guest */, who /* id in hex, id of table authorities, or empty */, name /* of a guest */, state /* invited present absent no_answer */; UnixMs at; Err err; } SeatRow;
extern const char *const seat_states[];
const char *seat_state_word(Str code);
UiState seat_state_state(Str code);
Act *seat_invite(Ctx *c, Id act_id, Id consult, Str kind, Str who, Str name);
Act *seat_attend(Ctx *c, Id act_id, Id consult, Id seat, Str state);
Err seat_list(Ctx *c, Id consult, SeatRow **out, size_t *out_n) NODISCARD;
Str seat_name(Ctx *c, const SeatRow *s, Lang lang);

/* ---- the agenda ---- */
/* kind: lapsed (terms that a holder let pass) stalls (platforms that stay silent) refused (refusals with their reason)
 * gaps (bodies at the table without a contact point) overdue (commitments) own (typed). ref: platform or body; code: duty or reason. */
typedef struct ItemRow { Id id, consult; Str kind, ref, code, text; int64_t n, whole, days; UnixMs at; Err err; } ItemRow;
Act *item_add(Ctx *c, Id act_id, const ItemRow *i);
Act *item_remove(Ctx *c, Id consult, Id item);
Err item_list(Ctx *c, Id consult, ItemRow **out, size_t *out_n) NODISCARD;
Str item_words(Ctx *c, const UiCtx *ui, const ItemRow *i);
/* What the record of the person's organisation has for this agenda, without what is on it already. Since: of lapses and refusals. */
Err agenda_from_record(Ctx *c, Id consult, UnixMs since, ItemRow **out, size_t *out_n) NODISCARD;

/* ---- commitments ---- */
typedef struct CommitmentRow { Id id, consult, seat, org, note_org; Str state /* open kept not_kept dropped */, text, note; UnixMs due, first_due, made, overdue, decided; Err err; } CommitmentRow;
Act *commitment_make(Ctx *c, Id act_id, Id consult, Id seat, UnixMs due, Str text);
Act *commitment_move(Ctx *c, Id act_id, const CommitmentRow *k, UnixMs due, Str note);
Act *commitment_decide(Ctx *c, Id act_id, const CommitmentRow *k, Str state, Str note);
Err commitment_by_id(Ctx *c, Id id, CommitmentRow *out) NODISCARD;
Err commitment_of_consult(Ctx *c, Id consult, CommitmentRow **out, size_t *out_n) NODISCARD;
/* Of every consultation the person may read; open ones by day, then decided ones. state empty: all; overdue: open and past its day. */
Err commitment_list(Ctx *c, Str state, size_t skip, size_t limit, CommitmentRow **out, size_t *out_n, int64_t *out_all) NODISCARD;
/* What waits for this person: commitments past their day of the person's own organisation, and, for those who prepare consultations,
 * all that were made at consultations which it called (theirs to ask after). Longest past first. */
Err commitment_waiting(Ctx *c, size_t limit, CommitmentRow **out, size_t *out_n) NODISCARD;
/* What a page shows: overdue is an open one whose day has passed. */
const char *commitment_word(const Ctx *c, const CommitmentRow *k);
UiState commitment_state(const Ctx *c, const CommitmentRow *k);
/* Job "commitment.due". */
Err commitment_due_run(Ctx *c, Id commitment, UnixMs *out_again) NODISCARD;
#endif
