/* main.c - keten-jobs: what falls due. usage: keten-jobs --data DIR
 *
 * Takes one due row at a time under a lease, runs it with an arena and a context of its own as the system of this instance,
 * and writes down what came of it. Sleeps until the next is due, a quarter of a second at most, since other processes make
 * work and the clock of a demo can be moved. Once a minute the ledger's checkpoint is signed when the tree grew, and sessions
 * that are over are forgotten.
 */
#include "core/access/session.h"
#include "core/journal/journal.h"
#include "core/vault/vault.h"
#include "foundation/net/net.h"
#include "foundation/sandbox/media.h"
#include "programs/common/app.h"
#include "programs/common/house.h"
#include "programs/common/program.h"

#include <malloc.h>
#include <sodium.h>

enum { NAP_MS = 250, HOUSEKEEPING_MS = 60000, GAUGES_MS = 5000, JOB_ARENA_MAX = 1 << 30, PATHS_MAX = 64, LEASE_S_MIN = 60 };
static const char runner[] = "jobs";

typedef struct Jobs {
    Program p;
    App app;
    Db *db, *keys_db;
    Vault *vault;
    Net *net;
    Media *media;
    Metrics metrics;
    const JobKind *kinds;
    size_t kinds_n;
    int lease_s;
    Arena *a;              /* of the job at hand */
    int64_t counted_ms;    /* when the gauges were last set */
    int64_t kept_ms;       /* when housekeeping was last done, monotonic; 0: not yet */
    bool alone;            /* the key holder is away, and the log says so */
    bool worked;           /* since memory was last given back */
} Jobs;

/* ---- start ---- */

static Err open_all(Jobs *j, Str *out_why) {
    const char *why = "";
    Arena *life = j->p.life;
    Instance *in = &j->p.in;
    Err e = db_open(instance_path(life, in, INSTANCE_DB), DB_WRITE, &j->db, &why);
    if (e == OK) e = db_open(instance_path(life, in, INSTANCE_KEYS_DB), DB_WRITE, &j->keys_db, &why);
    if (e == OK) e = media_open(life, instance_path(life, in, INSTANCE_MEDIA_SOCKET), &j->media);
    *out_why = str_c(why);
    TRY(e);
    TRY(app_open(life, in, &j->app, out_why));
    Str name = STR_NONE;
    e = app_org(j->db, life, &j->app.org, &name);
    if (e != OK) *out_why = e == E_MISSING ? S("there is no organisation in this instance yet") : str_c(db_why(j->db));
    TRY(e);
    j->kinds = house_jobs(life, &j->kinds_n);
    j->lease_s = LEASE_S_MIN;
    for (size_t i = 0; i < j->kinds_n; i++)
        if (j->kinds[i].lease_s > j->lease_s) j->lease_s = j->kinds[i].lease_s;
    metrics_join(life, in, &j->metrics);
    return OK;
}

/* Neighbours may be away for a while: they are asked again. Without the key holder nothing can be written, so nothing is begun. */
static bool neighbours(Jobs *j) {
    Arena *a = j->a;
    if (j->vault == NULL && vault_connect(instance_path(a, &j->p.in, INSTANCE_KEYS_SOCKET), j->keys_db, "jobs", &j->vault) != OK) j->vault = NULL;
    if (j->net == NULL && net_connect(instance_path(a, &j->p.in, INSTANCE_FETCH_SOCKET), &j->net) != OK) j->net = NULL;
    bool alone = j->vault == NULL;
    if (alone && !j->alone) log_line(LOG_WARN, "event=waiting_for child=keten-keys");
    j->alone = alone;
    return !alone;
}

static Ctx context(Jobs *j) {
    return (Ctx){ .app = &j->app, .arena = j->a, .db = j->db, .vault = j->vault, .net = j->net, .media = j->media, .now = sys_now(&j->p.in.clock),
        .person = { .roles = R_SYSTEM, .org = j->app.org }, .lang = LANG_NL };
}

/* A connection that failed may be out of step: the next question goes over a new one. */
static void drop_vault(Jobs *j) {
    vault_close(j->vault);
    j->vault = NULL;
}

/* ---- one job ---- */

static const JobKind *kind_of(const Jobs *j, Str name) {
    for (size_t i = 0; i < j->kinds_n; i++)
        if (str_eq(str_c(j->kinds[i].kind), name)) return &j->kinds[i];
    return NULL;
}

static Str reason(Arena *a, Err e, const Ctx *c) {
    return c->fail.msgid != NULL ? str_fmt(a, "%s: %s", err_name(e), c->fail.msgid) : str_c(err_name(e));
}

static Err settle(Jobs *j, const Job *job, const JobKind *kind, Err e, const Ctx *c, UnixMs again) {
    if (e == OK) {
        metric_add(&j->metrics, M_JOBS_DONE, 1);
        return jobs_done(j->db, job->id, again);
    }
    bool stuck = (e != E_CONFLICT && e != E_OUTSIDE) || job->tries >= kind->tries_max;
    if (!stuck) metric_add(&j->metrics, M_JOBS_RETRIED, 1);
    log_line(stuck ? LOG_BAD : LOG_WARN, "event=job kind=%s tries=%lld err=%s stuck=%d", kind->kind, (long long)job->tries, err_name(e), stuck);
    return jobs_failed(j->db, job, c->now, reason(j->a, e, c), stuck);
}

