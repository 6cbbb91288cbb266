/* desk_test.c - the desk: the order of the queue, its filters, and every page in both languages through its handlers. */
#include "core/case/testkit.h"
#include "core/desk/desk_in.h"
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
static Err ask(Kit *k, Lang lang, Method m, const char *path, const char *body, Page *p) {
    *p = (Page){ 0 };
    const Route *r = route_of(k, m, path, &p->req);
    must(r != NULL);
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
    return r->handler(&k->c, &p->req, &p->res);
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

int main(void) {
    static Kit k;
    const CasePanel *panels = desk_step.panels;
    kit_open(&k, core_acts, NULL);
    k.app.law = test_house_law(k.c.arena);
    k.app.panels = panels;
    k.app.panels_n = desk_step.panels_n;
    kit_as_worker(&k);
    shown(&k, "/desk", "Er wacht niets op dit team", "Nothing waits for this team", "an empty queue says what would be here");
    order(&k);
    filters(&k);
    queue_pages(&k);
    hands(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
