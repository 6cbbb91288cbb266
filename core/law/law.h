/* law.h - the law that computes: terms, competence, taxonomy. Pure: no I/O, no clock, no globals.
 *
 * A Law is built once from the bytes of law/(star).csv (compiled in, or a directory a program has read) and is const
 * afterwards; all its text lives in the arena it was built in. Every row is bitemporal: valid_from..valid_to is when the
 * rule holds (both days included, year 0: open), known_from is when we learnt it. `verified` is false for what was loaded
 * from memory: whoever shows such a row says so (law_mark). A lawyer signs rows before they are used against an authority.
 *
 * Every function takes the day the question is about: the trigger date of the term, the date of the offence. A case keeps
 * the law of its trigger date by asking with that date. Year 0 asks for the newest version of the row.
 * Dates are civil dates in the duty holder's zone (table countries), instants are UTC.
 * Refusals: E_MISSING (no such row, or not valid then), E_INPUT (what was asked makes no sense). `problem` then holds one
 * line in each language that names the thing; nothing is guessed.
 */
#ifndef KETEN_LAW_H
#define KETEN_LAW_H
#include "foundation/base/base.h"
#include "foundation/base/lang.h"
#include "foundation/base/when.h"

typedef struct Law Law;
typedef Str LawText[LANG_COUNT]; /* [LANG_NL], [LANG_EN] */
#define DATE_NONE ((Date){ 0, 0, 0 })
static inline bool date_none(Date d) { return d.y == 0; }

/* What every row begins with. */
typedef struct LawRow {
    Str id;                     /* stable for ever; versions of one thing share it */
    Date valid_from, valid_to;  /* both included; year 0: open */
    Date known_from;
    Str source;                 /* keys of table sources, separated by blanks; "M": from memory, "K": Keten's own policy */
    Date verified_on;
    Str verified_by, note;
    bool verified;              /* verified_on is there */
    uint16_t table;             /* LawTable */
    uint32_t line;              /* in its file */
    const struct LawRow *next;  /* next version of the same id, or NULL */
} LawRow;

typedef enum LawUnit { UNIT_NONE, UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR } LawUnit;
typedef enum LawKind { KIND_LAW, KIND_POLICY, KIND_COURT, KIND_PROMISED } LawKind;
typedef enum LawCount { COUNT_NONE, COUNT_AWT, COUNT_EU, COUNT_HOURS, COUNT_CALENDAR, COUNT_BACKWARD } LawCount;
const char *law_unit_code(LawUnit u);  /* "week" */
const char *law_kind_code(LawKind k);  /* "law" "policy" "court" "promised": the codes of clocks */

/* ---- the tables ---- */
/* Offence taxonomy, law.md §3; id is the code ("NCII"). The facets of an incident are table facets. */
typedef struct LawOffence { LawRow r; LawText name, text; Str groups, lane_adult, lane_minor, lane_unknown; int64_t weight; uint64_t bit, group_bits; } LawOffence;
typedef struct LawFacet { LawRow r; Str facet, value; LawText name; int64_t rank; } LawFacet;
/* One value of another scheme for one offence; lane and gender narrow it ("*": any; gender "women": only when stated). */
typedef struct LawCross { LawRow r; Str offence, scheme, lane, gender, value, sub; LawText text; } LawCross;
/* Bodies, §2; kind: dsc dpa media police prosecution eu hotline foreign court ods ombudsman observer ai. */
typedef struct LawAuthority { LawRow r; Str code, country, kind; LawText name, mandate, powers, file, terms, abroad; Str url, mail, phone, sends /* can receive transmissions: yes no unknown */; bool acts; } LawAuthority;
/* When is a body competent; rows of one body are tried in order and the first that fits decides. */
typedef struct LawCompetence { LawRow r; int64_t rank; Str body, lanes, offences, needs, lacks, seats, hosts, reporters, homes, outcome, step, article, form, exclusive; LawText reason, expect;
    uint64_t offence_bits; uint32_t lane_bits, need_bits, lack_bits, seat_bits, host_bits, reporter_bits, home_bits; uint8_t outcome_n; } LawCompetence;
typedef struct LawForm { LawRow r; LawText name, text; Str clock /* term it starts, or empty */, clocks /* further ones */, who; LawText effect; } LawForm;
/* Required contents of a form, notice or report (`artefact`), in order. need: yes, no, waived (for the offences in waive). */
typedef struct LawContent { LawRow r; Str artefact, element, need, waive, ground; LawText name; int64_t rank; uint64_t waive_bits; } LawContent;
typedef struct LawTermRow { LawRow r; LawText name, trigger, holder, lapse; Str article, holder_class, country, starts /* event sent received published */, pauses, alarms; LawKind kind; int64_t n; LawUnit unit; LawCount count;
    int64_t ext_n; LawUnit ext_unit; Str base /* "C2" of "C2.x" */; bool promise, recurs; Str needs_prior; int64_t late_n; LawUnit late_unit; } LawTermRow;
