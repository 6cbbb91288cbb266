/* dossier_make.c - the job: payload, lists, seal; the seal becomes an act; proofs; the whole is checked before it is kept. */
#include "core/dossier/fields.h"
#include "core/seal/seal.h"
#include "core/vault/vault.h"
#include "foundation/base/enc.h"
#include "steps/inquiry/dossier_in.h"
#include "steps/inquiry/stamped.h"
#include "steps/inquiry/version_in.h"

static Err add_blob(Draft *f, Id blob, const char *path, bool mail) {
    Str bytes = STR_NONE;
    TRY(blob_get(f->c, blob, DOSSIER_FILE_MAX, &bytes));
    dossier_add(&f->bag, str_c(path), mail ? draft_without_links(f->c->arena, bytes) : bytes);
    return OK;
}

static Err add_captures(Draft *f) {
    Arena *a = f->c->arena;
    for (size_t i = 0; i < f->captures_n; i++) {
        const CaptureRow *k = &f->captures[i];
        Str key = capture_key(a, k);
        TRY(add_blob(f, k->warc, str_fmt(a, "data/captures/" STR_FMT "%s", STR_ARG(key), capture_tail(k)).p, false));
        if (!id_none(k->shot)) TRY(add_blob(f, k->shot, str_fmt(a, "data/captures/" STR_FMT ".png", STR_ARG(key)).p, false));
        if (!id_none(k->text_file)) TRY(add_blob(f, k->text_file, str_fmt(a, "data/captures/" STR_FMT ".txt", STR_ARG(key)).p, false));
    }
    for (size_t i = 0; i < f->letters_n; i++) {
        bool mail = str_eq(f->letters[i].kind, S("mail"));
        TRY(add_blob(f, f->letters[i].id, str_fmt(a, "data/correspondence/%03zu.%s", i + 1, mail ? "eml" : "pdf").p, mail));
    }
    return OK;
}

static Err add_report(Draft *f) {
    Str pdf = STR_NONE;
    Lang other = f->lang == LANG_NL ? LANG_EN : LANG_NL;
    const Asset *css = asset_at(asset("keten.css").s);
    must(css != NULL);
    dossier_add(&f->bag, S("data/report.html"), draft_report_html(f, f->lang));
    dossier_add(&f->bag, str_fmt(f->c->arena, "data/report-%s.html", lang_code(other)), draft_report_html(f, other));
    dossier_add(&f->bag, S("data/method.html"), draft_method_html(f, f->lang));
    dossier_add(&f->bag, str_fmt(f->c->arena, "data/method-%s.html", lang_code(other)), draft_method_html(f, other));
    dossier_add(&f->bag, S("data/declaration.html"), draft_declaration_html(f, f->lang));
    dossier_add(&f->bag, str_fmt(f->c->arena, "data/declaration-%s.html", lang_code(other)), draft_declaration_html(f, other));
    dossier_add(&f->bag, S("data/report.css"), str_bytes(css->p, css->n));
    TRY(draft_report_pdf(f, &pdf));
    if (pdf.p != NULL) dossier_add(&f->bag, S("data/report.pdf"), pdf);
    return OK;
}

extern const char verifier_page[];      /* made by the build: browser/verify */
extern const size_t verifier_page_n;

/* Each fact under a salt of its own, so that a version for other readers can open some of them under the same root. */
static Err add_facts(Draft *f) {
    FieldsRoot root;
    Str facts = draft_facts_json(f);
    Buf lines = buf_new(8 * (size_t)FACTS_MAX);
    Err e = fields_make(f->c->arena, facts, f->c->app->random, f->c->app->random_ctx, &lines, &root);
    dossier_add(&f->bag, S("data/facts.json"), facts);
    if (e == OK) dossier_add(&f->bag, S("data/fields.jsonl"), str_dup(f->c->arena, buf_str(&lines)));
    buf_free(&lines);
    f->facts_root = hex_enc(f->c->arena, str_bytes(root.root, 32));
    f->facts_n = root.n;
    f->version = S("authority");
    return e;
}

