/* sor.c - a daily file of official statements, from its zip to the cube: rows a second with each inflater and scanner, with one thread
 * and two, against inflating alone in the same run. usage: bench_sor FILE.zip [quick|plain]
 * (keten sor generate makes one; quick: one thread of the best only; plain: the first parts unpacked beforehand, then all from the zip with two threads; JSON for sor_peer.py) */
#include "bench/bench.h"
#include "programs/keten/sor_run.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { PARTS = 20000, BEST_OF = 3 };

static Str map(const char *path) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size == 0) {
        fprintf(stderr, "bench_sor: %s cannot be read\n", path);
        exit(3);
    }
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    must(p != MAP_FAILED);
    return str_bytes(p, (size_t)st.st_size);
}

static size_t parts_of(Arena *a, Str zip, SorEntry *out) {
    SorEntry *e = NULL, *in = NULL;
    size_t n = 0, k = 0, inner = 0;
    const char *why = NULL;
    must(sor_zip_entries(a, zip, &e, &n, &why) == OK);
    for (size_t i = 0; i < n; i++) {
        must(e[i].wrong == NULL && sor_zip_entries(a, e[i].data, &in, &inner, &why) == OK && k + inner <= PARTS);
        for (size_t j = 0; j < inner; j++) out[k++] = in[j];
    }
    return k;
}

static double cpu(void) {
    struct rusage u;
    must(getrusage(RUSAGE_SELF, &u) == 0);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* The floor: inflating and nothing else, on one thread. */
static double inflate_alone(SorEngine g, const SorEntry *e, size_t n) {
    double best = 1e9;
    Arena *a = arena_new(8 << 20);
    SorInflate z;
    uint8_t *win = arena_alloc(a, SOR_WINDOW);
    sor_inflate_new(a, g, &z);
    for (int k = 0; k < BEST_OF; k++) {
        double from = cpu();
        for (size_t i = 0; i < n; i++) {
            size_t got = 1;
            must(sor_inflate_open(&z, &e[i]) == OK);
            while (got > 0) must(sor_inflate_read(&z, win, SOR_WINDOW, &got) == OK);
        }
        best = cpu() - from < best ? cpu() - from : best;
    }
    sor_inflate_close(&z);
    arena_free(a);
    return best;
}

static int64_t private_kb(void) {
    FILE *f = fopen("/proc/self/status", "r");
    char line[256];
    int64_t kb = 0;
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, "RssAnon:", 8) == 0) kb = strtoll(line + 8, NULL, 10);
    if (f != NULL) fclose(f);
    return kb;
}

/* ctx: the most private memory that was seen. */
static Err look(void *ctx, size_t part, const SorEntry *e, const SorPart *p) {
    int64_t *most = ctx, now = private_kb();
    (void)part, (void)e, (void)p;
    if (now > *most) *most = now;
    return OK;
}

typedef struct Took { double wall, cpu; int64_t rows; size_t cells; } Took;

static Took read_all(SorEngine g, SorWidth w, int threads, const SorEntry *e, size_t n, int64_t *most_kb) {
    static const Str eu[] = { { "NL", 2 }, { "BE", 2 } };
    static const SorPair pair[] = { { { "STATEMENT_CATEGORY_CYBER_VIOLENCE", 33 }, { "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING", 36 }, { "NCII", 4 } } };
    SorSpec spec = { .day = S("2025-09-01"), .pairs = pair, .pairs_n = 1, .eu = eu, .eu_n = 2, .home = S("NL"), .engine = g, .width = w };
    Took best = { 1e9, 1e9, 0, 0 };
    for (int k = 0; k < BEST_OF; k++) {
        Arena *a = arena_new(1u << 30);
        SorDay day;
        sor_day_new(a, &day);
        SorRun r = { .spec = &spec, .parts = e, .parts_n = n, .threads = threads, .day = &day, .take = look, .take_ctx = most_kb };
        double from = bench_now(), from_cpu = cpu();
        must(sor_run(&r) == OK);
        double wall = bench_now() - from, c = cpu() - from_cpu;
        best = (Took){ wall < best.wall ? wall : best.wall, c < best.cpu ? c : best.cpu, day.sum.rows, day.cells.n };
        arena_free(a);
    }
    return best;
}

