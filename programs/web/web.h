/* web.h - the web worker: what it holds, and the parts of a request's way. Private to programs/web.
 *
 * One process, one request at a time. The listening SCGI socket is descriptor 3. A worker that meets a bug, loses its
 * database or spends too long on a request ends; the master starts another and nginx answers 502 to that one request.
 */
#ifndef KETEN_WEB_H
#define KETEN_WEB_H
#include "core/access/access.h"
#include "core/access/session.h"
#include "core/ctx/ctx.h"
#include "core/vault/vault.h"
#include "foundation/http/http.h"
#include "foundation/ui/ui.h"
#include "programs/common/app.h"
#include "programs/common/bank_join.h"
#include "programs/common/conf.h"
#include "programs/common/house.h"

enum { WEB_SOCKET_FD = 3, WEB_RECYCLE = 20000, WEB_SECONDS_MAX = 20, WEB_IO_MS = 15000, WEB_BODY_OUT_MAX = 32 << 20, WEB_ARENA_MAX = 256 << 20, WEB_PATHS_MAX = 64,
       VISIT_SECRET = 32, KEPT_MS = 30 * 60 * 1000, KEPT_BYTES_MAX = 2 * 1024 * 1024, DRAFT_BYTES_MAX = 2560 * 1024 };

typedef struct Limits Limits;     /* shared by the workers: limits.c */

typedef struct Web {
    Arena *life;                  /* things that live as long as the process */
    Instance in;
    App app;
    Db *db;
    Db *keys_db;                  /* wrapped keys; read and added to here, opened by the key holder only */
    Vault *vault;                 /* NULL while the key holder is away: pages that need no keys still work */
    Limits *limits;
    BankJoin *bank;
    Metrics metrics;
    RouteTable routes;
    const NavItem *nav;
    bool secure;                  /* base_url is https: cookies are Secure and carry the __Host- prefix */
    bool dev;
    Str org_name, exit_url;
} Web;

/* What a browser is to us before anybody signs in: a secret in a cookie that seals drafts and makes form tokens. */
typedef struct Visit { bool known, fresh; uint8_t secret[VISIT_SECRET]; Id kept_id, draft_id; Str csrf; } Visit;

typedef struct Turn {             /* one request */
    Web *web;
    Request req;
    Response res;
    Ctx ctx;
    UiCtx ui;
    Visit visit;
    Session session;              /* kind SESSION_INVALID when there is none */
    Str session_token;
    VaultSession keys;            /* what the session has unlocked; ctx.session points here when there is any */
    Kept kept;
    Str keep_path;                /* where a kept form belongs, when it is not where the redirect leads */
    UnixMs started;
} Turn;

/* ---- turn.c ---- */
void turn_run(Turn *t, int fd);                                       /* reads, answers, writes; never fails towards the caller */
/* ---- gate.c: who it is ---- */
void gate_language(Turn *t);
Err gate_visit(Turn *t) NODISCARD;                                    /* the visitor's cookie, draft and kept form */
Err gate_session(Turn *t) NODISCARD;                                  /* E_DENIED: the level needs a session that is not there */
Err gate_csrf(Turn *t) NODISCARD;
Err gate_after(Turn *t) NODISCARD;                                    /* cookies, kept form, draft, session end */
SessionKind level_session(Level level);
Str cookie_name(const Web *w, Arena *a, const char *word);
void cookie_set(Turn *t, const char *word, Str value, bool keep);     /* keep: a year (language); otherwise until the browser closes */
void cookie_drop(Turn *t, const char *word);
/* ---- fault.c ---- */
int fault_status(Err e);
void fault_page(Turn *t, int status, const char *msgid);
/* A POST never answers with a page: back to the form it came from, or to a page that says what happened. */
void fault_back(Turn *t, Err e);
bool fault_has_page(const Turn *t);                                    /* a GET answers at this request's path */
/* ---- web_store.c ---- */
Err visit_store_get(Db *db, Arena *a, Id id, UnixMs now, Str *out_sealed) NODISCARD;
Err visit_store_put(Db *db, Id id, Str sealed, UnixMs until) NODISCARD;
Err visit_store_drop(Db *db, Id id) NODISCARD;
/* ---- limits.c ---- */
enum { COST_FREE = 255, COST_EXIT = 254 };                            /* Route.cost: never limited (emergency, static); the way out, never limited and never refused */
Err limits_open(const char *path, Limits **out) NODISCARD;
uint64_t limits_hash(Limits *l, Str remote, UnixMs now);              /* salt drawn anew each day; nothing is written to disk by us */
bool limits_take(Limits *l, uint64_t who, int cost, int64_t mono_ms, int64_t *out_wait_s);
/* ---- routes.c ---- */
extern const Route web_routes[], signin_routes[];
extern const size_t web_routes_n, signin_routes_n;
RouteTable house_routes(Arena *a);
const NavItem *web_nav(Arena *a);                                     /* the rooms' entries, then the administration's */
const char *house_routes_wrong(const RouteTable *t, const Route **out_row); /* also: every action has a rule that admits the row's roles */
Err gallery_page(Ctx *ctx, const Request *req, Response *res) NODISCARD; /* gallery.c */
bool web_local_path(Str s);                                           /* a path of this site, safe to lead back to */
Turn *turn_of(Ctx *c);                                                /* built-in pages only; steps have no business here */
#endif
