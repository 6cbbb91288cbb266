/* people_store.c - SQL of organisations, teams and people. */
#include "core/case/case_in.h"

/* Undoes the +HH escapes of a clear name; never longer than the escaped form. */
static Str plain_name(Str code, char *to, size_t max) {
    static const char hex[] = "0123456789ABCDEF";
    size_t n = 0;
    for (size_t i = 0; i < code.n && n < max; i++) {
        const char *hi = NULL, *lo = NULL;
        if (code.p[i] == '+' && i + 2 < code.n + 0 && (hi = memchr(hex, code.p[i + 1], 16)) != NULL && (lo = memchr(hex, code.p[i + 2], 16)) != NULL) {
            to[n++] = (char)((hi - hex) * 16 + (lo - hex));
            i += 2;
        } else {
            to[n++] = code.p[i];
        }
    }
    return str_bytes(to, n);
}

/* Later than every organisation before it, if need be by a millisecond: the order of this column is the order of the acts (org_mark). */
Err apply_org_made(Db *db, const Act *a) {
    char name[256];
    int64_t newest = 0;
    TRY(db_int(db, "SELECT coalesce(max(made_ms), 0) FROM org", P0, &newest));
    return db_run(db, "INSERT INTO org(id, name, kind, country, authority, lang, flagger_id, made_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8)",
        P(PID(a->subject), PT(plain_name(act_get_code(a, "name"), name, sizeof name)), PT(act_get_code(a, "kind")), PT(act_get_code(a, "country")),
          PT(act_get_code(a, "authority")), PT(act_get_code(a, "lang")), PT(act_get_code(a, "flagger")), PI(a->at > newest ? a->at : newest + 1)));
}

Err apply_team_made(Db *db, const Act *a) {
    char name[256];
    return db_run(db, "INSERT INTO team(id, org, name, epoch, pubkey, intake, made_ms) VALUES($1,$2,$3,1,$4,$5,$6)",
        P(PID(a->subject), PID(a->org), PT(plain_name(act_get_code(a, "name"), name, sizeof name)), PB(act_get_hash(a, "pubkey")), PI(act_get_int(a, "intake")), PI(a->at)));
}

Err apply_user_added(Db *db, const Act *a) {
    char name[256];
    return db_run(db, "INSERT INTO user_account(id, org, login, name, roles, lang, active, made_ms) VALUES($1,$2,$3,$4,$5,$6,1,$7)",
        P(PID(a->subject), PID(a->org), PT(act_get_code(a, "login")), PT(plain_name(act_get_code(a, "name"), name, sizeof name)), PI(act_get_int(a, "roles")), PT(act_get_code(a, "lang")), PI(a->at)));
}

Err apply_user_enrolled(Db *db, const Act *a) {
    return db_run(db, "UPDATE user_account SET pubkey=$2, enrolled_ms=$3 WHERE id=$1", P(PID(a->subject), PB(act_get_hash(a, "pubkey")), PI(a->at)));
}

Err apply_user_changed(Db *db, const Act *a) {
    return db_run(db, "UPDATE user_account SET roles=$2, active=$3, lang=$4 WHERE id=$1",
        P(PID(a->subject), PI(act_get_int(a, "roles")), PI(act_get_int(a, "active")), PT(act_get_code(a, "lang"))));
}

Err apply_user_lang(Db *db, const Act *a) { return db_run(db, "UPDATE user_account SET lang=$2 WHERE id=$1", P(PID(a->subject), PT(act_get_code(a, "lang")))); }

Err apply_member_added(Db *db, const Act *a) {
    Id user = act_get_id(a, "user");
    return db_run(db, "INSERT INTO member(team, user_id, since_ms) VALUES($1,$2,$3) ON CONFLICT(team, user_id) DO NOTHING", P(PID(a->subject), PID(user), PI(a->at)));
}

Err apply_member_removed(Db *db, const Act *a) {
    Id user = act_get_id(a, "user");
    return db_run(db, "DELETE FROM member WHERE team=$1 AND user_id=$2", P(PID(a->subject), PID(user)));
}

#define USER_COLUMNS "id, org, login, name, lang, roles, active, enrolled_ms, pubkey"
static UserRow user_read(const Rows *r, Arena *a) {
    return (UserRow){ .id = row_id(r, 0), .org = row_id(r, 1), .login = row_text_dup(r, 2, a), .name = row_text_dup(r, 3, a), .lang = row_text_dup(r, 4, a),
        .roles = (uint32_t)row_int(r, 5), .active = row_int(r, 6) != 0, .enrolled = row_int(r, 7) != 0, .pubkey = row_blob_dup(r, 8, a) };
}

static Err user_first(Ctx *c, Rows *r, UserRow *out) {
    bool found = rows_next(r);
    if (found) *out = user_read(r, c->arena);
    TRY(rows_end(r));
    return found ? OK : E_MISSING;
}

Err user_by_login(Ctx *c, Str login, UserRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " USER_COLUMNS " FROM user_account WHERE login=$1", P(PT(login)), &r));
    return user_first(c, &r, out);
}

Err user_by_id(Ctx *c, Id id, UserRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " USER_COLUMNS " FROM user_account WHERE id=$1", P(PID(id)), &r));
    return user_first(c, &r, out);
}

enum { LIST_MAX = 2000 };

