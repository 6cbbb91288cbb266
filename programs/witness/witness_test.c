/* A witness with its folder: what it signed is on the disk, a restart changes nothing, damage is never taken for a fresh start. */
#include "programs/witness/witness.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/tap.h"
#include "foundation/sys/sys.h"

enum { LEAVES = 64 };
static uint8_t leaf[LEAVES][32];
static Err node(void *ctx, int level, int64_t idx, uint8_t out[32]) {
    uint8_t row[LEAVES][32];
    int64_t n = (int64_t)1 << level;
    (void)ctx;
    for (int64_t i = 0; i < n; i++) memcpy(row[i], leaf[idx * n + i], 32);
    for (; n > 1; n /= 2)
        for (int64_t i = 0; i < n; i += 2) ledger_node_hash(row[i], row[i + 1], row[i / 2]);
    memcpy(out, row[0], 32);
    return OK;
}
static const LedgerNodes nodes = { node, NULL };
static uint8_t log_pub[32], log_priv[64];
static Str origin;

static Str note_at(Arena *a, int64_t size) {
    uint8_t root[32], sig[64];
    must(ledger_root(&nodes, size, root) == OK);
    Str body = ledger_checkpoint_body(a, origin, size, root);
    seal_sign(log_priv, body, sig);
    return ledger_note(a, body, origin, log_pub, sig);
}

static Str question(Arena *a, int64_t old, int64_t size) {
    LedgerProof *p = ARENA_NEW(a, LedgerProof);
    if (old > 0) must(ledger_consistency(&nodes, old, size, p) == OK);
    return witness_ask_write(a, old, p, note_at(a, size));
}

static Str origin_hex(Arena *a) {
    uint8_t sha[32];
    seal_sha256(origin, sha);
    return hex_enc(a, str_bytes(sha, 32));
}

static bool holds(Arena *a, const NoteKey *key, int64_t size, Str line) {
    Str got = STR_NONE;
    int64_t t = 0;
    return witness_answer(a, note_at(a, size), line, key, &got, &t) == OK && str_eq(got, line) && t == 1700000000;
}

static void growing(Arena *a, const char *dir) {
    Witness w, second;
    const char *why = NULL;
    Str vkey = STR_NONE;
    NoteKey key;
    check(witness_make(a, dir, S("a b"), &vkey) == E_INPUT && witness_make(a, dir, S("witness.example/w1"), &vkey) == OK && cosign_key_parse(a, vkey, &key) == OK, "a witness is made, with a key");
    check(witness_make(a, dir, S("witness.example/w1"), &vkey) == E_CONFLICT, "and never made over");
    must(witness_open(a, dir, true, &w, &why) == OK);
    check(witness_open(a, dir, true, &second, &why) == E_CONFLICT, "only one process serves from a folder");
    check(witness_add(a, &w, question(a, 0, 5), 1700000000).status == 404, "no log is looked after before it is added");
    Str lkey = ledger_vkey(a, origin, log_pub);
    check(witness_log_add(a, &w, vkey) == E_INPUT && witness_log_add(a, &w, lkey) == OK && witness_log_add(a, &w, lkey) == E_CONFLICT, "a log is added once, by its key");
    WitnessReply r = witness_add(a, &w, question(a, 0, 5), 1700000000);
    check(r.status == 200 && holds(a, &key, 5, r.body), "its checkpoint is signed");
    r = witness_add(a, &w, question(a, 0, 9), 1700000000);
    check(r.status == 409 && str_eq(r.body, S("5\n")) && strcmp(r.type, "text/x.tlog.size") == 0, "who forgot what was signed is told the size");
    r = witness_add(a, &w, question(a, 5, 9), 1700000000);
    check(r.status == 200 && holds(a, &key, 9, r.body), "growth with its proof is signed");
    r = witness_show(a, &w, origin_hex(a));
    Note *n = ARENA_NEW(a, Note);
    int64_t t = 0;
    check(r.status == 200 && note_parse(a, r.body, n) == OK && n->sigs_n == 2 && cosign_verify(a, n, &key, &t) == OK, "anybody can read the last one, with the line under it");
    check(witness_show(a, &w, S("../witness.key")).status == 404 && witness_show(a, &w, str_fmt(a, "%064d", 0)).status == 404, "and nothing else");
    uint8_t was[32];
    memcpy(was, leaf[3], 32);
    leaf[3][0] ^= 1;
    check(witness_add(a, &w, question(a, 9, 12), 1700000000).status == 422 && witness_add(a, &w, question(a, 9, 9), 1700000000).status == 422, "a log that wrote its history anew gets no signature");
    memcpy(leaf[3], was, 32);
    witness_close(&w);
}

static void again(Arena *a, const char *dir) {
    Witness w;
    const char *why = NULL;
    must(witness_open(a, dir, true, &w, &why) == OK);
    check(witness_add(a, &w, question(a, 0, 5), 1700000000).status == 409 && witness_add(a, &w, question(a, 9, 20), 1700000000).status == 200, "after a restart it knows what it signed");
    const char *state = str_fmt(a, "%s/state/" STR_FMT, dir, STR_ARG(origin_hex(a))).p;
    Str note = STR_NONE;
    must(file_read(a, state, 1 << 20, &note) == OK && file_write(state, str_sub(note, 0, note.n / 2), 0600) == OK);
    check(witness_add(a, &w, question(a, 0, 25), 1700000000).status == 500 && witness_show(a, &w, origin_hex(a)).status == 500, "a damaged memory is no empty one: nothing is signed");
    must(file_write(state, note, 0600) == OK);
    check(witness_add(a, &w, question(a, 20, 25), 1700000000).status == 200, "with the memory back it goes on");
    size_t bad = 0, tried = 0;
    Str q = question(a, 25, 40);
    for (size_t i = 0; i < q.n; i++, tried++) {
        char *z = str_z(a, q);
        z[i] ^= 1;
        int status = witness_add(a, &w, (Str){ z, q.n }, 1700000000).status;
        bad += status == 200;
    }
    check(bad == 0, "of %zu questions with one changed byte none is signed", tried);
    witness_close(&w);
}

int main(void) {
    Arena *a = arena_new(512u << 20);
    uint8_t seed[32] = { 4 };
    char dir[] = "/tmp/keten-witness-XXXXXX";
    must(mkdtemp(dir) != NULL);
    seal_start();
    seal_sign_pair(seed, log_pub, log_priv);
    origin = S("log.example/keten/2026");
    for (uint8_t i = 0; i < LEAVES; i++) ledger_leaf_hash(str_bytes(&i, 1), leaf[i]);
    growing(a, dir);
    again(a, dir);
    static const char *const left[] = { "witness.key", "witness.name", "logs", "lock" };
    (void)unlink(str_fmt(a, "%s/state/" STR_FMT, dir, STR_ARG(origin_hex(a))).p);
    (void)rmdir(path_join(a, dir, "state").p);
    for (size_t i = 0; i < LEN(left); i++) (void)unlink(path_join(a, dir, left[i]).p);
    check(rmdir(dir) == 0, "no temporary file is left");
    arena_free(a);
    return tap_end();
}
