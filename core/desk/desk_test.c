/* desk_test.c - the desk: the order of the queue, its filters, taking in hand, deciding, notes and messages, clocks and what may follow. */
#include "core/desk/desk_kit.h"

/* ---- the queue ---- */
static void order(Kit *k) {
    enum { CASES = 60 };
    QueueFilter f = { .team = k->team };
    QueueRow *rows = NULL;
    size_t n = 0;
    int64_t all = 0;
    uint64_t dice = 7;
    for (int i = 0; i < CASES; i++) {
        Id id = kit_case(k, "18+", "", NULL);
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        int64_t risk = 1 + (int64_t)(dice >> 33) % 4, hours = (int64_t)(dice >> 40) % 400 - 100;
        Act *acts[] = { case_set_risk(&k->c, id, risk, S("worker")), case_turn(&k->c, id, S("us"), S("first_look"), k->c.now + hours * 3600000) };
        must(journal_commit(&k->c, acts, 2) == OK);
    }
    check(case_queue(&k->c, &f, 0, CASES, &rows, &n, &all) == OK && n == CASES && all == CASES, "the queue has every case of the team, and knows how many");
    bool lawful = true, nothing_twice = true;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            const CaseRow *up = &rows[i].row, *down = &rows[j].row;
            lawful = lawful && !(down->risk >= up->risk && down->next_due <= up->next_due && (down->risk > up->risk || down->next_due < up->next_due));
            nothing_twice = nothing_twice && !id_eq(up->id, down->id);
        }
    check(lawful, "a case with the higher risk and the sooner deadline never stands below");
    check(nothing_twice, "no case stands there twice");
    Id seen[CASES];
    size_t k_n = 0;
    for (size_t skip = 0; skip < CASES; skip += 7) {
        QueueRow *page = NULL;
        size_t m = 0;
        must(case_queue(&k->c, &f, skip, 7, &page, &m, &all) == OK);
        for (size_t i = 0; i < m; i++) seen[k_n++] = page[i].row.id;
    }
    bool same = k_n == CASES;
    for (size_t i = 0; i < k_n; i++) same = same && id_eq(seen[i], rows[i].row.id);
    check(same, "turning pages gives the same order, nothing lost and nothing twice");
    check(case_queue(&k->c, &f, 4990, 50, &rows, &n, &all) == E_LIMIT, "beyond 5,000 the reader is asked to filter");
}

static size_t many(Kit *k, QueueFilter f, int64_t *out_all) {
    QueueRow *rows = NULL;
    size_t n = 0;
    f.team = k->team;
    must(case_queue(&k->c, &f, 0, 200, &rows, &n, out_all) == OK);
    return n;
}

