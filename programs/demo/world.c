/* world.c - what stands around Keten in the demonstration, on this machine only: a platform's site served by nginx, a mail server that
 * keeps each mail as a file (RFC 5321, what a sender needs of it), and a name server that knows the example domains. */
#include "programs/demo/demo.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <ldns/ldns.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, MAIL_BYTES_MAX = 32 << 20, TALK_MS = 30000 };

static const char page_html[] = "<!doctype html>\n<html lang=\"nl\"><head><meta charset=\"utf-8\"><title>Voorbeeldpagina</title></head>\n"
    "<body><h1>Voorbeeldpagina</h1><p>Dit is een pagina van het verzonnen Voorbeeldplein. Hier staat niets echts: een rij letters en een grijs vlak staan voor een beeld dat iemand hier niet wilde.</p>"
    "<p>abcdefghijklmnopqrstuvwxyz 0123456789</p><img src=\"/beeld.png\" alt=\"grijs vlak\" width=\"64\" height=\"64\"></body></html>\n";
static const unsigned char grey_png[] = { 0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 'I', 'H', 'D', 'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, 'I', 'D', 'A', 'T', 0x78, 0x9c, 0x63, 0x68, 0x00,
    0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82 };

static uint16_t free_port(void) {
    int fd = -1;
    uint16_t port = 0;
    must(loopback_listen(0, &fd, &port) == OK);
    close(fd);
    return port;
}

static const char *in_world(const World *w, const char *name) { return path_join(w->a, w->dir, name).p; }

Err world_ports(Arena *a, const char *dir, World *out) {
    static const char *const folders[] = { "site", "mail", "tmp" };
    World w = { .a = a, .dir = path_join(a, dir, "world").p, .site = -1, .post = -1 };
    TRY(dir_make(w.dir, 0755));
    for (size_t i = 0; i < LEN(folders); i++) TRY(dir_make(in_world(&w, folders[i]), 0755));
    w.site_port = free_port();
    w.mail_port = free_port();
    w.name_port = free_port();
    *out = w;
    return file_write(in_world(&w, "site/beeld.png"), str_bytes(grey_png, sizeof grey_png), 0644);
}

Err world_publish(World *w, const char *page) { return file_write(in_world(w, str_z(w->a, str_fmt(w->a, "site/%s", page))), str_bytes(page_html, sizeof page_html - 1), 0644); }
Err world_remove(World *w, const char *page) { return unlink(in_world(w, str_z(w->a, str_fmt(w->a, "site/%s", page)))) == 0 ? OK : E_MISSING; }

/* ---- mail ---- */
typedef struct Talk { int fd; char in[LINE_MAX_BYTES]; size_t n; const char *folder; int number; } Talk;

static bool say(Talk *t, const char *line) { return fd_write_all(t->fd, str_c(line), sys_mono_ms() + TALK_MS) == OK; }

/* One line without its CRLF. false at the end. */
static bool hear(Talk *t, Buf *out) {
    buf_clear(out);
    for (;;) {
        char *end = memchr(t->in, '\n', t->n);
        if (end != NULL) {
            size_t len = (size_t)(end - t->in), used = len + 1;
            if (len > 0 && t->in[len - 1] == '\r') len--;
            buf_put(out, str_bytes(t->in, len));
            memmove(t->in, t->in + used, t->n - used);
            t->n -= used;
            return true;
        }
        if (t->n == sizeof t->in) {
            buf_put(out, str_bytes(t->in, t->n));
            t->n = 0;
        }
        size_t got = 0;
        if (fd_read_some(t->fd, t->in + t->n, sizeof t->in - t->n, sys_mono_ms() + TALK_MS, &got) != OK || got == 0) return false;
        t->n += got;
    }
}

static bool keep(Talk *t, Str to, Buf *line) {
    Arena *a = arena_new(MAIL_BYTES_MAX * 2);
    Buf mail = buf_new(MAIL_BYTES_MAX);
    buf_printf(&mail, "X-Envelope-To: " STR_FMT "\r\n", STR_ARG(to));
    bool ended = false;
    while (!ended && hear(t, line)) {
        Str s = buf_str(line);
        ended = str_eq(s, S("."));
        if (ended) break;
        buf_put(&mail, str_starts(s, S(".")) ? str_sub(s, 1, s.n) : s);
        buf_z(&mail, "\r\n");
    }
    const char *path = str_z(a, str_fmt(a, "%s/%lld-%d.eml", t->folder, (long long)sys_mono_ms(), (int)getpid() * 100 + t->number++));
    bool good = ended && buf_err(&mail) == OK && file_write(path, buf_str(&mail), 0644) == OK;
    buf_free(&mail);
    arena_free(a);
    return good;
}

