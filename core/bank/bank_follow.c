/* bank_follow.c - the folder that is searched follows the record, change by change; before a new hash goes in it is compared with what
 * is there: a source that does not depend on the first makes both of them count. Whatever ends this half-way is done again from where
 * the folder stands: agreement first, then the folder, so that none is lost. */
#include "core/bank/bank_door.h"
#include "core/bank/bank_in.h"

enum { ROUNDS = 64, NEAR_MOST = 64 };

static bool new_here(const BankChange *r) { return str_eq(r->what, S("offered")) && r->entry.err == OK; }

/* May one of these put the other in force? Of the same organisation, kind and lane, of two sources, and nobody said that it should not be there. */
static bool speaks_for(const BankEntry *one, const BankEntry *other, UnixMs now) {
    bool same = id_eq(one->org, other->org) && str_eq(one->signal, other->signal) && str_eq(one->lane, other->lane);
    bool counts = str_eq(one->state, S("quarantine")) || str_eq(one->state, S("active"));
    return same && counts && !str_eq(one->source, other->source) && (one->consent_until == 0 || one->consent_until > now);
}
static bool waits(const BankEntry *e, UnixMs now) { return str_eq(e->state, S("quarantine")) && (e->consent_until == 0 || e->consent_until > now); }

static Err put(Ctx *c, Act ***acts, size_t *n, size_t *cap, BankEntry *e, Str by) {
    if (!waits(e, c->now)) return OK;
    *acts = ARENA_ROOM(c->arena, *acts, *n, cap);
    (*acts)[(*n)++] = bank_confirm(c, e, by);
    e->state = S("active");
    return OK;
}

typedef struct Agree { Act **acts; size_t n, cap; BankEntry *old; size_t old_n, old_cap; } Agree;

/* Each entry once, so that it is confirmed once. */
static Err old_one(Ctx *c, Agree *g, int64_t offered, BankEntry **out) {
    for (size_t i = 0; i < g->old_n; i++)
        if (g->old[i].offered == offered) return *out = &g->old[i], OK;
    BankEntry e;
    TRY(bank_entry_by_offer(c, offered, &e));
    g->old = ARENA_ROOM(c->arena, g->old, g->old_n, &g->old_cap);
    g->old[g->old_n] = e;
    *out = &g->old[g->old_n++];
    return OK;
}

static Err with_old(Ctx *c, Agree *g, BankEntry *e) {
    BankFound hits[NEAR_MOST];
    size_t n = 0;
    TRY(c->bank->match(c->bank->to, e->signal, e->hash, PDQ_RADIUS, c->now, true, hits, NEAR_MOST, &n));
    for (size_t i = 0; i < n && i < NEAR_MOST; i++) {
        BankEntry *o = NULL;
        TRY(old_one(c, g, hits[i].offered, &o));
        if (o->offered >= e->offered || !speaks_for(o, e, c->now)) continue;
        TRY(put(c, &g->acts, &g->n, &g->cap, e, o->source));
        TRY(put(c, &g->acts, &g->n, &g->cap, o, e->source));
    }
    return OK;
}

static int apart(const BankEntry *a, const BankEntry *b) {
    int d = 0;
    if (!str_eq(a->signal, S("pdq"))) return memcmp(a->hash, b->hash, sizeof a->hash) == 0 ? 0 : PDQ_BITS;
    for (size_t i = 0; i < sizeof a->hash; i += 8) {
        uint64_t x = 0, y = 0;
        memcpy(&x, a->hash + i, 8);
        memcpy(&y, b->hash + i, 8);
        d += __builtin_popcountll(x ^ y);
    }
    return d;
}

/* Of a page of new ones: most times all are of one list, and nothing is to be compared. */
static Err among_themselves(Ctx *c, Agree *g, BankChange *rows, size_t n) {
    for (size_t i = 1; i < n; i++) {
        if (!new_here(&rows[i])) continue;
        for (size_t k = 0; k < i; k++) {
            BankEntry *a = &rows[i].entry, *b = &rows[k].entry;
            if (!new_here(&rows[k]) || !speaks_for(a, b, c->now) || !speaks_for(b, a, c->now) || apart(a, b) > PDQ_RADIUS) continue;
            TRY(put(c, &g->acts, &g->n, &g->cap, a, b->source));
            TRY(put(c, &g->acts, &g->n, &g->cap, b, a->source));
        }
    }
    return OK;
}

