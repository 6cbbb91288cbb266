/* subscriber_store.c - subscribers and their keys, in the state tables. */
#include "core/feed/subscriber.h"

#define COLUMNS "s.id, s.org, s.code, s.scopes, s.lists, s.kinds, s.per_minute, s.per_second, s.made_ms, s.ended_ms"

/* What an act wrote is of known words; a word that this program does not know gives no right. */
static Subscriber row_read(const Rows *r, Arena *a) {
    Subscriber s = { .id = row_id(r, 0), .org = row_id(r, 1), .code = row_text_dup(r, 2, a), .per_minute = row_int(r, 6), .per_second = row_int(r, 7), .made = row_int(r, 8), .ended = row_int(r, 9),
        .key_made = row_int(r, 10), .key_until = row_int(r, 11) };
    if (!subscriber_scopes_read(row_text(r, 3), &s.scopes)) s.scopes = 0;
    if (!subscriber_lists_read(row_text(r, 4), &s.lists)) s.lists = 0;
    if (!subscriber_kinds_read(row_text(r, 5), &s.kinds)) s.kinds = 0;
    return s;
}

static Err first(Rows *r, Arena *a, Subscriber *out) {
    bool found = rows_next(r);
    if (found) *out = row_read(r, a);
    TRY(rows_end(r));
    return found ? OK : E_MISSING;
}

Err subscriber_by_key(Db *db, Arena *a, Str presented, UnixMs now, Subscriber *out) {
    uint8_t digest[32];
    Rows r;
    if (presented.n == 0 || presented.n > 200) return E_MISSING;
    subscriber_key_digest(presented, digest);
    TRY(db_query(db, "SELECT " COLUMNS ", k.made_ms, k.until_ms FROM subscriber_key k JOIN subscriber s ON s.id=k.subscriber WHERE k.digest=$1", P(PB(str_bytes(digest, sizeof digest))), &r));
    TRY(first(&r, a, out));
    return out->ended != 0 || (out->key_until != 0 && out->key_until <= now) ? E_DENIED : OK;
}

#define NEWEST ", coalesce((SELECT k.made_ms FROM subscriber_key k WHERE k.subscriber=s.id ORDER BY k.made_ms DESC LIMIT 1), 0)" \
    ", coalesce((SELECT k.until_ms FROM subscriber_key k WHERE k.subscriber=s.id ORDER BY k.made_ms DESC LIMIT 1), 0)"

Err subscriber_by_id(Db *db, Arena *a, Id id, Subscriber *out) {
    Rows r;
    TRY(db_query(db, "SELECT " COLUMNS NEWEST " FROM subscriber s WHERE s.id=$1", P(PID(id)), &r));
    return first(&r, a, out);
}

Err subscriber_by_code(Db *db, Arena *a, Str code, Subscriber *out) {
    Rows r;
    TRY(db_query(db, "SELECT " COLUMNS NEWEST " FROM subscriber s WHERE s.code=$1", P(PT(code)), &r));
    return first(&r, a, out);
}

Err subscriber_list(Db *db, Arena *a, Subscriber **out, size_t *out_n) {
    Rows r;
    Subscriber *rows = NULL;
    size_t n = 0, cap = 0;
    TRY(db_query(db, "SELECT " COLUMNS NEWEST " FROM subscriber s ORDER BY s.ended_ms<>0, s.code LIMIT 1000", P0, &r));
    while (n < SUBSCRIBERS_MAX && rows_next(&r)) {
        rows = ARENA_ROOM(a, rows, n, &cap);
        rows[n++] = row_read(&r, a);
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err subscriber_keys(Db *db, Arena *a, UnixMs now, SubscriberKey **out, size_t *out_n) {
    Rows r;
    SubscriberKey *rows = NULL;
    size_t n = 0, cap = 0;
    TRY(db_query(db, "SELECT s.id, s.code, s.scopes, s.per_second, k.until_ms, k.digest FROM subscriber s JOIN subscriber_key k ON k.subscriber=s.id"
        " WHERE s.ended_ms=0 AND (k.until_ms=0 OR k.until_ms>$1) ORDER BY s.code, k.made_ms", P(PI(now)), &r));
    while (rows_next(&r)) {
        Str digest = row_blob(&r, 5);
        if (digest.n != 32) continue;
        rows = ARENA_ROOM(a, rows, n, &cap);
        SubscriberKey *k = &rows[n++];
        *k = (SubscriberKey){ .subscriber = row_id(&r, 0), .code = row_text_dup(&r, 1, a), .per_second = row_int(&r, 3), .until = row_int(&r, 4) };
        if (!subscriber_scopes_read(row_text(&r, 2), &k->scopes)) k->scopes = 0;
        memcpy(k->sha256, digest.p, 32);
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err subscriber_change(Db *db, int64_t *out) { return db_int(db, "SELECT coalesce(max(change), 0) FROM subscriber", P0, out); }
