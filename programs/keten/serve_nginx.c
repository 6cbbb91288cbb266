/* serve_nginx.c - the front: nginx's configuration, made anew at each start. */
#include "programs/gate/gate.h"
#include "programs/keten/serve.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { CONF_BYTES_MAX = 256 * 1024, BODY_DEFAULT = 64 * 1024, BODY_IN_MEMORY_MAX = 2 * 1024 * 1024 };

/* What a visitor sees when the workers cannot answer: neutral, as every page of the victim's way. */
static const char down_page[] =
    "<!doctype html><html lang=\"nl\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Even geduld</title>"
    "<body><h1>Even geduld</h1><p>Deze pagina is nu niet beschikbaar. Probeer het over een minuut opnieuw.</p>"
    "<p lang=\"en\">This page is not available right now. Please try again in a minute.</p></body></html>";
static const char large_page[] =
    "<!doctype html><html lang=\"nl\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Te groot</title>"
    "<body><h1>Te groot</h1><p>Wat u stuurt is te groot voor deze pagina. Ga terug; er is niets verloren.</p>"
    "<p lang=\"en\">What you send is too large for this page. Go back; nothing is lost.</p></body></html>";

/* A word of the configuration that came from keten.conf: quoted, and refused when it could end the quotes. */
static bool word(Buf *b, Str s) {
    size_t at = 0;
    for (size_t i = 0; i < s.n; i++)
        if (str_chr(S("\"\\$;{}\n\r"), s.p[i], &at)) return false;
    buf_printf(b, "\"" STR_FMT "\"", STR_ARG(s));
    return true;
}

static void global_part(Buf *b, const char *temp_dir) {
    buf_printf(b, "# Made by keten serve at each start; changes belong in keten.conf.\n"
        "worker_processes 1;\npid run/nginx.pid;\nerror_log stderr error;\nworker_rlimit_nofile 8192;\n"
        "events { worker_connections 4096; }\n"
        "http {\n"
        "  access_log off;\n  server_tokens off;\n  default_type application/octet-stream;\n  log_not_found off;\n"
        "  client_body_temp_path \"%s/body\";\n  proxy_temp_path \"%s/p\";\n  fastcgi_temp_path \"%s/f\";\n  uwsgi_temp_path \"%s/u\";\n  scgi_temp_path \"%s/s\";\n",
        temp_dir, temp_dir, temp_dir, temp_dir, temp_dir);
    buf_z(b, "  client_header_timeout 10s;\n  client_body_timeout 15s;\n  send_timeout 20s;\n  keepalive_timeout 30s;\n  reset_timedout_connection on;\n"
        "  client_header_buffer_size 2k;\n  large_client_header_buffers 4 8k;\n  client_body_buffer_size 128k;\n"
        "  limit_conn_zone $binary_remote_addr zone=address:2m;\n  limit_conn_status 429;\n  limit_conn_log_level info;\n");
    /* Answers stay in memory: a temporary file would hold a page in clear text. */
    buf_z(b, "  upstream gate { server unix:" INSTANCE_GATE_SOCKET "; keepalive 32; }\n"
        "  map \"$request_method $content_type\" $gate_other { default 0; \"~*^POST application/json *(;|$)\" 0; \"~^POST \" 1; }\n");
    buf_z(b, "  scgi_buffer_size 16k;\n  scgi_buffers 64 16k;\n  scgi_busy_buffers_size 64k;\n  scgi_max_temp_file_size 0;\n"
        "  scgi_connect_timeout 5s;\n  scgi_send_timeout 20s;\n  scgi_read_timeout 30s;\n  scgi_next_upstream off;\n  scgi_ignore_client_abort on;\n");
}

/* The gate speaks HTTP itself, over connections that stay. What comes is passed on as it comes, from memory: no body of it ever is in a file. What is no JSON (a
 * picture, sent by mistake) is refused here from its head; nginx throws away what still comes of it. */
static void gate_part(Buf *b) {
    static const char down[] = "{\"error\":\"down\",\"say\":\"the gate does not answer right now; try again in a minute\"}", large[] = "{\"error\":\"limit\",\"say\":\"too much at once; ask several times\",\"hashes_max\":%d,\"bytes_max\":%d}";
    buf_printf(b, "    location /api/v1/gate {\n      client_max_body_size %d;\n      client_body_buffer_size %d;\n", GATE_BODY_MAX, GATE_BODY_MAX);
    buf_z(b, "      proxy_pass http://gate;\n      proxy_http_version 1.1;\n      proxy_set_header Connection \"\";\n      proxy_request_buffering off;\n      proxy_max_temp_file_size 0;\n"
        "      default_type application/json;\n      if ($gate_other) { return 415 '{\"error\":\"type\",\"say\":\"" GATE_UNREAD "\"}'; }\n"
        "      proxy_connect_timeout 5s;\n      proxy_send_timeout 20s;\n      proxy_read_timeout 30s;\n      proxy_next_upstream off;\n      error_page 502 504 = @gate_down;\n      error_page 413 = @gate_large;\n    }\n");
    buf_printf(b, "    location @gate_down { default_type application/json; add_header Cache-Control no-store always; add_header Retry-After 60 always; return 503 '%s'; }\n", down);
    buf_z(b, "    location @gate_large { default_type application/json; add_header Cache-Control no-store always; return 413 '");
    buf_printf(b, large, GATE_HASHES_MAX, GATE_BODY_MAX);
    buf_z(b, "'; }\n");
}

