/* known_test.c - what is near a new photo, without comparing it with each: the same as comparing with each; what is dropped is not given, nor in memory any more. And through the work that compares,
 * the same proposals as by going through all of them. */
#include "core/bank/bank_room.h"
#include "core/bank/copy.h"
#include "core/case/case_step.h"
#include "core/case/testkit.h"
#include "core/fingerprint/testhash.h"
#include "foundation/sandbox/sandbox.h"
#include "programs/bank/bank.h"
#include "programs/common/known_join.h"

enum { ALL = SANITIZED_BUILD ? 12000 : 60000 };
static Id thing_of(uint64_t i) {
    Id id = ID_NONE;
    uint64_t x = pix_mix(i + 1);
    memcpy(id.b, &x, 8);
    memcpy(id.b + 8, &i, 8);
    return id;
}
static bool has(const Id *ids, size_t n, Id one) {
    for (size_t i = 0; i < n; i++)
        if (id_eq(ids[i], one)) return true;
    return false;
}

static void alone(void) {
    Arena *a = arena_new(64 << 20);
    KnownJoin *j = known_join(a);
    const KnownDoor *d = known_join_door(j);
    Id org = thing_of(1), other = thing_of(2), *got = NULL;
    size_t n = 0;
    int wrong = 0;
    check(!d->whole(d->to, KNOWN_PHOTOS, org), "it knows that it knows nothing");
    d->begin(d->to, KNOWN_PHOTOS, org);
    for (uint64_t i = 0; i < ALL; i++) {
        Pdq h[2] = { hash_make(i), hash_make(i + 10000000) };
        d->put(d->to, KNOWN_PHOTOS, org, thing_of(i + 100), h, 1 + (i % 3 == 0));
        if (i % 97 != 0) continue;
        uint64_t k = pix_mix(i) % (i + 1);
        Pdq q = hash_near(hash_make(k), (int)(i % 32), i), far = hash_near(hash_make(k), 32, i);
        wrong += d->near(d->to, a, KNOWN_PHOTOS, org, &q, 1, &got, &n) != OK || n != 1 || !id_eq(got[0], thing_of(k + 100));
        wrong += d->near(d->to, a, KNOWN_PHOTOS, org, &far, 1, &got, &n) != OK || has(got, n, thing_of(k + 100));
    }
    d->ready(d->to, KNOWN_PHOTOS, org);
    check(wrong == 0 && d->whole(d->to, KNOWN_PHOTOS, org), "each of %d that came is found while they come, at up to 31 of 256, and not at 32 (%d wrong)", (int)ALL, wrong);
    Pdq h = hash_make(3);
    check(d->near(d->to, a, KNOWN_PHOTOS, other, &h, 1, &got, &n) == OK && n == 0 && d->near(d->to, a, KNOWN_SIGHTS, org, &h, 1, &got, &n) == OK && n == 0, "another organisation's, and what is of another kind, is not");
    Pdq both[2] = { hash_make(3), hash_make(10000003) };
    check(d->near(d->to, a, KNOWN_PHOTOS, org, both, 2, &got, &n) == OK && n == 1, "one thing with two forms is given once");
    wrong = 0;
    for (uint64_t i = 0; i < 40; i++) d->drop(d->to, thing_of(i * 11 + 100));
    for (uint64_t i = 0; i < 440; i++) {
        Pdq q = hash_make(i);
        wrong += d->near(d->to, a, KNOWN_PHOTOS, org, &q, 1, &got, &n) != OK || n != (i % 11 == 0 ? 0u : 1u);
    }
    check(wrong == 0, "what is dropped is not given any more, its neighbours are (%d wrong)", wrong);
    Pdq again = hash_make(0);
    d->put(d->to, KNOWN_PHOTOS, org, thing_of(100), &again, 1);
    d->put(d->to, KNOWN_PHOTOS, org, thing_of(100), &again, 1);
    check(d->near(d->to, a, KNOWN_PHOTOS, org, &again, 1, &got, &n) == OK && n == 1, "and may come again, once");
    for (uint64_t i = 0; i < 5000; i++) d->put(d->to, KNOWN_SIGHTS, org, thing_of(900000 + i), &again, 1);
    check(d->near(d->to, a, KNOWN_SIGHTS, org, &again, 1, &got, &n) == OK && n == 5000, "five thousand of the very same are all given");
    known_join_close(j);
    arena_free(a);
}

/* ---- through the work that compares ---- */
typedef struct World { Kit k; KnownJoin *known; } World;
static Err run(World *w, const Step *step, const char *kind, Id subject) {
    UnixMs again = 1;
    Err err = E_MISSING;
    kit_as_system(&w->k);
    for (int round = 0; round < 20 && again != 0; round++) {
        again = 0;
        for (size_t i = 0; i < step->jobs_n; i++)
            if (strcmp(step->jobs[i].kind, kind) == 0) err = step->jobs[i].run(&w->k.c, subject, w->k.c.now, &again);
        if (err != OK) return err;
    }
    return err;
}
static Id photo(World *w, Id case_id, uint64_t seed, int flips) {
    PrintNew p = { .hash = { .n = 1, .quality = 88 }, .front = PDQ_FRONT_FULL, .uses = S("recognise"), .until = w->k.c.now + 86400000, .said_by = S("victim") };
    Act *a = NULL;
    p.hash.form[0] = flips == 0 ? hash_make(seed) : hash_near(hash_make(seed), flips, seed + (uint64_t)flips);
    kit_as_worker(&w->k);
    must(print_give(&w->k.c, ID_NONE, w->k.org, case_id, &p, &a) == OK && journal_one(&w->k.c, a) == OK);
    return a->subject;
}
static int64_t matches(World *w) {
    int64_t n = 0;
    must(db_int(w->k.c.db, "SELECT count(*) FROM print_match WHERE state='open'", P0, &n) == OK);
    return n;
}

