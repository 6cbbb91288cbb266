/* session_test.c - sessions end when they must, links work once, guessing gets slower. */
#include "core/access/session.h"
#include "foundation/base/tap.h"

#include <sodium.h>

static void random_fn(void *ctx, uint8_t *out, size_t n) {
    (void)ctx;
    randombytes_buf(out, n);
}

static void test_sessions(Ctx *c, Id org, Id user) {
    Str token = STR_NONE;
    Session s = { 0 };
    Person p = { .roles = R_WORKER, .user = user, .org = org };
    check(session_open(c, SESSION_STAFF, &p, S("handle"), &token) == OK && token.n == 64, "a session opens");
    check(session_find(c, SESSION_STAFF, token, &s) == OK && id_eq(s.person.user, user) && id_eq(s.person.org, org), "its token finds it, with person and organisation");
    check(str_eq(s.person.name, S("Ank")) && str_eq(s.handle, S("handle")) && s.csrf.n == SESSION_CSRF, "name, key handle and form token are there");
    check(s.person.roles == (R_WORKER | R_LEAD), "roles are the account's, not those at sign-in");
    check(session_find(c, SESSION_VICTIM, token, &s) == E_MISSING, "not as another kind");
    check(session_find(c, SESSION_STAFF, S("00"), &s) == E_MISSING, "not by another token");
    check(session_is_fresh(&s, c->now) && !session_is_fresh(&s, c->now + SESSION_FRESH_MS), "fresh for ten minutes");
    for (int i = 0; i < 4; i++) {
        c->now += 14 * 60000;
        check(session_find(c, SESSION_STAFF, token, &s) == OK, "used every 14 minutes it lives");
    }
    c->now += 15 * 60000;
    check(session_find(c, SESSION_STAFF, token, &s) == E_MISSING, "idle for 15 minutes it is over");
    check(session_open(c, SESSION_STAFF, &p, STR_NONE, &token) == OK && session_end(c, token) == OK && session_find(c, SESSION_STAFF, token, &s) == E_MISSING, "signed out is out");
    check(session_open(c, SESSION_STAFF, &p, STR_NONE, &token) == OK, "again");
    for (int i = 0; i < 50; i++) {
        c->now += 10 * 60000;
        if (session_find(c, SESSION_STAFF, token, &s) != OK) break;
    }
    check(session_find(c, SESSION_STAFF, token, &s) == E_MISSING, "after eight hours it is over, used or not");
    check(session_open(c, SESSION_STAFF, &p, STR_NONE, &token) == OK && db_run(c->db, "UPDATE user_account SET active = 0", P0) == OK, "an account is closed");
    check(session_find(c, SESSION_STAFF, token, &s) == E_MISSING, "a closed account has no session");
}

static void test_links(Ctx *c, Id user) {
    Str token = STR_NONE;
    Id who = ID_NONE;
    check(signin_link_make(c, user, c->now + 1000, &token) == OK, "a link is made");
    check(signin_link_look(c, token, &who) == OK && signin_link_look(c, token, &who) == OK, "looking changes nothing");
    check(signin_link_use(c, token, &who) == OK && id_eq(who, user), "it works once");
    check(signin_link_use(c, token, &who) == E_MISSING && signin_link_look(c, token, &who) == E_MISSING, "and not twice");
    check(signin_link_make(c, user, c->now + 1000, &token) == OK, "another");
    c->now += 1000;
    check(signin_link_use(c, token, &who) == E_MISSING, "not after its time");
    check(totp_step_use(c, user, 5) == OK && totp_step_use(c, user, 5) == E_CONFLICT && totp_step_use(c, user, 4) == E_CONFLICT && totp_step_use(c, user, 6) == OK,
        "a one-time code counts once");
}

static void test_guessing(Ctx *c) {
    Id key = { { 9 } };
    int64_t wait = -1, before = 0;
    for (int i = 0; i < 5; i++) check(signin_wait(c, key, &wait) == OK && wait == 0 && signin_result(c, key, false) == OK, "five tries are free");
    bool slower = true;
    for (int i = 0; i < 12; i++) {
        must(signin_wait(c, key, &wait) == OK && signin_result(c, key, false) == OK);
        slower = slower && (wait > before || wait == 15 * 60000);
        before = wait;
    }
    check(slower && before == 15 * 60000, "then each waits longer, up to a quarter of an hour");
    check(signin_result(c, key, true) == OK && signin_wait(c, key, &wait) == OK && wait == 0, "a good one forgets them");
    check(session_sweep(c) == OK, "what is over is swept");
}

int main(void) {
    must(sodium_init() >= 0);
    Arena *a = arena_new(4 << 20);
    Db *db = NULL;
    const char *why = "";
    int applied = 0;
    App app = { .random = random_fn };
    must(db_open_memory(&db) == OK && db_migrate(db, keten_migrations, &applied, &why) == OK);
    Ctx c = { .app = &app, .arena = a, .db = db, .now = 1776340800000 };
    Id org = { { 1 } }, user = { { 2 } };
    must(db_run(db, "INSERT INTO org VALUES($1, 'O', 'flagger', 'NL', '', 'nl', '', 1)", P(PID(org))) == OK);
    must(db_run(db, "INSERT INTO user_account(id, org, login, name, roles, lang, active, made_ms) VALUES($1, $2, 'ank', 'Ank', $3, 'nl', 1, 1)",
        P(PID(user), PID(org), PI(R_WORKER | R_LEAD))) == OK);
    test_sessions(&c, org, user);
    test_links(&c, user);
    test_guessing(&c);
    db_close(db);
    arena_free(a);
    return tap_end();
}
