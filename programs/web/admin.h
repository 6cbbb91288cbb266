/* admin.h - what the pages of administration share. Private to programs/web. */
#ifndef KETEN_WEB_ADMIN_H
#define KETEN_WEB_ADMIN_H
#include "foundation/ui/ui_page.h"
#include "programs/web/signin.h"

enum { ADMIN_LINK_DAYS = 7 };

/* The administrator's own organisation is the one this server was made for: may let others in. */
bool admin_is_host(const Ctx *c);
/* A person of the administrator's own organisation (out_own true) or, for the host, of another. E_MISSING otherwise. */
Err admin_user(Ctx *c, Id user, UserRow *out, bool *out_own) NODISCARD;
Str admin_roles(const UiCtx *ui, uint32_t roles);                 /* "case worker, team lead" */
const UiOption *admin_role_options(const UiCtx *ui, size_t *out_n);
uint32_t admin_roles_of(const Form *f);                           /* field "roles" */
extern const char *const admin_role_codes[];
const char *admin_org_kind(Str kind);                             /* msgid */
const UiOption *admin_language_options(const UiCtx *ui, size_t *out_n);
extern const char *const admin_langs[];

typedef struct SystemFacts { int64_t acts, leaves, checkpoint_size, users, waiting, teams; UnixMs checkpoint_at; } SystemFacts;
Err admin_store_facts(Db *db, Id org, SystemFacts *out) NODISCARD; /* admin_store.c */

extern const Route admin_routes[], admin_people_routes[], admin_team_routes[];
extern const size_t admin_routes_n, admin_people_routes_n, admin_team_routes_n;
#endif
