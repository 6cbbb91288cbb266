/* app.h - what every program that works with the record builds once: the App, with the law loaded. */
#ifndef KETEN_PROGRAMS_APP_H
#define KETEN_PROGRAMS_APP_H
#include "core/ctx/ctx.h"
#include "core/vault/vault.h"
#include "programs/common/conf.h"

/* The law as compiled in. E_INPUT with the first bad row. Call before the sandbox closes: it reads time zones. */
Err law_open(Arena *a, const Law **out, Str *out_why) NODISCARD;
/* The tables of where to ask, with the instance's own newer files (DIR/registry) over those compiled in. E_INPUT: one cannot be read. */
Err registry_open(Arena *a, const Instance *in, const NetRegistry **out, Str *out_why) NODISCARD;
/* All of App but the organisation: acts, panels, forms, lapses, law, zone, addresses. */
Err app_open(Arena *a, const Instance *in, App *out, Str *out_why) NODISCARD;
/* The organisation the instance was made for: that of the first act. E_MISSING: none yet. */
Err app_org(Db *db, Arena *a, Id *out_org, Str *out_name) NODISCARD;
/* A key holder in this process, for commands; the same keys and ledger name as keten-keys has. keys_db stays the caller's. */
Err app_vault_local(Arena *a, const Instance *in, Db *keys_db, Vault **out) NODISCARD;
#endif
