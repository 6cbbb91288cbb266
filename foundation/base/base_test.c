#include "foundation/base/tap.h"

static void arenas(void) {
    Arena *a = arena_new(1 << 20);
    char *p = arena_alloc(a, 3), *q = arena_alloc(a, 200000);
    check(((uintptr_t)p & 15) == 0 && ((uintptr_t)q & 15) == 0, "arena memory is aligned to 16 bytes");
    check(q[0] == 0 && q[199999] == 0, "arena memory is zeroed");
    memset(p, 7, 3);
    arena_reset(a);
    check(arena_used(a) == 0, "a reset arena holds nothing");
    char *again = arena_alloc(a, 16);
    check(again[0] == 0, "memory given again after a reset is zero");
    int *list = NULL;
    size_t cap = 0;
    bool kept = true;
    for (int i = 0; i < 1000; i++) {
        list = ARENA_ROOM(a, list, (size_t)i, &cap);
        list[i] = i;
    }
    for (int i = 0; i < 1000; i++) kept = kept && list[i] == i;
    check(kept && cap == 1024, "a list that grows keeps what is in it");
    arena_free(a);
}

static void strings(void) {
    Arena *a = arena_new(1 << 20);
    int64_t v = 0;
    check(str_i64(S("-42"), -100, 100, &v) == OK && v == -42, "a decimal number is read whole");
    check(str_i64(S("4 2"), 0, 100, &v) == E_INPUT && v == -42, "a refused number leaves the result untouched");
    check(str_i64(S("99999999999999999999"), 0, INT64_MAX, &v) == E_LIMIT, "a number that does not fit is a limit error");
    check(str_eq(str_utf8_cut(S("caf\xc3\xa9s"), 4), S("caf")) && str_eq(str_utf8_cut(S("caf\xc3\xa9s"), 5), S("caf\xc3\xa9")) && str_eq(str_utf8_cut(S("caf"), 3), S("caf")) && str_utf8_cut(S("\xc3\xa9"), 1).n == 0,
        "a text is shortened between its characters");
    check(str_utf8_ok(S("caf\xc3\xa9")) && !str_utf8_ok(S("\xc0\xaf")) && !str_utf8_ok(S("\xed\xa0\x80")) && !str_utf8_ok(S("\xf5\x80\x80\x80")),
          "overlong, surrogate and out-of-range UTF-8 is refused");
    check(str_has_bidi(S("a\xe2\x80\xae" "b")) && !str_has_bidi(S("ab")), "bidirectional controls are seen");
    Str rest = S("a,,b"), part = STR_NONE;
    int n = 0;
    while (str_split(&rest, ',', &part)) n++;
    check(n == 3 && str_eq(part, S("b")), "splitting keeps empty parts");
    Id id = { { 1, 2, 0xfe } }, back = ID_NONE;
    check(id_parse(id_hex(a, id), &back) == OK && id_eq(id, back), "an identifier survives its hex form");
    check(id_parse(S("00"), &back) == E_INPUT, "a short identifier is refused");
    arena_free(a);
}

static void buffers(void) {
    Buf b = buf_new(10);
    buf_z(&b, "12345");
    buf_z(&b, "678901");
    check(b.n == 5 && buf_err(&b) == E_LIMIT, "a buffer never passes its maximum and says so");
    buf_z(&b, "6");
    check(b.n == 5, "a buffer that was too small stays refused, so no output has holes");
    buf_free(&b);
}

int main(void) {
    arenas();
    strings();
    buffers();
    return tap_end();
}
