/* desk_case.c - the one-screen case: the parts of all steps by place and rank, the chain picture, the record. */
#include "core/desk/desk_in.h"

enum { PANEL_BYTES = 4 << 20 };

static Err panel_list(Ctx *c, const UiCtx *ui, const CaseRow *k, PanelPlace place, const DeskPanel **out, size_t *out_n) {
    DeskPanel *list = ARENA_ARRAY(c->arena, DeskPanel, c->app->panels_n + 1);
    size_t n = 0;
    for (size_t i = 0; i < c->app->panels_n; i++) {
        const CasePanel *p = &c->app->panels[i];
        if (p->place != place) continue;
        Buf b = buf_new(PANEL_BYTES);
        Err err = p->html(c, ui, k, &b);
        if (err == OK) err = buf_err(&b);
        if (err == OK && b.n > 0) list[n++] = (DeskPanel){ .anchor = str_c(p->anchor), .title = p->title, .body = { str_dup(c->arena, buf_str(&b)) } };
        buf_wipe(&b);
        if (err != OK) return err;
    }
    *out = list;
    *out_n = n;
    return OK;
}

static void head(Ctx *c, const UiCtx *ui, const CaseRow *k, TplDeskCase *t) {
    const char *hex = id_hex(ui->a, k->id).p;
    bool held = !id_none(k->claimed_by) && k->claim_until > c->now;
    t->ref = k->ref;
    t->risk = k->risk;
    t->risk_word = desk_say(ui, "risk", str_fmt(ui->a, "%lld", (long long)k->risk));
    t->why = desk_say_all(ui, "risk_why", k->risk_why);
    t->minor = !str_eq(k->lane, S("adult"));
    t->lane = desk_say(ui, "lane", k->lane);
    t->turn = desk_say(ui, "turn", k->turn);
    t->duty = k->active ? desk_duty(c, ui, k->next_duty) : STR_NONE;
    t->due = k->active ? k->next_due : 0;
    t->mine = desk_mine(c, k);
    t->claimed = held ? desk_user(c, k->claimed_by) : STR_NONE;
    t->claim_until = held ? k->claim_until : 0;
    bool live = k->active && k->erased == 0;
    t->free = live && k->withdrawn == 0 && !held;
    t->paused = k->paused != 0;
    t->withdrawn = k->withdrawn != 0;
    t->closed = k->closed != 0;
    t->close_why = desk_say(ui, "close", k->close_why);
    t->erased = k->erased != 0;
    t->claim = url_path(ui->a, "/case/%s/claim", hex);
    t->release = url_path(ui->a, "/case/%s/release", hex);
    t->lane_url = url_path(ui->a, "/case/%s/lane", hex);
    t->refer = url_path(ui->a, "/case/%s/refer", hex);
    t->all = url_path(ui->a, "/case/%s/record", hex);
    if (!id_none(k->merged_into)) t->merged = url_path(ui->a, "/case/%s", id_hex(ui->a, k->merged_into).p);
    t->state = t->erased || t->withdrawn ? STATE_REFUSED : t->closed ? STATE_DONE : STATE_WAITING;
    t->state_word = t->erased ? N_("erased") : t->closed ? N_("closed") : t->withdrawn ? N_("withdrawn") : t->paused ? N_("paused") : NULL;
}

/* While somebody works on a case it stays in their hands: looking at it in the last half of the lease renews it. */
static void renew(Ctx *c, CaseRow *k) {
    if (!desk_mine(c, k) || k->claim_until - c->now > LEASE_RENEW_MS || !k->active) return;
    if (journal_one(c, case_claim(c, k->id, c->now + LEASE_MS)) == OK) k->claim_until = c->now + LEASE_MS;
    c->fail = (Fail){ 0 }; /* when it could not be renewed the page shows whose it is now */
}

Err case_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    int64_t next = 0;
    UiTime *items = NULL;
    TRY(desk_case_of(c, req, &k));
    renew(c, &k);
    TplDeskCase t = { .form = form_page(req, desk_button, LEN(desk_button)) };
    head(c, ui, &k, &t);
    TRY(panel_list(c, ui, &k, PANEL_FACTS, &t.facts, &t.facts_n));
    TRY(panel_list(c, ui, &k, PANEL_MIDDLE, &t.middle, &t.middle_n));
    TRY(panel_list(c, ui, &k, PANEL_NEXT, &t.next, &t.next_n));
    TRY(desk_chain(c, ui, &k, true, &t.chain));
    TRY(desk_timeline(c, ui, k.id, 0, TIME_PAGE, false, &items, &t.items_n, &next));
    t.items = items;
    if (next != 0) t.more = url_with(ui->a, url_path(ui->a, "/case/%s/record", id_hex(ui->a, k.id).p), "before", str_fmt(ui->a, "%lld", (long long)next));
    tpl_desk_case(&res->body, ui, &t);
    return OK;
}

Err record_page(Ctx *c, const Request *req, Response *res) {
    enum { PAGE = 200 };
    const UiCtx *ui = req->ui;
    CaseRow k;
    UiTime *items = NULL;
    int64_t next = 0, before = req_query_int(req, "before", 1, INT64_MAX, 0);
    TRY(desk_case_of(c, req, &k));
    TplDeskRecord t = { .ref = k.ref, .back = url_path(ui->a, "/case/%s", id_hex(ui->a, k.id).p) };
    Url self = url_path(ui->a, "/case/%s/record", id_hex(ui->a, k.id).p);
    TRY(desk_timeline(c, ui, k.id, before, PAGE, true, &items, &t.items_n, &next));
    t.items = items;
    if (before != 0) t.newest = self;
    if (next != 0) t.more = url_with(ui->a, self, "before", str_fmt(ui->a, "%lld", (long long)next));
    tpl_desk_record(&res->body, ui, &t);
    return OK;
}

/* The proof that an act of this case stands in the signed tree (c2sp.org/tlog-proof): a file that anybody can check, saying nothing of the act. */
Err proof_file(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    Event e = { 0 };
    Id act = ID_NONE;
    Str proof = STR_NONE;
    TRY(desk_case_of(c, req, &k));
    TRY(req_id(req, "act", &act));
    TRY(journal_event(c, act, false, &e));
    if (!id_eq(e.case_id, k.id)) return E_MISSING;
    res->error_msg = N_("This act is so new that the record was not signed over it yet. Try again in a minute.");
    TRY(journal_proof(c, e.seq, &proof));
    res_download(res, "text/plain", str_fmt(req->a, STR_FMT "-act-%lld.tlog-proof", STR_ARG(k.ref), (long long)e.seq));
    buf_put(&res->body, proof);
    return OK;
}
