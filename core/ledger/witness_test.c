/* Cosignatures, the policy of whom to believe, and the judgement of a witness: a log that grows, one that forks, a witness that lies. */
#include "core/ledger/witness.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/tap.h"

enum { LEAVES = 40 };
static uint8_t leaves[2][LEAVES][32];            /* two histories that part after leaf 20 */
static int history;

static Err node(void *ctx, int level, int64_t idx, uint8_t out[32]) {
    uint8_t row[LEAVES][32];
    int64_t n = (int64_t)1 << level;
    (void)ctx;
    if ((idx + 1) * n > LEAVES) return E_MISSING;
    for (int64_t i = 0; i < n; i++) memcpy(row[i], leaves[history][idx * n + i], 32);
    for (; n > 1; n /= 2)
        for (int64_t i = 0; i < n; i += 2) ledger_node_hash(row[i], row[i + 1], row[i / 2]);
    memcpy(out, row[0], 32);
    return OK;
}
static const LedgerNodes nodes = { node, NULL };

typedef struct Signer { Str name; uint8_t pub[32], priv[64]; NoteKey key; } Signer;
static Signer signer(Arena *a, const char *name, uint8_t s, bool log) {
    Signer x = { .name = str_c(name) };
    uint8_t seed[32] = { s };
    seal_sign_pair(seed, x.pub, x.priv);
    must((log ? note_key_parse(a, ledger_vkey(a, x.name, x.pub), &x.key) : cosign_key_parse(a, cosign_vkey(a, x.name, x.pub), &x.key)) == OK);
    return x;
}

static Str checkpoint(Arena *a, const Signer *log, int64_t size) {
    uint8_t root[32], sig[64];
    must(ledger_root(&nodes, size, root) == OK);
    Str body = ledger_checkpoint_body(a, log->name, size, root);
    seal_sign(log->priv, body, sig);
    return ledger_note(a, body, log->name, log->pub, sig);
}

static Str text_of(Arena *a, Str note) {
    Note *n = ARENA_NEW(a, Note);
    must(note_parse(a, note, n) == OK);
    return n->text;
}
static Str line_of(Arena *a, const Signer *w, Str note, int64_t t) {
    uint8_t sig[64];
    seal_sign(w->priv, cosign_message(a, t, text_of(a, note)), sig);
    return cosign_line(a, w->name, w->pub, t, sig);
}

static void cosignatures(Arena *a, const Signer *log, const Signer *w) {
    Note *n = ARENA_NEW(a, Note);
    int64_t t = 0;
    Str note = checkpoint(a, log, 12), line = line_of(a, w, note, 1679315147), both = note_with_line(a, note, line);
    check(str_eq(cosign_message(a, 1679315147, S("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")),
              S("cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")), "what is signed is what the specification's example shows");
    check(note_parse(a, both, n) == OK && cosign_verify(a, n, &w->key, &t) == OK && t == 1679315147 && note_verify(n, &log->key) == OK, "a witness's line holds beside the log's, and says when");
    check(note_parse(a, note, n) == OK && cosign_verify(a, n, &w->key, &t) == E_MISSING, "a checkpoint without it has none");
    size_t caught = 0;
    for (size_t i = 0; i < both.n; i++) {
        char *z = str_z(a, both);
        z[i] ^= 1;
        caught += note_parse(a, (Str){ z, both.n }, n) != OK || cosign_verify(a, n, &w->key, &t) != OK || note_verify(n, &log->key) != OK;
    }
    check(caught == both.n, "a change of any one byte of both is noticed (%zu of %zu)", caught, both.n);
    /* what a quantum-proof witness will write, and a signature of a kind that nobody knows yet */
    char *big = arena_alloc(a, 4 + 8 + 2420);
    memset(big, 7, 2432);
    Str mldsa = str_fmt(a, "\xe2\x80\x94 pq.example/w1 " STR_FMT "\n", STR_ARG(b64_enc(a, str_bytes(big, 2432))));
    Str many = note_with_line(a, note_with_line(a, note_with_line(a, note, mldsa), S("\xe2\x80\x94 new.example/x AAAAAP8=\n")), line);
    check(note_parse(a, many, n) == OK && n->sigs_n == 4 && cosign_verify(a, n, &w->key, &t) == OK && note_verify(n, &log->key) == OK, "lines under an ML-DSA key and under an unknown kind are let stand");
    Str crowd = note;
    for (int i = 0; i < 16; i++) crowd = note_with_line(a, crowd, S("\xe2\x80\x94 new.example/x AAAAAP8=\n"));
    check(note_parse(a, note_with_line(a, crowd, line), n) == OK && cosign_verify(a, n, &w->key, &t) == OK, "so are sixteen of them");
    NoteKey k;
    check(cosign_key_parse(a, ledger_vkey(a, log->name, log->pub), &k) == E_INPUT && note_key_parse(a, cosign_vkey(a, w->name, w->pub), &k) == E_INPUT, "a log's key is no witness's, and the other way round");
    uint8_t id[4], *pq = arena_alloc(a, 1313);
    pq[0] = NOTE_MLDSA;
    ledger_key_id(S("pq.example/w1"), NOTE_MLDSA, str_bytes(pq + 1, 1312), id);
    Str vkey = str_fmt(a, "pq.example/w1+" STR_FMT "+" STR_FMT, STR_ARG(hex_enc(a, str_bytes(id, 4))), STR_ARG(b64_enc(a, str_bytes(pq, 1313))));
    check(cosign_key_parse(a, vkey, &k) == OK && k.type == NOTE_MLDSA && cosign_verify(a, n, &k, &t) == E_MISSING, "an ML-DSA key is known, and its signature is said not to be checked");
}

