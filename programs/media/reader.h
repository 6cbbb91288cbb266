/* reader.h - the things a media process can do. Private to programs/media. Everything here runs behind the sandbox, in a
 * process that answers one question and ends; nothing is freed, the end of the process does that. */
#ifndef KETEN_READER_H
#define KETEN_READER_H
#include "foundation/sandbox/media_wire.h"

/* ---- page.c: hostile HTML ---- */
/* Well-formed UTF-8 from bytes in charset (empty: what the page itself says, or UTF-8). What cannot be read becomes U+FFFD. */
Str page_decode(Arena *a, Str bytes, Str charset);
Err page_read(Arena *a, Str html, Str charset, MediaPage *out) NODISCARD;

/* ---- mail.c: hostile mail ---- */
/* Before the sandbox closes: the parser, and tables of character sets that it finds no more afterwards. */
void mail_ready(void);
Err mail_read(Arena *a, Str bytes, MediaMail *out) NODISCARD;

/* ---- draw.c: letters and reports ---- */
/* Loads the fonts, and draws once with each so that no file is needed later. E_MISSING: not on this machine. Before the sandbox closes. */
typedef struct Fonts Fonts;
Err draw_fonts(Arena *a, Fonts **out) NODISCARD;
Err draw_pdf(const Fonts *f, Arena *a, const Doc *doc, Str *out_pdf) NODISCARD; /* E_LIMIT: too long */

/* ---- pdf_tail.c ---- */
/* cairo writes no language and does not say that its structure counts: both are put into the catalog by an incremental update
 * (ISO 32000-1 7.5.6). E_INPUT when the file is not as cairo writes it. */
Err pdf_tail(Arena *a, Str pdf, Lang lang, Str *out) NODISCARD;
#endif
