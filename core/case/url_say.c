/* url_say.c - for test/url/url_test.py: one address a line, as a JSON string; prints what our reader makes of it, or why it is none. */
#include "core/case/url.h"
#include "foundation/base/json.h"

#include <stdio.h>

int main(void) {
    static char line[1 << 16];
    Arena *a = arena_new(64 << 20);
    while (fgets(line, sizeof line, stdin) != NULL) {
        const JVal *v = NULL;
        WebUrl u = { .port = 0 };
        UrlWrong wrong = URL_GOOD;
        Buf b = buf_new(1 << 17);
        Json j = json_to(&b, false);
        must(json_read(a, str_trim(str_c(line)), 1 << 16, &v, NULL, NULL) == OK && v->type == J_ARR && v->n == 1);
        json_obj(&j);
        if (url_parse(a, v->vals[0].s, S(""), &u, &wrong) == OK) {
            json_kv_str(&j, "url", u.text);
            json_kv_str(&j, "host", u.host);
            json_kv_i64(&j, "port", u.port);
            json_kv_bool(&j, "trimmed", u.trimmed);
        } else {
            json_kv_str(&j, "wrong", str_c(url_wrong_code(wrong)));
        }
        json_end_obj(&j);
        printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
        buf_free(&b);
        arena_reset(a);
    }
    arena_free(a);
    return 0;
}
