/* verify_ledger.c - checking what stands outside the bag's own lists: key, signature, ledger leaf of the seal, stamps. */
#include "core/dossier/dossier_in.h"
#include "core/seal/seal.h"
#include "core/seal/stamp.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "foundation/base/lang.h"

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

static void look_sealed(Look *k) {
    Opening o;
    Checkpoint cp = { 0 };
    ZipMember *m = proof_file(k, "proofs/sealed.json");
    if (m == NULL) return;
    const char *why = look_opening(k->a, m->bytes, &o);
    if (why == NULL && o.withheld) why = N_("a line cannot be read");
    if (why == NULL && (!str_eq(jstr(o.json, "kind"), S("dossier.sealed")) || !str_eq(jstr(o.body, "seal"), k->out->seal_sha256) || !str_eq(jstr(o.json, "subject"), k->out->seal.id))) why = N_("it is the act of another seal");
    if (why != NULL) {
        look_accuse(k, m, "ledger", why, STR_NONE);
        return;
    }
    if (!look_proof(k, k->a, S("proofs/sealed.tlog-proof"), o.commitment, &cp)) return;
    look_covered(k, m, COVER_SELF);
    look_found(k, VERDICT_OK, "ledger", S("proofs/sealed.tlog-proof"), N_("the seal stands in the ledger; number of acts in the signed tree:"), str_fmt(k->a, "%lld", (long long)cp.size));
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

/* A stamp over the seal bounds it from above by a clock that is not the maker's. */
static void look_time(Look *k, Str seal_text) {
    static const char path[] = "timestamps/seal.tsr";
    const char *why = NULL;
    uint8_t sha[32];
    Stamp s = { 0 };
    if (look_member(k, str_c(path)) == NULL) {
        look_found(k, VERDICT_CANNOT, "time", STR_NONE, N_("no time-stamp authority was asked: the order of acts is proven, their clock time is the server's own word"), k->out->seal.made);
        return;
    }
    ZipMember *m = look_sound(k, str_c(path), "time", PROOF_FILE_MAX);
    if (m == NULL) return;
    seal_sha256(seal_text, sha);
    if (stamp_check(k->a, m->bytes, sha, NULL, k->trust->cas, &s, &why) != OK) {
        look_accuse(k, m, "time", why, STR_NONE);
        return;
    }
    look_covered(k, m, COVER_SELF);
    look_found(k, s.trusted ? VERDICT_OK : VERDICT_REMARK, "time", str_c(path), s.trusted ? N_("the seal existed at the time that an authority you trust stamped:") : N_("the seal existed at the time of this stamp, if you trust the authority that made it:"),
        str_fmt(k->a, STR_FMT " " STR_FMT, STR_ARG(when_rfc3339(k->a, s.at)), STR_ARG(s.authority)));
}

void look_ledger(Look *k, Str seal_text) {
    look_key(k);
    bool good = look_signature(k, seal_text);
    if (!k->has_key) return;
    look_checkpoint(k);
    if (!good) return; /* what the seal says is nobody's word now */
    look_sealed(k);
    look_custody(k);
    look_time(k, seal_text);
}
