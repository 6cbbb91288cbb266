/* blob_store.c - SQL of files. */
#include "core/case/case_in.h"

Err apply_blob_kept(Db *db, const Act *a) {
    Id of = act_get_id(a, "of");
    return db_run(db, "INSERT INTO blob(id, sha256, size, org, case_id, key, made_ms, kind, of_thing, own) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        P(PID(a->subject), PB(act_get_hash(a, "sha256")), PI(act_get_int(a, "size")), PID(a->org), PIDN(a->case_id), PB(act_sealed(a, "key")), PI(a->at), PT(act_get_code(a, "kind")), PIDN(of), PI(id_eq(a->scope, a->subject))));
}

#define BLOB_COLUMNS "id, org, case_id, sha256, key, size, made_ms, kind, of_thing, own"
static BlobRow blob_read(const Rows *r, Arena *a) {
    return (BlobRow){ .id = row_id(r, 0), .org = row_id(r, 1), .case_id = row_id(r, 2), .sha256 = row_blob_dup(r, 3, a), .key = row_blob_dup(r, 4, a), .size = row_int(r, 5), .made = row_int(r, 6),
        .kind = row_text_dup(r, 7, a), .of = row_id(r, 8), .own = row_int(r, 9) != 0 };
}

Err blob_row(Ctx *c, Id blob, BlobRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " BLOB_COLUMNS " FROM blob WHERE id=$1", P(PID(blob)), &r));
    bool found = rows_next(&r);
    if (found) *out = blob_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err blob_list(Ctx *c, Id after, size_t limit, BlobRow **out, size_t *out_n) {
    BlobRow *rows = ARENA_ARRAY(c->arena, BlobRow, limit + 1);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " BLOB_COLUMNS " FROM blob WHERE id>$1 ORDER BY id LIMIT $2", P(PID(after), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = blob_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err blob_of_case(Ctx *c, Id case_id, Str kind, BlobRow **out, size_t *out_n) {
    enum { FILES_MAX = 1000 };
    int64_t count = 0;
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM blob WHERE case_id=$1", P(PID(case_id)), &count));
    size_t max = count < FILES_MAX ? (size_t)count : FILES_MAX;
    BlobRow *rows = ARENA_ARRAY(c->arena, BlobRow, max + 1);
    TRY(db_query(c->db, "SELECT " BLOB_COLUMNS " FROM blob WHERE case_id=$1 AND ($2='' OR kind=$2) ORDER BY made_ms DESC, id LIMIT 1000", P(PID(case_id), PT(kind)), &r));
    while (n < max && rows_next(&r)) rows[n++] = blob_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
