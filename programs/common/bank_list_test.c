/* bank_list_test.c - lists from elsewhere: what a good one brings, what a bad one cannot do, and what is withdrawn with it. */
#include "core/bank/bank_room.h"
#include "core/bank/list.h"
#include "core/fingerprint/testhash.h"
#include "core/step/pagekit.h"
#include "programs/bank/bank.h"
#include "programs/common/bank_join.h"

typedef struct World { Kit k; char dir[128]; BankJoin *join; } World;

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
    return err;
}
static ListRow made(World *w, const char *code, const char *lane) {
    ListNew n = { .code = str_c(code), .kind = S("file"), .lane = str_c(lane), .pass_on = true };
    Act *a = NULL;
    ListRow l;
    kit_as_lead(&w->k);
    must(list_make(&w->k.c, ID_NONE, &n, &a) == OK && journal_one(&w->k.c, a) == OK && list_by_id(&w->k.c, a->subject, &l) == OK);
    return l;
}
static ListHash hash(uint64_t seed, int64_t at, bool gone) {
    ListHash h = { .signal = S("pdq"), .front = S("full"), .quality = 80, .at = at, .gone = gone };
    Pdq p = hash_make(seed);
    bank_bytes(&p, h.hash);
    return h;
}
static ListCount take(World *w, const ListRow *l, ListHash *rows, size_t n) {
    ListCount c = { .rows = 0 };
    kit_as_system(&w->k);
    must(list_take(&w->k.c, l, rows, n, &c) == OK && due_work(w, "bank.follow", w->k.org) == OK);
    return c;
}
static size_t standing(World *w, const char *state, const char *code) {
    BankEntry *e = NULL;
    size_t n = 0;
    must(bank_list(&w->k.c, w->k.org, str_c(state), str_c(code), 0, BANK_PAGE, &e, &n) == OK);
    return n;
}

static void taking(World *w) {
    ListRow a = made(w, "sister-a", "adult"), b = made(w, "sister-b", "adult"), minors = made(w, "hotline", "minor");
    ListHash first[] = { hash(1, 10, false), hash(2, 10, false), hash(1, 12, false), hash(3, 11, true) };
    ListCount c = take(w, &a, first, 4);
    check(c.rows == 4 && c.added == 2 && c.known == 0 && c.withdrawn == 0 && standing(w, "quarantine", "sister-a") == 2, "two are new, the same one twice counts once, what was withdrawn before it came never comes");
    ListHash again[] = { hash(1, 13, false), hash(2, 13, true), hash(4, 13, false) };
    c = take(w, &a, again, 3);
    check(c.added == 1 && c.known == 1 && c.withdrawn == 1 && standing(w, "withdrawn", "sister-a") == 1, "read again: one known, one withdrawn by the list, one new");
    ListHash both[] = { hash(1, 1, false) };
    c = take(w, &b, both, 1);
    check(c.added == 1 && c.conflicts == 0 && standing(w, "active", "sister-a") == 1 && standing(w, "active", "sister-b") == 1, "another list brings the same: both are in force");
    c = take(w, &minors, both, 1);
    check(c.added == 1 && c.conflicts == 1 && standing(w, "quarantine", "hotline") == 1, "one that says it is of a minor contradicts them, which is counted; each stays in its lane");
    ListHash bad[] = { hash(9, 1, false), hash(10, 1, false), { .signal = S("pdq"), .front = S("full"), .quality = BANK_QUALITY_NONE } };
    bad[0].quality = 20;
    bad[1].until = w->k.c.now - 1;
    c = take(w, &a, bad, 3);
    check(c.refused == 3 && c.added == 0, "too low a quality, a consent that has ended, the hash of nothing: refused, and counted");
    kit_as_worker(&w->k);
    check(journal_one(&w->k.c, list_end(&w->k.c, a.id)) == E_DENIED, "a worker does not end a list");
    kit_as_lead(&w->k);
    check(journal_one(&w->k.c, list_end(&w->k.c, a.id)) == OK && due_work(w, "bank.drop", a.id) == OK, "a lead ends it");
    check(standing(w, "active", "sister-a") + standing(w, "quarantine", "sister-a") + standing(w, "disputed", "sister-a") == 0 && standing(w, "active", "sister-b") == 1, "all it brought is withdrawn; another list's is not");
    check(due_work(w, "bank.drop", a.id) == OK && due_work(w, "bank.fetch", a.id) == OK, "and nothing of it is read any more");
}

