/* own_pages.c - coming back with the number: what happened, messages, links, pausing, and how it goes now. */
#include "steps/report/report_in.h"
#include "core/access/session.h"

const Param report_code_form[1] = { { .name = "code", .kind = P_TEXT, .required = true, .max = 60, .label = N_("Your code") } };
const Param report_message_form[1] = { { .name = "text", .kind = P_LONGTEXT, .required = true, .max = 5000, .label = N_("Your message") } };
const Param report_links_form[1] = { { .name = "links", .kind = P_LONGTEXT, .required = true, .max = 1500000, .label = N_("The links") } };
const Param report_empty_form[1] = { { .name = "ok", .kind = P_BOOL } };

/* ---- the door ---- */
Err report_code_page(Ctx *c, const Request *req, Response *res) {
    (void)c;
    tpl_report_code(&res->body, req->ui, &(TplReportCode){ .form = form_page(req, report_code_form, LEN(report_code_form)) });
    return OK;
}

static Err code_again(Ctx *c, const Request *req, Response *res, int64_t wait_ms) {
    Form *f = req->form;
    const char *why = c->fail.msgid != NULL ? c->fail.msgid : N_("Fill this in.");
    if (wait_ms > 0) why = str_z(req->a, str_fmt(req->a, STR_FMT " (" STR_FMT ")", STR_ARG(tr(req->ui, why)), STR_ARG(ui_span(req->ui, wait_ms + 999))));
    if (f->errors == 0) form_fail(f, "code", why);
    res_again(res, "/code");
    return OK;
}

Err report_code_send(Ctx *c, const Request *req, Response *res) {
    IntakeLogin in;
    int64_t wait = 0;
    Str token = STR_NONE;
    if (req->form->errors > 0) return code_again(c, req, res, 0);
    Err err = intake_login(c, form_text(req->form, "code"), &in, &wait);
    if (err == E_INPUT || err == E_DENIED || err == E_LIMIT) return code_again(c, req, res, wait);
    TRY(err);
    Person p = { .roles = R_VICTIM, .org = in.row.org, .case_id = in.row.id };
    TRY(session_open(c, SESSION_VICTIM, &p, str_dup(req->a, str_bytes(in.session.handle, sizeof in.session.handle)), &token));
    res->session_token = token;
    res->session_level = LEVEL_VICTIM;
    res_draft_drop(res);
    res_redirect(res, "/own");
    return OK;
}

Err report_own_case(Ctx *c, const char *action, CaseRow *out) {
    TRY(access_case(c, action, c->person.case_id));
    return case_by_id(c, c->person.case_id, out);
}

bool report_own_may(Ctx *c, const char *action) { return access_can(c, action, OBJ(OBJ_CASE, c->person.case_id)); }

/* ---- the report ---- */
static void status_of(const UiCtx *ui, const CaseRow *k, const Track *t, TplReportOwn *o) {
    o->state = STATE_WAITING;
    if (!id_none(k->merged_into)) {
        o->status = tr(ui, "Your report goes on together with another one");
        o->state = STATE_INFO;
    } else if (k->withdrawn != 0) {
        o->status = tr(ui, "You took it back. We do nothing more.");
        o->state = STATE_INFO;
    } else if (k->closed != 0) {
        o->status = tr(ui, "This report is closed");
        o->turn = tr(ui, "Does it come back, or is something new going on? Send us a message.");
        o->state = STATE_INFO;
    } else if (k->paused != 0) {
        o->status = tr(ui, "Paused, because you asked for it");
        o->state = STATE_INFO;
    } else {
        o->status = t->all > 0 && t->gone == t->all ? tr(ui, "All links are gone. We keep looking.") : k->read == 0 ? tr(ui, "Your report waits to be read") : tr(ui, "We are working on it");
        o->state = t->all > 0 && t->gone == t->all ? STATE_DONE : STATE_WAITING;
        bool us = str_eq(k->turn, S("us")), late = k->next_due < ui->now_ms;
        if (us && late) o->turn = tr(ui, "We should have looked already. We are late, and your report is at the top now.");
        else if (us) o->turn = tr(ui, "Somebody of us looks at it at the latest on:");
        else if (str_eq(k->turn, S("victim"))) o->turn = tr(ui, "We asked you something. Look at the messages.");
        else o->turn = tr(ui, "It is the turn of somebody else. We look again on:");
        o->due = !(us && late) && !str_eq(k->turn, S("victim")) ? k->next_due : 0;
    }
}

