/* takedown_store.c - SQL of recipients, notices, mails and answers. */
#include "core/seal/seal.h"
#include "steps/takedown/profile.h"

/* ---- recipients ---- */
Err apply_recipient_added(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO recipient(id, org, rung, platform, lang, country, name, mail, note, made_ms, changed_ms, found) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$10,$11)",
        P(PID(a->subject), PID(a->org), PT(act_get_code(a, "rung")), PT(act_get_code(a, "platform")), PT(act_get_code(a, "lang")), PT(act_get_code(a, "country")),
          PB(act_sealed(a, "name")), PB(act_sealed(a, "mail")), PB(act_sealed(a, "note")), PI(a->at), PT(act_get_code(a, "found"))));
}
/* Another address starts with a clean slate: what bounced was the old one. */
Err apply_recipient_changed(Db *db, const Act *a) {
    return db_run(db, "UPDATE recipient SET rung=$2, platform=$3, lang=$4, country=$5, name=$6, mail=$7, note=$8, changed_ms=$9, bounces=0, bounce_ms=0, bounce_code='', confirmed_ms=CASE WHEN found<>'' THEN $9 ELSE 0 END WHERE id=$1 AND org=$10",
        P(PID(a->subject), PT(act_get_code(a, "rung")), PT(act_get_code(a, "platform")), PT(act_get_code(a, "lang")), PT(act_get_code(a, "country")),
          PB(act_sealed(a, "name")), PB(act_sealed(a, "mail")), PB(act_sealed(a, "note")), PI(a->at), PID(a->org)));
}
Err apply_recipient_ended(Db *db, const Act *a) { return db_run(db, "UPDATE recipient SET ended_ms=$2 WHERE id=$1 AND org=$3 AND ended_ms=0", P(PID(a->subject), PI(a->at), PID(a->org))); }
Err apply_recipient_confirmed(Db *db, const Act *a) { return db_run(db, "UPDATE recipient SET confirmed_ms=$2 WHERE id=$1 AND org=$3", P(PID(a->subject), PI(a->at), PID(a->org))); }
Err apply_recipient_profiled(Db *db, const Act *a) {
    return db_run(db, "UPDATE recipient SET profile=$2, bulk=$3, changed_ms=$4, page=coalesce($6, page), secret=coalesce($7, secret), steps=coalesce($8, steps), hours=$9 WHERE id=$1 AND org=$5",
        P(PID(a->subject), PT(act_get_code(a, "profile")), PI(act_get_int(a, "bulk")), PI(a->at), PID(a->org), PB(act_sealed(a, "page")), PB(act_sealed(a, "secret")), PB(act_sealed(a, "steps")), PT(act_get_code(a, "hours"))));
}
Err recipient_unconfirmed(Ctx *c, int64_t *out) {
    return db_int(c->db, "SELECT count(*) FROM recipient WHERE org=$1 AND ended_ms=0 AND found<>'' AND confirmed_ms=0", P(PID(c->person.org)), out);
}
Err apply_recipient_bounced(Db *db, const Act *a) {
    return db_run(db, "UPDATE recipient SET bounces=bounces+1, bounce_ms=$2, bounce_code=$3 WHERE id=$1 AND org=$4", P(PID(a->subject), PI(a->at), PT(act_get_code(a, "code")), PID(a->org)));
}

#define RECIPIENT_COLUMNS "id, org, rung, platform, lang, country, name, mail, note, bounces, bounce_ms, bounce_code, made_ms, changed_ms, ended_ms, found, confirmed_ms, profile, bulk, page, secret, steps, hours"
static RecipientRow recipient_read(const Rows *r, Arena *a) {
    return (RecipientRow){ .id = row_id(r, 0), .org = row_id(r, 1), .rung = row_text_dup(r, 2, a), .platform = row_text_dup(r, 3, a), .lang = row_text_dup(r, 4, a), .country = row_text_dup(r, 5, a),
        .name_sealed = row_blob_dup(r, 6, a), .mail_sealed = row_blob_dup(r, 7, a), .note_sealed = row_null(r, 8) ? STR_NONE : row_blob_dup(r, 8, a), .bounces = row_int(r, 9), .bounced = row_int(r, 10),
        .bounce_code = row_text_dup(r, 11, a), .made = row_int(r, 12), .changed = row_int(r, 13), .ended = row_int(r, 14),
        .found = row_text_dup(r, 15, a), .confirmed = row_int(r, 16), .profile = row_text_dup(r, 17, a), .bulk = row_int(r, 18) != 0,
        .page_sealed = row_null(r, 19) ? STR_NONE : row_blob_dup(r, 19, a), .secret_sealed = row_null(r, 20) ? STR_NONE : row_blob_dup(r, 20, a), .steps_sealed = row_null(r, 21) ? STR_NONE : row_blob_dup(r, 21, a), .hours = row_text_dup(r, 22, a) };
}
Err recipient_by_id(Ctx *c, Id id, RecipientRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " RECIPIENT_COLUMNS " FROM recipient WHERE id=$1 AND org=$2", P(PID(id), PID(c->person.org)), &r));
    bool found = rows_next(&r);
    if (found) *out = recipient_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}
