/* send_pages.c - passing a dossier on: sealed to the recipient's public key (age), or by a link that ends; what the receiver did with it;
 * and the page behind such a link, which says nothing of the case. */
#include "core/case/contact.h"
#include "core/case/dossier_after.h"
#include "core/case/formkit.h"
#include "core/seal/age.h"
#include "foundation/base/enc.h"
#include "steps/inquiry/inquiry_in.h"

enum { KEYS_MAX = 20 };
const Param inquiry_age_form[1] = { { .name = "key", .kind = P_ID, .required = true, .label = N_("Whose key") } };
const Param inquiry_link_form[2] = {
    { .name = "link_to", .kind = P_TEXT, .required = true, .max = 200, .label = N_("For whom") },
    { .name = "days", .kind = P_INT, .required = true, .min = 1, .max = LINK_DAYS_MAX, .label = N_("How many days it works") },
};
const Param inquiry_end_form[1] = { { .name = "ends", .kind = P_TEXT, .required = true, .max = 64, .label = N_("Links that were made") } };
static const char *const tooks[] = { "full", "part", "none", NULL };
const Param inquiry_receipt_form[3] = {
    { .name = "took", .kind = P_CHOICE, .required = true, .choices = tooks, .label = N_("What the receiving body did with it") },
    { .name = "why", .kind = P_LONGTEXT, .max = 2000, .label = N_("What was not taken over, and why") },
    { .name = "took_on", .kind = P_DATE, .label = N_("On which day") },
};

static Url at(Ctx *c, Id dossier, const char *tail) { return url_path(c->arena, "/dossier/" STR_FMT "%s", STR_ARG(id_hex(c->arena, dossier)), tail); }

/* ---- keys of the body it is for ---- */

static Err keys_of(Ctx *c, const DossierRow *d, ContactRow **out, size_t *out_n) {
    ContactRow *all = NULL;
    size_t n = 0;
    *out_n = 0;
    *out = ARENA_ARRAY(c->arena, ContactRow, KEYS_MAX);
    if (d->recipient.n == 0) return OK;
    TRY(contact_list(c, S("body"), d->recipient, false, &all, &n));
    for (size_t i = 0; i < n && *out_n < KEYS_MAX; i++)
        if (str_eq(all[i].channel, S("age")) && all[i].err == OK) (*out)[(*out_n)++] = all[i];
    return OK;
}

static Err key_of(Ctx *c, const DossierRow *d, Id contact, ContactRow *out, AgeKey *key) {
    ContactRow *keys = NULL;
    size_t n = 0;
    TRY(keys_of(c, d, &keys, &n));
    for (size_t i = 0; i < n; i++) {
        if (!id_eq(keys[i].id, contact)) continue;
        *out = keys[i];
        return age_key_parse(keys[i].address, key);
    }
    return E_MISSING;
}

/* Before it is sent: nothing that the form of the body asks for is missing, and no objection put another in its place. */
static Err may_go(Ctx *c, const Request *req, const DossierRow *d) {
    Html html = { STR_NONE };
    bool whole = false;
    TRY(inquiry_handed_out(c, d));
    TRY(inquiry_complete_html(c, req->ui, d, &html, &whole));
    return whole ? OK : ctx_refuse(c, E_CONFLICT, NULL, N_("Something that the form of this body asks for is missing: see above. Mend it and make a new dossier."));
}

Err inquiry_send_page(Ctx *c, const Request *req, Response *res) {
    DossierRow d;
    CaseRow k;
    ContactRow *keys = NULL;
    LinkRow *links = NULL;
    size_t n = 0, links_n = 0;
    TRY(inquiry_dossier_of(c, req, &d, &k));
    TRY(access_case(c, "dossier.read", k.id));
    TRY(keys_of(c, &d, &keys, &n));
    TRY(dossier_links(c, d.id, &links, &links_n));
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) options[i] = (UiOption){ .value = id_hex(c->arena, keys[i].id), .label = keys[i].name.n > 0 ? keys[i].name : d.recipient, .hint = keys[i].address };
    TplInquirySendLinks *rows = ARENA_ARRAY(c->arena, TplInquirySendLinks, links_n + 1);
    for (size_t i = 0; i < links_n; i++)
        rows[i] = (TplInquirySendLinks){ .made = links[i].made, .until = links[i].until, .fetched = links[i].fetched, .runs = links[i].ended == 0 && links[i].until > c->now, .token = hex_enc(c->arena, links[i].token) };
    UiCrumb crumbs[] = { { .word = dossier_number(c->arena, k.ref, &d), .href = at(c, d.id, "") }, { .word = tr(req->ui, N_("Pass it on")) } };
    TplInquirySend t = { .number = dossier_number(c->arena, k.ref, &d), .crumbs = crumbs, .crumbs_n = LEN(crumbs), .made = str_eq(d.state, S("made")), .for_body = d.recipient.n > 0, .keys = options, .keys_n = n, .links = rows, .links_n = links_n,
        .age = at(c, d.id, "/send/age"), .link = at(c, d.id, "/send/link"), .end = at(c, d.id, "/send/end"), .body_page = url_path(c->arena, "/body/" STR_FMT, STR_ARG(d.recipient)) };
    Form *age = form_page(req, inquiry_age_form, LEN(inquiry_age_form)), *link = form_page(req, inquiry_link_form, LEN(inquiry_link_form));
    t.age_form = age;
    t.link_form = link;
    Str head = str_fmt(c->arena, "fetch " STR_FMT " ", STR_ARG(id_hex(c->arena, d.id)));
    if (str_starts(req->draft, head)) {
        t.secret = str_fmt(c->arena, STR_FMT "/fetch/" STR_FMT, STR_ARG(c->app->base_url), STR_ARG(str_sub(req->draft, head.n, req->draft.n)));
        res_draft_drop(res); /* shown once */
    }
    form_set(link, "days", S("7"));
    bool whole = false;
    TRY(inquiry_complete_html(c, req->ui, &d, &t.complete, &whole));
    if (n == 1) form_set(age, "key", options[0].value);
    tpl_inquiry_send(&res->body, req->ui, &t);
    return OK;
}

