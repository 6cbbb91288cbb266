/* sim_player.c - plays what happens, in order of time, and tells the keeper before and after each thing. It is killed between two
 * writes, and another goes on where it stood. */
#include "programs/keten/sim.h"

#include <unistd.h>

Err sim_case_id(Sim *s, int64_t no, Id *out) {
    Event ev;
    if (!id_none(s->cases[no])) {
        *out = s->cases[no];
        return OK;
    }
    TRY(journal_event(&s->c, sim_id(s->world.w.seed, "open", no, 0), false, &ev));
    *out = s->cases[no] = ev.case_id;
    return OK;
}

Err sim_play(Sim *s, const SimEvent *e) {
    static Err (*const by_what[SIM_WHATS])(Sim *, const SimEvent *, const SimCase *, Id) = { [SIM_OPEN] = sim_person, [SIM_LOOK] = sim_desk, [SIM_NOTE] = sim_desk, [SIM_MESSAGE] = sim_person,
        [SIM_MERGE] = sim_desk, [SIM_NOTICE] = sim_desk, [SIM_LINK] = sim_person, [SIM_ANSWER] = sim_person, [SIM_ROUND] = sim_desk, [SIM_BODY] = sim_body, [SIM_PAUSE] = sim_person,
        [SIM_RESUME] = sim_person, [SIM_WITHDRAW] = sim_person, [SIM_ERASE] = sim_person, [SIM_SHARE] = sim_desk, [SIM_UNSHARE] = sim_desk, [SIM_CLOSE] = sim_desk, [SIM_PASTE] = sim_desk };
    SimCase k = { 0 };
    Id id = ID_NONE;
    Str note = STR_NONE;
    s->c.now = e->at;
    s->c.session = NULL;
    s->c.fail = (Fail){ 0 };
    sim_seed(&s->rnd, s->world.w.seed, sim_words[e->what], e->case_no, e->round);
    if (e->what == SIM_SIGN) {
        sim_as_system(s, s->app.org);
        return journal_checkpoint(&s->c, &note);
    }
    if (e->case_no >= 0) sim_case(&s->world, e->case_no, &k);
    if (e->case_no >= 0 && e->what != SIM_OPEN) {
        Err err = sim_case_id(s, e->case_no, &id);
        if (err != OK) return err;
    }
    must(by_what[e->what] != NULL);
    return by_what[e->what](s, e, &k, id);
}

enum { TOLD_MOST = 64 }; /* 64 messages of 48 bytes go through a pipe whole */
static void tell(Sim *s) {
    size_t n = s->told_n * sizeof *s->told;
    must(n == 0 || write(s->fd, s->told, n) == (ssize_t)n);
    s->told_n = 0;
}

/* While nothing can kill this process the keeper hears of many things at once; from the moment that something can, of each at once,
 * and before it begins. */
static void say(Sim *s, SimTold told, uint32_t what, size_t at, Err refused) {
    SimSay m = { .told = (uint32_t)told, .what = what, .refused = refused == OK ? 0 : refused == E_MISSING || s->c.fail.msgid != NULL ? 1 : 2, .at_event = (uint32_t)at, .now = s->c.now };
    if (told == TOLD_BEGINS && !s->armed) return;
    if (told == TOLD_DID) must(sim_store_newest(s->db, &m.seq, &m.act) == OK);
    if (told == TOLD_DID) s->seq = m.seq;
    s->told[s->told_n++] = m;
    if (s->armed || s->told_n == TOLD_MOST) tell(s);
}

_Noreturn static void broken(Sim *s, const char *what, Err e) {
    fprintf(stderr, "keten simulate: %s failed (%s%s%s) %s\n", what, err_name(e), s->c.fail.msgid != NULL ? ": " : "", s->c.fail.msgid != NULL ? s->c.fail.msgid : "", s->db != NULL ? db_why(s->db) : "");
    _exit(3);
}

static void job_did(Sim *s, size_t at, const Job *job) {
    Err refused = OK, e = sim_job_run(s, job, &refused);
    if (e != OK) broken(s, str_z(s->life, job->kind), e);
    s->done = false;
    say(s, TOLD_DID, SIM_JOB, at, refused);
}

/* All that falls due by then. */
static void jobs_until(Sim *s, size_t at, UnixMs by) {
    for (;;) {
        Job job;
        say(s, TOLD_BEGINS, SIM_JOB, at, OK);
        Err e = sim_job_take(s, by, &job);
        if (e == E_MISSING) return;
        if (e != OK) broken(s, "the queue", e);
        job_did(s, at, &job);
        arena_reset(s->c.arena);
    }
}

/* What was under way when the one before was killed. Gives the event to go on with. */
static size_t take_up(Sim *s, const SimFrom *from) {
    int64_t seq = 0;
    Id act = ID_NONE;
    Job job;
    s->c.now = from->now > s->c.now ? from->now : s->c.now;
    if (!from->begun) return from->event;
    Err e = sim_store_newest(s->db, &seq, &act);
    if (e != OK) broken(s, "looking at the record", e);
    s->done = seq > from->seq;
    if (from->job) {
        e = jobs_held(s->db, s->c.arena, "sim", &job);
        if (e == OK) job_did(s, from->event, &job);
        else if (e != E_MISSING) broken(s, "the queue", e);
        else if (s->done) say(s, TOLD_DID, SIM_JOB, from->event, OK);
        s->done = false;
        return from->event;
    }
    if (!s->done) return from->event;
    const SimEvent *ev = &s->world.events[from->event];
    s->c.now = ev->at;
    s->done = false;
    say(s, TOLD_DID, ev->what, from->event, OK);
    return from->event + 1;
}

_Noreturn void sim_player(const char *dir, const SimWorld *w, const SimFrom *from, int fd) {
    Sim s;
    Str why = STR_NONE, note = STR_NONE;
    Arena *life = arena_new((size_t)1 << 30);
    db_crash_after(0); /* the layer that counts writes; nothing is armed yet */
    if (sim_begin(&s, life, dir, w, &why) != OK) {
        fprintf(stderr, "keten simulate: " STR_FMT "\n", STR_ARG(why));
        _exit(3);
    }
    s.fd = fd;
    s.seq = from->seq;
    s.told = ARENA_ARRAY(life, SimSay, TOLD_MOST);
    for (size_t i = take_up(&s, from); i < w->n; i++) {
        const SimEvent *ev = &w->events[i];
        if (i == from->crash_event) {
            tell(&s);
            s.armed = true;
            db_crash_after(from->crash_writes);
        }
        jobs_until(&s, i, ev->at);
        say(&s, TOLD_BEGINS, ev->what, i, OK);
        Err e = sim_play(&s, ev);
        if (e == E_OUTSIDE) broken(&s, sim_words[ev->what], e);
        say(&s, TOLD_DID, ev->what, i, e);
        arena_reset(s.c.arena);
    }
    jobs_until(&s, w->n, w->until); /* what ends with the last day of the year lapses a moment later */
    s.c.now = w->until;
    tell(&s);
    sim_as_system(&s, s.app.org);
    Err e = journal_checkpoint(&s.c, &note);
    if (e != OK) broken(&s, "the last checkpoint", e);
    db_close(s.keys);
    db_close(s.db);
    _exit(0);
}