static Err listen_part(Arena *a, const Conf *c, Buf *b, Str *out_why) {
    Str cert = conf_text(c, "web", "tls_certificate"), key = conf_text(c, "web", "tls_key"), rest = conf_list(c, "web", "listen"), one = STR_NONE;
    bool tls = cert.n > 0, good = true;
    if ((cert.n > 0) != (key.n > 0)) {
        *out_why = S("[web] tls_certificate and tls_key go together");
        return E_INPUT;
    }
    size_t n = 0;
    for (; conf_list_next(&rest, &one); n++) {
        buf_z(b, "    listen ");
        good = word(b, one) && good;
        buf_z(b, tls ? " ssl http2;\n" : ";\n");
    }
    if (n == 0 || !good) {
        *out_why = str_fmt(a, "[web] listen: no address, or one nginx cannot take");
        return E_INPUT;
    }
    if (!tls) return OK;
    buf_z(b, "    ssl_certificate ");
    good = word(b, cert);
    buf_z(b, ";\n    ssl_certificate_key ");
    good = word(b, key) && good;
    buf_z(b, ";\n    ssl_protocols TLSv1.2 TLSv1.3;\n    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;\n    ssl_prefer_server_ciphers off;\n"
        "    ssl_session_tickets off;\n    ssl_session_cache shared:tls:2m;\n    ssl_session_timeout 1h;\n");
    if (!good) *out_why = S("[web] tls_certificate or tls_key: a character nginx cannot take");
    return good ? OK : E_INPUT;
}

static Err proxy_part(const Conf *c, Buf *b, Str *out_why) {
    Str rest = conf_list(c, "web", "behind_proxy"), one = STR_NONE;
    bool any = false;
    while (conf_list_next(&rest, &one)) {
        any = true;
        buf_z(b, "    set_real_ip_from ");
        if (!word(b, one)) {
            *out_why = S("[web] behind_proxy: a character nginx cannot take");
            return E_INPUT;
        }
        buf_z(b, ";\n");
    }
    if (any) buf_z(b, "    real_ip_header X-Forwarded-For;\n");
    return OK;
}

/* Only these reach the worker; the HTTP_* ones nginx sends by itself. */
static void pass_part(Buf *b, bool https, const char *indent) {
    buf_printf(b, "%sscgi_pass unix:" INSTANCE_WEB_SOCKET ";\n", indent);
    static const char *const params[] = { "CONTENT_LENGTH $content_length", "SCGI 1", "REQUEST_METHOD $request_method", "REQUEST_URI $request_uri",
        "CONTENT_TYPE $content_type", "REMOTE_ADDR $remote_addr" };
    for (size_t i = 0; i < LEN(params); i++) buf_printf(b, "%sscgi_param %s;\n", indent, params[i]);
    if (https) buf_printf(b, "%sscgi_param HTTPS on;\n", indent);
}

static void locations_part(Buf *b, bool https, const BodyLimit *limits, size_t n) {
    buf_printf(b, "    client_max_body_size %d;\n    location / {\n", BODY_DEFAULT);
    pass_part(b, https, "      ");
    buf_z(b, "    }\n");
    for (size_t i = 0; i < n; i++) {
        if (limits[i].bytes <= BODY_DEFAULT) continue;
        buf_printf(b, "    location ~ \"" STR_FMT "\" {\n      client_max_body_size %lld;\n", STR_ARG(limits[i].pattern), (long long)limits[i].bytes);
        if (limits[i].bytes <= BODY_IN_MEMORY_MAX) buf_printf(b, "      client_body_buffer_size %lld;\n", (long long)limits[i].bytes);
        pass_part(b, https, "      ");
        buf_z(b, "    }\n");
    }
    buf_printf(b, "    error_page 502 503 504 = @down;\n    error_page 413 = @large;\n"
        "    location @down { default_type \"text/html; charset=utf-8\"; add_header Cache-Control no-store always; add_header Retry-After 60 always; return 503 '%s'; }\n"
        "    location @large { default_type \"text/html; charset=utf-8\"; add_header Cache-Control no-store always; return 413 '%s'; }\n", down_page, large_page);
}

Err nginx_conf_write(Arena *a, const Instance *in, const char *temp_dir, const BodyLimit *limits, size_t n, Str *out_why) {
    const Conf *c = &in->conf;
    Buf b = buf_new(CONF_BYTES_MAX);
    Err e = OK;
    *out_why = S("the nginx configuration cannot be written");
    global_part(&b, temp_dir);
    buf_z(&b, "  server {\n");
    e = listen_part(a, c, &b, out_why);
    if (e == OK) e = proxy_part(c, &b, out_why);
    if (e != OK) goto done;
    buf_printf(&b, "    server_name _;\n    limit_conn address %lld;\n", (long long)conf_int(c, "web", "connections_per_address"));
    gate_part(&b);
    locations_part(&b, str_starts(conf_text(c, "web", "base_url"), S("https://")), limits, n);
    buf_z(&b, "  }\n}\n");
    e = buf_err(&b);
    if (e == OK) e = file_write(instance_path(a, in, INSTANCE_RUN "/nginx.conf"), buf_str(&b), 0600);
done:
    buf_free(&b);
    return e;
}

