/* session_store.c - the SQL of sessions, sign-in links, failed tries and used TOTP steps. */
#include "core/access/session_in.h"

Err session_store_add(Db *db, Str hash, const SessionRow *r) {
    return db_run(db, "INSERT INTO session(token_hash, kind, user_id, case_id, notice, roles, handle, csrf, made_ms, seen_ms, until_ms, fresh_ms) "
        "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        P(PB(hash), PT(str_c(r->kind)), PIDN(r->user), PIDN(r->case_id), PIDN(r->notice), PI(r->roles), PB(r->handle), PB(r->csrf),
          PI(r->made), PI(r->seen), PI(r->until), PI(r->fresh)));
}

/* Roles, name and organisation of staff come from the account as it is now; of a victim's or a platform's session, the
 * organisation is the one that holds the case. */
static const char get_sql[] =
    "SELECT s.user_id, s.case_id, s.notice, CASE WHEN u.id IS NULL THEN s.roles ELSE u.roles END, s.handle, s.csrf, s.made_ms, s.seen_ms, s.until_ms, s.fresh_ms, "
    "COALESCE(u.name, ''), COALESCE(u.active, 1), COALESCE(u.org, f.org, t.org) "
    "FROM session s LEFT JOIN user_account u ON u.id = s.user_id LEFT JOIN case_file f ON f.id = s.case_id LEFT JOIN thing t ON t.id = s.notice "
    "WHERE s.token_hash = $1 AND s.kind = $2";

