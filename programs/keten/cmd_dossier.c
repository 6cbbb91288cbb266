/* cmd_dossier.c - checking a dossier as a stranger does: one file, and the key one trusts. Needs no instance and no network. */
#include "core/dossier/dossier.h"
#include "core/seal/seal.h"
#include "foundation/base/json.h"
#include "programs/keten/cmd.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* The file as it is on the disk, not copied: it may be large. */
static Err map_file(const char *path, Str *out) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return E_MISSING;
    Err e = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? OK : E_OUTSIDE;
    if (e == OK && st.st_size > DOSSIER_BYTES_MAX) e = E_LIMIT;
    if (e == OK && st.st_size > 0) {
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (p == MAP_FAILED) e = E_OUTSIDE;
        else *out = str_bytes(p, (size_t)st.st_size);
    }
    close(fd);
    return e;
}

static void print_json(const DossierReport *r) {
    Buf b = buf_new(4 << 20);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_bool(&j, "ok", r->failed == 0);
    json_kv_str(&j, "dossier", r->seal.number);
    json_kv_str(&j, "organisation", r->seal.organisation);
    json_kv_str(&j, "made", r->seal.made);
    json_kv_str(&j, "seal_sha256", r->seal_sha256);
    json_kv_str(&j, "key", r->vkey);
    json_kv_i64(&j, "files", r->files);
    json_kv_i64(&j, "bytes", r->bytes);
    json_kv_i64(&j, "acts", r->events);
    json_kv_i64(&j, "acts_withheld", r->withheld);
    json_kv_i64(&j, "captures", r->captures);
    json_kv_i64(&j, "failed", r->failed);
    json_kv_i64(&j, "remarks", r->remarks);
    json_kv_i64(&j, "cannot_check", r->cannot);
    json_key(&j, S("items"));
    json_arr(&j);
    for (size_t i = 0; i < r->n; i++) {
        const DossierItem *x = &r->items[i];
        json_obj(&j);
        json_kv_str(&j, "check", str_c(x->check));
        json_kv_str(&j, "verdict", str_c(dossier_verdict_word(x->verdict)));
        json_kv_str(&j, "file", x->file);
        json_kv_str(&j, "why", str_c(x->why));
        json_kv_str(&j, "detail", x->detail);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_end_obj(&j);
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    buf_free(&b);
}

static void print_words(const DossierReport *r) {
    if (r->seal.number.n > 0) printf("dossier " STR_FMT " of " STR_FMT ", made " STR_FMT "\nseal SHA-256 " STR_FMT "\n\n", STR_ARG(r->seal.number), STR_ARG(r->seal.organisation), STR_ARG(r->seal.made), STR_ARG(r->seal_sha256));
    for (size_t i = 0; i < r->n; i++) {
        const DossierItem *x = &r->items[i];
        printf("%-17s %-10s ", dossier_verdict_word(x->verdict), x->check);
        if (x->file.n > 0) printf(STR_FMT ": ", STR_ARG(x->file));
        printf("%s", x->why);
        if (x->detail.n > 0) printf(" " STR_FMT, STR_ARG(x->detail));
        printf("\n");
    }
    if (r->more > 0) printf("and %zu more\n", r->more);
    printf("\n%lld files, %lld bytes: %s\n", (long long)r->files, (long long)r->bytes, r->failed > 0 ? "NOT in order" : r->remarks > 0 ? "in order, with a remark" : "in order");
}

static int run_verify(Cli *cli) {
    Str zip = STR_NONE, vkey = cli_text(cli, "key"), cas = STR_NONE;
    NoteKey key = { 0 };
    DossierReport *r = ARENA_NEW(cli->a, DossierReport);
    if (vkey.n > 0 && note_key_parse(cli->a, vkey, &key) != OK) return cli_fail(cli, EXIT_USE, "--key is no verifier key (name+id+base64)");
    if (cli_text(cli, "tsa").n > 0 && file_read(cli->a, cli_text(cli, "tsa").p, 4 << 20, &cas) != OK) return cli_fail(cli, EXIT_USE, "the file of --tsa cannot be read");
    Err e = map_file(cli->args[0], &zip);
    if (e == E_LIMIT) return cli_fail(cli, EXIT_SYSTEM, "%s is larger than %d MB", cli->args[0], DOSSIER_BYTES_MAX >> 20);
    if (e != OK) return cli_fail(cli, e == E_MISSING ? EXIT_USE : EXIT_SYSTEM, "%s cannot be read", cli->args[0]);
    Arena *a = arena_new((size_t)1 << 30);
    seal_start();
    dossier_verify_with(a, zip, vkey.n > 0 ? &key : NULL, cas, r);
    if (cli_flag(cli, "json")) print_json(r);
    else print_words(r);
    int code = r->failed > 0 ? EXIT_NO : EXIT_YES;
    arena_free(a);
    if (zip.n > 0) (void)munmap((void *)(uintptr_t)zip.p, zip.n);
    return code;
}

static const Opt verify_opts[] = {
    { OPT_TEXT, "key", "VKEY", "the key that you trust: from the covering letter, or from the ledger's page of the maker" },
    { OPT_TEXT, "tsa", "FILE", "certificates (PEM) of time-stamp authorities that you trust" },
    OPT_JSON,
    { OPT_END },
};
static const Cmd sub_verify = { .name = "verify", .summary = "check a dossier: nothing changed, nothing left out, signed, in the ledger", .args = "FILE", .args_min = 1, .args_max = 1, .opts = verify_opts, .run = run_verify,
    .help = "Every line says what was checked: ok, ok with a remark, FAILED, or cannot be checked here. A file that was changed, added or\n"
            "taken out is named. Without --key the key in the file is used, which is only the file's own word, and is a remark." };
static const Cmd *const subs[] = { &sub_verify, NULL };
const Cmd cmd_dossier = { .name = "dossier", .summary = "check a dossier", .args = "", .subs = subs };
