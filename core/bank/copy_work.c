/* copy_work.c - comparing, both ways: what is new with all that is known. Hashes are opened under the storage key page by page, and kept
 * nowhere; the bank is asked through its index and never read through. */
#include "core/bank/bank_door.h"
#include "core/bank/bank_in.h"
#include "core/bank/copy.h"
#include "core/case/known.h"

enum { PAGE = 512, PAGES_MAX = 4000, NEW_AT_ONCE = 200, HITS = 64, CASES_MOST = 20, LOOK_HOURS = 48 };

/* One run puts so many before people; what is left comes with the next. */
typedef struct Found { Ctx *c; Arena *life; size_t fresh; bool more; } Found;

/* ---- one match ---- */

static Err put_before(Found *f, Id case_id, Id print, Id sighting, Id entry, int distance, int64_t quality, Str source) {
    Ctx *c = f->c;
    Act *acts[2];
    CaseRow k;
    bool known = true;
    size_t n = 0;
    TRY(copy_known(c, case_id, id_none(print) ? sighting : print, id_none(entry) ? sighting : entry, &known));
    if (known) return OK;
    if (f->fresh == NEW_AT_ONCE) {
        f->more = true;
        return OK;
    }
    TRY(case_by_id(c, case_id, &k));
    if (k.erased != 0 || !str_eq(k.lane, S("adult"))) return OK;
    Act *a = act_new(c, &act_copy_found, ID_NONE, case_id, ctx_new_id(c));
    a->org = k.org;
    act_idf(a, "print", print);
    act_idf(a, "sighting", sighting);
    act_idf(a, "entry", entry);
    act_int(a, "distance", distance);
    if (quality >= 0) act_int(a, "quality", quality);
    act_code(a, "source", source);
    acts[n++] = a;
    if (k.active && !str_eq(k.turn, S("us"))) acts[n++] = case_turn(c, k.id, S("us"), S("photo_match"), c->now + LOOK_HOURS * 3600000LL);
    f->fresh++;
    Err err = journal_commit(c, acts, n);
    return err == E_CONFLICT ? OK : err; /* taken back meanwhile */
}

/* An entry may be held against what this organisation knows: its own, of adults, and not made from a report here (those are compared as photos). */
static Err entry_for(Ctx *c, int64_t offered, Id org, BankEntry *out, bool *out_may) {
    TRY(bank_entry_by_offer(c, offered, out));
    *out_may = id_eq(out->org, org) && id_none(out->print) && str_eq(out->lane, S("adult")) && !str_eq(out->state, S("withdrawn")) && !str_eq(out->state, S("disputed"));
    return OK;
}

static Err ask_bank(Ctx *c, const Pdq *h, BankFound hits[HITS], size_t *out_n) {
    uint8_t bytes[32];
    for (int i = 0; i < 32; i++) bytes[i] = (uint8_t)(h->q[3 - i / 8] >> (56 - i % 8 * 8));
    TRY(c->bank->match(c->bank->to, S("pdq"), bytes, PDQ_RADIUS, c->now, true, hits, HITS, out_n));
    if (*out_n > HITS) *out_n = HITS; /* nearest first: what lies further off says nothing more */
    return OK;
}

static Err print_and_bank(Found *f, const PrintRow *p, int64_t behind) {
    if (f->c->bank == NULL) return OK;
    for (int i = 0; i < p->hash.n; i++) {
        BankFound hits[HITS];
        size_t n = 0;
        TRY(ask_bank(f->c, &p->hash.form[i], hits, &n));
        for (size_t k = 0; k < n; k++) {
            BankEntry e;
            bool may = false;
            if (hits[k].offered <= behind) continue;
            TRY(entry_for(f->c, hits[k].offered, p->org, &e, &may));
            if (may) TRY(put_before(f, p->case_id, p->id, ID_NONE, e.id, hits[k].distance, e.quality, e.source));
        }
    }
    return OK;
}

