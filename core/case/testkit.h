/* testkit.h - a small real instance in a temporary folder for tests: databases, keys, one organisation with a team, a worker
 * who is signed in, a lead, an authority with an inspector. Header only; tests include it, nothing else does. */
#ifndef KETEN_TESTKIT_H
#define KETEN_TESTKIT_H
#include "core/case/case.h"
#include "core/vault/vault.h"
#include "foundation/base/tap.h"

#include <sys/stat.h>

typedef struct Kit {
    char dir[64], db_path[96], keys_path[96], scratch[96];
    App app;
    Ctx c;                                   /* set the person with kit_as_* before acting */
    Db *keys;
    Id org, team, worker, lead, authority_org, inspector, platform_org;
    VaultSession worker_session, lead_session;
    Str worker_pub, lead_pub, team_pub;
} Kit;

/* Deterministic randomness, so that a failing test fails again. */
static inline void kit_random(void *ctx, uint8_t *out, size_t n) {
    uint64_t *s = ctx;
    for (size_t i = 0; i < n; i++) {
        *s ^= *s << 13;
        *s ^= *s >> 7;
        *s ^= *s << 17;
        out[i] = (uint8_t)(*s >> 24);
    }
}

static inline void kit_person(Kit *k, uint32_t roles, Id user, Id org, const VaultSession *s) {
    k->c.person = (Person){ .roles = roles, .user = user, .org = org };
    k->c.session = s;
    k->c.fail = (Fail){ 0 };
}
static inline void kit_as_worker(Kit *k) { kit_person(k, R_WORKER, k->worker, k->org, &k->worker_session); }
static inline void kit_as_lead(Kit *k) { kit_person(k, R_WORKER | R_LEAD, k->lead, k->org, &k->lead_session); }
static inline void kit_as_inspector(Kit *k) { kit_person(k, R_INSPECTOR, k->inspector, k->authority_org, NULL); }
static inline void kit_as_system(Kit *k) { kit_person(k, R_SYSTEM, ID_NONE, k->org, NULL); }
static inline void kit_as_public(Kit *k) { kit_person(k, R_PUBLIC, ID_NONE, ID_NONE, NULL); }
static inline void kit_as_admin(Kit *k) { kit_person(k, R_ADMIN, ID_NONE, k->org, NULL); }
static inline void kit_login(Kit *k) {
    VaultTeam t = { k->team, k->team_pub };
    must(vault_login(k->c.vault, k->c.arena, k->worker, k->worker_pub, S("correct horse battery"), &t, 1, k->c.now, &k->worker_session) == OK);
    must(vault_login(k->c.vault, k->c.arena, k->lead, k->lead_pub, S("correct horse battery"), &t, 1, k->c.now, &k->lead_session) == OK);
}
/* A later moment; whoever was signed in signs in again, since unlocked keys live 15 minutes. */
static inline void kit_later(Kit *k, int64_t ms) {
    k->c.now += ms;
    k->c.fail = (Fail){ 0 };
    kit_login(k);
}

static inline Id kit_user(Kit *k, Id org, const char *login, uint32_t roles, Str *out_pub) {
    Id user = ctx_new_id(&k->c);
    must(vault_user_enrol(k->c.vault, k->c.arena, user, S("correct horse battery"), k->c.now, out_pub) == OK);
    kit_person(k, R_ADMIN, ID_NONE, org, NULL);
    must(journal_one(&k->c, user_add(&k->c, org, user, str_c(login), str_c(login), roles, S("nl"))) == OK);
    kit_person(k, roles, user, org, NULL);
    must(journal_one(&k->c, user_enrol(&k->c, user, *out_pub)) == OK);
    return user;
}

static inline void kit_org(Kit *k, Id org, const char *name, const char *kind, const char *authority) {
    kit_person(k, R_ADMIN, ID_NONE, org, NULL);
    must(vault_store_scopes(k->c.vault, org, &org, 1, k->c.now) == OK);
    must(journal_one(&k->c, org_make(&k->c, org, str_c(name), str_c(kind), S("NL"), str_c(authority), S("nl"), authority[0] ? STR_NONE : S("TF-1"))) == OK);
}

static inline void kit_team(Kit *k) {
    VaultMember members[2] = { { k->worker, k->worker_pub }, { k->lead, k->lead_pub } };
    k->team = ctx_new_id(&k->c);
    must(vault_team_new(k->c.vault, k->c.arena, k->team, members, 2, k->c.now, &k->team_pub) == OK);
    kit_as_admin(k);
    Act *acts[] = { team_make(&k->c, k->org, k->team, S("Intake"), k->team_pub, true) };
    must(journal_commit(&k->c, acts, 1) == OK);
    must(journal_one(&k->c, member_add(&k->c, k->team, k->worker)) == OK);
    must(journal_one(&k->c, member_add(&k->c, k->team, k->lead)) == OK);
    kit_login(k);
}

