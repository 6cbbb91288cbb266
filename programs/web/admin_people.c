/* admin_people.c - who may sign in: adding, rights, new links, signing out, closing an account. */
#include "programs/web/admin.h"
#include "programs/web/web_page.h"

static const Param new_form[] = {
    { "name", P_TEXT, true, .min = 2, .max = 80, .label = N_("Name") },
    { "login", P_TEXT, true, .min = 2, .max = 40, .label = N_("Sign-in name") },
    { "roles", P_CHOICE, true, .many = true, .choices = admin_role_codes, .label = N_("Works here as") },
    { "lang", P_CHOICE, true, .choices = admin_langs, .label = N_("Language") },
    { "org", P_ID, .label = N_("Organisation") },
};
static const Param roles_form[] = {
    { "roles", P_CHOICE, true, .many = true, .choices = admin_role_codes, .label = N_("Works here as") },
    { "lang", P_CHOICE, true, .choices = admin_langs, .label = N_("Language") },
};
static const Param active_form[] = { { "active", P_INT, true, .min = 0, .max = 1, .label = N_("State") } };

/* ---- the list ---- */

static Err users_page(Ctx *c, const Request *req, Response *res) {
    UserRow *users = NULL;
    size_t n = 0;
    TRY(user_list(c, c->person.org, &users, &n));
    TplWebAdminUsersRows *rows = ARENA_ARRAY(c->arena, TplWebAdminUsersRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        const UserRow *u = &users[i];
        rows[i] = (TplWebAdminUsersRows){ .name = u->name, .login = u->login, .roles = admin_roles(req->ui, u->roles), .href = url_path(c->arena, "/admin/users/%s", str_z(c->arena, id_hex(c->arena, u->id))),
            .state = !u->active ? STATE_SILENT : u->enrolled ? STATE_DONE : STATE_WAITING, .word = !u->active ? N_("closed") : u->enrolled ? N_("may sign in") : N_("has not signed in yet") };
    }
    tpl_web_admin_users(&res->body, req->ui, &(TplWebAdminUsers){ .rows = rows, .rows_n = n });
    return OK;
}

/* ---- adding ---- */

static Err new_page(Ctx *c, const Request *req, Response *res) {
    TplWebAdminUserNew t = { .form = form_page(req, new_form, LEN(new_form)), .host = admin_is_host(c) };
    OrgRow *orgs = NULL;
    size_t n = 0;
    TRY(org_list(c, &orgs, &n));
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) options[i] = (UiOption){ id_hex(c->arena, orgs[i].id), orgs[i].name, STR_NONE };
    Form *f = form_page(req, new_form, LEN(new_form));
    form_set(f, "org", id_hex(c->arena, c->person.org));
    form_set(f, "lang", S("nl"));
    t.form = f;
    t.orgs = options;
    t.orgs_n = n;
    t.roles = admin_role_options(req->ui, &t.roles_n);
    t.languages = admin_language_options(req->ui, &t.languages_n);
    tpl_web_admin_user_new(&res->body, req->ui, &t);
    return OK;
}

static bool login_ok(Str s) {
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '.' || ch == '-' || ch == '_')) return false;
    }
    return true;
}

/* The link waits under the administrator's own cookie for the one page that shows it. */
static Err make_link(Ctx *c, Id user, Response *res) {
    Str token = STR_NONE;
    if (c->vault == NULL) return E_OUTSIDE;
    TRY(signin_link_forget(c, user));
    TRY(vault_link_drop(c->vault, user));
    TRY(signin_link_make(c, user, c->now + (int64_t)ADMIN_LINK_DAYS * 86400000, &token));
    res_draft(res, str_fmt(c->arena, "link " STR_FMT " " STR_FMT, STR_ARG(id_hex(c->arena, user)), STR_ARG(token)));
    return OK;
}

