/* desk_queue.c - the queue: what should be done now, why, whose turn it is, and in whose hands it lies. */
#include "core/case/home.h"
#include "core/case/platform.h"
#include "core/desk/desk_in.h"

static const char *const turns[] = { "us", "platform", "authority", "victim", NULL };
static const char *const lanes[] = { "adult", "minor", "unknown", NULL };
static const char *const risk_codes[] = { "2", "3", "4", NULL };
static const struct { const char *code, *word; QueueSort sort; } sorts[] = { { "urgent", N_("Risk and deadline together"), QUEUE_URGENT }, { "deadline", N_("Deadline"), QUEUE_DEADLINE }, { "changed", N_("Last changed"), QUEUE_CHANGED } };

typedef struct Ask { QueueFilter f; Url self; int64_t page; bool filtered; } Ask;

static DeskOption *coded(const UiCtx *ui, const char *list, const char *const *codes, Str on, size_t *out_n) {
    size_t n = 0;
    while (codes[n] != NULL) n++;
    DeskOption *o = ARENA_ARRAY(ui->a, DeskOption, n + 1);
    for (size_t i = 0; i < n; i++) o[i] = (DeskOption){ str_c(codes[i]), desk_say(ui, list, str_c(codes[i])), str_eq(on, str_c(codes[i])) };
    *out_n = n;
    return o;
}

static DeskOption *offence_options(Ctx *c, const UiCtx *ui, Str on, size_t *out_n) {
    const LawOffence *const *rows = NULL;
    size_t n = c->app->law != NULL ? law_offence_list(c->app->law, DATE_NONE, c->arena, &rows) : 0;
    DeskOption *o = ARENA_ARRAY(ui->a, DeskOption, n + 1);
    for (size_t i = 0; i < n; i++) o[i] = (DeskOption){ rows[i]->r.id, desk_text(ui, rows[i]->name), str_eq(on, rows[i]->r.id) };
    *out_n = n;
    return o;
}

static DeskOption *platform_options(Ctx *c, const UiCtx *ui, Str on, size_t *out_n) {
    const LawPlatform *const *rows = NULL;
    size_t n = c->app->law != NULL ? law_platform_list(c->app->law, DATE_NONE, c->arena, &rows) : 0;
    DeskOption *o = ARENA_ARRAY(ui->a, DeskOption, n + 1);
    for (size_t i = 0; i < n; i++) o[i] = (DeskOption){ rows[i]->r.id, rows[i]->name, str_eq(on, rows[i]->r.id) };
    *out_n = n;
    return o;
}

static Str known_code(Str typed, const char *const *codes) {
    for (size_t i = 0; codes[i] != NULL; i++)
        if (str_eq(typed, str_c(codes[i]))) return str_c(codes[i]);
    return STR_NONE;
}

/* A filter with a value that nobody could have chosen is left out. */
static Ask read_ask(Ctx *c, const Request *req, const TeamRow *teams, size_t teams_n) {
    Ask q = { .f = { .team = teams[0].id, .lane = known_code(req_query(req, "lane"), lanes), .turn = known_code(req_query(req, "turn"), turns), .text_ref = str_sub(str_trim(req_query(req, "ref")), 0, 40),
        .mine = req_query_int(req, "mine", 0, 1, 0) != 0, .unclaimed = req_query_int(req, "free", 0, 1, 0) != 0, .closed_too = req_query_int(req, "closed", 0, 1, 0) != 0,
        .risk_min = req_query_int(req, "risk", 1, 4, 0) }, .self = url_path(req->a, "/desk"), .page = req_query_int(req, "page", 1, QUEUE_LOOK_MAX / QUEUE_PAGE, 1) };
    Id team = ID_NONE;
    const Law *law = c->app->law;
    for (size_t i = 0; i < teams_n && id_parse(req_query(req, "team"), &team) == OK; i++)
        if (id_eq(teams[i].id, team)) q.f.team = team;
    if (law != NULL && law_offence(law, req_query(req, "offence"), DATE_NONE) != NULL) q.f.offence = req_query(req, "offence");
    if (platform_row(c, req_query(req, "platform")) != NULL) q.f.platform = req_query(req, "platform");
    for (size_t i = 0; i < LEN(sorts); i++)
        if (str_eq(req_query(req, "sort"), str_c(sorts[i].code))) q.f.sort = sorts[i].sort;
    static const char *const names[] = { "ref", "team", "lane", "turn", "risk", "offence", "platform", "sort", "mine", "free", "closed" };
    for (size_t i = 0; i < LEN(names); i++) {
        Str v = req_query(req, names[i]);
        if (v.n == 0) continue;
        q.self = url_with(req->a, q.self, names[i], v);
        q.filtered = q.filtered || (strcmp(names[i], "sort") != 0 && strcmp(names[i], "team") != 0);
    }
    return q;
}

