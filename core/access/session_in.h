/* session_in.h - rows of sessions and sign-in, private to access. */
#ifndef KETEN_SESSION_IN_H
#define KETEN_SESSION_IN_H
#include "core/ctx/ctx.h"

typedef struct SessionRow {
    const char *kind;
    Id user, org, case_id, notice;
    uint32_t roles;
    Str handle, csrf, name;
    bool active;
    UnixMs made, seen, until, fresh;
} SessionRow;
Err session_store_add(Db *db, Str hash, const SessionRow *r) NODISCARD;
Err session_store_get(Db *db, Arena *a, Str hash, const char *kind, SessionRow *out) NODISCARD;
Err session_store_seen(Db *db, Str hash, UnixMs now) NODISCARD;
Err session_store_fresh(Db *db, Str hash, UnixMs now) NODISCARD;
Err session_store_end(Db *db, Str hash) NODISCARD;
Err session_store_end_user(Db *db, Id user) NODISCARD;
Err session_store_sweep(Db *db, UnixMs now, UnixMs tries_before) NODISCARD;
Err signin_link_store_add(Db *db, Str hash, Id user, UnixMs until) NODISCARD;
Err signin_link_store_get(Db *db, Str hash, UnixMs now, Id *out_user) NODISCARD;
Err signin_link_store_use(Db *db, Str hash, UnixMs now) NODISCARD;
Err signin_link_store_forget(Db *db, Id user) NODISCARD;
Err signin_half_store_add(Db *db, Str hash, Id user, Str handle, UnixMs until) NODISCARD;
Err signin_half_store_get(Db *db, Arena *a, Str hash, UnixMs now, Id *out_user, Str *out_handle) NODISCARD;
Err signin_half_store_end(Db *db, Str hash) NODISCARD;
enum { HANDLES_MAX = 100 };
Err session_store_of_user(Db *db, Arena *a, Id user, UnixMs now, UnixMs seen_after, int64_t *out_n, UnixMs *out_seen, Str *handles, size_t *out_handles) NODISCARD;
Err signin_try_store_get(Db *db, Id key, int64_t *out_failed, UnixMs *out_last) NODISCARD;
Err signin_try_store_failed(Db *db, Id key, UnixMs now) NODISCARD;
Err signin_try_store_forget(Db *db, Id key) NODISCARD;
Err totp_store_use(Db *db, Id user, int64_t step) NODISCARD;
#endif
