/* keten dossier and keten ledger as somebody at a terminal meets them: exit codes, words, JSON. Argument: the keten program. */
#include "core/dossier/testbag.h"
#include "foundation/base/json.h"
#include "foundation/base/tap.h"
#include "foundation/sys/sys.h"

#include <sys/wait.h>

static const char *keten;
static char dir[64];

/* Runs keten with up to seven words; what it says on stdout. */
static int run(Arena *a, Str *out, const char *const *words, size_t n) {
    char path[128];
    char *argv[10] = { 0 };
    int status = 0;
    must(n < 9);
    argv[0] = str_z(a, str_c(keten));
    for (size_t i = 0; i < n; i++) argv[i + 1] = str_z(a, str_c(words[i]));
    snprintf(path, sizeof path, "%s/out", dir);
    pid_t pid = fork();
    if (pid == 0) {
        if (freopen(path, "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL) _exit(99);
        execv(keten, argv);
        _exit(98);
    }
    must(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && file_read(a, path, 1 << 20, out) == OK);
    return WEXITSTATUS(status);
}
#define RUN(a, out, ...) run((a), (out), (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static const char *put(Arena *a, const char *name, Str bytes) {
    const char *path = path_join(a, dir, name).p;
    must(file_write(path, bytes, 0600) == OK);
    return path;
}
static bool has(Str s, const char *what) {
    size_t at = 0;
    return str_find(s, str_c(what), &at);
}

static void dossiers(Arena *a, TestBag *bag, Str zip) {
    Str out = STR_NONE;
    const JVal *j = NULL;
    const char *good = put(a, "good.zip", zip), *vkey = str_z(a, bag->vkey);
    char *bytes = str_z(a, zip);
    size_t at = 0;
    must(str_find(zip, S("what was seen"), &at));
    bytes[at] ^= 1;
    const char *bad = put(a, "bad.zip", (Str){ bytes, zip.n });
    check(RUN(a, &out, "dossier", "verify", good, "--key", vkey) == 0 && has(out, "in order"), "a good dossier ends with 0");
    check(RUN(a, &out, "dossier", "verify", good) == 0 && has(out, "ok, with remark") && has(out, vkey), "without a key there is a remark, and the key to compare");
    check(RUN(a, &out, "dossier", "verify", bad, "--key", vkey) == 1 && has(out, "FAILED") && has(out, "data/report.html"), "one changed bit ends with 1 and names the file");
    check(RUN(a, &out, "dossier", "verify", bad, "--json") == 1 && json_read(a, out, 1 << 20, &j, NULL, NULL) == OK && !jbool(j, "ok") && jint(j, "failed", 0) > 0 && jget(j, "items")->n > 0, "and says so in JSON");
    check(RUN(a, &out, "dossier", "verify", good, "--json", "--key", vkey) == 0 && json_read(a, out, 1 << 20, &j, NULL, NULL) == OK && jbool(j, "ok") && str_eq(jstr(j, "dossier"), S("K-2026-000001/1")), "a good one as well");
    check(RUN(a, &out, "dossier", "verify", path_join(a, dir, "nowhere.zip").p) == 2 && RUN(a, &out, "dossier", "verify", good, "--key", "x") == 2 && RUN(a, &out, "dossier", "verify") == 2, "wrong use ends with 2");
    check(RUN(a, &out, "dossier", "verify", put(a, "empty", S(""))) == 1 && RUN(a, &out, "dossier", "verify", put(a, "text", S("no dossier at all"))) == 1, "what is no dossier is not in order");
}

static void ledgers(Arena *a, TestBag *bag) {
    Str out = STR_NONE, note = tb_note(bag);
    const char *vkey = str_z(a, bag->vkey), *cp = put(a, "checkpoint", note), *proof = put(a, "act.tlog-proof", tb_proof(bag, 3, note));
    const char *entry = str_z(a, hex_enc(a, bag->commitment[1])), *other = str_z(a, hex_enc(a, bag->commitment[2]));
    check(RUN(a, &out, "ledger", "verify", cp, "--key", vkey) == 0 && has(out, "7 leaves"), "a checkpoint is checked without an instance");
    check(RUN(a, &out, "ledger", "verify", proof, "--key", vkey, "--entry", entry) == 0, "so is a proof");
    check(RUN(a, &out, "ledger", "verify", proof, "--key", vkey, "--entry", other) == 1, "which does not hold for another act");
    check(RUN(a, &out, "ledger", "verify", proof, "--key", vkey) == 2, "and needs to know which act it is about");
    check(RUN(a, &out, "ledger", "verify", put(a, "changed", str_fmt(a, "x" STR_FMT, STR_ARG(note))), "--key", vkey) == 1, "a changed checkpoint ends with 1");
}

int main(int argc, char **argv) {
    Arena *a = arena_new(256u << 20);
    static TestBag bag;
    must(argc == 2);
    keten = argv[1];
    seal_start();
    snprintf(dir, sizeof dir, "/tmp/keten-cli-XXXXXX");
    must(mkdtemp(dir) != NULL);
    Str zip = tb_make(&bag, a);
    dossiers(a, &bag, zip);
    ledgers(a, &bag);
    static const char *const left[] = { "out", "good.zip", "bad.zip", "empty", "text", "checkpoint", "act.tlog-proof", "changed" };
    for (size_t i = 0; i < LEN(left); i++) (void)unlink(path_join(a, dir, left[i]).p);
    check(rmdir(dir) == 0, "nothing else was written anywhere");
    arena_free(a);
    return tap_end();
}
