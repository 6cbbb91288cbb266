/* store.c - SQLite behind store.h: opening, statements, rows, transactions. */
#include "foundation/store/store_in.h"

#include <time.h>

Err store_error(Db *db, int rc) {
    static const struct { int code; Err err; const char *why; } map[] = {
        { SQLITE_BUSY, E_CONFLICT, "the database is busy" },
        { SQLITE_LOCKED, E_CONFLICT, "the database is locked" },
        { SQLITE_CONSTRAINT, E_CONFLICT, "a rule of the database refused the row" },
        { SQLITE_FULL, E_OUTSIDE, "the disk is full" },
        { SQLITE_READONLY, E_OUTSIDE, "the database is read-only" },
        { SQLITE_CORRUPT, E_OUTSIDE, "the database file is damaged" },
        { SQLITE_NOTADB, E_OUTSIDE, "the file is not a database" },
        { SQLITE_IOERR, E_OUTSIDE, "the disk could not be read or written" },
        { SQLITE_CANTOPEN, E_OUTSIDE, "the database file cannot be opened" },
        { SQLITE_PERM, E_OUTSIDE, "no permission on the database file" },
        { SQLITE_TOOBIG, E_LIMIT, "a value is too large" },
    };
    for (size_t i = 0; i < LEN(map); i++)
        if ((rc & 0xFF) == map[i].code) {
            db->why = map[i].why;
            return map[i].err;
        }
    fprintf(stderr, "<0>level=bug at=store rc=%d msg=\"%s\"\n", rc, sqlite3_errmsg(db->h));
    must(!"a broken SQL text or a misused statement");
    return E_OUTSIDE;
}

/* Another process writes: its turn ends at its fsync, well under a few milliseconds, so the wait is looked at often. SQLite's own
 * steps soon sleep 25 to 100 ms, in which nobody writes. Random parts keep waiters from waking together. Gives up when patience ends, by
 * the clock: on a busy machine each sleep takes several times as long as was asked. */
