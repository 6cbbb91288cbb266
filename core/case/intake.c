/* intake.c - a report becomes a case with keys and a code; coming back with the code; a lost code. */
#include "core/case/intake.h"
#include "core/access/session.h"
#include "core/case/request.h"

enum { CODE_TRIES = 12, OTHER_ACTS = 1 + INTAKE_NOTES_MAX + INTAKE_CONSENTS_MAX + INTAKE_PRINTS_MAX };

int64_t intake_first_look_hours(int64_t risk) {
    static const int64_t hours[] = { 72, 72, 48, 24, 12 };
    return hours[risk >= 1 && risk <= 4 ? risk : 1];
}

/* The rule of the minor lane, and of consent: nothing that nobody said yes to. */
static Err judge(Ctx *c, const Intake *in) {
    bool adult = str_eq(case_lane(in->facts.age_depicted), S("adult"));
    if (in->notes_n > INTAKE_NOTES_MAX || in->consents_n > INTAKE_CONSENTS_MAX || in->prints_n > INTAKE_PRINTS_MAX) return ctx_refuse(c, E_LIMIT, NULL, "This is too much for one report.");
    if (adult) return OK;
    if (in->notes_n > 0) return ctx_refuse(c, E_INPUT, NULL, "When somebody under 18 is shown, only links and what is going on come in here.");
    if (in->prints_n > 0) return ctx_refuse(c, E_INPUT, NULL, "Somebody under 18 is shown, or may be. Then we never take anything of the picture, not even these characters.");
    if (str_eq(in->facts.contact_mode, S("safe"))) return ctx_refuse(c, E_INPUT, "contact", "When somebody under 18 is shown, we can be reached with the code only.");
    for (size_t i = 0; i < in->consents_n; i++)
        if (str_eq(in->consents[i], S("captures"))) return ctx_refuse(c, E_INPUT, "allow", "When somebody under 18 is shown, nothing is ever recorded of the page.");
    return OK;
}

/* A code whose locator no case has. Twenty bits meet sooner or later; then another is drawn. */
static Err fresh_code(Ctx *c, Str *out_code, Str *out_record, VaultSession *out_session) {
    for (int i = 0; i < CODE_TRIES; i++) {
        CaseRow k;
        TRY(vault_code_new(c->vault, c->arena, c->now, out_code, out_record, out_session));
        Err err = case_by_locator(c, str_sub(*out_code, 0, CODE_LOCATOR), &k);
        if (err == E_MISSING) return OK;
        vault_logout(c->vault, out_session);
        TRY(err);
    }
    return ctx_refuse(c, E_OUTSIDE, NULL, "No free code was found. Try again.");
}

static Err links(Ctx *c, const Intake *in, Id case_id, Act ***out, size_t *out_n) {
    LocationNew *loc = ARENA_ARRAY(c->arena, LocationNew, in->urls_n + 1);
    LocationResult *res = ARENA_ARRAY(c->arena, LocationResult, in->urls_n + 1);
    for (size_t i = 0; i < in->urls_n; i++)
        loc[i] = (LocationNew){ .url_canonical = in->urls[i].text, .host = in->urls[i].host, .kind = S("page"), .source = in->said_by.n > 0 ? in->said_by : S("victim"), .note = in->url_notes != NULL ? in->url_notes[i] : STR_NONE };
    return location_add_many(c, case_id, loc, in->urls_n, res, out, out_n);
}

