/* recipient_register.c - what is known about a recipient beside its address: people and channels, agreements, how it is asked, whether what
 * was found is right, and what happened to it. */
#include "core/case/contact_form.h"
#include "core/case/url.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "steps/takedown/mail_in.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/figures.h"
#include "steps/takedown/playbook.h"
#include "steps/takedown/profile.h"
#include "steps/takedown/takedown_page.h"

enum { HISTORY = 50 };
static const char *const profile_choices[] = { "mail", "xarf", "list", "form", "api", NULL };
const Param recipient_profile_form[6] = { { .name = "profile", .kind = P_CHOICE, .required = true, .choices = profile_choices, .label = N_("How it is asked") },
    { .name = "bulk", .kind = P_BOOL, .label = N_("Agreed: many places may come in one mail") },
    { .name = "page", .kind = P_TEXT, .max = 500, .label = N_("Address of the form or the interface") }, { .name = "secret", .kind = P_TEXT, .max = 128, .label = N_("Key for the signature") },
    { .name = "steps", .kind = P_LONGTEXT, .max = 5000, .label = N_("Steps of the form, one a line") },
    { .name = "hours", .kind = P_TEXT, .max = 12, .label = N_("Working hours") } };

static Err one(Ctx *c, const Request *req, RecipientRow *out) {
    Id id = ID_NONE;
    TRY(req_id(req, "id", &id));
    TRY(recipient_by_id(c, id, out));
    return recipient_open(c, out, 1);
}
static Err back(Ctx *c, Response *res, Id id, const char *said) {
    res_said(res, said);
    res_redirect(res, "/recipient/" STR_FMT, STR_ARG(id_hex(c->arena, id)));
    return OK;
}

Err recipient_confirm_post(Ctx *c, const Request *req, Response *res) {
    RecipientRow r;
    TRY(one(c, req, &r));
    TRY(journal_one(c, recipient_confirm(c, r.id)));
    return back(c, res, r.id, N_("Confirmed. Thank you."));
}

/* Where it is and what it is signed with. Without a key of its own one is made: the recipient gets it from this page, by another way than mail. */
static Err way_of(Ctx *c, Form *f, const RecipientRow *r, RecipientWay *w) {
    bool form = str_eq(form_text(f, "profile"), PROFILE_FORM), api = str_eq(form_text(f, "profile"), PROFILE_API);
    WebUrl u;
    UrlWrong wrong = URL_GOOD;
    Str page = form_text(f, "page"), secret = form_text(f, "secret");
    if (page.n > 0 && (url_parse(c->arena, page, c->app->net_allow, &u, &wrong) != OK || u.guessed)) form_fail(f, "page", wrong != URL_GOOD ? url_wrong_msgid(wrong) : N_("Begin with https://."));
    else if (page.n > 0 && !u.https && c->app->net_allow.n == 0) form_fail(f, "page", "Begin with https://.");
    else w->page = page;
    if ((form || api) && page.n == 0) form_fail(f, "page", N_("Where is it? Give the address."));
    if (secret.n > 0 && secret.n < 32) form_fail(f, "secret", N_("At least 32 characters, or none: then one is made."));
    w->secret = secret;
    if (api && secret.n == 0 && r->secret_sealed.p == NULL) {
        uint8_t raw[32];
        c->app->random(c->app->random_ctx, raw, sizeof raw);
        w->secret = hex_enc(c->arena, str_bytes(raw, sizeof raw));
        seal_wipe(raw, sizeof raw);
    }
    return OK;
}

Err recipient_profile_post(Ctx *c, const Request *req, Response *res) {
    RecipientRow r;
    TRY(one(c, req, &r));
    RecipientWay w = { .steps = form_text(req->form, "steps"), .hours = form_text(req->form, "hours") };
    if (w.hours.n > 0 && !hours_known(w.hours)) form_fail(req->form, "hours", "Write it like mf:9-17 (Monday to Friday) or all:8-20 (every day), in our own time.");
    TRY(way_of(c, req->form, &r, &w));
    if (req->form->errors > 0) {
        res_again(res, "/recipient/" STR_FMT, STR_ARG(id_hex(c->arena, r.id)));
        return OK;
    }
    TRY(journal_one(c, recipient_profile_way(c, r.id, form_text(req->form, "profile"), form_bool(req->form, "bulk"), &w)));
    return back(c, res, r.id, "The changes were saved.");
}

