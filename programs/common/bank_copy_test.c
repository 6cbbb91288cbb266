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

static Err change(World *w, const CopyRow *m, bool same) {
    Act **acts = NULL;
    size_t n = 0;
    kit_as_worker(&w->k);
    TRY(family_change(&w->k.c, m, same, &acts, &n));
    return journal_commit(&w->k.c, acts, n);
}
static int64_t right_of(World *w, const char *source) {
    BankSource *s = NULL;
    size_t n = 0;
    must(bank_sources(&w->k.c, w->k.org, &s, &n) == OK);
    for (size_t i = 0; i < n; i++)
        if (str_eq(s[i].code, str_c(source))) return s[i].same * 1000 + s[i].different;
    return -1;
}

/* The copy family: what was said to be the same joins it, can be taken out and put back; with the location, and with what the source is worth. */
static void family(World *w) {
    Id owner = kit_case(&w->k, "18+", "spread", NULL), other = kit_case(&w->k, "18+", "spread", NULL), sight = ID_NONE, second = ID_NONE;
    (void)photo(w, owner, 600, 0, "recognise");
    Id spot = place(w, other, "https://pictures.test/f.jpg", "pictures.test");
    CopyRow *m = NULL;
    int64_t open = 0, all = 0;
    size_t n = 0;
    must(seen(w, other, spot, 600, 6, &sight) == OK && due_work(w, "copy.of_seen", sight) == OK && copies(w, owner, &m, &open) == 1);
    CopyRow copy = m[0];
    check(change(w, &copy, false) == E_CONFLICT, "what nobody decided on yet is not in the family, and cannot be taken out");
    kit_as_worker(&w->k);
    must(decide(w, &copy, true) == OK);
    check(copy_in_state(&w->k.c, owner, S("same"), 0, 10, &m, &n, &all) == OK && n == 1 && all == 1 && id_eq(m[0].location, spot) && links(w, owner) == 1, "said to be the same, it is in the family, and its location in the case");
    kit_as_system(&w->k);
    Act *machine = NULL, **acts = NULL;
    must(family_change(&w->k.c, &copy, false, &acts, &n) == OK);
    machine = acts[0];
    Err denied = journal_one(&w->k.c, machine);
    check(denied == E_DENIED || denied == E_MISSING, "the machine takes nothing out");
    kit_as_inspector(&w->k);
    must(family_change(&w->k.c, &copy, false, &acts, &n) == OK);
    denied = journal_one(&w->k.c, acts[0]);
    check(denied == E_DENIED || denied == E_MISSING, "nor somebody of another body");
    check(change(w, &copy, false) == OK && copy_in_state(&w->k.c, owner, S("same"), 0, 10, &m, &n, &all) == OK && all == 0 && links(w, owner) == 0, "a person does: it is out of the family, and the location that came by it alone out of the case");
    check(change(w, &copy, false) == E_CONFLICT, "once");
    must(db_run(w->k.c.db, "DELETE FROM job WHERE kind='watch.check' AND subject=$1", P(PID(spot))) == OK);
    check(change(w, &copy, true) == OK && links(w, owner) == 1 && queued(w, "watch.check", spot), "put back, the location is there and watched again");
    must(seen(w, other, spot, 600, 7, &second) == OK && due_work(w, "copy.of_seen", second) == OK && copy_of_case(&w->k.c, owner, 0, 10, &m, &n, &all, &open) == OK && open == 1);
    kit_as_worker(&w->k);
    must(decide(w, &m[0], true) == OK);
    check(change(w, &copy, false) == OK && links(w, owner) == 1, "while another copy stands at the address, the location stays");
    listed(w, 600, 11, 1, "precise", "adult");
    must(due_work(w, "copy.of_new", w->k.org) == OK && copy_of_case(&w->k.c, owner, 0, 10, &m, &n, &all, &open) == OK);
    CopyRow hash = { .distance = -1 };
    for (size_t i = 0; i < n; i++)
        if (!id_none(m[i].print) && !id_none(m[i].entry)) hash = m[i];
    must(hash.distance == 11);
    kit_as_worker(&w->k);
    must(decide(w, &hash, true) == OK && right_of(w, "precise") == 1000);
    check(change(w, &hash, false) == OK && right_of(w, "precise") == 1 && change(w, &hash, true) == OK && right_of(w, "precise") == 1000, "with the word changes what the source is worth");
    kit_as_worker(&w->k);
    must(journal_one(&w->k.c, print_end(&w->k.c, owner, hash.print, S("withdrawn"))) == OK);
    Err late = change(w, &hash, false);
    check(copy_in_state(&w->k.c, owner, S("same"), 0, 10, &m, &n, &all) == OK && all == 0 && (late == E_CONFLICT || late == E_MISSING), "with the photo taken back its family is gone, and nothing is decided on it any more");
}

