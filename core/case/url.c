/* url.c - one canonical spelling of an address; and a paste of many. */
#include "core/case/url_in.h"

static const struct { const char *code, *msgid; } wrongs[URL_WRONG_N] = {
    [URL_GOOD] = { "good", "" },
    [URL_EMPTY] = { "empty", N_("Nothing was filled in here.") },
    [URL_NO_LINK] = { "no_link", N_("This is not a link. A link begins with https:// and stands in the bar at the top of the browser.") },
    [URL_TOO_LONG] = { "too_long", N_("This link is too long. Copy it again from the bar at the top of the browser.") },
    [URL_SCRIPT] = { "script", N_("This is program code, not a link. Copy the link from the bar at the top of the browser.") },
    [URL_DATA] = { "data", N_("This is a picture itself, not a link. We do not need the picture. Copy the link of the page it is on.") },
    [URL_ONLY_THERE] = { "only_there", N_("This link works on one device only. Copy the link of the page on the internet.") },
    [URL_MAIL] = { "mail", N_("This is a mail address, not a link. Write it down in your own words.") },
    [URL_APP] = { "app", N_("This link opens an app. Copy the link for the browser, or write the name of the group or account in your own words.") },
    [URL_OTHER_SCHEME] = { "other_scheme", N_("Only links that begin with http:// or https:// can be asked for removal here.") },
    [URL_PASSWORD] = { "password", N_("This link holds a sign-in name or password. Leave out the part before the @.") },
    [URL_BAD_HOST] = { "bad_host", N_("The name of the website is not right. Copy the link again.") },
    [URL_BAD_PORT] = { "bad_port", N_("The number after the colon is not right. Copy the link again.") },
    [URL_PRIVATE] = { "private", N_("This address exists only inside a network at home or at work. Nobody outside can open it.") },
};
const char *url_wrong_code(UrlWrong w) { return wrongs[w].code; }
const char *url_wrong_msgid(UrlWrong w) { return wrongs[w].msgid; }

/* ---- rules ---- */

/* Parameters that say who clicked, never which page. name ends with * for a prefix; site: only there, and below it. */
static const struct { const char *name, *site; } tracking[] = {
    { "utm_*", NULL }, { "fbclid", NULL }, { "gclid", NULL }, { "gclsrc", NULL }, { "dclid", NULL }, { "gbraid", NULL }, { "wbraid", NULL }, { "msclkid", NULL }, { "yclid", NULL },
    { "twclid", NULL }, { "ttclid", NULL }, { "igshid", NULL }, { "igsh", NULL }, { "mc_cid", NULL }, { "mc_eid", NULL }, { "_ga", NULL }, { "_gl", NULL }, { "mkt_tok", NULL },
    { "_hsenc", NULL }, { "_hsmi", NULL }, { "oly_anon_id", NULL }, { "oly_enc_id", NULL }, { "vero_id", NULL }, { "wickedid", NULL }, { "rb_clickid", NULL }, { "s_cid", NULL },
    { "si", "youtube.com" }, { "si", "youtu.be" }, { "feature", "youtube.com" }, { "pp", "youtube.com" }, { "s", "x.com" }, { "t", "x.com" }, { "s", "twitter.com" }, { "t", "twitter.com" },
    { "ref_src", "x.com" }, { "ref_src", "twitter.com" }, { "ref_url", "twitter.com" }, { "share_id", "reddit.com" }, { "_t", "tiktok.com" }, { "_r", "tiktok.com" },
    { "is_from_webapp", "tiktok.com" }, { "sender_device", "tiktok.com" }, { "__tn__", "facebook.com" }, { "__cft__*", "facebook.com" }, { "mibextid", "facebook.com" },
    { "img_index", "instagram.com" }, { "si", "spotify.com" },
};
/* Sites whose page is chosen by the fragment. Everywhere else only fragments that are themselves addresses (#! and #/) are kept. */
static const char *const fragment_sites[] = { "mega.nz", "mega.co.nz", "web.telegram.org", "matrix.to", "app.element.io" };

