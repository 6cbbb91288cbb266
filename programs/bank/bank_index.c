/* bank_index.c - finding: the index on the disk, the one of what came since, and a table of exact keys. */
#include "foundation/sys/sys.h"
#include "programs/bank/bank_in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { SINCE_FIRST = 4096, DUE_PART = 8, CARRIED = 3 /* with each that comes: since is half full when it begins, and two would do */, GIVEN_BACK = 1 << 20 /* bytes at a time */, PAGE = 4096 };

static const char *path_of(const Bank *b, const char *name) { return path_join(b->a, b->dir, name).p; }

static Pdq hash_at(const Bank *b, uint32_t number) {
    BankLine l = bank_line(b, number);
    return bank_pdq(l.hash);
}

/* ---- memory of an index ---- */

static void side_free(Side *s) {
    if (s->memory != NULL) (void)munmap(s->memory, s->bytes);
    free(s->dead);
    *s = (Side){ .memory = NULL };
}
static uint64_t *bits_for(uint64_t n) {
    uint64_t *p = calloc((size_t)n / 64 + 1, 8);
    must(p != NULL);
    return p;
}
static void *anonymous(size_t bytes, bool large) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return NULL;
    if (large) (void)madvise(p, bytes, MADV_HUGEPAGE);
    return p;
}

/* Empty, with room for so many and for buckets to grow. */
static Err side_make(Side *out, uint64_t capacity) {
    Side s = { .bytes = near_bytes(capacity, true) };
    if (s.bytes == 0) return E_LIMIT;
    s.bytes = (s.bytes + PAGE - 1) / PAGE * PAGE; /* given back in pieces, which begin at a page */
    s.memory = anonymous(s.bytes, false); /* large pages are made nought, and room for them found, while a question waits */
    if (s.memory == NULL) return E_OUTSIDE;
    near_make(s.memory, capacity, true, &s.near);
    s.dead = bits_for(capacity + 1);
    *out = s;
    return OK;
}

static void since_free(Finder *f) {
    side_free(&f->since);
    side_free(&f->next);
    side_free(&f->old);
}

static uint32_t base_count(const Finder *f) { return f->base.memory != NULL ? (uint32_t)f->base.near.head->count : 0; }
static void bit_set(uint64_t *bits, uint32_t at) { bits[at / 64] |= UINT64_C(1) << at % 64; }

static void mark_dead(Bank *b, uint32_t hash) {
    Finder *f = &b->f;
    uint32_t base = base_count(f);
    if (hash <= base) {
        bit_set(f->base.dead, hash);
        return;
    }
    bit_set(f->since.dead, hash - base);
    if (f->next.memory != NULL) bit_set(f->next.dead, hash - base);
}

/* The next of them, in order, into one of the two small ones. E_LIMIT: no room. */
static Err put_next(Bank *b, Side *s) {
    uint32_t id = 0, number = base_count(&b->f) + (uint32_t)s->near.head->count + 1;
    Pdq h = hash_at(b, b->f.entry_of[number]);
    TRY(near_add(&s->near, &h, &id));
    if (b->state[b->f.entry_of[number]] == STATE_REMOVED) bit_set(s->dead, id);
    return OK;
}

/* What was outgrown goes back to the system in pieces: all of it at once would keep a question waiting. */
static void give_back(Finder *f) {
    if (f->old.memory == NULL) return;
    size_t part = f->old.bytes < GIVEN_BACK ? f->old.bytes : GIVEN_BACK;
    must(munmap((uint8_t *)f->old.memory + f->old.bytes - part, part) == 0);
    f->old.bytes -= part;
    if (f->old.bytes == 0) f->old = (Side){ .memory = NULL };
}

static void outgrown(Finder *f) {
    side_free(&f->old);
    free(f->since.dead);
    f->since.dead = NULL;
    f->old = f->since;
    f->since = f->next;
    f->next = (Side){ .memory = NULL };
}

/* Fills a larger one beside it, a few with each that comes: when this is full, that has all of it. */
static Err grow_beside(Finder *f, Bank *b) {
    uint64_t n = f->since.near.head->count, capacity = f->since.near.head->capacity;
    Err e = OK;
    give_back(f);
    if (2 * n < capacity) return OK;
    if (f->next.memory == NULL) TRY(side_make(&f->next, 2 * capacity));
    for (int i = 0; i < CARRIED && e == OK && f->next.near.head->count < n; i++) e = put_next(b, &f->next);
    if (e == E_LIMIT) { /* thousands alike in one bucket took its room: a larger one is made when this one is full */
        side_free(&f->next);
        return OK;
    }
    if (e == OK && n == capacity && f->next.near.head->count == n) outgrown(f);
    return e;
}

