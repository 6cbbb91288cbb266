/* signin_me.c - a member of staff's own page: language, password, second factor, other devices, and giving a team's key. */
#include "foundation/base/enc.h"
#include "programs/web/signin.h"
#include "programs/web/web_page.h"

static const char *const langs[] = { "nl", "en", NULL };
static const Param lang_form[] = { { "lang", P_CHOICE, true, .choices = langs, .label = N_("Language") } };
static const Param password_form[] = {
    { "current", P_SECRET, true, .max = PASSWORD_MAX, .label = N_("Present password") },
    { "password", P_SECRET, true, .max = PASSWORD_MAX, .label = N_("New password") },
    { "again", P_SECRET, true, .max = PASSWORD_MAX, .label = N_("The same once more") },
};
static const Param code_form[] = { { "code", P_CODE, true, .min = 6, .max = 6, .label = N_("Code") } };

static Err self(Ctx *c, UserRow *out) {
    TRY(access_may(c, "user.self", OBJ(OBJ_USER, c->person.user)));
    if (c->vault == NULL) return ctx_refuse(c, E_OUTSIDE, NULL, N_("Signing in is not possible right now. Try again in a minute."));
    return user_by_id(c, c->person.user, out);
}

/* ---- the page ---- */

static Str roles_words(const UiCtx *ui, uint32_t roles) {
    static const struct { uint32_t role; const char *word; } words[] = { { R_WORKER, N_("case worker") }, { R_LEAD, N_("team lead") }, { R_ANALYST, N_("analyst") },
        { R_INSPECTOR, N_("inspector") }, { R_ADMIN, N_("administrator") } };
    Buf b = buf_new(500);
    for (size_t i = 0; i < LEN(words); i++) {
        if ((roles & words[i].role) == 0) continue;
        if (b.n > 0) buf_z(&b, ", ");
        buf_put(&b, tr(ui, words[i].word));
    }
    Str s = str_dup(ui->a, buf_str(&b));
    buf_free(&b);
    return s;
}

static Err waiting_of(Ctx *c, const TeamRow *team, TplWebMeTeams *out) {
    UserRow *members = NULL;
    size_t n = 0, k = 0;
    TRY(member_list(c, team->id, &members, &n));
    TplWebMeTeamsWaiting *w = ARENA_ARRAY(c->arena, TplWebMeTeamsWaiting, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool has = false;
        if (!members[i].active || !members[i].enrolled) continue;
        TRY(vault_team_holds(c->vault, team->id, members[i].id, &has));
        if (has) continue;
        w[k].name = members[i].name;
        w[k++].give = url_path(c->arena, "/me/team/%s/give/%s", str_z(c->arena, id_hex(c->arena, team->id)), str_z(c->arena, id_hex(c->arena, members[i].id)));
    }
    out->waiting = w;
    out->waiting_n = k;
    return OK;
}

static Err teams(Ctx *c, Id user, TplWebMe *t) {
    TeamRow *rows = NULL;
    size_t n = 0;
    TRY(team_of_user(c, user, &rows, &n));
    TplWebMeTeams *out = ARENA_ARRAY(c->arena, TplWebMeTeams, n + 1);
    for (size_t i = 0; i < n; i++) {
        out[i].name = rows[i].name;
        TRY(vault_team_holds(c->vault, rows[i].id, user, &out[i].mine));
        TRY(waiting_of(c, &rows[i], &out[i]));
    }
    t->teams = out;
    t->teams_n = n;
    return OK;
}

static Err me_page(Ctx *c, const Request *req, Response *res) {
    UserRow u;
    OrgRow org = { 0 };
    SessionsOf open = { 0 };
    VaultWays ways = { 0 };
    TRY(self(c, &u));
    TRY(org_by_id(c, u.org, &org));
    TRY(session_of_user(c, u.id, &open));
    TRY(vault_ways(c->vault, u.id, ID_NONE, &ways));
    const UiItem items[] = { { tr(req->ui, N_("Name")), u.name }, { tr(req->ui, N_("Sign-in name")), u.login }, { tr(req->ui, N_("Organisation")), org.name },
        { tr(req->ui, N_("You work here as")), roles_words(req->ui, u.roles) } };
    const UiOption languages[] = { { S("nl"), S("Nederlands"), STR_NONE }, { S("en"), S("English"), STR_NONE } };
    Form *form = form_page(req, lang_form, LEN(lang_form));
    form_set(form, "lang", u.lang);
    TplWebMe t = { .form = form, .items = items, .items_n = LEN(items), .languages = languages, .languages_n = LEN(languages), .totp = ways.totp, .sessions = open.n };
    TRY(teams(c, u.id, &t));
    tpl_web_me(&res->body, req->ui, &t);
    return OK;
}

