/* Who can remove it, from the link that is added to the notice that goes: registries asked through the real fetch process, a host that
 * moves before and after a notice was sent, what is attached for whom. Use: lookup_net_test FETCH LOOKUP_WORLD.PY */
#include "core/case/contact.h"
#include "core/case/intake.h"
#include "core/step/pagekit.h"
#include "foundation/base/enc.h"
#include "foundation/net/registry.h"
#include "foundation/sys/sys.h"
#include "steps/takedown/lookup_rule.h"
#include "steps/takedown/plan_in.h"
#include "steps/takedown/takedown.h"
#include "steps/takedown/xarf.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

static const ActDef *all[256];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; takedown_step.acts[i] != NULL; i++) all[n++] = takedown_step.acts[i];
    must(n < LEN(all));
}

typedef struct World { Kit *k; const char *fetch, *script; pid_t world, fetch_pid; int to, from; int64_t dns, web, whois; } World;

static Str line_from(World *w) {
    char *p = arena_alloc(w->k->c.arena, 512), c = 0;
    size_t n = 0, got = 0;
    while (fd_read_some(w->from, &c, 1, sys_mono_ms() + 20000, &got) == OK && got == 1 && c != '\n' && n < 500) p[n++] = c;
    return (Str){ p, n };
}
static void tell(World *w, const char *line) {
    must(fd_write_all(w->to, str_fmt(w->k->c.arena, "%s\n", line), sys_mono_ms() + 5000) == OK && str_eq(line_from(w), S("ok")));
}
static int64_t port(World *w, const char *word) {
    Str s = line_from(w);
    int64_t p = 0;
    must(str_starts(s, str_c(word)) && str_i64(str_sub(s, strlen(word) + 1, s.n), 1, 65535, &p) == OK);
    return p;
}