/* That it is taken out, and sealed to whose key, is written down; then it may be fetched for ten minutes. */
Err inquiry_send_age(Ctx *c, const Request *req, Response *res) {
    DossierRow d;
    CaseRow k;
    ContactRow to;
    AgeKey key;
    TRY(inquiry_dossier_of(c, req, &d, &k));
    if (req->form->errors == 0) {
        Id contact = ID_NONE;
        TRY(id_parse(form_text(req->form, "key"), &contact));
        Err e = may_go(c, req, &d);
        if (e != OK) {
            TRY(form_refused(c, req, e));
            goto again;
        }
        e = key_of(c, &d, contact, &to, &key);
        if (e == E_MISSING) form_fail(req->form, "key", N_("This key is not, or no longer, one of the body that the dossier is for."));
        else TRY(e);
        if (e == OK) {
            TRY(journal_one(c, dossier_handle(c, req->form->act, &d, S("exported"), str_fmt(c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(to.name.n > 0 ? to.name : d.recipient), STR_ARG(to.address)), 0)));
            res_redirect(res, "/dossier/" STR_FMT "/file?sealed=" STR_FMT, STR_ARG(id_hex(c->arena, d.id)), STR_ARG(id_hex(c->arena, contact)));
            return OK;
        }
    }
again:
    res_again(res, "/dossier/" STR_FMT "/send", STR_ARG(id_hex(c->arena, d.id)));
    return OK;
}

Err inquiry_sealed_file(Ctx *c, const DossierRow *d, Str contact_hex, Str *out) {
    ContactRow to;
    AgeKey key;
    Id contact = ID_NONE;
    Str bytes = STR_NONE;
    if (id_parse(contact_hex, &contact) != OK) return E_MISSING;
    TRY(key_of(c, d, contact, &to, &key));
    TRY(blob_get(c, d->file, DOSSIER_FILE_MAX, &bytes));
    Buf b = buf_new((size_t)DOSSIER_FILE_MAX + DOSSIER_FILE_MAX / 1000);
    Err e = age_seal(&key, 1, bytes, (Rand){ c->app->random, c->app->random_ctx }, &b);
    if (e == OK) *out = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    return e;
}

/* ---- a link that ends ---- */

Err inquiry_send_link(Ctx *c, const Request *req, Response *res) {
    DossierRow d;
    CaseRow k;
    Str secret = STR_NONE;
    TRY(inquiry_dossier_of(c, req, &d, &k));
    if (req->form->errors == 0) {
        Act *a = dossier_link_make(c, req->form->act, &d, form_text(req->form, "link_to"), form_int(req->form, "days"), &secret);
        Err e = may_go(c, req, &d);
        if (e == OK) e = journal_one(c, a);
        if (e != OK) TRY(form_refused(c, req, e));
        else if (!a->already) res_draft(res, str_fmt(c->arena, "fetch " STR_FMT " " STR_FMT, STR_ARG(id_hex(c->arena, d.id)), STR_ARG(secret)));
    }
    if (req->form->errors > 0) res_again(res, "/dossier/" STR_FMT "/send", STR_ARG(id_hex(c->arena, d.id)));
    else res_redirect(res, "/dossier/" STR_FMT "/send", STR_ARG(id_hex(c->arena, d.id)));
    return OK;
}

