/* feed_api.h - inside core/feed: what the protocols share. Who asks, whether it may, how far it is, and answers in JSON.
 *
 * An answer that is not the one asked for is JSON too: {"error": a word for programs, "say": what is wrong and what to do}.
 */
#ifndef KETEN_FEED_API_H
#define KETEN_FEED_API_H
#include "core/feed/feed_in.h"
#include "core/feed/feed_tree.h"
#include "foundation/base/json.h"

typedef struct Asker { Subscriber s; Str lane; } Asker;

/* False: the answer is written already (401, 403, 429, 503). From true on the ctx acts for the server itself. */
bool api_enter(Ctx *c, const Request *req, Response *res, unsigned scope, Asker *out);
/* The lane that the path or the query names, and the scope it needs. False: the answer is written. */
bool api_lane(const Request *req, Response *res, Str lane, Asker *who);
Err api_refuse(Response *res, int status, const char *word, const char *fmt, ...) PRINTF_LIKE(4, 5); /* always OK */
bool api_gets(const Subscriber *s, const BankEntry *e);       /* of a list and a kind that this subscriber gets */

/* ---- feed_measure.c ---- */
/* The subscriber has shown that it has everything up to `upto`: remembered, and what it applied by that is an act. */
Err feed_reached(Ctx *c, const Asker *who, const char *way, int64_t upto) NODISCARD;
typedef struct Withdrawn { int64_t feed, entry; UnixMs at, applied; bool by_feedback; } Withdrawn; /* applied 0: not yet */
typedef struct Measure {
    UnixMs asked; Str way; int64_t upto, behind;              /* behind: changes it has not shown to have */
    int64_t withdrawals, open, counted;                       /* those it had been given before; counted: looked at for the median */
    int64_t median_ms, longest_ms; bool median_open;          /* open: the median is longer than that */
    Withdrawn *list; size_t list_n;                           /* newest first */
} Measure;
Err feed_measure(Ctx *c, const Subscriber *s, Str lane, size_t list_most, Measure *out) NODISCARD;
extern const ActDef act_feed_applied, act_feed_feedback;
Err apply_feed_applied(Db *db, const Act *a);
Err apply_feed_feedback(Db *db, const Act *a);

/* ---- feed_say.c: what subscribers send ---- */
enum { SAY_RECORDS_MAX = 1000, SAY_BODY_MAX = 512 * 1024 };
typedef struct SayHash { Str signal; uint8_t hash[32]; Str text; bool adult, keep; const char *wrong; } SayHash;
typedef struct SayFeedback { uint8_t hash[32]; size_t hash_n; Str text, value; const char *wrong; } SayFeedback;
/* E_INPUT, E_LIMIT with *out_why; what is wrong with one record stands in it. Fuzzed. */
Err say_hashes_read(Arena *a, Str body, SayHash **out, size_t *out_n, const char **out_why) NODISCARD;
Err say_feedback_read(Arena *a, Str body, SayFeedback **out, size_t *out_n, const char **out_why) NODISCARD;

/* ---- handlers ---- */
Err ncii_fetch(Ctx *c, const Request *req, Response *res);
Err ncii_submit(Ctx *c, const Request *req, Response *res);
Err ncii_feedback(Ctx *c, const Request *req, Response *res);
Err api_document(Ctx *c, const Request *req, Response *res); /* OpenAPI, for anybody */
Err feed_list(Ctx *c, const Request *req, Response *res);
Err feed_about(Ctx *c, const Request *req, Response *res);
Err feed_checkpoint(Ctx *c, const Request *req, Response *res);
Err feed_changes(Ctx *c, const Request *req, Response *res);
Err feed_consistency(Ctx *c, const Request *req, Response *res);

/* ---- feed_use_store.c ---- */
Err use_store_pace(Db *db, Id subscriber, int64_t now, int64_t token_ms, bool *out_may, int64_t *out_wait_ms) NODISCARD;
Err use_store_asked(Db *db, Id subscriber, Str lane, Str way, int64_t upto, UnixMs now) NODISCARD;
Err use_store_last(Db *db, Arena *a, Id subscriber, Str lane, UnixMs *out_at, Str *out_way, int64_t *out_upto) NODISCARD; /* nothing yet: zeros */
Err use_store_progress(Db *db, Id subscriber, Str lane, int64_t *out) NODISCARD;
Err use_store_progress_put(Db *db, Id subscriber, Str lane, int64_t upto, UnixMs now) NODISCARD;
Err use_store_passed(Db *db, Id subscriber, Str lane, int64_t from, int64_t upto, UnixMs now, int64_t *out_n, int64_t *out_longest) NODISCARD;
Err use_store_withdrawn(Db *db, Arena *a, Id subscriber, Str lane, size_t most, Withdrawn **out, size_t *out_n) NODISCARD;
typedef struct SameHash { int64_t entry; Str state; } SameHash;
Err use_store_same(Db *db, Arena *a, Str lane, int64_t entry, unsigned lists, SameHash *out, size_t most, size_t *out_n) NODISCARD;
Err use_store_by_mark(Db *db, Str lane, Id mark, int64_t *out, size_t most, size_t *out_n) NODISCARD;
Err use_store_feedback(Db *db, Arena *a, Id subscriber, int64_t entry, Str *out_value) NODISCARD;     /* empty: none */
Err use_store_disputes(Db *db, Id subscriber, UnixMs since, int64_t *out) NODISCARD;
Err use_store_given(Db *db, Id subscriber, Id mark, bool *out) NODISCARD;
Err use_store_given_put(Db *db, Id subscriber, Id mark, Id entry, UnixMs now) NODISCARD;
typedef struct FeedCounts { int64_t matched, disputed, removed, pending; } FeedCounts;
Err use_store_counts(Db *db, Id subscriber, FeedCounts *out) NODISCARD;
#endif
