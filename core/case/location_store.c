/* location_store.c - SQL of locations. */
#include "core/case/case_in.h"
#include "core/case/location_in.h"
#include "core/vault/vault.h"

Err apply_location_added(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO location(id, org, url_key, host_key, url, platform, kind, made_ms, path_key) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9)",
        P(PID(a->subject), PID(a->org), PB(act_get_hash(a, "url_key")), PB(act_get_hash(a, "host_key")), PB(act_sealed(a, "url")), PT(act_get_code(a, "platform")), PT(act_get_code(a, "kind")), PI(a->at), PB(act_get_hash(a, "path_key"))));
}

Err apply_location_joined(Db *db, const Act *a) {
    Id location = act_get_id(a, "location");
    int64_t changed = 0;
    TRY(db_run_count(db, "INSERT INTO case_location(case_id, location, added_ms, source, note) VALUES($1,$2,$3,$4,$5) ON CONFLICT(case_id, location) DO NOTHING",
        P(PID(a->case_id), PID(location), PI(a->at), PT(act_get_code(a, "source")), PB(act_sealed(a, "note"))), &changed));
    if (changed == 0) return OK;
    TRY(db_run(db, "INSERT INTO case_platform(case_id, platform, n) SELECT $1, platform, 1 FROM location WHERE id=$2 ON CONFLICT(case_id, platform) DO UPDATE SET n=n+1", P(PID(a->case_id), PID(location))));
    return db_run(db, "UPDATE case_file SET locations=locations+$2, touched_ms=$3 WHERE id=$1", P(PID(a->case_id), PI(changed), PI(a->at)));
}

Err location_known(Ctx *c, Id org, Id url_key, Id case_id, LocationResult *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT l.id, EXISTS(SELECT 1 FROM case_location cl WHERE cl.location=l.id AND cl.case_id=$3),"
        " (SELECT count(*) FROM case_location cl WHERE cl.location=l.id AND cl.case_id<>$3) FROM location l WHERE l.org=$1 AND l.url_key=$2", P(PID(org), PID(url_key), PID(case_id)), &r));
    if (rows_next(&r)) {
        out->location = row_id(&r, 0);
        out->known_here = row_int(&r, 1) != 0;
        out->other_cases = (size_t)row_int(&r, 2);
        out->known_elsewhere = out->other_cases > 0;
    }
    return rows_end(&r);
}

#define LOCATION_COLUMNS "l.id, l.org, l.url, l.platform, l.kind, l.verdict, l.verdict_why, l.verdict_ms, l.gone_ms, l.seen_ms, l.made_ms, l.returned, l.checks"
static LocationRow location_read(const Rows *r, Arena *a) {
    return (LocationRow){ .id = row_id(r, 0), .org = row_id(r, 1), .url_sealed = row_blob_dup(r, 2, a), .platform = row_text_dup(r, 3, a), .kind = row_text_dup(r, 4, a),
        .verdict = row_text_dup(r, 5, a), .verdict_why = row_text_dup(r, 6, a), .verdict_at = row_int(r, 7), .gone = row_int(r, 8), .seen = row_int(r, 9), .made = row_int(r, 10),
        .returned = row_int(r, 11), .checks = row_int(r, 12) };
}

