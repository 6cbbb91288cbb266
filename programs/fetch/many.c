/* many.c - many pages at once for one caller, in one thread: curl's multi interface for the requests, c-ares for the names. One slow host
 * holds its own questions only. How many go to one host at a time is the caller's to decide: it knows what it asks for. */
#include "programs/fetch/fetch.h"

#include <errno.h>
#include <poll.h>

enum { ARENA_MAX = 256 << 20, ANSWER_MS = 30000, TURN_MS = 1000, STALE_MS = 5000, DNS_MS = 3000, DNS_TRIES = 2 };

typedef struct Many Many;
typedef struct One {
    Many *m;
    uint32_t id;
    bool used;
    Arena *a;
    NetAsk ask;
    Get get;
    Lookup look;
} One;
struct Many { Fetch *f; CURLM *curl; int fd; size_t n; bool broken; One one[NET_MANY_MAX]; };

/* ---- names ---- */

/* ldns has read which servers there are; c-ares asks the same. */
Err many_open(Fetch *f, Str *out_why) {
    Buf servers = buf_new(4096);
    size_t n = ldns_resolver_nameserver_count(f->resolver);
    ldns_rdf **at = ldns_resolver_nameservers(f->resolver);
    char lookups[] = "b";
    struct ares_options o = { .timeout = DNS_MS, .tries = DNS_TRIES, .ndots = 1, .lookups = lookups };
    for (size_t i = 0; i < n; i++) {
        char *z = ldns_rdf2str(at[i]);
        bool v6 = z != NULL && strchr(z, ':') != NULL;
        if (z != NULL) buf_printf(&servers, "%s%s%s%s:%u", servers.n > 0 ? "," : "", v6 ? "[" : "", z, v6 ? "]" : "", ldns_resolver_port(f->resolver));
        LDNS_FREE(z);
    }
    buf_ch(&servers, 0);
    bool good = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS && ares_init_options(&f->ares, &o, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS | ARES_OPT_LOOKUPS) == ARES_SUCCESS &&
        buf_err(&servers) == OK && ares_set_servers_ports_csv(f->ares, servers.p) == ARES_SUCCESS;
    buf_free(&servers);
    if (!good) *out_why = S("the name servers of this machine cannot be used");
    return good ? OK : E_OUTSIDE;
}

static void step(One *o);

static void named(One *o, Resolved *r) {
    if (!get_named(&o->get, r)) return;
    curl_easy_setopt(o->get.hop.curl, CURLOPT_PRIVATE, o);
    must(curl_multi_add_handle(o->m->curl, o->get.hop.curl) == CURLM_OK);
}

static void on_name(void *ctx, int status, int timeouts, unsigned char *packet, int n) {
    One *o = ctx;
    Resolved r;
    (void)timeouts;
    if (status == ARES_EDESTRUCTION) return;
    bool said = packet != NULL && n > 0 && (status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND);
    if (said || (status != ARES_ENODATA && status != ARES_ENOTFOUND)) lookup_answer(&o->look, said ? packet : NULL, said ? (size_t)n : 0);
    if (--o->look.waiting > 0) return;
    lookup_end(&o->look, &r);
    named(o, &r);
    step(o);
}

static void ask_type(One *o, bool v6) {
    size_t n = 0;
    uint8_t *question = o->ask.signatures ? lookup_question(&o->look, v6, &n) : NULL;
    if (question != NULL && n <= 4096) ares_send(o->m->f->ares, question, (int)n, on_name, o);
    else ares_query(o->m->f->ares, o->look.name, LDNS_RR_CLASS_IN, v6 ? LDNS_RR_TYPE_AAAA : LDNS_RR_TYPE_A, on_name, o);
    free(question);
}

static void ask_name(One *o) {
    Resolved r;
    if (lookup_begin(&o->get.f, o->get.target.host, &o->look, &r)) {
        named(o, &r);
        return;
    }
    o->look.waiting = 3; /* one of them ours, so that no answer that comes at once ends it */
    ask_type(o, false);
    ask_type(o, true);
    if (--o->look.waiting > 0) return;
    lookup_end(&o->look, &r);
    named(o, &r);
}

/* ---- one question ---- */

static void finish(One *o) {
    Buf out = buf_new(NET_ANSWER_MAX);
    put_u32(&out, o->id);
    net_put_got(&out, &o->get.got);
    if (buf_err(&out) != OK || frame_send(o->m->fd, buf_str(&out), sys_mono_ms() + ANSWER_MS) != OK) o->m->broken = true;
    fetch_count(o->m->f, &o->get.got);
    buf_free(&out);
    arena_free(o->a);
    o->used = false;
    o->m->n--;
}

