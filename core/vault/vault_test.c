/* vault_test.c - keys as people meet them: passwords, links, teams, second factors, receipt codes, erasing, and damage. */
#include "core/vault/vault.h"
#include "foundation/base/enc.h"
#include "foundation/base/tap.h"

#include <unistd.h>

typedef struct World { Arena *a; Db *keys; Vault *v; UnixMs now; char path[64]; Id ana, ben; Str ana_pub, ben_pub, team_pub; Id team; } World;

static Id id_of(uint8_t n) {
    Id id = { { n, 7 } };
    return id;
}

static void begin(World *w) {
    static const uint8_t storage[32] = { 9 }, signing[32] = { 8 };
    memset(w, 0, sizeof *w);
    snprintf(w->path, sizeof w->path, "/tmp/keten-vault-XXXXXX");
    int fd = mkstemp(w->path);
    must(fd >= 0);
    close(fd);
    unlink(w->path);
    w->a = arena_new(64 << 20);
    w->now = 1772442000000;
    must(db_open(w->path, DB_CREATE, &w->keys, NULL) == OK && db_migrate(w->keys, keys_migrations, NULL, NULL) == OK);
    w->v = vault_with(storage, signing, S("keten.test/ledger"), w->keys, true);
    w->ana = id_of(1);
    w->ben = id_of(2);
    w->team = id_of(3);
}

static void end(World *w) {
    static const char *const parts[] = { "", "-wal", "-shm" };
    vault_close(w->v);
    db_close(w->keys);
    for (size_t i = 0; i < LEN(parts); i++) unlink(str_fmt(w->a, "%s%s", w->path, parts[i]).p);
    arena_free(w->a);
}

static Err login(World *w, Id user, Str pub, const char *password, VaultSession *out) {
    VaultTeam t = { w->team, w->team_pub };
    return vault_login(w->v, w->a, user, pub, str_c(password), &t, w->team_pub.n > 0, w->now, out);
}

static void passwords(World *w) {
    VaultSession s;
    check(vault_user_enrol(w->v, w->a, w->ana, S("a long password"), w->now, &w->ana_pub) == OK && w->ana_pub.n == 32, "somebody chooses a password and gets keys");
    check(login(w, w->ana, w->ana_pub, "a long password", &s) == OK, "the password unlocks them");
    check(login(w, w->ana, w->ana_pub, "another password", &s) == E_DENIED, "another does not");
    check(login(w, id_of(77), STR_NONE, "a long password", &s) == E_DENIED, "for nobody there is the same refusal");
    must(login(w, w->ana, w->ana_pub, "a long password", &s) == OK);
    check(vault_repassword(w->v, w->a, &s, w->ana, S("a new long one"), w->now) == OK && login(w, w->ana, w->ana_pub, "a long password", &s) == E_DENIED, "a new password takes the old one's place");
    must(login(w, w->ana, w->ana_pub, "a new long one", &s) == OK);
    vault_logout(w->v, &s);
    check(vault_repassword(w->v, w->a, &s, w->ana, S("and one more"), w->now) == E_DENIED, "signed out, nothing can be done with those keys");
}

static void links(World *w) {
    Id link = id_of(20), older = id_of(21);
    VaultSession s;
    VaultWays ways;
    Str token = S("0123456789abcdef0123456789abcdef");
    check(vault_enrol_by_link(w->v, w->a, w->ben, link, token, w->now, &w->ben_pub) == OK, "somebody's keys are made with a link, before a password was chosen");
    check(vault_ways(w->v, w->ben, link, &ways) == OK && ways.link && !ways.password && !ways.totp, "then the link opens them, and no password does");
    check(vault_link_login(w->v, w->a, w->ben, w->ben_pub, link, S("another token"), NULL, 0, w->now, &s) == E_DENIED, "another token does not");
    check(vault_link_login(w->v, w->a, w->ben, w->ben_pub, older, token, NULL, 0, w->now, &s) == E_DENIED, "nor the token under another link's name");
    check(vault_link_login(w->v, w->a, w->ben, w->ben_pub, link, token, NULL, 0, w->now, &s) == OK, "the token does");
    check(vault_repassword(w->v, w->a, &s, w->ben, S("ben's own words"), w->now) == OK && vault_link_drop(w->v, w->ben) == OK, "a password is chosen and the link is spent");
    check(vault_link_login(w->v, w->a, w->ben, w->ben_pub, link, token, NULL, 0, w->now, &s) == E_DENIED, "a spent link opens nothing");
    must(login(w, w->ben, w->ben_pub, "ben's own words", &s) == OK);
    check(vault_link_give(w->v, &s, w->ben, older, token, w->now) == OK && vault_link_give(w->v, &s, w->ben, link, token, w->now) == OK, "whose keys are open can have a link");
    check(vault_ways(w->v, w->ben, older, &ways) == OK && !ways.link && ways.password, "a new one takes the place of the one before");
    vault_logout(w->v, &s);
    check(vault_link_give(w->v, &s, w->ben, link, token, w->now) == E_DENIED, "whose keys are not open cannot");
}

