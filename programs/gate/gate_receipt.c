/* gate_receipt.c - a consent receipt that a service shows: is it good for this content, on this service, now? */
#include "programs/gate/gate.h"

Err gate_trust_read(Arena *a, Str text, GateTrust *out, Str *out_why) {
    GateTrust t = { .keys = ARENA_ARRAY(a, NoteKey, GATE_TRUST_MAX) };
    Str line = STR_NONE;
    for (size_t number = 1; str_split(&text, '\n', &line); number++) {
        line = str_trim(line);
        if (line.n == 0 || line.p[0] == '#') continue;
        if (t.n == GATE_TRUST_MAX) return *out_why = S("more than 100 keys"), E_INPUT;
        if (note_key_parse(a, line, &t.keys[t.n]) != OK) return *out_why = str_fmt(a, "line %zu is no key of a signer (name+id+key, as keten receipt key prints it)", number), E_INPUT;
        t.n++;
    }
    *out = t;
    return OK;
}

/* What a service needs: not who, how many, or whether somebody changed her mind. */
static void put(Json *j, ConsentVerdict v, const Consent *c, Arena *a) {
    json_kv_bool(j, "known", true);
    json_kv_bool(j, "valid", v == CONSENT_VALID);
    if (v != CONSENT_VALID) json_kv_str(j, "why", str_c(consent_verdict_code(v)));
    json_kv_str(j, "say", str_c(consent_verdict_words(v)));
    json_kv_str(j, "until", when_rfc3339(a, c->until));
}

Err gate_receipt(Arena *a, Str body, const GateTrust *trust, const ConsentRevoked *revoked, UnixMs now, Json *j, const char **out_why) {
    const JVal *root = NULL;
    ConsentSignal signal = CONSENT_NONE;
    uint8_t hash[32];
    Consent c;
    if (json_read(a, body, GATE_BODY_MAX, &root, NULL, NULL) != OK || root->type != J_OBJ) return *out_why = "the question is a JSON object with receipt, type, hash and service", E_INPUT;
    Str receipt = jstr(root, "receipt"), service = jstr(root, "service");
    if (receipt.n == 0) return *out_why = "receipt is missing: the text of the receipt", E_INPUT;
    if (consent_signal_parse(jstr(root, "type"), &signal) != OK) return *out_why = "type is sha256 or pdq", E_INPUT;
    if (bank_hash_parse(SIGNAL_SHA256, jstr(root, "hash"), hash) != OK) return *out_why = "hash is 64 hexadecimal digits", E_INPUT;
    if (service.n == 0) return *out_why = "service is missing: the host name of the service that asks", E_INPUT;
    const char *why = NULL;
    Err e = consent_read(a, receipt, trust->keys, trust->n, &c, &why);
    json_obj(j);
    if (e == OK) {
        put(j, consent_judge(&c, signal, hash, service, now, revoked), &c, a);
    } else {
        json_kv_bool(j, "known", false);
        json_kv_bool(j, "valid", false);
        json_kv_str(j, "why", e == E_DENIED ? S("signer") : S("form"));
        json_kv_str(j, "say", str_c(why));
    }
    json_end_obj(j);
    return OK;
}
