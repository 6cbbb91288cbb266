/* admin_teams.c - teams: who is in, who waits for the key. The administrator decides who belongs; only members can give the key. */
#include "programs/web/admin.h"
#include "programs/web/web_page.h"

static const Param new_form[] = {
    { "name", P_TEXT, true, .min = 2, .max = 60, .label = N_("Name of the team") },
    { "members", P_CHOICE, true, .many = true, .label = N_("First members") },
    { "intake", P_BOOL, .label = N_("New reports come to this team") },
};
static const Param add_form[] = { { "user", P_ID, true, .label = N_("Colleague") } };

static Err holds(Ctx *c, Id team, Id user, bool *out) {
    *out = false;
    return c->vault == NULL ? OK : vault_team_holds(c->vault, team, user, out);
}

static Err teams_page(Ctx *c, const Request *req, Response *res) {
    TeamRow *teams = NULL;
    size_t n = 0;
    TRY(team_list(c, c->person.org, &teams, &n));
    TplWebAdminTeamsRows *rows = ARENA_ARRAY(c->arena, TplWebAdminTeamsRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        UserRow *members = NULL;
        size_t members_n = 0;
        TRY(member_list(c, teams[i].id, &members, &members_n));
        rows[i] = (TplWebAdminTeamsRows){ .name = teams[i].name, .href = url_path(c->arena, "/admin/teams/%s", str_z(c->arena, id_hex(c->arena, teams[i].id))), .intake = teams[i].intake, .members = (int64_t)members_n };
        for (size_t m = 0; m < members_n; m++) {
            bool has = false;
            TRY(holds(c, teams[i].id, members[m].id, &has));
            rows[i].waiting += !has && members[m].active;
        }
    }
    tpl_web_admin_teams(&res->body, req->ui, &(TplWebAdminTeams){ .rows = rows, .rows_n = n });
    return OK;
}

/* ---- making one ---- */

static Err new_page(Ctx *c, const Request *req, Response *res) {
    UserRow *users = NULL;
    size_t n = 0, k = 0;
    TRY(user_list(c, c->person.org, &users, &n));
    UiOption *people = ARENA_ARRAY(c->arena, UiOption, n + 1);
    for (size_t i = 0; i < n; i++)
        if (users[i].active && users[i].enrolled) people[k++] = (UiOption){ id_hex(c->arena, users[i].id), users[i].name, admin_roles(req->ui, users[i].roles) };
    tpl_web_admin_team_new(&res->body, req->ui, &(TplWebAdminTeamNew){ .form = form_page(req, new_form, LEN(new_form)), .people = people, .people_n = k });
    return OK;
}

enum { FIRST_MEMBERS_MAX = 60 };

static Err first_members(Ctx *c, Form *f, VaultMember *out, size_t *out_n) {
    const Value *v = form_at(f, "members");
    *out_n = 0;
    for (size_t i = 0; i < v->n; i++) {
        Id id = ID_NONE;
        UserRow u;
        Err e = id_parse(v->all[i], &id);
        if (e == OK) e = user_by_id(c, id, &u);
        if (e == E_OUTSIDE) return e;
        if (e != OK || *out_n == FIRST_MEMBERS_MAX || !id_eq(u.org, c->person.org) || !u.active || !u.enrolled) {
            form_fail(f, "members", *out_n == FIRST_MEMBERS_MAX ? N_("These are too many.") : N_("This choice is not known."));
            return OK;
        }
        out[(*out_n)++] = (VaultMember){ id, u.pubkey };
    }
    return OK;
}

static Err new_post(Ctx *c, const Request *req, Response *res) {
    Form *f = req->form;
    VaultMember members[FIRST_MEMBERS_MAX];
    size_t n = 0;
    Str pub = STR_NONE;
    TeamRow known;
    Id team = f->act; /* sent twice, it is one team */
    if (f->errors == 0) TRY(first_members(c, f, members, &n));
    if (f->errors > 0) {
        res_again(res, "/admin/teams/new");
        return OK;
    }
    if (c->vault == NULL) return E_OUTSIDE;
    Err e = team_by_id(c, team, &known);
    if (e != OK && e != E_MISSING) return e;
    if (e == E_MISSING) {
        TRY(vault_team_new(c->vault, c->arena, team, members, n, c->now, &pub));
        Act *a = team_make(c, c->person.org, team, form_text(f, "name"), pub, form_bool(f, "intake"));
        a->id = f->act;
        TRY(journal_one(c, a));
    }
    Act *acts[FIRST_MEMBERS_MAX];
    for (size_t i = 0; i < n; i++) acts[i] = member_add(c, team, members[i].user);
    TRY(journal_commit(c, acts, n));
    res_said(res, N_("The team is made. Its members sign in again to read its cases."));
    res_redirect(res, "/admin/teams/%s", str_z(c->arena, id_hex(c->arena, team)));
    return OK;
}

/* ---- one team ---- */