/* All at once, as large as it takes. Only where many are alike. */
static Err since_anew(Bank *b, uint32_t hash) {
    Finder *f = &b->f;
    uint64_t n = hash - base_count(f), capacity = f->since.memory == NULL ? SINCE_FIRST : 2 * f->since.near.head->capacity;
    while (capacity < 2 * n) capacity *= 2;
    for (;; capacity *= 2) {
        Err e = OK;
        Side s;
        TRY(side_make(&s, capacity));
        for (uint64_t i = 0; i < n && e == OK; i++) e = put_next(b, &s);
        if (e == OK) {
            since_free(f);
            f->since = s;
            return OK;
        }
        side_free(&s);
        if (e != E_LIMIT) return e;
    }
}

/* Puts hash number `hash` (the newest) into the small index. */
static Err since_put(Bank *b, uint32_t hash) {
    Finder *f = &b->f;
    if (f->since.memory == NULL) return since_anew(b, hash);
    Err e = put_next(b, &f->since);
    if (e == E_LIMIT) return since_anew(b, hash);
    return e == OK ? grow_beside(f, b) : e;
}

/* ---- the index on the disk ---- */

static const char ahead_of_record[] = "it knows more than the record";

/* E_CONFLICT: it is ahead of what was read of the record; somebody may just have written both. */
static Err base_map(Bank *b, Side *out, const char **out_why) {
    struct stat st;
    int fd = open(path_of(b, "index"), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    Side s = { .file = true };
    *out_why = fd < 0 ? "there is none yet" : NULL;
    if (fd < 0) return E_MISSING;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        s.bytes = (size_t)st.st_size;
        void *p = mmap(NULL, s.bytes, PROT_READ, MAP_SHARED, fd, 0);
        s.memory = p == MAP_FAILED ? NULL : p;
        if (s.memory != NULL) (void)madvise(s.memory, s.bytes, MADV_HUGEPAGE); /* read in large folios, and mapped by them: a look-up touches a thousand places */
        b->f.index_inode = st.st_ino;
        b->f.index_device = st.st_dev;
    }
    close(fd);
    if (s.memory == NULL) *out_why = "it is empty, or cannot be read";
    else if (near_view(s.memory, s.bytes, &s.near, out_why) == OK && !near_whole(&s.near)) *out_why = "a bit in it changed";
    if (*out_why == NULL && (s.near.head->mark[0] > b->lines || s.near.head->count > b->f.hashes)) *out_why = ahead_of_record;
    if (*out_why == NULL && s.near.head->mark[0] > 0 && line_sum(line_at(b, (uint32_t)s.near.head->mark[0])) != s.near.head->mark[1]) *out_why = "it is of another record";
    if (*out_why != NULL) {
        bool ahead = strcmp(*out_why, ahead_of_record) == 0;
        side_free(&s);
        return ahead ? E_CONFLICT : E_INPUT;
    }
    s.dead = bits_for(s.near.head->count + 1);
    *out = s;
    return OK;
}

static Pdq *all_hashes(const Bank *b) {
    Pdq *all = malloc(((size_t)b->f.hashes + 1) * sizeof *all);
    if (all == NULL) return NULL;
    for (uint32_t i = 1; i <= b->f.hashes; i++) all[i - 1] = hash_at(b, b->f.entry_of[i]);
    return all;
}

static Err build_in(Bank *b, void *memory, Near *out) {
    Pdq *all = all_hashes(b);
    void *work = malloc(NEAR_BUILD_WORK);
    Err e = all != NULL && work != NULL ? OK : E_OUTSIDE;
    if (e == OK) {
        near_make(memory, b->f.hashes, false, out);
        near_build(out, all, b->f.hashes, work);
        out->head->mark[0] = b->lines;
        out->head->mark[1] = b->sum;
        near_seal(out);
    }
    free(all);
    free(work);
    return e;
}

