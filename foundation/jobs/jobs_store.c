/* jobs_store.c - the queue's SQL. */
#include "foundation/jobs/jobs.h"

#define JOB_COLUMNS "id, subject, kind, state, last_error, due_ms, lease_until, tries"
static Job job_read(const Rows *r, Arena *a) {
    return (Job){ .id = row_id(r, 0), .subject = row_id(r, 1), .kind = row_text_dup(r, 2, a), .state = row_text_dup(r, 3, a), .last_error = row_text_dup(r, 4, a), .due = row_int(r, 5),
        .lease_until = row_int(r, 6), .tries = row_int(r, 7) };
}

/* Each lane has an index of its own, so that none reads past what waits for another. */
static Err due_rows(Db *db, JobLane lane, UnixMs now, size_t max, Rows *r) {
    if (lane == JOBS_ALL) return db_query(db, "SELECT " JOB_COLUMNS " FROM job WHERE state='due' AND due_ms<=$1 AND lease_until<=$1 ORDER BY due_ms LIMIT $2", P(PI(now), PI((int64_t)max)), r);
    return db_query(db, "SELECT " JOB_COLUMNS " FROM job WHERE lane=$3 AND state='due' AND due_ms<=$1 AND lease_until<=$1 ORDER BY due_ms LIMIT $2", P(PI(now), PI((int64_t)max), PI(lane)), r);
}

static Err take_in_tx(Db *db, Arena *a, const JobsWho *who, UnixMs now, Job *out, size_t max, size_t *out_n) {
    size_t n = 0;
    Rows r;
    TRY(due_rows(db, who->lane, now, max, &r));
    while (n < max && rows_next(&r)) out[n++] = job_read(&r, a);
    TRY(rows_end(&r));
    *out_n = n;
    for (size_t i = 0; i < n; i++) {
        out[i].lease_until = now + (int64_t)who->lease_s * 1000;
        TRY(db_run(db, "UPDATE job SET lease_until=$2, lease_by=$3, tries=tries+1 WHERE id=$1", P(PID(out[i].id), PI(out[i].lease_until), PT(str_c(who->name)))));
        out[i].tries++;
    }
    return n > 0 ? OK : E_MISSING;
}

static Err first_free(Db *db, JobLane lane, int64_t *out) {
    if (lane == JOBS_ALL) return db_int(db, "SELECT due_ms FROM job WHERE state='due' AND lease_until=0 ORDER BY due_ms LIMIT 1", P0, out);
    return db_int(db, "SELECT due_ms FROM job WHERE lane=$1 AND state='due' AND lease_until=0 ORDER BY due_ms LIMIT 1", P(PI(lane)), out);
}
static Err first_lease(Db *db, JobLane lane, int64_t *out) {
    if (lane == JOBS_ALL) return db_int(db, "SELECT CASE WHEN lease_until>due_ms THEN lease_until ELSE due_ms END FROM job WHERE state='due' AND lease_until>0 ORDER BY 1 LIMIT 1", P0, out);
    return db_int(db, "SELECT CASE WHEN lease_until>due_ms THEN lease_until ELSE due_ms END FROM job WHERE lane=$1 AND state='due' AND lease_until>0 ORDER BY 1 LIMIT 1", P(PI(lane)), out);
}

/* When something can be taken: the first that is free, or the first lease that ends. Two questions, so that each reads one row of
 * the index and a long queue costs no more than a short one. */
static Err next_due(Db *db, JobLane lane, UnixMs *out) {
    int64_t idle = 0, leased = 0;
    *out = 0;
    Err err = first_free(db, lane, &idle);
    if (err != OK && err != E_MISSING) return err;
    Err held = first_lease(db, lane, &leased);
    if (held != OK && held != E_MISSING) return held;
    if (err != OK && held != OK) return E_MISSING;
    *out = err == OK && (held != OK || idle < leased) ? idle : leased;
    return OK;
}

Err jobs_take(Db *db, Arena *a, const JobsWho *who, UnixMs now, Job *out, size_t max, size_t *out_n, UnixMs *out_next) {
    *out_n = 0;
    /* A look without the write lock first: an idle queue costs nobody anything. */
    Err err = next_due(db, who->lane, out_next);
    if (err != OK || *out_next > now) return err == OK ? E_MISSING : err;
    TRY(db_begin(db));
    err = take_in_tx(db, a, who, now, out, max, out_n);
    if (err != OK) {
        db_rollback(db);
        return err;
    }
    return db_commit(db);
}

