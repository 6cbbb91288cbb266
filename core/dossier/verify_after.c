/* verify_after.c - what was put beside the content later: the receiving body's word about the dossier. */
#include "core/dossier/dossier_in.h"
#include "core/dossier/fields.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json_plain.h"
#include "foundation/base/lang.h"
#include "foundation/base/when.h"

enum { RECEIPT_MAX = 256 * 1024 };

/* The act, as it was entered in the ledger, is about this dossier; the reason is the one whose digest it carries. */
static const char *receipt_says(Look *k, Str line, Opening *o) {
    const JVal *v = NULL;
    Str nonce = STR_NONE, digest = STR_NONE;
    uint8_t mac[32];
    const char *why = look_opening(k->a, line, o);
    if (why != NULL) return why;
    if (o->withheld || !str_eq(jstr(o->json, "kind"), S("dossier.receipt")) || !str_eq(jstr(o->json, "subject"), k->out->seal.id)) return N_("it is a receipt of another dossier");
    if (json_read_plain(k->a, line, DOSSIER_LINE_MAX, &v) != OK) return N_("a line cannot be read");
    Str said = jstr(v, "why");
    if (jget(o->body, "digest") == NULL) return said.n == 0 ? NULL : N_("the reason is not the one that was entered in the ledger");
    if (hex_dec(k->a, jstr(v, "nonce"), &nonce) != OK || nonce.n != 16 || hex_dec(k->a, jstr(o->body, "digest"), &digest) != OK || digest.n != 32) return N_("a line cannot be read");
    seal_hmac_sha256(nonce, said, mac);
    return memcmp(mac, digest.p, 32) == 0 ? NULL : N_("the reason is not the one that was entered in the ledger");
}

static const char *took_word(Str took) {
    if (str_eq(took, S("full"))) return N_("the receiving body took it over in full; body, date:");
    if (str_eq(took, S("part"))) return N_("the receiving body took it over in part; body, date:");
    return N_("the receiving body did not take it over; body, date:");
}

static void look_receipt(Look *k, Str path) {
    Opening o;
    Checkpoint cp;
    ZipMember *m = look_sound(k, path, "receipt", RECEIPT_MAX);
    if (m == NULL) return;
    Str proof = str_fmt(k->a, STR_FMT ".tlog-proof", (int)path.n - 5, path.p);
    const char *why = receipt_says(k, m->bytes, &o);
    if (why != NULL) {
        look_accuse(k, m, "receipt", why, STR_NONE);
        return;
    }
    if (!look_proof(k, k->a, proof, o.commitment, &cp)) return;
    look_covered(k, m, COVER_SELF);
    Str on = when_rfc3339(k->a, jint(o.body, "on", 0));
    look_found(k, VERDICT_OK, "receipt", str_dup(k->a, path), took_word(jstr(o.body, "took")), str_fmt(k->a, STR_FMT ", " STR_FMT, STR_ARG(str_dup(k->a, jstr(o.body, "authority"))), STR_ARG(str_sub(on, 0, 10))));
}

static const char *version_says(Str version) {
    if (str_eq(version, S("public"))) return N_("a public version: open fields fit the facts root in the seal; closed, seal it was made from:");
    if (str_eq(version, S("defence"))) return N_("a version for whoever is accused: open fields fit the facts root in the seal; closed, seal it was made from:");
    return N_("a version after an objection: open fields fit the facts root in the seal; closed, seal it was made from:");
}

/* Facts that can be opened one by one: what is open is what was sealed, in every version of them. */
static void look_facts(Look *k) {
    const DossierSeal *s = &k->out->seal;
    FieldsRoot root;
    int64_t closed = 0;
    const char *why = NULL;
    if (s->facts_root.n == 0) return;
    ZipMember *facts = look_sound(k, S("data/facts.json"), "facts", FACTS_MAX), *lines = look_sound(k, S("data/fields.jsonl"), "facts", 8 * (size_t)FACTS_MAX);
    if (facts == NULL || lines == NULL) return;
    Arena *scratch = arena_new(8 * (size_t)FACTS_MAX);
    Err e = fields_check(scratch, facts->bytes, lines->bytes, &root, &closed, &why);
    arena_free(scratch);
    bool whole = str_eq(s->version, S("authority"));
    if (e != OK) look_accuse(k, lines, "facts", why, STR_NONE);
    else if (root.n != s->facts_n || !str_eq(hex_enc(k->a, str_bytes(root.root, 32)), s->facts_root)) look_accuse(k, lines, "facts", N_("the fields are not those under the facts root that was sealed"), STR_NONE);
    else if (whole && closed > 0) look_accuse(k, lines, "facts", N_("fields are closed in what calls itself the whole dossier"), STR_NONE);
    else if (whole) look_found(k, VERDICT_OK, "facts", S("data/facts.json"), N_("every fact is open and fits the facts root in the seal; facts:"), str_fmt(k->a, "%lld", (long long)root.n));
    else look_found(k, VERDICT_OK, "facts", S("data/facts.json"), version_says(s->version), str_fmt(k->a, "%lld/%lld, " STR_FMT, (long long)closed, (long long)root.n, STR_ARG(s->parent)));
}

void look_after(Look *k) {
    look_facts(k);
    enum { MOST = 50 };
    size_t n = 0;
    for (size_t i = 0; i < k->n && n < MOST; i++) {
        Str path = look_path(k, &k->members[i]);
        if (!str_starts(path, S("receipts/")) || !str_ends(path, S(".json")) || k->members[i].wrong != NULL) continue;
        n++;
        look_receipt(k, path);
    }
}
