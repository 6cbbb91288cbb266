/* media.h - asking the media process to read hostile bytes and to draw letters. Each question is answered by a process of its
 * own that can do nothing else: no files, no sockets, no time beyond its limits; when it dies, that is an answer.
 *
 * A Media is the path of run/media.sock; every question is a connection of its own. Answers live in the arena.
 */
#ifndef KETEN_MEDIA_H
#define KETEN_MEDIA_H
#include "foundation/base/lang.h"
#include "foundation/base/when.h"

typedef struct Media Media;
Err media_open(Arena *a, const char *socket_path, Media **out) NODISCARD;

/* What a page says, read with an HTML5 parser. Text is visible text only (no script, style, template), UTF-8, blanks folded, at most 256 KiB. */
typedef struct MediaPage {
    Str title, text, lang;
    Str canonical;               /* link rel=canonical, or empty */
    Str refresh;                 /* target of a meta refresh, or empty */
    int64_t images, videos, forms, password_fields, links;
} MediaPage;
/* E_INPUT: not readable here (the reader was stopped by a limit or died); E_OUTSIDE: media process out of reach. */
Err media_page(Media *m, Arena *a, Str html, Str charset, MediaPage *out) NODISCARD;

/* A document of paragraphs, drawn as PDF (A4, cairo and pango): letters, reports. */
typedef enum DocKind { DOC_INVALID, DOC_TITLE, DOC_HEADING, DOC_PARA, DOC_ITEM, DOC_FACT, DOC_ROW, DOC_ROW_HEAD, DOC_SMALL, DOC_MONO, DOC_SIGN, DOC_PAGE_BREAK } DocKind;
typedef struct DocBlock { DocKind kind; Str label; Str text; const Str *cells; size_t cells_n; } DocBlock; /* label: DOC_FACT; cells: DOC_ROW, DOC_ROW_HEAD (at most 8) */
typedef struct Doc { Lang lang; Str title, author, foot; UnixMs at; const DocBlock *blocks; size_t n; } Doc; /* foot: on every page, beside the page number */
/* The same document gives the same bytes. */
Err media_pdf(Media *m, Arena *a, const Doc *doc, Str *out_pdf) NODISCARD;
#endif
