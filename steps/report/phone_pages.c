/* phone_pages.c - a worker takes a report by phone: the same facts, the same rules, and the number is handed over at the end. */
#include "steps/report/report_in.h"

static const char *const safety_codes[] = { "yes", "unsure", "no", NULL };
static const char *const whom_codes[] = { "self", "friend", "child", "professional", NULL };
static const char *const age_codes[] = { "<12", "12-15", "16-17", "18+", "unknown", NULL };
static const char *const what_codes[] = { "spread", "threat", "money", "deepfake", "list", "messages", "live", "other", NULL };
static const char *const wish_codes[] = { "remove", "advice", "police", "care", "record", NULL };
static const char *const contact_codes[] = { "none", "code", "safe", NULL };
static const char *const allow_codes[] = { "notices", "captures", "filing", "referral", NULL };
const Param report_phone_form[12] = {
    { .name = "safety", .kind = P_CHOICE, .choices = safety_codes, .label = N_("Is the person safe now?") },
    { .name = "for_whom", .kind = P_CHOICE, .choices = whom_codes, .label = N_("Who is calling? The person in the image, or somebody else") },
    { .name = "age", .kind = P_CHOICE, .required = true, .choices = age_codes, .label = N_("How old is that person in the image?") },
    { .name = "what", .kind = P_CHOICE, .many = true, .choices = what_codes, .label = N_("What is going on?") },
    { .name = "links", .kind = P_LONGTEXT, .max = LINKS_CHARS, .label = N_("The links") },
    { .name = "wishes", .kind = P_CHOICE, .many = true, .choices = wish_codes, .label = N_("What would the person like?") },
    { .name = "contact", .kind = P_CHOICE, .choices = contact_codes, .label = N_("May we reach the person?") },
    { .name = "way", .kind = P_TEXT, .label = N_("How can we reach the person?") },
    { .name = "hours", .kind = P_TEXT, .label = N_("When is it safe?") },
    { .name = "cover", .kind = P_TEXT, .max = 100, .label = N_("What name should we say?") },
    { .name = "story", .kind = P_LONGTEXT, .max = STORY_CHARS, .label = N_("In the words of the person") },
    { .name = "allow", .kind = P_CHOICE, .many = true, .choices = allow_codes, .label = N_("What does the person allow?") },
};

Err report_phone_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    Form *f = form_page(req, report_phone_form, LEN(report_phone_form));
    TplReportPhone t = { .form = f };
    UrlList list = { 0 };
    t.safety = report_options(ui, safety_choices, false, NULL, &t.safety_n);
    t.whom = report_options(ui, whom_choices, false, NULL, &t.whom_n);
    t.ages = report_options(ui, age_choices, false, NULL, &t.ages_n);
    t.what = report_options(ui, what_choices, false, NULL, &t.what_n);
    t.wishes = report_options(ui, wish_choices, false, NULL, &t.wishes_n);
    t.contact = report_options(ui, contact_choices, false, NULL, &t.contact_n);
    t.allow = report_options(ui, allow_choices, false, NULL, &t.allow_n);
    if (f->errors > 0 && url_parse_list(req->a, form_text(f, "links"), c->app->net_allow, LINKS_AT_ONCE, &list) == OK) report_bad_lines(req->a, &list, &t.bad, &t.bad_n, &t.more);
    tpl_report_phone(&res->body, ui, &t);
    return OK;
}

/* The rule of the minor lane, said at the field where it was broken. */
static void judge_lane(const Draft *d, Form *f) {
    if (!draft_young(d)) return;
    if (str_eq(form_text(f, "contact"), S("safe"))) form_fail(f, "contact", "When somebody under 18 is shown, we can be reached with the code only.");
    if (form_text(f, "story").n > 0) form_fail(f, "story", "When somebody under 18 is shown, only links and what is going on come in here.");
    if (form_has(f, "allow", S("captures"))) form_fail(f, "allow", "When somebody under 18 is shown, nothing is ever recorded of the page.");
}

Err report_phone_send(Ctx *c, const Request *req, Response *res) {
    static const Screen screens[] = { SCREEN_SAFE, SCREEN_WHO, SCREEN_WHAT, SCREEN_WHERE, SCREEN_WANT, SCREEN_REACH, SCREEN_WORDS, SCREEN_ALLOW };
    Form *f = req->form;
    Draft d = { .begun = true };
    Intake in;
    IntakeDone done;
    for (size_t i = 0; i < LEN(screens); i++) draft_take(c, &d, screens[i], f, false);
    judge_lane(&d, f);
    if (f->errors > 0) {
        res_again(res, "/desk/report");
        return OK;
    }
    draft_intake(c, &d, f->act, &in);
    in.facts.source = in.said_by = S("worker");
    TRY(intake_open(c, &in, &done));
    Draft after = { .begun = true, .at = SCREEN_CODE, .sent = true, .ref = done.ref, .code = done.code, .lane = case_lane(d.age), .first_look = done.first_look };
    Buf b = buf_new(65536);
    draft_write(&after, &b);
    res_draft(res, str_dup(req->a, buf_str(&b)));
    buf_wipe(&b);
    res_redirect(res, "/desk/report/code");
    return OK;
}

Err report_phone_code(Ctx *c, const Request *req, Response *res) {
    Draft d = draft_read(req->a, req->draft);
    (void)c;
    if (!d.sent) {
        res_redirect(res, "/desk/report");
        return OK;
    }
    tpl_report_phone_code(&res->body, req->ui, &(TplReportPhoneCode){ .code = code_show(req->a, d.code), .ref = d.ref, .first_look = d.first_look, .form = form_page(req, report_empty_form, LEN(report_empty_form)) });
    return OK;
}

Err report_phone_done(Ctx *c, const Request *req, Response *res) {
    (void)c, (void)req;
    res_draft_drop(res);
    res_redirect(res, "/desk");
    return OK;
}
