/* xarf.c - see xarf.h. */
#include "steps/takedown/xarf.h"
#include "core/case/url.h"
#include "foundation/base/csv.h"

enum { XARF_MAX = 64 * 1024, DESCRIPTION_MAX = 1000 };
extern const char xarf_core[], xarf_base[], xarf_csam[], xarf_csem[], xarf_exposed[];
extern const size_t xarf_core_n, xarf_base_n, xarf_csam_n, xarf_csem_n, xarf_exposed_n;

Err xarf_schemas(Arena *a, const Schemas **out, Str *out_why) {
    const SchemaFile files[] = { { S("xarf-core.json"), { xarf_core, xarf_core_n } }, { S("content-base.json"), { xarf_base, xarf_base_n } }, { S("content-csam.json"), { xarf_csam, xarf_csam_n } },
        { S("content-csem.json"), { xarf_csem, xarf_csem_n } }, { S("content-exposed-data.json"), { xarf_exposed, xarf_exposed_n } } };
    return schemas_new(a, files, LEN(files), out, out_why);
}

Err xarf_check(Arena *a, Str json, Str *out_why) {
    static const struct { const char *type, *schema; } map[] = { { "csam", "content-csam.json" }, { "csem", "content-csem.json" }, { "exposed_data", "content-exposed-data.json" } };
    const Schemas *s = NULL;
    const JVal *doc = NULL;
    TRY(xarf_schemas(a, &s, out_why));
    *out_why = S("/: not JSON");
    TRY(json_read(a, json, XARF_MAX, &doc, NULL, NULL));
    for (size_t i = 0; i < LEN(map); i++)
        if (str_eq(jstr(doc, "category"), S("content")) && str_eq(jstr(doc, "type"), str_c(map[i].type))) return schema_check(a, s, str_c(map[i].schema), doc, out_why);
    *out_why = S("/type: no such pair of category and type is sent from here");
    return E_INPUT;
}

/* ---- parts ---- */
/* A UUID of version 4 in form, always the same for the same item: sent twice, it is one report. */
static Str report_id(Arena *a, const XarfItem *x) {
    Id id = derived_id(x->notice->id, S("xarf"), x->number);
    id.b[6] = (uint8_t)((id.b[6] & 0x0F) | 0x40);
    id.b[8] = (uint8_t)((id.b[8] & 0x3F) | 0x80);
    Str h = id_hex(a, id);
    return str_fmt(a, "%.8s-%.4s-%.4s-%.4s-%.12s", h.p, h.p + 8, h.p + 12, h.p + 16, h.p + 20);
}

static void party(Json *j, const char *key, const XarfItem *x) {
    size_t at = 0;
    must(str_chr(x->mail, '@', &at));
    json_key(j, str_c(key));
    json_obj(j);
    json_kv_str(j, "org", str_utf8_cut(x->org, 200));
    json_kv_str(j, "contact", x->mail);
    json_kv_str(j, "domain", str_sub(x->mail, at + 1, x->mail.n));
    json_end_obj(j);
}

/* Type and its words by the law data; none there: the nearest. */
static bool type_of(Ctx *c, const NoticeRow *n, Json *j) {
    const LawCross *const *rows = NULL;
    Date day = civil_at(c->app->zone, c->now).date;
    bool adult = str_eq(n->lane, S("adult"));
    size_t k = c->app->law != NULL ? law_cross_to(c->app->law, n->offence, S("XARF"), adult ? S("adult") : S("minor"), STR_NONE, day, c->arena, &rows) : 0;
    Str type = k > 0 ? rows[0]->value : adult ? S("exposed_data") : S("csam"), sub = k > 0 ? rows[0]->sub : S("baseline");
    json_kv_str(j, "type", type);
    if (str_eq(type, S("csam"))) json_kv_str(j, "classification", sub.n > 0 ? sub : S("baseline"));
    if (str_eq(type, S("csem"))) json_kv_str(j, "exploitation_type", sub);
    if (!str_eq(type, S("exposed_data"))) {
        json_kv_str(j, "detection_method", S("user_report"));
    } else {
        json_key(j, S("data_types"));
        json_arr(j);
        json_str(j, S("personal_information"));
        json_end_arr(j);
        json_kv_str(j, "exposure_method", S("intentional_leak"));
    }
    return k > 0;
}

static void list(Json *j, const char *key, const Lookup *l, bool v6) {
    size_t colon = 0;
    json_key(j, str_c(key));
    json_arr(j);
    for (size_t i = 0; i < l->addresses; i++)
        if (str_chr(l->address[i].ip, ':', &colon) == v6) json_str(j, l->address[i].ip);
    json_end_arr(j);
}

