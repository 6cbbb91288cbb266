/* A person gives the characters of a photo, and takes them back: for how long, for what, and what is left of them afterwards. */
#include "core/case/print.h"
#include "core/case/case_step.h"
#include "core/case/intake.h"
#include "core/case/testkit.h"
#include "foundation/sys/sys.h"

#define HEX "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
static const int64_t DAY_MS = 86400000;

static PrintNew photo(Kit *k, int quality) {
    PrintNew p = { .hash = { .n = 1, .quality = quality }, .front = PDQ_FRONT_FULL, .uses = S("recognise"), .until = k->c.now + 365 * DAY_MS, .said_by = S("victim") };
    must(pdq_parse(S(HEX), &p.hash.form[0]) == OK);
    return p;
}

static Err give(Kit *k, Id case_id, const PrintNew *p, Id *out) {
    Act *a = NULL;
    TRY(print_give(&k->c, ID_NONE, k->org, case_id, p, &a));
    *out = a->subject;
    return journal_one(&k->c, a);
}

static void as_person(Kit *k, Id case_id) {
    kit_person(k, R_VICTIM, ID_NONE, k->org, NULL);
    k->c.person.case_id = case_id;
}

static Err readable(Kit *k, Id print) {
    PrintRow row;
    TRY(print_by_id(&k->c, print, &row));
    TRY(print_open(&k->c, &row, 1));
    return row.err;
}

/* What the record itself still tells of the photo. */
static bool record_tells(Kit *k, Id case_id) {
    Event *e = NULL;
    size_t n = 0;
    bool tells = false;
    must(journal_case_events(&k->c, case_id, 0, 200, true, true, &e, &n) == OK);
    for (size_t i = 0; i < n; i++)
        if (e[i].def == &act_print_given) tells = tells || act_get_text(e[i].act, "hash").n > 0;
    return tells;
}

static void shred(Kit *k, Id case_id) {
    UnixMs again = 0;
    kit_as_system(k);
    check(print_shred_run(&k->c, case_id, k->c.now, &again) == OK, "the keys of what is no longer in force are destroyed");
    kit_as_worker(k);
}

static void given_and_taken_back(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), other = kit_case(k, "18+", "spread", NULL), print = ID_NONE;
    PrintNew p = photo(k, 100);
    PrintRow *rows = NULL;
    size_t n = 0;
    char hex[PDQ_HEX + 1];
    as_person(k, id);
    check(give(k, id, &p, &print) == OK, "a person gives the characters of a photo to their own report");
    check(print_of_case(&k->c, id, &rows, &n) == OK && n == 1 && print_open(&k->c, rows, n) == OK && rows[0].err == OK, "it stands there");
    pdq_hex(&rows[0].hash.form[0], hex);
    check(str_eq(str_c(hex), S(HEX)) && rows[0].quality == 100 && str_eq(rows[0].front, S("full")) && str_eq(rows[0].uses, S("recognise")) && rows[0].until == k->c.now + 365 * DAY_MS,
        "with the very characters, the quality, how it was made, what for and until when");
    check(journal_one(&k->c, print_end(&k->c, other, print, S("withdrawn"))) == E_MISSING, "with another report's code it cannot be taken back");
    as_person(k, other);
    check(journal_one(&k->c, print_end(&k->c, other, print, S("withdrawn"))) == E_MISSING, "nor by the person of another report through that one");
    check(give(k, id, &p, &print) == E_MISSING, "and nobody gives a photo to a report that is not theirs");
    as_person(k, id);
    print = rows[0].id;
    check(journal_one(&k->c, print_end(&k->c, id, print, S("withdrawn"))) == OK, "the person takes it back");
    check(print_of_case(&k->c, id, &rows, &n) == OK && n == 1 && rows[0].ended == k->c.now && rows[0].sealed.n == 0, "at once nothing of it is left in the case but that it was there");
    check(record_tells(k, id), "until its key is destroyed the record could still be opened");
    shred(k, id);
    check(!record_tells(k, id) && readable(k, print) == E_MISSING, "then not even the record can");
    check(journal_one(&k->c, print_end(&k->c, id, print, S("withdrawn"))) == E_CONFLICT, "it is taken back once");
}