#define REC(hash, status, at) "{\"lastModtimestamp\":" #at ",\"signalType\":\"ImagePDQ\",\"hashValue\":\"" hash "\",\"hashStatus\":\"" status "\",\"caseNumbers\":{},\"CSPFeedbacks\":[]}"
#define H1 "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
#define H2 "d8f8f0cee0f4a84f0637022a078f67f0b36e2ed596621e1d33e6339c4e9c9b22"
#define PAGE(count, token, next, more, records) "{\"count\":" #count ",\"nextPageToken\":" token ",\"nextSetTimestamp\":" #next ",\"hasMoreRecords\":" more ",\"hashRecords\":[" records "]}"

/* What a run over these answers comes to: NULL, or why it is stopped. */
static const char *run_over(World *w, int64_t start, const char *const *answers, size_t n, size_t *out_rows) {
    Arena *a = w->k.c.arena;
    NciiRun r = { .seen = ARENA_ARRAY(a, uint64_t, 2 * NCII_PAGES + 2), .start = start };
    Str token = STR_NONE;
    *out_rows = 0;
    for (size_t i = 0; i < n; i++) {
        NciiPage p;
        const char *why = NULL;
        if (ncii_page(a, str_c(answers[i]), &p, &why) != OK) return why;
        why = ncii_judge(&r, token, &p);
        if (why != NULL) return why;
        *out_rows += p.n;
        token = p.token;
        if (!p.more) return NULL;
    }
    return "went on";
}
#define RUN(start, ...) run_over(w, start, (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *), &n)
static bool is(const char *got, const char *want) { return got == NULL ? want == NULL : want != NULL && strcmp(got, want) == 0; }

static void protocol(World *w) {
    size_t n = 0;
    check(RUN(0, PAGE(1, "\"t1\"", 50, "true", REC(H1, "Active", 20)), PAGE(1, "null", 60, "false", REC(H2, "Withdrawn", 21))) == NULL && n == 2, "two pages to the end");
    check(RUN(0, PAGE(0, "null", 60, "false", "")) == NULL && n == 0, "a list with nothing new");
    check(is(RUN(0, PAGE(1, "\"t1\"", 50, "true", REC(H1, "Active", 20)), PAGE(1, "\"t1\"", 50, "true", REC(H2, "Active", 20))), "loops"), "the page that was just read is announced again: it loops");
    check(is(RUN(0, PAGE(1, "\"a\"", 50, "true", REC(H1, "Active", 20)), PAGE(1, "\"b\"", 50, "true", REC(H2, "Active", 20)), PAGE(1, "\"a\"", 50, "true", REC(H2, "Active", 22))), "loops"), "over two pages too");
    check(is(RUN(0, PAGE(1, "\"a\"", 50, "true", REC(H1, "Active", 20)), PAGE(1, "\"b\"", 50, "true", REC(H1, "Active", 20))), "repeats"), "the same records under another token: it repeats");
    check(RUN(0, PAGE(0, "\"a\"", 50, "true", ""), PAGE(0, "\"b\"", 50, "true", ""), PAGE(1, "null", 50, "false", REC(H1, "Active", 20))) == NULL && n == 1, "empty pages on the way, of what others get, are no fault");
    const char *empty[NCII_EMPTY + 2];
    for (size_t i = 0; i < LEN(empty); i++) empty[i] = str_fmt(w->k.c.arena, "{\"count\":0,\"nextPageToken\":\"t%zu\",\"nextSetTimestamp\":50,\"hasMoreRecords\":true,\"hashRecords\":[]}", i).p;
    check(is(run_over(w, 0, empty, LEN(empty), &n), "repeats"), "nothing a hundred times, and more of it: it repeats");
    check(is(RUN(100, PAGE(1, "null", 150, "false", REC(H1, "Active", 20))), "backwards") && is(RUN(100, PAGE(1, "null", 50, "false", REC(H1, "Active", 120))), "backwards"), "older than what was asked for: it goes backwards");
    check(is(RUN(0, PAGE(1, "\"a\"", 90, "true", REC(H1, "Active", 20)), PAGE(1, "null", 50, "false", REC(H2, "Active", 20))), "backwards"), "from page to page too");
    check(is(RUN(0, "<html>"), "not_understood") && is(RUN(0, "{}"), "not_understood") && is(RUN(0, PAGE(3, "null", 5, "false", REC(H1, "Active", 20))), "not_understood") && is(RUN(0, PAGE(1, "null", 5, "true", REC(H1, "Active", 20))), "not_understood"), "no JSON, no list, a wrong count, more without a token: not understood");
    NciiPage p;
    const char *why = NULL;
    check(ncii_page(w->k.c.arena, S(PAGE(3, "null", 5, "false", REC("abc", "Active", 1) "," REC(H1, "Maybe", 1) "," REC(H1, "Deleted", 1))), &p, &why) == OK && p.n == 1 && p.refused == 2 && p.rows[0].gone, "a record that cannot be read is refused by itself and counted");
}

