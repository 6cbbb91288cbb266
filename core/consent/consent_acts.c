/* consent_acts.c - a receipt as acts: given, taken back. */
#include "core/consent/consent_in.h"

#include "core/vault/vault.h"
#include "foundation/base/enc.h"

#define END { NULL, F_END, CLEAR, false, 0 }
static const char *const person_names[RECEIPT_PEOPLE_MAX] = { "person_1", "person_2", "person_3", "person_4", "person_5", "person_6", "person_7", "person_8" };
enum { YEARS_MAX = 5 };
static const int64_t DAY = 86400000;

static const FieldDef given_fields[] = { { "type", F_CODE, CLEAR, true, 0 }, { "from", F_TIME, CLEAR, true, 0 }, { "until", F_TIME, CLEAR, true, 0 }, { "people", F_INT, CLEAR, true, RECEIPT_PEOPLE_MAX }, { "person_1", F_HASH, CLEAR, true, 0 },
    { "person_2", F_HASH, CLEAR, false, 0 }, { "person_3", F_HASH, CLEAR, false, 0 }, { "person_4", F_HASH, CLEAR, false, 0 },
    { "person_5", F_HASH, CLEAR, false, 0 }, { "person_6", F_HASH, CLEAR, false, 0 }, { "person_7", F_HASH, CLEAR, false, 0 }, { "person_8", F_HASH, CLEAR, false, 0 }, { "hash", F_TEXT, STORE, true, 64 }, { "service", F_TEXT, STORE, true, CONSENT_SERVICE_MAX }, END };

static Err consent_of(Arena *a, const Act *act, Consent *out) {
    Str bytes = STR_NONE, hash = act_get_text(act, "hash");
    int64_t people = act_get_int(act, "people");
    *out = (Consent){ .id = act->subject, .service = act_get_text(act, "service"), .from = act_get_int(act, "from"), .until = act_get_int(act, "until") };
    TRY(consent_signal_parse(act_get_code(act, "type"), &out->signal));
    if (hash.n != 64 || hex_dec(a, hash, &bytes) != OK || people < 1 || people > RECEIPT_PEOPLE_MAX) return E_INPUT;
    memcpy(out->hash, bytes.p, 32);
    for (int64_t i = 0; i < people; i++) {
        Str person = act_get_hash(act, person_names[i]);
        if (person.n != 32) return E_INPUT;
        memcpy(out->person[out->people++], person.p, 32);
    }
    return consent_wrong(out) == NULL ? OK : E_INPUT;
}

static Err check_given(Ctx *c, const Act *a) {
    CaseRow k;
    Consent r;
    int64_t n = 0, until = act_get_int(a, "until");
    TRY(case_by_id(c, a->case_id, &k));
    if (!str_eq(k.lane, S("adult"))) return ctx_refuse(c, E_CONFLICT, NULL, N_("Somebody under 18 is shown, or may be. Then we never make a receipt."));
    if (!consent_service_ok(act_get_text(a, "service"))) return ctx_refuse(c, E_INPUT, "service", N_("Type the name of one site, such as photos.example."));
    if (until <= c->now || until > c->now + YEARS_MAX * 366 * DAY) return ctx_refuse(c, E_INPUT, "until", N_("Choose until when you agree."));
    if (consent_of(c->arena, a, &r) != OK) return ctx_refuse(c, E_INPUT, "hash", N_("These are not the 64 characters of a photo."));
    TRY(receipt_store_count(c, a->case_id, &n));
    return n < RECEIPTS_OF_CASE ? OK : ctx_refuse(c, E_LIMIT, "hash", N_("This report has as many receipts as it can have."));
}
const ActDef act_receipt_given = { "receipt.given", 1, OBJ_NONE, "receipt.give", true, true, given_fields, check_given, apply_receipt_given, NULL, N_("A receipt was begun: {people} depicted are asked whether one photo may stand on one site") };

/* ---- each for herself: whoever holds a code of it may; the pages see to that, since the code is kept nowhere ---- */

static const FieldDef agreed_fields[] = { { "person", F_HASH, CLEAR, true, 0 }, END };
static Err check_agreed(Ctx *c, const Act *a) {
    ReceiptRow r;
    ReceiptPerson p;
    Str person = act_get_hash(a, "person");
    if (person.n != 32) return E_INPUT;
    TRY(receipt_by_person(c, (const uint8_t *)person.p, &p));
    TRY(receipt_store_by_id(c, a->subject, &r));
    if (!id_eq(p.receipt, r.id) || !id_eq(r.case_id, a->case_id)) return ctx_refuse(c, E_MISSING, NULL, N_("This is not here, or not for you."));
    if (receipt_over(&r, c->now)) return ctx_refuse(c, E_CONFLICT, NULL, N_("This was taken back already, or it has ended."));
    return p.yes == 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, N_("You agreed already."));
}
const ActDef act_receipt_agreed = { "receipt.agreed", 1, OBJ_NONE, "receipt.agree", false, false, agreed_fields, check_agreed, apply_receipt_agreed, NULL, N_("Somebody depicted agreed, with a code of her own") };

