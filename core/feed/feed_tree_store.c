/* feed_tree_store.c - leaves, nodes and heads of the lists' trees. */
#include "core/feed/feed_tree.h"

Err feed_store_head(Db *db, Arena *a, Str lane, FeedHead *out) {
    Rows r;
    *out = (FeedHead){ 0 };
    TRY(db_query(db, "SELECT size, edge, stamp, signed, signed_stamp, note FROM feed_head WHERE lane=$1", P(PT(lane)), &r));
    if (rows_next(&r)) {
        Str edge = row_blob(&r, 1);
        out->size = row_int(&r, 0);
        out->stamp = row_int(&r, 2);
        out->signed_size = row_int(&r, 3);
        out->signed_stamp = row_int(&r, 4);
        out->note = row_text_dup(&r, 5, a);
        for (; (out->edge_n + 1) * 32 <= edge.n && out->edge_n < FEED_EDGE_MAX; out->edge_n++) memcpy(out->edge[out->edge_n], edge.p + out->edge_n * 32, 32);
    }
    return rows_end(&r);
}

Err feed_store_head_put(Db *db, Str lane, const FeedHead *h) {
    return db_run(db, "INSERT INTO feed_head(lane, size, edge, stamp, signed, signed_stamp, note) VALUES($1,$2,$3,$4,$5,$6,$7)"
        " ON CONFLICT(lane) DO UPDATE SET size=excluded.size, edge=excluded.edge, stamp=excluded.stamp, signed=excluded.signed, signed_stamp=excluded.signed_stamp, note=excluded.note",
        P(PT(lane), PI(h->size), PB(str_bytes(h->edge, h->edge_n * 32)), PI(h->stamp), PI(h->signed_size), PI(h->signed_stamp), PT(h->note)));
}

Err feed_store_leaf_put(Db *db, Str lane, int64_t feed, const uint8_t leaf[32], int64_t stamp, int64_t entry, bool withdrawn, UnixMs at) {
    return db_run(db, "INSERT INTO feed_leaf(lane, feed, leaf, stamp, entry, withdrawn_ms, first) VALUES($1,$2,$3,$4,$5,$6,coalesce((SELECT min(f.feed) FROM feed_leaf f WHERE f.entry=$5), $2))",
        P(PT(lane), PI(feed), PB(str_bytes(leaf, 32)), PI(stamp), PI(entry), withdrawn ? PI(at) : PNULL()));
}

Err feed_store_node_put(Db *db, Str lane, int level, int64_t idx, const uint8_t hash[32]) {
    return db_run(db, "INSERT INTO feed_node(lane, level, idx, hash) VALUES($1,$2,$3,$4)", P(PT(lane), PI(level), PI(idx), PB(str_bytes(hash, 32))));
}

Err feed_store_row(Db *db, Str lane, int level, int64_t from, int64_t n, Rows *out) {
    if (level == 0) return db_query(db, "SELECT leaf FROM feed_leaf WHERE lane=$1 AND feed>$2 AND feed<=$3 ORDER BY feed", P(PT(lane), PI(from), PI(from + n)), out);
    return db_query(db, "SELECT hash FROM feed_node WHERE lane=$1 AND level=$2 AND idx>=$3 AND idx<$4 ORDER BY idx", P(PT(lane), PI(level), PI(from), PI(from + n)), out);
}

Err feed_store_leaves(Db *db, Str lane, int64_t after, size_t n, uint8_t (*out)[32], size_t *out_n) {
    Rows r;
    *out_n = 0;
    TRY(feed_store_row(db, lane, 0, after, (int64_t)n, &r));
    while (*out_n < n && rows_next(&r)) {
        Str s = row_blob(&r, 0);
        if (s.n == 32) memcpy(out[(*out_n)++], s.p, 32);
    }
    return rows_end(&r);
}

Err feed_store_mark_put(Db *db, int64_t entry, Str lane, Id mark) {
    return db_run(db, "INSERT INTO feed_mark(entry, lane, mark) VALUES($1,$2,$3) ON CONFLICT(entry) DO NOTHING", P(PI(entry), PT(lane), PID(mark)));
}
Err feed_store_mark_gone(Db *db, int64_t entry, UnixMs at) { return db_run(db, "UPDATE feed_mark SET gone_ms=$2 WHERE entry=$1", P(PI(entry), PI(at))); }
Err feed_store_marks_forget(Db *db, UnixMs before) { return db_run(db, "DELETE FROM feed_mark WHERE gone_ms IS NOT NULL AND gone_ms<$1", P(PI(before))); }

Err feed_store_last_of(Db *db, int64_t entry, int64_t upto, int64_t *out) {
    return db_int(db, "SELECT coalesce(max(feed), 0) FROM feed_leaf WHERE entry=$1 AND feed<=$2", P(PI(entry), PI(upto)), out);
}
Err feed_store_stamp(Db *db, Str lane, int64_t feed, int64_t *out) { return db_int(db, "SELECT stamp FROM feed_leaf WHERE lane=$1 AND feed=$2", P(PT(lane), PI(feed)), out); }
Err feed_store_before(Db *db, Str lane, int64_t stamp, int64_t *out) {
    return db_int(db, "SELECT feed-1 FROM feed_leaf WHERE lane=$1 AND stamp>=$2 ORDER BY lane, stamp, feed LIMIT 1", P(PT(lane), PI(stamp)), out);
}
