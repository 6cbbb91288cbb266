/* ledger_pages.c - the tree over all acts, open to anybody: checkpoint, tiles (c2sp.org/tlog-tiles), and a page that explains.
 * Only what a signed checkpoint covers is shown, so that the beat of the checkpoints is all that the world sees of our days.
 * Entry bundles are not offered: proofs and checkpoints are enough for a witness, and entries are nobody's business. */
#include "steps/inquiry/inquiry_in.h"
#include "core/vault/vault.h"
#include "steps/inquiry/stamped.h"
#include "foundation/base/enc.h"

enum { CHECKPOINT_SECONDS = 10 };

Err ledger_checkpoint(Ctx *c, const Request *req, Response *res) {
    Str note = STR_NONE;
    int64_t size = 0;
    (void)req;
    TRY(journal_checkpoint_newest(c, &note, &size));
    res_type(res, "text/plain; charset=utf-8");
    res->cache_seconds = CHECKPOINT_SECONDS;
    buf_put(&res->body, note);
    return OK;
}

Err ledger_tile(Ctx *c, const Request *req, Response *res) {
    LedgerTile t = { 0 };
    Str note = STR_NONE;
    int64_t size = 0;
    LedgerNodes nodes = journal_nodes(c);
    if (ledger_tile_parse(req_arg(req, "tile"), &t) != OK) return E_MISSING;
    TRY(journal_checkpoint_newest(c, &note, &size));
    if (t.width > ledger_tile_width(size, t.level, t.index)) return E_MISSING; /* not there yet, or not yet that wide */
    TRY(ledger_tile_bytes(&nodes, &t, &res->body));
    res_type(res, "application/octet-stream");
    res->cache_forever = true; /* hashes that are there never change */
    return OK;
}

static UiState witness_state(Str problem, bool ever) {
    static const char *const grave[] = { "fork", "ahead", "lies" };
    for (size_t i = 0; i < LEN(grave); i++)
        if (str_eq(problem, str_c(grave[i]))) return STATE_REFUSED;
    return problem.n > 0 ? STATE_LATE : ever ? STATE_DONE : STATE_WAITING;
}

static Err others(Ctx *c, const UiCtx *ui, TplInquiryLedger *t) {
    const LedgerPolicy *p = c->app->policy;
    StampCounts s;
    TplInquiryLedgerWitnesses *rows = ARENA_ARRAY(c->arena, TplInquiryLedgerWitnesses, POLICY_NAMES_MAX);
    for (size_t i = 0; p != NULL && i < p->names_n; i++) {
        WitnessState w;
        if (p->names[i].group) continue;
        TRY(journal_witness(c, p->names[i].key.name, &w));
        rows[t->witnesses_n++] = (TplInquiryLedgerWitnesses){ .name = p->names[i].key.name, .last = w.signed_at, .state = witness_state(w.problem, w.signed_at != 0), .word = inquiry_say(ui, "witness", w.problem.n > 0 ? w.problem : w.signed_at != 0 ? S("signs") : S("asked")) };
    }
    t->witnesses = rows;
    TRY(stamp_counts(c, &s));
    t->stamps = c->app->timestamp_urls.n > 0;
    t->stamped = s.newest;
    t->waiting = s.waiting;
    return OK;
}

/* For whoever runs the place: a word of another that says something is wrong here, and stamps that do not come. */
Err ledger_home(Ctx *c, const UiCtx *ui, Buf *out) {
    enum { LATE = 24 * 3600000 };
    const LedgerPolicy *p = c->app->policy;
    TplInquiryAlarm t = { 0 };
    StampCounts s;
    if ((c->person.roles & (R_LEAD | R_ADMIN)) == 0) return OK;
    TplInquiryAlarmWitnesses *rows = ARENA_ARRAY(c->arena, TplInquiryAlarmWitnesses, POLICY_NAMES_MAX);
    for (size_t i = 0; p != NULL && i < p->names_n; i++) {
        WitnessState w;
        if (p->names[i].group) continue;
        TRY(journal_witness(c, p->names[i].key.name, &w));
        if (witness_state(w.problem, true) == STATE_REFUSED) rows[t.witnesses_n++] = (TplInquiryAlarmWitnesses){ .name = p->names[i].key.name, .word = inquiry_say(ui, "witness", w.problem) };
    }
    t.witnesses = rows;
    TRY(stamp_counts(c, &s));
    if (s.waiting > 0 && c->now - s.oldest > LATE) t.waiting = s.waiting;
    t.aging = s.aging;
    if (t.witnesses_n > 0 || t.waiting > 0 || t.aging > 0) tpl_inquiry_alarm(out, ui, &t);
    return OK;
}

Err ledger_page(Ctx *c, const Request *req, Response *res) {
    TplInquiryLedger t = { 0 };
    Str pub = STR_NONE, origin = STR_NONE;
    Note *n = ARENA_NEW(c->arena, Note);
    Checkpoint cp = { 0 };
    Err e = journal_checkpoint_newest(c, &t.note, &t.size);
    if (e != OK && e != E_MISSING) return e;
    if (e == OK && note_parse(c->arena, t.note, n) == OK && checkpoint_parse(c->arena, n->text, &cp) == OK) t.root = hex_enc(c->arena, str_bytes(cp.root, 32));
    if (c->vault != NULL && vault_public(c->vault, c->arena, &pub, &origin) == OK && pub.n == 32) t.key = ledger_vkey(c->arena, origin, (const uint8_t *)pub.p);
    t.origin = origin.n > 0 ? origin : cp.origin;
    TRY(others(c, req->ui, &t));
    tpl_inquiry_ledger(&res->body, req->ui, &t);
    return OK;
}
