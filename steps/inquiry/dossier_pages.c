/* dossier_pages.c - making a dossier, and reading one: what is proven first, then findings to adopt, custody, taking it out. */
#include "core/case/dossier_after.h"
#include "core/case/dossier_version.h"
#include "core/case/formkit.h"
#include "foundation/base/enc.h"
#include "steps/inquiry/dossier_in.h"

enum { SLOTS = 3, SHEET_MAX = 60, PAGE_CHECK_MAX = 32 << 20 };

static const char *const langs[] = { "nl", "en", NULL };
static const char *const bases[] = { "observed", "inferred", "told", NULL };
#define FINDING_PARAMS(n) \
    { .name = "norm" n, .kind = P_TEXT, .max = 64, .label = N_("What was breached") }, { .name = "seen" n, .kind = P_LONGTEXT, .max = 4000, .label = N_("What was seen") }, { .name = "on" n, .kind = P_DATE, .label = N_("When") }, \
    { .name = "basis" n, .kind = P_CHOICE, .choices = bases, .label = N_("How do you know") }, { .name = "how" n, .kind = P_LONGTEXT, .max = 2000, .label = N_("How it was established") }, \
    { .name = "against" n, .kind = P_LONGTEXT, .max = 2000, .label = N_("What speaks against it") }
const Param inquiry_dossier_form[INQUIRY_DOSSIER_FORM] = {
    { .name = "recipient", .kind = P_TEXT, .max = 64, .label = N_("For") },
    { .name = "lang", .kind = P_CHOICE, .required = true, .choices = langs, .label = N_("First language") },
    { .name = "captures", .kind = P_ID, .many = true, .label = N_("Captures") },
    FINDING_PARAMS(""), FINDING_PARAMS("2"), FINDING_PARAMS("3"),
};

static Url case_path(Ctx *c, Id case_id, const char *tail) { return url_path(c->arena, "/case/" STR_FMT "%s", STR_ARG(id_hex(c->arena, case_id)), tail); }
static Url dossier_path(Ctx *c, Id id, const char *tail) { return url_path(c->arena, "/dossier/" STR_FMT "%s", STR_ARG(id_hex(c->arena, id)), tail); }

static Str body_name(Ctx *c, const UiCtx *ui, Str code) {
    const LawAuthority *b = c->app->law != NULL && code.n > 0 ? law_authority(c->app->law, code, DATE_NONE) : NULL;
    return b != NULL ? b->name[ui->lang] : code;
}

/* ---- the list, and the form ---- */

