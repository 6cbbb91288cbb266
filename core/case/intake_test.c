#include "core/case/intake.h"
#include "core/case/request.h"
#include "core/case/testkit.h"
#include "foundation/sys/sys.h"

static Intake adult(Kit *k, const WebUrl *urls, size_t n) {
    Intake in = { .act = ctx_new_id(&k->c), .urls = urls, .urls_n = n, .said_by = S("victim"),
        .facts = { .source = S("victim"), .age_depicted = S("18+"), .for_whom = S("self"), .safety = S("yes"), .what = S("spread,threat"), .wishes = S("remove"), .contact_mode = S("safe"), .lang = S("nl") },
        .notes = { { STORY, S("report"), S("CANARY-STORY he put it there") }, { IDENTITY, S("contact_way"), S("CANARY-PHONE 0600000000") }, { FACTS, S("where"), S("CANARY-WHERE the group of my school") } }, .notes_n = 3,
        .consents = { S("notices"), S("filing") }, .consents_n = 2 };
    return in;
}

static WebUrl *two_links(Kit *k, const char *folder) {
    WebUrl *u = ARENA_ARRAY(k->c.arena, WebUrl, 2);
    must(url_parse(k->c.arena, str_fmt(k->c.arena, "https://site.test/%s/CANARY-URL", folder), STR_NONE, &u[0], NULL) == OK);
    must(url_parse(k->c.arena, str_fmt(k->c.arena, "https://site.test/%s/b", folder), STR_NONE, &u[1], NULL) == OK);
    return u;
}

static void opened(Kit *k, IntakeDone *done) {
    Intake in = adult(k, two_links(k, "one"), 2);
    kit_as_public(k);
    check(intake_open(&k->c, &in, done) == OK && done->code.n == CODE_CHARS && done->first_look == k->c.now + 24 * 3600000LL, "a report becomes a case with a code, and a time by which somebody looks");
    check(k->c.session == NULL, "nothing stays unlocked for the public afterwards");
    IntakeDone again;
    Err err = intake_open(&k->c, &in, &again);
    check(err == E_CONFLICT, "the same form sent twice makes one case");
    kit_as_worker(k);
    CaseRow row;
    check(case_by_id(&k->c, done->case_id, &row) == OK && str_eq(row.lane, S("adult")) && row.risk == 3 && row.locations == 2 && str_eq(row.contact_mode, S("safe")), "its facts are those that were given");
    bool notices = false, captures = true;
    check(consent_holds(&k->c, done->case_id, S("notices"), &notices) == OK && notices, "a purpose that got a yes may be acted on");
    check(consent_holds(&k->c, done->case_id, S("captures"), &captures) == OK && !captures, "one that was not answered may not");
    NoteRow *notes = NULL;
    size_t n = 0;
    check(note_list(&k->c, done->case_id, &notes, &n) == OK && n == 3 && notes[0].err == OK && notes[1].err == OK && notes[2].err == OK, "the team can read what was written");
}

static void minors(Kit *k) {
    IntakeDone done;
    WebUrl *urls = two_links(k, "shared");
    const char *ages[] = { "<12", "12-15", "16-17", "unknown", "" };
    for (size_t i = 0; i < LEN(ages); i++) {
        Intake in = adult(k, urls, 2);
        kit_as_public(k);
        in.facts.age_depicted = str_c(ages[i]);
        in.facts.contact_mode = S("code");
        check(intake_open(&k->c, &in, &done) == E_INPUT, "age %s: words do not come in", ages[i][0] ? ages[i] : "not given");
        in.notes_n = 0;
        in.facts.contact_mode = S("safe");
        check(intake_open(&k->c, &in, &done) == E_INPUT, "nor contact details");
        in.facts.contact_mode = S("code");
        in.consents[1] = S("captures");
        check(intake_open(&k->c, &in, &done) == E_INPUT, "nor a yes to recording the page");
        in.consents_n = 1;
        check(intake_open(&k->c, &in, &done) == OK, "links and what is going on do");
        CaseRow row;
        NoteRow *notes = NULL;
        size_t n = 1;
        check(case_by_id(&k->c, done.case_id, &row) == OK && !str_eq(row.lane, S("adult")) && row.locations == 2, "and it is in the lane of minors, or of those whose age is not known");
        kit_as_worker(k);
        check(note_list(&k->c, done.case_id, &notes, &n) == OK && n == 0, "with nothing else in it");
    }
}

