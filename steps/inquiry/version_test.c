/* Versions of a dossier for other readers: the same facts root, fewer facts, each checkable by itself; and whether one holds what a form asks for. */
#include "core/dossier/fields.h"
#include "steps/inquiry/complete.h"
#include "steps/inquiry/testdossier.h"
#include "steps/inquiry/version_in.h"

static Id ask_version(Kit *k, const DossierRow *parent, const char *version, const ClosedRow *closed, size_t n) {
    Act *acts[8];
    Id id = ID_NONE;
    kit_as_worker(k);
    acts[0] = dossier_version_ask(&k->c, ID_NONE, parent, str_c(version), &id);
    for (size_t i = 0; i < n; i++) acts[i + 1] = dossier_close(&k->c, ID_NONE, parent, id, closed[i].location, closed[i].finding);
    check(journal_commit(&k->c, acts, n + 1) == OK, "a %s version is asked for", version);
    return id;
}

static const DossierItem *facts_item(const DossierReport *r) {
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->items[i].check, "facts") == 0) return &r->items[i];
    return NULL;
}

/* It verifies by itself, names the seal it comes from, and speaks under the same root. */
static void holds(Kit *k, Str zip, const DossierReport *parent, const char *which, const char *says, DossierReport *r) {
    NoteKey key = ledger_key(k);
    dossier_verify(k->c.arena, zip, &key, r);
    for (size_t i = 0; i < r->n; i++)
        if (r->items[i].verdict == VERDICT_FAILED) printf("# %s " STR_FMT " %s " STR_FMT "\n", r->items[i].check, STR_ARG(r->items[i].file), r->items[i].why, STR_ARG(r->items[i].detail));
    const DossierItem *x = facts_item(r);
    check(r->failed == 0 && x != NULL && x->verdict == VERDICT_OK && strcmp(x->why, says) == 0, "the %s version verifies by itself", which);
    check(str_eq(r->seal.facts_root, parent->seal.facts_root) && str_eq(r->seal.parent, parent->seal_sha256) && !str_eq(r->seal_sha256, parent->seal_sha256), "it has a seal of its own, the same facts root, and names the seal it comes from");
}

/* Whoever looked stands in a dossier under a number: "worker-" and eight digits. The style sheet and the page have that word otherwise. */
static bool names_worker(Kit *k, Str zip) {
    char word[24];
    snprintf(word, sizeof word, "worker-%.8s", id_hex(k->c.arena, k->worker).p);
    return has(zip, word);
}

static void public_version(Kit *k, const DossierRow *parent, const DossierReport *whole) {
    DossierRow d;
    DossierReport r;
    Str zip = made_file(k, ask_version(k, parent, "public", NULL, 0), &d);
    holds(k, zip, whole, "public", "a public version: open fields fit the facts root in the seal; closed, seal it was made from:", &r);
    static const char *const secrets[] = { "x.example/one", "FINDING-ONE", "FINDING-TWO", "by the capture", "what stood there", "ABOUT-IT" };
    size_t found = 0;
    for (size_t i = 0; i < LEN(secrets); i++) {
        found += has(zip, secrets[i]);
        if (has(zip, secrets[i])) printf("# %s\n", secrets[i]);
    }
    check(found == 0 && !names_worker(k, zip) && r.captures == 0 && r.withheld == r.events, "no address, no capture, no words of what was seen, nobody who looked");
    check(has(member_of(k->c.arena, zip, "data/report.html"), "gesloten in deze versie") && has(member_of(k->c.arena, zip, "data/report-en.html"), "closed in this version"), "its report shows in both languages that something is closed");
    check(has(member_of(k->c.arena, zip, "data/facts.json"), "\"seen\": null") && has(member_of(k->c.arena, zip, "data/facts.json"), "\"norm\": \"NCII\""), "its facts have null where something is closed");
}

static void defence_version(Kit *k, const DossierRow *parent, const DossierReport *whole) {
    DossierRow d;
    DossierReport r;
    Str zip = made_file(k, ask_version(k, parent, "defence", NULL, 0), &d);
    holds(k, zip, whole, "defence", "a version for whoever is accused: open fields fit the facts root in the seal; closed, seal it was made from:", &r);
    check(r.captures == 2 && has(member_of(k->c.arena, zip, "data/report.html"), "FINDING-ONE") && has(zip, "x.example/one"), "whoever is accused sees what is held against them, with the captures");
    check(!names_worker(k, zip) && !has(zip, "ABOUT-IT"), "and neither who looked nor remarks");
}

