/* config.c - keten.conf. */
#include "foundation/sys/config.h"
#include "foundation/sys/sys.h"

#include <ini.h>

/* libinih cuts lines at 200 bytes without saying so; here a longer line is an error. */
enum { TEXT_MAX = 64 * 1024, LINE_BYTES_MAX = 190, VALUE_MAX = 160 };

typedef struct Reading {
    Arena *a;
    const ConfKey *keys;
    size_t n;
    Str *values;
    Str rest;
    size_t line;
    Str why;      /* the first problem; empty while all is well */
} Reading;

static void problem(Reading *r, Str what) {
    if (r->why.n == 0) r->why = str_fmt(r->a, "line %zu: " STR_FMT, r->line, STR_ARG(what));
}

static bool in_choices(const char *choices, Str value) {
    Str rest = str_c(choices), one = STR_NONE;
    while (str_split(&rest, ' ', &one))
        if (str_eq(one, value)) return true;
    return false;
}

static bool bool_of(Str v, bool *out) {
    bool yes = str_eq(v, S("yes")) || str_eq(v, S("true")) || str_eq(v, S("on")) || str_eq(v, S("1"));
    bool no = str_eq(v, S("no")) || str_eq(v, S("false")) || str_eq(v, S("off")) || str_eq(v, S("0"));
    if (yes || no) *out = yes;
    return yes || no;
}

/* What is wrong with this value for this key; empty when nothing. */
static Str wrong(Arena *a, const ConfKey *k, Str v) {
    int64_t i = 0, most = k->max > 0 ? k->max : VALUE_MAX;
    bool b = false;
    for (size_t at = 0; at < v.n; at++)
        if ((unsigned char)v.p[at] < 0x20 || v.p[at] == 0x7F) return S("holds a control character");
    if (!str_utf8_ok(v)) return S("is not valid UTF-8");
    switch (k->type) {
    case CONF_INT:
        if (str_i64(v, k->min, k->max, &i) != OK) return str_fmt(a, "must be a number from %lld to %lld", (long long)k->min, (long long)k->max);
        break;
    case CONF_BOOL:
        if (!bool_of(v, &b)) return S("must be yes or no");
        break;
    case CONF_CHOICE:
        if (!in_choices(k->choices, v)) return str_fmt(a, "must be one of: %s", k->choices);
        break;
    case CONF_TEXT:
        if (v.n < (size_t)k->min || v.n > (size_t)most) return str_fmt(a, "must have %lld to %lld bytes", (long long)k->min, (long long)most);
        break;
    case CONF_LIST: break;
    case CONF_INVALID: must(k->type != CONF_INVALID);
    }
    return STR_NONE;
}

static bool find(const ConfKey *keys, size_t n, Str section, Str key, size_t *out) {
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(str_c(keys[i].section), section) || !str_eq(str_c(keys[i].key), key)) continue;
        *out = i;
        return true;
    }
    return false;
}

static int one_pair(void *user, const char *section, const char *name, const char *value) {
    Reading *r = user;
    size_t i = 0;
    if (!find(r->keys, r->n, str_c(section), str_c(name), &i)) {
        problem(r, str_fmt(r->a, "unknown key [%s] %s", section, name));
        return 0;
    }
    if (r->values[i].p != NULL) {
        problem(r, str_fmt(r->a, "[%s] %s is set twice", section, name));
        return 0;
    }
    Str bad = wrong(r->a, &r->keys[i], str_c(value));
    if (bad.n > 0) problem(r, str_fmt(r->a, "[%s] %s " STR_FMT, section, name, STR_ARG(bad)));
    else r->values[i] = str_dup(r->a, str_c(value));
    return bad.n == 0;
}

/* libinih's fgets: gives one line and counts it. */
static char *one_line(char *out, int size, void *stream) {
    Reading *r = stream;
    Str line = STR_NONE;
    if (r->rest.n == 0 || !str_split(&r->rest, '\n', &line)) return NULL;
    r->line++;
    if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
    size_t at = 0;
    /* A blank at the front would continue the value above it: one key is one line here. */
    bool blank = str_trim(line).n == 0;
    if (line.n > LINE_BYTES_MAX || (size_t)size < LINE_BYTES_MAX + 2) problem(r, str_fmt(r->a, "longer than %d bytes", LINE_BYTES_MAX));
    else if (str_chr(line, '\0', &at)) problem(r, S("a zero byte"));
    else if (!blank && (line.p[0] == ' ' || line.p[0] == '\t')) problem(r, S("begins with a blank"));
    if (r->why.n > 0) return NULL;
    memcpy(out, line.p, line.n);
    out[line.n] = '\n';
    out[line.n + 1] = '\0';
    return out;
}

/* KETEN_WEB_WORKERS for [web] workers. */
static Str env_name(Arena *a, const ConfKey *k) {
    Str s = str_fmt(a, "KETEN_%s_%s=", k->section, k->key);
    char *p = str_z(a, s);
    for (size_t i = 0; i < s.n; i++)
        if (p[i] >= 'a' && p[i] <= 'z') p[i] = (char)(p[i] - 32);
    return (Str){ p, s.n };
}

