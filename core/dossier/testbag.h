/* testbag.h - a small whole dossier made from nothing but a seed, for the tests and the fuzz target of this room. Header only. */
#ifndef KETEN_TESTBAG_H
#define KETEN_TESTBAG_H
#include "core/dossier/dossier.h"
#include "core/dossier/fields.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"

enum { TB_ACTS = 4, TB_SEALED = TB_ACTS };      /* acts of the case, and behind them the act of the seal; two strangers' leaves before */
typedef struct TestBag {
    Arena *a;
    Str origin, vkey;
    uint8_t pub[32], priv[64];
    uint8_t leaf[TB_ACTS + 3][32];
    Str event[TB_ACTS + 1], salt[TB_ACTS + 1], commitment[TB_ACTS + 1];
    size_t leaves;
    FieldsRoot facts;
} TestBag;

static inline Err tb_node(void *ctx, int level, int64_t idx, uint8_t out[32]) {
    TestBag *t = ctx;
    uint8_t row[TB_ACTS + 3][32];
    memcpy(row, t->leaf, sizeof row);
    size_t n = t->leaves;
    for (int l = 0; l < level; l++, n /= 2)
        for (size_t i = 0; i + 1 < n; i += 2) ledger_node_hash(row[i], row[i + 1], row[i / 2]);
    memcpy(out, row[idx], 32);
    return OK;
}

/* One act in the chain: an event text, its salt, its commitment, its leaf. */
static inline void tb_act(TestBag *t, size_t i, const char *kind, Str subject, Str body) {
    uint8_t salt[32], c[33] = { 1 }, zero[33] = { 0 };
    Str prev = i == 0 ? str_bytes(zero, 33) : t->commitment[i - 1];
    for (size_t k = 0; k < 32; k++) salt[k] = (uint8_t)(17 * (i + 1) + k);
    t->event[i] = str_fmt(t->a, "{\"act\":\"00\",\"kind\":\"%s\",\"subject\":\"" STR_FMT "\",\"at\":1,\"case_seq\":%zu,\"prev\":\"" STR_FMT "\",\"body\":\"" STR_FMT "\"}", kind, STR_ARG(subject), i + 1,
        STR_ARG(hex_enc(t->a, prev)), STR_ARG(body));
    t->salt[i] = str_dup(t->a, str_bytes(salt, 32));
    seal_hmac_sha256(t->salt[i], t->event[i], c + 1);
    t->commitment[i] = str_dup(t->a, str_bytes(c, 33));
    ledger_leaf_hash(t->commitment[i], t->leaf[t->leaves++]);
}

static inline Str tb_proof(TestBag *t, size_t leaf, Str note) {
    LedgerNodes nodes = { tb_node, t };
    LedgerProof *p = ARENA_NEW(t->a, LedgerProof);
    must(ledger_inclusion(&nodes, (int64_t)leaf, (int64_t)t->leaves, p) == OK);
    return tlog_proof_write(t->a, (int64_t)leaf, p, note);
}

static inline Str tb_note(TestBag *t) {
    uint8_t root[32], sig[64];
    LedgerNodes nodes = { tb_node, t };
    must(ledger_root(&nodes, (int64_t)t->leaves, root) == OK);
    Str body = ledger_checkpoint_body(t->a, t->origin, (int64_t)t->leaves, root);
    seal_sign(t->priv, body, sig);
    return ledger_note(t->a, body, t->origin, t->pub, sig);
}

#define TB_CAPTURE S("not really a gzip file, but bytes all the same")
static inline Str tb_hex256(Arena *a, Str s) {
    uint8_t sha[32];
    seal_sha256(s, sha);
    return hex_enc(a, str_bytes(sha, 32));
}

static inline void tb_salt(void *ctx, uint8_t *out, size_t n) {
    (void)ctx;
    for (size_t i = 0; i < n; i++) out[i] = (uint8_t)(5 * i + 1);
}
static inline void tb_facts(TestBag *t, DossierBag *b) {
    Str facts = S("{\"format\": \"keten-facts-1\", \"findings\": [{\"seen\": \"a page\"}]}\n");
    Buf lines = buf_new(65536);
    must(fields_make(t->a, facts, tb_salt, NULL, &lines, &t->facts) == OK);
    dossier_add(b, S("data/facts.json"), facts);
    dossier_add(b, S("data/fields.jsonl"), str_dup(t->a, buf_str(&lines)));
    buf_free(&lines);
}

static inline void tb_payload(TestBag *t, DossierBag *b) {
    Str lines = S("");
    for (size_t i = 0; i < TB_ACTS; i++)
        lines = str_fmt(t->a, STR_FMT STR_FMT, STR_ARG(lines), STR_ARG(dossier_event_line(t->a, (int64_t)i + 1, i == 1 ? STR_NONE : t->event[i], t->salt[i], t->commitment[i])));
    dossier_add(b, S("data/report.html"), S("what was seen\n"));
    tb_facts(t, b);
    dossier_add(b, S("data/captures/abcdef01.warc.gz"), TB_CAPTURE);
    dossier_add(b, S("data/custody/events.jsonl"), lines);
    dossier_add(b, S("verify/README.txt"), S("sha256sum -c manifest-sha256.txt\n"));
    dossier_add(b, S("verify/verifier.html"), S("a page that checks\n"));
}