Err recipient_list(Ctx *c, Id org, bool ended_too, RecipientRow **out, size_t *out_n) {
    int64_t count = 0;
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM recipient WHERE org=$1", P(PID(org)), &count));
    size_t max = count < RECIPIENTS_MAX ? (size_t)count : RECIPIENTS_MAX;
    RecipientRow *rows = ARENA_ARRAY(c->arena, RecipientRow, max + 1);
    TRY(db_query(c->db, "SELECT " RECIPIENT_COLUMNS " FROM recipient WHERE org=$1 AND ($2=1 OR ended_ms=0) ORDER BY ended_ms, rung, made_ms, id LIMIT 5000", P(PID(org), PI(ended_too)), &r));
    while (n < max && rows_next(&r)) rows[n++] = recipient_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
Err notice_count_of_recipient(Ctx *c, Id recipient, int64_t *out) { return db_int(c->db, "SELECT count(*) FROM notice WHERE recipient=$1", P(PID(recipient)), out); }

/* ---- notices ---- */
Err apply_notice_made(Db *db, const Act *a) {
    Id recipient = act_get_id(a, "recipient"), earlier = act_get_id(a, "earlier"), template = act_get_id(a, "template");
    return db_run(db, "INSERT INTO notice(id, case_id, org, recipient, form, lang, offence, lane, flagger, named, earlier, items, token_hash, token, until_ms, made_ms, why, extra, action, territory, template)"
        " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21)",
        P(PID(a->subject), PID(a->case_id), PID(a->org), PID(recipient), PT(act_get_code(a, "form")), PT(act_get_code(a, "lang")), PT(act_get_code(a, "offence")), PT(act_get_code(a, "lane")),
          PI(act_get_int(a, "flagger")), PI(act_get_int(a, "named")), PIDN(earlier), PI(act_get_int(a, "items")), PB(act_get_hash(a, "token_hash")), PB(act_sealed(a, "token")),
          PI(act_get_int(a, "until")), PI(a->at), PB(act_sealed(a, "why")), PB(act_sealed(a, "extra")), PT(act_get_code(a, "action")), PT(act_get_code(a, "territory")), PIDN(template)));
}
Err apply_notice_mail(Db *db, const Act *a) {
    Id notice = act_get_id(a, "notice");
    return db_run(db, "INSERT INTO notice_mail(id, notice, case_id, org, what, lang, address, subject, body, made_ms, recipient) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,(SELECT recipient FROM notice WHERE id=$2))",
        P(PID(a->subject), PID(notice), PID(a->case_id), PID(a->org), PT(act_get_code(a, "what")), PT(act_get_code(a, "lang")), PB(act_sealed(a, "address")), PB(act_sealed(a, "subject")),
          PB(act_sealed(a, "body")), PI(a->at)));
}
/* delivered and for good refused end a mail; trying, deferred and unset leave it in the outbox. */
Err apply_notice_delivery(Db *db, const Act *a) {
    Id notice = act_get_id(a, "notice"), kept = act_get_id(a, "kept");
    Str outcome = act_get_code(a, "outcome");
    bool sent = str_eq(outcome, S("delivered")), failed = str_eq(outcome, S("refused")) || str_eq(outcome, S("given_up")), dropped = str_eq(outcome, S("dropped"));
    TRY(db_run(db, "UPDATE notice_mail SET state=$2, tries=tries+$11, outcome=$3, code=$4, tls=$5, reply=coalesce($6, reply), server=coalesce($7, server), kept=coalesce($8, kept), tried_ms=$9, sent_ms=$10 WHERE id=$1",
        P(PID(a->subject), PT(sent ? S("sent") : failed ? S("failed") : dropped ? S("dropped") : S("queued")), PT(outcome), PI(act_get_int(a, "code")), PT(act_get_code(a, "tls")),
          PB(act_sealed(a, "reply")), PB(act_sealed(a, "server")), PIDN(kept), PI(a->at), PI(sent ? a->at : 0), PI(!dropped && !str_eq(outcome, S("trying")) && !str_eq(outcome, S("ending"))))));
    if (str_eq(act_get_code(a, "what"), S("confirm")) && sent) return db_run(db, "UPDATE notice SET confirmed_ms=$2 WHERE id=$1", P(PID(notice), PI(a->at)));
    if (!str_eq(act_get_code(a, "what"), S("notice"))) return OK;
    if (sent) return db_run(db, "UPDATE notice SET state='sent', sent_ms=$2, until_ms=CASE WHEN $3>until_ms THEN $3 ELSE until_ms END, deadline_ms=$4 WHERE id=$1 AND state='queued'",
        P(PID(notice), PI(a->at), PI(act_get_int(a, "until")), PI(act_get_int(a, "deadline"))));
    if (failed) return db_run(db, "UPDATE notice SET state='failed' WHERE id=$1 AND state='queued'", P(PID(notice)));
    return OK;
}
Err apply_notice_filed(Db *db, const Act *a) {
    Id notice = act_get_id(a, "notice");
    TRY(apply_notice_delivery(db, a));
    return db_run(db, "UPDATE notice SET filed_ms=$2, sent_ms=$2 WHERE id=$1", P(PID(notice), PI(act_get_int(a, "on"))));
}
Err apply_notice_opened(Db *db, const Act *a) {
    return db_run(db, "UPDATE notice SET opened=opened+1, opened_ms=CASE WHEN opened_ms=0 THEN $2 ELSE opened_ms END WHERE id=$1", P(PID(a->subject), PI(a->at)));
}
Err apply_notice_answered(Db *db, const Act *a) {
    Id request = act_get_id(a, "request");
    TRY(db_run(db, "INSERT INTO notice_answer(id, notice, request, case_id, org, answer, reason, via, by_user, on_ms, at_ms, note, contact)"
        " SELECT $1, n.id, $3, n.case_id, n.org, $4, $5, $6, $7, $8, $9, $10, $11 FROM notice n WHERE n.id=$2",
        P(PID(a->id), PID(a->subject), PID(request), PT(act_get_code(a, "answer")), PT(act_get_code(a, "reason")), PT(act_get_code(a, "via")), PIDN(a->actor), PI(act_get_int(a, "on")), PI(a->at),
          PB(act_sealed(a, "note")), PB(act_sealed(a, "contact")))));
    return db_run(db, "UPDATE notice SET answered_ms=$2 WHERE id=$1", P(PID(a->subject), PI(a->at)));
}
Err apply_notice_withdrawn(Db *db, const Act *a) {
    return db_run(db, "UPDATE notice SET state='withdrawn', withdrawn_ms=$2, link_closed_ms=$2 WHERE id=$1", P(PID(a->subject), PI(a->at)));
}
Err apply_notice_link_closed(Db *db, const Act *a) { return db_run(db, "UPDATE notice SET link_closed_ms=$2 WHERE id=$1 AND link_closed_ms=0", P(PID(a->subject), PI(a->at))); }
Err apply_watch_returned(Db *db, const Act *a) {
    Id location = act_get_id(a, "location");
    return db_run(db, "INSERT INTO watch_return(id, case_id, location, gone_ms, at_ms) VALUES($1,$2,$3,$4,$5)", P(PID(a->subject), PID(a->case_id), PID(location), PI(act_get_int(a, "gone")), PI(a->at)));
}
Err apply_watch_asked(Db *db, const Act *a) {
    (void)db, (void)a;
    return OK;
}

#define NOTICE_COLUMNS "id, case_id, org, recipient, earlier, form, lang, offence, lane, state, token, flagger, named, items, opened, until_ms, deadline_ms, made_ms, sent_ms, opened_ms, answered_ms," \
    " confirmed_ms, withdrawn_ms, link_closed_ms, action, territory, why, extra, template, filed_ms"
static NoticeRow notice_read(const Rows *r, Arena *a) {
    return (NoticeRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .org = row_id(r, 2), .recipient = row_id(r, 3), .earlier = row_id(r, 4), .form = row_text_dup(r, 5, a), .lang = row_text_dup(r, 6, a),
        .offence = row_text_dup(r, 7, a), .lane = row_text_dup(r, 8, a), .state = row_text_dup(r, 9, a), .token_sealed = row_blob_dup(r, 10, a), .flagger = row_int(r, 11) != 0, .named = row_int(r, 12) != 0,
        .items = row_int(r, 13), .opened_times = row_int(r, 14), .until = row_int(r, 15), .deadline = row_int(r, 16), .made = row_int(r, 17), .sent = row_int(r, 18), .opened = row_int(r, 19),
        .answered = row_int(r, 20), .confirmed = row_int(r, 21), .withdrawn = row_int(r, 22), .link_closed = row_int(r, 23), .action = row_text_dup(r, 24, a), .territory = row_text_dup(r, 25, a),
        .why_sealed = row_null(r, 26) ? STR_NONE : row_blob_dup(r, 26, a), .extra_sealed = row_null(r, 27) ? STR_NONE : row_blob_dup(r, 27, a),
        .template = row_id(r, 28), .filed = row_int(r, 29) };
}
static Err one_notice(Ctx *c, Rows *r, NoticeRow *out) {
    bool found = rows_next(r);
    if (found) *out = notice_read(r, c->arena);
    TRY(rows_end(r));
    return found ? OK : E_MISSING;
}
Err notice_by_id(Ctx *c, Id id, NoticeRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " NOTICE_COLUMNS " FROM notice WHERE id=$1", P(PID(id)), &r));
    return one_notice(c, &r, out);
}
Err notice_by_token(Ctx *c, Str token, NoticeRow *out) {
    uint8_t hash[32];
    Rows r;
    if (token.n != ID_HEX) return E_MISSING;
    seal_sha256(token, hash);
    TRY(db_query(c->db, "SELECT " NOTICE_COLUMNS " FROM notice WHERE token_hash=$1", P(PB(str_bytes(hash, 32))), &r));
    return one_notice(c, &r, out);
}
Err notice_of_case(Ctx *c, Id case_id, NoticeRow **out, size_t *out_n) {
    enum { NOTICES_MAX = 2000 };
    int64_t count = 0;
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM notice WHERE case_id=$1", P(PID(case_id)), &count));
    size_t max = count < NOTICES_MAX ? (size_t)count : NOTICES_MAX;
    NoticeRow *rows = ARENA_ARRAY(c->arena, NoticeRow, max + 1);
    TRY(db_query(c->db, "SELECT " NOTICE_COLUMNS " FROM notice WHERE case_id=$1 ORDER BY made_ms, id LIMIT 2000", P(PID(case_id)), &r));
    while (n < max && rows_next(&r)) rows[n++] = notice_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
Err notice_token(Ctx *c, const NoticeRow *n, Str *out) { return journal_open(c, n->org, n->case_id, STORE, n->id, "token", n->token_sealed, out); }

/* ---- mails ---- */
#define MAIL_COLUMNS "id, notice, case_id, org, kept, what, lang, state, outcome, tls, address, subject, body, reply, server, tries, code, made_ms, tried_ms, sent_ms"
static NoticeMailRow mail_read(const Rows *r, Arena *a) {
    return (NoticeMailRow){ .id = row_id(r, 0), .notice = row_id(r, 1), .case_id = row_id(r, 2), .org = row_id(r, 3), .kept = row_id(r, 4), .what = row_text_dup(r, 5, a), .lang = row_text_dup(r, 6, a),
        .state = row_text_dup(r, 7, a), .outcome = row_text_dup(r, 8, a), .tls = row_text_dup(r, 9, a), .address_sealed = row_blob_dup(r, 10, a), .subject_sealed = row_blob_dup(r, 11, a),
        .body_sealed = row_blob_dup(r, 12, a), .reply_sealed = row_null(r, 13) ? STR_NONE : row_blob_dup(r, 13, a), .server_sealed = row_null(r, 14) ? STR_NONE : row_blob_dup(r, 14, a),
        .tries = row_int(r, 15), .code = row_int(r, 16), .made = row_int(r, 17), .tried = row_int(r, 18), .sent = row_int(r, 19) };
}
Err mail_by_id(Ctx *c, Id id, NoticeMailRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " MAIL_COLUMNS " FROM notice_mail WHERE id=$1", P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = mail_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}
Err mail_of_notice(Ctx *c, Id notice, NoticeMailRow **out, size_t *out_n) {
    enum { MAILS_MAX = 200 };
    NoticeMailRow *rows = ARENA_ARRAY(c->arena, NoticeMailRow, MAILS_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " MAIL_COLUMNS " FROM notice_mail WHERE notice=$1 ORDER BY CASE WHEN what='notice' THEN 0 ELSE 1 END, made_ms, id LIMIT 200", P(PID(notice)), &r));
    while (n < MAILS_MAX && rows_next(&r)) rows[n++] = mail_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
/* How many mails were handed over to a recipient since then, and when the oldest of them was. */
Err mail_count_since(Ctx *c, Id recipient, UnixMs since, int64_t *out_n, UnixMs *out_oldest) {
    Rows r;
    TRY(db_query(c->db, "SELECT count(*), coalesce(min(tried_ms),0) FROM notice_mail WHERE recipient=$1 AND tried_ms>$2 AND outcome IN ('delivered','unclear','ending')", P(PID(recipient), PI(since)), &r));
    if (rows_next(&r)) {
        *out_n = row_int(&r, 0);
        *out_oldest = row_int(&r, 1);
    }
    return rows_end(&r);
}

/* ---- answers ---- */
Err answers_of_notice(Ctx *c, Id notice, AnswerRow **out, size_t *out_n) {
    enum { ANSWERS_MAX = 2000 };
    int64_t count = 0;
    size_t n = 0, k = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM notice_answer WHERE notice=$1", P(PID(notice)), &count));
    size_t max = count < ANSWERS_MAX ? (size_t)count : ANSWERS_MAX;
    AnswerRow *rows = ARENA_ARRAY(c->arena, AnswerRow, max + 1);
    OpenItem *items = ARENA_ARRAY(c->arena, OpenItem, 2 * max + 1);
    TRY(db_query(c->db, "SELECT id, notice, request, case_id, org, by_user, answer, reason, via, note, contact, on_ms, at_ms FROM notice_answer WHERE notice=$1 ORDER BY at_ms DESC, id LIMIT 2000", P(PID(notice)), &r));
    while (n < max && rows_next(&r)) {
        rows[n] = (AnswerRow){ .id = row_id(&r, 0), .notice = row_id(&r, 1), .request = row_id(&r, 2), .case_id = row_id(&r, 3), .org = row_id(&r, 4), .by = row_id(&r, 5), .answer = row_text_dup(&r, 6, c->arena),
            .reason = row_text_dup(&r, 7, c->arena), .via = row_text_dup(&r, 8, c->arena), .note_sealed = row_null(&r, 9) ? STR_NONE : row_blob_dup(&r, 9, c->arena),
            .contact_sealed = row_null(&r, 10) ? STR_NONE : row_blob_dup(&r, 10, c->arena), .on = row_int(&r, 11), .at = row_int(&r, 12) };
        if (rows[n].note_sealed.p != NULL) items[k++] = (OpenItem){ .org = rows[n].org, .scope = rows[n].case_id, .cls = STORE, .item = notice, .field = "note", .sealed = rows[n].note_sealed };
        if (rows[n].contact_sealed.p != NULL) items[k++] = (OpenItem){ .org = rows[n].org, .scope = rows[n].case_id, .cls = STORE, .item = notice, .field = "contact", .sealed = rows[n].contact_sealed };
        n++;
    }
    TRY(rows_end(&r));
    TRY(journal_open_many(c, items, k));
    k = 0;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].note_sealed.p != NULL) rows[i].note = items[k++].plain;
        if (rows[i].contact_sealed.p != NULL) rows[i].contact = items[k++].plain;
    }
    *out = rows;
    *out_n = n;
    return OK;
}
