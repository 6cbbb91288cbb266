/* scgi.c - the SCGI header block: "LEN:name\0value\0name\0value\0," (Schemenauer 2008), and the path out of it. */
#include "foundation/http/http.h"
#include "foundation/http/http_in.h"

enum { LENGTH_DIGITS_MAX = 5 };

typedef struct Want { const char *name; Str *at; } Want;

static Err head_pairs(Str block, const Want *want, size_t n) {
    while (block.n > 0) {
        Str name = STR_NONE, value = STR_NONE;
        size_t at = 0;
        if (!str_chr(block, '\0', &at) || at == 0) return E_INPUT;
        name = str_sub(block, 0, at);
        block = str_sub(block, at + 1, block.n);
        if (!str_chr(block, '\0', &at)) return E_INPUT;
        value = str_sub(block, 0, at);
        block = str_sub(block, at + 1, block.n);
        for (size_t i = 0; i < n; i++) {
            if (!str_eq(str_c(want[i].name), name)) continue;
            /* nginx says the length by itself and once more as a parameter; any other header said twice, differently, is refused. */
            if (want[i].at->n > 0 && value.n > 0 && !str_eq(*want[i].at, value)) return E_INPUT;
            if (want[i].at->n == 0) *want[i].at = value;
        }
    }
    return OK;
}

/* "a=1; b=2" (RFC 6265 §4.2); what does not fit that form is skipped, as browsers send other sites' leftovers too. */
static void read_cookies(Arena *a, Str header, Request *out) {
    Pair *list = ARENA_ARRAY(a, Pair, HTTP_COOKIES_MAX);
    Str part = STR_NONE;
    while (out->cookies_n < HTTP_COOKIES_MAX && str_split(&header, ';', &part)) {
        size_t at = 0;
        part = str_trim(part);
        if (!str_chr(part, '=', &at) || at == 0) continue;
        list[out->cookies_n++] = (Pair){ str_sub(part, 0, at), str_sub(part, at + 1, part.n) };
    }
    out->cookies = list;
}

/* The decoded path: '/'-led, no empty, "." or ".." segment, no NUL or encoded slash, well-formed UTF-8. */
static Err read_path(Arena *a, Str uri, Request *out) {
    size_t q = 0;
    Str raw = uri;
    if (str_chr(uri, '?', &q)) {
        raw = str_sub(uri, 0, q);
        out->query_raw = str_sub(uri, q + 1, uri.n);
    }
    if (raw.n == 0 || raw.p[0] != '/') return E_INPUT;
    Str path = STR_NONE, rest = STR_NONE, seg = STR_NONE;
    TRY(http_unescape(a, raw, false, &path));
    size_t slashes = 0, slashes_raw = 0, segs = 0, nul = 0;
    for (size_t i = 0; i < raw.n; i++) slashes_raw += raw.p[i] == '/';
    for (size_t i = 0; i < path.n; i++) slashes += path.p[i] == '/';
    if (slashes != slashes_raw || str_chr(path, '\0', &nul) || !str_utf8_ok(path)) return E_INPUT;
    if (path.n > 1 && path.p[path.n - 1] == '/') return E_MISSING;
    rest = str_sub(path, 1, path.n);
    while (rest.n > 0 && str_split(&rest, '/', &seg)) {
        if (seg.n == 0 || str_eq(seg, S(".")) || str_eq(seg, S("..")) || ++segs > HTTP_SEGMENTS_MAX) return E_MISSING;
    }
    out->path = path;
    return OK;
}

static Err frame(Str bytes, Str *out_block, size_t *out_used) {
    size_t colon = 0;
    int64_t len = 0;
    Str head = str_sub(bytes, 0, LENGTH_DIGITS_MAX + 1);
    if (!str_chr(head, ':', &colon)) return bytes.n > LENGTH_DIGITS_MAX ? E_INPUT : E_CONFLICT;
    if (str_i64(str_sub(head, 0, colon), 1, HTTP_HEAD_MAX, &len) != OK) return colon > 4 ? E_LIMIT : E_INPUT;
    size_t end = colon + 1 + (size_t)len;
    if (bytes.n < end + 1) return E_CONFLICT;
    if (bytes.p[end] != ',' || bytes.p[end - 1] != '\0') return E_INPUT;
    *out_block = str_sub(bytes, colon + 1, (size_t)len);
    *out_used = end + 1;
    return OK;
}

Err http_head_parse(Arena *a, Str bytes, Request *out, size_t *out_used) {
    Request r = { .a = a };
    Str block = STR_NONE, length = STR_NONE, method = STR_NONE, uri = STR_NONE, cookie = STR_NONE, https = STR_NONE;
    size_t used = 0;
    int64_t n = 0;
    TRY(frame(bytes, &block, &used));
    block = str_dup(a, block);
    const Want want[] = { { "CONTENT_LENGTH", &length }, { "REQUEST_METHOD", &method }, { "REQUEST_URI", &uri }, { "HTTP_COOKIE", &cookie },
        { "HTTPS", &https }, { "HTTP_HOST", &r.host }, { "HTTP_ORIGIN", &r.origin }, { "HTTP_SEC_FETCH_SITE", &r.fetch_site },
        { "HTTP_ACCEPT", &r.accept }, { "HTTP_ACCEPT_LANGUAGE", &r.accept_language }, { "HTTP_IF_NONE_MATCH", &r.if_none_match },
        { "HTTP_AUTHORIZATION", &r.authorization }, { "CONTENT_TYPE", &r.content_type }, { "HTTP_RANGE", &r.range }, { "REMOTE_ADDR", &r.remote },
        { "HTTP_OCP_APIM_SUBSCRIPTION_KEY", &r.subscription_key }, { "HTTP_X_FUNCTIONS_KEY", &r.functions_key } };
    TRY(head_pairs(block, want, LEN(want)));
    if (length.n > 0) TRY(str_i64(length, 0, INT64_C(1) << 40, &n));
    r.content_length = (size_t)n;
    r.https = str_ieq(https, S("on"));
    r.head_only = str_eq(method, S("HEAD"));
    r.method = str_eq(method, S("POST")) ? POST : str_eq(method, S("GET")) || r.head_only ? GET : METHOD_INVALID;
    if (method.n == 0) return E_INPUT;
    if (r.method == METHOD_INVALID) r.path = S("/");
    else TRY(read_path(a, uri, &r));
    TRY(http_pairs(a, r.query_raw, &r.query, &r.query_n));
    read_cookies(a, cookie, &r);
    *out = r;
    *out_used = used;
    return OK;
}

Str req_cookie(const Request *req, const char *name) {
    for (size_t i = 0; i < req->cookies_n; i++) {
        if (str_eq(req->cookies[i].name, str_c(name))) return req->cookies[i].value;
    }
    return STR_NONE;
}

Str req_query(const Request *req, const char *name) { return pairs_get(req->query, req->query_n, name); }

int64_t req_query_int(const Request *req, const char *name, int64_t min, int64_t max, int64_t otherwise) {
    int64_t v = 0;
    return str_i64(req_query(req, name), min, max, &v) == OK ? v : otherwise;
}

Str req_arg(const Request *req, const char *name) {
    for (size_t i = 0; i < req->arg_n; i++) {
        if (str_eq(req->arg[i].name, str_c(name))) return req->arg[i].value;
    }
    must(!"the route's path has this argument");
    return STR_NONE;
}

Err req_id(const Request *req, const char *name, Id *out) { return id_parse(req_arg(req, name), out) == OK ? OK : E_MISSING; }
