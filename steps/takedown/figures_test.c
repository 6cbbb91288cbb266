/* Figures of a recipient, from the state tables and from the record folded anew; the playbook and the reminders that it lets go. */
#include "core/case/intake.h"
#include "core/step/pagekit.h"
#include "steps/takedown/figures.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/plan_in.h"
#include "steps/takedown/playbook.h"
#include "steps/takedown/profile.h"

#include <math.h>

static const ActDef *all[256];
static const LapseKind *const lapse[] = { &request_lapse, NULL };
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; takedown_step.acts[i] != NULL; i++) all[n++] = takedown_step.acts[i];
    must(n < LEN(all));
}
static Id recipient(Kit *k, const char *mail) {
    RecipientNew n = { .rung = S("host"), .lang = S("en"), .country = S("NL"), .name = str_c(mail), .mail = str_c(mail) };
    kit_as_worker(k);
    Act *a = recipient_add(&k->c, ID_NONE, &n);
    must(journal_one(&k->c, a) == OK);
    return a->subject;
}
static Id case_of(Kit *k, int links) {
    Id id = kit_case(k, "18+", "spread", NULL);
    LocationNew in[8];
    LocationResult res[8];
    Act **acts = NULL;
    size_t n = 0;
    for (int i = 0; i < links; i++) in[i] = (LocationNew){ .url_canonical = str_fmt(k->c.arena, "https://site.test/" STR_FMT "/%d", STR_ARG(id_hex(k->c.arena, id)), i), .host = S("site.test") };
    must(location_add_many(&k->c, id, in, (size_t)links, res, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    IncidentRow i = { .offence = S("NCII"), .consent_shared = S("no") };
    must(journal_one(&k->c, incident_add(&k->c, id, &i)) == OK);
    return id;
}
/* A notice about all places of the case, that the mail server took at once. */
static Id notice(Kit *k, Id case_id, Id to, bool bounced) {
    Compose p;
    RecipientRow r;
    Act *acts[16];
    NoticeMailRow *m = NULL;
    UnixMs again = 0;
    size_t n = 0, m_n = 0;
    kit_as_worker(k);
    must(compose_load(&k->c, case_id, ctx_new_id(&k->c), ID_NONE, ID_NONE, STR_NONE, &p) == OK && recipient_by_id(&k->c, to, &r) == OK && recipient_open(&k->c, &r, 1) == OK);
    NoticePlan plan = { .case_id = case_id, .to = &r, .locations = p.locations, .locations_n = p.locations_n, .form = S("art16"), .offence = S("NCII"), .lane = S("adult"), .why = S("Shared without consent."), .territory = S("eu"), .action = S("remove"), .named = true,
        .good_faith = true, .id = ctx_new_id(&k->c) };
    must(notice_write(&k->c, &plan) == OK && notice_acts(&k->c, &plan, acts, LEN(acts), &n) == OK && journal_commit(&k->c, acts, n) == OK);
    must(mail_of_notice(&k->c, plan.id, &m, &m_n) == OK);
    kit_as_system(k);
    NetMailGot got = { .outcome = bounced ? S("refused") : S("delivered"), .code = bounced ? 550 : 250 };
    must(notice_ready(&k->c, m[0].id, &again) == OK && notice_went(&k->c, m[0].id, &got, &again) == OK);
    return plan.id;
}
static void answer(Kit *k, Id notice_id, size_t item, const char *what, const char *reason) {
    NoticeRow n;
    RequestRow *rows = NULL;
    Act **acts = NULL;
    size_t rows_n = 0, acts_n = 0;
    kit_as_worker(k);
    must(notice_by_id(&k->c, notice_id, &n) == OK && request_of_subject(&k->c, notice_id, &rows, &rows_n) == OK && item < rows_n);
    AnswerNew in = { .request = rows[item].id, .answer = str_c(what), .reason = str_c(reason), .via = S("mail"), .on = k->c.now };
    must(answer_acts(&k->c, &n, &in, 1, false, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK);
}

/* ---- the record, folded by hand: nothing of the state tables, nothing of apply ---- */
typedef struct Fold { RequestRow rows[64]; size_t n; } Fold;
static RequestRow *of(Fold *f, Id id) {
    for (size_t i = 0; i < f->n; i++)
        if (id_eq(f->rows[i].id, id)) return &f->rows[i];
    return NULL;
}
static void fold_event(RequestRow *r, const Act *a) {
    Str what = act_get_code(a, "what"), outcome = act_get_code(a, "outcome");
    UnixMs on = act_get_int(a, "on");
    bool ends = str_eq(outcome, S("removed")) || str_eq(outcome, S("blocked")) || str_eq(outcome, S("refused")) || str_eq(outcome, S("not_found")) || str_eq(outcome, S("kept"));
    if (str_eq(what, S("delivered")) && r->delivered == 0) {
        r->delivery = what;
        r->delivered = on;
    } else if (str_eq(what, S("failed"))) {
        r->delivery = what;
    } else if (str_eq(what, S("received")) && r->received == 0) {
        r->received = on;
    } else if (str_eq(what, S("withdrawn"))) {
        r->outcome = what;
    } else if (str_eq(what, S("answered"))) {
        r->answers++;
        if (r->received == 0) r->received = on;
        if (outcome.n > 0) r->outcome = outcome;
        if (outcome.n > 0) r->reason = act_get_code(a, "reason");
        if (ends && r->decided == 0) r->decided = on;
    }
}
static void fold_case(Kit *k, Id case_id, Str holder, Fold *f) {
    Event *e = NULL;
    size_t n = 0;
    must(journal_case_events(&k->c, case_id, 0, 2000, true, false, &e, &n) == OK);
    for (size_t i = 0; i < n; i++) {
        if (e[i].act == NULL) continue;
        if (e[i].def == &act_request_made && str_eq(act_get_code(e[i].act, "holder"), holder)) f->rows[f->n++] = (RequestRow){ .id = e[i].subject, .asked = e[i].at, .delivery = S("queued"), .form = act_get_code(e[i].act, "form") };
        if (e[i].def == &act_request_event && of(f, e[i].subject) != NULL) fold_event(of(f, e[i].subject), e[i].act);
    }
}
static bool same(const NoticeFigures *a, const NoticeFigures *b) {
    const int64_t x[] = { a->asked, a->delivered, a->bounced, a->received, a->answered, a->removed, a->refused, a->need_more, a->not_found, a->withdrawn, a->open, a->decided, a->imprecise, a->unsubstantiated, a->inaccurate },
        y[] = { b->asked, b->delivered, b->bounced, b->received, b->answered, b->removed, b->refused, b->need_more, b->not_found, b->withdrawn, b->open, b->decided, b->imprecise, b->unsubstantiated, b->inaccurate };
    for (size_t i = 0; i < LEN(x); i++)
        if (x[i] != y[i]) {
            printf("# figure %zu: %lld and %lld\n", i, (long long)x[i], (long long)y[i]);
            return false;
        }
    return a->answer.n == b->answer.n && a->answer.events == b->answer.events && fabs(a->answer.median.days - b->answer.median.days) < 1e-9 && fabs(a->answer.p90.days - b->answer.p90.days) < 1e-9;
}

static void figures(Kit *k) {
    Id to = recipient(k, "abuse@host.test"), other = recipient(k, "dead@host.test"), cases[3];
    for (int i = 0; i < 3; i++) cases[i] = case_of(k, 4);
    Id a = notice(k, cases[0], to, false), b = notice(k, cases[1], to, false);
    notice(k, cases[2], other, true);
    kit_later(k, 2 * (int64_t)DAY_MS);
    answer(k, a, 0, "removed", "");
    answer(k, a, 1, "refused", "not_illegal");
    kit_later(k, 3 * (int64_t)DAY_MS);
    answer(k, a, 2, "not_found", "");
    answer(k, b, 0, "need_more", "");
    RecipientRow r;
    NoticeFigures f, folded;
    kit_as_worker(k);
    must(recipient_by_id(&k->c, to, &r) == OK && figures_recipient(&k->c, &r, &f) == OK);
    check(f.asked == 8 && f.delivered == 8 && f.answered == 4 && f.removed == 1 && f.refused == 1 && f.open == 4 && f.decided == 4, "what was asked of one recipient, and what came");
    check(f.answer.n == 8 && f.answer.events == 3 && !f.answer.median.reached && f.answer.median.days == 5, "half were never answered: the median is longer than the longest wait, not the mean of the quick ones");
    check(f.imprecise == 1 && f.inaccurate == 1 && f.unsubstantiated == 1, "each answer that says something of our notice counts for one of the three of article 22(6)");
    Fold *fold = ARENA_NEW(k->c.arena, Fold);
    for (int i = 0; i < 3; i++) fold_case(k, cases[i], recipient_holder(k->c.arena, &r), fold);
    figures_of(k->c.arena, fold->rows, fold->n, k->c.now, &folded);
    check(fold->n == 8 && same(&f, &folded), "the same figures come out of the record, folded anew act by act");
    must(recipient_by_id(&k->c, other, &r) == OK && figures_recipient(&k->c, &r, &f) == OK);
    check(f.bounced == 4 && f.answer.n == 0, "what never arrived is no slow answer");
    Quality q;
    must(figures_quality(&k->c, 1, &q) == OK);
    check(q.notices == 4 && q.imprecise == 1 && q.unsubstantiated == 1 && q.inaccurate == 1, "and over all recipients");
    Asked p = kit_ask(k, &takedown_step, "/recipients/figures", NULL);
    check(page_has(&p, "more than 5.0 days") && page_has(&p, "Kaplan and Meier") && page_has(&p, "1 (5–70%)"), "the page shows the bound as a bound, the formula and the interval");
    p = kit_ask(k, &takedown_step, str_z(k->c.arena, str_fmt(k->c.arena, "/recipient/" STR_FMT, STR_ARG(id_hex(k->c.arena, to)))), NULL);
    check(page_has(&p, "Half answered within"), "they stand with the recipient too");
}

/* ---- the playbook ---- */
static int64_t count(Kit *k, const char *sql, Id id) {
    int64_t n = -1;
    must(db_int(k->c.db, sql, P(PID(id)), &n) == OK);
    return n;
}
static void lapse_all(Kit *k, Id case_id) {
    ClockRow *c = NULL;
    size_t n = 0;
    UnixMs again = 0;
    kit_as_system(k);
    must(clock_of_case(&k->c, case_id, &c, &n) == OK);
    for (size_t i = 0; i < n; i++) must(clock_lapse_run(&k->c, c[i].id, &again) == OK);
}
static int64_t reminders(Kit *k, Id to) {
    UnixMs again = 0;
    kit_as_system(k);
    must(remind_run(&k->c, k->org, k->c.now, &again) == OK && again == k->c.now + HOUR_MS);
    return count(k, "SELECT count(*) FROM notice WHERE recipient=$1 AND form='reminder'", to);
}

static void playbook(Kit *k) {
    Id to = recipient(k, "stil@host.test"), one = case_of(k, 3), two = case_of(k, 1);
    notice(k, one, to, false);
    notice(k, two, to, false);
    kit_later(k, 4 * (int64_t)DAY_MS);
    lapse_all(k, one);
    lapse_all(k, two);
    check(count(k, "SELECT count(*) FROM proposal WHERE case_id=$1 AND step='remind'", one) > 0 && count(k, "SELECT count(*) FROM proposal WHERE case_id=$1 AND step='host' OR case_id=$1 AND step='complaint53'", one) > 0, "terms that passed open the reminder, the next rung and the authority, each with its ground");
    check(reminders(k, to) == 0, "nothing goes by itself before somebody says so");
    kit_as_worker(k);
    check(kit_ask(k, &takedown_step, "/playbook", FIELDS("remind", "1", "most", "2", "every_h", "24", "moved", "1")).err != OK, "a worker does not change the playbook");
    kit_as_lead(k);
    check(journal_one(&k->c, playbook_set(&k->c, &(PlayRow){ .step = S("filing"), .self = true })) == E_INPUT && journal_one(&k->c, playbook_set(&k->c, &(PlayRow){ .step = S("first"), .self = true })) == E_INPUT, "a first notice and a filing are always signed by a person");
    Asked p = kit_ask(k, &takedown_step, "/playbook", FIELDS("remind", "1", "most", "2", "every_h", "24", "moved", "1"));
    check(p.err == OK && p.errors == 0, "a lead lets reminders go");
    p = kit_ask(k, &takedown_step, "/playbook", NULL);
    check(page_has(&p, "goes by itself") && page_has(&p, "a person signs"), "the page says who does what, and why");
    check(reminders(k, to) == 2 && count(k, "SELECT count(*) FROM notice_mail WHERE case_id=$1", one) == 2, "the reminders of one recipient leave together, one for each case");
    check(count(k, "SELECT items FROM notice WHERE case_id=$1 AND form='reminder'", one) == 3 && count(k, "SELECT count(*) FROM proposal WHERE case_id=$1 AND step='remind' AND state='open'", one) == 0, "one about all its open places, and what was proposed is decided");
    check(reminders(k, to) == 2, "the same round again sends nothing");
}

static void hours(Kit *k) {
    UnixMs mon10 = 1772442000000; /* Monday 2026-03-02 10:00 in Amsterdam */
    check(hours_open(STR_NONE, k->app.zone, mon10 - 8 * (int64_t)HOUR_MS), "a recipient without hours is never waited for");
    check(hours_open(S("mf:9-17"), k->app.zone, mon10) && !hours_open(S("mf:9-17"), k->app.zone, mon10 + 8 * (int64_t)HOUR_MS) && !hours_open(S("mf:9-17"), k->app.zone, mon10 - (int64_t)DAY_MS) && hours_open(S("all:9-17"), k->app.zone, mon10 - (int64_t)DAY_MS),
        "one with hours is, on its days");
    check(!hours_known(S("9-17")) && !hours_known(S("mf:17-9")) && !hours_known(S("mf:9-25")) && !hours_known(S("su:1-2")), "what is no such hours is refused");
}

/* Reminders wait for the hours of a recipient that has them; a hotline and material of minors never wait; nor does any first notice. */
static void office_hours(Kit *k) {
    RecipientNew n = { .rung = S("hotline"), .lang = S("nl"), .country = S("NL"), .name = S("Hotline"), .mail = S("hotline@example.test") };
    Id host = recipient(k, "kantoor@host.test"), adult = case_of(k, 1), minor = kit_case(k, "12-15", "spread", NULL);
    Act *hotline = recipient_add(&k->c, ID_NONE, &n);
    LocationNew in = { .url_canonical = S("https://site.test/m/1"), .host = S("site.test") };
    LocationResult res;
    Act **acts = NULL, *made[8];
    size_t acts_n = 0, made_n = 0, m_n = 0;
    NoticeMailRow *m = NULL;
    Compose p;
    RecipientRow to;
    UnixMs again = 0;
    must(journal_one(&k->c, hotline) == OK && location_add_many(&k->c, minor, &in, 1, &res, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK);
    const Id both[] = { host, hotline->subject };
    for (size_t i = 0; i < 2; i++) must(journal_one(&k->c, recipient_profile_way(&k->c, both[i], S("mail"), false, &(RecipientWay){ .hours = S("mf:9-17") })) == OK);
    k->c.now += 19 * (int64_t)HOUR_MS - (k->c.now + (int64_t)HOUR_MS) % (int64_t)DAY_MS + (int64_t)DAY_MS; /* seven in the evening, in winter */
    kit_login(k);
    notice(k, adult, host, false);
    check(count(k, "SELECT count(*) FROM notice WHERE case_id=$1 AND sent_ms>0", adult) == 1, "a first notice goes at once, in the evening too");
    kit_as_worker(k);
    must(compose_load(&k->c, minor, ctx_new_id(&k->c), ID_NONE, ID_NONE, STR_NONE, &p) == OK && recipient_by_id(&k->c, hotline->subject, &to) == OK && recipient_open(&k->c, &to, 1) == OK);
    NoticePlan plan = { .case_id = minor, .to = &to, .locations = p.locations, .locations_n = 1, .form = S("hotline"), .offence = S("CSAM"), .lane = S("minor"), .named = true, .good_faith = true, .id = ctx_new_id(&k->c) };
    must(notice_write(&k->c, &plan) == OK && notice_acts(&k->c, &plan, made, LEN(made), &made_n) == OK && journal_commit(&k->c, made, made_n) == OK && mail_of_notice(&k->c, plan.id, &m, &m_n) == OK);
    kit_as_system(k);
    must(notice_ready(&k->c, m[0].id, &again) == OK && notice_went(&k->c, m[0].id, &(NetMailGot){ .outcome = S("delivered"), .code = 250 }, &again) == OK);
    RequestRow *asked = NULL;
    must(request_of_subject(&k->c, plan.id, &asked, &m_n) == OK && m_n == 1);
    ClockNew promised = { .case_id = minor, .subject = asked[0].id, .location = asked[0].location, .duty = S("C1"), .kind = S("promised"), .holder = asked[0].holder, .law_date = S("2026-03-02"), .from = k->c.now, .due = k->c.now + HOUR_MS };
    must(journal_one(&k->c, clock_start(&k->c, &promised)) == OK); /* a hotline that promised to confirm */
    kit_later(k, 14 * (int64_t)DAY_MS);
    lapse_all(k, adult);
    lapse_all(k, minor);
    check(reminders(k, host) == 0, "in the evening no reminder goes to a host with working hours");
    check(count(k, "SELECT count(*) FROM notice WHERE recipient=$1 AND form='reminder'", hotline->subject) == 1, "to a hotline it does, whatever its row says");
    kit_later(k, 15 * (int64_t)HOUR_MS);
    check(reminders(k, host) == 1, "to the host it goes the next working morning");
}

static void who_owes(Kit *k) {
    Id to = recipient(k, "traag@host.test"), id = case_of(k, 2);
    notice(k, id, to, false);
    kit_as_worker(k);
    CaseRow c;
    must(case_by_id(&k->c, id, &c) == OK);
    Buf b = buf_new(1 << 20);
    UiCtx ui = ui_plain(k->c.arena, LANG_EN, k->c.now);
    ui.zone = k->app.zone;
    k->app.holder_name = takedown_step.holder_name;
    must(owed_panel(&k->c, &ui, &c, &b) == OK);
    Asked p = { .body = str_dup(k->c.arena, buf_str(&b)) };
    buf_free(&b);
    check(page_has(&p, "traag@host.test") && page_has(&p, "2 of 2 open") && page_has(&p, "confirm receipt") && page_has(&p, "We owe:"), "the case says who was asked what, what they owe by when, and what we owe");
}

int main(void) {
    Kit k;
    join();
    Arena *a = arena_new(64u << 20);
    kit_open(&k, all, kit_law(a));
    k.app.lapse = lapse;
    k.c.lang = LANG_EN;
    hours(&k);
    figures(&k);
    playbook(&k);
    office_hours(&k);
    who_owes(&k);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
