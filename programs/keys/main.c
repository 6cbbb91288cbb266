/* main.c - keten-keys: holds the keys, answers run/keys.sock. usage: keten-keys --data DIR (listening socket on descriptor 3)
 *
 * One process, one thread, many connections: every web worker has one, jobs has one. A connection first says who it is
 * ("web" or "jobs", checked against the kernel's word that it is a process of ours), then asks one question a frame.
 * Questions that stretch a password take a tenth of a second and 64 MiB each: they go last, at most two of them a round.
 */
#include "core/vault/keyring.h"
#include "programs/common/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum { CALLERS_MAX = 200, SLOW_A_ROUND = 2, CHUNK = 64 * 1024, WRITE_MS = 10000, GREETING_MAX = 16 };

typedef struct Caller {
    int fd;                     /* -1: free */
    int peer;                   /* 0: has not said yet */
    Buf in, out;
    size_t sent;
    int64_t stuck_ms;           /* since when an answer waits to be taken; 0: none waits */
} Caller;

typedef struct Keys {
    Program p;
    Keyring *ring;
    int listen_fd;
    Caller caller[CALLERS_MAX];
} Keys;

/* ---- start ---- */

static void random_fn(void *ctx, uint8_t *out, size_t n) {
    (void)ctx;
    randombytes_buf(out, n);
}

static Err read_secret(Keys *k, const char *name, uint8_t out[32]) {
    Arena *a = arena_new(1 << 20);
    Str bytes = STR_NONE;
    Err e = file_read(a, instance_path(a, &k->p.in, name), 64, &bytes);
    if (e == OK && bytes.n != 32) e = E_INPUT;
    if (e == OK) memcpy(out, bytes.p, 32);
    if (e != OK) log_line(LOG_FATAL, "event=start_failed err=%s why=\"%s is not there, not ours, or has not 32 bytes\"", err_name(e), name);
    arena_reset(a); /* wipes */
    arena_free(a);
    return e;
}

static Err open_ring(Keys *k) {
    uint8_t storage[32] = { 0 }, signing[32] = { 0 };
    Err e = read_secret(k, INSTANCE_STORAGE_KEY, storage);
    if (e == OK) e = read_secret(k, INSTANCE_SIGNING_KEY, signing);
    if (e == OK) k->ring = keyring_new(storage, signing, instance_log_origin(k->p.life, &k->p.in), (Rand){ random_fn, NULL }, k->p.in.demo);
    sodium_memzero(storage, sizeof storage);
    sodium_memzero(signing, sizeof signing);
    return e;
}

/* The key ring's own pages are locked anyway; all of memory is where the limit has room for password stretching too. */
static void lock_memory(void) {
    struct rlimit r = { 0 };
    bool room = getrlimit(RLIMIT_MEMLOCK, &r) == 0 && (r.rlim_cur == RLIM_INFINITY || r.rlim_cur >= (rlim_t)512 << 20);
    if (room && !SANITIZED_BUILD && mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) log_line(LOG_NOTE, "event=memory_not_locked");
}

/* ---- one connection ---- */

static void hang_up(Caller *c) {
    close(c->fd);
    buf_wipe(&c->in);
    buf_wipe(&c->out);
    *c = (Caller){ .fd = -1 };
}

static void welcome(Keys *k) {
    Peer peer = { 0 };
    int fd = -1;
    if (unix_accept(k->listen_fd, sys_mono_ms(), &fd, &peer) != OK) return;
    Caller *free_one = NULL;
    for (size_t i = 0; i < CALLERS_MAX && free_one == NULL; i++)
        if (k->caller[i].fd < 0) free_one = &k->caller[i];
    if (free_one == NULL || !program_peer_ok(&peer) || fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        log_line(LOG_WARN, "event=caller_refused full=%d uid=%d", free_one == NULL, (int)peer.uid);
        close(fd);
        return;
    }
    *free_one = (Caller){ .fd = fd, .in = buf_new((size_t)KEYRING_MAX + 4), .out = buf_new((size_t)KEYRING_MAX + 4) };
}

static bool frame_whole(const Caller *c, Str *out) {
    const uint8_t *h = (const uint8_t *)c->in.p;
    if (c->in.n < 4) return false;
    size_t n = (size_t)h[0] << 24 | (size_t)h[1] << 16 | (size_t)h[2] << 8 | h[3];
    if (c->in.n - 4 < n) return false;
    *out = (Str){ c->in.p + 4, n };
    return true;
}

/* False when the caller is gone or speaks nonsense. */
static bool listen_to(Caller *c) {
    char chunk[CHUNK];
    ssize_t n = read(c->fd, chunk, sizeof chunk);
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    buf_put(&c->in, str_bytes(chunk, (size_t)n));
    sodium_memzero(chunk, (size_t)n);
    const uint8_t *h = (const uint8_t *)c->in.p;
    size_t max = c->peer == 0 ? GREETING_MAX : KEYRING_MAX;
    bool fits = c->in.n < 4 || ((size_t)h[0] << 24 | (size_t)h[1] << 16 | (size_t)h[2] << 8 | h[3]) <= max;
    return n > 0 && fits && buf_err(&c->in) == OK;
}

