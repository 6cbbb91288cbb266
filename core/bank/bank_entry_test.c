/* bank_entry_test.c - a hash that is looked for, from a person's yes to its end: who confirms, who is told, and that no withdrawal can be missed. */
#include "core/bank/bank_entry.h"
#include "core/bank/bank_in.h"
#include "core/bank/bank_room.h"
#include "core/case/case_step.h"
#include "core/case/testkit.h"
#include "foundation/sys/sys.h"

#define HEX "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
static const int64_t DAY_MS = 86400000;

static PrintNew photo(Kit *k, const char *uses) {
    PrintNew p = { .hash = { .n = 1, .quality = 90 }, .front = PDQ_FRONT_FULL, .uses = str_c(uses), .until = k->c.now + 365 * DAY_MS, .said_by = S("victim") };
    must(pdq_parse(S(HEX), &p.hash.form[0]) == OK);
    return p;
}
static Id give(Kit *k, Id case_id, const PrintNew *p) {
    Act *a = NULL;
    must(print_give(&k->c, ID_NONE, k->org, case_id, p, &a) == OK && journal_one(&k->c, a) == OK);
    return a->subject;
}
static Err offer_run(Kit *k, Id print) {
    UnixMs again = 0;
    kit_as_system(k);
    Err err = bank_offer_run(&k->c, print, k->c.now, &again);
    kit_as_worker(k);
    return err;
}
static Err revoke_run(Kit *k, Id case_id) {
    UnixMs again = 0;
    kit_as_system(k);
    Err err = bank_revoke_run(&k->c, case_id, k->c.now, &again);
    kit_as_worker(k);
    return err;
}
static BankEntry entry_of(Kit *k, Id print) {
    BankEntry *e = NULL;
    size_t n = 0;
    must(bank_entry_of_print(&k->c, print, &e, &n) == OK && n >= 1);
    return e[0];
}
static int64_t feed_last(Kit *k, const char *lane) {
    int64_t n = -1;
    must(bank_feed_last(&k->c, str_c(lane), &n) == OK);
    return n;
}
static bool job_there(Kit *k, const char *kind, Id subject) {
    int64_t n = 0;
    must(db_int(k->c.db, "SELECT count(*) FROM job WHERE kind=$1 AND subject=$2", P(PT(str_c(kind)), PID(subject)), &n) == OK);
    return n > 0;
}

static void a_yes_to_platforms(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL);
    PrintNew inside = photo(k, "recognise"), both = photo(k, "recognise,share_hash");
    BankEntry *none = NULL;
    size_t n = 0;
    Id kept = give(k, id, &inside);
    check(!job_there(k, "bank.offer", kept) && offer_run(k, kept) == OK && bank_entry_of_print(&k->c, kept, &none, &n) == OK && n == 0, "a photo given to compare reports only never reaches the bank");
    Id print = give(k, id, &both);
    check(job_there(k, "bank.offer", print) && offer_run(k, print) == OK, "one given for platforms too is offered");
    BankEntry e = entry_of(k, print);
    check(str_eq(e.state, S("quarantine")) && str_eq(e.source, S("report")) && str_eq(e.lane, S("adult")) && e.quality == 90 && str_eq(e.front, S("full")) && e.consent_until == both.until && str_eq(e.consent, S("share_hash")) && e.pass_on,
        "with its source, lane, quality, front end, consent and the end of it; it stands in quarantine");
    check(bank_entry_open(&k->c, &e, 1) == OK && e.err == OK && str_eq(bank_entry_hex(k->c.arena, &e), S(HEX)), "its characters can be opened");
    check(offer_run(k, print) == OK && entry_of(k, print).entry == e.entry && feed_last(k, "adult") == 0, "offered twice it is there once, and subscribers hear nothing of it");
    kit_as_system(k);
    check(journal_one(&k->c, bank_confirm(&k->c, &e, S("person"))) == E_DENIED && journal_one(&k->c, bank_confirm(&k->c, &e, S("report"))) == E_DENIED, "the machine does not speak for a person, nor a source for itself");
    kit_as_worker(k);
    check(journal_one(&k->c, bank_confirm(&k->c, &e, S("stopncii"))) == E_DENIED, "nor a person for a source");
    check(journal_one(&k->c, bank_confirm(&k->c, &e, S("person"))) == OK && feed_last(k, "adult") == 1, "a person confirms it: now subscribers hear of it");
    check(journal_one(&k->c, bank_confirm(&k->c, &e, S("person"))) == E_CONFLICT, "once");
    kit_person(k, R_VICTIM, ID_NONE, k->org, NULL);
    k->c.person.case_id = id;
    check(journal_one(&k->c, print_end(&k->c, id, print, S("withdrawn"))) == OK && job_there(k, "bank.revoke", id), "the person takes the photo back");
    check(revoke_run(k, id) == OK, "then the bank is told");
    e = entry_of(k, print);
    BankChange *ch = NULL;
    check(str_eq(e.state, S("withdrawn")) && str_eq(e.why, S("withdrawn")) && bank_feed(&k->c, S("adult"), 1, 10, &ch, &n) == OK && n == 1 && ch[0].feed == 2 && str_eq(ch[0].what, S("withdrawn")), "and subscribers hear that it is withdrawn");
    Str proof = STR_NONE;
    kit_as_system(k);
    check(journal_checkpoint(&k->c, &proof) == OK && journal_proof(&k->c, ch[0].act_seq, &proof) == OK && proof.n > 100, "which the ledger proves");
    kit_as_worker(k);
    check(bank_entry_open(&k->c, &e, 1) == OK && e.err == OK, "they can still be told which: its characters are kept for that");
    check(journal_one(&k->c, bank_confirm(&k->c, &e, S("person"))) == E_CONFLICT && revoke_run(k, id) == OK && feed_last(k, "adult") == 2, "it never comes back, and is withdrawn once");
    UnixMs again = 0;
    kit_as_system(k);
    check(bank_forget_run(&k->c, e.id, k->c.now, &again) == OK && bank_entry_open(&k->c, &e, 1) == OK && e.err == E_MISSING, "when everybody must have heard of it, its key is destroyed");
    kit_as_worker(k);
}