/* How the last act about the capture names the one before it about it: as it is; not at all; one that is nowhere; one that stays closed. */
typedef enum TbBefore { TB_BEFORE, TB_BEFORE_NONE, TB_BEFORE_LOST, TB_BEFORE_CLOSED } TbBefore;
static inline Str tb_before(TestBag *t, TbBefore how) {
    char lost[67] = "01";
    memset(lost + 2, 'e', 64);
    Str named = how == TB_BEFORE ? hex_enc(t->a, t->commitment[2]) : how == TB_BEFORE_CLOSED ? hex_enc(t->a, t->commitment[1]) : str_dup(t->a, str_bytes(lost, 66));
    return how == TB_BEFORE_NONE ? S("{}") : str_fmt(t->a, "{\\\"before\\\":\\\"" STR_FMT "\\\"}", STR_ARG(named));
}

/* One more file, or another in the place of one that is there. */
static inline void tb_more(DossierBag *b, const ZipFile *f) {
    for (size_t i = 0; i < b->n; i++)
        if (str_eq(str_sub(b->files[i].name, b->base.n + 1, b->files[i].name.n), f->name)) {
            b->files[i].bytes = f->bytes;
            return;
        }
    dossier_add(b, f->name, f->bytes);
}

/* Everything up to and including the archive. more: further files of the content. */
static inline Err tb_write_as(TestBag *t, Arena *a, const ZipFile *more, size_t more_n, TbBefore before, Buf *out) {
    uint8_t seed[32] = { 9 }, sig[64];
    *t = (TestBag){ .a = a, .origin = S("log.example/keten/2026") };
    seal_sign_pair(seed, t->pub, t->priv);
    t->vkey = ledger_vkey(a, t->origin, t->pub);
    ledger_leaf_hash(S("a stranger"), t->leaf[t->leaves++]);
    ledger_leaf_hash(S("another"), t->leaf[t->leaves++]);
    Str id = S("00112233445566778899aabbccddeeff");
    tb_act(t, 0, "case.opened", id, S("{}"));
    tb_act(t, 1, "note.care", id, S("{}"));
    tb_act(t, 2, "capture.made", S("abcdef01000000000000000000000000"), str_fmt(a, "{\\\"warc_sha256\\\":\\\"" STR_FMT "\\\"}", STR_ARG(tb_hex256(a, TB_CAPTURE))));
    tb_act(t, 3, "capture.handled\",\"version\":2,\"x\":\"", S("abcdef01000000000000000000000000"), tb_before(t, before));
    DossierBag b = dossier_bag(a, S("keten-K-2026-000001-1"));
    tb_payload(t, &b);
    for (size_t i = 0; i < more_n; i++) tb_more(&b, &more[i]);
    DossierSeal s = { .id = id, .number = S("K-2026-000001/1"), .made = S("2026-03-02T09:00:00Z"), .organisation = S("Meldpunt Voorbeeld"), .origin = t->origin, .tool = S("keten/test"), .title = S("Dossier"),
        .case_acts = TB_ACTS, .case_head = hex_enc(a, t->commitment[TB_ACTS - 1]),
        .facts_root = hex_enc(a, str_bytes(t->facts.root, 32)), .facts_n = t->facts.n, .version = S("authority") };
    Str seal = dossier_seal(&b, &s);
    tb_act(t, TB_SEALED, "dossier.sealed", id, str_fmt(a, "{\\\"seal\\\":\\\"" STR_FMT "\\\"}", STR_ARG(tb_hex256(a, seal))));
    Str note = tb_note(t);
    seal_sign(t->priv, seal, sig);
    dossier_add(&b, S("proofs/seal.sig"), str_dup(a, str_bytes(sig, 64)));
    dossier_add(&b, S("proofs/key.txt"), str_fmt(a, STR_FMT "\n", STR_ARG(t->vkey)));
    dossier_add(&b, S("proofs/key.pem"), dossier_key_pem(a, t->pub));
    dossier_add(&b, S("proofs/checkpoint"), note);
    dossier_add(&b, S("proofs/sealed.json"), dossier_event_line(a, TB_SEALED + 1, t->event[TB_SEALED], t->salt[TB_SEALED], t->commitment[TB_SEALED]));
    dossier_add(&b, S("proofs/sealed.tlog-proof"), tb_proof(t, 2 + TB_SEALED, note));
    for (size_t i = 0; i < TB_ACTS; i++)
        if (i != 1) dossier_add(&b, dossier_proof_path(a, (int64_t)i + 1), tb_proof(t, 2 + i, note));
    return dossier_write(&b, out);
}

static inline Err tb_write(TestBag *t, Arena *a, const ZipFile *more, size_t more_n, Buf *out) { return tb_write_as(t, a, more, more_n, TB_BEFORE, out); }

static inline Str tb_make(TestBag *t, Arena *a) {
    Buf out = buf_new(1 << 20);
    must(tb_write(t, a, NULL, 0, &out) == OK);
    Str zip = str_dup(a, buf_str(&out));
    buf_free(&out);
    return zip;
}
#endif
