/* gate_files.h - what the gate is told: who may ask, whose receipts count, which were taken back. Written into the instance's `gate` folder,
 * whole files put in the place of the old, whenever the record says something else. So the gate never sees the record.
 * Of a key only its digest stands there, of a receipt its number and the hash of a person's code. */
#ifndef KETEN_GATE_FILES_H
#define KETEN_GATE_FILES_H
#include "core/ctx/ctx.h"
#include "programs/common/conf.h"

typedef struct GateFiles { int64_t keys_at; UnixMs keys_until /* when the first of those written ends */; bool keys, trust; int64_t looked_ms; int64_t revoked_at, revoked_ms /* when it was written last, monotonic; 0: not yet */; } GateFiles;
/* Looks once a second; costs one small question when nothing changed. What fails is logged, and tried again. */
void gate_files(GateFiles *g, Ctx *c, const Instance *in);
#endif
