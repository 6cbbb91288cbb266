/* A consent receipt: what is signed, who may take it back, what a changed one is worth. */
#include "core/consent/consent.h"
#include "core/seal/seal.h"
#include "foundation/base/tap.h"

static const UnixMs now = 1772442000000; /* 2026-03-02T09:00:00Z */
static uint8_t pub[32], priv[64], other_pub[32], other_priv[64];

static Str signed_by(Arena *a, const Consent *c, const uint8_t public_key[32], const uint8_t private_key[64]) {
    uint8_t sig[64];
    seal_sign(private_key, str_fmt(a, "keten/consent\n" STR_FMT, STR_ARG(consent_body(a, c))), sig);
    return consent_note(a, c, S("consent.example"), public_key, sig);
}

static void one(Arena *a) {
    uint8_t random[2][16] = { { 1, 2, 3 }, { 200, 7 } }, person[32];
    Consent c = { .id = { { 9, 8, 7 } }, .signal = CONSENT_SHA256, .hash = { 0xab }, .service = S("photos.example"), .from = now, .until = now + 86400000, .people = 2 }, back;
    NoteKey keys[2];
    ConsentRevoked none, some;
    const char *why = NULL;
    Str wrong = STR_NONE;
    Str codes[2] = { consent_code(a, random[0]), consent_code(a, random[1]) };
    for (int i = 0; i < 2; i++) check(consent_person(a, codes[i], c.person[i]) == OK, "a person gets a code: " STR_FMT, STR_ARG(codes[i]));
    check(consent_person(a, str_lower(a, codes[0]), person) == OK && memcmp(person, c.person[0], 32) == 0 && consent_who(&c, person) == 0, "which may be typed in small letters");
    check(consent_person(a, S("ABCD-EFGH"), person) == E_INPUT && consent_person(a, STR_NONE, person) == E_INPUT, "what is no code is none");
    check(note_key_parse(a, ledger_vkey(a, S("consent.example"), pub), &keys[0]) == OK && note_key_parse(a, ledger_vkey(a, S("other.example"), other_pub), &keys[1]) == OK, "keys are known by their verifier lines");
    Str note = signed_by(a, &c, pub, priv);
    check(consent_read(a, note, keys, 2, &back, &why) == OK && back.people == 2 && str_eq(back.service, c.service) && back.until == c.until && memcmp(back.hash, c.hash, 32) == 0, "a receipt is read as it was signed");
    check(consent_read(a, note, &keys[1], 1, &back, &why) == E_DENIED, "one that nobody known signed is worth nothing: %s", why);
    check(consent_read(a, signed_by(a, &c, other_pub, other_priv), keys, 1, &back, &why) != OK, "nor one that somebody else signed under the known name: %s", why);
    check(consent_revoked_read(a, S("# nothing yet\n\n"), &none, &wrong) == OK && none.used == 0, "nothing was taken back");
    check(consent_judge(&c, CONSENT_SHA256, c.hash, S("Photos.Example"), now, &none) == CONSENT_VALID, "for this content, this service, now: valid");
    uint8_t other[32] = { 0xac };
    check(consent_judge(&c, CONSENT_SHA256, other, c.service, now, &none) == CONSENT_OTHER_CONTENT && consent_judge(&c, CONSENT_PDQ, c.hash, c.service, now, &none) == CONSENT_OTHER_CONTENT, "one bit more is other content");
    check(consent_judge(&c, CONSENT_SHA256, c.hash, S("other.example"), now, &none) == CONSENT_OTHER_SERVICE, "another service is not meant");
    check(consent_judge(&c, CONSENT_SHA256, c.hash, c.service, c.until, &none) == CONSENT_ENDED && consent_judge(&c, CONSENT_SHA256, c.hash, c.service, c.until - 1, &none) == CONSENT_VALID && consent_judge(&c, CONSENT_SHA256, c.hash, c.service, now - 1, &none) == CONSENT_NOT_YET, "until the last millisecond, not before the first");
    for (int i = 0; i < 2; i++) {
        check(consent_revoked_read(a, consent_revoked_line(a, c.id, c.person[i]), &some, &wrong) == OK && consent_judge(&c, CONSENT_SHA256, c.hash, c.service, now, &some) == CONSENT_TAKEN_BACK, "person %d alone takes it back for all", i + 1);
    }
    check(consent_revoked_read(a, consent_revoked_line(a, c.id, other), &some, &wrong) == OK && consent_judge(&c, CONSENT_SHA256, c.hash, c.service, now, &some) == CONSENT_VALID, "somebody who is not in it cannot");
    Str line = consent_revoked_line(a, c.id, c.person[0]);
    check(consent_revoked_read(a, str_sub(line, 0, line.n - 1), &some, &wrong) == OK && some.used == 0, "a line that is still being written does not count yet");
    check(consent_revoked_read(a, S("abc\n"), &some, &wrong) == E_INPUT, "a line that is none is said: " STR_FMT, STR_ARG(wrong));
    size_t caught = 0;
    for (size_t i = 0; i < note.n; i++) { /* every byte of it, changed */
        char *changed = str_z(a, note);
        changed[i] = (char)(changed[i] ^ 1);
        caught += consent_read(a, (Str){ changed, note.n }, keys, 2, &back, &why) != OK;
    }
    check(caught == note.n, "each of its %zu bytes, changed, spoils it", note.n);
    size_t cut = 0;
    for (size_t i = 0; i < note.n; i++) cut += consent_read(a, str_sub(note, 0, i), keys, 2, &back, &why) != OK;
    check(cut == note.n, "and so does cutting it off anywhere");
}

static void form(Arena *a) {
    static const struct { const char *host; bool ok; } hosts[] = { { "photos.example", true }, { "a-b.c1.example", true }, { "localhost", false }, { "Photos.example", false }, { "-a.example", false }, { "a-.example", false }, { "a..example", false }, { ".example", false }, { "example.", false }, { "a b.example", false }, { "", false } };
    for (size_t i = 0; i < LEN(hosts); i++) check(consent_service_ok(str_c(hosts[i].host)) == hosts[i].ok, "\"%s\" is %sa service", hosts[i].host, hosts[i].ok ? "" : "not ");
    Consent c = { .id = { { 1 } }, .signal = CONSENT_PDQ, .service = S("photos.example"), .from = now, .until = now + 1000, .people = 2 };
    check(consent_wrong(&c) != NULL, "the same person twice is wrong: %s", consent_wrong(&c));
    c.person[1][0] = 1;
    check(consent_wrong(&c) == NULL, "two people are right");
    c.until = now;
    check(consent_wrong(&c) != NULL, "an end before the beginning is wrong");
    c.until = now + 1;
    check(consent_wrong(&c) != NULL, "times are whole seconds");
    (void)a;
}

int main(void) {
    static const uint8_t seed[32] = { 5 }, other_seed[32] = { 6 };
    Arena *a = arena_new(256 << 20);
    seal_start();
    seal_sign_pair(seed, pub, priv);
    seal_sign_pair(other_seed, other_pub, other_priv);
    one(a);
    form(a);
    arena_free(a);
    return tap_end();
}
