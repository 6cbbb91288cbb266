/* clock.c - clocks, their lapse, the silence that is written down then, and what may follow. */
#include "core/case/case_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

static const FieldDef started_fields[] = { { "duty", F_CODE, CLEAR, true, 0 }, { "kind", F_CODE, CLEAR, true, 0 }, { "of", F_ID, CLEAR, true, 0 }, { "location", F_ID, CLEAR, false, 0 }, { "holder", F_CODE, CLEAR, true, 0 },
    { "from", F_TIME, CLEAR, true, 0 }, { "due", F_TIME, CLEAR, true, 0 }, { "law_date", F_CODE, CLEAR, true, 0 }, END };
static Err check_started(Ctx *c, const Act *a) {
    static const char *const kinds[] = { "law", "policy", "promised", "court" };
    bool known = false;
    for (size_t i = 0; i < LEN(kinds); i++) known = known || str_eq(act_get_code(a, "kind"), str_c(kinds[i]));
    if (!known) return ctx_refuse(c, E_INPUT, "kind", "This choice is not known.");
    if (act_get_int(a, "due") < act_get_int(a, "from")) return ctx_refuse(c, E_INPUT, "due", "The end lies before the start.");
    return OK;
}
static Err follow_started(Ctx *c, const Act *a) { return journal_job(c, "clock.lapse", a->subject, act_get_int(a, "due") + 1); }
const ActDef act_clock_started = { "clock.started", 1, OBJ_CLOCK, "case.follows", true, true, started_fields, check_started, apply_clock_started, follow_started, N_("A clock runs: {duty} until {due}") };

static const FieldDef why_fields[] = { { "why", F_CODE, CLEAR, false, 0 }, END };
static const FieldDef moved_fields[] = { { "due", F_TIME, CLEAR, true, 0 }, { "why", F_CODE, CLEAR, false, 0 }, END };

static Err check_state(Ctx *c, const Act *a, const char *one, const char *other) {
    ClockRow k;
    TRY(clock_by_id(c, a->subject, &k));
    if (str_eq(k.state, str_c(one)) || str_eq(k.state, str_c(other))) return OK;
    return ctx_refuse(c, E_CONFLICT, NULL, "This clock no longer runs.");
}
static Err check_runs(Ctx *c, const Act *a) { return check_state(c, a, "running", "running"); }
static Err check_paused(Ctx *c, const Act *a) { return check_state(c, a, "paused", "paused"); }
static Err check_live(Ctx *c, const Act *a) { return check_state(c, a, "running", "paused"); }
/* A duty may still be fulfilled after its clock lapsed; the lapse stays in the record. */
static Err check_meet(Ctx *c, const Act *a) {
    ClockRow k;
    TRY(clock_by_id(c, a->subject, &k));
    bool may = str_eq(k.state, S("running")) || str_eq(k.state, S("paused")) || (str_eq(k.state, S("lapsed")) && k.met == 0);
    return may ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This clock no longer runs.");
}
static Err follow_due(Ctx *c, const Act *a) {
    return journal_job_at(c, "clock.lapse", a->subject, act_get_int(a, "due") + 1);
}

const ActDef act_clock_paused = { "clock.paused", 1, OBJ_CLOCK, "case.follows", true, false, why_fields, check_runs, apply_clock_paused, NULL, N_("A clock was paused") };
const ActDef act_clock_resumed = { "clock.resumed", 1, OBJ_CLOCK, "case.follows", true, false, moved_fields, check_paused, apply_clock_resumed, follow_due, N_("A clock runs again") };
const ActDef act_clock_moved = { "clock.moved", 1, OBJ_CLOCK, "case.follows", true, false, moved_fields, check_live, apply_clock_moved, follow_due, N_("A clock has a new end: {due}") };
const ActDef act_clock_met = { "clock.met", 1, OBJ_CLOCK, "case.follows", true, false, no_fields, check_meet, apply_clock_met, NULL, N_("A duty was fulfilled") };
const ActDef act_clock_lapsed = { "clock.lapsed", 1, OBJ_CLOCK, "clock.run", true, false, no_fields, check_runs, apply_clock_lapsed, NULL, N_("A clock ran out") };
const ActDef act_clock_stopped = { "clock.stopped", 1, OBJ_CLOCK, "case.follows", true, false, why_fields, check_live, apply_clock_stopped, NULL, N_("A clock was stopped: {why}") };