/* "3 links · X, Y and others" */
static Err where(Ctx *c, const UiCtx *ui, const CaseRow *k, Str *out) {
    enum { SHOWN = 3 };
    CasePlatform *p = NULL;
    size_t n = 0;
    Buf b = buf_new(2048);
    if (k->locations == 0) {
        *out = tr(ui, N_("no link yet"));
        return OK;
    }
    Err err = case_platforms(c, k->id, SHOWN + 1, &p, &n);
    buf_put(&b, trn(ui, k->locations, "One link", "{n} links", (UiArg[]){ UA_I("n", k->locations) }, 1));
    for (size_t i = 0; i < n && i < SHOWN; i++) {
        buf_z(&b, i == 0 ? " · " : ", ");
        buf_put(&b, desk_platform(c, ui, p[i].platform));
    }
    if (n > SHOWN) buf_z(&b, " …");
    *out = str_dup(ui->a, buf_str(&b));
    buf_free(&b);
    return err;
}

/* Offence codes once a colleague has classified, what was told until then. */
static Err what(Ctx *c, const UiCtx *ui, const CaseRow *k, Str *out) {
    Str *codes = NULL;
    size_t n = 0;
    if (k->incidents == 0) {
        *out = k->what.n > 0 ? desk_say_all(ui, "what", k->what) : tr(ui, N_("not said"));
        return OK;
    }
    TRY(case_offences(c, k->id, &codes, &n));
    Buf b = buf_new(4096);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) buf_z(&b, ", ");
        buf_put(&b, desk_offence(c, ui, codes[i]));
    }
    *out = str_dup(ui->a, buf_str(&b));
    buf_free(&b);
    return OK;
}

static void state_of(const CaseRow *k, TplDeskQueueRows *r) {
    static const struct { size_t at; const char *word; UiState state; } states[] = {
        { offsetof(CaseRow, erased), N_("erased"), STATE_REFUSED }, { offsetof(CaseRow, closed), N_("closed"), STATE_DONE }, { offsetof(CaseRow, withdrawn), N_("withdrawn"), STATE_REFUSED }, { offsetof(CaseRow, paused), N_("paused"), STATE_WAITING } };
    if (!id_none(k->merged_into)) {
        r->state_word = N_("joined");
        r->state = STATE_DONE;
    }
    for (size_t i = 0; i < LEN(states) && r->state_word == NULL; i++) {
        UnixMs at = 0;
        memcpy(&at, (const char *)k + states[i].at, sizeof at);
        if (at != 0) *r = (TplDeskQueueRows){ .state_word = states[i].word, .state = states[i].state };
    }
}

static Err row(Ctx *c, const UiCtx *ui, const CaseRow *k, TplDeskQueueRows *out) {
    TplDeskQueueRows r = { 0 };
    state_of(k, &r);
    r.href = url_path(ui->a, "/case/%s", id_hex(ui->a, k->id).p);
    r.ref = k->ref;
    r.risk = k->risk;
    r.risk_word = desk_say(ui, "risk", str_fmt(ui->a, "%lld", (long long)k->risk));
    r.why = desk_say_all(ui, "risk_why", k->risk_why);
    r.minor = !str_eq(k->lane, S("adult"));
    r.turn = desk_say(ui, "turn", k->turn);
    r.ours = str_eq(k->turn, S("us")) && k->active && k->paused == 0;
    r.due = k->active ? k->next_due : 0;
    r.duty = k->active ? desk_duty(c, ui, k->next_duty) : STR_NONE;
    if (!id_none(k->claimed_by) && k->claim_until > c->now) {
        r.claimed = desk_user(c, k->claimed_by);
        r.claim_until = k->claim_until;
    }
    TRY(what(c, ui, k, &r.what));
    TRY(where(c, ui, k, &r.where));
    *out = r;
    return OK;
}