static Err add_payload(Draft *f) {
    TRY(add_report(f));
    TRY(add_captures(f));
    TRY(add_facts(f));
    dossier_add(&f->bag, S("data/clocks.json"), draft_clocks_json(f));
    dossier_add(&f->bag, S("data/acts.json"), draft_acts_json(f));
    dossier_add(&f->bag, S("data/hashes.csv"), draft_hashes_csv(f));
    dossier_add(&f->bag, S("data/custody/events.jsonl"), draft_events_jsonl(f));
    dossier_add(&f->bag, S("data/reproduce.txt"), draft_reproduce_txt(f));
    dossier_add(&f->bag, S("data/correspondence/delivery.csv"), draft_delivery_csv(f));
    dossier_add(&f->bag, S("data/correspondence/timeline.csv"), draft_timeline_csv(f));
    return OK;
}

static Str seal_text(Draft *f, Str origin) {
    const Opened *last = &f->acts[f->acts_n - 1];
    DossierSeal s = { .id = id_hex(f->c->arena, f->d.id), .number = f->number, .made = when_rfc3339(f->c->arena, f->c->now), .organisation = f->org.name, .origin = origin, .tool = KETEN_TOOL,
        .title = str_fmt(f->c->arena, "Keten dossier " STR_FMT, STR_ARG(f->number)), .case_acts = (int64_t)f->acts_n, .case_head = hex_enc(f->c->arena, last->commitment),
        .facts_root = f->facts_root, .facts_n = f->facts_n, .version = f->version, .parent = f->parent_seal };
    return dossier_seal(&f->bag, &s);
}

/* The seal becomes an act, and with it a leaf of the ledger, before anything of the dossier is given to anybody. */
static Err enter(Draft *f, Str seal, Event *out) {
    uint8_t sha[32];
    seal_sha256(seal, sha);
    Act *a = dossier_sealed_act(f->c, &f->d, str_dup(f->c->arena, str_bytes(sha, 32)), (int64_t)f->acts_n, f->acts[f->acts_n - 1].commitment);
    TRY(journal_one(f->c, a));
    return journal_event(f->c, a->id, false, out);
}

static Err add_proofs(Draft *f, Str seal, const Event *sealed, Str pub, Str origin) {
    Ctx *c = f->c;
    Str note = STR_NONE, sig = STR_NONE, event = STR_NONE, salt = STR_NONE, commitment = STR_NONE, proof = STR_NONE;
    TRY(journal_checkpoint(c, &note));
    TRY(vault_sign(c->vault, c->arena, DOSSIER_SEAL_LABEL, dossier_seal_signed_part(seal), &sig));
    TRY(journal_canonical(c, sealed->seq, &event, &salt, &commitment));
    TRY(journal_proof(c, sealed->seq, &proof));
    dossier_add(&f->bag, S("proofs/checkpoint"), note);
    dossier_add(&f->bag, S("proofs/seal.sig"), sig);
    dossier_add(&f->bag, S("proofs/key.txt"), str_fmt(c->arena, STR_FMT "\n", STR_ARG(ledger_vkey(c->arena, origin, (const uint8_t *)pub.p))));
    dossier_add(&f->bag, S("proofs/key.pem"), dossier_key_pem(c->arena, (const uint8_t *)pub.p));
    dossier_add(&f->bag, S("proofs/sealed.json"), dossier_event_line(c->arena, sealed->case_seq, event, salt, commitment));
    dossier_add(&f->bag, S("proofs/sealed.tlog-proof"), proof);
    for (size_t i = 0; i < f->acts_n; i++) {
        if (!f->acts[i].open) continue;
        TRY(journal_proof(c, f->acts[i].seq, &proof));
        dossier_add(&f->bag, dossier_proof_path(c->arena, f->acts[i].case_seq), proof);
    }
    return OK;
}

/* An authority's clock over the seal, of each that is configured. None is waited for beyond one question: what comes later is put beside. */
static Err add_stamps(Draft *f, Str seal) {
    enum { AT_ONCE = 4 };
    Ctx *c = f->c;
    uint8_t sha[32];
    StampRow s;
    UnixMs next = 0;
    int64_t added = 0;
    if (c->app->timestamp_urls.n == 0) return OK;
    seal_sha256(seal, sha);
    Str digest = str_dup(c->arena, str_bytes(sha, 32));
    TRY(dossier_want_stamps(c, f->d.id, digest));
    for (int i = 0; i < AT_ONCE && c->net != NULL; i++) {
        Err e = stamp_due(c, &s, &next);
        if (e == E_MISSING) break;
        TRY(e);
        TRY(ledger_ask_stamp(c, &s));
    }
    return dossier_add_stamps(c, &f->bag, digest, &added);
}

