/* takedown_work.c - the outbox: mails go out, what became of each is written down, clocks start when the law says they do. */
#include "foundation/net/message.h"
#include "foundation/net/net.h"
#include "steps/takedown/lookup_rule.h"
#include "steps/takedown/profile.h"

enum { UNSET_AGAIN_MS = 10 * 60 * 1000, PAUSED_AGAIN_MS = 30 * 60 * 1000, CONFIRM_WAIT_MS = 2 * 60 * 1000, GIVE_UP_MS = 5 * DAY_MS };

static Date day_of(const Ctx *c, UnixMs t) { return civil_at(c->app->zone, t).date; }

/* Five minutes, doubled, at most six hours (RFC 5321 §4.5.4.1 asks for patience of four to five days). */
static int64_t back_off(int64_t tries) {
    int64_t ms = 5 * 60 * 1000;
    for (int64_t i = 0; i < tries && ms < 6 * (int64_t)HOUR_MS; i++) ms *= 2;
    return ms < 6 * (int64_t)HOUR_MS ? ms : 6 * (int64_t)HOUR_MS;
}

typedef enum May { MAY_GO, MAY_WAIT, MAY_NOT } May;
/* A notice goes only while the person wants it: withdrawn is not sent, paused waits. */
static Err may_go(Ctx *c, const NoticeMailRow *m, const NoticeRow *n, May *out, Str *out_why) {
    CaseRow k;
    bool agreed = false;
    *out = MAY_GO;
    TRY(case_by_id(c, m->case_id, &k));
    if (k.erased != 0) { /* its keys are gone or go: there is nothing to send, and nothing to record on it */
        *out = MAY_NOT;
        *out_why = S("erased");
        return OK;
    }
    if (!str_eq(m->what, S("notice"))) return OK;
    TRY(consent_holds(c, m->case_id, S("notices"), &agreed));
    if (n->withdrawn != 0 || !agreed || k.withdrawn != 0) {
        *out = MAY_NOT;
        *out_why = k.withdrawn != 0 ? S("case_withdrawn") : !agreed ? S("no_consent") : S("withdrawn");
    } else if (k.paused != 0) {
        *out = MAY_WAIT;
    }
    return OK;
}

static Act *delivery_as(Ctx *c, const ActDef *def, const NoticeMailRow *m, Str outcome) {
    Act *a = act_new(c, def, ID_NONE, m->case_id, m->id);
    a->org = m->org;
    act_idf(a, "notice", m->notice);
    act_code(a, "what", m->what);
    act_code(a, "outcome", outcome);
    return a;
}

static Act *delivery(Ctx *c, const NoticeMailRow *m, Str outcome) {
    const struct { const char *outcome; const ActDef *def; } kinds[] = { { "trying", &act_mail_trying }, { "delivered", &act_mail_sent }, { "refused", &act_mail_failed }, { "given_up", &act_mail_failed }, { "dropped", &act_mail_dropped },
        { "ending", &act_mail_ending }, { "unclear", &act_mail_unclear } };
    const ActDef *def = &act_mail_waiting;
    for (size_t i = 0; i < LEN(kinds); i++)
        if (str_eq(outcome, str_c(kinds[i].outcome))) def = kinds[i].def;
    return delivery_as(c, def, m, outcome);
}

static Err drop(Ctx *c, const NoticeMailRow *m, const NoticeRow *n, Str why) {
    size_t max = 12 * (size_t)n->items + 4, k = 0;
    Act **acts = ARENA_ARRAY(c->arena, Act *, max);
    acts[k] = delivery(c, m, S("dropped"));
    act_int(acts[k++], "code", 0);
    if (n->withdrawn == 0) TRY(notice_withdraw_acts(c, n, why, true, acts, max, &k));
    return journal_commit(c, acts, k);
}

static Str mail_domain(Ctx *c) {
    size_t at = 0;
    Str from = c->app->org_mail_from;
    return str_chr(from, '@', &at) ? str_sub(from, at + 1, from.n) : S("localhost");
}

/* Where whatever comes back to this mail is to go: bounces by the envelope, answers by Reply-To. Nobody guesses it who has not seen the mail. */
Str mail_return(Ctx *c, Id mail) {
    size_t at = 0;
    Str from = c->app->org_mail_from, mark = c->app->mail_verp;
    if (mark.n == 0 || !str_chr(from, '@', &at) || at + mark.n + ID_HEX > 64) return from;
    return str_fmt(c->arena, STR_FMT STR_FMT STR_FMT STR_FMT, STR_ARG(str_sub(from, 0, at)), STR_ARG(mark), STR_ARG(id_hex(c->arena, mail)), STR_ARG(str_sub(from, at, from.n)));
}

