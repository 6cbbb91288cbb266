/* json.h - writing JSON into a Buf (escaping is done here, output is always well formed when calls are balanced),
 * and reading it through jansson with duplicates refused and our own caps on size and depth. */
#ifndef KETEN_JSON_H
#define KETEN_JSON_H
#include "foundation/base/base.h"

typedef struct Json { Buf *b; uint64_t comma; int depth; bool pretty; } Json; /* one bit per open level, depth <= 60 */
Json json_to(Buf *b, bool pretty);
void json_obj(Json *j);
void json_arr(Json *j);
void json_end_obj(Json *j);
void json_end_arr(Json *j);
void json_key(Json *j, Str key);
void json_str(Json *j, Str s);       /* invalid UTF-8 is written as U+FFFD */
void json_i64(Json *j, int64_t v);
void json_f64(Json *j, double v);    /* %.17g shortened to what reads back the same; must be finite */
void json_bool(Json *j, bool v);
void json_nil(Json *j);               /* null; not called json_null, which jansson has */
void json_kv_str(Json *j, const char *key, Str s);
void json_kv_i64(Json *j, const char *key, int64_t v);
void json_kv_bool(Json *j, const char *key, bool v);

/* ---- reading: an immutable tree in arena memory ---- */
typedef enum JType { J_NULL, J_BOOL, J_INT, J_REAL, J_STR, J_ARR, J_OBJ } JType;
typedef struct JVal {
    JType type;
    int64_t i;                       /* J_INT, J_BOOL (0/1) */
    double f;                        /* J_REAL */
    Str s;                           /* J_STR */
    size_t n;                        /* members of J_ARR, J_OBJ */
    const Str *keys;                 /* J_OBJ */
    const struct JVal *vals;         /* J_ARR, J_OBJ */
} JVal;
/* An object or array. E_INPUT when malformed, duplicate key, invalid UTF-8, a zero character or a number that does not fit; E_LIMIT
 * above max_bytes or depth 32. out_line and out_col (may be NULL) get the place of what is wrong, only on E_INPUT. */
Err json_read(Arena *a, Str text, size_t max_bytes, const JVal **out, size_t *out_line, size_t *out_col) NODISCARD;
const JVal *jget(const JVal *obj, const char *key);              /* NULL when obj is no object or has no such key */
Str jstr(const JVal *obj, const char *key);                      /* empty when absent or not a string */
int64_t jint(const JVal *obj, const char *key, int64_t otherwise);
bool jbool(const JVal *obj, const char *key);
#endif
