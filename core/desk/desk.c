/* desk.c - the worker's desk: its routes and parts of the case page, and what its acts have in common. */
#include "core/desk/desk_export.h"
#include "core/desk/desk_second.h"

const Param desk_button[1] = { { .name = "seen", .kind = P_INT, .max = INT64_MAX } };

bool desk_mine(const Ctx *c, const CaseRow *k) { return !id_none(k->claimed_by) && id_eq(k->claimed_by, c->person.user) && k->claim_until > c->now; }

Err desk_reads(Ctx *c, const CaseRow *k, bool *out) {
    enum { LOOK_BACK = 100 };
    Event *e = NULL;
    size_t n = 0;
    *out = desk_mine(c, k);
    if (*out) return OK;
    TRY(journal_case_events(c, k->id, 0, LOOK_BACK, false, false, &e, &n));
    for (size_t i = 0; i < n && e[i].at > c->now - LEASE_MS; i++)
        *out = *out || (id_eq(e[i].actor, c->person.user) && (e[i].def == &act_case_read || e[i].def == &act_case_claimed));
    return OK;
}

Str desk_url_words(const LocationRow *l) {
    size_t at = 0;
    return str_find(l->url, S("://"), &at) ? str_sub(l->url, at + 3, l->url.n) : l->url;
}

Err desk_case_of(Ctx *c, const Request *req, CaseRow *out) {
    Id id = ID_NONE;
    TRY(req_id(req, "case", &id));
    return case_by_id(c, id, out);
}

/* The acts of one form have ids made from the form's: sent twice, all of them happen once. */
static Id nth(Id act, size_t i) {
    act.b[14] ^= (uint8_t)(i >> 8);
    act.b[15] ^= (uint8_t)i;
    return act;
}

void desk_name_acts(Id form_act, Act **acts, size_t n) {
    for (size_t i = 0; i < n && !id_none(form_act); i++) acts[i]->id = nth(form_act, i);
}

Err desk_commit(Ctx *c, const CaseRow *k, Id form_act, Act **acts, size_t n) {
    enum { ACTS_MAX = 2 * URL_LINES_MAX + 16 };
    must(n < ACTS_MAX);
    Act **all = ARENA_ARRAY(c->arena, Act *, n + 1);
    memcpy(all, acts, n * sizeof *all);
    if (desk_mine(c, k) && k->active) all[n++] = case_claim(c, k->id, c->now + LEASE_MS);
    desk_name_acts(form_act, all, n);
    return journal_commit(c, all, n);
}

Err desk_back(Ctx *c, const Request *req, Response *res, Id case_id, Err err, const char *done) {
    bool said = err != OK && c->fail.msgid != NULL && (err == E_CONFLICT || err == E_INPUT || err == E_LIMIT || err == E_DENIED);
    if (err != OK && !said) return err;
    if (said) {
        form_fail(req->form, NULL, c->fail.msgid);
        res_again(res, "/case/%s", id_hex(req->a, case_id).p);
        return OK;
    }
    if (done != NULL) res_said(res, done);
    res_redirect(res, "/case/%s", id_hex(req->a, case_id).p);
    return OK;
}

Err claim_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    return desk_back(c, req, res, k.id, journal_one(c, case_claim(c, k.id, c->now + LEASE_MS)), N_("The case is in your hands for 20 minutes, and longer while you work on it."));
}

/* Only the own hand lets go; somebody else's lease runs out by itself. */
Err release_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    TRY(desk_case_of(c, req, &k));
    if (!id_eq(k.claimed_by, c->person.user)) return desk_back(c, req, res, k.id, ctx_refuse(c, E_CONFLICT, NULL, "This case is not in your hands any more."), NULL);
    return desk_back(c, req, res, k.id, journal_one(c, case_release(c, k.id)), N_("The case lies in the queue again."));
}

#define DESK_ROLES (R_WORKER | R_LEAD)
#define PAGE(path, action, fn) { GET, path, DESK_ROLES, action, LEVEL_STAFF, 0, fn }
#define BUTTON(path, action, fn) { POST, path, DESK_ROLES, action, LEVEL_STAFF, 4096, fn, ROUTE_FORM(desk_button) }
#define FORM(path, action, size, page, post, spec) PAGE(path, "case.read", page), { POST, path, DESK_ROLES, action, LEVEL_STAFF, size, post, ROUTE_FORM(spec) }
enum { SMALL = 16 * 1024, TEXT = 128 * 1024, BULK = 4 << 20 };

