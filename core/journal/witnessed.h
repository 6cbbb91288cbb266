/* witnessed.h - what witnesses of other organisations signed under our checkpoints, and how each fares.
 *
 * None of it is part of the fold: it is other people's word, kept beside ours. Who is believed stands in the instance's policy
 * (App.policy). Asking them is work of the room that serves the ledger; here it is kept and read.
 */
#ifndef KETEN_WITNESSED_H
#define KETEN_WITNESSED_H
#include "core/journal/journal.h"
#include "core/ledger/witness.h"

/* problem: "" · unreachable · refuses (does not know us, or says we did not sign) · ahead (signed a larger tree of ours than we have: a
 * backup was put back, or somebody has our key) · fork (says our tree does not follow from what it signed) · lies (its answer is no signature) */
typedef struct WitnessState { int64_t size, failures; UnixMs signed_at, next; Str problem; } WitnessState;
Err journal_cosign_put(Ctx *c, int64_t size, Str witness, int64_t time_s, Str line) NODISCARD;
/* That note with all the lines that witnesses put under it. */
Err journal_cosigned(Ctx *c, int64_t size, Str note, Str *out) NODISCARD;
/* The newest checkpoint that holds by the policy, and that somebody cosigned. E_MISSING: none of the last twenty. */
Err journal_cosigned_newest(Ctx *c, const LedgerPolicy *policy, Str *out_note, int64_t *out_size) NODISCARD;
/* The proof of an act under that checkpoint. E_CONFLICT: it is younger. */
Err journal_proof_at(Ctx *c, int64_t seq, int64_t size, Str note, Str *out_proof) NODISCARD;
Err journal_witness(Ctx *c, Str name, WitnessState *out) NODISCARD;                  /* zeros when never asked */
Err journal_witness_put(Ctx *c, Str name, const WitnessState *s) NODISCARD;
#endif
