/* blob.c - files of a case. Each is encrypted under a fresh key of its own (libsodium secretstream, 64 KiB frames); the key is a
 * STORE field of the act, so it dies with the case's key. That of an exhibit or a dossier is sealed under a scope of its own instead (the file's
 * id), so that it can be erased alone, and dies with the case as well (case_shred_run). Stored under the SHA-256 of what is on the disk. */
#include "core/case/case_in.h"
#include "core/vault/vault.h"
#include "foundation/base/enc.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <sys/stat.h>

#define END { NULL, F_END, CLEAR, false, 0 }
enum { FRAME = 65536, BLOB_MAX = 256 * 1024 * 1024 };

static const FieldDef blob_fields[] = { { "sha256", F_HASH, CLEAR, true, 0 }, { "size", F_INT, CLEAR, true, 0 }, { "key", F_TEXT, STORE, true, 64 }, { "kind", F_CODE, CLEAR, false, 0 }, { "of", F_ID, CLEAR, false, 0 }, END };
const ActDef act_blob_kept = { "blob.kept", 1, OBJ_NONE, "blob.keep", false, true, blob_fields, NULL, apply_blob_kept, NULL, N_("A file was kept") };

static void sha256(Str bytes, uint8_t out[32]) {
    unsigned n = 0;
    must(EVP_Digest(bytes.p, bytes.n, out, &n, EVP_sha256(), NULL) == 1 && n == 32);
}

static void encrypt(Str plain, const uint8_t key[32], Buf *out) {
    crypto_secretstream_xchacha20poly1305_state st;
    unsigned char header[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
    unsigned char frame[FRAME + crypto_secretstream_xchacha20poly1305_ABYTES];
    crypto_secretstream_xchacha20poly1305_init_push(&st, header, key);
    buf_put(out, str_bytes(header, sizeof header));
    size_t at = 0;
    do {
        Str part = str_sub(plain, at, FRAME);
        at += part.n;
        unsigned char tag = at >= plain.n ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
        unsigned long long n = 0;
        crypto_secretstream_xchacha20poly1305_push(&st, frame, &n, (const unsigned char *)part.p, part.n, NULL, 0, tag);
        buf_put(out, str_bytes(frame, (size_t)n));
    } while (at < plain.n);
    sodium_memzero(&st, sizeof st);
}

static Err decrypt(Str sealed, const uint8_t key[32], Buf *out) {
    enum { HEAD = crypto_secretstream_xchacha20poly1305_HEADERBYTES, MORE = crypto_secretstream_xchacha20poly1305_ABYTES };
    crypto_secretstream_xchacha20poly1305_state st;
    unsigned char frame[FRAME], tag = 0;
    if (sealed.n < HEAD + MORE) return E_INPUT;
    if (crypto_secretstream_xchacha20poly1305_init_pull(&st, (const unsigned char *)sealed.p, key) != 0) return E_INPUT;
    size_t at = HEAD;
    while (at < sealed.n) {
        Str part = str_sub(sealed, at, FRAME + MORE);
        unsigned long long n = 0;
        at += part.n;
        if (crypto_secretstream_xchacha20poly1305_pull(&st, frame, &n, &tag, (const unsigned char *)part.p, part.n, NULL, 0) != 0) return E_INPUT;
        buf_put(out, str_bytes(frame, (size_t)n));
        if (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) break;
    }
    sodium_memzero(frame, sizeof frame);
    return tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL && at == sealed.n ? buf_err(out) : E_INPUT;
}

static Err write_whole(int fd, Str bytes) {
    while (bytes.n > 0) {
        db_crash_point();
        ssize_t k = write(fd, bytes.p, bytes.n);
        if (k <= 0) return E_OUTSIDE;
        bytes = str_sub(bytes, (size_t)k, bytes.n);
    }
    db_crash_point();
    return fsync(fd) == 0 ? OK : E_OUTSIDE;
}

/* A file of this very name is left over from a process that was ended while it wrote: nobody else draws the same number. */
static int open_new(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0 || errno != EEXIST || unlink(path) != 0) return fd;
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

/* Temporary name, bytes, fsync, rename, fsync of the folder: there whole after a power cut, or not there. */
static Err write_blob(Ctx *c, const char *dir, const char *path, Str bytes) {
    Id tmp_id = ctx_new_id(c);
    char *tmp = str_z(c->arena, str_fmt(c->arena, "%s/.new-" STR_FMT, dir, STR_ARG(id_hex(c->arena, tmp_id))));
    if (mkdir(dir, 0700) != 0 && access(dir, W_OK) != 0) return E_OUTSIDE;
    int fd = open_new(tmp);
    if (fd < 0) return E_OUTSIDE;
    Err err = write_whole(fd, bytes);
    close(fd);
    db_crash_point();
    if (err == OK && rename(tmp, path) != 0) err = E_OUTSIDE;
    if (err != OK) {
        unlink(tmp);
        return err;
    }
    int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0) return E_OUTSIDE;
    if (fsync(dir_fd) != 0) err = E_OUTSIDE;
    close(dir_fd);
    return err;
}

