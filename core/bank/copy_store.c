/* copy_store.c - pictures seen, and what was found again, in the state tables. */
#include "core/bank/bank_in.h"
#include "core/bank/copy.h"

Err bank_figure(Db *db, Id org, Str source, Str what, int64_t by) {
    return db_run(db, "INSERT INTO bank_source_figure(org, source, what, n) VALUES($1,$2,$3,$4) ON CONFLICT(org, source, what) DO UPDATE SET n=n+$4", P(PID(org), PT(source), PT(what), PI(by)));
}

Err apply_picture_seen(Db *db, const Act *a) {
    Id location = act_get_id(a, "location");
    return db_run(db, "INSERT INTO sighting(id, org, case_id, location, quality, hash, seen_ms) VALUES($1,$2,$3,$4,$5,$6,$7)",
        P(PID(a->subject), PID(a->org), PID(a->case_id), PID(location), PI(act_get_int(a, "quality")), PB(act_sealed(a, "hash")), PI(a->at)));
}

Err apply_copy_found(Db *db, const Act *a) {
    Id print = act_get_id(a, "print"), sighting = act_get_id(a, "sighting"), entry = act_get_id(a, "entry");
    Id one = id_none(print) ? sighting : print, other = id_none(entry) ? sighting : entry;
    return db_run(db, "INSERT INTO copy_match(id, case_id, print, sighting, entry, one, other, distance, quality, source, made_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
        P(PID(a->subject), PID(a->case_id), PIDN(print), PIDN(sighting), PIDN(entry), PID(one), PID(other), PI(act_get_int(a, "distance")), act_has(a, "quality") ? PI(act_get_int(a, "quality")) : PNULL(),
            PT(act_get_code(a, "source")), PI(a->at)));
}

Err apply_copy_decided(Db *db, const Act *a) {
    bool same = act_get_int(a, "same") != 0;
    Str source = STR_NONE;
    Arena *mine = arena_new(1 << 16);
    TRY(db_run(db, "UPDATE copy_match SET state=CASE WHEN $2<>0 THEN 'same' ELSE 'different' END, decided_by=$3, decided_ms=$4 WHERE id=$1 AND state='open'", P(PID(a->subject), PI(same), PIDN(a->actor), PI(a->at))));
    Err err = db_text(db, "SELECT source FROM copy_match WHERE id=$1 AND entry IS NOT NULL", P(PID(a->subject)), mine, &source);
    if (err == OK) err = bank_figure(db, a->org, source, same ? S("same") : S("different"), 1);
    arena_free(mine);
    return err == E_MISSING ? OK : err;
}

Err apply_bank_compared(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO bank_compared(org, change) VALUES($1,$2) ON CONFLICT(org) DO UPDATE SET change=$2", P(PID(a->org), PI(act_get_int(a, "change"))));
}
Err copy_compared(Ctx *c, Id org, int64_t *out) {
    Err err = db_int(c->db, "SELECT change FROM bank_compared WHERE org=$1", P(PID(org)), out);
    if (err == E_MISSING) *out = 0;
    return err == E_MISSING ? OK : err;
}

