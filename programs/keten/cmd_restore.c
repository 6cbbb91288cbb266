/* cmd_restore.c - a new instance from the two files of a backup and the two secrets that were kept apart. */
#include <openssl/evp.h> /* before base.h, which bans a name it uses */

#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "foundation/store/store.h"
#include "programs/keten/archive.h"
#include "programs/keten/cmd.h"

#include <errno.h>
#include <fcntl.h>

typedef struct Restore { Cli *c; const char *dir; Str pass; Progress bar; int64_t files, bytes; Str why; } Restore;

static Err fail(Restore *r, Err e, Str why) {
    if (r->why.n == 0) r->why = why;
    return e;
}

/* A blob's name is the SHA-256 of its bytes; one that is not is damaged, whatever the seal says. */
static bool blob_right(Arena *a, Str name, const unsigned char *digest) {
    if (!str_starts(name, S("blobs/"))) return true;
    Str want = str_fmt(a, STR_FMT STR_FMT, STR_ARG(str_sub(name, 6, 2)), STR_ARG(str_sub(name, 9, 62)));
    return str_eq(hex_enc(a, str_bytes(digest, 32)), want);
}

static Err copy_out(Restore *r, Source src, int fd, uint64_t size, unsigned char digest[EVP_MAX_MD_SIZE]) {
    char chunk[65536];
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    Err e = md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 ? OK : E_OUTSIDE;
    while (size > 0 && e == OK) {
        size_t n = size < sizeof chunk ? (size_t)size : sizeof chunk;
        e = src.take(src.ctx, chunk, n);
        if (e == OK && EVP_DigestUpdate(md, chunk, n) != 1) e = E_OUTSIDE;
        if (e == OK) e = fd_write_all(fd, (Str){ chunk, n }, sys_mono_ms() + 60000);
        size -= n;
        r->bytes += (int64_t)n;
        progress_show(&r->bar, r->bytes >> 10, 0);
    }
    unsigned len = 0;
    if (e == OK && EVP_DigestFinal_ex(md, digest, &len) != 1) e = E_OUTSIDE;
    EVP_MD_CTX_free(md);
    return e;
}

static Err take_file(Restore *r, Source src, Str name, uint64_t size) {
    Arena *a = r->c->a;
    unsigned char digest[EVP_MAX_MD_SIZE] = { 0 };
    const char *path = path_join(a, r->dir, str_z(a, name)).p;
    if (str_starts(name, S("blobs/")) && dir_make(path_join(a, r->dir, str_z(a, str_sub(name, 0, 8))).p, 0700) != OK) return E_OUTSIDE;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return fail(r, E_OUTSIDE, str_fmt(a, "%s is in the backup twice, or cannot be written", path));
    Err e = copy_out(r, src, fd, size, digest);
    if (fsync(fd) != 0 && e == OK) e = E_OUTSIDE;
    close(fd);
    if (e == OK && !blob_right(a, name, digest)) e = fail(r, E_INPUT, str_fmt(a, STR_FMT ": its bytes are not those of its name", STR_ARG(name)));
    r->files++;
    return e;
}

/* The manifest says what kind of backup this is; the files must not be mixed up. */
static Err take_manifest(Restore *r, Source src, Str name, uint64_t size, const char *kind) {
    Arena *a = r->c->a;
    const JVal *v = NULL;
    if (!str_eq(name, S("manifest.json")) || size > 65536) return fail(r, E_INPUT, S("the backup has no manifest"));
    char *p = arena_alloc(a, (size_t)size);
    TRY(src.take(src.ctx, p, (size_t)size));
    if (json_read(a, (Str){ p, (size_t)size }, 65536, &v, NULL, NULL) != OK || !str_eq(jstr(v, "format"), S("keten-backup-1"))) return fail(r, E_INPUT, S("the backup's manifest is not one of this program"));
    if (!str_eq(jstr(v, "kind"), str_c(kind))) return fail(r, E_INPUT, str_fmt(a, "this is the backup of the " STR_FMT ", not of the %s", STR_ARG(jstr(v, "kind")), kind));
    return OK;
}

static Err unpack(Restore *r, const char *path, const char *kind) {
    Arena *a = r->c->a;
    Opener *o = NULL;
    Str name = STR_NONE;
    uint64_t size = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(r, E_MISSING, str_fmt(a, "%s cannot be read", path));
    Err e = opener_new(fd, r->pass, &o);
    if (e == E_DENIED) (void)fail(r, e, str_fmt(a, "%s does not open: another passphrase, or a damaged file", path));
    if (e == E_INPUT) (void)fail(r, e, str_fmt(a, "%s is no backup", path));
    Source src = e == OK ? opener_source(o) : (Source){ 0 };
    if (e == OK) e = archive_head_read(src, a, &name, &size);
    if (e == OK) e = take_manifest(r, src, name, size, kind);
    while (e == OK) {
        e = archive_head_read(src, a, &name, &size);
        if (e == OK) e = take_file(r, src, name, size);
    }
    if (e == E_MISSING) e = opener_end(o);
    opener_free(o);
    close(fd);
    return e == OK ? OK : fail(r, e, str_fmt(a, "%s is damaged (%s)", path, err_name(e)));
}

