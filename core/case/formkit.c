/* formkit.c - what the forms of several rooms have in common. */
#include "core/case/formkit.h"
#include "core/case/case_page.h"

Err form_refused(Ctx *c, const Request *req, Err err) {
    const char *field = NULL;
    bool said = err == E_INPUT || err == E_LIMIT || err == E_CONFLICT || (err == E_DENIED && c->fail.msgid != NULL);
    if (!said) return err;
    for (size_t i = 0; c->fail.field != NULL && i < req->route->form_n; i++)
        if (strcmp(req->route->form[i].name, c->fail.field) == 0) field = req->route->form[i].name;
    form_fail(req->form, field, c->fail.msgid != NULL ? c->fail.msgid : N_("This could not be recorded."));
    return OK;
}

UiOption *form_options(const Request *req, const char *const *codes, const char *(*word)(Str), size_t *out_n) {
    size_t n = 0;
    while (codes[n] != NULL) n++;
    UiOption *o = ARENA_ARRAY(req->a, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) o[i] = (UiOption){ .value = str_c(codes[i]), .label = tr(req->ui, word(str_c(codes[i]))) };
    *out_n = n;
    return o;
}

UnixMs form_day_moment(const Ctx *c, Date d) {
    UnixMs t = day_start(c->app->zone, d);
    bool today = date_cmp(d, civil_at(c->app->zone, c->now).date) == 0;
    return today && t > c->now ? c->now : t;
}
