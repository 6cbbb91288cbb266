/* platform_store.c - SQL of what people recorded about platforms. */
#include "core/case/opening.h"
#include "core/case/platform_in.h"

Err apply_platform_kept(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO platform_hand(id, code, org, tags, seat, representative, host, name, operator, domains, representative_name, why, made_ms, changed_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$13)"
        " ON CONFLICT(id) DO UPDATE SET org=excluded.org, tags=excluded.tags, seat=excluded.seat, representative=excluded.representative, host=excluded.host, name=excluded.name, operator=excluded.operator,"
        " domains=excluded.domains, representative_name=excluded.representative_name, why=excluded.why, changed_ms=excluded.changed_ms, ended_ms=0",
        P(PID(a->subject), PT(act_get_code(a, "code")), PID(a->org), PT(act_get_code(a, "tags")), PT(act_get_code(a, "seat")), PT(act_get_code(a, "representative")), PT(act_get_code(a, "host")),
          PB(act_sealed(a, "name")), PB(act_sealed(a, "operator")), PB(act_sealed(a, "domains")), PB(act_sealed(a, "representative_name")), PB(act_sealed(a, "why")), PI(a->at)));
}
Err apply_platform_ended(Db *db, const Act *a) { return db_run(db, "UPDATE platform_hand SET ended_ms=$2 WHERE id=$1 AND ended_ms=0", P(PID(a->subject), PI(a->at))); }

static Str with_blanks(const Rows *r, int col, Arena *a) {
    Str s = row_text(r, col);
    char *p = arena_alloc(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) p[i] = s.p[i] == '+' ? ' ' : s.p[i];
    return (Str){ p, s.n };
}

Err hand_rows(Ctx *c, Str code, HandRow **out, size_t *out_n) {
    enum { TEXTS = 5 };
    int64_t count = 0;
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM platform_hand WHERE $1='' OR code=$1", P(PT(code)), &count));
    size_t max = count < PLATFORMS_MAX ? (size_t)count : PLATFORMS_MAX;
    HandRow *rows = ARENA_ARRAY(c->arena, HandRow, max + 1);
    TRY(db_query(c->db, "SELECT id, org, code, tags, seat, representative, host, made_ms, changed_ms, ended_ms, name, operator, domains, representative_name, why FROM platform_hand WHERE $1='' OR code=$1 ORDER BY code LIMIT 4000", P(PT(code)), &r));
    while (n < max && rows_next(&r)) {
        rows[n++] = (HandRow){ .id = row_id(&r, 0), .org = row_id(&r, 1), .code = row_text_dup(&r, 2, c->arena), .made = row_int(&r, 7), .changed = row_int(&r, 8), .ended = row_int(&r, 9),
            .f = { .tags = with_blanks(&r, 3, c->arena), .seat = row_text_dup(&r, 4, c->arena), .representative = row_text_dup(&r, 5, c->arena), .host = row_text_dup(&r, 6, c->arena),
                .name = row_blob_dup(&r, 10, c->arena), .operator_name = row_blob_dup(&r, 11, c->arena), .domains = row_blob_dup(&r, 12, c->arena),
                .representative_name = row_blob_dup(&r, 13, c->arena), .why = row_blob_dup(&r, 14, c->arena) } };
    }
    TRY(rows_end(&r));
    Opening o = opening_new(c->arena, TEXTS * n);
    for (size_t i = 0; i < n; i++) {
        HandRow *h = &rows[i];
        opening_add(&o, h->org, h->id, "name", &h->f.name, &h->err);
        opening_add(&o, h->org, h->id, "operator", &h->f.operator_name, &h->err);
        opening_add(&o, h->org, h->id, "domains", &h->f.domains, &h->err);
        opening_add(&o, h->org, h->id, "representative_name", &h->f.representative_name, &h->err);
        opening_add(&o, h->org, h->id, "why", &h->f.why, &h->err);
    }
    *out = rows;
    *out_n = n;
    return opening_run(c, &o);
}