/* Goes on until it waits for a name or for an answer, or is over. */
static void step(One *o) {
    for (int hop = 0; hop <= NET_HOPS_MAX; hop++) {
        if (o->get.state == GET_OVER) {
            finish(o);
            return;
        }
        if (o->get.state == GET_ASKED || o->look.waiting > 0) return;
        ask_name(o);
    }
}

static bool take(Many *m) {
    Buf q = buf_new(NET_ASK_MAX);
    size_t at = 0;
    bool good = frame_recv(m->fd, NET_ASK_MAX, sys_mono_ms() + ANSWER_MS, &q) == OK;
    while (good && at < NET_MANY_MAX && m->one[at].used) at++;
    good = good && at < NET_MANY_MAX;
    if (good) {
        One *o = &m->one[at];
        *o = (One){ .m = m, .a = arena_new(ARENA_MAX) };
        Wire w = { .rest = str_dup(o->a, buf_str(&q)) };
        o->id = wire_u32(&w);
        good = !w.bad && net_read_ask(o->a, &w, &o->ask) == OK;
        if (good) {
            o->used = true;
            m->n++;
            get_begin(&o->get, m->f, o->a, &o->ask);
            step(o);
        } else {
            arena_free(o->a);
        }
    }
    buf_free(&q);
    return good;
}

/* ---- the loop ---- */

static void answered(Many *m) {
    int left = 0;
    for (CURLMsg *msg = curl_multi_info_read(m->curl, &left); msg != NULL; msg = curl_multi_info_read(m->curl, &left)) {
        char *ctx = NULL;
        if (msg->msg != CURLMSG_DONE || curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &ctx) != CURLE_OK) continue;
        One *o = (One *)(void *)ctx;
        CURLcode rc = msg->data.result;
        (void)curl_multi_remove_handle(m->curl, o->get.hop.curl);
        get_answered(&o->get, rc);
        step(o);
    }
}

/* Waits for the caller, for names and for answers. */
static bool turn(Many *m) {
    struct curl_waitfd wait[1 + ARES_GETSOCK_MAXNUM] = { { .fd = m->fd, .events = m->n < NET_MANY_MAX ? CURL_WAIT_POLLIN : 0 } };
    ares_socket_t socks[ARES_GETSOCK_MAXNUM] = { 0 };
    struct timeval room = { .tv_sec = TURN_MS / 1000 }, tv = { 0 }, *t = ares_timeout(m->f->ares, &room, &tv);
    unsigned mask = (unsigned)ares_getsock(m->f->ares, socks, ARES_GETSOCK_MAXNUM);
    int ready = 0, running = 0;
    unsigned n = 1;
    for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
        bool in = (mask >> i & 1u) != 0, out = (mask >> (i + ARES_GETSOCK_MAXNUM) & 1u) != 0; /* as the macros, whose last one shifts into the sign */
        if (in || out) wait[n++] = (struct curl_waitfd){ .fd = socks[i], .events = (short)((in ? CURL_WAIT_POLLIN : 0) | (out ? CURL_WAIT_POLLOUT : 0)) };
    }
    if (curl_multi_poll(m->curl, wait, n, (int)(t->tv_sec * 1000 + t->tv_usec / 1000), &ready) != CURLM_OK) return false;
    for (unsigned i = 1; i < n; i++)
        if (wait[i].revents != 0) ares_process_fd(m->f->ares, (wait[i].revents & CURL_WAIT_POLLIN) != 0 ? wait[i].fd : ARES_SOCKET_BAD, (wait[i].revents & CURL_WAIT_POLLOUT) != 0 ? wait[i].fd : ARES_SOCKET_BAD);
    ares_process_fd(m->f->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* what took too long */
    if (curl_multi_perform(m->curl, &running) != CURLM_OK) return false;
    answered(m);
    return !m->broken && (wait[0].revents == 0 || take(m));
}

_Noreturn void many_serve(Fetch *f, int fd) {
    Many *m = calloc(1, sizeof *m);
    int64_t looked = sys_mono_ms();
    must(m != NULL);
    *m = (Many){ .f = f, .curl = curl_multi_init(), .fd = fd };
    must(m->curl != NULL);
    bool good = true;
    while (good) {
        if (m->n == 0 && sys_mono_ms() - looked > STALE_MS) { /* the system's servers changed: the caller comes back to a process that knows */
            looked = sys_mono_ms();
            if (names_stale(f)) break;
        }
        good = turn(m);
    }
    _exit(0); /* with what is under way: the caller asks again */
}