static const Param keys_form[] = { { .name = "keys", .kind = P_TEXT, .max = 3 } };
static const Route routes[] = {
    PAGE("/desk", "desk.use", queue_page),
    PAGE("/desk/keys", "desk.use", keys_page),
    { POST, "/desk/keys", DESK_ROLES, "desk.use", LEVEL_STAFF, 4096, keys_set, ROUTE_FORM(keys_form) },
    { GET, "/desk/export", DESK_ROLES | R_ANALYST, "export.make", LEVEL_STAFF, 0, export_page },
    { POST, "/desk/export", DESK_ROLES | R_ANALYST, "export.make", LEVEL_FRESH, SMALL, export_post, ROUTE_FORM(export_form) },
    { GET, "/desk/export/{export}/file", DESK_ROLES | R_ANALYST, "export.make", LEVEL_STAFF, 0, export_file },
    PAGE("/case/{case}", "case.read", case_page),
    PAGE("/case/{case}/record", "case.read", record_page),
    PAGE("/case/{case}/proof/{act}", "case.read", proof_file),
    BUTTON("/case/{case}/claim", "case.claim", claim_post),
    BUTTON("/case/{case}/release", "case.release", release_post),
    FORM("/case/{case}/lane", "case.lane", SMALL, lane_page, lane_post, lane_form),
    FORM("/case/{case}/risk", "case.classify", SMALL, risk_page, risk_post, risk_form),
    FORM("/case/{case}/classify", "case.classify", SMALL, classify_page, classify_post, classify_form),
    PAGE("/seconds", "desk.use", seconds_page),
    FORM("/case/{case}/second", "case.classify", SMALL, second_page, second_post, second_form),
    { POST, "/case/{case}/classify/remove", DESK_ROLES, "case.classify", LEVEL_STAFF, SMALL, unclassify_post, ROUTE_FORM(incident_form) },
    FORM("/case/{case}/consent", "case.consent", SMALL, consent_page, consent_post, consent_form),
    FORM("/case/{case}/photos", "print.give", SMALL, photos_page, photos_post, photos_form),
    { POST, "/case/{case}/photos/end", DESK_ROLES, "print.end", LEVEL_STAFF, SMALL, photos_end_post, ROUTE_FORM(photos_end_form) },
    { POST, "/case/{case}/photos/same", DESK_ROLES, "print.decide", LEVEL_STAFF, SMALL, photos_same_post, ROUTE_FORM(photos_same_form) },
    FORM("/case/{case}/note", "case.note", TEXT, note_page, note_post, note_form),
    PAGE("/case/{case}/notes", "case.read", notes_page),
    FORM("/case/{case}/message", "case.message", TEXT, message_page, message_post, message_form),
    PAGE("/case/{case}/messages", "message.read", messages_page),
    BUTTON("/case/{case}/read", "case.read", read_post),
    PAGE("/case/{case}/clocks", "case.read", clocks_page),
    PAGE("/case/{case}/links", "case.read", links_page),
    FORM("/case/{case}/links/add", "case.add_location", BULK, links_add_page, links_add_post, links_form),
    FORM("/case/{case}/links/check", "case.add_location", SMALL, links_check_page, links_check_post, desk_button),
    FORM("/case/{case}/close", "case.close", SMALL, decide_page, decide_post, close_form),
    FORM("/case/{case}/reopen", "case.reopen", SMALL, decide_page, decide_post, reopen_form),
    FORM("/case/{case}/pause", "report.pause", SMALL, decide_page, decide_post, desk_button),
    FORM("/case/{case}/resume", "report.pause", SMALL, decide_page, decide_post, desk_button),
    FORM("/case/{case}/withdraw", "report.withdraw", SMALL, decide_page, decide_post, withdraw_form),
    { GET, "/case/{case}/erase", R_LEAD, "case.erase", LEVEL_STAFF, 0, decide_page },
    { POST, "/case/{case}/erase", R_LEAD, "case.erase", LEVEL_FRESH, SMALL, decide_post, ROUTE_FORM(erase_form) },
    FORM("/case/{case}/code", "case.reissue_code", SMALL, code_page, code_post, code_form),
    FORM("/case/{case}/code/given", "case.reissue_code", SMALL, code_given_page, code_given_post, desk_button),
    { GET, "/case/{case}/merge", R_LEAD, "case.merge", LEVEL_STAFF, 0, merge_page },
    { POST, "/case/{case}/merge", R_LEAD, "case.merge", LEVEL_STAFF, SMALL, merge_post, ROUTE_FORM(merge_form) },
    PAGE("/case/{case}/share", "case.read", share_page),
    { POST, "/case/{case}/share", DESK_ROLES, "case.share", LEVEL_FRESH, SMALL, share_post, ROUTE_FORM(share_form) },
    { POST, "/case/{case}/share/end", DESK_ROLES, "case.unshare", LEVEL_STAFF, SMALL, share_end_post, ROUTE_FORM(share_end_form) },
    FORM("/case/{case}/refer", "case.refer", SMALL, refer_page, refer_post, refer_form),
    { GET, "/shared", DESK_ROLES | R_ANALYST | R_INSPECTOR, "share.list", LEVEL_STAFF, 0, shared_list },
    { GET, "/shared/{case}", DESK_ROLES | R_ANALYST | R_INSPECTOR, "share.read", LEVEL_STAFF, 0, shared_page },
    { POST, "/shared/{case}/open", DESK_ROLES | R_ANALYST | R_INSPECTOR, "share.read", LEVEL_STAFF, 4096, shared_open, ROUTE_FORM(desk_button) },
    PAGE("/search", "desk.use", search_page),
    FORM("/case/{case}/proposal/{proposal}", "proposal.decide", SMALL, proposal_page, proposal_post, proposal_form),
};

static const NavItem nav[] = { { N_("Queue"), "/desk", DESK_ROLES, "1" }, { N_("Shared with us"), "/shared", DESK_ROLES | R_ANALYST | R_INSPECTOR, "2" }, { NULL, NULL, 0, NULL } };

const Step desk_step = { .name = "desk", .acts = desk_acts, .routes = routes, .routes_n = LEN(routes), .panels = desk_panels, .panels_n = DESK_PANELS, .nav = nav, .nav_n = LEN(nav) - 1 };
