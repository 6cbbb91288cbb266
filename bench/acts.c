/* acts.c - acts a second with durable commit (synchronous FULL), several workers, against bare SQLite inserting the same bytes in the
 * same transaction sizes on the same disk in the same run. usage: bench_acts [WORKERS] [SECONDS] */
#include "bench/bench.h"
#include "core/case/testkit.h"

#include <sqlite3.h>
#include <sys/wait.h>

enum { ACTS_A_COMMIT = 1 };

typedef struct Result { double acts, bytes, seconds; } Result;

/* One worker: messages in a case of its own, one act a commit, as people work. */
static Result journal_worker(Kit *k, int seconds) {
    Db *db = NULL, *keys = NULL;
    static const uint8_t storage[32] = { 1, 2, 3 }, signing[32] = { 4, 5, 6 };
    must(db_open(k->db_path, DB_WRITE, &db, NULL) == OK && db_open(k->keys_path, DB_WRITE, &keys, NULL) == OK);
    App app = k->app;
    uint64_t seed = 88172645463325252u ^ (uint64_t)getpid() << 17;
    app.random_ctx = &seed;
    Ctx c = k->c;
    c.app = &app;
    c.db = db;
    c.vault = vault_with(storage, signing, S("keten.test/ledger/2026"), keys, true);
    c.arena = arena_new(256 << 20);
    Id case_id = k->team; /* set by the caller to the worker's own case */
    c.person = (Person){ .roles = R_SYSTEM, .org = k->org };
    Result r = { 0 };
    double began = bench_now();
    while (bench_now() - began < seconds) {
        Act *a = case_turn(&c, case_id, S("us"), S("C2"), c.now + 1);
        Err e = journal_one(&c, a);
        if (e == E_CONFLICT) continue; /* busy: tried again, as a page would */
        must(e == OK);
        r.acts++;
        arena_reset(c.arena);
    }
    r.seconds = bench_now() - began;
    return r;
}

/* Before the workers meet: making the table and changing the mode of the file are not what is measured, and do not wait their turn. */
static void bare_make(const char *path) {
    sqlite3 *db = NULL;
    must(sqlite3_open(path, &db) == SQLITE_OK);
    must(sqlite3_exec(db, "PRAGMA journal_mode=WAL; CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB)", NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
}

/* Waiting for the writer in short steps, as the store does. */
static int short_wait(void *arg, int tries) {
    (void)arg;
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    vfs->xSleep(vfs, tries < 20 ? (tries + 1) * 100 : 2000);
    return tries < 5000;
}

/* The floor: the bytes of one such act into one table, one row a transaction, nothing else. */
static Result bare_worker(const char *path, size_t bytes, bool short_steps, int seconds) {
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    char *blob = calloc(1, bytes);
    must(blob != NULL && sqlite3_open(path, &db) == SQLITE_OK);
    if (short_steps) sqlite3_busy_handler(db, short_wait, NULL);
    else sqlite3_busy_timeout(db, 10000);
    must(sqlite3_exec(db, "PRAGMA synchronous=FULL", NULL, NULL, NULL) == SQLITE_OK);
    must(sqlite3_prepare_v2(db, "INSERT INTO t(b) VALUES(?1)", -1, &s, NULL) == SQLITE_OK);
    Result r = { 0 };
    double began = bench_now();
    while (bench_now() - began < seconds) {
        must(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK);
        sqlite3_bind_blob(s, 1, blob, (int)bytes, SQLITE_STATIC);
        must(sqlite3_step(s) == SQLITE_DONE);
        sqlite3_reset(s);
        must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
        r.acts++;
    }
    r.seconds = bench_now() - began;
    sqlite3_finalize(s);
    sqlite3_close(db);
    free(blob);
    return r;
}

/* Runs n workers at once and adds up. */
static double together(int n, Kit *k, const Id *cases, const char *bare, size_t bytes, bool short_steps, int seconds) {
    int fds[2];
    must(pipe(fds) == 0);
    for (int i = 0; i < n; i++) {
        if (fork() != 0) continue;
        if (bare == NULL) k->team = cases[i];
        Result r = bare == NULL ? journal_worker(k, seconds) : bare_worker(bare, bytes, short_steps, seconds);
        double rate = r.acts / r.seconds;
        _exit(write(fds[1], &rate, sizeof rate) == (ssize_t)sizeof rate ? 0 : 1);
    }
    close(fds[1]);
    double sum = 0, one = 0;
    while (read(fds[0], &one, sizeof one) == (ssize_t)sizeof one) sum += one;
    close(fds[0]);
    for (int i = 0, status = 0; i < n; i++) must(wait(&status) > 0 && status == 0); /* a worker that fell out would make the rest look quick */
    return sum;
}

int main(int argc, char **argv) {
    static Kit k;
    int workers = argc > 1 ? number(argv[1]) : 8, seconds = argc > 2 ? number(argv[2]) : 8;
    Id cases[64];
    must(workers > 0 && workers <= 64 && seconds > 0);
    kit_open(&k, core_acts, NULL);
    for (int i = 0; i < workers; i++) cases[i] = kit_case(&k, "18+", "spread", NULL);
    int64_t acts0 = 0, size0 = 0, acts1 = 0, size1 = 0;
    kit_as_system(&k);
    must(db_int(k.c.db, "SELECT count(*) FROM act", P0, &acts0) == OK && db_int(k.c.db, "SELECT sum(length(body)+length(salt)+length(commitment)+length(prev)+160) FROM act", P0, &size0) == OK);
    for (int i = 0; i < 200; i++) must(journal_one(&k.c, case_turn(&k.c, cases[0], S("us"), S("C2"), k.c.now + 1)) == OK);
    must(db_int(k.c.db, "SELECT count(*) FROM act", P0, &acts1) == OK && db_int(k.c.db, "SELECT sum(length(body)+length(salt)+length(commitment)+length(prev)+160) FROM act", P0, &size1) == OK);
    size_t bytes = (size_t)((size1 - size0) / (acts1 - acts0));
    Str bare = str_fmt(k.c.arena, "%s/bare.db", k.dir);
    const char *path = str_z(k.c.arena, bare);
    bare_make(path);
    double floor1 = together(workers, &k, cases, path, bytes, false, seconds);
    double rate = together(workers, &k, cases, NULL, bytes, true, seconds);
    double floor2 = together(workers, &k, cases, path, bytes, true, seconds), floor = floor1 > floor2 ? floor1 : floor2;
    double alone = together(1, &k, cases, NULL, bytes, true, seconds), bare_alone = together(1, &k, cases, path, bytes, true, seconds);
    printf("acts, durable, %d workers, one act a commit: %.0f a second; bare SQLite, the same %zu bytes a transaction: %.0f with its own wait for the writer, %.0f with short ones\n", workers, rate, bytes, floor1, floor2);
    printf("ratio %.2f (goal at least 0.5); one worker alone: %.0f against %.0f, ratio %.2f\n", rate / floor, alone, bare_alone, alone / bare_alone);
    kit_close(&k);
    return 0;
}
