/* inquiry_pages.c - captures as a case worker sees them: the list, one capture with its custody, taking a file out. */
#include "core/case/formkit.h"
#include "foundation/base/enc.h"
#include "steps/inquiry/inquiry_in.h"

enum { PAGE_ROWS = 50, PLACES = 50, CUSTODY_MAX = 500, TEXT_SHOWN = 20000 };

static const char *const modes[] = { "text", "hash", "blur", "full", NULL };
const Param inquiry_capture_form[3] = {
    { .name = "locations", .kind = P_ID, .required = true, .many = true, .label = N_("Locations") },
    { .name = "mode", .kind = P_CHOICE, .required = true, .choices = modes, .label = N_("What is kept") },
    { .name = "recipient", .kind = P_TEXT, .max = 64, .label = N_("For") },
};
static const char *const whats[] = { "handed_over", "received", NULL };
const Param inquiry_give_form[3] = {
    { .name = "what", .kind = P_CHOICE, .required = true, .choices = whats, .label = N_("What happened") },
    { .name = "to", .kind = P_TEXT, .required = true, .max = 200, .label = N_("To whom, or by whom") },
    { .name = "on", .kind = P_DATE, .label = N_("On which day") },
};

/* ---- shared ---- */

Err inquiry_case(Ctx *c, const Request *req, CaseRow *out) {
    Id id = ID_NONE;
    TRY(req_id(req, "case", &id));
    return case_by_id(c, id, out);
}

Str inquiry_user_name(Ctx *c, const UiCtx *ui, Id user, Str actor_kind) {
    UserRow u;
    OrgRow org;
    if (!id_none(user) && user_by_id(c, user, &u) == OK) {
        if (id_eq(u.org, c->person.org)) return u.name;
        return org_by_id(c, u.org, &org) == OK ? org.name : S(""); /* people of another organisation have no name here */
    }
    return str_eq(actor_kind, S("system")) ? tr(ui, N_("the server")) : S("");
}

static void custody_detail(Ctx *c, const UiCtx *ui, const Event *e, UiTime *row) {
    DossierRow d;
    CaseRow k;
    if (str_eq(e->kind, S("capture.noted"))) {
        row->text = inquiry_say(ui, "handled", act_get_code(e->act, "what"));
        row->detail = act_get_text(e->act, "text");
    } else if (str_eq(e->kind, S("dossier.receipt"))) {
        row->detail = inquiry_say(ui, "took", act_get_code(e->act, "took"));
    } else if (str_eq(e->kind, S("dossier.link_made"))) {
        row->detail = act_get_text(e->act, "to");
    } else if (str_eq(e->kind, S("capture.erased"))) {
        row->detail = inquiry_say(ui, "ground", act_get_code(e->act, "ground"));
        row->state = STATE_REFUSED;
    } else if (str_eq(e->kind, S("capture.rechecked"))) {
        row->detail = inquiry_say(ui, "found", act_get_code(e->act, "found"));
        if (!str_eq(act_get_code(e->act, "found"), S("same"))) row->state = STATE_REFUSED;
    } else if (str_ends(e->kind, S(".handled"))) {
        UnixMs on = act_get_int(e->act, "on");
        row->text = inquiry_say(ui, "handled", act_get_code(e->act, "what"));
        row->detail = act_get_text(e->act, "to");
        if (on < e->at - 86400000) row->detail = str_fmt(c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(row->detail), STR_ARG(ui_day(ui, civil_at(ui->zone, on).date)));
        if (!str_eq(e->kind, S("capture.handled")) || !act_has(e->act, "into") || dossier_by_id(c, act_get_id(e->act, "into"), &d) != OK || case_by_id(c, d.case_id, &k) != OK) return;
        row->text = inquiry_say(ui, "custody", S("dossier.chosen"));
        row->detail = dossier_number(c->arena, k.ref, &d);
        row->href = url_path(c->arena, "/dossier/" STR_FMT, STR_ARG(id_hex(c->arena, d.id)));
    }
}

Err inquiry_custody(Ctx *c, const UiCtx *ui, Id exhibit, UiTime **out, size_t *out_n) {
    Event *events = NULL;
    size_t n = 0;
    TRY(journal_subject_events(c, exhibit, CUSTODY_MAX, true, &events, &n));
    UiTime *list = ARENA_ARRAY(c->arena, UiTime, n + 1);
    for (size_t i = 0; i < n; i++) {
        const Event *e = &events[i];
        list[i] = (UiTime){ .at = e->at, .sign = S("•"), .who = inquiry_user_name(c, ui, e->actor, e->actor_kind), .text = inquiry_say(ui, "custody", e->kind), .state = STATE_DONE };
        if (e->def != NULL) custody_detail(c, ui, e, &list[i]);
    }
    *out = list;
    *out_n = n;
    return OK;
}

