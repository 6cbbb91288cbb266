/* bulk_pages.c - many places of a case at once: choose, see what would happen, do it, undo it within half a minute, read what became of each. */
#include "steps/takedown/bulk.h"
#include "core/case/platform.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/plan_in.h"
#include "steps/takedown/takedown_page.h"

enum { SAMPLE = 20, PAGE_ROWS = 50, PLATFORMS = 100 };
static const char *const kinds[] = { "ask", "check", "lookup", "stop", NULL };
static const char *const picks[] = { "open", "unasked", "online", "all", NULL };
static const char *const pick_words[] = { N_("All that are not proven gone"), N_("Those of them that nobody was asked about"), N_("Those that were seen online at the last look"), N_("All") };
static const char *const goes[] = { "look", "do", NULL };
static const char *const scopes[] = { "open", NULL };
const Param bulk_form[BULK_FORM_N] = {
    { .name = "kind", .kind = P_CHOICE, .choices = kinds, .required = true, .label = N_("What is to be done") },
    { .name = "pick", .kind = P_CHOICE, .choices = picks, .required = true, .label = N_("About which locations") },
    { .name = "platform", .kind = P_TEXT, .max = 80, .label = N_("On which service") },
    { .name = "seed", .kind = P_ID }, { .name = "shown", .kind = P_TEXT, .max = 64 }, { .name = "scope", .kind = P_CHOICE, .choices = scopes },
    { .name = "location", .kind = P_ID, .many = true, .max = 1 },
    { .name = "recipient", .kind = P_CHOICE, .many = true, .max = 20, .label = N_("Recipients of this notice") },
    { .name = "offence", .kind = P_TEXT, .max = 40, .label = N_("Offence") },
    NOTICE_PARAMS,
    { .name = "go", .kind = P_CHOICE, .choices = goes },
};

/* ---- what would happen ---- */
typedef struct Look { Compose p; Id *ids; size_t n; int64_t all; NoticePlan *plans; size_t plans_n; Str shown; } Look;

static Err look(Ctx *c, Id case_id, Id seed, Form *f, Look *out) {
    uint8_t h[32];
    Str digest = STR_NONE;
    *out = (Look){ .n = 0 };
    TRY(location_pick(c, case_id, form_text(f, "pick"), form_text(f, "platform"), ACT_IDS_MAX, &out->ids, &out->n, &out->all));
    TRY(compose_load_some(c, case_id, seed, out->ids, out->n < SAMPLE ? out->n : SAMPLE, &out->p));
    if (f->errors > 0 || f->error != NULL || !form_at(f, "kind")->given || !form_at(f, "pick")->given) return OK;
    if (out->n == 0) {
        form_fail(f, "pick", N_("No location of this case is one of these."));
        return OK;
    }
    if (str_eq(form_text(f, "kind"), S("ask"))) {
        TRY(compose_plan(&out->p, f, &out->plans, &out->plans_n, &digest));
        if (digest.n == 0) return OK;
    }
    Buf b = buf_new(1 << 20);
    buf_put(&b, form_text(f, "kind"));
    buf_put(&b, digest);
    buf_put(&b, str_bytes(out->ids, out->n * sizeof *out->ids));
    Err e = buf_err(&b);
    seal_sha256(buf_str(&b), h);
    buf_free(&b);
    out->shown = hex_enc(c->arena, str_bytes(h, sizeof h));
    return e;
}

static int64_t letters(const NoticePlan *p, size_t n) {
    int64_t per = str_eq(p->to->profile, S("xarf")) ? 1 : NOTICE_ITEMS_MAX;
    return ((int64_t)n + per - 1) / per;
}

static void show(const UiCtx *ui, const Form *f, const Look *l, TplTakedownBulk *t) {
    Arena *a = ui->a;
    UiLine *lines = ARENA_ARRAY(a, UiLine, SAMPLE);
    TplTakedownBulkPreviews *out = ARENA_ARRAY(a, TplTakedownBulkPreviews, l->plans_n + 1);
    t->f_shown = l->shown;
    if (l->shown.n == 0) return;
    t->picked = (int64_t)l->n;
    t->what = bulk_kind_word(form_text(f, "kind"));
    t->more_than = l->all > (int64_t)l->n ? ACT_IDS_MAX : 0;
    for (size_t i = 0; i < l->p.locations_n; i++) lines[t->shown_n++] = (UiLine){ .text = l->p.locations[i].url };
    t->shown = lines;
    for (size_t i = 0; i < l->plans_n; i++) {
        const NoticePlan *p = &l->plans[i];
        if (i > 0 && l->plans[i - 1].to == p->to) continue; /* one for each recipient */
        int64_t mails = letters(p, l->n);
        out[t->previews_n++] = (TplTakedownBulkPreviews){ .who = p->to->name, .mail = p->to->mail, .lang = str_c(lang_code(p->lang)), .subject = p->subject, .body = notice_shown_words(l->p.c, ui, p->body), .letters = mails };
        t->mails += mails;
    }
    t->previews = out;
}

