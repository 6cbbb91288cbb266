/* lookup_json.c - a lookup as one JSON document: shown by the command, kept as proof, read again by the pages. */
#include "foundation/base/enc.h"
#include "foundation/base/when.h"
#include "steps/takedown/lookup.h"

/* ---- writing ---- */
static void texts(Json *j, const char *key, const Str *list, size_t n) {
    json_key(j, str_c(key));
    json_arr(j);
    for (size_t i = 0; i < n; i++) json_str(j, list[i]);
    json_end_arr(j);
}

static void some(Json *j, const char *key, Str s) {
    if (s.n > 0) json_kv_str(j, key, s);
}

typedef struct Field { const char *key; size_t at; } Field;
static const Field address_fields[] = { { "ip", offsetof(LookupAddress, ip) }, { "ptr", offsetof(LookupAddress, ptr) }, { "range", offsetof(LookupAddress, range) }, { "net_name", offsetof(LookupAddress, net_name) },
    { "org", offsetof(LookupAddress, org) }, { "country", offsetof(LookupAddress, country) }, { "mail", offsetof(LookupAddress, mail) }, { "page", offsetof(LookupAddress, page) }, { "how", offsetof(LookupAddress, how) },
    { "as_name", offsetof(LookupAddress, as_name) }, { "as_mail", offsetof(LookupAddress, as_mail) }, { "operator", offsetof(LookupAddress, op) }, { "operator_why", offsetof(LookupAddress, op_why) } };
static const Field rung_fields[] = { { "rung", offsetof(LookupRung, rung) }, { "role", offsetof(LookupRung, role) }, { "name", offsetof(LookupRung, name) }, { "mail", offsetof(LookupRung, mail) }, { "page", offsetof(LookupRung, page) },
    { "country", offsetof(LookupRung, country) }, { "platform", offsetof(LookupRung, platform) }, { "how", offsetof(LookupRung, how) }, { "detail", offsetof(LookupRung, detail) }, { "rule", offsetof(LookupRung, rule) } };
static const Field top_fields[] = { { "url", offsetof(Lookup, url) }, { "host", offsetof(Lookup, host) }, { "domain", offsetof(Lookup, domain) }, { "error", offsetof(Lookup, error) }, { "tls_issuer", offsetof(Lookup, tls_issuer) },
    { "operator", offsetof(Lookup, op) }, { "operator_why", offsetof(Lookup, op_why) }, { "registrar", offsetof(Lookup, registrar) }, { "registrar_mail", offsetof(Lookup, registrar_mail) }, { "registrar_page", offsetof(Lookup, registrar_page) },
    { "registrar_iana", offsetof(Lookup, registrar_iana) }, { "registrar_how", offsetof(Lookup, registrar_how) }, { "registry", offsetof(Lookup, registry) }, { "dns_operator", offsetof(Lookup, ns_op) }, { "site_mail", offsetof(Lookup, site_mail) },
    { "site_page", offsetof(Lookup, site_page) } };

static Str field(const void *base, const Field *f) {
    Str s;
    memcpy(&s, (const char *)base + f->at, sizeof s);
    return s;
}
static void put_fields(Json *j, const void *base, const Field *f, size_t n) {
    for (size_t i = 0; i < n; i++) some(j, f[i].key, field(base, &f[i]));
}
static void get_fields(const JVal *obj, void *base, const Field *f, size_t n) {
    for (size_t i = 0; i < n; i++) {
        Str s = jstr(obj, f[i].key);
        memcpy((char *)base + f[i].at, &s, sizeof s);
    }
}