/* In memory where that is possible, so that an upload in flight is never on a disk in clear. */
const char *upload_temp_dir(Arena *a, const Instance *in) {
    struct stat st = { 0 };
    if (stat(in->dir, &st) != 0) st = (struct stat){ 0 };
    Str memory = str_fmt(a, "/dev/shm/keten-%u-%llx-%llx", (unsigned)getuid(), (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
    if (dir_make(memory.p, 0700) == OK && stat(memory.p, &st) == 0 && st.st_uid == getuid()) return memory.p;
    const char *disk = instance_path(a, in, INSTANCE_RUN "/upload");
    return dir_make(disk, 0700) == OK ? disk : NULL;
}

/* ---- what keten-web says about its routes ---- */

/* "/case/{id}/paste" as a pattern over nginx's normalised path; only plain characters are let through. */
static bool pattern_of(Arena *a, Str path, Str *out) {
    Buf b = buf_new(1024);
    bool good = path.n > 0 && path.p[0] == '/';
    buf_ch(&b, '^');
    for (size_t i = 0; i < path.n && good; i++) {
        char ch = path.p[i], l = (char)(ch | 32);
        size_t end = 0;
        if (ch == '{' && str_chr(str_sub(path, i, path.n), '}', &end)) {
            bool rest = end >= 2 && path.p[i + end - 1] == '*';
            buf_z(&b, rest ? ".+" : "[^/]+");
            i += end;
        } else if ((l >= 'a' && l <= 'z') || (ch >= '0' && ch <= '9') || ch == '/' || ch == '-' || ch == '_') {
            buf_ch(&b, ch);
        } else if (ch == '.') {
            buf_z(&b, "[.]");
        } else {
            good = false;
        }
    }
    buf_ch(&b, '$');
    good = good && buf_err(&b) == OK;
    if (good) *out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return good;
}

/* Runs a program to its end and keeps what it writes on stdout. */
static Err output_of(const char *path, const char *const *argv, Buf *out, int *out_code) {
    int pipes[2], status = 0;
    pid_t pid = 0;
    if (pipe(pipes) != 0) return E_OUTSIDE;
    Err e = sys_spawn(&(Spawn){ .path = path, .argv = argv, .fds = (SpawnFd[]){ { pipes[1], 1 } }, .fds_n = 1 }, &pid);
    close(pipes[1]);
    char chunk[4096];
    size_t n = e == OK ? 1 : 0;
    int64_t deadline = sys_mono_ms() + 10000;
    while (n > 0 && e == OK) {
        e = fd_read_some(pipes[0], chunk, sizeof chunk, deadline, &n);
        if (e == OK) buf_put(out, (Str){ chunk, n });
    }
    close(pipes[0]);
    if (pid > 0) {
        if (e != OK) kill(pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
        *out_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    }
    return e != OK ? e : buf_err(out);
}

/* keten-web --limits prints "BYTES PATH" for each route that takes a body: one table says it for both. */
Err body_limits(Arena *a, const Programs *p, BodyLimit **out, size_t *out_n) {
    enum { ROUTES_MAX = 512 };
    const char *argv[] = { "keten-web", "--limits", NULL };
    Buf text = buf_new(256 * 1024);
    BodyLimit *limits = ARENA_ARRAY(a, BodyLimit, ROUTES_MAX);
    size_t n = 0;
    int code = 0;
    Err e = output_of(p->web, argv, &text, &code);
    if (e == OK && code != 0) e = E_OUTSIDE;
    Str rest = buf_str(&text), line = STR_NONE, bytes = STR_NONE;
    while (e == OK && str_split(&rest, '\n', &line)) {
        if (line.n == 0) continue;
        if (n == ROUTES_MAX || !str_split(&line, ' ', &bytes) || line.p == NULL || !pattern_of(a, line, &limits[n].pattern)) e = E_INPUT;
        else e = str_i64(bytes, 0, (int64_t)1 << 32, &limits[n].bytes);
        if (e == OK) n++;
    }
    buf_free(&text);
    if (e != OK) return e;
    *out = limits;
    *out_n = n;
    return OK;
}

Err nginx_test(Arena *a, const Instance *in, const Programs *p, int *out_code) {
    Buf text = buf_new(65536);
    const char *conf = instance_path(a, in, INSTANCE_RUN "/nginx.conf");
    const char *argv[] = { "nginx", "-t", "-q", "-e", "stderr", "-p", in->dir, "-c", conf, NULL };
    Err e = output_of(p->nginx, argv, &text, out_code);
    buf_free(&text);
    return e;
}
