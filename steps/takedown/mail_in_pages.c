/* mail_in_pages.c - the queue of mails that nobody could match: read one, give it a place, or put it aside. */
#include "foundation/base/enc.h"
#include "steps/takedown/mail_in.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/takedown_page.h"

enum { PAGE_ROWS = 50, RAW_MAX = MEDIA_MAIL_MAX };
typedef struct Word { const char *code; const char *word; } Word;

static const char *const sortable[] = { "answer", "receipt", "away", "bounced", NULL };
static const char *const reasons[] = { "spam", "unrelated", "false", "twice", "other", NULL };
static const Word kind_words[] = { { "answer", N_("An answer by somebody") }, { "receipt", N_("A confirmation that it came") }, { "away", N_("Nobody reads now") }, { "bounced", N_("It came back undelivered") }, { "delayed", N_("It is delayed") },
    { "passed", N_("It was delivered") }, { "own", N_("Our own mail") }, { "unreadable", N_("It cannot be read here") } };
static const Word why_words[] = { { "nothing", N_("it names no notice") }, { "wrong_mark", N_("it names a notice that does not exist") }, { "other_domain", N_("it comes from another domain than we wrote to") }, { "other_address", N_("it is about another address than we wrote to") },
    { "number_only", N_("it knows the number of the notice only") }, { "auth_failed", N_("its sender is forged, says our mail server") }, { "unreadable", N_("it cannot be read here") }, { "person", N_("given its place by a person") },
    { "mark", N_("by our return address") }, { "envelope", N_("by the mark of its envelope") }, { "reply", N_("it answers our mail") }, { "inside", N_("our mail stands in it") }, { "link", N_("by the answer link") }, { "number", N_("by the number of the notice") } };
static const Word reason_words[] = { { "spam", N_("Spam") }, { "unrelated", N_("It has nothing to do with a notice") }, { "false", N_("It is forged") }, { "twice", N_("It is there already") }, { "other", N_("Another reason") }, { "loop", N_("our own mail came back") }, { "erased", N_("its case was erased") } };

const Param mail_sort_form[2] = { { .name = "ref", .kind = P_TEXT, .max = 20, .required = true, .label = N_("Number of the notice") }, { .name = "kind", .kind = P_CHOICE, .choices = sortable, .required = true, .label = N_("What it is") } };
const Param mail_aside_form[1] = { { .name = "reason", .kind = P_CHOICE, .choices = reasons, .required = true, .label = N_("Why") } };
const Param mail_many_form[2] = { { .name = "mail", .kind = P_ID, .many = true, .max = PAGE_ROWS, .required = true, .label = N_("Mails") }, { .name = "reason", .kind = P_CHOICE, .choices = reasons, .required = true, .label = N_("Why") } };

static const char *word_of(const Word *words, size_t n, Str code) {
    for (size_t i = 0; i < n; i++)
        if (str_eq(code, str_c(words[i].code))) return words[i].word;
    return N_("unknown");
}
#define WORD(list, code) word_of(list, LEN(list), code)

static size_t options(const UiCtx *ui, const char *const *codes, const Word *words, size_t words_n, UiOption *out) {
    size_t n = 0;
    for (; codes[n] != NULL; n++) out[n] = (UiOption){ .value = str_c(codes[n]), .label = tr(ui, word_of(words, words_n, str_c(codes[n]))) };
    return n;
}

static Url path_of(Ctx *c, Id id, const char *what) { return url_path(c->arena, "/mail/" STR_FMT "%s", STR_ARG(id_hex(c->arena, id)), what); }

static Str subject_of(const UiCtx *ui, const MailInRow *m) { return m->subject.n > 0 ? m->subject : tr(ui, N_("(no subject)")); }

