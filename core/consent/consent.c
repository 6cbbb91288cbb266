/* consent.c - see consent.h. */
#include "core/consent/consent.h"

#include "core/seal/seal.h"
#include "foundation/base/enc.h"

static const UnixMs SECOND = 1000;

Err consent_signal_parse(Str s, ConsentSignal *out) {
    *out = str_eq(s, S("sha256")) ? CONSENT_SHA256 : str_eq(s, S("pdq")) ? CONSENT_PDQ : CONSENT_NONE;
    return *out != CONSENT_NONE ? OK : E_INPUT;
}
Str consent_signal_name(ConsentSignal s) { return s == CONSENT_SHA256 ? S("sha256") : s == CONSENT_PDQ ? S("pdq") : STR_NONE; }

/* A host name as DNS has it: labels of letters, digits and hyphens. */
bool consent_service_ok(Str host) {
    size_t label = 0, dots = 0;
    if (host.n == 0 || host.n > CONSENT_SERVICE_MAX) return false;
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        bool end = i + 1 == host.n || host.p[i + 1] == '.';
        if (c == '.') {
            if (label == 0) return false;
            label = 0;
            dots++;
        } else if ((!plain && c != '-') || (c == '-' && (label == 0 || end)) || ++label > 63) {
            return false;
        }
    }
    return label > 0 && dots > 0;
}

const char *consent_wrong(const Consent *c) {
    if (id_none(c->id)) return "it has no id";
    if (c->signal == CONSENT_NONE) return "it has no hash";
    if (!consent_service_ok(c->service)) return "its service is not a host name in lower case";
    if (!when_ok(c->from) || !when_ok(c->until) || c->from % SECOND != 0 || c->until % SECOND != 0) return "its times are not whole seconds";
    if (c->until <= c->from) return "it ends before it begins";
    if (c->people == 0 || c->people > CONSENT_PEOPLE_MAX) return "it is of 1 to 16 people";
    for (size_t i = 0; i < c->people; i++)
        for (size_t k = 0; k < i; k++)
            if (memcmp(c->person[i], c->person[k], 32) == 0) return "a person stands in it twice";
    return NULL;
}

