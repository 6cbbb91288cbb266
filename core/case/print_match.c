/* print_match.c - a photo that was given is compared with those of other reports, both ways: what lies within PDQ_RADIUS is put before
 * a person of each case, who decides. Nothing follows from a match by itself. The server compares without anybody looking: hashes are
 * opened under the storage key, batch by batch, and kept nowhere. */
#include "core/case/print.h"
#include "core/case/case_in.h"
#include "core/case/case_step.h"
#include "core/case/known.h"

#define END { NULL, F_END, CLEAR, false, 0 }
enum { BATCH = 512, BATCHES_MAX = 2000, HITS_MAX = 200, LOOK_HOURS = 48 };

static bool may_compare(const PrintRow *p) { return print_may(p, S("recognise")); }

static const FieldDef matched_fields[] = { { "print", F_ID, CLEAR, true, 0 }, { "other", F_ID, CLEAR, true, 0 }, { "distance", F_INT, CLEAR, true, PDQ_RADIUS }, { "quality", F_INT, CLEAR, true, 100 }, END };
static Err check_matched(Ctx *c, const Act *a) {
    PrintRow p, o;
    TRY(print_by_id(c, act_get_id(a, "print"), &p));
    TRY(print_by_id(c, act_get_id(a, "other"), &o));
    bool good = id_eq(p.case_id, a->case_id) && id_eq(p.org, o.org) && !id_eq(p.case_id, o.case_id) && may_compare(&p) && may_compare(&o);
    return good ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This was taken back already.");
}
const ActDef act_print_matched = { "fingerprint.matched", 1, OBJ_NONE, "print.match", true, true, matched_fields, check_matched, apply_print_matched, NULL,
    N_("A photo may be the same as one in another report: {distance} of 256 differ") };

