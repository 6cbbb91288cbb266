/* desk_test.c - the desk: the order of the queue, its filters, and every page in both languages through its handlers. */
#include "core/case/testkit.h"
#include "core/desk/desk_in.h"
#include "core/desk/import.h"
#include "core/law/testlaw.h"

static const Param none[1] = { { .name = "seen", .kind = P_INT } };

typedef struct Page { Request req; Response res; UiCtx ui; } Page;

static Id fresh(void *arg) { return ctx_new_id(arg); }

static const Route *route_of(Kit *k, Method m, const char *path, Request *req) {
    const Route *lists[] = { desk_step.routes };
    size_t counts[] = { desk_step.routes_n };
    RouteTable t = { lists, counts, 1 };
    Method other = METHOD_INVALID;
    size_t q = 0;
    Str whole = str_c(path);
    *req = (Request){ .a = k->c.arena, .method = m };
    req->path = str_chr(whole, '?', &q) ? str_sub(whole, 0, q) : whole;
    if (q > 0) must(http_pairs(k->c.arena, str_sub(whole, q + 1, whole.n), &req->query, &req->query_n) == OK);
    return route_find(&t, req, &other) == OK ? req->route : NULL;
}

/* One request through the desk's own table, with the access check that the web process makes for {case}. */
static Str draft; /* what waits under the visitor's cookie: the page after the one that left it finds it */
static Err ask(Kit *k, Lang lang, Method m, const char *path, const char *body, Page *p) {
    *p = (Page){ 0 };
    const Route *r = route_of(k, m, path, &p->req);
    must(r != NULL);
    p->req.draft = draft;
    k->c.lang = lang;
    k->c.fail = (Fail){ 0 };
    p->ui = ui_plain(k->c.arena, lang, k->c.now);
    p->ui.zone = k->app.zone;
    p->ui.path = p->req.path;
    p->ui.csrf = S("token");
    p->ui.new_id = fresh;
    p->ui.new_id_arg = &k->c;
    p->ui.roles = k->c.person.roles;
    p->ui.nav = desk_step.nav;
    p->req.ui = &p->ui;
    res_init(&p->res, k->c.arena, 8 << 20);
    for (size_t i = 0; i < p->req.arg_n; i++) {
        Id id = ID_NONE;
        if (!str_eq(p->req.arg[i].name, S("case"))) continue;
        TRY(req_id(&p->req, "case", &id));
        TRY(access_case(&k->c, r->action, id));
    }
    if (m == POST) {
        Str all = str_fmt(k->c.arena, "act=" STR_FMT "&%s", STR_ARG(id_hex(k->c.arena, ctx_new_id(&k->c))), body);
        must(http_pairs(k->c.arena, all, &p->req.posted, &p->req.posted_n) == OK);
        p->req.form = ARENA_NEW(k->c.arena, Form);
        form_read(&p->req, r->form != NULL ? r->form : none, r->form != NULL ? r->form_n : 1, p->req.form);
    }
    Err err = r->handler(&k->c, &p->req, &p->res);
    if (err == OK && p->res.draft_set) draft = str_dup(k->c.arena, p->res.draft);
    if (err == OK && p->res.draft_drop) draft = STR_NONE;
    return err;
}

static bool has(const Page *p, const char *text) {
    size_t at = 0;
    return str_find(buf_str(&p->res.body), str_c(text), &at);
}

static char *case_path(Kit *k, Id id, const char *rest) { return str_z(k->c.arena, str_fmt(k->c.arena, "/case/" STR_FMT "%s", STR_ARG(id_hex(k->c.arena, id)), rest)); }

/* Both languages: a page, with a word of each that must stand in it. */
static void shown(Kit *k, const char *path, const char *nl, const char *en, const char *what) {
    Page p;
    Err a = ask(k, LANG_NL, GET, path, "", &p);
    bool dutch = a == OK && has(&p, nl) && has(&p, "lang=\"nl\"");
    if (!dutch) printf("# %s nl: %s\n", path, a == OK ? "word not there" : err_name(a));
    res_free(&p.res);
    Err b = ask(k, LANG_EN, GET, path, "", &p);
    bool english = b == OK && has(&p, en) && has(&p, "lang=\"en\"");
    if (!english) printf("# %s en: %s\n", path, b == OK ? "word not there" : err_name(b));
    check(dutch && english, "%s, in both languages", what);
    res_free(&p.res);
}