static void refused(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), print = ID_NONE;
    const char *ages[] = { "<12", "12-15", "16-17", "unknown" };
    PrintNew p = photo(k, 49), good = photo(k, 50);
    check(give(k, id, &p, &print) == E_INPUT, "a photo that shows too little is refused: quality 49");
    check(give(k, id, &good, &print) == OK, "50 is enough");
    p = photo(k, 100);
    p.uses = STR_NONE;
    check(give(k, id, &p, &print) == E_INPUT, "without a purpose nothing is kept");
    p.uses = S("recognise,everything");
    check(give(k, id, &p, &print) == E_INPUT, "nor for a purpose that nobody was asked about");
    p = photo(k, 100);
    p.until = k->c.now;
    check(give(k, id, &p, &print) == E_INPUT, "nor without an end that lies ahead");
    p.until = k->c.now + 3650 * DAY_MS;
    check(give(k, id, &p, &print) == E_INPUT, "nor for ever");
    p = photo(k, 100);
    p.hash.n = 3;
    check(give(k, id, &p, &print) == E_INPUT, "one hash or all eight forms: three are neither");
    p.hash.n = PDQ_FORMS;
    check(give(k, id, &p, &print) == OK, "eight are a photo that may have been turned");
    p.film = true;
    p.hash.n = PRINT_FRAMES;
    for (int i = 0; i < PRINT_FRAMES; i++) p.hash.form[i].q[0] = p.hash.form[0].q[0] + (uint64_t)i;
    PrintRow film;
    check(give(k, id, &p, &print) == OK && print_by_id(&k->c, print, &film) == OK && str_eq(film.front, S("vpdq")) && film.forms == PRINT_FRAMES && print_open(&k->c, &film, 1) == OK && film.hash.n == PRINT_FRAMES && pdq_same(&film.hash.form[5], &p.hash.form[5]), "thirty-two are a video's frames, and say so");
    p.hash.n = 3;
    check(give(k, id, &p, &print) == OK, "so are three");
    PrintNew back;
    check(print_of_line(k->c.arena, print_line(k->c.arena, &p), &back) == OK && back.film && back.hash.n == 3 && pdq_same(&back.hash.form[2], &p.hash.form[2]), "and what waits between two screens stays a video");
    for (size_t i = 0; i < LEN(ages); i++) {
        Id young = kit_case(k, ages[i], "spread", NULL);
        p = photo(k, 100);
        check(give(k, young, &p, &print) == E_CONFLICT, "age %s: not even the characters are taken, by nobody", ages[i]);
    }
    kit_as_public(k);
    Intake in = { .act = ctx_new_id(&k->c), .said_by = S("victim"), .facts = { .source = S("victim"), .age_depicted = S("16-17"), .for_whom = S("self"), .safety = S("yes"), .contact_mode = S("code"), .lang = S("nl") }, .prints = { photo(k, 100) }, .prints_n = 1 };
    IntakeDone done;
    check(intake_open(&k->c, &in, &done) == E_INPUT, "nor with a new report");
    in.facts.age_depicted = S("18+");
    check(intake_open(&k->c, &in, &done) == OK, "an adult's report brings them along");
    kit_as_worker(k);
    PrintRow *rows = NULL;
    size_t n = 0;
    check(print_of_case(&k->c, done.case_id, &rows, &n) == OK && n == 1 && readable(k, rows[0].id) == OK, "and they are in the case from its first act on");
}