static Err list_rows(Ctx *c, const UiCtx *ui, const CaseRow *k, TplInquiryDossiers *t) {
    DossierRow *rows = NULL;
    size_t n = 0;
    TRY(dossier_of_case(c, k->id, &rows, &n));
    TplInquiryDossiersRows *out = ARENA_ARRAY(c->arena, TplInquiryDossiersRows, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = (TplInquiryDossiersRows){ .href = dossier_path(c, rows[i].id, ""), .number = dossier_number(c->arena, k->ref, &rows[i]), .at = rows[i].made != 0 ? rows[i].made : rows[i].asked, .recipient = body_name(c, ui, rows[i].recipient),
            .captures = rows[i].captures, .findings = rows[i].findings, .state = inquiry_state(rows[i].state), .word = inquiry_say(ui, "state", rows[i].state), .why = rows[i].why.n > 0 ? inquiry_say(ui, "why", rows[i].why) : STR_NONE };
    t->rows = out;
    t->rows_n = n;
    return OK;
}

static Err capture_options(Ctx *c, const UiCtx *ui, const CaseRow *k, TplInquiryDossiers *t) {
    CaptureRow *rows = NULL;
    size_t n = 0, m = 0;
    int64_t all = 0;
    TRY(capture_of_case(c, k->id, 0, CHOSEN_MAX, &rows, &n, &all));
    UiOption *out = ARENA_ARRAY(c->arena, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) {
        LocationRow l;
        if (!str_eq(rows[i].state, S("made")) || location_by_id(c, rows[i].location, &l) != OK || location_open(c, &l, 1) != OK) continue;
        out[m++] = (UiOption){ .value = id_hex(c->arena, rows[i].id), .label = str_fmt(c->arena, STR_FMT " · " STR_FMT, STR_ARG(ui_when_short(ui, rows[i].made)), STR_ARG(l.url_err == OK ? l.url : tr(ui, "address erased"))),
            .hint = inquiry_say(ui, "result", rows[i].result) };
    }
    t->captures = out;
    t->captures_n = m;
    return OK;
}

static size_t recipient_options(Ctx *c, const UiCtx *ui, UiOption **out) {
    const LawAuthority *const *rows = NULL;
    *out = NULL;
    if (c->app->law == NULL) return 0;
    size_t n = law_authority_list(c->app->law, civil_at(c->app->zone, c->now).date, c->arena, &rows);
    UiOption *list = ARENA_ARRAY(c->arena, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) list[i] = (UiOption){ .value = rows[i]->r.id, .label = rows[i]->name[ui->lang] };
    *out = list;
    return n;
}

Err inquiry_dossiers_page(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    UiOption *norms = NULL, *bodies = NULL;
    TRY(inquiry_case(c, req, &k));
    UiCrumb crumbs[] = { { .word = k.ref, .href = case_path(c, k.id, "") }, { .word = tr(req->ui, N_("Dossiers")) } };
    UiOption lang_options[] = { { S("nl"), S("Nederlands"), STR_NONE }, { S("en"), S("English"), STR_NONE } };
    UiOption basis_options[] = { { S("observed"), inquiry_say(req->ui, "basis", S("observed")), STR_NONE }, { S("inferred"), inquiry_say(req->ui, "basis", S("inferred")), STR_NONE }, { S("told"), inquiry_say(req->ui, "basis", S("told")), STR_NONE } };
    Form *f = form_page(req, inquiry_dossier_form, INQUIRY_DOSSIER_FORM);
    form_set(f, "lang", str_c(lang_code(req->ui->lang)));
    static const char *const basis_names[SLOTS] = { "basis", "basis2", "basis3" };
    for (size_t i = 0; i < SLOTS; i++) form_set(f, basis_names[i], S("observed"));
    TplInquiryDossiers t = { .ref = k.ref, .crumbs = crumbs, .crumbs_n = LEN(crumbs), .post = case_path(c, k.id, "/dossier"), .form = f, .langs = lang_options, .langs_n = LEN(lang_options), .bases = basis_options,
        .bases_n = LEN(basis_options), .minor = !str_eq(k.lane, S("adult")) };
    t.may_make = access_case(c, "dossier.export", k.id) == OK;
    c->fail = (Fail){ 0 };
    t.norms_n = inquiry_norms(c, req->ui, &norms);
    t.recipients_n = recipient_options(c, req->ui, &bodies);
    t.norms = norms;
    t.recipients = bodies;
    TRY(list_rows(c, req->ui, &k, &t));
    if (!t.minor) TRY(capture_options(c, req->ui, &k, &t));
    tpl_inquiry_dossiers(&res->body, req->ui, &t);
    return OK;
}

/* One slot of the form. A slot is used when something was seen; then the rest of it is needed too. */
static bool slot_read(Ctx *c, Form *f, size_t i, FindingNew *out) {
    static const char *const names[SLOTS][6] = { { "norm", "seen", "on", "basis", "how", "against" }, { "norm2", "seen2", "on2", "basis2", "how2", "against2" }, { "norm3", "seen3", "on3", "basis3", "how3", "against3" } };
    const char *const *n = names[i];
    if (form_text(f, n[1]).n == 0) return false;
    *out = (FindingNew){ .norm = form_text(f, n[0]), .seen = form_text(f, n[1]), .basis = form_text(f, n[3]), .how = form_text(f, n[4]), .against = form_text(f, n[5]), .on = c->now };
    if (out->basis.n == 0) out->basis = S("observed");
    Draft names_only = { .c = c };
    bool verified = false;
    bool known = out->norm.n > 0 && !str_eq(draft_norm(&names_only, LANG_EN, out->norm, &verified), out->norm);
    if (!known) form_fail(f, n[0], N_("Choose what was breached."));
    if (out->against.n == 0) form_fail(f, n[5], N_("Say what speaks against it, or that nothing is known."));
    const Value *on = form_at(f, n[2]);
    if (on->given && on->error == NULL) {
        Date d = form_date(f, n[2]), today = civil_at(c->app->zone, c->now).date;
        out->on = date_cmp(d, today) == 0 ? c->now : day_start(c->app->zone, d);
        if (date_cmp(d, today) > 0) form_fail(f, n[2], N_("This day has not come yet."));
    }
    return true;
}

static Err ask_from(Ctx *c, Form *f, Id case_id, Id *out_dossier) {
    FindingNew findings[SLOTS];
    size_t n = 0, acts_n = 0;
    Act **acts = NULL;
    const Value *chosen = form_at(f, "captures");
    Id *captures = ARENA_ARRAY(c->arena, Id, chosen->n + 1);
    for (size_t i = 0; i < SLOTS; i++) n += slot_read(c, f, i, &findings[n]);
    Str to = form_text(f, "recipient");
    if (to.n > 0 && (c->app->law == NULL || law_authority(c->app->law, to, DATE_NONE) == NULL)) form_fail(f, "recipient", N_("This choice is not known."));
    if (f->errors > 0) return E_INPUT;
    for (size_t i = 0; i < chosen->n; i++) TRY(id_parse(chosen->all[i], &captures[i]));
    DossierAsk ask = { .act_id = f->act, .case_id = case_id, .lang = form_text(f, "lang"), .recipient = to, .captures = captures, .captures_n = chosen->n, .findings = findings, .findings_n = n };
    Err e = dossier_ask(c, &ask, out_dossier, &acts, &acts_n);
    if (e == OK) e = journal_commit(c, acts, acts_n);
    if (e == OK && acts[0]->already) *out_dossier = acts[0]->subject;
    return e;
}

Err inquiry_dossier_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Id dossier = ID_NONE;
    TRY(inquiry_case(c, req, &k));
    Err e = ask_from(c, req->form, k.id, &dossier);
    if (e != OK && req->form->errors == 0) TRY(form_refused(c, req, e));
    if (req->form->errors > 0) {
        res_again(res, "/case/" STR_FMT "/dossier", STR_ARG(id_hex(c->arena, k.id)));
        return OK;
    }
    res_said(res, N_("Asked for. The server makes the file now."));
    res_redirect(res, "/case/" STR_FMT "/dossier", STR_ARG(id_hex(c->arena, k.id)));
    return OK;
}

