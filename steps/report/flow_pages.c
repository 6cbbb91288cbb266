/* flow_pages.c - the screens on which somebody reports: one question each, one address, each may be skipped.
 * Every POST leads to a GET; what was typed waits sealed under the visitor's cookie (res_draft) for half an hour. */
#include "steps/report/report_in.h"
#include "foundation/base/enc.h"

static const char *const go_codes[] = { "next", "skip", "back", "anyway", "new", "more", "none", "to-picture", "to-safe", "to-who", "to-what", "to-where", "to-want", "to-reach", "to-words", "to-allow", NULL };
static const char *const safety_codes[] = { "yes", "unsure", "no", NULL };
static const char *const whom_codes[] = { "self", "friend", "child", "professional", NULL };
static const char *const age_codes[] = { "<12", "12-15", "16-17", "18+", "unknown", NULL };
static const char *const what_codes[] = { "spread", "threat", "money", "deepfake", "list", "messages", "other", NULL };
static const char *const wish_codes[] = { "remove", "advice", "police", "care", "record", NULL };
static const char *const contact_codes[] = { "none", "code", "safe", NULL };
static const char *const allow_codes[] = { "notices", "captures", "filing", "referral", NULL };

const Param report_flow_form[15 + PRINT_FIELDS] = {
    { .name = "screen", .kind = P_CHOICE, .choices = screen_codes },
    { .name = "go", .kind = P_CHOICE, .choices = go_codes },
    { .name = "safety", .kind = P_CHOICE, .choices = safety_codes, .label = N_("Choose what fits") },
    { .name = "for_whom", .kind = P_CHOICE, .choices = whom_codes, .label = N_("Who needs help?") },
    { .name = "age", .kind = P_CHOICE, .choices = age_codes, .label = N_("How old is that person in the image?") },
    { .name = "what", .kind = P_CHOICE, .many = true, .choices = what_codes, .label = N_("Tick what fits") },
    { .name = "links", .kind = P_LONGTEXT, .max = LINKS_CHARS, .label = N_("The links") },
    { .name = "wishes", .kind = P_CHOICE, .many = true, .choices = wish_codes, .label = N_("Tick what you would like") },
    { .name = "contact", .kind = P_CHOICE, .choices = contact_codes, .label = N_("Choose what feels safe") },
    { .name = "way", .kind = P_TEXT, .label = N_("How can we reach you?") },
    { .name = "hours", .kind = P_TEXT, .label = N_("When is it safe?") },
    { .name = "cover", .kind = P_TEXT, .max = 100, .label = N_("What name should we say?") },
    { .name = "story", .kind = P_LONGTEXT, .max = STORY_CHARS, .label = N_("What you want to tell") },
    { .name = "allow", .kind = P_CHOICE, .many = true, .choices = allow_codes, .label = N_("Tick what we may do") },
    { .name = "last", .kind = P_CODE, .max = 16, .label = N_("Type the last four signs of your code") },
    PRINT_FORM_FIELDS,
};

static void keep(Response *res, const Draft *d) {
    Buf b = buf_new(DRAFT_BYTES);
    draft_write(d, &b);
    must(buf_err(&b) == OK);
    res_draft(res, str_dup(res->a, buf_str(&b)));
    buf_wipe(&b);
}

/* ---- showing ---- */
typedef struct Show { Ctx *c; const Request *req; Response *res; const Draft *d; Form *f; int64_t at, of; bool young; } Show;

static void show_safe(Show *s) {
    TplReportFlowSafe t = { .at = s->at, .of = s->of, .form = s->f };
    form_set(s->f, "safety", s->d->safety);
    t.options = report_options(s->req->ui, safety_choices, false, NULL, &t.options_n);
    tpl_report_flow_safe(&s->res->body, s->req->ui, &t);
}

static void show_who(Show *s) {
    TplReportFlowWho t = { .at = s->at, .of = s->of, .form = s->f, .urgent = str_eq(s->d->safety, S("no")) || str_eq(s->d->safety, S("unsure")) };
    form_set(s->f, "for_whom", s->d->for_whom);
    form_set(s->f, "age", s->d->age);
    t.whom = report_options(s->req->ui, whom_choices, false, NULL, &t.whom_n);
    t.ages = report_options(s->req->ui, age_choices, false, NULL, &t.ages_n);
    if (t.urgent) report_help(s->c, s->req->ui, STR_NONE, S("crisis"), &t.places, &t.places_n);
    tpl_report_flow_who(&s->res->body, s->req->ui, &t);
}

