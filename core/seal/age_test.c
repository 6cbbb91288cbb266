/* Files sealed for transport, opened with the public tool. */
#include "core/seal/age.h"
#include "foundation/base/tap.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void fill(void *ctx, uint8_t *out, size_t n) { /* a test's own numbers, other ones at each call */
    uint64_t *x = ctx;
    for (size_t i = 0; i < n; i++) {
        *x = *x * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(*x >> 56);
    }
}

static void keys(void) {
    static const struct { const char *text; bool good; const char *says; } all[] = {
        { "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj", true, "a key as age-keygen prints it" },
        { "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwk", false, "one with a wrong last character" },
        { "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73eqnuujwj", false, "one with two characters swapped" },
        { "AGE1ZVKYG2LQZRAA2LNJVQEJ32NKUU0UES2S82HZRYE869XEEXVN73EQUNUJWJ", false, "one in capitals" },
        { "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujw", false, "one that is too short" },
        { "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX", false, "a private key" },
        { "", false, "nothing" },
    };
    for (size_t i = 0; i < LEN(all); i++) {
        AgeKey k;
        check((age_key_parse(str_c(all[i].text), &k) == OK) == all[i].good, "%s is %s", all[i].says, all[i].good ? "read" : "refused");
    }
}

static bool put(const char *path, Str bytes) {
    FILE *f = fopen(path, "wb");
    bool good = f != NULL && fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
    return f != NULL && fclose(f) == 0 && good;
}

static int sh(const char *dir, const char *command) { /* the tool of others */
    pid_t pid = fork();
    if (pid == 0) {
        if (chdir(dir) == 0) execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static Str line_of(Arena *a, const char *path) {
    char text[200] = "";
    FILE *f = fopen(path, "r");
    if (f != NULL && fgets(text, sizeof text, f) == NULL) text[0] = '\0';
    if (f != NULL) fclose(f);
    text[strcspn(text, "\n")] = '\0';
    return str_dup(a, str_c(text));
}

static void opened_by_the_tool(Arena *a) {
    enum { MOST = 3 * AGE_CHUNK + 5 };
    static const size_t sizes[] = { 0, 1, AGE_CHUNK - 1, AGE_CHUNK, AGE_CHUNK + 1, 2 * AGE_CHUNK, MOST };
    char dir[] = "/tmp/keten-age-XXXXXX", path[100];
    uint64_t seed = 5;
    Rand rnd = { fill, &seed };
    AgeKey to[2];
    if (sh("/", "command -v age >/dev/null && command -v age-keygen >/dev/null") != 0) {
        check(true, "the public tool opens it # SKIP age is not here");
        return;
    }
    must(mkdtemp(dir) != NULL);
    must(sh(dir, "for k in one two three; do age-keygen -o $k 2>/dev/null && age-keygen -y $k > $k.pub || exit 1; done") == 0);
    snprintf(path, sizeof path, "%s/one.pub", dir);
    must(age_key_parse(line_of(a, path), &to[0]) == OK);
    snprintf(path, sizeof path, "%s/two.pub", dir);
    must(age_key_parse(line_of(a, path), &to[1]) == OK);
    uint8_t *plain = arena_alloc(a, MOST);
    fill(&seed, plain, MOST);
    for (size_t i = 0; i < LEN(sizes); i++) {
        Buf out = buf_new(1 << 20);
        must(age_seal(to, 2, str_bytes(plain, sizes[i]), rnd, &out) == OK);
        snprintf(path, sizeof path, "%s/plain", dir);
        must(put(path, str_bytes(plain, sizes[i])));
        snprintf(path, sizeof path, "%s/sealed", dir);
        must(put(path, buf_str(&out)));
        check(sh(dir, "age -d -i one sealed > open && cmp -s open plain && age -d -i two sealed > open && cmp -s open plain") == 0, "%zu bytes sealed for two: the public tool opens it with either key", sizes[i]);
        check(sh(dir, "age -d -i three sealed >/dev/null 2>&1") != 0, "and with no other");
        char *bad = str_z(a, buf_str(&out));
        bad[out.n - 1] ^= 1;
        must(put(path, str_bytes(bad, out.n)));
        check(sh(dir, "age -d -i one sealed >/dev/null 2>&1") != 0, "and not when a bit was changed");
        buf_free(&out);
    }
    (void)sh(dir, "rm -rf \"$PWD\"");
}

int main(void) {
    Arena *a = arena_new(16 << 20);
    seal_start();
    keys();
    opened_by_the_tool(a);
    arena_free(a);
    return tap_end();
}
