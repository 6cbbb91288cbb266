/* store.h - one small SQL interface. SQLite is behind it; nothing above this folder may know that.
 *
 * SQL is const text written in the subset that SQLite and PostgreSQL share, with parameters $1, $2 ...; the
 * address of the text identifies the prepared statement, so SQL must be a string literal (static storage).
 * A Db belongs to one process (open it after the fork). Views returned by row_* live until the next rows_next
 * or rows_end; the _dup forms copy into an arena.
 * Errors: E_CONFLICT (busy, or a UNIQUE rule refused the row), E_OUTSIDE (disk full, read-only, damaged; db_why says
 * which), E_MISSING (no row). A broken SQL text is a bug: must().
 */
#ifndef KETEN_STORE_H
#define KETEN_STORE_H
#include "foundation/base/base.h"

typedef struct Db Db;
typedef enum DbMode { DB_READ = 1, DB_WRITE, DB_CREATE } DbMode;
typedef enum DbType { DB_NULL, DB_INT, DB_TEXT, DB_BLOB, DB_REAL } DbType;
typedef struct DbVal { DbType type; int64_t i; double f; Str s; } DbVal;

/* Parameter makers: db_run(db, "...", P(PI(3), PT(name), PID(case_id))) */
static inline DbVal PI(int64_t v) { return (DbVal){ .type = DB_INT, .i = v }; }
static inline DbVal PT(Str s) { return (DbVal){ .type = DB_TEXT, .s = s.p ? s : (Str){ "", 0 } }; }
static inline DbVal PB(Str s) { return (DbVal){ .type = s.p ? DB_BLOB : DB_NULL, .s = s }; }   /* NULL when s.p is NULL */
static inline DbVal PTN(Str s) { return (DbVal){ .type = s.n ? DB_TEXT : DB_NULL, .s = s }; } /* NULL when empty */
static inline DbVal PR(double f) { return (DbVal){ .type = DB_REAL, .f = f }; }
static inline DbVal PNULL(void) { return (DbVal){ .type = DB_NULL }; }
/* The id must be an lvalue that outlives the call. PIDN binds NULL when the id is none. */
#define PID(id) ((DbVal){ .type = DB_BLOB, .s = { (const char *)(id).b, 16 } })
#define PIDN(id) (id_none(id) ? PNULL() : PID(id))
#define P(...) (const DbVal[]){ __VA_ARGS__ }, sizeof((const DbVal[]){ __VA_ARGS__ }) / sizeof(DbVal)
#define P0 NULL, 0

/* path: plain file name. why (may be NULL) receives a static sentence on failure. */
Err db_open(const char *path, DbMode mode, Db **out, const char **why) NODISCARD;
Err db_open_memory(Db **out) NODISCARD;                          /* empty private database: replay, tests */
void db_close(Db *db);                                           /* accepts NULL */
const char *db_why(const Db *db);                                /* plain words for the last error */

Err db_run(Db *db, const char *sql, const DbVal *params, size_t n) NODISCARD;
Err db_run_count(Db *db, const char *sql, const DbVal *params, size_t n, int64_t *out_changed) NODISCARD;

typedef struct Rows { Db *db; void *stmt; Err err; bool done; } Rows;
Err db_query(Db *db, const char *sql, const DbVal *params, size_t n, Rows *out) NODISCARD;
bool rows_next(Rows *r);                                         /* false at the end or on error */
Err rows_end(Rows *r) NODISCARD;                                 /* always call; the error met, if any */
int64_t row_int(const Rows *r, int col);                         /* NULL reads as 0 */
double row_real(const Rows *r, int col);
Str row_text(const Rows *r, int col);                            /* NULL reads as empty with p == NULL */
Str row_blob(const Rows *r, int col);
Id row_id(const Rows *r, int col);                               /* NULL reads as ID_NONE */
bool row_null(const Rows *r, int col);
Str row_text_dup(const Rows *r, int col, Arena *a);
Str row_blob_dup(const Rows *r, int col, Arena *a);
/* First column of the first row; E_MISSING when there is none. */
Err db_int(Db *db, const char *sql, const DbVal *params, size_t n, int64_t *out) NODISCARD;
Err db_text(Db *db, const char *sql, const DbVal *params, size_t n, Arena *a, Str *out) NODISCARD;
Err db_id(Db *db, const char *sql, const DbVal *params, size_t n, Id *out) NODISCARD;

Err db_begin(Db *db) NODISCARD;                                  /* takes the write lock at once (waits, bounded) */
Err db_commit(Db *db) NODISCARD;                                 /* durable when it returns OK; on error rolled back */
void db_rollback(Db *db);                                        /* harmless outside a transaction */
bool db_in_tx(const Db *db);
Err db_snapshot(Db *db) NODISCARD;                               /* read transaction: many reads see one state; end with db_rollback */
/* A page's many reads see one state and take the file's locks once. Not a transaction for db_in_tx: the first write, db_begin or
 * db_snapshot ends it by itself. db_look_end may be called when none is open. */
void db_look(Db *db);
void db_look_end(Db *db);

/* ---- migrations: numbered, forward only, each in one transaction, recorded in table migration ---- */
typedef struct Migration { int number; const char *name; const char *sql; } Migration;
/* list ordered by number and ended by number 0. Refuses (E_INPUT) a database that knows a number this program does not. */
Err db_migrate(Db *db, const Migration *list, int *out_applied, const char **why) NODISCARD;
extern const Migration keten_migrations[];                       /* made at build time from every room's sql folder */
extern const Migration keys_migrations[];                        /* the same for the key store (sql_keys folders) */

/* ---- whole-database work ---- */
Err db_check(Db *db, Arena *a, Str *out_problem) NODISCARD;      /* integrity and foreign keys; E_INPUT with the first problem */
Err db_check_pages(Db *db, Arena *a, Str *out_problem) NODISCARD; /* only that the pages hang together: fast enough for a start; E_INPUT with the first problem */
Err db_backup(Db *db, const char *to_path, void (*progress)(void *, int64_t done, int64_t all), void *ctx) NODISCARD;
Err db_tables(Db *db, Arena *a, Str **out_names, size_t *out_n) NODISCARD;
/* Rows of a table in one database that the other lacks, both ways. */
Err db_table_diff(Db *db, const char *other_path, Str table, int64_t *out_only_here, int64_t *out_only_there) NODISCARD;
void db_optimize(Db *db);
/* From now on whatever this connection deletes is overwritten with zeros, on pages given back too (SQLite's secure_delete). */
Err db_overwrite(Db *db) NODISCARD;
/* The log is copied into the file and cut to nothing, so that no older text of a row is left in it. Waits two seconds for readers;
 * E_CONFLICT: one of them reads on and the log is as it was: ask again later. */
Err db_log_empty(Db *db) NODISCARD;
void db_bulk(Db *db);                                            /* for a program that writes very much and is alone: 128 MB of memory and of log, as durable as ever */
Err db_fleeting(Db *db) NODISCARD;                               /* for a database that is thrown away: nothing of it survives a crash */
void db_rest(Db *db);                                            /* between works: gives back what was read into memory */

/* ---- crash testing: the process kills itself (SIGKILL) just before the nth write or sync from now; 0 is off.
 * Call once before the first db_open of the process. ---- */
void db_crash_after(int64_t writes);
int64_t db_writes_so_far(void);
/* For what is written beside the database (files): counts as one write, and may be the last. */
void db_crash_point(void);
#endif
