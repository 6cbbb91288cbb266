/* cmd_init.c - keten init: a new instance in an empty folder, whole or not at all. */
#include "core/access/session.h"
#include "foundation/base/enc.h"
#include "programs/keten/local.h"
#include "programs/keten/serve.h"

#include <dirent.h>
#include <sys/stat.h>

enum { LINK_DAYS = 7, DEMO_LINK_DAYS = 3650, CONF_TEXT_MAX = 256 * 1024 };

typedef struct Newcomer { const char *login, *name, *word; uint32_t roles; bool team, authority; } Newcomer;
/* The demo's people are invented, as are the organisations. */
static const Newcomer demo_people[] = {
    { "wanda", "Wanda (demo)", "case worker", R_WORKER, true, false },
    { "lea", "Lea (demo)", "team lead", R_WORKER | R_LEAD, true, false },
    { "ines", "Ines (demo)", "inspector", R_INSPECTOR, false, true },
    { "anna", "Anna (demo)", "analyst", R_ANALYST, false, false },
    { "beheer", "Bo (demo)", "administrator", R_ADMIN, false, false },
};

typedef struct Made { Local *l; const InitWish *w; Id org, authority; Str password, why; VaultMember team[LEN(demo_people)]; size_t team_n; Buf *said; } Made;

/* ---- files ---- */

static const char *const files[] = { INSTANCE_CONF, INSTANCE_DB, INSTANCE_DB "-wal", INSTANCE_DB "-shm", INSTANCE_KEYS_DB, INSTANCE_KEYS_DB "-wal", INSTANCE_KEYS_DB "-shm",
    INSTANCE_STORAGE_KEY, INSTANCE_SIGNING_KEY, INSTANCE_DEMO_PASSWORD, "clock" };

/* Only what init itself made; the folder was empty before. */
static void unmake(Arena *a, const char *dir, bool made_dir) {
    for (size_t i = 0; i < LEN(files); i++) (void)unlink(path_join(a, dir, files[i]).p);
    (void)rmdir(path_join(a, dir, INSTANCE_BLOBS).p);
    (void)rmdir(path_join(a, dir, INSTANCE_RUN).p);
    if (made_dir) (void)rmdir(dir);
}

static Err folder(Arena *a, const InitWish *w, bool *out_made, Str *out_why) {
    bool empty = false;
    Err e = dir_empty(w->dir, &empty);
    *out_made = e == E_MISSING;
    if (*out_made) e = dir_make(w->dir, 0700);
    if (e != OK) {
        *out_why = str_fmt(a, "%s cannot be made or read", w->dir);
        return e;
    }
    if (!*out_made && !empty) {
        *out_why = str_fmt(a, "%s is not empty. A new instance is made in an empty folder; what is there was not touched", w->dir);
        return E_CONFLICT;
    }
    struct stat st = { 0 };
    if (!*out_made && chmod(w->dir, 0700) != 0) {
        *out_why = str_fmt(a, "%s is not yours to use", w->dir);
        return E_DENIED;
    }
    bool roots = geteuid() == 0 && stat(w->dir, &st) == 0 && st.st_uid == 0;
    if (roots) e = sys_give(w->dir, "keten");
    if (roots && e != OK && w->demo) e = sys_give(w->dir, "nobody"); /* a demonstration on a machine that has no such user yet */
    if (e == OK) e = sys_become_owner(w->dir);
    if (e == OK) return OK;
    if (*out_made) (void)rmdir(w->dir);
    *out_why = str_fmt(a, "nothing here runs as root, and there is no user keten to give %s to: useradd --system keten", w->dir);
    return e;
}

static Err set(Arena *a, Str *text, const char *section, const char *key, Str value, Str *out_why) {
    if (value.n == 0) return OK;
    Err e = conf_set(a, keten_conf_keys, keten_conf_keys_n, *text, section, key, value, text);
    if (e != OK) *out_why = str_fmt(a, "[%s] %s cannot be \"" STR_FMT "\"", section, key, STR_ARG(value));
    return e;
}

