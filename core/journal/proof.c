/* proof.c - what the tree in the tables shows to others: checkpoints as given out, nodes, proof files. */
#include "core/journal/journal_in.h"
#include "core/journal/witnessed.h"

Err journal_checkpoint_newest(Ctx *c, Str *out_note, int64_t *out_size) {
    Str note = STR_NONE;
    int64_t size = 0;
    TRY(store_checkpoint_newest(c->db, c->arena, &size, &note));
    *out_size = size;
    return journal_cosigned(c, size, note, out_note);
}
Err journal_checkpoint_at(Ctx *c, int64_t size, Str *out_note) { return store_checkpoint_get(c->db, c->arena, size, out_note); }
Err journal_commitment(Ctx *c, int64_t seq, Str *out) { return store_commitment(c->db, c->arena, seq, out); }

/* A node that is not there although the size says so is damage, not an answer. */
static Err read_node(void *ctx, int level, int64_t idx, uint8_t out[32]) {
    Ctx *c = ctx;
    Err err = tree_node(c->db, level, idx, out);
    return err == E_MISSING ? E_OUTSIDE : err;
}
LedgerNodes journal_nodes(Ctx *c) { return (LedgerNodes){ read_node, c }; }

Err journal_proof_at(Ctx *c, int64_t seq, int64_t size, Str note, Str *out_proof) {
    LedgerNodes nodes = journal_nodes(c);
    LedgerProof *p = ARENA_NEW(c->arena, LedgerProof);
    if (seq < 1) return E_MISSING;
    if (seq > size) return E_CONFLICT;
    TRY(ledger_inclusion(&nodes, seq - 1, size, p));
    *out_proof = tlog_proof_write(c->arena, seq - 1, p, note);
    return OK;
}

Err journal_proof(Ctx *c, int64_t seq, Str *out_proof) {
    Str note = STR_NONE;
    int64_t size = 0;
    TRY(journal_checkpoint_newest(c, &note, &size));
    return journal_proof_at(c, seq, size, note, out_proof);
}
