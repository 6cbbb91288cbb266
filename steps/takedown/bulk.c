/* bulk.c - the acts of what is done about many places at once, and the job that does it. */
#include "steps/takedown/bulk.h"
#include "foundation/base/json.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/plan_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }
enum { PAUSED_AGAIN_MS = 30 * 60 * 1000, BULK_RECIPIENTS_MAX = 20 };

static const struct { const char *kind, *word; } kinds[] = { { "ask", N_("Ask for removal") }, { "check", N_("Check now whether it is online") }, { "lookup", N_("Find who can remove it") }, { "stop", N_("Take back what was asked") } };
const char *bulk_kind_word(Str kind) {
    for (size_t i = 0; i < LEN(kinds); i++)
        if (str_eq(kind, str_c(kinds[i].kind))) return kinds[i].word;
    return NULL;
}
static const struct { const char *result, *word; } results[] = { { "asked", N_("asked; stands in the outbox") }, { "asked_before", N_("was asked already, and that is open") }, { "gone", N_("proven gone; nobody was asked") },
    { "erased", N_("erased") }, { "rule", N_("a rule says not to write about it") }, { "refused", N_("could not be done") }, { "queued", N_("in the queue") }, { "stopped", N_("taken back") }, { "nothing", N_("nothing was open") } };
const char *bulk_result_word(Str result) {
    for (size_t i = 0; i < LEN(results); i++)
        if (str_eq(result, str_c(results[i].result))) return results[i].word;
    return N_("waits");
}

/* ---- the acts ---- */
static const FieldDef made_fields[] = { { "kind", F_CODE, CLEAR, true, 0 }, { "ids", F_IDS, CLEAR, true, 0 }, { "go", F_TIME, CLEAR, true, 0 }, { "asked", F_TEXT, STORE, false, BULK_ASKED_MAX }, END };
static Err check_made(Ctx *c, const Act *a) {
    bool agreed = false, ask = str_eq(act_get_code(a, "kind"), S("ask"));
    if (bulk_kind_word(act_get_code(a, "kind")) == NULL || ask != act_has(a, "asked")) return ctx_refuse(c, E_INPUT, "kind", "This choice is not known.");
    TRY(consent_holds(c, a->case_id, S("notices"), &agreed));
    return agreed || !ask ? OK : ctx_refuse(c, E_CONFLICT, NULL, "The person has not agreed to removal requests. Ask first; nothing was sent.");
}
static Err follow_made(Ctx *c, const Act *a) { return journal_job(c, "bulk.run", a->subject, act_get_int(a, "go")); }
const ActDef act_bulk_made = { "bulk.made", 1, OBJ_NONE, "bulk.make", true, true, made_fields, check_made, apply_bulk_made, follow_made, N_("Many places at once ({ids}): {kind}") };

static const FieldDef no_field[] = { END };
static Err check_undone(Ctx *c, const Act *a) {
    BulkRow b;
    TRY(bulk_by_id(c, a->subject, &b));
    if (!id_eq(b.case_id, a->case_id)) return E_MISSING;
    return str_eq(b.state, S("waiting")) && c->now < b.go ? OK : ctx_refuse(c, E_CONFLICT, NULL, N_("It is too late to undo this: it has begun."));
}
const ActDef act_bulk_undone = { "bulk.undone", 1, OBJ_NONE, "bulk.make", true, false, no_field, check_undone, apply_bulk_undone, NULL, N_("Undone before anything of it happened") };

