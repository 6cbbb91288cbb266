/* One index, several threads: each goes through tables of its own, or has questions of its own; together they give what one alone gives. Built with the thread sanitizer. */
#include "core/fingerprint/near.h"
#include "core/fingerprint/testhash.h"
#include "foundation/base/tap.h"

#include <pthread.h>
#include <stdlib.h>

enum { HASHES = 20000, QUESTIONS = 300, HITS = 256, THREADS_MAX = 4 };
static uint64_t same_seed(uint64_t i) { return i; }
typedef struct World { Near n; Pdq *q; uint64_t *dead; } World;
typedef struct Part { const World *w; int part, parts, radius; bool bulk; NearLook *look; void *work; NearMatch *found; size_t n, lost; } Part;

static void *go(void *arg) {
    Part *p = arg;
    if (p->bulk) {
        near_bulk_part(&p->w->n, p->part, p->parts, near_path_best(), p->look, p->work, p->w->q, QUESTIONS, p->radius, p->w->dead, p->found, QUESTIONS * HITS, &p->n);
        return NULL;
    }
    for (uint32_t i = 0; i < QUESTIONS; i++) {
        NearHit hits[HITS];
        size_t n = 0;
        near_find_part(&p->w->n, p->part, p->parts, near_path_best(), p->look, &p->w->q[i], p->radius, p->w->dead, hits, HITS, &n);
        p->lost += n > HITS;
        for (size_t k = 0; k < n && k < HITS; k++) p->found[p->n++] = (NearMatch){ i, hits[k].id, hits[k].distance };
    }
    return NULL;
}

static int order(const void *x, const void *y) {
    const NearMatch *a = x, *b = y;
    if (a->query != b->query) return a->query < b->query ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* All that so many threads find, in order. */
static size_t found(const World *w, int parts, int radius, bool bulk, NearMatch *out) {
    pthread_t t[THREADS_MAX];
    Part p[THREADS_MAX];
    size_t n = 0;
    for (int i = 0; i < parts; i++) {
        p[i] = (Part){ .w = w, .part = i, .parts = parts, .radius = radius, .bulk = bulk, .look = malloc(sizeof(NearLook)), .work = malloc(near_bulk_work(QUESTIONS)), .found = malloc(QUESTIONS * HITS * sizeof(NearMatch)) };
        must(p[i].look != NULL && p[i].work != NULL && p[i].found != NULL);
        near_start(p[i].look);
        must(pthread_create(&t[i], NULL, go, &p[i]) == 0);
    }
    for (int i = 0; i < parts; i++) {
        must(pthread_join(t[i], NULL) == 0 && p[i].lost == 0 && n + p[i].n <= QUESTIONS * HITS);
        memcpy(out + n, p[i].found, p[i].n * sizeof *out);
        n += p[i].n;
        free(p[i].look);
        free(p[i].work);
        free(p[i].found);
    }
    qsort(out, n, sizeof *out, order);
    return n;
}

int main(void) {
    World w = { .q = malloc(QUESTIONS * sizeof(Pdq)), .dead = calloc(HASHES / 64 + 1, 8) };
    Pdq *all = malloc(HASHES * sizeof *all);
    void *memory = aligned_alloc(64, (near_bytes(HASHES, false) + 63) / 64 * 64), *work = malloc(NEAR_BUILD_WORK);
    NearMatch *want = malloc(QUESTIONS * HITS * sizeof *want), *got = malloc(QUESTIONS * HITS * sizeof *got);
    must(w.q != NULL && w.dead != NULL && all != NULL && memory != NULL && work != NULL && want != NULL && got != NULL);
    memset(memory, 0, near_bytes(HASHES, false));
    for (uint64_t i = 0; i < HASHES; i++) all[i] = i % 50 == 1 ? hash_near(hash_make(i - 1), 3, i) : hash_make(i); /* some have a neighbour */
    uint64_t planted = 0;
    for (uint64_t i = 0; i < QUESTIONS; i++) w.q[i] = hash_question(i, HASHES, same_seed, &planted);
    for (uint64_t i = 0; i < HASHES; i += 70) w.dead[i / 64] |= UINT64_C(1) << i % 64;
    near_make(memory, HASHES, false, &w.n);
    near_build(&w.n, all, HASHES, work);
    static const int radii[] = { 0, 8, 31, 47 };
    for (size_t r = 0; r < LEN(radii); r++) {
        size_t n = found(&w, 1, radii[r], false, want);
        check(radii[r] < 31 || n > 100, "alone, within %d bits: %zu hits", radii[r], n);
        for (int parts = 2; parts <= THREADS_MAX; parts++) check(found(&w, parts, radii[r], false, got) == n && memcmp(got, want, n * sizeof *got) == 0, "%d threads with tables of their own find the same, each hit once", parts);
        if (radii[r] > PDQ_RADIUS) continue;
        for (int parts = 1; parts <= THREADS_MAX; parts += 3) check(found(&w, parts, radii[r], true, got) == n && memcmp(got, want, n * sizeof *got) == 0, "all questions at once, %d thread%s: the same", parts, parts > 1 ? "s" : "");
    }
    free(w.q);
    free(w.dead);
    free(all);
    free(memory);
    free(work);
    free(want);
    free(got);
    return tap_end();
}
