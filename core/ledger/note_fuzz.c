/* Signed notes, checkpoints, proof files, keys and tile paths: what is read and written again reads the same. */
#include "core/ledger/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 65536) return 0;
    Arena *a = arena_new(64 << 20);
    Str s = str_bytes(data, size);
    Note *n = ARENA_NEW(a, Note);
    TlogProof *p = ARENA_NEW(a, TlogProof);
    Checkpoint c = { 0 };
    NoteKey key = { 0 };
    LedgerTile t = { 0 };
    const char *why = NULL;
    if (note_parse(a, s, n) == OK) {
        must(str_ends(n->text, S("\n")) && n->sigs_n >= 1);
        if (checkpoint_parse(a, n->text, &c) == OK) must(c.size >= 0 && c.origin.n > 0 && str_starts(n->text, ledger_checkpoint_body(a, c.origin, c.size, c.root)));
    }
    if (checkpoint_parse(a, s, &c) == OK) must(str_starts(s, ledger_checkpoint_body(a, c.origin, c.size, c.root)));
    if (tlog_proof_parse(a, s, p) == OK && p->extra.n == 0) {
        TlogProof *again = ARENA_NEW(a, TlogProof);
        must(tlog_proof_parse(a, tlog_proof_write(a, p->index, &p->path, p->checkpoint), again) == OK && again->index == p->index && again->path.n == p->path.n);
    }
    Err e = tlog_proof_check(a, s, S("entry"), NULL, &c, &why);
    must(e == OK || why != NULL);
    NoteKey same = { 0 };
    if (note_key_parse(a, s, &key) == OK) must(note_key_parse(a, ledger_vkey(a, key.name, key.pub), &same) == OK && str_eq(same.name, key.name) && memcmp(same.pub, key.pub, sizeof key.pub) == 0); /* the number may have been written in capitals */
    if (ledger_tile_parse(s, &t) == OK) must(str_eq(ledger_tile_path(a, &t), s));
    arena_free(a);
    return 0;
}
