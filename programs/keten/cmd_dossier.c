/* cmd_dossier.c - checking a dossier as a stranger does: one file, and the key one trusts. Needs no instance and no network. */
#include "core/dossier/dossier.h"
#include "core/seal/seal.h"
#include "programs/keten/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { REPORT_MAX = 64 << 20 };

/* Read, not mapped: a dossier of gigabytes then takes no more memory than a small one. */
static Err read_at(void *ctx, int64_t at, void *to, size_t n) {
    const int *fd = ctx;
    for (size_t done = 0; done < n;) {
        ssize_t k = pread(*fd, (char *)to + done, n - done, (off_t)(at + (int64_t)done));
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return E_OUTSIDE;
        done += (size_t)k;
    }
    return OK;
}

static Err open_file(const char *path, int *out_fd, int64_t *out_size) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return E_MISSING;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return E_OUTSIDE;
    }
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    *out_fd = fd;
    *out_size = st.st_size;
    return OK;
}

static void print_report(Cli *cli, const DossierReport *r) {
    Buf b = buf_new(REPORT_MAX);
    if (cli_flag(cli, "json")) dossier_report_json(r, &b);
    else dossier_report_text(r, &b);
    must(buf_err(&b) == OK);
    fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
}

/* Whom the reader trusts, from what was given. */
static int read_trust(Cli *cli, NoteKey *key, DossierTrust *out) {
    Str vkey = cli_text(cli, "key"), text = STR_NONE;
    LedgerPolicy *p = ARENA_NEW(cli->a, LedgerPolicy);
    size_t line = 0;
    if (vkey.n > 0 && note_key_parse(cli->a, vkey, key) != OK) return cli_fail(cli, EXIT_USE, "--key is no verifier key (name+id+base64)");
    if (vkey.n > 0) out->key = key;
    if (cli_text(cli, "tsa").n > 0 && file_read(cli->a, cli_text(cli, "tsa").p, 4 << 20, &out->cas) != OK) return cli_fail(cli, EXIT_USE, "the file of --tsa cannot be read");
    if (cli_text(cli, "policy").n == 0) return EXIT_YES;
    if (file_read(cli->a, cli_text(cli, "policy").p, POLICY_BYTES_MAX, &text) != OK) return cli_fail(cli, EXIT_USE, "the file of --policy cannot be read");
    if (policy_parse(cli->a, text, p, &line) != OK) return cli_fail(cli, EXIT_USE, "the file of --policy is none: line %zu", line);
    out->policy = p;
    return EXIT_YES;
}

static int run_verify(Cli *cli) {
    NoteKey key = { 0 };
    DossierTrust trust = { 0 };
    DossierReport *r = ARENA_NEW(cli->a, DossierReport);
    int fd = -1;
    ZipSource src = { .read = read_at, .ctx = &fd };
    int code = read_trust(cli, &key, &trust);
    if (code != EXIT_YES) return code;
    Err e = open_file(cli->args[0], &fd, &src.size);
    if (e != OK) return cli_fail(cli, e == E_MISSING ? EXIT_USE : EXIT_SYSTEM, "%s cannot be read", cli->args[0]);
    Arena *a = arena_new((size_t)1 << 30);
    seal_start();
    dossier_verify_source(a, &src, &trust, r);
    print_report(cli, r);
    code = r->failed > 0 ? EXIT_NO : EXIT_YES;
    arena_free(a);
    close(fd);
    return code;
}

static const Opt verify_opts[] = {
    { OPT_TEXT, "key", "VKEY", "the key that you trust: from the covering letter, or from the ledger's page of the maker" },
    { OPT_TEXT, "tsa", "FILE", "certificates (PEM) of time-stamp authorities that you trust" },
    { OPT_TEXT, "policy", "FILE", "the witnesses that you trust, and how many of them are needed (tlog-policy)" },
    OPT_JSON,
    { OPT_END },
};
static const Cmd sub_verify = { .name = "verify", .summary = "check a dossier: nothing changed, nothing left out, signed, in the ledger", .args = "FILE", .args_min = 1, .args_max = 1, .opts = verify_opts, .run = run_verify,
    .help = "Every line says what was checked: ok, ok with a remark, FAILED, or cannot be checked here. A file that was changed, added or\n"
            "taken out is named. --json also lists each file with what covers it: the seal, itself (signed, in the ledger or stamped), the tag\n"
            "manifest only, or nothing. A dossier of any size is checked in the same memory. Without --key the key in the file is used, which is only the file's own word, and is a remark." };
static const Opt asic_opts[] = {
    { OPT_TEXT, "query", "FILE", "write the question for a time-stamp authority" },
    { OPT_TEXT, "reply", "FILE", "the authority's answer" },
    { OPT_TEXT, "out", "FILE", "the container to write" },
    { OPT_END },
};
static const Cmd sub_asic = { .name = "asic", .summary = "put a dossier and a time stamp over it into an ASiC-S container, for eIDAS tools", .args = "FILE", .args_min = 1, .args_max = 1, .opts = asic_opts, .run = dossier_asic,
    .help = "First --query, whose file you send to an authority; then --reply and --out. The dossier inside stays as it is." };
static const Cmd *const subs[] = { &sub_verify, &sub_asic, NULL };
const Cmd cmd_dossier = { .name = "dossier", .summary = "check a dossier", .args = "", .subs = subs };
