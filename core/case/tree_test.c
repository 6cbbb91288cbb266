/* The tree over the acts of a real instance: every node against plain hashing of the commitments, whatever is stored of it. */
#include "core/case/testkit.h"
#include "core/ledger/ledger.h"

enum { ACTS = 700, LEVELS = 10 };
static uint8_t plain[LEVELS][2 * ACTS][32]; /* by level; level 0 are the leaves */
static int64_t leaves;

static void grow(Kit *k) {
    Id case_id = kit_case(k, "18+", "spread", NULL);
    kit_as_system(k);
    for (int round = 0; round < 7; round++) {
        Act *acts[ACTS / 7];
        for (size_t i = 0; i < LEN(acts); i++) acts[i] = case_turn(&k->c, case_id, S("us"), S("C2"), k->c.now + (int64_t)i);
        must(journal_commit(&k->c, acts, LEN(acts)) == OK);
    }
    must(db_int(k->c.db, "SELECT count(*) FROM act", P0, &leaves) == OK && leaves > ACTS && leaves < 2 * ACTS);
}

static void hash_plainly(Kit *k) {
    for (int64_t i = 0; i < leaves; i++) {
        Str commitment = STR_NONE;
        must(journal_commitment(&k->c, i + 1, &commitment) == OK);
        ledger_leaf_hash(commitment, plain[0][i]);
    }
    for (int level = 1; level < LEVELS; level++)
        for (int64_t i = 0; (i + 1) << level <= leaves; i++) ledger_node_hash(plain[level - 1][2 * i], plain[level - 1][2 * i + 1], plain[level][i]);
}

static void every_node(Kit *k) {
    LedgerNodes nodes = journal_nodes(&k->c);
    uint8_t got[32], root[32];
    bool same = true, beyond = true, in = true;
    int64_t stored = 0;
    for (int level = 0; level < LEVELS; level++) {
        int64_t whole = leaves >> level;
        for (int64_t i = 0; i < whole; i++) same = same && nodes.node(nodes.ctx, level, i, got) == OK && memcmp(got, plain[level][i], 32) == 0;
        beyond = beyond && nodes.node(nodes.ctx, level, whole, got) == E_OUTSIDE;
    }
    check(same, "each node of the tree is the one that plain hashing of the commitments gives");
    check(beyond, "a node over leaves that are not there is damage, not an answer");
    must(db_int(k->c.db, "SELECT count(*) FROM ledger_node", P0, &stored) == OK);
    check(stored == leaves >> LEDGER_TILE_LEVELS, "of it only the roots of whole tiles are stored (%lld)", (long long)stored);
    must(ledger_root(&nodes, leaves, root) == OK);
    for (int64_t i = 0; i < leaves; i += 37) {
        LedgerProof p = { 0 };
        in = in && ledger_inclusion(&nodes, i, leaves, &p) == OK && ledger_included(plain[0][i], i, leaves, &p, root);
    }
    check(in, "an act is proven to stand in its place");
}

/* What the checkpoint signs comes from the right edge, what proofs are made of from the nodes: both are one tree. */
static void signed_root(Kit *k) {
    Str note = STR_NONE;
    Note *n = ARENA_NEW(k->c.arena, Note);
    Checkpoint cp = { 0 };
    LedgerNodes nodes = journal_nodes(&k->c);
    uint8_t root[32];
    must(journal_checkpoint(&k->c, &note) == OK && note_parse(k->c.arena, note, n) == OK && checkpoint_parse(k->c.arena, n->text, &cp) == OK);
    check(cp.size == leaves && ledger_root(&nodes, leaves, root) == OK && memcmp(cp.root, root, 32) == 0, "the root that is signed is the root that proofs lead to");
}

int main(void) {
    static Kit k;
    kit_open(&k, core_acts, NULL);
    grow(&k);
    hash_plainly(&k);
    every_node(&k);
    signed_root(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