Act *clock_start(Ctx *c, const ClockNew *n) {
    Act *a = act_new(c, &act_clock_started, ID_NONE, n->case_id, ctx_new_id(c));
    act_code(a, "duty", n->duty);
    act_code(a, "kind", n->kind);
    act_idf(a, "of", n->subject);
    act_idf(a, "location", n->location);
    act_code(a, "holder", n->holder);
    act_time(a, "from", n->from);
    act_time(a, "due", n->due);
    act_code(a, "law_date", n->law_date.n > 0 ? n->law_date : date_str(c->arena, civil_at(c->app->zone, n->from).date));
    return a;
}

static Act *on_clock(Ctx *c, const ActDef *def, const ClockRow *k) { return act_new(c, def, ID_NONE, k->case_id, k->id); }
Act *clock_pause(Ctx *c, const ClockRow *k, Str why) {
    Act *a = on_clock(c, &act_clock_paused, k);
    act_code(a, "why", why);
    return a;
}
Act *clock_resume(Ctx *c, const ClockRow *k, UnixMs new_due) {
    Act *a = on_clock(c, &act_clock_resumed, k);
    act_time(a, "due", new_due);
    return a;
}
Act *clock_move(Ctx *c, const ClockRow *k, UnixMs new_due, Str why) {
    Act *a = on_clock(c, &act_clock_moved, k);
    act_time(a, "due", new_due);
    act_code(a, "why", why);
    return a;
}
Act *clock_meet(Ctx *c, const ClockRow *k) { return on_clock(c, &act_clock_met, k); }
Act *clock_stop(Ctx *c, const ClockRow *k, Str why) {
    Act *a = on_clock(c, &act_clock_stopped, k);
    act_code(a, "why", why);
    return a;
}

/* ---- silence and proposals ---- */
static const FieldDef silence_fields[] = { { "clock", F_ID, CLEAR, true, 0 }, { "duty", F_CODE, CLEAR, true, 0 }, { "holder", F_CODE, CLEAR, true, 0 }, { "location", F_ID, CLEAR, false, 0 },
    { "sent", F_INT, CLEAR, true, 0 }, { "delivered", F_INT, CLEAR, true, 0 }, { "delivery", F_CODE, CLEAR, true, 0 }, { "answers", F_INT, CLEAR, true, 0 }, { "checks", F_INT, CLEAR, true, 0 },
    { "online", F_INT, CLEAR, true, 0 }, { "last_verdict", F_CODE, CLEAR, true, 0 }, { "due", F_TIME, CLEAR, true, 0 }, END };
const ActDef act_silence_recorded = { "silence.recorded", 1, OBJ_NONE, "clock.run", true, true, silence_fields, NULL, apply_silence, NULL, N_("Silence was recorded: {duty}") };

static const FieldDef proposal_fields[] = { { "clock", F_ID, CLEAR, true, 0 }, { "step", F_CODE, CLEAR, true, 0 }, { "target", F_CODE, CLEAR, false, 0 }, { "ground", F_CODE, CLEAR, true, 0 }, { "not_before", F_INT, CLEAR, true, 0 }, END };
const ActDef act_proposal_made = { "proposal.made", 1, OBJ_PROPOSAL, "clock.run", true, true, proposal_fields, NULL, apply_proposal_made, NULL, N_("A next step was proposed: {step}") };

static const FieldDef decided_fields[] = { { "take", F_INT, CLEAR, true, 1 }, { "reason", F_TEXT, STORE, false, 2000 }, END };
static Err check_decided(Ctx *c, const Act *a) {
    ProposalRow p;
    TRY(proposal_by_id(c, a->subject, &p));
    if (!str_eq(p.state, S("open"))) return ctx_refuse(c, E_CONFLICT, NULL, "This was decided already.");
    if (act_get_int(a, "take") == 0 && act_get_text(a, "reason").n == 0) return ctx_refuse(c, E_INPUT, "reason", "Say in a few words why not.");
    return OK;
}
const ActDef act_proposal_decided = { "proposal.decided", 1, OBJ_PROPOSAL, "proposal.decide", true, false, decided_fields, check_decided, apply_proposal_decided, NULL, N_("A proposed step was decided on") };

