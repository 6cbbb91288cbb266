/* cmd_receipt.c - keten receipt: a consent receipt made, checked, taken back (core/consent). */
#include "core/consent/consent.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "programs/keten/local.h"

#include <fcntl.h>
#include <sys/file.h>

enum { FILE_BYTES = 64 * 1024, REVOKED_BYTES = 200 << 20 };
static const char key_mark[] = "keten-receipt-key";

static void print(Str s) { fwrite(s.p, 1, s.n, stdout); }
static UnixMs now_ms(void) {
    const SysClock clock = { 0 };
    return sys_now(&clock);
}

/* ---- key ---- */

static int run_key(Cli *c) {
    const char *path = cli_text(c, "key").p;
    Str name = cli_text(c, "name");
    uint8_t seed[32], pub[32], priv[64];
    if (!note_name_ok(name)) return cli_fail(c, EXIT_USE, "--name is one word without a plus sign, best a host name");
    sys_random(seed, sizeof seed);
    seal_sign_pair(seed, pub, priv);
    Err e = file_write_new(path, str_fmt(c->a, "%s " STR_FMT " " STR_FMT "\n", key_mark, STR_ARG(name), STR_ARG(hex_enc(c->a, str_bytes(seed, sizeof seed)))), 0400);
    seal_wipe(seed, sizeof seed);
    seal_wipe(priv, sizeof priv);
    if (e == E_CONFLICT) return cli_fail(c, EXIT_NO, "%s: there is a file already", path);
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, "%s cannot be written", path);
    print(ledger_vkey(c->a, name, pub));
    printf("\n");
    return EXIT_YES;
}

/* ---- make ---- */

/* Signs with the instance's key, or with one of a file. */
static Err sign_with_file(Cli *c, const Consent *r, Str *out) {
    Str text = STR_NONE, mark = STR_NONE, name = STR_NONE, seed = STR_NONE;
    uint8_t pub[32], priv[64], sig[64];
    TRY(file_read(c->a, cli_text(c, "key").p, 1024, &text));
    Str rest = str_trim(text);
    if (!str_split(&rest, ' ', &mark) || !str_eq(mark, str_c(key_mark)) || !str_split(&rest, ' ', &name) || !note_name_ok(name) || hex_dec(c->a, rest, &seed) != OK || seed.n != 32) return E_INPUT;
    seal_sign_pair((const uint8_t *)seed.p, pub, priv);
    seal_sign(priv, str_fmt(c->a, "keten/" CONSENT_LABEL "\n" STR_FMT, STR_ARG(consent_body(c->a, r))), sig);
    *out = consent_note(c->a, r, name, pub, sig);
    seal_wipe(priv, sizeof priv);
    return OK;
}
static Err sign_with_instance(Cli *c, Local *l, const Consent *r, Str *out) {
    Str sig = STR_NONE, pub = STR_NONE, origin = STR_NONE;
    TRY(vault_sign(l->vault, c->a, S(CONSENT_LABEL), consent_body(c->a, r), &sig));
    TRY(vault_public(l->vault, c->a, &pub, &origin));
    *out = consent_note(c->a, r, origin, (const uint8_t *)pub.p, (const uint8_t *)sig.p);
    return OK;
}

static int sign(Cli *c, const Consent *r, Str *out) {
    Local l = { 0 };
    int code = EXIT_YES;
    if (cli_given(c, "key") == cli_given(c, "data")) return cli_fail(c, EXIT_USE, "either --key FILE or --data DIR signs it");
    if (cli_given(c, "key")) {
        Err e = sign_with_file(c, r, out);
        return e == OK ? EXIT_YES : cli_fail(c, e == E_INPUT ? EXIT_USE : EXIT_SYSTEM, "%s %s", cli_text(c, "key").p, e == E_INPUT ? "is no key of keten receipt key" : "cannot be read");
    }
    if (!local_open(c, cli_text(c, "data").p, DB_READ, &l, &code)) return code;
    Err e = sign_with_instance(c, &l, r, out);
    local_close(&l);
    return e == OK ? EXIT_YES : cli_fail(c, EXIT_SYSTEM, "it could not be signed (%s)", err_name(e));
}

static bool hash_arg(Cli *c, ConsentSignal *out_signal, uint8_t out[32], int *out_code) {
    Str bytes = STR_NONE, hex = str_trim(cli_text(c, "hash"));
    if (consent_signal_parse(cli_text(c, "type"), out_signal) != OK) *out_code = cli_fail(c, EXIT_USE, "--type is sha256 or pdq");
    else if (hex.n != 64 || hex_dec(c->a, hex, &bytes) != OK) *out_code = cli_fail(c, EXIT_USE, "--hash is 64 hexadecimal digits (sha256sum FILE, or keten hash FILE)");
    else return memcpy(out, bytes.p, 32), true;
    return false;
}

