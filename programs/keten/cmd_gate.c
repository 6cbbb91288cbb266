/* cmd_gate.c - keten gate: a gate by itself, for a platform that runs its own; and keys for it. */
#include "core/seal/seal.h"
#include "foundation/base/csv.h"
#include "foundation/base/enc.h"
#include "programs/gate/gate.h"
#include "programs/keten/cmd.h"
#include "programs/keten/serve.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { KEYS_FILE_MAX = 4 << 20, BACKLOG = 512, AGAIN_MS = 500, STOP_MS = 8000 };
static const char keys_head[] = "name,key_sha256,per_second,scopes,until\r\n";

/* ---- a key ---- */

/* The file with one line more, read as the gate will read it. */
static int make_key(Cli *c) {
    const char *path = cli_text(c, "keys").p;
    Str name = cli_text(c, "make-key"), file = STR_NONE, why = STR_NONE;
    uint8_t secret[32], digest[32];
    GateKeys keys;
    Err e = file_read(c->a, path, KEYS_FILE_MAX, &file);
    if (e == E_MISSING) file = str_c(keys_head);
    else if (e != OK) return cli_fail(c, EXIT_SYSTEM, "%s cannot be read (%s)", path, err_name(e));
    sys_random(secret, sizeof secret);
    Str key = str_fmt(c->a, "kg_" STR_FMT, STR_ARG(b64url_enc(c->a, str_bytes(secret, sizeof secret))));
    seal_sha256(key, digest);
    Buf b = buf_new(KEYS_FILE_MAX + 4096);
    buf_put(&b, file);
    if (file.n > 0 && file.p[file.n - 1] != '\n') buf_z(&b, "\r\n");
    Str fields[] = { name, hex_enc(c->a, str_bytes(digest, sizeof digest)), str_fmt(c->a, "%lld", (long long)cli_int(c, "per-second")), cli_text(c, "scopes"), cli_text(c, "until") };
    for (size_t i = 0; i < LEN(fields); i++) csv_field(&b, fields[i], ',', i == 0);
    csv_end(&b);
    e = buf_err(&b);
    if (e == OK) e = gate_keys_read(c->a, buf_str(&b), &keys, &why);
    int code = e == OK ? EXIT_YES : cli_fail(c, EXIT_USE, "%s: " STR_FMT, path, STR_ARG(why));
    if (e == OK && file_write(path, buf_str(&b), 0600) != OK) code = cli_fail(c, EXIT_SYSTEM, "%s cannot be written", path);
    buf_free(&b);
    if (code == EXIT_YES) printf(STR_FMT "\n", STR_ARG(key));
    return code;
}

/* ---- a gate ---- */

static volatile sig_atomic_t stopping;
static void on_stop(int sig) {
    (void)sig;
    stopping = 1;
}

/* "unix:PATH", "PORT" or "127.0.0.1:PORT": what comes is plain HTTP, so only from this machine. */
static int listen_at(Cli *c, int *out_fd) {
    Str at = cli_text(c, "listen"), port = at;
    int64_t n = 0;
    uint16_t got = 0;
    if (str_starts(at, S("unix:"))) {
        Err e = unix_listen(at.p + 5, BACKLOG, 0660, out_fd);
        return e == OK ? EXIT_YES : cli_fail(c, EXIT_SYSTEM, "%s cannot be listened on%s", at.p, e == E_CONFLICT ? ": somebody does" : "");
    }
    if (str_starts(at, S("127.0.0.1:"))) port = str_sub(at, 10, at.n);
    if (str_i64(port, 0, 65535, &n) != OK) return cli_fail(c, EXIT_USE, "--listen is 127.0.0.1:PORT or unix:PATH: it speaks plain HTTP; for others put a server with TLS in front (docs/gate.md)");
    if (loopback_listen((uint16_t)n, out_fd, &got) != OK) return cli_fail(c, EXIT_SYSTEM, "127.0.0.1:%lld cannot be listened on: it is taken, or needs a right this user has not", (long long)n);
    (void)listen(*out_fd, BACKLOG);
    printf("Gate: http://127.0.0.1:%u/api/v1/gate\n", got);
    fflush(stdout);
    return EXIT_YES;
}

