/* bank.h - hashes that are looked for, with where each came from and what became of it.
 *
 * A bank is a folder. `record` is the truth: one fixed line for each thing that happened, appended, chained to the one before, on the disk
 * before it is acknowledged. What is in force is the fold of it. `index` is made from it (core/fingerprint/near.h), mapped and
 * only read by as many processes as like; what came since stands in a small index of each process's own. A damaged, foreign or old
 * index is made anew. A record whose end was cut off by a crash is used up to there; one that is damaged before is refused.
 *
 * Nothing that one source brings is in force (it stands in quarantine) until a person confirms it or another source brings one near
 * it. A minor's hash is kept for passing on only: it never meets a case.
 * One writer at a time (a lock on the record); readers see what was added at their next question.
 */
#ifndef KETEN_BANK_H
#define KETEN_BANK_H
#include "core/fingerprint/near.h"
#include "foundation/base/when.h"

enum { BANK_QUALITY_UNKNOWN = 255, BANK_SOURCE_MAX = 47, BANK_RECORDS_MAX = 400000000, BANK_HITS_MAX = 4096 };
typedef enum BankKind { BANK_NONE, BANK_ADD, BANK_REMOVE, BANK_CONFIRM, BANK_AGREE, BANK_DISPUTE, BANK_PASSED /* a change in the journal of an entry that is not here */, BANK_KINDS } BankKind;
typedef enum BankSignal { SIGNAL_NONE, SIGNAL_PDQ, SIGNAL_SHA256, SIGNAL_MD5, SIGNAL_URL, SIGNALS } BankSignal; /* URL: SHA-256 of the canonical address */
typedef enum BankLane { LANE_NONE, LANE_ADULT, LANE_MINOR, LANES_N } BankLane; /* unknown age is LANE_MINOR */
typedef enum BankState { STATE_NO_ENTRY, STATE_QUARANTINE, STATE_ACTIVE, STATE_REMOVED, STATE_DISPUTED, STATES } BankState;
typedef enum BankFront { FRONT_FULL, FRONT_512, FRONT_UNKNOWN, FRONTS } BankFront;
const char *bank_signal_name(BankSignal s);                      /* "pdq" */
const char *bank_lane_name(BankLane l);
const char *bank_state_name(BankState s);
const char *bank_front_name(BankFront f);
Err bank_signal_parse(Str s, BankSignal *out) NODISCARD;
Err bank_lane_parse(Str s, BankLane *out) NODISCARD;
Err bank_front_parse(Str s, BankFront *out) NODISCARD;

/* One line of the record. Of a change, `entry` is what it changes and source who says so. */
typedef struct BankLine {
    BankKind kind;
    BankSignal signal;
    BankLane lane;
    BankFront front;
    uint8_t quality;                                             /* PDQ: 0..100, or BANK_QUALITY_UNKNOWN where a list does not say; others: unknown */
    uint32_t entry;                                              /* numbers count from 1, in the order of the record */
    UnixMs at, consent_until;                                    /* 0: without end */
    uint8_t hash[32];                                            /* most significant byte first; MD5: the first 16 */
    char source[BANK_SOURCE_MAX + 1];
    uint64_t ref;                                                /* of a bank that follows a journal: the number of the change there; else 0 */
} BankLine;
Pdq bank_pdq(const uint8_t hash[32]);
void bank_bytes(const Pdq *h, uint8_t out[32]);
/* The digits of a hash of that kind, either case. E_INPUT: wrong length or digit. */
Err bank_hash_parse(BankSignal signal, Str hex, uint8_t out[32]) NODISCARD;
Str bank_hash_hex(Arena *a, BankSignal signal, const uint8_t hash[32]);
/* Why it may not be added: "quality 30 is below 50", ... NULL: it may. */
const char *bank_refusal(const BankLine *l);

/* ---- lists as text (bank_text.c) ----
 * CSV with a head that names at least `hash`, and may name signal, quality, front, lane, source, consent_until; or one hash a line: "HEX",
 * "SIGNAL HEX" (the local-file exchange of the public tools) or "HEX QUALITY PATH" (keten hash; "front:512" behind the quality says how it was made). What a row does not say comes from `otherwise`. */
#define BANK_FRONT_512 "front:512"
typedef struct BankText { Str rest; size_t line; bool csv; int column[8]; void *reader; } BankText;
void bank_text_open(Arena *a, Str text, BankText *out);
/* E_MISSING: no more; E_INPUT: this row cannot be read (*out_why, which may stand in a, says why; go on with the next). Empty lines and those that begin with # are passed over. */
Err bank_text_next(Arena *a, BankText *t, const BankLine *otherwise, BankLine *out, const char **out_why) NODISCARD;
void bank_text_head(Buf *b);
void bank_text_put(Arena *a, Buf *b, const BankLine *l, BankState state);

