/* enforce_store.c - SQL of filings. */
#include "steps/enforce/enforce_in.h"

static Err next_ref(Db *db, const Act *a, char out[40]) {
    int64_t year = act_get_int(a, "year"), n = 0;
    char mark[ORG_MARK];
    TRY(org_mark(db, a->org, mark));
    TRY(db_run(db, "INSERT INTO filing_number(org, year, last) VALUES($1,$2,1) ON CONFLICT(org, year) DO UPDATE SET last=last+1", P(PID(a->org), PI(year))));
    TRY(db_int(db, "SELECT last FROM filing_number WHERE org=$1 AND year=$2", P(PID(a->org), PI(year)), &n));
    snprintf(out, 40, "V%s-%04lld-%05lld", mark, (long long)year, (long long)n);
    return OK;
}

Err apply_filing_drafted(Db *db, const Act *a) {
    char ref[40];
    Id about = act_get_id(a, "about"), dossier = act_get_id(a, "dossier");
    TRY(next_ref(db, a, ref));
    return db_run(db, "INSERT INTO filing(id, case_id, org, ref, authority, form, offence, platform, country, lang, about, dossier, body, mail, made_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)",
        P(PID(a->subject), PID(a->case_id), PID(a->org), PT(str_c(ref)), PT(act_get_code(a, "authority")), PT(act_get_code(a, "form")), PT(act_get_code(a, "offence")), PT(act_get_code(a, "platform")),
          PT(act_get_code(a, "country")), PT(act_get_code(a, "lang")), PIDN(about), PIDN(dossier), PB(act_sealed(a, "body")), PB(act_sealed(a, "mail")), PI(a->at)));
}
Err apply_filing_edited(Db *db, const Act *a) {
    Id dossier = act_get_id(a, "dossier");
    return db_run(db, "UPDATE filing SET body=$2, mail=$3, dossier=$4 WHERE id=$1", P(PID(a->subject), PB(act_sealed(a, "body")), PB(act_sealed(a, "mail")), PIDN(dossier)));
}
Err apply_filing_signed(Db *db, const Act *a) {
    Id request = act_get_id(a, "request"), to = act_get_id(a, "to_org");
    return db_run(db, "UPDATE filing SET state='signed', channel=$2, request=$3, to_org=$4, signed_by=$5, signed_ms=$6 WHERE id=$1",
        P(PID(a->subject), PT(act_get_code(a, "channel")), PID(request), PIDN(to), PIDN(a->actor), PI(a->at)));
}
Err apply_filing_sent(Db *db, const Act *a) {
    Id letter = act_get_id(a, "letter");
    return db_run(db, "UPDATE filing SET state='sent', sent_ms=$2, letter=CASE WHEN $3 IS NULL THEN letter ELSE $3 END WHERE id=$1", P(PID(a->subject), PI(act_get_int(a, "on")), PIDN(letter)));
}
Err apply_filing_seen(Db *db, const Act *a) { return db_run(db, "UPDATE filing SET opened_ms=$2 WHERE id=$1 AND opened_ms=0", P(PID(a->subject), PI(a->at))); }
Err apply_filing_withdrawn(Db *db, const Act *a) { return db_run(db, "UPDATE filing SET state='withdrawn' WHERE id=$1", P(PID(a->subject))); }
Err apply_filing_recorded(Db *db, const Act *a) {
    int64_t by_authority = a->actor_role == R_INSPECTOR;
    TRY(db_run(db, "INSERT INTO filing_act(id, filing, by_org, by_authority, at_ms, on_ms, what, outcome, reason, until_ms, text) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
        P(PID(a->id), PID(a->subject), PID(a->org), PI(by_authority), PI(a->at), PI(act_get_int(a, "on")), PT(act_get_code(a, "what")), PT(act_get_code(a, "outcome")), PT(act_get_code(a, "reason")),
          PI(act_get_int(a, "until")), PB(act_sealed(a, "text")))));
    return db_run(db, "UPDATE filing SET promised_ms=CASE WHEN $2>0 THEN $2 ELSE promised_ms END WHERE id=$1", P(PID(a->subject), PI(act_get_int(a, "until"))));
}

