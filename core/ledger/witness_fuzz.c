/* Policies, questions to a witness and its answers: whatever the bytes are, a judgement comes; what is read and written again is the same. */
#include "core/ledger/witness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 65536) return 0;
    Arena *a = arena_new(64 << 20);
    Str s = str_bytes(data, size), line = STR_NONE;
    LedgerPolicy *p = ARENA_NEW(a, LedgerPolicy);
    WitnessAsk *q = ARENA_NEW(a, WitnessAsk);
    Note *n = ARENA_NEW(a, Note);
    PolicySeen seen;
    Checkpoint cp;
    NoteKey key = { 0 };
    const char *why = NULL;
    size_t at = 0;
    int64_t t = 0;
    if (policy_parse(a, s, p, &at) == OK) {
        must(p->quorum <= p->names_n && at > 0);
        Err e = policy_check(a, p, s, &cp, &seen, &why);
        must(e != OK || seen.quorum);
    }
    if (witness_ask_parse(a, s, q) == OK) {
        must(str_eq(witness_ask_write(a, q->old_size, &q->proof, q->checkpoint), s));
        if (witness_ask_note(a, q, n, &cp) == OK) {
            WitnessLog log = { .keys = &key, .keys_n = 1 };
            must(witness_judge(&log, q, n, &cp) == WITNESS_UNSIGNED);
        }
    }
    if (cosign_key_parse(a, s, &key) == OK) must(key.type == NOTE_MLDSA || str_eq(cosign_vkey(a, key.name, key.pub), s));
    key.type = NOTE_COSIGN;
    key.name = S("w");
    must(witness_answer(a, S("o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\xe2\x80\x94 o AAAAAAA=\n"), s, &key, &line, &t) != OK);
    arena_free(a);
    return 0;
}
