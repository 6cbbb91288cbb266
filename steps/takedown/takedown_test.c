#include "core/case/holder.h"
#include "core/case/intake.h"
#include "core/case/testkit.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "steps/takedown/lookup_rule.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/plan_in.h"
#include "steps/takedown/takedown.h"

static const ActDef *all[256];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; takedown_step.acts[i] != NULL; i++) all[n++] = takedown_step.acts[i];
    must(n < LEN(all));
}
static const Zone *zone_of(void *arg, Arena *a, Str name) {
    const Zone *z = NULL;
    (void)arg;
    return zone_load(a, name, &z) == OK ? z : NULL;
}
static bool has(Str s, const char *what) {
    size_t at = 0;
    return str_find(s, str_c(what), &at);
}

/* ---- what a test needs again and again ---- */
static Id add_recipient(Kit *k, const char *rung, const char *platform, const char *lang, const char *mail) {
    RecipientNew n = { .rung = str_c(rung), .platform = str_c(platform), .lang = str_c(lang), .country = S("NL"), .name = str_fmt(k->c.arena, "Dienst %s", rung), .mail = str_c(mail), .note = S("belt liever") };
    Act *a = recipient_add(&k->c, ID_NONE, &n);
    must(journal_one(&k->c, a) == OK);
    return a->subject;
}
static void add_links(Kit *k, Id id, int n, Id *out) {
    LocationNew *in = ARENA_ARRAY(k->c.arena, LocationNew, (size_t)n);
    LocationResult *res = ARENA_ARRAY(k->c.arena, LocationResult, (size_t)n);
    Act **acts = NULL;
    size_t acts_n = 0;
    for (int i = 0; i < n; i++) in[i] = (LocationNew){ .url_canonical = str_fmt(k->c.arena, "https://voorbeeldplein.test/video/%d?c=%lld", i, (long long)k->c.now), .host = S("voorbeeldplein.test"), .platform = S("demoplein") };
    must(location_add_many(&k->c, id, in, (size_t)n, res, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK);
    for (int i = 0; i < n && out != NULL; i++) out[i] = res[i].location;
}
static void classify(Kit *k, Id id, const char *offence) {
    IncidentRow in = { .offence = str_c(offence), .consent_shared = S("no"), .synthetic = S("no") };
    must(journal_one(&k->c, incident_add(&k->c, id, &in)) == OK);
}

typedef struct Typed { Pair v[64]; size_t n; } Typed;
static void type_in(Typed *t, const char *name, Str value) { t->v[t->n++] = (Pair){ str_c(name), value }; }
static Form *judged(Kit *k, const Typed *t, const Param *spec, size_t n) {
    Form *f = ARENA_NEW(k->c.arena, Form);
    Typed *own = ARENA_NEW(k->c.arena, Typed);
    *own = *t;
    type_in(own, "act", id_hex(k->c.arena, ctx_new_id(&k->c)));
    Request *req = ARENA_NEW(k->c.arena, Request);
    *req = (Request){ .a = k->c.arena, .posted = own->v, .posted_n = own->n };
    form_read(req, spec, n, f);
    return f;
}
static Typed notice_typed(Kit *k, Id recipient, const Id *locations, size_t n) {
    Typed t = { 0 };
    type_in(&t, "scope", S("chosen"));
    for (size_t i = 0; i < n; i++) type_in(&t, "location", id_hex(k->c.arena, locations[i]));
    type_in(&t, "recipient", id_hex(k->c.arena, recipient));
    type_in(&t, "offence", S("NCII"));
    type_in(&t, "why_nl", S("Dit beeld is zonder toestemming gedeeld."));
    type_in(&t, "why_en", S("This image is shared without consent."));
    type_in(&t, "action", S("remove"));
    type_in(&t, "territory", S("eu"));
    type_in(&t, "good_faith", S("1"));
    return t;
}
static const Value *field(const Form *f, const char *name) { return form_at(f, name); }

/* Composes and sends; leaves the plans. */
static Err send_notice(Kit *k, Id case_id, const Typed *t, Id proposal, Id earlier, const char *form, NoticePlan **out, size_t *out_n, Form **out_form) {
    Compose p;
    Str shown = STR_NONE;
    size_t requests = 0;
    TRY(compose_load(&k->c, case_id, ctx_new_id(&k->c), proposal, earlier, str_c(form), &p));
    *out_form = judged(k, t, notice_form, LEN(notice_form));
    TRY(compose_plan(&p, *out_form, out, out_n, &shown));
    if (shown.n == 0) return E_INPUT;
    return compose_send(&p, *out, *out_n, &requests);
}

/* ---- the register ---- */
static void register_of_recipients(Kit *k) {
    kit_as_worker(k);
    Id id = add_recipient(k, "platform", "demoplein", "nl", "meldpunt@voorbeeldplein.test");
    RecipientRow r;
    check(recipient_by_id(&k->c, id, &r) == OK && recipient_open(&k->c, &r, 1) == OK && str_eq(r.mail, S("meldpunt@voorbeeldplein.test")), "a recipient is kept, and its address can be read");
    RecipientNew n = { .rung = S("platform"), .platform = S("demoplein"), .lang = S("en"), .country = S("NL"), .name = S("Plein"), .mail = S("nieuw@voorbeeldplein.test") };
    kit_as_system(k);
    check(journal_one(&k->c, recipient_bounce(&k->c, k->org, id, S("smtp_550"))) == OK && recipient_by_id(&k->c, id, &r) == OK && r.bounces == 1, "mail that came back stands with the address");
    kit_as_worker(k);
    check(journal_one(&k->c, recipient_change(&k->c, id, &n)) == OK && recipient_by_id(&k->c, id, &r) == OK && r.bounces == 0 && str_eq(r.lang, S("en")), "another address starts with a clean slate");
    n.rung = S("nowhere");
    check(journal_one(&k->c, recipient_change(&k->c, id, &n)) == E_INPUT && strcmp(k->c.fail.field, "rung") == 0, "a rung that the law data does not know is refused at its field");
    n.rung = S("platform");
    n.country = S("ZZ");
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, recipient_change(&k->c, id, &n)) == E_INPUT && strcmp(k->c.fail.field, "country") == 0, "so is a country");
    k->app.holder_name = takedown_step.holder_name;
    check(str_eq(holder_registered(&k->c, id_hex(k->c.arena, id)), S("Plein")), "wherever it is asked, it has its name");
    kit_as_inspector(k);
    check(recipient_by_id(&k->c, id, &r) == E_MISSING, "another organisation does not see it");
    check(holder_registered(&k->c, id_hex(k->c.arena, id)).n == 0, "nor its name");
    k->c.person.roles = R_WORKER;
    n.country = S("NL");
    check(journal_one(&k->c, recipient_change(&k->c, id, &n)) == E_MISSING, "and cannot change it");
    kit_as_worker(k);
    check(journal_one(&k->c, recipient_end(&k->c, id, S("by_hand"))) == OK && journal_one(&k->c, recipient_end(&k->c, id, S("by_hand"))) == E_CONFLICT, "it is taken out of use once");
}

