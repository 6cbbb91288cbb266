/* bag.c - making a dossier: BagIt 1.0 (RFC 8493), the seal, the archive. */
#include "core/dossier/dossier_in.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"

#include <stdlib.h>

enum { MANIFEST_MAX = 16 << 20 };

DossierBag dossier_bag(Arena *a, Str base) {
    must(zip_name_ok(base) && !str_chr(base, '/', &(size_t){ 0 }));
    return (DossierBag){ .a = a, .base = base };
}

void dossier_add(DossierBag *b, Str path, Str bytes) {
    b->files = ARENA_ROOM(b->a, b->files, b->n, &b->cap);
    Str name = str_fmt(b->a, STR_FMT "/" STR_FMT, STR_ARG(b->base), STR_ARG(path));
    must(zip_name_ok(name));
    b->files[b->n++] = (ZipFile){ name, bytes.p != NULL ? bytes : S("") };
}

static int by_name(const void *x, const void *y) { return str_cmp(((const ZipFile *)x)->name, ((const ZipFile *)y)->name); }

static Str path_of(const DossierBag *b, const ZipFile *f) { return str_sub(f->name, b->base.n + 1, f->name.n); }

Str dossier_hex256(Arena *a, Str bytes) {
    uint8_t sha[32];
    seal_sha256(bytes, sha);
    return hex_enc(a, str_bytes(sha, 32));
}
Str dossier_hex512(Arena *a, Str bytes) {
    uint8_t sha[64];
    seal_sha512(bytes, sha);
    return hex_enc(a, str_bytes(sha, 64));
}

/* One line a file, as sha256sum writes and reads them. payload: files below data/, otherwise all others that are not the tag manifest. */
static Str manifest(const DossierBag *b, bool payload, bool wide) {
    Buf out = buf_new(MANIFEST_MAX);
    for (size_t i = 0; i < b->n; i++) {
        Str path = path_of(b, &b->files[i]);
        if (str_starts(path, S("data/")) != payload) continue;
        Str hex = wide ? dossier_hex512(b->a, b->files[i].bytes) : dossier_hex256(b->a, b->files[i].bytes);
        buf_printf(&out, STR_FMT "  " STR_FMT "\n", STR_ARG(hex), STR_ARG(path));
    }
    must(buf_err(&out) == OK);
    Str s = str_dup(b->a, buf_str(&out));
    buf_free(&out);
    return s;
}

/* A label and its value on one line; RFC 8493 §2.2.2. */
static void info(Buf *b, const char *label, Str value) {
    buf_printf(b, "%s: ", label);
    for (size_t i = 0; i < value.n; i++) buf_ch(b, (uint8_t)value.p[i] < ' ' ? ' ' : value.p[i]);
    buf_ch(b, '\n');
}

/* The seal has a line for each: nothing in a name may begin another. */
static Str one_line(Arena *a, Str s) {
    char *p = str_z(a, s);
    for (size_t i = 0; i < s.n; i++)
        if ((uint8_t)p[i] < ' ') p[i] = ' ';
    return s.n > 0 ? (Str){ p, s.n } : S("-");
}

static void count_payload(const DossierBag *b, DossierSeal *s) {
    s->payload_files = s->payload_bytes = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (!str_starts(path_of(b, &b->files[i]), S("data/"))) continue;
        s->payload_files++;
        s->payload_bytes += (int64_t)b->files[i].bytes.n;
    }
}

