/* Trees of every size up to 300 against a second, plain reading of RFC 6962; the vectors that Certificate Transparency
 * implementations share; and the text formats. */
#include "core/ledger/ledger.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/tap.h"

enum { LEAVES = 300 };
static uint8_t leaves[LEAVES][32];

static int64_t split(int64_t n) {
    int64_t k = 1;
    while (2 * k < n) k *= 2;
    return k;
}

/* MTH of RFC 6962 §2.1, word by word. Recursion here is on our own numbers. */
static void mth(int64_t from, int64_t n, uint8_t out[32]) {
    if (n == 0) {
        seal_sha256(STR_NONE, out);
        return;
    }
    if (n == 1) {
        memcpy(out, leaves[from], 32);
        return;
    }
    uint8_t l[32], r[32];
    int64_t k = split(n);
    mth(from, k, l);
    mth(from + k, n - k, r);
    ledger_node_hash(l, r, out);
}

static struct { bool there; uint8_t hash[32]; } kept[9][LEAVES];
static Err node(void *ctx, int level, int64_t idx, uint8_t out[32]) {
    int64_t whole = (int64_t)1 << level;
    (void)ctx;
    if (level > 8 || (idx + 1) * whole > LEAVES) return E_MISSING; /* only complete subtrees are stored */
    if (level == 0) memcpy(out, leaves[idx], 32);
    else if (!kept[level][idx].there) mth(idx * whole, whole, kept[level][idx].hash);
    if (level > 0) {
        kept[level][idx].there = true;
        memcpy(out, kept[level][idx].hash, 32);
    }
    return OK;
}
static const LedgerNodes nodes = { node, NULL };

static void flip(uint8_t h[32], int64_t seed) { h[(size_t)seed % 32] ^= (uint8_t)(1u << (seed % 8)); }

static void every_size(void) {
    bool roots = true, in = true, out = true, elsewhere = true, tampered = true;
    for (int64_t size = 0; size <= LEAVES; size++) {
        uint8_t root[32], want[32];
        mth(0, size, want);
        roots = roots && ledger_root(&nodes, size, root) == OK && memcmp(root, want, 32) == 0;
        for (int64_t i = 0; i < size; i++) {
            LedgerProof p = { 0 };
            in = in && ledger_inclusion(&nodes, i, size, &p) == OK && ledger_included(leaves[i], i, size, &p, want);
            elsewhere = elsewhere && !ledger_included(leaves[i], i == 0 ? size : i - 1, size, &p, want);
            if (p.n > 0) {
                flip(p.hash[(size_t)i % p.n], i + size);
                tampered = tampered && !ledger_included(leaves[i], i, size, &p, want);
            }
        }
        LedgerProof p = { 0 };
        out = out && ledger_inclusion(&nodes, size, size, &p) == E_INPUT && ledger_inclusion(&nodes, -1, size, &p) == E_INPUT;
    }
    check(roots, "the root of each tree of 0 to 300 leaves is the one of RFC 6962");
    check(in, "each leaf of each of these trees is proven to stand in its place");
    check(out, "a leaf beyond the end has no proof");
    check(elsewhere, "a proof does not hold for another place");
    check(tampered, "a proof with one changed bit does not hold");
}

static void every_pair(void) {
    bool good = true, tampered = true, longer = true, other = true;
    for (int64_t n = 0; n <= LEAVES; n++) {
        uint8_t root[32], old_root[32];
        mth(0, n, root);
        for (int64_t m = 0; m <= n; m += n > 64 ? 7 : 1) {
            LedgerProof p = { 0 };
            mth(0, m, old_root);
            good = good && ledger_consistency(&nodes, m, n, &p) == OK && ledger_consistent(m, old_root, n, root, &p);
            if (p.n > 0) {
                LedgerProof q = p;
                flip(q.hash[(size_t)m % q.n], m + n);
                tampered = tampered && !ledger_consistent(m, old_root, n, root, &q);
                q = p;
                q.n--;
                longer = longer && !ledger_consistent(m, old_root, n, root, &q);
            }
            uint8_t wrong[32];
            memcpy(wrong, old_root, 32);
            flip(wrong, m);
            other = other && !ledger_consistent(m, wrong, n, root, &p);
        }
    }
    check(good, "each tree is proven to continue each smaller one");
    check(tampered, "a consistency proof with one changed bit does not hold");
    check(longer, "nor one that lacks its last hash");
    check(other, "nor one for another old root");
    LedgerProof p = { 0 };
    check(ledger_consistency(&nodes, 5, 4, &p) == E_INPUT, "a tree does not continue a larger one");
}

static Str hex_of(Arena *a, const char *hex) {
    Str out = STR_NONE;
    must(hex_dec(a, str_c(hex), &out) == OK);
    return out;
}