static void ends_with_its_photo(Kit *k) {
    Id erased = kit_case(k, "18+", "spread", NULL), lane = kit_case(k, "18+", "spread", NULL), until = kit_case(k, "18+", "spread", NULL), early = kit_case(k, "18+", "spread", NULL);
    PrintNew p = photo(k, "share_hash");
    UnixMs again = 0;
    Id a = give(k, erased, &p), b = give(k, lane, &p), c = give(k, until, &p), d = give(k, early, &p);
    check(offer_run(k, a) == OK && offer_run(k, b) == OK && offer_run(k, c) == OK, "three photos are in the bank");
    check(journal_one(&k->c, case_withdraw(&k->c, early, S("all"))) == OK && offer_run(k, d) == OK && revoke_run(k, early) == OK, "a fourth was taken back before it came there");
    BankEntry *none = NULL;
    size_t n = 0;
    check(bank_entry_of_print(&k->c, d, &none, &n) == OK && n == 0, "and never comes there");
    kit_person(k, R_VICTIM, ID_NONE, k->org, NULL);
    k->c.person.case_id = erased;
    check(journal_one(&k->c, case_erase(&k->c, erased, S("asked"), S("victim"))) == OK && vault_shred_scope(k->c.vault, erased) == OK, "one report is erased, its keys with it");
    check(revoke_run(k, erased) == OK && str_eq(entry_of(k, a).state, S("withdrawn")) && str_eq(entry_of(k, a).why, S("erased")), "its photo leaves the bank all the same");
    check(journal_one(&k->c, case_set_lane(&k->c, lane, S("minor"), S("16-17"))) == OK && revoke_run(k, lane) == OK && str_eq(entry_of(k, b).why, S("lane")), "so does one of which it turns out that somebody under 18 is shown");
    kit_as_system(k);
    k->c.now = p.until;
    check(bank_until_run(&k->c, entry_of(k, c).id, k->c.now, &again) == OK && str_eq(entry_of(k, c).why, S("until")) && bank_until_run(&k->c, entry_of(k, c).id, k->c.now, &again) == OK, "and one whose agreed end has come");
    kit_later(k, 0);
    kit_as_worker(k);
}

static Id listed(Kit *k, Id scope, const char *source, const char *lane, int n, int64_t quality, Err want) {
    Act **acts = NULL;
    BankNew in = { .signal = S("pdq"), .lane = str_c(lane), .front = S("unknown"), .source = str_c(source), .consent = S("list"), .quality = quality, .org = k->org, .scope = scope, .pass_on = true };
    memset(in.hash, n, sizeof in.hash);
    kit_as_system(k);
    must(bank_offer(&k->c, &in, 1, &acts) == OK);
    Err err = journal_one(&k->c, acts[0]);
    check(err == want, "a hash of list %s, lane %s, quality %lld: %s", source, lane, (long long)quality, err_name(want));
    kit_as_worker(k);
    return acts[0]->subject;
}

