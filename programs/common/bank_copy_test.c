/* bank_copy_test.c - found again: a photo, a picture seen at a location and a hash of the bank find each other whichever comes first; a
 * person decides, and then the location belongs to the case and is watched. */
#include "core/bank/bank_room.h"
#include "core/bank/copy.h"
#include "core/case/case_step.h"
#include "core/case/testkit.h"
#include "core/fingerprint/testhash.h"
#include "programs/bank/bank.h"
#include "programs/common/bank_join.h"

typedef struct World { Kit k; char dir[128]; BankJoin *join; Id scope; } World;
static const int64_t DAY_MS = 86400000;

static Err due_work(World *w, const char *kind, Id subject) {
    UnixMs again = 1;
    Err err = E_MISSING;
    kit_as_system(&w->k);
    for (int round = 0; round < 20 && again != 0; round++) {
        again = 0;
        for (size_t i = 0; i < bank_room_step.jobs_n; i++)
            if (strcmp(bank_room_step.jobs[i].kind, kind) == 0) err = bank_room_step.jobs[i].run(&w->k.c, subject, w->k.c.now, &again);
        if (err != OK) return err;
    }
    return again == 0 ? err : E_LIMIT;
}
static bool queued(World *w, const char *kind, Id subject) {
    int64_t n = 0;
    must(db_int(w->k.c.db, "SELECT count(*) FROM job WHERE kind=$1 AND subject=$2", P(PT(str_c(kind)), PID(subject)), &n) == OK);
    return n > 0;
}
static Pdq near_one(uint64_t seed, int flips) { return flips == 0 ? hash_make(seed) : hash_near(hash_make(seed), flips, seed + 3); }

static Id photo(World *w, Id case_id, uint64_t seed, int flips, const char *uses) {
    PrintNew p = { .hash = { .n = 1, .quality = 88 }, .front = PDQ_FRONT_FULL, .uses = str_c(uses), .until = w->k.c.now + 300 * DAY_MS, .said_by = S("victim") };
    Act *a = NULL;
    p.hash.form[0] = near_one(seed, flips);
    kit_as_worker(&w->k);
    must(print_give(&w->k.c, ID_NONE, w->k.org, case_id, &p, &a) == OK && journal_one(&w->k.c, a) == OK);
    return a->subject;
}
static void listed(World *w, uint64_t seed, int flips, size_t n, const char *source, const char *lane) {
    BankNew *in = ARENA_ARRAY(w->k.c.arena, BankNew, n);
    Act **acts = NULL;
    for (size_t i = 0; i < n; i++) {
        Pdq h = near_one(seed + i, flips);
        in[i] = (BankNew){ .signal = S("pdq"), .lane = str_c(lane), .front = S("full"), .source = str_c(source), .consent = S("list"), .quality = 77, .org = w->k.org, .scope = w->scope };
        bank_bytes(&h, in[i].hash);
    }
    kit_as_system(&w->k);
    must(bank_offer(&w->k.c, in, n, &acts) == OK && journal_commit(&w->k.c, acts, n) == OK && due_work(w, "bank.follow", w->k.org) == OK);
}
static Id place(World *w, Id case_id, const char *url, const char *host) {
    LocationNew in = { .url_canonical = str_c(url), .host = str_c(host), .kind = S("image"), .source = S("worker") };
    LocationResult res;
    Act **acts = NULL;
    size_t n = 0;
    kit_as_worker(&w->k);
    must(location_add_many(&w->k.c, case_id, &in, 1, &res, &acts, &n) == OK && journal_commit(&w->k.c, acts, n) == OK);
    return res.location;
}
static Err seen(World *w, Id case_id, Id location, uint64_t seed, int flips, Id *out) {
    uint8_t bytes[32];
    Pdq h = near_one(seed, flips);
    bank_bytes(&h, bytes);
    kit_as_system(&w->k);
    Act *a = act_new(&w->k.c, &act_picture_seen, ID_NONE, case_id, ctx_new_id(&w->k.c));
    a->org = w->k.org;
    a->scope = location;
    act_idf(a, "location", location);
    act_int(a, "quality", 91);
    act_text(a, "hash", str_dup(w->k.c.arena, str_bytes(bytes, 32)));
    *out = a->subject;
    return journal_one(&w->k.c, a);
}
static size_t copies(World *w, Id case_id, CopyRow **out, int64_t *out_open) {
    size_t n = 0;
    int64_t all = 0;
    must(copy_of_case(&w->k.c, case_id, 0, COPIES_OF_PAGE, out, &n, &all, out_open) == OK);
    return (size_t)all;
}
static Err decide(World *w, const CopyRow *m, bool same) {
    Act **acts = NULL;
    size_t n = 0;
    TRY(copy_decide(&w->k.c, m, same, &acts, &n));
    return journal_commit(&w->k.c, acts, n);
}
static int64_t links(World *w, Id case_id) {
    CaseRow k;
    must(case_by_id(&w->k.c, case_id, &k) == OK);
    return k.locations;
}