static void talk(int fd, const char *folder) {
    Talk t = { .fd = fd, .folder = folder };
    Buf line = buf_new(1 << 20);
    Arena *a = arena_new(1 << 20);
    Str to = STR_NONE;
    if (!say(&t, "220 post.voorbeeldplein.test ESMTP\r\n")) return;
    while (hear(&t, &line)) {
        Str s = buf_str(&line), verb = str_lower(a, str_sub(s, 0, 4));
        bool good = true;
        if (str_eq(verb, S("ehlo"))) good = say(&t, "250-post.voorbeeldplein.test\r\n250-8BITMIME\r\n250 SIZE 33554432\r\n");
        else if (str_eq(verb, S("helo")) || str_eq(verb, S("mail")) || str_eq(verb, S("rset")) || str_eq(verb, S("noop"))) good = say(&t, "250 ok\r\n");
        else if (str_eq(verb, S("rcpt"))) {
            to = str_dup(a, str_sub(s, 8, s.n));
            good = say(&t, "250 ok\r\n");
        } else if (str_eq(verb, S("data"))) good = say(&t, "354 go on\r\n") && say(&t, keep(&t, to, &line) ? "250 kept\r\n" : "451 not kept\r\n");
        else if (str_eq(verb, S("quit"))) {
            (void)say(&t, "221 bye\r\n");
            break;
        } else good = say(&t, "502 not here\r\n");
        if (!good) break;
    }
    buf_free(&line);
    arena_free(a);
}

/* ---- names: *.voorbeeldplein.test and *.voorbeeldhost.test are this machine ---- */
static void answer_name(int fd) {
    uint8_t in[1500], *wire = NULL;
    size_t wire_n = 0;
    struct sockaddr_in from;
    socklen_t from_n = sizeof from;
    ssize_t n = recvfrom(fd, in, sizeof in, 0, (struct sockaddr *)&from, &from_n);
    ldns_pkt *ask = NULL;
    if (n <= 0 || ldns_wire2pkt(&ask, in, (size_t)n) != LDNS_STATUS_OK) return;
    ldns_rr *q = ldns_rr_list_rr(ldns_pkt_question(ask), 0);
    char *name = q != NULL ? ldns_rdf2str(ldns_rr_owner(q)) : NULL;
    ldns_pkt *out = ldns_pkt_new();
    ldns_pkt_set_id(out, ldns_pkt_id(ask));
    ldns_pkt_set_qr(out, true);
    ldns_pkt_set_aa(out, true);
    if (q != NULL) ldns_pkt_push_rr(out, LDNS_SECTION_QUESTION, ldns_rr_clone(q));
    bool known = name != NULL && (str_ends(str_c(name), S("voorbeeldplein.test.")) || str_ends(str_c(name), S("voorbeeldhost.test.")));
    if (!known) ldns_pkt_set_rcode(out, LDNS_RCODE_NXDOMAIN);
    else if (ldns_rr_get_type(q) == LDNS_RR_TYPE_A) {
        char text[400];
        ldns_rr *rr = NULL;
        snprintf(text, sizeof text, "%s 60 IN A 127.0.0.1", name);
        if (ldns_rr_new_frm_str(&rr, text, 60, NULL, NULL) == LDNS_STATUS_OK) ldns_pkt_push_rr(out, LDNS_SECTION_ANSWER, rr);
    }
    if (ldns_pkt2wire(&wire, out, &wire_n) == LDNS_STATUS_OK && sendto(fd, wire, wire_n, 0, (struct sockaddr *)&from, from_n) < 0) fprintf(stderr, "# a name could not be answered\n");
    free(wire);
    free(name);
    ldns_pkt_free(out);
    ldns_pkt_free(ask);
}

static int udp_listen(uint16_t port) {
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    must(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0);
    return fd;
}

