/* takedown_in.h - what the files of takedown share. Private to this room.
 *
 * A recipient is somebody who can remove something. A notice asks one recipient about one or more locations of a case; each
 * location is a request (core/case/request.h), so the clock, the answer and the outcome stand per location and recipient.
 * A mail is one message about a notice: the notice itself, the confirmation of an answer, or its withdrawal.
 */
#ifndef KETEN_TAKEDOWN_IN_H
#define KETEN_TAKEDOWN_IN_H
#include "core/case/request.h"
#include "core/law/law.h"
#include "core/step/step.h"
#include "foundation/ui/ui.h"

enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS, NOTICE_ITEMS_MAX = 400 /* locations in one mail */, NOTICE_BODY_MAX = 1024 * 1024, RECIPIENTS_MAX = 5000,
       NOTICE_TRIES_MAX = 40, LINK_DAYS = 30 /* after the last deadline */, LINK_DAYS_FIRST = 60 /* before there is a deadline */ };

/* ---- recipients: recipient.c ---- */
extern const ActDef act_recipient_added, act_recipient_changed, act_recipient_ended, act_recipient_bounced;
typedef struct RecipientRow {
    Id id, org;
    Str rung;          /* of the ladder in the law data, or "hotline" */
    Str platform;      /* id of table platforms, or empty */
    Str lang, country;
    Str name_sealed, mail_sealed, note_sealed;
    Str name, mail, note;   /* after recipient_open */
    Str offered;       /* not in the register yet: a contact of the law data ("law.ID") or of the contact register ("con.ID") */
    Str bounce_code;
    int64_t bounces;
    UnixMs bounced, made, changed, ended;
} RecipientRow;
typedef struct RecipientNew { Str rung, platform, lang, country, name, mail, note; } RecipientNew;
Act *recipient_add(Ctx *c, Id id, const RecipientNew *n);
Act *recipient_change(Ctx *c, Id id, const RecipientNew *n);
Act *recipient_end(Ctx *c, Id id, Str why);
Act *recipient_bounce(Ctx *c, Id org, Id id, Str code);
Err recipient_by_id(Ctx *c, Id id, RecipientRow *out) NODISCARD;          /* E_MISSING as well when it is another organisation's */
Err recipient_list(Ctx *c, Id org, bool ended_too, RecipientRow **out, size_t *out_n) NODISCARD;
Err recipient_open(Ctx *c, RecipientRow *rows, size_t n) NODISCARD;
bool recipient_matches(const Ctx *c, const RecipientRow *r, Str words);   /* every word stands in name, address, rung or platform */
/* Who owes, as requests and clocks name it: the platform's id, else the recipient's own. */
Str recipient_holder(Arena *a, const RecipientRow *r);
Str rung_name(const Ctx *c, Lang lang, Str rung);                         /* from the ladder of the law data */
bool rung_known(const Ctx *c, Str rung);
#define RUNG_HOTLINE S("hotline")

/* ---- notices: notice.c ---- */
extern const ActDef act_notice_made, act_notice_mail, act_mail_trying, act_mail_sent, act_mail_waiting, act_mail_failed, act_mail_dropped, act_notice_opened, act_notice_answered, act_notice_answer_recorded, act_notice_withdrawn,
    act_notice_dropped, act_notice_link_closed, act_watch_returned, act_watch_asked;
typedef struct NoticeRow {
    Id id, case_id, org, recipient, earlier;
    Str form, lang, offence, lane, state, token_sealed;
    bool flagger, named;
    int64_t items, opened_times;
    UnixMs until, deadline, made, sent, opened, answered, confirmed, withdrawn, link_closed;
} NoticeRow;
typedef struct NoticeMailRow {
    Id id, notice, case_id, org, kept;
    Str what, lang, state, outcome, tls, address_sealed, subject_sealed, body_sealed, reply_sealed, server_sealed;
    Str address, subject, body, reply, server;                            /* after mail_open */
    int64_t tries, code;
    UnixMs made, tried, sent;
} NoticeMailRow;
typedef struct AnswerRow { Id id, notice, request, case_id, org, by; Str answer, reason, via, note_sealed, contact_sealed, note, contact; UnixMs on, at; } AnswerRow;
Err notice_by_id(Ctx *c, Id id, NoticeRow *out) NODISCARD;
Err notice_by_token(Ctx *c, Str token, NoticeRow *out) NODISCARD;         /* E_MISSING: no such token, over, or closed */
Err notice_of_case(Ctx *c, Id case_id, NoticeRow **out, size_t *out_n) NODISCARD; /* oldest first */
Err mail_by_id(Ctx *c, Id id, NoticeMailRow *out) NODISCARD;
Err mail_of_notice(Ctx *c, Id notice, NoticeMailRow **out, size_t *out_n) NODISCARD;
Err mail_open(Ctx *c, NoticeMailRow *row) NODISCARD;
Err notice_token(Ctx *c, const NoticeRow *n, Str *out) NODISCARD;
Err answers_of_notice(Ctx *c, Id notice, AnswerRow **out, size_t *out_n) NODISCARD; /* newest first, opened */
Err notice_count_of_recipient(Ctx *c, Id recipient, int64_t *out) NODISCARD;
Str notice_ref(Arena *a, Id notice);                                      /* "N-7F3K-2M9Q": says nothing about the case */

