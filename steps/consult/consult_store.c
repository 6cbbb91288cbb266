/* consult_store.c - SQL of consultations, seats, agendas and commitments. */
#include "core/case/opening.h"
#include "steps/consult/consult_in.h"

Err apply_consult_planned(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO consult(id, org, kind, on_ms, every_d, title, place, made_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8)",
        P(PID(a->subject), PID(a->org), PT(act_get_code(a, "kind")), PI(act_get_int(a, "on")), PI(act_get_int(a, "every_d")), PB(act_sealed(a, "title")), PB(act_sealed(a, "place")), PI(a->at)));
}
Err apply_consult_moved(Db *db, const Act *a) { return db_run(db, "UPDATE consult SET on_ms=$2, moved_ms=$3 WHERE id=$1", P(PID(a->subject), PI(act_get_int(a, "on")), PI(a->at))); }
Err apply_consult_cancelled(Db *db, const Act *a) { return db_run(db, "UPDATE consult SET cancelled_ms=$2 WHERE id=$1", P(PID(a->subject), PI(a->at))); }
Err apply_consult_minutes(Db *db, const Act *a) { return db_run(db, "UPDATE consult SET minutes=$2, minutes_ms=$3 WHERE id=$1", P(PID(a->subject), PB(act_sealed(a, "minutes")), PI(a->at))); }
Err apply_seat_invited(Db *db, const Act *a) {
    Id seat = act_get_id(a, "seat");
    return db_run(db, "INSERT INTO consult_seat(id, consult, org, kind, who, name, state, at_ms) VALUES($1,$2,$3,$4,$5,$6,'invited',$7)",
        P(PID(seat), PID(a->subject), PID(a->org), PT(act_get_code(a, "kind")), PT(act_get_code(a, "who")), PB(act_sealed(a, "name")), PI(a->at)));
}
Err apply_seat_attended(Db *db, const Act *a) {
    Id seat = act_get_id(a, "seat");
    return db_run(db, "UPDATE consult_seat SET state=$3, at_ms=$4 WHERE id=$1 AND consult=$2", P(PID(seat), PID(a->subject), PT(act_get_code(a, "state")), PI(a->at)));
}
Err apply_item_added(Db *db, const Act *a) {
    Id item = act_get_id(a, "item");
    return db_run(db, "INSERT INTO consult_item(id, consult, org, kind, ref, code, n, whole, days, text, at_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
        P(PID(item), PID(a->subject), PID(a->org), PT(act_get_code(a, "kind")), PT(act_get_code(a, "ref")), PT(act_get_code(a, "code")), PI(act_get_int(a, "n")), PI(act_get_int(a, "whole")),
          PI(act_get_int(a, "days")), PB(act_sealed(a, "text")), PI(a->at)));
}
Err apply_item_removed(Db *db, const Act *a) {
    Id item = act_get_id(a, "item");
    return db_run(db, "UPDATE consult_item SET removed_ms=$3 WHERE id=$1 AND consult=$2 AND removed_ms=0", P(PID(item), PID(a->subject), PI(a->at)));
}
Err apply_commitment_made(Db *db, const Act *a) {
    Id id = act_get_id(a, "commitment"), seat = act_get_id(a, "seat");
    return db_run(db, "INSERT INTO commitment(id, consult, seat, org, due_ms, first_due_ms, state, text, made_ms) VALUES($1,$2,$3,$4,$5,$5,'open',$6,$7)",
        P(PID(id), PID(a->subject), PID(seat), PID(a->org), PI(act_get_int(a, "due")), PB(act_sealed(a, "text")), PI(a->at)));
}
Err apply_commitment_moved(Db *db, const Act *a) {
    Id id = act_get_id(a, "commitment");
    return db_run(db, "UPDATE commitment SET due_ms=$2, note=$3, note_org=$4, overdue_ms=0 WHERE id=$1", P(PID(id), PI(act_get_int(a, "due")), PB(act_sealed(a, "note")), PID(a->org)));
}
Err apply_commitment_decided(Db *db, const Act *a) {
    Id id = act_get_id(a, "commitment");
    return db_run(db, "UPDATE commitment SET state=$2, note=$3, note_org=$4, decided_ms=$5 WHERE id=$1", P(PID(id), PT(act_get_code(a, "state")), PB(act_sealed(a, "note")), PID(a->org), PI(a->at)));
}
Err apply_commitment_overdue(Db *db, const Act *a) {
    Id id = act_get_id(a, "commitment");
    return db_run(db, "UPDATE commitment SET overdue_ms=$2 WHERE id=$1 AND overdue_ms=0", P(PID(id), PI(a->at)));
}

