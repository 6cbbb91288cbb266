/* main.c - keten-capture: one look at one page. usage: keten-capture --data DIR (descriptor 3 is the connection of whoever asks; started by the master
 * for that connection), keten-capture --alone (the same for one caller without an instance; settings come from KETEN_... in the environment)
 *
 * It answers one question and ends. Before the page is opened its own sandbox closes: after that it opens no file, no socket but to the media process,
 * and starts nothing.
 */
#include "core/seal/seal.h"
#include "foundation/sandbox/sandbox.h"
#include "programs/capture/capture.h"
#include "programs/common/program.h"

#include <sys/mman.h>
#include <sys/prctl.h>

enum { ASKER_FD = 3, ASK_MS = 10000, ANSWER_MS = 60000, LIFE_MAX = 1 << 30, TURN_MAX = 256 << 20, STOP_MS = 3000, TEXT_MAX = 4096 };
typedef struct Setting { const char *browser, *tmpfs; bool no_sandbox; } Setting;

/* Swap that is on may hold what was only ever in memory. */
static bool swaps(void) {
    char line[512];
    int lines = 0;
    FILE *f = fopen("/proc/swaps", "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) lines++;
    if (f != NULL) fclose(f);
    return lines > 1;
}

static Setting setting(Arena *a, const Conf *c) {
    return (Setting){ .browser = str_z(a, conf_text(c, "capture", "browser")), .tmpfs = str_z(a, conf_text(c, "capture", "memory_dir")), .no_sandbox = conf_bool(c, "capture", "no_sandbox") };
}

/* Why there will be no browser; NULL: it started. */
static const char *begin(Look *k, const Setting *s) {
    const char *path = NULL;
    if (!browser_find(s->browser, &path)) return "no_browser";
    if (!browser_tmpfs(s->tmpfs)) return "no_tmpfs";
    k->swap = swaps();
    if (k->swap && (k->ask.mode == BROWSE_BLUR || k->ask.mode == BROWSE_FULL)) return "swap";
    if (browser_start(k->life, path, s->tmpfs, s->no_sandbox, &k->b) == OK) return NULL;
    browser_stop(&k->b, 0);
    return "no_browser";
}

static void look(Look *k, const Setting *s, BrowseSaid *out) {
    SandboxLevel level = { 0 };
    const char *why = begin(k, s);
    *out = (BrowseSaid){ .error = str_c(why) };
    if (why != NULL) return;
    const SandboxPath paths[] = { { k->b.profile, true, false } };
    if (sandbox_close(SANDBOX_JOBS, paths, LEN(paths), &level) == OK && level.seccomp) look_run(k, out);
    browser_stop(&k->b, STOP_MS);
}

static int answer(Look *k, const Setting *s) {
    Buf b = buf_new(BROWSE_ANSWER_MAX);
    BrowseSaid said;
    k->asker = ASKER_FD;
    if (frame_recv(ASKER_FD, BROWSE_ASK_MAX, sys_mono_ms() + ASK_MS, &b) != OK || browse_read_ask(str_dup(k->life, buf_str(&b)), &k->ask) != OK) return 1;
    buf_clear(&b);
    look(k, s, &said);
    if (!k->alone)
        log_line(LOG_INFO, "event=capture mode=%s error=" STR_FMT " requests=%lld left_out=%lld bytes=%lld", browse_mode_name(k->ask.mode), STR_ARG(said.error.n > 0 ? said.error : S("-")), (long long)said.requests,
            (long long)said.left_out, (long long)k->bytes);
    browse_put_said(&b, &said);
    return buf_err(&b) == OK && frame_send(ASKER_FD, buf_str(&b), sys_mono_ms() + ANSWER_MS) == OK ? 0 : 1;
}

static int of_instance(Look *k, Program *p) {
    Setting s = setting(p->life, &p->in.conf);
    Err e = net_many_open(instance_path(p->life, &p->in, INSTANCE_FETCH_SOCKET), &k->net);
    if (e == OK) e = media_open(p->life, instance_path(p->life, &p->in, INSTANCE_MEDIA_SOCKET), &k->media);
    if (e != OK) log_line(LOG_BAD, "event=start_failed err=%s", err_name(e));
    return e == OK ? answer(k, &s) : 3;
}

/* A fetch and a media process of its own, before it becomes nobody: they become nobody themselves. */
static int of_one(Look *k) {
    extern char **environ;
    Conf conf;
    Str why = STR_NONE;
    pid_t fetch = 0;
    sys_start();
    k->alone = true;
    const char *fetcher = program_beside(k->life, "keten-fetch", "fetch"), *reader = program_beside(k->life, "keten-media", "media");
    Err e = conf_read(k->life, keten_conf_keys, keten_conf_keys_n, S(""), environ, &conf, &why);
    if (e == OK && (fetcher == NULL || reader == NULL)) e = E_MISSING;
    if (e == OK) e = net_many_alone(fetcher, (const char *const *)environ, &k->net, &fetch);
    if (e == OK) e = media_alone(k->life, reader, &k->media);
    if (e == OK && geteuid() == 0) e = sys_become("nobody");
    if (e != OK) {
        fprintf(stderr, "keten-capture: " STR_FMT "\n", STR_ARG(why.n > 0 ? why : str_c(err_name(e))));
        return 3;
    }
    Setting s = setting(k->life, &conf);
    return answer(k, &s);
}

int main(int argc, char **argv) {
    Program p = { .name = "capture" };
    int code = 0;
    if (argc >= 2 && strcmp(argv[1], "--browser") == 0) browser_become(argc, argv);
    Look k = { .life = arena_new(LIFE_MAX), .turn = arena_new(TURN_MAX) };
    seal_start();
    if (argc == 2 && strcmp(argv[1], "--alone") == 0) _exit(of_one(&k));
    if (!program_begin(&p, "capture", argc, argv, &code)) return code;
    _exit(of_instance(&k, &p)); /* a leak check at exit would do what the sandbox forbids */
}
