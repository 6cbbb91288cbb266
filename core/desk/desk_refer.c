/* desk_refer.c - handing a case over: in the minor's way the address and the kind to the hotline, and nothing else; for
 * everybody, help for the person. What leaves by hand is recorded as an act. */
#include "core/desk/desk_export.h"
#include "core/desk/desk_second.h"

#define END { NULL, F_END, CLEAR, false, 0 }
enum { LINKS_MAX = 2000 };

static const FieldDef referred_fields[] = { { "to", F_CODE, CLEAR, true, 0 }, { "way", F_CODE, CLEAR, true, 0 }, { "links", F_INT, CLEAR, false, 100000 }, END };
const ActDef act_case_referred = { "case.referred", 1, OBJ_NONE, "case.refer", true, true, referred_fields, NULL, apply_case_referred, NULL, N_("Handed over to {to}, {way}: {links} links") };
const ActDef *const desk_acts[] = { &act_case_referred, &act_share_opened, &act_export_made, &act_second_given, NULL };

static const char *const ways[] = { "web", "mail", "phone", "chat", NULL };
const Param refer_form[2] = { { .name = "to", .kind = P_TEXT, .required = true, .max = 60, .label = N_("To whom") }, { .name = "way", .kind = P_CHOICE, .required = true, .choices = ways, .label = N_("How") } };

/* Hotlines of the directory of bodies, then the helpers of the referral directory that fit the lane. */
static UiOption *targets(Ctx *c, const UiCtx *ui, const CaseRow *k, size_t *out_n) {
    const LawAuthority *const *a = NULL;
    const LawReferral *const *r = NULL;
    *out_n = 0;
    if (c->app->law == NULL) return NULL;
    size_t an = law_authority_list(c->app->law, DATE_NONE, c->arena, &a), rn = law_referrals(c->app->law, str_eq(k->lane, S("adult")) ? S("adult") : S("minor"), STR_NONE, DATE_NONE, c->arena, &r), n = 0;
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, an + rn + 1);
    for (size_t i = 0; i < an; i++)
        if (str_eq(a[i]->kind, S("hotline"))) o[n++] = (UiOption){ .value = a[i]->r.id, .label = desk_text(ui, a[i]->name), .hint = desk_text(ui, a[i]->mandate) };
    for (size_t i = 0; i < rn; i++) o[n++] = (UiOption){ .value = r[i]->r.id, .label = desk_text(ui, r[i]->name), .hint = desk_text(ui, r[i]->whom) };
    *out_n = n;
    return o;
}

Str desk_helper(Ctx *c, const UiCtx *ui, Str code) {
    const LawReferral *r = c->app->law != NULL ? law_referral(c->app->law, code, DATE_NONE) : NULL;
    return r != NULL ? desk_text(ui, r->name) : desk_holder(c, ui, code);
}

/* "address;kind" a line: what goes, ready to be copied. */
static Err links_text(Ctx *c, const CaseRow *k, TplDeskRefer *t) {
    LocationRow *l = NULL;
    size_t n = 0;
    TRY(location_of_case(c, k->id, 0, LINKS_MAX, &l, &n));
    TRY(location_open(c, l, n));
    Buf b = buf_new(16 << 20);
    for (size_t i = 0; i < n; i++) {
        if (l[i].url_err != OK) t->unread++;
        else buf_printf(&b, STR_FMT ";" STR_FMT "\n", STR_ARG(l[i].url), STR_ARG(l[i].kind)), t->links_n++;
    }
    t->links = str_dup(c->arena, buf_str(&b));
    t->more = k->locations > LINKS_MAX;
    Err err = buf_err(&b);
    buf_wipe(&b);
    return err;
}

static void help(Ctx *c, const UiCtx *ui, const CaseRow *k, TplDeskRefer *t) {
    const LawReferral *const *r = NULL;
    size_t n = c->app->law != NULL ? law_referrals(c->app->law, str_eq(k->lane, S("adult")) ? S("adult") : S("minor"), STR_NONE, DATE_NONE, c->arena, &r) : 0;
    TplDeskReferHelp *h = ARENA_ARRAY(c->arena, TplDeskReferHelp, n + 1);
    for (size_t i = 0; i < n; i++)
        h[i] = (TplDeskReferHelp){ .name = desk_text(ui, r[i]->name), .text = desk_text(ui, r[i]->text), .phone = r[i]->phone, .tel = r[i]->phone.n > 0 ? url_tel(ui->a, r[i]->phone) : (Url){ STR_NONE }, .site = url_web(r[i]->url),
            .mark = law_mark(&r[i]->r)[0] != '\0' ? law_mark(&r[i]->r) : NULL };
    t->help = h;
    t->help_n = n;
}

Err refer_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    ReferralRow *rows = NULL;
    size_t n = 0;
    TRY(desk_case_of(c, req, &k));
    Form *f = form_page(req, refer_form, LEN(refer_form));
    TplDeskRefer t = { .form = f, .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/refer"), .minor = !str_eq(k.lane, S("adult")) };
    TRY(desk_referrals(c, k.id, &rows, &n));
    TplDeskReferRows *r = ARENA_ARRAY(c->arena, TplDeskReferRows, n + 1);
    for (size_t i = 0; i < n; i++) r[i] = (TplDeskReferRows){ .to = desk_helper(c, ui, rows[i].to), .way = desk_say(ui, "way", rows[i].way), .links = rows[i].links, .at = rows[i].at, .who = desk_user(c, rows[i].by) };
    t.rows = r;
    t.rows_n = n;
    t.targets = targets(c, ui, &k, &t.targets_n);
    t.ways = desk_options(ui, "way", ways, &t.ways_n);
    if (t.targets_n > 0 && t.minor) form_set(f, "to", t.targets[0].value);
    TRY(links_text(c, &k, &t));
    for (size_t i = 0; i < c->app->forms_n && t.minor; i++)
        if (strcmp(c->app->forms[i].form, "hotline") == 0) t.filing = desk_url(ui, &k, "/filing");
    help(c, ui, &k, &t);
    tpl_desk_refer(&res->body, ui, &t);
    return OK;
}

Err refer_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Form *f = req->form;
    size_t n = 0;
    bool known = false;
    TRY(desk_case_of(c, req, &k));
    UiOption *o = targets(c, req->ui, &k, &n);
    for (size_t i = 0; i < n; i++) known = known || str_eq(o[i].value, form_text(f, "to"));
    if (f->errors == 0 && !known) form_fail(f, "to", N_("This choice is not known."));
    if (f->errors > 0) return desk_again(req, res);
    const LawAuthority *body = law_authority(c->app->law, form_text(f, "to"), DATE_NONE);
    bool hotline = body != NULL && str_eq(body->kind, S("hotline"));
    Act *acts[2] = { act_new(c, &act_case_referred, ID_NONE, k.id, ctx_new_id(c)) };
    act_code(acts[0], "to", form_text(f, "to"));
    act_code(acts[0], "way", form_text(f, "way"));
    act_int(acts[0], "links", hotline ? k.locations : 0);
    size_t acts_n = 1;
    if (hotline) acts[acts_n++] = case_turn(c, k.id, S("hotline"), S("hotline_answer"), c->now + 7LL * 86400000);
    TRY(desk_commit(c, &k, f->act, acts, acts_n));
    res_said(res, N_("The hand-over is recorded."));
    res_redirect(res, "/case/%s", id_hex(req->a, k.id).p);
    return OK;
}
