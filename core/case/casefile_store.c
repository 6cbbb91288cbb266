/* casefile_store.c - SQL of cases and incidents. */
#include "core/case/case_in.h"
#include "core/case/print.h"

Err touch_case(Db *db, const Act *a) { return db_run(db, "UPDATE case_file SET touched_ms=$2 WHERE id=$1", P(PID(a->case_id), PI(a->at))); }

static Err next_number(Db *db, const Act *a, int64_t *out) {
    int64_t year = act_get_int(a, "year");
    TRY(db_run(db, "INSERT INTO case_number(org, year, last) VALUES($1,$2,1) ON CONFLICT(org, year) DO UPDATE SET last=last+1", P(PID(a->org), PI(year))));
    return db_int(db, "SELECT last FROM case_number WHERE org=$1 AND year=$2", P(PID(a->org), PI(year)), out);
}

/* The reference people say on the phone. */
static Err insert_case(Db *db, const Act *a, int64_t number) {
    char ref[48], mark[ORG_MARK];
    TRY(org_mark(db, a->org, mark));
    int n = snprintf(ref, sizeof ref, "K%s-%lld-%06lld", mark, (long long)act_get_int(a, "year"), (long long)number);
    Id team = act_get_id(a, "team");
    return db_run(db, "INSERT INTO case_file(id, org, team, ref, year, number, source, lane, age_depicted, for_whom, safety, what, wishes, contact_mode, lang, risk, risk_why,"
        " active, turn, next_due, next_duty, locator, opened_ms, touched_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,1,'us',$18,'first_look',$19,$20,$20)",
        P(PID(a->subject), PID(a->org), PID(team), PT(str_bytes(ref, (size_t)n)), PI(act_get_int(a, "year")), PI(number), PT(act_get_code(a, "source")), PT(act_get_code(a, "lane")),
          PT(act_get_code(a, "age")), PT(act_get_code(a, "for_whom")), PT(act_get_code(a, "safety")), PT(act_get_code(a, "what")), PT(act_get_code(a, "wishes")), PT(act_get_code(a, "contact")),
          PT(act_get_code(a, "lang")), PI(act_get_int(a, "risk")), PT(act_get_code(a, "risk_why")), PI(act_get_int(a, "next_due")), PTN(act_get_code(a, "locator")), PI(a->at)));
}

Err apply_case_opened(Db *db, const Act *a) {
    int64_t number = 0;
    Id team = act_get_id(a, "team");
    TRY(next_number(db, a, &number));
    TRY(insert_case(db, a, number));
    return db_run(db, "INSERT INTO queue_size(team, n) VALUES($1,1) ON CONFLICT(team) DO UPDATE SET n=n+1", P(PID(team)));
}

Err apply_case_read(Db *db, const Act *a) {
    return db_run(db, "UPDATE case_file SET read_ms=CASE WHEN read_ms=0 THEN $2 ELSE read_ms END, touched_ms=$2 WHERE id=$1", P(PID(a->case_id), PI(a->at)));
}
Err apply_case_claimed(Db *db, const Act *a) {
    return db_run(db, "UPDATE case_file SET claimed_by=$2, claim_until=$3, read_ms=CASE WHEN read_ms=0 THEN $4 ELSE read_ms END WHERE id=$1",
        P(PID(a->case_id), PID(a->actor), PI(act_get_int(a, "until")), PI(a->at)));
}
Err apply_case_released(Db *db, const Act *a) { return db_run(db, "UPDATE case_file SET claimed_by=NULL, claim_until=0 WHERE id=$1", P(PID(a->case_id))); }
/* Of whom is or may be under 18 nothing of the picture is kept; a report that was joined into this one goes the way of this one. */
Err apply_case_lane(Db *db, const Act *a) {
    if (!str_eq(act_get_code(a, "lane"), S("adult"))) {
        Id of[PRINT_JOINED_MAX];
        size_t n = 0;
        TRY(print_store_joined(db, a->case_id, of, &n));
        for (size_t i = 0; i < n; i++) TRY(print_store_end_all(db, a, of[i], S("lane")));
    }
    return db_run(db, "UPDATE case_file SET lane=$2, age_depicted=$3, touched_ms=$4 WHERE id=$1", P(PID(a->case_id), PT(act_get_code(a, "lane")), PT(act_get_code(a, "age")), PI(a->at)));
}
Err apply_case_risk(Db *db, const Act *a) {
    return db_run(db, "UPDATE case_file SET risk=$2, risk_why=$3, touched_ms=$4 WHERE id=$1", P(PID(a->case_id), PI(act_get_int(a, "risk")), PT(act_get_code(a, "why")), PI(a->at)));
}
Err apply_case_turn(Db *db, const Act *a) {
    return db_run(db, "UPDATE case_file SET turn=$2, next_duty=$3, next_due=$4, touched_ms=$5 WHERE id=$1",
        P(PID(a->case_id), PT(act_get_code(a, "turn")), PT(act_get_code(a, "duty")), PI(act_get_int(a, "due")), PI(a->at)));
}
Err apply_case_paused(Db *db, const Act *a) { return db_run(db, "UPDATE case_file SET paused_ms=$2, touched_ms=$2 WHERE id=$1", P(PID(a->case_id), PI(a->at))); }
Err apply_case_resumed(Db *db, const Act *a) { return db_run(db, "UPDATE case_file SET paused_ms=0, touched_ms=$2 WHERE id=$1", P(PID(a->case_id), PI(a->at))); }

