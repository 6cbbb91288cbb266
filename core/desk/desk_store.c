/* desk_store.c - what the desk reads that no other room gives: a person's teams, shares with the names of those who read. */
#include "core/desk/desk_in.h"

Err desk_teams(Ctx *c, TeamRow **out, size_t *out_n) {
    enum { TEAMS_MAX = 50 };
    TeamRow *rows = ARENA_ARRAY(c->arena, TeamRow, TEAMS_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT t.id, t.org, t.name, t.intake FROM member m JOIN team t ON t.id=m.team WHERE m.user_id=$1 ORDER BY t.intake DESC, t.made_ms, t.id LIMIT 50", P(PID(c->person.user)), &r));
    while (n < TEAMS_MAX && rows_next(&r)) {
        rows[n] = (TeamRow){ .id = row_id(&r, 0), .org = row_id(&r, 1), .name = row_text_dup(&r, 2, c->arena), .intake = row_int(&r, 3) != 0 };
        n++;
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err desk_shares(Ctx *c, Id case_id, ShareRow **out, size_t *out_n) {
    enum { SHARES_MAX = 200 };
    ShareRow *rows = ARENA_ARRAY(c->arena, ShareRow, SHARES_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT s.id, s.object, s.to_org, coalesce(t.kind, 0), s.purpose, s.scope, o.name, s.from_ms, s.until_ms, s.ended_ms FROM share s JOIN org o ON o.id=s.to_org"
        " LEFT JOIN thing t ON t.id=s.object WHERE s.case_id=$1 ORDER BY s.from_ms DESC, s.id LIMIT 200", P(PID(case_id)), &r));
    while (n < SHARES_MAX && rows_next(&r)) {
        rows[n] = (ShareRow){ .id = row_id(&r, 0), .object = row_id(&r, 1), .to_org = row_id(&r, 2), .kind = row_int(&r, 3), .purpose = row_text_dup(&r, 4, c->arena), .scope = row_text_dup(&r, 5, c->arena),
            .org_name = row_text_dup(&r, 6, c->arena), .from = row_int(&r, 7), .until = row_int(&r, 8), .ended = row_int(&r, 9) };
        n++;
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

/* What lies sealed in a case, counted without opening anything. */
Err desk_sealed(Ctx *c, Id case_id, Sealed *out) {
    TRY(db_int(c->db, "SELECT count(*) FROM note WHERE case_id=$1", P(PID(case_id)), &out->notes));
    TRY(db_int(c->db, "SELECT count(*) FROM message WHERE case_id=$1", P(PID(case_id)), &out->messages));
    return db_int(c->db, "SELECT count(*) FROM message WHERE case_id=$1 AND from_victim=1 AND read_ms=0", P(PID(case_id)), &out->unread);
}

/* Other cases of the same team that hold this location. */
Err desk_also(Ctx *c, const CaseRow *k, Id location, int64_t *out) {
    return db_int(c->db, "SELECT count(*) FROM case_location cl JOIN case_file k ON k.id=cl.case_id WHERE cl.location=$1 AND cl.case_id<>$2 AND k.team=$3 AND k.erased_ms=0",
        P(PID(location), PID(k->id), PID(k->team)), out);
}

enum { FOUND_MOST = 1000 };
static Err ids(Ctx *c, Rows *r, size_t limit, Id **out, size_t *out_n) {
    Id *list = ARENA_ARRAY(c->arena, Id, limit + 1);
    size_t n = 0;
    while (n < limit && n < FOUND_MOST && rows_next(r)) list[n++] = row_id(r, 0);
    *out = list;
    *out_n = n;
    return rows_end(r);
}

/* Cases of this person's teams that hold a link, or a link on a host, by the blind index; newest first. */
Err desk_cases_of_url(Ctx *c, Id key, size_t limit, Id **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT k.id FROM location l JOIN case_location cl ON cl.location=l.id JOIN case_file k ON k.id=cl.case_id JOIN member m ON m.team=k.team AND m.user_id=$3"
        " WHERE l.org=$1 AND l.url_key=$2 ORDER BY k.opened_ms DESC, k.id LIMIT $4", P(PID(c->person.org), PID(key), PID(c->person.user), PI((int64_t)limit)), &r));
    return ids(c, &r, limit, out, out_n);
}
Err desk_cases_of_host(Ctx *c, Id key, size_t limit, Id **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT DISTINCT k.id FROM (SELECT id FROM location WHERE org=$1 AND host_key=$2 LIMIT 2000) l JOIN case_location cl ON cl.location=l.id JOIN case_file k ON k.id=cl.case_id"
        " JOIN member m ON m.team=k.team AND m.user_id=$3 LIMIT $4", P(PID(c->person.org), PID(key), PID(c->person.user), PI((int64_t)limit)), &r));
    return ids(c, &r, limit, out, out_n);
}