/* The example of the policy's specification, with keys. */
static Str example_policy(Arena *a, const Signer *log, Signer *w) {
    Str s = str_fmt(a, "# who we believe\nlog " STR_FMT "\n\n", STR_ARG(ledger_vkey(a, log->name, log->pub)));
    for (int i = 0; i < 6; i++) {
        w[i] = signer(a, str_fmt(a, "witness.example/%c%d", i < 3 ? 'x' : 'y', i % 3 + 1).p, (uint8_t)(50 + i), false);
        s = str_fmt(a, STR_FMT "witness %c%d\t" STR_FMT " https://w%d.example/\n", STR_ARG(s), i < 3 ? 'X' : 'Y', i % 3 + 1, STR_ARG(cosign_vkey(a, w[i].name, w[i].pub)), i);
    }
    return str_fmt(a, STR_FMT "group X-witnesses 2 X1 X2 X3\n\n  group Y-witnesses any Y1 Y2 Y3\ngroup X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n", STR_ARG(s));
}

static void policies(Arena *a, const Signer *log) {
    static Signer w[6];
    static LedgerPolicy p, q;
    size_t line = 0;
    Str text = example_policy(a, log, w), note = checkpoint(a, log, 9);
    PolicySeen seen;
    Checkpoint cp;
    const char *why = NULL;
    check(policy_parse(a, text, &p, &line) == OK && p.logs_n == 1 && p.names_n == 9 && str_eq(p.names[0].url, S("https://w0.example/")), "the specification's example policy is read");
    size_t wrong = 0;
    for (unsigned set = 0; set < 64; set++) { /* every choice of witnesses */
        Str signed_by = note;
        unsigned x = 0, y = 0;
        for (unsigned i = 0; i < 6; i++) {
            if (!(set >> i & 1)) continue;
            signed_by = note_with_line(a, signed_by, line_of(a, &w[i], note, 1000 + i));
            if (i < 3) x++;
            else y++;
        }
        Err e = policy_check(a, &p, signed_by, &cp, &seen, &why);
        wrong += e != (x >= 2 && y >= 1 ? OK : E_MISSING) || seen.cosigned != x + y;
    }
    check(wrong == 0, "of all 64 sets of witnesses those suffice that hold two of the X and one of the Y");
    Str again = line_of(a, &w[0], note, 5);
    check(policy_check(a, &p, note_with_line(a, note_with_line(a, note, again), again), &cp, &seen, &why) == E_MISSING && seen.cosigned == 1, "a witness that signs twice counts once");
    Signer liar = w[0];
    memcpy(liar.priv, w[1].priv, 64);
    check(policy_check(a, &p, note_with_line(a, note, line_of(a, &liar, note, 5)), &cp, &seen, &why) == E_INPUT, "a line under a known witness's name that it did not sign is refused, not left out");
    Signer stranger = signer(a, "log.example/other", 3, true);
    check(policy_check(a, &p, checkpoint(a, &stranger, 9), &cp, &seen, &why) == E_MISSING && !seen.log_signed, "a log that the policy does not name is not believed");
    check(policy_parse(a, S("quorum none\n"), &q, &line) == OK && policy_check(a, &q, note, &cp, &seen, &why) == OK, "a policy may ask for nobody");
    Str vkey = cosign_vkey(a, w[0].name, w[0].pub), lkey = ledger_vkey(a, log->name, log->pub);
    const struct { Str text; size_t line; const char *what; } bad[] = {
        { S(""), 1, "an empty file" }, { S("quorum none"), 0, "a last line without its end" }, { S("quorum none\nquorum none\n"), 2, "two quorums" }, { S("quorum X\n"), 1, "a quorum of nobody known" },
        { str_fmt(a, "witness none " STR_FMT "\nquorum none\n", STR_ARG(vkey)), 1, "a witness called none" }, { str_fmt(a, "witness X " STR_FMT "\nwitness Y " STR_FMT "\nquorum X\n", STR_ARG(vkey), STR_ARG(vkey)), 2, "one key under two names" },
        { str_fmt(a, "log " STR_FMT "\nlog " STR_FMT "\nquorum none\n", STR_ARG(lkey), STR_ARG(lkey)), 2, "one log twice" }, { str_fmt(a, "witness X " STR_FMT "\ngroup G 2 X\nquorum G\n", STR_ARG(vkey)), 2, "two of one" },
        { str_fmt(a, "witness X " STR_FMT "\ngroup G 0 X\nquorum G\n", STR_ARG(vkey)), 2, "none of one" }, { str_fmt(a, "witness X " STR_FMT "\ngroup G any X\ngroup H any X\nquorum G\n", STR_ARG(vkey)), 3, "a member of two groups" },
        { S("group G any G\nquorum G\n"), 1, "a group within itself" }, { str_fmt(a, "witness X " STR_FMT "\nquorum none\n", STR_ARG(lkey)), 1, "a log's key for a witness" }, { S("logs x\nquorum none\n"), 1, "a word that is none" },
        { S("quorum none\x01\n"), 0, "a control character" }, { str_fmt(a, "witness X " STR_FMT "\ngroup G 01 X\nquorum G\n", STR_ARG(vkey)), 2, "a number with a leading zero" } };
    for (size_t i = 0; i < LEN(bad); i++) check(policy_parse(a, bad[i].text, &q, &line) == E_INPUT && line == bad[i].line, "a policy with %s is refused, with the line", bad[i].what);
}