static void filters(Kit *k) {
    int64_t all = 0;
    Id minor = kit_case(k, "12-15", "groom", NULL), mine = kit_case(k, "18+", "", NULL), other = kit_case(k, "18+", "", NULL);
    size_t everything = many(k, (QueueFilter){ 0 }, &all);
    check(many(k, (QueueFilter){ .lane = S("minor") }, &all) == 1 && all == 1, "by age lane");
    must(journal_one(&k->c, case_turn(&k->c, other, S("platform"), S("C2"), k->c.now + 3600000)) == OK);
    check(many(k, (QueueFilter){ .turn = S("platform") }, &all) == 1 && many(k, (QueueFilter){ .turn = S("us") }, &all) == everything - 1, "by whose turn it is");
    must(journal_one(&k->c, case_claim(&k->c, mine, k->c.now + LEASE_MS)) == OK);
    check(many(k, (QueueFilter){ .mine = true }, &all) == 1 && many(k, (QueueFilter){ .unclaimed = true }, &all) == everything - 1, "what is in my hands, and what is in nobody's");
    kit_as_lead(k);
    check(many(k, (QueueFilter){ .mine = true }, &all) == 0, "a colleague has their own");
    kit_as_worker(k);
    IncidentRow inc = { .offence = S("NCII") };
    must(journal_one(&k->c, incident_add(&k->c, mine, &inc)) == OK);
    check(many(k, (QueueFilter){ .offence = S("NCII") }, &all) == 1 && many(k, (QueueFilter){ .offence = S("GROOMING") }, &all) == 0, "by offence");
    LocationNew l = { .url_canonical = S("https://x.com/a"), .host = S("x.com"), .platform = S("x") };
    LocationResult res;
    Act **acts = NULL;
    size_t n = 0;
    must(location_add_many(&k->c, other, &l, 1, &res, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    check(many(k, (QueueFilter){ .platform = S("x") }, &all) == 1, "by platform");
    check(many(k, (QueueFilter){ .risk_min = 3, .lane = S("minor") }, &all) == 1, "by risk and lane together");
    CaseRow row;
    must(case_by_id(&k->c, minor, &row) == OK);
    check(many(k, (QueueFilter){ .text_ref = row.ref }, &all) == 1, "by reference");
    must(journal_one(&k->c, case_close(&k->c, minor, S("spam"))) == OK);
    check(many(k, (QueueFilter){ 0 }, &all) == everything - 1 && all == (int64_t)everything - 1, "a closed case leaves the queue and the count");
    check(many(k, (QueueFilter){ .closed_too = true }, &all) == everything, "and is found when closed ones are asked for");
    must(journal_one(&k->c, case_reopen(&k->c, minor, S("new_facts"))) == OK);
    check(many(k, (QueueFilter){ 0 }, &all) == everything && all == (int64_t)everything, "opened again it is back in both");
}

static void queue_pages(Kit *k) {
    Page p;
    shown(k, "/desk", "Doe dit eerst", "Do this first", "the queue says what comes first and why");
    shown(k, "/desk?lane=minor&turn=platform", "Geen zaak past bij deze filters", "No case fits these filters", "filters that nothing fits say so");
    shown(k, "/desk?lane=%3Cscript%3E&risk=999&page=0", "Werklijst", "Queue", "filters nobody could have chosen are left out");
    shown(k, "/desk?closed=1&sort=changed", "Wie is aan zet", "Whose turn", "all cases by their last change");
    shown(k, "/desk/keys", "Zet toetsen uit", "Turn keys off", "the list of keys");
    check(ask(k, LANG_EN, POST, "/desk/keys", "keys=off", &p) == OK && p.res.status == 303, "keys can be turned off");
    res_free(&p.res);
    kit_as_inspector(k);
    shown(k, "/desk", "Je zit nog in geen team", "You are in no team yet", "somebody without a team");
    kit_as_worker(k);
}

/* ---- the case ---- */
static void hands(Kit *k) {
    Page p;
    CaseRow row;
    Id id = kit_case(k, "18+", "threat", NULL);
    shown(k, case_path(k, id, ""), "Neem deze zaak", "Take in hand", "a case in nobody's hands");
    check(ask(k, LANG_EN, GET, case_path(k, id, ""), "", &p) == OK && !has(&p, "CANARY-STORY") && has(&p, "One note lies sealed here."), "what the person wrote is not shown before it is asked for");
    res_free(&p.res);
    check(ask(k, LANG_EN, POST, case_path(k, id, "/claim"), "", &p) == OK && p.res.status == 303 && case_by_id(&k->c, id, &row) == OK && id_eq(row.claimed_by, k->worker), "taken in hand");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, case_path(k, id, ""), "", &p) == OK && has(&p, "CANARY-STORY") && has(&p, "Lay back in the queue"), "then it can be read, and laid back");
    res_free(&p.res);
    kit_as_lead(k);
    shown(k, case_path(k, id, ""), "wanda werkt eraan tot", "In the hands of wanda until", "a colleague sees whose it is");
    check(ask(k, LANG_EN, POST, case_path(k, id, "/claim"), "", &p) == OK && p.res.keep_form && p.req.form->error != NULL && strcmp(p.req.form->error, "A colleague is working on this case.") == 0, "and is told so when trying to take it");
    res_free(&p.res);
    check(ask(k, LANG_EN, POST, case_path(k, id, "/release"), "", &p) == OK && p.req.form->error != NULL, "nor can a colleague lay it back");
    res_free(&p.res);
    kit_as_worker(k);
    kit_later(k, 15 * 60000);
    kit_as_worker(k);
    check(ask(k, LANG_EN, GET, case_path(k, id, ""), "", &p) == OK && case_by_id(&k->c, id, &row) == OK && row.claim_until == k->c.now + LEASE_MS, "looking at it in the last half of the lease keeps it in hand");
    res_free(&p.res);
    check(ask(k, LANG_EN, POST, case_path(k, id, "/release"), "", &p) == OK && p.req.form->error == NULL && case_by_id(&k->c, id, &row) == OK && id_none(row.claimed_by), "its own hand lays it back");
    res_free(&p.res);
    kit_as_inspector(k);
    check(ask(k, LANG_EN, GET, case_path(k, id, ""), "", &p) == E_MISSING, "nobody else learns that the case exists");
    res_free(&p.res);
    kit_as_worker(k);
}

