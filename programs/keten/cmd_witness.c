/* cmd_witness.c - keten witness: looks after the logs of other organisations. Needs no instance. */
#include "core/seal/seal.h"
#include "programs/keten/cmd.h"
#include "programs/keten/serve.h"
#include "programs/witness/witness.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { BACKLOG = 128, AGAIN_MS = 500, STOP_MS = 8000 };

static int run_init(Cli *c) {
    Str vkey = STR_NONE;
    seal_start();
    Err e = witness_make(c->a, c->args[0], cli_text(c, "name"), &vkey);
    if (e == E_INPUT) return cli_fail(c, EXIT_USE, "--name is a name without blanks and plus signs, best an address of yours without https://");
    if (e == E_CONFLICT) return cli_fail(c, EXIT_NO, "there is a witness in %s already; its key is never replaced", c->args[0]);
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, "%s cannot be written (%s)", c->args[0], err_name(e));
    printf(STR_FMT "\n", STR_ARG(vkey));
    return EXIT_YES;
}

static bool open_it(Cli *c, Witness *w, int *out_code) {
    const char *why = NULL;
    seal_start();
    Err e = witness_open(c->a, c->args[0], false, w, &why);
    if (e != OK) *out_code = cli_fail(c, e == E_MISSING ? EXIT_USE : EXIT_SYSTEM, "%s: %s", c->args[0], why);
    return e == OK;
}

static int run_key(Cli *c) {
    Witness w;
    int code = EXIT_YES;
    if (!open_it(c, &w, &code)) return code;
    printf(STR_FMT "\n", STR_ARG(cosign_vkey(c->a, w.name, w.pub)));
    witness_close(&w);
    return EXIT_YES;
}

static int run_log(Cli *c) {
    Witness w;
    int code = EXIT_YES;
    if (!open_it(c, &w, &code)) return code;
    Err e = witness_log_add(c->a, &w, str_c(c->args[1]));
    witness_close(&w);
    if (e == E_INPUT) return cli_fail(c, EXIT_USE, "%s is no verifier key of a log (name+id+base64)", c->args[1]);
    if (e == E_CONFLICT) return cli_fail(c, EXIT_NO, "this log is looked after already");
    return e == OK ? EXIT_YES : cli_fail(c, EXIT_SYSTEM, "the list of logs cannot be written (%s)", err_name(e));
}

/* ---- serving ---- */

static volatile sig_atomic_t stopping;
static void on_stop(int sig) {
    (void)sig;
    stopping = 1;
}

static int watch(Cli *c, const Spawn *s) {
    pid_t pid = 0;
    int status = 0;
    while (stopping == 0) {
        int64_t began = sys_mono_ms();
        if (sys_spawn(s, &pid) != OK) return cli_fail(c, EXIT_SYSTEM, "%s cannot be started", s->path);
        while (stopping == 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
        if (stopping != 0) break;
        if (WIFEXITED(status) && WEXITSTATUS(status) != 0) return EXIT_SYSTEM; /* it said why */
        if (sys_mono_ms() - began < AGAIN_MS) sys_sleep_ms(AGAIN_MS);
        pid = 0;
    }
    if (pid == 0) return EXIT_YES;
    (void)kill(pid, SIGTERM);
    for (int64_t end = sys_mono_ms() + STOP_MS; waitpid(pid, &status, WNOHANG) == 0; sys_sleep_ms(10))
        if (sys_mono_ms() > end) (void)kill(pid, SIGKILL);
    return EXIT_YES;
}

static int run_serve(Cli *c) {
    struct sigaction stop = { .sa_handler = on_stop };
    Witness w;
    Str at = cli_text(c, "listen");
    int64_t port = 0;
    uint16_t got = 0;
    int fd = -1, code = EXIT_YES;
    if (!open_it(c, &w, &code)) return code;
    witness_close(&w);
    const char *program = program_beside(c->a, "keten-witness", "witness");
    if (program == NULL) return cli_fail(c, EXIT_SYSTEM, "keten-witness is not beside keten, nor in ../libexec/keten");
    if (str_starts(at, S("127.0.0.1:"))) at = str_sub(at, 10, at.n);
    if (str_i64(at, 0, 65535, &port) != OK) return cli_fail(c, EXIT_USE, "--listen is 127.0.0.1:PORT: it speaks plain HTTP; put a server with TLS in front");
    if (loopback_listen((uint16_t)port, &fd, &got) != OK) return cli_fail(c, EXIT_SYSTEM, "127.0.0.1:%lld cannot be listened on: it is taken, or needs a right this user has not", (long long)port);
    (void)listen(fd, BACKLOG);
    (void)!sys_become_owner(c->args[0]);
    printf("Witness: http://127.0.0.1:%u/\n", got);
    fflush(stdout);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    const char *argv[] = { "keten-witness", c->args[0], NULL }, *env[] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL };
    SpawnFd three = { fd, 3 };
    return watch(c, &(Spawn){ .path = program, .argv = argv, .env = env, .fds = &three, .fds_n = 1, .own_group = true });
}

static const Opt init_opts[] = { { OPT_TEXT, "name", "NAME", "the witness's name, which stands under what it signs: an address of yours without https://", .required = true }, { OPT_END } };
static const Opt serve_opts[] = { { OPT_TEXT, "listen", "ADDRESS", "127.0.0.1:PORT", .otherwise = "127.0.0.1:8803" }, { OPT_END } };
static const Cmd sub_init = { .name = "init", .summary = "make a witness: its folder, its key", .args = "DIR", .args_min = 1, .args_max = 1, .opts = init_opts, .run = run_init, .help = "Prints the verifier key, which goes to the organisations whose logs it looks after." };
static const Cmd sub_key = { .name = "key", .summary = "print the verifier key", .args = "DIR", .args_min = 1, .args_max = 1, .run = run_key };
static const Cmd sub_log = { .name = "log", .summary = "look after one more log", .args = "DIR VKEY", .args_min = 2, .args_max = 2, .run = run_log, .help = "VKEY is the log's verifier key, as the page of its ledger prints it. A witness that serves takes it from then on." };
static const Cmd sub_serve = { .name = "serve", .summary = "answer add-checkpoint over HTTP", .args = "DIR", .args_min = 1, .args_max = 1, .opts = serve_opts, .run = run_serve,
    .help = "POST /add-checkpoint (c2sp.org/tlog-witness) and GET /SHA256-OF-ORIGIN/checkpoint. What is answered with a signature is on the disk before." };
static const Cmd *const subs[] = { &sub_init, &sub_key, &sub_log, &sub_serve, NULL };
const Cmd cmd_witness = { .name = "witness", .summary = "look after the logs of other organisations", .args = "", .subs = subs };
