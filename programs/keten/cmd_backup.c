/* cmd_backup.c - two sealed files: the record (database, blobs, configuration), and apart from it the key wraps, which may
 * live seven days only: what was erased must not come back from a backup (design §8). The storage key and the signing key are in neither. */
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "foundation/store/store.h"
#include "programs/keten/archive.h"
#include "programs/keten/cmd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { KEYS_DAYS = 7, PASSPHRASE_MIN = 12 };

typedef struct Blob { const char *name; int64_t size; } Blob;
typedef struct Job {
    Cli *c;
    Instance in;
    const char *to;       /* folder */
    Str pass;
    Blob *blobs;
    size_t blobs_n, blobs_cap;
    int64_t bytes_all, bytes_done;
    Progress bar;
    Str failed;           /* what went wrong, in plain words */
} Job;

static Err fail(Job *j, Err e, const char *what) {
    if (j->failed.n == 0) j->failed = str_fmt(j->c->a, "%s (%s)", what, err_name(e));
    return e;
}

/* ---- what there is ---- */

static void blob_add(Job *j, const char *name, int64_t size) {
    j->blobs = ARENA_ROOM(j->c->a, j->blobs, j->blobs_n, &j->blobs_cap);
    j->blobs[j->blobs_n++] = (Blob){ name, size };
    j->bytes_all += size;
}

static void list_shelf(Job *j, const char *shelf) {
    Arena *a = j->c->a;
    Str dir = str_fmt(a, "%s/%s/%s", j->in.dir, INSTANCE_BLOBS, shelf);
    DIR *d = opendir(dir.p);
    if (d == NULL) return;
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        struct stat st = { 0 };
        Str name = str_fmt(a, INSTANCE_BLOBS "/%s/%s", shelf, e->d_name);
        if (!archive_name_ok(name) || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode)) continue; /* a file half written has another name */
        blob_add(j, name.p, st.st_size);
    }
    closedir(d);
}

static void list_blobs(Job *j) {
    char shelf[3];
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < 256; i++) {
        shelf[0] = hex[i >> 4];
        shelf[1] = hex[i & 15];
        shelf[2] = '\0';
        list_shelf(j, shelf);
    }
}

/* ---- writing ---- */

