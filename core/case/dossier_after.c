/* dossier_after.c - acts on a dossier after it was made. */
#include "core/case/dossier_after.h"
#include "core/case/case_in.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"

#define END { NULL, F_END, CLEAR, false, 0 }
#define BEFORE { "before", F_HASH, CLEAR, false, 0 }
enum { NONCE = 16, DAY_MS = 86400000 };

static Err made(Ctx *c, const Act *a, DossierRow *out) {
    TRY(dossier_by_id(c, a->subject, out));
    if (!id_eq(out->case_id, a->case_id)) return E_MISSING;
    return str_eq(out->state, S("made")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, "There is no file yet.");
}

/* ---- what the receiving body says ---- */

static const FieldDef receipt_fields[] = { { "authority", F_CODE, CLEAR, true, 0 }, { "took", F_CODE, CLEAR, true, 0 }, { "on", F_TIME, CLEAR, true, 0 }, { "digest", F_HASH, CLEAR, false, 0 }, { "why", F_TEXT, STORE, false, 2000 },
    { "nonce", F_TEXT, STORE, false, NONCE }, BEFORE, END };
static Err check_receipt(Ctx *c, const Act *a) {
    DossierRow d;
    Str took = act_get_code(a, "took");
    TRY(made(c, a, &d));
    if (!str_eq(took, S("full")) && !str_eq(took, S("part")) && !str_eq(took, S("none"))) return ctx_refuse(c, E_INPUT, "took", "This choice is not known.");
    if (!str_eq(took, S("full")) && act_get_text(a, "why").n == 0) return ctx_refuse(c, E_INPUT, "why", "Say what was not taken over, and why.");
    if (act_get_int(a, "on") > c->now) return ctx_refuse(c, E_INPUT, "on", "This day has not come yet.");
    if (act_get_int(a, "on") < day_start(c->app->zone, civil_at(c->app->zone, d.made).date)) return ctx_refuse(c, E_INPUT, "on", "This is before the dossier was made.");
    return OK;
}
static Err follow_receipt(Ctx *c, const Act *a) { return journal_job(c, "dossier.renew", a->subject, c->now); }
const ActDef act_dossier_receipt = { "dossier.receipt", 2, OBJ_DOSSIER, "dossier.receipt", false, false, receipt_fields, check_receipt, apply_dossier_receipt, follow_receipt, N_("What the receiving body did with the dossier was written down") };

void dossier_receipt_digest(Str nonce, Str why, uint8_t out[32]) { seal_hmac_sha256(nonce, why, out); }

Act *dossier_receipt(Ctx *c, Id act_id, const DossierRow *d, Str authority, Str took, Str why, UnixMs on) {
    uint8_t nonce[NONCE], digest[32];
    Act *a = act_new(c, &act_dossier_receipt, act_id, d->case_id, d->id);
    a->org = d->org;
    act_code(a, "authority", authority);
    act_code(a, "took", took);
    act_time(a, "on", on != 0 ? on : c->now);
    if (why.n == 0) return a;
    c->app->random(c->app->random_ctx, nonce, sizeof nonce);
    Str text = str_dup(c->arena, str_bytes(nonce, sizeof nonce));
    dossier_receipt_digest(text, why, digest);
    act_text(a, "why", why);
    act_text(a, "nonce", text);
    act_hash(a, "digest", str_dup(c->arena, str_bytes(digest, 32)));
    return a;
}

/* ---- the link for whoever has no account and no key ---- */

static const FieldDef link_fields[] = { { "token", F_HASH, CLEAR, true, 0 }, { "until", F_TIME, CLEAR, true, 0 }, { "to", F_TEXT, STORE, true, 500 }, BEFORE, END };
static Err check_link(Ctx *c, const Act *a) {
    DossierRow d;
    TRY(made(c, a, &d));
    if (act_get_int(a, "until") <= c->now || act_get_int(a, "until") > c->now + (int64_t)LINK_DAYS_MAX * DAY_MS) return ctx_refuse(c, E_INPUT, "days", "From 1 to 14 days.");
    return OK;
}
const ActDef act_dossier_link_made = { "dossier.link_made", 2, OBJ_DOSSIER, "dossier.export", true, false, link_fields, check_link, apply_dossier_link_made, NULL, N_("A link to fetch a dossier was made") };

static const FieldDef token_fields[] = { { "token", F_HASH, CLEAR, true, 0 }, BEFORE, END };
const ActDef act_dossier_link_ended = { "dossier.link_ended", 2, OBJ_DOSSIER, "dossier.read", true, false, token_fields, NULL, apply_dossier_link_ended, NULL, N_("A link to fetch a dossier was ended") };

static Err check_fetched(Ctx *c, const Act *a) {
    DossierRow d;
    LinkRow l;
    TRY(made(c, a, &d));
    TRY(dossier_link_row(c, act_get_hash(a, "token"), &l));
    return id_eq(l.dossier, a->subject) && l.ended == 0 && l.until > c->now ? OK : E_MISSING;
}
const ActDef act_dossier_fetched = { "dossier.fetched", 2, OBJ_DOSSIER, "dossier.fetch", true, false, token_fields, check_fetched, apply_dossier_fetched, NULL, N_("A dossier was fetched with its link") };

static Str token_of(Ctx *c, Str secret) {
    uint8_t sha[32];
    seal_sha256(secret, sha);
    return str_dup(c->arena, str_bytes(sha, 32));
}

Act *dossier_link_make(Ctx *c, Id act_id, const DossierRow *d, Str to, int64_t days, Str *out_secret) {
    uint8_t raw[LINK_TOKEN / 2];
    c->app->random(c->app->random_ctx, raw, sizeof raw);
    *out_secret = hex_enc(c->arena, str_bytes(raw, sizeof raw));
    Act *a = act_new(c, &act_dossier_link_made, act_id, d->case_id, d->id);
    act_hash(a, "token", token_of(c, *out_secret));
    act_time(a, "until", c->now + days * DAY_MS);
    act_text(a, "to", to);
    return a;
}
Act *dossier_link_end(Ctx *c, const DossierRow *d, Str token) {
    Act *a = act_new(c, &act_dossier_link_ended, ID_NONE, d->case_id, d->id);
    act_hash(a, "token", token);
    return a;
}
Act *dossier_fetch(Ctx *c, const DossierRow *d, Str token) {
    Act *a = act_new(c, &act_dossier_fetched, ID_NONE, d->case_id, d->id);
    a->org = d->org;
    act_hash(a, "token", token);
    return a;
}

Err dossier_link_find(Ctx *c, Str secret, LinkRow *out, DossierRow *out_dossier) {
    if (secret.n != LINK_TOKEN) return E_MISSING;
    TRY(dossier_link_row(c, token_of(c, secret), out));
    if (out->ended != 0 || out->until <= c->now) return E_MISSING;
    TRY(dossier_by_id(c, out->dossier, out_dossier));
    return id_none(out_dossier->file) ? E_MISSING : OK;
}
