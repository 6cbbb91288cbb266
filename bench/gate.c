/* gate.c - the gate over HTTP on this machine, load generator and all: single look-ups a second, hashes a second in batches, and how long an answer
 * takes, over a bank of so many hashes, against a floor in the same run: the same HTTP library giving a constant answer to the same requests.
 * Half the questions are 0 to 31 bits from an entry, a quarter are hard ones, a quarter are of none; every answer is looked at.
 * usage: bench_gate KETEN_GATE [HASHES] [MILLISECONDS] [FOLDER] (FOLDER: where the bank is kept for the next time) */
#include "bench/bench.h"
#include "bench/gate_load.h"
#include "core/fingerprint/testhash.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "programs/bank/bank_in.h"

#include <microhttpd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { QUESTIONS = 1 << 14, BATCH = 500, CALLERS = 32, BATCH_CALLERS = 4, LINES_AT_ONCE = 8192 };
static const char secret[] = "bench-key";
static uint64_t same_seed(uint64_t i) { return i; }

/* ---- the bank: written as bank_add would, without asking for each whether it is there ---- */

typedef struct Writer { FILE *f; uint64_t sum, n; } Writer;
static void put(Writer *w, const BankLine *l) {
    uint8_t bytes[LINE_BYTES];
    line_put(l, w->sum, bytes);
    w->sum = line_sum(bytes);
    must(fwrite(bytes, 1, sizeof bytes, w->f) == sizeof bytes);
    w->n++;
}

/* All are entries of one list; those that the questions are about are in force (the others cost a look-up as much, and nothing to say). */
static void make_bank(const char *dir, uint64_t hashes) {
    Arena *a = arena_new(64 << 20);
    uint8_t head[LINE_BYTES];
    Writer w = { .f = NULL };
    must(bank_make(dir) == OK);
    w.f = fopen(path_join(a, dir, "record").p, "r+b");
    must(w.f != NULL && fseek(w.f, LINE_BYTES, SEEK_SET) == 0);
    for (uint64_t i = 0; i < hashes; i++) {
        Pdq h = hash_make(i);
        BankLine l = { .kind = BANK_ADD, .signal = SIGNAL_PDQ, .lane = LANE_ADULT, .quality = 100, .entry = (uint32_t)(i + 1), .at = 1772442000000, .source = "list" };
        bank_bytes(&h, l.hash);
        put(&w, &l);
    }
    for (uint64_t i = 0; i < QUESTIONS; i++) {
        uint64_t planted = 0;
        (void)hash_question(i, hashes, same_seed, &planted);
        if (planted > 0) put(&w, &(BankLine){ .kind = BANK_CONFIRM, .entry = (uint32_t)planted, .at = 1772442000000, .source = "bench" });
    }
    head_put(w.n, head);
    must(fseek(w.f, 0, SEEK_SET) == 0 && fwrite(head, 1, sizeof head, w.f) == sizeof head && fclose(w.f) == 0);
    arena_free(a);
}

static void open_once(const char *dir) {
    Arena *a = arena_new(64 << 20);
    Bank *b = NULL;
    Str why = STR_NONE;
    double began = bench_now();
    must(bank_open(a, dir, true, &b, &why) == OK);
    printf("a bank of %u lines opened for writing in %.2f s\n", bank_lines(b), bench_now() - began);
    bank_close(b);
    arena_free(a);
}

/* ---- the floor: the same library, a constant answer ---- */

static const char constant[] = "{\"results\":[{\"known\":false}]}\n";
static enum MHD_Result say_constant(void *cls, struct MHD_Connection *c, const char *path, const char *method, const char *version, const char *bytes, size_t *n, void **mine) {
    (void)cls, (void)path, (void)method, (void)version, (void)bytes;
    if (*mine == NULL) return *mine = (void *)(uintptr_t)constant, MHD_YES;
    if (*n > 0) return *n = 0, MHD_YES;
    struct MHD_Response *r = MHD_create_response_from_buffer(sizeof constant - 1, (void *)(uintptr_t)constant, MHD_RESPMEM_MUST_COPY);
    (void)MHD_add_response_header(r, "Content-Type", "application/json");
    (void)MHD_add_response_header(r, "Cache-Control", "no-store");
    enum MHD_Result done = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return done;
}

