/* Receipts of people with a report: made, fetched, taken back; what the gate is told of them. */
#include "core/consent/consent_in.h"
#include "core/case/case_step.h"
#include "core/case/testkit.h"

static const ActDef *all[128];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; case_step.acts[i] != NULL; i++) all[n++] = case_step.acts[i];
    for (size_t i = 0; consent_step.acts[i] != NULL; i++) all[n++] = consent_step.acts[i];
}

static void as_victim(Kit *k, Id case_id) {
    kit_person(k, R_VICTIM, ID_NONE, k->org, NULL);
    k->c.person.case_id = case_id;
}

static Err give(Kit *k, const ReceiptNew *n, Str codes[RECEIPT_PEOPLE_MAX], Id *out) {
    Act *a = receipt_give(&k->c, ID_NONE, n, codes);
    a->org = k->org;
    *out = a->subject;
    k->c.fail = (Fail){ 0 };
    return journal_one(&k->c, a);
}

static bool told(Kit *k, Id id) {
    Buf b = buf_new(1 << 20);
    size_t at = 0;
    must(receipt_revoked(&k->c, &b) == OK);
    bool is = str_find(buf_str(&b), id_hex(k->c.arena, id), &at);
    buf_free(&b);
    return is;
}

int main(void) {
    Kit k;
    join();
    kit_open(&k, all, NULL);
    Id adult = kit_case(&k, "18+", "spread", NULL), young = kit_case(&k, "16-17", "spread", NULL), id = ID_NONE, other = ID_NONE, gone = ID_NONE, turned = ID_NONE;
    Str codes[RECEIPT_PEOPLE_MAX], spare[RECEIPT_PEOPLE_MAX], note = STR_NONE, pub = STR_NONE, origin = STR_NONE;
    ReceiptNew n = { .type = CONSENT_SHA256, .hash = { 0xab, 1 }, .service = S("photos.example"), .until = k.c.now + 30 * 86400000LL, .people = 3 };
    ReceiptPerson who;
    ReceiptRow row, *rows = NULL;
    size_t rows_n = 0;
    Consent r;
    NoteKey key;
    const char *why = NULL;
    int64_t before = 0, after = 0;
    as_victim(&k, young);
    check(give(&k, &n, codes, &id) == E_CONFLICT, "where somebody is or may be under 18 no receipt is made");
    as_victim(&k, adult);
    check(give(&k, &n, codes, &id) == OK, "for three adults one is");
    n.service = S("not a host");
    check(give(&k, &n, spare, &other) == E_INPUT && strcmp(k.c.fail.field, "service") == 0, "for something that is no site, none");
    n.service = S("photos.example");
    n.until = k.c.now - 1000;
    check(give(&k, &n, spare, &other) == E_INPUT, "one that has ended, none");
    n.until = k.c.now + 30 * 86400000LL;
    check(receipt_of_case(&k.c, adult, &rows, &rows_n) == OK && rows_n == 1 && rows[0].err == OK && str_eq(rows[0].service, S("photos.example")), "the person sees it");
    must(vault_public(k.c.vault, k.c.arena, &pub, &origin) == OK && note_key_parse(k.c.arena, ledger_vkey(k.c.arena, origin, (const uint8_t *)pub.p), &key) == OK);
    uint8_t person[3][32];
    for (int i = 0; i < 3; i++) must(consent_person(k.c.arena, codes[i], person[i]) == OK);
    check(receipt_by_id(&k.c, id, &row) == OK && row.people == 3 && row.yes == 1 && receipt_note(&k.c, &row, &note) == E_CONFLICT, "who made it agreed by that; while others have not there is no receipt");
    check(told(&k, id), "and the gate would not believe one");
    for (int i = 0; i < 3; i++) check(receipt_by_person(&k.c, person[i], &who) == OK && id_eq(who.receipt, id) && (who.yes != 0) == (i == 0), "person %d of it is known by the code", i + 1);
    kit_as_public(&k);
    k.c.now += 1000;
    check(journal_one(&k.c, receipt_agree(&k.c, &row, person[1])) == OK && journal_one(&k.c, receipt_agree(&k.c, &row, person[1])) == E_CONFLICT, "the second agrees with a code of her own, without signing in; twice is once");
    check(receipt_by_id(&k.c, id, &row) == OK && row.yes == 2 && receipt_note(&k.c, &row, &note) == E_CONFLICT && told(&k, id), "nobody agrees for the third");
    must(receipt_change(k.c.db, &before) == OK);
    k.c.now += 1000;
    check(journal_one(&k.c, receipt_agree(&k.c, &row, person[2])) == OK && receipt_by_id(&k.c, id, &row) == OK, "the third agrees");
    check(receipt_note(&k.c, &row, &note) == OK && consent_read(k.c.arena, note, &key, 1, &r, &why) == OK && r.people == 3 && r.hash[0] == 0xab && id_eq(r.id, id), "now there is a receipt, signed by this instance");
    Str again = STR_NONE;
    check(receipt_note(&k.c, &row, &again) == OK && str_eq(note, again), "and the same each time it is fetched");
    for (int i = 0; i < 3; i++) check(consent_who(&r, person[i]) == i, "person %d stands in it", i + 1);
    check(!told(&k, id) && receipt_change(k.c.db, &after) == OK && after > before, "the gate hears that everybody did");
    before = after;
    k.c.now += 1000;
    check(journal_one(&k.c, receipt_end(&k.c, &row)) == OK, "whoever holds a code takes it back, without signing in");
    check(told(&k, id) && receipt_change(k.c.db, &after) == OK && after > before, "and the gate is told");
    check(journal_one(&k.c, receipt_end(&k.c, &row)) == E_CONFLICT, "twice is once");
    check(receipt_by_id(&k.c, id, &row) == OK && receipt_note(&k.c, &row, &note) == E_CONFLICT, "it is not given out any more");
    as_victim(&k, adult);
    must(give(&k, &n, codes, &turned) == OK && receipt_by_id(&k.c, turned, &row) == OK && consent_person(k.c.arena, codes[1], person[1]) == OK && consent_person(k.c.arena, codes[2], person[2]) == OK);
    kit_as_public(&k);
    check(journal_one(&k.c, receipt_agree(&k.c, &row, person[0])) == E_MISSING, "a code of another receipt agrees to nothing here");
    check(journal_one(&k.c, receipt_end(&k.c, &row)) == OK && journal_one(&k.c, receipt_agree(&k.c, &row, person[1])) == E_CONFLICT, "after one no, nobody's yes counts");
    as_victim(&k, adult);
    n.people = 2;
    must(give(&k, &n, codes, &turned) == OK && receipt_by_id(&k.c, turned, &row) == OK && consent_person(k.c.arena, codes[1], person[1]) == OK);
    kit_as_public(&k);
    UnixMs then = k.c.now;
    k.c.now = n.until;
    check(journal_one(&k.c, receipt_agree(&k.c, &row, person[1])) == E_CONFLICT, "after its day it is too late");
    k.c.now = then;
    n.people = 1;
    as_victim(&k, adult);
    must(give(&k, &n, codes, &gone) == OK);
    check(receipt_by_id(&k.c, gone, &row) == OK && receipt_note(&k.c, &row, &note) == OK && !told(&k, gone), "with one person in the photo it is whole at once");
    as_victim(&k, adult);
    check(journal_one(&k.c, case_erase(&k.c, adult, S("asked"), S("victim"))) == OK && told(&k, gone), "a report that is erased takes its receipts with it");
    kit_as_worker(&k);
    kit_later(&k, 31 * 86400000LL);
    check(!told(&k, id), "after its end it is not in the list any more: it holds no longer anyway");
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
