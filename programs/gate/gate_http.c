/* gate_http.c - see gate_http.h. */
#include "programs/gate/gate_http.h"

#include <microhttpd.h>
#include <poll.h>
#include <sys/socket.h>

enum { ANSWER_MAX = 8 << 20, ARENA_MAX = 16 << 20, CONNECTION_BYTES = 32 * 1024, TALKS_KEPT = 64, SWEEP_MS = 500 };

typedef struct Talk Talk;
typedef struct Caller {          /* a connection */
    struct Caller *next, *before;
    int fd;
    bool busy;                   /* between a request's head and the end of its answer */
    int64_t since_ms;
} Caller;
struct Talk {                    /* a request whose body is wanted */
    Talk *next;
    struct MHD_Connection *connection;
    Arena *a;
    Buf body, out;
    Str key;                     /* as presented; in a */
    bool stranger, not_json, national, receipt; /* stranger: without a key that is known; what it sends is thrown away as it comes, and answered at its end */
    GateAsk ask;
    size_t at;                   /* answered */
    Json j;
    bool lost;                   /* the bank broke meanwhile */
    bool waiting;                /* its connection rests while slices of it are answered */
};
struct GateHttp {
    Desk *desk;
    SysClock clock;
    struct MHD_Daemon *daemon;
    int epoll_fd;
    Caller *callers;
    size_t callers_n, busy_n;
    Talk *spare, *jobs, **jobs_end;
    size_t spare_n;
    int64_t swept_ms;
    bool stopping;
};

#define GATE_PATH "/api/v1/gate"
#define RECEIPT_PATH GATE_PATH "/receipt"
static int refused_mark; /* con_cls of a request that was answered from its head: an address, never written */

/* ---- answers ---- */

static enum MHD_Result send_bytes(struct MHD_Connection *c, unsigned status, Str bytes, const char *name, const char *value, bool last) {
    struct MHD_Response *r = MHD_create_response_from_buffer(bytes.n, (void *)(uintptr_t)bytes.p, MHD_RESPMEM_MUST_COPY);
    if (r == NULL) return MHD_NO;
    (void)MHD_add_response_header(r, "Content-Type", "application/json");
    (void)MHD_add_response_header(r, "Cache-Control", "no-store");
    if (name != NULL) (void)MHD_add_response_header(r, name, value);
    if (last) (void)MHD_add_response_header(r, "Connection", "close");
    enum MHD_Result done = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return done;
}

/* code: for programs; say: for people, what is wrong and what to do. */
static enum MHD_Result refuse(struct MHD_Connection *c, unsigned status, const char *code, Str say, const char *name, const char *value, bool last) {
    Buf b = buf_new(4096);
    Json j = json_to(&b, false);
    json_obj(&j);
    json_kv_str(&j, "error", str_c(code));
    json_kv_str(&j, "say", say);
    if (status == MHD_HTTP_CONTENT_TOO_LARGE) {
        json_kv_i64(&j, "hashes_max", GATE_HASHES_MAX);
        json_kv_i64(&j, "bytes_max", GATE_BODY_MAX);
    }
    json_end_obj(&j);
    buf_ch(&b, '\n');
    enum MHD_Result done = send_bytes(c, status, buf_str(&b), name, value, last);
    buf_free(&b);
    return done;
}

static enum MHD_Result out_of_order(const GateHttp *h, struct MHD_Connection *c, bool last) {
    return refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE, "bank", h->desk->broken, "Retry-After", "30", last);
}

