/* casefile.c - the acts of a case as a whole, and what follows from its first facts: lane and risk. */
#include "core/case/case_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

/* Age at depiction decides the lane; unknown is treated as minor until a trained person decides (law.md §3 rule c). */
Str case_lane(Str age) {
    static const struct { const char *age; const char *lane; } map[] = { { "18+", "adult" }, { "<12", "minor" }, { "12-15", "minor" }, { "16-17", "minor" } };
    for (size_t i = 0; i < LEN(map); i++)
        if (str_eq(age, str_c(map[i].age))) return str_c(map[i].lane);
    return S("unknown");
}

static bool list_has(Str list, const char *word) {
    Str part = STR_NONE;
    while (str_split(&list, ',', &part))
        if (str_eq(part, str_c(word))) return true;
    return false;
}

/* Highest rule wins; each rule that fits is named, so the desk can show why. */
int64_t case_risk(Arena *a, const CaseNew *n, Str *out_why) {
    static const struct { int risk; const char *code; const char *field; const char *value; } rules[] = {
        { 4, "unsafe_now", "safety", "no" }, { 4, "child_under_12", "age", "<12" }, { 3, "child_12_15", "age", "12-15" }, { 3, "child_16_17", "age", "16-17" },
        { 4, "live_now", "what", "live" }, { 3, "threatened", "what", "threat" }, { 3, "money_asked", "what", "money" }, { 3, "not_sure_safe", "safety", "unsure" },
        { 2, "age_unknown", "age", "unknown" }, { 2, "spread", "what", "spread" }, { 2, "list", "what", "list" }, { 2, "deepfake", "what", "deepfake" },
    };
    Buf why = buf_new(512);
    int64_t risk = 1;
    for (size_t i = 0; i < LEN(rules); i++) {
        Str value = str_c(rules[i].value);
        bool fits = rules[i].field[0] == 's' ? str_eq(n->safety, value) : rules[i].field[0] == 'a' ? str_eq(n->age_depicted, value) : list_has(n->what, rules[i].value);
        if (!fits) continue;
        if (rules[i].risk > risk) risk = rules[i].risk;
        if (why.n > 0) buf_ch(&why, ',');
        buf_z(&why, rules[i].code);
    }
    if (why.n == 0) buf_z(&why, "none_known");
    *out_why = str_dup(a, buf_str(&why));
    buf_free(&why);
    return risk;
}

static const FieldDef opened_fields[] = {
    { "team", F_ID, CLEAR, true, 0 }, { "source", F_CODE, CLEAR, true, 0 }, { "lane", F_CODE, CLEAR, true, 0 }, { "age", F_CODE, CLEAR, true, 0 },
    { "for_whom", F_CODE, CLEAR, true, 0 }, { "safety", F_CODE, CLEAR, true, 0 }, { "what", F_CODE, CLEAR, false, 0 }, { "wishes", F_CODE, CLEAR, false, 0 },
    { "contact", F_CODE, CLEAR, true, 0 }, { "lang", F_CODE, CLEAR, true, 0 }, { "risk", F_INT, CLEAR, true, 4 }, { "risk_why", F_CODE, CLEAR, true, 0 },
    { "locator", F_CODE, CLEAR, false, 0 }, { "next_due", F_TIME, CLEAR, true, 0 }, { "year", F_INT, CLEAR, true, 9999 }, END };

/* Whoever took the report in narrows the code at once; should that process end in between, the queue still has it. */
static Err follow_opened(Ctx *c, const Act *a) {
    if (act_get_code(a, "locator").n > 0) TRY(journal_job(c, "case.narrow_code", a->subject, c->now));
    return journal_job(c, "case.first_look", a->subject, act_get_int(a, "next_due"));
}
const ActDef act_case_opened = { "case.opened", 1, OBJ_CASE, "case.open", false, true, opened_fields, NULL, apply_case_opened, follow_opened, N_("A report came in") };

