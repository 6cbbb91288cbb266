/* mail_in.c - taking a mail in: once, whole, matched where that is sure, with what follows. */
#include "steps/takedown/mail_in.h"
#include "core/case/url.h"
#include "core/seal/seal.h"
#include "core/vault/vault.h"
#include "foundation/base/enc.h"
#include "foundation/sandbox/media.h"
#include "steps/takedown/takedown_in.h"

enum { SENDER_MAX = 320, SUBJECT_MAX = 1000, TEXT_MAX = 20000, TICKET_MAX = 60 };
#define END { NULL, F_END, CLEAR, false, 0 }

/* ---- the acts ---- */
static const FieldDef fields[] = { { "notice", F_ID, CLEAR, false, 0 }, { "mail", F_ID, CLEAR, false, 0 }, { "file", F_ID, CLEAR, true, 0 }, { "kind", F_CODE, CLEAR, true, 0 }, { "state", F_CODE, CLEAR, false, 0 }, { "why", F_CODE, CLEAR, false, 0 },
    { "status", F_CODE, CLEAR, false, 0 }, { "reason", F_CODE, CLEAR, false, 0 }, { "size", F_INT, CLEAR, true, 0 }, { "sender", F_TEXT, STORE, false, SENDER_MAX }, { "subject", F_TEXT, STORE, false, SUBJECT_MAX },
    { "ticket", F_TEXT, STORE, false, TICKET_MAX }, { "text", F_TEXT, STORE, false, TEXT_MAX }, END };
static Err check_new(Ctx *c, const Act *a) {
    MailInRow m;
    Err err = mail_in_by_id(c, a->subject, &m);
    return err == E_MISSING ? OK : err == OK ? E_CONFLICT : err;
}
static Err follow_arrived(Ctx *c, const Act *a) {
    bool aside = str_eq(act_get_code(a, "state"), S("discarded"));
    return aside ? journal_job(c, "mail.forget", a->subject, c->now + MAIL_KEEP_DAYS * (int64_t)DAY_MS) : OK;
}
const ActDef act_mail_arrived = { "mail.arrived", 1, OBJ_NONE, "mail.take", false, true, fields, check_new, apply_mail_arrived, follow_arrived, N_("A mail came in: {kind}") };

static Err check_waits(Ctx *c, const Act *a) {
    MailInRow m;
    TRY(mail_in_by_id(c, a->subject, &m));
    if (!id_eq(m.org, a->org)) return E_MISSING;
    return str_eq(m.state, S("matched")) ? ctx_refuse(c, E_CONFLICT, NULL, N_("This mail has been sorted already.")) : OK;
}
static Err follow_sorted(Ctx *c, const Act *a) { return journal_job_at(c, "mail.forget", a->subject, c->now); } /* the copy that had a key of its own */
const ActDef act_mail_sorted = { "mail.sorted", 1, OBJ_NONE, "mail.sort", true, false, fields, check_waits, apply_mail_sorted, follow_sorted, N_("A mail that came in was given its place: {kind}") };

static const FieldDef aside_fields[] = { { "reason", F_CODE, CLEAR, true, 0 }, END };
static const FieldDef no_fields[] = { END };
static Err follow_aside(Ctx *c, const Act *a) { return journal_job_at(c, "mail.forget", a->subject, c->now + MAIL_KEEP_DAYS * (int64_t)DAY_MS); }
const ActDef act_mail_aside = { "mail.aside", 1, OBJ_NONE, "mail.queue", false, true, aside_fields, check_waits, apply_mail_aside, follow_aside, N_("A mail that came in was put aside: {reason}") };
static Err check_back(Ctx *c, const Act *a) {
    MailInRow m;
    TRY(mail_in_by_id(c, a->subject, &m));
    if (!id_eq(m.org, a->org)) return E_MISSING;
    return str_eq(m.state, S("discarded")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, N_("This mail is not put aside."));
}
const ActDef act_mail_back = { "mail.back", 1, OBJ_NONE, "mail.queue", false, true, no_fields, check_back, apply_mail_back, NULL, N_("A mail that was put aside waits again") };