Err user_list(Ctx *c, Id org, UserRow **out, size_t *out_n) {
    UserRow *rows = ARENA_ARRAY(c->arena, UserRow, LIST_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " USER_COLUMNS " FROM user_account WHERE org=$1 ORDER BY name, login LIMIT 2000", P(PID(org)), &r));
    while (n < LIST_MAX && rows_next(&r)) rows[n++] = user_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err user_store_other_admins(Ctx *c, Id user, int64_t *out) {
    return db_int(c->db, "SELECT count(*) FROM user_account u WHERE u.org=(SELECT org FROM user_account WHERE id=$1) AND u.id<>$1 AND u.active=1 AND (u.roles & $2)<>0",
        P(PID(user), PI(R_ADMIN)), out);
}

Err member_list(Ctx *c, Id team, UserRow **out, size_t *out_n) {
    UserRow *rows = ARENA_ARRAY(c->arena, UserRow, LIST_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " USER_COLUMNS " FROM user_account u JOIN member m ON m.user_id=u.id WHERE m.team=$1 ORDER BY u.name, u.login LIMIT 2000", P(PID(team)), &r));
    while (n < LIST_MAX && rows_next(&r)) rows[n++] = user_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

#define TEAM_COLUMNS "id, org, name, pubkey, epoch, intake"
static TeamRow team_read(const Rows *r, Arena *a) {
    return (TeamRow){ .id = row_id(r, 0), .org = row_id(r, 1), .name = row_text_dup(r, 2, a), .pubkey = row_blob_dup(r, 3, a), .epoch = row_int(r, 4), .intake = row_int(r, 5) != 0 };
}

Err team_list(Ctx *c, Id org, TeamRow **out, size_t *out_n) {
    enum { TEAMS_MAX = 200 };
    TeamRow *rows = ARENA_ARRAY(c->arena, TeamRow, TEAMS_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " TEAM_COLUMNS " FROM team WHERE org=$1 ORDER BY intake DESC, name LIMIT 200", P(PID(org)), &r));
    while (n < TEAMS_MAX && rows_next(&r)) rows[n++] = team_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err team_of_user(Ctx *c, Id user, TeamRow **out, size_t *out_n) {
    enum { TEAMS_OF_ONE_MAX = 16 }; /* as many as a key session holds */
    TeamRow *rows = ARENA_ARRAY(c->arena, TeamRow, TEAMS_OF_ONE_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " TEAM_COLUMNS " FROM team t JOIN member m ON m.team=t.id WHERE m.user_id=$1 ORDER BY t.intake DESC, t.name LIMIT 16", P(PID(user)), &r));
    while (n < TEAMS_OF_ONE_MAX && rows_next(&r)) rows[n++] = team_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

static Err team_first(Ctx *c, Rows *r, TeamRow *out) {
    bool found = rows_next(r);
    if (found) *out = team_read(r, c->arena);
    TRY(rows_end(r));
    return found ? OK : E_MISSING;
}

Err team_by_id(Ctx *c, Id id, TeamRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " TEAM_COLUMNS " FROM team WHERE id=$1", P(PID(id)), &r));
    return team_first(c, &r, out);
}

Err team_intake(Ctx *c, Id org, TeamRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " TEAM_COLUMNS " FROM team WHERE org=$1 AND intake=1 ORDER BY made_ms LIMIT 1", P(PID(org)), &r));
    return team_first(c, &r, out);
}

#define ORG_COLUMNS "id, name, kind, country, authority, lang, flagger_id"
static OrgRow org_read(const Rows *r, Arena *a) {
    return (OrgRow){ .id = row_id(r, 0), .name = row_text_dup(r, 1, a), .kind = row_text_dup(r, 2, a), .country = row_text_dup(r, 3, a),
        .authority = row_text_dup(r, 4, a), .lang = row_text_dup(r, 5, a), .flagger_id = row_text_dup(r, 6, a) };
}

static Err org_first(Ctx *c, Rows *r, OrgRow *out) {
    bool found = rows_next(r);
    if (found) *out = org_read(r, c->arena);
    TRY(rows_end(r));
    return found ? OK : E_MISSING;
}

Err org_by_id(Ctx *c, Id id, OrgRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " ORG_COLUMNS " FROM org WHERE id=$1", P(PID(id)), &r));
    return org_first(c, &r, out);
}

Err org_by_authority(Ctx *c, Str authority_code, OrgRow *out) {
    if (authority_code.n == 0) return E_MISSING;
    Rows r;
    TRY(db_query(c->db, "SELECT " ORG_COLUMNS " FROM org WHERE authority=$1 ORDER BY made_ms LIMIT 1", P(PT(authority_code)), &r));
    return org_first(c, &r, out);
}

Err org_list(Ctx *c, OrgRow **out, size_t *out_n) {
    OrgRow *rows = ARENA_ARRAY(c->arena, OrgRow, LIST_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " ORG_COLUMNS " FROM org ORDER BY name LIMIT 2000", P0, &r));
    while (n < LIST_MAX && rows_next(&r)) rows[n++] = org_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err org_mark(Db *db, Id org, char out[ORG_MARK]) {
    int64_t before = 0;
    TRY(db_int(db, "SELECT count(*) FROM org o JOIN org own ON own.id=$1 WHERE o.made_ms<own.made_ms", P(PID(org)), &before));
    out[0] = '\0';
    if (before > 0) snprintf(out, ORG_MARK, "%02X%02X", org.b[0], org.b[1]);
    return OK;
}
