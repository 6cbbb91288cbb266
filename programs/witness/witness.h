/* witness.h - a witness for the logs of other organisations: signs that a log only grew since it last looked.
 *
 * Its folder holds witness.key (32 bytes, the seed), witness.name, logs (lines "log VKEY", read anew for each question, so that a log is
 * added without a restart) and state/, with one file for each log: the last checkpoint that was signed, with our line under it. That
 * file is on the disk, folder entry and all, before the answer leaves. One process holds the folder (a lock), one thread answers:
 * comparing the old size and storing the new is one step, whoever else asks in the meantime.
 * Source: c2sp.org/tlog-witness, c2sp.org/tlog-cosignature.
 */
#ifndef KETEN_WITNESS_PROGRAM_H
#define KETEN_WITNESS_PROGRAM_H
#include "core/ledger/witness.h"

typedef struct Witness { const char *dir; Str name; uint8_t pub[32], priv[64]; int lock_fd; } Witness;
typedef struct WitnessReply { int status; const char *type; Str body; } WitnessReply;

Err witness_make(Arena *a, const char *dir, Str name, Str *out_vkey) NODISCARD;      /* E_CONFLICT: there is one; E_INPUT: no name for a key */
/* Reads key and name. hold: takes the lock, E_CONFLICT when another process serves from here. */
Err witness_open(Arena *a, const char *dir, bool hold, Witness *out, const char **out_why) NODISCARD;
void witness_close(Witness *w);
Err witness_log_add(Arena *a, const Witness *w, Str vkey) NODISCARD;                 /* E_CONFLICT: known already; E_INPUT: no log's key */
/* Answers one POST add-checkpoint. now_s is the witness's clock. Never answers 200 unless it is stored. */
WitnessReply witness_add(Arena *a, const Witness *w, Str body, int64_t now_s);
/* The last checkpoint signed for the log whose origin has this SHA-256 (hex). */
WitnessReply witness_show(Arena *a, const Witness *w, Str origin_sha256);
#endif
