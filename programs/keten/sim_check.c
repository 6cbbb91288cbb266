/* sim_check.c - what must hold after every crash and at the end of the year. */
#include "programs/common/house.h"
#include "programs/keten/sim.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AT_ONCE = 400, ACKS_TAIL = 3000, SAMPLE_EACH = 37, TEXTS_MAX = 2000 };
#define HOUR_MS ((int64_t)3600000)

typedef struct Look {
    Arena *life, *a;
    const SimWorld *w;
    Instance in;
    App app;
    Db *db, *keys;
    Vault *vault;
    Ctx c;
    UnixMs now;
    bool whole;
    SimSeen *out;
} Look;

static SimHold *hold(Look *l, const char *what) {
    must(l->out->n < SIM_HOLDS_MAX);
    SimHold *h = &l->out->hold[l->out->n++];
    *h = (SimHold){ .what = what };
    return h;
}
static void wrong(Look *l, SimHold *h, Str said) {
    h->wrong++;
    if (l->out->first.n == 0) l->out->first = str_dup(l->life, said);
}

static void person(Look *l, uint32_t roles, Id user, Id org) {
    l->c.person = (Person){ .roles = roles, .user = user, .org = org };
    l->c.session = NULL;
    l->c.fail = (Fail){ 0 };
}

/* ---- the record: replayed by a process of its own while this one looks at the rest, since it is most of the work ---- */
typedef struct Folded { int64_t acts, problems; Err err; char first[300]; } Folded;
typedef struct Folding { pid_t pid; int fd; } Folding;

static Err begin(Look *l, const char *dir);
_Noreturn static void replay(Look *l, const char *dir, int fd) {
    Folded f = { 0 };
    FsckReport rep = { 0 };
    f.err = begin(l, dir);
    if (f.err == OK) f.err = journal_fsck(&l->c, instance_path(l->life, &l->in, INSTANCE_DB), instance_path(l->life, &l->in, INSTANCE_RUN "/sim-fold.db"), NULL, &rep);
    f.acts = rep.acts;
    f.problems = rep.problems;
    snprintf(f.first, sizeof f.first, STR_FMT, STR_ARG(rep.first_problem));
    _exit(write(fd, &f, sizeof f) == (ssize_t)sizeof f ? 0 : 3);
}

/* Before this process opens the database: a connection does not go through a fork. */
static Err fold_begin(Look *l, const char *dir, Folding *out) {
    int ends[2];
    fflush(stdout);
    if (pipe(ends) != 0) return E_OUTSIDE;
    out->pid = fork();
    if (out->pid < 0) return E_OUTSIDE;
    if (out->pid == 0) {
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
        close(ends[0]);
        replay(l, dir, ends[1]);
    }
    close(ends[1]);
    out->fd = ends[0];
    return OK;
}

static Err fold_end(Look *l, const Folding *of) {
    SimHold *h = hold(l, "state is the fold of the acts, and chains, commitments and tree are whole (acts replayed)");
    Folded f = { 0 };
    int status = 0;
    bool whole = read(of->fd, &f, sizeof f) == (ssize_t)sizeof f;
    close(of->fd);
    if (waitpid(of->pid, &status, 0) != of->pid || !whole) return E_OUTSIDE;
    h->n = f.acts;
    h->wrong = f.problems;
    if (f.problems > 0 && l->out->first.n == 0) l->out->first = str_dup(l->life, str_c(f.first));
    return f.err;
}

static Err leaves(Look *l) {
    SimHold *h = hold(l, "the ledger has a leaf for every act (acts)");
    int64_t n = 0;
    TRY(sim_store_count(l->db, COUNT_ACTS, 0, &h->n));
    TRY(sim_store_count(l->db, COUNT_LEAVES, 0, &n));
    l->out->acts = h->n;
    if (n != h->n) wrong(l, h, str_fmt(l->a, "%lld leaves for %lld acts", (long long)n, (long long)h->n));
    return OK;
}

