/* cmd_case.c - keten case: what is coded about cases. Texts and addresses stay sealed: a command has no business with them. */
#include "foundation/base/json.h"
#include "programs/keten/local.h"

enum { EVENTS_MAX = 2000 };

static const char *state_of(const CaseRow *k) {
    return k->erased ? "erased" : !id_none(k->merged_into) ? "joined" : k->withdrawn ? "withdrawn" : k->closed ? "closed" : k->paused ? "paused" : "open";
}

static Str at(Arena *a, UnixMs t) { return t == 0 ? S("") : when_rfc3339(a, t / 1000 * 1000); }

static void json_case(Json *j, Arena *a, const CaseRow *k) {
    json_kv_str(j, "reference", k->ref);
    json_kv_str(j, "state", str_c(state_of(k)));
    json_kv_str(j, "opened", at(a, k->opened));
    json_kv_str(j, "source", k->source);
    json_kv_str(j, "lane", k->lane);
    json_kv_str(j, "age_depicted", k->age_depicted);
    json_kv_i64(j, "risk", k->risk);
    json_kv_str(j, "risk_why", k->risk_why);
    json_kv_str(j, "turn", k->turn);
    json_kv_str(j, "next_duty", k->next_duty);
    json_kv_str(j, "next_due", at(a, k->next_due));
    json_kv_i64(j, "locations", k->locations);
    json_kv_i64(j, "incidents", k->incidents);
    if (k->closed) json_kv_str(j, "closed", at(a, k->closed));
    if (k->close_why.n > 0) json_kv_str(j, "closed_because", k->close_why);
}

/* ---- list ---- */

static int list(Cli *c) {
    Local l;
    int code = EXIT_YES;
    bool json = cli_flag(c, "json");
    CaseWish w = { .lane = cli_text(c, "lane"), .turn = cli_text(c, "turn"), .state = cli_text(c, "state"), .year = cli_int(c, "year") };
    if (!str_eq(w.state, S("open")) && !str_eq(w.state, S("closed")) && !str_eq(w.state, S("all"))) return cli_fail(c, EXIT_USE, "--state: open, closed or all");
    if (!local_open(c, cli_text(c, "data").p, DB_READ, &l, &code)) return code;
    int64_t limit = cli_int(c, "limit");
    Str *refs = ARENA_ARRAY(c->a, Str, (size_t)limit);
    size_t n = 0;
    Err e = local_store_cases(&l.c, &w, limit, refs, &n);
    Buf b = buf_new(64 << 20);
    Json j = json_to(&b, true);
    json_arr(&j);
    for (size_t i = 0; e == OK && i < n; i++) {
        CaseRow k;
        e = case_by_ref(&l.c, refs[i], &k);
        if (e != OK) break;
        json_obj(&j);
        json_case(&j, c->a, &k);
        json_end_obj(&j);
        if (!json)
            printf("%-14.*s %-9s risk %lld  %-8.*s turn %-10.*s due %-22.*s %lld locations\n", (int)k.ref.n, k.ref.p, state_of(&k), (long long)k.risk, (int)k.lane.n, k.lane.p,
                (int)k.turn.n, k.turn.p, (int)at(c->a, k.next_due).n, at(c->a, k.next_due).p, (long long)k.locations);
    }
    json_end_arr(&j);
    if (e == OK && json) printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    if (e == OK && !json && n == 0) printf("no cases\n");
    buf_free(&b);
    if (e != OK) code = cli_fail(c, EXIT_SYSTEM, "the list cannot be read (%s)", db_why(l.db));
    local_close(&l);
    return code;
}

/* ---- show ---- */

typedef struct Shown { CaseRow k; IncidentRow *incidents; ClockRow *clocks; Event *events; size_t incidents_n, clocks_n, events_n; } Shown;

static Err gather(Ctx *c, Str ref, Shown *out) {
    TRY(case_by_ref(c, ref, &out->k));
    TRY(incident_list(c, out->k.id, &out->incidents, &out->incidents_n));
    TRY(clock_of_case(c, out->k.id, &out->clocks, &out->clocks_n));
    return journal_case_events(c, out->k.id, 0, EVENTS_MAX, true, false, &out->events, &out->events_n);
}

