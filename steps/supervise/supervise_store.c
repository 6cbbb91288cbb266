/* supervise_store.c - SQL of the register, the checks and the figures. */
#include "core/case/opening.h"
#include "steps/supervise/supervise_in.h"

Err apply_check_recorded(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO platform_check(id, org, platform, duty, result, see, age_gate, on_ms, at_ms, by_user, method, evidence) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)",
        P(PID(a->subject), PID(a->org), PT(act_get_code(a, "platform")), PT(act_get_code(a, "duty")), PT(act_get_code(a, "result")), PT(act_get_code(a, "see")), PT(act_get_code(a, "age_gate")),
          PI(act_get_int(a, "on")), PI(a->at), PIDN(a->actor), PB(act_sealed(a, "method")), PB(act_sealed(a, "evidence"))));
}
/* Of more replies the last one stands beside the finding; the record keeps all. It is sealed under whoever recorded it. */
Err apply_check_replied(Db *db, const Act *a) {
    return db_run(db, "UPDATE platform_check SET reply=$2, reply_ms=$3, reply_at_ms=$4, reply_org=$5 WHERE id=$1", P(PID(a->subject), PB(act_sealed(a, "reply")), PI(act_get_int(a, "on")), PI(a->at), PID(a->org)));
}

/* ---- checks ---- */
#define CHECK_COLUMNS "id, org, by_user, platform, duty, result, see, age_gate, on_ms, at_ms, reply_ms, reply_at_ms, method, evidence, reply, reply_org"
enum { CHECKS_MAX = 1000, CHECK_TEXTS = 3 };
static PlatformCheck check_read(const Rows *r, Arena *a) {
    return (PlatformCheck){ .id = row_id(r, 0), .org = row_id(r, 1), .by = row_id(r, 2), .f = { .platform = row_text_dup(r, 3, a), .duty = row_text_dup(r, 4, a), .result = row_text_dup(r, 5, a),
        .see = row_text_dup(r, 6, a), .age_gate = row_text_dup(r, 7, a), .on = row_int(r, 8), .method = row_blob_dup(r, 12, a), .evidence = row_blob_dup(r, 13, a) },
        .at = row_int(r, 9), .reply_on = row_int(r, 10), .reply_at = row_int(r, 11), .reply = row_blob_dup(r, 14, a), .reply_org = row_id(r, 15) };
}
static Err checks_open(Ctx *c, PlatformCheck *rows, size_t n) {
    Opening o = opening_new(c->arena, CHECK_TEXTS * n);
    for (size_t i = 0; i < n; i++) {
        opening_add(&o, rows[i].org, rows[i].id, "method", &rows[i].f.method, &rows[i].err);
        opening_add(&o, rows[i].org, rows[i].id, "evidence", &rows[i].f.evidence, &rows[i].err);
        opening_add(&o, rows[i].reply_org, rows[i].id, "reply", &rows[i].reply, &rows[i].err);
    }
    return opening_run(c, &o);
}

Err check_by_id(Ctx *c, Id id, PlatformCheck *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " CHECK_COLUMNS " FROM platform_check WHERE id=$1", P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = check_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? checks_open(c, out, 1) : E_MISSING;
}

Err check_list(Ctx *c, Str platform, Str duty, PlatformCheck **out, size_t *out_n) {
    int64_t count = 0;
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM platform_check WHERE platform=$1 AND ($2='' OR duty=$2)", P(PT(platform), PT(duty)), &count));
    size_t max = count < CHECKS_MAX ? (size_t)count : CHECKS_MAX;
    PlatformCheck *rows = ARENA_ARRAY(c->arena, PlatformCheck, max + 1);
    TRY(db_query(c->db, "SELECT " CHECK_COLUMNS " FROM platform_check WHERE platform=$1 AND ($2='' OR duty=$2) ORDER BY on_ms DESC, at_ms DESC, id LIMIT 1000", P(PT(platform), PT(duty)), &r));
    while (n < max && rows_next(&r)) rows[n++] = check_read(&r, c->arena);
    TRY(rows_end(&r));
    *out = rows;
    *out_n = n;
    return checks_open(c, rows, n);
}

