/* owed_panel.c - on the case page: who was asked what and when, what they owe by when, and what we owe. */
#include "core/case/holder.h"
#include "core/case/platform.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/playbook.h"
#include "steps/takedown/takedown_page.h"

enum { OWED_SHOWN = 100 };

static Str holder_word(Ctx *c, const UiCtx *ui, const RequestOwed *o) {
    const LawPlatform *p = platform_row(c, o->holder);
    const LawAuthority *a = c->app->law != NULL ? law_authority(c->app->law, o->holder, civil_at(c->app->zone, c->now).date) : NULL;
    Str name = holder_registered(c, o->holder);
    return name.n > 0 ? name : p != NULL ? p->name : a != NULL ? a->name[ui->lang] : o->holder;
}

static Str duty_word(Ctx *c, const UiCtx *ui, Str duty) {
    const LawTermRow *t = c->app->law != NULL && duty.n > 0 ? law_term_row(c->app->law, duty, civil_at(c->app->zone, c->now).date) : NULL;
    return t != NULL ? t->name[ui->lang] : duty;
}

Err owed_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    RequestOwed *rows = NULL;
    ProposalRow *p = NULL;
    size_t n = 0, p_n = 0;
    TRY(request_owed(c, k->id, OWED_SHOWN, &rows, &n));
    if (n == 0) return OK;
    TRY(proposal_of_case(c, k->id, true, &p, &p_n));
    TplTakedownOwed t = { .ours = str_eq(k->turn, S("us")), .due = k->next_due, .proposals = (int64_t)p_n };
    TplTakedownOwedRows *r = ARENA_ARRAY(c->arena, TplTakedownOwedRows, n + 1);
    Str hex = id_hex(c->arena, k->id);
    for (size_t i = 0; i < n; i++) {
        const LawForm *f = c->app->law != NULL ? law_form(c->app->law, rows[i].form, civil_at(c->app->zone, rows[i].asked).date) : NULL;
        bool notice = str_eq(rows[i].kind, S("notice"));
        r[i] = (TplTakedownOwedRows){ .who = holder_word(c, ui, &rows[i]), .what = f != NULL ? f->name[ui->lang] : rows[i].form, .asked = rows[i].asked, .items = rows[i].items, .open = rows[i].open, .duty = duty_word(c, ui, rows[i].next_duty), .due = rows[i].next_due, .lapsed = rows[i].lapsed };
        if (notice) r[i].href = url_path(c->arena, "/case/" STR_FMT "/notice/" STR_FMT, STR_ARG(hex), STR_ARG(id_hex(c->arena, rows[i].subject)));
        r[i].state = rows[i].open == 0 ? STATE_DONE : rows[i].next_due != 0 && rows[i].next_due > c->now ? STATE_WAITING : rows[i].lapsed > 0 ? STATE_SILENT : STATE_WAITING;
        r[i].word = rows[i].open == 0 ? N_("answered") : rows[i].next_due > c->now ? N_("runs") : rows[i].lapsed > 0 ? N_("silent") : rows[i].delivered == 0 ? N_("not there yet") : N_("open");
    }
    t.rows = r;
    t.rows_n = n;
    tpl_takedown_owed(out, ui, &t);
    return OK;
}