enum { PATIENCE_US = 8000000, PATIENCE_EMPTY_US = 2000000, PATIENCE_LOG_US = 50000 };
static int64_t mono_us(void) {
    struct timespec t = { 0 };
    must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int wait_for_writer(void *arg, int tries) {
    enum { STEP_US = 100, LONGEST_US = 2000 };
    Db *db = arg;
    uint32_t r = 0;
    if (tries == 0) db->waits_since_us = mono_us();
    if (mono_us() - db->waits_since_us >= db->patience_us) return 0;
    int most = tries < LONGEST_US / STEP_US ? (tries + 1) * STEP_US : LONGEST_US;
    sqlite3_randomness(sizeof r, &r);
    int us = most / 2 + (int)(r % (uint32_t)most);
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    vfs->xSleep(vfs, us);
    return 1;
}

/* After a commit: the log is copied into the file when it is long. SQLite's own way copies it after every commit from there on, as long
 * as some reader keeps it from beginning the log anew; with eight busy writers there always is one, and each act pays three syncs.
 * Here the one whose commit makes the log long waits a moment for the readers (new ones then read the file), so that the next writer
 * begins anew; if a reader stays, the next try is LOG_AGAIN pages later. What could not be copied now stays safe in the log. */
enum { LOG_LONG = 4000, LOG_LONG_BULK = 32768, LOG_AGAIN = 2000 }; /* pages of 4 kB: the same index pages are rewritten by act after act, and copied once */
static int log_grew(void *arg, sqlite3 *h, const char *name, int pages) {
    Db *db = arg;
    if (pages < db->log_copied) db->log_copied = 0; /* begun anew since */
    if (pages < db->log_long || pages < db->log_copied + LOG_AGAIN) return SQLITE_OK;
    db->log_copied = pages;
    db->patience_us = PATIENCE_LOG_US;
    sqlite3_wal_checkpoint_v2(h, name, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
    db->patience_us = PATIENCE_US;
    return SQLITE_OK;
}

/* Settings that every connection gets. The file is mapped for reading up to a size; db_rest gives the memory back. */
#define MAPPED "PRAGMA mmap_size=268435456"
static const char *const pragmas[] = {
    "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF", "PRAGMA secure_delete=FAST", "PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-8000",
    "PRAGMA wal_autocheckpoint=0", MAPPED, /* log_grew does it */
};

static Err configure(Db *db, DbMode mode) {
    sqlite3_db_config(db->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->h, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 2);
    db->patience_us = PATIENCE_US;
    db->log_long = LOG_LONG;
    sqlite3_busy_handler(db->h, wait_for_writer, db); /* before the pragmas, so that they can wait too */
    for (size_t i = 0; i < LEN(pragmas); i++) {
        if (mode == DB_READ && i == 0) continue; /* a reader takes the mode it finds */
        int rc = sqlite3_exec(db->h, pragmas[i], NULL, NULL, NULL);
        if (rc != SQLITE_OK) return store_error(db, rc);
    }
    sqlite3_wal_hook(db->h, log_grew, db); /* after the pragmas: one of them sets SQLite's own */
    return OK;
}

static Err open_with(const char *path, DbMode mode, int flags, Db **out, const char **why) {
    Db *db = calloc(1, sizeof *db);
    must(db != NULL);
    db->why = "";
    int rc = sqlite3_open_v2(path, &db->h, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, store_vfs());
    Err err = rc == SQLITE_OK ? configure(db, mode) : E_OUTSIDE;
    if (rc != SQLITE_OK) db->why = "the database file cannot be opened";
    if (err != OK) {
        if (why != NULL) *why = db->why;
        db_close(db);
        return err;
    }
    *out = db;
    return OK;
}

Err db_open(const char *path, DbMode mode, Db **out, const char **why) {
    static const int flags[] = { [DB_READ] = SQLITE_OPEN_READONLY, [DB_WRITE] = SQLITE_OPEN_READWRITE,
        [DB_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE };
    must(mode >= DB_READ && mode <= DB_CREATE);
    return open_with(path, mode, flags[mode], out, why);
}

Err db_open_memory(Db **out) {
    return open_with(":memory:", DB_CREATE, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY, out, NULL);
}

void db_close(Db *db) {
    if (db == NULL) return;
    for (size_t i = 0; i < STATEMENTS; i++)
        if (db->cache[i].stmt != NULL) sqlite3_finalize(db->cache[i].stmt);
    sqlite3_close(db->h);
    free(db);
}

const char *db_why(const Db *db) { return db->why; }

/* SQLite numbers $n by first appearance: where each stands is looked up once by its name and kept. */
static void find_params(Prepared *p) {
    p->params = sqlite3_bind_parameter_count(p->stmt);
    must(p->params <= PARAMS_MAX);
    for (int i = 0; i < p->params; i++) {
        char name[24];
        snprintf(name, sizeof name, "$%d", i + 1);
        int at = sqlite3_bind_parameter_index(p->stmt, name);
        must(at > 0 && at <= PARAMS_MAX);
        p->at[i] = (uint8_t)at;
    }
}

/* The prepared statement of an SQL literal; its address is the key. */
static Prepared *prepared(Db *db, const char *sql, Err *out_err) {
    size_t at = ((uintptr_t)sql * 2654435761u >> 4) % STATEMENTS;
    for (size_t probe = 0; probe < STATEMENTS; probe++, at = (at + 1) % STATEMENTS) {
        Prepared *p = &db->cache[at];
        if (p->sql == sql) return p;
        if (p->sql != NULL) continue;
        int rc = sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &p->stmt, NULL);
        if (rc != SQLITE_OK) {
            *out_err = store_error(db, rc);
            return NULL;
        }
        find_params(p);
        p->sql = sql;
        return p;
    }
    must(!"more SQL texts than the statement cache holds");
    return NULL;
}

/* life: SQLITE_STATIC while the values outlive the run, SQLITE_TRANSIENT when rows are still to be read. */
static void bind_one(sqlite3_stmt *s, int at, const DbVal *v, sqlite3_destructor_type life) {
    int rc = SQLITE_OK;
    switch (v->type) {
    case DB_NULL: return; /* released statements have every parameter null */
    case DB_INT: rc = sqlite3_bind_int64(s, at, v->i); break;
    case DB_REAL: rc = sqlite3_bind_double(s, at, v->f); break;
    case DB_TEXT: rc = sqlite3_bind_text64(s, at, v->s.p, v->s.n, life, SQLITE_UTF8); break;
    case DB_BLOB: rc = sqlite3_bind_blob64(s, at, v->s.p, v->s.n, life); break;
    }
    must(rc == SQLITE_OK);
}

static void bind_all(const Prepared *p, const DbVal *params, size_t n, sqlite3_destructor_type life) {
    must((size_t)p->params == n);
    for (size_t i = 0; i < n; i++) bind_one(p->stmt, p->at[i], &params[i], life);
}

static void release(sqlite3_stmt *s) {
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
}

Err db_run_count(Db *db, const char *sql, const DbVal *params, size_t n, int64_t *out_changed) {
    Err err = OK;
    const Prepared *p = prepared(db, sql, &err);
    if (p == NULL) return err;
    sqlite3_stmt *s = p->stmt;
    if (db->looking && sqlite3_stmt_readonly(s) == 0) db_look_end(db); /* who writes must not do so upon what was true a while ago */
    bind_all(p, params, n, SQLITE_STATIC);
    int rc = sqlite3_step(s);
    while (rc == SQLITE_ROW) rc = sqlite3_step(s);
    if (rc != SQLITE_DONE) err = store_error(db, rc);
    else if (out_changed != NULL) *out_changed = sqlite3_changes64(db->h);
    release(s);
    return err;
}

Err db_run(Db *db, const char *sql, const DbVal *params, size_t n) { return db_run_count(db, sql, params, n, NULL); }

Err db_query(Db *db, const char *sql, const DbVal *params, size_t n, Rows *out) {
    Err err = OK;
    const Prepared *p = prepared(db, sql, &err);
    if (p == NULL) return err;
    must(!sqlite3_stmt_busy(p->stmt)); /* the same query is being read already: end it first */
    bind_all(p, params, n, SQLITE_TRANSIENT);
    *out = (Rows){ .db = db, .stmt = p->stmt };
    return OK;
}

bool rows_next(Rows *r) {
    if (r->done) return false;
    int rc = sqlite3_step(r->stmt);
    if (rc == SQLITE_ROW) return true;
    r->done = true;
    if (rc != SQLITE_DONE) r->err = store_error(r->db, rc);
    return false;
}

Err rows_end(Rows *r) {
    if (r->stmt != NULL) release(r->stmt);
    r->stmt = NULL;
    r->done = true;
    return r->err;
}

int64_t row_int(const Rows *r, int col) { return sqlite3_column_int64(r->stmt, col); }
double row_real(const Rows *r, int col) { return sqlite3_column_double(r->stmt, col); }
bool row_null(const Rows *r, int col) { return sqlite3_column_type(r->stmt, col) == SQLITE_NULL; }

Str row_blob(const Rows *r, int col) {
    const void *p = sqlite3_column_blob(r->stmt, col);
    int n = sqlite3_column_bytes(r->stmt, col);
    if (p == NULL && !row_null(r, col)) p = "";
    return str_bytes(p, (size_t)n);
}
Str row_text(const Rows *r, int col) { return row_blob(r, col); }

Id row_id(const Rows *r, int col) {
    Str s = row_blob(r, col);
    Id id = ID_NONE;
    if (s.n == sizeof id.b) memcpy(id.b, s.p, sizeof id.b);
    return id;
}

Str row_text_dup(const Rows *r, int col, Arena *a) { return row_null(r, col) ? STR_NONE : str_dup(a, row_text(r, col)); }
Str row_blob_dup(const Rows *r, int col, Arena *a) { return row_null(r, col) ? STR_NONE : str_dup(a, row_blob(r, col)); }

/* Positions on the first row. The caller ends the rows. */
static Err first(Db *db, const char *sql, const DbVal *params, size_t n, Rows *r) {
    TRY(db_query(db, sql, params, n, r));
    if (rows_next(r)) return OK;
    Err err = rows_end(r);
    return err != OK ? err : E_MISSING;
}

Err db_int(Db *db, const char *sql, const DbVal *params, size_t n, int64_t *out) {
    Rows r;
    TRY(first(db, sql, params, n, &r));
    *out = row_int(&r, 0);
    return rows_end(&r);
}

Err db_text(Db *db, const char *sql, const DbVal *params, size_t n, Arena *a, Str *out) {
    Rows r;
    TRY(first(db, sql, params, n, &r));
    *out = row_text_dup(&r, 0, a);
    return rows_end(&r);
}

Err db_id(Db *db, const char *sql, const DbVal *params, size_t n, Id *out) {
    Rows r;
    TRY(first(db, sql, params, n, &r));
    *out = row_id(&r, 0);
    return rows_end(&r);
}

void db_look(Db *db) {
    must(!db_in_tx(db) && !db->looking);
    if (db->rested) sqlite3_exec(db->h, MAPPED, NULL, NULL, NULL);
    db->rested = false;
    db->looking = db_run(db, "BEGIN DEFERRED", P0) == OK;
}

void db_look_end(Db *db) {
    if (!db->looking) return;
    db->looking = false;
    if (sqlite3_get_autocommit(db->h) == 0) sqlite3_exec(db->h, "COMMIT", NULL, NULL, NULL);
    if (sqlite3_get_autocommit(db->h) == 0) sqlite3_exec(db->h, "ROLLBACK", NULL, NULL, NULL);
}

Err db_begin(Db *db) {
    must(!db_in_tx(db));
    db_look_end(db);
    return db_run(db, "BEGIN IMMEDIATE", P0);
}

Err db_snapshot(Db *db) {
    must(!db_in_tx(db));
    db_look_end(db);
    return db_run(db, "BEGIN", P0);
}

Err db_commit(Db *db) {
    must(db_in_tx(db));
    Err err = db_run(db, "COMMIT", P0);
    if (err != OK) db_rollback(db);
    return err;
}

void db_rollback(Db *db) {
    if (db_in_tx(db)) sqlite3_exec(db->h, "ROLLBACK", NULL, NULL, NULL);
}

bool db_in_tx(const Db *db) { return !db->looking && sqlite3_get_autocommit(db->h) == 0; }

void db_optimize(Db *db) { sqlite3_exec(db->h, "PRAGMA optimize", NULL, NULL, NULL); }

static Err settings(Db *db, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        int rc = sqlite3_exec(db->h, list[i], NULL, NULL, NULL);
        if (rc != SQLITE_OK) return store_error(db, rc);
    }
    return OK;
}

Err db_fleeting(Db *db) {
    static const char *const list[] = { "PRAGMA synchronous=OFF", "PRAGMA journal_mode=MEMORY", "PRAGMA cache_size=-131072" };
    return settings(db, list, LEN(list));
}

Err db_overwrite(Db *db) {
    static const char *const list[] = { "PRAGMA secure_delete=ON" };
    return settings(db, list, LEN(list));
}

Err db_log_empty(Db *db) {
    must(!db_in_tx(db));
    db_look_end(db); /* our own reading would be what stays */
    db->patience_us = PATIENCE_EMPTY_US;
    int rc = sqlite3_wal_checkpoint_v2(db->h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    db->patience_us = PATIENCE_US;
    return rc == SQLITE_OK ? OK : store_error(db, rc);
}

/* The system maps 64 kB around every page looked at, so a process that reads all over the file soon holds most of it. What was mapped
 * is mapped again with the next page that is read by db_look; other work then reads into the small cache. */
void db_rest(Db *db) {
    must(!db_in_tx(db) && !db->looking);
    sqlite3_exec(db->h, "PRAGMA mmap_size=0", NULL, NULL, NULL);
    sqlite3_db_release_memory(db->h);
    db->rested = true;
}

/* Ids are random, so every act touches pages all over the indexes: they stay in memory, and are copied from the log seldom. */
void db_bulk(Db *db) {
    sqlite3_exec(db->h, "PRAGMA cache_size=-131072", NULL, NULL, NULL);
    db->log_long = LOG_LONG_BULK;
}
