/* ask.h - the questions of a supervisor over the official data (table questions of the law data), answered from year files (core/sor/roll.h).
 *
 * An answer never stands alone: it names the files it was made of, the days that were not read, the known defects that touch it and the
 * caveats of its question. A window that crosses a hard break is answered in parts, and days that a registered defect touches are a part of
 * their own. What was not read is missing, never zero. Pure: no I/O, no clock; words are msgids, translated where they are shown.
 *
 * S questions come from the year files. Of our own log the caller gives what is asked (AskLog); questions from the log alone (N) are answered by
 * steps/supervise in the same form. R needs transparency reports: the caller gives those that were read (AskReports), and what a report does not
 * say is missing. A report is about its own period: it is never cut to a window, and is set beside the statements of exactly its days.
 */
#ifndef KETEN_ASK_H
#define KETEN_ASK_H
#include "core/law/law.h"
#include "core/sor/roll.h"
#include "core/transparency/compare.h"

typedef struct AskArg { const char *name; Str s; int64_t i; bool number; } AskArg;
typedef struct AskSay { const char *msgid; AskArg args[3]; size_t args_n; } AskSay;     /* a sentence */
typedef enum AskUnit { AU_COUNT, AU_SHARE, AU_DAYS /* low..high: a class of days, high below 0: no end */, AU_RATE, AU_NUMBER, AU_TEXT, AU_DATE, AU_UNITS } AskUnit;
extern const char *const ask_unit_codes[AU_UNITS];
typedef struct AskValue {
    AskUnit unit;
    bool known;                  /* false: missing */
    bool interval;               /* low..high holds (95%) */
    double value, low, high;
    int64_t part, whole;         /* AU_SHARE, AU_RATE */
    Str text;                    /* AU_TEXT, AU_DATE (ISO) */
    const char *word;            /* AU_TEXT: a msgid instead */
} AskValue;
typedef struct AskFigure { const char *code, *label; AskValue v; AskSay how; } AskFigure;
typedef struct AskCol { const char *code, *label; AskUnit unit; } AskCol;
typedef struct AskTable { const char *code, *title; const AskCol *cols; size_t cols_n; AskValue *cells; size_t rows; } AskTable;
typedef struct AskSeries { const char *title, *name; AskUnit unit; const Str *labels; const double *y; size_t n; } AskSeries; /* NAN: not read */
typedef struct AskPart {
    Date from, to;
    const LawDefect *apart;      /* the defect because of which these days are counted apart */
    int64_t days, days_read;
    AskFigure *figures;
    size_t figures_n, figures_cap;
    AskTable *tables;
    size_t tables_n, tables_cap;
    AskSeries series;
    AskSay *says;
    size_t says_n, says_cap;
} AskPart;
typedef struct AskSpan { Date from, to; } AskSpan;
typedef struct AskReport AskReport;
typedef enum AskState { ASK_ANSWERED, ASK_MISSING /* nothing that it needs was read: see says */ } AskState;
typedef struct AskAnswer {
    const LawQuestion *q;
    Str platform;                /* as asked; empty: all */
    Date from, to;
    AskState state;
    AskPart *parts;
    size_t parts_n, parts_cap;
    AskSay *says;                /* about the whole */
    size_t says_n, says_cap;
    const RollFile **sources, **unused; /* counted; not counted since another file of that day was */
    size_t sources_n, unused_n;
    const AskReport **reports;   /* transparency reports that were looked into */
    size_t reports_n;
    AskSpan *gaps;               /* days that were not read */
    size_t gaps_n;
    const LawCaveat **caveats;
    size_t caveats_n;
    const LawDefect **defects;   /* that touch it */
    size_t defects_n;
} AskAnswer;

typedef struct AskWho { const Str *names; size_t n; } AskWho;                   /* names in the database, of one platform */
/* Items that the platform told us it restricted, decided within the window. flagger: by us as trusted flagger. */
typedef struct AskLogItem { Str name; AskWho who; int64_t items, flagger; } AskLogItem;
typedef struct AskLog { const AskLogItem *v; size_t n; bool flagger; } AskLog; /* flagger: is the organisation one? */
/* A transparency report that was read: of one platform over one period. own: our notices to it in that period, by the own log. */
struct AskReport { Str name, code /* of the register; may be empty */; AskWho who; Date from, to; Str sha256 /* 64 hex digits */; const Report *r; bool own_known, flagger; RepOwn own; };
typedef struct AskReports { const AskReport *v; size_t n; } AskReports; /* of a platform the newest period first; of a period only what counts */

