/* consent_store.c - receipts in the state tables. */
#include "core/consent/consent_in.h"

Err apply_receipt_given(Db *db, const Act *a) {
    static const char *const names[RECEIPT_PEOPLE_MAX] = { "person_1", "person_2", "person_3", "person_4", "person_5", "person_6", "person_7", "person_8" };
    TRY(db_run(db, "INSERT INTO consent_receipt(id, org, case_id, type, hash, service, from_ms, until_ms, people) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9)",
        P(PID(a->subject), PID(a->org), PID(a->case_id), PT(act_get_code(a, "type")), PB(act_sealed(a, "hash")), PB(act_sealed(a, "service")), PI(act_get_int(a, "from")), PI(act_get_int(a, "until")), PI(act_get_int(a, "people")))));
    for (int64_t i = 0; i < act_get_int(a, "people") && i < RECEIPT_PEOPLE_MAX; i++)
        TRY(db_run(db, "INSERT INTO consent_person(person, receipt, n, yes_ms) VALUES($1,$2,$3,$4)", P(PB(act_get_hash(a, names[i])), PID(a->subject), PI(i + 1), PI(i == 0 ? act_get_int(a, "from") : 0))));
    return OK;
}

Err apply_receipt_agreed(Db *db, const Act *a) { return db_run(db, "UPDATE consent_person SET yes_ms=$3 WHERE person=$1 AND receipt=$2 AND yes_ms=0", P(PB(act_get_hash(a, "person")), PID(a->subject), PI(a->at))); }

Err apply_receipt_ended(Db *db, const Act *a) { return db_run(db, "UPDATE consent_receipt SET ended_ms=$2 WHERE id=$1 AND ended_ms=0", P(PID(a->subject), PI(a->at))); }

#define RECEIPT_COLUMNS "r.id, r.org, r.case_id, r.type, r.hash, r.service, r.from_ms, r.until_ms, r.people, r.ended_ms, (SELECT count(*) FROM consent_person p WHERE p.receipt=r.id AND p.yes_ms<>0), k.lane, k.erased_ms"
static ReceiptRow receipt_read(const Rows *r, Arena *a) {
    return (ReceiptRow){ .id = row_id(r, 0), .org = row_id(r, 1), .case_id = row_id(r, 2), .type = row_text_dup(r, 3, a), .hash_sealed = row_blob_dup(r, 4, a), .service_sealed = row_blob_dup(r, 5, a), .from = row_int(r, 6), .until = row_int(r, 7),
        .people = row_int(r, 8), .ended = row_int(r, 9), .yes = row_int(r, 10), .lane = row_text_dup(r, 11, a), .erased = row_int(r, 12) != 0, .err = E_MISSING };
}

Err receipt_store_of_case(Ctx *c, Id case_id, ReceiptRow *out, size_t *out_n) {
    Rows r;
    *out_n = 0;
    TRY(db_query(c->db, "SELECT " RECEIPT_COLUMNS " FROM consent_receipt r JOIN case_file k ON k.id=r.case_id WHERE r.case_id=$1 ORDER BY r.from_ms DESC LIMIT 200", P(PID(case_id)), &r));
    while (*out_n < RECEIPTS_OF_CASE && rows_next(&r)) out[(*out_n)++] = receipt_read(&r, c->arena);
    return rows_end(&r);
}

Err receipt_store_by_id(Ctx *c, Id receipt, ReceiptRow *out) {
    Rows r;
    Err err = E_MISSING;
    TRY(db_query(c->db, "SELECT " RECEIPT_COLUMNS " FROM consent_receipt r JOIN case_file k ON k.id=r.case_id WHERE r.id=$1", P(PID(receipt)), &r));
    if (rows_next(&r)) {
        *out = receipt_read(&r, c->arena);
        err = OK;
    }
    Err end = rows_end(&r);
    return end != OK ? end : err;
}

Err receipt_store_count(Ctx *c, Id case_id, int64_t *out) { return db_int(c->db, "SELECT count(*) FROM consent_receipt WHERE case_id=$1", P(PID(case_id)), out); }

Err receipt_by_person(Ctx *c, const uint8_t person[32], ReceiptPerson *out) {
    Rows r;
    Err err = E_MISSING;
    TRY(db_query(c->db, "SELECT receipt, yes_ms FROM consent_person WHERE person=$1", P(PB(str_bytes(person, 32))), &r));
    if (rows_next(&r)) {
        *out = (ReceiptPerson){ .receipt = row_id(&r, 0), .yes = row_int(&r, 1) };
        err = OK;
    }
    Err end = rows_end(&r);
    return end != OK ? end : err;
}

Err receipt_store_people(Ctx *c, Id receipt, Consent *out) {
    Rows r;
    out->people = 0;
    TRY(db_query(c->db, "SELECT person FROM consent_person WHERE receipt=$1 ORDER BY n", P(PID(receipt)), &r));
    while (out->people < CONSENT_PEOPLE_MAX && rows_next(&r)) {
        Str person = row_blob_dup(&r, 0, c->arena);
        must(person.n == 32);
        memcpy(out->person[out->people++], person.p, 32);
    }
    return rows_end(&r);
}

/* The first person stands for all: one line takes it back. What not everybody agreed to stands there as well: should a note of it be about, it does not hold. */
Err receipt_revoked(Ctx *c, Buf *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT r.id, p.person FROM consent_receipt r JOIN consent_person p ON p.receipt=r.id AND p.n=1 JOIN case_file k ON k.id=r.case_id WHERE r.until_ms>$1 AND (r.ended_ms<>0 OR k.erased_ms<>0 OR k.lane<>'adult' OR EXISTS (SELECT 1 FROM consent_person q WHERE q.receipt=r.id AND q.yes_ms=0))", P(PI(c->now)), &r));
    while (rows_next(&r)) {
        Str person = row_blob_dup(&r, 1, c->arena);
        must(person.n == 32);
        buf_put(out, consent_revoked_line(c->arena, row_id(&r, 0), (const uint8_t *)person.p));
    }
    Err end = rows_end(&r);
    return end != OK ? end : buf_err(out);
}

Err receipt_change(Db *db, int64_t *out) { return db_int(db, "SELECT max((SELECT coalesce(max(ended_ms), 0) FROM consent_receipt WHERE ended_ms<>0), (SELECT coalesce(max(yes_ms), 0) FROM consent_person WHERE yes_ms<>0))", P0, out); }