static pid_t start_floor(int fd) {
    pid_t pid = fork();
    must(pid >= 0);
    if (pid > 0) return pid;
    struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO, 0, NULL, NULL, say_constant, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_END);
    must(d != NULL);
    while (getppid() != 1) (void)MHD_run_wait(d, 100);
    _exit(0);
}

/* ---- questions as requests ---- */

static void request(Buf *b, const char *body, size_t n) {
    buf_printf(b, "POST /api/v1/gate HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", secret, n);
    buf_put(b, (Str){ body, n });
}

static LoadQuestion *questions(Arena *a, uint64_t hashes, size_t each, size_t *out_n) {
    size_t n = QUESTIONS / each;
    LoadQuestion *q = ARENA_ARRAY(a, LoadQuestion, n);
    Buf body = buf_new(1 << 20), whole = buf_new(1 << 20);
    for (size_t i = 0; i < n; i++) {
        q[i].expect = ARENA_ARRAY(a, Str, each);
        q[i].n = each;
        buf_clear(&body);
        buf_clear(&whole);
        if (each > 1) buf_z(&body, "{\"hashes\":[");
        for (size_t k = 0; k < each; k++) {
            uint64_t planted = 0;
            uint8_t bytes[32];
            Pdq h = hash_question(i * each + k, hashes, same_seed, &planted);
            bank_bytes(&h, bytes);
            buf_printf(&body, "%s{\"type\":\"pdq\",\"hash\":\"" STR_FMT "\"}", k > 0 ? "," : "", STR_ARG(hex_enc(a, str_bytes(bytes, sizeof bytes))));
            q[i].expect[k] = planted > 0 ? str_fmt(a, "\"entry\":%llu,\"distance\"", (unsigned long long)planted) : STR_NONE;
        }
        if (each > 1) buf_z(&body, "]}");
        request(&whole, body.p, body.n);
        q[i].request = str_dup(a, buf_str(&whole));
    }
    must(buf_err(&body) == OK && buf_err(&whole) == OK);
    buf_free(&body);
    buf_free(&whole);
    *out_n = n;
    return q;
}

/* ---- the gate ---- */

static pid_t start_gate(Arena *a, const char *program, const char *dir, int fd) {
    uint8_t digest[32];
    pid_t pid = 0;
    seal_sha256(S("bench-key"), digest);
    const char *folder = path_join(a, dir, "keys").p, *keys = path_join(a, folder, "keys.csv").p;
    must(dir_make(folder, 0700) == OK);
    must(file_write(keys, str_fmt(a, "name,key_sha256,per_second,scopes,until\r\nbench," STR_FMT ",1000000,,\r\n", STR_ARG(hex_enc(a, str_bytes(digest, 32)))), 0600) == OK);
    const char *argv[] = { "keten-gate", "--bank", dir, "--keys", keys, NULL };
    must(sys_spawn(&(Spawn){ .path = program, .argv = argv, .fds = (SpawnFd[]){ { fd, 3 } }, .fds_n = 1 }, &pid) == OK);
    return pid;
}

static void wait_ready(uint16_t port, const LoadQuestion *q) {
    for (int i = 0; i < 3000; i++) {
        LoadFigures f = load_run(port, q, 1, 1, 0.001, true);
        if (f.answers > 0 && f.bad == 0) return;
        sys_sleep_ms(20);
    }
    must(!"the gate did not become ready");
}

