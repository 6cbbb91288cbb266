/* holder.h - the chain picture of one who owes: every request to a platform or a body as a lane, silence hatched, no case named.
 *
 * Of the person's own organisation only. Lanes carry a number, never a reference, a link or a person, so that the picture can be
 * shown at a table. Above 60 lanes it is a density by rung (foundation/ui). Part of core/case.
 */
#ifndef KETEN_HOLDER_H
#define KETEN_HOLDER_H
#include "core/case/request.h"
#include "foundation/ui/ui.h"

/* The name of a holder that stands in no table of the law but in a register that a room keeps (Step.holder_name): the id in hex of a
 * recipient. Empty for everything else, and for what this person may not see. */
Str holder_registered(Ctx *c, Str holder);

/* kind: notice or filing; holder as in a request. Empty when nothing was asked. The latest 500 requests, oldest first. */
Err holder_chain(Ctx *c, const UiCtx *ui, Str kind, Str holder, Html *out) NODISCARD;

/* A term of a request that passed without an answer. */
typedef struct HolderSilence { Id request; Str duty; UnixMs due; } HolderSilence;
Err holder_requests(Ctx *c, Str kind, Str holder, size_t limit, RequestRow **out, size_t *out_n) NODISCARD; /* oldest first */
Err holder_silences(Ctx *c, Str holder, size_t limit, HolderSilence **out, size_t *out_n) NODISCARD;        /* by request */
#endif
