/* session.h - who a cookie speaks for. A session is a row named by the hash of a 32-byte random token; the token itself
 * lives in the visitor's cookie only. Sessions are operations, not facts about a case: they are not acts and not replayed.
 *
 * Limits: staff 15 minutes without a request, 8 hours at most; a receipt code or an answer link 30 minutes, 2 hours.
 */
#ifndef KETEN_SESSION_H
#define KETEN_SESSION_H
#include "core/ctx/ctx.h"

typedef enum SessionKind { SESSION_INVALID, SESSION_STAFF, SESSION_VICTIM, SESSION_LINK, SESSION_KINDS } SessionKind;
enum { SESSION_TOKEN = 32, SESSION_CSRF = 16, SESSION_HANDLE_MAX = 64, SESSION_FRESH_MS = 10 * 60 * 1000 };

typedef struct Session {
    SessionKind kind;
    Person person;
    Str handle;          /* what the key process calls the unlocked keys; empty when there are none */
    Str csrf;            /* 16 random bytes; forms carry them in hex */
    Id row;              /* first half of the token's hash: names the session in logs and lists */
    UnixMs made, seen, until, fresh;
} Session;

/* Opens a session for the person. out_token: hex text for the cookie. Staff sessions begin fresh. E_OUTSIDE. */
Err session_open(Ctx *c, SessionKind kind, const Person *person, Str handle, Str *out_token) NODISCARD;
/* E_MISSING when unknown, over, idle too long, or of another kind. Moves the idle limit (at most one write a minute). */
Err session_find(Ctx *c, SessionKind kind, Str token, Session *out) NODISCARD;
Err session_end(Ctx *c, Str token) NODISCARD;                     /* E_MISSING when there is none */
Err session_end_user(Ctx *c, Id user) NODISCARD;                  /* all of a person's: password changed, account closed */
Err session_refresh(Ctx *c, Str token) NODISCARD;                 /* signed in again: fresh for ten minutes */
bool session_is_fresh(const Session *s, UnixMs now);
Err session_sweep(Ctx *c) NODISCARD;                              /* forgets what is over */

/* One-time sign-in links: first enrolment, demo, lost second factor. The token is shown once and stored hashed. */
Err signin_link_make(Ctx *c, Id user, UnixMs until, Str *out_token) NODISCARD;
Err signin_link_look(Ctx *c, Str token, Id *out_user) NODISCARD;  /* E_MISSING: unknown, used or over. Changes nothing */
Err signin_link_use(Ctx *c, Str token, Id *out_user) NODISCARD;   /* the same, and it is used */

/* What the link is called in the key store: the first half of the token's hash. None for something that is no token. */
Id signin_link_name(Ctx *c, Str token);
Err signin_link_forget(Ctx *c, Id user) NODISCARD;                /* a new one takes the place of those not used */

/* Between the password and the one-time code: five minutes, and worth nothing by itself. */
Err signin_half_open(Ctx *c, Id user, Str handle, Str *out_token) NODISCARD;
Err signin_half_find(Ctx *c, Str token, Id *out_user, Str *out_handle) NODISCARD; /* E_MISSING: unknown, or over */
Err signin_half_end(Ctx *c, Str token) NODISCARD;

/* A person's sessions: how many run now, when one was last used, what they have unlocked (to be locked before they end). */
typedef struct SessionsOf { int64_t n; UnixMs seen; const Str *handles; size_t handles_n; } SessionsOf;
Err session_of_user(Ctx *c, Id user, SessionsOf *out) NODISCARD;

/* Slows guessing down: after 5 failures the wait doubles from 1 s to 15 min. login is hashed with the instance's secret
 * by the caller; *out_wait_ms is 0 when a try is free now. */
Err signin_wait(Ctx *c, Id login_key, int64_t *out_wait_ms) NODISCARD;
Err signin_result(Ctx *c, Id login_key, bool good) NODISCARD;
/* A TOTP step counts once (RFC 6238 §5.2): E_CONFLICT when this or a later one was used. */
Err totp_step_use(Ctx *c, Id user, int64_t step) NODISCARD;
#endif
