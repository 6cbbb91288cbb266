/* bank_join_test.c - the folder that is searched is what the record says: followed change by change, agreed on, made anew, checked. */
#include "programs/common/bank_join.h"
#include "programs/bank/bank.h"
#include "core/bank/bank_room.h"
#include "core/case/testkit.h"
#include "core/fingerprint/testhash.h"

typedef struct World { Kit k; char dir[128]; BankJoin *join, *reader; Id scope; } World;

static BankNew fresh(World *w, uint64_t seed, int flips, const char *source, const char *lane) {
    BankNew in = { .signal = S("pdq"), .lane = str_c(lane), .front = S("full"), .source = str_c(source), .consent = S("list"), .quality = 90, .org = w->k.org, .scope = w->scope };
    Pdq h = flips == 0 ? hash_make(seed) : hash_near(hash_make(seed), flips, seed + 7);
    bank_bytes(&h, in.hash);
    return in;
}
static int64_t offer(World *w, const BankNew *in, size_t n) {
    Act **acts = NULL;
    BankEntry e;
    kit_as_system(&w->k);
    must(bank_offer(&w->k.c, in, n, &acts) == OK && journal_commit(&w->k.c, acts, n) == OK);
    must(bank_entry_by_id(&w->k.c, acts[0]->subject, &e) == OK);
    return e.entry;
}
/* One of the room's due works, as keten-jobs would run it. */
static Err due_work(Ctx *c, const char *kind, Id subject, UnixMs *out_again) {
    for (size_t i = 0; i < bank_room_step.jobs_n; i++)
        if (strcmp(bank_room_step.jobs[i].kind, kind) == 0) return bank_room_step.jobs[i].run(c, subject, c->now, out_again);
    must(!"it is one of the room's");
    return E_MISSING;
}
static Err follow(World *w) {
    UnixMs again = 1;
    Err err = OK;
    kit_as_system(&w->k);
    for (int i = 0; i < 100 && err == OK && again != 0; i++) {
        again = 0;
        err = due_work(&w->k.c, "bank.follow", w->k.org, &again);
    }
    return err;
}
static BankEntry entry(World *w, int64_t number) {
    BankEntry e;
    must(bank_entry_by_number(&w->k.c, number, &e) == OK);
    return e;
}
static size_t found(World *w, uint64_t seed, bool all) {
    const BankDoor *d = bank_join_door(w->reader);
    BankFound hits[BANK_HITS];
    uint8_t bytes[32];
    size_t n = 0;
    Pdq h = hash_make(seed);
    bank_bytes(&h, bytes);
    must(d->match(d->to, S("pdq"), bytes, PDQ_RADIUS, w->k.c.now, all, hits, BANK_HITS, &n) == OK);
    return n;
}
static Err checked(World *w, int64_t *out_entries) {
    int64_t behind = 0;
    Str why = STR_NONE;
    Err e = bank_join_check(&w->k.c, w->reader, out_entries, &behind, &why);
    if (e != OK) printf("# %s: " STR_FMT "\n", err_name(e), STR_ARG(why));
    return e == OK && behind != 0 ? E_CONFLICT : e;
}
static void decide(World *w, int64_t number, const ActDef *def) {
    BankEntry e = entry(w, number);
    kit_as_worker(&w->k);
    must(journal_one(&w->k.c, def == &act_bank_confirmed ? bank_confirm(&w->k.c, &e, S("person")) : def == &act_bank_disputed ? bank_dispute(&w->k.c, &e, S("person")) : bank_withdraw(&w->k.c, &e, S("mistaken"))) == OK);
    kit_as_system(&w->k);
}

static void follows(World *w) {
    int64_t n = 0;
    BankNew one = fresh(w, 1, 0, "list-a", "adult");
    int64_t a = offer(w, &one, 1);
    check(follow(w) == OK && found(w, 1, true) == 1 && found(w, 1, false) == 0, "what was offered is in the folder, and not in force");
    decide(w, a, &act_bank_confirmed);
    check(found(w, 1, false) == 0 && follow(w) == OK && found(w, 1, false) == 1, "confirmed, it is in force as soon as the folder has heard of it");
    decide(w, a, &act_bank_disputed);
    check(follow(w) == OK && found(w, 1, false) == 0 && found(w, 1, true) == 1, "disputed, it is out of force");
    decide(w, a, &act_bank_withdrawn);
    check(follow(w) == OK && found(w, 1, true) == 0, "withdrawn, it is gone");
    check(follow(w) == OK && checked(w, &n) == OK && n == 1, "followed once more nothing changes, and the two say the same");
}

