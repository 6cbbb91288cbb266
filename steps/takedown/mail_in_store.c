/* mail_in_store.c - SQL of mails that came in. */
#include "foundation/base/enc.h"
#include "steps/takedown/mail_in.h"

Err apply_mail_arrived(Db *db, const Act *a) {
    Id notice = act_get_id(a, "notice"), mail = act_get_id(a, "mail"), file = act_get_id(a, "file");
    return db_run(db, "INSERT INTO mail_in(id, org, case_id, notice, mail, file, kind, state, why, status, size, sender, subject, ticket, text, at_ms, reason) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17)",
        P(PID(a->subject), PID(a->org), PIDN(a->case_id), PIDN(notice), PIDN(mail), PID(file), PT(act_get_code(a, "kind")), PT(act_get_code(a, "state")), PT(act_get_code(a, "why")), PT(act_get_code(a, "status")),
          PI(act_get_int(a, "size")), PB(act_sealed(a, "sender")), PB(act_sealed(a, "subject")), PB(act_sealed(a, "ticket")), PB(act_sealed(a, "text")), PI(a->at), PT(act_get_code(a, "reason"))));
}
Err apply_mail_sorted(Db *db, const Act *a) {
    Id notice = act_get_id(a, "notice"), mail = act_get_id(a, "mail"), file = act_get_id(a, "file");
    return db_run(db, "UPDATE mail_in SET case_id=$2, notice=$3, mail=$4, file=$5, kind=$6, state='matched', why='person', sender=$7, subject=$8, ticket=$9, text=$10, done_ms=$11, by_user=$12, reason='' WHERE id=$1",
        P(PID(a->subject), PID(a->case_id), PID(notice), PIDN(mail), PID(file), PT(act_get_code(a, "kind")), PB(act_sealed(a, "sender")), PB(act_sealed(a, "subject")), PB(act_sealed(a, "ticket")), PB(act_sealed(a, "text")), PI(a->at),
          PIDN(a->actor)));
}
Err apply_mail_aside(Db *db, const Act *a) {
    return db_run(db, "UPDATE mail_in SET state='discarded', done_ms=$2, by_user=$3, reason=$4 WHERE id=$1 AND org=$5 AND state IN ('doubtful','unmatched')", P(PID(a->subject), PI(a->at), PIDN(a->actor), PT(act_get_code(a, "reason")), PID(a->org)));
}
Err apply_mail_back(Db *db, const Act *a) { return db_run(db, "UPDATE mail_in SET state='unmatched', done_ms=0, by_user=NULL, reason='' WHERE id=$1 AND org=$2 AND state='discarded'", P(PID(a->subject), PID(a->org))); }
Err apply_mail_bounced(Db *db, const Act *a) {
    Id notice = act_get_id(a, "notice");
    TRY(db_run(db, "UPDATE notice_mail SET state='failed', outcome='bounced' WHERE id=$1", P(PID(a->subject))));
    return str_eq(act_get_code(a, "what"), S("notice")) ? db_run(db, "UPDATE notice SET state='failed' WHERE id=$1 AND state IN ('queued','sent')", P(PID(notice))) : OK;
}

