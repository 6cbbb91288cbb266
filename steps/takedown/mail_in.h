/* mail_in.h - mails that come in: taken from the mailbox once, told apart, matched to the notice they speak of, with what follows.
 *
 * mail_take is called by the jobs process for each mail of the mailbox (programs/jobs/post.h) and is done when it returns OK: the mail is in the record, whole,
 * and may leave the mailbox. The same bytes again change nothing. What names one of our mails by something that only its readers know, and comes from where
 * it should, is matched and acts by itself; anything else waits for a person (/mail) and starts nothing.
 */
#ifndef KETEN_MAIL_IN_H
#define KETEN_MAIL_IN_H
#include "steps/takedown/mail_kind.h"
#include "steps/takedown/takedown.h"

typedef struct MailInRow {
    Id id, org, case_id, notice, mail /* of ours */, file, by;
    Str kind, state, why, status, reason;
    int64_t size;
    UnixMs at, done;
    Str sender_sealed, subject_sealed, ticket_sealed, text_sealed;
    Str sender, subject, ticket, text;                     /* after mail_in_open */
} MailInRow;

enum { MAIL_KEEP_DAYS = 30 };                              /* what was put aside is kept this long */
extern const ActDef act_mail_arrived, act_mail_sorted, act_mail_aside, act_mail_back, act_mail_bounced;
/* By a person: it belongs to that notice, and is of that kind; or it is put aside for a reason. */
Err mail_sort(Ctx *c, MailInRow *m, const NoticeRow *n, MailKind kind, Id act) NODISCARD;
Act *mail_aside(Ctx *c, const MailInRow *m, Str reason);
Act *mail_back(Ctx *c, const MailInRow *m);                /* put aside by mistake: it waits again */
Err mail_forget_run(Ctx *c, Id mail, UnixMs due, UnixMs *out_again) NODISCARD;

Err mail_in_by_id(Ctx *c, Id id, MailInRow *out) NODISCARD;
Err mail_in_open(Ctx *c, MailInRow *rows, size_t n) NODISCARD;
Err mail_in_waiting(Ctx *c, bool aside, size_t skip, size_t limit, MailInRow **out, size_t *out_n, int64_t *out_all) NODISCARD; /* of this organisation: doubtful and unmatched, or put aside; newest first */
Err mail_in_of_notice(Ctx *c, Id notice, MailInRow **out, size_t *out_n) NODISCARD; /* matched, newest first, at most 200 */
Err notice_by_number(Ctx *c, Id org /* none: any */, Str number /* as crock_normal gives it */, NoticeRow *out) NODISCARD;

/* ---- private to the store ---- */
Err apply_mail_arrived(Db *db, const Act *a);
Err apply_mail_sorted(Db *db, const Act *a);
Err apply_mail_aside(Db *db, const Act *a);
Err apply_mail_back(Db *db, const Act *a);
Err apply_mail_bounced(Db *db, const Act *a);
#endif