/* The words with the link put where its mark stands. The link is made here, so that only the recipient's copy holds it. */
static Err with_link(Ctx *c, const NoticeRow *n, Str body, Str *out) {
    size_t at = 0;
    Str token = STR_NONE;
    *out = body;
    if (!str_find(body, S(LINK_MARK), &at)) return OK;
    TRY(notice_token(c, n, &token));
    Str before = str_sub(body, 0, at), after = str_sub(body, at + sizeof LINK_MARK - 1, body.n);
    *out = str_fmt(c->arena, STR_FMT STR_FMT "/antwoord/" STR_FMT STR_FMT, STR_ARG(before), STR_ARG(c->app->base_url), STR_ARG(token), STR_ARG(after));
    return OK;
}

static Err build(Ctx *c, const NoticeRow *n, const NoticeMailRow *m, Str *out) {
    OrgRow org;
    NoticeMailRow *all = NULL;
    size_t all_n = 0;
    Str body = STR_NONE, first = STR_NONE;
    MessagePart parts[NOTICE_PARTS_MAX];
    TRY(org_by_id(c, m->org, &org));
    TRY(with_link(c, n, m->body, &body));
    TRY(mail_of_notice(c, n->id, &all, &all_n));
    if (all_n > 0 && !id_eq(all[0].id, m->id)) first = str_fmt(c->arena, "<" STR_FMT "@" STR_FMT ">", STR_ARG(id_hex(c->arena, all[0].id)), STR_ARG(mail_domain(c)));
    Message mail = { .from = c->app->org_mail_from, .from_name = org.name, .to = m->address, .subject = m->subject, .id = id_hex(c->arena, m->id), .in_reply_to = first,
        .reply_to = mail_return(c, m->id), .automatic = str_eq(m->what, S("confirm")), .language = m->lang, .text = body, .at = c->now, .zone = c->app->zone, .parts = parts };
    TRY(notice_parts(c, n, m, parts, LEN(parts), &mail.parts_n));
    Buf b = buf_new(4 * (size_t)NOTICE_BODY_MAX);
    Err err = message_write(&mail, &b);
    if (err == OK) *out = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    return err;
}

/* ---- what follows from delivery ---- */
void acts_put(Ctx *c, Acts *l, Act *a) {
    l->v = ARENA_ROOM(c->arena, l->v, l->n, &l->cap);
    l->v[l->n++] = a;
}

typedef struct Done { Acts acts; UnixMs last_due, first_due; Str first_duty; } Done;

static Err start_clocks(Ctx *c, const NoticeRow *n, const RequestRow *r, const Str *duties, size_t duties_n, UnixMs at, Done *d) {
    for (size_t i = 0; i < duties_n; i++) {
        TermResult t;
        if (r->received != 0 && str_eq(duties[i], S("C1"))) continue; /* confirmed already */
        Err err = duty_term(c, duties[i], r, n->lane, at, at, &t);
        if (err == E_MISSING || (err == OK && !t.has_due)) continue;
        TRY(err);
        ClockNew k = { .case_id = n->case_id, .subject = r->id, .location = r->location, .duty = duties[i], .kind = str_c(law_kind_code(t.kind)), .holder = r->holder,
            .law_date = date_str(c->arena, day_of(c, at)), .from = at, .due = t.due_at };
        acts_put(c, &d->acts, clock_start(c, &k));
        if (t.due_at > d->last_due) d->last_due = t.due_at;
        if (d->first_due == 0 || t.due_at < d->first_due) {
            d->first_due = t.due_at;
            d->first_duty = duties[i];
        }
    }
    return OK;
}

/* Duties paused since the recipient asked for more run on from now, with what was left of them. */
static Err resume_clocks(Ctx *c, const NoticeRow *n, const RequestRow *r, Done *d) {
    RequestRow *same = NULL;
    size_t same_n = 0;
    TRY(request_of_location(c, r->location, &same, &same_n));
    for (size_t i = 0; i < same_n; i++) {
        ClockRow *clocks = NULL;
        size_t clocks_n = 0;
        if (!id_eq(same[i].case_id, n->case_id) || !str_eq(same[i].holder, r->holder) || id_eq(same[i].id, r->id)) continue;
        TRY(clock_of_subject(c, same[i].id, &clocks, &clocks_n));
        for (size_t k = 0; k < clocks_n; k++)
            if (str_eq(clocks[k].state, S("paused")) && str_eq(clocks[k].why, S("need_more"))) acts_put(c, &d->acts, clock_resume(c, &clocks[k], c->now + (clocks[k].due > clocks[k].paused_from ? clocks[k].due - clocks[k].paused_from : HOUR_MS)));
    }
    return OK;
}

