/* journal_store.c - the SQL of the record. */
#include "core/journal/journal_in.h"

Err store_act_known(Db *db, Id id, int64_t *out_seq) { return db_int(db, "SELECT seq FROM act WHERE id=$1", P(PID(id)), out_seq); }

static Err chain_row(Rows *r, int64_t *out_n, uint8_t out_commitment[COMMITMENT]) {
    *out_n = 0;
    memset(out_commitment, 0, COMMITMENT);
    if (rows_next(r)) {
        *out_n = row_int(r, 0);
        Str s = row_blob(r, 1);
        if (s.n == COMMITMENT) memcpy(out_commitment, s.p, COMMITMENT);
    }
    return rows_end(r);
}

Err store_chain_head(Db *db, Id org, Id case_id, int64_t *out_n, uint8_t out_commitment[COMMITMENT]) {
    Rows r;
    if (id_none(case_id)) TRY(db_query(db, "SELECT case_seq, commitment FROM act WHERE org=$1 AND case_id IS NULL ORDER BY case_seq DESC LIMIT 1", P(PID(org)), &r));
    else TRY(db_query(db, "SELECT case_seq, commitment FROM act WHERE case_id=$1 ORDER BY case_seq DESC LIMIT 1", P(PID(case_id)), &r));
    return chain_row(&r, out_n, out_commitment);
}

Err store_chain_before(Db *db, const Act *a, int64_t *out_n, uint8_t out_commitment[COMMITMENT]) {
    Rows r;
    if (id_none(a->case_id))
        TRY(db_query(db, "SELECT case_seq, commitment FROM act WHERE org=$1 AND case_id IS NULL AND case_seq=$2 AND seq<$3", P(PID(a->org), PI(a->case_seq - 1), PI(a->seq)), &r));
    else TRY(db_query(db, "SELECT case_seq, commitment FROM act WHERE case_id=$1 AND case_seq=$2 AND seq<$3", P(PID(a->case_id), PI(a->case_seq - 1), PI(a->seq)), &r));
    return chain_row(&r, out_n, out_commitment);
}

Err store_subject_before(Db *db, Arena *a, Id subject, int64_t seq, Str *out) {
    Rows r;
    *out = STR_NONE;
    TRY(db_query(db, "SELECT commitment FROM act WHERE subject=$1 AND seq<$2 ORDER BY seq DESC LIMIT 1", P(PID(subject), PI(seq)), &r));
    if (rows_next(&r)) *out = row_blob_dup(&r, 0, a);
    return rows_end(&r);
}

Err store_next_seq(Db *db, int64_t *out_seq) { return db_int(db, "SELECT coalesce(max(seq), 0) + 1 FROM act", P0, out_seq); }

Err store_act_append(Db *db, const Act *a, Str body, Str prev, Str salt, Str commitment) {
    return db_run(db, "INSERT INTO act(" ACT_COLUMNS ") VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17)",
        P(PI(a->seq), PID(a->id), PT(str_c(a->def->kind)), PI(a->def->version), PID(a->org), PIDN(a->case_id), PID(a->subject), PID(a->scope),
          PT(str_c(role_name(a->actor_role))), PIDN(a->actor), PI(a->at), PT(a->zone), PI(a->case_seq), PB(prev), PT(body), PB(salt), PB(commitment)));
}

Err store_thing(Db *db, const Act *a) {
    if (a->def->subject == OBJ_NONE || !a->def->makes) return OK;
    return db_run(db, "INSERT INTO thing(id, kind, case_id, org) VALUES($1,$2,$3,$4) ON CONFLICT(id) DO NOTHING",
        P(PID(a->subject), PI((int64_t)a->def->subject), PIDN(a->case_id), PID(a->org)));
}

void store_row_read(const Rows *r, Arena *a, ActRow *out) {
    *out = (ActRow){ .seq = row_int(r, 0), .id = row_blob_dup(r, 1, a), .kind = row_text_dup(r, 2, a), .version = row_int(r, 3),
        .org = row_blob_dup(r, 4, a), .case_id = row_blob_dup(r, 5, a), .subject = row_blob_dup(r, 6, a), .scope = row_blob_dup(r, 7, a),
        .actor_kind = row_text_dup(r, 8, a), .actor = row_blob_dup(r, 9, a), .at_ms = row_int(r, 10), .zone = row_text_dup(r, 11, a),
        .case_seq = row_int(r, 12), .prev = row_blob_dup(r, 13, a), .body = row_text_dup(r, 14, a), .salt = row_blob_dup(r, 15, a), .commitment = row_blob_dup(r, 16, a) };
}