static Err commit(Ctx *c, const Intake *in, const CaseNew *n) {
    Act **where = NULL, **acts = NULL;
    size_t where_n = 0, k = 0;
    TRY(links(c, in, n->case_id, &where, &where_n));
    acts = ARENA_ARRAY(c->arena, Act *, where_n + OTHER_ACTS);
    acts[k++] = case_open(c, in->act, n);
    for (size_t i = 0; i < in->consents_n; i++) acts[k++] = consent_give(c, n->case_id, in->consents[i], in->said_by.n > 0 ? in->said_by : S("victim"));
    for (size_t i = 0; i < in->prints_n; i++) {
        PrintNew p = in->prints[i];
        if (in->said_by.n > 0) p.said_by = in->said_by;
        TRY(print_give(c, ID_NONE, n->org, n->case_id, &p, &acts[k++]));
    }
    for (size_t i = 0; i < in->notes_n; i++)
        if (in->notes[i].text.n > 0) acts[k++] = note_add(c, n->case_id, in->notes[i].cls, in->notes[i].kind, in->notes[i].text);
    for (size_t i = 0; i < where_n; i++) acts[k++] = where[i];
    for (size_t i = 0; i < k; i++) acts[i]->org = n->org;
    return journal_commit(c, acts, k);
}

Err intake_open(Ctx *c, const Intake *in, IntakeDone *out) {
    CaseNew n = in->facts;
    if (n.age_depicted.n == 0) n.age_depicted = S("unknown"); /* not asked, not answered: the same */
    TeamRow team;
    Str code = STR_NONE, record = STR_NONE, why = STR_NONE;
    VaultSession fresh;
    CaseRow row;
    if (c->vault == NULL) return ctx_refuse(c, E_OUTSIDE, NULL, "This could not be saved. Nothing was changed.");
    TRY(judge(c, in));
    TRY(access_may(c, "case.open", NO_OBJECT));
    n.org = id_none(c->person.org) ? c->app->org : c->person.org;
    Err err = team_intake(c, n.org, &team);
    if (err != OK) return ctx_refuse(c, err == E_MISSING ? E_OUTSIDE : err, NULL, "No team takes in reports yet.");
    TRY(fresh_code(c, &code, &record, &fresh));
    n.case_id = ctx_new_id(c);
    n.team = team.id;
    n.locator = str_sub(code, 0, CODE_LOCATOR);
    n.next_due = c->now + intake_first_look_hours(case_risk(c->arena, &n, &why)) * 3600000;
    VaultTeam vt = { team.id, team.pubkey };
    const VaultSession *own = c->session;
    c->session = &fresh;
    err = vault_scope_new(c->vault, n.case_id, COMP_ALL, &vt, 1, &fresh, c->now);
    if (err == OK) err = vault_code_keep(c->vault, n.case_id, record, c->now);
    if (err == OK) err = commit(c, in, &n);
    bool opened = err == OK; /* from here on the case is there, and its keys stay whatever comes */
    if (err == OK) err = case_by_id(c, n.case_id, &row);
    if (err == OK) err = vault_code_narrow(c->vault, n.case_id); /* the contact details just sealed are not for who finds the code */
    c->session = own;
    vault_logout(c->vault, &fresh);
    if (!opened) { /* keys without a case open nothing, and are not left lying about */
        Err gone = vault_shred_scope(c->vault, n.case_id);
        return gone == OK ? err : ctx_refuse(c, err, NULL, "This could not be saved. Nothing was changed.");
    }
    TRY(err);
    *out = (IntakeDone){ .case_id = n.case_id, .ref = row.ref, .code = code, .first_look = n.next_due };
    return OK;
}

Err intake_login(Ctx *c, Str typed, IntakeLogin *out, int64_t *out_wait_ms) {
    Str code = STR_NONE;
    Id try_key = ID_NONE;
    CaseRow row = { 0 };
    *out_wait_ms = 0;
    if (code_parse(c->arena, typed, &code) != OK) return ctx_refuse(c, E_INPUT, "code", "This is not a whole code. A letter or digit may be wrong, or missing. Look at it once more.");
    if (c->vault == NULL) return ctx_refuse(c, E_OUTSIDE, NULL, "Codes cannot be checked right now. Try again in a minute.");
    Str locator = str_sub(code, 0, CODE_LOCATOR);
    TRY(vault_blind(c->vault, S("code-try"), &locator, 1, &try_key));
    TRY(signin_wait(c, try_key, out_wait_ms));
    if (*out_wait_ms > 0) return ctx_refuse(c, E_LIMIT, "code", "Too many wrong tries. Wait a little and try again.");
    Err err = case_by_locator(c, locator, &row);
    if (err != OK && err != E_MISSING) return err;
    err = vault_code_login(c->vault, c->arena, err == OK ? row.id : ID_NONE, code, c->now, &out->session);
    if (err == OK || err == E_DENIED) TRY(signin_result(c, try_key, err == OK));
    if (err == E_DENIED) return ctx_refuse(c, E_DENIED, "code", "This code does not open anything. Look at it once more, or ask for a new one.");
    if (err == OK) out->row = row;
    return err;
}

