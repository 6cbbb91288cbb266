/* dossier_renew.c - what comes after the seal: stamps of authorities and signatures of witnesses, put beside a content that stays as it is. */
#include "core/case/dossier_after.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "steps/inquiry/dossier_in.h"
#include "steps/inquiry/stamped.h"

enum { MINUTE = 60000, WAIT_FIRST = 2 * MINUTE, WAIT_MAX = 6 * 60 * MINUTE, GIVE_UP = 14 * 24 * 60 * MINUTE };
static const char cosigned_path[] = "proofs/sealed-cosigned.tlog-proof";

static Str bag_path(const DossierBag *b, size_t i) { return str_sub(b->files[i].name, b->base.n + 1, b->files[i].name.n); }

static const ZipFile *bag_file(const DossierBag *b, Str path) {
    for (size_t i = 0; i < b->n; i++)
        if (str_eq(bag_path(b, i), path)) return &b->files[i];
    return NULL;
}

Err dossier_add_stamps(Ctx *c, DossierBag *b, Str seal_sha, int64_t *out_added) {
    StampRow rows[STAMPS_OF_ONE_MAX];
    size_t n = 0, have = 0;
    *out_added = 0;
    TRY(stamp_of(c, seal_sha, rows, STAMPS_OF_ONE_MAX, &n));
    for (size_t i = 0; i < b->n; i++) have += str_starts(bag_path(b, i), S("timestamps/")) && str_ends(bag_path(b, i), S(".tsr"));
    for (size_t i = 0; i < n; i++) {
        bool there = false;
        Str chain = STR_NONE;
        for (size_t k = 0; k < b->n && !there; k++) there = str_eq(b->files[k].bytes, rows[i].reply) && str_starts(bag_path(b, k), S("timestamps/"));
        if (there) continue;
        have++;
        Str stem = have == 1 ? S("timestamps/seal") : str_fmt(c->arena, "timestamps/seal-%zu", have);
        dossier_add(b, str_fmt(c->arena, STR_FMT ".tsr", STR_ARG(stem)), rows[i].reply);
        if (stamp_chain(c->arena, rows[i].reply, &chain) == OK && chain.n > 0) dossier_add(b, str_fmt(c->arena, STR_FMT ".pem", STR_ARG(stem)), chain);
        ++*out_added;
    }
    return OK;
}

Err dossier_want_stamps(Ctx *c, Id dossier, Str seal_sha) {
    Str rest = c->app->timestamp_urls, url = STR_NONE;
    while (ledger_next_url(&rest, &url)) TRY(stamp_want(c, S("seal"), seal_sha, url, dossier, 0));
    return OK;
}

/* The seal's act under a checkpoint that witnesses signed, once. */
static Err add_cosigned(Ctx *c, DossierBag *b, int64_t *out_witnesses) {
    Str note = STR_NONE, proof = STR_NONE, text = STR_NONE;
    int64_t size = 0;
    const JVal *line = NULL, *event = NULL;
    Note *n = ARENA_NEW(c->arena, Note);
    Id act = ID_NONE;
    Event e;
    *out_witnesses = 0;
    if (c->app->policy == NULL || bag_file(b, str_c(cosigned_path)) != NULL) return OK;
    Err err = journal_cosigned_newest(c, c->app->policy, &note, &size);
    if (err == E_MISSING) return OK;
    TRY(err);
    const ZipFile *sealed = bag_file(b, S("proofs/sealed.json"));
    if (sealed == NULL || json_read(c->arena, sealed->bytes, DOSSIER_LINE_MAX, &line, NULL, NULL) != OK) return E_INPUT;
    text = jstr(line, "event");
    if (json_read(c->arena, text, DOSSIER_LINE_MAX, &event, NULL, NULL) != OK || id_parse(jstr(event, "act"), &act) != OK) return E_INPUT;
    TRY(journal_event(c, act, false, &e));
    err = journal_proof_at(c, e.seq, size, note, &proof);
    if (err == E_CONFLICT) return OK; /* no witness has seen a tree with it yet */
    TRY(err);
    TRY(note_parse(c->arena, note, n));
    *out_witnesses = (int64_t)n->sigs_n - 1;
    dossier_add(b, str_c(cosigned_path), proof);
    dossier_add(b, S("proofs/policy"), c->app->policy_text);
    return OK;
}

