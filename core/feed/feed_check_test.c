/* feed_check_test.c - the tree of the feed against the record: whole, and damaged in each of the ways it can be. */
#include "core/feed/feed.h"
#include "core/feed/testfeed.h"

static bool whole(Kit *k, const char *lane, Str *why, int64_t *n) {
    kit_as_system(k);
    return feed_check(&k->c, str_c(lane), n, why) == OK;
}
/* One thing is changed, seen, and put back. */
static void damaged(Kit *k, const char *change, const char *what) {
    Str why = STR_NONE;
    int64_t n = 0;
    must(db_begin(k->c.db) == OK && db_run(k->c.db, change, P0) == OK);
    bool seen = !whole(k, "adult", &why, &n) && why.n > 0;
    db_rollback(k->c.db);
    check(seen && whole(k, "adult", &why, &n), "%s: seen", what);
}

int main(void) {
    static Kit k;
    Str why = STR_NONE;
    int64_t n = 0;
    join_acts();
    kit_open(&k, all_acts, NULL);
    check(whole(&k, "adult", &why, &n) && n == 0, "a tree that never grew is whole");
    Id *a = offer_some(&k, "adult", "one.example", 1000, 280, true);
    (void)offer_some(&k, "minor", "two.example", 5000, 3, true);
    grow(&k);
    check(whole(&k, "adult", &why, &n) && n == 280 && whole(&k, "minor", &why, &n) && n == 3, "grown, both lanes are what the bank says");
    take_back(&k, a[7]);
    check(whole(&k, "adult", &why, &n) && n == 280, "one that is behind the bank is whole");
    grow(&k);
    check(whole(&k, "adult", &why, &n) && n == 281, "and with a withdrawal");
    damaged(&k, "UPDATE feed_leaf SET leaf=zeroblob(32) WHERE lane='adult' AND feed=100", "a leaf that says something else");
    damaged(&k, "UPDATE feed_leaf SET leaf=(SELECT leaf FROM feed_leaf WHERE lane='adult' AND feed=101) WHERE lane='adult' AND feed=100", "the leaf of another");
    damaged(&k, "DELETE FROM feed_leaf WHERE lane='adult' AND feed=280", "a leaf that is gone");
    damaged(&k, "UPDATE feed_node SET hash=zeroblob(32) WHERE lane='adult' AND level=8 AND idx=0", "a node that does not add up");
    damaged(&k, "UPDATE feed_head SET edge=zeroblob(length(edge)) WHERE lane='adult'", "an edge of another tree");
    damaged(&k, "UPDATE feed_head SET note=replace(note, '281', '281') || ' ', signed=280 WHERE lane='adult'", "a signed head of another size");
    damaged(&k, "UPDATE feed_head SET size=size+1 WHERE lane='adult'", "a tree with more numbers than the bank");
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