static _Noreturn void post_office(const World *w) {
    int mail = -1;
    uint16_t got = 0;
    signal(SIGCHLD, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (loopback_listen(w->mail_port, &mail, &got) != OK) _exit(3);
    int names = udp_listen(w->name_port);
    const char *folder = in_world(w, "mail");
    for (;;) {
        struct pollfd fds[] = { { .fd = mail, .events = POLLIN }, { .fd = names, .events = POLLIN } };
        if (poll(fds, 2, -1) < 0) continue;
        if (fds[1].revents != 0) answer_name(names);
        if (fds[0].revents == 0) continue;
        int fd = accept4(mail, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0 && fork() == 0) {
            talk(fd, folder);
            _exit(0);
        }
        if (fd >= 0) close(fd);
    }
}

/* ---- the site ---- */
static Err site_conf(World *w, const char **out) {
    Str text = str_fmt(w->a, "daemon off; worker_processes 1; pid %s/nginx.pid; error_log stderr crit;\nevents { worker_connections 64; }\n"
        "http { access_log off; types { text/html html; image/png png; } default_type text/html; client_body_temp_path %s/tmp; proxy_temp_path %s/tmp; fastcgi_temp_path %s/tmp; scgi_temp_path %s/tmp; uwsgi_temp_path %s/tmp;\n"
        "server { listen 127.0.0.1:%u; root %s/site; charset utf-8; } }\n", w->dir, w->dir, w->dir, w->dir, w->dir, w->dir, w->site_port, w->dir);
    *out = in_world(w, "nginx.conf");
    return file_write(*out, text, 0644);
}

static const char *find_nginx(void) { return file_exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "/usr/bin/nginx"; }

Err world_start(World *w, Str *out_why) {
    const char *conf = NULL;
    TRY(site_conf(w, &conf));
    w->post = fork();
    if (w->post == 0) post_office(w);
    const char *const argv[] = { find_nginx(), "-e", "stderr", "-p", w->dir, "-c", conf, NULL };
    Spawn s = { .path = argv[0], .argv = argv };
    Err e = sys_spawn(&s, &w->site);
    if (e != OK) *out_why = S("nginx cannot be started; it is in packages.txt");
    return e;
}

void world_stop(World *w) {
    if (w->site > 0) kill(w->site, SIGTERM);
    if (w->post > 0) kill(w->post, SIGKILL);
    if (w->site > 0) waitpid(w->site, NULL, 0);
    if (w->post > 0) waitpid(w->post, NULL, 0);
    w->site = w->post = -1;
}

/* ---- the letter box ---- */
static Err look(World *w, const char *to, const char *holds, Str *out) {
    DIR *d = opendir(in_world(w, "mail"));
    char newest[256] = "";
    Str best = STR_NONE;
    if (d == NULL) return E_OUTSIDE;
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        Str mail = STR_NONE;
        size_t at = 0;
        if (!str_ends(str_c(e->d_name), S(".eml"))) continue;
        if (file_read(w->a, in_world(w, str_z(w->a, str_fmt(w->a, "mail/%s", e->d_name))), MAIL_BYTES_MAX, &mail) != OK) continue;
        bool fits = str_find(mail, str_c(to), &at) && str_find(mail_text(w->a, mail), str_c(holds), &at);
        if (!fits || strcmp(e->d_name, newest) <= 0) continue;
        snprintf(newest, sizeof newest, "%s", e->d_name);
        best = mail;
    }
    closedir(d);
    *out = best;
    return best.n > 0 ? OK : E_MISSING;
}

Err world_mail(World *w, const char *to, const char *holds, int64_t wait_ms, Str *out) {
    for (int64_t until = sys_mono_ms() + wait_ms;;) {
        Err e = look(w, to, holds, out);
        if (e != E_MISSING || sys_mono_ms() >= until) return e;
        sys_sleep_ms(100);
    }
}

static int hex_of(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

Str mail_text(Arena *a, Str mail) {
    size_t at = 0;
    Buf b = buf_new(MAIL_BYTES_MAX);
    Str text = str_find(mail, S("\r\n\r\n"), &at) ? str_sub(mail, at + 4, mail.n) : mail;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '=' || i + 2 >= text.n) buf_ch(&b, text.p[i]);
        else if (text.p[i + 1] == '\r') i += 2;
        else if (hex_of(text.p[i + 1]) >= 0 && hex_of(text.p[i + 2]) >= 0) {
            buf_ch(&b, (char)(hex_of(text.p[i + 1]) * 16 + hex_of(text.p[i + 2])));
            i += 2;
        } else buf_ch(&b, '=');
    }
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}