/* core's acts and the desk's own. */
static const ActDef *const *all_acts(void) {
    static const ActDef *list[128];
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) list[n++] = core_acts[i];
    for (size_t i = 0; desk_acts[i] != NULL; i++) list[n++] = desk_acts[i];
    must(n < LEN(list));
    return list;
}

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
static Err post(Kit *k, Id id, const char *rest, const char *body, Page *p) { return ask(k, LANG_NL, POST, case_path(k, id, rest), body, p); }
static bool done(Page *p, Err err) {
    bool ok = err == OK && p->res.status == 303 && !p->res.keep_form;
    if (!ok) printf("# %s %s\n", err_name(err), p->req.form != NULL && p->req.form->error != NULL ? p->req.form->error : "");
    res_free(&p->res);
    return ok;
}
static bool again(Page *p, Err err, const char *field, const char *msg) {
    bool ok = err == OK && p->res.keep_form;
    const char *got = field == NULL ? p->req.form->error : form_at(p->req.form, field)->error;
    ok = ok && got != NULL && strstr(got, msg) != NULL;
    if (!ok) printf("# %s: %s\n", err_name(err), got != NULL ? got : "no error");
    res_free(&p->res);
    return ok;
}

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
    kit_later(k, LEASE_MS + 1000);
    kit_as_worker(k);
    check(ask(k, LANG_EN, GET, case_path(k, id, "/notes"), "", &p) == OK && !has(&p, "CANARY-CARE"), "after that it has to be said again");
    res_free(&p.res);
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
    RequestNew r = { .case_id = id, .subject = id, .location = loc.location, .kind = S("notice"), .rung = S("platform"), .holder = S("x"), .form = S("art16"), .offence = S("NCII"), .country = S("IE") };
    Act *made = request_make(&k->c, ID_NONE, &r);
    ClockNew cn = { .case_id = id, .subject = made->subject, .location = loc.location, .duty = S("C2"), .kind = S("policy"), .holder = S("x"), .from = k->c.now, .due = k->c.now + 48 * 3600000LL };
    Act *clock = clock_start(&k->c, &cn), *both[] = { made, clock };
    CheckNew seen = { .location = loc.location, .case_id = id, .verdict = S("still_online") };
    must(journal_commit(&k->c, both, 2) == OK && journal_one(&k->c, location_check(&k->c, &seen)) == OK);
    shown(k, case_path(k, id, ""), "class=\"nowline\"", "<figure class=\"chart", "what was asked is a lane of the chain picture");
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

/* ---- links in bulk: what the preview says is what happens ---- */
static int64_t figure(const Page *p, const char *word) {
    Str body = buf_str(&p->res.body);
    size_t at = 0;
    char *mark = str_z(p->res.a, str_fmt(p->res.a, "<th scope=\"row\">%s</th><td class=\"n\">", word));
    if (!str_find(body, str_c(mark), &at)) return -1;
    int64_t n = 0;
    for (size_t i = at + strlen(mark); i < body.n && body.p[i] != '<'; i++)
        if (body.p[i] >= '0' && body.p[i] <= '9') n = 10 * n + (body.p[i] - '0');
    return n;
}