/* ---- one dossier ---- */

Err inquiry_dossier_of(Ctx *c, const Request *req, DossierRow *out, CaseRow *out_case) {
    Id id = ID_NONE;
    TRY(req_id(req, "dossier", &id));
    TRY(access_may(c, "dossier.read", OBJ(OBJ_DOSSIER, id)));
    TRY(dossier_by_id(c, id, out));
    return case_by_id(c, out->case_id, out_case);
}

static UiState verdict_state(DossierVerdict v) {
    return v == VERDICT_OK ? STATE_DONE : v == VERDICT_REMARK ? STATE_WAITING : v == VERDICT_FAILED ? STATE_REFUSED : STATE_INFO;
}

/* The stored file is checked as it is looked at: the badge is never older than the page. */
static Err sheet(Ctx *c, const UiCtx *ui, const DossierRow *d, TplInquiryDossier *t, Str *out_vkey) {
    DossierReport *r = ARENA_NEW(c->arena, DossierReport);
    Err e = dossier_check(c, d->file, PAGE_CHECK_MAX, r, out_vkey);
    t->unchecked = e == E_LIMIT;
    t->gone = e == E_MISSING; /* its key was destroyed */
    if (t->unchecked || t->gone) return OK;
    TRY(e);
    TplInquiryDossierSheet *rows = ARENA_ARRAY(c->arena, TplInquiryDossierSheet, SHEET_MAX);
    t->bad = r->failed > 0;
    for (size_t i = 0; i < r->n && t->sheet_n < SHEET_MAX; i++) {
        const DossierItem *x = &r->items[i];
        rows[t->sheet_n++] = (TplInquiryDossierSheet){ .state = verdict_state(x->verdict), .word = tr(ui, dossier_verdict_word(x->verdict)), .check = inquiry_say(ui, "check", str_c(x->check)), .file = x->file, .why = x->why, .detail = x->detail };
    }
    t->sheet = rows;
    return OK;
}