/* Other open cases of the same team with the same links; of a very large case its first 500 links are compared. */
Err desk_twins(Ctx *c, const CaseRow *k, size_t limit, Twin **out, size_t *out_n) {
    Twin *rows = ARENA_ARRAY(c->arena, Twin, limit + 1);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT k.id, k.ref, count(*) FROM (SELECT location FROM case_location WHERE case_id=$1 LIMIT 500) x JOIN case_location y ON y.location=x.location AND y.case_id<>$1"
        " JOIN case_file k ON k.id=y.case_id WHERE k.team=$2 AND k.active=1 GROUP BY k.id, k.ref ORDER BY count(*) DESC, k.ref LIMIT $3", P(PID(k->id), PID(k->team), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r)) {
        rows[n] = (Twin){ row_id(&r, 0), row_text_dup(&r, 1, c->arena), row_int(&r, 2) };
        n++;
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err desk_shared_links(Ctx *c, Id one, Id other, int64_t *out) {
    return db_int(c->db, "SELECT count(*) FROM case_location x JOIN case_location y ON y.location=x.location AND y.case_id=$2 WHERE x.case_id=$1", P(PID(one), PID(other)), out);
}

/* Dossiers and filings of a case, by the act that made them; newest first. CROSS JOIN: from the acts of the case, never from all things. */
Err desk_objects(Ctx *c, Id case_id, size_t limit, ObjectRow **out, size_t *out_n) {
    ObjectRow *rows = ARENA_ARRAY(c->arena, ObjectRow, limit + 1);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT t.id, t.kind, min(a.at_ms) FROM act a CROSS JOIN thing t WHERE a.case_id=$1 AND t.id=a.subject AND t.case_id=$1 AND t.kind IN ($2,$3) GROUP BY t.id, t.kind ORDER BY min(a.at_ms) DESC LIMIT $4",
        P(PID(case_id), PI(OBJ_DOSSIER), PI(OBJ_FILING), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r)) {
        rows[n] = (ObjectRow){ row_id(&r, 0), row_int(&r, 1), row_int(&r, 2) };
        n++;
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err apply_case_referred(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO referral(id, case_id, to_code, way, links, by_user, at_ms) VALUES($1,$2,$3,$4,$5,$6,$7)",
        P(PID(a->subject), PID(a->case_id), PT(act_get_code(a, "to")), PT(act_get_code(a, "way")), PI(act_get_int(a, "links")), PIDN(a->actor), PI(a->at)));
}

Err desk_referrals(Ctx *c, Id case_id, ReferralRow **out, size_t *out_n) {
    enum { REFERRALS_MAX = 100 };
    ReferralRow *rows = ARENA_ARRAY(c->arena, ReferralRow, REFERRALS_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT to_code, way, links, by_user, at_ms FROM referral WHERE case_id=$1 ORDER BY at_ms DESC, id LIMIT 100", P(PID(case_id)), &r));
    while (n < REFERRALS_MAX && rows_next(&r)) {
        rows[n] = (ReferralRow){ row_text_dup(&r, 0, c->arena), row_text_dup(&r, 1, c->arena), row_int(&r, 2), row_id(&r, 3), row_int(&r, 4) };
        n++;
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

/* That somebody of another organisation opened a shared case changes nothing but the record. */
Err apply_share_opened(Db *db, const Act *a) {
    (void)db, (void)a;
    return OK;
}

Err desk_shared(Ctx *c, Id only_case, SharedRow **out, size_t *out_n) {
    enum { SHARED_MAX = 500 };
    SharedRow *rows = ARENA_ARRAY(c->arena, SharedRow, SHARED_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT k.id, k.ref, o.name, s.purpose, s.scope, s.from_ms, s.until_ms FROM share s JOIN case_file k ON k.id=s.object JOIN org o ON o.id=k.org"
        " WHERE s.to_org=$1 AND s.until_ms>$2 AND s.from_ms<=$2 AND s.ended_ms=0 AND k.erased_ms=0 AND ($3=0 OR k.id=$4) ORDER BY s.from_ms DESC, s.id LIMIT 500",
        P(PID(c->person.org), PI(c->now), PI(!id_none(only_case)), PID(only_case)), &r));
    while (n < SHARED_MAX && rows_next(&r)) {
        rows[n] = (SharedRow){ .case_id = row_id(&r, 0), .ref = row_text_dup(&r, 1, c->arena), .from = row_text_dup(&r, 2, c->arena), .purpose = row_text_dup(&r, 3, c->arena), .scope = row_text_dup(&r, 4, c->arena),
            .since = row_int(&r, 5), .until = row_int(&r, 6) };
        n++;
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