/* After withdrawing everything one thing is left to do, closing the case; withdrawing one purpose leaves the rest going. */
Err apply_case_withdrawn(Db *db, const Act *a) {
    if (str_eq(act_get_code(a, "what"), S("all"))) {
        TRY(db_run(db, "UPDATE consent SET withdrawn_ms=$2 WHERE case_id=$1 AND withdrawn_ms=0", P(PID(a->case_id), PI(a->at))));
        TRY(db_run(db, "UPDATE share SET ended_ms=$2 WHERE case_id=$1 AND ended_ms=0", P(PID(a->case_id), PI(a->at))));
        TRY(print_store_end_all(db, a, a->case_id, S("withdrawn")));
        return db_run(db, "UPDATE case_file SET withdrawn_ms=$2, touched_ms=$2, turn='us', next_duty='close_after_withdrawal' WHERE id=$1", P(PID(a->case_id), PI(a->at)));
    }
    return db_run(db, "UPDATE consent SET withdrawn_ms=$2 WHERE case_id=$1 AND withdrawn_ms=0 AND (purpose=$3 OR substr(purpose, 1, length($3)+1)=$3||':')",
        P(PID(a->case_id), PI(a->at), PT(act_get_code(a, "what"))));
}

/* queue_size counts the active cases of a team: an act that takes a case out of the queue, or back in, says so before it changes the row. */
static Err queue_leave(Db *db, Id case_id) { return db_run(db, "UPDATE queue_size SET n=n-1 WHERE team=(SELECT team FROM case_file WHERE id=$1 AND active=1)", P(PID(case_id))); }
static Err queue_enter(Db *db, Id case_id) { return db_run(db, "UPDATE queue_size SET n=n+1 WHERE team=(SELECT team FROM case_file WHERE id=$1 AND active=0)", P(PID(case_id))); }

/* What no longer holds must not be used by mistake: the acts keep it, the case does not. */
Err apply_case_contact(Db *db, const Act *a) {
    TRY(db_run(db, "UPDATE case_file SET contact_mode=$2, touched_ms=$3 WHERE id=$1", P(PID(a->case_id), PT(act_get_code(a, "mode")), PI(a->at))));
    return db_run(db, "DELETE FROM note WHERE case_id=$1 AND kind IN ('contact_way','contact_hours','contact_cover')", P(PID(a->case_id)));
}
Err apply_case_closed(Db *db, const Act *a) {
    TRY(queue_leave(db, a->case_id));
    TRY(db_run(db, "UPDATE clock SET state='stopped', why='case_closed' WHERE case_id=$1 AND state IN ('running','paused')", P(PID(a->case_id))));
    return db_run(db, "UPDATE case_file SET closed_ms=$2, close_why=$3, active=0, claimed_by=NULL, claim_until=0, touched_ms=$2 WHERE id=$1", P(PID(a->case_id), PI(a->at), PT(act_get_code(a, "why"))));
}
Err apply_case_reopened(Db *db, const Act *a) {
    TRY(queue_enter(db, a->case_id));
    return db_run(db, "UPDATE case_file SET closed_ms=0, close_why='', active=1, turn='us', next_duty='reopened', next_due=$2, touched_ms=$2 WHERE id=$1", P(PID(a->case_id), PI(a->at)));
}

