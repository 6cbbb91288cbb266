/* verify_ledger.c - checking what stands outside the bag's own lists: key, signature, ledger leaf of the seal, custody, captures. */
#include "core/dossier/dossier_in.h"
#include "core/seal/seal.h"
#include "core/seal/stamp.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "foundation/base/lang.h"

enum { COMMITMENT = 33, SCRATCH = 64 << 20 };

/* The bytes of a proof file that is there and sound. */
static bool proof(Look *k, Str path, Str *out) {
    const ZipMember *m = look_member(k, path);
    if (m == NULL) look_found(k, VERDICT_FAILED, "ledger", str_dup(k->a, path), N_("this file is missing"), STR_NONE);
    if (m == NULL || m->wrong != NULL) return false;
    *out = m->bytes;
    return true;
}

static void accuse_path(Look *k, const char *check, Str path, const char *why, Str detail) {
    ZipMember *m = (ZipMember *)(uintptr_t)look_member(k, path);
    if (m != NULL && m->wrong != NULL) return;
    if (m != NULL) m->wrong = why;
    look_found(k, VERDICT_FAILED, check, str_dup(k->a, path), why, detail);
}

/* ---- key and signature ---- */

static void look_key(Look *k) {
    Str text = STR_NONE, pem = STR_NONE;
    if (!proof(k, S("proofs/key.txt"), &text)) return;
    if (note_key_parse(k->a, str_trim(text), &k->key) != OK || text.n == 0 || text.p[text.n - 1] != '\n') {
        accuse_path(k, "key", S("proofs/key.txt"), N_("the key cannot be read"), STR_NONE);
        return;
    }
    k->has_key = true;
    k->out->vkey = str_dup(k->a, str_trim(text));
    if (proof(k, S("proofs/key.pem"), &pem) && !str_eq(pem, dossier_key_pem(k->a, k->key.pub))) accuse_path(k, "key", S("proofs/key.pem"), N_("it is not the same key as in key.txt"), STR_NONE);
    if (k->trusted == NULL) {
        look_found(k, VERDICT_REMARK, "key", S("proofs/key.txt"), N_("the key comes from the file itself: compare it with the key on the covering letter or on the ledger's page"), k->out->vkey);
        return;
    }
    if (memcmp(k->trusted->pub, k->key.pub, 32) != 0 || !str_eq(k->trusted->name, k->key.name)) {
        accuse_path(k, "key", S("proofs/key.txt"), N_("it is another key than the one you trust"), k->out->vkey);
        k->key = *k->trusted; /* from here on only the trusted one counts */
        return;
    }
    look_found(k, VERDICT_OK, "key", S("proofs/key.txt"), N_("it is the key you trust"), STR_NONE);
}

static bool look_signature(Look *k, Str seal_text) {
    Str sig = STR_NONE;
    if (!k->has_key || !proof(k, S("proofs/seal.sig"), &sig)) {
        look_found(k, VERDICT_CANNOT, "signature", S("seal.txt"), N_("the signature over the seal cannot be checked"), STR_NONE);
        return false;
    }
    if (sig.n != 64 || !seal_signed(k->key.pub, seal_text, sig)) {
        accuse_path(k, "signature", S("seal.txt"), N_("the signature over the seal does not fit"), STR_NONE);
        return false;
    }
    if (!str_eq(k->out->seal.origin, k->key.name)) {
        accuse_path(k, "signature", S("seal.txt"), N_("the seal names another ledger than the key"), STR_NONE);
        return false;
    }
    look_found(k, VERDICT_OK, "signature", S("seal.txt"), N_("the seal is signed with this key"), STR_NONE);
    return true;
}

/* ---- openings of leaves ---- */

typedef struct Opening { int64_t seq; Str commitment, event, salt; bool withheld; const JVal *json, *body; } Opening;

