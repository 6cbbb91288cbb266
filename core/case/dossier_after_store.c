/* dossier_after_store.c - SQL of receipts and links. */
#include "core/case/dossier_after.h"
#include "core/case/case_in.h"

Err apply_dossier_receipt(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO dossier_receipt(id, dossier, case_id, org, authority, took, on_ms, at_ms, by_them, why, nonce) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
        P(PID(a->id), PID(a->subject), PID(a->case_id), PID(a->org), PT(act_get_code(a, "authority")), PT(act_get_code(a, "took")), PI(act_get_int(a, "on")), PI(a->at), PI(a->actor_role == R_INSPECTOR), PB(act_sealed(a, "why")), PB(act_sealed(a, "nonce"))));
}
Err apply_dossier_link_made(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO dossier_link(token, dossier, until_ms, made_ms) VALUES($1,$2,$3,$4)", P(PB(act_get_hash(a, "token")), PID(a->subject), PI(act_get_int(a, "until")), PI(a->at)));
}
Err apply_dossier_link_ended(Db *db, const Act *a) { return db_run(db, "UPDATE dossier_link SET ended_ms=$2 WHERE token=$1 AND ended_ms=0", P(PB(act_get_hash(a, "token")), PI(a->at))); }
Err apply_dossier_fetched(Db *db, const Act *a) { return db_run(db, "UPDATE dossier_link SET fetched=fetched+1 WHERE token=$1", P(PB(act_get_hash(a, "token")))); }

Err dossier_receipts(Ctx *c, Id dossier, ReceiptRow **out, size_t *out_n) {
    ReceiptRow *rows = ARENA_ARRAY(c->arena, ReceiptRow, RECEIPTS_MAX);
    OpenItem *items = ARENA_ARRAY(c->arena, OpenItem, 2 * (size_t)RECEIPTS_MAX);
    size_t n = 0, k = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT id, dossier, case_id, org, authority, took, on_ms, at_ms, by_them, why, nonce FROM dossier_receipt WHERE dossier=$1 ORDER BY at_ms, id LIMIT 50", P(PID(dossier)), &r));
    while (n < RECEIPTS_MAX && rows_next(&r)) {
        rows[n] = (ReceiptRow){ .id = row_id(&r, 0), .dossier = row_id(&r, 1), .case_id = row_id(&r, 2), .org = row_id(&r, 3), .authority = row_text_dup(&r, 4, c->arena), .took = row_text_dup(&r, 5, c->arena), .on = row_int(&r, 6), .at = row_int(&r, 7),
            .by_them = row_int(&r, 8) != 0, .why = row_blob_dup(&r, 9, c->arena), .nonce = row_blob_dup(&r, 10, c->arena) };
        n++;
    }
    TRY(rows_end(&r));
    for (size_t i = 0; i < n; i++) {
        if (rows[i].why.n == 0) continue;
        items[k++] = (OpenItem){ .org = rows[i].org, .scope = rows[i].case_id, .cls = STORE, .item = dossier, .field = "why", .sealed = rows[i].why };
        items[k++] = (OpenItem){ .org = rows[i].org, .scope = rows[i].case_id, .cls = STORE, .item = dossier, .field = "nonce", .sealed = rows[i].nonce };
    }
    TRY(journal_open_many(c, items, k));
    k = 0;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].why.n == 0) continue;
        rows[i].err = items[k].err;
        rows[i].why = items[k++].plain;
        rows[i].nonce = items[k++].plain;
    }
    *out = rows;
    *out_n = n;
    return OK;
}

static LinkRow link_read(const Rows *r, Arena *a) {
    return (LinkRow){ .dossier = row_id(r, 0), .token = row_blob_dup(r, 1, a), .made = row_int(r, 2), .until = row_int(r, 3), .ended = row_int(r, 4), .fetched = row_int(r, 5) };
}

Err dossier_link_row(Ctx *c, Str token, LinkRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT dossier, token, made_ms, until_ms, ended_ms, fetched FROM dossier_link WHERE token=$1", P(PB(token)), &r));
    bool found = rows_next(&r);
    if (found) *out = link_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err dossier_links(Ctx *c, Id dossier, LinkRow **out, size_t *out_n) {
    LinkRow *rows = ARENA_ARRAY(c->arena, LinkRow, LINKS_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT dossier, token, made_ms, until_ms, ended_ms, fetched FROM dossier_link WHERE dossier=$1 ORDER BY made_ms DESC, token LIMIT 50", P(PID(dossier)), &r));
    while (n < LINKS_MAX && rows_next(&r)) rows[n++] = link_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
