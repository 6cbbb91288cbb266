/* desk_second.c - see desk_second.h. */
#include "core/desk/desk_second.h"
#include "core/sorask/stats.h"

#include <math.h>

#define END { NULL, F_END, CLEAR, false, 0 }
enum { LINKS_SHOWN_MOST = 20, WAITING_SHOWN = 30, DIFFER_SHOWN = 50, CODES_MAX = 100 };
static const char *const ages[] = { "18+", "16-17", "12-15", "<12", "unknown", NULL };
const Param second_form[2] = { { .name = "offence", .kind = P_TEXT, .required = true, .max = 40, .label = N_("Offence") }, { .name = "age", .kind = P_CHOICE, .required = true, .choices = ages, .label = N_("Age in the image") } };

/* ---- the act ---- */
static const FieldDef given_fields[] = { { "first", F_CODE, CLEAR, true, 0 }, { "offence", F_CODE, CLEAR, true, 0 }, { "age", F_CODE, CLEAR, true, 0 }, { "agrees", F_INT, CLEAR, true, 1 }, END };

/* Nobody looks a second time at a choice of their own. */
static Err own_choice(Ctx *c, Id case_id, bool *out) {
    IncidentRow *rows = NULL;
    size_t n = 0;
    *out = false;
    TRY(incident_list(c, case_id, &rows, &n));
    for (size_t i = 0; i < n && !*out; i++) {
        Event *e = NULL;
        size_t e_n = 0;
        TRY(journal_subject_events(c, rows[i].id, 5, false, &e, &e_n));
        for (size_t k = 0; k < e_n; k++) *out = *out || (e[k].def == &act_incident_added && id_eq(e[k].actor, c->person.user));
    }
    return OK;
}
static Err check_given(Ctx *c, const Act *a) {
    SecondRow *rows = NULL;
    size_t n = 0;
    bool own = false;
    TRY(own_choice(c, a->case_id, &own));
    if (own) return ctx_refuse(c, E_CONFLICT, NULL, N_("You classified this case yourself. A second look is somebody else's."));
    TRY(second_of_case(c, a->case_id, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (id_eq(rows[i].by, a->actor)) return ctx_refuse(c, E_CONFLICT, NULL, N_("You gave your second look at this case already."));
    return law_offence(c->app->law, act_get_code(a, "offence"), DATE_NONE) != NULL ? OK : ctx_refuse(c, E_INPUT, "offence", "This choice is not known.");
}
const ActDef act_second_given = { "second.given", 1, OBJ_NONE, "case.classify", true, true, given_fields, check_given, apply_second_given, NULL, N_("A second look: {offence}") };

Act *second_give(Ctx *c, Id case_id, Str first, Str offence, Str age, bool agrees) {
    Act *a = act_new(c, &act_second_given, ID_NONE, case_id, ctx_new_id(c));
    act_code(a, "first", first);
    act_code(a, "offence", offence);
    act_code(a, "age", age);
    act_int(a, "agrees", agrees);
    return a;
}

/* ---- agreement ---- */
typedef struct Codes { Str code[CODES_MAX]; int64_t first[CODES_MAX], second[CODES_MAX]; size_t n; } Codes;
static size_t place_of(Codes *x, Str code) {
    for (size_t i = 0; i < x->n; i++)
        if (str_eq(x->code[i], code)) return i;
    if (x->n == CODES_MAX) return CODES_MAX - 1;
    x->code[x->n] = code;
    return x->n++;
}
double second_kappa(const SecondRow *rows, size_t n) {
    Codes x = { .n = 0 };
    double same = 0, chance = 0;
    for (size_t i = 0; i < n; i++) {
        x.first[place_of(&x, rows[i].first)]++;
        x.second[place_of(&x, rows[i].offence)]++;
        same += str_eq(rows[i].first, rows[i].offence) ? 1 : 0;
    }
    if (n == 0) return (double)NAN;
    for (size_t i = 0; i < x.n; i++) chance += (double)x.first[i] / (double)n * ((double)x.second[i] / (double)n);
    return chance >= 1 ? (double)NAN : (same / (double)n - chance) / (1 - chance);
}

/* ---- pages ---- */
static UiOption *offences(Ctx *c, const UiCtx *ui, size_t *out_n) {
    const LawOffence *const *rows = NULL;
    size_t n = c->app->law != NULL ? law_offence_list(c->app->law, civil_at(c->app->zone, c->now).date, c->arena, &rows) : 0;
    UiOption *o = ARENA_ARRAY(c->arena, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) o[i] = (UiOption){ .value = rows[i]->r.id, .label = rows[i]->name[ui->lang] };
    *out_n = n;
    return o;
}

/* What the case is about, and not what the first person made of it. */
Err second_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    CaseRow k;
    LocationRow *l = NULL;
    SecondRow *rows = NULL;
    size_t n = 0, rows_n = 0;
    TRY(desk_case_of(c, req, &k));
    TRY(location_of_case(c, k.id, 0, LINKS_SHOWN_MOST, &l, &n));
    TRY(location_open(c, l, n));
    TRY(second_of_case(c, k.id, &rows, &rows_n));
    bool given = false, own = false;
    for (size_t i = 0; i < rows_n; i++) given = given || id_eq(rows[i].by, c->person.user);
    TRY(own_choice(c, k.id, &own));
    TplDeskSecond t = { .form = form_page(req, second_form, LEN(second_form)), .ref = k.ref, .back = desk_url(ui, &k, ""), .self = desk_url(ui, &k, "/second"), .may = !given && !own && k.incidents > 0, .own = own, .none = k.incidents == 0, .what = desk_say(ui, "what", k.what) };
    UiLine *lines = ARENA_ARRAY(c->arena, UiLine, n + 1);
    for (size_t i = 0; i < n; i++)
        if (l[i].url_err == OK) lines[t.links_n++] = (UiLine){ .text = desk_url_words(&l[i]) };
    t.links = lines;
    t.offences = offences(c, ui, &t.offences_n);
    t.ages = desk_options(ui, "age", ages, &t.ages_n);
    TplDeskSecondRows *out = ARENA_ARRAY(c->arena, TplDeskSecondRows, rows_n + 1);
    for (size_t i = 0; i < rows_n && (given || own); i++) { /* whoever has yet to look does not see what others chose */
        UserRow u;
        out[t.rows_n] = (TplDeskSecondRows){ .first = desk_offence(c, ui, rows[i].first), .offence = desk_offence(c, ui, rows[i].offence), .age = desk_say(ui, "age", rows[i].age), .at = rows[i].at, .agrees = rows[i].agrees };
        if (user_by_id(c, rows[i].by, &u) == OK) out[t.rows_n].by = u.name;
        t.rows_n++;
    }
    t.rows = out;
    tpl_desk_second(&res->body, ui, &t);
    return OK;
}

Err second_post(Ctx *c, const Request *req, Response *res) {
    CaseRow k;
    IncidentRow *rows = NULL;
    Form *f = req->form;
    size_t n = 0;
    bool there = false;
    TRY(desk_case_of(c, req, &k));
    TRY(incident_list(c, k.id, &rows, &n));
    if (f->errors == 0 && n == 0) form_fail(f, NULL, N_("Nobody classified this case yet."));
    if (f->errors == 0 && (c->app->law == NULL || law_offence(c->app->law, form_text(f, "offence"), DATE_NONE) == NULL)) form_fail(f, "offence", "This choice is not known.");
    if (f->errors > 0 || f->error != NULL) return desk_again(req, res);
    for (size_t i = 0; i < n; i++) there = there || str_eq(rows[i].offence, form_text(f, "offence"));
    bool agrees = there && str_eq(case_lane(form_text(f, "age")), k.lane);
    Act *acts[2] = { second_give(c, k.id, there ? form_text(f, "offence") : rows[0].offence, form_text(f, "offence"), form_text(f, "age"), agrees) };
    if (!agrees) acts[1] = case_turn(c, k.id, S("us"), S("second_differs"), c->now + 24 * 3600000LL);
    TRY(desk_commit(c, &k, f->act, acts, agrees ? 1 : 2));
    res_said(res, agrees ? N_("Recorded: you agree with the first look.") : N_("Recorded: you see it differently. The case is back on the desk."));
    res_redirect(res, "/case/%s/second", id_hex(req->a, k.id).p);
    return OK;
}

Err seconds_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    TeamRow *teams = NULL;
    SecondRow *rows = NULL;
    size_t teams_n = 0, n = 0, agree = 0;
    TplDeskSeconds t = { .waiting_n = 0 };
    TRY(team_of_user(c, c->person.user, &teams, &teams_n));
    TplDeskSecondsWaiting *w = ARENA_ARRAY(c->arena, TplDeskSecondsWaiting, WAITING_SHOWN + 1);
    for (size_t i = 0; i < teams_n && t.waiting_n < WAITING_SHOWN; i++) {
        CaseRow *k = NULL;
        size_t k_n = 0;
        TRY(second_waiting(c, teams[i].id, c->person.user, WAITING_SHOWN - t.waiting_n, &k, &k_n));
        for (size_t j = 0; j < k_n; j++) w[t.waiting_n++] = (TplDeskSecondsWaiting){ .ref = k[j].ref, .href = desk_url(ui, &k[j], "/second"), .opened = k[j].opened };
    }
    t.waiting = w;
    TRY(second_since(c, c->now - 365 * 24 * 3600000LL, &rows, &n));
    TplDeskSecondsDiffer *d = ARENA_ARRAY(c->arena, TplDeskSecondsDiffer, DIFFER_SHOWN + 1);
    for (size_t i = 0; i < n; i++) {
        agree += rows[i].agrees;
        if (rows[i].agrees || t.differ_n == DIFFER_SHOWN || !access_can(c, "case.read", OBJ(OBJ_CASE, rows[i].case_id))) continue;
        d[t.differ_n++] = (TplDeskSecondsDiffer){ .ref = rows[i].ref, .href = url_path(ui->a, "/case/%s/second", id_hex(ui->a, rows[i].case_id).p), .at = rows[i].at };
    }
    t.differ = d;
    t.all = (int64_t)n;
    t.agree = (int64_t)agree;
    double low = 0, high = 0, kappa = second_kappa(rows, n);
    stat_share((int64_t)agree, (int64_t)n, &low, &high);
    if (n > 0) t.share = str_fmt(ui->a, "%.0f%% (%.0f–%.0f%%)", 100.0 * (double)agree / (double)n, 100 * low, 100 * high);
    if (!isnan(kappa)) t.kappa = str_fmt(ui->a, "%.2f", kappa);
    tpl_desk_seconds(&res->body, ui, &t);
    return OK;
}
