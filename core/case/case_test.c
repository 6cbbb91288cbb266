#include "core/case/testkit.h"

static void report_and_desk(Kit *k) {
    Str code = STR_NONE;
    Id id = kit_case(k, "18+", "spread,threat", &code);
    CaseRow row;
    check(case_by_id(&k->c, id, &row) == OK && str_eq(row.lane, S("adult")) && row.risk == 3, "an adult who is threatened is in the adult lane at risk 3");
    check(str_eq(row.ref, S("K-2026-000001")), "the first case of the year has number 1");
    NoteRow *notes = NULL;
    size_t n = 0;
    check(note_list(&k->c, id, &notes, &n) == OK && n == 1 && str_eq(notes[0].text, S("CANARY-STORY what happened")), "a member of the team can read the story");
    k->c.session = NULL;
    check(note_list(&k->c, id, &notes, &n) == OK && n == 1 && notes[0].err == E_DENIED && notes[0].text.n == 0, "without an unlocked key nobody can");
    kit_as_worker(k);
    check(journal_one(&k->c, case_claim(&k->c, id, k->c.now + 1200000)) == OK, "a worker takes a case in hand");
    kit_as_lead(k);
    check(journal_one(&k->c, case_claim(&k->c, id, k->c.now + 1200000)) == E_CONFLICT, "a colleague cannot take it while the lease runs");
    kit_later(k, 1300000);
    check(journal_one(&k->c, case_claim(&k->c, id, k->c.now + 1200000)) == OK, "and can when it has run out");
    kit_as_inspector(k);
    check(access_case(&k->c, "case.read", id) == E_MISSING, "an inspector does not even learn that the case exists");
    kit_person(k, R_VICTIM, ID_NONE, k->org, NULL);
    k->c.person.case_id = id;
    check(access_case(&k->c, "report.track", id) == OK && access_case(&k->c, "case.read", id) == E_DENIED, "the person whose case it is follows it, and has no worker's rights");
    VaultSession s;
    check(vault_code_login(k->c.vault, k->c.arena, id, code, k->c.now, &s) == OK, "the receipt code opens the case");
    char wrong[CODE_CHARS];
    memcpy(wrong, code.p, CODE_CHARS);
    wrong[9] = wrong[9] == 'A' ? 'B' : 'A';
    check(vault_code_login(k->c.vault, k->c.arena, id, str_bytes(wrong, CODE_CHARS), k->c.now, &s) == E_DENIED, "another code does not");
    check(vault_code_login(k->c.vault, k->c.arena, ID_NONE, code, k->c.now, &s) == E_DENIED, "an unknown locator gets the same answer");
}

/* All made in one moment, the later ones with smaller ids: what counts is the order of the acts. */
static void organisations(Kit *k) {
    char first[ORG_MARK], later[ORG_MARK];
    for (uint8_t i = 3; i > 0; i--) kit_org(k, (Id){ { 0, i } }, "Bureau Voorbeeld", "flagger", "");
    check(org_mark(k->c.db, k->org, first) == OK && first[0] == '\0', "references of the first organisation carry no mark, whatever came in the same moment");
    bool marked = true;
    for (uint8_t i = 1; i <= 3; i++) marked = marked && org_mark(k->c.db, (Id){ { 0, i } }, later) == OK && later[0] != '\0';
    check(marked, "those of every other do");
    kit_as_worker(k);
}

static void locations(Kit *k) {
    Id a = kit_case(k, "18+", "spread", NULL), b = kit_case(k, "18+", "list", NULL);
    LocationNew in[3] = { { .url_canonical = S("https://site.test/a"), .host = S("site.test") }, { .url_canonical = S("https://site.test/b"), .host = S("site.test") }, { .url_canonical = S("https://site.test/a"), .host = S("site.test") } };
    LocationResult res[3];
    Act **acts = NULL;
    size_t n = 0;
    check(location_add_many(&k->c, a, in, 3, res, &acts, &n) == OK && n == 4, "two different links make two locations, a repeated one joins");
    check(journal_commit(&k->c, acts, n) == OK && id_eq(res[0].location, res[2].location), "and the repeated one is the same location");
    check(location_add_many(&k->c, b, in, 1, res, &acts, &n) == OK && n == 1 && res[0].known_elsewhere && res[0].other_cases == 1, "a location known from another case joins, it never blocks");
    check(journal_commit(&k->c, acts, n) == OK, "the join is recorded");
    LocationRow *rows = NULL;
    check(location_of_case(&k->c, a, 0, 10, &rows, &n) == OK && n == 2 && location_open(&k->c, rows, n) == OK && str_starts(rows[0].url, S("https://site.test/")), "the address can be read by the server that must act on it");
    k->c.person.org = k->authority_org;
    rows[0].org = k->authority_org;
    check(location_open(&k->c, rows, 1) == OK && rows[0].url_err != OK && rows[0].url.n == 0, "a ciphertext put under another organisation does not open");
    kit_as_worker(k);
}