static Err delivered(Ctx *c, const NoticeRow *n, UnixMs at, Done *d) {
    RequestRow *rows = NULL;
    size_t rows_n = 0, duties_n = 0;
    Str duties[8];
    RecipientRow to;
    TRY(recipient_by_id(c, n->recipient, &to));
    TRY(terms_of_form(c, n->form, n->flagger, to.platform, duties, LEN(duties), &duties_n));
    TRY(request_of_subject(c, n->id, &rows, &rows_n));
    for (size_t i = 0; i < rows_n; i++) {
        if (str_eq(rows[i].outcome, S("withdrawn"))) continue;
        acts_put(c, &d->acts, request_event(c, &rows[i], REQ_DELIVERED, STR_NONE, STR_NONE, at));
        if (rows[i].outcome.n > 0) continue; /* answered before we knew that it went */
        TRY(start_clocks(c, n, &rows[i], duties, duties_n, at, d));
        TRY(resume_clocks(c, n, &rows[i], d));
    }
    /* A reminder starts no term of its own; the case comes back to us after two days all the same. */
    UnixMs due = d->first_due != 0 ? d->first_due : c->now + 2 * (int64_t)DAY_MS;
    acts_put(c, &d->acts, case_turn(c, n->case_id, S("platform"), d->first_due != 0 ? d->first_duty : n->form, due));
    return OK;
}

static Err failed(Ctx *c, const NoticeRow *n, Done *d) {
    RequestRow *rows = NULL;
    size_t rows_n = 0;
    TRY(request_of_subject(c, n->id, &rows, &rows_n));
    for (size_t i = 0; i < rows_n; i++)
        if (!str_eq(rows[i].outcome, S("withdrawn"))) acts_put(c, &d->acts, request_event(c, &rows[i], REQ_FAILED, STR_NONE, S("mail"), c->now));
    acts_put(c, &d->acts, case_turn(c, n->case_id, S("us"), S("mail_failed"), c->now));
    return OK;
}

Err mail_record_at(Ctx *c, const ActDef *def, Id act, const NoticeMailRow *m, const NoticeRow *n, const NetMailGot *got, Str outcome, UnixMs at) {
    Done d = { 0 };
    bool sent = str_eq(outcome, S("delivered")), end = sent || str_eq(outcome, S("refused")) || str_eq(outcome, S("given_up"));
    Act *a = def != NULL ? delivery_as(c, def, m, outcome) : delivery(c, m, outcome);
    if (!id_none(act)) a->id = act;
    if (def == &act_notice_filed) act_time(a, "on", at);
    act_int(a, "code", got->code >= 0 && got->code <= 999 ? got->code : 0);
    act_code(a, "tls", got->tls_version);
    act_text(a, "reply", str_sub(got->reply, 0, 2000));
    act_text(a, "server", str_sub(got->server, 0, 300));
    acts_put(c, &d.acts, a);
    if (str_eq(m->what, S("notice")) && sent) TRY(delivered(c, n, at, &d));
    if (str_eq(m->what, S("notice")) && end && !sent) TRY(failed(c, n, &d));
    if (end && !sent) acts_put(c, &d.acts, recipient_bounce(c, n->org, n->recipient, str_fmt(c->arena, "smtp_%d", got->code)));
    if (str_eq(outcome, S("unclear"))) acts_put(c, &d.acts, case_turn(c, n->case_id, S("us"), S("mail_unclear"), c->now + 4 * (int64_t)HOUR_MS));
    if (d.last_due != 0) act_int(a, "until", d.last_due + LINK_DAYS * (int64_t)DAY_MS);
    if (d.last_due != 0) act_int(a, "deadline", d.last_due);
    return journal_commit(c, d.acts.v, d.acts.n);
}

Err mail_record_by(Ctx *c, const ActDef *def, const NoticeMailRow *m, const NoticeRow *n, const NetMailGot *got, Str outcome) { return mail_record_at(c, def, ID_NONE, m, n, got, outcome, c->now); }
Err mail_record(Ctx *c, const NoticeMailRow *m, const NoticeRow *n, const NetMailGot *got, Str outcome) { return mail_record_by(c, NULL, m, n, got, outcome); }

