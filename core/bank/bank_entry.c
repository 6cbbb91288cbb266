/* bank_entry.c - a hash that is looked for as acts: offered, confirmed, disputed, withdrawn. */
#include "core/bank/bank_entry.h"
#include "core/bank/bank_in.h"
#include "core/vault/vault.h"
#include "foundation/base/enc.h"

#define END { NULL, F_END, CLEAR, false, 0 }
enum { HASH_CHARS = 64, QUALITY_TOP = 100 };

static bool one_of(Str s, const char *const *codes) {
    for (int i = 0; codes[i] != NULL; i++)
        if (str_eq(s, str_c(codes[i]))) return true;
    return false;
}
static const char *const signals[] = { "pdq", "sha256", "md5", "url", NULL }, *const lanes[] = { "adult", "minor", NULL }, *const fronts[] = { "full", "512", "unknown", NULL },
    *const consents[] = { "share_hash", "list", NULL }, *const whys[] = { "withdrawn", "until", "lane", "erased", "source", "mistaken", NULL };
static size_t hash_len(Str signal) { return str_eq(signal, S("md5")) ? 16 : 32; }

static const FieldDef offered_fields[] = { { "signal", F_CODE, CLEAR, true, 0 }, { "lane", F_CODE, CLEAR, true, 0 }, { "front", F_CODE, CLEAR, true, 0 }, { "quality", F_INT, CLEAR, false, QUALITY_TOP },
    { "source", F_CODE, CLEAR, true, 0 }, { "consent", F_CODE, CLEAR, true, 0 }, { "until", F_TIME, CLEAR, false, 0 }, { "pass_on", F_INT, CLEAR, true, 1 }, { "print", F_ID, CLEAR, false, 0 },
    { "hash", F_TEXT, STORE, true, HASH_CHARS }, END };

/* A photo of a person: only while they agree to it, and only of adults. */
static Err check_print(Ctx *c, const Act *a) {
    PrintRow p;
    CaseRow k;
    TRY(print_by_id(c, act_get_id(a, "print"), &p));
    TRY(case_by_id(c, p.case_id, &k));
    bool adult = str_eq(k.lane, S("adult")) && str_eq(act_get_code(a, "lane"), S("adult"));
    if (p.ended != 0 || k.erased != 0 || !print_may(&p, S("share_hash"))) return ctx_refuse(c, E_CONFLICT, NULL, "This was taken back already.");
    return adult && id_eq(p.org, a->org) && str_eq(act_get_code(a, "consent"), S("share_hash")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, "Somebody under 18 is shown, or may be. Then we never take anything of the picture, not even these characters.");
}

static Err check_offered(Ctx *c, const Act *a) {
    Str signal = act_get_code(a, "signal");
    if (!one_of(signal, signals) || !one_of(act_get_code(a, "lane"), lanes) || !one_of(act_get_code(a, "front"), fronts) || !one_of(act_get_code(a, "consent"), consents)) return ctx_refuse(c, E_INPUT, NULL, "This choice is not known.");
    if (act_get_code(a, "source").n > BANK_CODE_MAX) return ctx_refuse(c, E_LIMIT, "source", "This text is too long.");
    if (act_get_text(a, "hash").n != hash_len(signal)) return ctx_refuse(c, E_INPUT, "hash", "This digest has the wrong length.");
    if (str_eq(signal, S("pdq")) && act_has(a, "quality") && act_get_int(a, "quality") < PDQ_QUALITY_MIN) return ctx_refuse(c, E_INPUT, "hash", "This photo shows too little to be recognised. Other photos would be taken for it.");
    static const char nothing[HASH_CHARS] = { 0 };
    Str hash = act_get_text(a, "hash");
    if (memcmp(hash.p, nothing, hash.n) == 0) return ctx_refuse(c, E_INPUT, "hash", "This photo shows too little to be recognised. Other photos would be taken for it.");
    if (act_has(a, "until") && act_get_int(a, "until") <= c->now) return ctx_refuse(c, E_INPUT, "until", "Choose until when we may use it.");
    return act_has(a, "print") ? check_print(c, a) : OK;
}
static Err follow_offered(Ctx *c, const Act *a) {
    if (act_has(a, "until")) TRY(journal_job(c, "bank.until", a->subject, act_get_int(a, "until")));
    return journal_job(c, "bank.follow", c->app->org, c->now);
}
static Err follow_change(Ctx *c, const Act *a) {
    (void)a;
    TRY(journal_job(c, "feed.grow", c->app->org, c->now)); /* subscribers hear of it (core/feed) */
    return journal_job(c, "bank.follow", c->app->org, c->now);
}
static Err follow_withdrawn(Ctx *c, const Act *a) {
    TRY(journal_job(c, "bank.forget", a->subject, c->now + BANK_KEPT_DAYS * 86400000LL));
    return follow_change(c, a);
}
const ActDef act_bank_offered = { "bank.offered", 1, OBJ_NONE, "bank.offer", false, true, offered_fields, check_offered, apply_bank_offered, follow_offered, N_("A hash was offered to the bank by {source}: nobody gets it until a person confirms it or another source agrees") };