static int run_make(Cli *c) {
    Consent r = { .id = sys_new_id(), .from = now_ms() / 1000 * 1000, .service = str_lower(c->a, cli_text(c, "service")), .people = (size_t)cli_int(c, "people") };
    Str codes[CONSENT_PEOPLE_MAX], note = STR_NONE;
    int code = EXIT_YES;
    if (!hash_arg(c, &r.signal, r.hash, &code)) return code;
    if (when_parse(zone_utc(), cli_text(c, "until"), &r.until) != OK) return cli_fail(c, EXIT_USE, "--until is a date (2027-03-01), or an instant with its zone");
    for (size_t i = 0; i < r.people; i++) {
        uint8_t random[CONSENT_CODE_BYTES];
        sys_random(random, sizeof random);
        codes[i] = consent_code(c->a, random);
        must(consent_person(c->a, codes[i], r.person[i]) == OK);
    }
    const char *wrong = consent_wrong(&r);
    if (wrong != NULL) return cli_fail(c, EXIT_USE, "%s", wrong);
    code = sign(c, &r, &note);
    if (code != EXIT_YES) return code;
    const char *path = cli_text(c, "out").p;
    Err e = file_write_new(path, note, 0600);
    if (e != OK) return cli_fail(c, e == E_CONFLICT ? EXIT_NO : EXIT_SYSTEM, "%s %s", path, e == E_CONFLICT ? "is there already" : "cannot be written");
    for (size_t i = 0; i < r.people; i++) printf("person %zu: " STR_FMT "\n", i + 1, STR_ARG(codes[i]));
    return EXIT_YES;
}

/* ---- check ---- */

static bool keys_of(Cli *c, NoteKey **out, size_t *out_n, int *out_code) {
    Str text = STR_NONE, line = STR_NONE;
    const char *path = cli_text(c, "trust").p;
    NoteKey *keys = NULL;
    size_t n = 0, cap = 0;
    if (cli_read(c->a, path, FILE_BYTES, &text) != OK) return *out_code = cli_fail(c, EXIT_SYSTEM, "%s cannot be read", path), false;
    while (str_split(&text, '\n', &line)) {
        line = str_trim(line);
        if (line.n == 0 || line.p[0] == '#') continue;
        keys = ARENA_ROOM(c->a, keys, n, &cap);
        if (note_key_parse(c->a, line, &keys[n++]) != OK) return *out_code = cli_fail(c, EXIT_USE, "%s: a line of it is no key of a signer", path), false;
    }
    *out = keys;
    *out_n = n;
    return true;
}

static bool taken_back(Cli *c, ConsentRevoked *out, int *out_code) {
    const char *path = cli_text(c, "revoked").p;
    Str text = STR_NONE, why = STR_NONE;
    *out = (ConsentRevoked){ .n = 0 };
    if (!cli_given(c, "revoked")) return true;
    Err e = file_read(c->a, path, REVOKED_BYTES, &text);
    if (e == E_MISSING) return true; /* nobody took anything back yet */
    if (e == OK) e = consent_revoked_read(c->a, text, out, &why);
    if (e != OK) *out_code = cli_fail(c, EXIT_SYSTEM, "%s: " STR_FMT, path, STR_ARG(why.n > 0 ? why : S("it cannot be read")));
    return e == OK;
}

static int run_check(Cli *c) {
    NoteKey *keys = NULL;
    size_t n = 0;
    ConsentRevoked revoked;
    ConsentSignal signal = CONSENT_NONE;
    uint8_t hash[32];
    Consent r;
    Str note = STR_NONE;
    const char *why = NULL;
    int code = EXIT_YES;
    if (!hash_arg(c, &signal, hash, &code) || !keys_of(c, &keys, &n, &code) || !taken_back(c, &revoked, &code)) return code;
    if (cli_read(c->a, c->args[0], CONSENT_NOTE_MAX, &note) != OK) return cli_fail(c, EXIT_SYSTEM, "%s cannot be read", c->args[0]);
    Err e = consent_read(c->a, note, keys, n, &r, &why);
    if (e != OK) return cli_fail(c, EXIT_NO, "%s: %s", c->args[0], why);
    ConsentVerdict v = consent_judge(&r, signal, hash, cli_text(c, "service"), now_ms(), &revoked);
    printf("%s: %s\n", consent_verdict_code(v), consent_verdict_words(v));
    return v == CONSENT_VALID ? EXIT_YES : EXIT_NO;
}

