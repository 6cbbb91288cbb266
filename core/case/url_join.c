/* url_join.c - what a page refers to, as an address (RFC 3986 §5.2, as far as pages use it): dot segments and the rest are url_parse's. */
#include "core/case/url.h"

static bool has_scheme(Str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == ':') return i > 0;
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(i > 0 && ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))) return false;
    }
    return false;
}
static bool web_scheme(Str s) { return str_starts(s, S("http://")) || str_starts(s, S("https://")) || str_starts(s, S("HTTP://")) || str_starts(s, S("HTTPS://")); }

Err url_join(Arena *a, Str page, Str ref, Str allow, WebUrl *out, UrlWrong *out_wrong) {
    size_t at = 0, scheme = 0, path = 0;
    ref = str_trim(ref);
    for (size_t i = 0; i < ref.n; i++)
        if ((uint8_t)ref.p[i] <= ' ' || ref.p[i] == 0x7F) return *out_wrong = URL_NO_LINK, E_INPUT;
    if (ref.n == 0 || ref.p[0] == '#') return *out_wrong = URL_EMPTY, E_INPUT;
    if (has_scheme(ref) && !web_scheme(ref)) return *out_wrong = URL_OTHER_SCHEME, E_INPUT;
    if (has_scheme(ref)) return url_parse(a, ref, allow, out, out_wrong);
    if (!str_find(page, S("://"), &scheme)) return *out_wrong = URL_NO_LINK, E_INPUT;
    if (str_starts(ref, S("//"))) return url_parse(a, str_fmt(a, STR_FMT STR_FMT, STR_ARG(str_sub(page, 0, scheme + 1)), STR_ARG(ref)), allow, out, out_wrong);
    for (path = scheme + 3; path < page.n && page.p[path] != '/' && page.p[path] != '?' && page.p[path] != '#';) path++;
    Str site = str_sub(page, 0, path), rest = str_sub(page, path, page.n);
    size_t end = 0;
    while (end < rest.n && rest.p[end] != '?' && rest.p[end] != '#') end++;
    rest = str_sub(rest, 0, end);
    if (rest.n == 0) rest = S("/");
    if (ref.p[0] == '/') rest = STR_NONE;
    else if (ref.p[0] != '?') { /* beside the page: its path up to the last slash */
        for (at = rest.n; at > 0 && rest.p[at - 1] != '/';) at--;
        rest = str_sub(rest, 0, at);
    }
    return url_parse(a, str_fmt(a, STR_FMT STR_FMT STR_FMT, STR_ARG(site), STR_ARG(rest), STR_ARG(ref)), allow, out, out_wrong);
}
