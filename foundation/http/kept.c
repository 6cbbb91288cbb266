/* kept.c - what a redirect leaves for the next page: the form as typed, its errors, a toast. Sealed by the web process. */
#include "foundation/http/http_in.h"

static void put(Buf *b, char kind, Str name, Str value) { /* kind, lengths, bytes: binary-safe and short */
    buf_ch(b, kind);
    buf_be(b, name.n, 2);
    buf_be(b, value.n, 4);
    buf_put(b, name);
    buf_put(b, value);
}

void kept_write(const Form *f, Str path, const char *said, Buf *out) {
    put(out, 'p', STR_NONE, path);
    if (said != NULL) put(out, 's', STR_NONE, str_c(said));
    if (f == NULL) return;
    if (f->error != NULL) put(out, 'e', STR_NONE, str_c(f->error));
    for (size_t i = 0; i < f->n; i++) {
        const Value *v = &f->v[i];
        Str name = str_c(f->spec[i].name);
        if (v->error != NULL) put(out, 'x', name, str_c(v->error));
        if (f->spec[i].kind == P_SECRET || f->spec[i].kind == P_FILE) continue;
        for (size_t k = 0; k < v->n; k++) put(out, 'v', name, v->all[k]);
        if (v->text.n > 0 && v->n == 0) put(out, 'v', name, v->text);
    }
}

static uint64_t be(Str s, size_t at, int bytes) {
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++) v = v << 8 | (unsigned char)s.p[at + (size_t)i];
    return v;
}

Err kept_read(Arena *a, Str s, Kept *out) {
    enum { HEAD = 7, MOST = 2048 };
    Kept k = { 0 };
    Pair *values = ARENA_ARRAY(a, Pair, MOST), *errors = ARENA_ARRAY(a, Pair, FORM_FIELDS_MAX);
    while (s.n > 0) {
        if (s.n < HEAD) return E_INPUT;
        char kind = s.p[0];
        size_t name_n = be(s, 1, 2), value_n = be(s, 3, 4), need = 0;
        if (!size_add(name_n, value_n, &need) || need > s.n - HEAD) return E_INPUT;
        Pair p = { str_sub(s, HEAD, name_n), str_sub(s, HEAD + name_n, value_n) };
        s = str_sub(s, HEAD + need, s.n);
        if (kind == 'p') k.path = p.value;
        else if (kind == 's') k.said = p.value;
        else if (kind == 'e') k.error = p.value;
        else if (kind == 'x' && k.errors_n < FORM_FIELDS_MAX) errors[k.errors_n++] = p;
        else if (kind == 'v' && k.values_n < MOST) values[k.values_n++] = p;
        else return E_INPUT;
    }
    k.values = values;
    k.errors = errors;
    *out = k;
    return OK;
}

static void refill(Arena *a, const Kept *k, const Param *p, Value *v) {
    Str *all = ARENA_ARRAY(a, Str, k->values_n + 1);
    for (size_t i = 0; i < k->values_n; i++) {
        if (!str_eq(k->values[i].name, str_c(p->name))) continue;
        if (p->many) all[v->n++] = k->values[i].value;
        else v->text = k->values[i].value;
        v->given = true;
        v->num = p->kind == P_BOOL;
    }
    v->all = all;
    for (size_t i = 0; i < k->errors_n; i++) {
        if (str_eq(k->errors[i].name, str_c(p->name))) v->error = str_z(a, k->errors[i].value);
    }
}

Form *form_page(const Request *req, const Param *spec, size_t n) {
    must(n <= FORM_FIELDS_MAX);
    Form *f = ARENA_NEW(req->a, Form);
    *f = (Form){ .spec = spec, .n = n };
    const Kept *k = req->kept;
    bool any = false;
    if (k == NULL) return f;
    for (size_t i = 0; i < n; i++) {
        refill(req->a, k, &spec[i], &f->v[i]);
        any = any || f->v[i].given || f->v[i].error != NULL;
        f->errors += f->v[i].error != NULL;
    }
    if (k->error.n > 0) f->error = str_z(req->a, k->error);
    f->errors += f->error != NULL;
    f->filled = any || f->error != NULL;
    return f;
}
