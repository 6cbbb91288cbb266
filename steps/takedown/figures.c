/* figures.c - see figures.h. */
#include "steps/takedown/figures.h"
#include "core/sorask/stats.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/takedown_page.h"

enum { PAGE_ROWS = 10 };

const char *figures_quality_of(Str outcome, Str reason) {
    static const char *const wrong[] = { "not_illegal", "consent_shown", "public_interest", "other_law" };
    if (str_eq(outcome, S("not_found")) || str_eq(reason, S("incomplete"))) return "imprecise";
    if (str_eq(outcome, S("need_more"))) return "unsubstantiated";
    for (size_t i = 0; i < LEN(wrong); i++)
        if ((str_eq(outcome, S("refused")) || str_eq(outcome, S("kept"))) && str_eq(reason, str_c(wrong[i]))) return "inaccurate";
    return "";
}

static void count(const RequestRow *r, NoticeFigures *f) {
    const char *q = figures_quality_of(r->outcome, r->reason);
    f->asked++;
    f->delivered += str_eq(r->delivery, S("delivered"));
    f->bounced += str_eq(r->delivery, S("failed"));
    f->received += r->received != 0;
    f->answered += r->answers > 0;
    f->removed += str_eq(r->outcome, S("removed")) || str_eq(r->outcome, S("blocked"));
    f->refused += str_eq(r->outcome, S("refused")) || str_eq(r->outcome, S("kept"));
    f->need_more += str_eq(r->outcome, S("need_more"));
    f->not_found += str_eq(r->outcome, S("not_found"));
    f->withdrawn += str_eq(r->outcome, S("withdrawn"));
    f->open += r->outcome.n == 0 && !str_eq(r->delivery, S("failed"));
    f->contested += str_eq(r->form, S("art20"));
    f->decided += r->outcome.n > 0 && !str_eq(r->outcome, S("withdrawn"));
    f->imprecise += strcmp(q, "imprecise") == 0;
    f->unsubstantiated += strcmp(q, "unsubstantiated") == 0;
    f->inaccurate += strcmp(q, "inaccurate") == 0;
}

void figures_of(Arena *a, const RequestRow *rows, size_t n, UnixMs now, NoticeFigures *out) {
    KmObs *obs = ARENA_ARRAY(a, KmObs, n + 1);
    size_t k = 0;
    NoticeFigures f = { .asked = 0 };
    for (size_t i = 0; i < n; i++) {
        const RequestRow *r = &rows[i];
        bool withdrawn = str_eq(r->outcome, S("withdrawn")), decided = r->decided != 0 && !withdrawn;
        count(r, &f);
        if (r->delivered == 0) continue;
        UnixMs until = r->decided != 0 ? r->decided : now; /* whoever asks for more, and what was taken back, has not decided */
        obs[k++] = (KmObs){ until > r->delivered ? until - r->delivered : 0, decided };
    }
    km_compute(a, obs, k, &f.answer);
    *out = f;
}

Err figures_recipient(Ctx *c, const RecipientRow *r, NoticeFigures *out) {
    RequestRow *rows = NULL;
    size_t n = 0;
    TRY(request_of_holder(c, S("notice"), recipient_holder(c->arena, r), FIGURES_ROWS_MAX, &rows, &n));
    figures_of(c->arena, rows, n, c->now, out);
    return location_returns(c, recipient_holder(c->arena, r), &out->returned);
}

/* ---- in words ---- */
static Str days(const UiCtx *ui, const KmQuantile *q, size_t n) {
    if (n == 0) return STR_NONE;
    Str s = str_fmt(ui->a, q->days < 10 ? "%.1f" : "%.0f", q->days);
    return q->reached ? TRF(ui, N_("{n} days"), UA_S("n", s)) : TRF(ui, N_("more than {n} days"), UA_S("n", s));
}
static Str share(const UiCtx *ui, int64_t part, int64_t whole) {
    double low = 0, high = 0;
    if (whole == 0) return STR_NONE;
    stat_share(part, whole, &low, &high);
    return str_fmt(ui->a, "%lld (%.0f–%.0f%%)", (long long)part, 100 * low, 100 * high);
}

Err figures_page(Ctx *c, const Request *req, Response *res) {
    RecipientRow *rows = NULL;
    size_t n = 0;
    Quality q;
    TRY(recipient_list(c, c->person.org, false, &rows, &n));
    int64_t pages = ((int64_t)n + PAGE_ROWS - 1) / PAGE_ROWS, page = req_query_int(req, "p", 1, pages > 0 ? pages : 1, 1);
    size_t from = (size_t)(page - 1) * PAGE_ROWS, shown = n - from < PAGE_ROWS ? n - from : PAGE_ROWS;
    TRY(recipient_open(c, rows + from, shown));
    TRY(figures_quality(c, c->now - 365 * (int64_t)DAY_MS, &q));
    TplTakedownFiguresRows *out = ARENA_ARRAY(c->arena, TplTakedownFiguresRows, shown + 1);
    for (size_t i = 0; i < shown; i++) {
        const RecipientRow *r = &rows[from + i];
        NoticeFigures f;
        TRY(figures_recipient(c, r, &f));
        out[i] = (TplTakedownFiguresRows){ .name = r->name, .href = url_path(c->arena, "/recipient/" STR_FMT, STR_ARG(id_hex(c->arena, r->id))), .asked = f.asked, .received = f.received, .answered = f.answered, .removed = f.removed,
            .refused = f.refused, .open = f.open, .bounced = f.bounced, .contested = f.contested, .returned = f.returned, .median = days(req->ui, &f.answer.median, f.answer.n), .p90 = days(req->ui, &f.answer.p90, f.answer.n) };
    }
    Url base = url_path(c->arena, "/recipients/figures");
    TplTakedownFigures t = { .rows = out, .rows_n = shown, .page = page, .pages = pages, .q_all = q.notices, .q_imprecise = share(req->ui, q.imprecise, q.notices), .q_unsubstantiated = share(req->ui, q.unsubstantiated, q.notices),
        .q_inaccurate = share(req->ui, q.inaccurate, q.notices) };
    if (page > 1) t.before = url_with(c->arena, base, "p", str_fmt(c->arena, "%lld", (long long)page - 1));
    if (page < pages) t.after = url_with(c->arena, base, "p", str_fmt(c->arena, "%lld", (long long)page + 1));
    tpl_takedown_figures(&res->body, req->ui, &t);
    return OK;
}

Err figures_on_recipient(Ctx *c, const UiCtx *ui, const RecipientRow *r, TplTakedownRecipient *t) {
    NoticeFigures f;
    TRY(figures_recipient(c, r, &f));
    t->fg_asked = f.asked;
    t->fg_answered = f.answered;
    t->fg_removed = f.removed;
    t->fg_refused = f.refused;
    t->fg_open = f.open;
    t->fg_returned = f.returned;
    t->fg_median = days(ui, &f.answer.median, f.answer.n);
    t->fg_p90 = days(ui, &f.answer.p90, f.answer.n);
    return OK;
}