Act *proposal_decide(Ctx *c, const ProposalRow *p, bool take, Str reason) {
    Act *a = act_new(c, &act_proposal_decided, ID_NONE, p->case_id, p->id);
    act_int(a, "take", take);
    act_text(a, "reason", reason);
    return a;
}

static Act *silence_act(Ctx *c, const ClockRow *k, const SilenceFacts *f) {
    Act *a = act_new(c, &act_silence_recorded, ID_NONE, k->case_id, ctx_new_id(c));
    act_idf(a, "clock", k->id);
    act_code(a, "duty", k->duty);
    act_code(a, "holder", k->holder);
    act_idf(a, "location", k->location);
    act_int(a, "sent", f->sent);
    act_int(a, "delivered", f->delivered);
    act_code(a, "delivery", f->delivery.n > 0 ? f->delivery : S("unknown"));
    act_int(a, "answers", f->answers);
    act_int(a, "checks", f->checks);
    act_int(a, "online", f->online);
    act_code(a, "last_verdict", f->last_verdict.n > 0 ? f->last_verdict : S("unknown"));
    act_time(a, "due", k->due);
    return a;
}

static Act *proposal_act(Ctx *c, const ClockRow *k, const NextStep *step) {
    Act *a = act_new(c, &act_proposal_made, ID_NONE, k->case_id, ctx_new_id(c));
    act_idf(a, "clock", k->id);
    act_code(a, "step", step->code);
    act_code(a, "target", step->target.n > 0 ? step->target : k->holder);
    act_code(a, "ground", step->ground.n > 0 ? step->ground : k->duty);
    act_int(a, "not_before", step->not_before);
    return a;
}

Err clock_lapse(Ctx *c, const ClockRow *k, const SilenceFacts *facts, const NextStep *steps, size_t steps_n, Act ***out_acts, size_t *out_n) {
    if (!str_eq(k->state, S("running")) || k->due > c->now) return ctx_refuse(c, E_CONFLICT, NULL, "This clock does not run, or is not over yet.");
    Act **acts = ARENA_ARRAY(c->arena, Act *, steps_n + 3);
    size_t n = 0;
    acts[n++] = on_clock(c, &act_clock_lapsed, k);
    acts[n++] = silence_act(c, k, facts);
    for (size_t i = 0; i < steps_n; i++) acts[n++] = proposal_act(c, k, &steps[i]);
    acts[n++] = case_turn(c, k->case_id, S("us"), k->duty, c->now);
    *out_acts = acts;
    *out_n = n;
    return OK;
}

Err clock_lapse_run(Ctx *c, Id clock, UnixMs *out_again) {
    ClockRow k;
    int64_t kind = 0;
    Err err = clock_by_id(c, clock, &k);
    if (err == E_MISSING) return OK;
    TRY(err);
    if (!str_eq(k.state, S("running"))) return OK; /* met, paused or stopped: a resumed clock asks anew */
    if (k.due > c->now) {
        *out_again = k.due + 1;
        return OK;
    }
    TRY(thing_kind(c, k.subject, &kind));
    const LapseKind *const *kinds = c->app->lapse;
    for (size_t i = 0; kinds != NULL && kinds[i] != NULL; i++) {
        if ((int64_t)kinds[i]->kind != kind) continue;
        SilenceFacts facts = { 0 };
        NextStep *steps = NULL;
        Act **acts = NULL;
        size_t steps_n = 0, acts_n = 0;
        TRY(kinds[i]->gather(c, &k, &facts, &steps, &steps_n));
        TRY(clock_lapse(c, &k, &facts, steps, steps_n, &acts, &acts_n));
        return journal_commit(c, acts, acts_n);
    }
    return E_MISSING; /* a clock on something no step knows: shown as stuck */
}