static Err new_post(Ctx *c, const Request *req, Response *res) {
    Form *f = req->form;
    UserRow known;
    Str login = form_text(f, "login");
    Id org = admin_is_host(c) && form_at(f, "org")->given ? form_id(f, "org") : c->person.org;
    OrgRow o;
    if (f->errors == 0 && !login_ok(login)) form_fail(f, "login", N_("2 to 40 of a-z, 0-9, dot, hyphen."));
    if (f->errors == 0 && org_by_id(c, org, &o) != OK) form_fail(f, "org", N_("This organisation is not on this server."));
    bool again = f->errors == 0 && user_by_login(c, login, &known) == OK && id_eq(known.id, f->act);
    if (!again && f->errors == 0 && user_by_login(c, login, &known) == OK) form_fail(f, "login", N_("This sign-in name is taken."));
    if (f->errors > 0) {
        res_again(res, "/admin/users/new");
        return OK;
    }
    Id user = f->act; /* sent twice, it is one person */
    if (!again) {
        Act *a = user_add(c, org, user, login, form_text(f, "name"), admin_roles_of(f), form_text(f, "lang"));
        a->id = f->act;
        TRY(journal_one(c, a));
    }
    TRY(make_link(c, user, res));
    res_redirect(res, "/admin/users/%s", str_z(c->arena, id_hex(c->arena, user)));
    return OK;
}

/* ---- one person ---- */

static Str link_shown(const Request *req, Response *res, const App *app, Id user) {
    Str head = str_fmt(req->a, "link " STR_FMT " ", STR_ARG(id_hex(req->a, user)));
    if (!str_starts(req->draft, head)) return STR_NONE;
    res_draft_drop(res); /* shown once */
    return str_fmt(req->a, STR_FMT "/signin/link/" STR_FMT, STR_ARG(app->base_url), STR_ARG(str_sub(req->draft, head.n, req->draft.n)));
}

static Err teams_of(Ctx *c, Id user, const UiItem **out, size_t *out_n) {
    TeamRow *teams = NULL;
    TRY(team_of_user(c, user, &teams, out_n));
    UiItem *items = ARENA_ARRAY(c->arena, UiItem, *out_n + 1);
    for (size_t i = 0; i < *out_n; i++) items[i] = (UiItem){ S("·"), teams[i].name, url_path(c->arena, "/admin/teams/%s", str_z(c->arena, id_hex(c->arena, teams[i].id))) };
    *out = items;
    return OK;
}

static Err user_page(Ctx *c, const Request *req, Response *res) {
    Id user = ID_NONE;
    UserRow u;
    bool own = false;
    SessionsOf open = { 0 };
    OrgRow org;
    TRY(req_id(req, "user", &user));
    TRY(admin_user(c, user, &u, &own));
    TRY(org_by_id(c, u.org, &org));
    TRY(session_of_user(c, user, &open));
    const char *hex = str_z(c->arena, id_hex(c->arena, user));
    const UiItem items[] = { { tr(req->ui, N_("Sign-in name")), u.login }, { tr(req->ui, N_("Organisation")), org.name }, { tr(req->ui, N_("State")),
        tr(req->ui, !u.active ? N_("closed") : u.enrolled ? N_("may sign in") : N_("has not signed in yet")) } };
    Form *f = form_page(req, roles_form, LEN(roles_form));
    Str chosen[8];
    size_t k = 0;
    for (size_t i = 0; admin_role_codes[i] != NULL; i++) {
        static const uint32_t bits[] = { R_WORKER, R_LEAD, R_ANALYST, R_INSPECTOR, R_ADMIN };
        if (u.roles & bits[i]) chosen[k++] = str_c(admin_role_codes[i]);
    }
    form_set_many(c->arena, f, "roles", chosen, k);
    form_set(f, "lang", u.lang);
    TplWebAdminUser t = { .title = u.name, .items = items, .items_n = LEN(items), .mine = own, .link = link_shown(req, res, c->app, user), .link_until = c->now + (int64_t)ADMIN_LINK_DAYS * 86400000,
        .form = f, .to_roles = url_path(c->arena, "/admin/users/%s/roles", hex), .to_link = url_path(c->arena, "/admin/users/%s/link", hex),
        .to_active = url_path(c->arena, "/admin/users/%s/active", hex), .to_sessions = url_path(c->arena, "/admin/users/%s/sessions", hex),
        .active = u.active, .sessions = open.n, .seen = open.seen };
    t.roles = admin_role_options(req->ui, &t.roles_n);
    t.languages = admin_language_options(req->ui, &t.languages_n);
    TRY(teams_of(c, user, &t.teams, &t.teams_n));
    tpl_web_admin_user(&res->body, req->ui, &t);
    return OK;
}

static Err changeable(Ctx *c, const Request *req, UserRow *out) {
    Id user = ID_NONE;
    bool own = false;
    TRY(req_id(req, "user", &user));
    TRY(admin_user(c, user, out, &own));
    return access_may(c, "user.change", OBJ(OBJ_USER, user));
}