/* What the receiving body said, as the act that says it and its place in the ledger. */
static Err add_receipts(Ctx *c, const DossierRow *d, DossierBag *b, int64_t *out_added) {
    ReceiptRow *rows = NULL;
    size_t n = 0;
    Str note = STR_NONE;
    *out_added = 0;
    TRY(dossier_receipts(c, d->id, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        Event e;
        Str event = STR_NONE, salt = STR_NONE, commitment = STR_NONE, proof = STR_NONE, path = str_fmt(c->arena, "receipts/receipt-%zu.json", i + 1);
        if (bag_file(b, path) != NULL || rows[i].err != OK) continue;
        TRY(journal_event(c, rows[i].id, false, &e));
        TRY(journal_checkpoint(c, &note));
        TRY(journal_canonical(c, e.seq, &event, &salt, &commitment));
        TRY(journal_proof(c, e.seq, &proof));
        dossier_add(b, path, dossier_receipt_line(c->arena, e.case_seq, event, salt, commitment, rows[i].nonce, rows[i].why));
        dossier_add(b, str_fmt(c->arena, "receipts/receipt-%zu.tlog-proof", i + 1), proof);
        ++*out_added;
    }
    return OK;
}

static Err open_bag(Ctx *c, Str zip, DossierBag *out) {
    ZipMember *m = NULL;
    size_t n = 0, slash = 0;
    const char *wrong = NULL;
    TRY(zip_read(c->arena, zip, &m, &n, &wrong));
    if (n == 0 || !str_chr(m[0].name, '/', &slash)) return E_INPUT;
    *out = dossier_bag(c->arena, str_sub(m[0].name, 0, slash));
    for (size_t i = 0; i < n; i++) {
        Str path = str_sub(m[i].name, slash + 1, m[i].name.n);
        if (!str_eq(path, S("tagmanifest-sha256.txt"))) dossier_add(out, path, m[i].bytes);
    }
    return OK;
}

static Err keep(Ctx *c, const DossierRow *d, DossierBag *b, int64_t stamps, int64_t witnesses, int64_t receipts) {
    uint8_t sha[32];
    Id file = ID_NONE;
    Act *acts[2];
    Buf out = buf_new(DOSSIER_FILE_MAX);
    Err e = dossier_write(b, &out);
    if (e == OK) e = dossier_check_made(c, buf_str(&out));
    if (e == OK) {
        seal_sha256(buf_str(&out), sha);
        e = blob_put(c, d->case_id, S("dossier"), d->id, buf_str(&out), &file, &acts[0]);
    }
    if (e == OK) {
        acts[1] = dossier_renewed_act(c, d, file, str_dup(c->arena, str_bytes(sha, 32)), (int64_t)out.n, stamps, witnesses, receipts);
        e = journal_commit(c, acts, 2);
    }
    buf_free(&out);
    return e;
}

/* Asked again while something is still to come: later and later, for two weeks. */
static void wait_for_more(Ctx *c, const DossierRow *d, const DossierBag *b, UnixMs *out_again) {
    UnixMs age = c->now - d->made, wait = age < WAIT_FIRST ? WAIT_FIRST : age > WAIT_MAX ? WAIT_MAX : age;
    if (c->app->policy != NULL && bag_file(b, str_c(cosigned_path)) == NULL && age < GIVE_UP) *out_again = c->now + wait;
}

Err dossier_renew_run(Ctx *c, Id dossier, UnixMs due, UnixMs *out_again) {
    DossierRow d;
    DossierBag b;
    Str zip = STR_NONE;
    int64_t stamps = 0, witnesses = 0, receipts = 0;
    (void)due;
    Err e = dossier_by_id(c, dossier, &d);
    if (e == E_MISSING || (e == OK && !str_eq(d.state, S("made")))) return OK;
    TRY(e);
    e = blob_get(c, d.file, DOSSIER_FILE_MAX, &zip);
    if (e == E_MISSING) return OK; /* erased */
    TRY(e);
    TRY(open_bag(c, zip, &b));
    TRY(dossier_add_stamps(c, &b, d.seal, &stamps));
    TRY(add_cosigned(c, &b, &witnesses));
    TRY(add_receipts(c, &d, &b, &receipts));
    if (stamps + witnesses + receipts > 0) TRY(keep(c, &d, &b, stamps, witnesses, receipts));
    wait_for_more(c, &d, &b, out_again);
    return OK;
}
