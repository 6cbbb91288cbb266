/* enforce_inbox.c - an authority's people on this server: what was shared with them and nothing else. Opening a filing confirms its
 * receipt; every act they record is seen by the sender. */
#include "core/case/home.h"
#include "steps/enforce/enforce_in.h"
#include "steps/enforce/enforce_page.h"
#include "foundation/base/enc.h"

enum { PAGE_ROWS = 50 };

/* The filing, only while a running share gives it to this person's organisation. */
static Err shared(Ctx *c, const Request *req, FilingRow *out) {
    Id id = ID_NONE;
    TRY(req_id(req, "filing", &id));
    TRY(access_may(c, "filing.read", OBJ(OBJ_FILING, id)));
    TRY(filing_by_id(c, id, out));
    return out->sent != 0 ? OK : E_MISSING;
}

static Err own_clock(Ctx *c, const FilingRow *f, UnixMs *out_due) {
    ClockRow *rows = NULL;
    size_t n = 0;
    *out_due = 0;
    TRY(clock_of_subject(c, f->request, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if ((str_eq(rows[i].state, S("running")) || str_eq(rows[i].state, S("lapsed"))) && !str_eq(rows[i].duty, S("C19")) && (*out_due == 0 || rows[i].due < *out_due)) *out_due = rows[i].due;
    return OK;
}

Err inbox_list(Ctx *c, const Request *req, Response *res) {
    FilingRow *rows = NULL;
    size_t n = 0;
    Lang lang = req->ui->lang;
    Str state = req_query(req, "state");
    if (!str_eq(state, S("open")) && !str_eq(state, S("decided"))) state = STR_NONE;
    InboxFilter filter = { .org = c->person.org, .state = state };
    int64_t page = 1, pages = 1, all = 0;
    TRY(filing_inbox(c, &filter, 0, 0, &rows, &n, &all));
    if (all > 0) pages = (all + PAGE_ROWS - 1) / PAGE_ROWS;
    page = req_query_int(req, "page", 1, pages, 1);
    TRY(filing_inbox(c, &filter, (size_t)(page - 1) * PAGE_ROWS, PAGE_ROWS, &rows, &n, &all));
    TplEnforceInboxRows *t = ARENA_ARRAY(c->arena, TplEnforceInboxRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        OrgRow org;
        RequestRow r;
        const RequestRow *have = NULL;
        const LawOffence *o = law_offence(c->app->law, rows[i].offence, enforce_today(c));
        TRY(org_by_id(c, rows[i].org, &org));
        TRY(filing_request(c, &rows[i], &r, &have));
        t[i] = (TplEnforceInboxRows){ .ref = rows[i].ref, .open_url = url_path(c->arena, "/inbox/%s/open", filing_hex_z(c, rows[i].id)), .href = url_path(c->arena, "/inbox/%s", filing_hex_z(c, rows[i].id)), .from = org.name, .form_name = filing_form_title(c, rows[i].form, lang),
            .offence = o != NULL ? o->name[lang] : rows[i].offence, .sent = rows[i].sent, .opened = rows[i].opened != 0, .state = filing_state(&rows[i], have), .word = filing_state_word(&rows[i], have),
            .silent = filing_days_silent(c, &rows[i], have) };
        TRY(own_clock(c, &rows[i], &t[i].due));
    }
    TplEnforceInbox out = { .filter = state, .total = all, .page = page, .pages = pages, .rows = t, .rows_n = n };
    if (page > 1) out.before = url_path(c->arena, "/inbox?state=%s&page=%lld", str_z(c->arena, state), (long long)page - 1);
    if (page < pages) out.after = url_path(c->arena, "/inbox?state=%s&page=%lld", str_z(c->arena, state), (long long)page + 1);
    TRY(home_waits(c, req->ui, &out.waits));
    tpl_enforce_inbox(&res->body, req->ui, &out);
    return OK;
}

Err inbox_open(Ctx *c, const Request *req, Response *res) {
    FilingRow f;
    RequestRow r;
    ClockRow *clocks = NULL;
    size_t clocks_n = 0, n = 0;
    TRY(shared(c, req, &f));
    if (f.opened == 0) {
        TRY(request_by_id(c, f.request, &r));
        TRY(clock_of_subject(c, f.request, &clocks, &clocks_n));
        Act **acts = ARENA_ARRAY(c->arena, Act *, clocks_n + 2);
        acts[n++] = act_new(c, &act_filing_seen, ID_NONE, f.case_id, f.id);
        acts[n++] = request_event(c, &r, REQ_RECEIVED, STR_NONE, STR_NONE, c->now);
        for (size_t i = 0; i < clocks_n; i++)
            if (str_eq(clocks[i].duty, S("C19")) && clocks[i].met == 0 && !str_eq(clocks[i].state, S("stopped"))) acts[n++] = clock_meet(c, &clocks[i]);
        TRY(journal_commit(c, acts, n));
    }
    res_redirect(res, "/inbox/%s", filing_hex_z(c, f.id));
    return OK;
}

static Err clocks_into(Ctx *c, const FilingRow *f, Lang lang, TplEnforceReceived *t) {
    ClockRow *rows = NULL;
    size_t n = 0;
    TRY(clock_of_subject(c, f->request, &rows, &n));
    TplEnforceReceivedClocks *k = ARENA_ARRAY(c->arena, TplEnforceReceivedClocks, n + 1);
    for (size_t i = 0; i < n; i++) {
        const LawTermRow *row = law_term_row(c->app->law, rows[i].duty, enforce_today(c));
        k[i] = (TplEnforceReceivedClocks){ .duty = row != NULL ? row->name[lang] : rows[i].duty, .due = rows[i].due, .kind = filing_kind_word(rows[i].kind), .state = filing_clock_state(rows[i].state),
            .unverified = row != NULL && !row->r.verified, .word = filing_clock_word(rows[i].state) };
    }
    t->clocks = k;
    t->clocks_n = n;
    return OK;
}

/* After an objection the dossier is replaced by one without her facts: the first goes nowhere any more, whoever it was sent to before. */
Err filing_dossier_replaced(Ctx *c, Id file, bool *out) {
    DossierRow d;
    Id by = ID_NONE;
    *out = false;
    if (id_none(file)) return OK;
    Err e = dossier_by_file(c, file, &d);
    if (e == OK) e = dossier_replaced(c, d.id, &by);
    *out = e == OK;
    return e == E_MISSING ? OK : e;
}

/* The attached file is checked as the page is made: what is proven, by what, and what is not. */
static Err proven(Ctx *c, const UiCtx *ui, const FilingRow *f, TplEnforceReceived *t) {
    enum { CHECKS_MAX = 40, CHECK_BYTES_MAX = 32 << 20 };
    DossierReport *r = ARENA_NEW(c->arena, DossierReport);
    DossierRow d;
    Str vkey = STR_NONE;
    if (id_none(f->dossier)) return OK;
    if (dossier_by_file(c, f->dossier, &d) == OK) t->sheet_url = url_path(c->arena, "/dossier/" STR_FMT, STR_ARG(id_hex(c->arena, d.id)));
    Err e = dossier_check(c, f->dossier, CHECK_BYTES_MAX, r, &vkey);
    if (e == E_LIMIT) return OK;
    TRY(e);
    TplEnforceReceivedChecks *rows = ARENA_ARRAY(c->arena, TplEnforceReceivedChecks, CHECKS_MAX);
    for (size_t i = 0; i < r->n && t->checks_n < CHECKS_MAX; i++) {
        const DossierItem *x = &r->items[i];
        static const UiState states[] = { [VERDICT_OK] = STATE_DONE, [VERDICT_REMARK] = STATE_WAITING, [VERDICT_CANNOT] = STATE_INFO, [VERDICT_FAILED] = STATE_REFUSED };
        rows[t->checks_n++] = (TplEnforceReceivedChecks){ .state = states[x->verdict], .word = dossier_verdict_word(x->verdict),
            .what = str_fmt(c->arena, STR_FMT "%s" STR_FMT " " STR_FMT, STR_ARG(x->file), x->file.n > 0 ? ": " : "", STR_ARG(tr(ui, x->why)), STR_ARG(x->detail)) };
    }
    t->checks = rows;
    t->check_note = r->failed > 0 ? N_("This file is not in order. Do not rely on it.") : N_("Checked just now by this server; you can check it yourself as well.");
    return OK;
}

Err inbox_page(Ctx *c, const Request *req, Response *res) {
    FilingRow f;
    OrgRow org;
    RequestRow r;
    const RequestRow *have = NULL;
    Id letter = ID_NONE;
    TRY(shared(c, req, &f));
    if (f.opened == 0) {
        res_redirect(res, "/inbox");
        return OK;
    }
    TRY(filing_open(c, &f));
    TRY(org_by_id(c, f.org, &org));
    TRY(filing_request(c, &f, &r, &have));
    TRY(filing_letter_of(c, &f, &letter));
    TplEnforceReceived t = { .ref = f.ref, .from = org.name, .form_name = filing_form_title(c, f.form, req->ui->lang), .act_url = url_path(c->arena, "/inbox/%s/act", filing_hex_z(c, f.id)), .state = filing_state(&f, have), .word = filing_state_word(&f, have),
        .open = str_eq(f.state, S("sent")) };
    bool replaced = false;
    TRY(filing_dossier_replaced(c, f.dossier, &replaced));
    t.replaced = replaced;
    if (!id_none(f.dossier) && !replaced) t.dossier_url = url_path(c->arena, "/inbox/%s/dossier", filing_hex_z(c, f.id));
    if (!id_none(letter)) t.letter_url = url_path(c->arena, "/inbox/%s/letter", filing_hex_z(c, f.id));
    t.form = form_page(req, filing_event_form, LEN(filing_event_form));
    t.whats = filing_what_options(c, req->ui, true, &t.whats_n);
    t.outcomes = filing_outcome_options(c, req->ui, &t.outcomes_n);
    t.reasons = filing_reason_options(c, req->ui, &t.reasons_n);
    t.targets = filing_targets(c, req->ui, &t.targets_n);
    TRY(clocks_into(c, &f, req->ui->lang, &t));
    TRY(filing_facts(c, req->ui, &f, have, (UiItem **)(void *)&t.facts, &t.facts_n));
    TRY(filing_timeline(c, req->ui, &f, (UiTime **)(void *)&t.acts, &t.acts_n));
    TRY(filing_letter_items(c, req->ui, &f, (UiItem **)(void *)&t.parts, &t.parts_n));
    TRY(proven(c, req->ui, &f, &t));
    tpl_enforce_received(&res->body, req->ui, &t);
    return OK;
}

Err inbox_act(Ctx *c, const Request *req, Response *res) {
    FilingRow f;
    FilingEvent e;
    Act **acts = NULL;
    size_t n = 0;
    TRY(shared(c, req, &f));
    Err err = req->form->errors > 0 ? E_INPUT : OK;
    if (err == OK) {
        TRY(filing_event_from(c, req->form, &e));
        err = filing_record(c, &f, &e, true, &acts, &n);
        if (err == OK) err = journal_commit(c, acts, n);
        if (err != OK) TRY(form_refused(c, req, err));
    }
    if (err != OK) {
        res_again(res, "/inbox/%s#act", filing_hex_z(c, f.id));
        return OK;
    }
    res_said(res, N_("Recorded. The sender sees it."));
    res_redirect(res, "/inbox/%s", filing_hex_z(c, f.id));
    return OK;
}

static Err file_out(Ctx *c, Id blob, const char *type, Str name, Response *res) {
    Str bytes = STR_NONE;
    if (id_none(blob)) return E_MISSING;
    TRY(blob_get(c, blob, DOSSIER_FILE_MAX, &bytes));
    res_download(res, type, name);
    res_pieces(res, bytes);
    return OK;
}

Err inbox_letter(Ctx *c, const Request *req, Response *res) {
    FilingRow f;
    Id letter = ID_NONE;
    TRY(shared(c, req, &f));
    TRY(filing_letter_of(c, &f, &letter));
    return file_out(c, letter, "application/pdf", str_fmt(c->arena, STR_FMT ".pdf", STR_ARG(f.ref)), res);
}

Err inbox_dossier(Ctx *c, const Request *req, Response *res) {
    FilingRow f;
    DossierRow d;
    OrgRow org = { 0 };
    bool replaced = false;
    TRY(shared(c, req, &f));
    TRY(filing_dossier_replaced(c, f.dossier, &replaced));
    if (replaced) return E_MISSING;
    if (!id_none(f.dossier) && dossier_by_file(c, f.dossier, &d) == OK && access_may(c, "dossier.read", OBJ(OBJ_DOSSIER, d.id)) == OK) { /* who has it from when is part of its custody */
        TRY(org_by_id(c, c->person.org, &org));
        TRY(journal_one(c, dossier_handle(c, ID_NONE, &d, S("received"), org.name, 0)));
    }
    c->fail = (Fail){ 0 };
    return file_out(c, f.dossier, "application/zip", str_fmt(c->arena, STR_FMT "-dossier.zip", STR_ARG(f.ref)), res);
}
