#include "foundation/base/json.h"
#include "foundation/base/json_plain.h"
#include "foundation/base/tap.h"

static void writes(void) {
    Buf b = buf_new(4096);
    Json j = json_to(&b, false);
    json_obj(&j);
    json_kv_str(&j, "a\"b", S("x\n\\\x01\xff\xc3\xa9:"));
    json_kv_i64(&j, "n", INT64_MIN);
    json_key(&j, S("list"));
    json_arr(&j);
    json_f64(&j, 0.1);
    json_f64(&j, 1.0 / 3);
    json_nil(&j);
    json_obj(&j);
    json_end_obj(&j);
    json_arr(&j);
    json_end_arr(&j);
    json_end_arr(&j);
    json_kv_bool(&j, "t", true);
    json_end_obj(&j);
    check(j.depth == 0 && str_eq(buf_str(&b), S("{\"a\\\"b\":\"x\\n\\\\\\u0001\xef\xbf\xbd\xc3\xa9:\",\"n\":-9223372036854775808,"
          "\"list\":[0.1,0.3333333333333333,null,{},[]],\"t\":true}")), "JSON is written with commas, escapes and the shortest numbers");
    buf_clear(&b);
    j = json_to(&b, true);
    json_obj(&j);
    json_kv_i64(&j, "a", 1);
    json_key(&j, S("b"));
    json_arr(&j);
    json_str(&j, S(": "));
    json_i64(&j, 2);
    json_end_arr(&j);
    json_end_obj(&j);
    check(str_eq(buf_str(&b), S("{\n  \"a\": 1,\n  \"b\": [\n    \": \",\n    2\n  ]\n}")), "the pretty form is indented by two");
    buf_free(&b);
}

static void reads(Arena *a) {
    const JVal *v = NULL;
    Str text = S("{\"name\":\"caf\\u00e9\",\"n\":-5,\"r\":2.5,\"yes\":true,\"none\":null,\"list\":[1,2,{\"x\":\"y\"}]}");
    check(json_read(a, text, 1000, &v, NULL, NULL) == OK && v->type == J_OBJ && v->n == 6, "an object is read");
    check(str_eq(jstr(v, "name"), S("caf\xc3\xa9")) && jint(v, "n", 0) == -5 && jbool(v, "yes"), "its members are found by name");
    check(jget(v, "none")->type == J_NULL && jget(v, "absent") == NULL && jint(v, "name", 7) == 7 && jstr(v, "n").n == 0 && !jbool(v, "n"),
          "what is absent or of another type gives the empty answer");
    const JVal *list = jget(v, "list");
    check(list->type == J_ARR && list->n == 3 && list->vals[1].i == 2 && str_eq(jstr(&list->vals[2], "x"), S("y")), "arrays nest");
    check(str_eq(v->keys[0], S("name")) && str_eq(v->keys[5], S("list")), "members keep their order");
}

static void refuses(Arena *a) {
    static const char *const bad[] = { "", "1", "{\"a\":1,\"a\":2}", "{\"a\":1,}", "[1,]", "[01]", "[1] x", "{a:1}", "['a']", "[\"\\ud800\"]",
        "[\"\\u0000\"]", "[\"\xff\"]", "[1e999]", "[99999999999999999999]", "[\"a\nb\"]", "[NaN]", "// c\n[]" };
    const JVal *v = NULL;
    for (size_t i = 0; i < LEN(bad); i++) check(json_read(a, str_c(bad[i]), 1000, &v, NULL, NULL) == E_INPUT && v == NULL, "text %zu is refused", i);
    size_t line = 0, col = 0;
    check(json_read(a, S("{\n \"a\": x}"), 100, &v, &line, &col) == E_INPUT && line == 2 && col > 1, "the place of the mistake is told (%zu:%zu)", line, col);
    char deep[100];
    memset(deep, '[', 33);
    memset(deep + 33, ']', 33);
    check(json_read(a, str_bytes(deep, 66), 100, &v, NULL, NULL) == E_LIMIT, "33 levels are too deep");
    check(json_read(a, str_bytes(deep + 1, 64), 100, &v, NULL, NULL) == OK, "32 levels are not");
    check(json_read(a, S("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]"), 100, &v, NULL, NULL) == OK, "brackets inside text are no levels");
    check(json_read(a, S("[1,2]"), 4, &v, NULL, NULL) == E_LIMIT, "more bytes than allowed are refused before parsing");
}

