/* signin.c - signing in: name and password, then a code when one is set up; by a one-time link; confirming; out again. */
#include "programs/web/signin.h"
#include "programs/web/web_page.h"

static const Param name_form[] = {
    { "login", P_TEXT, true, .max = 60, .label = N_("Sign-in name") },
    { "password", P_SECRET, true, .max = PASSWORD_MAX, .label = N_("Password") },
};
static const Param code_form[] = { { "code", P_CODE, true, .min = 6, .max = 6, .label = N_("Code") } };
static const Param link_form[] = {
    { "password", P_SECRET, .max = PASSWORD_MAX, .label = N_("New password") },
    { "again", P_SECRET, .max = PASSWORD_MAX, .label = N_("The same once more") },
};
static const Param confirm_form[] = { { "password", P_SECRET, true, .max = PASSWORD_MAX, .label = N_("Password") } };

/* ---- shared ---- */

UnixMs signin_real_now(void) { return sys_now(&(SysClock){ 0 }); }

static Err vault_of(Ctx *c) { return c->vault != NULL ? OK : ctx_refuse(c, E_OUTSIDE, NULL, N_("Signing in is not possible right now. Try again in a minute.")); }

static Err teams_of(Ctx *c, Id user, VaultTeam **out, size_t *out_n) {
    TeamRow *rows = NULL;
    TRY(team_of_user(c, user, &rows, out_n));
    *out = ARENA_ARRAY(c->arena, VaultTeam, *out_n + 1);
    for (size_t i = 0; i < *out_n; i++) (*out)[i] = (VaultTeam){ rows[i].id, rows[i].pubkey };
    return OK;
}

Err signin_unlock(Ctx *c, const UserRow *u, Str password, VaultSession *out) {
    VaultTeam *teams = NULL;
    size_t n = 0;
    TRY(vault_of(c));
    TRY(teams_of(c, u->id, &teams, &n));
    return vault_login(c->vault, c->arena, u->id, u->pubkey, password, teams, n, c->now, out);
}

Err signin_slow(Ctx *c, Str login, Id *out_key) {
    int64_t wait_ms = 0;
    TRY(vault_of(c));
    TRY(vault_blind(c->vault, S("signin"), &login, 1, out_key));
    TRY(signin_wait(c, *out_key, &wait_ms));
    if (wait_ms == 0) return OK;
    c->fail.detail = str_fmt(c->arena, "%lld s", (long long)((wait_ms + 999) / 1000));
    return ctx_refuse(c, E_LIMIT, NULL, N_("Too many tries. Wait a moment before the next one."));
}

Err signin_note(Ctx *c, Id key, bool good) {
    if (!good) metric_add(&turn_of(c)->web->metrics, M_SIGNIN_FAILED, 1);
    return signin_result(c, key, good);
}

const char *signin_password_wrong(const UserRow *u, Str password, Str again, const char **out_field) {
    *out_field = "password";
    if (password.n < PASSWORD_MIN) return N_("This is too short: a password has at least 12 characters.");
    if (str_ieq(password, u->login) || str_ieq(password, u->name)) return N_("This is your name. Choose something nobody can guess.");
    bool same = true;
    for (size_t i = 1; i < password.n; i++) same = same && password.p[i] == password.p[0];
    if (same) return N_("This is one character over and over. Choose something nobody can guess.");
    *out_field = "again";
    return str_eq(password, again) ? NULL : N_("These are not the same.");
}

Err signin_end_all(Ctx *c, Id user) {
    SessionsOf all = { 0 };
    TRY(session_of_user(c, user, &all));
    for (size_t i = 0; i < all.handles_n; i++) {
        VaultSession s = { .worker = true };
        if (all.handles[i].n != sizeof s.handle || c->vault == NULL) continue;
        memcpy(s.handle, all.handles[i].p, sizeof s.handle);
        vault_logout(c->vault, &s);
    }
    return session_end_user(c, user);
}

static bool in_nav(const Web *w, const char *path, uint32_t roles) {
    for (const NavItem *n = w->nav; n != NULL && n->word != NULL; n++)
        if ((n->who & roles) != 0 && strcmp(n->path, path) == 0) return true;
    return false;
}

/* Where a person's work waits. */
static const char *home_of(const Web *w, uint32_t roles) {
    static const struct { uint32_t roles; const char *path; } homes[] = { { R_WORKER | R_LEAD, "/desk" }, { R_INSPECTOR, "/inbox" }, { R_ANALYST, "/platforms" }, { R_ADMIN, "/admin" } };
    for (size_t i = 0; i < LEN(homes); i++)
        if ((homes[i].roles & roles) != 0 && in_nav(w, homes[i].path, roles)) return homes[i].path;
    return "/me";
}

