/* lawbook_in.h - shared by the pages of this room. */
#ifndef KETEN_LAWBOOK_IN_H
#define KETEN_LAWBOOK_IN_H
#include "core/ctx/ctx.h"
#include "core/law/law.h"
#include "core/lawbook/lawbook_page.h"
#include "foundation/http/http.h"
#include "foundation/ui/ui.h"

/* ---- lawbook_words.c ---- */
const char *book_table_word(LawTable t);              /* msgid: "Offences" */
const char *book_table_about(LawTable t);             /* msgid: what it holds, in one sentence */
const char *book_column_word(Str column);             /* msgid of a column without its language; NULL: none */
const char *book_code_word(Str column, Str code);     /* msgid of a code of a closed list ("week", "yes"); NULL: shown as it is */
const char *book_outcome_word(LawOutcome o);
UiState book_outcome_state(LawOutcome o);
const char *book_kind_word(LawKind k);
const char *book_mark_word(bool verified);            /* "verified", "not verified" */
UiState book_mark_state(bool verified);
/* ---- lawbook_book.c ---- */
Url book_row_url(Arena *a, LawTable t, Str id);
Str book_name(const Law *law, const LawRow *r, Lang lang); /* name, else word, must or text, in the language */
Str book_valid(const UiCtx *ui, const LawRow *r);     /* "from Mon 1 July 2024", "always" */
Err book_index(Ctx *c, const Request *req, Response *res) NODISCARD;
Err book_table(Ctx *c, const Request *req, Response *res) NODISCARD;
Err book_row(Ctx *c, const Request *req, Response *res) NODISCARD;
Err book_csv(Ctx *c, const Request *req, Response *res) NODISCARD;
Err book_changes(Ctx *c, const Request *req, Response *res) NODISCARD;
/* ---- lawbook_ask.c ---- */
/* The parameters of a GET page, judged as those of a form; *out_asked: at least one that is named in spec came in. */
void book_form(const Request *req, const Param *spec, size_t n, Form *out, bool *out_asked);
Err book_term(Ctx *c, const Request *req, Response *res) NODISCARD;
Err book_route(Ctx *c, const Request *req, Response *res) NODISCARD;
#endif
