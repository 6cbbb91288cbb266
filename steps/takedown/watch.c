/* watch.c - job "watch.check": one look at a location, its facts kept as proof, its verdict recorded; what follows when it is gone or back. */
#include "foundation/base/enc.h"
#include "foundation/http/http.h"
#include "steps/takedown/takedown_in.h"
#include "steps/takedown/lookup_rule.h"
#include "steps/takedown/watch_look.h"

enum { LOOKS = 1000, TURN_MS = 4 * HOUR_MS };

/* ---- what stood there before ---- */
/* The newest look that surely saw it: the first one, or one that found the same page. A look that was only fairly sure is no measure
 * for later ones: a page that slips away in small steps must not carry its own proof along. */
static bool sure(const CheckRow *k) {
    static const char *const whys[] = { "answers", "media_answers", "same_page", "same_bytes" };
    if (!str_eq(k->verdict, S("still_online")) || id_none(k->proof)) return false;
    for (size_t i = 0; i < LEN(whys); i++)
        if (str_eq(k->why, str_c(whys[i]))) return true;
    return false;
}

static Err baseline(Ctx *c, const CheckRow *checks, size_t n, WatchFacts *out, bool *out_has) {
    *out_has = false;
    for (size_t i = 0; i < n && !*out_has; i++) {
        const JVal *root = NULL;
        Str bytes = STR_NONE;
        if (!sure(&checks[i])) continue;
        Err err = blob_get(c, checks[i].proof, WATCH_PROOF_MAX, &bytes);
        if (err == E_MISSING || err == E_INPUT) continue; /* erased with its case, or damaged: another look serves */
        TRY(err);
        if (json_read(c->arena, bytes, WATCH_PROOF_MAX, &root, NULL, NULL) != OK) continue;
        *out_has = watch_facts_read(c->arena, jget(root, "facts"), out) == OK;
    }
    return OK;
}

/* ---- whose location it is ---- */
typedef struct Cases { CaseRow *live; size_t n; bool paused; } Cases;
static Err cases_of(Ctx *c, Id location, Cases *out) {
    Id *ids = NULL;
    size_t n = 0;
    TRY(location_cases(c, location, &ids, &n));
    *out = (Cases){ .live = ARENA_ARRAY(c->arena, CaseRow, n + 1) };
    for (size_t i = 0; i < n; i++) {
        CaseRow k;
        TRY(case_by_id(c, ids[i], &k));
        if (k.erased != 0 || k.withdrawn != 0 || !id_none(k.merged_into)) continue;
        if (k.paused != 0) out->paused = true;
        else out->live[out->n++] = k;
    }
    return OK;
}

/* The clock of the latest request about it: a return goes on where that one stood. */
static Err old_clock(Ctx *c, Id case_id, Id location, ClockRow *out, bool *out_has) {
    RequestRow *rows = NULL;
    size_t n = 0;
    *out_has = false;
    TRY(request_of_location(c, location, &rows, &n));
    for (size_t i = n; i > 0 && !*out_has; i--) {
        ClockRow *clocks = NULL;
        size_t k = 0;
        if (!id_eq(rows[i - 1].case_id, case_id) || !str_eq(rows[i - 1].kind, S("notice"))) continue;
        TRY(clock_of_subject(c, rows[i - 1].id, &clocks, &k));
        for (size_t j = 0; j < k; j++) {
            if (*out_has && str_eq(clocks[j].duty, S("C1"))) continue;
            *out = clocks[j];
            *out_has = true;
        }
    }
    return OK;
}

static Err propose(Ctx *c, const ClockRow *clock, Acts *l) {
    LawStep *steps = NULL;
    size_t n = 0;
    if (c->app->law == NULL) return OK;
    TRY(law_next_steps(c->app->law, clock->duty, clock->due, c->app->zone, c->arena, &steps, &n));
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(steps[i].form, S("reminder"))) continue;
        Act *a = act_new(c, &act_proposal_made, ID_NONE, clock->case_id, ctx_new_id(c));
        act_idf(a, "clock", clock->id);
        act_code(a, "step", steps[i].code);
        act_code(a, "target", steps[i].target);
        act_code(a, "ground", steps[i].id);
        act_int(a, "not_before", c->now);
        acts_put(c, l, a);
    }
    return OK;
}

static Err came_back(Ctx *c, const LocationRow *loc, const CaseRow *k, Acts *l) {
    ClockRow clock;
    bool has = false;
    if (k->closed != 0) acts_put(c, l, case_reopen(c, k->id, S("returned")));
    Act *a = act_new(c, &act_watch_returned, ID_NONE, k->id, ctx_new_id(c));
    act_idf(a, "location", loc->id);
    act_time(a, "gone", loc->gone);
    acts_put(c, l, a);
    TRY(old_clock(c, k->id, loc->id, &clock, &has));
    if (has) TRY(propose(c, &clock, l));
    acts_put(c, l, case_turn(c, k->id, S("us"), S("came_back"), c->now + TURN_MS));
    return OK;
}

