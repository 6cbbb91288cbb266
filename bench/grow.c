/* grow.c - questions to a bank while a million hashes are put into it: a reader that takes lines in as the gate does (so many at a time, between questions) beside a writer. Printed:
 * what one question takes at rest and during it, and what one slice of taking in takes at worst; nothing of either may grow with what came. usage: bench_grow DIR [BEFORE] [COMING]
 * Times are what this thread was given. Also how soon a withdrawal counts: a line in the record, and a bit that is struck (programs/bank/bank.h). */
#include "bench/bench.h"
#include "core/fingerprint/testhash.h"
#include "foundation/sys/sys.h"
#include "programs/bank/bank_in.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

enum { AT_ONCE = 1000, SLICE = 128 /* lines, as the gate takes them */, TIMES = 1 << 21, STILL = 100000, CHANGES = 2000 };
static const UnixMs noon = 1772442000000;
typedef struct Writer { const char *dir; uint64_t before, coming; atomic_bool done; double seconds; } Writer;

static uint64_t many(const char *text) {
    int64_t v = 0;
    must(str_i64(str_c(text), 1, BANK_RECORDS_MAX, &v) == OK);
    return (uint64_t)v;
}
static BankLine line(uint64_t i) {
    BankLine l = { .kind = BANK_ADD, .signal = SIGNAL_PDQ, .lane = LANE_ADULT, .front = FRONT_FULL, .quality = 90, .at = noon, .source = "bench" };
    Pdq h = hash_make(i);
    bank_bytes(&h, l.hash);
    return l;
}
static Bank *opened(Arena *a, const char *dir, bool write) {
    Bank *b = NULL;
    Str why = STR_NONE;
    must(bank_open(a, dir, write, &b, &why) == OK);
    return b;
}
static void put(Bank *b, uint64_t from, uint64_t n) {
    static _Thread_local BankLine lines[AT_ONCE];
    size_t added = 0;
    must(n <= AT_ONCE);
    for (uint64_t i = 0; i < n; i++) lines[i] = line(from + i);
    must(bank_add(b, lines, n, &added) == OK && added == n);
}

static void *write_all(void *arg) {
    Writer *w = arg;
    Arena *a = arena_new(64 << 20);
    Bank *b = opened(a, w->dir, true);
    double began = bench_now();
    for (uint64_t i = 0; i < w->coming; i += AT_ONCE) put(b, w->before + i, w->coming - i < AT_ONCE ? w->coming - i : AT_ONCE);
    w->seconds = bench_now() - began;
    bank_close(b);
    arena_free(a);
    atomic_store(&w->done, true);
    return NULL;
}

/* One question for a hash that came so many ago. */
static bool ask(Bank *b, uint64_t i, double *out_took) {
    BankHit hits[64];
    size_t n = 0;
    BankLine l = line(i);
    double began = bench_cpu();
    bank_look(b, SIGNAL_PDQ, l.hash, 31, noon, true, hits, 64, &n);
    *out_took = bench_cpu() - began;
    return n > 0;
}

static void changes(Arena *a, const char *dir) {
    static double took[2][CHANGES];
    Bank *b = opened(a, dir, true), *reader = opened(a, dir, false);
    uint32_t left = 0;
    const char *why = NULL;
    for (uint32_t i = 0; i < CHANGES; i++) {
        uint32_t entry = i * 3 + 1;
        must(bank_change(b, BANK_REMOVE, &entry, 1, S("bench"), noon) == OK);
        double began = bench_now();
        must(bank_follow(reader, SLICE, &left, &why) == OK);
        took[0][i] = bench_now() - began;
    }
    must(bank_strike_make(dir) == OK);
    for (uint64_t i = 0; i < CHANGES; i++) {
        double began = bench_now();
        must(bank_strike(dir, &i, 1) == OK);
        took[1][i] = bench_now() - began;
    }
    printf("  a withdrawal: taken in by a reader in p50 %.1f us, p99 %.1f us (goal 5); struck for all readers at once in p50 %.1f us, p99 %.1f us\n", bench_at(took[0], CHANGES, 0.5) * 1e6, bench_at(took[0], CHANGES, 0.99) * 1e6,
        bench_at(took[1], CHANGES, 0.5) * 1e6, bench_at(took[1], CHANGES, 0.99) * 1e6);
    bank_close(reader);
    bank_close(b);
}

int main(int argc, char **argv) {
    static double still[STILL], during[TIMES], slice[TIMES];
    must(argc >= 2);
    Writer w = { .dir = argv[1], .before = argc > 2 ? many(argv[2]) : 1000000, .coming = argc > 3 ? many(argv[3]) : 1000000 };
    Arena *a = arena_new(256 << 20);
    pthread_t t;
    size_t asked = 0, slices = 0, missed = 0;
    uint32_t left = 0;
    const char *why = NULL;
    sys_start();
    must(bank_make(w.dir) == OK);
    Bank *b = opened(a, w.dir, true);
    for (uint64_t i = 0; i < w.before; i += AT_ONCE) put(b, i, w.before - i < AT_ONCE ? w.before - i : AT_ONCE);
    bank_close(b);
    Bank *reader = opened(a, w.dir, false);
    for (size_t i = 0; i < STILL; i++) missed += !ask(reader, (i * 7919) % w.before, &still[i]);
    must(pthread_create(&t, NULL, write_all, &w) == 0);
    for (bool done = false; !done; asked++) {
        done = atomic_load(&w.done);
        double began = bench_cpu();
        uint32_t had = bank_lines(reader);
        must(bank_follow(reader, SLICE, &left, &why) == OK);
        double took = bench_cpu() - began;
        if (bank_lines(reader) > had && slices < TIMES) slice[slices++] = took;
        done = done && left == 0;
        uint64_t so_far = bank_lines(reader);
        missed += !ask(reader, asked % 2 == 0 ? so_far - 1 - asked % 64 : (asked * 7919) % so_far, &during[asked % TIMES]);
    }
    must(pthread_join(t, NULL) == 0 && missed == 0 && bank_lines(reader) == w.before + w.coming);
    size_t kept = asked < TIMES ? asked : TIMES;
    double p99 = bench_at(during, kept, 0.99), rest = bench_at(still, STILL, 0.99);
    printf("%llu hashes put into a bank of %llu in %.1f s, by a writer beside: %zu questions meanwhile, none missed\n", (unsigned long long)w.coming, (unsigned long long)w.before, w.seconds, asked);
    printf("  a question at rest: p50 %.1f us, p99 %.1f us, worst %.2f ms; meanwhile: p50 %.1f us, p99 %.1f us, worst %.2f ms; p99 %.1f times that at rest\n", bench_at(still, STILL, 0.5) * 1e6, rest * 1e6, bench_at(still, STILL, 1) * 1e3,
        bench_at(during, kept, 0.5) * 1e6, p99 * 1e6, bench_at(during, kept, 1) * 1e3, p99 / rest);
    printf("  taking in %d lines before it: p50 %.0f us, p99 %.0f us, p99.99 %.2f ms, worst %.2f ms (goal 10, as the gate answers in)\n", (int)SLICE, bench_at(slice, slices, 0.5) * 1e6, bench_at(slice, slices, 0.99) * 1e6, bench_at(slice, slices, 0.9999) * 1e3, bench_at(slice, slices, 1) * 1e3);
    bank_close(reader);
    changes(a, w.dir);
    arena_free(a);
    return 0;
}