typedef struct LawNorm { LawRow r; Str term, offence, lane; int64_t n; LawUnit unit; LawText text; } LawNorm; /* policy norms */
/* What the lapse of a term opens. first: day the step may first be taken: "after" the due day, or after term `via` counted from there. */
typedef struct LawNext { LawRow r; Str term, code, via, form, target, ground; LawText name; int64_t rank; } LawNext;
typedef struct LawPauseKind { LawRow r; LawText name; Str ground; int64_t first_add, last_add; } LawPauseKind;
typedef struct LawPenalty { LawRow r; Str term; int64_t rank, days, cents; LawText text; } LawPenalty;
typedef struct LawHoliday { LawRow r; Str country, kind /* fixed decreed easter orthodox nth last on */; int64_t month, day, offset, weekday; Str shift; LawText name; } LawHoliday;
typedef struct LawCountry { LawRow r; LawText name; bool eu; Str zone; const Zone *z; Date calendar_from; Str role /* awt: whose act and days off that rule counts with; home: where who asks lives unless said */, letters; } LawCountry; /* id is the code */
/* Platforms and their seats, §2; tags: I H P V M C ... (table tags); seats are country codes or empty. */
typedef struct LawPlatform { LawRow r; Str name, operator_name, domains, tags, seat, representative, representative_name, host, mail; LawText text; uint32_t tag_bits; } LawPlatform;
typedef struct LawTag { LawRow r; LawText name; uint32_t bit; } LawTag;
typedef struct LawObligation { LawRow r; Str tiers, lacks, article, see; LawText must, evidence; uint32_t tier_bits, lack_bits; } LawObligation; /* K1-K30 */
typedef struct LawRung { LawRow r; int64_t rank; LawText name, found, condition; Str form, term; } LawRung; /* ladder of those who can remove */
typedef struct LawReferral { LawRow r; LawText name, whom, text; Str phone, url, topics /* crisis care child legal report own-behaviour */, lanes; int64_t rank; bool shown; } LawReferral;
typedef struct LawBaseline { LawRow r; LawText name; int64_t year; Str sign /* = > share */, unit; double value; } LawBaseline;
typedef struct LawChange { LawRow r; Date on; LawText text; Str touches; } LawChange;
typedef struct LawRule { LawRow r; Str subject; LawText text; } LawRule;    /* sharing, retention, privacy, handling */
typedef struct LawWord { LawRow r; LawText word; bool avoid; LawText text; } LawWord; /* glossary, §8; avoid: not in the interface */
typedef struct LawSource { LawRow r; LawText text; } LawSource;
typedef struct LawPhrase { LawRow r; LawText text; } LawPhrase;             /* words of derivations and refusals */
/* What a supervisor asks of the official data, core/sorask/ask.h. data: S statements, N own log, R transparency reports; families: offences, "*": all. */
typedef struct LawQuestion { LawRow r; int64_t number; Str data, families, unit, caveats; LawText name, text, formula; } LawQuestion;
typedef struct LawCaveat { LawRow r; LawText text; } LawCaveat;             /* printed beside a figure */
/* A known defect of the published data; valid_from and valid_to are the days it touches. effect: break (from that day nothing compares with before), exclude
 * (those days are counted apart), note (said). names: of platforms as the database writes them, separated by "|", or "*". */
typedef struct LawDefect { LawRow r; Str effect, names, questions; LawText text; } LawDefect;
typedef struct LawName { LawRow r; Str platform, name; } LawName;           /* how the database names a platform of ours */

