/* runner.c - begin, neighbours, and what came of a job. */
#include "programs/common/runner.h"

static Err open_all(Runner *r, Str *out_why) {
    const char *why = "";
    Arena *life = r->p.life;
    Instance *in = &r->p.in;
    Err e = db_open(instance_path(life, in, INSTANCE_DB), DB_WRITE, &r->db, &why);
    if (e == OK) e = db_open(instance_path(life, in, INSTANCE_KEYS_DB), DB_WRITE, &r->keys_db, &why);
    if (e == OK) e = media_open(life, instance_path(life, in, INSTANCE_MEDIA_SOCKET), &r->media);
    *out_why = str_c(why);
    TRY(e);
    TRY(app_open(life, in, &r->app, out_why));
    Str name = STR_NONE;
    e = app_org(r->db, life, &r->app.org, &name);
    if (e != OK) *out_why = e == E_MISSING ? S("there is no organisation in this instance yet") : str_c(db_why(r->db));
    TRY(e);
    r->kinds = house_jobs(life, &r->kinds_n);
    r->lease_s = RUNNER_LEASE_S_MIN;
    for (size_t i = 0; i < r->kinds_n; i++)
        if (r->kinds[i].lease_s > r->lease_s) r->lease_s = r->kinds[i].lease_s;
    r->bank = bank_join(life, instance_bank(life, in), r->bank_write);
    if (r->bank_write) r->known = known_join(life);
    metrics_join(life, in, &r->metrics);
    return OK;
}

int runner_begin(Runner *r) {
    Str why = STR_NONE;
    SandboxPath paths[RUNNER_PATHS_MAX];
    Err e = open_all(r, &why);
    if (e != OK) {
        log_line(LOG_FATAL, "event=start_failed err=%s why=\"" STR_FMT "\"", err_name(e), STR_ARG(why));
        return 3;
    }
    if (program_close(&r->p, SANDBOX_JOBS, paths, instance_paths(r->p.life, &r->p.in, paths, RUNNER_PATHS_MAX), false) != OK) return 3;
    db_rest(r->db); /* due work reads all over the record: into the cache, not into a map */
    return 0;
}

void runner_end(Runner *r) {
    known_join_close(r->known);
    bank_join_close(r->bank);
    vault_close(r->vault);
    db_close(r->keys_db);
    db_close(r->db);
    arena_free(r->p.life);
}

bool runner_vault(Runner *r, Arena *a) {
    if (r->vault == NULL && vault_connect(instance_path(a, &r->p.in, INSTANCE_KEYS_SOCKET), r->keys_db, "jobs", &r->vault) != OK) r->vault = NULL;
    bool alone = r->vault == NULL;
    if (alone && !r->alone) log_line(LOG_WARN, "event=waiting_for child=keten-keys");
    r->alone = alone;
    return !alone;
}

void runner_drop_vault(Runner *r) {
    vault_close(r->vault);
    r->vault = NULL;
}

Ctx runner_context(Runner *r, Arena *a) {
    return (Ctx){ .app = &r->app, .arena = a, .db = r->db, .vault = r->vault, .media = r->media, .bank = bank_join_door(r->bank), .known = known_join_door(r->known), .now = sys_now(&r->p.in.clock), .person = { .roles = R_SYSTEM, .org = r->app.org }, .lang = LANG_NL };
}

const JobKind *runner_kind(const Runner *r, Str name) {
    for (size_t i = 0; i < r->kinds_n; i++)
        if (str_eq(str_c(r->kinds[i].kind), name)) return &r->kinds[i];
    return NULL;
}

static Str reason(Arena *a, Err e, const Ctx *c) { return c->fail.msgid != NULL ? str_fmt(a, "%s: %s", err_name(e), c->fail.msgid) : str_c(err_name(e)); }

Err runner_settle(Runner *r, const Job *job, const JobKind *kind, Err e, const Ctx *c, UnixMs again) {
    if (e == OK) {
        metric_add(&r->metrics, M_JOBS_DONE, 1);
        return jobs_done(r->db, job->id, again);
    }
    bool stuck = (e != E_CONFLICT && e != E_OUTSIDE) || job->tries >= kind->tries_max;
    if (!stuck) metric_add(&r->metrics, M_JOBS_RETRIED, 1);
    log_line(stuck ? LOG_BAD : LOG_WARN, "event=job kind=%s tries=%lld err=%s stuck=%d", kind->kind, (long long)job->tries, err_name(e), stuck);
    return jobs_failed(r->db, job, c->now, reason(c->arena, e, c), stuck);
}
