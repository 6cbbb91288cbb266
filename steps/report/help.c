/* help.c - places to turn to, from the directory in the law data; and the page that must answer when nothing else does. */
#include "steps/report/report_in.h"

static Date today(const Ctx *c) { return civil_at(c->app->zone, c->now).date; }

void report_help(Ctx *c, const UiCtx *ui, Str lane, Str topic, const HelpPlace **out, size_t *out_n) {
    const LawReferral *const *rows = NULL;
    size_t n = c->app->law != NULL ? law_referrals(c->app->law, lane, topic, today(c), c->arena, &rows) : 0;
    HelpPlace *p = ARENA_ARRAY(c->arena, HelpPlace, n + 1);
    for (size_t i = 0; i < n; i++) {
        const LawReferral *r = rows[i];
        const char *mark = law_mark(&r->r);
        p[i] = (HelpPlace){ .name = r->name[ui->lang], .whom = r->whom[ui->lang], .text = r->text[ui->lang], .phone = r->phone, .site = url_web(r->url), .mark = mark[0] != 0 ? mark : NULL };
        if (r->phone.n > 0) p[i].call = url_tel(c->arena, r->phone);
        if (str_eq(p[i].name, r->phone)) p[i].name = STR_NONE; /* 112 is its own name */
    }
    *out = p;
    *out_n = n;
}

void report_help_without(Arena *a, const HelpPlace *first, size_t first_n, const HelpPlace **list, size_t *n) {
    HelpPlace *left = ARENA_ARRAY(a, HelpPlace, *n + 1);
    size_t k = 0;
    for (size_t i = 0; i < *n; i++) {
        bool shown = false;
        for (size_t f = 0; f < first_n; f++) shown = shown || (str_eq(first[f].name, (*list)[i].name) && str_eq(first[f].phone, (*list)[i].phone));
        if (!shown) left[k++] = (*list)[i];
    }
    *list = left;
    *n = k;
}

Err report_emergency(Ctx *c, const Request *req, Response *res) {
    TplReportEmergency t = { 0 };
    const HelpPlace *both = NULL;
    size_t both_n = 0;
    report_help(c, req->ui, STR_NONE, S("crisis"), &t.now, &t.now_n);
    report_help(c, req->ui, S("minor"), S("child"), &t.young, &t.young_n);
    report_help(c, req->ui, STR_NONE, S("care"), &t.care, &t.care_n);
    report_help_without(c->arena, t.now, t.now_n, &t.young, &t.young_n);
    report_help_without(c->arena, t.now, t.now_n, &t.care, &t.care_n);
    both = t.young;
    both_n = t.young_n;
    report_help_without(c->arena, both, both_n, &t.care, &t.care_n);
    tpl_report_emergency(&res->body, req->ui, &t);
    return OK;
}
