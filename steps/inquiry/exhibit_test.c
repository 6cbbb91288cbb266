/* The life of one exhibit: every act on it stands in a chain of its own, and one that is left out is missed. */
#include "core/case/contact.h"
#include "core/case/dossier_after.h"
#include "steps/inquiry/testdossier.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Heard { Str what[8]; size_t n; Arena *a; } Heard;
static void hear(void *ctx, Str problem) {
    Heard *h = ctx;
    if (h->n < LEN(h->what)) h->what[h->n++] = str_dup(h->a, problem);
}
static bool heard(const Heard *h, const char *what) {
    bool yes = false;
    for (size_t i = 0; i < h->n; i++) yes = yes || has(h->what[i], what);
    return yes;
}

static void life(Kit *k, Id case_id, Id capture) {
    CaptureRow row;
    Act *again = NULL;
    Event *e = NULL;
    size_t n = 0;
    kit_as_worker(k);
    must(capture_by_id(&k->c, capture, &row) == OK);
    check(journal_one(&k->c, capture_handle(&k->c, ID_NONE, &row, S("viewed"), STR_NONE, 0)) == OK, "looking is an act");
    check(journal_one(&k->c, exhibit_note(&k->c, ID_NONE, &row, S("annotated"), S("ABOUT-IT the clock on the page is an hour off"))) == OK, "a remark is an act");
    check(journal_one(&k->c, exhibit_note(&k->c, ID_NONE, &row, S("corrected"), S("the first remark was about another page"))) == OK, "a correction is an act; the remark stays");
    check(journal_one(&k->c, exhibit_note(&k->c, ID_NONE, &row, S("burned"), S("x"))) == E_INPUT, "what nobody does to an exhibit is refused");
    k->c.fail = (Fail){ 0 };
    check(exhibit_recheck(&k->c, ID_NONE, &row, &again) == OK && journal_one(&k->c, again) == OK && str_eq(act_get_code(again, "found"), S("same")), "checked again, it is the file that was written down");
    check(journal_one(&k->c, capture_handle(&k->c, ID_NONE, &row, S("handed_over"), S("police"), 0)) == OK && journal_one(&k->c, capture_handle(&k->c, ID_NONE, &row, S("received"), S("police"), 0)) == OK, "handed over, and received");
    (void)ask_dossier(k, case_id, &capture, 1);
    static const char *const kinds[] = { "capture.asked", "capture.made", "capture.handled", "capture.noted", "capture.noted", "capture.rechecked", "capture.handled", "capture.handled", "capture.handled" };
    must(journal_subject_events(&k->c, capture, 100, true, &e, &n) == OK);
    bool right = n == LEN(kinds), chained = true;
    for (size_t i = 0; i < n && right; i++) {
        Str before = STR_NONE;
        right = str_eq(e[i].kind, str_c(kinds[i]));
        if (i > 0) chained = chained && journal_commitment(&k->c, e[i - 1].seq, &before) == OK && str_eq(act_get_hash(e[i].act, "before"), before);
    }
    check(right, "asked, captured, looked at, remark, correction, checked, handed over, received, copied into a dossier: all in the exhibit's own list");
    check(right && chained, "and each names the commitment of the one before it about this exhibit");
    check(str_eq(act_get_code(e[n - 1].act, "what"), S("copied")) && str_eq(act_get_text(e[3].act, "text"), S("ABOUT-IT the clock on the page is an hour off")), "what was said can be read by the team");
}

/* Somebody with the database in hand takes one act out and closes the gap in the case's own chain: the exhibit's chain shows it. */
static void taken_out(Kit *k, Id capture) {
    Heard h = { .a = k->c.arena };
    FsckTo to = { .say = hear, .ctx = &h };
    FsckReport rep;
    Event *e = NULL;
    size_t n = 0;
    kit_as_system(k);
    must(journal_subject_events(&k->c, capture, 100, false, &e, &n) == OK && n > 4);
    must(db_run(k->c.db, "UPDATE act SET subject=$2 WHERE seq=$1", P(PI(e[3].seq), PID(k->org))) == OK);
    must(journal_fsck(&k->c, k->db_path, k->scratch, &to, &rep) == OK);
    char next[80];
    snprintf(next, sizeof next, "act %lld does not name the one before it about its exhibit", (long long)e[4].seq);
    check(rep.problems > 0 && heard(&h, next), "an act taken out of an exhibit's chain is missed by the one after it");
    must(db_run(k->c.db, "UPDATE act SET subject=$2 WHERE seq=$1", P(PI(e[3].seq), PID(capture))) == OK);
}