static void codes(Kit *k, const IntakeDone *done) {
    IntakeLogin in;
    int64_t wait = 0;
    kit_as_public(k);
    Str lower = str_lower(k->c.arena, code_show(k->c.arena, done->code));
    check(intake_login(&k->c, lower, &in, &wait) == OK && id_eq(in.row.id, done->case_id), "the code in lower case and with hyphens opens the case");
    NoteRow *notes = NULL;
    size_t n = 0, open = 0;
    kit_person(k, R_VICTIM, ID_NONE, k->org, &in.session);
    check(note_list(&k->c, done->case_id, &notes, &n) == OK, "with the code");
    for (size_t i = 0; i < n; i++) open += notes[i].err == OK;
    check(open == 1, "only the person's own words open: who finds the code does not find where to reach them");
    kit_as_public(k);
    vault_logout(k->c.vault, &in.session);
    char wrong[CODE_CHARS];
    memcpy(wrong, done->code.p, CODE_CHARS);
    wrong[8] = wrong[8] == 'A' ? 'B' : 'A';
    check(intake_login(&k->c, str_bytes(wrong, CODE_CHARS), &in, &wait) == E_INPUT, "one wrong character is a typing error, said before any stretching");
    Str other = STR_NONE, record = STR_NONE;
    VaultSession s;
    check(vault_code_new(k->c.vault, k->c.arena, k->c.now, &other, &record, &s) == OK, "another code");
    Fail known, unknown;
    k->c.fail = (Fail){ 0 };
    check(intake_login(&k->c, other, &in, &wait) == E_DENIED, "opens nothing when its locator is not known");
    unknown = k->c.fail;
    /* A code of this case's locator with another secret: found by trying the last character. */
    char guess[CODE_CHARS];
    memcpy(guess, other.p, CODE_CHARS);
    memcpy(guess, done->code.p, CODE_LOCATOR);
    Err err = E_INPUT;
    k->c.fail = (Fail){ 0 };
    for (int v = 0; v < 32 && err == E_INPUT; v++) {
        static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        guess[CODE_CHARS - 1] = alphabet[v];
        k->c.fail = (Fail){ 0 };
        err = intake_login(&k->c, str_bytes(guess, CODE_CHARS), &in, &wait);
    }
    known = k->c.fail;
    check(err == E_DENIED && known.msgid == unknown.msgid && known.field == unknown.field, "a wrong secret behind a known locator gets the same answer, word for word");
    for (int i = 0; i < 5; i++) err = intake_login(&k->c, str_bytes(guess, CODE_CHARS), &in, &wait);
    check(err == E_LIMIT && wait > 0, "after five wrong tries there is a wait");
    k->c.now += wait;
    k->c.fail = (Fail){ 0 };
    check(intake_login(&k->c, done->code, &in, &wait) == OK, "and after it the right code opens the case");
}

