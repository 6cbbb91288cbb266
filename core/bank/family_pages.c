/* family_pages.c - the copy family of a case: its photos and everything that people said is the same; one that does not belong there is taken out, and can be put back. */
#include "core/bank/bank_pages_in.h"

static const char *const of_codes[] = { "copy", "photo", NULL }, *const where_codes[] = { "out", "in", NULL };
const Param family_form[3] = { { .name = "match", .kind = P_ID, .required = true }, { .name = "of", .kind = P_CHOICE, .required = true, .choices = of_codes }, { .name = "to", .kind = P_CHOICE, .required = true, .choices = where_codes } };

static Err case_asked(Ctx *c, const Request *req, CaseRow *out) {
    Id id = ID_NONE;
    TRY(req_id(req, "case", &id));
    return case_by_id(c, id, out);
}

static Err member(Ctx *c, const UiCtx *ui, const CopyRow *m, UiMember *out) {
    *out = (UiMember){ .id = id_hex(ui->a, m->id), .of = S("copy"), .distance = m->distance, .quality = copy_quality(ui, m->quality), .source = str_eq(m->source, S("seen")) ? tr(ui, "a check of an address") : m->source, .at = m->decided };
    TRY(copy_words(c, ui, m, &out->where, &out->here, &out->verdict));
    if (id_none(m->entry)) return OK;
    BankEntry e;
    TRY(bank_entry_by_id(c, m->entry, &e));
    out->number = e.entry;
    if (access_can(c, "bank.read", NO_OBJECT)) out->href = url_path(ui->a, "/bank/entry/%lld", (long long)e.entry);
    return OK;
}

static Err members(Ctx *c, const UiCtx *ui, Id case_id, Str state, int64_t page, UiMember **out, size_t *out_n, int64_t *out_all) {
    CopyRow *m = NULL;
    size_t n = 0;
    TRY(copy_in_state(c, case_id, state, (size_t)(page - 1) * COPIES_OF_PAGE, COPIES_OF_PAGE, &m, &n, out_all));
    UiMember *rows = ARENA_ARRAY(ui->a, UiMember, n + 1);
    for (size_t i = 0; i < n; i++) TRY(member(c, ui, &m[i], &rows[i]));
    *out = rows;
    *out_n = n;
    return OK;
}

/* Photos of other reports; whoever may not read that report sees that there is one, and no more. */
static Err others(Ctx *c, const UiCtx *ui, Id case_id, Str state, UiMember **out, size_t *out_n) {
    PrintMatch *m = NULL;
    size_t n = 0, kept = 0;
    TRY(print_match_of_case(c, case_id, &m, &n));
    UiMember *rows = ARENA_ARRAY(ui->a, UiMember, n + 1);
    for (size_t i = 0; i < n; i++) {
        CaseRow k;
        if (!str_eq(m[i].state, state)) continue;
        rows[kept] = (UiMember){ .id = id_hex(ui->a, m[i].id), .of = S("photo"), .distance = m[i].distance, .quality = copy_quality(ui, m[i].quality), .at = m[i].decided, .where = tr(ui, "another report") };
        if (access_can(c, "case.read", OBJ(OBJ_CASE, m[i].other_case)) && case_by_id(c, m[i].other_case, &k) == OK) {
            rows[kept].where = k.ref;
            rows[kept].href = url_path(ui->a, "/case/%s", id_hex(ui->a, k.id).p);
        }
        kept++;
    }
    *out = rows;
    *out_n = kept;
    return OK;
}

static Err own_photos(Ctx *c, const UiCtx *ui, Id case_id, TplBankRoomFamily *t) {
    PrintRow *p = NULL;
    size_t n = 0;
    TRY(print_of_case(c, case_id, &p, &n));
    UiMember *rows = ARENA_ARRAY(ui->a, UiMember, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (p[i].ended != 0) continue;
        rows[t->own_n++] = (UiMember){ .where = str_eq(p[i].front, str_c(print_film)) ? tr(ui, "a video of this case") : tr(ui, "a photo of this case"), .quality = copy_quality(ui, p[i].quality), .source = print_use_words(ui, p[i].uses), .at = p[i].given };
    }
    t->own = rows;
    return OK;
}