static const struct { const char *scheme; UrlWrong wrong; } schemes[] = {
    { "javascript", URL_SCRIPT }, { "vbscript", URL_SCRIPT }, { "data", URL_DATA }, { "blob", URL_ONLY_THERE }, { "file", URL_ONLY_THERE }, { "content", URL_ONLY_THERE },
    { "about", URL_ONLY_THERE }, { "chrome", URL_ONLY_THERE }, { "moz-extension", URL_ONLY_THERE }, { "chrome-extension", URL_ONLY_THERE }, { "ms-appdata", URL_ONLY_THERE },
    { "mailto", URL_MAIL }, { "tel", URL_APP }, { "sms", URL_APP }, { "tg", URL_APP }, { "whatsapp", URL_APP }, { "signal", URL_APP }, { "sgnl", URL_APP }, { "snapchat", URL_APP },
    { "fb", URL_APP }, { "instagram", URL_APP }, { "intent", URL_APP }, { "discord", URL_APP }, { "viber", URL_APP }, { "ftp", URL_OTHER_SCHEME }, { "magnet", URL_OTHER_SCHEME },
};

static bool under(Str host, const char *site) {
    Str s = str_c(site);
    return str_ends(host, s) && (host.n == s.n || host.p[host.n - s.n - 1] == '.');
}

static bool is_tracking(Str name, Str host) {
    for (size_t i = 0; i < LEN(tracking); i++) {
        Str rule = str_c(tracking[i].name);
        bool fits = rule.p[rule.n - 1] == '*' ? name.n >= rule.n - 1 && str_ieq(str_sub(name, 0, rule.n - 1), str_sub(rule, 0, rule.n - 1)) : str_ieq(name, rule);
        if (fits && (tracking[i].site == NULL || under(host, tracking[i].site))) return true;
    }
    return false;
}

