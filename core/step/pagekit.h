/* pagekit.h - asking a room's pages for real in a test: route found by path, form read by its declaration, handler run, page
 * in a buffer. Header only; tests include it, nothing else does. */
#ifndef KETEN_PAGEKIT_H
#define KETEN_PAGEKIT_H
#include "core/case/testkit.h"
#include "core/law/law.h"
#include "core/step/step.h"

typedef struct Asked { Err err; int status; Str body, location, type; const char *said; size_t errors; const char *error; /* the first field's */ } Asked;

static inline const Zone *kit_zone_of(void *arg, Arena *a, Str name) {
    const Zone *z = NULL;
    (void)arg;
    return zone_load(a, name, &z) == OK ? z : NULL;
}
/* The house's law as it is compiled in. */
static inline const Law *kit_law(Arena *a) {
    const Law *law = NULL;
    LawProblem p = { 0 };
    static const LawFile none[1] = { { NULL, { NULL, 0 } } };
    must(law_new(a, none, kit_zone_of, NULL, &law, &p) == OK);
    return law;
}
static inline Id kit_form_id(void *arg) { return ctx_new_id(arg); }

/* path may hold ?query; fields: name, value, name, value ... ended by NULL; NULL: a GET. */
static inline Asked kit_ask(Kit *k, const Step *step, const char *path, const char *const *fields) {
    Arena *a = k->c.arena;
    Request req = { .a = a, .method = fields != NULL ? POST : GET, .https = true };
    Response res;
    size_t at = 0;
    Str whole = str_c(path);
    const Route *lists[1] = { step->routes };
    const size_t counts[1] = { step->routes_n };
    RouteTable table = { lists, counts, 1 };
    Method other = METHOD_INVALID;
    bool has_query = str_chr(whole, '?', &at);
    req.path = has_query ? str_sub(whole, 0, at) : whole;
    if (has_query) must(http_pairs(a, str_sub(whole, at + 1, whole.n), &req.query, &req.query_n) == OK);
    Asked out = { .err = route_find(&table, &req, &other) };
    if (out.err != OK) return out;
    if ((req.route->who & k->c.person.roles) == 0 && req.route->level != LEVEL_OPEN) return (Asked){ .err = E_DENIED };
    UiCtx ui = ui_plain(a, k->c.lang, k->c.now);
    ui.zone = k->app.zone;
    ui.roles = k->c.person.roles;
    ui.new_id = kit_form_id;
    ui.new_id_arg = &k->c;
    ui.path = req.path;
    req.ui = &ui;
    if (fields != NULL) {
        Pair *posted = ARENA_ARRAY(a, Pair, FORM_FIELDS_MAX);
        size_t n = 0;
        for (; fields[2 * n] != NULL; n++) posted[n] = (Pair){ str_c(fields[2 * n]), str_c(fields[2 * n + 1]) };
        posted[n++] = (Pair){ S("act"), id_hex(a, ctx_new_id(&k->c)) };
        req.posted = posted;
        req.posted_n = n;
        req.form = ARENA_NEW(a, Form);
        form_read(&req, req.route->form, req.route->form_n, req.form);
    }
    k->c.fail = (Fail){ 0 };
    res_init(&res, a, 8u << 20);
    out.err = req.route->handler(&k->c, &req, &res);
    Buf pieces = buf_new(64u << 20);
    for (bool done = res.stream == NULL; out.err == OK && !done;) out.err = res.stream(res.stream_arg, &pieces, &done);
    out.status = res.status;
    out.body = str_dup(a, res.stream != NULL ? buf_str(&pieces) : buf_str(&res.body));
    buf_free(&pieces);
    out.location = str_dup(a, res.location);
    out.said = res.said;
    out.type = str_c(res.type);
    if (req.form != NULL) {
        out.errors = req.form->errors;
        for (size_t i = 0; i < req.form->n && out.error == NULL; i++) out.error = req.form->v[i].error;
        if (out.error == NULL) out.error = req.form->error;
    }
    res_free(&res);
    return out;
}
static inline bool page_has(const Asked *p, const char *text) {
    size_t at = 0;
    return p->err == OK && str_find(p->body, str_c(text), &at);
}
#define FIELDS(...) (const char *const[]){ __VA_ARGS__, NULL, NULL }
#endif
