/* schema.c - a JSON document against a schema: a list of (schema, value) pairs that are still to be held against each other. */
#include "foundation/base/schema.h"
#include "foundation/base/when.h"

#include <arpa/inet.h>
#include <regex.h>

enum { FILES_MAX = 32, PAIRS_MAX = 20000, NODES_MAX = 20000, PATTERN_MAX = 400 };
typedef struct Entry { Str name; const JVal *root; } Entry;
struct Schemas { Entry v[FILES_MAX]; size_t n; };
typedef struct Pair { const JVal *schema, *value; const JVal *root /* of the schema's file */; Str at; } Pair;
typedef struct Check { Arena *a; const Schemas *s; Pair *todo; size_t n, cap; Str why; } Check;

static const char *const decides[] = { "type", "const", "enum", "required", "properties", "additionalProperties", "items", "minItems", "maxItems", "maxLength", "minLength", "pattern", "minimum", "maximum", "format", "allOf", "$ref", "$defs" };
static const char *const silent[] = { "$id", "$schema", "title", "description", "examples", "default", "contentEncoding", "$comment" };

static bool in(Str s, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (str_eq(s, str_c(list[i]))) return true;
    return false;
}

/* ---- reading ---- */
/* Every schema in the file: itself, and those under properties, $defs, items, allOf. */
static bool push(const JVal **list, size_t *n, const JVal *v) {
    if (*n == NODES_MAX) return false;
    list[(*n)++] = v;
    return true;
}

static bool children(const JVal *s, const JVal **list, size_t *n) {
    static const char *const maps[] = { "properties", "$defs" };
    for (size_t k = 0; k < LEN(maps); k++) {
        const JVal *m = jget(s, maps[k]);
        for (size_t i = 0; m != NULL && m->type == J_OBJ && i < m->n; i++)
            if (!push(list, n, &m->vals[i])) return false;
    }
    const JVal *items = jget(s, "items"), *all = jget(s, "allOf");
    if (items != NULL && !push(list, n, items)) return false;
    for (size_t i = 0; all != NULL && all->type == J_ARR && i < all->n; i++)
        if (!push(list, n, &all->vals[i])) return false;
    return true;
}

static Err known_words(Arena *a, Str name, const JVal *root, Str *out_why) {
    const JVal **list = ARENA_ARRAY(a, const JVal *, NODES_MAX);
    size_t n = 0;
    must(push(list, &n, root));
    for (size_t at = 0; at < n; at++) {
        const JVal *s = list[at];
        if (s->type != J_OBJ) {
            *out_why = str_fmt(a, STR_FMT ": a schema that is no object", STR_ARG(name));
            return E_INPUT;
        }
        for (size_t i = 0; i < s->n; i++) {
            if (in(s->keys[i], decides, LEN(decides)) || in(s->keys[i], silent, LEN(silent)) || str_starts(s->keys[i], S("x-"))) continue;
            *out_why = str_fmt(a, STR_FMT ": keyword " STR_FMT " is not known here", STR_ARG(name), STR_ARG(s->keys[i]));
            return E_INPUT;
        }
        if (!children(s, list, &n)) return E_LIMIT;
    }
    return OK;
}

Err schemas_new(Arena *a, const SchemaFile *files, size_t n, const Schemas **out, Str *out_why) {
    Schemas *s = ARENA_NEW(a, Schemas);
    if (n > FILES_MAX) return E_LIMIT;
    for (size_t i = 0; i < n; i++) {
        const JVal *root = NULL;
        *out_why = str_fmt(a, STR_FMT ": not JSON", STR_ARG(files[i].name));
        TRY(json_read(a, files[i].text, 1 << 20, &root, NULL, NULL));
        TRY(known_words(a, files[i].name, root, out_why));
        s->v[s->n++] = (Entry){ files[i].name, root };
    }
    *out_why = STR_NONE;
    *out = s;
    return OK;
}

/* ---- holding a value against it ---- */
static bool same(const JVal *x, const JVal *y) {
    if (x->type != y->type) return false;
    if (x->type == J_STR) return str_eq(x->s, y->s);
    return (x->type == J_INT || x->type == J_BOOL) ? x->i == y->i : x->type == J_NULL; /* const and enum of our schemas are words and numbers */
}

