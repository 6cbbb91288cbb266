/* dossier_store.c - SQL of dossiers. */
#include "core/case/dossier.h"
#include "core/case/case_in.h"

/* Numbers run within a case; the number follows from the acts before it, so replaying gives the same. */
Err apply_dossier_asked(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO dossier(id, case_id, org, number, lang, recipient, captures, findings, asked_ms, asked_by) SELECT $1,$2,$3,coalesce(max(number),0)+1,$4,$5,$6,$7,$8,$9 FROM dossier WHERE case_id=$2",
        P(PID(a->subject), PID(a->case_id), PID(a->org), PT(act_get_code(a, "lang")), PT(act_get_code(a, "recipient")), PI(act_get_int(a, "captures")), PI(act_get_int(a, "findings")), PI(a->at), PIDN(a->actor)));
}
Err apply_dossier_sealed(Db *db, const Act *a) {
    return db_run(db, "UPDATE dossier SET state='sealed', seal=$2, sealed_ms=$3 WHERE id=$1", P(PID(a->subject), PB(act_get_hash(a, "seal")), PI(a->at)));
}
Err apply_dossier_made(Db *db, const Act *a) {
    Id file = act_get_id(a, "file");
    TRY(db_run(db, "INSERT INTO dossier_version(file, dossier, sha256, made_ms) VALUES($1,$2,$3,$4)", P(PID(file), PID(a->subject), PB(act_get_hash(a, "sha256")), PI(a->at))));
    return db_run(db, "UPDATE dossier SET state='made', file=$2, sha256=$3, size=$4, made_ms=$5 WHERE id=$1", P(PID(a->subject), PID(file), PB(act_get_hash(a, "sha256")), PI(act_get_int(a, "size")), PI(a->at)));
}
Err apply_dossier_renewed(Db *db, const Act *a) {
    Id file = act_get_id(a, "file");
    TRY(db_run(db, "INSERT INTO dossier_version(file, dossier, sha256, made_ms) VALUES($1,$2,$3,$4)", P(PID(file), PID(a->subject), PB(act_get_hash(a, "sha256")), PI(a->at))));
    return db_run(db, "UPDATE dossier SET file=$2, sha256=$3, size=$4 WHERE id=$1", P(PID(a->subject), PID(file), PB(act_get_hash(a, "sha256")), PI(act_get_int(a, "size"))));
}
Err apply_dossier_failed(Db *db, const Act *a) { return db_run(db, "UPDATE dossier SET state='failed', why=$2 WHERE id=$1", P(PID(a->subject), PT(act_get_code(a, "why")))); }
Err apply_dossier_handled(Db *db, const Act *a) {
    (void)db, (void)a; /* the act is the fact */
    return OK;
}

#define DOSSIER_COLUMNS "id, case_id, org, asked_by, file, lang, recipient, state, why, seal, sha256, number, captures, findings, size, asked_ms, sealed_ms, made_ms"
static DossierRow dossier_read(const Rows *r, Arena *a) {
    return (DossierRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .org = row_id(r, 2), .asked_by = row_id(r, 3), .file = row_id(r, 4), .lang = row_text_dup(r, 5, a), .recipient = row_text_dup(r, 6, a),
        .state = row_text_dup(r, 7, a), .why = row_text_dup(r, 8, a), .seal = row_blob_dup(r, 9, a), .sha256 = row_blob_dup(r, 10, a), .number = row_int(r, 11), .captures = row_int(r, 12), .findings = row_int(r, 13),
        .size = row_int(r, 14), .asked = row_int(r, 15), .sealed = row_int(r, 16), .made = row_int(r, 17) };
}

Err dossier_by_id(Ctx *c, Id id, DossierRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " DOSSIER_COLUMNS " FROM dossier WHERE id=$1", P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = dossier_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err dossier_by_file(Ctx *c, Id file, DossierRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " DOSSIER_COLUMNS " FROM dossier WHERE id=(SELECT dossier FROM dossier_version WHERE file=$1)", P(PID(file)), &r));
    bool found = rows_next(&r);
    if (found) *out = dossier_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err dossier_of_case(Ctx *c, Id case_id, DossierRow **out, size_t *out_n) {
    enum { DOSSIERS_MAX = 500 };
    int64_t count = 0;
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM dossier WHERE case_id=$1", P(PID(case_id)), &count));
    size_t max = count < DOSSIERS_MAX ? (size_t)count : DOSSIERS_MAX;
    DossierRow *rows = ARENA_ARRAY(c->arena, DossierRow, max + 1);
    TRY(db_query(c->db, "SELECT " DOSSIER_COLUMNS " FROM dossier WHERE case_id=$1 ORDER BY number DESC LIMIT 500", P(PID(case_id)), &r));
    while (n < max && rows_next(&r)) rows[n++] = dossier_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