Err signin_enter(Ctx *c, const Request *req, Response *res, const UserRow *u, const VaultSession *keys, Str back) {
    Turn *t = turn_of(c);
    Person p = { .roles = u->roles, .user = u->id, .org = u->org, .name = u->name };
    Str token = STR_NONE, old = req_cookie(req, cookie_name(t->web, req->a, "desk").p);
    if (old.n > 0) {
        Err e = session_end(c, old); /* one session a browser */
        if (e != OK && e != E_MISSING) return e;
    }
    TRY(session_open(c, SESSION_STAFF, &p, str_bytes(keys->handle, sizeof keys->handle), &token));
    res->session_token = token;
    res->session_level = LEVEL_STAFF;
    cookie_set(t, "lang", u->lang, true);
    log_line(LOG_INFO, "event=signed_in");
    if (!web_local_path(back)) res_redirect(res, "%s", home_of(t->web, u->roles));
    else res_redirect(res, "%s", str_z(req->a, http_path_escape(req->a, back)));
    return OK;
}

/* Where the visitor wanted to go travels in the address, so that it survives a wrong password. */
static Url with_back(const Request *req, const char *path) {
    Str back = req_query(req, "back");
    Url u = url_path(req->a, "%s", path);
    return web_local_path(back) ? url_with(req->a, u, "back", back) : u;
}

static Err again(const Request *req, Response *res, const char *path, const char *field, const char *msgid) {
    if (msgid != NULL) form_fail(req->form, field, msgid);
    res_again(res, "%s", str_z(req->a, with_back(req, path).s));
    return OK;
}

/* ---- name and password ---- */

static Err signin_page(Ctx *c, const Request *req, Response *res) {
    (void)c;
    tpl_web_signin(&res->body, req->ui, &(TplWebSignin){ .form = form_page(req, name_form, LEN(name_form)), .to = with_back(req, "/signin") });
    return OK;
}

static Str lower(Arena *a, Str s) {
    char *p = str_z(a, s);
    for (size_t i = 0; i < s.n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] + 32);
    return (Str){ p, s.n };
}

static Err signin_post(Ctx *c, const Request *req, Response *res) {
    UserRow u = { 0 };
    VaultSession keys = { 0 };
    VaultWays ways = { 0 };
    Id key = ID_NONE;
    if (req->form->errors > 0) return again(req, res, "/signin", NULL, NULL);
    Str login = lower(c->arena, form_text(req->form, "login")), token = STR_NONE;
    TRY(signin_slow(c, login, &key));
    Err e = user_by_login(c, login, &u);
    if (e != OK && e != E_MISSING) return e;
    bool may = e == OK && u.active;
    /* For nobody, and for somebody who may not, the same work and the same answer. */
    e = signin_unlock(c, may ? &u : &(UserRow){ 0 }, form_text(req->form, "password"), &keys);
    if (e == E_DENIED) {
        TRY(signin_note(c, key, false));
        return again(req, res, "/signin", NULL, N_("The name or the password is not right."));
    }
    TRY(e);
    TRY(vault_ways(c->vault, u.id, ID_NONE, &ways));
    if (!ways.totp) {
        TRY(signin_note(c, key, true));
        return signin_enter(c, req, res, &u, &keys, req_query(req, "back"));
    }
    TRY(signin_half_open(c, u.id, str_bytes(keys.handle, sizeof keys.handle), &token));
    cookie_set(turn_of(c), "half", token, false);
    res_redirect(res, "%s", str_z(req->a, with_back(req, "/signin/code").s));
    return OK;
}

/* ---- the second factor ---- */

static Str half_token(Ctx *c, const Request *req) { return req_cookie(req, cookie_name(turn_of(c)->web, req->a, "half").p); }

static Err code_page(Ctx *c, const Request *req, Response *res) {
    Id user = ID_NONE;
    Str handle = STR_NONE;
    Err e = signin_half_find(c, half_token(c, req), &user, &handle);
    if (e == E_MISSING) {
        res_redirect(res, "%s", str_z(req->a, with_back(req, "/signin").s));
        return OK;
    }
    TRY(e);
    tpl_web_signin_code(&res->body, req->ui, &(TplWebSigninCode){ .form = form_page(req, code_form, LEN(code_form)), .to = with_back(req, "/signin/code") });
    return OK;
}

static Str digits(Arena *a, Str s) {
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9') p[n++] = s.p[i];
    return (Str){ p, n };
}

