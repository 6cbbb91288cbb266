/* people.c - organisations, teams and people as acts. */
#include "core/case/case_in.h"
#include "core/vault/vault.h"

const FieldDef no_fields[] = { { NULL, F_END, CLEAR, false, 0 } };

/* Names of organisations, teams and staff are clear by design (a thief of the database learns who works here, and no
 * more). An act's clear fields are codes, so a name travels escaped: every byte that is no code character as +HH. */
static Str as_code(Arena *a, Str name) {
    Buf b = buf_new(800);
    for (size_t i = 0; i < name.n && b.n < 180; i++) {
        char ch = name.p[i];
        bool plain = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '.' || ch == '-' || ch == '_';
        if (plain) buf_ch(&b, ch);
        else buf_printf(&b, "+%02X", (unsigned)(unsigned char)ch);
    }
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* People and organisations come in by the organisation this server was made for, or are one's own. */
static Err check_own_or_host(Ctx *c, const Act *a) {
    bool own = id_eq(a->org, c->person.org), host = id_eq(c->person.org, c->app->org);
    return own || host ? OK : ctx_refuse(c, E_DENIED, NULL, "You may not do this here.");
}

static const FieldDef org_fields[] = { { "name", F_CODE, CLEAR, true, 0 }, { "kind", F_CODE, CLEAR, true, 0 }, { "country", F_CODE, CLEAR, true, 0 },
    { "authority", F_CODE, CLEAR, false, 0 }, { "lang", F_CODE, CLEAR, true, 0 }, { "flagger", F_CODE, CLEAR, false, 0 }, { NULL, F_END, CLEAR, false, 0 } };
const ActDef act_org_made = { "org.made", 1, OBJ_ORG, "user.admin", false, true, org_fields, check_own_or_host, apply_org_made, NULL, N_("Organisation added") };

static const FieldDef team_fields[] = { { "name", F_CODE, CLEAR, true, 0 }, { "pubkey", F_HASH, CLEAR, true, 0 }, { "intake", F_INT, CLEAR, true, 1 }, { NULL, F_END, CLEAR, false, 0 } };
const ActDef act_team_made = { "team.made", 1, OBJ_TEAM, "user.admin", false, true, team_fields, check_own_or_host, apply_team_made, NULL, N_("Team added") };

static const FieldDef user_fields[] = { { "login", F_CODE, CLEAR, true, 0 }, { "name", F_CODE, CLEAR, true, 0 }, { "roles", F_INT, CLEAR, true, 511 }, { "lang", F_CODE, CLEAR, true, 0 },
    { NULL, F_END, CLEAR, false, 0 } };

static Err check_user_added(Ctx *c, const Act *a) {
    UserRow u;
    Err err = user_by_login(c, act_get_code(a, "login"), &u);
    if (err == OK) return ctx_refuse(c, E_CONFLICT, "login", "This sign-in name is taken.");
    if (err != E_MISSING) return err;
    if (act_get_int(a, "roles") & ~(int64_t)R_STAFF) return ctx_refuse(c, E_INPUT, "roles", "This choice is not known.");
    return check_own_or_host(c, a);
}
const ActDef act_user_added = { "user.added", 1, OBJ_USER, "user.admin", false, true, user_fields, check_user_added, apply_user_added, NULL, N_("Colleague added") };

static const FieldDef enrol_fields[] = { { "pubkey", F_HASH, CLEAR, true, 0 }, { NULL, F_END, CLEAR, false, 0 } };
const ActDef act_user_enrolled = { "user.enrolled", 1, OBJ_USER, "user.self", false, false, enrol_fields, NULL, apply_user_enrolled, NULL, N_("Sign-in set up") };

static Err check_user_changed(Ctx *c, const Act *a) {
    if (act_get_int(a, "roles") & ~(int64_t)R_STAFF) return ctx_refuse(c, E_INPUT, "roles", "This choice is not known.");
    bool admin = act_get_int(a, "active") && (act_get_int(a, "roles") & R_ADMIN);
    int64_t others = 0;
    UserRow u;
    TRY(user_by_id(c, a->subject, &u));
    if (!u.active || (u.roles & R_ADMIN) == 0) return OK;
    TRY(user_store_other_admins(c, a->subject, &others));
    /* Somebody must be left who can let people in. */
    return admin || others > 0 ? OK : ctx_refuse(c, E_CONFLICT, "roles", "This is the last administrator. Make somebody else administrator first.");
}

static const FieldDef change_fields[] = { { "roles", F_INT, CLEAR, true, 511 }, { "active", F_INT, CLEAR, true, 1 }, { "lang", F_CODE, CLEAR, true, 0 }, { NULL, F_END, CLEAR, false, 0 } };
const ActDef act_user_changed = { "user.changed", 1, OBJ_USER, "user.change", false, false, change_fields, check_user_changed, apply_user_changed, NULL, N_("Rights of a colleague changed") };

static const FieldDef lang_fields[] = { { "lang", F_CODE, CLEAR, true, 0 }, { NULL, F_END, CLEAR, false, 0 } };
const ActDef act_user_lang = { "user.lang", 1, OBJ_USER, "user.self", false, false, lang_fields, NULL, apply_user_lang, NULL, N_("Language chosen") };

static Err check_member_added(Ctx *c, const Act *a) {
    TeamRow t;
    UserRow u;
    TRY(team_by_id(c, a->subject, &t));
    Err err = user_by_id(c, act_get_id(a, "user"), &u);
    if (err != OK && err != E_MISSING) return err;
    bool good = err == OK && id_eq(u.org, t.org) && u.active;
    return good ? OK : ctx_refuse(c, E_INPUT, "user", "This choice is not known.");
}

static const FieldDef member_fields[] = { { "user", F_ID, CLEAR, true, 0 }, { NULL, F_END, CLEAR, false, 0 } };
const ActDef act_member_added = { "member.added", 1, OBJ_TEAM, "team.admin", false, false, member_fields, check_member_added, apply_member_added, NULL, N_("Colleague joined a team") };
const ActDef act_member_removed = { "member.removed", 1, OBJ_TEAM, "team.admin", false, false, member_fields, NULL, apply_member_removed, NULL, N_("Colleague left a team") };

Act *org_make(Ctx *c, Id org, Str name, Str kind, Str country, Str authority_code, Str lang, Str flagger_id) {
    Act *a = act_new(c, &act_org_made, ID_NONE, ID_NONE, org);
    a->org = a->scope = org;
    act_code(a, "name", as_code(c->arena, name));
    act_code(a, "kind", kind);
    act_code(a, "country", country);
    act_code(a, "authority", authority_code);
    act_code(a, "lang", lang);
    act_code(a, "flagger", flagger_id);
    return a;
}

Act *team_make(Ctx *c, Id org, Id team, Str name, Str pubkey32, bool intake) {
    Act *a = act_new(c, &act_team_made, ID_NONE, ID_NONE, team);
    a->org = a->scope = org;
    act_code(a, "name", as_code(c->arena, name));
    act_hash(a, "pubkey", pubkey32);
    act_int(a, "intake", intake);
    return a;
}

Act *user_add(Ctx *c, Id org, Id user, Str login, Str name, uint32_t roles, Str lang) {
    Act *a = act_new(c, &act_user_added, ID_NONE, ID_NONE, user);
    a->org = a->scope = org;
    act_code(a, "login", login);
    act_code(a, "name", as_code(c->arena, name));
    act_int(a, "roles", roles);
    act_code(a, "lang", lang);
    return a;
}

Act *user_enrol(Ctx *c, Id user, Str pubkey32) {
    Act *a = act_new(c, &act_user_enrolled, ID_NONE, ID_NONE, user);
    act_hash(a, "pubkey", pubkey32);
    return a;
}

Act *user_change(Ctx *c, Id user, uint32_t roles, bool active, Str lang) {
    Act *a = act_new(c, &act_user_changed, ID_NONE, ID_NONE, user);
    act_int(a, "roles", roles);
    act_int(a, "active", active);
    act_code(a, "lang", lang);
    return a;
}

Act *user_set_lang(Ctx *c, Id user, Str lang) {
    Act *a = act_new(c, &act_user_lang, ID_NONE, ID_NONE, user);
    act_code(a, "lang", lang);
    return a;
}

static Act *member_act(Ctx *c, const ActDef *def, Id team, Id user) {
    Act *a = act_new(c, def, ID_NONE, ID_NONE, team);
    act_idf(a, "user", user);
    return a;
}
Act *member_add(Ctx *c, Id team, Id user) { return member_act(c, &act_member_added, team, user); }
Act *member_remove(Ctx *c, Id team, Id user) { return member_act(c, &act_member_removed, team, user); }

/* ---- who holds the key of a team ---- */
Err team_key_elsewhere(Ctx *c, Id team, Id user, bool *out) {
    UserRow *members = NULL;
    size_t n = 0;
    *out = false;
    if (c->vault == NULL) return E_OUTSIDE;
    TRY(member_list(c, team, &members, &n));
    for (size_t i = 0; i < n && !*out; i++) {
        if (!members[i].active || id_eq(members[i].id, user)) continue;
        TRY(vault_team_holds(c->vault, team, members[i].id, out));
    }
    return OK;
}

Err team_key_last(Ctx *c, Id user, bool *out) {
    TeamRow *teams = NULL;
    size_t n = 0;
    *out = false;
    TRY(team_of_user(c, user, &teams, &n));
    for (size_t i = 0; i < n && !*out; i++) {
        bool mine = false, other = false;
        TRY(team_key_elsewhere(c, teams[i].id, user, &other));
        TRY(vault_team_holds(c->vault, teams[i].id, user, &mine));
        *out = mine && !other;
    }
    return OK;
}
