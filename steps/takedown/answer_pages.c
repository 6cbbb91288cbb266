/* answer_pages.c - the answer link: a door that reveals nothing, the list behind its button, the receipt. No account, no script. */
#include "core/access/session.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/takedown_page.h"

enum { ITEMS_MAX = NOTICE_ITEMS_MAX };

const Param answer_form[6] = {
    { .name = "item", .kind = P_CHOICE, .many = true, .max = ITEMS_MAX, .label = N_("Answer") },
    { .name = "reason", .kind = P_CHOICE, .many = true, .max = ITEMS_MAX, .label = N_("Reason of a refusal") },
    { .name = "all", .kind = P_CHOICE, .label = N_("Answer for all") },
    { .name = "all_reason", .kind = P_CHOICE, .label = N_("Reason for all") },
    { .name = "note", .kind = P_LONGTEXT, .max = 2000, .label = N_("Explanation, or what is missing") },
    { .name = "contact", .kind = P_TEXT, .max = 200, .label = N_("Contact: name, team or mail address") },
};

/* The recipient's language, unless this reader has chosen one here before. */
static UiCtx in_their_language(const Request *req, const NoticeRow *n) {
    UiCtx ui = *req->ui;
    bool chosen = req_cookie(req, "lang").n > 0 || req_cookie(req, "__Host-lang").n > 0;
    if (!chosen) ui.lang = lang_from(n->lang, LANG_EN);
    return ui;
}

static void no_index(Response *res) { must(res_header(res, "X-Robots-Tag", S("noindex, nofollow")) == OK); }

static Err recipient_of(Ctx *c, const NoticeRow *n, RecipientRow *out) {
    Id before = c->person.org;
    c->person.org = n->org;
    Err err = recipient_by_id(c, n->recipient, out);
    if (err == OK) err = recipient_open(c, out, 1);
    c->person.org = before;
    return err;
}

/* ---- a link that is over ---- */
/* A token that never was stays a page that does not exist; who holds one that is over reads that it is, whether anything is still
 * asked, and whom to write to. Nothing of the case, and the same words for whatever ended it. */
static Err over_page(Ctx *c, const Request *req, Response *res, const NoticeRow *n, LinkState link) {
    OrgRow org;
    TRY(org_by_id(c, n->org, &org));
    UiCtx ui = in_their_language(req, n);
    TplTakedownAnswerOver t = { .concluded = link == LINK_CONCLUDED, .ref = notice_ref(c->arena, n->id), .org = org.name, .mail = c->app->org_mail_from };
    res->status = 410;
    tpl_takedown_answer_over(&res->body, &ui, &t);
    return OK;
}

/* ---- the door ---- */
Err answer_door_page(Ctx *c, const Request *req, Response *res) {
    NoticeRow n;
    RecipientRow to;
    LinkState link;
    no_index(res);
    TRY(notice_by_token(c, req_arg(req, "token"), &n));
    TRY(notice_link(c, &n, &link));
    if (link != LINK_ANSWERS) return over_page(c, req, res, &n, link);
    TRY(recipient_of(c, &n, &to));
    UiCtx ui = in_their_language(req, &n);
    TplTakedownAnswerDoor t = { .who = to.name, .ref = notice_ref(c->arena, n.id), .items = n.items, .post = url_path(c->arena, "/antwoord/" STR_FMT, STR_ARG(req_arg(req, "token"))) };
    tpl_takedown_answer_door(&res->body, &ui, &t);
    return OK;
}

Err answer_door_post(Ctx *c, const Request *req, Response *res) {
    NoticeRow n;
    Act **acts = NULL;
    size_t acts_n = 0;
    LinkState link;
    TRY(notice_by_token(c, req_arg(req, "token"), &n));
    TRY(notice_link(c, &n, &link));
    if (link != LINK_ANSWERS) {
        res_redirect(res, "/antwoord/" STR_FMT, STR_ARG(req_arg(req, "token")));
        return OK;
    }
    c->person = (Person){ .roles = R_PLATFORM, .org = n.org, .notice = n.id };
    c->session = NULL;
    if (c->now - n.opened > DAY_MS || n.opened == 0) { /* each day it is opened anew stands in the record */
        TRY(open_acts(c, &n, &acts, &acts_n));
        TRY(journal_commit(c, acts, acts_n));
    }
    TRY(session_open(c, SESSION_LINK, &c->person, STR_NONE, &res->session_token));
    res->session_level = LEVEL_LINK;
    res_redirect(res, "/antwoord");
    return OK;
}

/* ---- the list ---- */
bool answer_may(const Ctx *c, const NoticeRow *n, const RequestRow *r) {
    bool over = n->deadline != 0 && n->deadline < c->now;
    if (str_eq(r->outcome, S("withdrawn"))) return false;
    return r->answers == 0 || !over || str_eq(r->outcome, S("need_more"));
}

