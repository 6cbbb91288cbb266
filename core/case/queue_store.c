/* queue_store.c - the queue of a team, read so that its first page costs the same with a hundred cases and with a hundred thousand.
 *
 * Urgency is hours to the next deadline divided by a weight of the risk (past a deadline: multiplied), least first. Within one
 * risk that order is the order of the deadline, so a page is the merge of four scans of index case_queue, which holds what the
 * filters ask for. A filter on offence or platform that few cases fit starts from those cases instead. Then the rows of the page
 * alone are read. */
#include "core/case/case_in.h"

#include <stdlib.h>

enum { RISKS = 4, FEW = 3000 };
typedef struct Key { Id id; int64_t risk; UnixMs due; double urgency; } Key;
typedef struct Keys { Key *k; size_t n, cap; } Keys;

static double weight(int64_t risk) {
    static const double w[] = { 1, 1, 2, 6, 24 };
    return w[risk >= 1 && risk <= RISKS ? risk : 1];
}

static double urgency(int64_t risk, UnixMs due, UnixMs now) {
    double hours = (double)(due - now) / 3600000.0;
    return hours >= 0 ? (hours + 0.01) / weight(risk) : (hours - 0.01) * weight(risk);
}
double case_urgency(const CaseRow *k, UnixMs now) { return urgency(k->risk, k->next_due, now); }

/* The risk stands apart: equal to one in a scan, so that the index gives the order. CROSS JOIN keeps the few cases in front. */
#define FITS " k.team=$1 AND k.active=1 AND ($4='' OR k.lane=$4) AND ($5='' OR k.turn=$5) AND ($6=0 OR k.claimed_by=$7)" \
    " AND ($8=0 OR k.claimed_by IS NULL OR k.claim_until<=$9)" \
    " AND ($10='' OR EXISTS(SELECT 1 FROM incident i WHERE i.offence=$10 AND i.removed_ms=0 AND i.case_id=k.id))" \
    " AND ($11='' OR EXISTS(SELECT 1 FROM case_platform p WHERE p.case_id=k.id AND p.platform=$11))"
#define FIT_PARAMS(from, to) PID(f->team), PI(from), PI(to), PT(f->lane), PT(f->turn), PI(f->mine), PID(c->person.user), PI(f->unclaimed), PI(c->now), PT(f->offence), PT(f->platform)

static Err take(Ctx *c, Rows *r, Keys *to) {
    while (to->n < to->cap && rows_next(r)) {
        Key *k = &to->k[to->n++];
        *k = (Key){ .id = row_id(r, 0), .risk = row_int(r, 1), .due = row_int(r, 2) };
        k->urgency = urgency(k->risk, k->due, c->now);
    }
    return rows_end(r);
}

static Err scan_class(Ctx *c, const QueueFilter *f, int64_t risk, size_t limit, Keys *to) {
    Rows r;
    TRY(db_query(c->db, "SELECT k.id, k.risk, k.next_due FROM case_file k WHERE k.risk=$2 AND $2<=$3 AND" FITS " ORDER BY k.next_due LIMIT $12", P(FIT_PARAMS(risk, risk), PI((int64_t)limit)), &r));
    return take(c, &r, to);
}

/* The few cases that have the offence, the platform, or this person's name, whatever their place in the queue. */
static Err scan_few(Ctx *c, const QueueFilter *f, Keys *to) {
    Rows r;
    int64_t from = f->risk_min > 0 ? f->risk_min : 1;
    if (f->mine) TRY(db_query(c->db, "SELECT k.id, k.risk, k.next_due FROM (SELECT id FROM case_file WHERE claimed_by=$7 AND active=1) x CROSS JOIN case_file k WHERE k.id=x.id AND k.risk BETWEEN $2 AND $3 AND" FITS " LIMIT $12", P(FIT_PARAMS(from, RISKS), PI(FEW)), &r));
    else if (f->offence.n > 0)
        TRY(db_query(c->db, "SELECT k.id, k.risk, k.next_due FROM (SELECT DISTINCT case_id FROM incident WHERE offence=$10 AND removed_ms=0) x CROSS JOIN case_file k WHERE k.id=x.case_id AND k.risk BETWEEN $2 AND $3 AND" FITS " LIMIT $12",
            P(FIT_PARAMS(from, RISKS), PI(FEW)), &r));
    else
        TRY(db_query(c->db, "SELECT k.id, k.risk, k.next_due FROM case_platform x CROSS JOIN case_file k WHERE k.id=x.case_id AND x.platform=$11 AND k.risk BETWEEN $2 AND $3 AND" FITS " LIMIT $12", P(FIT_PARAMS(from, RISKS), PI(FEW)), &r));
    return take(c, &r, to);
}

