/* family_store.c - the copy family in the state tables. It is what people said is the same: rows of copy_match and print_match. */
#include "core/bank/bank_in.h"
#include "core/bank/copy.h"

static Err figure(Db *db, const Act *a, int64_t same, int64_t different) {
    Str source = STR_NONE;
    Arena *mine = arena_new(1 << 16);
    Err err = db_text(db, "SELECT source FROM copy_match WHERE id=$1 AND entry IS NOT NULL", P(PID(a->subject)), mine, &source);
    if (err == OK) err = bank_figure(db, a->org, source, S("same"), same);
    if (err == OK) err = bank_figure(db, a->org, source, S("different"), different);
    arena_free(mine);
    return err == E_MISSING ? OK : err;
}

/* A location that came to the case by this alone leaves it again, unless something was asked about it or another copy stands there too. */
static Err location_leaves(Db *db, const Act *a) {
    Id location = ID_NONE;
    int64_t gone = 0;
    Err err = db_id(db, "SELECT s.location FROM copy_match m JOIN sighting s ON s.id=m.sighting WHERE m.id=$1 AND m.print IS NOT NULL", P(PID(a->subject)), &location);
    if (err != OK) return err == E_MISSING ? OK : err;
    TRY(db_run_count(db, "DELETE FROM case_location WHERE case_id=$1 AND location=$2 AND source='found_again'"
        " AND NOT EXISTS(SELECT 1 FROM request q WHERE q.case_id=$1 AND q.location=$2) AND NOT EXISTS(SELECT 1 FROM clock k WHERE k.case_id=$1 AND k.location=$2)"
        " AND NOT EXISTS(SELECT 1 FROM copy_match o JOIN sighting s ON s.id=o.sighting WHERE o.case_id=$1 AND o.state='same' AND s.location=$2)", P(PID(a->case_id), PID(location)), &gone));
    if (gone == 0) return OK;
    TRY(db_run(db, "UPDATE case_platform SET n=n-1 WHERE case_id=$1 AND platform=(SELECT platform FROM location WHERE id=$2)", P(PID(a->case_id), PID(location))));
    TRY(db_run(db, "DELETE FROM case_platform WHERE case_id=$1 AND n<=0", P(PID(a->case_id))));
    return db_run(db, "UPDATE case_file SET locations=locations-1, touched_ms=$2 WHERE id=$1", P(PID(a->case_id), PI(a->at)));
}

Err apply_family_changed(Db *db, const Act *a) {
    bool same = act_get_int(a, "same") != 0;
    Str state = same ? S("same") : S("different");
    if (str_eq(act_get_code(a, "of"), S("photo"))) return db_run(db, "UPDATE print_match SET state=$2, decided_by=$3, decided_ms=$4 WHERE id=$1 AND state IN ('same','different')", P(PID(a->subject), PT(state), PIDN(a->actor), PI(a->at)));
    TRY(db_run(db, "UPDATE copy_match SET state=$2, decided_by=$3, decided_ms=$4 WHERE id=$1 AND state<>'open'", P(PID(a->subject), PT(state), PIDN(a->actor), PI(a->at))));
    TRY(figure(db, a, same ? 1 : -1, same ? -1 : 1));
    return same ? OK : location_leaves(db, a);
}

/* ---- many at once ---- */
#define OPEN_OF " FROM copy_match m LEFT JOIN print p ON p.id=m.print JOIN bank_entry e ON e.id=m.entry WHERE m.entry=$1 AND m.case_id=$2 AND m.state='open' AND m.made_ms<=$3 AND (m.print IS NULL OR p.ended_ms=0) AND e.state<>'withdrawn'"
Err copy_open_of(Ctx *c, Id case_id, Id entry, UnixMs upto, int64_t *out_n) { return db_int(c->db, "SELECT count(*)" OPEN_OF, P(PID(entry), PID(case_id), PI(upto)), out_n); }

Err apply_copies_decided(Db *db, const Act *a) {
    bool same = act_get_int(a, "same") != 0;
    Str source = STR_NONE;
    Arena *mine = arena_new(1 << 16);
    Err err = db_run(db, "UPDATE copy_match SET state=$4, decided_by=$5, decided_ms=$6 WHERE id IN (SELECT m.id" OPEN_OF ")",
        P(PID(a->subject), PID(a->case_id), PI(act_get_int(a, "upto")), PT(same ? S("same") : S("different")), PIDN(a->actor), PI(a->at)));
    if (err == OK) err = db_text(db, "SELECT source FROM bank_entry WHERE id=$1", P(PID(a->subject)), mine, &source);
    if (err == OK) err = bank_figure(db, a->org, source, same ? S("same") : S("different"), act_get_int(a, "n"));
    arena_free(mine);
    return err;
}

Err copy_locations_of(Ctx *c, Id case_id, Id entry, UnixMs decided, Id **out, size_t *out_n) {
    Rows r;
    Id *list = NULL;
    size_t n = 0, cap = 0;
    TRY(db_query(c->db, "SELECT DISTINCT s.location FROM copy_match m JOIN sighting s ON s.id=m.sighting WHERE m.entry=$1 AND m.case_id=$2 AND m.decided_ms=$3", P(PID(entry), PID(case_id), PI(decided)), &r));
    while (rows_next(&r)) {
        list = ARENA_ROOM(c->arena, list, n, &cap);
        list[n++] = row_id(&r, 0);
    }
    *out = list;
    *out_n = n;
    return rows_end(&r);
}

/* Cases with proposals of this hash, those with most first. */
Err copy_cases_of(Ctx *c, Id entry, CopyCase **out, size_t *out_n) {
    Rows r;
    CopyCase *list = ARENA_ARRAY(c->arena, CopyCase, COPY_CASES + 1);
    size_t n = 0;
    TRY(db_query(c->db, "SELECT m.case_id, count(*), max(m.made_ms), min(m.distance), max(m.distance) FROM copy_match m LEFT JOIN print p ON p.id=m.print JOIN bank_entry e ON e.id=m.entry"
        " WHERE m.entry=$1 AND m.state='open' AND (m.print IS NULL OR p.ended_ms=0) AND e.state<>'withdrawn' GROUP BY m.case_id ORDER BY 2 DESC, 1 LIMIT $2", P(PID(entry), PI(COPY_CASES)), &r));
    while (n < COPY_CASES && rows_next(&r)) list[n++] = (CopyCase){ row_id(&r, 0), row_int(&r, 1), row_int(&r, 2), row_int(&r, 3), row_int(&r, 4) };
    *out = list;
    *out_n = n;
    return rows_end(&r);
}
