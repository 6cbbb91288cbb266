/* feed_heard.c - what follows from what subscribers send: hashes go into quarantine under their name, feedback becomes acts, what is
 * disputed comes to the desk. */
#include "core/feed/feed_api.h"

enum { DISPUTES_A_DAY = 100 /* of one subscriber that take effect by themselves; nobody empties the list alone */, SAME_MAX = 50, DAY_MS = 86400000 };
#define END { NULL, F_END, CLEAR, false, 0 }

static const FieldDef feedback_fields[] = { { "subscriber", F_ID, CLEAR, true, 0 }, { "entry", F_INT, CLEAR, true, 0 }, { "value", F_CODE, CLEAR, true, 0 }, END };
static Err check_feedback(Ctx *c, const Act *a) {
    static const char *const values[] = { "matched", "disputed", "removed", "pending" };
    BankEntry e;
    TRY(bank_entry_by_number(c, act_get_int(a, "entry"), &e));
    for (size_t i = 0; i < LEN(values); i++)
        if (str_eq(act_get_code(a, "value"), str_c(values[i]))) return OK;
    return ctx_refuse(c, E_INPUT, "value", "This choice is not known.");
}
const ActDef act_feed_feedback = { "feed.feedback", 1, OBJ_NONE, "system.run", false, true, feedback_fields, check_feedback, apply_feed_feedback, NULL, N_("A subscriber said what became of hash {entry}: {value}") };

static Err raw_marks(Ctx *c, const uint8_t *first, size_t step, const size_t *lens, size_t n, Id *out) {
    Str *raw = ARENA_ARRAY(c->arena, Str, n + 1);
    for (size_t i = 0; i < n; i++) raw[i] = str_bytes(first + i * step, lens[i]);
    return feed_marks(c, raw, n, out);
}

static bool body_ok(Response *res, Err e, const char *why) {
    if (e == OK) return true;
    return api_refuse(res, e == E_LIMIT ? 413 : 400, e == E_LIMIT ? "too_many_records" : "bad_body", "%s.", why) != OK;
}

static void refused_one(Json *j, size_t i, Str text, const char *why) {
    json_obj(j);
    json_kv_i64(j, "index", (int64_t)i);
    json_kv_str(j, "hashValue", str_sub(text, 0, 128));
    json_kv_str(j, "why", str_c(why));
    json_end_obj(j);
}

/* ---- hashes ---- */

typedef struct Offer { SayHash *rows; Id *marks; bool *fresh; size_t n; } Offer;

/* Which of them this subscriber has not given before, each once. */
static Err fresh_of(Ctx *c, const Asker *who, Offer *o) {
    for (size_t i = 0; i < o->n; i++) {
        bool had = false;
        if (o->rows[i].wrong != NULL) continue;
        TRY(use_store_given(c->db, who->s.id, o->marks[i], &had));
        for (size_t k = 0; k < i && !had; k++) had = o->fresh[k] && id_eq(o->marks[k], o->marks[i]);
        o->fresh[i] = !had;
    }
    return OK;
}

/* Without the word that an adult is shown, the age is unknown: the lane of minors. */
static Err offer(Ctx *c, const Asker *who, const Offer *o, int64_t *out_n) {
    BankNew *in = ARENA_ARRAY(c->arena, BankNew, o->n + 1);
    size_t *of = ARENA_ARRAY(c->arena, size_t, o->n + 1), n = 0;
    Act **acts = NULL;
    for (size_t i = 0; i < o->n; i++) {
        const SayHash *r = &o->rows[i];
        if (!o->fresh[i]) continue;
        in[n] = (BankNew){ .signal = r->signal, .lane = r->adult ? who->lane : S("minor"), .front = S("unknown"), .source = who->s.code, .consent = S("list"), .quality = BANK_QUALITY_NONE, .pass_on = !r->keep, .org = c->app->org };
        memcpy(in[n].hash, r->hash, 32);
        of[n++] = i;
    }
    *out_n = (int64_t)n;
    if (n == 0) return OK;
    TRY(bank_offer(c, in, n, &acts));
    TRY(journal_commit(c, acts, n));
    for (size_t i = 0; i < n; i++) TRY(use_store_given_put(c->db, who->s.id, o->marks[of[i]], acts[i]->subject, c->now));
    return OK;
}