static void blob_paths(Ctx *c, Str sha, char **out_dir, char **out_path) {
    Str hex = hex_enc(c->arena, sha);
    *out_dir = str_z(c->arena, str_fmt(c->arena, STR_FMT "/blobs/%.2s", STR_ARG(c->app->instance_dir), hex.p));
    *out_path = str_z(c->arena, str_fmt(c->arena, "%s/%.62s", *out_dir, hex.p + 2));
}

static bool own_key(Id case_id, Str kind) {
    static const char *const kinds[] = { "capture", "text", "shot", "dossier" };
    for (size_t i = 0; i < LEN(kinds); i++)
        if (!id_none(case_id) && str_eq(kind, str_c(kinds[i]))) return true;
    return false;
}

Err blob_put(Ctx *c, Id case_id, Str kind, Id of, Str bytes, Id *out_blob, Act **out_act) {
    if (bytes.n > BLOB_MAX) return ctx_refuse(c, E_LIMIT, NULL, "This file is too large.");
    uint8_t key[32], sha[32];
    char *dir = NULL, *path = NULL;
    Buf sealed = buf_new((size_t)BLOB_MAX + BLOB_MAX / 1000 + 4096);
    c->app->random(c->app->random_ctx, key, sizeof key);
    encrypt(bytes, key, &sealed);
    sha256(buf_str(&sealed), sha);
    blob_paths(c, str_bytes(sha, 32), &dir, &path);
    Err err = write_blob(c, dir, path, buf_str(&sealed));
    buf_free(&sealed);
    if (err != OK) return ctx_refuse(c, err, NULL, "The file could not be kept: the disk refused it.");
    Act *a = act_new(c, &act_blob_kept, ID_NONE, case_id, ctx_new_id(c));
    if (id_none(case_id)) a->scope = of; /* nobody's case: under a key of its own, which whoever keeps it has made */
    if (own_key(case_id, kind)) {
        a->scope = a->subject;
        TRY(vault_store_scopes(c->vault, a->org, &a->scope, 1, c->now));
    }
    act_hash(a, "sha256", str_dup(c->arena, str_bytes(sha, 32)));
    act_int(a, "size", (int64_t)bytes.n);
    act_code(a, "kind", kind);
    act_idf(a, "of", of);
    act_text(a, "key", str_dup(c->arena, str_bytes(key, 32)));
    explicit_bzero(key, sizeof key);
    *out_blob = a->subject;
    *out_act = a;
    return OK;
}

static Err read_file(Arena *a, const char *path, size_t max, Str *out) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return E_MISSING;
    Err err = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? OK : E_OUTSIDE;
    if (err == OK && (size_t)st.st_size > max) err = E_LIMIT;
    if (err == OK) {
        size_t n = (size_t)st.st_size, at = 0;
        char *p = arena_alloc(a, n);
        while (at < n) {
            ssize_t k = read(fd, p + at, n - at);
            if (k <= 0) break;
            at += (size_t)k;
        }
        err = at == n ? OK : E_OUTSIDE;
        *out = str_bytes(p, n);
    }
    close(fd);
    return err;
}

Err blob_get(Ctx *c, Id blob, size_t max, Str *out_bytes) {
    BlobRow row;
    uint8_t sha[32];
    char *dir = NULL, *path = NULL;
    Str sealed = STR_NONE, key = STR_NONE;
    TRY(blob_row(c, blob, &row));
    TRY(journal_open(c, row.org, row.own ? row.id : id_none(row.case_id) ? row.of : row.case_id, STORE, blob, "key", row.key, &key));
    blob_paths(c, row.sha256, &dir, &path);
    TRY(read_file(c->arena, path, max + max / 1000 + 4096, &sealed));
    sha256(sealed, sha);
    if (!str_eq(str_bytes(sha, 32), row.sha256) || key.n != 32) return E_INPUT;
    Buf plain = buf_new(max);
    Err err = decrypt(sealed, (const uint8_t *)key.p, &plain);
    if (err == OK) *out_bytes = str_dup(c->arena, buf_str(&plain));
    buf_wipe(&plain);
    return err;
}

Err blob_check(Ctx *c, const BlobRow *row) {
    uint8_t sha[32];
    char *dir = NULL, *path = NULL;
    Str sealed = STR_NONE;
    blob_paths(c, row->sha256, &dir, &path);
    TRY(read_file(c->arena, path, (size_t)BLOB_MAX * 2, &sealed));
    sha256(sealed, sha);
    return str_eq(str_bytes(sha, 32), row->sha256) ? OK : E_INPUT;
}
