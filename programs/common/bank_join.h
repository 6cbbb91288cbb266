/* bank_join.h - the instance's folder of hashes that are looked for, opened when it is first asked, as the door that Ctx.bank is.
 *
 * One process writes (keten-jobs, or a command while it is not running): it makes the folder when there is none. All others read, and see
 * what was written at their next question. A folder that was taken away and made anew is opened again.
 */
#ifndef KETEN_BANK_JOIN_H
#define KETEN_BANK_JOIN_H
#include "core/bank/bank_door.h"
typedef struct BankLine BankLine;                                  /* programs/bank/bank.h */

typedef struct BankJoin BankJoin;
BankJoin *bank_join(Arena *life, const char *dir, bool write);
const BankDoor *bank_join_door(BankJoin *j);                     /* NULL for NULL */
void bank_join_close(BankJoin *j);                               /* accepts NULL */
/* For fsck: what of the folder is not as the record says; *out_why (in c->arena) names the first. OK: nothing, or the folder is merely behind. E_INPUT: something. */
Err bank_join_check(Ctx *c, BankJoin *j, int64_t *out_entries, int64_t *out_behind, Str *out_why) NODISCARD;
/* An entry as a line to be added. */
void bank_join_line(const BankEntry *e, BankLine *out);
#endif