static bool about_other(const Draft *d) { return d->for_whom.n > 0 && !str_eq(d->for_whom, S("self")); }

static void show_young(Show *s) {
    TplReportFlowYoung t = { .at = s->at, .of = s->of, .form = s->f, .child = about_other(s->d) };
    report_help(s->c, s->req->ui, S("minor"), S("child"), &t.places, &t.places_n);
    tpl_report_flow_young(&s->res->body, s->req->ui, &t);
}

static void preset_many(Show *s, const char *name, Str list) {
    enum { MOST = 16 };
    Str all[MOST], part = STR_NONE;
    size_t n = 0;
    while (list.n > 0 && n < MOST && str_split(&list, ',', &part)) all[n++] = part;
    form_set_many(s->req->a, s->f, name, all, n);
}

static void show_what(Show *s) {
    TplReportFlowWhat t = { .at = s->at, .of = s->of, .form = s->f, .young = s->young };
    preset_many(s, "what", s->d->what);
    t.options = report_options(s->req->ui, what_choices, s->young && !about_other(s->d), NULL, &t.options_n);
    tpl_report_flow_what(&s->res->body, s->req->ui, &t);
}

void report_bad_lines(Arena *a, const UrlList *list, const BadLine **out, size_t *out_n, int64_t *out_more) {
    enum { SHOWN = 20, CHARS = 80 };
    BadLine *bad = ARENA_ARRAY(a, BadLine, SHOWN);
    size_t n = 0;
    *out_more = 0;
    for (size_t i = 0; i < list->n; i++) {
        const UrlLine *l = &list->lines[i];
        if (l->wrong == URL_GOOD) continue;
        if (n == SHOWN) {
            ++*out_more;
            continue;
        }
        Str cut = str_utf8_cut(l->text, CHARS);
        bad[n++] = (BadLine){ .line = (int64_t)l->line, .text = cut.n < l->text.n ? str_fmt(a, STR_FMT "…", STR_ARG(cut)) : l->text, .why = url_wrong_msgid(l->wrong) };
    }
    *out = bad;
    *out_n = n;
}

static void show_where(Show *s) {
    TplReportFlowWhere t = { .at = s->at, .of = s->of, .form = s->f, .young = s->young };
    UrlList list = { 0 };
    if (!s->f->filled) form_set(s->f, "links", s->d->words.n > 0 ? str_fmt(s->req->a, STR_FMT "%s" STR_FMT, STR_ARG(s->d->links), s->d->links.n > 0 ? "\n" : "", STR_ARG(s->d->words)) : s->d->links);
    Err err = url_parse_list(s->req->a, form_text(s->f, "links"), s->c->app->net_allow, LINKS_AT_ONCE, &list);
    t.good = (int64_t)list.good;
    t.again = (int64_t)list.again;
    if (err == OK && s->f->errors > 0) report_bad_lines(s->req->a, &list, &t.bad, &t.bad_n, &t.more);
    tpl_report_flow_where(&s->res->body, s->req->ui, &t);
}

/* The one screen that may run WebAssembly. */
static void show_picture(Show *s) {
    TplReportFlowPicture t = { .form = s->f, .given = (int64_t)draft_prints(s->d) };
    s->res->wasm = true;
    t.uses = print_use_options(s->req->ui, &t.uses_n);
    t.untils = print_until_options(s->req->ui, &t.untils_n);
    tpl_report_flow_picture(&s->res->body, s->req->ui, &t);
}

static void show_want(Show *s) {
    TplReportFlowWant t = { .at = s->at, .of = s->of, .form = s->f };
    preset_many(s, "wishes", s->d->wishes);
    t.options = report_options(s->req->ui, wish_choices, false, NULL, &t.options_n);
    tpl_report_flow_want(&s->res->body, s->req->ui, &t);
}

static void show_reach(Show *s) {
    TplReportFlowReach t = { .at = s->at, .of = s->of, .form = s->f, .young = s->young };
    form_set(s->f, "contact", s->d->contact);
    form_set(s->f, "way", s->d->way);
    form_set(s->f, "hours", s->d->hours);
    form_set(s->f, "cover", s->d->cover);
    t.options = report_options(s->req->ui, contact_choices, false, s->young ? "safe" : NULL, &t.options_n);
    tpl_report_flow_reach(&s->res->body, s->req->ui, &t);
}

