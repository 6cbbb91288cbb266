/* registry_boot.c - one bootstrap file (RFC 9224): entries, each with the servers that answer for it. */
#include "foundation/base/when.h"
#include "foundation/net/registry_in.h"

enum { TREE_MAX = 512 << 20 };

const char *const registry_bootstrap_names[] = { "rdap-dns.json", "rdap-ipv4.json", "rdap-ipv6.json", "rdap-asn.json", NULL };
const char *const registry_bootstrap_urls[] = { "https://data.iana.org/rdap/dns.json", "https://data.iana.org/rdap/ipv4.json", "https://data.iana.org/rdap/ipv6.json", "https://data.iana.org/rdap/asn.json", NULL };

int boot_kind(Str name) {
    for (int i = 0; i < BOOT_N; i++)
        if (str_eq(name, str_c(registry_bootstrap_names[i]))) return i;
    return -1;
}

bool net_prefix_parse(Str text, NetPrefix *out) {
    size_t slash = 0;
    int64_t bits = 0;
    NetPrefix p = { .bits = 0 };
    if (!str_chr(text, '/', &slash) || !net_address_parse(str_sub(text, 0, slash), &p.at)) return false;
    if (str_i64(str_sub(text, slash + 1, text.n), 0, p.at.v6 ? 128 : 32, &bits) != OK) return false;
    p.bits = (int)bits;
    for (int i = p.bits; i < (p.at.v6 ? 128 : 32); i++)
        if ((p.at.b[i / 8] & (0x80 >> (i % 8))) != 0) return false;
    *out = p;
    return true;
}

bool net_prefix_has(const NetPrefix *p, const NetAddress *at) {
    int whole = p->bits / 8, rest = p->bits % 8;
    if (p->at.v6 != at->v6 || memcmp(p->at.b, at->b, (size_t)whole) != 0) return false;
    return rest == 0 || ((p->at.b[whole] ^ at->b[whole]) & (0xFF << (8 - rest) & 0xFF)) == 0;
}

static bool url_ok(Str u) {
    for (size_t i = 0; i < u.n; i++)
        if (u.p[i] <= ' ' || u.p[i] > '~') return false;
    return u.n <= 400 && (str_starts(u, S("https://")) || str_starts(u, S("http://"))) && u.n > 10;
}

static void add_urls(Arena *a, const JVal *list, Str scheme, RegistryUrls *out) {
    for (size_t i = 0; i < list->n && out->n < REGISTRY_URLS_MAX; i++) {
        if (list->vals[i].type != J_STR || !url_ok(list->vals[i].s) || !str_starts(list->vals[i].s, scheme)) continue;
        Str u = list->vals[i].s;
        out->url[out->n++] = str_ends(u, S("/")) ? str_dup(a, u) : str_fmt(a, STR_FMT "/", STR_ARG(u));
    }
}

static bool range_read(Str text, uint32_t *from, uint32_t *to) {
    size_t dash = text.n;
    int64_t x = 0, y = 0;
    (void)str_chr(text, '-', &dash);
    if (str_i64(str_sub(text, 0, dash), 0, UINT32_MAX, &x) != OK) return false;
    y = x;
    if (dash < text.n && str_i64(str_sub(text, dash + 1, text.n), x, UINT32_MAX, &y) != OK) return false;
    *from = (uint32_t)x;
    *to = (uint32_t)y;
    return true;
}

static bool entry_read(Arena *a, int kind, Str text, BootEntry *e) {
    if (kind == BOOT_ASN) return range_read(text, &e->from, &e->to);
    if (kind != BOOT_DNS) return net_prefix_parse(text, &e->prefix) && e->prefix.at.v6 == (kind == BOOT_V6);
    while (text.n > 0 && text.p[text.n - 1] == '.') text.n--;
    e->name = str_lower(a, text);
    return text.n > 0 && text.n < 254;
}

static Err wrong(Str *out_why, const char *why) {
    *out_why = str_c(why);
    return E_INPUT;
}

/* tree: for the JSON as it was read, several times what is kept of it. */
static Err read_with(Arena *tree, Arena *a, Str text, int kind, Boot *out, Str *out_why) {
    const JVal *root = NULL;
    Boot b = { .n = 0 };
    size_t cap = 0;
    if (json_read(tree, text, REGISTRY_FILE_MAX, &root, NULL, NULL) != OK) return wrong(out_why, "not JSON, or too large");
    const JVal *services = jget(root, "services");
    if (!str_starts(jstr(root, "version"), S("1."))) return wrong(out_why, "not version 1 of RFC 9224");
    if (services == NULL || services->type != J_ARR) return wrong(out_why, "no list of services");
    UnixMs at = 0;
    b.published = str_dup(a, jstr(root, "publication"));
    if (when_parse(zone_utc(), b.published, &at) != OK) return wrong(out_why, "no date of publication");
    for (size_t i = 0; i < services->n; i++) {
        const JVal *s = &services->vals[i];
        if (s->type != J_ARR || s->n < 2 || s->vals[0].type != J_ARR || s->vals[1].type != J_ARR) continue;
        RegistryUrls *urls = ARENA_NEW(a, RegistryUrls);
        add_urls(a, &s->vals[1], S("https://"), urls);
        add_urls(a, &s->vals[1], S("http://"), urls);
        for (size_t k = 0; k < s->vals[0].n && urls->n > 0; k++) {
            BootEntry e = { .urls = urls };
            if (s->vals[0].vals[k].type != J_STR || !entry_read(a, kind, s->vals[0].vals[k].s, &e)) continue;
            if (b.n >= BOOT_ENTRIES_MAX) return wrong(out_why, "too many entries");
            b.v = ARENA_ROOM(tree, b.v, b.n, &cap);
            b.v[b.n++] = e;
        }
    }
    if (b.n == 0) return wrong(out_why, "no entry that can be read");
    b.v = memcpy(ARENA_ARRAY(a, BootEntry, b.n), b.v, b.n * sizeof *b.v);
    *out = b;
    return OK;
}

Err boot_read(Arena *a, Str text, int kind, Boot *out, Str *out_why) {
    Arena *tree = arena_new(TREE_MAX);
    Err e = read_with(tree, a, text, kind, out, out_why);
    arena_free(tree);
    return e;
}

Err registry_file_check(Arena *a, Str name, Str text, Str *out_published, Str *out_why) {
    Boot b;
    int kind = boot_kind(name);
    if (kind < 0) return wrong(out_why, "no bootstrap file is called that");
    TRY(boot_read(a, text, kind, &b, out_why));
    *out_published = b.published;
    return OK;
}
