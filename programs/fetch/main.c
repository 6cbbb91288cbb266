/* main.c - keten-fetch: all outgoing traffic. usage: keten-fetch --data DIR (listening socket on descriptor 3), or keten-fetch --alone (descriptor 3 is
 * the connection of the one caller; settings come from KETEN_NET_... in the environment; ends with the caller) */
#include "programs/fetch/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { CA_MAX = 8 << 20, QUESTION_MS = 30000, QUESTION_ARENA_MAX = 768 << 20 };
static const char *const system_ca[] = { "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem" };

/* ---- start ---- */

static Err read_ca(Fetch *f, Str *out_why) {
    Str named = conf_text(&f->p.in.conf, "net", "ca_file");
    const char *path = named.n > 0 ? str_z(f->p.life, named) : NULL;
    for (size_t i = 0; i < LEN(system_ca) && path == NULL; i++)
        if (file_exists(system_ca[i])) path = system_ca[i];
    Err e = path == NULL ? E_MISSING : file_read(f->p.life, path, CA_MAX, &f->ca);
    if (e == OK) return OK;
    *out_why = path == NULL ? S("no certificate authorities on this machine (package ca-certificates)") : str_fmt(f->p.life, "[net] ca_file: %s cannot be read", path);
    return e;
}

static int tls_of(Str word) { return str_eq(word, S("tls")) ? MAIL_TLS : str_eq(word, S("starttls")) ? MAIL_STARTTLS : MAIL_PLAIN; }

/* One line; empty when no file is named. */
static Err read_secret(Fetch *f, const char *key, Str *out, Str *out_why) {
    Str file = conf_text(&f->p.in.conf, "mail", key);
    *out = STR_NONE;
    if (file.n == 0) return OK;
    Err e = file_read(f->p.life, str_z(f->p.life, file), 4096, out);
    *out = str_trim(*out);
    while (out->n > 0 && out->p[out->n - 1] == '\n') out->n--;
    if (e != OK) *out_why = str_fmt(f->p.life, "[mail] %s: " STR_FMT " cannot be read", key, STR_ARG(file));
    return e;
}

static bool plain_host(Str host) {
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] == '/' || host.p[i] == '@' || host.p[i] == ':' || host.p[i] == ' ') return false;
    return true;
}

static bool plain_folder(Str name) {
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] < ' ' || name.p[i] > '~' || name.p[i] == '"' || name.p[i] == '\\') return false;
    return name.n > 0;
}

static Err read_mailbox(Fetch *f, Str *out_why) {
    const Conf *c = &f->p.in.conf;
    f->imap_host = conf_text(c, "mail", "imap_host");
    f->imap_port = (int)conf_int(c, "mail", "imap_port");
    f->imap_tls = tls_of(conf_text(c, "mail", "imap_tls"));
    f->imap_user = conf_text(c, "mail", "imap_user");
    f->imap_folder = conf_text(c, "mail", "imap_folder");
    f->imap_taken = conf_text(c, "mail", "imap_taken");
    TRY(read_secret(f, "imap_password_file", &f->imap_password, out_why));
    if (f->imap_user.n == 0) f->imap_user = f->mail_user;
    if (f->imap_password.n == 0) f->imap_password = f->mail_password;
    if (plain_host(f->imap_host) && plain_folder(f->imap_folder) && plain_folder(f->imap_taken) && !str_eq(f->imap_folder, f->imap_taken)) return OK;
    *out_why = S("[mail] imap_host must be a plain host name or IPv4 address; imap_folder and imap_taken two different names of folders in ASCII");
    return E_INPUT;
}

/* The key that signs what goes out lies in a file that this process alone reads, before its sandbox closes. */
static Err read_key(Fetch *f, Str *out_why) {
    const Conf *c = &f->p.in.conf;
    Str file = conf_text(c, "mail", "dkim_key"), pem = STR_NONE, from = conf_text(c, "mail", "from");
    size_t at = 0;
    f->dkim_selector = conf_text(c, "mail", "dkim_selector");
    if (str_chr(from, '@', &at)) f->dkim_domain = str_lower(f->p.life, str_sub(from, at + 1, from.n));
    if (file.n == 0) return OK;
    Err e = file_read(f->p.life, str_z(f->p.life, file), 65536, &pem);
    if (e == OK) e = f->dkim_domain.n > 0 ? dkim_key_open(f->p.life, pem, &f->dkim) : E_INPUT;
    if (e != OK) *out_why = str_fmt(f->p.life, "[mail] dkim_key: " STR_FMT " cannot be read, or is no RSA key (keten mail key makes one)", STR_ARG(file));
    return e;
}