static Err language_post(Ctx *c, const Request *req, Response *res) {
    UserRow u;
    TRY(self(c, &u));
    if (req->form->errors > 0) {
        res_again(res, "/me");
        return OK;
    }
    Str lang = form_text(req->form, "lang");
    Act *a = user_set_lang(c, u.id, lang);
    a->id = req->form->act;
    TRY(journal_one(c, a));
    cookie_set(turn_of(c), "lang", lang, true);
    res_redirect(res, "/me");
    return OK;
}

/* ---- password ---- */

static Err password_page(Ctx *c, const Request *req, Response *res) {
    (void)c;
    tpl_web_me_password(&res->body, req->ui, &(TplWebMePassword){ .form = form_page(req, password_form, LEN(password_form)) });
    return OK;
}

static Err password_post(Ctx *c, const Request *req, Response *res) {
    UserRow u;
    VaultSession keys = { 0 };
    Id key = ID_NONE;
    const char *field = NULL, *wrong = NULL;
    TRY(self(c, &u));
    if (req->form->errors == 0) wrong = signin_password_wrong(&u, form_text(req->form, "password"), form_text(req->form, "again"), &field);
    if (wrong != NULL) form_fail(req->form, field, wrong);
    if (req->form->errors > 0) {
        res_again(res, "/me/password");
        return OK;
    }
    TRY(signin_slow(c, u.login, &key));
    Err e = signin_unlock(c, &u, form_text(req->form, "current"), &keys);
    if (e != OK && e != E_DENIED) return e;
    TRY(signin_note(c, key, e == OK));
    if (e == E_DENIED) {
        form_fail(req->form, "current", N_("This is not your password."));
        res_again(res, "/me/password");
        return OK;
    }
    TRY(vault_repassword(c->vault, c->arena, &keys, u.id, form_text(req->form, "password"), c->now));
    TRY(vault_link_drop(c->vault, u.id));
    TRY(signin_link_forget(c, u.id));
    TRY(signin_end_all(c, u.id));
    res_said(res, N_("Your password is changed."));
    return signin_enter(c, req, res, &u, &keys, S("/me"));
}

/* ---- second factor ---- */

