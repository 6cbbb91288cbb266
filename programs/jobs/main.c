/* main.c - keten-jobs: what falls due. usage: keten-jobs --data DIR
 *
 * Takes one due row at a time under a lease, runs it with an arena and a context of its own as the system of this instance,
 * and writes down what came of it. Sleeps until the next is due, a quarter of a second at most, since other processes make
 * work and the clock of a demo can be moved. Once a minute the ledger's checkpoint is signed when the tree grew, and sessions
 * that are over are forgotten.
 */
#include "core/access/session.h"
#include "core/journal/journal.h"
#include "foundation/net/net.h"
#include "programs/common/runner.h"
#include "programs/jobs/gate_files.h"
#include "programs/jobs/post.h"

#include <sodium.h>

enum { HOUSEKEEPING_MS = 60000, GAUGES_MS = 5000, JOB_ARENA_MAX = 1 << 30 };
static const char runner[] = "jobs";

typedef struct Jobs {
    Runner r;
    Net *net;
    Arena *a;              /* of the job at hand */
    GateFiles gate;
    Post post;
    int64_t counted_ms;    /* when the gauges were last set */
    int64_t kept_ms;       /* when housekeeping was last done, monotonic; 0: not yet */
    bool worked;           /* since memory was last given back */
} Jobs;

static bool neighbours(Jobs *j) {
    if (j->net == NULL && net_connect(instance_path(j->a, &j->r.p.in, INSTANCE_FETCH_SOCKET), &j->net) != OK) j->net = NULL;
    return runner_vault(&j->r, j->a);
}

static Ctx context(Jobs *j) {
    Ctx c = runner_context(&j->r, j->a);
    c.net = j->net;
    return c;
}

/* ---- one job ---- */

static Err run_one(Jobs *j, const Job *job) {
    const JobKind *kind = runner_kind(&j->r, job->kind);
    Ctx c = context(j);
    UnixMs again = 0;
    int64_t began = sys_mono_ms();
    if (kind == NULL) { /* left by another version: a person decides */
        log_line(LOG_BAD, "event=job_unknown kind=" STR_FMT, STR_ARG(job->kind));
        return jobs_failed(j->r.db, job, c.now, S("this version knows no such work"), true);
    }
    Err e = kind->run(&c, job->subject, job->due, &again);
    if (db_in_tx(j->r.db)) db_rollback(j->r.db);
    if (e == E_OUTSIDE) runner_drop_vault(&j->r);
    if (e == OK) log_line(LOG_INFO, "event=job kind=%s ms=%lld", kind->kind, (long long)(sys_mono_ms() - began));
    return runner_settle(&j->r, job, kind, e, &c, again);
}

/* ---- around the jobs ---- */

/* Work that was under way when this process last ended may be what ended it: it waits its turn as a failed try does. */
static Err left_over(Jobs *j) {
    Job job = { 0 };
    Err e = jobs_held(j->r.db, j->a, runner, &job);
    for (int i = 0; e == OK && i < 100; i++) {
        const JobKind *kind = runner_kind(&j->r, job.kind);
        bool stuck = kind == NULL || job.tries >= kind->tries_max;
        log_line(LOG_WARN, "event=job_left_over kind=" STR_FMT " tries=%lld stuck=%d", STR_ARG(job.kind), (long long)job.tries, stuck);
        TRY(jobs_failed(j->r.db, &job, sys_now(&j->r.p.in.clock), S("its runner ended while it ran"), stuck));
        e = jobs_held(j->r.db, j->a, runner, &job);
    }
    return e == E_MISSING ? OK : e;
}

