/* consent_room.h - consent receipts of people with a report: given on a page of their own, taken back there, or by anybody depicted with the code they got.
 *
 * A receipt (consent.h) is signed when it is fetched: its text follows from the record. Taking back is an act, and final. An erased report takes its receipts with it.
 * Only for adults: where somebody under 18 is or may be shown, no receipt is made.
 */
#ifndef KETEN_CONSENT_ROOM_H
#define KETEN_CONSENT_ROOM_H
#include "core/consent/consent.h"
#include "core/step/step.h"
extern const Step consent_step;

enum { RECEIPT_PEOPLE_MAX = 4, RECEIPTS_OF_CASE = 200 };
extern const ActDef act_receipt_given, act_receipt_ended;
typedef struct ReceiptNew { ConsentSignal type; uint8_t hash[32]; Str service; UnixMs until; size_t people; } ReceiptNew;
/* The act, and a code for each person: shown once, kept by nobody. */
Act *receipt_give(Ctx *c, Id act, const ReceiptNew *n, Str out_codes[RECEIPT_PEOPLE_MAX]);
typedef struct ReceiptRow { Id id, org, case_id; Str type, hash_sealed, service_sealed, hash, service; UnixMs from, until, ended; int64_t people; Err err; } ReceiptRow;
Err receipt_of_case(Ctx *c, Id case_id, ReceiptRow **out, size_t *out_n) NODISCARD; /* newest first; opened: err is E_MISSING for one that cannot be */
Err receipt_by_id(Ctx *c, Id receipt, ReceiptRow *out) NODISCARD;                   /* opened */
Err receipt_by_person(Ctx *c, const uint8_t person[32], Id *out) NODISCARD;
Act *receipt_end(Ctx *c, const ReceiptRow *r);
/* The receipt as the service gets it. E_CONFLICT: it was taken back. */
Err receipt_note(Ctx *c, const ReceiptRow *r, Str *out) NODISCARD;

/* ---- for the gate: the lines of what was taken back and would still hold otherwise; and a number that changes when somebody takes one back ---- */
Err receipt_revoked(Ctx *c, Buf *out) NODISCARD;
Err receipt_change(Db *db, int64_t *out) NODISCARD;
#endif
