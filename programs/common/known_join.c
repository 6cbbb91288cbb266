/* known_join.c - see known_join.h. */
#include "programs/common/known_join.h"
#include "core/fingerprint/near.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { FLAT = 4096 /* so many are gone through as fast */, PART = 8, HITS = 4096, SETS_MAX = 64, SLOTS_FIRST = 1024 };

/* Of one organisation, of one kind. thing[i] is whose hash[i] is; slots: things by their number + 1, open addressing. */
typedef struct Set {
    Id org;
    KnownKind kind;
    bool whole;
    Pdq *hash;
    Id *thing;
    uint32_t n, cap, indexed;
    uint32_t *slots, slots_n, used;
    Near near;
    void *memory;
    size_t bytes;
} Set;
struct KnownJoin { KnownDoor door; Set sets[SETS_MAX]; size_t n; NearLook *look; };

static void index_free(Set *s) {
    if (s->memory == NULL) return;
    sodium_memzero(s->memory, near_bytes_used(&s->near));
    (void)munmap(s->memory, s->bytes);
    s->memory = NULL;
    s->indexed = 0;
}
static void set_clear(Set *s) {
    index_free(s);
    if (s->hash != NULL) sodium_memzero(s->hash, s->cap * sizeof *s->hash);
    free(s->hash);
    free(s->thing);
    free(s->slots);
    *s = (Set){ .org = s->org, .kind = s->kind };
}

static Set *set_of(KnownJoin *j, KnownKind kind, Id org) {
    for (size_t i = 0; i < j->n; i++)
        if (j->sets[i].kind == kind && id_eq(j->sets[i].org, org)) return &j->sets[i];
    if (j->n == SETS_MAX) { /* more organisations on one server than that: the first makes room, and is filled again when it asks */
        set_clear(&j->sets[0]);
        memmove(&j->sets[0], &j->sets[1], (SETS_MAX - 1) * sizeof j->sets[0]);
        j->n--;
    }
    j->sets[j->n] = (Set){ .org = org, .kind = kind };
    return &j->sets[j->n++];
}

