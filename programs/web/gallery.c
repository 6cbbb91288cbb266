/* gallery.c - all page pieces with their states, for developers and translators; only when the configuration says dev. */
#include "programs/web/web.h"
#include "programs/web/web_page.h"

static const char *const colours[] = { "red", "green", NULL };
static const Param spec[] = {
    { .name = "text", .kind = P_TEXT, .required = true, .label = N_("Search") }, { .name = "long", .kind = P_LONGTEXT, .label = N_("Language") },
    { .name = "links", .kind = P_LONGTEXT, .label = N_("Pages") }, { .name = "one", .kind = P_CHOICE, .choices = colours, .label = N_("Where you are") },
    { .name = "many", .kind = P_CHOICE, .many = true, .label = N_("Rooms") }, { .name = "tick", .kind = P_BOOL, .label = N_("proof") }, { .name = "day", .kind = P_DATE, .label = N_("today") },
};

static Html chain(const Request *req) {
    UnixMs now = req->ui->now_ms, day = 86400000;
    ChainEvent *e = ARENA_ARRAY(req->a, ChainEvent, 4);
    e[0] = (ChainEvent){ .at = now - 40 * day, .mark = MARK_NOTICE, .word = S("notice") };
    e[1] = (ChainEvent){ .at = now - 39 * day, .mark = MARK_RECEIPT, .word = S("receipt") };
    e[2] = (ChainEvent){ .at = now - 10 * day, .mark = MARK_LAPSE, .word = S("lapse") };
    e[3] = (ChainEvent){ .at = now - 4 * day, .mark = MARK_ANSWER, .word = S("answer") };
    ChainSilence *s = ARENA_ARRAY(req->a, ChainSilence, 1);
    s[0] = (ChainSilence){ .from = now - 33 * day, .to = now - 4 * day };
    ChainOnline *o = ARENA_ARRAY(req->a, ChainOnline, 1);
    o[0] = (ChainOnline){ now - 42 * day, now - 4 * day };
    ChainLane *l = ARENA_ARRAY(req->a, ChainLane, 1);
    l[0] = (ChainLane){ .rung = S("Platform"), .who = S("Example"), .what = S("L1"), .due = now - 33 * day, .events = e, .events_n = 4, .silences = s, .silences_n = 1, .online = o, .online_n = 1 };
    return chart_chain(req->ui, S("Chain"), 0, 0, l, 1);
}

static Err gallery(const Request *req, Response *res, Form *f) {
    Arena *a = req->a;
    UiOption *o = ARENA_ARRAY(a, UiOption, 2);
    o[0] = (UiOption){ S("red"), S("Red"), S("A hint") };
    o[1] = (UiOption){ S("green"), S("Green"), STR_NONE };
    UiTime *times = ARENA_ARRAY(a, UiTime, 2);
    times[0] = (UiTime){ .at = req->ui->now_ms - 86400000, .sign = S("●"), .who = S("Ank"), .text = S("Notice sent"), .state = STATE_DONE };
    times[1] = (UiTime){ .at = req->ui->now_ms, .sign = S("▨"), .text = S("No answer in 12 days"), .state = STATE_SILENT };
    UiItem *items = ARENA_ARRAY(a, UiItem, 2);
    items[0] = (UiItem){ S("Reference"), S("K-2026-000123"), url_path(a, "/ui") };
    items[1] = (UiItem){ S("Lane"), S("adult"), { { 0 } } };
    ChartBar *bars = ARENA_ARRAY(a, ChartBar, 2);
    bars[0] = (ChartBar){ .label = S("One"), .value = 12, .state = STATE_DONE, .interval = true, .low = 9, .high = 15 };
    bars[1] = (ChartBar){ .label = S("Two"), .value = 30, .state = STATE_SILENT };
    static const double y[] = { 1, 4, 2, 8 };
    const Str x[] = { S("Jan"), S("Feb"), S("Mar"), S("Apr") };
    const ChartSeries series[] = { { S("Median"), y, STATE_INFO } };
    const ChartStep steps[] = { { S("Asked"), 31, STATE_INFO, { { 0 } } }, { S("Receipt"), 28, STATE_DONE, { { 0 } } }, { S("Decision"), 12, STATE_DONE, { { 0 } } } };
    tpl_web_gallery(&res->body, req->ui, &(TplWebGallery){ .form = f, .options = o, .options_n = 2, .times = times, .times_n = 2, .items = items, .items_n = 2,
        .due = req->ui->now_ms + 5 * 86400000, .bars = chart_bars(req->ui, S("Bars"), S("days"), bars, 2),
        .lines = chart_lines(req->ui, S("Lines"), S("days"), x, 4, series, 1), .funnel = chart_funnel(req->ui, S("Funnel"), steps, 3), .chain = chain(req) });
    return OK;
}

Err gallery_page(Ctx *ctx, const Request *req, Response *res) {
    if (!turn_of(ctx)->web->dev) return E_MISSING;
    Form *f = form_page(req, spec, LEN(spec));
    if (str_eq(req_query(req, "errors"), S("1"))) {
        form_fail(f, "text", "Fill this in.");
        form_fail(f, "one", "Choose one.");
    }
    return gallery(req, res, f);
}