/* What was just written is read again as a stranger would. A dossier that does not verify is nobody's. */
Err dossier_check_made(Ctx *c, Str zip) {
    DossierReport *r = ARENA_NEW(c->arena, DossierReport);
    Str pub = STR_NONE, origin = STR_NONE;
    TRY(vault_public(c->vault, c->arena, &pub, &origin));
    if (pub.n != 32) return E_OUTSIDE;
    NoteKey key = { .name = origin };
    memcpy(key.pub, pub.p, 32);
    ledger_key_id(origin, NOTE_ED25519, pub, key.id);
    dossier_verify(c->arena, zip, &key, r);
    for (size_t i = 0; i < r->n; i++)
        if (r->items[i].verdict == VERDICT_FAILED) return ctx_refuse(c, E_INPUT, NULL, r->items[i].why);
    return OK;
}

static Err keep(Draft *f, Str zip) {
    uint8_t sha[32];
    Id file = ID_NONE;
    Act *acts[2];
    seal_sha256(zip, sha);
    TRY(blob_put(f->c, f->d.case_id, S("dossier"), f->d.id, zip, &file, &acts[0]));
    acts[1] = dossier_made_act(f->c, &f->d, file, str_dup(f->c->arena, str_bytes(sha, 32)), (int64_t)zip.n);
    return journal_commit(f->c, acts, 2);
}

Err draft_finish(Draft *f) {
    Ctx *c = f->c;
    Str pub = STR_NONE, origin = STR_NONE;
    Event sealed;
    TRY(vault_public(c->vault, c->arena, &pub, &origin));
    if (pub.n != 32 || f->acts_n == 0) return E_OUTSIDE;
    dossier_add(&f->bag, S("data/ro-crate-metadata.json"), draft_crate_json(f));
    dossier_add(&f->bag, S("verify/README.txt"), draft_readme_txt(f));
    dossier_add(&f->bag, S("verify/verifier.html"), str_bytes(verifier_page, verifier_page_n));
    Str seal = seal_text(f, origin);
    TRY(enter(f, seal, &sealed));
    TRY(add_proofs(f, seal, &sealed, pub, origin));
    TRY(add_stamps(f, seal));
    Buf out = buf_new(DOSSIER_FILE_MAX);
    Err e = dossier_write(&f->bag, &out);
    if (e == OK) e = dossier_check_made(c, buf_str(&out));
    if (e == OK) e = keep(f, buf_str(&out));
    buf_free(&out);
    return e;
}

static Err make(Ctx *c, const DossierRow *d) {
    Draft *f = ARENA_NEW(c->arena, Draft);
    VersionRow as;
    Err e = dossier_version_of(c, d->id, &as);
    if (e == OK) return version_make(c, d, &as);
    if (e != E_MISSING) return e;
    TRY(draft_gather(c, d, f));
    f->bag = dossier_bag(c->arena, str_fmt(c->arena, "keten-" STR_FMT "-%lld", STR_ARG(f->k.ref), (long long)d->number));
    TRY(add_payload(f));
    return draft_finish(f);
}

Err dossier_run(Ctx *c, Id dossier, UnixMs due, UnixMs *out_again) {
    DossierRow d;
    CaseRow k;
    bool young = false;
    (void)due, (void)out_again;
    TRY(dossier_by_id(c, dossier, &d));
    if (str_eq(d.state, S("made")) || str_eq(d.state, S("failed"))) return OK;
    TRY(case_by_id(c, d.case_id, &k));
    if (k.erased != 0 || k.withdrawn != 0) return journal_one(c, dossier_failed_act(c, &d, k.erased != 0 ? S("erased") : S("withdrawn")));
    TRY(inquiry_incidents_barred(c, d.case_id, &young)); /* an offence about somebody younger may have been added since the captures were made */
    if (d.captures > 0 && (!str_eq(k.lane, S("adult")) || young)) return journal_one(c, dossier_failed_act(c, &d, S("minor")));
    Err e = make(c, &d);
    if (e == E_LIMIT) return journal_one(c, dossier_failed_act(c, &d, S("too_large")));
    if (e == E_MISSING) return journal_one(c, dossier_failed_act(c, &d, S("erased")));
    if (e == E_CONFLICT) return journal_one(c, dossier_failed_act(c, &d, S("no_fields")));
    if (e == E_INPUT) return journal_one(c, dossier_failed_act(c, &d, S("damaged")));
    return e;
}
