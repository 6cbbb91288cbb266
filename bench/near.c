/* near.c - exact look-ups a second at radius 31 on one core, against going through all hashes with the best popcount this machine has, in
 * the same run, over the same hashes and questions (half near ones of 0 to 31 bits, a quarter hard ones, a quarter of none). Every
 * planted hash must be found, and some answers equal those of the flat scan. usage: bench_near [HASHES] [MILLISECONDS] [FILE]
 * Rates are by the time this thread was given, latencies by the clock. With FILE the memory is that file mapped for reading only, as a bank maps it and several processes share it;
 * otherwise it is anonymous, in large pages. Where Debian's faiss was there at the build, it answers the same questions too. */
#include "bench/bench.h"
#include "core/fingerprint/near.h"
#include "bench/peer.h"
#include "core/fingerprint/testhash.h"

#include <fcntl.h>
#include <sys/mman.h>

enum { HITS = 256, QUESTIONS = 1 << 18, SOME = 1 << 16, PEER_BANK_MAX = 20000000 };
static uint64_t same_seed(uint64_t i) { return i; }
typedef struct Bench { Near n; NearLook *look; Pdq *q; uint64_t *planted; double seconds; uint64_t hashes; } Bench;

static void *memory_of(size_t bytes, const char *file) {
    int fd = file != NULL ? open(file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    must(file == NULL || (fd >= 0 && ftruncate(fd, (off_t)bytes) == 0));
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, file != NULL ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, fd, 0);
    must(p != MAP_FAILED);
    if (file == NULL) (void)madvise(p, bytes, MADV_HUGEPAGE);
    return p;
}

static uint64_t many(const char *text) {
    int64_t v = 0;
    must(str_i64(str_c(text), 1, NEAR_MAX, &v) == OK);
    return (uint64_t)v;
}

static double online(Bench *b, NearPath path, double *out_p50, double *out_p99, int64_t *out_missed, int64_t *out_done) {
    static double took[QUESTIONS];
    NearHit hits[HITS];
    double best = 0;
    *out_missed = *out_done = 0;
    for (int turn = 0; turn < 3; turn++) {
        double began = bench_now(), last = began, cpu = bench_cpu();
        size_t n = 0, k = 0;
        do {
            near_find(&b->n, path, b->look, &b->q[k], 31, NULL, hits, HITS, &n);
            double now = bench_now();
            took[k] = now - last;
            last = now;
            bool there = b->planted[k] == 0;
            for (size_t i = 0; i < n; i++) there = there || hits[i].id == b->planted[k];
            *out_missed += !there;
            ++*out_done;
            k++;
        } while (k < QUESTIONS && last - began < b->seconds);
        double rate = (double)k / (bench_cpu() - cpu);
        if (rate <= best) continue;
        best = rate;
        *out_p50 = bench_at(took, k, 0.5);
        *out_p99 = bench_at(took, k, 0.99);
    }
    return best;
}

/* All questions at once, as when a collection is gone through again. */
static double bulk(const Bench *b, NearPath path, size_t questions, int64_t *out_missed) {
    enum { MATCHES = 1 << 20 };
    NearMatch *m = malloc(MATCHES * sizeof *m);
    void *work = malloc(near_bulk_work(questions));
    bool *there = calloc(QUESTIONS, 1);
    size_t n = 0;
    must(m != NULL && work != NULL && there != NULL);
    double best = 0;
    for (int turn = 0; turn < 3; turn++) {
        double began = bench_cpu();
        near_bulk(&b->n, path, b->look, work, b->q, questions, 31, NULL, m, MATCHES, &n);
        double rate = (double)questions / (bench_cpu() - began);
        if (rate > best) best = rate;
    }
    must(n <= MATCHES);
    for (size_t i = 0; i < n; i++) there[m[i].query] = there[m[i].query] || m[i].id == b->planted[m[i].query];
    for (size_t i = 0; i < questions; i++) *out_missed += b->planted[i] != 0 && !there[i];
    free(m);
    free(work);
    free(there);
    return best;
}

static double flat(Bench *b, NearPath path, int64_t *out_wrong) {
    NearHit hits[HITS];
    double took = 0;
    int64_t done = 0;
    size_t n = 0, m = 0;
    do {
        double began = bench_cpu();
        near_scan(&b->n, path, &b->q[done], 31, NULL, hits, HITS, &n);
        took += bench_cpu() - began;
        near_find(&b->n, path, b->look, &b->q[done], 31, NULL, hits, HITS, &m);
        *out_wrong += n != m;
        done++;
    } while (took < b->seconds * 3 && done < QUESTIONS);
    return (double)done / took;
}

static void changes(const Bench *b) {
    enum { M = 200000 };
    size_t bytes = near_bytes(M, true);
    void *p = memory_of(bytes, NULL);
    static double took[M];
    Near n;
    uint32_t id = 0;
    near_make(p, M, true, &n);
    double began = bench_cpu(), last = 0;
    for (uint64_t i = 0; i < M; i++) {
        Pdq h = hash_make(i + b->hashes);
        last = bench_now();
        must(near_add(&n, &h, &id) == OK);
        took[i] = bench_now() - last;
    }
    double all = bench_cpu() - began;
    printf("  adding, effective at once: %.2f us each, p99 %.2f us (goal 5); withdrawing is one bit\n", all / M * 1e6, bench_at(took, M, 0.99) * 1e6);
    (void)munmap(p, bytes);
}

