/* ledger.c - entries a second that are durable (synchronous FULL) with a signed checkpoint after each batch: whole acts through the house's own
 * write path (right, fields, sealing, chain, state, tree), and the log alone (commitment, tree, checkpoint) as a log server does it; and how long
 * an act takes from being handed over to being durable when they come at a fixed rate. Beside them what the disk does in the same run
 * (fdatasync), and bare SQLite with the same bytes in the same batches. usage: bench_ledger [SECONDS] [BATCH] */
#include "bench/bench.h"
#include "core/case/testkit.h"
#include "core/journal/journal_in.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

enum { RATE = 1000, BATCH_MAX = 4096, WAITS_MAX = 1000000 };

/* ---- the disk ---- */

static double syncs(const char *dir, int seconds) {
    char path[128], page[4096] = { 1 };
    snprintf(path, sizeof path, "%s/sync", dir);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    must(fd >= 0);
    double n = 0, began = bench_now();
    for (; bench_now() - began < seconds; n++) must(write(fd, page, sizeof page) == sizeof page && fdatasync(fd) == 0);
    double rate = n / (bench_now() - began);
    close(fd);
    unlink(path);
    return rate;
}

/* ---- batches ---- */

static void turn_acts(Ctx *c, Id case_id, Act **acts, int n) {
    for (int i = 0; i < n; i++) acts[i] = case_turn(c, case_id, S("us"), S("C2"), c->now + 1);
}

typedef struct Rate { double entries, commits, cpu; } Rate;

static Rate house(Kit *k, Id case_id, int batch, int seconds) {
    Rate r = { 0 };
    Act *acts[4096];
    Str note = STR_NONE;
    Arena *life = k->c.arena;
    k->c.arena = arena_new(512 << 20);
    double began = bench_now(), cpu = bench_cpu();
    for (; bench_now() - began < seconds; r.commits++, r.entries += batch) {
        turn_acts(&k->c, case_id, acts, batch);
        must(journal_commit_signed(&k->c, acts, (size_t)batch, &note) == OK);
        arena_reset(k->c.arena);
    }
    double took = bench_now() - began;
    r.cpu = (bench_cpu() - cpu) / r.entries;
    r.entries /= took;
    r.commits /= took;
    arena_free(k->c.arena);
    k->c.arena = life;
    return r;
}

static Rate bare(const char *dir, size_t bytes, int batch, int seconds) {
    char path[128];
    Rate r = { 0 };
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    char *blob = calloc(1, bytes);
    snprintf(path, sizeof path, "%s/bare.db", dir);
    must(blob != NULL && sqlite3_open(path, &db) == SQLITE_OK && sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB)", NULL, NULL, NULL) == SQLITE_OK);
    must(sqlite3_prepare_v2(db, "INSERT INTO t(b) VALUES(?1)", -1, &s, NULL) == SQLITE_OK);
    double began = bench_now();
    for (; bench_now() - began < seconds; r.commits++) {
        must(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK);
        for (int i = 0; i < batch; i++, r.entries++) {
            sqlite3_bind_blob(s, 1, blob, (int)bytes, SQLITE_STATIC);
            must(sqlite3_step(s) == SQLITE_DONE);
            sqlite3_reset(s);
        }
        must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    }
    double took = bench_now() - began;
    r.entries /= took;
    r.commits /= took;
    sqlite3_finalize(s);
    sqlite3_close(db);
    free(blob);
    return r;
}

/* The log alone: what a server of a public log does with an entry that is a commitment already. */
static Rate alone(Kit *k, int batch, int seconds) {
    char path[128];
    Db *db = NULL;
    Rate r = { 0 };
    uint8_t (*leaves)[COMMITMENT] = calloc((size_t)batch, COMMITMENT);
    Arena *a = arena_new(64 << 20);
    snprintf(path, sizeof path, "%s/log.db", k->dir);
    must(leaves != NULL && db_open(path, DB_CREATE, &db, NULL) == OK && db_migrate(db, keten_migrations, NULL, NULL) == OK);
    must(db_run(db, "CREATE TABLE entry(n INTEGER PRIMARY KEY, commitment BLOB NOT NULL)", P0) == OK);
    int64_t n = 0;
    double began = bench_now();
    for (; bench_now() - began < seconds; r.commits++) {
        Edge edge;
        uint8_t root[DIGEST];
        Str note = STR_NONE;
        for (int i = 0; i < batch; i++) k->app.random(k->app.random_ctx, leaves[i], COMMITMENT);
        must(db_begin(db) == OK);
        for (int i = 0; i < batch; i++) must(db_run(db, "INSERT INTO entry(n, commitment) VALUES($1,$2)", P(PI(++n), PB(str_bytes(leaves[i], COMMITMENT)))) == OK);
        must(tree_append(db, (const uint8_t (*)[COMMITMENT])leaves, (size_t)batch) == OK && store_edge(db, &edge) == OK);
        ledger_edge_root((const uint8_t (*)[32])edge.hash, edge.n, root);
        must(vault_checkpoint(k->c.vault, a, edge.size, root, &note) == OK && store_checkpoint_put(db, edge.size, k->c.now, note) == OK && db_commit(db) == OK);
        arena_reset(a);
    }
    double took = bench_now() - began;
    r.entries = (double)n / took;
    r.commits /= took;
    db_close(db);
    arena_free(a);
    free(leaves);
    return r;
}