static Str or_code(Str s, const char *otherwise) { return s.n > 0 ? s : str_c(otherwise); }

Act *case_open(Ctx *c, Id act_id, const CaseNew *n) {
    /* The opening act names the case as its subject but hangs in the case's own chain: both ids are the same. */
    Act *a = act_new(c, &act_case_opened, act_id, ID_NONE, n->case_id);
    Str why = STR_NONE;
    a->case_id = a->scope = n->case_id;
    if (!id_none(n->org)) a->org = n->org;
    act_idf(a, "team", n->team);
    act_code(a, "source", or_code(n->source, "web"));
    act_code(a, "age", or_code(n->age_depicted, "unknown"));
    act_code(a, "lane", case_lane(n->age_depicted));
    act_code(a, "for_whom", or_code(n->for_whom, "unknown"));
    act_code(a, "safety", or_code(n->safety, "skipped"));
    act_code(a, "what", n->what);
    act_code(a, "wishes", n->wishes);
    act_code(a, "contact", or_code(n->contact_mode, "none"));
    act_code(a, "lang", or_code(n->lang, "nl"));
    act_int(a, "risk", case_risk(c->arena, n, &why));
    act_code(a, "risk_why", why);
    act_code(a, "locator", n->locator);
    act_time(a, "next_due", n->next_due);
    act_int(a, "year", civil_at(c->app->zone, c->now).date.y);
    return a;
}

static const FieldDef claim_fields[] = { { "until", F_TIME, CLEAR, true, 0 }, END };
static Err check_claim(Ctx *c, const Act *a) {
    CaseRow k;
    TRY(case_by_id(c, a->case_id, &k));
    if (!id_none(k.claimed_by) && !id_eq(k.claimed_by, a->actor) && k.claim_until > c->now) return ctx_refuse(c, E_CONFLICT, NULL, "A colleague is working on this case.");
    return OK;
}
const ActDef act_case_claimed = { "case.claimed", 1, OBJ_CASE, "case.claim", true, false, claim_fields, check_claim, apply_case_claimed, NULL, N_("Taken in hand by a colleague") };
const ActDef act_case_released = { "case.released", 1, OBJ_CASE, "case.release", true, false, no_fields, NULL, apply_case_released, NULL, N_("Laid back in the queue") };
const ActDef act_case_read = { "case.read", 1, OBJ_CASE, "case.read", true, false, no_fields, NULL, apply_case_read, NULL, N_("Read by a colleague") };

static const FieldDef lane_fields[] = { { "lane", F_CODE, CLEAR, true, 0 }, { "age", F_CODE, CLEAR, true, 0 }, END };
static Err check_lane(Ctx *c, const Act *a) {
    Str lane = act_get_code(a, "lane");
    if (!str_eq(lane, S("adult")) && !str_eq(lane, S("minor")) && !str_eq(lane, S("unknown"))) return ctx_refuse(c, E_INPUT, "lane", "This choice is not known.");
    return OK;
}
static Err follow_lane(Ctx *c, const Act *a) { return str_eq(act_get_code(a, "lane"), S("adult")) ? OK : print_follow_ended(c, a); }
const ActDef act_case_lane = { "case.lane", 1, OBJ_CASE, "case.lane", true, false, lane_fields, check_lane, apply_case_lane, follow_lane, N_("A trained person decided on the age lane: {lane}") };
static const FieldDef risk_fields[] = { { "risk", F_INT, CLEAR, true, 4 }, { "why", F_CODE, CLEAR, true, 0 }, END };
const ActDef act_case_risk = { "case.risk", 1, OBJ_CASE, "case.classify", true, false, risk_fields, NULL, apply_case_risk, NULL, N_("Risk set to {risk}") };
static const FieldDef turn_fields[] = { { "turn", F_CODE, CLEAR, true, 0 }, { "duty", F_CODE, CLEAR, false, 0 }, { "due", F_TIME, CLEAR, true, 0 }, END };
const ActDef act_case_turn = { "case.turn", 1, OBJ_CASE, "case.follows", true, false, turn_fields, NULL, apply_case_turn, NULL, N_("Next step is with: {turn}") };