/* Hashes of pictures with the spectrum of photographs against even bits: as many, asked alike. Their words are alike; the places of the bits must make up for it. */
static void natural(const Bench *b) {
    enum { M = 40000, SIDE = 64 };
    Pdq *h[2] = { malloc(M * sizeof(Pdq)), malloc(M * sizeof(Pdq)) };
    uint8_t *pixels = malloc(SIDE * SIDE);
    size_t work_n = pdq_work(pdq_path_best(), PDQ_FRONT_FULL, SIDE, SIDE), bytes = near_bytes(M, false), kept = 0, n = 0;
    void *work = malloc(work_n), *build = malloc(NEAR_BUILD_WORK);
    double rate[2] = { 0, 0 };
    uint64_t looked[2] = { 0, 0 };
    must(h[0] != NULL && h[1] != NULL && pixels != NULL && work != NULL && build != NULL);
    for (uint64_t i = 0; kept < M; i++) {
        PdqForms f = { 0 };
        pix_make(pixels, 4, i * 7919, SIDE, SIDE, 1, SIDE);
        must(pdq_hash(pdq_path_best(), PDQ_FRONT_FULL, &(PdqPixels){ pixels, SIDE, SIDE, SIDE, 1 }, false, work, work_n, &f) == OK);
        if (f.quality < PDQ_QUALITY_MIN) continue;
        h[0][kept] = hash_make(i);
        h[1][kept++] = f.form[0];
    }
    for (int kind = 0; kind < 2; kind++) {
        void *p = memory_of(bytes, NULL);
        Near near;
        NearHit hits[HITS];
        near_make(p, M, false, &near);
        near_build(&near, h[kind], M, build);
        for (int turn = 0; turn < 3; turn++) {
            double began = bench_cpu(), took = 0;
            uint64_t k = 0;
            b->look->candidates = 0;
            for (; took < b->seconds; k++) {
                Pdq q = hash_near(h[kind][k * 37 % M], (int)(k % 32), k);
                near_find(&near, near_path_best(), b->look, &q, 31, NULL, hits, HITS, &n);
                took = bench_cpu() - began;
            }
            if ((double)k / took > rate[kind]) rate[kind] = (double)k / took;
            looked[kind] = b->look->candidates / k;
        }
        (void)munmap(p, bytes);
    }
    printf("  %d hashes of pictures: %.0f look-ups a second, %llu compared in full each; as many of even bits: %.0f, %llu; ratio %.2f (goal 1)\n", (int)M, rate[1], (unsigned long long)looked[1], rate[0], (unsigned long long)looked[0], rate[1] / rate[0]);
    free(h[0]);
    free(h[1]);
    free(pixels);
    free(work);
    free(build);
}

#ifdef KETEN_FAISS
/* Its answers must be ours. At least three questions each, however slow it is. */
static void peers(Bench *b, double ours) {
    uint8_t *bytes = b->hashes <= PEER_BANK_MAX ? memory_of(b->hashes * 32, NULL) : NULL;
    NearHit hits[HITS];
    int64_t labels[HITS];
    if (bytes == NULL) printf("  faiss is not asked about so many: it would need %.0f GB\n", (double)b->hashes * 311 / 1e9);
    for (uint64_t i = 0; bytes != NULL && i < b->hashes; i++) {
        Pdq h = hash_make(i);
        memcpy(bytes + 32 * i, &h, 32);
    }
    for (int kind = 0; bytes != NULL && kind < PEERS; kind++) {
        double began = bench_cpu();
        void *index = peer_make(kind, bytes, b->hashes);
        double built = bench_cpu() - began, took = 0;
        uint64_t k = 0;
        size_t n = 0;
        if (index == NULL) continue;
        do {
            began = bench_cpu();
            size_t m = peer_find(index, (const uint8_t *)&b->q[k], labels, HITS);
            took += bench_cpu() - began;
            near_find(&b->n, near_path_best(), b->look, &b->q[k], 31, NULL, hits, HITS, &n);
            must(n == m && (m == 0 || m > HITS || (uint64_t)labels[0] + 1 <= b->hashes));
            k++;
        } while ((took < b->seconds * 3 || k < 3) && k < QUESTIONS);
        printf("  %s: built in %.1f s; %.1f look-ups a second, the same hits; ours %.0f times as many\n", peer_name(kind), built, (double)k / took, ours * took / (double)k);
        peer_free(index);
    }
    if (bytes != NULL) (void)munmap(bytes, b->hashes * 32);
}
#else
static void peers(const Bench *b, double ours) {
    (void)b, (void)ours;
    printf("  faiss was not here at the build (package libfaiss-dev): not compared\n");
}
#endif