static Err sight_and_bank(Found *f, const SightRow *s, int64_t behind) {
    BankFound hits[HITS];
    size_t n = 0, cases_n = 0;
    Id *cases = NULL;
    if (f->c->bank == NULL) return OK;
    TRY(ask_bank(f->c, &s->hash, hits, &n));
    if (n > 0) TRY(location_cases(f->c, s->location, &cases, &cases_n));
    for (size_t k = 0; k < n; k++) {
        BankEntry e;
        bool may = false;
        if (hits[k].offered <= behind) continue;
        TRY(entry_for(f->c, hits[k].offered, s->org, &e, &may));
        for (size_t i = 0; may && i < cases_n && i < CASES_MOST; i++) TRY(put_before(f, cases[i], ID_NONE, s->id, e.id, hits[k].distance, e.quality, e.source));
    }
    return OK;
}

static Err print_and_sight(Found *f, const PrintRow *p, const SightRow *s) {
    int least = PDQ_BITS;
    for (int i = 0; i < p->hash.n; i++) {
        int d = pdq_distance(&p->hash.form[i], &s->hash);
        if (d < least) least = d;
    }
    return least <= PDQ_RADIUS ? put_before(f, p->case_id, p->id, s->id, ID_NONE, least, s->quality, S("seen")) : OK;
}

/* ---- going through what the organisation knows, page by page ---- */

typedef Err EachPrint(Found *f, const PrintRow *p, const void *with);
typedef Err EachSight(Found *f, const SightRow *s, const void *with);

Err sights_open(Ctx *c, SightRow *rows, size_t n) {
    OpenItem *items = ARENA_ARRAY(c->arena, OpenItem, n + 1);
    for (size_t i = 0; i < n; i++) items[i] = (OpenItem){ .org = rows[i].org, .scope = rows[i].location, .cls = STORE, .item = rows[i].id, .field = "hash", .sealed = rows[i].sealed };
    TRY(journal_open_many(c, items, n));
    for (size_t i = 0; i < n; i++) {
        rows[i].err = items[i].err;
        if (rows[i].err == OK && items[i].plain.n != 32) rows[i].err = E_INPUT;
        rows[i].hash = (Pdq){ { 0 } };
        for (int b = 0; rows[i].err == OK && b < 32; b++) rows[i].hash.q[3 - b / 8] |= (uint64_t)(uint8_t)items[i].plain.p[b] << (56 - b % 8 * 8);
    }
    return OK;
}

static Err all_prints(Found *f, Id org, EachPrint *each, const void *with) {
    Ctx *c = f->c;
    Arena *page = arena_new(64 << 20);
    Id after = ID_NONE;
    size_t n = PAGE;
    Err err = OK;
    for (int i = 0; i < PAGES_MAX && err == OK && n == PAGE && !f->more; i++) {
        PrintRow *rows = NULL;
        arena_reset(page);
        c->arena = page;
        err = print_store_in_force(c, org, after, PAGE, &rows, &n);
        if (err == OK) err = print_open(c, rows, n);
        for (size_t k = 0; err == OK && k < n; k++) {
            after = rows[k].id;
            if (rows[k].err == OK && print_may(&rows[k], S("recognise"))) err = each(f, &rows[k], with);
        }
    }
    c->arena = f->life;
    arena_free(page);
    return err;
}

static Err all_sights(Found *f, Id org, EachSight *each, const void *with) {
    Ctx *c = f->c;
    Arena *page = arena_new(64 << 20);
    Id after = ID_NONE;
    size_t n = PAGE;
    Err err = OK;
    for (int i = 0; i < PAGES_MAX && err == OK && n == PAGE && !f->more; i++) {
        SightRow *rows = NULL;
        arena_reset(page);
        c->arena = page;
        err = sight_page(c, org, after, PAGE, &rows, &n);
        if (err == OK) err = sights_open(c, rows, n);
        for (size_t k = 0; err == OK && k < n; k++) {
            after = rows[k].id;
            if (rows[k].err == OK) err = each(f, &rows[k], with);
        }
    }
    c->arena = f->life;
    arena_free(page);
    return err;
}

static Err sight_with_print(Found *f, const SightRow *s, const void *with) { return print_and_sight(f, with, s); }
static Err print_with_sight(Found *f, const PrintRow *p, const void *with) { return print_and_sight(f, p, with); }
static Err print_with_new(Found *f, const PrintRow *p, const void *with) { return print_and_bank(f, p, *(const int64_t *)with); }
static Err sight_with_new(Found *f, const SightRow *s, const void *with) { return sight_and_bank(f, s, *(const int64_t *)with); }

/* ---- the same through what is known: only those that lie near are looked up ---- */

