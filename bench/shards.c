/* shards.c - one index, several threads: look-ups a second when each thread has questions of its own, how long one look-up takes when threads share out
 * its tables, and all questions at once by tables; against one thread in the same run. Every planted hash must be found. usage: bench_shards [HASHES] [MILLISECONDS] [THREADS] */
#include "bench/bench.h"
#include "core/fingerprint/near.h"
#include "core/fingerprint/testhash.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

enum { HITS = 256, QUESTIONS = 1 << 15, THREADS_MAX = 16, MATCHES = 1 << 20 };
typedef enum Kind { QUESTIONS_OF_ITS_OWN, TABLES_OF_ITS_OWN, ALL_AT_ONCE } Kind;
static uint64_t same_seed(uint64_t i) { return i; }
typedef struct Shard {
    const Near *n;
    const Pdq *q;
    const uint64_t *planted;
    Kind kind;
    int part, parts;
    double seconds;
    NearLook *look;
    void *work;
    NearMatch *matches;
    atomic_uint *turn;           /* TABLES_OF_ITS_OWN: the question all are at; each counts itself done */
    atomic_uint *done;
    uint8_t *there;              /* by question */
    int64_t asked;
    double took;
} Shard;

static void own_questions(Shard *s) {
    NearHit hits[HITS];
    double began = bench_now();
    for (size_t i = (size_t)s->part; bench_now() - began < s->seconds; i = (i + (size_t)s->parts) % QUESTIONS, s->asked++) {
        size_t n = 0;
        near_find(s->n, near_path_best(), s->look, &s->q[i], PDQ_RADIUS, NULL, hits, HITS, &n);
        for (size_t k = 0; k < n; k++) s->there[i] |= hits[k].id == s->planted[i];
        s->there[i] |= s->planted[i] == 0 ? 1 : 2;
    }
    s->took = bench_now() - began;
}

/* The first says which question it is and waits for the others; they wait by looking, as a thread that is asked all the time would. */
static void own_tables(Shard *s) {
    NearHit hits[HITS];
    double began = bench_now();
    for (unsigned i = 0; i < QUESTIONS; i++) {
        size_t n = 0;
        if (s->part == 0) {
            atomic_store(s->done, 0);
            atomic_store(s->turn, bench_now() - began < s->seconds ? i + 1 : UINT32_MAX);
        } else {
            while (atomic_load(s->turn) <= i) {}
        }
        if (atomic_load(s->turn) == UINT32_MAX) break;
        near_find_part(s->n, s->part, s->parts, near_path_best(), s->look, &s->q[i], PDQ_RADIUS, NULL, hits, HITS, &n);
        for (size_t k = 0; k < n; k++)
            if (hits[k].id == s->planted[i]) s->there[i] |= 1;
        if (s->part > 0) {
            atomic_fetch_add(s->done, 1);
        } else {
            while (atomic_load(s->done) + 1 < (unsigned)s->parts) {}
            s->asked++;
        }
    }
    s->took = bench_now() - began;
}

static void all_at_once(Shard *s) {
    size_t n = 0;
    double began = bench_now();
    near_bulk_part(s->n, s->part, s->parts, near_path_best(), s->look, s->work, s->q, QUESTIONS, PDQ_RADIUS, NULL, s->matches, MATCHES, &n);
    s->took = bench_now() - began;
    s->asked = QUESTIONS;
    must(n <= MATCHES);
    for (size_t i = 0; i < n; i++)
        if (s->matches[i].id == s->planted[s->matches[i].query]) s->there[s->matches[i].query] |= 1;
}

static void *go(void *arg) {
    Shard *s = arg;
    if (s->kind == QUESTIONS_OF_ITS_OWN) own_questions(s);
    else if (s->kind == TABLES_OF_ITS_OWN) own_tables(s);
    else all_at_once(s);
    return NULL;
}

