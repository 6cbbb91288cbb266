/* Takedown against a real mail server and a real site, through the real fetch and media processes. Use: takedown_net_test FETCH MEDIA WORLD.PY */
#include "core/case/intake.h"
#include "core/step/pagekit.h"
#include "foundation/net/net.h"
#include "foundation/sandbox/media.h"
#include "foundation/sys/sys.h"
#include "steps/takedown/plan_in.h"
#include "steps/takedown/takedown.h"
#include "steps/takedown/takedown_in.h"
#include "steps/takedown/watch_verdict.h"

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

/* ---- the world ---- */
typedef struct World { Kit *k; const char *fetch, *media, *script; pid_t world, fetch_pid, media_pid; int to, from; int64_t web, mail; } World;

static Str line_from(World *w) {
    char *p = arena_alloc(w->k->c.arena, 512), c = 0;
    size_t n = 0, got = 0;
    while (fd_read_some(w->from, &c, 1, sys_mono_ms() + 20000, &got) == OK && got == 1 && c != '\n' && n < 500) p[n++] = c;
    return (Str){ p, n };
}
static void tell(World *w, const char *fmt, const char *one, const char *two) {
    Str s = str_fmt(w->k->c.arena, "%s %s %s\n", fmt, one, two);
    must(fd_write_all(w->to, s, sys_mono_ms() + 5000) == OK && str_eq(line_from(w), S("ok")));
}
static void page_is(World *w, const char *path, const char *mode) { tell(w, "page", path, mode); }

