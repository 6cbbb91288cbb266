/* law_in.h - what the files of this room share. A Law is a set of tables in one arena, joined once (law_join.c) so that a
 * question costs no search. Nothing here is changed after law_new. */
#ifndef KETEN_LAW_IN_H
#define KETEN_LAW_IN_H
#include "core/law/law.h"

/* ---- columns ---- */
typedef enum ColKind { COL_STR, COL_INT, COL_REAL, COL_BOOL, COL_DATE, COL_UNIT, COL_KIND, COL_COUNT } ColKind;
typedef enum ColRef { REF_NONE, REF_IDS /* ids of table `to` */, REF_OFFENCES /* offences and their groups */, REF_BODY /* authority or kind:dsc */,
    REF_TARGET, REF_TOUCHES, REF_SEATS, REF_HOSTS, REF_HOMES } ColRef;
enum { NEEDED = 1, WORDS_MAX = 256, WORD_BITS = 64, PLACE_FIXED = 6 };
typedef struct Col { const char *name; ColKind kind; uint16_t at; uint8_t needed; ColRef ref; LawTable to; const char *words; /* allowed ones, blank-separated */ } Col;
typedef struct TableDef { const char *name; const Col *cols; size_t cols_n, size; } TableDef;
extern const TableDef law_defs[LAW_TABLE_N];

/* ---- tables ---- */
typedef struct LawTab {
    char *rows;              /* n rows of defs[].size */
    Str *cells;              /* n * cols_n, in the order of the definition */
    size_t n;
    uint32_t *slots;         /* hash of id: index of its first version + 1 */
    size_t slots_n;          /* a power of two */
    bool *alone;             /* by row: the only version of its id */
    Str csv;
} LawTab;
typedef struct RowList { const LawRow **v; size_t n; } RowList;
enum { KEPT_FROM = 2000, KEPT_YEARS = 64, KEPT_BYTES = KEPT_YEARS * 366 / 8 + 1 };
typedef struct Calendar { Str code; const LawHoliday **v; size_t n; bool verified /* all its days are */; uint8_t kept[KEPT_BYTES]; } Calendar; /* kept: days of the years asked about most, a bit each */

/* Words of the engine (table phrases), by what they say. */
#define PHRASES(X) \
    X(START, "start") X(START_TIME, "start.time") X(RECEIVED, "received") X(RECEIVED_IDLE, "received.idle") X(UNPROVEN, "unproven") X(LENGTH, "length") X(LENGTH_BARE, "length.bare") X(NORM, "norm") X(OWN_NORM, "norm.own") \
    X(NO_NUMBER, "number.none") X(RAW, "raw") X(PAUSE, "pause") X(PAUSE_IDLE, "pause.idle") X(RAW_PAUSED, "raw.paused") \
    X(AWT_WEEKEND, "awt.weekend") X(AWT_HOLIDAY, "awt.holiday") X(AWT_TWO, "awt.two") X(DECREED, "decreed") X(AWT_NOT, "awt.not") X(AWT_STAYS, "awt.stays") \
    X(EU_WEEKEND, "eu.weekend") X(EU_HOLIDAY, "eu.holiday") X(EU_TWO, "eu.two") X(EU_STAYS, "eu.stays") X(EU_HOURS, "eu.hours") \
    X(CALENDAR, "calendar") X(HOURS, "hours") X(BACKWARD, "backward") X(PROMISED, "promised") X(PROMISED_ONLY, "promised.only") X(PROMISED_LATE, "promised.late") \
    X(EXTENDED, "extended") X(EXTENDED_LATE, "extended.late") X(PRIOR, "prior") X(PRIOR_UNKNOWN, "prior.unknown") X(PRIOR_FROM, "prior.from") \
    X(VOID, "void") X(LATE, "late") X(COUNTRY, "country") X(NO_CALENDAR, "country.calendar") X(DUE, "due") X(DUE_TIME, "due.time") X(PENALTY, "penalty") X(PENALTY_BAND, "penalty.band") X(RECURS, "recurs") \
    X(X_RULE, "x.rule") X(X_THEN, "x.then") X(X_INSTANT, "x.instant") X(X_BEFORE, "x.before") X(X_PAUSE_OPEN, "x.pause.open") X(X_PAUSE_ORDER, "x.pause.order") \
    X(X_PAUSE_OVERLAP, "x.pause.overlap") X(X_PAUSE_KIND, "x.pause.kind") X(X_PAUSE_NOT, "x.pause.not") X(X_COUNTRY, "x.country") \
    X(X_PROMISE, "x.promise") X(X_PROMISE_EARLY, "x.promise.early") X(X_EXTEND, "x.extend") X(X_EXTEND_EARLY, "x.extend.early") X(X_RANGE, "x.range") X(X_DATE, "x.date") \
    X(X_OFFENCE, "x.offence") X(X_AGE, "x.age") X(X_PLATFORM, "x.platform") X(X_TAG, "x.tag") X(X_REPORTER, "x.reporter") X(X_DAY, "x.day") \
    X(R_LANE_ADULT, "r.lane.adult") X(R_LANE_MINOR, "r.lane.minor") X(R_LANE_UNKNOWN, "r.lane.unknown") X(R_SERVICE, "r.service") X(R_SERVICE_UNKNOWN, "r.service.unknown") \
    X(R_SEAT, "r.seat") X(R_SEAT_REP, "r.seat.rep") X(R_SEAT_NONE, "r.seat.none") X(R_SEAT_UNKNOWN, "r.seat.unknown") X(R_MANDATE, "r.mandate") \
    X(R_WHO_VICTIM, "r.who.victim") X(R_WHO_SUPPORTER, "r.who.supporter") X(R_WHO_FLAGGER, "r.who.flagger") X(R_WHO_NGO, "r.who.ngo") X(R_WHO_MANDATED, "r.who.mandated") \
    X(R_WHO_AUTHORITY, "r.who.authority") X(R_FORM, "r.form") X(R_FORM_NONE, "r.form.none") X(R_PARALLEL, "r.parallel") X(R_EXCLUSIVE, "r.exclusive") \
    X(U_HOUR_1, "unit.hour.1") X(U_HOUR, "unit.hour") X(U_DAY_1, "unit.day.1") X(U_DAY, "unit.day") X(U_WEEK_1, "unit.week.1") X(U_WEEK, "unit.week") \
    X(U_MONTH_1, "unit.month.1") X(U_MONTH, "unit.month") X(U_YEAR_1, "unit.year.1") X(U_YEAR, "unit.year") \
    X(D1, "weekday.1") X(D2, "weekday.2") X(D3, "weekday.3") X(D4, "weekday.4") X(D5, "weekday.5") X(D6, "weekday.6") X(D7, "weekday.7") \
    X(M1, "month.1") X(M2, "month.2") X(M3, "month.3") X(M4, "month.4") X(M5, "month.5") X(M6, "month.6") X(M7, "month.7") X(M8, "month.8") \
    X(M9, "month.9") X(M10, "month.10") X(M11, "month.11") X(M12, "month.12")
