/* gate.h - the gate: asked before something is put online, whether its hash is looked for.
 *
 * A question is JSON with one or many hashes; the answer says for each whether it is known, on whose list, how sure that is, and
 * what the owner of the list asks. Only hashes come in: a picture is refused before a byte of it is read (gate_http.c).
 * This header is what can be had without a socket: questions read, keys judged, hashes answered. Nothing here reads a clock.
 *
 * Who may ask holds a key; of a key only its SHA-256 is kept. A key has a name, a number of hashes a second, what it may ask
 * (scopes), and an end. Lanes: adult for everybody; hashes of minors are for passing on only, and are answered to keys with the
 * scope `national` alone.
 *
 * Ownership: a GateAsk lives in the arena given; a Gate belongs to one thread. Errors: E_INPUT with what is wrong in words.
 */
#ifndef KETEN_GATE_H
#define KETEN_GATE_H
#include "core/consent/consent.h"
#include "foundation/base/json.h"
#include "programs/bank/bank.h"

enum { GATE_HASHES_MAX = 1000, GATE_BODY_MAX = 512 * 1024, GATE_SHOWN_MAX = 8, GATE_KEYS_MAX = 1000, GATE_LISTS_MAX = 1000, GATE_TEXT_MAX = 500, GATE_TRUST_MAX = 100 };

#define GATE_UNREAD "only hashes are taken here, as application/json; pictures and files are refused unread: hash them where they are"

/* ---- questions (gate_ask.c) ---- */
typedef struct GateItem {
    BankSignal signal;
    uint8_t hash[32];
    const char *wrong;   /* NULL, or why this one cannot be answered */
} GateItem;
typedef struct GateAsk { GateItem *items; size_t n; int distance; } GateAsk;
/* E_INPUT: not of the form. E_LIMIT: more than GATE_HASHES_MAX. *out_why says it either way. What is wrong with one hash of several stands at its place instead. */
Err gate_ask_read(Arena *a, Str body, GateAsk *out, const char **out_why) NODISCARD;

/* ---- keys (gate_keys.c) ---- */
enum { GATE_MAY_ASK = 1, GATE_MAY_NATIONAL = 2 };
typedef struct GateKey {
    char name[BANK_SOURCE_MAX + 1];
    uint8_t sha256[32];
    unsigned may;
    uint32_t per_second;         /* hashes */
    UnixMs until;                /* 0: without end */
    int64_t left, filled_ms;     /* the bucket: thousandths of a hash, and when it was filled last (monotonic) */
} GateKey;
typedef struct GateKeys { GateKey *list; size_t n; } GateKeys;
/* A file of keys: CSV with the head name,key_sha256,per_second,scopes,until; scopes and until may be empty (gate; without end). E_INPUT with the line in *out_why. */
Err gate_keys_read(Arena *a, Str csv, GateKeys *out, Str *out_why) NODISCARD;
/* Takes over how much of each key's rate is used, so that a file that was read again gives nobody a fresh second. */
void gate_keys_take_over(GateKeys *fresh, const GateKeys *old);
typedef enum GateGrant { GRANT_YES, GRANT_NONE, GRANT_ENDED, GRANT_SCOPE, GRANT_RATE } GateGrant;
/* Judges a presented key. The hashes are taken off its rate when it may; *out_wait_s: when to try again, at GRANT_RATE. */
GateKey *gate_key_find(GateKeys *k, Str presented);
GateGrant gate_key_use(GateKey *key, unsigned may, size_t hashes, UnixMs now, int64_t mono_ms, int64_t *out_wait_s);

/* ---- what the owners of lists ask (gate_lists.c) ---- */
typedef struct GateList { Str source, asks, say, contact; } GateList;
typedef struct GateLists { GateList *list; size_t n; } GateLists;
/* CSV with the head list,asks,say,contact. asks: block, review or report. E_INPUT with the line in *out_why. */
Err gate_lists_read(Arena *a, Str csv, GateLists *out, Str *out_why) NODISCARD;
const GateList *gate_list_find(const GateLists *l, const char *source); /* NULL: its owner said nothing */

/* ---- answers (gate_answer.c) ---- */
typedef struct Gate {
    Bank *bank;
    const GateLists *lists;
    BankHit *hits;               /* BANK_HITS_MAX */
    uint64_t asked, known;
} Gate;
/* One answer as a JSON object; what was matched is counted in the bank. */
void gate_answer(Gate *g, const GateItem *i, int distance, bool national, UnixMs now, Json *j);

/* ---- consent receipts (gate_receipt.c, core/consent) ---- */
typedef struct GateTrust { NoteKey *keys; size_t n; } GateTrust;
/* A line for each signer whose receipts count: its note key (name+id+key). E_INPUT with the line in *out_why. */
Err gate_trust_read(Arena *a, Str text, GateTrust *out, Str *out_why) NODISCARD;
/* {"receipt","type","hash","service"} -> valid or not, and why. E_INPUT: no such question, in words. */
Err gate_receipt(Arena *a, Str body, const GateTrust *trust, const ConsentRevoked *revoked, UnixMs now, Json *j, const char **out_why) NODISCARD;
#endif
