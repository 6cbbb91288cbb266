/* registry.c - the tables, and the questions they answer. */
#include "foundation/net/registry_in.h"
#include "foundation/base/csv.h"
#include "foundation/base/when.h"

/* ---- reading ---- */
static Err table(Arena *a, const char *name, size_t columns, Str ***out, size_t *out_n) {
    Str text = STR_NONE, *row = NULL;
    size_t n = 0, cap = 0, fields = 0;
    Str **rows = NULL;
    for (size_t i = 0; i < registry_files_n; i++)
        if (str_eq(registry_files[i].name, str_c(name))) text = registry_files[i].text;
    CsvReader r = csv_reader(text, ',');
    Err e = OK;
    while ((e = csv_row(a, &r, &row, &fields)) == OK) {
        if (fields != columns) return E_INPUT;
        rows = ARENA_ROOM(a, rows, n, &cap);
        rows[n++] = row;
    }
    if (e != E_MISSING || n < 2) return E_INPUT;
    *out = rows + 1; /* without the names of the columns */
    *out_n = n - 1;
    return OK;
}

static Err read_tables(Arena *a, NetRegistry *r) {
    Str **v = NULL;
    TRY(table(a, "servers.csv", 3, &v, &r->tld_n));
    r->tld = ARENA_ARRAY(a, TldRow, r->tld_n);
    for (size_t i = 0; i < r->tld_n; i++) r->tld[i] = (TldRow){ v[i][0], v[i][1], v[i][2] };
    TRY(table(a, "operators.csv", 8, &v, &r->op_n));
    r->op = ARENA_ARRAY(a, NetOperator, r->op_n);
    for (size_t i = 0; i < r->op_n; i++)
        r->op[i] = (NetOperator){ .code = v[i][0], .name = v[i][1], .kind = v[i][2], .mail = v[i][3], .form = v[i][4], .country = v[i][5], .source = v[i][6], .verified_on = v[i][7] };
    TRY(table(a, "ranges.csv", 4, &v, &r->range_n));
    r->range = ARENA_ARRAY(a, RangeRow, r->range_n);
    for (size_t i = 0; i < r->range_n; i++) {
        r->range[i] = (RangeRow){ .text = v[i][0], .operator = v[i][1], .source = v[i][2], .seen = v[i][3] };
        if (!net_prefix_parse(v[i][0], &r->range[i].prefix) || registry_operator(r, v[i][1]) == NULL) return E_INPUT;
    }
    TRY(table(a, "marks.csv", 3, &v, &r->mark_n));
    r->mark = ARENA_ARRAY(a, MarkRow, r->mark_n);
    for (size_t i = 0; i < r->mark_n; i++) {
        r->mark[i] = (MarkRow){ v[i][0], v[i][1], v[i][2] };
        if (registry_operator(r, v[i][2]) == NULL) return E_INPUT;
    }
    return OK;
}

static UnixMs date_of(Str published) {
    UnixMs at = 0;
    return when_parse(zone_utc(), published, &at) == OK ? at : 0;
}

Err registry_new(Arena *a, const RegistryFile *newer, size_t newer_n, const NetRegistry **out, Str *out_why) {
    NetRegistry *r = ARENA_NEW(a, NetRegistry);
    *out_why = S("the tables that are compiled in");
    for (size_t i = 0; i < registry_files_n; i++) {
        int kind = boot_kind(registry_files[i].name);
        if (kind >= 0) TRY(boot_read(a, registry_files[i].text, kind, &r->boot[kind], out_why));
    }
    TRY(read_tables(a, r));
    for (size_t i = 0; i < newer_n; i++) {
        Boot b = { .n = 0 };
        Str why = STR_NONE;
        int kind = boot_kind(newer[i].name);
        if (kind < 0) continue;
        if (boot_read(a, newer[i].text, kind, &b, &why) != OK) {
            *out_why = str_fmt(a, STR_FMT ": " STR_FMT, STR_ARG(newer[i].name), STR_ARG(why));
            return E_INPUT;
        }
        if (date_of(b.published) > date_of(r->boot[kind].published)) r->boot[kind] = b;
    }
    *out_why = STR_NONE;
    *out = r;
    return OK;
}

/* ---- asking ---- */
static bool under(Str host, Str name) { return str_eq(host, name) || (host.n > name.n && host.p[host.n - name.n - 1] == '.' && str_ends(host, name)); }

static Str last_label(Str domain) {
    size_t at = domain.n;
    while (at > 0 && domain.p[at - 1] != '.') at--;
    return str_sub(domain, at, domain.n);
}

static const TldRow *tld_row(const NetRegistry *r, Str domain) {
    Str last = last_label(domain);
    for (size_t i = 0; i < r->tld_n; i++)
        if (str_ieq(r->tld[i].tld, last)) return &r->tld[i];
    return NULL;
}