/* ---- people and channels ---- */
static Err channel_rows(Ctx *c, const Request *req, const RecipientRow *r, TplTakedownRecipient *t) {
    ContactRow *own = NULL, *platform = NULL;
    size_t own_n = 0, platform_n = 0, n = 0;
    TRY(contact_list(c, S("recipient"), id_hex(c->arena, r->id), true, &own, &own_n));
    if (r->platform.n > 0) TRY(contact_list(c, S("platform"), r->platform, false, &platform, &platform_n));
    TplTakedownRecipientChannels *rows = ARENA_ARRAY(c->arena, TplTakedownRecipientChannels, own_n + platform_n + 1);
    for (size_t i = 0; i < own_n + platform_n; i++) {
        const ContactRow *k = i < own_n ? &own[i] : &platform[i - own_n];
        TplTakedownRecipientChannels *o = &rows[n++];
        *o = (TplTakedownRecipientChannels){ .purpose = contact_purpose_word(k->purpose), .channel = contact_channel_word(k->channel), .address = k->address, .name = k->name, .lang = k->lang, .tier = k->tier, .terms = k->terms,
            .agreed = k->agreed, .checked = k->checked, .ended = k->ended, .response = k->response_h == 0 ? STR_NONE : TRF(req->ui, "answer promised within {n} hours", UA_I("n", k->response_h)) };
        if (i >= own_n || k->ended != 0) continue;
        o->right = url_path(req->a, "/recipient/" STR_FMT "/contact/" STR_FMT "/right", STR_ARG(id_hex(req->a, r->id)), STR_ARG(id_hex(req->a, k->id)));
        o->stop = url_path(req->a, "/recipient/" STR_FMT "/contact/" STR_FMT "/end", STR_ARG(id_hex(req->a, r->id)), STR_ARG(id_hex(req->a, k->id)));
    }
    t->channels = rows;
    t->channels_n = n;
    t->channel_new = url_path(req->a, "/recipient/" STR_FMT "/contact", STR_ARG(id_hex(req->a, r->id)));
    t->may_channel = access_may(c, "contact.edit", NO_OBJECT) == OK;
    return OK;
}

/* ---- what happened to it ---- */
static const char *event_word(Str kind) {
    static const struct { const char *kind, *word; } map[] = { { "recipient.added", "A recipient was added" }, { "recipient.changed", "A recipient was changed" }, { "recipient.ended", "A recipient is no longer used" },
        { "recipient.bounced", "Mail to a recipient came back" }, { "recipient.confirmed", "A recipient that was found was confirmed" }, { "recipient.profiled", N_("How it is asked was changed") } };
    for (size_t i = 0; i < LEN(map); i++)
        if (str_eq(kind, str_c(map[i].kind))) return map[i].word;
    return NULL;
}

static Err history(Ctx *c, const RecipientRow *r, TplTakedownRecipient *t) {
    Event *e = NULL;
    size_t n = 0, k = 0;
    TRY(journal_subject_events(c, r->id, HISTORY, false, &e, &n));
    TplTakedownRecipientHistory *rows = ARENA_ARRAY(c->arena, TplTakedownRecipientHistory, n + 1);
    for (size_t i = n; i > 0; i--) {
        UserRow u;
        const char *word = event_word(e[i - 1].kind);
        if (word == NULL) continue;
        rows[k] = (TplTakedownRecipientHistory){ .at = e[i - 1].at, .word = word };
        if (e[i - 1].act != NULL && str_eq(e[i - 1].kind, S("recipient.bounced"))) rows[k].detail = act_get_code(e[i - 1].act, "code");
        if (!id_none(e[i - 1].actor) && user_by_id(c, e[i - 1].actor, &u) == OK) rows[k].by = u.name;
        k++;
    }
    t->history = rows;
    t->history_n = k;
    return OK;
}

