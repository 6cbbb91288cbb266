/* cmd_version.c - what this is and what it runs with. */
#include "foundation/base/json.h"
#include "programs/keten/cmd.h"

#include <openssl/crypto.h>
#include <sodium.h>

static int run(Cli *c) {
    const struct { const char *name, *version; } parts[] = {
        { "keten", KETEN_VERSION },
        { "openssl", OpenSSL_version(OPENSSL_VERSION_STRING) },
        { "sodium", sodium_version_string() },
    };
    if (!cli_flag(c, "json")) {
        for (size_t i = 0; i < LEN(parts); i++) printf("%s %s\n", parts[i].name, parts[i].version);
        return EXIT_YES;
    }
    Buf b = buf_new(4096);
    Json j = json_to(&b, true);
    json_obj(&j);
    for (size_t i = 0; i < LEN(parts); i++) json_kv_str(&j, parts[i].name, str_c(parts[i].version));
    json_end_obj(&j);
    printf("%.*s\n", (int)b.n, b.p);
    buf_free(&b);
    return EXIT_YES;
}

static const Opt opts[] = { OPT_JSON, { OPT_END } };
const Cmd cmd_version = { .name = "version", .summary = "print the version, and those of the cryptographic libraries", .args = "", .opts = opts, .run = run };