static Err fill_sight(Found *f, const SightRow *s, const void *org) {
    f->c->known->put(f->c->known->to, KNOWN_SIGHTS, *(const Id *)org, s->id, &s->hash, 1);
    return OK;
}
static Err near_sights(Found *f, const PrintRow *p) {
    const KnownDoor *d = f->c->known;
    Id *ids = NULL, org = p->org;
    size_t n = 0;
    TRY(known_photos(f->c, org, p, p->hash.form, p->hash.n, &ids, &n)); /* so that it is known when a picture comes */
    if (!d->whole(d->to, KNOWN_SIGHTS, org)) {
        d->begin(d->to, KNOWN_SIGHTS, org);
        TRY(all_sights(f, org, fill_sight, &org));
        d->ready(d->to, KNOWN_SIGHTS, org);
    }
    TRY(d->near(d->to, f->life, KNOWN_SIGHTS, org, p->hash.form, p->hash.n, &ids, &n));
    for (size_t i = 0; i < n && !f->more; i++) {
        SightRow s;
        Err err = sight_by_id(f->c, ids[i], &s);
        if (err == OK) err = sights_open(f->c, &s, 1);
        if (err == OK && s.err == OK) err = print_and_sight(f, p, &s);
        if (err != OK && err != E_MISSING) return err;
    }
    return OK;
}
static Err near_photos(Found *f, const SightRow *s) {
    const KnownDoor *d = f->c->known;
    Id *ids = NULL;
    size_t n = 0;
    if (d->whole(d->to, KNOWN_SIGHTS, s->org)) d->put(d->to, KNOWN_SIGHTS, s->org, s->id, &s->hash, 1);
    TRY(known_photos(f->c, s->org, NULL, &s->hash, 1, &ids, &n));
    for (size_t i = 0; i < n && !f->more; i++) {
        PrintRow p;
        Err err = print_by_id(f->c, ids[i], &p);
        if (err == OK && !print_may(&p, S("recognise"))) continue;
        if (err == OK) err = print_open(f->c, &p, 1);
        if (err == OK && p.err == OK) err = print_and_sight(f, &p, s);
        if (err != OK && err != E_MISSING) return err;
    }
    return OK;
}

/* ---- due work ---- */

Err copy_of_print_run(Ctx *c, Id print, UnixMs due, UnixMs *out_again) {
    Found f = { c, c->arena, 0, false };
    PrintRow p;
    (void)due;
    TRY(print_by_id(c, print, &p));
    if (!print_may(&p, S("recognise"))) return OK;
    TRY(print_open(c, &p, 1));
    if (p.err != OK) return OK;
    TRY(print_and_bank(&f, &p, 0));
    TRY(c->known != NULL ? near_sights(&f, &p) : all_sights(&f, p.org, sight_with_print, &p));
    if (f.more) *out_again = c->now;
    return OK;
}

Err copy_of_seen_run(Ctx *c, Id sighting, UnixMs due, UnixMs *out_again) {
    Found f = { c, c->arena, 0, false };
    SightRow s;
    (void)due;
    TRY(sight_by_id(c, sighting, &s));
    TRY(sights_open(c, &s, 1));
    if (s.err != OK) return OK;
    TRY(sight_and_bank(&f, &s, 0));
    TRY(c->known != NULL ? near_photos(&f, &s) : all_prints(&f, s.org, print_with_sight, &s));
    if (f.more) *out_again = c->now;
    return OK;
}

/* However many hashes came: what is known here is gone through once, and each asks the index. */
Err copy_of_new_run(Ctx *c, Id org, UnixMs due, UnixMs *out_again) {
    Found f = { c, c->arena, 0, false };
    int64_t from = 0, at = 0;
    (void)due;
    if (c->bank == NULL) return E_OUTSIDE;
    TRY(copy_compared(c, org, &from));
    TRY(c->bank->at(c->bank->to, &at));
    if (at <= from) return OK;
    TRY(all_prints(&f, org, print_with_new, &from));
    TRY(all_sights(&f, org, sight_with_new, &from));
    if (f.more) {
        *out_again = c->now;
        return OK;
    }
    Act *a = act_new(c, &act_bank_compared, ID_NONE, ID_NONE, ctx_new_id(c));
    a->org = org;
    act_int(a, "change", at);
    return journal_one(c, a);
}