static const FieldDef decided_fields[] = { { "same", F_INT, CLEAR, true, 1 }, END };
static Err check_decided(Ctx *c, const Act *a) {
    PrintMatch m;
    TRY(print_match_by_id(c, a->subject, &m));
    if (!id_eq(m.case_id, a->case_id)) return ctx_refuse(c, E_MISSING, NULL, "This is not here, or not for you.");
    return str_eq(m.state, S("open")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This was decided already, or a photo was taken back.");
}
const ActDef act_print_decided = { "fingerprint.decided", 1, OBJ_NONE, "print.decide", true, false, decided_fields, check_decided, apply_print_decided, NULL, N_("A person decided whether two photos are the same") };

static Act *matched(Ctx *c, const PrintRow *p, const PrintRow *o, int distance) {
    Act *a = act_new(c, &act_print_matched, ID_NONE, p->case_id, ctx_new_id(c));
    a->org = p->org;
    act_idf(a, "print", p->id);
    act_idf(a, "other", o->id);
    act_int(a, "distance", distance);
    act_int(a, "quality", o->quality);
    return a;
}

Act *print_decide(Ctx *c, const PrintMatch *m, bool same) {
    Act *a = act_new(c, &act_print_decided, ID_NONE, m->case_id, m->id);
    act_int(a, "same", same);
    return a;
}

/* Least distance between any form of one and any of the other: where a device gave all eight, one of them is the untouched picture; of a video each is a frame,
 * so that a still of it is found too. */
int print_distance(const PrintHash *a, const PrintHash *b) {
    int least = PDQ_BITS;
    for (int i = 0; i < a->n; i++)
        for (int k = 0; k < b->n; k++) {
            int d = pdq_distance(&a->form[i], &b->form[k]);
            if (d < least) least = d;
        }
    return least;
}

/* Whoever has the case sees that there is something to look at, no later than what was promised already. */
static Err look_at_it(Ctx *c, Id case_id, Act **acts, size_t *n) {
    CaseRow k;
    TRY(case_by_id(c, case_id, &k));
    if (k.active && !str_eq(k.turn, S("us"))) acts[(*n)++] = case_turn(c, k.id, S("us"), S("photo_match"), c->now + LOOK_HOURS * 3600000LL);
    return OK;
}

static Err joined(Ctx *c, Id one, Id other, bool *out) {
    CaseRow a, b;
    TRY(case_by_id(c, one, &a));
    TRY(case_by_id(c, other, &b));
    Id ra = id_none(a.merged_into) ? a.id : a.merged_into, rb = id_none(b.merged_into) ? b.id : b.merged_into;
    *out = id_eq(ra, rb);
    return OK;
}

/* *io_fresh counts those said for the first time; at HITS_MAX nothing more is said in this run. */
static Err record(Ctx *c, const PrintRow *p, const PrintRow *o, int distance, int *io_fresh) {
    Act *acts[4];
    size_t n = 0;
    bool one = true, known = true;
    TRY(joined(c, p->case_id, o->case_id, &one));
    if (one) return OK;
    TRY(print_store_match_known(c, p->id, o->id, &known));
    if (known || ++*io_fresh > HITS_MAX) return OK;
    acts[n++] = matched(c, p, o, distance);
    acts[n++] = matched(c, o, p, distance);
    TRY(look_at_it(c, p->case_id, acts, &n));
    TRY(look_at_it(c, o->case_id, acts, &n));
    Err err = journal_commit(c, acts, n);
    return err == E_CONFLICT ? OK : err; /* one of the two was taken back meanwhile */
}

/* Those that the memory says are near, each looked up and compared anew. */
static Err compare_known(Ctx *c, const PrintRow *p, bool *out_more) {
    Id *ids = NULL;
    size_t n = 0;
    int fresh = 0;
    Arena *life = c->arena, *one = arena_new(8 << 20);
    TRY(known_photos(c, p->org, p, p->hash.form, p->hash.n, &ids, &n));
    Err err = OK;
    for (size_t i = 0; err == OK && i < n && fresh <= HITS_MAX; i++) {
        PrintRow o;
        arena_reset(one);
        c->arena = one;
        err = print_by_id(c, ids[i], &o);
        if (err == E_MISSING) err = OK;
        else if (err == OK && may_compare(&o) && !id_eq(o.case_id, p->case_id)) {
            err = print_open(c, &o, 1);
            int d = err == OK && o.err == OK ? print_distance(&p->hash, &o.hash) : PDQ_BITS;
            if (d <= PDQ_RADIUS) err = record(c, p, &o, d, &fresh);
        }
    }
    c->arena = life;
    arena_free(one);
    *out_more = fresh > HITS_MAX;
    return err;
}

static Err compare(Ctx *c, const PrintRow *p, bool *out_more) {
    if (c->known != NULL) return compare_known(c, p, out_more);
    Id after = ID_NONE;
    int fresh = 0;
    Arena *life = c->arena, *batch = arena_new(64 << 20);
    Err err = OK;
    size_t n = BATCH;
    for (int i = 0; i < BATCHES_MAX && err == OK && n == BATCH; i++) {
        PrintRow *rows = NULL;
        arena_reset(batch);
        c->arena = batch;
        err = print_store_in_force(c, p->org, after, BATCH, &rows, &n);
        if (err == OK) err = print_open(c, rows, n);
        for (size_t k = 0; err == OK && k < n; k++) {
            after = rows[k].id;
            if (rows[k].err != OK || id_eq(rows[k].case_id, p->case_id) || !may_compare(&rows[k])) continue;
            int d = print_distance(&p->hash, &rows[k].hash);
            if (d <= PDQ_RADIUS && fresh <= HITS_MAX) err = record(c, p, &rows[k], d, &fresh);
        }
    }
    c->arena = life;
    arena_free(batch);
    *out_more = fresh > HITS_MAX;
    return err;
}

/* One run puts so many before people; what is left comes with the next, at once, so that none is left out. */
Err print_match_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    PrintRow p;
    bool more = false;
    (void)due;
    TRY(print_by_id(c, subject, &p));
    if (!may_compare(&p)) return OK;
    TRY(print_open(c, &p, 1));
    if (p.err != OK) return OK;
    TRY(compare(c, &p, &more));
    if (more) *out_again = c->now;
    return OK;
}