static void lists_and_quarantine(Kit *k) {
    Id scope = ctx_new_id(&k->c);
    BankEntry e;
    must(vault_store_scopes(k->c.vault, k->org, &scope, 1, k->c.now) == OK);
    Id a = listed(k, scope, "sister", "adult", 7, BANK_QUALITY_NONE, OK), minor = listed(k, scope, "sister", "minor", 9, 80, OK);
    (void)listed(k, scope, "sister", "adult", 8, 30, E_INPUT);
    (void)listed(k, scope, "sister", "both", 8, 80, E_INPUT);
    int64_t before = feed_last(k, "adult");
    must(bank_entry_by_id(&k->c, a, &e) == OK);
    kit_as_system(k);
    check(journal_one(&k->c, bank_confirm(&k->c, &e, S("sister"))) == E_DENIED && journal_one(&k->c, bank_confirm(&k->c, &e, S("report"))) == OK, "a source that does not depend on the first agrees: it is in force");
    check(feed_last(k, "adult") == before + 1, "and is passed on, since its source agreed to that");
    check(bank_disputed_by(&k->c, e.entry, S("platform.test")) == OK && bank_entry_by_id(&k->c, a, &e) == OK && str_eq(e.state, S("disputed")) && str_eq(e.why, S("platform.test")), "a platform says that it does not belong there: it is out of force");
    check(bank_disputed_by(&k->c, e.entry, S("platform.test")) == OK && feed_last(k, "adult") == before + 2, "once, and subscribers hear it");
    check(journal_one(&k->c, bank_confirm(&k->c, &e, S("report"))) == E_CONFLICT, "no source lifts that");
    kit_as_worker(k);
    check(journal_one(&k->c, bank_confirm(&k->c, &e, S("person"))) == OK, "a person does");
    must(bank_entry_by_id(&k->c, minor, &e) == OK);
    check(bank_disputed_by(&k->c, e.entry, S("platform.test")) == E_MISSING, "what was never passed on cannot be disputed from outside");
    check(journal_one(&k->c, bank_confirm(&k->c, &e, S("person"))) == OK && feed_last(k, "adult") == before + 3 && feed_last(k, "minor") == 1, "a minor's hash goes to its own lane, never to that of platforms");
    Kit first;
    kit_elsewhere(k, &first);
    check(journal_one(&k->c, bank_withdraw(&k->c, &e, S("mistaken"))) == E_MISSING, "another organisation on the server changes nothing of it");
    kit_back(k, &first);
}

static void nothing_can_be_missed(Kit *k) {
    enum { MOST = 100 };
    BankChange *ch = NULL;
    size_t n = 0, gaps = 0, wrong = 0;
    int64_t last = 0, at = 0;
    const char *lanes[] = { "adult", "minor" };
    check(bank_changes(&k->c, 0, BANK_PAGE, &ch, &n) == OK && n > 10 && bank_changes_last(&k->c, &last) == OK && last == (int64_t)n, "%zu things happened to the bank", n);
    for (size_t i = 0; i < n; i++) gaps += ch[i].change != (int64_t)i + 1;
    check(gaps == 0, "their numbers have no gap");
    for (size_t l = 0; l < 2; l++) {
        at = 0;
        do {
            if (bank_feed(&k->c, str_c(lanes[l]), at, 2, &ch, &n) != OK) n = 0;
            for (size_t i = 0; i < n; i++, at++) wrong += ch[i].feed != at + 1 || !str_eq(ch[i].entry.lane, str_c(lanes[l])) || !ch[i].entry.fed || str_eq(ch[i].entry.state, S("quarantine"));
        } while (n > 0 && at < MOST);
        check(at == feed_last(k, lanes[l]) && at > 0, "page by page a subscriber of lane %s has all %lld", lanes[l], (long long)at);
    }
    check(wrong == 0, "in order, without a gap, none of another lane and none that was never in force");
}

static void not_in_the_clear(Kit *k) {
    const char *files[] = { "keten.db", "keten.db-wal" };
    size_t found = 0, bytes = 0, at = 0;
    uint8_t listed_hash[32];
    memset(listed_hash, 7, sizeof listed_hash);
    Pdq h;
    must(pdq_parse(S(HEX), &h) == OK);
    for (size_t i = 0; i < LEN(files); i++) {
        Str all = STR_NONE;
        Arena *a = arena_new((size_t)256 << 20);
        if (file_read(a, str_z(a, str_fmt(a, "%s/%s", k->dir, files[i])), 128 << 20, &all) == OK) bytes += all.n;
        found += str_find(all, S(HEX), &at);
        found += str_find(all, str_bytes(&h, sizeof h), &at);
        found += str_find(all, str_bytes(listed_hash, sizeof listed_hash), &at);
        arena_free(a);
    }
    check(found == 0 && bytes > 100000, "no hash stands in the database files, as text or as bits (%zu bytes searched)", bytes);
}

int main(void) {
    static Kit k;
    Arena *a = arena_new(1 << 20);
    const ActDef **all = ARENA_ARRAY(a, const ActDef *, 200);
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; bank_room_step.acts[i] != NULL; i++) all[n++] = bank_room_step.acts[i];
    kit_open(&k, all, NULL);
    kit_as_worker(&k);
    a_yes_to_platforms(&k);
    lists_and_quarantine(&k);
    ends_with_its_photo(&k);
    nothing_can_be_missed(&k);
    not_in_the_clear(&k);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
