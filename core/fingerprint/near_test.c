/* Every hash within the distance, and none beyond: against comparing with each. */
#include "core/fingerprint/near_in.h"
#include "core/fingerprint/testhash.h"
#include "foundation/base/tap.h"
#include "foundation/sandbox/sandbox.h"

enum { N = SANITIZED_BUILD ? 20000 : 200000, HITS = 4096 };
typedef struct World { Near n; void *memory; size_t bytes; Pdq *all; NearLook *look; NearHit a[HITS], b[HITS]; } World;

static uint64_t same_seed(uint64_t i) { return i; }

static void *memory_of(size_t n) {
    void *p = aligned_alloc(64, (n + 63) / 64 * 64);
    must(p != NULL);
    memset(p, 0, n);
    return p;
}
static int by_id(const void *x, const void *y) {
    const NearHit *a = x, *b = y;
    return a->id < b->id ? -1 : a->id > b->id;
}
static bool same(World *w, const Near *n, NearPath path, const Pdq *q, int radius, const uint64_t *dead, size_t *out_n) {
    size_t one = 0, two = 0;
    near_find(n, path, w->look, q, radius, dead, w->a, HITS, &one);
    near_scan(n, path, q, radius, dead, w->b, HITS, &two);
    *out_n = one;
    if (one != two || one > HITS) return false;
    qsort(w->a, one, sizeof w->a[0], by_id);
    qsort(w->b, one, sizeof w->b[0], by_id);
    for (size_t i = 0; i < one; i++)
        if (w->a[i].id != w->b[i].id || w->a[i].distance != w->b[i].distance) return false;
    return true;
}

static void exact(World *w) {
    for (int p = 0; p < NEAR_PATHS; p++) {
        int wrong = 0, missed = 0, asked = 0;
        if (!near_path_here((NearPath)p)) continue;
        for (uint64_t i = 0; i < (SANITIZED_BUILD ? 400 : 4000); i++) {
            uint64_t planted = 0;
            size_t n = 0;
            Pdq q = hash_question(i, N, same_seed, &planted);
            wrong += !same(w, &w->n, (NearPath)p, &q, 31, NULL, &n);
            bool there = planted == 0;
            for (size_t k = 0; k < n; k++) there = there || w->a[k].id == planted;
            missed += !there;
            asked++;
        }
        check(wrong == 0 && missed == 0, "%s: %d look-ups, near, hard and foreign: every hash within 31, none beyond (%d wrong, %d missed)", near_path_name((NearPath)p), asked, wrong, missed);
        wrong = 0;
        for (int radius = 0; radius <= NEAR_RADIUS_MAX; radius++) {
            for (uint64_t i = 0; i < 6; i++) {
                size_t n = 0;
                Pdq q = hash_near(w->all[(i * 7919 + (uint64_t)radius) % N], radius + (i > 3), i + 77 * (uint64_t)radius);
                bool ok = same(w, &w->n, (NearPath)p, &q, radius, NULL, &n);
                wrong += !ok || (i <= 3 && n == 0);
            }
        }
        check(wrong == 0, "%s: at every radius from 0 to 63, at it and one beyond", near_path_name((NearPath)p));
    }
}

/* Many alike: one word the same for all, thousands of the very same hash. */
static void crowded(World *w) {
    enum { M = 6000 };
    Pdq *h = malloc(M * sizeof *h);
    void *work = memory_of(NEAR_BUILD_WORK), *memory = memory_of(near_bytes(M, false));
    Near n;
    size_t found = 0;
    must(h != NULL);
    for (uint64_t i = 0; i < M; i++) h[i] = i < 3000 ? hash_make(5) : hash_near(hash_make(5), (int)(i % 40), i);
    near_make(memory, M, false, &n);
    near_build(&n, h, M, work);
    bool good = near_sound(&n);
    for (int p = 0; p < NEAR_PATHS; p++)
        if (near_path_here((NearPath)p)) good = good && same(w, &n, (NearPath)p, &h[1], 2, NULL, &found) && found > 3000;
    NearMatch m[8];
    size_t many = 0;
    void *room = memory_of(near_bulk_work(1));
    near_bulk(&n, near_path_best(), w->look, room, &h[1], 1, 2, NULL, m, 8, &many);
    free(room);
    good = good && many == found;
    check(good, "three thousand times the very same hash, and many near it: all are given (%zu)", found);
    near_find(&n, near_path_best(), w->look, &h[0], 31, NULL, w->a, 10, &found);
    check(found > 5000, "more than there is room for are counted (%zu)", found);
    free(h);
    free(work);
    free(memory);
}