static void bulk(Kit *k) {
    Page p;
    CaseRow row;
    Id a = kit_case(k, "18+", "spread", NULL), b = kit_case(k, "18+", "spread", NULL);
    shown(k, case_path(k, a, "/links/add"), "Kijk wat er gebeurt", "Look what will happen", "the page for adding links");
    shown(k, case_path(k, a, "/links/check"), "Er wacht niets om toe te voegen", "Nothing waits to be added", "a preview of nothing");
    shown(k, case_path(k, a, "/links"), "Nog geen vindplaatsen", "No links yet", "a case without links");
    check(again(&p, post(k, a, "/links/add", "links=", &p), "links", "Paste at least one link"), "an empty paste says what is missing");
    must(done(&p, post(k, a, "/links/add", "links=https://x.com/one%0Ahttps://site.example/two", &p)) && done(&p, post(k, a, "/links/check", "", &p)));
    must(case_by_id(&k->c, a, &row) == OK);
    check(row.locations == 2 && draft.n == 0, "two links are added, and nothing waits any more");
    must(done(&p, post(k, b, "/links/add", "links=https://site.example/three%0Ahttps://x.com/one%0AHTTPS://SITE.EXAMPLE/three%0Ajavascript:alert(1)%0Ajust+words%0Ahttp://127.0.0.1/x", &p)));
    check(ask(k, LANG_EN, GET, case_path(k, b, "/links/check"), "", &p) == OK && figure(&p, "New") == 1 && figure(&p, "Known") == 1 && figure(&p, "Twice in this paste") == 1 && figure(&p, "No link") == 3 && has(&p, "Add 2 links"),
        "the preview: new, joining, twice, no link, each counted");
    check(has(&p, "in one other case") && has(&p, "javascript:alert(1)") && !has(&p, "href=\"javascript"), "what is no link is shown as text with its reason, and where a known one is");
    res_free(&p.res);
    check(ask(k, LANG_NL, GET, case_path(k, b, "/links/check?wrong=1"), "", &p) == OK && has(&p, "just words") && !has(&p, "site.example/three"), "the lines that are no link can be read apart");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, case_path(k, a, "/links/check"), "", &p) == OK && has(&p, "Nothing waits to be added"), "what waits for one case does not show at another");
    res_free(&p.res);
    check(done(&p, post(k, b, "/links/check", "", &p)) && case_by_id(&k->c, b, &row) == OK && row.locations == 2, "exactly that happens");
    shown(k, case_path(k, b, "/links"), "ook in één andere zaak", "in one other case", "the links of a case");
    must(done(&p, post(k, b, "/links/add", "links=https://x.com/one", &p)));
    check(ask(k, LANG_EN, GET, case_path(k, b, "/links/check"), "", &p) == OK && figure(&p, "Here already") == 1 && has(&p, "There is nothing to add"), "a link that stands there already is not added twice");
    res_free(&p.res);
    check(done(&p, post(k, b, "/links/check", "", &p)) && case_by_id(&k->c, b, &row) == OK && row.locations == 2, "not even when somebody insists");
    draft = STR_NONE;
}

static void ten_thousand(Kit *k) {
    enum { N = 10000 };
    Page p;
    CaseRow row;
    Id id = kit_case(k, "18+", "spread", NULL);
    Buf b = buf_new(4 << 20);
    buf_z(&b, "links=");
    for (int i = 0; i < N + 5; i++) buf_printf(&b, "https://bulk%%2D%d.example/page/%d%%0A", i % (N - 10) % 7, i % (N - 10));
    check(done(&p, post(k, id, "/links/add", str_z(k->c.arena, buf_str(&b)), &p)), "a paste of more than 10,000 links is taken");
    check(ask(k, LANG_EN, GET, case_path(k, id, "/links/check"), "", &p) == OK && has(&p, "the first 10,000 lines are here"), "the preview says that the first 10,000 are there");
    int64_t fresh_n = figure(&p, "New"), twice = figure(&p, "Twice in this paste");
    check(fresh_n + twice == N && twice > 0, "and how many are different ones (%lld)", (long long)fresh_n);
    res_free(&p.res);
    check(done(&p, post(k, id, "/links/check", "", &p)) && case_by_id(&k->c, id, &row) == OK && row.locations == fresh_n, "all of them are added, in one transaction");
    shown(k, case_path(k, id, "/links?page=3"), "Volgende", "Next", "and paged");
    buf_free(&b);
}

static void file_import(Kit *k) {
    Import in;
    import_file(k->c.arena, S("\xef\xbb\xbfurl;referer;worker;reference;source;type\r\nhttps://f.example/1;https://ref.example/;wanda;R-7;mail;Video\r\n\"https://f.example/2\";;;;;image\r\n\r\nhttps://f.example/1;;;;;\r\nno link here;;;;;\r\n\"torn;x\r\n"), STR_NONE, &in);
    check(in.n == 5 && in.good == 2 && in.again == 1 && in.wrong == 2 && !in.too_many, "a file of a hotline tool: links, a repeat, and two lines that are none");
    check(in.rows[0].line == 2 && str_eq(in.rows[0].kind, S("video")) && str_eq(in.rows[0].note, S("referer: https://ref.example/; worker: wanda; reference: R-7; source: mail")), "its columns are kept as a note, its type as the kind");
    check(str_eq(in.rows[1].kind, S("image")) && in.rows[2].line == 5 && in.rows[2].again && in.rows[4].torn && in.rows[4].line == 7, "lines keep their number");
    import_file(k->c.arena, S("https://g.example/a,https://r.example,w,1,s,page\nhttps://g.example/b"), STR_NONE, &in);
    check(in.n == 2 && in.good == 2 && str_eq(in.rows[0].note, S("referer: https://r.example; worker: w; reference: 1; source: s")) && in.rows[1].note.n == 0, "commas, no heading, columns missing at the end");
}