static void show_words(Show *s) {
    form_set(s->f, "story", s->d->story);
    tpl_report_flow_words(&s->res->body, s->req->ui, &(TplReportFlowWords){ .at = s->at, .of = s->of, .form = s->f });
}

static void show_allow(Show *s) {
    TplReportFlowAllow t = { .at = s->at, .of = s->of, .form = s->f, .young = s->young, .other = about_other(s->d) };
    preset_many(s, "allow", s->d->allow);
    t.options = report_options(s->req->ui, allow_choices, false, s->young ? "captures" : NULL, &t.options_n);
    tpl_report_flow_allow(&s->res->body, s->req->ui, &t);
}

static size_t lines_in(Str s) {
    size_t n = s.n > 0;
    for (size_t i = 0; i < s.n; i++) n += s.p[i] == '\n';
    return n;
}

static Str or_none(const UiCtx *ui, Str s) { return s.n > 0 ? s : tr(ui, "Not filled in"); }

static CheckAnswer where_answer(const UiCtx *ui, const Draft *d, bool young) {
    int64_t links = (int64_t)lines_in(d->links), words = (int64_t)lines_in(d->words);
    CheckAnswer a = { .go = S("to-where"), .label = tr(ui, "Where is it?"), .text = links > 0 ? trn(ui, links, "One link was given", "{links} links were given", (UiArg[]){ UA_I("links", links) }, 1) : tr(ui, "No links") };
    if (words > 0) a.note = young ? tr(ui, "Lines that are no links are not sent.") : trn(ui, words, "And one line in words", "And {words} lines in words", (UiArg[]){ UA_I("words", words) }, 1);
    return a;
}

static void show_check(Show *s) {
    const UiCtx *ui = s->req->ui;
    const Draft *d = s->d;
    CheckAnswer a[12];
    size_t n = 0;
    Str whom = report_words(ui, whom_choices, d->for_whom, false), age = report_words(ui, age_choices, d->age, false);
    a[n++] = (CheckAnswer){ .go = S("to-safe"), .label = tr(ui, "Are you safe now?"), .text = or_none(ui, report_words(ui, safety_choices, d->safety, false)) };
    a[n++] = (CheckAnswer){ .go = S("to-who"), .label = tr(ui, "Who is it about?"), .text = or_none(ui, whom), .note = TRF(ui, "Age in the image: {age}", UA_S("age", or_none(ui, age))) };
    a[n++] = (CheckAnswer){ .go = S("to-what"), .label = tr(ui, "What is going on?"), .text = or_none(ui, report_words(ui, what_choices, d->what, s->young && !about_other(d))) };
    a[n++] = where_answer(ui, d, s->young);
    if (!s->young) a[n++] = (CheckAnswer){ .go = S("to-picture"), .label = tr(ui, "Photos we can recognise"),
        .text = d->prints.n > 0 ? trn(ui, (int64_t)draft_prints(d), "The characters of one photo", "The characters of {n} photos", (UiArg[]){ UA_I("n", (int64_t)draft_prints(d)) }, 1) : tr(ui, "None") };
    a[n++] = (CheckAnswer){ .go = S("to-want"), .label = tr(ui, "What would you like?"), .text = or_none(ui, report_words(ui, wish_choices, d->wishes, false)) };
    a[n++] = (CheckAnswer){ .go = S("to-reach"), .label = tr(ui, "May we reach you?"), .text = or_none(ui, report_words(ui, contact_choices, d->contact, false)) };
    if (!s->young) a[n++] = (CheckAnswer){ .go = S("to-words"), .label = tr(ui, "In your own words"),
        .text = d->story.n > 0 ? TRF(ui, "Written: {n} signs. We do not show it here.", UA_I("n", (int64_t)str_utf8_len(d->story))) : tr(ui, "Not filled in") };
    a[n++] = (CheckAnswer){ .go = S("to-allow"), .label = tr(ui, "What may we do?"), .text = d->allow.n > 0 ? report_words(ui, allow_choices, d->allow, false) : tr(ui, "Nothing: we only keep the report") };
    tpl_report_flow_check(&s->res->body, ui, &(TplReportFlowCheck){ .at = s->at, .of = s->of, .form = s->f, .young = s->young, .answers = a, .answers_n = n });
}

