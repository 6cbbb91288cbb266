/* tree.c - appending leaves to the RFC 6962 tree. Only hashes of complete subtrees are stored, by level and index;
 * the right edge (one hash for each set bit of the size, largest subtree first) is what an append needs to read. */
#include "core/journal/journal_in.h"
#include "core/ledger/ledger.h"

enum { LEVELS_MAX = 48 };
typedef struct Edge { int64_t size; size_t n; uint8_t hash[LEVELS_MAX][DIGEST]; } Edge;

static Err edge_load(Db *db, Edge *e) {
    Rows r;
    *e = (Edge){ 0 };
    TRY(db_query(db, "SELECT size, edge FROM ledger_edge WHERE one=1", P0, &r));
    if (rows_next(&r)) {
        Str s = row_blob(&r, 1);
        must(s.n % DIGEST == 0 && s.n / DIGEST <= LEVELS_MAX);
        e->size = row_int(&r, 0);
        e->n = s.n / DIGEST;
        if (s.n > 0) memcpy(e->hash, s.p, s.n);
    }
    return rows_end(&r);
}

static Err edge_save(Db *db, const Edge *e) {
    return db_run(db, "INSERT INTO ledger_edge(one, size, edge) VALUES(1, $1, $2) ON CONFLICT(one) DO UPDATE SET size=excluded.size, edge=excluded.edge",
        P(PI(e->size), PB(str_bytes(e->n == 0 ? (const void *)"" : e->hash, e->n * DIGEST))));
}

static Err node_put(Db *db, int level, int64_t idx, const uint8_t hash[DIGEST]) {
    return db_run(db, "INSERT INTO ledger_node(level, idx, hash) VALUES($1, $2, $3)", P(PI(level), PI(idx), PB(str_bytes(hash, DIGEST))));
}

static Err leaf_put(Db *db, Edge *e, const uint8_t commitment[COMMITMENT]) {
    uint8_t h[DIGEST];
    ledger_leaf_hash(str_bytes(commitment, COMMITMENT), h);
    int64_t idx = e->size;
    int level = 0;
    TRY(node_put(db, level, idx, h));
    while (idx & 1) { /* a left sibling waits on the edge: join with it */
        must(e->n > 0 && level < LEVELS_MAX);
        ledger_node_hash(e->hash[e->n - 1], h, h);
        e->n--;
        level++;
        idx >>= 1;
        TRY(node_put(db, level, idx, h));
    }
    must(e->n < LEVELS_MAX);
    memcpy(e->hash[e->n++], h, DIGEST);
    e->size++;
    return OK;
}

Err tree_append(Db *db, const uint8_t (*commitments)[COMMITMENT], size_t n) {
    Edge e;
    if (n == 0) return OK;
    TRY(edge_load(db, &e));
    for (size_t i = 0; i < n; i++) TRY(leaf_put(db, &e, commitments[i]));
    return edge_save(db, &e);
}
