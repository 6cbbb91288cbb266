/* route.c - finds the row of the route table that answers a request, and checks the table itself. */
#include "foundation/http/http_in.h"

/* Does path fit pattern; captures go to args. */
static bool fits(Str pattern, Str path, Pair *args, size_t *out_n) {
    size_t n = 0;
    pattern = str_sub(pattern, 1, pattern.n);
    path = str_sub(path, 1, path.n);
    while (pattern.n > 0) {
        Str want = STR_NONE, have = STR_NONE;
        if (path.n == 0) return false;
        if (!str_split(&pattern, '/', &want)) return false;
        if (want.n > 3 && want.p[0] == '{' && want.p[want.n - 2] == '*') {
            args[n++] = (Pair){ str_sub(want, 1, want.n - 3), path };
            path = STR_NONE;
            break;
        }
        if (!str_split(&path, '/', &have)) return false;
        if (want.n > 2 && want.p[0] == '{') args[n++] = (Pair){ str_sub(want, 1, want.n - 2), have };
        else if (!str_eq(want, have)) return false;
    }
    if (path.n > 0) return false;
    *out_n = n;
    return true;
}

Err route_find(const RouteTable *t, Request *req, Method *out_other) {
    Method other = METHOD_INVALID;
    const Route *open = NULL; /* a row with captures; a row of plain words goes before it */
    Pair args[HTTP_ARGS_MAX] = { { { 0 }, { 0 } } };
    size_t args_n = 0;
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < t->counts[i]; k++) {
            const Route *r = &t->lists[i][k];
            Pair got[HTTP_ARGS_MAX] = { { { 0 }, { 0 } } };
            size_t n = 0;
            if (!fits(str_c(r->path), req->path, got, &n)) continue;
            if (r->method != req->method) {
                other = r->method;
                continue;
            }
            if (open != NULL && n >= args_n) continue;
            open = r;
            args_n = n;
            memcpy(args, got, sizeof args);
        }
    }
    if (open == NULL) {
        if (other == METHOD_INVALID) return E_MISSING;
        *out_other = other;
        return E_DENIED;
    }
    req->route = open;
    req->arg_n = args_n;
    memcpy(req->arg, args, sizeof args);
    return OK;
}

static const char *path_wrong(const char *path) {
    size_t args = 0;
    Str rest = str_c(path), seg = STR_NONE;
    if (rest.n == 0 || rest.p[0] != '/') return "path does not start with /";
    rest = str_sub(rest, 1, rest.n);
    while (rest.n > 0 && str_split(&rest, '/', &seg)) {
        if (seg.n == 0) return "path has an empty segment";
        if (seg.p[0] != '{') continue;
        if (seg.p[seg.n - 1] != '}' || seg.n < 3) return "path argument is not {name}";
        if (seg.p[seg.n - 2] == '*' && rest.n > 0) return "{name*} is not last";
        if (++args > HTTP_ARGS_MAX) return "too many path arguments";
    }
    return NULL;
}

static const char *form_wrong(const Route *r) {
    if (r->form_n > FORM_FIELDS_MAX) return "more fields than a form holds";
    if ((r->form != NULL) != (r->form_n > 0)) return "form without count";
    for (size_t i = 0; i < r->form_n; i++) {
        const Param *p = &r->form[i];
        if (p->name == NULL || p->kind == P_INVALID) return "field without name or kind";
        if (p->min > p->max && p->max != 0) return "field with min above max";
        if (p->kind == P_INT && p->min == 0 && p->max == 0) return "a number's bounds are declared";
        if (strcmp(p->name, "csrf") == 0 || strcmp(p->name, "act") == 0) return "field name is reserved";
        for (size_t k = 0; k < i; k++) {
            if (strcmp(r->form[k].name, p->name) == 0) return "field declared twice";
        }
    }
    return NULL;
}

static const char *row_wrong(const Route *r) {
    if (r->path == NULL || r->handler == NULL || r->action == NULL) return "row without path, handler or action";
    if (r->method != GET && r->method != POST) return "row without method";
    if (r->who == 0) return "row that nobody may use: an empty audience is nobody";
    if (r->level <= LEVEL_INVALID || r->level > LEVEL_API) return "row without level";
    if ((r->method == GET) != (r->body_max == 0)) return "a POST has a body limit, a GET has none";
    if (r->method == GET && r->form != NULL) return "a GET has no form; use req_query";
    const char *why = path_wrong(r->path);
    return why != NULL ? why : form_wrong(r);
}

/* Two patterns are the same when they differ only in the names of captures. */
static bool same_shape(const char *x, const char *y) {
    Str a = str_c(x), b = str_c(y), p = STR_NONE, q = STR_NONE;
    for (;;) {
        bool more_a = str_split(&a, '/', &p), more_b = str_split(&b, '/', &q);
        if (more_a != more_b) return false;
        if (!more_a) return true;
        bool open_p = p.n > 0 && p.p[0] == '{', open_q = q.n > 0 && q.p[0] == '{';
        if (open_p != open_q || (!open_p && !str_eq(p, q))) return false;
    }
}

const char *route_table_wrong(const RouteTable *t, const Route **out_row) {
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < t->counts[i]; k++) {
            const Route *r = &t->lists[i][k];
            const char *why = row_wrong(r);
            *out_row = r;
            if (why != NULL) return why;
            for (size_t j = 0; j <= i; j++) {
                for (size_t m = 0; m < (j == i ? k : t->counts[j]); m++) {
                    const Route *other = &t->lists[j][m];
                    if (other->method == r->method && same_shape(other->path, r->path)) return "another row has the same method and path";
                }
            }
        }
    }
    return NULL;
}