static void searching(Kit *k) {
    Page p;
    Id id = kit_case(k, "18+", "spread", NULL);
    CaseRow row;
    must(case_by_id(&k->c, id, &row) == OK);
    must(done(&p, post(k, id, "/links/add", "links=https://findme.example/here?x=1", &p)) && done(&p, post(k, id, "/links/check", "", &p)));
    shown(k, "/search", "namen en verhalen", "Names and stories cannot be searched", "the search page");
    check(ask(k, LANG_EN, GET, str_z(k->c.arena, str_fmt(k->c.arena, "/search?q=%lld", (long long)1)), "", &p) == OK && has(&p, "K-2026-000001"), "by the number of this year");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, str_z(k->c.arena, str_fmt(k->c.arena, "/search?q=" STR_FMT, STR_ARG(str_lower(k->c.arena, row.ref)))), "", &p) == OK && has(&p, str_z(k->c.arena, row.ref)), "by the reference");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, "/search?q=https%3A%2F%2FFINDME.example%2Fhere%3Fx%3D1", "", &p) == OK && has(&p, "this link") && has(&p, str_z(k->c.arena, row.ref)), "by a link, however it is spelled");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, "/search?q=findme.example", "", &p) == OK && has(&p, "another link on this site"), "by its site");
    res_free(&p.res);
    shown(k, "/search?q=sext", "/desk?offence=SEXTORTION", "/desk?offence=SEXTORTION", "by a part of an offence's name");
    shown(k, "/search?q=pornhub", "/desk?platform=pornhub", "/desk?platform=pornhub", "by a platform");
    shown(k, "/search?q=CANARY", "Niets wat je mag zien", "Nothing that you may see", "what people wrote is not found");
    kit_as_inspector(k);
    check(ask(k, LANG_EN, GET, "/search?q=https%3A%2F%2Ffindme.example%2Fhere%3Fx%3D1", "", &p) == OK && has(&p, "Nothing that you may see") && !has(&p, str_z(k->c.arena, row.ref)), "somebody outside the team finds nothing");
    res_free(&p.res);
    kit_as_worker(k);
}

/* ---- acts on the whole case ---- */
static void managing(Kit *k) {
    Page p;
    CaseRow row;
    Id id = kit_case(k, "18+", "spread", NULL);
    must(case_by_id(&k->c, id, &row) == OK);
    static const struct { const char *rest, *nl, *en; } pages[] = { { "/close", "Sluit de zaak", "Close the case" }, { "/pause", "Pauzeer deze zaak", "Pause this case" }, { "/withdraw", "Wat is verstuurd, kan niet terug", "cannot be unsent" },
        { "/code", "Veilig contact", "Safe contact" }, { "/code/given", "Er is geen code om te tonen", "There is no code to show" }, { "/refer", "Leg de overdracht vast", "Record the hand-over" } };
    for (size_t i = 0; i < LEN(pages); i++) shown(k, case_path(k, id, pages[i].rest), pages[i].nl, pages[i].en, pages[i].rest + 1);
    check(done(&p, post(k, id, "/pause", "", &p)) && case_by_id(&k->c, id, &row) == OK && row.paused != 0, "paused for the person");
    shown(k, case_path(k, id, ""), "De melder heeft de zaak gepauzeerd", "The person paused this case", "a paused case says that nothing may be sent");
    check(again(&p, post(k, id, "/pause", "", &p), NULL, "paused already"), "once");
    check(done(&p, post(k, id, "/resume", "", &p)) && case_by_id(&k->c, id, &row) == OK && row.paused == 0, "and resumed");
    ClockNew cn = { .case_id = id, .subject = id, .duty = S("C2"), .kind = S("policy"), .holder = S("x"), .from = k->c.now, .due = k->c.now + 3600000 };
    must(journal_one(&k->c, clock_start(&k->c, &cn)) == OK);
    check(ask(k, LANG_EN, POST, case_path(k, id, "/close"), "why=resolved", &p) == E_CONFLICT && strcmp(k->c.fail.field, "why") == 0, "a case with clocks that run is not closed as if nothing were left");
    res_free(&p.res);
    must(done(&p, post(k, id, "/claim", "", &p)));
    check(done(&p, post(k, id, "/withdraw", "why=all", &p)) && case_by_id(&k->c, id, &row) == OK && row.withdrawn != 0, "withdrawn for the person, even while in hand");
    shown(k, case_path(k, id, ""), "De melder heeft de melding ingetrokken", "The person withdrew", "a withdrawn case says so");
    check(done(&p, post(k, id, "/close", "why=withdrawn", &p)) && case_by_id(&k->c, id, &row) == OK && !row.active, "then it is closed");
    shown(k, case_path(k, id, "/reopen"), "Open de zaak weer", "Open the case again", "opening again");
    shown(k, case_path(k, id, ""), "Deze zaak is gesloten", "This case is closed", "a closed case says why");
    kit_as_lead(k);
    shown(k, case_path(k, id, "/erase"), "Typ het kenmerk", "Type the reference", "erasing asks for the reference");
    check(again(&p, post(k, id, "/erase", "why=asked&ref=K-2026-999999", &p), "ref", "not the reference"), "the wrong one is refused");
    Str body = str_fmt(k->c.arena, "why=asked&ref=" STR_FMT, STR_ARG(row.ref));
    check(done(&p, post(k, id, "/erase", str_z(k->c.arena, body), &p)) && case_by_id(&k->c, id, &row) == OK && row.erased != 0, "the right one erases");
    shown(k, case_path(k, id, ""), "Deze zaak is gewist", "This case was erased", "an erased case leaves its record and nothing else");
    kit_as_worker(k);
    check(ask(k, LANG_EN, GET, case_path(k, id, "/erase"), "", &p) == E_DENIED, "a worker who is no lead erases nothing");
    res_free(&p.res);
    kit_as_system(k);
    must(case_shred_run(&k->c, id) == OK);
    kit_as_worker(k);
    shown(k, case_path(k, id, ""), "Deze zaak is gewist", "This case was erased", "also when its keys are gone");
}