#define MAIL_IN_COLUMNS "id, org, case_id, notice, mail, file, by_user, kind, state, why, status, reason, size, at_ms, done_ms, sender, subject, ticket, text"
static Str sealed(const Rows *r, int i, Arena *a) { return row_null(r, i) ? STR_NONE : row_blob_dup(r, i, a); }
static MailInRow row_read(const Rows *r, Arena *a) {
    return (MailInRow){ .id = row_id(r, 0), .org = row_id(r, 1), .case_id = row_id(r, 2), .notice = row_id(r, 3), .mail = row_id(r, 4), .file = row_id(r, 5), .by = row_id(r, 6), .kind = row_text_dup(r, 7, a), .state = row_text_dup(r, 8, a),
        .why = row_text_dup(r, 9, a), .status = row_text_dup(r, 10, a), .reason = row_text_dup(r, 11, a), .size = row_int(r, 12), .at = row_int(r, 13), .done = row_int(r, 14), .sender_sealed = sealed(r, 15, a),
        .subject_sealed = sealed(r, 16, a), .ticket_sealed = sealed(r, 17, a), .text_sealed = sealed(r, 18, a) };
}
static Err many(Ctx *c, Rows *r, size_t max, MailInRow **out, size_t *out_n) {
    MailInRow *rows = ARENA_ARRAY(c->arena, MailInRow, max + 1);
    size_t n = 0;
    while (n < max && rows_next(r)) rows[n++] = row_read(r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(r);
}
Err mail_in_by_id(Ctx *c, Id id, MailInRow *out) {
    Rows r;
    MailInRow *rows = NULL;
    size_t n = 0;
    TRY(db_query(c->db, "SELECT " MAIL_IN_COLUMNS " FROM mail_in WHERE id=$1", P(PID(id)), &r));
    TRY(many(c, &r, 1, &rows, &n));
    if (n == 0) return E_MISSING;
    *out = rows[0];
    return OK;
}
Err mail_in_of_notice(Ctx *c, Id notice, MailInRow **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT " MAIL_IN_COLUMNS " FROM mail_in WHERE notice=$1 AND state='matched' ORDER BY at_ms DESC, id LIMIT 200", P(PID(notice)), &r));
    return many(c, &r, 200, out, out_n);
}
Err mail_in_waiting(Ctx *c, bool aside, size_t skip, size_t limit, MailInRow **out, size_t *out_n, int64_t *out_all) {
    Rows r;
    Id org = c->person.org;
    if (aside) {
        TRY(db_int(c->db, "SELECT count(*) FROM mail_in WHERE org=$1 AND state='discarded'", P(PID(org)), out_all));
        TRY(db_query(c->db, "SELECT " MAIL_IN_COLUMNS " FROM mail_in WHERE org=$1 AND state='discarded' ORDER BY at_ms DESC, id LIMIT $2 OFFSET $3", P(PID(org), PI((int64_t)limit), PI((int64_t)skip)), &r));
    } else {
        TRY(db_int(c->db, "SELECT count(*) FROM mail_in WHERE org=$1 AND state IN ('doubtful','unmatched')", P(PID(org)), out_all));
        TRY(db_query(c->db, "SELECT " MAIL_IN_COLUMNS " FROM mail_in WHERE org=$1 AND state IN ('doubtful','unmatched') ORDER BY at_ms DESC, id LIMIT $2 OFFSET $3", P(PID(org), PI((int64_t)limit), PI((int64_t)skip)), &r));
    }
    return many(c, &r, limit, out, out_n);
}

/* The number is the first five bytes of the id. */
Err notice_by_number(Ctx *c, Id org, Str number, NoticeRow *out) {
    Id from = ID_NONE, to = ID_NONE, id = ID_NONE;
    uint64_t v = 0;
    Rows r;
    if (number.n != 8) return E_MISSING;
    for (size_t i = 0; i < 8; i++) {
        int d = crock_value(number.p[i]);
        if (d < 0) return E_MISSING;
        v = v << 5 | (uint64_t)d;
    }
    memset(to.b, 0xFF, sizeof to.b);
    for (size_t i = 0; i < 5; i++) from.b[i] = to.b[i] = (uint8_t)(v >> (8 * (4 - i)));
    TRY(db_query(c->db, "SELECT id FROM notice WHERE id>=$1 AND id<=$2 AND ($3 IS NULL OR org=$3) LIMIT 1", P(PID(from), PID(to), PIDN(org)), &r));
    if (rows_next(&r)) id = row_id(&r, 0);
    TRY(rows_end(&r));
    return id_none(id) ? E_MISSING : notice_by_id(c, id, out);
}
