/* inquiry.c - the rules of inquiry: what may be captured, what a capture says, and what is done with exhibits. */
#include "steps/inquiry/inquiry_in.h"
#include "steps/inquiry/stamped.h"

#define END { NULL, F_END, CLEAR, false, 0 }

/* ---- captures ---- */

/* In the minors' way, and while the age is not known, nothing is fetched: the link goes to the hotline as it is. */
Err capture_barred(Ctx *c, Id case_id, const char **out_why) {
    CaseRow k;
    bool yes = false, young = false;
    *out_why = NULL;
    TRY(case_by_id(c, case_id, &k));
    TRY(inquiry_incidents_barred(c, case_id, &young));
    if (!str_eq(k.lane, S("adult")) || young) *out_why = "minor";
    else if (k.withdrawn != 0 || k.erased != 0) *out_why = "withdrawn";
    if (*out_why != NULL) return OK;
    TRY(consent_holds(c, case_id, S("captures"), &yes));
    if (!yes) *out_why = "no_consent";
    return OK;
}

static const FieldDef asked_fields[] = { { "location", F_ID, CLEAR, true, 0 }, { "mode", F_CODE, CLEAR, true, 0 }, { "recipient", F_CODE, CLEAR, false, 0 }, END };

static Err in_case(Ctx *c, Id location, Id case_id, bool *out) {
    Id *cases = NULL;
    size_t n = 0;
    *out = false;
    TRY(location_cases(c, location, &cases, &n));
    for (size_t i = 0; i < n; i++) *out = *out || id_eq(cases[i], case_id);
    return OK;
}

static Err check_asked(Ctx *c, const Act *a) {
    const char *why = NULL;
    bool here = false, barred = false;
    Str mode = act_get_code(a, "mode");
    if (!capture_mode_known(mode)) return ctx_refuse(c, E_INPUT, "mode", "This choice is not known.");
    TRY(capture_barred(c, a->case_id, &why));
    if (why != NULL && strcmp(why, "minor") == 0) return ctx_refuse(c, E_DENIED, NULL, "Material of a minor, or of unknown age, is never captured. Only the link goes to the hotline.");
    if (why != NULL && strcmp(why, "no_consent") == 0) return ctx_refuse(c, E_CONFLICT, NULL, "There is no agreement to captures in this case yet.");
    if (why != NULL) return ctx_refuse(c, E_CONFLICT, NULL, "This case was withdrawn.");
    if (str_eq(mode, S("full"))) {
        Str key = STR_NONE;
        if (act_get_code(a, "recipient").n == 0) return ctx_refuse(c, E_INPUT, "recipient", "Choose the body that it is for.");
        Err e = capture_recipient_key(c, act_get_code(a, "recipient"), &key);
        if (e == E_MISSING) return ctx_refuse(c, E_INPUT, "recipient", "There is no public key of this body on record.");
        TRY(e);
    }
    TRY(in_case(c, act_get_id(a, "location"), a->case_id, &here));
    if (!here) return ctx_refuse(c, E_INPUT, "locations", "This location does not belong to this case.");
    TRY(inquiry_location_barred(c, act_get_id(a, "location"), &barred));
    if (barred) return ctx_refuse(c, E_DENIED, "locations", "This location belongs to another case about a minor, or of unknown age. It is never captured.");
    return OK;
}
static Err follow_asked(Ctx *c, const Act *a) { return str_eq(act_get_code(a, "mode"), S("full")) ? OK : journal_job(c, "capture.make", a->subject, c->now); }
const ActDef act_capture_asked = { "capture.asked", 1, OBJ_CAPTURE, "capture.ask", false, true, asked_fields, check_asked, apply_capture_asked, follow_asked, N_("A capture was asked for") };

Id inquiry_derived(Id base, size_t i) {
    base.b[14] ^= (uint8_t)(i >> 8);
    base.b[15] ^= (uint8_t)i;
    return base;
}

Act *capture_ask_for(Ctx *c, Id act_id, Id case_id, Id location, Str mode, Str recipient) {
    Act *a = capture_ask(c, act_id, case_id, location, mode);
    act_code(a, "recipient", recipient);
    return a;
}

Act *capture_ask(Ctx *c, Id act_id, Id case_id, Id location, Str mode) {
    Act *a = act_new(c, &act_capture_asked, act_id, case_id, id_none(act_id) ? ctx_new_id(c) : act_id);
    act_idf(a, "location", location);
    act_code(a, "mode", mode);
    return a;
}

static const FieldDef made_fields[] = { { "location", F_ID, CLEAR, true, 0 }, { "result", F_CODE, CLEAR, true, 0 }, { "why", F_CODE, CLEAR, false, 0 }, { "began", F_TIME, CLEAR, true, 0 },
    { "status", F_INT, CLEAR, true, 999 }, { "hops", F_INT, CLEAR, true, 100 }, { "media_type", F_CODE, CLEAR, false, 0 }, { "body", F_CODE, CLEAR, true, 0 }, { "digest", F_HASH, CLEAR, false, 0 },
    { "length", F_INT, CLEAR, true, 0 }, { "mode", F_CODE, CLEAR, true, 0 }, { "vantage", F_CODE, CLEAR, true, 0 }, { "tool", F_CODE, CLEAR, true, 0 }, { "warc", F_ID, CLEAR, true, 0 },
    { "warc_sha256", F_HASH, CLEAR, true, 0 }, { "warc_size", F_INT, CLEAR, true, 0 }, { "text_file", F_ID, CLEAR, false, 0 }, { "text_sha256", F_HASH, CLEAR, false, 0 }, { "before", F_HASH, CLEAR, false, 0 },
    { "form", F_CODE, CLEAR, false, 0 }, { "requests", F_INT, CLEAR, false, 0 }, { "left_out", F_INT, CLEAR, false, 0 }, { "browser", F_CODE, CLEAR, false, 0 }, { "clock", F_CODE, CLEAR, false, 0 }, { "shot", F_ID, CLEAR, false, 0 },
    { "shot_sha256", F_HASH, CLEAR, false, 0 }, END };

