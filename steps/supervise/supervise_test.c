#include "core/case/contact.h"
#include "core/case/request.h"
#include "core/step/pagekit.h"
#include "steps/supervise/supervise_in.h"

#include <math.h>

enum { DAY = 86400000, HOUR = 3600000 };
static const ActDef *all[120];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; supervise_step.acts[i] != NULL; i++) all[n++] = supervise_step.acts[i];
    all[n] = NULL;
}
static void as_analyst(Kit *k) { kit_person(k, R_ANALYST, k->lead, k->org, NULL); }
static bool near(double a, double b) { return fabs(a - b) < 1e-6; }

/* Times of remission of 21 patients, the textbook case of Kaplan-Meier (Freireich 1963): the drug's arm, + is still waiting. */
static void times_with_those_still_waiting(Arena *a) {
    static const int days[] = { 6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35 };
    KmObs obs[LEN(days)];
    Km km;
    for (size_t i = 0; i < LEN(days); i++) obs[LEN(days) - 1 - i] = (KmObs){ .ms = (int64_t)abs(days[i]) * DAY, .event = days[i] > 0 };
    km_compute(a, obs, LEN(days), &km);
    check(km.events == 9 && km.curve_n == 7, "nine decisions on seven days");
    check(near(km.curve[0].open, 18.0 / 21) && near(km.curve[1].open, 18.0 / 21 * 16 / 17), "the share still open falls as the textbook says");
    check(fabs(km.curve[6].open - 0.448) < 0.001, "at day 23 it is 0.448");
    check(km.median.reached && near(km.median.days, 23), "half was decided at day 23");
    check(near(km.median.low, 13) && !km.median.high_known, "its interval begins at day 13 and has no end yet");
    check(!km.p90.reached && near(km.p90.days, 35), "nine of ten is not reached: longer than the longest wait, 35 days");
    KmObs waits[3] = { { 5 * DAY, false }, { 9 * DAY, false }, { 2 * DAY, false } };
    km_compute(a, waits, 3, &km);
    check(km.events == 0 && !km.median.reached && near(km.median.days, 9), "when nobody decided, the median is longer than the longest wait");
    km_compute(a, waits, 0, &km);
    check(km.n == 0 && !km.median.reached, "nothing asked: no time at all");
    KmObs done[4] = { { 1 * DAY, true }, { 2 * DAY, true }, { 3 * DAY, true }, { 4 * DAY, true } };
    km_compute(a, done, 4, &km);
    check(near(km.median.days, 2) && near(km.p90.days, 4) && km.p90.reached, "when all were decided it is the plain median");
    double low = 0, high = 0;
    share_interval(0, 10, &low, &high);
    check(near(low, 0) && high > 0.25 && high < 0.31, "none of ten may still be more than a quarter");
    share_interval(8, 10, &low, &high);
    check(fabs(low - 0.490) < 0.001 && fabs(high - 0.943) < 0.001, "eight of ten: 49 to 94 per cent");
}