static int ask(Arena *a, const WitnessLog *known, int64_t from, int64_t claimed_old, const Signer *log, int64_t size, Checkpoint *cp) {
    LedgerProof *p = ARENA_NEW(a, LedgerProof);
    WitnessAsk *q = ARENA_NEW(a, WitnessAsk);
    Note *n = ARENA_NEW(a, Note);
    if (from > 0) must(ledger_consistency(&nodes, from, size, p) == OK);
    must(witness_ask_parse(a, witness_ask_write(a, claimed_old, p, checkpoint(a, log, size)), q) == OK && witness_ask_note(a, q, n, cp) == OK);
    return witness_judge(known, q, n, cp);
}

static void judging(Arena *a, const Signer *log) {
    Checkpoint cp;
    WitnessLog known = { .keys = &log->key, .keys_n = 1 }, none = { 0 };
    Signer thief = *log;
    memcpy(thief.priv, signer(a, "x", 99, true).priv, 64);
    history = 0;
    check(ask(a, &none, 0, 0, log, 15, &cp) == 404, "a log that the witness was not told of: 404");
    check(ask(a, &known, 0, 0, &thief, 15, &cp) == 403, "a checkpoint that the log did not sign: 403");
    check(ask(a, &known, 0, 16, log, 15, &cp) == 400, "an old size beyond the new: 400");
    check(ask(a, &known, 0, 3, log, 15, &cp) == 409, "another old size than it knows: 409");
    check(ask(a, &known, 7, 0, log, 15, &cp) == 422, "a proof where there is nothing to follow from: 422");
    check(ask(a, &known, 0, 0, log, 15, &cp) == 200, "the first checkpoint is taken as it is");
    known.size = cp.size;
    memcpy(known.root, cp.root, 32);
    check(ask(a, &known, 0, 0, log, 30, &cp) == 409, "who says nothing was seen is told the size");
    check(ask(a, &known, 0, 15, log, 30, &cp) == 422, "growth without its proof: 422");
    check(ask(a, &known, 14, 15, log, 30, &cp) == 422, "with the proof of another: 422");
    check(ask(a, &known, 15, 15, log, 30, &cp) == 200, "with its proof: taken");
    check(ask(a, &known, 15, 15, log, 15, &cp) == 200, "the same again: taken");
    known.size = cp.size;
    memcpy(known.root, cp.root, 32);
    must(ask(a, &known, 15, 15, log, 30, &cp) == 200);
    known.size = 30;
    memcpy(known.root, cp.root, 32);
    history = 1;
    Checkpoint forked;
    check(ask(a, &known, 0, 30, log, 30, &forked) == 422, "another tree of the same size, signed by the same log: 422");
    check(ask(a, &known, 30, 30, log, 36, &forked) == 422, "and a larger one that grew from it: 422");
    must(ask(a, &known, 0, 30, log, 30, &forked) == 422);
    check(checkpoints_compare(&cp, &forked) == TWO_FORK && checkpoints_compare(&cp, &cp) == TWO_SAME, "two signed checkpoints of one size that differ are proof of a fork");
    history = 0;
    static const char *const bad[] = { "", "old 1", "old 01\n\nx\n", "old -1\n\nx\n", "new 1\n\nx\n", "old 1\nAAAA\n\nx\n", "old 1\n\n", "old 1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" };
    WitnessAsk *q = ARENA_NEW(a, WitnessAsk);
    for (size_t i = 0; i < LEN(bad); i++) check(witness_ask_parse(a, str_c(bad[i]), q) == E_INPUT, "question %zu is none", i);
    Str long_one = S("old 1\n");
    for (int i = 0; i < 64; i++) long_one = str_fmt(a, STR_FMT "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", STR_ARG(long_one));
    check(witness_ask_parse(a, str_fmt(a, STR_FMT "\nx\n", STR_ARG(long_one)), q) == E_INPUT, "64 hashes are one too many");
}