static const FieldDef settled_fields[] = { { "kind", F_CODE, CLEAR, true, 0 }, { "result", F_CODE, CLEAR, true, 0 }, { "ids", F_IDS, CLEAR, true, 0 }, END };
static Err check_settled(Ctx *c, const Act *a) {
    BulkRow b;
    TRY(bulk_by_id(c, a->subject, &b));
    if (!id_eq(b.case_id, a->case_id)) return E_MISSING;
    return c->now >= b.go && (str_eq(b.state, S("waiting")) || str_eq(b.state, S("running"))) ? OK : E_CONFLICT;
}
static Err follow_settled(Ctx *c, const Act *a) {
    const Id *ids = NULL;
    size_t n = act_get_ids(a, "ids", &ids);
    bool look = str_eq(act_get_code(a, "kind"), S("lookup"));
    if (!str_eq(act_get_code(a, "result"), S("queued"))) return OK;
    for (size_t i = 0; i < n; i++) TRY(journal_job_at(c, look ? "lookup.find" : "watch.check", ids[i], c->now));
    return OK;
}
const ActDef act_bulk_settled = { "bulk.settled", 1, OBJ_NONE, "bulk.settle", true, false, settled_fields, check_settled, apply_bulk_settled, follow_settled, N_("Of many places at once, {ids}: {result}") };

Act *bulk_make(Ctx *c, Id id, Id case_id, Str kind, const Id *ids, size_t n, Str asked) {
    Act *a = act_new(c, &act_bulk_made, ID_NONE, case_id, id);
    act_code(a, "kind", kind);
    act_ids(a, "ids", ids, n);
    act_time(a, "go", c->now + BULK_UNDO_MS);
    act_text(a, "asked", asked);
    return a;
}
Act *bulk_undo(Ctx *c, const BulkRow *b) { return act_new(c, &act_bulk_undone, ID_NONE, b->case_id, b->id); }

/* ---- the form, kept ---- */
static const char *const kept[] = { "offence", "why_nl", "why_en", "extra", "action", "territory", "good_faith", "nameless" };
Str bulk_asked(Arena *a, const Form *f, const Str *recipients, size_t recipients_n) {
    Buf b = buf_new(BULK_ASKED_MAX);
    Json j = json_to(&b, false);
    json_obj(&j);
    for (size_t i = 0; i < LEN(kept); i++)
        if (form_text(f, kept[i]).n > 0) json_kv_str(&j, kept[i], form_text(f, kept[i]));
    json_key(&j, S("recipient"));
    json_arr(&j);
    for (size_t i = 0; i < recipients_n; i++) json_str(&j, recipients[i]);
    json_end_arr(&j);
    json_end_obj(&j);
    Str s = buf_err(&b) == OK ? str_dup(a, buf_str(&b)) : STR_NONE;
    buf_free(&b);
    return s;
}

Err bulk_asked_read(Arena *a, Str text, Form **out) {
    const JVal *root = NULL;
    Pair *p = ARENA_ARRAY(a, Pair, LEN(kept) + BULK_RECIPIENTS_MAX + 4);
    size_t n = 0;
    TRY(json_read(a, text, BULK_ASKED_MAX, &root, NULL, NULL));
    for (size_t i = 0; i < LEN(kept); i++)
        if (jstr(root, kept[i]).n > 0) p[n++] = (Pair){ str_c(kept[i]), jstr(root, kept[i]) };
    const JVal *to = jget(root, "recipient");
    for (size_t i = 0; to != NULL && to->type == J_ARR && i < to->n && i < BULK_RECIPIENTS_MAX; i++) p[n++] = (Pair){ S("recipient"), to->vals[i].s };
    p[n++] = (Pair){ S("scope"), S("open") };
    p[n++] = (Pair){ S("kind"), S("ask") };
    p[n++] = (Pair){ S("pick"), S("open") };
    p[n++] = (Pair){ S("act"), S("00000000000000000000000000000001") };
    Request *req = ARENA_NEW(a, Request);
    *req = (Request){ .a = a, .posted = p, .posted_n = n };
    *out = ARENA_NEW(a, Form);
    form_read(req, bulk_form, BULK_FORM_N, *out);
    return (*out)->errors == 0 ? OK : E_INPUT;
}

/* ---- doing it ---- */
typedef struct Chunk { Ctx *c; const BulkRow *b; CaseRow k; Id *ids; size_t n; const char **result; /* of each; NULL: none yet */ Acts acts; } Chunk;