static Str grouped(Arena *a, Str secret) {
    Buf b = buf_new(200);
    for (size_t i = 0; i < secret.n; i++) {
        if (i > 0 && i % 4 == 0) buf_ch(&b, ' ');
        buf_ch(&b, secret.p[i]);
    }
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* The secret waits under the visitor's cookie between making it and typing its first code; "totp " keeps it apart from other drafts. */
static Str begun(const Request *req) { return str_starts(req->draft, S("totp ")) && req->draft.n == 5 + 32 ? str_sub(req->draft, 5, req->draft.n) : STR_NONE; }

static Err code_page(Ctx *c, const Request *req, Response *res) {
    UserRow u;
    VaultWays ways = { 0 };
    TRY(self(c, &u));
    TRY(vault_ways(c->vault, u.id, ID_NONE, &ways));
    Str secret = begun(req);
    TplWebMeCode t = { .form = form_page(req, code_form, LEN(code_form)), .totp = ways.totp, .secret = secret, .grouped = grouped(c->arena, secret),
        .link = str_fmt(c->arena, "otpauth://totp/Keten:" STR_FMT "?secret=" STR_FMT "&issuer=Keten", STR_ARG(http_escape(c->arena, u.login)), STR_ARG(secret)) };
    tpl_web_me_code(&res->body, req->ui, &t);
    return OK;
}

static Err code_new_post(Ctx *c, const Request *req, Response *res) {
    UserRow u;
    Str secret = STR_NONE;
    (void)req;
    TRY(self(c, &u));
    TRY(vault_totp_new(c->vault, c->arena, u.id, c->now, &secret));
    res_draft(res, str_fmt(c->arena, "totp " STR_FMT, STR_ARG(secret)));
    res_redirect(res, "/me/code");
    return OK;
}

static Err code_confirm_post(Ctx *c, const Request *req, Response *res) {
    UserRow u;
    int64_t step = 0;
    TRY(self(c, &u));
    Err e = E_DENIED;
    if (req->form->errors == 0) {
        e = vault_totp_confirm(c->vault, u.id, form_text(req->form, "code"), signin_real_now(), &step);
        if (e == E_DENIED) form_fail(req->form, "code", N_("This is not the code of now. Wait for the next one and type that."));
    }
    if (e == E_DENIED) {
        res_again(res, "/me/code");
        return OK;
    }
    TRY(e);
    e = totp_step_use(c, u.id, step);
    if (e != OK && e != E_CONFLICT) return e;
    res_draft_drop(res);
    res_said(res, N_("From now on a code is asked when you sign in."));
    res_redirect(res, "/me");
    return OK;
}

static Err code_off_post(Ctx *c, const Request *req, Response *res) {
    UserRow u;
    (void)req;
    TRY(self(c, &u));
    TRY(vault_totp_drop(c->vault, u.id));
    res_draft_drop(res);
    res_said(res, N_("No code is asked any more."));
    res_redirect(res, "/me");
    return OK;
}

/* ---- other devices, and the team's key ---- */

static Err elsewhere_post(Ctx *c, const Request *req, Response *res) {
    UserRow u;
    TRY(self(c, &u));
    VaultSession keys = { 0 };
    if (c->session != NULL) keys = *c->session;
    SessionsOf all = { 0 };
    TRY(session_of_user(c, u.id, &all));
    for (size_t i = 0; i < all.handles_n; i++) {
        VaultSession s = { .worker = true };
        if (all.handles[i].n != sizeof s.handle || memcmp(all.handles[i].p, keys.handle, sizeof s.handle) == 0) continue;
        memcpy(s.handle, all.handles[i].p, sizeof s.handle);
        vault_logout(c->vault, &s);
    }
    TRY(session_end_user(c, u.id));
    res_said(res, N_("You are signed out everywhere else."));
    return signin_enter(c, req, res, &u, &keys, S("/me"));
}

static Err give_post(Ctx *c, const Request *req, Response *res) {
    UserRow *members = NULL;
    size_t n = 0, at = 0;
    Id team = ID_NONE, user = ID_NONE;
    UserRow u;
    TRY(self(c, &u));
    TRY(req_id(req, "team", &team));
    TRY(req_id(req, "user", &user));
    TRY(member_list(c, team, &members, &n));
    while (at < n && !id_eq(members[at].id, user)) at++;
    if (at == n || !members[at].active || !members[at].enrolled) return E_MISSING;
    VaultMember m = { user, members[at].pubkey };
    /* Only who has the key can seal it to another: the key holder refuses everybody else. */
    Err e = c->session == NULL ? E_DENIED : vault_team_add(c->vault, c->arena, c->session, team, &m, c->now);
    if (e == E_DENIED) return ctx_refuse(c, e, NULL, N_("You have not the key of this team yourself, or have to sign in again first."));
    TRY(e);
    res_said(res, N_("The key is given. Your colleague signs in again to use it."));
    res_redirect(res, "/me");
    return OK;
}

const Route me_routes[] = {
    { GET, "/me", R_STAFF, "user.self", LEVEL_STAFF, 0, me_page },
    { POST, "/me/language", R_STAFF, "user.self", LEVEL_STAFF, 8192, language_post, ROUTE_FORM(lang_form) },
    { GET, "/me/password", R_STAFF, "user.self", LEVEL_STAFF, 0, password_page },
    { POST, "/me/password", R_STAFF, "user.self", LEVEL_STAFF, 8192, password_post, ROUTE_FORM(password_form), .cost = 20 },
    { GET, "/me/code", R_STAFF, "user.self", LEVEL_FRESH, 0, code_page },
    { POST, "/me/code", R_STAFF, "user.self", LEVEL_FRESH, 8192, code_new_post },
    { POST, "/me/code/confirm", R_STAFF, "user.self", LEVEL_FRESH, 8192, code_confirm_post, ROUTE_FORM(code_form), .cost = 20 },
    { POST, "/me/code/off", R_STAFF, "user.self", LEVEL_FRESH, 8192, code_off_post },
    { POST, "/me/elsewhere", R_STAFF, "user.self", LEVEL_STAFF, 8192, elsewhere_post },
    { POST, "/me/team/{team}/give/{user}", R_STAFF, "user.self", LEVEL_STAFF, 8192, give_post },
};
const size_t me_routes_n = LEN(me_routes);
