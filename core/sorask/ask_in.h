/* ask_in.h - inside core/sorask only. */
#ifndef KETEN_ASK_IN_H
#define KETEN_ASK_IN_H
#include "core/sorask/ask.h"
#include "core/sorask/stats.h"

enum { PARTS_MAX = 64, EXTRA_DAYS = 30 /* after the window, for who publishes late */ };
/* The window, day by day: which part it is in, and which file counts for it. */
typedef struct Plan {
    Arena *a;
    const AskInput *in;
    AskAnswer *x;
    bool single;
    int32_t from, to, last;           /* days since 1970; last: to, or EXTRA_DAYS after it */
    size_t days;                      /* from .. last */
    uint8_t *part;                    /* by day: number of its part, from 0 */
    bool *read;                       /* by day: a file counts for it (single: one that has the platform) */
    uint16_t **used;                  /* by year file and file: 1 it counts */
    const LawDefect **apart;          /* defects of effect exclude that touch it */
    size_t apart_n;
} Plan;
Err plan_make(Plan *p, bool extra, const char **out_why) NODISCARD;

/* Slots: what the days of a part are added up in. */
typedef enum SlotKind { SLOT_PART, SLOT_BUCKET, SLOT_DAY } SlotKind;
typedef struct Slots {
    uint16_t **of;                    /* by year file: file -> slot, ROLL_KEYS places */
    size_t n;                         /* with slot 0, which does not count */
    uint8_t *part;                    /* of a slot */
    Str *label;                       /* of a bucket */
    bool *read;                       /* was any day of it read? */
} Slots;
void plan_slots(const Plan *p, SlotKind kind, Slots *out);
/* The same without the days that a defect of this platform touches; out may be the plan's own when none does. *out_cut: days were left out. */
void plan_slots_for(const Plan *p, const Slots *all, Str platform, Slots *out, bool *out_cut);

/* Classes of a table's a and b, for one year file; 0 does not count. */
typedef uint8_t ClassOf(const void *ctx, const Roll *r, uint32_t a, uint32_t b);
uint8_t *classes_make(const Plan *p, const Roll *r, RollTable t, ClassOf *f, const void *ctx);
bool family_in(Str family, Str wanted);       /* wanted: offences separated by blanks, or "*": any */
bool str_has(Str s, const char *what);
/* acc (slots x classes) of the platform asked for, or of the one named. */
void plan_add_up(const Plan *p, RollTable t, const Slots *s, uint8_t *const *class_of, size_t classes, const Str *names, size_t names_n, int64_t *acc);
bool plan_tables(const Plan *p, RollTable t, const char **out_why);   /* their checksums */

typedef Err Answer(Plan *p, const char **out_why);
Err answer_mix(Plan *p, const char **out_why);
Err answer_bins(Plan *p, const char **out_why);
Err answer_publishing(Plan *p, const char **out_why);
Err answer_silence(Plan *p, const char **out_why);
Err answer_change(Plan *p, const char **out_why);
Err answer_outliers(Plan *p, const char **out_why);
Err answer_against_log(Plan *p, const char **out_why);
Err answer_texts(Plan *p, const char **out_why);
Err answer_reconcile(Plan *p, const char **out_why);
Err answer_history(Plan *p, const char **out_why);
Err answer_complaints(Plan *p, const char **out_why);
Err answer_languages(Plan *p, const char **out_why);
/* The newest reports up to the window's end, for recipients_of; says none when none gives a number. */
void recipients_open(Plan *p, const char *none);
int64_t recipients_of(const Plan *p, Str name); /* active recipients that its newest report gives; 0: none */
/* What stands beside some shares (ask_beside.c); false: a table is damaged. */
bool beside_others(Plan *p, const char **out_why);
bool beside_ends(Plan *p, const char **out_why);
bool beside_keywords(Plan *p, const char **out_why);
AskPart *plan_part(const Plan *p, size_t i);
#endif