static Err seal_one(World *w, const VaultSession *s, bool open, Str data, Str *out) {
    SealItem one = { .org = id_of(50), .scope = id_of(40), .item = id_of(41), .compartment = COMP_STORY, .field = "text", .data = data };
    Err e = open ? vault_open(w->v, w->a, s, &one, 1) : vault_seal(w->v, w->a, s, &one, 1);
    *out = one.result;
    return e != OK ? e : one.err;
}

static void teams(World *w) {
    VaultMember first = { w->ana, w->ana_pub }, second = { w->ben, w->ben_pub };
    VaultSession ana, ben;
    bool has = false;
    Str sealed = STR_NONE, plain = STR_NONE;
    check(vault_team_new(w->v, w->a, w->team, &first, 1, w->now, &w->team_pub) == OK, "a team's key is sealed to its first member");
    must(login(w, w->ana, w->ana_pub, "a new long one", &ana) == OK && login(w, w->ben, w->ben_pub, "ben's own words", &ben) == OK);
    check(vault_team_holds(w->v, w->team, w->ben, &has) == OK && !has, "a second has it not yet");
    check(vault_team_add(w->v, w->a, &ben, w->team, &second, w->now) == E_DENIED, "and cannot take it");
    VaultTeam t = { w->team, w->team_pub };
    must(vault_scope_new(w->v, id_of(40), COMP_ALL, &t, 1, NULL, w->now) == OK);
    check(seal_one(w, &ana, false, S("what happened"), &sealed) == OK, "a member writes a story");
    check(seal_one(w, &ben, true, sealed, &plain) == E_DENIED, "who has not the key cannot read it");
    check(vault_team_add(w->v, w->a, &ana, w->team, &second, w->now) == OK && vault_team_holds(w->v, w->team, w->ben, &has) == OK && has, "the first gives it to the second");
    must(login(w, w->ben, w->ben_pub, "ben's own words", &ben) == OK);
    check(seal_one(w, &ben, true, sealed, &plain) == OK && str_eq(plain, S("what happened")), "signed in again, the second reads it");
    must(vault_team_remove(w->v, w->team, w->ben) == OK);
    vault_logout(w->v, &ben);
    must(login(w, w->ben, w->ben_pub, "ben's own words", &ben) == OK);
    check(seal_one(w, &ben, true, sealed, &plain) == E_DENIED, "out of the team, not any more");
    unsigned mask = 0;
    check(vault_team_opens(w->v, id_of(40), &mask) == OK && mask == (1u << COMP_STORE | COMP_ALL), "every compartment of the case can be opened by a team");
    check(vault_shred_scope(w->v, id_of(40)) == OK && seal_one(w, &ana, true, sealed, &plain) == E_MISSING, "with its wraps destroyed nobody reads it");
    check(vault_team_opens(w->v, id_of(40), &mask) == OK && mask == 0, "and no team can open anything of it");
}

static Str code_at(Arena *a, Str base32, int64_t step) {
    Str secret = STR_NONE;
    must(b32_dec(a, base32, &secret) == OK);
    return str_fmt(a, "%06u", seal_totp(secret, (uint64_t)step));
}

