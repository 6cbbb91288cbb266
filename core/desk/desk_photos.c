/* desk_photos.c - photos of a case that can be recognised: given at the desk with what the person agrees to, and taken back. */
#include "core/desk/desk_in.h"

static const char *const sayers[] = { "victim", "supporter", NULL };
const Param photos_form[PRINT_FIELDS + 1] = { PRINT_FORM_FIELDS, { .name = "by", .kind = P_CHOICE, .required = true, .choices = sayers, .label = N_("Who said so") } };
const Param photos_end_form[1] = { { .name = "print", .kind = P_ID, .required = true } };

static const char *const same_codes[] = { "yes", "no", NULL };
const Param photos_same_form[2] = { { .name = "match", .kind = P_ID, .required = true }, { .name = "same", .kind = P_CHOICE, .required = true, .choices = same_codes } };

/* The other case goes by its name only where this person may read it. */
static Err matches_of(Ctx *c, const UiCtx *ui, const CaseRow *k, int64_t page, TplDeskPhotos *t) {
    PrintMatch *m = NULL;
    size_t n = 0;
    int64_t open = 0;
    TRY(print_match_page(c, k->id, (size_t)(page - 1) * PRINT_MATCHES, &m, &n, &t->matches_all, &open));
    t->page = page;
    t->pages = (t->matches_all + PRINT_MATCHES - 1) / PRINT_MATCHES;
    if (page > 1) t->before = desk_url(ui, k, str_fmt(ui->a, "/photos?page=%lld", (long long)page - 1).p);
    if (page < t->pages) t->after = desk_url(ui, k, str_fmt(ui->a, "/photos?page=%lld", (long long)page + 1).p);
    TplDeskPhotosMatches *out = ARENA_ARRAY(c->arena, TplDeskPhotosMatches, n + 1);
    for (size_t i = 0; i < n; i++) {
        CaseRow other;
        out[i] = (TplDeskPhotosMatches){ .id = id_hex(ui->a, m[i].id), .where = tr(ui, "a case of another team"), .source = desk_say(ui, "said_by", m[i].source), .distance = m[i].distance, .quality = m[i].quality, .at = m[i].made, .state = m[i].state };
        TRY(case_by_id(c, m[i].other_case, &other));
        if (!access_can(c, "case.read", OBJ(OBJ_CASE, other.id))) continue;
        out[i].where = other.ref;
        out[i].href = desk_url(ui, &other, "");
    }
    t->matches = out;
    t->matches_n = n;
    if (access_can(c, "print.decide", OBJ(OBJ_CASE, k->id))) t->decide = desk_url(ui, k, "/photos/same");
    return OK;
}

Err photos_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    PrintRow *rows = NULL;
    size_t n = 0;
    TRY(desk_case_of(c, req, &k));
    TRY(print_of_case(c, k.id, &rows, &n));
    TRY(print_open(c, rows, n));
    bool adult = str_eq(k.lane, S("adult"));
    TplDeskPhotos t = { .form = form_page(req, photos_form, LEN(photos_form)), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/photos"), .rows = print_ui(ui, rows, n), .rows_n = n, .young = !adult,
        .may_add = adult && access_can(c, "print.give", OBJ(OBJ_CASE, k.id)) };
    if (access_can(c, "print.end", OBJ(OBJ_CASE, k.id))) t.end = desk_url(ui, &k, "/photos/end");
    t.uses = print_use_options(ui, &t.uses_n);
    t.untils = print_until_options(ui, &t.untils_n);
    t.sayers = desk_options(ui, "said_by", sayers, &t.sayers_n);
    TRY(matches_of(c, ui, &k, req_query_int(req, "page", 1, 100000, 1), &t));
    res->wasm = t.may_add;
    tpl_desk_photos(&res->body, ui, &t);
    return OK;
}

Err photos_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    PrintNew p;
    Act *acts[1] = { NULL };
    TRY(desk_case_of(c, req, &k));
    if (!print_take(c, req->form, &p)) return desk_again(req, res);
    p.said_by = form_text(req->form, "by");
    TRY(print_give(c, ID_NONE, k.org, k.id, &p, &acts[0]));
    Err err = desk_commit(c, &k, req->form->act, acts, 1);
    if (err == E_INPUT || err == E_CONFLICT || err == E_LIMIT) {
        form_fail(req->form, "hash", c->fail.msgid != NULL ? c->fail.msgid : N_("This could not be saved. Nothing was changed."));
        return desk_again(req, res);
    }
    TRY(err);
    res_said(res, N_("The characters of the photo are in the case."));
    res_redirect(res, "/case/%s/photos", id_hex(req->a, k.id).p);
    return OK;
}

/* What stands on the page of this case: its own, or of a report that was joined into it. An act on it is one of the case it came in. */
static Err on_this_page(Ctx *c, const CaseRow *k, Id came_in) {
    CaseRow of;
    TRY(case_by_id(c, came_in, &of));
    return id_eq(of.id, k->id) || id_eq(of.merged_into, k->id) ? OK : E_MISSING;
}

/* Sent twice, or decided meanwhile: it is said, and nothing is lost. */
static Err done(Ctx *c, const Request *req, const CaseRow *k, Act *a, const char *said, const char *before, Response *res) {
    Err err = desk_commit(c, k, req->form->act, &a, 1);
    if (err != OK && err != E_CONFLICT) return err;
    c->fail = (Fail){ 0 };
    res_said(res, err == OK ? said : before);
    res_redirect(res, "/case/%s/photos", id_hex(req->a, k->id).p);
    return OK;
}

Err photos_end_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    PrintRow p;
    TRY(desk_case_of(c, req, &k));
    if (req->form->errors > 0) return E_INPUT;
    TRY(print_by_id(c, form_id(req->form, "print"), &p));
    TRY(on_this_page(c, &k, p.case_id));
    static const char gone[] = N_("Taken back. The characters of this photo are destroyed.");
    return done(c, req, &k, print_end(c, p.case_id, p.id, S("withdrawn")), gone, gone, res);
}

Err photos_same_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    PrintMatch m;
    TRY(desk_case_of(c, req, &k));
    if (req->form->errors > 0) return E_INPUT;
    TRY(print_match_by_id(c, form_id(req->form, "match"), &m));
    TRY(on_this_page(c, &k, m.case_id));
    bool same = str_eq(form_text(req->form, "same"), S("yes"));
    return done(c, req, &k, print_decide(c, &m, same), same ? N_("Noted: it is the same photo.") : N_("Noted: it is another photo."), N_("This was decided already, or a photo was taken back."), res);
}

Err photos_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    PrintRow *rows = NULL;
    size_t n = 0;
    TplDeskPPhotos t = { .photos = desk_url(ui, k, "/photos") };
    TRY(print_of_case(c, k->id, &rows, &n));
    if (n == 0 && (!str_eq(k->lane, S("adult")) || !access_can(c, "print.give", OBJ(OBJ_CASE, k->id)))) return OK;
    for (size_t i = 0; i < n; i++) rows[i].ended == 0 ? t.live++ : t.ended++;
    PrintMatch *m = NULL;
    size_t matches = 0;
    int64_t all = 0;
    TRY(print_match_page(c, k->id, 0, &m, &matches, &all, &t.waiting));
    tpl_desk_p_photos(out, ui, &t);
    return OK;
}