static const FieldDef bounced_fields[] = { { "notice", F_ID, CLEAR, true, 0 }, { "what", F_CODE, CLEAR, true, 0 }, { "status", F_CODE, CLEAR, false, 0 }, END };
static Err check_bounced(Ctx *c, const Act *a) {
    NoticeMailRow m;
    TRY(mail_by_id(c, a->subject, &m));
    return id_eq(m.case_id, a->case_id) ? OK : E_MISSING;
}
const ActDef act_mail_bounced = { "notice.mail_bounced", 1, OBJ_NONE, "case.follows", true, false, bounced_fields, check_bounced, apply_mail_bounced, NULL, N_("A mail came back: it could not be delivered ({status})") };

Act *mail_aside(Ctx *c, const MailInRow *m, Str reason) {
    Act *a = act_new(c, &act_mail_aside, ID_NONE, ID_NONE, m->id);
    act_code(a, "reason", reason);
    return a;
}
Act *mail_back(Ctx *c, const MailInRow *m) { return act_new(c, &act_mail_back, ID_NONE, ID_NONE, m->id); }

/* The key that a mail without a case had. Of one that found its case only the copy in the case can be read from then on. */
Err mail_forget_run(Ctx *c, Id mail, UnixMs due, UnixMs *out_again) {
    MailInRow m;
    (void)due, (void)out_again;
    TRY(mail_in_by_id(c, mail, &m));
    if (str_eq(m.state, S("doubtful")) || str_eq(m.state, S("unmatched"))) return OK; /* it waits again */
    if (str_eq(m.state, S("discarded")) && c->now - m.done < MAIL_KEEP_DAYS * (int64_t)DAY_MS && m.done != 0) return OK;
    Err err = vault_shred_scope(c->vault, mail);
    return err == E_MISSING ? OK : err;
}

Err mail_in_open(Ctx *c, MailInRow *rows, size_t n) {
    for (size_t i = 0; i < n; i++) {
        MailInRow *m = &rows[i];
        OpenItem items[4];
        Str *to[4];
        size_t k = 0;
        struct { const char *field; Str sealed; Str *out; } f[] = { { "sender", m->sender_sealed, &m->sender }, { "subject", m->subject_sealed, &m->subject }, { "ticket", m->ticket_sealed, &m->ticket }, { "text", m->text_sealed, &m->text } };
        for (size_t j = 0; j < LEN(f); j++) {
            if (f[j].sealed.p == NULL) continue;
            items[k] = (OpenItem){ .org = m->org, .scope = id_none(m->case_id) ? m->id : m->case_id, .cls = STORE, .item = m->id, .field = f[j].field, .sealed = f[j].sealed };
            to[k++] = f[j].out;
        }
        if (k > 0) TRY(journal_open_many(c, items, k));
        for (size_t j = 0; j < k; j++)
            if (items[j].err == OK) *to[j] = items[j].plain; /* forgotten: empty */
    }
    return OK;
}

/* ---- matching ---- */
typedef struct Match { NoticeRow notice; NoticeMailRow mail; bool found, sure, has_mail, erased; const char *state, *why; } Match;

static Err by_name(Ctx *c, const MailName *n, Match *out) {
    Id id = ID_NONE;
    Err err = E_MISSING;
    if (n->how == HOW_NUMBER) err = notice_by_number(c, ID_NONE, n->name, &out->notice);
    else if (n->how == HOW_LINK) err = notice_by_token(c, n->name, &out->notice);
    else if (id_parse(n->name, &id) == OK) err = mail_by_id(c, id, &out->mail);
    else return OK;
    if (err == E_MISSING) return OK;
    TRY(err);
    out->has_mail = n->how != HOW_NUMBER && n->how != HOW_LINK;
    if (out->has_mail) TRY(notice_by_id(c, out->mail.notice, &out->notice));
    out->found = true;
    out->sure = n->how != HOW_NUMBER;
    out->why = mail_how_code(n->how);
    return OK;
}

static Str registrable(Ctx *c, Str domain) {
    WebUrl u;
    UrlWrong wrong;
    Err err = url_parse(c->arena, str_fmt(c->arena, "https://" STR_FMT "/", STR_ARG(domain)), STR_NONE, &u, &wrong);
    return err == OK ? u.domain : str_lower(c->arena, domain);
}

