/* request.c - the life of what was asked, and checks of locations. */
#include "core/case/case_in.h"
#include "core/case/request_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

static const char *const what_codes[REQ_WHAT_N] = { [REQ_DELIVERED] = "delivered", [REQ_FAILED] = "failed", [REQ_RECEIVED] = "received", [REQ_ACTED] = "acted",
    [REQ_ANSWERED] = "answered", [REQ_DECIDED] = "decided", [REQ_TRANSFERRED] = "transferred", [REQ_WITHDRAWN] = "withdrawn" };
const char *request_what_code(RequestWhat w) {
    must(w > REQ_INVALID && w < REQ_WHAT_N);
    return what_codes[w];
}

static const FieldDef made_fields[] = { { "of", F_ID, CLEAR, true, 0 }, { "location", F_ID, CLEAR, false, 0 }, { "kind", F_CODE, CLEAR, true, 0 }, { "rung", F_CODE, CLEAR, true, 0 },
    { "holder", F_CODE, CLEAR, true, 0 }, { "form", F_CODE, CLEAR, true, 0 }, { "offence", F_CODE, CLEAR, false, 0 }, { "country", F_CODE, CLEAR, false, 0 }, END };
static Err check_made(Ctx *c, const Act *a) {
    Str kind = act_get_code(a, "kind");
    if (!str_eq(kind, S("notice")) && !str_eq(kind, S("filing"))) return ctx_refuse(c, E_INPUT, "kind", "This choice is not known.");
    return OK;
}
const ActDef act_request_made = { "request.made", 1, OBJ_REQUEST, "case.follows", false, true, made_fields, check_made, apply_request_made, NULL, N_("Asked of {holder}: {form}") };

static const FieldDef event_fields[] = { { "what", F_CODE, CLEAR, true, 0 }, { "outcome", F_CODE, CLEAR, false, 0 }, { "reason", F_CODE, CLEAR, false, 0 }, { "on", F_TIME, CLEAR, true, 0 }, END };
static Err check_event(Ctx *c, const Act *a) {
    RequestRow r;
    bool known = false;
    for (int i = 1; i < REQ_WHAT_N; i++) known = known || str_eq(act_get_code(a, "what"), str_c(what_codes[i]));
    if (!known) return ctx_refuse(c, E_INPUT, "what", "This choice is not known.");
    TRY(request_by_id(c, a->subject, &r));
    if (!id_eq(r.case_id, a->case_id)) return E_MISSING;
    if (str_eq(r.outcome, S("withdrawn"))) return ctx_refuse(c, E_CONFLICT, NULL, "This request was withdrawn.");
    if (act_get_int(a, "on") > c->now) return ctx_refuse(c, E_INPUT, "on", "This day has not come yet.");
    return OK;
}
const ActDef act_request_event = { "request.event", 1, OBJ_REQUEST, "case.follows", true, false, event_fields, check_event, apply_request_event, NULL, N_("Request {what} {outcome}") };

Act *request_make(Ctx *c, Id id, const RequestNew *n) {
    Act *a = act_new(c, &act_request_made, ID_NONE, n->case_id, id_none(id) ? ctx_new_id(c) : id);
    act_idf(a, "of", n->subject);
    act_idf(a, "location", n->location);
    act_code(a, "kind", n->kind);
    act_code(a, "rung", n->rung);
    act_code(a, "holder", n->holder);
    act_code(a, "form", n->form);
    act_code(a, "offence", n->offence);
    act_code(a, "country", n->country);
    return a;
}

Act *request_event(Ctx *c, const RequestRow *r, RequestWhat what, Str outcome, Str reason, UnixMs on) {
    Act *a = act_new(c, &act_request_event, ID_NONE, r->case_id, r->id);
    act_code(a, "what", str_c(request_what_code(what)));
    act_code(a, "outcome", outcome);
    act_code(a, "reason", reason);
    act_time(a, "on", on != 0 ? on : c->now);
    return a;
}

/* ---- checks ---- */
static const struct { const char *code, *word; bool removed; } verdicts[] = { { "still_online", N_("still online"), false }, { "gone", N_("gone"), true }, { "soft_404", N_("gone, page says it is not there"), true },
    { "replaced", N_("replaced by something else"), true }, { "parked", N_("gone, the domain is for sale"), true }, { "login_wall", N_("behind a sign-in"), false }, { "age_gate", N_("behind an age question"), false },
    { "geo_block", N_("not shown in this country"), false }, { "blocked_for_us", N_("closed to us"), false }, { "moved", N_("leads to another address"), false }, { "host_down", N_("server does not answer"), false },
    { "dns_gone", N_("the domain name does not exist"), false }, { "unknown", N_("not known"), false } };
bool verdict_known(Str v) {
    for (size_t i = 0; i < LEN(verdicts); i++)
        if (str_eq(v, str_c(verdicts[i].code))) return true;
    return false;
}
const char *location_verdict_word(Str v) {
    for (size_t i = 0; i < LEN(verdicts); i++)
        if (str_eq(v, str_c(verdicts[i].code))) return verdicts[i].word;
    return N_("not known");
}
bool verdict_removed(Str v) {
    for (size_t i = 0; i < LEN(verdicts); i++)
        if (str_eq(v, str_c(verdicts[i].code))) return verdicts[i].removed;
    return false;
}

static const FieldDef checked_fields[] = { { "location", F_ID, CLEAR, true, 0 }, { "verdict", F_CODE, CLEAR, true, 0 }, { "why", F_CODE, CLEAR, true, 0 }, { "vantage", F_CODE, CLEAR, false, 0 },
    { "proof", F_ID, CLEAR, false, 0 }, { "removed", F_INT, CLEAR, true, 1 }, END };
static Err check_checked(Ctx *c, const Act *a) {
    Str v = act_get_code(a, "verdict");
    if (!verdict_known(v)) return ctx_refuse(c, E_INPUT, "verdict", "This choice is not known.");
    if (act_get_int(a, "removed") != 0 && !verdict_removed(v)) return ctx_refuse(c, E_INPUT, "verdict", "This verdict does not prove a removal.");
    return OK;
}
const ActDef act_location_checked = { "location.checked", 1, OBJ_NONE, "case.follows", true, true, checked_fields, check_checked, apply_location_checked, NULL, N_("Looked whether it is still online: {verdict}") };

Act *location_check(Ctx *c, const CheckNew *n) {
    Act *a = act_new(c, &act_location_checked, ID_NONE, n->case_id, ctx_new_id(c));
    act_idf(a, "location", n->location);
    act_code(a, "verdict", n->verdict);
    act_code(a, "why", n->why.n > 0 ? n->why : S("seen"));
    act_code(a, "vantage", n->vantage);
    act_idf(a, "proof", n->proof);
    act_int(a, "removed", n->removed);
    return a;
}
