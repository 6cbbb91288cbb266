/* access_store.c - what the decision needs to know, read in one place. */
#include "core/access/access_in.h"

/* A person who works in an organisation; a victim or a platform carries one only to say whose case it is. */
static bool is_staff(const Ctx *c) { return (c->person.roles & (R_STAFF | R_SYSTEM)) != 0 && !id_none(c->person.org); }

/* Every object is a row in thing (written by the journal with the act that made it), so one query finds its case. */
static Err thing_of(Ctx *c, Object on, Id *out_case, Id *out_org) {
    Rows r;
    TRY(db_query(c->db, "SELECT case_id, org FROM thing WHERE id=$1", P(PID(on.id)), &r));
    bool found = rows_next(&r);
    if (found) {
        *out_case = row_id(&r, 0);
        *out_org = row_id(&r, 1);
    }
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

static Err case_facts(Ctx *c, Id case_id, AccessFacts *f) {
    Rows r;
    TRY(db_query(c->db, "SELECT org, team, closed_ms, paused_ms, withdrawn_ms, erased_ms, merged_into,"
        " EXISTS(SELECT 1 FROM member m WHERE m.team=k.team AND m.user_id=$2) FROM case_file k WHERE id=$1", P(PID(case_id), PID(c->person.user)), &r));
    if (rows_next(&r)) {
        f->exists = true;
        bool same_org = id_eq(row_id(&r, 0), c->person.org) && !id_none(c->person.org);
        if (same_org && is_staff(c)) f->relations |= REL_ORG;
        if (same_org && row_int(&r, 7) != 0) f->relations |= REL_TEAM;
        f->state = row_int(&r, 5) ? ST_ERASED : !row_null(&r, 6) ? ST_MERGED : row_int(&r, 4) ? ST_WITHDRAWN : row_int(&r, 2) ? ST_CLOSED : row_int(&r, 3) ? ST_PAUSED : ST_OPEN;
    }
    TRY(rows_end(&r));
    if ((c->person.roles & R_VICTIM) && !id_none(case_id) && id_eq(case_id, c->person.case_id)) f->relations |= REL_OWN_CASE;
    return OK;
}

static Err has_row(Ctx *c, const char *sql, const DbVal *params, size_t n, uint32_t relation, AccessFacts *f) {
    int64_t one = 0;
    Err err = db_int(c->db, sql, params, n, &one);
    if (err == OK) f->relations |= relation;
    return err == E_MISSING ? OK : err;
}

/* A location has no case of its own: the best relation to any case it belongs to counts. */
static Err location_facts(Ctx *c, Id location, AccessFacts *f) {
    enum { CASES_MAX = 200 };
    Id cases[CASES_MAX];
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT case_id FROM case_location WHERE location=$1 ORDER BY added_ms DESC LIMIT 200", P(PID(location)), &r));
    while (n < CASES_MAX && rows_next(&r)) cases[n++] = row_id(&r, 0);
    TRY(rows_end(&r));
    for (size_t i = 0; i < n; i++) {
        AccessFacts one = { .roles = f->roles };
        TRY(case_facts(c, cases[i], &one));
        if (i == 0 || (one.relations & ~f->relations) != 0 || ((one.relations & f->relations) && one.state == ST_OPEN)) f->state = one.state;
        f->relations |= one.relations;
        f->exists = f->exists || one.exists;
    }
    return OK;
}

Err access_facts(Ctx *c, Object on, AccessFacts *out) {
    AccessFacts f = { .roles = c->person.roles, .state = ST_NONE };
    if (on.kind == OBJ_NONE) {
        f.exists = true;
        *out = f;
        return OK;
    }
    if (on.kind == OBJ_CASE) {
        TRY(case_facts(c, on.id, &f));
        if (f.exists && is_staff(c))
            TRY(has_row(c, "SELECT 1 FROM share WHERE object=$1 AND to_org=$2 AND from_ms<=$3 AND until_ms>$3 AND ended_ms=0 LIMIT 1", P(PID(on.id), PID(c->person.org), PI(c->now)), REL_CASE_SHARE, &f));
    } else if (on.kind == OBJ_LOCATION) {
        TRY(location_facts(c, on.id, &f));
    } else {
        Id case_id = ID_NONE, org = ID_NONE;
        Err err = thing_of(c, on, &case_id, &org);
        if (err != OK && err != E_MISSING) return err;
        f.exists = err == OK;
        if (f.exists && !id_none(case_id)) TRY(case_facts(c, case_id, &f));
        if (f.exists && is_staff(c) && !id_none(org) && id_eq(org, c->person.org)) f.relations |= REL_ORG;
        if (f.exists && on.kind == OBJ_USER && id_eq(on.id, c->person.user)) f.relations |= REL_SELF;
        if (f.exists && (c->person.roles & R_PLATFORM) && id_eq(on.id, c->person.notice)) f.relations |= REL_LINK;
        if (f.exists && is_staff(c)) {
            TRY(has_row(c, "SELECT 1 FROM share WHERE object=$1 AND to_org=$2 AND from_ms<=$3 AND until_ms>$3 AND ended_ms=0",
                P(PID(on.id), PID(c->person.org), PI(c->now)), REL_SHARE, &f));
            TRY(has_row(c, "SELECT 1 FROM party WHERE object=$1 AND org=$2", P(PID(on.id), PID(c->person.org)), REL_PARTY, &f));
        }
    }
    *out = f;
    return OK;
}