static void new_code(Kit *k) {
    Page p;
    Str old = STR_NONE;
    VaultSession s;
    CaseRow row;
    Id id = kit_case(k, "18+", "spread", &old);
    check(again(&p, post(k, id, "/code", "knows=1&reached=1&alone=1&how=asked", &p), "same", "no code is given"), "without a safe contact there is no new code");
    check(done(&p, post(k, id, "/code", "knows=1&reached=1&alone=1&same=1&how=asked+about+the+first+link", &p)), "with one there is");
    check(ask(k, LANG_EN, GET, case_path(k, id, "/code/given"), "", &p) == OK && has(&p, "It is shown only here"), "it is shown once");
    Str code = str_sub(draft, draft.n - 16, 16), whole = str_dup(k->c.arena, code);
    check(has(&p, code_show(k->c.arena, whole).p), "in groups of four");
    res_free(&p.res);
    check(case_by_id(&k->c, id, &row) == OK && str_eq(row.locator, str_sub(whole, 0, CODE_LOCATOR)), "the case is found by the new code");
    check(vault_code_login(k->c.vault, k->c.arena, id, whole, k->c.now, &s) == OK && vault_code_login(k->c.vault, k->c.arena, id, old, k->c.now, &s) == E_DENIED, "which opens it, and the lost one does not");
    check(done(&p, post(k, id, "/code/given", "", &p)) && draft.n == 0, "once the person has it, nothing keeps it");
}

