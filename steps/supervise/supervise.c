/* supervise.c - the rules of supervise: the register, checks, and how the figures are made. */
#include "steps/supervise/supervise_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

Date supervise_today(const Ctx *c) { return civil_at(c->app->zone, c->now).date; }

bool supervise_tag_in(Str tags, Str tag) {
    Str rest = tags, part;
    while (str_split(&rest, ' ', &part))
        if (str_eq(part, tag)) return true;
    return false;
}

static int code_at(const char *const *codes, Str code) {
    for (int i = 0; codes[i] != NULL; i++)
        if (str_eq(code, str_c(codes[i]))) return i;
    return -1;
}

/* ---- checks ---- */
const char *const check_results[] = { "pass", "partial", "fail", "not_applicable", "not_observable", "not_tested", NULL };
static const char *const result_words[] = { N_("meets it"), N_("partly"), N_("does not meet it"), N_("does not apply"), N_("cannot be seen from outside"), N_("not tested") };
const char *const check_ways[] = { "A", "T", "Q", "D", NULL };
static const char *const way_words[] = { N_("looked at pages and technical facts"), N_("test notice with lawful content"), N_("asked the platform"), N_("read documents") };
const char *const check_age_gates[] = { "none", "click", "birthdate", "real", "not_observed", NULL };
static const char *const gate_words[] = { N_("no age check"), N_("one click on \"I am 18\""), N_("birth date that visitors fill in themselves"), N_("real age verification"), N_("not observed") };
const char *check_result_word(Str code) {
    int i = code_at(check_results, code);
    return i < 0 ? N_("not tested") : result_words[i];
}
const char *check_way_word(Str code) {
    int i = code_at(check_ways, code);
    return i < 0 ? "" : way_words[i];
}
const char *check_age_gate_word(Str code) {
    int i = code_at(check_age_gates, code);
    return i < 0 ? "" : gate_words[i];
}
UiState check_result_state(Str code) {
    static const UiState states[] = { STATE_DONE, STATE_WAITING, STATE_LATE, STATE_NONE, STATE_INFO, STATE_NONE };
    int i = code_at(check_results, code);
    return i < 0 ? STATE_NONE : states[i];
}

enum { METHOD_MAX = 4000, EVIDENCE_MAX = 20000 };
static const FieldDef recorded_fields[] = { { "platform", F_CODE, CLEAR, true, 0 }, { "duty", F_CODE, CLEAR, true, 0 }, { "result", F_CODE, CLEAR, true, 0 }, { "see", F_CODE, CLEAR, true, 0 },
    { "age_gate", F_CODE, CLEAR, false, 0 }, { "on", F_TIME, CLEAR, true, 0 }, { "method", F_TEXT, STORE, true, METHOD_MAX }, { "evidence", F_TEXT, STORE, false, EVIDENCE_MAX }, END };
static Err check_recorded(Ctx *c, const Act *a) {
    PlatformView p;
    Str result = act_get_code(a, "result");
    Err err = platform_get(c, act_get_code(a, "platform"), &p);
    if (err != OK) return err;
    const LawObligation *o = law_obligation(c->app->law, act_get_code(a, "duty"), supervise_today(c));
    if (o == NULL) return E_MISSING;
    if (code_at(check_results, result) < 0) return ctx_refuse(c, E_INPUT, "result", "This choice is not known.");
    if (code_at(check_ways, act_get_code(a, "see")) < 0) return ctx_refuse(c, E_INPUT, "see", "This choice is not known.");
    if (act_has(a, "age_gate") && code_at(check_age_gates, act_get_code(a, "age_gate")) < 0) return ctx_refuse(c, E_INPUT, "age_gate", "This choice is not known.");
    if (act_get_int(a, "on") > c->now) return ctx_refuse(c, E_INPUT, "on", "This day has not come yet.");
    bool says = str_eq(result, S("pass")) || str_eq(result, S("partial")) || str_eq(result, S("fail"));
    if (says && !act_has(a, "evidence")) return ctx_refuse(c, E_INPUT, "evidence", "Write down what was seen, so that somebody else can check it.");
    return OK;
}
const ActDef act_check_recorded = { "check.recorded", 1, OBJ_NONE, "platform.edit", false, true, recorded_fields, check_recorded, apply_check_recorded, NULL, N_("Check {duty} of {platform}: {result}") };

static const FieldDef replied_fields[] = { { "reply", F_TEXT, STORE, true, EVIDENCE_MAX }, { "on", F_TIME, CLEAR, true, 0 }, END };
static Err check_replied(Ctx *c, const Act *a) {
    PlatformCheck k;
    TRY(check_by_id(c, a->subject, &k));
    if (act_get_int(a, "on") > c->now) return ctx_refuse(c, E_INPUT, "on", "This day has not come yet.");
    if (k.f.on > act_get_int(a, "on")) return ctx_refuse(c, E_INPUT, "on", "The reply cannot be older than the check.");
    return OK;
}
const ActDef act_check_replied = { "check.replied", 1, OBJ_NONE, "platform.edit", false, false, replied_fields, check_replied, apply_check_replied, NULL, N_("The platform's reply to a check was recorded") };

Act *check_record(Ctx *c, Id act_id, const CheckFacts *f) {
    Id id = id_none(act_id) ? ctx_new_id(c) : act_id;
    Act *a = act_new(c, &act_check_recorded, id, ID_NONE, id);
    act_code(a, "platform", f->platform);
    act_code(a, "duty", f->duty);
    act_code(a, "result", f->result);
    act_code(a, "see", f->see);
    act_code(a, "age_gate", f->age_gate);
    act_time(a, "on", f->on);
    act_text(a, "method", f->method);
    act_text(a, "evidence", f->evidence);
    return a;
}
Act *check_reply(Ctx *c, Id act_id, Id check, Str reply, UnixMs on) {
    Act *a = act_new(c, &act_check_replied, act_id, ID_NONE, check);
    act_text(a, "reply", reply);
    act_time(a, "on", on);
    return a;
}

bool duty_applies(const LawObligation *o, Str tags) {
    Str rest = o->lacks, part;
    while (rest.n > 0 && str_split(&rest, ' ', &part))
        if (supervise_tag_in(tags, part)) return false;
    if (str_eq(o->tiers, S("*"))) return true;
    rest = o->tiers;
    while (rest.n > 0 && str_split(&rest, ' ', &part))
        if (supervise_tag_in(tags, part)) return true;
    return false;
}
