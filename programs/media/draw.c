/* draw.c - paragraphs to PDF with cairo and pango. The same document gives the same bytes: fixed fonts from fixed files, no clock
 * (the dates in the file are the document's), and cairo's own output, which has no randomness. Every block is drawn inside its
 * structure tag, so that a screen reader finds headings, lists and tables. */
/* First, since FreeType's headers name calls that ours forbid. */
#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include "programs/media/reader.h"

#include <sys/stat.h>

enum { PDF_MAX = 48 << 20, PAGES_MAX = 3000, CELL_GAP = 8 };
/* Points. A4, margins of 20 mm, the foot inside the lower one. */
static const double page_w = 595.276, page_h = 841.89, margin = 56.7, foot_y = 800.0;
static const double body_w = 595.276 - 2 * 56.7, body_end = 780.0;

struct Fonts { PangoFontMap *map; };

typedef struct Style { double size, before, after, indent; PangoWeight weight; bool mono, keep_with_next; double grey; const char *tag; } Style;
static const Style styles[] = {
    [DOC_TITLE] = { 18, 0, 10, 0, PANGO_WEIGHT_BOLD, false, true, 0, "H1" },
    [DOC_HEADING] = { 12.5, 14, 5, 0, PANGO_WEIGHT_BOLD, false, true, 0, "H2" },
    [DOC_PARA] = { 10, 0, 7, 0, PANGO_WEIGHT_NORMAL, false, false, 0, "P" },
    [DOC_ITEM] = { 10, 0, 4, 14, PANGO_WEIGHT_NORMAL, false, false, 0, "LI" },
    [DOC_FACT] = { 10, 0, 4, 150, PANGO_WEIGHT_NORMAL, false, false, 0, "P" },
    [DOC_ROW] = { 9, 2, 2, 0, PANGO_WEIGHT_NORMAL, false, false, 0, "TR" },
    [DOC_ROW_HEAD] = { 9, 6, 3, 0, PANGO_WEIGHT_BOLD, false, true, 0, "TR" },
    [DOC_SMALL] = { 8, 0, 4, 0, PANGO_WEIGHT_NORMAL, false, false, 0.3, "P" },
    [DOC_MONO] = { 8.5, 2, 6, 0, PANGO_WEIGHT_NORMAL, true, false, 0, "P" },
    [DOC_SIGN] = { 10, 42, 8, 0, PANGO_WEIGHT_NORMAL, false, false, 0, "P" },
    [DOC_PAGE_BREAK] = { 10, 0, 0, 0, PANGO_WEIGHT_NORMAL, false, false, 0, "P" },
};

typedef struct Draw {
    const Fonts *fonts;
    const Doc *doc;
    Arena *a;
    PangoContext *context;
    cairo_t *cr;
    double y;
    int page, pages;         /* pages 0: only counting */
    bool table, list;        /* inside a structure element that spans blocks */
    const DocBlock *head;    /* of the table at hand; NULL: none */
} Draw;

/* ---- fonts ---- */

static const char *const families[] = { "DejaVu Sans", "DejaVu Sans Mono" };
static const char *const font_files[] = { "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf" };
static const char *const font_dirs[] = { "/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu-sans-fonts", "/usr/share/fonts/dejavu", "/usr/share/fonts/TTF", "/usr/local/share/fonts/dejavu" };

static PangoFontDescription *description(const Style *s, bool bold) {
    PangoFontDescription *d = pango_font_description_new();
    pango_font_description_set_family(d, families[s->mono ? 1 : 0]);
    pango_font_description_set_weight(d, bold ? PANGO_WEIGHT_BOLD : s->weight);
    pango_font_description_set_size(d, (int)(s->size * PANGO_SCALE));
    return d;
}

/* What the libraries have to say goes nowhere: it may quote the text. */
static GLogWriterOutput say_nothing(GLogLevelFlags level, const GLogField *fields, gsize n, gpointer ctx) {
    (void)level, (void)fields, (void)n, (void)ctx;
    return G_LOG_WRITER_HANDLED;
}