static Err configuration(Arena *a, const InitWish *w, Str *out_text, Str *out_why) {
    Buf b = buf_new(CONF_TEXT_MAX);
    conf_default(keten_conf_keys, keten_conf_keys_n, &b);
    Str text = str_dup(a, buf_str(&b)), url = w->base_url, listen = w->listen;
    buf_free(&b);
    if (w->port > 0) {
        if (url.n == 0) url = str_fmt(a, "http://localhost:%lld", (long long)w->port);
        if (listen.n == 0) listen = str_fmt(a, "127.0.0.1:%lld", (long long)w->port);
        TRY(set(a, &text, "metrics", "port", str_fmt(a, "%lld", (long long)(w->port + 1)), out_why));
    }
    TRY(set(a, &text, "web", "base_url", url, out_why));
    TRY(set(a, &text, "web", "listen", listen, out_why));
    *out_text = text;
    return OK;
}

static Err database(Arena *a, const char *path, const Migration *list, Str *out_why) {
    Db *db = NULL;
    const char *why = "";
    Err e = db_open(path, DB_CREATE, &db, &why);
    if (e == OK) e = db_migrate(db, list, NULL, &why);
    db_close(db);
    if (e != OK) *out_why = str_fmt(a, "%s: %s", path, why[0] != '\0' ? why : "it cannot be written");
    return e;
}

static Err things(Arena *a, const InitWish *w, Str *out_why) {
    *out_why = str_fmt(a, "the files in %s cannot be written (is the disk full, or read-only?)", w->dir);
    TRY(dir_make(path_join(a, w->dir, INSTANCE_BLOBS).p, 0700));
    TRY(dir_make(path_join(a, w->dir, INSTANCE_RUN).p, 0700));
    TRY(vault_make_keys(w->dir));
    if (w->demo) TRY(sys_clock_make(w->dir));
    TRY(database(a, path_join(a, w->dir, INSTANCE_DB).p, keten_migrations, out_why));
    return database(a, path_join(a, w->dir, INSTANCE_KEYS_DB).p, keys_migrations, out_why);
}

/* ---- the first people ---- */

static Err act(Made *m, Act *a) {
    Err e = journal_one(&m->l->c, a);
    if (e != OK) m->why = str_fmt(m->l->c.arena, "%s: %s", a->def->kind, m->l->c.fail.msgid != NULL ? m->l->c.fail.msgid : err_name(e));
    return e;
}

static Err organisation(Made *m, Id org, Str name, Str kind, Str country, Str authority, Str lang, Str flagger) {
    local_as(m->l, R_ADMIN, ID_NONE, org);
    TRY(vault_store_scopes(m->l->vault, org, &org, 1, m->l->c.now));
    return act(m, org_make(&m->l->c, org, name, kind, country, authority, lang, flagger));
}

Str init_link_url(Local *l, Str token) { return str_fmt(l->c.arena, STR_FMT "/signin/link/" STR_FMT, STR_ARG(l->app.base_url), STR_ARG(token)); }

/* Their keys exist from the start, so that the first team has somebody who can read: opened by the demo's password, or by
 * the link alone until a password is chosen. */
static Err person(Made *m, const Newcomer *p, Str *out_url) {
    Local *l = m->l;
    Ctx *c = &l->c;
    Id user = ctx_new_id(c), org = p->authority ? m->authority : m->org;
    Str pub = STR_NONE, token = STR_NONE;
    if (m->password.n > 0) {
        TRY(vault_user_enrol(l->vault, c->arena, user, m->password, c->now, &pub));
    } else {
        TRY(signin_link_make(c, user, c->now + (int64_t)LINK_DAYS * 86400000, &token));
        TRY(vault_enrol_by_link(l->vault, c->arena, user, signin_link_name(c, token), token, c->now, &pub));
        *out_url = init_link_url(l, token);
    }
    local_as(l, R_ADMIN, ID_NONE, org);
    TRY(act(m, user_add(c, org, user, str_c(p->login), str_c(p->name), p->roles, m->w->lang)));
    local_as(l, p->roles, user, org);
    TRY(act(m, user_enrol(c, user, pub)));
    if (p->team) m->team[m->team_n++] = (VaultMember){ user, pub };
    return OK;
}

