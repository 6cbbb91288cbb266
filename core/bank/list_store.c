/* list_store.c - lists from elsewhere in the state tables. */
#include "core/bank/bank_in.h"
#include "core/bank/list.h"

Err apply_list_made(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO bank_list(id, org, code, kind, lane, pass_on, every_h, url, key, key2, made_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
        P(PID(a->subject), PID(a->org), PT(act_get_code(a, "code")), PT(act_get_code(a, "kind")), PT(act_get_code(a, "lane")), PI(act_get_int(a, "pass_on")), PI(act_get_int(a, "every_h")), PB(act_sealed(a, "url")), PB(act_sealed(a, "key")),
            PB(act_sealed(a, "key2")), PI(a->at)));
}
Err apply_list_ended(Db *db, const Act *a) { return db_run(db, "UPDATE bank_list SET ended_ms=$2 WHERE id=$1 AND ended_ms=0", P(PID(a->subject), PI(a->at))); }
Err apply_list_read(Db *db, const Act *a) {
    return db_run(db, "UPDATE bank_list SET read_ms=$2, good_ms=CASE WHEN $3='ok' THEN $2 ELSE good_ms END, why=$3, checkpoint=$4, rows=$5, added=$6, known=$7, refused=$8, withdrawn=$9, conflicts=$10 WHERE id=$1",
        P(PID(a->subject), PI(a->at), PT(act_get_code(a, "why")), PI(act_get_int(a, "checkpoint")), PI(act_get_int(a, "rows")), PI(act_get_int(a, "added")), PI(act_get_int(a, "known")), PI(act_get_int(a, "refused")),
            PI(act_get_int(a, "withdrawn")), PI(act_get_int(a, "conflicts"))));
}

#define LIST_COLUMNS "l.id, l.org, l.code, l.kind, l.lane, l.why, l.pass_on, l.every_h, l.checkpoint, l.made_ms, l.ended_ms, l.read_ms, l.good_ms, l.rows, l.added, l.known, l.refused, l.withdrawn, l.conflicts, l.url, l.key, l.key2"
static ListRow list_read(const Rows *r, Arena *a) {
    return (ListRow){ .id = row_id(r, 0), .org = row_id(r, 1), .code = row_text_dup(r, 2, a), .kind = row_text_dup(r, 3, a), .lane = row_text_dup(r, 4, a), .why = row_text_dup(r, 5, a), .pass_on = row_int(r, 6) != 0, .every_h = row_int(r, 7),
        .checkpoint = row_int(r, 8), .made = row_int(r, 9), .ended = row_int(r, 10), .read = row_int(r, 11), .good = row_int(r, 12),
        .last = { row_int(r, 13), row_int(r, 14), row_int(r, 15), row_int(r, 16), row_int(r, 17), row_int(r, 18) }, .url_sealed = row_blob_dup(r, 19, a), .key_sealed = row_blob_dup(r, 20, a), .key2_sealed = row_blob_dup(r, 21, a) };
}
static Err list_first(Ctx *c, Rows *r, ListRow *out) {
    bool found = rows_next(r);
    if (found) *out = list_read(r, c->arena);
    TRY(rows_end(r));
    return found ? OK : E_MISSING;
}
Err list_by_id(Ctx *c, Id list, ListRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " LIST_COLUMNS " FROM bank_list l WHERE l.id=$1", P(PID(list)), &r));
    return list_first(c, &r, out);
}
Err list_by_code(Ctx *c, Id org, Str code, ListRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " LIST_COLUMNS " FROM bank_list l WHERE l.org=$1 AND l.code=$2", P(PID(org), PT(code)), &r));
    return list_first(c, &r, out);
}
Err list_all(Ctx *c, Id org, ListRow **out, size_t *out_n) {
    enum { MOST = 500 };
    Rows r;
    ListRow *rows = ARENA_ARRAY(c->arena, ListRow, MOST);
    size_t n = 0;
    TRY(db_query(c->db, "SELECT " LIST_COLUMNS " FROM bank_list l WHERE l.org=$1 ORDER BY l.ended_ms<>0, l.code LIMIT 500", P(PID(org)), &r));
    while (n < MOST && rows_next(&r)) rows[n++] = list_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
