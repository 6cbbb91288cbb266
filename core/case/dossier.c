/* dossier.c - the acts of a dossier. */
#include "core/case/dossier.h"
#include "core/case/case_in.h"
#include "core/vault/vault.h"

#define END { NULL, F_END, CLEAR, false, 0 }

static const FieldDef asked_fields[] = { { "lang", F_CODE, CLEAR, true, 0 }, { "recipient", F_CODE, CLEAR, false, 0 }, { "captures", F_INT, CLEAR, true, 500 }, { "findings", F_INT, CLEAR, true, 100 }, END };
static Err check_asked(Ctx *c, const Act *a) {
    CaseRow k;
    Str lang = act_get_code(a, "lang");
    if (!str_eq(lang, S("nl")) && !str_eq(lang, S("en"))) return ctx_refuse(c, E_INPUT, "lang", "This choice is not known.");
    TRY(case_by_id(c, a->case_id, &k));
    if (act_get_int(a, "captures") > 0 && !str_eq(k.lane, S("adult"))) return ctx_refuse(c, E_DENIED, "captures", "Material of a minor, or of unknown age, is never captured. Only the link goes to the hotline.");
    return OK;
}
static Err follow_asked(Ctx *c, const Act *a) { return journal_job(c, "dossier.make", a->subject, c->now); }
const ActDef act_dossier_asked = { "dossier.asked", 1, OBJ_DOSSIER, "dossier.export", false, true, asked_fields, check_asked, apply_dossier_asked, follow_asked, N_("A dossier was asked for") };

Act *dossier_ask_act(Ctx *c, Id act_id, Id dossier, Id case_id, Str lang, Str recipient, int64_t captures, int64_t findings) {
    Act *a = act_new(c, &act_dossier_asked, act_id, case_id, dossier);
    act_code(a, "lang", lang);
    act_code(a, "recipient", recipient);
    act_int(a, "captures", captures);
    act_int(a, "findings", findings);
    return a;
}

static Err check_open(Ctx *c, const Act *a) {
    DossierRow d;
    TRY(dossier_by_id(c, a->subject, &d));
    if (!id_eq(d.case_id, a->case_id)) return E_MISSING;
    if (str_eq(d.state, S("made"))) return ctx_refuse(c, E_CONFLICT, NULL, "This dossier was made already.");
    return OK;
}
static const FieldDef sealed_fields[] = { { "seal", F_HASH, CLEAR, true, 0 }, { "acts", F_INT, CLEAR, true, 0 }, { "head", F_HASH, CLEAR, true, 0 }, { "before", F_HASH, CLEAR, false, 0 }, END };
const ActDef act_dossier_sealed = { "dossier.sealed", 2, OBJ_DOSSIER, "dossier.make", false, false, sealed_fields, check_open, apply_dossier_sealed, NULL, N_("A dossier was sealed") };
static Err follow_made(Ctx *c, const Act *a) { return c->app->policy != NULL ? journal_job(c, "dossier.renew", a->subject, c->now + 120000) : OK; }
static const FieldDef made_fields[] = { { "file", F_ID, CLEAR, true, 0 }, { "sha256", F_HASH, CLEAR, true, 0 }, { "size", F_INT, CLEAR, true, 0 }, { "before", F_HASH, CLEAR, false, 0 }, END };
const ActDef act_dossier_made = { "dossier.made", 2, OBJ_DOSSIER, "dossier.make", false, false, made_fields, check_open, apply_dossier_made, follow_made, N_("A dossier was made") };
/* Stamps and signatures of witnesses that came later stand beside the content; the seal stays. */
static Err check_renewed(Ctx *c, const Act *a) {
    DossierRow d;
    TRY(dossier_by_id(c, a->subject, &d));
    if (!id_eq(d.case_id, a->case_id)) return E_MISSING;
    if (!str_eq(d.state, S("made"))) return ctx_refuse(c, E_CONFLICT, NULL, "There is no file yet.");
    return OK;
}
static const FieldDef renewed_fields[] = { { "file", F_ID, CLEAR, true, 0 }, { "sha256", F_HASH, CLEAR, true, 0 }, { "size", F_INT, CLEAR, true, 0 }, { "stamps", F_INT, CLEAR, true, 100 }, { "witnesses", F_INT, CLEAR, true, 1000 }, { "receipts", F_INT, CLEAR, false, 100 }, { "before", F_HASH, CLEAR, false, 0 }, END };
const ActDef act_dossier_renewed = { "dossier.renewed", 2, OBJ_DOSSIER, "dossier.make", false, false, renewed_fields, check_renewed, apply_dossier_renewed, NULL, N_("Stamps or signatures of witnesses were put beside a dossier's content") };
static const FieldDef failed_fields[] = { { "why", F_CODE, CLEAR, true, 0 }, END };
const ActDef act_dossier_failed = { "dossier.failed", 1, OBJ_DOSSIER, "dossier.make", false, false, failed_fields, check_open, apply_dossier_failed, NULL, N_("A dossier could not be made") };