/* ---- choosing ---- */
static const UiOption *options(const UiCtx *ui, const char *const *values, const char *const *labels, size_t n) {
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, n);
    for (size_t i = 0; i < n; i++) o[i] = (UiOption){ .value = str_c(values[i]), .label = tr(ui, labels != NULL ? labels[i] : bulk_kind_word(str_c(values[i]))) };
    return o;
}
static Err platform_options(Ctx *c, const UiCtx *ui, Id case_id, TplTakedownBulk *t) {
    CasePlatform *rows = NULL;
    size_t n = 0;
    TRY(case_platforms(c, case_id, PLATFORMS, &rows, &n));
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) {
        const LawPlatform *p = platform_row(c, rows[i].platform);
        if (rows[i].platform.n == 0) continue;
        o[t->platforms_n++] = (UiOption){ .value = rows[i].platform, .label = str_fmt(ui->a, STR_FMT " (%lld)", STR_ARG(p != NULL ? p->name : rows[i].platform), (long long)rows[i].n) };
    }
    t->platforms = o;
    return OK;
}
static void preset(const Compose *p, Form *f) {
    Str offence = p->incidents_n > 0 ? p->incidents[0].offence : p->minor ? S("CSAM") : STR_NONE;
    form_set(f, "kind", S("ask"));
    form_set(f, "pick", S("unasked"));
    form_set(f, "offence", offence);
    form_set(f, "action", S("remove"));
    form_set(f, "territory", S("eu"));
    form_set(f, "why_nl", default_why(p, LANG_NL, offence));
    form_set(f, "why_en", default_why(p, LANG_EN, offence));
}

static UiState state_of(const BulkRow *b, const char **word) {
    bool waiting = str_eq(b->state, S("waiting")), undone = str_eq(b->state, S("undone")), done = str_eq(b->state, S("done"));
    *word = waiting ? N_("waits") : undone ? N_("undone") : done ? N_("done") : N_("is being done");
    return done ? STATE_DONE : undone ? STATE_INFO : STATE_WAITING;
}
static Url one_url(Arena *a, const BulkRow *b) { return url_path(a, "/case/" STR_FMT "/bulk/" STR_FMT, STR_ARG(id_hex(a, b->case_id)), STR_ARG(id_hex(a, b->id))); }

static Err earlier(Ctx *c, Id case_id, TplTakedownBulk *t) {
    BulkRow *rows = NULL;
    size_t n = 0;
    TRY(bulk_of_case(c, case_id, &rows, &n));
    TplTakedownBulkDone *out = ARENA_ARRAY(c->arena, TplTakedownBulkDone, n + 1);
    for (size_t i = 0; i < n; i++) {
        out[i] = (TplTakedownBulkDone){ .href = one_url(c->arena, &rows[i]), .word = bulk_kind_word(rows[i].kind), .at = rows[i].made, .items = rows[i].items };
        out[i].state = state_of(&rows[i], &out[i].said);
    }
    t->done = out;
    t->done_n = n;
    return OK;
}

static UiCrumb *crumbs_for(Arena *a, const UiCtx *ui, const CaseRow *k, Str last, size_t *out_n) {
    UiCrumb *b = ARENA_ARRAY(a, UiCrumb, 3);
    *out_n = last.n > 0 ? 3 : 2;
    b[0] = (UiCrumb){ .word = k->ref, .href = url_path(a, "/case/" STR_FMT, STR_ARG(id_hex(a, k->id))) };
    b[1] = (UiCrumb){ .word = tr(ui, "Many places at once") };
    if (last.n > 0) b[1].href = url_path(a, "/case/" STR_FMT "/bulk", STR_ARG(id_hex(a, k->id)));
    if (last.n > 0) b[2] = (UiCrumb){ .word = last };
    return b;
}

