/* chart_chain.c - the chain picture (look.md): lanes of location and recipient, and silence as the hatched band in them. */
#include "foundation/ui/chart_in.h"

#include <math.h>
#include <stdio.h>

enum { W = 594, LEFT = 180, RIGHT = 20, /* the width of the middle column of a case: all of it is seen at once */
     LANE = 46, RUNG = 26, TOP = 30, LANES_MAX = 60, DENSE_ROW = 34, BUCKETS = 60, DAY_MS = 86400000 };

typedef struct View { const UiCtx *ui; Buf *b; UnixMs from, to; double y; } View;

static double x_of(const View *v, UnixMs t) {
    double part = (double)(t - v->from) / (double)(v->to - v->from);
    return LEFT + fmin(1, fmax(0, part)) * (W - LEFT - RIGHT);
}

static void fit(UnixMs t, UnixMs *from, UnixMs *to) {
    if (t == 0) return;
    if (*from == 0 || t < *from) *from = t;
    if (t > *to) *to = t;
}

/* The span of all lanes with a little room; a lone instant gets a day around it. */
static void fit_all(const ChainLane *l, size_t n, UnixMs *from, UnixMs *to) {
    for (size_t i = 0; i < n; i++) {
        fit(l[i].due, from, to);
        for (size_t k = 0; k < l[i].events_n; k++) fit(l[i].events[k].at, from, to);
        for (size_t k = 0; k < l[i].silences_n; k++) fit(l[i].silences[k].from, from, to), fit(l[i].silences[k].to, from, to);
        for (size_t k = 0; k < l[i].online_n; k++) fit(l[i].online[k].from, from, to), fit(l[i].online[k].to, from, to);
    }
    UnixMs room = (*to - *from) / 40 + DAY_MS / 2;
    *from -= room;
    *to += room;
}

/* Signs differ in shape, so that they can be told apart without colour. */
static void mark(const View *v, const ChainEvent *e) {
    double x = x_of(v, e->at), y = v->y + 16;
    Buf *b = v->b;
    switch (e->mark) {
    case MARK_NOTICE: buf_printf(b, "<circle class=\"st-info\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\">", x, y); break;
    case MARK_RECEIPT: buf_printf(b, "<circle class=\"st-info hollow\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\">", x, y); break;
    case MARK_ANSWER: buf_printf(b, "<rect class=\"st-done\" x=\"%.1f\" y=\"%.1f\" width=\"11\" height=\"11\">", x - 5.5, y - 5.5); break;
    case MARK_ACT: buf_printf(b, "<path class=\"st-done\" d=\"M%.1f %.1fv-18l10 5l-10 5z\">", x, y + 8); break;
    case MARK_DECISION: buf_printf(b, "<rect class=\"st-done\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"9\">", x, y - 4.5, e->until > e->at ? fmax(9, x_of(v, e->until) - x) : 14); break;
    case MARK_LAPSE: buf_printf(b, "<path class=\"st-late\" fill=\"none\" d=\"M%.1f %.1fl4 -24\">", x - 2, y + 12); break;
    case MARK_GONE: buf_printf(b, "<path class=\"st-done\" fill=\"none\" d=\"M%.1f %.1fl8 8m0 -8l-8 8\">", x - 4, v->y + 28); break;
    case MARK_RETURNED: buf_printf(b, "<path class=\"st-refused\" d=\"M%.1f %.1fl5 9h-10z\">", x, v->y + 27); break;
    case MARK_CHECK: buf_printf(b, "<path class=\"online\" fill=\"none\" d=\"M%.1f %.1fv7\">", x, v->y + 29); break;
    case MARK_NONE: case MARK_N: return;
    }
    static const char *const ends[MARK_N] = { [MARK_NOTICE] = "</circle>", [MARK_RECEIPT] = "</circle>", [MARK_ANSWER] = "</rect>", [MARK_DECISION] = "</rect>" };
    buf_z(b, "<title>");
    ui_esc(b, e->word);
    buf_z(b, " · ");
    ui_esc(b, ui_when_short(v->ui, e->at));
    buf_z(b, "</title>");
    buf_z(b, ends[e->mark] != NULL ? ends[e->mark] : "</path>");
}

static int64_t days(const View *v, const ChainSilence *s) { return ui_days_between(v->ui, s->from, s->to); }
static Str days_words(const View *v, int64_t n) { return trn(v->ui, n, "{n} day", "{n} days", (UiArg[]){ UA_I("n", n) }, 1); }