static void bulk(Kit *k) {
    enum { N = 10000 };
    Id id = kit_case(k, "18+", "spread", NULL);
    LocationNew *in = ARENA_ARRAY(k->c.arena, LocationNew, N);
    LocationResult *res = ARENA_ARRAY(k->c.arena, LocationResult, N);
    Act **acts = NULL;
    size_t n = 0;
    for (int i = 0; i < N; i++) in[i] = (LocationNew){ .url_canonical = str_fmt(k->c.arena, "https://bulk.test/%d", i), .host = S("bulk.test") };
    check(location_add_many(&k->c, id, in, N, res, &acts, &n) == OK && n == 2 * N && journal_commit(&k->c, acts, n) == OK, "a paste of 10,000 links is one transaction");
    CaseRow row;
    check(case_by_id(&k->c, id, &row) == OK && row.locations == N, "and all 10,000 are there");
}

static void once(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), act_id = ctx_new_id(&k->c);
    MessageRow *rows = NULL;
    size_t n = 0;
    for (int i = 0; i < 2; i++) {
        Act *a = message_send(&k->c, id, false, S("hello"));
        if (i == 0) a->subject = act_id;
        a->id = act_id;
        a->subject = act_id;
        Err err = journal_one(&k->c, a);
        if (err != OK) printf("# %s %s\n", err_name(err), k->c.fail.msgid ? k->c.fail.msgid : db_why(k->c.db));
        check(err == OK && a->already == (i == 1), "an act sent %s", i == 0 ? "once is done" : "twice happens once");
    }
    check(message_list(&k->c, id, &rows, &n) == OK && n == 1 && str_eq(rows[0].text, S("hello")), "one message stands there");
}

static void clocks(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL);
    ClockNew cn = { .case_id = id, .subject = id, .duty = S("C2"), .kind = S("policy"), .holder = S("site"), .from = k->c.now, .due = k->c.now + 48 * 3600000LL };
    Act *start = clock_start(&k->c, &cn);
    check(journal_one(&k->c, start) == OK, "a clock starts");
    ClockRow row;
    Act **acts = NULL;
    size_t n = 0;
    SilenceFacts facts = { .sent = k->c.now, .delivered = k->c.now, .delivery = S("delivered"), .checks = 3, .online = 3, .last_verdict = S("still_online") };
    NextStep step = { .code = S("remind"), .not_before = k->c.now };
    kit_as_system(k);
    check(clock_by_id(&k->c, start->subject, &row) == OK && clock_lapse(&k->c, &row, &facts, &step, 1, &acts, &n) == E_CONFLICT, "a clock that is not over cannot lapse");
    kit_later(k, 49 * 3600000LL);
    check(clock_lapse(&k->c, &row, &facts, &step, 1, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK, "when it is over the silence is recorded");
    ProposalRow *p = NULL;
    check(proposal_of_case(&k->c, id, true, &p, &n) == OK && n == 1, "and a next step is proposed");
    kit_as_worker(k);
    check(journal_one(&k->c, proposal_decide(&k->c, &p[0], false, STR_NONE)) == E_INPUT && strcmp(k->c.fail.field, "reason") == 0, "not taking it needs a reason");
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, proposal_decide(&k->c, &p[0], true, STR_NONE)) == OK, "a worker decides");
    check(journal_one(&k->c, proposal_decide(&k->c, &p[0], true, STR_NONE)) == E_CONFLICT, "once");
}

