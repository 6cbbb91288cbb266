/* rdap.c - an RDAP answer as facts. Entities hold entities: a list of what is still to be read takes the place of recursion. */
#include "foundation/net/rdap.h"
#include "foundation/base/json.h"

enum { WAITING_MAX = 256, PROPERTIES_MAX = 200 };

/* A text of one line that somebody may be shown or written to; anything else is absent. */
static Str text_of(const JVal *v) {
    if (v == NULL || v->type != J_STR) return STR_NONE;
    Str s = str_trim(v->s);
    if (s.n == 0 || s.n > RDAP_TEXT_MAX || str_has_bidi(s)) return STR_NONE;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7F) return STR_NONE;
    return s;
}
static Str text_at(const JVal *obj, const char *key) { return text_of(jget(obj, key)); }
static const JVal *list_at(const JVal *obj, const char *key) {
    const JVal *v = jget(obj, key);
    return v != NULL && v->type == J_ARR ? v : NULL;
}

static bool mail_ok(Str s) {
    size_t at = 0, again = 0;
    if (s.n < 3 || s.n > 254 || !str_chr(s, '@', &at) || at == 0 || at + 1 == s.n || str_chr(str_sub(s, at + 1, s.n), '@', &again)) return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("<>(),;:\\\"[]", s.p[i]) != NULL) return false;
    return true;
}
static bool page_ok(Str s) { return str_starts(s, S("https://")) || str_starts(s, S("http://")); }

/* ---- jCard: ["vcard", [ [name, parameters, type, value ...] ... ]] ---- */
static Str value_of(const JVal *p) {
    if (p->vals[3].type == J_STR) return text_of(&p->vals[3]);
    if (p->vals[3].type == J_ARR && p->vals[3].n > 0) return text_of(&p->vals[3].vals[0]); /* a structured org begins with its name */
    return STR_NONE;
}

static void address_of(const JVal *p, RdapEntity *e) {
    const JVal *cc = jget(&p->vals[1], "cc");
    Str code = text_of(cc);
    if (code.n == 2 && e->country.n == 0) e->country = code;
}

static void property(const JVal *p, RdapEntity *e) {
    if (p->type != J_ARR || p->n < 4 || p->vals[0].type != J_STR || p->vals[1].type != J_OBJ) return;
    Str name = p->vals[0].s, value = value_of(p);
    if (str_ieq(name, S("adr"))) address_of(p, e);
    if (value.n == 0) return;
    if (str_ieq(name, S("email"))) {
        if (str_starts(value, S("mailto:"))) value = str_sub(value, 7, value.n);
        if (e->mail.n == 0 && mail_ok(value)) e->mail = value;
    }
    if (str_ieq(name, S("fn")) && e->name.n == 0) e->name = value;
    if (str_ieq(name, S("org")) && e->org.n == 0) e->org = value;
    if (str_ieq(name, S("tel")) && e->phone.n == 0) e->phone = str_starts(value, S("tel:")) ? str_sub(value, 4, value.n) : value;
    if ((str_ieq(name, S("contact-uri")) || (str_ieq(name, S("url")) && e->page.n == 0)) && page_ok(value)) e->page = value;
}

static void card(const JVal *obj, RdapEntity *e) {
    const JVal *v = list_at(obj, "vcardArray");
    if (v == NULL || v->n < 2 || v->vals[1].type != J_ARR) return;
    for (size_t i = 0; i < v->vals[1].n && i < PROPERTIES_MAX; i++) property(&v->vals[1].vals[i], e);
}

/* ---- entities ---- */
static unsigned roles_of(const JVal *obj) {
    static const struct { const char *word; unsigned role; } map[] = { { "abuse", RDAP_ABUSE }, { "registrar", RDAP_REGISTRAR }, { "sponsor", RDAP_REGISTRAR }, { "registrant", RDAP_REGISTRANT },
        { "technical", RDAP_TECHNICAL }, { "noc", RDAP_TECHNICAL }, { "administrative", RDAP_ADMIN } };
    const JVal *l = list_at(obj, "roles");
    unsigned roles = 0;
    for (size_t i = 0; l != NULL && i < l->n && i < RDAP_LIST_MAX; i++) {
        if (l->vals[i].type != J_STR) continue;
        unsigned one = RDAP_OTHER;
        for (size_t k = 0; k < LEN(map); k++)
            if (str_ieq(l->vals[i].s, str_c(map[k].word))) one = map[k].role;
        roles |= one;
    }
    return roles == 0 ? RDAP_OTHER : roles;
}

static void iana_id(const JVal *obj, RdapEntity *e) {
    const JVal *l = list_at(obj, "publicIds");
    size_t at = 0;
    for (size_t i = 0; l != NULL && i < l->n && i < RDAP_LIST_MAX; i++)
        if (str_find(text_at(&l->vals[i], "type"), S("IANA"), &at)) e->iana_id = text_at(&l->vals[i], "identifier");
}

