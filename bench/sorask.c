/* sorask.c - every question about statements, of all platforms and of one, over a year of 150 platforms: milliseconds, beside reading the
 * bytes of the year file once in the same run, and the private memory of who asks. The year is made in a process of its own.
 * usage: bench_sorask FOLDER [platforms [days]] */
#include "bench/bench.h"
#include "core/law/law.h"
#include "core/sorask/ask.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BEST_OF = 5, BIG = 10, BIG_CELLS = 900, SMALL_CELLS = 70 };
static const char *const questions[] = { "publishing", "silence", "disclosure", "age", "detection", "automation", "softness", "territory", "accounts", "ground", "catchall", "boilerplate", "change", "outliers", "history" };

static uint64_t die(uint64_t *s, uint64_t below) {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return (*s >> 11) % below;
}

static Str *dict(Arena *a, SorCube *c, SorDim d, size_t n, const char *fmt) {
    c->dict[d] = ARENA_ARRAY(a, Str, n + 1);
    c->dict_n[d] = (uint32_t)n + 1;
    c->dict[d][0] = S("");
    for (size_t i = 1; i <= n; i++) c->dict[d][i] = str_fmt(a, "%s%03zu", fmt, i);
    return c->dict[d];
}

static int by_key(const void *x, const void *y) {
    uint64_t a = ((const SorCell *)x)->key, b = ((const SorCell *)y)->key;
    return a < b ? -1 : a > b;
}

static void day_make(Arena *a, size_t platforms, int day, uint64_t *s, SorCube *c) {
    static const char *const families[] = { "NCII+SEXTORTION", "CSAM+NCII", "HARASS", "STALK", "~DEEPFAKE", "AGE-ACCESS" }, *const sources[] = { "SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY" };
    SorCell *v = ARENA_ARRAY(a, SorCell, BIG * BIG_CELLS + platforms * SMALL_CELLS);
    size_t n = 0;
    *c = (SorCube){ .day = date_str(a, date_add((Date){ 2025, 7, 1 }, day)), .slug = S("global"), .kind = S("full") };
    dict(a, c, SD_PLATFORM, platforms, "Platform ");
    dict(a, c, SD_CATEGORY, 16, "STATEMENT_CATEGORY_");
    Str *f = dict(a, c, SD_FAMILY, LEN(families), ""), *so = dict(a, c, SD_SOURCE, LEN(sources), "");
    for (size_t i = 0; i < LEN(families); i++) f[i + 1] = str_c(families[i]);
    for (size_t i = 0; i < LEN(sources); i++) so[i + 1] = str_c(sources[i]);
    dict(a, c, SD_GROUND, 2, "DECISION_GROUND_ILLEGAL_");
    dict(a, c, SD_VISIBILITY, 12, "CONTENT_REMOVED ");
    dict(a, c, SD_ACCOUNT, 2, "SUSPENDED ");
    dict(a, c, SD_DETECTION, 2, "Yes");
    dict(a, c, SD_DECISION, 3, "AUTOMATED_DECISION_FULLY");
    for (size_t p = 1; p <= platforms; p++)
        for (size_t k = 0; k < (p <= BIG ? BIG_CELLS : SMALL_CELLS); k++) {
            uint64_t key = p | (1 + die(s, 16)) << 12 | (die(s, 12) == 0 ? 1 + die(s, LEN(families)) : 0) << 20 | (1 + die(s, 4)) << 28 | (1 + die(s, 2)) << 32 | die(s, 13) << 35 | die(s, 3) << 43 | (1 + die(s, 2)) << 47 |
                (1 + die(s, 3)) << 50 | die(s, SCOPE_N) << 53 | die(s, 7) << 56 | die(s, AGE_BINS) << 60;
            v[n++] = (SorCell){ .key = key, .rows = 1 + (int64_t)die(s, p <= BIG ? 2000 : 30) };
        }
    qsort(v, n, sizeof *v, by_key);
    for (size_t i = 0; i < n; i++) c->rows += v[i].rows;
    c->cells = v; /* equal keys may stand twice: they are added up */
    c->cells_n = n;
}

static Err put(void *ctx, Str s) { return fd_write_all(*(const int *)ctx, s, sys_mono_ms() + 60000); }

static void year_make(const char *path, size_t platforms, int year, int from, int to, uint64_t seed) {
    Arena *a = arena_new((size_t)8 << 30), *day = arena_new(1u << 30);
    RollMaker *m = roll_maker(a, year, NULL);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(fd >= 0);
    for (int d = from; d < to; d++) {
        SorCube c;
        arena_reset(day);
        day_make(day, platforms, d, &seed, &c);
        must(roll_add(m, &c, str_fmt(a, STR_FMT "/global-full-0000", STR_ARG(c.day)), S("0123456789abcdef0123456789abcdef"), 0, STR_NONE) == OK);
    }
    must(roll_write(m, put, &fd) == OK);
    close(fd);
    arena_free(day);
    arena_free(a);
}

static const Zone *zone_of(void *arg, Arena *a, Str name) {
    const Zone *z = NULL;
    (void)arg;
    return zone_load(a, name, &z) == OK ? z : NULL;
}