static void erasure(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL);
    LocationNew in = { .url_canonical = S("https://only.test/here"), .host = S("only.test") };
    LocationResult res;
    Act **acts = NULL;
    size_t n = 0;
    must(location_add_many(&k->c, id, &in, 1, &res, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    kit_person(k, R_VICTIM, ID_NONE, k->org, NULL);
    k->c.person.case_id = id;
    check(journal_one(&k->c, case_erase(&k->c, id, S("asked"), S("victim"))) == OK, "the person erases the case");
    kit_as_system(k);
    check(case_shred_run(&k->c, id) == OK, "the keys are destroyed");
    kit_as_worker(k);
    Event *events = NULL;
    check(journal_case_events(&k->c, id, 0, 100, true, true, &events, &n) == OK && n >= 5, "the record of the acts stays");
    bool readable = false;
    for (size_t i = 0; i < n; i++)
        for (int f = 0; events[i].def->fields[f].kind != F_END; f++) readable = readable || (events[i].def->fields[f].kind == F_TEXT && events[i].act->vals[f].s.n > 0);
    check(!readable, "nothing that was typed can be read any more");
    check(access_case(&k->c, "case.claim", id) == E_DENIED, "nobody works on an erased case");
}

static void canaries(Kit *k) {
    const char *files[] = { "keten.db", "keten.db-wal", "keys.db", "keys.db-wal" };
    size_t found = 0, bytes = 0;
    for (size_t i = 0; i < LEN(files); i++) {
        char path[160];
        snprintf(path, sizeof path, "%s/%s", k->dir, files[i]);
        FILE *f = fopen(path, "re");
        if (f == NULL) continue;
        char *p = malloc(1u << 28);
        size_t n = fread(p, 1, 1u << 28, f), at = 0;
        bytes += n;
        found += (size_t)(str_find(str_bytes(p, n), S("CANARY"), &at) + str_find(str_bytes(p, n), S("site.test"), &at) + str_find(str_bytes(p, n), S("hello"), &at));
        free(p);
        fclose(f);
    }
    check(found == 0 && bytes > 100000, "no word that a person typed stands in the database files (%zu bytes searched)", bytes);
}

static void tampering(Kit *k) {
    FsckReport rep;
    kit_as_system(k);
    must(db_run(k->c.db, "UPDATE case_file SET risk=4 WHERE ref='K-2026-000001'", P0) == OK);
    check(journal_fsck(&k->c, k->db_path, k->scratch, NULL, &rep) == OK && rep.problems == 1 && str_starts(rep.first_problem, S("table case_file")), "a row written around the journal is found: " STR_FMT, STR_ARG(rep.first_problem));
    must(db_run(k->c.db, "UPDATE case_file SET risk=3 WHERE ref='K-2026-000001'", P0) == OK);
    must(db_run(k->c.db, "UPDATE act SET at_ms=at_ms-1 WHERE seq=12", P0) == OK);
    check(journal_fsck(&k->c, k->db_path, k->scratch, NULL, &rep) == OK && rep.problems >= 1, "an act changed afterwards is found: " STR_FMT, STR_ARG(rep.first_problem));
    must(db_run(k->c.db, "UPDATE act SET at_ms=at_ms+1 WHERE seq=12", P0) == OK);
}

/* An instance elsewhere: the days that its people mean are those of their own zone, and the record says so. */
static void another_zone(Kit *k) {
    const Zone *home = k->app.zone;
    int64_t acts = 0, clocks = 0;
    must(zone_load(k->c.arena, S("Atlantic/Azores"), &k->app.zone) == OK);
    Id case_id = kit_case(k, "18+", "spread", NULL);
    kit_as_system(k);
    must(journal_one(&k->c, clock_start(&k->c, &(ClockNew){ .case_id = case_id, .subject = case_id, .duty = S("C2"), .kind = S("law"), .holder = S("voorbeeld"), .from = k->c.now, .due = k->c.now + 86400000 })) == OK);
    must(db_int(k->c.db, "SELECT count(*) FROM act WHERE zone='Atlantic/Azores'", P0, &acts) == OK && db_int(k->c.db, "SELECT count(*) FROM clock WHERE zone='Atlantic/Azores'", P0, &clocks) == OK);
    check(acts >= 2 && clocks == 1, "acts and clocks carry the zone that the instance is set to (%lld, %lld)", (long long)acts, (long long)clocks);
    k->app.zone = home;
}

int main(void) {
    Kit k;
    kit_open(&k, core_acts, NULL);
    report_and_desk(&k);
    organisations(&k);
    locations(&k);
    bulk(&k);
    once(&k);
    clocks(&k);
    another_zone(&k);
    erasure(&k);
    canaries(&k);
    kit_fsck(&k);
    tampering(&k);
    Str note = STR_NONE;
    check(journal_checkpoint(&k.c, &note) == OK && str_starts(note, S("keten.test/ledger/2026\n")), "the tree is signed as a checkpoint");
    kit_close(&k);
    return tap_end();
}