/* acts: NULL-ended list of all act kinds (core_acts and the step's own, joined by the test). */
static inline void kit_open(Kit *k, const ActDef *const *acts, const Law *law) {
    static uint64_t seed; /* one world a process */
    static const uint8_t storage[32] = { 1, 2, 3 }, signing[32] = { 4, 5, 6 };
    memset(k, 0, sizeof *k);
    seed = 0x9E3779B97F4A7C15u;
    snprintf(k->dir, sizeof k->dir, "/tmp/keten-test-XXXXXX");
    must(mkdtemp(k->dir) != NULL);
    snprintf(k->db_path, sizeof k->db_path, "%s/keten.db", k->dir);
    snprintf(k->keys_path, sizeof k->keys_path, "%s/keys.db", k->dir);
    snprintf(k->scratch, sizeof k->scratch, "%s/scratch.db", k->dir);
    char blobs[96];
    snprintf(blobs, sizeof blobs, "%s/blobs", k->dir);
    must(mkdir(blobs, 0700) == 0);
    k->c.arena = arena_new(1u << 30);
    k->c.now = 1772442000000; /* Mon 2026-03-02 10:00 in Amsterdam */
    must(db_open(k->db_path, DB_CREATE, &k->c.db, NULL) == OK && db_migrate(k->c.db, keten_migrations, NULL, NULL) == OK);
    must(db_open(k->keys_path, DB_CREATE, &k->keys, NULL) == OK && db_migrate(k->keys, keys_migrations, NULL, NULL) == OK);
    k->c.vault = vault_with(storage, signing, S("keten.test/ledger/2026"), k->keys, true);
    k->app = (App){ .acts = acts, .law = law, .base_url = S("http://localhost:8800"), .org_mail_from = S("meldpunt@keten.test"), .instance_dir = str_c(k->dir), .random = kit_random, .random_ctx = &seed };
    must(zone_load(k->c.arena, S("Europe/Amsterdam"), &k->app.zone) == OK);
    k->c.app = &k->app;
    k->org = ctx_new_id(&k->c);
    k->app.org = k->org;
    k->authority_org = ctx_new_id(&k->c);
    Str inspector_pub;
    kit_org(k, k->org, "Meldpunt Voorbeeld", "flagger", "");
    kit_org(k, k->authority_org, "Toezichthouder Voorbeeld", "authority", "ACM");
    k->worker = kit_user(k, k->org, "wanda", R_WORKER, &k->worker_pub);
    k->lead = kit_user(k, k->org, "lea", R_WORKER | R_LEAD, &k->lead_pub);
    k->inspector = kit_user(k, k->authority_org, "ines", R_INSPECTOR, &inspector_pub);
    kit_team(k);
}

static inline void kit_close(Kit *k) {
    vault_close(k->c.vault);
    db_close(k->c.db);
    db_close(k->keys);
    arena_free(k->c.arena);
}

/* A second helpline on the same server takes the place of the first; kit_back puts the first there again. */
static inline void kit_elsewhere(Kit *k, Kit *out_first) {
    *out_first = *k;
    k->org = ctx_new_id(&k->c);
    kit_org(k, k->org, "Hulplijn Elders", "flagger", "");
    k->worker = kit_user(k, k->org, "wim", R_WORKER, &k->worker_pub);
    k->lead = kit_user(k, k->org, "loes", R_WORKER | R_LEAD, &k->lead_pub);
    kit_team(k);
    kit_as_worker(k);
}
static inline void kit_back(Kit *k, const Kit *first) {
    k->org = first->org;
    k->team = first->team;
    k->team_pub = first->team_pub;
    k->worker = first->worker;
    k->worker_pub = first->worker_pub;
    k->lead = first->lead;
    k->lead_pub = first->lead_pub;
    kit_login(k);
    kit_as_worker(k);
}

/* A report as the public makes one: scope, code, first facts, one sealed story. Leaves the person as worker. */
static inline Id kit_case(Kit *k, const char *age, const char *what, Str *out_code) {
    Id id = ctx_new_id(&k->c);
    TeamRow t;
    Str code = STR_NONE, record = STR_NONE;
    VaultSession cs;
    kit_as_public(k);
    must(team_intake(&k->c, k->org, &t) == OK);
    must(vault_code_new(k->c.vault, k->c.arena, k->c.now, &code, &record, &cs) == OK);
    VaultTeam vt = { t.id, t.pubkey };
    must(vault_scope_new(k->c.vault, id, COMP_ALL, &vt, 1, &cs, k->c.now) == OK);
    must(vault_code_keep(k->c.vault, id, record, k->c.now) == OK);
    k->c.session = &cs;
    CaseNew n = { .case_id = id, .team = t.id, .org = k->org, .source = S("victim"), .age_depicted = str_c(age), .for_whom = S("self"), .safety = S("yes"), .what = str_c(what),
        .wishes = S("remove"), .contact_mode = S("code"), .lang = S("nl"), .locator = str_sub(code, 0, CODE_LOCATOR), .next_due = k->c.now + 24 * 3600000LL };
    Act *acts[4] = { case_open(&k->c, ID_NONE, &n), consent_give(&k->c, id, S("notices"), S("victim")), consent_give(&k->c, id, S("filing"), S("victim")), note_add(&k->c, id, STORY, S("report"), S("CANARY-STORY what happened")) };
    for (size_t i = 0; i < 4; i++) acts[i]->org = k->org;
    must(journal_commit(&k->c, acts, 4) == OK);
    if (out_code != NULL) *out_code = code;
    kit_as_worker(k);
    return id;
}

/* The last word of every scenario: the state is the fold of the acts, and the record is whole. */
static inline void kit_fsck(Kit *k) {
    FsckReport rep;
    kit_as_system(k);
    Err err = journal_fsck(&k->c, k->db_path, k->scratch, NULL, &rep);
    check(err == OK && rep.problems == 0, "replaying all %lld acts gives the same state, and the record is whole (" STR_FMT ")", (long long)rep.acts, STR_ARG(rep.first_problem));
}
#endif