void registry_of_domain(const NetRegistry *r, Str domain, RegistryUrls *out) {
    const BootEntry *best = NULL;
    *out = (RegistryUrls){ .n = 0 };
    for (size_t i = 0; i < r->boot[BOOT_DNS].n; i++) {
        const BootEntry *e = &r->boot[BOOT_DNS].v[i];
        if (under(domain, e->name) && (best == NULL || e->name.n > best->name.n)) best = e;
    }
    const TldRow *more = best == NULL ? tld_row(r, domain) : NULL;
    if (best != NULL) *out = *best->urls;
    else if (more != NULL && more->rdap.n > 0) out->url[out->n++] = more->rdap;
}

void registry_of_address(const NetRegistry *r, const NetAddress *at, RegistryUrls *out) {
    const Boot *b = &r->boot[at->v6 ? BOOT_V6 : BOOT_V4];
    const BootEntry *best = NULL;
    *out = (RegistryUrls){ .n = 0 };
    for (size_t i = 0; i < b->n; i++)
        if (net_prefix_has(&b->v[i].prefix, at) && (best == NULL || b->v[i].prefix.bits > best->prefix.bits)) best = &b->v[i];
    if (best != NULL) *out = *best->urls;
}

void registry_of_asn(const NetRegistry *r, uint32_t asn, RegistryUrls *out) {
    const Boot *b = &r->boot[BOOT_ASN];
    const BootEntry *best = NULL;
    *out = (RegistryUrls){ .n = 0 };
    for (size_t i = 0; i < b->n; i++)
        if (asn >= b->v[i].from && asn <= b->v[i].to && (best == NULL || b->v[i].to - b->v[i].from < best->to - best->from)) best = &b->v[i];
    if (best != NULL) *out = *best->urls;
}

Str registry_whois(const NetRegistry *r, Str domain) {
    const TldRow *t = tld_row(r, domain);
    return t != NULL ? t->whois : STR_NONE;
}

Str registry_whois_of_rdap(const NetRegistry *r, Str rdap_host) {
    for (size_t i = 0; i < r->tld_n; i++)
        if (str_ieq(r->tld[i].tld, rdap_host)) return r->tld[i].whois;
    return STR_NONE;
}

Str registry_published(const NetRegistry *r, Str name) {
    int kind = boot_kind(name);
    return kind >= 0 ? r->boot[kind].published : STR_NONE;
}

const NetOperator *registry_operator(const NetRegistry *r, Str code) {
    for (size_t i = 0; i < r->op_n; i++)
        if (str_eq(r->op[i].code, code)) return &r->op[i];
    return NULL;
}

const NetOperator *registry_operator_of_address(const NetRegistry *r, const NetAddress *at, Str *out_prefix, Str *out_source, Str *out_seen) {
    const RangeRow *best = NULL;
    for (size_t i = 0; i < r->range_n; i++)
        if (net_prefix_has(&r->range[i].prefix, at) && (best == NULL || r->range[i].prefix.bits > best->prefix.bits)) best = &r->range[i];
    if (best == NULL) return NULL;
    *out_prefix = best->text;
    *out_source = best->source;
    *out_seen = best->seen;
    return registry_operator(r, best->operator);
}

/* A mark "name" or "name: beginning of the value"; a mark of kind server is the beginning of that header's value. Case does not matter. */
static bool marked(Str line, const MarkRow *m) {
    size_t colon = 0, at = m->mark.n;
    if (!str_chr(line, ':', &colon)) return false;
    Str name = str_sub(line, 0, colon), value = str_trim(str_sub(line, colon + 1, line.n));
    if (str_eq(m->what, S("server"))) return str_ieq(name, S("server")) && str_ieq(str_sub(value, 0, m->mark.n), m->mark);
    bool with_value = str_chr(m->mark, ':', &at);
    if (!str_ieq(name, str_sub(m->mark, 0, at))) return false;
    Str want = with_value ? str_trim(str_sub(m->mark, at + 1, m->mark.n)) : STR_NONE;
    return str_ieq(str_sub(value, 0, want.n), want);
}

const NetOperator *registry_operator_of_head(const NetRegistry *r, Str head, Str *out_mark) {
    Str line = STR_NONE;
    for (int n = 0; n < 400 && str_split(&head, '\n', &line); n++) {
        line = str_trim(line);
        for (size_t i = 0; i < r->mark_n; i++) {
            bool of_head = str_eq(r->mark[i].what, S("header")) || str_eq(r->mark[i].what, S("server"));
            if (!of_head || !marked(line, &r->mark[i])) continue;
            *out_mark = str_sub(line, 0, 200);
            return registry_operator(r, r->mark[i].operator);
        }
    }
    return NULL;
}

const NetOperator *registry_operator_of_name(const NetRegistry *r, Str host) {
    for (size_t i = 0; i < r->mark_n; i++)
        if (str_eq(r->mark[i].what, S("name")) && under(host, r->mark[i].mark)) return registry_operator(r, r->mark[i].operator);
    return NULL;
}

const NetOperator *registry_operator_of_ns(const NetRegistry *r, Str nameserver) {
    size_t at = 0;
    for (size_t i = 0; i < r->mark_n; i++)
        if (str_eq(r->mark[i].what, S("ns")) && (under(nameserver, r->mark[i].mark) || (str_ends(r->mark[i].mark, S("-")) && str_find(nameserver, r->mark[i].mark, &at)))) return registry_operator(r, r->mark[i].operator);
    return NULL;
}