/* The eight leaves of the reference test data of Certificate Transparency. */
static void vectors(Arena *a) {
    static const char *const inputs[] = { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" };
    static const char *const roots[] = { "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" };
    static const char *const path0[] = { "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7", "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4" };
    static const char *const path68[] = { "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" };
    bool good = true;
    uint8_t root[32];
    LedgerProof p = { 0 };
    for (size_t i = 0; i < 8; i++) ledger_leaf_hash(hex_of(a, inputs[i]), leaves[i]);
    memset(kept, 0, sizeof kept);
    for (size_t i = 0; i < 8; i++) good = good && ledger_root(&nodes, (int64_t)i + 1, root) == OK && memcmp(root, hex_of(a, roots[i]).p, 32) == 0;
    check(good, "the roots over the shared test leaves are the published ones");
    good = ledger_inclusion(&nodes, 0, 8, &p) == OK && p.n == 3;
    for (size_t i = 0; good && i < 3; i++) good = memcmp(p.hash[i], hex_of(a, path0[i]).p, 32) == 0;
    check(good, "the path of leaf 0 in a tree of 8 is the published one");
    good = ledger_consistency(&nodes, 6, 8, &p) == OK && p.n == 3;
    for (size_t i = 0; good && i < 3; i++) good = memcmp(p.hash[i], hex_of(a, path68[i]).p, 32) == 0;
    check(good, "the consistency proof from 6 to 8 is the published one");
}

static void tiles(Arena *a) {
    static const struct { int64_t size; int level; int64_t index; int width; } w[] = { { 0, 0, 0, 0 }, { 1, 0, 0, 1 }, { 256, 0, 0, 256 }, { 256, 0, 1, 0 }, { 256, 1, 0, 1 },
        { 70000, 0, 272, 256 }, { 70000, 0, 273, 112 }, { 70000, 0, 274, 0 }, { 70000, 1, 0, 256 }, { 70000, 1, 1, 17 }, { 70000, 2, 0, 1 }, { 70000, 3, 0, 0 }, { 5, -1, 0, 0 }, { 5, 0, -1, 0 } };
    bool good = true;
    for (size_t i = 0; i < LEN(w); i++) good = good && ledger_tile_width(w[i].size, w[i].level, w[i].index) == w[i].width;
    check(good, "the widths of tiles are those of the published examples (256 and 70,000 leaves)");
    LedgerTile t = { 0, 1234067, 256 };
    check(str_eq(ledger_tile_path(a, &t), S("0/x001/x234/067")), "tile 1234067 has the published path");
    static const char *const good_paths[] = { "0/000", "0/000.p/1", "7/999.p/255", "0/x001/000", "0/x001/x234/067.p/8", "1/x999/999" };
    for (size_t i = 0; i < LEN(good_paths); i++) {
        Err e = ledger_tile_parse(str_c(good_paths[i]), &t);
        check(e == OK && str_eq(ledger_tile_path(a, &t), str_c(good_paths[i])), "%s is read and written the same", good_paths[i]);
    }
    static const char *const bad_paths[] = { "", "0", "0/", "0/0", "0/00", "0/0000", "00/000", "8/000", "0/x000/001", "0/x001", "0/x001/", "0/000.p", "0/000.p/", "0/000.p/0", "0/000.p/256",
        "0/000.p/01", "0/000.p/1/", "0/000/", "0/000/000", "0/x001.p/2", "0/-01", "0/x01/000", "-1/000", "0/000.p/1/2", "0/x123/x123/x123/x123/x123/x123/123", "entries/000", "0/12a" };
    for (size_t i = 0; i < LEN(bad_paths); i++) check(ledger_tile_parse(str_c(bad_paths[i]), &t) == E_INPUT, "\"%s\" is no tile", bad_paths[i]);
    Buf b = buf_new(LEDGER_TILE * 32);
    t = (LedgerTile){ 1, 0, 1 };
    uint8_t first[32];
    mth(0, 256, first);
    check(ledger_tile_bytes(&nodes, &t, &b) == OK && b.n == 32 && memcmp(b.p, first, 32) == 0, "a tile of level 1 holds the root of 256 leaves");
    buf_free(&b);
}

static const uint8_t seed[32] = { 7 };
static Str a_note(Arena *a, int64_t size, const uint8_t root[32], Str *out_vkey) {
    uint8_t pub[32], priv[64], sig[64];
    Str origin = S("log.example/keten/2026");
    seal_sign_pair(seed, pub, priv);
    Str body = ledger_checkpoint_body(a, origin, size, root);
    seal_sign(priv, body, sig);
    *out_vkey = ledger_vkey(a, origin, pub);
    return ledger_note(a, body, origin, pub, sig);
}

static void notes(Arena *a) {
    uint8_t root[32];
    Str vkey = STR_NONE;
    NoteKey key;
    Note n;
    Checkpoint c;
    mth(0, 8, root);
    Str text = a_note(a, 8, root, &vkey);
    check(note_key_parse(a, vkey, &key) == OK && str_eq(key.name, S("log.example/keten/2026")), "a verifier key is read");
    check(note_parse(a, text, &n) == OK && n.sigs_n == 1 && note_verify(&n, &key) == OK, "the note's signature holds");
    check(checkpoint_parse(a, n.text, &c) == OK && c.size == 8 && memcmp(c.root, root, 32) == 0 && str_eq(c.origin, key.name), "the checkpoint says origin, size and root");
    size_t caught = 0;
    for (size_t i = 0; i < text.n; i++) {
        char *z = str_z(a, text);
        z[i] = (char)(z[i] ^ 1);
        if (note_parse(a, (Str){ z, text.n }, &n) != OK || note_verify(&n, &key) != OK) caught++;
    }
    check(caught == text.n, "a change of any one byte of a checkpoint is noticed (%zu of %zu)", caught, text.n);
    Str more = str_fmt(a, STR_FMT "\xe2\x80\x94 witness.example AAAAAAAAAAAAAAAA\n", STR_ARG(text));
    check(note_parse(a, more, &n) == OK && n.sigs_n == 2 && note_verify(&n, &key) == OK, "a signature by a key nobody knows is let stand");
    static const char *const bad_keys[] = { "", "a", "a+b", "log.example+00000000+AQcAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", "a b+12345678+AQ==", "log.example+1234567+AQ==", "+12345678+AQ==" };
    for (size_t i = 0; i < LEN(bad_keys); i++) check(note_key_parse(a, str_c(bad_keys[i]), &key) == E_INPUT, "\"%s\" is no verifier key", bad_keys[i]);
    /* the key of the signed-note specification's own example */
    check(note_key_parse(a, S("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &key) == OK, "the key of the published example is read");
    check(note_parse(a, S("If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
                          "\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"), &n) == OK && note_verify(&n, &key) == OK,
        "and the published example's signature holds");
    static const char *const bad_bodies[] = { "", "o\n", "o\n1\n", "o\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "o\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "o\n1\nAAAA\n",
        "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "o\n99999999999999999999\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" };
    for (size_t i = 0; i < LEN(bad_bodies); i++) check(checkpoint_parse(a, str_c(bad_bodies[i]), &c) == E_INPUT, "checkpoint text %zu is refused", i);
    check(checkpoint_parse(a, S("o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nmore\n"), &c) == OK, "further lines of a checkpoint are let stand");
}

static void proof_files(Arena *a) {
    uint8_t root[32];
    Str vkey = STR_NONE;
    NoteKey key;
    Checkpoint c;
    LedgerProof p;
    const char *why = NULL;
    Str entry = hex_of(a, "2021");
    mth(0, 8, root);
    Str note = a_note(a, 8, root, &vkey);
    must(note_key_parse(a, vkey, &key) == OK && ledger_inclusion(&nodes, 3, 8, &p) == OK);
    Str file = tlog_proof_write(a, 3, &p, note);
    check(str_starts(file, S("c2sp.org/tlog-proof@v1\nindex 3\n")), "a proof file begins with its format and the index");
    check(tlog_proof_check(a, file, entry, &key, &c, &why) == OK && c.size == 8, "a proof file shows that its entry stands in the signed tree");
    check(tlog_proof_check(a, file, hex_of(a, "2022"), &key, &c, &why) == E_INPUT && why != NULL, "another entry does not");
    NoteKey other = key;
    other.name = S("other.example");
    check(tlog_proof_check(a, file, entry, &other, &c, &why) == E_MISSING, "another log's key did not sign it");
    size_t caught = 0;
    for (size_t i = 0; i < file.n; i++) {
        char *z = str_z(a, file);
        z[i] = (char)(z[i] ^ 1);
        if (tlog_proof_check(a, (Str){ z, file.n }, entry, &key, &c, &why) != OK) caught++;
    }
    check(caught == file.n, "a change of any one byte of a proof file is noticed (%zu of %zu)", caught, file.n);
    TlogProof t;
    Str extra = str_fmt(a, "c2sp.org/tlog-proof@v1\nextra aGk=\n" STR_FMT, STR_ARG(str_sub(file, 23, file.n)));
    check(tlog_proof_parse(a, extra, &t) == OK && str_eq(t.extra, S("hi")) && t.index == 3, "an extra line is read");
}

int main(void) {
    Arena *a = arena_new(256u << 20);
    seal_start();
    for (int64_t i = 0; i < LEAVES; i++) {
        uint8_t n[2] = { (uint8_t)(i >> 8), (uint8_t)i };
        ledger_leaf_hash(str_bytes(n, 2), leaves[i]);
    }
    every_size();
    every_pair();
    tiles(a);
    vectors(a);
    notes(a);
    proof_files(a);
    arena_free(a);
    return tap_end();
}