const ActDef act_case_paused = { "case.paused", 1, OBJ_CASE, "report.pause", true, false, no_fields, NULL, apply_case_paused, NULL, N_("Paused") };
const ActDef act_case_resumed = { "case.resumed", 1, OBJ_CASE, "report.pause", true, false, no_fields, NULL, apply_case_resumed, NULL, N_("Resumed") };
static const FieldDef withdraw_fields[] = { { "what", F_CODE, CLEAR, true, 0 }, END };
/* Whoever was asked is told: the room that asked them does it (job "case.recall"). */
static Err follow_withdrawn(Ctx *c, const Act *a) {
    if (str_eq(act_get_code(a, "what"), S("all"))) TRY(print_follow_ended(c, a));
    return str_eq(act_get_code(a, "what"), S("filing")) ? OK : journal_job(c, "case.recall", a->case_id, c->now);
}
const ActDef act_case_withdrawn = { "case.withdrawn", 1, OBJ_CASE, "report.withdraw", true, false, withdraw_fields, NULL, apply_case_withdrawn, follow_withdrawn, N_("Withdrawn: {what}") };

static const FieldDef contact_fields[] = { { "mode", F_CODE, CLEAR, true, 0 }, END };
static Err check_contact(Ctx *c, const Act *a) {
    static const char *const modes[] = { "none", "code", "safe" };
    CaseRow k;
    Str mode = act_get_code(a, "mode");
    bool known = false;
    for (size_t i = 0; i < LEN(modes); i++) known = known || str_eq(mode, str_c(modes[i]));
    if (!known) return ctx_refuse(c, E_INPUT, "contact", "This choice is not known.");
    TRY(case_by_id(c, a->case_id, &k));
    if (str_eq(mode, S("safe")) && !str_eq(k.lane, S("adult"))) return ctx_refuse(c, E_INPUT, "contact", "When somebody under 18 is shown, we can be reached with the code only.");
    return OK;
}
const ActDef act_case_contact = { "case.contact", 1, OBJ_CASE, "report.contact", true, false, contact_fields, check_contact, apply_case_contact, NULL, N_("The person changed how they may be reached") };

static const FieldDef close_fields[] = { { "why", F_CODE, CLEAR, true, 0 }, END };
static Err check_close(Ctx *c, const Act *a) {
    int64_t running = 0;
    TRY(running_clocks(c, a->case_id, &running));
    Str why = act_get_code(a, "why");
    bool may = str_eq(why, S("withdrawn")) || str_eq(why, S("no_longer_reachable")) || str_eq(why, S("spam"));
    if (running > 0 && !may) return ctx_refuse(c, E_CONFLICT, "why", "Clocks still run in this case. Close it when they have ended, or choose withdrawn.");
    return OK;
}
const ActDef act_case_closed = { "case.closed", 1, OBJ_CASE, "case.close", true, false, close_fields, check_close, apply_case_closed, NULL, N_("Closed: {why}") };
const ActDef act_case_reopened = { "case.reopened", 1, OBJ_CASE, "case.reopen", true, false, close_fields, NULL, apply_case_reopened, NULL, N_("Opened again: {why}") };

