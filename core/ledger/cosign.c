/* cosign.c - cosignatures (c2sp.org/tlog-cosignature) and the question to a witness (c2sp.org/tlog-witness). */
#include "core/ledger/note_in.h"
#include "core/ledger/witness.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"

Err cosign_key_parse(Arena *a, Str vkey, NoteKey *out) {
    NoteKey k = { 0 };
    TRY(note_any_key_parse(a, vkey, &k));
    if (k.type != NOTE_COSIGN && k.type != NOTE_MLDSA) return E_INPUT;
    *out = k;
    return OK;
}

Str cosign_vkey(Arena *a, Str name, const uint8_t pub[32]) {
    uint8_t id[4], typed[33] = { NOTE_COSIGN };
    memcpy(typed + 1, pub, 32);
    ledger_key_id(name, NOTE_COSIGN, str_bytes(pub, 32), id);
    return str_fmt(a, STR_FMT "+" STR_FMT "+" STR_FMT, STR_ARG(name), STR_ARG(hex_enc(a, str_bytes(id, 4))), STR_ARG(b64_enc(a, str_bytes(typed, 33))));
}

Str cosign_message(Arena *a, int64_t time_s, Str text) { return str_fmt(a, "cosignature/v1\ntime %lld\n" STR_FMT, (long long)time_s, STR_ARG(text)); }

Str cosign_line(Arena *a, Str name, const uint8_t pub[32], int64_t time_s, const uint8_t sig[64]) {
    uint8_t bytes[4 + COSIGN_BYTES];
    must(time_s >= 0);
    ledger_key_id(name, NOTE_COSIGN, str_bytes(pub, 32), bytes);
    for (int i = 0; i < 8; i++) bytes[4 + i] = (uint8_t)((uint64_t)time_s >> (56 - 8 * i));
    memcpy(bytes + 12, sig, 64);
    return str_fmt(a, NOTE_DASH STR_FMT " " STR_FMT "\n", STR_ARG(name), STR_ARG(b64_enc(a, str_bytes(bytes, sizeof bytes))));
}

Err cosign_verify(Arena *a, const Note *n, const NoteKey *key, int64_t *out_time_s) {
    int64_t newest = -1;
    if (key->type != NOTE_COSIGN) return E_MISSING;
    for (size_t i = 0; i < n->sigs_n; i++) {
        const NoteSig *s = &n->sigs[i];
        uint64_t t = 0;
        if (!str_eq(s->name, key->name) || memcmp(s->id, key->id, 4) != 0) continue;
        if (s->sig.n != COSIGN_BYTES) return E_INPUT;
        for (size_t k = 0; k < 8; k++) t = t << 8 | (uint8_t)s->sig.p[k];
        if (t > INT64_MAX || !seal_signed(key->pub, cosign_message(a, (int64_t)t, n->text), str_sub(s->sig, 8, 64))) return E_INPUT;
        if ((int64_t)t > newest) newest = (int64_t)t;
    }
    if (newest < 0) return E_MISSING;
    *out_time_s = newest;
    return OK;
}

Str note_with_line(Arena *a, Str note, Str line) { return str_fmt(a, STR_FMT STR_FMT, STR_ARG(note), STR_ARG(line)); }

/* ---- the question ---- */

