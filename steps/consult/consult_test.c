#include "core/case/request.h"
#include "core/step/pagekit.h"
#include "core/case/home.h"
#include "steps/consult/consult_in.h"

enum { DAY = 86400000 };
static const ActDef *all[140];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; consult_step.acts[i] != NULL; i++) all[n++] = consult_step.acts[i];
    all[n] = NULL;
}
static void as_analyst(Kit *k) { kit_person(k, R_ANALYST, k->lead, k->org, NULL); }
static const char *hex(Kit *k, Id id) { return str_z(k->c.arena, id_hex(k->c.arena, id)); }
static const char *path(Kit *k, Id consult, const char *tail) { return str_z(k->c.arena, str_fmt(k->c.arena, "/consult/%s%s", hex(k, consult), tail)); }
static const char *path2(Kit *k, Id consult, const char *middle, Id other, const char *tail) { return str_z(k->c.arena, str_fmt(k->c.arena, "/consult/%s%s%s%s", hex(k, consult), middle, hex(k, other), tail)); }
static Id id_in(Str location, const char *before) {
    size_t at = 0;
    Id id = ID_NONE;
    must(str_find(location, str_c(before), &at) && id_parse(str_sub(location, at + strlen(before), ID_HEX), &id) == OK);
    return id;
}

static void the_directory(Kit *k) {
    as_analyst(k);
    Asked a = kit_ask(k, &consult_step, "/bodies", NULL);
    check(page_has(&a, "Authority for Consumers and Markets") && page_has(&a, "no contact point"), "every body of the law data stands in the directory, with its gap");
    check(page_has(&a, "works on this server"), "and whether it works on this server");
    a = kit_ask(k, &consult_step, "/bodies?gaps=1&kind=observer", NULL);
    check(page_has(&a, "No body fits this."), "an observer without a contact point is no gap: it cannot act");
    a = kit_ask(k, &consult_step, "/body/ACM", NULL);
    check(page_has(&a, "A gap") && page_has(&a, "Assesses the complaint"), "the page of a body says what it is for and that nobody is known there");
    a = kit_ask(k, &consult_step, "/body/ACM/contact", FIELDS("purpose", "legal", "channel", "phone", "address", "call me", "tier", "1"));
    check(a.errors == 1, "a phone number without digits is refused");
    a = kit_ask(k, &consult_step, "/body/ACM/contact", FIELDS("purpose", "escalation", "channel", "mail", "address", "CANARY-TOP@toezicht.test", "tier", "3"));
    must(a.err == OK && a.errors == 0);
    a = kit_ask(k, &consult_step, "/body/ACM/contact", FIELDS("purpose", "legal", "channel", "mail", "address", "CANARY-DESK@toezicht.test", "name", "dsa desk", "tier", "1", "response_h", "72", "agreed", "2026-02-01", "terms", "answers within three days"));
    must(a.err == OK && a.errors == 0);
    a = kit_ask(k, &consult_step, "/body/ACM", NULL);
    check(page_has(&a, "CANARY-DESK@toezicht.test") && page_has(&a, "answers within three days") && !page_has(&a, "A gap"), "what was agreed stands there: channel, time, step");
    a = kit_ask(k, &consult_step, "/bodies.csv?kind=dsc", NULL);
    check(page_has(&a, "ACM,ACM,") && page_has(&a, "CANARY-DESK@toezicht.test,72,3"), "the file has the first step's address and how many steps there are");
    check(page_has(&a, "DSC-IE") && page_has(&a, ",yes,"), "and the gaps of the others");
    kit_as_worker(k);
    a = kit_ask(k, &consult_step, "/body/ACM/contact", NULL);
    check(a.err == E_DENIED, "a case worker reads the directory and does not keep it");
    a = kit_ask(k, &consult_step, "/body/ACM", NULL);
    check(page_has(&a, "dsa desk") && !page_has(&a, "No longer right"), "and sees no button for it");
    a = kit_ask(k, &consult_step, "/body/NOWHERE", NULL);
    check(a.err == E_MISSING, "a body that the law data does not know is not there");
}