/* ---- deciding ---- */
static void deciding(Kit *k) {
    Page p;
    CaseRow row;
    Id id = kit_case(k, "unknown", "spread", NULL);
    shown(k, case_path(k, id, ""), "Deze zaak volgt de route voor minderjarigen", "This case goes the minor", "an unknown age goes the minor's way and says what is different");
    shown(k, case_path(k, id, "/lane"), "Leeftijdsroute van", "Age lane of", "the age lane");
    check(again(&p, post(k, id, "/lane", "age=18%2B&seen=unknown/unknown", &p), "why", "Fill this in"), "a decision on the lane needs what it is based on");
    check(again(&p, post(k, id, "/lane", "age=18%2B&why=passport+seen&seen=minor/12-15", &p), NULL, "A colleague changed this"), "and is not taken over a colleague's");
    check(done(&p, post(k, id, "/lane", "age=18%2B&why=passport+seen&seen=unknown/unknown", &p)) && case_by_id(&k->c, id, &row) == OK && str_eq(row.lane, S("adult")), "then it is taken");
    shown(k, case_path(k, id, "/risk"), "Risico van", "Risk of", "the risk");
    check(again(&p, post(k, id, "/risk", "risk=9&why=threatened&seen=", &p), "risk", "Choose one"), "a risk nobody knows is refused");
    Str seen = str_fmt(k->c.arena, "risk=3&why=threatened&why=money_asked&seen=%lld/" STR_FMT, (long long)row.risk, STR_ARG(row.risk_why));
    check(done(&p, post(k, id, "/risk", str_z(k->c.arena, seen), &p)) && case_by_id(&k->c, id, &row) == OK && row.risk == 3 && str_eq(row.risk_why, S("threatened,money_asked")), "a risk has its reasons");
    shown(k, case_path(k, id, "/classify"), "Voeg dit feit toe", "Add this offence", "classification");
    check(again(&p, post(k, id, "/classify", "offence=NOTHING", &p), "offence", "not known"), "a code that the law data does not have is refused");
    check(again(&p, post(k, id, "/classify", "offence=NCII&threat=perhaps", &p), "threat", "not known"), "and a facet likewise");
    check(again(&p, post(k, id, "/classify", "offence=NCII&date=2031-01-01", &p), "date", "not come yet"), "an offence lies not in the future");
    check(done(&p, post(k, id, "/classify", "offence=NCII&online=online&synthetic=no&consent_shared=no&date=2026-01-05", &p)) && done(&p, post(k, id, "/classify", "offence=SEXTORTION&threat=yes", &p)), "two offences stand in one case");
    IncidentRow *inc = NULL;
    size_t n = 0;
    check(incident_list(&k->c, id, &inc, &n) == OK && n == 2 && str_eq(inc[0].consent_made, S("unknown")) && str_eq(inc[1].consent_made, S("unknown")) && (str_eq(inc[0].offence_date, S("2026-01-05")) || str_eq(inc[1].offence_date, S("2026-01-05"))), "each under its own code; what was not said is unknown");
    Str take = str_fmt(k->c.arena, "incident=" STR_FMT, STR_ARG(id_hex(k->c.arena, inc[1].id)));
    check(done(&p, post(k, id, "/classify/remove", str_z(k->c.arena, take), &p)) && incident_list(&k->c, id, &inc, &n) == OK && n == 1, "one can be taken back");
    check(again(&p, post(k, id, "/classify/remove", str_z(k->c.arena, take), &p), NULL, "taken back already"), "once");
    shown(k, case_path(k, id, "/consent"), "Elk doel heeft een eigen ja", "Each purpose has its own yes", "consent");
    bool holds = false;
    check(again(&p, post(k, id, "/consent", "purpose=notices&answer=yes&by=phone", &p), "answer", "already"), "a yes that stands is not recorded twice");
    check(done(&p, post(k, id, "/consent", "purpose=notices&answer=no&by=victim", &p)) && consent_holds(&k->c, id, S("notices"), &holds) == OK && !holds, "a no withdraws it");
    check(done(&p, post(k, id, "/consent", "purpose=captures&answer=yes&by=phone", &p)) && consent_holds(&k->c, id, S("captures"), &holds) == OK && holds, "a yes told by phone is recorded as such");
    shown(k, case_path(k, id, ""), "Alles wat is vastgelegd", "Whole record", "the case page after all that");
    shown(k, case_path(k, id, "/record"), "Aangemerkt als", "Classified as", "its record");
}

