/* bank_in.h - inside core/bank. */
#ifndef KETEN_CORE_BANK_IN_H
#define KETEN_CORE_BANK_IN_H
#include "core/bank/bank_entry.h"

Err apply_bank_offered(Db *db, const Act *a);
Err apply_bank_confirmed(Db *db, const Act *a);
Err apply_bank_disputed(Db *db, const Act *a);
Err apply_bank_withdrawn(Db *db, const Act *a);
Err bank_store_revoked(Ctx *c, Id case_id, BankEntry *out, size_t most, size_t *out_n) NODISCARD;

/* Due work (bank_work.c). */
Err bank_offer_run(Ctx *c, Id print, UnixMs due, UnixMs *out_again);
Err bank_revoke_run(Ctx *c, Id case_id, UnixMs due, UnixMs *out_again);
Err bank_until_run(Ctx *c, Id entry, UnixMs due, UnixMs *out_again);
Err bank_follow_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again);
Err bank_compact_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again);
Err bank_forget_run(Ctx *c, Id entry, UnixMs due, UnixMs *out_again);
#endif