/* ---- composing ---- */
static void four_elements(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), loc[2], to = add_recipient(k, "platform", "demoplein", "en", "abuse@voorbeeldplein.test");
    NoticePlan *plans = NULL;
    Form *f = NULL;
    size_t n = 0;
    classify(k, id, "NCII");
    add_links(k, id, 2, loc);
    Typed t = { 0 };
    type_in(&t, "scope", S("chosen"));
    type_in(&t, "offence", S("NCII"));
    type_in(&t, "nameless", S("1"));
    type_in(&t, "recipient", id_hex(k->c.arena, to));
    check(send_notice(k, id, &t, ID_NONE, ID_NONE, "art16", &plans, &n, &f) == E_INPUT && field(f, "location")->error != NULL, "a notice without a location is refused at the locations");
    type_in(&t, "location", id_hex(k->c.arena, loc[0]));
    check(send_notice(k, id, &t, ID_NONE, ID_NONE, "art16", &plans, &n, &f) == E_INPUT && field(f, "why_en")->error != NULL, "without an explanation: at the explanation of the recipient's language");
    check(field(f, "why_nl")->error == NULL, "and not at the other language");
    check(field(f, "good_faith")->error != NULL, "without good faith: there");
    check(field(f, "nameless")->error != NULL, "name and mail cannot be left out for this offence");
    Typed whole = notice_typed(k, to, loc, 2);
    check(send_notice(k, id, &whole, ID_NONE, ID_NONE, "art16", &plans, &n, &f) == OK && n == 1, "with all four elements of article 16(2) it goes");
    Str b = plans[0].body;
    check(has(b, "] https://voorbeeldplein.test/video/0?c=") && has(b, "] https://voorbeeldplein.test/video/1?c=") && has(b, "\n[2] "), "it names each exact address");
    check(has(b, "This image is shared without consent.") && has(b, "DSA 16(2)(a)"), "the reasoned explanation");
    check(has(b, "Meldpunt Voorbeeld") && has(b, "meldpunt@keten.test"), "name and e-mail address of the notifier");
    check(has(b, "in good faith that what this notice says is accurate and complete"), "the statement of good faith");
    check(has(b, "254ba") && has(b, "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING") && has(b, "2024/1385") && has(b, "not verified"), "the legal ground for that country, unverified rows marked");
    check(has(b, "Trusted flagger, number TF-1") && has(b, "own norm; the law names no number"), "the flagger's number, and norms called norms");
    check(!has(b, "CANARY") && !has(b, "K-2026") && !has(plans[0].subject, "K-2026"), "nothing of the story and no case number is in it");
    check(has(b, LINK_MARK) && !has(b, "/antwoord/"), "the link is not there before it is sent");
    RequestRow *rows = NULL;
    check(request_of_subject(&k->c, plans[0].id, &rows, &n) == OK && n == 2 && str_eq(rows[0].holder, S("demoplein")) && str_eq(rows[0].delivery, S("queued")), "one request stands for each location");
    bool same = true;
    for (size_t i = 0; i < n; i++) {
        LocationRow l;
        must(location_by_id(&k->c, rows[i].location, &l) == OK && location_open(&k->c, &l, 1) == OK);
        same = same && has(b, str_z(k->c.arena, str_fmt(k->c.arena, "[%zu] " STR_FMT "\n", i + 1, STR_ARG(l.url))));
    }
    check(same, "numbered in the record as in the mail");
}

