/* consent_pages.c - receipts of a report, for the person of the report; and the page of each person depicted, opened by a code. */
#include "core/consent/consent_in.h"

#include "core/consent/page/consent_page.h"
#include "foundation/base/enc.h"

static const char *const type_codes[] = { "sha256", "pdq", NULL }, *const until_codes[] = { "1m", "6m", "1y", NULL }, *const people_codes[] = { "1", "2", "3", "4", "5", "6", "7", "8", NULL };
static const int64_t until_days[] = { 30, 183, 365 };
static const Param give_form[] = { { .name = "hash", .kind = P_CODE, .required = true, .min = 64, .max = 64, .label = N_("The 64 characters of the photo") }, { .name = "type", .kind = P_CHOICE, .required = true, .choices = type_codes, .label = N_("How were they made?") },
    { .name = "service", .kind = P_TEXT, .required = true, .max = CONSENT_SERVICE_MAX, .label = N_("For which site?") }, { .name = "until", .kind = P_CHOICE, .required = true, .choices = until_codes, .label = N_("Until when?") },
    { .name = "people", .kind = P_CHOICE, .required = true, .choices = people_codes, .label = N_("How many people are in the photo?") }, { .name = "agreed", .kind = P_BOOL, .required = true, .label = N_("I am in the photo. I am 18 or older, and I agree. As far as I know everybody in it is 18 or older.") } };
static const Param end_form[] = { { .name = "receipt", .kind = P_ID, .required = true } };
static const Param code_form[] = { { .name = "code", .kind = P_CODE, .required = true, .min = CONSENT_CODE_CHARS, .max = CONSENT_CODE_CHARS, .label = N_("Your code for this photo") } };
static const Param yes_form[] = { { .name = "agreed", .kind = P_BOOL, .required = true, .label = N_("I am in this photo. I am 18 or older, and I agree.") } };
static const Param no_form[] = { { .name = "sure", .kind = P_BOOL } };

static Err own_case(Ctx *c, const char *action, CaseRow *out) {
    TRY(access_case(c, action, c->person.case_id));
    return case_by_id(c, c->person.case_id, out);
}

static const UiOption *options(const UiCtx *ui, const char *const *codes, const char *const *words, size_t n) {
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, n);
    for (size_t i = 0; i < n; i++) o[i] = (UiOption){ .value = str_c(codes[i]), .label = tr(ui, words[i]) };
    return o;
}

static Err receipts_page(Ctx *c, const Request *req, Response *res) {
    static const char *const type_words[] = { N_("SHA-256: of exactly this file"), N_("PDQ: of the picture, as this site makes them") }, *const until_words[] = { N_("One month"), N_("Half a year"), N_("One year") },
        *const people_words[] = { N_("Only me"), N_("Two people"), N_("Three people"), N_("Four people"), N_("Five people"), N_("Six people"), N_("Seven people"), N_("Eight people") };
    CaseRow k;
    ReceiptRow *r = NULL;
    size_t n = 0;
    TRY(own_case(c, "report.track", &k));
    TRY(receipt_of_case(c, k.id, &r, &n));
    TplConsentReceiptsRows *rows = ARENA_ARRAY(req->a, TplConsentReceiptsRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool live = !receipt_over(&r[i], c->now) && r[i].err == OK, whole = live && r[i].yes == r[i].people;
        rows[i] = (TplConsentReceiptsRows){ .service = r[i].err == OK ? r[i].service : STR_NONE, .hash = r[i].err == OK ? r[i].hash : STR_NONE, .people = r[i].people, .until = r[i].until, .yes = r[i].yes, .live = live, .state = whole ? STATE_DONE : live ? STATE_WAITING : STATE_NONE,
            .word = r[i].ended != 0 ? N_("taken back") : !live ? N_("has ended") : whole ? N_("holds") : N_("waits for the others"), .id = id_hex(req->a, r[i].id) };
        if (whole) rows[i].file = url_path(req->a, "/own/receipts/%s/receipt.txt", str_z(req->a, id_hex(req->a, r[i].id)));
    }
    bool adult = str_eq(k.lane, S("adult")), may = adult && access_can(c, "receipt.give", OBJ(OBJ_CASE, k.id));
    TplConsentReceipts t = { .form = form_page(req, give_form, LEN(give_form)), .rows = rows, .rows_n = n, .young = !adult, .may_add = may, .to_end = url_path(req->a, "/own/receipts/end"), .types = options(req->ui, type_codes, type_words, 2), .types_n = 2,
        .untils = options(req->ui, until_codes, until_words, 3), .untils_n = 3, .peoples = options(req->ui, people_codes, people_words, LEN(people_words)), .peoples_n = LEN(people_words) };
    if (str_starts(req->draft, S("codes "))) { /* shown once */
        Str rest = str_sub(req->draft, 6, req->draft.n), code = STR_NONE;
        TplConsentReceiptsCodes *codes = ARENA_ARRAY(req->a, TplConsentReceiptsCodes, RECEIPT_PEOPLE_MAX);
        while (t.codes_n < RECEIPT_PEOPLE_MAX && rest.n > 0 && str_split(&rest, ' ', &code)) {
            codes[t.codes_n] = (TplConsentReceiptsCodes){ .link = str_fmt(req->a, STR_FMT "/receipt/" STR_FMT, STR_ARG(c->app->base_url), STR_ARG(code)), .id = str_fmt(req->a, "link-%zu", t.codes_n + 1) };
            t.codes_n++;
        }
        t.codes = codes;
        res_draft_drop(res);
    }
    tpl_consent_receipts(&res->body, req->ui, &t);
    return OK;
}

