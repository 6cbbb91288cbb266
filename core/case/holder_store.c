/* holder_store.c - SQL of the requests of one holder. */
#include "core/case/holder.h"

/* The latest ones, turned round so that the oldest comes first. */
Err holder_requests(Ctx *c, Str kind, Str holder, size_t limit, RequestRow **out, size_t *out_n) {
    Rows r;
    size_t n = 0;
    Id *ids = ARENA_ARRAY(c->arena, Id, limit + 1);
    TRY(db_query(c->db, "SELECT id FROM request WHERE holder=$1 AND org=$2 AND kind=$3 ORDER BY asked_ms DESC, id LIMIT $4", P(PT(holder), PID(c->person.org), PT(kind), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r)) ids[n++] = row_id(&r, 0);
    TRY(rows_end(&r));
    RequestRow *rows = ARENA_ARRAY(c->arena, RequestRow, n + 1);
    for (size_t i = 0; i < n; i++) TRY(request_by_id(c, ids[n - 1 - i], &rows[i]));
    *out = rows;
    *out_n = n;
    return OK;
}

Err holder_silences(Ctx *c, Str holder, size_t limit, HolderSilence **out, size_t *out_n) {
    Rows r;
    size_t n = 0;
    HolderSilence *rows = ARENA_ARRAY(c->arena, HolderSilence, limit + 1);
    TRY(db_query(c->db, "SELECT r.id, s.duty, s.due_ms FROM request r JOIN clock k ON k.subject=r.id JOIN silence s ON s.clock=k.id WHERE r.holder=$1 AND r.org=$2 ORDER BY r.asked_ms DESC, s.due_ms LIMIT $3",
        P(PT(holder), PID(c->person.org), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = (HolderSilence){ .request = row_id(&r, 0), .duty = row_text_dup(&r, 1, c->arena), .due = row_int(&r, 2) };
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