static void text(World *w) {
    ListRow l = made(w, "handed", "adult");
    ListHash *rows = NULL;
    size_t n = 0;
    ListCount c = { .rows = 0 };
    Str first = STR_NONE;
    kit_as_lead(&w->k);
    check(list_text(&w->k.c, &l, S("hash,quality,lane\n" H1 ",90,adult\n" H2 ",30,adult\nxyz,90,adult\n"), 10, &rows, &n, &c, &first) == OK && n == 1 && c.refused == 2 && first.n > 0, "of a CSV what can be used is read; the first that cannot is named: " STR_FMT, STR_ARG(first));
    check(list_text(&w->k.c, &l, S("hash,lane\n" H1 ",adult\n" H2 ",minor\n"), 10, &rows, &n, &c, &first) == E_CONFLICT, "a list that mixes lanes is stopped as a whole");
    check(list_text(&w->k.c, &l, S(H1 "\n" H2 "\n"), 1, &rows, &n, &c, &first) == E_LIMIT, "and one that is too long");
}

static void pages(World *w) {
    Kit *k = &w->k;
    kit_as_lead(k);
    Asked p = kit_ask(k, &bank_room_step, "/bank/lists", NULL);
    check(page_has(&p, "Set up a list") && page_has(&p, "sister-b") && page_has(&p, "ended"), "a lead sees the lists and may set one up");
    p = kit_ask(k, &bank_room_step, "/bank/lists", FIELDS("code", "No Good", "kind", "text", "lane", "adult", "url", "nowhere"));
    check(p.err == OK && p.errors > 0, "a bad name is said at the form");
    p = kit_ask(k, &bank_room_step, "/bank/lists", FIELDS("code", "exchange", "kind", "stop_ncii", "lane", "adult", "url", "ftp://x", "every_h", "6"));
    check(p.err == OK && p.errors > 0, "a bad address too");
    p = kit_ask(k, &bank_room_step, "/bank/lists", FIELDS("code", "exchange", "kind", "stop_ncii", "lane", "adult", "url", "https://exchange.test/api", "key", "CANARY-KEY-1234567", "every_h", "6"));
    check(p.err == OK && p.status == 303, "another server's list is set up");
    ListRow l;
    must(list_by_code(&k->c, k->org, S("exchange"), &l) == OK);
    const char *self = str_z(k->c.arena, str_fmt(k->c.arena, "/bank/list/%s", id_hex(k->c.arena, l.id).p));
    p = kit_ask(k, &bank_room_step, self, NULL);
    check(page_has(&p, "by the StopNCII protocol") && page_has(&p, "Read it now") && !page_has(&p, "CANARY-KEY"), "its page says how it comes, and never shows the key");
    kit_as_system(k);
    ListCount none = { .rows = 0 };
    must(journal_one(&k->c, list_read_act(&k->c, &l, S("loops"), 0, &none)) == OK);
    kit_as_lead(k);
    p = kit_ask(k, &bank_room_step, self, NULL);
    check(page_has(&p, "It never comes to an end") && page_has(&p, "nothing of it counts"), "a run that was stopped is told with its reason");
    kit_as_worker(k);
    p = kit_ask(k, &bank_room_step, self, NULL);
    check(page_has(&p, "exchange") && !page_has(&p, "Read it now") && !page_has(&p, "End the list"), "a worker reads it, and changes nothing");
    check(kit_ask(k, &bank_room_step, "/bank/lists", FIELDS("code", "mine", "kind", "file", "lane", "adult")).err == E_DENIED, "nor sets one up");
    Kit first;
    kit_elsewhere(k, &first);
    check(kit_ask(k, &bank_room_step, self, NULL).err == E_MISSING, "another organisation does not see it");
    kit_back(k, &first);
}

int main(void) {
    static World w;
    Arena *a = arena_new(64 << 20);
    const ActDef **all = ARENA_ARRAY(a, const ActDef *, 200);
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; bank_room_step.acts[i] != NULL; i++) all[n++] = bank_room_step.acts[i];
    kit_open(&w.k, all, kit_law(a));
    w.k.c.lang = LANG_EN;
    snprintf(w.dir, sizeof w.dir, "%s/bank", w.k.dir);
    w.join = bank_join(a, w.dir, true);
    w.k.c.bank = bank_join_door(w.join);
    taking(&w);
    protocol(&w);
    text(&w);
    pages(&w);
    bank_join_close(w.join);
    kit_fsck(&w.k);
    kit_close(&w.k);
    arena_free(a);
    return tap_end();
}
