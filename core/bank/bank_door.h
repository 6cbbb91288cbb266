/* bank_door.h - the folder that is searched (programs/bank), as far as core and the steps may use it. Lent by the program in Ctx.bank; NULL
 * where a program has none (a test, a command): then nothing is found, and what follows the journal waits.
 *
 * An entry is named by the number of the change that offered it (BankEntry.offered): bank_entry_by_offer has the rest.
 * Errors: E_MISSING no bank there; E_INPUT damaged beyond what can be made anew; E_OUTSIDE the disk; E_DENIED only read here.
 */
#ifndef KETEN_BANK_DOOR_H
#define KETEN_BANK_DOOR_H
#include "core/bank/bank_entry.h"

enum { BANK_HITS = 200 };
typedef struct BankFound { int64_t offered; int distance; } BankFound;
struct BankDoor {
    void *to;
    /* Nearest first, not withdrawn; all: also what stands in quarantine, is disputed or has ended. The first `max`; *out_n counts on. */
    Err (*match)(void *to, Str signal, const uint8_t hash[32], int radius, UnixMs now, bool all, BankFound *out, size_t max, size_t *out_n);
    /* A text (CSV with a head, or one hash a line) row by row: each hears of a row, or (row NULL) why that line cannot be read; what a row does not say is as in otherwise. Ends with what each says. */
    Err (*read)(void *to, Str text, UnixMs now, const BankNew *otherwise, Err (*each)(void *ctx, const BankNew *row, size_t line, const char *why), void *ctx);
    /* Takes these changes in, durable when it returns; entries whose key is gone (err E_MISSING) are left out. Only the one that writes. */
    Err (*follow)(void *to, const BankChange *rows, size_t n);
    /* Out of force from now on for all who search, before their line comes: entries by the number of the change that offered them. Any process that has the folder. */
    Err (*strike)(void *to, const int64_t *offered, size_t n);
    Err (*at)(void *to, int64_t *out_change);                    /* the last change it has */
    Err (*anew)(void *to);                                       /* begins again, empty, beside the folder that others go on reading; follow writes there from now on */
    Err (*settle)(void *to, bool other);                         /* what was begun so takes the place of the other; match counts go along. other: that was of another record, so what was struck is not either */
    uint32_t (*counted)(void *to, int64_t offered);              /* how often it was matched */
};
#endif