/* ---- a dossier, passed on ---- */

static void put_file(const char *dir, const char *name, Str bytes) {
    char path[200];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    must(f != NULL && fwrite(bytes.p, 1, bytes.n, f) == bytes.n && fclose(f) == 0);
}
static int sh(const char *dir, const char *command) { /* the tool of others */
    pid_t pid = fork();
    if (pid == 0) {
        if (chdir(dir) == 0) execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void sealed_to_a_key(Kit *k, const DossierRow *d, Str zip) {
    char dir[] = "/tmp/keten-sealed-XXXXXX", line[100] = "";
    Str sealed = STR_NONE;
    ContactNew n = { .of = S("body"), .holder = S("ACM"), .purpose = S("legal"), .channel = S("age"), .tier = 1, .name = S("Dossiers desk"), .address = S("age1wrong") };
    kit_as_lead(k);
    check(journal_one(&k->c, contact_add(&k->c, ID_NONE, &n)) == E_INPUT && strcmp(k->c.fail.field, "address") == 0, "a public key that was not copied whole is refused at its field");
    k->c.fail = (Fail){ 0 };
    if (sh("/", "command -v age-keygen >/dev/null && command -v age >/dev/null") != 0) {
        check(true, "the public tool opens it # SKIP age is not here");
        return;
    }
    must(mkdtemp(dir) != NULL && sh(dir, "age-keygen -o key 2>/dev/null && age-keygen -y key > pub") == 0);
    snprintf(line, sizeof line, "%s/pub", dir);
    FILE *f = fopen(line, "r");
    must(f != NULL && fgets(line, sizeof line, f) != NULL && fclose(f) == 0);
    n.address = str_trim(str_c(line));
    Act *key = contact_add(&k->c, ID_NONE, &n);
    check(journal_one(&k->c, key) == OK, "the public key of a body is one of its contact points");
    check(inquiry_sealed_file(&k->c, d, id_hex(k->c.arena, key->subject), &sealed) == OK && !has(sealed, "data/report.html"), "the dossier is sealed to it");
    put_file(dir, "d.zip.age", sealed);
    put_file(dir, "d.zip", zip);
    check(sh(dir, "age -d -i key d.zip.age > open && cmp -s open d.zip") == 0, "and the public tool opens it with their key: the same file, to the byte");
    must(journal_one(&k->c, contact_end(&k->c, key->subject, S("gone"))) == OK);
    check(inquiry_sealed_file(&k->c, d, id_hex(k->c.arena, key->subject), &sealed) == E_MISSING, "nothing is sealed to a key that was ended");
    (void)sh(dir, "rm -rf \"$PWD\"");
}

static void by_a_link(Kit *k, const DossierRow *d) {
    Str secret = STR_NONE, other = STR_NONE;
    LinkRow l;
    DossierRow found;
    bool pressed = true;
    kit_as_lead(k);
    check(journal_one(&k->c, dossier_link_make(&k->c, ID_NONE, d, S("a law firm"), 15, &other)) == E_INPUT, "a link cannot work for longer than fourteen days");
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, dossier_link_make(&k->c, ID_NONE, d, S("a law firm"), 2, &secret)) == OK && secret.n == 32, "a link that ends is made");
    kit_as_public(k);
    check(dossier_link_find(&k->c, secret, &l, &found) == OK && id_eq(found.id, d->id), "whoever holds it finds the file");
    other = str_dup(k->c.arena, secret);
    ((char *)(uintptr_t)other.p)[0] ^= 1;
    check(dossier_link_find(&k->c, other, &l, &found) == E_MISSING && dossier_link_find(&k->c, S("short"), &l, &found) == E_MISSING, "with another word nobody does");
    must(dossier_link_find(&k->c, secret, &l, &found) == OK);
    check(inquiry_fetched_lately(&k->c, d->id, hex_enc(k->c.arena, l.token), &pressed) == OK && !pressed, "before the button nothing is given");
    check(journal_one(&k->c, dossier_fetch(&k->c, &found, l.token)) == OK && inquiry_fetched_lately(&k->c, d->id, hex_enc(k->c.arena, l.token), &pressed) == OK && pressed, "fetching is an act, then the file is given");
    kit_as_worker(k);
    check(journal_one(&k->c, dossier_link_end(&k->c, d, l.token)) == OK, "the desk ends it");
    kit_as_public(k);
    check(dossier_link_find(&k->c, secret, &l, &found) == E_MISSING && journal_one(&k->c, dossier_fetch(&k->c, d, l.token)) == E_MISSING, "ended, it is as if it never was");
    kit_as_lead(k);
    must(journal_one(&k->c, dossier_link_make(&k->c, ID_NONE, d, S("a law firm"), 1, &secret)) == OK);
    kit_later(k, 25 * 3600000LL);
    kit_as_public(k);
    check(dossier_link_find(&k->c, secret, &l, &found) == E_MISSING, "and it ends by itself");
}