static void back(Ctx *c, Response *res, const UserRow *u) { res_redirect(res, "/admin/users/%s", str_z(c->arena, id_hex(c->arena, u->id))); }

static Err roles_post(Ctx *c, const Request *req, Response *res) {
    UserRow u;
    TRY(changeable(c, req, &u));
    if (req->form->errors > 0) {
        res_again(res, "/admin/users/%s", str_z(c->arena, id_hex(c->arena, u.id)));
        return OK;
    }
    Act *a = user_change(c, u.id, admin_roles_of(req->form), u.active, form_text(req->form, "lang"));
    a->id = req->form->act;
    Err e = journal_one(c, a);
    if (e == E_CONFLICT && c->fail.msgid != NULL) {
        form_fail(req->form, "roles", c->fail.msgid);
        res_again(res, "/admin/users/%s", str_z(c->arena, id_hex(c->arena, u.id)));
        return OK;
    }
    TRY(e);
    res_said(res, N_("The rights are kept."));
    back(c, res, &u);
    return OK;
}

static Err link_post(Ctx *c, const Request *req, Response *res) {
    UserRow u;
    TRY(changeable(c, req, &u));
    bool last = false;
    if (!u.active) return E_CONFLICT;
    TRY(team_key_last(c, u.id, &last));
    TRY(make_link(c, u.id, res));
    if (last) res_said(res, N_("Stop: this is the last person with the key of a team. Once this link is used, the cases of that team can never be read again. Use it only when the password is truly lost."));
    back(c, res, &u);
    return OK;
}

static Err sessions_post(Ctx *c, const Request *req, Response *res) {
    UserRow u;
    TRY(changeable(c, req, &u));
    TRY(signin_end_all(c, u.id));
    res_said(res, N_("Signed out everywhere."));
    back(c, res, &u);
    return OK;
}

/* Closing the account of the last one with a team's key would lock its cases for ever. */
static Err last_holder(Ctx *c, const UserRow *u) {
    bool last = false;
    TRY(team_key_last(c, u->id, &last));
    return last ? ctx_refuse(c, E_CONFLICT, NULL, N_("This is the last person with the key of a team. Let them give it to a colleague first, or its cases can never be read again.")) : OK;
}

static Err active_post(Ctx *c, const Request *req, Response *res) {
    UserRow u;
    TRY(changeable(c, req, &u));
    if (req->form->errors > 0 || c->vault == NULL) return req->form->errors > 0 ? E_INPUT : E_OUTSIDE;
    bool active = form_int(req->form, "active") != 0;
    Err e = active ? OK : last_holder(c, &u);
    Act *a = user_change(c, u.id, u.roles, active, u.lang);
    a->id = req->form->act;
    if (e == OK) e = journal_one(c, a);
    if (e == E_CONFLICT && c->fail.msgid != NULL) { /* the button stands on the person's page: say it there */
        res_said(res, c->fail.msgid);
        back(c, res, &u);
        return OK;
    }
    TRY(e);
    if (!active) {
        TRY(signin_end_all(c, u.id));
        TRY(signin_link_forget(c, u.id));
        TRY(vault_link_drop(c->vault, u.id));
    }
    res_said(res, active ? N_("The account is open again.") : N_("The account is closed."));
    back(c, res, &u);
    return OK;
}

const Route admin_people_routes[] = {
    { GET, "/admin/users", R_ADMIN, "user.admin", LEVEL_STAFF, 0, users_page },
    { GET, "/admin/users/new", R_ADMIN, "user.admin", LEVEL_STAFF, 0, new_page },
    { POST, "/admin/users/new", R_ADMIN, "user.admin", LEVEL_FRESH, 16384, new_post, ROUTE_FORM(new_form) },
    { GET, "/admin/users/{user}", R_ADMIN, "user.admin", LEVEL_STAFF, 0, user_page },
    { POST, "/admin/users/{user}/roles", R_ADMIN, "user.change", LEVEL_FRESH, 8192, roles_post, ROUTE_FORM(roles_form) },
    { POST, "/admin/users/{user}/link", R_ADMIN, "user.change", LEVEL_FRESH, 8192, link_post },
    { POST, "/admin/users/{user}/sessions", R_ADMIN, "user.change", LEVEL_STAFF, 8192, sessions_post },
    { POST, "/admin/users/{user}/active", R_ADMIN, "user.change", LEVEL_FRESH, 8192, active_post, ROUTE_FORM(active_form) },
};
const size_t admin_people_routes_n = LEN(admin_people_routes);