static Err waits_of(Ctx *c, const UiCtx *ui, Id case_id, AheadStep **out, size_t *out_n) {
    enum { SHOWN = 8 };
    ClockRow *rows = NULL;
    RequestRow *reqs = NULL;
    size_t n = 0, reqs_n = 0, k = 0;
    AheadStep *w = ARENA_ARRAY(c->arena, AheadStep, SHOWN);
    TRY(clock_of_case(c, case_id, &rows, &n));
    TRY(request_of_case(c, case_id, &reqs, &reqs_n));
    for (size_t i = 0; i < n && k < SHOWN; i++) {
        bool seen = false;
        const RequestRow *r = NULL;
        if (!str_eq(rows[i].state, S("running"))) continue;
        for (size_t q = 0; q < reqs_n && r == NULL; q++)
            if (id_eq(reqs[q].id, rows[i].subject) || id_eq(reqs[q].subject, rows[i].subject)) r = &reqs[q];
        if (r == NULL) continue;
        Str text = TRF(ui, "An answer of {who}, at the latest on:", UA_S("who", report_holder(c, ui, r->kind, r->holder, r->rung)));
        for (size_t q = 0; q < k; q++) seen = seen || (str_eq(w[q].text, text) && w[q].at == rows[i].due);
        if (seen) continue;
        w[k++] = (AheadStep){ .text = text, .at = rows[i].due, .kind = str_eq(rows[i].kind, S("policy")) ? N_("This date is our own norm. The law says: without delay.") : str_eq(rows[i].kind, S("promised")) ? N_("This date they promised themselves.") : N_("This date follows from the law.") };
    }
    *out = w;
    *out_n = k;
    return OK;
}

static Str links_word(const UiCtx *ui, const Track *t) {
    if (t->all == 0) return tr(ui, "No links yet");
    return TRF(ui, "{gone} gone, {online} still online, {unseen} not known", UA_I("gone", t->gone), UA_I("online", t->online), UA_I("unseen", t->unseen));
}

static Err allowed_now(Ctx *c, Id case_id, Str *out) {
    ConsentRow *rows = NULL;
    Str all[INTAKE_CONSENTS_MAX];
    size_t n = 0, k = 0;
    TRY(consent_list(c, case_id, &rows, &n));
    for (size_t i = 0; i < n && k < LEN(all); i++)
        if (rows[i].withdrawn == 0) all[k++] = rows[i].purpose;
    *out = report_join(c->arena, all, k);
    return OK;
}

Err report_own_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    Track t = { 0 };
    MessageRow *m = NULL;
    AheadStep *waits = NULL;
    Str allow = STR_NONE;
    size_t n = 0;
    TplReportOwn o = { 0 };
    TRY(report_own_case(c, "report.track", &k));
    TRY(report_track(c, ui, &k, &t));
    TRY(message_heads(c, k.id, &m, &n));
    TRY(note_own(c, k.id, &o.has_words));
    TRY(waits_of(c, ui, k.id, &waits, &o.waits_n));
    TRY(allowed_now(c, k.id, &allow));
    o.waits = waits;
    for (size_t i = 0; i < n; i++) o.new_messages += !m[i].from_victim && m[i].read == 0;
    o.messages = (int64_t)n;
    status_of(ui, &k, &t, &o);
    o.live = report_own_may(c, "report.pause");
    o.paused = k.paused != 0;
    o.may_add = report_own_may(c, "report.add_link");
    o.may_contact = report_own_may(c, "report.contact");
    o.reach = report_words(ui, contact_choices, k.contact_mode, false);
    TRY(report_photos_word(c, ui, &k, &o.photos));
    o.links_word = links_word(ui, &t);
    o.allowed = allow.n > 0 ? report_words(ui, allow_choices, allow, false) : tr(ui, "Nothing: we only keep the report");
    o.items = t.items;
    o.items_n = t.n;
    tpl_report_own(&res->body, ui, &o);
    return OK;
}