typedef struct Waiting { const JVal *obj; unsigned above; } Waiting;
static void entities(const JVal *root, RdapAnswer *out) {
    Waiting todo[WAITING_MAX] = { { root, 0 } };
    size_t n = 1;
    for (size_t at = 0; at < n; at++) {
        const JVal *l = list_at(todo[at].obj, "entities");
        for (size_t i = 0; l != NULL && i < l->n; i++) {
            const JVal *obj = &l->vals[i];
            if (obj->type != J_OBJ) continue;
            if (out->entities == RDAP_ENTITIES_MAX || n == WAITING_MAX) {
                out->more = true;
                return;
            }
            RdapEntity *e = &out->entity[out->entities++];
            *e = (RdapEntity){ .roles = roles_of(obj), .above = todo[at].above, .handle = text_at(obj, "handle") };
            card(obj, e);
            iana_id(obj, e);
            todo[n++] = (Waiting){ obj, e->roles | todo[at].above };
        }
    }
}

/* ---- the answer ---- */
static void nameservers(const JVal *root, RdapAnswer *out) {
    const JVal *l = list_at(root, "nameservers");
    for (size_t i = 0; l != NULL && i < l->n && out->nameservers < RDAP_LIST_MAX; i++) {
        Str name = text_at(&l->vals[i], "ldhName");
        while (name.n > 0 && name.p[name.n - 1] == '.') name.n--;
        if (name.n > 0 && name.n <= 253) out->nameserver[out->nameservers++] = name;
    }
}

static void related(const JVal *root, RdapAnswer *out) {
    const JVal *l = list_at(root, "links");
    for (size_t i = 0; l != NULL && i < l->n && i < 64; i++) {
        Str href = text_at(&l->vals[i], "href");
        if (str_ieq(text_at(&l->vals[i], "rel"), S("related")) && str_ieq(text_at(&l->vals[i], "type"), S("application/rdap+json")) && page_ok(href) && out->related.n == 0) out->related = href;
    }
}

/* ARIN's extension arin_originas0; others write it in no place of RFC 9083. */
static int64_t origin_of(const JVal *root) {
    const JVal *l = list_at(root, "arin_originas0_originautnums");
    bool number = l != NULL && l->n > 0 && l->vals[0].type == J_INT && l->vals[0].i > 0 && l->vals[0].i <= UINT32_MAX;
    return number ? l->vals[0].i : 0;
}

Err rdap_read(Arena *a, Str json, RdapAnswer *out) {
    const JVal *root = NULL;
    *out = (RdapAnswer){ .entities = 0 };
    TRY(json_read(a, json, RDAP_BYTES_MAX, &root, NULL, NULL));
    if (root->type != J_OBJ) return E_INPUT;
    out->object = text_at(root, "objectClassName");
    out->error = jint(root, "errorCode", 0);
    out->handle = text_at(root, "handle");
    out->name = text_at(root, str_eq(out->object, S("domain")) ? "ldhName" : "name");
    out->country = text_at(root, "country");
    if (out->country.n != 2) out->country = STR_NONE;
    out->port43 = text_at(root, "port43");
    out->start = text_at(root, "startAddress");
    out->end = text_at(root, "endAddress");
    out->asn = origin_of(root);
    if (out->object.n == 0 && out->error == 0 && list_at(root, "rdapConformance") == NULL) return E_INPUT;
    const JVal *l = list_at(root, "status");
    for (size_t i = 0; l != NULL && i < l->n && out->statuses < RDAP_LIST_MAX; i++) {
        Str s = text_of(&l->vals[i]);
        if (s.n > 0) out->status[out->statuses++] = s;
    }
    nameservers(root, out);
    related(root, out);
    entities(root, out);
    return OK;
}

const RdapEntity *rdap_role(const RdapAnswer *r, unsigned role) {
    for (size_t i = 0; i < r->entities; i++)
        if ((r->entity[i].roles & role) != 0) return &r->entity[i];
    return NULL;
}

const RdapEntity *rdap_abuse(const RdapAnswer *r, unsigned within) {
    static const unsigned order[] = { RDAP_ABUSE, RDAP_REGISTRAR, RDAP_TECHNICAL, RDAP_ADMIN };
    for (size_t k = 0; k < LEN(order); k++)
        for (size_t i = 0; i < r->entities; i++) {
            const RdapEntity *e = &r->entity[i];
            bool inside = within == 0 || ((e->above | e->roles) & within) != 0;
            if (inside && (e->roles & order[k]) != 0 && (e->mail.n > 0 || (order[k] == RDAP_ABUSE && e->page.n > 0))) return e;
        }
    return NULL;
}