/* What a log does with the answer of a witness that it does not need to trust. */
static void lying(Arena *a, const Signer *log, const Signer *w) {
    Str note = checkpoint(a, log, 12), other = checkpoint(a, log, 13), line = STR_NONE;
    int64_t t = 0;
    Str good = line_of(a, w, note, 77);
    Signer liar = *w;
    memcpy(liar.priv, log->priv, 64);
    check(witness_answer(a, note, good, &w->key, &line, &t) == OK && str_eq(line, good) && t == 77, "a good answer gives its line and time");
    check(witness_answer(a, note, note_with_line(a, S("\xe2\x80\x94 else.example AAAAAP8=\n"), good), &w->key, &line, &t) == OK && str_eq(line, good), "lines of others in it are passed over");
    check(witness_answer(a, note, line_of(a, w, other, 77), &w->key, &line, &t) == E_INPUT, "a line over another checkpoint is a lie");
    check(witness_answer(a, note, line_of(a, &liar, note, 77), &w->key, &line, &t) == E_INPUT, "so is one that its key did not make");
    check(witness_answer(a, note, S(""), &w->key, &line, &t) == E_INPUT && witness_answer(a, note, S("yes\n"), &w->key, &line, &t) == E_INPUT, "and an answer that is none");
}

int main(void) {
    Arena *a = arena_new(256u << 20);
    seal_start();
    for (int h = 0; h < 2; h++)
        for (uint8_t i = 0; i < LEAVES; i++) {
            uint8_t n[2] = { i > 20 ? (uint8_t)h : 0, i };
            ledger_leaf_hash(str_bytes(n, 2), leaves[h][i]);
        }
    Signer log = signer(a, "log.example/keten/2026", 1, true), w = signer(a, "witness.example/w1", 2, false);
    cosignatures(a, &log, &w);
    policies(a, &log);
    judging(a, &log);
    lying(a, &log, &w);
    arena_free(a);
    return tap_end();
}
