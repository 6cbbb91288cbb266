/* http_fuzz.c - one input is a whole SCGI request; its body goes through both form readers and the kept-form reader. */
#include "foundation/http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const Param spec[] = { { .name = "a", .kind = P_TEXT }, { .name = "b", .kind = P_LONGTEXT }, { .name = "c", .kind = P_EMAIL }, { .name = "d", .kind = P_URL },
    { .name = "e", .kind = P_DATE }, { .name = "f", .kind = P_INT, .min = -5, .max = 5 }, { .name = "g", .kind = P_CHOICE, .many = true }, { .name = "h", .kind = P_ID },
    { .name = "i", .kind = P_CODE }, { .name = "j", .kind = P_BOOL }, { .name = "k", .kind = P_FILE } };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
    Arena *a = arena_new(64 << 20);
    Request req = { 0 };
    size_t used = 0;
    Str all = str_bytes(p, n);
    if (n < 1 << 16 && http_head_parse(a, all, &req, &used) == OK) {
        must(used <= n);
        must(req.method == METHOD_INVALID || (req.path.n > 0 && req.path.p[0] == '/'));
        Form *f = ARENA_NEW(a, Form);
        if (http_body_parse(&req, str_sub(all, used, n)) == OK) {
            Buf b = buf_new(1 << 20);
            Kept k = { 0 };
            form_read(&req, spec, LEN(spec), f);
            for (size_t i = 0; i < f->n; i++) must(str_utf8_ok(f->v[i].text));
            kept_write(f, req.path, NULL, &b);
            if (buf_err(&b) == OK) must(kept_read(a, buf_str(&b), &k) == OK && str_eq(k.path, req.path));
            buf_free(&b);
        }
    }
    Kept k = { 0 };
    if (n < 1 << 16 && kept_read(a, all, &k) == OK) must(k.values_n <= n);
    arena_free(a);
    return 0;
}
