/* gate.c - who it is: language, the visitor's secret, the session, and whether a POST is really theirs. */
#include "programs/web/web.h"
#include "foundation/base/enc.h"

#include <sodium.h>

enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };

/* ---- cookies ---- */

Str cookie_name(const Web *w, Arena *a, const char *word) { return str_fmt(a, "%s%s", w->secure ? "__Host-" : "", word); }

void cookie_set(Turn *t, const char *word, Str value, bool keep) {
    Arena *a = t->req.a;
    Str text = str_fmt(a, STR_FMT "=" STR_FMT "; Path=/; HttpOnly; SameSite=Strict%s%s", STR_ARG(cookie_name(t->web, a, word)), STR_ARG(value),
        t->web->secure ? "; Secure" : "", keep ? "; Max-Age=31536000" : "");
    must(res_header(&t->res, "Set-Cookie", text) == OK);
}

void cookie_drop(Turn *t, const char *word) {
    Arena *a = t->req.a;
    Str text = str_fmt(a, STR_FMT "=; Path=/; HttpOnly; SameSite=Strict%s; Max-Age=0", STR_ARG(cookie_name(t->web, a, word)), t->web->secure ? "; Secure" : "");
    must(res_header(&t->res, "Set-Cookie", text) == OK);
}

static Str cookie_get(const Turn *t, const char *word) { return req_cookie(&t->req, cookie_name(t->web, t->req.a, word).p); }

/* ---- language ---- */

static Lang wanted_lang(Str accept) { /* "nl-NL,nl;q=0.9,en;q=0.8": the first of ours; order is preference in practice */
    Str part = STR_NONE;
    for (int i = 0; i < 20 && accept.n > 0 && str_split(&accept, ',', &part); i++) {
        size_t semi = part.n;
        part = str_trim(part);
        (void)str_chr(part, ';', &semi);
        Str code = str_sub(part, 0, semi);
        Lang en = lang_from(code, LANG_NL), nl = lang_from(code, LANG_EN);
        if (en == nl) return en;
    }
    return LANG_NL;
}

void gate_language(Turn *t) {
    t->ctx.lang = lang_from(cookie_get(t, "lang"), wanted_lang(t->req.accept_language));
    t->ui.lang = t->ctx.lang;
}

/* ---- the visitor ---- */

static void derive(const uint8_t secret[VISIT_SECRET], const char *what, void *out, size_t n) {
    must(crypto_generichash(out, n, (const uint8_t *)what, strlen(what), secret, VISIT_SECRET) == 0);
}

static void visit_parts(Turn *t) {
    uint8_t csrf[SESSION_CSRF];
    derive(t->visit.secret, "kept", t->visit.kept_id.b, sizeof t->visit.kept_id.b);
    derive(t->visit.secret, "draft", t->visit.draft_id.b, sizeof t->visit.draft_id.b);
    derive(t->visit.secret, "csrf", csrf, sizeof csrf);
    t->visit.csrf = hex_enc(t->req.a, str_bytes(csrf, sizeof csrf));
}

static Err unseal(Turn *t, Id id, Str sealed, Str *out) {
    uint8_t key[32];
    unsigned long long n = 0;
    if (sealed.n < NONCE + TAG) return E_INPUT;
    uint8_t *plain = arena_alloc(t->req.a, sealed.n - NONCE - TAG);
    derive(t->visit.secret, "key", key, sizeof key);
    int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &n, NULL, (const uint8_t *)sealed.p + NONCE, sealed.n - NONCE, id.b, sizeof id.b,
        (const uint8_t *)sealed.p, key);
    sodium_memzero(key, sizeof key);
    if (bad != 0) return E_INPUT;
    *out = str_bytes(plain, (size_t)n);
    return OK;
}

static Err seal_put(Turn *t, Id id, Str plain) {
    uint8_t key[32];
    unsigned long long n = 0;
    size_t size = 0;
    must(size_add(plain.n, NONCE + TAG, &size));
    uint8_t *out = arena_alloc(t->req.a, size);
    sys_random(out, NONCE);
    derive(t->visit.secret, "key", key, sizeof key);
    must(crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, &n, (const uint8_t *)plain.p, plain.n, id.b, sizeof id.b, NULL, out, key) == 0);
    sodium_memzero(key, sizeof key);
    return visit_store_put(t->web->db, id, str_bytes(out, size), t->ctx.now + KEPT_MS);
}

