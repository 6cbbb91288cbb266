/* json.c - own writer, and looking into what was read (json_read.c, json_plain.c). */
#include "foundation/base/json.h"

#include <math.h>

enum { WRITE_DEPTH_MAX = 60 };

/* ---- writing ---- */

Json json_to(Buf *b, bool pretty) { return (Json){ .b = b, .pretty = pretty }; }

static void new_line(Json *j) {
    if (!j->pretty) return;
    buf_ch(j->b, '\n');
    for (int i = 0; i < j->depth; i++) buf_z(j->b, "  ");
}

/* What stands before a value: nothing after a key, a comma after an earlier value of the same level. */
static void before(Json *j) {
    uint64_t level = UINT64_C(1) << j->depth;
    if (j->b->n > 0 && j->b->p[j->b->n - 1] == ':') return;
    if (j->pretty && j->b->n > 1 && j->b->p[j->b->n - 1] == ' ' && j->b->p[j->b->n - 2] == ':') return;
    if (j->comma & level) buf_ch(j->b, ',');
    j->comma |= level;
    if (j->depth > 0) new_line(j);
}

static void level_open(Json *j, char c) {
    must(j->depth < WRITE_DEPTH_MAX);
    before(j);
    buf_ch(j->b, c);
    j->depth++;
    j->comma &= ~(UINT64_C(1) << j->depth);
}

static void level_close(Json *j, char c) {
    must(j->depth > 0);
    bool any = j->comma & UINT64_C(1) << j->depth;
    j->depth--;
    if (any) new_line(j);
    buf_ch(j->b, c);
}

void json_obj(Json *j) { level_open(j, '{'); }
void json_arr(Json *j) { level_open(j, '['); }
void json_end_obj(Json *j) { level_close(j, '}'); }
void json_end_arr(Json *j) { level_close(j, ']'); }

static size_t utf8_len_of(unsigned char lead) { return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4; }

static void ascii(Buf *b, char c) {
    static const char shorts[] = { ['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't' };
    size_t i = (unsigned char)c;
    if (i < sizeof shorts && shorts[i] != 0) {
        buf_ch(b, '\\');
        buf_ch(b, shorts[i]);
    } else if (i < 0x20 || i == 0x7F) {
        buf_printf(b, "\\u%04x", (unsigned)i);
    } else {
        buf_ch(b, c);
    }
}

/* How many characters from here need nothing: most texts are one such run. */
static size_t plain_run(Str s, size_t from) {
    size_t i = from;
    while (i < s.n && s.p[i] >= ' ' && s.p[i] < 0x7F && s.p[i] != '"' && s.p[i] != '\\') i++;
    return i - from;
}

static void text(Buf *b, Str s) {
    buf_ch(b, '"');
    for (size_t i = 0; i < s.n;) {
        size_t run = plain_run(s, i);
        if (run > 0) buf_put(b, (Str){ s.p + i, run });
        i += run;
        if (i == s.n) break;
        size_t len = utf8_len_of((unsigned char)s.p[i]);
        Str one = str_sub(s, i, len);
        if (len == 1) {
            ascii(b, s.p[i]);
        } else if (one.n == len && str_utf8_ok(one)) {
            buf_put(b, one);
        } else {
            buf_z(b, "\xef\xbf\xbd");
            len = 1;
        }
        i += len;
    }
    buf_ch(b, '"');
}

void json_key(Json *j, Str key) {
    must(j->depth > 0);
    before(j);
    text(j->b, key);
    buf_z(j->b, j->pretty ? ": " : ":");
}

void json_str(Json *j, Str s) {
    before(j);
    text(j->b, s);
}

void json_i64(Json *j, int64_t v) {
    before(j);
    buf_i64(j->b, v);
}

void json_f64(Json *j, double v) {
    must(isfinite(v));
    char digits[40];
    for (int precision = 15; precision <= 17; precision++) {
        int n = snprintf(digits, sizeof digits, "%.*g", precision, v);
        must(n > 0 && (size_t)n < sizeof digits);
        double back = strtod(digits, NULL);
        if (memcmp(&back, &v, sizeof v) == 0) break; /* the same bits */
    }
    before(j);
    buf_z(j->b, str_eq(str_c(digits), S("-0")) ? "-0.0" : digits); /* without a point it would be read as an integer, and lose its sign */
}

void json_bool(Json *j, bool v) {
    before(j);
    buf_z(j->b, v ? "true" : "false");
}

void json_nil(Json *j) {
    before(j);
    buf_z(j->b, "null");
}

void json_kv_str(Json *j, const char *key, Str s) {
    json_key(j, str_c(key));
    json_str(j, s);
}

void json_kv_i64(Json *j, const char *key, int64_t v) {
    json_key(j, str_c(key));
    json_i64(j, v);
}

void json_kv_bool(Json *j, const char *key, bool v) {
    json_key(j, str_c(key));
    json_bool(j, v);
}

/* ---- looking into what was read ---- */

const JVal *jget(const JVal *obj, const char *key) {
    if (obj == NULL || obj->type != J_OBJ) return NULL;
    for (size_t i = 0; i < obj->n; i++)
        if (str_eq(obj->keys[i], str_c(key))) return &obj->vals[i];
    return NULL;
}

Str jstr(const JVal *obj, const char *key) {
    const JVal *v = jget(obj, key);
    return v != NULL && v->type == J_STR ? v->s : STR_NONE;
}

int64_t jint(const JVal *obj, const char *key, int64_t otherwise) {
    const JVal *v = jget(obj, key);
    return v != NULL && v->type == J_INT ? v->i : otherwise;
}

bool jbool(const JVal *obj, const char *key) {
    const JVal *v = jget(obj, key);
    return v != NULL && v->type == J_BOOL && v->i != 0;
}