/* What was acknowledged stands under the same number with the same id; numbers have no holes, so all before it stand as well. */
static Err acknowledged(Look *l, const SimAck *acks, size_t n) {
    SimHold *h = hold(l, "no act acknowledged is lost (acknowledgements)");
    for (size_t i = l->whole || n < ACKS_TAIL ? 0 : n - ACKS_TAIL; i < n; i++) {
        Id there = ID_NONE;
        if (acks[i].seq == 0) continue;
        Err e = sim_store_act_at(l->db, acks[i].seq, &there);
        if (e != OK && e != E_MISSING) return e;
        h->n++;
        if (e == E_MISSING || !id_eq(there, acks[i].act)) wrong(l, h, str_fmt(l->a, "act %lld was acknowledged and is not there", (long long)acks[i].seq));
    }
    int64_t all = 0;
    TRY(sim_store_count(l->db, COUNT_ACTS, 0, &all));
    if (n > 0 && acks[n - 1].seq > all) wrong(l, h, S("there are fewer acts than were acknowledged"));
    return OK;
}

/* ---- clocks ---- */
static Err silences(Look *l) {
    SimHold *h = hold(l, "every lapsed clock has exactly one silence, and every silence its lapse (lapsed clocks)");
    int64_t none = 0, loose = 0;
    TRY(sim_store_count(l->db, COUNT_LAPSED, 0, &h->n));
    TRY(sim_store_count(l->db, COUNT_LAPSED_NO_SILENCE, 0, &none));
    TRY(sim_store_count(l->db, COUNT_SILENCE_NO_LAPSE, 0, &loose));
    h->wrong = none + loose;
    if (h->wrong > 0) l->out->first = str_fmt(l->life, "%lld lapsed clocks without one silence, %lld silences without a lapse", (long long)none, (long long)loose);
    return OK;
}

/* As many steps as the law opens for that term on that day: at least one, or none because the law names none. */
static Err steps(Look *l) {
    SimHold *h = hold(l, "every lapsed clock has the next steps that the law opens (lapsed clocks)");
    SimLapsed rows[AT_ONCE];
    Id after = ID_NONE;
    for (size_t n = AT_ONCE; n == AT_ONCE; arena_reset(l->a)) {
        TRY(sim_store_lapsed(l->db, l->a, after, AT_ONCE, rows, &n));
        for (size_t i = 0; i < n; i++) {
            LawStep *opened = NULL;
            size_t k = 0;
            TRY(law_next_steps(l->app.law, rows[i].duty, rows[i].due, l->app.zone, l->a, &opened, &k));
            h->n++;
            if (rows[i].proposals < (int64_t)k) wrong(l, h, str_fmt(l->a, "a lapsed " STR_FMT " has %lld of %zu next steps", STR_ARG(rows[i].duty), (long long)rows[i].proposals, k));
            after = rows[i].clock;
        }
    }
    return OK;
}

static Err running(Look *l) {
    SimHold *h = hold(l, "every running clock has its work waiting in the queue (running clocks)");
    TRY(sim_store_count(l->db, COUNT_RUNNING, 0, &h->n));
    TRY(sim_store_count(l->db, COUNT_LOOSE_ENDS, 0, &h->wrong));
    if (h->wrong > 0 && l->out->first.n == 0) l->out->first = S("a clock runs that nothing will ever end");
    if (!l->whole || l->now < l->w->until) return OK;
    h = hold(l, "at the end no clock runs that is over, and no work is stuck (clocks)");
    int64_t stuck = 0;
    TRY(sim_store_count(l->db, COUNT_RUNNING, 0, &h->n));
    TRY(sim_store_count(l->db, COUNT_OVERDUE, l->now, &h->wrong));
    TRY(sim_store_count(l->db, COUNT_STUCK, 0, &stuck));
    if (h->wrong > 0 && l->out->first.n == 0) l->out->first = str_fmt(l->life, "%lld clocks are over and run on", (long long)h->wrong);
    if (stuck > 0) wrong(l, h, str_fmt(l->a, "%lld jobs are stuck", (long long)stuck));
    h->wrong += stuck > 0 ? stuck - 1 : 0;
    return OK;
}

/* ---- who sees what ---- */
static bool among(const Id *ids, size_t n, Id one) {
    for (size_t i = 0; i < n; i++)
        if (id_eq(ids[i], one)) return true;
    return false;
}

