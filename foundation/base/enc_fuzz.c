/* What a decoder accepts, its encoder writes back the same way. */
#include "foundation/base/enc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 65536) return 0;
    Arena *a = arena_new(8 << 20);
    Str in = str_bytes(data, size), out = STR_NONE;
    if (hex_dec(a, in, &out) == OK) must(str_ieq(hex_enc(a, out), in));
    if (b64_dec(a, in, &out) == OK) must(str_eq(b64_enc(a, out), in));
    if (b64url_dec(a, in, &out) == OK) must(str_eq(b64url_enc(a, out), in));
    if (b32_dec(a, in, &out) == OK) must(out.n == in.n * 5 / 8 || in.p[in.n - 1] == '=');
    if (crock_normal(a, in, &out) == OK)
        for (size_t i = 0; i < out.n; i++) must(crock_value(out.p[i]) >= 0);
    must(b64_dec(a, b64_enc(a, in), &out) == OK && str_eq(out, in));
    must(b32_dec(a, b32_enc(a, in), &out) == OK && str_eq(out, in));
    arena_free(a);
    return 0;
}
