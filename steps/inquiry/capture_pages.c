/* capture_pages.c - releasing a full capture, calling one off, and whom one can be sealed to. */
#include "core/case/formkit.h"
#include "steps/inquiry/inquiry_in.h"

Err capture_recipients(Ctx *c, const UiCtx *ui, UiOption **out, size_t *out_n) {
    const LawAuthority *const *rows = NULL;
    *out_n = 0;
    *out = NULL;
    if (c->app->law == NULL) return OK;
    size_t n = law_authority_list(c->app->law, civil_at(c->app->zone, c->now).date, c->arena, &rows);
    UiOption *list = ARENA_ARRAY(c->arena, UiOption, n + 1);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        Str key = STR_NONE;
        Err e = capture_recipient_key(c, rows[i]->r.id, &key);
        if (e == E_MISSING) continue;
        TRY(e);
        list[k++] = (UiOption){ .value = rows[i]->r.id, .label = rows[i]->name[ui->lang] };
    }
    *out = list;
    *out_n = k;
    return OK;
}

Err inquiry_release_post(Ctx *c, const Request *req, Response *res) {
    CaptureRow k;
    Str key = STR_NONE;
    TRY(inquiry_capture_of(c, req, &k));
    Err e = capture_recipient_key(c, k.recipient, &key);
    if (e == E_MISSING) return ctx_refuse(c, E_CONFLICT, NULL, N_("There is no public key of this body on record."));
    TRY(e);
    TRY(journal_one(c, capture_release(c, ID_NONE, &k, key)));
    res_said(res, N_("Released. The capture follows within a minute."));
    return inquiry_capture_back(c, res, &k);
}

Err inquiry_cancel_post(Ctx *c, const Request *req, Response *res) {
    CaptureRow k;
    TRY(inquiry_capture_of(c, req, &k));
    TRY(journal_one(c, capture_cancel(c, ID_NONE, &k)));
    res_said(res, N_("Called off."));
    return inquiry_capture_back(c, res, &k);
}