static void the_register(Kit *k) {
    PlatformView *v = NULL, p;
    size_t n = 0, laws = 0;
    as_analyst(k);
    must(platform_list(&k->c, STR_NONE, STR_NONE, &v, &laws) == OK);
    check(laws > 10, "the register begins with the platforms of the law data");
    for (size_t i = 1; i < laws; i++) must(str_cmp(str_lower(k->c.arena, v[i - 1].f.name), str_lower(k->c.arena, v[i].f.name)) <= 0);
    must(platform_list(&k->c, S("VOORBEELDPLEIN"), STR_NONE, &v, &n) == OK);
    check(n == 1 && str_eq(v[0].code, S("demoplein")), "found by part of its name, small or large letters");
    must(platform_list(&k->c, S("voorbeeldhost.test"), STR_NONE, &v, &n) == OK);
    check(n == 1 && str_eq(v[0].code, S("demohost")), "found by its domain");
    must(platform_list(&k->c, STR_NONE, S("V"), &v, &n) == OK);
    check(n > 3 && n < laws, "only the very large ones");

    Asked a = kit_ask(k, &supervise_step, "/platforms/new", FIELDS("name", "Fotohoek", "operator", "Hoek Ltd", "domains", "https://fotohoek.test/x", "tags", "i", "tags", "h", "seat", "nl", "why", "footer, today"));
    check(a.err == OK && a.errors == 1 && a.error != NULL, "an address with a path is no domain, and the form says so at the field");
    a = kit_ask(k, &supervise_step, "/platforms/new", FIELDS("name", "Fotohoek", "operator", "Hoek Ltd", "domains", "Fotohoek.test\r\nwww.fotohoek.test", "tags", "i", "tags", "h", "seat", "-", "representative", "be", "why", "CANARY-WHY footer"));
    check(a.err == OK && a.errors == 0 && str_starts(a.location, S("/platform/p-")), "a platform that the law data does not know is added by hand");
    Str code = str_sub(a.location, 10, 100);
    must(platform_get(&k->c, code, &p) == OK);
    check(p.law == NULL && str_eq(p.f.name, S("Fotohoek")) && str_eq(p.f.domains, S("fotohoek.test www.fotohoek.test")) && str_eq(p.f.tags, S("I H")), "its facts are what was typed");
    check(str_eq(p.f.seat, S("-")) && str_eq(p.f.representative, S("BE")), "known to have no seat in the Union, and a representative in Belgium");
    a = kit_ask(k, &supervise_step, str_z(k->c.arena, str_fmt(k->c.arena, "/platform/" STR_FMT, STR_ARG(code))), NULL);
    check(page_has(&a, "Fotohoek") && page_has(&a, "CANARY-WHY") && page_has(&a, "BIPT"), "its card names the Belgian coordinator as competent, with the reason");
    const LawPlatform *row = platform_row(&k->c, code);
    check(row != NULL && str_eq(row->name, S("Fotohoek")) && law_has_tag(row, k->app.law, S("H")) && !law_has_tag(row, k->app.law, S("V")), "every other room reads it as if it stood in the law data");
    PlatformHosts hosts;
    must(platform_hosts(&k->c, &hosts) == OK);
    check(str_eq(platform_of_host(&hosts, S("img.fotohoek.test")), code) && str_eq(platform_of_host(&hosts, S("www.voorbeeldplein.test")), S("demoplein")), "and knows its hosts beside those of the law data");
    check(platform_of_host(&hosts, S("notfotohoek.test")).n == 0 && platform_row(&k->c, S("p-000000000000")) == NULL, "a host that only ends alike is another's; a code nobody made is nobody's");
    kit_as_worker(k);
    a = kit_ask(k, &supervise_step, "/platforms/new", FIELDS("name", "Anders", "why", "x"));
    check(a.err == E_DENIED, "a case worker does not keep the register");
    PlatformFacts f = { .name = S("Anders"), .why = S("x") };
    check(journal_one(&k->c, platform_add(&k->c, ID_NONE, &f, &code)) == E_DENIED, "and cannot by another way");
}

static void facts_laid_over_the_law(Kit *k) {
    PlatformView p;
    as_analyst(k);
    must(platform_get(&k->c, S("discord"), &p) == OK);
    PlatformFacts was = p.f, now = p.f;
    check(id_none(p.hand) && str_eq(p.f.seat, S("NL")), "the law data has Discord in the Netherlands");
    now.seat = S("IE");
    now.why = S("moved, trade register of today");
    must(journal_one(&k->c, platform_change(&k->c, ID_NONE, &p, &now)) == OK && platform_get(&k->c, S("discord"), &p) == OK);
    check(str_eq(p.f.seat, S("IE")) && p.law != NULL && !id_none(p.hand), "what a person recorded goes before the law data");
    RouteQuery q = platform_route(&k->c, &p, S("NCII"), S("adult"), S("flagger"));
    RouteResult r = { 0 };
    bool irish = false;
    must(law_route(k->app.law, &q, k->c.arena, &r) == OK);
    for (size_t i = 0; i < r.bodies_n; i++) irish = irish || (str_eq(r.bodies[i].body->r.id, S("DSC-IE")) && r.bodies[i].outcome == OUTCOME_COMPETENT);
    check(irish, "and decides who is competent");
    now.seat = S("XX");
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, platform_change(&k->c, ID_NONE, &p, &now)) == E_INPUT && strcmp(k->c.fail.field, "seat") == 0, "a country that the law data does not know is refused at its field");
    must(journal_one(&k->c, platform_end(&k->c, &p)) == OK && platform_get(&k->c, S("discord"), &p) == OK);
    check(str_eq(p.f.seat, was.seat), "when it is ended the law data speaks again");
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, platform_end(&k->c, &p)) == E_CONFLICT, "and cannot be ended twice");
    must(journal_one(&k->c, platform_change(&k->c, ID_NONE, &p, &was)) == E_INPUT); /* why is missing */
    was.why = S("looked again");
    must(journal_one(&k->c, platform_change(&k->c, ID_NONE, &p, &was)) == OK && platform_get(&k->c, S("discord"), &p) == OK);
    check(p.ended == 0, "and recorded again later");
}