static void lost_code(Kit *k, const IntakeDone *done, Str *out_code) {
    IntakeLogin in;
    int64_t wait = 0;
    kit_as_inspector(k);
    check(intake_reissue(&k->c, done->case_id, out_code) == E_MISSING, "who has nothing to do with the case cannot give a new code");
    kit_as_worker(k);
    check(intake_reissue(&k->c, done->case_id, out_code) == OK && !str_eq(*out_code, done->code), "a worker gives a new code for a lost one");
    kit_as_public(k);
    check(intake_login(&k->c, done->code, &in, &wait) == E_DENIED, "the old one opens nothing any more");
    check(intake_login(&k->c, *out_code, &in, &wait) == OK, "the new one does");
    kit_person(k, R_VICTIM, ID_NONE, k->org, &in.session);
    k->c.person.case_id = done->case_id;
    check(journal_one(&k->c, message_send(&k->c, done->case_id, true, S("CANARY-MESSAGE hello"))) == OK, "and the person can write with it");
    NoteRow *notes = NULL;
    size_t n = 0;
    check(note_list(&k->c, done->case_id, &notes, &n) == OK && n == 3, "what was written before is there");
    for (size_t i = 0; i < n; i++) check(notes[i].err == (notes[i].cls == STORY ? OK : E_DENIED), "their code %s", notes[i].cls == STORY ? "opens their own words" : "opens neither contact details nor notes of the team");
}

static Id ask(Kit *k, Id case_id, const char *kind, const char *holder) {
    Id of = ctx_new_id(&k->c), id = ctx_new_id(&k->c);
    RequestNew r = { .case_id = case_id, .subject = of, .kind = str_c(kind), .rung = S("platform"), .holder = str_c(holder), .form = S("art16") };
    ClockNew cn = { .case_id = case_id, .subject = id, .duty = S("C2"), .kind = S("policy"), .holder = str_c(holder), .from = k->c.now, .due = k->c.now + 48 * 3600000LL };
    Act *acts[] = { request_make(&k->c, id, &r), clock_start(&k->c, &cn) };
    must(journal_commit(&k->c, acts, 2) == OK);
    return id;
}

static size_t running(Kit *k, Id case_id) {
    ClockRow *rows = NULL;
    size_t n = 0, live = 0;
    must(clock_of_case(&k->c, case_id, &rows, &n) == OK);
    for (size_t i = 0; i < n; i++) live += str_eq(rows[i].state, S("running"));
    return live;
}

static void as_victim(Kit *k, Id case_id, const VaultSession *s) {
    kit_person(k, R_VICTIM, ID_NONE, k->org, s);
    k->c.person.case_id = case_id;
}