Err intake_reissue(Ctx *c, Id case_id, Str *out_code) {
    Str code = STR_NONE, record = STR_NONE;
    VaultSession fresh;
    TRY(access_case(c, "case.reissue_code", case_id));
    if (c->vault == NULL || c->session == NULL) return ctx_refuse(c, E_DENIED, NULL, "Sign in again: the keys of this case are locked.");
    TRY(fresh_code(c, &code, &record, &fresh));
    Err err = vault_code_rewrap(c->vault, c->arena, c->session, &fresh, case_id, c->now);
    if (err == OK) err = vault_code_keep(c->vault, case_id, record, c->now);
    if (err == OK) err = journal_one(c, case_reissue(c, case_id, str_sub(code, 0, CODE_LOCATOR)));
    vault_logout(c->vault, &fresh);
    if (err == OK) *out_code = code;
    return err == E_DENIED ? ctx_refuse(c, err, NULL, "Your team does not hold the keys of this case.") : err;
}

/* ---- withdrawing and erasing ---- */
static bool concerned(const RequestRow *r, Str what) {
    bool notice = str_eq(r->kind, S("notice"));
    if (str_eq(what, S("notices"))) return notice;
    if (str_eq(what, S("filing"))) return !notice;
    return true;
}

static bool request_is_open(const RequestRow *r) { return r->outcome.n == 0 || str_eq(r->outcome, S("need_more")) || str_eq(r->outcome, S("transferred")); }

static bool of_concerned(const ClockRow *k, const RequestRow *reqs, size_t n, Str what) {
    if (str_eq(what, S("all")) || str_eq(what, S("erase"))) return true;
    for (size_t i = 0; i < n; i++)
        if (concerned(&reqs[i], what) && (id_eq(k->subject, reqs[i].id) || id_eq(k->subject, reqs[i].subject))) return true;
    return false;
}

Err case_withdraw_acts(Ctx *c, Id case_id, Str what, Str by, Act ***out_acts, size_t *out_n) {
    RequestRow *reqs = NULL;
    ClockRow *clocks = NULL;
    size_t reqs_n = 0, clocks_n = 0, k = 0;
    bool erase = str_eq(what, S("erase"));
    if (!erase && !str_eq(what, S("all")) && !str_eq(what, S("notices")) && !str_eq(what, S("filing"))) return ctx_refuse(c, E_INPUT, "what", "This choice is not known.");
    TRY(request_of_case(c, case_id, &reqs, &reqs_n));
    TRY(clock_of_case(c, case_id, &clocks, &clocks_n));
    Act **acts = ARENA_ARRAY(c->arena, Act *, reqs_n + clocks_n + 1);
    for (size_t i = 0; i < clocks_n; i++) {
        bool live = str_eq(clocks[i].state, S("running")) || str_eq(clocks[i].state, S("paused"));
        if (live && of_concerned(&clocks[i], reqs, reqs_n, what)) acts[k++] = clock_stop(c, &clocks[i], S("withdrawn"));
    }
    for (size_t i = 0; i < reqs_n; i++)
        if (concerned(&reqs[i], what) && request_is_open(&reqs[i])) acts[k++] = request_event(c, &reqs[i], REQ_WITHDRAWN, STR_NONE, S("withdrawn"), c->now);
    acts[k++] = erase ? case_erase(c, case_id, S("asked"), by) : case_withdraw(c, case_id, what);
    *out_acts = acts;
    *out_n = k;
    return OK;
}
