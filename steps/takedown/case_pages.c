/* case_pages.c - notices on the case page, one notice with its mails and answers, answers written down by hand, withdrawal. */
#include "steps/takedown/pages_in.h"
#include "steps/takedown/profile.h"
#include "steps/takedown/takedown_page.h"

enum { LANES_SHOWN = 100, ITEMS_MAX = NOTICE_ITEMS_MAX };

/* ---- words of states ---- */
static UiState verdict_state(Str v) {
    if (verdict_removed(v)) return STATE_DONE;
    return str_eq(v, S("still_online")) ? STATE_LATE : str_eq(v, S("unknown")) ? STATE_INFO : STATE_WAITING;
}

static const struct { const char *outcome; const char *word; UiState state; } outcome_words[] = {
    { "removed", N_("says: removed"), STATE_DONE }, { "blocked", N_("says: blocked"), STATE_DONE }, { "kept", N_("says: stays"), STATE_REFUSED }, { "refused", N_("refused"), STATE_REFUSED },
    { "not_found", N_("says: not found"), STATE_REFUSED }, { "need_more", N_("asks for more"), STATE_WAITING }, { "withdrawn", N_("withdrawn"), STATE_INFO },
};

void request_chip(const RequestRow *r, const ClockRow *clocks, size_t n, UiState *state, const char **word) {
    bool lapsed = false;
    for (size_t i = 0; i < LEN(outcome_words); i++) {
        if (!str_eq(r->outcome, str_c(outcome_words[i].outcome))) continue;
        *state = outcome_words[i].state;
        *word = outcome_words[i].word;
        return;
    }
    for (size_t i = 0; i < n; i++) lapsed = lapsed || (id_eq(clocks[i].subject, r->id) && str_eq(clocks[i].state, S("lapsed")) && clocks[i].met == 0);
    *state = str_eq(r->delivery, S("failed")) || lapsed ? STATE_SILENT : STATE_WAITING;
    if (str_eq(r->delivery, S("failed"))) *state = STATE_LATE;
    *word = str_eq(r->delivery, S("failed")) ? N_("not delivered") : str_eq(r->delivery, S("queued")) ? N_("in the outbox") : lapsed ? N_("silent") : r->received != 0 ? N_("received, no answer") : N_("sent, no answer");
}

/* ---- the panel ---- */
typedef struct Names { const NoticeRow *notices; size_t n; RecipientRow *recipients; } Names;
static Err names_load(Ctx *c, const NoticeRow *notices, size_t n, Names *out) {
    RecipientRow *all = NULL, *mine = ARENA_ARRAY(c->arena, RecipientRow, n + 1);
    size_t all_n = 0;
    TRY(recipient_list(c, c->person.org, true, &all, &all_n));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < all_n; k++)
            if (id_eq(all[k].id, notices[i].recipient)) mine[i] = all[k];
    TRY(recipient_open(c, mine, n));
    *out = (Names){ notices, n, mine };
    return OK;
}

static int64_t rung_rank(const Ctx *c, Str rung) {
    const LawRung *r = c->app->law != NULL ? law_rung(c->app->law, rung, civil_at(c->app->zone, c->now).date) : NULL;
    return r != NULL ? r->rank : 1000;
}

