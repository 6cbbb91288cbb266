/* chart.c - bars, lines and funnel as SVG, each with its table. Attributes only: the content security policy drops inline styles. */
#include "foundation/ui/chart_in.h"

#include <math.h>

Grid grid_new(const UiCtx *ui, size_t columns, size_t rows_max) {
    return (Grid){ .head = ARENA_ARRAY(ui->a, UiCell, columns), .head_n = columns, .rows = ARENA_ARRAY(ui->a, UiRow, rows_max + 1), .rows_max = rows_max, .a = ui->a };
}

void grid_head(Grid *g, size_t column, Str text, bool number) {
    must(column < g->head_n);
    g->head[column] = (UiCell){ .text = text, .number = number };
}

UiCell *grid_row(Grid *g) {
    must(g->rows_n < g->rows_max);
    UiCell *cells = ARENA_ARRAY(g->a, UiCell, g->head_n);
    for (size_t i = 0; i < g->head_n; i++) cells[i].number = g->head[i].number;
    g->rows[g->rows_n++] = (UiRow){ .cells = cells, .cells_n = g->head_n };
    return cells;
}

void svg_open(Buf *b, Str title, double w, double h) {
    buf_printf(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", w, h, w, h);
    ui_esc(b, title);
    buf_z(b, "\">");
}

void svg_text(Buf *b, double x, double y, const char *anchor, bool soft, Str text) {
    buf_printf(b, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>", x, y, anchor, soft ? " class=\"soft\"" : "");
    ui_esc(b, text);
    buf_z(b, "</text>");
}

void svg_line(Buf *b, const char *cls, double x1, double y1, double x2, double y2) {
    buf_printf(b, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", cls, x1, y1, x2, y2);
}

void svg_rect(Buf *b, const char *cls, double x, double y, double w, double h) {
    buf_printf(b, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", cls, x, y, w < 0 ? 0 : w, h);
}

void svg_hatch(Buf *b, double x, double y, double w, double h) {
    enum { STEP = 7, LINES_MAX = 600 };
    svg_rect(b, "hatchback", x, y, w, h);
    buf_z(b, "<path class=\"hatchline\" fill=\"none\" d=\"");
    int lines = 0;
    for (double at = x - h; at < x + w && lines < LINES_MAX; at += STEP, lines++) { /* from bottom left to top right, cut at the sides */
        double from = at < x ? x : at, to = at + h > x + w ? x + w : at + h;
        buf_printf(b, "M%.1f %.1fL%.1f %.1f", from, y + h - (from - at), to, y + h - (to - at));
    }
    buf_z(b, "\"/>");
    buf_printf(b, "<rect class=\"silence\" fill=\"none\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", x, y, w < 0 ? 0 : w, h);
}

Html chart_done(const UiCtx *ui, Str title, Str text, Buf *b, const Grid *g, bool wide) {
    Buf table = buf_new(CHART_BYTES_MAX), whole = buf_new(3 * CHART_BYTES_MAX);
    buf_z(b, "</svg>");
    tpl_data_table(&table, ui, &(TplDataTable){ .head = g->head, .head_n = g->head_n, .rows = g->rows, .rows_n = g->rows_n });
    must(buf_err(b) == OK && buf_err(&table) == OK);
    tpl_chart_frame(&whole, ui, &(TplChartFrame){ .title = title, .text = text, .picture = { buf_str(b) }, .table = { buf_str(&table) }, .wide = wide });
    must(buf_err(&whole) == OK);
    Html out = { str_dup(ui->a, buf_str(&whole)) };
    buf_free(&whole);
    buf_free(&table);
    buf_free(b);
    return out;
}

double nice_top(double max) {
    static const double steps[] = { 1, 2, 5, 10 };
    if (!(max > 0)) return 1;
    double base = pow(10, floor(log10(max)));
    for (size_t i = 0; i < LEN(steps); i++) {
        if (steps[i] * base >= max * (1 - 1e-9)) return steps[i] * base;
    }
    return 10 * base;
}

Str clip(const UiCtx *ui, Str s, size_t chars) {
    size_t at = 0, n = 0;
    if (!str_utf8_ok(s) || str_utf8_len(s) <= chars) return s;
    while (at < s.n && n < chars - 1) {
        at++;
        while (at < s.n && ((unsigned char)s.p[at] & 0xc0) == 0x80) at++;
        n++;
    }
    return str_fmt(ui->a, STR_FMT "…", STR_ARG(str_sub(s, 0, at)));
}

static Str number(const UiCtx *ui, double v) {
    if (isnan(v)) return S("–");
    return ui_dec(ui, v, fabs(v - round(v)) < 0.05 ? 0 : 1);
}

/* ---- bars ---- */

Html chart_bars(const UiCtx *ui, Str title, Str unit, const ChartBar *bars, size_t n) {
    enum { W = 640, LEFT = 190, RIGHT = 70, ROW = 30, TOP = 8 };
    Buf b = buf_new(CHART_BYTES_MAX);
    bool any_interval = false;
    double max = 0;
    for (size_t i = 0; i < n; i++) {
        max = fmax(max, bars[i].interval ? fmax(bars[i].high, bars[i].value) : bars[i].value);
        any_interval = any_interval || bars[i].interval;
    }
    double top = nice_top(max), scale = (W - LEFT - RIGHT) / top, h = TOP + (double)n * ROW + 4;
    Grid g = grid_new(ui, any_interval ? 3 : 2, n);
    grid_head(&g, 0, STR_NONE, false);
    g.head[0].text = tr(ui, "What");
    grid_head(&g, 1, unit, true);
    if (any_interval) grid_head(&g, 2, tr(ui, "Interval"), true);
    svg_open(&b, title, W, h);
    svg_line(&b, "axis", LEFT, TOP, LEFT, h - 4);
    for (size_t i = 0; i < n; i++) {
        double y = TOP + (double)i * ROW, w = fmax(0, bars[i].value) * scale;
        UiCell *cell = grid_row(&g);
        cell[0].text = bars[i].label;
        cell[0].href = bars[i].href;
        cell[1].text = number(ui, bars[i].value);
        svg_text(&b, LEFT - 8, y + 19, "end", false, clip(ui, bars[i].label, 26));
        if (bars[i].state == STATE_SILENT) svg_hatch(&b, LEFT, y + 5, w, ROW - 10);
        else svg_rect(&b, ui_state_class(bars[i].state), LEFT, y + 5, w, ROW - 10);
        double end = LEFT + w;
        if (bars[i].interval) {
            double lo = LEFT + fmax(0, bars[i].low) * scale, hi = LEFT + fmax(0, bars[i].high) * scale, mid = y + ROW / 2.0;
            buf_printf(&b, "<path class=\"whisker\" fill=\"none\" d=\"M%.1f %.1fH%.1fM%.1f %.1fv10M%.1f %.1fv10\"/>", lo, mid, hi, lo, mid - 5, hi, mid - 5);
            cell[2].text = str_fmt(ui->a, STR_FMT " – " STR_FMT, STR_ARG(number(ui, bars[i].low)), STR_ARG(number(ui, bars[i].high)));
            end = fmax(end, hi);
        }
        svg_text(&b, end + 6, y + 19, "start", false, number(ui, bars[i].value));
    }
    return chart_done(ui, title, STR_NONE, &b, &g, false);
}

/* ---- lines ---- */

static void one_line(Buf *b, const ChartSeries *s, size_t points, double x0, double dx, double y0, double scale) {
    bool down = false;
    buf_printf(b, "<path class=\"line %s\" fill=\"none\" d=\"", ui_state_class(s->state));
    for (size_t i = 0; i < points; i++) {
        bool gap = isnan(s->y[i]);
        if (!gap) buf_printf(b, "%c%.1f %.1f", down ? 'L' : 'M', x0 + (double)i * dx, y0 - s->y[i] * scale);
        down = !gap;
    }
    buf_z(b, "\"/>");
    for (size_t i = 0; i < points; i++) {
        if (!isnan(s->y[i])) buf_printf(b, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", ui_state_class(s->state), x0 + (double)i * dx, y0 - s->y[i] * scale);
    }
}

static double lines_max(const ChartSeries *s, size_t n, size_t points) {
    double max = 0;
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < points; i++) max = isnan(s[k].y[i]) ? max : fmax(max, s[k].y[i]);
    }
    return max;
}

Html chart_lines(const UiCtx *ui, Str title, Str unit, const Str *x_labels, size_t points, const ChartSeries *s, size_t n) {
    enum { W = 640, H = 260, LEFT = 54, RIGHT = 130, TOP = 16, BOTTOM = 34, TICKS = 4 };
    Buf b = buf_new(CHART_BYTES_MAX);
    double top = nice_top(lines_max(s, n, points)), scale = (H - TOP - BOTTOM) / top;
    double dx = points > 1 ? (double)(W - LEFT - RIGHT) / (double)(points - 1) : 0;
    Grid g = grid_new(ui, n + 1, points);
    grid_head(&g, 0, tr(ui, "When"), false);
    for (size_t k = 0; k < n; k++) grid_head(&g, k + 1, unit.n > 0 ? str_fmt(ui->a, STR_FMT " (" STR_FMT ")", STR_ARG(s[k].name), STR_ARG(unit)) : s[k].name, true);
    svg_open(&b, title, W, H);
    for (int i = 0; i <= TICKS; i++) {
        double v = top * i / TICKS, y = H - BOTTOM - v * scale;
        svg_line(&b, i == 0 ? "axis" : "grid", LEFT, y, W - RIGHT, y);
        svg_text(&b, LEFT - 6, y + 4, "end", true, number(ui, v));
    }
    size_t step = points > 8 ? (points + 7) / 8 : 1;
    for (size_t i = 0; i < points; i++) {
        UiCell *cell = grid_row(&g);
        cell[0].text = x_labels[i];
        for (size_t k = 0; k < n; k++) cell[k + 1].text = number(ui, s[k].y[i]);
        if (i % step == 0) svg_text(&b, LEFT + (double)i * dx, H - 12, "middle", true, x_labels[i]);
    }
    for (size_t k = 0; k < n; k++) {
        one_line(&b, &s[k], points, LEFT, dx, H - BOTTOM, scale);
        size_t last = points;
        while (last > 0 && isnan(s[k].y[last - 1])) last--;
        if (last > 0) svg_text(&b, LEFT + (double)(last - 1) * dx + 8, H - BOTTOM - s[k].y[last - 1] * scale + 4, "start", false, clip(ui, s[k].name, 18));
    }
    return chart_done(ui, title, STR_NONE, &b, &g, false);
}

/* ---- funnel ---- */

Html chart_funnel(const UiCtx *ui, Str title, const ChartStep *steps, size_t n) {
    enum { W = 640, LEFT = 190, RIGHT = 120, ROW = 42, TOP = 6 };
    Buf b = buf_new(CHART_BYTES_MAX);
    int64_t max = 1;
    for (size_t i = 0; i < n; i++) max = steps[i].count > max ? steps[i].count : max;
    Grid g = grid_new(ui, 3, n);
    grid_head(&g, 0, tr(ui, "Step"), false);
    grid_head(&g, 1, tr(ui, "Count"), true);
    grid_head(&g, 2, tr(ui, "Of the first"), true);
    svg_open(&b, title, W, TOP + (double)n * ROW);
    for (size_t i = 0; i < n; i++) {
        double y = TOP + (double)i * ROW, w = (double)steps[i].count / (double)max * (W - LEFT - RIGHT);
        Str share = n > 0 && steps[0].count > 0 ? ui_percent(ui, (double)steps[i].count / (double)steps[0].count, 0) : S("–");
        UiCell *cell = grid_row(&g);
        cell[0].text = steps[i].label;
        cell[0].href = steps[i].href;
        cell[1].text = ui_int(ui, steps[i].count);
        cell[2].text = share;
        svg_text(&b, LEFT - 8, y + 23, "end", false, clip(ui, steps[i].label, 26));
        if (steps[i].state == STATE_SILENT) svg_hatch(&b, LEFT, y + 5, w, ROW - 14);
        else svg_rect(&b, ui_state_class(steps[i].state), LEFT, y + 5, w, ROW - 14);
        svg_text(&b, LEFT + w + 8, y + 23, "start", false, str_fmt(ui->a, STR_FMT " · " STR_FMT, STR_ARG(ui_int(ui, steps[i].count)), STR_ARG(share)));
    }
    return chart_done(ui, title, STR_NONE, &b, &g, false);
}