Err family_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    UiMember *same = NULL, *out = NULL, *photos = NULL, *photos_out = NULL;
    int64_t gone = 0;
    TRY(case_asked(c, req, &k));
    const char *of = id_hex(ui->a, k.id).p;
    int64_t page = req_query_int(req, "page", 1, 100000, 1), left = req_query_int(req, "left", 1, 100000, 1);
    TplBankRoomFamily t = { .form = form_page(req, family_form, LEN(family_form)), .ref = k.ref, .back = url_path(ui->a, "/case/%s", of), .copies = url_path(ui->a, "/case/%s/copies", of), .page = page, .left_page = left };
    TRY(own_photos(c, ui, k.id, &t));
    TRY(members(c, ui, k.id, S("same"), page, &same, &t.rows_n, &t.all));
    TRY(members(c, ui, k.id, S("different"), left, &out, &t.left_n, &gone));
    TRY(others(c, ui, k.id, S("same"), &photos, &t.photos_n));
    TRY(others(c, ui, k.id, S("different"), &photos_out, &t.photos_left_n));
    t.rows = same;
    t.left = out;
    t.photos = photos;
    t.photos_left = photos_out;
    t.all += (int64_t)t.photos_n;
    t.gone = gone + (int64_t)t.photos_left_n;
    t.pages = (t.all - (int64_t)t.photos_n + COPIES_OF_PAGE - 1) / COPIES_OF_PAGE;
    t.left_pages = (gone + COPIES_OF_PAGE - 1) / COPIES_OF_PAGE;
    if (page > 1) t.before = url_path(ui->a, "/case/%s/family?page=%lld&left=%lld", of, (long long)page - 1, (long long)left);
    if (page < t.pages) t.after = url_path(ui->a, "/case/%s/family?page=%lld&left=%lld", of, (long long)page + 1, (long long)left);
    if (left > 1) t.left_before = url_path(ui->a, "/case/%s/family?page=%lld&left=%lld", of, (long long)page, (long long)left - 1);
    if (left < t.left_pages) t.left_after = url_path(ui->a, "/case/%s/family?page=%lld&left=%lld", of, (long long)page, (long long)left + 1);
    if (access_can(c, "print.decide", OBJ(OBJ_CASE, k.id))) t.decide = url_path(ui->a, "/case/%s/family", of);
    tpl_bank_room_family(&res->body, ui, &t);
    return OK;
}

/* Of this case, or of one joined into it. */
static Err of_this(Ctx *c, const CaseRow *k, Id of) {
    CaseRow other;
    TRY(case_by_id(c, of, &other));
    return id_eq(other.id, k->id) || id_eq(other.merged_into, k->id) ? OK : E_MISSING;
}

static Err acts_for(Ctx *c, const CaseRow *k, Id match, bool photo, bool in, Act ***out, size_t *out_n) {
    if (!photo) {
        CopyRow m;
        TRY(copy_by_id(c, match, &m));
        TRY(of_this(c, k, m.case_id));
        return family_change(c, &m, in, out, out_n);
    }
    PrintMatch m;
    TRY(print_match_by_id(c, match, &m));
    TRY(of_this(c, k, m.case_id));
    Act **acts = ARENA_ARRAY(c->arena, Act *, 1);
    acts[0] = family_change_photo(c, &m, in);
    *out = acts;
    *out_n = 1;
    return OK;
}

Err family_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Act **acts = NULL;
    size_t n = 0;
    TRY(case_asked(c, req, &k));
    if (req->form->errors > 0) return E_INPUT;
    bool in = str_eq(form_text(req->form, "to"), S("in"));
    TRY(acts_for(c, &k, form_id(req->form, "match"), str_eq(form_text(req->form, "of"), S("photo")), in, &acts, &n));
    acts[0]->id = req->form->act;
    Err err = journal_commit(c, acts, n);
    if (err != OK && err != E_CONFLICT) return err;
    c->fail = (Fail){ 0 };
    res_said(res, err != OK ? N_("This was changed already, or a photo was taken back.") : in ? N_("Put back into the copy family. Its location is watched again.") : N_("Taken out of the copy family. You can put it back below."));
    res_redirect(res, "/case/%s/family", id_hex(req->a, k.id).p);
    return OK;
}