/* The plain reader says yes and no as jansson does, to every text that is like one of these but for one byte; and reads the same. */
static bool same(const JVal *x, const JVal *y) {
    if (x->type != y->type || x->i != y->i || x->n != y->n || !str_eq(x->s, y->s)) return false;
    bool all = true;
    for (size_t i = 0; i < x->n; i++) all = all && (x->type != J_OBJ || str_eq(x->keys[i], y->keys[i])) && (x->vals[i].n > 0 || same(&x->vals[i], &y->vals[i]));
    return all;
}
static void plain(Arena *a) {
    static const char *const texts[] = { "{\"a\":1,\"b\":[true,false,null,-0,0,-12,9223372036854775807,-9223372036854775808],\"c\":{\"\":\"\"}}", "[[],{},[[[]]],[{}]]", "{\"x\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\u20AC\"}",
        " { \"k\" :\t[ 1 ,\n2 ]\r} ", "[\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"]", "{\"a\":{\"a\":{\"a\":1}},\"b\":2}", "[12,13,1]", "{\"withheld\":true,\"case_seq\":7}" };
    size_t differ = 0, tried = 0, good = 0;
    for (size_t t = 0; t < LEN(texts); t++) {
        Str s = str_c(texts[t]);
        for (size_t at = 0; at <= s.n; at++)
            for (int b = -1; b < 256; b++, tried++) {
                char bytes[200];
                const JVal *x = NULL, *y = NULL;
                if (b >= 0 && at == s.n) break;
                memcpy(bytes, s.p, s.n);
                if (b >= 0) bytes[at] = (char)b;
                Str changed = b >= 0 ? str_bytes(bytes, s.n) : str_sub(s, 0, at); /* one byte another, or cut off there */
                Err e = json_read(a, changed, 1000, &x, NULL, NULL), f = json_read_plain(a, changed, 1000, &y);
                bool real = b == '.' || b == 'e' || b == 'E'; /* the one difference */
                if (!real && (e != f || (e == OK && !same(x, y)))) {
                    if (differ++ < 5) printf("# %.*s: %s and %s\n", (int)changed.n, changed.p, err_name(e), err_name(f));
                }
                good += e == OK;
                arena_reset(a);
            }
    }
    check(differ == 0 && good > 500, "of %zu texts the plain reader takes the same %zu, and reads the same in them", tried, good);
    char deep[100];
    const JVal *v = NULL;
    memset(deep, '[', 33);
    memset(deep + 33, ']', 33);
    check(json_read_plain(a, str_bytes(deep, 66), 100, &v) == E_LIMIT && json_read_plain(a, str_bytes(deep + 1, 64), 100, &v) == OK && json_read_plain(a, S("[1.5]"), 100, &v) == E_INPUT, "32 levels, and no fractions");
    Buf many = buf_new(1 << 20);
    for (int keys = 256; keys <= 257; keys++) {
        buf_clear(&many);
        for (int i = 0; i < keys; i++) buf_printf(&many, "%c\"%d\":0", i == 0 ? '{' : ',', i);
        buf_ch(&many, '}');
        check(json_read_plain(a, buf_str(&many), 1 << 20, &v) == (keys == 256 ? OK : E_LIMIT), "%d keys in one object", keys);
    }
    buf_clear(&many);
    for (int i = 0; i < 10100; i++) buf_z(&many, i == 0 ? "[0" : ",0");
    buf_ch(&many, ']');
    arena_reset(a);
    check(json_read_plain(a, buf_str(&many), 21000, &v) == OK, "ten thousand values, and one for each forty bytes that a text may have");
    arena_reset(a);
    buf_clear(&many);
    for (int i = 0; i < 12000; i++) buf_z(&many, i == 0 ? "[0" : ",0");
    buf_ch(&many, ']');
    check(json_read_plain(a, buf_str(&many), 25000, &v) == E_LIMIT, "and no more than that");
    arena_reset(a);
    buf_free(&many);
}

int main(void) {
    Arena *a = arena_new(8 << 20);
    writes();
    reads(a);
    refuses(a);
    plain(a);
    arena_free(a);
    return tap_end();
}