static void dutch_and_seeds(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), loc[1];
    Compose p;
    NoticePlan *plans = NULL;
    Str shown = STR_NONE;
    size_t n = 0, requests = 0;
    classify(k, id, "NCII");
    add_links(k, id, 1, loc);
    check(compose_load(&k->c, id, ctx_new_id(&k->c), ID_NONE, ID_NONE, STR_NONE, &p) == OK, "a case can be composed for");
    const RecipientRow *seed = NULL;
    for (size_t i = 0; i < p.recipients_n; i++)
        if (recipient_is_seed(&p.recipients[i]) && str_eq(p.recipients[i].platform, S("demohost"))) seed = &p.recipients[i];
    check(seed != NULL && str_eq(seed->rung, S("host")), "contacts of the law data can be chosen before they are in the register");
    Typed t = notice_typed(k, ID_NONE, loc, 1);
    for (size_t i = 0; i < t.n; i++)
        if (str_eq(t.v[i].name, S("recipient"))) t.v[i].value = recipient_value(&p, seed);
    Form *f = judged(k, &t, notice_form, LEN(notice_form));
    check(compose_plan(&p, f, &plans, &n, &shown) == OK && n == 1 && shown.n == 64, "the plan is written");
    check(has(plans[0].body, "Wetboek van Strafrecht, artikel 254ba") && has(plans[0].body, "te goeder trouw"), "a Dutch recipient reads Dutch");
    Str before = plans[0].body;
    Compose again;
    NoticePlan *plans2 = NULL;
    Str shown2 = STR_NONE;
    must(compose_load(&k->c, id, p.seed, ID_NONE, ID_NONE, STR_NONE, &again) == OK);
    check(compose_plan(&again, judged(k, &t, notice_form, LEN(notice_form)), &plans2, &n, &shown2) == OK && str_eq(shown, shown2) && str_eq(before, plans2[0].body), "what was previewed is byte for byte what is sent");
    check(compose_send(&again, plans2, n, &requests) == OK && requests == 1, "sent");
    RecipientRow r;
    check(recipient_by_id(&k->c, plans2[0].to->id, &r) == OK && str_eq(r.platform, S("demohost")), "the contact has become a recipient");
}

