/* exhibit.c - what is said of an exhibit later, and looking again whether its file is the one that was written down.
 *
 * An exhibit is never changed: a remark or a correction stands beside it, as an act in its own chain (journal.h), and so in the dossier. */
#include "core/seal/seal.h"
#include "core/vault/vault.h"
#include "steps/inquiry/inquiry_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }
#define BEFORE { "before", F_HASH, CLEAR, false, 0 }

static Err made_here(Ctx *c, const Act *a, CaptureRow *out) {
    TRY(capture_by_id(c, a->subject, out));
    if (!id_eq(out->case_id, a->case_id)) return E_MISSING;
    return str_eq(out->state, S("made")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This capture was not made yet.");
}

/* STORE, not EVIDENCE: the server writes it into dossiers. It is about the exhibit, never about who reported. */
static const FieldDef noted_fields[] = { { "what", F_CODE, CLEAR, true, 0 }, { "text", F_TEXT, STORE, true, 4000 }, BEFORE, END };
static Err check_noted(Ctx *c, const Act *a) {
    CaptureRow k;
    Str what = act_get_code(a, "what");
    if (!str_eq(what, S("annotated")) && !str_eq(what, S("corrected"))) return ctx_refuse(c, E_INPUT, "what", "This choice is not known.");
    return made_here(c, a, &k);
}
const ActDef act_exhibit_noted = { "capture.noted", 2, OBJ_CAPTURE, "exhibit.manage", false, false, noted_fields, check_noted, apply_capture_handled, NULL, N_("Something was noted or corrected about an exhibit") };

static const FieldDef rechecked_fields[] = { { "found", F_CODE, CLEAR, true, 0 }, { "sha256", F_HASH, CLEAR, false, 0 }, BEFORE, END };
static Err check_rechecked(Ctx *c, const Act *a) {
    CaptureRow k;
    return made_here(c, a, &k);
}
const ActDef act_exhibit_rechecked = { "capture.rechecked", 2, OBJ_CAPTURE, "capture.read", false, false, rechecked_fields, check_rechecked, apply_capture_handled, NULL, N_("An exhibit was checked again against what was written down") };

/* ---- erasing one exhibit: the keys go, the acts and their proofs stay ---- */

static const FieldDef erased_fields[] = { { "ground", F_CODE, CLEAR, true, 0 }, BEFORE, END };
static Err check_erased(Ctx *c, const Act *a) {
    static const char *const grounds[] = { "asked", "objection", "order", "mistake" };
    CaptureRow k;
    BlobRow file;
    bool known = false;
    TRY(made_here(c, a, &k));
    for (size_t i = 0; i < LEN(grounds); i++) known = known || str_eq(act_get_code(a, "ground"), str_c(grounds[i]));
    if (!known) return ctx_refuse(c, E_INPUT, "ground", "This choice is not known.");
    if (k.erased != 0) return ctx_refuse(c, E_CONFLICT, NULL, "This exhibit was erased already.");
    if (id_none(k.warc)) return OK;
    TRY(blob_row(c, k.warc, &file));
    return file.own ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This exhibit is from before exhibits had a key of their own. It can be erased with its case only.");
}
static Err follow_erased(Ctx *c, const Act *a) { return journal_job(c, "exhibit.shred", a->subject, c->now); }
const ActDef act_exhibit_erased = { "capture.erased", 2, OBJ_CAPTURE, "case.erase", false, false, erased_fields, check_erased, apply_capture_erased, follow_erased, N_("An exhibit was erased: {ground}") };

Act *exhibit_erase(Ctx *c, Id act_id, const CaptureRow *k, Str ground) {
    Act *a = act_new(c, &act_exhibit_erased, act_id, k->case_id, k->id);
    a->org = k->org;
    act_code(a, "ground", ground);
    return a;
}

/* Its own files and every dossier of ours that carries it. What others were given is theirs: custody says who has it. */
Err exhibit_shred_run(Ctx *c, Id capture, UnixMs due, UnixMs *out_again) {
    enum { FILES_MAX = 2000 };
    CaptureRow k;
    Id *files = ARENA_ARRAY(c->arena, Id, FILES_MAX);
    size_t n = 0;
    (void)due, (void)out_again;
    TRY(capture_by_id(c, capture, &k));
    if (k.erased == 0) return E_INPUT; /* keys are destroyed after the tombstone, never before */
    TRY(capture_files(c, capture, files, FILES_MAX, &n));
    if (n > 0) TRY(vault_shred_scopes(c->vault, files, n));
    return vault_shred_settle(c->vault);
}

Act *exhibit_note(Ctx *c, Id act_id, const CaptureRow *k, Str what, Str text) {
    Act *a = act_new(c, &act_exhibit_noted, act_id, k->case_id, k->id);
    a->org = k->org;
    act_code(a, "what", what);
    act_text(a, "text", text);
    return a;
}

Err exhibit_recheck(Ctx *c, Id act_id, const CaptureRow *k, Act **out) {
    Str bytes = STR_NONE, found = STR_NONE;
    uint8_t sha[32];
    if (id_none(k->warc)) return ctx_refuse(c, E_CONFLICT, NULL, "There is no file yet.");
    Err e = blob_get(c, k->warc, WARC_BYTES_MAX, &bytes);
    if (e != OK && e != E_MISSING && e != E_INPUT) return e;
    Act *a = act_new(c, &act_exhibit_rechecked, act_id, k->case_id, k->id);
    a->org = k->org;
    if (e == OK) {
        seal_sha256(bytes, sha);
        found = str_eq(str_bytes(sha, 32), k->warc_sha256) ? S("same") : S("other");
        act_hash(a, "sha256", str_dup(c->arena, str_bytes(sha, 32)));
    } else {
        found = e == E_MISSING ? S("gone") : S("damaged");
    }
    act_code(a, "found", found);
    *out = a;
    return OK;
}