/* ---- pictures seen ---- */
#define SIGHT_COLUMNS "s.id, s.org, s.case_id, s.location, s.quality, s.seen_ms, s.hash"
static SightRow sight_read(const Rows *r, Arena *a) {
    return (SightRow){ .id = row_id(r, 0), .org = row_id(r, 1), .case_id = row_id(r, 2), .location = row_id(r, 3), .quality = row_int(r, 4), .seen = row_int(r, 5), .sealed = row_blob_dup(r, 6, a), .err = E_MISSING };
}
static Err sight_first(Ctx *c, Rows *r, SightRow *out) {
    bool found = rows_next(r);
    if (found) *out = sight_read(r, c->arena);
    TRY(rows_end(r));
    return found ? OK : E_MISSING;
}
Err sight_by_id(Ctx *c, Id id, SightRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " SIGHT_COLUMNS " FROM sighting s WHERE s.id=$1", P(PID(id)), &r));
    return sight_first(c, &r, out);
}
Err sight_last(Ctx *c, Id location, SightRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " SIGHT_COLUMNS " FROM sighting s WHERE s.location=$1 ORDER BY s.seen_ms DESC LIMIT 1", P(PID(location)), &r));
    return sight_first(c, &r, out);
}
Err sights_of_location(Ctx *c, Id location, SightRow **out, size_t *out_n) {
    Rows r;
    SightRow *rows = ARENA_ARRAY(c->arena, SightRow, SIGHTS_AT_LOCATION);
    size_t n = 0;
    TRY(db_query(c->db, "SELECT " SIGHT_COLUMNS " FROM sighting s WHERE s.location=$1 ORDER BY s.seen_ms DESC LIMIT $2", P(PID(location), PI(SIGHTS_AT_LOCATION)), &r));
    while (n < SIGHTS_AT_LOCATION && rows_next(&r)) rows[n++] = sight_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
Err sight_page(Ctx *c, Id org, Id after, size_t limit, SightRow **out, size_t *out_n) {
    Rows r;
    SightRow *rows = ARENA_ARRAY(c->arena, SightRow, limit + 1);
    size_t n = 0;
    TRY(db_query(c->db, "SELECT " SIGHT_COLUMNS " FROM sighting s WHERE s.org=$1 AND s.id>$2 ORDER BY s.id LIMIT $3", P(PID(org), PID(after), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = sight_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
/* Every case that holds the location is about adults only, and at least one of them lives. */
Err sight_adult(Ctx *c, Id location, bool *out) {
    int64_t young = 0, live = 0;
    TRY(db_int(c->db, "SELECT count(*) FROM case_location x JOIN case_file k ON k.id=x.case_id WHERE x.location=$1 AND k.lane<>'adult'", P(PID(location)), &young));
    TRY(db_int(c->db, "SELECT count(*) FROM case_location x JOIN case_file k ON k.id=x.case_id WHERE x.location=$1 AND k.erased_ms=0 AND k.withdrawn_ms=0", P(PID(location)), &live));
    *out = young == 0 && live > 0;
    return OK;
}

/* ---- what was found again ---- */
Err copy_known(Ctx *c, Id case_id, Id one, Id other, bool *out) {
    int64_t n = 0;
    TRY(db_int(c->db, "SELECT count(*) FROM copy_match WHERE case_id=$1 AND one=$2 AND other=$3", P(PID(case_id), PID(one), PID(other)), &n));
    *out = n > 0;
    return OK;
}

#define COPY_COLUMNS "m.id, m.case_id, m.print, m.sighting, m.entry, s.location, m.distance, m.quality, m.source, m.state, m.made_ms, m.decided_ms"
#define COPY_FROM " FROM copy_match m LEFT JOIN sighting s ON s.id=m.sighting LEFT JOIN print p ON p.id=m.print LEFT JOIN bank_entry e ON e.id=m.entry"
#define COPY_STANDS " AND (m.print IS NULL OR p.ended_ms=0) AND (m.entry IS NULL OR e.state<>'withdrawn')"
#define COPY_OF_CASE " WHERE (m.case_id=$1 OR m.case_id IN (SELECT k.id FROM case_file k WHERE k.merged_into=$1))"
static CopyRow copy_read(const Rows *r, Arena *a) {
    return (CopyRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .print = row_id(r, 2), .sighting = row_id(r, 3), .entry = row_id(r, 4), .location = row_id(r, 5), .distance = row_int(r, 6),
        .quality = row_null(r, 7) ? BANK_QUALITY_NONE : row_int(r, 7), .source = row_text_dup(r, 8, a), .state = row_text_dup(r, 9, a), .made = row_int(r, 10), .decided = row_int(r, 11) };
}
Err copy_by_id(Ctx *c, Id id, CopyRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " COPY_COLUMNS COPY_FROM " WHERE m.id=$1" COPY_STANDS, P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = copy_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}
Err copy_in_state(Ctx *c, Id case_id, Str state, size_t skip, size_t limit, CopyRow **out, size_t *out_n, int64_t *out_all) {
    Rows r;
    CopyRow *rows = ARENA_ARRAY(c->arena, CopyRow, limit + 1);
    size_t n = 0;
    TRY(db_int(c->db, "SELECT count(*)" COPY_FROM COPY_OF_CASE COPY_STANDS " AND m.state=$2", P(PID(case_id), PT(state)), out_all));
    TRY(db_query(c->db, "SELECT " COPY_COLUMNS COPY_FROM COPY_OF_CASE COPY_STANDS " AND m.state=$2 ORDER BY m.decided_ms DESC, m.id LIMIT $3 OFFSET $4", P(PID(case_id), PT(state), PI((int64_t)limit), PI((int64_t)skip)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = copy_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
Err copy_of_case(Ctx *c, Id case_id, size_t skip, size_t limit, CopyRow **out, size_t *out_n, int64_t *out_all, int64_t *out_open) {
    Rows r;
    CopyRow *rows = ARENA_ARRAY(c->arena, CopyRow, limit + 1);
    size_t n = 0;
    TRY(db_int(c->db, "SELECT count(*)" COPY_FROM COPY_OF_CASE COPY_STANDS, P(PID(case_id)), out_all));
    TRY(db_int(c->db, "SELECT count(*)" COPY_FROM COPY_OF_CASE COPY_STANDS " AND m.state='open'", P(PID(case_id)), out_open));
    TRY(db_query(c->db, "SELECT " COPY_COLUMNS COPY_FROM COPY_OF_CASE COPY_STANDS " ORDER BY m.state<>'open', m.made_ms DESC, m.id LIMIT $2 OFFSET $3", P(PID(case_id), PI((int64_t)limit), PI((int64_t)skip)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = copy_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