static enum MHD_Result not_granted(struct MHD_Connection *c, GateGrant g, int64_t wait_s, bool last) {
    char wait[24];
    snprintf(wait, sizeof wait, "%lld", (long long)wait_s);
    if (g == GRANT_NONE) return refuse(c, MHD_HTTP_UNAUTHORIZED, "key", S("a key is needed, as Authorization: Bearer KEY; this is none that is known here"), "WWW-Authenticate", "Bearer", last);
    if (g == GRANT_ENDED) return refuse(c, MHD_HTTP_FORBIDDEN, "ended", S("this key has ended; ask who gave it for a new one"), NULL, NULL, last);
    if (g == GRANT_SCOPE) return refuse(c, MHD_HTTP_FORBIDDEN, "scope", S("this key may not ask the gate"), NULL, NULL, last);
    return refuse(c, MHD_HTTP_TOO_MANY_REQUESTS, "rate", S("this key has asked as many hashes as it may for now; Retry-After says for how many seconds"), "Retry-After", wait, last);
}

static enum MHD_Result ready(const GateHttp *h, struct MHD_Connection *c) {
    Buf b = buf_new(4096);
    Json j = json_to(&b, false);
    json_obj(&j);
    json_kv_bool(&j, "ready", h->desk->broken.n == 0);
    if (h->desk->broken.n > 0) json_kv_str(&j, "say", h->desk->broken);
    json_kv_i64(&j, "hashes_max", GATE_HASHES_MAX);
    json_kv_i64(&j, "bytes_max", GATE_BODY_MAX);
    json_end_obj(&j);
    buf_ch(&b, '\n');
    enum MHD_Result done = send_bytes(c, h->desk->broken.n == 0 ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, buf_str(&b), NULL, NULL, h->stopping);
    buf_free(&b);
    return done;
}

/* ---- requests ---- */

static Talk *talk_new(GateHttp *h, struct MHD_Connection *c) {
    Talk *t = h->spare;
    if (t != NULL) {
        h->spare = t->next;
        h->spare_n--;
    } else {
        t = calloc(1, sizeof *t);
        must(t != NULL);
        t->a = arena_new(ARENA_MAX);
        t->body = buf_new(GATE_BODY_MAX);
        t->out = buf_new(ANSWER_MAX);
    }
    t->connection = c;
    return t;
}

static void talk_free(GateHttp *h, Talk *t) {
    bool large = t->body.cap + t->out.cap > 1 << 20;
    arena_reset(t->a);
    if (h->spare_n < TALKS_KEPT && !large) {
        buf_clear(&t->body);
        buf_clear(&t->out);
        *t = (Talk){ .next = h->spare, .a = t->a, .body = t->body, .out = t->out };
        h->spare = t;
        h->spare_n++;
        return;
    }
    arena_free(t->a);
    buf_free(&t->body);
    buf_free(&t->out);
    free(t);
}

static Str header(struct MHD_Connection *c, const char *name) { return str_c(MHD_lookup_connection_value(c, MHD_HEADER_KIND, name)); }

static Str bearer(struct MHD_Connection *c) {
    Str h = header(c, "Authorization");
    return str_ieq(str_sub(h, 0, 7), S("bearer ")) ? str_trim(str_sub(h, 7, h.n)) : STR_NONE;
}

static bool is_json(Str type) {
    Str kind = type;
    (void)str_split(&type, ';', &kind);
    return str_ieq(str_trim(kind), S("application/json"));
}

/* What can be said from the head alone. True: it was, in *out. */
static bool judged_by_head(GateHttp *h, struct MHD_Connection *c, const char *path, const char *method, enum MHD_Result *out) {
    int64_t length = 0;
    bool post = strcmp(method, "POST") == 0, get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    Str said = header(c, "Content-Length");
    *out = MHD_NO;
    if (strcmp(path, GATE_PATH) != 0 && strcmp(path, RECEIPT_PATH) != 0) *out = refuse(c, MHD_HTTP_NOT_FOUND, "path", S("there is nothing here; questions go to POST /api/v1/gate"), NULL, NULL, true);
    else if (get) *out = ready(h, c);
    else if (!post) *out = refuse(c, MHD_HTTP_METHOD_NOT_ALLOWED, "method", S("questions are asked with POST"), "Allow", "GET, HEAD, POST", true);
    else if (!is_json(header(c, "Content-Type")) || header(c, "Content-Encoding").n > 0)
        *out = refuse(c, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "type", S(GATE_UNREAD), NULL, NULL, true);
    else if (said.n == 0) *out = refuse(c, MHD_HTTP_LENGTH_REQUIRED, "length", S("Content-Length is missing"), NULL, NULL, true);
    else if (str_i64(said, 0, INT64_MAX, &length) != OK || length > GATE_BODY_MAX)
        *out = refuse(c, MHD_HTTP_CONTENT_TOO_LARGE, "limit", S("too much at once: at most 1000 hashes in 524288 bytes; ask several times"), NULL, NULL, true);
    else return false;
    return true;
}

