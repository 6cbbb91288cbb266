/* response.c - what goes back: status, headers without CR or LF, the house's security headers, redirects. */
#include "foundation/http/http_in.h"

#include <stdio.h>

enum { HEADERS_MAX = 8 * 1024, LOCATION_MAX = 1023 };

void res_init(Response *res, Arena *a, size_t body_max) {
    *res = (Response){ .a = a, .status = 200, .body = buf_new(body_max), .headers = buf_new(HEADERS_MAX) };
}

void res_free(Response *res) {
    buf_wipe(&res->body);
    buf_wipe(&res->headers);
}

static bool token_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; }

Err res_header(Response *res, const char *name, Str value) {
    Str n = str_c(name);
    if (n.n == 0) return E_INPUT;
    for (size_t i = 0; i < n.n; i++) {
        if (!token_char(n.p[i])) return E_INPUT;
    }
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if (c < 32 || c == 127) return E_INPUT;
    }
    buf_printf(&res->headers, STR_FMT ": " STR_FMT "\r\n", STR_ARG(n), STR_ARG(value));
    return buf_err(&res->headers);
}

void res_type(Response *res, const char *type) {
    for (const char *p = type; *p != '\0'; p++) must(*p >= 32 && *p < 127);
    res->type = type;
}

void res_download(Response *res, const char *type, Str filename) {
    char clean[81] = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < filename.n && n < sizeof clean - 1; i++) {
        char c = filename.p[i];
        clean[n++] = token_char(c) || c == '.' || c == '_' ? c : '-';
    }
    if (n == 0 || clean[0] == '.') clean[0] = '_';
    res_type(res, type);
    must(res_header(res, "Content-Disposition", str_fmt(res->a, "attachment; filename=\"%s\"", clean)) == OK);
}

typedef struct Pieces { Str left; } Pieces;
static Err next_piece(void *arg, Buf *chunk, bool *out_done) {
    enum { PIECE = 256 * 1024 };
    Pieces *p = arg;
    Str piece = str_sub(p->left, 0, PIECE);
    buf_put(chunk, piece);
    p->left = str_sub(p->left, piece.n, p->left.n);
    *out_done = p->left.n == 0;
    return buf_err(chunk);
}
void res_pieces(Response *res, Str bytes) {
    Pieces *p = ARENA_NEW(res->a, Pieces);
    p->left = bytes;
    res->stream = next_piece;
    res->stream_arg = p;
}

/* What somebody asked for may be part of where they are led, and that may be of any length: the rest after '?' is left off first. */
__attribute__((format(printf, 2, 0))) static void redirect(Response *res, const char *fmt, va_list ap) {
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    must(n > 0);
    char *text = arena_alloc(res->a, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    must(text[0] == '/' && text[1] != '/' && text[1] != '\\');
    for (int i = 0; i < n; i++) must((unsigned char)text[i] > 32 && text[i] != 127);
    Str to = str_bytes(text, (size_t)n);
    size_t q = to.n;
    if (to.n > LOCATION_MAX && str_chr(to, '?', &q)) to.n = q;
    res->status = 303;
    res->location = to.n <= LOCATION_MAX ? to : S("/");
}

void res_redirect(Response *res, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    redirect(res, fmt, ap);
    va_end(ap);
}

void res_again(Response *res, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    redirect(res, fmt, ap);
    va_end(ap);
    res->keep_form = true;
}

void res_said(Response *res, const char *msgid) { res->said = msgid; }

void res_draft(Response *res, Str bytes) {
    res->draft = str_dup(res->a, bytes);
    res->draft_set = true;
    res->draft_drop = false;
}

void res_draft_drop(Response *res) {
    res->draft_drop = true;
    res->draft_set = false;
}

const char *http_status_text(int status) {
    static const struct { int status; const char *text; } texts[] = { { 200, "OK" }, { 206, "Partial Content" }, { 303, "See Other" }, { 304, "Not Modified" },
        { 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" }, { 405, "Method Not Allowed" }, { 409, "Conflict" }, { 410, "Gone" },
        { 413, "Content Too Large" }, { 416, "Range Not Satisfiable" }, { 429, "Too Many Requests" }, { 500, "Internal Server Error" }, { 503, "Service Unavailable" } };
    for (size_t i = 0; i < LEN(texts); i++) {
        if (texts[i].status == status) return texts[i].text;
    }
    return "Unknown";
}

/* people.md §6. A page can load from this origin only, and nothing inline; scripts cannot turn text into markup. A page that hashes also
 * runs WebAssembly in a worker, and lets the browser open a video that the person chose (the page makes its address itself); the address of a worker is text that becomes a script, so the one rule that lets that one address through
 * is named (browser/hash.js). Why no more: docs/security.md. */
static const char csp[] = "default-src 'none'; script-src 'self'%s; style-src 'self'; connect-src 'self'; img-src 'self'; font-src 'self'; "
    "%sform-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types %s";
static const char fixed[] = "Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nCross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\nCross-Origin-Embedder-Policy: require-corp\r\nX-Frame-Options: DENY\r\n"
    "Permissions-Policy: accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(self), usb=(), browsing-topics=()\r\n";

void http_write_head(const Response *res, bool https, bool head_only, Buf *out) {
    buf_printf(out, "Status: %d %s\r\n", res->status, http_status_text(res->status));
    buf_printf(out, "Content-Type: %s\r\n", res->type != NULL ? res->type : "text/html; charset=utf-8");
    if (res->cache_forever) buf_z(out, "Cache-Control: public, max-age=31536000, immutable\r\n");
    else if (res->cache_seconds > 0) buf_printf(out, "Cache-Control: public, max-age=%d\r\n", res->cache_seconds);
    else buf_z(out, "Cache-Control: no-store\r\n");
    buf_z(out, "Content-Security-Policy: ");
    buf_printf(out, csp, res->wasm ? " 'wasm-unsafe-eval'" : "", res->wasm ? "media-src blob:; " : "", res->wasm ? "keten-hash" : "'none'");
    buf_z(out, "\r\n");
    buf_z(out, fixed);
    if (https) buf_z(out, "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n");
    if (res->clear_site_data) buf_z(out, "Clear-Site-Data: \"cache\", \"cookies\", \"storage\"\r\n");
    if (res->location.n > 0) buf_printf(out, "Location: " STR_FMT "\r\n", STR_ARG(res->location));
    buf_put(out, buf_str(&res->headers));
    if (res->stream == NULL) buf_printf(out, "Content-Length: %zu\r\n", res->body.n);
    buf_z(out, "\r\n");
    if (!head_only && res->stream == NULL) buf_put(out, buf_str(&res->body));
}