Err mail_list_page(Ctx *c, const Request *req, Response *res) {
    bool aside = req_query_int(req, "aside", 0, 1, 0) == 1;
    MailInRow *rows = NULL;
    size_t n = 0;
    int64_t all = 0;
    TRY(mail_in_waiting(c, aside, 0, 1, &rows, &n, &all));
    int64_t pages = (all + PAGE_ROWS - 1) / PAGE_ROWS, page = req_query_int(req, "p", 1, pages > 0 ? pages : 1, 1);
    TRY(mail_in_waiting(c, aside, (size_t)(page - 1) * PAGE_ROWS, PAGE_ROWS, &rows, &n, &all));
    TRY(mail_in_open(c, rows, n));
    TplTakedownMailsRows *out = ARENA_ARRAY(c->arena, TplTakedownMailsRows, n + 1);
    UiOption *choices = ARENA_ARRAY(c->arena, UiOption, n + 1), why[LEN(reasons)];
    for (size_t i = 0; i < n; i++) {
        const MailInRow *m = &rows[i];
        out[i] = (TplTakedownMailsRows){ .id = id_hex(c->arena, m->id), .at = m->at, .sender = m->sender, .subject = subject_of(req->ui, m), .kind = WORD(kind_words, m->kind), .why = aside ? WORD(reason_words, m->reason) : WORD(why_words, m->why),
            .ref = id_none(m->notice) ? STR_NONE : notice_ref(c->arena, m->notice), .href = path_of(c, m->id, "") };
        choices[i] = (UiOption){ .value = out[i].id, .label = out[i].subject, .hint = m->sender };
    }
    Url base = url_path(c->arena, "/mail");
    if (aside) base = url_with(c->arena, base, "aside", S("1"));
    TplTakedownMails t = { .aside = aside, .total = all, .rows = out, .rows_n = n, .form = form_page(req, mail_many_form, LEN(mail_many_form)), .reasons = why, .choices = choices, .choices_n = n, .page = page, .pages = pages };
    UiCrumb crumbs[] = { { .word = tr(req->ui, N_("Queue")), .href = url_path(c->arena, "/queue") }, { .word = tr(req->ui, N_("Mail that came in")) } };
    t.crumbs = crumbs;
    t.crumbs_n = LEN(crumbs);
    t.reasons_n = options(req->ui, reasons, reason_words, LEN(reason_words), why);
    if (page > 1) t.before = url_with(c->arena, base, "p", str_fmt(c->arena, "%lld", (long long)page - 1));
    if (page < pages) t.after = url_with(c->arena, base, "p", str_fmt(c->arena, "%lld", (long long)page + 1));
    tpl_takedown_mails(&res->body, req->ui, &t);
    return OK;
}

/* Those of one notice, for its page. */
Err mails_came(Ctx *c, const UiCtx *ui, const NoticeRow *n, TplTakedownNotice *t) {
    MailInRow *m = NULL;
    size_t k = 0;
    TRY(mail_in_of_notice(c, n->id, &m, &k));
    TRY(mail_in_open(c, m, k));
    TplTakedownNoticeCame *out = ARENA_ARRAY(c->arena, TplTakedownNoticeCame, k + 1);
    for (size_t i = 0; i < k; i++)
        out[i] = (TplTakedownNoticeCame){ .kind = WORD(kind_words, m[i].kind), .at = m[i].at, .sender = m[i].sender, .subject = subject_of(ui, &m[i]), .ticket = m[i].ticket, .text = m[i].text, .raw = path_of(c, m[i].id, "/raw") };
    t->came = out;
    t->came_n = k;
    return OK;
}

/* Of this organisation; one that has its case, for who may read that. */
static Err one(Ctx *c, const Request *req, MailInRow *out) {
    Id id = ID_NONE;
    TRY(req_id(req, "id", &id));
    TRY(mail_in_by_id(c, id, out));
    if (!id_eq(out->org, c->person.org)) return E_MISSING;
    return id_none(out->case_id) ? OK : access_may(c, "notice.read", OBJ(OBJ_CASE, out->case_id));
}

Err mail_page(Ctx *c, const Request *req, Response *res) {
    MailInRow m;
    UiOption kinds[LEN(sortable)], why[LEN(reasons)];
    TRY(one(c, req, &m));
    TRY(mail_in_open(c, &m, 1));
    bool aside = str_eq(m.state, S("discarded")), matched = str_eq(m.state, S("matched"));
    Str text = m.text;
    TplTakedownMail t = { .title = subject_of(req->ui, &m), .sender = m.sender, .at = m.at, .kind = WORD(kind_words, m.kind), .why = aside ? WORD(reason_words, m.reason) : WORD(why_words, m.why), .ticket = m.ticket, .status = m.status,
        .size = ui_bytes(req->ui, m.size), .text = text, .raw = path_of(c, m.id, "/raw"), .waits = !aside && !matched, .aside = aside, .forgotten = m.subject.n == 0 && m.sender.n == 0 && m.text.n == 0 && aside, .back = path_of(c, m.id, "/back"),
        .sort_post = path_of(c, m.id, "/sort"), .aside_post = path_of(c, m.id, "/aside"), .aform = form_page(req, mail_aside_form, LEN(mail_aside_form)), .kinds = kinds, .reasons = why };
    Form *f = form_page(req, mail_sort_form, LEN(mail_sort_form));
    t.form = f;
    UiCrumb crumbs[] = { { .word = tr(req->ui, N_("Mail that came in")), .href = url_path(c->arena, "/mail") }, { .word = t.title } };
    t.crumbs = crumbs;
    t.crumbs_n = LEN(crumbs);
    t.kinds_n = options(req->ui, sortable, kind_words, LEN(kind_words), kinds);
    t.reasons_n = options(req->ui, reasons, reason_words, LEN(reason_words), why);
    if (!id_none(m.notice)) {
        t.ref = notice_ref(c->arena, m.notice);
        form_set(f, "ref", t.ref);
    }
    form_set(f, "kind", m.kind);
    tpl_takedown_mail(&res->body, req->ui, &t);
    return OK;
}

