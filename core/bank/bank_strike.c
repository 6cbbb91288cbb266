/* bank_strike.c - what is withdrawn counts at once for whoever searches the folder, also in other processes: the moment the act is durable, not when due work has come to it. What this misses (a
 * process that has no folder, a crash in between, a full disk) the due work makes good: bank.revoke and bank.follow. */
#include "core/bank/bank_door.h"
#include "core/bank/bank_in.h"

/* Acts that end photos of a case and of those joined into it (print_follow_ended). */
static bool ends_photos(const Act *a) {
    static const char *const kinds[] = { "fingerprint.ended", "case.lane", "case.withdrawn", "case.erased", "case.erased_by_lead" };
    for (size_t i = 0; i < LEN(kinds); i++)
        if (strcmp(a->def->kind, kinds[i]) == 0) return true;
    return false;
}

static Err strike_case(Ctx *c, Id case_id) {
    Id of[PRINT_JOINED_MAX];
    size_t n = 0;
    TRY(print_store_joined(c->db, case_id, of, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t *offers = NULL;
        size_t offers_n = 0;
        TRY(bank_store_revoked_offers(c, of[i], &offers, &offers_n));
        if (offers_n > 0) TRY(c->bank->strike(c->bank->to, offers, offers_n));
    }
    return OK;
}
static Err strike_entry(Ctx *c, Id entry) {
    BankEntry e;
    TRY(bank_entry_by_id(c, entry, &e));
    return c->bank->strike(c->bank->to, &e.offered, 1);
}

void bank_committed(Ctx *c, Act *const *acts, size_t n) {
    Fail fail = c->fail;
    if (c->bank == NULL || c->bank->strike == NULL) return;
    for (size_t i = 0; i < n; i++) {
        if (ends_photos(acts[i])) (void)!strike_case(c, acts[i]->case_id);
        else if (acts[i]->def == &act_bank_withdrawn) (void)!strike_entry(c, acts[i]->subject);
    }
    c->fail = fail;
}