static Err load(Turn *t, Id id, Str *out) {
    Str sealed = STR_NONE;
    Err e = visit_store_get(t->web->db, t->req.a, id, t->ctx.now, &sealed);
    if (e != OK) return e == E_MISSING ? OK : e;
    if (unseal(t, id, sealed, out) != OK) *out = STR_NONE; /* damaged, or not ours: as if there were none */
    return OK;
}

static Err load_kept(Turn *t) {
    Str bytes = STR_NONE;
    TRY(load(t, t->visit.kept_id, &bytes));
    if (bytes.n == 0 || kept_read(t->req.a, bytes, &t->kept) != OK || !str_eq(t->kept.path, t->req.path)) return OK;
    t->req.kept = &t->kept;
    t->ui.said = t->kept.said.n > 0 ? str_z(t->req.a, t->kept.said) : NULL;
    /* A toast is said once; what was typed stays until it was sent well, or half an hour. */
    if (t->kept.values_n == 0 && t->kept.errors_n == 0) return visit_store_drop(t->web->db, t->visit.kept_id);
    return OK;
}

Err gate_visit(Turn *t) {
    Str raw = STR_NONE, cookie = cookie_get(t, "visit");
    Visit *v = &t->visit;
    v->known = cookie.n == 2 * VISIT_SECRET && hex_dec(t->req.a, cookie, &raw) == OK;
    if (v->known) memcpy(v->secret, raw.p, VISIT_SECRET);
    else sys_random(v->secret, VISIT_SECRET);
    visit_parts(t);
    t->ui.csrf = v->csrf;
    if (!v->known) return OK;
    TRY(load(t, v->draft_id, &t->req.draft));
    return t->req.method == GET ? load_kept(t) : OK;
}

/* ---- the session ---- */

static const char *const session_cookie[SESSION_KINDS] = { [SESSION_STAFF] = "desk", [SESSION_VICTIM] = "own", [SESSION_LINK] = "link" };

SessionKind level_session(Level level) {
    static const SessionKind kinds[] = { [LEVEL_VICTIM] = SESSION_VICTIM, [LEVEL_LINK] = SESSION_LINK, [LEVEL_STAFF] = SESSION_STAFF, [LEVEL_FRESH] = SESSION_STAFF, [LEVEL_API] = SESSION_INVALID };
    return kinds[level];
}

Err gate_session(Turn *t) {
    const Route *r = t->req.route;
    SessionKind kind = level_session(r->level);
    t->ctx.person = (Person){ .roles = R_PUBLIC, .org = t->web->app.org };
    if (kind == SESSION_INVALID) return (r->who & R_PUBLIC) != 0 ? OK : E_DENIED;
    t->session_token = cookie_get(t, session_cookie[kind]);
    Err e = session_find(&t->ctx, kind, t->session_token, &t->session);
    if (e != OK) return e == E_MISSING ? E_DENIED : e;
    t->ctx.person = t->session.person;
    t->req.session = t->session.row;
    t->ui.csrf = hex_enc(t->req.a, t->session.csrf);
    t->ui.roles = t->session.person.roles;
    t->ui.person = t->session.person.name;
    if (t->session.handle.n == sizeof t->keys.handle) {
        memcpy(t->keys.handle, t->session.handle.p, sizeof t->keys.handle);
        t->keys.worker = kind == SESSION_STAFF;
        t->ctx.session = &t->keys;
    }
    bool staff = kind == SESSION_STAFF;
    if (staff) {
        t->ui.nav = t->web->nav;
        t->ui.may_search = (t->ui.roles & (R_WORKER | R_LEAD)) != 0;
    }
    if ((r->who & t->session.person.roles) == 0 && (staff || (r->who & R_PUBLIC) == 0)) {
        t->ctx.fail.msgid = N_("Your account may not do this.");
        return E_DENIED;
    }
    return OK;
}