Str witness_ask_write(Arena *a, int64_t old_size, const LedgerProof *p, Str checkpoint) {
    Buf b = buf_new(WITNESS_BODY_MAX + NOTE_MAX);
    buf_printf(&b, "old %lld\n", (long long)old_size);
    for (size_t i = 0; i < p->n; i++) {
        buf_put(&b, b64_enc(a, str_bytes(p->hash[i], 32)));
        buf_ch(&b, '\n');
    }
    buf_ch(&b, '\n');
    buf_put(&b, checkpoint);
    must(buf_err(&b) == OK);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

Err witness_ask_parse(Arena *a, Str body, WitnessAsk *out) {
    WitnessAsk *w = ARENA_NEW(a, WitnessAsk);
    Str rest = body, line = STR_NONE, hash = STR_NONE;
    if (body.n > WITNESS_BODY_MAX) return E_LIMIT;
    if (!str_split(&rest, '\n', &line) || !str_starts(line, S("old "))) return E_INPUT;
    TRY(note_number(str_sub(line, 4, line.n), &w->old_size));
    for (;;) {
        if (!str_split(&rest, '\n', &line) || rest.p == NULL) return E_INPUT;
        if (line.n == 0) break;
        if (w->proof.n == WITNESS_PROOF_MAX) return E_INPUT;
        TRY(b64_dec(a, line, &hash));
        if (hash.n != 32) return E_INPUT;
        memcpy(w->proof.hash[w->proof.n++], hash.p, 32);
    }
    if (rest.n == 0) return E_INPUT;
    w->checkpoint = str_dup(a, rest);
    *out = *w;
    return OK;
}

Err witness_ask_note(Arena *a, const WitnessAsk *ask, Note *out_note, Checkpoint *out_cp) {
    TRY(note_parse(a, ask->checkpoint, out_note));
    return checkpoint_read(a, out_note->text, out_cp);
}

int witness_judge(const WitnessLog *log, const WitnessAsk *ask, const Note *n, const Checkpoint *cp) {
    uint8_t empty[32];
    bool signed_by = false;
    if (log->keys_n == 0) return WITNESS_UNKNOWN;
    for (size_t i = 0; i < log->keys_n; i++) {
        Err e = note_verify(n, &log->keys[i]);
        if (e == E_INPUT) return WITNESS_UNSIGNED;
        signed_by = signed_by || e == OK;
    }
    if (!signed_by) return WITNESS_UNSIGNED;
    if (ask->old_size > cp->size) return WITNESS_BAD;
    if (ask->old_size != log->size) return WITNESS_OTHER_SIZE;
    ledger_edge_root(NULL, 0, empty);
    if (cp->size == 0) return ask->proof.n == 0 && memcmp(cp->root, empty, 32) == 0 ? WITNESS_YES : WITNESS_BROKEN;
    if (log->size == 0) return ask->proof.n == 0 ? WITNESS_YES : WITNESS_BROKEN;
    return ledger_consistent(log->size, log->root, cp->size, cp->root, &ask->proof) ? WITNESS_YES : WITNESS_BROKEN;
}

Err witness_answer(Arena *a, Str checkpoint, Str answer, const NoteKey *key, Str *out_line, int64_t *out_time_s) {
    Note *n = ARENA_NEW(a, Note), *own = ARENA_NEW(a, Note);
    Str rest = answer, line = STR_NONE;
    Buf b = buf_new(NOTE_MAX);
    Err e = note_parse(a, checkpoint, own);
    if (e != OK || answer.n > 65536) return E_INPUT;
    buf_put(&b, own->text); /* the text alone: what was signed before is not the witness's word */
    buf_ch(&b, '\n');
    buf_put(&b, answer);
    e = buf_err(&b) == OK ? note_parse(a, buf_str(&b), n) : E_INPUT;
    buf_free(&b);
    if (e == OK) e = cosign_verify(a, n, key, out_time_s);
    if (e != OK) return E_INPUT;
    Str want = str_fmt(a, NOTE_DASH STR_FMT " ", STR_ARG(key->name));
    Str id = str_sub(b64_enc(a, str_bytes(key->id, 4)), 0, 5); /* 30 of its 32 bits: the rest is checked by reading the line again */
    while (str_split(&rest, '\n', &line)) {
        Note *one = ARENA_NEW(a, Note);
        int64_t t = 0;
        if (!str_starts(line, want) || !str_starts(str_sub(line, want.n, line.n), id)) continue;
        Str whole = str_fmt(a, STR_FMT "\n" STR_FMT "\n", STR_ARG(own->text), STR_ARG(line));
        if (note_parse(a, whole, one) != OK || cosign_verify(a, one, key, &t) != OK || t != *out_time_s) continue;
        *out_line = str_fmt(a, STR_FMT "\n", STR_ARG(line));
        return OK;
    }
    return E_INPUT;
}

TwoCheckpoints checkpoints_compare(const Checkpoint *x, const Checkpoint *y) {
    if (!str_eq(x->origin, y->origin)) return TWO_OTHER_LOG;
    if (x->size != y->size) return TWO_UNKNOWN;
    return memcmp(x->root, y->root, 32) == 0 ? TWO_SAME : TWO_FORK;
}
