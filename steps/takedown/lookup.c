/* lookup.c - lookups as acts: asked, made, kept with every answer; and the job that makes them. */
#include "core/seal/seal.h"
#include "steps/takedown/lookup_rule.h"
#include "steps/takedown/takedown_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }
enum { RESULT_MAX = 128 * 1024, NAP_MS = 5000, PATIENCE_MS = 3600 * 1000, SAME_DAYS = 30, SAME_HOST_MS = 24 * 3600 * 1000 };

static const int64_t SAME_MS = SAME_DAYS * (int64_t)DAY_MS;

static const FieldDef made_fields[] = { { "location", F_ID, CLEAR, true, 0 }, { "why", F_CODE, CLEAR, true, 0 }, { "found", F_INT, CLEAR, true, 100 }, { "changed", F_INT, CLEAR, true, 1 }, { "proof", F_ID, CLEAR, true, 0 },
    { "result", F_TEXT, STORE, true, RESULT_MAX }, END };
static Err check_location(Ctx *c, const Act *a) {
    Id *cases = NULL;
    size_t n = 0;
    TRY(location_cases(c, act_get_id(a, "location"), &cases, &n));
    for (size_t i = 0; i < n; i++)
        if (id_eq(cases[i], a->case_id)) return OK;
    return E_MISSING;
}
const ActDef act_lookup_made = { "lookup.made", 1, OBJ_NONE, "lookup.record", true, true, made_fields, check_location, apply_lookup_made, NULL, N_("It was found out who can remove it: {found} can be asked") };
static const FieldDef asked_fields[] = { { "location", F_ID, CLEAR, true, 0 }, END };
static Err follow_asked(Ctx *c, const Act *a) { return journal_job_at(c, "lookup.find", act_get_id(a, "location"), c->now); }
const ActDef act_lookup_asked = { "lookup.asked", 1, OBJ_NONE, "lookup.ask", true, true, asked_fields, check_location, apply_lookup_asked, follow_asked, N_("It was asked who can remove it") };

Act *lookup_ask(Ctx *c, Id case_id, Id location) {
    Act *a = act_new(c, &act_lookup_asked, ID_NONE, case_id, ctx_new_id(c));
    act_idf(a, "location", location);
    return a;
}

Err lookup_latest(Ctx *c, Id location, LookupRow *row, Lookup *out) {
    LookupRow *rows = NULL;
    size_t n = 0;
    Str text = STR_NONE;
    TRY(lookup_rows(c, location, 1, &rows, &n));
    if (n > 0) *row = rows[0];
    else TRY(lookup_of_host(c, location, row));
    TRY(journal_open(c, row->org, row->case_id, STORE, row->id, "result", row->result_sealed, &text));
    return lookup_read(c->arena, text, out);
}

static Err as_json(Ctx *c, const Lookup *l, bool raw, size_t max, Str *out) {
    Buf b = buf_new(max);
    Json j = json_to(&b, raw);
    lookup_write(c->arena, l, raw, &j);
    Err e = buf_err(&b);
    if (e == OK) *out = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    return e;
}

/* Another host, delivery network or registrar than last time; what is not known now says nothing. */
static bool changed_hands(Arena *a, const Lookup *before, const Lookup *now) {
    static const char *const rungs[] = { "host", "cdn", "registrar" };
    for (size_t i = 0; i < LEN(rungs); i++) {
        Str x = lookup_holder(a, before, str_c(rungs[i])), y = lookup_holder(a, now, str_c(rungs[i]));
        if (x.n > 0 && y.n > 0 && !str_eq(x, y)) return true;
    }
    return false;
}

/* The same can be asked in the same way: nobody came, went, or was changed by a rule. */
static bool same_ladder(const Lookup *x, const Lookup *y) {
    bool same = x->rungs == y->rungs;
    for (size_t i = 0; same && i < x->rungs; i++) {
        const LookupRung *p = &x->rung[i], *q = &y->rung[i];
        same = str_eq(p->rung, q->rung) && str_eq(p->role, q->role) && str_ieq(p->mail, q->mail) && str_eq(p->page, q->page) && str_eq(p->rule, q->rule) && p->never == q->never && p->missing == q->missing;
    }
    return same;
}