static Url case_path(Ctx *c, Id case_id, const char *tail) { return url_path(c->arena, "/case/" STR_FMT "%s", STR_ARG(id_hex(c->arena, case_id)), tail); }
static Url capture_path(Ctx *c, const CaptureRow *k, const char *tail) {
    return url_path(c->arena, "/case/" STR_FMT "/capture/" STR_FMT "%s", STR_ARG(id_hex(c->arena, k->case_id)), STR_ARG(id_hex(c->arena, k->id)), tail);
}

/* Where it stood: the address, or what is left of it. */
static Str place(Ctx *c, const UiCtx *ui, Id location) {
    LocationRow l;
    if (location_by_id(c, location, &l) != OK || location_open(c, &l, 1) != OK) return S("");
    return l.url_err == OK ? l.url : tr(ui, N_("address erased"));
}

/* ---- the list, and asking ---- */

static Err list_rows(Ctx *c, const Request *req, Id case_id, TplInquiryCaptures *t) {
    CaptureRow *rows = NULL;
    size_t n = 0;
    int64_t page = req_query_int(req, "p", 1, 100000, 1);
    TRY(capture_of_case(c, case_id, (size_t)(page - 1) * PAGE_ROWS, PAGE_ROWS, &rows, &n, &t->total));
    TplInquiryCapturesRows *out = ARENA_ARRAY(c->arena, TplInquiryCapturesRows, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = (TplInquiryCapturesRows){ .href = capture_path(c, &rows[i], ""), .at = rows[i].made != 0 ? rows[i].made : rows[i].asked, .where = place(c, req->ui, rows[i].location), .mode = inquiry_say(req->ui, "mode", rows[i].mode),
            .result = rows[i].why.n > 0 ? inquiry_say(req->ui, "why", rows[i].why) : inquiry_say(req->ui, "result", rows[i].result), .body = inquiry_say(req->ui, "body", rows[i].body), .status = rows[i].status, .state = inquiry_state(rows[i].state),
            .word = inquiry_say(req->ui, "state", rows[i].state) };
    t->rows = out;
    t->rows_n = n;
    t->page = page;
    t->pages = (t->total + PAGE_ROWS - 1) / PAGE_ROWS;
    Url base = case_path(c, case_id, "/captures");
    if (page > 1) t->before = url_with(c->arena, base, "p", str_fmt(c->arena, "%lld", (long long)page - 1));
    if (page < t->pages) t->after = url_with(c->arena, base, "p", str_fmt(c->arena, "%lld", (long long)page + 1));
    return OK;
}

static Err list_places(Ctx *c, const Request *req, const CaseRow *k, TplInquiryCaptures *t) {
    LocationRow *rows = NULL;
    size_t n = 0;
    int64_t page = req_query_int(req, "l", 1, 10000, 1);
    TRY(location_of_case(c, k->id, (size_t)(page - 1) * PLACES, PLACES, &rows, &n));
    TRY(location_open(c, rows, n));
    UiOption *out = ARENA_ARRAY(c->arena, UiOption, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = (UiOption){ .value = id_hex(c->arena, rows[i].id), .label = rows[i].url_err == OK ? rows[i].url : tr(req->ui, N_("address erased")) };
    t->locations = out;
    t->locations_n = n;
    t->places_page = page;
    t->places_pages = (k->locations + PLACES - 1) / PLACES;
    Url base = case_path(c, k->id, "/captures");
    if (page > 1) t->places_before = url_with(c->arena, base, "l", str_fmt(c->arena, "%lld", (long long)page - 1));
    if (page < t->places_pages) t->places_after = url_with(c->arena, base, "l", str_fmt(c->arena, "%lld", (long long)page + 1));
    return OK;
}

Err inquiry_captures_page(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    const char *barred = NULL;
    TRY(inquiry_case(c, req, &k));
    TRY(capture_barred(c, k.id, &barred));
    UiCrumb crumbs[] = { { .word = k.ref, .href = case_path(c, k.id, "") }, { .word = tr(req->ui, N_("Captures")) } };
    UiOption ways[] = { { S("text"), tr(req->ui, N_("Text only")), tr(req->ui, N_("Text, picture of the page without imagery, every request and answer, names, certificates. No picture or film is asked for.")) },
        { S("hash"), tr(req->ui, N_("Digest only")), tr(req->ui, N_("Nothing of the content is kept, only digests that show later whether it was this. Imagery is hashed as it streams by, and dropped.")) },
        { S("blur"), tr(req->ui, N_("Blurred")), tr(req->ui, N_("As text only, and of every picture 36 grey squares: beyond recovery, made before anything is written.")) },
        { S("full"), tr(req->ui, N_("Full, sealed to a body")), tr(req->ui, N_("Everything, in a file that only the body can open. A second person has to release it.")) } };
    UiOption *bodies = NULL;
    size_t bodies_n = 0;
    TRY(capture_recipients(c, req->ui, &bodies, &bodies_n));
    Form *f = form_page(req, inquiry_capture_form, LEN(inquiry_capture_form));
    form_set(f, "mode", S("text"));
    TplInquiryCaptures t = { .ref = k.ref, .crumbs = crumbs, .crumbs_n = LEN(crumbs), .post = case_path(c, k.id, "/capture"), .form = f, .modes = ways, .modes_n = bodies_n > 0 ? LEN(ways) : LEN(ways) - 1 /* nobody to seal it to */, .recipients = bodies, .recipients_n = bodies_n, .back = case_path(c, k.id, "") };
    t.minor = barred != NULL && strcmp(barred, "minor") == 0;
    t.no_consent = barred != NULL && strcmp(barred, "no_consent") == 0;
    t.withdrawn = barred != NULL && strcmp(barred, "withdrawn") == 0;
    t.may_ask = barred == NULL && access_case(c, "capture.ask", k.id) == OK;
    c->fail = (Fail){ 0 };
    TRY(list_rows(c, req, k.id, &t));
    if (t.may_ask) TRY(list_places(c, req, &k, &t));
    tpl_inquiry_captures(&res->body, req->ui, &t);
    return OK;
}

Err inquiry_capture_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    TRY(inquiry_case(c, req, &k));
    const Value *chosen = form_at(req->form, "locations");
    if (req->form->errors == 0 && chosen->n > CAPTURES_AT_ONCE) form_fail(req->form, "locations", N_("At most 50 at once."));
    if (req->form->errors > 0) goto again;
    Act **acts = ARENA_ARRAY(c->arena, Act *, chosen->n + 1);
    for (size_t i = 0; i < chosen->n; i++) {
        Id location = ID_NONE;
        TRY(id_parse(chosen->all[i], &location));
        acts[i] = str_eq(form_text(req->form, "mode"), S("full")) ? capture_ask_for(c, inquiry_derived(req->form->act, i), k.id, location, S("full"), form_text(req->form, "recipient"))
                                                                   : capture_ask(c, inquiry_derived(req->form->act, i), k.id, location, form_text(req->form, "mode"));
    }
    Err e = journal_commit(c, acts, chosen->n);
    if (e != OK) {
        TRY(form_refused(c, req, e));
        goto again;
    }
    res_said(res, N_("Asked for. The captures follow within a minute."));
    res_redirect(res, "/case/" STR_FMT "/captures", STR_ARG(id_hex(c->arena, k.id)));
    return OK;
again:
    res_again(res, "/case/" STR_FMT "/captures", STR_ARG(id_hex(c->arena, k.id)));
    return OK;
}

/* ---- one capture ---- */

Err inquiry_capture_of(Ctx *c, const Request *req, CaptureRow *out) {
    Id id = ID_NONE, case_id = ID_NONE;
    TRY(req_id(req, "capture", &id));
    TRY(req_id(req, "case", &case_id));
    TRY(capture_by_id(c, id, out));
    return id_eq(out->case_id, case_id) ? OK : E_MISSING;
}

Err inquiry_capture_back(Ctx *c, Response *res, const CaptureRow *k) {
    res_redirect(res, "/case/" STR_FMT "/capture/" STR_FMT, STR_ARG(id_hex(c->arena, k->case_id)), STR_ARG(id_hex(c->arena, k->id)));
    return OK;
}

UnixMs inquiry_given_on(const Ctx *c, const Form *f, const char *name) {
    Date d = form_at(f, name)->given ? form_date(f, name) : DATE_NONE;
    if (date_none(d)) return 0;
    return date_cmp(d, civil_at(c->app->zone, c->now).date) == 0 ? c->now : day_start(c->app->zone, d);
}

static Str hex_or_none(Ctx *c, Str bytes) { return bytes.n > 0 ? hex_enc(c->arena, bytes) : S("–"); }

static size_t fact_items(Ctx *c, const UiCtx *ui, const CaptureRow *k, UiItem *out) {
    size_t n = 0;
    out[n++] = (UiItem){ .label = tr(ui, N_("Where")), .text = place(c, ui, k->location) };
    out[n++] = (UiItem){ .label = tr(ui, N_("Asked for")), .text = str_fmt(c->arena, STR_FMT ", " STR_FMT, STR_ARG(ui_when(ui, k->asked)), STR_ARG(inquiry_user_name(c, ui, k->asked_by, STR_NONE))) };
    out[n++] = (UiItem){ .label = tr(ui, N_("Way")), .text = inquiry_say(ui, "mode", k->mode) };
    if (k->recipient.n > 0) out[n++] = (UiItem){ .label = tr(ui, N_("Sealed to")), .text = k->seal_to.n > 0 ? str_fmt(c->arena, STR_FMT ", " STR_FMT, STR_ARG(k->recipient), STR_ARG(k->seal_to)) : k->recipient };
    if (k->released != 0) out[n++] = (UiItem){ .label = tr(ui, N_("Released")), .text = str_fmt(c->arena, STR_FMT ", " STR_FMT, STR_ARG(ui_when(ui, k->released)), STR_ARG(inquiry_user_name(c, ui, k->released_by, STR_NONE))) };
    if (!str_eq(k->state, S("made"))) return n;
    out[n++] = (UiItem){ .label = tr(ui, N_("Seen")), .text = str_fmt(c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(ui_when(ui, k->made)), STR_ARG(when_rfc3339(c->arena, k->made))) };
    out[n++] = (UiItem){ .label = tr(ui, N_("From where")), .text = inquiry_say(ui, "vantage", k->vantage) };
    out[n++] = (UiItem){ .label = tr(ui, N_("What came")), .text = k->status > 0 ? str_fmt(c->arena, STR_FMT " (%lld)", STR_ARG(inquiry_say(ui, "result", k->result)), (long long)k->status) : inquiry_say(ui, "result", k->result) };
    out[n++] = (UiItem){ .label = tr(ui, N_("Requests made")), .text = ui_int(ui, k->requests > 0 ? k->requests : k->hops) };
    out[n++] = (UiItem){ .label = tr(ui, N_("Content")), .text = inquiry_say(ui, "body", k->body) };
    out[n++] = (UiItem){ .label = tr(ui, N_("Kind of body")), .text = k->media_type.n > 0 ? k->media_type : S("–") };
    out[n++] = (UiItem){ .label = tr(ui, N_("Length of the body")), .text = ui_bytes(ui, k->length) };
    out[n++] = (UiItem){ .label = tr(ui, N_("SHA-256 of the body")), .text = hex_or_none(c, k->digest) };
    out[n++] = (UiItem){ .label = tr(ui, N_("SHA-256 of the file")), .text = hex_or_none(c, k->warc_sha256) };
    out[n++] = (UiItem){ .label = tr(ui, N_("Size of the file")), .text = ui_bytes(ui, k->warc_size) };
    if (!str_eq(k->form, S("warc"))) out[n++] = (UiItem){ .label = tr(ui, N_("Not asked for, or not kept")), .text = ui_int(ui, k->left_out) };
    if (k->clock.n > 0) out[n++] = (UiItem){ .label = tr(ui, N_("Clock")), .text = k->clock };
    out[n++] = (UiItem){ .label = tr(ui, N_("Made with")), .text = k->browser.n > 0 ? str_fmt(c->arena, STR_FMT ", " STR_FMT, STR_ARG(k->tool), STR_ARG(k->browser)) : k->tool };
    return n;
}

static size_t kept_items(const UiCtx *ui, const CaptureRow *k, TplInquiryCaptureKept *kept, TplInquiryCaptureNotKept *not, size_t *out_not) {
    size_t n = 0, m = 0;
    bool whole = str_eq(k->body, S("kept")) || str_eq(k->body, S("kept_cut"));
    if (k->hops > 0) {
        kept[n++].text = tr(ui, N_("every request and every response head, as they went over the wire"));
        kept[n++].text = tr(ui, N_("address of the server, what the name was resolved to, certificates of that very connection, times"));
        if (k->digest.n > 0) kept[n++].text = tr(ui, N_("SHA-256 of the whole body"));
    } else {
        kept[n++].text = tr(ui, N_("what went wrong, and when"));
    }
    if (whole) kept[n++].text = tr(ui, N_("the body"));
    if (!id_none(k->text_file)) kept[n++].text = tr(ui, N_("the visible text"));
    if (!whole && !str_eq(k->body, S("none"))) not[m++].text = str_fmt(ui->a, STR_FMT ": " STR_FMT, STR_ARG(tr(ui, N_("the body"))), STR_ARG(inquiry_say(ui, "body", k->body)));
    if (!id_none(k->shot)) kept[n++].text = tr(ui, N_("a picture of the page, with grey or blurred boxes in place of imagery"));
    if (k->browser.n == 0) not[m++].text = tr(ui, N_("pictures, films, scripts and anything else that the page refers to: never asked for"));
    else if (str_eq(k->mode, S("text"))) not[m++].text = tr(ui, N_("pictures, films and fonts: never asked for"));
    else if (!str_eq(k->mode, S("full"))) not[m++].text = tr(ui, N_("pictures and films themselves: asked for and hashed, never kept"));
    if (k->left_out > 0) not[m++].text = tr(ui, N_("each request that was not made or not kept stands in the file, with the reason"));
    not[m++].text = k->browser.n == 0 ? tr(ui, N_("what only appears after sign-in, with cookies, or by script")) : tr(ui, N_("what only appears after sign-in or with cookies"));
    *out_not = m;
    return n;
}

static Err shown_text(Ctx *c, const CaptureRow *k, TplInquiryCapture *t) {
    Str text = STR_NONE;
    t->no_text = id_none(k->text_file) && str_eq(k->body, S("kept"));
    if (id_none(k->text_file) || k->erased != 0) return OK;
    t->look = capture_path(c, k, "/look");
    TRY(inquiry_taken_lately(c, k->id, "capture.handled", "viewed", &t->looked));
    if (!t->looked) return OK;
    Err e = blob_get(c, k->text_file, 1 << 20, &text);
    if (e != OK && e != E_MISSING) return e;
    t->cut = text.n > TEXT_SHOWN;
    t->text = str_utf8_cut(text, TEXT_SHOWN);
    return OK;
}

/* The dossiers that carry the exhibit stand in its custody, each at its own time. */
static Err with_dossiers(Ctx *c, const UiCtx *ui, Id capture, Str ref, UiTime **list, size_t *n) {
    DossierRow *rows = NULL;
    size_t rows_n = 0;
    TRY(dossiers_with(c, capture, &rows, &rows_n));
    UiTime *all = ARENA_ARRAY(c->arena, UiTime, *n + rows_n + 1);
    size_t k = *n;
    if (k > 0) memcpy(all, *list, k * sizeof *all);
    for (size_t i = 0; i < rows_n; i++) {
        UiTime one_row = { .at = rows[i].asked, .sign = S("•"), .who = inquiry_user_name(c, ui, rows[i].asked_by, STR_NONE), .text = inquiry_say(ui, "custody", S("dossier.chosen")), .detail = dossier_number(c->arena, ref, &rows[i]),
            .href = url_path(c->arena, "/dossier/" STR_FMT, STR_ARG(id_hex(c->arena, rows[i].id))), .state = STATE_DONE };
        bool there = false; /* since exhibits have a chain of their own, it stands there itself */
        for (size_t j = 0; j < *n; j++) there = there || str_eq((*list)[j].href.s, one_row.href.s);
        if (there) continue;
        size_t at = k++;
        for (; at > 0 && all[at - 1].at > one_row.at; at--) all[at] = all[at - 1];
        all[at] = one_row;
    }
    *list = all;
    *n = k;
    return OK;
}

Err inquiry_capture_page(Ctx *c, const Request *req, Response *res) {
    CaptureRow k;
    CaseRow file;
    UiTime *custody = NULL;
    UiItem facts[24];
    TplInquiryCaptureKept kept[8];
    TplInquiryCaptureNotKept not[8];
    TRY(inquiry_capture_of(c, req, &k));
    TRY(inquiry_case(c, req, &file));
    UiOption what[] = { { S("handed_over"), tr(req->ui, N_("I handed it over")), STR_NONE }, { S("received"), tr(req->ui, N_("They confirmed that they have it")), STR_NONE } };
    UiOption notes[] = { { S("annotated"), tr(req->ui, N_("A remark")), STR_NONE }, { S("corrected"), tr(req->ui, N_("A correction: something that was written down is not so")), STR_NONE } };
    Str title = TRF(req->ui, N_("Capture of {day}"), UA_S("day", ui_when_short(req->ui, k.made != 0 ? k.made : k.asked)));
    UiCrumb crumbs[] = { { .word = file.ref, .href = case_path(c, k.case_id, "") }, { .word = tr(req->ui, N_("Captures")), .href = case_path(c, k.case_id, "/captures") }, { .word = title } };
    TplInquiryCapture t = { .title = title, .crumbs = crumbs, .crumbs_n = LEN(crumbs), .state = inquiry_state(k.state), .word = inquiry_say(req->ui, "state", k.state), .made = str_eq(k.state, S("made")),
        .form = form_page(req, inquiry_give_form, LEN(inquiry_give_form)), .whats = what, .whats_n = LEN(what), .take = capture_path(c, &k, "/take"), .give = capture_path(c, &k, "/give"),
        .note_form = form_page(req, inquiry_note_form, LEN(inquiry_note_form)), .notes = notes, .notes_n = LEN(notes), .note = capture_path(c, &k, "/note"), .recheck = capture_path(c, &k, "/recheck"),  .facts = facts, .kept = kept, .not_kept = not };
    UiOption whys[] = { { S("asked"), inquiry_say(req->ui, "ground", S("asked")), STR_NONE }, { S("objection"), inquiry_say(req->ui, "ground", S("objection")), STR_NONE }, { S("order"), inquiry_say(req->ui, "ground", S("order")), STR_NONE },
        { S("mistake"), inquiry_say(req->ui, "ground", S("mistake")), STR_NONE } };
    t.erased_on = k.erased;
    if (k.erased != 0) t.erased_why = inquiry_say(req->ui, "ground", k.erased_why);
    t.erase_form = form_page(req, inquiry_erase_form, LEN(inquiry_erase_form));
    t.grounds = whys;
    t.grounds_n = LEN(whys);
    if (t.made && k.erased == 0 && (c->person.roles & R_LEAD) != 0 && access_can(c, "case.erase", OBJ(OBJ_CASE, k.case_id))) t.erase = capture_path(c, &k, "/erase");
    t.held = str_eq(k.state, S("held"));
    t.waiting = str_eq(k.state, S("asked"));
    t.may_cancel = (t.held || t.waiting) && access_case(c, "capture.cancel", k.case_id) == OK;
    t.may_release = t.held && !id_eq(c->person.user, k.asked_by) && access_case(c, "capture.release", k.case_id) == OK;
    t.cancel = capture_path(c, &k, "/cancel");
    t.release = capture_path(c, &k, "/release");
    c->fail = (Fail){ 0 };
    if (k.why.n > 0) t.why = inquiry_say(req->ui, "why", k.why);
    t.facts_n = fact_items(c, req->ui, &k, facts);
    t.kept_n = kept_items(req->ui, &k, kept, not, &t.not_kept_n);
    TRY(shown_text(c, &k, &t));
    TRY(inquiry_custody(c, req->ui, k.id, &custody, &t.custody_n));
    TRY(with_dossiers(c, req->ui, k.id, file.ref, &custody, &t.custody_n));
    t.custody = custody;
    tpl_inquiry_capture(&res->body, req->ui, &t);
    return OK;
}

static Str file_name(Ctx *c, const CaptureRow *k) { return str_fmt(c->arena, "capture-" STR_FMT "%s", STR_ARG(str_sub(id_hex(c->arena, k->id), 0, 8)), capture_tail(k)); }

/* Taking it out is written down first; then the file may be fetched by this person for ten minutes. */
Err inquiry_take_post(Ctx *c, const Request *req, Response *res) {
    CaptureRow k;
    TRY(inquiry_capture_of(c, req, &k));
    if (id_none(k.warc)) return ctx_refuse(c, E_CONFLICT, NULL, N_("There is no file yet."));
    TRY(journal_one(c, capture_handle(c, ID_NONE, &k, S("copied"), STR_NONE, 0)));
    res_redirect(res, "/case/" STR_FMT "/capture/" STR_FMT "/file", STR_ARG(id_hex(c->arena, k.case_id)), STR_ARG(id_hex(c->arena, k.id)));
    return OK;
}

Err inquiry_capture_file(Ctx *c, const Request *req, Response *res) {
    CaptureRow k;
    bool taken = false;
    Str bytes = STR_NONE;
    TRY(inquiry_capture_of(c, req, &k));
    TRY(inquiry_taken_lately(c, k.id, "capture.handled", "copied", &taken));
    if (!taken || id_none(k.warc)) {
        res_redirect(res, "/case/" STR_FMT "/capture/" STR_FMT, STR_ARG(id_hex(c->arena, k.case_id)), STR_ARG(id_hex(c->arena, k.id)));
        return OK;
    }
    if (str_eq(req_query(req, "get"), S("shot")) && !id_none(k.shot)) {
        TRY(blob_get(c, k.shot, WARC_BYTES_MAX, &bytes));
        res_download(res, "image/png", str_fmt(c->arena, "capture-" STR_FMT ".png", STR_ARG(str_sub(id_hex(c->arena, k.id), 0, 8))));
        res_pieces(res, bytes);
        return OK;
    }
    if (str_eq(req_query(req, "get"), S("1"))) {
        TRY(blob_get(c, k.warc, WARC_BYTES_MAX, &bytes));
        res_download(res, capture_type(&k), file_name(c, &k));
        res_pieces(res, bytes);
        return OK;
    }
    UiCrumb crumbs[] = { { .word = tr(req->ui, N_("Captures")), .href = case_path(c, k.case_id, "/captures") }, { .word = tr(req->ui, N_("This capture")), .href = capture_path(c, &k, "") }, { .word = tr(req->ui, N_("File")) } };
    TplInquiryTaken t = { .title = tr(req->ui, N_("Fetch the file")), .crumbs = crumbs, .crumbs_n = LEN(crumbs), .file = url_with(c->arena, capture_path(c, &k, "/file"), "get", S("1")), .name = file_name(c, &k),
        .size = ui_bytes(req->ui, k.warc_size), .sha256 = hex_or_none(c, k.warc_sha256) };
    if (!id_none(k.shot)) t.shot = url_with(c->arena, capture_path(c, &k, "/file"), "get", S("shot"));
    tpl_inquiry_taken(&res->body, req->ui, &t);
    return OK;
}

Err inquiry_give_post(Ctx *c, const Request *req, Response *res) {
    CaptureRow k;
    TRY(inquiry_capture_of(c, req, &k));
    if (req->form->errors == 0) {
        Act *a = capture_handle(c, req->form->act, &k, form_text(req->form, "what"), form_text(req->form, "to"), inquiry_given_on(c, req->form, "on"));
        Err e = journal_one(c, a);
        if (e != OK) TRY(form_refused(c, req, e));
    }
    if (req->form->errors > 0) res_again(res, "/case/" STR_FMT "/capture/" STR_FMT, STR_ARG(id_hex(c->arena, k.case_id)), STR_ARG(id_hex(c->arena, k.id)));
    else {
        res_said(res, N_("Written down."));
        res_redirect(res, "/case/" STR_FMT "/capture/" STR_FMT, STR_ARG(id_hex(c->arena, k.case_id)), STR_ARG(id_hex(c->arena, k.id)));
    }
    return OK;
}

/* ---- the panel ---- */

Err inquiry_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    enum { SHOWN = 5 };
    CaptureRow *rows = NULL;
    size_t n = 0;
    int64_t all = 0;
    const char *barred = NULL;
    TRY(capture_barred(c, k->id, &barred));
    TRY(capture_of_case(c, k->id, 0, SHOWN, &rows, &n, &all));
    TplInquiryPanelCaptures *list = ARENA_ARRAY(c->arena, TplInquiryPanelCaptures, n + 1);
    for (size_t i = 0; i < n; i++)
        list[i] = (TplInquiryPanelCaptures){ .href = capture_path(c, &rows[i], ""), .at = rows[i].made != 0 ? rows[i].made : rows[i].asked, .what = place(c, ui, rows[i].location), .state = inquiry_state(rows[i].state),
            .word = str_eq(rows[i].state, S("made")) ? inquiry_say(ui, "result", rows[i].result) : inquiry_say(ui, "state", rows[i].state) };
    DossierRow *dossiers = NULL;
    size_t m = 0;
    TRY(dossier_of_case(c, k->id, &dossiers, &m));
    if (m > SHOWN) m = SHOWN;
    TplInquiryPanelDossiers *files = ARENA_ARRAY(c->arena, TplInquiryPanelDossiers, m + 1);
    for (size_t i = 0; i < m; i++)
        files[i] = (TplInquiryPanelDossiers){ .href = url_path(c->arena, "/dossier/" STR_FMT, STR_ARG(id_hex(c->arena, dossiers[i].id))), .at = dossiers[i].made != 0 ? dossiers[i].made : dossiers[i].asked, .what = dossier_number(c->arena, k->ref, &dossiers[i]),
            .state = inquiry_state(dossiers[i].state), .word = inquiry_say(ui, "state", dossiers[i].state) };
    TplInquiryPanel t = { .captures = list, .captures_n = n, .dossiers = files, .dossiers_n = m, .make = case_path(c, k->id, "/dossier"), .all = case_path(c, k->id, "/captures"), .minor = barred != NULL && strcmp(barred, "minor") == 0 };
    tpl_inquiry_panel(out, ui, &t);
    return OK;
}