static size_t fact_items(Ctx *c, const UiCtx *ui, const DossierRow *d, const CaseRow *k, Str vkey, UiItem *out) {
    size_t n = 0;
    out[n++] = (UiItem){ .label = tr(ui, N_("Dossier")), .text = dossier_number(c->arena, k->ref, d) };
    out[n++] = (UiItem){ .label = tr(ui, N_("For")), .text = d->recipient.n > 0 ? body_name(c, ui, d->recipient) : S("–") };
    out[n++] = (UiItem){ .label = tr(ui, N_("Asked for")), .text = ui_when(ui, d->asked) };
    if (d->made == 0) return n;
    out[n++] = (UiItem){ .label = tr(ui, N_("Made on")), .text = ui_when(ui, d->made) };
    out[n++] = (UiItem){ .label = tr(ui, N_("Captures in it")), .text = ui_int(ui, d->captures) };
    out[n++] = (UiItem){ .label = tr(ui, N_("Size")), .text = ui_bytes(ui, d->size) };
    out[n++] = (UiItem){ .label = tr(ui, N_("SHA-256 of the file")), .text = hex_enc(c->arena, d->sha256) };
    out[n++] = (UiItem){ .label = tr(ui, N_("SHA-256 of the seal")), .text = hex_enc(c->arena, d->seal) };
    if (vkey.n > 0) out[n++] = (UiItem){ .label = tr(ui, N_("Key of the ledger")), .text = vkey, .href = url_path(c->arena, "/ledger") };
    return n;
}

static Err finding_rows(Ctx *c, const UiCtx *ui, const DossierRow *d, const CaseRow *k, TplInquiryDossier *t) {
    FindingRow *rows = NULL;
    size_t n = 0;
    Draft f = { .c = c, .lang = ui->lang };
    TRY(finding_of_dossier(c, d->id, &rows, &n));
    TplInquiryDossierFindings *out = ARENA_ARRAY(c->arena, TplInquiryDossierFindings, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool verified = false;
        Str norm = draft_norm(&f, ui->lang, rows[i].norm, &verified);
        Str source = str_fmt(c->arena, STR_FMT " (dossier " STR_FMT ", %s %zu, " STR_FMT ", SHA-256 " STR_FMT ")", STR_ARG(rows[i].seen), STR_ARG(dossier_number(c->arena, k->ref, d)), ui->lang == LANG_NL ? "bevinding" : "finding", i + 1,
            STR_ARG(when_rfc3339(c->arena, rows[i].on)), STR_ARG(hex_enc(c->arena, d->seal)));
        out[i] = (TplInquiryDossierFindings){ .number = (int64_t)i + 1, .key = str_fmt(c->arena, "finding-%zu", i + 1), .norm = norm, .unverified = !verified, .basis = inquiry_say(ui, "basis", rows[i].basis), .text = rows[i].err == OK ? source : tr(ui, "address erased"), .against = rows[i].against };
    }
    t->findings = out;
    t->findings_n = n;
    return OK;
}

