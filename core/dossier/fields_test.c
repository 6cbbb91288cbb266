/* Facts as fields under one root: opened one by one, never guessed, never changed. */
#include "core/dossier/fields.h"
#include "core/seal/seal.h"
#include "foundation/base/tap.h"

static const char facts_text[] = "{\"format\":\"x\",\"findings\":[{\"number\":1,\"seen\":\"SECRET one\",\"verified\":true},{\"number\":2,\"seen\":\"SECRET two\",\"verified\":false}],\"empty\":[],\"captures\":[{\"url\":\"https://x.example/\"}]}";

static void count_up(void *ctx, uint8_t *out, size_t n) {
    uint8_t *x = ctx;
    for (size_t i = 0; i < n; i++) out[i] = (*x)++;
}
static bool has(Str s, const char *what) {
    size_t at = 0;
    return str_find(s, str_c(what), &at);
}
static bool not_seen(void *ctx, const FieldAsk *f) {
    (void)ctx;
    return !str_eq(f->name, S("seen"));
}
static bool not_second(void *ctx, const FieldAsk *f) { /* everything of the object whose number is two */
    (void)ctx;
    return jint(f->in, "number", 0) != 2;
}

static size_t unnoticed(Arena *a, Str facts, Str lines, bool in_facts, const FieldsRoot *root) {
    Str text = in_facts ? facts : lines;
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char *bad = str_z(a, text);
        FieldsRoot other;
        int64_t closed = 0;
        const char *why = NULL;
        if (in_facts && (bad[i] == ' ' || bad[i] == '\n')) continue; /* white space says nothing; the list of the bag covers it */
        bad[i] ^= 1;
        Arena *b = arena_new(64u << 20);
        Str changed = str_bytes(bad, text.n);
        n += fields_check(b, in_facts ? changed : facts, in_facts ? lines : changed, &other, &closed, &why) == OK && memcmp(root->root, other.root, 32) == 0;
        arena_free(b);
    }
    return n;
}

int main(void) {
    Arena *a = arena_new(256u << 20);
    uint8_t seed = 1;
    Str facts = str_c(facts_text);
    Buf lines = buf_new(1 << 20), facts2 = buf_new(1 << 20), lines2 = buf_new(1 << 20), facts3 = buf_new(1 << 20), lines3 = buf_new(1 << 20), deep = buf_new(1000);
    FieldsRoot root, other;
    int64_t closed = 0;
    const char *why = NULL;
    seal_start();
    check(fields_make(a, facts, count_up, &seed, &lines, &root) == OK && root.n == 8, "every value is a field");
    check(fields_check(a, facts, buf_str(&lines), &other, &closed, &why) == OK && closed == 0 && other.n == 8 && memcmp(root.root, other.root, 32) == 0, "whoever checks them finds the same root");
    check(fields_close(a, facts, buf_str(&lines), not_seen, NULL, &facts2, &lines2) == OK && !has(buf_str(&facts2), "SECRET") && !has(buf_str(&lines2), "SECRET") && has(buf_str(&lines2), "findings/0/number"), "what is closed is in neither file");
    check(fields_check(a, buf_str(&facts2), buf_str(&lines2), &other, &closed, &why) == OK && closed == 2 && memcmp(root.root, other.root, 32) == 0, "and the root is the same");
    check(fields_close(a, buf_str(&facts2), buf_str(&lines2), not_second, NULL, &facts3, &lines3) == OK && fields_check(a, buf_str(&facts3), buf_str(&lines3), &other, &closed, &why) == OK && closed == 4 && memcmp(root.root, other.root, 32) == 0,
        "a version of a version closes more, under the same root");
    check(fields_check(a, buf_str(&facts2), buf_str(&lines), &other, &closed, &why) == E_INPUT, "facts without a value that the list opens are refused");
    check(unnoticed(a, buf_str(&facts2), buf_str(&lines2), false, &root) == 0, "each changed byte of the list is refused, or gives another root");
    check(unnoticed(a, buf_str(&facts2), buf_str(&lines2), true, &root) == 13, "each changed byte of the facts too, but for the names of two closed values and of an empty list (the bag's own lists cover those)");
    for (int i = 0; i < 20; i++) buf_z(&deep, "[");
    buf_z(&deep, "1");
    for (int i = 0; i < 20; i++) buf_z(&deep, "]");
    check(fields_make(a, buf_str(&deep), count_up, &seed, &lines3, &other) == E_LIMIT, "facts that are too deep are refused");
    check(fields_check(a, S("{\"a\":1}"), S(""), &other, &closed, &why) == E_INPUT && fields_check(a, S("nonsense"), S(""), &other, &closed, &why) == E_INPUT, "no list, and no facts");
    Buf *bufs[] = { &lines, &facts2, &lines2, &facts3, &lines3, &deep };
    for (size_t i = 0; i < LEN(bufs); i++) buf_free(bufs[i]);
    arena_free(a);
    return tap_end();
}
