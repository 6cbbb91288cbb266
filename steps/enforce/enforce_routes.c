/* enforce_routes.c - what a worker does with a filing after it was signed, the panel on the case, and what enforce gives to the house. */
#include "steps/enforce/enforce_in.h"
#include "steps/enforce/enforce_page.h"

static Err sent_post(Ctx *c, const Request *req, Response *res) {
    FilingRow f;
    Id letter = ID_NONE;
    Act **acts = NULL;
    size_t n = 0;
    TRY(filing_of_request(c, req, &f));
    if (req->form->errors > 0) {
        res_again(res, "/case/%s/filing/%s#sent", filing_hex_z(c, f.case_id), filing_hex_z(c, f.id));
        return OK;
    }
    TRY(filing_letter_of(c, &f, &letter));
    Err err = filing_sent(c, &f, filing_day_instant(c, form_date(req->form, "sent_on")), letter, &acts, &n);
    if (err == OK) err = journal_commit(c, acts, n);
    if (err != OK) return filing_back(c, req, res, &f, err, "sent_on", "sent");
    res_said(res, N_("Recorded. The clocks run from that day."));
    res_redirect(res, "/case/%s/filing/%s", filing_hex_z(c, f.case_id), filing_hex_z(c, f.id));
    return OK;
}

static Err record_post(Ctx *c, const Request *req, Response *res) {
    FilingRow f;
    FilingEvent e;
    Act **acts = NULL;
    size_t n = 0;
    TRY(filing_of_request(c, req, &f));
    if (req->form->errors > 0) {
        res_again(res, "/case/%s/filing/%s#record", filing_hex_z(c, f.case_id), filing_hex_z(c, f.id));
        return OK;
    }
    TRY(filing_event_from(c, req->form, &e));
    Err err = filing_record(c, &f, &e, false, &acts, &n);
    if (err == OK) err = journal_commit(c, acts, n);
    if (err != OK) return filing_back(c, req, res, &f, err, NULL, "record");
    res_said(res, N_("Recorded."));
    res_redirect(res, "/case/%s/filing/%s", filing_hex_z(c, f.case_id), filing_hex_z(c, f.id));
    return OK;
}

/* Withdrawing ends our asking: clocks stop, the next step is ours again. What was shared stays readable until somebody ends the share,
 * so that the body sees that it was withdrawn; the record keeps all of it. */
static Err withdraw_post(Ctx *c, const Request *req, Response *res) {
    FilingRow f;
    RequestRow r;
    const RequestRow *have = NULL;
    ClockRow *clocks = NULL;
    size_t clocks_n = 0, n = 0;
    TRY(filing_of_request(c, req, &f));
    TRY(filing_request(c, &f, &r, &have));
    if (have != NULL) TRY(clock_of_subject(c, f.request, &clocks, &clocks_n));
    Act **acts = ARENA_ARRAY(c->arena, Act *, clocks_n + 3);
    acts[n++] = act_new(c, &act_filing_withdrawn, ID_NONE, f.case_id, f.id);
    if (have != NULL) acts[n++] = request_event(c, have, REQ_WITHDRAWN, STR_NONE, STR_NONE, c->now);
    for (size_t i = 0; i < clocks_n; i++)
        if (str_eq(clocks[i].state, S("running")) || str_eq(clocks[i].state, S("paused"))) acts[n++] = clock_stop(c, &clocks[i], S("withdrawn"));
    if (have != NULL) acts[n++] = case_turn(c, f.case_id, S("us"), f.form, c->now);
    TRY(journal_commit(c, acts, n));
    res_said(res, N_("Withdrawn."));
    res_redirect(res, "/case/%s/filing", filing_hex_z(c, f.case_id));
    return OK;
}

static Err letter_file(Ctx *c, const Request *req, Response *res) {
    FilingRow f;
    Id letter = ID_NONE;
    Str pdf = STR_NONE;
    TRY(filing_of_request(c, req, &f));
    TRY(filing_letter_of(c, &f, &letter));
    if (id_none(letter)) return E_MISSING;
    TRY(blob_get(c, letter, FILING_FILE_MAX, &pdf));
    res_download(res, "application/pdf", str_fmt(c->arena, STR_FMT ".pdf", STR_ARG(f.ref)));
    buf_put(&res->body, pdf);
    return OK;
}

Err filing_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    FilingRow *rows = NULL;
    size_t n = 0;
    TRY(filing_of_case(c, k->id, &rows, &n));
    TplEnforcePanelRows *t = ARENA_ARRAY(c->arena, TplEnforcePanelRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        RequestRow r;
        const RequestRow *have = NULL;
        TRY(filing_request(c, &rows[i], &r, &have));
        t[i] = (TplEnforcePanelRows){ .ref = rows[i].ref, .href = filing_url(c, &rows[i]), .body = filing_holder_name(c, rows[i].authority, ui->lang), .form_name = filing_form_title(c, rows[i].form, ui->lang),
            .state = filing_state(&rows[i], have), .word = filing_state_word(&rows[i], have), .silent = filing_days_silent(c, &rows[i], have) };
    }
    tpl_enforce_panel(out, ui, &(TplEnforcePanel){ .rows = t, .rows_n = n, .more = url_path(c->arena, "/case/%s/filing", filing_hex_z(c, k->id)) });
    return OK;
}