const char *capture_tail(const CaptureRow *k) { return str_eq(k->form, S("age")) ? ".wacz.age" : str_eq(k->form, S("wacz")) ? ".wacz" : ".warc.gz"; }
const char *capture_type(const CaptureRow *k) { return str_eq(k->form, S("age")) ? "application/octet-stream" : str_eq(k->form, S("wacz")) ? "application/wacz" : "application/warc"; }

static Err check_open(Ctx *c, const Act *a) {
    CaptureRow k;
    TRY(capture_by_id(c, a->subject, &k));
    if (!id_eq(k.case_id, a->case_id)) return E_MISSING;
    if (!str_eq(k.state, S("asked"))) return ctx_refuse(c, E_CONFLICT, NULL, "This capture was made already.");
    return OK;
}
/* A picture at the address itself, and those in a page, are compared with what is known (core/bank/copy.h); none is kept. After a capture of
 * text alone no picture is asked for: that is what was chosen. */
static Err follow_made(Ctx *c, const Act *a) {
    Str type = act_get_code(a, "media_type");
    if (str_eq(act_get_code(a, "mode"), S("text"))) return OK;
    return str_starts(type, S("image/")) || str_eq(type, S("text/html")) || str_eq(type, S("application/xhtml+xml")) ? journal_job(c, "picture.look", act_get_id(a, "location"), c->now) : OK;
}
const ActDef act_capture_made = { "capture.made", 2, OBJ_CAPTURE, "capture.make", false, false, made_fields, check_open, apply_capture_made, follow_made, N_("A capture was made") };

static const FieldDef stopped_fields[] = { { "why", F_CODE, CLEAR, true, 0 }, { "before", F_HASH, CLEAR, false, 0 }, END };
const ActDef act_capture_stopped = { "capture.stopped", 2, OBJ_CAPTURE, "capture.make", false, false, stopped_fields, check_open, apply_capture_stopped, NULL, N_("A capture was stopped before it was made") };

/* ---- exhibits ---- */

static const FieldDef handled_fields[] = { { "what", F_CODE, CLEAR, true, 0 }, { "into", F_ID, CLEAR, false, 0 }, { "to", F_TEXT, STORE, false, 500 }, { "on", F_TIME, CLEAR, true, 0 }, { "before", F_HASH, CLEAR, false, 0 }, END };
static Err check_handled(Ctx *c, const Act *a) {
    Str what = act_get_code(a, "what");
    if (!handling_known(what)) return ctx_refuse(c, E_INPUT, "what", "This choice is not known.");
    if (str_eq(what, S("handed_over")) && act_get_text(a, "to").n == 0) return ctx_refuse(c, E_INPUT, "to", "Say to whom it was handed over.");
    if (act_get_int(a, "on") > c->now) return ctx_refuse(c, E_INPUT, "on", "This day has not come yet.");
    return OK;
}
const ActDef act_capture_handled = { "capture.handled", 2, OBJ_CAPTURE, "capture.read", false, false, handled_fields, check_handled, apply_capture_handled, NULL, N_("Somebody took out, gave or received an exhibit") };

Act *capture_handle(Ctx *c, Id act_id, const CaptureRow *k, Str what, Str to, UnixMs on) {
    Act *a = act_new(c, &act_capture_handled, act_id, k->case_id, k->id);
    a->org = k->org;
    act_code(a, "what", what);
    act_text(a, "to", to);
    act_time(a, "on", on != 0 ? on : c->now);
    return a;
}

Act *capture_copied(Ctx *c, Id act_id, const CaptureRow *k, Id dossier) {
    Act *a = capture_handle(c, act_id, k, S("copied"), STR_NONE, 0);
    act_idf(a, "into", dossier);
    return a;
}

static const ActDef *const acts[] = { &act_capture_asked, &act_capture_released, &act_capture_cancelled, &act_capture_made, &act_capture_stopped, &act_capture_handled, &act_exhibit_noted, &act_exhibit_rechecked, &act_exhibit_erased, &act_dossier_chosen, &act_finding_made, NULL };
static const JobKind jobs[] = { { "capture.make", capture_run, 180, 6 }, { "dossier.make", dossier_run, 300, 8 }, { "exhibit.shred", exhibit_shred_run, 60, 20 },
    { "dossier.renew", dossier_renew_run, 300, 20 }, { "ledger.witness", ledger_witness_run, 300, 1000 }, { "ledger.stamp", ledger_stamp_run, 400, 1000 } };
static const char *const daily[] = { "ledger.witness", "ledger.stamp", NULL };
static const CasePanel panels[] = { { "exhibits", N_("Captures and dossiers"), PANEL_MIDDLE, 40, inquiry_panel } };
static const HomePart home = { ledger_home };
const Step inquiry_step = { .home = &home, .name = "inquiry", .acts = acts, .routes = inquiry_routes, .routes_n = INQUIRY_ROUTES, .jobs = jobs, .jobs_n = LEN(jobs), .daily = daily, .panels = panels, .panels_n = LEN(panels) };