/* Gone here: when nothing of the case is online any more, somebody tells the person. */
static Err all_gone(Ctx *c, const CaseRow *k, Acts *l) {
    LocationCounts counts;
    TRY(location_counts(c, k->id, &counts));
    if (counts.gone + 1 < counts.all) return OK; /* this one is not counted yet */
    acts_put(c, l, case_turn(c, k->id, S("us"), S("tell_gone"), c->now + DAY_MS));
    return OK;
}

/* A recipient that says "removed" while it stands there: said once, at the first look that shows it. */
static Err says_otherwise(Ctx *c, const LocationRow *loc, const CaseRow *k, UnixMs last_look, Acts *l) {
    RequestRow *rows = NULL;
    size_t n = 0;
    TRY(request_of_location(c, loc->id, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        bool says = id_eq(rows[i].case_id, k->id) && (str_eq(rows[i].outcome, S("removed")) || str_eq(rows[i].outcome, S("blocked")));
        if (says && rows[i].decided > last_look) {
            acts_put(c, l, case_turn(c, k->id, S("us"), S("says_removed"), c->now + TURN_MS));
            return OK;
        }
    }
    return OK;
}

static Err follow(Ctx *c, const LocationRow *loc, const Cases *cases, Verdict v, bool proven, UnixMs last_look, Acts *l) {
    bool online = str_eq(str_c(v.code), S("still_online")), back = online && loc->gone != 0, newly = proven && loc->gone == 0;
    for (size_t i = 0; i < cases->n; i++) {
        if (back) TRY(came_back(c, loc, &cases->live[i], l));
        if (newly) TRY(all_gone(c, &cases->live[i], l));
        if (online && !back) TRY(says_otherwise(c, loc, &cases->live[i], last_look, l));
    }
    return OK;
}

static int64_t interval(const Ctx *c) { return c->app->watch_ms > 0 ? c->app->watch_ms : (int64_t)DAY_MS; }

static Err record(Ctx *c, const LocationRow *loc, const Cases *cases, const CheckRow *checks, size_t n, Verdict v, Str place, Str bytes, bool *out_proven) {
    Acts l = { 0 };
    WatchLook *looks = ARENA_ARRAY(c->arena, WatchLook, n + 1);
    Act *blob = NULL;
    Id id = ID_NONE, case_id = cases->live[0].id;
    for (size_t i = 0; i < n; i++) looks[i] = (WatchLook){ checks[i].verdict, checks[i].at, checks[i].vantage };
    *out_proven = watch_quorum(looks, n, str_c(v.code), place, c->now, c->app->watch_places.n > 0);
    c->person.org = cases->live[0].org;
    TRY(blob_put(c, case_id, S("check"), loc->id, bytes, &id, &blob));
    acts_put(c, &l, blob);
    CheckNew k = { .location = loc->id, .case_id = case_id, .verdict = str_c(v.code), .why = str_c(v.why), .vantage = place, .proof = id, .removed = *out_proven };
    acts_put(c, &l, location_check(c, &k));
    TRY(follow(c, loc, cases, v, *out_proven, n > 0 ? checks[0].at : 0, &l));
    return journal_commit(c, l.v, l.n);
}

Err watch_seen(Ctx *c, Id location, Str verdict, Str why, Str bytes, bool *out_proven) {
    LocationRow loc;
    Cases cases;
    CheckRow *checks = NULL;
    size_t n = 0;
    *out_proven = false;
    TRY(location_by_id(c, location, &loc));
    TRY(cases_of(c, location, &cases));
    if (cases.n == 0) return OK;
    TRY(check_of_location(c, location, LOOKS, &checks, &n));
    return record(c, &loc, &cases, checks, n, (Verdict){ str_z(c->arena, verdict), str_z(c->arena, why) }, WATCH_HERE, bytes, out_proven);
}

/* A rule that names a page which says whether something is still there: that page is asked, and its word taken, in place of a site that answers 200 to everything
 * or keeps us out. {url} in it stands for the address of the place; without it the address goes into the query. */
static Err checker(Ctx *c, Str url, WatchPlan *out) {
    static const char *const marks[] = { "{url}", "%7Burl%7D" };
    bool any = false, query = false;
    Str page = STR_NONE;
    size_t at = 0;
    TRY(rule_any_checker(c, &any));
    if (any) TRY(rule_checker(c, lookup_url_host(url), &page));
    if (page.n == 0) return OK;
    Str asked = http_escape(c->arena, url);
    out->url = STR_NONE;
    for (size_t i = 0; i < LEN(marks) && out->url.n == 0; i++)
        if (str_find(page, str_c(marks[i]), &at))
            out->url = str_fmt(c->arena, STR_FMT STR_FMT STR_FMT, STR_ARG(str_sub(page, 0, at)), STR_ARG(asked), STR_ARG(str_sub(page, at + strlen(marks[i]), page.n)));
    query = str_chr(page, '?', &at);
    if (out->url.n == 0) out->url = str_fmt(c->arena, STR_FMT "%surl=" STR_FMT, STR_ARG(page), query ? "&" : "?", STR_ARG(asked));
    out->before = (WatchFacts){ .checker = true };
    out->has_before = true;
    return OK;
}

Err watch_plan(Ctx *c, Id location, WatchPlan *out) {
    LocationRow loc;
    Cases cases;
    CheckRow *checks = NULL;
    size_t n = 0;
    *out = (WatchPlan){ .location = location };
    Err err = location_by_id(c, location, &loc);
    if (err == E_MISSING) return OK;
    TRY(err);
    TRY(cases_of(c, location, &cases));
    if (cases.n == 0) { /* nobody wants it watched now: a paused case comes back, others do not */
        if (cases.paused) out->again = c->now + interval(c);
        return OK;
    }
    TRY(location_open(c, &loc, 1));
    if (loc.url_err != OK) return OK;
    TRY(check_of_location(c, location, LOOKS, &checks, &n));
    TRY(baseline(c, checks, n, &out->before, &out->has_before));
    out->place = watch_place(c->app->watch_places, n > 0 ? checks[0].verdict : STR_NONE, n > 0 ? checks[0].vantage : WATCH_HERE);
    out->url = loc.url;
    c->person.org = cases.live[0].org;
    return checker(c, loc.url, out);
}

/* Bytes or a page that were not seen before. */
static bool new_to_us(Str why) {
    static const char *const whys[] = { "media_answers", "other_bytes", "answers", "same_title", "changed_page" };
    for (size_t i = 0; i < LEN(whys); i++)
        if (str_eq(why, str_c(whys[i]))) return true;
    return false;
}

Err watch_settle(Ctx *c, Id location, Verdict v, Str place, Str bytes, UnixMs *out_again) {
    LocationRow loc;
    Cases cases;
    CheckRow *checks = NULL;
    size_t n = 0;
    bool proven = false;
    Err err = location_by_id(c, location, &loc);
    if (err == E_MISSING) return OK;
    TRY(err);
    TRY(cases_of(c, location, &cases)); /* as they are now: a case may have been ended while we looked */
    if (cases.n == 0) {
        if (cases.paused) *out_again = c->now + interval(c);
        return OK;
    }
    TRY(check_of_location(c, location, LOOKS, &checks, &n));
    TRY(record(c, &loc, &cases, checks, n, v, place, bytes, &proven));
    if (new_to_us(str_c(v.why))) TRY(journal_job(c, "picture.look", location, c->now)); /* is it the same picture, or one in the page? (core/bank/copy.h) */
    bool back = str_eq(str_c(v.code), S("still_online"));
    UnixMs gone = back ? 0 : loc.gone != 0 ? loc.gone : proven ? c->now : 0;
    *out_again = watch_next(c->now, interval(c), str_c(v.code), loc.gone != 0 && !back, proven, gone);
    return OK;
}

static Err look(Ctx *c, Str url, Str place, NetGot *got, WatchFacts *f) {
    NetAsk ask = watch_ask(url, place, 0);
    TRY(net_get(c->net, c->arena, &ask, got));
    return watch_facts_of(c->media, c->arena, url, got, f);
}

/* One look from beginning to end, waiting for each answer. The process that looks at many does the same in pieces (programs/watch/main.c). */
Err watch_check_run(Ctx *c, Id location, UnixMs due, UnixMs *out_again) {
    WatchPlan plan;
    WatchSeen seen = { 0 };
    NetGot other;
    WatchFacts beside, home;
    uint8_t raw[WATCH_RANDOM];
    Str bytes = STR_NONE;
    (void)due;
    TRY(watch_plan(c, location, &plan));
    *out_again = plan.again;
    if (plan.url.n == 0) return OK;
    seen.vantage = plan.place;
    seen.before = plan.has_before ? &plan.before : NULL;
    TRY(look(c, plan.url, plan.place, &seen.got, &seen.now));
    if (watch_needs_sibling(&seen.now, seen.before)) {
        c->app->random(c->app->random_ctx, raw, sizeof raw);
        Str url = watch_sibling_url(c->arena, plan.url, hex_enc(c->arena, str_bytes(raw, sizeof raw)));
        if (url.n > 0) TRY(look(c, url, plan.place, &other, &beside));
        if (url.n > 0 && beside.status != 0) seen.sibling = &beside;
    }
    if (watch_needs_home(&seen.now, seen.before, seen.sibling)) {
        TRY(look(c, watch_home_url(c->arena, plan.url), plan.place, &other, &home));
        seen.home = home.status != 0 ? &home : NULL;
    }
    Verdict v = watch_verdict(&seen.now, seen.before, seen.sibling, seen.home);
    TRY(watch_proof(c->arena, c->now, &seen, v, &bytes));
    return watch_settle(c, location, v, plan.place, bytes, out_again);
}