static Str bag_info(Arena *a, const DossierSeal *s) {
    Buf b = buf_new(65536);
    info(&b, "Bag-Software-Agent", s->tool);
    info(&b, "Bagging-Date", str_sub(s->made, 0, 10));
    info(&b, "External-Description", s->title);
    info(&b, "External-Identifier", s->number);
    info(&b, "Internal-Sender-Identifier", s->id);
    info(&b, "Payload-Oxum", str_fmt(a, "%lld.%lld", (long long)s->payload_bytes, (long long)s->payload_files));
    info(&b, "Source-Organization", s->organisation);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

Str dossier_seal(DossierBag *b, const DossierSeal *said) {
    Arena *a = b->a;
    DossierSeal s = *said;
    Str *lines[] = { &s.id, &s.number, &s.made, &s.organisation, &s.origin, &s.tool, &s.title, &s.case_head, &s.facts_root, &s.version, &s.parent };
    for (size_t i = 0; i < LEN(lines); i++) *lines[i] = one_line(a, *lines[i]);
    Str readme = STR_NONE, page = STR_NONE;
    qsort(b->files, b->n, sizeof *b->files, by_name);
    for (size_t i = 0; i < b->n; i++)
        if (str_eq(path_of(b, &b->files[i]), S("verify/README.txt"))) readme = b->files[i].bytes;
    for (size_t i = 0; i < b->n; i++)
        if (str_eq(path_of(b, &b->files[i]), S("verify/verifier.html"))) page = b->files[i].bytes;
    must(readme.p != NULL);
    count_payload(b, &s);
    Str bagit = S("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"), bag = bag_info(a, &s), m256 = manifest(b, true, false), m512 = manifest(b, true, true);
    dossier_add(b, S("bagit.txt"), bagit);
    dossier_add(b, S("bag-info.txt"), bag);
    dossier_add(b, S("manifest-sha256.txt"), m256);
    dossier_add(b, S("manifest-sha512.txt"), m512);
    Buf t = buf_new(65536);
    buf_printf(&t, "keten/dossier\nversion %d\n", said->facts_root.n > 0 ? 3 : page.p != NULL ? 2 : 1);
    buf_printf(&t, "dossier " STR_FMT "\nnumber " STR_FMT "\nmade " STR_FMT "\norganisation " STR_FMT "\norigin " STR_FMT "\n", STR_ARG(s.id), STR_ARG(s.number), STR_ARG(s.made), STR_ARG(s.organisation), STR_ARG(s.origin));
    buf_printf(&t, "manifest-sha256 " STR_FMT "\nmanifest-sha512 " STR_FMT "\nbag-info " STR_FMT "\nbagit " STR_FMT "\nreadme " STR_FMT "\n", STR_ARG(dossier_hex256(a, m256)), STR_ARG(dossier_hex256(a, m512)),
        STR_ARG(dossier_hex256(a, bag)), STR_ARG(dossier_hex256(a, bagit)), STR_ARG(dossier_hex256(a, readme)));
    if (page.p != NULL) buf_printf(&t, "verifier " STR_FMT "\n", STR_ARG(dossier_hex256(a, page)));
    buf_printf(&t, "payload %lld %lld\ncase-acts %lld\ncase-head " STR_FMT "\ntool " STR_FMT "\n", (long long)s.payload_files, (long long)s.payload_bytes, (long long)s.case_acts, STR_ARG(s.case_head), STR_ARG(s.tool));
    must(said->facts_root.n == 0 || page.p != NULL);
    if (said->facts_root.n > 0) buf_printf(&t, "facts %lld " STR_FMT "\nversion-of-facts " STR_FMT "\nmade-from " STR_FMT "\n", (long long)s.facts_n, STR_ARG(s.facts_root), STR_ARG(s.version), STR_ARG(s.parent));
    must(buf_err(&t) == OK);
    Str text = str_dup(a, buf_str(&t));
    buf_free(&t);
    dossier_add(b, S("seal.txt"), text);
    return text;
}

Str dossier_seal_signed_part(Str text) {
    must(str_starts(text, S("keten/dossier\n")));
    return str_sub(text, 14, text.n);
}

static bool line_value(Str *rest, const char *key, Str *out) {
    Str line = STR_NONE;
    size_t n = strlen(key);
    if (!str_split(rest, '\n', &line) || line.n <= n + 1 || memcmp(line.p, key, n) != 0 || line.p[n] != ' ') return false;
    *out = str_sub(line, n + 1, line.n);
    return str_utf8_ok(*out);
}

Err dossier_seal_parse(Arena *a, Str text, DossierSeal *out) {
    DossierSeal s = { 0 };
    Str rest = text, version = STR_NONE, payload = STR_NONE, acts = STR_NONE, count = STR_NONE, facts = STR_NONE;
    if (text.n > 65536 || !str_starts(text, S("keten/dossier\n"))) return E_INPUT;
    rest = dossier_seal_signed_part(text);
    const struct { const char *key; Str *to; int since; } lines[] = { { "version", &version, 1 }, { "dossier", &s.id, 1 }, { "number", &s.number, 1 }, { "made", &s.made, 1 }, { "organisation", &s.organisation, 1 },
        { "origin", &s.origin, 1 }, { "manifest-sha256", &s.manifest256, 1 }, { "manifest-sha512", &s.manifest512, 1 }, { "bag-info", &s.bag_info, 1 }, { "bagit", &s.bagit, 1 }, { "readme", &s.readme, 1 },
        { "verifier", &s.verifier, 2 }, { "payload", &payload, 1 }, { "case-acts", &acts, 1 }, { "case-head", &s.case_head, 1 }, { "tool", &s.tool, 1 }, { "facts", &facts, 3 }, { "version-of-facts", &s.version, 3 }, { "made-from", &s.parent, 3 } };
    int is = 1;
    for (size_t i = 0; i < LEN(lines); i++) {
        if (lines[i].since <= is && !line_value(&rest, lines[i].key, lines[i].to)) return E_INPUT;
        if (i == 0) is = str_eq(version, S("1")) ? 1 : str_eq(version, S("2")) ? 2 : str_eq(version, S("3")) ? 3 : 0;
        if (is == 0) return E_INPUT;
    }
    if (rest.p == NULL || rest.n != 0) return E_INPUT; /* ends with its last LF, nothing behind it */
    if (is >= 3 && (!str_split(&facts, ' ', &count) || facts.n != 64 || str_i64(count, 0, INT32_MAX, &s.facts_n) != OK)) return E_INPUT;
    s.facts_root = facts;
    if (!str_split(&payload, ' ', &count) || payload.p == NULL) return E_INPUT;
    if (str_i64(count, 0, ZIP_FILES_MAX, &s.payload_files) != OK || str_i64(payload, 0, INT64_MAX, &s.payload_bytes) != OK || str_i64(acts, 0, DOSSIER_EVENTS_MAX, &s.case_acts) != OK) return E_INPUT;
    (void)a;
    *out = s;
    return OK;
}

Str dossier_key_pem(Arena *a, const uint8_t pub[32]) {
    uint8_t der[44] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 }; /* SubjectPublicKeyInfo of Ed25519 */
    memcpy(der + 12, pub, 32);
    return str_fmt(a, "-----BEGIN PUBLIC KEY-----\n" STR_FMT "\n-----END PUBLIC KEY-----\n", STR_ARG(b64_enc(a, str_bytes(der, sizeof der))));
}