static void put_end(Talk *t, const Desk *d) {
    json_end_arr(&t->j);
    if (d->behind > 0) json_kv_i64(&t->j, "behind", d->behind); /* so many changes are not in this answer yet */
    json_end_obj(&t->j);
    buf_ch(&t->out, '\n');
}

/* Answers up to so many hashes of it. True: all are. */
static bool answer_some(GateHttp *h, Talk *t, size_t most) {
    UnixMs now = sys_now(&h->clock);
    for (size_t i = 0; i < most && t->at < t->ask.n; i++) gate_answer(&h->desk->gate, &t->ask.items[t->at++], t->ask.distance, t->national, now, &t->j);
    if (t->at < t->ask.n) return false;
    put_end(t, h->desk);
    return true;
}

static enum MHD_Result send_answer(GateHttp *h, Talk *t) {
    if (buf_err(&t->out) != OK) return refuse(t->connection, MHD_HTTP_CONTENT_TOO_LARGE, "limit", S("the answer is too long: ask for fewer hashes at once"), NULL, NULL, h->stopping);
    return send_bytes(t->connection, MHD_HTTP_OK, buf_str(&t->out), NULL, NULL, h->stopping);
}

/* A receipt counts as one hash, and needs no bank. */
static enum MHD_Result answer_receipt(GateHttp *h, Talk *t) {
    const char *why = NULL;
    int64_t wait_s = 0;
    UnixMs now = sys_now(&h->clock);
    GateGrant g = gate_key_use(gate_key_find(&h->desk->keys, t->key), GATE_MAY_ASK, 1, now, sys_mono_ms(), &wait_s);
    if (g != GRANT_YES) return not_granted(t->connection, g, wait_s, h->stopping);
    t->j = json_to(&t->out, false);
    if (gate_receipt(t->a, buf_str(&t->body), &h->desk->trust, &h->desk->revoked, now, &t->j, &why) != OK) return refuse(t->connection, MHD_HTTP_BAD_REQUEST, "form", str_c(why), NULL, NULL, h->stopping);
    buf_ch(&t->out, '\n');
    return send_answer(h, t);
}