static Err may(Look *l, const char *action, Id case_id, Err *out) {
    l->c.fail = (Fail){ 0 };
    *out = access_case(&l->c, action, case_id);
    return *out == OK || *out == E_DENIED || *out == E_MISSING ? OK : *out;
}

/* The team reads the case; an organisation that it is shared with reads the share; nobody else even learns that it is there (save
 * colleagues of the same organisation, who may know that there is one). */
static Err seen_by(Look *l, const SimCaseKey *k, SimHold *h) {
    Id with[SIM_ORGS];
    size_t with_n = 0;
    TRY(sim_store_shares(l->db, k->id, l->now, with, SIM_ORGS, &with_n));
    for (int u = 0; u < SIM_USERS; u++) {
        const SimUser *who = &sim_users[u];
        Err read = OK, share = OK;
        bool own = who->team >= 0 && id_eq(sim_team(l->w->w.seed, who->team), k->team);
        person(l, who->roles, sim_user(l->w->w.seed, u), sim_org(l->w->w.seed, who->org));
        bool shared = among(with, with_n, l->c.person.org), house = id_eq(k->org, l->c.person.org);
        TRY(may(l, "case.read", k->id, &read));
        TRY(may(l, "share.read", k->id, &share));
        h->n++;
        if ((read == OK) != own) wrong(l, h, str_fmt(l->a, "%s %s a case", who->login, read == OK ? "sees" : "does not see"));
        if ((share == OK) != (shared && !k->erased && (who->roles & R_ADMIN) == 0)) wrong(l, h, str_fmt(l->a, "%s %s what was shared of a case", who->login, share == OK ? "sees" : "does not see"));
        if (!own && !house && !shared && (read != E_MISSING || share != E_MISSING)) wrong(l, h, str_fmt(l->a, "%s learns that a case is there", who->login));
    }
    return OK;
}

static Err cases(Look *l) {
    SimHold *h = hold(l, "no case is seen by anybody outside its team, nor by anybody it was not shared with (person and case pairs)"), *gone = hold(l, "of an erased case no key is left (erased cases)");
    SimCaseKey rows[AT_ONCE];
    Id after = ID_NONE;
    int64_t at = 0;
    for (size_t n = AT_ONCE; n == AT_ONCE; arena_reset(l->a)) {
        TRY(sim_store_cases(l->db, after, AT_ONCE, rows, &n));
        for (size_t i = 0; i < n; i++, at++) {
            unsigned mask = 0;
            after = rows[i].id;
            if (l->whole || at % SAMPLE_EACH == 0) TRY(seen_by(l, &rows[i], h));
            if (!rows[i].erased || !l->whole || l->now < l->w->until) continue; /* in between the work of shredding may still wait */
            TRY(vault_team_opens(l->vault, rows[i].id, &mask));
            gone->n++;
            if (mask != 0) wrong(l, gone, S("a key of an erased case is still there"));
        }
    }
    return OK;
}

/* The very crash that comes between the report and the narrowing of its code leaves work in the queue for it. */
static Err codes(Look *l) {
    if (!l->whole || l->now < l->w->until) return OK;
    SimHold *h = hold(l, "a receipt code opens the story and nothing else (codes)");
    TRY(sim_store_codes(l->keys, &h->n, &h->wrong));
    if (h->wrong > 0 && l->out->first.n == 0) l->out->first = S("a receipt code opens more than the story");
    return OK;
}

/* A body sees the filings that were shared with it, and no other. */
static Err filings(Look *l) {
    SimHold *h = hold(l, "no filing is seen by a body it was not shared with (inspector and filing pairs)");
    SimFiled rows[AT_ONCE];
    Id after = ID_NONE;
    for (size_t n = AT_ONCE; n == AT_ONCE; arena_reset(l->a)) {
        TRY(sim_store_filings(l->db, after, l->now, AT_ONCE, rows, &n));
        for (size_t i = 0; i < n; i++)
            for (int u = SIM_INSPECTOR; u < SIM_INSPECTOR + 3; u++) {
                Id org = sim_org(l->w->w.seed, sim_users[u].org);
                CaseRow k;
                bool shared = false;
                for (size_t s = 0; s < rows[i].shared_n; s++) shared = shared || id_eq(rows[i].shared[s], org);
                person(l, R_INSPECTOR, sim_user(l->w->w.seed, u), org);
                TRY(case_by_id(&l->c, rows[i].case_id, &k));
                Err e = access_may(&l->c, "filing.read", OBJ(OBJ_FILING, rows[i].id));
                if (e != OK && e != E_DENIED && e != E_MISSING) return e;
                h->n++;
                if ((e == OK) != (shared && k.erased == 0)) wrong(l, h, str_fmt(l->a, "%s %s a filing", sim_users[u].login, e == OK ? "sees" : "does not see"));
                after = rows[i].id;
            }
    }
    return OK;
}