Err apply_case_merged(Db *db, const Act *a) {
    Id into = act_get_id(a, "into");
    TRY(queue_leave(db, a->case_id));
    TRY(db_run(db, "INSERT INTO case_location(case_id, location, added_ms, source, note) SELECT $2, location, added_ms, source, NULL FROM case_location WHERE case_id=$1"
        " ON CONFLICT(case_id, location) DO NOTHING", P(PID(a->case_id), PID(into))));
    TRY(db_run(db, "UPDATE case_file SET locations=(SELECT count(*) FROM case_location WHERE case_id=$1), touched_ms=$2 WHERE id=$1", P(PID(into), PI(a->at))));
    TRY(db_run(db, "DELETE FROM case_platform WHERE case_id=$1", P(PID(into))));
    TRY(db_run(db, "INSERT INTO case_platform(case_id, platform, n) SELECT $1, l.platform, count(*) FROM case_location cl JOIN location l ON l.id=cl.location WHERE cl.case_id=$1 GROUP BY l.platform", P(PID(into))));
    return db_run(db, "UPDATE case_file SET merged_into=$2, active=0, claimed_by=NULL, claim_until=0, touched_ms=$3 WHERE id=$1", P(PID(a->case_id), PID(into), PI(a->at)));
}
Err apply_case_reissued(Db *db, const Act *a) {
    return db_run(db, "UPDATE case_file SET locator=$2, touched_ms=$3 WHERE id=$1", P(PID(a->case_id), PT(act_get_code(a, "locator")), PI(a->at)));
}

Err apply_case_worse(Db *db, const Act *a) {
    return db_run(db, "UPDATE case_file SET risk=4, risk_why=CASE WHEN risk_why LIKE '%feels_worse%' THEN risk_why ELSE substr(risk_why||',feels_worse', 1, 200) END, active=1, turn='us',"
        " next_duty='feels_worse', next_due=CASE WHEN turn='us' AND next_due<$2 THEN next_due ELSE $2 END, touched_ms=$3 WHERE id=$1", P(PID(a->case_id), PI(act_get_int(a, "due")), PI(a->at)));
}

/* The tombstone: the row stays with its dates; everything a person typed becomes unreadable with the keys. */
Err apply_case_erased(Db *db, const Act *a) {
    TRY(queue_leave(db, a->case_id));
    TRY(db_run(db, "UPDATE clock SET state='stopped', why='erased' WHERE case_id=$1 AND state IN ('running','paused')", P(PID(a->case_id))));
    TRY(db_run(db, "UPDATE consent SET withdrawn_ms=$2 WHERE case_id=$1 AND withdrawn_ms=0", P(PID(a->case_id), PI(a->at))));
    TRY(db_run(db, "UPDATE share SET ended_ms=$2 WHERE case_id=$1 AND ended_ms=0", P(PID(a->case_id), PI(a->at))));
    TRY(print_store_end_all(db, a, a->case_id, S("erased")));
    TRY(db_run(db, "DELETE FROM message WHERE case_id=$1", P(PID(a->case_id))));
    TRY(db_run(db, "DELETE FROM note WHERE case_id=$1", P(PID(a->case_id))));
    /* A location that only this case held is no longer found by its address: reported anew, it is a new one with a key of its own. */
    TRY(db_run(db, "UPDATE location SET url_key=id, host_key=id WHERE id IN (SELECT x.location FROM case_location x WHERE x.case_id=$1 AND NOT EXISTS(SELECT 1 FROM case_location y"
        " JOIN case_file k ON k.id=y.case_id WHERE y.location=x.location AND y.case_id<>$1 AND k.erased_ms=0))", P(PID(a->case_id))));
    return db_run(db, "UPDATE case_file SET erased_ms=$2, active=0, claimed_by=NULL, claim_until=0, locator=NULL, what='', wishes='', touched_ms=$2 WHERE id=$1", P(PID(a->case_id), PI(a->at)));
}

#define CASE_COLUMNS "k.id, k.org, k.team, k.claimed_by, k.merged_into, k.ref, k.source, k.lane, k.age_depicted, k.for_whom, k.safety, k.what, k.wishes, k.contact_mode, k.lang, k.risk_why, k.turn," \
    " k.next_duty, k.locator, k.close_why, k.risk, k.locations, k.incidents, k.active, k.claim_until, k.next_due, k.opened_ms, k.touched_ms, k.read_ms, k.paused_ms, k.withdrawn_ms, k.closed_ms, k.erased_ms"

