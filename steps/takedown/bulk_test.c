/* Ten thousand places of one case handled at once: shown, done, undone, each with its result. */
#include "core/step/pagekit.h"
#include "steps/takedown/bulk_pages.c"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/plan_in.h"

#include <time.h>

enum { N = 10000 };
static const ActDef *all[256];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; takedown_step.acts[i] != NULL; i++) all[n++] = takedown_step.acts[i];
    must(n < LEN(all));
}
static Str hex(Kit *k, Id id) { return id_hex(k->c.arena, id); }
static const char *at(Kit *k, Id case_id, const char *rest) { return str_z(k->c.arena, str_fmt(k->c.arena, "/case/" STR_FMT "/bulk%s", STR_ARG(hex(k, case_id)), rest)); }

static Id case_of(Kit *k, int links) {
    Id id = kit_case(k, "18+", "spread", NULL);
    LocationNew *in = ARENA_ARRAY(k->c.arena, LocationNew, (size_t)links);
    LocationResult *res = ARENA_ARRAY(k->c.arena, LocationResult, (size_t)links);
    Act **acts = NULL;
    size_t n = 0;
    for (int i = 0; i < links; i++) in[i] = (LocationNew){ .url_canonical = str_fmt(k->c.arena, "https://voorbeeldplein.test/%lld/%d", (long long)k->c.now, i), .host = S("voorbeeldplein.test"), .platform = S("demoplein") };
    must(location_add_many(&k->c, id, in, (size_t)links, res, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    IncidentRow i = { .offence = S("NCII"), .consent_shared = S("no") };
    must(journal_one(&k->c, incident_add(&k->c, id, &i)) == OK);
    return id;
}

/* Who is asked: a contact of the law data, and once it was chosen its row in the register. */
static const char *whom(Kit *k) {
    RecipientRow *rows = NULL;
    size_t n = 0;
    must(recipient_list(&k->c, k->org, false, &rows, &n) == OK);
    return n == 0 ? "law.demoplein" : str_z(k->c.arena, hex(k, rows[0].id));
}

static Asked post(Kit *k, Id id, const char *kind, const char *pick, const char *seed, const char *shown, const char *go) {
    return kit_ask(k, &takedown_step, at(k, id, ""), FIELDS("kind", kind, "pick", pick, "platform", "", "scope", "open", "recipient", whom(k), "offence", "NCII", "why_nl", "Zonder toestemming gedeeld.", "why_en", "Shared without consent.",
        "action", "remove", "territory", "eu", "good_faith", "1", "seed", seed, "shown", shown, "go", go));
}

/* What the page would put into its hidden field after showing it. */
static const char *shown_of(Kit *k, Id id, const char *kind, const char *pick, const char *seed) {
    Form *f = ARENA_NEW(k->c.arena, Form);
    const Pair posted[] = { { S("act"), hex(k, ctx_new_id(&k->c)) }, { S("kind"), str_c(kind) }, { S("pick"), str_c(pick) }, { S("scope"), S("open") }, { S("recipient"), str_c(whom(k)) }, { S("offence"), S("NCII") },
        { S("why_nl"), S("Zonder toestemming gedeeld.") }, { S("why_en"), S("Shared without consent.") }, { S("action"), S("remove") }, { S("territory"), S("eu") }, { S("good_faith"), S("1") } };
    form_read(&(Request){ .a = k->c.arena, .posted = posted, .posted_n = LEN(posted) }, bulk_form, BULK_FORM_N, f);
    Look l;
    Id s = ID_NONE;
    must(id_parse(str_c(seed), &s) == OK && look(&k->c, id, s, f, &l) == OK && l.shown.n == 64);
    return str_z(k->c.arena, l.shown);
}

static Id made(Kit *k, Id id, const char *kind, const char *pick) {
    const char *seed = str_z(k->c.arena, hex(k, ctx_new_id(&k->c)));
    Asked p = post(k, id, kind, pick, seed, shown_of(k, id, kind, pick, seed), "do");
    Id bulk = ID_NONE;
    must(p.err == OK && p.errors == 0 && p.said != NULL && id_parse(str_c(seed), &bulk) == OK);
    return bulk;
}

static int64_t number(Kit *k, const char *sql, Id id) {
    int64_t n = -1;
    must(db_int(k->c.db, sql, P(PID(id)), &n) == OK);
    return n;
}
static int64_t ms_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Works the job off as the runner does; how many turns it took and the longest. */
static int worked(Kit *k, Id bulk, int64_t *out_longest) {
    int turns = 0;
    *out_longest = 0;
    kit_as_system(k);
    for (UnixMs again = k->c.now; again != 0 && again <= k->c.now && turns < 1000; turns++) {
        int64_t t = ms_now();
        again = 0;
        must(bulk_run(&k->c, bulk, k->c.now, &again) == OK);
        if (ms_now() - t > *out_longest) *out_longest = ms_now() - t;
    }
    kit_as_worker(k);
    return turns;
}

static void shown_first(Kit *k, Id id) {
    Asked p = kit_ask(k, &takedown_step, at(k, id, ""), NULL);
    check(page_has(&p, "This case has 10,000 locations.") && page_has(&p, "Show what would happen") && !page_has(&p, "Do this"), "the page says how many there are and does nothing before it has shown it");
    p = kit_ask(k, &takedown_step, str_z(k->c.arena, str_fmt(k->c.arena, "/case/" STR_FMT "/notice", STR_ARG(hex(k, id)))), NULL);
    check(p.err == OK && str_ends(p.location, S("/bulk")), "whoever wants to ask for removal of more than fit in one mail is led here");
    const char *seed = str_z(k->c.arena, hex(k, ctx_new_id(&k->c)));
    p = post(k, id, "ask", "open", seed, "", "do");
    check(p.err == OK && number(k, "SELECT count(*) FROM bulk WHERE case_id=$1", id) == 0, "what was not shown is not done");
    p = post(k, id, "ask", "online", seed, "", "look");
    check(p.errors == 1, "a choice that no location answers to is refused at its field");
    p = post(k, id, "burn", "open", seed, "", "look");
    check(p.errors == 1, "so is something that cannot be done");
}

static void undone(Kit *k, Id id) {
    int64_t longest = 0;
    Id bulk = made(k, id, "ask", "open");
    BulkRow b;
    must(bulk_by_id(&k->c, bulk, &b) == OK);
    check(b.items == N && b.settled == 0 && b.go == k->c.now + 30000 && number(k, "SELECT count(*) FROM act WHERE kind='bulk.made' AND case_id=$1", id) == 1, "one act holds all 10,000, to begin in 30 seconds");
    Asked p = kit_ask(k, &takedown_step, at(k, id, str_z(k->c.arena, str_fmt(k->c.arena, "/" STR_FMT, STR_ARG(hex(k, bulk))))), NULL);
    check(page_has(&p, "Undo all of it") && page_has(&p, "Nothing has left the house yet"), "its page offers to undo it");
    k->c.now += 29000;
    check(worked(k, bulk, &longest) == 1 && number(k, "SELECT count(*) FROM notice WHERE case_id=$1", id) == 0 && number(k, "SELECT count(*) FROM request WHERE case_id=$1", id) == 0, "a job that comes early does nothing: no notice, no request, no mail");
    p = kit_ask(k, &takedown_step, at(k, id, str_z(k->c.arena, str_fmt(k->c.arena, "/" STR_FMT "/undo", STR_ARG(hex(k, bulk))))), FIELDS("x", ""));
    check(p.err == OK && bulk_by_id(&k->c, bulk, &b) == OK && str_eq(b.state, S("undone")), "in the last second it is undone");
    kit_later(k, 60000);
    check(worked(k, bulk, &longest) == 1 && number(k, "SELECT count(*) FROM notice_mail WHERE case_id=$1", id) == 0, "and nothing of it ever happens");
}

static void done(Kit *k, Id id) {
    int64_t longest = 0, began = ms_now();
    kit_as_worker(k);
    const char *seed = str_z(k->c.arena, hex(k, ctx_new_id(&k->c)));
    const char *shown = shown_of(k, id, "ask", "unasked", seed);
    Id bulk = ID_NONE;
    must(id_parse(str_c(seed), &bulk) == OK);
    Asked p = post(k, id, "ask", "unasked", seed, shown, "do");
    p = post(k, id, "ask", "unasked", seed, shown, "do");
    check(p.err == OK && number(k, "SELECT count(*) FROM bulk WHERE case_id=$1 AND state='waiting'", id) == 1, "pressed twice it is one");
    kit_later(k, 30000);
    BulkRow b;
    must(bulk_by_id(&k->c, bulk, &b) == OK);
    check(journal_one(&k->c, bulk_undo(&k->c, &b)) == E_CONFLICT, "after 30 seconds it cannot be undone");
    began = ms_now();
    int turns = worked(k, bulk, &longest);
    printf("# 25 turns of the job in %lld ms, the longest %lld ms\n", (long long)(ms_now() - began), (long long)longest);
    check(turns == 25 && number(k, "SELECT count(*) FROM request WHERE case_id=$1", id) == N && number(k, "SELECT count(*) FROM notice_mail WHERE case_id=$1", id) == 25, "the job asks about all 10,000 in 25 mails, 400 in one transaction");
    check(number(k, "SELECT count(*) FROM bulk_item WHERE bulk=$1 AND result='asked'", bulk) == N && number(k, "SELECT count(DISTINCT location) FROM request WHERE case_id=$1", id) == N, "each location has its result and stands in one notice");
    check(worked(k, bulk, &longest) == 1 && number(k, "SELECT count(*) FROM request WHERE case_id=$1", id) == N, "the same job again asks nobody twice");
    p = kit_ask(k, &takedown_step, at(k, id, str_z(k->c.arena, str_fmt(k->c.arena, "/" STR_FMT "?result=asked&p=200", STR_ARG(hex(k, bulk))))), NULL);
    check(page_has(&p, "asked; stands in the outbox: 10,000") && !page_has(&p, "Undo all of it"), "the page counts the results and goes through them, fifty at a time");
}

/* The pages of a case with so much in it. */
static void quick(Kit *k, Id id) {
    const char *paths[] = { at(k, id, ""), at(k, id, "?p=1") };
    int64_t worst = 0;
    for (int i = 0; i < 20; i++) {
        int64_t t = ms_now();
        Asked p = kit_ask(k, &takedown_step, paths[i % 2], NULL);
        must(p.err == OK);
        if (ms_now() - t > worst) worst = ms_now() - t;
    }
    printf("# the page of many at once, worst of 20: %lld ms\n", (long long)worst);
    CaseRow c;
    UiCtx ui = ui_plain(k->c.arena, LANG_EN, k->c.now);
    must(case_by_id(&k->c, id, &c) == OK);
    for (size_t i = 0; i < takedown_step.panels_n; i++) {
        Buf b = buf_new(4 << 20);
        int64_t t = ms_now();
        must(takedown_step.panels[i].html(&k->c, &ui, &c, &b) == OK);
        printf("# panel %s with 10,000 requests: %lld ms, %zu bytes\n", takedown_step.panels[i].anchor, (long long)(ms_now() - t), buf_str(&b).n);
        buf_free(&b);
    }
#if defined(__SANITIZE_ADDRESS__)
    check(worst < 1000, "the page does not read all 10,000 places to show twenty");
#else
    check(worst < 50, "the page takes less than 50 ms with 10,000 places");
#endif
}

static void other_results(Kit *k) {
    int64_t longest = 0;
    Id id = case_of(k, 5), bulk;
    LocationRow *l = NULL;
    size_t n = 0;
    made(k, id, "ask", "open");
    kit_later(k, 31000);
    bulk = made(k, id, "ask", "open");
    must(location_of_case(&k->c, id, 0, 10, &l, &n) == OK && n == 5);
    BulkRow *rows = NULL;
    must(bulk_of_case(&k->c, id, &rows, &n) == OK && n == 2);
    worked(k, rows[1].id, &longest);
    kit_later(k, 31000);
    worked(k, bulk, &longest);
    check(number(k, "SELECT count(*) FROM bulk_item WHERE bulk=$1 AND result='asked_before'", bulk) == 5 && number(k, "SELECT count(*) FROM request WHERE case_id=$1", id) == 5, "what is asked already and open is not asked again, and its result says so");
    bulk = made(k, id, "check", "all");
    kit_later(k, 31000);
    worked(k, bulk, &longest);
    check(number(k, "SELECT count(*) FROM bulk_item WHERE bulk=$1 AND result='queued'", bulk) == 5, "a look at all of them is five looks in the queue");
    bulk = made(k, id, "stop", "all");
    kit_later(k, 31000);
    worked(k, bulk, &longest);
    check(number(k, "SELECT count(*) FROM bulk_item WHERE bulk=$1 AND result='stopped'", bulk) == 5 && number(k, "SELECT count(*) FROM request WHERE case_id=$1 AND outcome='withdrawn'", id) == 5, "what was asked is taken back at once for all");
    bulk = made(k, id, "ask", "unasked");
    kit_later(k, 31000);
    ConsentRow *c = NULL;
    must(consent_list(&k->c, id, &c, &n) == OK);
    for (size_t i = 0; i < n; i++)
        if (str_eq(c[i].purpose, S("notices"))) must(journal_one(&k->c, consent_withdraw(&k->c, id, c[i].id)) == OK);
    worked(k, bulk, &longest);
    check(number(k, "SELECT count(*) FROM bulk_item WHERE bulk=$1 AND result='refused'", bulk) == 5 && number(k, "SELECT count(*) FROM request WHERE case_id=$1", id) == 5, "consent taken back in between: nobody is asked, and each result says that it could not be done");
}

int main(void) {
    Kit k;
    join();
    Arena *a = arena_new(64u << 20);
    kit_open(&k, all, kit_law(a));
    k.c.lang = LANG_EN;
    Id id = case_of(&k, N);
    shown_first(&k, id);
    undone(&k, id);
    done(&k, id);
    quick(&k, id);
    other_results(&k);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
