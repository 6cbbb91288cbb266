/* sim_keeper.c - starts the player, lets it be killed, looks at what is left, starts the next one where it stood. */
#include "programs/keten/sim.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WRITES_MOST = 60, SMALL = 1000, EACH_WHOLE = 4, EARLY_WHOLE = 3 };
#define ACKS_MAX ((size_t)4 << 30)

typedef struct Keeper {
    Arena *a;
    const char *dir;
    const SimWorld *w;
    SimDone *done;
    SimFrom from;
    Buf acks;                  /* SimAck, one after the other */
    Progress bar;
} Keeper;

static size_t acks_n(const Keeper *k) { return k->acks.n / sizeof(SimAck); }

/* ---- one player ---- */
static void heard(Keeper *k, const SimSay *m) {
    k->from.now = m->now;
    if (m->told == TOLD_BEGINS) {
        k->from.begun = true;
        k->from.job = m->what == SIM_JOB;
        return;
    }
    must(m->told == TOLD_DID && m->what < SIM_WHATS);
    k->from.begun = false;
    k->from.seq = m->seq;
    if (m->what != SIM_JOB) k->from.event = m->at_event + 1;
    k->done->did[m->what]++;
    k->done->refused[m->what] += m->refused != 0;
    k->done->mute += m->refused == 2;
    SimAck ack = { m->seq, m->act };
    buf_put(&k->acks, str_bytes(&ack, sizeof ack));
    must(buf_err(&k->acks) == OK);
    progress_show(&k->bar, (int64_t)m->at_event, (int64_t)k->w->n);
}

static bool read_whole(int fd, SimSay *m) {
    size_t at = 0;
    while (at < sizeof *m) {
        ssize_t n = read(fd, (char *)m + at, sizeof *m - at);
        if (n <= 0) return false;
        at += (size_t)n;
    }
    return true;
}

/* Runs one player to its end. *out_killed: by the crash that was armed. E_OUTSIDE: it ended in another way, which it said itself. */
static Err play(Keeper *k, bool *out_killed) {
    int ends[2], status = 0;
    SimSay m;
    if (pipe(ends) != 0) return E_OUTSIDE;
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0) return E_OUTSIDE;
    if (pid == 0) {
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
        close(ends[0]);
        sim_player(k->dir, k->w, &k->from, ends[1]);
    }
    close(ends[1]);
    while (read_whole(ends[0], &m)) heard(k, &m);
    close(ends[0]); /* when it was this process that was told to stop, the player finds nobody to tell and ends */
    if (waitpid(pid, &status, 0) != pid && waitpid(pid, &status, 0) != pid) return E_OUTSIDE;
    *out_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && k->from.crash_event != SIZE_MAX;
    return *out_killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0) ? OK : E_OUTSIDE;
}

/* In a process of its own, so that the random numbers of this one stay the system's. */
static Err set_up(Keeper *k) {
    int status = 0;
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0) return E_OUTSIDE;
    if (pid == 0) {
        Str why = STR_NONE;
        Err e = sim_setup(k->a, k->dir, k->w, &why);
        if (e != OK) fprintf(stderr, "keten simulate: " STR_FMT "\n", STR_ARG(why));
        _exit(e == OK ? 0 : 3);
    }
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? OK : E_OUTSIDE;
}

/* ---- the year ---- */
/* Crashes lie spread over the year, each between two writes that the seed chose. */
static void next_crash(Keeper *k, int64_t number) {
    SimRand r;
    size_t slice = k->w->n / (size_t)(k->w->w.crashes + 1);
    k->from.crash_event = SIZE_MAX;
    if (number >= k->w->w.crashes || slice == 0) return;
    sim_seed(&r, k->w->w.seed, "crash", number, 0);
    k->from.crash_event = slice * (size_t)(number + 1) + (size_t)sim_below(&r, slice / 2 + 1);
    k->from.crash_writes = 1 + (int64_t)sim_below(&r, WRITES_MOST);
    if (k->from.crash_event < k->from.event) k->from.crash_event = k->from.event;
}

static Err look(Keeper *k, UnixMs now, bool whole) {
    int64_t all = 0;
    k->done->seen = (SimSeen){ 0 };
    Err e = sim_check(k->a, k->dir, k->w, (const SimAck *)(const void *)k->acks.p, acks_n(k), now, whole, &k->done->seen);
    k->done->whole_checks += whole;
    if (e != OK) k->done->why = str_fmt(k->a, "the record could not be looked at (%s)", err_name(e));
    for (size_t i = 0; e == OK && i < SIM_WHATS; i++) all += k->done->refused[i];
    if (e == OK) k->done->seen.hold[k->done->seen.n++] = (SimHold){ "everything refused was refused with a reason (refusals)", all, k->done->mute };
    for (size_t i = 0; i < k->done->seen.n; i++)
        if (k->done->seen.hold[i].wrong != 0) k->done->held = false;
    return e;
}

static Err year(Keeper *k) {
    SimDone *d = k->done;
    bool killed = true;
    Err e = set_up(k);
    while (e == OK && killed && d->held) {
        next_crash(k, d->crashes);
        e = play(k, &killed);
        if (e == OK && killed) {
            bool whole = k->w->w.cases <= SMALL ? d->crashes % EACH_WHOLE == 0 : d->crashes < EARLY_WHOLE; /* early in the year, while the record is small */
            d->crashes++;
            e = look(k, k->from.now, whole);
            if (e == OK && !d->held) d->why = str_fmt(k->a, "after crash %lld", (long long)d->crashes);
        }
    }
    if (e == OK && d->held) {
        progress_end(&k->bar);
        e = look(k, k->w->until, true);
        if (e == OK && !d->held) d->why = S("at the end of the year");
    }
    return e;
}

Err sim_keep(Arena *a, const char *dir, const SimWorld *w, SimDone *out) {
    Keeper k = { .a = a, .dir = dir, .w = w, .done = out, .acks = buf_new(ACKS_MAX) };
    int64_t began = sys_mono_ms();
    *out = (SimDone){ .held = true };
    k.bar = progress_start("year");
    Err e = year(&k);
    progress_end(&k.bar);
    out->ms = sys_mono_ms() - began;
    buf_free(&k.acks);
    return e;
}
