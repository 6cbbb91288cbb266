/* sample.c - dossiers for the tests of the page: a good one, one with a changed bit, one with a stamp. usage: verifier_sample FOLDER [MEGABYTES] */
#include "core/dossier/testbag.h"
#include "core/seal/teststamp.h"
#include "foundation/sys/sys.h"

static void put(Arena *a, const char *dir, const char *name, Str bytes) { must(file_write(path_join(a, dir, name).p, bytes, 0644) == OK); }

/* With a stamp over the seal and its certificates, as dossier.renew puts them. */
static Str stamped(Arena *a, Str zip) {
    ZipMember *m = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    uint8_t sha[32], nonce[8] = { 5 };
    Str ask = STR_NONE, chain = STR_NONE;
    Tsa t = tsa_ec("critical,timeStamping");
    DossierBag b = dossier_bag(a, S("keten-K-2026-000001-1"));
    must(zip_read(a, zip, &m, &n, &wrong) == OK);
    for (size_t i = 0; i < n; i++) {
        if (!str_ends(m[i].name, S("tagmanifest-sha256.txt"))) dossier_add(&b, str_sub(m[i].name, 22, m[i].name.n), m[i].bytes);
        if (str_ends(m[i].name, S("/seal.txt"))) seal_sha256(m[i].bytes, sha);
    }
    must(stamp_ask(a, sha, nonce, &ask) == OK);
    Str reply = tsa_stamp(a, &t, ask);
    must(stamp_chain(a, reply, &chain) == OK);
    dossier_add(&b, S("timestamps/seal.tsr"), reply);
    dossier_add(&b, S("timestamps/seal.pem"), chain);
    Buf out = buf_new(1 << 20);
    must(dossier_write(&b, &out) == OK);
    Str s = str_dup(a, buf_str(&out));
    buf_free(&out);
    tsa_free(&t);
    return s;
}

static void large(Arena *a, const char *dir, size_t mb) {
    static TestBag bag;
    char *bytes = arena_alloc(a, mb * 62500);
    ZipFile more[16];
    Buf out = buf_new((size_t)4 << 30);
    for (size_t i = 0; i < LEN(more); i++) more[i] = (ZipFile){ str_fmt(a, "data/correspondence/%03zu.eml", i + 1), (Str){ bytes, mb * 62500 } };
    must(tb_write(&bag, a, more, LEN(more), &out) == OK);
    put(a, dir, "large.zip", buf_str(&out));
    buf_free(&out);
}

int main(int argc, char **argv) {
    Arena *a = arena_new((size_t)1 << 30);
    static TestBag bag;
    int64_t mb = 0;
    if (argc < 2) return 2;
    seal_start();
    Str zip = tb_make(&bag, a);
    char *bad = str_z(a, zip);
    size_t at = 0;
    must(str_find(zip, S("what was seen"), &at));
    bad[at] ^= 1;
    put(a, argv[1], "good.zip", zip);
    put(a, argv[1], "bad.zip", (Str){ bad, zip.n });
    put(a, argv[1], "cut.zip", str_sub(zip, 0, zip.n / 2));
    put(a, argv[1], "stamped.zip", stamped(a, zip));
    put(a, argv[1], "key", bag.vkey);
    if (argc > 2 && str_i64(str_c(argv[2]), 1, 4000, &mb) == OK) large(a, argv[1], (size_t)mb);
    arena_free(a);
    return 0;
}