#define PH_X(NAME, id) PH_##NAME,
typedef enum Ph { PHRASES(PH_X) PH_N } Ph;
#undef PH_X
extern const char *const law_phrase_ids[PH_N];

typedef struct TermIx { RowList next, norms, penalties; } TermIx;    /* by row of table terms: rows that name it or its base */
struct Law {
    LawTab t[LAW_TABLE_N];
    const LawPhrase *ph[PH_N];                /* NULL where the table has none: law_check says so */
    Str words[WORD_BITS]; size_t words_n;     /* offence codes and groups, each a bit */
    Str places[32]; size_t places_n;          /* country codes named in table competence, bits PLACE_FIXED and up */
    Calendar *calendars; size_t calendars_n;
    Str awt, home;                            /* countries with that role */
    TermIx *terms;                            /* by row */
    RowList *rules;                           /* by row of authorities: rows of competence, in the order they are tried */
    RowList *asks;                            /* by row of forms: rows of contents, by rank */
    RowList *crosses;                         /* by row of offences, at the first version of each: rows of crosswalk */
    const LawForm **rule_form;                /* by row of competence: newest version of its form, or NULL */
    uint32_t unknown_tag;                     /* bit of tag "?" or 0 */
};

/* ---- law_rows.c ---- */
uint32_t law_hash(Str s);
const LawRow *law_head(const Law *law, LawTable t, Str id);                      /* oldest version, or NULL */
const LawRow *law_get_known(const Law *law, LawTable t, Str id, Date at, Date known);
const LawRow *law_row(const Law *law, LawTable t, size_t i);
size_t law_row_index(const Law *law, const LawRow *r);
bool law_holds(const Law *law, const LawRow *r, Date at, Date known);            /* is this row the version for that day */
bool law_split(Str *list, Str *out_word);                                         /* next word of a blank-separated list */
static inline bool law_any(Str list) { return list.n == 0 || (list.n == 1 && list.p[0] == '*'); }
/* ---- law_load.c ---- */
typedef struct Loader { Law *law; Arena *a; LawProblem *problem; } Loader;
void law_place(Str csv, size_t line, size_t field, size_t *out_line, size_t *out_col); /* where a field begins */
Err law_bad(Loader *l, const LawRow *r, const char *column, const char *fmt, ...) PRINTF_LIKE(4, 5) NODISCARD;
/* ---- law_join.c ---- */
Err law_join(Loader *l, LawZoneOf *zone_of, void *arg) NODISCARD;
bool law_bits_of(const Law *law, Str list, uint64_t *out);                       /* offences and groups; false: a word that is neither */
uint32_t law_seat_word(const Law *law, Str country);                             /* bit of a country code, 0 when no rule names it */
/* ---- law_count.c ---- */
typedef struct Span { int32_t first, last; } Span;                               /* days, both paused */
typedef struct Count { const Law *law; Str country; Date from; int64_t n; LawUnit unit; int64_t plus_n; LawUnit plus_unit; const Span *spans; size_t spans_n; bool awt; } Count;
Err law_add(Date from, int64_t n, LawUnit unit, Date *out) NODISCARD;            /* E_LIMIT outside the years that are handled */
Err law_roll(const Count *c, Date raw, bool moves, LawCounted *out) NODISCARD;
void law_calendar_fill(Calendar *c);
bool law_awt_moves(int64_t n, LawUnit unit);
bool law_has_calendar(const Law *law, Str country, Date at);
bool law_calendar_verified(const Law *law, Str country);
/* The end stands on such a day: date is the end, other what it would be if the decree holds, row the day. */
bool law_doubt(const Law *law, Str country, Date end, LawReason *out);
const LawHoliday *law_doubtful_day(const Law *law, Str country, Date d); /* decreed by a source that nobody has checked, or NULL */
/* ---- law_words.c ---- */
Err law_refuse(const Law *law, LawText out, Arena *a, Err e, Ph ph, const LawReason *with) NODISCARD;
#endif