static Err check_db(Restore *r, const char *name) {
    Arena *a = r->c->a;
    Db *db = NULL;
    const char *why = "";
    Str problem = STR_NONE;
    Err e = db_open(path_join(a, r->dir, name).p, DB_WRITE, &db, &why);
    if (e == OK) e = db_check(db, a, &problem);
    db_close(db);
    return e == OK ? OK : fail(r, e, str_fmt(a, "%s: %s" STR_FMT, name, why, STR_ARG(problem)));
}

static Err restore(Restore *r) {
    Arena *a = r->c->a;
    static const char *const secrets[] = { INSTANCE_STORAGE_KEY, INSTANCE_SIGNING_KEY };
    Str key[LEN(secrets)];
    bool empty = true;
    Err e = dir_make(r->dir, 0700);
    if (e == OK) e = dir_empty(r->dir, &empty);
    if (e != OK || !empty) return fail(r, E_CONFLICT, str_fmt(a, "%s is not an empty folder", r->dir));
    for (size_t i = 0; i < LEN(secrets); i++)
        if (file_read(a, path_join(a, cli_text(r->c, "secrets").p, secrets[i]).p, 32, &key[i]) != OK || key[i].n != 32)
            return fail(r, E_INPUT, str_fmt(a, "%s/%s is not there, or not a secret of 32 bytes", cli_text(r->c, "secrets").p, secrets[i]));
    TRY(dir_make(path_join(a, r->dir, INSTANCE_BLOBS).p, 0700));
    TRY(dir_make(path_join(a, r->dir, INSTANCE_RUN).p, 0700));
    TRY(unpack(r, cli_text(r->c, "from").p, "record"));
    TRY(unpack(r, cli_text(r->c, "keys").p, "keys"));
    for (size_t i = 0; i < LEN(secrets); i++) TRY(file_write_new(path_join(a, r->dir, secrets[i]).p, key[i], 0400));
    TRY(check_db(r, INSTANCE_DB));
    TRY(check_db(r, INSTANCE_KEYS_DB));
    return dir_sync(r->dir);
}

static int run(Cli *c) {
    Restore *r = ARENA_NEW(c->a, Restore);
    *r = (Restore){ .c = c, .dir = str_z(c->a, cli_text(c, "data")) };
    if (geteuid() == 0) return cli_fail(c, EXIT_USE, "run this as the user that will serve the instance, not as root");
    if (file_read(c->a, cli_text(c, "passphrase-file").p, 4096, &r->pass) != OK) return cli_fail(c, EXIT_USE, "the passphrase file cannot be read");
    r->pass = str_trim(r->pass);
    r->bar = progress_start("restore, KiB");
    Err e = restore(r);
    progress_end(&r->bar);
    if (e != OK) return cli_fail(c, e == E_INPUT || e == E_DENIED ? EXIT_NO : EXIT_SYSTEM, STR_FMT, STR_ARG(r->why.n > 0 ? r->why : str_c(err_name(e))));
    if (cli_flag(c, "json")) printf("{\"files\": %lld, \"bytes\": %lld}\n", (long long)r->files, (long long)r->bytes);
    else printf("%lld files restored in %s. Next: keten fsck --data %s\n", (long long)r->files, r->dir, r->dir);
    return EXIT_YES;
}

static const Opt opts[] = {
    { OPT_TEXT, "data", "DIR", "the new instance: an empty folder, or none yet", .required = true },
    { OPT_TEXT, "from", "FILE", "keten-record-....backup", .required = true },
    { OPT_TEXT, "keys", "FILE", "keten-keys-....backup", .required = true },
    { OPT_TEXT, "secrets", "FOLDER", "where the storage.key and signing.key stand that were kept apart", .required = true },
    { OPT_TEXT, "passphrase-file", "FILE", "file that holds the passphrase", .required = true },
    OPT_JSON,
    { OPT_END },
};
const Cmd cmd_restore = {
    .name = "restore", .summary = "make an instance from a backup", .args = "", .opts = opts, .run = run,
    .help = "Every blob is hashed and both databases are checked while they come in. Ends with 1 when the backup is damaged or the\n"
            "passphrase is another; what was written by then stays for a look and can be removed.",
};
