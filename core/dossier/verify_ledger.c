/* verify_ledger.c - checking what stands outside the bag's own lists: key, signature, ledger leaf of the seal, stamps. */
#include "core/dossier/dossier_in.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "foundation/base/lang.h"
#include "foundation/base/when.h"

static ZipMember *proof_file(Look *k, const char *path) { return look_sound(k, str_c(path), "ledger", PROOF_FILE_MAX); }

/* ---- key and signature ---- */

static void look_key(Look *k) {
    ZipMember *m = proof_file(k, "proofs/key.txt"), *pem = NULL;
    if (m == NULL) return;
    Str text = m->bytes;
    if (note_key_parse(k->a, str_trim(text), &k->key) != OK || text.n == 0 || text.p[text.n - 1] != '\n') {
        look_accuse(k, m, "key", N_("the key cannot be read"), STR_NONE);
        return;
    }
    k->has_key = true;
    k->out->vkey = str_dup(k->a, str_trim(text));
    pem = proof_file(k, "proofs/key.pem");
    if (pem != NULL && !str_eq(pem->bytes, dossier_key_pem(k->a, k->key.pub))) look_accuse(k, pem, "key", N_("it is not the same key as in key.txt"), STR_NONE);
    if (pem != NULL) look_covered(k, pem, COVER_SELF);
    look_covered(k, m, COVER_SELF); /* another key fits no signature */
    const NoteKey *trusted = k->trust->key;
    if (trusted == NULL) {
        look_found(k, VERDICT_REMARK, "key", S("proofs/key.txt"), N_("the key comes from the file itself: compare it with the key on the covering letter or on the ledger's page"), k->out->vkey);
        return;
    }
    if (memcmp(trusted->pub, k->key.pub, 32) != 0 || !str_eq(trusted->name, k->key.name)) {
        look_accuse(k, m, "key", N_("it is another key than the one you trust"), k->out->vkey);
        k->key = *trusted; /* from here on only the trusted one counts */
        return;
    }
    look_found(k, VERDICT_OK, "key", S("proofs/key.txt"), N_("it is the key you trust"), STR_NONE);
}

static bool look_signature(Look *k, Str seal_text) {
    ZipMember *seal = look_member(k, S("seal.txt")), *sig = k->has_key ? proof_file(k, "proofs/seal.sig") : NULL;
    must(seal != NULL);
    if (sig == NULL) {
        look_found(k, VERDICT_CANNOT, "signature", S("seal.txt"), N_("the signature over the seal cannot be checked"), STR_NONE);
        return false;
    }
    if (sig->bytes.n != 64 || !seal_signed(k->key.pub, seal_text, sig->bytes)) {
        look_accuse(k, seal, "signature", N_("the signature over the seal does not fit"), STR_NONE);
        return false;
    }
    if (!str_eq(k->out->seal.origin, k->key.name)) {
        look_accuse(k, seal, "signature", N_("the seal names another ledger than the key"), STR_NONE);
        return false;
    }
    look_covered(k, seal, COVER_SELF);
    look_covered(k, sig, COVER_SELF);
    look_found(k, VERDICT_OK, "signature", S("seal.txt"), N_("the seal is signed with this key"), STR_NONE);
    return true;
}

/* ---- the seal's own act, and the tree ---- */

bool look_proof(Look *k, Arena *a, Str path, Str commitment, Checkpoint *cp) {
    ZipMember *m = look_member(k, path);
    Str text = STR_NONE;
    const char *why = NULL;
    if (m == NULL) look_found(k, VERDICT_FAILED, "ledger", str_dup(k->a, path), N_("this file is missing"), STR_NONE);
    if (m == NULL || m->wrong != NULL) return false;
    if (zip_bytes(a, k->src, m, PROOF_FILE_MAX, &text) == OK && tlog_proof_check(a, text, commitment, &k->key, cp, &why) == OK) {
        look_covered(k, m, COVER_SELF);
        return true;
    }
    look_accuse(k, m, "ledger", N_("the proof does not hold"), str_c(why));
    return false;
}

static bool look_sealed(Look *k, Str *out_commitment) {
    Opening o;
    Checkpoint cp = { 0 };
    ZipMember *m = proof_file(k, "proofs/sealed.json");
    if (m == NULL) return false;
    const char *why = look_opening(k->a, m->bytes, &o);
    if (why == NULL && o.withheld) why = N_("a line cannot be read");
    if (why == NULL && (!str_eq(jstr(o.json, "kind"), S("dossier.sealed")) || !str_eq(jstr(o.body, "seal"), k->out->seal_sha256) || !str_eq(jstr(o.json, "subject"), k->out->seal.id))) why = N_("it is the act of another seal");
    if (why != NULL) {
        look_accuse(k, m, "ledger", why, STR_NONE);
        return false;
    }
    if (!look_proof(k, k->a, S("proofs/sealed.tlog-proof"), o.commitment, &cp)) return false;
    *out_commitment = o.commitment;
    look_covered(k, m, COVER_SELF);
    look_found(k, VERDICT_OK, "ledger", S("proofs/sealed.tlog-proof"), N_("the seal stands in the ledger; number of acts in the signed tree:"), str_fmt(k->a, "%lld", (long long)cp.size));
    return true;
}