/* By rung, newest first within one: insertion into an order of at most a few thousand notices. */
static size_t *in_order(const Ctx *c, const Names *names) {
    size_t *order = ARENA_ARRAY(c->arena, size_t, names->n + 1);
    for (size_t i = 0; i < names->n; i++) {
        size_t at = i;
        int64_t rank = rung_rank(c, names->recipients[i].rung);
        while (at > 0) {
            int64_t before = rung_rank(c, names->recipients[order[at - 1]].rung);
            if (before < rank || (before == rank && names->notices[order[at - 1]].made > names->notices[i].made)) break;
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    return order;
}

typedef struct PanelRows { const RequestRow *requests; size_t requests_n; const ClockRow *clocks; size_t clocks_n; } PanelRows;

static Err lanes_of(Ctx *c, const NoticeRow *n, const PanelRows *all, size_t *left, TplTakedownPanel *t, TplTakedownPanelNotices *out) {
    TplTakedownPanelNoticesLanes *lanes = ARENA_ARRAY(c->arena, TplTakedownPanelNoticesLanes, *left + 1);
    LocationRow *l = ARENA_ARRAY(c->arena, LocationRow, *left + 1);
    size_t k = 0;
    for (size_t i = 0; i < all->requests_n; i++) {
        const RequestRow *r = &all->requests[i];
        if (!id_eq(r->subject, n->id)) continue;
        t->total++;
        if (*left == 0) {
            t->more++;
            continue;
        }
        TRY(location_by_id(c, r->location, &l[k]));
        lanes[k] = (TplTakedownPanelNoticesLanes){ .verdict = location_verdict_word(l[k].verdict), .verdict_at = l[k].verdict_at, .vstate = verdict_state(l[k].verdict) };
        request_chip(r, all->clocks, all->clocks_n, &lanes[k].state, &lanes[k].word);
        k++;
        --*left;
    }
    TRY(location_open(c, l, k));
    for (size_t i = 0; i < k; i++) lanes[i].url = l[i].url;
    out->lanes = lanes;
    out->lanes_n = k;
    return OK;
}

static Err notices_of(Ctx *c, const UiCtx *ui, const CaseRow *k, TplTakedownPanel *t) {
    RequestRow *rows = NULL;
    NoticeRow *notices = NULL;
    ClockRow *clocks = NULL;
    size_t n = 0, notices_n = 0, clocks_n = 0, left = LANES_SHOWN;
    Names names;
    Str last = STR_NONE, hex = id_hex(c->arena, k->id);
    TRY(request_of_case(c, k->id, &rows, &n));
    TRY(notice_of_case(c, k->id, &notices, &notices_n));
    TRY(clock_of_case(c, k->id, &clocks, &clocks_n));
    TRY(names_load(c, notices, notices_n, &names));
    PanelRows all = { rows, n, clocks, clocks_n };
    const size_t *order = in_order(c, &names);
    TplTakedownPanelNotices *out = ARENA_ARRAY(c->arena, TplTakedownPanelNotices, notices_n + 1);
    for (size_t i = 0; i < notices_n; i++) {
        const NoticeRow *one = &notices[order[i]];
        const RecipientRow *to = &names.recipients[order[i]];
        const LawForm *form = c->app->law != NULL ? law_form(c->app->law, one->form, civil_at(c->app->zone, one->made).date) : NULL;
        TplTakedownPanelNotices *p = &out[t->notices_n];
        *p = (TplTakedownPanelNotices){ .rung = rung_name(c, ui->lang, to->rung), .first = !str_eq(to->rung, last), .who = to->name, .ref = notice_ref(c->arena, one->id), .form = form != NULL ? form->name[ui->lang] : one->form,
            .href = url_path(c->arena, "/case/" STR_FMT "/notice/" STR_FMT, STR_ARG(hex), STR_ARG(id_hex(c->arena, one->id))) };
        if (t->may_record && one->withdrawn == 0) p->record = url_path(c->arena, STR_FMT "/answer", STR_ARG(p->href.s));
        if (t->may_send && t->agreed && one->sent != 0 && one->withdrawn == 0) p->remind = url_path(c->arena, STR_FMT "?form=reminder&earlier=" STR_FMT, STR_ARG(t->compose.s), STR_ARG(id_hex(c->arena, one->id)));
        TRY(lanes_of(c, one, &all, &left, t, p));
        if (p->lanes_n == 0) continue;
        last = to->rung;
        t->notices_n++;
    }
    t->notices = out;
    return OK;
}

Err notices_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    Str hex = id_hex(c->arena, k->id);
    TplTakedownPanel t = { .compose = url_path(c->arena, "/case/" STR_FMT "/notice", STR_ARG(hex)), .watch = url_path(c->arena, "/case/" STR_FMT "/watch", STR_ARG(hex)),
        .bulk = url_path(c->arena, "/case/" STR_FMT "/bulk", STR_ARG(hex)) };
    t.may_send = access_can(c, "notice.send", OBJ(OBJ_CASE, k->id));
    t.may_record = access_can(c, "notice.record_answer", OBJ(OBJ_CASE, k->id));
    TRY(consent_holds(c, k->id, S("notices"), &t.agreed));
    TRY(notices_of(c, ui, k, &t));
    tpl_takedown_panel(out, ui, &t);
    return OK;
}

/* ---- one notice ---- */
static Err one_notice(Ctx *c, const Request *req, NoticeRow *out, RecipientRow *to) {
    Id case_id = ID_NONE, id = ID_NONE;
    TRY(req_id(req, "case", &case_id));
    TRY(req_id(req, "notice", &id));
    TRY(notice_by_id(c, id, out));
    if (!id_eq(out->case_id, case_id)) return E_MISSING;
    TRY(recipient_by_id(c, out->recipient, to));
    return recipient_open(c, to, 1);
}

static const char *const whys[] = { "wish", "mistake", "solved", "other", NULL };
static const char *const why_words[] = { N_("The person does not want it any more"), N_("It was a mistake"), N_("It is solved another way"), N_("Another reason") };
const Param notice_withdraw_form[2] = { { .name = "why", .kind = P_CHOICE, .choices = whys, .required = true, .label = N_("Why") }, { .name = "tell", .kind = P_BOOL, .label = N_("Tell the recipient") } };

static const struct { const char *what; const char *word; } mail_words[] = { { "notice", N_("Notice") }, { "confirm", N_("Confirmation of the answer") }, { "withdrawal", N_("Withdrawal") } };
static const struct { const char *state; const char *word; UiState ui; } mail_states[] = { { "queued", N_("in the outbox"), STATE_WAITING }, { "sent", N_("taken by the mail server"), STATE_DONE },
    { "failed", N_("not delivered"), STATE_LATE }, { "dropped", N_("not sent any more"), STATE_INFO } };

static Url mail_path(Ctx *c, const NoticeMailRow *m, const char *what) {
    return url_path(c->arena, "/case/" STR_FMT "/notice/" STR_FMT "/mail/" STR_FMT "/%s", STR_ARG(id_hex(c->arena, m->case_id)), STR_ARG(id_hex(c->arena, m->notice)), STR_ARG(id_hex(c->arena, m->id)), what);
}

static Err mails_of(Ctx *c, const UiCtx *ui, const NoticeRow *n, TplTakedownNotice *t) {
    NoticeMailRow *m = NULL;
    size_t k = 0;
    TRY(mail_of_notice(c, n->id, &m, &k));
    TplTakedownNoticeMails *out = ARENA_ARRAY(c->arena, TplTakedownNoticeMails, k + 1);
    for (size_t i = 0; i < k; i++) {
        TRY(mail_open(c, &m[i]));
        size_t at = 0;
        Str body = m[i].body;
        if (str_find(body, S(LINK_MARK), &at)) body = str_fmt(c->arena, STR_FMT STR_FMT STR_FMT, STR_ARG(str_sub(body, 0, at)), STR_ARG(tr(ui, N_("[answer link]"))), STR_ARG(str_sub(body, at + sizeof LINK_MARK - 1, body.n)));
        out[i] = (TplTakedownNoticeMails){ .at = m[i].sent != 0 ? m[i].sent : m[i].tried != 0 ? m[i].tried : m[i].made, .address = m[i].address, .subject = m[i].subject, .body = body };
        for (size_t w = 0; w < LEN(mail_words); w++)
            if (str_eq(m[i].what, str_c(mail_words[w].what))) out[i].what = mail_words[w].word;
        for (size_t w = 0; w < LEN(mail_states); w++) {
            if (!str_eq(m[i].state, str_c(mail_states[w].state))) continue;
            out[i].word = mail_states[w].word;
            out[i].state = mail_states[w].ui;
        }
        bool unclear = str_eq(m[i].state, S("queued")) && str_eq(m[i].outcome, S("unclear"));
        if (unclear) {
            out[i].unclear = true;
            out[i].word = N_("unclear whether it went");
            out[i].state = STATE_LATE;
            out[i].went = mail_path(c, &m[i], "went");
            out[i].again = mail_path(c, &m[i], "again");
        }
        if (str_eq(m[i].outcome, S("unset"))) out[i].detail = tr(ui, N_("No mail server is set up here; it waits."));
        else if (m[i].tries > 0) out[i].detail = TRF(ui, N_("Tries: {n}. Server: {server}. Reply: {code} {reply}"), UA_I("n", m[i].tries), UA_S("server", m[i].server), UA_I("code", m[i].code), UA_S("reply", m[i].reply));
    }
    t->mails = out;
    t->mails_n = k;
    return OK;
}

static const char *const vias[] = { "mail", "phone", "letter", "form", NULL };
static const char *const via_words[] = { N_("Reply by mail"), N_("Phone call"), N_("Letter"), N_("Form of the recipient") };
static const char *via_word(Str via) {
    for (size_t i = 0; vias[i] != NULL; i++)
        if (str_eq(via, str_c(vias[i]))) return via_words[i];
    return N_("Answer link");
}

static Err answers_of(Ctx *c, const UiCtx *ui, const NoticeRow *n, const RequestRow *rows, size_t rows_n, TplTakedownNotice *t) {
    AnswerRow *a = NULL;
    size_t k = 0;
    TRY(answers_of_notice(c, n->id, &a, &k));
    UiTime *out = ARENA_ARRAY(c->arena, UiTime, k + 1);
    for (size_t i = 0; i < k; i++) {
        int64_t number = 0;
        const AnswerKind *kind = answer_kind(a[i].answer);
        const ReasonKind *why = reason_kind(a[i].reason);
        for (size_t r = 0; r < rows_n; r++)
            if (id_eq(rows[r].id, a[i].request)) number = (int64_t)r + 1;
        Str word = kind != NULL ? tr(ui, kind->word) : a[i].answer, reason = why != NULL ? tr(ui, why->word) : STR_NONE;
        out[i] = (UiTime){ .at = a[i].on, .sign = S("■"), .text = str_fmt(c->arena, "[%lld] " STR_FMT "%s" STR_FMT, (long long)number, STR_ARG(word), why != NULL ? ": " : "", STR_ARG(reason)), .who = tr(ui, via_word(a[i].via)),
            .state = kind != NULL && kind->ends && !kind->needs_reason ? STATE_DONE : STATE_REFUSED,
            .detail = a[i].contact.n > 0 || a[i].note.n > 0 ? str_fmt(c->arena, STR_FMT "%s" STR_FMT, STR_ARG(a[i].note), a[i].note.n > 0 && a[i].contact.n > 0 ? " · " : "", STR_ARG(a[i].contact)) : STR_NONE };
    }
    t->answers = out;
    t->answers_n = k;
    return OK;
}

static Err items_of(Ctx *c, const RequestRow *rows, size_t n, const UiCtx *ui, TplTakedownNotice *t) {
    LocationRow *l = ARENA_ARRAY(c->arena, LocationRow, n + 1);
    TplTakedownNoticeItems *out = ARENA_ARRAY(c->arena, TplTakedownNoticeItems, n + 1);
    for (size_t i = 0; i < n; i++) TRY(location_by_id(c, rows[i].location, &l[i]));
    TRY(location_open(c, l, n));
    for (size_t i = 0; i < n; i++) {
        ClockRow *clocks = NULL;
        size_t clocks_n = 0;
        const char *word = NULL;
        TRY(clock_of_subject(c, rows[i].id, &clocks, &clocks_n));
        out[i] = (TplTakedownNoticeItems){ .number = (int64_t)i + 1, .url = l[i].url };
        request_chip(&rows[i], clocks, clocks_n, &out[i].state, &word);
        out[i].word = tr(ui, word);
    }
    t->items = out;
    t->items_n = n;
    return OK;
}

static UiCrumb *crumbs_for(Ctx *c, Id case_id, Str ref, Str here, Url notice, size_t *out_n) {
    UiCrumb *k = ARENA_ARRAY(c->arena, UiCrumb, 3);
    *out_n = 0;
    k[(*out_n)++] = (UiCrumb){ .word = ref, .href = url_path(c->arena, "/case/" STR_FMT, STR_ARG(id_hex(c->arena, case_id))) };
    if (notice.s.n > 0) k[(*out_n)++] = (UiCrumb){ .word = here, .href = notice };
    else k[(*out_n)++] = (UiCrumb){ .word = here };
    return k;
}

Err notice_page(Ctx *c, const Request *req, Response *res) {
    static const struct { const char *state; const char *word; UiState ui; } states[] = { { "queued", N_("in the outbox"), STATE_WAITING }, { "sent", N_("sent"), STATE_DONE }, { "failed", N_("not delivered"), STATE_LATE }, { "withdrawn", N_("withdrawn"), STATE_INFO } };
    NoticeRow n;
    RecipientRow to;
    CaseRow k;
    RequestRow *rows = NULL;
    size_t rows_n = 0;
    LinkState link;
    TRY(one_notice(c, req, &n, &to));
    TRY(case_by_id(c, n.case_id, &k));
    TRY(notice_link(c, &n, &link));
    TRY(request_of_subject(c, n.id, &rows, &rows_n));
    Str ref = notice_ref(c->arena, n.id), base = str_fmt(c->arena, "/case/" STR_FMT "/notice", STR_ARG(id_hex(c->arena, k.id))), hex = id_hex(c->arena, n.id);
    const LawForm *f = c->app->law != NULL ? law_form(c->app->law, n.form, civil_at(c->app->zone, n.made).date) : NULL;
    TplTakedownNotice t = { .title = TRF(req->ui, N_("Notice {ref}"), UA_S("ref", ref)), .who = to.name, .rung = rung_name(c, req->ui->lang, to.rung), .form_name = f != NULL ? f->name[req->ui->lang] : n.form,
        .sent = n.sent, .opened = n.opened, .deadline = n.deadline, .withdrawn = n.withdrawn != 0, .link_open = link == LINK_ANSWERS, .may_record = access_can(c, "notice.record_answer", OBJ(OBJ_NOTICE, n.id)),
        .may_manage = access_can(c, "notice.manage", OBJ(OBJ_NOTICE, n.id)), .wform = form_page(req, notice_withdraw_form, LEN(notice_withdraw_form)) };
    UiOption options[4];
    for (size_t i = 0; i < 4; i++) options[i] = (UiOption){ .value = str_c(whys[i]), .label = tr(req->ui, why_words[i]) };
    t.whys = options;
    t.whys_n = 4;
    t.crumbs = crumbs_for(c, k.id, k.ref, ref, (Url){ { 0 } }, &t.crumbs_n);
    for (size_t i = 0; i < LEN(states); i++) {
        if (!str_eq(n.state, str_c(states[i].state))) continue;
        t.state = states[i].ui;
        t.word = states[i].word;
    }
    t.record = url_path(c->arena, STR_FMT "/" STR_FMT "/answer", STR_ARG(base), STR_ARG(hex));
    t.withdraw = url_path(c->arena, STR_FMT "/" STR_FMT "/withdraw", STR_ARG(base), STR_ARG(hex));
    t.link_off = url_path(c->arena, STR_FMT "/" STR_FMT "/link-off", STR_ARG(base), STR_ARG(hex));
    t.remind = url_path(c->arena, STR_FMT "?form=reminder&earlier=" STR_FMT, STR_ARG(base), STR_ARG(hex));
    if (!id_none(n.earlier)) {
        t.earlier = url_path(c->arena, STR_FMT "/" STR_FMT, STR_ARG(base), STR_ARG(id_hex(c->arena, n.earlier)));
        t.earlier_ref = notice_ref(c->arena, n.earlier);
    }
    NoticeMailRow waiting;
    TRY(notice_by_hand(c, &n, &waiting, &t.by_hand));
    t.filed = n.filed;
    t.form_page = url_path(c->arena, STR_FMT "/" STR_FMT "/form", STR_ARG(base), STR_ARG(hex));
    TRY(items_of(c, rows, rows_n, req->ui, &t));
    TRY(answers_of(c, req->ui, &n, rows, rows_n, &t));
    TRY(mails_of(c, req->ui, &n, &t));
    TRY(mails_came(c, req->ui, &n, &t));
    tpl_takedown_notice(&res->body, req->ui, &t);
    return OK;
}

/* ---- withdrawing, closing the link ---- */
Err notice_withdrawal_words(Ctx *c, const NoticeRow *n, Str *out_subject, Str *out_body) {
    UiCtx ui = ui_plain(c->arena, lang_from(n->lang, LANG_EN), c->now);
    Str ref = notice_ref(c->arena, n->id);
    *out_subject = TRF(&ui, N_("{ref} · withdrawn"), UA_S("ref", ref));
    *out_body = TRF(&ui, N_("We withdraw notice {ref}. Nothing is asked of you about it any more, and the answer link is closed."), UA_S("ref", ref));
    return OK;
}

Err notice_withdraw_post(Ctx *c, const Request *req, Response *res) {
    NoticeRow n;
    RecipientRow to;
    size_t acts_n = 0;
    TRY(one_notice(c, req, &n, &to));
    Str path = str_fmt(c->arena, "/case/" STR_FMT "/notice/" STR_FMT, STR_ARG(id_hex(c->arena, n.case_id)), STR_ARG(id_hex(c->arena, n.id)));
    if (req->form->errors > 0) {
        res_again(res, STR_FMT, STR_ARG(path));
        return OK;
    }
    size_t max = 12 * (size_t)n.items + 4;
    Act **acts = ARENA_ARRAY(c->arena, Act *, max);
    TRY(notice_withdraw_acts(c, &n, form_text(req->form, "why"), false, acts, max - 1, &acts_n));
    if (form_bool(req->form, "tell") && str_eq(n.state, S("sent"))) {
        Str subject = STR_NONE, body = STR_NONE;
        TRY(notice_withdrawal_words(c, &n, &subject, &body));
        acts[acts_n++] = notice_mail_act(c, &n, S("withdrawal"), to.mail, subject, body);
    }
    TRY(journal_commit(c, acts, acts_n));
    res_said(res, N_("The notice was withdrawn."));
    res_redirect(res, STR_FMT, STR_ARG(path));
    return OK;
}

Err notice_link_off_post(Ctx *c, const Request *req, Response *res) {
    NoticeRow n;
    RecipientRow to;
    TRY(one_notice(c, req, &n, &to));
    TRY(journal_one(c, act_new(c, &act_notice_link_closed, ID_NONE, n.case_id, n.id)));
    res_said(res, N_("The answer link is closed."));
    res_redirect(res, "/case/" STR_FMT "/notice/" STR_FMT, STR_ARG(id_hex(c->arena, n.case_id)), STR_ARG(id_hex(c->arena, n.id)));
    return OK;
}

Err notice_watch_post(Ctx *c, const Request *req, Response *res) {
    enum { AT_ONCE = 1000 };
    Id case_id = ID_NONE;
    LocationRow *rows = NULL;
    size_t n = 0;
    TRY(req_id(req, "case", &case_id));
    TRY(location_of_case(c, case_id, 0, AT_ONCE, &rows, &n));
    Act **acts = ARENA_ARRAY(c->arena, Act *, n + 1);
    for (size_t i = 0; i < n; i++) {
        acts[i] = act_new(c, &act_watch_asked, ID_NONE, case_id, ctx_new_id(c));
        act_idf(acts[i], "location", rows[i].id);
    }
    TRY(journal_commit(c, acts, n));
    res_said(res, N_("The checks start now; look again in a minute."));
    res_redirect(res, "/case/" STR_FMT "#notices", STR_ARG(id_hex(c->arena, case_id)));
    return OK;
}

/* ---- an answer by hand ---- */
const Param notice_record_form[7] = {
    { .name = "item", .kind = P_ID, .many = true, .max = ITEMS_MAX, .required = true, .label = N_("Items it is about") }, { .name = "answer", .kind = P_CHOICE, .required = true, .label = N_("Answer") },
    { .name = "reason", .kind = P_CHOICE, .label = N_("Reason of a refusal") }, { .name = "via", .kind = P_CHOICE, .choices = vias, .required = true, .label = N_("How it came") },
    { .name = "on", .kind = P_DATE, .required = true, .label = N_("Day") }, { .name = "note", .kind = P_LONGTEXT, .max = 2000, .label = N_("What they said") },
    { .name = "contact", .kind = P_TEXT, .max = 200, .label = N_("Contact person") },
};

Err notice_record_page(Ctx *c, const Request *req, Response *res) {
    NoticeRow n;
    RecipientRow to;
    CaseRow k;
    RequestRow *rows = NULL;
    size_t rows_n = 0, a_n = 0, r_n = 0;
    TRY(one_notice(c, req, &n, &to));
    TRY(case_by_id(c, n.case_id, &k));
    TRY(request_of_subject(c, n.id, &rows, &rows_n));
    LocationRow *l = ARENA_ARRAY(c->arena, LocationRow, rows_n + 1);
    UiOption *items = ARENA_ARRAY(c->arena, UiOption, rows_n + 1), answers[8], reasons[16], via[4];
    Str *all = ARENA_ARRAY(c->arena, Str, rows_n + 1), ref = notice_ref(c->arena, n.id);
    for (size_t i = 0; i < rows_n; i++) TRY(location_by_id(c, rows[i].location, &l[i]));
    TRY(location_open(c, l, rows_n));
    for (size_t i = 0; i < rows_n; i++) {
        all[i] = id_hex(c->arena, rows[i].id);
        items[i] = (UiOption){ .value = all[i], .label = l[i].url, .hint = answer_words(req->ui, &rows[i]) };
    }
    for (const AnswerKind *a = answer_kinds; a->code != NULL; a++) answers[a_n++] = (UiOption){ .value = str_c(a->code), .label = tr(req->ui, a->word) };
    for (const ReasonKind *r = reason_kinds; r->code != NULL; r++) reasons[r_n++] = (UiOption){ .value = str_c(r->code), .label = tr(req->ui, r->word) };
    for (size_t i = 0; i < 4; i++) via[i] = (UiOption){ .value = str_c(vias[i]), .label = tr(req->ui, via_words[i]) };
    Form *f = form_page(req, notice_record_form, LEN(notice_record_form));
    form_set_many(c->arena, f, "item", all, rows_n);
    form_set(f, "on", date_str(c->arena, civil_at(c->app->zone, c->now).date));
    TplTakedownRecord t = { .form = f, .title = TRF(req->ui, N_("Answer to notice {ref}"), UA_S("ref", ref)), .items = items, .items_n = rows_n, .answers = answers, .answers_n = a_n, .reasons = reasons, .reasons_n = r_n,
        .vias = via, .vias_n = 4 };
    Url back = url_path(c->arena, "/case/" STR_FMT "/notice/" STR_FMT, STR_ARG(id_hex(c->arena, k.id)), STR_ARG(id_hex(c->arena, n.id)));
    t.post = url_path(c->arena, STR_FMT "/answer", STR_ARG(back.s));
    t.crumbs = crumbs_for(c, k.id, k.ref, ref, back, &t.crumbs_n);
    tpl_takedown_record(&res->body, req->ui, &t);
    return OK;
}

Err notice_record_post(Ctx *c, const Request *req, Response *res) {
    NoticeRow n;
    RecipientRow to;
    Act **acts = NULL;
    size_t acts_n = 0;
    Event before;
    Form *f = req->form;
    TRY(one_notice(c, req, &n, &to));
    Str path = str_fmt(c->arena, "/case/" STR_FMT "/notice/" STR_FMT, STR_ARG(id_hex(c->arena, n.case_id)), STR_ARG(id_hex(c->arena, n.id)));
    const AnswerKind *kind = answer_kind(form_text(f, "answer"));
    const Value *items = form_at(f, "item");
    if (f->errors == 0 && kind == NULL) form_fail(f, "answer", "Choose one of the given answers.");
    if (kind != NULL && kind->needs_reason && reason_kind(form_text(f, "reason")) == NULL) form_fail(f, "reason", "A refusal needs a reason. Choose one.");
    UnixMs on = form_at(f, "on")->given && form_at(f, "on")->error == NULL ? day_start(c->app->zone, form_date(f, "on")) : 0;
    if (on > c->now) form_fail(f, "on", "This day has not come yet.");
    if (on > 0 && on < n.made && day_end(c->app->zone, form_date(f, "on")) >= n.made) on = n.made; /* the same day: not before the notice */
    if (on > 0 && on < n.made) form_fail(f, "on", N_("This day lies before the notice."));
    if (f->errors > 0) {
        res_again(res, STR_FMT "/answer", STR_ARG(path));
        return OK;
    }
    AnswerNew *in = ARENA_ARRAY(c->arena, AnswerNew, items->n + 1);
    for (size_t i = 0; i < items->n; i++) {
        in[i] = (AnswerNew){ .answer = form_text(f, "answer"), .reason = kind->needs_reason ? form_text(f, "reason") : STR_NONE, .via = form_text(f, "via"), .note = form_text(f, "note"), .contact = form_text(f, "contact"), .on = on };
        TRY(id_parse(items->all[i], &in[i].request));
    }
    if (journal_event(c, f->act, false, &before) != OK) {
        TRY(answer_acts(c, &n, in, items->n, false, &acts, &acts_n));
        acts[0]->id = f->act;
        TRY(journal_commit(c, acts, acts_n));
    }
    res_said(res, N_("The answer was recorded."));
    res_redirect(res, STR_FMT, STR_ARG(path));
    return OK;
}