enum { DESK = R_WORKER | R_LEAD, SMALL = 64 * 1024, LARGE = 600 * 1024 };
static const Route routes[] = {
    { GET, "/case/{case}/filing", DESK, "filing.read", LEVEL_STAFF, 0, filing_choose_page },
    { POST, "/case/{case}/filing/new", DESK, "filing.make", LEVEL_STAFF, SMALL, filing_new_post, ROUTE_FORM(filing_new_form) },
    { GET, "/case/{case}/filing/{filing}", DESK, "filing.read", LEVEL_STAFF, 0, filing_show_page },
    { POST, "/case/{case}/filing/{filing}/save", DESK, "filing.make", LEVEL_STAFF, LARGE, filing_save_post, ROUTE_FORM(filing_draft_form) },
    { POST, "/case/{case}/filing/{filing}/sign", DESK, "filing.make", LEVEL_FRESH, SMALL, filing_sign_post, ROUTE_FORM(filing_sign_form) },
    { POST, "/case/{case}/filing/{filing}/sent", DESK, "filing.record", LEVEL_STAFF, SMALL, sent_post, ROUTE_FORM(filing_sent_form) },
    { POST, "/case/{case}/filing/{filing}/record", DESK, "filing.record", LEVEL_STAFF, LARGE, record_post, ROUTE_FORM(filing_event_form) },
    { POST, "/case/{case}/filing/{filing}/withdraw", DESK, "filing.record", LEVEL_STAFF, SMALL, withdraw_post },
    { GET, "/case/{case}/filing/{filing}/letter", DESK, "filing.read", LEVEL_STAFF, 0, letter_file },
    { GET, "/inbox", R_INSPECTOR, "inbox.use", LEVEL_STAFF, 0, inbox_list },
    { POST, "/inbox/{filing}/open", R_INSPECTOR, "inbox.use", LEVEL_STAFF, SMALL, inbox_open },
    { GET, "/inbox/{filing}", R_INSPECTOR, "inbox.use", LEVEL_STAFF, 0, inbox_page },
    { POST, "/inbox/{filing}/act", R_INSPECTOR, "filing.act", LEVEL_STAFF, LARGE, inbox_act, ROUTE_FORM(filing_event_form) },
    { GET, "/inbox/{filing}/letter", R_INSPECTOR, "inbox.use", LEVEL_STAFF, 0, inbox_letter },
    { GET, "/inbox/{filing}/dossier", R_INSPECTOR, "inbox.use", LEVEL_STAFF, 0, inbox_dossier },
};
static const JobKind jobs[] = { { "filing.send", filing_send_job, 120, 12 } };
static const CasePanel panels[] = { { "filings", N_("Filings at bodies that can act"), PANEL_MIDDLE, 40, filing_panel } };
static const StepForm forms[] = {
    { "dsa53", "/case/%s/filing" }, { "ec_copy", "/case/%s/filing" }, { "enforcereq", "/case/%s/filing" }, { "tip", "/case/%s/filing" }, { "gdpr77", "/case/%s/filing" }, { "uavg35", "/case/%s/filing" },
    { "media", "/case/%s/filing" }, { "hotline", "/case/%s/filing" }, { "ncmec", "/case/%s/filing" }, { "ftc", "/case/%s/filing" }, { "default_notice", "/case/%s/filing" }, { "silence_appeal", "/case/%s/filing" },
    { "penalty_fix", "/case/%s/filing" }, { "objection", "/case/%s/filing" }, { "complaint9", "/case/%s/filing" }, { "ombudsman", "/case/%s/filing" }, { "woo", "/case/%s/filing" }, { "melding", "/case/%s/filing" },
    { "aangifte", "/case/%s/filing" }, { "om_request", "/case/%s/filing" }, { "sv12", "/case/%s/filing" }, { "summary", "/case/%s/filing" }, { "status", "/case/%s/filing" }, { "art21", "/case/%s/filing" },
};
static const NavItem nav[] = { { N_("Inbox"), "/inbox", R_INSPECTOR, "1" } };
const Step enforce_step = { .name = "enforce", .acts = enforce_acts, .routes = routes, .routes_n = LEN(routes), .jobs = jobs, .jobs_n = LEN(jobs), .panels = panels, .panels_n = LEN(panels),
    .forms = forms, .forms_n = LEN(forms), .nav = nav, .nav_n = LEN(nav) };