static const FieldDef merge_fields[] = { { "into", F_ID, CLEAR, true, 0 }, END };
static Err check_merge(Ctx *c, const Act *a) {
    CaseRow from, into;
    Id to = act_get_id(a, "into");
    TRY(case_by_id(c, a->case_id, &from));
    Err err = access_case(c, "case.merge", to);
    if (err != OK) return err;
    TRY(case_by_id(c, to, &into));
    if (id_eq(from.id, into.id)) return ctx_refuse(c, E_INPUT, "into", "A case cannot be joined with itself.");
    if (!id_eq(from.team, into.team)) return ctx_refuse(c, E_DENIED, "into", "Both cases must be with the same team.");
    if (!id_none(into.merged_into)) return ctx_refuse(c, E_CONFLICT, "into", "That case was itself joined with another.");
    int64_t running = 0;
    TRY(running_clocks(c, from.id, &running)); /* a lapse must fall in a case that somebody sees */
    if (running > 0) return ctx_refuse(c, E_CONFLICT, "into", "Clocks run in this case. Join the other case into this one instead.");
    if (!str_eq(from.lane, into.lane)) return ctx_refuse(c, E_CONFLICT, "into", "The age lanes differ; decide on them first.");
    return OK;
}
const ActDef act_case_merged = { "case.merged", 1, OBJ_CASE, "case.merge", true, false, merge_fields, check_merge, apply_case_merged, NULL, N_("Joined with another case") };
static const FieldDef reissue_fields[] = { { "locator", F_CODE, CLEAR, true, 0 }, END };
const ActDef act_case_code_reissued = { "case.code_reissued", 1, OBJ_CASE, "case.reissue_code", true, false, reissue_fields, NULL, apply_case_reissued, NULL, N_("A new receipt code was given") };
static const FieldDef erase_fields[] = { { "ground", F_CODE, CLEAR, true, 0 }, { "by", F_CODE, CLEAR, true, 0 }, END };
static Err follow_erased(Ctx *c, const Act *a) {
    TRY(print_follow_ended(c, a));
    return journal_job(c, "case.shred", a->case_id, c->now);
}
const ActDef act_case_erased = { "case.erased", 1, OBJ_CASE, "report.erase", true, false, erase_fields, NULL, apply_case_erased, follow_erased, N_("Erased: {ground}") };
/* The same tombstone, asked for by a lead of the team. */
const ActDef act_case_erased_by_lead = { "case.erased_by_lead", 1, OBJ_CASE, "case.erase", true, false, erase_fields, NULL, apply_case_erased, follow_erased, N_("Erased: {ground}") };

static const FieldDef worse_fields[] = { { "due", F_TIME, CLEAR, true, 0 }, END };
const ActDef act_case_worse = { "case.worse", 1, OBJ_CASE, "report.message", true, false, worse_fields, NULL, apply_case_worse, NULL, N_("It goes worse with the person now") };

static Act *on_case(Ctx *c, const ActDef *def, Id case_id) { return act_new(c, def, ID_NONE, case_id, case_id); }
Act *case_seen(Ctx *c, Id case_id) { return on_case(c, &act_case_read, case_id); }
Act *case_claim(Ctx *c, Id case_id, UnixMs until) {
    Act *a = on_case(c, &act_case_claimed, case_id);
    act_time(a, "until", until);
    return a;
}
Act *case_release(Ctx *c, Id case_id) { return on_case(c, &act_case_released, case_id); }
Act *case_set_lane(Ctx *c, Id case_id, Str lane, Str age) {
    Act *a = on_case(c, &act_case_lane, case_id);
    act_code(a, "lane", lane);
    act_code(a, "age", age);
    return a;
}
Act *case_set_risk(Ctx *c, Id case_id, int64_t risk, Str why) {
    Act *a = on_case(c, &act_case_risk, case_id);
    act_int(a, "risk", risk);
    act_code(a, "why", why);
    return a;
}
Act *case_turn(Ctx *c, Id case_id, Str turn, Str duty, UnixMs due) {
    Act *a = on_case(c, &act_case_turn, case_id);
    act_code(a, "turn", turn);
    act_code(a, "duty", duty);
    act_time(a, "due", due);
    return a;
}
Act *case_pause(Ctx *c, Id case_id) { return on_case(c, &act_case_paused, case_id); }
Act *case_resume(Ctx *c, Id case_id) { return on_case(c, &act_case_resumed, case_id); }
Act *case_withdraw(Ctx *c, Id case_id, Str what) {
    Act *a = on_case(c, &act_case_withdrawn, case_id);
    act_code(a, "what", what);
    return a;
}
Act *case_worse(Ctx *c, Id case_id, UnixMs due) {
    Act *a = on_case(c, &act_case_worse, case_id);
    act_time(a, "due", due);
    return a;
}
static Act *with_why(Act *a, Str why) {
    act_code(a, "why", why);
    return a;
}
Act *case_contact(Ctx *c, Id act, Id case_id, Str mode) {
    Act *a = act_new(c, &act_case_contact, act, case_id, case_id);
    act_code(a, "mode", mode);
    return a;
}
Act *case_close(Ctx *c, Id case_id, Str why) { return with_why(on_case(c, &act_case_closed, case_id), why); }
Act *case_reopen(Ctx *c, Id case_id, Str why) { return with_why(on_case(c, &act_case_reopened, case_id), why); }
Act *case_merge(Ctx *c, Id from_case, Id into_case) {
    Act *a = on_case(c, &act_case_merged, from_case);
    act_idf(a, "into", into_case);
    return a;
}
Act *case_reissue(Ctx *c, Id case_id, Str new_locator) {
    Act *a = on_case(c, &act_case_code_reissued, case_id);
    act_code(a, "locator", new_locator);
    return a;
}
Act *case_erase(Ctx *c, Id case_id, Str ground, Str by) {
    Act *a = on_case(c, str_eq(by, S("victim")) ? &act_case_erased : &act_case_erased_by_lead, case_id);
    act_code(a, "ground", ground);
    act_code(a, "by", by);
    return a;
}

