/* feed_api.c - who asks, whether it may, and answers that say what to do. */
#include "core/feed/feed_api.h"

extern const char openapi_json[];
extern const size_t openapi_json_n;
enum { API_CACHE_S = 600 };
Err api_document(Ctx *c, const Request *req, Response *res) {
    (void)c, (void)req;
    res_type(res, "application/json");
    res->cache_seconds = API_CACHE_S;
    buf_put(&res->body, str_bytes(openapi_json, openapi_json_n));
    return OK;
}

enum { MINUTE_MS = 60000 };

Err api_refuse(Response *res, int status, const char *word, const char *fmt, ...) {
    char text[600];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    buf_clear(&res->body);
    res->status = status;
    res_type(res, "application/json");
    Json j = json_to(&res->body, false);
    json_obj(&j);
    json_kv_str(&j, "error", str_c(word));
    json_kv_str(&j, "say", str_bytes(text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1));
    json_end_obj(&j);
    buf_ch(&res->body, '\n');
    return OK;
}

/* The key: as bearer, or in the two headers of the StopNCII protocol. Public clients mix those two up, so either will do, but not two different ones. */
static bool key_presented(const Request *req, Str *out) {
    Str bearer = str_starts(req->authorization, S("Bearer ")) ? str_trim(str_sub(req->authorization, 7, req->authorization.n)) : STR_NONE;
    const Str all[] = { bearer, req->subscription_key, req->functions_key };
    *out = STR_NONE;
    for (size_t i = 0; i < LEN(all); i++) {
        if (all[i].n == 0) continue;
        if (out->n > 0 && !str_eq(*out, all[i])) return false;
        *out = all[i];
    }
    return true;
}

static bool refused(Response *res, int status, const char *word, const char *what) {
    Err e = api_refuse(res, status, word, "%s", what);
    if (status == 401) must(res_header(res, "WWW-Authenticate", S("Bearer")) == OK);
    return e != OK;
}

static bool paced(Ctx *c, Response *res, const Subscriber *s) {
    bool may = false;
    int64_t wait_ms = 0;
    if (use_store_pace(c->db, s->id, c->now, MINUTE_MS / s->per_minute > 0 ? MINUTE_MS / s->per_minute : 1, &may, &wait_ms) != OK) return refused(res, 503, "not_now", "The record cannot be read now. Try again in a minute.");
    if (may) return true;
    int64_t wait_s = (wait_ms + 999) / 1000;
    must(res_header(res, "Retry-After", str_fmt(c->arena, "%lld", (long long)(wait_s < 1 ? 1 : wait_s))) == OK);
    return api_refuse(res, 429, "too_many", "This key may ask %lld times a minute. Wait %lld seconds and ask again; nothing was lost.", (long long)s->per_minute, (long long)(wait_s < 1 ? 1 : wait_s)) != OK;
}

bool api_enter(Ctx *c, const Request *req, Response *res, unsigned scope, Asker *out) {
    Str key = STR_NONE;
    if (!key_presented(req, &key)) return refused(res, 401, "two_keys", "The headers hold two different keys. Put the same key of this server in x-functions-key and Ocp-Apim-Subscription-Key.");
    if (key.n == 0) return refused(res, 401, "no_key", "Send the key you were given: Authorization: Bearer KEY, or in Ocp-Apim-Subscription-Key and x-functions-key.");
    Err e = subscriber_by_key(c->db, c->arena, key, c->now, &out->s);
    if (e == E_MISSING) return refused(res, 401, "wrong_key", "This key is not known here. Check that it was copied whole.");
    if (e == E_DENIED) return refused(res, 401, "ended_key", "This key has ended. Ask the organisation that gave it for a new one.");
    if (e != OK) return refused(res, 503, "not_now", "The record cannot be read now. Try again in a minute.");
    if ((out->s.scopes & scope) == 0) return refused(res, 403, "not_yours", "This key is good, but not for this. Ask the organisation that gave it to add what you need.");
    c->person = (Person){ .roles = R_SYSTEM, .org = c->app->org };
    return paced(c, res, &out->s);
}

bool api_lane(const Request *req, Response *res, Str lane, Asker *who) {
    (void)req;
    bool adult = lane.n == 0 || str_eq(lane, S("adult")), minor = str_eq(lane, S("minor"));
    if (!adult && !minor) return refused(res, 404, "no_such_list", "There are two lists: adult, and minor for the national body alone.");
    if (minor && (who->s.scopes & SCOPE_NATIONAL) == 0) return refused(res, 403, "not_yours", "Hashes of people under 18, or of unknown age, go to the national body alone.");
    who->lane = adult ? S("adult") : S("minor");
    return true;
}

bool api_gets(const Subscriber *s, const BankEntry *e) {
    unsigned list = str_eq(e->consent, S("share_hash")) ? LIST_PEOPLE : LIST_OTHERS, kind = 0;
    if (!subscriber_kinds_read(e->signal, &kind)) return false;
    return (s->lists & list) != 0 && (s->kinds & kind) != 0;
}