static uint32_t slot(const Set *s, Id thing) {
    uint64_t h = 0;
    memcpy(&h, thing.b, sizeof h);
    return (uint32_t)((h * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (s->slots_n - 1);
}
/* Where the thing's first hash is remembered, or the empty place for it. */
static uint32_t place_of(const Set *s, Id thing) {
    uint32_t at = slot(s, thing);
    while (s->slots[at] != 0 && !id_eq(s->thing[s->slots[at] - 1], thing)) at = (at + 1) & (s->slots_n - 1);
    return at;
}
static void slots_fill(Set *s) {
    memset(s->slots, 0, s->slots_n * sizeof *s->slots);
    s->used = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t at = place_of(s, s->thing[i]);
        if (s->slots[at] != 0) continue;
        s->slots[at] = i + 1;
        s->used++;
    }
}
static void slots_room(Set *s) {
    if (s->used * 2 < s->slots_n) return;
    free(s->slots);
    s->slots_n = s->slots_n == 0 ? SLOTS_FIRST : 2 * s->slots_n;
    s->slots = calloc(s->slots_n, sizeof *s->slots);
    must(s->slots != NULL);
    slots_fill(s);
}

static void append(Set *s, Id thing, const Pdq *h) {
    if (s->n == s->cap) {
        uint32_t cap = s->cap == 0 ? 256 : 2 * s->cap;
        Pdq *hash = calloc(cap, sizeof *hash);
        Id *things = realloc(s->thing, cap * sizeof *things);
        must(hash != NULL && things != NULL);
        if (s->n > 0) memcpy(hash, s->hash, s->n * sizeof *hash);
        if (s->hash != NULL) sodium_memzero(s->hash, s->cap * sizeof *hash);
        free(s->hash);
        s->hash = hash;
        s->thing = things;
        s->cap = cap;
    }
    s->hash[s->n] = *h;
    s->thing[s->n++] = thing;
}

/* ---- the door ---- */
static bool whole(void *to, KnownKind kind, Id org) { return set_of(to, kind, org)->whole; }
static void begin(void *to, KnownKind kind, Id org) { set_clear(set_of(to, kind, org)); }
static void ready(void *to, KnownKind kind, Id org) { set_of(to, kind, org)->whole = true; }

static void put(void *to, KnownKind kind, Id org, Id thing, const Pdq *forms, int n) {
    Set *s = set_of(to, kind, org);
    slots_room(s);
    uint32_t at = place_of(s, thing);
    if (n <= 0 || s->slots[at] != 0) return;
    s->slots[at] = s->n + 1;
    s->used++;
    for (int i = 0; i < n; i++) append(s, thing, &forms[i]);
}

/* What is dropped leaves the index too, which is made anew before the next question. */
static void drop(void *to, Id thing) {
    KnownJoin *j = to;
    for (size_t k = 0; k < j->n; k++) {
        Set *s = &j->sets[k];
        uint32_t kept = 0;
        if (s->slots_n == 0 || s->slots[place_of(s, thing)] == 0) continue;
        for (uint32_t i = 0; i < s->n; i++) {
            if (id_eq(s->thing[i], thing)) continue;
            s->hash[kept] = s->hash[i];
            s->thing[kept++] = s->thing[i];
        }
        sodium_memzero(&s->hash[kept], (s->n - kept) * sizeof *s->hash);
        s->n = kept;
        index_free(s);
        slots_fill(s);
    }
}

static Err index_made(Set *s) {
    if (s->n <= FLAT || (s->memory != NULL && s->n - s->indexed <= FLAT + s->indexed / PART)) return OK;
    void *work = malloc(NEAR_BUILD_WORK);
    index_free(s);
    s->bytes = near_bytes(s->n, false);
    void *p = s->bytes > 0 ? mmap(NULL, s->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) : MAP_FAILED;
    if (work == NULL || p == MAP_FAILED) {
        free(work);
        return E_OUTSIDE;
    }
    s->memory = p;
    near_make(p, s->n, false, &s->near);
    near_build(&s->near, s->hash, s->n, work);
    s->indexed = s->n;
    free(work);
    return OK;
}

static void note(Arena *a, Id thing, Id **out, size_t *n, size_t *cap) {
    for (size_t i = 0; i < *n; i++)
        if (id_eq((*out)[i], thing)) return;
    *out = ARENA_ROOM(a, *out, *n, cap);
    (*out)[(*n)++] = thing;
}

static Err near(void *to, Arena *a, KnownKind kind, Id org, const Pdq *forms, int n, Id **out, size_t *out_n) {
    KnownJoin *j = to;
    Set *s = set_of(j, kind, org);
    size_t cap = 0;
    *out = NULL;
    *out_n = 0;
    TRY(index_made(s));
    NearHit *hits = malloc(HITS * sizeof *hits);
    if (j->look == NULL && (j->look = malloc(sizeof *j->look)) != NULL) near_start(j->look);
    if (hits == NULL || j->look == NULL) {
        free(hits);
        return E_OUTSIDE;
    }
    for (int f = 0; f < n; f++) {
        size_t found = 0;
        if (s->memory != NULL) near_find(&s->near, near_path_best(), j->look, &forms[f], PDQ_RADIUS, NULL, hits, HITS, &found);
        uint32_t from = s->indexed;
        if (found > HITS) from = 0; /* thousands alike: gone through, so that none is left out */
        else
            for (size_t i = 0; i < found; i++) note(a, s->thing[hits[i].id - 1], out, out_n, &cap);
        for (uint32_t i = from; i < s->n; i++)
            if (pdq_distance(&s->hash[i], &forms[f]) <= PDQ_RADIUS) note(a, s->thing[i], out, out_n, &cap);
    }
    free(hits);
    return OK;
}

KnownJoin *known_join(Arena *life) {
    KnownJoin *j = ARENA_NEW(life, KnownJoin);
    *j = (KnownJoin){ .door = { j, whole, begin, ready, put, drop, near } };
    return j;
}
const KnownDoor *known_join_door(KnownJoin *j) { return j == NULL ? NULL : &j->door; }
void known_join_close(KnownJoin *j) {
    if (j == NULL) return;
    for (size_t i = 0; i < j->n; i++) set_clear(&j->sets[i]);
    j->n = 0;
    free(j->look);
    j->look = NULL;
}
