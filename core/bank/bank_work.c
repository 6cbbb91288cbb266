/* bank_work.c - what follows by itself: a photo given for platforms is offered to the bank, one that was taken back is withdrawn there,
 * an agreed end is kept, and a withdrawn hash is forgotten once everybody must have heard of it. */
#include "core/bank/bank_in.h"
#include "core/vault/vault.h"

/* Where a device could not tell which form is the untouched picture, each of the eight is an entry; so is each frame of a video, which is hashed whole. */
Err bank_offer_run(Ctx *c, Id print, UnixMs due, UnixMs *out_again) {
    PrintRow p;
    BankEntry *there = NULL;
    size_t n = 0;
    Act **acts = NULL;
    (void)due, (void)out_again;
    TRY(print_by_id(c, print, &p));
    TRY(bank_entry_of_print(c, print, &there, &n));
    if (n > 0 || !print_may(&p, S("share_hash"))) return OK;
    TRY(print_open(c, &p, 1));
    if (p.err != OK) return p.err == E_MISSING ? OK : p.err;
    BankNew *in = ARENA_ARRAY(c->arena, BankNew, PRINT_FRAMES);
    for (int i = 0; i < p.hash.n; i++) {
        in[i] = (BankNew){ .signal = S("pdq"), .lane = S("adult"), .front = str_eq(p.front, str_c(print_film)) ? S("full") : p.front, .source = S("report"), .consent = S("share_hash"), .quality = p.quality, .until = p.until, .pass_on = true, .org = p.org, .case_id = p.case_id, .print = p.id };
        for (int b = 0; b < 32; b++) in[i].hash[b] = (uint8_t)(p.hash.form[i].q[3 - b / 8] >> (56 - b % 8 * 8));
    }
    TRY(bank_offer(c, in, (size_t)p.hash.n, &acts));
    Err err = journal_commit(c, acts, (size_t)p.hash.n);
    return err == E_CONFLICT ? OK : err; /* taken back meanwhile */
}

static Err revoke_of(Ctx *c, Id case_id) {
    enum { AT_ONCE = 200, ROUNDS = 16 };
    static const char *const whys[] = { "withdrawn", "until", "lane", "erased" };
    BankEntry *rows = ARENA_ARRAY(c->arena, BankEntry, AT_ONCE);
    Act **acts = ARENA_ARRAY(c->arena, Act *, AT_ONCE);
    size_t n = AT_ONCE;
    for (int i = 0; i < ROUNDS && n == AT_ONCE; i++) {
        TRY(bank_store_revoked(c, case_id, rows, AT_ONCE, &n));
        for (size_t k = 0; k < n; k++) {
            PrintRow p;
            Str why = S("withdrawn");
            TRY(print_by_id(c, rows[k].print, &p));
            for (size_t w = 0; w < LEN(whys); w++)
                if (str_eq(p.why, str_c(whys[w]))) why = p.why;
            acts[k] = bank_withdraw(c, &rows[k], why);
        }
        TRY(journal_commit(c, acts, n));
    }
    return OK;
}

/* What ends a case ends the reports that went into it. */
Err bank_revoke_run(Ctx *c, Id case_id, UnixMs due, UnixMs *out_again) {
    Id of[PRINT_JOINED_MAX];
    size_t n = 0;
    (void)due, (void)out_again;
    TRY(print_store_joined(c->db, case_id, of, &n));
    for (size_t i = 0; i < n; i++) TRY(revoke_of(c, of[i]));
    return OK;
}

Err bank_until_run(Ctx *c, Id entry, UnixMs due, UnixMs *out_again) {
    BankEntry e;
    (void)due, (void)out_again;
    TRY(bank_entry_by_id(c, entry, &e));
    if (str_eq(e.state, S("withdrawn"))) return OK;
    Err err = journal_one(c, bank_withdraw(c, &e, S("until")));
    return err == E_CONFLICT ? OK : err;
}

enum { COMPACT_MS = 86400000 };

Err bank_forget_run(Ctx *c, Id entry, UnixMs due, UnixMs *out_again) {
    BankEntry e;
    (void)due, (void)out_again;
    TRY(bank_entry_by_id(c, entry, &e));
    if (!str_eq(e.state, S("withdrawn")) || !id_eq(e.scope, e.id)) return OK;
    TRY(vault_shred_scope(c->vault, e.id));
    return journal_job(c, "bank.compact", c->app->org, c->now + COMPACT_MS); /* then the folder that is searched forgets it too: once for all of a day */
}
