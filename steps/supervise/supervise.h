/* supervise.h - platforms measured beforehand and all the time: the register, what the record says of each, checks from outside.
 *
 * The register is the law data (table platforms) with what people recorded by hand laid over it: a platform that the data does
 * not know, or a fact that has changed. Three kinds of knowledge are kept apart and never mixed into one figure: how a platform
 * answers our notices (from the record of requests), what it states officially (nothing is loaded yet, and the page says so),
 * and what anybody can see from outside (checks K1-K30 of table obligations, recorded by an analyst with method and date).
 */
#ifndef KETEN_SUPERVISE_H
#define KETEN_SUPERVISE_H
#include "core/case/platform.h"
#include "core/sorask/km.h"
#include "core/step/step.h"
extern const Step supervise_step;
extern const ActDef act_check_recorded, act_check_replied;

/* ---- towards our notices ---- */
/* Interval of a share (Wilson, 95%). */
void share_interval(int64_t part, int64_t whole, double *out_low, double *out_high);

typedef struct Figures {
    int64_t asked;              /* requests to this platform, without those withdrawn */
    int64_t withdrawn, undelivered;
    int64_t answered;           /* at least one answer */
    int64_t decided, removed, refused;
    int64_t open;               /* asked, no decision */
    int64_t silent;             /* a term has passed and there is no answer at all */
    int64_t locations, returned;/* locations on the platform, and those that came back after they were proven gone */
    Km km;                      /* of those that were delivered */
} Figures;
/* Of the person's own organisation. km only when wanted. */
Err platform_figures(Ctx *c, Str code, bool km, Figures *out) NODISCARD;

/* ---- checks from outside ---- */
extern const char *const check_results[], *const check_ways[], *const check_age_gates[]; /* codes, ended by NULL */
const char *check_result_word(Str code);
const char *check_way_word(Str code);       /* A T Q D */
const char *check_age_gate_word(Str code);
UiState check_result_state(Str code);
typedef struct CheckFacts { Str platform, duty, result, see, age_gate, method, evidence; UnixMs on; } CheckFacts;
typedef struct PlatformCheck { Id id, org, by, reply_org; CheckFacts f; UnixMs at, reply_on, reply_at; Str reply; Err err; } PlatformCheck;
Act *check_record(Ctx *c, Id act_id, const CheckFacts *f);
Act *check_reply(Ctx *c, Id act_id, Id check, Str reply, UnixMs on);
Err check_by_id(Ctx *c, Id id, PlatformCheck *out) NODISCARD;
/* Newest day first; duty empty: all duties. Texts opened. At most 1,000. */
Err check_list(Ctx *c, Str platform, Str duty, PlatformCheck **out, size_t *out_n) NODISCARD;
/* Does the duty fit a service with these tags? */
bool duty_applies(const LawObligation *o, Str tags);
#endif