static Err are_few(Ctx *c, const QueueFilter *f, bool *out) {
    int64_t n = FEW;
    if (f->mine) TRY(db_int(c->db, "SELECT count(*) FROM (SELECT 1 FROM case_file WHERE claimed_by=$1 AND active=1 LIMIT 3000)", P(PID(c->person.user)), &n));
    else if (f->offence.n > 0) TRY(db_int(c->db, "SELECT count(*) FROM (SELECT 1 FROM incident WHERE offence=$1 AND removed_ms=0 LIMIT 3000)", P(PT(f->offence)), &n));
    else if (f->platform.n > 0) TRY(db_int(c->db, "SELECT count(*) FROM (SELECT 1 FROM case_platform WHERE platform=$1 LIMIT 3000)", P(PT(f->platform)), &n));
    *out = n < FEW;
    return OK;
}

static bool no_filter(const QueueFilter *f) { return f->lane.n + f->turn.n + f->platform.n + f->offence.n == 0 && !f->mine && !f->unclaimed && f->risk_min <= 1; }

static Err count_all(Ctx *c, const QueueFilter *f, int64_t *out) {
    int64_t from = f->risk_min > 0 ? f->risk_min : 1;
    if (no_filter(f)) {
        Err err = db_int(c->db, "SELECT n FROM queue_size WHERE team=$1", P(PID(f->team)), out);
        if (err == E_MISSING) *out = 0;
        return err == E_MISSING ? OK : err;
    }
    return db_int(c->db, "SELECT count(*) FROM (SELECT 1 FROM case_file k WHERE k.risk BETWEEN $2 AND $3 AND" FITS " LIMIT $12)", P(FIT_PARAMS(from, RISKS), PI(QUEUE_COUNT_MAX + 1)), out);
}

static int by_id(const Key *x, const Key *y) { return memcmp(x->id.b, y->id.b, sizeof x->id.b); }
static int by_urgency(const void *a, const void *b) {
    const Key *x = a, *y = b;
    if (x->urgency < y->urgency) return -1;
    if (x->urgency > y->urgency) return 1;
    return by_id(x, y);
}
static int by_deadline(const void *a, const void *b) {
    const Key *x = a, *y = b;
    if (x->due != y->due) return x->due < y->due ? -1 : 1;
    return by_id(x, y);
}

static Err load(Ctx *c, const Key *keys, size_t n, QueueRow **out, size_t *out_n) {
    QueueRow *rows = ARENA_ARRAY(c->arena, QueueRow, n + 1);
    for (size_t i = 0; i < n; i++) {
        TRY(case_by_id(c, keys[i].id, &rows[i].row));
        rows[i].urgency = urgency(rows[i].row.risk, rows[i].row.next_due, c->now);
    }
    *out = rows;
    *out_n = n;
    return OK;
}