static const FieldDef ended_fields[] = { END };
static Err check_ended(Ctx *c, const Act *a) {
    ReceiptRow r;
    TRY(receipt_store_by_id(c, a->subject, &r));
    if (!id_eq(r.case_id, a->case_id)) return ctx_refuse(c, E_MISSING, NULL, N_("This is not here, or not for you."));
    return r.ended == 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, N_("This was taken back already."));
}
const ActDef act_receipt_ended = { "receipt.ended", 1, OBJ_NONE, "receipt.end", false, false, ended_fields, check_ended, apply_receipt_ended, NULL, N_("A receipt was taken back by somebody depicted") };

Act *receipt_give(Ctx *c, Id act, const ReceiptNew *n, Str out_codes[RECEIPT_PEOPLE_MAX]) {
    Act *a = act_new(c, &act_receipt_given, act, c->person.case_id, ctx_new_id(c));
    must(n->people >= 1 && n->people <= RECEIPT_PEOPLE_MAX);
    act_code(a, "type", consent_signal_name(n->type));
    act_time(a, "from", c->now / 1000 * 1000);
    act_time(a, "until", n->until / 1000 * 1000);
    act_int(a, "people", (int64_t)n->people);
    for (size_t i = 0; i < n->people; i++) {
        uint8_t person[32];
        Id random = ctx_new_id(c);
        out_codes[i] = consent_code(c->arena, random.b);
        must(consent_person(c->arena, out_codes[i], person) == OK);
        act_hash(a, person_names[i], str_dup(c->arena, str_bytes(person, sizeof person)));
    }
    act_text(a, "hash", hex_enc(c->arena, str_bytes(n->hash, 32)));
    act_text(a, "service", n->service);
    return a;
}

Act *receipt_agree(Ctx *c, const ReceiptRow *r, const uint8_t person[32]) {
    Act *a = act_new(c, &act_receipt_agreed, ID_NONE, r->case_id, r->id);
    a->org = r->org;
    act_hash(a, "person", str_dup(c->arena, str_bytes(person, 32)));
    return a;
}

bool receipt_over(const ReceiptRow *r, UnixMs now) { return r->ended != 0 || r->until <= now || r->erased || !str_eq(r->lane, S("adult")); }

Act *receipt_end(Ctx *c, const ReceiptRow *r) {
    Act *a = act_new(c, &act_receipt_ended, ID_NONE, r->case_id, r->id);
    a->org = r->org;
    return a;
}

/* ---- reading ---- */

static Err open_all(Ctx *c, ReceiptRow *rows, size_t n) {
    OpenItem *items = ARENA_ARRAY(c->arena, OpenItem, 2 * n + 1);
    for (size_t i = 0; i < n; i++) {
        items[2 * i] = (OpenItem){ .org = rows[i].org, .scope = rows[i].case_id, .cls = STORE, .item = rows[i].id, .field = "hash", .sealed = rows[i].hash_sealed };
        items[2 * i + 1] = (OpenItem){ .org = rows[i].org, .scope = rows[i].case_id, .cls = STORE, .item = rows[i].id, .field = "service", .sealed = rows[i].service_sealed };
    }
    TRY(journal_open_many(c, items, 2 * n));
    for (size_t i = 0; i < n; i++) {
        rows[i].err = items[2 * i].err != OK ? items[2 * i].err : items[2 * i + 1].err;
        rows[i].hash = items[2 * i].plain;
        rows[i].service = items[2 * i + 1].plain;
    }
    return OK;
}

Err receipt_of_case(Ctx *c, Id case_id, ReceiptRow **out, size_t *out_n) {
    *out = ARENA_ARRAY(c->arena, ReceiptRow, RECEIPTS_OF_CASE);
    TRY(receipt_store_of_case(c, case_id, *out, out_n));
    return open_all(c, *out, *out_n);
}
Err receipt_by_id(Ctx *c, Id receipt, ReceiptRow *out) {
    TRY(receipt_store_by_id(c, receipt, out));
    return open_all(c, out, 1);
}

Err receipt_note(Ctx *c, const ReceiptRow *r, Str *out) {
    Consent k = { .id = r->id, .service = r->service, .from = r->from, .until = r->until };
    Str bytes = STR_NONE, sig = STR_NONE, pub = STR_NONE, origin = STR_NONE;
    if (receipt_over(r, c->now) || r->yes < r->people) return E_CONFLICT;
    if (r->err != OK) return r->err;
    if (consent_signal_parse(r->type, &k.signal) != OK || hex_dec(c->arena, r->hash, &bytes) != OK || bytes.n != 32) return E_OUTSIDE;
    memcpy(k.hash, bytes.p, 32);
    TRY(receipt_store_people(c, r->id, &k));
    if (consent_wrong(&k) != NULL) return E_OUTSIDE;
    TRY(vault_sign(c->vault, c->arena, S(CONSENT_LABEL), consent_body(c->arena, &k), &sig));
    TRY(vault_public(c->vault, c->arena, &pub, &origin));
    *out = consent_note(c->arena, &k, origin, (const uint8_t *)pub.p, (const uint8_t *)sig.p);
    return OK;
}
