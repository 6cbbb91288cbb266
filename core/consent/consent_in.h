/* consent_in.h - inside core/consent. */
#ifndef KETEN_CONSENT_IN_H
#define KETEN_CONSENT_IN_H
#include "core/consent/consent_room.h"

Err apply_receipt_given(Db *db, const Act *a);
Err apply_receipt_agreed(Db *db, const Act *a);
Err apply_receipt_ended(Db *db, const Act *a);
Err receipt_store_of_case(Ctx *c, Id case_id, ReceiptRow *out, size_t *out_n) NODISCARD;
Err receipt_store_by_id(Ctx *c, Id receipt, ReceiptRow *out) NODISCARD;
Err receipt_store_count(Ctx *c, Id case_id, int64_t *out) NODISCARD;
Err receipt_store_people(Ctx *c, Id receipt, Consent *out) NODISCARD;
#endif
