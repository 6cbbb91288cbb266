/* contact_form.c - the form of a contact point. */
#include "core/case/contact_form.h"
#include "core/case/case_page.h"

static const char *const purposes[] = { "notices", "flagger", "authorities", "legal", "csam", "escalation", "general", NULL };
static const char *const channels[] = { "mail", "phone", "form", "portal", "post", "age", NULL };

const Param contact_form[CONTACT_FORM_N] = {
    { .name = "purpose", .kind = P_CHOICE, .required = true, .choices = purposes, .label = N_("For") },
    { .name = "channel", .kind = P_CHOICE, .required = true, .choices = channels, .label = N_("By") },
    { .name = "address", .kind = P_TEXT, .required = true, .max = 300, .label = N_("Address") },
    { .name = "name", .kind = P_TEXT, .max = 200, .label = N_("Desk") },
    { .name = "lang", .kind = P_CHOICE, .label = N_("Language") },
    { .name = "tier", .kind = P_INT, .required = true, .min = 1, .max = 3, .label = N_("Step") },
    { .name = "response_h", .kind = P_INT, .min = 1, .max = 8760, .label = N_("Answer promised within (hours)") },
    { .name = "agreed", .kind = P_DATE, .label = N_("Agreed on") },
    { .name = "terms", .kind = P_LONGTEXT, .max = 4000, .label = N_("Agreement") },
};

void contact_form_page(const Request *req, Response *res, Str title, const UiCrumb *crumbs, size_t crumbs_n, Url action) {
    static const struct { const char *value, *word; } tiers[] = { { "1", N_("1: here first") }, { "2", N_("2: when the first stays silent") }, { "3", N_("3: at the top") } };
    Form *f = form_page(req, contact_form, CONTACT_FORM_N);
    form_set(f, "tier", S("1"));
    TplCaseContact t = { .title = title, .crumbs = crumbs, .crumbs_n = crumbs_n, .form = f, .action = action };
    UiOption *o = ARENA_ARRAY(req->a, UiOption, LEN(tiers));
    for (size_t i = 0; i < LEN(tiers); i++) o[i] = (UiOption){ .value = str_c(tiers[i].value), .label = tr(req->ui, tiers[i].word) };
    t.tiers = o;
    t.tiers_n = LEN(tiers);
    t.purposes = form_options(req, contact_purposes, contact_purpose_word, &t.purposes_n);
    t.channels = form_options(req, contact_channels, contact_channel_word, &t.channels_n);
    tpl_case_contact(&res->body, req->ui, &t);
}

Err contact_form_post(Ctx *c, const Request *req, Str of, Str holder, bool *out_done) {
    const Form *f = req->form;
    *out_done = false;
    if (f->errors > 0) return OK;
    ContactNew n = { .of = of, .holder = holder, .purpose = form_text(f, "purpose"), .channel = form_text(f, "channel"), .lang = form_text(f, "lang"), .tier = form_int(f, "tier"),
        .response_h = form_at(f, "response_h")->given ? form_int(f, "response_h") : 0, .agreed = form_at(f, "agreed")->given ? form_day_moment(c, form_date(f, "agreed")) : 0,
        .name = form_text(f, "name"), .address = form_text(f, "address"), .terms = form_text(f, "terms") };
    Err err = journal_one(c, contact_add(c, f->act, &n));
    *out_done = err == OK;
    return err == OK ? OK : form_refused(c, req, err);
}
