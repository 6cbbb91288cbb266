/* profile.c - the HTTP interface of a recipient, and what a person says about a form that was filled in: see profile.h. */
#include "steps/takedown/profile.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "steps/takedown/xarf.h"

#define END { NULL, F_END, CLEAR, false, 0 }

Err recipient_way(Ctx *c, const RecipientRow *r, RecipientWay *out) {
    const struct { const char *field; Str sealed; Str *to; } f[] = { { "page", r->page_sealed, &out->page }, { "secret", r->secret_sealed, &out->secret }, { "steps", r->steps_sealed, &out->steps } };
    *out = (RecipientWay){ .hours = r->hours };
    for (size_t i = 0; i < LEN(f); i++)
        if (f[i].sealed.p != NULL) TRY(journal_open(c, r->org, r->org, STORE, r->id, f[i].field, f[i].sealed, f[i].to));
    return OK;
}

Act *recipient_profile_way(Ctx *c, Id id, Str profile, bool bulk, const RecipientWay *w) {
    Act *a = recipient_profile(c, id, profile, bulk);
    act_text(a, "page", w->page);
    act_text(a, "secret", w->secret);
    act_text(a, "steps", w->steps);
    act_code(a, "hours", w->hours);
    return a;
}

/* ---- the document ---- */
static Str own_link(Ctx *c, const NoticeRow *n) {
    Str token = STR_NONE;
    if (notice_token(c, n, &token) != OK) return STR_NONE;
    return str_fmt(c->arena, STR_FMT "/antwoord/" STR_FMT, STR_ARG(c->app->base_url), STR_ARG(token));
}

static void codes(Ctx *c, const NoticeRow *n, Json *j) {
    static const char *const schemes[] = { "SR", "DIR1385", "DIR2011", "TDB2" };
    Date day = civil_at(c->app->zone, n->made).date;
    json_key(j, S("legal_ground"));
    json_arr(j);
    for (size_t s = 0; c->app->law != NULL && s < LEN(schemes); s++) {
        const LawCross *const *rows = NULL;
        size_t k = law_cross_to(c->app->law, n->offence, str_c(schemes[s]), str_eq(n->lane, S("adult")) ? S("adult") : S("minor"), STR_NONE, day, c->arena, &rows);
        for (size_t i = 0; i < k; i++) {
            if (str_eq(rows[i]->value, S("-"))) continue;
            json_obj(j);
            json_kv_str(j, "scheme", str_c(schemes[s]));
            json_kv_str(j, "value", rows[i]->value);
            if (rows[i]->sub.n > 0) json_kv_str(j, "sub", rows[i]->sub);
            if (law_mark(&rows[i]->r)[0] != '\0') json_kv_bool(j, "unverified", true);
            json_end_obj(j);
        }
    }
    json_end_arr(j);
}

static void sender(Ctx *c, const NoticeRow *n, const OrgRow *org, Json *j) {
    json_key(j, S("sender"));
    json_obj(j);
    if (n->named) json_kv_str(j, "name", org->name);
    if (n->named) json_kv_str(j, "mail", c->app->org_mail_from);
    if (!n->named) json_kv_bool(j, "left_out_as_the_law_allows", true);
    if (n->flagger && n->named) json_kv_str(j, "trusted_flagger", org->flagger_id);
    if (n->flagger && n->named && c->app->flagger_area.n > 0) json_kv_str(j, "trusted_flagger_area", c->app->flagger_area);
    json_end_obj(j);
}

static Err earlier(Ctx *c, const NoticeRow *n, Json *j) {
    NoticeRow e;
    json_key(j, S("earlier"));
    json_arr(j);
    Id at = n->earlier;
    for (int i = 0; i < 50 && !id_none(at); i++) {
        TRY(notice_by_id(c, at, &e));
        json_obj(j);
        json_kv_str(j, "reference", notice_ref(c->arena, e.id));
        if (e.sent != 0) json_kv_str(j, "sent", when_rfc3339(c->arena, e.sent));
        if (e.answered != 0) json_kv_str(j, "answered", when_rfc3339(c->arena, e.answered));
        json_end_obj(j);
        at = e.earlier;
    }
    json_end_arr(j);
    return OK;
}

