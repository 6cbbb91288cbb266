/* Due work for real: an instance, the key holder and the runner as processes, the clock moved by months, and what goes wrong.
 * Use: jobs_test KETEN-KEYS KETEN-JOBS */
#include "core/case/request.h"
#include "core/case/testkit.h"
#include "foundation/jobs/jobs.h"
#include "foundation/sys/sys.h"
#include "programs/common/house.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

typedef struct World { Kit k; const char *keys_path, *jobs_path; pid_t keys, jobs; Id clock[6]; UnixMs due[6]; } World;
static const int64_t HOUR = 3600000, DAY = 24 * 3600000;

static void put(World *w, const char *name, Str bytes, mode_t mode) {
    Str path = str_fmt(w->k.c.arena, "%s/%s", w->k.dir, name);
    must(file_write(path.p, bytes, mode) == OK);
    if (geteuid() == 0) must(chown(path.p, 65534, 65534) == 0);
}

/* Run by root, everything belongs to nobody from here on, and so do we: nothing of Keten runs as root. */
static void give_up_root(World *w) {
    DIR *dir = opendir(w->k.dir);
    must(dir != NULL);
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir))
        if (strcmp(e->d_name, "..") != 0) must(chown(str_fmt(w->k.c.arena, "%s/%s", w->k.dir, e->d_name).p, 65534, 65534) == 0);
    closedir(dir);
    must(sys_become_owner(w->k.dir) == OK);
}

static pid_t begin(World *w, const char *path, const char *name) {
    const char *argv[] = { name, "--data", w->k.dir, NULL };
    pid_t pid = 0;
    must(sys_spawn(&(Spawn){ .path = path, .argv = argv }, &pid) == OK);
    return pid;
}

