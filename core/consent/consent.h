/* consent.h - a consent receipt: who is depicted agreed that this content stands on this service until this date.
 *
 * A signed note (C2SP signed-note, Ed25519) that the service keeps and shows at the gate. It names nobody: each person is the hash of a
 * code that only they hold, and with which any one of them takes the consent back, for all of them, at any time. The text:
 *
 *   keten/consent
 *   id <32 hexadecimal digits>
 *   sha256 <64>            or: pdq <64>
 *   service photos.example
 *   from 2026-11-25T10:00:00Z
 *   until 2027-11-25T00:00:00Z
 *   person <64>            once for each person depicted, 1 to 16
 *
 * It is about exactly these bits: a picture that was changed is another picture. What was taken back stands in a list of lines
 * "ID PERSON" (ids and hashes alone); a line counts only when the person stands in the receipt.
 *
 * Pure: no I/O, no clock. Results are views into the text given, or live in the arena. Errors: E_INPUT with what is wrong in words.
 * Sources: c2sp.org/signed-note; RFC 8032.
 */
#ifndef KETEN_CONSENT_H
#define KETEN_CONSENT_H
#include "core/ledger/ledger.h"
#include "foundation/base/when.h"

enum { CONSENT_PEOPLE_MAX = 16, CONSENT_SERVICE_MAX = 253, CONSENT_CODE_BYTES = 16, CONSENT_CODE_CHARS = 26, CONSENT_NOTE_MAX = 8192 };
#define CONSENT_LABEL "consent" /* vault_sign puts "keten/" before it: the first line of the text */
typedef enum ConsentSignal { CONSENT_NONE, CONSENT_SHA256, CONSENT_PDQ } ConsentSignal;
Err consent_signal_parse(Str s, ConsentSignal *out) NODISCARD;
Str consent_signal_name(ConsentSignal s);

typedef struct Consent {
    Id id;
    ConsentSignal signal;
    uint8_t hash[32];
    Str service;                         /* host name, lower case */
    UnixMs from, until;                  /* whole seconds */
    size_t people;
    uint8_t person[CONSENT_PEOPLE_MAX][32];
} Consent;
/* What is wrong with it, or NULL. */
const char *consent_wrong(const Consent *c);
bool consent_service_ok(Str host);
/* The text behind its first line, as vault_sign wants it; with the first line it is what is signed. must(consent_wrong == NULL). */
Str consent_body(Arena *a, const Consent *c);
Str consent_note(Arena *a, const Consent *c, Str key_name, const uint8_t pub[32], const uint8_t sig[64]);
/* Reads a receipt that one of these keys signed. E_INPUT: not of the form, or changed. E_DENIED: none of these keys signed it. */
Err consent_read(Arena *a, Str note, const NoteKey *keys, size_t n, Consent *out, const char **out_why) NODISCARD;

/* The code of one person, from 16 random bytes, in groups that can be read out; and how it stands in receipts. Typed codes are read as people type. E_INPUT: none. */
Str consent_code(Arena *a, const uint8_t random[CONSENT_CODE_BYTES]);
Err consent_person(Arena *a, Str code, uint8_t out[32]) NODISCARD;
/* Which person holds this code; -1: none of them. */
int consent_who(const Consent *c, const uint8_t person[32]);

/* ---- what was taken back ---- */
typedef struct ConsentRevoked { const uint8_t (*slots)[32]; size_t n, used; } ConsentRevoked; /* id, and the first half of the person */
enum { CONSENT_REVOKED_MAX = 2000000 };
Str consent_revoked_line(Arena *a, Id id, const uint8_t person[32]);
/* Lines; empty ones and those that begin with # are passed over, a last one without its end is being written and does not count yet. */
Err consent_revoked_read(Arena *a, Str text, ConsentRevoked *out, Str *out_why) NODISCARD;
bool consent_revoked(const ConsentRevoked *r, const Consent *c);

typedef enum ConsentVerdict { CONSENT_VALID, CONSENT_OTHER_CONTENT, CONSENT_OTHER_SERVICE, CONSENT_NOT_YET, CONSENT_ENDED, CONSENT_TAKEN_BACK, CONSENT_VERDICTS } ConsentVerdict;
ConsentVerdict consent_judge(const Consent *c, ConsentSignal signal, const uint8_t hash[32], Str service, UnixMs now, const ConsentRevoked *r);
const char *consent_verdict_code(ConsentVerdict v);  /* "valid" "hash" "service" "not_yet" "ended": nobody is told whether it was taken back, nor by how many */
const char *consent_verdict_words(ConsentVerdict v);
#endif
