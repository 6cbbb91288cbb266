/* profile.h - recipients that want to be asked otherwise than by mail: by a form of their own, filled in by a person, or by an HTTP interface. Private to this room.
 *
 * Form: nothing is sent. The message waits in the outbox; a person gets the steps and every text to paste, and says when it was filed and under what number.
 * That is the act (notice.filed) from which the clocks count.
 * API: the message is one JSON document, made once and kept, posted with a signature over its bytes and the second of sending:
 *   Keten-Signature: t=SECONDS,v1=HEX of HMAC-SHA-256(secret, "SECONDS.BODY")     Idempotency-Key: the message's id
 * The key is the same at every try, so that a receiver that got it twice takes it once. 2xx: it took it; 408, 425, 429 and 5xx, or no answer: again later with
 * growing pauses, for five days; anything else: refused. Nothing in it names the person.
 */
#ifndef KETEN_TAKEDOWN_PROFILE_H
#define KETEN_TAKEDOWN_PROFILE_H
#include "foundation/http/http.h"
#include "foundation/net/net.h"
#include "steps/takedown/takedown_in.h"

#define PROFILE_FORM S("form")
#define PROFILE_API S("api")
enum { API_JSON_MAX = 2 * 1024 * 1024, PROFILE_FORM_N = 6, FILED_FORM_N = 2 };

typedef struct RecipientWay { Str page, secret, steps, hours; } RecipientWay;   /* opened; empty: not set */
Err recipient_way(Ctx *c, const RecipientRow *r, RecipientWay *out) NODISCARD;
Act *recipient_profile_way(Ctx *c, Id id, Str profile, bool bulk, const RecipientWay *w);

/* The document of one message: of the notice itself, with its places; of a confirmation or a withdrawal, with its words. */
Err api_json(Ctx *c, const NoticeRow *n, const NoticeMailRow *m, Str *out) NODISCARD;
Str api_signature(Arena *a, Str secret, int64_t seconds, Str body);      /* "t=...,v1=..." */
Err api_post(Ctx *c, const NoticeMailRow *m, const RecipientWay *w, Str body, NetMailGot *out) NODISCARD;

extern const ActDef act_notice_filed;
/* on: when the person filed it; the clocks count from then. */
Err notice_filed(Ctx *c, Id act, const NoticeMailRow *m, const NoticeRow *n, UnixMs on, Str number) NODISCARD;
Err apply_notice_filed(Db *db, const Act *a);
/* Whether this notice waits for a person to fill in the form; *out_mail: the message. */
Err notice_by_hand(Ctx *c, const NoticeRow *n, NoticeMailRow *out_mail, bool *out_waits) NODISCARD;
/* The texts that notice_text.c makes for one part of a notice, without headings: "locations", "reason", "grounds", "sender", "good_faith", "asked", "offence", "earlier". */
Err notice_part_text(Ctx *c, const NoticeRow *n, const char *part, Str *out) NODISCARD;

extern const Param filed_form[FILED_FORM_N];
Err filed_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err filed_post(Ctx *c, const Request *req, Response *res) NODISCARD;
#endif