/* Reads one line; when the event is there, its commitment must follow from it. */
static const char *open_line(Arena *a, Str line, Opening *o) {
    const JVal *v = NULL;
    uint8_t mac[32];
    *o = (Opening){ 0 };
    if (json_read(a, line, DOSSIER_LINE_MAX, &v, NULL, NULL) != OK || v->type != J_OBJ) return N_("a line cannot be read");
    o->seq = jint(v, "case_seq", 0);
    if (hex_dec(a, jstr(v, "commitment"), &o->commitment) != OK || o->commitment.n != COMMITMENT || o->commitment.p[0] != 1 || o->seq < 1) return N_("a line cannot be read");
    o->withheld = jbool(v, "withheld");
    if (o->withheld) return jget(v, "event") == NULL ? NULL : N_("a line cannot be read");
    o->event = jstr(v, "event");
    if (o->event.n == 0 || hex_dec(a, jstr(v, "salt"), &o->salt) != OK || o->salt.n != 32) return N_("a line cannot be read");
    seal_hmac_sha256(o->salt, o->event, mac);
    if (memcmp(mac, o->commitment.p + 1, 32) != 0) return N_("an act is not the one that was entered in the ledger");
    if (json_read(a, o->event, DOSSIER_LINE_MAX, &o->json, NULL, NULL) != OK || json_read(a, jstr(o->json, "body"), DOSSIER_LINE_MAX, &o->body, NULL, NULL) != OK) return N_("an act cannot be read");
    return NULL;
}

/* The leaf stands in a tree that the key signed. */
static const char *in_ledger(Look *k, Arena *a, Str path, Str commitment, Checkpoint *cp) {
    Str text = STR_NONE;
    const char *why = NULL;
    if (!proof(k, path, &text)) return N_("its proof cannot be checked");
    if (tlog_proof_check(a, text, commitment, &k->key, cp, &why) == OK) return NULL;
    accuse_path(k, "ledger", path, N_("the proof does not hold"), str_c(why));
    return N_("its proof cannot be checked");
}

static void look_sealed(Look *k) {
    Str text = STR_NONE;
    Opening o;
    Checkpoint cp = { 0 };
    if (!proof(k, S("proofs/sealed.json"), &text)) return;
    const char *why = open_line(k->a, text, &o);
    if (why == NULL && o.withheld) why = N_("a line cannot be read");
    if (why == NULL && (!str_eq(jstr(o.json, "kind"), S("dossier.sealed")) || !str_eq(jstr(o.body, "seal"), k->out->seal_sha256) || !str_eq(jstr(o.json, "subject"), k->out->seal.id))) why = N_("it is the act of another seal");
    if (why != NULL) {
        accuse_path(k, "ledger", S("proofs/sealed.json"), why, STR_NONE);
        return;
    }
    if (in_ledger(k, k->a, S("proofs/sealed.tlog-proof"), o.commitment, &cp) == NULL)
        look_found(k, VERDICT_OK, "ledger", S("proofs/sealed.tlog-proof"), N_("the seal stands in the ledger; number of acts in the signed tree:"), str_fmt(k->a, "%lld", (long long)cp.size));
}

static void look_checkpoint(Look *k) {
    Str text = STR_NONE;
    Note *n = ARENA_NEW(k->a, Note);
    Checkpoint cp;
    if (!proof(k, S("proofs/checkpoint"), &text)) return;
    if (note_parse(k->a, text, n) != OK || checkpoint_parse(k->a, n->text, &cp) != OK || note_verify(n, &k->key) != OK || !str_eq(cp.origin, k->key.name))
        accuse_path(k, "ledger", S("proofs/checkpoint"), N_("the checkpoint is not signed with this key"), STR_NONE);
}

/* ---- custody: the acts of the case, as a chain ---- */

typedef struct Chain { Look *k; Arena *a; int64_t at; uint8_t last[COMMITMENT]; Str (*warcs)[2]; size_t warcs_n, warcs_cap; } Chain;

static void keep_warc(Chain *c, const Opening *o) {
    if (!str_eq(jstr(o->json, "kind"), S("capture.made"))) return;
    if (c->warcs_n == c->warcs_cap) {
        size_t cap = c->warcs_cap == 0 ? 64 : 2 * c->warcs_cap;
        Str (*more)[2] = arena_array(c->k->a, cap, sizeof *more);
        if (c->warcs_n > 0) memcpy(more, c->warcs, c->warcs_n * sizeof *more);
        c->warcs = more;
        c->warcs_cap = cap;
    }
    c->warcs[c->warcs_n][0] = str_dup(c->k->a, str_sub(jstr(o->json, "subject"), 0, 8));
    c->warcs[c->warcs_n++][1] = str_dup(c->k->a, jstr(o->body, "warc_sha256"));
}