#define LAW_TABLES(X) \
    X(OFFENCES, offence, LawOffence) X(FACETS, facet, LawFacet) X(CROSSWALK, cross, LawCross) X(AUTHORITIES, authority, LawAuthority) \
    X(COMPETENCE, competence, LawCompetence) X(FORMS, form, LawForm) X(CONTENTS, content, LawContent) X(TERMS, term_row, LawTermRow) \
    X(NORMS, norm, LawNorm) X(NEXT, next, LawNext) X(PAUSES, pause_kind, LawPauseKind) X(PENALTIES, penalty_row, LawPenalty) \
    X(HOLIDAYS, holiday, LawHoliday) X(COUNTRIES, country, LawCountry) X(PLATFORMS, platform, LawPlatform) X(TAGS, tag, LawTag) \
    X(OBLIGATIONS, obligation, LawObligation) X(LADDER, rung, LawRung) X(REFERRALS, referral, LawReferral) X(BASELINES, baseline, LawBaseline) \
    X(CHANGES, change, LawChange) X(RULES, rule, LawRule) X(GLOSSARY, word, LawWord) X(SOURCES, source, LawSource) X(PHRASES, phrase, LawPhrase) \
    X(QUESTIONS, question, LawQuestion) X(CAVEATS, caveat, LawCaveat) X(DEFECTS, defect, LawDefect) X(NAMES, db_name, LawName)
#define LAW_X(UPPER, lower, Type) LAW_##UPPER,
typedef enum LawTable { LAW_TABLES(LAW_X) LAW_TABLE_N } LawTable;
#undef LAW_X
const char *law_table_name(LawTable t); /* "offences": the file is law/offences.csv */

/* ---- building ---- */
typedef struct LawProblem { Str file; size_t line, col; Str text; } LawProblem;
typedef struct LawFile { const char *name /* "offences" */; Str csv; } LawFile;
extern const LawFile law_files[];                /* law/(star).csv as compiled in; ends with name NULL */
/* zone_of gives the Zone of a tzdata name (programs use zone_load; it may return NULL: then the row is a problem). Files not named
 * in `files` are taken from law_files. E_INPUT with the first malformed row in *out_problem. */
typedef const Zone *LawZoneOf(void *arg, Arena *a, Str name);
Err law_new(Arena *a, const LawFile *files, LawZoneOf *zone_of, void *arg, const Law **out, LawProblem *out_problem) NODISCARD;
/* Everything that a reader of the tables relies on beyond their form: references, intervals, both languages, lanes, next steps. */
size_t law_check(const Law *law, Arena *a, const LawProblem **out); /* number of problems; 0 is sound */

