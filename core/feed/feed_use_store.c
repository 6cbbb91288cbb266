/* feed_use_store.c - how subscribers use the feed: pace, progress, feedback. */
#include "core/feed/feed_api.h"

/* A bucket of a minute as one number: the instant at which it is full again. A clock that was set back makes nobody wait longer than a minute. */
Err use_store_pace(Db *db, Id subscriber, int64_t now, int64_t token_ms, bool *out_may, int64_t *out_wait_ms) {
    int64_t n = 0, full = 0, top = now + 60000;
    TRY(db_run_count(db, "INSERT INTO feed_pace(subscriber, full_at_ms) VALUES($1, $2+$3) ON CONFLICT(subscriber) DO UPDATE SET full_at_ms="
        "CASE WHEN full_at_ms<$2 THEN $2 WHEN full_at_ms>$4+$3 THEN $2 ELSE full_at_ms END + $3 WHERE CASE WHEN full_at_ms<$2 THEN $2 WHEN full_at_ms>$4+$3 THEN $2 ELSE full_at_ms END + $3 <= $4",
        P(PID(subscriber), PI(now), PI(token_ms), PI(top)), &n));
    *out_may = n > 0;
    if (n > 0) return OK;
    TRY(db_int(db, "SELECT full_at_ms FROM feed_pace WHERE subscriber=$1", P(PID(subscriber)), &full));
    *out_wait_ms = full + token_ms - top;
    return OK;
}

Err use_store_asked(Db *db, Id subscriber, Str lane, Str way, int64_t upto, UnixMs now) {
    return db_run(db, "INSERT INTO feed_asked(subscriber, lane, way, upto, at_ms) VALUES($1,$2,$3,$4,$5) ON CONFLICT(subscriber, lane) DO UPDATE SET way=excluded.way, upto=excluded.upto, at_ms=excluded.at_ms",
        P(PID(subscriber), PT(lane), PT(way), PI(upto), PI(now)));
}
Err use_store_last(Db *db, Arena *a, Id subscriber, Str lane, UnixMs *out_at, Str *out_way, int64_t *out_upto) {
    Rows r;
    TRY(db_query(db, "SELECT at_ms, way, upto FROM feed_asked WHERE subscriber=$1 AND lane=$2", P(PID(subscriber), PT(lane)), &r));
    if (rows_next(&r)) {
        *out_at = row_int(&r, 0);
        *out_way = row_text_dup(&r, 1, a);
        *out_upto = row_int(&r, 2);
    }
    return rows_end(&r);
}

Err use_store_progress(Db *db, Id subscriber, Str lane, int64_t *out) {
    return db_int(db, "SELECT coalesce(max(upto), 0) FROM feed_progress WHERE subscriber=$1 AND lane=$2", P(PID(subscriber), PT(lane)), out);
}
Err use_store_progress_put(Db *db, Id subscriber, Str lane, int64_t upto, UnixMs now) {
    return db_run(db, "INSERT INTO feed_progress(subscriber, lane, upto, at_ms) VALUES($1,$2,$3,$4) ON CONFLICT(subscriber, lane, upto) DO NOTHING", P(PID(subscriber), PT(lane), PI(upto), PI(now)));
}

/* A withdrawal counts for a subscriber that had shown, before it, to have the entry. */
#define HAD_IT "l.first<=coalesce((SELECT p.upto FROM feed_progress p WHERE p.subscriber=$1 AND p.lane=$2 AND p.at_ms<=l.withdrawn_ms ORDER BY p.at_ms DESC, p.upto DESC LIMIT 1), 0)"

Err use_store_passed(Db *db, Id subscriber, Str lane, int64_t from, int64_t upto, UnixMs now, int64_t *out_n, int64_t *out_longest) {
    Rows r;
    TRY(db_query(db, "SELECT count(*), coalesce(max($5-l.withdrawn_ms), 0) FROM feed_leaf l WHERE l.lane=$2 AND l.withdrawn_ms IS NOT NULL AND l.feed>$3 AND l.feed<=$4 AND " HAD_IT,
        P(PID(subscriber), PT(lane), PI(from), PI(upto), PI(now)), &r));
    if (rows_next(&r)) {
        *out_n = row_int(&r, 0);
        *out_longest = row_int(&r, 1) > 0 ? row_int(&r, 1) : 0;
    }
    return rows_end(&r);
}