static UiOption *answers_for(const UiCtx *ui, Str id, size_t *out_n) {
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, 16);
    size_t n = 0;
    for (const AnswerKind *k = answer_kinds; k->code != NULL; k++)
        o[n++] = (UiOption){ .value = id.n > 0 ? str_fmt(ui->a, STR_FMT ".%s", STR_ARG(id), k->code) : str_c(k->code), .label = tr(ui, k->word) };
    *out_n = n;
    return o;
}
static UiOption *reasons_for(const UiCtx *ui, Str id, size_t *out_n) {
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, 16);
    size_t n = 0;
    for (const ReasonKind *k = reason_kinds; k->code != NULL; k++)
        o[n++] = (UiOption){ .value = id.n > 0 ? str_fmt(ui->a, STR_FMT ".%s", STR_ARG(id), k->code) : str_c(k->code), .label = tr(ui, k->word) };
    *out_n = n;
    return o;
}

Str answer_words(const UiCtx *ui, const RequestRow *r) {
    const AnswerKind *k = answer_kind_of_outcome(r->outcome);
    const ReasonKind *why = reason_kind(r->reason);
    if (k == NULL) return STR_NONE;
    return why != NULL ? str_fmt(ui->a, STR_FMT " (" STR_FMT ")", STR_ARG(tr(ui, k->word)), STR_ARG(tr(ui, why->word))) : tr(ui, k->word);
}

Err answer_notice(Ctx *c, NoticeRow *out, LinkState *out_link) {
    TRY(access_may(c, "notice.answer", OBJ(OBJ_NOTICE, c->person.notice)));
    TRY(notice_by_id(c, c->person.notice, out));
    return notice_link(c, out, out_link);
}

Err answer_urls(Ctx *c, const RequestRow *rows, size_t n, Str **out) {
    LocationRow *l = ARENA_ARRAY(c->arena, LocationRow, n + 1);
    *out = ARENA_ARRAY(c->arena, Str, n + 1);
    for (size_t i = 0; i < n; i++) TRY(location_by_id(c, rows[i].location, &l[i]));
    TRY(location_open(c, l, n));
    for (size_t i = 0; i < n; i++) (*out)[i] = l[i].url;
    return OK;
}

Err answer_list_page(Ctx *c, const Request *req, Response *res) {
    NoticeRow n;
    RecipientRow to;
    RequestRow *rows = NULL;
    size_t rows_n = 0, mails_n = 0;
    NoticeMailRow *mails = NULL;
    Str *urls = NULL;
    LinkState link;
    no_index(res);
    TRY(answer_notice(c, &n, &link));
    if (link != LINK_ANSWERS) return over_page(c, req, res, &n, link);
    TRY(recipient_of(c, &n, &to));
    TRY(request_of_subject(c, n.id, &rows, &rows_n));
    TRY(answer_urls(c, rows, rows_n, &urls));
    TRY(mail_of_notice(c, n.id, &mails, &mails_n));
    UiCtx ui = in_their_language(req, &n);
    Form *f = form_page(req, answer_form, LEN(answer_form));
    TplTakedownAnswer t = { .lform = form_page(req, answer_file_form, LEN(answer_file_form)), .form = f, .who = to.name, .ref = notice_ref(c->arena, n.id), .deadline = n.deadline, .late = n.deadline != 0 && n.deadline < c->now, .one = rows_n == 1 };
    TplTakedownAnswerItems *items = ARENA_ARRAY(c->arena, TplTakedownAnswerItems, rows_n + 1);
    for (size_t i = 0; i < rows_n; i++) {
        Str id = id_hex(c->arena, rows[i].id);
        items[i] = (TplTakedownAnswerItems){ .number = (int64_t)i + 1, .url = urls[i], .given = str_eq(rows[i].outcome, S("withdrawn")) ? tr(&ui, "withdrawn") : answer_words(&ui, &rows[i]), .may = answer_may(c, &n, &rows[i]) };
        items[i].answers = answers_for(&ui, id, &items[i].answers_n);
        items[i].reasons = reasons_for(&ui, id, &items[i].reasons_n);
    }
    t.items = items;
    t.items_n = rows_n;
    t.all_answers = answers_for(&ui, STR_NONE, &t.all_answers_n);
    t.all_reasons = reasons_for(&ui, STR_NONE, &t.all_reasons_n);
    const LawOffence *o = c->app->law != NULL ? law_offence(c->app->law, n.offence, civil_at(c->app->zone, c->now).date) : NULL;
    if (o != NULL) t.what = o->name[ui.lang];
    if (mails_n > 0 && mail_open(c, &mails[0]) == OK) {
        size_t at = 0;
        t.why = str_find(mails[0].body, S(LINK_MARK), &at) ? str_sub(mails[0].body, 0, at) : mails[0].body;
    }
    tpl_takedown_answer(&res->body, &ui, &t);
    return OK;
}