/* ---- percent-encoding ---- */

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool unreserved(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~'; }
static bool as_is(unsigned char c) { return unreserved(c) || strchr("!$&()*+,;=:@/?[]", c) != NULL; }

/* %41 becomes A, %c3 becomes %C3, a bare % and what may not stand in an address are escaped. */
static Str normal(Arena *a, Str s) {
    static const char digit[] = "0123456789ABCDEF";
    char *p = arena_alloc(a, 3 * s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool escaped = c == '%' && i + 2 < s.n && hex_value(s.p[i + 1]) >= 0 && hex_value(s.p[i + 2]) >= 0;
        if (escaped) {
            c = (unsigned char)(hex_value(s.p[i + 1]) * 16 + hex_value(s.p[i + 2]));
            i += 2;
        }
        if (escaped ? unreserved(c) : c != 0 && as_is(c)) {
            p[n++] = (char)c;
        } else {
            p[n++] = '%';
            p[n++] = digit[c >> 4];
            p[n++] = digit[c & 15];
        }
    }
    return (Str){ p, n };
}

/* RFC 3986 §5.2.4, on a path that is in its normal form. The result begins with a slash. */
static Str without_dots(Arena *a, Str path) {
    char *p = arena_alloc(a, path.n + 2);
    size_t n = 0;
    Str seg = STR_NONE;
    if (path.n > 0 && path.p[0] == '/') path = str_sub(path, 1, path.n);
    bool more = true;
    while (more) {
        size_t slash = path.n;
        more = str_chr(path, '/', &slash);
        seg = str_sub(path, 0, slash);
        path = str_sub(path, slash + 1, path.n);
        bool up = str_eq(seg, S("..")), here = str_eq(seg, S("."));
        if (up) {
            while (n > 0 && p[n - 1] != '/') n--;
            if (n > 0) n--;
        }
        if ((up || here) && more) continue;
        p[n++] = '/';
        if (up || here) break;
        if (seg.n > 0) memcpy(p + n, seg.p, seg.n);
        n += seg.n;
    }
    return (Str){ p, n };
}

static Str kept_query(Arena *a, Str raw, Str host, bool *trimmed) {
    char *p = arena_alloc(a, 3 * raw.n + 2);
    size_t n = 0;
    Str part = STR_NONE;
    while (str_split(&raw, '&', &part)) {
        part = normal(a, part);
        size_t eq = part.n;
        (void)str_chr(part, '=', &eq);
        if (part.n == 0) continue;
        if (is_tracking(str_sub(part, 0, eq), host)) {
            *trimmed = true;
            continue;
        }
        if (n > 0) p[n++] = '&';
        memcpy(p + n, part.p, part.n);
        n += part.n;
    }
    return (Str){ p, n };
}

static Str kept_fragment(Arena *a, Str raw, Str host, bool *trimmed) {
    bool site = false;
    size_t directive = 0;
    raw = normal(a, raw);
    if (str_find(raw, S(":~:"), &directive)) raw = str_sub(raw, 0, directive); /* a text fragment: where to scroll to */
    for (size_t i = 0; i < LEN(fragment_sites); i++) site = site || under(host, fragment_sites[i]);
    if (raw.n > 1 && (site || raw.p[0] == '!' || raw.p[0] == '/')) return raw;
    *trimmed = *trimmed || raw.n > 0;
    return STR_NONE;
}

/* ---- taking the text apart ---- */

/* Marks without width that come along with a copy: BOM, zero-width, direction marks; and the unbreakable blank. */
static Str without_ghosts(Str s) {
    static const char *const ghosts[] = { "\xef\xbb\xbf", "\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x81\xa0", "\xc2\xa0" };
    for (size_t i = 0; i < LEN(ghosts); i++) {
        Str g = str_c(ghosts[i]);
        if (str_starts(s, g)) s = str_sub(s, g.n, s.n);
        if (str_ends(s, g)) s.n -= g.n;
    }
    return s;
}

/* What surrounds an address. None of these marks can begin or end a canonical one. */
static Str bare(Str s) {
    for (bool again = true; again && s.n > 0;) {
        size_t before = s.n;
        s = without_ghosts(str_trim(s));
        if (s.n > 0 && strchr("<\"'`", s.p[0]) != NULL) s = str_sub(s, 1, s.n);
        if (s.n > 0 && strchr(">\"'`", s.p[s.n - 1]) != NULL) s.n--;
        again = s.n != before;
    }
    return s;
}

/* In running text also what belongs to the sentence. */
static Str bare_word(Str s) {
    size_t at = 0;
    s = bare(s);
    if (s.n > 0 && s.p[0] == '(') s = str_sub(s, 1, s.n);
    while (s.n > 1 && strchr(",;", s.p[s.n - 1]) != NULL) s.n--;
    if (s.n > 1 && s.p[s.n - 1] == ')' && !str_chr(s, '(', &at)) s.n--;
    return bare(s);
}

static bool has_control(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f) return true;
    return false;
}

/* site[.]test, as people write an address that must not be clicked. */
static Str refanged(Arena *a, Str s) {
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool dot = str_starts(str_sub(s, i, s.n), S("[.]"));
        p[n++] = dot ? '.' : s.p[i];
        i += dot ? 2 : 0;
    }
    return (Str){ p, n };
}

/* hxxp: the same, written so that it must not be clicked. */
static bool web_scheme(Str s) { return str_ieq(s, S("http")) || str_ieq(s, S("https")) || str_ieq(s, S("hxxp")) || str_ieq(s, S("hxxps")); }

/* The scheme before the colon, when there is one; host:port is none. */
static bool take_scheme(Str *s, Str *out) {
    size_t colon = 0, i = 0;
    if (!str_chr(*s, ':', &colon) || colon == 0 || colon > 20) return false;
    for (; i < colon; i++) {
        char c = s->p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-'))) return false;
    }
    *out = str_sub(*s, 0, colon);
    bool known = web_scheme(*out);
    for (size_t k = 0; k < LEN(schemes); k++) known = known || str_ieq(*out, str_c(schemes[k].scheme));
    if (!known && colon + 1 < s->n && s->p[colon + 1] >= '0' && s->p[colon + 1] <= '9') return false;
    *s = str_sub(*s, colon + 1, s->n);
    return true;
}