Err mail_raw_page(Ctx *c, const Request *req, Response *res) {
    MailInRow m;
    Str bytes = STR_NONE;
    TRY(one(c, req, &m));
    TRY(blob_get(c, m.file, RAW_MAX, &bytes));
    res_download(res, "message/rfc822", str_fmt(req->a, STR_FMT ".eml", STR_ARG(str_sub(id_hex(req->a, m.id), 0, 8))));
    buf_put(&res->body, bytes);
    return OK;
}

Err mail_sort_post(Ctx *c, const Request *req, Response *res) {
    MailInRow m;
    NoticeRow n;
    Event before;
    MailKind kind = MAIL_ANSWER;
    Str number = STR_NONE, typed = str_trim(form_text(req->form, "ref"));
    TRY(one(c, req, &m));
    if (str_starts(typed, S("N-")) || str_starts(typed, S("n-"))) typed = str_sub(typed, 2, typed.n);
    Err err = crock_normal(c->arena, typed, &number) == OK ? notice_by_number(c, c->person.org, number, &n) : E_MISSING;
    if (err == OK) err = access_may(c, "mail.sort", OBJ(OBJ_CASE, n.case_id));
    if (err != OK && err != E_MISSING && err != E_DENIED) return err;
    c->fail = (Fail){ 0 };
    if (err != OK && req->form->errors == 0) form_fail(req->form, "ref", N_("There is no notice with this number, or it is not your team's."));
    if (req->form->errors > 0 || !mail_kind_of_code(form_text(req->form, "kind"), &kind)) {
        res_again(res, "/mail/" STR_FMT, STR_ARG(id_hex(c->arena, m.id)));
        return OK;
    }
    if (journal_event(c, req->form->act, false, &before) != OK) TRY(mail_sort(c, &m, &n, kind, req->form->act));
    res_said(res, N_("The mail stands with its notice."));
    res_redirect(res, "/case/" STR_FMT "/notice/" STR_FMT, STR_ARG(id_hex(c->arena, n.case_id)), STR_ARG(id_hex(c->arena, n.id)));
    return OK;
}

Err mail_aside_post(Ctx *c, const Request *req, Response *res) {
    MailInRow m;
    TRY(one(c, req, &m));
    if (req->form->errors > 0) {
        res_again(res, "/mail/" STR_FMT, STR_ARG(id_hex(c->arena, m.id)));
        return OK;
    }
    TRY(journal_one(c, mail_aside(c, &m, form_text(req->form, "reason"))));
    res_said(res, N_("The mail was put aside."));
    res_redirect(res, "/mail");
    return OK;
}

Err mail_back_post(Ctx *c, const Request *req, Response *res) {
    MailInRow m;
    TRY(one(c, req, &m));
    TRY(journal_one(c, mail_back(c, &m)));
    res_said(res, N_("The mail waits again."));
    res_redirect(res, "/mail/" STR_FMT, STR_ARG(id_hex(c->arena, m.id)));
    return OK;
}

Err mail_many_post(Ctx *c, const Request *req, Response *res) {
    const Value *ids = form_at(req->form, "mail");
    Act **acts = ARENA_ARRAY(c->arena, Act *, ids->n + 1);
    size_t n = 0;
    if (req->form->errors > 0) {
        res_again(res, "/mail");
        return OK;
    }
    for (size_t i = 0; i < ids->n; i++) {
        MailInRow m;
        Id id = ID_NONE;
        TRY(id_parse(ids->all[i], &id));
        TRY(mail_in_by_id(c, id, &m));
        if (!id_eq(m.org, c->person.org)) return E_MISSING;
        bool waits = str_eq(m.state, S("doubtful")) || str_eq(m.state, S("unmatched"));
        if (waits) acts[n++] = mail_aside(c, &m, form_text(req->form, "reason"));
    }
    TRY(journal_commit(c, acts, n));
    res_said(res, N_("The mails were put aside."));
    res_redirect(res, "/mail");
    return OK;
}
