/* tree.c - the RFC 6962 tree over the commitments of the acts. Leaves are not stored again: their hashes follow from the commitments.
 * Stored are the roots of whole tiles (levels 8, 16 ..., as c2sp.org/tlog-tiles cuts the tree); a node between is computed from at most
 * 128 hashes below it. The right edge (one hash for each set bit of the size, largest subtree first) is what an append needs to read. */
#include "core/journal/journal_in.h"
#include "core/ledger/ledger.h"

static Err leaf_put(Db *db, Edge *e, const uint8_t commitment[COMMITMENT]) {
    uint8_t h[DIGEST];
    ledger_leaf_hash(str_bytes(commitment, COMMITMENT), h);
    int64_t idx = e->size;
    int level = 0;
    while (idx & 1) { /* a left sibling waits on the edge: join with it */
        must(e->n > 0 && level < LEVELS_MAX);
        ledger_node_hash(e->hash[e->n - 1], h, h);
        e->n--;
        level++;
        idx >>= 1;
        if (level % LEDGER_TILE_LEVELS == 0) TRY(store_node_put(db, level, idx, h));
    }
    must(e->n < LEVELS_MAX);
    memcpy(e->hash[e->n++], h, DIGEST);
    e->size++;
    return OK;
}

Err tree_append(Db *db, const uint8_t (*commitments)[COMMITMENT], size_t n) {
    Edge e;
    if (n == 0) return OK;
    TRY(store_edge(db, &e));
    for (size_t i = 0; i < n; i++) TRY(leaf_put(db, &e, commitments[i]));
    return store_edge_put(db, &e);
}

/* The next hash of a level that is stored (or, of level 0, computed): one row of either query below. */
static bool row_hash(const Rows *r, int level, uint8_t out[DIGEST]) {
    Str s = row_blob(r, 0);
    if (level == 0 && s.n == COMMITMENT) ledger_leaf_hash(s, out);
    else if (level > 0 && s.n == DIGEST) memcpy(out, s.p, DIGEST);
    else return false;
    return true;
}

/* Joins hashes as they come, two of a size at a time: what stays when all 2^k have come is the root over them. */
static Err join_rows(Rows *r, int level, int64_t n, uint8_t out[DIGEST]) {
    uint8_t edge[LEDGER_TILE_LEVELS + 1][DIGEST];
    size_t k = 0;
    int64_t seen = 0;
    while (seen < n && rows_next(r)) {
        if (!row_hash(r, level, edge[k])) break;
        for (int64_t i = seen++; i & 1; i >>= 1, k--) ledger_node_hash(edge[k - 1], edge[k], edge[k - 1]);
        k++;
    }
    TRY(rows_end(r));
    if (seen < n) return E_MISSING;
    must(k == 1);
    memcpy(out, edge[0], DIGEST);
    return OK;
}

Err tree_node(Db *db, int level, int64_t idx, uint8_t out[DIGEST]) {
    int below = level - level % LEDGER_TILE_LEVELS;
    int64_t n = (int64_t)1 << (level - below), from = idx * n;
    Rows r;
    must(level >= 0 && level < LEVELS_MAX && idx >= 0 && idx < INT64_MAX >> LEDGER_TILE_LEVELS);
    if (below == 0) TRY(store_commitments(db, from, n, &r));
    else TRY(store_nodes(db, below, from, n, &r));
    return join_rows(&r, below, n, out);
}