static Err items(Ctx *c, const NoticeRow *n, Json *j) {
    RequestRow *rows = NULL;
    size_t rows_n = 0;
    TRY(request_of_subject(c, n->id, &rows, &rows_n));
    json_key(j, S("items"));
    json_arr(j);
    for (size_t i = 0; i < rows_n; i++) {
        LocationRow l;
        TRY(location_by_id(c, rows[i].location, &l));
        TRY(location_open(c, &l, 1));
        if (l.url_err != OK) continue;
        json_obj(j);
        json_kv_i64(j, "number", (int64_t)i + 1);
        json_kv_str(j, "token", id_hex(c->arena, rows[i].id)); /* of this item: an answer may name it instead of the number */
        json_kv_str(j, "url", l.url);
        json_kv_str(j, "kind", l.kind);
        if (l.seen != 0) json_kv_str(j, "seen", when_rfc3339(c->arena, l.seen));
        json_end_obj(j);
    }
    json_end_arr(j);
    return OK;
}

static Err notice_json(Ctx *c, const NoticeRow *n, const OrgRow *org, Json *j) {
    bool adult = str_eq(n->lane, S("adult"));
    Str why = STR_NONE, extra = STR_NONE;
    TRY(notice_words(c, n, &why, &extra));
    sender(c, n, org, j);
    json_kv_str(j, "offence", n->offence);
    json_kv_str(j, "person", adult ? S("adult") : S("minor_or_unknown"));
    if (adult) codes(c, n, j);
    if (adult) json_kv_str(j, "reason", why);
    if (adult && extra.n > 0) json_kv_str(j, "how_to_find_it", extra);
    if (adult) json_kv_str(j, "good_faith", S("We state in good faith that what this notice says is accurate and complete."));
    json_kv_str(j, "action", n->action);
    json_kv_str(j, "territory", n->territory);
    TRY(earlier(c, n, j));
    return items(c, n, j);
}

Err api_json(Ctx *c, const NoticeRow *n, const NoticeMailRow *m, Str *out) {
    OrgRow org;
    Err e = org_by_id(c, n->org, &org);
    Buf b = buf_new(API_JSON_MAX);
    Json j = json_to(&b, false);
    json_obj(&j);
    json_kv_str(&j, "keten", S("notice 1"));
    json_kv_str(&j, "event", m->what);
    json_kv_str(&j, "message", id_hex(c->arena, m->id));
    json_kv_str(&j, "reference", notice_ref(c->arena, n->id));
    json_kv_str(&j, "form", n->form);
    json_kv_str(&j, "language", n->lang);
    json_kv_str(&j, "made", when_rfc3339(c->arena, m->made));
    json_kv_str(&j, "answer_url", own_link(c, n));
    if (e == OK && str_eq(m->what, S("notice"))) e = notice_json(c, n, &org, &j);
    else json_kv_str(&j, "text", m->body);
    json_end_obj(&j);
    if (e == OK) e = buf_err(&b);
    if (e == OK) *out = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    return e;
}

/* ---- posting it ---- */
Str api_signature(Arena *a, Str secret, int64_t seconds, Str body) {
    uint8_t mac[32];
    Buf b = buf_new(API_JSON_MAX + 64);
    buf_put(&b, str_fmt(a, "%lld.", (long long)seconds));
    buf_put(&b, body);
    must(buf_err(&b) == OK);
    seal_hmac_sha256(secret, buf_str(&b), mac);
    buf_free(&b);
    return str_fmt(a, "t=%lld,v1=" STR_FMT, (long long)seconds, STR_ARG(hex_enc(a, str_bytes(mac, sizeof mac))));
}

static Str clean(Arena *a, Str s) {
    char *p = str_z(a, str_sub(s, 0, 500));
    size_t n = s.n < 500 ? s.n : 500;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)p[i] < 32 || (unsigned char)p[i] > 126) p[i] = ' ';
    return (Str){ p, n };
}