static Err from_env(Reading *r, char *const *env) {
    for (size_t i = 0; env != NULL && i < r->n; i++) {
        Str name = env_name(r->a, &r->keys[i]);
        for (char *const *e = env; *e != NULL; e++) {
            Str pair = str_c(*e);
            if (!str_starts(pair, name)) continue;
            Str value = str_sub(pair, name.n, pair.n), bad = wrong(r->a, &r->keys[i], value);
            if (bad.n > 0) {
                r->why = str_fmt(r->a, "environment: " STR_FMT " " STR_FMT, STR_ARG(str_sub(name, 0, name.n - 1)), STR_ARG(bad));
                return E_INPUT;
            }
            r->values[i] = str_dup(r->a, value);
        }
    }
    return OK;
}

Err conf_read(Arena *a, const ConfKey *keys, size_t n, Str text, char *const *env, Conf *out, Str *out_why) {
    Reading r = { .a = a, .keys = keys, .n = n, .rest = text };
    if (text.n > TEXT_MAX) return E_LIMIT;
    r.values = ARENA_ARRAY(a, Str, n);
    int line = ini_parse_stream(one_line, &r, one_pair, &r);
    if (line != 0 && r.why.n == 0) r.why = str_fmt(a, "line %d: neither [section] nor key = value", line);
    if (r.why.n > 0 || from_env(&r, env) != OK) {
        *out_why = r.why;
        return E_INPUT;
    }
    for (size_t i = 0; i < n; i++) {
        if (r.values[i].p != NULL) continue;
        r.values[i] = str_c(keys[i].otherwise);
        must(keys[i].type == CONF_TEXT || wrong(a, &keys[i], r.values[i]).n == 0);
    }
    *out = (Conf){ .keys = keys, .n = n, .values = r.values };
    return OK;
}

Err conf_load(Arena *a, const ConfKey *keys, size_t n, const char *path, char *const *env, Conf *out, Str *out_why) {
    Str text = STR_NONE;
    *out_why = STR_NONE;
    Err e = file_read(a, path, TEXT_MAX, &text);
    if (e != OK) {
        *out_why = str_fmt(a, "%s cannot be read (%s)", path, err_name(e));
        return e;
    }
    e = conf_read(a, keys, n, text, env, out, out_why);
    if (e != OK) *out_why = str_fmt(a, "%s: " STR_FMT, path, STR_ARG(*out_why));
    return e;
}

static Str value_of(const Conf *c, const char *section, const char *key, ConfType one, ConfType other) {
    size_t i = 0;
    must(find(c->keys, c->n, str_c(section), str_c(key), &i));
    must(c->keys[i].type == one || c->keys[i].type == other);
    return c->values[i];
}

Str conf_text(const Conf *c, const char *section, const char *key) { return value_of(c, section, key, CONF_TEXT, CONF_CHOICE); }
Str conf_list(const Conf *c, const char *section, const char *key) { return value_of(c, section, key, CONF_LIST, CONF_LIST); }

int64_t conf_int(const Conf *c, const char *section, const char *key) {
    int64_t v = 0;
    must(str_i64(value_of(c, section, key, CONF_INT, CONF_INT), INT64_MIN, INT64_MAX, &v) == OK);
    return v;
}

bool conf_bool(const Conf *c, const char *section, const char *key) {
    bool v = false;
    must(bool_of(value_of(c, section, key, CONF_BOOL, CONF_BOOL), &v));
    return v;
}

bool conf_list_next(Str *rest, Str *out_item) {
    Str s = str_trim(*rest);
    if (s.n == 0) return false;
    size_t at = 0, end = s.n;
    if (str_chr(s, ' ', &at)) end = at;
    if (str_chr(s, '\t', &at) && at < end) end = at;
    *out_item = str_sub(s, 0, end);
    *rest = str_sub(s, end, s.n);
    return true;
}

void conf_default(const ConfKey *keys, size_t n, Buf *out) {
    buf_z(out, "# Keten's configuration. What is commented out is the default.\n# KETEN_SECTION_KEY in the environment goes before this file.\n");
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || strcmp(keys[i].section, keys[i - 1].section) != 0) buf_printf(out, "\n[%s]\n", keys[i].section);
        Str help = str_c(keys[i].help), line = STR_NONE;
        while (str_split(&help, '\n', &line)) buf_printf(out, "# " STR_FMT "\n", STR_ARG(line));
        buf_printf(out, ";%s = %s\n", keys[i].key, keys[i].otherwise);
    }
}

Err conf_set(Arena *a, const ConfKey *keys, size_t n, Str text, const char *section, const char *key, Str value, Str *out_text) {
    size_t k = 0;
    must(find(keys, n, str_c(section), str_c(key), &k));
    if (wrong(a, &keys[k], value).n > 0) return E_INPUT;
    Str head = str_fmt(a, "[%s]", section), mark = str_fmt(a, ";%s = ", key), line = STR_NONE;
    Buf b = buf_new(TEXT_MAX);
    bool inside = false, done = false;
    for (bool first = true; str_split(&text, '\n', &line); first = false) {
        if (!first) buf_ch(&b, '\n');
        if (line.n > 0 && line.p[0] == '[') inside = str_eq(line, head);
        if (inside && !done && str_starts(line, mark)) {
            buf_printf(&b, "%s = " STR_FMT, key, STR_ARG(value));
            done = true;
        } else {
            buf_put(&b, line);
        }
    }
    Err e = done ? buf_err(&b) : E_MISSING;
    if (e == OK) *out_text = str_dup(a, buf_str(&b));
    buf_free(&b);
    return e;
}
