/* subscriber.h - who may ask for hashes, or about them, with a key: platforms, sister lists, the national body.
 *
 * A subscriber is made by an administrator and has one or more keys. A key is shown once, when it is made; kept is its SHA-256
 * alone (the key is 256 random bits, so a slow hash would protect nothing). Making a new key leaves the older ones open for a
 * while, so that nobody has to stop for it; ending them ends all at once.
 * Scopes: fetch (the feed), submit (hashes into quarantine), feedback (what became of a hash), gate (asking about one), national
 * (the lane of minors; nobody else ever gets it).
 *
 * This part needs a database and nothing else, so that the gate can read it too: it changes nothing. Rows live in the arena given.
 * Errors: E_MISSING no such key, E_DENIED it has ended, E_OUTSIDE the record cannot be read.
 */
#ifndef KETEN_SUBSCRIBER_H
#define KETEN_SUBSCRIBER_H
#include "foundation/base/when.h"
#include "foundation/store/store.h"

enum { SCOPE_FETCH = 1, SCOPE_SUBMIT = 2, SCOPE_FEEDBACK = 4, SCOPE_GATE = 8, SCOPE_NATIONAL = 16 };
enum { LIST_PEOPLE = 1 /* photos that people gave */, LIST_OTHERS = 2 /* lists that were handed over */ };
enum { KIND_PDQ = 1, KIND_SHA256 = 2, KIND_MD5 = 4, KIND_URL = 8 };
enum { SUBSCRIBER_KEY_CHARS = 46 /* ks_ and 43 of base64url */, SUBSCRIBER_CODE_MAX = 40, SUBSCRIBERS_MAX = 1000 };

typedef struct Subscriber {
    Id id, org;
    Str code;                    /* its name as a source: a-z 0-9 dot hyphen */
    unsigned scopes, lists, kinds;
    int64_t per_minute;          /* requests to the feed */
    int64_t per_second;          /* hashes asked at the gate */
    UnixMs made, ended;          /* ended 0: may ask */
    UnixMs key_made, key_until;  /* of the key presented (subscriber_by_key), or of the newest; until 0: without end */
} Subscriber;

/* The subscriber whose key this is. Nothing in the time it takes tells how near a wrong key was: what is looked up is its digest. */
Err subscriber_by_key(Db *db, Arena *a, Str presented, UnixMs now, Subscriber *out) NODISCARD;
void subscriber_key_digest(Str presented, uint8_t out[32]);
Err subscriber_by_id(Db *db, Arena *a, Id id, Subscriber *out) NODISCARD;
Err subscriber_by_code(Db *db, Arena *a, Str code, Subscriber *out) NODISCARD;
/* By name, those that ended last. At most SUBSCRIBERS_MAX. */
Err subscriber_list(Db *db, Arena *a, Subscriber **out, size_t *out_n) NODISCARD;

/* Every key that is open at `now`, for a process that holds them all (the gate). */
typedef struct SubscriberKey { Id subscriber; Str code; unsigned scopes; int64_t per_second; UnixMs until; uint8_t sha256[32]; } SubscriberKey;
Err subscriber_keys(Db *db, Arena *a, UnixMs now, SubscriberKey **out, size_t *out_n) NODISCARD;
/* A number that changes whenever a subscriber or a key does. */
Err subscriber_change(Db *db, int64_t *out) NODISCARD;

/* "fetch+gate" and back. Words that are not known are not read: false. */
bool subscriber_scopes_read(Str words, unsigned *out);
bool subscriber_lists_read(Str words, unsigned *out);
bool subscriber_kinds_read(Str words, unsigned *out);
Str subscriber_scopes_words(Arena *a, unsigned bits);
Str subscriber_lists_words(Arena *a, unsigned bits);
Str subscriber_kinds_words(Arena *a, unsigned bits);
extern const char *const subscriber_scope_codes[], *const subscriber_list_codes[], *const subscriber_kind_codes[]; /* in the order of the bits; ended by NULL */
#endif