Err draw_fonts(Arena *a, Fonts **out) {
    static const char sample[] = "Abc \xC3\xA9 \xCE\xA9 \xD0\x96 \xD7\xA9 \xD8\xB3 \xE2\x82\xAC \xE2\x80\x9C 0123456789 \xE6\xBC\xA2 \xF0\x9F\xA5\xB0";
    FcConfig *config = FcConfigCreate();
    struct stat st = { 0 };
    size_t found = 0;
    for (size_t d = 0; d < LEN(font_dirs) && found == 0; d++)
        for (size_t i = 0; i < LEN(font_files); i++) {
            const char *path = str_fmt(a, "%s/%s", font_dirs[d], font_files[i]).p;
            if (stat(path, &st) == 0 && FcConfigAppFontAddFile(config, (const FcChar8 *)path)) found++;
        }
    if (found < 3) return E_MISSING;
    g_log_set_writer_func(say_nothing, NULL, NULL);
    Fonts *f = ARENA_NEW(a, Fonts);
    f->map = pango_cairo_font_map_new();
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(f->map), config);
    /* Every face is opened and read now: the process that draws opens nothing. */
    DocBlock blocks[DOC_PAGE_BREAK];
    size_t n = 0;
    for (DocKind k = DOC_TITLE; k < DOC_PAGE_BREAK; k++) {
        static const Str cells[] = { { sample, sizeof sample - 1 } };
        bool row = k == DOC_ROW || k == DOC_ROW_HEAD;
        blocks[n++] = (DocBlock){ .kind = k, .label = S("label"), .text = str_c(sample), .cells = cells, .cells_n = row ? 1 : 0 };
    }
    Doc doc = { .lang = LANG_NL, .title = S("-"), .foot = S("-"), .at = 0, .blocks = blocks, .n = n };
    Str pdf = STR_NONE;
    Arena *scratch = arena_new(256 << 20);
    Err e = draw_pdf(f, scratch, &doc, &pdf);
    arena_free(scratch);
    if (e == OK) *out = f;
    return e;
}

/* ---- layouts ---- */

