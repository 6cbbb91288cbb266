/* stamp_store.c - SQL of stamps. */
#include "steps/inquiry/stamped.h"

Err stamp_want(Ctx *c, Str kind, Str digest, Str authority, Id subject, int64_t size) {
    return db_run(c->db, "INSERT INTO stamp(kind, digest, authority, subject, size, asked_ms, next_ms) VALUES($1,$2,$3,$4,$5,$6,$6) ON CONFLICT(kind, digest, authority) DO NOTHING",
        P(PT(kind), PB(digest), PT(authority), PIDN(subject), PI(size), PI(c->now)));
}

#define STAMP_COLUMNS "kind, digest, authority, subject, size, asked_ms, next_ms, tries, reply, at_ms, ends_ms, signer, body"
static StampRow stamp_read(const Rows *r, Arena *a) {
    return (StampRow){ .kind = row_text_dup(r, 0, a), .digest = row_blob_dup(r, 1, a), .authority = row_text_dup(r, 2, a), .subject = row_id(r, 3), .size = row_int(r, 4), .asked = row_int(r, 5), .next = row_int(r, 6), .tries = row_int(r, 7),
        .reply = row_blob_dup(r, 8, a), .at = row_int(r, 9), .ends = row_int(r, 10), .signer = row_text_dup(r, 11, a), .body = row_text_dup(r, 12, a) };
}

Err stamp_due(Ctx *c, StampRow *out, UnixMs *out_next) {
    Rows r;
    bool found = false;
    *out_next = 0;
    TRY(db_query(c->db, "SELECT " STAMP_COLUMNS " FROM stamp WHERE reply IS NULL AND next_ms>=0 ORDER BY next_ms LIMIT 1", P0, &r));
    if (rows_next(&r)) {
        *out = stamp_read(&r, c->arena);
        *out_next = out->next;
        found = out->next <= c->now;
    }
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err stamp_failed(Ctx *c, const StampRow *s, UnixMs next) {
    return db_run(c->db, "UPDATE stamp SET tries=tries+1, next_ms=$4 WHERE kind=$1 AND digest=$2 AND authority=$3", P(PT(s->kind), PB(s->digest), PT(s->authority), PI(next)));
}

Err stamp_came(Ctx *c, const StampRow *s, Str reply, const Stamp *stamp) {
    return db_run(c->db, "UPDATE stamp SET reply=$4, at_ms=$5, ends_ms=$6, signer=$7, tries=tries+1 WHERE kind=$1 AND digest=$2 AND authority=$3",
        P(PT(s->kind), PB(s->digest), PT(s->authority), PB(reply), PI(stamp->at), PI(stamp->ends), PT(stamp->authority)));
}

Err stamp_of(Ctx *c, Str digest, StampRow *out, size_t max, size_t *out_n) {
    Rows r;
    size_t n = 0;
    TRY(db_query(c->db, "SELECT " STAMP_COLUMNS " FROM stamp WHERE digest=$1 AND reply IS NOT NULL AND kind='seal' ORDER BY at_ms, authority LIMIT 16", P(PB(digest)), &r));
    while (n < max && rows_next(&r)) out[n++] = stamp_read(&r, c->arena);
    *out_n = n;
    return rows_end(&r);
}

static Err read_rows(Ctx *c, Rows *r, StampRow *out, size_t max, size_t *out_n) {
    size_t n = 0;
    while (n < max && rows_next(r)) out[n++] = stamp_read(r, c->arena);
    *out_n = n;
    return rows_end(r);
}

Err stamp_of_dossier(Ctx *c, Id dossier, StampRow *out, size_t max, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT " STAMP_COLUMNS " FROM stamp WHERE subject=$1 AND reply IS NOT NULL ORDER BY at_ms, authority LIMIT $2", P(PID(dossier), PI((int64_t)max)), &r));
    return read_rows(c, &r, out, max, out_n);
}

Err stamp_want_again(Ctx *c, Str digest, Str body, Str authority, Id dossier) {
    return db_run(c->db, "INSERT INTO stamp(kind, digest, authority, subject, asked_ms, next_ms, body) VALUES('again',$1,$2,$3,$4,$4,$5) ON CONFLICT(kind, digest, authority) DO NOTHING",
        P(PB(digest), PT(authority), PIDN(dossier), PI(c->now), PT(body)));
}

Err stamp_aging(Ctx *c, StampRow *out, size_t max, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT " STAMP_COLUMNS " FROM stamp WHERE reply IS NOT NULL AND again IS NULL AND ends_ms>0 AND ends_ms<$1+7776000000 AND ends_ms-at_ms>=86400000 AND ends_ms-$1<(ends_ms-at_ms)/3"
        " ORDER BY ends_ms LIMIT $2", P(PI(c->now), PI((int64_t)max)), &r));
    return read_rows(c, &r, out, max, out_n);
}

Err stamp_listed(Ctx *c, const StampRow *s, Str list) {
    return db_run(c->db, "UPDATE stamp SET again=$4 WHERE kind=$1 AND digest=$2 AND authority=$3", P(PT(s->kind), PB(s->digest), PT(s->authority), PB(list)));
}

Err proof_wait_put(Ctx *c, Id dossier) { return db_run(c->db, "INSERT INTO proof_wait(dossier) VALUES($1) ON CONFLICT(dossier) DO NOTHING", P(PID(dossier))); }

Err proof_wait_take(Ctx *c, size_t max) {
    Rows r;
    Id ids[64];
    size_t n = 0;
    TRY(db_query(c->db, "SELECT dossier FROM proof_wait WHERE dossier>=x'' ORDER BY dossier LIMIT 64", P0, &r));
    while (n < max && n < LEN(ids) && rows_next(&r)) ids[n++] = row_id(&r, 0);
    TRY(rows_end(&r));
    for (size_t i = 0; i < n; i++) {
        TRY(journal_job(c, "dossier.renew", ids[i], c->now));
        TRY(db_run(c->db, "DELETE FROM proof_wait WHERE dossier=$1", P(PID(ids[i]))));
    }
    return OK;
}

Err stamp_last_tree(Ctx *c, UnixMs *out_asked, int64_t *out_size) {
    Rows r;
    *out_asked = 0;
    *out_size = 0;
    TRY(db_query(c->db, "SELECT asked_ms, size FROM stamp WHERE kind='tree' ORDER BY asked_ms DESC LIMIT 1", P0, &r));
    if (rows_next(&r)) {
        *out_asked = row_int(&r, 0);
        *out_size = row_int(&r, 1);
    }
    return rows_end(&r);
}

Err stamp_counts(Ctx *c, StampCounts *out) {
    *out = (StampCounts){ 0 };
    TRY(db_int(c->db, "SELECT count(*) FROM stamp WHERE reply IS NULL AND next_ms>=0", P0, &out->waiting));
    TRY(db_int(c->db, "SELECT count(*) FROM stamp WHERE reply IS NOT NULL AND again IS NULL AND ends_ms>0 AND ends_ms<$1+2592000000 AND ends_ms-at_ms>=86400000 AND ends_ms-$1<(ends_ms-at_ms)/3", P(PI(c->now)), &out->aging));
    TRY(db_int(c->db, "SELECT coalesce(min(asked_ms),0) FROM stamp WHERE reply IS NULL AND next_ms>=0", P0, &out->oldest));
    return db_int(c->db, "SELECT coalesce(max(at_ms),0) FROM stamp WHERE kind='tree'", P0, &out->newest);
}