static UrlWrong wrong_scheme(Str scheme, Str rest) {
    for (size_t i = 0; i < LEN(schemes); i++)
        if (str_ieq(scheme, str_c(schemes[i].scheme))) return schemes[i].wrong;
    return str_starts(rest, S("//")) ? URL_OTHER_SCHEME : URL_NO_LINK;
}

static size_t find_any(Str s, const char *marks) {
    size_t at = 0;
    while (at < s.n && strchr(marks, s.p[at]) == NULL) at++;
    return at;
}

static void slashes_forward(char *p, size_t n) {
    for (size_t i = 0; i < n && p[i] != '?' && p[i] != '#'; i++)
        if (p[i] == '\\') p[i] = '/';
}

static void assemble(Arena *a, WebUrl *u) {
    bool v6 = memchr(u->host.p, ':', u->host.n) != NULL;
    Str port = u->port != 0 ? str_fmt(a, ":%d", u->port) : STR_NONE;
    u->text = str_fmt(a, "%s://%s" STR_FMT "%s" STR_FMT STR_FMT "%s" STR_FMT "%s" STR_FMT, u->https ? "https" : "http", v6 ? "[" : "", STR_ARG(u->host), v6 ? "]" : "", STR_ARG(port),
        STR_ARG(u->path), u->query.n > 0 ? "?" : "", STR_ARG(u->query), u->fragment.n > 0 ? "#" : "", STR_ARG(u->fragment));
}

static UrlWrong parse(Arena *a, Str s, Str allow, WebUrl *u) {
    Str scheme = STR_NONE;
    size_t at = 0;
    if (s.n == 0) return URL_EMPTY;
    if (str_ieq(str_sub(s, 0, 12), S("view-source:"))) s = str_sub(s, 12, s.n);
    bool has = take_scheme(&s, &scheme);
    u->https = !has || str_ends(str_lower(a, scheme), S("s"));
    u->guessed = !has;
    if (has && !web_scheme(scheme)) return wrong_scheme(scheme, s);
    if (s.n > URL_TEXT_MAX) return URL_TOO_LONG;
    if (!str_utf8_ok(s) || has_control(s)) return URL_NO_LINK;
    char *z = str_z(a, s);
    slashes_forward(z, s.n);
    s.p = z;
    while (s.n > 0 && s.p[0] == '/') s = str_sub(s, 1, s.n);
    Str authority = str_sub(s, 0, find_any(s, "/?#"));
    s = str_sub(s, authority.n, s.n);
    authority = refanged(a, authority);
    if (!has && (!str_chr(authority, '.', &at) || str_chr(authority, ' ', &at))) return URL_NO_LINK;
    if (!has && str_chr(authority, '@', &at)) return URL_MAIL;
    UrlWrong wrong = url_authority(a, authority, allow, u);
    if (!has && (wrong == URL_BAD_HOST || wrong == URL_BAD_PORT || (wrong == URL_GOOD && !url_known_suffix(a, u->host)))) return URL_NO_LINK;
    if (wrong != URL_GOOD) return wrong;
    Str path = str_sub(s, 0, find_any(s, "?#")), query = STR_NONE, fragment = STR_NONE;
    s = str_sub(s, path.n, s.n);
    if (s.n > 0 && s.p[0] == '?') {
        query = str_sub(s, 1, find_any(s, "#") - 1);
        s = str_sub(s, query.n + 1, s.n);
    }
    if (s.n > 0) fragment = str_sub(s, 1, s.n);
    u->path = without_dots(a, normal(a, path));
    u->query = kept_query(a, query, u->host, &u->trimmed);
    u->fragment = kept_fragment(a, fragment, u->host, &u->trimmed);
    assemble(a, u);
    return u->text.n > URL_CANONICAL_MAX ? URL_TOO_LONG : URL_GOOD;
}

