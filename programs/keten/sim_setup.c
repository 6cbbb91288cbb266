/* sim_setup.c - the folder, the keys and the people of a simulated year. The instance is a demonstration's: light password
 * stretching, so that the other commands can look into it afterwards. */
#include "core/case/platform.h"
#include "core/seal/seal.h"
#include "programs/common/house.h"
#include "programs/keten/sim.h"

#define PASSWORD S("simulated people only")
#define ORIGIN "simulated.test/ledger"

Id sim_org(int64_t seed, int org) { return sim_id(seed, "org", org, 0); }
Id sim_team(int64_t seed, int team) { return sim_id(seed, "team", team, 0); }
Id sim_user(int64_t seed, int user) { return sim_id(seed, "user", user, 0); }
Id sim_recipient(int64_t seed, int org, int platform) { return sim_id(seed, "recipient", org, platform); }

/* ---- who acts ---- */
static void person(Sim *s, uint32_t roles, Id user, Id org, const VaultSession *session) {
    s->c.person = (Person){ .roles = roles, .user = user, .org = org };
    s->c.session = session;
    s->c.fail = (Fail){ 0 };
}
void sim_as(Sim *s, int user) { person(s, sim_users[user].roles, sim_user(s->world.w.seed, user), sim_org(s->world.w.seed, sim_users[user].org), NULL); }
void sim_as_system(Sim *s, Id org) { person(s, R_SYSTEM, ID_NONE, org, NULL); }

/* Unlocked keys live a quarter of an hour. Signing in draws from a stream of its own: whether it was needed depends on when this
 * process began, and must not move anything else. */
Err sim_sign_in(Sim *s, int user) {
    enum { GOOD_FOR_MS = 10 * 60000 };
    const SimUser *u = &sim_users[user];
    UserRow row;
    TeamRow team;
    sim_as(s, user);
    if (s->session_at[user] == 0 || s->c.now - s->session_at[user] >= GOOD_FOR_MS) {
        must(u->team >= 0);
        TRY(user_by_id(&s->c, sim_user(s->world.w.seed, user), &row));
        TRY(team_by_id(&s->c, sim_team(s->world.w.seed, u->team), &team));
        SimRand kept = s->rnd;
        VaultTeam vt = { team.id, team.pubkey };
        sim_seed(&s->rnd, s->world.w.seed, "sign in", user, s->c.now);
        Err e = vault_login(s->vault, s->c.arena, row.id, row.pubkey, PASSWORD, &vt, 1, s->c.now, &s->session[user]);
        s->rnd = kept;
        TRY(e);
        s->session_at[user] = s->c.now;
    }
    s->c.session = &s->session[user];
    return OK;
}

Str sim_platform_code(Sim *s, int platform) {
    PlatformFacts none = { .name = S("-") };
    Str code = STR_NONE;
    (void)platform_add(&s->c, sim_id(s->world.w.seed, "platform", platform, 0), &none, &code);
    return code;
}

/* ---- opening ---- */
Err sim_begin(Sim *s, Arena *life, const char *dir, const SimWorld *w, Str *out_why) {
    *s = (Sim){ .world = *w, .life = life };
    sim_sodium(&s->rnd);
    sim_seed(&s->rnd, w->w.seed, "begin", 0, 0);
    TRY(instance_open(life, dir, &s->in, out_why));
    const char *why = "";
    Err e = db_open(instance_path(life, &s->in, INSTANCE_DB), DB_WRITE, &s->db, &why);
    if (e == OK) e = db_open(instance_path(life, &s->in, INSTANCE_KEYS_DB), DB_WRITE, &s->keys, &why);
    *out_why = str_c(why);
    if (e == OK) e = app_open(life, &s->in, &s->app, out_why);
    if (e == OK) e = app_vault_local(life, &s->in, s->keys, &s->vault);
    TRY(e);
    s->app.random = sim_bytes;
    s->app.random_ctx = &s->rnd;
    s->app.org = sim_org(w->w.seed, 0);
    s->cases = ARENA_ARRAY(life, Id, (size_t)w->w.cases + 1);
    s->kinds = house_jobs(life, &s->kinds_n);
    s->c = (Ctx){ .app = &s->app, .arena = arena_new((size_t)2 << 30), .db = s->db, .vault = s->vault, .now = w->from, .lang = LANG_NL };
    return OK;
}