static void with_lists(World *w) {
    Id first = kit_case(&w->k, "18+", "spread", NULL), later = kit_case(&w->k, "18+", "spread", NULL), quiet = kit_case(&w->k, "18+", "spread", NULL);
    CopyRow *m = NULL;
    int64_t open = 0;
    Id early = photo(w, first, 100, 0, "recognise"), not_asked = photo(w, quiet, 100, 2, "share_hash");
    check(queued(w, "copy.of_print", early) && due_work(w, "copy.of_print", early) == OK && copies(w, first, &m, &open) == 0, "a photo that no list knows");
    listed(w, 100, 20, 1, "sister", "adult");
    listed(w, 100, 21, 1, "sister-minors", "minor");
    check(queued(w, "copy.of_new", w->k.org) && due_work(w, "copy.of_new", w->k.org) == OK, "then a list comes in that knows it");
    check(copies(w, first, &m, &open) == 1 && open == 1 && m[0].distance == 20 && m[0].quality == 77 && str_eq(m[0].source, S("sister")), "and it is put before a person, with distance, quality and source; a list of minors never is");
    Id late = photo(w, later, 100, 5, "recognise");
    check(due_work(w, "copy.of_print", late) == OK && copies(w, later, &m, &open) == 1, "a photo that comes after the list finds it at once");
    check(due_work(w, "copy.of_print", not_asked) == OK && copies(w, quiet, &m, &open) == 0, "one that was given for platforms only is compared with nothing");
    check(due_work(w, "copy.of_new", w->k.org) == OK && due_work(w, "copy.of_print", early) == OK && copies(w, first, &m, &open) == 1, "and nothing is said twice");
    kit_as_system(&w->k);
    Err machine = decide(w, &m[0], true);
    check(machine == E_DENIED || machine == E_MISSING, "the machine does not decide");
    kit_as_worker(&w->k);
    check(decide(w, &m[0], true) == OK && copies(w, first, &m, &open) == 1 && open == 0 && str_eq(m[0].state, S("same")) && links(w, first) == 0, "a person does; a list names no place, so none comes to the case");
    check(decide(w, &m[0], false) == E_CONFLICT, "once");
    check(copies(w, later, &m, &open) == 1 && decide(w, &m[0], false) == OK, "in the other case somebody says that it is another photo");
    BankSource *s = NULL;
    size_t n = 0;
    check(bank_sources(&w->k.c, w->k.org, &s, &n) == OK && n == 2 && str_eq(s[0].code, S("sister")) && s[0].same == 1 && s[0].different == 1 && s[0].quarantine == 1, "which is what the source is worth: one of two was right");
}

