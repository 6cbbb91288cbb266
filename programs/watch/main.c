/* main.c - keten-watch: looks at all locations when they fall due. usage: keten-watch --data DIR
 *
 * Due looks wait for others nearly all of their time, so many are under way at once (looks.h), each under a lease. What a look found is committed as it
 * comes, by the same acts and rules as a single one. A host with more work than its pause allows gets the rest of it put off: its rows would otherwise
 * stand before those of everyone else.
 */
#include "programs/watch/looks.h"
#include "programs/common/runner.h"
#include "steps/takedown/takedown.h"

#include <sodium.h>

enum { TAKEN_AT_ONCE = 64, HELD_MAX = 2048, HOST_HELD_MAX = 40, PUT_OFF_MS = 60000, PLAN_ARENA_MAX = 256 << 20, BACK_OFF_MS = 2000, WAITED_MS = 250 };
static const char runner[] = "watch";

/* Thousands wait for their host's turn: of each only this, a kilobyte or two. before: the facts as JSON; NULL: none. */
typedef struct Held { bool used; Job job; char *url, *before, *place; } Held;
typedef struct Watch {
    Runner r;
    NetMany *net;
    Looks *looks;
    LooksHow how;
    const JobKind *kind;
    Held held[HELD_MAX];
    size_t held_n;
    Arena *a;              /* of what is at hand */
    UnixMs next;           /* when something is due; 0: nobody knows */
    bool worked;
} Watch;

/* ---- the looks ---- */

static Err prepare(void *ctx, void *who, Arena *a, LooksWant *out) {
    const Held *h = who;
    const JVal *root = NULL;
    (void)ctx;
    *out = (LooksWant){ .url = str_dup(a, str_c(h->url)), .place = str_dup(a, str_c(h->place)), .has_before = h->before != NULL };
    if (h->before == NULL) return OK;
    TRY(json_read(a, str_dup(a, str_c(h->before)), WATCH_PROOF_MAX, &root, NULL, NULL));
    return watch_facts_read(a, root, &out->before);
}

/* The fetch process may have been started again: what was under way is free to be taken anew. */
static bool outside(Watch *w) {
    if (w->looks != NULL) return true;
    if (net_many_open(instance_path(w->a, &w->r.p.in, INSTANCE_FETCH_SOCKET), &w->net) != OK) return false;
    w->looks = looks_new(&w->how, w->net, w->r.media);
    return true;
}

static void let_go(Watch *w, Held *h) {
    free(h->url);
    free(h->before);
    free(h->place);
    *h = (Held){ 0 };
    w->held_n--;
}

static Err outside_gone(Watch *w) {
    log_line(LOG_WARN, "event=waiting_for child=keten-fetch held=%zu", w->held_n);
    looks_free(w->looks);
    net_many_close(w->net);
    w->looks = NULL;
    w->net = NULL;
    for (size_t i = 0; i < HELD_MAX; i++)
        if (w->held[i].used) let_go(w, &w->held[i]);
    return jobs_release(w->r.db, runner, sys_now(&w->r.p.in.clock));
}

/* ---- taking ---- */

static Held *room(Watch *w) {
    for (size_t i = 0; i < HELD_MAX; i++)
        if (!w->held[i].used) return &w->held[i];
    return NULL;
}

static char *kept(Str s) {
    char *z = malloc(s.n + 1);
    must(z != NULL);
    if (s.n > 0) memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    return z;
}

static Err hold(Watch *w, const Job *job, const WatchPlan *plan) {
    Held *h = room(w);
    Buf b = buf_new(WATCH_PROOF_MAX);
    Json j = json_to(&b, false);
    if (plan->has_before) watch_facts_write(&plan->before, &j);
    Err e = buf_err(&b);
    if (e == OK) {
        *h = (Held){ .used = true, .job = *job, .url = kept(plan->url), .place = kept(plan->place), .before = plan->has_before ? kept(buf_str(&b)) : NULL };
        h->job.kind = h->job.state = h->job.last_error = STR_NONE; /* of the arena at hand */
        w->held_n++;
        e = looks_add(w->looks, watch_host(plan->url), h);
    }
    buf_free(&b);
    return e;
}

/* Planned from the record now; looked at when its host's turn comes. */
static Err take(Watch *w, const Job *job) {
    Ctx c = runner_context(&w->r, w->a);
    WatchPlan plan;
    Err e = watch_plan(&c, job->subject, &plan);
    if (e == OK && plan.url.n > 0) {
        size_t waits = looks_of_host(w->looks, watch_host(plan.url));
        return waits < HOST_HELD_MAX ? hold(w, job, &plan) : jobs_put_off(w->r.db, job->id, c.now + PUT_OFF_MS + (int64_t)waits * w->how.host_pause_ms);
    }
    if (e == E_OUTSIDE) runner_drop_vault(&w->r);
    return runner_settle(&w->r, job, w->kind, e, &c, plan.again);
}