#define FILING_COLUMNS "id, case_id, org, about, dossier, to_org, request, letter, signed_by, ref, authority, form, offence, platform, country, lang, state, channel, body, mail, made_ms, signed_ms, sent_ms, opened_ms, promised_ms"
static FilingRow filing_read(const Rows *r, Arena *a) {
    return (FilingRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .org = row_id(r, 2), .about = row_id(r, 3), .dossier = row_id(r, 4), .to_org = row_id(r, 5), .request = row_id(r, 6), .letter = row_id(r, 7),
        .signed_by = row_id(r, 8), .ref = row_text_dup(r, 9, a), .authority = row_text_dup(r, 10, a), .form = row_text_dup(r, 11, a), .offence = row_text_dup(r, 12, a), .platform = row_text_dup(r, 13, a),
        .country = row_text_dup(r, 14, a), .lang = row_text_dup(r, 15, a), .state = row_text_dup(r, 16, a), .channel = row_text_dup(r, 17, a), .body_sealed = row_blob_dup(r, 18, a), .mail_sealed = row_blob_dup(r, 19, a),
        .made = row_int(r, 20), .signed_at = row_int(r, 21), .sent = row_int(r, 22), .opened = row_int(r, 23), .promised = row_int(r, 24) };
}

Err filing_by_id(Ctx *c, Id id, FilingRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " FILING_COLUMNS " FROM filing WHERE id=$1", P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = filing_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

enum { FILINGS_MAX = 200, FILING_ACTS_MAX = 500 };
Err filing_of_case(Ctx *c, Id case_id, FilingRow **out, size_t *out_n) {
    FilingRow *rows = ARENA_ARRAY(c->arena, FilingRow, FILINGS_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " FILING_COLUMNS " FROM filing WHERE case_id=$1 ORDER BY made_ms, id LIMIT 200", P(PID(case_id)), &r));
    while (n < FILINGS_MAX && rows_next(&r)) rows[n++] = filing_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

/* What was shared with this organisation, open work first, oldest first. */
Err filing_inbox(Ctx *c, const InboxFilter *f, size_t skip, size_t limit, FilingRow **out, size_t *out_n, int64_t *out_all) {
    FilingRow *rows = ARENA_ARRAY(c->arena, FilingRow, limit + 1);
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM filing f JOIN request q ON q.id=f.request WHERE f.to_org=$1 AND f.sent_ms>0 AND ($2='' OR ($2='decided')=(q.decided_ms>0 OR q.outcome IN ('transferred','withdrawn')))"
        " AND EXISTS(SELECT 1 FROM share s WHERE s.object=f.id AND s.to_org=$1 AND s.ended_ms=0 AND s.until_ms>$3)", P(PID(f->org), PT(f->state), PI(c->now)), out_all));
    TRY(db_query(c->db, "SELECT f.id, f.case_id, f.org, f.about, f.dossier, f.to_org, f.request, f.letter, f.signed_by, f.ref, f.authority, f.form, f.offence, f.platform, f.country, f.lang, f.state, f.channel, f.body, f.mail,"
        " f.made_ms, f.signed_ms, f.sent_ms, f.opened_ms, f.promised_ms FROM filing f JOIN request q ON q.id=f.request WHERE f.to_org=$1 AND f.sent_ms>0 AND ($2='' OR ($2='decided')=(q.decided_ms>0 OR q.outcome IN ('transferred','withdrawn')))"
        " AND EXISTS(SELECT 1 FROM share s WHERE s.object=f.id AND s.to_org=$1 AND s.ended_ms=0 AND s.until_ms>$3) ORDER BY q.decided_ms>0, f.sent_ms, f.id LIMIT $4 OFFSET $5",
        P(PID(f->org), PT(f->state), PI(c->now), PI((int64_t)limit), PI((int64_t)skip)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = filing_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err filing_acts(Ctx *c, Id filing, FilingActRow **out, size_t *out_n) {
    FilingActRow *rows = ARENA_ARRAY(c->arena, FilingActRow, FILING_ACTS_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT id, by_org, by_authority, at_ms, on_ms, until_ms, what, outcome, reason, text FROM filing_act WHERE filing=$1 ORDER BY at_ms, id LIMIT 500", P(PID(filing)), &r));
    while (n < FILING_ACTS_MAX && rows_next(&r))
        rows[n++] = (FilingActRow){ .id = row_id(&r, 0), .by_org = row_id(&r, 1), .by_authority = row_int(&r, 2) != 0, .at = row_int(&r, 3), .on = row_int(&r, 4), .until = row_int(&r, 5), .what = row_text_dup(&r, 6, c->arena),
            .outcome = row_text_dup(&r, 7, c->arena), .reason = row_text_dup(&r, 8, c->arena), .text_sealed = row_blob_dup(&r, 9, c->arena) };
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err filing_case_ref(Ctx *c, Id case_id, Str *out) { return db_text(c->db, "SELECT ref FROM case_file WHERE id=$1", P(PID(case_id)), c->arena, out); }