/* What the receiving body did with it: an act, a file beside the content, and nothing in it can be changed. */
static void taken_over(Kit *k, Id case_id, const DossierRow *d) {
    Arena *a = k->c.arena;
    DossierRow now;
    Str zip = STR_NONE;
    DossierReport r;
    NoteKey key = ledger_key(k);
    UnixMs again = 0;
    kit_as_worker(k);
    must(journal_one(&k->c, share_make(&k->c, case_id, d->id, k->authority_org, S("filing"), S("dossier"), k->c.now + 30 * 86400000LL)) == OK);
    kit_as_inspector(k);
    check(journal_one(&k->c, dossier_receipt(&k->c, ID_NONE, d, S("ACM"), S("part"), STR_NONE, 0)) == E_INPUT && strcmp(k->c.fail.field, "why") == 0, "in part needs a reason");
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, dossier_receipt(&k->c, ID_NONE, d, S("ACM"), S("part"), S("WHY-NOT finding 2 is for another body"), 0)) == OK, "the body's inspector says that it was taken over in part, and why");
    kit_as_system(k);
    must(dossier_renew_run(&k->c, d->id, k->c.now, &again) == OK && dossier_by_id(&k->c, d->id, &now) == OK && blob_get(&k->c, now.file, DOSSIER_FILE_MAX, &zip) == OK);
    Str line = member_of(a, zip, "receipts/receipt-1.json");
    check(!id_eq(now.file, d->file) && str_eq(now.seal, d->seal) && has(line, "WHY-NOT finding 2"), "it stands in the bag beside the content, which stays as it was sealed");
    dossier_verify(a, zip, &key, &r);
    const char *says = "";
    bool covered = false;
    for (size_t i = 0; i < r.n; i++)
        if (strcmp(r.items[i].check, "receipt") == 0) says = r.items[i].why;
    for (size_t i = 0; i < r.file_n; i++) covered = covered || (str_eq(r.file[i].path, S("receipts/receipt-1.json")) && r.file[i].cover == COVER_SELF);
    check(r.failed == 0 && strcmp(says, "the receiving body took it over in part; body, date:") == 0 && covered, "the verifier says so, from the act in the ledger");
    ZipMember *m = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    must(zip_read(a, zip, &m, &n, &wrong) == OK);
    DossierBag b = dossier_bag(a, S("keten-K-2026-000001-2"));
    for (size_t i = 0; i < n; i++) {
        Str path = str_sub(m[i].name, b.base.n + 1, m[i].name.n), bytes = m[i].bytes;
        if (str_eq(path, S("tagmanifest-sha256.txt"))) continue;
        if (str_eq(path, S("receipts/receipt-1.json"))) {
            char *p = str_z(a, bytes);
            memcpy(strstr(p, "WHY-NOT finding 2"), "WHY-NOT finding 1", 17);
            bytes = str_bytes(p, bytes.n);
        }
        dossier_add(&b, path, bytes);
    }
    Buf out = buf_new(64 << 20);
    must(dossier_write(&b, &out) == OK);
    dossier_verify(a, buf_str(&out), &key, &r);
    bool found = false;
    for (size_t i = 0; i < r.n; i++) found = found || (strcmp(r.items[i].check, "receipt") == 0 && r.items[i].verdict == VERDICT_FAILED && strcmp(r.items[i].why, "the reason is not the one that was entered in the ledger") == 0);
    check(r.failed == 1 && found, "a reason that was put in its place is found");
    buf_free(&out);
}