static enum MHD_Result whole_body(GateHttp *h, Talk *t) {
    const char *why = NULL;
    int64_t wait_s = 0;
    if (t->waiting) return t->lost ? out_of_order(h, t->connection, h->stopping) : send_answer(h, t);
    if (t->stranger) return not_granted(t->connection, GRANT_NONE, 0, h->stopping);
    if (t->receipt && !t->not_json) return answer_receipt(h, t);
    if (t->not_json) return refuse(t->connection, MHD_HTTP_BAD_REQUEST, "form", S("this is no JSON object; what came was thrown away as it came"), NULL, NULL, true);
    Err e = gate_ask_read(t->a, buf_str(&t->body), &t->ask, &why);
    if (e == E_LIMIT) return refuse(t->connection, MHD_HTTP_CONTENT_TOO_LARGE, "limit", S("too much at once: at most 1000 hashes; ask several times"), NULL, NULL, h->stopping);
    if (e != OK) return refuse(t->connection, MHD_HTTP_BAD_REQUEST, "form", str_c(why), NULL, NULL, h->stopping);
    GateKey *key = gate_key_find(&h->desk->keys, t->key);
    GateGrant g = gate_key_use(key, GATE_MAY_ASK, t->ask.n, sys_now(&h->clock), sys_mono_ms(), &wait_s);
    if (g != GRANT_YES) return not_granted(t->connection, g, wait_s, h->stopping);
    t->national = (key->may & GATE_MAY_NATIONAL) != 0;
    desk_fresh(h->desk);
    if (h->desk->broken.n > 0) return out_of_order(h, t->connection, h->stopping);
    t->j = json_to(&t->out, false);
    json_obj(&t->j);
    json_key(&t->j, S("results"));
    json_arr(&t->j);
    if (t->ask.n <= GATE_SLICE) {
        (void)answer_some(h, t, t->ask.n);
        return send_answer(h, t);
    }
    t->waiting = true;
    t->next = NULL;
    *h->jobs_end = t;
    h->jobs_end = &t->next;
    MHD_suspend_connection(t->connection);
    return MHD_YES;
}

static Caller *caller_of(struct MHD_Connection *c) {
    const union MHD_ConnectionInfo *i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return i != NULL ? i->socket_context : NULL;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *path, const char *method, const char *version, const char *bytes, size_t *n, void **mine) {
    GateHttp *h = cls;
    Talk *t = *mine;
    (void)version;
    if (t == NULL) {
        enum MHD_Result done = MHD_NO;
        Caller *who = caller_of(c);
        if (who != NULL && !who->busy) {
            who->busy = true;
            h->busy_n++;
        }
        if (who != NULL) who->since_ms = sys_mono_ms();
        *mine = &refused_mark;
        if (judged_by_head(h, c, path, method, &done)) return done;
        t = talk_new(h, c);
        t->key = str_dup(t->a, bearer(c));
        t->stranger = gate_key_find(&h->desk->keys, t->key) == NULL;
        t->receipt = strcmp(path, RECEIPT_PATH) == 0;
        *mine = t;
        return MHD_YES;
    }
    if ((void *)t == &refused_mark) return MHD_NO;
    if (*n == 0) return whole_body(h, t);
    if (t->body.n == 0 && !t->not_json) { /* a picture that calls itself JSON is not kept */
        size_t blank = 0;
        while (blank < *n && (bytes[blank] == ' ' || bytes[blank] == '\n' || bytes[blank] == '\r' || bytes[blank] == '\t')) blank++;
        t->not_json = blank < *n && bytes[blank] != '{';
    }
    if (!t->not_json && !t->stranger) buf_put(&t->body, (Str){ bytes, *n });
    if (buf_err(&t->body) != OK) return MHD_NO; /* more than was announced */
    *n = 0;
    return MHD_YES;
}

static void on_completed(void *cls, struct MHD_Connection *c, void **mine, enum MHD_RequestTerminationCode how) {
    GateHttp *h = cls;
    Caller *who = caller_of(c);
    (void)how;
    if (*mine != NULL && *mine != &refused_mark) talk_free(h, *mine);
    *mine = NULL;
    if (who == NULL) return;
    if (who->busy) h->busy_n--;
    who->busy = false;
    who->since_ms = sys_mono_ms();
}

static void on_connection(void *cls, struct MHD_Connection *c, void **socket_context, enum MHD_ConnectionNotificationCode what) {
    GateHttp *h = cls;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
        Caller *who = calloc(1, sizeof *who);
        must(who != NULL && i != NULL);
        *who = (Caller){ .next = h->callers, .fd = i->connect_fd, .since_ms = sys_mono_ms() };
        if (h->callers != NULL) h->callers->before = who;
        h->callers = who;
        h->callers_n++;
        *socket_context = who;
        return;
    }
    Caller *who = *socket_context;
    if (who == NULL) return;
    if (who->busy) h->busy_n--;
    if (who->before != NULL) who->before->next = who->next;
    else h->callers = who->next;
    if (who->next != NULL) who->next->before = who->before;
    h->callers_n--;
    free(who);
    *socket_context = NULL;
}