static void at_a_location(World *w) {
    Id owner = kit_case(&w->k, "18+", "spread", NULL), other = kit_case(&w->k, "18+", "spread", NULL), young = kit_case(&w->k, "16-17", "spread", NULL);
    Id mine = photo(w, owner, 300, 0, "recognise"), spot = place(w, other, "https://pictures.test/a.jpg", "pictures.test"), sight = ID_NONE, again = ID_NONE;
    CopyRow *m = NULL;
    int64_t open = 0;
    check(seen(w, other, spot, 300, 13, &sight) == OK && queued(w, "copy.of_seen", sight) && due_work(w, "copy.of_seen", sight) == OK, "a picture at a location of another case is hashed");
    check(copies(w, owner, &m, &open) == 1 && m[0].distance == 13 && m[0].quality == 91 && id_eq(m[0].location, spot) && id_eq(m[0].print, mine) && links(w, owner) == 0, "the case whose photo it may be hears of it, and nothing follows yet");
    kit_as_worker(&w->k);
    check(decide(w, &m[0], true) == OK && links(w, owner) == 1 && queued(w, "watch.check", spot), "a person says that it is: the location belongs to the case, and is watched");
    LocationRow *l = NULL;
    size_t n = 0;
    check(location_of_case(&w->k.c, owner, 0, 10, &l, &n) == OK && n == 1 && id_eq(l[0].id, spot), "it is the very location, known in both cases");
    Id late = kit_case(&w->k, "18+", "spread", NULL), p = photo(w, late, 300, 9, "recognise");
    check(due_work(w, "copy.of_print", p) == OK && copies(w, late, &m, &open) == 1 && id_eq(m[0].location, spot), "a photo that comes later finds the picture that was seen before");
    kit_as_worker(&w->k);
    check(journal_one(&w->k.c, print_end(&w->k.c, late, p, S("withdrawn"))) == OK && copies(w, late, &m, &open) == 0, "taken back, nothing is asked about it any more");
    listed(w, 300, 17, 1, "sister", "adult");
    check(due_work(w, "copy.of_new", w->k.org) == OK && copies(w, other, &m, &open) == 1 && id_none(m[0].print) && id_eq(m[0].location, spot), "a list that comes later finds the picture at the location too");
    Id hidden = place(w, young, "https://pictures.test/b.jpg", "pictures.test");
    check(seen(w, young, hidden, 400, 0, &again) == E_CONFLICT, "of a case where somebody under 18 is or may be shown nothing is taken");
    check(journal_one(&w->k.c, case_set_lane(&w->k.c, other, S("minor"), S("16-17"))) != OK || seen(w, other, spot, 300, 1, &again) == E_CONFLICT, "nor at a location that such a case holds too");
}

/* More than one run puts before people: the rest comes with the next, and nothing is left out unsaid. */
static void very_many(World *w) {
    enum { CASES = 4, EACH = 60 };
    CopyRow *m = NULL;
    int64_t open = 0;
    size_t all = 0;
    Id id[CASES];
    for (int i = 0; i < CASES; i++) {
        id[i] = kit_case(&w->k, "18+", "spread", NULL);
        for (int k = 0; k < EACH; k++) (void)photo(w, id[i], 900, k % 10, "recognise");
    }
    listed(w, 900, 0, 1, "sister", "adult");
    must(due_work(w, "copy.of_new", w->k.org) == OK);
    for (int i = 0; i < CASES; i++) all += copies(w, id[i], &m, &open);
    check(all == CASES * EACH, "%d photos lie near one new hash: all are put before people, in several runs (%zu)", CASES * EACH, all);
}

int main(void) {
    static World w;
    Arena *a = arena_new(1 << 20);
    const ActDef **all = ARENA_ARRAY(a, const ActDef *, 200);
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; bank_room_step.acts[i] != NULL; i++) all[n++] = bank_room_step.acts[i];
    kit_open(&w.k, all, NULL);
    snprintf(w.dir, sizeof w.dir, "%s/bank", w.k.dir);
    w.join = bank_join(a, w.dir, true);
    w.k.c.bank = bank_join_door(w.join);
    w.scope = ctx_new_id(&w.k.c);
    must(vault_store_scopes(w.k.c.vault, w.k.org, &w.scope, 1, w.k.c.now) == OK);
    with_lists(&w);
    at_a_location(&w);
    very_many(&w);
    bank_join_close(w.join);
    kit_fsck(&w.k);
    kit_close(&w.k);
    arena_free(a);
    return tap_end();
}
