/* videos.c - see videos.h. */
#include "programs/keten/videos.h"

#include "foundation/base/enc.h"
#include "programs/keten/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What comes once only is put where it can be gone back in. */
static Err spool(int from, int *out_fd, int64_t *out_size) {
    static char piece[1 << 16];
    int fd = memfd_create("keten-input", MFD_CLOEXEC);
    int64_t size = 0;
    Err e = fd >= 0 ? OK : E_OUTSIDE;
    while (e == OK) {
        ssize_t n = read(from, piece, sizeof piece);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            if (n < 0) e = E_OUTSIDE;
            break;
        }
        size += n;
        if (size > SPOOL_MAX) e = E_LIMIT;
        else if (write(fd, piece, (size_t)n) != n) e = E_OUTSIDE;
    }
    if (e != OK && fd >= 0) close(fd);
    if (e != OK) return e;
    *out_fd = fd;
    *out_size = size;
    return OK;
}

Err file_of(const char *path, int *out_fd, int64_t *out_size) {
    struct stat st = { 0 };
    bool std_in = strcmp(path, "-") == 0;
    int fd = std_in ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return errno == ENOENT || errno == ENOTDIR ? E_MISSING : E_OUTSIDE;
    Err e = fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode) ? OK : E_OUTSIDE;
    if (e == OK && S_ISREG(st.st_mode) && !std_in) {
        *out_fd = fd;
        *out_size = st.st_size;
        return OK;
    }
    if (e == OK) e = spool(fd, out_fd, out_size);
    if (!std_in) close(fd);
    return e;
}

VideoKind video_kind_of(int fd) {
    char first[VIDEO_FIRST];
    ssize_t n = pread(fd, first, sizeof first, 0);
    return n > 0 ? video_kind((Str){ first, (size_t)n }) : VIDEO_OTHER;
}

static Str digest_end(Arena *a, EVP_MD_CTX *d, bool good) {
    uint8_t out[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    Str hex = good && EVP_DigestFinal_ex(d, out, &n) == 1 ? hex_enc(a, str_bytes(out, n)) : STR_NONE;
    EVP_MD_CTX_free(d);
    return hex;
}

Err digests_of(Arena *a, int fd, Str *out_sha256, Str *out_md5) {
    static char piece[1 << 18];
    EVP_MD_CTX *sha = EVP_MD_CTX_new(), *md5 = EVP_MD_CTX_new();
    bool with_sha = sha != NULL && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1, with_md5 = md5 != NULL && EVP_DigestInit_ex(md5, EVP_md5(), NULL) == 1; /* where MD5 is switched off there is none */
    ssize_t n = 0;
    for (off_t at = 0; with_sha && (n = pread(fd, piece, sizeof piece, at)) > 0; at += n) {
        with_sha = EVP_DigestUpdate(sha, piece, (size_t)n) == 1;
        with_md5 = with_md5 && EVP_DigestUpdate(md5, piece, (size_t)n) == 1;
    }
    *out_sha256 = digest_end(a, sha, with_sha && n == 0);
    *out_md5 = digest_end(a, md5, with_md5 && n == 0);
    return out_sha256->n > 0 ? OK : E_OUTSIDE;
}

Err videos_start(Cli *c, Media **out) {
    const char *program = program_beside(c->a, "keten-video", "video");
    if (program == NULL) return E_MISSING;
    return media_alone(c->a, program, out);
}

VpdqFrame vpdq_of(const VideoFrame *f) {
    VpdqFrame v = { .frame = f->frame, .ms = f->ms, .quality = f->quality };
    for (int i = 0; i < 32; i++) v.hash.q[3 - i / 8] |= (uint64_t)f->hash[i] << (56 - i % 8 * 8);
    return v;
}

Err video_frames(Arena *a, Media *videos, int fd, uint32_t every_ms, VpdqFrame **out, size_t *out_n, VideoSaid *out_said) {
    static VideoPart part;
    VpdqFrame *v = NULL;
    size_t n = 0, cap = 0;
    int at = -1;
    TRY(video_ask(videos, fd, every_ms, &at));
    do {
        video_next(at, &part);
        for (size_t i = 0; i < part.n; i++) {
            v = ARENA_ROOM(a, v, n, &cap);
            v[n++] = vpdq_of(&part.frames[i]);
        }
    } while (!part.last);
    *out = v;
    *out_n = n;
    *out_said = part.said;
    return OK;
}

bool every_of(Str text, uint32_t *out_ms) {
    Str whole = text, part = STR_NONE;
    size_t dot = 0;
    int64_t s = 0, ms = 0;
    if (str_chr(text, '.', &dot)) whole = str_sub(text, 0, dot), part = str_sub(text, dot + 1, text.n);
    if (part.n > 3 || str_i64(whole, 0, VIDEO_EVERY_MAX / 1000, &s) != OK || (part.n > 0 && str_i64(part, 0, 999, &ms) != OK)) return false;
    for (size_t i = part.n; i < 3; i++) ms *= 10;
    if (s * 1000 + ms > VIDEO_EVERY_MAX) return false;
    *out_ms = (uint32_t)(s * 1000 + ms);
    return true;
}