/* The objection of one person: all that is hers is closed, the rest stays open, and the dossier it was made from goes nowhere. */
static void objection(Kit *k, const DossierRow *parent, const DossierReport *whole, Id hers, Id capture) {
    DossierRow d;
    DossierReport r;
    ClosedRow closed[] = { { hers, 0 }, { ID_NONE, 2 } };
    check(inquiry_handed_out(&k->c, parent) == OK, "before an objection the dossier may go out");
    Str zip = made_file(k, ask_version(k, parent, "without", closed, 2), &d);
    holds(k, zip, whole, "recomputed", "a version after an objection: open fields fit the facts root in the seal; closed, seal it was made from:", &r);
    Str hex = id_hex(k->c.arena, hers), key = str_sub(id_hex(k->c.arena, capture), 0, 8);
    check(!has(zip, "x.example/two") && !has(zip, "FINDING-TWO") && !has(zip, str_z(k->c.arena, hex)) && !has(zip, str_z(k->c.arena, key)), "of her location, her capture and her finding nothing is left, not even a number");
    check(r.captures == 1 && has(zip, "x.example/one") && has(zip, "FINDING-ONE"), "the rest stands as it was");
    check(inquiry_handed_out(&k->c, parent) == E_CONFLICT, "the dossier it was made from is not handed out any more");
    k->c.fail = (Fail){ 0 };
    check(inquiry_handed_out(&k->c, &d) == OK, "its successor is");
}

/* Somebody opens a field otherwise than it was sealed, and writes every list and the container anew: the root in the signed seal does not fit. */
static void other_words(Kit *k, Str zip) {
    Arena *a = k->c.arena;
    FieldsRoot root;
    int64_t closed = 0;
    const char *why = NULL;
    Str facts = member_of(a, zip, "data/facts.json"), lines = member_of(a, zip, "data/fields.jsonl");
    must(fields_check(a, facts, lines, &root, &closed, &why) == OK);
    char *f = str_z(a, facts), *l = str_z(a, lines);
    memcpy(strstr(f, "FINDING-ONE"), "FINDING-0NE", 11);
    check(fields_check(a, str_bytes(f, facts.n), lines, &(FieldsRoot){ 0 }, &closed, &why) == E_INPUT, "other words in the facts do not fit the field");
    memcpy(strstr(l, "FINDING-ONE"), "FINDING-0NE", 11);
    FieldsRoot other;
    check(fields_check(a, str_bytes(f, facts.n), str_bytes(l, lines.n), &other, &closed, &why) == OK && memcmp(root.root, other.root, 32) != 0, "and other words in both give another root than the sealed one");
}

static void complete(Kit *k, const DossierRow *d) {
    Complete all;
    DossierRow bare = *d, nobody = *d;
    bare.findings = bare.captures = 0;
    nobody.recipient = STR_NONE;
    kit_as_worker(k);
    check(dossier_complete(&k->c, d, &all) == OK && all.n >= 2, "for each form of the body the parts that it asks for are listed");
    size_t missing = 0, letter = 0, unverified = 0;
    for (size_t i = 0; i < all.n; i++)
        for (size_t p = 0; p < all.form[i].n; p++) {
            const CompletePart *x = &all.form[i].parts[p];
            missing += x->needed && x->state == PART_MISSING;
            letter += x->state == PART_LETTER;
            unverified += *law_mark(&x->law->r) != '\0';
        }
    check(all.whole && missing == 0 && letter > 0, "this dossier holds what they ask for; what stands in the letter is not counted");
    check(unverified > 0, "rows that nobody verified say so");
    check(dossier_complete(&k->c, &bare, &all) == OK && !all.whole, "without findings and captures it is not complete");
    bool named = false;
    for (size_t i = 0; i < all.n; i++)
        for (size_t p = 0; p < all.form[i].n; p++) named = named || (str_eq(all.form[i].parts[p].law->element, S("facts")) && all.form[i].parts[p].state == PART_MISSING && all.form[i].parts[p].mend.s.n > 0);
    check(named, "what is missing is named, with where it is mended");
    check(dossier_complete(&k->c, &nobody, &all) == OK && all.n == 0 && all.whole, "made for nobody in particular, nothing is asked");
}

int main(void) {
    Arena *a = arena_new(64 << 20);
    static Kit k;
    DossierRow d;
    DossierReport whole;
    Id one = ID_NONE, case_id = open_with_case(&k, a, &one);
    Id two = add_location(&k, case_id, "https://x.example/two");
    Id captures[] = { make_capture(&k, case_id, one), make_capture(&k, case_id, two) };
    CaptureRow row;
    ask_and_wait(&k, case_id, one);
    kit_as_worker(&k);
    must(capture_by_id(&k.c, captures[0], &row) == OK && journal_one(&k.c, exhibit_note(&k.c, ID_NONE, &row, S("annotated"), S("ABOUT-IT the clock is off"))) == OK);
    Str zip = made_file(&k, ask_dossier(&k, case_id, captures, 2), &d);
    NoteKey key = ledger_key(&k);
    dossier_verify(a, zip, &key, &whole);
    check(whole.failed == 0 && facts_item(&whole) != NULL && strcmp(facts_item(&whole)->why, "every fact is open and fits the facts root in the seal; facts:") == 0 && str_eq(whole.seal.version, S("authority")), "the whole dossier has all facts open, under the root in its seal");
    complete(&k, &d);
    public_version(&k, &d, &whole);
    defence_version(&k, &d, &whole);
    objection(&k, &d, &whole, two, captures[1]);
    other_words(&k, zip);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
