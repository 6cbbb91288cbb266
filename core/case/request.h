/* request.h - what was asked of whom, and what came: the shared life of a notice to one recipient about one location, and of
 * a filing at one authority. takedown and enforce make requests and record what happens to them; the case page, the victim's
 * timeline, the dossier, platform cards and the yearly account read them here, so no room reads another's tables.
 *
 * Asked, delivered, received, first visible act and decision are separate facts with their own times; what did not happen has
 * no time. Part of core/case.
 */
#ifndef KETEN_REQUEST_H
#define KETEN_REQUEST_H
#include "core/case/case.h"

extern const ActDef act_request_made, act_request_event;

typedef struct RequestNew {
    Id case_id;
    Id subject;        /* the notice or filing that it is part of */
    Id location;       /* none for a filing about the whole case */
    Str kind;          /* notice filing */
    Str rung;          /* of the ladder (law data): platform host cdn registrar search authority ... */
    Str holder;        /* who owes: id of table platforms, authority code, or recipient id in hex */
    Str form;          /* form of the law data: art16 dsa53 gdpr77 awb13 ... */
    Str offence;       /* code, or empty */
    Str country;       /* of the holder, or empty */
} RequestNew;
typedef struct RequestRow {
    Id id, case_id, org, subject, location;
    Str kind, rung, holder, form, offence, country;
    Str delivery;      /* queued delivered failed */
    Str outcome;       /* empty while open: removed blocked kept refused not_found need_more (notice) · granted refused inadmissible transferred no_action (filing) · withdrawn */
    Str reason;        /* code of the refusal or the transfer's target */
    UnixMs asked, delivered, received, acted, decided;
    int64_t answers;
} RequestRow;
/* What happens to a request. On: when it happened according to the other side, or now. */
typedef enum RequestWhat { REQ_INVALID, REQ_DELIVERED, REQ_FAILED, REQ_RECEIVED, REQ_ACTED, REQ_ANSWERED, REQ_DECIDED, REQ_TRANSFERRED, REQ_WITHDRAWN, REQ_WHAT_N } RequestWhat;
const char *request_what_code(RequestWhat w); /* "delivered" */

Act *request_make(Ctx *c, Id id /* none: a new one */, const RequestNew *n);
/* outcome: REQ_ANSWERED, REQ_DECIDED, REQ_TRANSFERRED; reason: a code or empty. A later answer replaces the outcome; the record keeps both. */
Act *request_event(Ctx *c, const RequestRow *r, RequestWhat what, Str outcome, Str reason, UnixMs on);
Err request_by_id(Ctx *c, Id id, RequestRow *out) NODISCARD;
Err request_of_case(Ctx *c, Id case_id, RequestRow **out, size_t *out_n) NODISCARD;      /* oldest first, at most 5,000 */
Err request_of_subject(Ctx *c, Id subject, RequestRow **out, size_t *out_n) NODISCARD;
Err request_of_location(Ctx *c, Id location, RequestRow **out, size_t *out_n) NODISCARD;

/* Of one holder and of this organisation, the latest first, at most limit; countries, offences and rungs are left empty. */
Err request_of_holder(Ctx *c, Str kind, Str holder, size_t limit, RequestRow **out, size_t *out_n) NODISCARD;
/* How many ended how since then, of this organisation. */
typedef struct RequestTally { Str outcome, reason; int64_t n; } RequestTally;
Err request_tally(Ctx *c, Str kind, UnixMs since, RequestTally **out, size_t *out_n) NODISCARD;
/* A case by what was asked in one go (a notice, a filing): how much of it is open, and which term of it runs out next. */
typedef struct RequestOwed { Id subject; Str kind, holder, form, next_duty; UnixMs asked, delivered, next_due; int64_t items, open, lapsed; } RequestOwed;
Err request_owed(Ctx *c, Id case_id, size_t limit, RequestOwed **out, size_t *out_n) NODISCARD;           /* newest first */

/* Notices of the last year that are older than 30 days and were not taken back (at most the last 1,000): how many, and of how many the material is gone. */
typedef struct RequestResults { int64_t asked, gone; } RequestResults;
Err request_results(Ctx *c, RequestResults *out) NODISCARD;

/* Clocks of a request name it as their subject. When one lapses: facts from the request and the location's checks, next steps from the law. */
extern const LapseKind request_lapse;

/* The silences of a case, oldest first. */
typedef struct SilenceRow { Id id, case_id, clock, location; Str duty, holder, delivery, last_verdict; UnixMs sent, delivered, due, at; int64_t answers, checks, online; } SilenceRow;
Err silence_of_case(Ctx *c, Id case_id, SilenceRow **out, size_t *out_n) NODISCARD;

/* ---- checks whether a location is still online; the verdict is typed and has stored proof ---- */
extern const ActDef act_location_checked;
/* Verdicts: still_online gone soft_404 replaced parked login_wall age_gate geo_block blocked_for_us moved host_down dns_gone unknown. Only gone, soft_404,
 * replaced and parked can mean removed: what a wall, another country, another address or a dead name hides may still be there. */
bool verdict_known(Str verdict);
const char *location_verdict_word(Str verdict);                           /* for the page, to translate */
bool verdict_removed(Str verdict);
typedef struct CheckNew { Id location, case_id; Str verdict, why /* code: http_404 dns_none same_bytes ... */, vantage; Id proof /* blob with the capture's facts */; bool removed /* the watch's rule says so: enough proof of a removed verdict */; } CheckNew;
Act *location_check(Ctx *c, const CheckNew *n);
typedef struct CheckRow { Id id, location, case_id, proof; Str verdict, why, vantage; UnixMs at; bool removed; } CheckRow;
Err check_of_location(Ctx *c, Id location, size_t limit, CheckRow **out, size_t *out_n) NODISCARD; /* newest first */
#endif