Err lookup_record(Ctx *c, Id case_id, const LocationRow *loc, Str why, Lookup *out, bool *out_changed, Acts *l) {
    LookupRow row;
    Lookup *before = ARENA_NEW(c->arena, Lookup);
    Str result = STR_NONE, whole = STR_NONE;
    Id proof = ID_NONE;
    Act *kept = NULL;
    int64_t found = 0;
    TRY(lookup_now(c, loc->url, out));
    Err e = lookup_latest(c, loc->id, &row, before);
    if (e != OK && e != E_MISSING && e != E_INPUT) return e;
    *out_changed = e == OK && changed_hands(c->arena, before, out);
    if (e == OK && !*out_changed && same_ladder(before, out) && str_eq(why, S("again")) && c->now - row.at < SAME_MS) return OK;
    for (size_t i = 0; i < out->rungs; i++) found += !out->rung[i].missing && !out->rung[i].never;
    TRY(as_json(c, out, false, RESULT_MAX, &result));
    TRY(as_json(c, out, true, LOOKUP_JSON_MAX, &whole));
    TRY(blob_put(c, case_id, S("lookup"), loc->id, whole, &proof, &kept));
    Act *a = act_new(c, &act_lookup_made, ID_NONE, case_id, ctx_new_id(c));
    act_idf(a, "location", loc->id);
    act_code(a, "why", why);
    act_int(a, "found", found);
    act_int(a, "changed", *out_changed);
    act_idf(a, "proof", proof);
    act_text(a, "result", result);
    acts_put(c, l, kept);
    acts_put(c, l, a);
    return OK;
}

/* ---- the job ---- */
/* The case in whose name it is asked: living, and the person agreed to removal requests. */
static Err case_for(Ctx *c, Id location, CaseRow *out, bool *out_has) {
    Id *ids = NULL;
    size_t n = 0;
    *out_has = false;
    TRY(location_cases(c, location, &ids, &n));
    for (size_t i = 0; i < n && !*out_has; i++) {
        bool agreed = false;
        TRY(case_by_id(c, ids[i], out));
        if (out->erased != 0 || out->withdrawn != 0 || out->paused != 0 || out->closed != 0 || !id_none(out->merged_into)) continue;
        TRY(consent_holds(c, ids[i], S("notices"), &agreed));
        *out_has = agreed;
    }
    return OK;
}

/* Every day while somebody is asked about it and it is not gone. */
static Err again(Ctx *c, const LocationRow *loc, UnixMs *out_again) {
    RequestRow *rows = NULL;
    size_t n = 0;
    TRY(request_of_location(c, loc->id, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (loc->gone == 0 && str_eq(rows[i].kind, S("notice")) && !str_eq(rows[i].outcome, S("withdrawn"))) *out_again = c->now + DAY_MS;
    return OK;
}

/* Many links of a case stand on few hosts: a host that was looked up for this case within a day is not asked about again. */
static Err known_by_host(Ctx *c, Id location, bool *out) {
    LookupRow row, *own = NULL;
    size_t n = 0;
    *out = false;
    TRY(lookup_rows(c, location, 1, &own, &n));
    if (n > 0) return OK;
    Err e = lookup_of_host(c, location, &row);
    *out = e == OK && c->now - row.at < SAME_HOST_MS;
    return e == E_MISSING ? OK : e;
}

/* Somebody asked since the last time, or it is the first time; otherwise it is the daily look. */
static Err why_now(Ctx *c, Id location, Str *out) {
    LookupRow *own = NULL;
    UnixMs asked = 0;
    size_t n = 0;
    TRY(lookup_rows(c, location, 1, &own, &n));
    TRY(lookup_asked_at(c, location, &asked));
    *out = n == 0 || asked > own[0].at ? S("asked") : S("again");
    return OK;
}

Err lookup_find_run(Ctx *c, Id location, UnixMs due, UnixMs *out_again) {
    LocationRow loc;
    CaseRow k;
    Lookup *found = ARENA_NEW(c->arena, Lookup);
    Acts l = { .n = 0 };
    Str why = STR_NONE;
    bool has = false, changed = false, others = false, known = false;
    (void)due;
    Err e = location_by_id(c, location, &loc);
    if (e == E_MISSING) return OK;
    TRY(e);
    TRY(lookup_others_due(c, &others));
    if (others && c->now - loc.made < PATIENCE_MS) { /* somebody may be waiting for a mail; this can wait a little, not for ever */
        *out_again = c->now + NAP_MS;
        return OK;
    }
    TRY(case_for(c, location, &k, &has));
    if (has) TRY(known_by_host(c, location, &known));
    if (known) return again(c, &loc, out_again);
    if (!has) return OK; /* asked again when somebody asks, or at the moment of sending */
    c->person.org = k.org;
    TRY(location_open(c, &loc, 1));
    if (loc.url_err != OK) return OK;
    TRY(why_now(c, location, &why));
    e = lookup_record(c, k.id, &loc, why, found, &changed, &l);
    if (e == E_INPUT) return OK; /* an address that is none any more: nobody to ask about */
    TRY(e);
    if (changed) TRY(lookup_moved_all(c, &loc, found, &l));
    if (l.n > 0) TRY(journal_commit(c, l.v, l.n));
    return again(c, &loc, out_again);
}
