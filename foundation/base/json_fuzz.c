/* What is read and written again reads the same; the tree is walked whole. */
#include "foundation/base/json_plain.h"

/* Nowhere a number with a fraction or an exponent: those the plain reader refuses. */
static bool whole(const JVal *v, int depth) {
    must(depth <= 33);
    bool all = v->type != J_REAL;
    for (size_t i = 0; i < v->n; i++) all = all && whole(&v->vals[i], depth + 1);
    return all;
}

static void put(Json *j, const JVal *v, int depth) {
    must(depth <= 33);
    if (v->type == J_NULL) json_nil(j);
    if (v->type == J_BOOL) json_bool(j, v->i != 0);
    if (v->type == J_INT) json_i64(j, v->i);
    if (v->type == J_REAL) json_f64(j, v->f);
    if (v->type == J_STR) json_str(j, v->s);
    if (v->type == J_ARR) json_arr(j);
    if (v->type == J_OBJ) json_obj(j);
    for (size_t i = 0; i < v->n; i++) {
        if (v->type == J_OBJ) json_key(j, v->keys[i]);
        put(j, &v->vals[i], depth + 1);
    }
    if (v->type == J_ARR) json_end_arr(j);
    if (v->type == J_OBJ) json_end_obj(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena *a = arena_new(64 << 20);
    const JVal *v = NULL, *w = NULL;
    Err e = json_read(a, str_bytes(data, size), 65536, &v, NULL, NULL), plain = json_read_plain(a, str_bytes(data, size), 65536, &w);
    must(plain != OK || e == OK);
    if (e == OK) must(plain == OK || !whole(v, 0));
    if (e == OK) {
        Buf one = buf_new(1 << 20), two = buf_new(1 << 20);
        Json j = json_to(&one, size % 2 == 0), k = json_to(&two, size % 2 == 0);
        put(&j, v, 0);
        must(j.depth == 0 && buf_err(&one) == OK);
        must(json_read(a, buf_str(&one), 1 << 20, &w, NULL, NULL) == OK);
        put(&k, w, 0);
        must(str_eq(buf_str(&one), buf_str(&two)));
        buf_free(&one);
        buf_free(&two);
    }
    arena_free(a);
    return 0;
}