static void show_code(Show *s) {
    tpl_report_flow_code(&s->res->body, s->req->ui, &(TplReportFlowCode){ .form = s->f, .code = code_show(s->req->a, s->d->code) });
}

/* When a site should have decided: the law names no number, so the norm is shown and called one. */
static AheadStep after_asking(Show *s, UnixMs from) {
    AheadStep n = { .text = tr(s->req->ui, "Then we ask the sites to remove it. They should decide quickly. The law gives no number of days.") };
    TermResult r;
    TermQuery q = { .rule = S("C2"), .from = from, .lane = s->young ? S("minor") : S("adult") };
    if (s->c->app->law != NULL && law_term(s->c->app->law, &q, s->c->arena, &r) == OK && r.has_due) {
        n.text = tr(s->req->ui, "Then we ask the sites to remove it. We expect an answer at the latest on:");
        n.at = r.due_at;
        n.kind = r.kind == KIND_POLICY ? N_("This date is our own norm. The law says: without delay.") : NULL;
    }
    return n;
}

static Str odds_words(Show *s) {
    enum { ENOUGH = 20 };
    const UiCtx *ui = s->req->ui;
    RequestResults o = { 0 };
    if (request_results(s->c, &o) != OK || o.asked < ENOUGH)
        return tr(ui, "It often works to get something offline, but not always. We do not yet have enough figures of our own.");
    return TRF(ui, "Of the last {asked} requests, {gone} led to removal. We cannot promise that it works for you.", UA_I("asked", o.asked), UA_I("gone", o.gone));
}

static void show_next(Show *s) {
    const UiCtx *ui = s->req->ui;
    AheadStep steps[4];
    size_t n = 0;
    bool notices = report_has(s->d->allow, "notices"), filing = report_has(s->d->allow, "filing");
    if (notices) steps[n++] = after_asking(s, s->d->first_look);
    if (notices) steps[n++] = (AheadStep){ .text = tr(ui, "We keep looking whether it is gone, and whether it comes back.") };
    if (filing) steps[n++] = (AheadStep){ .text = tr(ui, "Does a site do nothing? Then we write to an authority. That takes weeks, often months.") };
    if (!notices && !filing) steps[n++] = (AheadStep){ .text = tr(ui, "We do nothing else until you say so. With your code you can still allow it.") };
    TplReportFlowNext t = { .form = s->f, .first_look = s->d->first_look, .steps = steps, .steps_n = n, .odds = notices ? odds_words(s) : STR_NONE, .young = s->young };
    report_help(s->c, ui, s->young ? S("minor") : S("adult"), s->young ? S("child") : S("care"), &t.places, &t.places_n);
    tpl_report_flow_next(&s->res->body, ui, &t);
}

static void (*const shows[SCREENS])(Show *) = { show_safe, show_who, show_young, show_what, show_where, show_picture, show_want, show_reach, show_words, show_allow, show_check, show_code, show_next };

Err report_flow_page(Ctx *c, const Request *req, Response *res) {
    Draft d = draft_read(req->a, req->draft);
    Show s = { .c = c, .req = req, .res = res, .d = &d, .f = form_page(req, report_flow_form, LEN(report_flow_form)), .young = draft_young(&d) };
    if (d.sent && d.at != SCREEN_CODE) d.at = SCREEN_NEXT;
    if (d.at == SCREEN_PICTURE && s.young) d.at = SCREEN_WHERE;
    screen_place(&d, d.at, &s.at, &s.of);
    shows[d.at](&s);
    return OK;
}

/* ---- taking ---- */
static bool edit_target(Str go, Screen *out) {
    if (!str_starts(go, S("to-"))) return false;
    for (int i = 0; screen_codes[i] != NULL; i++) {
        if (!str_eq(str_sub(go, 3, go.n), str_c(screen_codes[i]))) continue;
        *out = (Screen)i;
        return true;
    }
    return false;
}

static Err send(Ctx *c, const Request *req, Response *res, Draft *d) {
    Intake in;
    IntakeDone done;
    draft_intake(c, d, req->form->act, &in);
    Err err = intake_open(c, &in, &done);
    if (err == E_CONFLICT) { /* this very form was sent before: its code waits in the draft that came of it */
        res_redirect(res, "/report");
        return OK;
    }
    if (err != OK) return err;
    *d = (Draft){ .begun = true, .at = SCREEN_CODE, .sent = true, .ref = done.ref, .code = done.code, .lane = case_lane(d->age), .first_look = done.first_look, .allow = d->allow, .wishes = d->wishes };
    keep(res, d);
    res_redirect(res, "/report");
    return OK;
}