static PangoLayout *layout(Draw *d, const Style *s, bool bold, Str text, double width) {
    PangoLayout *l = pango_layout_new(d->context);
    PangoFontDescription *font = description(s, bold);
    pango_layout_set_font_description(l, font);
    pango_font_description_free(font);
    pango_layout_set_width(l, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_spacing(l, (int)(s->size * 0.3 * PANGO_SCALE));
    pango_layout_set_text(l, text.n > 0 ? text.p : "", (int)text.n);
    return l;
}

static double height(PangoLayout *l) {
    int w = 0, h = 0;
    pango_layout_get_size(l, &w, &h);
    return (double)h / PANGO_SCALE;
}

/* ---- pages ---- */

static void foot(Draw *d) {
    const Style *s = &styles[DOC_SMALL];
    cairo_set_source_rgb(d->cr, 0.35, 0.35, 0.35);
    PangoLayout *l = layout(d, s, false, d->doc->foot, body_w - 60);
    pango_layout_set_height(l, -1); /* one line, cut with an ellipsis */
    pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
    cairo_move_to(d->cr, margin, foot_y);
    pango_cairo_show_layout(d->cr, l);
    g_object_unref(l);
    l = layout(d, s, false, str_fmt(d->a, "%d / %d", d->page, d->pages > 0 ? d->pages : d->page), 60);
    pango_layout_set_alignment(l, PANGO_ALIGN_RIGHT);
    cairo_move_to(d->cr, page_w - margin - 60, foot_y);
    pango_cairo_show_layout(d->cr, l);
    g_object_unref(l);
    cairo_set_source_rgb(d->cr, 0, 0, 0);
}

static void next_page(Draw *d) {
    foot(d);
    cairo_show_page(d->cr);
    d->page++;
    d->y = margin;
}

/* Line by line, since a paragraph may be longer than a page. */
static void flow(Draw *d, PangoLayout *l, double x) {
    PangoLayoutIter *it = pango_layout_get_iter(l);
    do {
        PangoRectangle r;
        int top = 0, bottom = 0;
        pango_layout_iter_get_line_extents(it, NULL, &r);
        pango_layout_iter_get_line_yrange(it, &top, &bottom);
        double h = (double)(bottom - top) / PANGO_SCALE;
        if (d->y + h > body_end) next_page(d);
        cairo_move_to(d->cr, x + (double)r.x / PANGO_SCALE, d->y + (double)(pango_layout_iter_get_baseline(it) - top) / PANGO_SCALE);
        pango_cairo_show_layout_line(d->cr, pango_layout_iter_get_line_readonly(it));
        d->y += h;
    } while (pango_layout_iter_next_line(it) && d->page < PAGES_MAX);
    pango_layout_iter_free(it);
}

static void room_for(Draw *d, double h) {
    if (d->y > margin && d->y + h > body_end) next_page(d);
}

/* ---- blocks ---- */

static void text_block(Draw *d, const DocBlock *b, const Style *s) {
    PangoLayout *l = layout(d, s, false, b->text, body_w - s->indent);
    room_for(d, (s->keep_with_next ? height(l) + 40 : s->size * 1.6));
    if (b->kind == DOC_ITEM) {
        cairo_tag_begin(d->cr, "Lbl", NULL);
        PangoLayout *dot = layout(d, s, false, S("\xE2\x80\xA2"), s->indent);
        cairo_move_to(d->cr, margin + 3, d->y);
        pango_cairo_show_layout(d->cr, dot);
        g_object_unref(dot);
        cairo_tag_end(d->cr, "Lbl");
        cairo_tag_begin(d->cr, "LBody", NULL);
    }
    cairo_set_source_rgb(d->cr, s->grey, s->grey, s->grey);
    flow(d, l, margin + s->indent);
    cairo_set_source_rgb(d->cr, 0, 0, 0);
    if (b->kind == DOC_ITEM) cairo_tag_end(d->cr, "LBody");
    g_object_unref(l);
}

static void fact_block(Draw *d, const DocBlock *b, const Style *s) {
    PangoLayout *label = layout(d, s, true, b->label, s->indent - CELL_GAP), *value = layout(d, s, false, b->text, body_w - s->indent);
    double h = height(label), tall = height(value) > h ? height(value) : h;
    room_for(d, tall < body_end - margin ? tall : h);
    double top = d->y;
    int page = d->page;
    cairo_move_to(d->cr, margin, d->y);
    pango_cairo_show_layout(d->cr, label);
    flow(d, value, margin + s->indent);
    if (d->page == page && d->y < top + h) d->y = top + h;
    g_object_unref(label);
    g_object_unref(value);
}

static void rule(Draw *d, double y, double grey) {
    cairo_set_source_rgb(d->cr, grey, grey, grey);
    cairo_set_line_width(d->cr, 0.5);
    cairo_move_to(d->cr, margin, y);
    cairo_line_to(d->cr, page_w - margin, y);
    cairo_stroke(d->cr);
    cairo_set_source_rgb(d->cr, 0, 0, 0);
}

/* One row; its height is known before, since a page may have to end first. On a new page the head stands again, for the eye:
 * the structure has it already. */
static void row_block(Draw *d, const DocBlock *b, const Style *s, bool again) {
    PangoLayout *cell[MEDIA_CELLS_MAX];
    const char *tag = b->kind == DOC_ROW_HEAD ? "TH" : "TD";
    size_t n = b->cells_n > 0 ? b->cells_n : 1;
    double w = body_w / (double)n, tall = s->size;
    if (b->cells_n == 0) return;
    for (size_t i = 0; i < n; i++) {
        Str text = b->cells[i].n > 2000 ? str_sub(b->cells[i], 0, 2000) : b->cells[i];
        while (!str_utf8_ok(text)) text.n--; /* at most three bytes back to a whole character */
        cell[i] = layout(d, s, false, text, w - CELL_GAP);
        if (height(cell[i]) > tall) tall = height(cell[i]);
    }
    if (tall > body_end - margin) tall = body_end - margin;
    int page = d->page;
    if (!again) room_for(d, tall + (s->keep_with_next ? 30 : 0));
    if (d->page != page && b->kind == DOC_ROW && d->head != NULL) {
        row_block(d, d->head, &styles[DOC_ROW_HEAD], true);
        d->y += styles[DOC_ROW_HEAD].after + s->before;
    }
    for (size_t i = 0; i < n; i++) {
        if (!again) cairo_tag_begin(d->cr, tag, NULL);
        cairo_move_to(d->cr, margin + w * (double)i, d->y);
        pango_cairo_show_layout(d->cr, cell[i]);
        if (!again) cairo_tag_end(d->cr, tag);
        g_object_unref(cell[i]);
    }
    d->y += tall;
    rule(d, d->y + 2, b->kind == DOC_ROW_HEAD ? 0.3 : 0.8);
}

static void sign_block(Draw *d, const DocBlock *b, const Style *s) {
    room_for(d, 40);
    cairo_set_line_width(d->cr, 0.7);
    cairo_move_to(d->cr, margin, d->y);
    cairo_line_to(d->cr, margin + 220, d->y);
    cairo_stroke(d->cr);
    d->y += 4;
    PangoLayout *l = layout(d, s, false, b->text, body_w);
    flow(d, l, margin);
    g_object_unref(l);
}

/* Lists and tables are one structure element over the blocks that follow each other. */
static void span(Draw *d, DocKind kind) {
    bool table = kind == DOC_ROW || kind == DOC_ROW_HEAD, list = kind == DOC_ITEM;
    if (d->table && !table) cairo_tag_end(d->cr, "Table");
    if (d->list && !list) cairo_tag_end(d->cr, "L");
    if (table && !d->table) cairo_tag_begin(d->cr, "Table", NULL);
    if (list && !d->list) cairo_tag_begin(d->cr, "L", NULL);
    d->table = table;
    d->list = list;
    if (!table) d->head = NULL;
}

static void block(Draw *d, const DocBlock *b) {
    const Style *s = &styles[b->kind];
    span(d, b->kind);
    if (b->kind == DOC_ROW_HEAD) d->head = b;
    if (b->kind == DOC_PAGE_BREAK) {
        next_page(d);
        return;
    }
    if (d->y > margin) d->y += s->before;
    cairo_tag_begin(d->cr, s->tag, NULL);
    if (b->kind == DOC_FACT) fact_block(d, b, s);
    else if (b->kind == DOC_ROW || b->kind == DOC_ROW_HEAD) row_block(d, b, s, false);
    else if (b->kind == DOC_SIGN) sign_block(d, b, s);
    else text_block(d, b, s);
    cairo_tag_end(d->cr, s->tag);
    d->y += s->after;
}

/* ---- the document ---- */

static cairo_status_t keep(void *ctx, const unsigned char *p, unsigned int n) {
    Buf *b = ctx;
    buf_put(b, str_bytes(p, n));
    return b->over ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void about(cairo_surface_t *surface, Arena *a, const Doc *doc) {
    const char *at = str_z(a, when_rfc3339(a, doc->at - doc->at % 1000));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, str_z(a, doc->title));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, str_z(a, doc->author));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Keten");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, at);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, at);
}

