/* turn.c - one request, straight through: head, route, limits, visitor, session, body, token, form, handler, answer. */
#include "programs/web/web.h"

static Err read_head(Turn *t, int fd, Arena *a, Buf *in, size_t *out_used) {
    int64_t deadline = sys_mono_ms() + WEB_IO_MS;
    char chunk[8192];
    for (;;) {
        size_t n = 0;
        Err e = in->n > 0 ? http_head_parse(a, buf_str(in), &t->req, out_used) : E_CONFLICT;
        if (e != E_CONFLICT) return e;
        TRY(fd_read_some(fd, chunk, sizeof chunk, deadline, &n));
        if (n == 0) return E_OUTSIDE;
        buf_put(in, str_bytes(chunk, n));
        TRY(buf_err(in));
    }
}

static Err read_body(Turn *t, int fd, Buf *in, size_t used) {
    int64_t deadline = sys_mono_ms() + WEB_IO_MS;
    char chunk[16384];
    if (t->req.content_length > t->req.route->body_max) return E_LIMIT;
    while (in->n - used < t->req.content_length) {
        size_t n = 0;
        TRY(fd_read_some(fd, chunk, sizeof chunk, deadline, &n));
        if (n == 0) return E_OUTSIDE;
        buf_put(in, str_bytes(chunk, n));
        TRY(buf_err(in));
    }
    /* A copy in the arena: everything a handler sees is wiped with it. */
    return http_body_parse(&t->req, str_dup(t->req.a, str_sub(buf_str(in), used, t->req.content_length)));
}

static Id fresh_id(void *arg) {
    (void)arg;
    return sys_new_id();
}

static void set_up(Turn *t) {
    Web *w = t->web;
    Arena *a = t->req.a;
    if (w->vault == NULL && w->keys_db != NULL && vault_connect(instance_path(a, &w->in, INSTANCE_KEYS_SOCKET), w->keys_db, "web", &w->vault) != OK) w->vault = NULL;
    t->ctx = (Ctx){ .app = &w->app, .arena = a, .db = w->db, .vault = w->vault, .bank = bank_join_door(w->bank), .now = t->started };
    t->ui = (UiCtx){ .a = a, .now_ms = t->started, .zone = w->in.zone, .path = t->req.path, .new_id = fresh_id, .org = w->org_name, .dev = w->dev, .demo = w->in.demo };
    t->req.ui = &t->ui;
    gate_language(t);
}

/* How a request stands with the limits. A form that comes too soon is kept and comes back with its page, within a second budget of
 * the same size; beyond that it is not even read. A POST is never answered with a page: that would leave what was typed on the disk. */
typedef enum Budget { BUDGET_FINE, BUDGET_KEEP, BUDGET_SPENT } Budget;

static Budget budget(Turn *t) {
    enum { KEEP_SALT = 0x5bd1e995 };
    int64_t wait_s = 0, kept_wait_s = 0;
    Web *w = t->web;
    t->req.remote_hash = limits_hash(w->limits, t->req.remote, t->started);
    t->req.remote = STR_NONE;
    if (limits_take(w->limits, t->req.remote_hash, t->req.route->cost, sys_mono_ms(), &wait_s)) return BUDGET_FINE;
    metric_add(&w->metrics, M_REQUESTS_LIMITED, 1);
    bool post = t->req.method == POST && t->req.route->level != LEVEL_API;
    if (post && t->req.route->form != NULL && limits_take(w->limits, t->req.remote_hash ^ KEEP_SALT, t->req.route->cost, sys_mono_ms(), &kept_wait_s)) return BUDGET_KEEP;
    if (post) {
        res_redirect(&t->res, "/fault/429");
    } else {
        fault_page(t, 429, NULL);
        must(res_header(&t->res, "Retry-After", str_fmt(t->req.a, "%lld", (long long)wait_s)) == OK);
    }
    return BUDGET_SPENT;
}

/* What was typed waits while somebody signs in again or confirms who they are. */
static void keep_form(Turn *t) {
    if (t->req.method != POST || t->req.route->form == NULL) return;
    if (t->req.form == NULL) {
        t->req.form = ARENA_NEW(t->req.a, Form);
        form_read(&t->req, t->req.route->form, t->req.route->form_n, t->req.form);
    }
    t->res.keep_form = true;
    t->keep_path = t->req.path;
}