/* ---- cross-site requests ---- */

/* Three locks for every POST: the browser says same origin, the cookie is SameSite=Strict, the form carries the token.
 * Our referrer policy makes browsers send "Origin: null" with forms, so Sec-Fetch-Site is asked first. */
Err gate_csrf(Turn *t) {
    const Request *q = &t->req;
    if (q->method != POST || q->route->level == LEVEL_API) return OK;
    if (q->fetch_site.n > 0 && !str_eq(q->fetch_site, S("same-origin"))) return E_DENIED;
    if (q->fetch_site.n == 0 && q->origin.n > 0 && !str_eq(q->origin, S("null"))) {
        Str own = str_fmt(q->a, "%s://" STR_FMT, t->web->secure ? "https" : "http", STR_ARG(q->host));
        if (!str_eq(q->origin, own)) return E_DENIED;
    }
    Str token = STR_NONE;
    for (size_t i = 0; i < q->posted_n; i++) {
        if (str_eq(q->posted[i].name, S("csrf"))) token = q->posted[i].value;
    }
    if (token.n != t->ui.csrf.n || sodium_memcmp(token.p, t->ui.csrf.p, token.n) != 0) {
        t->ctx.fail.msgid = N_("This page had been open for too long. Look at it again and send it once more.");
        return E_CONFLICT;
    }
    return OK;
}

/* ---- after the handler ---- */

static Err keep(Turn *t) {
    Buf b = buf_new(KEPT_BYTES_MAX);
    size_t q = t->res.location.n;
    (void)str_chr(t->res.location, '?', &q);
    (void)str_chr(str_sub(t->res.location, 0, q), '#', &q);
    kept_write(t->res.keep_form ? t->req.form : NULL, t->keep_path.n > 0 ? t->keep_path : str_sub(t->res.location, 0, q), t->res.said, &b);
    Err e = buf_err(&b);
    if (e == OK) e = seal_put(t, t->visit.kept_id, buf_str(&b));
    buf_wipe(&b);
    return e == E_LIMIT ? OK : e;
}

static Err end_session(Turn *t) {
    SessionKind kind = level_session(t->req.route->level);
    if (kind == SESSION_INVALID) return OK;
    Err e = session_end(&t->ctx, t->session_token);
    cookie_drop(t, session_cookie[kind]);
    return e == E_MISSING ? OK : e;
}

Err gate_after(Turn *t) {
    Response *r = &t->res;
    bool page = r->type == NULL && r->status != 304;
    if (r->session_end) TRY(end_session(t));
    if (r->session_token.n > 0) {
        SessionKind kind = level_session((Level)r->session_level);
        must(kind != SESSION_INVALID);
        cookie_set(t, session_cookie[kind], r->session_token, false);
    }
    if (r->clear_site_data) {
        static const char *const all[] = { "visit", "desk", "own", "link" };
        for (size_t i = 0; i < LEN(all); i++) cookie_drop(t, all[i]);
        TRY(visit_store_drop(t->web->db, t->visit.kept_id));
        return visit_store_drop(t->web->db, t->visit.draft_id);
    }
    bool keeps = r->keep_form || r->said != NULL;
    if (keeps) TRY(keep(t));
    else if (t->req.method == POST && t->visit.known && r->session_token.n == 0) /* what waits while somebody types a code or password still waits */
        TRY(visit_store_drop(t->web->db, t->visit.kept_id));
    if (r->draft_set) TRY(r->draft.n <= DRAFT_BYTES_MAX ? seal_put(t, t->visit.draft_id, r->draft) : E_LIMIT);
    else if (r->draft_drop) TRY(visit_store_drop(t->web->db, t->visit.draft_id));
    /* Only pages set the cookie: a request for a picture must not bring it back after somebody left. */
    if (!t->visit.known && (page || r->draft_set || keeps)) cookie_set(t, "visit", hex_enc(t->req.a, str_bytes(t->visit.secret, VISIT_SECRET)), false);
    return OK;
}