static Act *by_server(Ctx *c, const DossierRow *d, const ActDef *def) {
    Act *a = act_new(c, def, ID_NONE, d->case_id, d->id);
    a->org = d->org;
    return a;
}
Act *dossier_sealed_act(Ctx *c, const DossierRow *d, Str seal32, int64_t case_acts, Str case_head) {
    Act *a = by_server(c, d, &act_dossier_sealed);
    act_hash(a, "seal", seal32);
    act_int(a, "acts", case_acts);
    act_hash(a, "head", case_head);
    return a;
}
Act *dossier_made_act(Ctx *c, const DossierRow *d, Id file, Str sha256, int64_t size) {
    Act *a = by_server(c, d, &act_dossier_made);
    act_idf(a, "file", file);
    act_hash(a, "sha256", sha256);
    act_int(a, "size", size);
    return a;
}
Act *dossier_renewed_act(Ctx *c, const DossierRow *d, Id file, Str sha256, int64_t size, int64_t stamps, int64_t witnesses, int64_t receipts) {
    Act *a = by_server(c, d, &act_dossier_renewed);
    act_idf(a, "file", file);
    act_hash(a, "sha256", sha256);
    act_int(a, "size", size);
    act_int(a, "stamps", stamps);
    act_int(a, "witnesses", witnesses);
    if (receipts > 0) act_int(a, "receipts", receipts);
    return a;
}
Act *dossier_failed_act(Ctx *c, const DossierRow *d, Str why) {
    Act *a = by_server(c, d, &act_dossier_failed);
    act_code(a, "why", why);
    return a;
}

/* ---- custody: what was done with it; each is an act, and the list of them is the custody log ---- */

static const char *const handlings[] = { "viewed", "copied", "exported", "handed_over", "received" };
bool handling_known(Str what) {
    for (size_t i = 0; i < LEN(handlings); i++)
        if (str_eq(what, str_c(handlings[i]))) return true;
    return false;
}

static const FieldDef handled_fields[] = { { "what", F_CODE, CLEAR, true, 0 }, { "to", F_TEXT, STORE, false, 500 }, { "on", F_TIME, CLEAR, true, 0 }, { "before", F_HASH, CLEAR, false, 0 }, END };
static Err check_handled(Ctx *c, const Act *a) {
    DossierRow d;
    Str what = act_get_code(a, "what");
    TRY(dossier_by_id(c, a->subject, &d));
    if (!str_eq(d.state, S("made"))) return ctx_refuse(c, E_CONFLICT, NULL, "There is no file yet.");
    if (!handling_known(what)) return ctx_refuse(c, E_INPUT, "what", "This choice is not known.");
    if (str_eq(what, S("handed_over")) && act_get_text(a, "to").n == 0) return ctx_refuse(c, E_INPUT, "to", "Say to whom it was handed over.");
    if (act_get_int(a, "on") > c->now) return ctx_refuse(c, E_INPUT, "on", "This day has not come yet.");
    return OK;
}
const ActDef act_dossier_handled = { "dossier.handled", 2, OBJ_DOSSIER, "dossier.read", false, false, handled_fields, check_handled, apply_dossier_handled, NULL, N_("Somebody took out, gave or received a dossier") };

Act *dossier_handle(Ctx *c, Id act_id, const DossierRow *d, Str what, Str to, UnixMs on) {
    Act *a = act_new(c, &act_dossier_handled, act_id, d->case_id, d->id);
    a->org = d->org; /* also when an authority's inspector does it: it stands in the case's own chain */
    act_code(a, "what", what);
    act_text(a, "to", to);
    act_time(a, "on", on != 0 ? on : c->now);
    return a;
}

Err dossier_check(Ctx *c, Id file, size_t max, DossierReport *out, Str *out_vkey) {
    Str zip = STR_NONE, pub = STR_NONE, origin = STR_NONE;
    NoteKey key = { 0 };
    bool with_key = c->vault != NULL && vault_public(c->vault, c->arena, &pub, &origin) == OK && pub.n == 32;
    *out_vkey = STR_NONE;
    if (with_key) {
        *out_vkey = ledger_vkey(c->arena, origin, (const uint8_t *)pub.p);
        TRY(note_key_parse(c->arena, *out_vkey, &key));
    }
    Err e = blob_get(c, file, max, &zip);
    if (e != OK && e != E_INPUT) return e;
    dossier_verify(c->arena, zip, with_key ? &key : NULL, out); /* damaged in keeping: an empty file, which fails */
    return OK;
}

Str dossier_number(Arena *a, Str case_ref, const DossierRow *d) { return str_fmt(a, STR_FMT "/%lld", STR_ARG(case_ref), (long long)d->number); }
Str dossier_file_name(Arena *a, Str case_ref, const DossierRow *d) { return str_fmt(a, "keten-" STR_FMT "-%lld.zip", STR_ARG(case_ref), (long long)d->number); }