/* What was typed, judged. False when something is wrong; it stands at its field. */
static bool take(Ctx *c, Form *f, ReceiptNew *out) {
    Str bytes = STR_NONE, service = str_lower(c->arena, str_trim(form_text(f, "service")));
    if (f->errors > 0) return false;
    if (hex_dec(c->arena, str_lower(c->arena, form_text(f, "hash")), &bytes) != OK || bytes.n != 32) form_fail(f, "hash", N_("These are not the 64 characters of a photo."));
    if (!consent_service_ok(service)) form_fail(f, "service", N_("Type the name of one site, such as photos.example."));
    if (f->errors > 0) return false;
    *out = (ReceiptNew){ .service = service, .until = c->now + until_days[form_int(f, "until")] * 86400000, .people = (size_t)form_int(f, "people") + 1 };
    must(consent_signal_parse(form_text(f, "type"), &out->type) == OK);
    memcpy(out->hash, bytes.p, 32);
    return true;
}

static Err receipts_send(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    ReceiptNew n;
    Str codes[RECEIPT_PEOPLE_MAX], said = S("codes");
    TRY(own_case(c, "receipt.give", &k));
    if (!take(c, req->form, &n)) {
        res_again(res, "/own/receipts");
        return OK;
    }
    Act *a = receipt_give(c, req->form->act, &n, codes);
    a->org = k.org;
    Err err = journal_one(c, a);
    if (err == E_INPUT || err == E_CONFLICT || err == E_LIMIT) {
        form_fail(req->form, c->fail.field != NULL ? c->fail.field : "hash", c->fail.msgid != NULL ? c->fail.msgid : N_("This could not be saved. Nothing was changed."));
        res_again(res, "/own/receipts");
        return OK;
    }
    TRY(err);
    for (size_t i = 1; i < n.people && !a->already; i++) said = str_fmt(c->arena, STR_FMT " " STR_FMT, STR_ARG(said), STR_ARG(codes[i]));
    if (!a->already && n.people > 1) res_draft(res, said); /* sent twice: the codes that were shown are the ones that count */
    res_said(res, n.people > 1 ? N_("Saved. Give each other person in the photo one link.") : N_("The receipt is made."));
    res_redirect(res, "/own/receipts");
    return OK;
}

static Err own_receipt(Ctx *c, const char *action, Id id, ReceiptRow *out) {
    CaseRow k;
    TRY(own_case(c, action, &k));
    TRY(receipt_by_id(c, id, out));
    return id_eq(out->case_id, k.id) ? OK : E_MISSING;
}

static Err receipts_end(Ctx *c, const Request *req, Response *res) {
    ReceiptRow r;
    if (req->form->errors > 0) return E_INPUT;
    TRY(own_receipt(c, "report.track", form_id(req->form, "receipt"), &r));
    Err err = journal_one(c, receipt_end(c, &r));
    if (err != OK && err != E_CONFLICT) return err; /* taken back twice: it is gone */
    c->fail = (Fail){ 0 };
    res_said(res, N_("Taken back. From now on the site is told that you no longer agree."));
    res_redirect(res, "/own/receipts");
    return OK;
}

static Err receipt_file(Ctx *c, const Request *req, Response *res) {
    ReceiptRow r;
    Id id = ID_NONE;
    Str note = STR_NONE;
    TRY(req_id(req, "receipt", &id));
    TRY(own_receipt(c, "report.track", id, &r));
    Err err = receipt_note(c, &r, &note);
    if (err == E_CONFLICT) return E_MISSING;
    TRY(err);
    res_download(res, "text/plain", S("receipt.txt"));
    buf_put(&res->body, note);
    return OK;
}

/* ---- with a code: each person depicted, for herself ---- */

static Err code_page(Ctx *c, const Request *req, Response *res) {
    (void)c;
    tpl_consent_code(&res->body, req->ui, &(TplConsentCode){ .form = form_page(req, code_form, LEN(code_form)) });
    return OK;
}

