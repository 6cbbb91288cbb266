/* exhibit_pages.c - what a case worker does with one exhibit: looking at its text, a remark, a correction, checking it again. Each is an act first. */
#include "core/case/formkit.h"
#include "steps/inquiry/inquiry_in.h"

static const char *const notes[] = { "annotated", "corrected", NULL };
const Param inquiry_note_form[2] = {
    { .name = "note", .kind = P_CHOICE, .required = true, .choices = notes, .label = N_("What it is") },
    { .name = "text", .kind = P_LONGTEXT, .required = true, .max = 2000, .label = N_("Remark") },
};

Err inquiry_look_post(Ctx *c, const Request *req, Response *res) {
    CaptureRow k;
    TRY(inquiry_capture_of(c, req, &k));
    if (id_none(k.text_file)) return ctx_refuse(c, E_CONFLICT, NULL, N_("No visible text was read."));
    TRY(journal_one(c, capture_handle(c, ID_NONE, &k, S("viewed"), STR_NONE, 0)));
    return inquiry_capture_back(c, res, &k);
}

Err inquiry_note_post(Ctx *c, const Request *req, Response *res) {
    CaptureRow k;
    TRY(inquiry_capture_of(c, req, &k));
    if (req->form->errors == 0) {
        Err e = journal_one(c, exhibit_note(c, req->form->act, &k, form_text(req->form, "note"), form_text(req->form, "text")));
        if (e != OK) TRY(form_refused(c, req, e));
    }
    if (req->form->errors > 0) {
        res_again(res, "/case/" STR_FMT "/capture/" STR_FMT, STR_ARG(id_hex(c->arena, k.case_id)), STR_ARG(id_hex(c->arena, k.id)));
        return OK;
    }
    res_said(res, N_("Written down."));
    return inquiry_capture_back(c, res, &k);
}

static const char *const grounds[] = { "asked", "objection", "order", "mistake", NULL };
const Param inquiry_erase_form[1] = { { .name = "ground", .kind = P_CHOICE, .required = true, .choices = grounds, .label = N_("Why it is erased") } };

Err inquiry_erase_post(Ctx *c, const Request *req, Response *res) {
    CaptureRow k;
    TRY(inquiry_capture_of(c, req, &k));
    if (req->form->errors == 0) {
        Err e = journal_one(c, exhibit_erase(c, req->form->act, &k, form_text(req->form, "ground")));
        if (e != OK) TRY(form_refused(c, req, e));
    }
    if (req->form->errors > 0) {
        res_again(res, "/case/" STR_FMT "/capture/" STR_FMT, STR_ARG(id_hex(c->arena, k.case_id)), STR_ARG(id_hex(c->arena, k.id)));
        return OK;
    }
    res_said(res, N_("Erased. Its keys are destroyed within a minute; the acts about it and their proofs stay."));
    return inquiry_capture_back(c, res, &k);
}

Err inquiry_recheck_post(Ctx *c, const Request *req, Response *res) {
    CaptureRow k;
    Act *a = NULL;
    TRY(inquiry_capture_of(c, req, &k));
    TRY(exhibit_recheck(c, ID_NONE, &k, &a));
    TRY(journal_one(c, a));
    res_said(res, str_eq(act_get_code(a, "found"), S("same")) ? N_("Checked. It is the file that was written down.") : N_("Checked. It is not the file that was written down: see custody."));
    return inquiry_capture_back(c, res, &k);
}
