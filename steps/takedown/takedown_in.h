/* takedown_in.h - what the files of takedown share. Private to this room.
 *
 * A mail is one message about a notice: the notice itself, the confirmation of an answer, or its withdrawal.
 */
#ifndef KETEN_TAKEDOWN_IN_H
#define KETEN_TAKEDOWN_IN_H
#include "core/law/law.h"
#include "foundation/ui/ui.h"
#include "steps/takedown/takedown.h"

enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS, NOTICE_ITEMS_MAX = 400 /* locations in one mail */, NOTICE_BODY_MAX = 1024 * 1024, RECIPIENTS_MAX = 5000,
       NOTICE_TRIES_MAX = 40, LINK_DAYS = 30 /* after the last deadline; longer while the case lives, see notice_link */, LINK_DAYS_FIRST = 60 /* before there is a deadline */ };

/* ---- recipients: recipient.c ---- */
extern const ActDef act_recipient_added, act_recipient_changed, act_recipient_ended, act_recipient_bounced, act_recipient_confirmed, act_recipient_profiled;
extern const char *const recipient_profiles[];                            /* codes as a form names them, ended by NULL */
Act *recipient_confirm(Ctx *c, Id id);                                    /* a person says that what was found is right */
Act *recipient_profile(Ctx *c, Id id, Str profile, bool bulk);
Err recipient_unconfirmed(Ctx *c, int64_t *out) NODISCARD;                /* how many wait for a person of this organisation */
Act *recipient_change(Ctx *c, Id id, const RecipientNew *n);
Act *recipient_end(Ctx *c, Id id, Str why);
Act *recipient_bounce(Ctx *c, Id org, Id id, Str code);
Err recipient_by_id(Ctx *c, Id id, RecipientRow *out) NODISCARD;          /* E_MISSING as well when it is another organisation's */
bool recipient_matches(const Ctx *c, const RecipientRow *r, Str words);   /* every word stands in name, address, rung or platform */
Err recipient_name(Ctx *c, Id id, Str *out_name) NODISCARD;                /* Step.holder_name */
/* Who owes, as requests and clocks name it: the platform's id, else the recipient's own. */
Str recipient_holder(Arena *a, const RecipientRow *r);
Str rung_name(const Ctx *c, Lang lang, Str rung);                         /* from the ladder of the law data */
bool rung_known(const Ctx *c, Str rung);
#define RUNG_HOTLINE S("hotline")

/* ---- notices: notice.c ---- */
extern const ActDef act_notice_made, act_notice_mail, act_mail_trying, act_mail_sent, act_mail_waiting, act_mail_failed, act_mail_dropped, act_mail_ending, act_mail_unclear, act_mail_settled, act_notice_opened, act_notice_answered, act_notice_answer_recorded, act_notice_withdrawn,
    act_notice_dropped, act_notice_link_closed, act_watch_returned, act_watch_asked;
typedef struct AnswerRow { Id id, notice, request, case_id, org, by; Str answer, reason, via, note_sealed, contact_sealed, note, contact; UnixMs on, at; } AnswerRow;
Err notice_by_token(Ctx *c, Str token, NoticeRow *out) NODISCARD;         /* also when its link is over (notice_link); E_MISSING: no such token */
/* What an answer link is good for: it takes answers; we closed it and the notice still stands; nothing is asked any more. */
typedef enum LinkState { LINK_ANSWERS, LINK_CLOSED, LINK_CONCLUDED } LinkState;
Err notice_link(Ctx *c, const NoticeRow *n, LinkState *out) NODISCARD;
Err mail_count_since(Ctx *c, Id recipient, UnixMs since, int64_t *out_n, UnixMs *out_oldest) NODISCARD;
Err mail_of_notice(Ctx *c, Id notice, NoticeMailRow **out, size_t *out_n) NODISCARD;
Err mail_open(Ctx *c, NoticeMailRow *row) NODISCARD;
Err notice_token(Ctx *c, const NoticeRow *n, Str *out) NODISCARD;
Err answers_of_notice(Ctx *c, Id notice, AnswerRow **out, size_t *out_n) NODISCARD; /* newest first, opened */
Err notice_count_of_recipient(Ctx *c, Id recipient, int64_t *out) NODISCARD;
Str notice_ref(Arena *a, Id notice);                                      /* "N-7F3K-2M9Q": says nothing about the case */