/* Whose page it is. E_MISSING: no such code. */
static Err by_code(Ctx *c, Str code, uint8_t person[32], ReceiptPerson *out, ReceiptRow *out_row) {
    if (consent_person(c->arena, code, person) != OK) return E_MISSING;
    TRY(receipt_by_person(c, person, out));
    return receipt_by_id(c, out->receipt, out_row);
}

static Err code_send(Ctx *c, const Request *req, Response *res) {
    uint8_t person[32];
    ReceiptPerson p;
    ReceiptRow r;
    Str code = STR_NONE;
    Form *f = req->form;
    Err err = f->errors > 0 ? E_MISSING : by_code(c, form_text(f, "code"), person, &p, &r);
    if (err == E_MISSING) {
        if (f->errors == 0) form_fail(f, "code", N_("This code is not known. Look whether you typed it right."));
        c->fail = (Fail){ 0 };
        res_again(res, "/receipt");
        return OK;
    }
    TRY(err);
    must(crock_normal(c->arena, form_text(f, "code"), &code) == OK);
    res_redirect(res, "/receipt/%s", str_z(c->arena, code));
    return OK;
}

static Err person_page(Ctx *c, const Request *req, Response *res) {
    uint8_t person[32];
    ReceiptPerson p;
    ReceiptRow r;
    Str code = req_arg(req, "code");
    TRY(by_code(c, code, person, &p, &r));
    bool over = receipt_over(&r, c->now) || r.err != OK;
    const char *z = str_z(req->a, http_escape(req->a, code));
    TplConsentPerson t = { .form = form_page(req, yes_form, LEN(yes_form)), .to_yes = url_path(req->a, "/receipt/%s/yes", z), .to_no = url_path(req->a, "/receipt/%s/no", z), .over = over, .ended = r.ended != 0,
        .agreed = p.yes, .service = over ? STR_NONE : r.service, .hash = over ? STR_NONE : r.hash, .until = r.until, .people = r.people, .yes = r.yes };
    tpl_consent_person(&res->body, req->ui, &t);
    return OK;
}

/* Said twice is said once; too late, and the page says what is so now. */
static Err said(Ctx *c, const Request *req, Response *res, Err err, const char *words) {
    if (err != OK && err != E_CONFLICT) return err;
    c->fail = (Fail){ 0 };
    if (err == OK) res_said(res, words);
    res_redirect(res, "/receipt/%s", str_z(req->a, http_escape(req->a, req_arg(req, "code"))));
    return OK;
}

static Err yes_send(Ctx *c, const Request *req, Response *res) {
    uint8_t person[32];
    ReceiptPerson p;
    ReceiptRow r;
    TRY(by_code(c, req_arg(req, "code"), person, &p, &r));
    if (req->form->errors > 0) {
        res_again(res, "/receipt/%s", str_z(req->a, http_escape(req->a, req_arg(req, "code"))));
        return OK;
    }
    return said(c, req, res, journal_one(c, receipt_agree(c, &r, person)), N_("Saved: you agree."));
}

static Err no_send(Ctx *c, const Request *req, Response *res) {
    uint8_t person[32];
    ReceiptPerson p;
    ReceiptRow r;
    TRY(by_code(c, req_arg(req, "code"), person, &p, &r));
    return said(c, req, res, journal_one(c, receipt_end(c, &r)), N_("Saved: you do not agree. The site cannot use the receipt any more."));
}

static const Route routes[] = {
    { GET, "/own/receipts", R_VICTIM, "report.track", LEVEL_VICTIM, 0, receipts_page },
    { POST, "/own/receipts", R_VICTIM, "receipt.give", LEVEL_VICTIM, 8192, receipts_send, ROUTE_FORM(give_form), .cost = 3 },
    { POST, "/own/receipts/end", R_VICTIM, "receipt.end", LEVEL_VICTIM, 8192, receipts_end, ROUTE_FORM(end_form) },
    { GET, "/own/receipts/{receipt}/receipt.txt", R_VICTIM, "report.track", LEVEL_VICTIM, 0, receipt_file },
    { GET, "/receipt", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, code_page },
    { POST, "/receipt", WHO_ANYBODY, "public.read", LEVEL_OPEN, 8192, code_send, ROUTE_FORM(code_form), .cost = 20 },
    { GET, "/receipt/{code}", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, person_page, .cost = 5 },
    { POST, "/receipt/{code}/yes", WHO_ANYBODY, "receipt.agree", LEVEL_OPEN, 8192, yes_send, ROUTE_FORM(yes_form), .cost = 5 },
    { POST, "/receipt/{code}/no", WHO_ANYBODY, "receipt.end", LEVEL_OPEN, 8192, no_send, ROUTE_FORM(no_form), .cost = 5 },
};
static const ActDef *const acts[] = { &act_receipt_given, &act_receipt_agreed, &act_receipt_ended, NULL };
const Step consent_step = { .name = "consent", .acts = acts, .routes = routes, .routes_n = LEN(routes) };