/* Answers a second; *out_missed: planted ones that none of them gave. */
static double run(Shard *base, Kind kind, int parts, int64_t *out_missed) {
    Shard s[THREADS_MAX];
    pthread_t t[THREADS_MAX];
    atomic_uint turn = 0, done = 0;
    double rate = 0, longest = 0;
    int64_t asked = 0;
    for (int i = 0; i < parts; i++) {
        s[i] = *base;
        s[i].kind = kind;
        s[i].part = i;
        s[i].parts = parts;
        s[i].turn = &turn;
        s[i].done = &done;
        s[i].look = malloc(sizeof(NearLook));
        s[i].there = calloc(QUESTIONS, 1);
        s[i].work = kind == ALL_AT_ONCE ? malloc(near_bulk_work(QUESTIONS)) : NULL;
        s[i].matches = kind == ALL_AT_ONCE ? malloc(MATCHES * sizeof(NearMatch)) : NULL;
        must(s[i].look != NULL && s[i].there != NULL);
        near_start(s[i].look);
    }
    for (int i = 1; i < parts; i++) must(pthread_create(&t[i], NULL, go, &s[i]) == 0);
    (void)go(&s[0]);
    for (int i = 1; i < parts; i++) must(pthread_join(t[i], NULL) == 0);
    for (int i = 0; i < parts; i++) {
        rate += (double)s[i].asked / s[i].took;
        longest = s[i].took > longest ? s[i].took : longest;
        asked = s[i].asked > asked ? s[i].asked : asked;
    }
    for (size_t q = 0; q < QUESTIONS; q++) {
        uint8_t there = 0;
        for (int i = 0; i < parts; i++) there |= s[i].there[q];
        bool was_asked = kind == ALL_AT_ONCE || (kind == TABLES_OF_ITS_OWN ? (int64_t)q < s[0].asked : (there & 2) != 0);
        *out_missed += was_asked && base->planted[q] != 0 && (there & 1) == 0;
    }
    for (int i = 0; i < parts; i++) {
        free(s[i].look);
        free(s[i].there);
        free(s[i].work);
        free(s[i].matches);
    }
    return kind == QUESTIONS_OF_ITS_OWN ? rate : (double)asked / longest;
}

int main(int argc, char **argv) {
    uint64_t hashes = argc > 1 ? (uint64_t)number(argv[1]) : 10000000;
    int threads = argc > 3 ? number(argv[3]) : (int)sysconf(_SC_NPROCESSORS_ONLN);
    size_t bytes = near_bytes(hashes, false);
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0), *work = malloc(NEAR_BUILD_WORK);
    Pdq *all = malloc(hashes * sizeof *all), *q = malloc(QUESTIONS * sizeof *q);
    uint64_t *planted = malloc(QUESTIONS * sizeof *planted);
    Near n;
    must(memory != MAP_FAILED && work != NULL && all != NULL && q != NULL && planted != NULL);
    threads = threads > THREADS_MAX ? THREADS_MAX : threads < 2 ? 2 : threads;
    (void)madvise(memory, bytes, MADV_HUGEPAGE);
    for (uint64_t i = 0; i < hashes; i++) all[i] = hash_make(i);
    for (uint64_t i = 0; i < QUESTIONS; i++) q[i] = hash_question(i, hashes, same_seed, &planted[i]);
    near_make(memory, hashes, false, &n);
    near_build(&n, all, hashes, work);
    Shard base = { .n = &n, .q = q, .planted = planted, .seconds = (argc > 2 ? number(argv[2]) : 1000) / 1000.0 };
    printf("%llu hashes, one index, %d threads against one:\n", (unsigned long long)hashes, threads);
    static const char *const what[] = { "each with questions of its own", "each with tables of its own, one question at a time", "each with tables of its own, all questions at once" };
    for (int kind = 0; kind < 3; kind++) {
        int64_t missed = 0;
        double one = 0, several = 0;
        for (int turn = 0; turn < 3; turn++) {
            double a = run(&base, (Kind)kind, 1, &missed), b = run(&base, (Kind)kind, threads, &missed);
            one = a > one ? a : one;
            several = b > several ? b : several;
        }
        printf("  %s: %.0f look-ups a second against %.0f, %.2f times; missed: %lld (goal 0)\n", what[kind], several, one, several / one, (long long)missed);
    }
    return 0;
}
