/* desk.h - the worker's desk: the queue, the one-screen case that joins every step's panel, search. */
#ifndef KETEN_DESK_H
#define KETEN_DESK_H
#include "core/step/step.h"
extern const Step desk_step;
/* The chain picture of a case, with its table. links false: lanes say which kind of place, never where. Also printed in a dossier. */
Err desk_chain(Ctx *c, const UiCtx *ui, const CaseRow *k, bool links, Html *out) NODISCARD;
#endif