/* ---- looking up: law_offence(law, id, at) ... NULL when there is none; law_offence_list(law, at, a, &rows) gives the rows valid then, in file order ---- */
const LawRow *law_get(const Law *law, LawTable t, Str id, Date at);
size_t law_list(const Law *law, LawTable t, Date at, Arena *a, const LawRow ***out);
size_t law_versions(const Law *law, LawTable t, Str id, Arena *a, const LawRow ***out); /* all of one thing, oldest first */
#define LAW_X(UPPER, lower, Type) \
    static inline const Type *law_##lower(const Law *law, Str id, Date at) { return (const Type *)(const void *)law_get(law, LAW_##UPPER, id, at); } \
    static inline size_t law_##lower##_list(const Law *law, Date at, Arena *a, const Type *const **out) { \
        const LawRow **rows = NULL; size_t n = law_list(law, LAW_##UPPER, at, a, &rows); *out = (const Type *const *)(const void *)rows; return n; }
LAW_TABLES(LAW_X)
#undef LAW_X
const char *law_mark(const LawRow *r);           /* msgid to show beside a row: "" when verified, N_("not verified") when from memory */
/* The platform whose domains hold this host or a parent of it; NULL when unknown. */
const LawPlatform *law_platform_of_host(const Law *law, Str host, Date at);
bool law_has_tag(const LawPlatform *p, const Law *law, Str tag); /* law_has_tag(p, law, S("V")): a very large platform */
/* Contents of an artefact ("art16", "gdpr77") for an offence (may be empty): what is waived for it has need "waived". */
size_t law_contents(const Law *law, Str artefact, Date at, Arena *a, const LawContent *const **out);
bool law_content_needed(const Law *law, const LawContent *c, Str offence, Date at);
size_t law_referrals(const Law *law, Str lane, Str topic, Date at, Arena *a, const LawReferral *const **out); /* shown rows; empty lane, topic: any */

/* ---- taxonomy ---- */
/* "adult" or "minor": age is adult, minor, unknown or an age band (<12 12-15 16-17 18+). Unknown is minor until a trained person decides. */
Str law_lane(const Law *law, Str offence, Str age, Date at);
/* Crosswalk. scheme: SR DIR1385 DIR2011 TDB1 TDB2 XARF ICCAM HASH OTHER. offence_date chooses the version. gender: "women" only when stated, else empty. */
size_t law_cross_to(const Law *law, Str offence, Str scheme, Str lane, Str gender, Date offence_date, Arena *a, const LawCross *const **out);
/* Back: every offence that maps there; unique when the result is 1. sub may be empty: any. */
size_t law_cross_back(const Law *law, Str scheme, Str value, Str sub, Date at, Arena *a, const LawOffence *const **out);

/* ---- terms ---- */
typedef struct LawPause { Str kind; Date from, to; } LawPause; /* kind empty: first and last paused day; else a kind of table pauses and the days of the letters */
typedef struct TermQuery {
    Str rule;                 /* id of table terms: "C20", "C26.committee" */
    UnixMs from;              /* the trigger: sending, event, publication */
    UnixMs received;          /* proven receipt; 0 none. Used by terms that start on receipt */
    const LawPause *pauses; size_t pauses_n;
    Date promised;            /* date promised by the duty holder's letter; year 0 none */
    Date extended_on;         /* day on which it said that it extends, or on which the letter with the promised date came; year 0 none */
    Date prior_due;           /* last day of the term whose lapse this one builds on (C22, C23) */
    UnixMs at;                /* day to look from, for state, alarms, amounts; 0: not asked */
    Str country;              /* of the duty holder; empty: the term's own */
    Str offence, lane;        /* choose the policy norm; may be empty */
    int64_t norm_n; LawUnit norm_unit; /* the organisation's own norm instead of the table's; unit NONE: the table's */
    Date known;               /* law as known on that day; year 0: all we know */
} TermQuery;
typedef struct LawReason { const LawPhrase *phrase; Date date, other; int64_t n; LawUnit unit; const LawRow *row; Str word; } LawReason;
typedef struct LawOpen { const LawNext *next; Date first; UnixMs first_at; bool open_now; } LawOpen;
enum { PENALTY_BANDS = 8 };
typedef struct PenaltyBand { const LawPenalty *row; Date first, last; } PenaltyBand; /* row->cents a day from first up to and including last */
typedef struct TermPenalty { bool has; Date first, last; int64_t cents_max, cents_now, day_now; PenaltyBand bands[PENALTY_BANDS]; size_t bands_n; } TermPenalty; /* cents_now, day_now at query.at */
typedef enum LawState { LAW_UNASKED, LAW_RUNNING, LAW_LAPSED, LAW_OPEN_ENDED } LawState;
typedef struct TermResult {
    const LawTermRow *term;
    const LawNorm *norm;      /* when a policy norm of the table was used */
    LawKind kind;
    bool has_due;             /* false: no number and no norm, or void: see derivation */
    bool is_void;             /* premature notice of default */
    Date start, raw, due;     /* trigger day, plain end, end */
    UnixMs due_at;            /* last millisecond of the due day, or the exact instant of a term in hours */
    Str country; const Zone *zone;
    const LawReason *derivation; size_t derivation_n;
    const LawOpen *opens; size_t opens_n;
    const Date *alarms; size_t alarms_n;
    TermPenalty penalty;
    LawState state; int64_t days_left; /* when query.at; negative after the end */
    bool verified;            /* all rows used are */
    LawText problem;          /* only after a refusal */
} TermResult;
Err law_term(const Law *law, const TermQuery *q, Arena *a, TermResult *out) NODISCARD;
/* A count that no row of the law asks for, with the same derivation: "three days by the Awt". Of the query: rule (its name), from, pauses,
 * country (empty: the one with role home), at. */
Err law_count_term(const Law *law, LawCount how, int64_t n, LawUnit unit, const TermQuery *q, Arena *a, TermResult *out) NODISCARD;
bool law_list_has(Str list, Str word); /* whether a cell that holds words separated by blanks holds this one */
/* The language in which somebody in that country is written to: the table's, of those that Keten writes; en where it names none or there is no such country. */
Str law_letters(const Law *law, Str country);
Str law_home(const Law *law); /* code of the country with role home; empty when the tables name none */
/* "FROM..TO", or "KIND:FROM..TO" with a kind of table pauses; "FROM.." has no end, which law_term then refuses. E_INPUT when it is neither. */
Err law_pause_parse(Str s, LawPause *out) NODISCARD;
/* For whoever acts upon the end of a term of this duty: the sentence that the day may have been made a day off by a decree that nobody
 * has checked, and until when to wait. Empty: nothing is in doubt. */
Str law_due_doubt(const Law *law, Str duty, Date due, Lang lang, Arena *a);
Str law_reason_text(const Law *law, const LawReason *r, Lang lang, Arena *a); /* "Raw end: Monday 27 April 2026, 8 weeks after 2 March 2026." */

/* What the lapse of a running clock opens (by table next): codes, texts, and the first instant each may be taken. For duties without next steps: none, OK. */
typedef struct LawStep { Str id /* of table next */, code, form, ground, target; LawText text; Date first; UnixMs not_before; bool verified; } LawStep;
Err law_next_steps(const Law *law, Str duty, UnixMs due, const Zone *zone, Arena *a, LawStep **out, size_t *out_n) NODISCARD;

/* Counting, as separate functions (law.md §4). All give the last day; `why` may be NULL. */
typedef struct LawCounted { Date raw, end; const LawHoliday *moved_by; int rule; /* 0 none, 1 end moved, 2 too few ordinary days */ } LawCounted;
Err law_count_awt(const Law *law, Date from, int64_t n, LawUnit unit, int64_t paused_days, LawCounted *out) NODISCARD;   /* Algemene termijnenwet 1-4 */
Err law_count_eu(const Law *law, Str country, Date from, int64_t n, LawUnit unit, int64_t paused_days, LawCounted *out) NODISCARD; /* Reg. 1182/71 art. 3 */
Err law_count_calendar(Date from, int64_t n, LawUnit unit, int64_t paused_days, LawCounted *out) NODISCARD;
Err law_count_backward(Date event, int64_t n, LawUnit unit, Date *out) NODISCARD;
UnixMs law_count_hours(UnixMs from, int64_t hours);
UnixMs law_count_eu_hours(UnixMs from, int64_t hours); /* the hour of the event is not counted */
bool law_free_day(const Law *law, Str country, Date d, const LawHoliday **out_holiday); /* Saturday, Sunday or holiday; *out NULL for a weekend */
/* The holiday kept on that day, on a weekend too, or NULL. *out_counts false: decreed, but nobody has checked the decree, so it is only told. */
const LawHoliday *law_kept_day(const Law *law, Str country, Date d, bool *out_counts);
Date law_easter(int year);          /* Gregorian */
Date law_easter_orthodox(int year); /* Julian reckoning, as a Gregorian date */

/* ---- competence ---- */
typedef struct RouteQuery {
    Str offence;              /* code */
    Str depicted;             /* adult minor unknown or an age band */
    Str platform;             /* id of table platforms; empty: the facts below, found by the inquiry */
    Str tags;                 /* "I H P" when platform is empty */
    Str seat, representative, host; /* country codes; "-" known to be none; empty: not known */
    Str reporter;             /* victim supporter flagger ngo mandated authority */
    Str home;                 /* country of the reporter; empty: the one with role home */
    Date at;                  /* day of the question; must be given */
    Date offence_date;        /* year 0: at */
    Date known;
} RouteQuery;
typedef enum LawOutcome { OUTCOME_NO, OUTCOME_COMPETENT, OUTCOME_SHARED, OUTCOME_RECEIVES, OUTCOME_CONCERNED, OUTCOME_FIND_OUT } LawOutcome;
const char *law_outcome_code(LawOutcome o); /* "no" "competent" "shared" "receives" (takes the filing and transmits it) "concerned" "find_out" */
typedef struct RouteBody {
    const LawAuthority *body; LawOutcome outcome; const LawCompetence *why;
    const LawForm *form;                   /* the form that starts a clock there, or NULL */
    const LawContent *const *contents; size_t contents_n;
    bool exclusive, parallel;              /* parallel: other filings may go beside it */
} RouteBody;
typedef struct RouteStep { const LawPhrase *phrase; Str value; const LawRow *row; } RouteStep; /* each step of the routing order */
typedef struct RouteResult {
    const LawOffence *offence; const LawPlatform *platform;
    Str lane;                              /* adult or minor */
    const RouteStep *steps; size_t steps_n;
    const RouteBody *bodies; size_t bodies_n; /* every body, competent ones first, in the order of the table within */
    size_t competent_n;
    const LawRung *const *ladder; size_t ladder_n;
    const LawCross *const *hash; size_t hash_n; /* the hash lane */
    bool verified;
    LawText problem;
} RouteResult;
Err law_route(const Law *law, const RouteQuery *q, Arena *a, RouteResult *out) NODISCARD;

/* ---- two dates ---- */
typedef struct LawDiff { const LawRow *before, *after; /* NULL: appeared, ended */ } LawDiff;
size_t law_diff(const Law *law, Date one, Date two, Arena *a, const LawDiff **out);

/* ---- rows as text, for the book, the CLI and JSON: every column by name ---- */
size_t law_columns(LawTable t);
const char *law_column(LawTable t, size_t i);
bool law_column_refers(LawTable t, size_t i, LawTable *out); /* the words of this column are ids of another table */
Str law_cell(const Law *law, const LawRow *r, size_t i); /* as it stands in the file */
#endif