typedef struct Bank Bank;
Err bank_make(const char *dir) NODISCARD;                        /* E_CONFLICT: there is one */
/* E_MISSING: none there; E_INPUT with *out_why (in a) when the record is damaged; E_OUTSIDE. write: may add (and makes the index anew on the disk when that is due). */
Err bank_open(Arena *a, const char *dir, bool write, Bank **out, Str *out_why) NODISCARD;
void bank_close(Bank *b);                                        /* accepts NULL */
Str bank_index_note(const Bank *b);                              /* what was found out about the index at open: "made anew: it is cut off"; empty: used as it was */

/* Appends n lines (BANK_ADD) and what follows from them in one go, durable when it returns. Those refused or there already (same source, same hash, in force or in
 * quarantine) have entry 0 afterwards; the others their number. E_OUTSIDE: the disk is full or failed, and nothing was added. E_DENIED, here and in bank_change: it follows a journal. */
Err bank_add(Bank *b, BankLine *lines, size_t n, size_t *out_added) NODISCARD;
/* What happened to entries: BANK_REMOVE, BANK_CONFIRM, BANK_DISPUTE. E_MISSING when one of them is none or removed already (nothing changed). */
Err bank_change(Bank *b, BankKind kind, const uint32_t *entries, size_t n, Str who, UnixMs at) NODISCARD;

/* ---- a bank that follows a journal kept elsewhere (bank_journal.c): there an entry is named by the number of the change that offered it ---- */
typedef struct BankStep { BankLine line; /* with ref; entry is worked out */ uint64_t of; /* of a change: the ref of what it changes */ } BankStep;
/* In the order of ref. What it has already is passed over; of a change of an entry that it does not have only the number is kept. Agreement is the journal's to say: nothing is worked
 * out here. E_DENIED: it has lines of its own. */
Err bank_journal(Bank *b, const BankStep *steps, size_t n) NODISCARD;
uint64_t bank_journal_at(const Bank *b);                         /* the ref of its last line */
uint32_t bank_journal_entry(const Bank *b, uint64_t ref);        /* 0: it has none of that ref */

/* Out of force at once, for everybody who has the bank open, before the line comes (bank_struck.c): these refs of entries, which the journal says are withdrawn. By any process that may
 * write in the folder; takes no lock of the record. E_MISSING: nobody made room for it (bank_strike_make, once, by the one that writes). What a crash loses of it the line makes good. */
Err bank_strike_make(const char *dir) NODISCARD;
Err bank_strike(const char *dir, const uint64_t *refs, size_t n) NODISCARD;
Err bank_strike_none(const char *dir) NODISCARD;                 /* all are as the record says again: it was made anew */

typedef struct BankHit { uint32_t entry; int distance; } BankHit;
/* In force at `now`; all: also what stands in quarantine. Nearest first; at most BANK_HITS_MAX, *out_n counts on. Other signals than PDQ only at distance 0. */
Err bank_match(Bank *b, BankSignal signal, const uint8_t hash[32], int radius, UnixMs now, bool all, BankHit *hits, size_t max, size_t *out_n) NODISCARD;

/* For who is asked by many and may keep none waiting: bank_follow takes in at most so many lines of what was appended, and bank_look is bank_match over what was taken in.
 * Neither looks for a newer index, which takes as long as reading it through: bank_newer (two looks at the folder) says that there is one, or another record, or none any more;
 * then open the folder once more in a thread of its own, and go on with that. */
Err bank_follow(Bank *b, uint32_t most, uint32_t *out_left, const char **out_why) NODISCARD;
void bank_look(Bank *b, BankSignal signal, const uint8_t hash[32], int radius, UnixMs now, bool all, BankHit *hits, size_t max, size_t *out_n);
bool bank_newer(const Bank *b);

/* How often each was matched, by whoever asks for it to be counted, from any number of processes. Beside the record (`counts`), not in it: lost without harm. */
Err bank_count(Bank *b, const BankHit *hits, size_t n) NODISCARD;
uint32_t bank_counted(Bank *b, uint32_t entry);
Err bank_counts_from(Bank *b, Bank *old) NODISCARD;              /* of two that follow one journal: the counts of the same entries */

uint32_t bank_lines(const Bank *b);
BankLine bank_line(const Bank *b, uint32_t number);              /* as it was written */
BankState bank_state(const Bank *b, uint32_t entry);             /* STATE_NO_ENTRY: that line is no entry */
/* Goes through everything: chain, index sum, each bucket, and `samples` look-ups against going through all. E_INPUT with *out_why. */
Err bank_verify(Arena *a, Bank *b, size_t samples, Str *out_why) NODISCARD;
#endif
