/* Notices to a recipient with an interface of its own, through the real fetch process to a real HTTP server that knows the house by its documentation only.
 * Use: profile_net_test FETCH RECEIVER.PY */
#include "core/step/pagekit.h"
#include "foundation/base/json.h"
#include "foundation/sys/sys.h"
#include "steps/takedown/plan_in.h"
#include "steps/takedown/profile.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

static const char key[] = "0123456789abcdef0123456789abcdef";
static const ActDef *all[256];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; takedown_step.acts[i] != NULL; i++) all[n++] = takedown_step.acts[i];
    must(n < LEN(all));
}

typedef struct World { Kit *k; const char *fetch, *script; pid_t world, fetch_pid; int to, from; int64_t web; } World;
static Str line_from(World *w) {
    enum { MOST = 1 << 16 };
    char *p = arena_alloc(w->k->c.arena, MOST), c = 0;
    size_t n = 0, got = 0;
    while (fd_read_some(w->from, &c, 1, sys_mono_ms() + 20000, &got) == OK && got == 1 && c != '\n' && n < MOST) p[n++] = c;
    return (Str){ p, n };
}
static Str tell(World *w, const char *line) {
    must(fd_write_all(w->to, str_fmt(w->k->c.arena, "%s\n", line), sys_mono_ms() + 5000) == OK);
    return line_from(w);
}
static void world_start(World *w) {
    int in[2], out[2];
    must(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    const char *argv[] = { "python3", w->script, key, NULL }, *env[] = { "PATH=/usr/bin:/bin", NULL };
    SpawnFd fds[] = { { in[0], 0 }, { out[1], 1 } };
    must(sys_spawn(&(Spawn){ .path = "/usr/bin/python3", .argv = argv, .env = env, .fds = fds, .fds_n = 2 }, &w->world) == OK);
    close(in[0]);
    close(out[1]);
    w->to = in[1];
    w->from = out[0];
    Str web = line_from(w);
    must(str_i64(str_sub(web, 4, web.n), 1, 65535, &w->web) == OK);
}
static void fetch_start(World *w) {
    Kit *k = w->k;
    Arena *a = k->c.arena;
    must(file_write(str_z(a, str_fmt(a, "%s/keten.conf", k->dir)), str_fmt(a, "[net]\nallow = 127.0.0.1:%lld\ntimeout_s = 3\n", (long long)w->web), 0600) == OK);
    const char *argv[] = { "keten-fetch", "--data", k->dir, NULL }, *socket = str_z(a, str_fmt(a, "%s/run/fetch.sock", k->dir));
    must(sys_spawn(&(Spawn){ .path = w->fetch, .argv = argv }, &w->fetch_pid) == OK);
    for (int i = 0; i < 400 && net_connect(socket, &k->c.net) != OK; i++) sys_sleep_ms(25);
    must(k->c.net != NULL);
}
static void stop(pid_t pid) {
    kill(pid, SIGTERM);
    must(waitpid(pid, NULL, 0) == pid);
}

static Id case_of(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL);
    LocationNew in[2] = { { .url_canonical = S("https://voorbeeldplein.test/a"), .host = S("voorbeeldplein.test"), .platform = S("demoplein") }, { .url_canonical = S("https://voorbeeldplein.test/b"), .host = S("voorbeeldplein.test"), .platform = S("demoplein") } };
    for (int i = 0; i < 2; i++) in[i].url_canonical = str_fmt(k->c.arena, STR_FMT "/%lld", STR_ARG(in[i].url_canonical), (long long)k->c.now);
    LocationResult res[2];
    Act **acts = NULL;
    size_t n = 0;
    must(location_add_many(&k->c, id, in, 2, res, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    IncidentRow i = { .offence = S("NCII"), .consent_shared = S("no") };
    must(journal_one(&k->c, incident_add(&k->c, id, &i)) == OK);
    return id;
}
/* A notice about both places; its message. */
static Id asked(Kit *k, Id case_id, Id to, NoticeMailRow *out) {
    Compose p;
    NoticePlan plan;
    Act *acts[8];
    NoticeMailRow *m = NULL;
    size_t n = 0, m_n = 0;
    kit_as_worker(k);
    must(compose_load(&k->c, case_id, ctx_new_id(&k->c), ID_NONE, ID_NONE, STR_NONE, &p) == OK);
    RecipientRow r;
    must(recipient_by_id(&k->c, to, &r) == OK && recipient_open(&k->c, &r, 1) == OK);
    plan = (NoticePlan){ .case_id = case_id, .to = &r, .locations = p.locations, .locations_n = p.locations_n, .form = S("art16"), .offence = S("NCII"), .lane = S("adult"), .why = S("Shared without consent."), .territory = S("eu"), .action = S("remove"),
        .named = true, .good_faith = true, .id = ctx_new_id(&k->c) };
    must(notice_write(&k->c, &plan) == OK && notice_acts(&k->c, &plan, acts, LEN(acts), &n) == OK && journal_commit(&k->c, acts, n) == OK);
    must(mail_of_notice(&k->c, plan.id, &m, &m_n) == OK && m_n == 1);
    *out = m[0];
    return plan.id;
}
static UnixMs sent(Kit *k, Id mail) {
    UnixMs again = 0;
    kit_as_system(k);
    must(notice_send_run(&k->c, mail, k->c.now, &again) == OK);
    return again;
}

static void taken(World *w, Id case_id, Id to) {
    Kit *k = w->k;
    NoticeMailRow m;
    NoticeRow n;
    RequestRow *rows = NULL;
    ClockRow *clocks = NULL;
    const JVal *doc = NULL;
    size_t rows_n = 0, clocks_n = 0, at = 0;
    Id notice = asked(k, case_id, to, &m);
    check(sent(k, m.id) == 0 && str_eq(tell(w, "got"), S("1 1 0")), "the notice is posted once, and its signature holds for whoever has the key");
    Str text = tell(w, "last");
    must(json_read(k->c.arena, text, 1 << 16, &doc, NULL, NULL) == OK);
    const JVal *items = jget(doc, "items"), *grounds = jget(doc, "legal_ground"), *from = jget(doc, "sender");
    check(jstr(doc, "reason").n > 0 && items != NULL && items->n == 2 && jstr(&items->vals[0], "url").n > 0 && jstr(from, "name").n > 0 && jstr(from, "mail").n > 0 && jstr(doc, "good_faith").n > 0, "it holds the four elements of article 16(2)");
    check(grounds != NULL && grounds->n > 0 && str_eq(jstr(doc, "offence"), S("NCII")) && str_eq(jstr(doc, "action"), S("remove")) && str_eq(jstr(doc, "territory"), S("eu")) && jstr(from, "trusted_flagger").n > 0 && str_eq(jstr(from, "trusted_flagger_area"), S("intimate images")), "legal ground, offence, what is asked and where, the flagger's number and area");
    check(jstr(&items->vals[0], "token").n == ID_HEX && !str_eq(jstr(&items->vals[0], "token"), jstr(&items->vals[1], "token")) && str_starts(jstr(doc, "answer_url"), S("http")), "a token for each place, and where to answer");
    check(!str_find(text, S("CANARY"), &at), "and nothing of the person");
    must(notice_by_id(&k->c, notice, &n) == OK && request_of_subject(&k->c, notice, &rows, &rows_n) == OK && clock_of_subject(&k->c, rows[0].id, &clocks, &clocks_n) == OK);
    check(str_eq(n.state, S("sent")) && str_eq(rows[0].delivery, S("delivered")) && clocks_n > 0, "taken: the clocks run");
    must(mail_by_id(&k->c, m.id, &m) == OK && mail_open(&k->c, &m) == OK);
    check(m.code == 200 && str_find(m.reply, S("T-42"), &at), "what it said stands with the message");
    check(sent(k, m.id) == 0 && str_eq(tell(w, "got"), S("1 1 0")), "the job again sends nothing twice");
}

static void later_and_no(World *w, Id case_id, Id to) {
    Kit *k = w->k;
    NoticeMailRow m;
    NoticeRow n;
    Id notice = asked(k, case_id, to, &m);
    tell(w, "next 503 drop 200");
    UnixMs again = sent(k, m.id);
    must(mail_by_id(&k->c, m.id, &m) == OK);
    check(again == k->c.now + 5 * 60 * 1000 && str_eq(m.state, S("queued")) && m.code == 503, "a server that is busy is asked again after five minutes");
    k->c.now = again;
    again = sent(k, m.id);
    check(again > k->c.now, "one that hangs up before it answers, too");
    k->c.now = again;
    check(sent(k, m.id) == 0 && str_eq(tell(w, "got"), S("2 4 0")), "and with the same key: four posts, two documents");
    must(notice_by_id(&k->c, notice, &n) == OK);
    check(str_eq(n.state, S("sent")), "the notice was sent then");
    asked(k, case_id, to, &m);
    tell(w, "next 400");
    RecipientRow r;
    check(sent(k, m.id) == 0 && mail_by_id(&k->c, m.id, &m) == OK && str_eq(m.state, S("failed")) && recipient_by_id(&k->c, to, &r) == OK && r.bounces == 1, "what it refuses for good comes back to us, and stands with the recipient");
    asked(k, case_id, to, &m);
    tell(w, "next 302");
    check(sent(k, m.id) == 0 && mail_by_id(&k->c, m.id, &m) == OK && str_eq(m.state, S("failed")) && str_eq(tell(w, "got"), S("2 6 0")), "nobody is followed to another address with a notice");
}

int main(int argc, char **argv) {
    must(argc == 3);
    sys_start();
    if (geteuid() == 0) must(sys_become("nobody") == OK); /* nothing here runs as root */
    Kit k;
    World w = { .k = &k, .fetch = argv[1], .script = argv[2], .to = -1, .from = -1 };
    Arena *a = arena_new(64u << 20);
    join();
    kit_open(&k, all, kit_law(a));
    k.app.flagger_area = S("intimate images");
    must(dir_make(str_z(a, str_fmt(a, "%s/run", k.dir)), 0700) == OK);
    world_start(&w);
    fetch_start(&w);
    kit_as_lead(&k);
    RecipientNew n = { .rung = S("platform"), .platform = S("demoplein"), .lang = S("en"), .country = S("NL"), .name = S("Voorbeeldplein"), .mail = S("abuse@voorbeeldplein.test") };
    Act *add = recipient_add(&k.c, ID_NONE, &n);
    RecipientWay way = { .page = str_fmt(k.c.arena, "http://127.0.0.1:%lld/notices", (long long)w.web), .secret = str_c(key) };
    must(journal_one(&k.c, add) == OK && journal_one(&k.c, recipient_profile_way(&k.c, add->subject, PROFILE_API, false, &way)) == OK);
    Id id = case_of(&k);
    taken(&w, id, add->subject);
    later_and_no(&w, id, add->subject);
    way.secret = S("ffffffffffffffffffffffffffffffff");
    kit_login(&k);
    kit_as_lead(&k);
    must(journal_one(&k.c, recipient_profile_way(&k.c, add->subject, PROFILE_API, false, &way)) == OK);
    NoticeMailRow m;
    asked(&k, id, add->subject, &m);
    check(sent(&k, m.id) == 0 && mail_by_id(&k.c, m.id, &m) == OK && m.code == 401 && str_eq(tell(&w, "got"), S("2 7 1")), "signed with another key it is refused there");
    net_close(k.c.net);
    stop(w.fetch_pid);
    close(w.to);
    must(waitpid(w.world, NULL, 0) == w.world);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