void sim_end(Sim *s) {
    vault_close(s->vault);
    db_close(s->keys);
    db_close(s->db);
    arena_free(s->c.arena);
    *s = (Sim){ 0 };
}

/* ---- making ---- */
static Err key_file(Arena *a, const char *dir, const char *name, int64_t seed) {
    SimRand r;
    uint8_t key[32];
    sim_seed(&r, seed, name, 0, 0);
    sim_bytes(&r, key, sizeof key);
    return file_write_new(str_fmt(a, "%s/%s", dir, name).p, str_bytes(key, sizeof key), 0400);
}

static Err database(const char *path, const Migration *list, Str *out_why) {
    Db *db = NULL;
    const char *why = "";
    Err e = db_open(path, DB_CREATE, &db, &why);
    if (e == OK) e = db_migrate(db, list, NULL, &why);
    db_close(db);
    if (e != OK) *out_why = str_c(why);
    return e;
}

static Err folder(Arena *a, const char *dir, int64_t seed, Str *out_why) {
    *out_why = str_fmt(a, "%s cannot be written (is the disk full, or read-only?)", dir);
    TRY(dir_make(str_fmt(a, "%s/%s", dir, INSTANCE_BLOBS).p, 0700));
    TRY(dir_make(str_fmt(a, "%s/%s", dir, INSTANCE_RUN).p, 0700));
    Str conf = str_fmt(a, "[instance]\nlog_origin = " ORIGIN "/%lld\n\n[mail]\nfrom = meldpunt@simulated.test\n", (long long)seed);
    TRY(file_write_new(str_fmt(a, "%s/%s", dir, INSTANCE_CONF).p, conf, 0600));
    TRY(key_file(a, dir, INSTANCE_STORAGE_KEY, seed));
    TRY(key_file(a, dir, INSTANCE_SIGNING_KEY, seed));
    TRY(sys_clock_make(dir));
    TRY(database(str_fmt(a, "%s/%s", dir, INSTANCE_DB).p, keten_migrations, out_why));
    return database(str_fmt(a, "%s/%s", dir, INSTANCE_KEYS_DB).p, keys_migrations, out_why);
}

static Err organisations(Sim *s) {
    static const struct { const char *name, *kind, *authority, *flagger; } orgs[SIM_ORGS] = { { "Meldpunt Nabootsing (simulated)", "flagger", "", "TF-1" }, { "Hulplijn Nabootsing (simulated)", "flagger", "", "TF-2" },
        { "Toezichthouder een (simulated)", "authority", "ACM", "" }, { "Toezichthouder twee (simulated)", "authority", "AP", "" }, { "Team zeden (simulated)", "authority", "POL-ZEDEN", "" } };
    for (int i = 0; i < SIM_ORGS; i++) {
        Id org = sim_org(s->world.w.seed, i);
        person(s, R_ADMIN, ID_NONE, org, NULL);
        TRY(vault_store_scopes(s->vault, org, &org, 1, s->c.now));
        TRY(journal_one(&s->c, org_make(&s->c, org, str_c(orgs[i].name), str_c(orgs[i].kind), S("NL"), str_c(orgs[i].authority), S("nl"), str_c(orgs[i].flagger))));
    }
    return OK;
}

