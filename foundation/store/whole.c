/* whole.c - work on a whole database: migrations, checks, backup, comparison. Names of tables come from the schema itself. */
#include "foundation/store/store_in.h"

static Err exec(Db *db, const char *sql) {
    int rc = sqlite3_exec(db->h, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? OK : store_error(db, rc);
}

static Err migrate_one(Db *db, const Migration *m, const char **why) {
    TRY(db_begin(db));
    char *msg = NULL;
    if (sqlite3_exec(db->h, m->sql, NULL, NULL, &msg) != SQLITE_OK) {
        fprintf(stderr, "<2>event=migration number=%d name=%s error=\"%s\"\n", m->number, m->name, msg ? msg : "");
        sqlite3_free(msg);
        db_rollback(db);
        *why = "a migration failed; nothing of it was kept";
        return E_OUTSIDE;
    }
    Err err = db_run(db, "INSERT INTO migration(number, name) VALUES($1, $2)", P(PI(m->number), PT(str_c(m->name))));
    if (err != OK) {
        db_rollback(db);
        return err;
    }
    return db_commit(db);
}

Err db_migrate(Db *db, const Migration *list, int *out_applied, const char **why) {
    const char *unused = NULL;
    if (why == NULL) why = &unused;
    *why = "the database cannot be written";
    TRY(exec(db, "CREATE TABLE IF NOT EXISTS migration(number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT"));
    int applied = 0, known = 0;
    for (const Migration *m = list; m->number != 0; m++) {
        int64_t have = 0;
        must(m == list || m[-1].number < m->number);
        TRY(db_int(db, "SELECT count(*) FROM migration WHERE number=$1", P(PI(m->number)), &have));
        known++;
        if (have > 0) continue;
        TRY(migrate_one(db, m, why));
        applied++;
    }
    int64_t recorded = 0;
    TRY(db_int(db, "SELECT count(*) FROM migration", P0, &recorded));
    if (recorded > known) {
        *why = "the database was written by a newer version of this program";
        return E_INPUT;
    }
    if (out_applied != NULL) *out_applied = applied;
    return OK;
}

Err db_check(Db *db, Arena *a, Str *out_problem) {
    Str word = STR_NONE;
    TRY(db_text(db, "PRAGMA integrity_check(1)", P0, a, &word));
    if (!str_eq(word, S("ok"))) {
        *out_problem = word;
        return E_INPUT;
    }
    Err err = db_text(db, "PRAGMA foreign_key_check", P0, a, &word);
    if (err == E_MISSING) return OK;
    if (err != OK) return err;
    *out_problem = str_fmt(a, "a row of table " STR_FMT " points to a row that is not there", STR_ARG(word));
    return E_INPUT;
}

Err db_check_pages(Db *db, Arena *a, Str *out_problem) {
    Str word = STR_NONE;
    TRY(db_text(db, "PRAGMA quick_check(1)", P0, a, &word));
    if (str_eq(word, S("ok"))) return OK;
    *out_problem = word;
    return E_INPUT;
}

Err db_backup(Db *db, const char *to_path, void (*progress)(void *, int64_t, int64_t), void *ctx) {
    sqlite3 *to = NULL;
    Err err = E_OUTSIDE;
    db->why = "the backup file cannot be made";
    if (sqlite3_open(to_path, &to) != SQLITE_OK) goto done;
    sqlite3_backup *job = sqlite3_backup_init(to, "main", db->h, "main");
    if (job == NULL) goto done;
    int rc = SQLITE_OK;
    while (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED) {
        rc = sqlite3_backup_step(job, 1024);
        int all = sqlite3_backup_pagecount(job);
        if (progress != NULL) progress(ctx, all - sqlite3_backup_remaining(job), all);
        if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED) sqlite3_sleep(20);
    }
    sqlite3_backup_finish(job);
    if (rc == SQLITE_DONE) err = OK;
    else db->why = rc == SQLITE_FULL ? "the disk is full" : "the backup file could not be written";
done:
    sqlite3_close(to);
    return err;
}

Err db_tables(Db *db, Arena *a, Str **out_names, size_t *out_n) {
    enum { TABLES_MAX = 512 };
    Str *names = ARENA_ARRAY(a, Str, TABLES_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(db, "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY name", P0, &r));
    while (n < TABLES_MAX && rows_next(&r)) names[n++] = row_text_dup(&r, 0, a);
    TRY(rows_end(&r));
    *out_names = names;
    *out_n = n;
    return OK;
}

static Err count_text(Db *db, const char *sql, int64_t *out) {
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db->h, sql, -1, &s, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(s);
    if (rc == SQLITE_ROW) *out = sqlite3_column_int64(s, 0);
    Err err = rc == SQLITE_ROW ? OK : store_error(db, rc);
    sqlite3_finalize(s);
    return err;
}

Err db_table_diff(Db *db, const char *other_path, Str table, int64_t *out_only_here, int64_t *out_only_there) {
    for (size_t i = 0; i < table.n; i++)
        must((table.p[i] >= 'a' && table.p[i] <= 'z') || (table.p[i] >= '0' && table.p[i] <= '9') || table.p[i] == '_');
    TRY(db_run(db, "ATTACH DATABASE $1 AS other", P(PT(str_c(other_path)))));
    char here[512], there[512];
    snprintf(here, sizeof here, "SELECT count(*) FROM (SELECT * FROM main." STR_FMT " EXCEPT SELECT * FROM other." STR_FMT ")", STR_ARG(table), STR_ARG(table));
    snprintf(there, sizeof there, "SELECT count(*) FROM (SELECT * FROM other." STR_FMT " EXCEPT SELECT * FROM main." STR_FMT ")", STR_ARG(table), STR_ARG(table));
    Err err = count_text(db, here, out_only_here);
    if (err == OK) err = count_text(db, there, out_only_there);
    Err detached = db_run(db, "DETACH DATABASE other", P0);
    return err != OK ? err : detached;
}