/* The first parts unpacked into memory and given as entries that are not packed: what reading alone takes of one core. */
static int plain(Arena *a, const SorEntry *e, size_t n) {
    enum { MOST = 4 };
    Arena *room = arena_new((size_t)2 << 30);
    SorEntry *v = ARENA_ARRAY(a, SorEntry, MOST);
    SorInflate z;
    size_t k = 0;
    int64_t most = 0;
    sor_inflate_new(a, sor_engine_best(), &z);
    for (; k < n && k < MOST; k++) {
        uint8_t *p = arena_alloc(room, (size_t)e[k].size + 1);
        size_t have = 0, got = 1;
        must(sor_inflate_open(&z, &e[k]) == OK);
        while (got > 0) {
            must(sor_inflate_read(&z, p + have, SOR_WINDOW < e[k].size + 1 - have ? SOR_WINDOW : (size_t)e[k].size + 1 - have, &got) == OK);
            have += got;
        }
        v[k] = e[k];
        v[k].method = 0;
        v[k].data = str_bytes(p, have);
    }
    sor_inflate_close(&z);
    Took t = read_all(sor_engine_best(), sor_width_best(), 1, v, k, &most), whole = read_all(sor_engine_best(), sor_width_best(), 2, e, n, &most);
    printf("{\"rows\": %lld, \"cpu\": %.6f, \"zip_rows\": %lld, \"zip_wall\": %.6f, \"zip_cpu\": %.6f}\n", (long long)t.rows, t.cpu, (long long)whole.rows, whole.wall, whole.cpu);
    arena_free(room);
    return 0;
}

int main(int argc, char **argv) {
    must(argc == 2 || argc == 3);
    bool quick = argc == 3;
    Arena *a = arena_new(256 << 20);
    SorEntry *e = ARENA_ARRAY(a, SorEntry, PARTS);
    Str zip = map(argv[1]);
    size_t n = parts_of(a, zip, e);
    double bytes = 0;
    int64_t most = 0;
    if (quick && strcmp(argv[2], "plain") == 0) return plain(a, e, n);
    for (size_t i = 0; i < n; i++) bytes += (double)e[i].size;
    printf("official statements: %zu parts, %.0f MB of CSV in %.0f MB of zip (%.1f : 1); best of %d\n", n, bytes / 1e6, (double)zip.n / 1e6, bytes / (double)zip.n, BEST_OF);
    for (SorEngine g = SOR_ZLIB; g <= SOR_ISAL; g++) {
        if (!sor_engine_here(g) || (quick && g != sor_engine_best())) continue;
        double floor = inflate_alone(g, e, n);
        printf("  %s: inflating alone %.2f s of one core (%.2f GB/s)\n", sor_engine_name(g), floor, bytes / floor / 1e9);
        for (SorWidth w = sor_width_best(); w >= SOR_SCALAR; w--) {
            Took one = read_all(g, w, 1, e, n, &most);
            printf("    %-7s 1 thread   %.2f M rows/s of CPU, %.2f M rows/s of wall; %.2f of the speed of inflating alone\n", sor_width_name(w), (double)one.rows / one.cpu / 1e6, (double)one.rows / one.wall / 1e6, floor / one.cpu);
            if (quick) break;
            if (w != sor_width_best()) continue;
            Took two = read_all(g, w, 2, e, n, &most);
            printf("    %-7s 2 threads  %.2f M rows/s of CPU, %.2f M rows/s of wall (goal %s); %zu cells\n", sor_width_name(w), (double)two.rows / two.cpu / 1e6, (double)two.rows / two.wall / 1e6, g == SOR_ZLIB ? "2.2" : "4.0", two.cells);
        }
    }
    struct rusage u;
    must(getrusage(RUSAGE_SELF, &u) == 0);
    printf("  private memory %.1f MB at most (goal 64); largest resident %.0f MB, the mapped zip included\n", (double)most / 1e3, (double)u.ru_maxrss / 1e3);
    arena_free(a);
    return 0;
}