static Err read_mail(Fetch *f, Str *out_why) {
    const Conf *c = &f->p.in.conf;
    f->mail_host = conf_text(c, "mail", "host");
    f->mail_port = (int)conf_int(c, "mail", "port");
    f->mail_answer_s = (int)conf_int(c, "mail", "answer_s");
    f->mail_tls = tls_of(conf_text(c, "mail", "tls"));
    f->mail_user = conf_text(c, "mail", "user");
    f->mail_helo = conf_text(c, "mail", "helo");
    if (!plain_host(f->mail_host)) {
        *out_why = S("[mail] host: must be a plain host name or IPv4 address");
        return E_INPUT;
    }
    TRY(read_secret(f, "password_file", &f->mail_password, out_why));
    TRY(read_key(f, out_why));
    return read_mailbox(f, out_why);
}

static Err open_settings(Fetch *f, Str *out_why) {
    const Conf *c = &f->p.in.conf;
    f->allow = conf_list(c, "net", "allow");
    f->user_agent = conf_text(c, "net", "user_agent");
    f->places = conf_list(c, "watch", "places");
    f->timeout_s = (int)conf_int(c, "net", "timeout_s");
    f->redirects_max = (int)conf_int(c, "net", "redirects_max");
    f->bytes_max = (size_t)conf_int(c, "net", "bytes_max_mb") << 20;
    TRY(read_ca(f, out_why));
    TRY(read_mail(f, out_why));
    TRY(names_open(f, out_why));
    TRY(many_open(f, out_why));
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return E_OUTSIDE;
    SSL_CTX *warm = SSL_CTX_new(TLS_client_method()); /* OpenSSL reads its configuration now, not behind the sandbox */
    CURL *first = curl_easy_init();
    bool good = warm != NULL && first != NULL;
    curl_easy_cleanup(first);
    SSL_CTX_free(warm);
    return good ? OK : E_OUTSIDE;
}

static Err open_all(Fetch *f, Str *out_why) {
    TRY(open_settings(f, out_why));
    metrics_join(f->p.life, &f->p.in, &f->metrics);
    return OK;
}

/* ---- one caller, in a process of its own ---- */

void fetch_count(Fetch *f, const NetGot *got) {
    if (f->alone) return;
    metric_add(&f->metrics, got->error.n == 0 ? M_FETCH_DONE : str_eq(got->error, S("refused_address")) ? M_FETCH_REFUSED : M_FETCH_FAILED, 1);
    log_line(LOG_INFO, "event=get hops=%zu status=%d error=" STR_FMT, got->hops_n, got->hops_n > 0 ? got->hops[got->hops_n - 1].status : 0, STR_ARG(got->error.n > 0 ? got->error : S("-")));
}

static Err answer_get(Fetch *f, Wire *w, Buf *out) {
    NetAsk ask;
    NetGot got;
    TRY(net_read_ask(f->a, w, &ask));
    fetch_get(f, &ask, &got);
    fetch_count(f, &got);
    net_put_got(out, &got);
    return buf_err(out);
}

typedef struct Hold { int fd; bool gone; } Hold;

/* Whoever asked writes down that the end follows, and says so. */
static bool hold(void *ctx, const NetMailGot *got) {
    Hold *h = ctx;
    Buf b = buf_new(65536), said = buf_new(16);
    put_u8(&b, OK);
    net_put_mail_got(&b, got);
    bool go = buf_err(&b) == OK && frame_send(h->fd, buf_str(&b), sys_mono_ms() + QUESTION_MS) == OK && frame_recv(h->fd, 16, sys_mono_ms() + NET_MAIL_HOLD_S * 1000, &said) == OK && said.n == 1 && said.p[0] == NET_MAIL_GO;
    h->gone = !go;
    buf_free(&b);
    buf_free(&said);
    return go;
}

static Err answer_mail(Fetch *f, int fd, Wire *w, Buf *out) {
    Hold h = { .fd = fd };
    NetMail mail;
    NetMailGot got;
    TRY(net_read_mail(w, &mail));
    fetch_mail(f, &mail, hold, &h, &got);
    if (h.gone) return E_OUTSIDE;
    bool sent = str_eq(got.outcome, S("delivered"));
    if (!str_eq(got.outcome, S("unset"))) metric_add(&f->metrics, sent ? M_MAIL_SENT : M_MAIL_FAILED, 1);
    log_line(sent ? LOG_INFO : LOG_WARN, "event=mail outcome=" STR_FMT " code=%d", STR_ARG(got.outcome), got.code);
    net_put_mail_got(out, &got);
    return buf_err(out);
}

static Err answer_names(Fetch *f, Wire *w, Buf *out) {
    NetName *names = NULL;
    size_t n = 0;
    Str error = STR_NONE, host = wire_str(w);
    if (w->bad || w->rest.n > 0 || host.n == 0 || !net_line_ok(host, 253)) return E_INPUT;
    names_list(f, host, &names, &n, &error);
    net_put_names(out, names, n, error);
    return buf_err(out);
}

static Err answer_whois(Fetch *f, Wire *w, Buf *out) {
    NetWhois q;
    NetWhoisGot got;
    TRY(net_read_whois(w, &q));
    fetch_whois(f, &q, &got);
    log_line(LOG_INFO, "event=whois error=" STR_FMT " bytes=%zu", STR_ARG(got.error.n > 0 ? got.error : S("-")), got.text.n);
    net_put_whois_got(out, &got);
    return buf_err(out);
}