/* ---- messages ---- */
Err report_own_messages(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    MessageRow *m = NULL;
    size_t n = 0, seen_n = 0;
    TRY(report_own_case(c, "report.track", &k));
    TRY(message_list(c, k.id, &m, &n));
    UiTime *items = ARENA_ARRAY(req->a, UiTime, n + 1);
    Act **seen = ARENA_ARRAY(req->a, Act *, n + 1);
    for (size_t i = 0; i < n; i++) {
        items[i] = (UiTime){ .at = m[i].at, .sign = m[i].from_victim ? S("→") : S("←"), .who = tr(req->ui, m[i].from_victim ? N_("you") : N_("us")), .state = m[i].from_victim ? STATE_NONE : STATE_INFO,
            .text = m[i].err == OK ? m[i].text : tr(req->ui, "This message cannot be opened now. Type your code again.") };
        if (!m[i].from_victim && m[i].read == 0 && m[i].err == OK) seen[seen_n++] = message_seen(c, k.id, m[i].id);
    }
    if (seen_n > 0 && report_own_may(c, "message.read")) TRY(journal_commit(c, seen, seen_n));
    tpl_report_own_messages(&res->body, req->ui, &(TplReportOwnMessages){ .form = form_page(req, report_message_form, LEN(report_message_form)), .may_write = report_own_may(c, "report.message"), .items = items, .items_n = n });
    return OK;
}

/* A message makes it our turn, within our own promise, and never later than what was promised already. */
static Err turn_to_us(Ctx *c, const CaseRow *k, const char *duty, Act **out) {
    enum { ANSWER_HOURS = 48 };
    UnixMs due = c->now + ANSWER_HOURS * 3600000LL;
    if (str_eq(k->turn, S("us")) && k->next_due < due) due = k->next_due;
    *out = case_turn(c, k->id, S("us"), str_eq(k->turn, S("us")) && k->next_duty.n > 0 ? k->next_duty : str_c(duty), due);
    return OK;
}

/* Closed, or joined with another: what its person writes brings it back into the queue, where it stays until somebody answered. */
static bool asleep(const CaseRow *k) { return k->closed != 0 || (!id_none(k->merged_into) && !k->active); }

Err report_own_message_send(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Act *acts[3] = { NULL, NULL, NULL };
    size_t n = 0;
    Form *f = req->form;
    Str text = form_text(f, "text");
    TRY(report_own_case(c, "report.message", &k));
    size_t at = 0;
    if (f->errors == 0 && str_find(text, S(";base64,"), &at)) form_fail(f, "text", "This holds a picture. Send only words; we do not need the picture.");
    if (f->errors > 0) {
        res_again(res, "/own/messages");
        return OK;
    }
    acts[n++] = message_send(c, k.id, true, text);
    acts[0]->id = acts[0]->subject = f->act;
    if (asleep(&k)) acts[n++] = case_reopen(c, k.id, S("message"));
    TRY(turn_to_us(c, &k, "message", &acts[n++]));
    TRY(journal_commit(c, acts, n));
    res_said(res, "Your message was sent.");
    res_redirect(res, "/own/messages");
    return OK;
}

