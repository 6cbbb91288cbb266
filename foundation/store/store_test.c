#include "foundation/base/tap.h"
#include "foundation/store/store.h"

#include <sys/stat.h>
#include <sys/wait.h>

#define FIRST "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, body BLOB) STRICT;"
#define SECOND "ALTER TABLE t ADD COLUMN note TEXT;"
static const Migration two[] = {
    { 1, "first", FIRST },
    { 2, "second", SECOND },
    { 0, NULL, NULL },
};
static const Migration broken[] = { { 1, "first", FIRST }, { 2, "second", SECOND }, { 3, "third", "CREATE TABLE u(a INT) STRICT; CREATE TABLE t(a INT);" }, { 0, NULL, NULL } };

static void statements(Db *db) {
    Arena *a = arena_new(1 << 20);
    int64_t n = 0;
    Str s = STR_NONE;
    check(db_run(db, "INSERT INTO t(id, name, body) VALUES($2, $1, $3)", P(PT(S("x")), PI(7), PB(S("a\0b")))) == OK, "parameters go by their number, not by first appearance");
    check(db_text(db, "SELECT name FROM t WHERE id=$1", P(PI(7)), a, &s) == OK && str_eq(s, S("x")), "what was written is read");
    check(db_text(db, "SELECT body FROM t WHERE id=$1", P(PI(7)), a, &s) == OK && str_eq(s, S("a\0b")), "bytes with a zero in them are kept whole");
    check(db_run(db, "INSERT INTO t(id, name) VALUES($1, $2)", P(PI(8), PT(S("x")))) == E_CONFLICT, "a second row with a unique value is a conflict");
    check(db_int(db, "SELECT id FROM t WHERE id=$1", P(PI(9)), &n) == E_MISSING, "no row is said to be missing");
    check(db_begin(db) == OK && db_run(db, "DELETE FROM t WHERE id>$1", P(PI(0))) == OK, "rows are deleted in a transaction");
    db_rollback(db);
    check(db_int(db, "SELECT count(*) FROM t", P0, &n) == OK && n == 1, "a transaction rolled back leaves nothing");
    arena_free(a);
}

static void migrations(const char *path) {
    Db *db = NULL;
    const char *why = NULL;
    int applied = 0;
    check(db_open(path, DB_CREATE, &db, &why) == OK, "a database is made");
    check(db_migrate(db, two, &applied, &why) == OK && applied == 2, "migrations run in order");
    check(db_migrate(db, two, &applied, &why) == OK && applied == 0, "and only once");
    check(db_migrate(db, broken, &applied, &why) == E_OUTSIDE, "a migration that fails is refused");
    int64_t n = 0;
    check(db_int(db, "SELECT count(*) FROM sqlite_schema WHERE name='u'", P0, &n) == OK && n == 0, "and leaves nothing half-done");
    const Migration one[] = { two[0], { 0, NULL, NULL } };
    check(db_migrate(db, one, &applied, &why) == E_INPUT, "an older program refuses a newer database");
    statements(db);
    db_close(db);
}

static void bad_files(const char *dir) {
    char path[256];
    Db *db = NULL;
    const char *why = NULL;
    snprintf(path, sizeof path, "%s/garbage.db", dir);
    FILE *f = fopen(path, "we");
    for (int i = 0; i < 5000; i++) fputs("no database ", f);
    fclose(f);
    check(db_open(path, DB_WRITE, &db, &why) == E_OUTSIDE && strstr(why, "not a database") != NULL, "a file that is no database is named as such");
    snprintf(path, sizeof path, "%s/none/x.db", dir);
    check(db_open(path, DB_CREATE, &db, &why) == E_OUTSIDE, "a folder that is not there is an error, not a crash");
}

static int64_t rows_of(Db *db) {
    int64_t n = -1;
    return db_int(db, "SELECT count(*) FROM t", P0, &n) == OK ? n : -1;
}

static Err add(Db *db, const char *name) { return db_run(db, "INSERT INTO t(name) VALUES($1)", P(PT(str_c(name)))); }

/* One reads a page while another writes. */
static void looks(const char *dir) {
    char path[96];
    Db *one = NULL, *two_of = NULL;
    snprintf(path, sizeof path, "%s/looks.db", dir);
    must(db_open(path, DB_CREATE, &one, NULL) == OK && db_migrate(one, two, NULL, NULL) == OK && db_open(path, DB_WRITE, &two_of, NULL) == OK);
    db_look(one);
    must(rows_of(one) == 0 && add(two_of, "a") == OK);
    check(rows_of(one) == 0 && !db_in_tx(one), "a page reads one state to its end, whatever others write");
    db_look_end(one);
    check(rows_of(one) == 1, "the next page reads what was written");
    db_look(one);
    must(rows_of(one) == 1 && add(two_of, "b") == OK);
    check(add(one, "c") == OK && rows_of(one) == 3 && rows_of(two_of) == 3, "a write within a page is made upon the newest state, and stands at once");
    db_look_end(one);
    db_look(one);
    must(rows_of(one) == 3 && add(two_of, "d") == OK);
    check(db_begin(one) == OK && db_in_tx(one) && rows_of(one) == 4 && db_commit(one) == OK, "a transaction begun within a page sees the newest state");
    db_rest(one);
    db_bulk(one);
    check(rows_of(one) == 4, "a connection that gave its memory back, or asked for more, reads on");
    db_close(two_of);
    db_close(one);
}

static int64_t log_pages(const char *path) {
    char log[110];
    struct stat st;
    snprintf(log, sizeof log, "%s-wal", path);
    return stat(log, &st) == 0 ? st.st_size / 4096 : 0;
}