/* ---- towards our notices ---- */
static Id ask_one(Kit *k, Id case_id, const char *holder) {
    Id location = ID_NONE;
    RequestNew n = { .case_id = case_id, .subject = ctx_new_id(&k->c), .location = location, .kind = S("notice"), .rung = S("platform"), .holder = str_c(holder), .form = S("art16"), .offence = S("NCII"), .country = S("NL") };
    Act *a = request_make(&k->c, ID_NONE, &n);
    must(journal_one(&k->c, a) == OK);
    return a->subject;
}
static void tell(Kit *k, Id id, RequestWhat what, const char *outcome) {
    RequestRow r;
    must(request_by_id(&k->c, id, &r) == OK && journal_one(&k->c, request_event(&k->c, &r, what, str_c(outcome), STR_NONE, k->c.now)) == OK);
}
static void silence(Kit *k, Id case_id, Id request) {
    ClockNew n = { .case_id = case_id, .subject = request, .duty = S("C2"), .kind = S("policy"), .holder = S("demoplein"), .law_date = S("2026-03-02"), .from = k->c.now, .due = k->c.now + DAY };
    Act *a = clock_start(&k->c, &n);
    ClockRow row;
    Act **acts = NULL;
    size_t acts_n = 0;
    SilenceFacts f = { .sent = k->c.now, .delivery = S("delivered"), .last_verdict = S("still_online") };
    must(journal_one(&k->c, a) == OK);
    kit_later(k, 2 * DAY);
    kit_as_system(k);
    must(clock_by_id(&k->c, a->subject, &row) == OK && clock_lapse(&k->c, &row, &f, NULL, 0, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK);
    kit_as_worker(k);
}

/* A link on the site of a platform that was added by hand belongs to it. */
static void links_find_it(Kit *k) {
    PlatformView *v = NULL;
    size_t n = 0, acts_n = 0;
    Act **acts = NULL;
    LocationResult res;
    LocationRow row;
    kit_as_worker(k);
    must(platform_list(&k->c, S("fotohoek"), STR_NONE, &v, &n) == OK && n == 1);
    Id case_id = kit_case(k, "18+", "spread", NULL);
    LocationNew in = { .url_canonical = S("https://www.fotohoek.test/a"), .host = S("www.fotohoek.test") };
    must(location_add_many(&k->c, case_id, &in, 1, &res, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK && location_by_id(&k->c, res.location, &row) == OK);
    check(str_eq(row.platform, v[0].code), "a link on its site belongs to it from then on");
    ask_one(k, case_id, str_z(k->c.arena, v[0].code));
    Figures f;
    must(platform_figures(&k->c, v[0].code, true, &f) == OK);
    check(f.asked == 1 && f.locations == 1, "and what is asked of it counts on its card");
}

static void figures(Kit *k) {
    Figures f;
    Id case_id = kit_case(k, "18+", "spread", NULL);
    as_analyst(k);
    Asked a = kit_ask(k, &supervise_step, "/platform/demoplein", NULL);
    check(page_has(&a, "Nothing has been asked of this platform from here."), "before anything was asked the card says that, not a zero that looks like a result");
    check(page_has(&a, "Ask the official data") && page_has(&a, "/questions?platform=demoplein"), "the second panel leads to the questions over official data");
    kit_as_worker(k);
    Id quick = ask_one(k, case_id, "demoplein"), slow = ask_one(k, case_id, "demoplein"), never = ask_one(k, case_id, "demoplein"), gone = ask_one(k, case_id, "demoplein"), lost = ask_one(k, case_id, "demoplein");
    ask_one(k, case_id, "demohost");
    kit_later(k, DAY);
    kit_as_worker(k);
    tell(k, quick, REQ_ANSWERED, "removed");
    tell(k, gone, REQ_WITHDRAWN, "");
    tell(k, lost, REQ_FAILED, "");
    silence(k, case_id, never);
    tell(k, slow, REQ_ANSWERED, "kept");
    must(platform_figures(&k->c, S("demoplein"), true, &f) == OK);
    check(f.asked == 4 && f.withdrawn == 1 && f.undelivered == 1, "four asked, one more withdrawn and left out, one not delivered");
    check(f.answered == 2 && f.decided == 2 && f.removed == 1 && f.refused == 1, "two answered: one removed, one kept");
    check(f.silent == 1 && f.open == 2, "one silent; that one and the undelivered one are open");
    check(f.km.n == 3 && f.km.events == 2 && near(f.km.median.days, 3) && f.km.median.reached, "the median counts the silent one: 3 days, not 2");
    check(!f.km.p90.reached && near(f.km.p90.days, 3), "nine of ten has not been reached: longer than 3 days");
    kit_as_inspector(k);
    must(platform_figures(&k->c, S("demoplein"), true, &f) == OK);
    check(f.asked == 0 && f.km.n == 0, "another organisation does not see these figures");
    as_analyst(k);
    a = kit_ask(k, &supervise_step, "/platform/demoplein", NULL);
    check(page_has(&a, "longer than 3.0 days") && page_has(&a, "<svg"), "the card says how long at least, and draws it");
    check(page_has(&a, "Every request as a lane") && page_has(&a, "decide on the notice") && !page_has(&a, "CANARY-STORY"), "each request is a lane with its silence, without a case or a person");
    k->c.lang = LANG_NL;
    a = kit_ask(k, &supervise_step, "/platform/demoplein?offence=CSAM&depicted=minor", NULL);
    check(page_has(&a, "langer dan 3,0 dagen") && page_has(&a, "Autoriteit online Terroristisch"), "in Dutch too, and the competent bodies follow the offence that is chosen");
    k->c.lang = LANG_EN;
    a = kit_ask(k, &supervise_step, "/platforms.csv?q=voorbeeldplein", NULL);
    check(page_has(&a, "demoplein,Voorbeeldplein") && str_starts(a.type, S("text/csv")), "the register as a file");
    a = kit_ask(k, &supervise_step, "/platform/demoplein/figures.csv", NULL);
    check(page_has(&a, "notices,Silent,1,4"), "and the figures");
    a = kit_ask(k, &supervise_step, "/platforms", NULL);
    check(page_has(&a, "Voorbeeldplein") && page_has(&a, "ACM"), "the list names the coordinator");
    a = kit_ask(k, &supervise_step, "/platform/nergens", NULL);
    check(a.err == E_MISSING, "a platform that nobody knows is not there");
}

static void checks_from_outside(Kit *k) {
    PlatformCheck *h = NULL;
    size_t n = 0;
    as_analyst(k);
    const LawObligation *k17 = law_obligation(k->app.law, S("K17"), supervise_today(&k->c)), *k18 = law_obligation(k->app.law, S("K18"), supervise_today(&k->c)), *k5 = law_obligation(k->app.law, S("K5"), supervise_today(&k->c));
    check(duty_applies(k17, S("I H P")) && !duty_applies(k18, S("I H P")) && duty_applies(k5, S("I H")) && !duty_applies(k5, S("I H micro")), "duties follow the kind of service");
    Asked a = kit_ask(k, &supervise_step, "/platform/demoplein/check/K17", FIELDS("result", "fail", "on", "2026-03-02", "see", "a", "age_gate", "click", "method", "opened the front page from the Netherlands"));
    check(a.err == OK && a.errors == 1, "a finding without what was seen is refused");
    a = kit_ask(k, &supervise_step, "/platform/demoplein/check/K17", FIELDS("result", "fail", "on", "2030-01-01", "see", "a", "method", "m", "evidence", "e"));
    check(a.errors == 1, "a day that has not come is refused");
    a = kit_ask(k, &supervise_step, "/platform/demoplein/check/K17", FIELDS("result", "fail", "on", "2026-03-02", "see", "a", "age_gate", "click", "method", "opened the front page from the Netherlands", "evidence", "one button: I am 18"));
    check(a.err == OK && a.errors == 0, "a finding with method, day and what was seen is recorded");
    kit_later(k, 10 * DAY);
    as_analyst(k);
    a = kit_ask(k, &supervise_step, "/platform/demoplein/check/K17", FIELDS("result", "partial", "on", "2026-03-12", "see", "t", "method", "again", "evidence", "a birth date is asked"));
    must(a.errors == 0 && check_list(&k->c, S("demoplein"), S("K17"), &h, &n) == OK);
    check(n == 2 && str_eq(h[0].f.result, S("partial")) && str_eq(h[1].f.result, S("fail")) && str_eq(h[1].f.age_gate, S("click")), "both looks stay, the newest first");
    const char *path = str_z(k->c.arena, str_fmt(k->c.arena, "/platform/demoplein/check/K17/reply/" STR_FMT, STR_ARG(id_hex(k->c.arena, h[1].id))));
    a = kit_ask(k, &supervise_step, path, FIELDS("on", "2026-02-01", "reply", "we disagree"));
    check(a.errors == 1, "a reply cannot be older than the finding");
    a = kit_ask(k, &supervise_step, path, FIELDS("on", "2026-03-10", "reply", "We are working on it."));
    check(a.errors == 0 && a.err == OK, "the platform's reply is recorded");
    a = kit_ask(k, &supervise_step, "/platform/demoplein/check/K17", NULL);
    check(page_has(&a, "We are working on it.") && page_has(&a, "one button: I am 18"), "and stands beside the finding");
    a = kit_ask(k, &supervise_step, "/platform/demoplein", NULL);
    check(page_has(&a, "Duties that do not fit this kind of service") && page_has(&a, "partly"), "the card shows the newest result, and which duties are not for this platform");
    ResultCount *rc = NULL;
    must(result_counts(&k->c, &rc, &n) == OK);
    check(n == 1 && rc[0].all == 1 && rc[0].fail == 1, "the list counts the newest look of each duty");
    a = kit_ask(k, &supervise_step, "/platform/demoplein/check/K99", NULL);
    check(a.err == E_MISSING, "a duty that is not in the law data is not there");
}

static void contact_points(Kit *k) {
    ContactRow *rows = NULL;
    size_t n = 0;
    as_analyst(k);
    Asked a = kit_ask(k, &supervise_step, "/platform/demoplein/contact", FIELDS("purpose", "notices", "channel", "mail", "address", "not an address", "tier", "1"));
    check(a.errors == 1, "an address that does not fit its channel is refused");
    a = kit_ask(k, &supervise_step, "/platform/demoplein/contact", FIELDS("purpose", "notices", "channel", "mail", "address", "CANARY-MAIL@voorbeeldplein.test", "tier", "1", "response_h", "48", "agreed", "2026-03-01", "terms", "within two days"));
    must(a.errors == 0 && contact_list(&k->c, S("platform"), S("demoplein"), false, &rows, &n) == OK);
    check(n == 1 && str_eq(rows[0].address, S("CANARY-MAIL@voorbeeldplein.test")) && rows[0].response_h == 48, "a contact point with what was agreed");
    a = kit_ask(k, &supervise_step, "/platform/demoplein", NULL);
    check(page_has(&a, "mailto:CANARY-MAIL@voorbeeldplein.test") && page_has(&a, "answer promised within 48 hours"), "it stands on the card");
    kit_later(k, DAY);
    as_analyst(k);
    Str base = str_fmt(k->c.arena, "/platform/demoplein/contact/" STR_FMT, STR_ARG(id_hex(k->c.arena, rows[0].id)));
    a = kit_ask(k, &supervise_step, str_z(k->c.arena, str_fmt(k->c.arena, STR_FMT "/right", STR_ARG(base))), FIELDS("why", ""));
    must(a.err == OK && contact_by_id(&k->c, rows[0].id, &rows[0]) == OK);
    check(rows[0].checked == k->c.now, "somebody looked and it is still right");
    a = kit_ask(k, &supervise_step, str_z(k->c.arena, str_fmt(k->c.arena, STR_FMT "/end", STR_ARG(base))), FIELDS("why", "wrong"));
    must(a.err == OK && contact_list(&k->c, S("platform"), S("demoplein"), false, &rows, &n) == OK);
    check(n == 0, "ended: no longer offered");
    must(contact_list(&k->c, S("platform"), S("demoplein"), true, &rows, &n) == OK);
    check(n == 1 && str_eq(rows[0].end_why, S("wrong")), "and kept in the record");
}

static void what_is_typed_is_sealed(Kit *k) {
    Str file = STR_NONE;
    size_t at = 0;
    FILE *f = fopen(k->db_path, "rb");
    must(f != NULL);
    char *bytes = arena_alloc(k->c.arena, 32u << 20);
    file = (Str){ bytes, fread(bytes, 1, 32u << 20, f) };
    fclose(f);
    check(file.n > 0 && !str_find(file, S("CANARY-"), &at) && !str_find(file, S("Fotohoek"), &at), "nothing that was typed stands readable in the database");
}

int main(void) {
    static Kit k;
    join();
    kit_open(&k, all, NULL);
    k.app.law = kit_law(k.c.arena);
    k.c.lang = LANG_EN;
    times_with_those_still_waiting(k.c.arena);
    the_register(&k);
    facts_laid_over_the_law(&k);
    figures(&k);
    links_find_it(&k);
    checks_from_outside(&k);
    contact_points(&k);
    what_is_typed_is_sealed(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