Str consent_body(Arena *a, const Consent *c) {
    must(consent_wrong(c) == NULL);
    Buf b = buf_new(CONSENT_NOTE_MAX);
    buf_printf(&b, "id " STR_FMT "\n" STR_FMT " " STR_FMT "\nservice " STR_FMT "\nfrom " STR_FMT "\nuntil " STR_FMT "\n", STR_ARG(id_hex(a, c->id)), STR_ARG(consent_signal_name(c->signal)), STR_ARG(hex_enc(a, str_bytes(c->hash, 32))),
               STR_ARG(c->service), STR_ARG(when_rfc3339(a, c->from)), STR_ARG(when_rfc3339(a, c->until)));
    for (size_t i = 0; i < c->people; i++) buf_printf(&b, "person " STR_FMT "\n", STR_ARG(hex_enc(a, str_bytes(c->person[i], 32))));
    must(buf_err(&b) == OK);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

Str consent_note(Arena *a, const Consent *c, Str key_name, const uint8_t pub[32], const uint8_t sig[64]) {
    Str body = consent_body(a, c);
    return ledger_note(a, str_fmt(a, "keten/" CONSENT_LABEL "\n" STR_FMT, STR_ARG(body)), key_name, pub, sig);
}

/* ---- reading: only what consent_body would have written is a receipt ---- */

static bool value(Str *rest, Str name, Str *out) {
    Str line = STR_NONE;
    if (!str_starts(*rest, name) || !str_split(rest, '\n', &line)) return false;
    *out = str_sub(line, name.n, line.n);
    return true;
}

static bool digest(Arena *a, Str hex, uint8_t out[32]) {
    Str bytes = STR_NONE;
    if (hex.n != 64 || hex_dec(a, hex, &bytes) != OK) return false;
    memcpy(out, bytes.p, 32);
    return true;
}

static bool fields(Arena *a, Str text, Consent *out) {
    Consent c = { .people = 0 };
    Str v = STR_NONE, rest = text;
    if (!value(&rest, S("keten/" CONSENT_LABEL), &v) || v.n != 0) return false;
    if (!value(&rest, S("id "), &v) || id_parse(v, &c.id) != OK) return false;
    bool sha = str_starts(rest, S("sha256 "));
    c.signal = sha ? CONSENT_SHA256 : CONSENT_PDQ;
    if (!value(&rest, sha ? S("sha256 ") : S("pdq "), &v) || !digest(a, v, c.hash)) return false;
    if (!value(&rest, S("service "), &c.service)) return false;
    if (!value(&rest, S("from "), &v) || when_parse(NULL, v, &c.from) != OK) return false;
    if (!value(&rest, S("until "), &v) || when_parse(NULL, v, &c.until) != OK) return false;
    while (c.people < CONSENT_PEOPLE_MAX && value(&rest, S("person "), &v))
        if (!digest(a, v, c.person[c.people++])) return false;
    if (rest.n > 0 || consent_wrong(&c) != NULL) return false;
    *out = c;
    return str_eq(text, str_fmt(a, "keten/" CONSENT_LABEL "\n" STR_FMT, STR_ARG(consent_body(a, &c)))); /* one spelling */
}

Err consent_read(Arena *a, Str bytes, const NoteKey *keys, size_t n, Consent *out, const char **out_why) {
    Note *note = ARENA_NEW(a, Note);
    Err signed_by = E_MISSING;
    *out_why = "it is no signed note";
    if (bytes.n > CONSENT_NOTE_MAX || note_parse(a, bytes, note) != OK) return E_INPUT;
    *out_why = "it is no consent receipt";
    if (!fields(a, note->text, out)) return E_INPUT;
    for (size_t i = 0; i < n && signed_by == E_MISSING; i++) signed_by = note_verify(note, &keys[i]);
    *out_why = signed_by == OK ? NULL : signed_by == E_MISSING ? "nobody signed it whose key is known here" : "its signature does not fit: it was changed";
    return signed_by == OK ? OK : signed_by == E_MISSING ? E_DENIED : E_INPUT;
}

/* ---- codes ---- */

Str consent_code(Arena *a, const uint8_t random[CONSENT_CODE_BYTES]) {
    Str s = crock_enc(a, str_bytes(random, CONSENT_CODE_BYTES));
    Buf b = buf_new(64);
    for (size_t i = 0; i < s.n; i++) {
        if (i > 0 && i % 5 == 0) buf_ch(&b, '-');
        buf_ch(&b, s.p[i]);
    }
    Str out = str_dup(a, buf_str(&b));
    buf_wipe(&b);
    return out;
}

Err consent_person(Arena *a, Str code, uint8_t out[32]) {
    Str normal = STR_NONE;
    if (code.n > 200 || crock_normal(a, code, &normal) != OK || normal.n != CONSENT_CODE_CHARS) return E_INPUT;
    seal_sha256(str_fmt(a, "keten/consent person\n" STR_FMT, STR_ARG(normal)), out);
    return OK;
}

int consent_who(const Consent *c, const uint8_t person[32]) {
    for (size_t i = 0; i < c->people; i++)
        if (memcmp(c->person[i], person, 32) == 0) return (int)i;
    return -1;
}

/* ---- what was taken back ---- */

static void revoked_key(Id id, const uint8_t person[32], uint8_t out[32]) {
    memcpy(out, id.b, 16);
    memcpy(out + 16, person, 16);
}
static size_t slot_of(const uint8_t key[32], size_t slots) {
    uint64_t h = 0;
    memcpy(&h, key + 16, 8); /* a digest: even already */
    return (size_t)(h % slots);
}

Str consent_revoked_line(Arena *a, Id id, const uint8_t person[32]) { return str_fmt(a, STR_FMT " " STR_FMT "\n", STR_ARG(id_hex(a, id)), STR_ARG(hex_enc(a, str_bytes(person, 32)))); }

static Err revoked_put(uint8_t (*slots)[32], size_t n, Str line, size_t *used) {
    static const uint8_t none[32] = { 0 };
    uint8_t person[32] = { 0 }, key[32];
    Id id, half;
    if (line.n != 97 || line.p[32] != ' ' || id_parse(str_sub(line, 0, 32), &id) != OK || id_none(id)) return E_INPUT;
    if (id_parse(str_sub(line, 33, 32), &half) != OK) return E_INPUT;
    memcpy(person, half.b, 16);
    if (id_parse(str_sub(line, 65, 32), &half) != OK) return E_INPUT;
    revoked_key(id, person, key);
    size_t at = slot_of(key, n);
    while (memcmp(slots[at], none, 32) != 0) {
        if (memcmp(slots[at], key, 32) == 0) return OK;
        at = (at + 1) % n;
    }
    memcpy(slots[at], key, 32);
    ++*used;
    return OK;
}

Err consent_revoked_read(Arena *a, Str text, ConsentRevoked *out, Str *out_why) {
    size_t lines = 0, number = 0;
    for (size_t i = 0; i < text.n; i++) lines += text.p[i] == '\n';
    if (lines > CONSENT_REVOKED_MAX) return *out_why = S("more than two million lines"), E_LIMIT;
    ConsentRevoked r = { .n = 2 * lines + 1 };
    uint8_t (*slots)[32] = arena_array(a, r.n, sizeof *slots);
    size_t whole = text.n;
    while (whole > 0 && text.p[whole - 1] != '\n') whole--;
    Str rest = str_sub(text, 0, whole), line = STR_NONE;
    while (str_split(&rest, '\n', &line)) {
        number++;
        if (line.n == 0 || line.p[0] == '#') continue;
        if (revoked_put(slots, r.n, line, &r.used) != OK) return *out_why = str_fmt(a, "line %zu is not an id and a person", number), E_INPUT;
    }
    r.slots = (const uint8_t (*)[32])slots;
    *out = r;
    return OK;
}

bool consent_revoked(const ConsentRevoked *r, const Consent *c) {
    static const uint8_t none[32] = { 0 };
    for (size_t i = 0; i < c->people && r->n > 0; i++) {
        uint8_t key[32];
        revoked_key(c->id, c->person[i], key);
        for (size_t at = slot_of(key, r->n); memcmp(r->slots[at], none, 32) != 0; at = (at + 1) % r->n)
            if (memcmp(r->slots[at], key, 32) == 0) return true;
    }
    return false;
}

ConsentVerdict consent_judge(const Consent *c, ConsentSignal signal, const uint8_t hash[32], Str service, UnixMs now, const ConsentRevoked *r) {
    if (consent_revoked(r, c)) return CONSENT_TAKEN_BACK;
    if (c->signal != signal || memcmp(c->hash, hash, 32) != 0) return CONSENT_OTHER_CONTENT;
    if (!str_ieq(c->service, service)) return CONSENT_OTHER_SERVICE;
    if (now < c->from) return CONSENT_NOT_YET;
    return now < c->until ? CONSENT_VALID : CONSENT_ENDED;
}
const char *consent_verdict_code(ConsentVerdict v) {
    static const char *const codes[CONSENT_VERDICTS] = { "valid", "hash", "service", "not_yet", "ended", "ended" };
    return must((size_t)v < CONSENT_VERDICTS), codes[v];
}
const char *consent_verdict_words(ConsentVerdict v) {
    static const char *const words[CONSENT_VERDICTS] = { "everybody depicted agreed, for this content, on this service, until then", "the receipt is for other content", "the receipt is for another service", "the receipt is not in force yet",
        "the consent has ended", "the consent has ended" };
    return must((size_t)v < CONSENT_VERDICTS), words[v];
}