static void world_start(World *w) {
    int in[2], out[2];
    must(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    const char *argv[] = { "python3", w->script, NULL }, *env[] = { "PATH=/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1", NULL };
    SpawnFd fds[] = { { in[0], 0 }, { out[1], 1 } };
    must(sys_spawn(&(Spawn){ .path = "/usr/bin/python3", .argv = argv, .env = env, .fds = fds, .fds_n = 2 }, &w->world) == OK);
    close(in[0]);
    close(out[1]);
    w->to = in[1];
    w->from = out[0];
    w->dns = port(w, "dns");
    w->web = port(w, "web");
    w->whois = port(w, "whois");
}

static void registry(World *w) {
    Kit *k = w->k;
    Arena *a = k->c.arena;
    Str text[2], why = STR_NONE, names[] = { S("rdap-dns.json"), S("rdap-ipv4.json") };
    static const char *const what[] = { "test", "127.0.0.0/8" };
    RegistryFile files[2];
    for (size_t i = 0; i < 2; i++) {
        text[i] = str_fmt(a, "{\"version\":\"1.0\",\"publication\":\"2999-01-01T00:00:00Z\",\"services\":[[[\"%s\"],[\"http://rdap.test:%lld/\"]]]}", what[i], (long long)w->web);
        files[i] = (RegistryFile){ names[i], text[i] };
    }
    must(registry_new(a, files, 2, &k->app.registry, &why) == OK);
    k->app.lookup_whois = str_fmt(a, "whois.test:%lld", (long long)w->whois);
    k->app.net_allow = str_fmt(a, "site.test:%lld two.test:%lld", (long long)w->web, (long long)w->web);
    Str conf = str_fmt(a, "[net]\nallow = rdap.test:%lld whois.test:%lld site.test:%lld two.test:%lld\nresolver = 127.0.0.1:%lld\ntimeout_s = 3\n", (long long)w->web, (long long)w->whois, (long long)w->web, (long long)w->web, (long long)w->dns);
    must(file_write(str_z(a, str_fmt(a, "%s/keten.conf", k->dir)), conf, 0600) == OK);
    const char *argv[] = { "keten-fetch", "--data", k->dir, NULL }, *socket = str_z(a, str_fmt(a, "%s/run/fetch.sock", k->dir));
    must(sys_spawn(&(Spawn){ .path = w->fetch, .argv = argv }, &w->fetch_pid) == OK);
    for (int i = 0; i < 400 && net_connect(socket, &k->c.net) != OK; i++) sys_sleep_ms(25);
    must(k->c.net != NULL);
}

/* ---- a case, and what is asked about it ---- */
static Id case_at(World *w, const char *const *urls, size_t n, Id *out) {
    Kit *k = w->k;
    Id id = kit_case(k, "18+", "spread", NULL);
    LocationNew in[4];
    LocationResult res[4];
    Act **acts = NULL;
    size_t acts_n = 0;
    for (size_t i = 0; i < n; i++) {
        Str url = str_fmt(k->c.arena, "http://%s:%lld/%s", strstr(urls[i], "two") != NULL ? "two.test" : "site.test", (long long)w->web, strrchr(urls[i], '/') + 1);
        in[i] = (LocationNew){ .url_canonical = url, .host = lookup_url_host(url) };
    }
    must(location_add_many(&k->c, id, in, n, res, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK);
    for (size_t i = 0; i < n; i++) out[i] = res[i].location;
    IncidentRow inc = { .offence = S("NCII"), .consent_shared = S("no") };
    must(journal_one(&k->c, incident_add(&k->c, id, &inc)) == OK);
    return id;
}

static UnixMs find(World *w, Id location) {
    Kit *k = w->k;
    UnixMs again = 0;
    k->c.now += 1000;
    must(db_run(k->c.db, "UPDATE job SET due_ms=$1 WHERE kind<>'lookup.find' AND due_ms<$1", P(PI(k->c.now + 1))) == OK); /* the runner did the rest */
    kit_as_system(k);
    Err e = lookup_find_run(&k->c, location, k->c.now, &again);
    if (e != OK) printf("# find: %s %s\n", err_name(e), k->c.fail.msgid != NULL ? k->c.fail.msgid : "");
    must(e == OK);
    kit_as_worker(k);
    return again;
}

static Form *typed(World *w, Str to) {
    Arena *a = w->k->c.arena;
    Pair *p = ARENA_ARRAY(a, Pair, 16);
    const Pair given[] = { { S("act"), id_hex(a, ctx_new_id(&w->k->c)) }, { S("form"), S("art16") }, { S("scope"), S("open") }, { S("recipient"), to }, { S("offence"), S("NCII") }, { S("why_nl"), S("Zonder toestemming gedeeld.") },
        { S("why_en"), S("Shared without consent.") }, { S("extra"), S("At minute three.") }, { S("action"), S("remove") }, { S("territory"), S("eu") }, { S("good_faith"), S("1") } };
    static const Param spec[] = { { .name = "form", .kind = P_TEXT }, { .name = "scope", .kind = P_TEXT }, { .name = "location", .kind = P_ID, .many = true }, { .name = "recipient", .kind = P_CHOICE, .many = true }, { .name = "offence", .kind = P_TEXT },
        { .name = "why_nl", .kind = P_LONGTEXT }, { .name = "why_en", .kind = P_LONGTEXT }, { .name = "extra", .kind = P_LONGTEXT }, { .name = "action", .kind = P_TEXT }, { .name = "territory", .kind = P_TEXT }, { .name = "good_faith", .kind = P_BOOL }, { .name = "nameless", .kind = P_BOOL } };
    memcpy(p, given, sizeof given);
    Form *f = ARENA_NEW(a, Form);
    form_read(&(Request){ .a = a, .posted = p, .posted_n = LEN(given) }, spec, LEN(spec), f);
    return f;
}

static const RecipientRow *choice(const Compose *p, const char *rung, const char *mail) {
    for (size_t i = 0; i < p->recipients_n; i++)
        if (str_eq(p->recipients[i].rung, str_c(rung)) && str_eq(p->recipients[i].mail, str_c(mail))) return &p->recipients[i];
    return NULL;
}

/* Sends to whom the case offers with this address; the notices made. */
static size_t ask(World *w, Id case_id, const char *rung, const char *mail, Id *out, size_t max) {
    Kit *k = w->k;
    Compose p;
    NoticePlan *plans = NULL;
    Str shown = STR_NONE;
    size_t n = 0, requests = 0;
    kit_as_worker(k);
    must(compose_load(&k->c, case_id, ctx_new_id(&k->c), ID_NONE, ID_NONE, STR_NONE, &p) == OK);
    const RecipientRow *to = choice(&p, rung, mail);
    must(to != NULL);
    must(compose_plan(&p, typed(w, recipient_value(&p, to)), &plans, &n, &shown) == OK);
    if (shown.n == 0) return 0;
    must(n <= max && compose_send(&p, plans, n, &requests) == OK);
    for (size_t i = 0; i < n; i++) out[i] = plans[i].id;
    return n;
}

static NoticeMailRow mail_of(World *w, Id notice) {
    NoticeMailRow *m = NULL;
    size_t n = 0;
    must(mail_of_notice(&w->k->c, notice, &m, &n) == OK && n > 0 && mail_open(&w->k->c, &m[0]) == OK);
    return m[0];
}
static NoticeRow notice_row(World *w, Id id) {
    NoticeRow n;
    must(notice_by_id(&w->k->c, id, &n) == OK);
    return n;
}
static void send_now(World *w, Id notice) {
    UnixMs again = 0;
    Id mail = mail_of(w, notice).id;
    kit_as_system(w->k);
    Err e = notice_send_run(&w->k->c, mail, w->k->c.now, &again);
    if (e != OK) printf("# send: %s %s\n", err_name(e), w->k->c.fail.msgid != NULL ? w->k->c.fail.msgid : "");
    must(e == OK);
    kit_as_worker(w->k);
}
static void taken(World *w, Id notice) {
    NetMailGot got = { .outcome = S("delivered"), .code = 250 };
    UnixMs again = 0;
    Id mail = mail_of(w, notice).id;
    kit_as_system(w->k);
    must(notice_went(&w->k->c, mail, &got, &again) == OK);
    kit_as_worker(w->k);
}
static Str bytes_of(World *w, Id notice) {
    Str s = STR_NONE;
    NoticeMailRow m = mail_of(w, notice);
    kit_as_system(w->k);
    must(!id_none(m.kept) && blob_get(&w->k->c, m.kept, 1 << 22, &s) == OK);
    kit_as_worker(w->k);
    return s;
}
static NoticeRow *notices(World *w, Id case_id, size_t *n) {
    NoticeRow *rows = NULL;
    must(notice_of_case(&w->k->c, case_id, &rows, n) == OK);
    return rows;
}
static bool has(Str s, const char *what) {
    size_t at = 0;
    return str_find(s, str_c(what), &at);
}
static CaseRow case_row(World *w, Id id) {
    CaseRow k;
    must(case_by_id(&w->k->c, id, &k) == OK);
    return k;
}
static Asked get(World *w, Str path) { return kit_ask(w->k, &takedown_step, path.p, NULL); }

/* ---- looked up ---- */
static void looked_up(World *w, Id case_id, Id location) {
    Kit *k = w->k;
    LookupRow row;
    Lookup l;
    int64_t jobs = 0;
    must(db_int(k->c.db, "SELECT count(*) FROM job WHERE kind='lookup.find' AND subject=$1", P(PID(location)), &jobs) == OK);
    check(jobs == 1, "a link that is added will be looked up by itself");
    kit_as_worker(k);
    Str path = str_fmt(k->c.arena, "/case/" STR_FMT "/location/" STR_FMT, STR_ARG(id_hex(k->c.arena, case_id)), STR_ARG(id_hex(k->c.arena, location)));
    Asked p = get(w, path);
    check(page_has(&p, "Nobody has looked this up yet."), "before that its page says so");
    kit_as_system(k);
    must(db_run(k->c.db, "INSERT INTO job(id, kind, subject, due_ms, made_ms) VALUES($1,'notice.send',$1,$2,$2)", P(PID(case_id), PI(k->c.now - 1))) == OK);
    UnixMs again = 0;
    must(lookup_find_run(&k->c, location, k->c.now, &again) == OK);
    check(again > k->c.now && lookup_latest(&k->c, location, &row, &l) == E_MISSING, "a mail that is due goes first; the lookup waits a few seconds");
    must(db_run(k->c.db, "DELETE FROM job WHERE id=$1", P(PID(case_id))) == OK);
    check(find(w, location) == 0 && lookup_latest(&k->c, location, &row, &l) == OK && str_eq(l.host, S("site.test")) && l.addresses == 1, "it is, and kept");
    p = get(w, path);
    check(page_has(&p, "abuse@oud.test") && page_has(&p, "registration (RDAP)") && page_has(&p, "abuse@naam.test") && page_has(&p, "abuse@site.test") && page_has(&p, "no address known"), "the page has the ladder: who, where to write, how it was found, and who was not");
    k->c.lang = LANG_NL;
    p = get(w, path);
    check(page_has(&p, "de hoster") && page_has(&p, "registratie (RDAP)") && page_has(&p, "geen adres bekend"), "in Dutch too");
    k->c.lang = LANG_EN;
    p = get(w, str_fmt(k->c.arena, STR_FMT "/lookup/" STR_FMT, STR_ARG(path), STR_ARG(id_hex(k->c.arena, row.id))));
    check(p.err == OK && page_has(&p, "keten lookup 1") && page_has(&p, "objectClassName"), "every answer can be taken home as it came");
    p = get(w, str_fmt(k->c.arena, "/case/" STR_FMT "/location/" STR_FMT, STR_ARG(id_hex(k->c.arena, kit_case(k, "18+", "spread", NULL))), STR_ARG(id_hex(k->c.arena, location))));
    check(p.err == E_MISSING, "from another case it is not there");
    p = kit_ask(k, &takedown_step, str_fmt(k->c.arena, STR_FMT "/lookup", STR_ARG(path)).p, FIELDS("x", ""));
    check(p.err == OK && str_eq(p.location, path), "a person can have it looked up again");
    kit_as_inspector(k);
    check(get(w, path).err != OK, "an inspector of a body has no business here");
    kit_as_worker(k);
}

/* ---- a host that is new to us, and one that moves ---- */
static Id first_asked(World *w, Id case_id) {
    Kit *k = w->k;
    Id notice[2];
    int64_t waiting = 0;
    check(ask(w, case_id, "host", "abuse@oud.test", notice, 2) == 1, "the host that was found can be asked, though nobody had it in the register");
    NoticeRow n = notice_row(w, notice[0]);
    RecipientRow to;
    must(recipient_by_id(&k->c, n.recipient, &to) == OK && recipient_open(&k->c, &to, 1) == OK);
    check(str_eq(to.found, S("lookup")) && str_eq(to.name, S("Oud BV")) && str_eq(to.lang, S("nl")) && to.confirmed == 0, "it stands in the register now, as found and not confirmed");
    must(recipient_unconfirmed(&k->c, &waiting) == OK);
    Asked p = get(w, S("/recipients?found=1"));
    check(waiting == 1 && page_has(&p, "Oud BV") && page_has(&p, "found, not confirmed"), "a person is asked to look at it");
    p = kit_ask(k, &takedown_step, str_fmt(k->c.arena, "/recipient/" STR_FMT "/confirm", STR_ARG(id_hex(k->c.arena, to.id))).p, FIELDS("x", ""));
    must(recipient_unconfirmed(&k->c, &waiting) == OK);
    check(p.err == OK && waiting == 0, "and says it is right");
    p = get(w, str_fmt(k->c.arena, "/recipient/" STR_FMT, STR_ARG(id_hex(k->c.arena, to.id))));
    check(page_has(&p, "A recipient that was found was confirmed") && page_has(&p, "People and channels"), "its page has what happened to it");
    return notice[0];
}

static Id moves_before(World *w, Id case_id, Id first) {
    Kit *k = w->k;
    size_t n = 0;
    k->c.now += 3600 * 1000;
    tell(w, "place site.test 127.0.6.1");
    send_now(w, first);
    NoticeRow *rows = notices(w, case_id, &n);
    check(n == 2 && notice_row(w, first).withdrawn != 0 && str_eq(mail_of(w, first).state, S("dropped")), "a host that moved before the mail went is not written to any more");
    RecipientRow to;
    must(recipient_by_id(&k->c, rows[1].recipient, &to) == OK && recipient_open(&k->c, &to, 1) == OK);
    NoticeMailRow m = mail_of(w, rows[1].id);
    check(str_eq(to.mail, S("abuse@nieuw.test")) && str_eq(to.found, S("lookup")) && id_eq(rows[1].earlier, first) && has(m.body, "Zonder toestemming gedeeld.") && has(m.body, "At minute three."), "whoever holds it now is asked, in the words a person signed");
    check(str_eq(case_row(w, case_id).turn, S("us")) && str_eq(case_row(w, case_id).next_duty, S("host_changed")), "and a person looks at it afterwards");
    Id second = rows[1].id;
    send_now(w, first);
    send_now(w, second);
    check(notices(w, case_id, &n) != NULL && n == 2 && str_eq(mail_of(w, second).outcome, S("unset")) && !id_none(mail_of(w, second).kept), "run again, nothing is asked twice; the new one goes");
    return second;
}

static void moves_after(World *w, Id case_id, Id location, Id second) {
    Kit *k = w->k;
    ClockRow *clocks = NULL;
    size_t n = 0, running = 0, clocks_n = 0;
    taken(w, second);
    k->c.now += 25 * 3600 * 1000LL;
    tell(w, "place site.test 127.0.7.1");
    check(find(w, location) == k->c.now + DAY_MS, "while somebody is asked it is looked up every day");
    NoticeRow *rows = notices(w, case_id, &n);
    must(n == 3);
    RecipientRow to;
    must(recipient_by_id(&k->c, rows[2].recipient, &to) == OK && recipient_open(&k->c, &to, 1) == OK);
    check(str_eq(to.mail, S("abuse@derde.test")) && id_eq(rows[2].earlier, second), "a host that moves after it was asked: the next one is asked by itself");
    RequestRow *req = NULL;
    size_t req_n = 0;
    must(request_of_subject(&k->c, second, &req, &req_n) == OK && req_n == 1 && clock_of_subject(&k->c, req[0].id, &clocks, &clocks_n) == OK);
    for (size_t i = 0; i < clocks_n; i++) running += str_eq(clocks[i].state, S("running"));
    check(notice_row(w, second).withdrawn == 0 && req[0].outcome.n == 0 && running == clocks_n && clocks_n > 0, "the earlier request stays as it was, with its clocks running");
    (void)find(w, location);
    must(notices(w, case_id, &n) != NULL);
    check(n == 3, "looked up once more, nobody is asked again");
    int64_t before = 0, after = 0;
    must(db_int(k->c.db, "SELECT count(*) FROM lookup WHERE location=$1", P(PID(location)), &before) == OK);
    k->c.now += 24 * 3600 * 1000LL;
    (void)find(w, location);
    must(db_int(k->c.db, "SELECT count(*) FROM lookup WHERE location=$1", P(PID(location)), &after) == OK);
    check(after == before, "a daily look that finds the same hands writes nothing");
    kit_as_worker(k);
    must(journal_one(&k->c, lookup_ask(&k->c, case_id, location)) == OK);
    (void)find(w, location);
    must(db_int(k->c.db, "SELECT count(*) FROM lookup WHERE location=$1", P(PID(location)), &after) == OK);
    check(after == before + 1, "one that somebody asked for is recorded all the same");
    Asked page = get(w, str_fmt(k->c.arena, "/case/" STR_FMT "/notice", STR_ARG(id_hex(k->c.arena, case_id))));
    check(page_has(&page, "abuse@site.test") && page_has(&page, "found by looking it up"), "the page of a notice offers those who were found, and says so");
}

/* ---- rules ---- */
static void ruled(World *w, Id case_id, Id location) {
    Kit *k = w->k;
    Id none[2];
    LookupRow row;
    Lookup l;
    kit_as_worker(k);
    check(kit_ask(k, &takedown_step, "/rules/new", FIELDS("domain", "site.test", "kind", "never", "rung", "host", "why", "x")).err != OK, "a worker reads rules and makes none");
    kit_as_lead(k);
    Asked p = kit_ask(k, &takedown_step, "/rules/new", FIELDS("domain", "https://site.test/x", "kind", "never", "why", "x"));
    check(p.err == E_INPUT || p.errors > 0, "an address is no domain");
    p = kit_ask(k, &takedown_step, "/rules/new", FIELDS("domain", "test", "kind", "channel", "rung", "host", "mail", "wide@rule.test", "why", "everything under test"));
    check(p.err == OK && p.errors == 0 && str_starts(p.location, S("/rule/")), "a rule for a whole top-level domain");
    p = kit_ask(k, &takedown_step, "/rules/new", FIELDS("domain", "site.test", "kind", "channel", "rung", "host", "mail", "desk@rule.test", "why", "<b>they told us</b>"));
    check(p.err == OK && p.errors == 0, "and one for the site alone");
    Str made = p.location;
    p = get(w, made);
    check(page_has(&p, "&lt;b&gt;they told us&lt;/b&gt;") && page_has(&p, "holds"), "its reason stands there, harmless");
    (void)find(w, location);
    must(lookup_latest(&k->c, location, &row, &l) == OK);
    Str host = STR_NONE;
    for (size_t i = 0; i < l.rungs; i++)
        if (str_eq(l.rung[i].role, S("host"))) host = l.rung[i].mail;
    check(str_eq(host, S("desk@rule.test")), "the longest domain goes first");
    p = get(w, str_fmt(k->c.arena, "/case/" STR_FMT "/location/" STR_FMT, STR_ARG(id_hex(k->c.arena, case_id)), STR_ARG(id_hex(k->c.arena, location))));
    check(page_has(&p, "changed by this rule") && page_has(&p, made.p), "what a rule changed is shown, with the rule");
    kit_as_lead(k);
    check(kit_ask(k, &takedown_step, str_fmt(k->c.arena, STR_FMT "/end", STR_ARG(made)).p, FIELDS("x", "")).err == OK, "a rule is ended");
    (void)find(w, location);
    must(lookup_latest(&k->c, location, &row, &l) == OK);
    for (size_t i = 0; i < l.rungs; i++)
        if (str_eq(l.rung[i].role, S("host"))) host = l.rung[i].mail;
    check(str_eq(host, S("wide@rule.test")), "then the wider one counts");
    kit_as_lead(k);
    check(kit_ask(k, &takedown_step, str_fmt(k->c.arena, STR_FMT "/restore", STR_ARG(made)).p, FIELDS("x", "")).err == OK && kit_ask(k, &takedown_step, str_fmt(k->c.arena, STR_FMT "/restore", STR_ARG(made)).p, FIELDS("x", "")).err == E_CONFLICT, "ending is taken back, once");
    p = kit_ask(k, &takedown_step, "/rules/new", FIELDS("domain", "site.test", "kind", "never", "rung", "host", "why", "answers with threats"));
    check(p.err == OK && ask(w, case_id, "host", "abuse@derde.test", none, 2) == 0, "whom a rule says not to write to, is not written to");
    p = get(w, S("/rules"));
    check(page_has(&p, "do not contact") && page_has(&p, "site.test"), "all rules stand in a list");
}

/* ---- what is attached ---- */
static Str attached(World *w, Str mail, const char *name) {
    size_t at = 0, end = 0;
    Str text = STR_NONE;
    Buf b = buf_new(1 << 20);
    must(str_find(mail, str_fmt(w->k->c.arena, "filename=\"%s\"\r\n\r\n", name), &at));
    mail = str_sub(mail, at, mail.n);
    must(str_find(mail, S("\r\n\r\n"), &at));
    mail = str_sub(mail, at + 4, mail.n);
    must(str_find(mail, S("\r\n--"), &end));
    for (size_t i = 0; i < end; i++)
        if (mail.p[i] != '\r' && mail.p[i] != '\n') buf_ch(&b, mail.p[i]);
    must(b64_dec(w->k->c.arena, buf_str(&b), &text) == OK);
    buf_free(&b);
    return text;
}

static void profiles(World *w) {
    Kit *k = w->k;
    const char *urls[] = { "two/clip?a=1", "two/=clip" };
    Id loc[2], notice[4];
    Str why = STR_NONE;
    const JVal *doc = NULL;
    tell(w, "place two.test 127.0.8.1");
    tell(w, "network 127.0.8.1 abuse@xarf.test Rapport BV");
    Id id = case_at(w, urls, 2, loc);
    (void)find(w, loc[0]);
    LookupRow row;
    Lookup l;
    int64_t own = 0;
    (void)find(w, loc[1]);
    must(db_int(k->c.db, "SELECT count(*) FROM lookup WHERE location=$1", P(PID(loc[1])), &own) == OK);
    check(own == 0 && lookup_latest(&k->c, loc[1], &row, &l) == OK && id_eq(row.location, loc[0]) && str_eq(l.address[0].mail, S("abuse@xarf.test")), "two links of a case on one host are one question to the registries");
    kit_as_worker(k);
    RecipientNew r = { .rung = S("host"), .lang = S("en"), .country = S("NL"), .name = S("Rapport BV"), .mail = S("abuse@xarf.test") };
    Act *a = recipient_add(&k->c, ID_NONE, &r);
    must(journal_one(&k->c, a) == OK);
    Asked p = kit_ask(k, &takedown_step, str_fmt(k->c.arena, "/recipient/" STR_FMT "/profile", STR_ARG(id_hex(k->c.arena, a->subject))).p, FIELDS("profile", "xarf", "bulk", "1"));
    check(p.err == OK && p.errors == 0, "a recipient says how it wants to be asked");
    check(ask(w, id, "host", "abuse@xarf.test", notice, 4) == 2, "who takes XARF gets one mail for each place");
    send_now(w, notice[0]);
    Str mail = bytes_of(w, notice[0]), json = attached(w, mail, "xarf.json");
    must(json_read(k->c.arena, json, 1 << 20, &doc, NULL, NULL) == OK);
    check(xarf_check(k->c.arena, json, &why) == OK && str_eq(jstr(doc, "xarf_version"), S("4.2.0")), "the report holds against the schema (" STR_FMT ")", STR_ARG(why));
    check(str_starts(jstr(doc, "url"), S("http://two.test:")) && str_eq(jstr(doc, "source_identifier"), S("127.0.8.1")) && str_eq(jstr(doc, "hosting_provider"), S("Rapport BV")) && str_eq(jstr(doc, "registrar"), S("Naam BV")), "it says what and where, as it was looked up");
    check(str_eq(jstr(doc, "type"), S("exposed_data")) && has(json, "xarf:nearest-type") && has(json, "person:adult") && jget(doc, "evidence") == NULL && has(jstr(jget(doc, "notice"), "answer_url"), "/antwoord/"), "its type is the nearest there is and says so; no image is in it; where to answer is");
    check(!has(json, "CANARY"), "nothing of the person's story is in it");
    must(journal_one(&k->c, recipient_profile(&k->c, a->subject, S("list"), true)) == OK);
    check(ask(w, id, "host", "abuse@xarf.test", notice, 4) == 1, "who takes a list gets one mail");
    send_now(w, notice[0]);
    Str csv = attached(w, bytes_of(w, notice[0]), "list.csv");
    check(str_starts(csv, S("notice,number,url,offence,action,territory,answer,reason,note\r\n")) && has(csv, ",1,http://two.test:") && has(csv, ",2,http://two.test:") && has(csv, "NCII,remove,eu"), "with every place in it, to be filled in");
    must(journal_one(&k->c, recipient_profile(&k->c, a->subject, S("mail"), false)) == OK);
    must(ask(w, id, "host", "abuse@xarf.test", notice, 4) == 1);
    send_now(w, notice[0]);
    check(!has(bytes_of(w, notice[0]), "multipart"), "who said nothing gets plain words, as before");
}

static void channels(World *w) {
    Kit *k = w->k;
    kit_as_lead(k);
    RecipientNew r = { .rung = S("host"), .lang = S("en"), .country = S("NL"), .name = S("Hoster met loket"), .mail = S("abuse@loket.test") };
    Act *a = recipient_add(&k->c, ID_NONE, &r);
    must(journal_one(&k->c, a) == OK);
    Str own = str_fmt(k->c.arena, "/recipient/" STR_FMT, STR_ARG(id_hex(k->c.arena, a->subject)));
    Asked p = kit_ask(k, &takedown_step, str_fmt(k->c.arena, STR_FMT "/contact", STR_ARG(own)).p, FIELDS("purpose", "escalation", "channel", "phone", "address", "+31 20 1234567", "name", "Loket", "lang", "nl", "tier", "2", "response_h", "24", "terms", "Ma-vr 9-17"));
    check(p.err == OK && p.errors == 0 && str_eq(p.location, own), "a recipient has people and channels, with what was agreed");
    p = get(w, own);
    check(page_has(&p, "+31 20 1234567") && page_has(&p, "answer promised within 24 hours") && page_has(&p, "Ma-vr 9-17"), "its page shows them");
    ContactRow *rows = NULL;
    size_t n = 0;
    must(contact_list(&k->c, S("recipient"), id_hex(k->c.arena, a->subject), false, &rows, &n) == OK && n == 1);
    p = kit_ask(k, &takedown_step, str_fmt(k->c.arena, STR_FMT "/contact/" STR_FMT "/end", STR_ARG(own), STR_ARG(id_hex(k->c.arena, rows[0].id))).p, FIELDS("x", ""));
    check(p.err == OK && page_has(&(Asked){ .body = get(w, own).body }, "ended"), "one that is gone is ended, and stays to be seen");
}

static void stop(pid_t *pid) {
    kill(*pid, SIGTERM);
    must(waitpid(*pid, NULL, 0) == *pid);
}

int main(int argc, char **argv) {
    static Kit k;
    World w = { .k = &k };
    Arena *a = arena_new(64 << 20);
    Id loc[1];
    const char *urls[] = { "site/clip" };
    must(argc == 3);
    sys_start();
    if (geteuid() == 0) must(sys_become("nobody") == OK);
    w.fetch = argv[1];
    w.script = argv[2];
    join();
    kit_open(&k, all, kit_law(a));
    k.c.lang = LANG_EN;
    must(dir_make(str_z(a, str_fmt(a, "%s/run", k.dir)), 0700) == OK);
    world_start(&w);
    registry(&w);
    tell(&w, "place site.test 127.0.5.1");
    tell(&w, "network 127.0.5.1 abuse@oud.test Oud BV");
    tell(&w, "network 127.0.6.1 abuse@nieuw.test Nieuw BV");
    tell(&w, "network 127.0.7.1 abuse@derde.test Derde BV");
    tell(&w, "site site.test abuse@site.test");
    Id id = case_at(&w, urls, 1, loc);
    looked_up(&w, id, loc[0]);
    Id first = first_asked(&w, id), second = moves_before(&w, id, first);
    moves_after(&w, id, loc[0], second);
    ruled(&w, id, loc[0]);
    profiles(&w);
    channels(&w);
    kit_fsck(&k);
    net_close(k.c.net);
    stop(&w.fetch_pid);
    close(w.to);
    must(waitpid(w.world, NULL, 0) == w.world);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