Err inquiry_send_end(Ctx *c, const Request *req, Response *res) {
    DossierRow d;
    CaseRow k;
    LinkRow l;
    Str token = STR_NONE;
    TRY(inquiry_dossier_of(c, req, &d, &k));
    if (req->form->errors > 0 || hex_dec(c->arena, form_text(req->form, "ends"), &token) != OK || token.n != 32) return E_MISSING;
    TRY(dossier_link_row(c, token, &l));
    if (!id_eq(l.dossier, d.id)) return E_MISSING;
    TRY(journal_one(c, dossier_link_end(c, &d, token)));
    res_said(res, N_("Ended. The link works no longer."));
    res_redirect(res, "/dossier/" STR_FMT "/send", STR_ARG(id_hex(c->arena, d.id)));
    return OK;
}

static Err linked(Ctx *c, const Request *req, Response *res, LinkRow *l, DossierRow *d) {
    must(res_header(res, "X-Robots-Tag", S("noindex, nofollow")) == OK);
    return dossier_link_find(c, req_arg(req, "token"), l, d);
}

/* What a link shows before its button is pressed: who made the file and how large it is, nothing of the case. */
Err inquiry_fetch_page(Ctx *c, const Request *req, Response *res) {
    LinkRow l;
    DossierRow d;
    OrgRow org;
    bool pressed = false;
    TRY(linked(c, req, res, &l, &d));
    TRY(org_by_id(c, d.org, &org));
    TRY(inquiry_fetched_lately(c, d.id, hex_enc(c->arena, l.token), &pressed));
    TplInquiryFetch t = { .org = org.name, .until = l.until, .size = ui_bytes(req->ui, d.size), .sha256 = hex_enc(c->arena, d.sha256), .seal = hex_enc(c->arena, d.seal), .post = url_path(c->arena, "/fetch/" STR_FMT, STR_ARG(req_arg(req, "token"))) };
    if (pressed) t.file = url_path(c->arena, "/fetch/" STR_FMT "/file", STR_ARG(req_arg(req, "token")));
    tpl_inquiry_fetch(&res->body, req->ui, &t);
    return OK;
}

Err inquiry_fetch_post(Ctx *c, const Request *req, Response *res) {
    LinkRow l;
    DossierRow d;
    TRY(linked(c, req, res, &l, &d));
    TRY(inquiry_handed_out(c, &d));
    TRY(journal_one(c, dossier_fetch(c, &d, l.token)));
    res_redirect(res, "/fetch/" STR_FMT, STR_ARG(req_arg(req, "token")));
    return OK;
}

Err inquiry_fetch_file(Ctx *c, const Request *req, Response *res) {
    LinkRow l;
    DossierRow d;
    bool pressed = false;
    Str bytes = STR_NONE;
    TRY(linked(c, req, res, &l, &d));
    TRY(inquiry_fetched_lately(c, d.id, hex_enc(c->arena, l.token), &pressed));
    if (!pressed) {
        res_redirect(res, "/fetch/" STR_FMT, STR_ARG(req_arg(req, "token")));
        return OK;
    }
    TRY(blob_get(c, d.file, DOSSIER_FILE_MAX, &bytes));
    res_download(res, "application/zip", S("dossier.zip"));
    res_pieces(res, bytes);
    return OK;
}

/* ---- what the receiver did with it ---- */

UiOption *inquiry_took_options(const UiCtx *ui, size_t *out_n) {
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, LEN(tooks));
    for (*out_n = 0; tooks[*out_n] != NULL; ++*out_n) o[*out_n] = (UiOption){ str_c(tooks[*out_n]), inquiry_say(ui, "took", str_c(tooks[*out_n])), STR_NONE };
    return o;
}

Err inquiry_receipt_post(Ctx *c, const Request *req, Response *res) {
    DossierRow d;
    CaseRow k;
    OrgRow org = { 0 };
    TRY(inquiry_dossier_of(c, req, &d, &k));
    bool own = id_eq(c->person.org, d.org);
    if (!own) TRY(org_by_id(c, c->person.org, &org));
    Str body = !own && org.authority.n > 0 ? org.authority : d.recipient;
    if (body.n == 0 && req->form->errors == 0) form_fail(req->form, "took", N_("This dossier was made for nobody in particular, so no body can be named here."));
    if (req->form->errors == 0) {
        Err e = journal_one(c, dossier_receipt(c, req->form->act, &d, body, form_text(req->form, "took"), form_text(req->form, "why"), inquiry_given_on(c, req->form, "took_on")));
        if (e != OK) TRY(form_refused(c, req, e));
    }
    if (req->form->errors > 0) {
        res_again(res, "/dossier/" STR_FMT, STR_ARG(id_hex(c->arena, d.id)));
        return OK;
    }
    res_said(res, N_("Written down. It counts in the yearly account, and goes into the file beside the content."));
    res_redirect(res, "/dossier/" STR_FMT, STR_ARG(id_hex(c->arena, d.id)));
    return OK;
}
