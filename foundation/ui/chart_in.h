/* chart_in.h - what the chart files share. Private to ui. */
#ifndef KETEN_CHART_IN_H
#define KETEN_CHART_IN_H
#include "foundation/ui/ui.h"
#include "foundation/ui/ui_page.h"

typedef struct Grid { UiCell *head; size_t head_n; UiRow *rows; size_t rows_n, rows_max; Arena *a; } Grid; /* the table under a chart */
Grid grid_new(const UiCtx *ui, size_t columns, size_t rows_max);
void grid_head(Grid *g, size_t column, Str text, bool number);
UiCell *grid_row(Grid *g);                                     /* head_n cells to fill */

enum { CHART_BYTES_MAX = 2 << 20 };
void svg_open(Buf *b, Str title, double w, double h);
void svg_text(Buf *b, double x, double y, const char *anchor, bool soft, Str text); /* anchor: start, middle, end */
void svg_line(Buf *b, const char *cls, double x1, double y1, double x2, double y2);
void svg_rect(Buf *b, const char *cls, double x, double y, double w, double h);
void svg_hatch(Buf *b, double x, double y, double w, double h);  /* silence: hatched, never a colour alone */
/* Wraps picture and table in the frame; empties b. */
Html chart_done(const UiCtx *ui, Str title, Str text, Buf *b, const Grid *g, bool wide);
double nice_top(double max);                                   /* 1, 2 or 5 times a power of ten, at least max */
Str clip(const UiCtx *ui, Str s, size_t chars);                /* shortened with an ellipsis */
#endif