static void compared(World *w) {
    Id one = kit_case(&w->k, "18+", "spread", NULL), two = kit_case(&w->k, "18+", "spread", NULL), three = kit_case(&w->k, "18+", "spread", NULL);
    Id early = photo(w, one, 100, 0), other = photo(w, one, 200, 0), near_one = photo(w, two, 100, 20), far = photo(w, two, 100, 33);
    w->k.c.known = known_join_door(w->known);
    must(run(w, &case_step, "print.match", near_one) == OK && matches(w) == 2);
    check(run(w, &case_step, "print.match", far) == OK && run(w, &case_step, "print.match", early) == OK && run(w, &case_step, "print.match", other) == OK, "photos of two reports are compared through what is known");
    int64_t through = matches(w);
    w->k.c.known = NULL;
    must(run(w, &case_step, "print.match", far) == OK && run(w, &case_step, "print.match", early) == OK && run(w, &case_step, "print.match", other) == OK && run(w, &case_step, "print.match", near_one) == OK);
    check(matches(w) == through && through == 2, "going through all of them finds no more (%lld)", (long long)through);
    w->k.c.known = known_join_door(w->known);
    Id late = photo(w, three, 100, 10);
    must(run(w, &case_step, "print.match", late) == OK);
    int64_t grown = matches(w);
    check(grown > through, "one that comes later finds those that are known");
    kit_as_worker(&w->k);
    must(journal_one(&w->k.c, print_end(&w->k.c, one, early, S("withdrawn"))) == OK);
    must(run(w, &case_step, "print.shred", one) == OK);
    Id *ids = NULL, last = photo(w, two, 100, 9);
    size_t n = 0;
    Pdq h = hash_make(100);
    must(w->k.c.known->near(w->k.c.known->to, w->k.c.arena, KNOWN_PHOTOS, w->k.org, &h, 1, &ids, &n) == OK);
    check(!has(ids, n, early) && has(ids, n, late), "taken back, it is not known any more");
    must(run(w, &case_step, "print.match", last) == OK);
    int64_t with_it = 0;
    must(db_int(w->k.c.db, "SELECT count(*) FROM print_match WHERE state='open' AND (print=$1 OR other=$1)", P(PID(early)), &with_it) == OK);
    check(with_it == 0, "and nothing is compared with it");
}

static void seen_too(World *w) {
    Id owner = kit_case(&w->k, "18+", "spread", NULL), other = kit_case(&w->k, "18+", "spread", NULL);
    LocationNew in = { .url_canonical = S("https://pictures.test/k.jpg"), .host = S("pictures.test"), .kind = S("image"), .source = S("worker") };
    LocationResult res;
    Act **acts = NULL;
    size_t n = 0;
    int64_t all = 0, open = 0;
    CopyRow *m = NULL;
    kit_as_worker(&w->k);
    must(location_add_many(&w->k.c, other, &in, 1, &res, &acts, &n) == OK && journal_commit(&w->k.c, acts, n) == OK);
    Id mine = photo(w, owner, 500, 0);
    Pdq h = hash_near(hash_make(500), 12, 3);
    uint8_t bytes[32];
    bank_bytes(&h, bytes);
    kit_as_system(&w->k);
    Act *a = act_new(&w->k.c, &act_picture_seen, ID_NONE, other, ctx_new_id(&w->k.c));
    a->org = w->k.org;
    a->scope = res.location;
    act_idf(a, "location", res.location);
    act_int(a, "quality", 91);
    act_text(a, "hash", str_dup(w->k.c.arena, str_bytes(bytes, 32)));
    must(journal_one(&w->k.c, a) == OK);
    /* in the worst order: the photo is compared before the picture is known, then the other way about */
    must(run(w, &bank_room_step, "copy.of_print", mine) == OK && run(w, &bank_room_step, "copy.of_seen", a->subject) == OK);
    check(copy_of_case(&w->k.c, owner, 0, 10, &m, &n, &all, &open) == OK && n == 1 && m[0].distance == 12 && id_eq(m[0].location, res.location), "a picture seen finds the photo");
    Id late = kit_case(&w->k, "18+", "spread", NULL), p = photo(w, late, 500, 4);
    must(run(w, &bank_room_step, "copy.of_print", p) == OK);
    check(copy_of_case(&w->k.c, late, 0, 10, &m, &n, &all, &open) == OK && n == 1 && id_eq(m[0].location, res.location), "and a photo that comes later the picture seen");
}

int main(void) {
    static World w;
    Arena *a = arena_new(1 << 20);
    const ActDef **all = ARENA_ARRAY(a, const ActDef *, 200);
    size_t n = 0;
    alone();
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; bank_room_step.acts[i] != NULL; i++) all[n++] = bank_room_step.acts[i];
    kit_open(&w.k, all, NULL);
    w.known = known_join(a);
    compared(&w);
    seen_too(&w);
    w.k.c.known = NULL;
    known_join_close(w.known);
    kit_fsck(&w.k);
    kit_close(&w.k);
    arena_free(a);
    return tap_end();
}