Err session_store_get(Db *db, Arena *a, Str hash, const char *kind, SessionRow *out) {
    Rows r = { 0 };
    bool found = false;
    TRY(db_query(db, get_sql, P(PB(hash), PT(str_c(kind))), &r));
    if (rows_next(&r)) {
        found = true;
        *out = (SessionRow){ .kind = kind, .user = row_id(&r, 0), .case_id = row_id(&r, 1), .notice = row_id(&r, 2), .roles = (uint32_t)row_int(&r, 3),
            .handle = row_blob_dup(&r, 4, a), .csrf = row_blob_dup(&r, 5, a), .made = row_int(&r, 6), .seen = row_int(&r, 7), .until = row_int(&r, 8),
            .fresh = row_int(&r, 9), .name = row_text_dup(&r, 10, a), .active = row_int(&r, 11) != 0, .org = row_id(&r, 12) };
    }
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err session_store_seen(Db *db, Str hash, UnixMs now) { return db_run(db, "UPDATE session SET seen_ms = $1 WHERE token_hash = $2", P(PI(now), PB(hash))); }
Err session_store_fresh(Db *db, Str hash, UnixMs now) { return db_run(db, "UPDATE session SET fresh_ms = $1 WHERE token_hash = $2", P(PI(now), PB(hash))); }

Err session_store_end(Db *db, Str hash) {
    int64_t n = 0;
    TRY(db_run_count(db, "DELETE FROM session WHERE token_hash = $1", P(PB(hash)), &n));
    return n > 0 ? OK : E_MISSING;
}

Err session_store_end_user(Db *db, Id user) { return db_run(db, "DELETE FROM session WHERE user_id = $1", P(PID(user))); }

Err session_store_sweep(Db *db, UnixMs now, UnixMs tries_before) {
    TRY(db_run(db, "DELETE FROM session WHERE until_ms <= $1", P(PI(now))));
    TRY(db_run(db, "DELETE FROM signin_link WHERE until_ms <= $1", P(PI(now))));
    TRY(db_run(db, "DELETE FROM signin_half WHERE until_ms <= $1", P(PI(now))));
    TRY(db_run(db, "DELETE FROM signin_try WHERE last_ms <= $1", P(PI(tries_before))));
    return db_run(db, "DELETE FROM draft WHERE until_ms <= $1", P(PI(now)));
}

Err signin_link_store_add(Db *db, Str hash, Id user, UnixMs until) {
    return db_run(db, "INSERT INTO signin_link(token_hash, user_id, until_ms) VALUES($1, $2, $3)", P(PB(hash), PID(user), PI(until)));
}

Err signin_link_store_get(Db *db, Str hash, UnixMs now, Id *out_user) {
    return db_id(db, "SELECT user_id FROM signin_link WHERE token_hash = $1 AND used_ms = 0 AND until_ms > $2", P(PB(hash), PI(now)), out_user);
}

Err signin_link_store_use(Db *db, Str hash, UnixMs now) {
    int64_t n = 0;
    TRY(db_run_count(db, "UPDATE signin_link SET used_ms = $1 WHERE token_hash = $2 AND used_ms = 0", P(PI(now), PB(hash)), &n));
    return n == 1 ? OK : E_MISSING;
}

Err signin_link_store_forget(Db *db, Id user) { return db_run(db, "DELETE FROM signin_link WHERE user_id = $1 AND used_ms = 0", P(PID(user))); }

Err signin_half_store_add(Db *db, Str hash, Id user, Str handle, UnixMs until) {
    return db_run(db, "INSERT INTO signin_half(token_hash, user_id, handle, until_ms) VALUES($1, $2, $3, $4)", P(PB(hash), PID(user), PB(handle), PI(until)));
}

Err signin_half_store_get(Db *db, Arena *a, Str hash, UnixMs now, Id *out_user, Str *out_handle) {
    Rows r = { 0 };
    bool found = false;
    TRY(db_query(db, "SELECT user_id, handle FROM signin_half WHERE token_hash = $1 AND until_ms > $2", P(PB(hash), PI(now)), &r));
    if (rows_next(&r)) {
        found = true;
        *out_user = row_id(&r, 0);
        *out_handle = row_blob_dup(&r, 1, a);
    }
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err signin_half_store_end(Db *db, Str hash) { return db_run(db, "DELETE FROM signin_half WHERE token_hash = $1", P(PB(hash))); }

Err session_store_of_user(Db *db, Arena *a, Id user, UnixMs now, UnixMs seen_after, int64_t *out_n, UnixMs *out_seen, Str *handles, size_t *out_handles) {
    Rows r = { 0 };
    TRY(db_query(db, "SELECT handle, seen_ms, until_ms FROM session WHERE user_id = $1 ORDER BY seen_ms DESC LIMIT 100", P(PID(user)), &r));
    while (rows_next(&r)) {
        Str handle = row_blob_dup(&r, 0, a);
        if (row_int(&r, 1) > *out_seen) *out_seen = row_int(&r, 1);
        *out_n += row_int(&r, 1) > seen_after && row_int(&r, 2) > now;
        if (handle.n > 0) handles[(*out_handles)++] = handle;
    }
    return rows_end(&r);
}

Err signin_try_store_get(Db *db, Id key, int64_t *out_failed, UnixMs *out_last) {
    Rows r = { 0 };
    bool found = false;
    TRY(db_query(db, "SELECT failed, last_ms FROM signin_try WHERE login_key = $1", P(PID(key)), &r));
    if (rows_next(&r)) {
        found = true;
        *out_failed = row_int(&r, 0);
        *out_last = row_int(&r, 1);
    }
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err signin_try_store_failed(Db *db, Id key, UnixMs now) {
    return db_run(db, "INSERT INTO signin_try(login_key, failed, last_ms) VALUES($1, 1, $2) "
        "ON CONFLICT(login_key) DO UPDATE SET failed = signin_try.failed + 1, last_ms = excluded.last_ms", P(PID(key), PI(now)));
}

Err signin_try_store_forget(Db *db, Id key) { return db_run(db, "DELETE FROM signin_try WHERE login_key = $1", P(PID(key))); }

Err totp_store_use(Db *db, Id user, int64_t step) {
    int64_t n = 0;
    TRY(db_run_count(db, "INSERT INTO totp_used(user_id, step) VALUES($1, $2) ON CONFLICT(user_id) DO UPDATE SET step = excluded.step WHERE totp_used.step < excluded.step",
        P(PID(user), PI(step)), &n));
    return n == 1 ? OK : E_CONFLICT;
}
