/* The key holder as a process: who may ask what, what is no question, and that one caller cannot hold up the others.
 * Use: keys_test KETEN-KEYS */
#include "core/vault/keyring.h"
#include "core/vault/vault.h"
#include "foundation/base/tap.h"
#include "foundation/base/wire.h"
#include "foundation/sys/sys.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

typedef struct World { Arena *a; char dir[64]; const char *path, *socket; pid_t pid; } World;

static int call(World *w, const char *name) {
    int fd = -1;
    must(unix_connect(w->socket, sys_mono_ms() + 5000, &fd) == OK);
    if (name != NULL) must(frame_send(fd, str_c(name), sys_mono_ms() + 5000) == OK);
    return fd;
}

/* First byte of the answer; -1: the connection was closed, or nothing came. */
static int answer(int fd) {
    Buf b = buf_new(KEYRING_MAX);
    Err e = frame_recv(fd, KEYRING_MAX, sys_mono_ms() + 10000, &b);
    int first = e == OK && b.n > 0 ? (uint8_t)b.p[0] : -1;
    buf_free(&b);
    return first;
}
static int ask(int fd, const void *bytes, size_t n) { return frame_send(fd, str_bytes(bytes, n), sys_mono_ms() + 5000) == OK ? answer(fd) : -1; }
static int ask_public(int fd) { return ask(fd, &(uint8_t){ OP_PUBLIC }, 1); }

static Str enrol(World *w) {
    Buf b = buf_new(1024);
    put_u8(&b, OP_USER_ENROL);
    put_str(&b, S("a long enough sentence"));
    Str s = str_dup(w->a, buf_str(&b));
    buf_free(&b);
    return s;
}

static void who(World *w) {
    int web = call(w, "web"), jobs = call(w, "jobs"), odd = call(w, "root"), silent = call(w, NULL);
    Str e = enrol(w);
    check(ask_public(web) == OK && ask_public(jobs) == OK, "web and jobs are answered");
    check(ask_public(odd) == -1, "whoever else says who they are is hung up on");
    check(ask(jobs, e.p, e.n) == E_DENIED && ask(web, e.p, e.n) == OK, "jobs may not do what is for people; web may");
    uint8_t first[] = { OP_PUBLIC };
    check(ask(silent, first, 1) == -1, "a question before the name is no name");
    close(web);
    close(jobs);
    close(odd);
    close(silent);
}

static void nonsense(World *w) {
    int fd = call(w, "web");
    static const uint8_t unknown[] = { 200 }, zero[] = { 0 }, cut[] = { OP_OPEN, 0, 0, 0, 200, 1 }, many[] = { OP_STORE_KEYS, 0xFF, 0xFF, 0xFF, 0xFF };
    check(ask(fd, unknown, 1) == E_INPUT && ask(fd, zero, 1) == E_INPUT && ask(fd, "", 0) == E_INPUT, "what is no question is answered as such");
    check(ask(fd, cut, sizeof cut) == E_INPUT && ask(fd, many, sizeof many) == E_INPUT, "so is one cut short, or one that promises more than it brings");
    check(ask_public(fd) == OK, "and the connection lives on");
    close(fd);
    fd = call(w, "web");
    uint8_t head[4] = { 0xFF, 0xFF, 0xFF, 0xFF };
    must(fd_write_all(fd, str_bytes(head, 4), sys_mono_ms() + 1000) == OK);
    check(answer(fd) == -1, "a frame larger than any question ends it");
    close(fd);
    fd = call(w, NULL);
    uint8_t large[4] = { 0, 1, 0, 0 };
    must(fd_write_all(fd, str_bytes(large, 4), sys_mono_ms() + 1000) == OK);
    check(answer(fd) == -1, "so does a name as long as a book");
    close(fd);
}

