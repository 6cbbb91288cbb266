/* inquiry.h - captures of what is online, custody of every exhibit, and the dossier another body can rely on.
 *
 * Steps do not use this; programs do (the demo, the simulation). Acts are built here and committed by the caller. */
#ifndef KETEN_INQUIRY_H
#define KETEN_INQUIRY_H
#include "core/case/dossier.h"
#include "core/step/step.h"
extern const Step inquiry_step;

/* One capture of one location of an adult's case that agreed to captures. mode: text (no imagery is asked for), hash (digests only),
 * blur (of pictures a few grey squares), full (see below). */
Act *capture_ask(Ctx *c, Id act_id, Id case_id, Id location, Str mode);
/* recipient: the body (authority code) that a full capture is sealed to; somebody else then has to release it. */
Act *capture_ask_for(Ctx *c, Id act_id, Id case_id, Id location, Str mode, Str recipient);

typedef struct FindingNew {
    Str norm;      /* row of table obligations, or an offence code: what was breached */
    Str seen;      /* what was seen */
    Str basis;     /* observed inferred told */
    Str how;       /* how it was established; may be empty */
    Str against;   /* what speaks against it */
    UnixMs on;     /* when */
} FindingNew;
typedef struct DossierAsk { Id act_id, case_id; Str lang /* nl en */, recipient /* authority code or empty */; const Id *captures; size_t captures_n; const FindingNew *findings; size_t findings_n; } DossierAsk;
/* All acts of asking for a dossier; the job makes it. Only captures that were made can be chosen. */
Err dossier_ask(Ctx *c, const DossierAsk *ask, Id *out_dossier, Act ***out_acts, size_t *out_n) NODISCARD;
#endif