static Err put_file(Job *j, Sealer *s, const char *name, const char *path) {
    char chunk[65536];
    struct stat st = { 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return errno == ENOENT ? E_MISSING : E_OUTSIDE;
    Err e = fstat(fd, &st) == 0 ? archive_head_write(s, str_c(name), (uint64_t)st.st_size) : E_OUTSIDE;
    for (int64_t left = st.st_size; left > 0 && e == OK;) {
        size_t n = 0;
        e = fd_read_some(fd, chunk, left < (int64_t)sizeof chunk ? (size_t)left : sizeof chunk, sys_mono_ms() + 60000, &n);
        if (e == OK && n == 0) e = E_OUTSIDE; /* it became shorter */
        if (e == OK) e = sealer_put(s, (Str){ chunk, n });
        left -= (int64_t)n;
        j->bytes_done += (int64_t)n;
        progress_show(&j->bar, j->bytes_done >> 10, j->bytes_all >> 10);
    }
    close(fd);
    return e;
}

static Err put_bytes(Sealer *s, const char *name, Str bytes) {
    TRY(archive_head_write(s, str_c(name), bytes.n));
    return sealer_put(s, bytes);
}

static Err put_manifest(Job *j, Sealer *s, const char *kind) {
    Buf b = buf_new(4096);
    Json json = json_to(&b, true);
    json_obj(&json);
    json_kv_str(&json, "format", S("keten-backup-1"));
    json_kv_str(&json, "kind", str_c(kind));
    json_kv_str(&json, "version", S(KETEN_VERSION));
    json_kv_str(&json, "made", when_rfc3339(j->c->a, sys_now(&j->in.clock)));
    json_kv_i64(&json, "blobs", (int64_t)j->blobs_n);
    json_end_obj(&json);
    Err e = put_bytes(s, "manifest.json", buf_str(&b));
    buf_free(&b);
    return e;
}

/* A consistent copy of a database while the server runs; it stands in run/ for as long as it takes. */
static Err snapshot(Job *j, const char *name, const char *to) {
    Db *db = NULL;
    const char *why = "";
    (void)unlink(to);
    Err e = db_open(instance_path(j->c->a, &j->in, name), DB_READ, &db, &why);
    if (e == OK) e = db_backup(db, to, NULL, NULL);
    db_close(db);
    struct stat st = { 0 };
    if (e == OK && stat(to, &st) == 0) j->bytes_all += st.st_size;
    return e == OK ? OK : fail(j, e, str_fmt(j->c->a, "%s cannot be copied", name).p);
}

static Err content(Job *j, Sealer *s, const char *copy) {
    list_blobs(j); /* after the copy was made: a file is written before the act that names it, so none that the copy names is missing */
    TRY(put_manifest(j, s, "record"));
    TRY(put_file(j, s, INSTANCE_DB, copy));
    TRY(put_file(j, s, INSTANCE_CONF, instance_path(j->c->a, &j->in, INSTANCE_CONF)));
    for (size_t i = 0; i < j->blobs_n; i++) {
        Err e = put_file(j, s, j->blobs[i].name, instance_path(j->c->a, &j->in, j->blobs[i].name));
        if (e != OK && e != E_MISSING) return e; /* missing: erased since it was listed */
    }
    return OK;
}

static Err keys_only(Job *j, Sealer *s, const char *copy) {
    TRY(put_manifest(j, s, "keys"));
    return put_file(j, s, INSTANCE_KEYS_DB, copy);
}

/* One sealed file: made under another name, synced, then renamed. */
static Err make_one(Job *j, const char *db, const char *name, Err (*fill)(Job *, Sealer *, const char *)) {
    Arena *a = j->c->a;
    const char *path = path_join(a, j->to, name).p, *temp = str_fmt(a, "%s.part", path).p;
    const char *copy = instance_path(a, &j->in, str_fmt(a, INSTANCE_RUN "/backup-%d.db", (int)getpid()).p);
    Sealer *s = NULL;
    TRY(snapshot(j, db, copy));
    int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    Err e = fd >= 0 ? sealer_new(fd, j->pass, ARCHIVE_COST, &s) : E_OUTSIDE;
    if (e == OK) e = fill(j, s, copy);
    if (e == OK) e = archive_end_write(s);
    if (e == OK) e = sealer_end(s);
    sealer_free(s);
    if (fd >= 0 && fsync(fd) != 0 && e == OK) e = E_OUTSIDE;
    if (fd >= 0) close(fd);
    (void)unlink(copy);
    if (e == OK && rename(temp, path) != 0) e = E_OUTSIDE;
    if (e == OK) e = dir_sync(j->to);
    if (e != OK && fd >= 0) (void)unlink(temp);
    return e == OK ? OK : fail(j, e, str_fmt(a, "%s cannot be written", path).p);
}

/* Key backups of more than seven days go: erasing a person's keys must come true everywhere. */
static Err drop_old_keys(Job *j, int64_t *out_dropped) {
    DIR *d = opendir(j->to);
    if (d == NULL) return E_OUTSIDE;
    UnixMs now = sys_now(&j->in.clock);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        Str name = str_c(e->d_name);
        UnixMs made = 0;
        if (name.n != 38 || !str_starts(name, S("keten-keys-")) || !str_ends(name, S(".backup"))) continue;
        Str t = str_sub(name, 11, 20); /* 2026-11-24T02-30-00Z */
        char iso[21] = "";
        for (size_t i = 0; i < 20; i++) iso[i] = i > 10 && t.p[i] == '-' ? ':' : t.p[i];
        if (when_parse(NULL, (Str){ iso, 20 }, &made) != OK || now - made <= (int64_t)KEYS_DAYS * 86400000) continue;
        if (unlinkat(dirfd(d), e->d_name, 0) == 0) ++*out_dropped;
    }
    closedir(d);
    return dir_sync(j->to);
}