/* The bytes of the mail: made once, kept before anything goes, the same at every try (with the same Message-ID and Date, so that a
 * server that got it twice can see so). Whoever cannot write this down does not send: a full disk sends nothing again and again. */
static Err bytes_of(Ctx *c, const NoticeRow *n, NoticeMailRow *m, bool api, Str *out) {
    Act *acts[2];
    size_t k = 0;
    if (!id_none(m->kept)) {
        TRY(blob_get(c, m->kept, 8 * (size_t)NOTICE_BODY_MAX, out));
        if (m->outcome.n > 0 && !str_eq(m->outcome, S("trying"))) return OK; /* how the last try ended is known */
    } else {
        TRY(api ? api_json(c, n, m, out) : build(c, n, m, out));
        TRY(blob_put(c, m->case_id, S("mail"), n->id, *out, &m->kept, &acts[k++]));
    }
    Act *a = delivery(c, m, S("trying"));
    act_int(a, "code", 0);
    act_idf(a, "kept", m->kept);
    acts[k++] = a;
    return journal_commit(c, acts, k);
}

/* It is written down that the end of the message follows, and then it follows: whatever ends this process in between, the record says what is known. */
static Err the_end(Ctx *c, const NoticeMailRow *m, NetMailGot *got) {
    Act *a = delivery(c, m, S("ending"));
    act_int(a, "code", 0);
    Err err = journal_one(c, a);
    if (err != OK) {
        net_mail_leave(c->net);
        return err;
    }
    return net_mail_end(c->net, c->arena, got);
}

static Err hand_over(Ctx *c, const NoticeRow *n, NoticeMailRow *m, NetMailGot *got) {
    Str bytes = STR_NONE;
    Err err = bytes_of(c, n, m, false, &bytes);
    if (err == E_INPUT) { /* an address that is none: as if the server had said so */
        *got = (NetMailGot){ .outcome = S("refused"), .reply = S("The address cannot stand in a mail.") };
        return OK;
    }
    TRY(err);
    NetMail ask = { .from = mail_return(c, m->id), .to = m->address, .message = bytes, .envid = id_hex(c->arena, m->id) };
    TRY(net_mail_begin(c->net, c->arena, &ask, got));
    return str_eq(got->outcome, S("ready")) ? the_end(c, m, got) : OK;
}

/* To a recipient with an interface of its own, or with a form that a person fills in. *out_done: this was such a one. */
static Err other_way(Ctx *c, const NoticeRow *n, NoticeMailRow *m, NetMailGot *got, bool *out_waits, bool *out_done) {
    RecipientRow to;
    RecipientWay w;
    Str bytes = STR_NONE;
    TRY(recipient_by_id(c, n->recipient, &to));
    bool form = str_eq(to.profile, PROFILE_FORM) && str_eq(m->what, S("notice")), api = str_eq(to.profile, PROFILE_API);
    *out_done = form || api;
    *out_waits = false;
    if (form) {
        *out_waits = true;
        if (str_eq(m->outcome, S("by_hand"))) return OK;
        Act *acts[2] = { delivery(c, m, S("by_hand")), case_turn(c, n->case_id, S("us"), S("form_by_hand"), c->now + 4 * (int64_t)HOUR_MS) };
        act_int(acts[0], "code", 0);
        return journal_commit(c, acts, 2);
    }
    if (!api) return OK;
    TRY(recipient_way(c, &to, &w));
    TRY(bytes_of(c, n, m, true, &bytes));
    return api_post(c, m, &w, bytes, got);
}

/* The mail as it waits in the outbox, opened, when it may go now; *out_go false: it may not (any more), or not yet. */
static Err take_up(Ctx *c, Id mail, NoticeMailRow *m, NoticeRow *n, bool *out_go, UnixMs *out_again) {
    May may = MAY_GO;
    Str why = STR_NONE;
    *out_go = false;
    Err err = mail_by_id(c, mail, m);
    if (err == E_MISSING || (err == OK && !str_eq(m->state, S("queued")))) return OK;
    TRY(err);
    c->person.org = m->org;
    TRY(notice_by_id(c, m->notice, n));
    TRY(may_go(c, m, n, &may, &why));
    if (may == MAY_NOT) return str_eq(why, S("erased")) ? OK : drop(c, m, n, why);
    if (may == MAY_WAIT) {
        *out_again = c->now + PAUSED_AGAIN_MS;
        return OK;
    }
    *out_go = true;
    return mail_open(c, m);
}