static Err no(Check *c, Str at, const char *keyword) {
    c->why = str_fmt(c->a, STR_FMT ": %s", STR_ARG(at.n > 0 ? at : S("/")), keyword);
    return E_INPUT;
}

static Err hold(Check *c, const JVal *schema, const JVal *root, const JVal *value, Str at) {
    if (c->n == PAIRS_MAX) return E_LIMIT;
    c->todo = ARENA_ROOM(c->a, c->todo, c->n, &c->cap);
    c->todo[c->n++] = (Pair){ schema, value, root, at };
    return OK;
}

static bool type_is(Str name, const JVal *v) {
    static const struct { const char *name; JType type; } map[] = { { "string", J_STR }, { "integer", J_INT }, { "boolean", J_BOOL }, { "object", J_OBJ }, { "array", J_ARR }, { "null", J_NULL } };
    if (str_eq(name, S("number"))) return v->type == J_INT || v->type == J_REAL;
    for (size_t i = 0; i < LEN(map); i++)
        if (str_eq(name, str_c(map[i].name))) return v->type == map[i].type;
    return false;
}

static bool hostname(Str s) {
    size_t label = 0;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool word = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
        if (ch == '.') {
            if (label == 0 || s.p[i - 1] == '-') return false;
            label = 0;
            continue;
        }
        if ((!word && ch != '-') || (label == 0 && ch == '-') || ++label > 63) return false;
    }
    return s.n > 0 && s.n <= 253 && label > 0 && s.p[s.n - 1] != '-';
}

static bool email(Str s) {
    size_t at = 0;
    if (!str_chr(s, '@', &at) || at == 0 || at > 64) return false;
    for (size_t i = 0; i < at; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("()<>[]:;@\\,\"", s.p[i]) != NULL) return false;
    return s.p[0] != '.' && s.p[at - 1] != '.' && hostname(str_sub(s, at + 1, s.n));
}

static bool uuid(Str s) {
    for (size_t i = 0; i < s.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        char ch = s.p[i];
        bool hex = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f') || (ch >= 'A' && ch <= 'F');
        if (dash ? ch != '-' : !hex) return false;
    }
    return s.n == 36;
}

static bool uri(Str s) {
    size_t colon = 0;
    if (!str_chr(s, ':', &colon) || colon == 0 || !((s.p[0] | 0x20) >= 'a' && (s.p[0] | 0x20) <= 'z')) return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("<>\"{}|\\^`", s.p[i]) != NULL) return false;
    return colon + 1 < s.n;
}

static bool format_is(Check *c, Str format, Str s) {
    UnixMs at = 0;
    uint8_t b[16];
    size_t t = 0;
    if (str_eq(format, S("uuid"))) return uuid(s);
    if (str_eq(format, S("email"))) return email(s);
    if (str_eq(format, S("hostname"))) return hostname(s);
    if (str_eq(format, S("uri"))) return uri(s);
    if (str_eq(format, S("date-time"))) return s.n >= 20 && str_chr(s, 'T', &t) && when_parse(NULL, s, &at) == OK;
    if (str_eq(format, S("ipv4"))) return inet_pton(AF_INET, str_z(c->a, s), b) == 1;
    if (str_eq(format, S("ipv6"))) return inet_pton(AF_INET6, str_z(c->a, s), b) == 1;
    return false;
}

static bool pattern_is(Check *c, Str pattern, Str s) {
    regex_t re;
    size_t zero = 0;
    if (pattern.n > PATTERN_MAX || str_chr(s, '\0', &zero) || regcomp(&re, str_z(c->a, pattern), REG_EXTENDED | REG_NOSUB) != 0) return false;
    bool good = regexec(&re, str_z(c->a, s), 0, NULL, 0) == 0;
    regfree(&re);
    return good;
}

