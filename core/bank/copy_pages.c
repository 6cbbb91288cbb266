/* copy_pages.c - what was found again in a case, for whoever decides on it. */
#include "core/bank/bank_pages_in.h"

static const char *const same_codes[] = { "yes", "no", NULL };
const Param copies_form[2] = { { .name = "match", .kind = P_ID, .required = true }, { .name = "same", .kind = P_CHOICE, .required = true, .choices = same_codes } };

static Err case_asked(Ctx *c, const Request *req, CaseRow *out) {
    Id id = ID_NONE;
    TRY(req_id(req, "case", &id));
    return case_by_id(c, id, out);
}

Str copy_quality(const UiCtx *ui, int64_t quality) { return quality < 0 ? tr(ui, "quality not known") : TRF(ui, "quality {quality}", UA_I("quality", quality)); }

Err copy_words(Ctx *c, const UiCtx *ui, const CopyRow *m, Str *out_where, bool *out_here, Str *out_verdict) {
    LocationRow l;
    Id *cases = NULL;
    size_t n = 0;
    *out_here = false;
    if (id_none(m->location)) return OK;
    TRY(location_by_id(c, m->location, &l));
    TRY(location_open(c, &l, 1));
    *out_where = l.url_err == OK ? l.url : tr(ui, "the address is erased");
    if (out_verdict != NULL) *out_verdict = l.gone != 0 ? TRF(ui, "gone since {when}", UA_S("when", ui_when(ui, l.gone))) : l.verdict_at != 0 ? TRF(ui, "looked at {when}", UA_S("when", ui_when(ui, l.verdict_at))) : STR_NONE;
    TRY(location_cases(c, m->location, &cases, &n));
    for (size_t i = 0; i < n; i++) *out_here = *out_here || id_eq(cases[i], m->case_id);
    return OK;
}

/* The address is shown to whoever may read a case that holds it; this one's desk may, once it decides. */
static Err row_of(Ctx *c, const UiCtx *ui, const CopyRow *m, TplBankRoomCopiesRows *r) {
    *r = (TplBankRoomCopiesRows){ .id = id_hex(ui->a, m->id), .distance = m->distance, .source = str_eq(m->source, S("seen")) ? tr(ui, "a check of an address") : m->source, .at = m->made, .state = m->state };
    r->what = id_none(m->sighting) ? tr(ui, "A photo of this case is in a list") : id_none(m->print) ? tr(ui, "A picture at an address of this case is in a list") : tr(ui, "A picture at an address may be a photo of this case");
    r->quality = copy_quality(ui, m->quality);
    if (!id_none(m->entry)) {
        BankEntry e;
        TRY(bank_entry_by_id(c, m->entry, &e));
        r->all = url_path(ui->a, "/bank/entry/%lld/found", (long long)e.entry);
    }
    return copy_words(c, ui, m, &r->where, &r->here, NULL);
}

Err copies_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    CopyRow *m = NULL;
    size_t n = 0;
    TRY(case_asked(c, req, &k));
    int64_t page = req_query_int(req, "page", 1, 100000, 1);
    TplBankRoomCopies t = { .form = form_page(req, copies_form, LEN(copies_form)), .ref = k.ref, .back = url_path(ui->a, "/case/%s", id_hex(ui->a, k.id).p), .family = url_path(ui->a, "/case/%s/family", id_hex(ui->a, k.id).p), .page = page };
    TRY(copy_of_case(c, k.id, (size_t)(page - 1) * COPIES_OF_PAGE, COPIES_OF_PAGE, &m, &n, &t.all, &t.open));
    TplBankRoomCopiesRows *rows = ARENA_ARRAY(ui->a, TplBankRoomCopiesRows, n + 1);
    for (size_t i = 0; i < n; i++) TRY(row_of(c, ui, &m[i], &rows[i]));
    t.rows = rows;
    t.rows_n = n;
    t.pages = (t.all + COPIES_OF_PAGE - 1) / COPIES_OF_PAGE;
    if (page > 1) t.before = url_path(ui->a, "/case/%s/copies?page=%lld", id_hex(ui->a, k.id).p, (long long)page - 1);
    if (page < t.pages) t.after = url_path(ui->a, "/case/%s/copies?page=%lld", id_hex(ui->a, k.id).p, (long long)page + 1);
    if (access_can(c, "print.decide", OBJ(OBJ_CASE, k.id))) t.decide = url_path(ui->a, "/case/%s/copies", id_hex(ui->a, k.id).p);
    tpl_bank_room_copies(&res->body, ui, &t);
    return OK;
}

Err copies_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k, of;
    CopyRow m;
    Act **acts = NULL;
    size_t n = 0;
    TRY(case_asked(c, req, &k));
    if (req->form->errors > 0) return E_INPUT;
    bool same = str_eq(form_text(req->form, "same"), S("yes"));
    Err err = copy_by_id(c, form_id(req->form, "match"), &m);
    if (err == E_MISSING) err = E_CONFLICT;
    if (err == OK) {
        TRY(case_by_id(c, m.case_id, &of));
        if (!id_eq(of.id, k.id) && !id_eq(of.merged_into, k.id)) return E_MISSING;
        err = copy_decide(c, &m, same, &acts, &n);
        if (err == OK && n > 0) acts[0]->id = req->form->act;
        if (err == OK) err = journal_commit(c, acts, n);
    }
    if (err != OK && err != E_CONFLICT) return err;
    c->fail = (Fail){ 0 };
    res_said(res, err != OK ? N_("This was decided already, or a photo was taken back.") : !same ? N_("Noted: it is another picture.") : id_none(m.location) ? N_("Noted: it is the same picture.") : N_("Noted: it is the same picture. Its location belongs to the case and is watched."));
    res_redirect(res, "/case/%s/copies", id_hex(req->a, k.id).p);
    return OK;
}

Err copies_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    CopyRow *m = NULL;
    size_t n = 0;
    CopyRow *f = NULL;
    size_t f_n = 0;
    TplBankRoomPCopies t = { .family_href = url_path(ui->a, "/case/%s/family", id_hex(ui->a, k->id).p), .href = url_path(ui->a, "/case/%s/copies", id_hex(ui->a, k->id).p) };
    TRY(copy_of_case(c, k->id, 0, 1, &m, &n, &t.all, &t.open));
    TRY(copy_in_state(c, k->id, S("same"), 0, 1, &f, &f_n, &t.family));
    if (t.all > 0) tpl_bank_room_p_copies(out, ui, &t);
    return OK;
}