/* Not signed in: a page leads to the door and back; a form is kept meanwhile. */
static void to_the_door(Turn *t) {
    Level level = t->req.route->level;
    Str back = fault_has_page(t) ? t->req.path : STR_NONE;
    keep_form(t);
    if (level == LEVEL_STAFF || level == LEVEL_FRESH) res_redirect(&t->res, "/signin?back=%s", str_z(t->req.a, http_escape(t->req.a, back)));
    else if (level == LEVEL_VICTIM) res_redirect(&t->res, "/code");
    else if (t->req.method == POST) fault_back(t, E_DENIED);
    else fault_page(t, 403, NULL);
}

/* An argument named {case} is a case: whoever may not do the row's action on it never reaches the handler. */
static Err case_access(Turn *t) {
    for (size_t i = 0; i < t->req.arg_n; i++) {
        Id id = ID_NONE;
        if (!str_eq(t->req.arg[i].name, S("case"))) continue;
        if (id_parse(t->req.arg[i].value, &id) != OK) return E_MISSING;
        TRY(access_case(&t->ctx, t->req.route->action, id));
    }
    return OK;
}

static void too_soon(Turn *t) {
    t->req.form = ARENA_NEW(t->req.a, Form);
    form_read(&t->req, t->req.route->form, t->req.route->form_n, t->req.form);
    t->ctx.fail = (Fail){ .msgid = N_("Very much is being asked from here at once. Nothing was lost: wait a minute and send it again.") };
    fault_back(t, E_LIMIT);
}

static Err handle(Turn *t) {
    const Route *r = t->req.route;
    TRY(case_access(t));
    if (r->method == POST && r->form != NULL) {
        t->req.form = ARENA_NEW(t->req.a, Form);
        form_read(&t->req, r->form, r->form_n, t->req.form);
    }
    return r->handler(&t->ctx, &t->req, &t->res);
}

static Err confirm_first(Turn *t) {
    if (t->req.route->level != LEVEL_FRESH || session_is_fresh(&t->session, t->ctx.now)) return OK;
    keep_form(t);
    return E_DENIED;
}

/* The way out is never limited, and open also while the record is not: what cannot be ended there now runs out by itself. */
static void way_out(Turn *t) {
    t->req.remote = STR_NONE;
    Err known = gate_visit(t), left = t->req.route->handler(&t->ctx, &t->req, &t->res), ended = gate_after(t);
    if (known != OK || left != OK || ended != OK) log_line(LOG_BAD, "event=way_out visit=%s leave=%s after=%s", err_name(known), err_name(left), err_name(ended));
}

/* The part after routing. What fails here becomes a page or a redirect. */
static void answer_it(Turn *t, int fd, Buf *in, size_t used) {
    Err e = OK;
    if (t->req.route->cost == COST_EXIT) {
        way_out(t);
        return;
    }
    if (t->req.route->cost == COST_FREE && t->req.method == GET) { /* needs nothing that could be down or exhausted */
        if (t->req.route->handler(&t->ctx, &t->req, &t->res) != OK) fault_page(t, 404, NULL);
        return;
    }
    Budget left = budget(t);
    if (left == BUDGET_SPENT) return;
    e = gate_visit(t);
    if (e == OK && t->req.method == POST) {
        e = read_body(t, fd, in, used);
        if (e != OK) goto fault;
    }
    if (e != OK) goto fault;
    if (left == BUDGET_KEEP) {
        too_soon(t);
        goto after;
    }
    e = gate_session(t);
    if (e == E_DENIED && t->session.kind == SESSION_INVALID) {
        to_the_door(t);
        goto after;
    }
    if (e == OK) e = gate_csrf(t);
    if (e == E_CONFLICT && t->req.route->form != NULL) { /* an old page: what was typed comes back */
        t->req.form = ARENA_NEW(t->req.a, Form);
        form_read(&t->req, t->req.route->form, t->req.route->form_n, t->req.form);
    }
    if (e == OK && confirm_first(t) != OK) {
        res_redirect(&t->res, "/confirm?back=%s", str_z(t->req.a, http_escape(t->req.a, fault_has_page(t) ? t->req.path : S("/desk"))));
        goto after;
    }
    if (e == OK) e = handle(t);
    if (e == OK) e = buf_err(&t->res.body) == OK ? OK : E_LIMIT;
    if (e == OK) goto after;
fault:
    log_line(LOG_NOTE, "event=refused action=%s err=%s why=\"%s\"", t->req.route->action, err_name(e), t->ctx.fail.msgid != NULL ? t->ctx.fail.msgid : "");
    if (t->req.method == POST && t->req.route->level != LEVEL_API) fault_back(t, e);
    else fault_page(t, fault_status(e), t->ctx.fail.msgid != NULL ? t->ctx.fail.msgid : t->res.error_msg);
after:
    if (e == E_OUTSIDE && t->web->vault != NULL) { /* perhaps out of step with the key holder: the next request connects anew */
        vault_close(t->web->vault);
        t->web->vault = t->ctx.vault = NULL;
    }
    e = gate_after(t);
    if (e != OK) {
        log_line(LOG_BAD, "event=request_after err=%s why=\"%s\"", err_name(e), db_why(t->web->db));
        fault_page(t, fault_status(e), NULL);
    }
}

