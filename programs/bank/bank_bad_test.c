/* What a bank must live through: an index of another version or byte order, a disk that is full while it grows, agreement that cannot be written, very many at once. */
#include "programs/bank/bank.h"

#include "core/fingerprint/testhash.h"
#include "foundation/base/tap.h"
#include "foundation/sandbox/sandbox.h"
#include "foundation/sys/sys.h"
#include "programs/bank/bank_in.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { VERY_MANY = SANITIZED_BUILD ? 100000 : 1000000 };
typedef struct World { Arena *a; char top[64]; } World;
static const UnixMs noon = 1772442000000;

static const char *dir_of(World *w, const char *name) { return str_fmt(w->a, "%s/%s", w->top, name).p; }
static BankLine line(uint64_t seed, int flips, const char *source) {
    BankLine l = { .signal = SIGNAL_PDQ, .lane = LANE_ADULT, .front = FRONT_FULL, .quality = 90, .at = noon };
    Pdq h = flips == 0 ? hash_make(seed) : hash_near(hash_make(seed), flips, 5);
    bank_bytes(&h, l.hash);
    snprintf(l.source, sizeof l.source, "%s", source);
    return l;
}
static Bank *opened(World *w, const char *dir, bool write) {
    Bank *b = NULL;
    Str why = STR_NONE;
    must(bank_open(w->a, dir, write, &b, &why) == OK);
    return b;
}
static size_t found(Bank *b, uint64_t seed, bool all) {
    static BankHit hits[BANK_HITS_MAX];
    uint8_t bytes[32];
    size_t n = 0;
    Pdq h = hash_make(seed);
    bank_bytes(&h, bytes);
    must(bank_match(b, SIGNAL_PDQ, bytes, PDQ_RADIUS, noon + 1000, all, hits, BANK_HITS_MAX, &n) == OK);
    return n;
}
static void put_u32(const char *path, off_t at, uint32_t v) {
    int fd = open(path, O_RDWR | O_CLOEXEC);
    must(fd >= 0 && pwrite(fd, &v, sizeof v, at) == (ssize_t)sizeof v);
    close(fd);
}
static uint32_t get_u32(const char *path, off_t at) {
    uint32_t v = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    must(fd >= 0 && pread(fd, &v, sizeof v, at) == (ssize_t)sizeof v);
    close(fd);
    return v;
}
/* No file may grow beyond so many bytes, as when the disk is full; 0: as before. */
static void limit(rlim_t bytes) {
    static struct rlimit was;
    static bool asked;
    if (!asked) must(getrlimit(RLIMIT_FSIZE, &was) == 0);
    asked = true;
    struct rlimit now = { bytes != 0 ? bytes : was.rlim_cur, was.rlim_max };
    (void)signal(SIGXFSZ, SIG_IGN);
    must(setrlimit(RLIMIT_FSIZE, &now) == 0);
}

static void foreign_index(World *w) {
    const char *dir = dir_of(w, "foreign"), *index = str_fmt(w->a, "%s/index", dir).p;
    const off_t version = offsetof(NearHead, version), order = offsetof(NearHead, order);
    must(bank_make(dir) == OK);
    Bank *b = opened(w, dir, true);
    BankLine lines[200];
    size_t n = 0, at = 0;
    for (uint64_t i = 0; i < LEN(lines); i++) lines[i] = line(i + 1, 0, "A");
    must(bank_add(b, lines, LEN(lines), &n) == OK && n == LEN(lines) && finder_save(b) == OK);
    bank_close(b);
    uint32_t was = get_u32(index, version), way = get_u32(index, order);
    put_u32(index, version, was + 1);
    b = opened(w, dir, false);
    check(str_find(bank_index_note(b), S("another version"), &at) && found(b, 77, true) == 1, "an index of another version is told at open, and the record is enough: " STR_FMT, STR_ARG(bank_index_note(b)));
    bank_close(b);
    put_u32(index, version, was);
    put_u32(index, order, __builtin_bswap32(way));
    b = opened(w, dir, false);
    check(str_find(bank_index_note(b), S("other byte order"), &at) && found(b, 77, true) == 1, "one of a machine of the other byte order too: " STR_FMT, STR_ARG(bank_index_note(b)));
    bank_close(b);
    bank_close(opened(w, dir, true));
    b = opened(w, dir, false);
    Str why = STR_NONE;
    check(bank_index_note(b).n == 0 && get_u32(index, version) == was && get_u32(index, order) == way && bank_verify(w->a, b, 50, &why) == OK, "who may write made it anew from the record");
    bank_close(b);
}

/* The hashes and what follows from them are there together, or not at all. */
static void agreement_and_a_full_disk(World *w) {
    const char *dir = dir_of(w, "agree");
    must(bank_make(dir) == OK);
    Bank *b = opened(w, dir, true);
    BankLine one = line(5, 0, "A"), two = line(5, 9, "B");
    size_t n = 0;
    must(bank_add(b, &one, 1, &n) == OK && n == 1);
    limit(LINE_BYTES * 3); /* room for the hash, not for the two lines that say that both agree */
    Err e = bank_add(b, &two, 1, &n);
    limit(0);
    check(e == E_OUTSIDE && two.entry == 0 && bank_lines(b) == 1 && found(b, 5, true) == 1 && found(b, 5, false) == 0, "no room for what would follow: nothing was added, and that is what is said");
    check(bank_add(b, &two, 1, &n) == OK && n == 1 && bank_lines(b) == 4 && found(b, 5, false) == 2, "with room again both are in force");
    BankLine mixed[] = { line(50, 0, "A"), line(51, 0, "A"), line(50, 12, "B"), line(60, 0, "A"), line(60, 0, "C") };
    mixed[3].signal = mixed[4].signal = SIGNAL_SHA256;
    must(bank_add(b, mixed, LEN(mixed), &n) == OK);
    check(n == 5 && bank_state(b, mixed[0].entry) == STATE_ACTIVE && bank_state(b, mixed[1].entry) == STATE_QUARANTINE && bank_state(b, mixed[2].entry) == STATE_ACTIVE && bank_state(b, mixed[3].entry) == STATE_ACTIVE && bank_state(b, mixed[4].entry) == STATE_ACTIVE,
        "sources that come together in one go agree with each other, photos and exact keys alike");
    bank_close(b);
}

