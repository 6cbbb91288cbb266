/* playbook.c - the playbook of an organisation, and the reminders that it lets go. */
#include "steps/takedown/playbook.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/plan_in.h"
#include "steps/takedown/takedown_page.h"

#define END { NULL, F_END, CLEAR, false, 0 }
enum { PROPOSALS_MAX = 2000, GROUPS_MAX = 400, GROUPS_A_RUN = 40, GROUP_ITEMS_MAX = NOTICE_ITEMS_MAX };

const PlayStep play_steps[] = {
    { "first", N_("First notice to a recipient"), N_("A notice states good faith (DSA art. 16(2)(d)); only a person can."), false, false, 0, 0 },
    { "remind", N_("Reminder of a notice that stays unanswered"), N_("The words and the places are those that a person signed."), true, false, 3, 24 },
    { "moved", N_("The same request to whoever holds a place now"), N_("In the words that a person signed; a person looks at it afterwards."), true, true, 0, 0 },
    { "rung", N_("The next rung of the ladder"), N_("Somebody else is asked, so somebody signs again."), false, false, 0, 0 },
    { "filing", N_("A filing at a body that can act"), N_("A filing speaks for the person; a worker signs each."), false, false, 0, 0 },
    { NULL, NULL, NULL, false, false, 0, 0 },
};

static const PlayStep *step_of(Str code) {
    for (const PlayStep *s = play_steps; s->code != NULL; s++)
        if (str_eq(code, str_c(s->code))) return s;
    return NULL;
}

Err playbook_row(Ctx *c, Str step, PlayRow *out) {
    const PlayStep *s = step_of(step);
    must(s != NULL);
    Err e = playbook_stored(c, step, out);
    if (e == E_MISSING) *out = (PlayRow){ .step = step, .self = s->self, .most = s->most, .every_h = s->every_h };
    else TRY(e);
    out->self = out->self && s->may_self;
    return OK;
}

/* ---- the act ---- */
static const FieldDef set_fields[] = { { "step", F_CODE, CLEAR, true, 0 }, { "self", F_INT, CLEAR, true, 1 }, { "most", F_INT, CLEAR, true, 20 }, { "every_h", F_INT, CLEAR, true, 720 }, END };
static Err check_set(Ctx *c, const Act *a) {
    const PlayStep *s = step_of(act_get_code(a, "step"));
    if (s == NULL) return ctx_refuse(c, E_INPUT, "step", "This choice is not known.");
    return s->may_self || act_get_int(a, "self") == 0 ? OK : ctx_refuse(c, E_INPUT, "self", N_("This is always signed by a person."));
}
const ActDef act_playbook_set = { "playbook.set", 1, OBJ_NONE, "playbook.edit", false, true, set_fields, check_set, apply_playbook_set, NULL, N_("What goes by itself was changed: {step}") };

Act *playbook_set(Ctx *c, const PlayRow *r) {
    Act *a = act_new(c, &act_playbook_set, ID_NONE, ID_NONE, ctx_new_id(c));
    act_code(a, "step", r->step);
    act_int(a, "self", r->self);
    act_int(a, "most", r->most);
    act_int(a, "every_h", r->every_h);
    return a;
}

/* ---- working hours ---- */
static bool hours_read(Str s, bool *out_week, int64_t *out_from, int64_t *out_to) {
    Str rest = s, days = STR_NONE, from = STR_NONE;
    if (!str_split(&rest, ':', &days) || !str_split(&rest, '-', &from)) return false;
    if (!str_eq(days, S("mf")) && !str_eq(days, S("all"))) return false;
    *out_week = str_eq(days, S("mf"));
    return str_i64(from, 0, 23, out_from) == OK && str_i64(rest, 1, 24, out_to) == OK && *out_from < *out_to;
}
bool hours_known(Str s) {
    bool week = false;
    int64_t from = 0, to = 0;
    return hours_read(s, &week, &from, &to);
}
bool hours_open(Str s, const Zone *zone, UnixMs now) {
    bool week = false;
    int64_t from = 0, to = 0;
    if (!hours_read(s, &week, &from, &to)) return true; /* none are said */
    Civil t = civil_at(zone, now);
    int day = date_weekday(t.date);
    return (!week || (day >= 1 && day <= 5)) && t.hh >= from && t.hh < to;
}

/* ---- reminders ---- */
typedef struct Group { Id case_id, recipient, earlier; UnixMs earlier_made; Id places[GROUP_ITEMS_MAX]; size_t places_n; const ProposalRow **proposals; size_t proposals_n; } Group;
typedef struct Round { Ctx *c; PlayRow rule; ProposalRow *rows; size_t n; Group **groups; size_t groups_n; Id sent[GROUPS_MAX]; size_t sent_n; } Round;