Err recipient_register(Ctx *c, const Request *req, const RecipientRow *r, TplTakedownRecipient *t) {
    static const char *const words[] = { N_("one mail with all places in it"), N_("one mail a place, with an XARF report"), N_("one mail with a list (CSV) beside it"), N_("its own form, filled in by one of us"), N_("its interface: signed JSON over HTTPS") };
    RecipientWay w;
    TRY(recipient_way(c, r, &w));
    UiOption *o = ARENA_ARRAY(c->arena, UiOption, LEN(words));
    for (size_t i = 0; i < LEN(words); i++) o[i] = (UiOption){ .value = str_c(profile_choices[i]), .label = tr(req->ui, words[i]) };
    Form *f = form_page(req, recipient_profile_form, LEN(recipient_profile_form));
    form_set(f, "profile", r->profile.n > 0 ? r->profile : S("mail"));
    if (r->bulk) form_set(f, "bulk", S("1"));
    form_set(f, "page", w.page);
    form_set(f, "steps", w.steps);
    form_set(f, "hours", w.hours);
    t->hours = w.hours;
    t->secret = access_can(c, "contact.edit", NO_OBJECT) ? w.secret : STR_NONE;
    t->has_secret = w.secret.n > 0;
    t->profile_form = f;
    t->profiles = o;
    t->profiles_n = LEN(words);
    t->profile_post = url_path(req->a, "/recipient/" STR_FMT "/profile", STR_ARG(id_hex(req->a, r->id)));
    t->unconfirmed = r->found.n > 0 && r->confirmed == 0 && r->ended == 0;
    t->confirm_post = url_path(req->a, "/recipient/" STR_FMT "/confirm", STR_ARG(id_hex(req->a, r->id)));
    TRY(channel_rows(c, req, r, t));
    TRY(figures_on_recipient(c, req->ui, r, t));
    return history(c, r, t);
}

Err recipient_contact_page(Ctx *c, const Request *req, Response *res) {
    RecipientRow r;
    TRY(one(c, req, &r));
    Str title = TRF(req->ui, "Contact point of {name}", UA_S("name", r.name));
    UiCrumb crumbs[] = { { .word = tr(req->ui, "Recipients"), .href = url_path(req->a, "/recipients") }, { .word = r.name, .href = url_path(req->a, "/recipient/" STR_FMT, STR_ARG(id_hex(req->a, r.id))) }, { .word = title } };
    contact_form_page(req, res, title, crumbs, LEN(crumbs), url_path(req->a, "/recipient/" STR_FMT "/contact", STR_ARG(id_hex(req->a, r.id))));
    return OK;
}
Err recipient_contact_post(Ctx *c, const Request *req, Response *res) {
    RecipientRow r;
    bool done = false;
    TRY(one(c, req, &r));
    TRY(contact_form_post(c, req, S("recipient"), id_hex(c->arena, r.id), &done));
    if (done) return back(c, res, r.id, "The contact point is recorded.");
    res_again(res, "/recipient/" STR_FMT "/contact", STR_ARG(id_hex(c->arena, r.id)));
    return OK;
}
static Err contact_of(Ctx *c, const Request *req, RecipientRow *r, ContactRow *k) {
    Id id = ID_NONE;
    TRY(one(c, req, r));
    TRY(req_id(req, "contact", &id));
    TRY(contact_by_id(c, id, k));
    return str_eq(k->of, S("recipient")) && str_eq(k->holder, id_hex(c->arena, r->id)) ? OK : E_MISSING;
}
Err recipient_contact_right_post(Ctx *c, const Request *req, Response *res) {
    RecipientRow r;
    ContactRow k;
    TRY(contact_of(c, req, &r, &k));
    TRY(journal_one(c, contact_still_right(c, k.id)));
    return back(c, res, r.id, "Recorded that this is still right.");
}
Err recipient_contact_end_post(Ctx *c, const Request *req, Response *res) {
    RecipientRow r;
    ContactRow k;
    TRY(contact_of(c, req, &r, &k));
    TRY(journal_one(c, contact_end(c, k.id, S("gone"))));
    return back(c, res, r.id, N_("The contact point is no longer used."));
}

/* ---- what waits ---- */
static Err waits(Ctx *c, const UiCtx *ui, Buf *out) {
    int64_t n = 0;
    int64_t mails = 0;
    size_t none = 0;
    MailInRow *rows = NULL;
    if (access_can(c, "recipient.confirm", NO_OBJECT)) TRY(recipient_unconfirmed(c, &n));
    if (access_can(c, "mail.queue", NO_OBJECT)) TRY(mail_in_waiting(c, false, 0, 1, &rows, &none, &mails));
    if (n == 0 && mails == 0) return OK;
    TplTakedownFound t = { .count = n, .mails = mails, .href = url_with(ui->a, url_path(ui->a, "/recipients"), "found", S("1")) };
    tpl_takedown_found(out, ui, &t);
    return OK;
}
const HomePart takedown_home = { waits };