Err result_counts(Ctx *c, ResultCount **out, size_t *out_n) {
    size_t n = 0;
    Rows r;
    ResultCount *rows = ARENA_ARRAY(c->arena, ResultCount, PLATFORMS_MAX);
    TRY(db_query(c->db, "SELECT platform, sum(CASE WHEN result IN ('fail','partial') THEN 1 ELSE 0 END), count(*) FROM platform_check k WHERE NOT EXISTS(SELECT 1 FROM platform_check o WHERE o.platform=k.platform AND o.duty=k.duty"
        " AND (o.on_ms>k.on_ms OR (o.on_ms=k.on_ms AND o.at_ms>k.at_ms) OR (o.on_ms=k.on_ms AND o.at_ms=k.at_ms AND o.id>k.id))) GROUP BY platform LIMIT 4000", P0, &r));
    while (n < PLATFORMS_MAX && rows_next(&r)) rows[n++] = (ResultCount){ .platform = row_text_dup(&r, 0, c->arena), .fail = row_int(&r, 1), .all = row_int(&r, 2) };
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

/* ---- figures: the requests of the person's own organisation ---- */
#define SUM(what) "sum(CASE WHEN " what " THEN 1 ELSE 0 END)"
#define SILENT " r.answers=0 AND r.decided_ms=0 AND EXISTS(SELECT 1 FROM clock k JOIN silence s ON s.clock=k.id WHERE k.subject=r.id) "
Err figures_counts(Ctx *c, Str code, Figures *out) {
    Rows r;
    Figures f = { 0 };
    TRY(db_query(c->db, "SELECT count(*), " SUM("delivery='failed'") ", " SUM("answers>0") ", " SUM("decided_ms>0") ", " SUM("outcome IN ('removed','blocked')") ", " SUM("outcome IN ('kept','refused')") ", "
        SUM("decided_ms=0") ", " SUM(SILENT) " FROM request r WHERE holder=$1 AND org=$2 AND kind='notice' AND outcome<>'withdrawn'", P(PT(code), PID(c->person.org)), &r));
    if (rows_next(&r)) {
        f = (Figures){ .asked = row_int(&r, 0), .undelivered = row_int(&r, 1), .answered = row_int(&r, 2), .decided = row_int(&r, 3), .removed = row_int(&r, 4), .refused = row_int(&r, 5),
            .open = row_int(&r, 6), .silent = row_int(&r, 7) };
    }
    TRY(rows_end(&r));
    TRY(db_int(c->db, "SELECT count(*) FROM request WHERE holder=$1 AND org=$2 AND kind='notice' AND outcome='withdrawn'", P(PT(code), PID(c->person.org)), &f.withdrawn));
    TRY(db_int(c->db, "SELECT count(*) FROM location WHERE platform=$1 AND org=$2", P(PT(code), PID(c->person.org)), &f.locations));
    TRY(db_int(c->db, "SELECT count(*) FROM location WHERE platform=$1 AND org=$2 AND returned>0", P(PT(code), PID(c->person.org)), &f.returned));
    *out = f;
    return OK;
}

Err figures_waits(Ctx *c, Str code, KmObs **out, size_t *out_n) {
    enum { WAITS_MAX = 100000 };
    int64_t count = 0;
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM request WHERE holder=$1 AND org=$2 AND kind='notice' AND outcome<>'withdrawn' AND delivery<>'failed'", P(PT(code), PID(c->person.org)), &count));
    size_t max = count < WAITS_MAX ? (size_t)count : WAITS_MAX;
    KmObs *obs = ARENA_ARRAY(c->arena, KmObs, max + 1);
    if (count <= WAITS_MAX) {
        TRY(db_query(c->db, "SELECT asked_ms, decided_ms FROM request WHERE kind='notice' AND org=$2 AND holder=$1 AND outcome<>'withdrawn' AND delivery<>'failed'", P(PT(code), PID(c->person.org)), &r));
    } else { /* the latest ones */
        TRY(db_query(c->db, "SELECT asked_ms, decided_ms FROM request WHERE kind='notice' AND org=$2 AND holder=$1 AND outcome<>'withdrawn' AND delivery<>'failed' ORDER BY asked_ms DESC LIMIT 100000", P(PT(code), PID(c->person.org)), &r));
    }
    while (n < max && rows_next(&r)) {
        int64_t asked = row_int(&r, 0), decided = row_int(&r, 1), ms = (decided > 0 ? decided : c->now) - asked;
        obs[n++] = (KmObs){ .ms = ms > 0 ? ms : 0, .event = decided > 0 };
    }
    *out = obs;
    *out_n = n;
    return rows_end(&r);
}

Err holder_counts(Ctx *c, HolderCount **out, size_t *out_n) {
    size_t n = 0;
    Rows r;
    HolderCount *rows = ARENA_ARRAY(c->arena, HolderCount, PLATFORMS_MAX);
    TRY(db_query(c->db, "SELECT holder, count(*), " SUM("answers>0") ", " SUM(SILENT) " FROM request r WHERE org=$1 AND kind='notice' AND outcome<>'withdrawn' GROUP BY holder ORDER BY count(*) DESC LIMIT 4000", P(PID(c->person.org)), &r));
    while (n < PLATFORMS_MAX && rows_next(&r)) rows[n++] = (HolderCount){ .holder = row_text_dup(&r, 0, c->arena), .asked = row_int(&r, 1), .answered = row_int(&r, 2), .silent = row_int(&r, 3) };
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