typedef struct AskInput {
    const Law *law;
    const LawQuestion *q;
    Roll *rolls;                 /* by year */
    size_t rolls_n;
    Str platform;                /* for the answer; empty: all */
    AskWho who;
    Date from, to;
    const AskLog *log;           /* NULL: none at hand */
    const AskReports *reports;   /* NULL: none at hand */
} AskInput;
enum { ASK_DAYS_MAX = 3660, RECIPIENTS_OLD = 400 /* days before the window in which a report of recipients still counts */ };
/* E_INPUT: the dates; E_LIMIT: a longer window; E_OUTSIDE: a year file is damaged. *out_why: a static sentence. */
Err ask_run(Arena *a, const AskInput *in, AskAnswer *out, const char **out_why) NODISCARD;

/* What the database has of one platform between two days (who of in): its statements by category and source. */
typedef struct AskCounts { RepCount *v; size_t n; int64_t days, days_read; } AskCounts;
Err ask_counts(Arena *a, const AskInput *in, AskCounts *out, const char **out_why) NODISCARD;

/* Questions in order of number, as they are known now. */
size_t ask_questions(const Law *law, Arena *a, const LawQuestion *const **out);
const LawQuestion *ask_question(const Law *law, Str id_or_number);
/* A platform as a person writes it: a code of the law data, or a name in the database (letters small or large). E_MISSING: none; *out_near then
 * has the nearest names. */
Err ask_platform(Arena *a, const Law *law, const Roll *rolls, size_t rolls_n, Str wish, AskWho *out, Str *out_near, size_t near_max, size_t *out_near_n) NODISCARD;
size_t ask_near(Arena *a, const Str *all, size_t n, Str wish, Str *out, size_t max);
AskWho ask_names(Arena *a, const Law *law, Str code, Str name);                 /* what the database calls the platform with this code; name: when the law data do not say */
/* All names in the year files, in order. */
size_t ask_platforms(Arena *a, const Roll *rolls, size_t rolls_n, Str **out);

/* ---- for whoever fills an answer ---- */
AskPart *ask_part(Arena *a, AskAnswer *x, Date from, Date to);
AskFigure *ask_figure(Arena *a, AskPart *p, const char *code, const char *label, AskValue v);
AskTable *ask_table(Arena *a, AskPart *p, const char *code, const char *title, const AskCol *cols, size_t cols_n, size_t rows_max); /* rows 0, cells for rows_max */
AskValue *ask_row(AskTable *t);                                                 /* the cells of one row more */
void ask_say(Arena *a, AskAnswer *x, AskSay s);
void ask_part_say(Arena *a, AskPart *p, AskSay s);
void ask_common(Arena *a, const AskInput *in, AskAnswer *x);                    /* caveats and defects */
/* Reports of these names (of everybody when there are none) whose period shares a day with the window; each is named among the answer's sources. */
size_t ask_reports(Arena *a, const AskInput *in, AskAnswer *x, const AskReport ***out);
AskValue av_count(int64_t n);
AskValue av_share(int64_t part, int64_t whole);                                 /* with Wilson's interval; missing when whole is 0 */
AskValue av_rate(double value, int64_t part, int64_t whole);
AskValue av_number(double v);
AskValue av_text(Str s);
AskValue av_word(const char *msgid);
AskValue av_date(Arena *a, Date d);
AskValue av_missing(AskUnit u);
#define SAY(msg, ...) ((AskSay){ .msgid = (msg), .args = { __VA_ARGS__ }, .args_n = sizeof((AskArg[]){ __VA_ARGS__ }) / sizeof(AskArg) })
#define SAY0(msg) ((AskSay){ .msgid = (msg) })
#define AS_S(nm, str) { .name = (nm), .s = (str) }
#define AS_I(nm, n) { .name = (nm), .i = (n), .number = true }
#endif
