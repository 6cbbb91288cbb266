/* pages.c - what belongs to no step: the first page, the way out, language, faults, static files. */
#include "programs/web/web.h"
#include "programs/web/web_page.h"

Turn *turn_of(Ctx *c) { return (Turn *)(void *)((char *)c - offsetof(Turn, ctx)); }

static Err first_page(Ctx *ctx, const Request *req, Response *res) {
    (void)ctx;
    tpl_web_first(&res->body, req->ui, &(TplWebFirst){ 0 });
    return OK;
}

/* Leaving: whatever spoke for this browser is ended here too, then its traces there, then a page without meaning. */
static Err leave(Ctx *ctx, const Request *req, Response *res) {
    Turn *t = turn_of(ctx);
    static const struct { const char *word; SessionKind kind; } all[] = { { "desk", SESSION_STAFF }, { "own", SESSION_VICTIM }, { "link", SESSION_LINK } };
    for (size_t i = 0; i < LEN(all); i++) {
        Session s = { 0 };
        VaultSession keys = { .worker = all[i].kind == SESSION_STAFF };
        Str token = req_cookie(req, cookie_name(t->web, req->a, all[i].word).p);
        if (token.n > 0 && ctx->vault != NULL && session_find(ctx, all[i].kind, token, &s) == OK && s.handle.n == sizeof keys.handle) {
            memcpy(keys.handle, s.handle.p, sizeof keys.handle);
            vault_logout(ctx->vault, &keys); /* what it had unlocked is locked again at once */
        }
        if (token.n > 0 && session_end(ctx, token) != OK) continue; /* unknown or over: nothing to end */
    }
    res->clear_site_data = true;
    res->status = 303;
    res->location = t->web->exit_url;
    return OK;
}

bool web_local_path(Str s) { return s.n > 0 && s.n < 512 && s.p[0] == '/' && (s.n == 1 || (s.p[1] != '/' && s.p[1] != '\\')); }

static Err language(Ctx *ctx, const Request *req, Response *res) {
    Lang l = lang_from(req_arg(req, "lang"), LANG_COUNT);
    Str back = req_query(req, "back");
    if (l == LANG_COUNT) return E_MISSING;
    cookie_set(turn_of(ctx), "lang", str_c(lang_code(l)), true);
    if (!web_local_path(back)) back = S("/");
    res_redirect(res, "%s", str_z(req->a, http_path_escape(req->a, back)));
    return OK;
}

static Err fault_shown(Ctx *ctx, const Request *req, Response *res) {
    int64_t status = 0;
    (void)res;
    if (str_i64(req_arg(req, "status"), 400, 503, &status) != OK) return E_MISSING;
    fault_page(turn_of(ctx), (int)status, req->ui->said);
    return OK;
}

static Err static_file(Ctx *ctx, const Request *req, Response *res) {
    (void)ctx;
    const Asset *f = asset_at(req->path);
    if (f == NULL) return E_MISSING;
    res_type(res, f->type);
    res->cache_forever = true;
    res->wasm = str_eq(str_c(f->name), S("hash_worker.js")); /* a worker goes by the policy that its own file came with */
    buf_put(&res->body, str_bytes(f->p, f->n));
    return OK;
}

static Err robots(Ctx *ctx, const Request *req, Response *res) {
    (void)ctx, (void)req;
    res_type(res, "text/plain; charset=utf-8");
    buf_z(&res->body, "User-agent: *\nAllow: /account\nAllow: /law\nDisallow: /\n");
    return OK;
}

/* For the proxy in front: the database answers. */
static Err health(Ctx *ctx, const Request *req, Response *res) {
    int64_t one = 0;
    (void)req;
    TRY(db_int(ctx->db, "SELECT 1", P0, &one));
    res_type(res, "text/plain; charset=utf-8");
    buf_z(&res->body, "ok\n");
    return OK;
}

const Route web_routes[] = {
    { GET, "/", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, first_page },
    { GET, "/weg", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, leave, .cost = COST_EXIT },
    { GET, "/taal/{lang}", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, language },
    { GET, "/fault/{status}", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, fault_shown },
    { GET, "/static/{name}", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, static_file, .cost = COST_FREE },
    { GET, "/robots.txt", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, robots, .cost = COST_FREE },
    { GET, "/health", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, health, .cost = COST_FREE },
    { GET, "/ui", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, gallery_page },
};
const size_t web_routes_n = LEN(web_routes);
