/* browse.c - the asking side of the capture process, and its wire. */
#include "foundation/sandbox/browse.h"
#include "foundation/base/wire.h"
#include "foundation/sys/sys.h"

#include <poll.h>
#include <sys/socket.h>

enum { SEND_MS = 5000, GRACE_S = 25 /* to stop, to write, to hand over */, READ_MS = 60000 };
static const char *const mode_names[] = { [BROWSE_INVALID] = "", [BROWSE_TEXT] = "text", [BROWSE_HASH] = "hash", [BROWSE_BLUR] = "blur", [BROWSE_FULL] = "full" };

const char *browse_mode_name(BrowseMode m) {
    must(m > BROWSE_INVALID && (size_t)m < LEN(mode_names));
    return mode_names[m];
}

BrowseMode browse_mode(Str name) {
    for (size_t i = BROWSE_TEXT; i < LEN(mode_names); i++)
        if (str_eq(name, str_c(mode_names[i]))) return (BrowseMode)i;
    return BROWSE_INVALID;
}

void browse_put_ask(Buf *b, const BrowseAsk *k) {
    put_id(b, k->id);
    put_str(b, k->url);
    put_u8(b, (uint8_t)k->mode);
    put_str(b, k->seal_to);
    put_str(b, k->organisation);
    put_str(b, k->tool);
    put_i64(b, k->at);
    put_u32(b, (uint32_t)k->seconds_max);
    put_u32(b, (uint32_t)k->requests_max);
    put_i64(b, k->bytes_max);
}

static bool line_ok(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f) return false;
    return str_utf8_ok(s);
}

Err browse_read_ask(Str frame, BrowseAsk *out) {
    Wire w = { .rest = frame };
    BrowseAsk k = { .id = wire_id(&w), .url = wire_str(&w) };
    uint8_t mode = wire_u8(&w);
    k.seal_to = wire_str(&w);
    k.organisation = wire_str(&w);
    k.tool = wire_str(&w);
    k.at = wire_i64(&w);
    uint32_t seconds = wire_u32(&w), requests = wire_u32(&w);
    k.bytes_max = wire_i64(&w);
    if (w.bad || w.rest.n > 0 || mode < BROWSE_TEXT || mode > BROWSE_FULL || seconds < 1 || seconds > BROWSE_SECONDS_MAX || requests < 1 || requests > 5000 || k.bytes_max < 1 || k.url.n == 0 || !when_ok(k.at)) return E_INPUT;
    if (!line_ok(k.url) || !line_ok(k.seal_to) || !line_ok(k.organisation) || !line_ok(k.tool)) return E_INPUT;
    k.mode = (BrowseMode)mode;
    k.seconds_max = (int)seconds;
    k.requests_max = (int)requests;
    *out = k;
    return OK;
}

void browse_put_said(Buf *b, const BrowseSaid *s) {
    put_str(b, s->error);
    put_u32(b, (uint32_t)s->status);
    put_u32(b, (uint32_t)s->hops);
    put_str(b, s->type);
    put_str(b, s->body);
    put_u8(b, s->hashed);
    buf_put(b, str_bytes(s->sha256, 32));
    put_i64(b, s->length);
    put_i64(b, s->began);
    put_i64(b, s->requests);
    put_i64(b, s->left_out);
    put_str(b, s->browser);
    put_str(b, s->clock);
    put_str(b, s->ended);
    put_str(b, s->title);
    put_str(b, s->text);
    put_str(b, s->form);
    put_str(b, s->file);
    put_str(b, s->shot);
}

Err browse_read_said(Str frame, BrowseSaid *out) {
    Wire w = { .rest = frame };
    BrowseSaid s = { .error = wire_str(&w), .status = (int)(wire_u32(&w) & 0xfff), .hops = (int)(wire_u32(&w) & 0xff), .type = wire_str(&w), .body = wire_str(&w), .hashed = wire_u8(&w) != 0 };
    Str sha = wire_raw(&w, 32);
    if (sha.n == 32) memcpy(s.sha256, sha.p, 32);
    s.length = wire_i64(&w);
    s.began = wire_i64(&w);
    s.requests = wire_i64(&w);
    s.left_out = wire_i64(&w);
    s.browser = wire_str(&w);
    s.clock = wire_str(&w);
    s.ended = wire_str(&w);
    s.title = wire_str(&w);
    s.text = wire_str(&w);
    s.form = wire_str(&w);
    s.file = wire_str(&w);
    s.shot = wire_str(&w);
    if (w.bad || w.rest.n > 0 || s.length < 0 || s.requests < 0 || s.left_out < 0 || s.requests > 100000 || s.left_out > 100000 || (s.began != 0 && !when_ok(s.began))) return E_OUTSIDE;
    if (!str_utf8_ok(s.title) || !str_utf8_ok(s.text) || (s.error.n == 0 && s.file.n == 0)) return E_OUTSIDE;
    *out = s;
    return OK;
}

Err browse_open(const char *socket_path, int *out_fd) { return unix_connect(socket_path, sys_mono_ms() + SEND_MS, out_fd) == OK ? OK : E_OUTSIDE; }

Err browse_run(int fd, Arena *a, const BrowseAsk *ask, bool (*wanted)(void *), void *ctx, BrowseSaid *out) {
    Buf b = buf_new(BROWSE_ANSWER_MAX);
    browse_put_ask(&b, ask);
    Err e = b.n > BROWSE_ASK_MAX ? E_LIMIT : frame_send(fd, buf_str(&b), sys_mono_ms() + SEND_MS);
    int64_t until = sys_mono_ms() + (ask->seconds_max + GRACE_S) * 1000LL;
    buf_clear(&b);
    for (bool there = false; e == OK && !there;) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        there = poll(&p, 1, 1000) > 0;
        if (!there && wanted != NULL && !wanted(ctx)) e = E_MISSING;
        else if (!there && sys_mono_ms() > until) e = E_OUTSIDE;
    }
    if (e == OK && frame_recv(fd, BROWSE_ANSWER_MAX, sys_mono_ms() + READ_MS, &b) != OK) e = E_OUTSIDE;
    close(fd);
    if (e == OK) e = browse_read_said(str_dup(a, buf_str(&b)), out);
    buf_wipe(&b);
    return e;
}

Err browse_alone(const char *program, const char *const *env, int *out_fd, pid_t *out_pid) {
    int pair[2];
    const char *argv[] = { "keten-capture", "--alone", NULL };
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return E_OUTSIDE;
    SpawnFd fds[] = { { pair[1], 3 } };
    Err e = sys_spawn(&(Spawn){ .path = program, .argv = argv, .env = env, .fds = fds, .fds_n = LEN(fds) }, out_pid);
    close(pair[1]);
    if (e == OK) *out_fd = pair[0];
    else close(pair[0]);
    return e;
}
