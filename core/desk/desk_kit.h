/* desk_kit.h - pages in tests: a request through the desk's own routes with the access check the web process makes, and what
 * must stand in the page in both languages. Header only; the tests of this room include it. */
#ifndef KETEN_DESK_KIT_H
#define KETEN_DESK_KIT_H
#include "core/case/testkit.h"
#include "core/desk/desk_in.h"
#include "core/law/testlaw.h"

static const Param none[1] = { { .name = "seen", .kind = P_INT } };

typedef struct Page { Request req; Response res; UiCtx ui; } Page;

static inline Id fresh(void *arg) { return ctx_new_id(arg); }

static inline const Route *route_of(Kit *k, Method m, const char *path, Request *req) {
    const Route *lists[] = { desk_step.routes };
    size_t counts[] = { desk_step.routes_n };
    RouteTable t = { lists, counts, 1 };
    Method other = METHOD_INVALID;
    size_t q = 0;
    Str whole = str_c(path);
    *req = (Request){ .a = k->c.arena, .method = m };
    req->path = str_chr(whole, '?', &q) ? str_sub(whole, 0, q) : whole;
    if (q > 0) must(http_pairs(k->c.arena, str_sub(whole, q + 1, whole.n), &req->query, &req->query_n) == OK);
    return route_find(&t, req, &other) == OK ? req->route : NULL;
}

static Str draft; /* what waits under the visitor's cookie: the page after the one that left it finds it */

/* One request through the desk's own table, with the access check that the web process makes for {case}. */
static inline Err ask(Kit *k, Lang lang, Method m, const char *path, const char *body, Page *p) {
    *p = (Page){ 0 };
    const Route *r = route_of(k, m, path, &p->req);
    must(r != NULL);
    p->req.draft = draft;
    k->c.lang = lang;
    k->c.fail = (Fail){ 0 };
    p->ui = ui_plain(k->c.arena, lang, k->c.now);
    p->ui.zone = k->app.zone;
    p->ui.path = p->req.path;
    p->ui.csrf = S("token");
    p->ui.new_id = fresh;
    p->ui.new_id_arg = &k->c;
    p->ui.roles = k->c.person.roles;
    p->ui.nav = desk_step.nav;
    p->req.ui = &p->ui;
    res_init(&p->res, k->c.arena, 8 << 20);
    for (size_t i = 0; i < p->req.arg_n; i++) {
        Id id = ID_NONE;
        if (!str_eq(p->req.arg[i].name, S("case"))) continue;
        TRY(req_id(&p->req, "case", &id));
        TRY(access_case(&k->c, r->action, id));
    }
    if (m == POST) {
        Str all = str_fmt(k->c.arena, "act=" STR_FMT "&%s", STR_ARG(id_hex(k->c.arena, ctx_new_id(&k->c))), body);
        must(http_pairs(k->c.arena, all, &p->req.posted, &p->req.posted_n) == OK);
        p->req.form = ARENA_NEW(k->c.arena, Form);
        form_read(&p->req, r->form != NULL ? r->form : none, r->form != NULL ? r->form_n : 1, p->req.form);
    }
    Err err = r->handler(&k->c, &p->req, &p->res);
    if (err == OK && p->res.draft_set) draft = str_dup(k->c.arena, p->res.draft);
    if (err == OK && p->res.draft_drop) draft = STR_NONE;
    return err;
}

static inline bool has(const Page *p, const char *text) {
    size_t at = 0;
    return str_find(buf_str(&p->res.body), str_c(text), &at);
}

static inline char *case_path(Kit *k, Id id, const char *rest) { return str_z(k->c.arena, str_fmt(k->c.arena, "/case/" STR_FMT "%s", STR_ARG(id_hex(k->c.arena, id)), rest)); }

/* Both languages: a page, with a word of each that must stand in it. */
static inline void shown(Kit *k, const char *path, const char *nl, const char *en, const char *what) {
    Page p;
    Err a = ask(k, LANG_NL, GET, path, "", &p);
    bool dutch = a == OK && has(&p, nl) && has(&p, "lang=\"nl\"");
    if (!dutch) printf("# %s nl: %s\n", path, a == OK ? "word not there" : err_name(a));
    res_free(&p.res);
    Err b = ask(k, LANG_EN, GET, path, "", &p);
    bool english = b == OK && has(&p, en) && has(&p, "lang=\"en\"");
    if (!english) printf("# %s en: %s\n", path, b == OK ? "word not there" : err_name(b));
    check(dutch && english, "%s, in both languages", what);
    res_free(&p.res);
}

/* core's acts and the desk's own. */
static inline const ActDef *const *all_acts(void) {
    static const ActDef *list[128];
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) list[n++] = core_acts[i];
    for (size_t i = 0; desk_acts[i] != NULL; i++) list[n++] = desk_acts[i];
    must(n < LEN(list));
    return list;
}

static inline Err post(Kit *k, Id id, const char *rest, const char *body, Page *p) { return ask(k, LANG_NL, POST, case_path(k, id, rest), body, p); }
static inline bool done(Page *p, Err err) {
    bool ok = err == OK && p->res.status == 303 && !p->res.keep_form;
    if (!ok) printf("# %s %s\n", err_name(err), p->req.form != NULL && p->req.form->error != NULL ? p->req.form->error : "");
    res_free(&p->res);
    return ok;
}
static inline bool again(Page *p, Err err, const char *field, const char *msg) {
    bool ok = err == OK && p->res.keep_form;
    const char *got = field == NULL ? p->req.form->error : form_at(p->req.form, field)->error;
    ok = ok && got != NULL && strstr(got, msg) != NULL;
    if (!ok) printf("# %s: %s\n", err_name(err), got != NULL ? got : "no error");
    res_free(&p->res);
    return ok;
}

static inline void desk_open(Kit *k) {
    kit_open(k, all_acts(), NULL);
    k->app.law = test_house_law(k->c.arena);
    k->app.panels = desk_step.panels;
    k->app.panels_n = desk_step.panels_n;
    kit_as_worker(k);
}
#endif