static Str stamp(Job *j) {
    Str t = when_rfc3339(j->c->a, sys_now(&j->in.clock) / 1000 * 1000);
    char *p = str_z(j->c->a, t);
    for (size_t i = 0; i < t.n; i++)
        if (p[i] == ':') p[i] = '-';
    return (Str){ p, t.n };
}

static void report(const Job *j, const char *record, const char *keys, int64_t dropped) {
    if (!cli_flag(j->c, "json")) {
        printf("%s\n%s\n", record, keys);
        if (dropped > 0) printf("%lld key backups older than %d days removed\n", (long long)dropped, KEYS_DAYS);
        return;
    }
    Buf b = buf_new(8192);
    Json json = json_to(&b, true);
    json_obj(&json);
    json_kv_str(&json, "record", str_c(record));
    json_kv_str(&json, "keys", str_c(keys));
    json_kv_i64(&json, "blobs", (int64_t)j->blobs_n);
    json_kv_i64(&json, "old_keys_removed", dropped);
    json_end_obj(&json);
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    buf_free(&b);
}

static int run(Cli *c) {
    int code = EXIT_YES;
    Job *j = ARENA_NEW(c->a, Job);
    int64_t dropped = 0;
    j->c = c;
    j->to = str_z(c->a, cli_text(c, "to"));
    if (file_read(c->a, cli_text(c, "passphrase-file").p, 4096, &j->pass) != OK) return cli_fail(c, EXIT_USE, "the passphrase file cannot be read");
    j->pass = str_trim(j->pass);
    if (j->pass.n < PASSPHRASE_MIN) return cli_fail(c, EXIT_USE, "a passphrase has at least %d characters", PASSPHRASE_MIN);
    if (!cli_instance(c, &j->in, &code)) return code;
    if (dir_make(j->to, 0700) != OK || dir_make(instance_path(c->a, &j->in, INSTANCE_RUN), 0700) != OK) return cli_fail(c, EXIT_SYSTEM, "%s is no folder that can be written", j->to);
    Str at = stamp(j);
    const char *record = str_fmt(c->a, "keten-record-" STR_FMT ".backup", STR_ARG(at)).p, *keys = str_fmt(c->a, "keten-keys-" STR_FMT ".backup", STR_ARG(at)).p;
    j->bar = progress_start("backup, KiB");
    /* The record first, the keys after it: whoever writes meanwhile makes the wrap before the act. A wrap without its data harms no
     * one, data without its wrap is lost. */
    Err e = make_one(j, INSTANCE_DB, record, content);
    if (e == OK) e = make_one(j, INSTANCE_KEYS_DB, keys, keys_only);
    if (e == OK) e = drop_old_keys(j, &dropped);
    progress_end(&j->bar);
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, STR_FMT, STR_ARG(j->failed));
    e = file_write(instance_path(c->a, &j->in, INSTANCE_LAST_BACKUP), when_rfc3339(c->a, sys_now(&j->in.clock)), 0600); /* for the page about this server */
    if (e != OK) fprintf(stderr, "%s: the moment of this backup cannot be noted (%s)\n", c->path, err_name(e));
    report(j, path_join(c->a, j->to, record).p, path_join(c->a, j->to, keys).p, dropped);
    return EXIT_YES;
}

static const Opt opts[] = {
    OPT_DATA,
    { OPT_TEXT, "to", "FOLDER", "where the two files go; made when it is not there", .required = true },
    { OPT_TEXT, "passphrase-file", "FILE", "file that holds the passphrase", .required = true },
    OPT_JSON,
    { OPT_END },
};
const Cmd cmd_backup = {
    .name = "backup", .summary = "write a sealed copy of the record, and apart from it one of the key wraps", .args = "", .opts = opts, .run = run,
    .help = "The server may go on running. Files of keys older than seven days in FOLDER are removed: what was erased must not come\n"
            "back. Other copies of them are yours to remove. The two secrets are in no backup: keep storage.key and signing.key\n"
            "apart, on paper or in a vault; without them a backup cannot be read.",
};