static void talking(Kit *k) {
    Page p;
    Id id = kit_case(k, "18+", "spread", NULL), minor = kit_case(k, "12-15", "groom", NULL);
    shown(k, case_path(k, id, "/note"), "De melder ziet notities niet", "does not see notes", "writing a note");
    check(done(&p, post(k, id, "/note", "kind=care&text=CANARY-CARE+sleeps+badly", &p)), "a care note is kept");
    check(again(&p, post(k, id, "/note", "kind=care&text=++", &p), "text", "Fill this in"), "an empty one is not");
    check(again(&p, post(k, minor, "/note", "kind=story&text=what+it+shows", &p), "kind", "no account and no description"), "in the minor's way no account is kept");
    check(ask(k, LANG_EN, GET, case_path(k, id, "/notes"), "", &p) == OK && has(&p, "Read the notes") && !has(&p, "CANARY-CARE"), "notes open only after saying that you read them");
    res_free(&p.res);
    shown(k, case_path(k, id, "/message"), "De melder leest dit", "will read this", "writing to the person warns that it will be read");
    check(done(&p, post(k, id, "/message", "text=We+asked+the+platform", &p)), "a message is sent");
    must(journal_one(&k->c, note_add(&k->c, id, IDENTITY, S("contact_hours"), S("CANARY-HOURS after six"))) == OK);
    k->c.now++; /* of two messages in one millisecond either may stand first */
    kit_person(k, R_VICTIM, ID_NONE, k->org, &k->worker_session);
    k->c.person.case_id = id;
    must(journal_one(&k->c, message_send(&k->c, id, true, S("CANARY-MESSAGE thank you"))) == OK);
    kit_as_worker(k);
    check(ask(k, LANG_EN, GET, case_path(k, id, ""), "", &p) == OK && has(&p, "One is new.") && !has(&p, "CANARY-MESSAGE"), "a new message is announced, not shown");
    res_free(&p.res);
    check(done(&p, post(k, id, "/read", "", &p)), "saying that you read is an act");
    check(ask(k, LANG_EN, GET, case_path(k, id, "/messages"), "", &p) == OK && has(&p, "CANARY-MESSAGE thank you"), "then the message is shown");
    res_free(&p.res);
    MessageRow *m = NULL;
    size_t n = 0;
    check(message_list(&k->c, id, &m, &n) == OK && n == 2 && m[0].read == 0 && m[1].read != 0, "and the person sees that it was read");
    shown(k, case_path(k, id, "/notes"), "CANARY-CARE", "CANARY-CARE", "and the notes, for 20 minutes");
    shown(k, case_path(k, id, "/notes"), "Contact en identiteit · wanneer het veilig is", "Contact and identity · when it is safe", "a number, an hour and a name to say are told apart");
    kit_later(k, LEASE_MS + 1000);
    kit_as_worker(k);
    check(ask(k, LANG_EN, GET, case_path(k, id, "/notes"), "", &p) == OK && !has(&p, "CANARY-CARE"), "after that it has to be said again");
    res_free(&p.res);
}

/* A register as a room keeps it, of one name. */
static Err register_name(Ctx *c, Id holder, Str *out_name) {
    (void)c, (void)holder;
    *out_name = S("Spiegelhost");
    return OK;
}

