/* print_store.c - fingerprints in the state tables. */
#include "core/case/case_in.h"
#include "core/case/print.h"

Err apply_print_given(Db *db, const Act *a) {
    TRY(db_run(db, "INSERT INTO print(id, org, case_id, front, quality, forms, hash, uses, said_by, given_ms, until_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
        P(PID(a->subject), PID(a->org), PID(a->case_id), PT(act_get_code(a, "front")), PI(act_get_int(a, "quality")), PI(act_get_int(a, "forms")), PB(act_sealed(a, "hash")), PT(act_get_code(a, "uses")),
            PT(act_get_code(a, "said_by")), PI(a->at), PI(act_get_int(a, "until")))));
    return touch_case(db, a);
}

Err apply_print_ended(Db *db, const Act *a) {
    TRY(db_run(db, "UPDATE print SET ended_ms=$2, why=$3, hash=NULL WHERE id=$1 AND ended_ms=0", P(PID(a->subject), PI(a->at), PT(act_get_code(a, "why")))));
    TRY(db_run(db, "UPDATE print_match SET state='gone' WHERE state='open' AND (print=$1 OR other=$1)", P(PID(a->subject))));
    return touch_case(db, a);
}

Err print_store_end_all(Db *db, const Act *a, Id of, Str why) {
    TRY(db_run(db, "UPDATE print_match SET state='gone' WHERE state='open' AND (print IN (SELECT id FROM print WHERE case_id=$1) OR other IN (SELECT id FROM print WHERE case_id=$1))", P(PID(of))));
    return db_run(db, "UPDATE print SET ended_ms=$2, why=$3, hash=NULL WHERE case_id=$1 AND ended_ms=0", P(PID(of), PI(a->at), PT(why)));
}

/* A joined report may have had others joined into it before: all of them, each once, as they are found. */
Err print_store_joined(Db *db, Id into, Id *out, size_t *out_n) {
    Err err = OK;
    out[0] = into;
    *out_n = 1;
    for (size_t i = 0; err == OK && i < *out_n; i++) {
        Rows r;
        TRY(db_query(db, "SELECT id FROM case_file WHERE merged_into=$1 ORDER BY id", P(PID(out[i])), &r));
        while (err == OK && rows_next(&r)) {
            if (*out_n == PRINT_JOINED_MAX) err = E_LIMIT;
            else out[(*out_n)++] = row_id(&r, 0);
        }
        Err end = rows_end(&r);
        if (err == OK) err = end;
    }
    return err;
}

Err print_store_ended(Ctx *c, Id of, Id *out, size_t *out_n) {
    Rows r;
    *out_n = 0;
    TRY(db_query(c->db, "SELECT id FROM print WHERE case_id=$1 AND ended_ms<>0", P(PID(of)), &r));
    while (*out_n < PRINTS_OF_CASE && rows_next(&r)) out[(*out_n)++] = row_id(&r, 0);
    return rows_end(&r);
}

Err print_store_count(Ctx *c, Id case_id, int64_t *out) { return db_int(c->db, "SELECT count(*) FROM print WHERE case_id=$1", P(PID(case_id)), out); }

#define PRINT_COLUMNS "p.id, p.case_id, p.org, p.front, p.uses, p.said_by, p.why, p.quality, p.forms, p.given_ms, p.until_ms, p.ended_ms, p.hash"

static PrintRow print_read(const Rows *r, Arena *a) {
    return (PrintRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .org = row_id(r, 2), .front = row_text_dup(r, 3, a), .uses = row_text_dup(r, 4, a), .said_by = row_text_dup(r, 5, a), .why = row_text_dup(r, 6, a),
        .quality = row_int(r, 7), .forms = row_int(r, 8), .given = row_int(r, 9), .until = row_int(r, 10), .ended = row_int(r, 11), .sealed = row_blob_dup(r, 12, a), .err = E_MISSING };
}

Err print_by_id(Ctx *c, Id print, PrintRow *out) {
    Rows r;
    Err err = E_MISSING;
    TRY(db_query(c->db, "SELECT " PRINT_COLUMNS " FROM print p WHERE p.id=$1", P(PID(print)), &r));
    if (rows_next(&r)) {
        *out = print_read(&r, c->arena);
        err = OK;
    }
    Err end = rows_end(&r);
    return end != OK ? end : err;
}

static Err prints_read(Ctx *c, Rows *r, size_t most, PrintRow **out, size_t *out_n) {
    PrintRow *rows = NULL;
    size_t n = 0, cap = 0;
    while (n < most && rows_next(r)) {
        rows = ARENA_ROOM(c->arena, rows, n, &cap);
        rows[n++] = print_read(r, c->arena);
    }
    *out = rows;
    *out_n = n;
    return rows_end(r);
}

Err print_of_report(Ctx *c, Id case_id, PrintRow **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT " PRINT_COLUMNS " FROM print p WHERE p.case_id=$1 ORDER BY p.given_ms DESC, p.id", P(PID(case_id)), &r));
    return prints_read(c, &r, PRINTS_OF_CASE, out, out_n);
}