/* ---- revoke ---- */

/* Added behind the others, durable when it returns. */
static Err append(const char *path, Str line) {
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return E_OUTSIDE;
    Err e = flock(fd, LOCK_EX) == 0 ? fd_write_all(fd, line, sys_mono_ms() + 10000) : E_OUTSIDE;
    if (e == OK && fsync(fd) != 0) e = E_OUTSIDE;
    close(fd);
    return e;
}

static int run_revoke(Cli *c) {
    Str note = STR_NONE, code = STR_NONE;
    uint8_t person[32];
    Consent r;
    NoteKey *keys = NULL;
    size_t n = 0;
    const char *why = NULL;
    int exit_code = EXIT_YES;
    if (!keys_of(c, &keys, &n, &exit_code)) return exit_code;
    if (cli_read(c->a, c->args[0], CONSENT_NOTE_MAX, &note) != OK) return cli_fail(c, EXIT_SYSTEM, "%s cannot be read", c->args[0]);
    if (cli_read(c->a, "-", 1024, &code) != OK || consent_person(c->a, str_trim(code), person) != OK) return cli_fail(c, EXIT_USE, "the code of one of the people is read from standard input: 26 letters and digits");
    if (consent_read(c->a, note, keys, n, &r, &why) != OK) return cli_fail(c, EXIT_NO, "%s: %s", c->args[0], why);
    if (consent_who(&r, person) < 0) return cli_fail(c, EXIT_NO, "this code belongs to nobody in this receipt");
    if (append(cli_text(c, "revoked").p, consent_revoked_line(c->a, r.id, person)) != OK) return cli_fail(c, EXIT_SYSTEM, "%s cannot be written", cli_text(c, "revoked").p);
    printf("taken back\n");
    return EXIT_YES;
}

#define OPT_TRUST { OPT_TEXT, "trust", "FILE", "the signers that are believed, a note key a line", .required = true }
#define OPT_HASHED { OPT_TEXT, "type", "TYPE", "sha256 or pdq", .otherwise = "sha256" }, { OPT_TEXT, "hash", "HEX", "the hash of the content", .required = true }, { OPT_TEXT, "service", "HOST", "the service it is for: photos.example", .required = true }
static const Cmd key_cmd = { .name = "key", .summary = "makes a key that signs receipts, and prints how it is known", .args = "",
    .opts = (const Opt[]){ { OPT_TEXT, "key", "FILE", "where it is kept", .required = true }, { OPT_TEXT, "name", "NAME", "the signer's name: consent.example", .required = true }, { OPT_END } }, .run = run_key };
static const Cmd make_cmd = { .name = "make", .summary = "a receipt for content that everybody depicted agreed to", .args = "",
    .help = "Whoever signs says that each of them agreed. Each gets one of the printed codes, which are shown only now, and can take the consent back with it.",
    .opts = (const Opt[]){ OPT_HASHED, { OPT_TEXT, "until", "DATE", "when it ends", .required = true }, { OPT_INT, "people", "N", "how many are depicted", .min = 1, .max = CONSENT_PEOPLE_MAX, .otherwise = "1" },
        { OPT_TEXT, "out", "FILE", "the receipt", .required = true }, { OPT_TEXT, "key", "FILE", "a key of keten receipt key" }, { OPT_TEXT, "data", "DIR", "or the instance that signs" }, { OPT_END } }, .run = run_make };
static const Cmd check_cmd = { .name = "check", .summary = "whether a receipt holds for this content, on this service, now", .args = "FILE", .args_min = 1, .args_max = 1,
    .opts = (const Opt[]){ OPT_TRUST, OPT_HASHED, { OPT_TEXT, "revoked", "FILE", "what was taken back" }, { OPT_END } }, .run = run_check };
static const Cmd revoke_cmd = { .name = "revoke", .summary = "one of the people takes it back: their code on standard input", .args = "FILE", .args_min = 1, .args_max = 1,
    .opts = (const Opt[]){ OPT_TRUST, { OPT_TEXT, "revoked", "FILE", "where it is added; the gate reads it", .required = true }, { OPT_END } }, .run = run_revoke };
static const Cmd *const subs[] = { &key_cmd, &make_cmd, &check_cmd, &revoke_cmd, NULL };
const Cmd cmd_receipt = { .name = "receipt", .summary = "consent receipts: who is depicted agreed to this content, on this service, until a date", .args = "", .subs = subs };