static void ends_by_itself(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), print = ID_NONE, lane = kit_case(k, "18+", "spread", NULL), lane_print = ID_NONE, gone = kit_case(k, "18+", "spread", NULL), gone_print = ID_NONE;
    Id all = kit_case(k, "18+", "spread", NULL), all_print = ID_NONE;
    PrintNew p = photo(k, 90);
    PrintRow row;
    UnixMs again = 0;
    check(give(k, id, &p, &print) == OK && give(k, lane, &p, &lane_print) == OK && give(k, gone, &p, &gone_print) == OK && give(k, all, &p, &all_print) == OK, "four reports have a photo");
    check(journal_one(&k->c, case_set_lane(&k->c, lane, S("minor"), S("16-17"))) == OK, "in one it turns out that somebody under 18 is shown");
    check(print_by_id(&k->c, lane_print, &row) == OK && row.ended != 0 && str_eq(row.why, S("lane")), "its characters leave with that act");
    shred(k, lane);
    check(!record_tells(k, lane), "and the record keeps nothing of them");
    check(journal_one(&k->c, case_withdraw(&k->c, all, S("all"))) == OK && print_by_id(&k->c, all_print, &row) == OK && str_eq(row.why, S("withdrawn")), "who takes everything back takes the photos back too");
    as_person(k, gone);
    check(journal_one(&k->c, case_erase(&k->c, gone, S("asked"), S("victim"))) == OK, "one report is erased");
    shred(k, gone);
    check(readable(k, gone_print) == E_MISSING && !record_tells(k, gone), "with its photos");
    kit_as_system(k);
    k->c.now = p.until;
    check(print_until_run(&k->c, print, k->c.now, &again) == OK && print_by_id(&k->c, print, &row) == OK && str_eq(row.why, S("until")), "and on the day that was agreed one ends by itself");
    check(print_until_run(&k->c, print, k->c.now, &again) == OK, "once");
    kit_as_worker(k);
}

/* Joined reports are about the same pictures: what a trained person decides on the age in one holds for those that went into it. */
static void joined_and_under_eighteen(Kit *k) {
    Id into = kit_case(k, "18+", "spread", NULL), first = kit_case(k, "18+", "spread", NULL), second = kit_case(k, "18+", "spread", NULL), other = kit_case(k, "18+", "spread", NULL), a = ID_NONE, b = ID_NONE, c = ID_NONE;
    PrintNew p = photo(k, 90);
    PrintRow *rows = NULL, row;
    size_t n = 0;
    check(give(k, first, &p, &a) == OK && give(k, second, &p, &b) == OK && give(k, other, &p, &c) == OK, "three reports have a photo");
    kit_as_lead(k);
    check(journal_one(&k->c, case_merge(&k->c, second, first)) == OK && journal_one(&k->c, case_merge(&k->c, first, into)) == OK, "one is joined into another, and that one into a third");
    kit_as_worker(k);
    check(print_of_report(&k->c, first, &rows, &n) == OK && n == 1 && id_eq(rows[0].id, a), "each report still has its own photo");
    check(journal_one(&k->c, case_set_lane(&k->c, into, S("minor"), S("16-17"))) == OK, "then it turns out that somebody under 18 is shown");
    check(print_by_id(&k->c, a, &row) == OK && row.ended != 0 && str_eq(row.why, S("lane")) && print_by_id(&k->c, b, &row) == OK && row.ended != 0, "the photos of all that were joined leave with that act");
    shred(k, into);
    check(!record_tells(k, first) && !record_tells(k, second), "and the record keeps nothing of them");
    check(readable(k, c) == OK, "a report that was not joined keeps its own");
}

/* Another photo than that of the other tests, with so many bits turned over. */
static PrintNew altered(Kit *k, int bits) {
    PrintNew p = photo(k, 88);
    for (int i = 0; i < 4; i++) p.hash.form[0].q[i] ^= UINT64_C(0x5555555555555555);
    for (int i = 0; i < bits; i++) p.hash.form[0].q[i % 4] ^= UINT64_C(1) << (i * 7 % 64);
    return p;
}

