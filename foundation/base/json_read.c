/* json_read.c - jansson reads; see json.h. */
#include "foundation/base/json.h"

#include <jansson.h>
#include <sys/random.h>

enum { READ_DEPTH_MAX = 32 };

/* Depth of nesting without parsing: brackets outside strings. jansson recurses, so this comes first. */
static bool depth_ok(Str s) {
    int depth = 0;
    bool in = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (in && c == '\\') i++;
        else if (c == '"') in = !in;
        else if (!in && (c == '{' || c == '[') && ++depth > READ_DEPTH_MAX) return false;
        else if (!in && (c == '}' || c == ']') && depth > 0) depth--;
    }
    return true;
}

static void take(Arena *a, json_t *from, JVal *out, int depth);

static void take_object(Arena *a, json_t *from, JVal *out, int depth) {
    size_t n = json_object_size(from), i = 0;
    Str *keys = ARENA_ARRAY(a, Str, n);
    JVal *vals = ARENA_ARRAY(a, JVal, n);
    const char *key = NULL;
    json_t *val = NULL;
    json_object_foreach(from, key, val) {
        must(i < n);
        keys[i] = str_dup(a, str_c(key));
        take(a, val, &vals[i++], depth);
    }
    *out = (JVal){ .type = J_OBJ, .n = n, .keys = keys, .vals = vals };
}

static void take_array(Arena *a, json_t *from, JVal *out, int depth) {
    size_t n = json_array_size(from);
    JVal *vals = ARENA_ARRAY(a, JVal, n);
    for (size_t i = 0; i < n; i++) take(a, json_array_get(from, i), &vals[i], depth);
    *out = (JVal){ .type = J_ARR, .n = n, .vals = vals };
}

/* Copies one value into the arena; depth_ok has bounded the recursion. */
static void take(Arena *a, json_t *from, JVal *out, int depth) {
    must(depth < READ_DEPTH_MAX + 1);
    switch (json_typeof(from)) {
    case JSON_OBJECT: take_object(a, from, out, depth + 1); break;
    case JSON_ARRAY: take_array(a, from, out, depth + 1); break;
    case JSON_STRING: *out = (JVal){ .type = J_STR, .s = str_dup(a, str_bytes(json_string_value(from), json_string_length(from))) }; break;
    case JSON_INTEGER: *out = (JVal){ .type = J_INT, .i = json_integer_value(from) }; break;
    case JSON_REAL: *out = (JVal){ .type = J_REAL, .f = json_real_value(from) }; break;
    case JSON_TRUE: *out = (JVal){ .type = J_BOOL, .i = 1 }; break;
    case JSON_FALSE: *out = (JVal){ .type = J_BOOL, .i = 0 }; break;
    case JSON_NULL: *out = (JVal){ .type = J_NULL }; break;
    }
}

/* jansson seeds its hash tables from /dev/urandom at first use, which a sandboxed process cannot open; later calls do nothing. */
static void seed_tables(void) {
    size_t seed = 0;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed || seed == 0) seed = 0x9E3779B9;
    json_object_seed(seed);
}

Err json_read(Arena *a, Str json, size_t max_bytes, const JVal **out, size_t *out_line, size_t *out_col) {
    if (json.n > max_bytes || !depth_ok(json)) return E_LIMIT;
    seed_tables();
    json_error_t why = { 0 };
    size_t zero = 0;
    bool has_zero = str_chr(json, '\0', &zero); /* behind a number jansson would pass over it */
    json_t *root = has_zero ? NULL : json_loadb(json.n == 0 ? "" : json.p, json.n, JSON_REJECT_DUPLICATES, &why);
    if (root == NULL) {
        if (out_line != NULL) *out_line = why.line > 0 ? (size_t)why.line : 1;
        if (out_col != NULL) *out_col = why.column > 0 ? (size_t)why.column : 1;
        return E_INPUT;
    }
    JVal *v = ARENA_NEW(a, JVal);
    take(a, root, v, 0);
    json_decref(root);
    *out = v;
    return OK;
}
