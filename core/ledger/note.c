/* note.c - signed notes, checkpoints and proof files, read strictly. c2sp.org/signed-note, tlog-checkpoint, tlog-proof. */
#include "core/ledger/note_in.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"

static const char proof_head[] = "c2sp.org/tlog-proof@v1";

/* Blanks beyond ASCII that a key name may not hold: U+0085, U+00A0, U+1680, U+2000-200A, U+2028-2029, U+202F, U+205F, U+3000. */
static bool wide_blank(Str s, size_t i) {
    static const char *const blanks[] = { "\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80" };
    for (size_t k = 0; k < LEN(blanks); k++)
        if (str_starts(str_sub(s, i, 4), str_c(blanks[k]))) return true;
    return s.n - i >= 3 && (uint8_t)s.p[i] == 0xe2 && (uint8_t)s.p[i + 1] == 0x80 && (uint8_t)s.p[i + 2] >= 0x80 && (uint8_t)s.p[i + 2] <= 0x8a;
}

bool note_name_ok(Str name) {
    if (name.n == 0 || name.n > 255 || !str_utf8_ok(name)) return false;
    for (size_t i = 0; i < name.n; i++) {
        uint8_t ch = (uint8_t)name.p[i];
        if (ch <= ' ' || ch == '+' || ch == 0x7f || wide_blank(name, i)) return false;
    }
    return true;
}

/* Valid UTF-8 without control bytes but LF: what a note may consist of. */
static bool text_ok(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((uint8_t)s.p[i] < ' ' && s.p[i] != '\n') return false;
    return str_utf8_ok(s);
}

Err note_any_key_parse(Arena *a, Str vkey, NoteKey *out) {
    enum { VKEY_MAX = 4096, MLDSA_KEY = 1312 };
    size_t plus = 0, second = 0;
    Str id = STR_NONE, key = STR_NONE;
    NoteKey k = { 0 };
    if (vkey.n > VKEY_MAX || !str_chr(vkey, '+', &plus)) return E_INPUT;
    k.name = str_sub(vkey, 0, plus);
    Str rest = str_sub(vkey, plus + 1, vkey.n);
    if (!note_name_ok(k.name) || !str_chr(rest, '+', &second) || second != 8) return E_INPUT;
    TRY(hex_dec(a, str_sub(rest, 0, 8), &id));
    TRY(b64_dec(a, str_sub(rest, 9, rest.n), &key));
    if (id.n != 4 || key.n < 2) return E_INPUT;
    k.type = (uint8_t)key.p[0];
    Str bytes = str_sub(key, 1, key.n);
    bool ed = k.type == NOTE_ED25519 || k.type == NOTE_COSIGN;
    if (bytes.n != (ed ? 32 : MLDSA_KEY) || (!ed && k.type != NOTE_MLDSA)) return E_INPUT;
    if (ed) memcpy(k.pub, bytes.p, 32);
    else seal_sha256(bytes, k.pub);
    ledger_key_id(k.name, k.type, bytes, k.id);
    if (memcmp(k.id, id.p, 4) != 0) return E_INPUT;
    k.name = str_dup(a, k.name);
    *out = k;
    return OK;
}

Err note_key_parse(Arena *a, Str vkey, NoteKey *out) {
    NoteKey k = { 0 };
    TRY(note_any_key_parse(a, vkey, &k));
    if (k.type != NOTE_ED25519) return E_INPUT;
    *out = k;
    return OK;
}

static Err sig_parse(Arena *a, Str line, NoteSig *out) {
    size_t blank = 0;
    Str bytes = STR_NONE;
    if (!str_starts(line, S(NOTE_DASH))) return E_INPUT;
    line = str_sub(line, sizeof NOTE_DASH - 1, line.n);
    if (!str_chr(line, ' ', &blank)) return E_INPUT;
    NoteSig s = { .name = str_sub(line, 0, blank) };
    if (!note_name_ok(s.name)) return E_INPUT;
    TRY(b64_dec(a, str_sub(line, blank + 1, line.n), &bytes));
    if (bytes.n < 5) return E_INPUT;
    memcpy(s.id, bytes.p, 4);
    s.sig = str_sub(bytes, 4, bytes.n);
    *out = s;
    return OK;
}

Err note_parse(Arena *a, Str bytes, Note *out) {
    if (bytes.n > NOTE_MAX) return E_LIMIT;
    if (!text_ok(bytes) || !str_ends(bytes, S("\n"))) return E_INPUT;
    size_t cut = 0; /* of the last blank line */
    for (size_t i = bytes.n - 1; i > 0 && cut == 0; i--)
        if (bytes.p[i] == '\n' && bytes.p[i - 1] == '\n') cut = i;
    if (cut == 0) return E_INPUT;
    Note *n = ARENA_NEW(a, Note);
    n->text = str_dup(a, str_sub(bytes, 0, cut));
    Str rest = str_sub(bytes, cut + 1, bytes.n - cut - 2), line = STR_NONE; /* without the last LF */
    if (bytes.n - cut < 3) return E_INPUT;
    while (str_split(&rest, '\n', &line)) {
        if (n->sigs_n == NOTE_SIGS_MAX) return E_LIMIT;
        TRY(sig_parse(a, line, &n->sigs[n->sigs_n]));
        n->sigs[n->sigs_n].name = str_dup(a, n->sigs[n->sigs_n].name);
        n->sigs_n++;
    }
    *out = *n;
    return OK;
}

