/* asked.h - the questions of a supervisor asked of an instance: what the year files say (core/sorask/ask.h), what our own log says, and how
 * an answer is written: in words, as JSON, as CSV. The pages and `keten sor ask` give the same. */
#ifndef KETEN_ASKED_H
#define KETEN_ASKED_H
#include "foundation/base/json.h"
#include "foundation/ui/ui.h"
#include "steps/supervise/years.h"
#include "core/step/step.h"

/* Who is asked about: a code of the register (may be empty: only the database knows the name) and the names in the database. */
typedef struct AskedWho { Str wish, code; AskWho who; } AskedWho;
/* c may be NULL: no instance. E_MISSING: nobody of that name; *out_near has near ones. */
Err asked_who(Ctx *c, Arena *a, const Law *law, const Years *y, Str wish, AskedWho *out, Str *out_near, size_t near_max, size_t *out_near_n) NODISCARD;
/* c may be NULL: then questions about the own log are answered as missing. The person's own organisation's log and transparency reports. given (may
 * be NULL): reports that are looked into instead of those of the record. */
Err asked_run(Ctx *c, Arena *a, const Law *law, Years *y, const LawQuestion *q, const AskedWho *who, Date from, Date to, const AskReports *given, AskAnswer *out, const char **out_why) NODISCARD;

/* ---- in words ---- */
Str asked_say(const UiCtx *ui, const AskSay *s);
Str asked_value(const UiCtx *ui, const AskValue *v);       /* "12,3% (8 - 17)"; "not known" when missing */
Str asked_days(const UiCtx *ui, const AskPart *p);         /* "1 July 2025 - 31 July 2025, 31 of 31 days read" */
void asked_json(Arena *a, const AskAnswer *x, Buf *out);
void asked_csv(Arena *a, const AskAnswer *x, Buf *out);    /* figures, then tables, a row each */

/* ---- of the own log ---- */
typedef struct LogWait { Str holder, offence, source, lang; int64_t asked, decided; } LogWait; /* decided 0: open */
#endif
