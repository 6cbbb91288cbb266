/* feed_tree.h - inside core/feed: the changes of a lane as lines, and the tree over them.
 *
 * A line is one JSON object; its bytes are the entry of the leaf (leaf hash: SHA-256(0x00 | line)). It holds what the change did,
 * which entry, its hash, and the commitment of the act that made the change, which salts it: whoever gets only a leaf hash (the line
 * is not of the subscriber's lists, or its hash was destroyed) cannot find out by trying which hash it was, and whoever gets the line
 * can ask for the proof that the act stands in the public ledger.
 * Shown is only what a signed head covers.
 */
#ifndef KETEN_FEED_TREE_H
#define KETEN_FEED_TREE_H
#include "core/bank/bank_entry.h"
#include "core/ledger/ledger.h"

enum { FEED_EDGE_MAX = 63, FEED_LINE_MAX = 2048 };
typedef struct FeedHead {
    int64_t size, stamp;               /* grown so far */
    int64_t signed_size, signed_stamp; /* shown so far */
    Str note;                          /* empty: nothing was ever shown */
    uint8_t edge[FEED_EDGE_MAX][32];
    size_t edge_n;
} FeedHead;
/* OK also when there is nothing yet: all zero. */
Err feed_head(Ctx *c, Str lane, FeedHead *out) NODISCARD;
/* Nodes of the tree of a lane, good as long as *t. */
typedef struct FeedTree { Ctx *c; Str lane; } FeedTree;
LedgerNodes feed_nodes(FeedTree *t);
Str feed_origin(Ctx *c, Str lane); /* name of the log: "HOST/ledger/YEAR/feed/LANE"; empty when the key holder cannot be asked */

/* The line of a change whose entry was opened; commitment: of its act. */
Str feed_line(Arena *a, const BankChange *ch, Str commitment);
/* Lines of changes: opens their entries in one go. line empty (p NULL): not to be had any more, only its leaf is. */
typedef struct FeedLine { BankChange change; Str line; uint8_t leaf[32]; } FeedLine;
Err feed_lines(Ctx *c, BankChange *ch, size_t n, FeedLine *out) NODISCARD;

/* Takes in what the bank has since, and signs the new head. *out_more: there is more than one run takes. */
Err feed_grow(Ctx *c, Str lane, bool *out_more) NODISCARD;
Err feed_grow_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) NODISCARD; /* job feed.grow */

/* The keyed index of a hash, over its raw bytes. */
Err feed_marks(Ctx *c, const Str *hashes, size_t n, Id *out) NODISCARD;

/* ---- feed_tree_store.c ---- */
Err feed_store_head(Db *db, Arena *a, Str lane, FeedHead *out) NODISCARD;
Err feed_store_head_put(Db *db, Str lane, const FeedHead *h) NODISCARD;
Err feed_store_leaf_put(Db *db, Str lane, int64_t feed, const uint8_t leaf[32], int64_t stamp, int64_t entry, bool withdrawn, UnixMs at) NODISCARD;
Err feed_store_node_put(Db *db, Str lane, int level, int64_t idx, const uint8_t hash[32]) NODISCARD;
Err feed_store_row(Db *db, Str lane, int level, int64_t from, int64_t n, Rows *out) NODISCARD;  /* hashes of level 0, 8, 16 ... in order */
Err feed_store_leaves(Db *db, Str lane, int64_t after, size_t n, uint8_t (*out)[32], size_t *out_n) NODISCARD;
Err feed_store_mark_put(Db *db, int64_t entry, Str lane, Id mark) NODISCARD;
Err feed_store_mark_gone(Db *db, int64_t entry, UnixMs at) NODISCARD;
Err feed_store_marks_forget(Db *db, UnixMs before) NODISCARD;
Err feed_store_last_of(Db *db, int64_t entry, int64_t upto, int64_t *out) NODISCARD;             /* number of the entry's last change among the first upto; 0: none */
Err feed_store_stamp(Db *db, Str lane, int64_t feed, int64_t *out) NODISCARD;
Err feed_store_before(Db *db, Str lane, int64_t stamp, int64_t *out) NODISCARD;                  /* how many changes are older than this stamp; E_MISSING: all */
#endif