static Err code_judged(Ctx *c, const UserRow *u, Str typed, const char **out_wrong) {
    int64_t step = 0;
    Err e = vault_totp_check(c->vault, u->id, digits(c->arena, typed), signin_real_now(), 0, &step);
    *out_wrong = e == E_DENIED ? N_("This is not the code of now. Wait for the next one and type that.") : NULL;
    if (e != OK) return e == E_DENIED ? OK : e;
    e = totp_step_use(c, u->id, step);
    *out_wrong = e == E_CONFLICT ? N_("This code was used already. Wait for the next one.") : NULL;
    return e == E_CONFLICT ? OK : e;
}

static Err code_post(Ctx *c, const Request *req, Response *res) {
    UserRow u = { 0 };
    VaultSession keys = { .worker = true };
    Id user = ID_NONE, key = ID_NONE;
    Str handle = STR_NONE, token = half_token(c, req);
    const char *wrong = NULL;
    if (req->form->errors > 0) return again(req, res, "/signin/code", NULL, NULL);
    Err e = signin_half_find(c, token, &user, &handle);
    if (e == OK) e = user_by_id(c, user, &u);
    if (e == E_MISSING || (e == OK && (!u.active || handle.n != sizeof keys.handle))) {
        res_said(res, N_("That took too long. Begin again with your name and password."));
        res_redirect(res, "/signin");
        return OK;
    }
    TRY(e);
    TRY(signin_slow(c, u.login, &key));
    TRY(code_judged(c, &u, form_text(req->form, "code"), &wrong));
    TRY(signin_note(c, key, wrong == NULL));
    if (wrong != NULL) return again(req, res, "/signin/code", "code", wrong);
    memcpy(keys.handle, handle.p, sizeof keys.handle);
    TRY(signin_half_end(c, token));
    cookie_drop(turn_of(c), "half");
    return signin_enter(c, req, res, &u, &keys, req_query(req, "back"));
}

/* ---- one-time links ---- */

typedef struct Link { UserRow u; Id name; Str token; VaultWays ways; bool choose, anew; } Link;

static Err link_find(Ctx *c, const Request *req, Link *out) {
    Id user = ID_NONE;
    *out = (Link){ .token = req_arg(req, "token") };
    TRY(signin_link_look(c, out->token, &user));
    TRY(user_by_id(c, user, &out->u));
    if (!out->u.active) return E_MISSING;
    TRY(vault_of(c));
    out->name = signin_link_name(c, out->token);
    TRY(vault_ways(c->vault, user, out->name, &out->ways));
    out->choose = !out->ways.link || !out->ways.password;
    out->anew = !out->ways.link && out->u.enrolled;
    return OK;
}

static Err link_page(Ctx *c, const Request *req, Response *res) {
    Link l;
    Err e = link_find(c, req, &l);
    if (e == E_MISSING) {
        res->status = 404;
        tpl_web_signin_over(&res->body, req->ui, &(TplWebSigninOver){ 0 });
        return OK;
    }
    TRY(e);
    tpl_web_signin_link(&res->body, req->ui, &(TplWebSigninLink){ .form = form_page(req, link_form, LEN(link_form)), .to = url_path(req->a, "/signin/link/%s", str_z(req->a, l.token)),
        .name = l.u.name, .choose = l.choose, .anew = l.anew });
    return OK;
}

/* The link holds the person's keys, or it does not: then they begin with new ones, and a second factor is set up anew. */
static Err link_keys(Ctx *c, Link *l, Str password, VaultSession *out) {
    VaultTeam *teams = NULL;
    size_t n = 0;
    if (!l->ways.link) {
        Str pub = STR_NONE;
        TRY(teams_of(c, l->u.id, &teams, &n)); /* what was sealed to the old keys is of no use to the new ones */
        for (size_t i = 0; i < n; i++) TRY(vault_team_remove(c->vault, teams[i].id, l->u.id));
        TRY(vault_user_enrol(c->vault, c->arena, l->u.id, password, c->now, &pub));
        TRY(vault_totp_drop(c->vault, l->u.id));
        TRY(signin_end_all(c, l->u.id)); /* whoever was in with the old ones is out */
        c->person = (Person){ .roles = l->u.roles, .user = l->u.id, .org = l->u.org, .name = l->u.name };
        TRY(journal_one(c, user_enrol(c, l->u.id, pub)));
        l->u.pubkey = pub;
        return signin_unlock(c, &l->u, password, out);
    }
    TRY(teams_of(c, l->u.id, &teams, &n));
    TRY(vault_link_login(c->vault, c->arena, l->u.id, l->u.pubkey, l->name, l->token, teams, n, c->now, out));
    if (l->choose) TRY(vault_repassword(c->vault, c->arena, out, l->u.id, password, c->now));
    return vault_link_drop(c->vault, l->u.id);
}