static Id plan(Kit *k) {
    as_analyst(k);
    Asked a = kit_ask(k, &consult_step, "/consults/new", FIELDS("title", "", "kind", "meeting", "on", "2026-03-20"));
    check(a.errors == 1, "a consultation needs a subject");
    a = kit_ask(k, &consult_step, "/consults/new", FIELDS("title", "CANARY-TITLE kwartaaloverleg", "kind", "meeting", "on", "2026-03-20", "place", "Den Haag", "every_d", "91"));
    check(a.err == OK && a.errors == 0, "an analyst plans a consultation");
    Id id = id_in(a.location, "/consult/");
    kit_as_worker(k);
    ConsultNew n = { .kind = S("meeting"), .on = k->c.now + DAY, .title = S("x") };
    check(journal_one(&k->c, consult_plan(&k->c, ID_NONE, &n)) == E_DENIED, "a case worker does not");
    a = kit_ask(k, &consult_step, path(k, id, ""), NULL);
    check(page_has(&a, "CANARY-TITLE") && !page_has(&a, "Invite somebody"), "but reads it");
    kit_as_inspector(k);
    a = kit_ask(k, &consult_step, path(k, id, ""), NULL);
    check(a.err == E_MISSING, "an inspector whose organisation was not asked does not know that it exists");
    a = kit_ask(k, &consult_step, "/consults", NULL);
    check(page_has(&a, "No consultation yet.") && !page_has(&a, "CANARY-TITLE"), "not in the list either");
    return id;
}

static void at_the_table(Kit *k, Id id) {
    SeatRow *s = NULL;
    size_t n = 0;
    as_analyst(k);
    const char *invite = path(k, id, "/invite");
    Str org = str_fmt(k->c.arena, "o-" STR_FMT, STR_ARG(id_hex(k->c.arena, k->authority_org)));
    Asked a = kit_ask(k, &consult_step, invite, FIELDS("who", str_z(k->c.arena, org)));
    must(a.err == OK && a.errors == 0);
    kit_as_inspector(k);
    a = kit_ask(k, &consult_step, path(k, id, ""), NULL);
    check(page_has(&a, "CANARY-TITLE") && !page_has(&a, "Invite somebody"), "an organisation that is asked can read it from then on, and not change it");
    as_analyst(k);
    a = kit_ask(k, &consult_step, invite, FIELDS("who", "b-pol-zeden"));
    check(a.errors == 0 && a.err == OK, "a body of the law data is asked");
    a = kit_ask(k, &consult_step, invite, FIELDS("who", "b-pol-zeden"));
    check(a.errors == 1, "nobody gets two places");
    a = kit_ask(k, &consult_step, invite, FIELDS("who", "", "name", ""));
    check(a.errors == 1, "a guest needs a name");
    a = kit_ask(k, &consult_step, invite, FIELDS("who", "", "name", "CANARY-GUEST university"));
    must(a.errors == 0 && seat_list(&k->c, id, &s, &n) == OK);
    check(n == 3 && str_eq(s[0].state, S("invited")), "three have a place, all invited");
    const char *attend = path(k, id, "/attend");
    a = kit_ask(k, &consult_step, attend, FIELDS("seat", hex(k, s[0].id), "state", "present"));
    check(a.err == E_INPUT, "nobody is present before the day itself");
    a = kit_ask(k, &consult_step, attend, FIELDS("seat", hex(k, s[1].id), "state", "no_answer"));
    must(a.err == OK && seat_list(&k->c, id, &s, &n) == OK);
    check(str_eq(s[1].state, S("no_answer")), "that somebody does not answer is recorded");
}

