/* session.c - rules of sessions, sign-in links and slowed-down guessing. */
#include "core/access/session.h"
#include "core/access/session_in.h"
#include "foundation/base/enc.h"

#include <sodium.h>

static const struct { const char *word; int64_t idle_ms, most_ms; } kinds[SESSION_KINDS] = {
    [SESSION_STAFF] = { "staff", 15 * 60000, 8 * 3600000 },
    [SESSION_VICTIM] = { "victim", 30 * 60000, 2 * 3600000 },
    [SESSION_LINK] = { "link", 30 * 60000, 2 * 3600000 },
};
enum { HALF_MS = 5 * 60000 };
enum { SEEN_STEP_MS = 60000, FREE_TRIES = 5, WAIT_MS_MAX = 15 * 60000, TRIES_FORGOTTEN_MS = 24 * 3600000 };

static Err hash_token(Ctx *c, Str hex, Str *out) {
    Str raw = STR_NONE;
    uint8_t *h = arena_alloc(c->arena, SESSION_TOKEN);
    if (hex.n != 2 * SESSION_TOKEN || hex_dec(c->arena, hex, &raw) != OK) return E_MISSING;
    must(crypto_generichash(h, SESSION_TOKEN, (const uint8_t *)raw.p, raw.n, NULL, 0) == 0);
    *out = str_bytes(h, SESSION_TOKEN);
    return OK;
}

static Str fresh_token(Ctx *c, Str *out_hash) {
    uint8_t raw[SESSION_TOKEN];
    c->app->random(c->app->random_ctx, raw, sizeof raw);
    Str hex = hex_enc(c->arena, str_bytes(raw, sizeof raw));
    explicit_bzero(raw, sizeof raw);
    must(hash_token(c, hex, out_hash) == OK);
    return hex;
}

Err session_open(Ctx *c, SessionKind kind, const Person *person, Str handle, Str *out_token) {
    must(kind > SESSION_INVALID && kind < SESSION_KINDS && handle.n <= SESSION_HANDLE_MAX);
    uint8_t csrf[SESSION_CSRF];
    Str hash = STR_NONE, token = fresh_token(c, &hash);
    c->app->random(c->app->random_ctx, csrf, sizeof csrf);
    SessionRow row = { .kind = kinds[kind].word, .user = person->user, .case_id = person->case_id, .notice = person->notice, .roles = person->roles,
        .handle = handle, .csrf = str_bytes(csrf, sizeof csrf), .made = c->now, .seen = c->now, .until = c->now + kinds[kind].most_ms,
        .fresh = kind == SESSION_STAFF ? c->now : 0 };
    TRY(session_store_add(c->db, hash, &row));
    *out_token = token;
    return OK;
}

Err session_find(Ctx *c, SessionKind kind, Str token, Session *out) {
    must(kind > SESSION_INVALID && kind < SESSION_KINDS);
    Str hash = STR_NONE;
    SessionRow row = { 0 };
    TRY(hash_token(c, token, &hash));
    TRY(session_store_get(c->db, c->arena, hash, kinds[kind].word, &row));
    if (c->now >= row.until || c->now - row.seen >= kinds[kind].idle_ms) return E_MISSING;
    /* What the person may do is read from the account now, not from when they signed in. */
    if (kind == SESSION_STAFF && !row.active) return E_MISSING;
    if (c->now - row.seen >= SEEN_STEP_MS) TRY(session_store_seen(c->db, hash, c->now));
    *out = (Session){ .kind = kind, .handle = row.handle, .csrf = row.csrf, .made = row.made, .seen = row.seen, .until = row.until, .fresh = row.fresh,
        .person = { .roles = row.roles, .user = row.user, .org = row.org, .case_id = row.case_id, .notice = row.notice, .name = row.name } };
    memcpy(out->row.b, hash.p, sizeof out->row.b);
    return OK;
}

Err session_end(Ctx *c, Str token) {
    Str hash = STR_NONE;
    TRY(hash_token(c, token, &hash));
    return session_store_end(c->db, hash);
}