/* Once to count the pages, once for real. */
static Err draw_once(const Fonts *f, Arena *a, const Doc *doc, int pages, Buf *to, int *out_pages) {
    Draw d = { .fonts = f, .doc = doc, .a = a, .y = margin, .page = 1, .pages = pages };
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(to != NULL ? keep : NULL, to, page_w, page_h);
    about(surface, a, doc);
    d.cr = cairo_create(surface);
    d.context = pango_font_map_create_context(f->map);
    pango_context_set_language(d.context, pango_language_from_string(doc->lang == LANG_NL ? "nl" : "en"));
    pango_cairo_update_context(d.cr, d.context);
    for (size_t i = 0; i < doc->n && d.page < PAGES_MAX; i++) block(&d, &doc->blocks[i]);
    span(&d, DOC_PARA);
    foot(&d);
    cairo_show_page(d.cr);
    *out_pages = d.page;
    g_object_unref(d.context);
    bool good = cairo_status(d.cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(d.cr);
    cairo_surface_finish(surface);
    good = good && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    if (d.page >= PAGES_MAX) return E_LIMIT;
    return good ? OK : E_INPUT;
}

Err draw_pdf(const Fonts *f, Arena *a, const Doc *doc, Str *out_pdf) {
    int pages = 0;
    Buf b = buf_new(PDF_MAX);
    TRY(draw_once(f, a, doc, 0, NULL, &pages));
    Err e = draw_once(f, a, doc, pages, &b, &pages);
    if (b.over) e = E_LIMIT;
    if (e == OK) e = pdf_tail(a, buf_str(&b), doc->lang, out_pdf);
    buf_free(&b);
    return e;
}