Err location_of_case(Ctx *c, Id case_id, size_t skip, size_t limit, LocationRow **out, size_t *out_n) {
    LocationRow *rows = ARENA_ARRAY(c->arena, LocationRow, limit + 1);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " LOCATION_COLUMNS ", cl.added_ms FROM case_location cl JOIN location l ON l.id=cl.location WHERE cl.case_id=$1 ORDER BY cl.added_ms, l.id LIMIT $2 OFFSET $3",
        P(PID(case_id), PI((int64_t)limit), PI((int64_t)skip)), &r));
    while (n < limit && rows_next(&r)) {
        rows[n] = location_read(&r, c->arena);
        rows[n++].added = row_int(&r, 13);
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err location_pick(Ctx *c, Id case_id, Str scope, Str platform, size_t limit, Id **out, size_t *out_n, int64_t *out_all) {
    bool all = str_eq(scope, S("all")), online = str_eq(scope, S("online")), unasked = str_eq(scope, S("unasked"));
    Id *ids = ARENA_ARRAY(c->arena, Id, limit + 1);
    size_t n = 0;
    Rows r;
    *out_all = 0;
    TRY(db_query(c->db, "SELECT l.id FROM case_location cl JOIN location l ON l.id=cl.location WHERE cl.case_id=$1 AND ($2='' OR l.platform=$2) AND ($3=1 OR l.gone_ms=0) AND ($4=0 OR l.verdict='still_online')"
        " AND ($5=0 OR NOT EXISTS(SELECT 1 FROM request q WHERE q.location=l.id AND q.case_id=$1 AND q.kind='notice' AND q.outcome<>'withdrawn')) ORDER BY cl.added_ms, l.id",
        P(PID(case_id), PT(platform), PI(all), PI(online), PI(unasked)), &r));
    while (rows_next(&r)) {
        if (n < limit) ids[n++] = row_id(&r, 0);
        ++*out_all;
    }
    *out = ids;
    *out_n = n;
    return rows_end(&r);
}

Err location_returns(Ctx *c, Str holder, int64_t *out) {
    return db_int(c->db, "SELECT count(DISTINCT l.id) FROM request q JOIN location l ON l.id=q.location WHERE q.holder=$1 AND q.org=$2 AND q.kind='notice' AND l.returned>0", P(PT(holder), PID(c->person.org)), out);
}

Err location_family(Ctx *c, Id case_id, Id location, size_t limit, LocationRow **out, size_t *out_n, int64_t *out_elsewhere) {
    LocationRow *rows = ARENA_ARRAY(c->arena, LocationRow, limit + 1);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " LOCATION_COLUMNS " FROM location me JOIN location l ON l.org=me.org AND l.path_key=me.path_key AND l.id<>me.id WHERE me.id=$1 AND EXISTS(SELECT 1 FROM case_location cl WHERE cl.location=l.id AND cl.case_id=$2)"
        " ORDER BY l.made_ms, l.id LIMIT $3", P(PID(location), PID(case_id), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = location_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    TRY(rows_end(&r));
    return db_int(c->db, "SELECT count(*) FROM location me JOIN location l ON l.org=me.org AND l.path_key=me.path_key AND l.id<>me.id WHERE me.id=$1 AND NOT EXISTS(SELECT 1 FROM case_location cl WHERE cl.location=l.id AND cl.case_id=$2)",
        P(PID(location), PID(case_id)), out_elsewhere);
}

Err location_counts(Ctx *c, Id case_id, LocationCounts *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT count(*), coalesce(sum(CASE WHEN l.gone_ms>0 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN l.gone_ms=0 AND l.verdict='still_online' THEN 1 ELSE 0 END), 0)"
        " FROM case_location cl JOIN location l ON l.id=cl.location WHERE cl.case_id=$1", P(PID(case_id)), &r));
    if (rows_next(&r)) *out = (LocationCounts){ .all = row_int(&r, 0), .gone = row_int(&r, 1), .online = row_int(&r, 2) };
    return rows_end(&r);
}

Err location_by_id(Ctx *c, Id location, LocationRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " LOCATION_COLUMNS " FROM location l WHERE l.id=$1", P(PID(location)), &r));
    bool found = rows_next(&r);
    if (found) *out = location_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err location_cases(Ctx *c, Id location, Id **out, size_t *out_n) {
    enum { CASES_MAX = 1000 };
    Id *ids = ARENA_ARRAY(c->arena, Id, CASES_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT case_id FROM case_location WHERE location=$1 ORDER BY added_ms LIMIT 1000", P(PID(location)), &r));
    while (n < CASES_MAX && rows_next(&r)) ids[n++] = row_id(&r, 0);
    *out = ids;
    *out_n = n;
    return rows_end(&r);
}

/* Files of the case that have a key of their own. */
static Err shred_files(Ctx *c, Id case_id) {
    enum { AT_ONCE = 500 };
    for (Id after = ID_NONE;;) {
        Id *ids = ARENA_ARRAY(c->arena, Id, AT_ONCE);
        size_t n = 0;
        Rows r;
        TRY(db_query(c->db, "SELECT id FROM blob WHERE case_id=$1 AND own=1 AND id>$2 ORDER BY id LIMIT 500", P(PID(case_id), PID(after)), &r));
        while (n < AT_ONCE && rows_next(&r)) ids[n++] = row_id(&r, 0);
        TRY(rows_end(&r));
        if (n > 0) TRY(vault_shred_scopes(c->vault, ids, n));
        if (n < AT_ONCE) return OK;
        after = ids[n - 1];
    }
}

/* Locations of the case that no other living case holds go with it. */
Err case_shred_run(Ctx *c, Id case_id) {
    enum { AT_ONCE = 500 };
    CaseRow k;
    TRY(case_by_id(c, case_id, &k));
    if (k.erased == 0) return E_INPUT; /* keys are destroyed after the tombstone, never before */
    TRY(vault_shred_scopes(c->vault, &case_id, 1));
    TRY(shred_files(c, case_id));
    for (int64_t skip = 0;; skip += AT_ONCE) {
        Id *ids = ARENA_ARRAY(c->arena, Id, AT_ONCE);
        size_t n = 0;
        Rows r;
        TRY(db_query(c->db, "SELECT location FROM case_location x WHERE case_id=$1 AND NOT EXISTS(SELECT 1 FROM case_location y JOIN case_file k ON k.id=y.case_id"
            " WHERE y.location=x.location AND y.case_id<>$1 AND k.erased_ms=0) ORDER BY location LIMIT 500 OFFSET $2", P(PID(case_id), PI(skip)), &r));
        while (n < AT_ONCE && rows_next(&r)) ids[n++] = row_id(&r, 0);
        TRY(rows_end(&r));
        if (n > 0) TRY(vault_shred_scopes(c->vault, ids, n));
        if (n < AT_ONCE) return vault_shred_settle(c->vault);
    }
}
