/* contact_store.c - SQL of contact points. */
#include "core/case/contact_in.h"
#include "core/case/opening.h"

Err apply_contact_added(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO contact(id, org, of_kind, holder, purpose, channel, lang, tier, response_h, agreed_ms, name, address, terms, added_ms, checked_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$14)",
        P(PID(a->subject), PID(a->org), PT(act_get_code(a, "of")), PT(act_get_code(a, "holder")), PT(act_get_code(a, "purpose")), PT(act_get_code(a, "channel")), PT(act_get_code(a, "lang")),
          PI(act_get_int(a, "tier")), PI(act_get_int(a, "response_h")), PI(act_get_int(a, "agreed")), PB(act_sealed(a, "name")), PB(act_sealed(a, "address")), PB(act_sealed(a, "terms")), PI(a->at)));
}
Err apply_contact_checked(Db *db, const Act *a) { return db_run(db, "UPDATE contact SET checked_ms=$2 WHERE id=$1", P(PID(a->subject), PI(a->at))); }
Err apply_contact_ended(Db *db, const Act *a) {
    return db_run(db, "UPDATE contact SET ended_ms=$2, end_why=$3 WHERE id=$1 AND ended_ms=0", P(PID(a->subject), PI(a->at), PT(act_get_code(a, "why"))));
}

#define CONTACT_COLUMNS "id, org, of_kind, holder, purpose, channel, lang, end_why, tier, response_h, agreed_ms, added_ms, checked_ms, ended_ms, name, address, terms"
enum { CONTACTS_MAX = 2000, CONTACT_TEXTS = 3 };
static ContactRow contact_read(const Rows *r, Arena *a) {
    return (ContactRow){ .id = row_id(r, 0), .org = row_id(r, 1), .of = row_text_dup(r, 2, a), .holder = row_text_dup(r, 3, a), .purpose = row_text_dup(r, 4, a), .channel = row_text_dup(r, 5, a),
        .lang = row_text_dup(r, 6, a), .end_why = row_text_dup(r, 7, a), .tier = row_int(r, 8), .response_h = row_int(r, 9), .agreed = row_int(r, 10), .added = row_int(r, 11), .checked = row_int(r, 12),
        .ended = row_int(r, 13), .name = row_blob_dup(r, 14, a), .address = row_blob_dup(r, 15, a), .terms = row_blob_dup(r, 16, a) };
}

static Err contact_open(Ctx *c, ContactRow *rows, size_t n) {
    Opening o = opening_new(c->arena, CONTACT_TEXTS * n);
    for (size_t i = 0; i < n; i++) {
        opening_add(&o, rows[i].org, rows[i].id, "name", &rows[i].name, &rows[i].err);
        opening_add(&o, rows[i].org, rows[i].id, "address", &rows[i].address, &rows[i].err);
        opening_add(&o, rows[i].org, rows[i].id, "terms", &rows[i].terms, &rows[i].err);
    }
    return opening_run(c, &o);
}

Err contact_by_id(Ctx *c, Id id, ContactRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " CONTACT_COLUMNS " FROM contact WHERE id=$1", P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = contact_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? contact_open(c, out, 1) : E_MISSING;
}

Err contact_list(Ctx *c, Str of, Str holder, bool ended_too, ContactRow **out, size_t *out_n) {
    int64_t count = 0;
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM contact WHERE of_kind=$1 AND ($2='' OR holder=$2) AND (ended_ms=0 OR $3=1)", P(PT(of), PT(holder), PI(ended_too)), &count));
    size_t max = count < CONTACTS_MAX ? (size_t)count : CONTACTS_MAX;
    ContactRow *rows = ARENA_ARRAY(c->arena, ContactRow, max + 1);
    TRY(db_query(c->db, "SELECT " CONTACT_COLUMNS " FROM contact WHERE of_kind=$1 AND ($2='' OR holder=$2) AND (ended_ms=0 OR $3=1) ORDER BY ended_ms>0, tier, added_ms DESC, id LIMIT 2000", P(PT(of), PT(holder), PI(ended_too)), &r));
    while (n < max && rows_next(&r)) rows[n++] = contact_read(&r, c->arena);
    TRY(rows_end(&r));
    *out = rows;
    *out_n = n;
    return contact_open(c, rows, n);
}