static Err intake(Made *m) {
    Ctx *c = &m->l->c;
    Id team = ctx_new_id(c);
    Str pub = STR_NONE;
    must(m->team_n > 0); /* a team nobody can open would swallow what is reported */
    TRY(vault_team_new(m->l->vault, c->arena, team, m->team, m->team_n, c->now, &pub));
    local_as(m->l, R_ADMIN, ID_NONE, m->org);
    TRY(act(m, team_make(c, m->org, team, S("Intake"), pub, true)));
    for (size_t i = 0; i < m->team_n; i++) TRY(act(m, member_add(c, team, m->team[i].user)));
    return OK;
}

static Err demo_password(Made *m) {
    uint8_t raw[10];
    sys_random(raw, sizeof raw);
    m->password = b32_enc(m->l->c.arena, str_bytes(raw, sizeof raw));
    return file_write_new(instance_path(m->l->c.arena, &m->l->in, INSTANCE_DEMO_PASSWORD), m->password, 0600);
}

static Err demo_world(Made *m) {
    Str none = STR_NONE;
    TRY(demo_password(m));
    m->l->c.now++; /* the helpline was there first, so that its references carry no mark */
    TRY(organisation(m, m->authority, S("Toezichthouder Voorbeeld (demo)"), S("authority"), S("NL"), S("ACM"), S("nl"), STR_NONE));
    for (size_t i = 0; i < LEN(demo_people); i++) TRY(person(m, &demo_people[i], &none));
    return OK;
}

static Err first_people(Made *m) {
    const InitWish *w = m->w;
    Arena *a = m->l->c.arena;
    bool one = str_eq(w->admin, w->lead);
    Newcomer people[] = {
        { str_z(a, w->admin), str_z(a, w->admin), one ? "administrator and team lead" : "administrator", R_ADMIN | (one ? R_LEAD | R_WORKER : 0), one, false },
        { str_z(a, w->lead), str_z(a, w->lead), "team lead", R_LEAD | R_WORKER, true, false },
    };
    buf_printf(m->said, "Open these links within %d days and choose a password; each works once:\n", LINK_DAYS);
    for (size_t i = 0; i < (one ? 1u : 2u); i++) {
        Str url = STR_NONE;
        TRY(person(m, &people[i], &url));
        buf_printf(m->said, "  %-30s %-12s " STR_FMT "\n", people[i].word, people[i].login, STR_ARG(url));
    }
    return OK;
}

static Err world(Made *m) {
    Ctx *c = &m->l->c;
    Str note = STR_NONE;
    m->org = ctx_new_id(c);
    m->authority = ctx_new_id(c);
    m->l->app.org = m->org;
    m->why = S("the first acts cannot be recorded");
    TRY(organisation(m, m->org, m->w->org, m->w->kind, m->w->country, STR_NONE, m->w->lang, m->w->demo ? S("TF-DEMO") : STR_NONE));
    TRY(m->w->demo ? demo_world(m) : first_people(m));
    TRY(intake(m));
    return journal_checkpoint(c, &note);
}

/* ---- the whole ---- */