static Group *group_of(Round *x, Id case_id, Id recipient) {
    for (size_t i = 0; i < x->groups_n; i++)
        if (id_eq(x->groups[i]->case_id, case_id) && id_eq(x->groups[i]->recipient, recipient)) return x->groups[i];
    if (x->groups_n == GROUPS_MAX) return NULL;
    Group *g = x->groups[x->groups_n++] = ARENA_NEW(x->c->arena, Group);
    *g = (Group){ .case_id = case_id, .recipient = recipient, .proposals = ARENA_ARRAY(x->c->arena, const ProposalRow *, x->n) };
    return g;
}

/* A proposal belongs to its case and to whom the notice went; what was answered or withdrawn since is nobody's reminder. */
static Err sort_one(Round *x, const ProposalRow *p) {
    ClockRow clock;
    RequestRow r;
    NoticeRow n;
    TRY(clock_by_id(x->c, p->clock, &clock));
    Err e = request_by_id(x->c, clock.subject, &r);
    if (e == E_MISSING) return OK;
    TRY(e);
    if (!str_eq(r.kind, S("notice")) || r.outcome.n > 0 || p->not_before > x->c->now) return OK;
    TRY(notice_by_id(x->c, r.subject, &n));
    Group *g = n.withdrawn == 0 && n.sent != 0 ? group_of(x, p->case_id, n.recipient) : NULL;
    if (g == NULL) return OK;
    bool there = false;
    for (size_t i = 0; i < g->places_n; i++) there = there || id_eq(g->places[i], r.location);
    if (!there && g->places_n == GROUP_ITEMS_MAX) return OK; /* the rest is reminded of next time */
    if (!there) g->places[g->places_n++] = r.location;
    g->proposals[g->proposals_n++] = p;
    if (id_none(g->earlier) || n.made < g->earlier_made) {
        g->earlier = n.id;
        g->earlier_made = n.made;
    }
    return OK;
}

static bool sent_now(const Round *x, Id recipient) {
    for (size_t i = 0; i < x->sent_n; i++)
        if (id_eq(x->sent[i], recipient)) return true;
    return false;
}

static Err may_go(Round *x, const Group *g, const RecipientRow *to, const CaseRow *k, bool *out) {
    UnixMs last = 0;
    int64_t times = 0;
    *out = false;
    if (to->ended != 0 || to->bounces > 0 || k->erased != 0 || k->paused != 0 || k->withdrawn != 0 || k->closed != 0) return OK;
    if (str_eq(k->lane, S("adult")) && !hours_open(to->hours, x->c->app->zone, x->c->now)) return OK;
    TRY(remind_counts(x->c, to->id, g->case_id, &last, &times));
    *out = times < x->rule.most && (sent_now(x, to->id) || x->c->now - last >= x->rule.every_h * (int64_t)HOUR_MS);
    return OK;
}

static Err remind(Round *x, const Group *g, RecipientRow *to, const CaseRow *k) {
    Ctx *c = x->c;
    NoticeRow e;
    LocationRow *l = ARENA_ARRAY(c->arena, LocationRow, g->places_n + 1);
    size_t live = 0, n = 0;
    TRY(notice_by_id(c, g->earlier, &e));
    for (size_t i = 0; i < g->places_n; i++) TRY(location_by_id(c, g->places[i], &l[i]));
    TRY(location_open(c, l, g->places_n));
    for (size_t i = 0; i < g->places_n; i++)
        if (location_open_still(&l[i])) l[live++] = l[i];
    size_t max = live + g->proposals_n + 8;
    Act **acts = ARENA_ARRAY(c->arena, Act *, max);
    NoticePlan p = { .case_id = k->id, .to = to, .locations = l, .locations_n = live, .form = S("reminder"), .offence = e.offence, .lane = k->lane, .action = e.action, .territory = e.territory, .named = e.named, .good_faith = true, .earlier = e.id,
        .id = derived_id(e.id, S("reminder"), (size_t)(c->now / HOUR_MS)) };
    if (live > 0) {
        TRY(notice_words(c, &e, &p.why, &p.extra));
        TRY(notice_write(c, &p));
        TRY(notice_acts(c, &p, acts, max, &n));
    }
    for (size_t i = 0; i < g->proposals_n; i++) acts[n++] = proposal_decide(c, g->proposals[i], live > 0, STR_NONE);
    TRY(journal_commit(c, acts, n));
    if (live > 0 && !sent_now(x, to->id) && x->sent_n < GROUPS_MAX) x->sent[x->sent_n++] = to->id;
    return OK;
}