static Err came_of_it(Ctx *c, const NoticeMailRow *m, const NoticeRow *n, const NetMailGot *got, bool was_unset, UnixMs *out_again) {
    bool unset = str_eq(got->outcome, S("unset")), ends = str_eq(got->outcome, S("delivered")) || str_eq(got->outcome, S("refused")) || str_eq(got->outcome, S("unclear"));
    if (unset && was_unset) { /* said once; it waits until there is a mail server */
        *out_again = c->now + UNSET_AGAIN_MS;
        return OK;
    }
    Str outcome = !ends && !unset && c->now - m->made > GIVE_UP_MS ? S("given_up") : got->outcome;
    TRY(mail_record(c, m, n, got, outcome));
    if (!ends && !str_eq(outcome, S("given_up"))) *out_again = c->now + (unset ? UNSET_AGAIN_MS : back_off(m->tries));
    return OK;
}

Err notice_send_run(Ctx *c, Id mail, UnixMs due, UnixMs *out_again) {
    NoticeMailRow m;
    NoticeRow n;
    NetMailGot got = { 0 };
    bool go = false, waits = false;
    (void)due;
    TRY(take_up(c, mail, &m, &n, &go, out_again));
    if (!go) return OK;
    bool was_unset = str_eq(m.outcome, S("unset"));
    if (str_eq(m.outcome, S("unclear"))) return OK; /* until somebody knows more: mail_settle.c */
    if (str_eq(m.outcome, S("ending"))) { /* we were ended between the end of the message and what the server said to it */
        got = (NetMailGot){ .outcome = S("unclear"), .reply = S("Keten was stopped after the end of the message was sent.") };
        return came_of_it(c, &m, &n, &got, false, out_again);
    }
    TRY(mail_pace(c, &m, &n, out_again));
    if (*out_again != 0) return OK;
    if (str_eq(m.what, S("notice")) && id_none(m.kept)) { /* before its first try: whether it still goes to the right one */
        TRY(lookup_before_sending(c, &n, &go));
        if (!go) return drop(c, &m, &n, S("host_changed"));
    }
    TRY(other_way(c, &n, &m, &got, &waits, &go));
    if (waits) return OK; /* until a person says that it was filed */
    if (!go) TRY(hand_over(c, &n, &m, &got));
    return came_of_it(c, &m, &n, &got, was_unset, out_again);
}

Err notice_ready(Ctx *c, Id mail, UnixMs *out_again) {
    NoticeMailRow m;
    NoticeRow n;
    Str bytes = STR_NONE;
    bool go = false;
    TRY(take_up(c, mail, &m, &n, &go, out_again));
    return go ? bytes_of(c, &n, &m, false, &bytes) : OK;
}

Err notice_went(Ctx *c, Id mail, const NetMailGot *got, UnixMs *out_again) {
    NoticeMailRow m;
    NoticeRow n;
    bool go = false;
    TRY(take_up(c, mail, &m, &n, &go, out_again));
    return go ? came_of_it(c, &m, &n, got, false, out_again) : OK;
}

/* ---- the confirmation of an answer ---- */
Err notice_confirm_run(Ctx *c, Id notice, UnixMs due, UnixMs *out_again) {
    NoticeRow n;
    RecipientRow to;
    Str subject = STR_NONE, body = STR_NONE;
    (void)due;
    CaseRow k;
    TRY(notice_by_id(c, notice, &n));
    TRY(case_by_id(c, n.case_id, &k));
    c->person.org = n.org;
    if (n.answered == 0 || n.withdrawn != 0 || k.erased != 0) return OK;
    if (c->now - n.answered < CONFIRM_WAIT_MS) { /* one mail for an answer saved in several steps */
        *out_again = n.answered + CONFIRM_WAIT_MS;
        return OK;
    }
    TRY(recipient_by_id(c, n.recipient, &to));
    TRY(recipient_open(c, &to, 1));
    TRY(confirm_write(c, &n, &to, &subject, &body));
    Act *a = notice_mail_act(c, &n, S("confirm"), to.mail, subject, body);
    a->id = a->subject = derived_id(n.id, S("confirm"), (size_t)n.answered); /* one for each time it was answered, also when this runs again */
    return journal_one(c, a);
}