/* "HEX.code" among the ticked values: the code for this request, or empty. */
static Str picked(const Form *f, const char *field, Str id) {
    const Value *v = form_at(f, field);
    for (size_t i = 0; i < v->n; i++)
        if (v->all[i].n > id.n + 1 && str_starts(v->all[i], id) && v->all[i].p[id.n] == '.') return str_sub(v->all[i], id.n + 1, v->all[i].n);
    return STR_NONE;
}

/* One item: a reason goes by itself, since there is only one to choose. */
static Str reason_for(const Form *f, Str id, bool all) { return all && form_text(f, "all_reason").n > 0 ? form_text(f, "all_reason") : picked(f, "reason", id); }

static size_t read_answers(Ctx *c, Form *f, const NoticeRow *n, const RequestRow *rows, size_t rows_n, AnswerNew *out) {
    size_t k = 0;
    for (size_t i = 0; i < rows_n; i++) {
        Str id = id_hex(c->arena, rows[i].id), one = picked(f, "item", id), all = form_text(f, "all");
        Str answer = one.n > 0 ? one : all;
        if (answer.n == 0 || !answer_may(c, n, &rows[i])) continue;
        const AnswerKind *kind = answer_kind(answer);
        Str reason = reason_for(f, id, one.n == 0);
        if (kind == NULL) form_fail(f, one.n > 0 ? "item" : "all", "Choose one of the given answers.");
        else if (kind->needs_reason && reason_kind(reason) == NULL) form_fail(f, one.n > 0 ? "reason" : "all_reason", "A refusal needs a reason. Choose one.");
        else if (str_eq(answer, S("need_more")) && form_text(f, "note").n == 0) form_fail(f, "note", N_("Say what is missing, so that we can send it."));
        else out[k++] = (AnswerNew){ .request = rows[i].id, .answer = answer, .reason = kind->needs_reason ? reason : STR_NONE, .via = S("link"), .note = form_text(f, "note"), .contact = form_text(f, "contact"), .on = c->now };
    }
    return k;
}

Err answer_list_post(Ctx *c, const Request *req, Response *res) {
    NoticeRow n;
    RequestRow *rows = NULL;
    Act **acts = NULL;
    Event before;
    size_t rows_n = 0, acts_n = 0;
    LinkState link;
    TRY(answer_notice(c, &n, &link));
    if (link != LINK_ANSWERS) { /* it ended while they were writing: the list says so */
        res_redirect(res, "/antwoord");
        return OK;
    }
    TRY(request_of_subject(c, n.id, &rows, &rows_n));
    AnswerNew *in = ARENA_ARRAY(c->arena, AnswerNew, rows_n + 1);
    size_t in_n = read_answers(c, req->form, &n, rows, rows_n, in);
    if (in_n == 0 && req->form->errors == 0) form_fail(req->form, "item", N_("Choose an answer for at least one item."));
    if (req->form->errors > 0 || req->form->error != NULL) {
        res_again(res, "/antwoord");
        return OK;
    }
    if (journal_event(c, req->form->act, false, &before) != OK) { /* sent twice, it happens once */
        TRY(answer_acts(c, &n, in, in_n, true, &acts, &acts_n));
        acts[0]->id = req->form->act;
        TRY(journal_commit(c, acts, acts_n));
    }
    res_redirect(res, "/antwoord-ontvangen");
    return OK;
}

Err answer_done_page(Ctx *c, const Request *req, Response *res) {
    NoticeRow n;
    RequestRow *rows = NULL;
    size_t rows_n = 0;
    LinkState link;
    no_index(res);
    TRY(answer_notice(c, &n, &link));
    if (link != LINK_ANSWERS) return over_page(c, req, res, &n, link);
    TRY(request_of_subject(c, n.id, &rows, &rows_n));
    UiCtx ui = in_their_language(req, &n);
    TplTakedownAnswerDone t = { .ref = notice_ref(c->arena, n.id), .at = n.answered, .deadline = n.deadline > c->now ? n.deadline : 0 };
    TplTakedownAnswerDoneItems *items = ARENA_ARRAY(c->arena, TplTakedownAnswerDoneItems, rows_n + 1);
    for (size_t i = 0; i < rows_n; i++) {
        Str words = answer_words(&ui, &rows[i]);
        t.open += words.n == 0 && !str_eq(rows[i].outcome, S("withdrawn"));
        if (words.n > 0) items[t.items_n++] = (TplTakedownAnswerDoneItems){ .number = (int64_t)i + 1, .answer = words };
    }
    t.items = items;
    tpl_takedown_answer_done(&res->body, &ui, &t);
    return OK;
}