static Err own_team(Ctx *c, const Request *req, TeamRow *out) {
    Id team = ID_NONE;
    TRY(req_id(req, "team", &team));
    TRY(access_may(c, "team.admin", OBJ(OBJ_TEAM, team)));
    return team_by_id(c, team, out);
}

static bool among(const UserRow *users, size_t n, Id id) {
    for (size_t i = 0; i < n; i++)
        if (id_eq(users[i].id, id)) return true;
    return false;
}

static Err team_page(Ctx *c, const Request *req, Response *res) {
    TeamRow team;
    UserRow *members = NULL, *users = NULL;
    size_t n = 0, users_n = 0, k = 0;
    TRY(own_team(c, req, &team));
    TRY(member_list(c, team.id, &members, &n));
    TRY(user_list(c, c->person.org, &users, &users_n));
    const char *hex = str_z(c->arena, id_hex(c->arena, team.id));
    TplWebAdminTeamMembers *rows = ARENA_ARRAY(c->arena, TplWebAdminTeamMembers, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool has = false;
        TRY(holds(c, team.id, members[i].id, &has));
        const char *who = str_z(c->arena, id_hex(c->arena, members[i].id));
        rows[i] = (TplWebAdminTeamMembers){ .name = members[i].name, .href = url_path(c->arena, "/admin/users/%s", who), .state = has ? STATE_DONE : STATE_WAITING,
            .word = !members[i].active ? N_("closed") : has ? N_("has the key") : members[i].enrolled ? N_("waits for the key") : N_("has not signed in yet"),
            .remove = url_path(c->arena, "/admin/teams/%s/remove/%s", hex, who) };
    }
    UiOption *people = ARENA_ARRAY(c->arena, UiOption, users_n + 1);
    for (size_t i = 0; i < users_n; i++)
        if (users[i].active && !among(members, n, users[i].id)) people[k++] = (UiOption){ id_hex(c->arena, users[i].id), users[i].name, STR_NONE };
    TplWebAdminTeam t = { .title = team.name, .intake = team.intake, .members = rows, .members_n = n, .form = form_page(req, add_form, LEN(add_form)), .people = people, .people_n = k,
        .to_add = url_path(c->arena, "/admin/teams/%s/add", hex) };
    tpl_web_admin_team(&res->body, req->ui, &t);
    return OK;
}

static Err add_post(Ctx *c, const Request *req, Response *res) {
    TeamRow team;
    TRY(own_team(c, req, &team));
    if (req->form->errors > 0) {
        res_again(res, "/admin/teams/%s", str_z(c->arena, id_hex(c->arena, team.id)));
        return OK;
    }
    Act *a = member_add(c, team.id, form_id(req->form, "user"));
    a->id = req->form->act;
    TRY(journal_one(c, a));
    res_said(res, N_("Added. A member who has the key gives it on their own page."));
    res_redirect(res, "/admin/teams/%s", str_z(c->arena, id_hex(c->arena, team.id)));
    return OK;
}

static Err remove_post(Ctx *c, const Request *req, Response *res) {
    TeamRow team;
    Id user = ID_NONE;
    bool mine = false, other = false;
    TRY(own_team(c, req, &team));
    TRY(req_id(req, "user", &user));
    if (c->vault == NULL) return E_OUTSIDE;
    TRY(vault_team_holds(c->vault, team.id, user, &mine));
    TRY(team_key_elsewhere(c, team.id, user, &other));
    if (mine && !other) {
        res_said(res, N_("This is the last person with the key of a team. Let them give it to a colleague first, or its cases can never be read again."));
    } else {
        TRY(journal_one(c, member_remove(c, team.id, user)));
        TRY(vault_team_remove(c->vault, team.id, user));
        TRY(signin_end_all(c, user)); /* what they had unlocked of this team ends now */
        res_said(res, N_("Taken out of the team, and signed out."));
    }
    res_redirect(res, "/admin/teams/%s", str_z(c->arena, id_hex(c->arena, team.id)));
    return OK;
}

const Route admin_team_routes[] = {
    { GET, "/admin/teams", R_ADMIN, "team.admin", LEVEL_STAFF, 0, teams_page },
    { GET, "/admin/teams/new", R_ADMIN, "team.admin", LEVEL_STAFF, 0, new_page },
    { POST, "/admin/teams/new", R_ADMIN, "team.admin", LEVEL_FRESH, 16384, new_post, ROUTE_FORM(new_form) },
    { GET, "/admin/teams/{team}", R_ADMIN, "team.admin", LEVEL_STAFF, 0, team_page },
    { POST, "/admin/teams/{team}/add", R_ADMIN, "team.admin", LEVEL_FRESH, 8192, add_post, ROUTE_FORM(add_form) },
    { POST, "/admin/teams/{team}/remove/{user}", R_ADMIN, "team.admin", LEVEL_FRESH, 8192, remove_post },
};
const size_t admin_team_routes_n = LEN(admin_team_routes);