/* Acts for one commit, in the arena; begins as { 0 }. It grows, so that none is ever left out. */
typedef struct Acts { Act **v; size_t n, cap; } Acts;
void acts_put(Ctx *c, Acts *l, Act *a);                                    /* in takedown_work.c */
/* An id that follows from others: the same form sent again, or the same job run again, makes nothing twice. In notice_plan.c. */
Id derived_id(Id seed, Str what, size_t n);
#define LINK_MARK "{answer-link}"   /* stands in the stored words where the job puts the link: nobody who previews can answer */
Act *notice_mail_act(Ctx *c, const NoticeRow *n, Str what, Str address, Str subject, Str body);
Err notice_withdrawal_words(Ctx *c, const NoticeRow *n, Str *out_subject, Str *out_body) NODISCARD; /* in the recipient's language */
Err terms_of_form(Ctx *c, Str form, bool flagger, Str platform, Str *out, size_t max, size_t *out_n) NODISCARD; /* duties that a notice starts */
Err duty_term(Ctx *c, Str duty, const RequestRow *r, Str lane, UnixMs sent, UnixMs received, TermResult *out) NODISCARD;

/* What is attached to a notice's mail, as the recipient's profile says (notice_parts.c). */
typedef struct MessagePart MessagePart;
enum { NOTICE_PARTS_MAX = 50 };
Err notice_parts(Ctx *c, const NoticeRow *n, const NoticeMailRow *m, MessagePart *parts, size_t max, size_t *out_n) NODISCARD;

/* ---- answers: answer.c ---- */
typedef struct AnswerKind { const char *code; const char *outcome; const char *word; bool needs_reason, ends; } AnswerKind;
typedef struct ReasonKind { const char *code; const char *word; } ReasonKind;
extern const AnswerKind answer_kinds[];   /* ended by code NULL */
extern const ReasonKind reason_kinds[];
const AnswerKind *answer_kind(Str code);
const ReasonKind *reason_kind(Str code);
const AnswerKind *answer_kind_of_outcome(Str outcome);
/* The clocks of a request that was answered, or only confirmed (kind NULL, receipt_only). */
Err answer_clocks(Ctx *c, const RequestRow *r, const AnswerKind *kind, bool receipt_only, Acts *l) NODISCARD;
Err confirm_write(Ctx *c, const NoticeRow *n, const RecipientRow *to, Str *out_subject, Str *out_body) NODISCARD;

/* ---- mails: takedown_work.c, mail_settle.c ---- */
Str mail_return(Ctx *c, Id mail);                                         /* the address that this mail's bounces and answers come to */
/* What became of a mail, with all that follows (clocks, turn, the register). */
Err mail_record(Ctx *c, const NoticeMailRow *m, const NoticeRow *n, const NetMailGot *got, Str outcome) NODISCARD;
/* At another moment than now: what a person filed by hand. act: id of the act, or none. */
Err mail_record_at(Ctx *c, const ActDef *def, Id act, const NoticeMailRow *m, const NoticeRow *n, const NetMailGot *got, Str outcome, UnixMs at) NODISCARD;
Err mail_record_by(Ctx *c, const ActDef *def, const NoticeMailRow *m, const NoticeRow *n, const NetMailGot *got, Str outcome) NODISCARD;
/* A mail of which nobody knows whether it went, until a person says so (again: it is sent once more), or something shows that it came. */
Err mail_settle(Ctx *c, const NoticeMailRow *m, const NoticeRow *n, bool again) NODISCARD;
Err mail_came(Ctx *c, const NoticeRow *n, Id mail /* none: the notice itself */, Str how) NODISCARD; /* does nothing for others */
/* *out_again is set when this recipient got as many within the hour as [mail] per_hour allows. */
Err mail_pace(Ctx *c, const NoticeMailRow *m, const NoticeRow *n, UnixMs *out_again) NODISCARD;
Err notice_settle_run(Ctx *c, Id notice, UnixMs due, UnixMs *out_again) NODISCARD;

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
Err apply_recipient_confirmed(Db *db, const Act *a);
Err apply_recipient_profiled(Db *db, const Act *a);
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
