/* watch.c - job "watch.check": one look at a location, its facts kept as proof, its verdict recorded; what follows when it is gone or back. */
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/net/net.h"
#include "foundation/sandbox/media.h"
#include "steps/takedown/takedown_in.h"
#include "steps/takedown/watch_verdict.h"

enum { PAGE_BYTES_MAX = 4 * 1024 * 1024, SECONDS_MAX = 25, PROOF_MAX = 256 * 1024, LOOKS = 1000, HEAD_KEPT = 8192, TURN_MS = 4 * HOUR_MS };

/* ---- one fetch as facts ---- */
static Str host_of(Str url) {
    size_t at = 0, end = 0;
    if (!str_find(url, S("://"), &at)) return STR_NONE;
    Str rest = str_sub(url, at + 3, url.n);
    while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?' && rest.p[end] != '#') end++;
    return str_sub(rest, 0, end);
}

static Str digest_of(Arena *a, Str bytes) {
    uint8_t h[32];
    seal_sha256(bytes, h);
    return hex_enc(a, str_bytes(h, sizeof h));
}

static Err read_page(Ctx *c, const NetHop *hop, WatchFacts *f) {
    MediaPage page;
    if (hop->body.p == NULL || hop->body.n == 0) return OK;
    Err err = media_page(c->media, c->arena, hop->body, hop->charset, &page);
    if (err == E_INPUT) return OK; /* the reader gave up: not readable is a fact */
    TRY(err);
    f->readable = true;
    f->title = page.title;
    f->text = page.text;
    f->title_digest = page.title.n > 0 ? digest_of(c->arena, page.title) : STR_NONE;
    f->images = page.images;
    f->videos = page.videos;
    f->forms = page.forms;
    f->password_fields = page.password_fields;
    sketch_of(page.text, &f->sketch);
    return OK;
}

static Err look(Ctx *c, Str url, NetGot *got, WatchFacts *f) {
    NetAsk ask = { .url = url, .text_only = true, .bytes_max = PAGE_BYTES_MAX, .seconds_max = SECONDS_MAX, .redirects_max = -1 };
    TRY(net_get(c->net, c->arena, &ask, got));
    *f = (WatchFacts){ .error = got->error, .url = url, .host = host_of(url), .final_url = url, .final_host = host_of(url) };
    if (got->hops_n == 0) return OK;
    const NetHop *last = &got->hops[got->hops_n - 1];
    f->status = last->status;
    f->final_url = last->url;
    f->final_host = host_of(last->url);
    f->type = last->type;
    f->headers = last->response_head;
    f->length = last->length;
    f->cut = last->cut;
    if (last->hashed && last->length > 0) f->digest = hex_enc(c->arena, str_bytes(last->sha256, 32));
    return read_page(c, last, f);
}

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
        Err err = blob_get(c, checks[i].proof, PROOF_MAX, &bytes);
        if (err == E_MISSING || err == E_INPUT) continue; /* erased with its case, or damaged: another look serves */
        TRY(err);
        if (json_read(c->arena, bytes, PROOF_MAX, &root, NULL, NULL) != OK) continue;
        *out_has = watch_facts_read(c->arena, jget(root, "facts"), out) == OK;
    }
    return OK;
}

/* ---- the proof ---- */
static void hops_write(Ctx *c, const NetGot *got, Json *j) {
    json_key(j, S("hops"));
    json_arr(j);
    for (size_t i = 0; i < got->hops_n; i++) {
        const NetHop *h = &got->hops[i];
        json_obj(j);
        json_kv_str(j, "url", h->url);
        json_kv_str(j, "ip", h->ip);
        json_kv_i64(j, "port", h->port);
        json_kv_i64(j, "status", h->status);
        json_kv_str(j, "request_head", str_sub(h->request_head, 0, HEAD_KEPT));
        json_kv_str(j, "response_head", str_sub(h->response_head, 0, HEAD_KEPT));
        json_kv_str(j, "tls_version", h->tls_version);
        json_kv_str(j, "tls_chain_sha256", h->tls_chain.n > 0 ? digest_of(c->arena, h->tls_chain) : STR_NONE);
        json_kv_str(j, "dns", str_sub(h->dns, 0, HEAD_KEPT));
        json_kv_str(j, "began", when_rfc3339(c->arena, h->began));
        json_kv_i64(j, "total_ms", h->total_ms);
        json_kv_str(j, "sha256", h->hashed ? hex_enc(c->arena, str_bytes(h->sha256, 32)) : STR_NONE);
        json_kv_i64(j, "length", h->length);
        json_end_obj(j);
    }
    json_end_arr(j);
}