static Err receipt_rows(Ctx *c, const UiCtx *ui, const DossierRow *d, TplInquiryDossier *t) {
    ReceiptRow *rows = NULL;
    size_t n = 0;
    TRY(dossier_receipts(c, d->id, &rows, &n));
    TplInquiryDossierReceipts *out = ARENA_ARRAY(c->arena, TplInquiryDossierReceipts, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = (TplInquiryDossierReceipts){ .on = rows[i].on, .body = body_name(c, ui, rows[i].authority), .took = inquiry_say(ui, "took", rows[i].took), .why = rows[i].err == OK ? rows[i].why : tr(ui, "the content was erased"), .by_them = rows[i].by_them };
    t->receipts = out;
    t->receipts_n = n;
    return OK;
}

Err inquiry_dossier_page(Ctx *c, const Request *req, Response *res) {
    DossierRow d;
    CaseRow k;
    UiItem facts[12];
    UiTime *custody = NULL;
    Str vkey = STR_NONE;
    TRY(inquiry_dossier_of(c, req, &d, &k));
    bool desk = (c->person.roles & (R_WORKER | R_LEAD)) != 0 && access_case(c, "dossier.read", k.id) == OK;
    c->fail = (Fail){ 0 };
    UiOption what[] = { { S("handed_over"), tr(req->ui, "I handed it over"), STR_NONE }, { S("received"), tr(req->ui, "They confirmed that they have it"), STR_NONE } };
    Str title = TRF(req->ui, N_("Dossier {number}"), UA_S("number", dossier_number(c->arena, k.ref, &d)));
    UiCrumb crumbs[3];
    size_t crumbs_n = 0;
    if (desk) crumbs[crumbs_n++] = (UiCrumb){ .word = k.ref, .href = case_path(c, k.id, "") };
    if (desk) crumbs[crumbs_n++] = (UiCrumb){ .word = tr(req->ui, "Dossiers"), .href = case_path(c, k.id, "/dossier") };
    crumbs[crumbs_n++] = (UiCrumb){ .word = title };
    TplInquiryDossier t = { .title = title, .crumbs = crumbs, .crumbs_n = crumbs_n, .state = inquiry_state(d.state), .word = inquiry_say(req->ui, "state", d.state), .made = str_eq(d.state, S("made")), .facts = facts,
        .take = dossier_path(c, d.id, "/take"), .badge = dossier_path(c, d.id, "/check.json"), .form = form_page(req, inquiry_give_form, 3), .whats = what, .whats_n = LEN(what) };
    if (desk) t.give = dossier_path(c, d.id, "/give");
    if (desk) t.send = dossier_path(c, d.id, "/send");
    if (desk) t.versions = dossier_path(c, d.id, "/versions");
    Id by = ID_NONE;
    if (dossier_replaced(c, d.id, &by) == OK) t.replaced = dossier_path(c, by, "");
    bool whole = false;
    if (desk) TRY(inquiry_complete_html(c, req->ui, &d, &t.complete, &whole));
    t.receipt = dossier_path(c, d.id, "/receipt");
    t.receipt_form = form_page(req, inquiry_receipt_form, LEN(inquiry_receipt_form));
    t.tooks = inquiry_took_options(req->ui, &t.tooks_n);
    TRY(receipt_rows(c, req->ui, &d, &t));
    if (d.why.n > 0) t.why = inquiry_say(req->ui, "why", d.why);
    if (t.made) TRY(sheet(c, req->ui, &d, &t, &vkey));
    if (t.made) TRY(finding_rows(c, req->ui, &d, &k, &t));
    t.facts_n = fact_items(c, req->ui, &d, &k, vkey, facts);
    TRY(inquiry_custody(c, req->ui, d.id, &custody, &t.custody_n));
    t.custody = custody;
    tpl_inquiry_dossier(&res->body, req->ui, &t);
    return OK;
}

/* The same report as data, word for word what keten dossier verify --json and the page in the file say with this server's key. */
Err inquiry_dossier_badge(Ctx *c, const Request *req, Response *res) {
    DossierRow d;
    CaseRow k;
    Str vkey = STR_NONE;
    DossierReport *r = ARENA_NEW(c->arena, DossierReport);
    TRY(inquiry_dossier_of(c, req, &d, &k));
    if (!str_eq(d.state, S("made"))) return ctx_refuse(c, E_CONFLICT, NULL, N_("There is no file yet."));
    Err e = dossier_check(c, d.file, PAGE_CHECK_MAX, r, &vkey);
    if (e == E_LIMIT) return ctx_refuse(c, E_LIMIT, NULL, N_("The file is too large for this page. Check it with: keten dossier verify FILE --key VKEY."));
    TRY(e);
    dossier_report_json(r, &res->body);
    res_type(res, "application/json");
    return OK;
}

/* Taking it out is an act; an authority's inspector who does it has received it. */
Err inquiry_dossier_take(Ctx *c, const Request *req, Response *res) {
    DossierRow d;
    CaseRow k;
    OrgRow org = { 0 };
    TRY(inquiry_dossier_of(c, req, &d, &k));
    TRY(inquiry_handed_out(c, &d));
    bool own = id_eq(c->person.org, d.org);
    if (!own) TRY(org_by_id(c, c->person.org, &org));
    TRY(journal_one(c, dossier_handle(c, ID_NONE, &d, own ? S("exported") : S("received"), org.name, 0)));
    res_redirect(res, "/dossier/" STR_FMT "/file", STR_ARG(id_hex(c->arena, d.id)));
    return OK;
}

Err inquiry_dossier_file(Ctx *c, const Request *req, Response *res) {
    DossierRow d;
    CaseRow k;
    bool taken = false;
    Str bytes = STR_NONE;
    TRY(inquiry_dossier_of(c, req, &d, &k));
    TRY(inquiry_taken_lately(c, d.id, "dossier.handled", "", &taken));
    if (!taken || id_none(d.file)) {
        res_redirect(res, "/dossier/" STR_FMT, STR_ARG(id_hex(c->arena, d.id)));
        return OK;
    }
    Str name = dossier_file_name(c->arena, k.ref, &d);
    Str sealed = req_query(req, "sealed");
    if (sealed.n > 0) name = str_fmt(c->arena, STR_FMT ".age", STR_ARG(name));
    if (str_eq(req_query(req, "get"), S("1"))) {
        if (sealed.n > 0) TRY(inquiry_sealed_file(c, &d, sealed, &bytes));
        else TRY(blob_get(c, d.file, DOSSIER_FILE_MAX, &bytes));
        res_download(res, sealed.n > 0 ? "application/octet-stream" : "application/zip", name);
        res_pieces(res, bytes);
        return OK;
    }
    UiCrumb crumbs[] = { { .word = dossier_number(c->arena, k.ref, &d), .href = dossier_path(c, d.id, "") }, { .word = tr(req->ui, "File") } };
    TplInquiryTaken t = { .title = tr(req->ui, "Fetch the file"), .crumbs = crumbs, .crumbs_n = LEN(crumbs), .file = url_with(c->arena, dossier_path(c, d.id, "/file"), "get", S("1")), .name = name, .size = ui_bytes(req->ui, d.size),
        .sha256 = hex_enc(c->arena, d.sha256) };
    if (sealed.n > 0) t.file = url_with(c->arena, t.file, "sealed", sealed);
    tpl_inquiry_taken(&res->body, req->ui, &t);
    return OK;
}

Err inquiry_dossier_give(Ctx *c, const Request *req, Response *res) {
    DossierRow d;
    CaseRow k;
    TRY(inquiry_dossier_of(c, req, &d, &k));
    TRY(access_case(c, "dossier.read", k.id));
    if (req->form->errors == 0) {
        Err e = journal_one(c, dossier_handle(c, req->form->act, &d, form_text(req->form, "what"), form_text(req->form, "to"), inquiry_given_on(c, req->form, "on")));
        if (e != OK) TRY(form_refused(c, req, e));
    }
    if (req->form->errors > 0) {
        res_again(res, "/dossier/" STR_FMT, STR_ARG(id_hex(c->arena, d.id)));
        return OK;
    }
    res_said(res, N_("Written down."));
    res_redirect(res, "/dossier/" STR_FMT, STR_ARG(id_hex(c->arena, d.id)));
    return OK;
}
