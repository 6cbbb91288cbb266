/* version_pages.c - versions of a dossier for other readers, asked for; and what a form asks for, shown beside what is there. */
#include "core/case/formkit.h"
#include "foundation/base/enc.h"
#include "steps/inquiry/complete.h"
#include "steps/inquiry/version_in.h"

static const char *const kinds[] = { "public", "defence", "without", NULL };
static const char *const numbers[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", NULL };
const Param inquiry_version_form[3] = {
    { .name = "version", .kind = P_CHOICE, .required = true, .choices = kinds, .label = N_("Which version") },
    { .name = "places", .kind = P_ID, .many = true, .label = N_("Whose facts: locations") },
    { .name = "findings", .kind = P_CHOICE, .many = true, .choices = numbers, .label = N_("Whose facts: findings") },
};

/* Versions are the team's: who only has the dossier shared does not see them. */
static Err one(Ctx *c, const Request *req, DossierRow *out, CaseRow *out_case) {
    Id id = ID_NONE;
    TRY(req_id(req, "dossier", &id));
    TRY(dossier_by_id(c, id, out));
    TRY(access_case(c, "dossier.read", out->case_id));
    return case_by_id(c, out->case_id, out_case);
}

static Err rows_of(Ctx *c, const UiCtx *ui, const DossierRow *d, const CaseRow *k, TplInquiryVersions *t) {
    DossierRow *rows = NULL;
    VersionRow *as = NULL;
    size_t n = 0;
    TRY(dossier_versions(c, d->id, &rows, &as, &n));
    TplInquiryVersionsRows *out = ARENA_ARRAY(c->arena, TplInquiryVersionsRows, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = (TplInquiryVersionsRows){ .href = url_path(c->arena, "/dossier/" STR_FMT, STR_ARG(id_hex(c->arena, rows[i].id))), .number = dossier_number(c->arena, k->ref, &rows[i]), .version = version_word(as[i].version),
            .at = rows[i].made != 0 ? rows[i].made : rows[i].asked, .state = inquiry_state(rows[i].state), .word = inquiry_say(ui, "state", rows[i].state) };
    t->rows = out;
    t->rows_n = n;
    return OK;
}

static Err choices(Ctx *c, const UiCtx *ui, const DossierRow *d, TplInquiryVersions *t) {
    enum { PLACES_SHOWN = 200 };
    LocationRow *places = NULL;
    FindingRow *findings = NULL;
    size_t n = 0, m = 0;
    TRY(location_of_case(c, d->case_id, 0, PLACES_SHOWN, &places, &n));
    TRY(location_open(c, places, n));
    TRY(finding_of_dossier(c, d->id, &findings, &m));
    UiOption *o = ARENA_ARRAY(c->arena, UiOption, n + 1), *f = ARENA_ARRAY(c->arena, UiOption, m + 1), *k = ARENA_ARRAY(c->arena, UiOption, 3);
    for (size_t i = 0; i < n; i++) o[i] = (UiOption){ .value = id_hex(c->arena, places[i].id), .label = places[i].url_err == OK ? places[i].url : tr(ui, "address erased") };
    for (size_t i = 0; i < m; i++) f[i] = (UiOption){ .value = str_c(numbers[i]), .label = str_fmt(c->arena, "%zu. " STR_FMT, i + 1, STR_ARG(str_utf8_cut(findings[i].seen, 120))) };
    k[0] = (UiOption){ S("public"), tr(ui, version_word(S("public"))), tr(ui, N_("No addresses, no captures, nothing of what was seen in words: what was breached, when, what was asked of whom and what came.")) };
    k[1] = (UiOption){ S("defence"), tr(ui, version_word(S("defence"))), tr(ui, N_("What is held against them and how it was seen, with the captures. Not who looked, no remarks, no correspondence.")) };
    k[2] = (UiOption){ S("without"), tr(ui, version_word(S("without"))), tr(ui, N_("Somebody whose facts are in it objects (UAVG 37). What is chosen below is closed, with its captures and everything that names it. This dossier is then not handed out any more.")) };
    t->places = o;
    t->places_n = n;
    t->findings = f;
    t->findings_n = m;
    t->kinds = k;
    t->kinds_n = 3;
    return OK;
}

Err inquiry_versions_page(Ctx *c, const Request *req, Response *res) {
    DossierRow d;
    CaseRow k;
    VersionRow as;
    TRY(one(c, req, &d, &k));
    Str number = dossier_number(c->arena, k.ref, &d);
    UiCrumb crumbs[] = { { .word = number, .href = url_path(c->arena, "/dossier/" STR_FMT, STR_ARG(id_hex(c->arena, d.id))) }, { .word = tr(req->ui, N_("Versions for other readers")) } };
    TplInquiryVersions t = { .number = number, .crumbs = crumbs, .crumbs_n = LEN(crumbs), .post = url_path(c->arena, "/dossier/" STR_FMT "/versions", STR_ARG(id_hex(c->arena, d.id))), .form = form_page(req, inquiry_version_form, LEN(inquiry_version_form)) };
    t.of_version = dossier_version_of(c, d.id, &as) == OK;
    t.may_make = !t.of_version && str_eq(d.state, S("made")) && access_can(c, "dossier.export", OBJ(OBJ_CASE, k.id));
    TRY(rows_of(c, req->ui, &d, &k, &t));
    if (t.may_make) TRY(choices(c, req->ui, &d, &t));
    tpl_inquiry_versions(&res->body, req->ui, &t);
    return OK;
}

static Err ask_from(Ctx *c, Form *f, const DossierRow *d) {
    const Value *places = form_at(f, "places"), *findings = form_at(f, "findings");
    bool objects = str_eq(form_text(f, "version"), S("without"));
    size_t n = 0;
    Id id = ID_NONE;
    if (objects && places->n + findings->n == 0) form_fail(f, "places", N_("Choose at least one location or finding that is hers."));
    if (f->errors > 0 || places->n + findings->n > CLOSED_MAX) return E_INPUT;
    Act **acts = ARENA_ARRAY(c->arena, Act *, places->n + findings->n + 1);
    acts[n++] = dossier_version_ask(c, f->act, d, form_text(f, "version"), &id);
    for (size_t i = 0; objects && i < places->n; i++, n++) {
        Id place = ID_NONE;
        TRY(id_parse(places->all[i], &place));
        acts[n] = dossier_close(c, inquiry_derived(id, n), d, id, place, 0);
    }
    for (size_t i = 0; objects && i < findings->n; i++, n++) {
        int64_t number = 0;
        TRY(str_i64(findings->all[i], 1, FINDINGS_MAX, &number));
        acts[n] = dossier_close(c, inquiry_derived(id, n), d, id, ID_NONE, number);
    }
    return journal_commit(c, acts, n);
}

Err inquiry_versions_post(Ctx *c, const Request *req, Response *res) {
    DossierRow d;
    CaseRow k;
    VersionRow as;
    TRY(one(c, req, &d, &k));
    TRY(access_case(c, "dossier.export", k.id));
    if (dossier_version_of(c, d.id, &as) == OK) return ctx_refuse(c, E_CONFLICT, NULL, N_("A version of a version is not made. Make it from the whole dossier."));
    Err e = ask_from(c, req->form, &d);
    if (e != OK && req->form->errors == 0) TRY(form_refused(c, req, e));
    if (req->form->errors > 0) res_again(res, "/dossier/" STR_FMT "/versions", STR_ARG(id_hex(c->arena, d.id)));
    else {
        res_said(res, N_("Asked for. The server makes the version now."));
        res_redirect(res, "/dossier/" STR_FMT "/versions", STR_ARG(id_hex(c->arena, d.id)));
    }
    return OK;
}

Err inquiry_handed_out(Ctx *c, const DossierRow *d) {
    Id by = ID_NONE;
    Err e = dossier_replaced(c, d->id, &by);
    if (e == E_MISSING) return OK;
    TRY(e);
    return ctx_refuse(c, E_CONFLICT, NULL, N_("After an objection another version took its place. This one is not handed out any more."));
}

/* ---- what the form asks for ---- */

static void one_form(Ctx *c, const UiCtx *ui, const CompleteForm *f, Buf *out) {
    static const UiState states[] = { [PART_MISSING] = STATE_LATE, [PART_THERE] = STATE_DONE, [PART_LETTER] = STATE_INFO };
    TplInquiryCompleteParts *rows = ARENA_ARRAY(c->arena, TplInquiryCompleteParts, f->n + 1);
    for (size_t i = 0; i < f->n; i++) {
        const CompletePart *p = &f->parts[i];
        rows[i] = (TplInquiryCompleteParts){ .name = p->law->name[ui->lang], .ground = p->law->ground, .mark = law_mark(&p->law->r), .state = p->state == PART_MISSING && !p->needed ? STATE_INFO : states[p->state], .word = tr(ui, complete_word(p->state)), .needed = p->needed };
        if (p->state != PART_THERE) rows[i].mend = p->mend;
    }
    TplInquiryComplete t = { .what = f->form->name[ui->lang], .have = f->have, .need = f->need, .parts = rows, .parts_n = f->n };
    tpl_inquiry_complete(out, ui, &t);
}

Err inquiry_complete_html(Ctx *c, const UiCtx *ui, const DossierRow *d, Html *out, bool *out_whole) {
    Complete all;
    Buf b = buf_new(1 << 20);
    *out = (Html){ STR_NONE };
    TRY(dossier_complete(c, d, &all));
    *out_whole = all.whole;
    for (size_t i = 0; i < all.n; i++) one_form(c, ui, &all.form[i], &b);
    Err e = buf_err(&b);
    if (e == OK && b.n > 0) *out = (Html){ str_dup(c->arena, buf_str(&b)) };
    buf_free(&b);
    return e;
}
