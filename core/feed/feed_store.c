/* feed_store.c - what the acts make of subscribers. */
#include "core/feed/feed_in.h"

Err apply_subscriber_made(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO subscriber(id, org, code, scopes, lists, kinds, per_minute, per_second, made_ms, change) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        P(PID(a->subject), PID(a->org), PT(act_get_code(a, "code")), PT(act_get_code(a, "scopes")), PT(act_get_code(a, "lists")), PT(act_get_code(a, "kinds")), PI(act_get_int(a, "per_minute")),
            PI(act_get_int(a, "per_second")), PI(a->at), PI(a->seq)));
}

Err apply_subscriber_changed(Db *db, const Act *a) {
    return db_run(db, "UPDATE subscriber SET scopes=$2, lists=$3, kinds=$4, per_minute=$5, per_second=$6, change=$7 WHERE id=$1",
        P(PID(a->subject), PT(act_get_code(a, "scopes")), PT(act_get_code(a, "lists")), PT(act_get_code(a, "kinds")), PI(act_get_int(a, "per_minute")), PI(act_get_int(a, "per_second")), PI(a->seq)));
}

/* Keys that would work longer than `until` work until then; those that end sooner still do. */
static Err keys_until(Db *db, Id subscriber, UnixMs until) {
    return db_run(db, "UPDATE subscriber_key SET until_ms=$2 WHERE subscriber=$1 AND (until_ms=0 OR until_ms>$2)", P(PID(subscriber), PI(until)));
}
static Err touched(Db *db, const Act *a) { return db_run(db, "UPDATE subscriber SET change=$2 WHERE id=$1", P(PID(a->subject), PI(a->seq))); }

Err apply_subscriber_key(Db *db, const Act *a) {
    TRY(keys_until(db, a->subject, act_get_int(a, "older_until")));
    TRY(db_run(db, "INSERT INTO subscriber_key(digest, subscriber, made_ms) VALUES($1,$2,$3)", P(PB(act_get_hash(a, "digest")), PID(a->subject), PI(a->at))));
    return touched(db, a);
}

Err apply_subscriber_keys_ended(Db *db, const Act *a) {
    TRY(keys_until(db, a->subject, a->at));
    return touched(db, a);
}

Err apply_subscriber_ended(Db *db, const Act *a) {
    TRY(keys_until(db, a->subject, a->at));
    return db_run(db, "UPDATE subscriber SET ended_ms=$2, change=$3 WHERE id=$1", P(PID(a->subject), PI(a->at), PI(a->seq)));
}
