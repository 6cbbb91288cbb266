/* reported_store.c - SQL of the transparency reports that were read. */
#include "steps/supervise/reported_in.h"

#define COLUMNS "id, platform, from_day, to_day, form, sha256, bytes, files, sections, figure_n, blank_n, dev_n, lost_n, prior, at_ms"

Err apply_reported_read(Db *db, const Act *a) {
    TRY(db_run(db, "INSERT INTO reported(" COLUMNS ", org) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)",
        P(PID(a->subject), PT(act_get_code(a, "platform")), PT(act_get_code(a, "from")), PT(act_get_code(a, "to")), PT(act_get_code(a, "form")), PB(act_get_hash(a, "sha256")), PI(act_get_int(a, "bytes")), PI(act_get_int(a, "files")),
          PI(act_get_int(a, "sections")), PI(act_get_int(a, "figure_n")), PI(act_get_int(a, "blank_n")), PI(act_get_int(a, "dev_n")), PI(act_get_int(a, "lost_n")), PIDN(act_get_id(a, "prior")), PI(a->at), PID(a->org))));
    return db_run(db, "INSERT INTO reported_text(id, about, figures, devs) VALUES($1,$2,$3,$4)", P(PID(a->subject), PB(act_sealed(a, "about")), PB(act_sealed(a, "figures")), PB(act_sealed(a, "devs"))));
}

static ReportedRow row_of(Rows *r, Arena *a) {
    return (ReportedRow){ .id = row_id(r, 0), .platform = row_text_dup(r, 1, a), .from = row_text_dup(r, 2, a), .to = row_text_dup(r, 3, a), .form = row_text_dup(r, 4, a), .sha256 = row_blob_dup(r, 5, a), .bytes = row_int(r, 6),
        .files = row_int(r, 7), .sections = row_int(r, 8), .figures = row_int(r, 9), .blank = row_int(r, 10), .devs = row_int(r, 11), .lost = row_int(r, 12), .prior = row_id(r, 13), .at = row_int(r, 14) };
}

static Err one(Ctx *c, Rows *r, ReportedRow *out) {
    bool found = rows_next(r);
    if (found) *out = row_of(r, c->arena);
    TRY(rows_end(r));
    return found ? OK : E_MISSING;
}

Err reported_row(Ctx *c, Id id, ReportedRow *out) {
    Rows r;
    TRY(access_may(c, "platform.read", NO_OBJECT));
    TRY(db_query(c->db, "SELECT " COLUMNS " FROM reported WHERE id=$1 AND org=$2", P(PID(id), PID(c->person.org)), &r));
    return one(c, &r, out);
}

Err reported_by_sha(Ctx *c, Str platform, Str sha256, ReportedRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " COLUMNS " FROM reported WHERE org=$1 AND platform=$2 AND sha256=$3", P(PID(c->person.org), PT(platform), PB(sha256)), &r));
    return one(c, &r, out);
}

Err reported_newest(Ctx *c, Str platform, Str from, Str to, ReportedRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " COLUMNS " FROM reported WHERE org=$1 AND platform=$2 AND to_day=$3 AND from_day=$4 ORDER BY at_ms DESC, id LIMIT 1", P(PID(c->person.org), PT(platform), PT(to), PT(from)), &r));
    return one(c, &r, out);
}

Err reported_rows(Ctx *c, Str platform, bool all, ReportedRow **out, size_t *out_n) {
    enum { ROWS_MAX = 4000 };
    Rows r;
    ReportedRow *v = NULL;
    size_t n = 0, cap = 0;
    TRY(access_may(c, "platform.read", NO_OBJECT));
    TRY(platform.n > 0 ? db_query(c->db, "SELECT " COLUMNS " FROM reported WHERE org=$1 AND platform=$2 ORDER BY to_day DESC, from_day, at_ms DESC, id LIMIT 4000", P(PID(c->person.org), PT(platform)), &r)
                       : db_query(c->db, "SELECT " COLUMNS " FROM reported WHERE org=$1 ORDER BY platform, to_day DESC, from_day, at_ms DESC, id LIMIT 4000", P(PID(c->person.org)), &r));
    while (n < ROWS_MAX && rows_next(&r)) {
        ReportedRow x = row_of(&r, c->arena);
        const ReportedRow *last = n > 0 ? &v[n - 1] : NULL;
        if (!all && last != NULL && str_eq(last->platform, x.platform) && str_eq(last->from, x.from) && str_eq(last->to, x.to)) continue;
        v = ARENA_ROOM(c->arena, v, n, &cap);
        v[n++] = x;
    }
    TRY(rows_end(&r));
    *out = v;
    *out_n = n;
    return OK;
}

Err reported_sealed(Ctx *c, Id id, ReportedSealed *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT r.org, t.about, t.figures, t.devs FROM reported r JOIN reported_text t ON t.id=r.id WHERE r.id=$1 AND r.org=$2", P(PID(id), PID(c->person.org)), &r));
    bool found = rows_next(&r);
    if (found) *out = (ReportedSealed){ row_id(&r, 0), row_blob_dup(&r, 1, c->arena), row_blob_dup(&r, 2, c->arena), row_blob_dup(&r, 3, c->arena) };
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err reported_own_counts(Ctx *c, Str platform, UnixMs from, UnixMs to, RepOwn *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT count(*), count(DISTINCT subject) FROM request WHERE holder=$1 AND asked_ms BETWEEN $2 AND $3 AND org=$4 AND kind='notice' AND outcome<>'withdrawn' AND delivery<>'failed'",
        P(PT(platform), PI(from), PI(to), PID(c->person.org)), &r));
    if (rows_next(&r)) *out = (RepOwn){ row_int(&r, 0), row_int(&r, 1) };
    return rows_end(&r);
}

Err reported_count(Ctx *c, Str platform, int64_t *out) {
    return db_int(c->db, "SELECT count(*) FROM reported WHERE org=$1 AND platform=$2", P(PID(c->person.org), PT(platform)), out);
}