/* The mail of the notice, when only the notice is known. */
static Err its_mail(Ctx *c, Match *m) {
    NoticeMailRow *all = NULL;
    size_t n = 0;
    if (m->has_mail) return OK;
    TRY(mail_of_notice(c, m->notice.id, &all, &n));
    m->has_mail = n > 0;
    if (n > 0) m->mail = all[0];
    return OK;
}

static bool about_us(Str about, Str address) { return about.n == 0 || str_ieq(about, address); }

static Err same_side(Ctx *c, Match *m, const MediaMail *in, MailKind kind, bool *out) {
    bool report = kind == MAIL_BOUNCED || kind == MAIL_DELAYED || kind == MAIL_PASSED;
    *out = false;
    TRY(its_mail(c, m));
    if (!m->has_mail) return OK;
    TRY(mail_open(c, &m->mail));
    if (report) *out = about_us(in->about, m->mail.address);
    else *out = str_eq(registrable(c, mail_domain_of(in->from)), registrable(c, mail_domain_of(m->mail.address)));
    return OK;
}

static bool auth_failed(Arena *a, const MediaMail *in) {
    size_t at = 0;
    Str lower = str_lower(a, in->auth);
    return str_find(lower, S("dmarc=fail"), &at);
}

/* What is it about, and is that sure enough to act on? */
static Err match(Ctx *c, const MediaMail *in, MailKind kind, Match *out) {
    MailName names[MAIL_NAMES_MAX];
    size_t n = mail_names(c->arena, in, c->app->org_mail_from, c->app->mail_verp, names);
    bool unknown = false, same = false;
    *out = (Match){ .state = "unmatched", .why = "nothing" };
    for (size_t i = 0; i < n && !out->found; i++) {
        TRY(by_name(c, &names[i], out));
        unknown = unknown || (!out->found && names[i].how != HOW_NUMBER);
    }
    if (!out->found) {
        if (unknown) out->why = "wrong_mark";
        return OK;
    }
    CaseRow k;
    TRY(case_by_id(c, out->notice.case_id, &k));
    out->erased = k.erased != 0;
    if (out->erased) return OK; /* nothing of it can be opened any more */
    TRY(same_side(c, out, in, kind, &same));
    bool report = kind == MAIL_BOUNCED || kind == MAIL_DELAYED || kind == MAIL_PASSED;
    const char *doubt = !same ? (report ? "other_address" : "other_domain") : report && !out->sure ? "number_only" : !report && auth_failed(c->arena, in) ? "auth_failed" : unknown && !out->sure ? "wrong_mark" : NULL;
    out->state = doubt != NULL ? "doubtful" : "matched";
    if (doubt != NULL) out->why = doubt;
    return OK;
}

/* ---- what follows ---- */
static Err receipt(Ctx *c, const NoticeRow *n, Acts *l) {
    RequestRow *rows = NULL;
    size_t rows_n = 0;
    TRY(request_of_subject(c, n->id, &rows, &rows_n));
    for (size_t i = 0; i < rows_n; i++) {
        if (str_eq(rows[i].outcome, S("withdrawn"))) continue;
        if (rows[i].received == 0) acts_put(c, l, request_event(c, &rows[i], REQ_RECEIVED, STR_NONE, S("mail"), c->now));
        TRY(answer_clocks(c, &rows[i], NULL, true, l));
    }
    return OK;
}