/* ---- links ---- */
static const char *verdict_word(const LocationRow *l, UiState *out) {
    static const struct { const char *verdict; const char *word; UiState state; } words[] = { { "still_online", N_("still online"), STATE_LATE }, { "gone", N_("gone"), STATE_DONE },
        { "soft_404", N_("gone"), STATE_DONE }, { "replaced", N_("replaced"), STATE_DONE }, { "login_wall", N_("behind a sign-in"), STATE_WAITING }, { "blocked_for_us", N_("hidden from us"), STATE_WAITING },
        { "parked", N_("gone"), STATE_DONE }, { "age_gate", N_("behind an age question"), STATE_WAITING }, { "geo_block", N_("not shown in this country"), STATE_WAITING }, { "moved", N_("leads to another page"), STATE_WAITING },
        { "host_down", N_("site does not answer"), STATE_WAITING }, { "dns_gone", N_("site does not exist at the moment"), STATE_WAITING } };
    for (size_t i = 0; i < LEN(words); i++) {
        bool sure = words[i].state != STATE_DONE || l->gone != 0;
        if (!str_eq(l->verdict, str_c(words[i].verdict)) || !sure) continue;
        *out = words[i].state;
        return words[i].word;
    }
    *out = STATE_NONE;
    return l->checks > 0 ? N_("not known") : N_("not looked at yet");
}

Err report_own_links(Ctx *c, const Request *req, Response *res) {
    enum { A_PAGE = 50 };
    CaseRow k;
    LocationRow *rows = NULL;
    UrlList list = { 0 };
    TplReportOwnLinks t = { 0 };
    size_t n = 0;
    TRY(report_own_case(c, "report.track", &k));
    t.pages = k.locations > 0 ? (k.locations + A_PAGE - 1) / A_PAGE : 1;
    t.page = req_query_int(req, "p", 1, t.pages, 1);
    TRY(location_of_case(c, k.id, (size_t)(t.page - 1) * A_PAGE, A_PAGE, &rows, &n));
    TRY(location_open(c, rows, n));
    TplReportOwnLinksRows *out = ARENA_ARRAY(req->a, TplReportOwnLinksRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        out[i] = (TplReportOwnLinksRows){ .text = rows[i].url_err == OK ? rows[i].url : tr(req->ui, "cannot be read any more"), .at = rows[i].verdict_at };
        out[i].word = tr(req->ui, verdict_word(&rows[i], &out[i].state));
    }
    Form *f = form_page(req, report_links_form, LEN(report_links_form));
    if (f->errors > 0 && url_parse_list(req->a, form_text(f, "links"), c->app->net_allow, URL_LINES_MAX, &list) == OK) report_bad_lines(req->a, &list, &t.bad, &t.bad_n, &t.more);
    t.form = f;
    t.rows = out;
    t.rows_n = n;
    t.may_add = report_own_may(c, "report.add_link");
    if (t.page > 1) t.before = url_path(req->a, "/own/links?p=%lld", (long long)t.page - 1);
    if (t.page < t.pages) t.after = url_path(req->a, "/own/links?p=%lld", (long long)t.page + 1);
    tpl_report_own_links(&res->body, req->ui, &t);
    return OK;
}

static Err add_good(Ctx *c, const CaseRow *k, const UrlList *list, size_t *out_new) {
    LocationNew *in = ARENA_ARRAY(c->arena, LocationNew, list->n + 1);
    LocationResult *r = ARENA_ARRAY(c->arena, LocationResult, list->n + 1);
    Act **acts = NULL, **all = NULL;
    size_t n = 0, acts_n = 0;
    *out_new = 0;
    for (size_t i = 0; i < list->n; i++) {
        const UrlLine *l = &list->lines[i];
        if (l->wrong == URL_GOOD && !l->again) in[n++] = (LocationNew){ .url_canonical = l->url.text, .host = l->url.host, .kind = S("page"), .source = S("victim") };
    }
    if (n == 0) return OK;
    TRY(location_add_many(c, k->id, in, n, r, &acts, &acts_n));
    for (size_t i = 0; i < n; i++) *out_new += !r[i].known_here;
    if (acts_n == 0) return OK;
    all = ARENA_ARRAY(c->arena, Act *, acts_n + 1);
    memcpy(all, acts, acts_n * sizeof *acts);
    TRY(turn_to_us(c, k, "new_links", &all[acts_n]));
    return journal_commit(c, all, acts_n + 1);
}