/* The last two screens: the number typed back, and what happens next. */
static Err after_sending(const Request *req, Response *res, Draft *d, Screen posted, Str go) {
    Str typed = STR_NONE, code = d->code;
    Form *f = req->form;
    if (posted == SCREEN_CODE && str_eq(go, S("next"))) {
        bool same = crock_normal(req->a, form_text(f, "last"), &typed) == OK && typed.n >= LAST_GROUP && str_ends(code, typed);
        if (!same) {
            form_fail(f, "last", "This is not the end of your code. Look at it again, or skip this.");
            res_again(res, "/report");
            return OK;
        }
    }
    d->at = posted == SCREEN_NEXT && str_eq(go, S("back")) ? SCREEN_CODE : SCREEN_NEXT;
    keep(res, d);
    res_redirect(res, "/report");
    return OK;
}

static Screen onwards(const Draft *d, Screen from, Str go) {
    Screen to = SCREEN_SAFE;
    if (edit_target(go, &to)) return to == SCREEN_PICTURE && draft_young(d) ? SCREEN_WHERE : to;
    if (str_eq(go, S("more")) || str_eq(go, S("none"))) return SCREEN_PICTURE; /* with what was just put in, or taken out */
    if (str_eq(go, S("back"))) return screen_before(d, from);
    if (d->from_check && !(from == SCREEN_WHO && draft_young(d))) return SCREEN_CHECK;
    return screen_after(d, from);
}

static Err move(Ctx *c, const Request *req, Response *res, Draft *d, Screen posted, Str go) {
    Form *f = req->form;
    bool back = str_eq(go, S("back")), none = str_eq(go, S("none")), skip = str_eq(go, S("skip")) || none || (back && posted == SCREEN_PICTURE), late = !d->begun && posted > SCREEN_SAFE;
    if (none) d->prints = STR_NONE;
    if (!skip) draft_take(c, d, posted, f, back || str_eq(go, S("anyway")));
    if (f->errors > 0 && !skip && !back) {
        d->at = posted;
        keep(res, d);
        res_again(res, "/report");
        return OK;
    }
    d->at = late ? SCREEN_SAFE : onwards(d, posted, go);
    d->from_check = d->at != SCREEN_CHECK && (d->from_check || posted == SCREEN_CHECK) && !back;
    if (late) res_said(res, "You were away for more than half an hour. For your safety we wiped your earlier answers. What you sent last is kept.");
    keep(res, d);
    res_redirect(res, "/report");
    return OK;
}

Err report_flow_send(Ctx *c, const Request *req, Response *res) {
    Form *f = req->form;
    Draft d = draft_read(req->a, req->draft);
    Str go = form_text(f, "go").n > 0 && form_at(f, "go")->error == NULL ? form_text(f, "go") : S("next");
    const Value *v = form_at(f, "screen");
    if (str_eq(go, S("new"))) {
        res_draft_drop(res);
        res_redirect(res, d.sent ? "/report" : "/");
        return OK;
    }
    if (!v->given || v->error != NULL) {
        res_redirect(res, "/report");
        return OK;
    }
    Screen posted = (Screen)v->num;
    if (d.sent) return after_sending(req, res, &d, posted, go);
    if (posted > SCREEN_CHECK) posted = SCREEN_SAFE;
    return move(c, req, res, &d, posted, go);
}

/* The check was read and found right. The one screen that costs much has an address of its own. */
Err report_flow_done(Ctx *c, const Request *req, Response *res) {
    Draft d = draft_read(req->a, req->draft);
    if (d.begun && !d.sent && req->form->error == NULL) return send(c, req, res, &d);
    res_redirect(res, "/report");
    return OK;
}

Err report_flow_file(Ctx *c, const Request *req, Response *res) {
    Draft d = draft_read(req->a, req->draft);
    (void)c;
    if (!d.sent) return E_MISSING;
    res_download(res, "text/plain; charset=utf-8", S("nummer.txt"));
    buf_put(&res->body, code_show(req->a, d.code));
    buf_ch(&res->body, '\n');
    return OK;
}