/* ---- clocks, silence, what may follow ---- */
static void lapse(Kit *k) {
    Page p;
    Id id = kit_case(k, "18+", "spread", NULL);
    LocationNew l = { .url_canonical = S("https://x.com/lapse"), .host = S("x.com"), .platform = S("x") };
    LocationResult loc;
    Act **acts = NULL;
    size_t n = 0;
    must(location_add_many(&k->c, id, &l, 1, &loc, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    RequestNew r = { .case_id = id, .subject = id, .location = loc.location, .kind = S("notice"), .rung = S("platform"), .holder = id_hex(k->c.arena, k->team), .form = S("art16"), .offence = S("NCII"), .country = S("IE") };
    Act *made = request_make(&k->c, ID_NONE, &r);
    ClockNew cn = { .case_id = id, .subject = made->subject, .location = loc.location, .duty = S("C2"), .kind = S("policy"), .holder = S("x"), .from = k->c.now, .due = k->c.now + 48 * 3600000LL };
    Act *clock = clock_start(&k->c, &cn), *both[] = { made, clock };
    CheckNew seen = { .location = loc.location, .case_id = id, .verdict = S("still_online") };
    must(journal_commit(&k->c, both, 2) == OK && journal_one(&k->c, location_check(&k->c, &seen)) == OK);
    shown(k, case_path(k, id, ""), "class=\"nowline\"", "<figure class=\"chart", "what was asked is a lane of the chain picture");
    shown(k, case_path(k, id, ""), "de ontvanger", "the recipient", "whom no register names is the recipient");
    k->app.holder_name = register_name;
    shown(k, case_path(k, id, ""), "Spiegelhost", "Spiegelhost", "whom a register names has that name");
    k->app.holder_name = NULL;
    kit_later(k, 10LL * 86400000);
    kit_as_system(k);
    UnixMs later = 0;
    k->app.lapse = (const LapseKind *const[]){ &request_lapse, NULL };
    must(clock_lapse_run(&k->c, clock->subject, &later) == OK);
    kit_as_worker(k);
    shown(k, case_path(k, id, ""), "8 dagen stil", "8 days silent", "silence stands on the case as such, with its days");
    shown(k, case_path(k, id, "/clocks"), "Hoe deze datum is berekend", "How this date was reached", "every clock has its derivation");
    ProposalRow *pr = NULL;
    must(proposal_of_case(&k->c, id, true, &pr, &n) == OK && n > 0);
    char *path = case_path(k, id, str_z(k->c.arena, str_fmt(k->c.arena, "/proposal/" STR_FMT, STR_ARG(id_hex(k->c.arena, pr[0].id)))));
    shown(k, path, "Of beslis hier", "Or decide here", "a proposed step with its ground");
    check(again(&p, ask(k, LANG_EN, POST, path, "take=0&reason=", &p), "reason", "Fill this in"), "not now needs a reason");
    check(done(&p, ask(k, LANG_EN, POST, path, "take=0&reason=the+platform+called", &p)), "with one it is recorded");
    check(ask(k, LANG_EN, POST, path, "take=1&reason=the+platform+called", &p) == E_CONFLICT && strcmp(k->c.fail.msgid, "This was decided already.") == 0, "a colleague who decides too is told");
    res_free(&p.res);
    shown(k, path, "Deze stap is niet gedaan", "This step was not taken", "a decided step");
    Id elsewhere = kit_case(k, "18+", "", NULL);
    path = case_path(k, elsewhere, str_z(k->c.arena, str_fmt(k->c.arena, "/proposal/" STR_FMT, STR_ARG(id_hex(k->c.arena, pr[0].id)))));
    check(ask(k, LANG_EN, GET, path, "", &p) == E_MISSING, "a step of one case cannot be reached through another");
    res_free(&p.res);
    k->app.lapse = NULL;
}

int main(void) {
    static Kit k;
    desk_open(&k);
    shown(&k, "/desk", "Er wacht niets op dit team", "Nothing waits for this team", "an empty queue says what would be here");
    order(&k);
    filters(&k);
    queue_pages(&k);
    hands(&k);
    deciding(&k);
    talking(&k);
    lapse(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
