/* figures.h - how a recipient deals with what it is asked, and how good our notices are. Private to this room.
 *
 * Pure arithmetic over requests (figures_of), so that the same figures come out of the state tables and of the record folded anew (figures_test). Times until an answer are
 * by Kaplan and Meier (core/sorask/km.h): those still open count for as long as they waited, so a silent recipient does not look quick. A quantile that is not reached is
 * a lower bound, and is shown as one. Quality is what DSA art. 22(6) asks of a trusted flagger: notices that were not precise enough (could not be found, not complete),
 * not substantiated (more was needed to decide), or inaccurate (found legal, or consent shown), with Wilson's interval; one recipient's word is not yet the truth.
 */
#ifndef KETEN_TAKEDOWN_FIGURES_H
#define KETEN_TAKEDOWN_FIGURES_H
#include "core/sorask/km.h"
#include "foundation/http/http.h"
#include "steps/takedown/takedown_in.h"

enum { FIGURES_ROWS_MAX = 5000 /* the latest */ };
typedef struct NoticeFigures {
    int64_t asked, delivered, bounced, received, answered, removed, refused, need_more, not_found, withdrawn, open, contested /* an internal complaint followed */, returned /* places online again */;
    int64_t imprecise, unsubstantiated, inaccurate, decided;
    Km answer;                          /* from delivery to the last answer; not delivered ones are not in it */
} NoticeFigures;
/* rows: notices to one recipient, in any order; kind notice. returned is the caller's. */
void figures_of(Arena *a, const RequestRow *rows, size_t n, UnixMs now, NoticeFigures *out);
Err figures_recipient(Ctx *c, const RecipientRow *r, NoticeFigures *out) NODISCARD;
typedef struct Quality { int64_t notices, imprecise, unsubstantiated, inaccurate; } Quality;
Err figures_quality(Ctx *c, UnixMs since, Quality *out) NODISCARD;      /* of the person's organisation, per place that was decided on */
/* Which of the three an answer counts as: "imprecise", "unsubstantiated", "inaccurate", or empty. */
const char *figures_quality_of(Str outcome, Str reason);
Err figures_page(Ctx *c, const Request *req, Response *res) NODISCARD;
typedef struct TplTakedownRecipient TplTakedownRecipient;
Err figures_on_recipient(Ctx *c, const UiCtx *ui, const RecipientRow *r, TplTakedownRecipient *t) NODISCARD;
#endif
