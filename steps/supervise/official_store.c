/* official_store.c - SQL of the official files that were read. */
#include "steps/supervise/official_in.h"

#define COLUMNS "id, slug, day, kind, form, sha256, sha1, sha1_state, bytes, parts, damaged, lines, row_n, repaired, quarantined, extract_rows, published, cube, extract, line_list, quality, crosswalk, prior, at_ms"

Err apply_sor_read(Db *db, const Act *a) {
    Id prior = act_get_id(a, "prior");
    return db_run(db, "INSERT INTO sor_file(" COLUMNS ", org) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25)",
        P(PID(a->subject), PT(act_get_code(a, "slug")), PT(act_get_code(a, "day")), PT(act_get_code(a, "kind")), PT(act_get_code(a, "form")), PB(act_get_hash(a, "sha256")), PB(act_get_hash(a, "sha1")),
          PT(act_get_code(a, "sha1_state")), PI(act_get_int(a, "bytes")), PI(act_get_int(a, "parts")), PI(act_get_int(a, "damaged")), PI(act_get_int(a, "lines")), PI(act_get_int(a, "rows")),
          PI(act_get_int(a, "repaired")), PI(act_get_int(a, "quarantined")), PI(act_get_int(a, "extract_rows")), act_has(a, "published") ? PI(act_get_int(a, "published")) : PNULL(), PB(act_get_hash(a, "cube")),
          PB(act_get_hash(a, "extract")), PB(act_get_hash(a, "line_list")), PB(act_get_hash(a, "quality")), PB(act_get_hash(a, "crosswalk")), PIDN(prior), PI(a->at), PID(a->org)));
}

static SorFile read_row(const Rows *r, Arena *a) {
    return (SorFile){ .id = row_id(r, 0), .slug = row_text_dup(r, 1, a), .day = row_text_dup(r, 2, a), .kind = row_text_dup(r, 3, a), .form = row_text_dup(r, 4, a), .sha256 = row_blob_dup(r, 5, a),
            .sha1 = row_blob_dup(r, 6, a), .sha1_state = row_text_dup(r, 7, a), .bytes = row_int(r, 8), .parts = row_int(r, 9), .damaged = row_int(r, 10), .lines = row_int(r, 11), .rows = row_int(r, 12),
            .repaired = row_int(r, 13), .quarantined = row_int(r, 14), .extract_rows = row_int(r, 15), .published = row_null(r, 16) ? -1 : row_int(r, 16), .cube = row_blob_dup(r, 17, a),
            .extract = row_blob_dup(r, 18, a), .line_list = row_blob_dup(r, 19, a), .quality = row_blob_dup(r, 20, a), .crosswalk = row_blob_dup(r, 21, a), .prior = row_id(r, 22), .at = row_int(r, 23) };
}

static Err one(Ctx *c, Rows *r, SorFile *out) {
    bool found = rows_next(r);
    if (found) *out = read_row(r, c->arena);
    TRY(rows_end(r));
    return found ? OK : E_MISSING;
}

Err sor_file_by_sha(Ctx *c, Str sha256, SorFile *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " COLUMNS " FROM sor_file WHERE sha256=$1", P(PB(sha256)), &r));
    return one(c, &r, out);
}

Err sor_file_newest(Ctx *c, Str slug, Str day, Str kind, SorFile *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " COLUMNS " FROM sor_file WHERE day=$1 AND slug=$2 AND kind=$3 ORDER BY at_ms DESC, id DESC LIMIT 1", P(PT(day), PT(slug), PT(kind)), &r));
    return one(c, &r, out);
}

Err sor_files(Ctx *c, Str from_day, Str to_day, SorFile **out, size_t *out_n) {
    int64_t count = 0;
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM sor_file WHERE day>=$1 AND day<=$2", P(PT(from_day), PT(to_day)), &count));
    size_t max = count < SOR_FILES_MAX ? (size_t)count : SOR_FILES_MAX;
    SorFile *rows = ARENA_ARRAY(c->arena, SorFile, max + 1);
    TRY(db_query(c->db, "SELECT " COLUMNS " FROM sor_file WHERE day>=$1 AND day<=$2 ORDER BY day, slug, kind, at_ms, id LIMIT 65000", P(PT(from_day), PT(to_day)), &r));
    while (n < max && rows_next(&r)) rows[n++] = read_row(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err sor_newest_day(Ctx *c, Str *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT day FROM sor_file WHERE day>'' ORDER BY day DESC LIMIT 1", P0, &r));
    *out = rows_next(&r) ? row_text_dup(&r, 0, c->arena) : S("");
    return rows_end(&r);
}