/* What is to be sent to whom, before it becomes acts. */
typedef struct NoticePlan {
    Id case_id;
    const RecipientRow *to;
    RecipientNew seed;              /* when to is a contact of the law data that is not in the register yet */
    bool is_seed;
    const LocationRow *locations;   /* opened */
    size_t locations_n;
    Str form, offence, lane, why, extra, territory, action;
    bool named, good_faith;
    Id earlier;                     /* the notice this one reminds of */
    Id id;                          /* of the notice to be made */
    /* filled by notice_write */
    Lang lang;
    Str subject, body;
} NoticePlan;
#define LINK_MARK "{answer-link}"   /* stands in the stored words where the job puts the link: nobody who previews can answer */
Err notice_write(Ctx *c, NoticePlan *p) NODISCARD;                        /* notice_text.c: subject and body in the recipient's language */
/* All acts of one notice: recipient when it is new, notice, one request for each location, the mail. */
Err notice_acts(Ctx *c, const NoticePlan *p, Act **acts, size_t max, size_t *n) NODISCARD;
Act *notice_mail_act(Ctx *c, const NoticeRow *n, Str what, Str address, Str subject, Str body);
Err notice_withdrawal_words(Ctx *c, const NoticeRow *n, Str *out_subject, Str *out_body) NODISCARD; /* in the recipient's language */
/* Stops a notice: requests withdrawn, clocks stopped, link closed. dropped: by the server, since it may not be sent any more. */
Err notice_withdraw_acts(Ctx *c, const NoticeRow *n, Str why, bool dropped, Act **acts, size_t max, size_t *out_n) NODISCARD;
Err terms_of_form(Ctx *c, Str form, bool flagger, Str platform, Str *out, size_t max, size_t *out_n) NODISCARD; /* duties that a notice starts */
Err duty_term(Ctx *c, Str duty, const RequestRow *r, Str lane, UnixMs sent, UnixMs received, TermResult *out) NODISCARD;

/* ---- answers: answer.c ---- */
typedef struct AnswerKind { const char *code; const char *outcome; const char *word; bool needs_reason, ends; } AnswerKind;
typedef struct ReasonKind { const char *code; const char *word; } ReasonKind;
extern const AnswerKind answer_kinds[];   /* ended by code NULL */
extern const ReasonKind reason_kinds[];
const AnswerKind *answer_kind(Str code);
const ReasonKind *reason_kind(Str code);
typedef struct AnswerNew { Id request; Str answer, reason, via, note, contact; UnixMs on; } AnswerNew;
/* The acts of answering some items of a notice: the answers, what happens to the requests and their clocks, whose turn it is. */
Err answer_acts(Ctx *c, const NoticeRow *n, const AnswerNew *in, size_t in_n, bool by_link, Act ***out, size_t *out_n) NODISCARD;
const AnswerKind *answer_kind_of_outcome(Str outcome);
Err confirm_write(Ctx *c, const NoticeRow *n, const RecipientRow *to, Str *out_subject, Str *out_body) NODISCARD;
Err open_acts(Ctx *c, const NoticeRow *n, Act ***out, size_t *out_n) NODISCARD;

/* ---- jobs ---- */
Err notice_send_run(Ctx *c, Id mail, UnixMs due, UnixMs *out_again) NODISCARD;
Err notice_confirm_run(Ctx *c, Id notice, UnixMs due, UnixMs *out_again) NODISCARD;
Err notice_recall_run(Ctx *c, Id case_id, UnixMs due, UnixMs *out_again) NODISCARD; /* recall.c */
Err watch_check_run(Ctx *c, Id location, UnixMs due, UnixMs *out_again) NODISCARD;

/* ---- store: apply functions ---- */
Err apply_recipient_added(Db *db, const Act *a);
Err apply_recipient_changed(Db *db, const Act *a);
Err apply_recipient_ended(Db *db, const Act *a);
Err apply_recipient_bounced(Db *db, const Act *a);
Err apply_notice_made(Db *db, const Act *a);
Err apply_notice_mail(Db *db, const Act *a);
Err apply_notice_delivery(Db *db, const Act *a);
Err apply_notice_opened(Db *db, const Act *a);
Err apply_notice_answered(Db *db, const Act *a);
Err apply_notice_withdrawn(Db *db, const Act *a);
Err apply_notice_link_closed(Db *db, const Act *a);
Err apply_watch_returned(Db *db, const Act *a);
Err apply_watch_asked(Db *db, const Act *a);
#endif