static Str line(Arena *a, int64_t case_seq, Str event, Str salt, Str commitment, Str nonce, Str why) {
    Buf b = buf_new(2 * DOSSIER_LINE_MAX);
    Json j = json_to(&b, false);
    json_obj(&j);
    json_kv_i64(&j, "case_seq", case_seq);
    json_kv_str(&j, "commitment", hex_enc(a, commitment));
    if (event.p != NULL) {
        json_kv_str(&j, "event", event);
        json_kv_str(&j, "salt", hex_enc(a, salt));
    } else {
        json_kv_bool(&j, "withheld", true);
    }
    if (why.p != NULL) {
        json_kv_str(&j, "why", why);
        json_kv_str(&j, "nonce", hex_enc(a, nonce));
    }
    json_end_obj(&j);
    buf_ch(&b, '\n');
    must(buf_err(&b) == OK);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

Str dossier_event_line(Arena *a, int64_t case_seq, Str event, Str salt, Str commitment) { return line(a, case_seq, event, salt, commitment, STR_NONE, STR_NONE); }
Str dossier_receipt_line(Arena *a, int64_t case_seq, Str event, Str salt, Str commitment, Str nonce, Str why) { return line(a, case_seq, event, salt, commitment, nonce, why); }

Str dossier_proof_path(Arena *a, int64_t case_seq) { return str_fmt(a, "proofs/act-%06lld.tlog-proof", (long long)case_seq); }

Err dossier_write(DossierBag *b, Buf *out) {
    qsort(b->files, b->n, sizeof *b->files, by_name);
    dossier_add(b, S("tagmanifest-sha256.txt"), manifest(b, false, false));
    return zip_write(b->files, b->n, out);
}