static Err words(Check *c, const JVal *s, const JVal *v, Str at) {
    const JVal *one = jget(s, "const"), *list = jget(s, "enum"), *type = jget(s, "type");
    if (type != NULL && !type_is(type->s, v)) return no(c, at, "type");
    if (one != NULL && !same(one, v)) return no(c, at, "const");
    bool found = list == NULL;
    for (size_t i = 0; list != NULL && i < list->n && !found; i++) found = same(&list->vals[i], v);
    if (!found) return no(c, at, "enum");
    if (v->type == J_STR) {
        Str format = jstr(s, "format"), pattern = jstr(s, "pattern");
        int64_t length = (int64_t)str_utf8_len(v->s);
        if (length > jint(s, "maxLength", INT64_MAX) || length < jint(s, "minLength", 0)) return no(c, at, "length");
        if (format.n > 0 && !format_is(c, format, v->s)) return no(c, at, "format");
        if (pattern.n > 0 && !pattern_is(c, pattern, v->s)) return no(c, at, "pattern");
    }
    if (v->type == J_INT || v->type == J_REAL) {
        const JVal *lo = jget(s, "minimum"), *hi = jget(s, "maximum");
        double x = v->type == J_INT ? (double)v->i : v->f;
        if (lo != NULL && x < (lo->type == J_INT ? (double)lo->i : lo->f)) return no(c, at, "minimum");
        if (hi != NULL && x > (hi->type == J_INT ? (double)hi->i : hi->f)) return no(c, at, "maximum");
    }
    return OK;
}

static Err parts(Check *c, const Pair *p) {
    const JVal *s = p->schema, *v = p->value, *props = jget(s, "properties"), *more = jget(s, "additionalProperties"), *required = jget(s, "required"), *items = jget(s, "items");
    for (size_t i = 0; v->type == J_OBJ && required != NULL && i < required->n; i++)
        if (jget(v, str_z(c->a, required->vals[i].s)) == NULL) return no(c, str_fmt(c->a, STR_FMT "/" STR_FMT, STR_ARG(p->at), STR_ARG(required->vals[i].s)), "required");
    for (size_t i = 0; v->type == J_OBJ && i < v->n; i++) {
        Str at = str_fmt(c->a, STR_FMT "/" STR_FMT, STR_ARG(p->at), STR_ARG(v->keys[i]));
        const JVal *known = props != NULL ? jget(props, str_z(c->a, v->keys[i])) : NULL;
        if (known != NULL) TRY(hold(c, known, p->root, &v->vals[i], at));
        else if (more != NULL && more->type == J_BOOL && more->i == 0) return no(c, at, "additionalProperties");
    }
    if (v->type != J_ARR) return OK;
    if ((int64_t)v->n > jint(s, "maxItems", INT64_MAX) || (int64_t)v->n < jint(s, "minItems", 0)) return no(c, p->at, "number of items");
    for (size_t i = 0; items != NULL && i < v->n; i++) TRY(hold(c, items, p->root, &v->vals[i], str_fmt(c->a, STR_FMT "/%zu", STR_ARG(p->at), i)));
    return OK;
}

static Err others(Check *c, const Pair *p) {
    const JVal *all = jget(p->schema, "allOf");
    Str ref = jstr(p->schema, "$ref");
    for (size_t i = 0; all != NULL && i < all->n; i++) TRY(hold(c, &all->vals[i], p->root, p->value, p->at));
    if (ref.n == 0) return OK;
    if (str_starts(ref, S("#/$defs/"))) {
        const JVal *defs = jget(p->root, "$defs"), *to = defs != NULL ? jget(defs, str_z(c->a, str_sub(ref, 8, ref.n))) : NULL;
        return to != NULL ? hold(c, to, p->root, p->value, p->at) : no(c, p->at, "$ref");
    }
    size_t slash = ref.n;
    while (slash > 0 && ref.p[slash - 1] != '/') slash--;
    for (size_t i = 0; i < c->s->n; i++)
        if (str_eq(c->s->v[i].name, str_sub(ref, slash, ref.n))) return hold(c, c->s->v[i].root, c->s->v[i].root, p->value, p->at);
    return no(c, p->at, "$ref");
}

Err schema_check(Arena *a, const Schemas *s, Str name, const JVal *doc, Str *out_why) {
    Check c = { .a = a, .s = s };
    Err e = E_MISSING;
    *out_why = STR_NONE;
    for (size_t i = 0; i < s->n && e == E_MISSING; i++)
        if (str_eq(s->v[i].name, name)) e = hold(&c, s->v[i].root, s->v[i].root, doc, STR_NONE);
    for (size_t at = 0; at < c.n && e == OK; at++) {
        Pair p = c.todo[at]; /* the list may move */
        e = words(&c, p.schema, p.value, p.at);
        if (e == OK) e = parts(&c, &p);
        if (e == OK) e = others(&c, &p);
    }
    *out_why = c.why;
    return e;
}