/* ---- files and keys ---- */
static Err files(Look *l) {
    SimHold *h = hold(l, "every file of the record is on the disk, unchanged (files)");
    Id after = ID_NONE;
    for (size_t n = AT_ONCE; n == AT_ONCE; arena_reset(l->a)) {
        BlobRow *rows = NULL;
        TRY(blob_list(&l->c, after, AT_ONCE, &rows, &n));
        for (size_t i = 0; i < n; i++) {
            Err e = blob_check(&l->c, &rows[i]);
            if (e != OK && e != E_MISSING && e != E_INPUT) return e;
            h->n++;
            if (e != OK) wrong(l, h, S("a file is not there, or was changed"));
            after = rows[i].id;
        }
    }
    return OK;
}

static void key_wrong(void *ctx, Str what) {
    Look *l = ctx;
    wrong(l, &l->out->hold[l->out->n - 1], what);
}

static Err wraps(Look *l) {
    SimHold *h = hold(l, "every wrapped key is whole (wraps)");
    VaultSay to = { key_wrong, NULL, l };
    return vault_check(l->vault, &to, &h->n);
}

/* ---- all ---- */
static Err begin(Look *l, const char *dir) {
    Str why = STR_NONE;
    TRY(instance_open(l->life, dir, &l->in, &why));
    TRY(db_open(instance_path(l->life, &l->in, INSTANCE_DB), DB_WRITE, &l->db, NULL));
    TRY(db_open(instance_path(l->life, &l->in, INSTANCE_KEYS_DB), DB_WRITE, &l->keys, NULL));
    TRY(app_vault_local(l->life, &l->in, l->keys, &l->vault));
    TRY(app_open(l->life, &l->in, &l->app, &why));
    l->app.org = sim_org(l->w->w.seed, 0);
    l->c = (Ctx){ .app = &l->app, .arena = l->a, .db = l->db, .vault = l->vault, .now = l->now, .lang = LANG_NL };
    person(l, R_SYSTEM, ID_NONE, l->app.org);
    return OK;
}

static Err everything(Look *l, const SimAck *acks, size_t n) {
    TRY(acknowledged(l, acks, n));
    TRY(leaves(l));
    TRY(silences(l));
    TRY(steps(l));
    TRY(running(l));
    TRY(cases(l));
    TRY(filings(l));
    TRY(codes(l));
    if (!l->whole) return OK;
    TRY(files(l));
    return wraps(l);
}

static Err newest_note(Look *l) {
    int64_t size = 0;
    Err e = journal_checkpoint_newest(&l->c, &l->out->note, &size);
    l->out->note = str_dup(l->life, l->out->note);
    return e == E_MISSING ? OK : e;
}

Err sim_check(Arena *a, const char *dir, const SimWorld *w, const SimAck *acks, size_t n, UnixMs now, bool whole, SimSeen *out) {
    Look l = { .life = a, .a = arena_new((size_t)2 << 30), .w = w, .now = now, .whole = whole, .out = out };
    Folding fold = { 0 };
    Err e = whole ? fold_begin(&l, dir, &fold) : OK, folded = OK;
    if (e == OK) e = begin(&l, dir);
    if (e == OK) e = everything(&l, acks, n);
    if (fold.pid > 0) folded = fold_end(&l, &fold);
    if (e == OK) e = folded;
    if (e == OK && whole) e = newest_note(&l);
    vault_close(l.vault);
    db_close(l.keys);
    db_close(l.db);
    arena_free(l.a);
    return e;
}