static void silence(const View *v, const ChainSilence *s) {
    double x = x_of(v, s->from), w = x_of(v, s->to) - x;
    Str words = days_words(v, days(v, s));
    double text_w = 7.2 * (double)str_utf8_len(words) + 8;
    svg_hatch(v->b, x, v->y + 5, w, 22);
    if (w < text_w) {
        bool beside = x + w + text_w < W; /* else before it */
        svg_text(v->b, beside ? x + w + 3 : x - 3, v->y + 12, beside ? "start" : "end", true, words);
        return;
    }
    svg_rect(v->b, "halo", x + w / 2 - text_w / 2, v->y + 8, text_w, 16);
    svg_text(v->b, x + w / 2, v->y + 20, "middle", false, words);
}

static void lane(const View *v, const ChainLane *l) {
    svg_line(v->b, "grid", LEFT, v->y + 16, W - RIGHT, v->y + 16);
    svg_text(v->b, LEFT - 10, v->y + 15, "end", false, clip(v->ui, l->who, 22));
    svg_text(v->b, LEFT - 10, v->y + 30, "end", true, clip(v->ui, l->what, 24));
    for (size_t i = 0; i < l->online_n; i++) svg_line(v->b, "online", x_of(v, l->online[i].from), v->y + 32, x_of(v, l->online[i].to), v->y + 32);
    for (size_t i = 0; i < l->silences_n; i++) silence(v, &l->silences[i]);
    if (l->due != 0) svg_line(v->b, "axis", x_of(v, l->due), v->y + 4, x_of(v, l->due), v->y + 28);
    for (size_t i = 0; i < l->events_n; i++) mark(v, &l->events[i]);
}

/* Over more than a few days ticks stand at the beginning of days, and say the day alone. */
static Str tick(const View *v, UnixMs *t) {
    enum { HOURS_COUNT_DAYS = 4 };
    if (v->to - v->from < (int64_t)HOURS_COUNT_DAYS * DAY_MS) return ui_when_short(v->ui, *t);
    Date d = civil_at(v->ui->zone, *t).date;
    UnixMs day = day_start(v->ui->zone, d);
    if (day >= v->from) *t = day;
    return ui_date_short(v->ui, d);
}

/* A label is twelve signs at most ("28 apr 14:05"), some 80 wide; the first and last stand inside the picture, so that ticks must be
 * one and a half times that apart. */
static void time_axis(const View *v, double height) {
    enum { TICKS = 3, LABEL = 80 };
    _Static_assert((W - LEFT - RIGHT) / TICKS > LABEL * 3 / 2, "labels of neighbouring ticks do not touch");
    for (int i = 0; i <= TICKS; i++) {
        UnixMs t = v->from + (v->to - v->from) * i / TICKS;
        Str words = tick(v, &t);
        double x = x_of(v, t);
        svg_line(v->b, "grid", x, TOP - 8, x, height - 4);
        svg_text(v->b, x, TOP - 14, i == 0 ? "start" : i == TICKS ? "end" : "middle", true, words);
    }
    if (v->ui->now_ms > v->from && v->ui->now_ms < v->to) svg_line(v->b, "nowline", x_of(v, v->ui->now_ms), TOP - 8, x_of(v, v->ui->now_ms), height - 4);
}

/* Many lanes: one row a rung, darkness by the share of its lanes that are silent then. */
static void dense_row(const View *v, const ChainLane *l, size_t n, Str rung, size_t count) {
    double w = (double)(W - LEFT - RIGHT) / BUCKETS;
    svg_text(v->b, LEFT - 10, v->y + 20, "end", false, str_fmt(v->ui->a, STR_FMT " (%zu)", STR_ARG(clip(v->ui, rung, 20)), count));
    for (int k = 0; k < BUCKETS; k++) {
        UnixMs at = v->from + (v->to - v->from) * (2 * k + 1) / (2 * BUCKETS);
        size_t silent = 0;
        for (size_t i = 0; i < n; i++) {
            bool in = false;
            for (size_t j = 0; str_eq(l[i].rung, rung) && j < l[i].silences_n; j++) in = in || (l[i].silences[j].from <= at && at < l[i].silences[j].to);
            silent += in;
        }
        if (silent == 0) continue;
        buf_printf(v->b, "<rect class=\"st-silent\" fill-opacity=\"%.2f\" stroke-opacity=\"0\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"22\"><title>%zu</title></rect>",
            0.15 + 0.85 * (double)silent / (double)count, LEFT + k * w, v->y + 4, w - 0.5, silent);
    }
}