static void the_same_again(Kit *k) {
    Id first = kit_case(k, "18+", "spread", NULL), second = kit_case(k, "18+", "spread", NULL), third = kit_case(k, "18+", "spread", NULL), a = ID_NONE, b = ID_NONE, far = ID_NONE;
    PrintNew p = altered(k, 0), near = altered(k, PDQ_RADIUS), beyond = altered(k, 0);
    UnixMs again = 0;
    PrintMatch *m = NULL, *o = NULL;
    size_t n = 0, on = 0;
    CaseRow row;
    beyond.hash.form[0].q[0] = ~p.hash.form[0].q[0];
    check(print_distance(&p.hash, &near.hash) == PDQ_RADIUS && print_distance(&p.hash, &beyond.hash) == 64, "two photos differ in 31 bits, a third in 64");
    check(give(k, first, &p, &a) == OK && give(k, third, &beyond, &far) == OK, "photos are given to two reports");
    check(journal_one(&k->c, case_turn(&k->c, first, S("platform"), S("answer"), k->c.now + DAY_MS)) == OK, "in the first it is somebody else's turn");
    kit_as_system(k);
    check(print_match_run(&k->c, a, k->c.now, &again) == OK && print_match_of_case(&k->c, first, &m, &n) == OK && n == 0, "nothing lies near the first");
    kit_as_worker(k);
    check(give(k, second, &near, &b) == OK, "later the same photo, made smaller, comes in with another report");
    kit_as_system(k);
    check(print_match_run(&k->c, b, k->c.now, &again) == OK, "it is compared with those in force");
    check(print_match_of_case(&k->c, first, &m, &n) == OK && n == 1 && print_match_of_case(&k->c, second, &o, &on) == OK && on == 1, "both cases hear of it, once");
    check(m[0].distance == PDQ_RADIUS && m[0].quality == 88 && id_eq(m[0].other_case, second) && id_eq(o[0].other_case, first) && str_eq(m[0].state, S("open")) && str_eq(m[0].source, S("victim")),
        "with distance, quality and who gave it, and nothing is decided");
    check(print_match_of_case(&k->c, third, &o, &on) == OK && on == 0, "the case whose photo lies further off hears nothing");
    check(case_by_id(&k->c, first, &row) == OK && str_eq(row.turn, S("us")) && str_eq(row.next_duty, S("photo_match")), "it is the turn of whoever has the case");
    check(print_match_run(&k->c, b, k->c.now, &again) == OK && print_match_run(&k->c, a, k->c.now, &again) == OK && print_match_of_case(&k->c, first, &m, &n) == OK && n == 1, "asked again it is not said again");
    Err machine = journal_one(&k->c, print_decide(&k->c, &m[0], true));
    check(machine == E_MISSING || machine == E_DENIED, "the machine does not decide");
    kit_as_worker(k);
    check(journal_one(&k->c, print_decide(&k->c, &m[0], true)) == OK && print_match_by_id(&k->c, m[0].id, &m[0]) == OK && str_eq(m[0].state, S("same")), "a person says that it is the same photo");
    check(journal_one(&k->c, print_decide(&k->c, &m[0], false)) == E_CONFLICT, "once");
    as_person(k, first);
    check(journal_one(&k->c, print_end(&k->c, first, a, S("withdrawn"))) == OK, "the first photo is taken back");
    kit_as_worker(k);
    check(print_match_of_case(&k->c, second, &o, &on) == OK && on == 0, "what was not decided about it is not asked any more");
    check(give(k, third, &near, &far) == OK, "it comes in once more");
    kit_as_system(k);
    check(print_match_run(&k->c, far, k->c.now, &again) == OK && print_match_of_case(&k->c, third, &o, &on) == OK && on >= 1, "and is compared with what is in force");
    for (size_t i = 0; i < on; i++) n += id_eq(o[i].other, a);
    check(n == 1, "never with what was taken back");
    Id into = kit_case(k, "18+", "spread", NULL);
    kit_as_lead(k);
    check(journal_one(&k->c, case_merge(&k->c, third, into)) == OK, "the report is joined into another");
    kit_as_worker(k);
    check(print_match_of_case(&k->c, into, &o, &on) == OK && on >= 1 && id_eq(o[0].case_id, third) && journal_one(&k->c, print_decide(&k->c, &o[0], false)) == OK, "there it is seen, and decided on");
}

