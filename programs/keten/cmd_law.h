/* cmd_law.h - what the subcommands of `keten law` share. Private to programs/keten. */
#ifndef KETEN_CMD_LAW_H
#define KETEN_CMD_LAW_H
#include "core/law/law.h"
#include "foundation/base/json.h"
#include "programs/keten/cmd.h"

#define OPT_LAW_DIR { OPT_TEXT, "dir", "DIR", "folder with tables (NAME.csv) that take the place of the built-in ones" }
#define OPT_LANG { OPT_TEXT, "lang", "nl|en", "language of the words", .otherwise = "en" }

extern const Cmd cmd_law_term, cmd_law_count, cmd_law_route, cmd_law_print;
/* Loads the law; false when it does not, *out_code is what to return then (1, with file:line:col on stderr). */
bool law_cli_open(Cli *c, const Law **out, int *out_code);
bool law_lang(const Cli *c, Lang *out, int *out_code);
/* The day of an option, or year 0 when not given. */
bool law_date(const Cli *c, const char *name, Date *out, int *out_code);
Date law_today(void);            /* UTC day */
int law_print_pdf(Cli *c, const Law *law, Lang lang, Date at); /* cmd_law_pdf.c: to the file of --pdf, with the instance of --data */
void law_out(Buf *b);            /* writes to stdout and frees; a buffer that ran over is a bug */
void law_json_date(Json *j, Arena *a, const char *key, Date d); /* null when none */
#endif