/* Two requests to a platform, one refused and one met with silence; a request to a body whose term lapses. */
static void make_a_record(Kit *k) {
    Id case_id = kit_case(k, "18+", "spread", NULL);
    Id request[2];
    for (int i = 0; i < 2; i++) {
        RequestNew n = { .case_id = case_id, .subject = ctx_new_id(&k->c), .kind = S("notice"), .rung = S("platform"), .holder = S("demoplein"), .form = S("art16"), .offence = S("NCII") };
        Act *a = request_make(&k->c, ID_NONE, &n);
        must(journal_one(&k->c, a) == OK);
        request[i] = a->subject;
    }
    RequestRow r;
    must(request_by_id(&k->c, request[0], &r) == OK && journal_one(&k->c, request_event(&k->c, &r, REQ_DECIDED, S("refused"), S("public_interest"), k->c.now)) == OK);
    ClockNew n[2] = { { .case_id = case_id, .subject = request[1], .duty = S("C2"), .kind = S("policy"), .holder = S("demoplein"), .law_date = S("2026-03-02"), .from = k->c.now, .due = k->c.now + DAY },
        { .case_id = case_id, .subject = request[1], .duty = S("C20"), .kind = S("law"), .holder = S("ACM"), .law_date = S("2026-03-02"), .from = k->c.now, .due = k->c.now + DAY } };
    Id clocks[2];
    for (int i = 0; i < 2; i++) {
        Act *a = clock_start(&k->c, &n[i]);
        must(journal_one(&k->c, a) == OK);
        clocks[i] = a->subject;
    }
    kit_later(k, 3 * DAY);
    kit_as_system(k);
    for (int i = 0; i < 2; i++) {
        ClockRow row;
        Act **acts = NULL;
        size_t acts_n = 0;
        SilenceFacts f = { .sent = k->c.now, .delivery = S("delivered"), .last_verdict = S("still_online") };
        must(clock_by_id(&k->c, clocks[i], &row) == OK && clock_lapse(&k->c, &row, &f, NULL, 0, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK);
    }
}

static void the_agenda(Kit *k, Id id) {
    ItemRow *i = NULL;
    size_t n = 0;
    as_analyst(k);
    Asked a = kit_ask(k, &consult_step, path(k, id, ""), NULL);
    check(page_has(&a, "Put 5 points from the record on the agenda"), "the record has five points: two lapsed terms, a platform that stalls, a refusal, a body without a contact point");
    a = kit_ask(k, &consult_step, path(k, id, "/fill"), FIELDS("why", ""));
    must(a.err == OK && item_list(&k->c, id, &i, &n) == OK);
    check(n == 5, "all are put on the agenda at once");
    a = kit_ask(k, &consult_step, path(k, id, ""), NULL);
    check(page_has(&a, "Voorbeeldplein: silent on 1 of 2 requests") && page_has(&a, "refused 1 times, reason public_interest"), "in words, with counts and codes");
    check(page_has(&a, "ACM: decide on the application") && page_has(&a, "POL-ZEDEN: no contact point is known"), "the lapsed term by its name, the gap by its body");
    check(page_has(&a, "The record has nothing more for this agenda."), "what is on the agenda is not offered again");
    check(!page_has(&a, "CANARY-STORY"), "nothing of the report is there");
    a = kit_ask(k, &consult_step, path(k, id, "/item"), FIELDS("point", "CANARY-POINT werkwijze"));
    must(a.err == OK && a.errors == 0 && item_list(&k->c, id, &i, &n) == OK && n == 6);
    Id own = ID_NONE;
    for (size_t j = 0; j < n; j++)
        if (str_eq(i[j].kind, S("own"))) own = i[j].id;
    a = kit_ask(k, &consult_step, path2(k, id, "/item/", own, "/remove"), FIELDS("why", ""));
    must(a.err == OK && item_list(&k->c, id, &i, &n) == OK);
    check(n == 5, "a point can be added by hand and taken off again");
    k->c.lang = LANG_NL;
    a = kit_ask(k, &consult_step, path(k, id, ""), NULL);
    check(page_has(&a, "Voorbeeldplein: stil op 1 van 2 verzoeken"), "in Dutch too");
    k->c.lang = LANG_EN;
}

static void minutes_and_commitments(Kit *k, Id id) {
    SeatRow *s = NULL;
    size_t n = 0;
    as_analyst(k);
    const char *minutes = path(k, id, "/minutes");
    Asked a = kit_ask(k, &consult_step, minutes, FIELDS("minutes", "too early"));
    check(a.errors == 1, "there are no minutes before the day itself");
    kit_later(k, 20 * DAY);
    as_analyst(k);
    a = kit_ask(k, &consult_step, minutes, FIELDS("minutes", "CANARY-MINUTES besproken"));
    check(a.err == OK && a.errors == 0, "after it there are");
    must(seat_list(&k->c, id, &s, &n) == OK);
    a = kit_ask(k, &consult_step, path(k, id, "/attend"), FIELDS("seat", hex(k, s[0].id), "state", "present"));
    check(a.err == OK, "who was there is recorded");
    const char *make = path(k, id, "/commitment");
    size_t at = 0;
    while (at < n && !str_eq(s[at].kind, S("org"))) at++;
    must(at < n);
    const char *owner = hex(k, s[at].id);
    a = kit_ask(k, &consult_step, make, FIELDS("owner", owner, "commitment", "late", "due", "2026-01-01"));
    check(a.errors == 1, "a commitment cannot be due in the past");
    a = kit_ask(k, &consult_step, make, FIELDS("owner", hex(k, id), "commitment", "x", "due", "2026-04-10"));
    check(a.errors == 1, "only somebody at the table commits to something");
    a = kit_ask(k, &consult_step, make, FIELDS("owner", owner, "commitment", "CANARY-COMMITMENT vast aanspreekpunt", "due", "2026-04-10"));
    must(a.err == OK && a.errors == 0);
    a = kit_ask(k, &consult_step, make, FIELDS("owner", owner, "commitment", "tweede", "due", "2026-05-10"));
    must(a.err == OK && a.errors == 0);
}

static int64_t due_of(Kit *k, Id subject) {
    int64_t due = 0;
    must(db_int(k->c.db, "SELECT due_ms FROM job WHERE kind='commitment.due' AND subject=$1", P(PID(subject)), &due) == OK);
    return due;
}

static Str waits(Kit *k) {
    UiCtx ui = ui_plain(k->c.arena, k->c.lang, k->c.now);
    Html out = { STR_NONE };
    ui.zone = k->app.zone;
    must(home_waits(&k->c, &ui, &out) == OK);
    return out.s;
}
/* Where somebody's work begins: the queue, the inbox, the register all show home_waits. */
static void waits_for(Kit *k, Id id, Id late) {
    size_t at = 0;
    static const HomePart *part = &consult_home;
    k->app.home = part;
    k->app.home_n = 1;
    kit_as_inspector(k); /* of the organisation that promised */
    Str shown = waits(k);
    check(str_find(shown, S("CANARY-COMMITMENT"), &at) && str_find(shown, str_c(path2(k, id, "/commitment/", late, "")), &at) && !str_find(shown, S("tweede"), &at), "its owner finds it on top of the page where work begins, with the page to close it; one whose day has not come is not there");
    check(str_find(shown, S("10 April 2026"), &at) && str_find(shown, S("days ago"), &at), "with the day it was promised for, and how long ago that is");
    OrgRow owner;
    must(org_by_id(&k->c, k->authority_org, &owner) == OK);
    check(str_find(shown, owner.name, &at), "and by whom it was promised");
    as_analyst(k);
    check(str_find(waits(k), S("CANARY-COMMITMENT"), &at), "whoever prepares consultations sees it too, to ask after");
    kit_as_worker(k);
    check(waits(k).n == 0, "a case worker, who promised nothing, is not troubled");
    kit_person(k, R_INSPECTOR, k->inspector, k->platform_org, NULL);
    check(waits(k).n == 0, "nor is an organisation that was not at the table");
    kit_person(k, R_ADMIN, k->inspector, k->authority_org, NULL);
    check(waits(k).n == 0, "nor an administrator, who reads no consultation");
    as_analyst(k);
    Asked a = kit_ask(k, &consult_step, "/commitments?state=overdue", NULL);
    check(page_has(&a, "CANARY-COMMITMENT") && !page_has(&a, "tweede"), "the overview can show those past their day alone");
}

static void followed_up(Kit *k, Id id) {
    CommitmentRow *m = NULL, one;
    size_t n = 0;
    UnixMs again = 0;
    must(commitment_of_consult(&k->c, id, &m, &n) == OK && n == 2);
    Id first = m[0].id, second = m[1].id;
    check(due_of(k, first) == m[0].due + 1, "the server will look at it when its day has passed");
    kit_as_system(k);
    must(commitment_due_run(&k->c, first, &again) == OK);
    check(again == m[0].due + 1, "looking too early only puts it off");
    kit_later(k, 20 * DAY);
    kit_as_system(k);
    must(commitment_due_run(&k->c, first, &again) == OK && commitment_by_id(&k->c, first, &one) == OK);
    check(one.overdue == k->c.now && str_eq(one.state, S("open")), "the day passed: that is written down as an act, and it stays open");
    must(commitment_due_run(&k->c, first, &again) == OK && commitment_by_id(&k->c, first, &one) == OK);
    check(one.overdue == k->c.now, "once");
    waits_for(k, id, first);
    as_analyst(k);
    Asked a = kit_ask(k, &consult_step, "/commitments", NULL);
    check(page_has(&a, "0 kept, 0 not kept, 1 past their day and open.") && page_has(&a, "overdue"), "the overview counts it");
    a = kit_ask(k, &consult_step, path2(k, id, "/commitment/", first, ""), NULL);
    check(page_has(&a, "The day passed without a word") && page_has(&a, "CANARY-COMMITMENT"), "its page tells its life");
    kit_as_inspector(k);
    const char *follow = path2(k, id, "/commitment/", first, "");
    a = kit_ask(k, &consult_step, follow, FIELDS("state", "later", "note", "zieke collega"));
    check(a.errors == 1, "another day must be named");
    a = kit_ask(k, &consult_step, follow, FIELDS("state", "later", "due", "2026-05-01", "note", "CANARY-NOTE zieke collega"));
    must(a.err == OK && a.errors == 0 && commitment_by_id(&k->c, first, &one) == OK);
    check(one.overdue == 0 && one.due > one.first_due && due_of(k, first) == one.due + 1, "the body itself may say that it gets another day; the first one stays in the record");
    check(str_eq(one.note, S("CANARY-NOTE zieke collega")), "and why");
    a = kit_ask(k, &consult_step, follow, FIELDS("state", "kept", "note", "aanspreekpunt gemeld"));
    must(a.err == OK && a.errors == 0 && commitment_by_id(&k->c, first, &one) == OK);
    check(str_eq(one.state, S("kept")), "and that it was kept");
    a = kit_ask(k, &consult_step, follow, FIELDS("state", "not_kept", "note", "toch niet"));
    check(a.errors == 1, "what is decided stays decided");
    check(waits(k).n == 0, "and it waits for nobody any more");
    as_analyst(k);
    must(commitment_by_id(&k->c, second, &one) == OK && journal_one(&k->c, commitment_decide(&k->c, ID_NONE, &one, S("not_kept"), S("niets gehoord"))) == OK);
    a = kit_ask(k, &consult_step, "/commitments?state=not_kept", NULL);
    check(page_has(&a, "1 kept, 1 not kept, 0 past their day and open.") && page_has(&a, "tweede"), "kept and not kept are both visible");
    kit_person(k, R_INSPECTOR, k->inspector, k->platform_org, NULL);
    a = kit_ask(k, &consult_step, follow, NULL);
    check(a.err == E_MISSING, "who does not take part does not see it");
}

static void comes_back(Kit *k, Id held) {
    as_analyst(k);
    Asked a = kit_ask(k, &consult_step, path(k, held, ""), NULL);
    check(page_has(&a, "Plan the next one"), "a consultation with a rhythm offers the next one");
    a = kit_ask(k, &consult_step, str_z(k->c.arena, str_fmt(k->c.arena, "/consults/new?after=%s", hex(k, held))), NULL);
    check(page_has(&a, "value=\"2026-06-19\"") && page_has(&a, "The 3 who were at the table are asked again."), "91 days later, with the same table");
    a = kit_ask(k, &consult_step, "/consults/new", FIELDS("title", "vervolg", "kind", "meeting", "on", "2026-06-19", "every_d", "91", "after", hex(k, held)));
    must(a.err == OK && a.errors == 0);
    SeatRow *s = NULL;
    size_t n = 0;
    Id next = id_in(a.location, "/consult/");
    must(seat_list(&k->c, next, &s, &n) == OK);
    check(n == 3 && str_eq(s[0].state, S("invited")), "the same three are asked again");
    kit_as_inspector(k);
    a = kit_ask(k, &consult_step, path(k, next, ""), NULL);
    check(page_has(&a, "vervolg"), "and the organisation of this server can read it");
}

static void called_off(Kit *k, Id held) {
    as_analyst(k);
    ConsultNew n = { .kind = S("call"), .on = k->c.now + 9 * DAY, .title = S("belafspraak") };
    Act *a = consult_plan(&k->c, ID_NONE, &n);
    must(journal_one(&k->c, a) == OK);
    must(journal_one(&k->c, consult_move(&k->c, ID_NONE, a->subject, k->c.now + 12 * DAY)) == OK);
    ConsultRow r;
    must(consult_by_id(&k->c, a->subject, &r) == OK);
    check(r.on == k->c.now + 12 * DAY && r.moved != 0, "a consultation can be moved");
    Asked p = kit_ask(k, &consult_step, path(k, a->subject, "/cancel"), FIELDS("why", ""));
    must(p.err == OK && consult_by_id(&k->c, a->subject, &r) == OK);
    check(r.cancelled != 0, "and called off");
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, seat_invite(&k->c, ID_NONE, a->subject, S("guest"), STR_NONE, S("x"))) == E_CONFLICT, "then nobody is invited any more");
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, consult_cancel(&k->c, held)) == E_CONFLICT, "one with minutes has been held and cannot be called off");
    p = kit_ask(k, &consult_step, "/consults", NULL);
    check(page_has(&p, "cancelled") && page_has(&p, "held, minutes recorded"), "the list says how each stands");
}