/* Memory that is no file's. */
static int64_t private_kb(void) {
    char text[4096];
    FILE *f = fopen("/proc/self/smaps_rollup", "r");
    size_t n = f != NULL ? fread(text, 1, sizeof text, f) : 0, at = 0;
    Str word = STR_NONE;
    int64_t kb = -1;
    if (f != NULL) fclose(f);
    if (!str_find(str_bytes(text, n), S("Anonymous:"), &at)) return kb;
    Str rest = str_trim(str_sub(str_bytes(text, n), at + 10, 40));
    return str_split(&rest, ' ', &word) && str_i64(word, 0, INT64_MAX, &kb) == OK ? kb : -1;
}

typedef struct Years { Roll v[2]; size_t n; } Years;

static double ask_all(const Law *law, Years *y, Date to, Str platform, bool print, size_t *out_most) {
    double sum = 0;
    for (size_t i = 0; i < LEN(questions); i++) {
        double best = 1e9;
        for (int k = 0; k < BEST_OF; k++) {
            Arena *a = arena_new(1u << 30);
            AskAnswer x;
            const char *why = "";
            AskInput in = { .law = law, .q = ask_question(law, str_c(questions[i])), .rolls = y->v, .rolls_n = y->n, .platform = platform, .who = { &platform, platform.n > 0 ? 1 : 0 }, .from = { 2025, 7, 1 }, .to = to };
            double from = bench_now();
            must(ask_run(a, &in, &x, &why) == OK && x.state == ASK_ANSWERED);
            double took = bench_now() - from;
            best = took < best ? took : best;
            *out_most = arena_used(a) > *out_most ? arena_used(a) : *out_most;
            arena_free(a);
        }
        if (print) printf("  %-12s %7.2f ms \n", questions[i], best * 1e3);
        sum += best;
    }
    return sum;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: bench_sorask FOLDER [platforms [days]]\n");
        return 2;
    }
    size_t platforms = argc > 2 ? (size_t)number(argv[2]) : 150;
    int days = argc > 3 ? number(argv[3]) : 365, in_2025 = days < 184 ? days : 184;
    Arena *a = arena_new(256 << 20);
    const char *paths[2] = { str_fmt(a, "%s/2025.year", argv[1]).p, str_fmt(a, "%s/2026.year", argv[1]).p }, *why = "";
    pid_t child = fork();
    if (child == 0) {
        year_make(paths[0], platforms, 2025, 0, in_2025, 11);
        if (days > in_2025) year_make(paths[1], platforms, 2026, in_2025, days, 12);
        _exit(0);
    }
    int status = 0;
    must(child > 0 && waitpid(child, &status, 0) == child && status == 0);
    const Law *law = NULL;
    LawProblem problem = { 0 };
    static const LawFile none[1] = { { NULL, { NULL, 0 } } };
    must(law_new(a, none, zone_of, NULL, &law, &problem) == OK);
    Years y = { .n = days > in_2025 ? 2 : 1 };
    Str bytes[2] = { STR_NONE, STR_NONE };
    size_t most = 0;
    double floor = 1e9, open_ms = bench_now();
    for (size_t i = 0; i < y.n; i++) must(file_map(paths[i], ROLL_MAX, &bytes[i]) == OK && roll_open(a, bytes[i], &y.v[i], &why) == OK);
    open_ms = (bench_now() - open_ms) * 1e3;
    uint64_t total = 0;
    for (int k = 0; k < BEST_OF; k++) {
        double from = bench_now();
        for (size_t i = 0; i < y.n; i++)
            for (size_t j = 0; j + 8 <= bytes[i].n; j += 8) {
                uint64_t w = 0;
                memcpy(&w, bytes[i].p + j, 8);
                total += w;
            }
        double took = bench_now() - from;
        floor = took < floor ? took : floor;
    }
    Date to = date_add((Date){ 2025, 7, 1 }, days - 1);
    double first = bench_now(), all = 0, one = 0;
    for (size_t i = 0; i < LEN(questions); i++) { /* cold: the checksums of the tables are made at their first use */
        Arena *b = arena_new(1u << 30);
        AskAnswer x;
        AskInput in = { .law = law, .q = ask_question(law, str_c(questions[i])), .rolls = y.v, .rolls_n = y.n, .from = { 2025, 7, 1 }, .to = to };
        must(ask_run(b, &in, &x, &why) == OK);
        arena_free(b);
    }
    first = (bench_now() - first) * 1e3;
    printf("official questions, %d days x %zu platforms (year files of %.1f MB, sum %llu):\n", days, platforms, (double)(bytes[0].n + bytes[1].n) / 1e6, (unsigned long long)total);
    all = ask_all(law, &y, to, STR_NONE, true, &most) * 1e3;
    one = ask_all(law, &y, to, S("Platform 003"), false, &most) * 1e3;
    printf("all %zu questions of all platforms: %.1f ms (goal 50), %.1f x reading the files once (%.2f ms); with the tables' checksums %.1f ms, opening %.2f ms\n", LEN(questions), all, all / (floor * 1e3), floor * 1e3, first, open_ms);
    printf("all of them of one platform: %.1f ms; an answer takes up to %zu kB, the whole process has %lld kB of its own\n", one, most >> 10, (long long)private_kb());
    for (size_t i = 0; i < y.n; i++) file_unmap(bytes[i]);
    (void)unlink(paths[0]);
    (void)unlink(paths[1]);
    arena_free(a);
    return 0;
}
