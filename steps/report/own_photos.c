/* own_photos.c - photos that can be recognised, as the person of the report sees them: which, for what, until when, and taking one back. */
#include "steps/report/report_in.h"

const Param report_photo_form[PRINT_FIELDS] = { PRINT_FORM_FIELDS };
const Param report_photo_end_form[1] = { { .name = "print", .kind = P_ID, .required = true } };

Err report_photos_word(Ctx *c, const UiCtx *ui, const CaseRow *k, Str *out) {
    PrintRow *rows = NULL;
    size_t n = 0;
    int64_t live = 0;
    *out = STR_NONE;
    TRY(print_of_report(c, k->id, &rows, &n));
    if (n == 0 && (!str_eq(k->lane, S("adult")) || !report_own_may(c, "print.give"))) return OK;
    for (size_t i = 0; i < n; i++) live += rows[i].ended == 0;
    *out = live > 0 ? trn(ui, live, "One photo", "{n} photos", (UiArg[]){ UA_I("n", live) }, 1) : tr(ui, "None");
    return OK;
}

Err report_own_photos(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    PrintRow *rows = NULL;
    size_t n = 0;
    TRY(report_own_case(c, "report.track", &k));
    TRY(print_of_report(c, k.id, &rows, &n));
    TRY(print_open(c, rows, n));
    bool adult = str_eq(k.lane, S("adult"));
    TplReportOwnPhotos t = { .form = form_page(req, report_photo_form, LEN(report_photo_form)), .rows = print_ui(req->ui, rows, n), .rows_n = n, .young = !adult, .may_add = adult && report_own_may(c, "print.give") };
    if (report_own_may(c, "print.end")) t.end = url_path(req->a, "/own/photos/end");
    t.uses = print_use_options(req->ui, &t.uses_n);
    t.untils = print_until_options(req->ui, &t.untils_n);
    res->wasm = t.may_add;
    tpl_report_own_photos(&res->body, req->ui, &t);
    return OK;
}

Err report_own_photos_send(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    PrintNew p;
    Act *a = NULL;
    TRY(report_own_case(c, "print.give", &k));
    if (!print_take(c, req->form, &p)) {
        res_again(res, "/own/photos");
        return OK;
    }
    if (str_eq(k.source, S("supporter"))) p.said_by = S("supporter");
    TRY(print_give(c, req->form->act, k.org, k.id, &p, &a));
    Err err = journal_one(c, a);
    if (err == E_INPUT || err == E_CONFLICT || err == E_LIMIT) {
        form_fail(req->form, "hash", c->fail.msgid != NULL ? c->fail.msgid : N_("This could not be saved. Nothing was changed."));
        res_again(res, "/own/photos");
        return OK;
    }
    TRY(err);
    res_said(res, "Kept. We have the characters, not the photo.");
    res_redirect(res, "/own/photos");
    return OK;
}

Err report_own_photos_end(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    TRY(report_own_case(c, "print.end", &k));
    if (req->form->errors > 0) return E_INPUT;
    Err err = journal_one(c, print_end(c, k.id, form_id(req->form, "print"), S("withdrawn")));
    if (err != OK && err != E_CONFLICT) return err; /* taken back twice: it is gone */
    c->fail = (Fail){ 0 };
    res_said(res, "Taken back. The characters of this photo are destroyed.");
    res_redirect(res, "/own/photos");
    return OK;
}