/* Takes the frame off the front; what came behind it stays. */
static void taken(Caller *c, size_t n) {
    size_t left = c->in.n - n - 4;
    memmove(c->in.p, c->in.p + n + 4, left);
    sodium_memzero(c->in.p + left, n + 4);
    c->in.n = left;
}

static bool greet(Caller *c, Str name) {
    c->peer = str_eq(name, S("web")) ? PEER_WEB : str_eq(name, S("jobs")) ? PEER_JOBS : 0;
    return c->peer != 0;
}

static bool send_out(Caller *c) {
    while (c->sent < c->out.n) {
        ssize_t n = send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) {
            if (c->stuck_ms == 0) c->stuck_ms = sys_mono_ms();
            return sys_mono_ms() - c->stuck_ms < WRITE_MS;
        }
        if (n <= 0) return false;
        c->sent += (size_t)n;
        c->stuck_ms = 0;
    }
    sodium_memzero(c->out.p, c->out.n);
    if (c->out.cap > 1 << 20) { /* a large answer's memory is not kept */
        buf_wipe(&c->out);
        c->out = buf_new((size_t)KEYRING_MAX + 4);
    }
    buf_clear(&c->out);
    c->sent = 0;
    c->stuck_ms = 0;
    return true;
}

static bool answer(Keys *k, Caller *c, Str question) {
    Buf said = buf_new(KEYRING_MAX);
    keyring_answer(k->ring, c->peer, question, &said);
    buf_be(&c->out, said.n, 4);
    buf_put(&c->out, buf_str(&said));
    bool good = buf_err(&c->out) == OK;
    buf_wipe(&said);
    return good;
}

/* One question of this caller, when one is whole and its last answer is gone. False: hang up. */
static bool serve_one(Keys *k, Caller *c, bool slow, int *slow_left) {
    Str question = STR_NONE;
    if (c->out.n > 0 || !frame_whole(c, &question)) return true;
    bool is_slow = c->peer != 0 && keyring_is_slow(question);
    if (is_slow != slow || (slow && *slow_left == 0)) return true;
    if (is_slow) (*slow_left)--;
    bool good = c->peer == 0 ? greet(c, question) : answer(k, c, question);
    taken(c, question.n);
    if (c->in.n == 0 && c->in.cap > 1 << 20) {
        buf_wipe(&c->in);
        c->in = buf_new((size_t)KEYRING_MAX + 4);
    }
    return good && (c->out.n == 0 || send_out(c));
}

/* ---- the loop ---- */

static void one_round(Keys *k, int wait_ms) {
    struct pollfd fds[CALLERS_MAX + 1] = { { .fd = k->listen_fd, .events = POLLIN } };
    bool waiting = false;
    for (size_t i = 0; i < CALLERS_MAX; i++) {
        Caller *c = &k->caller[i];
        Str whole = STR_NONE;
        bool ready = c->fd >= 0 && c->out.n == 0 && frame_whole(c, &whole);
        waiting = waiting || ready;
        fds[i + 1] = (struct pollfd){ .fd = c->fd, .events = c->fd < 0 ? 0 : c->out.n > 0 ? POLLOUT : ready ? 0 : POLLIN };
    }
    if (poll(fds, CALLERS_MAX + 1, waiting ? 0 : wait_ms) < 0) return;
    for (size_t i = 0; i < CALLERS_MAX; i++) {
        Caller *c = &k->caller[i];
        bool good = true;
        if (c->fd < 0) continue;
        if (fds[i + 1].revents & (POLLIN | POLLHUP | POLLERR)) good = listen_to(c);
        if (good && c->out.n > 0) good = send_out(c);
        if (!good) hang_up(c);
    }
    int slow_left = SLOW_A_ROUND;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < CALLERS_MAX; i++)
            if (k->caller[i].fd >= 0 && !serve_one(k, &k->caller[i], pass == 1, &slow_left)) hang_up(&k->caller[i]);
    if (fds[0].revents & POLLIN) welcome(k);
}

static int run(Keys *k) {
    for (size_t i = 0; i < CALLERS_MAX; i++) k->caller[i].fd = -1;
    if (program_listen(&k->p, INSTANCE_KEYS_SOCKET, &k->listen_fd) != OK || open_ring(k) != OK) return 3;
    sys_rest(); /* before: what is locked stays */
    lock_memory();
    if (program_close(&k->p, SANDBOX_KEYS, NULL, 0, true) != OK) return 3;
    while (!program_stopping()) {
        keyring_tick(k->ring, sys_now(&k->p.in.clock));
        one_round(k, 1000);
    }
    for (size_t i = 0; i < CALLERS_MAX; i++)
        if (k->caller[i].fd >= 0) hang_up(&k->caller[i]);
    log_line(LOG_INFO, "event=stop");
    return 0;
}

int main(int argc, char **argv) {
    Keys keys = { 0 };
    int code = 0;
    if (!program_begin(&keys.p, "keys", argc, argv, &code)) return code;
    code = run(&keys);
    keyring_free(keys.ring);
    _exit(code); /* a leak check at exit would do what the sandbox forbids */
}