/* A flood is not cut off unsaid: a run puts 200 before people, and the next goes on. */
static void very_many_alike(Kit *k) {
    enum { ONE = 150, OTHER = 70 };
    Id many = kit_case(k, "18+", "spread", NULL), more = kit_case(k, "18+", "spread", NULL), last = kit_case(k, "18+", "spread", NULL), print = ID_NONE;
    PrintNew p = altered(k, 0);
    p.hash.form[0].q[3] ^= 0x0FF00FF0;
    for (int i = 0; i < ONE; i++) must(give(k, many, &p, &print) == OK);
    for (int i = 0; i < OTHER; i++) must(give(k, more, &p, &print) == OK);
    must(give(k, last, &p, &print) == OK);
    UnixMs again = 0;
    PrintMatch *m = NULL;
    size_t n = 0;
    int64_t all = 0, open = 0;
    kit_as_system(k);
    check(print_match_run(&k->c, print, k->c.now, &again) == OK && again == k->c.now, "220 photos lie near a new one: a run puts 200 before people, and says that there are more");
    again = 0;
    check(print_match_run(&k->c, print, k->c.now, &again) == OK && again == 0 && print_match_page(&k->c, last, 0, &m, &n, &all, &open) == OK && all >= ONE + OTHER && open == all && n == PRINT_MATCHES, "the next brings the rest: all %lld can be seen, page by page", (long long)all);
    check(print_match_page(&k->c, last, PRINT_MATCHES, &m, &n, &all, &open) == OK && n == (size_t)all - PRINT_MATCHES, "the second page too");
    kit_as_worker(k);
}

static void not_in_the_clear(Kit *k) {
    const char *files[] = { "keten.db", "keten.db-wal" };
    size_t found = 0, bytes = 0, at = 0;
    for (size_t i = 0; i < LEN(files); i++) {
        Str all = STR_NONE;
        Arena *a = arena_new((size_t)256 << 20);
        if (file_read(a, str_z(a, str_fmt(a, "%s/%s", k->dir, files[i])), 128 << 20, &all) == OK) bytes += all.n;
        found += str_find(all, S(HEX), &at);
        Pdq h;
        must(pdq_parse(S(HEX), &h) == OK);
        found += str_find(all, str_bytes(&h, sizeof h), &at);
        arena_free(a);
    }
    check(found == 0 && bytes > 100000, "no characters of a photo stand in the database files, as text or as bits (%zu bytes searched)", bytes);
}

static void between_screens(Kit *k) {
    PrintNew p = photo(k, 77), back;
    Str line = print_line(k->c.arena, &p);
    check(print_of_line(k->c.arena, line, &back) == OK && pdq_same(&p.hash.form[0], &back.hash.form[0]) && back.hash.quality == 77 && back.until == p.until && str_eq(back.uses, p.uses), "what waits between two screens comes back as it was");
    const char *bad[] = { "", ";", "f8f8;1;full;recognise;1", HEX ";101;full;recognise;1", HEX ";50;half;recognise;1", HEX ";50;full;recognise", HEX ";50;full;recognise;x" };
    size_t taken = 0;
    for (size_t i = 0; i < LEN(bad); i++) taken += print_of_line(k->c.arena, str_c(bad[i]), &back) == OK;
    check(taken == 0, "and nothing else does");
}

int main(void) {
    static Kit k;
    kit_open(&k, core_acts, NULL);
    kit_as_worker(&k);
    given_and_taken_back(&k);
    refused(&k);
    not_in_the_clear(&k);
    the_same_again(&k);
    very_many_alike(&k);
    joined_and_under_eighteen(&k);
    ends_by_itself(&k);
    between_screens(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
