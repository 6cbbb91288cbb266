/* sim_jobs.c - what falls due in the record's own queue. Work that needs nobody outside is the house's own (clocks that lapse, a first
 * look that nobody had, keys of an erased case, confirmations); where a mail server, a site or the printer would be asked, the
 * world answers. */
#include "programs/keten/sim.h"

enum { HOUR = 3600000, LEASE_S = 3600 };
#define DAY ((int64_t)86400000)
#define RUNNER "sim"

/* ---- mail: once to write down that it goes, once for what became of it ---- */
static Err deliver(Sim *s, const NoticeMailRow *m, UnixMs *out_again) {
    NetMailGot got = { .outcome = S("delivered"), .code = 250, .reply = S("2.0.0 accepted"), .server = S("192.0.2.25"), .tls_version = S("TLSv1.3") };
    if (m->id.b[0] < 3) got = (NetMailGot){ .outcome = S("refused"), .code = 550, .reply = S("5.1.1 no such mailbox"), .server = S("192.0.2.25") };
    else if (m->id.b[0] < 10 && s->c.now - m->made < 60000) got = (NetMailGot){ .outcome = S("deferred"), .code = 451, .reply = S("4.7.1 try again later"), .server = S("192.0.2.25") };
    return notice_went(&s->c, m->id, &got, out_again);
}

static Err mail(Sim *s, Id id, UnixMs *out_again) {
    NoticeMailRow m;
    Err e = mail_by_id(&s->c, id, &m);
    if (e != OK) return e == E_MISSING ? OK : e;
    if (!s->done) TRY(id_none(m.kept) ? notice_ready(&s->c, id, out_again) : deliver(s, &m, out_again));
    TRY(mail_by_id(&s->c, id, &m));
    if (!str_eq(m.state, S("queued"))) return OK;
    /* From the state alone, so that it is the same when a crash came between. */
    if (str_eq(m.outcome, S("trying"))) *out_again = s->c.now + 1000;
    else if (str_eq(m.outcome, S("deferred"))) *out_again = s->c.now + 5 * 60000;
    return OK;
}

/* ---- the watch ---- */
typedef struct Sight { const char *verdict, *why; } Sight;
/* What stands there now, whatever anybody says about it. */
static Sight sight(Sim *s, int64_t no, Id location) {
    static const Sight gone[] = { { "gone", "http_404" }, { "gone", "http_404" }, { "gone", "http_410" }, { "soft_404", "like_made_up" }, { "replaced", "other_words" } };
    static const Sight unclear[] = { { "host_down", "connect_timeout" }, { "login_wall", "password_field" }, { "unknown", "too_little" }, { "blocked_for_us", "http_403" } };
    SimCase k;
    sim_case(&s->world, no, &k);
    bool away = k.gone != 0 && s->c.now >= k.gone && (k.back == 0 || s->c.now < k.back);
    if (away) return gone[location.b[1] % LEN(gone)];
    if (sim_chance(&s->rnd, 40)) return unclear[sim_below(&s->rnd, LEN(unclear))];
    return (Sight){ "still_online", "same_words" };
}

/* As often as the record's facts ask for: again soon after a first look that found nothing, seldom once it is gone. From the state
 * after the look alone, so that it is the same when a crash came between. */
static Err look_again(Sim *s, Id location, UnixMs *out_again) {
    LocationRow loc;
    Id *ids = NULL;
    size_t n = 0;
    bool wanted = false;
    TRY(location_by_id(&s->c, location, &loc));
    TRY(location_cases(&s->c, location, &ids, &n));
    for (size_t i = 0; i < n && !wanted; i++) {
        CaseRow k;
        TRY(case_by_id(&s->c, ids[i], &k));
        wanted = k.erased == 0 && k.withdrawn == 0 && id_none(k.merged_into);
    }
    if (!wanted) return OK;
    int64_t gap = loc.gone != 0 ? 30 * DAY : verdict_removed(loc.verdict) ? DAY : 14 * DAY;
    *out_again = s->c.now + gap;
    return OK;
}

static Err watch(Sim *s, Id location, UnixMs *out_again) {
    LocationRow loc;
    int64_t no = 0;
    bool proven = false;
    Err e = location_by_id(&s->c, location, &loc);
    if (e != OK) return e == E_MISSING ? OK : e;
    TRY(location_open(&s->c, &loc, 1));
    if (loc.url_err != OK || !sim_url_read(loc.url, &no)) return OK; /* erased, or of no case of this world */
    if (!s->done) {
        Sight now = sight(s, no, location);
        Str proof = str_fmt(s->c.arena, "{\"kind\": \"keten watch check 1\", \"at\": \"" STR_FMT "\", \"verdict\": \"%s\", \"why\": \"%s\", \"simulated\": true}\n", STR_ARG(when_rfc3339(s->c.arena, s->c.now)), now.verdict, now.why);
        TRY(watch_seen(&s->c, location, str_c(now.verdict), str_c(now.why), proof, &proven));
    }
    return look_again(s, location, out_again);
}