static void consent_and_lanes(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), loc[1], to = add_recipient(k, "platform", "demoplein", "nl", "a@voorbeeldplein.test"), hotline = add_recipient(k, "hotline", "", "nl", "melding@hotline.test");
    NoticePlan *plans = NULL;
    ConsentRow *consents = NULL;
    Form *f = NULL;
    size_t n = 0;
    add_links(k, id, 1, loc);
    classify(k, id, "NCII");
    must(consent_list(&k->c, id, &consents, &n) == OK);
    for (size_t i = 0; i < n; i++)
        if (str_eq(consents[i].purpose, S("notices"))) must(journal_one(&k->c, consent_withdraw(&k->c, id, consents[i].id)) == OK);
    Typed t = notice_typed(k, to, loc, 1);
    check(send_notice(k, id, &t, ID_NONE, ID_NONE, "art16", &plans, &n, &f) == E_INPUT && f->error != NULL, "without the person's consent nothing is sent, and the page says so");
    Id child = kit_case(k, "12-15", "spread", NULL);
    add_links(k, child, 1, loc);
    classify(k, child, "CSAM");
    Typed mt = notice_typed(k, to, loc, 1);
    check(send_notice(k, child, &mt, ID_NONE, ID_NONE, "art16", &plans, &n, &f) == E_INPUT && field(f, "recipient")->error != NULL, "a platform cannot be chosen for material of a minor");
    Typed ht = notice_typed(k, hotline, loc, 1);
    for (size_t i = 0; i < ht.n; i++)
        if (str_eq(ht.v[i].name, S("offence"))) ht.v[i].value = S("CSAM");
    check(send_notice(k, child, &ht, ID_NONE, ID_NONE, "hotline", &plans, &n, &f) == OK && n == 1 && str_eq(plans[0].form, S("hotline")), "a hotline can");
    check(has(plans[0].body, "https://voorbeeldplein.test/video/0") && has(plans[0].body, "[CSAM]") && !has(plans[0].body, "zonder toestemming gedeeld"), "it gets address and class, and no explanation");
    RequestRow *rows = NULL;
    must(request_of_subject(&k->c, plans[0].id, &rows, &n) == OK);
    NoticePlan forged = plans[0];
    RecipientRow platform;
    must(recipient_by_id(&k->c, to, &platform) == OK && recipient_open(&k->c, &platform, 1) == OK);
    forged.to = &platform;
    forged.id = ctx_new_id(&k->c);
    Act *acts[8];
    n = 0;
    must(notice_acts(&k->c, &forged, acts, 8, &n) == OK);
    check(journal_commit(&k->c, acts, n) == E_CONFLICT, "the record itself refuses a notice to a platform in the minor's lane");
}

/* ---- the link and the answers ---- */
static Id token_notice(Kit *k, Id *out_case, int links, Str *out_token) {
    Id id = kit_case(k, "18+", "spread", NULL), *loc = ARENA_ARRAY(k->c.arena, Id, (size_t)links), to = add_recipient(k, "platform", "demoplein", "en", "abuse@voorbeeldplein.test");
    NoticePlan *plans = NULL;
    Form *f = NULL;
    size_t n = 0;
    NoticeRow row;
    classify(k, id, "NCII");
    add_links(k, id, links, loc);
    Typed t = notice_typed(k, to, loc, (size_t)links);
    must(send_notice(k, id, &t, ID_NONE, ID_NONE, "art16", &plans, &n, &f) == OK);
    must(notice_by_id(&k->c, plans[0].id, &row) == OK && notice_token(&k->c, &row, out_token) == OK);
    *out_case = id;
    return plans[0].id;
}

/* The same, with what it asks. */
static NoticeRow asked_notice(Kit *k, int links, Str *out_token, RequestRow **out, size_t *out_n) {
    Id id = ID_NONE, notice = token_notice(k, &id, links, out_token);
    NoticeRow n;
    must(notice_by_id(&k->c, notice, &n) == OK && request_of_subject(&k->c, notice, out, out_n) == OK);
    return n;
}

/* The state of an answer link at the moment of the test. A token that leads to no notice fails the test. */
static LinkState link_of(Kit *k, Str token) {
    NoticeRow n;
    LinkState link = LINK_ANSWERS;
    must(notice_by_token(&k->c, token, &n) == OK && notice_link(&k->c, &n, &link) == OK);
    return link;
}

