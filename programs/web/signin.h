/* signin.h - what the pages of signing in share. Private to programs/web. */
#ifndef KETEN_WEB_SIGNIN_H
#define KETEN_WEB_SIGNIN_H
#include "core/case/case.h"
#include "programs/web/web.h"

enum { PASSWORD_MIN = 12, PASSWORD_MAX = 200 };

/* Unlocks a person's keys and those of their teams. E_DENIED: not the password; nobody: the same work. */
Err signin_unlock(Ctx *c, const UserRow *u, Str password, VaultSession *out) NODISCARD;
/* Refuses (E_LIMIT, with the time left) while tries under this name are slowed down. */
Err signin_slow(Ctx *c, Str login, Id *out_key) NODISCARD;
/* Notes how a try ended; a failed one is counted in the metrics too. */
Err signin_note(Ctx *c, Id key, bool good) NODISCARD;
/* Opens the session whose keys were unlocked, sets cookies, and leads to back or to the person's first page. */
Err signin_enter(Ctx *c, const Request *req, Response *res, const UserRow *u, const VaultSession *keys, Str back) NODISCARD;
/* msgid of what is wrong with a new password, or NULL. */
const char *signin_password_wrong(const UserRow *u, Str password, Str again, const char **out_field);
/* Ends all sessions of a person and locks their keys. */
Err signin_end_all(Ctx *c, Id user) NODISCARD;
/* One-time codes follow the real clock: a demonstration's clock is moved, a phone's is not. */
UnixMs signin_real_now(void);

extern const Route me_routes[];          /* signin_me.c */
extern const size_t me_routes_n;
#endif