/* What never arrived starts nothing: duties that run on it stop, and the case comes back. */
static Err bounced(Ctx *c, const NoticeRow *n, const NoticeMailRow *m, Str status, Acts *l) {
    RequestRow *rows = NULL;
    size_t rows_n = 0;
    if (str_eq(m->state, S("failed")) || str_eq(m->state, S("dropped"))) return OK;
    Act *a = act_new(c, &act_mail_bounced, ID_NONE, n->case_id, m->id);
    act_idf(a, "notice", n->id);
    act_code(a, "what", m->what);
    act_code(a, "status", status);
    acts_put(c, l, a);
    acts_put(c, l, recipient_bounce(c, n->org, n->recipient, status.n > 0 ? str_fmt(c->arena, "dsn_" STR_FMT, STR_ARG(status)) : S("dsn")));
    if (!str_eq(m->what, S("notice"))) return OK;
    TRY(request_of_subject(c, n->id, &rows, &rows_n));
    for (size_t i = 0; i < rows_n; i++) {
        ClockRow *clocks = NULL;
        size_t clocks_n = 0;
        if (rows[i].outcome.n > 0 || rows[i].received != 0) continue; /* it came to somebody all the same */
        acts_put(c, l, request_event(c, &rows[i], REQ_FAILED, STR_NONE, S("mail"), c->now));
        TRY(clock_of_subject(c, rows[i].id, &clocks, &clocks_n));
        for (size_t k = 0; k < clocks_n; k++)
            if (str_eq(clocks[k].state, S("running")) || str_eq(clocks[k].state, S("paused"))) acts_put(c, l, clock_stop(c, &clocks[k], S("bounced")));
    }
    acts_put(c, l, case_turn(c, n->case_id, S("us"), S("mail_failed"), c->now));
    return OK;
}

static Err follows(Ctx *c, const NoticeRow *n, const NoticeMailRow *m, MailKind kind, Str status, Acts *l) {
    if (kind == MAIL_BOUNCED) return m != NULL ? bounced(c, n, m, status, l) : OK;
    if (n->withdrawn != 0) return OK;
    if (kind == MAIL_RECEIPT || kind == MAIL_ANSWER) TRY(receipt(c, n, l));
    if (kind == MAIL_ANSWER) acts_put(c, l, case_turn(c, n->case_id, S("us"), S("see_answer"), c->now + 4 * (int64_t)HOUR_MS));
    return OK;
}

/* ---- taking it in ---- */
/* The same bytes are the same mail, in whichever order a mailbox gives them again. */
static Id id_of_bytes(Arena *a, Str bytes) {
    uint8_t hash[32];
    Id id;
    seal_sha256(bytes, hash);
    seal_sha256(str_fmt(a, "keten mail in\n" STR_FMT, STR_ARG(hex_enc(a, str_bytes(hash, sizeof hash)))), hash);
    memcpy(id.b, hash, sizeof id.b);
    return id;
}

static Act *arrival(Ctx *c, const ActDef *def, Id id, Id case_id, const MediaMail *in, MailKind kind, size_t size) {
    Act *a = act_new(c, def, ID_NONE, case_id, id);
    act_code(a, "kind", str_c(mail_kind_code(kind)));
    act_int(a, "size", (int64_t)size);
    act_text(a, "sender", str_utf8_cut(in->from, SENDER_MAX));
    act_text(a, "subject", str_utf8_cut(in->subject, SUBJECT_MAX));
    act_text(a, "text", str_utf8_cut(in->text, TEXT_MAX));
    act_text(a, "ticket", str_utf8_cut(mail_ticket(c->arena, in), TICKET_MAX));
    return a;
}

static Err read_it(Ctx *c, Str bytes, MediaMail *in, MailKind *kind, Str *status) {
    *in = (MediaMail){ 0 };
    Err err = media_mail(c->media, c->arena, bytes, in);
    if (err != OK && err != E_INPUT && err != E_LIMIT) return err;
    *kind = err == OK ? mail_kind(c->arena, in, c->app->org_mail_from, status) : MAIL_UNREADABLE;
    return OK;
}

static Err keep_apart(Ctx *c, Id id, Str bytes, const MediaMail *in, MailKind kind, Str status, const Match *m, const char *state, const char *reason) {
    Act *acts[2];
    Id file = ID_NONE;
    c->person.org = m->found ? m->notice.org : c->app->org;
    TRY(vault_store_scopes(c->vault, c->person.org, &id, 1, c->now));
    TRY(blob_put(c, ID_NONE, S("post"), id, bytes, &file, &acts[0]));
    acts[1] = arrival(c, &act_mail_arrived, id, ID_NONE, in, kind, bytes.n);
    acts[1]->scope = id;
    act_idf(acts[1], "file", file);
    if (m->found) act_idf(acts[1], "notice", m->notice.id);
    act_code(acts[1], "state", str_c(state));
    act_code(acts[1], "why", str_c(m->why));
    act_code(acts[1], "status", status);
    act_code(acts[1], "reason", str_c(reason));
    return journal_commit(c, acts, 2);
}