static int by_query(const void *x, const void *y) {
    const NearMatch *a = x, *b = y;
    if (a->query != b->query) return a->query < b->query ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* All questions at once give what each gives alone. */
static void bulk(World *w) {
    enum { Q = SANITIZED_BUILD ? 1500 : 6000, ROOM = 400000 };
    Pdq *q = malloc(Q * sizeof *q);
    NearMatch *m = malloc(ROOM * sizeof *m);
    void *work = memory_of(near_bulk_work(Q));
    uint64_t planted = 0, *dead = calloc(N / 64 + 2, 8);
    must(q != NULL && m != NULL && dead != NULL);
    for (uint64_t i = 0; i < N; i += 7) dead[i / 64] |= UINT64_C(1) << i % 64;
    for (uint64_t i = 0; i < Q; i++) q[i] = i % 5 == 4 ? hash_near(w->all[3], (int)(i % 33), i) : hash_question(i, N, same_seed, &planted); /* a fifth alike: many of one word */
    for (int p = 0; p < NEAR_PATHS; p++) {
        static const int radii[] = { 0, 9, 15, 16, 31 };
        int wrong = 0;
        size_t all = 0;
        if (!near_path_here((NearPath)p)) continue;
        for (size_t r = 0; r < LEN(radii); r++) {
            size_t n = 0, at = 0, one = 0;
            near_bulk(&w->n, (NearPath)p, w->look, work, q, Q, radii[r], dead, m, ROOM, &n);
            must(n <= ROOM);
            qsort(m, n, sizeof *m, by_query);
            for (uint32_t i = 0; i < Q; i++) {
                near_find(&w->n, (NearPath)p, w->look, &q[i], radii[r], dead, w->a, HITS, &one);
                qsort(w->a, one, sizeof w->a[0], by_id);
                for (size_t k = 0; k < one; k++, at++) wrong += at >= n || m[at].query != i || m[at].id != w->a[k].id || m[at].distance != w->a[k].distance;
            }
            wrong += at != n;
            all += n;
        }
        check(wrong == 0 && all > 0, "%s: %d questions at once give what each gives alone (%zu matches, %d wrong)", near_path_name((NearPath)p), (int)Q, all, wrong);
    }
    size_t n = 1;
    near_bulk(&w->n, near_path_best(), w->look, work, q, 0, 31, NULL, m, ROOM, &n);
    check(n == 0, "no question, no answer");
    near_bulk(&w->n, near_path_best(), w->look, work, q, Q, 31, NULL, m, 10, &n);
    check(n > 10, "more than there is room for are counted");
    free(q);
    free(m);
    free(work);
    free(dead);
}

static void adding(World *w) {
    enum { M = 5000 };
    void *memory = memory_of(near_bytes(M, true));
    uint64_t dead[M / 64 + 1] = { 0 };
    Near n;
    uint32_t id = 0;
    size_t found = 0;
    int bad = 0;
    near_make(memory, M, true, &n);
    for (uint64_t i = 0; i < M; i++) {
        Err e = near_add(&n, &w->all[i], &id);
        if (e == E_LIMIT) break;
        Pdq q = hash_near(w->all[i], (int)(i % 32), i);
        near_find(&n, near_path_best(), w->look, &q, 31, NULL, w->a, HITS, &found);
        bool there = false;
        for (size_t k = 0; k < found; k++) there = there || w->a[k].id == i + 1;
        Pdq back = near_hash(&n, id);
        bad += id != i + 1 || !there || !pdq_same(&back, &w->all[i]);
    }
    check(bad == 0 && id == M, "each of %u added one by one is found at once, and is what was given (%d not)", id, bad);
    check(near_add(&n, &w->all[0], &id) == E_LIMIT && near_sound(&n), "beyond its room nothing is added, and nothing is harmed");
    bad = 0;
    for (uint64_t i = 0; i < 300; i++) bad += !same(w, &n, near_path_best(), &w->all[i * 3], 31, NULL, &found);
    check(bad == 0, "what was added one by one is searched as exactly");
    for (uint64_t i = 1; i <= M; i += 2) dead[i / 64] |= UINT64_C(1) << (i % 64);
    bad = 0;
    for (uint64_t i = 0; i < 300; i++) {
        near_find(&n, near_path_best(), w->look, &w->all[i], 0, dead, w->a, HITS, &found);
        bad += found != ((i + 1) % 2 == 0 ? 1u : 0u);
    }
    check(bad == 0, "a withdrawn one is not given any more, its neighbours are (%d wrong)", bad);
    free(memory);
}

/* Hashes with rows alike, as those of pictures are: the places of the bits make them as good as even ones. */
static void natural(World *w) {
    uint64_t lines[2] = { 0 };
    void *work = memory_of(NEAR_BUILD_WORK), *memory = memory_of(near_bytes(N, false));
    Pdq *h = malloc(N * sizeof *h);
    must(h != NULL);
    for (int kind = 0; kind < 2; kind++) {
        Near n;
        size_t found = 0;
        memset(memory, 0, near_bytes(N, false));
        near_make(memory, N, false, &n);
        for (uint64_t i = 0; i < N; i++) {
            h[i] = hash_make(i + 1000000);
            /* each word of a row takes half its bits from a pattern that many pictures share */
            for (int q = 0; kind == 1 && q < 4; q++) h[i].q[q] = (h[i].q[q] & UINT64_C(0xFF0FF0F00F0FFF0F)) | (pix_mix(i % 97 + (uint64_t)q * 1000) & ~UINT64_C(0xFF0FF0F00F0FFF0F));
        }
        near_build(&n, h, N, work);
        w->look->candidates = 0;
        for (uint64_t i = 0; i < 500; i++) {
            Pdq q = hash_near(h[i * 37 % N], 20, i);
            near_find(&n, near_path_best(), w->look, &q, 31, NULL, w->a, HITS, &found);
        }
        lines[kind] = w->look->candidates;
    }
    printf("# candidates of 500 look-ups: even bits %llu, alike %llu\n", (unsigned long long)lines[0], (unsigned long long)lines[1]);
    check(lines[0] > 500 && lines[1] < 3 * lines[0], "hashes that share half their bits with thousands of others cost less than three times the comparisons");
    free(h);
    free(work);
    free(memory);
}

static void damage(World *w) {
    const char *why = NULL;
    Near n;
    size_t used = near_bytes_used(&w->n);
    NearHead *h = w->n.head;
    near_seal(&w->n);
    check(near_view(w->memory, used, &n, &why) == OK && near_whole(&n) && near_sound(&n) && n.head->count == N, "what was sealed opens whole and sound");
    int seen = 0, tried = 0;
    for (uint64_t i = 0; i < (SANITIZED_BUILD ? 3 : 12); i++) {
        size_t at = i == 0 ? 8 : i == 1 ? offsetof(NearHead, count) : i == 2 ? used - 1 : 4096 + pix_mix(i) % (used - 4096);
        uint8_t *p = (uint8_t *)w->memory + at, bit = (uint8_t)(1 << (i & 7));
        *p ^= bit;
        seen += near_view(w->memory, used, &n, &why) != OK || !near_whole(&n);
        tried++;
        *p ^= bit;
    }
    check(seen == tried, "one flipped bit anywhere is found (%d of %d)", seen, tried);
    h->order = __builtin_bswap32(h->order);
    Err e = near_view(w->memory, used, &n, &why);
    check(e == E_INPUT && strstr(why, "byte order") != NULL, "another byte order: %s", why);
    h->order = __builtin_bswap32(h->order);
    h->version++;
    e = near_view(w->memory, used, &n, &why);
    check(e == E_INPUT && strstr(why, "version") != NULL, "another version: %s", why);
    h->version--;
    e = near_view(w->memory, used - 64, &n, &why);
    check(e == E_INPUT && strstr(why, "cut off") != NULL, "cut off: %s", why);
    h->magic[0] = 'K';
    e = near_view(w->memory, used, &n, &why);
    check(e == E_INPUT && near_view(w->memory, 100, &n, &why) == E_INPUT, "something else: %s", why);
    h->magic[0] = 'k';
    check(near_bytes(NEAR_MAX + 1ull, false) == 0 && near_bytes(100000000, false) / 100000000 < 145, "a hundred million take %zu bytes each", near_bytes(100000000, false) / 100000000);
}

int main(void) {
    static World w;
    w.bytes = near_bytes(N, false);
    w.memory = memory_of(w.bytes);
    w.all = malloc(N * sizeof *w.all);
    w.look = malloc(sizeof *w.look);
    void *work = memory_of(NEAR_BUILD_WORK);
    must(w.all != NULL && w.look != NULL);
    for (uint64_t i = 0; i < N; i++) w.all[i] = hash_make(i);
    near_start(w.look);
    near_make(w.memory, N, false, &w.n);
    size_t none = 1;
    near_find(&w.n, near_path_best(), w.look, &w.all[0], 63, NULL, w.a, HITS, &none);
    check(none == 0, "in an empty one nothing is found");
    near_build(&w.n, w.all, N, work);
    check(near_sound(&w.n), "%d hashes built at once stand each in its sixteen buckets", (int)N);
    Pdq back = near_hash(&w.n, 17);
    check(pdq_same(&back, &w.all[16]), "and are given back as they came");
    exact(&w);
    bulk(&w);
    crowded(&w);
    adding(&w);
    natural(&w);
    damage(&w);
    free(work);
    free(w.memory);
    free(w.all);
    free(w.look);
    return tap_end();
}