static Err open_new(Ctx *c, BankChange *rows, size_t n) {
    BankEntry *e = ARENA_ARRAY(c->arena, BankEntry, n + 1);
    size_t *at = ARENA_ARRAY(c->arena, size_t, n + 1), k = 0;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(rows[i].what, S("offered"))) continue;
        e[k] = rows[i].entry;
        at[k++] = i;
    }
    TRY(bank_entry_open(c, e, k));
    for (size_t i = 0; i < k; i++) {
        rows[at[i]].entry = e[i];
        if (e[i].err != OK && e[i].err != E_MISSING) return e[i].err;
    }
    return OK;
}

static Err one_page(Ctx *c, int64_t at, size_t *out_n) {
    BankChange *rows = NULL;
    Agree g = { .acts = NULL };
    TRY(bank_changes(c, at, BANK_PAGE, &rows, out_n));
    TRY(open_new(c, rows, *out_n));
    for (size_t i = 0; i < *out_n; i++)
        if (new_here(&rows[i])) TRY(with_old(c, &g, &rows[i].entry));
    TRY(among_themselves(c, &g, rows, *out_n));
    TRY(journal_commit(c, g.acts, g.n)); /* somebody decided on one of them just now: E_CONFLICT, and it is looked at again */
    return *out_n == 0 ? OK : c->bank->follow(c->bank->to, rows, *out_n);
}

/* A folder that was made anew knows nothing of what was struck; what it had no line of yet is struck again. */
static Err strike_again(Ctx *c, int64_t at) {
    int64_t *offers = NULL;
    size_t n = 0;
    TRY(bank_store_struck(c, at, &offers, &n));
    return n == 0 ? OK : c->bank->strike(c->bank->to, offers, n);
}

Err bank_rebuild(Ctx *c, void (*progress)(void *ctx, int64_t done, int64_t all), void *ctx) {
    int64_t at = 0, last = 0, had = 0;
    size_t n = 1;
    Arena *life = c->arena, *page = arena_new(256 << 20);
    Err err = c->bank == NULL ? E_OUTSIDE : bank_changes_last(c, &last);
    bool other = err == OK && (c->bank->at(c->bank->to, &had) != OK || had > last); /* of a record that was put back from a backup since, or one that cannot be read */
    if (err == OK) err = c->bank->anew(c->bank->to);
    c->arena = page;
    while (err == OK && n > 0) {
        BankChange *rows = NULL;
        arena_reset(page);
        err = bank_changes(c, at, BANK_PAGE, &rows, &n);
        if (err == OK) err = open_new(c, rows, n);
        if (err == OK) err = c->bank->follow(c->bank->to, rows, n);
        at += (int64_t)n;
        if (progress != NULL) progress(ctx, at, last);
    }
    if (err == OK) err = c->bank->settle(c->bank->to, other);
    if (err == OK && other) err = strike_again(c, at);
    c->arena = life;
    arena_free(page);
    return err;
}

Err bank_compact_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    (void)subject, (void)due, (void)out_again;
    return bank_rebuild(c, NULL, NULL);
}

/* Every organisation on this server that got new hashes compares them with what it knows. */
static Err compare_new(Ctx *c) {
    OrgRow *orgs = NULL;
    size_t n = 0;
    TRY(org_list(c, &orgs, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t from = 0, newest = 0;
        TRY(copy_compared(c, orgs[i].id, &from));
        TRY(bank_newest_of(c, orgs[i].id, &newest));
        if (newest > from) TRY(journal_job(c, "copy.of_new", orgs[i].id, c->now));
    }
    return OK;
}

Err bank_follow_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    int64_t at = 0, last = 0;
    size_t n = 1;
    (void)subject, (void)due;
    if (c->bank == NULL) return E_OUTSIDE;
    TRY(c->bank->at(c->bank->to, &at));
    TRY(bank_changes_last(c, &last));
    if (at > last) return bank_rebuild(c, NULL, NULL); /* the record was put back from a backup */
    Arena *life = c->arena, *page = arena_new(256 << 20);
    Err err = OK;
    c->arena = page;
    for (int i = 0; i < ROUNDS && err == OK && n > 0; i++) {
        arena_reset(page);
        err = one_page(c, at, &n);
        if (err == OK) at += (int64_t)n;
    }
    c->arena = life;
    arena_free(page);
    if (err == OK && n > 0) *out_again = c->now; /* others have their turn, then it goes on */
    return err == OK && n == 0 ? compare_new(c) : err;
}