static Err proof(Ctx *c, Str url, const NetGot *got, const WatchFacts *now, const WatchFacts *before, const WatchFacts *sibling, Verdict v, Str *out) {
    Buf b = buf_new(PROOF_MAX);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_str(&j, "kind", S("keten watch check 1"));
    json_kv_str(&j, "at", when_rfc3339(c->arena, c->now));
    json_kv_str(&j, "vantage", S("own"));
    json_kv_str(&j, "url", url);
    json_kv_str(&j, "verdict", str_c(v.code));
    json_kv_str(&j, "why", str_c(v.why));
    json_key(&j, S("facts"));
    watch_facts_write(now, &j);
    json_key(&j, S("compared_with"));
    if (before != NULL) watch_facts_write(before, &j);
    else json_nil(&j);
    json_key(&j, S("made_up_address"));
    if (sibling != NULL) watch_facts_write(sibling, &j);
    else json_nil(&j);
    hops_write(c, got, &j);
    json_end_obj(&j);
    Err err = buf_err(&b);
    if (err == OK) *out = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    return err;
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

static Err sibling_look(Ctx *c, const WatchFacts *now, const WatchFacts *before, WatchFacts *room, const WatchFacts **out) {
    uint8_t raw[12];
    NetGot got;
    *out = NULL;
    if (!watch_needs_sibling(now, before)) return OK;
    c->app->random(c->app->random_ctx, raw, sizeof raw);
    Str url = watch_sibling_url(c->arena, now->url, hex_enc(c->arena, str_bytes(raw, sizeof raw)));
    if (url.n == 0) return OK;
    TRY(look(c, url, &got, room));
    if (room->status != 0) *out = room;
    return OK;
}

static int64_t interval(const Ctx *c) { return c->app->watch_ms > 0 ? c->app->watch_ms : (int64_t)DAY_MS; }

/* Fetches and judges; the journal sees only what came of it. */
static Err judge(Ctx *c, const LocationRow *loc, const CheckRow *checks, size_t checks_n, Verdict *out_v, Str *out_proof) {
    WatchFacts now, before, beside;
    const WatchFacts *sibling = NULL;
    NetGot got;
    bool has = false;
    TRY(look(c, loc->url, &got, &now));
    TRY(baseline(c, checks, checks_n, &before, &has));
    TRY(sibling_look(c, &now, has ? &before : NULL, &beside, &sibling));
    *out_v = watch_verdict(&now, has ? &before : NULL, sibling);
    return proof(c, loc->url, &got, &now, has ? &before : NULL, sibling, *out_v, out_proof);
}

static Err record(Ctx *c, const LocationRow *loc, const Cases *cases, const CheckRow *checks, size_t n, Verdict v, Str bytes, bool *out_proven) {
    Acts l = { 0 };
    Look *looks = ARENA_ARRAY(c->arena, Look, n + 1);
    Act *blob = NULL;
    Id id = ID_NONE, case_id = cases->live[0].id;
    for (size_t i = 0; i < n; i++) looks[i] = (Look){ checks[i].verdict, checks[i].at };
    *out_proven = watch_quorum(looks, n, str_c(v.code), c->now);
    c->person.org = cases->live[0].org;
    TRY(blob_put(c, case_id, S("check"), loc->id, bytes, &id, &blob));
    acts_put(c, &l, blob);
    CheckNew k = { .location = loc->id, .case_id = case_id, .verdict = str_c(v.code), .why = str_c(v.why), .vantage = S("own"), .proof = id, .removed = *out_proven };
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
    return record(c, &loc, &cases, checks, n, (Verdict){ str_z(c->arena, verdict), str_z(c->arena, why) }, bytes, out_proven);
}

Err watch_check_run(Ctx *c, Id location, UnixMs due, UnixMs *out_again) {
    LocationRow loc;
    Cases cases;
    CheckRow *checks = NULL;
    size_t n = 0;
    Verdict v = { NULL, NULL };
    Str bytes = STR_NONE;
    bool proven = false;
    (void)due;
    Err err = location_by_id(c, location, &loc);
    if (err == E_MISSING) return OK;
    TRY(err);
    TRY(cases_of(c, location, &cases));
    if (cases.n == 0) { /* nobody wants it watched now: a paused case comes back, others do not */
        if (cases.paused) *out_again = c->now + interval(c);
        return OK;
    }
    TRY(location_open(c, &loc, 1));
    if (loc.url_err != OK) return OK;
    TRY(check_of_location(c, location, LOOKS, &checks, &n));
    TRY(judge(c, &loc, checks, n, &v, &bytes));
    TRY(record(c, &loc, &cases, checks, n, v, bytes, &proven));
    bool back = str_eq(str_c(v.code), S("still_online"));
    UnixMs gone = back ? 0 : loc.gone != 0 ? loc.gone : proven ? c->now : 0;
    *out_again = watch_next(c->now, interval(c), str_c(v.code), loc.gone != 0 && !back, proven, gone);
    return OK;
}