Err use_store_withdrawn(Db *db, Arena *a, Id subscriber, Str lane, size_t most, Withdrawn **out, size_t *out_n) {
    Rows r;
    Withdrawn *rows = NULL;
    size_t n = 0, cap = 0;
    TRY(db_query(db, "SELECT l.feed, l.entry, l.withdrawn_ms, (SELECT p.at_ms FROM feed_progress p WHERE p.subscriber=$1 AND p.lane=$2 AND p.upto>=l.feed ORDER BY p.upto LIMIT 1),"
        " (SELECT f.at_ms FROM feed_feedback f WHERE f.subscriber=$1 AND f.entry=l.entry AND f.value='removed') FROM feed_leaf l WHERE l.lane=$2 AND l.withdrawn_ms IS NOT NULL AND " HAD_IT " ORDER BY l.feed DESC LIMIT $3",
        P(PID(subscriber), PT(lane), PI((int64_t)most)), &r));
    while (n < most && rows_next(&r)) {
        int64_t fetched = row_int(&r, 3), told = row_int(&r, 4);
        bool by_feedback = told != 0 && (fetched == 0 || told < fetched);
        rows = ARENA_ROOM(a, rows, n, &cap);
        rows[n++] = (Withdrawn){ .feed = row_int(&r, 0), .entry = row_int(&r, 1), .at = row_int(&r, 2), .applied = by_feedback ? told : fetched, .by_feedback = by_feedback };
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

/* Everything of the lane with the same hash as this entry, that subscribers may have had. lists: those that the subscriber gets. */
Err use_store_same(Db *db, Arena *a, Str lane, int64_t entry, unsigned lists, SameHash *out, size_t most, size_t *out_n) {
    Rows r;
    *out_n = 0;
    TRY(db_query(db, "SELECT e.entry, e.state FROM feed_mark m JOIN feed_mark o ON o.lane=m.lane AND o.mark=m.mark JOIN bank_entry e ON e.entry=o.entry"
        " WHERE m.entry=$1 AND m.lane=$2 AND e.fed<>0 AND ((e.consent='share_hash' AND $3<>0) OR (e.consent<>'share_hash' AND $4<>0)) ORDER BY e.entry DESC LIMIT $5",
        P(PI(entry), PT(lane), PI((lists & LIST_PEOPLE) != 0), PI((lists & LIST_OTHERS) != 0), PI((int64_t)most)), &r));
    while (*out_n < most && rows_next(&r)) out[(*out_n)++] = (SameHash){ .entry = row_int(&r, 0), .state = row_text_dup(&r, 1, a) };
    return rows_end(&r);
}

Err use_store_by_mark(Db *db, Str lane, Id mark, int64_t *out, size_t most, size_t *out_n) {
    Rows r;
    *out_n = 0;
    TRY(db_query(db, "SELECT entry FROM feed_mark WHERE lane=$1 AND mark=$2 ORDER BY entry LIMIT $3", P(PT(lane), PID(mark), PI((int64_t)most)), &r));
    while (*out_n < most && rows_next(&r)) out[(*out_n)++] = row_int(&r, 0);
    return rows_end(&r);
}

Err use_store_feedback(Db *db, Arena *a, Id subscriber, int64_t entry, Str *out_value) {
    *out_value = STR_NONE;
    Err e = db_text(db, "SELECT value FROM feed_feedback WHERE subscriber=$1 AND entry=$2", P(PID(subscriber), PI(entry)), a, out_value);
    return e == E_MISSING ? OK : e;
}
Err use_store_disputes(Db *db, Id subscriber, UnixMs since, int64_t *out) {
    return db_int(db, "SELECT count(*) FROM feed_feedback WHERE subscriber=$1 AND value='disputed' AND at_ms>=$2", P(PID(subscriber), PI(since)), out);
}
Err use_store_given(Db *db, Id subscriber, Id mark, bool *out) {
    int64_t one = 0;
    Err e = db_int(db, "SELECT 1 FROM feed_given WHERE subscriber=$1 AND mark=$2", P(PID(subscriber), PID(mark)), &one);
    *out = e == OK;
    return e == E_MISSING ? OK : e;
}
Err use_store_given_put(Db *db, Id subscriber, Id mark, Id entry, UnixMs now) {
    return db_run(db, "INSERT INTO feed_given(subscriber, mark, entry, at_ms) VALUES($1,$2,$3,$4) ON CONFLICT(subscriber, mark) DO NOTHING", P(PID(subscriber), PID(mark), PID(entry), PI(now)));
}
Err use_store_counts(Db *db, Id subscriber, FeedCounts *out) {
    Rows r;
    *out = (FeedCounts){ 0 };
    TRY(db_query(db, "SELECT value, count(*) FROM feed_feedback WHERE subscriber=$1 GROUP BY value", P(PID(subscriber)), &r));
    while (rows_next(&r)) {
        Str v = row_text(&r, 0);
        if (str_eq(v, S("matched"))) out->matched = row_int(&r, 1);
        else if (str_eq(v, S("disputed"))) out->disputed = row_int(&r, 1);
        else if (str_eq(v, S("removed"))) out->removed = row_int(&r, 1);
        else if (str_eq(v, S("pending"))) out->pending = row_int(&r, 1);
    }
    return rows_end(&r);
}

Err apply_feed_applied(Db *db, const Act *a) {
    Id subscriber = act_get_id(a, "subscriber");
    return db_run(db, "INSERT INTO feed_applied(id, subscriber, lane, from_feed, upto, withdrawals, longest_ms, at_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8)",
        P(PID(a->subject), PID(subscriber), PT(act_get_code(a, "lane")), PI(act_get_int(a, "from")), PI(act_get_int(a, "upto")), PI(act_get_int(a, "withdrawals")), PI(act_get_int(a, "longest")), PI(a->at)));
}
Err apply_feed_feedback(Db *db, const Act *a) {
    Id subscriber = act_get_id(a, "subscriber");
    return db_run(db, "INSERT INTO feed_feedback(subscriber, entry, value, at_ms) VALUES($1,$2,$3,$4) ON CONFLICT(subscriber, entry) DO UPDATE SET value=excluded.value, at_ms=excluded.at_ms",
        P(PID(subscriber), PI(act_get_int(a, "entry")), PT(act_get_code(a, "value")), PI(a->at)));
}