static Err run_one(Jobs *j, const Job *job) {
    const JobKind *kind = kind_of(j, job->kind);
    Ctx c = context(j);
    UnixMs again = 0;
    int64_t began = sys_mono_ms();
    if (kind == NULL) { /* left by another version: a person decides */
        log_line(LOG_BAD, "event=job_unknown kind=" STR_FMT, STR_ARG(job->kind));
        return jobs_failed(j->db, job, c.now, S("this version knows no such work"), true);
    }
    Err e = kind->run(&c, job->subject, job->due, &again);
    if (db_in_tx(j->db)) db_rollback(j->db);
    if (e == E_OUTSIDE) drop_vault(j);
    if (e == OK) log_line(LOG_INFO, "event=job kind=%s ms=%lld", kind->kind, (long long)(sys_mono_ms() - began));
    return settle(j, job, kind, e, &c, again);
}

/* ---- around the jobs ---- */

/* Work that was under way when this process last ended may be what ended it: it waits its turn as a failed try does. */
static Err left_over(Jobs *j) {
    Job job = { 0 };
    Err e = jobs_held(j->db, j->a, runner, &job);
    for (int i = 0; e == OK && i < 100; i++) {
        const JobKind *kind = kind_of(j, job.kind);
        bool stuck = kind == NULL || job.tries >= kind->tries_max;
        log_line(LOG_WARN, "event=job_left_over kind=" STR_FMT " tries=%lld stuck=%d", STR_ARG(job.kind), (long long)job.tries, stuck);
        TRY(jobs_failed(j->db, &job, sys_now(&j->p.in.clock), S("its runner ended while it ran"), stuck));
        e = jobs_held(j->db, j->a, runner, &job);
    }
    return e == E_MISSING ? OK : e;
}

static void housekeeping(Jobs *j) {
    Ctx c = context(j);
    Str note = STR_NONE;
    Err e = journal_checkpoint(&c, &note);
    if (e != OK) log_line(LOG_WARN, "event=checkpoint_failed err=%s", err_name(e));
    if (e == E_OUTSIDE) drop_vault(j);
    for (size_t s = 0; house_steps[s] != NULL; s++)
        for (size_t i = 0; house_steps[s]->daily != NULL && house_steps[s]->daily[i] != NULL; i++) {
            e = jobs_once(j->db, ctx_new_id(&c), house_steps[s]->daily[i], c.app->org, c.now);
            if (e != OK) log_line(LOG_WARN, "event=daily_failed kind=%s err=%s", house_steps[s]->daily[i], err_name(e));
        }
    e = session_sweep(&c);
    if (e != OK) log_line(LOG_WARN, "event=sweep_failed err=%s", err_name(e));
    j->kept_ms = sys_mono_ms();
}

static void gauges(Jobs *j) {
    JobCounts n = { 0 };
    j->counted_ms = sys_mono_ms();
    if (jobs_counts(j->db, sys_now(&j->p.in.clock), &n) != OK) return;
    metric_set(&j->metrics, M_JOBS_WAITING, n.due);
    metric_set(&j->metrics, M_JOBS_STUCK, n.stuck);
}

/* One look at the queue; how long to sleep before the next. A damaged record ends the process: the master starts it again, with back-off. */
static int64_t look(Jobs *j) {
    Job job = { 0 };
    UnixMs next = 0, now = sys_now(&j->p.in.clock);
    if (!neighbours(j)) return NAP_MS;
    if (sys_mono_ms() - j->counted_ms >= GAUGES_MS) gauges(j);
    if (j->kept_ms == 0 || sys_mono_ms() - j->kept_ms >= HOUSEKEEPING_MS) {
        housekeeping(j);
        if (j->vault == NULL) return NAP_MS;
    }
    Err e = jobs_take(j->db, j->a, runner, now, j->lease_s, &job, &next);
    if (e == E_MISSING) return next > now && next - now < NAP_MS ? next - now : NAP_MS;
    j->worked = true;
    if (e == OK) e = run_one(j, &job);
    if (e == OK || e == E_CONFLICT) return e == OK ? 0 : NAP_MS;
    log_line(LOG_BAD, "event=queue_failed err=%s why=\"%s\"", err_name(e), db_why(j->db));
    return 4 * NAP_MS;
}

static int run(Jobs *j) {
    Str why = STR_NONE;
    SandboxPath paths[PATHS_MAX];
    Err e = open_all(j, &why);
    if (e != OK) {
        log_line(LOG_FATAL, "event=start_failed err=%s why=\"" STR_FMT "\"", err_name(e), STR_ARG(why));
        return 3;
    }
    if (program_close(&j->p, SANDBOX_JOBS, paths, instance_paths(j->p.life, &j->p.in, paths, PATHS_MAX), false) != OK) return 3;
    j->a = arena_new(JOB_ARENA_MAX);
    db_rest(j->db); /* jobs read all over the record: into the cache, not into a map */
    e = left_over(j);
    while (e == OK && !program_stopping()) {
        int64_t nap = look(j);
        arena_reset(j->a);
        if (nap > 0 && j->worked) {
            db_rest(j->db);
            (void)malloc_trim(0);
            j->worked = false;
        }
        if (nap > 0) sys_sleep_ms(nap);
    }
    log_line(LOG_INFO, "event=stop err=%s", err_name(e));
    return e == OK ? 0 : 3;
}

int main(int argc, char **argv) {
    Jobs j = { 0 };
    int code = 0;
    if (!program_begin(&j.p, "jobs", argc, argv, &code)) return code;
    must(sodium_init() >= 0);
    code = run(&j);
    vault_close(j.vault);
    net_close(j.net);
    db_close(j.keys_db);
    db_close(j.db);
    arena_free(j.a);
    arena_free(j.p.life);
    return code;
}