static void show_json(Cli *c, const Shown *s) {
    Arena *a = c->a;
    Buf b = buf_new(16 << 20);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_case(&j, a, &s->k);
    json_key(&j, S("offences"));
    json_arr(&j);
    for (size_t i = 0; i < s->incidents_n; i++) json_str(&j, s->incidents[i].offence);
    json_end_arr(&j);
    json_key(&j, S("clocks"));
    json_arr(&j);
    for (size_t i = 0; i < s->clocks_n; i++) {
        const ClockRow *k = &s->clocks[i];
        json_obj(&j);
        json_kv_str(&j, "duty", k->duty);
        json_kv_str(&j, "kind", k->kind);
        json_kv_str(&j, "holder", k->holder);
        json_kv_str(&j, "state", k->state);
        json_kv_str(&j, "from", at(a, k->from));
        json_kv_str(&j, "due", at(a, k->due));
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_key(&j, S("acts"));
    json_arr(&j);
    for (size_t i = 0; i < s->events_n; i++) {
        json_obj(&j);
        json_kv_i64(&j, "seq", s->events[i].seq);
        json_kv_str(&j, "kind", s->events[i].kind);
        json_kv_str(&j, "at", at(a, s->events[i].at));
        json_kv_str(&j, "by", s->events[i].actor_kind);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_end_obj(&j);
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    buf_free(&b);
}

static void show_text(Cli *c, const Shown *s) {
    const CaseRow *k = &s->k;
    Arena *a = c->a;
    printf(STR_FMT "  %s\n  opened      " STR_FMT " (" STR_FMT ")\n  lane        " STR_FMT ", age depicted " STR_FMT "\n  risk        %lld " STR_FMT "\n", STR_ARG(k->ref), state_of(k),
        STR_ARG(at(a, k->opened)), STR_ARG(k->source), STR_ARG(k->lane), STR_ARG(k->age_depicted), (long long)k->risk, STR_ARG(k->risk_why));
    printf("  turn        " STR_FMT ", " STR_FMT " by " STR_FMT "\n  locations   %lld\n", STR_ARG(k->turn), STR_ARG(k->next_duty), STR_ARG(at(a, k->next_due)), (long long)k->locations);
    for (size_t i = 0; i < s->incidents_n; i++) printf("  offence     " STR_FMT "\n", STR_ARG(s->incidents[i].offence));
    for (size_t i = 0; i < s->clocks_n; i++)
        printf("  clock       " STR_FMT " %-8.*s due " STR_FMT " (" STR_FMT ", " STR_FMT ")\n", STR_ARG(s->clocks[i].duty), (int)s->clocks[i].state.n, s->clocks[i].state.p,
            STR_ARG(at(a, s->clocks[i].due)), STR_ARG(s->clocks[i].kind), STR_ARG(s->clocks[i].holder));
    for (size_t i = 0; i < s->events_n; i++)
        printf("  " STR_FMT "  " STR_FMT " by " STR_FMT "\n", STR_ARG(at(a, s->events[i].at)), STR_ARG(s->events[i].kind), STR_ARG(s->events[i].actor_kind));
}

static int show(Cli *c) {
    Local l;
    Shown s = { 0 };
    int code = EXIT_YES;
    if (!local_open(c, cli_text(c, "data").p, DB_READ, &l, &code)) return code;
    Err e = gather(&l.c, str_c(c->args[0]), &s);
    if (e == OK && cli_flag(c, "json")) show_json(c, &s);
    else if (e == OK) show_text(c, &s);
    else if (e == E_MISSING) code = cli_fail(c, EXIT_NO, "there is no case %s", c->args[0]);
    else code = cli_fail(c, EXIT_SYSTEM, "the case cannot be read (%s)", db_why(l.db));
    local_close(&l);
    return code;
}

static const Opt list_opts[] = {
    OPT_DATA,
    { OPT_TEXT, "state", "STATE", "open, closed or all", .otherwise = "open" },
    { OPT_TEXT, "lane", "LANE", "only adult, minor or unknown" },
    { OPT_TEXT, "turn", "TURN", "only where it is us, platform, authority or victim who must act" },
    { OPT_INT, "year", "YEAR", "only cases opened in that year", .min = 0, .max = 9999, .otherwise = "0" },
    { OPT_INT, "limit", "N", "at most so many", .min = 1, .max = 100000, .otherwise = "100" },
    OPT_JSON,
    { OPT_END },
};
static const Opt show_opts[] = { OPT_DATA, OPT_JSON, { OPT_END } };
static const Cmd cmd_list = { .name = "list", .summary = "cases, the most urgent first", .args = "", .opts = list_opts, .run = list };
static const Cmd cmd_show = { .name = "show", .summary = "one case: its coded facts, clocks and acts", .args = "REFERENCE", .args_min = 1, .args_max = 1, .opts = show_opts, .run = show };
static const Cmd *const subs[] = { &cmd_list, &cmd_show, NULL };
const Cmd cmd_case = { .name = "case", .summary = "what is coded about cases; texts and addresses stay sealed", .args = "", .subs = subs };