static void patience(World *w) {
    int stalled = call(w, "web"), deaf = call(w, "web"), busy[8], quick = call(w, "jobs");
    uint8_t half[] = { 0, 0, 1, 0, OP_OPEN };
    Buf b = buf_new(8 << 20);
    must(fd_write_all(stalled, str_bytes(half, sizeof half), sys_mono_ms() + 1000) == OK);
    put_u8(&b, OP_BLIND); /* an answer of four megabytes that nobody reads */
    put_str(&b, S("x"));
    put_u32(&b, 250000);
    for (int i = 0; i < 250000; i++) put_str(&b, S("abc"));
    must(frame_send(deaf, buf_str(&b), sys_mono_ms() + 5000) == OK);
    buf_free(&b);
    check(ask_public(quick) == OK, "one caller who stops in the middle and one who does not listen hold up nobody");
    Str e = enrol(w);
    for (size_t i = 0; i < LEN(busy); i++) {
        busy[i] = call(w, "web");
        must(frame_send(busy[i], e, sys_mono_ms() + 5000) == OK);
    }
    int64_t began = sys_mono_ms();
    bool good = true;
    for (int i = 0; i < 3; i++) good = good && ask_public(quick) == OK;
    int64_t quick_ms = sys_mono_ms() - began;
    for (size_t i = 0; i < LEN(busy); i++) {
        good = good && answer(busy[i]) == OK;
        close(busy[i]);
    }
    int64_t all_ms = sys_mono_ms() - began;
    check(good && quick_ms <= all_ms, "eight passwords at once: short questions come between (%lld of %lld ms)", (long long)quick_ms, (long long)all_ms);
    close(stalled);
    close(deaf);
    close(quick);
}

static void idle(World *w) {
    VaultSession s = { .worker = true };
    Vault *v = NULL;
    Db *db = NULL;
    Str pub = STR_NONE;
    const char *path = str_fmt(w->a, "%s/keys.db", w->dir).p;
    Id user = { { 7 } };
    UnixMs now = sys_now(NULL);
    must(db_open(path, DB_CREATE, &db, NULL) == OK && db_migrate(db, keys_migrations, NULL, NULL) == OK);
    must(vault_connect(w->socket, db, "web", &v) == OK && vault_user_enrol(v, w->a, user, S("a long enough sentence"), now, &pub) == OK);
    check(vault_login(v, w->a, user, pub, S("another sentence"), NULL, 0, now, &s) == E_DENIED, "a wrong password unlocks nothing");
    must(vault_login(v, w->a, user, pub, S("a long enough sentence"), NULL, 0, now, &s) == OK);
    check(vault_repassword(v, w->a, &s, user, S("a newer sentence"), now) == OK, "the right one does");
    must(sys_clock_move(w->dir, 16 * 60000) == OK);
    sys_sleep_ms(1500); /* the holder looks at the clock once a second */
    check(vault_repassword(v, w->a, &s, user, S("a third sentence"), now) == E_DENIED, "a quarter of an hour without a question, and the keys are locked again, though nobody asked anything");
    vault_close(v);
    db_close(db);
}

int main(int argc, char **argv) {
    World w = { .a = arena_new(64 << 20), .dir = "/tmp/keten-keys-XXXXXX" };
    must(argc == 2);
    sys_start();
    must(mkdtemp(w.dir) != NULL);
    if (geteuid() == 0) must(chown(w.dir, 65534, 65534) == 0 && sys_become_owner(w.dir) == OK); /* nothing here runs as root */
    must(vault_make_keys(w.dir) == OK && sys_clock_make(w.dir) == OK && file_write(str_fmt(w.a, "%s/keten.conf", w.dir).p, S("[web]\n"), 0600) == OK);
    const char *args[] = { "keten-keys", "--data", w.dir, NULL };
    w.socket = str_fmt(w.a, "%s/run/keys.sock", w.dir).p;
    must(sys_spawn(&(Spawn){ .path = argv[1], .argv = args }, &w.pid) == OK);
    int fd = -1;
    for (int i = 0; i < 400 && unix_connect(w.socket, sys_mono_ms(), &fd) != OK; i++) sys_sleep_ms(25);
    must(fd >= 0);
    close(fd);
    who(&w);
    nonsense(&w);
    patience(&w);
    idle(&w);
    int status = 0;
    kill(w.pid, SIGTERM);
    must(waitpid(w.pid, &status, 0) == w.pid);
    check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "it stops in order");
    const char *rm[] = { "rm", "-r", w.dir, NULL };
    pid_t pid = 0;
    if (sys_spawn(&(Spawn){ .path = "/bin/rm", .argv = rm }, &pid) == OK) (void)waitpid(pid, NULL, 0);
    arena_free(w.a);
    return tap_end();
}