static void second_factor(World *w) {
    Str first = STR_NONE, other = STR_NONE;
    int64_t step = 0, now = w->now / 30000;
    check(vault_totp_check(w->v, w->ana, S("123456"), w->now, 0, &step) == E_MISSING, "no second factor is set up");
    must(vault_totp_new(w->v, w->a, w->ana, w->now, &first) == OK);
    check(vault_totp_check(w->v, w->ana, code_at(w->a, first, now), w->now, 0, &step) == E_MISSING, "a secret that was only made does not count");
    check(vault_totp_confirm(w->v, w->ana, S("1234567"), w->now, &step) == E_DENIED, "a code that is none does not make it count");
    check(vault_totp_confirm(w->v, w->ana, code_at(w->a, first, now), w->now, &step) == OK && step == now, "its first code does");
    check(vault_totp_check(w->v, w->ana, code_at(w->a, first, now + 1), w->now, step, &step) == OK && step == now + 1, "from then on its codes are asked");
    check(vault_totp_check(w->v, w->ana, code_at(w->a, first, now), w->now, step, &step) == E_DENIED, "an older one than the last used is refused");
    must(vault_totp_new(w->v, w->a, w->ana, w->now, &other) == OK);
    check(vault_totp_check(w->v, w->ana, code_at(w->a, first, now), w->now, 0, &step) == OK, "until another phone is confirmed, the first still counts");
    must(vault_totp_confirm(w->v, w->ana, code_at(w->a, other, now), w->now, &step) == OK);
    check(vault_totp_check(w->v, w->ana, code_at(w->a, first, now), w->now, 0, &step) == E_DENIED || str_eq(code_at(w->a, first, now), code_at(w->a, other, now)), "then it does not");
    check(vault_totp_drop(w->v, w->ana) == OK && vault_totp_check(w->v, w->ana, code_at(w->a, other, now), w->now, 0, &step) == E_MISSING, "switched off, none is asked");
}

static int64_t heard;
static char last[300];
static void hear(void *ctx, Str what) {
    (void)ctx;
    heard++;
    snprintf(last, sizeof last, STR_FMT, STR_ARG(what));
}

static void damage(World *w) {
    static const char *const kinds[] = { "password", "team", "store" };
    VaultSay say = { .problem = hear };
    int64_t wraps = 0, all = 0;
    Id scope = id_of(60);
    must(vault_store_scopes(w->v, scope, &scope, 1, w->now) == OK && db_int(w->keys, "SELECT count(*) FROM wrap", P0, &all) == OK);
    check(vault_check(w->v, &say, &wraps) == OK && heard == 0 && wraps == all && all > 3, "%lld wraps, all as they were written", (long long)wraps);
    for (size_t i = 0; i < LEN(kinds); i++) {
        Str kind = str_c(kinds[i]);
        heard = 0;
        must(db_run(w->keys, "UPDATE wrap SET made_ms=made_ms+1, blob=zeroblob(length(blob)) WHERE compartment=$1 AND scope=(SELECT min(scope) FROM wrap WHERE compartment=$1)", P(PT(kind))) == OK);
        check(vault_check(w->v, &say, &wraps) == OK && heard > 0 && strstr(last, kinds[i]) != NULL, "a damaged %s wrap is named", kinds[i]);
        must(db_run(w->keys, "DELETE FROM wrap WHERE compartment=$1", P(PT(kind))) == OK);
    }
}

static void other_storage_key(World *w) {
    static const uint8_t storage[32] = { 10 }, signing[32] = { 8 };
    VaultSay say = { .problem = hear };
    Id scope = id_of(61);
    int64_t wraps = 0;
    must(vault_store_scopes(w->v, scope, &scope, 1, w->now) == OK);
    Vault *other = vault_with(storage, signing, S("keten.test/ledger"), w->keys, true);
    heard = 0;
    check(vault_check(other, &say, &wraps) == OK && heard == 1 && strstr(last, "storage key") != NULL, "another storage key opens nothing, and the check says so");
    vault_close(other);
}

int main(void) {
    World w;
    begin(&w);
    passwords(&w);
    links(&w);
    teams(&w);
    second_factor(&w);
    damage(&w);
    other_storage_key(&w);
    end(&w);
    return tap_end();
}