Err session_end_user(Ctx *c, Id user) { return session_store_end_user(c->db, user); }

Err session_refresh(Ctx *c, Str token) {
    Str hash = STR_NONE;
    TRY(hash_token(c, token, &hash));
    return session_store_fresh(c->db, hash, c->now);
}

bool session_is_fresh(const Session *s, UnixMs now) { return s->fresh > 0 && now - s->fresh < SESSION_FRESH_MS; }

Err session_sweep(Ctx *c) { return session_store_sweep(c->db, c->now, c->now - TRIES_FORGOTTEN_MS); }

Err signin_link_make(Ctx *c, Id user, UnixMs until, Str *out_token) {
    Str hash = STR_NONE, token = fresh_token(c, &hash);
    TRY(signin_link_store_add(c->db, hash, user, until));
    *out_token = token;
    return OK;
}

Err signin_link_look(Ctx *c, Str token, Id *out_user) {
    Str hash = STR_NONE;
    TRY(hash_token(c, token, &hash));
    return signin_link_store_get(c->db, hash, c->now, out_user);
}

Err signin_link_use(Ctx *c, Str token, Id *out_user) {
    Str hash = STR_NONE;
    Id user = ID_NONE;
    TRY(hash_token(c, token, &hash));
    TRY(signin_link_store_get(c->db, hash, c->now, &user));
    TRY(signin_link_store_use(c->db, hash, c->now)); /* of two at once, one is too late */
    *out_user = user;
    return OK;
}

Id signin_link_name(Ctx *c, Str token) {
    Id name = ID_NONE;
    Str hash = STR_NONE;
    if (hash_token(c, token, &hash) == OK) memcpy(name.b, hash.p, sizeof name.b);
    return name;
}

Err signin_link_forget(Ctx *c, Id user) { return signin_link_store_forget(c->db, user); }

Err signin_half_open(Ctx *c, Id user, Str handle, Str *out_token) {
    Str hash = STR_NONE, token = fresh_token(c, &hash);
    TRY(signin_half_store_add(c->db, hash, user, handle, c->now + HALF_MS));
    *out_token = token;
    return OK;
}

Err signin_half_find(Ctx *c, Str token, Id *out_user, Str *out_handle) {
    Str hash = STR_NONE;
    TRY(hash_token(c, token, &hash));
    return signin_half_store_get(c->db, c->arena, hash, c->now, out_user, out_handle);
}

Err signin_half_end(Ctx *c, Str token) {
    Str hash = STR_NONE;
    TRY(hash_token(c, token, &hash));
    return signin_half_store_end(c->db, hash);
}

Err session_of_user(Ctx *c, Id user, SessionsOf *out) {
    Str *handles = ARENA_ARRAY(c->arena, Str, HANDLES_MAX);
    *out = (SessionsOf){ .handles = handles };
    return session_store_of_user(c->db, c->arena, user, c->now, c->now - kinds[SESSION_STAFF].idle_ms, &out->n, &out->seen, handles, &out->handles_n);
}

Err signin_wait(Ctx *c, Id login_key, int64_t *out_wait_ms) {
    int64_t failed = 0;
    UnixMs last = 0;
    *out_wait_ms = 0;
    Err e = signin_try_store_get(c->db, login_key, &failed, &last);
    if (e == E_MISSING) return OK;
    TRY(e);
    if (failed < FREE_TRIES) return OK;
    int64_t shift = failed - FREE_TRIES > 12 ? 12 : failed - FREE_TRIES;
    int64_t wait = INT64_C(1000) << shift;
    if (wait > WAIT_MS_MAX) wait = WAIT_MS_MAX;
    int64_t left = last + wait - c->now;
    *out_wait_ms = left > 0 ? left : 0;
    return OK;
}

Err signin_result(Ctx *c, Id login_key, bool good) {
    return good ? signin_try_store_forget(c->db, login_key) : signin_try_store_failed(c->db, login_key, c->now);
}

Err totp_step_use(Ctx *c, Id user, int64_t step) { return totp_store_use(c->db, user, step); }