Err api_post(Ctx *c, const NoticeMailRow *m, const RecipientWay *w, Str body, NetMailGot *out) {
    const Str headers[] = { str_fmt(c->arena, "Keten-Signature: " STR_FMT, STR_ARG(api_signature(c->arena, w->secret, c->now / 1000, body))), str_fmt(c->arena, "Idempotency-Key: " STR_FMT, STR_ARG(id_hex(c->arena, m->id))) };
    NetAsk ask = { .url = w->page, .method = S("POST"), .body = body, .body_type = S("application/json"), .headers = headers, .headers_n = LEN(headers), .bytes_max = 65536, .seconds_max = 30 };
    NetGot got;
    *out = (NetMailGot){ .outcome = S("deferred") };
    if (w->page.n == 0 || w->secret.n == 0) {
        out->reply = S("The recipient's address for notices is not set up.");
        return OK;
    }
    TRY(net_get(c->net, c->arena, &ask, &got));
    if (got.hops_n == 0 || got.hops[got.hops_n - 1].status == 0) {
        out->reply = clean(c->arena, got.error);
        return OK;
    }
    const NetHop *h = &got.hops[got.hops_n - 1];
    bool later = h->status >= 500 || h->status == 408 || h->status == 425 || h->status == 429;
    out->code = h->status;
    out->outcome = h->status >= 200 && h->status < 300 ? S("delivered") : later ? S("deferred") : S("refused");
    out->reply = clean(c->arena, h->body.p != NULL ? h->body : STR_NONE);
    out->server = h->ip;
    out->tls_version = h->tls_version;
    return OK;
}

/* ---- filed by hand ---- */
static const FieldDef filed_fields[] = { { "notice", F_ID, CLEAR, true, 0 }, { "what", F_CODE, CLEAR, true, 0 }, { "outcome", F_CODE, CLEAR, true, 0 }, { "code", F_INT, CLEAR, true, 999 }, { "tls", F_CODE, CLEAR, false, 0 },
    { "reply", F_TEXT, STORE, false, 2000 }, { "server", F_TEXT, STORE, false, 300 }, { "kept", F_ID, CLEAR, false, 0 }, { "until", F_INT, CLEAR, false, 0 }, { "deadline", F_INT, CLEAR, false, 0 },
    { "on", F_TIME, CLEAR, true, 0 }, END };
static Err check_filed(Ctx *c, const Act *a) {
    NoticeMailRow m;
    NoticeRow n;
    TRY(mail_by_id(c, a->subject, &m));
    TRY(notice_by_id(c, m.notice, &n));
    if (!id_eq(m.case_id, a->case_id)) return E_MISSING;
    if (!str_eq(m.state, S("queued")) || !str_eq(m.what, S("notice"))) return ctx_refuse(c, E_CONFLICT, NULL, "This mail is no longer in the outbox.");
    if (act_get_int(a, "on") > c->now) return ctx_refuse(c, E_INPUT, "on", N_("This moment has not come yet."));
    return act_get_int(a, "on") >= n.made ? OK : ctx_refuse(c, E_INPUT, "on", N_("This lies before the notice was made."));
}
const ActDef act_notice_filed = { "notice.filed", 1, OBJ_NONE, "notice.send", true, false, filed_fields, check_filed, apply_notice_filed, NULL, N_("The recipient's own form was filled in by a person") };

Err notice_filed(Ctx *c, Id act, const NoticeMailRow *m, const NoticeRow *n, UnixMs on, Str number) {
    NetMailGot got = { .outcome = S("delivered"), .reply = number };
    return mail_record_at(c, &act_notice_filed, act, m, n, &got, S("delivered"), on);
}

Err notice_by_hand(Ctx *c, const NoticeRow *n, NoticeMailRow *out_mail, bool *out_waits) {
    NoticeMailRow *all = NULL;
    RecipientRow to;
    size_t all_n = 0;
    *out_waits = false;
    TRY(recipient_by_id(c, n->recipient, &to));
    if (!str_eq(to.profile, PROFILE_FORM) || n->withdrawn != 0) return OK;
    TRY(mail_of_notice(c, n->id, &all, &all_n));
    for (size_t i = 0; i < all_n && !*out_waits; i++) {
        if (!str_eq(all[i].what, S("notice")) || !str_eq(all[i].state, S("queued"))) continue;
        *out_mail = all[i];
        *out_waits = true;
    }
    return OK;
}