static const char *chain_line(Chain *c, Str line) {
    Opening o;
    Checkpoint cp;
    Str prev = STR_NONE;
    const char *why = open_line(c->a, line, &o);
    if (why != NULL) return why;
    if (o.seq != c->at + 1) return N_("an act of the case is left out or stands out of order");
    c->at = o.seq;
    c->k->out->events++;
    if (o.withheld) {
        c->k->out->withheld++;
    } else {
        if (jint(o.json, "case_seq", 0) != o.seq || hex_dec(c->a, jstr(o.json, "prev"), &prev) != OK || prev.n != COMMITMENT || memcmp(prev.p, c->last, COMMITMENT) != 0) return N_("an act does not follow the one before it");
        (void)in_ledger(c->k, c->a, dossier_proof_path(c->a, o.seq), o.commitment, &cp);
        keep_warc(c, &o);
    }
    memcpy(c->last, o.commitment.p, COMMITMENT);
    return NULL;
}

/* Every capture in the dossier is the file that the act of its making names. */
static void look_captures(Look *k, const Chain *c) {
    Str folder = S("data/captures/");
    int64_t before = k->out->failed;
    for (size_t i = 0; i < k->n; i++) {
        Str path = str_sub(k->members[i].name, k->base.n, k->members[i].name.n);
        if (!str_starts(path, folder) || !str_ends(path, S(".warc.gz")) || k->members[i].wrong != NULL) continue;
        Str name = str_sub(path, folder.n, path.n - folder.n - 8), is = dossier_hex256(k->a, k->members[i].bytes);
        bool known = false, same = false;
        for (size_t j = 0; j < c->warcs_n; j++) {
            known = known || str_eq(c->warcs[j][0], name);
            same = same || (str_eq(c->warcs[j][0], name) && str_eq(c->warcs[j][1], is));
        }
        k->out->captures++;
        if (!same) accuse_path(k, "captures", path, known ? N_("it is not the file that was captured") : N_("no act of the case names this capture"), STR_NONE);
    }
    if (k->out->failed == before && k->out->captures > 0) look_found(k, VERDICT_OK, "captures", STR_NONE, N_("every capture is the file that was written down when it was made; captures:"), str_fmt(k->a, "%lld", (long long)k->out->captures));
}

static void look_custody(Look *k) {
    static const char path[] = "data/custody/events.jsonl";
    Str text = STR_NONE, line = STR_NONE;
    const char *why = NULL;
    int64_t before = k->out->failed;
    if (!proof(k, str_c(path), &text)) return;
    Arena *scratch = arena_new(SCRATCH);
    Chain c = { .k = k, .a = scratch };
    while (why == NULL && text.n > 0 && str_split(&text, '\n', &line)) {
        if (text.p == NULL || c.at >= DOSSIER_EVENTS_MAX) why = N_("the list of acts is cut off or too long");
        else why = chain_line(&c, line);
        arena_reset(scratch);
    }
    if (why == NULL && (c.at != k->out->seal.case_acts || !str_eq(hex_enc(k->a, str_bytes(c.last, COMMITMENT)), k->out->seal.case_head))) why = N_("the acts do not end where the seal says that they do");
    arena_free(scratch);
    if (why != NULL) accuse_path(k, "custody", str_c(path), why, c.at > 0 ? str_fmt(k->a, "%lld", (long long)c.at) : STR_NONE);
    else if (k->out->failed == before) look_found(k, VERDICT_OK, "custody", str_c(path), N_("no act of the case is left out, and those that are open are the ones in the ledger; acts, withheld:"),
        str_fmt(k->a, "%lld, %lld", (long long)k->out->events, (long long)k->out->withheld));
    if (why == NULL) look_captures(k, &c);
}

/* A stamp over the seal bounds it from above by a clock that is not the maker's. */
static void look_time(Look *k, Str seal_text) {
    static const char path[] = "timestamps/seal.tsr";
    const ZipMember *m = look_member(k, str_c(path));
    const char *why = NULL;
    uint8_t sha[32];
    Stamp s = { 0 };
    if (m == NULL) {
        look_found(k, VERDICT_CANNOT, "time", STR_NONE, N_("no time-stamp authority was asked: the order of acts is proven, their clock time is the server's own word"), k->out->seal.made);
        return;
    }
    if (m->wrong != NULL) return;
    seal_sha256(seal_text, sha);
    if (stamp_check(k->a, m->bytes, sha, NULL, k->cas, &s, &why) != OK) {
        accuse_path(k, "time", str_c(path), why, STR_NONE);
        return;
    }
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
