/* takedown.h - notices to everyone who can remove, answers, and the watch that says with proof whether it is gone.
 *
 * A recipient is somebody who can remove something. A notice asks one recipient about one or more locations of a case; each
 * location is a request (core/case/request.h), so the clock, the answer and the outcome stand per location and recipient.
 * Below stands what the record's own simulation drives besides the pages: it answers in place of mail servers, platforms and sites.
 */
#ifndef KETEN_TAKEDOWN_H
#define KETEN_TAKEDOWN_H
#include "core/case/request.h"
#include "core/step/step.h"
#include "foundation/net/net.h"
#include "steps/takedown/watch_verdict.h"

extern const Step takedown_step;

/* ---- recipients ---- */
typedef struct RecipientRow {
    Id id, org;
    Str rung;          /* of the ladder in the law data, or "hotline" */
    Str platform;      /* id of table platforms, or empty */
    Str lang, country;
    Str name_sealed, mail_sealed, note_sealed;
    Str name, mail, note;   /* after recipient_open */
    Str offered;       /* not in the register yet: a contact of the law data ("law.ID") or of the contact register ("con.ID") */
    Str bounce_code;
    Str found;         /* how it came here when no person chose it: "lookup"; empty: a person did */
    Str profile;       /* how it wants to be asked: "" one mail, xarf (one mail a location, with an XARF report), list (one mail with a CSV list), form (its own, by hand), api */
    Str page_sealed, secret_sealed, steps_sealed; /* of a form or an interface: profile.h */
    Str hours;         /* its working hours, which reminders wait for (playbook.h); empty: none are said */
    bool bulk;         /* agreed that many may come in one mail */
    int64_t bounces;
    UnixMs bounced, made, changed, ended, confirmed;
} RecipientRow;
typedef struct RecipientNew { Str rung, platform, lang, country, name, mail, note, found; } RecipientNew;
Act *recipient_add(Ctx *c, Id id, const RecipientNew *n);
Err recipient_list(Ctx *c, Id org, bool ended_too, RecipientRow **out, size_t *out_n) NODISCARD;
Err recipient_open(Ctx *c, RecipientRow *rows, size_t n) NODISCARD;

/* ---- notices ---- */
typedef struct NoticeRow {
    Id id, case_id, org, recipient, earlier;
    Str form, lang, offence, lane, state, token_sealed, action, territory;
    Str why_sealed, extra_sealed;   /* what it was made of; empty in notices of before that was kept */
    bool flagger, named;
    int64_t items, opened_times;
    Id template;                    /* the version of our own words that it was made with; none: those of the house */
    UnixMs filed;                   /* in the recipient's own form, by a person */
    UnixMs until, deadline, made, sent, opened, answered, confirmed, withdrawn, link_closed;
} NoticeRow;
typedef struct NoticeMailRow {
    Id id, notice, case_id, org, kept;
    Str what, lang, state, outcome, tls, address_sealed, subject_sealed, body_sealed, reply_sealed, server_sealed;
    Str address, subject, body, reply, server;                            /* after mail_open */
    int64_t tries, code;
    UnixMs made, tried, sent;
} NoticeMailRow;
Err notice_words(Ctx *c, const NoticeRow *n, Str *out_why, Str *out_extra /* may be NULL */) NODISCARD; /* opened */
Err notice_by_id(Ctx *c, Id id, NoticeRow *out) NODISCARD;
Err notice_of_case(Ctx *c, Id case_id, NoticeRow **out, size_t *out_n) NODISCARD; /* oldest first */
Err mail_by_id(Ctx *c, Id id, NoticeMailRow *out) NODISCARD;

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
    Id template;
} NoticePlan;
Err notice_write(Ctx *c, NoticePlan *p) NODISCARD;                        /* notice_text.c: subject and body in the recipient's language */
/* All acts of one notice: recipient when it is new, notice, one request for each location, the mail. */
Err notice_acts(Ctx *c, const NoticePlan *p, Act **acts, size_t max, size_t *n) NODISCARD;
/* Stops a notice: requests withdrawn, clocks stopped, link closed. dropped: by the server, since it may not be sent any more. */
Err notice_withdraw_acts(Ctx *c, const NoticeRow *n, Str why, bool dropped, Act **acts, size_t max, size_t *out_n) NODISCARD;
/* A mail that waits in the outbox, in the two steps of notice_send_run: its bytes are kept and it is written down that it goes; and
 * what became of it (clocks start, or the case comes back to us). Nothing is done when it may not go any more. *out_again: when to
 * try again, untouched otherwise. */
Err notice_ready(Ctx *c, Id mail, UnixMs *out_again) NODISCARD;
Err notice_went(Ctx *c, Id mail, const NetMailGot *got, UnixMs *out_again) NODISCARD;

/* A mail of the mailbox, into the record, with what follows (mail_in.h). Of one that is too long only the beginning comes. E_OUTSIDE: the reader or the keys are
 * out of reach, try again. */
Err mail_take(Ctx *c, Str bytes) NODISCARD;

/* ---- answers ---- */
typedef struct AnswerNew { Id request; Str answer, reason, via, note, contact; UnixMs on; } AnswerNew;
/* The acts of answering some items of a notice: the answers, what happens to the requests and their clocks, whose turn it is. */
Err answer_acts(Ctx *c, const NoticeRow *n, const AnswerNew *in, size_t in_n, bool by_link, Act ***out, size_t *out_n) NODISCARD;
/* The recipient opened the link: all that follows from reading it. */
Err open_acts(Ctx *c, const NoticeRow *n, Act ***out, size_t *out_n) NODISCARD;

/* ---- the watch ---- */
/* A look at a location with its verdict, and what follows from it (gone, back, still there although they say otherwise); proof: bytes
 * that are kept with it. Does nothing when no living case holds it. *out_proven: this look proves the removal. */
Err watch_seen(Ctx *c, Id location, Str verdict, Str why, Str proof, bool *out_proven) NODISCARD;
/* Job "watch.check" in two pieces, with the look between them. Plan: the address and what surely stood there before; url empty: nothing to look at, and
 * `again` (0: never) says when to ask again. Settle: the verdict with its proof is recorded, with what follows from it; when to look again. */
typedef struct WatchPlan { Id location; Str url, place /* from where: WATCH_HERE, or a name of [watch] places */; bool has_before; WatchFacts before; UnixMs again; } WatchPlan;
Err watch_plan(Ctx *c, Id location, WatchPlan *out) NODISCARD;
Err watch_settle(Ctx *c, Id location, Verdict v, Str place, Str proof, UnixMs *out_again) NODISCARD;
#endif