static Err keep_with(Ctx *c, Id id, Str bytes, const MediaMail *in, MailKind kind, Str status, const Match *m) {
    Acts l = { 0 };
    Act *kept = NULL;
    Id file = ID_NONE;
    c->person.org = m->notice.org;
    TRY(blob_put(c, m->notice.case_id, S("post"), m->notice.id, bytes, &file, &kept));
    acts_put(c, &l, kept);
    Act *a = arrival(c, &act_mail_arrived, id, m->notice.case_id, in, kind, bytes.n);
    act_idf(a, "file", file);
    act_idf(a, "notice", m->notice.id);
    if (m->has_mail) act_idf(a, "mail", m->mail.id);
    act_code(a, "state", S("matched"));
    act_code(a, "why", str_c(m->why));
    act_code(a, "status", status);
    acts_put(c, &l, a);
    TRY(follows(c, &m->notice, m->has_mail ? &m->mail : NULL, kind, status, &l));
    return journal_commit(c, l.v, l.n);
}

Err mail_take(Ctx *c, Str bytes) {
    MediaMail in;
    MailKind kind = MAIL_UNREADABLE;
    MailInRow before;
    Match m = { .state = "unmatched", .why = "unreadable" };
    Str status = STR_NONE;
    Id id = id_of_bytes(c->arena, bytes);
    Err err = mail_in_by_id(c, id, &before);
    if (err != E_MISSING) return err;
    TRY(read_it(c, bytes, &in, &kind, &status));
    if (kind != MAIL_UNREADABLE) m.why = "nothing";
    if (kind != MAIL_UNREADABLE && kind != MAIL_OWN) TRY(match(c, &in, kind, &m));
    if (kind == MAIL_OWN) return keep_apart(c, id, bytes, &in, kind, status, &m, "discarded", "loop");
    if (m.erased) { /* nothing of it is kept any more, whoever writes about it */
        m.found = false;
        return keep_apart(c, id, S("erased"), &(MediaMail){ 0 }, kind, status, &m, "discarded", "erased");
    }
    if (!str_eq(str_c(m.state), S("matched"))) return keep_apart(c, id, bytes, &in, kind, status, &m, m.state, "");
    c->person.org = m.notice.org;
    if (kind == MAIL_PASSED || kind == MAIL_DELAYED || kind == MAIL_BOUNCED || kind == MAIL_ANSWER || kind == MAIL_RECEIPT || kind == MAIL_AWAY) { /* whatever came of it, the mail server had taken it */
        TRY(mail_came(c, &m.notice, m.has_mail ? m.mail.id : ID_NONE, str_c(mail_kind_code(kind))));
        if (m.has_mail) {
            Str address = m.mail.address;
            TRY(mail_by_id(c, m.mail.id, &m.mail));
            m.mail.address = address;
        }
        TRY(notice_by_id(c, m.notice.id, &m.notice));
    }
    return keep_with(c, id, bytes, &in, kind, status, &m);
}

/* ---- by a person ---- */
Err mail_sort(Ctx *c, MailInRow *row, const NoticeRow *n, MailKind kind, Id act) {
    Acts l = { 0 };
    NoticeMailRow *all = NULL;
    size_t all_n = 0;
    Act *kept = NULL;
    Id file = ID_NONE;
    Str bytes = STR_NONE;
    TRY(mail_in_open(c, row, 1));
    TRY(blob_get(c, row->file, MEDIA_MAIL_MAX, &bytes));
    TRY(blob_put(c, n->case_id, S("post"), n->id, bytes, &file, &kept));
    TRY(mail_of_notice(c, n->id, &all, &all_n));
    MediaMail in = { .from = row->sender, .subject = row->subject, .text = row->text };
    Act *a = arrival(c, &act_mail_sorted, row->id, n->case_id, &in, kind, bytes.n);
    if (!id_none(act)) a->id = act;
    act_idf(a, "file", file);
    act_idf(a, "notice", n->id);
    if (all_n > 0) act_idf(a, "mail", all[0].id);
    acts_put(c, &l, a);
    acts_put(c, &l, kept);
    TRY(follows(c, n, all_n > 0 ? &all[0] : NULL, kind, row->status, &l));
    return journal_commit(c, l.v, l.n);
}