Err report_own_links_send(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    UrlList list = { 0 };
    Form *f = req->form;
    size_t added = 0;
    TRY(report_own_case(c, "report.add_link", &k));
    Err err = f->errors > 0 ? OK : url_parse_list(c->arena, form_text(f, "links"), c->app->net_allow, URL_LINES_MAX, &list);
    if (err == E_LIMIT) form_fail(f, "links", "At most 10,000 links at once.");
    if (f->errors == 0) TRY(add_good(c, &k, &list, &added));
    if (f->errors == 0 && list.wrong > 0) { /* the good ones are in; what is left in the field is what was not */
        Buf left = buf_new(2 << 20);
        for (size_t i = 0; i < list.n; i++) {
            if (list.lines[i].wrong == URL_GOOD || list.lines[i].wrong == URL_DATA) continue;
            if (left.n > 0) buf_ch(&left, '\n');
            buf_put(&left, list.lines[i].text);
        }
        form_put(f, "links", str_dup(req->a, buf_str(&left)));
        buf_wipe(&left);
        form_fail(f, "links", "Not every line is a link. Look at the lines below.");
    }
    if (added > 0) res_said(res, "The links were added.");
    else if (f->errors == 0) res_said(res, "These links were here already.");
    if (f->errors > 0) res_again(res, "/own/links");
    else res_redirect(res, "/own/links");
    return OK;
}

/* ---- a rest, and how it goes ---- */
Err report_own_pause(Ctx *c, const Request *req, Response *res) {
    (void)req;
    TRY(journal_one(c, case_pause(c, c->person.case_id)));
    res_said(res, "Paused. We wait for you.");
    res_redirect(res, "/own");
    return OK;
}

Err report_own_resume(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Act *acts[2] = { NULL, NULL };
    (void)req;
    TRY(report_own_case(c, "report.pause", &k));
    acts[0] = case_resume(c, k.id);
    TRY(turn_to_us(c, &k, "resumed", &acts[1]));
    TRY(journal_commit(c, acts, 2));
    res_said(res, "We go on.");
    res_redirect(res, "/own");
    return OK;
}

Err report_own_worse(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    TRY(report_own_case(c, "report.track", &k));
    bool young = !str_eq(k.lane, S("adult"));
    TplReportOwnWorse t = { .form = form_page(req, report_empty_form, LEN(report_empty_form)), .sent = report_has(k.risk_why, "feels_worse"), .due = k.next_due };
    report_help(c, req->ui, young ? S("minor") : S("adult"), S("crisis"), &t.crisis, &t.crisis_n);
    report_help(c, req->ui, young ? S("minor") : S("adult"), young ? S("child") : S("care"), &t.care, &t.care_n);
    report_help_without(req->a, t.crisis, t.crisis_n, &t.care, &t.care_n);
    tpl_report_own_worse(&res->body, req->ui, &t);
    return OK;
}

Err report_own_worse_send(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Act *acts[2] = { NULL, NULL };
    size_t n = 0;
    (void)req;
    TRY(report_own_case(c, "report.message", &k));
    if (asleep(&k)) acts[n++] = case_reopen(c, k.id, S("feels_worse"));
    acts[n++] = case_worse(c, k.id, c->now + intake_first_look_hours(4) * 3600000);
    TRY(journal_commit(c, acts, n));
    res_said(res, "We know it now. Thank you for telling us.");
    res_redirect(res, "/own/worse");
    return OK;
}

Err report_own_leave(Ctx *c, const Request *req, Response *res) {
    (void)req;
    if (c->vault != NULL && c->session != NULL) vault_logout(c->vault, c->session);
    res->session_end = true;
    res_redirect(res, "/");
    return OK;
}