/* The entry an act is about, of the organisation whose act it is. */
static Err entry_of(Ctx *c, const Act *a, BankEntry *out) {
    TRY(bank_entry_by_id(c, a->subject, out));
    if (!id_eq(out->org, a->org)) return ctx_refuse(c, E_MISSING, NULL, "This is not here, or not for you.");
    return str_eq(out->state, S("withdrawn")) ? ctx_refuse(c, E_CONFLICT, NULL, "This was taken back already.") : OK;
}

static const FieldDef by_fields[] = { { "by", F_CODE, CLEAR, true, 0 }, END };
static Err check_confirmed(Ctx *c, const Act *a) {
    BankEntry e;
    TRY(entry_of(c, a, &e));
    bool person = str_eq(act_get_code(a, "by"), S("person")), machine = a->actor_role == R_SYSTEM;
    if (person == machine || (machine && str_eq(act_get_code(a, "by"), e.source))) return ctx_refuse(c, E_DENIED, NULL, "You may not do this here."); /* the machine never speaks for a person, nor a source for itself */
    if (str_eq(e.state, S("active")) || (machine && !str_eq(e.state, S("quarantine")))) return ctx_refuse(c, E_CONFLICT, NULL, "This was decided already.");
    return e.consent_until == 0 || e.consent_until > c->now ? OK : ctx_refuse(c, E_CONFLICT, NULL, "The agreed time is over.");
}
const ActDef act_bank_confirmed = { "bank.confirmed", 1, OBJ_NONE, "bank.confirm", false, false, by_fields, check_confirmed, apply_bank_confirmed, follow_change, N_("A hash of the bank is in force: confirmed by {by}") };

static Err check_disputed(Ctx *c, const Act *a) {
    BankEntry e;
    TRY(entry_of(c, a, &e));
    return str_eq(e.state, S("disputed")) ? ctx_refuse(c, E_CONFLICT, NULL, "This was decided already.") : OK;
}
const ActDef act_bank_disputed = { "bank.disputed", 1, OBJ_NONE, "bank.dispute", false, false, by_fields, check_disputed, apply_bank_disputed, follow_change, N_("A hash of the bank is out of force: {by} says that it does not belong there") };

static const FieldDef withdrawn_fields[] = { { "why", F_CODE, CLEAR, true, 0 }, END };
static Err check_withdrawn(Ctx *c, const Act *a) {
    BankEntry e;
    TRY(entry_of(c, a, &e));
    return one_of(act_get_code(a, "why"), whys) ? OK : ctx_refuse(c, E_INPUT, NULL, "This choice is not known.");
}
const ActDef act_bank_withdrawn = { "bank.withdrawn", 1, OBJ_NONE, "bank.withdraw", false, false, withdrawn_fields, check_withdrawn, apply_bank_withdrawn, follow_withdrawn, N_("A hash of the bank was withdrawn, and everybody who had it is told: {why}") };

