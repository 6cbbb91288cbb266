/* reported_in.h - inside the transparency reports of steps/supervise only. */
#ifndef KETEN_SUPERVISE_REPORTED_IN_H
#define KETEN_SUPERVISE_REPORTED_IN_H
#include "steps/supervise/reported_state.h"
Err apply_reported_read(Db *db, const Act *a);
typedef struct ReportedSealed { Id org; Str about, figures, devs; } ReportedSealed;
Err reported_own_counts(Ctx *c, Str platform, UnixMs from, UnixMs to, RepOwn *out) NODISCARD;
Err reported_sealed(Ctx *c, Id id, ReportedSealed *out) NODISCARD;
#endif