/* A page is read off one state of the record, and its hundreds of small questions take the file's locks once. */
static void answer(Turn *t, int fd, Buf *in, size_t used) {
    if (t->req.method == GET) db_look(t->web->db);
    answer_it(t, fd, in, used);
    db_look_end(t->web->db);
}

static void write_answer(Turn *t, int fd) {
    Response *r = &t->res;
    Buf out = buf_new(WEB_BODY_OUT_MAX + 64 * 1024);
    int64_t deadline = sys_mono_ms() + WEB_IO_MS;
    bool done = false;
    http_write_head(r, t->web->secure, t->req.head_only, &out);
    must(buf_err(&out) == OK);
    Err e = fd_write_all(fd, buf_str(&out), deadline);
    while (e == OK && r->stream != NULL && !done && !t->req.head_only) {
        buf_clear(&out);
        e = r->stream(r->stream_arg, &out, &done);
        if (e == OK) e = fd_write_all(fd, buf_str(&out), sys_mono_ms() + WEB_IO_MS);
    }
    buf_wipe(&out);
    if (e != OK) log_line(LOG_NOTE, "event=write_failed err=%s", err_name(e));
}

static void count(const Turn *t, int64_t ms) {
    static const Metric classes[] = { M_REQUESTS_OK, M_REQUESTS_REDIRECT, M_REQUESTS_CLIENT, M_REQUESTS_SERVER };
    int c = t->res.status / 100 - 2;
    metric_add(&t->web->metrics, classes[c >= 0 && c < 4 ? c : 3], 1);
    metric_add(&t->web->metrics, M_REQUEST_MS, ms);
}

void turn_run(Turn *t, int fd) {
    Arena *a = t->req.a;
    Buf in = buf_new(WEB_BODY_OUT_MAX);
    size_t used = 0;
    int64_t began = sys_mono_ms();
    Method other = METHOD_INVALID;
    t->started = sys_now(&t->web->in.clock);
    Err e = read_head(t, fd, a, &in, &used);
    if (e == E_OUTSIDE) { /* nobody there any more */
        buf_wipe(&in);
        return;
    }
    t->req.a = a;
    if (e != OK) t->req.path = S("/");
    res_init(&t->res, a, WEB_BODY_OUT_MAX);
    set_up(t);
    if (e == OK && t->req.method == METHOD_INVALID) e = E_DENIED;
    if (e == OK) e = route_find(&t->web->routes, &t->req, &other);
    if (e == OK) answer(t, fd, &in, used);
    else fault_page(t, e == E_DENIED ? 405 : fault_status(e), NULL);
    if (e == E_DENIED) must(res_header(&t->res, "Allow", other == POST ? S("POST") : S("GET, HEAD")) == OK);
    write_answer(t, fd);
    int64_t ms = sys_mono_ms() - began;
    count(t, ms);
    log_line(LOG_INFO, "event=request action=%s method=%s status=%d ms=%lld bytes=%zu", t->req.route != NULL ? t->req.route->action : "-",
        t->req.method == POST ? "post" : "get", t->res.status, (long long)ms, t->res.body.n);
    buf_wipe(&in);
    explicit_bzero(&t->visit, sizeof t->visit);
    res_free(&t->res);
}