static void joining(Kit *k) {
    Page p;
    CaseRow a, b;
    Id from = kit_case(k, "18+", "spread", NULL), into = kit_case(k, "18+", "spread", NULL), minor = kit_case(k, "12-15", "", NULL);
    must(done(&p, post(k, from, "/links/add", "links=https://twin.example/1%0Ahttps://twin.example/2", &p)) && done(&p, post(k, from, "/links/check", "", &p)));
    must(done(&p, post(k, into, "/links/add", "links=https://twin.example/2%0Ahttps://twin.example/3", &p)) && done(&p, post(k, into, "/links/check", "", &p)));
    must(case_by_id(&k->c, from, &a) == OK && case_by_id(&k->c, into, &b) == OK);
    shown(k, case_path(k, from, ""), "Zaken met dezelfde vindplaatsen", "Cases with the same links", "cases about the same links are shown");
    check(ask(k, LANG_EN, GET, case_path(k, from, "/merge"), "", &p) == E_DENIED, "joining is for a lead");
    res_free(&p.res);
    kit_as_lead(k);
    char *with = case_path(k, from, str_z(k->c.arena, str_fmt(k->c.arena, "/merge?with=" STR_FMT, STR_ARG(b.ref))));
    check(ask(k, LANG_EN, GET, with, "", &p) == OK && has(&p, "One link is added to") && has(&p, "One link stands in both and counts once"), "what would happen is said before it happens");
    res_free(&p.res);
    check(case_by_id(&k->c, from, &a) == OK && id_none(a.merged_into), "and nothing has happened by looking");
    CaseRow m;
    must(case_by_id(&k->c, minor, &m) == OK);
    check(ask(k, LANG_EN, GET, case_path(k, from, str_z(k->c.arena, str_fmt(k->c.arena, "/merge?with=" STR_FMT, STR_ARG(m.ref)))), "", &p) == OK && has(&p, "The age lanes differ"), "cases of different lanes are not joined");
    res_free(&p.res);
    shown(k, case_path(k, from, "/merge?with=K-2026-777777"), "niet voor jou", "not for you", "a case that is not there");
    ClockNew cn = { .case_id = from, .subject = from, .duty = S("C2"), .kind = S("policy"), .holder = S("x"), .from = k->c.now, .due = k->c.now + 3600000 };
    Act *clock = clock_start(&k->c, &cn);
    ClockRow ck;
    must(journal_one(&k->c, clock) == OK && clock_by_id(&k->c, clock->subject, &ck) == OK);
    char *body = str_z(k->c.arena, str_fmt(k->c.arena, "into=" STR_FMT, STR_ARG(id_hex(k->c.arena, into))));
    check(ask(k, LANG_EN, POST, case_path(k, from, "/merge"), body, &p) == E_CONFLICT, "a case whose clocks run is not joined away: their lapse must be seen");
    res_free(&p.res);
    must(journal_one(&k->c, clock_stop(&k->c, &ck, S("withdrawn"))) == OK);
    check(done(&p, post(k, from, "/merge", body, &p)) && case_by_id(&k->c, from, &a) == OK && id_eq(a.merged_into, into) && !a.active && case_by_id(&k->c, into, &b) == OK && b.locations == 3, "then it is, as it was said");
    shown(k, case_path(k, from, ""), "samengevoegd met een andere", "joined with another", "a joined case leads to the other");
    kit_as_worker(k);
}