/* False: hang up. */
static bool answer_one(Fetch *f, int fd) {
    Buf question = buf_new(NET_ASK_MAX), out = buf_new(NET_ANSWER_MAX);
    Err e = frame_recv(fd, NET_ASK_MAX, sys_mono_ms() + QUESTION_MS, &question);
    bool good = e == OK;
    if (good) {
        Wire w = { .rest = buf_str(&question) };
        uint8_t op = wire_u8(&w);
        if (op == NET_ASK_MANY && w.rest.n == 0) many_serve(f, fd);
        if (op == NET_ASK_POST && w.rest.n == 0) post_serve(f, fd);
        put_u8(&out, OK);
        e = op == NET_ASK_GET ? answer_get(f, &w, &out) : op == NET_ASK_MAIL ? answer_mail(f, fd, &w, &out) : op == NET_ASK_NAMES ? answer_names(f, &w, &out) : op == NET_ASK_WHOIS ? answer_whois(f, &w, &out) : E_INPUT;
        bool left = e == E_OUTSIDE && op == NET_ASK_MAIL; /* whoever asked does not wait any more */
        if (e != OK) {
            buf_clear(&out);
            out.over = false;
            put_u8(&out, (uint8_t)e);
        }
        good = !left && frame_send(fd, buf_str(&out), sys_mono_ms() + QUESTION_MS) == OK;
    }
    buf_wipe(&question);
    buf_wipe(&out);
    arena_reset(f->a);
    return good;
}

static _Noreturn void serve_caller(Fetch *f, int fd) {
    SandboxLevel level;
    (void)signal(SIGTERM, SIG_DFL);
    (void)signal(SIGINT, SIG_DFL);
    bool good = prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && sandbox_close(SANDBOX_FETCH_ONE, NULL, 0, &level) == OK;
    f->a = arena_new(QUESTION_ARENA_MAX);
    while (good && !names_stale(f)) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        int n = poll(&p, 1, 60000);
        if (n < 0 && errno != EINTR) break;
        if (n > 0) good = answer_one(f, fd);
        if (n == 0) sys_rest();
    }
    _exit(good ? 0 : 1);
}

/* ---- the parent ---- */

static size_t reap(size_t running) {
    while (running > 0 && waitpid(-1, NULL, WNOHANG) > 0) running--;
    return running;
}

/* Ends with 0 when the system's resolver settings changed: the master starts it again, and it reads them anew. */
static void loop(Fetch *f, int listen_fd) {
    size_t running = 0;
    SysIdle rest = { 0 };
    while (!program_stopping() && !names_stale(f)) {
        struct pollfd p = { .fd = listen_fd, .events = POLLIN };
        running = reap(running);
        bool room = running < FETCH_CALLERS_MAX;
        int n = poll(&p, room ? 1 : 0, room ? 1000 : 50);
        int fd = -1;
        if (n > 0 && program_caller(listen_fd, &running, &fd)) serve_caller(f, fd);
        sys_idle(&rest, n <= 0);
    }
    log_line(LOG_INFO, "event=stop");
}

static int run(Fetch *f) {
    Str why = STR_NONE;
    int fd = -1;
    if (program_listen(&f->p, INSTANCE_FETCH_SOCKET, &fd) != OK) return 3;
    Err e = open_all(f, &why);
    if (e != OK) log_line(LOG_FATAL, "event=start_failed err=%s why=\"" STR_FMT "\"", err_name(e), STR_ARG(why));
    if (e != OK || program_close(&f->p, SANDBOX_FETCH, NULL, 0, true) != OK) return 3;
    loop(f, fd);
    return 0;
}

/* ---- for one caller, without an instance ---- */

static int alone_with(Fetch *f, int fd) {
    extern char **environ;
    Str why = STR_NONE;
    sys_start();
    f->alone = true;
    f->p = (Program){ .name = "fetch", .life = arena_new(64 << 20) };
    Err e = conf_read(f->p.life, keten_conf_keys, keten_conf_keys_n, S(""), environ, &f->p.in.conf, &why);
    if (e == OK) e = open_settings(f, &why);
    if (e == OK && geteuid() == 0) e = sys_become("nobody");
    if (e != OK) {
        fprintf(stderr, "keten-fetch: " STR_FMT "\n", STR_ARG(why.n > 0 ? why : str_c(err_name(e))));
        return 3;
    }
    serve_caller(f, fd);
}

int main(int argc, char **argv) {
    Fetch f = { 0 };
    int code = 0;
    if (argc == 2 && strcmp(argv[1], "--alone") == 0) _exit(alone_with(&f, PROGRAM_SOCKET_FD));
    if (!program_begin(&f.p, "fetch", argc, argv, &code)) return code;
    _exit(run(&f)); /* a leak check at exit would do what the sandbox forbids */
}
