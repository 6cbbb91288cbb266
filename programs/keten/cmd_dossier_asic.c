/* cmd_dossier_asic.c - keten dossier asic: the question for an authority, and the container around a dossier and its answer. No network: whoever
 * wants the stamp sends the question himself (curl), so that nothing here talks to anybody. */
#include "core/dossier/asic.h"
#include "core/seal/seal.h"
#include "core/seal/stamp.h"
#include "programs/keten/cmd.h"

#include <sodium.h>
#include <stdio.h>

static Str base_name(Str path) {
    size_t at = path.n;
    while (at > 0 && path.p[at - 1] != '/') at--;
    return str_sub(path, at, path.n);
}

static int write_query(Cli *cli, const uint8_t sha[32], const char *to) {
    uint8_t nonce[8];
    Str ask = STR_NONE;
    randombytes_buf(nonce, sizeof nonce);
    if (stamp_ask(cli->a, sha, nonce, &ask) != OK || file_write(to, ask, 0644) != OK) return cli_fail(cli, EXIT_SYSTEM, "%s cannot be written", to);
    printf("Send it to an authority, for instance: curl -H 'Content-Type: application/timestamp-query' --data-binary @%s -o reply.tsr https://AUTHORITY/\n", to);
    return EXIT_YES;
}

static int write_shell(Cli *cli, Str dossier, const uint8_t sha[32], const char *to) {
    Str reply = STR_NONE, token = STR_NONE, head = STR_NONE, tail = STR_NONE;
    Stamp s = { 0 };
    const char *why = NULL;
    if (file_read(cli->a, cli_text(cli, "reply").p, STAMP_REPLY_MAX, &reply) != OK) return cli_fail(cli, EXIT_USE, "the file of --reply cannot be read");
    if (stamp_check(cli->a, reply, sha, NULL, STR_NONE, &s, &why) != OK || stamp_token(cli->a, reply, &token) != OK) return cli_fail(cli, EXIT_NO, "%s", why != NULL ? why : "the time stamp cannot be read");
    Err e = asic_around(cli->a, base_name(str_c(cli->args[0])), dossier, token, &head, &tail);
    if (e == E_INPUT) return cli_fail(cli, EXIT_USE, "%s: a plain file name that ends with .zip is needed", cli->args[0]);
    if (e != OK) return cli_fail(cli, EXIT_NO, "%s is too large for a container", cli->args[0]);
    FILE *f = fopen(to, "wbx");
    if (f == NULL) return cli_fail(cli, EXIT_USE, "%s is there already, or cannot be written", to);
    bool good = fwrite(head.p, 1, head.n, f) == head.n && fwrite(dossier.p, 1, dossier.n, f) == dossier.n && fwrite(tail.p, 1, tail.n, f) == tail.n;
    good = fclose(f) == 0 && good;
    if (!good) return cli_fail(cli, EXIT_SYSTEM, "%s cannot be written", to);
    printf("%s: stamped by " STR_FMT "\n", to, STR_ARG(s.authority));
    return EXIT_YES;
}

int dossier_asic(Cli *cli) {
    Str dossier = STR_NONE, query = cli_text(cli, "query"), out = cli_text(cli, "out");
    uint8_t sha[32];
    if ((query.n > 0) == (cli_text(cli, "reply").n > 0) || (query.n == 0 && out.n == 0)) return cli_fail(cli, EXIT_USE, "give --query FILE to make the question, or --reply FILE and --out FILE to put its answer in");
    if (file_map(cli->args[0], (size_t)ZIP_BYTES_MAX, &dossier) != OK || dossier.n == 0) return cli_fail(cli, EXIT_USE, "%s cannot be read", cli->args[0]);
    seal_start();
    seal_sha256(dossier, sha);
    int code = query.n > 0 ? write_query(cli, sha, query.p) : write_shell(cli, dossier, sha, out.p);
    file_unmap(dossier);
    return code;
}
