/* desk_talk.c - what people write: notes by compartment, which the person never sees, and messages, which the person does. */
#include "core/desk/desk_in.h"

static const char *const compartments[] = { "facts", "care", "identity", "evidence", "story", NULL };
static const FieldClass classes[] = { FACTS, CARE, IDENTITY, EVIDENCE, STORY };

const Param note_form[2] = { { .name = "kind", .kind = P_CHOICE, .required = true, .choices = compartments, .label = N_("Where it belongs") },
    { .name = "text", .kind = P_LONGTEXT, .required = true, .max = 20000, .label = N_("Note") } };
const Param message_form[1] = { { .name = "text", .kind = P_LONGTEXT, .required = true, .max = 5000, .label = N_("Message") } };

static const UiOption *note_kinds(const UiCtx *ui, bool minor, size_t *out_n) {
    static const char *const hints[] = { N_("What was found out and done. Shared with an authority when you share the case."), N_("How the person is doing, which help. Only for care."), N_("Who the person is and how to reach them safely. Never leaves the team."),
        N_("About files and captures: where from, what they show, in words."), N_("The account in the person's own words.") };
    UiOption *o = desk_options(ui, "compartment", compartments, out_n);
    for (size_t i = 0; i < *out_n; i++) o[i].hint = tr(ui, hints[i]);
    if (minor) *out_n = 3; /* minor's way: no account and no description of what is seen */
    return o;
}

Err note_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    Form *f = form_page(req, note_form, LEN(note_form));
    form_set(f, "kind", S("facts"));
    TplDeskNote t = { .form = f, .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/note"), .minor = !str_eq(k.lane, S("adult")) };
    t.kinds = note_kinds(ui, t.minor, &t.kinds_n);
    tpl_desk_note(&res->body, ui, &t);
    return OK;
}

Err note_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Form *f = req->form;
    TRY(desk_case_of(c, req, &k));
    size_t which = (size_t)form_int(f, "kind");
    bool minor = !str_eq(k.lane, S("adult"));
    if (f->errors == 0 && minor && (classes[which] == STORY || classes[which] == EVIDENCE)) form_fail(f, "kind", N_("In the minor's way no account and no description of images is kept. Hand the address to the hotline."));
    if (f->errors > 0) return desk_again(req, res);
    Act *acts[] = { note_add(c, k.id, classes[which], S("note"), form_text(f, "text")) };
    TRY(desk_commit(c, &k, req->form->act, acts, 1));
    res_said(res, N_("The note is kept."));
    res_redirect(res, "/case/%s#notes", id_hex(req->a, k.id).p);
    return OK;
}

Err notes_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    Sealed s = { 0 };
    NoteRow *rows = NULL;
    size_t n = 0;
    TRY(desk_case_of(c, req, &k));
    TplDeskNotes t = { .ref = k.ref, .back = desk_url(ui, &k, ""), .read = desk_url(ui, &k, "/read") };
    TRY(desk_sealed(c, k.id, &s));
    TRY(desk_reads(c, &k, &t.open));
    if (s.notes == 0) t.open = true;
    t.count = s.notes;
    if (t.open) TRY(note_list(c, k.id, &rows, &n));
    TplDeskNotesRows *r = ARENA_ARRAY(c->arena, TplDeskNotesRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        TplDeskPNotesRows one = desk_note(c, ui, &rows[i], 0);
        r[i] = (TplDeskNotesRows){ .compartment = one.compartment, .kind_class = one.kind_class, .at = one.at, .who = one.who, .text = one.text, .shut = one.shut };
    }
    t.rows = r;
    t.rows_n = n;
    tpl_desk_notes(&res->body, ui, &t);
    return OK;
}

/* Saying that you read: recorded, and what the person wrote counts as read from now on. */
Err read_post(Ctx *c, const Request *req, Response *res) {
    enum { READ_MAX = 200 };
    CaseRow k;
    MessageRow *rows = NULL;
    size_t rows_n = 0, n = 0;
    Act *acts[READ_MAX + 1];
    TRY(desk_case_of(c, req, &k));
    TRY(message_list(c, k.id, &rows, &rows_n));
    acts[n++] = case_seen(c, k.id);
    for (size_t i = 0; i < rows_n && n < READ_MAX; i++)
        if (rows[i].from_victim && rows[i].read == 0 && rows[i].err == OK) acts[n++] = message_seen(c, k.id, rows[i].id);
    return desk_back(c, req, res, k.id, desk_commit(c, &k, req->form->act, acts, n), NULL);
}

Err message_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    tpl_desk_message(&res->body, ui, &(TplDeskMessage){ .form = form_page(req, message_form, LEN(message_form)), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/message"),
        .reach = desk_say(ui, "contact", k.contact_mode), .lang_word = desk_say(ui, "lang", k.lang) });
    return OK;
}

Err message_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Form *f = req->form;
    TRY(desk_case_of(c, req, &k));
    if (f->errors > 0) return desk_again(req, res);
    Act *acts[] = { message_send(c, k.id, false, form_text(f, "text")) };
    TRY(desk_commit(c, &k, req->form->act, acts, 1));
    res_said(res, N_("The message stands in the person's own page."));
    res_redirect(res, "/case/%s#messages", id_hex(req->a, k.id).p);
    return OK;
}

Err messages_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    Sealed s = { 0 };
    MessageRow *rows = NULL;
    size_t n = 0;
    TRY(desk_case_of(c, req, &k));
    TplDeskMessages t = { .ref = k.ref, .back = desk_url(ui, &k, ""), .read = desk_url(ui, &k, "/read"), .write = desk_url(ui, &k, "/message") };
    TRY(desk_sealed(c, k.id, &s));
    TRY(desk_reads(c, &k, &t.open));
    t.count = s.messages;
    if (t.open) TRY(message_list(c, k.id, &rows, &n));
    TplDeskMessagesRows *r = ARENA_ARRAY(c->arena, TplDeskMessagesRows, n + 1);
    for (size_t i = 0; i < n; i++) r[i] = (TplDeskMessagesRows){ .theirs = rows[i].from_victim, .at = rows[i].at, .seen = rows[i].read, .text = rows[i].text, .shut = rows[i].err != OK };
    t.rows = r;
    t.rows_n = n;
    tpl_desk_messages(&res->body, ui, &t);
    return OK;
}
