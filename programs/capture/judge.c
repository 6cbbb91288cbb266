/* judge.c - what a page may ask for, and what the browser gets of it. Imagery, films and fonts are judged before they are asked for. */
#include "programs/capture/capture.h"

enum { GREY = 0x77 };

static bool kind_is(Str kind, const char *name) { return str_eq(kind, str_c(name)); }

static bool ends_ci(Str s, const char *tail) {
    size_t n = strlen(tail);
    return s.n >= n && str_ieq(str_sub(s, s.n - n, n), str_c(tail));
}

bool looks_like_imagery(Str url) {
    static const char *const tails[] = { ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".bmp", ".ico", ".svg", ".svgz", ".tif", ".tiff", ".heic", ".heif", ".jxl", ".mp4", ".m4v", ".m4s", ".webm", ".mov", ".mkv", ".avi", ".flv", ".mpg", ".mpeg",
        ".ts", ".m3u8", ".mpd", ".ogv", ".3gp", ".woff", ".woff2", ".ttf", ".otf", ".eot" };
    size_t at = 0;
    Str path = url;
    if (str_find(path, S("://"), &at)) path = str_sub(path, at + 3, path.n);
    if (str_chr(path, '#', &at)) path = str_sub(path, 0, at);
    if (str_chr(path, '?', &at)) path = str_sub(path, 0, at);
    if (!str_chr(path, '/', &at)) return false;
    path = str_sub(path, at, path.n);
    for (size_t i = 0; i < LEN(tails); i++)
        if (ends_ci(path, tails[i])) return true;
    return false;
}

Verdict judge(BrowseMode mode, Str method, Str kind, Str url, const char **out_why) {
    *out_why = "not_needed";
    if (!str_starts(url, S("http://")) && !str_starts(url, S("https://"))) {
        *out_why = "not_http";
        return REFUSE;
    }
    if (!str_eq(method, S("GET")) && !str_eq(method, S("HEAD"))) {
        *out_why = "not_get";
        return REFUSE;
    }
    bool data = kind_is(kind, "XHR") || kind_is(kind, "Fetch"), imagery = kind_is(kind, "Image") || kind_is(kind, "Media") || kind_is(kind, "Font") || kind_is(kind, "TextTrack") || (data && looks_like_imagery(url));
    if (imagery) {
        *out_why = browse_mode_name(mode);
        switch (mode) {
        case BROWSE_HASH: return kind_is(kind, "Image") ? ASK_PICTURE : ASK_HASH;
        case BROWSE_BLUR: return kind_is(kind, "Image") ? ASK_PICTURE : ASK_HASH;
        case BROWSE_FULL: return ASK_ALL;
        case BROWSE_TEXT: case BROWSE_INVALID: default:
            *out_why = "text_only";
            return kind_is(kind, "Image") ? HOLD : REFUSE;
        }
    }
    if (kind_is(kind, "Document") || kind_is(kind, "Stylesheet") || kind_is(kind, "Script") || data) return mode == BROWSE_FULL ? ASK_ALL : ASK;
    return REFUSE;
}

Str grey_box(void) { return S("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"320\" height=\"200\"><rect width=\"100%\" height=\"100%\" fill=\"#777\"/></svg>"); }

Str blurred(Arena *a, const MediaPicture *p) {
    Buf b = buf_new(8192);
    buf_printf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" shape-rendering=\"crispEdges\">", p->width, p->height, PICTURE_SQUARES, PICTURE_SQUARES);
    for (int i = 0; i < PICTURE_SQUARES * PICTURE_SQUARES; i++)
        buf_printf(&b, "<rect x=\"%d\" y=\"%d\" width=\"1\" height=\"1\" fill=\"#%x%x%x\"/>", i % PICTURE_SQUARES, i / PICTURE_SQUARES, p->square[i], p->square[i], p->square[i]);
    buf_z(&b, "</svg>");
    must(buf_err(&b) == OK);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* ---- heads ---- */

/* Pictures, films and fonts come over our hands only, where each is judged: none that a page carries in itself or makes. No plug-ins, no workers. The
 * page's own rules hold beside. */
static const char page_rules[] = "img-src http: https:; media-src http: https:; font-src http: https:; object-src 'none'; worker-src 'none'; manifest-src 'none'";

static void pair(Json *j, Str name, Str value) {
    json_obj(j);
    json_kv_str(j, "name", name);
    json_kv_str(j, "value", value);
    json_end_obj(j);
}

static bool passed(Str name) {
    static const char *const not[] = { "content-length", "transfer-encoding", "content-encoding", "connection", "keep-alive", "set-cookie", "strict-transport-security", "alt-svc", "link", "refresh-header", "report-to", "nel", "service-worker-allowed", "clear-site-data" };
    for (size_t i = 0; i < LEN(not); i++)
        if (str_ieq(name, str_c(not[i]))) return false;
    for (size_t i = 0; i < name.n; i++)
        if (!((name.p[i] | 32) >= 'a' && (name.p[i] | 32) <= 'z') && !(name.p[i] >= '0' && name.p[i] <= '9') && name.p[i] != '-' && name.p[i] != '_') return false;
    return name.n > 0;
}

void put_headers(Json *j, Str head, bool document) {
    enum { LINES_MAX = 200 };
    Str rest = head, line = STR_NONE;
    int n = 0;
    json_arr(j);
    (void)str_split(&rest, '\n', &line);
    while (n++ < LINES_MAX && str_split(&rest, '\n', &line)) {
        size_t colon = 0;
        if (!str_chr(line, ':', &colon)) continue;
        Str name = str_sub(line, 0, colon), value = str_trim(str_sub(line, colon + 1, line.n));
        if (passed(name) && str_utf8_ok(value) && memchr(value.p, '\r', value.n) == NULL) pair(j, name, value);
    }
    if (document) pair(j, S("Content-Security-Policy"), str_c(page_rules));
    pair(j, S("Cache-Control"), S("no-store"));
    json_end_arr(j);
}

Str without_inline_media(Arena *a, Str body) {
    static const char *const marks[] = { "data:image", "data:video", "data:audio", "data:font" };
    char *out = str_z(a, body);
    for (size_t i = 0; i + 10 <= body.n; i++)
        for (size_t m = 0; (out[i] | 32) == 'd' && m < LEN(marks); m++)
            if (str_ieq(str_bytes(out + i, strlen(marks[m])), str_c(marks[m]))) memcpy(out + i + 5, "x-not", 5);
    return str_bytes(out, body.n);
}
