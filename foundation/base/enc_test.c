#include "foundation/base/enc.h"
#include "foundation/base/tap.h"

/* RFC 4648 §10. */
static const struct { const char *plain, *b64, *b32, *hex; } vectors[] = {
    { "", "", "", "" },
    { "f", "Zg==", "MY======", "66" },
    { "fo", "Zm8=", "MZXQ====", "666f" },
    { "foo", "Zm9v", "MZXW6===", "666f6f" },
    { "foob", "Zm9vYg==", "MZXW6YQ=", "666f6f62" },
    { "fooba", "Zm9vYmE=", "MZXW6YTB", "666f6f6261" },
    { "foobar", "Zm9vYmFy", "MZXW6YTBOI======", "666f6f626172" },
};

static void rfc4648(Arena *a) {
    for (size_t i = 0; i < LEN(vectors); i++) {
        Str plain = str_c(vectors[i].plain), back = STR_NONE;
        check(str_eq(b64_enc(a, plain), str_c(vectors[i].b64)) && b64_dec(a, str_c(vectors[i].b64), &back) == OK && str_eq(back, plain),
              "base64 of \"%s\" is as in RFC 4648", vectors[i].plain);
        check(str_eq(b32_enc(a, plain), str_c(vectors[i].b32)) && b32_dec(a, str_c(vectors[i].b32), &back) == OK && str_eq(back, plain),
              "base32 of \"%s\" is as in RFC 4648", vectors[i].plain);
        check(str_eq(hex_enc(a, plain), str_c(vectors[i].hex)) && hex_dec(a, str_c(vectors[i].hex), &back) == OK && str_eq(back, plain),
              "hex of \"%s\" is as in RFC 4648", vectors[i].plain);
    }
}

static void refusals(Arena *a) {
    static const char *const bad64[] = { "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z===", "====", "Zm 9v", "Zm9v\n", "Zm9_", "=Zm9", "Zg==Zg==" };
    Str out = S("before");
    for (size_t i = 0; i < LEN(bad64); i++)
        check(b64_dec(a, str_c(bad64[i]), &out) == E_INPUT && str_eq(out, S("before")), "text %zu is no base64", i);
    check(b64url_dec(a, S("Zg=="), &out) == E_INPUT && b64url_dec(a, S("Zm8+"), &out) == E_INPUT, "base64url has neither padding nor plus");
    check(b64url_dec(a, S("_-8"), &out) == OK && str_eq(out, S("\xff\xef")), "base64url reads its own two characters");
    check(str_eq(b64url_enc(a, S("\xff\xef")), S("_-8")), "base64url writes its own two characters");
    check(b32_dec(a, S("mzxw6"), &out) == OK && str_eq(out, S("foo")), "base32 may come in lower case and without padding");
    check(b32_dec(a, S("MZXW1==="), &out) == E_INPUT && b32_dec(a, S("MZXW6="), &out) == E_INPUT && b32_dec(a, S("MZXW7==="), &out) == E_INPUT,
          "base32 refuses a foreign character, half a padding and bits that mean nothing");
    check(hex_dec(a, S("0"), &out) == E_INPUT && hex_dec(a, S("0g"), &out) == E_INPUT, "hex comes in pairs of hex digits");
    check(hex_dec(a, S("Ff00"), &out) == OK && str_eq(out, (Str){ "\xff\0", 2 }), "hex may come in either case");
}

static void crockford(Arena *a) {
    Str out = STR_NONE;
    check(crock_normal(a, S("k7qm-2zdw 9x3t-oil1"), &out) == OK && str_eq(out, S("K7QM2ZDW9X3T0111")), "a code typed with O, I, L, hyphens and blanks is understood");
    check(crock_normal(a, S("K7QU"), &out) == E_INPUT && crock_normal(a, S("K7Q!"), &out) == E_INPUT, "U is no Crockford character");
    bool same = true;
    for (int i = 0; i < 32; i++) same = same && crock_value(crock_char(i)) == i;
    check(same && crock_value('U') == -1 && crock_value('a') == -1, "each value has its one character");
    check(str_eq(crock_enc(a, S("\x00\x44\x32\x14\xc7\x42\x54\xb6\x35\xcf")), S("01234567" "89ABCDEF")), "bytes become characters five bits at a time");
}

int main(void) {
    Arena *a = arena_new(1 << 20);
    rfc4648(a);
    refusals(a);
    crockford(a);
    arena_free(a);
    return tap_end();
}