static Err link_post(Ctx *c, const Request *req, Response *res) {
    Link l;
    Id user = ID_NONE;
    VaultSession keys = { 0 };
    const char *field = NULL, *wrong = NULL;
    Err e = link_find(c, req, &l);
    if (e == E_MISSING) {
        res_redirect(res, "/signin/link/%s", str_z(req->a, http_escape(req->a, req_arg(req, "token"))));
        return OK;
    }
    TRY(e);
    Str password = form_text(req->form, "password");
    if (l.choose) wrong = signin_password_wrong(&l.u, password, form_text(req->form, "again"), &field);
    if (wrong != NULL) {
        form_fail(req->form, field, wrong);
        res_again(res, "/signin/link/%s", str_z(req->a, l.token));
        return OK;
    }
    TRY(signin_link_use(c, l.token, &user)); /* of two at once, one is too late */
    TRY(link_keys(c, &l, password, &keys));
    if (l.choose) res_said(res, N_("You are signed in. Set up a code from an app too: it keeps others out."));
    return signin_enter(c, req, res, &l.u, &keys, l.choose ? S("/me") : STR_NONE);
}

/* ---- confirming, and out ---- */

static Err confirm_page(Ctx *c, const Request *req, Response *res) {
    (void)c;
    tpl_web_confirm(&res->body, req->ui, &(TplWebConfirm){ .form = form_page(req, confirm_form, LEN(confirm_form)), .to = with_back(req, "/confirm") });
    return OK;
}

static Err confirm_post(Ctx *c, const Request *req, Response *res) {
    UserRow u = { 0 };
    VaultSession keys = { 0 };
    Id key = ID_NONE;
    Str back = req_query(req, "back");
    if (req->form->errors > 0) return again(req, res, "/confirm", NULL, NULL);
    TRY(user_by_id(c, c->person.user, &u));
    TRY(signin_slow(c, u.login, &key));
    Err e = signin_unlock(c, &u, form_text(req->form, "password"), &keys);
    if (e != OK && e != E_DENIED) return e;
    TRY(signin_note(c, key, e == OK));
    if (e == E_DENIED) return again(req, res, "/confirm", "password", N_("This is not your password."));
    vault_logout(c->vault, &keys); /* asked only to see whether it fits */
    TRY(session_refresh(c, turn_of(c)->session_token));
    res_redirect(res, "%s", web_local_path(back) ? str_z(req->a, http_path_escape(req->a, back)) : "/me");
    return OK;
}

static Err signout_post(Ctx *c, const Request *req, Response *res) {
    (void)req;
    if (c->session != NULL && c->vault != NULL) vault_logout(c->vault, c->session);
    res->session_end = true;
    res_draft_drop(res);
    res_said(res, N_("You are signed out."));
    res_redirect(res, "/signin");
    return OK;
}

const Route signin_routes[] = {
    { GET, "/signin", WHO_ANYBODY, "session.own", LEVEL_OPEN, 0, signin_page },
    { POST, "/signin", WHO_ANYBODY, "session.own", LEVEL_OPEN, 8192, signin_post, ROUTE_FORM(name_form), .cost = 20 },
    { GET, "/signin/code", WHO_ANYBODY, "session.own", LEVEL_OPEN, 0, code_page },
    { POST, "/signin/code", WHO_ANYBODY, "session.own", LEVEL_OPEN, 8192, code_post, ROUTE_FORM(code_form), .cost = 20 },
    { GET, "/signin/link/{token}", WHO_ANYBODY, "session.own", LEVEL_OPEN, 0, link_page, .cost = 5 },
    { POST, "/signin/link/{token}", WHO_ANYBODY, "session.own", LEVEL_OPEN, 8192, link_post, ROUTE_FORM(link_form), .cost = 20 },
    { GET, "/confirm", R_STAFF, "session.own", LEVEL_STAFF, 0, confirm_page },
    { POST, "/confirm", R_STAFF, "session.own", LEVEL_STAFF, 8192, confirm_post, ROUTE_FORM(confirm_form), .cost = 20 },
    { POST, "/signout", R_STAFF, "session.own", LEVEL_STAFF, 8192, signout_post },
};
const size_t signin_routes_n = LEN(signin_routes);