Err ncii_submit(Ctx *c, const Request *req, Response *res) {
    Asker who;
    Offer o = { 0 };
    const char *why = NULL;
    int64_t taken = 0, wrong = 0;
    if (!api_enter(c, req, res, SCOPE_SUBMIT, &who) || !api_lane(req, res, req_arg(req, "lane"), &who)) return OK;
    Err e = say_hashes_read(c->arena, req->body, &o.rows, &o.n, &why);
    if (!body_ok(res, e, why)) return OK;
    size_t *lens = ARENA_ARRAY(c->arena, size_t, o.n + 1);
    o.marks = ARENA_ARRAY(c->arena, Id, o.n + 1);
    o.fresh = ARENA_ARRAY(c->arena, bool, o.n + 1);
    for (size_t i = 0; i < o.n; i++) lens[i] = str_eq(o.rows[i].signal, S("md5")) ? 16 : 32;
    TRY(raw_marks(c, o.rows[0].hash, sizeof *o.rows, lens, o.n, o.marks));
    TRY(fresh_of(c, &who, &o));
    TRY(offer(c, &who, &o, &taken));
    Json j = json_to(&res->body, false);
    res_type(res, "application/json");
    json_obj(&j);
    json_key(&j, S("refused"));
    json_arr(&j);
    for (size_t i = 0; i < o.n; i++) {
        if (o.rows[i].wrong == NULL) continue;
        refused_one(&j, i, o.rows[i].text, o.rows[i].wrong);
        wrong++;
    }
    json_end_arr(&j);
    json_kv_i64(&j, "accepted", taken);
    json_kv_i64(&j, "known", (int64_t)o.n - taken - wrong);
    json_kv_str(&j, "say", S("What was accepted waits until a person confirms it or another source agrees. Tag records with \"adult\" when you know that an adult is shown; others go to the national body alone."));
    json_end_obj(&j);
    if (o.n > 0 && wrong == (int64_t)o.n) res->status = 400;
    return OK;
}

/* ---- feedback ---- */

static Err say(Ctx *c, const Asker *who, int64_t entry, Str value) {
    Str before = STR_NONE;
    TRY(use_store_feedback(c->db, c->arena, who->s.id, entry, &before));
    if (str_eq(before, value)) return OK;
    Act *a = act_new(c, &act_feed_feedback, ID_NONE, ID_NONE, ctx_new_id(c));
    act_idf(a, "subscriber", who->s.id);
    act_int(a, "entry", entry);
    act_code(a, "value", value);
    return journal_one(c, a);
}

/* All entries with that hash that this subscriber may have had. *out_n: how many. */
static Err feedback_one(Ctx *c, const Asker *who, const SayFeedback *f, Id mark, int64_t *disputes, int64_t *out_n, int64_t *out_wait) {
    int64_t entries[SAME_MAX];
    size_t n = 0;
    TRY(use_store_by_mark(c->db, who->lane, mark, entries, SAME_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        BankEntry e;
        TRY(bank_entry_by_number(c, entries[i], &e));
        if (!e.fed || !api_gets(&who->s, &e)) continue;
        (*out_n)++;
        TRY(say(c, who, e.entry, f->value));
        if (!str_eq(f->value, S("disputed")) || !str_eq(e.state, S("active"))) continue;
        if (*disputes >= DISPUTES_A_DAY) (*out_wait)++;
        else TRY(bank_disputed_by(c, e.entry, who->s.code));
        (*disputes)++;
    }
    return OK;
}

Err ncii_feedback(Ctx *c, const Request *req, Response *res) {
    Asker who;
    SayFeedback *f = NULL;
    size_t n = 0;
    const char *why = NULL;
    int64_t counted = 0, unknown = 0, wait = 0, disputes = 0, wrong = 0;
    if (!api_enter(c, req, res, SCOPE_FEEDBACK, &who) || !api_lane(req, res, req_arg(req, "lane"), &who)) return OK;
    Err e = say_feedback_read(c->arena, req->body, &f, &n, &why);
    if (!body_ok(res, e, why)) return OK;
    Id *marks = ARENA_ARRAY(c->arena, Id, n + 1);
    size_t *lens = ARENA_ARRAY(c->arena, size_t, n + 1);
    for (size_t i = 0; i < n; i++) lens[i] = f[i].hash_n;
    TRY(raw_marks(c, f[0].hash, sizeof *f, lens, n, marks));
    TRY(use_store_disputes(c->db, who.s.id, c->now - DAY_MS, &disputes));
    res_type(res, "application/json");
    Json j = json_to(&res->body, false);
    json_obj(&j);
    json_key(&j, S("refused"));
    json_arr(&j);
    for (size_t i = 0; i < n; i++) {
        int64_t found = 0;
        if (f[i].wrong == NULL) TRY(feedback_one(c, &who, &f[i], marks[i], &disputes, &found, &wait));
        else refused_one(&j, i, f[i].text, f[i].wrong);
        wrong += f[i].wrong != NULL;
        counted += found > 0;
        unknown += f[i].wrong == NULL && found == 0;
    }
    json_end_arr(&j);
    json_kv_i64(&j, "accepted", counted);
    json_kv_i64(&j, "unknown", unknown);
    json_kv_i64(&j, "waiting", wait);
    json_kv_str(&j, "say", S("Thank you. What is disputed is out of force until a person decides; beyond a hundred a day it waits for that person in force."));
    json_end_obj(&j);
    if (n > 0 && wrong == (int64_t)n) res->status = 400;
    return OK;
}