Err url_parse(Arena *a, Str typed, Str allow, WebUrl *out, UrlWrong *out_wrong) {
    WebUrl u = { 0 };
    Str s = bare(typed);
    UrlWrong wrong = parse(a, s, allow, &u);
    if (out_wrong != NULL) *out_wrong = wrong;
    if (wrong != URL_GOOD) return E_INPUT;
    *out = u;
    return OK;
}

/* ---- a paste ---- */

typedef struct Paste { Arena *a; Str allow; UrlList *list; size_t max, cap; size_t *slot; bool over; } Paste;

static bool first_time(Paste *p, const UrlLine *line) {
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < line->url.text.n; i++) h = (h ^ (unsigned char)line->url.text.p[i]) * UINT64_C(1099511628211);
    for (size_t at = (size_t)h & (p->cap - 1), i = 0; i < p->cap; at = (at + 1) & (p->cap - 1), i++) {
        if (p->slot[at] == 0) {
            p->slot[at] = p->list->n + 1;
            return true;
        }
        if (str_eq(p->list->lines[p->slot[at] - 1].url.text, line->url.text)) return false;
    }
    return false;
}

static void keep(Paste *p, size_t number, Str text, UrlWrong wrong, const WebUrl *url) {
    UrlList *l = p->list;
    if (l->n == p->max) {
        p->over = true;
        return;
    }
    UrlLine line = { .line = number, .text = text, .wrong = wrong };
    if (wrong == URL_GOOD) {
        line.url = *url;
        line.again = !first_time(p, &line);
    }
    l->good += wrong == URL_GOOD && !line.again;
    l->again += line.again;
    l->wrong += wrong != URL_GOOD;
    l->lines[l->n++] = line;
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }

static bool next_word(Str *line, Str *out) {
    size_t from = 0, n = 0;
    while (from < line->n && blank(line->p[from])) from++;
    *line = str_sub(*line, from, line->n);
    while (n < line->n && !blank(line->p[n])) n++;
    *out = str_sub(*line, 0, n);
    *line = str_sub(*line, n, line->n);
    return n > 0;
}

/* A line of one word is judged; in a line of several, the words that are links are taken. */
static void one_line(Paste *p, size_t number, Str line) {
    Str rest = line, word = STR_NONE, scheme = STR_NONE;
    size_t words = 0, links = 0, at = 0;
    WebUrl url = { 0 };
    UrlWrong wrong = URL_EMPTY, first = URL_EMPTY;
    while (!p->over && next_word(&rest, &word)) {
        Err err = url_parse(p->a, bare_word(word), p->allow, &url, &wrong);
        bool meant = err == OK || str_find(word, S("://"), &at);
        if (words++ == 0) first = wrong;
        if (!meant) continue;
        keep(p, number, word, wrong, &url);
        links++;
    }
    if (links > 0 || words == 0 || p->over) return;
    Str whole = bare(line);
    bool scheme_first = take_scheme(&whole, &scheme);
    keep(p, number, line, words == 1 || scheme_first ? first : URL_NO_LINK, NULL);
}

Err url_parse_list(Arena *a, Str text, Str allow, size_t max, UrlList *out) {
    if (max > URL_LINES_MAX) max = URL_LINES_MAX;
    size_t lines = 1, cap = 64, number = 0;
    for (size_t i = 0; i < text.n; i++) lines += text.p[i] == '\n' || blank(text.p[i]);
    if (lines > max) lines = max;
    while (cap < 2 * lines + 2) cap *= 2;
    UrlList list = { .lines = ARENA_ARRAY(a, UrlLine, lines + 1) };
    Paste p = { .a = a, .allow = allow, .list = &list, .max = lines, .cap = cap, .slot = ARENA_ARRAY(a, size_t, cap) };
    Str line = STR_NONE;
    while (!p.over && str_split(&text, '\n', &line)) {
        number++;
        if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
        line = str_trim(line);
        if (line.n > 0) one_line(&p, number, line);
    }
    *out = list;
    return p.over ? E_LIMIT : OK;
}