/* n commits of some 100 pages each over the same row, so that the database itself does not grow. */
static bool fat_commits(Db *db, int n) {
    static char fat[400000];
    for (int i = 0; i < n; i++) {
        memset(fat, 'a' + i % 26, sizeof fat);
        if (db_run(db, "INSERT INTO t(id, name, body) VALUES(1, 'fat', $1) ON CONFLICT(id) DO UPDATE SET body=excluded.body", P(PB(str_bytes(fat, sizeof fat)))) != OK) return false;
    }
    return true;
}

/* The log of the database: copied into it and begun anew before it is long; later if someone reads on, but never in the writer's way. */
static void the_log(const char *dir) {
    char path[96];
    Db *writer = NULL, *reader = NULL;
    snprintf(path, sizeof path, "%s/log.db", dir);
    must(db_open(path, DB_CREATE, &writer, NULL) == OK && db_migrate(writer, two, NULL, NULL) == OK && db_open(path, DB_WRITE, &reader, NULL) == OK);
    bool wrote = fat_commits(writer, 100);
    int64_t kept = log_pages(path);
    check(wrote && kept > 3900 && kept < 4500, "the log stays at its length whatever is written (%lld pages)", (long long)kept);
    must(db_snapshot(reader) == OK && rows_of(reader) == 1);
    check(fat_commits(writer, 100) && log_pages(path) > 8000, "while someone reads on, writing goes on and the log grows");
    db_rollback(reader);
    int64_t grown = log_pages(path);
    wrote = fat_commits(writer, 200);
    kept = log_pages(path);
    check(wrote && kept <= grown + 2500, "when the reader has gone the log is begun anew (%lld pages, then %lld)", (long long)grown, (long long)kept);
    db_close(reader);
    db_close(writer);
}

static bool in_file(const char *path, const char *ending, const char *word) {
    char name[110];
    static char text[1 << 20];
    snprintf(name, sizeof name, "%s%s", path, ending);
    FILE *f = fopen(name, "re");
    if (f == NULL) return false;
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    return memmem(text, n, word, strlen(word)) != NULL;
}

/* What is to be forgotten, like a key: not in the file, and not in the log. */
static void forgotten(const char *dir) {
    char path[96];
    Db *db = NULL, *reader = NULL;
    snprintf(path, sizeof path, "%s/forget.db", dir);
    must(db_open(path, DB_CREATE, &db, NULL) == OK && db_migrate(db, two, NULL, NULL) == OK && db_open(path, DB_WRITE, &reader, NULL) == OK);
    must(add(db, "CANARY-FORGET-ME") == OK && db_log_empty(db) == OK && in_file(path, "", "CANARY-FORGET-ME"));
    must(db_snapshot(reader) == OK && rows_of(reader) == 1 && db_overwrite(db) == OK && db_run(db, "DELETE FROM t WHERE id>$1", P(PI(0))) == OK);
    check(db_log_empty(db) == E_CONFLICT && in_file(path, "", "CANARY-FORGET-ME"), "while somebody reads on, what was deleted cannot be forgotten, and that is said");
    db_rollback(reader);
    check(db_log_empty(db) == OK && log_pages(path) == 0 && !in_file(path, "", "CANARY-FORGET-ME"), "afterwards it is in no file any more, and the log is empty");
    db_close(reader);
    db_close(db);
}

/* A writer that is killed before any write keeps every row it was told was committed. */
static void crashes(const char *dir) {
    char path[256];
    int lost = 0, killed = 0;
    for (int at = 1; at <= 60; at++) {
        snprintf(path, sizeof path, "%s/crash%d.db", dir, at);
        int pipe_fd[2];
        must(pipe(pipe_fd) == 0);
        pid_t pid = fork();
        if (pid == 0) {
            Db *db = NULL;
            db_crash_after(0);
            if (db_open(path, DB_CREATE, &db, NULL) != OK || db_migrate(db, two, NULL, NULL) != OK) _exit(9);
            db_crash_after(at);
            for (int i = 1; i <= 20; i++) {
                if (db_begin(db) != OK) _exit(9);
                for (int k = 0; k < 3; k++) {
                    char name[16];
                    snprintf(name, sizeof name, "%d-%d", i, k);
                    if (db_run(db, "INSERT INTO t(id, name) VALUES($1, $2)", P(PI(i * 10 + k), PT(str_c(name)))) != OK) _exit(9);
                }
                if (db_commit(db) != OK) _exit(9);
                char told = (char)i;
                if (write(pipe_fd[1], &told, 1) != 1) _exit(9);
            }
            _exit(0);
        }
        close(pipe_fd[1]);
        char told = 0, last = 0;
        while (read(pipe_fd[0], &told, 1) == 1) last = told;
        close(pipe_fd[0]);
        int status = 0;
        waitpid(pid, &status, 0);
        killed += WIFSIGNALED(status);
        Db *db = NULL;
        int64_t n = -1, whole = -1;
        if (db_open(path, DB_WRITE, &db, NULL) == OK && db_int(db, "SELECT count(*) FROM t", P0, &n) == OK) whole = n;
        if (whole % 3 != 0 || whole < 3 * last) lost++;
        db_close(db);
    }
    check(killed >= 50, "the writer was killed between writes (%d times)", killed);
    check(lost == 0, "no row that was acknowledged is lost and no transaction is half there (%d were)", lost);
}

int main(void) {
    char dir[] = "/tmp/store-test-XXXXXX", path[64];
    must(mkdtemp(dir) != NULL);
    snprintf(path, sizeof path, "%s/a.db", dir);
    migrations(path);
    bad_files(dir);
    looks(dir);
    the_log(dir);
    forgotten(dir);
    crashes(dir);
    return tap_end();
}