/* What a process was given of the processors so far: on a machine that others use too, rates say little, this says the cost. */
static double cpu_of(pid_t pid) {
    clockid_t clock = 0;
    struct timespec t = { 0 };
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static LoadFigures measured(const char *what, pid_t pid, size_t each, uint16_t port, const LoadQuestion *q, size_t n, size_t callers, double seconds, bool check) {
    LoadFigures best = { .rate = 0 };
    double server = cpu_of(pid), mine = bench_cpu();
    int64_t all = 0;
    for (int turn = 0; turn < 3; turn++) {
        LoadFigures f = load_run(port, q, n, callers, seconds, check);
        f.bad += best.bad;
        all += f.answers;
        if (f.rate > best.rate) best = f;
        else best.bad = f.bad;
    }
    server = (cpu_of(pid) - server) / (double)all / (double)each * 1e6;
    mine = (bench_cpu() - mine) / (double)all / (double)each * 1e6;
    printf("  %s: %.0f a second over %zu connections; p50 %.2f ms, p99 %.2f ms, longest %.1f ms; of processor time %.1f us each, the load generator %.1f us\n", what, best.rate * (double)each, callers,
           best.p50 * 1e3, best.p99 * 1e3, best.longest * 1e3, server, mine);
    return best;
}

int main(int argc, char **argv) {
    must(argc > 1);
    Arena *a = arena_new((size_t)1 << 30);
    uint64_t hashes = argc > 2 ? (uint64_t)number(argv[2]) : 10000000;
    double seconds = (argc > 3 ? number(argv[3]) : 2000) / 1000.0;
    char made[] = "/tmp/keten-bench-XXXXXX";
    bool keep = argc > 4;
    const char *top = keep ? argv[4] : mkdtemp(made), *dir = path_join(a, top, "bank").p;
    uint16_t floor_port = 0, gate_port = 0;
    int floor_fd = -1, gate_fd = -1, status = 0;
    size_t n = 0, batches = 0;
    sys_start();
    must(top != NULL && loopback_listen(0, &floor_fd, &floor_port) == OK && loopback_listen(0, &gate_fd, &gate_port) == OK);
    if (!file_exists(path_join(a, dir, "index").p)) make_bank(dir, hashes);
    open_once(dir);
    LoadQuestion *single = questions(a, hashes, 1, &n), *batch = questions(a, hashes, BATCH, &batches);
    pid_t floor_pid = start_floor(floor_fd), gate_pid = start_gate(a, argv[1], dir, gate_fd);
    wait_ready(gate_port, single);
    printf("%llu hashes, two processes (gate, load generator) on %ld cores:\n", (unsigned long long)hashes, sysconf(_SC_NPROCESSORS_ONLN));
    LoadFigures floor = measured("floor, a constant answer", floor_pid, 1, floor_port, single, n, CALLERS, seconds, false);
    LoadFigures one = measured("gate, one hash a question (goals 20000, p99 10 ms)", gate_pid, 1, gate_port, single, n, CALLERS, seconds, true);
    LoadFigures many = measured("gate, hashes in questions of 500 (goal 60000)", gate_pid, BATCH, gate_port, batch, batches, BATCH_CALLERS, seconds, true);
    printf("  single questions at %.2f of the floor; answers that were wrong: %lld of %lld (goal 0: recall 1.0, nothing false)\n", one.rate / floor.rate,
           (long long)(one.bad + many.bad), (long long)(one.answers + many.answers * BATCH));
    LoadFigures both = load_mixed(gate_port, single, n, CALLERS / 2, batch, batches, 2, seconds);
    printf("  both at once: %.0f single a second, p99 %.2f ms, beside %.0f hashes a second in batches\n", both.rate, both.p99 * 1e3, both.other_rate * BATCH);
    kill(floor_pid, SIGKILL);
    kill(gate_pid, SIGTERM);
    must(waitpid(gate_pid, &status, 0) == gate_pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    if (!keep) {
        static const char *const files[] = { "bank/record", "bank/index", "bank/counts", "bank/keys/keys.csv" };
        for (size_t i = 0; i < LEN(files); i++) (void)unlink(path_join(a, top, files[i]).p);
        (void)rmdir(path_join(a, top, "bank/keys").p);
        (void)rmdir(dir);
        (void)rmdir(top);
    }
    arena_free(a);
    return 0;
}