static void withdrawing(Kit *k, Id case_id) {
    Act **acts = NULL;
    size_t n = 0;
    RequestRow r;
    bool holds = false;
    kit_as_worker(k);
    Id notice = ask(k, case_id, "notice", "site"), filing = ask(k, case_id, "filing", "ACM");
    as_victim(k, case_id, NULL);
    check(case_withdraw_acts(&k->c, case_id, S("notices"), S("victim"), &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK, "a person takes back the requests to sites");
    check(running(k, case_id) == 1 && request_by_id(&k->c, notice, &r) == OK && str_eq(r.outcome, S("withdrawn")), "their clocks stop and the requests are withdrawn");
    check(request_by_id(&k->c, filing, &r) == OK && r.outcome.n == 0, "what was asked of an authority goes on");
    check(consent_holds(&k->c, case_id, S("notices"), &holds) == OK && !holds, "no new request may be sent");
    check(consent_holds(&k->c, case_id, S("filing"), &holds) == OK && holds, "the other yes still holds");
    check(case_withdraw_acts(&k->c, case_id, S("all"), S("victim"), &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK && running(k, case_id) == 0, "taking back everything stops every clock");
    check(consent_holds(&k->c, case_id, S("filing"), &holds) == OK && !holds, "and ends every yes");
    check(case_withdraw_acts(&k->c, case_id, S("something"), S("victim"), &acts, &n) == E_INPUT, "what is not known cannot be taken back");
}

static bool on_disk(Kit *k, const char *path, Str canary) {
    Str bytes = STR_NONE;
    size_t at = 0;
    return file_read(k->c.arena, path, 256 << 20, &bytes) == OK && str_find(bytes, canary, &at);
}

static void canaries(Kit *k) {
    const char *files[] = { "keten.db", "keten.db-wal", "keys.db", "keys.db-wal" };
    const char *words[] = { "CANARY-STORY", "CANARY-PHONE", "CANARY-WHERE", "CANARY-URL", "CANARY-MESSAGE" };
    bool any = false;
    for (size_t i = 0; i < LEN(files); i++)
        for (size_t w = 0; w < LEN(words); w++) any = any || on_disk(k, str_z(k->c.arena, str_fmt(k->c.arena, "%s/%s", k->dir, files[i])), str_c(words[w]));
    check(!any, "none of the words that were typed stands in the database, the key store or their journals");
    check(on_disk(k, k->db_path, S("case.opened")) || on_disk(k, str_z(k->c.arena, str_fmt(k->c.arena, "%s-wal", k->db_path)), S("case.opened")), "while what must be counted does");
}

static void erasing(Kit *k, Id case_id, Str code) {
    Act **acts = NULL;
    size_t n = 0;
    CaseRow row;
    LocationRow *loc = NULL;
    IntakeLogin in;
    int64_t wait = 0;
    as_victim(k, case_id, NULL);
    check(case_withdraw_acts(&k->c, case_id, S("erase"), S("victim"), &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK && case_shred_run(&k->c, case_id) == OK, "a person has everything erased");
    check(case_by_id(&k->c, case_id, &row) == OK && row.erased > 0 && row.locator.n == 0, "a tombstone with its date stays");
    kit_as_public(k);
    check(intake_login(&k->c, code, &in, &wait) == E_DENIED, "the code opens nothing");
    kit_as_worker(k);
    Event *events = NULL;
    bool readable = false;
    check(journal_case_events(&k->c, case_id, 0, 200, true, true, &events, &n) == OK && n > 0, "its acts are still in the record");
    for (size_t i = 0; i < n; i++) {
        for (int f = 0; events[i].act != NULL && events[i].def->fields[f].kind != F_END; f++)
            readable = readable || (events[i].def->fields[f].kind == F_TEXT && events[i].act->vals[f].s.n > 0);
    }
    check(!readable, "and not one of their words can be read");
    check(location_of_case(&k->c, case_id, 0, 10, &loc, &n) == OK && location_open(&k->c, loc, n) == OK, "its locations are still counted");
    for (size_t i = 0; i < n; i++) readable = readable || loc[i].url_err == OK;
    check(!readable, "and those that no other case has cannot be read either");
    Intake anew = adult(k, two_links(k, "one"), 2);
    IntakeDone done;
    kit_as_public(k);
    check(intake_open(&k->c, &anew, &done) == OK, "somebody else reports the same links later");
    kit_as_worker(k);
    check(location_of_case(&k->c, done.case_id, 0, 10, &loc, &n) == OK && n == 2 && location_open(&k->c, loc, n) == OK && loc[0].url_err == OK && loc[1].url_err == OK, "and those can be read");
}

static void worse(Kit *k, Id case_id) {
    CaseRow row;
    as_victim(k, case_id, NULL);
    check(journal_one(&k->c, case_worse(&k->c, case_id, k->c.now + 3600000)) == OK, "somebody says that it goes worse");
    check(case_by_id(&k->c, case_id, &row) == OK && row.risk == 4 && row.next_due <= k->c.now + 3600000 && str_eq(row.turn, S("us")), "the case is at the top, and it is our turn");
    kit_as_inspector(k);
    check(journal_one(&k->c, case_worse(&k->c, case_id, k->c.now + 3600000)) == E_MISSING, "nobody else can say that for them");
}

int main(void) {
    Kit k;
    IntakeDone done = { 0 };
    Str code = STR_NONE;
    kit_open(&k, core_acts, NULL);
    opened(&k, &done);
    minors(&k);
    codes(&k, &done);
    worse(&k, done.case_id);
    lost_code(&k, &done, &code);
    withdrawing(&k, done.case_id);
    canaries(&k);
    erasing(&k, done.case_id, code);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
