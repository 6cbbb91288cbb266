/* witness.h - who else has seen the tree: cosignatures, the policy of whom to believe, and the witness's own judgement.
 *
 * A witness signs that a checkpoint follows from the last one it saw of that log. It guards against a log that shows one history here
 * and another there, and against one that dates back: its clock is not the log's. Pure, as ledger.h: whoever serves or asks a witness
 * brings the bytes, keeps the state and reads the clock. Only Ed25519 is checked here; lines under ML-DSA-44 keys and under keys that
 * nobody knows are let stand.
 * Sources: c2sp.org/tlog-cosignature (cosignature/v1), c2sp.org/tlog-witness, c2sp.org/tlog-policy.
 */
#ifndef KETEN_WITNESS_H
#define KETEN_WITNESS_H
#include "core/ledger/ledger.h"

/* ---- cosignatures ---- */
enum { COSIGN_BYTES = 8 + 64 };
/* Verifier key of a witness: type 0x04 (Ed25519), or 0x06 (ML-DSA-44, which is known and not checked here). E_INPUT otherwise. */
Err cosign_key_parse(Arena *a, Str vkey, NoteKey *out) NODISCARD;
Str cosign_vkey(Arena *a, Str name, const uint8_t pub[32]);
/* What a witness signs: label, time in seconds, and the whole text of the checkpoint. */
Str cosign_message(Arena *a, int64_t time_s, Str checkpoint_text);
/* The line that stands under the checkpoint, with its LF. sig is 64 bytes over cosign_message. */
Str cosign_line(Arena *a, Str name, const uint8_t pub[32], int64_t time_s, const uint8_t sig[64]);
/* OK: this witness signed the note at *out_time_s. E_MISSING: it did not, or its kind of key is not checked here. E_INPUT: a
 * signature under its name and id does not fit. */
Err cosign_verify(Arena *a, const Note *n, const NoteKey *key, int64_t *out_time_s) NODISCARD;
/* A note with one more signature line behind the others. */
Str note_with_line(Arena *a, Str note, Str line);

typedef struct LedgerPolicy LedgerPolicy;
/* ---- policy: which logs, which witnesses, and how many of them ---- */
enum { POLICY_LOGS_MAX = 64, POLICY_NAMES_MAX = 192, POLICY_BYTES_MAX = 1 << 20 };
typedef struct PolicyName {        /* a witness or a group */
    Str name, url;                 /* url: of a witness, may be empty */
    bool group;
    NoteKey key;                   /* of a witness */
    size_t need, members_n;        /* of a group: so many of its members */
    size_t in;                     /* the group it is a member of: index + 1, or 0 */
} PolicyName;
struct LedgerPolicy {
    NoteKey logs[POLICY_LOGS_MAX];
    Str log_url[POLICY_LOGS_MAX];
    size_t logs_n;
    PolicyName names[POLICY_NAMES_MAX];
    size_t names_n;
    size_t quorum;                 /* index + 1 of a name; 0: none is needed */
};
/* E_INPUT with *out_line, the number of the line that cannot be (behind the last: something is missing); E_LIMIT more than the tables hold. */
Err policy_parse(Arena *a, Str text, LedgerPolicy *out, size_t *out_line) NODISCARD;
typedef struct PolicySeen { bool log_signed, quorum; size_t cosigned; bool by[POLICY_NAMES_MAX]; int64_t time_s[POLICY_NAMES_MAX]; } PolicySeen;
/* Which of them signed this checkpoint. OK: a log of the policy did (or it names none), and enough witnesses. E_MISSING: not so; *seen
 * says what there is. E_INPUT: no checkpoint, or a signature under a known key does not fit. *out_why: static. */
Err policy_check(Arena *a, const LedgerPolicy *p, Str note, Checkpoint *out, PolicySeen *seen, const char **out_why) NODISCARD;

/* ---- the question to a witness (add-checkpoint), from both sides ---- */
enum { WITNESS_PROOF_MAX = 63, WITNESS_BODY_MAX = 256 << 10 };
typedef struct WitnessAsk { int64_t old_size; LedgerProof proof; Str checkpoint; } WitnessAsk; /* checkpoint: the whole note */
Str witness_ask_write(Arena *a, int64_t old_size, const LedgerProof *p, Str checkpoint);
Err witness_ask_parse(Arena *a, Str body, WitnessAsk *out) NODISCARD;
/* What the witness knows of the log that the checkpoint names. */
typedef struct WitnessLog { const NoteKey *keys; size_t keys_n; int64_t size; uint8_t root[32]; } WitnessLog; /* size 0: never seen */
/* The HTTP status to answer with; 200: store this checkpoint durably, then answer with a cosignature over text. */
enum { WITNESS_YES = 200, WITNESS_BAD = 400, WITNESS_UNSIGNED = 403, WITNESS_UNKNOWN = 404, WITNESS_OTHER_SIZE = 409, WITNESS_BROKEN = 422 };
typedef struct WitnessSaid { Checkpoint cp; Str text; } WitnessSaid;
/* Reads the note in the question, so that its log can be looked up. E_INPUT: answer 400. */
Err witness_ask_note(Arena *a, const WitnessAsk *ask, Note *out_note, Checkpoint *out_cp) NODISCARD;
int witness_judge(const WitnessLog *log, const WitnessAsk *ask, const Note *n, const Checkpoint *cp);
/* From a witness's answer: the line under its key over our checkpoint, checked. E_INPUT: it lies, or talks about something else. */
Err witness_answer(Arena *a, Str checkpoint, Str answer, const NoteKey *key, Str *out_line, int64_t *out_time_s) NODISCARD;

/* ---- two checkpoints of one log ---- */
typedef enum TwoCheckpoints { TWO_SAME, TWO_FORK, TWO_OTHER_LOG, TWO_UNKNOWN /* different sizes: needs a proof of growth */ } TwoCheckpoints;
TwoCheckpoints checkpoints_compare(const Checkpoint *x, const Checkpoint *y);
#endif