/* Whole on the disk before it takes the old one's place. Room is taken beforehand: a full disk is an error here, not a signal later. */
static Err write_new(Bank *b, const char *path) {
    size_t bytes = near_bytes(b->f.hashes, false);
    Near n;
    if (bytes == 0) return E_LIMIT;
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return E_OUTSIDE;
    Err e = posix_fallocate(fd, 0, (off_t)bytes) == 0 ? OK : E_OUTSIDE;
    void *p = e == OK ? mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (p == MAP_FAILED) e = E_OUTSIDE;
    if (e == OK) e = build_in(b, p, &n);
    size_t used = e == OK ? near_bytes_used(&n) : 0;
    if (p != MAP_FAILED && munmap(p, bytes) != 0) e = E_OUTSIDE;
    if (e == OK && (ftruncate(fd, (off_t)used) != 0 || fsync(fd) != 0)) e = E_OUTSIDE;
    /* Written here and there it stands in memory in small pages, which cost a look-up a third of its time; read again in order, it stands in large ones. */
    if (e == OK) (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
    return e;
}

static void use_base(Bank *b, Side *take) {
    Finder *f = &b->f;
    side_free(&f->base);
    since_free(f);
    f->base = *take;
    for (uint32_t i = 1; i <= f->base.near.head->count; i++)
        if (b->state[f->entry_of[i]] == STATE_REMOVED) mark_dead(b, i);
}

Err finder_save(Bank *b) {
    const char *fresh = path_of(b, "index.new"), *why = NULL;
    Side s;
    Err e = write_new(b, fresh);
    if (e == OK && rename(fresh, path_of(b, "index")) != 0) e = E_OUTSIDE;
    if (e != OK) (void)unlink(fresh);
    if (e == OK) e = dir_sync(b->dir);
    if (e == OK) e = base_map(b, &s, &why);
    if (e == OK) use_base(b, &s);
    return e;
}

bool finder_due(const Bank *b) {
    uint32_t base = b->f.base.file ? (uint32_t)b->f.base.near.head->count : 0, since = b->f.hashes - base;
    return !b->f.base.file || (since > b->due_at && since > base / DUE_PART);
}

/* Without the disk: as good, but this process's own. */
static Err base_anonymous(Bank *b) {
    Side s = { .bytes = near_bytes(b->f.hashes, false) };
    s.memory = s.bytes > 0 ? anonymous(s.bytes, true) : NULL;
    if (s.memory == NULL) return E_OUTSIDE;
    Err e = build_in(b, s.memory, &s.near);
    if (e != OK) {
        side_free(&s);
        return e;
    }
    s.dead = bits_for(s.near.head->count + 1);
    use_base(b, &s);
    return OK;
}

static Err since_fill(Bank *b) {
    for (uint32_t i = (uint32_t)b->f.base.near.head->count + 1; i <= b->f.hashes; i++) TRY(since_put(b, i));
    return OK;
}

Err finder_open(Bank *b, bool last) {
    const char *why = NULL;
    Side s;
    Err e = base_map(b, &s, &why);
    if (e == E_CONFLICT && !last) return e;
    b->f.look = malloc(sizeof *b->f.look);
    must(b->f.look != NULL);
    near_start(b->f.look);
    if (e == OK) use_base(b, &s);
    else if (!b->write) TRY(base_anonymous(b));
    if (e == E_INPUT || e == E_CONFLICT) b->note = str_fmt(b->a, "made anew%s: %s", b->write ? "" : " in memory", why);
    if (b->write && finder_due(b)) return finder_save(b);
    return since_fill(b);
}

/* What came since grows in each reader's own memory; once that is much, a writer has put it into a new index. Looked for each time so many came again. */
Err finder_refresh(Bank *b) {
    const char *why = NULL;
    Side s;
    uint32_t base = (uint32_t)b->f.base.near.head->count;
    if (b->f.hashes - base <= b->due_at || b->f.hashes - b->f.looked_at <= b->due_at) return OK;
    b->f.looked_at = b->f.hashes;
    if (base_map(b, &s, &why) != OK) return OK; /* none that can be used: as before */
    if (s.near.head->count <= base) {
        side_free(&s);
        return OK;
    }
    use_base(b, &s);
    return since_fill(b);
}

void finder_close(Finder *f) {
    side_free(&f->base);
    since_free(f);
    free(f->entry_of);
    keys_free(f);
    free(f->look);
    *f = (Finder){ .look = NULL };
}

/* ---- as lines are folded ---- */

Err finder_add(Bank *b, uint32_t entry, const BankLine *l) {
    Finder *f = &b->f;
    if (l->signal != SIGNAL_PDQ) {
        keys_add(b, entry, l->hash);
        return OK;
    }
    if (f->hashes + 1 >= f->hashes_cap) {
        f->hashes_cap = f->hashes_cap == 0 ? 1024 : f->hashes_cap * 2;
        f->entry_of = realloc(f->entry_of, f->hashes_cap * sizeof *f->entry_of);
        must(f->entry_of != NULL);
    }
    f->entry_of[++f->hashes] = entry;
    f->hash_of[entry] = f->hashes;
    return f->look == NULL ? OK : since_put(b, f->hashes); /* before the index is opened only counted */
}

void finder_remove(Bank *b, uint32_t entry) {
    if (b->f.look != NULL && b->f.hash_of[entry] != 0) mark_dead(b, b->f.hash_of[entry]);
}
