/* profile_pages.c - a notice in the recipient's own form: the steps, each text to paste, and what the person says when it was filed. */
#include "steps/takedown/pages_in.h"
#include "steps/takedown/profile.h"
#include "steps/takedown/takedown_page.h"

enum { STEPS = 40 };
const Param filed_form[FILED_FORM_N] = {
    { .name = "number", .kind = P_TEXT, .max = 300, .label = N_("Number that the form gave") },
    { .name = "minutes", .kind = P_INT, .min = 0, .max = 10080, .label = N_("How many minutes ago it was filed") },
};

static Err one(Ctx *c, const Request *req, NoticeRow *n, RecipientRow *to, NoticeMailRow *m, bool *out_waits) {
    Id case_id = ID_NONE, id = ID_NONE;
    TRY(req_id(req, "case", &case_id));
    TRY(req_id(req, "notice", &id));
    TRY(notice_by_id(c, id, n));
    if (!id_eq(n->case_id, case_id)) return E_MISSING;
    TRY(recipient_by_id(c, n->recipient, to));
    TRY(recipient_open(c, to, 1));
    return notice_by_hand(c, n, m, out_waits);
}

/* The recipient's own steps where somebody wrote them down; otherwise those that hold for any form. */
static void steps_of(const UiCtx *ui, Str own, TplTakedownFiled *t) {
    static const char *const usual[] = { N_("Open the recipient's form."), N_("Choose what fits illegal content or non-consensual intimate images."), N_("Paste the texts below into its fields; leave out what it does not ask for."),
        N_("Never name the person shown, and upload no image."), N_("Send it, and keep the number that it gives."), N_("Come back here and write down the number and when it was.") };
    UiLine *out = ARENA_ARRAY(ui->a, UiLine, STEPS);
    Str rest = own, line = STR_NONE;
    for (int i = 0; own.n > 0 && i < STEPS && str_split(&rest, '\n', &line); i++)
        if (str_trim(line).n > 0) out[t->steps_n++] = (UiLine){ .text = str_trim(line) };
    for (size_t i = 0; own.n == 0 && i < LEN(usual); i++) out[t->steps_n++] = (UiLine){ .text = tr(ui, usual[i]) };
    t->steps = out;
}

static Err texts_of(Ctx *c, const NoticeRow *n, TplTakedownFiled *t) {
    static const struct { const char *part, *word; } parts[] = { { "locations", N_("Links") }, { "offence", N_("What it is") }, { "reason", N_("Why it is illegal") }, { "grounds", N_("Legal ground") }, { "asked", N_("What is asked") },
        { "earlier", N_("Earlier notices") }, { "good_faith", N_("Good faith") }, { "sender", N_("Sender") } };
    TplTakedownFiledTexts *out = ARENA_ARRAY(c->arena, TplTakedownFiledTexts, LEN(parts));
    for (size_t i = 0; i < LEN(parts); i++) {
        Str text = STR_NONE;
        TRY(notice_part_text(c, n, parts[i].part, &text));
        if (text.n > 0) out[t->texts_n++] = (TplTakedownFiledTexts){ .id = str_fmt(c->arena, "x-%s", parts[i].part), .word = parts[i].word, .text = text };
    }
    t->texts = out;
    return OK;
}

/* The number stands with the message that was filed. */
static Err number_of(Ctx *c, const NoticeRow *n, Str *out) {
    NoticeMailRow *m = NULL;
    size_t k = 0;
    TRY(mail_of_notice(c, n->id, &m, &k));
    for (size_t i = 0; i < k; i++) {
        if (!str_eq(m[i].what, S("notice"))) continue;
        TRY(mail_open(c, &m[i]));
        *out = m[i].reply;
    }
    return OK;
}

Err filed_page(Ctx *c, const Request *req, Response *res) {
    NoticeRow n;
    RecipientRow to;
    NoticeMailRow m;
    CaseRow k;
    RecipientWay w;
    bool waits = false;
    TRY(one(c, req, &n, &to, &m, &waits));
    TRY(case_by_id(c, n.case_id, &k));
    TRY(recipient_way(c, &to, &w));
    Str path = str_fmt(c->arena, "/case/" STR_FMT "/notice/" STR_FMT, STR_ARG(id_hex(c->arena, n.case_id)), STR_ARG(id_hex(c->arena, n.id)));
    Str title = TRF(req->ui, N_("Form of {who}"), UA_S("who", to.name));
    UiCrumb crumbs[] = { { .word = k.ref, .href = url_path(c->arena, "/case/" STR_FMT, STR_ARG(id_hex(c->arena, k.id))) }, { .word = notice_ref(c->arena, n.id), .href = url_path(c->arena, STR_FMT, STR_ARG(path)) }, { .word = title } };
    Form *f = form_page(req, filed_form, FILED_FORM_N);
    form_set(f, "minutes", S("0"));
    TplTakedownFiled t = { .title = title, .crumbs = crumbs, .crumbs_n = LEN(crumbs), .waits = waits, .form = f, .post = url_path(c->arena, STR_FMT "/form", STR_ARG(path)), .back = url_path(c->arena, STR_FMT, STR_ARG(path)),
        .lang = n.lang, .filed = n.filed };
    if (n.filed != 0) TRY(number_of(c, &n, &t.number));
    t.page = w.page;
    steps_of(req->ui, w.steps, &t);
    TRY(texts_of(c, &n, &t));
    tpl_takedown_filed(&res->body, req->ui, &t);
    return OK;
}

Err filed_post(Ctx *c, const Request *req, Response *res) {
    NoticeRow n;
    RecipientRow to;
    NoticeMailRow m;
    Event before;
    bool waits = false;
    Form *f = req->form;
    TRY(one(c, req, &n, &to, &m, &waits));
    Str path = str_fmt(c->arena, "/case/" STR_FMT "/notice/" STR_FMT, STR_ARG(id_hex(c->arena, n.case_id)), STR_ARG(id_hex(c->arena, n.id)));
    if (journal_event(c, f->act, false, &before) == OK) { /* pressed twice */
        res_redirect(res, STR_FMT, STR_ARG(path));
        return OK;
    }
    if (!waits) form_fail(f, NULL, N_("This notice does not wait for a form any more."));
    UnixMs on = c->now - (form_at(f, "minutes")->given && form_at(f, "minutes")->error == NULL ? form_int(f, "minutes") * 60000 : 0);
    if (waits && on < n.made) on = n.made; /* "just now", in a minute that began before the notice */
    if (f->errors == 0 && f->error == NULL) {
        Err e = notice_filed(c, f->act, &m, &n, on, form_text(f, "number"));
        if (e == OK) {
            res_said(res, N_("Written down. The clocks count from then."));
            res_redirect(res, STR_FMT, STR_ARG(path));
            return OK;
        }
        if (e != E_INPUT && e != E_CONFLICT) return e;
        form_fail(f, NULL, c->fail.msgid != NULL ? c->fail.msgid : "This could not be saved. Nothing was changed.");
    }
    res_again(res, STR_FMT "/form", STR_ARG(path));
    return OK;
}