static int watch(Cli *c, const Spawn *s) {
    pid_t pid = 0;
    int status = 0, code = EXIT_YES;
    while (stopping == 0 && code == EXIT_YES) {
        int64_t began = sys_mono_ms();
        if (sys_spawn(s, &pid) != OK) return cli_fail(c, EXIT_SYSTEM, "%s cannot be started", s->path);
        while (stopping == 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
        if (stopping != 0) break;
        if (WIFEXITED(status) && WEXITSTATUS(status) != 0) code = EXIT_SYSTEM; /* it said why */
        pid = 0;
        if (sys_mono_ms() - began < AGAIN_MS) sys_sleep_ms(AGAIN_MS);
    }
    if (pid == 0) return code;
    (void)kill(pid, SIGTERM);
    for (int64_t end = sys_mono_ms() + STOP_MS; waitpid(pid, &status, WNOHANG) == 0; sys_sleep_ms(10))
        if (sys_mono_ms() > end) (void)kill(pid, SIGKILL);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? EXIT_YES : EXIT_SYSTEM;
}

static int run_gate(Cli *c) {
    struct sigaction stop = { .sa_handler = on_stop };
    const char *bank = cli_text(c, "bank").p, *keys = cli_text(c, "keys").p, *lists = cli_text(c, "lists").p;
    int fd = -1;
    if (cli_given(c, "make-key")) return make_key(c);
    if (!cli_given(c, "bank")) return cli_fail(c, EXIT_USE, "--bank is missing: the folder of the bank");
    const char *program = program_beside(c->a, "keten-gate", "gate");
    if (program == NULL) return cli_fail(c, EXIT_SYSTEM, "keten-gate is not beside keten, nor in ../libexec/keten");
    int code = listen_at(c, &fd);
    if (code != EXIT_YES) return code;
    (void)!sys_become_owner(bank);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    const char *argv[] = { "keten-gate", "--bank", bank, "--keys", keys, cli_given(c, "lists") ? "--lists" : NULL, lists, NULL };
    SpawnFd three = { fd, 3 };
    const char *env[] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL };
    return watch(c, &(Spawn){ .path = program, .argv = argv, .env = env, .fds = &three, .fds_n = 1, .own_group = true });
}

const Cmd cmd_gate = {
    .name = "gate",
    .summary = "a gate by itself: says over HTTP whether a hash is looked for",
    .args = "",
    .help = "Answers POST /api/v1/gate over a bank of hashes, without an instance (an instance has a gate of its own). Who asks needs a key; with\n"
            "--make-key one is made, shown once, and its hash added to the file. Keys, lists and bank are read again when they change.",
    .opts = (const Opt[]){
        { OPT_TEXT, "keys", "FILE", "the keys that may ask, as CSV; best in a folder of its own", .required = true },
        { OPT_TEXT, "bank", "DIR", "the bank's folder (keten bank make)" },
        { OPT_TEXT, "listen", "ADDRESS", "127.0.0.1:PORT, or unix:PATH", .otherwise = "127.0.0.1:8802" },
        { OPT_TEXT, "lists", "FILE", "what the owners of lists ask, as CSV: list,asks,say,contact; otherwise lists.csv in the bank's folder" },
        { OPT_TEXT, "make-key", "NAME", "makes a key for this name, adds its line to the file, prints the key, and ends" },
        { OPT_INT, "per-second", "N", "with --make-key: hashes a second", .min = 1, .max = 1000000, .otherwise = "1000" },
        { OPT_TEXT, "scopes", "WORDS", "with --make-key: gate, or \"gate national\" to be told of hashes of minors too", .otherwise = "gate" },
        { OPT_TEXT, "until", "DATE", "with --make-key: when it ends" },
        { OPT_END },
    },
    .run = run_gate,
};
