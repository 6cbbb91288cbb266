/* browser.c - a person's browser without pictures: cookies, forms with everything in them, redirects. libcurl asks, gumbo reads. */
#include "programs/demo/demo.h"

#include <curl/curl.h>
#include <gumbo.h>

enum { PAGE_MAX = 16 << 20, NODES_MAX = 200000, FIELDS_MAX = 400, WAIT_S = 40 };

struct Browser { Arena *a; CURL *curl; Str base, lang; int status; Buf page; char *url; };

Browser *browser_new(Arena *a, Str base, Str lang) {
    Browser *b = ARENA_NEW(a, Browser);
    *b = (Browser){ .a = a, .curl = curl_easy_init(), .base = base, .lang = lang, .page = buf_new(PAGE_MAX) };
    must(b->curl != NULL);
    curl_easy_setopt(b->curl, CURLOPT_COOKIEFILE, ""); /* keep cookies in memory */
    return b;
}

void browser_free(Browser *b) {
    if (b == NULL) return;
    curl_easy_cleanup(b->curl);
    buf_free(&b->page);
}

static size_t take(char *p, size_t size, size_t n, void *arg) {
    Buf *page = arg;
    buf_put(page, str_bytes(p, size * n));
    return page->over ? 0 : size * n;
}

static Err ask(Browser *b, Str path, const char *body) {
    struct curl_slist *head = curl_slist_append(NULL, str_z(b->a, str_fmt(b->a, "Accept-Language: " STR_FMT, STR_ARG(b->lang))));
    long status = 0;
    char *final = NULL;
    Str url = str_starts(path, S("http")) ? path : str_fmt(b->a, STR_FMT STR_FMT, STR_ARG(b->base), STR_ARG(path));
    buf_clear(&b->page);
    curl_easy_setopt(b->curl, CURLOPT_URL, str_z(b->a, url));
    curl_easy_setopt(b->curl, CURLOPT_HTTPHEADER, head);
    curl_easy_setopt(b->curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(b->curl, CURLOPT_MAXREDIRS, 6L);
    curl_easy_setopt(b->curl, CURLOPT_TIMEOUT, (long)WAIT_S);
    curl_easy_setopt(b->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(b->curl, CURLOPT_WRITEDATA, &b->page);
    curl_easy_setopt(b->curl, CURLOPT_REFERER, "");
    if (body != NULL) curl_easy_setopt(b->curl, CURLOPT_POSTFIELDS, body);
    else curl_easy_setopt(b->curl, CURLOPT_HTTPGET, 1L);
    CURLcode rc = curl_easy_perform(b->curl);
    curl_slist_free_all(head);
    if (rc != CURLE_OK) return E_OUTSIDE;
    curl_easy_getinfo(b->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(b->curl, CURLINFO_EFFECTIVE_URL, &final);
    b->status = (int)status;
    b->url = str_z(b->a, str_c(final));
    return OK;
}

Err browser_get(Browser *b, Str path) { return ask(b, path, NULL); }
int browser_status(const Browser *b) { return b->status; }
Str browser_body(const Browser *b) { return buf_str(&b->page); }
Str browser_path(const Browser *b) {
    Str s = str_c(b->url);
    if (str_starts(s, b->base)) s = str_sub(s, b->base.n, s.n);
    size_t q = s.n;
    (void)str_chr(s, '?', &q);
    s = str_sub(s, 0, q);
    q = s.n;
    (void)str_chr(s, '#', &q);
    return str_sub(s, 0, q);
}
bool browser_says(const Browser *b, const char *text) {
    size_t at = 0;
    return str_find(buf_str(&b->page), str_c(text), &at);
}

/* ---- reading the page ---- */
typedef struct Doc { GumboOutput *out; const GumboNode **nodes; size_t n; } Doc; /* all nodes in document order */

static Doc read_page(Browser *b) {
    Doc d = { .out = gumbo_parse_with_options(&kGumboDefaultOptions, b->page.p != NULL ? b->page.p : "", b->page.n), .nodes = ARENA_ARRAY(b->a, const GumboNode *, NODES_MAX) };
    const GumboNode *at = d.out->root;
    while (at != NULL && d.n < NODES_MAX) {
        d.nodes[d.n++] = at;
        bool inner = at->type == GUMBO_NODE_ELEMENT && at->v.element.children.length > 0;
        if (inner) {
            at = at->v.element.children.data[0];
            continue;
        }
        const GumboNode *next = NULL;
        while (at != d.out->root && at->parent != NULL && next == NULL) {
            const GumboVector *kids = at->parent->type == GUMBO_NODE_ELEMENT ? &at->parent->v.element.children : NULL;
            if (kids == NULL) break;
            if (at->index_within_parent + 1 < kids->length) next = kids->data[at->index_within_parent + 1];
            else at = at->parent;
        }
        at = next;
    }
    return d;
}
static void done(Doc *d) { gumbo_destroy_output(&kGumboDefaultOptions, d->out); }

static bool is(const GumboNode *n, GumboTag tag) { return n->type == GUMBO_NODE_ELEMENT && n->v.element.tag == tag; }
static Str attr(const GumboNode *n, const char *name) {
    const GumboAttribute *at = n->type == GUMBO_NODE_ELEMENT ? gumbo_get_attribute(&n->v.element.attributes, name) : NULL;
    return at != NULL ? str_c(at->value) : STR_NONE;
}
static bool has_attr(const GumboNode *n, const char *name) { return n->type == GUMBO_NODE_ELEMENT && gumbo_get_attribute(&n->v.element.attributes, name) != NULL; }
static bool under(const GumboNode *n, const GumboNode *of) {
    for (int depth = 0; n != NULL && depth < 400; depth++, n = n->parent)
        if (n == of) return true;
    return false;
}
static Str words_under(Arena *a, const Doc *d, const GumboNode *of) {
    Buf b = buf_new(PAGE_MAX);
    for (size_t i = 0; i < d->n; i++) {
        const GumboNode *n = d->nodes[i];
        if ((n->type != GUMBO_NODE_TEXT && n->type != GUMBO_NODE_WHITESPACE) || !under(n, of)) continue;
        if (n->parent != NULL && (is(n->parent, GUMBO_TAG_SCRIPT) || is(n->parent, GUMBO_TAG_STYLE))) continue;
        for (const char *p = n->v.text.text; *p != '\0'; p++) {
            bool blank = *p == ' ' || *p == '\n' || *p == '\t' || *p == '\r';
            if (!blank) buf_ch(&b, *p);
            else if (b.n > 0 && b.p[b.n - 1] != ' ') buf_ch(&b, ' ');
        }
    }
    Str s = str_dup(a, str_trim(buf_str(&b)));
    buf_free(&b);
    return s;
}

Str browser_text(Browser *b) {
    Doc d = read_page(b);
    Str s = words_under(b->a, &d, d.out->root);
    done(&d);
    return s;
}
Str browser_title(Browser *b) {
    Doc d = read_page(b);
    Str s = STR_NONE;
    for (size_t i = 0; i < d.n && s.n == 0; i++)
        if (is(d.nodes[i], GUMBO_TAG_H1)) s = words_under(b->a, &d, d.nodes[i]);
    done(&d);
    return s;
}

static Str first_with(Browser *b, GumboTag tag, const char *name, const char *prefix, const char *suffix) {
    Doc d = read_page(b);
    Str found = STR_NONE;
    for (size_t i = 0; i < d.n && found.n == 0; i++) {
        Str v = is(d.nodes[i], tag) ? attr(d.nodes[i], name) : STR_NONE;
        if (v.n > 0 && str_starts(v, str_c(prefix)) && str_ends(v, str_c(suffix))) found = str_dup(b->a, v);
    }
    done(&d);
    return found;
}
Str browser_link(Browser *b, const char *prefix, const char *suffix) { return first_with(b, GUMBO_TAG_A, "href", prefix, suffix); }
Str browser_form(Browser *b, const char *prefix, const char *suffix) { return first_with(b, GUMBO_TAG_FORM, "action", prefix, suffix); }

static const GumboNode *up_to(const GumboNode *n, GumboTag tag) {
    for (int depth = 0; n != NULL && depth < 400; depth++, n = n->parent)
        if (is(n, tag)) return n;
    return NULL;
}

Str browser_choice(Browser *b, const char *name, const char *text) {
    Doc d = read_page(b);
    Str found = STR_NONE;
    for (size_t i = 0; i < d.n && found.n == 0; i++) {
        const GumboNode *n = d.nodes[i], *around = n;
        Str value = attr(n, "value");
        size_t at = 0;
        if (is(n, GUMBO_TAG_OPTION)) {
            const GumboNode *select = up_to(n, GUMBO_TAG_SELECT);
            if (select == NULL || !str_eq(attr(select, "name"), str_c(name))) continue;
        } else if (is(n, GUMBO_TAG_INPUT) && str_eq(attr(n, "name"), str_c(name))) {
            around = up_to(n, GUMBO_TAG_LABEL);
            if (around == NULL) around = up_to(n, GUMBO_TAG_TR);
            if (around == NULL) around = n;
        } else {
            continue;
        }
        if (value.n > 0 && (str_find(value, str_c(text), &at) || str_find(words_under(b->a, &d, around), str_c(text), &at))) found = str_dup(b->a, value);
    }
    done(&d);
    return found;
}

/* ---- forms ---- */
typedef struct Filled { Str name[FIELDS_MAX], value[FIELDS_MAX]; size_t n; } Filled;
static void put(Filled *f, Str name, Str value) {
    must(f->n < FIELDS_MAX);
    f->name[f->n] = name;
    f->value[f->n++] = value;
}

static void put_select(Browser *b, const Doc *d, const GumboNode *select, Filled *f) {
    Str chosen = STR_NONE;
    bool any = false, marked = false;
    for (size_t i = 0; i < d->n; i++) {
        if (!is(d->nodes[i], GUMBO_TAG_OPTION) || !under(d->nodes[i], select)) continue;
        bool selected = has_attr(d->nodes[i], "selected");
        if ((!any && !marked) || selected) chosen = has_attr(d->nodes[i], "value") ? attr(d->nodes[i], "value") : words_under(b->a, d, d->nodes[i]);
        any = true;
        marked = marked || selected;
    }
    if (any) put(f, str_dup(b->a, attr(select, "name")), str_dup(b->a, chosen));
}

static void put_area(Browser *b, const GumboNode *area, Filled *f) {
    Buf t = buf_new(PAGE_MAX);
    for (unsigned i = 0; i < area->v.element.children.length; i++) {
        const GumboNode *n = area->v.element.children.data[i];
        if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE) buf_z(&t, n->v.text.text);
    }
    put(f, str_dup(b->a, attr(area, "name")), str_dup(b->a, buf_str(&t)));
    buf_free(&t);
}

static void put_input(Browser *b, const GumboNode *n, Filled *f) {
    Str type = attr(n, "type");
    bool box = str_eq(type, S("checkbox")) || str_eq(type, S("radio"));
    if (attr(n, "name").n == 0 || str_eq(type, S("file")) || str_eq(type, S("submit"))) return;
    if (box && !has_attr(n, "checked")) return;
    put(f, str_dup(b->a, attr(n, "name")), str_dup(b->a, has_attr(n, "value") ? attr(n, "value") : box ? S("on") : STR_NONE));
}

/* A button may send its form elsewhere than the form says. */
static const GumboNode *form_of_button(const Doc *d, Str action, Str *out_to) {
    for (size_t i = 0; i < d->n; i++) {
        if (!is(d->nodes[i], GUMBO_TAG_BUTTON) || !has_attr(d->nodes[i], "formaction") || !str_ends(attr(d->nodes[i], "formaction"), action)) continue;
        for (size_t k = 0; k < d->n; k++)
            if (is(d->nodes[k], GUMBO_TAG_FORM) && under(d->nodes[i], d->nodes[k])) {
                *out_to = attr(d->nodes[i], "formaction");
                return d->nodes[k];
            }
    }
    return NULL;
}

static bool form_filled(Browser *b, Str action, Str *out_action, Filled *f) {
    Doc d = read_page(b);
    const GumboNode *form = NULL;
    Str to = STR_NONE;
    for (size_t i = 0; i < d.n && form == NULL; i++)
        if (is(d.nodes[i], GUMBO_TAG_FORM) && str_ieq(attr(d.nodes[i], "method"), S("post")) && str_ends(attr(d.nodes[i], "action"), action)) form = d.nodes[i];
    if (form == NULL) form = form_of_button(&d, action, &to);
    else to = attr(form, "action");
    for (size_t i = 0; form != NULL && i < d.n; i++) {
        const GumboNode *n = d.nodes[i];
        if (!under(n, form)) continue;
        if (is(n, GUMBO_TAG_INPUT)) put_input(b, n, f);
        else if (is(n, GUMBO_TAG_SELECT)) put_select(b, &d, n, f);
        else if (is(n, GUMBO_TAG_TEXTAREA)) put_area(b, n, f);
    }
    if (form != NULL) *out_action = str_dup(b->a, to);
    done(&d);
    return form != NULL;
}

Str browser_value(Browser *b, const char *name) {
    Doc d = read_page(b);
    Str found = STR_NONE;
    Filled *f = ARENA_NEW(b->a, Filled);
    for (size_t i = 0; i < d.n && f->n == 0; i++) {
        if (!str_eq(attr(d.nodes[i], "name"), str_c(name))) continue;
        if (is(d.nodes[i], GUMBO_TAG_TEXTAREA)) put_area(b, d.nodes[i], f);
        else if (is(d.nodes[i], GUMBO_TAG_INPUT)) put_input(b, d.nodes[i], f);
    }
    if (f->n > 0) found = f->value[0].p != NULL ? f->value[0] : S("");
    done(&d);
    return found;
}

static void encode(Browser *b, Buf *out, Str name, Str value) {
    char *n = curl_easy_escape(b->curl, name.p, (int)name.n), *v = value.n > 0 ? curl_easy_escape(b->curl, value.p, (int)value.n) : NULL;
    buf_printf(out, "%s%s=%s", out->n > 0 ? "&" : "", n, v != NULL ? v : "");
    curl_free(n);
    curl_free(v);
}

Err browser_send(Browser *b, Str action, const Field *fields, size_t n) {
    Filled *f = ARENA_NEW(b->a, Filled);
    Str to = STR_NONE;
    Buf body = buf_new(PAGE_MAX);
    if (!form_filled(b, action, &to, f)) return E_MISSING;
    for (size_t i = 0; i < f->n; i++) {
        bool replaced = false;
        for (size_t k = 0; k < n; k++) replaced = replaced || str_eq(f->name[i], str_c(fields[k].name));
        if (!replaced) encode(b, &body, f->name[i], f->value[i]);
    }
    for (size_t k = 0; k < n; k++)
        if (fields[k].value.p != NULL) encode(b, &body, str_c(fields[k].name), fields[k].value);
    char *text = str_z(b->a, buf_str(&body));
    buf_free(&body);
    return ask(b, to, text);
}

const char *browser_cookies(Browser *b) {
    struct curl_slist *all = NULL;
    Buf out = buf_new(16384);
    curl_easy_getinfo(b->curl, CURLINFO_COOKIELIST, &all);
    for (struct curl_slist *one = all; one != NULL; one = one->next) { /* Netscape lines: the last two columns are name and value */
        Str line = str_c(one->data), part = STR_NONE, name = STR_NONE, value = STR_NONE;
        while (str_split(&line, '\t', &part)) {
            name = value;
            value = part;
        }
        buf_printf(&out, "%s" STR_FMT "=" STR_FMT, out.n > 0 ? "; " : "", STR_ARG(name), STR_ARG(value));
    }
    curl_slist_free_all(all);
    const char *text = str_z(b->a, buf_str(&out));
    buf_free(&out);
    return text;
}
