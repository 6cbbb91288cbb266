/* bank_entry.h - the hashes that this instance looks for, and passes on: what the acts say of each, and everything that happened to
 * them, in an order without gaps. Part of core/bank.
 *
 * The table is the truth; the folder that is searched (programs/bank) follows it and can be made anew from it, and the feed for
 * platforms reads it. An entry is offered (quarantine: nobody is told of it), confirmed (in force: by a person, or because a source that
 * does not depend on the first brought one near it), disputed (out of force until a person confirms it again) and withdrawn (out of
 * force for good; whoever had it is told).
 * A hash is personal data, so it stands as ciphertext (bank_entry_open): of a person's photo under a key of its own entry, of a list
 * under the list's. A withdrawn one is kept as long as subscribers may still have it, since they must hear which; then its key is destroyed.
 * Lane minor (under 18, or unknown): for the national lane only. It never meets a case and never goes to platforms.
 */
#ifndef KETEN_BANK_ENTRY_H
#define KETEN_BANK_ENTRY_H
#include "core/case/case.h"
#include "core/case/print.h"

enum { BANK_PAGE = 1000, BANK_CODE_MAX = 47 /* characters of a source's name */, BANK_QUALITY_NONE = -1, BANK_KEPT_DAYS = 90 /* a withdrawn hash, for those who had it */ };

typedef struct BankEntry {
    Id id, org, scope, print /* none: from a list */;
    int64_t entry;             /* its number: 1, 2, ... */
    int64_t offered, change;   /* numbers of its first and its last change */
    Str signal /* pdq sha256 md5 url */, lane /* adult minor */, front /* full 512 unknown */, source, consent /* share_hash list */, state /* quarantine active disputed withdrawn */, why;
    int64_t quality;           /* 0..100, or BANK_QUALITY_NONE */
    UnixMs consent_until;      /* 0: without end */
    bool pass_on;              /* whoever gave it agreed that others get it */
    bool fed;                  /* was in force once and is passed on: subscribers may have it */
    UnixMs at, changed;
    Str sealed;
    uint8_t hash[32];          /* most significant byte first; MD5: the first 16. Filled by bank_entry_open */
    Err err;                   /* E_MISSING: not opened, or destroyed */
} BankEntry;
Err bank_entry_by_id(Ctx *c, Id entry, BankEntry *out) NODISCARD;
Err bank_entry_by_number(Ctx *c, int64_t entry, BankEntry *out) NODISCARD;
Err bank_entry_by_offer(Ctx *c, int64_t offered, BankEntry *out) NODISCARD;   /* by the number of its first change: that is what a line of the searched folder carries */
Err bank_entries(Ctx *c, int64_t after, size_t limit, BankEntry **out, size_t *out_n) NODISCARD; /* all there are, by number; limit at most BANK_PAGE */
/* Of one organisation, in one state, of one source or (empty) of all, by number. */
Err bank_list(Ctx *c, Id org, Str state, Str source, int64_t after, size_t limit, BankEntry **out, size_t *out_n) NODISCARD;
Err bank_entry_open(Ctx *c, BankEntry *rows, size_t n) NODISCARD;             /* one round trip to the key holder */
Err bank_entry_of_print(Ctx *c, Id print, BankEntry **out, size_t *out_n) NODISCARD;
Str bank_entry_hex(Arena *a, const BankEntry *e);                             /* of an opened one */

/* ---- what happened, in order ---- */
typedef struct BankChange { int64_t change, feed /* 0: subscribers do not hear of it */, act_seq /* for journal_proof */; Str what /* offered confirmed disputed withdrawn */, by; UnixMs at; BankEntry entry; /* as it is now */ } BankChange;
/* Those behind `after`, without gaps; limit at most BANK_PAGE. */
Err bank_changes(Ctx *c, int64_t after, size_t limit, BankChange **out, size_t *out_n) NODISCARD;
Err bank_changes_last(Ctx *c, int64_t *out) NODISCARD;                        /* 0: none yet */
Err bank_entry_changes(Ctx *c, Id entry, BankChange **out, size_t *out_n) NODISCARD; /* of one entry, oldest first; at most BANK_PAGE */

/* Makes the folder that is searched (Ctx.bank) anew from the record: what was forgotten is not in it any more. progress may be NULL. */
Err bank_rebuild(Ctx *c, void (*progress)(void *ctx, int64_t done, int64_t all), void *ctx) NODISCARD;

/* For App.committed: entries that these acts put out of force are so at once for whoever searches the folder, in every process. */
void bank_committed(Ctx *c, Act *const *acts, size_t n);

/* ---- the feed: entries of a lane that are passed on, from the moment they are in force. feed numbers have no gap: who has all of 1..n has
 * missed nothing. Hand lane "minor" to nobody but the national lane. ---- */
Err bank_feed(Ctx *c, Str lane, int64_t after, size_t limit, BankChange **out, size_t *out_n) NODISCARD;
Err bank_feed_last(Ctx *c, Str lane, int64_t *out) NODISCARD;

/* ---- sources: how many entries stand in which state, and of the matches that people decided on, how many were right ---- */
typedef struct BankSource { Str code; int64_t quarantine, active, disputed, withdrawn, same, different; } BankSource;
Err bank_sources(Ctx *c, Id org, BankSource **out, size_t *out_n) NODISCARD; /* by name */

/* ---- acts ---- */
extern const ActDef act_bank_offered, act_bank_confirmed, act_bank_disputed, act_bank_withdrawn;
typedef struct BankNew { Str signal, lane, front, source, consent; int64_t quality; UnixMs until; bool pass_on; Id org, case_id, print, scope /* a list's; none: a key of its own */; uint8_t hash[32]; } BankNew;
/* Builds an act for each (those without a scope get their key first). */
Err bank_offer(Ctx *c, const BankNew *in, size_t n, Act ***out) NODISCARD;
/* by: "person", or the source that agrees. */
Act *bank_confirm(Ctx *c, const BankEntry *e, Str by);
/* by: who says that it should not be there: a subscriber's name, or "person". The desk sees it. */
Act *bank_dispute(Ctx *c, const BankEntry *e, Str by);
/* why: withdrawn until lane erased source mistaken. */
Act *bank_withdraw(Ctx *c, const BankEntry *e, Str why);
/* For feedback of a subscriber: disputes the entry of that number. OK also when it was disputed already; E_MISSING: none that it can have. */
Err bank_disputed_by(Ctx *c, int64_t entry, Str by) NODISCARD;
#endif