/* ---- a signed filing: its letter is kept, and goes to the inbox of a body on this server, or waits for a hand ---- */
static Err letter(Sim *s, Id filing, UnixMs *out_again) {
    FilingRow f;
    Act **sent = NULL, *keep = NULL;
    Id blob = ID_NONE;
    size_t n = 0;
    (void)out_again;
    Err e = filing_by_id(&s->c, filing, &f);
    if (e != OK || s->done || !str_eq(f.state, S("signed"))) return e == E_MISSING ? OK : e;
    s->c.person.org = f.org;
    TRY(filing_open(&s->c, &f));
    TRY(blob_put(&s->c, f.case_id, S("letter"), f.id, f.body, &blob, &keep));
    if (!str_eq(f.channel, S("inbox"))) return journal_one(&s->c, keep);
    TRY(filing_sent(&s->c, &f, s->c.now, blob, &sent, &n));
    Act **all = ARENA_ARRAY(s->c.arena, Act *, n + 1);
    all[0] = keep;
    memcpy(all + 1, sent, n * sizeof *sent);
    return journal_commit(&s->c, all, n + 1);
}

/* ---- what the house does itself ---- */
static const JobKind *of_house(const Sim *s, Str kind) {
    for (size_t i = 0; i < s->kinds_n; i++)
        if (str_eq(kind, str_c(s->kinds[i].kind))) return &s->kinds[i];
    return NULL;
}

/* Everybody is told that the person took it back, one notice each time. When this time's was written before the crash, the next is
 * written at the moment at which it would have been. */
static Err recall(Sim *s, Id case_id, UnixMs *out_again) {
    const JobKind *k = of_house(s, S("case.recall"));
    if (s->done) *out_again = s->c.now + 1000;
    return s->done ? OK : k == NULL ? E_MISSING : k->run(&s->c, case_id, s->c.now, out_again);
}

/* ---- the queue ---- */
/* Who can remove what: there is nobody outside to ask, so nothing is found. */
static Err lookup(Sim *s, Id location, UnixMs *out_again) {
    (void)s;
    (void)location;
    (void)out_again;
    return OK;
}

static const struct { const char *kind; Err (*run)(Sim *s, Id subject, UnixMs *out_again); } ours[] = { { "notice.send", mail }, { "watch.check", watch }, { "filing.send", letter }, { "case.recall", recall }, { "lookup.find", lookup } };
/* Of the house: these look at the state first, so that a second time changes nothing. */
static const char *const by_state[] = { "clock.lapse", "case.first_look", "case.shred", "case.narrow_code" };

static Err run(Sim *s, const Job *job, UnixMs *out_again) {
    bool twice = !s->done;
    for (size_t i = 0; i < LEN(ours); i++)
        if (str_eq(job->kind, str_c(ours[i].kind))) return ours[i].run(s, job->subject, out_again);
    for (size_t i = 0; i < LEN(by_state); i++) twice = twice || str_eq(job->kind, str_c(by_state[i]));
    const JobKind *k = of_house(s, job->kind);
    if (k == NULL) return E_MISSING;
    return twice ? k->run(&s->c, job->subject, job->due, out_again) : OK;
}

Err sim_job_take(Sim *s, UnixMs by, Job *out) {
    UnixMs next = 0;
    size_t n = 0;
    return jobs_take(s->db, s->c.arena, &(JobsWho){ RUNNER, JOBS_ALL, LEASE_S }, by, out, 1, &n, &next);
}

Err sim_job_run(Sim *s, const Job *job, Err *out_refused) {
    UnixMs again = 0;
    int64_t subject = 0;
    memcpy(&subject, job->subject.b, sizeof subject);
    if (job->due > s->c.now) s->c.now = job->due;
    sim_as_system(s, s->app.org);
    sim_seed(&s->rnd, s->world.w.seed, str_z(s->c.arena, job->kind), subject, s->seq);
    Err e = run(s, job, &again);
    if (db_in_tx(s->db)) db_rollback(s->db);
    if (e == E_OUTSIDE) return e;
    *out_refused = e;
    if (e == OK) return jobs_done(s->db, job->id, again);
    fprintf(stderr, "# job %s: %s %s\n", str_z(s->c.arena, job->kind), err_name(e), s->c.fail.msgid != NULL ? s->c.fail.msgid : "");
    return jobs_failed(s->db, job, s->c.now, str_c(err_name(e)), true);
}