static void world_start(World *w) {
    int in[2], out[2];
    must(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    const char *argv[] = { "python3", w->script, w->k->dir, NULL }, *env[] = { "PATH=/usr/bin:/bin", NULL };
    SpawnFd fds[] = { { in[0], 0 }, { out[1], 1 } };
    must(sys_spawn(&(Spawn){ .path = "/usr/bin/python3", .argv = argv, .env = env, .fds = fds, .fds_n = 2 }, &w->world) == OK);
    close(in[0]);
    close(out[1]);
    w->to = in[1];
    w->from = out[0];
    Str web = line_from(w), mail = line_from(w);
    must(str_i64(str_sub(web, 4, web.n), 1, 65535, &w->web) == OK && str_i64(str_sub(mail, 5, mail.n), 1, 65535, &w->mail) == OK);
}

static void stop(pid_t *pid) {
    if (*pid <= 0) return;
    kill(*pid, SIGTERM);
    must(waitpid(*pid, NULL, 0) == *pid);
    *pid = 0;
}

/* mail_port 0: no mail server is set up. */
static void fetch_start(World *w, int64_t mail_port) {
    Kit *k = w->k;
    Arena *a = k->c.arena;
    net_close(k->c.net);
    k->c.net = NULL;
    stop(&w->fetch_pid);
    Str conf = str_fmt(a, "[net]\nallow = 127.0.0.1:%lld\ntimeout_s = 3\n[mail]\nhost = %s\nport = %lld\ntls = none\nanswer_s = 1\nfrom = meldpunt@keten.test\n", (long long)w->web, mail_port != 0 ? "127.0.0.1" : "", (long long)(mail_port != 0 ? mail_port : 25));
    must(file_write(str_z(a, str_fmt(a, "%s/keten.conf", k->dir)), conf, 0600) == OK);
    const char *argv[] = { "keten-fetch", "--data", k->dir, NULL }, *socket = str_z(a, str_fmt(a, "%s/run/fetch.sock", k->dir));
    must(sys_spawn(&(Spawn){ .path = w->fetch, .argv = argv }, &w->fetch_pid) == OK);
    for (int i = 0; i < 400 && net_connect(socket, &k->c.net) != OK; i++) sys_sleep_ms(25);
    must(k->c.net != NULL);
}

static void media_start(World *w) {
    Kit *k = w->k;
    Arena *a = k->c.arena;
    const char *argv[] = { "keten-media", "--data", k->dir, NULL }, *socket = str_z(a, str_fmt(a, "%s/run/media.sock", k->dir));
    int fd = -1;
    must(unix_listen(socket, 16, 0600, &fd) == OK);
    SpawnFd fds[] = { { fd, 3 } };
    must(sys_spawn(&(Spawn){ .path = w->media, .argv = argv, .fds = fds, .fds_n = 1 }, &w->media_pid) == OK);
    close(fd);
    must(media_open(a, socket, &k->c.media) == OK);
}

/* ---- a case with locations on that site, and notices about it ---- */
static Id recipient(World *w, const char *mail, const char *lang) {
    Kit *k = w->k;
    RecipientNew n = { .rung = S("platform"), .platform = S("demoplein"), .lang = str_c(lang), .country = S("NL"), .name = S("Voorbeeldplein"), .mail = str_c(mail) };
    kit_as_worker(k);
    Act *a = recipient_add(&k->c, ID_NONE, &n);
    must(journal_one(&k->c, a) == OK);
    return a->subject;
}
static Id case_at(World *w, const char *const *paths, size_t n, Id *out_locations) {
    Kit *k = w->k;
    Id id = kit_case(k, "18+", "spread", NULL);
    LocationNew in[8];
    LocationResult res[8];
    Act **acts = NULL;
    size_t acts_n = 0;
    for (size_t i = 0; i < n; i++) in[i] = (LocationNew){ .url_canonical = str_fmt(k->c.arena, "http://127.0.0.1:%lld%s", (long long)w->web, paths[i]), .host = S("127.0.0.1"), .platform = S("demoplein") };
    must(location_add_many(&k->c, id, in, n, res, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK);
    for (size_t i = 0; i < n; i++) out_locations[i] = res[i].location;
    IncidentRow inc = { .offence = S("NCII"), .consent_shared = S("no") };
    must(journal_one(&k->c, incident_add(&k->c, id, &inc)) == OK);
    return id;
}
static Form *typed(World *w, Id to, const char *form) {
    Kit *k = w->k;
    Arena *a = k->c.arena;
    Pair *p = ARENA_ARRAY(a, Pair, 16);
    size_t n = 0;
    p[n++] = (Pair){ S("act"), id_hex(a, ctx_new_id(&k->c)) };
    p[n++] = (Pair){ S("form"), str_c(form) };
    p[n++] = (Pair){ S("scope"), S("open") };
    p[n++] = (Pair){ S("recipient"), id_hex(a, to) };
    p[n++] = (Pair){ S("offence"), S("NCII") };
    p[n++] = (Pair){ S("why_nl"), S("Zonder toestemming gedeeld: één vráág.") };
    p[n++] = (Pair){ S("why_en"), S("Shared without consent.") };
    p[n++] = (Pair){ S("action"), S("remove") };
    p[n++] = (Pair){ S("territory"), S("eu") };
    p[n++] = (Pair){ S("good_faith"), S("1") };
    static const Param spec[] = { { .name = "form", .kind = P_TEXT }, { .name = "scope", .kind = P_TEXT }, { .name = "location", .kind = P_ID, .many = true }, { .name = "recipient", .kind = P_CHOICE, .many = true }, { .name = "offence", .kind = P_TEXT },
        { .name = "why_nl", .kind = P_LONGTEXT }, { .name = "why_en", .kind = P_LONGTEXT }, { .name = "extra", .kind = P_LONGTEXT }, { .name = "action", .kind = P_TEXT }, { .name = "territory", .kind = P_TEXT }, { .name = "good_faith", .kind = P_BOOL }, { .name = "nameless", .kind = P_BOOL } };
    Form *f = ARENA_NEW(a, Form);
    form_read(&(Request){ .a = a, .posted = p, .posted_n = n }, spec, LEN(spec), f);
    return f;
}
static Id notice_to(World *w, Id case_id, Id to, Id proposal, Str *out_body) {
    Kit *k = w->k;
    Compose p;
    NoticePlan *plans = NULL;
    Str shown = STR_NONE;
    size_t n = 0, requests = 0;
    kit_as_worker(k);
    must(compose_load(&k->c, case_id, ctx_new_id(&k->c), proposal, ID_NONE, STR_NONE, &p) == OK);
    must(compose_plan(&p, typed(w, to, "art16"), &plans, &n, &shown) == OK && n == 1 && shown.n == 64);
    must(compose_send(&p, plans, n, &requests) == OK);
    if (out_body != NULL) *out_body = plans[0].body;
    return plans[0].id;
}
static Id first_mail(World *w, Id notice, size_t which) {
    NoticeMailRow *m = NULL;
    size_t n = 0;
    must(mail_of_notice(&w->k->c, notice, &m, &n) == OK && n > which);
    return m[which].id;
}
static NoticeMailRow mail_row(World *w, Id mail) {
    NoticeMailRow m;
    must(mail_by_id(&w->k->c, mail, &m) == OK && mail_open(&w->k->c, &m) == OK);
    return m;
}
/* Runs the job as the runner would. */
static Err send_now(World *w, Id mail, UnixMs *again) {
    Kit *k = w->k;
    kit_as_system(k);
    *again = 0;
    Err e = notice_send_run(&k->c, mail, k->c.now, again);
    if (e != OK) printf("# %s %s\n", err_name(e), k->c.fail.msgid ? k->c.fail.msgid : "");
    return e;
}
static Str kept_mail(World *w, int number) {
    Str s = STR_NONE;
    if (file_read(w->k->c.arena, str_z(w->k->c.arena, str_fmt(w->k->c.arena, "%s/mail-%d.eml", w->k->dir, number)), 1 << 20, &s) != OK) return STR_NONE;
    return s;
}
static bool has(Str s, const char *what) {
    size_t at = 0;
    return str_find(s, str_c(what), &at);
}
static Str plain_of(World *w, Str mail) { /* quoted-printable undone */
    Buf b = buf_new(1 << 20);
    size_t at = 0;
    must(str_find(mail, S("\r\n\r\n"), &at));
    for (size_t i = at + 4; i < mail.n; i++) {
        int hi = 0;
        if (mail.p[i] == '\r') continue;
        if (mail.p[i] != '=') {
            buf_ch(&b, mail.p[i]);
            continue;
        }
        if (mail.p[i + 1] == '\r') {
            i += 2;
            continue;
        }
        for (int k = 1; k <= 2; k++) hi = hi * 16 + (mail.p[i + (size_t)k] <= '9' ? mail.p[i + (size_t)k] - '0' : mail.p[i + (size_t)k] - 'A' + 10);
        buf_ch(&b, (char)hi);
        i += 2;
    }
    Str s = str_dup(w->k->c.arena, buf_str(&b));
    buf_free(&b);
    return s;
}
static CaseRow case_row(World *w, Id id) {
    CaseRow row;
    must(case_by_id(&w->k->c, id, &row) == OK);
    return row;
}

/* ---- mail ---- */
static void delivered(World *w, Id *out_case, Id *out_notice) {
    Kit *k = w->k;
    const char *paths[] = { "/v/1", "/v/2" };
    Id loc[2], id = case_at(w, paths, 2, loc), to = recipient(w, "abuse@voorbeeldplein.test", "nl");
    Str body = STR_NONE, token = STR_NONE;
    NoticeRow n;
    UnixMs again = 0;
    Id notice = notice_to(w, id, to, ID_NONE, &body), mail = first_mail(w, notice, 0);
    ClockRow *clocks = NULL;
    RequestRow *rows = NULL;
    size_t clocks_n = 0, rows_n = 0;
    must(clock_of_case(&k->c, id, &clocks, &clocks_n) == OK);
    check(clocks_n == 0, "no clock runs before anything was sent");
    check(send_now(w, mail, &again) == OK && again == 0, "the mail goes");
    Str got = kept_mail(w, 1), text = plain_of(w, got);
    must(notice_by_id(&k->c, notice, &n) == OK && notice_token(&k->c, &n, &token) == OK);
    check(has(got, "X-Envelope: <meldpunt@keten.test> <abuse@voorbeeldplein.test>") && has(got, "From: Meldpunt Voorbeeld <meldpunt@keten.test>") && has(got, "To: <abuse@voorbeeldplein.test>"), "from the organisation to the recipient");
    check(has(got, "Content-Language: nl") && has(got, "Message-ID: <") && has(got, "Date: ") && has(got, "Reply-To: <meldpunt@keten.test>") && has(got, "Content-Transfer-Encoding: quoted-printable"), "with the headers that mail wants");
    check(has(text, "één vráág") && has(text, "/v/1\n") && has(text, "/v/2\n"), "with every word of the notice");
    check(has(text, str_z(k->c.arena, str_fmt(k->c.arena, "http://localhost:8800/antwoord/" STR_FMT, STR_ARG(token)))) && !has(text, LINK_MARK), "and the answer link");
    size_t at = 0;
    Str before = str_find(body, S(LINK_MARK), &at) ? str_sub(body, 0, at) : body;
    check(str_starts(text, before), "what was previewed is what the server got, byte for byte");
    NoticeMailRow m = mail_row(w, mail);
    check(str_eq(m.state, S("sent")) && str_eq(m.outcome, S("delivered")) && m.code == 250 && m.sent == k->c.now && has(m.reply, "queued") && m.server.n > 0, "the delivery record says when, to which server and what it answered");
    Str kept = STR_NONE;
    check(blob_get(&k->c, m.kept, 1 << 20, &kept) == OK && str_eq(kept, str_sub(got, got.n - kept.n, kept.n)), "the very bytes are kept");
    must(request_of_subject(&k->c, notice, &rows, &rows_n) == OK && clock_of_case(&k->c, id, &clocks, &clocks_n) == OK);
    check(rows_n == 2 && rows[0].delivered == k->c.now && clocks_n == 6, "each location has its clocks: confirm, decide, priority (%zu)", clocks_n);
    bool good = clocks_n == 6;
    for (size_t i = 0; i < clocks_n; i++) {
        int64_t hours = str_eq(clocks[i].duty, S("C1")) ? 24 : str_eq(clocks[i].duty, S("C2")) ? 48 : 24;
        good = good && str_eq(clocks[i].kind, S("policy")) && clocks[i].due == k->c.now + hours * 3600000 && str_eq(clocks[i].holder, S("demoplein"));
    }
    check(good, "by the norms of the law data, marked as policy, since the law names no number");
    must(notice_by_id(&k->c, notice, &n) == OK);
    CaseRow row = case_row(w, id);
    check(str_eq(row.turn, S("platform")) && row.next_due == k->c.now + 24 * 3600000LL && n.deadline == k->c.now + 48 * 3600000LL && n.until >= n.deadline + 30 * (int64_t)DAY_MS, "it is their turn; the link lives thirty days beyond the last deadline");
    check(send_now(w, mail, &again) == OK && kept_mail(w, 2).n == 0, "a job that runs twice sends once");
    *out_case = id;
    *out_notice = notice;
}

static void hanging(World *w) {
    static const char *const stages[] = { "greeting", "ehlo", "mail", "rcpt", "data" };
    const char *paths[] = { "/v/3" };
    Kit *k = w->k;
    Id loc[1], id = case_at(w, paths, 1, loc), to = recipient(w, "slow@voorbeeldplein.test", "en"), notice = notice_to(w, id, to, ID_NONE, NULL), mail = first_mail(w, notice, 0);
    UnixMs again = 0, last = 0;
    bool grows = true;
    for (size_t i = 0; i < LEN(stages); i++) {
        tell(w, "mail hang", stages[i], "");
        check(send_now(w, mail, &again) == OK && again > k->c.now, "a server that hangs at %s: the mail stays and is tried again", stages[i]);
        NoticeMailRow m = mail_row(w, mail);
        grows = grows && str_eq(m.state, S("queued")) && m.tries == (int64_t)i + 1 && again - k->c.now >= last;
        last = again - k->c.now;
        kit_later(k, 1000);
    }
    check(grows, "each try is written down, and the pauses grow");
    tell(w, "mail say", "rcpt", "451 4.7.1 greylisted, try later");
    check(send_now(w, mail, &again) == OK && again > k->c.now && mail_row(w, mail).code == 451, "greylisting is a reason to wait");
    tell(w, "mail good", "", "");
    check(send_now(w, mail, &again) == OK && again == 0 && str_eq(mail_row(w, mail).state, S("sent")), "when the server is well again it goes");
    check(has(kept_mail(w, 2), "<slow@voorbeeldplein.test>") && kept_mail(w, 3).n == 0, "once");
}

/* Sent to its end, and nothing came: never again by itself, never forgotten. */
static void unclear(World *w) {
    const char *paths[] = { "/v/8" };
    Kit *k = w->k;
    UnixMs again = 0;
    int had = 0;
    while (kept_mail(w, had + 1).n > 0) had++;
    for (int i = 0; i < 3; i++) {
        Id loc[1], id = case_at(w, paths, 1, loc), to = recipient(w, "end@voorbeeldplein.test", "en"), notice = notice_to(w, id, to, ID_NONE, NULL), mail = first_mail(w, notice, 0);
        NoticeRow n;
        NoticeMailRow m;
        ClockRow *clocks = NULL;
        Act **acts = NULL;
        size_t clocks_n = 0, acts_n = 0;
        tell(w, "mail hang", "end", "");
        check(send_now(w, mail, &again) == OK && again == 0, "a server that hangs after the end of the message");
        tell(w, "mail good", "", "");
        CaseRow row = case_row(w, id);
        check(str_eq(mail_row(w, mail).outcome, S("unclear")) && str_eq(row.turn, S("us")) && str_eq(row.next_duty, S("mail_unclear")), "nobody knows: it comes back to a person");
        check(send_now(w, mail, &again) == OK && send_now(w, mail, &again) == OK && str_eq(mail_row(w, mail).outcome, S("unclear")) && kept_mail(w, had + 1).n == 0, "and is not sent again by itself");
        must(clock_of_case(&k->c, id, &clocks, &clocks_n) == OK && notice_by_id(&k->c, notice, &n) == OK && mail_by_id(&k->c, mail, &m) == OK);
        check(clocks_n == 0, "no clock runs on a guess");
        if (i == 0) { /* the link shows that it came */
            kit_person(k, R_PLATFORM, ID_NONE, k->org, NULL);
            k->c.person.notice = notice;
            must(open_acts(&k->c, &n, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK);
            kit_as_system(k);
            must(notice_settle_run(&k->c, notice, k->c.now, &again) == OK);
        } else {
            kit_as_worker(k);
            must(mail_settle(&k->c, &m, &n, i == 2) == OK);
            check(mail_settle(&k->c, &m, &n, i == 2) == E_CONFLICT, "once");
            if (i == 2) must(send_now(w, mail, &again) == OK);
        }
        must(clock_of_case(&k->c, id, &clocks, &clocks_n) == OK);
        check(str_eq(mail_row(w, mail).state, S("sent")) && clocks_n >= 2, i == 0 ? "its link was opened: so it came, and the clocks run" : i == 1 ? "a person says that it went" : "a person has it sent again");
        check((kept_mail(w, had + 1).n > 0) == (i == 2), i == 2 ? "that one went" : "nothing more was sent");
    }
}

/* Our own process ends between the end of the message and what the server says. */
static void ended(World *w) {
    const char *paths[] = { "/v/9" };
    Kit *k = w->k;
    Id loc[1], id = case_at(w, paths, 1, loc), to = recipient(w, "crash@voorbeeldplein.test", "en"), notice = notice_to(w, id, to, ID_NONE, NULL), mail = first_mail(w, notice, 0);
    UnixMs again = 0;
    Net *net = k->c.net;
    int had = 0;
    while (kept_mail(w, had + 1).n > 0) had++;
    kit_as_system(k);
    must(notice_ready(&k->c, mail, &again) == OK); /* ended after the first thing that is written down: surely not sent */
    check(send_now(w, mail, &again) == OK && str_eq(mail_row(w, mail).state, S("sent")) && kept_mail(w, had + 1).n > 0, "ended before anything went: it goes");
    (void)net;
    (void)id;
}

static void refused(World *w) {
    const char *paths[] = { "/v/4" };
    Kit *k = w->k;
    Id loc[1], id = case_at(w, paths, 1, loc), to = recipient(w, "nobody@voorbeeldplein.test", "en"), notice = notice_to(w, id, to, ID_NONE, NULL), mail = first_mail(w, notice, 0);
    RequestRow *rows = NULL;
    RecipientRow r;
    NoticeRow n;
    UnixMs again = 0;
    size_t rows_n = 0;
    tell(w, "mail say", "rcpt", "550 5.1.1 no such user here");
    check(send_now(w, mail, &again) == OK && again == 0, "a server that refuses for good ends it");
    tell(w, "mail good", "", "");
    must(request_of_subject(&k->c, notice, &rows, &rows_n) == OK && notice_by_id(&k->c, notice, &n) == OK && recipient_by_id(&k->c, to, &r) == OK);
    check(str_eq(mail_row(w, mail).state, S("failed")) && str_eq(n.state, S("failed")) && str_eq(rows[0].delivery, S("failed")), "mail, notice and request say so");
    check(r.bounces == 1 && str_eq(r.bounce_code, S("smtp_550")), "the address in the register too");
    CaseRow row = case_row(w, id);
    ClockRow *clocks = NULL;
    size_t clocks_n = 0;
    must(clock_of_case(&k->c, id, &clocks, &clocks_n) == OK);
    check(str_eq(row.turn, S("us")) && clocks_n == 0, "it is our turn, and no clock of theirs runs");
    kit_as_worker(k);
    Asked p = kit_ask(k, &takedown_step, str_z(k->c.arena, str_fmt(k->c.arena, "/case/" STR_FMT "/notice/" STR_FMT, STR_ARG(id_hex(k->c.arena, id)), STR_ARG(id_hex(k->c.arena, notice)))), NULL);
    check(p.err == OK && has(p.body, "550") && has(p.body, "no such user here"), "the worker reads what the server said");
}

static void unset(World *w) {
    const char *paths[] = { "/v/5" };
    Kit *k = w->k;
    Id loc[1], id = case_at(w, paths, 1, loc), to = recipient(w, "later@voorbeeldplein.test", "en"), notice = notice_to(w, id, to, ID_NONE, NULL), mail = first_mail(w, notice, 0);
    UnixMs again = 0;
    fetch_start(w, 0);
    check(send_now(w, mail, &again) == OK && again > k->c.now && str_eq(mail_row(w, mail).outcome, S("unset")), "without a mail server it waits in the outbox, and that is said");
    int64_t tries = mail_row(w, mail).tries;
    check(send_now(w, mail, &again) == OK && mail_row(w, mail).tries == tries, "once, not each time");
    fetch_start(w, w->mail + 1 == w->web ? w->mail + 2 : 1);
    check(send_now(w, mail, &again) == OK && str_eq(mail_row(w, mail).outcome, S("deferred")), "a mail server that is not there is one to try again");
    fetch_start(w, w->mail);
    check(send_now(w, mail, &again) == OK && str_eq(mail_row(w, mail).state, S("sent")), "when there is one it goes");
    (void)id;
}

static void wishes(World *w) {
    const char *paths[] = { "/v/6" };
    Kit *k = w->k;
    Id loc[1], id = case_at(w, paths, 1, loc), to = recipient(w, "wish@voorbeeldplein.test", "en"), notice = notice_to(w, id, to, ID_NONE, NULL), mail = first_mail(w, notice, 0);
    UnixMs again = 0;
    ConsentRow *consents = NULL;
    NoticeRow n;
    size_t c_n = 0, mails = 0;
    while (kept_mail(w, (int)mails + 1).n > 0) mails++;
    kit_person(k, R_VICTIM, ID_NONE, k->org, NULL);
    k->c.person.case_id = id;
    must(journal_one(&k->c, case_pause(&k->c, id)) == OK);
    check(send_now(w, mail, &again) == OK && again > k->c.now && str_eq(mail_row(w, mail).state, S("queued")), "while the person has paused, it waits");
    kit_person(k, R_VICTIM, ID_NONE, k->org, NULL);
    k->c.person.case_id = id;
    must(journal_one(&k->c, case_resume(&k->c, id)) == OK && consent_list(&k->c, id, &consents, &c_n) == OK);
    for (size_t i = 0; i < c_n; i++)
        if (str_eq(consents[i].purpose, S("notices"))) must(journal_one(&k->c, consent_withdraw(&k->c, id, consents[i].id)) == OK);
    check(send_now(w, mail, &again) == OK && again == 0 && str_eq(mail_row(w, mail).state, S("dropped")), "when the person has taken the consent back, it is not sent");
    must(notice_by_id(&k->c, notice, &n) == OK);
    check(str_eq(n.state, S("withdrawn")) && kept_mail(w, (int)mails + 1).n == 0, "the notice is withdrawn and nothing left the house");
}

/* A disk that takes nothing: the mail stays here rather than going out unrecorded, again and again. */
static void full_disk(World *w) {
    const char *paths[] = { "/v/13" };
    Kit *k = w->k;
    Id loc[1], id = case_at(w, paths, 1, loc), to = recipient(w, "disk@voorbeeldplein.test", "en"), notice = notice_to(w, id, to, ID_NONE, NULL), mail = first_mail(w, notice, 0);
    const char *blobs = str_z(k->c.arena, str_fmt(k->c.arena, "%s/blobs", k->dir));
    UnixMs again = 0;
    int mails = 0;
    while (kept_mail(w, mails + 1).n > 0) mails++;
    must(rename(blobs, str_z(k->c.arena, str_fmt(k->c.arena, "%s/away", k->dir))) == 0 && file_write(blobs, S("full"), 0400) == OK);
    kit_as_system(k);
    check(notice_send_run(&k->c, mail, k->c.now, &again) == E_OUTSIDE && kept_mail(w, mails + 1).n == 0, "when the disk takes nothing, nothing is sent");
    must(unlink(blobs) == 0 && rename(str_z(k->c.arena, str_fmt(k->c.arena, "%s/away", k->dir)), blobs) == 0);
    check(send_now(w, mail, &again) == OK && str_eq(mail_row(w, mail).state, S("sent")) && kept_mail(w, mails + 2).n == 0, "and once when it is well again");
    (void)id;
}

/* The person withdraws; a worker may still tell those who were asked. */
static void told(World *w) {
    const char *paths[] = { "/v/14" };
    Kit *k = w->k;
    Id loc[1], id = case_at(w, paths, 1, loc), to = recipient(w, "told@voorbeeldplein.test", "en"), notice = notice_to(w, id, to, ID_NONE, NULL);
    UnixMs again = 0;
    Act **acts = NULL;
    size_t n = 0;
    int mails = 0;
    must(send_now(w, first_mail(w, notice, 0), &again) == OK);
    while (kept_mail(w, mails + 1).n > 0) mails++;
    kit_person(k, R_VICTIM, ID_NONE, k->org, NULL);
    k->c.person.case_id = id;
    must(case_withdraw_acts(&k->c, id, S("all"), S("victim"), &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    ClockRow *clocks = NULL;
    must(clock_of_case(&k->c, id, &clocks, &n) == OK);
    size_t live = 0;
    for (size_t i = 0; i < n; i++) live += str_eq(clocks[i].state, S("running")) || str_eq(clocks[i].state, S("paused"));
    check(live == 0 && kept_mail(w, mails + 1).n == 0, "the person withdraws: the clocks stop, and nobody is written to by itself");
    kit_as_worker(k);
    Str path = str_fmt(k->c.arena, "/case/" STR_FMT "/notice/" STR_FMT "/withdraw", STR_ARG(id_hex(k->c.arena, id)), STR_ARG(id_hex(k->c.arena, notice)));
    Asked p = kit_ask(k, &takedown_step, str_z(k->c.arena, path), FIELDS("why", "wish", "tell", "1"));
    check(p.err == OK && p.errors == 0 && send_now(w, first_mail(w, notice, 1), &again) == OK, "when a worker chooses so");
    Str mail = kept_mail(w, mails + 1);
    check(has(mail, "<told@voorbeeldplein.test>") && has(mail, "In-Reply-To: <") && has(plain_of(w, mail), "We withdraw notice N-"), "the recipient gets a short mail");
    NoticeRow row;
    must(notice_by_id(&k->c, notice, &row) == OK);
    check(row.withdrawn != 0 && row.link_closed != 0, "and the link is closed");
}

static Str link_of(World *w, int number) {
    Str text = plain_of(w, kept_mail(w, number));
    size_t at = 0;
    must(str_find(text, S("/antwoord/"), &at));
    return str_sub(text, at + 10, 32);
}

/* From the mail as the recipient has it: the link, the answer, the confirmation. */
static void answered(World *w, Id case_id, Id notice) {
    Kit *k = w->k;
    Str token = link_of(w, 1);
    RequestRow *rows = NULL;
    ClockRow *clocks = NULL;
    UnixMs again = 0;
    size_t n = 0, clocks_n = 0, mails = 0;
    kit_later(k, 3 * 3600000);
    kit_as_public(k);
    k->c.lang = LANG_NL;
    Asked p = kit_ask(k, &takedown_step, str_z(k->c.arena, str_fmt(k->c.arena, "/antwoord/" STR_FMT, STR_ARG(token))), FIELDS("x", ""));
    check(p.err == OK && str_eq(p.location, S("/antwoord")), "the link from the mail opens");
    must(clock_of_case(&k->c, case_id, &clocks, &clocks_n) == OK);
    size_t met = 0, running = 0;
    for (size_t i = 0; i < clocks_n; i++) {
        met += str_eq(clocks[i].state, S("met")) && str_eq(clocks[i].duty, S("C1"));
        running += str_eq(clocks[i].state, S("running"));
    }
    check(met == 2 && running == 4, "opening confirms receipt: that duty is fulfilled, the others run on");
    k->c.person = (Person){ .roles = R_PLATFORM, .org = k->org, .notice = notice };
    must(request_of_subject(&k->c, notice, &rows, &n) == OK);
    p = kit_ask(k, &takedown_step, "/antwoord", FIELDS("item", str_z(k->c.arena, str_fmt(k->c.arena, STR_FMT ".removed", STR_ARG(id_hex(k->c.arena, rows[0].id)))), "item", str_z(k->c.arena, str_fmt(k->c.arena, STR_FMT ".need_more", STR_ARG(id_hex(k->c.arena, rows[1].id)))), "note", "Welke video?"));
    check(p.err == OK && p.errors == 0, "one item is removed, of the other they want to know more");
    must(clock_of_subject(&k->c, rows[0].id, &clocks, &clocks_n) == OK);
    bool all_met = true;
    for (size_t i = 0; i < clocks_n; i++) all_met = all_met && str_eq(clocks[i].state, S("met"));
    check(all_met && clocks_n == 3, "an answer meets the clocks of its item");
    must(clock_of_subject(&k->c, rows[1].id, &clocks, &clocks_n) == OK);
    size_t paused = 0;
    for (size_t i = 0; i < clocks_n; i++) paused += str_eq(clocks[i].state, S("paused"));
    check(paused == 2, "a question pauses those of the other");
    while (kept_mail(w, (int)mails + 1).n > 0) mails++;
    kit_as_system(k);
    must(notice_confirm_run(&k->c, notice, k->c.now, &again) == OK);
    check(again > k->c.now, "the confirmation waits a moment for further answers");
    kit_later(k, 3 * 60000);
    kit_as_system(k);
    must(notice_confirm_run(&k->c, notice, k->c.now, &again) == OK);
    check(send_now(w, first_mail(w, notice, 1), &again) == OK, "then it goes");
    Str mail = kept_mail(w, (int)mails + 1), text = plain_of(w, mail);
    check(has(mail, "In-Reply-To: <") && has(text, "Verwijderd, voor iedereen") && has(text, "Wij hebben meer nodig") && !has(text, "K-2026"), "and says what was answered, in the recipient's language");
    NoticeRow row;
    must(notice_by_id(&k->c, notice, &row) == OK);
    check(row.confirmed == k->c.now, "which the record knows");
}

/* Silence: the clocks lapse, the law's steps are proposed, the reminder quotes the silence; it starts no term. */
static void silent(World *w) {
    static const LapseKind *const lapses[] = { &request_lapse, NULL };
    const char *paths[] = { "/v/7", "/v/8" };
    Kit *k = w->k;
    Id loc[2], id = case_at(w, paths, 2, loc), to = recipient(w, "silent@voorbeeldplein.test", "en"), notice = notice_to(w, id, to, ID_NONE, NULL);
    ClockRow *clocks = NULL;
    ProposalRow *props = NULL;
    UnixMs again = 0;
    size_t n = 0, mails = 0;
    must(send_now(w, first_mail(w, notice, 0), &again) == OK && clock_of_case(&k->c, id, &clocks, &n) == OK);
    k->app.lapse = lapses;
    kit_later(k, 49 * 3600000LL);
    kit_as_system(k);
    for (size_t i = 0; i < n; i++) must(clock_lapse_run(&k->c, clocks[i].id, &again) == OK);
    SilenceRow *silence = NULL;
    must(silence_of_case(&k->c, id, &silence, &n) == OK);
    check(n == 6 && silence[0].answers == 0 && str_eq(silence[0].delivery, S("delivered")), "after the norm has passed each silence is a fact: delivered, no answer");
    must(proposal_of_case(&k->c, id, true, &props, &n) == OK);
    Id remind = ID_NONE;
    for (size_t i = 0; i < n; i++) {
        ClockRow clock;
        must(clock_by_id(&k->c, props[i].clock, &clock) == OK);
        if (str_eq(props[i].step, S("remind")) && str_eq(clock.duty, S("C2"))) remind = props[i].id;
    }
    check(!id_none(remind), "reminding is among the proposed steps");
    kit_later(k, 5 * (int64_t)DAY_MS);
    kit_as_worker(k);
    Asked p = kit_ask(k, &takedown_step, str_z(k->c.arena, str_fmt(k->c.arena, "/case/" STR_FMT "/notice?proposal=" STR_FMT, STR_ARG(id_hex(k->c.arena, id)), STR_ARG(id_hex(k->c.arena, remind)))), NULL);
    check(p.err == OK && has(p.body, "DSA 16(6)"), "the page says on what ground");
    Str body = STR_NONE;
    Id reminder = notice_to(w, id, to, remind, &body);
    NoticeRow first, second;
    must(notice_by_id(&k->c, notice, &first) == OK && notice_by_id(&k->c, reminder, &second) == OK);
    check(str_eq(second.form, S("reminder")) && id_eq(second.earlier, notice), "the reminder knows what it reminds of");
    check(has(body, str_z(k->c.arena, notice_ref(k->c.arena, notice))) && has(body, "Since then 7 days have passed without any answer."), "and quotes it and its silence");
    while (kept_mail(w, (int)mails + 1).n > 0) mails++;
    check(send_now(w, first_mail(w, reminder, 0), &again) == OK && has(kept_mail(w, (int)mails + 1), "<silent@voorbeeldplein.test>"), "it goes");
    must(clock_of_case(&k->c, id, &clocks, &n) == OK);
    check(n == 6, "and starts no clock of its own");
    must(proposal_of_case(&k->c, id, true, &props, &n) == OK);
    size_t open_reminds = 0;
    for (size_t i = 0; i < n; i++) open_reminds += str_eq(props[i].step, S("remind"));
    check(open_reminds == 0, "every proposal to remind about these locations is decided with it (%zu left)", open_reminds);
    CaseRow row = case_row(w, id);
    check(str_eq(row.turn, S("platform")) && row.next_due > k->c.now, "the case comes back to us by itself");
}

/* ---- the watch ---- */
static Str check_now(World *w, Id location, UnixMs *again, CheckRow *out) {
    Kit *k = w->k;
    CheckRow *rows = NULL;
    size_t n = 0;
    kit_as_system(k);
    *again = 0;
    Err e = watch_check_run(&k->c, location, k->c.now, again);
    if (e != OK) printf("# watch: %s %s\n", err_name(e), k->c.fail.msgid ? k->c.fail.msgid : "");
    must(e == OK && check_of_location(&k->c, location, 1, &rows, &n) == OK && n == 1);
    *out = rows[0];
    return rows[0].verdict;
}
static LocationRow location_row(World *w, Id id) {
    LocationRow l;
    must(location_by_id(&w->k->c, id, &l) == OK);
    return l;
}

static void watched(World *w) {
    const char *paths[] = { "/v/9" };
    Kit *k = w->k;
    CheckRow c;
    UnixMs again = 0;
    page_is(w, "/v/9", "clip");
    Id loc[1], id = case_at(w, paths, 1, loc), to = recipient(w, "watch@voorbeeldplein.test", "en"), notice = notice_to(w, id, to, ID_NONE, NULL);
    must(send_now(w, first_mail(w, notice, 0), &again) == OK);
    int64_t due = 0;
    must(db_int(k->c.db, "SELECT count(*) FROM job WHERE kind='watch.check' AND subject=$1", P(PID(loc[0])), &due) == OK);
    check(due == 1, "a notice starts the watch of its locations");
    check(str_eq(check_now(w, loc[0], &again, &c), S("still_online")) && again == k->c.now + (int64_t)DAY_MS, "it is online; the next look is a day later");
    must(db_int(k->c.db, "SELECT count(*) FROM job WHERE kind='picture.look' AND subject=$1", P(PID(loc[0])), &due) == OK);
    check(due == 1, "what was not seen before is looked at for pictures at once");
    Str proof = STR_NONE;
    check(!id_none(c.proof) && blob_get(&k->c, c.proof, 1 << 20, &proof) == OK && has(proof, "\"status\": 200") && has(proof, "\"ip\": \"127.0.0.1\"") && has(proof, "HTTP/1.1 200 OK") && has(proof, "title_sha256") && has(proof, "made_up_address"), "the facts of the look are kept as proof");
    check(!has(proof, "asked the person in it"), "the words of the page are not");
    static const struct { const char *mode, *verdict, *why; } looks[] = { { "comment", "still_online", "same_page" }, { "login", "login_wall", "login_page" }, { "robot", "blocked_for_us", "robot_wall" }, { "age", "age_gate", "age_page" }, { "script", "unknown", "script_page" },
        { "drop", "unknown", NULL }, { "slow", "unknown", NULL }, { "liar404", "still_online", "same_page_under_404" }, { "home", "moved", "redirect" }, { "clip", "still_online", NULL } };
    for (size_t i = 0; i < LEN(looks); i++) {
        kit_later(k, 3600000);
        page_is(w, "/v/9", looks[i].mode);
        Str v = check_now(w, loc[0], &again, &c);
        bool down = str_eq(v, S("host_down")) && strcmp(looks[i].mode, "slow") == 0;
        check((str_eq(v, str_c(looks[i].verdict)) || down) && (looks[i].why == NULL || str_eq(c.why, str_c(looks[i].why))) && !c.removed && location_row(w, loc[0]).gone == 0, "a page that is %s: " STR_FMT " (" STR_FMT ")", looks[i].mode, STR_ARG(v), STR_ARG(c.why));
    }
    kit_later(k, 3600000);
    page_is(w, "/v/9", "gone410");
    check(str_eq(check_now(w, loc[0], &again, &c), S("gone")) && !c.removed && location_row(w, loc[0]).gone == 0 && again - k->c.now <= 6 * 3600000, "a first gone proves nothing; the second look comes within hours");
    kit_later(k, 5 * 3600000);
    check(str_eq(check_now(w, loc[0], &again, &c), S("gone")) && !c.removed, "five hours later it still proves nothing");
    kit_later(k, 19 * 3600000 + 1000);
    check(str_eq(check_now(w, loc[0], &again, &c), S("gone")) && c.removed && location_row(w, loc[0]).gone == k->c.now, "two looks that agree, a day apart: removed, with proof");
    CaseRow row = case_row(w, id);
    check(str_eq(row.turn, S("us")) && str_eq(row.next_duty, S("tell_gone")), "nothing of the case is online any more: somebody tells the person");
    UnixMs first = again - k->c.now, later = 0;
    kit_later(k, 40 * (int64_t)DAY_MS);
    check(str_eq(check_now(w, loc[0], &again, &c), S("gone")), "forty days later it is still gone");
    later = again - k->c.now;
    check(later > first && later <= 30 * (int64_t)DAY_MS, "and looked at less often");
    kit_as_worker(k);
    must(journal_one(&k->c, case_close(&k->c, id, S("withdrawn"))) == OK);
    kit_later(k, 20 * (int64_t)DAY_MS);
    page_is(w, "/v/9", "clip");
    check(str_eq(check_now(w, loc[0], &again, &c), S("still_online")) && location_row(w, loc[0]).returned == 1 && location_row(w, loc[0]).gone == 0, "it comes back");
    row = case_row(w, id);
    check(row.closed == 0 && str_eq(row.turn, S("us")) && str_eq(row.next_duty, S("came_back")) && again == k->c.now + (int64_t)DAY_MS, "the closed case opens again, it is our turn, the watch is daily again");
    ProposalRow *props = NULL;
    size_t n = 0;
    must(proposal_of_case(&k->c, id, true, &props, &n) == OK);
    ClockRow clock;
    check(n == 1 && str_eq(props[0].step, S("remind")) && clock_by_id(&k->c, props[0].clock, &clock) == OK && id_eq(clock.location, loc[0]) && !str_eq(clock.duty, S("C1")), "a new notice is proposed, on the old clock");
}

static void soft_and_replaced(World *w) {
    const char *paths[] = { "/v/10", "/v/11" };
    Kit *k = w->k;
    CheckRow c;
    UnixMs again = 0;
    page_is(w, "/v/10", "clip");
    page_is(w, "/v/11", "clip");
    Id loc[2], id = case_at(w, paths, 2, loc);
    check(str_eq(check_now(w, loc[0], &again, &c), S("still_online")) && str_eq(check_now(w, loc[1], &again, &c), S("still_online")), "two pages are online");
    tell(w, "site", "soft", "");
    page_is(w, "/v/10", "soft");
    page_is(w, "/v/11", "garden");
    for (int i = 0; i < 2; i++) {
        kit_later(k, 25 * 3600000);
        check(str_eq(check_now(w, loc[0], &again, &c), S("soft_404")) && c.removed == (i == 1), "a page that says it is gone with status 200, as any address does: look %d", i + 1);
        check(str_eq(check_now(w, loc[1], &again, &c), S("replaced")) && c.removed == (i == 1), "another page in its place: look %d", i + 1);
    }
    CaseRow row = case_row(w, id);
    check(str_eq(row.next_duty, S("tell_gone")), "both are gone, so the case is");
    tell(w, "site", "clip", "");
    page_is(w, "/v/10", "clip");
    kit_later(k, 3600000);
    check(str_eq(check_now(w, loc[0], &again, &c), S("unknown")) && str_eq(c.why, S("same_for_all_addresses")), "a site that gives the clip for every address tells us nothing");
    tell(w, "site", "404", "");
}

static void says_removed(World *w) {
    const char *paths[] = { "/v/12" };
    Kit *k = w->k;
    CheckRow c;
    UnixMs again = 0;
    RequestRow *rows = NULL;
    Act **acts = NULL;
    NoticeRow n;
    size_t rows_n = 0, acts_n = 0;
    page_is(w, "/v/12", "clip");
    Id loc[1], id = case_at(w, paths, 1, loc), to = recipient(w, "liar@voorbeeldplein.test", "en"), notice = notice_to(w, id, to, ID_NONE, NULL);
    must(send_now(w, first_mail(w, notice, 0), &again) == OK && str_eq(check_now(w, loc[0], &again, &c), S("still_online")));
    kit_later(k, 3600000);
    must(notice_by_id(&k->c, notice, &n) == OK && request_of_subject(&k->c, notice, &rows, &rows_n) == OK);
    k->c.person = (Person){ .roles = R_PLATFORM, .org = k->org, .notice = notice };
    k->c.session = NULL;
    AnswerNew in = { .request = rows[0].id, .answer = S("removed"), .via = S("link") };
    must(answer_acts(&k->c, &n, &in, 1, true, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK);
    kit_later(k, 3600000);
    check(str_eq(check_now(w, loc[0], &again, &c), S("still_online")) && str_eq(case_row(w, id).next_duty, S("says_removed")), "who says removed while it stands there is found out at the next look");
}

int main(int argc, char **argv) {
    static Kit k;
    World w = { .k = &k };
    Arena *a = arena_new(64 << 20);
    Id case_id = ID_NONE, notice = ID_NONE;
    must(argc == 4);
    sys_start();
    if (geteuid() == 0) must(sys_become("nobody") == OK); /* nothing here runs as root */
    w.fetch = argv[1];
    w.media = argv[2];
    w.script = argv[3];
    join();
    kit_open(&k, all, kit_law(a));
    k.c.lang = LANG_EN;
    must(dir_make(str_z(a, str_fmt(a, "%s/run", k.dir)), 0700) == OK);
    world_start(&w);
    fetch_start(&w, w.mail);
    media_start(&w);
    delivered(&w, &case_id, &notice);
    hanging(&w);
    unclear(&w);
    ended(&w);
    refused(&w);
    unset(&w);
    wishes(&w);
    full_disk(&w);
    told(&w);
    answered(&w, case_id, notice);
    k.c.lang = LANG_EN;
    silent(&w);
    watched(&w);
    soft_and_replaced(&w);
    says_removed(&w);
    kit_fsck(&k);
    net_close(k.c.net);
    stop(&w.fetch_pid);
    stop(&w.media_pid);
    close(w.to);
    must(waitpid(w.world, NULL, 0) == w.world);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