Err note_verify(const Note *n, const NoteKey *key) {
    bool signed_by = false;
    for (size_t i = 0; i < n->sigs_n; i++) {
        const NoteSig *s = &n->sigs[i];
        if (!str_eq(s->name, key->name) || memcmp(s->id, key->id, 4) != 0) continue;
        if (s->sig.n != 64 || !seal_signed(key->pub, n->text, s->sig)) return E_INPUT;
        signed_by = true;
    }
    return signed_by ? OK : E_MISSING;
}

/* ---- checkpoints ---- */

Err note_number(Str s, int64_t *out) {
    if (s.n == 0 || (s.n > 1 && s.p[0] == '0') || s.p[0] == '-' || s.p[0] == '+') return E_INPUT;
    return str_i64(s, 0, (int64_t)1 << 60, out) == OK ? OK : E_INPUT;
}

Err checkpoint_read(Arena *a, Str text, Checkpoint *out) {
    Str rest = text, origin = STR_NONE, size = STR_NONE, root64 = STR_NONE, root = STR_NONE, line = STR_NONE;
    Checkpoint c = { 0 };
    if (!text_ok(text) || !str_ends(text, S("\n"))) return E_INPUT;
    rest.n--;
    if (!str_split(&rest, '\n', &origin) || !str_split(&rest, '\n', &size) || !str_split(&rest, '\n', &root64) || origin.n == 0) return E_INPUT;
    while (str_split(&rest, '\n', &line))
        if (line.n == 0) return E_INPUT;
    TRY(note_number(size, &c.size));
    TRY(b64_dec(a, root64, &root));
    if (root.n != 32) return E_INPUT;
    memcpy(c.root, root.p, 32);
    c.origin = str_dup(a, origin);
    *out = c;
    return OK;
}

Err checkpoint_parse(Arena *a, Str text, Checkpoint *out) {
    uint8_t empty[32];
    Checkpoint c = { 0 };
    TRY(checkpoint_read(a, text, &c));
    ledger_edge_root(NULL, 0, empty);
    if (c.size == 0 && memcmp(empty, c.root, 32) != 0) return E_INPUT;
    *out = c;
    return OK;
}

/* ---- proof files ---- */

Str tlog_proof_write(Arena *a, int64_t index, const LedgerProof *path, Str checkpoint_note) {
    Buf b = buf_new(NOTE_MAX + 8192);
    buf_printf(&b, "%s\nindex %lld\n", proof_head, (long long)index);
    for (size_t i = 0; i < path->n; i++) {
        buf_put(&b, b64_enc(a, str_bytes(path->hash[i], 32)));
        buf_ch(&b, '\n');
    }
    buf_ch(&b, '\n');
    buf_put(&b, checkpoint_note);
    must(buf_err(&b) == OK);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

Err tlog_proof_parse(Arena *a, Str text, TlogProof *out) {
    TlogProof *p = ARENA_NEW(a, TlogProof);
    Str rest = text, line = STR_NONE, hash = STR_NONE;
    if (text.n > NOTE_MAX) return E_LIMIT;
    if (!text_ok(text) || !str_split(&rest, '\n', &line) || !str_eq(line, str_c(proof_head)) || !str_split(&rest, '\n', &line)) return E_INPUT;
    if (str_starts(line, S("extra "))) {
        TRY(b64_dec(a, str_sub(line, 6, line.n), &p->extra));
        if (!str_split(&rest, '\n', &line)) return E_INPUT;
    }
    if (!str_starts(line, S("index "))) return E_INPUT;
    TRY(note_number(str_sub(line, 6, line.n), &p->index));
    for (;;) {
        if (!str_split(&rest, '\n', &line)) return E_INPUT;
        if (line.n == 0) break;
        if (p->path.n == LEDGER_PROOF_MAX) return E_LIMIT;
        TRY(b64_dec(a, line, &hash));
        if (hash.n != 32) return E_INPUT;
        memcpy(p->path.hash[p->path.n++], hash.p, 32);
    }
    if (rest.p == NULL || rest.n == 0) return E_INPUT;
    p->checkpoint = str_dup(a, rest);
    *out = *p;
    return OK;
}

Err tlog_proof_check(Arena *a, Str text, Str entry, const NoteKey *key, Checkpoint *out, const char **out_why) {
    TlogProof *p = ARENA_NEW(a, TlogProof);
    Note *n = ARENA_NEW(a, Note);
    uint8_t leaf[32];
    *out_why = "the proof file cannot be read";
    TRY(tlog_proof_parse(a, text, p));
    *out_why = "the checkpoint in the proof file cannot be read";
    TRY(note_parse(a, p->checkpoint, n));
    TRY(checkpoint_parse(a, n->text, out));
    if (key != NULL) {
        Err e = note_verify(n, key);
        *out_why = e == E_MISSING ? "the checkpoint is not signed with this key" : "the signature of the checkpoint does not fit";
        TRY(e);
        *out_why = "the checkpoint is of another log";
        if (!str_eq(out->origin, key->name)) return E_INPUT;
    }
    *out_why = "the entry does not stand at this place of the tree";
    if (entry.n > 65535) return E_INPUT;
    ledger_leaf_hash(entry, leaf);
    if (!ledger_included(leaf, p->index, out->size, &p->path, out->root)) return E_INPUT;
    *out_why = NULL;
    return OK;
}