static void answers(Arena *a, const Lookup *l, Json *j) {
    json_key(j, S("answers"));
    json_arr(j);
    for (size_t i = 0; i < l->answers; i++) {
        const LookupAnswer *k = &l->answer[i];
        json_obj(j);
        json_kv_str(j, "what", k->what);
        json_kv_str(j, "asked", k->asked);
        json_kv_str(j, "at", when_rfc3339(a, k->at));
        if (k->status != 0) json_kv_i64(j, "status", k->status);
        some(j, "error", k->error);
        if (k->cut) json_kv_bool(j, "cut", true);
        json_kv_str(j, "sha256", hex_enc(a, str_bytes(k->sha256, 32)));
        if (str_utf8_ok(k->raw)) json_kv_str(j, "text", k->raw);
        else json_kv_str(j, "base64", b64_enc(a, k->raw));
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void addresses(const Lookup *l, Json *j) {
    json_key(j, S("addresses"));
    json_arr(j);
    for (size_t i = 0; i < l->addresses; i++) {
        json_obj(j);
        put_fields(j, &l->address[i], address_fields, LEN(address_fields));
        if (l->address[i].asn != 0) json_kv_i64(j, "asn", l->address[i].asn);
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void ladder(const Lookup *l, Json *j) {
    json_key(j, S("ladder"));
    json_arr(j);
    for (size_t i = 0; i < l->rungs; i++) {
        json_obj(j);
        put_fields(j, &l->rung[i], rung_fields, LEN(rung_fields));
        if (l->rung[i].missing) json_kv_bool(j, "missing", true);
        if (l->rung[i].never) json_kv_bool(j, "do_not_contact", true);
        json_end_obj(j);
    }
    json_end_arr(j);
}

void lookup_write(Arena *a, const Lookup *l, bool raw, Json *j) {
    json_obj(j);
    json_kv_str(j, "kind", S("keten lookup 1"));
    json_kv_str(j, "at", when_rfc3339(a, l->at));
    put_fields(j, l, top_fields, LEN(top_fields));
    json_kv_bool(j, "site_file_valid", l->site_valid);
    if (l->more_addresses) json_kv_bool(j, "more_addresses", true);
    if (l->cut_short) json_kv_bool(j, "cut_short", true);
    texts(j, "aliases", l->alias, l->aliases);
    texts(j, "tls_names", l->tls_name, l->tls_names);
    texts(j, "nameservers", l->ns, l->nss);
    addresses(l, j);
    ladder(l, j);
    if (raw) answers(a, l, j);
    if (raw && l->more_answers) json_kv_bool(j, "more_answers", true);
    json_end_obj(j);
}

/* ---- reading ---- */
static size_t get_texts(const JVal *obj, const char *key, Str *list, size_t max) {
    const JVal *v = jget(obj, key);
    size_t n = 0;
    for (size_t i = 0; v != NULL && v->type == J_ARR && i < v->n && n < max; i++)
        if (v->vals[i].type == J_STR) list[n++] = v->vals[i].s;
    return n;
}

Err lookup_read(Arena *a, Str text, Lookup *out) {
    const JVal *root = NULL, *v = NULL;
    Lookup l = { .addresses = 0 };
    if (json_read(a, text, LOOKUP_JSON_MAX, &root, NULL, NULL) != OK || !str_eq(jstr(root, "kind"), S("keten lookup 1"))) return E_INPUT;
    if (when_parse(NULL, jstr(root, "at"), &l.at) != OK) return E_INPUT;
    get_fields(root, &l, top_fields, LEN(top_fields));
    l.site_valid = jbool(root, "site_file_valid");
    l.more_addresses = jbool(root, "more_addresses");
    l.cut_short = jbool(root, "cut_short");
    l.aliases = get_texts(root, "aliases", l.alias, LOOKUP_NAMES_MAX);
    l.tls_names = get_texts(root, "tls_names", l.tls_name, LOOKUP_NAMES_MAX);
    l.nss = get_texts(root, "nameservers", l.ns, LOOKUP_NAMES_MAX);
    v = jget(root, "addresses");
    for (size_t i = 0; v != NULL && v->type == J_ARR && i < v->n && l.addresses < LOOKUP_ADDRESSES_MAX; i++) {
        LookupAddress *x = &l.address[l.addresses++];
        get_fields(&v->vals[i], x, address_fields, LEN(address_fields));
        x->asn = jint(&v->vals[i], "asn", 0);
    }
    v = jget(root, "ladder");
    for (size_t i = 0; v != NULL && v->type == J_ARR && i < v->n && l.rungs < LOOKUP_RUNGS_MAX; i++) {
        LookupRung *r = &l.rung[l.rungs++];
        get_fields(&v->vals[i], r, rung_fields, LEN(rung_fields));
        r->missing = jbool(&v->vals[i], "missing");
        r->never = jbool(&v->vals[i], "do_not_contact");
    }
    *out = l;
    return OK;
}
