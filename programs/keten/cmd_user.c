/* cmd_user.c - keten user: who may sign in, from the machine itself; for the first people, and for when no administrator can. */
#include "core/access/session.h"
#include "foundation/base/json.h"
#include "programs/keten/local.h"

enum { LINK_DAYS = 7 };
static const struct { const char *word; uint32_t bit; } roles[] = { { "worker", R_WORKER }, { "lead", R_LEAD }, { "analyst", R_ANALYST }, { "inspector", R_INSPECTOR }, { "admin", R_ADMIN } };

static bool roles_read(Str list, uint32_t *out) {
    Str one = STR_NONE;
    *out = 0;
    while (str_split(&list, ',', &one)) {
        uint32_t bit = 0;
        for (size_t i = 0; i < LEN(roles); i++)
            if (str_eq(one, str_c(roles[i].word))) bit = roles[i].bit;
        if (bit == 0) return false;
        *out |= bit;
    }
    return *out != 0;
}

static Str roles_words(Arena *a, uint32_t mask) {
    Buf b = buf_new(200);
    for (size_t i = 0; i < LEN(roles); i++)
        if (mask & roles[i].bit) buf_printf(&b, "%s%s", b.n > 0 ? "," : "", roles[i].word);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

static int failed(Cli *c, Local *l, Err e, const char *what) {
    const char *said = l->c.fail.msgid != NULL ? l->c.fail.msgid : "";
    const char *why = str_fmt(c->a, "%s", e != OK && e != E_CONFLICT && e != E_INPUT ? db_why(l->db) : "").p;
    if (why[0] == '\0' && said[0] == '\0') why = err_name(e);
    local_close(l);
    return cli_fail(c, e == E_CONFLICT || e == E_INPUT ? EXIT_USE : EXIT_SYSTEM, "%s: %s%s%s", what, said, said[0] != '\0' && why[0] != '\0' ? " " : "", why);
}

static void print_link(Cli *c, Local *l, const UserRow *u, Str token) {
    Str url = init_link_url(l, token);
    if (!cli_flag(c, "json")) {
        printf(STR_FMT "\nFor " STR_FMT "; works once, %d days long.%s\n", STR_ARG(url), STR_ARG(u->login), LINK_DAYS,
            u->enrolled ? " New keys come with it: a colleague gives the key of the team again." : "");
        return;
    }
    Buf b = buf_new(4096);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_str(&j, "login", u->login);
    json_kv_str(&j, "link", url);
    json_end_obj(&j);
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    buf_wipe(&b);
}

static Err new_link(Local *l, Id user, Str *out_token) {
    TRY(signin_link_forget(&l->c, user));
    TRY(vault_link_drop(l->vault, user));
    return signin_link_make(&l->c, user, l->c.now + (int64_t)LINK_DAYS * 86400000, out_token);
}

/* ---- add ---- */

static Err org_named(Local *l, Str name, OrgRow *out) {
    OrgRow *orgs = NULL;
    size_t n = 0;
    if (name.n == 0) return org_by_id(&l->c, l->app.org, out);
    TRY(org_list(&l->c, &orgs, &n));
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(orgs[i].name, name)) continue;
        *out = orgs[i];
        return OK;
    }
    return E_MISSING;
}

static int add(Cli *c) {
    Local l;
    OrgRow org;
    UserRow u = { 0 };
    int code = EXIT_YES;
    uint32_t mask = 0;
    Str login = str_c(c->args[0]), name = cli_text(c, "name"), token = STR_NONE;
    if (!init_login_ok(login)) return cli_fail(c, EXIT_USE, "a sign-in name has 2 to 40 of a-z 0-9 . - _");
    if (name.n == 0) name = login;
    if (name.n > 80) return cli_fail(c, EXIT_USE, "--name: at most 80 bytes");
    if (!roles_read(cli_text(c, "role"), &mask)) return cli_fail(c, EXIT_USE, "--role: one or more of worker, lead, analyst, inspector, admin, with commas between");
    if (!str_eq(cli_text(c, "language"), S("nl")) && !str_eq(cli_text(c, "language"), S("en"))) return cli_fail(c, EXIT_USE, "--language: nl or en");
    if (!local_open(c, cli_text(c, "data").p, DB_WRITE, &l, &code)) return code;
    Err e = org_named(&l, cli_text(c, "org"), &org);
    if (e == E_MISSING) {
        local_close(&l);
        return cli_fail(c, EXIT_USE, "no organisation by that name is on this server");
    }
    if (e == OK) {
        local_as(&l, R_ADMIN, ID_NONE, org.id);
        u = (UserRow){ .id = ctx_new_id(&l.c), .login = login };
        e = journal_one(&l.c, user_add(&l.c, org.id, u.id, login, name, mask, cli_text(c, "language")));
    }
    if (e == OK) e = new_link(&l, u.id, &token);
    if (e != OK) return failed(c, &l, e, "nobody was added");
    print_link(c, &l, &u, token);
    local_close(&l);
    return EXIT_YES;
}

/* ---- list ---- */

static const char *state_of(const UserRow *u) { return !u->active ? "closed" : u->enrolled ? "active" : "new"; }

static void print_users(Arena *a, Json *j, bool json, const OrgRow *org, const UserRow *users, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const UserRow *u = &users[i];
        Str words = roles_words(a, u->roles);
        if (!json) {
            printf("%-16.*s %-8s %-24.*s " STR_FMT "\n", (int)u->login.n, u->login.p, state_of(u), (int)words.n, words.p, STR_ARG(org->name));
            continue;
        }
        json_obj(j);
        json_kv_str(j, "login", u->login);
        json_kv_str(j, "name", u->name);
        json_kv_str(j, "organisation", org->name);
        json_kv_str(j, "roles", words);
        json_kv_str(j, "state", str_c(state_of(u)));
        json_kv_str(j, "language", u->lang);
        json_end_obj(j);
    }
}