static Err people(Sim *s, Str *pubs) {
    for (int i = 0; i < SIM_USERS; i++) {
        const SimUser *u = &sim_users[i];
        Id id = sim_user(s->world.w.seed, i), org = sim_org(s->world.w.seed, u->org);
        TRY(vault_user_enrol(s->vault, s->life, id, PASSWORD, s->c.now, &pubs[i]));
        person(s, R_ADMIN, ID_NONE, org, NULL);
        TRY(journal_one(&s->c, user_add(&s->c, org, id, str_c(u->login), str_c(u->login), u->roles, S("nl"))));
        sim_as(s, i);
        TRY(journal_one(&s->c, user_enrol(&s->c, id, pubs[i])));
    }
    return OK;
}

static Err team(Sim *s, int number, const Str *pubs) {
    Id org = sim_org(s->world.w.seed, number), id = sim_team(s->world.w.seed, number);
    VaultMember members[SIM_USERS];
    Act *acts[SIM_USERS + 1];
    Str pub = STR_NONE;
    size_t n = 0, k = 0;
    for (int i = 0; i < SIM_USERS; i++)
        if (sim_users[i].team == number) members[n++] = (VaultMember){ sim_user(s->world.w.seed, i), pubs[i] };
    TRY(vault_team_new(s->vault, s->life, id, members, n, s->c.now, &pub));
    person(s, R_ADMIN, ID_NONE, org, NULL);
    acts[k++] = team_make(&s->c, org, id, S("Intake"), pub, true);
    TRY(journal_commit(&s->c, acts, k));
    for (size_t i = 0; i < n; i++) TRY(journal_one(&s->c, member_add(&s->c, id, members[i].user)));
    return OK;
}

static Err outside(Sim *s) {
    sim_as(s, SIM_ANALYST);
    for (int i = 0; i < SIM_PLATFORMS; i++) {
        const SimPlatform *p = &sim_platforms[i];
        Str code = STR_NONE;
        PlatformFacts f = { .name = str_c(p->name), .operator_name = str_c(p->name), .domains = str_c(p->host), .tags = str_c(p->tags), .seat = str_c(p->seat), .why = S("Nagebootst.") };
        TRY(journal_one(&s->c, platform_add(&s->c, sim_id(s->world.w.seed, "platform", i, 0), &f, &code)));
    }
    for (int org = 0; org < 2; org++) {
        sim_as(s, org == 0 ? SIM_LEAD : SIM_LEAD_B);
        for (int i = 0; i <= SIM_PLATFORMS; i++) {
            const SimPlatform *p = i < SIM_PLATFORMS ? &sim_platforms[i] : NULL;
            RecipientNew n = { .rung = p == NULL ? S("hotline") : p->temper == SIM_SILENT ? S("host") : S("platform"), .platform = p == NULL ? STR_NONE : sim_platform_code(s, i),
                .lang = str_c(p == NULL ? "nl" : p->lang), .country = str_c(p == NULL ? "NL" : p->seat), .name = str_c(p == NULL ? "Hotline (simulated)" : p->name),
                .mail = str_fmt(s->c.arena, "notices@%s", p == NULL ? "hotline.test" : p->host) };
            TRY(journal_one(&s->c, recipient_add(&s->c, sim_recipient(s->world.w.seed, org, i), &n)));
        }
    }
    return OK;
}

Err sim_setup(Arena *a, const char *dir, const SimWorld *w, Str *out_why) {
    Sim s;
    Str pubs[SIM_USERS];
    SimRand early;
    sim_sodium(&early);
    sim_seed(&early, w->w.seed, "early", 0, 0);
    TRY(folder(a, dir, w->w.seed, out_why));
    TRY(sim_begin(&s, a, dir, w, out_why));
    sim_seed(&s.rnd, w->w.seed, "setup", 0, 0);
    Err e = organisations(&s);
    if (e == OK) e = people(&s, pubs);
    for (int i = 0; i < 2 && e == OK; i++) e = team(&s, i, pubs);
    if (e == OK) e = outside(&s);
    if (e != OK) *out_why = str_fmt(a, "the simulated organisations cannot be made (%s): %s", err_name(e), s.c.fail.msgid != NULL ? s.c.fail.msgid : db_why(s.db));
    sim_end(&s);
    return e;
}