/* Who takes too long over a request, or rests too long between two, makes room. A few bytes now and then do not prolong it. */
static void sweep(GateHttp *h, int64_t now) {
    bool crowded = h->callers_n > GATE_CONNECTIONS_MAX * 3 / 4;
    int64_t idle = h->stopping ? 0 : crowded ? GATE_CROWDED_IDLE_MS : GATE_IDLE_MS;
    h->swept_ms = now;
    for (Caller *c = h->callers; c != NULL; c = c->next)
        if (now - c->since_ms > (c->busy ? GATE_REQUEST_MS : idle)) (void)shutdown(c->fd, SHUT_RDWR); /* the library sees the end, and closes */
}

/* ---- the loop ---- */

/* One slice of the question that waits longest; then it goes to the end of the line. */
static void one_slice(GateHttp *h) {
    Talk *t = h->jobs;
    if (t == NULL) return;
    h->jobs = t->next;
    if (h->jobs == NULL) h->jobs_end = &h->jobs;
    t->next = NULL;
    t->lost = h->desk->gate.bank == NULL;
    if (!t->lost && !answer_some(h, t, GATE_SLICE)) {
        *h->jobs_end = t;
        h->jobs_end = &t->next;
        return;
    }
    MHD_resume_connection(t->connection);
}

void gate_http_round(GateHttp *h, int wait_ms) {
    MHD_UNSIGNED_LONG_LONG theirs = 0;
    int64_t now = sys_mono_ms();
    if (h->jobs != NULL || h->desk->behind > 0) wait_ms = 0;
    else if (MHD_get_timeout(h->daemon, &theirs) == MHD_YES && theirs < (MHD_UNSIGNED_LONG_LONG)wait_ms) wait_ms = (int)theirs;
    struct pollfd p = { .fd = h->epoll_fd, .events = POLLIN };
    if (wait_ms > 0) (void)poll(&p, 1, wait_ms);
    (void)MHD_run(h->daemon);
    one_slice(h);
    now = sys_mono_ms();
    desk_tick(h->desk, now);
    if (now - h->swept_ms > SWEEP_MS) sweep(h, now);
}

Err gate_http_open(Desk *d, int listen_fd, SysClock clock, GateHttp **out) {
    GateHttp *h = calloc(1, sizeof *h);
    must(h != NULL);
    *h = (GateHttp){ .desk = d, .clock = clock };
    h->jobs_end = &h->jobs;
    h->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO, 0, NULL, NULL, on_request, h,
        MHD_OPTION_LISTEN_SOCKET, listen_fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)GATE_CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)GATE_CONNECTIONS_ADDRESS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_NOTIFY_COMPLETED, on_completed, h, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_END);
    const union MHD_DaemonInfo *i = h->daemon != NULL ? MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    if (i == NULL) {
        if (h->daemon != NULL) MHD_stop_daemon(h->daemon);
        free(h);
        return E_OUTSIDE;
    }
    h->epoll_fd = i->epoll_fd;
    *out = h;
    return OK;
}

bool gate_http_drain(GateHttp *h) {
    if (!h->stopping) (void)MHD_quiesce_daemon(h->daemon);
    h->stopping = true;
    return h->busy_n == 0;
}

void gate_http_close(GateHttp *h) {
    for (Talk *t = h->jobs; t != NULL; t = t->next) MHD_resume_connection(t->connection);
    h->jobs = NULL;
    MHD_stop_daemon(h->daemon);
    for (Talk *t = h->spare, *next = NULL; t != NULL; t = next) {
        next = t->next;
        arena_free(t->a);
        buf_free(&t->body);
        buf_free(&t->out);
        free(t);
    }
    free(h);
}