/* Everything of the team by its last change, closed cases too. */
static Err changed(Ctx *c, const QueueFilter *f, size_t skip, size_t limit, QueueRow **out, size_t *out_n, int64_t *out_all) {
    Keys keys = { ARENA_ARRAY(c->arena, Key, limit + 1), 0, limit };
    int64_t from = f->risk_min > 0 ? f->risk_min : 1;
    Rows r;
#define FITS_TOO " k.team=$1 AND ($12=1 OR k.active=1) AND k.risk BETWEEN $2 AND $3 AND ($4='' OR k.lane=$4) AND ($5='' OR k.turn=$5) AND ($6=0 OR k.claimed_by=$7)" \
    " AND ($8=0 OR k.claimed_by IS NULL OR k.claim_until<=$9)" \
    " AND ($10='' OR EXISTS(SELECT 1 FROM incident i WHERE i.offence=$10 AND i.removed_ms=0 AND i.case_id=k.id))" \
    " AND ($11='' OR EXISTS(SELECT 1 FROM case_platform p WHERE p.case_id=k.id AND p.platform=$11))"
    TRY(db_query(c->db, "SELECT k.id, k.risk, k.next_due FROM case_file k WHERE" FITS_TOO " ORDER BY k.touched_ms DESC LIMIT $13 OFFSET $14",
        P(FIT_PARAMS(from, RISKS), PI(f->closed_too), PI((int64_t)limit), PI((int64_t)skip)), &r));
    TRY(take(c, &r, &keys));
    TRY(db_int(c->db, "SELECT count(*) FROM (SELECT 1 FROM case_file k WHERE" FITS_TOO " LIMIT $13)", P(FIT_PARAMS(from, RISKS), PI(f->closed_too), PI(QUEUE_COUNT_MAX + 1)), out_all));
    return load(c, keys.k, keys.n, out, out_n);
}

static Err by_ref(Ctx *c, const QueueFilter *f, QueueRow **out, size_t *out_n, int64_t *out_all) {
    QueueRow *row = ARENA_NEW(c->arena, QueueRow);
    Err err = case_by_ref(c, f->text_ref, &row->row);
    *out = row;
    *out_n = err == OK && id_eq(row->row.team, f->team) ? 1 : 0;
    *out_all = (int64_t)*out_n;
    return err == E_MISSING ? OK : err;
}

Err case_queue(Ctx *c, const QueueFilter *f, size_t skip, size_t limit, QueueRow **out, size_t *out_n, int64_t *out_all) {
    size_t want = 0;
    bool few = false;
    if (!size_add(skip, limit, &want) || want > QUEUE_LOOK_MAX) return ctx_refuse(c, E_LIMIT, NULL, "Narrow the list with a filter to look further.");
    if (f->text_ref.n > 0) return by_ref(c, f, out, out_n, out_all);
    if (f->closed_too || f->sort == QUEUE_CHANGED) return changed(c, f, skip, limit, out, out_n, out_all);
    TRY(are_few(c, f, &few));
    size_t cap = few ? FEW : RISKS * want;
    Keys keys = { ARENA_ARRAY(c->arena, Key, cap + 1), 0, cap };
    if (few) {
        TRY(scan_few(c, f, &keys));
        *out_all = (int64_t)keys.n;
    } else {
        for (int64_t risk = f->risk_min > 0 ? f->risk_min : 1; risk <= RISKS; risk++) TRY(scan_class(c, f, risk, want, &keys));
        TRY(count_all(c, f, out_all));
    }
    qsort(keys.k, keys.n, sizeof *keys.k, f->sort == QUEUE_DEADLINE ? by_deadline : by_urgency);
    size_t from = skip < keys.n ? skip : keys.n;
    return load(c, keys.k + from, keys.n - from < limit ? keys.n - from : limit, out, out_n);
}

Err case_platforms(Ctx *c, Id case_id, size_t limit, CasePlatform **out, size_t *out_n) {
    CasePlatform *rows = ARENA_ARRAY(c->arena, CasePlatform, limit + 1);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT platform, n FROM case_platform WHERE case_id=$1 ORDER BY n DESC, platform LIMIT $2", P(PID(case_id), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r)) {
        rows[n] = (CasePlatform){ row_text_dup(&r, 0, c->arena), row_int(&r, 1) };
        n++;
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err case_offences(Ctx *c, Id case_id, Str **out, size_t *out_n) {
    enum { OFFENCES_MAX = 64 };
    Str *codes = ARENA_ARRAY(c->arena, Str, OFFENCES_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT DISTINCT offence FROM incident WHERE case_id=$1 AND removed_ms=0 ORDER BY offence LIMIT 64", P(PID(case_id)), &r));
    while (n < OFFENCES_MAX && rows_next(&r)) codes[n++] = row_text_dup(&r, 0, c->arena);
    *out = codes;
    *out_n = n;
    return rows_end(&r);
}