Err bulk_page(Ctx *c, const Request *req, Response *res) {
    Id case_id = ID_NONE, seed = ID_NONE;
    Look l;
    size_t crumbs_n = 0;
    TRY(req_id(req, "case", &case_id));
    Form *f = form_page(req, bulk_form, BULK_FORM_N);
    if (!f->filled || id_parse(form_text(f, "seed"), &seed) != OK) seed = ctx_new_id(c);
    TRY(look(c, case_id, seed, f, &l));
    if (!f->filled) preset(&l.p, f);
    Str hex = id_hex(c->arena, case_id);
    TplTakedownBulk t = { .form = f, .crumbs = crumbs_for(c->arena, req->ui, &l.p.k, STR_NONE, &crumbs_n), .post = url_path(c->arena, "/case/" STR_FMT "/bulk", STR_ARG(hex)),
        .back = url_path(c->arena, "/case/" STR_FMT, STR_ARG(hex)), .minor = l.p.minor, .agreed = l.p.agreed, .total = l.p.k.locations, .f_seed = id_hex(c->arena, seed), .kinds_n = 4, .picks_n = 4, .actions_n = 2, .territories_n = 2 };
    t.crumbs_n = crumbs_n;
    t.kinds = options(req->ui, kinds, NULL, 4);
    t.picks = options(req->ui, picks, pick_words, 4);
    t.actions = options(req->ui, notice_actions, notice_action_words, NOTICE_CHOICES);
    t.territories = options(req->ui, notice_territories, notice_territory_words, NOTICE_CHOICES);
    t.recipients = recipient_options(&l.p, req->ui, f, ID_NONE, &t.recipients_n, &t.recipients_more);
    t.offences = offence_options(&l.p, req->ui, &t.offences_n);
    TRY(platform_options(c, req->ui, case_id, &t));
    TRY(earlier(c, case_id, &t));
    if (f->filled) show(req->ui, f, &l, &t);
    tpl_takedown_bulk(&res->body, req->ui, &t);
    return OK;
}

/* ---- doing it ---- */
/* Contacts that are chosen and not in the register yet come into it first; in the act stand recipients of the register only. */
static void recipients_of(const Look *l, const Form *f, Acts *acts, Str *out, size_t *out_n) {
    const Compose *p = &l->p;
    *out_n = 0;
    for (size_t i = 0; i < p->recipients_n; i++) {
        const RecipientRow *r = &p->recipients[i];
        if (!form_has(f, "recipient", recipient_value(p, r))) continue;
        out[(*out_n)++] = id_hex(p->c->arena, r->id);
        RecipientNew n = { .found = r->found, .rung = r->rung, .platform = r->platform, .lang = r->lang, .country = r->country, .name = r->name, .mail = r->mail };
        if (recipient_is_seed(r)) acts_put(p->c, acts, recipient_add(p->c, r->id, &n));
    }
}

static Err commit(Ctx *c, Id case_id, Id id, Form *f, const Look *l) {
    Acts acts = { 0 };
    Str *to = ARENA_ARRAY(c->arena, Str, l->p.recipients_n + 1), asked = STR_NONE;
    size_t to_n = 0;
    if (str_eq(form_text(f, "kind"), S("ask"))) {
        recipients_of(l, f, &acts, to, &to_n);
        asked = bulk_asked(c->arena, f, to, to_n);
    }
    acts_put(c, &acts, bulk_make(c, id, case_id, form_text(f, "kind"), l->ids, l->n, asked));
    return journal_commit(c, acts.v, acts.n);
}

Err bulk_post(Ctx *c, const Request *req, Response *res) {
    Id case_id = ID_NONE, seed = ID_NONE;
    Form *f = req->form;
    Look l;
    BulkRow there;
    TRY(req_id(req, "case", &case_id));
    Str hex = id_hex(c->arena, case_id);
    seed = form_at(f, "seed")->given && form_at(f, "seed")->error == NULL ? form_id(f, "seed") : ctx_new_id(c);
    bool go = str_eq(form_text(f, "go"), S("do"));
    if (go && bulk_by_id(c, seed, &there) == OK && id_eq(there.case_id, case_id)) { /* pressed twice */
        res_redirect(res, STR_FMT, STR_ARG(one_url(c->arena, &there).s));
        return OK;
    }
    TRY(look(c, case_id, seed, f, &l));
    if (go && l.shown.n > 0 && str_eq(l.shown, form_text(f, "shown"))) {
        Err e = commit(c, case_id, seed, f, &l);
        if (e == OK) {
            res_said(res, N_("Noted. It begins in 30 seconds; until then you can undo it."));
            res_redirect(res, "/case/" STR_FMT "/bulk/" STR_FMT, STR_ARG(hex), STR_ARG(id_hex(c->arena, seed)));
            return OK;
        }
        if (e != E_INPUT && e != E_LIMIT && e != E_CONFLICT) return e;
        form_fail(f, NULL, c->fail.msgid != NULL ? c->fail.msgid : "This could not be saved. Nothing was changed.");
    } else if (go && l.shown.n > 0) {
        form_fail(f, NULL, N_("Something changed since you saw it. Look at it again before you do it."));
    }
    res_again(res, "/case/" STR_FMT "/bulk#preview", STR_ARG(hex));
    return OK;
}

/* ---- one of them ---- */
static Err one(Ctx *c, const Request *req, CaseRow *k, BulkRow *b) {
    Id case_id = ID_NONE, id = ID_NONE;
    TRY(req_id(req, "case", &case_id));
    TRY(req_id(req, "bulk", &id));
    TRY(case_by_id(c, case_id, k));
    TRY(bulk_by_id(c, id, b));
    return id_eq(b->case_id, case_id) ? OK : E_MISSING;
}