/* All proposals of one hash: seen, then decided on at once, each in its case. */
static void at_once(World *w) {
    enum { CASES = 3, EACH = 20 };
    CopyRow *m = NULL;
    CopyCase *cases = NULL;
    int64_t open = 0, all = 0;
    size_t n = 0, acts_n = 0;
    Id id[CASES];
    Act *acts[CASES];
    for (int i = 0; i < CASES; i++) {
        id[i] = kit_case(&w->k, "18+", "spread", NULL);
        for (int k = 0; k < EACH; k++) (void)photo(w, id[i], 700, k % 10, "recognise");
    }
    listed(w, 700, 0, 1, "many", "adult");
    must(due_work(w, "copy.of_new", w->k.org) == OK && copy_of_case(&w->k.c, id[0], 0, 1, &m, &n, &all, &open) == OK && n == 1);
    Id entry = m[0].entry;
    check(copy_cases_of(&w->k.c, entry, &cases, &n) == OK && n == CASES && cases[0].n == EACH && cases[0].nearest == 0 && cases[0].furthest == 9, "one hash, sixty proposals in three cases: they are shown with how near they are");
    kit_as_worker(&w->k);
    Err err = journal_one(&w->k.c, copies_decide(&w->k.c, cases[0].case_id, entry, true, cases[0].upto, EACH - 1));
    check(err == E_CONFLICT && copy_of_case(&w->k.c, cases[0].case_id, 0, 1, &m, &n, &all, &open) == OK && open == EACH, "decided on as nineteen, nothing is done: something changed since it was looked at");
    for (int i = 0; i < CASES; i++) acts[acts_n++] = copies_decide(&w->k.c, cases[i].case_id, entry, i > 0, cases[i].upto, cases[i].n);
    kit_as_system(&w->k);
    acts[0]->actor_role = R_SYSTEM;
    check(journal_one(&w->k.c, acts[0]) != OK, "the machine does not");
    kit_as_worker(&w->k);
    acts[0] = copies_decide(&w->k.c, cases[0].case_id, entry, false, cases[0].upto, cases[0].n);
    int64_t before = 0, after = 0;
    must(db_int(w->k.c.db, "SELECT count(*) FROM act", P0, &before) == OK && journal_commit(&w->k.c, acts, acts_n) == OK && db_int(w->k.c.db, "SELECT count(*) FROM act", P0, &after) == OK);
    bool none = true;
    for (int i = 0; i < CASES; i++) none = none && copy_of_case(&w->k.c, id[i], 0, 1, &m, &n, &all, &open) == OK && open == 0;
    check(none && after - before == CASES && right_of(w, "many") == 2 * EACH * 1000 + EACH, "a person decides on all sixty with one act for each case; the source is worth forty of sixty");
    must(copy_in_state(&w->k.c, cases[1].case_id, S("same"), 0, 50, &m, &n, &all) == OK && all == EACH);
    check(change(w, &m[0], false) == OK && right_of(w, "many") == (2 * EACH - 1) * 1000 + EACH + 1, "one of them is taken out again");
    check(copy_cases_of(&w->k.c, entry, &cases, &n) == OK && n == 0, "and nothing waits any more");
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
    family(&w);
    at_once(&w);
    very_many(&w);
    bank_join_close(w.join);
    kit_fsck(&w.k);
    kit_close(&w.k);
    arena_free(a);
    return tap_end();
}
