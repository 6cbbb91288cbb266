/* jobs.h - the due-time queue: leases, retry with back-off, poison handling. Rows are made by the journal's follow
 * functions (and by the runner itself for the next round); they live in table job.
 *
 * A runner takes one due row at a time under a lease; a runner that dies loses the lease, and the row is taken again.
 * So a job may run twice: what it does must be idempotent (acts carry ids made from the job's subject where needed).
 */
#ifndef KETEN_JOBS_H
#define KETEN_JOBS_H
#include "foundation/base/when.h"
#include "foundation/store/store.h"

typedef struct Ctx Ctx;

/* run: OK deletes the row, or puts it at *out_again when that is set > 0. E_CONFLICT and E_OUTSIDE are tried again later;
 * anything else, or tries_max reached, makes the row stuck: it stays, is counted, and is shown on the jobs page. */
typedef struct JobKind { const char *kind; Err (*run)(Ctx *c, Id subject, UnixMs due, UnixMs *out_again); int lease_s, tries_max; } JobKind;

typedef struct Job { Id id, subject; Str kind, state, last_error; UnixMs due, lease_until; int64_t tries; } Job;

/* A runner, and which part of the queue is its. Looks at locations wait for others most of the time: they have a lane of their own. */
typedef enum JobLane { JOBS_ALL = -1, JOBS_HERE = 0, JOBS_LOOKS = 1 } JobLane;
typedef struct JobsWho { const char *name; JobLane lane; int lease_s; } JobsWho;
/* Takes the earliest due jobs, at most max. E_MISSING when nothing is due; *out_next then says when something will be (0: nothing). */
Err jobs_take(Db *db, Arena *a, const JobsWho *who, UnixMs now, Job *out, size_t max, size_t *out_n, UnixMs *out_next) NODISCARD;
/* What a runner that takes many held when it ended: free again, due now. The try counts. */
Err jobs_release(Db *db, const char *who, UnixMs now) NODISCARD;
/* Taken, and not begun: due later, and that was no try. */
Err jobs_put_off(Db *db, Id job, UnixMs until) NODISCARD;
/* again 0: delete, unless somebody asked for the same work while it ran: then it is due as they said. */
/* Puts a job in the queue unless one of its kind and subject is there: for what comes back every day. */
Err jobs_once(Db *db, Id id, const char *kind, Id subject, UnixMs due) NODISCARD;
Err jobs_done(Db *db, Id job, UnixMs again) NODISCARD;
/* What a runner of this name held when it ended: asked when it starts, so that work which ends its runner is not begun at once
 * again. One runner a name. E_MISSING: nothing (any more). */
Err jobs_held(Db *db, Arena *a, const char *who, Job *out) NODISCARD;
/* Back-off: 30 s doubled each try, at most 6 hours. stuck: give up and show it. */
Err jobs_failed(Db *db, const Job *job, UnixMs now, Str why, bool stuck) NODISCARD;
Err jobs_retry(Db *db, Id job, UnixMs now) NODISCARD;            /* by an administrator */
Err jobs_list(Db *db, Arena *a, bool stuck_only, size_t skip, size_t limit, Job **out, size_t *out_n) NODISCARD;
typedef struct JobCounts { int64_t due /* now */, late /* for ten minutes */, stuck; UnixMs oldest_due; } JobCounts;
Err jobs_counts(Db *db, UnixMs now, JobCounts *out) NODISCARD;
#endif