Err jobs_release(Db *db, const char *who, UnixMs now) {
    return db_run(db, "UPDATE job SET lease_until=0, lease_by='', due_ms=CASE WHEN due_ms<$2 THEN $2 ELSE due_ms END WHERE state='due' AND lease_until>0 AND lease_by=$1", P(PT(str_c(who)), PI(now)));
}

Err jobs_put_off(Db *db, Id job, UnixMs until) {
    return db_run(db, "UPDATE job SET due_ms=$2, lease_until=0, lease_by='', tries=CASE WHEN tries>0 THEN tries-1 ELSE 0 END WHERE id=$1", P(PID(job), PI(until)));
}

Err jobs_done(Db *db, Id job, UnixMs again) {
    int64_t gone = 0;
    if (again > 0) return db_run(db, "UPDATE job SET due_ms=CASE WHEN tries=0 AND due_ms<$2 THEN due_ms ELSE $2 END, lease_until=0, lease_by='', tries=0, last_error='' WHERE id=$1", P(PID(job), PI(again)));
    TRY(db_run_count(db, "DELETE FROM job WHERE id=$1 AND tries>0", P(PID(job)), &gone));
    /* Asked for again while it ran (which sets tries to 0): it stays, free to be taken. */
    return gone > 0 ? OK : db_run(db, "UPDATE job SET lease_until=0, lease_by='', last_error='' WHERE id=$1", P(PID(job)));
}

Err jobs_held(Db *db, Arena *a, const char *who, Job *out) {
    Rows r;
    TRY(db_query(db, "SELECT " JOB_COLUMNS " FROM job WHERE state='due' AND lease_until>0 AND lease_by=$1 LIMIT 1", P(PT(str_c(who))), &r));
    bool found = rows_next(&r);
    if (found) *out = job_read(&r, a);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err jobs_failed(Db *db, const Job *job, UnixMs now, Str why, bool stuck) {
    int64_t wait = 30000;
    for (int64_t i = 1; i < job->tries && wait < 6 * 3600000LL; i++) wait *= 2;
    if (wait > 6 * 3600000LL) wait = 6 * 3600000LL;
    return db_run(db, "UPDATE job SET state=$2, due_ms=$3, lease_until=0, lease_by='', last_error=$4 WHERE id=$1",
        P(PID(job->id), PT(stuck ? S("stuck") : S("due")), PI(stuck ? job->due : now + wait), PT(why)));
}

Err jobs_retry(Db *db, Id job, UnixMs now) { return db_run(db, "UPDATE job SET state='due', due_ms=$2, tries=0, lease_until=0 WHERE id=$1", P(PID(job), PI(now))); }

Err jobs_list(Db *db, Arena *a, bool stuck_only, size_t skip, size_t limit, Job **out, size_t *out_n) {
    Job *rows = ARENA_ARRAY(a, Job, limit + 1);
    size_t n = 0;
    Rows r;
    TRY(db_query(db, "SELECT " JOB_COLUMNS " FROM job WHERE $1=0 OR state='stuck' ORDER BY state DESC, due_ms LIMIT $2 OFFSET $3", P(PI(stuck_only), PI((int64_t)limit), PI((int64_t)skip)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = job_read(&r, a);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err jobs_counts(Db *db, UnixMs now, JobCounts *out) {
    Rows r;
    TRY(db_query(db, "SELECT (SELECT count(*) FROM job WHERE state='due' AND due_ms<=$1), (SELECT count(*) FROM job WHERE state='due' AND due_ms<$1-600000),"
        " (SELECT count(*) FROM job WHERE state='stuck'), (SELECT coalesce(min(due_ms),0) FROM job WHERE state='due')", P(PI(now)), &r));
    if (rows_next(&r)) *out = (JobCounts){ row_int(&r, 0), row_int(&r, 1), row_int(&r, 2), row_int(&r, 3) };
    return rows_end(&r);
}

Err jobs_once(Db *db, Id id, const char *kind, Id subject, UnixMs due) {
    return db_run(db, "INSERT INTO job(id, kind, subject, due_ms, made_ms) VALUES($1,$2,$3,$4,$4) ON CONFLICT(kind, subject) DO NOTHING", P(PID(id), PT(str_c(kind)), PID(subject), PI(due)));
}
