/* pairs.c - what forms send: urlencoded pairs (WHATWG URL §5) and multipart parts (RFC 7578). */
#include "foundation/http/http_in.h"

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Err http_unescape(Arena *a, Str s, bool form, Str *out) {
    size_t at = 0;
    if (!str_chr(s, '%', &at) && !(form && str_chr(s, '+', &at))) {
        *out = s;
        return OK;
    }
    char *p = arena_alloc(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%') {
            if (s.n - i < 3) return E_INPUT;
            int hi = hex_value(s.p[i + 1]), lo = hex_value(s.p[i + 2]);
            if (hi < 0 || lo < 0) return E_INPUT;
            p[n++] = (char)(hi * 16 + lo);
            i += 2;
        } else {
            p[n++] = form && s.p[i] == '+' ? ' ' : s.p[i];
        }
    }
    *out = (Str){ p, n };
    return OK;
}

Str http_escape(Arena *a, Str s) {
    static const char digits[] = "0123456789ABCDEF";
    size_t max = 0;
    must(size_mul(s.n, 3, &max));
    char *p = arena_alloc(a, max);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            p[n++] = (char)c;
            continue;
        }
        p[n++] = '%';
        p[n++] = digits[c >> 4];
        p[n++] = digits[c & 15];
    }
    return (Str){ p, n };
}

Str http_path_escape(Arena *a, Str path) {
    Buf b = buf_new(3 * path.n + 1);
    Str part = STR_NONE;
    bool first = true;
    while (str_split(&path, '/', &part)) {
        if (!first) buf_ch(&b, '/');
        first = false;
        buf_put(&b, http_escape(a, part));
    }
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

Str pairs_get(const Pair *p, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++) {
        if (str_eq(p[i].name, str_c(name))) return p[i].value;
    }
    return STR_NONE;
}

Err http_pairs(Arena *a, Str text, const Pair **out, size_t *out_n) {
    size_t count = 1, n = 0;
    for (size_t i = 0; i < text.n; i++) count += text.p[i] == '&';
    if (count > HTTP_PARAMS_MAX) return E_LIMIT;
    Pair *list = ARENA_ARRAY(a, Pair, count);
    Str part = STR_NONE;
    while (text.n > 0 && str_split(&text, '&', &part)) {
        size_t eq = part.n;
        if (part.n == 0) continue;
        (void)str_chr(part, '=', &eq);
        TRY(http_unescape(a, str_sub(part, 0, eq), true, &list[n].name));
        TRY(http_unescape(a, str_sub(part, eq + 1, part.n), true, &list[n].value));
        n++;
    }
    *out = list;
    *out_n = n;
    return OK;
}

/* name="value" out of a header's parameters; value may be quoted, with \" and \\ as browsers write %22 they need no more. */
static bool header_param(Str header, const char *name, Str *out) {
    Str part = STR_NONE;
    bool first = true;
    while (header.n > 0 && str_split(&header, ';', &part)) {
        size_t eq = 0;
        part = str_trim(part);
        if (first || !str_chr(part, '=', &eq) || !str_ieq(str_sub(part, 0, eq), str_c(name))) {
            first = false;
            continue;
        }
        Str v = str_sub(part, eq + 1, part.n);
        if (v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"') v = str_sub(v, 1, v.n - 2);
        *out = v;
        return true;
    }
    return false;
}

typedef struct Part { Str name, filename, type; bool is_file; } Part;

static Err part_head(Str head, Part *out) {
    *out = (Part){ .type = S("text/plain") };
    while (head.n > 0) {
        Str line = head;
        size_t nl = 0, colon = 0;
        if (str_find(head, S("\r\n"), &nl)) {
            line = str_sub(head, 0, nl);
            head = str_sub(head, nl + 2, head.n);
        } else {
            head = STR_NONE;
        }
        if (!str_chr(line, ':', &colon)) return E_INPUT;
        Str key = str_sub(line, 0, colon), value = str_trim(str_sub(line, colon + 1, line.n));
        if (str_ieq(key, S("content-type"))) out->type = value;
        if (!str_ieq(key, S("content-disposition"))) continue;
        if (!header_param(value, "name", &out->name)) return E_INPUT;
        out->is_file = header_param(value, "filename", &out->filename);
    }
    return out->name.n > 0 ? OK : E_INPUT;
}

Err http_multipart(Arena *a, Str content_type, Str body, const Pair **out, size_t *out_n, const File **out_files, size_t *out_files_n) {
    Str boundary = STR_NONE;
    if (!header_param(content_type, "boundary", &boundary) || boundary.n == 0 || boundary.n > 70) return E_INPUT;
    Str start = str_fmt(a, "--" STR_FMT, STR_ARG(boundary)), between = str_fmt(a, "\r\n--" STR_FMT, STR_ARG(boundary));
    Pair *pairs = ARENA_ARRAY(a, Pair, HTTP_PARTS_MAX);
    File *files = ARENA_ARRAY(a, File, HTTP_PARTS_MAX);
    size_t n = 0, files_n = 0;
    if (!str_starts(body, start)) return E_INPUT;
    body = str_sub(body, start.n, body.n);
    while (!str_starts(body, S("--"))) {
        size_t end = 0, head_end = 0;
        Part part = { 0 };
        if (n + files_n >= HTTP_PARTS_MAX) return E_LIMIT;
        if (!str_starts(body, S("\r\n")) || !str_find(body, between, &end)) return E_INPUT;
        Str piece = str_sub(body, 2, end < 2 ? 0 : end - 2);
        body = str_sub(body, end + between.n, body.n);
        if (!str_find(piece, S("\r\n\r\n"), &head_end)) return E_INPUT;
        TRY(part_head(str_sub(piece, 0, head_end), &part));
        Str bytes = str_sub(piece, head_end + 4, piece.n);
        if (part.is_file) files[files_n++] = (File){ part.name, part.filename, part.type, bytes };
        else pairs[n++] = (Pair){ part.name, bytes };
    }
    *out = pairs;
    *out_n = n;
    *out_files = files;
    *out_files_n = files_n;
    return OK;
}

Err http_body_parse(Request *req, Str body) {
    if (str_starts(req->content_type, S("application/x-www-form-urlencoded"))) return http_pairs(req->a, body, &req->posted, &req->posted_n);
    if (str_starts(req->content_type, S("multipart/form-data")))
        return http_multipart(req->a, req->content_type, body, &req->posted, &req->posted_n, &req->files, &req->files_n);
    req->body = body;
    return OK;
}