static void look_checkpoint(Look *k) {
    Note *n = ARENA_NEW(k->a, Note);
    Checkpoint cp;
    ZipMember *m = proof_file(k, "proofs/checkpoint");
    if (m == NULL) return;
    if (note_parse(k->a, m->bytes, n) != OK || checkpoint_parse(k->a, n->text, &cp) != OK || note_verify(n, &k->key) != OK || !str_eq(cp.origin, k->key.name))
        look_accuse(k, m, "ledger", N_("the checkpoint is not signed with this key"), STR_NONE);
    look_covered(k, m, COVER_SELF);
}

/* ---- witnesses ---- */

/* A reader's own policy decides; the one in the file is what its maker says about itself. */
static void look_cosigned(Look *k, Str proof, const ZipMember *policy) {
    LedgerPolicy *p = ARENA_NEW(k->a, LedgerPolicy);
    const LedgerPolicy *use = k->trust->policy;
    TlogProof *t = ARENA_NEW(k->a, TlogProof);
    PolicySeen *seen = ARENA_NEW(k->a, PolicySeen);
    Checkpoint cp;
    size_t line = 0;
    const char *why = NULL;
    int64_t newest = 0;
    if (use == NULL && policy != NULL && policy_parse(k->a, policy->bytes, p, &line) == OK) use = p;
    if (use == NULL || tlog_proof_parse(k->a, proof, t) != OK) {
        look_found(k, VERDICT_CANNOT, "witness", S("proofs/sealed-cosigned.tlog-proof"), N_("which witnesses signed cannot be checked without a policy that names them"), STR_NONE);
        return;
    }
    Err e = policy_check(k->a, use, t->checkpoint, &cp, seen, &why);
    for (size_t i = 0; i < use->names_n; i++)
        if (seen->by[i] && seen->time_s[i] > newest) newest = seen->time_s[i];
    Str detail = str_fmt(k->a, "%zu, " STR_FMT, seen->cosigned, STR_ARG(when_rfc3339(k->a, newest * 1000)));
    if (newest != 0 && str_cmp(when_rfc3339(k->a, newest * 1000 + CLOCKS_APART_MS), k->out->seal.made) < 0)
        look_found(k, VERDICT_CANNOT, "witness", S("proofs/sealed-cosigned.tlog-proof"), N_("it says a time before the one that the seal says: one of the two clocks is wrong, and when this was made is not known"), detail);
    if (e == E_INPUT) look_found(k, VERDICT_FAILED, "witness", S("proofs/sealed-cosigned.tlog-proof"), N_("a signature under a witness's name does not fit"), STR_NONE);
    else if (e != OK) look_found(k, VERDICT_REMARK, "witness", S("proofs/sealed-cosigned.tlog-proof"), N_("too few of the witnesses in your policy signed the tree that holds the seal; signed, latest:"), detail);
    else if (k->trust->policy == NULL) look_found(k, VERDICT_REMARK, "witness", S("proofs/sealed-cosigned.tlog-proof"), N_("witnesses signed the tree that holds the seal, if you trust those that the file names; signed, latest:"), detail);
    else look_found(k, VERDICT_OK, "witness", S("proofs/sealed-cosigned.tlog-proof"), N_("the witnesses that your policy asks for signed the tree that holds the seal; signed, latest:"), detail);
}

static void look_witnesses(Look *k, Str commitment) {
    Checkpoint cp;
    Str path = S("proofs/sealed-cosigned.tlog-proof");
    ZipMember *m = look_member(k, path), *policy = NULL;
    if (m == NULL && k->trust->policy != NULL) look_found(k, VERDICT_CANNOT, "witness", STR_NONE, N_("no witness had signed a tree with the seal when this file was made; ask its maker for a newer one"), STR_NONE);
    if (m == NULL || !look_proof(k, k->a, path, commitment, &cp) || look_sound(k, path, "witness", PROOF_FILE_MAX) == NULL) return;
    if (look_member(k, S("proofs/policy")) != NULL) policy = look_sound(k, S("proofs/policy"), "witness", PROOF_FILE_MAX);
    look_cosigned(k, m->bytes, policy);
}

void look_ledger(Look *k, Str seal_text) {
    Str commitment = STR_NONE;
    look_key(k);
    bool good = look_signature(k, seal_text);
    if (!k->has_key) return;
    look_checkpoint(k);
    if (!good) return; /* what the seal says is nobody's word now */
    if (look_sealed(k, &commitment)) look_witnesses(k, commitment);
    look_custody(k);
    look_after(k);
    look_time(k);
}