/* ---- building ---- */
Err bank_offer(Ctx *c, const BankNew *in, size_t n, Act ***out) {
    Act **acts = ARENA_ARRAY(c->arena, Act *, n + 1);
    Id *fresh = ARENA_ARRAY(c->arena, Id, n + 1), org = n > 0 ? in[0].org : ID_NONE;
    size_t fresh_n = 0;
    if (c->vault == NULL) return ctx_refuse(c, E_OUTSIDE, NULL, "This could not be saved. Nothing was changed.");
    for (size_t i = 0; i < n; i++) {
        Act *a = acts[i] = act_new(c, &act_bank_offered, ID_NONE, in[i].case_id, ctx_new_id(c));
        must(id_eq(in[i].org, org));
        if (id_none(in[i].scope)) fresh[fresh_n++] = a->subject;
        a->org = org;
        a->scope = id_none(in[i].scope) ? a->subject : in[i].scope;
        act_code(a, "signal", in[i].signal);
        act_code(a, "lane", in[i].lane);
        act_code(a, "front", in[i].front);
        if (in[i].quality >= 0) act_int(a, "quality", in[i].quality);
        act_code(a, "source", in[i].source);
        act_code(a, "consent", in[i].consent);
        if (in[i].until != 0) act_time(a, "until", in[i].until);
        act_int(a, "pass_on", in[i].pass_on);
        act_idf(a, "print", in[i].print);
        act_text(a, "hash", str_dup(c->arena, str_bytes(in[i].hash, hash_len(in[i].signal))));
    }
    TRY(vault_store_scopes(c->vault, org, fresh, fresh_n, c->now));
    *out = acts;
    return OK;
}

/* Of a report that still is there it stands in the case too, where its person sees it. */
static Act *about(Ctx *c, const ActDef *def, const BankEntry *e) {
    PrintRow p;
    CaseRow k;
    bool there = !id_none(e->print) && print_by_id(c, e->print, &p) == OK && case_by_id(c, p.case_id, &k) == OK && k.erased == 0;
    Act *a = act_new(c, def, ID_NONE, there ? k.id : ID_NONE, e->id);
    if (c->person.roles & R_SYSTEM) a->org = e->org;
    if (!there) a->scope = a->org;
    return a;
}
Act *bank_confirm(Ctx *c, const BankEntry *e, Str by) {
    Act *a = about(c, &act_bank_confirmed, e);
    act_code(a, "by", by);
    return a;
}
Act *bank_dispute(Ctx *c, const BankEntry *e, Str by) {
    Act *a = about(c, &act_bank_disputed, e);
    act_code(a, "by", by);
    return a;
}
Act *bank_withdraw(Ctx *c, const BankEntry *e, Str why) {
    Act *a = about(c, &act_bank_withdrawn, e);
    act_code(a, "why", why);
    return a;
}

Err bank_disputed_by(Ctx *c, int64_t entry, Str by) {
    BankEntry e;
    TRY(bank_entry_by_number(c, entry, &e));
    if (!e.fed) return E_MISSING;
    if (!str_eq(e.state, S("active"))) return OK;
    Err err = journal_one(c, bank_dispute(c, &e, by));
    return err == E_CONFLICT ? OK : err;
}

/* ---- opening ---- */
Err bank_entry_open(Ctx *c, BankEntry *rows, size_t n) {
    OpenItem *items = ARENA_ARRAY(c->arena, OpenItem, n + 1);
    for (size_t i = 0; i < n; i++) items[i] = (OpenItem){ .org = rows[i].org, .scope = rows[i].scope, .cls = STORE, .item = rows[i].id, .field = "hash", .sealed = rows[i].sealed };
    TRY(journal_open_many(c, items, n));
    for (size_t i = 0; i < n; i++) {
        memset(rows[i].hash, 0, sizeof rows[i].hash);
        rows[i].err = rows[i].sealed.n == 0 ? E_MISSING : items[i].err;
        if (rows[i].err == OK && items[i].plain.n != hash_len(rows[i].signal)) rows[i].err = E_INPUT;
        if (rows[i].err == OK) memcpy(rows[i].hash, items[i].plain.p, items[i].plain.n);
    }
    return OK;
}
Str bank_entry_hex(Arena *a, const BankEntry *e) { return e->err == OK ? hex_enc(a, str_bytes(e->hash, hash_len(e->signal))) : STR_NONE; }