static size_t rung_count(const ChainLane *l, size_t n, Str rung) {
    size_t c = 0;
    for (size_t i = 0; i < n; i++) c += str_eq(l[i].rung, rung);
    return c;
}

static bool rung_is_new(const ChainLane *l, size_t i) {
    for (size_t k = 0; k < i; k++) {
        if (str_eq(l[k].rung, l[i].rung)) return false;
    }
    return true;
}

static void table_of(const View *v, const ChainLane *l, size_t n, Grid *g) {
    const UiCtx *ui = v->ui;
    const char *const head[] = { N_("Rung"), N_("Recipient"), N_("Location"), N_("What happened"), N_("Silent"), N_("Due") };
    for (size_t i = 0; i < LEN(head); i++) grid_head(g, i, tr(ui, head[i]), false);
    for (size_t i = 0; i < n; i++) {
        UiCell *cell = grid_row(g);
        Buf events = buf_new(64 * 1024);
        int64_t silent = 0;
        bool open = false;
        for (size_t k = 0; k < l[i].events_n && k < 200; k++)
            buf_printf(&events, "%s" STR_FMT ": " STR_FMT, k > 0 ? "; " : "", STR_ARG(ui_when_short(ui, l[i].events[k].at)), STR_ARG(l[i].events[k].word));
        for (size_t k = 0; k < l[i].silences_n; k++) {
            silent += days(v, &l[i].silences[k]);
            open = open || l[i].silences[k].open;
        }
        cell[0].text = l[i].rung;
        cell[1].text = l[i].who;
        cell[1].href = l[i].href;
        cell[2].text = l[i].what;
        cell[3].text = str_dup(ui->a, buf_str(&events));
        cell[4].text = l[i].silences_n == 0 ? S("–") : open ? TRF(ui, "{days}, still silent", UA_S("days", days_words(v, silent))) : days_words(v, silent);
        cell[5].text = ui_when_short(ui, l[i].due);
        buf_free(&events);
    }
}

/* Lanes in the order of their rungs' first appearance. */
static void lanes(View *v, const ChainLane *l, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!rung_is_new(l, i)) continue;
        svg_text(v->b, 8, v->y + 18, "start", true, l[i].rung);
        v->y += RUNG;
        for (size_t k = i; k < n; k++) {
            if (!str_eq(l[k].rung, l[i].rung)) continue;
            lane(v, &l[k]);
            v->y += LANE;
        }
    }
}

static double height_of(const ChainLane *l, size_t n, bool dense) {
    size_t rungs = 0;
    for (size_t i = 0; i < n; i++) rungs += rung_is_new(l, i);
    return TOP + (dense ? (double)rungs * DENSE_ROW : (double)rungs * RUNG + (double)n * LANE) + 8;
}

Html chart_chain(const UiCtx *ui, Str title, UnixMs from, UnixMs to, const ChainLane *l, size_t n) {
    Buf b = buf_new(CHART_BYTES_MAX);
    bool dense = n > LANES_MAX;
    double height = height_of(l, n, dense);
    if (from == 0 || to <= from) {
        from = to = 0;
        fit_all(l, n, &from, &to);
    }
    View v = { ui, &b, from, to, TOP };
    Grid g = grid_new(ui, 6, n);
    svg_open(&b, title, W, height);
    time_axis(&v, height);
    if (!dense) lanes(&v, l, n);
    for (size_t i = 0; dense && i < n; i++) {
        if (!rung_is_new(l, i)) continue;
        dense_row(&v, l, n, l[i].rung, rung_count(l, n, l[i].rung));
        v.y += DENSE_ROW;
    }
    table_of(&v, l, n, &g);
    Str legend = dense ? tr(ui, "Each row is a rung; the darker, the more of its recipients are silent at that time.")
                       : tr(ui, "Dot: notice. Ring: receipt. Square: answer. Flag: visible act. Bar: decision. Hatched: silence, with its days. Line beneath: proven online.");
    return chart_done(ui, title, legend, &b, &g, false);
}