static int list(Cli *c) {
    Local l;
    OrgRow *orgs = NULL;
    size_t orgs_n = 0;
    int code = EXIT_YES;
    bool json = cli_flag(c, "json");
    if (!local_open(c, cli_text(c, "data").p, DB_READ, &l, &code)) return code;
    Buf b = buf_new(16 << 20);
    Json j = json_to(&b, true);
    Err e = org_list(&l.c, &orgs, &orgs_n);
    json_arr(&j);
    for (size_t i = 0; e == OK && i < orgs_n; i++) {
        UserRow *users = NULL;
        size_t n = 0;
        e = user_list(&l.c, orgs[i].id, &users, &n);
        if (e == OK) print_users(c->a, &j, json, &orgs[i], users, n);
    }
    json_end_arr(&j);
    if (e == OK && json) printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    buf_free(&b);
    if (e != OK) return failed(c, &l, e, "the list cannot be read");
    local_close(&l);
    return EXIT_YES;
}

/* ---- link, deactivate, activate ---- */

static bool find(Cli *c, Local *l, UserRow *out, int *out_code) {
    if (!local_open(c, cli_text(c, "data").p, DB_WRITE, l, out_code)) return false;
    Err e = user_by_login(&l->c, str_c(c->args[0]), out);
    if (e == OK) return true;
    *out_code = e == E_MISSING ? cli_fail(c, EXIT_NO, "nobody has the sign-in name %s", c->args[0]) : cli_fail(c, EXIT_SYSTEM, "the record cannot be read (%s)", db_why(l->db));
    local_close(l);
    return false;
}

static int link_(Cli *c) {
    Local l;
    UserRow u;
    Str token = STR_NONE;
    int code = EXIT_YES;
    if (!find(c, &l, &u, &code)) return code;
    if (!u.active) {
        local_close(&l);
        return cli_fail(c, EXIT_NO, "the account of %s is closed", c->args[0]);
    }
    bool last = false;
    Err e = team_key_last(&l.c, u.id, &last);
    if (e == OK) e = new_link(&l, u.id, &token);
    if (e != OK) return failed(c, &l, e, "no link can be made");
    if (last) fprintf(stderr, "%s: %s is the last person with the key of a team: once this link is used, the cases of that team can never be read again\n", c->path, c->args[0]);
    print_link(c, &l, &u, token);
    local_close(&l);
    return EXIT_YES;
}

static int set_active(Cli *c, bool active) {
    Local l;
    UserRow u;
    int code = EXIT_YES;
    if (!find(c, &l, &u, &code)) return code;
    local_as(&l, R_ADMIN, ID_NONE, u.org);
    Err e = u.active == active ? OK : journal_one(&l.c, user_change(&l.c, u.id, u.roles, active, u.lang));
    if (e == OK && !active) e = session_end_user(&l.c, u.id);
    if (e == OK && !active) e = signin_link_forget(&l.c, u.id);
    if (e == OK && !active) e = vault_link_drop(l.vault, u.id);
    if (e != OK) return failed(c, &l, e, "nothing was changed");
    printf("The account of %s is %s.\n", c->args[0], active ? "open" : "closed, its sessions are ended");
    local_close(&l);
    return EXIT_YES;
}

static int deactivate(Cli *c) { return set_active(c, false); }
static int activate(Cli *c) { return set_active(c, true); }

static const Opt add_opts[] = {
    OPT_DATA,
    { OPT_TEXT, "role", "ROLES", "worker, lead, analyst, inspector, admin; several with commas between", .required = true },
    { OPT_TEXT, "name", "NAME", "as colleagues see it; the sign-in name when left out" },
    { OPT_TEXT, "org", "NAME", "the organisation, when it is not the one the instance was made for" },
    { OPT_TEXT, "language", "LANG", "nl or en", .otherwise = "nl" },
    OPT_JSON,
    { OPT_END },
};
static const Opt one_opts[] = { OPT_DATA, OPT_JSON, { OPT_END } };
static const Opt plain_opts[] = { OPT_DATA, { OPT_END } };
static const Cmd cmd_add = { .name = "add", .summary = "add somebody, and print a one-time sign-in link", .args = "LOGIN", .args_min = 1, .args_max = 1, .opts = add_opts, .run = add,
    .help = "The password is chosen with the link; keys are made then. A colleague gives the key of a team in the browser." };
static const Cmd cmd_list = { .name = "list", .summary = "who may sign in", .args = "", .opts = one_opts, .run = list };
static const Cmd cmd_link = { .name = "link", .summary = "print a new one-time sign-in link for somebody", .args = "LOGIN", .args_min = 1, .args_max = 1, .opts = one_opts, .run = link_,
    .help = "For a lost password or phone. Until the link is used, the old password works; after it, only the new one, with new keys.\n"
            "What was sealed to a team whose key nobody else has is lost then: the command warns before it comes to that." };
static const Cmd cmd_deactivate = { .name = "deactivate", .summary = "close an account and end its sessions", .args = "LOGIN", .args_min = 1, .args_max = 1, .opts = plain_opts, .run = deactivate };
static const Cmd cmd_activate = { .name = "activate", .summary = "open a closed account again", .args = "LOGIN", .args_min = 1, .args_max = 1, .opts = plain_opts, .run = activate };
static const Cmd *const subs[] = { &cmd_add, &cmd_list, &cmd_link, &cmd_deactivate, &cmd_activate, NULL };
const Cmd cmd_user = { .name = "user", .summary = "who may sign in", .args = "", .subs = subs };
