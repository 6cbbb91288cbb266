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

static bool has_stamp(const DossierBag *b, Str reply) {
    for (size_t k = 0; k < b->n; k++)
        if (str_starts(bag_path(b, k), S("timestamps/")) && str_eq(b->files[k].bytes, reply)) return true;
    return false;
}

static void add_token(Ctx *c, DossierBag *b, Str stem, Str reply) {
    Str chain = STR_NONE;
    dossier_add(b, str_fmt(c->arena, STR_FMT ".tsr", STR_ARG(stem)), reply);
    if (stamp_chain(c->arena, reply, &chain) == OK && chain.n > 0) dossier_add(b, str_fmt(c->arena, STR_FMT ".pem", STR_ARG(stem)), chain);
}

/* A list of earlier stamps that was stamped: the list once, and each authority's stamp over it. */
static void add_list(Ctx *c, DossierBag *b, const StampRow *s) {
    for (int n = 1; n < STAMPS_OF_ONE_MAX; n++) {
        Str stem = str_fmt(c->arena, "timestamps/renewal-%d", n), list = str_fmt(c->arena, STR_FMT ".txt", STR_ARG(stem));
        const ZipFile *there = bag_file(b, list);
        if (there != NULL && !str_eq(there->bytes, s->body)) continue;
        if (there == NULL) dossier_add(b, list, s->body);
        for (int k = 1; k < STAMPS_OF_ONE_MAX; k++) {
            Str name = k == 1 ? stem : str_fmt(c->arena, STR_FMT "-%d", STR_ARG(stem), k);
            if (bag_file(b, str_fmt(c->arena, STR_FMT ".tsr", STR_ARG(name))) != NULL) continue;
            add_token(c, b, name, s->reply);
            return;
        }
        return;
    }
}

static Err add_lists(Ctx *c, DossierBag *b, Id dossier, int64_t *added) {
    StampRow rows[STAMPS_OF_ONE_MAX];
    size_t n = 0;
    TRY(stamp_of_dossier(c, dossier, rows, STAMPS_OF_ONE_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(rows[i].kind, S("again")) || has_stamp(b, rows[i].reply)) continue;
        add_list(c, b, &rows[i]);
        ++*added;
    }
    return OK;
}

static bool over_the_seal(Str path) { return str_starts(path, S("timestamps/seal")) && str_ends(path, S(".tsr")); }

Err dossier_add_stamps(Ctx *c, DossierBag *b, Str seal_sha, int64_t *out_added) {
    StampRow rows[STAMPS_OF_ONE_MAX];
    size_t n = 0, have = 0;
    *out_added = 0;
    TRY(stamp_of(c, seal_sha, rows, STAMPS_OF_ONE_MAX, &n));
    for (size_t i = 0; i < b->n; i++) have += over_the_seal(bag_path(b, i));
    for (size_t i = 0; i < n; i++) {
        if (has_stamp(b, rows[i].reply)) continue;
        have++;
        add_token(c, b, have == 1 ? S("timestamps/seal") : str_fmt(c->arena, "timestamps/seal-%zu", have), rows[i].reply);
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

/* Asked again while something is still to come: later and later, for two weeks; then when a witness signs, however much later. */
static Err wait_for_more(Ctx *c, const DossierRow *d, const DossierBag *b, UnixMs *out_again) {
    UnixMs age = c->now - d->made, wait = age < WAIT_FIRST ? WAIT_FIRST : age > WAIT_MAX ? WAIT_MAX : age;
    if (bag_file(b, str_c(cosigned_path)) != NULL) return OK;
    if (c->app->policy == NULL || age >= GIVE_UP) return proof_wait_put(c, d->id);
    *out_again = c->now + wait;
    return OK;
}

/* ---- stamped again ---- */

static Err kept_bag(Ctx *c, Id dossier, DossierRow *d, DossierBag *out) {
    Str zip = STR_NONE;
    TRY(dossier_by_id(c, dossier, d));
    if (!str_eq(d->state, S("made"))) return E_MISSING;
    TRY(blob_get(c, d->file, DOSSIER_FILE_MAX, &zip));
    return open_bag(c, zip, out);
}

/* The seal and every stamp of the file as it is, in the lines that sha256sum reads. */
static Str stamped_list(Ctx *c, DossierBag *b) {
    Buf list = buf_new(1 << 20);
    uint8_t sha[32];
    for (size_t i = 0; i < b->n; i++) {
        Str path = bag_path(b, i);
        if (!str_eq(path, S("seal.txt")) && !str_starts(path, S("timestamps/"))) continue;
        seal_sha256(b->files[i].bytes, sha);
        buf_printf(&list, STR_FMT "  " STR_FMT "\n", STR_ARG(hex_enc(c->arena, str_bytes(sha, 32))), STR_ARG(path));
    }
    must(buf_err(&list) == OK);
    Str s = str_dup(c->arena, buf_str(&list));
    buf_free(&list);
    return s;
}

Err dossier_stamps_age(Ctx *c, Id dossier) {
    DossierRow d;
    DossierBag b;
    StampRow rows[STAMPS_OF_ONE_MAX];
    size_t n = 0;
    uint8_t sha[32];
    Str rest = c->app->timestamp_urls, url = STR_NONE;
    TRY(stamp_of_dossier(c, dossier, rows, STAMPS_OF_ONE_MAX, &n));
    Err e = kept_bag(c, dossier, &d, &b);
    if (e != OK && e != E_MISSING) return e;
    Str list = e == OK ? stamped_list(c, &b) : S("");      /* erased: there is nothing left to prove anything about */
    seal_sha256(list, sha);
    Str digest = str_dup(c->arena, str_bytes(sha, 32));
    while (e == OK && ledger_next_url(&rest, &url)) TRY(stamp_want_again(c, digest, list, url, dossier));
    for (size_t i = 0; i < n; i++)
        if (e == E_MISSING || has_stamp(&b, rows[i].reply)) TRY(stamp_listed(c, &rows[i], digest));
    return OK;
}

Err dossier_renew_run(Ctx *c, Id dossier, UnixMs due, UnixMs *out_again) {
    DossierRow d;
    DossierBag b;
    int64_t stamps = 0, lists = 0, witnesses = 0, receipts = 0;
    (void)due;
    Err e = kept_bag(c, dossier, &d, &b);
    if (e == E_MISSING) return OK; /* not made, or erased */
    TRY(e);
    TRY(dossier_add_stamps(c, &b, d.seal, &stamps));
    TRY(add_lists(c, &b, dossier, &lists));
    TRY(add_cosigned(c, &b, &witnesses));
    TRY(add_receipts(c, &d, &b, &receipts));
    if (stamps + lists + witnesses + receipts > 0) TRY(keep(c, &d, &b, stamps + lists, witnesses, receipts));
    return wait_for_more(c, &d, &b, out_again);
}
