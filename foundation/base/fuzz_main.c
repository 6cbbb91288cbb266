/* fuzz_main.c - runs one fuzz target without libFuzzer: over every seed in a folder, then over mutations of each, the same
 * ones every time. It finds no new paths as libFuzzer does; it keeps each target compiled, and the seeds good, in every test run.
 * Use: fuzz_NAME SEED_DIR [SECONDS] */
#include "foundation/base/base.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SEED_MAX = 1 << 20, SEEDS_MAX = 1024, MUTATIONS_MAX = 4000 };

typedef struct Seeds { Str bytes[SEEDS_MAX]; size_t n; } Seeds;
typedef struct Dice { uint64_t s; } Dice;

/* xorshift64*: small, and the same on every machine. */
static uint64_t roll(Dice *d, uint64_t below) {
    d->s ^= d->s >> 12;
    d->s ^= d->s << 25;
    d->s ^= d->s >> 27;
    return below == 0 ? 0 : (d->s * UINT64_C(0x2545F4914F6CDD1D) >> 11) % below;
}

static int64_t now_ms(void) {
    struct timespec t = { 0 };
    must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* On the heap at its exact size, so that reading one byte too far is seen. */
static void run(Str bytes) {
    uint8_t *p = malloc(bytes.n == 0 ? 1 : bytes.n);
    must(p != NULL);
    if (bytes.n > 0) memcpy(p, bytes.p, bytes.n);
    (void)LLVMFuzzerTestOneInput(p, bytes.n);
    free(p);
}

static bool seed_read(Arena *a, int dir, const char *name, Str *out) {
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
    struct stat st = { 0 };
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > SEED_MAX) {
        if (fd >= 0) close(fd);
        return false;
    }
    char *p = arena_alloc(a, (size_t)st.st_size);
    ssize_t n = read(fd, p, (size_t)st.st_size);
    close(fd);
    if (n < 0) return false;
    *out = (Str){ p, (size_t)n };
    return true;
}

static int by_bytes(const void *x, const void *y) { return str_cmp(*(const Str *)x, *(const Str *)y); }

static bool seeds_read(Arena *a, const char *path, Seeds *out) {
    DIR *dir = opendir(path);
    if (dir == NULL) return false;
    for (struct dirent *e = readdir(dir); e != NULL && out->n < SEEDS_MAX; e = readdir(dir))
        if (e->d_name[0] != '.' && seed_read(a, dirfd(dir), e->d_name, &out->bytes[out->n])) out->n++;
    closedir(dir);
    qsort(out->bytes, out->n, sizeof out->bytes[0], by_bytes); /* the folder's order differs between machines */
    return out->n > 0;
}

/* One to eight edits: flip a bit, set a telling byte, cut, double a stretch, or splice in part of another seed. */
static void mutate(Dice *d, const Seeds *all, Buf *b) {
    static const uint8_t telling[] = { 0, 1, 0x7F, 0x80, 0xFF, '"', '\\', '{', '[', '<', '%', '\n', '\r', '-', '9', ',' };
    for (uint64_t edits = 1 + roll(d, 8); edits > 0; edits--) {
        size_t at = roll(d, b->n + 1), len = roll(d, 16) + 1;
        uint64_t kind = roll(d, 5);
        if (kind == 0 && at < b->n) b->p[at] = (char)(b->p[at] ^ (1 << roll(d, 8)));
        if (kind == 1 && at < b->n) b->p[at] = (char)telling[roll(d, LEN(telling))];
        if (kind == 2 && at < b->n) {
            size_t left = b->n - at, gone = len < left ? len : left;
            memmove(b->p + at, b->p + at + gone, left - gone);
            b->n -= gone;
        }
        if (kind >= 3) {
            Str from = kind == 3 ? buf_str(b) : all->bytes[roll(d, all->n)];
            Str part = str_sub(from, roll(d, from.n + 1), len * (kind == 3 ? 1 : 4));
            char piece[64];
            memcpy(piece, part.p, part.n);
            size_t old = b->n;
            buf_put(b, (Str){ piece, part.n });
            if (b->over) return;
            memmove(b->p + at + part.n, b->p + at, old - at);
            memcpy(b->p + at, piece, part.n);
        }
    }
}

int main(int argc, char **argv) {
    Arena *a = arena_new(256 << 20);
    static Seeds seeds;
    if (argc < 2 || !seeds_read(a, argv[1], &seeds)) {
        fprintf(stderr, "no seeds in %s\n", argc < 2 ? "(no folder given)" : argv[1]);
        arena_free(a);
        return 1;
    }
    int64_t seconds = 1, runs = 0;
    if (argc > 2 && str_i64(str_c(argv[2]), 1, 86400, &seconds) != OK) return 2;
    int64_t until = now_ms() + seconds * 1000;
    run(STR_NONE);
    for (size_t i = 0; i < seeds.n; i++) run(seeds.bytes[i]);
    Dice d = { .s = UINT64_C(0x9E3779B97F4A7C15) };
    Buf b = buf_new(2 * SEED_MAX);
    int64_t most = seconds == 1 ? MUTATIONS_MAX : INT64_MAX;
    for (; runs < most && now_ms() < until; runs++) {
        buf_clear(&b);
        buf_put(&b, seeds.bytes[(size_t)runs % seeds.n]);
        mutate(&d, &seeds, &b);
        run(buf_str(&b));
    }
    printf("%zu seeds, %lld mutations\n", seeds.n, (long long)runs);
    buf_free(&b);
    arena_free(a);
    return 0;
}