/* A withdrawal counts with its commit, before any due work: for those who have the folder open in other processes too. */
static void at_once(World *w) {
    Kit *k = &w->k;
    BankNew one = fresh(w, 60, 0, "list-a", "adult"), two = fresh(w, 61, 0, "list-a", "adult");
    int64_t a = offer(w, &one, 1), b = offer(w, &two, 1), n = 0;
    decide(w, a, &act_bank_confirmed);
    decide(w, b, &act_bank_confirmed);
    must(follow(w) == OK && found(w, 60, false) == 1 && found(w, 61, false) == 1);
    decide(w, a, &act_bank_withdrawn);
    check(found(w, 60, false) == 0 && found(w, 60, true) == 0 && found(w, 61, false) == 1, "withdrawn, it is gone at the commit, before any work that is due; its neighbour stays");
    kit_as_worker(k);
    Id into = kit_case(k, "18+", "spread", NULL), id = kit_case(k, "18+", "spread", NULL);
    PrintNew p = { .hash = { .n = 8, .quality = 90 }, .front = PDQ_FRONT_FULL, .uses = S("share_hash"), .until = k->c.now + 86400000, .said_by = S("victim") };
    Act *give = NULL;
    UnixMs again = 0;
    for (uint64_t i = 0; i < 8; i++) p.hash.form[i] = hash_make(5000 + i);
    must(print_give(&k->c, ID_NONE, k->org, id, &p, &give) == OK && journal_one(&k->c, give) == OK);
    kit_as_system(k);
    must(due_work(&k->c, "bank.offer", give->subject, &again) == OK && follow(w) == OK && found(w, 5000, true) == 1 && found(w, 5007, true) == 1);
    kit_as_lead(k);
    must(journal_one(&k->c, case_merge(&k->c, id, into)) == OK);
    kit_as_worker(k);
    must(journal_one(&k->c, case_set_lane(&k->c, into, S("unknown"), S("unknown"))) == OK);
    check(found(w, 5000, true) == 0 && found(w, 5007, true) == 0, "a report that was joined to a case whose age is not known any more: its photo, in all its forms, is gone at that moment");
    kit_as_system(k);
    must(due_work(&k->c, "bank.revoke", into, &again) == OK);
    BankEntry *e = NULL;
    size_t e_n = 0;
    must(bank_entry_of_print(&k->c, give->subject, &e, &e_n) == OK && e_n == 8);
    bool all = true;
    for (size_t i = 0; i < e_n; i++) all = all && str_eq(e[i].state, S("withdrawn"));
    check(all && follow(w) == OK && found(w, 5000, true) == 0 && checked(w, &n) == OK, "and the record, its leaf and the folder say so after the work that was due");
    BankNew three = fresh(w, 62, 0, "list-a", "adult");
    int64_t c = offer(w, &three, 1);
    decide(w, c, &act_bank_confirmed);
    must(follow(w) == OK && bank_rebuild(&k->c, NULL, NULL) == OK);
    check(found(w, 62, false) == 1 && found(w, 60, true) == 0, "a folder made anew gives what is in force and nothing else");
}

static void agrees(World *w) {
    BankNew one = fresh(w, 10, 0, "list-a", "adult"), two = fresh(w, 10, 9, "list-b", "adult"), same = fresh(w, 10, 12, "list-a", "adult"), minor = fresh(w, 10, 3, "list-c", "minor");
    BankNew mixed[] = { fresh(w, 20, 0, "list-a", "adult"), fresh(w, 21, 0, "list-a", "adult"), fresh(w, 20, 20, "list-b", "adult") };
    int64_t a = offer(w, &one, 1);
    must(follow(w) == OK);
    int64_t again = offer(w, &same, 1), m = offer(w, &minor, 1);
    must(follow(w) == OK);
    check(str_eq(entry(w, a).state, S("quarantine")) && str_eq(entry(w, again).state, S("quarantine")) && str_eq(entry(w, m).state, S("quarantine")), "neither a source that says it twice nor another lane puts it in force");
    int64_t b = offer(w, &two, 1);
    must(follow(w) == OK);
    check(str_eq(entry(w, a).state, S("active")) && str_eq(entry(w, a).why, S("list-b")) && str_eq(entry(w, b).why, S("list-a")) && str_eq(entry(w, again).state, S("active")) && str_eq(entry(w, m).state, S("quarantine")), "another source near it does, for all of its lane");
    int64_t first = offer(w, mixed, 3);
    must(follow(w) == OK);
    check(str_eq(entry(w, first).state, S("active")) && str_eq(entry(w, first + 1).state, S("quarantine")) && str_eq(entry(w, first + 2).state, S("active")), "so do two that come at once");
    decide(w, first, &act_bank_disputed);
    BankNew third = fresh(w, 20, 4, "list-c", "adult");
    int64_t c = offer(w, &third, 1);
    must(follow(w) == OK);
    check(str_eq(entry(w, first).state, S("disputed")) && str_eq(entry(w, c).why, S("list-b")), "no source lifts a dispute, and a disputed one speaks for nobody");
    int64_t n = 0;
    check(found(w, 20, false) == 2 && checked(w, &n) == OK && n >= 9, "the folder says the same of all %lld", (long long)n);
}

