/* Dossiers that somebody made to harm whoever checks them. A maker has a key of his own, so everything up to the seal can be signed and in
 * order. The checker must come back, must not say that all is in order, and must not take more than a second of processor for each megabyte. */
#include "core/dossier/testbag.h"
#include "foundation/base/tap.h"

#include <time.h>

static double cpu(void) {
    struct timespec t;
    must(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* As the command reads: from a source that lends nothing, with the arena that it has. */
static Err read_slowly(void *ctx, int64_t at, void *to, size_t n) {
    const Str *s = ctx;
    memcpy(to, s->p + at, n);
    return OK;
}

static void judged(Str zip, const char *what) {
    Arena *a = arena_new((size_t)1 << 30);
    DossierReport r;
    ZipSource src = { .size = (int64_t)zip.n, .read = read_slowly, .ctx = &zip };
    DossierTrust trust = { 0 };
    double began = cpu();
    dossier_verify_source(a, &src, &trust, &r);
    double took = cpu() - began, most = (double)zip.n / 1e6 + 0.2;
    check(r.failed > 0, "%s: not in order", what);
    check(took < most, "%s: %.2f MB judged in %.2f s of processor", what, (double)zip.n / 1e6, took);
    arena_free(a);
}

static Str written(Arena *a, ZipFile *files, size_t n) {
    Buf b = buf_new(64 << 20);
    must(zip_write(files, n, &b) == OK);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* Every member's own header spells its name in another way than the directory: its last letter is the next one. */
static Str two_names(Arena *a, Str zip, size_t n) {
    char *p = str_z(a, zip);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        must(memcmp(p + at, "PK\3\4", 4) == 0);
        size_t name = (size_t)(uint8_t)p[at + 26] | (size_t)(uint8_t)p[at + 27] << 8, size = (size_t)(uint8_t)p[at + 18] | (size_t)(uint8_t)p[at + 19] << 8 | (size_t)(uint8_t)p[at + 20] << 16;
        p[at + 30 + name - 1]++;
        at += 30 + name + size;
    }
    return (Str){ p, zip.n };
}

static void many_names(Arena *a) {
    enum { N = 15000 };
    ZipFile *f = ARENA_ARRAY(a, ZipFile, N + 1);
    char *list = arena_alloc(a, 2000000);
    memset(list, 'a', 2000000);
    for (size_t i = 0; i < N; i++) f[i] = (ZipFile){ str_fmt(a, "k/%05zux", i), S("") };
    judged(two_names(a, written(a, f, N), N), "fifteen thousand members with two names each");
    f[N] = (ZipFile){ S("k/manifest-sha256.txt"), (Str){ list, 2000000 } };
    judged(two_names(a, written(a, f, N + 1), N + 1), "the same with a list of two megabytes");
    for (size_t i = 0; i < N; i++) f[i].name = str_fmt(a, "k/%05zu/manifest-sha256.txt", i);
    judged(two_names(a, written(a, f, N + 1), N + 1), "as many lists, each with two names");
    judged(written(a, f, N + 1), "as many lists");
}

static Str repeated(Arena *a, const char *head, const char *each, const char *tail, size_t bytes) {
    Buf b = buf_new(bytes + 1024);
    buf_z(&b, head);
    for (size_t i = 0; b.n < bytes; i++) buf_printf(&b, "%s\"k%zu\":0", i == 0 ? "" : each, i);
    buf_z(&b, tail);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}
static Str zeros(Arena *a, const char *head, const char *tail, size_t bytes) {
    Str h = str_c(head), t = str_c(tail);
    char *p = arena_alloc(a, bytes + h.n + t.n);
    memcpy(p, h.p, h.n);
    for (size_t i = 0; i < bytes; i++) p[h.n + i] = i % 2 == 0 ? '0' : ',';
    p[h.n + bytes - 1] = '0';
    memcpy(p + h.n + bytes, t.p, t.n);
    return (Str){ p, h.n + bytes + t.n };
}

/* Signed by its maker and in order, but for one file. */
static void with(Arena *a, const char *name, Str bytes, const char *what) {
    static TestBag bag;
    Buf out = buf_new(64 << 20);
    ZipFile f = { str_c(name), bytes };
    must(tb_write(&bag, a, &f, 1, &out) == OK);
    judged(buf_str(&out), what);
    buf_free(&out);
}

static void json(Arena *a) {
    enum { FOUR = (4 << 20) - 100 };
    with(a, "data/custody/events.jsonl", zeros(a, "{\"case_seq\":[", "]}\n", FOUR + 1 - FOUR % 2), "an act of two million zeros");
    with(a, "data/custody/events.jsonl", repeated(a, "{", ",", "}\n", FOUR - 100), "an act with hundreds of thousands of keys");
    with(a, "data/fields.jsonl", zeros(a, "{\"path\":[", "]}\n", FOUR + 1 - FOUR % 2), "a field of two million zeros");
    with(a, "data/facts.json", zeros(a, "{\"findings\":[", "]}\n", FOUR + 1 - FOUR % 2), "facts of two million zeros");
    with(a, "data/facts.json", repeated(a, "{", ",", "}\n", FOUR), "facts with hundreds of thousands of keys");
}

/* More stamps and lists of stamps than anybody has; none of them is one. */
static void stamps(Arena *a) {
    enum { N = 3000 };
    static TestBag bag;
    ZipFile *f = ARENA_ARRAY(a, ZipFile, N);
    Buf out = buf_new(64 << 20);
    for (size_t i = 0; i < N; i++) f[i] = (ZipFile){ str_fmt(a, "data/x/%zu", i), S("x") };
    must(tb_write(&bag, a, f, N, &out) == OK);
    ZipMember *m = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    must(zip_read(a, buf_str(&out), &m, &n, &wrong) == OK);
    DossierBag b = dossier_bag(a, S("keten-K-2026-000001-1"));
    for (size_t i = 0; i < n; i++)
        if (!str_ends(m[i].name, S("tagmanifest-sha256.txt"))) dossier_add(&b, str_sub(m[i].name, 22, m[i].name.n), m[i].bytes);
    Str list = zeros(a, "", "\n", 200001);
    for (size_t i = 0; i < N; i++) dossier_add(&b, str_fmt(a, "timestamps/renewal-%zu.%s", i, i % 2 == 0 ? "tsr" : "txt"), i < 100 ? list : S("0\n"));
    Buf all = buf_new(64 << 20);
    must(dossier_write(&b, &all) == OK);
    judged(buf_str(&all), "three thousand stamps that are none");
    buf_free(&out);
    buf_free(&all);
}

int main(void) {
    Arena *a = arena_new((size_t)1 << 30);
    seal_start();
    many_names(a);
    arena_reset(a);
    json(a);
    arena_reset(a);
    stamps(a);
    arena_free(a);
    return tap_end();
}