static void full_while_growing(World *w) {
    const char *dir = dir_of(w, "grow"), *index = str_fmt(w->a, "%s/index", dir).p, *fresh = str_fmt(w->a, "%s/index.new", dir).p;
    enum { EACH = 400 };
    must(bank_make(dir) == OK);
    Bank *b = opened(w, dir, true);
    BankLine lines[EACH];
    struct stat before, after;
    size_t n = 0;
    Str why = STR_NONE;
    b->due_at = EACH; /* an index is due each time so many came */
    for (uint64_t i = 0; i < EACH; i++) lines[i] = line(1000 + i, 0, "A");
    must(bank_add(b, lines, EACH, &n) == OK && n == EACH && finder_save(b) == OK && stat(index, &before) == 0);
    limit((rlim_t)1 << 20); /* the record fits, an index does not */
    for (uint64_t i = 0; i < EACH; i++) lines[i] = line(2000 + i, 0, "A");
    Err e = bank_add(b, lines, EACH, &n);
    for (uint64_t i = 0; i < EACH; i++) lines[i] = line(3000 + i, 0, "A");
    Err more = bank_add(b, lines, EACH, &n);
    limit(0);
    check(e == OK && more == OK && bank_lines(b) == 3 * EACH && found(b, 2001, true) == 1 && found(b, 3399, true) == 1, "when there is no room for a larger index, hashes are added and found all the same");
    check(stat(index, &after) == 0 && after.st_ino == before.st_ino && after.st_size == before.st_size && !file_exists(fresh), "the index that is there stays whole, and nothing half-made lies beside it");
    Bank *reader = opened(w, dir, false);
    check(bank_index_note(reader).n == 0 && found(reader, 3399, true) == 1 && bank_verify(w->a, reader, 50, &why) == OK, "others go on reading it");
    bank_close(reader);
    for (uint64_t i = 0; i < EACH; i++) lines[i] = line(4000 + i, 0, "A");
    must(bank_add(b, lines, EACH, &n) == OK);
    check(stat(index, &after) == 0 && after.st_ino != before.st_ino && bank_verify(w->a, b, 50, &why) == OK, "with room again it is made anew");
    bank_close(b);
}

static void very_many_removals(World *w) {
    const char *dir = dir_of(w, "million");
    must(bank_make(dir) == OK);
    Bank *b = opened(w, dir, true);
    BankLine *lines = calloc(VERY_MANY, sizeof *lines);
    uint32_t *gone = calloc(VERY_MANY, sizeof *gone);
    size_t n = 0, wrong = 0;
    must(lines != NULL && gone != NULL);
    for (uint64_t i = 0; i < VERY_MANY; i++) lines[i] = line(i + 1, 0, "A");
    must(bank_add(b, lines, VERY_MANY, &n) == OK && n == VERY_MANY);
    Bank *reader = opened(w, dir, false);
    must(found(reader, VERY_MANY / 2, true) == 1);
    for (size_t i = 0; i + 1 < VERY_MANY; i++) gone[i] = lines[i].entry;
    int64_t began = sys_mono_ms();
    must(bank_change(b, BANK_REMOVE, gone, VERY_MANY - 1, S("the source"), noon) == OK);
    int64_t written = sys_mono_ms() - began;
    wrong += found(reader, VERY_MANY / 2, true) != 0;
    int64_t seen = sys_mono_ms() - began;
    for (uint64_t i = 0; i < 1000; i++) wrong += found(reader, 1 + i * (VERY_MANY / 1000), true) != 0;
    check(wrong == 0 && found(reader, VERY_MANY, true) == 1, "%d removals at once: written in %lld ms, gone for a reader %lld ms after they were asked for, the last one stays", VERY_MANY - 1, (long long)written, (long long)seen);
    bank_close(reader);
    bank_close(b);
    b = opened(w, dir, false);
    check(found(b, 7, true) == 0 && found(b, VERY_MANY, true) == 1, "opened anew it is the same");
    bank_close(b);
    free(lines);
    free(gone);
}

int main(void) {
    World w = { .a = arena_new(256 << 20), .top = "/tmp/keten-bank-bad-XXXXXX" };
    sys_start();
    must(mkdtemp(w.top) != NULL);
    foreign_index(&w);
    agreement_and_a_full_disk(&w);
    full_while_growing(&w);
    very_many_removals(&w);
    const char *rm[] = { "rm", "-r", w.top, NULL };
    pid_t pid = 0;
    if (sys_spawn(&(Spawn){ .path = "/bin/rm", .argv = rm }, &pid) == OK) (void)waitpid(pid, NULL, 0);
    arena_free(w.a);
    return tap_end();
}