const Route inquiry_routes[INQUIRY_ROUTES] = {
    { GET, "/ledger", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, ledger_page },
    { GET, "/ledger/checkpoint", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, ledger_checkpoint, .cost = 255 },
    { GET, "/ledger/tile/{tile*}", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, ledger_tile, .cost = 255 },
    { GET, "/case/{case}/captures", R_WORKER | R_LEAD, "capture.read", LEVEL_STAFF, 0, inquiry_captures_page },
    { POST, "/case/{case}/capture", R_WORKER | R_LEAD, "capture.ask", LEVEL_STAFF, 65536, inquiry_capture_post, ROUTE_FORM(inquiry_capture_form) },
    { GET, "/case/{case}/capture/{capture}", R_WORKER | R_LEAD, "capture.read", LEVEL_STAFF, 0, inquiry_capture_page },
    { POST, "/case/{case}/capture/{capture}/release", R_WORKER | R_LEAD, "capture.release", LEVEL_FRESH, 4096, inquiry_release_post },
    { POST, "/case/{case}/capture/{capture}/cancel", R_WORKER | R_LEAD, "capture.cancel", LEVEL_STAFF, 4096, inquiry_cancel_post },
    { POST, "/case/{case}/capture/{capture}/take", R_WORKER | R_LEAD, "capture.read", LEVEL_STAFF, 4096, inquiry_take_post },
    { POST, "/case/{case}/capture/{capture}/give", R_WORKER | R_LEAD, "capture.read", LEVEL_STAFF, 16384, inquiry_give_post, ROUTE_FORM(inquiry_give_form) },
    { POST, "/case/{case}/capture/{capture}/look", R_WORKER | R_LEAD, "capture.read", LEVEL_STAFF, 4096, inquiry_look_post },
    { POST, "/case/{case}/capture/{capture}/note", R_WORKER | R_LEAD, "exhibit.manage", LEVEL_STAFF, 16384, inquiry_note_post, ROUTE_FORM(inquiry_note_form) },
    { POST, "/case/{case}/capture/{capture}/erase", R_LEAD, "case.erase", LEVEL_FRESH, 4096, inquiry_erase_post, ROUTE_FORM(inquiry_erase_form) },
    { POST, "/case/{case}/capture/{capture}/recheck", R_WORKER | R_LEAD, "capture.read", LEVEL_STAFF, 4096, inquiry_recheck_post },
    { GET, "/case/{case}/capture/{capture}/file", R_WORKER | R_LEAD, "capture.read", LEVEL_STAFF, 0, inquiry_capture_file },
    { GET, "/case/{case}/dossier", R_WORKER | R_LEAD, "dossier.read", LEVEL_STAFF, 0, inquiry_dossiers_page },
    { POST, "/case/{case}/dossier", R_WORKER | R_LEAD, "dossier.export", LEVEL_FRESH, 131072, inquiry_dossier_post, ROUTE_FORM(inquiry_dossier_form) },
    { GET, "/dossier/{dossier}", R_WORKER | R_LEAD | R_INSPECTOR, "dossier.read", LEVEL_STAFF, 0, inquiry_dossier_page },
    { GET, "/dossier/{dossier}/check.json", R_WORKER | R_LEAD | R_INSPECTOR, "dossier.read", LEVEL_STAFF, 0, inquiry_dossier_badge },
    { POST, "/dossier/{dossier}/take", R_WORKER | R_LEAD | R_INSPECTOR, "dossier.read", LEVEL_FRESH, 4096, inquiry_dossier_take },
    { POST, "/dossier/{dossier}/give", R_WORKER | R_LEAD, "dossier.read", LEVEL_STAFF, 16384, inquiry_dossier_give, ROUTE_FORM(inquiry_give_form) },
    { GET, "/dossier/{dossier}/send", R_WORKER | R_LEAD, "dossier.read", LEVEL_STAFF, 0, inquiry_send_page },
    { POST, "/dossier/{dossier}/send/age", R_WORKER | R_LEAD, "dossier.read", LEVEL_FRESH, 8192, inquiry_send_age, ROUTE_FORM(inquiry_age_form) },
    { POST, "/dossier/{dossier}/send/link", R_WORKER | R_LEAD, "dossier.read", LEVEL_FRESH, 8192, inquiry_send_link, ROUTE_FORM(inquiry_link_form) },
    { POST, "/dossier/{dossier}/send/end", R_WORKER | R_LEAD, "dossier.read", LEVEL_STAFF, 4096, inquiry_send_end, ROUTE_FORM(inquiry_end_form) },
    { GET, "/dossier/{dossier}/versions", R_WORKER | R_LEAD, "dossier.read", LEVEL_STAFF, 0, inquiry_versions_page },
    { POST, "/dossier/{dossier}/versions", R_WORKER | R_LEAD, "dossier.read", LEVEL_FRESH, 65536, inquiry_versions_post, ROUTE_FORM(inquiry_version_form) },
    { POST, "/dossier/{dossier}/receipt", R_WORKER | R_LEAD | R_INSPECTOR, "dossier.receipt", LEVEL_STAFF, 16384, inquiry_receipt_post, ROUTE_FORM(inquiry_receipt_form) },
    { GET, "/fetch/{token}", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, inquiry_fetch_page, .cost = 5 },
    { POST, "/fetch/{token}", WHO_ANYBODY, "public.read", LEVEL_OPEN, 4096, inquiry_fetch_post, .cost = 10 },
    { GET, "/fetch/{token}/file", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, inquiry_fetch_file, .cost = 10 },
    { GET, "/dossier/{dossier}/file", R_WORKER | R_LEAD | R_INSPECTOR, "dossier.read", LEVEL_STAFF, 0, inquiry_dossier_file },
};