Err print_of_case(Ctx *c, Id case_id, PrintRow **out, size_t *out_n) {
    enum { MOST = 4 * PRINTS_OF_CASE };
    Rows r;
    TRY(db_query(c->db, "SELECT " PRINT_COLUMNS " FROM print p WHERE p.case_id=$1 OR p.case_id IN (SELECT k.id FROM case_file k WHERE k.merged_into=$1) ORDER BY p.given_ms DESC, p.id LIMIT 800",
        P(PID(case_id)), &r));
    return prints_read(c, &r, MOST, out, out_n);
}

/* ---- photos that may be the same ---- */
Err apply_print_matched(Db *db, const Act *a) {
    Id print = act_get_id(a, "print"), other = act_get_id(a, "other");
    TRY(db_run(db, "INSERT INTO print_match(id, case_id, print, other, other_case, distance, quality, source, made_ms) SELECT $1, $2, $3, p.id, p.case_id, $5, $6, p.said_by, $7 FROM print p WHERE p.id=$4",
        P(PID(a->subject), PID(a->case_id), PID(print), PID(other), PI(act_get_int(a, "distance")), PI(act_get_int(a, "quality")), PI(a->at))));
    return touch_case(db, a);
}

Err apply_print_decided(Db *db, const Act *a) {
    TRY(db_run(db, "UPDATE print_match SET state=CASE WHEN $2<>0 THEN 'same' ELSE 'different' END, decided_by=$3, decided_ms=$4 WHERE id=$1 AND state='open'",
        P(PID(a->subject), PI(act_get_int(a, "same")), PIDN(a->actor), PI(a->at))));
    return touch_case(db, a);
}

Err print_store_match_known(Ctx *c, Id print, Id other, bool *out) {
    int64_t n = 0;
    TRY(db_int(c->db, "SELECT count(*) FROM print_match WHERE print=$1 AND other=$2", P(PID(print), PID(other)), &n));
    *out = n > 0;
    return OK;
}

Err print_store_in_force(Ctx *c, Id org, Id after, size_t limit, PrintRow **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT " PRINT_COLUMNS " FROM print p WHERE p.org=$1 AND p.ended_ms=0 AND p.id>$2 ORDER BY p.id LIMIT $3", P(PID(org), PID(after), PI((int64_t)limit)), &r));
    return prints_read(c, &r, limit, out, out_n);
}

#define MATCH_COLUMNS "m.id, m.case_id, m.print, m.other, m.other_case, m.distance, m.quality, m.source, m.made_ms, m.state, m.decided_ms"

static PrintMatch match_read(const Rows *r, Arena *a) {
    return (PrintMatch){ .id = row_id(r, 0), .case_id = row_id(r, 1), .print = row_id(r, 2), .other = row_id(r, 3), .other_case = row_id(r, 4), .distance = row_int(r, 5), .quality = row_int(r, 6),
        .source = row_text_dup(r, 7, a), .made = row_int(r, 8), .state = row_text_dup(r, 9, a), .decided = row_int(r, 10) };
}

Err print_match_by_id(Ctx *c, Id id, PrintMatch *out) {
    Rows r;
    Err err = E_MISSING;
    TRY(db_query(c->db, "SELECT " MATCH_COLUMNS " FROM print_match m WHERE m.id=$1", P(PID(id)), &r));
    if (rows_next(&r)) {
        *out = match_read(&r, c->arena);
        err = OK;
    }
    Err end = rows_end(&r);
    return end != OK ? end : err;
}

#define MATCH_OF_CASE " FROM print_match m WHERE (m.case_id=$1 OR m.case_id IN (SELECT k.id FROM case_file k WHERE k.merged_into=$1)) AND m.state<>'gone'"
Err print_match_page(Ctx *c, Id case_id, size_t skip, PrintMatch **out, size_t *out_n, int64_t *out_all, int64_t *out_open) {
    PrintMatch *rows = ARENA_ARRAY(c->arena, PrintMatch, PRINT_MATCHES);
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*)" MATCH_OF_CASE, P(PID(case_id)), out_all));
    TRY(db_int(c->db, "SELECT count(*)" MATCH_OF_CASE " AND m.state='open'", P(PID(case_id)), out_open));
    TRY(db_query(c->db, "SELECT " MATCH_COLUMNS MATCH_OF_CASE " ORDER BY m.state<>'open', m.made_ms DESC, m.id LIMIT 200 OFFSET $2", P(PID(case_id), PI((int64_t)skip)), &r));
    while (n < PRINT_MATCHES && rows_next(&r)) rows[n++] = match_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
Err print_match_of_case(Ctx *c, Id case_id, PrintMatch **out, size_t *out_n) {
    int64_t all = 0, open = 0;
    return print_match_page(c, case_id, 0, out, out_n, &all, &open);
}
