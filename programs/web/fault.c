/* fault.c - pages for what went wrong, in the reader's language: what, and what to do. */
#include "foundation/base/json.h"
#include "programs/web/web.h"
#include "programs/web/web_page.h"

typedef struct Fault { int status; const char *title, *text; } Fault;
static const Fault faults[] = {
    { 400, N_("This request could not be read"), N_("The address or form was not complete. Go back and try again.") },
    { 403, N_("This is not open to you"), N_("You may not see or do this, or you are not signed in any more.") },
    { 404, N_("This page does not exist"), N_("Perhaps the address was cut off, or the page is no longer there.") },
    { 405, N_("This page works in another way"), N_("Go back and use the buttons on the page.") },
    { 409, N_("Something changed in the meantime"), N_("Look at the page again; nothing was lost and nothing was done twice.") },
    { 413, N_("This is too large"), N_("Send it in smaller parts.") },
    { 429, N_("Just a moment"), N_("Very much is being asked from here at once. Wait a minute and try again. In an emergency call 112.") },
    { 500, N_("Something broke on our side"), N_("Nothing was lost. Try again in a minute.") },
    { 503, N_("Not available right now"), N_("Something this page needs does not answer. Nothing was lost. Try again in a minute.") },
};

int fault_status(Err e) {
    static const int status[] = { [OK] = 200, [E_INPUT] = 400, [E_DENIED] = 403, [E_MISSING] = 404, [E_CONFLICT] = 409, [E_LIMIT] = 413, [E_OUTSIDE] = 503 };
    return (size_t)e < LEN(status) ? status[e] : 500;
}

/* A program asked: a word it can act on and a sentence for whoever reads its log, in English. */
static void fault_json(Turn *t, int status) {
    static const struct { int status; const char *word, *text; } all[] = {
        { 400, "bad_request", "This request could not be read." }, { 403, "not_yours", "This is not open to you." }, { 404, "not_found", "There is nothing at this address. /api/openapi.json lists what there is." },
        { 405, "wrong_method", "This address is asked with the method in Allow." }, { 409, "conflict", "Something changed in the meantime. Look at it again; nothing was lost and nothing was done twice." },
        { 413, "too_large", "This is too large. Send it in smaller parts." }, { 429, "too_many", "Very much is being asked from your address at once. Wait as many seconds as Retry-After says." },
        { 503, "not_now", "Something this needs does not answer. Nothing was lost. Try again in a minute." }, { 500, "broken", "Something broke on our side. Nothing was lost. Try again in a minute." } };
    size_t i = 0;
    while (i + 1 < LEN(all) && all[i].status != status) i++;
    res_type(&t->res, "application/json");
    Json j = json_to(&t->res.body, false);
    json_obj(&j);
    json_kv_str(&j, "error", str_c(all[i].word));
    json_kv_str(&j, "say", str_c(all[i].text));
    json_end_obj(&j);
    buf_ch(&t->res.body, '\n');
    if (status == 503) must(res_header(&t->res, "Retry-After", S("60")) == OK);
}

void fault_page(Turn *t, int status, const char *msgid) {
    const Fault *f = &faults[LEN(faults) - 2];
    for (size_t i = 0; i < LEN(faults); i++) {
        if (faults[i].status == status) f = &faults[i];
    }
    res_free(&t->res);
    res_init(&t->res, t->req.a, WEB_BODY_OUT_MAX);
    t->res.status = f->status;
    if (str_starts(t->req.path, S("/api/"))) {
        fault_json(t, f->status);
        return;
    }
    tpl_web_fault(&t->res.body, &t->ui, &(TplWebFault){ .title = f->title, .text = msgid != NULL ? msgid : f->text, .staff = t->ui.nav != NULL });
}

bool fault_has_page(const Turn *t) {
    Request look = { .method = GET, .path = t->req.path };
    Method other = METHOD_INVALID;
    return route_find(&t->web->routes, &look, &other) == OK;
}

void fault_back(Turn *t, Err e) {
    const Fail *f = &t->ctx.fail;
    int status = fault_status(e);
    const char *msgid = f->msgid != NULL ? f->msgid : t->res.error_msg;
    if (msgid != NULL && f->detail.n > 0) /* already words: the sentence with the value it is about */
        msgid = str_z(t->req.a, str_fmt(t->req.a, STR_FMT " (" STR_FMT ")", STR_ARG(tr(&t->ui, msgid)), STR_ARG(f->detail)));
    res_free(&t->res);
    res_init(&t->res, t->req.a, WEB_BODY_OUT_MAX);
    if (t->req.form == NULL || !fault_has_page(t)) {
        t->res.said = msgid;
        res_redirect(&t->res, "/fault/%d", status);
        return;
    }
    for (size_t i = 0; msgid == NULL && i < LEN(faults); i++) {
        if (faults[i].status == status) msgid = faults[i].text;
    }
    bool known = false;
    for (size_t i = 0; i < t->req.form->n; i++) known = known || (f->field != NULL && strcmp(t->req.form->spec[i].name, f->field) == 0);
    if (msgid != NULL) form_fail(t->req.form, known ? f->field : NULL, msgid);
    res_again(&t->res, "%s", str_z(t->req.a, http_path_escape(t->req.a, t->req.path)));
}
