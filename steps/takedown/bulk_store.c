/* bulk_store.c - SQL of what is done about many places at once. */
#include "steps/takedown/bulk.h"

Err apply_bulk_made(Db *db, const Act *a) {
    const Id *ids = NULL;
    size_t n = act_get_ids(a, "ids", &ids);
    return db_run(db, "INSERT INTO bulk(id, case_id, org, kind, items, by_user, ids, asked, made_ms, go_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        P(PID(a->subject), PID(a->case_id), PID(a->org), PT(act_get_code(a, "kind")), PI((int64_t)n), PIDN(a->actor), PB(str_bytes(ids, n * sizeof *ids)), PB(act_sealed(a, "asked")), PI(a->at),
          PI(act_get_int(a, "go"))));
}
Err apply_bulk_undone(Db *db, const Act *a) { return db_run(db, "UPDATE bulk SET state='undone', ended_ms=$2 WHERE id=$1 AND state='waiting'", P(PID(a->subject), PI(a->at))); }

Err apply_bulk_settled(Db *db, const Act *a) {
    const Id *ids = NULL;
    size_t n = act_get_ids(a, "ids", &ids);
    Str result = act_get_code(a, "result");
    for (size_t i = 0; i < n; i++) TRY(db_run(db, "INSERT INTO bulk_item(bulk, location, result) VALUES($1,$2,$3)", P(PID(a->subject), PID(ids[i]), PT(result))));
    return db_run(db, "UPDATE bulk SET settled=settled+$2, state=CASE WHEN settled+$2>=items THEN 'done' ELSE 'running' END, ended_ms=CASE WHEN settled+$2>=items THEN $3 ELSE 0 END WHERE id=$1",
        P(PID(a->subject), PI((int64_t)n), PI(a->at)));
}

#define BULK_COLUMNS "id, case_id, org, kind, items, settled, by_user, asked, state, made_ms, go_ms, ended_ms"
static BulkRow bulk_read(const Rows *r, Arena *a) {
    return (BulkRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .org = row_id(r, 2), .kind = row_text_dup(r, 3, a), .items = row_int(r, 4), .settled = row_int(r, 5), .by = row_id(r, 6),
        .asked_sealed = row_null(r, 7) ? STR_NONE : row_blob_dup(r, 7, a), .state = row_text_dup(r, 8, a), .made = row_int(r, 9), .go = row_int(r, 10), .ended = row_int(r, 11) };
}
Err bulk_by_id(Ctx *c, Id id, BulkRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " BULK_COLUMNS " FROM bulk WHERE id=$1", P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = bulk_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}
Err bulk_of_case(Ctx *c, Id case_id, BulkRow **out, size_t *out_n) {
    enum { MOST = 100 };
    BulkRow *rows = ARENA_ARRAY(c->arena, BulkRow, MOST);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " BULK_COLUMNS " FROM bulk WHERE case_id=$1 ORDER BY made_ms DESC LIMIT 100", P(PID(case_id)), &r));
    while (n < MOST && rows_next(&r)) rows[n++] = bulk_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

static Err ids_of(Ctx *c, Rows *r, size_t limit, Id **out, size_t *out_n) {
    Id *ids = ARENA_ARRAY(c->arena, Id, limit + 1);
    size_t n = 0;
    while (n < limit && rows_next(r)) ids[n++] = row_id(r, 0);
    *out = ids;
    *out_n = n;
    return rows_end(r);
}
Err bulk_ids(Ctx *c, Id bulk, int64_t from, size_t limit, Id **out, size_t *out_n) {
    Rows r;
    size_t n = 0;
    Id *ids = ARENA_ARRAY(c->arena, Id, limit + 1);
    TRY(db_query(c->db, "SELECT substr(ids, $2, $3) FROM bulk WHERE id=$1", P(PID(bulk), PI(from * (int64_t)sizeof(Id) + 1), PI((int64_t)(limit * sizeof(Id)))), &r));
    if (rows_next(&r)) {
        Str packed = row_blob_dup(&r, 0, c->arena);
        n = packed.n / sizeof(Id);
        if (n > 0) memcpy(ids, packed.p, n * sizeof(Id));
    }
    *out = ids;
    *out_n = n;
    return rows_end(&r);
}
Err bulk_with_result(Ctx *c, Id bulk, Str result, int64_t from, size_t limit, Id **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT location FROM bulk_item WHERE bulk=$1 AND result=$2 ORDER BY location LIMIT $3 OFFSET $4", P(PID(bulk), PT(result), PI((int64_t)limit), PI(from)), &r));
    return ids_of(c, &r, limit, out, out_n);
}
Err bulk_counts(Ctx *c, Id bulk, BulkCount *out, size_t max, size_t *out_n) {
    Rows r;
    *out_n = 0;
    TRY(db_query(c->db, "SELECT result, count(*) FROM bulk_item WHERE bulk=$1 GROUP BY result ORDER BY result", P(PID(bulk)), &r));
    while (*out_n < max && rows_next(&r)) {
        out[*out_n] = (BulkCount){ row_text_dup(&r, 0, c->arena), row_int(&r, 1) };
        ++*out_n;
    }
    return rows_end(&r);
}
Err bulk_result(Ctx *c, Id bulk, Id location, Str *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT result FROM bulk_item WHERE bulk=$1 AND location=$2", P(PID(bulk), PID(location)), &r));
    *out = rows_next(&r) ? row_text_dup(&r, 0, c->arena) : STR_NONE;
    return rows_end(&r);
}