static Err fill(Arena *a, const InitWish *w, Str conf_text_, Buf *said, Str *out_why) {
    Instance in = { .dir = realpath(w->dir, NULL), .demo = w->demo };
    Local l = { 0 };
    must(in.dir != NULL);
    char *whole = (char *)(uintptr_t)in.dir;
    in.dir = str_z(a, str_c(whole));
    free(whole);
    TRY(conf_read(a, keten_conf_keys, keten_conf_keys_n, conf_text_, NULL, &in.conf, out_why));
    TRY(zone_load(a, conf_text(&in.conf, "instance", "zone"), &in.zone));
    TRY(sys_clock_open(in.dir, &in.clock));
    TRY(local_begin(a, &in, DB_WRITE, &l, out_why));
    Made m = { .l = &l, .w = w, .said = said, .why = STR_NONE };
    Err e = world(&m);
    if (e != OK) *out_why = str_fmt(a, STR_FMT " (%s)", STR_ARG(m.why), db_why(l.db));
    local_close(&l);
    sys_clock_close(&in.clock);
    return e;
}

Err init_make(Arena *a, const InitWish *w, Buf *said, Str *out_why) {
    bool made_dir = false;
    Str text = STR_NONE;
    TRY(configuration(a, w, &text, out_why));
    TRY(folder(a, w, &made_dir, out_why));
    Err e = things(a, w, out_why);
    if (e == OK) {
        *out_why = S("the first people cannot be added");
        e = fill(a, w, text, said, out_why);
    }
    /* The configuration last: a folder without it is no instance, whatever ended us before. */
    if (e == OK) {
        e = file_write_new(path_join(a, w->dir, INSTANCE_CONF).p, text, 0600);
        if (e != OK) *out_why = str_fmt(a, "%s/%s cannot be written", w->dir, INSTANCE_CONF);
    }
    if (e != OK) unmake(a, w->dir, made_dir);
    return e;
}

/* ---- links for the demo ---- */

Err init_link(Local *l, const UserRow *u, Str password, UnixMs until, Str *out_url) {
    Ctx *c = &l->c;
    VaultSession s = { 0 };
    Str token = STR_NONE;
    TRY(vault_login(l->vault, c->arena, u->id, u->pubkey, password, NULL, 0, c->now, &s));
    Err e = signin_link_forget(c, u->id);
    if (e == OK) e = signin_link_make(c, u->id, until, &token);
    if (e == OK) e = vault_link_give(l->vault, &s, u->id, signin_link_name(c, token), token, c->now);
    vault_logout(l->vault, &s);
    if (e == OK) *out_url = init_link_url(l, token);
    return e;
}

Err init_demo_links(Local *l, Buf *out) {
    Arena *a = l->c.arena;
    Str password = STR_NONE;
    TRY(file_read(a, instance_path(a, &l->in, INSTANCE_DEMO_PASSWORD), 200, &password));
    buf_z(out, "Sign in with one of these links; each works once, and the next `keten run` makes new ones:\n");
    for (size_t i = 0; i < LEN(demo_people); i++) {
        UserRow u;
        Str url = STR_NONE;
        if (user_by_login(&l->c, str_c(demo_people[i].login), &u) != OK) continue;
        Err e = init_link(l, &u, password, l->c.now + (int64_t)DEMO_LINK_DAYS * 86400000, &url);
        if (e == E_DENIED) continue; /* has chosen another password since */
        TRY(e);
        buf_printf(out, "  %-14s %-8s " STR_FMT "\n", demo_people[i].word, demo_people[i].login, STR_ARG(url));
    }
    buf_printf(out, "Or by name, with the password " STR_FMT "\n", STR_ARG(password));
    return OK;
}

/* ---- the command ---- */

static const char *const org_kinds[] = { "flagger", "care", "fund", "ngo", "law", "authority", "platform", "university" };

static bool known_kind(Str kind) {
    for (size_t i = 0; i < LEN(org_kinds); i++)
        if (str_eq(kind, str_c(org_kinds[i]))) return true;
    return false;
}

bool init_login_ok(Str s) {
    bool good = s.n >= 2 && s.n <= 40;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        good = good && ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '.' || ch == '-' || ch == '_');
    }
    return good;
}