static Err take_due(Watch *w) {
    Job *jobs = ARENA_ARRAY(w->a, Job, TAKEN_AT_ONCE);
    size_t n = 0, most = HELD_MAX - w->held_n;
    UnixMs now = sys_now(&w->r.p.in.clock);
    if (most == 0) return OK;
    Err e = jobs_take(w->r.db, w->a, &(JobsWho){ runner, JOBS_LOOKS, w->kind->lease_s }, now, jobs, most < TAKEN_AT_ONCE ? most : TAKEN_AT_ONCE, &n, &w->next);
    if (e == E_MISSING) return OK;
    TRY(e);
    w->worked = true;
    for (size_t i = 0; i < n; i++) TRY(take(w, &jobs[i]));
    return OK;
}

/* ---- what came of them ---- */

static Err settle(Watch *w, Looked *k) {
    Held *h = k->who;
    Ctx c = runner_context(&w->r, k->a);
    Str bytes = STR_NONE;
    UnixMs again = 0;
    Err e = k->err;
    if (e == OK) e = watch_proof(k->a, c.now, &k->seen, k->verdict, &bytes);
    if (e == OK) e = watch_settle(&c, h->job.subject, k->verdict, k->seen.vantage, bytes, &again);
    if (db_in_tx(w->r.db)) db_rollback(w->r.db);
    if (e == E_OUTSIDE) runner_drop_vault(&w->r);
    if (e == OK) log_line(LOG_INFO, "event=look verdict=%s why=%s ms=%lld", k->verdict.code, k->verdict.why, (long long)k->ms);
    e = runner_settle(&w->r, &h->job, w->kind, e, &c, again);
    arena_free(k->a);
    let_go(w, h);
    return e;
}

static Err turn(Watch *w) {
    Looked k;
    if (!runner_vault(&w->r, w->a) || !outside(w)) {
        sys_sleep_ms(WAITED_MS);
        return OK;
    }
    TRY(take_due(w));
    if (looks_turn(w->looks, WAITED_MS) != OK) {
        sys_sleep_ms(BACK_OFF_MS);
        return outside_gone(w);
    }
    while (looks_next(w->looks, &k)) TRY(settle(w, &k));
    return OK;
}

static int run(Watch *w) {
    int code = runner_begin(&w->r);
    if (code != 0) return code;
    const Conf *conf = &w->r.p.in.conf;
    w->a = arena_new(PLAN_ARENA_MAX);
    w->kind = runner_kind(&w->r, S("watch.check"));
    must(w->kind != NULL);
    w->how = (LooksHow){ .at_once = (int)conf_int(conf, "watch", "at_once"), .host_at_once = (int)conf_int(conf, "watch", "host_at_once"), .host_pause_ms = conf_int(conf, "watch", "host_pause_ms"),
        .prepare = prepare, .random = w->r.app.random, .random_ctx = w->r.app.random_ctx };
    Err e = jobs_release(w->r.db, runner, sys_now(&w->r.p.in.clock));
    SysIdle rest = { 0 };
    while (e == OK && !program_stopping()) {
        e = turn(w);
        if (e == E_CONFLICT) e = OK; /* the record is busy: what is held is still held */
        arena_reset(w->a);
        if (w->held_n == 0 && w->worked) {
            db_rest(w->r.db);
            w->worked = false;
            rest = (SysIdle){ 0 };
        }
        sys_idle(&rest, w->held_n == 0);
    }
    if (e != OK) log_line(LOG_BAD, "event=queue_failed err=%s why=\"%s\"", err_name(e), db_why(w->r.db));
    if (e == OK) e = jobs_release(w->r.db, runner, sys_now(&w->r.p.in.clock));
    log_line(LOG_INFO, "event=stop err=%s", err_name(e));
    return e == OK ? 0 : 3;
}

int main(int argc, char **argv) {
    Watch *w = calloc(1, sizeof *w);
    int code = 0;
    must(w != NULL && sodium_init() >= 0);
    if (!program_begin(&w->r.p, "watch", argc, argv, &code)) return code;
    code = run(w);
    looks_free(w->looks);
    net_many_close(w->net);
    for (size_t i = 0; i < HELD_MAX; i++)
        if (w->held[i].used) let_go(w, &w->held[i]);
    arena_free(w->a);
    runner_end(&w->r);
    free(w);
    return code;
}
