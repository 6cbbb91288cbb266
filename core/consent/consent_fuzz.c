/* Receipts and lists of what was taken back: read whole or refused; what is read has one spelling. */
#include "core/consent/consent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint8_t pub[32] = { 1 };
    if (size < 1 || size > 20000) return 0;
    Arena *a = arena_new(64 << 20);
    Str text = str_bytes(data + 1, size - 1), why_not = STR_NONE;
    const char *why = NULL;
    uint8_t person[32];
    Consent c;
    ConsentRevoked r = { .n = 0 };
    NoteKey key;
    if (data[0] == 'r') {
        Err e = consent_revoked_read(a, text, &r, &why_not);
        must((e == OK) == (why_not.n == 0));
    } else if (data[0] == 'c') {
        (void)!consent_person(a, text, person);
        (void)consent_service_ok(text);
    } else {
        must(note_key_parse(a, ledger_vkey(a, S("a.example"), pub), &key) == OK);
        Err e = consent_read(a, text, &key, 1, &c, &why);
        must((e == OK) == (why == NULL));
        if (e == E_DENIED) must(consent_wrong(&c) == NULL && consent_judge(&c, c.signal, c.hash, c.service, c.from, &r) == CONSENT_VALID); /* of the form, by somebody else */
    }
    arena_free(a);
    return 0;
}