static void found(Json *j, const Lookup *l) {
    if (l->registrar.n > 0) json_kv_str(j, "registrar", l->registrar);
    if (l->nss > 0) {
        json_key(j, S("nameservers"));
        json_arr(j);
        for (size_t i = 0; i < l->nss; i++) json_str(j, l->ns[i]);
        json_end_arr(j);
    }
    if (l->addresses == 0) return;
    const LookupAddress *x = &l->address[0];
    json_key(j, S("dns_records"));
    json_obj(j);
    list(j, "a", l, false);
    list(j, "aaaa", l, true);
    json_end_obj(j);
    if (x->org.n > 0) json_kv_str(j, "hosting_provider", x->org);
    if (x->asn > 0) json_kv_i64(j, "asn", x->asn);
    if (x->country.n == 2) json_kv_str(j, "country_code", x->country);
}

static void tags(Ctx *c, const XarfItem *x, bool exact, Json *j) {
    bool adult = str_eq(x->notice->lane, S("adult"));
    json_key(j, S("tags"));
    json_arr(j);
    json_str(j, adult ? S("person:adult") : S("person:minor-or-unknown"));
    if (x->notice->offence.n > 0) json_str(j, str_fmt(c->arena, "offence:" STR_FMT, STR_ARG(str_lower(c->arena, x->notice->offence))));
    if (adult) json_str(j, S("duty:dsa16"));
    if (!exact) json_str(j, S("xarf:nearest-type"));
    json_end_arr(j);
}

static void notice_part(Ctx *c, const XarfItem *x, Json *j) {
    json_key(j, S("notice"));
    json_obj(j);
    json_kv_str(j, "reference", notice_ref(c->arena, x->notice->id));
    json_kv_i64(j, "item", (int64_t)x->number);
    json_kv_str(j, "form", x->notice->form);
    if (x->answer.n > 0) json_kv_str(j, "answer_url", x->answer);
    if (x->flagger.n > 0) json_kv_str(j, "trusted_flagger", x->flagger);
    if (x->action.n > 0) json_kv_str(j, "requested_action", x->action);
    if (x->territory.n > 0) json_kv_str(j, "territory", x->territory);
    json_end_obj(j);
}

Err xarf_write(Ctx *c, const XarfItem *x, Str *out, Str *out_why) {
    WebUrl u;
    UrlWrong wrong = URL_GOOD;
    NetAddress ip;
    Buf b = buf_new(XARF_MAX);
    Json j = json_to(&b, true);
    *out_why = S("/url: no address");
    TRY(url_parse(c->arena, x->url, c->app->net_allow, &u, &wrong));
    bool bare = net_address_parse(u.host, &ip), adult = str_eq(x->notice->lane, S("adult"));
    json_obj(&j);
    json_kv_str(&j, "xarf_version", S(XARF_VERSION));
    json_kv_str(&j, "report_id", report_id(c->arena, x));
    json_kv_str(&j, "timestamp", when_rfc3339(c->arena, x->seen));
    party(&j, "reporter", x);
    party(&j, "sender", x);
    json_kv_str(&j, "source_identifier", x->found != NULL && x->found->addresses > 0 ? x->found->address[0].ip : u.host);
    json_kv_str(&j, "category", S("content"));
    bool exact = type_of(c, x->notice, &j);
    json_kv_str(&j, "evidence_source", S("user_report"));
    json_kv_str(&j, "url", u.text);
    if (!bare) json_kv_str(&j, "domain", u.host);
    json_kv_str(&j, "verified_at", when_rfc3339(c->arena, x->seen));
    json_kv_str(&j, "verification_method", S("user_report"));
    if (x->found != NULL) found(&j, x->found);
    if (adult && x->why.n > 0) json_kv_str(&j, "description", str_utf8_cut(x->why, DESCRIPTION_MAX)); /* bytes: never more characters than that */
    tags(c, x, exact, &j);
    notice_part(c, x, &j);
    json_end_obj(&j);
    Err e = buf_err(&b);
    if (e == OK) *out = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    TRY(e);
    return xarf_check(c->arena, *out, out_why);
}

void notice_csv(Buf *b, const NoticeRow *n, const XarfItem *items, size_t items_n, Arena *a) {
    static const char *const columns[] = { "notice", "number", "url", "offence", "action", "territory", "answer", "reason", "note" };
    Str ref = notice_ref(a, n->id);
    for (size_t i = 0; i < LEN(columns); i++) csv_field(b, str_c(columns[i]), ',', i == 0);
    csv_end(b);
    for (size_t i = 0; i < items_n; i++) {
        const Str row[] = { ref, str_fmt(a, "%zu", items[i].number), items[i].url, n->offence, items[i].action, items[i].territory, STR_NONE, STR_NONE, STR_NONE };
        for (size_t k = 0; k < LEN(row); k++) csv_field_safe(b, row[k], ',', k == 0);
        csv_end(b);
    }
}