static int finish(pid_t *pid, int sig) {
    int status = 0;
    kill(*pid, sig);
    must(waitpid(*pid, &status, 0) == *pid);
    *pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The clock of the instance is the clock of this test too. */
static void later(World *w, int64_t ms) {
    must(sys_clock_move(w->k.dir, ms) == OK);
    w->k.c.now += ms;
}

static int64_t count(World *w, const char *kind) {
    int64_t n = 0;
    must(db_int(w->k.c.db, "SELECT count(*) FROM act WHERE kind=$1", P(PT(str_c(kind))), &n) == OK);
    return n;
}
static int64_t jobs_where(World *w, const char *state) {
    int64_t n = 0;
    must(db_int(w->k.c.db, "SELECT count(*) FROM job WHERE state=$1", P(PT(str_c(state))), &n) == OK);
    return n;
}
static bool becomes(World *w, const char *kind, int64_t n) {
    for (int i = 0; i < 200 && count(w, kind) < n; i++) sys_sleep_ms(50);
    return count(w, kind) == n;
}

static void clocks(World *w) {
    static const int days[] = { 40, 10, 90, 20, 30, 200 };
    Kit *k = &w->k;
    Id case_id = kit_case(k, "18+", "shared", NULL);
    kit_login(k);
    kit_as_worker(k);
    for (size_t i = 0; i < LEN(days); i++) {
        Id of = ctx_new_id(&k->c), request = ctx_new_id(&k->c);
        w->due[i] = k->c.now + (int64_t)days[i] * DAY;
        RequestNew r = { .case_id = case_id, .subject = of, .kind = S("notice"), .rung = S("platform"), .holder = S("x"), .form = S("art16") };
        ClockNew c = { .case_id = case_id, .subject = request, .duty = S("C2"), .kind = S("policy"), .holder = S("x"), .from = k->c.now, .due = w->due[i] };
        Act *acts[] = { request_make(&k->c, request, &r), clock_start(&k->c, &c) };
        w->clock[i] = acts[1]->subject;
        must(journal_commit(&k->c, acts, 2) == OK);
    }
}

static void in_order(World *w) {
    Rows r;
    UnixMs last = 0, when = 0;
    int64_t seen = 0;
    bool sorted = true;
    must(db_query(w->k.c.db, "SELECT k.due_ms, a.at_ms FROM act a JOIN clock k ON k.id=a.subject WHERE a.kind='clock.lapsed' ORDER BY a.seq", P0, &r) == OK);
    while (rows_next(&r)) {
        sorted = sorted && row_int(&r, 0) > last;
        last = row_int(&r, 0);
        when = row_int(&r, 1);
        seen++;
    }
    must(rows_end(&r) == OK);
    check(sorted && seen == 5, "clocks that lapsed meanwhile are taken in the order in which they were due");
    check(when > last, "and written down at the time it is, not the time it was due");
}

static void months(World *w) {
    sys_sleep_ms(1000);
    check(count(w, "silence.recorded") == 0 && count(w, "clock.lapsed") == 0, "nothing lapses before its time");
    later(w, 11 * DAY);
    check(becomes(w, "clock.lapsed", 1), "the clock of ten days lapses when the day is there");
    later(w, 100 * DAY);
    check(becomes(w, "clock.lapsed", 5), "the clock jumps by months: four more");
    in_order(w);
    check(count(w, "silence.recorded") == 5 && count(w, "proposal.made") >= 5, "each silence is on record with what the law opens next");
}

static void poison(World *w) {
    Kit *k = &w->k;
    Job *rows = NULL;
    size_t n = 0;
    Id odd = ctx_new_id(&k->c), broken = ctx_new_id(&k->c), held = ctx_new_id(&k->c), subject = ctx_new_id(&k->c);
    check(finish(&w->jobs, SIGTERM) == 0, "the runner stops in order");
    must(db_run(k->c.db, "INSERT INTO job(id, kind, subject, due_ms, made_ms) VALUES($1,'no.such.work',$2,1,1)", P(PID(odd), PID(subject))) == OK);
    must(db_run(k->c.db, "INSERT INTO job(id, kind, subject, due_ms, made_ms) VALUES($1,'case.first_look',$2,1,1)", P(PID(broken), PID(subject))) == OK);
    must(db_run(k->c.db, "INSERT INTO job(id, kind, subject, due_ms, made_ms, tries, lease_by, lease_until) VALUES($1,'case.shred',$2,1,1,2,'jobs',$3)", P(PID(held), PID(subject), PI(k->c.now + DAY))) == OK);
    w->jobs = begin(w, w->jobs_path, "keten-jobs");
    for (int i = 0; i < 200 && jobs_where(w, "stuck") < 2; i++) sys_sleep_ms(50);
    must(jobs_list(k->c.db, k->c.arena, true, 0, 10, &rows, &n) == OK);
    check(n == 2, "work that nobody knows and work on what is not there are set aside (%zu)", n);
    for (size_t i = 0; i < n; i++) {
        if (id_eq(rows[i].id, odd)) check(str_eq(rows[i].last_error, S("this version knows no such work")), "the one says why");
        if (id_eq(rows[i].id, broken)) check(str_starts(rows[i].last_error, S("missing")), "so does the other (" STR_FMT ")", STR_ARG(rows[i].last_error));
    }
    Str why = STR_NONE;
    int64_t due = 0;
    must(db_text(k->c.db, "SELECT last_error FROM job WHERE id=$1", P(PID(held)), k->c.arena, &why) == OK && db_int(k->c.db, "SELECT due_ms FROM job WHERE id=$1", P(PID(held)), &due) == OK);
    check(str_eq(why, S("its runner ended while it ran")) && due > k->c.now, "work that its runner died over waits as a failed try does");
    must(jobs_retry(k->c.db, odd, k->c.now) == OK);
    sys_sleep_ms(1000);
    check(jobs_where(w, "stuck") == 2, "tried again by hand, it is set aside again: no loop");
    must(db_run(k->c.db, "DELETE FROM job WHERE id=$1 OR id=$2 OR id=$3", P(PID(odd), PID(broken), PID(held))) == OK);
}

static void keys_away(World *w) {
    finish(&w->keys, SIGKILL);
    later(w, 150 * DAY);
    sys_sleep_ms(1500);
    check(count(w, "clock.lapsed") == 5 && waitpid(w->jobs, NULL, WNOHANG) == 0, "without the key holder nothing is written, and the runner stays up");
    w->keys = begin(w, w->keys_path, "keten-keys");
    later(w, HOUR); /* what was tried in vain waits half a minute */
    check(becomes(w, "clock.lapsed", 6), "when it is back the work is done");
    check(jobs_where(w, "stuck") == 0, "and nothing was given up for it");
}

static void ledger(World *w) {
    Str note = STR_NONE, origin = STR_NONE, pub = STR_NONE;
    Kit *k = &w->k;
    must(db_text(k->c.db, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1", P0, k->c.arena, &note) == OK);
    must(vault_public(k->c.vault, k->c.arena, &pub, &origin) == OK);
    check(str_starts(note, S("meldpunt.test/keten\n")) && str_eq(origin, S("meldpunt.test/keten")), "the checkpoint carries the ledger's configured name");
}

int main(int argc, char **argv) {
    World w = { 0 };
    static const uint8_t storage[32] = { 1, 2, 3 }, signing[32] = { 4, 5, 6 }; /* the kit's own */
    Arena *life = arena_new(64 << 20);
    must(argc == 3);
    sys_start();
    w.keys_path = argv[1];
    w.jobs_path = argv[2];
    kit_open(&w.k, house_acts(life), NULL);
    put(&w, "storage.key", str_bytes(storage, 32), 0400);
    put(&w, "signing.key", str_bytes(signing, 32), 0400);
    put(&w, "keten.conf", S("[instance]\nlog_origin = meldpunt.test/keten\n"), 0600);
    must(sys_clock_make(w.k.dir) == OK);
    if (geteuid() == 0) give_up_root(&w);
    w.keys = begin(&w, w.keys_path, "keten-keys");
    vault_close(w.k.c.vault); /* from here on the real key holder, as a web worker asks it */
    w.k.c.vault = NULL;
    for (int i = 0; i < 200 && vault_connect(str_fmt(life, "%s/run/keys.sock", w.k.dir).p, w.k.keys, "web", &w.k.c.vault) != OK; i++) sys_sleep_ms(25);
    must(w.k.c.vault != NULL);
    w.k.c.now = sys_now(NULL);
    kit_login(&w.k);
    clocks(&w);
    w.jobs = begin(&w, w.jobs_path, "keten-jobs");
    months(&w);
    poison(&w);
    ledger(&w);
    keys_away(&w);
    check(finish(&w.jobs, SIGTERM) == 0 && finish(&w.keys, SIGTERM) == 0, "both stop in order");
    vault_close(w.k.c.vault);
    w.k.c.vault = vault_with(storage, signing, S("meldpunt.test/keten"), w.k.keys, true);
    kit_fsck(&w.k);
    kit_close(&w.k);
    arena_free(life);
    return tap_end();
}