static void towards_our_requests(Kit *k) {
    as_analyst(k);
    Asked a = kit_ask(k, &consult_step, "/body/ACM", NULL);
    check(page_has(&a, "Nothing has been filed with this body from here."), "before anything was filed the page of a body says so");
    Id case_id = kit_case(k, "18+", "spread", NULL);
    RequestNew n = { .case_id = case_id, .subject = ctx_new_id(&k->c), .kind = S("filing"), .rung = S("authority"), .holder = S("ACM"), .form = S("enforcereq"), .offence = S("NCII") };
    Act *made = request_make(&k->c, ID_NONE, &n);
    RequestRow r;
    must(journal_one(&k->c, made) == OK && request_by_id(&k->c, made->subject, &r) == OK && journal_one(&k->c, request_event(&k->c, &r, REQ_RECEIVED, STR_NONE, STR_NONE, k->c.now)) == OK);
    as_analyst(k);
    a = kit_ask(k, &consult_step, "/body/ACM", NULL);
    check(page_has(&a, "Every request as a lane") && page_has(&a, "Receipt") && !page_has(&a, hex(k, case_id)), "then every filing is a lane, and no case is named");
    kit_as_inspector(k);
    a = kit_ask(k, &consult_step, "/body/ACM", NULL);
    check(page_has(&a, "Nothing has been filed with this body from here."), "another organisation has its own record");
}

static void what_is_typed_is_sealed(Kit *k) {
    size_t at = 0;
    FILE *f = fopen(k->db_path, "rb");
    must(f != NULL);
    char *bytes = arena_alloc(k->c.arena, 32u << 20);
    Str file = { bytes, fread(bytes, 1, 32u << 20, f) };
    fclose(f);
    check(file.n > 0 && !str_find(file, S("CANARY-"), &at) && !str_find(file, S("kwartaaloverleg"), &at), "nothing that was typed stands readable in the database");
}

int main(void) {
    static Kit k;
    join();
    kit_open(&k, all, NULL);
    k.app.law = kit_law(k.c.arena);
    k.c.lang = LANG_EN;
    the_directory(&k);
    Id id = plan(&k);
    at_the_table(&k, id);
    make_a_record(&k);
    the_agenda(&k, id);
    minutes_and_commitments(&k, id);
    followed_up(&k, id);
    comes_back(&k, id);
    called_off(&k, id);
    towards_our_requests(&k);
    what_is_typed_is_sealed(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