Err store_row(Db *db, Arena *a, int64_t seq, ActRow *out) {
    Rows r;
    TRY(db_query(db, "SELECT " ACT_COLUMNS " FROM act WHERE seq=$1", P(PI(seq)), &r));
    bool found = rows_next(&r);
    if (found) store_row_read(&r, a, out);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err store_case_rows(Db *db, Id case_id, int64_t after, size_t limit, bool oldest_first, Rows *out) {
    if (oldest_first) return db_query(db, "SELECT " ACT_COLUMNS " FROM act WHERE case_id=$1 AND case_seq>$2 ORDER BY case_seq LIMIT $3", P(PID(case_id), PI(after), PI((int64_t)limit)), out);
    return db_query(db, "SELECT " ACT_COLUMNS " FROM act WHERE case_id=$1 AND case_seq<$2 ORDER BY case_seq DESC LIMIT $3",
        P(PID(case_id), PI(after == 0 ? INT64_MAX : after), PI((int64_t)limit)), out);
}

Err store_subject_rows(Db *db, Id subject, size_t limit, Rows *out) {
    return db_query(db, "SELECT " ACT_COLUMNS " FROM act WHERE subject=$1 ORDER BY seq LIMIT $2", P(PID(subject), PI((int64_t)limit)), out);
}

Err journal_job(Ctx *c, const char *kind, Id subject, UnixMs due) {
    Id id = ctx_new_id(c);
    return db_run(c->db, "INSERT INTO job(id, kind, subject, due_ms, made_ms) VALUES($1,$2,$3,$4,$5) ON CONFLICT(kind, subject) DO UPDATE SET"
        " due_ms=CASE WHEN excluded.due_ms < job.due_ms THEN excluded.due_ms ELSE job.due_ms END, state='due', tries=0", P(PID(id), PT(str_c(kind)), PID(subject), PI(due), PI(c->now)));
}

Err journal_job_at(Ctx *c, const char *kind, Id subject, UnixMs due) {
    Id id = ctx_new_id(c);
    return db_run(c->db, "INSERT INTO job(id, kind, subject, due_ms, made_ms) VALUES($1,$2,$3,$4,$5) ON CONFLICT(kind, subject) DO UPDATE SET"
        " due_ms=excluded.due_ms, state='due', tries=0", P(PID(id), PT(str_c(kind)), PID(subject), PI(due), PI(c->now)));
}

Err store_edge(Db *db, Edge *out) {
    Rows r;
    *out = (Edge){ 0 };
    TRY(db_query(db, "SELECT size, edge FROM ledger_edge WHERE one=1", P0, &r));
    if (rows_next(&r)) {
        Str s = row_blob(&r, 1);
        must(s.n % DIGEST == 0 && s.n / DIGEST <= LEVELS_MAX);
        out->size = row_int(&r, 0);
        out->n = s.n / DIGEST;
        if (s.n > 0) memcpy(out->hash, s.p, s.n);
    }
    return rows_end(&r);
}

Err store_edge_put(Db *db, const Edge *e) {
    return db_run(db, "INSERT INTO ledger_edge(one, size, edge) VALUES(1, $1, $2) ON CONFLICT(one) DO UPDATE SET size=excluded.size, edge=excluded.edge",
        P(PI(e->size), PB(str_bytes(e->hash, e->n * DIGEST))));
}

Err store_checkpoint_get(Db *db, Arena *a, int64_t size, Str *out_note) { return db_text(db, "SELECT note FROM checkpoint WHERE size=$1", P(PI(size)), a, out_note); }
Err store_checkpoint_put(Db *db, int64_t size, UnixMs at, Str note) {
    return db_run(db, "INSERT INTO checkpoint(size, at_ms, note) VALUES($1,$2,$3) ON CONFLICT(size) DO NOTHING", P(PI(size), PI(at), PT(note)));
}

Err store_checkpoint_newest(Db *db, Arena *a, int64_t *out_size, Str *out_note) {
    Rows r;
    TRY(db_query(db, "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1", P0, &r));
    bool found = rows_next(&r);
    if (found) {
        *out_size = row_int(&r, 0);
        *out_note = row_text_dup(&r, 1, a);
    }
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err store_node_put(Db *db, int level, int64_t idx, const uint8_t hash[DIGEST]) {
    return db_run(db, "INSERT INTO ledger_node(level, idx, hash) VALUES($1, $2, $3)", P(PI(level), PI(idx), PB(str_bytes(hash, DIGEST))));
}
Err store_nodes(Db *db, int level, int64_t from, int64_t n, Rows *out) {
    return db_query(db, "SELECT hash FROM ledger_node WHERE level=$1 AND idx>=$2 AND idx<$3 ORDER BY idx", P(PI(level), PI(from), PI(from + n)), out);
}
Err store_commitments(Db *db, int64_t from, int64_t n, Rows *out) {
    return db_query(db, "SELECT commitment FROM act WHERE seq>$1 AND seq<=$2 ORDER BY seq", P(PI(from), PI(from + n)), out);
}

Err store_commitment(Db *db, Arena *a, int64_t seq, Str *out) {
    Rows r;
    TRY(db_query(db, "SELECT commitment FROM act WHERE seq=$1", P(PI(seq)), &r));
    bool found = rows_next(&r);
    if (found) *out = row_blob_dup(&r, 0, a);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}
