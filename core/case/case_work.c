/* case_work.c - what falls due in core: lapsed clocks, the first look at a report, keys of an erased case. */
#include "core/case/case_step.h"
#include "core/vault/vault.h"

static Err lapse(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    (void)due;
    return clock_lapse_run(c, subject, out_again);
}

static Err shred(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    (void)due, (void)out_again;
    return case_shred_run(c, subject);
}

/* Our own duty: somebody must have looked by then. When nobody did, the case rises to the top and says why. */
static Err first_look(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    CaseRow k;
    (void)due, (void)out_again;
    TRY(case_by_id(c, subject, &k));
    if (k.read != 0 || !k.active || k.risk == 4) return OK;
    return journal_one(c, case_set_risk(c, subject, 4, S("not_looked_at")));
}

/* The receipt code opens the story and nothing else, also when the process that took the report in was ended right after it. */
static Err narrow(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    (void)due, (void)out_again;
    return vault_code_narrow(c->vault, subject);
}

static const JobKind jobs[] = { { "clock.lapse", lapse, 60, 8 }, { "case.narrow_code", narrow, 60, 20 }, { "case.shred", shred, 60, 20 }, { "case.first_look", first_look, 60, 8 },
    { "print.match", print_match_run, 300, 8 }, { "print.until", print_until_run, 60, 8 }, { "print.shred", print_shred_run, 60, 20 } };
static const LapseKind *const lapses[] = { &request_lapse, NULL };
const Step case_step = { .name = "case", .acts = core_acts, .jobs = jobs, .jobs_n = LEN(jobs), .lapse = lapses };
