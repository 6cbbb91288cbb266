/* consent_room.h - consent receipts of people with a report: given on a page of their own, taken back there, or by anybody depicted with the code they got.
 *
 * Each person depicted says yes herself: who makes it by making it, the others each on a page of their own that a code opens. No account, no name. Until all of them did
 * there is no receipt to fetch. Each may say no with that code, before or after, at any time and for whatever reason: that is final, and ends it for all.
 * A receipt (consent.h) is signed when it is fetched: its text follows from the record. An erased report takes its receipts with it.
 * Only for adults: where somebody under 18 is or may be shown, no receipt is made, and none that was made holds.
 */
#ifndef KETEN_CONSENT_ROOM_H
#define KETEN_CONSENT_ROOM_H
#include "core/consent/consent.h"
#include "core/step/step.h"
extern const Step consent_step;

enum { RECEIPT_PEOPLE_MAX = 8, RECEIPTS_OF_CASE = 200 };
extern const ActDef act_receipt_given, act_receipt_agreed, act_receipt_ended;
typedef struct ReceiptNew { ConsentSignal type; uint8_t hash[32]; Str service; UnixMs until; size_t people; } ReceiptNew;
/* The act, and a code for each person: shown once, kept by nobody. The first is the one who gives it. */
Act *receipt_give(Ctx *c, Id act, const ReceiptNew *n, Str out_codes[RECEIPT_PEOPLE_MAX]);
typedef struct ReceiptRow { Id id, org, case_id; Str type, hash_sealed, service_sealed, hash, service; UnixMs from, until, ended; int64_t people, yes; /* so many of them agreed */ Str lane; bool erased; Err err; } ReceiptRow;
Err receipt_of_case(Ctx *c, Id case_id, ReceiptRow **out, size_t *out_n) NODISCARD; /* newest first; opened: err is E_MISSING for one that cannot be */
Err receipt_by_id(Ctx *c, Id receipt, ReceiptRow *out) NODISCARD;                   /* opened */
bool receipt_over(const ReceiptRow *r, UnixMs now);                                   /* taken back, past its day, or of a report that is no longer for it */
typedef struct ReceiptPerson { Id receipt; UnixMs yes; /* 0: has not said so */ } ReceiptPerson;
Err receipt_by_person(Ctx *c, const uint8_t person[32], ReceiptPerson *out) NODISCARD;
Act *receipt_agree(Ctx *c, const ReceiptRow *r, const uint8_t person[32]);
Act *receipt_end(Ctx *c, const ReceiptRow *r);
/* The receipt as the service gets it. E_CONFLICT: it is over, or somebody has not agreed yet. */
Err receipt_note(Ctx *c, const ReceiptRow *r, Str *out) NODISCARD;

/* ---- for the gate: the lines of what was taken back and would still hold otherwise; and a number that changes when somebody takes one back ---- */
Err receipt_revoked(Ctx *c, Buf *out) NODISCARD;
Err receipt_change(Db *db, int64_t *out) NODISCARD;
#endif