static Err rows_of(Ctx *c, const Request *req, const BulkRow *b, const Id *ids, size_t n, TplTakedownBulkOne *t) {
    LocationRow *l = ARENA_ARRAY(c->arena, LocationRow, n + 1);
    TplTakedownBulkOneRows *out = ARENA_ARRAY(c->arena, TplTakedownBulkOneRows, n + 1);
    for (size_t i = 0; i < n; i++) TRY(location_by_id(c, ids[i], &l[i]));
    TRY(location_open(c, l, n));
    for (size_t i = 0; i < n; i++) {
        Str result = STR_NONE;
        TRY(bulk_result(c, b->id, ids[i], &result));
        out[i] = (TplTakedownBulkOneRows){ .url = l[i].url_err == OK ? l[i].url : tr(req->ui, N_("(erased)")), .word = bulk_result_word(result),
            .href = url_path(c->arena, "/case/" STR_FMT "/location/" STR_FMT, STR_ARG(id_hex(c->arena, b->case_id)), STR_ARG(id_hex(c->arena, ids[i]))) };
    }
    t->rows = out;
    t->rows_n = n;
    return OK;
}

static Err counts_of(Ctx *c, const BulkRow *b, Str only, int64_t *out_total, TplTakedownBulkOne *t) {
    BulkCount counts[16];
    size_t n = 0;
    TRY(bulk_counts(c, b->id, counts, LEN(counts), &n));
    TplTakedownBulkOneCounts *out = ARENA_ARRAY(c->arena, TplTakedownBulkOneCounts, n + 1);
    for (size_t i = 0; i < n; i++) {
        out[i] = (TplTakedownBulkOneCounts){ .word = bulk_result_word(counts[i].result), .n = counts[i].n, .href = url_with(c->arena, t->all, "result", counts[i].result), .here = str_eq(only, counts[i].result) };
        if (out[i].here) *out_total = counts[i].n;
    }
    t->counts = out;
    t->counts_n = n;
    return OK;
}

Err bulk_one_page(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    BulkRow b;
    UserRow u;
    Id *ids = NULL;
    size_t n = 0, crumbs_n = 0;
    TRY(one(c, req, &k, &b));
    Str only = req_query(req, "result");
    int64_t total = b.items;
    TplTakedownBulkOne t = { .title = tr(req->ui, bulk_kind_word(b.kind)), .what = bulk_kind_word(b.kind), .items = b.items, .settled = b.settled, .made = b.made, .go = b.go, .all = one_url(c->arena, &b),
        .waiting = str_eq(b.state, S("waiting")) && c->now < b.go };
    t.crumbs = crumbs_for(c->arena, req->ui, &k, t.title, &crumbs_n);
    t.crumbs_n = crumbs_n;
    t.state = state_of(&b, &t.word);
    t.undo = url_path(c->arena, STR_FMT "/undo", STR_ARG(t.all.s));
    if (!id_none(b.by) && user_by_id(c, b.by, &u) == OK) t.by = u.name;
    TRY(counts_of(c, &b, only, &total, &t));
    t.pages = (total + PAGE_ROWS - 1) / PAGE_ROWS;
    t.page = req_query_int(req, "p", 1, t.pages > 0 ? t.pages : 1, 1);
    int64_t from = (t.page - 1) * PAGE_ROWS;
    if (only.n > 0) TRY(bulk_with_result(c, b.id, only, from, PAGE_ROWS, &ids, &n));
    else TRY(bulk_ids(c, b.id, from, PAGE_ROWS, &ids, &n));
    TRY(rows_of(c, req, &b, ids, n, &t));
    Url base = only.n > 0 ? url_with(c->arena, t.all, "result", only) : t.all;
    if (t.page > 1) t.before = url_with(c->arena, base, "p", str_fmt(c->arena, "%lld", (long long)t.page - 1));
    if (t.page < t.pages) t.after = url_with(c->arena, base, "p", str_fmt(c->arena, "%lld", (long long)t.page + 1));
    tpl_takedown_bulk_one(&res->body, req->ui, &t);
    return OK;
}

Err bulk_undo_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    BulkRow b;
    TRY(one(c, req, &k, &b));
    Err e = str_eq(b.state, S("undone")) ? OK : journal_one(c, bulk_undo(c, &b));
    if (e != OK && e != E_CONFLICT) return e;
    res_said(res, e == OK ? N_("Undone. Nothing of it has happened.") : "It is too late to undo this: it has begun.");
    res_redirect(res, STR_FMT, STR_ARG(one_url(c->arena, &b).s));
    return OK;
}
