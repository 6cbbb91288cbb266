/* page.c - what a page says. gumbo builds the tree; it is walked without recursion, since its depth is the page's choice. */
#include "programs/media/reader.h"

#include <gumbo.h>

enum { SNIFF = 1024, NODES_MAX = 4000000, DEPTH_FREED = 2000 };

/* ---- characters ---- */

static void put_utf8(Buf *b, uint32_t c) {
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
    if (c < 0x80) {
        buf_ch(b, (char)c);
    } else if (c < 0x800) {
        buf_ch(b, (char)(0xC0 | c >> 6));
        buf_ch(b, (char)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        buf_ch(b, (char)(0xE0 | c >> 12));
        buf_ch(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_ch(b, (char)(0x80 | (c & 0x3F)));
    } else {
        buf_ch(b, (char)(0xF0 | c >> 18));
        buf_ch(b, (char)(0x80 | (c >> 12 & 0x3F)));
        buf_ch(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_ch(b, (char)(0x80 | (c & 0x3F)));
    }
}

static void from_utf8(Buf *b, Str s) {
    for (size_t i = 0; i < s.n;) {
        uint8_t c = (uint8_t)s.p[i];
        size_t n = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
        Str one = str_sub(s, i, n);
        bool good = c != 0 && one.n == n && str_utf8_ok(one);
        if (good) buf_put(b, one);
        else put_utf8(b, 0xFFFD);
        i += good ? n : 1;
    }
}

/* windows-1252, which is also what browsers read when a page says latin-1 (WHATWG Encoding). */
static void from_1252(Buf *b, Str s) {
    static const uint16_t high[32] = { 0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013,
        0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178 };
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = (uint8_t)s.p[i];
        put_utf8(b, c >= 0x80 && c < 0xA0 ? high[c - 0x80] : c);
    }
}

static void from_utf16(Buf *b, Str s, bool big) {
    for (size_t i = 0; i + 1 < s.n; i += 2) {
        const uint8_t *p = (const uint8_t *)s.p + i;
        uint32_t c = big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
        if (c >= 0xD800 && c <= 0xDBFF && i + 3 < s.n) {
            uint32_t low = big ? (uint32_t)p[2] << 8 | p[3] : (uint32_t)p[3] << 8 | p[2];
            if (low >= 0xDC00 && low <= 0xDFFF) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                i += 2;
            }
        }
        put_utf8(b, c);
    }
}

/* charset=x within the first bytes, as a meta element says it. */
static Str sniff(Arena *a, Str bytes) {
    Str head = str_lower(a, str_sub(bytes, 0, SNIFF));
    size_t at = 0, end = 0;
    if (!str_find(head, S("charset="), &at)) return STR_NONE;
    Str rest = str_sub(head, at + 8, head.n);
    while (rest.n > 0 && (rest.p[0] == '"' || rest.p[0] == '\'' || rest.p[0] == ' ')) rest = str_sub(rest, 1, rest.n);
    while (end < rest.n && end < 40 && rest.p[end] != '"' && rest.p[end] != '\'' && rest.p[end] != ' ' && rest.p[end] != ';' && rest.p[end] != '>' && rest.p[end] != '/') end++;
    return str_sub(rest, 0, end);
}

Str page_decode(Arena *a, Str bytes, Str charset) {
    static const char *const latin[] = { "windows-1252", "cp1252", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii", "iso-8859-15" };
    Str set = str_lower(a, charset.n > 0 ? charset : sniff(a, bytes));
    bool one_byte = false;
    for (size_t i = 0; i < LEN(latin); i++) one_byte = one_byte || str_eq(set, str_c(latin[i]));
    Buf b = buf_new(4 * (size_t)MEDIA_HTML_MAX);
    if (str_starts(bytes, S("\xEF\xBB\xBF"))) from_utf8(&b, str_sub(bytes, 3, bytes.n)); /* a byte order mark goes before what is said */
    else if (str_starts(bytes, S("\xFF\xFE"))) from_utf16(&b, str_sub(bytes, 2, bytes.n), false);
    else if (str_starts(bytes, S("\xFE\xFF"))) from_utf16(&b, str_sub(bytes, 2, bytes.n), true);
    else if (str_eq(set, S("utf-16le")) || str_eq(set, S("utf-16"))) from_utf16(&b, bytes, false);
    else if (str_eq(set, S("utf-16be"))) from_utf16(&b, bytes, true);
    else if (one_byte) from_1252(&b, bytes);
    else from_utf8(&b, bytes);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* ---- the walk ---- */

typedef struct Walk { size_t depth, deepest; MediaPage *page; Buf text, title, pictures; int pictures_n; bool blank, title_blank, titled; Arena *a; } Walk;

static void put_folded(Buf *b, bool *blank, const char *z) {
    for (; *z != '\0' && !b->over; z++) { /* text that does not fit ends within a character: str_utf8_cut() mends that */
        bool space = *z == ' ' || *z == '\t' || *z == '\n' || *z == '\r' || *z == '\f';
        if (space) {
            *blank = b->n > 0;
            continue;
        }
        if (*blank) buf_ch(b, ' ');
        *blank = false;
        buf_ch(b, *z);
    }
}

static bool skipped(GumboTag t) { return t == GUMBO_TAG_SCRIPT || t == GUMBO_TAG_STYLE || t == GUMBO_TAG_TEMPLATE || t == GUMBO_TAG_HEAD; }

static bool inline_tag(GumboTag t) {
    static const GumboTag tags[] = { GUMBO_TAG_A, GUMBO_TAG_ABBR, GUMBO_TAG_B, GUMBO_TAG_BDI, GUMBO_TAG_BDO, GUMBO_TAG_BIG, GUMBO_TAG_CITE, GUMBO_TAG_CODE, GUMBO_TAG_DEL, GUMBO_TAG_DFN, GUMBO_TAG_EM, GUMBO_TAG_FONT,
        GUMBO_TAG_I, GUMBO_TAG_INS, GUMBO_TAG_KBD, GUMBO_TAG_MARK, GUMBO_TAG_Q, GUMBO_TAG_S, GUMBO_TAG_SAMP, GUMBO_TAG_SMALL, GUMBO_TAG_SPAN, GUMBO_TAG_STRONG, GUMBO_TAG_SUB, GUMBO_TAG_SUP, GUMBO_TAG_TIME, GUMBO_TAG_TT,
        GUMBO_TAG_U, GUMBO_TAG_VAR, GUMBO_TAG_WBR };
    for (size_t i = 0; i < LEN(tags); i++)
        if (tags[i] == t) return true;
    return false;
}

static Str attribute(const GumboElement *e, const char *name) {
    const GumboAttribute *at = gumbo_get_attribute(&e->attributes, name);
    return at == NULL ? STR_NONE : str_trim(str_c(at->value));
}

static void head_link(Walk *w, const GumboElement *e) {
    Str rel = str_lower(w->a, str_utf8_cut(attribute(e, "rel"), 200)), word = STR_NONE;
    while (str_split(&rel, ' ', &word))
        if (str_eq(word, S("canonical")) && w->page->canonical.n == 0) w->page->canonical = str_utf8_cut(attribute(e, "href"), MEDIA_FIELD_MAX);
}

/* "5; url='/next'" */
static void head_meta(Walk *w, const GumboElement *e) {
    size_t at = 0;
    if (!str_ieq(attribute(e, "http-equiv"), S("refresh")) || w->page->refresh.n > 0) return;
    Str content = str_utf8_cut(attribute(e, "content"), MEDIA_FIELD_MAX);
    if (!str_find(str_lower(w->a, content), S("url="), &at)) return;
    Str to = str_trim(str_sub(content, at + 4, content.n));
    if (to.n >= 2 && (to.p[0] == '"' || to.p[0] == '\'')) {
        size_t end = to.n;
        Str rest = str_sub(to, 1, to.n);
        (void)(str_chr(rest, to.p[0], &end));
        to = str_sub(rest, 0, end);
    }
    w->page->refresh = to;
}

/* ---- pictures that the page refers to ---- */

enum { SMALL = 64 /* pixels: icons and the like */, CANDIDATES_MAX = 64 };

static void picture(Walk *w, Str url) {
    url = str_trim(url);
    if (url.n == 0 || url.n > MEDIA_PICTURE_URL || w->pictures_n == MEDIA_PICTURES || !str_utf8_ok(url) || str_starts(str_lower(w->a, str_sub(url, 0, 5)), S("data:"))) return;
    for (size_t i = 0; i < url.n; i++)
        if ((uint8_t)url.p[i] <= ' ' || url.p[i] == 0x7F) return;
    Str rest = buf_str(&w->pictures), one = STR_NONE;
    while (str_split(&rest, '\n', &one))
        if (str_eq(one, url)) return;
    buf_put(&w->pictures, url);
    buf_ch(&w->pictures, '\n');
    w->pictures_n++;
}

/* The widest of "a.jpg 320w, b.jpg 2x, c.jpg". */
static void from_srcset(Walk *w, Str set) {
    Str best = STR_NONE;
    int64_t most = -1;
    for (int i = 0; i < CANDIDATES_MAX && set.n > 0; i++) {
        size_t end = 0, comma = 0;
        while (set.n > 0 && ((uint8_t)set.p[0] <= ' ' || set.p[0] == ',')) set = str_sub(set, 1, set.n);
        while (end < set.n && (uint8_t)set.p[end] > ' ') end++;
        Str url = str_sub(set, 0, end);
        set = str_sub(set, end, set.n);
        bool last = url.n > 0 && url.p[url.n - 1] == ','; /* no width is said */
        while (url.n > 0 && url.p[url.n - 1] == ',') url = str_sub(url, 0, url.n - 1);
        int64_t width = 1;
        if (!last) {
            if (!str_chr(set, ',', &comma)) comma = set.n;
            Str says = str_trim(str_sub(set, 0, comma));
            set = str_sub(set, comma, set.n);
            if (says.n > 1 && str_i64(str_sub(says, 0, says.n - 1), 1, 1000000, &width) != OK) width = 1;
        }
        if (url.n == 0 || width <= most) continue;
        most = width;
        best = url;
    }
    picture(w, best);
}

static bool small(const GumboElement *e) {
    int64_t width = 0, height = 0;
    bool told = str_i64(attribute(e, "width"), 0, 1000000, &width) == OK, tall = str_i64(attribute(e, "height"), 0, 1000000, &height) == OK;
    return (told && width < SMALL) || (tall && height < SMALL);
}

static void from_img(Walk *w, const GumboElement *e) {
    if (small(e)) return;
    from_srcset(w, attribute(e, "srcset"));
    picture(w, attribute(e, "src"));
    picture(w, attribute(e, "data-src"));
}

static void from_meta(Walk *w, const GumboElement *e) {
    static const char *const names[] = { "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src" };
    for (size_t i = 0; i < LEN(names); i++)
        if (str_ieq(attribute(e, "property"), str_c(names[i])) || str_ieq(attribute(e, "name"), str_c(names[i]))) picture(w, attribute(e, "content"));
}

static void element(Walk *w, const GumboElement *e) {
    MediaPage *p = w->page;
    switch ((int)e->tag) { /* the others matter for their text alone */
    case GUMBO_TAG_HTML: p->lang = str_utf8_cut(attribute(e, "lang"), 40); break;
    case GUMBO_TAG_LINK: head_link(w, e); break;
    case GUMBO_TAG_META:
        head_meta(w, e);
        from_meta(w, e);
        break;
    case GUMBO_TAG_IMG:
        p->images++;
        from_img(w, e);
        break;
    case GUMBO_TAG_SOURCE: from_srcset(w, attribute(e, "srcset")); break;
    case GUMBO_TAG_VIDEO:
        p->videos++;
        picture(w, attribute(e, "poster"));
        break;
    case GUMBO_TAG_FORM: p->forms++; break;
    case GUMBO_TAG_A: p->links += gumbo_get_attribute(&e->attributes, "href") != NULL; break;
    case GUMBO_TAG_INPUT:
        p->password_fields += str_ieq(attribute(e, "type"), S("password"));
        p->images += str_ieq(attribute(e, "type"), S("image"));
        break;
    default: break;
    }
}

static const GumboVector *children_of(const GumboNode *n) {
    if (n->type == GUMBO_NODE_DOCUMENT) return &n->v.document.children;
    if (n->type == GUMBO_NODE_ELEMENT || n->type == GUMBO_NODE_TEMPLATE) return &n->v.element.children;
    return NULL;
}

typedef struct Where { const GumboNode *node; int hidden; /* depth inside what is not shown */ bool title; } Where;

static void enter(Walk *w, Where *at) {
    if (++w->depth > w->deepest) w->deepest = w->depth;
    const GumboNode *n = at->node;
    bool element_like = n->type == GUMBO_NODE_ELEMENT || n->type == GUMBO_NODE_TEMPLATE;
    if (element_like) {
        GumboTag t = n->v.element.tag;
        if (n->type != GUMBO_NODE_TEMPLATE && !(at->hidden > 0 && t != GUMBO_TAG_LINK && t != GUMBO_TAG_META)) element(w, &n->v.element);
        if (skipped(t) || at->hidden > 0) at->hidden++;
        at->title = t == GUMBO_TAG_TITLE && !w->titled;
        if (!inline_tag(t)) w->blank = w->text.n > 0;
    }
    bool says = n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE || n->type == GUMBO_NODE_CDATA;
    if (!says) return;
    if (at->title) put_folded(&w->title, &w->title_blank, n->v.text.text);
    else if (at->hidden == 0) put_folded(&w->text, &w->blank, n->v.text.text);
}

static void leave(Walk *w, Where *at) {
    w->depth--;
    const GumboNode *n = at->node;
    if (n->type != GUMBO_NODE_ELEMENT && n->type != GUMBO_NODE_TEMPLATE) return;
    if (at->hidden > 0) at->hidden--;
    if (at->title) w->titled = true;
    if (n->v.element.tag == GUMBO_TAG_TITLE) at->title = false;
    if (!inline_tag(n->v.element.tag)) w->blank = w->text.n > 0;
}

/* Down to the first child, else on to the next sibling, else up: the tree's own pointers are the stack. */
static Err walk(Walk *w, const GumboNode *root) {
    Where at = { .node = root };
    size_t steps = 0;
    enter(w, &at);
    for (;;) {
        const GumboVector *kids = children_of(at.node);
        if (++steps > NODES_MAX) return E_LIMIT;
        if (kids != NULL && kids->length > 0) {
            at.node = kids->data[0];
            enter(w, &at);
            continue;
        }
        for (;;) {
            const GumboNode *parent = at.node->parent;
            leave(w, &at);
            if (at.node == root || parent == NULL) return OK;
            const GumboVector *siblings = children_of(parent);
            size_t next = at.node->index_within_parent + 1;
            if (siblings != NULL && next < siblings->length) {
                at.node = siblings->data[next];
                enter(w, &at);
                break;
            }
            at.node = parent;
        }
    }
}

Err page_read(Arena *a, Str html, Str charset, MediaPage *out) {
    GumboOptions options = kGumboDefaultOptions;
    MediaPage page = { 0 };
    Walk w = { .page = &page, .text = buf_new(MEDIA_TEXT_MAX + 4096), .title = buf_new(MEDIA_FIELD_MAX), .pictures = buf_new(MEDIA_PICTURES * (MEDIA_PICTURE_URL + 1) + 1), .a = a };
    options.max_errors = 0;
    Str text = page_decode(a, html, charset);
    GumboOutput *tree = gumbo_parse_with_options(&options, text.n > 0 ? text.p : "", text.n);
    if (tree == NULL) return E_INPUT;
    Err e = walk(&w, tree->document);
    page.text = str_utf8_cut(str_dup(a, buf_str(&w.text)), MEDIA_TEXT_MAX);
    page.title = str_utf8_cut(str_dup(a, buf_str(&w.title)), MEDIA_FIELD_MAX - 8);
    page.pictures = str_dup(a, buf_str(&w.pictures));
    Str *kept[] = { &page.lang, &page.canonical, &page.refresh }; /* views into the tree until now */
    for (size_t i = 0; i < LEN(kept); i++) *kept[i] = str_dup(a, *kept[i]);
    buf_free(&w.text);
    buf_free(&w.title);
    buf_free(&w.pictures);
    if (w.deepest < DEPTH_FREED) gumbo_destroy_output(&options, tree); /* frees by recursion: what is deeper goes with the process */
    TRY(e);
    *out = page;
    return OK;
}