/* One act for each result, over all that have it. */
static void settle(Chunk *x) {
    for (size_t r = 0; r < LEN(results); r++) {
        Id *some = ARENA_ARRAY(x->c->arena, Id, x->n + 1);
        size_t n = 0;
        for (size_t i = 0; i < x->n; i++)
            if (x->result[i] != NULL && strcmp(x->result[i], results[r].result) == 0) some[n++] = x->ids[i];
        if (n == 0) continue;
        Act *a = act_new(x->c, &act_bulk_settled, ID_NONE, x->b->case_id, x->b->id);
        a->org = x->b->org;
        act_code(a, "kind", x->b->kind);
        act_code(a, "result", str_c(results[r].result));
        act_ids(a, "ids", some, n);
        acts_put(x->c, &x->acts, a);
    }
}

static bool is_open(const RequestRow *r) { return r->outcome.n == 0 || str_eq(r->outcome, S("need_more")) || str_eq(r->outcome, S("not_found")); }

static Err asked_already(Chunk *x, const RecipientRow *to, Id location, bool *out) {
    RequestRow *rows = NULL;
    size_t n = 0;
    Str holder = recipient_holder(x->c->arena, to);
    *out = false;
    TRY(request_of_location(x->c, location, &rows, &n));
    for (size_t i = 0; i < n && !*out; i++) *out = id_eq(rows[i].case_id, x->b->case_id) && str_eq(rows[i].kind, S("notice")) && str_eq(rows[i].rung, to->rung) && str_eq(rows[i].holder, holder) && is_open(&rows[i]);
    return OK;
}

/* The places of the chunk that this recipient is to be asked about; of the others, why not. */
static Err places_for(Chunk *x, const RecipientRow *to, const LocationRow *all, LocationRow *out, size_t *out_n) {
    bool some_never = false;
    *out_n = 0;
    TRY(lookup_forbidden(x->c, to, all, x->n, &some_never));
    for (size_t i = 0; i < x->n; i++) {
        bool before = false, never = false;
        if (!location_open_still(&all[i])) {
            x->result[i] = all[i].url_err != OK ? "erased" : "gone";
            continue;
        }
        if (some_never) TRY(lookup_forbidden(x->c, to, &all[i], 1, &never));
        TRY(asked_already(x, to, all[i].id, &before));
        bool asked = x->result[i] != NULL && strcmp(x->result[i], "asked") == 0;
        if (never || before) {
            if (!asked) x->result[i] = never ? "rule" : "asked_before";
            continue;
        }
        x->result[i] = "asked";
        out[(*out_n)++] = all[i];
    }
    return OK;
}

/* One recipient at a time: the same plan as the page makes for a few, over the places that are left for it. */
static Err ask(Chunk *x) {
    Ctx *c = x->c;
    Compose p;
    Form *f = NULL;
    Str text = STR_NONE;
    TRY(journal_open(c, x->b->org, x->b->case_id, STORE, x->b->id, "asked", x->b->asked_sealed, &text));
    TRY(bulk_asked_read(c->arena, text, &f));
    Id seed = derived_id(x->b->id, S("chunk"), (size_t)x->b->settled);
    TRY(compose_load_some(c, x->b->case_id, seed, x->ids, x->n, &p));
    LocationRow *all = p.locations, *some = ARENA_ARRAY(c->arena, LocationRow, x->n + 1);
    RecipientRow *to = p.recipients;
    size_t to_n = p.recipients_n;
    for (size_t i = 0; i < to_n; i++) {
        NoticePlan *plans = NULL;
        Str shown = STR_NONE;
        size_t some_n = 0, plans_n = 0, k = 0;
        if (recipient_is_seed(&to[i]) || !form_has(f, "recipient", recipient_value(&p, &to[i]))) continue;
        TRY(places_for(x, &to[i], all, some, &some_n));
        if (some_n == 0) continue;
        p.locations = some;
        p.locations_n = some_n;
        p.recipients = &to[i];
        p.recipients_n = 1;
        TRY(compose_plan(&p, f, &plans, &plans_n, &shown));
        if (shown.n == 0) return ctx_refuse(c, E_CONFLICT, NULL, f->error != NULL ? f->error : N_("What the law wants in it is not there any more."));
        size_t max = some_n + 4 * plans_n + 4;
        Act **acts = ARENA_ARRAY(c->arena, Act *, max);
        for (size_t q = 0; q < plans_n; q++) TRY(notice_acts(c, &plans[q], acts, max, &k));
        for (size_t q = 0; q < k; q++) acts_put(c, &x->acts, acts[q]);
    }
    for (size_t i = 0; i < x->n; i++)
        if (x->result[i] == NULL) x->result[i] = "refused"; /* no recipient is left in the register */
    return OK;
}