/* ---- incidents ---- */
static const FieldDef incident_fields[] = {
    { "offence", F_CODE, CLEAR, true, 0 }, { "online", F_CODE, CLEAR, true, 0 }, { "age_depicted", F_CODE, CLEAR, true, 0 }, { "age_now", F_CODE, CLEAR, true, 0 }, { "synthetic", F_CODE, CLEAR, true, 0 },
    { "consent_made", F_CODE, CLEAR, true, 0 }, { "consent_shared", F_CODE, CLEAR, true, 0 }, { "threat", F_CODE, CLEAR, true, 0 }, { "money", F_CODE, CLEAR, true, 0 },
    { "list_or_group", F_CODE, CLEAR, true, 0 }, { "livestream", F_CODE, CLEAR, true, 0 }, { "gender_stated", F_CODE, CLEAR, true, 0 }, { "offence_date", F_CODE, CLEAR, false, 0 }, END };
const ActDef act_incident_added = { "incident.added", 1, OBJ_NONE, "case.classify", true, true, incident_fields, NULL, apply_incident_added, NULL, N_("Classified as {offence}") };
const ActDef act_incident_removed = { "incident.removed", 1, OBJ_NONE, "case.classify", true, false, no_fields, NULL, apply_incident_removed, NULL, N_("A classification was taken back") };

Act *incident_add(Ctx *c, Id case_id, const IncidentRow *f) {
    Act *a = act_new(c, &act_incident_added, ID_NONE, case_id, id_none(f->id) ? ctx_new_id(c) : f->id);
    const struct { const char *field; Str value; } facets[] = { { "online", f->online }, { "age_depicted", f->age_depicted }, { "age_now", f->age_now }, { "synthetic", f->synthetic },
        { "consent_made", f->consent_made }, { "consent_shared", f->consent_shared }, { "threat", f->threat }, { "money", f->money }, { "list_or_group", f->list_or_group },
        { "livestream", f->livestream }, { "gender_stated", f->gender_stated } };
    act_code(a, "offence", f->offence);
    for (size_t i = 0; i < LEN(facets); i++) act_code(a, facets[i].field, or_code(facets[i].value, "unknown"));
    act_code(a, "offence_date", f->offence_date);
    return a;
}

Act *incident_remove(Ctx *c, Id case_id, Id incident) { return act_new(c, &act_incident_removed, ID_NONE, case_id, incident); }