/* As a bank does (programs/bank/bank_index.c): what was written here and there is let go of, read again in order, and mapped for reading only. Where its file system keeps large
 * folios the kernel then maps them whole. */
static void *read_only(const char *file, void *memory, size_t bytes) {
    must(msync(memory, bytes, MS_SYNC) == 0 && munmap(memory, bytes) == 0);
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    must(fd >= 0 && posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0);
    void *p = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
    must(p != MAP_FAILED);
    (void)madvise(p, bytes, MADV_HUGEPAGE);
    close(fd);
    return p;
}

static int64_t large_pages_kb(void) {
    static char text[4096];
    FILE *f = fopen("/proc/self/smaps_rollup", "r");
    int64_t kb = 0, all = 0;
    while (f != NULL && fgets(text, sizeof text, f) != NULL) {
        Str line = str_trim(str_c(text)), name = STR_NONE;
        if (!str_starts(line, S("AnonHugePages:")) && !str_starts(line, S("FilePmdMapped:"))) continue;
        (void)str_split(&line, ':', &name);
        line = str_trim(line);
        if (str_i64(str_sub(line, 0, line.n - 3), 0, INT64_MAX, &kb) == OK) all += kb;
    }
    if (f != NULL) (void)fclose(f);
    return all;
}

int main(int argc, char **argv) {
    static const double goal[NEAR_PATHS] = { 30000, 70000, 100000 };
    Bench b = { .hashes = argc > 1 ? many(argv[1]) : 10000000, .seconds = (argc > 2 ? number(argv[2]) : 500) / 1000.0 };
    const char *file = argc > 3 ? argv[3] : NULL;
    size_t bytes = near_bytes(b.hashes, false);
    void *memory = memory_of(bytes, file), *work = malloc(NEAR_BUILD_WORK);
    Pdq *all = memory_of(b.hashes * sizeof *all, NULL);
    b.look = malloc(sizeof *b.look);
    b.q = malloc(QUESTIONS * sizeof *b.q);
    b.planted = malloc(QUESTIONS * sizeof *b.planted);
    must(work != NULL && b.look != NULL && b.q != NULL && b.planted != NULL);
    for (uint64_t i = 0; i < b.hashes; i++) all[i] = hash_make(i);
    for (uint64_t i = 0; i < QUESTIONS; i++) b.q[i] = hash_question(i, b.hashes, same_seed, &b.planted[i]);
    near_start(b.look);
    double began = bench_cpu();
    near_make(memory, b.hashes, false, &b.n);
    near_build(&b.n, all, b.hashes, work);
    double built = bench_cpu() - began;
    (void)munmap(all, b.hashes * sizeof *all);
    began = bench_cpu();
    near_seal(&b.n);
    if (file != NULL) {
        const char *why = NULL;
        memory = read_only(file, memory, bytes);
        must(near_view(memory, bytes, &b.n, &why) == OK);
    }
    must(near_whole(&b.n));
    printf("%llu hashes, %s: built in %.2f s (goal 5 for ten million), %.0f bytes each (goal 145); checked for a changed bit in %.2f s\n", (unsigned long long)b.hashes, file != NULL ? "a mapped file" : "anonymous memory", built, (double)near_bytes_used(&b.n) / (double)b.hashes, (bench_cpu() - began) / 2);
    printf("  in large pages: %lld MB of %zu\n", (long long)large_pages_kb() / 1024, near_bytes_used(&b.n) >> 20);
    int64_t wrong = 0, missed = 0, done = 0;
    NearPath best = near_path_best();
    double rate = 0, floor = flat(&b, best, &wrong);
    printf("  flat scan, %s: %.1f a second; its answers are the search's (%lld differ)\n", near_path_name(best), floor, (long long)wrong);
    for (int p = 0; p < NEAR_PATHS; p++) {
        double p50 = 0, p99 = 0;
        if (!near_path_here((NearPath)p)) continue;
        rate = online(&b, (NearPath)p, &p50, &p99, &missed, &done);
        printf("  look-ups, %-8s %8.0f a second (goal %.0f at ten million), p50 %.1f us, p99 %.1f us (goal 20), %.0f times the flat scan (goal 250); %lld of %lld planted missed\n", near_path_name((NearPath)p), rate, goal[p], p50 * 1e6, p99 * 1e6, rate / floor, (long long)missed, (long long)done);
        for (size_t at_once = SOME; at_once <= QUESTIONS; at_once *= 4) {
            double bulk_rate = bulk(&b, (NearPath)p, at_once, &missed);
            printf("  %zu at once, %-8s %6.0f a second%s, %.0f times the flat scan\n", at_once, near_path_name((NearPath)p), bulk_rate, p == NEAR_AVX512 ? " (goal 175000 at ten million)" : "", bulk_rate / floor);
        }
        must(missed == 0 && wrong == 0);
    }
    peers(&b, rate);
    changes(&b);
    natural(&b);
    (void)munmap(memory, bytes);
    if (file != NULL) (void)unlink(file);
    return 0;
}
