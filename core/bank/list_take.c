/* list_take.c - hashes of a list become entries: those that are new are offered, those that are gone withdrawn, and what contradicts
 * something else is counted. */
#include "core/bank/bank_door.h"
#include "core/bank/bank_in.h"
#include "core/bank/list.h"

#include <stdlib.h>

enum { AT_ONCE = 1000, NEAR_MOST = 32 };

/* By hash; of the same one the newest word last. */
static int in_order(const void *x, const void *y) {
    const ListHash *a = x, *b = y;
    int d = str_cmp(a->signal, b->signal);
    if (d == 0) d = memcmp(a->hash, b->hash, sizeof a->hash);
    return d != 0 ? d : a->at < b->at ? -1 : a->at > b->at;
}
static bool same(const ListHash *a, const ListHash *b) { return str_eq(a->signal, b->signal) && memcmp(a->hash, b->hash, sizeof a->hash) == 0; }

typedef struct Taking { Ctx *c; const ListRow *l; ListCount *n; BankNew *fresh; size_t fresh_n; Act **gone; size_t gone_n; } Taking;

/* What stands near it: of this list the very one, and what contradicts it. */
static Err look_around(Taking *t, const ListHash *h, BankEntry *own, bool *out_own, bool *out_conflict) {
    BankFound hits[NEAR_MOST];
    size_t n = 0;
    Ctx *c = t->c;
    *out_own = *out_conflict = false;
    Err err = c->bank == NULL ? E_MISSING : c->bank->match(c->bank->to, h->signal, h->hash, PDQ_RADIUS, c->now, true, hits, NEAR_MOST, &n);
    if (err == E_MISSING) return OK;
    TRY(err);
    for (size_t i = 0; i < n && i < NEAR_MOST; i++) {
        BankEntry e;
        TRY(bank_entry_by_offer(c, hits[i].offered, &e));
        if (!id_eq(e.org, t->l->org)) continue;
        if (hits[i].distance == 0 && str_eq(e.source, t->l->code) && str_eq(e.lane, t->l->lane) && !str_eq(e.state, S("withdrawn"))) {
            *own = e;
            *out_own = true;
        } else if (!str_eq(e.lane, t->l->lane) || (!str_eq(e.source, t->l->code) && str_eq(e.state, S("disputed")))) {
            *out_conflict = true;
        }
    }
    return OK;
}

static Err one(Taking *t, const ListHash *h) {
    BankEntry own;
    bool known = false, conflict = false;
    static const uint8_t nothing[32] = { 0 };
    if ((str_eq(h->signal, S("pdq")) && h->quality >= 0 && h->quality < PDQ_QUALITY_MIN) || memcmp(h->hash, nothing, sizeof nothing) == 0 || (h->until != 0 && h->until <= t->c->now)) {
        t->n->refused++;
        return OK;
    }
    TRY(look_around(t, h, &own, &known, &conflict));
    if (h->gone) {
        if (!known) return OK; /* it never came here, or is gone already */
        t->gone[t->gone_n++] = bank_withdraw(t->c, &own, S("source"));
        t->n->withdrawn++;
        return OK;
    }
    t->n->conflicts += conflict;
    if (known) {
        t->n->known++;
        return OK;
    }
    t->fresh[t->fresh_n++] = (BankNew){ .signal = h->signal, .lane = t->l->lane, .front = h->front, .source = t->l->code, .consent = S("list"), .quality = h->quality, .until = h->until, .pass_on = t->l->pass_on, .org = t->l->org, .scope = t->l->id };
    memcpy(t->fresh[t->fresh_n - 1].hash, h->hash, sizeof h->hash);
    t->n->added++;
    return OK;
}

static Err flush(Taking *t) {
    Act **offers = NULL;
    TRY(bank_offer(t->c, t->fresh, t->fresh_n, &offers));
    TRY(journal_commit(t->c, offers, t->fresh_n));
    return journal_commit(t->c, t->gone, t->gone_n);
}

Err list_take(Ctx *c, const ListRow *l, ListHash *rows, size_t n, ListCount *io) {
    Arena *life = c->arena, *part = arena_new(256 << 20);
    Err err = OK;
    if (n > 1) qsort(rows, n, sizeof *rows, in_order);
    for (size_t i = 0; i < n && err == OK;) {
        arena_reset(part);
        c->arena = part;
        Taking t = { c, l, io, ARENA_ARRAY(part, BankNew, AT_ONCE), 0, ARENA_ARRAY(part, Act *, AT_ONCE), 0 };
        for (size_t k = 0; k < AT_ONCE && i < n && err == OK; i++) {
            if (i + 1 < n && same(&rows[i], &rows[i + 1])) continue; /* a newer word of it follows */
            k++;
            err = one(&t, &rows[i]);
        }
        if (err == OK) err = flush(&t);
    }
    c->arena = life;
    arena_free(part);
    io->rows += (int64_t)n;
    return err;
}

/* ---- text ---- */
typedef struct Reading { Ctx *c; const ListRow *l; ListHash *rows; size_t n, cap, most; ListCount *io; Str first; Err err; } Reading;

static Err each(void *ctx, const BankNew *row, size_t line, const char *why) {
    Reading *r = ctx;
    Arena *a = r->c->arena;
    if (row == NULL) {
        if (r->io->refused++ == 0) r->first = str_fmt(a, "%zu: %s", line, why);
        return OK;
    }
    if (!str_eq(row->lane, r->l->lane)) {
        r->first = str_fmt(a, "%zu", line);
        return E_CONFLICT;
    }
    if (r->n == r->most) return E_LIMIT;
    r->rows = ARENA_ROOM(a, r->rows, r->n, &r->cap);
    ListHash *h = &r->rows[r->n++];
    *h = (ListHash){ .signal = str_dup(a, row->signal), .front = str_dup(a, row->front), .quality = row->quality, .until = row->until };
    memcpy(h->hash, row->hash, sizeof h->hash);
    return OK;
}

Err list_text(Ctx *c, const ListRow *l, Str text, size_t most, ListHash **out, size_t *out_n, ListCount *io, Str *out_first) {
    Reading r = { .c = c, .l = l, .most = most, .io = io };
    BankNew otherwise = { .signal = S("pdq"), .lane = l->lane, .front = S("unknown"), .source = l->code, .quality = BANK_QUALITY_NONE };
    if (c->bank == NULL) return E_OUTSIDE;
    Err err = c->bank->read(c->bank->to, text, c->now, &otherwise, each, &r);
    *out = r.rows;
    *out_n = r.n;
    *out_first = r.first;
    return err;
}