static void housekeeping(Jobs *j) {
    Ctx c = context(j);
    Str note = STR_NONE;
    Err e = journal_checkpoint(&c, &note);
    if (e != OK) log_line(LOG_WARN, "event=checkpoint_failed err=%s", err_name(e));
    if (e == E_OUTSIDE) runner_drop_vault(&j->r);
    for (size_t s = 0; house_steps[s] != NULL; s++)
        for (size_t i = 0; house_steps[s]->daily != NULL && house_steps[s]->daily[i] != NULL; i++) {
            e = jobs_once(j->r.db, ctx_new_id(&c), house_steps[s]->daily[i], c.app->org, c.now);
            if (e != OK) log_line(LOG_WARN, "event=daily_failed kind=%s err=%s", house_steps[s]->daily[i], err_name(e));
        }
    e = session_sweep(&c);
    if (e != OK) log_line(LOG_WARN, "event=sweep_failed err=%s", err_name(e));
    j->kept_ms = sys_mono_ms();
}

static void gauges(Jobs *j) {
    JobCounts n = { 0 };
    j->counted_ms = sys_mono_ms();
    if (jobs_counts(j->r.db, sys_now(&j->r.p.in.clock), &n) != OK) return;
    metric_set(&j->r.metrics, M_JOBS_WAITING, n.due);
    metric_set(&j->r.metrics, M_JOBS_STUCK, n.stuck);
}

/* One look at the queue; how long to sleep before the next. A damaged record ends the process: the master starts it again, with back-off. */
static int64_t look(Jobs *j) {
    Job job = { 0 };
    UnixMs next = 0, now = sys_now(&j->r.p.in.clock);
    if (!neighbours(j)) return RUNNER_NAP_MS;
    if (sys_mono_ms() - j->counted_ms >= GAUGES_MS) gauges(j);
    if (j->kept_ms == 0 || sys_mono_ms() - j->kept_ms >= HOUSEKEEPING_MS) {
        housekeeping(j);
        if (j->r.vault == NULL) return RUNNER_NAP_MS;
    }
    Ctx c = context(j);
    gate_files(&j->gate, &c, &j->r.p.in);
    size_t n = 0;
    bool mail = post_turn(&j->post, &c, instance_path(j->a, &j->r.p.in, INSTANCE_FETCH_SOCKET));
    j->worked = j->worked || mail;
    Err e = jobs_take(j->r.db, j->a, &(JobsWho){ runner, JOBS_HERE, j->r.lease_s }, now, &job, 1, &n, &next);
    if (e == E_MISSING && mail) return 0;
    if (e == E_MISSING) return next > now && next - now < RUNNER_NAP_MS ? next - now : RUNNER_NAP_MS;
    j->worked = true;
    if (e == OK) e = run_one(j, &job);
    if (e == OK || e == E_CONFLICT) return e == OK ? 0 : RUNNER_NAP_MS;
    log_line(LOG_BAD, "event=queue_failed err=%s why=\"%s\"", err_name(e), db_why(j->r.db));
    return 4 * RUNNER_NAP_MS;
}

static int run(Jobs *j) {
    int code = runner_begin(&j->r);
    if (code != 0) return code;
    j->a = arena_new(JOB_ARENA_MAX);
    Err e = left_over(j);
    SysIdle rest = { 0 };
    while (e == OK && !program_stopping()) {
        int64_t nap = look(j);
        arena_reset(j->a);
        if (nap > 0 && j->worked) {
            db_rest(j->r.db);
            j->worked = false;
            rest = (SysIdle){ 0 };
        }
        sys_idle(&rest, nap > 0);
        if (nap > 0) sys_sleep_ms(nap);
    }
    log_line(LOG_INFO, "event=stop err=%s", err_name(e));
    return e == OK ? 0 : 3;
}

int main(int argc, char **argv) {
    Jobs j = { .r = { .bank_write = true } };
    int code = 0;
    if (!program_begin(&j.r.p, "jobs", argc, argv, &code)) return code;
    must(sodium_init() >= 0);
    code = run(&j);
    net_close(j.net);
    post_close(&j.post);
    arena_free(j.a);
    runner_end(&j.r);
    return code;
}
