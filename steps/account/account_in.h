/* account_in.h - shared inside steps/account only. */
#ifndef KETEN_ACCOUNT_IN_H
#define KETEN_ACCOUNT_IN_H
#include "steps/account/account.h"

extern const ActDef act_account_reply;
Err apply_account_reply(Db *db, const Act *a);
Err account_rows(Ctx *c, const AccountTable *t, UnixMs from, UnixMs to, AccountRow **out, size_t *out_n) NODISCARD;
Err account_acts(Ctx *c, int64_t *out) NODISCARD;
Err account_years(Ctx *c, int *out, size_t max, size_t *out_n) NODISCARD;
void account_bounds(const Ctx *c, int year, UnixMs *out_from, UnixMs *out_to);
typedef struct ReplyRow { Id id, org; Str authority, element, text_sealed, text; UnixMs at; } ReplyRow;
Err account_replies(Ctx *c, int year, ReplyRow **out, size_t *out_n) NODISCARD;
Err account_count_job(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) NODISCARD;
extern const Route account_routes[];
#endif