static Err remind_org(Ctx *c, Id org) {
    Round *x = ARENA_NEW(c->arena, Round);
    int done = 0;
    *x = (Round){ .c = c };
    c->person.org = org;
    TRY(playbook_row(c, S("remind"), &x->rule));
    if (!x->rule.self) return OK;
    TRY(proposal_open_of_step(c, org, S("remind"), PROPOSALS_MAX, &x->rows, &x->n));
    x->groups = ARENA_ARRAY(c->arena, Group *, GROUPS_MAX);
    for (size_t i = 0; i < x->n; i++) TRY(sort_one(x, &x->rows[i]));
    for (size_t i = 0; i < x->groups_n && done < GROUPS_A_RUN; i++) {
        RecipientRow to;
        CaseRow k;
        bool go = false;
        TRY(recipient_by_id(c, x->groups[i]->recipient, &to));
        TRY(case_by_id(c, x->groups[i]->case_id, &k));
        TRY(may_go(x, x->groups[i], &to, &k, &go));
        if (!go) continue;
        TRY(recipient_open(c, &to, 1));
        Err e = remind(x, x->groups[i], &to, &k);
        if (e != OK && e != E_CONFLICT && e != E_DENIED && e != E_INPUT) return e;
        c->fail = (Fail){ 0 }; /* consent taken back, or somebody was quicker: a person sees it on the case */
        done++;
    }
    return OK;
}

Err remind_run(Ctx *c, Id any, UnixMs due, UnixMs *out_again) {
    Id *orgs = NULL;
    size_t n = 0;
    (void)any, (void)due;
    *out_again = c->now + HOUR_MS;
    TRY(playbook_orgs(c, S("remind"), &orgs, &n));
    for (size_t i = 0; i < n; i++) TRY(remind_org(c, orgs[i]));
    return OK;
}

/* ---- the page ---- */
const Param playbook_form[PLAYBOOK_FORM_N] = {
    { .name = "remind", .kind = P_BOOL, .label = N_("Reminders go by themselves") },
    { .name = "most", .kind = P_INT, .min = 1, .max = 20, .label = N_("Reminders for one case to one recipient, at most") },
    { .name = "every_h", .kind = P_INT, .min = 1, .max = 720, .label = N_("Hours between two rounds to one recipient") },
    { .name = "moved", .kind = P_BOOL, .label = N_("Whoever holds a place now is asked by itself") },
};

Err playbook_page(Ctx *c, const Request *req, Response *res) {
    PlayRow remind_row, moved;
    TRY(playbook_row(c, S("remind"), &remind_row));
    TRY(playbook_row(c, S("moved"), &moved));
    Form *f = form_page(req, playbook_form, PLAYBOOK_FORM_N);
    if (remind_row.self) form_set(f, "remind", S("1"));
    if (moved.self) form_set(f, "moved", S("1"));
    form_set(f, "most", str_fmt(c->arena, "%lld", (long long)remind_row.most));
    form_set(f, "every_h", str_fmt(c->arena, "%lld", (long long)remind_row.every_h));
    TplTakedownPlaybook t = { .form = f, .may_edit = access_can(c, "playbook.edit", NO_OBJECT) };
    TplTakedownPlaybookRows *rows = ARENA_ARRAY(c->arena, TplTakedownPlaybookRows, 8);
    for (const PlayStep *s = play_steps; s->code != NULL; s++) {
        PlayRow r;
        TRY(playbook_row(c, str_c(s->code), &r));
        rows[t.rows_n++] = (TplTakedownPlaybookRows){ .word = s->word, .why = s->why, .self = r.self };
    }
    t.rows = rows;
    tpl_takedown_playbook(&res->body, req->ui, &t);
    return OK;
}

Err playbook_post(Ctx *c, const Request *req, Response *res) {
    Form *f = req->form;
    PlayRow was, moved;
    Act *acts[2];
    size_t n = 0;
    if (f->errors > 0) {
        res_again(res, "/playbook");
        return OK;
    }
    TRY(playbook_row(c, S("remind"), &was));
    TRY(playbook_row(c, S("moved"), &moved));
    PlayRow r = { .step = S("remind"), .self = form_bool(f, "remind"), .most = form_at(f, "most")->given ? form_int(f, "most") : was.most, .every_h = form_at(f, "every_h")->given ? form_int(f, "every_h") : was.every_h };
    if (r.self != was.self || r.most != was.most || r.every_h != was.every_h) acts[n++] = playbook_set(c, &r);
    if (form_bool(f, "moved") != moved.self) acts[n++] = playbook_set(c, &(PlayRow){ .step = S("moved"), .self = form_bool(f, "moved") });
    if (n > 0) acts[0]->id = f->act;
    TRY(journal_commit(c, acts, n));
    res_said(res, N_("The playbook was saved."));
    res_redirect(res, "/playbook");
    return OK;
}