static CaseRow case_read(const Rows *r, Arena *a) {
    CaseRow k = { .id = row_id(r, 0), .org = row_id(r, 1), .team = row_id(r, 2), .claimed_by = row_id(r, 3), .merged_into = row_id(r, 4) };
    Str *texts[] = { &k.ref, &k.source, &k.lane, &k.age_depicted, &k.for_whom, &k.safety, &k.what, &k.wishes, &k.contact_mode, &k.lang, &k.risk_why, &k.turn, &k.next_duty, &k.locator, &k.close_why };
    for (size_t i = 0; i < LEN(texts); i++) *texts[i] = row_text_dup(r, (int)i + 5, a);
    k.risk = row_int(r, 20);
    k.locations = row_int(r, 21);
    k.incidents = row_int(r, 22);
    k.active = row_int(r, 23) != 0;
    UnixMs *times[] = { &k.claim_until, &k.next_due, &k.opened, &k.touched, &k.read, &k.paused, &k.withdrawn, &k.closed, &k.erased };
    for (size_t i = 0; i < LEN(times); i++) *times[i] = row_int(r, (int)i + 24);
    return k;
}

static Err case_first(Ctx *c, Rows *r, CaseRow *out) {
    bool found = rows_next(r);
    if (found) *out = case_read(r, c->arena);
    TRY(rows_end(r));
    return found ? OK : E_MISSING;
}

Err case_by_id(Ctx *c, Id id, CaseRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " CASE_COLUMNS " FROM case_file k WHERE k.id=$1", P(PID(id)), &r));
    return case_first(c, &r, out);
}
Err case_by_ref(Ctx *c, Str ref, CaseRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " CASE_COLUMNS " FROM case_file k WHERE k.ref=$1", P(PT(ref)), &r));
    return case_first(c, &r, out);
}
Err case_by_locator(Ctx *c, Str locator, CaseRow *out) {
    Rows r;
    if (locator.n == 0) return E_MISSING;
    TRY(db_query(c->db, "SELECT " CASE_COLUMNS " FROM case_file k WHERE k.locator=$1", P(PT(locator)), &r));
    return case_first(c, &r, out);
}

/* ---- incidents ---- */
Err apply_incident_added(Db *db, const Act *a) {
    TRY(db_run(db, "INSERT INTO incident(id, case_id, offence, online, age_depicted, age_now, synthetic, consent_made, consent_shared, threat, money, list_or_group, livestream, gender_stated,"
        " offence_date, by_user, at_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17)",
        P(PID(a->subject), PID(a->case_id), PT(act_get_code(a, "offence")), PT(act_get_code(a, "online")), PT(act_get_code(a, "age_depicted")), PT(act_get_code(a, "age_now")), PT(act_get_code(a, "synthetic")),
          PT(act_get_code(a, "consent_made")), PT(act_get_code(a, "consent_shared")), PT(act_get_code(a, "threat")), PT(act_get_code(a, "money")), PT(act_get_code(a, "list_or_group")),
          PT(act_get_code(a, "livestream")), PT(act_get_code(a, "gender_stated")), PT(act_get_code(a, "offence_date")), PIDN(a->actor), PI(a->at))));
    return db_run(db, "UPDATE case_file SET incidents=incidents+1, touched_ms=$2 WHERE id=$1", P(PID(a->case_id), PI(a->at)));
}

Err apply_incident_removed(Db *db, const Act *a) {
    int64_t changed = 0;
    TRY(db_run_count(db, "UPDATE incident SET removed_ms=$3 WHERE id=$1 AND case_id=$2 AND removed_ms=0", P(PID(a->subject), PID(a->case_id), PI(a->at)), &changed));
    return db_run(db, "UPDATE case_file SET incidents=incidents-$2, touched_ms=$3 WHERE id=$1", P(PID(a->case_id), PI(changed), PI(a->at)));
}

Err incident_list(Ctx *c, Id case_id, IncidentRow **out, size_t *out_n) {
    enum { INCIDENTS_MAX = 200 };
    IncidentRow *rows = ARENA_ARRAY(c->arena, IncidentRow, INCIDENTS_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT id, offence, online, age_depicted, age_now, synthetic, consent_made, consent_shared, threat, money, list_or_group, livestream, gender_stated, offence_date, at_ms"
        " FROM incident WHERE case_id=$1 AND removed_ms=0 ORDER BY at_ms, id LIMIT 200", P(PID(case_id)), &r));
    while (n < INCIDENTS_MAX && rows_next(&r)) {
        IncidentRow *i = &rows[n++];
        i->id = row_id(&r, 0);
        Str *texts[] = { &i->offence, &i->online, &i->age_depicted, &i->age_now, &i->synthetic, &i->consent_made, &i->consent_shared, &i->threat, &i->money, &i->list_or_group, &i->livestream,
            &i->gender_stated, &i->offence_date };
        for (size_t k = 0; k < LEN(texts); k++) *texts[k] = row_text_dup(&r, (int)k + 1, c->arena);
        i->at = row_int(&r, 14);
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