/* The keys of one exhibit go: content gone, acts and proofs whole, a tombstone on record and in every later dossier. */
static void erased(Kit *k, Id case_id, Id location, Id capture, const DossierRow *holding, Str handed_out) {
    CaptureRow row;
    DossierRow d;
    Act *again = NULL;
    Str bytes = STR_NONE;
    DossierReport r;
    NoteKey key = ledger_key(k);
    kit_as_worker(k);
    must(capture_by_id(&k->c, capture, &row) == OK);
    check(journal_one(&k->c, exhibit_erase(&k->c, ID_NONE, &row, S("objection"))) == E_DENIED, "a worker cannot erase an exhibit");
    kit_as_lead(k);
    check(journal_one(&k->c, exhibit_erase(&k->c, ID_NONE, &row, S("whim"))) == E_INPUT, "nor anybody without a ground");
    k->c.fail = (Fail){ 0 };
    kit_as_system(k);
    check(exhibit_shred_run(&k->c, capture, k->c.now, NULL) == E_INPUT, "keys are destroyed after the tombstone, never before");
    kit_as_lead(k);
    check(journal_one(&k->c, exhibit_erase(&k->c, ID_NONE, &row, S("objection"))) == OK, "a lead can");
    kit_as_system(k);
    check(exhibit_shred_run(&k->c, capture, k->c.now, NULL) == OK, "the keys are destroyed");
    check(blob_get(&k->c, row.warc, WARC_BYTES_MAX, &bytes) == E_MISSING && blob_get(&k->c, row.text_file, WARC_BYTES_MAX, &bytes) == E_MISSING, "its files cannot be read any more");
    must(dossier_by_id(&k->c, holding->id, &d) == OK);
    check(blob_get(&k->c, d.file, DOSSIER_FILE_MAX, &bytes) == E_MISSING && blob_get(&k->c, holding->file, DOSSIER_FILE_MAX, &bytes) == E_MISSING, "nor can our dossier that carries it, in any of its files");
    dossier_verify(k->c.arena, handed_out, &key, &r);
    check(r.failed == 0, "what was handed out before still verifies");
    kit_as_worker(k);
    must(capture_by_id(&k->c, capture, &row) == OK);
    check(exhibit_recheck(&k->c, ID_NONE, &row, &again) == OK && journal_one(&k->c, again) == OK && str_eq(act_get_code(again, "found"), S("gone")), "checked again, the record says that the content is gone");
    Id other = make_capture(k, case_id, location);
    Str zip = made_file(k, ask_dossier(k, case_id, &other, 1), &d);
    dossier_verify(k->c.arena, zip, &key, &r);
    check(r.failed == 0 && has(member_of(k->c.arena, zip, "data/report.html"), "Gewiste bewijsstukken") && has(member_of(k->c.arena, zip, "data/facts.json"), "\"ground\": \"objection\"") && has(member_of(k->c.arena, zip, "data/custody/events.jsonl"), "capture.erased"),
        "a later dossier shows the tombstone, and its chain is whole");
    must(capture_by_id(&k->c, other, &row) == OK && blob_get(&k->c, row.warc, WARC_BYTES_MAX, &bytes) == OK);
    kit_fsck(k);
    kit_as_lead(k);
    must(journal_one(&k->c, case_erase(&k->c, case_id, S("asked"), S("lead"))) == OK);
    kit_as_system(k);
    check(case_shred_run(&k->c, case_id) == OK && blob_get(&k->c, row.warc, WARC_BYTES_MAX, &bytes) == E_MISSING && blob_get(&k->c, d.file, DOSSIER_FILE_MAX, &bytes) == E_MISSING, "with the case, keys of exhibits and dossiers go too");
}

static void passed_on(Kit *k, Id case_id, Id location, Id capture) {
    DossierRow d;
    Str zip = made_file(k, ask_dossier(k, case_id, &capture, 1), &d);
    sealed_to_a_key(k, &d, zip);
    by_a_link(k, &d);
    taken_over(k, case_id, &d);
    erased(k, case_id, location, capture, &d, zip);
}

int main(void) {
    Arena *a = arena_new(64 << 20);
    static Kit k;
    Id location = ID_NONE, case_id = open_with_case(&k, a, &location);
    Id capture = make_capture(&k, case_id, location);
    life(&k, case_id, capture);
    taken_out(&k, capture);
    passed_on(&k, case_id, location, capture);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