static void anew(World *w) {
    const BankDoor *d = bank_join_door(w->join);
    int64_t at = 0, n = 0, last = 0;
    char path[160];
    must(bank_changes_last(&w->k.c, &last) == OK);
    BankEntry e = entry(w, 2);
    Bank *old = NULL;
    Str why = STR_NONE;
    must(bank_open(w->k.c.arena, w->dir, true, &old, &why) == OK && bank_count(old, &(BankHit){ bank_journal_entry(old, (uint64_t)e.offered), 0 }, 1) == OK);
    bank_close(old);
    check(bank_rebuild(&w->k.c, NULL, NULL) == OK && d->at(d->to, &at) == OK && at == last && checked(w, &n) == OK, "the folder is made anew from the first change on: the same again (%lld changes)", (long long)last);
    check(d->counted(d->to, e.offered) == 1 && bank_join_door(w->reader)->counted(w->reader, e.offered) == 1, "with the counts of matches");
    must(d->anew(d->to) == OK);
    bank_join_close(w->join); /* ended half-way */
    w->join = bank_join(w->k.c.arena, w->dir, true);
    w->k.c.bank = d = bank_join_door(w->join);
    check(d->at(d->to, &at) == OK && at == last, "one that was begun and not finished does no harm");
    bank_join_close(w->join);
    snprintf(path, sizeof path, "%s/record", w->dir);
    Bank *b = NULL;
    BankLine own = { .signal = SIGNAL_PDQ, .lane = LANE_ADULT, .quality = 90, .at = w->k.c.now, .source = "x" };
    size_t added = 0;
    memset(own.hash, 5, 32);
    must(bank_open(w->k.c.arena, w->dir, true, &b, &why) == OK);
    check(bank_add(b, &own, 1, &added) == E_DENIED && bank_change(b, BANK_REMOVE, (uint32_t[]){ 1 }, 1, S("x"), 1) == E_DENIED, "nobody adds to it, or takes from it, beside the record");
    bank_close(b);
    check(unlink(path) == 0 && follow(w) == OK && checked(w, &n) == OK, "a folder whose record was taken away is made anew");
    bank_join_close(w->join);
    must(unlink(path) == 0 && bank_make(w->dir) == OK && bank_open(w->k.c.arena, w->dir, true, &b, &why) == OK && bank_add(b, &own, 1, &added) == OK);
    bank_close(b);
    check(follow(w) == E_DENIED, "one that has lines of its own is not written into");
    must(unlink(path) == 0);
    bank_join_close(w->join);
    must(follow(w) == OK);
}

/* A person's photo whose key was destroyed after its withdrawal is not in a folder that is made anew. */
static void forgotten(World *w) {
    Kit *k = &w->k;
    kit_as_worker(k);
    Id id = kit_case(k, "18+", "spread", NULL);
    PrintNew p = { .hash = { .n = 1, .quality = 90 }, .front = PDQ_FRONT_FULL, .uses = S("share_hash"), .until = k->c.now + 86400000, .said_by = S("victim") };
    Act *a = NULL;
    UnixMs again = 0;
    p.hash.form[0] = hash_make(77);
    must(print_give(&k->c, ID_NONE, k->org, id, &p, &a) == OK && journal_one(&k->c, a) == OK);
    kit_as_system(k);
    must(due_work(&k->c, "bank.offer", a->subject, &again) == OK && follow(w) == OK);
    check(found(w, 77, true) == 1, "a person's photo is looked for");
    kit_as_worker(k);
    must(journal_one(&k->c, print_end(&k->c, id, a->subject, S("withdrawn"))) == OK);
    kit_as_system(k);
    must(due_work(&k->c, "bank.revoke", id, &again) == OK && follow(w) == OK);
    check(found(w, 77, true) == 0, "taken back, it is not any more");
    BankEntry *e = NULL;
    size_t n = 0;
    must(bank_entry_of_print(&k->c, a->subject, &e, &n) == OK && n == 1 && due_work(&k->c, "bank.forget", e[0].id, &again) == OK);
    int64_t all = 0;
    must(bank_rebuild(&w->k.c, NULL, NULL) == OK && follow(w) == OK);
    check(checked(w, &all) == OK && found(w, 77, true) == 0, "and once its key is destroyed a folder made anew does not hold it");
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
    w.reader = bank_join(a, w.dir, false);
    w.k.c.bank = bank_join_door(w.join);
    w.k.app.committed = bank_committed;
    w.scope = ctx_new_id(&w.k.c);
    must(vault_store_scopes(w.k.c.vault, w.k.org, &w.scope, 1, w.k.c.now) == OK);
    follows(&w);
    at_once(&w);
    agrees(&w);
    anew(&w);
    forgotten(&w);
    bank_join_close(w.join);
    bank_join_close(w.reader);
    kit_fsck(&w.k);
    kit_close(&w.k);
    arena_free(a);
    return tap_end();
}
