/* Mails as they come in from the world, through the real reader: what they are taken for, which notice they find, and what follows.
 * Use: mail_in_test KETEN-MEDIA SAMPLES [BOUNCES]: so many bounces about one notice, 200 unless told. */
#include "test/takedown/mail_world.h"

static Str with(World *w, const Sent *s, Str text) {
    Arena *a = w->k->c.arena;
    const struct { const char *mark; Str value; } marks[] = { { "{MAIL}", id_hex(a, s->mail) }, { "{TOKEN}", s->token }, { "{REF}", s->ref }, { "{ref}", str_lower(a, s->ref) } };
    Buf b = buf_new(4 << 20);
    for (size_t i = 0; i < text.n;) {
        size_t m = 0;
        Str rest = str_sub(text, i, text.n);
        while (m < LEN(marks) && !str_starts(rest, str_c(marks[m].mark))) m++;
        if (m < LEN(marks)) {
            buf_put(&b, marks[m].value);
            i += strlen(marks[m].mark);
        } else {
            if (text.p[i] == '\n') buf_ch(&b, '\r');
            buf_ch(&b, text.p[i++]);
        }
    }
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static Err take(World *w, Str bytes) {
    Kit *k = w->k;
    kit_as_system(k);
    Err e = mail_take(&k->c, bytes);
    if (e != OK) printf("# %s %s %s %s\n", err_name(e), k->c.fail.msgid ? k->c.fail.msgid : "", k->c.fail.field ? k->c.fail.field : "", db_why(k->c.db)), fflush(stdout);
    return e;
}

static MailInRow newest(World *w) {
    Kit *k = w->k;
    MailInRow *rows = NULL;
    Rows r;
    Id id = ID_NONE;
    (void)rows;
    must(db_query(k->c.db, "SELECT subject FROM act WHERE kind='mail.arrived' ORDER BY seq DESC LIMIT 1", P0, &r) == OK);
    if (rows_next(&r)) id = row_id(&r, 0);
    must(rows_end(&r) == OK);
    MailInRow m = { 0 };
    must(mail_in_by_id(&k->c, id, &m) == OK && mail_in_open(&k->c, &m, 1) == OK);
    return m;
}

typedef struct Stand { size_t running, met, stopped; UnixMs received; Str delivery, turn, duty, mail_state; } Stand;
static Stand stand(World *w, const Sent *s) {
    Kit *k = w->k;
    Stand t = { 0 };
    ClockRow *clocks = NULL;
    RequestRow *rows = NULL;
    NoticeMailRow m;
    CaseRow row;
    size_t n = 0, rows_n = 0;
    must(clock_of_case(&k->c, s->case_id, &clocks, &n) == OK && request_of_subject(&k->c, s->notice, &rows, &rows_n) == OK && rows_n == 1 && mail_by_id(&k->c, s->mail, &m) == OK && case_by_id(&k->c, s->case_id, &row) == OK);
    for (size_t i = 0; i < n; i++) {
        t.running += str_eq(clocks[i].state, S("running"));
        t.met += clocks[i].met != 0;
        t.stopped += str_eq(clocks[i].state, S("stopped"));
    }
    t.received = rows[0].received;
    t.delivery = rows[0].delivery;
    t.turn = row.turn;
    t.duty = row.next_duty;
    t.mail_state = m.state;
    return t;
}

static bool follows_well(const MailInRow *m, const Stand *t) {
    bool untouched = t->running == 3 && t->met == 0 && t->received == 0 && str_eq(t->turn, S("platform")) && str_eq(t->mail_state, S("sent"));
    if (!str_eq(m->state, S("matched"))) return untouched && id_none(m->case_id);
    if (str_eq(m->kind, S("bounced"))) return t->running == 0 && t->stopped == 3 && str_eq(t->delivery, S("failed")) && str_eq(t->turn, S("us")) && str_eq(t->duty, S("mail_failed")) && str_eq(t->mail_state, S("failed"));
    if (str_eq(m->kind, S("answer"))) return t->received != 0 && t->met == 1 && t->running == 2 && str_eq(t->turn, S("us")) && str_eq(t->duty, S("see_answer"));
    if (str_eq(m->kind, S("receipt"))) return t->received != 0 && t->met == 1 && t->running == 2 && str_eq(t->turn, S("platform"));
    return untouched;
}

/* One sample: "name kind state why" and the mail. */
static void sample(World *w, Str head, Str body) {
    Kit *k = w->k;
    Str part[4] = { { 0 } };
    for (size_t i = 0; i < 4; i++)
        if (!str_split(&head, ' ', &part[i])) part[i] = head;
    Sent s = sent(w, "delivered");
    Str bytes = with(w, &s, body), raw = STR_NONE;
    must(take(w, bytes) == OK);
    MailInRow m = newest(w);
    Stand t = stand(w, &s);
    bool right = str_eq(m.kind, part[1]) && str_eq(m.state, part[2]) && str_eq(m.why, part[3]);
    bool whole = blob_get(&k->c, m.file, MEDIA_MAIL_MAX, &raw) == OK && str_eq(raw, bytes);
    check(right && whole && follows_well(&m, &t), STR_FMT ": " STR_FMT ", " STR_FMT " (" STR_FMT "), kept whole, and what follows is right (%zu running, %zu met, %zu stopped, " STR_FMT "/" STR_FMT ", mail " STR_FMT ")", STR_ARG(part[0]), STR_ARG(m.kind), STR_ARG(m.state),
        STR_ARG(m.why), t.running, t.met, t.stopped, STR_ARG(t.turn), STR_ARG(t.duty), STR_ARG(t.mail_state));
    must(take(w, bytes) == OK);
    MailInRow again = newest(w);
    Stand after = stand(w, &s);
    if (!id_eq(again.id, m.id) || after.met != t.met) check(false, STR_FMT ": the same mail again changes nothing", STR_ARG(part[0]));
}

static void samples(World *w) {
    Str text = STR_NONE, head = STR_NONE;
    must(file_read(w->k->c.arena, w->samples, 4 << 20, &text) == OK);
    size_t n = 0;
    while (str_starts(text, S("==== "))) {
        size_t end = 0, next = 0;
        must(str_chr(text, '\n', &end));
        head = str_sub(text, 5, end - 5);
        Str rest = str_sub(text, end + 1, text.n);
        bool more = str_find(rest, S("\n==== "), &next);
        sample(w, head, more ? str_sub(rest, 0, next + 1) : rest);
        text = more ? str_sub(rest, next + 1, rest.n) : STR_NONE;
        n++;
    }
    check(n >= 60, "%zu samples of mail", n);
}

static void words(World *w) {
    Sent s = sent(w, "delivered");
    must(take(w, with(w, &s, S("From: =?iso-8859-1?Q?B=E9a?= <abuse@voorbeeldplein.test>\nTo: meldpunt@keten.test\nSubject: =?koi8-r?B?9cTBzMXOzw==?=\nIn-Reply-To: <{MAIL}@keten.test>\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\n=93weg=94 =80 0\n"))) == OK);
    MailInRow m = newest(w);
    check(str_eq(m.sender, S("abuse@voorbeeldplein.test")) && str_eq(m.subject, S("Удалено")) && str_starts(m.text, S("“weg” € 0")), "other character sets are read (" STR_FMT ": " STR_FMT ")", STR_ARG(m.subject), STR_ARG(m.text));
    must(take(w, with(w, &s, S("From: abuse@voorbeeldplein.test\nSubject: [Ticket#2026030210000017] {REF}\nAuto-Submitted: auto-replied\n\nx\n"))) == OK);
    m = newest(w);
    check(str_eq(m.ticket, S("2026030210000017")), "the number of their ticket is kept (" STR_FMT ")", STR_ARG(m.ticket));
}

/* Nobody knew whether it went: what comes back tells. */
static void settles(World *w) {
    static const struct { const char *mail, *state, *what; } cases[] = {
        { "From: abuse@voorbeeldplein.test\nIn-Reply-To: <{MAIL}@keten.test>\nSubject: Re\n\nwe did it\n", "sent", "an answer" },
        { "Return-Path: <>\nFrom: MAILER-DAEMON@mail.keten.test\nSubject: Success\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\n\n--r\nContent-Type: message/delivery-status\n\nOriginal-Envelope-Id: {MAIL}\n\n"
          "Final-Recipient: rfc822; abuse@voorbeeldplein.test\nAction: relayed\nStatus: 2.0.0\n--r--\n", "sent", "a delivery report" },
        { "Return-Path: <>\nFrom: MAILER-DAEMON@mail.keten.test\nSubject: Undelivered\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\n\n--r\nContent-Type: message/delivery-status\n\nOriginal-Envelope-Id: {MAIL}\n\n"
          "Final-Recipient: rfc822; abuse@voorbeeldplein.test\nAction: failed\nStatus: 5.1.1\n--r--\n", "failed", "a bounce" } };
    for (size_t i = 0; i < LEN(cases); i++) {
        Sent s = sent(w, "unclear");
        Stand before = stand(w, &s);
        must(take(w, with(w, &s, str_c(cases[i].mail))) == OK);
        Stand t = stand(w, &s);
        check(str_eq(before.mail_state, S("queued")) && before.running == 0 && str_eq(t.mail_state, str_c(cases[i].state)) && (t.running > 0) == (i < 2), "a mail of which nobody knew whether it went is settled by %s", cases[i].what);
    }
}

static const char *cat(Kit *k, const char *head, Str id, const char *tail) { return str_z(k->c.arena, str_fmt(k->c.arena, "%s" STR_FMT "%s", head, STR_ARG(id), tail)); }

/* What waits: a person reads it, gives it a place, or puts it aside. */
static void by_hand(World *w) {
    Kit *k = w->k;
    Sent s = sent(w, "delivered");
    must(take(w, with(w, &s, S("From: helpdesk@other.test\nSubject: Re: {REF}\nIn-Reply-To: <{MAIL}@keten.test>\n\nWe took <b>it</b> down.\n"))) == OK);
    MailInRow m = newest(w), after;
    Str hex = id_hex(k->c.arena, m.id), raw = STR_NONE, fresh = STR_NONE;
    kit_as_worker(k);
    Asked p = kit_ask(k, &takedown_step, "/mail", NULL);
    check(page_has(&p, "helpdesk@other.test") && page_has(&p, "another domain than we wrote to"), "it stands in the queue, with why");
    p = kit_ask(k, &takedown_step, cat(k, "/mail/", hex, ""), NULL);
    check(page_has(&p, "We took &lt;b&gt;it&lt;/b&gt; down.") && page_has(&p, str_z(k->c.arena, s.ref)), "its words are shown, harmless, and the notice that it names is filled in");
    p = kit_ask(k, &takedown_step, cat(k, "/mail/", hex, "/sort"), FIELDS("ref", "N-0000-0000", "kind", "answer"));
    check(p.err == OK && p.errors == 1, "a number that nobody has comes back with an error");
    p = kit_ask(k, &takedown_step, cat(k, "/mail/", hex, "/sort"), FIELDS("ref", str_z(k->c.arena, s.ref), "kind", "answer"));
    Stand t = stand(w, &s);
    must(mail_in_by_id(&k->c, m.id, &after) == OK && mail_in_open(&k->c, &after, 1) == OK);
    check(p.err == OK && p.errors == 0 && str_eq(after.state, S("matched")) && id_eq(after.case_id, s.case_id) && !id_eq(after.file, m.file) && str_eq(after.subject, m.subject) && t.received != 0 && t.met == 1 && str_eq(t.turn, S("us")), "given its place it acts as any other answer, and is the case's now");
    UnixMs again = 0;
    kit_as_system(k);
    must(mail_forget_run(&k->c, m.id, k->c.now, &again) == OK);
    check(blob_get(&k->c, m.file, 1 << 20, &raw) == E_MISSING && blob_get(&k->c, after.file, 1 << 20, &fresh) == OK, "of the copy outside the case nobody has the key any more");
    kit_as_worker(k);
    check(kit_ask(k, &takedown_step, cat(k, "/mail/", hex, "/sort"), FIELDS("ref", str_z(k->c.arena, s.ref), "kind", "answer")).err == E_CONFLICT, "it is sorted once");
    p = kit_ask(k, &takedown_step, cat(k, "/case/", id_hex(k->c.arena, s.case_id), str_z(k->c.arena, str_fmt(k->c.arena, "/notice/" STR_FMT, STR_ARG(id_hex(k->c.arena, s.notice))))), NULL);
    check(page_has(&p, "helpdesk@other.test") && page_has(&p, "We took &lt;b&gt;it&lt;/b&gt; down."), "the notice's page shows it");
}

static void aside(World *w) {
    Kit *k = w->k;
    UnixMs again = 0;
    Str raw = STR_NONE;
    must(take(w, S("From: win@lottery.test\r\nSubject: You won\r\n\r\nclick\r\n")) == OK);
    MailInRow m = newest(w);
    Str hex = id_hex(k->c.arena, m.id);
    kit_as_worker(k);
    check(kit_ask(k, &takedown_step, cat(k, "/mail/", hex, "/aside"), FIELDS("reason", "")).errors == 1 && kit_ask(k, &takedown_step, cat(k, "/mail/", hex, "/aside"), FIELDS("reason", "spam")).err == OK, "spam is put aside, with a reason");
    Asked p = kit_ask(k, &takedown_step, "/mail?aside=1", NULL);
    check(page_has(&p, "You won"), "and is still there");
    check(kit_ask(k, &takedown_step, cat(k, "/mail/", hex, "/back"), FIELDS("x", "")).err == OK && kit_ask(k, &takedown_step, "/mail/aside", FIELDS("mail", str_z(k->c.arena, hex), "reason", "spam")).err == OK, "it can wait again, and several go at once");
    kit_as_system(k);
    must(mail_forget_run(&k->c, m.id, k->c.now, &again) == OK && blob_get(&k->c, m.file, 1 << 20, &raw) == OK);
    kit_later(k, (MAIL_KEEP_DAYS + 1) * 86400000LL);
    kit_as_system(k);
    must(mail_forget_run(&k->c, m.id, k->c.now, &again) == OK);
    check(blob_get(&k->c, m.file, 1 << 20, &raw) == E_MISSING, "after thirty days its key is destroyed");
    kit_as_worker(k);
    p = kit_ask(k, &takedown_step, cat(k, "/mail/", hex, ""), NULL);
    check(page_has(&p, "Its content was destroyed"), "which its page says");
}

static void hostile(World *w) {
    Kit *k = w->k;
    Sent s = sent(w, "delivered");
    Buf b = buf_new(64 << 20);
    buf_z(&b, "From: a@b.test\r\nSubject: deep\r\n");
    for (int i = 0; i < 3000; i++) buf_printf(&b, "Content-Type: multipart/mixed; boundary=\"b%d\"\r\n\r\n--b%d\r\n", i, i);
    buf_z(&b, "\r\nend\r\n");
    check(take(w, buf_str(&b)) == OK, "parts within parts, three thousand deep: taken in (" STR_FMT ")", STR_ARG(newest(w).kind));
    buf_clear(&b);
    buf_z(&b, "From: a@b.test\r\nSubject: bomb\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n");
    for (int i = 0; i < 100000; i++) buf_z(&b, "--x\r\n\r\nx\r\n");
    check(take(w, buf_str(&b)) == OK, "a hundred thousand parts (" STR_FMT ")", STR_ARG(newest(w).kind));
    buf_clear(&b);
    for (int i = 0; i < 200000; i++) buf_printf(&b, "X-%d: y\r\n", i);
    check(take(w, buf_str(&b)) == OK, "two hundred thousand headers (" STR_FMT ")", STR_ARG(newest(w).kind));
    buf_clear(&b);
    buf_z(&b, "From: a@b.test\r\nSubject: \xFF\xFE\r\n\r\n");
    for (int i = 0; i < 65536; i++) buf_ch(&b, (char)(i * 7));
    check(take(w, buf_str(&b)) == OK && take(w, S("")) == OK && take(w, S("\r\n\r\n")) == OK, "bytes that are no mail at all, and none");
    Stand t = stand(w, &s);
    check(t.running == 3 && t.met == 0, "and nothing came of any of it");
    buf_free(&b);
    (void)k;
}

static void erased(World *w) {
    Kit *k = w->k;
    Sent s = sent(w, "delivered");
    Act **acts = NULL;
    size_t n = 0;
    kit_person(k, R_VICTIM, ID_NONE, k->org, NULL);
    k->c.person.case_id = s.case_id;
    must(case_withdraw_acts(&k->c, s.case_id, S("erase"), S("victim"), &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK && case_shred_run(&k->c, s.case_id) == OK);
    must(take(w, with(w, &s, S("From: abuse@voorbeeldplein.test\nIn-Reply-To: <{MAIL}@keten.test>\nSubject: CANARY\n\nCANARY\n"))) == OK);
    MailInRow m = newest(w);
    check(str_eq(m.state, S("discarded")) && str_eq(m.reason, S("erased")) && m.subject.n == 0 && id_none(m.notice), "of a mail about a report that was erased nothing is kept");
}

/* A server gone wild, or an attack: bounces without end about one notice, each a little different. One act follows, and none is lost. */
static void flood(World *w, int64_t n) {
    Kit *k = w->k;
    Arena *own = k->c.arena;
    Sent s = sent(w, "delivered");
    int64_t before = 0, kept = 0, followed = 0, began = sys_mono_ms(), first = 0;
    must(db_int(k->c.db, "SELECT count(*) FROM act WHERE kind='mail.arrived'", P0, &before) == OK);
    for (int64_t i = 0; i < n; i++) {
        k->c.arena = arena_new(64 << 20);
        Str text = str_fmt(k->c.arena, "From: MAILER-DAEMON@mail.keten.test\nTo: meldpunt@keten.test\nSubject: Undelivered\nMessage-ID: <%lld@their.test>\nReturn-Path: <>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=\"r\"\n\n--r\nContent-Type: text/plain\n\nno such user\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.keten.test\nOriginal-Envelope-Id: {MAIL}\n\n"
            "Final-Recipient: rfc822; abuse@voorbeeldplein.test\nAction: failed\nStatus: 5.1.1\n--r--\n", (long long)i);
        must(take(w, with(w, &s, text)) == OK);
        arena_free(k->c.arena);
        if (i == n / 10) first = (sys_mono_ms() - began) * 10;
    }
    k->c.arena = own;
    int64_t took = sys_mono_ms() - began;
    must(db_int(k->c.db, "SELECT count(*) FROM act WHERE kind='mail.arrived'", P0, &kept) == OK && db_int(k->c.db, "SELECT count(*) FROM act WHERE kind='notice.mail_bounced' AND subject=$1", P(PID(s.mail)), &followed) == OK);
    Stand t = stand(w, &s);
    check(kept - before == n, "%lld bounces about one notice: each is kept (%lld ms each; the first tenth as slow as %lld ms in all, all took %lld ms)", (long long)n, (long long)(took / n), (long long)first, (long long)took);
    check(followed == 1 && t.stopped == 3 && str_eq(t.mail_state, S("failed")), "and one thing follows: the mail failed, once");
}

int main(int argc, char **argv) {
    static Kit k;
    World w = { .k = &k };
    Arena *a = arena_new(64 << 20);
    int64_t bounces = 200;
    must(argc == 3 || (argc == 4 && str_i64(str_c(argv[3]), 1, 1000000, &bounces) == OK));
    sys_start();
    if (geteuid() == 0) must(sys_become("nobody") == OK);
    w.samples = argv[2];
    join();
    kit_open(&k, all, kit_law(a));
    k.c.lang = LANG_EN;
    k.app.mail_verp = S("+");
    media_start(&w, argv[1]);
    RecipientNew n = { .rung = S("platform"), .platform = S("demoplein"), .lang = S("en"), .country = S("NL"), .name = S("Voorbeeldplein"), .mail = S("abuse@voorbeeldplein.test") };
    kit_as_worker(&k);
    Act *r = recipient_add(&k.c, ID_NONE, &n);
    must(journal_one(&k.c, r) == OK);
    w.to = r->subject;
    samples(&w);
    words(&w);
    settles(&w);
    by_hand(&w);
    hostile(&w);
    erased(&w);
    aside(&w);
    flood(&w, bounces);
    kit_fsck(&k);
    kill(w.media_pid, SIGTERM);
    must(waitpid(w.media_pid, NULL, 0) == w.media_pid);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
