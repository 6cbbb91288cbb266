/* bank.c - the record: read, folded, appended to; and matching. */
#include "programs/bank/bank.h"

#include "foundation/sys/sys.h"
#include "programs/bank/bank_in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

uint32_t bank_lines(const Bank *b) { return b->lines; }
BankLine bank_line(const Bank *b, uint32_t number) {
    BankLine l;
    must(number > 0 && number <= b->lines + 1 && (size_t)(number + 1) * LINE_BYTES <= b->record_bytes);
    must(line_read(line_at(b, number), number == 1 ? 0 : line_sum(line_at(b, number - 1)), &l) == OK);
    return l;
}
BankState bank_state(const Bank *b, uint32_t entry) { return entry > 0 && entry <= b->lines ? (BankState)b->state[entry] : STATE_NO_ENTRY; }
Str bank_index_note(const Bank *b) { return b->note; }

/* ---- folding ---- */

/* Memory that grows in place or by being mapped elsewhere, never by being copied: what is new in it is nought. */
static void *larger(void *p, size_t from, size_t to) {
    void *q = from == 0 ? mmap(NULL, to, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : mremap(p, from, to, MREMAP_MAYMOVE);
    must(q != MAP_FAILED);
    return q;
}

static void room_for(Bank *b, uint32_t lines) {
    enum { FIRST = 4096 };
    if (lines < b->state_cap) return;
    uint32_t cap = b->state_cap == 0 ? FIRST : b->state_cap;
    while (cap <= lines) cap *= 2;
    b->state = larger(b->state, b->state_cap, cap);
    b->f.hash_of = larger(b->f.hash_of, b->state_cap * sizeof *b->f.hash_of, cap * sizeof *b->f.hash_of);
    b->state_cap = cap;
}

/* What a line does. E_INPUT: it cannot have been written by us. */
static Err fold(Bank *b, uint32_t number, const BankLine *l) {
    if (l->kind == BANK_ADD) {
        if (l->entry != number || bank_refusal(l) != NULL) return E_INPUT;
        b->state[number] = STATE_QUARANTINE;
        return finder_add(b, number, l);
    }
    if (l->kind == BANK_PASSED) return OK;
    if (l->entry == 0 || l->entry >= number || b->state[l->entry] == STATE_NO_ENTRY) return E_INPUT;
    uint8_t *state = &b->state[l->entry];
    if (*state == STATE_REMOVED) return OK;
    if (l->kind == BANK_REMOVE) {
        *state = STATE_REMOVED;
        finder_remove(b, l->entry);
    } else if (l->kind == BANK_DISPUTE) {
        *state = STATE_DISPUTED;
    } else if (l->kind == BANK_CONFIRM || *state == STATE_QUARANTINE) {
        *state = STATE_ACTIVE;
    }
    return OK;
}

/* With room for more behind the end of the file, where nothing is looked at: what is appended shows in it. */
static Err map_again(Bank *b, size_t bytes) {
    enum { ROOM = 4 << 20 };
    b->record_bytes = bytes;
    if (bytes <= b->map_bytes) return OK;
    size_t want = (bytes + bytes / 4 + ROOM) & ~(size_t)(ROOM - 1);
    void *p = b->map == NULL ? mmap(NULL, want, PROT_READ, MAP_SHARED, b->fd, 0) : mremap(b->map, b->map_bytes, want, MREMAP_MAYMOVE);
    if (p == MAP_FAILED) return E_OUTSIDE;
    b->map = p;
    b->map_bytes = want;
    return OK;
}

/* Takes in what was appended since, at most so many lines. A line that is not whole ends it; when it had been acknowledged, that is damage. */
static Err take_in(Bank *b, uint32_t most, uint32_t *out_left, const char **out_why) {
    struct stat st;
    uint64_t committed = 0;
    *out_why = "it cannot be read";
    if (fstat(b->fd, &st) != 0) return E_OUTSIDE;
    if (st.st_size < LINE_BYTES) return *out_why = "it is cut off", E_INPUT;
    TRY(map_again(b, (size_t)st.st_size));
    Err whole = head_read(b->map, &committed, out_why);
    for (int again = 0; whole != OK && again < 50; again++) { /* it may be being written at this moment */
        sys_sleep_ms(1);
        whole = head_read(b->map, &committed, out_why);
    }
    TRY(whole);
    if (committed > (uint64_t)st.st_size / LINE_BYTES - 1) { /* it grew between the two looks */
        if (fstat(b->fd, &st) != 0) return E_OUTSIDE;
        TRY(map_again(b, (size_t)st.st_size));
    }
    uint64_t there = (uint64_t)st.st_size / LINE_BYTES - 1;
    if (there > BANK_RECORDS_MAX) return *out_why = "it is longer than a bank can be", E_LIMIT;
    room_for(b, (uint32_t)there);
    *out_left = 0;
    for (uint32_t n = b->lines + 1, taken = 0; n <= there; n++, taken++) {
        BankLine l;
        if (taken == most) return *out_left = (uint32_t)there - b->lines, OK;
        if (line_read(line_at(b, n), b->sum, &l) != OK) break;
        Err e = fold(b, n, &l);
        if (e != OK) return *out_why = "a line of it says what cannot be", e;
        b->lines = n;
        b->sum = line_sum(line_at(b, n));
    }
    if (b->lines >= committed) return OK;
    *out_why = str_fmt(b->a, "line %u is damaged, of %llu that were acknowledged", b->lines + 1, (unsigned long long)committed).p;
    return E_INPUT;
}

static Err catch_up(Bank *b, const char **out_why) {
    uint32_t left = 0;
    return take_in(b, UINT32_MAX, &left, out_why);
}
Err bank_follow(Bank *b, uint32_t most, uint32_t *out_left, const char **out_why) { return take_in(b, most, out_left, out_why); }

/* ---- opening ---- */

Err bank_make(const char *dir) {
    uint8_t head[LINE_BYTES];
    Arena *a = arena_new(1 << 16);
    Err e = dir_make(dir, 0700);
    head_put(0, head);
    if (e == OK) e = file_write_new(path_join(a, dir, "record").p, str_bytes(head, sizeof head), 0600);
    arena_free(a);
    return e;
}

Err bank_open(Arena *a, const char *dir, bool write, Bank **out, Str *out_why) {
    const char *why = NULL;
    Bank *b = ARENA_NEW(a, Bank);
    *b = (Bank){ .a = a, .dir = str_z(a, str_c(dir)), .write = write, .due_at = BANK_DUE_AT };
    b->fd = open(path_join(a, dir, "record").p, (write ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW);
    if (b->fd < 0) {
        *out_why = errno == ENOENT || errno == ENOTDIR ? S("there is no bank there") : S("its record cannot be opened");
        return errno == ENOENT || errno == ENOTDIR ? E_MISSING : E_OUTSIDE;
    }
    struck_map(b);
    if (write && flock(b->fd, LOCK_EX) != 0) why = "it cannot be locked";
    enum { TRIES = 5 };
    Err e = why != NULL ? E_OUTSIDE : E_CONFLICT;
    for (int i = 1; e == E_CONFLICT && i <= TRIES; i++) { /* while this one read, a writer may have gone on and made the index anew */
        e = catch_up(b, &why);
        if (e == OK && (e = finder_open(b, write || i == TRIES)) != OK && e != E_CONFLICT) why = "no room for its index";
    }
    if (e != OK) *out_why = str_fmt(a, "its record: %s", why);
    if (write) (void)flock(b->fd, LOCK_UN);
    if (e != OK) bank_close(b);
    else *out = b;
    return e;
}

void bank_close(Bank *b) {
    if (b == NULL) return;
    if (b->map != NULL) (void)munmap(b->map, b->map_bytes);
    if (b->fd >= 0) close(b->fd);
    finder_close(&b->f);
    counts_close(b);
    struck_unmap(b);
    if (b->state != NULL) (void)munmap(b->state, b->state_cap);
    if (b->f.hash_of != NULL) (void)munmap(b->f.hash_of, b->state_cap * sizeof *b->f.hash_of);
    b->map = NULL;
    b->state = NULL;
    b->f.hash_of = NULL;
    b->fd = -1;
}

/* ---- appending; the lock is held ---- */

static Err write_at(const Bank *b, const uint8_t *bytes, size_t n, off_t at) {
    for (size_t done = 0; done < n;) {
        ssize_t k = pwrite(b->fd, bytes + done, n - done, at + (off_t)done);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return E_OUTSIDE;
        done += (size_t)k;
    }
    return OK;
}

/* Others have the record mapped and may be reading it: it is never made shorter. What a crash left behind the last whole line is written
 * over; what of it stays behind the new ones is chained to nothing. The first line goes last, so that of what cannot be written whole
 * nobody sees a part. */
Err bank_append(Bank *b, const BankLine *lines, size_t n) {
    static const uint8_t none[LINE_BYTES] = { 0 };
    const char *why = NULL;
    off_t end = (off_t)((size_t)b->lines + 1) * LINE_BYTES;
    uint8_t *bytes = malloc((n + 1) * LINE_BYTES), head[LINE_BYTES];
    uint64_t sum = b->sum;
    if (bytes == NULL) return E_OUTSIDE;
    if (n > BANK_RECORDS_MAX - b->lines) n = 0;
    for (size_t i = 0; i < n; i++) {
        line_put(&lines[i], sum, bytes + i * LINE_BYTES);
        sum = line_sum(bytes + i * LINE_BYTES);
    }
    Err e = n > 0 ? write_at(b, bytes + LINE_BYTES, (n - 1) * LINE_BYTES, end + LINE_BYTES) : E_OUTSIDE;
    if (e == OK) {
        e = write_at(b, bytes, LINE_BYTES, end);
        if (e == OK && fdatasync(b->fd) != 0) e = E_OUTSIDE;
        if (e != OK) (void)!write_at(b, none, LINE_BYTES, end);
    }
    free(bytes);
    TRY(e);
    head_put(b->lines + n, head);
    (void)!pwrite(b->fd, head, sizeof head, 0); /* says how far damage would be damage; the lines are there without it */
    return catch_up(b, &why);
}

Err bank_begin(Bank *b) {
    const char *why = NULL;
    must(b->write);
    if (flock(b->fd, LOCK_EX) != 0) return E_OUTSIDE;
    Err e = catch_up(b, &why);
    if (e != OK) (void)flock(b->fd, LOCK_UN);
    return e;
}
Err bank_end(Bank *b, Err e) {
    if (e == OK && finder_due(b)) (void)!finder_save(b); /* when it cannot be, the small one serves on */
    (void)flock(b->fd, LOCK_UN);
    return e;
}

/* Entries not removed that are within the distance, of both indexes or of the exact keys. */
void near_entries(Bank *b, BankSignal signal, const uint8_t hash[32], int radius, BankHit *hits, size_t max, size_t *out_n) {
    Finder *f = &b->f;
    *out_n = 0;
    if (signal != SIGNAL_PDQ) {
        keys_find(b, signal, hash, hits, max, out_n);
        return;
    }
    NearHit *found = malloc(max * sizeof *found);
    Pdq q = bank_pdq(hash);
    must(found != NULL);
    const Side *sides[] = { &f->base, &f->since };
    for (uint32_t s = 0, before = 0; s < 2; s++) {
        size_t n = 0;
        if (sides[s]->memory == NULL) continue;
        near_find(&sides[s]->near, near_path_best(), f->look, &q, radius, sides[s]->dead, found, max, &n);
        for (size_t i = 0; i < n; i++, ++*out_n)
            if (i < max && *out_n < max) hits[*out_n] = (BankHit){ f->entry_of[before + found[i].id], found[i].distance };
        before += (uint32_t)sides[s]->near.head->count;
    }
    free(found);
}

static bool there_already(Bank *b, const BankLine *l) {
    BankHit hits[BANK_AGREE_MAX];
    size_t n = 0;
    near_entries(b, l->signal, l->hash, 0, hits, BANK_AGREE_MAX, &n);
    for (size_t i = 0; i < n && i < BANK_AGREE_MAX; i++) {
        BankLine other = bank_line(b, hits[i].entry);
        if (strcmp(other.source, l->source) == 0 && other.lane == l->lane) return true;
    }
    return false;
}

/* The same line twice in what is added at once. */
static bool twice(const BankLine *lines, const uint32_t *slots, uint32_t mask, const BankLine *l) {
    for (uint32_t at = bank_slot(l, mask); slots[at] != 0; at = (at + 1) & mask) {
        const BankLine *o = &lines[slots[at] - 1];
        if (o->signal == l->signal && o->lane == l->lane && memcmp(o->hash, l->hash, 32) == 0 && strcmp(o->source, l->source) == 0) return true;
    }
    return false;
}

/* A bank that follows a journal is changed there. */
static Err begin_own(Bank *b) {
    TRY(bank_begin(b));
    return bank_journal_at(b) == 0 ? OK : bank_end(b, E_DENIED);
}

Err bank_add(Bank *b, BankLine *lines, size_t n, size_t *out_added) {
    size_t cap = 16, kept = 0, agreed = 0;
    while (cap < 2 * n) cap *= 2;
    BankLine *add = calloc(n + 1, sizeof *add), *agree = NULL;
    uint32_t *slots = calloc(cap, sizeof *slots), mask = (uint32_t)cap - 1;
    Err e = add != NULL && slots != NULL ? begin_own(b) : E_OUTSIDE;
    bool locked = e == OK;
    uint32_t first = b->lines + 1;
    for (size_t i = 0; e == OK && i < n; i++) {
        BankLine *l = &lines[i];
        l->kind = BANK_ADD;
        l->entry = 0;
        l->ref = 0;
        if (bank_refusal(l) != NULL || there_already(b, l) || twice(add, slots, mask, l)) continue;
        l->entry = first + (uint32_t)kept;
        add[kept++] = *l;
        uint32_t at = bank_slot(l, mask);
        while (slots[at] != 0) at = (at + 1) & mask;
        slots[at] = (uint32_t)kept;
    }
    if (e == OK && kept > 0) e = agreements(b, add, kept, slots, mask, &agree, &agreed);
    BankLine *all = e == OK && agreed > 0 ? realloc(add, (kept + agreed) * sizeof *add) : add;
    if (all == NULL) e = E_OUTSIDE;
    else add = all;
    if (e == OK && agreed > 0) memcpy(add + kept, agree, agreed * sizeof *add);
    if (e == OK && kept > 0) e = bank_append(b, add, kept + agreed);
    if (locked) e = bank_end(b, e);
    free(add);
    free(agree);
    free(slots);
    for (size_t i = 0; e != OK && i < n; i++) lines[i].entry = 0;
    if (e == OK) *out_added = kept;
    return e;
}

Err bank_change(Bank *b, BankKind kind, const uint32_t *entries, size_t n, Str who, UnixMs at) {
    must(kind == BANK_REMOVE || kind == BANK_CONFIRM || kind == BANK_DISPUTE);
    if (who.n == 0 || who.n > BANK_SOURCE_MAX) return E_INPUT;
    BankLine *lines = calloc(n + 1, sizeof *lines);
    Err e = lines != NULL ? begin_own(b) : E_OUTSIDE;
    bool locked = e == OK;
    for (size_t i = 0; e == OK && i < n; i++) {
        BankState s = bank_state(b, entries[i]);
        if (s == STATE_NO_ENTRY || s == STATE_REMOVED) e = E_MISSING;
        lines[i] = (BankLine){ .kind = kind, .entry = entries[i], .at = at };
        memcpy(lines[i].source, who.p, who.n);
    }
    if (e == OK && n > 0) e = bank_append(b, lines, n);
    if (locked) e = bank_end(b, e);
    free(lines);
    return e;
}

/* ---- matching ---- */

static int nearest_first(const void *x, const void *y) {
    const BankHit *a = x, *b = y;
    if (a->distance != b->distance) return a->distance - b->distance;
    return a->entry < b->entry ? -1 : a->entry > b->entry;
}

void bank_look(Bank *b, BankSignal signal, const uint8_t hash[32], int radius, UnixMs now, bool all, BankHit *hits, size_t max, size_t *out_n) {
    size_t n = 0, kept = 0;
    must(radius >= 0 && radius <= NEAR_RADIUS_MAX);
    near_entries(b, signal, hash, radius, hits, max, &n);
    size_t held = n < max ? n : max;
    for (size_t i = 0; i < held; i++) {
        BankLine l = bank_line(b, hits[i].entry);
        if (struck(b, l.ref)) continue;
        bool in_force = b->state[hits[i].entry] == STATE_ACTIVE && (l.consent_until == 0 || l.consent_until > now);
        if (in_force || all) hits[kept++] = hits[i];
    }
    qsort(hits, kept, sizeof *hits, nearest_first);
    *out_n = kept + (n - held);
}

Err bank_match(Bank *b, BankSignal signal, const uint8_t hash[32], int radius, UnixMs now, bool all, BankHit *hits, size_t max, size_t *out_n) {
    const char *why = NULL;
    TRY(catch_up(b, &why));
    if (!b->write) TRY(finder_refresh(b));
    bank_look(b, signal, hash, radius, now, all, hits, max, out_n);
    return OK;
}

bool bank_newer(const Bank *b) {
    char path[4096];
    struct stat open_one, there;
    must(snprintf(path, sizeof path, "%s/record", b->dir) < (int)sizeof path);
    if (fstat(b->fd, &open_one) != 0 || stat(path, &there) != 0 || there.st_ino != open_one.st_ino || there.st_dev != open_one.st_dev) return true;
    if (struck_appeared(b)) return true;
    must(snprintf(path, sizeof path, "%s/index", b->dir) < (int)sizeof path);
    return stat(path, &there) == 0 && (there.st_ino != b->f.index_inode || there.st_dev != b->f.index_device);
}

/* ---- checking everything ---- */

Err bank_verify(Arena *a, Bank *b, size_t samples, Str *out_why) {
    const Side *sides[] = { &b->f.base, &b->f.since };
    NearHit *one = malloc(2 * BANK_HITS_MAX * sizeof *one);
    must(one != NULL);
    *out_why = STR_NONE;
    for (uint32_t s = 0, before = 0; s < 2 && out_why->n == 0; s++) {
        if (sides[s]->memory == NULL) continue;
        const Near *near = &sides[s]->near;
        if (!near_sound(near)) *out_why = S("a bucket of the index is not what the hashes say");
        for (size_t i = 0; i < samples && near->head->count > 0 && out_why->n == 0; i++) {
            size_t n = 0, m = 0;
            uint32_t id = (uint32_t)(1 + i * 2654435761u % near->head->count);
            BankLine l = bank_line(b, b->f.entry_of[before + id]);
            Pdq h = bank_pdq(l.hash), kept = near_hash(near, id);
            near_find(near, near_path_best(), b->f.look, &h, PDQ_RADIUS, NULL, one, BANK_HITS_MAX, &n);
            near_scan(near, near_path_best(), &h, PDQ_RADIUS, NULL, one + BANK_HITS_MAX, BANK_HITS_MAX, &m);
            if (n != m || n == 0 || !pdq_same(&h, &kept)) *out_why = str_fmt(a, "entry %u is not found as it should be", b->f.entry_of[before + id]);
        }
        before += (uint32_t)near->head->count;
    }
    if (out_why->n == 0 && b->f.base.near.head->count + (b->f.since.memory != NULL ? b->f.since.near.head->count : 0) != b->f.hashes) *out_why = S("the index lacks hashes of the record");
    free(one);
    return out_why->n == 0 ? OK : E_INPUT;
}
