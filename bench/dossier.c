/* dossier.c - a dossier of a gigabyte, checked by the program as anybody runs it, beside sha256sum over the same file in the same run: time, and
 * the most memory it had. Then inclusion proofs checked a second on one core. usage: bench_dossier KETEN FOLDER [MEGABYTES] */
#include "bench/bench.h"
#include "core/dossier/testbag.h"

#include <sys/resource.h>
#include <sys/wait.h>

enum { PIECES = 16, LEAVES = 1 << 20 };

static Str big_dossier(Arena *a, TestBag *t, size_t mb, Buf *out) {
    size_t n = mb * 1000000 / PIECES;
    char *bytes = malloc(n);
    uint64_t x = 88172645463325252u;
    must(bytes != NULL);
    for (size_t i = 0; i < n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        bytes[i] = (char)x;
    }
    ZipFile more[PIECES];
    for (size_t i = 0; i < PIECES; i++) more[i] = (ZipFile){ str_fmt(a, "data/correspondence/%03zu.eml", i + 1), (Str){ bytes, n } };
    Err e = tb_write(t, a, more, PIECES, out);
    free(bytes);
    must(e == OK);
    return t->vkey;
}

/* Seconds and the largest resident size (kB) of a program that must end with 0. */
static double run(char *const *argv, long *out_kb) {
    struct rusage use = { 0 };
    int status = 0;
    double began = bench_now();
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL) _exit(99);
        execvp(argv[0], argv);
        _exit(98);
    }
    must(wait4(pid, &status, 0, &use) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    *out_kb = use.ru_maxrss;
    return bench_now() - began;
}

static void file_of(const char *keten, Str path, size_t mb) {
    static TestBag t;
    Arena *a = arena_new((size_t)64 << 20);
    Buf zip = buf_new((size_t)4 << 30);
    Str vkey = big_dossier(a, &t, mb, &zip);
    must(file_write(path.p, buf_str(&zip), 0600) == OK);
    buf_free(&zip);
    static char verify[] = "verify", dossier[] = "dossier", key[] = "--key", sum[] = "sha256sum";
    char *check[] = { str_z(a, str_c(keten)), dossier, verify, str_z(a, path), key, str_z(a, vkey), NULL }, *floor[] = { sum, str_z(a, path), NULL };
    double ours[5], theirs[5];
    long kb = 0, other = 0, most = 0;
    for (size_t i = 0; i < LEN(ours); i++) {
        theirs[i] = run(floor, &other);
        ours[i] = run(check, &kb);
        if (kb > most) most = kb;
    }
    double o = bench_at(ours, LEN(ours), 0.5), f = bench_at(theirs, LEN(theirs), 0.5);
    printf("dossier of %zu MB checked in %.2f s, %.2f times sha256sum over the same file (%.2f s), at most %ld kB of memory%s\n", mb, o, o / f, f, most, mb == 1000 ? " (goal 2 s, 1.3 times)" : "");
    (void)unlink(path.p);
    arena_free(a);
}

/* ---- proofs ---- */

static uint8_t (*rows[21])[32];
static Err node(void *ctx, int level, int64_t idx, uint8_t out[32]) {
    (void)ctx;
    memcpy(out, rows[level][idx], 32);
    return OK;
}

static void proofs(void) {
    for (int l = 0; l <= 20; l++) {
        rows[l] = malloc(((size_t)LEAVES >> l) * 32);
        must(rows[l] != NULL);
        for (int64_t i = 0; i < LEAVES >> l; i++) {
            if (l == 0) ledger_leaf_hash(str_bytes(&i, sizeof i), rows[0][i]);
            else ledger_node_hash(rows[l - 1][2 * i], rows[l - 1][2 * i + 1], rows[l][i]);
        }
    }
    static LedgerProof p[1000];
    LedgerNodes nodes = { node, NULL };
    for (int64_t i = 0; i < (int64_t)LEN(p); i++) must(ledger_inclusion(&nodes, i * 1048 + 1, LEAVES, &p[i]) == OK);
    double began = bench_cpu(), took = 0;
    int64_t done = 0;
    do {
        for (int64_t i = 0; i < (int64_t)LEN(p); i++) must(ledger_included(rows[0][i * 1048 + 1], i * 1048 + 1, LEAVES, &p[i], rows[20][0]));
        done += (int64_t)LEN(p);
        took = bench_cpu() - began;
    } while (took < 1);
    printf("inclusion proofs checked, 20 hashes each: %.0f a second and core (goal 250000)\n", (double)done / took);
    for (int l = 0; l <= 20; l++) free(rows[l]);
}

int main(int argc, char **argv) {
    Arena *a = arena_new(1 << 20);
    if (argc < 3) return 2;
    seal_start();
    Str path = path_join(a, argv[2], "bench-dossier.zip");
    file_of(argv[1], path, 10);
    file_of(argv[1], path, argc > 3 ? (size_t)number(argv[3]) : 1000);
    proofs();
    arena_free(a);
    return 0;
}