static Err stop(Chunk *x) {
    for (size_t i = 0; i < x->n; i++) {
        RequestRow *rows = NULL;
        size_t n = 0;
        x->result[i] = "nothing";
        TRY(request_of_location(x->c, x->ids[i], &rows, &n));
        for (size_t r = 0; r < n; r++) {
            ClockRow *clocks = NULL;
            size_t clocks_n = 0;
            if (!id_eq(rows[r].case_id, x->b->case_id) || !str_eq(rows[r].kind, S("notice")) || !is_open(&rows[r])) continue;
            acts_put(x->c, &x->acts, request_event(x->c, &rows[r], REQ_WITHDRAWN, STR_NONE, S("by_hand"), x->c->now));
            TRY(clock_of_subject(x->c, rows[r].id, &clocks, &clocks_n));
            for (size_t k = 0; k < clocks_n; k++)
                if (str_eq(clocks[k].state, S("running")) || str_eq(clocks[k].state, S("paused"))) acts_put(x->c, &x->acts, clock_stop(x->c, &clocks[k], S("withdrawn")));
            x->result[i] = "stopped";
        }
    }
    return OK;
}

static Err queue(Chunk *x) {
    for (size_t i = 0; i < x->n; i++) x->result[i] = "queued";
    return OK;
}

/* What is refused for all of a chunk (consent taken back, law data changed) is a result like any other. */
static Err do_chunk(Chunk *x) {
    Err e = str_eq(x->b->kind, S("ask")) ? ask(x) : str_eq(x->b->kind, S("stop")) ? stop(x) : queue(x);
    if (e == OK) {
        settle(x);
        e = journal_commit(x->c, x->acts.v, x->acts.n);
    }
    if (e != E_CONFLICT && e != E_INPUT && e != E_LIMIT && e != E_DENIED && e != E_MISSING) return e;
    x->c->fail = (Fail){ 0 };
    x->acts = (Acts){ 0 };
    for (size_t i = 0; i < x->n; i++) x->result[i] = "refused";
    settle(x);
    return journal_commit(x->c, x->acts.v, x->acts.n);
}

Err bulk_run(Ctx *c, Id bulk, UnixMs due, UnixMs *out_again) {
    BulkRow b;
    (void)due;
    Err e = bulk_by_id(c, bulk, &b);
    if (e == E_MISSING) return OK;
    TRY(e);
    if (str_eq(b.state, S("undone")) || str_eq(b.state, S("done"))) return OK;
    if (c->now < b.go) {
        *out_again = b.go;
        return OK;
    }
    c->person.org = b.org;
    Chunk x = { .c = c, .b = &b };
    TRY(case_by_id(c, b.case_id, &x.k));
    if (x.k.erased != 0) return OK;
    if (x.k.paused != 0) {
        *out_again = c->now + PAUSED_AGAIN_MS;
        return OK;
    }
    TRY(bulk_ids(c, b.id, b.settled, BULK_CHUNK, &x.ids, &x.n));
    if (x.n == 0) return OK;
    x.result = ARENA_ARRAY(c->arena, const char *, x.n);
    TRY(do_chunk(&x));
    if (b.settled + (int64_t)x.n < b.items) *out_again = c->now; /* others have their turn in between */
    return OK;
}