/* ---- at a fixed rate: each act is handed over at its own moment; whoever commits takes all that have come ---- */

static void pause_until(double at) {
    double wait = at - bench_now();
    struct timespec t = { (time_t)wait, (long)((wait - (double)(time_t)wait) * 1e9) };
    if (wait > 0) nanosleep(&t, NULL);
}

static size_t steady(Kit *k, Id case_id, int seconds, double *waits) {
    Act *acts[BATCH_MAX];
    Str note = STR_NONE;
    Arena *life = k->c.arena;
    size_t done = 0, all = (size_t)seconds * RATE < WAITS_MAX ? (size_t)seconds * RATE : WAITS_MAX;
    k->c.arena = arena_new(512 << 20);
    double began = bench_now();
    while (done < all) {
        size_t come = (size_t)((bench_now() - began) * RATE) + 1, n = come > all ? all - done : come - done;
        if (come <= done) {
            pause_until(began + (double)done / RATE);
            continue;
        }
        if (n > 256) n = 256;
        turn_acts(&k->c, case_id, acts, (int)n);
        must(journal_commit_signed(&k->c, acts, n, &note) == OK);
        double now = bench_now();
        for (size_t i = 0; i < n; i++) waits[done + i] = now - (began + (double)(done + i) / RATE);
        done += n;
        arena_reset(k->c.arena);
    }
    arena_free(k->c.arena);
    k->c.arena = life;
    return done;
}

int main(int argc, char **argv) {
    static Kit k;
    static double waits[WAITS_MAX];
    int seconds = argc > 1 ? number(argv[1]) : 5, batch = argc > 2 ? number(argv[2]) : 256;
    int64_t acts = 0, bytes = 0;
    must(batch <= BATCH_MAX);
    kit_open(&k, core_acts, NULL);
    Id case_id = kit_case(&k, "18+", "spread", NULL);
    kit_as_system(&k);
    double disk = syncs(k.dir, 2);
    Rate r = house(&k, case_id, batch, seconds);
    must(db_int(k.c.db, "SELECT count(*) FROM act", P0, &acts) == OK && db_int(k.c.db, "SELECT sum(length(body)+length(salt)+length(commitment)+length(prev)+160) FROM act", P0, &bytes) == OK);
    size_t each = (size_t)(bytes / acts);
    Rate floor = bare(k.dir, each, batch, seconds), log = alone(&k, batch, seconds);
    disk = (disk + syncs(k.dir, 2)) / 2;
    printf("durable, %d entries a commit, each with a signed checkpoint; the disk does %.0f fdatasync a second, of which such batches could be at most %.0f entries a second\n", batch, disk, disk * batch);
    printf("the log alone: %.0f entries a second, %.0f commits (goal 50000 on a disk of 400 syncs or more); %.2f of bare SQLite below\n", log.entries, log.commits, log.entries / floor.entries);
    printf("whole acts through the house's write path: %.0f a second, %.0f commits, %.1f us of processor each; bare SQLite with the same %zu bytes an entry: %.0f, ratio %.2f\n", r.entries, r.commits, r.cpu * 1e6, each, floor.entries, r.entries / floor.entries);
    size_t n = steady(&k, case_id, seconds, waits);
    double p50 = bench_at(waits, n, 0.5), p99 = bench_at(waits, n, 0.99);
    printf("at %d acts a second, from being handed over to durable and signed: median %.1f ms, 99th percentile %.1f ms (goal 50)\n", RATE, p50 * 1e3, p99 * 1e3);
    kit_close(&k);
    return 0;
}