/* The first case that waits for us and lies in nobody else's hands is what should be done now; the page says why. */
static void point_out(Ctx *c, const UiCtx *ui, const QueueRow *q, TplDeskQueueRows *rows, size_t n, TplDeskQueue *t) {
    for (size_t i = 0; i < n; i++) {
        bool other = rows[i].claimed.n > 0 && !id_eq(q[i].row.claimed_by, c->person.user);
        if (!rows[i].ours || other) continue;
        rows[i].now = true;
        UiArg args[] = { UA_S("risk", rows[i].risk_word), UA_S("why", rows[i].why), UA_S("duty", rows[i].duty), UA_S("ago", ui_ago(ui, rows[i].due)) };
        t->first_ref = rows[i].ref;
        t->first_href = rows[i].href;
        t->first = q[i].row.next_due < c->now ? trf(ui, N_("Do this first. Risk {risk}: {why}. “{duty}” was due {ago}."), args, LEN(args))
                                              : trf(ui, N_("Do this first. Risk {risk}: {why}. “{duty}” is due {ago}."), args, LEN(args));
        return;
    }
}

static void options(Ctx *c, const UiCtx *ui, const Ask *q, const TeamRow *teams, size_t teams_n, TplDeskQueue *t) {
    DeskOption *o = ARENA_ARRAY(ui->a, DeskOption, teams_n + 1), *s = ARENA_ARRAY(ui->a, DeskOption, LEN(sorts));
    for (size_t i = 0; i < teams_n; i++) o[i] = (DeskOption){ id_hex(ui->a, teams[i].id), teams[i].name, id_eq(teams[i].id, q->f.team) };
    for (size_t i = 0; i < LEN(sorts); i++) s[i] = (DeskOption){ str_c(sorts[i].code), tr(ui, sorts[i].word), q->f.sort == sorts[i].sort };
    t->teams = o;
    t->teams_n = teams_n > 1 ? teams_n : 0;
    t->sorts = s;
    t->sorts_n = LEN(sorts);
    t->lanes = coded(ui, "lane", lanes, q->f.lane, &t->lanes_n);
    t->turns = coded(ui, "turn", turns, q->f.turn, &t->turns_n);
    t->risks = coded(ui, "risk", risk_codes, str_fmt(ui->a, "%lld", (long long)q->f.risk_min), &t->risks_n);
    t->offences = offence_options(c, ui, q->f.offence, &t->offences_n);
    t->platforms = platform_options(c, ui, q->f.platform, &t->platforms_n);
}

Err queue_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    TeamRow *teams = NULL;
    QueueRow *rows = NULL;
    size_t teams_n = 0, n = 0;
    TRY(desk_teams(c, &teams, &teams_n));
    if (teams_n == 0) {
        tpl_desk_queue(&res->body, ui, &(TplDeskQueue){ .no_team = true });
        return OK;
    }
    Ask q = read_ask(c, req, teams, teams_n);
    TplDeskQueue t = { .page = q.page, .filtered = q.filtered, .closed_too = q.f.closed_too, .mine = q.f.mine, .unclaimed = q.f.unclaimed, .ref = q.f.text_ref };
    TRY(case_queue(c, &q.f, (size_t)(q.page - 1) * QUEUE_PAGE, QUEUE_PAGE, &rows, &n, &t.all));
    TplDeskQueueRows *shown = ARENA_ARRAY(ui->a, TplDeskQueueRows, n + 1);
    for (size_t i = 0; i < n; i++) TRY(row(c, ui, &rows[i].row, &shown[i]));
    if (q.page == 1 && q.f.sort == QUEUE_URGENT && !q.f.closed_too) point_out(c, ui, rows, shown, n, &t);
    t.rows = shown;
    t.rows_n = n;
    t.more_than = q.filtered && t.all > QUEUE_COUNT_MAX;
    t.pages = (t.all + QUEUE_PAGE - 1) / QUEUE_PAGE;
    if (t.pages > QUEUE_LOOK_MAX / QUEUE_PAGE) t.pages = QUEUE_LOOK_MAX / QUEUE_PAGE;
    if (t.more_than) t.all = QUEUE_COUNT_MAX;
    if (q.page > 1) t.before = url_with(req->a, q.self, "page", str_fmt(req->a, "%lld", (long long)q.page - 1));
    if (q.page < t.pages) t.after = url_with(req->a, q.self, "page", str_fmt(req->a, "%lld", (long long)q.page + 1));
    options(c, ui, &q, teams, teams_n, &t);
    TRY(home_waits(c, ui, &t.waits));
    tpl_desk_queue(&res->body, ui, &t);
    return OK;
}
