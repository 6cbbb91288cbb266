/* many_pages.c - all that waits about one hash, seen first and then decided on at once. One act for each case, all of them or none; a person answers for it, signed in anew. */
#include "core/bank/bank_pages_in.h"

static const char *const same_codes[] = { "yes", "no", NULL };
enum { DIGITS = 19 };
const Param found_form[3] = { { .name = "same", .kind = P_CHOICE, .required = true, .choices = same_codes }, { .name = "seen", .kind = P_TEXT, .required = true, .max = DIGITS }, { .name = "newest", .kind = P_TEXT, .required = true, .max = DIGITS } };

typedef struct Waiting { CopyCase *cases; size_t n; int64_t all, elsewhere; UnixMs newest; } Waiting;

/* Those that this person may decide on; of the others only how many there are. */
static Err waiting(Ctx *c, const BankEntry *e, Waiting *out) {
    CopyCase *all = NULL;
    size_t n = 0;
    Waiting w = { .all = 0 };
    TRY(copy_cases_of(c, e->id, &all, &n));
    w.cases = ARENA_ARRAY(c->arena, CopyCase, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (!access_can(c, "print.decide", OBJ(OBJ_CASE, all[i].case_id))) {
            w.elsewhere += all[i].n;
            continue;
        }
        w.all += all[i].n;
        if (all[i].upto > w.newest) w.newest = all[i].upto;
        w.cases[w.n++] = all[i];
    }
    *out = w;
    return OK;
}

Err found_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    BankEntry e;
    Waiting w;
    TRY(entry_asked(c, req, &e));
    TRY(bank_entry_open(c, &e, 1));
    TRY(waiting(c, &e, &w));
    TplBankRoomFound t = { .form = form_page(req, found_form, LEN(found_form)), .number = e.entry, .source = e.source, .back = url_path(ui->a, "/bank/entry/%lld", (long long)e.entry), .all = w.all, .elsewhere = w.elsewhere, .newest = w.newest, .cases = (int64_t)w.n };
    TplBankRoomFoundRows *rows = ARENA_ARRAY(ui->a, TplBankRoomFoundRows, w.n + 1);
    for (size_t i = 0; i < w.n; i++) {
        CaseRow k;
        TRY(case_by_id(c, w.cases[i].case_id, &k));
        rows[i] = (TplBankRoomFoundRows){ .ref = k.ref, .href = url_path(ui->a, "/case/%s/copies", id_hex(ui->a, k.id).p), .n = w.cases[i].n, .nearest = w.cases[i].nearest, .furthest = w.cases[i].furthest, .at = w.cases[i].upto };
    }
    t.rows = rows;
    t.rows_n = w.n;
    if (w.all > 0) t.decide = url_path(ui->a, "/bank/entry/%lld/found", (long long)e.entry);
    tpl_bank_room_found(&res->body, ui, &t);
    return OK;
}

Err found_post(Ctx *c, const Request *req, Response *res) {
    BankEntry e;
    Waiting w;
    int64_t seen = 0, newest = 0;
    TRY(entry_asked(c, req, &e));
    if (req->form->errors > 0 || str_i64(form_text(req->form, "seen"), 1, INT64_MAX, &seen) != OK || str_i64(form_text(req->form, "newest"), 1, INT64_MAX, &newest) != OK) return E_INPUT;
    TRY(waiting(c, &e, &w));
    bool same = str_eq(form_text(req->form, "same"), S("yes"));
    Err err = w.all == seen && w.newest == newest ? OK : E_CONFLICT; /* only what was shown is decided on */
    if (err == OK) {
        Act **acts = ARENA_ARRAY(c->arena, Act *, w.n + 1);
        for (size_t i = 0; i < w.n; i++) acts[i] = copies_decide(c, w.cases[i].case_id, e.id, same, w.cases[i].upto, w.cases[i].n);
        acts[0]->id = req->form->act;
        err = journal_commit(c, acts, w.n);
    }
    if (err != OK && err != E_CONFLICT) return err;
    c->fail = (Fail){ 0 };
    res_said(res, err != OK ? N_("Something changed since you looked. Look at them again.") : same ? N_("Noted: they are the same picture. Each belongs to the copy family of its case.") : N_("Noted: none of them is the same picture."));
    res_redirect(res, "/bank/entry/%lld/found", (long long)e.entry);
    return OK;
}