static int run(Cli *c) {
    InitWish w = { .dir = str_z(c->a, cli_text(c, "data")), .demo = cli_flag(c, "demo"), .org = cli_text(c, "org"), .kind = cli_text(c, "kind"), .country = cli_text(c, "country"),
        .lang = cli_text(c, "language"), .admin = cli_text(c, "admin"), .lead = cli_text(c, "lead"), .base_url = cli_text(c, "base-url"), .listen = cli_text(c, "listen"), .port = cli_int(c, "port") };
    if (w.demo && w.org.n == 0) w.org = S("Meldpunt Voorbeeld (demo)");
    if (w.org.n == 0) return cli_fail(c, EXIT_USE, "--org NAME: for which organisation? (or --demo)");
    if (w.org.n > 100) return cli_fail(c, EXIT_USE, "--org: at most 100 bytes");
    if (!known_kind(w.kind)) return cli_fail(c, EXIT_USE, "--kind: one of flagger, care, fund, ngo, law, authority, platform, university");
    if (w.country.n != 2) return cli_fail(c, EXIT_USE, "--country: two letters, such as NL");
    if (!str_eq(w.lang, S("nl")) && !str_eq(w.lang, S("en"))) return cli_fail(c, EXIT_USE, "--language: nl or en");
    if (!init_login_ok(w.admin) || !init_login_ok(w.lead)) return cli_fail(c, EXIT_USE, "a sign-in name has 2 to 40 of a-z 0-9 . - _");
    Str why = STR_NONE;
    Buf said = buf_new(65536);
    Err e = init_make(c->a, &w, &said, &why);
    if (e == OK) {
        printf("Made %s for " STR_FMT ".\n" STR_FMT, w.dir, STR_ARG(w.org), STR_ARG(buf_str(&said)));
        if (w.demo) printf("`keten run --data %s` serves it and prints sign-in links.\n", w.dir);
        else printf("`keten serve --data %s` serves it. Keep a copy of storage.key and signing.key apart: they are in no backup.\n", w.dir);
    }
    buf_wipe(&said);
    return e == OK ? EXIT_YES : cli_fail(c, e == E_CONFLICT || e == E_INPUT ? EXIT_USE : EXIT_SYSTEM, STR_FMT, STR_ARG(why));
}

static const Opt opts[] = {
    { OPT_TEXT, "data", "DIR", "the folder to make it in; empty, or not there yet", .required = true },
    { OPT_FLAG, "demo", .help = "a demonstration: invented organisations and people, a clock that can be moved" },
    { OPT_TEXT, "org", "NAME", "the organisation it is for" },
    { OPT_TEXT, "kind", "KIND", "flagger, care, fund, ngo, law, authority, platform or university", .otherwise = "flagger" },
    { OPT_TEXT, "country", "CC", "the organisation's country", .otherwise = "NL" },
    { OPT_TEXT, "language", "LANG", "its language: nl or en", .otherwise = "nl" },
    { OPT_TEXT, "admin", "LOGIN", "sign-in name of the first administrator", .otherwise = "admin" },
    { OPT_TEXT, "lead", "LOGIN", "sign-in name of the lead of the intake team; the same as --admin for one person", .otherwise = "lead" },
    { OPT_TEXT, "base-url", "URL", "address by which people reach it" },
    { OPT_TEXT, "listen", "ADDRESS", "where nginx listens" },
    { OPT_INT, "port", "N", "listen on this port of 127.0.0.1, metrics on the next", .min = 1024, .max = 65000, .otherwise = "0" },
    { OPT_END },
};
const Cmd cmd_init = {
    .name = "init", .summary = "make a new instance", .args = "", .opts = opts, .run = run,
    .help = "Makes keys, databases, keten.conf with every setting explained, the organisation, its intake team, an administrator and a\n"
            "team lead, and prints a one-time sign-in link for each. The team's key is sealed to the lead; more members are added in\n"
            "the browser and get the key from a colleague who has it. An administrator reads no cases.\n"
            "Run by root, the folder is given to the user keten. When anything fails, nothing half-made stays.",
};