/* ---- consultations ---- */
#define CONSULT_COLUMNS "id, org, kind, on_ms, every_d, made_ms, moved_ms, cancelled_ms, minutes_ms, title, place, minutes"
static ConsultRow consult_read(const Rows *r, Arena *a) {
    return (ConsultRow){ .id = row_id(r, 0), .org = row_id(r, 1), .kind = row_text_dup(r, 2, a), .on = row_int(r, 3), .every_d = row_int(r, 4), .made = row_int(r, 5), .moved = row_int(r, 6),
        .cancelled = row_int(r, 7), .minutes_at = row_int(r, 8), .title = row_blob_dup(r, 9, a), .place = row_blob_dup(r, 10, a), .minutes = row_blob_dup(r, 11, a) };
}
static Err consults_open(Ctx *c, ConsultRow *rows, size_t n) {
    enum { TEXTS = 3 };
    Opening o = opening_new(c->arena, TEXTS * n);
    for (size_t i = 0; i < n; i++) {
        opening_add(&o, rows[i].org, rows[i].id, "title", &rows[i].title, &rows[i].err);
        opening_add(&o, rows[i].org, rows[i].id, "place", &rows[i].place, &rows[i].err);
        opening_add(&o, rows[i].org, rows[i].id, "minutes", &rows[i].minutes, &rows[i].err);
    }
    return opening_run(c, &o);
}
Err consult_by_id(Ctx *c, Id id, ConsultRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " CONSULT_COLUMNS " FROM consult WHERE id=$1", P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = consult_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? consults_open(c, out, 1) : E_MISSING;
}
#define MINE " (k.org=$1 OR EXISTS(SELECT 1 FROM party p WHERE p.object=k.id AND p.org=$1)) "
Err consult_list(Ctx *c, size_t skip, size_t limit, ConsultRow **out, size_t *out_n, int64_t *out_all) {
    size_t n = 0;
    Rows r;
    ConsultRow *rows = ARENA_ARRAY(c->arena, ConsultRow, limit + 1);
    TRY(db_int(c->db, "SELECT count(*) FROM consult k WHERE" MINE, P(PID(c->person.org)), out_all));
    TRY(db_query(c->db, "SELECT " CONSULT_COLUMNS " FROM consult k WHERE" MINE "ORDER BY on_ms<$2, CASE WHEN on_ms>=$2 THEN on_ms ELSE -on_ms END, id LIMIT $3 OFFSET $4",
        P(PID(c->person.org), PI(c->now), PI((int64_t)limit), PI((int64_t)skip)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = consult_read(&r, c->arena);
    TRY(rows_end(&r));
    *out = rows;
    *out_n = n;
    return consults_open(c, rows, n);
}
Err consult_last(Ctx *c, UnixMs before, UnixMs *out) {
    return db_int(c->db, "SELECT COALESCE(max(on_ms), 0) FROM consult WHERE org=$1 AND on_ms<$2 AND cancelled_ms=0", P(PID(c->person.org), PI(before)), out);
}

/* ---- seats ---- */
enum { SEATS_MAX = 500, ITEMS_MAX = 500, COMMITMENTS_MAX = 1000 };
Err seat_list(Ctx *c, Id consult, SeatRow **out, size_t *out_n) {
    size_t n = 0;
    Rows r;
    SeatRow *rows = ARENA_ARRAY(c->arena, SeatRow, SEATS_MAX);
    Id *orgs = ARENA_ARRAY(c->arena, Id, SEATS_MAX);
    TRY(db_query(c->db, "SELECT id, org, kind, who, state, at_ms, name FROM consult_seat WHERE consult=$1 ORDER BY at_ms, id LIMIT 500", P(PID(consult)), &r));
    while (n < SEATS_MAX && rows_next(&r)) {
        orgs[n] = row_id(&r, 1);
        rows[n++] = (SeatRow){ .id = row_id(&r, 0), .consult = consult, .kind = row_text_dup(&r, 2, c->arena), .who = row_text_dup(&r, 3, c->arena), .state = row_text_dup(&r, 4, c->arena), .at = row_int(&r, 5),
            .name = row_blob_dup(&r, 6, c->arena) };
    }
    TRY(rows_end(&r));
    Opening o = opening_new(c->arena, n);
    for (size_t i = 0; i < n; i++) opening_add(&o, orgs[i], consult, "name", &rows[i].name, &rows[i].err);
    *out = rows;
    *out_n = n;
    return opening_run(c, &o);
}

Err item_list(Ctx *c, Id consult, ItemRow **out, size_t *out_n) {
    size_t n = 0;
    Rows r;
    ItemRow *rows = ARENA_ARRAY(c->arena, ItemRow, ITEMS_MAX);
    Id *orgs = ARENA_ARRAY(c->arena, Id, ITEMS_MAX);
    TRY(db_query(c->db, "SELECT id, org, kind, ref, code, n, whole, days, at_ms, text FROM consult_item WHERE consult=$1 AND removed_ms=0 ORDER BY at_ms, kind, n DESC, id LIMIT 500", P(PID(consult)), &r));
    while (n < ITEMS_MAX && rows_next(&r)) {
        orgs[n] = row_id(&r, 1);
        rows[n++] = (ItemRow){ .id = row_id(&r, 0), .consult = consult, .kind = row_text_dup(&r, 2, c->arena), .ref = row_text_dup(&r, 3, c->arena), .code = row_text_dup(&r, 4, c->arena), .n = row_int(&r, 5),
            .whole = row_int(&r, 6), .days = row_int(&r, 7), .at = row_int(&r, 8), .text = row_blob_dup(&r, 9, c->arena) };
    }
    TRY(rows_end(&r));
    Opening o = opening_new(c->arena, n);
    for (size_t i = 0; i < n; i++) opening_add(&o, orgs[i], consult, "text", &rows[i].text, &rows[i].err);
    *out = rows;
    *out_n = n;
    return opening_run(c, &o);
}

/* ---- commitments ---- */
#define COMMITMENT_COLUMNS "m.id, m.consult, m.seat, m.org, m.note_org, m.state, m.due_ms, m.first_due_ms, m.made_ms, m.overdue_ms, m.decided_ms, m.text, m.note"
static CommitmentRow commitment_read(const Rows *r, Arena *a) {
    return (CommitmentRow){ .id = row_id(r, 0), .consult = row_id(r, 1), .seat = row_id(r, 2), .org = row_id(r, 3), .note_org = row_id(r, 4), .state = row_text_dup(r, 5, a), .due = row_int(r, 6), .first_due = row_int(r, 7),
        .made = row_int(r, 8), .overdue = row_int(r, 9), .decided = row_int(r, 10), .text = row_blob_dup(r, 11, a), .note = row_blob_dup(r, 12, a) };
}
static Err commitments_open(Ctx *c, CommitmentRow *rows, size_t n) {
    Opening o = opening_new(c->arena, 2 * n);
    for (size_t i = 0; i < n; i++) {
        opening_add(&o, rows[i].org, rows[i].consult, "text", &rows[i].text, &rows[i].err);
        opening_add(&o, rows[i].note_org, rows[i].consult, "note", &rows[i].note, &rows[i].err);
    }
    return opening_run(c, &o);
}
Err commitment_by_id(Ctx *c, Id id, CommitmentRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " COMMITMENT_COLUMNS " FROM commitment m WHERE m.id=$1", P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = commitment_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? commitments_open(c, out, 1) : E_MISSING;
}
Err commitment_of_consult(Ctx *c, Id consult, CommitmentRow **out, size_t *out_n) {
    size_t n = 0;
    Rows r;
    CommitmentRow *rows = ARENA_ARRAY(c->arena, CommitmentRow, COMMITMENTS_MAX);
    TRY(db_query(c->db, "SELECT " COMMITMENT_COLUMNS " FROM commitment m WHERE m.consult=$1 ORDER BY m.due_ms, m.id LIMIT 1000", P(PID(consult)), &r));
    while (n < COMMITMENTS_MAX && rows_next(&r)) rows[n++] = commitment_read(&r, c->arena);
    TRY(rows_end(&r));
    *out = rows;
    *out_n = n;
    return commitments_open(c, rows, n);
}
#define IN_STATE(now) "($2='' OR m.state=$2 OR ($2='overdue' AND m.state='open' AND m.due_ms<" now "))"
Err commitment_list(Ctx *c, Str state, size_t skip, size_t limit, CommitmentRow **out, size_t *out_n, int64_t *out_all) {
    size_t n = 0;
    Rows r;
    CommitmentRow *rows = ARENA_ARRAY(c->arena, CommitmentRow, limit + 1);
    TRY(db_int(c->db, "SELECT count(*) FROM commitment m JOIN consult k ON k.id=m.consult WHERE" MINE "AND " IN_STATE("$3"), P(PID(c->person.org), PT(state), PI(c->now)), out_all));
    TRY(db_query(c->db, "SELECT " COMMITMENT_COLUMNS " FROM commitment m JOIN consult k ON k.id=m.consult WHERE" MINE "AND " IN_STATE("$5") " ORDER BY m.state<>'open', m.due_ms, m.id LIMIT $3 OFFSET $4",
        P(PID(c->person.org), PT(state), PI((int64_t)limit), PI((int64_t)skip), PI(c->now)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = commitment_read(&r, c->arena);
    TRY(rows_end(&r));
    *out = rows;
    *out_n = n;
    return commitments_open(c, rows, n);
}

Err commitment_waiting(Ctx *c, size_t limit, CommitmentRow **out, size_t *out_n) {
    size_t n = 0;
    Rows r;
    CommitmentRow *rows = ARENA_ARRAY(c->arena, CommitmentRow, limit + 1);
    TRY(db_query(c->db, "SELECT " COMMITMENT_COLUMNS " FROM commitment m JOIN consult k ON k.id=m.consult JOIN consult_seat s ON s.id=m.seat WHERE m.state='open' AND m.due_ms<$2 AND ((s.kind='org' AND s.who=$3) OR ($4=1 AND k.org=$1))"
        " ORDER BY m.due_ms, m.id LIMIT $5", P(PID(c->person.org), PI(c->now), PT(id_hex(c->arena, c->person.org)), PI((c->person.roles & MAKERS) != 0), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = commitment_read(&r, c->arena);
    TRY(rows_end(&r));
    *out = rows;
    *out_n = n;
    return commitments_open(c, rows, n);
}

/* ---- counts and codes of the record ---- */
enum { RECORD_MAX = 50, DAY_MS = 86400000 };
static Err items(Ctx *c, Rows *r, const char *kind, ItemRow **out, size_t *out_n) {
    size_t n = 0;
    ItemRow *rows = ARENA_ARRAY(c->arena, ItemRow, RECORD_MAX);
    while (n < RECORD_MAX && rows_next(r))
        rows[n++] = (ItemRow){ .kind = str_c(kind), .ref = row_text_dup(r, 0, c->arena), .code = row_text_dup(r, 1, c->arena), .n = row_int(r, 2), .whole = row_int(r, 3),
            .days = row_int(r, 4) > 0 ? (c->now - row_int(r, 4)) / DAY_MS : 0 };
    *out = rows;
    *out_n = n;
    return rows_end(r);
}
Err record_lapses(Ctx *c, UnixMs since, ItemRow **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT holder, duty, count(*), 0, min(lapsed_ms) FROM clock WHERE org=$1 AND state='lapsed' AND lapsed_ms>=$2 GROUP BY holder, duty ORDER BY count(*) DESC, holder, duty LIMIT 50", P(PID(c->person.org), PI(since)), &r));
    return items(c, &r, "lapsed", out, out_n);
}
#define SILENT "r.answers=0 AND r.decided_ms=0 AND EXISTS(SELECT 1 FROM clock k JOIN silence s ON s.clock=k.id WHERE k.subject=r.id)"
Err record_stalls(Ctx *c, ItemRow **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT holder, '', sum(CASE WHEN " SILENT " THEN 1 ELSE 0 END), count(*), 0 FROM request r WHERE org=$1 AND kind='notice' AND outcome<>'withdrawn' GROUP BY holder"
        " HAVING sum(CASE WHEN " SILENT " THEN 1 ELSE 0 END)>0 ORDER BY 3 DESC, holder LIMIT 50", P(PID(c->person.org)), &r));
    return items(c, &r, "stalls", out, out_n);
}
Err record_refusals(Ctx *c, UnixMs since, ItemRow **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT holder, reason, count(*), 0, 0 FROM request WHERE org=$1 AND outcome IN ('refused','kept','inadmissible','no_action') AND decided_ms>=$2 GROUP BY holder, reason ORDER BY count(*) DESC, holder, reason LIMIT 50",
        P(PID(c->person.org), PI(since)), &r));
    return items(c, &r, "refused", out, out_n);
}
Err record_overdue(Ctx *c, int64_t *out) {
    return db_int(c->db, "SELECT count(*) FROM commitment m JOIN consult k ON k.id=m.consult WHERE" MINE "AND m.state='open' AND m.due_ms<$2", P(PID(c->person.org), PI(c->now)), out);
}