static void sharing(Kit *k) {
    Page p;
    Id id = kit_case(k, "18+", "spread", NULL);
    shown(k, case_path(k, id, "/share"), "Toon wie wat ziet", "Show who will see what", "sharing");
    Str to = id_hex(k->c.arena, k->authority_org);
    char *preview = case_path(k, id, str_z(k->c.arena, str_fmt(k->c.arena, "/share?to=" STR_FMT "&what=facts&purpose=investigation&until=2026-06-01", STR_ARG(to))));
    check(ask(k, LANG_EN, GET, preview, "", &p) == OK && has(&p, "ines") && has(&p, "They never read") && has(&p, "who the person is") && has(&p, "The person did not agree"), "the people who will read are named, and what they never read");
    res_free(&p.res);
    shown(k, preview, "ines", "ines", "the preview");
    check(ask(k, LANG_EN, GET, case_path(k, id, str_z(k->c.arena, str_fmt(k->c.arena, "/share?to=" STR_FMT "&what=facts&purpose=investigation&until=2036-06-01", STR_ARG(to)))), "", &p) == OK && !has(&p, "id=\"preview\""), "no share beyond two years");
    res_free(&p.res);
    char *body = str_z(k->c.arena, str_fmt(k->c.arena, "to=" STR_FMT "&what=facts&purpose=investigation&until=2026-06-01", STR_ARG(to)));
    check(done(&p, post(k, id, "/share", body, &p)), "then it is shared");
    ShareRow *rows = NULL;
    size_t n = 0;
    check(desk_shares(&k->c, id, &rows, &n) == OK && n == 1 && id_eq(rows[0].to_org, k->authority_org) && rows[0].ended == 0, "with an end");
    shown(k, case_path(k, id, ""), "Toezichthouder Voorbeeld", "Toezichthouder Voorbeeld", "the case says who else sees it");
    LocationNew l = { .url_canonical = S("https://shared.example/page"), .host = S("shared.example") };
    LocationResult loc;
    Act **acts = NULL;
    must(location_add_many(&k->c, id, &l, 1, &loc, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    char *there = str_z(k->c.arena, str_fmt(k->c.arena, "/shared/" STR_FMT, STR_ARG(id_hex(k->c.arena, id)))), *door = str_z(k->c.arena, str_fmt(k->c.arena, "%s/open", there));
    check(ask(k, LANG_EN, GET, there, "", &p) == E_DENIED, "the sharer's own worker has no share of it");
    res_free(&p.res);
    kit_as_inspector(k);
    shown(k, "/shared", "een onderzoek", "an investigation", "what is shared with an organisation");
    check(ask(k, LANG_EN, GET, there, "", &p) == OK && has(&p, "Opening is recorded") && !has(&p, "shared.example"), "nothing shows before opening it, which is recorded");
    res_free(&p.res);
    check(done(&p, ask(k, LANG_EN, POST, door, "", &p)), "opening is an act");
    shown(k, there, "shared.example/page", "shared.example/page", "then the facts and the links are there");
    check(ask(k, LANG_EN, GET, there, "", &p) == OK && !has(&p, "CANARY"), "and nothing that a person wrote");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, case_path(k, id, ""), "", &p) != OK, "the case itself stays closed to them");
    res_free(&p.res);
    kit_as_worker(k);
    shown(k, case_path(k, id, ""), "Gelezen door een organisatie", "Read by an organisation", "the sharer sees that it was read");
    must(desk_shares(&k->c, id, &rows, &n) == OK);
    char *end = str_z(k->c.arena, str_fmt(k->c.arena, "share=" STR_FMT, STR_ARG(id_hex(k->c.arena, rows[0].id))));
    check(done(&p, post(k, id, "/share/end", end, &p)) && desk_shares(&k->c, id, &rows, &n) == OK && rows[0].ended != 0, "and can be ended");
    kit_as_inspector(k);
    check(ask(k, LANG_EN, GET, there, "", &p) == E_MISSING, "then it is as if it had never been there");
    res_free(&p.res);
    kit_as_worker(k);
    check(again(&p, post(k, id, "/share/end", end, &p), NULL, "ended already"), "once");
    check(again(&p, post(k, id, "/share", "to=00000000000000000000000000000001&what=everything&purpose=investigation&until=2026-06-01", &p), "what", "not part of the case"), "only what there is can be shared");
}

static void handing_over(Kit *k) {
    Page p;
    CaseRow row;
    Id id = kit_case(k, "12-15", "groom", NULL);
    must(done(&p, post(k, id, "/links/add", "links=https://minor.example/9", &p)) && done(&p, post(k, id, "/links/check", "", &p)));
    check(ask(k, LANG_EN, GET, case_path(k, id, "/refer"), "", &p) == OK && has(&p, "https://minor.example/9;page"), "the address and the kind, ready to hand over");
    res_free(&p.res);
    check(again(&p, post(k, id, "/refer", "to=nobody&way=web", &p), "to", "not known"), "to somebody the directory knows");
    const LawAuthority *const *a = NULL;
    size_t n = law_authority_list(k->app.law, DATE_NONE, k->c.arena, &a), at = n;
    for (size_t i = 0; i < n; i++)
        if (at == n && str_eq(a[i]->kind, S("hotline"))) at = i;
    must(at < n);
    check(done(&p, post(k, id, "/refer", str_z(k->c.arena, str_fmt(k->c.arena, "to=" STR_FMT "&way=web", STR_ARG(a[at]->r.id))), &p)) && case_by_id(&k->c, id, &row) == OK && str_eq(row.turn, S("hotline")), "then it is the hotline's turn, with a day to ask");
    shown(k, case_path(k, id, "/record"), "Overgedragen aan", "Handed over to", "and the record says it");
}

int main(void) {
    static Kit k;
    const CasePanel *panels = desk_step.panels;
    kit_open(&k, all_acts(), NULL);
    k.app.law = test_house_law(k.c.arena);
    k.app.panels = panels;
    k.app.panels_n = desk_step.panels_n;
    kit_as_worker(&k);
    shown(&k, "/desk", "Er wacht niets op dit team", "Nothing waits for this team", "an empty queue says what would be here");
    order(&k);
    filters(&k);
    queue_pages(&k);
    hands(&k);
    deciding(&k);
    talking(&k);
    lapse(&k);
    bulk(&k);
    ten_thousand(&k);
    file_import(&k);
    searching(&k);
    managing(&k);
    new_code(&k);
    joining(&k);
    sharing(&k);
    handing_over(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