/* A late answer is welcome as long as the case lives; when nothing is asked any more the link takes none. */
static void late_answers(Kit *k, Id id, Id notice, Str token) {
    NoticeRow n;
    RequestRow *rows = NULL;
    Act **acts = NULL;
    size_t rows_n = 0, acts_n = 0;
    kit_later(k, 61 * (int64_t)DAY_MS);
    must(notice_by_id(&k->c, notice, &n) == OK && n.until <= k->c.now && request_of_subject(&k->c, notice, &rows, &rows_n) == OK);
    check(link_of(k, token) == LINK_ANSWERS, "past its last day a link still takes answers while the case is open");
    kit_person(k, R_PLATFORM, ID_NONE, k->org, NULL);
    k->c.person.notice = notice;
    AnswerNew in = { .request = rows[0].id, .answer = S("not_found"), .via = S("link") };
    check(answer_acts(&k->c, &n, &in, 1, true, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK, "and a late answer is recorded");
    kit_as_worker(k);
    must(journal_one(&k->c, case_close(&k->c, id, S("no_longer_reachable"))) == OK);
    check(link_of(k, token) == LINK_CONCLUDED, "once the case is closed too, the request is concluded");
    kit_person(k, R_PLATFORM, ID_NONE, k->org, NULL);
    k->c.person.notice = notice;
    in.answer = S("removed");
    check(answer_acts(&k->c, &n, &in, 1, true, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == E_CONFLICT, "and the link takes no answer any more");
    kit_as_worker(k);
}

static void answering(Kit *k) {
    Id id = ID_NONE;
    Str token = STR_NONE;
    Id notice = token_notice(k, &id, 3, &token);
    NoticeRow n;
    check(token.n == 32 && notice_by_token(&k->c, token, &n) == OK && id_eq(n.id, notice), "the link of 128 random bits leads to its notice");
    check(notice_by_token(&k->c, S("00000000000000000000000000000000"), &n) == E_MISSING && notice_by_token(&k->c, str_sub(token, 0, 31), &n) == E_MISSING, "no other text does");
    int64_t clear = 0;
    must(db_int(k->c.db, "SELECT count(*) FROM notice WHERE token=$1", P(PB(token)), &clear) == OK);
    check(clear == 0, "the token itself is not in the record, only its hash");
    must(notice_by_token(&k->c, token, &n) == OK);
    RequestRow *rows = NULL;
    Act **acts = NULL;
    size_t rows_n = 0, acts_n = 0;
    must(request_of_subject(&k->c, notice, &rows, &rows_n) == OK);
    k->c.person = (Person){ .roles = R_PLATFORM, .org = k->org, .notice = notice };
    k->c.session = NULL;
    check(open_acts(&k->c, &n, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK, "pressing the button opens it");
    must(request_of_subject(&k->c, notice, &rows, &rows_n) == OK);
    check(rows[0].received == k->c.now && rows[0].answers == 0, "that is receipt, and no answer");
    AnswerNew in[3] = { { .request = rows[0].id, .answer = S("removed"), .via = S("link"), .contact = S("CANARY-CONTACT") }, { .request = rows[1].id, .answer = S("refused"), .via = S("link") }, { .request = rows[2].id, .answer = S("need_more"), .via = S("link"), .note = S("CANARY-NOTE which one?") } };
    check(answer_acts(&k->c, &n, in, 3, true, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == E_INPUT && strcmp(k->c.fail.field, "reason") == 0, "a refusal without a reason is refused");
    k->c.fail = (Fail){ 0 };
    in[1].reason = S("not_hosted");
    check(answer_acts(&k->c, &n, in, 3, true, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK, "with one all three answers stand");
    must(request_of_subject(&k->c, notice, &rows, &rows_n) == OK);
    check(str_eq(rows[0].outcome, S("removed")) && str_eq(rows[1].outcome, S("refused")) && str_eq(rows[1].reason, S("not_hosted")) && str_eq(rows[2].outcome, S("need_more")) && rows[2].decided == 0, "each with its outcome");
    CaseRow row;
    check(case_by_id(&k->c, id, &row) == OK && str_eq(row.turn, S("us")), "it is our turn");
    in[0].answer = S("blocked");
    check(answer_acts(&k->c, &n, in, 1, true, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK && request_by_id(&k->c, rows[0].id, &rows[0]) == OK && str_eq(rows[0].outcome, S("blocked")), "an answer can be changed before the deadline");
    Id other_case = ID_NONE;
    Str other_token = STR_NONE;
    kit_as_worker(k);
    Id other = token_notice(k, &other_case, 1, &other_token);
    k->c.person = (Person){ .roles = R_PLATFORM, .org = k->org, .notice = notice };
    NoticeRow on;
    must(notice_by_id(&k->c, other, &on) == OK && request_of_subject(&k->c, other, &rows, &rows_n) == OK);
    AnswerNew foreign = { .request = rows[0].id, .answer = S("removed"), .via = S("link") };
    check(answer_acts(&k->c, &on, &foreign, 1, true, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == E_MISSING, "who holds one link cannot answer another notice");
    k->c.fail = (Fail){ 0 };
    check(access_case(&k->c, "case.read", id) != OK && access_case(&k->c, "message.read", id) != OK, "nor read anything of the case");
    kit_as_worker(k);
    AnswerRow *answers = NULL;
    size_t answers_n = 0;
    check(answers_of_notice(&k->c, notice, &answers, &answers_n) == OK && answers_n == 4, "the record keeps each answer, the changed one too");
    check(journal_one(&k->c, act_new(&k->c, &act_notice_link_closed, ID_NONE, id, notice)) == OK && link_of(k, token) == LINK_CLOSED, "a link can be closed; its notice still stands");
    late_answers(k, other_case, other, other_token);
}

static void by_hand_and_withdrawn(Kit *k) {
    Str token = STR_NONE;
    RequestRow *rows = NULL;
    Act **acts = NULL;
    size_t rows_n = 0, acts_n = 0;
    NoticeRow n = asked_notice(k, 2, &token, &rows, &rows_n);
    AnswerNew in = { .request = rows[0].id, .answer = S("refused"), .reason = S("not_illegal"), .via = S("phone"), .note = S("belde terug"), .on = k->c.now };
    check(answer_acts(&k->c, &n, &in, 1, false, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK, "an answer by phone is written down");
    in.on = k->c.now + 5000;
    check(answer_acts(&k->c, &n, &in, 1, false, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == E_INPUT, "not one of tomorrow");
    k->c.fail = (Fail){ 0 };
    Act *list[32];
    size_t k_n = 0;
    check(notice_withdraw_acts(&k->c, &n, S("wish"), false, list, 32, &k_n) == OK && journal_commit(&k->c, list, k_n) == OK, "a notice is withdrawn");
    must(request_of_subject(&k->c, n.id, &rows, &rows_n) == OK && notice_by_id(&k->c, n.id, &n) == OK);
    check(str_eq(rows[0].outcome, S("withdrawn")) && str_eq(rows[1].outcome, S("withdrawn")) && str_eq(n.state, S("withdrawn")) && link_of(k, token) == LINK_CONCLUDED, "its requests end with it, its link says that nothing is asked any more");
}

/* A mail server took the notice's mail. */
static void mail_went(Kit *k, Id case_id, Id notice) {
    NoticeMailRow *mails = NULL;
    NoticeRow n;
    size_t mails_n = 0;
    must(mail_of_notice(&k->c, notice, &mails, &mails_n) == OK && mails_n == 1);
    Act *went = act_new(&k->c, &act_mail_sent, ID_NONE, case_id, mails[0].id);
    act_idf(went, "notice", notice);
    act_code(went, "what", S("notice"));
    act_code(went, "outcome", S("delivered"));
    act_int(went, "code", 250);
    kit_as_system(k);
    went->actor_role = R_SYSTEM;
    must(journal_one(&k->c, went) == OK && notice_by_id(&k->c, notice, &n) == OK && n.sent != 0);
}
static size_t mails_about(Kit *k, Id notice, const char *what) {
    NoticeMailRow *mails = NULL;
    size_t n = 0, found = 0;
    must(mail_of_notice(&k->c, notice, &mails, &n) == OK);
    for (size_t i = 0; i < n; i++) found += str_eq(mails[i].what, str_c(what));
    return found;
}
static bool is_withdrawn(Kit *k, Id notice) {
    NoticeRow n;
    must(notice_by_id(&k->c, notice, &n) == OK);
    return n.withdrawn != 0;
}
/* One time of the job, as the queue runs it: as the server, for no organisation in particular. */
static UnixMs recall_once(Kit *k, Id case_id) {
    UnixMs again = 0;
    kit_person(k, R_SYSTEM, ID_NONE, ID_NONE, NULL);
    must(notice_recall_run(&k->c, case_id, k->c.now, &again) == OK);
    return again;
}
static void take_back(Kit *k, Id case_id, Id org) {
    Act **acts = NULL;
    size_t acts_n = 0;
    kit_person(k, R_VICTIM, ID_NONE, org, NULL);
    k->c.person.case_id = case_id;
    must(case_withdraw_acts(&k->c, case_id, S("all"), S("victim"), &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK);
}

/* The person takes it back: who was asked is told. */
static void recalled(Kit *k) {
    Id id = ID_NONE;
    Str token = STR_NONE;
    NoticePlan *plans = NULL;
    LocationRow *loc = NULL;
    Form *f = NULL;
    size_t n = 0;
    kit_as_worker(k);
    Id first = token_notice(k, &id, 2, &token), host = add_recipient(k, "host", "demohost", "nl", "abuse@host.test");
    must(location_of_case(&k->c, id, 0, 10, &loc, &n) == OK && n == 2);
    Typed t = notice_typed(k, host, (Id[]){ loc[0].id, loc[1].id }, 2);
    must(send_notice(k, id, &t, ID_NONE, ID_NONE, "art16", &plans, &n, &f) == OK && n == 1);
    Id second = plans[0].id;
    mail_went(k, id, first);
    mail_went(k, id, second);
    check(recall_once(k, id) == 0 && mails_about(k, first, "withdrawal") == 0, "as long as it is wanted, a notice is not recalled");
    take_back(k, id, k->org);
    check(recall_once(k, id) > k->c.now && is_withdrawn(k, first) + is_withdrawn(k, second) == 1, "once the person took everything back, one notice is withdrawn, and the job comes back for the other");
    check(recall_once(k, id) > k->c.now && is_withdrawn(k, first) && is_withdrawn(k, second), "which is withdrawn the next time");
    check(mails_about(k, first, "withdrawal") == 1 && mails_about(k, second, "withdrawal") == 1, "each recipient is told by mail");
    check(link_of(k, token) == LINK_CONCLUDED, "the answer link says that nothing is asked any more");
    check(recall_once(k, id) == 0 && mails_about(k, first, "withdrawal") == 1 && mails_about(k, second, "withdrawal") == 1, "they are told once, and then the work is done");
    kit_as_worker(k);
}

/* The job belongs to no organisation: it works with the recipients and keys of the one whose case it is. */
static void recalled_elsewhere(Kit *k) {
    Kit first;
    kit_elsewhere(k, &first);
    recalled(k);
    kit_back(k, &first);
}

/* ---- the confirmation ---- */
static void confirmed_once(Kit *k) {
    Str token = STR_NONE;
    RequestRow *rows = NULL;
    Act **acts = NULL;
    size_t rows_n = 0, acts_n = 0;
    UnixMs again = 0;
    NoticeRow n = asked_notice(k, 1, &token, &rows, &rows_n);
    Id notice = n.id;
    for (int i = 0; i < 2; i++) {
        kit_person(k, R_PLATFORM, ID_NONE, k->org, NULL);
        k->c.person.notice = notice;
        AnswerNew in = { .request = rows[0].id, .answer = i == 0 ? S("need_more") : S("removed"), .via = S("link") };
        must(answer_acts(&k->c, &n, &in, 1, true, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK);
        kit_as_system(k);
        again = 0;
        check(notice_confirm_run(&k->c, notice, k->c.now, &again) == OK && again > k->c.now && mails_about(k, notice, "confirm") == (size_t)i, "what was answered is confirmed a moment later, in one mail");
        k->c.now = again;
        again = 0;
        check(notice_confirm_run(&k->c, notice, k->c.now, &again) == OK && again == 0 && mails_about(k, notice, "confirm") == (size_t)i + 1, "then the mail stands ready");
        kit_as_system(k); /* killed after that, before the queue knew: the job runs again */
        k->c.now += 1000;
        check(notice_confirm_run(&k->c, notice, k->c.now, &again) == OK && mails_about(k, notice, "confirm") == (size_t)i + 1, "and is not made twice when the job runs again");
    }
    kit_as_worker(k);
}

/* A case with more locations than a page holds: some thousand gone is not all gone. */
static void gone_but_not_all(Kit *k, Id id) {
    enum { GONE = 1000 };
    LocationRow *l = NULL;
    CaseRow row;
    Act *acts[GONE];
    size_t n = 0;
    bool proven = false;
    kit_as_system(k);
    must(location_of_case(&k->c, id, 0, GONE, &l, &n) == OK && n == GONE);
    for (size_t i = 1; i < GONE; i++) {
        CheckNew seen = { .location = l[i].id, .case_id = id, .verdict = S("gone"), .why = S("http_404"), .vantage = S("own"), .removed = true };
        acts[i] = location_check(&k->c, &seen);
    }
    must(journal_commit(&k->c, &acts[1], GONE - 1) == OK);
    for (int i = 0; i < 2; i++) {
        kit_as_system(k);
        must(watch_seen(&k->c, l[0].id, S("gone"), S("http_404"), S("{}"), &proven) == OK);
        k->c.now += 25 * HOUR_MS;
    }
    check(proven && case_by_id(&k->c, id, &row) == OK && !str_eq(row.next_duty, S("tell_gone")), "nobody is told that all is gone while nine thousand still stand there");
    kit_as_worker(k);
}

/* Ten thousand links of one case to one recipient: as many mails as it takes, one transaction, each link once. */
static void bulk(Kit *k) {
    enum { N = 10000 };
    Id id = kit_case(k, "18+", "spread", NULL), to = add_recipient(k, "platform", "demoplein", "en", "bulk@voorbeeldplein.test");
    LocationNew *in = ARENA_ARRAY(k->c.arena, LocationNew, N);
    LocationResult *res = ARENA_ARRAY(k->c.arena, LocationResult, N);
    Act **acts = NULL;
    size_t n = 0, requests = 0, items = 0;
    for (int i = 0; i < N; i++) in[i] = (LocationNew){ .url_canonical = str_fmt(k->c.arena, "https://bulk.test/%d", i), .host = S("bulk.test"), .platform = S("demoplein") };
    must(location_add_many(&k->c, id, in, N, res, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    classify(k, id, "NCII");
    Compose p;
    NoticePlan *plans = NULL;
    Str shown = STR_NONE;
    must(compose_load(&k->c, id, ctx_new_id(&k->c), ID_NONE, ID_NONE, STR_NONE, &p) == OK);
    Typed t = notice_typed(k, to, NULL, 0);
    t.v[0].value = S("open");
    Form *f = judged(k, &t, notice_form, LEN(notice_form));
    check(compose_plan(&p, f, &plans, &n, &shown) == OK && n == N / NOTICE_ITEMS_MAX, "10,000 locations make %zu mails", n);
    check(compose_send(&p, plans, n, &requests) == OK && requests == N, "all 10,000 are asked in one transaction");
    for (size_t i = 0; i < n; i++) {
        RequestRow *rows = NULL;
        size_t rows_n = 0;
        must(request_of_subject(&k->c, plans[i].id, &rows, &rows_n) == OK);
        items += rows_n;
    }
    check(items == N, "each location stands in one of them");
    gone_but_not_all(k, id);
}

/* A rule that names a page which says whether something is still there: that page is looked at instead. */
static void asked_elsewhere(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), loc[1];
    WatchPlan plan;
    add_links(k, id, 1, loc);
    kit_as_lead(k);
    RuleNew n = { .kind = S("checker"), .domain = S("voorbeeldplein.test"), .page = S("https://check.test/there?u={url}&v=1"), .why = S("agreed with them"), .from = k->c.now };
    Act *rule = rule_add(&k->c, ID_NONE, &n);
    must(journal_one(&k->c, rule) == OK);
    kit_as_system(k);
    check(watch_plan(&k->c, loc[0], &plan) == OK && str_starts(plan.url, S("https://check.test/there?u=https%3A%2F%2Fvoorbeeldplein.test%2Fvideo%2F0")) && str_ends(plan.url, S("&v=1")) && plan.has_before && plan.before.checker,
        "the watch asks the page that a rule names, with the address of the place in it");
    kit_as_lead(k);
    must(journal_one(&k->c, rule_end(&k->c, rule->subject)) == OK);
    kit_as_system(k);
    check(watch_plan(&k->c, loc[0], &plan) == OK && str_starts(plan.url, S("https://voorbeeldplein.test/video/0")) && !plan.before.checker, "and the place itself when the rule ended");
    kit_as_worker(k);
}

/* The same page on another name of a site is one family; a short path makes none. */
static void mirrors(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), other = kit_case(k, "18+", "spread", NULL);
    LocationNew in[4] = { { .url_canonical = S("https://eerst.test/album/vakantie-88213?p=2"), .host = S("eerst.test") }, { .url_canonical = S("https://spiegel.test/album/vakantie-88213?p=2"), .host = S("spiegel.test") },
        { .url_canonical = S("https://eerst.test/v/1"), .host = S("eerst.test") }, { .url_canonical = S("https://spiegel.test/v/1"), .host = S("spiegel.test") } }, third = { .url_canonical = S("https://derde.test/album/vakantie-88213?p=2"), .host = S("derde.test") };
    LocationResult res[4], res3;
    LocationRow *rows = NULL;
    Act **acts = NULL;
    size_t n = 0;
    int64_t elsewhere = 0;
    must(location_add_many(&k->c, id, in, 4, res, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    must(location_add_many(&k->c, other, &third, 1, &res3, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    check(location_family(&k->c, id, res[0].location, 10, &rows, &n, &elsewhere) == OK && n == 1 && id_eq(rows[0].id, res[1].location) && elsewhere == 1, "the same path on another host is linked, and of another case only that there is one");
    check(location_family(&k->c, id, res[2].location, 10, &rows, &n, &elsewhere) == OK && n == 0 && elsewhere == 0, "a path that stands on every site links nothing");
}

int main(void) {
    static Kit k;
    Arena *a = arena_new(64 << 20);
    const Law *law = NULL;
    LawProblem problem = { 0 };
    join();
    must(law_new(a, (const LawFile[]){ { NULL, STR_NONE } }, zone_of, NULL, &law, &problem) == OK);
    kit_open(&k, all, law);
    register_of_recipients(&k);
    four_elements(&k);
    dutch_and_seeds(&k);
    consent_and_lanes(&k);
    answering(&k);
    by_hand_and_withdrawn(&k);
    recalled(&k);
    recalled_elsewhere(&k);
    confirmed_once(&k);
    bulk(&k);
    asked_elsewhere(&k);
    mirrors(&k);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
